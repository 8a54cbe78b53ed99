//! What is known of a piece of a token: from the lists, the lexicons, and the text itself.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use crate::lexicon::{Lexicon, Word};
use crate::text::Document;

use super::super::code::is_technical;
use super::Lists;
use super::token::{Class, Shape};

/// Endings that inflect a name have at most so many letters.
const MAX_ENDING: usize = 4;

/// The best that is known of a piece, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// A listed name.
    Term,
    /// A word of the language, one that stands alone in the text, or a number.
    Native,
    Alone,
    Number,
    English,
    /// A few capitals.
    Acronym,
    /// Nothing but its capital.
    Capital,
    Lower,
    Mixed,
}

/// What is known of a piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) shape: Shape,
    pub(super) chars: u32,
    pub(super) native: Option<Word>,
    pub(super) english: Option<Word>,
    /// How often it stands alone, written so, and written in lower case or with a capital.
    pub(super) alone: u32,
    pub(super) variants: u32,
}

/// What one text knows, worked out when asked.
pub(super) struct Evidence<'a, 't> {
    pub(super) doc: &'a Document<'t>,
    pub(super) lexicon: Lexicon<'a>,
    lists: &'a Lists,
    pieces: RefCell<HashMap<Box<str>, Piece>>,
    technical: OnceCell<bool>,
}

impl<'a, 't> Evidence<'a, 't> {
    pub(super) fn new(doc: &'a Document<'t>, lexicon: Lexicon<'a>, lists: &'a Lists) -> Self {
        Self { doc, lexicon, lists, pieces: RefCell::default(), technical: OnceCell::new() }
    }

    /// Whether `word` is listed as a name to be split off.
    pub(super) fn is_term(&self, word: &str) -> bool {
        self.lists.terms.contains(word)
    }

    /// Whether `token` is a listed name as it is, or with a short ending as languages inflect names
    /// (`YouTubers`, `GitHubissa`).
    pub(super) fn is_name(&self, token: &str) -> bool {
        let listed = |name: &str| self.lists.terms.contains(name) || self.lists.keep.contains(name);
        if listed(token) {
            return true;
        }
        let stem = token.trim_end_matches(char::is_lowercase).len();
        token[stem..].char_indices().rev().take(MAX_ENDING).any(|(at, _)| listed(&token[..stem + at]))
    }

    /// Whether a listed name stands somewhere inside `token`.
    pub(super) fn has_term(&self, token: &str) -> bool {
        self.lists.inside.is_match(token)
    }

    /// Whether `token` begins with a listed name.
    pub(super) fn starts_with_term(&self, token: &str) -> bool {
        self.lists.inside.find_overlapping_iter(token).any(|name| name.start() == 0)
    }

    pub(super) fn is_technical(&self) -> bool {
        *self.technical.get_or_init(|| is_technical(self.doc.text()))
    }

    /// Returns what is known of `piece`.
    pub(super) fn piece(&self, piece: &str) -> Piece {
        if let Some(known) = self.pieces.borrow().get(piece) {
            return *known;
        }
        let known = self.look_up(piece);
        self.pieces.borrow_mut().insert(piece.into(), known);
        known
    }

    fn look_up(&self, piece: &str) -> Piece {
        let shape = Shape::of(piece);
        let chars = piece.chars().count() as u32;
        let plain = matches!(shape, Shape::Lower | Shape::Capital | Shape::Upper);
        let folded = self.lexicon.fold(piece);
        let (native, english) =
            if plain { (self.lexicon.get(&folded), self.lexicon.english(&folded)) } else { (None, None) };
        // Where the language has no lexicon, what others borrow or share is better than nothing.
        let english = if plain && self.lexicon.lang().is_none() { self.lexicon.abroad(&folded) } else { english };
        let words = self.doc.words();
        let alone = words.count(piece);
        let variants = match shape {
            Shape::Lower => {
                let mut capital = String::new();
                let mut rest = piece.chars();
                capital.extend(rest.next().into_iter().flat_map(char::to_uppercase));
                capital.push_str(rest.as_str());
                words.count(&capital)
            }
            Shape::Capital | Shape::Upper => words.count(&piece.to_lowercase()),
            _ => 0,
        };
        let kind = if self.is_term(piece) {
            Kind::Term
        } else if shape == Shape::Digits {
            Kind::Number
        } else if native.is_some() {
            Kind::Native
        } else if alone >= 1 {
            Kind::Alone
        } else if english.is_some() {
            Kind::English
        } else if shape == Shape::Upper && (2..=5).contains(&chars) {
            Kind::Acronym
        } else if shape == Shape::Capital || shape == Shape::Upper {
            Kind::Capital
        } else if shape == Shape::Lower {
            Kind::Lower
        } else {
            Kind::Mixed
        };
        Piece { kind, shape, chars, native, english, alone, variants }
    }
}

/// Whether `c` is a capital.
pub(super) fn is_upper(c: char) -> bool {
    Class::of(c) == Some(Class::Upper)
}
