//! The edit list: one JSON line for each edit and finding, behind a first line that says what they belong to.
//!
//! This is the one format that replay, review, undo and other tools read. Replaying needs only `in.byte` and
//! `after` of the lines whose `status` is `kept`.

use std::io::{self, Write};

use serde::Serialize;

use crate::edit::{Safety, Status, Step};
use crate::text::{Place, Places};

use super::{Doc, Entry, escape};

/// An input of the run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Input {
    /// Its path, as the lines below name it.
    pub(crate) doc: String,
    /// The label of its encoding, such as `utf-8`.
    pub(crate) encoding: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub(crate) hash: String,
}

#[derive(Serialize)]
struct Header<'a> {
    unscrape: &'static str,
    format: u32,
    version: &'static str,
    rules: &'a str,
    inputs: &'a [Input],
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(rename = "in")]
    input: Place,
    out: Place,
    before: &'a str,
    after: &'a str,
    safety: Option<Safety>,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    steps: &'a [Step],
}

/// Writes the first line. `rules_hash` is [`crate::Cleaner::rules_hash`].
pub(crate) fn header(out: &mut dyn Write, rules_hash: &str, inputs: &[Input]) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    escape::json_line(out, &Header { unscrape: "edits", format: 1, version, rules: rules_hash, inputs })
}

/// Writes the lines of one text: edits and findings together, sorted by place.
pub(crate) fn edits(out: &mut dyn Write, doc: &Doc<'_>) -> io::Result<()> {
    each(doc, &mut |line| escape::json_line(out, &Line { doc: Some(doc.name), record: doc.record, ..line }))
}

/// Returns the same as values of JSON, for the record of which the text is a part: they do not say which it is.
pub(crate) fn list(doc: &Doc<'_>) -> Vec<String> {
    let mut values = Vec::new();
    let mut add = |line: Line<'_>| {
        let mut value = Vec::new();
        escape::json_line(&mut value, &line)?;
        let value = String::from_utf8(value).expect("JSON is UTF-8");
        values.push(value.trim_end().to_owned());
        Ok(())
    };
    each(doc, &mut add).expect("memory");
    values
}

