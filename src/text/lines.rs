//! Lines: what ends one, and where they lie.

use memchr::memchr2_iter;

use super::Span;

/// One line of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The line without its end.
    pub(crate) content: Span,
    /// The line with its end (LF, CRLF or CR; nothing at the end of a text without a final newline).
    pub(crate) full: Span,
}

/// The lines of a text, in order.
///
/// Lines end at LF, CRLF or a lone CR. A text that ends in a line end has no empty line after it;
/// an empty text has no lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    lines: Vec<Line>,
}

impl Lines {
    /// Finds the lines of `text`.
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut lines = Vec::new();
        let mut start = 0;
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            if at < start {
                continue; // The LF of a CRLF whose CR ended the line.
            }
            let end = if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 };
            lines.push(Line { content: Span::new(start, at), full: Span::new(start, end) });
            start = end;
        }
        if start < bytes.len() {
            let rest = Span::new(start, bytes.len());
            lines.push(Line { content: rest, full: rest });
        }
        Self { lines }
    }

    /// Returns the lines as a slice.
    pub(crate) fn as_slice(&self) -> &[Line] {
        &self.lines
    }

    /// Returns the index of the line that holds the byte at `offset`; an offset at the end of the text
    /// belongs to the last line. None in a text without lines.
    pub(crate) fn index_at(&self, offset: usize) -> Option<usize> {
        let after = self.lines.partition_point(|line| line.full.start <= offset);
        after.checked_sub(1)
    }

    /// Returns the bytes to delete so that the lines from `first` to `last` are gone and the text ends as it
    /// ended before: a last line without a line end takes the one before it along.
    pub(crate) fn deletion(&self, first: usize, last: usize) -> Span {
        let lines = &self.lines;
        let ended = lines[last].full.end > lines[last].content.end;
        let start = if ended || first == 0 { lines[first].full.start } else { lines[first - 1].content.end };
        Span::new(start, lines[last].full.end)
    }

    /// Returns the line that holds the byte at `offset`, as [`Lines::index_at`] finds it.
    pub(crate) fn at(&self, offset: usize) -> Option<Line> {
        self.index_at(offset).map(|index| self.lines[index])
    }
}

/// Returns whether a line shows nothing: only white space, or invisible characters beside it.
pub(crate) fn is_blank(content: &str) -> bool {
    content.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        Lines::new(text).as_slice().iter().map(|line| &text[line.full.range()]).collect()
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        assert_eq!(split("a\nb\r\nc\rd"), ["a\n", "b\r\n", "c\r", "d"]);
        assert_eq!(split("\n\r\n\r"), ["\n", "\r\n", "\r"]);
        assert_eq!(split("\r\r\n"), ["\r", "\r\n"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn a_text_without_a_final_line_end_has_none_after_a_deletion() {
        let lines = Lines::new("a\r\nb\r\nc");
        assert_eq!(lines.deletion(0, 1), Span::new(0, 6));
        assert_eq!(lines.deletion(1, 2), Span::new(1, 7));
        assert_eq!(lines.deletion(0, 2), Span::new(0, 7));
    }

    #[test]
    fn an_offset_is_in_the_line_that_holds_its_byte() {
        let lines = Lines::new("ab\r\ncd");
        let indexes: Vec<_> = (0..=6).map(|at| lines.index_at(at).expect("two lines")).collect();
        assert_eq!(indexes, [0, 0, 0, 0, 1, 1, 1]);
        assert_eq!(Lines::new("").index_at(0), None);
    }
}
