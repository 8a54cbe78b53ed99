//! Fast hashes of words, for counting and remembering them.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};

/// A map from words, or from their hashes: two words with one hash in 64 bits are one there.
pub(crate) type QuickMap<K, V> = HashMap<K, V, Quick>;
/// A set of words.
pub(crate) type QuickSet<K> = HashSet<K, Quick>;

/// Hashes the keys of one map, which are words or hashes. Each map has a seed of its own, so that no text can be made
/// of words that all fall into one place.
#[derive(Clone, Debug)]
pub(crate) struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Quick {
    type Hasher = QuickHasher;

    #[inline]
    fn build_hasher(&self) -> QuickHasher {
        QuickHasher(self.0)
    }
}

/// See [`Quick`].
#[derive(Debug)]
pub(crate) struct QuickHasher(u64);

impl Hasher for QuickHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_from(self.0, bytes);
    }

    #[inline]
    fn write_u64(&mut self, hash: u64) {
        self.0 = mix(self.0, hash);
    }

    #[inline]
    fn write_u8(&mut self, _: u8) {
        // What a `str` ends with. The lengths of words are part of their hashes.
    }
}

/// A fast hash of a short string.
///
/// `data/lexicon/whole.filter` holds such numbers: it must be made anew where this changes.
#[inline]
pub(crate) fn hash(word: &str) -> u64 {
    hash_from(0, word.as_bytes())
}

/// A hash as [`hash`], but another for each `seed`.
#[inline]
pub(crate) fn hash_from(seed: u64, bytes: &[u8]) -> u64 {
    let mut hash = seed ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
    }
    mix(mix(hash, number(chunks.remainder())), 0)
}

/// Returns the number that fewer than eight bytes are, the first the lowest. Four or more are read in two pieces that
/// overlap: to copy as many bytes as there are takes longer than all else.
#[inline]
fn number(bytes: &[u8]) -> u64 {
    let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    match (bytes, bytes.first_chunk(), bytes.last_chunk()) {
        (_, Some(low), Some(high)) => four(low) | four(high) << (8 * (bytes.len() - 4)),
        (&[a, b, c], ..) => four(&[a, b, c, 0]),
        (&[a, b], ..) => four(&[a, b, 0, 0]),
        (&[a], ..) => u64::from(a),
        _ => 0,
    }
}

/// A fast hash of two words side by side.
pub(crate) fn hash_pair(left: &str, right: &str) -> u64 {
    hash_pair_of(hash(left), hash(right))
}

/// Returns [`hash_pair`] of two words by their hashes.
#[inline]
pub(crate) fn hash_pair_of(left: u64, right: u64) -> u64 {
    mix(mix(left, right), 0)
}

/// Multiplies to twice the width and folds, so that every bit of the input reaches every bit of the outcome.
#[inline]
fn mix(hash: u64, value: u64) -> u64 {
    let product = u128::from(hash.rotate_left(32) ^ value ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_are_read_as_if_copied() {
        let bytes: Vec<u8> = (1..=8).map(|n| n * 29).collect();
        for len in 0..8 {
            let mut copy = [0; 8];
            copy[..len].copy_from_slice(&bytes[..len]);
            assert_eq!(number(&bytes[..len]), u64::from_le_bytes(copy), "{len}");
        }
    }
}