fn each(doc: &Doc<'_>, write: &mut dyn FnMut(Line<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut places = Places::new(doc.input);
    let mut out_places = Places::new(&doc.cleaned.text);
    let (mut edits, mut findings) = (doc.edits().peekable(), doc.findings().peekable());
    loop {
        let finding_first = match (edits.peek(), findings.peek()) {
            (Some(edit), Some(finding)) => finding.edit.span < edit.edit.span,
            (edit, _) => edit.is_none(),
        };
        let Some(Entry { edit, status, reason, out: place }) =
            (if finding_first { findings.next() } else { edits.next() })
        else {
            return Ok(());
        };
        write(Line {
            doc: None,
            record: None,
            field: doc.field,
            input: places.of(edit.span),
            out: out_places.of(place),
            before: &edit.before,
            after: &edit.after,
            safety: edit.safety,
            status,
            reason: reason.as_deref(),
            steps: &edit.steps,
        })?;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::marked;
    use super::*;

    fn lines(doc: &Doc<'_>) -> String {
        let mut out = Vec::new();
        edits(&mut out, doc).expect("writing to memory");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn the_header_says_what_the_edits_belong_to() {
        let mut out = Vec::new();
        let inputs = [Input { doc: "a\u{202E}.txt".into(), encoding: "utf-8".into(), hash: "00ff".into() }];
        header(&mut out, "abcd", &inputs).expect("writing to memory");
        let expected = format!(
            r#"{{"unscrape":"edits","format":1,"version":"{}","rules":"abcd","inputs":[{{"doc":"a\u202e.txt","encoding":"utf-8","hash":"00ff"}}]}}"#,
            env!("CARGO_PKG_VERSION")
        );
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected + "\n");
    }

    #[test]
    fn an_edit_is_one_line_with_its_places_in_all_units() {
        let text = marked::text("é𝄞\r\nx[-\u{A0}\u{2028}-]{+ +}y", "core/spaces/odd");
        let doc = Doc { record: Some(7), field: Some("text"), ..text.doc("in.jsonl") };
        insta::assert_snapshot!(lines(&doc), @r#"{"doc":"in.jsonl","record":7,"field":"text","in":{"byte":[9,14],"char":[5,7],"utf16":[6,8],"line":2,"col":2},"out":{"byte":[9,10],"char":[5,6],"utf16":[6,7],"line":2,"col":2},"before":"\u00a0\u2028","after":" ","safety":"safe","status":"kept","steps":[{"rule":"core/spaces/odd","before":"\u00a0\u2028","after":" "}]}"#);
    }

    #[test]
    fn edits_and_findings_come_in_the_order_of_their_places() {
        let mut text = marked::text("?? a b[-  -]{+ +}c", "x/space")
            .finding(Status::Flag, "x/lost", "??", "??", "letters lost")
            .finding(Status::Blocked, "x/case", "a", "A", "beyond its effects: case");
        text.cleaned.edits[0].steps[0].evidence = Some("two spaces".into());
        insta::assert_snapshot!(lines(&text.doc("f")), @r#"
        {"doc":"f","in":{"byte":[0,2],"char":[0,2],"utf16":[0,2],"line":1,"col":1},"out":{"byte":[0,2],"char":[0,2],"utf16":[0,2],"line":1,"col":1},"before":"??","after":"??","safety":null,"status":"flag","reason":"letters lost","steps":[{"rule":"x/lost","before":"??","after":"??"}]}
        {"doc":"f","in":{"byte":[3,4],"char":[3,4],"utf16":[3,4],"line":1,"col":4},"out":{"byte":[3,4],"char":[3,4],"utf16":[3,4],"line":1,"col":4},"before":"a","after":"A","safety":"safe","status":"blocked","reason":"beyond its effects: case","steps":[{"rule":"x/case","before":"a","after":"A"}]}
        {"doc":"f","in":{"byte":[6,8],"char":[6,8],"utf16":[6,8],"line":1,"col":7},"out":{"byte":[6,7],"char":[6,7],"utf16":[6,7],"line":1,"col":7},"before":"  ","after":" ","safety":"safe","status":"kept","steps":[{"rule":"x/space","before":"  ","after":" ","evidence":"two spaces"}]}
        "#);
    }

    #[test]
    fn edits_of_a_held_text_are_held_and_lie_in_the_unchanged_output() {
        let mut text = marked::text("a[-b-]{+BBB+}c[-d-]{+D+}", "x/case");
        text.hold();
        let lines: Vec<Value> =
            lines(&text.doc("f")).lines().map(|line| serde_json::from_str(line).expect("valid JSON")).collect();
        assert_eq!(lines.len(), 2);
        for line in &lines {
            assert_eq!(line["status"], "held");
            assert_eq!(line["reason"], "3 of 20 words would change inside lines that stay, and 5 % are allowed");
            assert_eq!(line["in"], line["out"]);
        }
    }

    #[test]
    fn replaying_the_lines_gives_the_output_and_reversing_them_the_input() {
        let text = marked::text("[-\u{FEFF}-]one[-  -]{+ +}𝄞 tw[-ö-]{+o+}\r\n[-Share\r\n-]{+new+}end[-.-]", "x/all");
        let lines = lines(&text.doc("f"));
        let replay = |from: &str, place: &str, put: &str| {
            let (mut out, mut at) = (String::new(), 0);
            for line in lines.lines() {
                let line: Value = serde_json::from_str(line).expect("valid JSON");
                let byte = |index: usize| line[place]["byte"][index].as_u64().expect("a number") as usize;
                out.push_str(&from[at..byte(0)]);
                out.push_str(line[put].as_str().expect("a string"));
                at = byte(1);
            }
            out + &from[at..]
        };
        assert_eq!(replay(&text.input, "in", "after"), text.cleaned.text);
        assert_eq!(replay(&text.cleaned.text, "out", "before"), text.input);
    }
}
