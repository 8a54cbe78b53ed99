//! What is known of the words beside a place: by the lexicons, by a list of terms and by the text itself.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::lexicon::{Lexicon, Lexicons, Script, Word};
use crate::text::Document;

use super::code::is_technical;

/// Rarity up to which a word is one of those that sentences are made of.
pub(super) const COMMON: u8 = 4;

/// How sure a finder is. A rule asks for one of the two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Trust {
    Likely,
    Certain,
}

impl Trust {
    /// The option `trust` by its values, in the order of [`Trust::chosen`].
    pub(super) const CHOICES: [&str; 2] = ["certain", "likely"];

    pub(super) fn chosen(choice: Option<usize>) -> Self {
        if choice == Some(1) { Trust::Likely } else { Trust::Certain }
    }
}

/// How a word is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Small,
    Capital,
    /// All capitals, two at least.
    Loud,
    /// Digits alone.
    Number,
    /// Letters of a script without capitals.
    Caseless,
    /// Anything else: `iPhone`, `F9`.
    Mixed,
    Empty,
}

impl Shape {
    pub(super) fn of(word: &str) -> Self {
        let (mut upper, mut lower, mut digits, mut other) = (0, 0, 0, 0);
        for c in word.chars() {
            match c {
                _ if c.is_uppercase() => upper += 1,
                _ if c.is_lowercase() => lower += 1,
                _ if c.is_numeric() => digits += 1,
                _ if c.is_alphabetic() => other += 1,
                _ => {} // Combining marks.
            }
        }
        match (upper, lower, digits, other) {
            (0, 0, 0, 0) => Shape::Empty,
            (0, _, 0, 0) => Shape::Small,
            (1, _, 0, 0) if word.starts_with(char::is_uppercase) => Shape::Capital,
            (_, 0, 0, 0) => Shape::Loud,
            (0, 0, _, 0) => Shape::Number,
            (0, 0, 0, _) => Shape::Caseless,
            _ => Shape::Mixed,
        }
    }
}

/// Returns how many characters a word has.
pub(super) fn letters(word: &str) -> usize {
    word.chars().count()
}

/// Whether a word is written in Greek or Cyrillic letters, in which nothing but words is written.
pub(super) fn is_greek_or_cyrillic(word: &str) -> bool {
    matches!(word.chars().next().map(Script::of), Some(Script::Greek | Script::Cyrillic))
}

/// What one text and the lexicons say of words.
pub(super) struct Evidence<'d, 't> {
    pub(super) doc: &'d Document<'t>,
    terms: &'d HashSet<String>,
    lexicons: &'d Lexicons,
    pub(super) lexicon: Lexicon<'d>,
    technical: OnceCell<bool>,
}

impl<'d, 't> Evidence<'d, 't> {
    pub(super) fn new(doc: &'d Document<'t>, lexicons: &'d Lexicons, terms: &'d HashSet<String>) -> Self {
        Self { doc, terms, lexicons, lexicon: lexicons.of(doc.lang()), technical: OnceCell::new() }
    }

    /// Whether the text shows code, or speaks in its names.
    pub(super) fn technical(&self) -> bool {
        *self.technical.get_or_init(|| is_technical(self.doc.text()))
    }

    /// Whether a word is on the rule's list of terms or on that of a pack, in exactly this spelling.
    pub(super) fn is_listed(&self, word: &str) -> bool {
        self.terms.contains(word) || self.lexicons.is_term(word)
    }

    /// Returns how rare a word of the language is; where the language has no lexicon, of any other.
    pub(super) fn rarity(&self, word: &str) -> Option<u8> {
        let folded = self.lexicon.fold(word);
        let known = self.lexicon.get(&folded).or_else(|| match self.lexicon.lang() {
            Some(_) => None,
            None => self.lexicon.english(&folded).or_else(|| self.lexicon.abroad(&folded)),
        });
        known.map(|word: Word| word.rarity)
    }

    /// Whether a word of the language is one of those that sentences are made of.
    pub(super) fn is_common(&self, word: &str) -> bool {
        self.rarity(word).is_some_and(|rarity| rarity <= COMMON)
    }

    /// Whether a word is listed, in a lexicon, or stands alone elsewhere in the text.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.is_listed(word) || self.in_a_lexicon(word) || self.elsewhere(word) > 0
    }

    /// Whether a word is one of the language or of English; where the language has no lexicon, of any other.
    pub(super) fn in_a_lexicon(&self, word: &str) -> bool {
        self.lexicon.knows(word)
            || (self.lexicon.lang().is_none() && self.lexicon.abroad(&self.lexicon.fold(word)).is_some())
    }

    /// Returns how often `word`, which stands beside a mark, stands alone in the rest of the text.
    pub(super) fn elsewhere(&self, word: &str) -> u32 {
        self.doc.words().count(word).saturating_sub(1)
    }

    /// Whether a word is one of the language, which is not English, and hardly one of English.
    pub(super) fn is_foreign(&self, word: &str) -> bool {
        if is_greek_or_cyrillic(word) {
            return letters(word) >= 2;
        }
        let folded = self.lexicon.fold(word);
        let (Some(own), false) = (self.lexicon.get(&folded), self.lexicon.lang() == Some("en")) else { return false };
        self.lexicon.english(&folded).is_none_or(|english| english.rarity >= own.rarity + 4)
    }

    /// Whether the text speaks of code, whose names are English, and these two words may be such names.
    pub(super) fn may_be_code(&self, left: &str, right: &str) -> bool {
        let prose = |one, other| self.is_foreign(one) && self.knows(other);
        self.technical() && !prose(left, right) && !prose(right, left)
    }

    /// Says why `word` is believed, in a few words; `other` is what is believed if it is not.
    pub(super) fn reason(&self, word: &str, other: &str) -> String {
        match self.elsewhere(word) {
            _ if self.is_listed(word) => format!("{word}: listed name"),
            0 if self.in_a_lexicon(word) => format!("{word}: a word"),
            0 => format!("{other}: a word"),
            1 => format!("{word}: stands alone once"),
            times => format!("{word}: stands alone {times} times"),
        }
    }
}
