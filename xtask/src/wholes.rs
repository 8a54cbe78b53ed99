//! The filter of rare words that look like two.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use unscrape::training::whole_key;
use xorf::{BinaryFuse8, DmaSerializable};

/// Reads lines of a language, a tab and a word, and writes the filter: its descriptor, then its fingerprints.
pub fn build(list: &Path, to: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(list).with_context(|| format!("reading {}", list.display()))?;
    let words = text.lines().filter_map(|line| line.split_once('\t'));
    let keys: BTreeSet<u64> = words.map(|(lang, word)| whole_key(lang, word)).collect();
    let keys: Vec<u64> = keys.into_iter().collect();
    let filter = BinaryFuse8::try_from(&keys).map_err(|why| anyhow!("{why}"))?;
    let mut bytes = vec![0; BinaryFuse8::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut bytes);
    bytes.extend(filter.dma_fingerprints());
    println!("{} words, {} bytes", keys.len(), bytes.len());
    fs::write(to, bytes)?;
    Ok(())
}
