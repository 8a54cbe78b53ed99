//! Lexicons from the word frequencies of the Python package `wordfreq`.
//!
//! One `fst::Map` for each language, from the folded word (wordfreq folds case by Unicode's rules, so that `ß` is
//! `ss` and `ς` is `σ`) to what [`pack`] puts into a number: how common the word is, and how often it begins or ends
//! longer words that consist of two words (which is how compounds and derivations show themselves without a grammar).
//! Beside each map lies a table of letters: how likely each letter is behind two others, counted over the words.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::letters;

/// The wheel that the committed lexicons were made from: wordfreq 3.1.1.
const WHEEL: &str = "73d7b932b2dd3fe173c09803d702ccd3677e23b7fc51d91ee0c174bd207cb1fc";
/// Languages with the list they are taken from: large where there is one that is larger.
const LANGUAGES: &[(&str, &str)] = &[
    ("ca", "large"),
    ("cs", "large"),
    ("da", "small"),
    ("de", "large"),
    ("el", "small"),
    ("en", "large"),
    ("es", "large"),
    ("fi", "large"),
    ("fr", "large"),
    ("hu", "small"),
    ("id", "small"),
    ("it", "large"),
    ("nb", "large"),
    ("nl", "large"),
    ("pl", "large"),
    ("pt", "large"),
    ("ro", "small"),
    ("ru", "large"),
    ("sv", "large"),
    ("tr", "small"),
    ("uk", "large"),
];
/// So many words of a language are kept, the most frequent ones.
const WORDS: usize = 100_000;

/// Reads the lists out of `wheel` and writes two files for each language into `folder`.
pub fn build(wheel: &Path, folder: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(wheel).with_context(|| format!("reading {}", wheel.display()))?;
    let hash = blake3::hash(&bytes).to_hex();
    ensure!(
        hash.as_str() == WHEEL,
        "{} is not the wheel these lexicons are made from: its BLAKE3 is {hash}",
        wheel.display()
    );
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
    fs::create_dir_all(folder)?;
    let mut total = 0;
    for (lang, list) in LANGUAGES {
        let name = format!("wordfreq/data/{list}_{lang}.msgpack.gz");
        let mut packed = Vec::new();
        archive.by_name(&name).with_context(|| name.clone())?.read_to_end(&mut packed)?;
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked)?;
        let words = words(&unpacked).with_context(|| name.clone())?;
        total += write(folder, lang, &words)?;
    }
    println!("{total} bytes together");
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Writes the files of one language; returns how many bytes they have.
pub fn write(folder: &Path, lang: &str, words: &HashMap<String, f64>) -> anyhow::Result<usize> {
    let map = map(words)?;
    let letters = letters::table(words.keys().map(String::as_str));
    fs::write(folder.join(format!("{lang}.fst")), &map)?;
    fs::write(folder.join(format!("{lang}.letters")), &letters)?;
    println!("{lang}: {} words, {} + {} bytes", words.len(), map.len(), letters.len());
    Ok(map.len() + letters.len())
}

/// An element of a list: the header, then for every hundredth of a bel below certainty the words that common.
#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Header { format: String, version: u32 },
    Words(Vec<String>),
}

/// Returns the most frequent words with -ln of their share of a text.
fn words(list: &[u8]) -> anyhow::Result<HashMap<String, f64>> {
    let items: Vec<Item> = rmp_serde::from_slice(list)?;
    let mut shares: HashMap<String, f64> = HashMap::new();
    for (centibels, item) in items.into_iter().enumerate() {
        let words = match item {
            Item::Header { format, version } => {
                ensure!(centibels == 0 && format == "cB" && version == 1, "an unknown format: {format} {version}");
                continue;
            }
            Item::Words(words) => words,
        };
        // The header is number 0, so that number 1 holds the words of 0 centibels.
        let share = 10f64.powf(-((centibels - 1) as f64) / 100.0);
        for word in words {
            // The tokens of a text are runs of letters: of `dell'arte` it sees `dell` and `arte`.
            for part in word.nfc().collect::<String>().to_lowercase().split(['\'', '’', '-', '.', '·']) {
                if part.chars().count() >= 1 && part.chars().all(is_letter) {
                    *shares.entry(part.to_owned()).or_default() += share;
                }
            }
        }
    }
    if shares.is_empty() {
        bail!("no words");
    }
    let mut ranked: Vec<(String, f64)> = shares.into_iter().map(|(word, share)| (word, -share.ln())).collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    ranked.truncate(WORDS);
    Ok(ranked.into_iter().collect())
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)
}

/// Returns `words` as the bytes of an `fst::Map`.
fn map(words: &HashMap<String, f64>) -> anyhow::Result<Vec<u8>> {
    let mut firsts: HashMap<&str, u32> = HashMap::new();
    let mut lasts: HashMap<&str, u32> = HashMap::new();
    for word in words.keys() {
        for (at, _) in word.char_indices() {
            let (first, last) = word.split_at(at);
            let long = |piece: &str| piece.chars().nth(1).is_some();
            if long(first) && long(last) && words.contains_key(first) && words.contains_key(last) {
                *firsts.entry(first).or_default() += 1;
                *lasts.entry(last).or_default() += 1;
            }
        }
    }
    let mut sorted: Vec<(&str, f64)> = words.iter().map(|(word, share)| (word.as_str(), *share)).collect();
    sorted.sort_by(|a, b| a.0.cmp(b.0));
    let mut builder = fst::MapBuilder::memory();
    for (word, share) in sorted {
        let count = |counts: &HashMap<&str, u32>| counts.get(word).copied().unwrap_or(0);
        builder.insert(word, pack(share, count(&firsts), count(&lasts)))?;
    }
    Ok(builder.into_inner()?)
}

/// Packs what is known of a word: 4 bits of how common it is (0 the most; one step is a factor e), then 2 bits each
/// of how many words it begins and ends (in powers of four).
fn pack(share: f64, firsts: u32, lasts: u32) -> u64 {
    let common = (share - 3.0).round().clamp(0.0, 15.0) as u64;
    let power = |count: u32| u64::from(count.checked_ilog2().map_or(0, |log| log / 2 + 1).min(3));
    common | power(firsts) << 4 | power(lasts) << 6
}
