//! The words of a text: where they are, what kinds of characters they are made of, and how often they stand there.
//!
//! A word is a longest run of letters, combining marks and digits; what stands beside it is anything else.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::LazyLock;

use super::Span;
use super::hash::{QuickMap, hash, hash_pair_of};

/// Returns whether `c` belongs inside a word.
pub(crate) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || (c > '\u{2FF}' && unicode_normalization::char::is_combining_mark(c))
}

/// Kinds of characters, as a set of bits; none for what belongs to no word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Kinds(u8);

impl Kinds {
    const NONE: Kinds = Kinds(0);
    const LOWER: Kinds = Kinds(1);
    const UPPER: Kinds = Kinds(1 << 1);
    const DIGIT: Kinds = Kinds(1 << 2);
    /// Anything else, and letters that stand for a capital and a small one.
    const OTHER: Kinds = Kinds(1 << 3);
    const LATIN: Kinds = Kinds(1 << 4);
    const GREEK: Kinds = Kinds(1 << 5);
    const CYRILLIC: Kinds = Kinds(1 << 6);
    const SCRIPTS: Kinds = Kinds(0b111 << 4);

    fn of(c: char) -> Self {
        if !is_word_char(c) {
            return Kinds::NONE;
        }
        let kind = match c {
            _ if c.is_lowercase() => Kinds::LOWER,
            _ if c.is_uppercase() => Kinds::UPPER,
            _ if c.is_numeric() => Kinds::DIGIT,
            _ => Kinds::OTHER,
        };
        kind.and(match c {
            'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' => Kinds::LATIN,
            '\u{370}'..='\u{3FF}' => Kinds::GREEK,
            '\u{400}'..='\u{4FF}' => Kinds::CYRILLIC,
            ..'\u{80}' => Kinds::NONE,
            _ => Kinds::OTHER,
        })
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn only(self, kinds: Self) -> Self {
        Self(self.0 & kinds.0)
    }

    fn has(self, kinds: Self) -> bool {
        self.only(kinds) != Kinds::NONE
    }
}

/// A word in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Token {
    /// Bytes of the text.
    pub(crate) span: Span,
    /// Whether its letters are of one script and all small, but for the first, or all capitals; or it has but digits.
    /// Words of scripts that few texts are written in never are.
    pub(crate) is_plain: bool,
}

/// Characters before this one have their kinds in a table, so that most texts are read at the speed of looking there.
const TABLE: usize = 0x500;
static KINDS: LazyLock<Box<[Kinds; TABLE]>> = LazyLock::new(|| {
    let kind = |at: usize| u32::try_from(at).ok().and_then(char::from_u32).map_or(Kinds::NONE, Kinds::of);
    Box::new(std::array::from_fn(kind))
});

/// Returns the words of `text` in order.
pub(crate) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, kinds: &KINDS }
}

/// See [`tokens`].
pub(crate) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    kinds: &'static [Kinds; TABLE],
}

impl Tokens<'_> {
    /// Returns the kinds of the character at `at` and its bytes; None at the end.
    #[inline(always)]
    fn look(&self, at: usize) -> Option<(Kinds, usize)> {
        let bytes = self.text.as_bytes();
        Some(match *bytes.get(at)? {
            byte @ ..0x80 => (self.kinds[usize::from(byte)], 1),
            lead @ 0xC2..=0xD3 => {
                let c = usize::from(lead & 0x1F) << 6 | usize::from(bytes.get(at + 1)? & 0x3F);
                (self.kinds[c], 2)
            }
            // General punctuation up to U+203F, as quotes and dashes.
            0xE2 if bytes.get(at + 1) == Some(&0x80) => (Kinds::NONE, 3),
            _ => self.text[at..].chars().next().map(|c| (Kinds::of(c), c.len_utf8()))?,
        })
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    #[inline]
    fn next(&mut self) -> Option<Token> {
        let mut at = self.at;
        let (first, len) = loop {
            match self.look(at) {
                Some((Kinds::NONE, len)) => at += len,
                Some(found) => break found,
                None => {
                    self.at = at;
                    return None;
                }
            }
        };
        let start = at;
        at += len;
        let mut rest = Kinds::NONE;
        while let Some((kinds, len)) = self.look(at)
            && kinds != Kinds::NONE
        {
            rest = rest.and(kinds);
            at += len;
        }
        self.at = at;
        let all = first.and(rest);
        let one_script = all.only(Kinds::SCRIPTS).0.count_ones() <= 1;
        let (small, loud, digits) = (!rest.has(Kinds::UPPER), !all.has(Kinds::LOWER), all.has(Kinds::DIGIT));
        let letters = !digits && (small || loud);
        let is_plain = one_script && !all.has(Kinds::OTHER) && (letters || all == Kinds::DIGIT);
        Some(Token { span: Span::new(start, at), is_plain })
    }
}

/// Returns the places of the words of `text` in order.
pub(crate) fn word_spans(text: &str) -> impl Iterator<Item = Span> + '_ {
    tokens(text).map(|token| token.span)
}

