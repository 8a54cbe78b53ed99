//! The keys of the file format, once: what the decoder accepts, what messages offer and what the schema says.
//!
//! One [`Table`] for each kind of mapping. Adding a key means adding a line here and reading it in the decoder.

use crate::edit::{Effect, Safety};
use crate::text::{LabelKind, Region};

use super::model::{Case, Phase, Profile, Scope, Shape};

/// What a mapping may hold.
#[derive(Debug)]
pub(crate) struct Table {
    /// How messages call such a mapping.
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
}

/// One key of a mapping.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
    pub(crate) required: bool,
    /// For people: a sentence or two.
    pub(crate) about: &'static str,
}

/// What stands behind a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// A string or a list of strings.
    TextOrTexts,
    /// `true` or `false`.
    Flag,
    /// A whole number in a range, both ends included.
    Integer(i64, i64),
    /// A number from 0 to 100.
    Percent,
    /// One of the words of a [`Named`] type.
    Word(fn() -> Vec<Word>),
    /// A list of such words.
    Words(fn() -> Vec<Word>),
    /// A mapping.
    Table(&'static Table),
    /// A list of mappings.
    Tables(&'static Table),
    /// A list whose items are mappings or strings alone.
    TextsOrTables(&'static Table),
    /// A list of rules.
    Rules,
    /// A mapping of strings to strings.
    TextMap,
    /// A mapping of whatever a built-in rule understands.
    Options,
}

/// A word of the format and what it means.
pub(crate) type Word = (&'static str, &'static str);

/// A type whose values have names in rule files.
pub(crate) trait Named: Copy + 'static {
    /// Every value with its name and what it means.
    const ALL: &'static [(Self, &'static str, &'static str)];
}

/// Returns the words of `T`.
pub(crate) fn words<T: Named>() -> Vec<Word> {
    T::ALL.iter().map(|&(_, name, about)| (name, about)).collect()
}

const fn key(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, takes, required: false, about }
}

const fn needed(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, takes, required: true, about }
}

pub(crate) const PACK: Table = Table {
    name: "a pack",
    about: "A file of rules.",
    keys: &[
        needed("format", Takes::Integer(1, 1), "Version of the file format: 1."),
        needed(
            "pack",
            Takes::Text,
            "Name of the pack, such as `core/punctuation`: the front part of the full ids of its rules. Small letters, digits and hyphens, in parts joined by `/`.",
        ),
        key("about", Takes::Text, "What the pack is for, in one sentence."),
        key("profile", Takes::Word(words::<Profile>), "The least profile that turns the pack on (default: `default`)."),
        key("phase", Takes::Word(words::<Phase>), "Phase of all rules of the pack that name none."),
        key("lang", Takes::TextOrTexts, "Languages (ISO 639-1, such as `de`) of all rules of the pack that name none."),
        key("sites", Takes::TextOrTexts, "Sites of all rules of the pack that name none."),
        key("tags", Takes::TextOrTexts, "Tags of all rules of the pack that name none."),
        key("site", Takes::Table(&SITE), "Makes the pack a site: its rules run only for texts from there."),
        key("budget", Takes::Table(&BUDGET), "How much of a document the pack may change."),
        key("terms", Takes::TextsOrTables(&TERM), TERMS),
        key("labels", Takes::Table(&LABELS), "Lines of the page around an article, by what they belong to."),
        key(
            "template",
            Takes::Table(&TEMPLATE),
            "Lines that the pages of a site have in common, around their articles.",
        ),
        key("rules", Takes::Rules, "The rules."),
        key("overrides", Takes::Tables(&OVERRIDE), "Changes to rules of other packs."),
    ],
};

const TERMS: &str = "Names that are kept whole, and split off where other words ran together with them. Those of a site's pack count for texts of the site.";

pub(crate) const TERM: Table = Table {
    name: "a term",
    about: "A name with the forms that it takes in texts.",
    keys: &[
        needed("term", Takes::Text, "The name: letters and digits, without spaces and marks."),
        needed("forms", Takes::Texts, "Its inflected forms."),
    ],
};

