//! One text with everything that finders ask about it, worked out once and only when asked.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use super::{Lang, Lines, Region, Regions, Span};

/// A snapshot of a text during one phase.
pub(crate) struct Document<'t> {
    text: &'t str,
    lang: &'t Lang,
    lines: OnceCell<Lines>,
    regions: OnceCell<Regions>,
    words: OnceCell<Words<'t>>,
}

impl<'t> Document<'t> {
    /// Wraps `text`, whose language is `lang`.
    pub(crate) fn new(text: &'t str, lang: &'t Lang) -> Self {
        Self { text, lang, lines: OnceCell::new(), regions: OnceCell::new(), words: OnceCell::new() }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the language (ISO 639-1), where it is known or certain enough.
    pub(crate) fn lang(&self) -> Option<&'t str> {
        self.lang.get()
    }

    pub(crate) fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(self.text))
    }

    pub(crate) fn region_at(&self, offset: usize) -> Region {
        self.regions.get_or_init(|| Regions::new(self.text, self.lines())).at(offset)
    }

    /// Returns the words of this text with their counts.
    pub(crate) fn words(&self) -> &Words<'t> {
        self.words.get_or_init(|| Words::new(self.text))
    }
}

/// How often each word stands alone in a text, in exactly that spelling.
///
/// A word is a longest run of letters, marks and digits; what stands beside it is anything else. Few questions
/// are answered by looking for the word; many, by counting all words once.
#[derive(Debug)]
pub(crate) struct Words<'t> {
    text: &'t str,
    asked: Cell<u32>,
    counts: OnceCell<HashMap<&'t str, u32>>,
    pairs: OnceCell<HashMap<(&'t str, &'t str), u32>>,
}

/// So many questions cost about as much as counting all words.
const FEW: u32 = 48;

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, asked: Cell::new(0), counts: OnceCell::new(), pairs: OnceCell::new() }
    }

    /// Returns how often `word` stands alone, case as written.
    pub(crate) fn count(&self, word: &str) -> u32 {
        if self.asked.get() < FEW && !word.is_empty() {
            self.asked.set(self.asked.get() + 1);
            return self.look_for(word);
        }
        let counts = self.counts.get_or_init(|| {
            let mut counts = HashMap::new();
            for span in word_spans(self.text) {
                *counts.entry(&self.text[span.range()]).or_default() += 1;
            }
            counts
        });
        counts.get(word).copied().unwrap_or(0)
    }

    /// Returns how often `right` stands behind `left` with one space between them, case as written.
    pub(crate) fn count_pair(&self, left: &str, right: &str) -> u32 {
        // Pairs of words that do not stand alone need no look-up.
        if left.is_empty() || right.is_empty() || self.count(left) == 0 || self.count(right) == 0 {
            return 0;
        }
        let pairs = self.pairs.get_or_init(|| {
            let mut pairs = HashMap::new();
            let mut last: Option<Span> = None;
            for span in word_spans(self.text) {
                if let Some(last) = last
                    && matches!(&self.text[last.end..span.start], " " | "\u{A0}")
                {
                    *pairs.entry((&self.text[last.range()], &self.text[span.range()])).or_default() += 1;
                }
                last = Some(span);
            }
            pairs
        });
        pairs.get(&(left, right)).copied().unwrap_or(0)
    }

    fn look_for(&self, word: &str) -> u32 {
        let is_word = word.chars().all(is_word_char);
        let alone = |&at: &usize| {
            let (before, behind) = (&self.text[..at], &self.text[at + word.len()..]);
            is_word && !before.ends_with(is_word_char) && !behind.starts_with(is_word_char)
        };
        let found = memchr::memmem::find_iter(self.text.as_bytes(), word).filter(alone).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    }
}

/// Returns the words of `text` in order: longest runs of letters, combining marks and digits.
pub(crate) fn word_spans(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_word_char)?;
        let end = text[start..].find(|c| !is_word_char(c)).map_or(text.len(), |len| start + len);
        at = end;
        Some(Span::new(start, end))
    })
}

/// Returns whether `c` belongs inside a word.
pub(crate) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || (c > '\u{2FF}' && unicode_normalization::char::is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_for_a_word_and_counting_all_words_agree() {
        let text = "Über uns: uns, unser, UNS, e\u{301}, e, GPT-4 und GPT4, 日本 日本語, uns";
        let words = Words::new(text);
        for word in ["uns", "Über", "unser", "UNS", "e", "e\u{301}", "GPT", "4", "GPT4", "日本", "ber", "x", "uns:"]
        {
            let looked = words.look_for(word);
            words.asked.set(FEW);
            assert_eq!(words.count(word), looked, "{word}");
        }
        assert_eq!(words.count("uns"), 3);
    }
}
