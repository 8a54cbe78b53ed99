//! A memory of answers that take long to work out: text repeats its words.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, OnceLock};

use super::Word;

/// Returns what the hashes of this process begin with: no text can be made of words that are one to a memo, so that
/// what it remembers of one could reach the output for another.
pub(super) fn seed() -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    *SEED
}

/// Remembers small answers about words.
///
/// A direct-mapped table of hashes, whose lowest bits hold the answers. It can only forget, but for two words with the
/// same other bits of hash, which are 55 at least. It takes memory when it is first asked.
pub(super) struct Memo(OnceLock<Box<[AtomicU64]>>);

impl Memo {
    const SLOTS: usize = 1 << 16;

    pub(super) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Returns whether something is true of the word with this `hash`: as remembered, or as `work_out` says.
    pub(super) fn ask(&self, hash: u64, work_out: impl FnOnce() -> bool) -> bool {
        self.recall::<1>(hash, || u64::from(work_out())) == 1
    }

    /// Returns what is known of the word with this `hash`: as remembered, or as `look_up` says.
    pub(super) fn word(&self, hash: u64, look_up: impl FnOnce() -> Option<Word>) -> Option<Word> {
        let known = self.recall::<{ Word::BITS + 1 }>(hash, || look_up().map_or(0, |word| word.pack() + 1));
        known.checked_sub(1).map(Word::unpack)
    }

    #[inline]
    fn recall<const BITS: u32>(&self, hash: u64, work_out: impl FnOnce() -> u64) -> u64 {
        let answers = (1 << BITS) - 1;
        let slots = self.0.get_or_init(|| std::iter::repeat_with(|| AtomicU64::new(0)).take(Self::SLOTS).collect());
        let slot = &slots[(hash >> 40) as usize % Self::SLOTS];
        let seen = slot.load(Ordering::Relaxed);
        if seen | answers == hash | answers {
            return seen & answers;
        }
        let answer = work_out();
        slot.store((hash & !answers) | answer, Ordering::Relaxed);
        answer
    }
}

impl Default for Memo {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::hash;

    #[test]
    fn an_answer_is_worked_out_once_and_told_again() {
        let memo = Memo::new();
        let mut asked = 0;
        for _ in 0..3 {
            for (word, answer) in [("lake", true), ("lkae", false)] {
                let told = memo.ask(hash(word), || {
                    asked += 1;
                    answer
                });
                assert_eq!(told, answer, "{word}");
            }
        }
        assert_eq!(asked, 2);
    }

    #[test]
    fn every_word_that_can_be_known_is_told_as_it_was_looked_up() {
        let memo = Memo::new();
        let known = (0..1 << Word::BITS).map(|packed| Some(Word::unpack(packed))).chain([None]);
        for (at, word) in known.enumerate() {
            let hash = hash(&at.to_string());
            assert_eq!(memo.word(hash, || word), word);
            assert_eq!(memo.word(hash, || unreachable!("it is remembered")), word);
        }
    }
}
