//! The lexicons inside the program: word frequencies of 22 languages.
//!
//! Each is an `fst::Map` made by `xtask lexicon` (see `data/lexicon/README.md`), looked up where it lies.

use std::sync::OnceLock;

use super::letters::Letters;
use super::memo::Memo;
use super::table::Table;
use super::{Script, Word};

/// One language.
#[derive(Debug)]
pub(super) struct Embedded {
    pub(super) lang: &'static str,
    pub(super) script: Script,
    /// Of its 28,000 most common words, those of at least eight letters: the percentage that consists of two others
    /// of at least four. The words of Latin were not counted; its figure is that of languages that build words as it.
    pub(super) compounding: f32,
    bytes: &'static [u8],
    table: OnceLock<Table<&'static [u8]>>,
    pub(super) letters: Letters,
    memo: Memo,
}

#[cfg(feature = "lexicon")]
macro_rules! embedded {
    ($($lang:literal $script:ident $compounding:literal;)*) => {
        [$(Embedded {
            lang: $lang,
            script: Script::$script,
            compounding: $compounding,
            bytes: include_bytes!(concat!("../../data/lexicon/", $lang, ".fst")),
            table: OnceLock::new(),
            letters: Letters::new(include_bytes!(concat!("../../data/lexicon/", $lang, ".letters"))),
            memo: Memo::new(),
        },)*]
    };
}

/// In the order of their codes.
#[cfg(feature = "lexicon")]
static LEXICONS: [Embedded; 22] = embedded! {
    "ca" Latin 9.8; "cs" Latin 2.8; "da" Latin 27.5; "de" Latin 24.4; "el" Greek 4.5; "en" Latin 18.7; "es" Latin 8.9; "fi" Latin 11.9; "fr" Latin 10.5;
    "hu" Latin 14.5; "id" Latin 11.5; "it" Latin 11.3; "la" Latin 5.0; "nb" Latin 26.4; "nl" Latin 27.1; "pl" Latin 5.1; "pt" Latin 8.1; "ro" Latin 11.6; "ru" Cyrillic 2.5;
    "sv" Latin 24.5; "tr" Latin 21.6; "uk" Cyrillic 3.9;
};
#[cfg(not(feature = "lexicon"))]
static LEXICONS: [Embedded; 0] = [];

/// Returns the lexicon of `lang`, a code as [`super::code`] makes them, if there is one.
pub(super) fn of(lang: &str) -> Option<&'static Embedded> {
    LEXICONS.binary_search_by(|lexicon| lexicon.lang.cmp(lang)).ok().map(|at| &LEXICONS[at])
}

/// Returns all lexicons.
pub(super) fn all() -> &'static [Embedded] {
    &LEXICONS
}

impl Embedded {
    fn table(&self) -> &Table<&'static [u8]> {
        self.table.get_or_init(|| Table::open(self.bytes).expect("the lexicon is one that a test has opened"))
    }

    /// Looks up a folded word.
    pub(super) fn get(&self, word: &str) -> Option<Word> {
        self.table().get(word)
    }

    /// See [`Table::prefixes`].
    pub(super) fn prefixes(&self, text: &str, known: impl FnMut(usize, Word)) -> usize {
        self.table().prefixes(text, known)
    }

    /// Whether this lexicon or that of English has a word, as `look_up` finds out; `hash` is that of the word.
    pub(super) fn knows(&self, hash: u64, look_up: impl FnOnce() -> bool) -> bool {
        self.memo.ask(hash, look_up)
    }
}
