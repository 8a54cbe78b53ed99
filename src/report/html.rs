//! The report for a browser: one file, without network, in which every document is read before, after or both at once,
//! and edits are filtered, accepted and refused.
//!
//! The file is a page that never changes, `html/page.html`, with data put into it: one `script` of JSON for each
//! document as it comes, and the counts of the run behind the last. So a report of any size is written as it is found.
//! Nothing of a text can end its `script` ([`escape::json_in_html`]), and what the page shows of it is put there as
//! text, never as markup.
//!
//! Should one of these fail, the browser stands in the way: a policy allows one style and one script, each named by its
//! hash, and nothing from elsewhere. A hash and no nonce: a nonce must be new for every report, and the same run gives
//! the same bytes.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use crate::edit::fingerprint::Known;
use crate::edit::{Safety, Status};
use crate::text::{Places, Span};

use super::{Doc, Entry, escape, held_because};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = concat!(
    include_str!("html/text.js"),
    include_str!("html/decisions.js"),
    include_str!("html/groups.js"),
    include_str!("html/page.js")
);

/// SHA-256 of [`STYLE`] and [`SCRIPT`] in Base64. A test says what they must be.
const STYLE_HASH: &str = "U+4wKXSUp4WRhasBLh+QOjBWsPgGeRnuvt+zltMFPbc=";
const SCRIPT_HASH: &str = "4QXgNNmE560T7G+jFAWppF+bbLGQOgE8w9KhZkMCXGU=";

/// What stands for the data in [`PAGE`], each once and in this order.
const MARKS: [&str; 5] = ["{{policy}}", "{{style}}", "{{documents}}", "{{run}}", "{{script}}"];

/// How many pieces of evidence are shown of an edit to which many steps led.
const EVIDENCE: usize = 5;

/// From how many bytes on long stretches of a text that stay are left out of the report.
const LONG: usize = 20_000;
/// At most how many bytes of such a stretch are left at each of its ends: a few lines.
const ENDS: usize = 300;
/// Less than this many bytes are not left out: they cost less than the question what they are.
const FOLD: usize = 400;

/// Writes what stands before the documents.
pub(crate) fn begin(out: &mut dyn Write) -> io::Result<()> {
    let [head, style, body, ..] = parts();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'; img-src data:; \
         base-uri 'none'; form-action 'none'"
    );
    for piece in [head, &policy, style, STYLE, body] {
        out.write_all(piece.as_bytes())?;
    }
    Ok(())
}

/// Writes one text, as one line; nothing if there is nothing to tell of it.
pub(crate) fn document(out: &mut dyn Write, doc: &Doc<'_>) -> io::Result<()> {
    let document = Document::new(doc);
    if document.edits.is_empty() && document.held.is_none() {
        return Ok(());
    }
    write!(out, "<script type=\"application/json\" class=\"document\">")?;
    escape::json_in_html(out, &document)?;
    writeln!(out, "</script>")
}

/// Returns whether `line` is one that [`document`] wrote, and none of [`super::jsonl::edits`].
pub(crate) fn is_document(line: &[u8]) -> bool {
    line.starts_with(b"<")
}

/// Writes what stands behind the documents: the counts of the run, and what makes a page of it all.
pub(crate) fn end(out: &mut dyn Write, rules_hash: &str, stats: &Value) -> io::Result<()> {
    let [.., behind, before_script, last] = parts();
    let counts = ["documents", "changed", "held", "edits", "flags", "proposed", "rules", "sites", "languages"];
    let counts: serde_json::Map<_, _> = counts.into_iter().map(|key| (key.to_owned(), stats[key].clone())).collect();
    let names: serde_json::Map<_, _> = escape::NAMES.iter().map(|(c, name)| (c.to_string(), json!(name))).collect();
    let version = env!("CARGO_PKG_VERSION");
    let run = json!({ "version": version, "rules": rules_hash, "counts": counts, "names": names });
    out.write_all(behind.as_bytes())?;
    escape::json_in_html(out, &run)?;
    for piece in [before_script, SCRIPT, last] {
        out.write_all(piece.as_bytes())?;
    }
    Ok(())
}

/// Returns the page between its marks.
fn parts() -> [&'static str; MARKS.len() + 1] {
    let mut rest = PAGE;
    let mut parts = [""; MARKS.len() + 1];
    for (part, mark) in parts.iter_mut().zip(MARKS) {
        (*part, rest) = rest.split_once(mark).expect("the page has every mark");
    }
    parts[MARKS.len()] = rest;
    parts
}

/// A text as the page reads it.
#[derive(Serialize)]
struct Document<'a> {
    doc: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'a str>,
    /// Why it was left as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<String>,
    /// The input from start to end.
    text: Vec<Piece<'a>>,
    edits: Vec<Item<'a>>,
}

