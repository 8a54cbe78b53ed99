//! Places: a byte offset as people and other tools write it.

use serde::Serialize;

use super::{Lines, Span};

/// Where an offset lies, in the units that editors, scripts and other languages use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Offset and length in bytes of UTF-8: `[start, end]`.
    pub byte: [usize; 2],
    /// The same in characters (code points): `[start, end]`.
    pub char: [usize; 2],
    /// The same in UTF-16 code units: `[start, end]`.
    pub utf16: [usize; 2],
    /// Line of the start, 1-based; lines end at LF, CRLF or CR.
    pub line: usize,
    /// Column of the start in characters (code points), 1-based.
    pub col: usize,
}

/// Answers where offsets of one text lie. Offsets asked for in rising order cost one pass over the text.
pub(crate) struct Places<'t> {
    text: &'t str,
    lines: Lines,
    /// A byte offset with its count of characters and UTF-16 units, from which the next question goes on.
    mark: (usize, usize, usize),
    /// The start of the last line asked for, with its count of characters: a text may be one long line.
    line: (usize, usize),
}

impl<'t> Places<'t> {
    /// Prepares to answer for `text`.
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, lines: Lines::new(text), mark: (0, 0, 0), line: (0, 0) }
    }

    /// Returns where `span` lies.
    pub(crate) fn of(&mut self, span: Span) -> Place {
        let (line, line_start) = self.line(span.start);
        if line_start != self.line.0 {
            self.line = (line_start, self.count(line_start).0);
        }
        let start = self.count(span.start);
        let mark = self.mark;
        let end = self.count(span.end);
        self.mark = mark; // The next span may begin before this one ends.
        let col = start.0 - self.line.1 + 1;
        Place { byte: [span.start, span.end], char: [start.0, end.0], utf16: [start.1, end.1], line, col }
    }

    /// Returns where `span` begins and ends: line, column in characters and column in bytes, all 1-based.
    pub(crate) fn ends(&mut self, span: Span) -> [(usize, usize, usize); 2] {
        let start = self.of(span);
        // The next span may begin before this one ends.
        let (mark, line) = (self.mark, self.line);
        let end = self.of(Span::new(span.end, span.end));
        (self.mark, self.line) = (mark, line);
        [(start, span.start), (end, span.end)].map(|(place, at)| (place.line, place.col, at - self.line(at).1 + 1))
    }

    /// Returns line and column of `offset`, both 1-based, the column in characters.
    pub(crate) fn line_col(&self, offset: usize) -> (usize, usize) {
        let (line, start) = self.line(offset);
        (line, self.text[start..offset].chars().count() + 1)
    }

    /// Returns the line of `offset`, 1-based, and where it starts.
    fn line(&self, offset: usize) -> (usize, usize) {
        let Some(index) = self.lines.index_at(offset) else { return (1, 0) };
        let line = self.lines.as_slice()[index];
        // Behind a final line end begins a line that has no bytes yet.
        if offset == self.text.len() && line.full.end == offset && line.content.end < offset {
            return (index + 2, offset);
        }
        (index + 1, line.full.start)
    }

    fn count(&mut self, offset: usize) -> (usize, usize) {
        let (from, chars, units) = if offset >= self.mark.0 { self.mark } else { (0, 0, 0) };
        let (mut chars, mut units) = (chars, units);
        for c in self.text[from..offset].chars() {
            chars += 1;
            units += c.len_utf16();
        }
        self.mark = (offset, chars, units);
        (chars, units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_bytes_characters_and_utf16_units() {
        let text = "é𝄞\r\nx\ry";
        let mut places = Places::new(text);
        let x = text.find('x').expect("there");
        let place = places.of(Span::new(x, x + 1));
        assert_eq!(place, Place { byte: [8, 9], char: [4, 5], utf16: [5, 6], line: 2, col: 1 });
        let y = places.of(Span::new(10, 11));
        assert_eq!((y.line, y.col, y.char), (3, 1, [6, 7]));
        let first = places.of(Span::new(2, 6));
        assert_eq!((first.line, first.col, first.utf16), (1, 2, [1, 3]));
    }

    #[test]
    fn places_are_the_same_in_whatever_order_they_are_asked_for() {
        let text = "aé\nb\r\nc𝄞d\re\n";
        let offsets: Vec<_> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        let mut places = Places::new(text);
        for &first in &offsets {
            for &second in &offsets {
                places.of(Span::new(first, first));
                let place = places.of(Span::new(second, second));
                assert_eq!((place.line, place.col), places.line_col(second), "{second} after {first}");
                assert_eq!(place.char[0], text[..second].chars().count());
            }
        }
    }

    #[test]
    fn the_end_of_a_text_has_a_place() {
        let mut places = Places::new("é𝄞\r\nab\n");
        assert_eq!(places.ends(Span::new(2, 9)), [(1, 2, 3), (2, 2, 2)]);
        assert_eq!(places.ends(Span::new(6, 11)), [(1, 3, 7), (3, 1, 1)]);
        assert_eq!(Places::new("").line_col(0), (1, 1));
        assert_eq!(Places::new("a").line_col(1), (1, 2));
        assert_eq!(Places::new("a\n").line_col(2), (2, 1));
    }
}
