//! The lexicons inside the program: word frequencies of 21 languages.
//!
//! Each is an `fst::Map` made by `xtask lexicon` (see `data/lexicon/README.md`), looked up where it lies.

use std::sync::OnceLock;

use super::memo::Memo;
use super::table::Table;
use super::{Script, Word};

/// One language.
#[derive(Debug)]
pub(super) struct Embedded {
    pub(super) lang: &'static str,
    pub(super) script: Script,
    bytes: &'static [u8],
    table: OnceLock<Table<&'static [u8]>>,
    memo: Memo,
}

macro_rules! embedded {
    ($($lang:literal $script:ident;)*) => {
        [$(Embedded {
            lang: $lang,
            script: Script::$script,
            bytes: include_bytes!(concat!("../../data/lexicon/", $lang, ".fst")),
            table: OnceLock::new(),
            memo: Memo::new(),
        },)*]
    };
}

/// In the order of their codes.
#[cfg(feature = "lexicon")]
static LEXICONS: [Embedded; 21] = embedded! {
    "ca" Latin; "cs" Latin; "da" Latin; "de" Latin; "el" Greek; "en" Latin; "es" Latin; "fi" Latin; "fr" Latin;
    "hu" Latin; "id" Latin; "it" Latin; "nb" Latin; "nl" Latin; "pl" Latin; "pt" Latin; "ro" Latin; "ru" Cyrillic;
    "sv" Latin; "tr" Latin; "uk" Cyrillic;
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
