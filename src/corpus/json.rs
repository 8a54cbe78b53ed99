//! Records of JSON: lines of which each is an object, and arrays of objects. Only values are ever rewritten.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read as _};

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::read::BOM;
use super::record::{BadRecord, Fields, Place, Record, Value, Without};
use super::units::{Content, PIECE, Unit, Units, room, take_bom};
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
    /// Prepares to read `source`; lines of more than `limit` bytes come in pieces.
    pub(super) fn new(source: R, limit: u64) -> Self {
        Self { source, limit, line: 0, inside: false }
    }
}

impl<R: BufRead + Send> Units for Lines<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        let mut bytes = Vec::new();
        // A byte order mark is no part of the first record.
        let marked = self.line == 0 && take_bom(&mut self.source, &mut bytes)?;
        let start = if marked { bytes.len() } else { 0 };
        let room = if self.inside { PIECE } else { room(self.limit) };
        let len = self.source.by_ref().take(room as u64).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let first = !self.inside;
        self.line += u64::from(first);
        self.inside = len == room && !bytes.ends_with(b"\n");
        let body = bytes.strip_suffix(b"\n").map_or(&bytes[..], |line| line.strip_suffix(b"\r").unwrap_or(line));
        let content = match first {
            false => Content::MoreOfBad,
            true if (body.len() - start) as u64 > self.limit => Content::too_large(self.limit),
            true => Content::Record(Span::new(start, bytes.len())),
        };
        let place = Place { lines: self.line - 1, chars: 0 };
        Ok(Some(Unit { bytes, content, record: self.line, place }))
    }
}

/// A stream that is an array of records, or a single one.
pub(super) struct Array<R> {
    source: R,
    limit: u64,
    state: State,
    record: u64,
    /// Of the byte that comes next.
    place: Place,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first byte of the file.
    Start,
    /// The first byte that says anything.
    Blank,
    /// An element of the array, or its end; whether none was before it.
    Inside { first: bool },
    /// More of an element that is too long.
    Skipping(Depth),
    /// The end of the file: the array is over.
    Behind,
    /// More of something that is bad to the end of the file.
    Bad,
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

/// What comes next in a file, and what is to be done with it.
struct Piece {
    bytes: Vec<u8>,
    content: Content,
    /// Where in the bytes the record begins, or what is wrong.
    start: usize,
    state: State,
}

impl<R: BufRead + Send> Array<R> {
    /// Prepares to read `source`; elements of more than `limit` bytes come in pieces.
    pub(super) fn new(source: R, limit: u64) -> Self {
        Self { source, limit, state: State::Start, record: 0, place: Place::default() }
    }

