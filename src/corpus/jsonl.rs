//! Records: lines of JSON of which one field holds a text. Only that field's value is ever rewritten.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read};

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::text::Span;

/// The longest record that is read, in bytes: memory is bounded by it, not by the file.
pub(crate) const MAX_RECORD: u64 = 1 << 30;

/// Which fields of a record matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The text to clean.
    pub(crate) text: String,
    /// Its language.
    pub(crate) lang: Option<String>,
    /// Where it was scraped.
    pub(crate) url: Option<String>,
    /// Where fields that rules read are written: an object.
    pub(crate) metadata: Option<String>,
}

/// Reads a stream line by line into one buffer.
pub(crate) struct Lines<R> {
    source: R,
    limit: u64,
    buffer: Vec<u8>,
    /// The last piece did not end its line.
    inside: bool,
}

/// A line with its end, or a piece of a line that is longer than the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece<'l> {
    pub(crate) bytes: &'l [u8],
    /// It begins a line.
    pub(crate) first: bool,
    /// It is a line, whole.
    pub(crate) whole: bool,
}

impl<R: BufRead> Lines<R> {
    /// Prepares to read `source`; lines of `limit` bytes or more come in pieces.
    pub(crate) fn new(source: R, limit: u64) -> Self {
        Self { source, limit, buffer: Vec::new(), inside: false }
    }

    /// Reads the next line; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        self.buffer.clear();
        let len = self.source.by_ref().take(self.limit).read_until(b'\n', &mut self.buffer)?;
        if len == 0 {
            return Ok(None);
        }
        let first = !self.inside;
        self.inside = len as u64 == self.limit && !self.buffer.ends_with(b"\n");
        Ok(Some(Piece { bytes: &self.buffer, first, whole: first && !self.inside }))
    }
}

/// What stands in a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// A text to clean.
    Text {
        /// Where its JSON string lies in the line (bytes), quotes included.
        raw: Span,
        text: String,
        lang: Option<String>,
        url: Option<String>,
        /// Where the object of metadata lies, if there is one, or what stands in its place.
        metadata: Option<Span>,
    },
    /// Nothing to clean, and nothing wrong.
    Without(Without),
}

/// Why a line has no text.
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

/// A line that is not JSON, or a text that cannot be text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadRecord {
    /// In characters, from 1.
    pub(crate) column: usize,
    pub(crate) message: String,
}

/// Reads one line, its end included or not. The line is checked whole; of a key that occurs twice, the last counts.
pub(crate) fn parse(line: &str, fields: &Fields) -> Result<Record, BadRecord> {
    let start = line.trim_ascii_start();
    if start.is_empty() {
        return Ok(Record::Without(Without::Blank));
    }
    if !start.starts_with('{') {
        return match serde_json::from_str::<IgnoredAny>(line) {
            Ok(_) => Ok(Record::Without(Without::Missing)),
            Err(error) => Err(bad(line, 0, &error)),
        };
    }
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let values = Values { fields }.deserialize(&mut deserializer).map_err(|error| bad(line, 0, &error))?;
    deserializer.end().map_err(|error| bad(line, 0, &error))?;
    let Some(value) = values.text else { return Ok(Record::Without(Without::Missing)) };
    let json = value.get();
    if !json.starts_with('"') {
        return Ok(Record::Without(if json == "null" { Without::Null } else { Without::Other }));
    }
    // The raw value is a slice of the line itself, so its address says where it lies.
    let place = |json: &str| {
        let at = json.as_ptr().addr() - line.as_ptr().addr();
        Span::new(at, at + json.len())
    };
    let at = place(json).start;
    let text = serde_json::from_str(json).map_err(|error| bad(line, at, &error))?;
    let string = |value: Option<&RawValue>| value.and_then(|value| serde_json::from_str::<String>(value.get()).ok());
    Ok(Record::Text {
        raw: place(json),
        text,
        metadata: values.metadata.map(|value| place(value.get())),
        lang: string(values.lang).filter(|lang| !lang.is_empty()),
        url: string(values.url).filter(|url| !url.is_empty()),
    })
}

