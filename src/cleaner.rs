//! The public face of the engine: choose rules once, clean any number of texts.

use std::borrow::Cow;

use crate::edit::{Edit, Effects, Origin, RuleId, Safety};
use crate::plan::Plan;
use crate::rules::diagnostics::{Diagnostic, RuleErrors};
use crate::rules::keys::name_of;
use crate::rules::model::{Pack, Rule};
use crate::rules::{decode, packs};

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

/// What is known of a text beside the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// Language, ISO 639-1 (`de`, also `de-AT`); overrides what the builder says.
    pub lang: Option<&'a str>,
    /// Where it was scraped, for sites.
    pub url: Option<&'a str>,
    /// The path of the file, for sites.
    pub path: Option<&'a str>,
    /// The field of a record that holds it.
    pub field: Option<&'a str>,
}

/// A rule file in memory: the name is what messages call it.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Path or name, for messages.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// `safe` rules of files that are not trusted are taken down to `review`.
    pub trusted: bool,
}

/// Chooses the rules of a [`Cleaner`].
#[derive(Clone, Debug)]
pub struct Builder {
    pub(crate) profile: Profile,
    pub(crate) safety: Safety,
    pub(crate) select: Vec<String>,
    pub(crate) ignore: Vec<String>,
    pub(crate) site: SiteChoice,
    pub(crate) lang: Option<String>,
    pub(crate) files: Vec<RuleFile>,
    pub(crate) budget_words: Option<f64>,
    pub(crate) budget_lines: Option<f64>,
    pub(crate) findings: bool,
    pub(crate) gated: bool,
}

impl Builder {
    /// Sets the profile; [`Profile::Default`] otherwise.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }
    /// Sets which edits are applied: those of `safe` rules (the default), or those of `review` rules too.
    #[must_use]
    pub fn safety(mut self, safety: Safety) -> Self {
        self.safety = safety;
        self
    }
    /// Runs only rules that one of these selectors names: an id, a pack (`core/quotes` or `core/quotes/…`), a glob, `tag:NAME`. Repeatable.
    #[must_use]
    pub fn select(mut self, selector: impl Into<String>) -> Self {
        self.select.push(selector.into());
        self
    }
    /// Leaves out rules that one of these selectors names. Repeatable.
    #[must_use]
    pub fn ignore(mut self, selector: impl Into<String>) -> Self {
        self.ignore.push(selector.into());
        self
    }
    /// Sets how sites are chosen.
    #[must_use]
    pub fn site(mut self, site: SiteChoice) -> Self {
        self.site = site;
        self
    }
    /// Sets the language of all texts, ISO 639-1; detected otherwise.
    #[must_use]
    pub fn lang(mut self, lang: Option<String>) -> Self {
        self.lang = lang;
        self
    }
    /// Adds a rule file to the shipped ones. Repeatable.
    #[must_use]
    pub fn rules(mut self, file: RuleFile) -> Self {
        self.files.push(file);
        self
    }
    /// Sets the share of words, in percent, whose letters may change inside kept lines.
    #[must_use]
    pub fn budget_words(mut self, percent: f64) -> Self {
        self.budget_words = Some(percent);
        self
    }
    /// Sets the share of lines, in percent, that may be dropped.
    #[must_use]
    pub fn budget_lines(mut self, percent: f64) -> Self {
        self.budget_lines = Some(percent);
        self
    }
    /// Whether each text is scanned once for all rules, so that only those run that could find something; on by
    /// default. The outcome is the same either way: this is for measuring.
    #[must_use]
    pub fn gated(mut self, gated: bool) -> Self {
        self.gated = gated;
        self
    }
    /// Whether to gather [`Cleaned::findings`] too, which costs time; off by default.
    #[must_use]
    pub fn findings(mut self, findings: bool) -> Self {
        self.findings = findings;
        self
    }

    /// Checks and compiles the rules.
    ///
    /// # Errors
    /// Everything wrong with the rule files, the selectors and the site's name, all at once.
    pub fn build(self) -> Result<Cleaner, RuleErrors> {
        let packs = self.packs()?;
        let plan = Plan::compile(&packs, &self).map_err(|diagnostics| RuleErrors { diagnostics })?;
        let hash = self.hash(&packs);
        Ok(Cleaner { plan, hash })
    }

    /// Reads all packs: the shipped ones and those of the files.
    pub(crate) fn packs(&self) -> Result<Vec<Pack>, RuleErrors> {
        let mut packs = Vec::new();
        let mut diagnostics = Vec::new();
        for read in packs::embedded().into_iter().chain(self.files.iter().map(read_file)) {
            match read {
                Ok(pack) => packs.push(pack),
                Err(more) => diagnostics.extend(more),
            }
        }
        if diagnostics.is_empty() { Ok(packs) } else { Err(RuleErrors { diagnostics }) }
    }

