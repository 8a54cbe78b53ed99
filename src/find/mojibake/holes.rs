//! Letters that were lost to U+FFFD or to a question mark: `K\u{FFFD}nig`, `K?nig`.
//!
//! A hole is filled where a single letter of the language's alphabet makes a word of its lexicon, and no other does.

use crate::lexicon::{Lexicon, Lexicons};
use crate::text::{Document, Span};

use super::alphabets::of_language;
use super::{Found, LONGEST_WORD};

/// What every text with such a hole has.
pub(super) const TRIGGER: &str = r"\p{L}\x{FFFD}|\x{FFFD}\p{L}|\p{L}\?\p{L}";

/// Finds the holes in words of the language of `doc`.
pub(super) fn find(doc: &Document<'_>, lexicons: &Lexicons, found: &mut Vec<Found>) {
    let text = doc.text();
    let lexicon = lexicons.of(doc.lang());
    let Some(alphabet) = lexicon.lang().and_then(of_language) else { return };
    for (start, hole) in text.match_indices(['\u{FFFD}', '?']) {
        let end = start + hole.len();
        let is_letter = |c: &char| c.is_alphabetic();
        let head: Vec<char> = text[..start].chars().rev().take(LONGEST_WORD).take_while(is_letter).collect();
        let head: String = head.into_iter().rev().collect();
        let tail: String = text[end..].chars().take(LONGEST_WORD).take_while(is_letter).collect();
        // A question mark ends sentences: only between small letters it is a hole.
        let inside = head.ends_with(char::is_lowercase) && tail.starts_with(char::is_lowercase);
        if (hole == "?" && !inside) || head.chars().count() + tail.chars().count() < 3 {
            continue;
        }
        // An address has its parameters behind one.
        let beside = |c: Option<char>| c.is_some_and(|c| matches!(c, '=' | '/' | '&' | '\u{FFFD}' | '?'));
        let behind = text[end + tail.len()..].chars().next();
        if beside(behind) || beside(text[..start - head.len()].chars().next_back()) {
            continue;
        }
        if let Some(letter) = only_letter(&lexicon, alphabet, &head, &tail) {
            let evidence = Some(format!("{head}{letter}{tail} is the only word of the lexicon that fits"));
            found.push(Found { span: Span::new(start, end), after: letter.to_string(), evidence, score: None });
        }
    }
}

/// Returns the one letter that makes a word between `head` and `tail`: small, or a capital where the word begins or goes
/// on in capitals.
fn only_letter(lexicon: &Lexicon<'_>, alphabet: &str, head: &str, tail: &str) -> Option<char> {
    let makes_word = |c: &char| lexicon.get(&lexicon.fold(&format!("{head}{c}{tail}"))).is_some();
    let mut fitting = alphabet.chars().filter(makes_word);
    let letter = fitting.next()?;
    if fitting.next().is_some() {
        return None;
    }
    let loud = head.chars().next_back().or(tail.chars().next()).is_some_and(char::is_uppercase)
        && !tail.starts_with(char::is_lowercase);
    let mut upper = letter.to_uppercase();
    match (loud, upper.next(), upper.next()) {
        (true, Some(upper), None) => Some(upper),
        _ => Some(letter),
    }
}