pub(crate) const TEMPLATE: Table = Table {
    name: "a template",
    about: "The lines above and below the articles of one site, as `rules learn` finds them; rules of the built-in `template` drop them. Lines are compared without case; in short lines each number, and each month and weekday beside one, is as good as any other.",
    keys: &[
        needed("pages", Takes::Integer(2, 1_000_000), "Pages from which the template was learned."),
        key("top", Takes::Tables(&TEMPLATE_RUN), "Runs of lines above the article."),
        key("bottom", Takes::Tables(&TEMPLATE_RUN), "Runs of lines below the article."),
        key(
            "inside",
            Takes::TextOrTexts,
            "Those of its lines that stand inside of articles too: they go only beside their neighbours. A list, or a text with one on each line.",
        ),
        key(
            "repeated",
            Takes::TextOrTexts,
            "Those of its lines that stand several times above or below one article; of all others the first goes, since the next may be a title.",
        ),
        key(
            "counted",
            Takes::TextOrTexts,
            "Those of its lines with other numbers on each page, such as dates: they are never certain, and stay above an article that has no other title.",
        ),
    ],
};

pub(crate) const TEMPLATE_RUN: Table = Table {
    name: "a run of lines",
    about: "Lines that follow each other on pages of the site.",
    keys: &[
        needed("pages", Takes::Integer(1, 1_000_000), "Pages on which they do."),
        needed(
            "lines",
            Takes::TextOrTexts,
            "The lines: a list, or a text with one on each line. `*` stands for a short line that is another on each page, if there is one; `**` for one that may be long.",
        ),
    ],
};

pub(crate) const LABELS: Table = Table {
    name: "labels",
    about: "Lines of the page around an article, by what they belong to; the built-in rules for such lines read them. They count for texts in the languages of the pack.",
    keys: &[
        key("share", Takes::Table(&LABEL_LISTS), "Buttons: share, print, save, follow."),
        key("comments", Takes::Table(&LABEL_LISTS), "Headings and buttons of comments."),
        key("reply", Takes::Table(&LABEL_LISTS), "What stands among comments: `Reply`, `* says`, `# days ago`."),
        key(
            "related",
            Takes::Table(&LABEL_LISTS),
            "Headings of lists of other texts, and ways to them: `Read next`, `More from *`.",
        ),
        key("newsletter", Takes::Table(&LABEL_LISTS), "Newsletters and subscriptions."),
        key("author", Takes::Table(&LABEL_LISTS), "Headings of what is said about the author."),
        key("site", Takes::Table(&LABEL_LISTS), "Navigation, search, account, dates of publication, reading time."),
        key(
            "notice",
            Takes::Table(&LABEL_LISTS),
            "Sentences about cookies, rights, forms and affiliate links; looked for in lines of up to 700 characters.",
        ),
        key("offer", Takes::Table(&LABEL_LISTS), "Buttons and forms that sell something."),
        key(
            "months",
            Takes::TextOrTexts,
            "Names of the months in every form that dates have: a list, or a text with one on each line.",
        ),
    ],
};

pub(crate) const LABEL_LISTS: Table = Table {
    name: "a kind of labels",
    about: "Labels of one kind. A label is a line without its marks, in any case; `#` stands for a number, `*` for anything. Numbers at the ends need not be written.",
    keys: &[
        key(
            "alone",
            Takes::TextOrTexts,
            "Labels that are certain wherever such a line stands: a list, or a text with one on each line.",
        ),
        key(
            "beside",
            Takes::TextOrTexts,
            "Labels that are certain only beside others: a list, or a text with one on each line.",
        ),
    ],
};

