//! Reads `fst` files that somebody else may have made.
//!
//! The crate `fst` believes the bytes it is given: made to do harm, they let it panic or run for ever. Here every
//! offset is checked and the work is bounded, and what comes out is plain words with their values.
//!
//! The format (version 3): 8 bytes version, 8 bytes type, the nodes, 8 bytes count of words, 8 bytes address of the
//! root, 4 bytes checksum; numbers are little-endian. A node is written behind those it leads to and is read
//! backwards from its address, which is that of its last byte. Address 0 is a final node that leads nowhere.

use fst::raw::Fst;

/// Words that a file may have at most, their bytes together, and steps from node to node to find them.
const MAX_WORDS: usize = 4 << 20;
const MAX_BYTES: usize = 1 << 26;
const MAX_STEPS: usize = 1 << 26;
/// The longest word in bytes.
const MAX_WORD: usize = 255;

const VERSION: [u8; 8] = 3u64.to_le_bytes();
const HEADER: usize = 16;
const FOOTER: usize = 20;

/// The bytes that stand for themselves inside of a node's first byte, from 1.
const COMMON: &[u8; 63] = b"te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG";

/// Returns whether `bytes` begin as such a file does, which no text in UTF-8 does that people write.
pub(super) fn is_fst(bytes: &[u8]) -> bool {
    bytes.starts_with(&VERSION)
}

/// Returns every word of the file with its value, in order; none if it is not whole, or no such file.
pub(super) fn words(bytes: &[u8]) -> Option<Vec<(Vec<u8>, u64)>> {
    let whole = is_fst(bytes) && Fst::new(bytes).is_ok_and(|fst| fst.verify().is_ok());
    if whole { walk(bytes) } else { None }
}

/// Where a node leads: by a byte, with an output, to an address.
type Transition = (u8, u64, usize);

/// A node as read.
struct Node {
    is_final: bool,
    output: u64,
    /// In the order of their bytes.
    transitions: Vec<Transition>,
}

fn walk(bytes: &[u8]) -> Option<Vec<(Vec<u8>, u64)>> {
    let end = bytes.len().checked_sub(FOOTER).filter(|&end| end >= HEADER)?;
    let root = usize::try_from(u64::from_le_bytes(bytes[end + 8..end + 16].try_into().ok()?)).ok()?;
    let nodes = &bytes[..end];
    let (mut words, mut size, mut steps) = (Vec::new(), 0, 0);
    // What is left of the nodes on the way to where we are: transitions still to take, and the sum of outputs.
    let mut way: Vec<(std::vec::IntoIter<Transition>, usize, u64)> = Vec::new();
    let mut word = Vec::new();
    let mut next = Some((root, 0u64));
    loop {
        if let Some((address, sum)) = next.take() {
            steps += 1;
            let node = node(nodes, address)?;
            if node.is_final {
                words.push((word.clone(), sum.checked_add(node.output)?));
                size += word.len();
            }
            if steps > MAX_STEPS || size > MAX_BYTES || words.len() > MAX_WORDS || word.len() > MAX_WORD {
                return None;
            }
            way.push((node.transitions.into_iter(), address, sum));
        }
        let Some((transitions, from, sum)) = way.last_mut() else { return Some(words) };
        match transitions.next() {
            // Nodes lead only to those written before them: no way is endless.
            Some((byte, output, to)) if to < *from => {
                word.push(byte);
                next = Some((to, sum.checked_add(output)?));
            }
            Some(_) => return None,
            None => {
                way.pop();
                word.pop();
            }
        }
    }
}

/// Reads the node at `address`.
fn node(bytes: &[u8], address: usize) -> Option<Node> {
    if address == 0 {
        return Some(Node { is_final: true, output: 0, transitions: Vec::new() });
    }
    let mut back = Back { bytes, at: address.checked_add(1)? };
    let state = back.byte()?;
    if state >> 6 >= 0b10 {
        let input = match state & 0b11_1111 {
            0 => back.byte()?,
            common => COMMON[usize::from(common) - 1],
        };
        if state >> 6 == 0b11 {
            let to = back.at.checked_sub(1)?;
            return Some(Node { is_final: false, output: 0, transitions: vec![(input, 0, to)] });
        }
        let sizes = back.byte()?;
        let to = back.number(sizes >> 4)?;
        let output = back.number(sizes & 0xF)?;
        let transitions = vec![(input, output, back.leads_to(to)?)];
        return Some(Node { is_final: false, output: 0, transitions });
    }
    let is_final = state >> 6 == 0b01;
    let count = match state & 0b11_1111 {
        // 256 does not fit into a byte; 1 is never written there.
        0 => match back.byte()? {
            1 => 256,
            count => usize::from(count),
        },
        count => usize::from(count),
    };
    let sizes = back.byte()?;
    if count > 32 {
        back.skip(256)?; // An index to find inputs faster.
    }
    let inputs = (0..count).map(|_| back.byte()).collect::<Option<Vec<_>>>()?;
    let deltas = (0..count).map(|_| back.number(sizes >> 4)).collect::<Option<Vec<_>>>()?;
    let outputs = (0..count).map(|_| back.number(sizes & 0xF)).collect::<Option<Vec<_>>>()?;
    let output = if is_final { back.number(sizes & 0xF)? } else { 0 };
    let transitions = inputs.into_iter().zip(outputs).zip(deltas);
    let transitions = transitions.map(|((input, output), delta)| Some((input, output, back.leads_to(delta)?)));
    Some(Node { is_final, output, transitions: transitions.collect::<Option<Vec<_>>>()? })
}

