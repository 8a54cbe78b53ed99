//! The lexicons inside the program: word frequencies of 21 languages.
//!
//! Each is an `fst::Map` made by `xtask lexicon` (see `data/lexicon/README.md`), looked up where it lies.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use fst::Map;

use super::{Script, Word};

/// One language.
pub(super) struct Embedded {
    pub(super) lang: &'static str,
    pub(super) script: Script,
    /// Of its 28,000 most common words, those of at least eight letters: the percentage that consists of two others
    /// of at least four.
    pub(super) compounding: f32,
    bytes: &'static [u8],
    map: OnceLock<Map<&'static [u8]>>,
    memo: OnceLock<Memo>,
}

macro_rules! embedded {
    ($($lang:literal $script:ident $compounding:literal;)*) => {
        [$(Embedded {
            lang: $lang,
            script: Script::$script,
            compounding: $compounding,
            bytes: include_bytes!(concat!("../../data/lexicon/", $lang, ".fst")),
            map: OnceLock::new(),
            memo: OnceLock::new(),
        },)*]
    };
}

/// In the order of their codes.
#[cfg(feature = "lexicon")]
static LEXICONS: [Embedded; 21] = embedded! {
    "ca" Latin 9.8; "cs" Latin 2.8; "da" Latin 27.5; "de" Latin 24.4; "el" Greek 4.5; "en" Latin 18.7; "es" Latin 8.9; "fi" Latin 11.9; "fr" Latin 10.5;
    "hu" Latin 14.5; "id" Latin 11.5; "it" Latin 11.3; "nb" Latin 26.4; "nl" Latin 27.1; "pl" Latin 5.1; "pt" Latin 8.1; "ro" Latin 11.6; "ru" Cyrillic 2.5;
    "sv" Latin 24.5; "tr" Latin 21.6; "uk" Cyrillic 3.9;
};
#[cfg(not(feature = "lexicon"))]
static LEXICONS: [Embedded; 0] = [];

/// Returns the lexicon of `lang` (ISO 639-1), if there is one.
pub(super) fn of(lang: &str) -> Option<&'static Embedded> {
    // Two written forms of one language, of which the lists know the more common one.
    let lang = if matches!(lang, "nn" | "no") { "nb" } else { lang };
    LEXICONS.binary_search_by(|lexicon| lexicon.lang.cmp(lang)).ok().map(|at| &LEXICONS[at])
}

/// Returns all lexicons.
pub(super) fn all() -> &'static [Embedded] {
    &LEXICONS
}

impl Embedded {
    fn map(&self) -> &Map<&'static [u8]> {
        self.map.get_or_init(|| Map::new(self.bytes).expect("the lexicon is one that a test has opened"))
    }

    /// Looks up a folded word.
    pub(super) fn get(&self, word: &str) -> Option<Word> {
        self.map().get(word).map(Word::unpack)
    }

    /// Calls `known` with the length in bytes of every word that `text` (folded) begins with, shortest first;
    /// returns how many bytes of `text` any word begins with.
    pub(super) fn prefixes(&self, text: &str, mut known: impl FnMut(usize, Word)) -> usize {
        let fst = self.map().as_fst();
        let mut node = fst.root();
        let mut value = fst::raw::Output::zero();
        for (at, byte) in text.bytes().enumerate() {
            let Some(next) = node.find_input(byte) else { return at };
            let transition = node.transition(next);
            value = value.cat(transition.out);
            node = fst.node(transition.addr);
            if node.is_final() {
                known(at + 1, Word::unpack(value.cat(node.final_output()).value()));
            }
        }
        text.len()
    }

    /// Whether the lexicon has `folded()`, asked of a memory first. `hash` is that of the word.
    pub(super) fn knows(&self, hash: u64, folded: impl FnOnce() -> Option<Word>) -> bool {
        self.memo.get_or_init(Memo::new).knows(hash, folded)
    }
}

/// Remembers which words were looked up: text repeats its words, and to look one up takes ten times as long.
///
/// A direct-mapped table of hashes; the lowest bit says whether the word is known. It can only forget, but for two
/// words with the same 63 bits of hash.
struct Memo(Box<[AtomicU64]>);

impl Memo {
    const SLOTS: usize = 1 << 15;

    fn new() -> Self {
        Self(std::iter::repeat_with(|| AtomicU64::new(0)).take(Self::SLOTS).collect())
    }

    fn knows(&self, hash: u64, look_up: impl FnOnce() -> Option<Word>) -> bool {
        let slot = &self.0[(hash >> 40) as usize % Self::SLOTS];
        let seen = slot.load(Ordering::Relaxed);
        if seen | 1 == hash | 1 {
            return seen & 1 == 1;
        }
        let known = look_up().is_some();
        slot.store((hash & !1) | u64::from(known), Ordering::Relaxed);
        known
    }
}