pub(crate) const SITE: Table = Table {
    name: "a site",
    about: "How texts of the site are told.",
    keys: &[
        key("urls", Takes::TextOrTexts, "URL patterns, such as `*.example.com/news/*`; with a leading `!` to except."),
        key(
            "paths",
            Takes::TextOrTexts,
            "Globs over the path of a file, from its beginning or from any of its folders on: `harbour/**/*.txt`.",
        ),
        key(
            "fingerprints",
            Takes::Tables(&FINGERPRINT),
            "Lines by which a text without URL is told; one fingerprint is enough.",
        ),
        key(
            "of",
            Takes::Text,
            "The site that this one is a variant of, such as an older layout: texts of the variant are texts of that site too, and its rules and overrides run with those of the variant.",
        ),
        key(
            "from",
            Takes::Text,
            "The first day, such as `2024-05-31`, of which texts are from the site. A text whose date is not known may be.",
        ),
        key("until", Takes::Text, "The last day, such as `2024-05-31`, of which texts are from the site."),
    ],
};

pub(crate) const FINGERPRINT: Table = Table {
    name: "a fingerprint",
    about: "Lines of which all must occur in a text. They are compared without white space at their edges.",
    keys: &[
        key("head", Takes::TextOrTexts, "Lines that must occur before the first line of prose."),
        key("tail", Takes::TextOrTexts, "Lines that must occur behind the last line of prose."),
    ],
};

pub(crate) const BUDGET: Table = Table {
    name: "a budget",
    about: "Shares of a document, in percent. Over it, the document is left as it is and reported.",
    keys: &[
        key("words", Takes::Percent, "Words whose letters may change inside lines that stay, in percent."),
        key("lines", Takes::Percent, "Lines that may be dropped, in percent."),
    ],
};

/// The keys of every rule; [`KINDS`] says which others a rule takes.
pub(crate) const RULE: Table = Table {
    name: "a rule",
    about: "One rule: what it looks for, what it does, and the tests that prove it.",
    keys: &[
        needed(
            "id",
            Takes::Text,
            "The rule's own part of its id: small letters and digits, with hyphens between. Stable, never used again for another rule.",
        ),
        key("about", Takes::Text, "What the rule does, in one sentence."),
        key("why", Takes::Text, "Why it is right to do so."),
        key("see", Takes::Text, "Where one can read more: a link."),
        needed("kind", Takes::Word(kinds), "What the rule does."),
        key("phase", Takes::Word(words::<Phase>), "When it runs. All rules of a phase see the same text."),
        key("where", Takes::Table(&WHERE), "In which part of a text the rule runs."),
        key("unless", Takes::TextOrTexts, "Regular expressions that veto a match which they overlap."),
        key("lang", Takes::TextOrTexts, "Languages (ISO 639-1, such as `de`) for which the rule runs (default: all)."),
        key("sites", Takes::TextOrTexts, "Sites for which the rule runs (default: all)."),
        key(
            "tags",
            Takes::TextOrTexts,
            "Words by which `--select`, `--ignore` and overrides name several rules at once.",
        ),
        key("priority", Takes::Integer(-100, 100), "Decides between rules that match the same place (default: 0)."),
        key(
            "safety",
            Takes::Word(words::<Safety>),
            "Whether edits are applied without asking (default: `review`). `safe` needs tests.",
        ),
        key(
            "effects",
            Takes::Words(words::<Effect>),
            "What the rule's edits may do at most; an edit that does more is blocked (default: what the `fix` tests need).",
        ),
        key("tests", Takes::Table(&TESTS), "Texts that the rule must change, and texts that it must leave alone."),
    ],
};