/// Reads bytes from behind.
struct Back<'b> {
    bytes: &'b [u8],
    /// What stands before this is not read yet.
    at: usize,
}

impl Back<'_> {
    fn byte(&mut self) -> Option<u8> {
        self.number(1).map(|byte| byte as u8)
    }

    /// Reads a number of `size` bytes.
    fn number(&mut self, size: u8) -> Option<u64> {
        let end = self.at;
        self.skip(usize::from(size))?;
        let mut number = [0; 8];
        number.get_mut(..usize::from(size))?.copy_from_slice(self.bytes.get(self.at..end)?);
        Some(u64::from_le_bytes(number))
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.at = self.at.checked_sub(count).filter(|&at| at >= HEADER)?;
        Some(())
    }

    /// Returns the address that lies `delta` before the start of the node, which has been read to its start.
    fn leads_to(&self, delta: u64) -> Option<usize> {
        match usize::try_from(delta).ok()? {
            0 => Some(0),
            delta => self.at.checked_sub(delta),
        }
    }
}

#[cfg(test)]
mod tests {
    use fst::Streamer;

    use super::*;

    fn made(words: &[(&str, u64)]) -> Vec<u8> {
        let mut builder = fst::MapBuilder::memory();
        for (word, value) in words {
            builder.insert(word, *value).expect("sorted");
        }
        builder.into_inner().expect("memory")
    }

    fn by_the_crate(bytes: &[u8]) -> Vec<(Vec<u8>, u64)> {
        let map = fst::Map::new(bytes).expect("whole");
        let (mut stream, mut words) = (map.stream(), Vec::new());
        while let Some((word, value)) = stream.next() {
            words.push((word.to_vec(), value));
        }
        words
    }

    #[test]
    fn every_word_is_read_as_the_crate_reads_it() {
        let mut wide: Vec<String> = (1..=255u8).map(|byte| char::from(byte).to_string()).collect();
        wide.extend((1..=255u8).map(|byte| format!("a{}z", char::from(byte))));
        wide.sort();
        wide.dedup();
        let wide: Vec<(&str, u64)> = wide.iter().enumerate().map(|(at, word)| (word.as_str(), at as u64)).collect();
        for words in [&wide[..], &[("", 3), ("ab", 1 << 40), ("abc", 0)], &[("lake", 0), ("sea", 0)], &[]] {
            let bytes = made(words);
            assert_eq!(super::words(&bytes), Some(by_the_crate(&bytes)));
        }
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn the_lexicons_of_the_program_are_such_files() {
        for lang in ["de", "ru", "el"] {
            let path = format!("{}/data/lexicon/{lang}.fst", env!("CARGO_MANIFEST_DIR"));
            let bytes = std::fs::read(path).expect("a lexicon");
            assert!(super::words(&bytes) == Some(by_the_crate(&bytes)), "{lang}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic_or_run_for_ever() {
        let words: Vec<String> = (0..40).map(|n| format!("{}{}", char::from(b'a' + n as u8), n * n)).collect();
        let mut words: Vec<(&str, u64)> = words.iter().map(|word| (word.as_str(), word.len() as u64 * 1000)).collect();
        words.sort_unstable();
        let bytes = made(&words);
        for at in 0..bytes.len() {
            for flip in [0x01, 0x40, 0x80, 0xFF] {
                let mut broken = bytes.clone();
                broken[at] ^= flip;
                assert!(super::words(&broken).is_none(), "the checksum notices");
                let _ = walk(&broken);
            }
            let _ = walk(&bytes[..at]);
        }
        // A node that leads to itself.
        let mut endless = VERSION.to_vec();
        endless.extend([0; 8]);
        endless.extend([1, 0x10, 0b1000_0001]);
        endless.extend([0; 8]);
        endless.extend(18u64.to_le_bytes());
        endless.extend([0; 4]);
        assert!(walk(&endless).is_none_or(|words| words.is_empty()));
        // Few nodes that make more words than a memory holds: each leads twice to the one before.
        let mut bomb = VERSION.to_vec();
        bomb.extend([0; 8]);
        for node in 0..60u8 {
            let delta = if node == 0 { 0 } else { 1 };
            bomb.extend([delta, delta, b'b', b'a', 0x10, 2]);
        }
        let root = bomb.len() as u64 - 1;
        bomb.extend([0; 8]);
        bomb.extend(root.to_le_bytes());
        bomb.extend([0; 4]);
        assert!(walk(&bomb).is_none());
    }
}
