//! Dictionaries of Hunspell: stems and the affixes that make words of them.
//!
//! Words that rules of composition would make of others are none here. Whoever asks has a word before them that may
//! be two which ran together, and such rules take many of those for compounds; followed to the end they also cost
//! time that grows with all the ways to cut a word.

use std::fmt;
use std::hash::{BuildHasherDefault, DefaultHasher};

use encoding_rs::Encoding;
use spellbook::ParseDictionaryErrorSource;

use super::memo::Memo;
use crate::text::hash;

/// The longest word that is looked up, in bytes.
const MAX_WORD: usize = 64;

/// What says how words are made of stems; all else in an affix file is about compounds, suggestions and people.
const KEYS: [&str; 17] = [
    "AF",
    "CHECKSHARPS",
    "CIRCUMFIX",
    "COMPLEXPREFIXES",
    "FLAG",
    "FORBIDDENWORD",
    "FORBIDWARN",
    "FULLSTRIP",
    "ICONV",
    "IGNORE",
    "KEEPCASE",
    "LANG",
    "NEEDAFFIX",
    "ONLYINCOMPOUND",
    "PFX",
    "SFX",
    "WARN",
];

/// A dictionary.
pub(crate) struct Dictionary {
    /// The same seed always: which of two equal stems comes first must not depend on the day.
    words: spellbook::Dictionary<BuildHasherDefault<DefaultHasher>>,
    /// Whether `i` and `I` are two letters.
    is_turkic: bool,
    memo: Memo,
}

/// A dictionary that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// It is the affix file that is broken, not that of the stems.
    pub(crate) in_affixes: bool,
    /// From 1.
    pub(crate) line: Option<usize>,
    pub(crate) why: String,
}

/// What the bytes of both files stand for.
pub(crate) enum Charset {
    Utf8,
    Other(&'static Encoding),
    /// A name that nobody knows, and the number of its line from 1.
    Unknown(String, usize),
}

impl Charset {
    pub(crate) fn of(affixes: &[u8], stems: &[u8]) -> Self {
        let mut lines = affixes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).enumerate();
        let name = lines.find_map(|(number, line)| {
            let name = line.strip_prefix(b"SET")?;
            name.first()?.is_ascii_whitespace().then(|| (number + 1, String::from_utf8_lossy(name.trim_ascii())))
        });
        let Some((line, name)) = name else {
            // The default of Hunspell, but for those who took another for it.
            let is_utf8 = [affixes, stems].iter().all(|bytes| std::str::from_utf8(bytes).is_ok());
            return if is_utf8 { Charset::Utf8 } else { Charset::Other(encoding_rs::WINDOWS_1252) };
        };
        let label = name.to_ascii_lowercase().replace("microsoft-", "").replace("tis620-2533", "tis-620");
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding == encoding_rs::UTF_8 => Charset::Utf8,
            Some(encoding) if encoding.is_single_byte() => Charset::Other(encoding),
            _ => Charset::Unknown(name.into_owned(), line),
        }
    }
}

impl Dictionary {
    /// Reads the affixes and the stems of a dictionary. `is_utf8` says whether they were written in UTF-8.
    pub(crate) fn read(affixes: &str, stems: &str, is_utf8: bool) -> Result<Self, Broken> {
        let broken = |in_affixes, line, why: String| Broken { in_affixes, line, why };
        if stems.lines().skip(1).all(|line| line.trim().is_empty()) {
            return Err(broken(false, None, "the dictionary has no words".to_owned()));
        }
        let affixes = essence(affixes, is_utf8);
        let words = spellbook::Dictionary::new_with_hasher(&affixes, stems, BuildHasherDefault::default());
        let words = words.map_err(|error| {
            broken(error.source == ParseDictionaryErrorSource::Aff, error.line_number, error.kind.to_string())
        })?;
        let is_turkic = language(&affixes).is_some_and(|lang| matches!(lang, "tr" | "az" | "crh"));
        Ok(Self { words, is_turkic, memo: Memo::new() })
    }

    /// Returns whether `word` is one, as it is written or, if it is small, with a capital or all in capitals.
    pub(super) fn has(&self, word: &str) -> bool {
        // Numbers are correctly spelled, but no words.
        let may_be = word.len() <= MAX_WORD && word.contains(char::is_alphabetic);
        may_be && self.memo.ask(hash(word), || self.words.check(word) || (is_small(word) && self.has_loud(word)))
    }

    fn has_loud(&self, word: &str) -> bool {
        let upper = |text: &str| {
            if self.is_turkic { text.replace('i', "İ").to_uppercase() } else { text.to_uppercase() }
        };
        let first = word.chars().next().map_or(0, char::len_utf8);
        self.words.check(&(upper(&word[..first]) + &word[first..])) || self.words.check(&upper(word))
    }

    /// Returns the lengths in bytes of the words that `text` begins with, shortest first; not of single letters.
    pub(super) fn prefixes(&self, text: &str) -> impl Iterator<Item = usize> {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1).take_while(|&end| end <= MAX_WORD);
        ends.filter(|&end| self.has(&text[..end]))
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dictionary")
    }
}

fn is_small(word: &str) -> bool {
    !word.contains(char::is_uppercase)
}

/// Returns the language that an affix file names, without its country.
pub(crate) fn language(affixes: &str) -> Option<&str> {
    let mut lines = affixes.lines().map(str::split_ascii_whitespace);
    let name = lines.find_map(|mut words| words.next().filter(|&key| key == "LANG").and_then(|_| words.next()))?;
    name.split(['_', '-']).next()
}

