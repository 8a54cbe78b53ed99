//! Records, whatever the file that holds them: which of their fields are texts, and what is known of these.

use std::io;
use std::sync::Arc;

use super::csv::Columns;
use super::json;
use crate::text::Span;

/// Which fields of a record matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The texts to clean. Never empty.
    pub(crate) texts: Vec<String>,
    /// Their language.
    pub(crate) lang: Option<String>,
    /// Where they were scraped.
    pub(crate) url: Option<String>,
    /// When they were written.
    pub(crate) date: Option<String>,
    /// Where fields that rules read are written: an object.
    pub(crate) metadata: Option<String>,
    /// Where edits and fields are written together: an object.
    pub(crate) annotations: Option<String>,
}

impl Fields {
    /// Returns the names of the fields that hold texts, for messages.
    pub(crate) fn shown(&self) -> String {
        let names: Vec<_> = self.texts.iter().map(|name| format!("`{name}`")).collect();
        names.join(" or ")
    }

    /// Checks that a file with columns of these names has one for a text, and those that were named for the language
    /// and the URL.
    ///
    /// # Errors
    /// Says which is missing.
    pub(super) fn check_columns(&self, names: &[String]) -> io::Result<()> {
        if !self.texts.iter().any(|text| names.contains(text)) {
            return Err(without_column(&self.shown(), "text", "text", names));
        }
        // Nobody has to have a URL.
        let url = self.url.as_ref().filter(|url| *url != DEFAULT_URL);
        let others =
            [(self.lang.as_ref(), "language", "lang"), (url, "URL", "url"), (self.date.as_ref(), "date", "date")];
        for (name, what, option) in others {
            if let Some(name) = name.filter(|name| !names.contains(name)) {
                return Err(without_column(&format!("`{}`", shown(name)), what, option, names));
            }
        }
        Ok(())
    }
}

/// The field that holds the URL where none was named.
const DEFAULT_URL: &str = "url";

fn without_column(missing: &str, what: &str, option: &str, names: &[String]) -> io::Error {
    let mut some: Vec<_> = names.iter().take(MAX_SHOWN).map(|name| format!("`{}`", shown(name))).collect();
    some.extend((names.len() > MAX_SHOWN).then(|| "…".to_owned()));
    let some = some.join(", ");
    io::Error::other(format!(
        "has no column {missing}; name the one that holds the {what} with --{option}-field. Its columns: {some}"
    ))
}

/// So many columns are named in a message.
const MAX_SHOWN: usize = 30;

/// Returns the name of a column for messages: its first 80 characters, with what cannot be seen escaped.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(80).collect::<String>().escape_debug().to_string()
}

/// What stands in a record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The texts to clean, in the order in which they stand.
    pub(crate) texts: Vec<Value>,
    pub(crate) lang: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) date: Option<String>,
    /// Where the object of metadata lies, if there is one, or what stands in its place.
    pub(crate) metadata: Option<Span>,
    /// The same for annotations.
    pub(crate) annotations: Option<Span>,
    /// Why there is no text, if there is none: what is the matter with the first field.
    pub(crate) without: Option<Without>,
}

impl Record {
    pub(super) fn without(why: Without) -> Self {
        Self { without: Some(why), ..Self::default() }
    }
}

/// A text in a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// Which of [`Fields::texts`] it is.
    pub(crate) field: usize,
    /// Where it lies in the record as it is written (bytes), quotes included.
    pub(crate) raw: Span,
    pub(crate) text: String,
}

/// Why a record has no text, though nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without {
    /// Nothing but white space.
    Blank,
    /// No field of that name; also JSON that is no object.
    Missing,
    /// The field is null.
    Null,
    /// The field is neither a string nor null.
    Other,
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadRecord {
    /// How many lines below that in which the record begins.
    pub(crate) below: u64,
    /// In characters, from 1; in its first line from the start of the record.
    pub(crate) column: usize,
    pub(crate) message: String,
}

impl BadRecord {
    /// What is wrong with a record as a whole.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { below: 0, column: 1, message: message.into() }
    }

    /// What is wrong right behind `before`, with which the record begins.
    pub(super) fn behind(before: &[u8], message: impl Into<String>) -> Self {
        let mut place = Place::default();
        place.pass(before, b'\n');
        Self { below: place.lines, column: place.chars + 1, message: message.into() }
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Lines before that in which it lies.
    pub(super) lines: u64,
    /// Characters before it in its line.
    pub(super) chars: usize,
}

impl Place {
    /// Goes past `bytes`, whose lines end with `end`.
    pub(super) fn pass(&mut self, bytes: &[u8], end: u8) {
        let rest = match memchr::memrchr(end, bytes) {
            None => bytes,
            Some(last) => {
                self.lines += memchr::memchr_iter(end, bytes).count() as u64;
                self.chars = 0;
                &bytes[last + 1..]
            }
        };
        // Each character has one byte that does not go on with it.
        self.chars += rest.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    }
}

/// How records are written.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Json,
    Csv(Arc<Columns>),
}

impl Shape {
    /// Reads one record.
    ///
    /// # Errors
    /// What is no record of this shape.
    pub(crate) fn parse(&self, record: &str, fields: &Fields) -> Result<Record, BadRecord> {
        match self {
            Shape::Json => json::parse(record, fields),
            Shape::Csv(columns) => columns.parse(record),
        }
    }

    /// Returns how `text` is written in place of what stands at `raw` of `record`, in the same style.
    pub(crate) fn value(&self, record: &str, raw: Span, text: &str) -> String {
        match self {
            Shape::Json => json::value(record, raw, text),
            Shape::Csv(columns) => columns.value(&record[raw.range()], text),
        }
    }

    /// Returns JSON as the writer of `record` would write it.
    pub(crate) fn in_style(&self, record: &str, json: String) -> String {
        match self {
            Shape::Json => json::in_style(record, json),
            Shape::Csv(_) => json,
        }
    }
}
