//! What is no mistake in a rule file and yet not as it should be: each check with its name, a place and what to do.

use std::sync::Arc;

use crate::cleaner::Builder;
use crate::edit::Safety;
use crate::rules::diagnostics::{Diagnostic, RuleErrors};
use crate::rules::model::{Origin, Pattern, Rule, Source, What};
use crate::rules::yaml;
use crate::text::Span;

mod forms;
mod patterns;
mod sets;

/// Something that is looked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) id: &'static str,
    /// In a few words.
    pub(crate) about: &'static str,
    /// Why it matters and what to do.
    pub(crate) why: &'static str,
    /// Whether `--fix` mends it.
    pub(crate) fixes: bool,
}

const fn check(id: &'static str, about: &'static str, fixes: bool, why: &'static str) -> Check {
    Check { id, about, why, fixes }
}

/// Every check, sorted by id.
pub(crate) const CHECKS: &[Check] = &[
    check(
        "alias",
        "a text that stands for another by an alias of YAML",
        false,
        "An alias (`*name`) is read as the text with that anchor (`&name`), wherever it was changed. Who reads the rule does not see what it says. Write the text out.",
    ),
    check(
        "cut-comment",
        "a text that may have been cut at `#`",
        true,
        "Without quotes a text ends before ` #`, and the rest is a comment: `literal: issue #1` looks for `issue`. Put quotes around the text, also if the comment is meant.",
    ),
    check(
        "few-tests",
        "a `safe` rule with few tests",
        false,
        "One `fix` and two `keep` tests are enough to be `safe`, and not to be sure. Shipped rules have three texts that they must change and five near misses that they must leave alone: texts in which the pattern nearly matches, or matches what is right.",
    ),
    check(
        "folded-text",
        "a text in a block `>`, which joins its lines",
        false,
        "In a block `>` a line end becomes a space, and only blank lines are kept. Where line ends count, write `|`, or the text in double quotes with `\\n`.",
    ),
    check(
        "hidden-character",
        "a character in a text that nobody sees",
        true,
        "A tab, a no-break space or a zero-width space looks like a space or like nothing, and the next editor may change it. Write it as an escape: `\\t` or `\\u00A0` in double quotes, `\\x{A0}` in a pattern.",
    ),
    check(
        "idle-override",
        "an override that changes nothing",
        false,
        "The rules that it names already are as it wants them. Take it out, or look whether another rule was meant.",
    ),
    check(
        "like-another-type",
        "a text without quotes that other readers of YAML take for something else",
        true,
        "Here `no`, `1.10` and `0x10` are texts where a text is wanted. Editors and other programs read `no` as false, `1.10` as 1.1, `0x10` as 16, `1:30` as 90 and `2024-01-01` as a date. Put quotes around it.",
    ),
    check(
        "literal",
        "a pattern that is only a text",
        true,
        "`literal` and `literals` say what is looked for without escapes, and many of them are looked for at once. Of `literals` the longest wins, whatever their order.",
    ),
    check(
        "never-matches",
        "a text with a line end that is looked for in single lines",
        false,
        "A pattern sees one line without its end unless `scope` says `paragraph` or `document`. A block `|` ends in a line end; write `|-`.",
    ),
    check(
        "no-about",
        "a rule that does not say what it does",
        false,
        "`about` is what people read in `rules list`, in reports and in the rule reference. Say in one sentence what goes or what becomes of it.",
    ),
    check(
        "no-tests",
        "a rule without tests",
        false,
        "Tests say what a rule is for and keep it so. Give it a text that it must change (`fix`) and a near miss that it must leave alone (`keep`); `unscrape rules test` runs them.",
    ),
    check(
        "quadratic",
        "a pattern that reads the rest of the line again and again",
        false,
        "In `a.*q|a` every `a` makes the search read to the end of the line for a `q` before it settles for the short alternative, so that the time grows with the square of the line's length. Bound it (`a.{0,80}q|a`), exclude the start (`a[^a]*q|a`), or make two rules of it.",
    ),
    check(
        "shadowed",
        "a rule that another always wins against",
        false,
        "In every `fix` test of the rule another rule changes the place before it. Raise its `priority`, let it match a longer stretch, or take it out.",
    ),
    check(
        "slow-pattern",
        "a pattern that is slow",
        false,
        "It is measured on prose and compared with looking for a plain word. What makes patterns slow: no letter that must occur, bounded repeats of large classes (`\\w{1,100}`), and many of them in a row. Begin with what is rare, or put what stands before into `before`.",
    ),
    check(
        "whole-line",
        "a pattern from `^` to `$`",
        false,
        "`line` looks at whole lines and takes no notice of white space at their edges, which is what such a pattern mostly means.",
    ),
];

/// Something that was found.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) check: &'static Check,
    pub(crate) shown: Diagnostic,
    /// Stretches of the file with what to put there.
    pub(crate) fix: Vec<(Span, String)>,
}