/// Returns an affix file without what does not matter here; what is left stays in its line.
fn essence(affixes: &str, is_utf8: bool) -> String {
    let key = |line: &str| line.split_ascii_whitespace().next().map(str::to_owned).unwrap_or_default();
    let mut out = String::with_capacity(affixes.len());
    // A flag is a byte where nothing else is said, which in a decoded file has become a character.
    let mut flags_are_bytes = !is_utf8 && !affixes.lines().any(|line| key(line) == "FLAG");
    for line in affixes.strip_prefix('\u{FEFF}').unwrap_or(affixes).lines() {
        let key = key(line);
        if KEYS.contains(&key.as_str()) {
            out.push_str(line);
        } else if key == "SET" && std::mem::take(&mut flags_are_bytes) {
            out.push_str("FLAG UTF-8");
        }
        out.push('\n');
    }
    // Otherwise words with hyphens would be known by their parts.
    out.push_str("BREAK 0\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFFIXES: &str = "\
# ours
SET UTF-8
LANG de_DE
CHECKSHARPS
COMPOUNDFLAG x
COMPOUNDMIN 2
REP 1
REP f ph
SFX N Y 2
SFX N 0 n e
SFX N 0 en [^e]
ONLYINCOMPOUND o
";
    const STEMS: &str = "5\nlampe/N\nWaldrand/N\nZOLG\nstraße/x\nreihen/xo\n";

    fn dictionary() -> Dictionary {
        Dictionary::read(AFFIXES, STEMS, true).expect("a good dictionary")
    }

    #[test]
    fn a_word_is_known_with_its_affixes_and_in_any_case() {
        let dictionary = dictionary();
        for word in ["lampe", "Lampen", "LAMPEN", "waldranden", "Waldrand", "zolg", "Straße", "strasse"] {
            assert!(dictionary.has(word) && dictionary.has(word), "{word}");
        }
        for word in ["lampeen", "wAldrand", "reihen", "2022", "", "3", &"lampe".repeat(20)] {
            assert!(!dictionary.has(word) && !dictionary.has(word), "{word}");
        }
        assert!(!dictionary.has("straßestraße"), "compounds are none");
        assert_eq!(language(AFFIXES), Some("de"));
    }

    #[test]
    fn prefixes_are_whole_words() {
        assert_eq!(dictionary().prefixes("lampenwaldrand").collect::<Vec<_>>(), [5, 6]);
        assert_eq!(dictionary().prefixes("straßex").collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn greek_and_turkish_capitals_are_their_own() {
        let greek = Dictionary::read("SET UTF-8\n", "1\nκάβος\n", true).expect("good");
        assert!(greek.has("κάβος") && greek.has("κάβοσ") && greek.has("ΚΆΒΟΣ"));
        let turkish = Dictionary::read("SET UTF-8\nLANG tr_TR\n", "2\nİlgar\nIrmak\n", true).expect("good");
        assert!(turkish.has("ilgar") && turkish.has("ırmak") && !turkish.has("irmak"));
    }

    #[test]
    fn flags_of_a_decoded_dictionary_are_characters() {
        let affixes = "SET ISO8859-1\nSFX é Y 1\nSFX é 0 s .\n";
        let dictionary = Dictionary::read(affixes, "1\nécole/é\n", false).expect("good");
        assert!(dictionary.has("écoles"));
    }

    #[test]
    fn the_charset_is_what_the_affixes_name() {
        let name = |affixes: &[u8], stems: &[u8]| match Charset::of(affixes, stems) {
            Charset::Utf8 => "UTF-8".to_owned(),
            Charset::Other(encoding) => encoding.name().to_owned(),
            Charset::Unknown(name, line) => format!("{name}? {line}"),
        };
        for (affixes, charset) in [
            (&b"SET UTF-8\r\n"[..], "UTF-8"),
            (b"# x\nSET ISO8859-1\n", "windows-1252"),
            (b"SET ISO8859-2", "ISO-8859-2"),
            (b"SET\tKOI8-R", "KOI8-R"),
            (b"SET microsoft-cp1251", "windows-1251"),
            (b"SET TIS620-2533", "windows-874"),
            (b"FLAG num\n", "UTF-8"),
            (b"TRY a\xE9\n", "windows-1252"),
            (b"\n\nSET ISCII-DEVANAGARI", "ISCII-DEVANAGARI? 3"),
            (b"SETTER x\nSET UTF-16LE", "UTF-16LE? 2"),
        ] {
            assert_eq!(name(affixes, b"1\na\n"), charset);
        }
        assert_eq!(name(b"", b"1\ncaf\xE9\n"), "windows-1252");
    }

    #[test]
    fn what_is_broken_says_in_which_file_and_line() {
        let broken = |affixes: &str, stems: &str| Dictionary::read(affixes, stems, true).expect_err("broken");
        let affix = broken("SET UTF-8\nREP 5\n\nSFX N Y many\n", "1\na\n");
        assert_eq!((affix.in_affixes, affix.line), (true, Some(4)), "{}", affix.why);
        let stem = broken("FLAG num\n", "1\nb\na/x\n");
        assert_eq!((stem.in_affixes, stem.line), (false, Some(3)), "{}", stem.why);
        assert_eq!(broken("", "lampe\nbaum\n").line, Some(1), "a dictionary begins with a number");
        assert_eq!(broken("", "1\n\n").why, "the dictionary has no words");
        assert_eq!(broken("", "").why, "the dictionary has no words");
    }
}