/// How often each word stands alone in a text, in exactly that spelling, and how often two stand side by side.
///
/// Few questions are answered by looking for the word; many, by counting all words once.
#[derive(Debug)]
pub(crate) struct Words<'t> {
    text: &'t str,
    asked: Cell<u32>,
    /// By the hashes of words: two with one hash in 64 bits are counted as one.
    counts: OnceCell<QuickMap<u64, u32>>,
    /// The hashes of all pairs as they come, gathered by the way when words are counted.
    gathered: RefCell<Vec<u64>>,
    /// The same sorted: equal ones stand together. Most pairs stand in a text but once, and a map of so many would
    /// not be near when it is asked.
    pairs: OnceCell<Vec<u64>>,
}

/// So many questions cost about as much as counting all words.
const FEW: u32 = 12;
/// A map of counts has room for so many from the start, if the text has as many; a text has a word of its own kind for
/// some [`PER_WORD`] bytes at most.
const ROOM: usize = 1 << 11;
const PER_WORD: usize = 16;

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let (asked, counts, pairs) = (Cell::new(0), OnceCell::new(), OnceCell::new());
        Self { text, asked, counts, gathered: RefCell::default(), pairs }
    }

    /// Returns how often `word` stands alone, case as written.
    pub(crate) fn count(&self, word: &str) -> u32 {
        if self.asked.get() < FEW && !word.is_empty() {
            self.asked.set(self.asked.get() + 1);
            return self.look_for(word);
        }
        self.counts().get(&hash(word)).copied().unwrap_or(0)
    }

    fn counts(&self) -> &QuickMap<u64, u32> {
        self.counts.get_or_init(|| {
            let room = ROOM.min(self.text.len() / PER_WORD);
            let mut counts: QuickMap<u64, u32> = QuickMap::with_capacity_and_hasher(room, Default::default());
            let mut pairs = Vec::with_capacity(self.text.len() / PER_WORD);
            let (mut last, mut end) = (0, usize::MAX);
            for span in word_spans(self.text) {
                let word = hash(&self.text[span.range()]);
                *counts.entry(word).or_default() += 1;
                if let Some([b' '] | [0xC2, 0xA0]) = self.text.as_bytes().get(end..span.start) {
                    pairs.push(hash_pair_of(last, word));
                }
                (last, end) = (word, span.end);
            }
            self.gathered.replace(pairs);
            counts
        })
    }

    /// Returns how often `right` stands behind `left` with one space between them, case as written.
    pub(crate) fn count_pair(&self, left: &str, right: &str) -> u32 {
        // Pairs of words that do not stand alone need no look-up.
        if left.is_empty() || right.is_empty() || self.count(left) == 0 || self.count(right) == 0 {
            return 0;
        }
        let pairs = self.pairs.get_or_init(|| {
            self.counts();
            let mut pairs = self.gathered.take();
            pairs.sort_unstable();
            pairs
        });
        let pair = hash_pair_of(hash(left), hash(right));
        let equal = &pairs[pairs.partition_point(|&other| other < pair)..];
        u32::try_from(equal.partition_point(|&other| other == pair)).unwrap_or(u32::MAX)
    }

    fn look_for(&self, word: &str) -> u32 {
        let is_word = word.chars().all(is_word_char);
        let alone = |&at: &usize| {
            let (before, behind) = (&self.text[..at], &self.text[at + word.len()..]);
            is_word && !before.ends_with(is_word_char) && !behind.starts_with(is_word_char)
        };
        let found = memchr::memmem::find_iter(self.text.as_bytes(), word).filter(alone).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn looking_for_a_word_and_counting_all_words_agree() {
        let text = "Über uns: uns, unser, UNS, e\u{301}, e, GPT-4 und GPT4, 日本 日本語, uns";
        let words = Words::new(text);
        for word in ["uns", "Über", "unser", "UNS", "e", "e\u{301}", "GPT", "4", "GPT4", "日本", "ber", "x", "uns:"]
        {
            let looked = words.look_for(word);
            words.asked.set(FEW);
            assert_eq!(words.count(word), looked, "{word}");
        }
        assert_eq!(words.count("uns"), 3);
    }

    #[test]
    fn pairs_are_words_with_one_space_between() {
        let words = Words::new("in der Tat, in der\u{A0}Tat; in  der der in, in der");
        let pairs = [("in", "der"), ("der", "Tat"), ("der", "in"), ("der", "der"), ("Tat", "in"), ("", "in")];
        for _ in 0..FEW {
            assert_eq!(pairs.map(|(left, right)| words.count_pair(left, right)), [3, 2, 1, 1, 0, 0]);
        }
    }

    #[test]
    fn every_character_is_read_as_if_asked_by_itself() {
        for c in '\0'..=char::MAX {
            let text = format!("{c}");
            let found: Vec<Span> = word_spans(&text).collect();
            assert_eq!(found, if is_word_char(c) { vec![Span::new(0, text.len())] } else { vec![] }, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn words_are_the_longest_runs_of_their_characters(text in "(\\PC|[aB9 é’дΣ\u{301}ª]){0,20}") {
            let plain: Vec<&str> = text.split(|c| !is_word_char(c)).filter(|word| !word.is_empty()).collect();
            let found: Vec<&str> = word_spans(&text).map(|span| &text[span.range()]).collect();
            prop_assert_eq!(plain, found);
        }
    }
}
