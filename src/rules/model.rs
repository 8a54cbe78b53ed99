//! The rule file as data: one struct for each mapping of the format, with spans where later checks need them.
//!
//! Everything here has passed the checks that one file allows. Checks across files (double ids, targets of
//! overrides) and those that need compiled rules (effects, tests) are made by [`crate::plan`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::edit::{Effects, RuleId, Safety};
use crate::text::{Label, Span};

/// A file of rules, kept for messages: its name as the user knows it and its text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Path as given, or `rules/core/….yaml` for an embedded pack.
    pub(crate) name: String,
    pub(crate) text: String,
    /// Embedded in the binary. Shipped packs must pass stricter checks.
    pub(crate) shipped: bool,
}

/// A stretch of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Span,
}

/// A value that remembers where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// A regular expression that parses; `origin` is the scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) regex: String,
    pub(crate) origin: Origin,
}

/// One YAML file of rules.
#[derive(Clone, Debug)]
pub(crate) struct Pack {
    /// `core/punctuation`: the front part of its rules' ids.
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) about: String,
    pub(crate) profile: Profile,
    /// Present when the pack is a site.
    pub(crate) site: Option<Site>,
    pub(crate) budget: Budget,
    pub(crate) terms: Vec<Term>,
    pub(crate) labels: PackLabels,
    /// The lines that the pages of a site have in common.
    pub(crate) template: Option<WrittenTemplate>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) overrides: Vec<Override>,
}

impl Pack {
    /// Returns whether `name` names it: by its whole name, or by what follows `sites/`.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name || self.name.strip_prefix("sites/") == Some(name)
    }
}

/// The least profile that turns a pack on. Every profile includes those before it, but `Typography` and
/// `Ascii` exclude each other, and `Off` packs run only when selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(crate) enum Profile {
    Minimal,
    #[default]
    Default,
    Typography,
    Ascii,
    Off,
}

/// The `site:` block of a pack.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site {
    /// URL patterns as in WebExtensions, `*.example.com/news/*`; with a leading `!` to except.
    pub(crate) urls: Vec<Written<String>>,
    /// Globs over the path of an input, from its beginning or from any of its folders on.
    pub(crate) paths: Vec<Written<String>>,
    pub(crate) fingerprints: Vec<Fingerprint>,
    /// The name of the site that this one refines, if it is a variant.
    pub(crate) of: Option<Written<String>>,
    /// The first and the last day on which texts of it were written, as `2024-05-31`.
    pub(crate) from: Option<String>,
    pub(crate) until: Option<String>,
}

/// Lines of which all must stand in the head or tail of a text. They are compared trimmed and exactly.
#[derive(Clone, Debug)]
pub(crate) struct Fingerprint {
    pub(crate) head: Vec<Written<String>>,
    pub(crate) tail: Vec<Written<String>>,
}

/// Shares of a document, in percent, that a pack may change; none where the pack says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Budget {
    pub(crate) words: Option<f64>,
    pub(crate) lines: Option<f64>,
}

/// What a pack knows about the page around an article.
#[derive(Clone, Debug, Default)]
pub(crate) struct PackLabels {
    /// The languages (ISO 639-1) of the texts beside which they stand; none for all.
    pub(crate) lang: Vec<String>,
    pub(crate) labels: Vec<Label>,
    /// Names of the months, in every form that dates have.
    pub(crate) months: Vec<String>,
}

/// The lines that the pages of a site have in common, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WrittenTemplate {
    /// Pages that it was learned from.
    pub(crate) pages: u32,
    /// What stands above the articles, and below them.
    pub(crate) top: Vec<TemplateRun>,
    pub(crate) bottom: Vec<TemplateRun>,
    /// Lines of it that stand inside of articles too.
    pub(crate) inside: Vec<String>,
    /// Lines of it that stand several times on one page.
    pub(crate) repeated: Vec<String>,
    /// Lines of it with numbers of their own on each page.
    pub(crate) counted: Vec<String>,
}

/// Lines of a template as they follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TemplateRun {
    /// Pages on which they do.
    pub(crate) pages: u32,
    pub(crate) lines: Vec<String>,
}

/// A name that is kept whole and split off. Every form of it is made of letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) name: String,
    /// Inflected forms.
    pub(crate) forms: Vec<String>,
}

impl Term {
    /// Returns the name and every form.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.forms).map(String::as_str)
    }
}

/// One rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The full id: the pack's name and the rule's own.
    pub(crate) id: RuleId,
    /// The scalar of the rule's own id.
    pub(crate) origin: Origin,
    pub(crate) about: String,
    pub(crate) why: Option<String>,
    pub(crate) see: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) phase: Phase,
    /// None for `flag` rules.
    pub(crate) safety: Option<Safety>,
    /// The ceiling as written; none means the least that the `fix` tests need.
    pub(crate) effects: Option<Effects>,
    pub(crate) place: Where,
    pub(crate) unless: Vec<Pattern>,
    /// Language codes (ISO 639-1) for which the rule runs; empty for all.
    pub(crate) lang: Vec<String>,
    /// Names of sites for which the rule runs; empty for all.
    pub(crate) sites: Vec<Written<String>>,
    pub(crate) tags: Vec<String>,
    pub(crate) priority: i8,
    pub(crate) tests: Tests,
}

/// The order in which rules see a text. All rules of a phase read one snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Phase {
    Decode,
    Unicode,
    Markup,
    Lines,
    Words,
    Punctuation,
    Layout,
}

