//! What a person chooses before a plan is made.

use std::sync::Arc;

use crate::edit::Safety;
use crate::lexicon::Lexicons;

/// Which packs run. See the README for what each does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// Only what loses nothing: encodings, invisible characters, spaces.
    Minimal,
    /// What is wrong in every house.
    #[default]
    Default,
    /// Default, and house style: the language's own quotes and apostrophes.
    Typography,
    /// Default, and quotes, dashes and spaces in ASCII.
    Ascii,
}

/// How the site of a text is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum SiteChoice {
    /// By URL, path, then fingerprint.
    #[default]
    Auto,
    /// No site at all.
    None,
    /// This one, a pack's name such as `sites/example` or its last part.
    Named(String),
}

/// Everything that decides which rules run and what becomes of their edits.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) profile: Profile,
    pub(crate) safety: Safety,
    /// Selectors of `--select` and `--ignore`.
    pub(crate) select: Vec<String>,
    pub(crate) ignore: Vec<String>,
    pub(crate) site: SiteChoice,
    /// Language of all texts, ISO 639-1.
    pub(crate) lang: Option<String>,
    /// Whether all texts are Markdown.
    pub(crate) markdown: bool,
    /// Percent; none for what packs and the engine say.
    pub(crate) budget_words: Option<f64>,
    pub(crate) budget_lines: Option<f64>,
    /// What is known about words.
    pub(crate) lexicons: Arc<Lexicons>,
    /// Whether to gather what was found and not applied.
    pub(crate) findings: bool,
    /// Whether to read fields of metadata that stay in the text.
    pub(crate) fields: bool,
    /// Whether one scan decides which rules run at all.
    pub(crate) gated: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::Default,
            safety: Safety::Safe,
            select: Vec::new(),
            ignore: Vec::new(),
            site: SiteChoice::Auto,
            lang: None,
            markdown: false,
            budget_words: None,
            budget_lines: None,
            lexicons: Arc::default(),
            findings: false,
            fields: false,
            gated: true,
        }
    }
}
