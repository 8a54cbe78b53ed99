//! Spaces inside words: `Compan y`, `Unter nehmen`.
//!
//! Two pieces beside one space are one word if the lexicon or the text has the whole, and the pieces are none: both
//! of them, or one of them where the whole is common, or rare ones that would hardly meet by chance. Only in German
//! may both be common, since it writes a capital where a noun begins and none inside of it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::lexicon::{Lexicons, Script};
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, hash};

use super::evidence::{Evidence, Shape, letters};
use super::options::Reader;
use super::{Finder, Found, Options};

/// Words of more bytes than this are not looked at.
const LONGEST: usize = 64;
/// The rarity of what is no word.
const UNKNOWN: u8 = 18;
/// Rarity up to which a word makes words with many another: `de`, `in`.
const PARTICLE: u8 = 3;
/// Rarity up to which a whole is believed though one of its pieces, or both, are words.
const COMMON_WHOLE: u8 = 8;
/// Rarity up to which a whole is believed where neither piece is a word.
const WHOLE: u8 = 11;
/// Rarity from which on a word of the lexicon may be but a fragment.
const RARE: u8 = 8;
/// So much more common (as a power of e) a whole must be than its pieces would stand together by chance, if the
/// pieces are words that are rare.
const LIFT: u8 = 12;
/// The same for what German does not write side by side.
const GERMAN_LIFT: u8 = 6;
/// What the rarities of two pieces must make up for such a lift.
const FRAGMENTS: u8 = 13;
const GERMAN_FRAGMENTS: u8 = 8;
/// The same for what only the text itself says.
const NO_WORDS: u8 = 24;

/// The built-in finder `broken-words`.
pub(super) struct BrokenWords {
    terms: HashSet<String>,
    lexicons: Arc<Lexicons>,
    rarities: Rarities,
}

impl BrokenWords {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let lexicons = Arc::clone(lexicons);
        let made = || Self { terms: HashSet::new(), lexicons, rarities: Rarities::new() };
        Reader::new("broken-words", options, &[]).finish(made)
    }
}

impl Finder for BrokenWords {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let words = Evidence::new(doc, &self.lexicons, &self.terms);
        let Some(lang) = words.lexicon.lang() else { return };
        let (seed, german) = (hash(lang), lang == "de");
        let rarity = |word: &str| self.rarities.of(word, seed, || rarity(&words, word));
        let [mut before, mut first] = [Piece::default(); 2];
        let together = OnceCell::new();
        // Of `a b c` one space at a time: whether it goes on is seen when this much is mended.
        let mut mended = 0;
        for second in pieces(text, rarity) {
            let fragments = first.rarity + second.rarity;
            let rare = fragments >= FRAGMENTS && first.rarity.min(second.rarity) > PARTICLE;
            if (rare || german && fragments >= GERMAN_FRAGMENTS && first.is_capital())
                && first.span.end + 1 == second.span.start
                && text.as_bytes()[first.span.end] == b' '
                && !second.is_capital()
                && first.span.start >= mended
                && let Some(evidence) =
                    (Pair { text, words: &words, together: &together, before, first, second }).whole()
                && stays_whole(&words, &[first.word, second.word].concat())
            {
                let span = Span::new(first.span.end, second.span.start);
                found.push(Found { span, after: String::new(), evidence: Some(evidence), score: None });
                mended = second.span.end;
            }
            (before, first) = (first, second);
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"[\p{L}\p{M}] \p{L}".to_owned()])
    }
}

/// Whether nothing else would take `whole` for two words that ran together: a lexicon has it, or the text has it more
/// than once.
fn stays_whole(words: &Evidence<'_, '_>, whole: &str) -> bool {
    words.lexicon.knows(whole) || words.doc.words().count(whole) > 1
}

/// Remembers how rare words are: text repeats its words, and to look one up takes ten times as long.
///
/// A direct-mapped table of hashes, whose lowest byte is 1 more than the rarity. It can only forget, but for two
/// words with the same 56 bits of hash.
struct Rarities(Box<[AtomicU64]>);

impl Rarities {
    const SLOTS: usize = 1 << 15;

    fn new() -> Self {
        Self(std::iter::repeat_with(|| AtomicU64::new(0)).take(Self::SLOTS).collect())
    }

    fn of(&self, word: &str, seed: u64, look_up: impl FnOnce() -> u8) -> u8 {
        let hash = hash(word) ^ seed;
        let slot = &self.0[(hash >> 40) as usize % Self::SLOTS];
        let seen = slot.load(Ordering::Relaxed);
        if seen | 0xFF == hash | 0xFF && seen & 0xFF > 0 {
            return (seen & 0xFF) as u8 - 1;
        }
        let rarity = look_up();
        slot.store((hash & !0xFF) | (u64::from(rarity) + 1), Ordering::Relaxed);
        rarity
    }
}