/// Keys that only some kinds take.
pub(crate) const OF_KINDS: &[Key] = &[
    key("match", Takes::Table(&MATCH), "What to look for."),
    key(
        "replace",
        Takes::Text,
        "What to put there. `${1}` and `${name}` are groups of the pattern, `${0}` is the whole match, `$$` is a dollar sign.",
    ),
    key("with", Takes::Text, "What to put between the two lines; `''` for nothing."),
    key("map", Takes::TextMap, "Words and what to put in their place."),
    key(
        "file",
        Takes::Text,
        "A word list beside this file, in place of `map`: a line for each word, `from` and `to` with a tab between. Blank lines and lines that begin with `#` say nothing.",
    ),
    key("case", Takes::Word(words::<Case>), "What becomes of capitals (default: `exact`)."),
    key("ignore-case", Takes::Flag, "The same as `case: fold`."),
    key("whole-word", Takes::Flag, "Whether a match may neither begin nor end inside a word (default: false)."),
    key(
        "endings",
        Takes::TextOrTexts,
        "Endings that a word of the list may have in the text, such as `s`; they stay behind what comes in its place. Needs `whole-word`.",
    ),
    key("drop-ending", Takes::Flag, "Whether such an ending goes with its word (default: false)."),
    key(
        "scope",
        Takes::Word(words::<Scope>),
        "How far a word of the list may reach (default: `line`). A space in it stands for any run of spaces, and for one line end unless that is out of reach.",
    ),
    key("field", Takes::Text, "Name of the metadata field that is filled."),
    key(
        "as",
        Takes::Word(words::<Shape>),
        "What the value must look like (default: `text`); what looks different is not read.",
    ),
    key("remove", Takes::Flag, "Whether the line is removed from the text (default: false)."),
    key(
        "message",
        Takes::Text,
        "What the report says of the place; a `builtin` rule with a message flags and changes nothing.",
    ),
    key("builtin", Takes::Text, "Name of the built-in rule."),
    key("options", Takes::Options, "Settings of the built-in rule."),
];

pub(crate) const MATCH: Table = Table {
    name: "a `match`",
    about: "What to look for: one of `literal`, `literals`, `regex`, `line`, `labels`, or `from` with `to`.",
    keys: &[
        key("literal", Takes::Text, "This text."),
        key("literals", Takes::Texts, "Any of these texts; the longest wins."),
        key("regex", Takes::Text, "A regular expression (syntax of the Rust crate `regex`)."),
        key("line", Takes::Text, "A regular expression that must match a whole line without white space at its edges."),
        key("labels", Takes::Texts, "Whole lines; case, width, marks at the edges and counters make no difference."),
        key("from", Takes::Text, "A regular expression for the whole first line of a block."),
        key("to", Takes::Text, "A regular expression for the whole last line of a block."),
        key("max-lines", Takes::Integer(1, 10_000), "Lines that a block has at most (default: 40)."),
        key(
            "before",
            Takes::Text,
            "A regular expression that must match right before, without becoming part of the match.",
        ),
        key(
            "after",
            Takes::Text,
            "A regular expression that must match right behind, without becoming part of the match.",
        ),
        key("ignore-case", Takes::Flag, "Whether `A` matches `a` (default: false)."),
        key("whole-word", Takes::Flag, "Whether a match may neither begin nor end inside a word (default: false)."),
        key("scope", Takes::Word(words::<Scope>), "How far a pattern sees (default: `line`)."),
    ],
};

pub(crate) const WHERE: Table = Table {
    name: "a `where`",
    about: "In which part of a text a rule runs.",
    keys: &[
        key("region", Takes::Word(words::<Region>), "Only in this part of the text."),
        key("first-lines", Takes::Integer(1, 10_000), "Only in so many first lines that are not blank."),
        key("last-lines", Takes::Integer(1, 10_000), "Only in so many last lines that are not blank."),
        key("field", Takes::Text, "Only in this field of a record."),
    ],
};

pub(crate) const TESTS: Table = Table {
    name: "a `tests`",
    about: "Texts that the rule must change, and texts that it must leave alone. Each is a whole document.",
    keys: &[
        key(
            "fix",
            Takes::Tables(&TEST),
            "Texts that the rule must change: from `before` to `after`. A rule that changes nothing (`flag`, `extract` without `remove`) must find something in `before`.",
        ),
        key(
            "keep",
            Takes::TextsOrTables(&KEEP),
            "Texts that the rule, alone or with all default rules, must leave as they are.",
        ),
        key("todo", Takes::Tables(&TEST), "Texts that should change and are known not to; you are told when they do."),
    ],
};

