//! Words that stand in other texts: in how many of them, and beside which.
//!
//! Counted once, before anything is cleaned, and the same for any order of the texts. Memory is bounded: of more
//! kinds than fit those with the smallest hashes are kept, and counted from the first text to the last. (Which those
//! are depends on all kinds together, not on when they were met: the bound on hashes only ever sinks, to the first
//! half, quarter, … of all hashes that holds few enough.)

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text::{hash, hash_pair, word_spans};

/// Kinds that are kept at most.
const WORDS: usize = 2 << 20;
const PAIRS: usize = 8 << 20;
/// The longest word in bytes.
const MAX_WORD: usize = 64;
/// So many hashes are gathered before they are counted.
const PENDING: usize = 2 << 20;

/// Counts texts by the words that stand alone in them, and by the pairs of words that a space parts.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    words: Counts,
    pairs: Counts,
}

impl Default for Seen {
    fn default() -> Self {
        Self { words: Counts::new(WORDS), pairs: Counts::new(PAIRS) }
    }
}

impl Seen {
    /// Counts one text.
    pub(crate) fn add(&mut self, text: &str) {
        // Words are asked for as they are once a text is composed.
        if is_nfc_quick(text.chars()) == IsNormalized::Yes {
            self.count(text);
        } else {
            self.count(&text.nfc().collect::<String>());
        }
    }

    fn count(&mut self, text: &str) {
        let (mut words, mut pairs) = (Vec::new(), Vec::new());
        let mut last: Option<(&str, usize)> = None;
        for span in word_spans(text) {
            let word = &text[span.range()];
            if let Some((before, end)) = last
                && matches!(&text[end..span.start], " " | "\u{A0}")
            {
                pairs.push(hash_pair(before, word));
            }
            last = (word.len() <= MAX_WORD).then_some((word, span.end));
            words.extend(last.map(|(word, _)| hash(word)));
        }
        self.words.add(words);
        self.pairs.add(pairs);
    }

    /// Counts what is still to be counted, so that it can be asked.
    pub(crate) fn settle(&mut self) {
        self.words.settle();
        self.pairs.settle();
    }

    /// Returns in how many texts `word` stands alone, in exactly that spelling.
    pub(super) fn word(&self, word: &str) -> u32 {
        self.words.get(hash(word))
    }

    /// Returns in how many texts `left` and `right` stand side by side.
    pub(super) fn pair(&self, left: &str, right: &str) -> u32 {
        self.pairs.get(hash_pair(left, right))
    }

    /// Calls `each` with every number that makes up what is known.
    pub(crate) fn numbers(&self, mut each: impl FnMut(u64)) {
        for counts in [&self.words, &self.pairs] {
            each(counts.counted.len() as u64);
            for &(hash, count) in &counts.counted {
                each(hash);
                each(u64::from(count));
            }
        }
    }
}

/// How many texts each kind stands in, by its hash: two kinds with one hash in 64 bits are one.
#[derive(Clone, Debug)]
struct Counts {
    most: usize,
    /// Larger hashes are left out.
    bound: u64,
    /// Sorted by hash, each once.
    counted: Vec<(u64, u32)>,
    /// One for each text and kind, not counted yet.
    pending: Vec<u64>,
}

impl Counts {
    fn new(most: usize) -> Self {
        Self { most, bound: u64::MAX, counted: Vec::new(), pending: Vec::new() }
    }