impl Finding {
    fn new(id: &str, origin: &Origin, title: String, label: impl Into<String>) -> Self {
        let check = CHECKS.iter().find(|check| check.id == id).expect("checks are listed");
        let shown = Diagnostic::new(format!("{title} ({id})"), origin, label).note();
        Self { check, shown, fix: Vec::new() }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.shown.help = Some(help.into());
        self
    }

    fn fix(mut self, fix: Vec<(Span, String)>) -> Self {
        debug_assert!(fix.is_empty() || self.check.fixes, "{}", self.check.id);
        self.fix = fix;
        self
    }
}

impl Builder {
    /// Looks at the rules in those files of which `wanted` says so, beside all others.
    ///
    /// # Errors
    /// Everything wrong with the rule files.
    pub(crate) fn lint_rules(&self, wanted: &dyn Fn(&Source) -> bool) -> Result<Vec<Finding>, RuleErrors> {
        let packs = self.packs()?;
        let diagnostics = crate::rules::check_set(&packs);
        if !diagnostics.is_empty() {
            return Err(RuleErrors { diagnostics });
        }
        let mut found = Vec::new();
        for pack in packs.iter().filter(|pack| wanted(&pack.origin.source)) {
            let root = yaml::parse(&pack.origin.source, &mut Vec::new());
            if let Some(root) = &root {
                forms::check(&pack.origin.source, root, &mut found);
            }
            for rule in &pack.rules {
                check_rule(rule, &mut found);
                patterns::check(rule, root.as_ref(), &mut found);
            }
            sets::idle_overrides(pack, &packs, &mut found);
        }
        sets::shadowed(&packs, wanted, &mut found).map_err(|diagnostics| RuleErrors { diagnostics })?;
        let place = |finding: &Finding| finding.shown.origin.as_ref().map(|at| (at.source.name.clone(), at.span));
        found.sort_by_key(place);
        Ok(found)
    }
}

fn check_rule(rule: &Rule, found: &mut Vec<Finding>) {
    let id = &rule.id;
    if rule.about.trim().is_empty() {
        let finding =
            Finding::new("no-about", &rule.origin, format!("rule `{id}` does not say what it does"), "no `about`");
        found.push(finding.help("say it in one sentence: `about: The reporter's sign at the end of a line goes.`"));
    }
    let (fix, keep) = (rule.tests.fix.len(), rule.tests.keep.len());
    if fix + keep == 0 {
        let finding = Finding::new(
            "no-tests",
            &rule.origin,
            format!("rule `{id}` has no tests"),
            "nobody knows whether it works",
        );
        found
            .push(finding.help(
                "add `tests:` with a text that it must change (`fix`) and one that it must leave alone (`keep`)",
            ));
    } else if rule.safety == Some(Safety::Safe) && (fix < 3 || keep < 5) {
        let label = format!("has {fix} `fix` and {keep} `keep`");
        let finding = Finding::new("few-tests", &rule.origin, format!("rule `{id}` is `safe` with few tests"), label);
        found.push(finding.help("shipped rules have 3 and 5 at least"));
    }
}

/// Returns every pattern that a rule looks for in all texts, and whether it ignores case.
fn searched(rule: &Rule) -> Vec<(&Pattern, bool)> {
    let mut all = Vec::new();
    for find in rule.kind.finds() {
        if let What::Regex(pattern) | What::Line(pattern) = &find.what {
            all.push((pattern, find.ignore_case));
        }
    }
    all
}

/// Returns what `source` becomes by all that mends itself, with the stretches that change; none if nothing does.
pub(crate) fn fixed(source: &Arc<Source>, findings: &[Finding]) -> Option<(String, Vec<(Span, Span)>)> {
    let of_file = |finding: &&Finding| finding.shown.origin.as_ref().is_some_and(|at| Arc::ptr_eq(&at.source, source));
    let mut changes: Vec<&(Span, String)> = findings.iter().filter(of_file).flat_map(|finding| &finding.fix).collect();
    changes.sort_by_key(|change| change.0);
    let (mut text, mut at, mut spans) = (String::new(), 0, Vec::new());
    for (span, to) in changes {
        // Two checks that change one text: the first counts, and the next run finds the other.
        if span.start < at {
            continue;
        }
        text.push_str(&source.text[at..span.start]);
        let start = text.len();
        text.push_str(to);
        spans.push((*span, Span::new(start, text.len())));
        at = span.end;
    }
    text.push_str(&source.text[at..]);
    (!spans.is_empty()).then_some((text, spans))
}