    /// Reads up to `room` bytes, up to the first for which `is_end` says so, which stays; also returns whether there was
    /// such a byte.
    fn until(&mut self, bytes: &mut Vec<u8>, room: usize, mut is_end: impl FnMut(u8) -> bool) -> io::Result<bool> {
        let most = bytes.len().saturating_add(room);
        loop {
            let buffer = self.source.fill_buf()?;
            let room = most - bytes.len();
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

    fn blanks(&mut self, bytes: &mut Vec<u8>) -> io::Result<bool> {
        self.until(bytes, PIECE, |byte| !byte.is_ascii_whitespace())
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.source.fill_buf()?.first().copied())
    }

    /// Reads the next element; `bytes` are read already.
    fn element(&mut self, mut bytes: Vec<u8>) -> io::Result<Piece> {
        self.record += 1;
        let start = bytes.len();
        let mut depth = Depth::default();
        let ended = self.until(&mut bytes, room(self.limit), |byte| depth.step(byte))?;
        let body = trimmed(&bytes, start);
        let after = self.peek()?;
        let mut state = State::Inside { first: false };
        let content = if ended && body.len() as u64 <= self.limit {
            match (body.is_empty(), after) {
                (false, _) => Content::Record(body),
                (true, Some(b',')) => Content::bad("nothing stands before a comma"),
                (true, _) => Content::bad("nothing stands behind the last comma"),
            }
        } else if ended {
            Content::too_large(self.limit)
        } else if after.is_none() {
            state = State::Bad;
            Content::bad("the array does not end")
        } else {
            state = State::Skipping(depth);
            Content::too_large(self.limit)
        };
        Ok(Piece { bytes, content, start: body.start, state })
    }

    /// Reads a file that is no array; `bytes`, with which it begins, are read already.
    fn single(&mut self, mut bytes: Vec<u8>) -> io::Result<Piece> {
        self.record = 1;
        self.until(&mut bytes, room(self.limit), |_| false)?;
        let body = trimmed(&bytes, 0);
        let (content, start) = match behind_first_line(&bytes[body.range()]) {
            Some(second) => (
                Content::bad("more than one value, one on each line? Read it with `--input-format jsonl`"),
                body.start + second,
            ),
            None if self.peek()?.is_some() || body.len() as u64 > self.limit => {
                (Content::too_large(self.limit), body.start)
            }
            None => (Content::Record(body), body.start),
        };
        Ok(Piece { bytes, content, start, state: State::Bad })
    }

    fn piece(&mut self) -> io::Result<Option<Piece>> {
        let mut bytes = Vec::new();
        let next = self.peek()?;
        let other = |bytes: Vec<u8>, state| Piece { bytes, content: Content::Other, start: 0, state };
        Ok(Some(match self.state {
            State::Inside { .. } if next.is_none() => {
                Piece { bytes, content: Content::bad("the array does not end"), start: 0, state: State::Behind }
            }
            _ if next.is_none() => return Ok(None),
            State::Start if take_bom(&mut self.source, &mut bytes)? => other(bytes, State::Blank),
            // What is no whole mark.
            State::Start if !bytes.is_empty() => self.single(bytes)?,
            State::Start | State::Blank => {
                let found = self.blanks(&mut bytes)?;
                match self.peek()? {
                    Some(b'[') => {
                        bytes.push(b'[');
                        self.source.consume(1);
                        other(bytes, State::Inside { first: true })
                    }
                    Some(_) if !found => other(bytes, State::Blank),
                    _ => self.single(bytes)?,
                }
            }
            State::Inside { first } => {
                let found = self.blanks(&mut bytes)?;
                match self.peek()? {
                    Some(b']') => {
                        bytes.push(b']');
                        self.source.consume(1);
                        self.blanks(&mut bytes)?;
                        other(bytes, State::Behind)
                    }
                    Some(b',') if !first => {
                        bytes.push(b',');
                        self.source.consume(1);
                        self.element(bytes)?
                    }
                    None => other(bytes, self.state),
                    Some(_) if !found => other(bytes, self.state),
                    Some(_) => self.element(bytes)?,
                }
            }
            State::Skipping(mut depth) => {
                let ended = self.until(&mut bytes, PIECE, |byte| depth.step(byte))?;
                let state = if ended { State::Inside { first: false } } else { State::Skipping(depth) };
                Piece { content: Content::MoreOfBad, ..other(bytes, state) }
            }
            State::Behind => {
                if self.blanks(&mut bytes)? {
                    self.record += 1;
                    let start = bytes.len();
                    self.until(&mut bytes, PIECE, |_| false)?;
                    let content = Content::bad("something stands behind the array");
                    Piece { bytes, content, start, state: State::Bad }
                } else {
                    other(bytes, State::Behind)
                }
            }
            State::Bad => {
                self.until(&mut bytes, PIECE, |_| false)?;
                Piece { content: Content::MoreOfBad, ..other(bytes, State::Bad) }
            }
        }))
    }
}

impl<R: BufRead + Send> Units for Array<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        let was = self.state;
        let Some(Piece { bytes, content, start, state }) = self.piece()? else { return Ok(None) };
        self.state = state;
        let mut place = self.place;
        place.pass(&bytes[..start], b'\n');
        // A byte order mark is no character of the first line.
        if !(was == State::Start && bytes == BOM.as_bytes()) {
            self.place.pass(&bytes, b'\n');
        }
        Ok(Some(Unit { bytes, content, record: self.record, place }))
    }
}

/// Returns where in `bytes` from `start` on anything but white space lies.
fn trimmed(bytes: &[u8], start: usize) -> Span {
    let start = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    Span::new(start, start + bytes[start..].trim_ascii_end().len())
}

