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
/// A line of at least this many characters is prose however it ends.
const PROSE: usize = 160;

impl Regions {
    /// Finds the regions of `text`, whose lines are `lines`.
    pub(crate) fn new(text: &str, lines: &Lines) -> Self {
        let prose = |content: &Span| is_prose(&text[content.range()]);
        let lines = lines.as_slice();
        let first = lines.iter().find(|line| prose(&line.content));
        let last = lines.iter().rfind(|line| prose(&line.content));
        let body = match (first, last) {
            (Some(first), Some(last)) => Span::new(first.full.start, last.full.end),
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

fn is_prose(line: &str) -> bool {
    let line = line.trim_end();
    if line.len() < PROSE_WITH_END / 3 {
        return false; // Cheap: no script takes more than three bytes a letter for its prose.
    }
    let mut chars = line.chars();
    // A character of Chinese or Japanese stands for about a half of a word: weigh it as two and a half letters.
    let weight: usize =
        chars.by_ref().map(|c| if ('\u{2E80}'..='\u{D7FF}').contains(&c) { 5 } else { 2 }).sum::<usize>() / 2;
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
}
