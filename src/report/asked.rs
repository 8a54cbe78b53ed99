//! Edits as a person is asked about them: one JSON line for each, which only this program reads.

use std::io::{self, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::decisions::Decision;
use crate::review::Item;
use crate::text::Places;

use super::words::{self, Style};
use super::{Doc, escape};

/// Reads what [`render`] or [`render_refused`] wrote.
///
/// # Errors
/// What is none of it.
pub(crate) fn read<T: DeserializeOwned>(lines: &[u8]) -> io::Result<Vec<T>> {
    let lines = lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(io::Error::from)).collect()
}

/// Of how much around a place is shown at first, and of how much on request, in characters.
const WIDTHS: [usize; 2] = [60, 600];

/// Writes what there is to ask of one text.
pub(crate) fn render(out: &mut dyn Write, doc: &Doc<'_>, color: bool) -> io::Result<()> {
    let mut places = Places::new(doc.input);
    let mut entries: Vec<_> = doc.edits().chain(doc.findings()).collect();
    entries.sort_by_key(|entry| entry.edit.span);
    for entry in entries {
        let [(line, col, _), _] = places.ends(entry.edit.span);
        // In a field of a record they count within the field, which no file shows.
        let place = doc.record.map_or((line as u64, Some(col as u64)), |record| (record, None));
        let Some(mut item) = Item::new(entry.edit, entry.status, doc, place) else { continue };
        for (shown, width) in item.shown.iter_mut().zip(WIDTHS) {
            let mut bytes = Vec::new();
            words::place(&mut bytes, doc.input, &entry, Style { color, width })?;
            *shown = String::from_utf8_lossy(&bytes).into_owned();
        }
        escape::json_line(out, &item)?;
    }
    Ok(())
}

/// An edit that was refused, where what was decided about others put other words beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) doc: String,
    pub(crate) fingerprint: String,
    /// Both sides in the output.
    pub(crate) sides: [String; 2],
}

/// Writes what was refused in one text, one JSON line each.
pub(crate) fn render_refused(out: &mut dyn Write, doc: &Doc<'_>) -> io::Result<()> {
    if doc.cleaned.held.is_some() {
        return Ok(());
    }
    let refused = doc.cleaned.findings.iter().filter_map(|edit| Decision::refused(edit, doc.input, &doc.cleaned.text));
    for (fingerprint, sides) in refused {
        escape::json_line(out, &Refused { doc: doc.name.to_owned(), fingerprint, sides })?;
    }
    Ok(())
}
