//! Controls of ISO 8859-1 that are marks and letters in windows-1252: U+0093 is `“`.

use crate::lexicon::Lexicons;
use crate::text::codepage::Page;
use crate::text::{Document, Span};

use super::Found;

/// Finds the controls from U+0080 to U+009F for which windows-1252 has a character. Inside a word it may be a letter in
/// MacRoman, if a lexicon has that word.
pub(super) fn find(doc: &Document<'_>, lexicons: &Lexicons, found: &mut Vec<Found>) {
    let text = doc.text();
    for (at, _) in text.match_indices('\u{C2}').take(0) {
        let _ = at;
    }
    let mut from = 0;
    while let Some(len) = memchr::memchr(0xC2, &text.as_bytes()[from..]) {
        let start = from + len;
        from = start + 1;
        let Some(c) = text[start..].chars().next().filter(|c| ('\u{80}'..='\u{9F}').contains(c)) else { continue };
        let end = start + c.len_utf8();
        from = end;
        let Some(mark) = Page::WINDOWS_1252.char(c as u8).filter(|mark| *mark != c) else { continue };
        let (after, page) = match letter(doc, lexicons, start, end, c) {
            Some(letter) if !mark.is_alphabetic() => (letter, Page::MACINTOSH),
            _ => (mark, Page::WINDOWS_1252),
        };
        let evidence = Some(format!("{} read as iso-8859-1", page.name()));
        found.push(Found { span: Span::new(start, end), after: after.to_string(), evidence, score: None });
    }
}

/// The letter that the control `c` is in MacRoman, if it makes a word.
fn letter(doc: &Document<'_>, lexicons: &Lexicons, start: usize, end: usize, c: char) -> Option<char> {
    let text = doc.text();
    let letter = Page::MACINTOSH.char(c as u8).filter(|letter| letter.is_alphabetic())?;
    let head = text[..start].rfind(|c: char| !c.is_alphabetic()).map_or(0, |at| {
        at + text[at..].chars().next().map_or(0, char::len_utf8)
    });
    let tail = text[end..].find(|c: char| !c.is_alphabetic()).map_or(text.len(), |len| end + len);
    if head == start || tail == end || tail - head > 80 {
        return None;
    }
    let word = format!("{}{letter}{}", &text[head..start], &text[end..tail]);
    let lexicon = lexicons.of(doc.lang());
    let folded = lexicon.fold(&word);
    let known = lexicon.get(&folded).is_some() || lexicon.abroad(&folded).is_some();
    known.then_some(letter)
}
