//! SARIF 2.1.0, the exchange format of static analysis: one JSON document, written as the findings come.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use crate::edit::fingerprint::Known;
use crate::{RuleInfo, edit::Status};

use super::super::{Doc, escape};
use super::{Finding, Range, findings};

/// A document on its way.
pub(crate) struct Log {
    is_empty: bool,
}

impl Log {
    /// Begins the document, with the `rules` that run.
    pub(crate) fn begin<'r>(out: &mut dyn Write, rules: impl Iterator<Item = RuleInfo<'r>>) -> io::Result<Self> {
        let rules: Vec<_> = rules
            .map(|rule| {
                let mut about = json!({ "id": rule.id.as_str() });
                if !rule.about.is_empty() {
                    about["shortDescription"] = json!({ "text": rule.about });
                }
                about
            })
            .collect();
        let driver = json!({ "name": "unscrape", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
        out.write_all(b"{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":")?;
        line(out, &json!({ "driver": driver }))?;
        out.write_all(b",\"columnKind\":\"unicodeCodePoints\",\"results\":[\n")?;
        Ok(Self { is_empty: true })
    }

    /// Adds what [`render`] wrote of some texts.
    pub(crate) fn add(&mut self, out: &mut dyn Write, rendered: &[u8]) -> io::Result<()> {
        for result in rendered.split_inclusive(|&byte| byte == b'\n') {
            if !std::mem::take(&mut self.is_empty) {
                out.write_all(b",")?;
            }
            out.write_all(result)?;
        }
        Ok(())
    }

    /// Ends the document.
    pub(crate) fn end(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"]}]}\n")
    }
}

/// Writes `value` as [`escape::json_line`] does, without the end of the line.
fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut bytes = Vec::new();
    escape::json_line(&mut bytes, value)?;
    out.write_all(bytes.trim_ascii_end())
}

/// Writes the findings of one text, one result a line.
pub(crate) fn render(out: &mut dyn Write, doc: &Doc<'_>) -> io::Result<()> {
    let uri = uri(doc.name);
    findings(doc).try_for_each(|finding| escape::json_line(out, &result(&finding, doc, &uri)))
}

fn result(finding: &Finding<'_>, doc: &Doc<'_>, uri: &str) -> Value {
    let region = finding.range.as_ref().map_or_else(|| json!({ "startLine": finding.line }), region);
    let mut location = json!({
        "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region },
    });
    if let Some(field) = doc.field {
        location["logicalLocations"] = json!([{ "name": field, "kind": "member" }]);
    }
    let mut result = json!({
        "ruleId": finding.rule.as_str(),
        "level": if finding.is_due() { "warning" } else { "note" },
        // Braces in a message would stand for arguments.
        "message": { "text": finding.message.replace('{', "{{").replace('}', "}}") },
        "locations": [location],
    });
    if finding.status != Status::Flag {
        result["partialFingerprints"] = json!({ "unscrape/v1": Known::of(finding.edit, doc.input, None).fingerprint });
    }
    if let Some((range, after)) = finding.fix() {
        let replacement = json!({ "deletedRegion": self::region(range), "insertedContent": { "text": after } });
        result["fixes"] = json!([{
            "description": { "text": "what `unscrape clean` does" },
            "artifactChanges": [{ "artifactLocation": { "uri": uri }, "replacements": [replacement] }],
        }]);
    }
    result
}

fn region(Range { start, end }: &Range) -> Value {
    json!({ "startLine": start.line, "startColumn": start.col, "endLine": end.line, "endColumn": end.col })
}

/// Returns a path as a reference of RFC 3986: relative as it is, or with the scheme `file`.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::super::marked;
    use super::*;

    #[test]
    fn a_document_holds_the_rules_and_every_finding() {
        let cleaner =
            crate::Cleaner::builder().select("core/punctuation/bar-period").build().expect("the rules are sound");
        let text = marked::text("é a |[-.-] B\n", "core/punctuation/bar-period");
        let record = marked::text("{x} [-y-]{+\u{202E}</script>+}", "core/punctuation/bar-period");
        let mut out = Vec::new();
        let mut log = Log::begin(&mut out, cleaner.rules()).expect("memory");
        for doc in [text.doc("in/ä b.txt"), Doc { record: Some(3), field: Some("text"), ..record.doc("/a.jsonl") }] {
            let mut rendered = Vec::new();
            render(&mut rendered, &doc).expect("memory");
            log.add(&mut out, &rendered).expect("memory");
        }
        log.end(&mut out).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(!text.contains('\u{202E}'));
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let version = env!("CARGO_PKG_VERSION");
        let shown = serde_json::to_string_pretty(&document).expect("memory").replace(version, "VERSION");
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn a_document_without_findings_is_one() {
        let mut out = Vec::new();
        Log::begin(&mut out, std::iter::empty()).and_then(|log| log.end(&mut out)).expect("memory");
        let document: Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(document["runs"][0]["results"], json!([]));
    }
}
