//! Records of JSON: lines of which each is an object, and arrays of objects. Only values are ever rewritten.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read as _};

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::record::{BadRecord, Fields, Record, Value, Without};
use super::units::{Content, Unit, Units};
use crate::text::Span;

/// A stream of which each line is a record.
pub(super) struct Lines<R> {
    source: R,
    limit: u64,
    /// Of the last line, 1-based.
    line: u64,
    /// The last piece did not end its line.
    inside: bool,
}

impl<R: BufRead> Lines<R> {
    /// Prepares to read `source`; lines of `limit` bytes or more come in pieces.
    pub(super) fn new(source: R, limit: u64) -> Self {
        Self { source, limit, line: 0, inside: false }
    }
}

impl<R: BufRead + Send> Units for Lines<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        let mut bytes = Vec::new();
        let len = self.source.by_ref().take(self.limit).read_until(b'\n', &mut bytes)?;
        if len == 0 {
            return Ok(None);
        }
        let first = !self.inside;
        self.line += u64::from(first);
        self.inside = len as u64 == self.limit && !bytes.ends_with(b"\n");
        let content = match (first, self.inside) {
            (true, false) => Content::Record(Span::new(0, len)),
            (true, true) => Content::too_large(self.limit),
            (false, _) => Content::MoreOfBad,
        };
        Ok(Some(Unit { bytes, content, record: self.line, line: self.line }))
    }
}

/// A stream that is an array of records, or a single one.
pub(super) struct Array<R> {
    source: R,
    limit: u64,
    place: Place,
    record: u64,
    /// Of the byte that comes next, 1-based.
    line: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first byte that says anything.
    Start,
    /// Inside of the array, whether before its first element.
    Inside { first: bool },
    /// In an element that is too long.
    Skipping(Depth),
    /// Behind the array, or behind what stands in its place.
    Behind,
}

/// Where in an element a byte lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Depth {
    open: usize,
    string: bool,
    escaped: bool,
}

impl Depth {
    /// Goes past `byte`; returns whether it ends the element, of which it is then no part.
    fn step(&mut self, byte: u8) -> bool {
        if self.string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.string = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.string = true,
            b'{' | b'[' => self.open += 1,
            b',' | b']' if self.open == 0 => return true,
            b'}' | b']' => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        false
    }
}

impl<R: BufRead + Send> Array<R> {
    /// Prepares to read `source`; elements of `limit` bytes or more come in pieces.
    pub(super) fn new(source: R, limit: u64) -> Self {
        Self { source, limit, place: Place::Start, record: 0, line: 1 }
    }

    /// Reads bytes up to the first for which `is_end` says so, which stays, but no more than the limit; also returns
    /// whether there was such a byte.
    fn until(&mut self, bytes: &mut Vec<u8>, mut is_end: impl FnMut(u8) -> bool) -> io::Result<bool> {
        loop {
            let buffer = self.source.fill_buf()?;
            let room = usize::try_from(self.limit).unwrap_or(usize::MAX).saturating_sub(bytes.len());
            if buffer.is_empty() || room == 0 {
                return Ok(false);
            }
            let buffer = &buffer[..buffer.len().min(room)];
            let end = buffer.iter().position(|&byte| is_end(byte));
            let read = end.unwrap_or(buffer.len());
            bytes.extend_from_slice(&buffer[..read]);
            self.source.consume(read);
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    fn at_end(&mut self) -> io::Result<bool> {
        Ok(self.source.fill_buf()?.is_empty())
    }

    /// Reads what comes next as a unit; `begin` has been read already.
    fn element(&mut self, mut bytes: Vec<u8>) -> io::Result<Unit> {
        self.record += 1;
        let start = bytes.len();
        let mut depth = Depth::default();
        let ended = self.until(&mut bytes, |byte| depth.step(byte))?;
        let body = trimmed(&bytes, start);
        self.place = Place::Inside { first: false };
        let content = if ended {
            match body.is_empty() {
                true => Content::bad("nothing stands between two commas"),
                false => Content::Record(body),
            }
        } else if self.at_end()? {
            self.place = Place::Behind;
            Content::bad("the array does not end")
        } else {
            self.place = Place::Skipping(depth);
            Content::too_large(self.limit)
        };
        let line = self.line + count_lines(&bytes[..body.start]);
        Ok(Unit { bytes, content, record: self.record, line })
    }
}

impl<R: BufRead + Send> Units for Array<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        if self.at_end()? {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let unit = match self.place {
            Place::Start => {
                // A byte order mark is no part of the array.
                let is_blank = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF);
                if self.until(&mut bytes, |byte| !is_blank(byte))? && self.source.fill_buf()?[0] == b'[' {
                    bytes.push(b'[');
                    self.source.consume(1);
                    self.place = Place::Inside { first: true };
                    Unit { bytes, content: Content::Other, record: 0, line: 1 }
                } else {
                    let start = bytes.len();
                    self.until(&mut bytes, |_| false)?;
                    self.place = Place::Behind;
                    let content = match self.at_end()? {
                        true => Content::Record(trimmed(&bytes, start)),
                        false => Content::too_large(self.limit),
                    };
                    let line = 1 + count_lines(&bytes[..start]);
                    Unit { bytes, content, record: 1, line }
                }
            }
            Place::Inside { first } => {
                self.until(&mut bytes, |byte| !byte.is_ascii_whitespace())?;
                match self.source.fill_buf()?.first() {
                    Some(b']') => {
                        self.place = Place::Behind;
                        bytes.push(b']');
                        self.source.consume(1);
                        self.until(&mut bytes, |byte| !byte.is_ascii_whitespace())?;
                        Unit { bytes, content: Content::Other, record: self.record, line: self.line }
                    }
                    Some(b',') if !first => {
                        bytes.push(b',');
                        self.source.consume(1);
                        self.element(bytes)?
                    }
                    _ => self.element(bytes)?,
                }
            }
            Place::Skipping(mut depth) => {
                let ended = self.until(&mut bytes, |byte| depth.step(byte))?;
                self.place = if ended { Place::Inside { first: false } } else { Place::Skipping(depth) };
                Unit { bytes, content: Content::MoreOfBad, record: self.record, line: self.line }
            }
            Place::Behind => {
                self.until(&mut bytes, |_| false)?;
                let content = match bytes.trim_ascii().is_empty() {
                    // A single record that is too large.
                    _ if self.record == 0 => Content::MoreOfBad,
                    true => Content::Other,
                    false => Content::bad("something stands behind the array"),
                };
                Unit { bytes, content, record: self.record + 1, line: self.line }
            }
        };
        self.line += count_lines(&unit.bytes);
        Ok(Some(unit))
    }
}

