//! Taking markup out of a line, so that the words around it are neither glued nor left with two spaces.

use super::Found;
use crate::text::{Document, Span, is_blank};

/// What markup does to the words on both sides of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parts {
    /// Nothing, as `<b>` does.
    Nothing,
    /// It parts them, as an image or a cell of a table does.
    Words,
    /// It parts their lines.
    Lines,
}

/// Returns the change that takes `span` of the text out.
pub(super) fn cut(doc: &Document<'_>, span: Span, parts: Parts) -> Found {
    let text = doc.text();
    let lines = doc.lines();
    let first = lines.index_at(span.start).unwrap_or(0);
    let last = lines.index_at(span.end.saturating_sub(1).max(span.start)).unwrap_or(first);
    let (line, line_end) = (lines.as_slice()[first].content, lines.as_slice()[last].content.end);
    let (left, right) = (&text[line.start..span.start], &text[span.end.min(line_end)..line_end]);
    let spaces_before = left.len() - left.trim_end_matches(is_space).len();
    let spaces_behind = right.len() - right.trim_start_matches(is_space).len();
    let whole = Span::new(span.start - spaces_before, span.end + spaces_behind);
    let (span, after) = match (is_blank(left), is_blank(right)) {
        (true, true) => (line_with_a_blank_one(doc, first, last), ""),
        (true, false) => (Span::new(span.start, whole.end), ""),
        (false, true) => (Span::new(whole.start, span.end), ""),
        // The row of a table is one line.
        (false, false) if parts == Parts::Lines && left.starts_with('|') => (whole, " "),
        (false, false) if parts == Parts::Lines => (whole, line_end_of(doc)),
        (false, false) if spaces_before > 0 => (Span::new(span.start, whole.end), ""),
        (false, false) if spaces_behind > 0 => (span, ""),
        (false, false) if parts == Parts::Words && parts_words(left, right) => (span, " "),
        (false, false) => (span, ""),
    };
    Found { span, after: after.to_owned(), evidence: None, score: None }
}

/// Whether `left` and `right` would be glued.
fn parts_words(left: &str, right: &str) -> bool {
    !left.ends_with(['(', '[', '{', '“', '„', '«', '‘', '¿', '¡', '/'])
        && right
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '“' | '„' | '«' | '‘' | '"' | '¿' | '¡'))
}

/// Takes `pieces` out, in order; those with nothing but spaces between them as one.
pub(super) fn cut_runs(doc: &Document<'_>, pieces: &[(Span, Parts)], found: &mut Vec<Found>) {
    let text = doc.text();
    let mut pieces = pieces.iter().copied();
    let Some((mut run, mut parts)) = pieces.next() else { return };
    for (span, more) in pieces {
        let gap = &text[run.end..span.start];
        if gap.chars().all(is_space) {
            run.end = span.end;
            parts = parts.max(more).max(if gap.is_empty() { Parts::Nothing } else { Parts::Words });
        } else {
            found.push(cut(doc, run, parts));
            (run, parts) = (span, more);
        }
    }
    found.push(cut(doc, run, parts));
}

/// Returns the bytes to delete so that the lines are gone, and one of two blank lines that would be left together.
fn line_with_a_blank_one(doc: &Document<'_>, first: usize, last: usize) -> Span {
    let lines = doc.lines();
    let blank = |index: usize| lines.as_slice().get(index).is_some_and(|l| is_blank(&doc.text()[l.content.range()]));
    let blank_before = first == 0 || blank(first - 1);
    lines.deletion(first, if blank_before && blank(last + 1) { last + 1 } else { last })
}

/// Returns how the first line of the text ends.
pub(super) fn line_end_of(doc: &Document<'_>) -> &'static str {
    let first = doc.lines().as_slice().first();
    match first.map(|line| &doc.text()[line.content.end..line.full.end]) {
        Some("\r\n") => "\r\n",
        Some("\r") => "\r",
        _ => "\n",
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}')
}
