//! One text with everything that finders ask about it, worked out once and only when asked.

use std::any::Any;
use std::cell::OnceCell;

use super::words::Words;
use super::{LabelledLines, Labels, Lang, Lines, Region, Regions};

/// A snapshot of a text during one phase.
pub(crate) struct Document<'t> {
    text: &'t str,
    lang: &'t Lang,
    markdown: bool,
    lines: OnceCell<Lines>,
    regions: OnceCell<Regions>,
    words: OnceCell<Words<'t>>,
    labels: OnceCell<LabelledLines>,
    page: OnceCell<Box<dyn Any>>,
}

impl<'t> Document<'t> {
    /// Wraps `text`, whose language is `lang`.
    pub(crate) fn new(text: &'t str, lang: &'t Lang) -> Self {
        Self {
            text,
            lang,
            markdown: false,
            lines: OnceCell::new(),
            regions: OnceCell::new(),
            words: OnceCell::new(),
            labels: OnceCell::new(),
            page: OnceCell::new(),
        }
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
        self.regions().at(offset)
    }

    /// Returns where the head ends.
    pub(crate) fn head_end(&self) -> usize {
        self.regions().head_end()
    }

    fn regions(&self) -> Regions {
        *self.regions.get_or_init(|| Regions::new(self.text, self.lines()))
    }

    /// Returns the words of this text with their counts.
    pub(crate) fn words(&self) -> &Words<'t> {
        self.words.get_or_init(|| Words::new(self.text))
    }

    /// Returns which of `labels` the lines match. All that ask about one snapshot ask with the same labels.
    pub(crate) fn labels(&self, labels: &Labels) -> &LabelledLines {
        self.labels.get_or_init(|| {
            // A text that somebody wrote as Markdown is a document of its own, without a page around it.
            if self.markdown {
                LabelledLines::default()
            } else {
                LabelledLines::new(self.text, self.lines(), labels.of(self.lang()))
            }
        })
    }

    /// Returns what `read` makes of this text as a page. All that ask about one snapshot ask for the same.
    pub(crate) fn page<T: Any>(&self, read: impl FnOnce(&Self) -> T) -> &T {
        let page = self.page.get_or_init(|| Box::new(read(self)));
        page.downcast_ref().expect("all that ask for a page ask for the same of it")
    }
}