/// Puts an error of the JSON that begins at byte `at` of `line` where people look for it.
fn bad(line: &str, at: usize, error: &serde_json::Error) -> BadRecord {
    let byte = (at + error.column().saturating_sub(1)).min(line.len());
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    BadRecord {
        column: line[..line.floor_char_boundary(byte)].chars().count() + 1,
        message: format!("bad JSON: {message}"),
    }
}

/// Returns `line` with the JSON string at `raw` replaced by one that says `text`, in the same style: ASCII
/// only if the writer of the line escaped everything else.
pub(crate) fn splice(line: &str, raw: Span, text: &str) -> String {
    let old = &line[raw.range()];
    let new = serde_json::Value::from(text).to_string();
    let new = if is_escaped(old) { ascii(&new) } else { in_style(line, new) };
    [&line[..raw.start], &new, &line[raw.end..]].concat()
}

/// Returns JSON as the writer of `line` would: ASCII only if everything else is escaped there.
pub(crate) fn in_style(line: &str, json: String) -> String {
    if is_escaped(line) { ascii(&json) } else { json }
}

/// Returns whether `json` is ASCII and has characters beyond ASCII all the same, escaped.
fn is_escaped(json: &str) -> bool {
    if !json.is_ascii() {
        return false;
    }
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let escape = rest[at + 1..].strip_prefix('u').and_then(|digits| digits.get(..4));
        if escape.is_some_and(|digits| digits > "007f" && !digits.eq_ignore_ascii_case("007f")) {
            return true;
        }
        rest = rest.get(at + 2..).unwrap_or("");
    }
    false
}

/// Escapes every character of a JSON string that is not ASCII.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// The values of a record that matter, as they stand in the line.
#[derive(Default)]
struct Found<'l> {
    text: Option<&'l RawValue>,
    lang: Option<&'l RawValue>,
    url: Option<&'l RawValue>,
    metadata: Option<&'l RawValue>,
}

struct Values<'f> {
    fields: &'f Fields,
}

impl<'l> DeserializeSeed<'l> for Values<'_> {
    type Value = Found<'l>;

    fn deserialize<D: serde::Deserializer<'l>>(self, deserializer: D) -> Result<Found<'l>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// A key, decoded only where it has escapes.
#[derive(Deserialize)]
struct Key<'l>(#[serde(borrow)] Cow<'l, str>);

