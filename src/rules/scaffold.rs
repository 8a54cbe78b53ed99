//! The beginning of a pack: one rule with its tests, and comments that say what else there is.

use super::yaml::write::quoted;
use crate::report::words::common_ends;

/// A text and what becomes of it.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) before: String,
    pub(crate) after: String,
}

/// What a pack begins with.
#[derive(Debug)]
pub(crate) struct Scaffold<'a> {
    pub(crate) pack: &'a str,
    pub(crate) id: &'a str,
    /// The name of a kind; none for what the example wants.
    pub(crate) kind: Option<String>,
    pub(crate) example: Option<Example>,
}

/// What tells one kind's rule from another's.
struct Body {
    about: String,
    /// Lines of the rule, behind its kind.
    keys: Vec<String>,
    fix: Vec<String>,
    keep: Vec<String>,
    changes: bool,
}

impl Scaffold<'_> {
    /// Returns the file.
    ///
    /// # Errors
    /// An example that its kind has no use for.
    pub(crate) fn text(&self) -> Result<String, String> {
        let (kind, body) = match (&self.example, self.kind.as_deref()) {
            (None, kind) => {
                let kind = kind.unwrap_or("replace");
                (kind, usual(kind))
            }
            (Some(example), kind) => of_example(example, kind)?,
        };
        let mut lines = vec![
            "# `unscrape rules schema` prints a JSON Schema, with which editors complete and check this file."
                .to_owned(),
            "format: 1".to_owned(),
            format!("pack: {}", self.pack),
            "about: What this pack is for, in one sentence.".to_owned(),
            "rules:".to_owned(),
            format!("  - id: {}", self.id),
            "    # What the rule does, in one sentence: people read it in lists and reports.".to_owned(),
            format!("    about: {}", quoted(&body.about)),
            format!("    kind: {kind}"),
        ];
        lines.extend(body.keys.iter().map(|key| format!("    {key}")));
        let more: &[&str] = &[
            "# Where it runs: a part of the text, languages, and what vetoes a match that it overlaps.",
            "# where: { region: head }",
            "# lang: [en]",
            "# unless: ['a pattern']",
        ];
        lines.extend(more.iter().map(|line| format!("    {line}")));
        if body.changes {
            lines.push(
                "    # `safe` edits are made without asking. That is earned: many near misses in `keep`.".to_owned(),
            );
            lines.push("    safety: review".to_owned());
        }
        lines.push("    tests:".to_owned());
        lines.push("      fix:".to_owned());
        lines.extend(body.fix.iter().map(|test| format!("        - {test}")));
        lines.push("      # Near misses: texts that look alike and must stay as they are.".to_owned());
        lines.push("      keep:".to_owned());
        lines.extend(body.keep.iter().map(|test| format!("        - {}", quoted(test))));
        Ok(lines.join("\n") + "\n")
    }
}

fn fix(before: &str, after: &str) -> String {
    format!("{{ before: {}, after: {} }}", quoted(before), quoted(after))
}

const MATCH: &str = "# Also `literals`, `regex`, `line`, with `before`, `after`, `ignore-case`, `whole-word`, `scope`.";

