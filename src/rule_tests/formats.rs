//! What came of rule tests, for programs.

use serde_json::{Value, json};

use super::{Case, TestReport};
use crate::report::escape::visible;
use crate::rules::diagnostics::{Diagnostic, RuleErrors};
use crate::rules::model::Origin;
use crate::text::Places;

/// Returns everything as one JSON object.
pub(crate) fn json(report: &TestReport) -> Value {
    json!({
        "unscrape": "rules-test",
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "rules": report.rules,
        "tests": report.tests,
        "failed": report.failed(),
        "cases": report.cases.iter().map(case).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(note).collect::<Vec<_>>(),
    })
}

fn case(case: &Case) -> Value {
    let mut json = json!({
        "rule": case.rule.as_str(),
        "list": case.list,
        "name": case.name,
        "place": place(&case.origin),
        "status": status(case),
    });
    if let Some(failure) = &case.failure {
        json["message"] = failure.shown.label.clone().into();
        json["help"] = failure.shown.help.clone().into();
        if let Some(texts) = &failure.texts {
            json["before"] = texts.before.clone().into();
            json["expected"] = texts.expected.clone().into();
            json["got"] = texts.got.clone().into();
        }
    }
    json
}

fn status(case: &Case) -> &'static str {
    match &case.failure {
        Some(_) => "failed",
        None if case.list == "todo" => "todo",
        None => "passed",
    }
}

fn note(note: &Diagnostic) -> Value {
    let place = note.origin.as_ref().map(place);
    json!({ "message": note.title, "place": place, "label": note.label, "help": note.help })
}

fn place(origin: &Origin) -> Value {
    let (line, column) = Places::new(&origin.source.text).line_col(origin.span.start);
    json!({ "file": origin.source.name, "line": line, "column": column })
}

/// Returns the cases as JUnit's XML: a suite for each rule, a case for each test. Nothing in it depends on time.
pub(crate) fn junit(report: &TestReport) -> String {
    let count = |cases: &[&Case], what: &str| cases.iter().filter(|case| status(case) == what).count();
    let all: Vec<&Case> = report.cases.iter().collect();
    let head = |name: &str, cases: &[&Case]| {
        let (tests, failed, todo) = (cases.len(), count(cases, "failed"), count(cases, "todo"));
        format!("name={} tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"{todo}\"", attribute(name))
    };
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n", head("unscrape", &all));
    for suite in all.chunk_by(|a, b| a.rule == b.rule) {
        out.push_str(&format!("  <testsuite {}>\n", head(suite[0].rule.as_str(), suite)));
        for case in suite {
            let (line, _) = Places::new(&case.origin.source.text).line_col(case.origin.span.start);
            let (class, name) = (attribute(case.rule.as_str()), attribute(&case.name));
            let file = attribute(&case.origin.source.name);
            out.push_str(&format!("    <testcase classname={class} name={name} file={file} line=\"{line}\""));
            match &case.failure {
                Some(failure) => {
                    let message = attribute(&failure.shown.label);
                    let shown = RuleErrors { diagnostics: vec![failure.shown.clone()] };
                    let text = content(&shown.to_string());
                    out.push_str(&format!(">\n      <failure message={message}>{text}</failure>\n    </testcase>\n"));
                }
                None if case.list == "todo" => {
                    out.push_str(">\n      <skipped message=\"known not to work\"/>\n    </testcase>\n");
                }
                None => out.push_str("/>\n"),
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Returns `text` as the value of an attribute, with quotes; what cannot be seen, and XML does not know, is named.
fn attribute(text: &str) -> String {
    format!("\"{}\"", content(&visible(text)))
}

/// Returns `text` as the content of an element. Characters that XML does not know become U+FFFD.
fn content(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup_or_unknown_to_xml() {
        assert_eq!(attribute("a\"<b>&\u{1}\u{FFFE}\n\u{A0}'"), "\"a&quot;&lt;b&gt;&amp;⟨U+0001⟩\u{FFFD}⟨LF⟩⟨NBSP⟩'\"");
        assert_eq!(content("]]>\u{B}\r\n\u{FFFF}"), "]]&gt;\u{FFFD}\u{FFFD}\n\u{FFFD}");
    }
}