pub(crate) const TEST: Table = Table {
    name: "a test",
    about: "A text before and after.",
    keys: &[
        needed("before", Takes::Text, "The text as it is found."),
        key("after", Takes::Text, "The text as it must become."),
        key("value", Takes::Text, "What an `extract` rule must read."),
        key("lang", Takes::Text, "The text's language (default: the first of the rule's `lang`)."),
        key("url", Takes::Text, "Where the text comes from."),
        key("site", Takes::Text, "The text's site, or `none` (default: the rule's own pack, if it is a site)."),
    ],
};

pub(crate) const KEEP: Table = Table {
    name: "a `keep` test",
    about: "A text that must stay as it is.",
    keys: &[
        needed("text", Takes::Text, "The text."),
        key("lang", Takes::Text, "The text's language (default: the first of the rule's `lang`)."),
        key("url", Takes::Text, "Where the text comes from."),
        key("site", Takes::Text, "The text's site, or `none` (default: the rule's own pack, if it is a site)."),
    ],
};

pub(crate) const OVERRIDE: Table = Table {
    name: "an override",
    about: "A change to rules of other packs, named by `rule` or by `tag`.",
    keys: &[
        key("rule", Takes::Text, "Full id of the rule."),
        key("tag", Takes::Text, "A tag: all rules that have it."),
        key("disable", Takes::Flag, "Turns the rules off."),
        key("safety", Takes::Word(words::<Safety>), "Their safety from now on."),
        key(
            "unless",
            Takes::TextOrTexts,
            "Regular expressions that veto a match which they overlap, in addition to the rules' own.",
        ),
    ],
};

/// `unscrape.yaml`.
pub(crate) const CONFIG: Table = Table {
    name: "a configuration",
    about: "Settings of a project, found from the working directory upwards as `unscrape.yaml`.",
    keys: &[
        needed("format", Takes::Integer(1, 1), "Version of the file format: 1."),
        key("packs", Takes::TextOrTexts, "Rule files beside the shipped ones; paths are relative to this file."),
        key(
            "trust",
            Takes::TextMap,
            "Rule files outside this file's folder whose `safe` rules are believed: path and BLAKE3 hash.",
        ),
        key("profile", Takes::Word(profiles_to_choose), "Which packs run (default: `default`)."),
        key(
            "safety",
            Takes::Word(words::<Safety>),
            "Which edits are applied: those of `safe` rules only (the default), or those of `review` rules too.",
        ),
        key("select", Takes::TextOrTexts, "Only these rules: ids, packs, globs, `tag:NAME`."),
        key("ignore", Takes::TextOrTexts, "Not these rules: ids, packs, globs, `tag:NAME`."),
        key("site", Takes::Text, "The site of all texts: `auto` (the default), `none` or a name."),
        key(
            "lang",
            Takes::Text,
            "The language of all texts: `auto` (the default) or a code of ISO 639-1, such as `de`.",
        ),
        key(
            "markdown",
            Takes::Flag,
            "Whether the texts are Markdown, so that its marks and the tags in it stay (default: false; files named .md or .markdown are).",
        ),
        key("budget", Takes::Table(&BUDGET), "How much of a document may change."),
        key(
            "lexicons",
            Takes::TextsOrTables(&LEXICON),
            "Word lists, which extend what is known about words: one word a line, optionally a tab and a count; paths are relative to this file.",
        ),
        key(
            "hunspell",
            Takes::TextsOrTables(&LEXICON),
            "Dictionaries of Hunspell: `.dic` files with their `.aff` files beside them; paths are relative to this file.",
        ),
        key("terms", Takes::TextsOrTables(&TERM), TERMS),
        key("input", Takes::Table(&INPUT), "How inputs are read, and where records keep what."),
    ],
};

