//! The shape of a token: what kinds of characters it is made of, and where they change.

use crate::lexicon::Script;
use crate::text::Span;

/// What kind of character stands at a place of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Lower,
    Upper,
    Digit,
    /// A letter of a script without case.
    Uncased,
}

impl Class {
    /// None for marks, which go with the letter before them.
    pub(super) fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' => Class::Lower,
            'A'..='Z' => Class::Upper,
            c if c.is_lowercase() => Class::Lower,
            // Title case digraphs (`ǅ`) begin words as capitals do.
            c if c.is_uppercase() || matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ') => Class::Upper,
            c if c.is_numeric() => Class::Digit,
            c if unicode_normalization::char::is_combining_mark(c) => return None,
            _ => Class::Uncased,
        })
    }
}

/// What makes a place inside a token a boundary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Boundary {
    /// `aB`.
    Rise,
    /// `ABc` before the `B`.
    Last,
    /// `ABc` before the `c`.
    Fall,
    /// A capital after a digit.
    DigitUpper,
    /// A small letter after a digit.
    DigitLower,
    /// A year after a letter.
    Year,
    Script,
}

/// A place inside a token where it may be cut, in bytes of the token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cut {
    pub(super) at: usize,
    pub(super) boundary: Boundary,
}

/// Returns the cuts of the token `span` of `text` in order, with what stands before it in mind: digits behind a name and a
/// hyphen end that name (`GPT-4und`), while digits alone begin an ordinal or a quantity (`4th`). Most words have none.
pub(super) fn cuts_in(text: &str, span: Span) -> Vec<Cut> {
    let token = &text[span.range()];
    let ends_name = token.starts_with(|c: char| c.is_ascii_digit())
        && text[..span.start].strip_suffix('-').is_some_and(|front| front.ends_with(char::is_alphabetic));
    cuts(token, ends_name)
}

/// Returns the cuts of `token`; `letters` says whether there were any before it.
fn cuts(token: &str, mut letters: bool) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut chars = token.char_indices().filter_map(|(at, c)| Some((at, c, Class::of(c)?))).peekable();
    let mut before: Option<(usize, char, Class)> = None;
    let mut uppers = 0;
    while let Some((at, c, class)) = chars.next() {
        if let Some((_, last, was)) = before {
            let next = chars.peek().map(|next| next.2);
            let scripts = (Script::of(last), Script::of(c));
            let boundary = match (was, class) {
                (Class::Digit, Class::Upper) if letters || is_year(&token[..at]) => Some(Boundary::DigitUpper),
                (Class::Digit, Class::Lower) if letters || is_year(&token[..at]) => Some(Boundary::DigitLower),
                (Class::Lower | Class::Upper, Class::Digit) if starts_with_year(&token[at..]) => Some(Boundary::Year),
                (Class::Digit | Class::Uncased, _) | (_, Class::Digit | Class::Uncased) => None,
                _ if scripts.0 != scripts.1 && scripts.0 != Script::Other && scripts.1 != Script::Other => {
                    Some(Boundary::Script)
                }
                (Class::Lower, Class::Upper) => Some(Boundary::Rise),
                (Class::Upper, Class::Upper) if next == Some(Class::Lower) => Some(Boundary::Last),
                (Class::Upper, Class::Lower) if uppers >= 2 => Some(Boundary::Fall),
                _ => None,
            };
            cuts.extend(boundary.map(|boundary| Cut { at, boundary }));
        }
        uppers = if class == Class::Upper { uppers + 1 } else { 0 };
        letters |= class != Class::Digit;
        before = Some((at, c, class));
    }
    cuts
}

/// Whether `number` is a year.
pub(super) fn is_year(number: &str) -> bool {
    number.len() == 4 && starts_with_year(number)
}

fn starts_with_year(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 4
        && (bytes.starts_with(b"19") || bytes.starts_with(b"20"))
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes.get(4).is_none_or(|b| !b.is_ascii_digit())
}

/// How the letters of a piece are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Lower,
    Capital,
    Upper,
    Digits,
    Mixed,
}

impl Shape {
    pub(super) fn of(piece: &str) -> Self {
        let mut classes = piece.chars().filter_map(Class::of);
        let Some(first) = classes.next() else { return Shape::Mixed };
        let (mut lower, mut upper, mut digit, mut other) = (0, 0, 0, 0);
        for class in classes {
            match class {
                Class::Lower => lower += 1,
                Class::Upper => upper += 1,
                Class::Digit => digit += 1,
                Class::Uncased => other += 1,
            }
        }
        match first {
            Class::Digit if lower + upper + other == 0 => Shape::Digits,
            Class::Lower if upper + digit + other == 0 => Shape::Lower,
            Class::Upper if upper + digit + other == 0 && lower > 0 => Shape::Capital,
            Class::Upper if lower + digit + other == 0 => Shape::Upper,
            _ => Shape::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::tokens;

    proptest! {
        #[test]
        fn plain_words_have_no_cuts(text in "([a-cA-C019 ]|[éÉßǅªſ²Ω\u{345}\u{301}οσςБбӁ]|[\u{1E00}-\u{1E0F}\u{500}-\u{52F}]|\\PC){0,12}") {
            for token in tokens(&text).filter(|token| token.is_plain) {
                prop_assert_eq!(cuts_in(&text, token.span), Vec::new());
            }
        }
    }
}
