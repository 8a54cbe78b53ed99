//! What is known of a piece of a token: from the lists, the lexicons, and the text itself.

use std::cell::{OnceCell, RefCell};

use crate::lexicon::{Lexicon, Lexicons, Word};
use crate::text::{Document, QuickMap, QuickSet, Span, tokens};

use super::super::code::is_technical;
use super::super::evidence::COMMON;
use super::token::{Class, Cut, Shape, cuts_in};
use super::{Lists, MAX_TOKEN, MIN_SEAM};

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
    lexicons: &'a Lexicons,
    lists: &'a Lists,
    suspects: OnceCell<Vec<Suspect>>,
    pieces: RefCell<QuickMap<&'t str, Piece>>,
    technical: OnceCell<bool>,
    families: OnceCell<Families<'t>>,
}

/// A token that may be words which ran together: it has changes inside, or it is long enough and no known word.
#[derive(Debug)]
pub(super) struct Suspect {
    /// Bytes of the text.
    pub(super) span: Span,
    pub(super) cuts: Vec<Cut>,
}

/// The tokens of a text with changes inside, by what they begin and end with: names that share a piece are built from
/// it (`BarGroup`, `BarPane`), and so are no words that ran together.
#[derive(Default)]
struct Families<'t> {
    first: QuickMap<&'t str, QuickSet<&'t str>>,
    last: QuickMap<&'t str, QuickSet<&'t str>>,
}

impl<'a, 't> Evidence<'a, 't> {
    pub(super) fn new(doc: &'a Document<'t>, lexicons: &'a Lexicons, lists: &'a Lists) -> Self {
        Self {
            doc,
            lexicon: lexicons.of(doc.lang()),
            lexicons,
            lists,
            suspects: OnceCell::new(),
            pieces: RefCell::default(),
            technical: OnceCell::new(),
            families: OnceCell::new(),
        }
    }

    /// Whether `word` is listed as a name to be split off.
    pub(super) fn is_term(&self, word: &str) -> bool {
        self.lists.terms.contains(word)
    }

    /// Whether `token` is a listed name as it is, or with a short ending as languages inflect names
    /// (`YouTubers`, `GitHubissa`); a word of which sentences are made is none (`GitHubauf`).
    pub(super) fn is_name(&self, token: &str) -> bool {
        let listed = |name: &str| self.lists.terms.contains(name) || self.lists.keep.contains(name);
        if listed(token) {
            return true;
        }
        if !self.has_term(token) && !token.contains(is_upper) {
            return false;
        }
        let stem = token.trim_end_matches(char::is_lowercase).len();
        let is_ending = |ending: &str| match self.lexicon.get(&self.lexicon.fold(ending)) {
            Some(word) if word.rarity <= COMMON => {
                ending.chars().count() < self.doc.lang().map_or(MAX_ENDING, shortest_word_behind_a_name)
            }
            _ => true,
        };
        token[stem..]
            .char_indices()
            .rev()
            .take(MAX_ENDING)
            .any(|(at, _)| listed(&token[..stem + at]) && is_ending(&token[stem + at..]))
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

    /// Returns how often `right` stands behind `left`, with a space between, in this text and those read first.
    pub(super) fn pair(&self, left: &str, right: &str) -> u32 {
        self.doc.words().count_pair(left, right) + self.lexicons.seen_pair(left, right)
    }

    /// Returns how often `token`, one of this text, stands there as a whole besides, and in how many other texts.
    pub(super) fn again(&self, token: &str) -> u32 {
        self.doc.words().count(token).saturating_sub(1) + self.lexicons.seen(token).saturating_sub(1)
    }

    /// Returns the tokens that are worth a look, in order. All others are told from these in one pass over the text,
    /// which asks as little of each as it can.
    pub(super) fn suspects(&self) -> &[Suspect] {
        self.suspects.get_or_init(|| {
            let text = self.doc.text();
            let mut suspects = Vec::new();
            for token in tokens(text) {
                let word = &text[token.span.range()];
                if word.len() > MAX_TOKEN {
                    continue;
                }
                let mut cuts = if token.is_plain { Vec::new() } else { cuts_in(text, token.span) };
                if !cuts.is_empty() {
                    self.lists.add_cuts(word, &mut cuts);
                }
                if !cuts.is_empty() || (word.len() >= MIN_SEAM && !self.lexicon.knows(word)) {
                    suspects.push(Suspect { span: token.span, cuts });
                }
            }
            suspects
        })
    }

    fn families(&self) -> &Families<'t> {
        self.families.get_or_init(|| {
            let text = self.doc.text();
            let mut families = Families::default();
            for Suspect { span, cuts } in self.suspects() {
                let token = &text[span.range()];
                if let (Some(first), Some(last)) = (cuts.first(), cuts.last()) {
                    families.first.entry(&token[..first.at]).or_default().insert(token);
                    families.last.entry(&token[last.at..]).or_default().insert(token);
                }
            }
            families
        })
    }

    /// Returns how many different tokens change right behind `piece` at their start.
    pub(super) fn begun_with(&self, piece: &str) -> u32 {
        self.families().first.get(piece).map_or(0, |family| family.len() as u32)
    }

    /// Returns how many different tokens change right before `piece` at their end.
    pub(super) fn ended_with(&self, piece: &str) -> u32 {
        self.families().last.get(piece).map_or(0, |family| family.len() as u32)
    }

    /// Returns what is known of `piece`, a part of the text.
    pub(super) fn piece(&self, piece: &'t str) -> Piece {
        if let Some(known) = self.pieces.borrow().get(piece) {
            return *known;
        }
        let known = self.look_up(piece);
        self.pieces.borrow_mut().insert(piece, known);
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
        let alone = words.count(piece) + self.lexicons.seen(piece);
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

/// Returns how many letters a word has at least that is none of the endings which `lang` gives to names.
fn shortest_word_behind_a_name(lang: &str) -> usize {
    match lang {
        // These inflect no names, or not those in Latin letters.
        "ca" | "el" | "en" | "es" | "fr" | "id" | "it" | "pt" | "ru" | "uk" => 2,
        _ => 3,
    }
}

/// Whether `c` is a capital.
pub(super) fn is_upper(c: char) -> bool {
    Class::of(c) == Some(Class::Upper)
}
