//! Words that ran together, and words that only look like it, from how often they stand on the pages of a site.

use std::collections::BTreeMap;

use crate::cleaner::Cleaner;
use crate::edit::Safety;
use crate::plan::SiteChoice;
use crate::rules::decode::is_word;
use crate::rules::diagnostics::RuleErrors;

use super::extras::{Extras, Written, scalar};

/// Words that ran together on so many pages are split on all pages of the site.
const SPLIT: usize = 2;
/// A word that would be split on request, and stands so on so many pages, is meant.
const MEANT: usize = 4;
/// A rule lists so many words at most, and so many of them are tests.
const MOST: usize = 200;
const TESTS: usize = 5;

/// Finds both in the articles of `pages`.
///
/// # Errors
/// What is wrong with the shipped rules.
pub(super) fn find(articles: &[String]) -> Result<Extras, RuleErrors> {
    let cleaner = Cleaner::builder().select("core/words/glue").safety(Safety::Review).site(SiteChoice::None).build()?;
    let mut found: BTreeMap<String, (String, bool, usize)> = BTreeMap::new();
    for article in articles {
        let mut here: BTreeMap<String, (String, bool)> = BTreeMap::new();
        for edit in cleaner.clean(article).edits {
            let (before, after) = whole(article, edit.span.start, edit.span.end, &edit.after);
            if is_word(&before) && after.replace(' ', "") == before {
                here.insert(before, (after, edit.safety == Some(Safety::Safe)));
            }
        }
        for (before, (after, safe)) in here {
            let entry = found.entry(before).or_insert((after, safe, 0));
            entry.1 &= safe;
            entry.2 += 1;
        }
    }
    let mut extras = Extras::default();
    let split: Vec<_> = found.iter().filter(|(_, (_, safe, pages))| *safe && *pages >= SPLIT).take(MOST).collect();
    if !split.is_empty() {
        let mut keys = vec!["map:".to_owned()];
        keys.extend(
            split.iter().map(|(before, (after, _, pages))| {
                format!("  {}: {} # on {pages} pages", scalar(before), scalar(after))
            }),
        );
        keys.extend(["whole-word: true", "phase: words", "effects: [insert-space]"].map(str::to_owned));
        let fix: Vec<_> =
            split.iter().take(TESTS).map(|(before, (after, ..))| ((*before).clone(), after.clone())).collect();
        let keep: Vec<String> = fix.iter().map(|(before, _)| format!("{before}x")).collect();
        let why = format!("{} ran together on {SPLIT} pages or more.", count(split.len()));
        extras.rules.push(
            Written::new("run-together", "Words that run together on this site.", &why, "map", &keys)
                .tests(&fix, &keep),
        );
    }
    let meant = found.into_iter().filter(|(_, (_, safe, pages))| !safe && *pages >= MEANT);
    extras.terms.extend(meant.take(MOST).map(|(word, (_, _, pages))| (word, pages)));
    Ok(extras)
}

fn count(words: usize) -> String {
    if words == 1 { "A pair of words".to_owned() } else { format!("{words} pairs of words") }
}

/// Returns the whole word around a change, before and after it.
fn whole(text: &str, start: usize, end: usize, after: &str) -> (String, String) {
    let is_edge = |c: char| !crate::text::is_word_char(c);
    let from = text[..start].rfind(is_edge).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let to = text[end..].find(is_edge).map_or(text.len(), |at| end + at);
    (text[from..to].to_owned(), [&text[from..start], after, &text[end..to]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_ran_together_on_two_pages_are_split_on_all() {
        let page =
            |rest: &str| format!("Die Fähre fährt seitOpenAI wieder, sagte der Kapitän der Fähre am Morgen. {rest}");
        let pages = [page("Das Wetter war schlecht."), page("Am Abend kam sie zurück."), "Alles ist gut.".to_owned()];
        let extras = find(&pages).expect("the shipped rules are right");
        assert_eq!(extras.rules.len(), 1, "{extras:?}");
        assert!(extras.rules[0].contains("\"seitOpenAI\": \"seit OpenAI\" # on 2 pages"), "{}", extras.rules[0]);
        assert!(find(&pages[1..]).expect("right").rules.is_empty(), "one page says nothing");
    }
}