/// Returns where in `bytes` something stands behind a first line that is an object by itself.
fn behind_first_line(bytes: &[u8]) -> Option<usize> {
    let end = memchr::memchr(b'\n', bytes)?;
    let is_whole = bytes.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(&bytes[..end]).is_ok();
    let rest = trimmed(bytes, end);
    (is_whole && !rest.is_empty()).then_some(rest.start)
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
            seen.push((text(&unit.bytes), body, unit.place.lines + 1));
        }
        seen
    }

    fn expected(units: &[(&str, Option<&str>, u64)]) -> Vec<(String, Option<String>, u64)> {
        units.iter().map(|(bytes, body, line)| ((*bytes).to_owned(), body.map(str::to_owned), *line)).collect()
    }

    #[test]
    fn lines_keep_their_ends_and_long_ones_come_in_pieces() {
        let long = "é".repeat(PIECE);
        let (first, rest) = long.split_at(PIECE + 4);
        assert_eq!(
            units(Lines::new(format!("\u{FEFF}abcd\r\nab\nabcde\n{long}\r\nabcd").as_bytes(), 4)),
            expected(&[
                ("\u{FEFF}abcd\r\n", Some("abcd\r\n"), 1),
                ("ab\n", Some("ab\n"), 2),
                ("abcde\n", Some("bad: record of more than 4 bytes; allow it with --max-record-bytes"), 3),
                (first, Some("bad: record of more than 4 bytes; allow it with --max-record-bytes"), 4),
                (&format!("{rest}\r\n"), None, 4),
                ("abcd", Some("abcd"), 5)
            ])
        );
    }

    #[test]
    fn an_array_comes_element_by_element() {
        let array = b"\xEF\xBB\xBF [\n {\"a\": \"x,]}\\\"\"} ,[1,[2]]\n, 3 ]\n\n";
        assert_eq!(
            units(Array::new(&array[..], 15)),
            expected(&[
                ("\u{FEFF}", None, 1),
                (" [", None, 1),
                ("\n {\"a\": \"x,]}\\\"\"} ", Some("{\"a\": \"x,]}\\\"\"}"), 2),
                (",[1,[2]]\n", Some("[1,[2]]"), 2),
                (", 3 ", Some("3"), 3),
                ("]\n\n", None, 3)
            ])
        );
        assert_eq!(units(Array::new(&b"[]"[..], 64)), expected(&[("[", None, 1), ("]", None, 1)]));
        assert_eq!(
            units(Array::new(&b"\n{\"a\": [1]}\n"[..], 10)),
            expected(&[("\n{\"a\": [1]}\n", Some("{\"a\": [1]}"), 2)])
        );
    }

    #[test]
    fn a_broken_array_passes_through_with_what_is_wrong() {
        let lines = "more than one value, one on each line? Read it with `--input-format jsonl`";
        let large = "record of more than 8 bytes; allow it with --max-record-bytes";
        let long = "0".repeat(3 * PIECE);
        for (array, wrong, place) in [
            ("[1,,2]", "nothing stands before a comma", (1, 4)),
            ("[,2]", "nothing stands before a comma", (1, 2)),
            ("[1,\n2,\n]", "nothing stands behind the last comma", (3, 1)),
            ("[1,{\"a\":2", "the array does not end", (1, 4)),
            ("[", "the array does not end", (1, 2)),
            ("\n[1\n", "the array does not end", (2, 2)),
            ("[1,\n \"012345678\"\n", "the array does not end", (2, 2)),
            ("[1] [2]", "something stands behind the array", (1, 5)),
            ("\u{FEFF}[] {\"text\":\"x\"}", "something stands behind the array", (1, 4)),
            ("[]\n []", "something stands behind the array", (2, 2)),
            ("[]]", "something stands behind the array", (1, 3)),
            ("[1, \"0123456\", 2]", large, (1, 5)),
            (&format!("[1,\n{long}, 2]"), large, (2, 1)),
            (&format!("[1] {long}"), "something stands behind the array", (1, 5)),
            (&long, large, (1, 1)),
            ("{\"a\":1}\n\n {\"a\":2}\n", lines, (3, 2)),
            (&format!("\n{{\"a\":1}}\n{long}"), lines, (3, 1)),
        ] {
            let mut units = Array::new(array.as_bytes(), 8);
            let (mut all, mut bad) = (Vec::new(), Vec::new());
            while let Some(unit) = units.next().expect("memory cannot fail") {
                assert!(unit.bytes.len() <= 8 + 2 * PIECE, "in pieces");
                all.extend_from_slice(&unit.bytes);
                if let Content::Bad(wrong) = &unit.content {
                    let (line, BadRecord { column, message, .. }) = unit.in_file(wrong.clone());
                    bad.push((message, (line, column)));
                }
            }
            assert!(all == array.as_bytes(), "{array:.50}");
            assert_eq!(bad, [(wrong.to_owned(), place)], "{array:.50}");
        }
    }

    #[test]
    fn what_is_wrong_in_an_element_is_told_by_its_place_in_the_file() {
        let places = |array: &str| {
            let mut units = Array::new(array.as_bytes(), 1000);
            let mut places = Vec::new();
            while let Some(unit) = units.next().expect("memory cannot fail") {
                let Content::Record(body) = unit.content else { continue };
                let record = std::str::from_utf8(&unit.bytes[body.range()]).expect("UTF-8");
                if let Err(bad) = parse(record, &fields()) {
                    let (line, bad) = unit.in_file(bad);
                    places.push((line, bad.column));
                }
            }
            places
        };
        assert_eq!(places("\u{FEFF}[{\"é\": 1}, {\"é\": x}, {\"é\": y}]"), [(1, 18), (1, 28)]);
        assert_eq!(places("[\n  {\n    \"é\": x\n  }, {\n    \"é\": 1,\n    \"é\": y}]"), [(3, 10), (6, 10)]);
    }
}
