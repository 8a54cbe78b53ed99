//! The public face of the engine: choose rules once, clean any number of texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::decisions::Decisions;
use crate::edit::{Effects, RuleId, Safety, Status};
use crate::lexicon::Seen;
use crate::plan::{Cleaned, Plan, Profile, Settings, Sight, SiteChoice, SiteMatch, Source, Told};
use crate::replay::Replay;
use crate::rules::diagnostics::{Diagnostic, RuleErrors};
use crate::rules::keys::name_of;
use crate::rules::model::{Pack, Rule, Term};
use crate::rules::{decode, packs};
use crate::text::Span;
use crate::word_files::{self, Hunspell, SeenWords, WordList};

/// A rule file in memory: the name is what messages call it.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Path or name, for messages.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// `safe` rules of files that are not trusted are taken down to `review`, and their terms count for nothing.
    pub trusted: bool,
    /// The word lists that its rules name with `file:`, by those names; see [`RuleFile::word_lists`].
    pub lists: BTreeMap<String, Vec<u8>>,
}

impl RuleFile {
    /// Wraps a rule file that is trusted and has no word lists.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), trusted: true, lists: BTreeMap::new() }
    }

    /// Returns the names of the word lists that its rules want, as written, to be put into `lists`.
    #[must_use]
    pub fn word_lists(&self) -> Vec<String> {
        decode::word_lists(&self.bytes)
    }
}

/// Chooses the rules of a [`Cleaner`].
#[derive(Clone, Debug)]
pub struct Builder {
    settings: Settings,
    files: Vec<RuleFile>,
    lexicons: Vec<WordList>,
    dictionaries: Vec<Hunspell>,
    terms: Vec<Term>,
    seen: Option<Arc<Seen>>,
    decisions: Decisions,
}

