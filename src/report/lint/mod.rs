//! Edits as other tools read the findings of a linter: GitHub, reviewdog, and whatever takes SARIF.
//!
//! What is due is a warning, what waits for a person a note. What lost to another edit, or was refused by the engine, is
//! no finding. A record's field has no line of its own in the file, so that its findings lie in the line of the record,
//! and bring no fix.

use std::borrow::Cow;

use crate::edit::{Edit, RuleId, Status};
use crate::text::{Places, Span};

use super::escape::visible;
use super::{Doc, Entry};

pub(crate) mod github;
pub(crate) mod rdjson;
pub(crate) mod sarif;

/// The longest text that a message quotes, in characters.
const QUOTED: usize = 80;

/// Something to tell of a text.
struct Finding<'a> {
    rule: &'a RuleId,
    edit: &'a Edit,
    status: Status,
    message: String,
    /// Where it lies in the file, from 1.
    line: u64,
    /// Where in the line, and where it ends; none in a record.
    range: Option<Range>,
}

/// Where an edit begins and ends.
struct Range {
    start: Point,
    end: Point,
}

/// A place between two characters, counted from 1.
struct Point {
    line: usize,
    /// In characters.
    col: usize,
    /// In bytes.
    byte_col: usize,
}

impl Finding<'_> {
    /// Whether it is due: if not, it is a person's to judge.
    fn is_due(&self) -> bool {
        self.status == Status::Kept
    }

    /// Returns what would stand in place of the range, if a fix can be made.
    fn fix(&self) -> Option<(&Range, &str)> {
        let is_edit = matches!(self.status, Status::Kept | Status::Proposed);
        self.range.as_ref().filter(|_| is_edit).map(|range| (range, self.edit.after.as_str()))
    }
}

/// Returns what there is to tell of a text, in the order of its places.
fn findings<'a>(doc: &'a Doc<'a>) -> impl Iterator<Item = Finding<'a>> {
    let mut entries: Vec<_> = doc.edits().chain(doc.findings()).filter(is_told).collect();
    entries.sort_by_key(|entry| entry.edit.span);
    let mut places = Places::new(doc.input);
    entries.into_iter().map(move |entry| {
        let range = (doc.record.is_none() && doc.field.is_none()).then(|| range(&mut places, entry.edit.span));
        Finding {
            rule: entry.edit.rule(),
            edit: entry.edit,
            status: entry.status,
            message: message(&entry),
            line: range.as_ref().map_or(doc.record.unwrap_or(1), |range| range.start.line as u64),
            range,
        }
    })
}

fn is_told(entry: &Entry<'_>) -> bool {
    match entry.status {
        Status::Kept | Status::Proposed | Status::Flag | Status::Held => true,
        Status::Lost | Status::Blocked | Status::Field => false,
    }
}

fn range(places: &mut Places<'_>, span: Span) -> Range {
    let point = |(line, col, byte_col)| Point { line, col, byte_col };
    let [start, end] = places.ends(span).map(point);
    Range { start, end }
}

/// Says in one line what is to be done, with what cannot be seen named.
fn message(entry: &Entry<'_>) -> String {
    let Entry { edit, status, reason, .. } = entry;
    let reason = reason.as_deref().map(visible);
    if *status == Status::Flag {
        return reason.unwrap_or_default().into_owned();
    }
    let what = what(edit);
    match status {
        Status::Proposed => format!("{what} (to review)"),
        Status::Held => format!("{what} (held: {})", reason.unwrap_or_default()),
        _ => what,
    }
}

/// Says in one line what an edit does, with what cannot be seen named.
pub(crate) fn what(edit: &Edit) -> String {
    match edit.status {
        Status::Flag | Status::Field => format!("find `{}`", quoted(&edit.before)),
        _ => what_of(&edit.before, &edit.after),
    }
}

/// The same of an edit that makes `before` to `after`.
pub(crate) fn what_of(before: &str, after: &str) -> String {
    match (before, after) {
        (before, "") => format!("delete `{}`", quoted(before)),
        ("", after) => format!("insert `{}`", quoted(after)),
        (before, after) => format!("replace `{}` with `{}`", quoted(before), quoted(after)),
    }
}

/// Returns `text` with what cannot be seen named, and its middle left out if it is long.
pub(crate) fn quoted(text: &str) -> String {
    let count = text.chars().count();
    if count <= QUOTED {
        return visible(text).into_owned();
    }
    let (head, tail): (String, String) =
        (text.chars().take(QUOTED / 2).collect(), text.chars().skip(count - QUOTED / 2).collect());
    format!("{} … {}", visible(&head), visible(&tail))
}

/// Returns the name of a text's file, with what cannot be seen in it named.
fn path<'a>(doc: &Doc<'a>) -> Cow<'a, str> {
    visible(doc.name)
}
