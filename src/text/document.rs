//! One text with everything that finders ask about it, worked out once and only when asked.

use std::cell::OnceCell;

use super::words::Words;
use super::{Lang, Lines, Region, Regions};

/// A snapshot of a text during one phase.
pub(crate) struct Document<'t> {
    text: &'t str,
    lang: &'t Lang,
    markdown: bool,
    lines: OnceCell<Lines>,
    regions: OnceCell<Regions>,
    words: OnceCell<Words<'t>>,
}

impl<'t> Document<'t> {
    /// Wraps `text`, whose language is `lang`.
    pub(crate) fn new(text: &'t str, lang: &'t Lang) -> Self {
        Self { text, lang, markdown: false, lines: OnceCell::new(), regions: OnceCell::new(), words: OnceCell::new() }
    }

    /// Says whether the text is Markdown, so that its marks are meant.
    pub(crate) fn markdown(self, markdown: bool) -> Self {
        Self { markdown, ..self }
    }

    /// Returns whether somebody said that the text is Markdown.
    pub(crate) fn is_markdown(&self) -> bool {
        self.markdown
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