/// A stretch of a text.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Piece<'a> {
    Kept(&'a str),
    /// What the edit or finding with this index has before and after.
    Shown(usize),
    /// A finding about what other pieces show, since it overlaps them: it has no text here.
    Beside([usize; 1]),
    /// So much stays and is left out.
    Folded {
        lines: usize,
        characters: usize,
    },
}

/// An edit or finding.
#[derive(Serialize)]
struct Item<'a> {
    rule: String,
    safety: Option<Safety>,
    status: Status,
    line: usize,
    column: usize,
    before: &'a str,
    after: &'a str,
    left: String,
    right: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cleaned: Option<[String; 2]>,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
}

impl<'a> Document<'a> {
    fn new(doc: &'a Doc<'a>) -> Self {
        // Edits come before findings at the same place, since sorting is stable.
        let edits = doc.edits().map(|entry| (entry, true));
        let mut entries: Vec<_> = edits.chain(doc.findings().map(|entry| (entry, false))).collect();
        entries.sort_by_key(|(entry, _)| entry.edit.span);
        let spans: Vec<_> = entries.iter().map(|(entry, is_edit)| (entry.edit.span, *is_edit)).collect();
        let mut places = Places::new(doc.input);
        Self {
            doc: doc.name,
            record: doc.record,
            field: doc.field,
            site: doc.cleaned.site.as_deref(),
            lang: doc.cleaned.lang.as_deref(),
            held: doc.cleaned.held.as_ref().map(held_because),
            text: pieces(doc.input, &spans),
            edits: entries.iter().map(|(entry, _)| Item::new(entry, doc, &mut places)).collect(),
        }
    }
}

impl<'a> Item<'a> {
    fn new(entry: &Entry<'a>, doc: &Doc<'_>, places: &mut Places<'_>) -> Self {
        let edit = entry.edit;
        // A text that is held becomes nothing else.
        let output = doc.cleaned.held.is_none().then_some(&*doc.cleaned.text);
        let Known { rule, left, right, cleaned, fingerprint } = Known::of(edit, doc.input, output);
        let place = places.of(Span::new(edit.span.start, edit.span.start));
        let because = edit.steps.iter().filter_map(|step| {
            let score = step.score.map_or_else(String::new, |score| format!(" (score {:.2})", score.get()));
            Some(format!("{}{score}", step.evidence.as_deref()?))
        });
        Self {
            rule,
            safety: edit.safety,
            status: entry.status,
            line: place.line,
            column: place.col,
            before: &edit.before,
            after: &edit.after,
            left,
            right,
            cleaned,
            fingerprint,
            // Why a text was held stands at the text, once for all of its edits.
            reason: edit.reason.as_deref(),
            because: because.take(EVIDENCE).collect(),
        }
    }
}

/// Cuts `text` at `spans`, which are sorted; those of edits are disjoint, and findings lie anywhere.
fn pieces<'a>(text: &'a str, spans: &[(Span, bool)]) -> Vec<Piece<'a>> {
    // Where the next edit begins, seen from each span.
    let mut next_edits = vec![usize::MAX; spans.len()];
    for index in (1..spans.len()).rev() {
        let (span, is_edit) = spans[index];
        next_edits[index - 1] = if is_edit { span.start } else { next_edits[index] };
    }
    let is_long = text.len() > LONG;
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (index, (&(span, is_edit), next_edit)) in spans.iter().zip(next_edits).enumerate() {
        if span.start > at {
            keep(&text[at..span.start], is_long, &mut pieces);
            at = span.start;
        }
        if span.start == at && (is_edit || span.end <= next_edit) {
            pieces.push(Piece::Shown(index));
            at = span.end;
        } else {
            pieces.push(Piece::Beside([index]));
        }
    }
    keep(&text[at..], is_long, &mut pieces);
    pieces
}

/// Adds a stretch that stays; of a long text not all of it.
fn keep<'a>(text: &'a str, is_long: bool, pieces: &mut Vec<Piece<'a>>) {
    let (head, tail) = if is_long { (head(text), tail(text)) } else { (text.len(), text.len()) };
    let Some(middle) = text.get(head..tail).filter(|middle| middle.len() >= FOLD) else {
        pieces.extend((!text.is_empty()).then_some(Piece::Kept(text)));
        return;
    };
    let folded = Piece::Folded { lines: middle.matches('\n').count(), characters: middle.chars().count() };
    pieces.extend([Piece::Kept(&text[..head]), folded, Piece::Kept(&text[tail..])]);
}

/// Returns where the first lines of `text` end; within a line between two words, if it is long.
fn head(text: &str) -> usize {
    let part = &text[..text.floor_char_boundary(ENDS)];
    part.rfind('\n').or_else(|| part.rfind(' ')).map_or(part.len(), |at| at + 1)
}

/// Returns where the last lines of `text` begin.
fn tail(text: &str) -> usize {
    let from = text.ceil_char_boundary(text.len().saturating_sub(ENDS));
    let part = &text[from..];
    from + part.find('\n').or_else(|| part.find(' ')).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests;
