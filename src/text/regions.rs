//! Head, body and tail of a document.

use super::{Lines, Span};

/// A part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Region {
    /// What stands before the first line of prose: title, date, menus, bylines.
    Head,
    /// From the first line of prose to the last.
    Body,
    /// What stands behind the last line of prose.
    Tail,
}

/// The regions of one text. A text without a line of prose is all body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Regions {
    body: Span,
}

/// A line of at least this many characters that ends a sentence is prose.
const PROSE_WITH_END: usize = 60;
/// A line that goes on in the next is prose if it has at least so many characters.
const WRAPPED: usize = 45;
/// A line of at least this many characters is prose however it ends.
const PROSE: usize = 160;

impl Regions {
    /// Finds the regions of `text`, whose lines are `lines`.
    pub(crate) fn new(text: &str, lines: &Lines) -> Self {
        let lines = lines.as_slice();
        let content = |at: usize| &text[lines[at].content.range()];
        let goes_on = |at: usize| at + 1 < lines.len() && goes_on(content(at), content(at + 1));
        let prose = |at: usize| is_prose(content(at)) || goes_on(at) || (at > 0 && goes_on(at - 1));
        let first = (0..lines.len()).find(|&at| prose(at));
        let last = (0..lines.len()).rfind(|&at| prose(at));
        let body = match (first, last) {
            (Some(first), Some(last)) => Span::new(lines[first].full.start, lines[last].full.end),
            _ => Span::new(0, text.len()),
        };
        Self { body }
    }

    /// Returns where the head ends.
    pub(crate) fn head_end(self) -> usize {
        self.body.start
    }

    /// Returns the region in which `offset` lies.
    pub(crate) fn at(self, offset: usize) -> Region {
        if offset < self.body.start {
            Region::Head
        } else if offset < self.body.end || self.body.end == 0 {
            Region::Body
        } else {
            Region::Tail
        }
    }
}

/// Whether `line` is wrapped and goes on in the next: a long one that ends no sentence, before a small letter.
fn goes_on(line: &str, next: &str) -> bool {
    line.len() >= WRAPPED
        && next.starts_with(char::is_lowercase)
        && line.trim_end().ends_with(|c: char| c.is_alphabetic() || matches!(c, ',' | '-'))
        && line.chars().count() >= WRAPPED
}

/// Returns how long a line is for its readers, in characters: one of Chinese or Japanese stands for about a half of a
/// word, and counts for two and a half.
pub(crate) fn reading_length(line: &str) -> usize {
    if line.is_ascii() {
        return line.len();
    }
    line.chars().map(|c| if ('\u{2E80}'..='\u{D7FF}').contains(&c) { 5 } else { 2 }).sum::<usize>() / 2
}

fn is_prose(line: &str) -> bool {
    let line = line.trim_end();
    if line.len() < PROSE_WITH_END / 3 {
        return false; // Cheap: no script takes more than three bytes a letter for its prose.
    }
    let weight = reading_length(line);
    let ends = line
        .trim_end_matches(['"', '\'', '”', '“', '’', '»', '«', ')', ']', '」', '』'])
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '।', ':']);
    weight >= PROSE || (ends && weight >= PROSE_WITH_END)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_divides_head_from_body_from_tail() {
        let prose = "This is a sentence that is certainly long enough to be prose, is it not so.";
        let text = format!("Menu\n\n{prose}\n\nheading\n\n{prose}\nShare this\n");
        let regions = Regions::new(&text, &Lines::new(&text));
        assert_eq!(regions.at(0), Region::Head);
        assert_eq!(regions.at(text.find("heading").expect("there")), Region::Body);
        assert_eq!(regions.at(text.find("Share").expect("there")), Region::Tail);
    }

    #[test]
    fn a_text_without_prose_is_all_body() {
        let text = "Menu\nHome\n";
        assert_eq!(Regions::new(text, &Lines::new(text)).at(0), Region::Body);
    }

    /// The samples with how many lines stand in their head and tail, blank ones not counted.
    const SAMPLES: &[(&str, usize, usize)] = &[
        ("de-clean", 1, 0),
        ("de-clean.clean", 1, 0),
        ("de-header", 7, 0),
        ("de-header.clean", 6, 0),
        ("de-links", 2, 0),
        ("de-links.clean", 2, 0),
        ("de-page", 14, 12),
        ("de-page.clean", 3, 0),
        ("de-quotes", 2, 0),
        ("de-quotes.clean", 2, 0),
        ("de-wrapped", 4, 0),
        ("de-wrapped.clean", 2, 0),
        ("en-clean", 1, 0),
        ("en-clean.clean", 1, 0),
        ("en-glue", 1, 0),
        ("en-glue.clean", 1, 0),
        ("en-lines-clean", 1, 3),
        ("en-lines-clean.clean", 1, 3),
        ("en-markup", 2, 0),
        ("en-markup.clean", 1, 0),
        ("en-page-clean", 2, 0),
        ("en-page-clean.clean", 2, 0),
        ("en-switcher", 5, 0),
        ("en-switcher.clean", 4, 0),
        ("es-mojibake", 2, 0),
        ("es-mojibake.clean", 2, 0),
        ("fr-clean", 1, 0),
        ("fr-clean.clean", 1, 0),
        ("fr-entities", 2, 1),
        ("fr-entities.clean", 2, 0),
        ("fr-header", 5, 0),
        ("fr-header.clean", 4, 0),
        ("fr-links", 1, 0),
        ("fr-links.clean", 1, 0),
        ("it-clean", 1, 0),
        ("it-clean.clean", 1, 0),
        ("it-header", 5, 0),
        ("it-header.clean", 4, 0),
        ("it-links", 1, 0),
        ("it-links.clean", 1, 0),
        ("it-quotes", 1, 0),
        ("it-quotes.clean", 1, 0),
        ("mul-clean", 0, 1),
        ("mul-clean.clean", 0, 1),
    ];

    #[test]
    fn regions_of_every_sample() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("samples") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8").to_owned();
            let Some(name) = name.strip_suffix(".txt") else { continue };
            let text = std::fs::read_to_string(&path).expect("a sample in UTF-8");
            let lines = Lines::new(&text);
            let regions = Regions::new(&text, &lines);
            let count = |region| {
                let solid = lines.as_slice().iter().filter(|line| !text[line.content.range()].trim().is_empty());
                solid.filter(|line| regions.at(line.full.start) == region).count()
            };
            found.push((name.to_owned(), count(Region::Head), count(Region::Tail)));
        }
        found.sort();
        let found: Vec<_> = found.iter().map(|(name, head, tail)| (name.as_str(), *head, *tail)).collect();
        assert_eq!(found, SAMPLES);
    }
}
