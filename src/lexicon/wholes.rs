//! Rare words that look like two, and are one: too many to know more of them than that.
//!
//! A binary fuse filter made by `xtask wholes` (see `data/lexicon/README.md`), looked up where it lies. Of other
//! words it takes one in 256 for one of them.

#[cfg(any(feature = "lexicon", feature = "training"))]
use crate::text::hash_pair;

/// Returns the number under which the filter has `word`, folded, of `lang`.
#[cfg(any(feature = "lexicon", feature = "training"))]
pub(crate) fn whole_key(lang: &str, word: &str) -> u64 {
    hash_pair(lang, word)
}

/// Whether the filter has `word`, folded, of `lang`.
#[cfg(feature = "lexicon")]
pub(super) fn has(lang: &str, word: &str) -> bool {
    use xorf::{BinaryFuse8Ref, DmaSerializable, Filter, FilterRef};

    static FILTER: &[u8] = include_bytes!("../../data/lexicon/whole.filter");
    let (descriptor, fingerprints) = FILTER.split_at(<xorf::BinaryFuse8 as DmaSerializable>::DESCRIPTOR_LEN);
    BinaryFuse8Ref::from_dma(descriptor, fingerprints).contains(&whole_key(lang, word))
}

/// There is no filter in this program.
#[cfg(not(feature = "lexicon"))]
pub(super) fn has(_: &str, _: &str) -> bool {
    false
}
