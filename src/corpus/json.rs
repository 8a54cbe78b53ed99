//! Records of JSON. Only values are ever rewritten.

mod stream;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(super) use self::stream::{Array, Lines};
use super::record::{BadRecord, Fields, Record, Value, Without};
use crate::text::Span;

/// Reads one record, white space around it or not. It is checked whole; of a key that occurs twice, the last counts.
pub(super) fn parse(record: &str, fields: &Fields) -> Result<Record, BadRecord> {
    let start = record.trim_ascii_start();
    if start.is_empty() {
        return Ok(Record::without(Without::Blank));
    }
    if !start.starts_with('{') {
        return match serde_json::from_str::<IgnoredAny>(record) {
            Ok(_) => Ok(Record::without(Without::Missing)),
            Err(error) => Err(bad(record, 0, &error)),
        };
    }
    let mut deserializer = serde_json::Deserializer::from_str(record);
    let found = Values { fields }.deserialize(&mut deserializer).map_err(|error| bad(record, 0, &error))?;
    deserializer.end().map_err(|error| bad(record, 0, &error))?;
    // A raw value is a slice of the record itself, so its address says where it lies.
    let place = |value: &RawValue| {
        let json = value.get();
        let at = json.as_ptr().addr() - record.as_ptr().addr();
        Span::new(at, at + json.len())
    };
    let mut texts = Vec::new();
    let mut without = None;
    for (field, value) in found.texts.iter().enumerate() {
        let why = match value.map(RawValue::get) {
            None => Without::Missing,
            Some("null") => Without::Null,
            Some(json) if !json.starts_with('"') => Without::Other,
            Some(json) => {
                let raw = place(value.expect("there is one"));
                let text = serde_json::from_str(json).map_err(|error| bad(record, raw.start, &error))?;
                texts.push(Value { field, raw, text });
                continue;
            }
        };
        without = without.or(Some(why));
    }
    texts.sort_by_key(|value| value.raw.start);
    let string = |value: Option<&RawValue>| value.and_then(|value| serde_json::from_str::<String>(value.get()).ok());
    Ok(Record {
        without: without.filter(|_| texts.is_empty()),
        texts,
        lang: string(found.lang).filter(|lang| !lang.is_empty()),
        url: string(found.url).filter(|url| !url.is_empty()),
        date: string(found.date),
        metadata: found.metadata.map(place),
        annotations: found.annotations.map(place),
    })
}

/// Puts an error of the JSON that begins at byte `at` of `record` where people look for it.
fn bad(record: &str, at: usize, error: &serde_json::Error) -> BadRecord {
    let lines = record.as_bytes()[at..].split_inclusive(|&byte| byte == b'\n');
    let above: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    let byte = (at + above + error.column().saturating_sub(1)).min(record.len());
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    // What it says of half a pair.
    if matches!(message, "unexpected end of hex escape" | "lone leading surrogate in hex escape") {
        let half = last_half(&record.as_bytes()[..(byte + LONG).min(record.len())]).unwrap_or(byte);
        let message = "bad JSON: an escape is half of a surrogate pair, and its other half is missing";
        return BadRecord::behind(&record.as_bytes()[..half], message);
    }
    let before = &record[..record.floor_char_boundary(byte)];
    BadRecord::behind(before.as_bytes(), format!("bad JSON: {message}"))
}

/// Bytes of an escape by number.
const LONG: usize = "\\u0000".len();