/// A rule of a kind that works, for somebody to change.
fn usual(kind: &str) -> Body {
    let body = |about: &str, keys: &[&str], fix: &[String], keep: &[&str]| Body {
        about: about.to_owned(),
        keys: keys.iter().map(|&key| key.to_owned()).collect(),
        fix: fix.to_vec(),
        keep: keep.iter().map(|&text| text.to_owned()).collect(),
        changes: !matches!(kind, "extract" | "flag"),
    };
    let ferry = "The ferry left at noon.";
    match kind {
        "delete" => body(
            "The reporter's sign at the end of a line goes.",
            &[MATCH, "match: { literal: ' (red.)', after: '$' }"],
            &[fix("The house is empty. (red.)", "The house is empty.")],
            &["The (red.) house is empty."],
        ),
        "drop-line" => body(
            "A line that asks for corrections goes.",
            &["# Also `labels`, in any case, and `regex`.", "match: { line: 'Tell the desk of mistakes' }"],
            &[fix(
                &format!("{ferry}\n\nTell the desk of mistakes\n\nIt came back."),
                &format!("{ferry}\n\nIt came back."),
            )],
            &["Tell the desk of mistakes that you see, he said."],
        ),
        "drop-block" => body(
            "From a heading to the next blank line everything goes.",
            &["match: { from: 'Related pages', to: '', max-lines: 10 }"],
            &[fix(&format!("{ferry}\nRelated pages\nThe bridge\n\nIt came back."), &format!("{ferry}\nIt came back."))],
            &["Related pages are missing."],
        ),
        "join-lines" => body(
            "A line that ends in a mark of continuation is joined with the next.",
            &[MATCH, "match: { regex: ' ¬$' }", "with: ' '"],
            &[fix("The ferry ¬\nleft at noon.", "The ferry left at noon.")],
            &["The mark ¬ says no."],
        ),
        "map" => body(
            "Words that are always wrong.",
            &[
                "# A word, and what comes in its place. Also `file`, `case`, `endings`, `scope`.",
                "map: { teh: the }",
                "whole-word: true",
            ],
            &[fix("So teh ferry left.", "So the ferry left.")],
            &["They live in tehran."],
        ),
        "extract" => body(
            "The line that says who filed the article.",
            &[
                "# The group `value` is what the field holds.",
                "match: { line: 'Filed by: (?<value>.+)' }",
                "field: author",
                "# How it must look: date, names, credit, title.",
                "# as: names",
            ],
            &["{ before: 'Filed by: Jane Roe', value: Jane Roe }".to_owned()],
            &["It was filed by the clerk."],
        ),
        "flag" => body(
            "A note of the desk that somebody forgot.",
            &[MATCH, "match: { literal: 'TODO' }", "message: a note of the desk"],
            &["{ before: 'The ferry left at TODO.' }".to_owned()],
            &["To do this takes a ferry."],
        ),
        "builtin" => body(
            "Letters are composed.",
            &[
                "# `unscrape rules list` shows which rules the built-in ones are, `rules show ID` their options.",
                "builtin: nfc",
                "# options: {}",
            ],
            &["{ before: \"Cafe\\u0301\", after: 'Café' }".to_owned()],
            &["Café"],
        ),
        _ => body(
            "A slip of the pen.",
            &[
                MATCH,
                "match: { literal: teh, whole-word: true }",
                "# `${1}` and `${name}` are groups of a `regex`, `$$` is a dollar sign.",
                "replace: the",
            ],
            &[fix("So teh ferry left.", "So the ferry left.")],
            &["They live in tehran."],
        ),
    }
}

/// The rule that an example shows, of the kind that it or its author wants.
fn of_example<'k>(example: &Example, kind: Option<&'k str>) -> Result<(&'k str, Body), String> {
    let Example { before, after } = example;
    let lines = dropped_line(before, after);
    let (old, new) = changed(before, after);
    let kind = match kind {
        Some(kind) => kind,
        None if lines.is_some() => "drop-line",
        None if new.is_empty() => "delete",
        None => "replace",
    };
    let template = quoted(&new.replace('$', "$$"));
    let keys = match kind {
        "replace" if !old.is_empty() && !new.is_empty() => {
            vec![
                MATCH.to_owned(),
                format!("match: {{ literal: {} {}}}", quoted(&old), scope(&old)),
                format!("replace: {template}"),
            ]
        }
        "delete" if new.is_empty() => {
            vec![MATCH.to_owned(), format!("match: {{ literal: {} {}}}", quoted(&old), scope(&old))]
        }
        "map" if !old.is_empty() && !new.is_empty() && !old.contains('\n') => {
            vec![format!("map: {{ {}: {} }}", quoted(&old), quoted(&new))]
        }
        "drop-line" => match lines {
            Some(line) => vec![
                "# Also `labels`, in any case, and `regex`.".to_owned(),
                format!("match: {{ line: {} }}", quoted(&regex::escape(line.trim()))),
            ],
            None => return Err("--example: no line goes in it, so it is no example of `drop-line`".to_owned()),
        },
        "replace" | "delete" | "map" => {
            return Err(format!("--example: it is no example of `{kind}`; leave --kind out"));
        }
        _ => return Err(format!("--example is for `replace`, `delete`, `drop-line` and `map`, not for `{kind}`")),
    };
    let body = Body {
        about: "What goes, or what becomes of it, in one sentence.".to_owned(),
        keys,
        fix: vec![fix(before, after)],
        keep: vec!["A text that stays as it is.".to_owned()],
        changes: true,
    };
    Ok((kind, body))
}

