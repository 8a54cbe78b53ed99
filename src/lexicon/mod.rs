//! Evidence about words that does not come from the text itself: lexicons with frequencies.
//!
//! Words are looked up *folded*, which for most is lower case. See [`fold`].

mod embedded;

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use embedded::Embedded;

/// The scripts that lexicons are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Other,
}

impl Script {
    /// Returns the script of a letter.
    pub(crate) fn of(c: char) -> Self {
        match c {
            'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            _ => Script::Other,
        }
    }
}

/// What a lexicon says of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    /// How rare it is: 0 the most common, 15 the rarest; each step is a factor e.
    pub(crate) rarity: u8,
    /// How many longer words consist of it and another word behind it: 0, or 1 + log2, at most 7.
    pub(crate) firsts: u8,
    /// How many longer words consist of another word and it.
    pub(crate) lasts: u8,
}

impl Word {
    /// A word of which nothing is known but that it is one.
    pub(crate) const LISTED: Word = Word { rarity: 8, firsts: 0, lasts: 0 };

    fn unpack(value: u64) -> Self {
        let bits = |from: u32, count: u32| (value >> from & ((1 << count) - 1)) as u8;
        Self { rarity: bits(0, 4), firsts: bits(4, 3), lasts: bits(7, 3) }
    }
}

/// Returns `word` as lexicons have it: in lower case, with `ss` for `ß` and `σ` for `ς`, and NFC.
pub(crate) fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    // What the language's own case folding would do, where that is known to differ: final sigma and sharp s.
    let lower: String = word.to_lowercase().replace('ß', "ss").replace('ς', "σ");
    match is_nfc_quick(lower.chars()) {
        IsNormalized::Yes => Cow::Owned(lower),
        _ => Cow::Owned(lower.nfc().collect()),
    }
}

/// Everything a plan knows about words besides the texts: the embedded lexicons and what the user adds.
#[derive(Debug, Default)]
pub(crate) struct Lexicons {}

impl Lexicons {
    /// Returns the lexicon for texts in `lang` (ISO 639-1); without one, only other languages are known.
    pub(crate) fn of(&self, lang: Option<&str>) -> Lexicon<'_> {
        let native = lang.and_then(embedded::of);
        let english = embedded::of("en").filter(|english| native.is_none_or(|native| native.lang != english.lang));
        Lexicon { native, english, user: self }
    }
}

/// The words of one language, and those of others that its texts borrow.
#[derive(Clone, Copy)]
pub(crate) struct Lexicon<'a> {
    native: Option<&'static Embedded>,
    english: Option<&'static Embedded>,
    user: &'a Lexicons,
}

impl Lexicon<'_> {
    /// Returns the language of the words it knows best, if it has any.
    pub(crate) fn lang(&self) -> Option<&'static str> {
        self.native.map(|native| native.lang)
    }

    /// Returns `word` as this lexicon has it.
    pub(crate) fn fold<'w>(&self, word: &'w str) -> Cow<'w, str> {
        // Turkish tells `I` and `İ` apart where they are small, too.
        if self.lang() == Some("tr") && word.contains(['I', 'İ']) {
            return Cow::Owned(fold(&word.replace('I', "ı").replace('İ', "i")).into_owned());
        }
        fold(word)
    }

    /// Looks up a folded word of the language.
    pub(crate) fn get(&self, folded: &str) -> Option<Word> {
        self.native?.get(folded)
    }

    /// Looks up a folded word of English, where that is not the language itself.
    pub(crate) fn english(&self, folded: &str) -> Option<Word> {
        self.english?.get(folded)
    }

    /// Returns the most common word of any other language that is spelled like this.
    pub(crate) fn abroad(&self, folded: &str) -> Option<Word> {
        let script = folded.chars().next().map(Script::of)?;
        let own = |other: &&Embedded| self.native.is_none_or(|native| native.lang != other.lang);
        let others = embedded::all().iter().filter(|other| other.script == script).filter(own);
        others.filter_map(|other| other.get(folded)).min_by_key(|word| word.rarity)
    }

    /// Calls `known` with the length in bytes of every word of the language that `folded` begins with, shortest
    /// first; returns how many bytes of it some word begins with.
    pub(crate) fn prefixes(&self, folded: &str, known: impl FnMut(usize, Word)) -> usize {
        self.native.map_or(0, |native| native.prefixes(folded, known))
    }

    /// Returns whether `word`, in any case, is one of the language or of English. Made for asking it of every word
    /// of a text.
    pub(crate) fn knows(&self, word: &str) -> bool {
        let Some(first) = self.native.or(self.english) else { return false };
        first.knows(hash(word), || {
            let folded = self.fold(word);
            self.get(&folded).or_else(|| self.english(&folded))
        })
    }
}

/// A fast hash of a short string.
pub(crate) fn hash(word: &str) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = (word.len() as u64).wrapping_mul(K);
    let mut chunks = word.as_bytes().chunks_exact(8);
    for chunk in &mut chunks {
        let value = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        hash = (hash ^ value).wrapping_mul(K).rotate_left(29);
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    hash = (hash ^ u64::from_le_bytes(last)).wrapping_mul(K);
    (hash ^ hash >> 32).wrapping_mul(K)
}

#[cfg(all(test, feature = "lexicon"))]
mod tests {
    use super::*;

    #[test]
    fn every_lexicon_opens_and_knows_common_words() {
        for lexicon in embedded::all() {
            assert_eq!(embedded::of(lexicon.lang).map(|found| found.lang), Some(lexicon.lang));
            let mut common = 0;
            let words = [
                "de", "og", "το", "the", "que", "ja", "és", "yang", "di", "en", "w", "și", "и", "och", "bir", "і", "a",
                "und",
            ];
            common += words.iter().filter_map(|word| lexicon.get(word)).filter(|word| word.rarity <= 2).count();
            assert!(common >= 1, "{}", lexicon.lang);
        }
        assert_eq!(embedded::all().len(), 21);
    }

    #[test]
    fn words_are_found_in_any_case_and_form() {
        let lexicons = Lexicons::default();
        let german = lexicons.of(Some("de"));
        assert!(german.knows("Größe") && german.knows("GRÖßE") && german.knows("Gro\u{308}ße"));
        assert!(german.knows("Größe"), "asked again");
        assert!(!german.knows("Größex") && !german.knows("Größex"));
        assert!(german.get("und").is_some_and(|word| word.rarity == 0 || word.rarity == 1));
        assert!(german.get("the").is_some_and(|word| word.rarity > 4));
        assert!(german.english("the").is_some());
    }

    #[test]
    fn prefixes_are_the_words_a_text_begins_with() {
        let lexicons = Lexicons::default();
        let english = lexicons.of(Some("en"));
        let mut found = Vec::new();
        let depth = english.prefixes("thereforexq", |len, _| found.push(len));
        assert!(found.contains(&3) && found.contains(&5) && found.contains(&9), "{found:?}");
        assert!(depth == 9 || depth == 10);
    }
}
