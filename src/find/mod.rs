//! Finders: rules made ready to look at a text. One file for each kind; the built-in ones are named here.
//!
//! A finder reads one snapshot and proposes; it never decides. It does not know its rule's `where`, `unless`,
//! `lang`, `sites`, safety or ceiling: the plan holds those against what it proposes.

pub(crate) mod map;
pub(crate) mod pattern;
pub(crate) mod search;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::edit::Score;
use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::rules::model::Written;
use crate::text::{Document, Labels, Span};

mod broken_sentences;
mod broken_words;
mod code;
mod compatibility;
mod cut;
mod dates;
mod edges;
mod entities;
mod escapes;
mod evidence;
pub(crate) mod glue;
mod hard_wraps;
mod invisible;
mod labels;
mod language_list;
mod line_hyphens;
mod markdown;
mod marks;
mod mentions;
mod mojibake;
mod neighbours;
mod nfc;
mod notices;
mod options;
mod page_lines;
mod page_tail;
mod quotes;
mod reference_marks;
mod repeated_lines;
mod repeated_words;
mod rows;
mod sentences;
mod shapes;
mod shortcodes;
mod sources;
mod spaces;
mod standing;
mod tags;
mod teaching;
pub(crate) mod template;

/// What a finder found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Bytes of the snapshot, on character boundaries.
    pub(crate) span: Span,
    /// What should stand there. Finders of flags leave it equal to what stands there.
    pub(crate) after: String,
    /// Why, where it is more than the pattern: for people, one short phrase.
    pub(crate) evidence: Option<String>,
    /// How sure the finder is, where it weighs evidence.
    pub(crate) score: Option<Score>,
}

/// A compiled rule.
pub(crate) trait Finder: Send + Sync {
    /// Puts what it finds in `doc` into `found`, in any order.
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>);

    /// Patterns of which at least one must match somewhere in a text in which this finder could find anything.
    /// The plan asks them of the whole text at once, with look-arounds removed. `None`: always run.
    fn triggers(&self) -> Option<Vec<String>>;

    /// Compiles what [`Finder::find`] would compile when first needed, to learn whether a pattern is too large.
    fn check(&self) -> Result<(), regex::Error> {
        Ok(())
    }

    /// Whether it deletes whole lines, so that a blank line left over between two others goes too.
    fn drops_lines(&self) -> bool {
        false
    }
}

/// The options of a built-in rule, as written.
pub(crate) type Options = BTreeMap<String, Written<Value>>;

/// What built-in finders may ask beside the text.
#[derive(Clone, Default)]
pub(crate) struct Knowledge {
    /// Words.
    pub(crate) lexicons: Arc<Lexicons>,
    /// Lines of the page around an article, of all packs.
    pub(crate) labels: Arc<Labels>,
    /// The list of `labels` that the rule's own pack has.
    pub(crate) list: Option<usize>,
    /// The template of the rule's own pack.
    pub(crate) template: Option<Arc<template::Template>>,
}

/// Makes the built-in finder `name`, which may ask `knowledge`; None if there is none of that name.
pub(crate) fn builtin(
    name: &str,
    options: &Options,
    knowledge: &Knowledge,
) -> Option<Result<Box<dyn Finder>, Vec<Diagnostic>>> {
    fn boxed<F: Finder + 'static>(made: Result<F, Vec<Diagnostic>>) -> Result<Box<dyn Finder>, Vec<Diagnostic>> {
        made.map(|finder| Box::new(finder) as Box<dyn Finder>)
    }
    let lexicons = &knowledge.lexicons;
    Some(match name {
        "broken-sentences" => boxed(broken_sentences::BrokenSentences::new(options, lexicons)),
        "broken-words" => boxed(broken_words::BrokenWords::new(options, lexicons)),
        "compatibility" => boxed(compatibility::Compatibility::new(options)),
        "edges" => boxed(edges::Edges::new(options, lexicons)),
        "entities" => boxed(entities::Entities::new(options)),
        "escapes" => boxed(escapes::Escapes::new(options)),
        "glue" => boxed(glue::Glue::new(options, lexicons)),
        "hard-wraps" => boxed(hard_wraps::HardWraps::new(options)),
        "invisible" => boxed(invisible::Invisible::new(options)),
        "label-runs" => boxed(labels::LabelRuns::new(options, knowledge)),
        "labels" => boxed(labels::LabelLines::new(options, knowledge)),
        "language-list" => boxed(language_list::LanguageList::new(options)),
        "line-hyphens" => boxed(line_hyphens::LineHyphens::new(options, lexicons)),
        "markdown" => boxed(markdown::Markdown::new(options)),
        "marks" => boxed(marks::Marks::new(options, lexicons)),
        "mojibake" => boxed(mojibake::Mojibake::new(options, lexicons)),
        "nfc" => boxed(nfc::Nfc::new(options)),
        "page-tail" => boxed(page_tail::PageTail::new(options, knowledge)),
        "quotes" => boxed(quotes::Quotes::new(options)),
        "reference-marks" => boxed(reference_marks::ReferenceMarks::new(options)),
        "repeated-lines" => boxed(repeated_lines::RepeatedLines::new(options)),
        "repeated-words" => boxed(repeated_words::RepeatedWords::new(options)),
        "shortcodes" => boxed(shortcodes::Shortcodes::new(options)),
        "spaces" => boxed(spaces::Spaces::new(options)),
        "tags" => boxed(tags::Tags::new(options)),
        "template" => boxed(template::TemplateLines::new(options, knowledge)),
        "unbalanced-quotes" => boxed(quotes::UnbalancedQuotes::new(options)),
        _ => return None,
    })
}

