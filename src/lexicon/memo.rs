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
}