/// Returns how rare a word is, those of English a little more than those of the language.
fn rarity(words: &Evidence<'_, '_>, word: &str) -> u8 {
    let folded = words.lexicon.fold(word);
    let own = words.lexicon.get(&folded).map(|word| word.rarity);
    let borrowed = || words.lexicon.english(&folded).map(|word| word.rarity + 2);
    own.or_else(borrowed).unwrap_or(UNKNOWN)
}

/// A longest run of letters.
#[derive(Clone, Copy, Default)]
struct Piece<'t> {
    word: &'t str,
    span: Span,
    /// How rare it is; [`UNKNOWN`] if it is no word.
    rarity: u8,
}

impl Piece<'_> {
    /// Whether it begins with a capital and goes on small.
    fn is_capital(&self) -> bool {
        let mut chars = self.word.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_none_or(|c| !c.is_uppercase())
    }

    /// Whether it is a word by itself.
    fn stands(&self, words: &Evidence<'_, '_>) -> bool {
        // Long lists hold letters and fragments too, which are rare.
        let least = match letters(self.word) {
            1 => 5,
            2 => 8,
            3 => 10,
            _ => 12,
        };
        self.rarity <= least || (letters(self.word) > 1 && words.doc.words().count(self.word) > 1)
    }
}

/// Returns the runs of letters of `text`, in order. Letters are those of ASCII and what UTF-8 writes in the bytes of
/// Latin, Greek and Cyrillic letters; what else is written there is seen later.
fn pieces<'t>(text: &'t str, rarity: impl Fn(&str) -> u8) -> impl Iterator<Item = Piece<'t>> {
    let bytes = text.as_bytes();
    // How many bytes of a letter begin at a place.
    let letter = move |at: usize| match bytes[at] {
        b'a'..=b'z' | b'A'..=b'Z' => 1,
        0xC3..=0xD4 => 2,
        0xE1 => 3,
        _ => 0,
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            while at < bytes.len() && letter(at) == 0 {
                at += 1;
            }
            let start = at;
            while at < bytes.len() && letter(at) > 0 {
                at += letter(at);
            }
            if start == at {
                return None;
            }
            if at - start <= LONGEST {
                let word = &text[start..at];
                return Some(Piece { word, span: Span::new(start, at), rarity: rarity(word) });
            }
        }
    })
}

/// Two pieces beside one space.
struct Pair<'p, 'd, 't> {
    text: &'t str,
    words: &'p Evidence<'d, 't>,
    /// How often each two words stand together with but one character between them.
    together: &'p OnceCell<HashMap<&'t str, u32>>,
    before: Piece<'t>,
    first: Piece<'t>,
    second: Piece<'t>,
}

impl Pair<'_, '_, '_> {
    /// Returns why the two are one word, if they are.
    fn whole(&self) -> Option<String> {
        let Self { words, first, second, .. } = self;
        if !self.may_be_one() || !self.is_apart() {
            return None;
        }
        let joined = [first.word, second.word].concat();
        let rarity = words.rarity(&joined);
        if (rarity.is_none() && first.rarity + second.rarity < NO_WORDS) || words.technical() {
            return None;
        }
        let alone = words.doc.words().count(&joined);
        if rarity.is_none() && alone == 0 {
            return None;
        }
        let rarity = rarity.unwrap_or(UNKNOWN);
        if alone == 0 && self.is_repeated() {
            return None; // What a text says twice is no accident.
        }
        let pieces = match (first.stands(words), second.stands(words)) {
            (false, false) => (alone > 0 || rarity <= WHOLE).then(|| "; its pieces are none".to_owned()),
            (true, true) => self.would_not_meet(rarity).then(String::new),
            (stands, _) => {
                let (piece, other) = if stands { (second, first) } else { (first, second) };
                // `did nt`, `the cat s`: what an apostrophe left; and single letters that are words.
                let short = letters(piece.word) <= 2 || letters(other.word) == 1;
                let believed = alone > 0 || rarity <= COMMON_WHOLE;
                (believed && !short).then(|| format!("; {}: none", piece.word))
            }
        }?;
        Some(match alone {
            0 => format!("{joined}: a word{pieces}"),
            1 => format!("{joined}: stands alone once{pieces}"),
            times => format!("{joined}: stands alone {times} times{pieces}"),
        })
    }

    fn is_repeated(&self) -> bool {
        let together = self.together.get_or_init(|| {
            let mut counts = HashMap::new();
            let mut first = Span::default();
            for second in pieces(self.text, |_| 0) {
                if first.end + 1 == second.span.start {
                    *counts.entry(&self.text[first.start..second.span.end]).or_default() += 1;
                }
                first = second.span;
            }
            counts
        });
        let written = &self.text[self.first.span.start..self.second.span.end];
        together.get(written).is_some_and(|&count: &u32| count > 1)
    }

    /// Whether the two pieces are written as two halves of a word are.
    fn may_be_one(&self) -> bool {
        let shapes = (Shape::of(self.first.word), Shape::of(self.second.word));
        let fit = matches!(shapes, (Shape::Small | Shape::Capital, Shape::Small) | (Shape::Loud, Shape::Loud));
        let (one, two) = (letters(self.first.word), letters(self.second.word));
        // `S p e r r u n g`, initials, letters of a list.
        let spread = one.max(two) < 3 || one + two < 5 || (one == 1 && shapes.0 == Shape::Capital);
        let script = self.first.word.chars().next().map_or(Script::Other, Script::of);
        let chars = || self.first.word.chars().chain(self.second.word.chars());
        fit && !spread && script != Script::Other && chars().all(|c| Script::of(c) == script)
    }

    /// Whether what stands around the two lets a word begin and end there.
    fn is_apart(&self) -> bool {
        let before = self.text[..self.first.span.start].chars().next_back();
        let after = self.text[self.second.span.end..].chars().next();
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '„' | '«' | '»' | '\'' | '’' | '‘'))
            && after.is_none_or(|c| {
                c.is_whitespace()
                    || matches!(c, ')' | '"' | '”' | '“' | '»' | '«' | '.' | ',' | ';' | ':' | '!' | '?' | '…')
            })
    }

    /// Whether two words would hardly meet by chance, nor by the rules of the language.
    fn would_not_meet(&self, whole: u8) -> bool {
        let (one, two) = (self.first, self.second);
        let least = letters(one.word).min(letters(two.word));
        let lift = (one.rarity + two.rarity + 3).saturating_sub(whole);
        let in_a_sentence = Shape::of(self.before.word) == Shape::Small
            && self.before.span.end + 1 == one.span.start
            && letters(self.before.word) > 1;
        let german = self.words.lexicon.lang() == Some("de") && one.is_capital() && in_a_sentence && least >= 3;
        let rare = one.rarity.max(two.rarity) >= RARE && least >= 2;
        whole <= COMMON_WHOLE && (rare && lift >= LIFT || german && lift >= GERMAN_LIFT)
    }
}