impl Kind {
    /// Returns what a rule of this kind looks for, if that is no word list and no code.
    pub(crate) fn finds(&self) -> Vec<&Match> {
        match self {
            Kind::Replace { find, .. }
            | Kind::Delete { find }
            | Kind::DropLine { find }
            | Kind::JoinLines { find, .. }
            | Kind::Extract { find, .. }
            | Kind::Flag { find, .. } => vec![find],
            Kind::DropBlock { from, to, .. } => vec![from, to],
            Kind::Map(_) | Kind::Builtin { .. } => Vec::new(),
        }
    }

    /// Returns the name that rule files use.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Kind::Replace { .. } => "replace",
            Kind::Delete { .. } => "delete",
            Kind::DropLine { .. } => "drop-line",
            Kind::DropBlock { .. } => "drop-block",
            Kind::JoinLines { .. } => "join-lines",
            Kind::Map(_) => "map",
            Kind::Extract { .. } => "extract",
            Kind::Flag { .. } => "flag",
            Kind::Builtin { .. } => "builtin",
        }
    }
}

/// What a rule does.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Replace {
        find: Match,
        replace: Template,
    },
    Delete {
        find: Match,
    },
    DropLine {
        find: Match,
    },
    DropBlock {
        from: Match,
        to: Match,
        max_lines: usize,
    },
    JoinLines {
        find: Match,
        with: Template,
    },
    Map(Words),
    Extract {
        find: Match,
        field: String,
        remove: bool,
        shape: Shape,
    },
    Flag {
        find: Match,
        message: String,
    },
    /// With a message it flags.
    Builtin {
        name: Written<String>,
        options: BTreeMap<String, Written<Value>>,
        message: Option<String>,
    },
}

/// What a `map` rule says.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    /// Words and what to put in their place. A space in a word stands for any run of spaces, and for one line end
    /// where `scope` sees it.
    pub(crate) entries: Vec<(String, String)>,
    pub(crate) case: Case,
    pub(crate) whole_word: bool,
    /// What may stand behind a word. None without `whole_word`.
    pub(crate) endings: Vec<String>,
    /// An ending goes with its word; otherwise it stays behind what comes in the word's place.
    pub(crate) drop_ending: bool,
    pub(crate) scope: Scope,
}

/// What `map` rules make of case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) enum Case {
    /// A word is found as it is written.
    #[default]
    Exact,
    /// It is found in any case.
    Fold,
    /// It is found in any case, and its capitals are kept.
    Follow,
}

/// What the value of a field must look like: `as:` of `extract` rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) enum Shape {
    /// Like nothing in particular.
    #[default]
    Text,
    /// A date, whatever else the line says of the time.
    Date,
    /// One to four names of persons.
    Names,
    /// Names of persons, agencies or papers, and no sentence.
    Credit,
    /// The title of an article; a text has one.
    Title,
}

/// The `match:` mapping.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) what: What,
    /// Must match right before, without being consumed.
    pub(crate) before: Option<Pattern>,
    /// Must match right behind, without being consumed.
    pub(crate) after: Option<Pattern>,
    pub(crate) ignore_case: bool,
    pub(crate) whole_word: bool,
    pub(crate) scope: Scope,
    pub(crate) origin: Origin,
}

/// The one thing that a `match:` looks for.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// `literal:` and `literals:`.
    Literals(Vec<String>),
    /// `regex:`.
    Regex(Pattern),
    /// `line:`, a regex that must match the whole line without its end and without white space at its edges.
    Line(Pattern),
    /// `labels:`, whole lines; case and width folded, edge marks and counters stripped.
    Labels(Vec<String>),
}

/// How far a pattern sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) enum Scope {
    /// One line without its end.
    #[default]
    Line,
    /// Lines up to a blank one.
    Paragraph,
    /// The whole text.
    Document,
}

/// The `where:` mapping.
#[derive(Clone, Debug, Default)]
pub(crate) struct Where {
    pub(crate) region: Option<crate::text::Region>,
    /// Only in so many first lines that are not blank.
    pub(crate) first_lines: Option<usize>,
    /// Only in so many last lines that are not blank.
    pub(crate) last_lines: Option<usize>,
    /// Only in this field of a record.
    pub(crate) field: Option<String>,
}

/// A replacement, parsed: `${1}`, `${name}` and `$$` are all it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) parts: Vec<Part>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    /// A group by number; names are resolved when the rule is read.
    Group(usize),
}

/// The `tests:` mapping.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tests {
    pub(crate) fix: Vec<Test>,
    pub(crate) keep: Vec<Test>,
    pub(crate) todo: Vec<Test>,
}

/// One test. `keep` tests have `after` equal to `before`.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) before: String,
    pub(crate) after: String,
    /// What an `extract` rule reads.
    pub(crate) value: Option<String>,
    pub(crate) lang: Option<String>,
    pub(crate) url: Option<String>,
    /// A site's name, or `none`.
    pub(crate) site: Option<String>,
    pub(crate) origin: Origin,
    /// The scalar of `after`; where there is none, that of the text.
    pub(crate) expected: Origin,
}

/// One entry of `overrides:`.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) target: Written<Target>,
    pub(crate) disable: bool,
    pub(crate) safety: Option<Safety>,
    pub(crate) unless: Vec<Pattern>,
}

/// Which rules an override changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `rule:`, a full id.
    Rule(String),
    /// `tag:`.
    Tag(String),
}