/// The names of all built-in finders, in order.
pub(crate) const BUILTINS: &[&str] = &[
    "broken-sentences",
    "broken-words",
    "compatibility",
    "edges",
    "entities",
    "escapes",
    "glue",
    "hard-wraps",
    "invisible",
    "label-runs",
    "labels",
    "language-list",
    "line-hyphens",
    "markdown",
    "marks",
    "mojibake",
    "nfc",
    "page-tail",
    "quotes",
    "reference-marks",
    "repeated-lines",
    "repeated-words",
    "shortcodes",
    "spaces",
    "tags",
    "template",
    "unbalanced-quotes",
];

/// Those of [`BUILTINS`] that ask about words, so that they are made anew for each site that has terms of its own.
pub(crate) const ASKING: &[&str] = &["edges", "glue", "marks"];

/// Those of [`BUILTINS`] that only report: their rules have no safety, as `flag` rules have none.
pub(crate) const FLAGGING: &[&str] = &["unbalanced-quotes"];

/// What the tests of finders share.
#[cfg(test)]
mod testing {
    use crate::rules::model::{Origin, Source};

    use super::*;

    /// Options from JSON, as if written in a rule file.
    pub(super) fn options(json: &Value) -> Options {
        let source = Arc::new(Source { name: "rules.yaml".into(), text: String::new(), shipped: false });
        let origin = Origin { source, span: Span::new(0, 0) };
        let written = |value: &Value| Written { value: value.clone(), origin: origin.clone() };
        json.as_object().expect("a mapping").iter().map(|(key, value)| (key.clone(), written(value))).collect()
    }

    /// The finder called `name`; its options must be right.
    pub(super) fn finder(name: &str, json: &Value) -> Box<dyn Finder> {
        let made = builtin(name, &options(json), &Knowledge::default()).expect("a built-in finder");
        made.unwrap_or_else(|wrong| panic!("{wrong:?}"))
    }

    /// What is wrong with `json` as options of `name`: titles and help.
    pub(super) fn wrong(name: &str, json: &Value) -> Vec<String> {
        let made = builtin(name, &options(json), &Knowledge::default()).expect("a built-in finder");
        let diagnostics = made.err().unwrap_or_default();
        diagnostics.into_iter().map(|d| format!("{} | {}", d.title, d.help.unwrap_or_default())).collect()
    }

    /// Applies everything that is found, again and again until nothing is; and checks what holds for every finder:
    /// it comes to rest, finds only where a trigger matches, and proposes disjoint changes that change something.
    pub(super) fn clean(finder: &dyn Finder, text: &str, lang: Option<&str>) -> String {
        let triggers: Option<Vec<_>> = finder
            .triggers()
            .map(|patterns| patterns.iter().map(|p| regex::Regex::new(p).expect("a trigger is a pattern")).collect());
        let mut text = text.to_owned();
        for _ in 0..8 {
            let mut found = Vec::new();
            let known = crate::text::Lang::known(lang.unwrap_or_default());
            finder.find(&Document::new(&text, &known), &mut found);
            if found.is_empty() {
                return text;
            }
            if let Some(triggers) = &triggers {
                assert!(triggers.iter().any(|t| t.is_match(&text)), "found without a trigger in {text:?}");
            }
            found.sort_by_key(|found| found.span);
            let mut out = String::new();
            let mut from = 0;
            for change in &found {
                assert!(from <= change.span.start, "changes are disjoint in {text:?}: {found:?}");
                assert_ne!(text[change.span.range()], change.after, "a change changes something");
                out.push_str(&text[from..change.span.start]);
                out.push_str(&change.after);
                from = change.span.end;
            }
            out.push_str(&text[from..]);
            text = out;
        }
        panic!("does not come to rest: {text:?}")
    }

    #[test]
    fn every_name_makes_a_finder_and_no_other_does() {
        for name in BUILTINS {
            assert!(builtin(name, &Options::new(), &Knowledge::default()).is_some(), "{name}");
        }
        assert!(BUILTINS.is_sorted() && FLAGGING.iter().chain(ASKING).all(|name| BUILTINS.contains(name)));
        assert!(builtin("gleu", &Options::new(), &Knowledge::default()).is_none());
    }
}
