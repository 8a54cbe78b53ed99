//! The format of reviewdog, one JSON object a line (`rdjsonl`): columns are in bytes of UTF-8, ends are behind the last.

use std::io::{self, Write};

use serde::Serialize;

use super::super::{Doc, escape};
use super::{Point, Range, findings};

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: &'a str,
    location: Location<'a>,
    severity: &'a str,
    source: Source,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<[Suggestion<'a>; 1]>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Stretch,
}

#[derive(Serialize)]
struct Stretch {
    start: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

#[derive(Serialize)]
struct Position {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Stretch,
    text: &'a str,
}

/// Writes the findings of one text.
pub(crate) fn render(out: &mut dyn Write, doc: &Doc<'_>) -> io::Result<()> {
    for finding in findings(doc) {
        let range = match &finding.range {
            Some(range) => stretch(range),
            None => Stretch { start: Position { line: finding.line, column: None }, end: None },
        };
        let diagnostic = Diagnostic {
            message: &finding.message,
            location: Location { path: doc.name, range },
            severity: if finding.is_due() { "WARNING" } else { "INFO" },
            source: Source { name: "unscrape" },
            code: Code { value: finding.rule.as_str() },
            suggestions: finding.fix().map(|(range, text)| [Suggestion { range: stretch(range), text }]),
        };
        escape::json_line(out, &diagnostic)?;
    }
    Ok(())
}

fn stretch(Range { start, end }: &Range) -> Stretch {
    let position = |point: &Point| Position { line: point.line as u64, column: Some(point.byte_col) };
    Stretch { start: position(start), end: Some(position(end)) }
}

#[cfg(test)]
mod tests {
    use super::super::super::marked;
    use super::*;
    use crate::edit::Status;

    fn lines(doc: &Doc<'_>) -> String {
        let mut out = Vec::new();
        render(&mut out, doc).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn columns_are_in_bytes_and_fixes_replace_what_they_say() {
        let text = marked::text("é[-  -]{+ +}b\nc[-\n-]", "x/space").finding(Status::Flag, "x/flag", "é", "é", "odd");
        insta::assert_snapshot!(lines(&text.doc("a.txt")), @r#"
        {"message":"odd","location":{"path":"a.txt","range":{"start":{"line":1,"column":1},"end":{"line":1,"column":3}}},"severity":"INFO","source":{"name":"unscrape"},"code":{"value":"x/flag"}}
        {"message":"replace `  ` with ` `","location":{"path":"a.txt","range":{"start":{"line":1,"column":3},"end":{"line":1,"column":5}}},"severity":"WARNING","source":{"name":"unscrape"},"code":{"value":"x/space"},"suggestions":[{"range":{"start":{"line":1,"column":3},"end":{"line":1,"column":5}},"text":" "}]}
        {"message":"delete `⟨LF⟩`","location":{"path":"a.txt","range":{"start":{"line":2,"column":2},"end":{"line":3,"column":1}}},"severity":"WARNING","source":{"name":"unscrape"},"code":{"value":"x/space"},"suggestions":[{"range":{"start":{"line":2,"column":2},"end":{"line":3,"column":1}},"text":""}]}
        "#);
    }

    #[test]
    fn a_record_has_a_line_and_no_fix() {
        let text = marked::text("a\nb[-c-]{+\u{202E}+}", "x/y");
        let doc = Doc { record: Some(7), field: Some("text"), ..text.doc("a\u{1B}.jsonl") };
        insta::assert_snapshot!(lines(&doc), @r#"{"message":"replace `c` with `⟨U+202E⟩`","location":{"path":"a\u001b.jsonl","range":{"start":{"line":7}}},"severity":"WARNING","source":{"name":"unscrape"},"code":{"value":"x/y"}}"#);
    }
}