/// Returns where in `bytes` from `start` on anything but white space lies.
fn trimmed(bytes: &[u8], start: usize) -> Span {
    let start = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    Span::new(start, start + bytes[start..].trim_ascii_end().len())
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

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
        metadata: found.metadata.map(place),
        annotations: found.annotations.map(place),
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
        let Fields { texts, lang, url, metadata, annotations } = self.fields;
        let mut found = Found { texts: vec![None; texts.len()], ..Found::default() };
        let is = |field: &Option<String>, key: &str| field.as_deref() == Some(key);
        while let Some(Key(key)) = map.next_key()? {
            let text = texts.iter().position(|text| *text == key);
            let others = [
                (is(lang, &key), &mut found.lang),
                (is(url, &key), &mut found.url),
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
        assert!(lone.message.starts_with("bad JSON: "), "{}", lone.message);
        assert!((15..=24).contains(&lone.column), "{}", lone.column);
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

    /// Reads all units: the bytes, and of records the body.
    fn units(mut units: impl Units) -> Vec<(String, Option<String>, u64)> {
        let mut seen = Vec::new();
        while let Some(unit) = units.next().expect("memory cannot fail") {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let body = match &unit.content {
                Content::Record(body) => Some(text(&unit.bytes[body.range()])),
                Content::Bad(bad) => Some(format!("bad: {}", bad.message)),
                Content::MoreOfBad | Content::Other => None,
            };
            seen.push((text(&unit.bytes), body, unit.line));
        }
        seen
    }

    fn expected(units: &[(&str, Option<&str>, u64)]) -> Vec<(String, Option<String>, u64)> {
        units.iter().map(|(bytes, body, line)| ((*bytes).to_owned(), body.map(str::to_owned), *line)).collect()
    }

    #[test]
    fn lines_keep_their_ends_and_long_ones_come_in_pieces() {
        assert_eq!(
            units(Lines::new(&b"ab\nabcdefg\r\nx"[..], 4)),
            expected(&[
                ("ab\n", Some("ab\n"), 1),
                ("abcd", Some("bad: record of 4 bytes or more; allow it with --max-record-bytes"), 2),
                ("efg\r", None, 2),
                ("\n", None, 2),
                ("x", Some("x"), 3)
            ])
        );
    }

    #[test]
    fn an_array_comes_element_by_element() {
        let array = b"\xEF\xBB\xBF [\n {\"a\": \"x,]}\\\"\"} ,[1,[2]]\n, 3 ]\n\n";
        assert_eq!(
            units(Array::new(&array[..], 64)),
            expected(&[
                ("\u{FEFF} [", None, 1),
                ("\n {\"a\": \"x,]}\\\"\"} ", Some("{\"a\": \"x,]}\\\"\"}"), 2),
                (",[1,[2]]\n", Some("[1,[2]]"), 2),
                (", 3 ", Some("3"), 3),
                ("]\n\n", None, 3)
            ])
        );
        assert_eq!(units(Array::new(&b"[]"[..], 64)), expected(&[("[", None, 1), ("]", None, 1)]));
        assert_eq!(
            units(Array::new(&b"\n{\"a\": [1]}\n"[..], 64)),
            expected(&[("\n{\"a\": [1]}\n", Some("{\"a\": [1]}"), 2)])
        );
    }

    #[test]
    fn a_broken_array_passes_through_with_what_is_wrong() {
        for (array, wrong) in [
            ("[1,,2]", "bad: nothing stands between two commas"),
            ("[1,{\"a\":2", "bad: the array does not end"),
            ("[1] [2]", "bad: something stands behind the array"),
            ("[1, \"0123456789\", 2]", "bad: record of 8 bytes or more; allow it with --max-record-bytes"),
        ] {
            let seen = units(Array::new(array.as_bytes(), 8));
            let all: String = seen.iter().map(|(bytes, ..)| bytes.as_str()).collect();
            assert_eq!(all, array);
            let bad: Vec<_> =
                seen.iter().filter_map(|(_, body, _)| body.as_deref()).filter(|body| body.starts_with("bad")).collect();
            assert_eq!(bad, [wrong], "{array}");
        }
    }
}