impl<'l> Visitor<'l> for Values<'_> {
    type Value = Found<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Found<'l>, A::Error> {
        let mut found = Found::default();
        let is = |field: &Option<String>, key: &str| field.as_deref() == Some(key);
        while let Some(Key(key)) = map.next_key()? {
            let (text, lang, url) = (self.fields.text == key, is(&self.fields.lang, &key), is(&self.fields.url, &key));
            let metadata = is(&self.fields.metadata, &key);
            if !(text || lang || url || metadata) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value()?;
            for (wanted, place) in [
                (text, &mut found.text),
                (lang, &mut found.lang),
                (url, &mut found.url),
                (metadata, &mut found.metadata),
            ] {
                if wanted {
                    *place = Some(value);
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields { text: "text".into(), lang: Some("lang".into()), url: Some("url".into()), metadata: Some("m".into()) }
    }

    /// Replaces the text of `line` by `new`.
    fn replaced(line: &str, new: &str) -> String {
        match parse(line, &fields()).expect("good JSON") {
            Record::Text { raw, .. } => splice(line, raw, new),
            Record::Without(why) => panic!("no text: {why:?}"),
        }
    }

    macro_rules! splices {
        ($($name:ident: $line:expr, $new:expr => $out:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(replaced($line, $new), $out); })*
        };
    }

    splices! {
        every_other_byte_is_copied: "{ \"n\":1E400,\t\"text\" : \"a\\/b\" , \"o\":{\"text\":\"x\"} }\r\n", "c" =>
            "{ \"n\":1E400,\t\"text\" : \"c\" , \"o\":{\"text\":\"x\"} }\r\n";
        raw_text_stays_raw: r#"{"text":"é"}"#, "è\u{1}\"" => r#"{"text":"è\u0001\""}"#;
        escaped_text_stays_escaped: r#"{"text":"\u00e9"}"#, "è𝄞" => r#"{"text":"\u00e8\ud834\udd1e"}"#;
        a_record_whose_writer_escapes_gets_escapes: r#"{"t":"\u00e9","text":"a"}"#, "…" => r#"{"t":"\u00e9","text":"\u2026"}"#;
        an_escaped_backslash_is_no_escape: r#"{"text":"\\u00e9"}"#, "…" => r#"{"text":"…"}"#;
        an_escaped_control_is_no_sign_of_ascii: r#"{"text":"\u000b"}"#, "…" => r#"{"text":"…"}"#;
        an_escaped_key_is_known: r#"{"te\u0078t":"a"}"#, "b" => r#"{"te\u0078t":"b"}"#;
        of_two_equal_keys_the_last_counts: r#"{"text":"a","text":"b"}"#, "c" => r#"{"text":"a","text":"c"}"#;
    }

    #[test]
    fn a_record_gives_its_text_language_and_url() {
        let line = r#" {"url":"u\/1","text":"a\n\u00e9","lang":"de","m":{"a":1}}"#;
        let expected = Record::Text {
            raw: Span::new(22, 33),
            text: "a\né".into(),
            lang: Some("de".into()),
            url: Some("u/1".into()),
            metadata: Some(Span::new(50, 57)),
        };
        assert_eq!(parse(line, &fields()), Ok(expected));
        let other = parse(r#"{"url":7,"text":"a","lang":null}"#, &fields());
        assert!(matches!(other, Ok(Record::Text { lang: None, url: None, .. })), "what is no string says nothing");
    }

    #[test]
    fn what_has_no_text_says_why() {
        let cases = [
            ("\r\n", Without::Blank),
            ("{}", Without::Missing),
            (r#"{"Text":"a"}"#, Without::Missing),
            ("[1]", Without::Missing),
            (r#"{"text":null}"#, Without::Null),
            (r#"{"text":["a"]}"#, Without::Other),
            (r#"{"text":"a","text":1}"#, Without::Other),
        ];
        for (line, why) in cases {
            assert_eq!(parse(line, &fields()), Ok(Record::Without(why)), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_has_a_column_in_characters() {
        let at = |line: &str| parse(line, &fields()).expect_err("bad").column;
        assert_eq!(at(r#"{"é": x}"#), 7);
        assert_eq!(at("nonsense"), 2);
        assert_eq!(at(r#"{"text":"a"} trailing"#), 14);
        let lone = parse(r#"{"é":1,"text":"a\ud800b"}"#, &fields()).expect_err("a lone surrogate");
        assert!(lone.message.starts_with("bad JSON: "), "{}", lone.message);
        assert!((15..=24).contains(&lone.column), "{}", lone.column);
        let deep = format!("{{\"text\":{}", "[".repeat(200_000));
        assert!(parse(&deep, &fields()).is_err());
    }

    #[test]
    fn lines_keep_their_ends_and_long_ones_come_in_pieces() {
        let mut lines = Lines::new(&b"ab\nabcdefg\r\nx"[..], 4);
        let mut seen = Vec::new();
        while let Some(piece) = lines.next().expect("memory cannot fail") {
            seen.push((String::from_utf8_lossy(piece.bytes).into_owned(), piece.first, piece.whole));
        }
        let seen: Vec<_> = seen.iter().map(|(text, first, whole)| (text.as_str(), *first, *whole)).collect();
        assert_eq!(
            seen,
            [
                ("ab\n", true, true),
                ("abcd", true, false),
                ("efg\r", false, false),
                ("\n", false, false),
                ("x", true, true)
            ]
        );
    }
}