impl Builder {
    /// Sets the profile; [`Profile::Default`] otherwise.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.settings.profile = profile;
        self
    }
    /// Sets which edits are applied: those of `safe` rules (the default), or those of `review` rules too.
    #[must_use]
    pub fn safety(mut self, safety: Safety) -> Self {
        self.settings.safety = safety;
        self
    }
    /// Runs only rules that one of these selectors names: an id, a pack (`core/quotes` or `core/quotes/…`), a glob, `tag:NAME`. Repeatable.
    #[must_use]
    pub fn select(mut self, selector: impl Into<String>) -> Self {
        self.settings.select.push(selector.into());
        self
    }
    /// Leaves out rules that one of these selectors names. Repeatable.
    #[must_use]
    pub fn ignore(mut self, selector: impl Into<String>) -> Self {
        self.settings.ignore.push(selector.into());
        self
    }
    /// Sets how sites are chosen.
    #[must_use]
    pub fn site(mut self, site: SiteChoice) -> Self {
        self.settings.site = site;
        self
    }
    /// Sets the language of all texts, ISO 639-1; detected otherwise.
    #[must_use]
    pub fn lang(mut self, lang: Option<String>) -> Self {
        self.settings.lang = lang;
        self
    }
    /// Sets whether all texts are Markdown, so that its marks and the tags in it are meant. Texts of which the path ends in
    /// `.md` or `.markdown` are without being asked.
    #[must_use]
    pub fn markdown(mut self, markdown: bool) -> Self {
        self.settings.markdown = markdown;
        self
    }
    /// Adds a rule file to the shipped ones. Repeatable.
    #[must_use]
    pub fn rules(mut self, file: RuleFile) -> Self {
        self.files.push(file);
        self
    }
    /// Adds words to what the rules know about words. Repeatable.
    #[must_use]
    pub fn lexicon(mut self, list: WordList) -> Self {
        self.lexicons.push(list);
        self
    }
    /// Adds the words of a dictionary to what the rules know about words. Repeatable.
    #[must_use]
    pub fn hunspell(mut self, dictionary: Hunspell) -> Self {
        self.dictionaries.push(dictionary);
        self
    }
    /// Adds the words of other texts to what the rules know about words; those of the last call count.
    #[must_use]
    pub fn words_from(mut self, words: SeenWords) -> Self {
        self.seen = Some(Arc::new(words.settled()));
        self
    }
    /// Adds a name that is kept whole, and split off where other words ran together with it, and so are its inflected
    /// `forms`. All are of letters and digits alone. Repeatable; packs may bring terms of their own.
    #[must_use]
    pub fn term(self, name: impl Into<String>, forms: &[&str]) -> Self {
        let forms = forms.iter().map(|&form| form.to_owned()).collect();
        self.terms([Term { name: name.into(), forms }])
    }
    pub(crate) fn terms(mut self, terms: impl IntoIterator<Item = Term>) -> Self {
        self.terms.extend(terms);
        self
    }
    /// Sets what a person decided about edits; those of the last call count.
    #[must_use]
    pub fn decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }
    /// Sets the share of words, in percent, whose letters may change inside kept lines.
    #[must_use]
    pub fn budget_words(mut self, percent: f64) -> Self {
        self.settings.budget_words = Some(percent);
        self
    }
    /// Sets the share of lines, in percent, that may be dropped.
    #[must_use]
    pub fn budget_lines(mut self, percent: f64) -> Self {
        self.settings.budget_lines = Some(percent);
        self
    }
    /// Whether each text is scanned once for all rules, so that only those run that could find something; on by
    /// default. The outcome is the same either way: this is for measuring.
    #[must_use]
    pub fn gated(mut self, gated: bool) -> Self {
        self.settings.gated = gated;
        self
    }
    /// Whether to gather [`Cleaned::findings`] too, which costs time; off by default.
    #[must_use]
    pub fn findings(mut self, findings: bool) -> Self {
        self.settings.findings = findings;
        self
    }

    /// Whether to read metadata too: [`Cleaned::fields`]; off by default.
    #[must_use]
    pub fn fields(mut self, fields: bool) -> Self {
        self.settings.fields = fields;
        self
    }

    /// Checks and compiles the rules.
    ///
    /// # Errors
    /// Everything wrong with the rule files, the word lists, dictionaries and terms, the selectors and the site's name, all at once.
    pub fn build(mut self) -> Result<Cleaner, RuleErrors> {
        let packs = self.packs();
        let lexicons = word_files::read(&self.lexicons, &self.dictionaries, &self.terms);
        let (mut packs, lexicons) = match (packs, lexicons) {
            (Ok(packs), Ok(lexicons)) => (packs, lexicons),
            (packs, lexicons) => {
                let mut diagnostics = packs.err().map(|errors| errors.diagnostics).unwrap_or_default();
                diagnostics.extend(lexicons.err().into_iter().flatten());
                return Err(RuleErrors { diagnostics });
            }
        };
        self.settings.lexicons = Arc::new(lexicons.with_seen(self.seen.clone()));
        self.decisions.switch_off(&mut packs);
        let findings = self.settings.findings;
        self.settings.findings |= self.decisions.accept_any();
        let plan = Plan::compile(&packs, &self.settings).map_err(|diagnostics| RuleErrors { diagnostics })?;
        let hash = self.hash(&packs);
        Ok(Cleaner { plan, hash, decisions: self.decisions, findings, replay: None })
    }

    /// Whether there are rule files beside the shipped ones.
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Whether a rule file goes by this name.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name == name)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
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

    /// Hashes what decides about edits: the engine's version, the packs, the settings and what is known about words.
    fn hash(&self, packs: &[Pack]) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        for pack in packs {
            hasher.update(&[0]).update(pack.origin.source.text.as_bytes());
        }
        // How texts are scanned, and whether findings and fields are gathered, decides about no edit.
        // Lexicons are hashed as they were written.
        let Settings {
            profile,
            safety,
            select,
            ignore,
            site,
            lang,
            markdown,
            budget_words,
            budget_lines,
            lexicons: _,
            findings: _,
            fields: _,
            gated: _,
        } = &self.settings;
        for list in self.files.iter().flat_map(|file| file.lists.values()) {
            hasher.update(&[0]).update(list);
        }
        hasher.update(&[u8::from(cfg!(feature = "lexicon"))]);
        for list in &self.lexicons {
            let lang = list.lang.as_deref().unwrap_or("*");
            hasher.update(&[0]).update(lang.as_bytes()).update(&[0]).update(blake3::hash(&list.bytes).as_bytes());
        }
        for dictionary in &self.dictionaries {
            let lang = dictionary.lang.as_deref().unwrap_or("*");
            hasher.update(&[0]).update(lang.as_bytes()).update(&[0]);
            for bytes in [&dictionary.aff, &dictionary.dic] {
                hasher.update(blake3::hash(bytes).as_bytes());
            }
        }
        if let Some(seen) = &self.seen {
            hasher.update(b"\0seen");
            seen.numbers(|number| _ = hasher.update(&number.to_le_bytes()));
        }
        for term in &self.terms {
            hasher.update(&[0]).update(format!("{:?}", (&term.name, &term.forms)).as_bytes());
        }
        if !self.decisions.is_empty() {
            hasher.update(b"\0decisions");
            self.decisions.hashed(|bytes| _ = hasher.update(bytes));
        }
        let trusted: Vec<bool> = self.files.iter().map(|file| file.trusted).collect();
        let settings = format!(
            "{:?}",
            (profile, safety, select, ignore, site, lang, markdown, trusted, budget_words, budget_lines)
        );
        hasher.update(&[0]).update(settings.as_bytes());
        hasher.finalize().to_hex().to_string()
    }
}

