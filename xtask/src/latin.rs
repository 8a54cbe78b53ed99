//! The lexicon of Latin, which wordfreq has not: forms from a list of words, counted in a text.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::lexicon;

/// Languages of which common words are in the list that are not Latin, and how rare a word must be in all of them to
/// be taken for Latin nevertheless.
const OTHERS: [&str; 9] = ["ca", "de", "en", "es", "fr", "it", "nl", "pt", "ro"];
const RARE: u64 = 11;
/// -ln of the share of a text that is taken for a word which the counted text has not.
const UNSEEN: f64 = 14.0;

/// Reads the list, one word a line, and the text, and writes the files of Latin into `folder`, which must hold those
/// of the other languages.
pub fn build(list: &Path, text: &Path, folder: &Path) -> anyhow::Result<()> {
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("reading {}", path.display()));
    let (list, text) = (read(list)?, read(text)?);
    let maps = OTHERS.map(|lang| fs::read(folder.join(format!("{lang}.fst"))));
    let maps = maps.into_iter().map(|bytes| Ok(fst::Map::new(bytes?)?)).collect::<anyhow::Result<Vec<_>>>()?;
    let foreign = |word: &str| maps.iter().filter_map(|map| map.get(word)).any(|value| value & 15 < RARE);
    let mut counts: HashMap<String, f64> = HashMap::new();
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1.0;
    }
    let all: f64 = counts.values().sum();
    let mut words: HashMap<String, f64> = counts.into_iter().map(|(word, count)| (word, -(count / all).ln())).collect();
    let plain = |word: &&str| word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase());
    let listed: BTreeSet<&str> = list.lines().map(str::trim).filter(plain).collect();
    for word in listed {
        if !words.contains_key(word) && !foreign(word) {
            words.insert(word.to_owned(), UNSEEN);
        }
    }
    lexicon::write(folder, "la", &words)?;
    Ok(())
}