/// Returns where in `json` the last escape lies that is half of a surrogate pair without the other.
fn last_half(json: &[u8]) -> Option<usize> {
    let (mut last, mut high, mut at) = (None, None, 0);
    while at < json.len() {
        let number = json[at..].strip_prefix(b"\\u").and_then(|digits| digits.get(..4));
        let number = number.and_then(|digits| u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        let len = match (json[at], number) {
            (_, Some(_)) => LONG,
            (b'\\', None) => 2,
            _ => 1,
        };
        match (high.take(), number) {
            (Some(_), Some(0xDC00..=0xDFFF)) => {}
            (None, Some(0xDC00..=0xDFFF)) => last = Some(at),
            (before, number) => {
                last = before.or(last);
                high = number.filter(|unit| (0xD800..0xDC00).contains(unit)).map(|_| at);
            }
        }
        at += len;
    }
    high.or(last)
}

/// Returns the JSON string that says `text` in place of the one at `raw`, in the same style: ASCII only if the writer
/// of the record escaped everything else.
pub(super) fn value(record: &str, raw: Span, text: &str) -> String {
    let new = serde_json::Value::from(text).to_string();
    if is_escaped(&record[raw.range()]) { ascii(&new) } else { in_style(record, new) }
}

/// Returns JSON as the writer of `line` would: ASCII only if everything else is escaped there.
pub(super) fn in_style(line: &str, json: String) -> String {
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
    /// One for each field that holds a text.
    texts: Vec<Option<&'l RawValue>>,
    lang: Option<&'l RawValue>,
    url: Option<&'l RawValue>,
    date: Option<&'l RawValue>,
    metadata: Option<&'l RawValue>,
    annotations: Option<&'l RawValue>,
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
        let Fields { texts, lang, url, date, metadata, annotations } = self.fields;
        let mut found = Found { texts: vec![None; texts.len()], ..Found::default() };
        let is = |field: &Option<String>, key: &str| field.as_deref() == Some(key);
        while let Some(Key(key)) = map.next_key()? {
            let text = texts.iter().position(|text| *text == key);
            let others = [
                (is(lang, &key), &mut found.lang),
                (is(url, &key), &mut found.url),
                (is(date, &key), &mut found.date),
                (is(metadata, &key), &mut found.metadata),
                (is(annotations, &key), &mut found.annotations),
            ];
            if text.is_none() && others.iter().all(|(wanted, _)| !wanted) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value()?;
            for (_, place) in others.into_iter().filter(|(wanted, _)| *wanted) {
                *place = Some(value);
            }
            if let Some(text) = text {
                found.texts[text] = Some(value);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            texts: vec!["text".into()],
            lang: Some("lang".into()),
            url: Some("url".into()),
            date: None,
            metadata: Some("m".into()),
            annotations: None,
        }
    }

    /// Replaces the text of `line` by `new`.
    fn replaced(line: &str, new: &str) -> String {
        let record = parse(line, &fields()).expect("good JSON");
        let raw = record.texts.first().unwrap_or_else(|| panic!("no text: {:?}", record.without)).raw;
        [&line[..raw.start], &value(line, raw, new), &line[raw.end..]].concat()
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
        let expected = Record {
            texts: vec![Value { field: 0, raw: Span::new(22, 33), text: "a\né".into() }],
            lang: Some("de".into()),
            url: Some("u/1".into()),
            date: None,
            metadata: Some(Span::new(50, 57)),
            annotations: None,
            without: None,
        };
        assert_eq!(parse(line, &fields()), Ok(expected));
        let other = parse(r#"{"url":7,"text":"a","lang":null}"#, &fields());
        assert!(matches!(other, Ok(Record { lang: None, url: None, .. })), "what is no string says nothing");
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
            assert_eq!(parse(line, &fields()), Ok(Record::without(why)), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_has_a_column_in_characters() {
        let at = |line: &str| parse(line, &fields()).expect_err("bad").column;
        assert_eq!(at(r#"{"é": x}"#), 7);
        assert_eq!(at("nonsense"), 2);
        assert_eq!(at(r#"{"text":"a"} trailing"#), 14);
        let lone = parse(r#"{"é":1,"text":"a\ud800b"}"#, &fields()).expect_err("a lone surrogate");
        let half = "bad JSON: an escape is half of a surrogate pair, and its other half is missing";
        assert_eq!((lone.message.as_str(), lone.column), (half, 17));
        for (line, column) in [
            (r#"{"o":"\ud800","text":"é\ud834\udd1e\ud800\u0041"}"#, 36),
            (r#"{"text":"\udd1e\ud834"}"#, 10),
            (r#"{"\\\ud83d":1,"text":"a"}"#, 5),
        ] {
            let bad = parse(line, &fields()).expect_err("half a pair");
            assert_eq!((bad.message.as_str(), bad.column), (half, column), "{line}");
        }
        let below = parse("{\n \"é\": 1,\n \"ä\": x}", &fields()).expect_err("bad");
        assert_eq!((below.below, below.column), (2, 7));
        let end = parse("{\n", &fields()).expect_err("bad");
        assert_eq!((end.below, end.column), (1, 1));
        let deep = format!("{{\"text\":{}", "[".repeat(200_000));
        assert!(parse(&deep, &fields()).is_err());
    }

    #[test]
    fn several_fields_hold_texts() {
        let fields = Fields { texts: vec!["body".into(), "title".into(), "none".into()], ..fields() };
        let record = parse(r#"{"title":"a","body":"b"}"#, &fields).expect("good JSON");
        let texts: Vec<_> = record.texts.iter().map(|value| (value.field, value.text.as_str())).collect();
        assert_eq!((texts, record.without), (vec![(1, "a"), (0, "b")], None));
        let record = parse(r#"{"title":null,"body":7}"#, &fields).expect("good JSON");
        assert_eq!((record.texts.len(), record.without), (0, Some(Without::Other)));
    }
}
