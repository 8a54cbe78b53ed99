//! Pages that tell the same as another: what they have in common is their article, not their site.

use std::collections::{HashMap, HashSet};

use super::template::PageLines;

/// A page tells the same as another if it shares so many percent of the prose of the shorter one,
const SAME: usize = 50;
/// and so many lines of it at least.
const LINES: usize = 2;
/// Prose on more than so many percent of the pages belongs to the site.
const OF_THE_SITE: usize = 50;

/// Returns for each page the first one before it that tells the same.
pub(super) fn find(pages: &[PageLines<'_>]) -> Vec<Option<usize>> {
    let mut on: HashMap<u64, usize> = HashMap::new();
    let prose = |page: &PageLines<'_>| -> HashSet<u64> {
        page.lines.iter().filter(|line| line.prose).map(|line| line.hash).collect()
    };
    let all: Vec<HashSet<u64>> = pages.iter().map(prose).collect();
    for hash in all.iter().flatten() {
        *on.entry(*hash).or_default() += 1;
    }
    let of_the_site = |hash: &u64| on[hash] > 2 && on[hash] * 100 > pages.len() * OF_THE_SITE;
    let own: Vec<HashSet<u64>> =
        all.into_iter().map(|lines| lines.into_iter().filter(|hash| !of_the_site(hash)).collect()).collect();
    let mut by_line: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut same = vec![None; pages.len()];
    for (at, lines) in own.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for &other in lines.iter().filter_map(|hash| by_line.get(hash)).flatten() {
            *shared.entry(other).or_default() += 1;
        }
        let is_same = |(other, shared): (&usize, &usize)| {
            *shared >= LINES && shared * 100 >= lines.len().min(own[*other].len()) * SAME
        };
        same[at] = shared.iter().filter(|&entry| is_same(entry)).map(|(other, _)| *other).min();
        if same[at].is_none() {
            for hash in lines {
                by_line.entry(*hash).or_default().push(at);
            }
        }
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_tells_the_same_is_set_aside() {
        let prose = |what: &str| {
            format!(
                "Home\nNews\nThe {what} left the harbour at noon, and nobody on the quay could say when it would be back.\n\
                 Two hours later the {what} was seen from the lighthouse, as it had been every day of that long summer.\n"
            )
        };
        let texts = [prose("ferry"), prose("trawler"), format!("{}\nMore", prose("ferry")), "Home\nNews".to_owned()];
        let pages: Vec<_> = texts.iter().map(|text| PageLines::new(text)).collect();
        assert_eq!(find(&pages), [None, None, Some(0), None]);
    }

    #[test]
    fn a_notice_of_the_site_makes_no_page_a_duplicate() {
        let text = "We use cookies to make our pages work and to learn how they are used by those who read them.\n\
                    With a click on the button below you agree to this; read more about it in our notice on privacy.\n";
        let texts = [text; 4];
        let pages: Vec<_> = texts.iter().map(|text| PageLines::new(text)).collect();
        assert_eq!(find(&pages), [None; 4]);
    }
}
