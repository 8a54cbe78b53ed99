//! One text with everything that finders ask about it, worked out once and only when asked.

use std::cell::OnceCell;
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
/// A word is a longest run of letters, marks and digits; what stands beside it is anything else.
#[derive(Debug, Default)]
pub(crate) struct Words<'t> {
    counts: HashMap<&'t str, u32>,
}

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Self {
        let mut counts = HashMap::new();
        for span in word_spans(text) {
            *counts.entry(&text[span.range()]).or_default() += 1;
        }
        Self { counts }
    }

    /// Returns how often `word` stands alone, case as written.
    pub(crate) fn count(&self, word: &str) -> u32 {
        self.counts.get(word).copied().unwrap_or(0)
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
