//! What goes into a plan beside the text, and what comes out of it.

use std::borrow::Cow;

use crate::edit::{Edit, Origin, RuleId};
use crate::text::Span;

/// What is known of a text beside the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// Language, ISO 639-1 (`de`, also `de-AT`); overrides what the builder says.
    pub lang: Option<&'a str>,
    /// Where it was scraped, for sites.
    pub url: Option<&'a str>,
    /// The path of the file, for sites; one that ends in `.md` or `.markdown` says that the text is Markdown.
    pub path: Option<&'a str>,
    /// The field of a record that holds it.
    pub field: Option<&'a str>,
    /// When it was written, for sites: a day such as `2024-05-31`, whatever follows it; anything else says nothing.
    pub date: Option<&'a str>,
}

/// The site of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteMatch {
    /// The pack's name.
    pub site: String,
    /// What the pack says about itself.
    pub about: String,
    /// What decided: the URL pattern, the path glob or the fingerprint, and where in its pack that stands.
    pub why: String,
    /// Packs whose rules run for this text, general to special: core, language, site, variant of the site.
    pub packs: Vec<String>,
}

/// A clean text together with what was done to it.
#[derive(Clone, Debug)]
pub struct Cleaned<'t> {
    /// The clean text; borrowed from the input if nothing changed.
    pub text: Cow<'t, str>,
    /// What was changed: sorted, disjoint, in the coordinates of the input.
    pub edits: Vec<Edit>,
    /// What was found and not changed: flags always; with [`crate::Builder::findings`] also what `review` rules
    /// propose, and what was lost or blocked; with [`crate::Builder::fields`] also fields. Sorted by place; may overlap.
    pub findings: Vec<Edit>,
    /// Metadata that rules read from the text; with [`crate::Builder::fields`], without it only what was taken out of
    /// the text. What a site's own rules read comes first, then it is sorted by place; no field has a value twice.
    pub fields: Vec<Field>,
    /// The way back from output to input.
    pub origin: Origin,
    /// Set if the text was left as it was, whatever was found.
    pub held: Option<Held>,
    /// The language that rules went by, where one is known.
    pub lang: Option<String>,
    /// The site whose pack ran.
    pub site: Option<String>,
}

impl<'t> Cleaned<'t> {
    /// Makes the text of the edits, which are sorted and disjoint, and the places in it.
    pub(crate) fn rebuilt(mut self, input: &'t str) -> Self {
        let (mut text, mut at) = (String::with_capacity(self.text.len()), 0);
        for edit in &mut self.edits {
            text += &input[at..edit.span.start];
            let start = text.len();
            text += &edit.after;
            edit.out = Span::new(start, text.len());
            at = edit.span.end;
        }
        text += &input[at..];
        self.origin = Origin::new(self.edits.iter().map(|edit| (edit.out, edit.span)).collect());
        let forward = self.origin.reversed();
        for finding in &mut self.findings {
            finding.out = forward.span(finding.span);
        }
        self.findings.sort_by_key(|finding| finding.span);
        self.text = if self.edits.is_empty() { Cow::Borrowed(input) } else { Cow::Owned(text) };
        self
    }
}

/// A value that a rule read from a line of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name of the field: `title`, `date`, `author`, `editor`, `source`, `section`, `image-credit`, or as your
    /// rules say.
    pub name: String,
    /// The value as it is written, or a date in ISO 8601 where nothing else can be meant.
    pub value: String,
    /// The line, in bytes of the input.
    pub span: Span,
    /// Who read it.
    pub rule: RuleId,
}

/// Why a text was left as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// Edits that were listed before are no edits of this text, which changed since.
    Other {
        /// The rule of the first that does not fit.
        rules: Vec<RuleId>,
    },
    /// Rules undid each other's work for ever, or let the text grow without end.
    Restless {
        /// The rules that were still at work.
        rules: Vec<RuleId>,
    },
    /// More words than the budget allows would have changed, inside lines that stay.
    Words {
        /// Words changed, words in the text, percent allowed.
        changed: usize,
        /// Words in the text.
        of: usize,
        /// Percent allowed.
        budget: f64,
    },
    /// More lines than the budget allows would have been dropped.
    Lines {
        /// Lines dropped.
        changed: usize,
        /// Lines in the text that are not blank.
        of: usize,
        /// Percent allowed.
        budget: f64,
    },
}