    /// Hashes what decides about edits: the engine's version, the packs and the settings.
    fn hash(&self, packs: &[Pack]) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        for pack in packs {
            hasher.update(&[0]).update(pack.origin.source.text.as_bytes());
        }
        let Builder {
            profile,
            safety,
            select,
            ignore,
            site,
            lang,
            files,
            budget_words,
            budget_lines,
            findings: _,
            gated: _,
        } = self;
        let trusted: Vec<bool> = files.iter().map(|file| file.trusted).collect();
        let settings =
            format!("{:?}", (profile, safety, select, ignore, site, lang, trusted, budget_words, budget_lines));
        hasher.update(&[0]).update(settings.as_bytes());
        hasher.finalize().to_hex().to_string()
    }
}

/// Reads a rule file that the user named; without trust its `safe` rules are only proposed.
fn read_file(file: &RuleFile) -> Result<Pack, Vec<Diagnostic>> {
    let mut pack = decode::load(&file.name, &file.bytes, false)?;
    if !file.trusted {
        for rule in &mut pack.rules {
            rule.safety = rule.safety.map(|_| Safety::Review);
        }
        for change in &mut pack.overrides {
            change.safety = change.safety.map(|_| Safety::Review);
        }
    }
    Ok(pack)
}

/// A set of rules ready to clean texts. Cheap to share between threads by reference.
///
/// ```
/// let cleaner = unscrape::Cleaner::builder().build()?;
/// let cleaned = cleaner.clean("Autor |. Zhou Wei");
/// assert_eq!(cleaned.text, "Autor | Zhou Wei");
/// assert_eq!(cleaned.edits[0].rule().as_str(), "core/punctuation/bar-period");
/// # Ok::<(), unscrape::RuleErrors>(())
/// ```
pub struct Cleaner {
    plan: Plan,
    hash: String,
}

impl Cleaner {
    /// Returns a builder with the shipped rules, the default profile and safe rules only.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            profile: Profile::Default,
            safety: Safety::Safe,
            select: Vec::new(),
            ignore: Vec::new(),
            site: SiteChoice::Auto,
            lang: None,
            files: Vec::new(),
            budget_words: None,
            budget_lines: None,
            findings: false,
            gated: true,
        }
    }

    /// Cleans one text.
    #[must_use]
    pub fn clean<'t>(&self, text: &'t str) -> Cleaned<'t> {
        self.clean_with(text, &Source::default())
    }

    /// Cleans one text of which something is known.
    #[must_use]
    pub fn clean_with<'t>(&self, text: &'t str, source: &Source<'_>) -> Cleaned<'t> {
        self.plan.run(text, source)
    }

    /// Returns the BLAKE3 hash of the rules that run and their settings, in hexadecimal.
    #[must_use]
    pub fn rules_hash(&self) -> &str {
        &self.hash
    }

    /// Returns the rules that run, sorted by id.
    pub fn rules(&self) -> impl Iterator<Item = RuleInfo<'_>> {
        self.plan.rules().iter().map(|rule| RuleInfo {
            id: &rule.id,
            kind: rule.rule.kind.name(),
            phase: name_of(rule.rule.phase),
            safety: rule.rule.safety,
            effects: rule.ceiling(),
            about: &rule.rule.about,
            lang: &rule.rule.lang,
        })
    }

    /// Returns which site a text belongs to and why, whatever site the builder chose.
    #[must_use]
    pub fn which_site(&self, text: &str, source: &Source<'_>) -> Option<SiteMatch> {
        self.plan.which_site(text, source)
    }

    /// Returns the rule with the full id `id`, as written, if it runs.
    pub(crate) fn rule(&self, id: &str) -> Option<&Rule> {
        self.plan.rules().iter().map(|rule| &rule.rule).find(|rule| rule.id.as_str() == id)
    }
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
    /// Packs whose rules run for this text, general to special.
    pub packs: Vec<String>,
}

/// A rule, for lists.
#[derive(Clone, Debug)]
pub struct RuleInfo<'a> {
    /// The full id.
    pub id: &'a RuleId,
    /// `replace`, `drop-line`, ….
    pub kind: &'static str,
    /// The phase in which it runs.
    pub phase: &'static str,
    /// None for `flag` rules.
    pub safety: Option<Safety>,
    /// The most that one of its edits may do.
    pub effects: Effects,
    /// One sentence.
    pub about: &'a str,
    /// Languages, empty for all.
    pub lang: &'a [String],
}

/// A clean text together with what was done to it.
#[derive(Clone, Debug)]
pub struct Cleaned<'t> {
    /// The clean text; borrowed from the input if nothing changed.
    pub text: Cow<'t, str>,
    /// What was changed: sorted, disjoint, in the coordinates of the input.
    pub edits: Vec<Edit>,
    /// What was found and not changed: flags always; with [`Builder::findings`] also what `review` rules
    /// propose, and what was lost or blocked. Sorted by place; may overlap.
    pub findings: Vec<Edit>,
    /// The way back from output to input.
    pub origin: Origin,
    /// Set if the text was left as it was, whatever was found.
    pub held: Option<Held>,
    /// The language that rules went by, where one is known.
    pub lang: Option<String>,
    /// The site whose pack ran.
    pub site: Option<String>,
}

/// Why a text was left as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
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