pub(crate) const LEXICON: Table = Table {
    name: "a lexicon",
    about: "A file of words.",
    keys: &[
        needed("file", Takes::Text, "The file; its path is relative to this one."),
        key(
            "lang",
            Takes::Text,
            "The language of the words, such as `de` (default: the one that a dictionary names, else they are words of all languages).",
        ),
    ],
};

pub(crate) const INPUT: Table = Table {
    name: "an `input`",
    about: "The encoding of texts, and names of the fields of records.",
    keys: &[
        key(
            "encoding",
            Takes::Text,
            "The encoding of texts that are no records: `auto` or a label, such as `windows-1252` (default: `utf-8`).",
        ),
        key("text-field", Takes::Text, "The field with the text to clean."),
        key("lang-field", Takes::Text, "The field with the language."),
        key("url-field", Takes::Text, "The field with the URL."),
        key("date-field", Takes::Text, "The field with the date, for sites with `from` or `until`."),
    ],
};

/// What a kind of rule takes beside [`RULE`].
#[derive(Debug)]
pub(crate) struct KindKeys {
    pub(crate) kind: KindName,
    /// Of [`OF_KINDS`].
    pub(crate) required: &'static [&'static str],
    /// Of [`OF_KINDS`].
    pub(crate) optional: &'static [&'static str],
    /// Keys of `match:`; those before the first of [`GUARDS`] say what to look for.
    pub(crate) matches: &'static [&'static str],
    pub(crate) phase: Phase,
}

/// The keys of `match:` that only narrow what another key finds.
pub(crate) const GUARDS: &[&str] = &["before", "after", "ignore-case", "whole-word", "scope"];

/// Keys of [`RULE`] that make no sense for rules that change nothing.
pub(crate) const OF_CHANGES: &[&str] = &["safety", "effects"];

/// The kinds of rules by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KindName {
    Replace,
    Delete,
    DropLine,
    DropBlock,
    JoinLines,
    Map,
    Extract,
    Flag,
    Builtin,
}

const ANYTHING: &[&str] =
    &["literal", "literals", "regex", "line", "labels", "before", "after", "ignore-case", "whole-word", "scope"];

pub(crate) const KINDS: &[KindKeys] = &[
    KindKeys {
        kind: KindName::Replace,
        required: &["match", "replace"],
        optional: &[],
        matches: ANYTHING,
        phase: Phase::Punctuation,
    },
    KindKeys {
        kind: KindName::Delete,
        required: &["match"],
        optional: &[],
        matches: ANYTHING,
        phase: Phase::Punctuation,
    },
    KindKeys {
        kind: KindName::DropLine,
        required: &["match"],
        optional: &[],
        matches: &["line", "labels", "regex", "before", "after", "ignore-case", "whole-word"],
        phase: Phase::Lines,
    },
    KindKeys {
        kind: KindName::DropBlock,
        required: &["match"],
        optional: &[],
        matches: &["from", "to", "max-lines", "ignore-case"],
        phase: Phase::Lines,
    },
    KindKeys {
        kind: KindName::JoinLines,
        required: &["match", "with"],
        optional: &[],
        matches: &["regex", "literal", "literals", "before", "after", "ignore-case", "whole-word"],
        phase: Phase::Lines,
    },
    KindKeys {
        kind: KindName::Map,
        // Either `map` or `file`.
        required: &[],
        optional: &["map", "file", "case", "ignore-case", "whole-word", "endings", "drop-ending", "scope"],
        matches: &[],
        phase: Phase::Words,
    },
    KindKeys {
        kind: KindName::Extract,
        required: &["match", "field"],
        optional: &["as", "remove"],
        matches: &["regex", "line", "before", "after", "ignore-case", "whole-word"],
        phase: Phase::Lines,
    },
    KindKeys {
        kind: KindName::Flag,
        required: &["match", "message"],
        optional: &[],
        matches: ANYTHING,
        phase: Phase::Punctuation,
    },
    KindKeys {
        kind: KindName::Builtin,
        required: &["builtin"],
        optional: &["options", "message"],
        matches: &[],
        phase: Phase::Punctuation,
    },
];