fn scope(literal: &str) -> &'static str {
    if literal.contains('\n') { ", scope: document " } else { "" }
}

/// Returns the one line that is in `before` and not in `after`.
fn dropped_line<'t>(before: &'t str, after: &str) -> Option<&'t str> {
    let (mut left, mut gone) = (after.lines().filter(|line| !line.trim().is_empty()).peekable(), None);
    for line in before.lines().filter(|line| !line.trim().is_empty()) {
        if left.next_if_eq(&line).is_none() && gone.replace(line).is_some() {
            return None;
        }
    }
    gone.filter(|_| left.next().is_none() && before.contains('\n'))
}

/// Returns what changes, with the words around it where nothing or a part of a word would be left to look for.
fn changed(before: &str, after: &str) -> (String, String) {
    let (mut front, mut back) = common_ends(before, after);
    let whole = before.len() - front - back;
    // What goes away wholly, such as a sign behind a sentence, is what to look for; a space alone is in every text.
    if after.len() - front - back == 0 && !before[front..front + whole].trim().is_empty() {
        return (before[front..front + whole].to_owned(), String::new());
    }
    front = before[..front]
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let tail = &before[before.len() - back..];
    back = tail.find(char::is_whitespace).map_or(0, |at| tail.len() - at);
    (before[front..before.len() - back].to_owned(), after[front..after.len() - back].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::{Cleaner, RuleFile};
    use crate::rules::keys::KINDS;

    fn passes(scaffold: &Scaffold<'_>) -> String {
        let text = scaffold.text().expect("a scaffold");
        let builder = Cleaner::builder().rules(RuleFile::new("x.yaml", text.as_bytes()));
        let report = builder.test_rules(&["my/pack".to_owned()]).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(report.passed() && report.tests >= 2, "{:?}\n{text}", report.failures(false));
        let found = builder.lint_rules(&|source| source.name == "x.yaml").expect("good rules");
        assert!(found.is_empty(), "{found:?}");
        text
    }

    #[test]
    fn every_kind_begins_with_a_rule_that_works() {
        for kind in KINDS {
            let text =
                passes(&Scaffold { pack: "my/pack", id: "one", kind: Some(kind.name().to_owned()), example: None });
            assert!(text.contains(&format!("kind: {}\n", kind.name())));
        }
    }

    #[test]
    fn an_example_becomes_a_rule_that_does_it() {
        for (before, after, says) in [
            ("The house is empty. (red.)", "The house is empty.", "literal: ' (red.)'"),
            ("So teh end", "So the end", "literal: 'teh'"),
            ("a wrong sig-n here", "a wrong $ign here", "replace: '$$ign'"),
            ("a sentence.Next one", "a sentence. Next one", "literal: 'sentence.Next'"),
            ("Text.\n\nShare (1)\n\nMore.", "Text.\n\nMore.", r"line: 'Share \(1\)'"),
            ("it's \u{A0}so", "it's so", ""),
        ] {
            let example = Example { before: before.to_owned(), after: after.to_owned() };
            let scaffold = Scaffold { pack: "my/pack", id: "one", kind: None, example: Some(example) };
            let text = passes(&scaffold);
            assert!(text.contains(says), "{says}: {text}");
        }
    }

    #[test]
    fn an_example_of_another_kind_is_refused() {
        let example = || Some(Example { before: "a b".to_owned(), after: "a c".to_owned() });
        for kind in ["delete", "drop-line", "flag"] {
            let kind = Some(kind.to_owned());
            assert!(Scaffold { pack: "a", id: "b", kind, example: example() }.text().is_err());
        }
    }
}