    /// Counts one text with the kinds `hashes`.
    fn add(&mut self, mut hashes: Vec<u64>) {
        hashes.retain(|&hash| hash <= self.bound);
        hashes.sort_unstable();
        hashes.dedup();
        self.pending.append(&mut hashes);
        if self.pending.len() >= PENDING {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.pending.sort_unstable();
        let old = std::mem::take(&mut self.counted);
        let mut merged: Vec<(u64, u32)> = Vec::with_capacity(old.len() + self.pending.len());
        let mut old = old.into_iter().peekable();
        for run in self.pending.chunk_by(|a, b| a == b) {
            while let Some(before) = old.next_if(|counted| counted.0 < run[0]) {
                merged.push(before);
            }
            let known = old.next_if(|counted| counted.0 == run[0]).map_or(0, |counted| counted.1);
            merged.push((run[0], known.saturating_add(u32::try_from(run.len()).unwrap_or(u32::MAX))));
        }
        merged.extend(old);
        self.pending.clear();
        while merged.len() > self.most {
            self.bound /= 2;
            merged.truncate(merged.partition_point(|counted| counted.0 <= self.bound));
        }
        merged.shrink_to_fit();
        self.counted = merged;
    }

    fn get(&self, hash: u64) -> u32 {
        let found = self.counted.binary_search_by_key(&hash, |counted| counted.0);
        found.map_or(0, |at| self.counted[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(texts: &[&str]) -> Seen {
        let mut seen = Seen::default();
        texts.iter().for_each(|text| seen.add(text));
        seen.settle();
        seen
    }

    fn numbers(seen: &Seen) -> Vec<u64> {
        let mut numbers = Vec::new();
        seen.numbers(|number| numbers.push(number));
        numbers
    }

    #[test]
    fn texts_are_counted_not_times() {
        let seen = seen(&["The lamp, the lamp\u{A0}room.", "a lamp  room", "Lamp; lamp-room e\u{301}t\u{E9}", ""]);
        let counts = ["lamp", "the", "The", "room", "Lamp", "ét\u{E9}", "lam", ""].map(|word| seen.word(word));
        assert_eq!(counts, [3, 1, 1, 3, 1, 1, 0, 0]);
        let pairs = [("the", "lamp"), ("lamp", "room"), ("lamp", "the"), ("room", "lamp"), ("Lamp", "lamp")];
        assert_eq!(pairs.map(|(left, right)| seen.pair(left, right)), [1, 1, 0, 0, 0]);
    }

    #[test]
    fn the_order_of_texts_does_not_matter_even_where_not_all_fits() {
        let texts: Vec<String> =
            (0..200).map(|n| (0..n % 37).map(|k| format!("w{} ", n * k % 101)).collect()).collect();
        let mut orders: Vec<Vec<usize>> = vec![(0..200).collect(), (0..200).rev().collect()];
        orders.push((0..200).map(|n| n * 77 % 200).collect());
        let mut all: Vec<Vec<u64>> = Vec::new();
        for (most, often) in [(30, 1), (30, 7), (30, 1000), (5000, 9)] {
            for order in &orders {
                let mut seen = Seen { words: Counts::new(most), pairs: Counts::new(most) };
                for (nth, &at) in order.iter().enumerate() {
                    seen.add(&texts[at]);
                    if nth % often == 0 {
                        seen.settle();
                    }
                }
                seen.settle();
                let exact =
                    |word: &str| texts.iter().filter(|text| text.split(' ').any(|other| other == word)).count() as u32;
                let kept = (0..101).map(|n| format!("w{n}")).filter(|word| seen.word(word) > 0).collect::<Vec<_>>();
                assert!(
                    kept.iter().all(|word| seen.word(word) == exact(word)),
                    "what is kept is counted from the start"
                );
                assert!(if most == 30 { (1..=30).contains(&kept.len()) } else { kept.len() == 101 }, "{}", kept.len());
                all.push(numbers(&seen));
            }
        }
        let (few, many) = all.split_at(9);
        assert!(few.windows(2).all(|pair| pair[0] == pair[1]) && many.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn words_have_hashes_of_their_own() {
        let mut hashes: Vec<u64> = Vec::new();
        let mut words = std::collections::BTreeSet::new();
        for lang in ["de", "en", "fi", "ru", "uk", "nl"] {
            let path = format!("{}/data/lexicon/{lang}.fst", env!("CARGO_MANIFEST_DIR"));
            let list = super::super::List::compiled(&std::fs::read(path).expect("there")).expect("whole");
            words.extend(list.words().map(str::to_owned));
        }
        hashes.extend(words.iter().map(|word| hash(word)));
        let mut last = "x y";
        for word in words.iter().filter(|word| *word != "und") {
            hashes.extend([hash_pair(word, "und"), hash_pair("und", word), hash_pair(last, word)]);
            last = word;
        }
        let all = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert!(all == hashes.len(), "{} of {all} collide", all - hashes.len());
        let low = hashes.partition_point(|&hash| hash <= u64::MAX / 2);
        assert!((0.49..0.51).contains(&(low as f64 / hashes.len() as f64)), "halves are halves");
    }
}
