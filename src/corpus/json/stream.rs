//! Streams of JSON taken apart: lines of which each is a record, and arrays of records.

use std::io::{self, BufRead, Read as _};

use serde::de::IgnoredAny;

use super::super::read::BOM;
use super::super::record::Place;
use super::super::units::{Content, PIECE, Unit, Units, room, take_bom};
use crate::text::Span;

/// A stream of which each line is a record.
pub(crate) struct Lines<R> {
    source: R,
    limit: u64,
    /// Of the last line, 1-based.
    line: u64,
    /// The last piece did not end its line.
    inside: bool,
}

impl<R: BufRead> Lines<R> {
    /// Prepares to read `source`; lines of more than `limit` bytes come in pieces.
    pub(crate) fn new(source: R, limit: u64) -> Self {
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
pub(crate) struct Array<R> {
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

impl Piece {
    fn other(bytes: Vec<u8>, state: State) -> Self {
        Self { bytes, content: Content::Other, start: 0, state }
    }
}

impl<R: BufRead + Send> Array<R> {
    /// Prepares to read `source`; elements of more than `limit` bytes come in pieces.
    pub(crate) fn new(source: R, limit: u64) -> Self {
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

    /// Reads what comes next in the array; `first` if nothing did yet.
    fn inside(&mut self, first: bool) -> io::Result<Piece> {
        let mut bytes = Vec::new();
        let found = self.blanks(&mut bytes)?;
        Ok(match self.peek()? {
            Some(b']') => {
                bytes.push(b']');
                self.source.consume(1);
                self.blanks(&mut bytes)?;
                Piece::other(bytes, State::Behind)
            }
            Some(b',') if !first => {
                bytes.push(b',');
                self.source.consume(1);
                self.element(bytes)?
            }
            None => Piece::other(bytes, self.state),
            Some(_) if !found => Piece::other(bytes, self.state),
            Some(_) => self.element(bytes)?,
        })
    }

    fn piece(&mut self) -> io::Result<Option<Piece>> {
        let mut bytes = Vec::new();
        let next = self.peek()?;
        Ok(Some(match self.state {
            State::Inside { .. } if next.is_none() => {
                Piece { bytes, content: Content::bad("the array does not end"), start: 0, state: State::Behind }
            }
            _ if next.is_none() => return Ok(None),
            State::Start if take_bom(&mut self.source, &mut bytes)? => Piece::other(bytes, State::Blank),
            // What is no whole mark.
            State::Start if !bytes.is_empty() => self.single(bytes)?,
            State::Start | State::Blank => {
                let found = self.blanks(&mut bytes)?;
                match self.peek()? {
                    Some(b'[') => {
                        bytes.push(b'[');
                        self.source.consume(1);
                        Piece::other(bytes, State::Inside { first: true })
                    }
                    Some(_) if !found => Piece::other(bytes, State::Blank),
                    _ => self.single(bytes)?,
                }
            }
            State::Inside { first } => self.inside(first)?,
            State::Skipping(mut depth) => {
                let ended = self.until(&mut bytes, PIECE, |byte| depth.step(byte))?;
                let state = if ended { State::Inside { first: false } } else { State::Skipping(depth) };
                Piece { content: Content::MoreOfBad, ..Piece::other(bytes, state) }
            }
            State::Behind => {
                if self.blanks(&mut bytes)? {
                    self.record += 1;
                    let start = bytes.len();
                    self.until(&mut bytes, PIECE, |_| false)?;
                    let content = Content::bad("something stands behind the array");
                    Piece { bytes, content, start, state: State::Bad }
                } else {
                    Piece::other(bytes, State::Behind)
                }
            }
            State::Bad => {
                self.until(&mut bytes, PIECE, |_| false)?;
                Piece { content: Content::MoreOfBad, ..Piece::other(bytes, State::Bad) }
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

#[cfg(test)]
mod tests {
    use super::super::super::record::{BadRecord, Fields};
    use super::super::parse;
    use super::*;

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
        let fields =
            Fields { texts: vec!["text".into()], lang: None, url: None, date: None, metadata: None, annotations: None };
        let places = |array: &str| {
            let mut units = Array::new(array.as_bytes(), 1000);
            let mut places = Vec::new();
            while let Some(unit) = units.next().expect("memory cannot fail") {
                let Content::Record(body) = unit.content else { continue };
                let record = std::str::from_utf8(&unit.bytes[body.range()]).expect("UTF-8");
                if let Err(bad) = parse(record, &fields) {
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
