//! Where in a text something may have been misread, and the way back from what comes out to what stands there.

use crate::text::codepage::{Page, Pages, row};
use crate::text::misread::{self, LAYERS, may_read};

/// A character on its way, and what it was read from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) c: char,
    /// Bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// A space goes behind it, which the last character that it was read from stood for, too.
    pub(super) gap: bool,
    /// How often it was read anew, in which pages, and the least margin of all times.
    pub(super) layers: u8,
    pub(super) pages: [Page; LAYERS],
    pub(super) margin: i32,
}

impl Cell {
    fn new(start: usize, c: char) -> Self {
        let pages = [Page::WINDOWS_1252; LAYERS];
        Self { c, start, end: start + c.len_utf8(), gap: false, layers: 0, pages, margin: i32::MAX }
    }

    /// Makes one of those in `read`, which spell `c` in `page`.
    pub(super) fn of(read: &[Cell], c: char, gap: bool, page: Page, margin: i32) -> Self {
        let most = read.iter().max_by_key(|cell| cell.layers).expect("a character is read from some");
        let margin = read.iter().map(|cell| cell.margin).fold(margin, i32::min);
        let mut cell = Cell { c, gap, margin, start: read[0].start, end: read[read.len() - 1].end, ..*most };
        cell.pages[usize::from(cell.layers)] = page;
        cell.layers += 1;
        cell
    }

    pub(super) fn same_way(&self, other: &Cell) -> bool {
        let count = usize::from(self.layers);
        self.layers == other.layers && self.pages[..count] == other.pages[..count]
    }
}

/// A token in which bytes of UTF-8 may stand, character by character.
pub(super) type Segment = Vec<Cell>;

/// Returns the tokens of `text` in which something may have been misread.
pub(super) fn segments(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut done = 0;
    while let Some(hit) = next_hit(text, done) {
        let start = text[done..hit].rfind(is_space).map_or(done, |at| done + at + 1);
        let mut segment = Segment::new();
        for (at, c) in text[start..].char_indices() {
            if is_space(c) && !(c == ' ' && may_be_no_break(&segment)) {
                break;
            }
            segment.push(Cell::new(start + at, c));
        }
        done = segment.last().map_or(hit + 1, |cell| cell.end);
        // What is written as a reference may be a byte of it: that is decoded first.
        if !has_reference(&text[start..done]) {
            segments.push(segment);
        }
    }
    segments
}

/// Whether `token` has what looks like a character reference of HTML: `&eacute;`, `&#233;`.
fn has_reference(token: &str) -> bool {
    memchr::memchr_iter(b'&', token.as_bytes()).any(|at| {
        let name = token[at + 1..].trim_start_matches('#');
        let len = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        len > 0 && name[len..].starts_with(';')
    })
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether a space behind `segment` may be the last or an inner byte of a character.
fn may_be_no_break(segment: &[Cell]) -> bool {
    let pages = row('\u{A0}').follows;
    let mut behind = Pages::MAX;
    segment.iter().rev().take(3).any(|cell| {
        let found = row(cell.c).leads & pages & behind != 0;
        behind &= row(cell.c).follows;
        found
    })
}

/// Returns where the first characters stand, from `from` on, that are bytes of one in some page.
fn next_hit(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at = next_non_ascii(text.as_bytes(), at)?;
        let mut chars = text[at..].chars();
        let first = chars.next()?;
        // Most letters begin no character in any page, or not with what stands behind.
        if row(first).leads != 0 {
            let pages = may_read(first, chars.next()?);
            if pages != 0 {
                let mut start = ['\0'; 6];
                let known = start.iter_mut().zip(text[at..].chars()).map(|(slot, c)| *slot = c).count();
                let may_be = |page: &Page| pages & page.bit() != 0 && misread::read(&start[..known], *page).is_some();
                if Page::ALL.iter().any(may_be) {
                    return Some(at);
                }
            }
        }
        at += first.len_utf8();
    }
}

/// Returns the place of the first byte from `at` on that is not ASCII.
pub(super) fn next_non_ascii(bytes: &[u8], at: usize) -> Option<usize> {
    const STEP: usize = 16;
    let mut at = at;
    while let Some(chunk) = bytes.get(at..at + STEP) {
        if !chunk.is_ascii() {
            break;
        }
        at += STEP;
    }
    bytes[at..].iter().position(|byte| !byte.is_ascii()).map(|len| at + len)
}