/// Whether a pack can be read from `text` still.
pub(crate) fn reads(name: &str, text: &str) -> bool {
    let lists = Default::default();
    let names_lists = !crate::rules::decode::word_lists(text.as_bytes()).is_empty();
    names_lists || crate::rules::decode::load_with(name, text.as_bytes(), false, &lists).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::{Cleaner, RuleFile};

    /// The checks that `rules`, the list of a pack, is found by, in order.
    fn found(rules: &str) -> Vec<&'static str> {
        let yaml = format!("format: 1\npack: my/pack\n{rules}");
        let builder = Cleaner::builder().rules(RuleFile::new("x.yaml", yaml));
        let findings = builder.lint_rules(&|source| source.name == "x.yaml").unwrap_or_else(|error| panic!("{error}"));
        let mut ids: Vec<_> = findings.into_iter().map(|finding| finding.check.id).collect();
        ids.retain(|id| !["no-tests", "no-about"].contains(id));
        ids
    }

    fn rule(keys: &str) -> Vec<&'static str> {
        found(&format!("rules:\n  - id: a\n    {keys}\n"))
    }

    #[test]
    fn checks_are_sorted_and_say_what_to_do() {
        assert!(CHECKS.is_sorted_by_key(|check| check.id));
        assert!(CHECKS.iter().all(|check| check.why.ends_with('.') && check.why.len() > 60));
    }

    #[test]
    fn forms_of_yaml_that_surprise_are_told() {
        for (keys, ids) in [
            ("kind: delete\n    match: { literal: no }", &["like-another-type"][..]),
            ("kind: delete\n    match: { literals: [1.10, '1.10', 0x10] }", &["like-another-type"; 2]),
            ("kind: delete\n    match: { literal: x }\n    priority: 10\n    lang: no", &["like-another-type"]),
            ("kind: map\n    map: { Off: 'on', a: 12:30 }", &["like-another-type"; 2]),
            ("kind: delete\n    match:\n      literal: issue #1", &["cut-comment"]),
            ("kind: delete   # why\n    match:\n      literal: 'issue' # so", &[]),
            ("kind: delete\n    match: { literal: 'a\u{A0}b' }", &["hidden-character"]),
            ("kind: delete\n    match: { literal: \"a\\u00A0b\\t\" }", &[]),
            ("kind: replace\n    match: { literal: x }\n    replace: >-\n      a\n      b", &["folded-text"]),
            ("kind: delete\n    match:\n      literal: |\n        one", &["never-matches"]),
            ("kind: delete\n    match:\n      scope: document\n      literal: |\n        one", &[]),
            ("kind: replace\n    match: { literal: &x foo }\n    replace: *x", &["alias"]),
            ("kind: builtin\n    builtin: nfc", &[]),
        ] {
            assert_eq!(rule(keys), ids, "{keys}");
        }
    }

    #[test]
    fn patterns_that_could_be_simpler_or_faster_are_told() {
        for (keys, ids) in [
            (
                r"kind: delete
    match: { regex: '\(red\.\)' }",
                &["literal"][..],
            ),
            (
                r"kind: delete
    match: { regex: 'one|two' }",
                &["literal"],
            ),
            // Of literals the longest wins.
            (
                r"kind: delete
    match: { regex: 'one|one two' }",
                &[],
            ),
            (
                r"kind: delete
    match: { regex: '(?i)one' }",
                &[],
            ),
            (
                r"kind: drop-line
    match: { regex: '^Share.*$' }",
                &["whole-line"],
            ),
            (
                r"kind: delete
    match: { regex: 'a.*q|a' }",
                &["quadratic"],
            ),
            (
                r"kind: delete
    match: { regex: '\((?:.*\))?' }",
                &["quadratic"],
            ),
            (
                r"kind: delete
    match: { regex: 'a[^a]*q|b' }",
                &[],
            ),
            (
                r"kind: delete
    match: { regex: 'a.{0,30}q|a' }",
                &[],
            ),
        ] {
            assert_eq!(rule(keys), ids, "{keys}");
        }
    }

    #[test]
    fn overrides_that_do_nothing_are_told() {
        let overriding =
            |change: &str| found(&format!("overrides:\n  - {{ rule: core/punctuation/bar-period, {change} }}\n"));
        assert_eq!(overriding("safety: safe"), ["idle-override"]);
        assert_eq!(overriding("disable: false"), ["idle-override"]);
        assert!(overriding("safety: review").is_empty());
        assert!(overriding("disable: true").is_empty());
        assert!(overriding("safety: safe, unless: [x]").is_empty());
    }

    #[test]
    fn a_rule_that_always_loses_is_told() {
        let rules = |literal: &str| {
            format!(
                "rules:\n  - id: long\n    kind: delete\n    match: {{ literal: 'foo bar' }}\n    tests: {{ fix: [{{ before: 'a foo bar b', after: 'a  b' }}] }}\n  - id: short\n    kind: delete\n    match: {{ literal: foo }}\n    tests: {{ fix: [{{ before: '{literal} b', after: ' b' }}] }}\n"
            )
        };
        assert!(found(&rules("foo")).is_empty());
        let losing = rules("foo").replace("'foo b', after: ' b'", "'a foo bar b', after: 'a  bar b'");
        assert_eq!(found(&losing), ["shadowed"]);
    }
}