impl KindKeys {
    /// Returns the name that rule files use.
    pub(crate) fn name(&self) -> &'static str {
        name_of(self.kind)
    }

    /// Calls a rule of the kind.
    pub(crate) fn a_rule(&self) -> String {
        let article = if self.name().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{article} `{}` rule", self.name())
    }

    /// Returns whether the rules may change a text.
    pub(crate) fn changes(&self) -> bool {
        self.kind != KindName::Flag
    }

    /// Returns the keys that only some kinds take and this one does.
    pub(crate) fn own(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    /// Returns every key that a rule of this kind takes.
    pub(crate) fn keys(&self) -> Vec<&'static Key> {
        let own = OF_KINDS.iter().filter(|key| self.own().any(|name| name == key.name));
        RULE.keys.iter().filter(|key| self.changes() || !OF_CHANGES.contains(&key.name)).chain(own).collect()
    }
}

/// Returns the name of a value.
pub(crate) fn name_of<T: Named + PartialEq>(value: T) -> &'static str {
    T::ALL.iter().find(|named| named.0 == value).map_or("", |named| named.1)
}

fn kinds() -> Vec<Word> {
    words::<KindName>()
}

fn profiles_to_choose() -> Vec<Word> {
    words::<ChosenProfile>()
}

impl Named for KindName {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (KindName::Replace, "replace", "replaces the match"),
        (KindName::Delete, "delete", "deletes the match"),
        (KindName::DropLine, "drop-line", "deletes the line of the match with its line end"),
        (KindName::DropBlock, "drop-block", "deletes from a line to a line"),
        (KindName::JoinLines, "join-lines", "joins a line that ends in the match with the next one"),
        (KindName::Map, "map", "replaces words by a list"),
        (KindName::Extract, "extract", "makes a line a metadata field"),
        (KindName::Flag, "flag", "reports the match and changes nothing"),
        (KindName::Builtin, "builtin", "runs code of the program"),
    ];
}

impl Named for LabelKind {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (LabelKind::Share, "share", "Buttons: share, print, save, follow."),
        (LabelKind::Comments, "comments", "Headings and buttons of comments."),
        (LabelKind::Reply, "reply", "What stands among comments: `Reply`, `* says`, `# days ago`."),
        (
            LabelKind::Related,
            "related",
            "Headings of lists of other texts, and ways to them: `Read next`, `More from *`.",
        ),
        (LabelKind::Newsletter, "newsletter", "Newsletters and subscriptions."),
        (LabelKind::Author, "author", "Headings of what is said about the author."),
        (LabelKind::Site, "site", "Navigation, search, account, dates of publication, reading time."),
        (
            LabelKind::Notice,
            "notice",
            "Sentences about cookies, rights, forms and affiliate links; looked for in lines of up to 700 characters.",
        ),
        (LabelKind::Offer, "offer", "Buttons and forms that sell something."),
    ];
}

impl Named for Phase {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Phase::Decode, "decode", "encodings and entities"),
        (Phase::Unicode, "unicode", "invisible characters, spaces, normal form"),
        (Phase::Markup, "markup", "tags and the like"),
        (Phase::Lines, "lines", "lines are dropped, extracted, joined"),
        (Phase::Words, "words", "run-together words, terms"),
        (Phase::Punctuation, "punctuation", "marks and quotes"),
        (Phase::Layout, "layout", "blank lines and spaces at line ends"),
    ];
}

impl Named for Profile {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Profile::Minimal, "minimal", "only what loses nothing: encodings, invisible characters, spaces"),
        (Profile::Default, "default", "what is wrong in every house"),
        (Profile::Typography, "typography", "house style: the language's own quotes and apostrophes"),
        (Profile::Ascii, "ascii", "quotes, dashes and spaces in ASCII"),
        (Profile::Off, "off", "only when selected"),
    ];
}

