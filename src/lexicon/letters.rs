//! How likely the letters of a word follow each other in a language.
//!
//! A table made by `xtask lexicon` (see `data/lexicon/README.md`): the alphabet, a line end, and for each two symbols
//! and each that may follow -ln of its likelihood in sixteenths. Symbol 0 is the edge of a word, 1 any other letter.

use std::fmt;
use std::sync::OnceLock;

const EDGE: u8 = 0;
const OTHER: u8 = 1;
/// Letters from here on are in no alphabet.
const END: usize = 0x530;

/// The table of one language.
pub(super) struct Letters {
    bytes: &'static [u8],
    opened: OnceLock<Opened>,
}

struct Opened {
    /// The symbols of letters by their code points.
    symbols: Box<[u8; END]>,
    /// How many symbols there are.
    size: usize,
    costs: &'static [u8],
}

impl Letters {
    #[cfg(feature = "lexicon")]
    pub(super) const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes, opened: OnceLock::new() }
    }

    /// Returns -ln of how likely it is that these letters, and then the edge of the word, follow on each other.
    pub(super) fn cost(&self, folded: &str) -> f32 {
        let opened = self.opened.get_or_init(|| Opened::read(self.bytes));
        let symbols = folded.chars().map(|c| opened.symbols.get(c as usize).copied().unwrap_or(OTHER));
        let (mut before, mut last, mut sum) = (EDGE, EDGE, 0u32);
        for symbol in symbols.chain([EDGE]) {
            let at = (usize::from(before) * opened.size + usize::from(last)) * opened.size + usize::from(symbol);
            sum += u32::from(opened.costs[at]);
            (before, last) = (last, symbol);
        }
        sum as f32 / 16.0
    }
}

impl Opened {
    fn read(bytes: &'static [u8]) -> Self {
        let end = memchr::memchr(b'\n', bytes).expect("the alphabet ends in a line end");
        let alphabet = std::str::from_utf8(&bytes[..end]).expect("the alphabet is text");
        let mut symbols = Box::new([OTHER; END]);
        for (symbol, c) in (OTHER + 1..).zip(alphabet.chars()) {
            symbols[c as usize] = symbol;
        }
        let size = alphabet.chars().count() + usize::from(OTHER) + 1;
        let costs = &bytes[end + 1..];
        assert_eq!(costs.len(), size * size * size, "one cost for each three symbols");
        Self { symbols, size, costs }
    }
}

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letters")
    }
}
