//! A memory of answers that take long to work out: text repeats its words.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Remembers of which words something is true.
///
/// A direct-mapped table of hashes; the lowest bit holds the answer. It can only forget, but for two words with the
/// same 63 bits of hash. It takes memory when it is first asked.
pub(super) struct Memo(OnceLock<Box<[AtomicU64]>>);

impl Memo {
    const SLOTS: usize = 1 << 15;

    pub(super) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Returns whether it is true of the word with this `hash`: as remembered, or as `work_out` says.
    pub(super) fn ask(&self, hash: u64, work_out: impl FnOnce() -> bool) -> bool {
        let slots = self.0.get_or_init(|| std::iter::repeat_with(|| AtomicU64::new(0)).take(Self::SLOTS).collect());
        let slot = &slots[(hash >> 40) as usize % Self::SLOTS];
        let seen = slot.load(Ordering::Relaxed);
        if seen | 1 == hash | 1 {
            return seen & 1 == 1;
        }
        let answer = work_out();
        slot.store((hash & !1) | u64::from(answer), Ordering::Relaxed);
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

/// A fast hash of a short string.
pub(crate) fn hash(word: &str) -> u64 {
    let mut hash = word.len() as u64;
    let mut chunks = word.as_bytes().chunks_exact(8);
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mix(mix(hash, u64::from_le_bytes(last)), 0)
}

/// A fast hash of two words side by side.
pub(super) fn hash_pair(left: &str, right: &str) -> u64 {
    mix(mix(hash(left), hash(right)), 0)
}

/// Multiplies to twice the width and folds, so that every bit of the input reaches every bit of the outcome.
fn mix(hash: u64, value: u64) -> u64 {
    let product = u128::from(hash.rotate_left(32) ^ value ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