/// A profile that a person may ask for: every one but `off`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChosenProfile(pub(crate) Profile);

impl Named for ChosenProfile {
    const ALL: &'static [(Self, &'static str, &'static str)] = {
        const fn chosen(index: usize) -> (ChosenProfile, &'static str, &'static str) {
            let (profile, name, about) = Profile::ALL[index];
            (ChosenProfile(profile), name, about)
        }
        &[chosen(0), chosen(1), chosen(2), chosen(3)]
    };
}

impl Named for Safety {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Safety::Safe, "safe", "applied by default; earned by tests"),
        (Safety::Review, "review", "applied on request"),
    ];
}

impl Named for Shape {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Shape::Text, "text", "nothing in particular"),
        (
            Shape::Date,
            "date",
            "a date with its year, alone or with the time; read as ISO 8601 where nothing else can be meant, else as written",
        ),
        (Shape::Names, "names", "one to four names of persons"),
        (Shape::Credit, "credit", "names of persons, agencies or papers, and no sentence"),
        (Shape::Title, "title", "a title; a text has one, the first that the rule finds"),
    ];
}

impl Named for Case {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Case::Exact, "exact", "a word is found as it is written"),
        (Case::Fold, "fold", "it is found in any case"),
        (
            Case::Follow,
            "follow",
            "it is found in any case, and capitals are kept: what is all capitals stays so, and so does a capital in front of a word that is written small",
        ),
    ];
}

impl Named for Scope {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Scope::Line, "line", "one line without its end"),
        (Scope::Paragraph, "paragraph", "lines up to a blank one"),
        (Scope::Document, "document", "the whole text"),
    ];
}

impl Named for Region {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Region::Head, "head", "before the first line of prose"),
        (Region::Body, "body", "from the first line of prose to the last"),
        (Region::Tail, "tail", "behind the last line of prose"),
    ];
}

impl Named for Effect {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Effect::Invisible, "invisible", "invisible and control characters"),
        (Effect::Whitespace, "whitespace", "white space removed or replaced by other white space"),
        (Effect::InsertSpace, "insert-space", "spaces inserted"),
        (Effect::Punctuation, "punctuation", "marks and symbols"),
        (Effect::Case, "case", "letters change case"),
        (Effect::Encoding, "encoding", "a wrong decoding undone, with proof"),
        (
            Effect::Markup,
            "markup",
            "tags, comments and scripts of HTML, links and images of Markdown and shortcodes removed, entities decoded",
        ),
        (Effect::InsertLetters, "insert-letters", "letters or digits added"),
        (Effect::DeleteLetters, "delete-letters", "letters or digits removed"),
        (Effect::JoinLines, "join-lines", "a line end removed"),
        (Effect::DeleteLine, "delete-line", "whole lines removed"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_have_the_names_that_the_engine_gives_them() {
        let names: Vec<_> = <Effect as Named>::ALL.iter().map(|&(effect, name, _)| (effect, name)).collect();
        let engine: Vec<_> = Effect::ALL.into_iter().map(|effect| (effect, effect.name())).collect();
        assert_eq!(names, engine);
    }

    #[test]
    fn every_kind_has_its_keys_and_every_key_its_kind() {
        assert_eq!(
            KINDS.iter().map(KindKeys::name).collect::<Vec<_>>(),
            words::<KindName>().iter().map(|word| word.0).collect::<Vec<_>>()
        );
        let exists = |keys: &[Key], name: &str| keys.iter().any(|key| key.name == name);
        for kind in KINDS {
            assert!(kind.own().all(|name| exists(OF_KINDS, name)), "{kind:?}");
            assert!(kind.matches.iter().all(|name| exists(MATCH.keys, name)), "{kind:?}");
            assert_eq!(kind.own().any(|name| name == "match"), !kind.matches.is_empty(), "{kind:?}");
        }
        for key in OF_KINDS {
            assert!(KINDS.iter().any(|kind| kind.own().any(|name| name == key.name)), "{}", key.name);
        }
    }
}