/// Reads a rule file that the user named; without trust its `safe` rules are only proposed, and its terms are none.
fn read_file(file: &RuleFile) -> Result<Pack, Vec<Diagnostic>> {
    let mut pack = decode::load_with(&file.name, &file.bytes, false, &file.lists)?;
    if !file.trusted {
        for rule in &mut pack.rules {
            rule.safety = rule.safety.map(|_| Safety::Review);
        }
        for change in &mut pack.overrides {
            change.safety = change.safety.map(|_| Safety::Review);
        }
        // They would let `safe` rules of others change texts.
        pack.terms.clear();
        pack.labels = crate::rules::model::PackLabels::default();
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
    decisions: Decisions,
    /// Whether findings are asked for: decisions may want some that are not.
    findings: bool,
    /// Stands in for the rules.
    replay: Option<Replay>,
}

impl Cleaner {
    /// Returns a builder with the shipped rules, the default profile and safe rules only.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            settings: Settings::default(),
            files: Vec::new(),
            lexicons: Vec::new(),
            dictionaries: Vec::new(),
            terms: Vec::new(),
            seen: None,
            decisions: Decisions::default(),
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
        self.clean_part(text, source, None, 0)
    }

    /// Cleans a text that is part of a file: that of the record `record`, or the one behind `behind` bytes of it.
    pub(crate) fn clean_part<'t>(
        &self,
        text: &'t str,
        source: &Source<'_>,
        record: Option<u64>,
        behind: usize,
    ) -> Cleaned<'t> {
        let cleaned = match &self.replay {
            Some(replay) => replay.text(text, source.path.unwrap_or("-"), record, source.field, behind),
            None => self.plan.run(text, source),
        };
        let mut cleaned = self.decisions.carry_out(cleaned, text);
        if !self.findings && !self.decisions.is_empty() {
            cleaned
                .findings
                .retain(|finding| !matches!(finding.status, Status::Proposed | Status::Lost | Status::Blocked));
        }
        cleaned
    }

    /// Lets a list of edits stand in for the rules.
    pub(crate) fn replaying(mut self, replay: Replay) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.hash.as_bytes()).update(replay.hash().as_bytes());
        self.hash = hasher.finalize().to_hex().to_string();
        self.replay = Some(replay);
        self
    }

    /// Returns the texts that the list names which stands in for the rules and that were not cleaned so far, with the number of their edits.
    pub(crate) fn unmatched(&self) -> Vec<(String, usize)> {
        self.replay.as_ref().map(Replay::unmatched).unwrap_or_default()
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

    /// The same, with every other site and why it is not that of the text.
    pub(crate) fn tell_sites(&self, text: &str, source: &Source<'_>) -> Told {
        self.plan.tell_sites(text, source)
    }

    /// Returns the packs of the site `name` and of all that it refines, general to special; none if there is no such site.
    pub(crate) fn chain(&self, name: &str) -> Vec<String> {
        self.plan.chain(name)
    }

    /// Returns for each fingerprint of the site `name` the first of its lines that a text has not, if there is one.
    pub(crate) fn missing_lines(&self, name: &str, text: &str) -> Vec<Option<String>> {
        self.plan.missing_lines(name, text)
    }

    /// Returns the rules that are for the texts of other sites too and wait for review there.
    pub(crate) fn waiting_elsewhere(&self, name: &str) -> Vec<&RuleId> {
        self.plan.waiting_elsewhere(name)
    }

    /// Tells of each rule that runs what it finds in `text` at `at` (bytes).
    pub(crate) fn sights<'p>(&'p self, text: &str, source: &Source<'_>, at: Span, tell: impl FnMut(&'p RuleId, Sight)) {
        self.plan.sights(text, source, at, tell);
    }

    /// Whether edits of `review` rules are made.
    pub(crate) fn makes_review(&self) -> bool {
        self.plan.makes_review()
    }

    /// Returns the rule with the full id `id`, as written, if it runs.
    pub(crate) fn rule(&self, id: &str) -> Option<&Rule> {
        self.plan.rules().iter().map(|rule| &rule.rule).find(|rule| rule.id.as_str() == id)
    }
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
