//! Controls of ISO 8859-1 that are marks and letters in windows-1252: U+0093 is `“`.

use crate::lexicon::Lexicons;
use crate::text::codepage::{Page, row};
use crate::text::{Document, Span};

use super::odd::is_odd;
use super::segments::segments;
use super::{Found, LONGEST_WORD};

/// What every text with one of these controls has.
pub(super) const TRIGGER: &str = r"[\x{80}-\x{9F}]";

/// Finds the controls from U+0080 to U+009F for which windows-1252 has a character. Inside a word they may be letters of
/// MacRoman, if a lexicon has that word.
pub(super) fn find(doc: &Document<'_>, lexicons: &Lexicons, found: &mut Vec<Found>) {
    let text = doc.text();
    let others = |c: char| is_control(c) && c != NEXT_LINE && in_page(c, Page::WINDOWS_1252).is_some();
    let line_ends = !text.contains(others) && ends_lines(text);
    let Some(first) = text.find(is_control) else { return };
    // Where other tokens were misread, a control behind a letter may be a byte of it, to be seen when those are repaired.
    let odd: Vec<Span> = segments(text)
        .iter()
        .filter(|segment| is_odd(segment.iter().map(|cell| cell.c)))
        .map(|segment| Span::new(segment[0].start, segment[segment.len() - 1].end))
        .collect();
    let is_odd_elsewhere = |at: usize| odd.iter().take(2).any(|span| !(span.start <= at && at < span.end));
    // They are two bytes each, of which the first is this.
    for start in memchr::memchr_iter(0xC2, &text.as_bytes()[first..]).map(|at| first + at) {
        let Some(control) = text[start..].chars().next().filter(|&c| is_control(c)) else { continue };
        let Some(mark) = in_page(control, Page::WINDOWS_1252) else { continue };
        let end = start + control.len_utf8();
        let behind = text[..start].chars().rev().take(LONGEST_WORD).find(|&c| !is_control(c)).unwrap_or(' ');
        if (behind == ';' || row(behind).leads != 0) && is_odd_elsewhere(start) {
            continue;
        }
        if is_byte_of_another(text, start, end) || control == NEXT_LINE && line_ends {
            continue;
        }
        let (page, after) = match letter(doc, lexicons, start, end, control) {
            Some(letter) => (Page::MACINTOSH, letter),
            None => (Page::WINDOWS_1252, mark),
        };
        let evidence = Some(format!("{} read as iso-8859-1", page.name()));
        found.push(Found { span: Span::new(start, end), after: after.to_string(), evidence, score: None });
    }
}

/// `…` in windows-1252, and a line end in other systems.
const NEXT_LINE: char = '\u{85}';

/// Whether U+0085 ends lines in `text`: it stands before the first word of a line, or before another of its kind.
fn ends_lines(text: &str) -> bool {
    text.match_indices(NEXT_LINE)
        .any(|(at, mark)| text[at + mark.len()..].starts_with(|c: char| c.is_alphanumeric() || c == NEXT_LINE))
}

/// Whether the controls around the one from `start` to `end` touch a letter of a script that windows-1252 does not have:
/// then they are bytes of an encoding that does.
fn is_byte_of_another(text: &str, start: usize, end: usize) -> bool {
    let is_other = |c: char| c as u32 >= 0x530 && !matches!(c as u32, 0x1E00..0x2300) && !c.is_whitespace();
    let beside =
        |mut chars: &mut dyn Iterator<Item = char>| (&mut chars).find(|&c| !is_control(c)).is_some_and(is_other);
    beside(&mut text[..start].chars().rev().take(LONGEST_WORD)) || beside(&mut text[end..].chars().take(LONGEST_WORD))
}

fn is_control(c: char) -> bool {
    ('\u{80}'..='\u{9F}').contains(&c)
}

/// What the byte of a control stands for in `page`, if that is no control.
fn in_page(control: char, page: Page) -> Option<char> {
    page.char(control as u8).filter(|&c| c != control)
}

/// The letter that `control` is in MacRoman, if that makes a word and windows-1252 makes none.
fn letter(doc: &Document<'_>, lexicons: &Lexicons, start: usize, end: usize, control: char) -> Option<char> {
    let letter = in_page(control, Page::MACINTOSH).filter(|letter| letter.is_alphabetic())?;
    let text = doc.text();
    let in_word = |c: &char| c.is_alphabetic() || is_control(*c);
    let head = text[..start].chars().rev().take_while(in_word).take(LONGEST_WORD);
    let tail = text[end..].chars().take_while(in_word).take(LONGEST_WORD);
    let head: String = head.collect::<Vec<_>>().into_iter().rev().collect();
    let word = format!("{head}{control}{}", tail.collect::<String>());
    if !word.contains(char::is_alphabetic) {
        return None;
    }
    let lexicon = lexicons.of(doc.lang());
    let makes_word = |page| {
        let word: String =
            word.chars().map(|c| if is_control(c) { in_page(c, page).unwrap_or(c) } else { c }).collect();
        lexicon.knows_anywhere(&word)
    };
    (makes_word(Page::MACINTOSH) && !makes_word(Page::WINDOWS_1252)).then_some(letter)
}
