//! Tables of letters: how likely each letter is behind two others inside the words of a language.

use std::collections::HashMap;

/// The edge of a word, and any letter that is not in the alphabet.
const EDGE: usize = 0;
const OTHER: usize = 1;
/// The alphabet is as large as it takes for this share of all letters of all words to be in it.
const COVERED: f64 = 0.999;
/// A table has at most so many symbols, so that it stays below 55 KB.
const MAX_SYMBOLS: usize = 38;
/// Evidence of a shorter context counts as much as so many letters seen in the longer one.
const BACKING: f64 = 5.0;
/// Steps of what is stored, for one nat (a factor e).
const STEPS: f64 = 16.0;

/// Returns the alphabet, a line end, and for each two symbols and each that may follow, -ln of its likelihood in
/// sixteenths, one byte each.
pub fn table<'w>(words: impl Iterator<Item = &'w str>) -> Vec<u8> {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    let alphabet = alphabet(&words);
    let symbols: HashMap<char, usize> = alphabet.iter().copied().zip(OTHER + 1..).collect();
    let size = alphabet.len() + 2;
    let mut one = vec![0.0; size];
    let mut two = vec![0.0; size * size];
    let mut three = vec![0.0; size * size * size];
    for word in words {
        let letters = word.chars().map(|c| symbols.get(&c).copied().unwrap_or(OTHER));
        let (mut before, mut last) = (EDGE, EDGE);
        for symbol in letters.chain([EDGE]) {
            one[symbol] += 1.0;
            two[last * size + symbol] += 1.0;
            three[(before * size + last) * size + symbol] += 1.0;
            (before, last) = (last, symbol);
        }
    }
    // Each longer context is believed by as much as it was seen.
    let mix = |counts: &[f64], shorter: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let seen: f64 = counts.iter().sum();
        counts
            .iter()
            .enumerate()
            .map(|(symbol, count)| (count + BACKING * shorter(symbol)) / (seen + BACKING))
            .collect()
    };
    let one = mix(&one, &|_| 1.0 / size as f64);
    let two: Vec<f64> = two.chunks(size).flat_map(|counts| mix(counts, &|symbol| one[symbol])).collect();
    let mut bytes: Vec<u8> = alphabet.iter().collect::<String>().into_bytes();
    bytes.push(b'\n');
    for (context, counts) in three.chunks(size).enumerate() {
        let last = context % size;
        let likely = mix(counts, &|symbol| two[last * size + symbol]);
        bytes.extend(likely.into_iter().map(|share| (-share.ln() * STEPS).round().clamp(0.0, 255.0) as u8));
    }
    bytes
}

/// Returns the letters that make up nearly all of `words`, in the order of their code points.
fn alphabet(words: &[&str]) -> Vec<char> {
    let mut counts: HashMap<char, u64> = HashMap::new();
    for c in words.iter().flat_map(|word| word.chars()) {
        *counts.entry(c).or_default() += 1;
    }
    let all: u64 = counts.values().sum();
    let mut ranked: Vec<(char, u64)> = counts.into_iter().collect();
    ranked.sort_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
    let mut covered = 0;
    let mut alphabet = Vec::new();
    for (c, count) in ranked {
        if covered as f64 >= COVERED * all as f64 || alphabet.len() + 2 >= MAX_SYMBOLS {
            break;
        }
        covered += count;
        alphabet.push(c);
    }
    alphabet.sort_unstable();
    alphabet
}