#[cfg(all(test, feature = "lexicon"))]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    fn cleaned(text: &str, lang: &str) -> String {
        clean(&*finder("broken-words", &json!({})), text, Some(lang))
    }

    macro_rules! joins {
        ($($name:ident: $lang:literal $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($before, $lang), $after); })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $lang:literal $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($text, $lang), $text); })*
        };
    }

    joins! {
        neither_piece_is_a_word: "en" "A univer sity and a compan y." => "A university and a company.";
        one_piece_is_none_and_the_whole_is_common: "en" "As soon as poss ible, they said." => "As soon as possible, they said.";
        a_whole_that_the_text_has: "en" "The Zorbl inger sang. A Zorblinger sings to a Zorblinger." => "The Zorblinger sang. A Zorblinger sings to a Zorblinger.";
        rare_pieces_that_would_not_meet: "en" "It needs new infra structure there." => "It needs new infrastructure there.";
        a_german_noun_that_goes_on_small: "de" "Das kleine Unter nehmen wuchs." => "Das kleine Unternehmen wuchs.";
        behind_an_elision: "it" "L'uni versità è aperta." => "L'università è aperta.";
        in_capitals: "en" "THE UNIVER SITY OPENED." => "THE UNIVERSITY OPENED.";
        in_other_scripts: "ru" "Это универ ситет." => "Это университет.";
    }

    keeps! {
        words_that_make_a_longer_one: "en" "In stead of any one, every day, a black bird may be some where; log in.";
        names_and_their_verbs: "en" "Anna Zorbl sang; Mc Donald; van Dyk came.";
        single_letters: "en" "S p e r r, plan b is, point a and, J Smith, an e mail, vitamin c is.";
        what_an_apostrophe_left: "en" "We did nt and the cat s tail.";
        numbers_and_units: "en" "5 k m and 12 cm there.";
        particles_before_unknown_words: "pt" "Um altar de talhe barroco.";
        what_a_text_says_twice: "en" "A univer sity, a univer sity.";
        words_of_other_lines_and_cells: "en" "a univer\nsity, a univer | sity, a univer\tsity, a univer  sity";
        words_in_code: "en" "my_univer sity_name, univer-sity, #univer sity_x";
        scripts_that_put_no_spaces: "ja" "東 京は univer sity";
        a_german_sentence_that_begins: "de" "Unter nehmen wir es.";
        look_alikes: "ru" "\u{443}ниве\u{70} ситет";
    }

    #[test]
    fn pieces_cost_linear_time_in_any_text() {
        for piece in ["univer sity ", "a b ", "Compan y ", "é ", "xqzz ", "”x ", "aaaa"] {
            cleaned(&piece.repeat(20_000), "en");
        }
    }
}
