//! Rows of CSV and TSV. Only fields that hold texts are ever rewritten, in the quotes that they had.

use std::io::{self, BufRead};
use std::sync::Arc;

use super::record::{BadRecord, Fields, Place, Record, Value, Without};
use super::units::{Content, PIECE, Unit, Units, room, take_bom};
use crate::text::Span;

/// What the first row says of the others.
#[derive(Debug)]
pub(crate) struct Columns {
    delimiter: u8,
    count: usize,
    /// The column of each of [`Fields::texts`].
    texts: Vec<Option<usize>>,
    lang: Option<usize>,
    url: Option<usize>,
    date: Option<usize>,
}

impl Columns {
    /// Reads the first row.
    fn new(row: &[u8], delimiter: u8, fields: &Fields) -> io::Result<Self> {
        let row = std::str::from_utf8(row).map_err(|error| {
            io::Error::other(format!(
                "its first row is not UTF-8: byte 0x{:02X} at byte {}",
                row[error.valid_up_to()],
                error.valid_up_to()
            ))
        })?;
        let names: Vec<String> = cells(row, delimiter, MAX_COLUMNS).into_iter().map(|cell| cell.text).collect();
        if names.len() > MAX_COLUMNS {
            return Err(io::Error::other(format!("has more than {MAX_COLUMNS} columns")));
        }
        let place = |name: &str| names.iter().position(|known| known == name);
        fields.check_columns(&names)?;
        let texts = fields.texts.iter().map(|name| place(name)).collect();
        let named = |name: &Option<String>| name.as_deref().and_then(place);
        let (lang, url, date) = (named(&fields.lang), named(&fields.url), named(&fields.date));
        Ok(Self { delimiter, count: names.len(), texts, lang, url, date })
    }

    /// Reads one row.
    ///
    /// # Errors
    /// A row that has more fields than the first, or fewer, and a text that goes on behind its quotes.
    pub(super) fn parse(&self, row: &str) -> Result<Record, BadRecord> {
        // A row may be nothing but delimiters.
        let most = self.count + 1000;
        let mut cells = cells(row, self.delimiter, most);
        if cells.len() != self.count {
            let fields = match cells.len() {
                1 => "1 field".to_owned(),
                len if len > most => format!("more than {most} fields"),
                len => format!("{len} fields"),
            };
            return Err(BadRecord::whole(format!("row with {fields}, and the first row has {}", self.count)));
        }
        let known =
            |column: Option<usize>| column.map(|column| cells[column].text.clone()).filter(|text| !text.is_empty());
        let (lang, url, date) = (known(self.lang), known(self.url), known(self.date));
        let mut texts = Vec::new();
        for (field, column) in self.texts.iter().enumerate() {
            if let Some(column) = column {
                // Nobody can tell which of its quotes are its own.
                if let Some(end) = cells[*column].torn {
                    return Err(BadRecord::behind(&row.as_bytes()[..end], "text stands behind a closing quote"));
                }
                texts.push(Value { field, raw: cells[*column].raw, text: std::mem::take(&mut cells[*column].text) });
            }
        }
        texts.sort_by_key(|value| value.raw.start);
        let without = texts.is_empty().then_some(Without::Missing);
        Ok(Record { texts, lang, url, date, without, ..Record::default() })
    }

    /// Reads a field as it is written.
    pub(super) fn text(&self, raw: &str) -> String {
        cells(raw, self.delimiter, 1).into_iter().next().map(|cell| cell.text).unwrap_or_default()
    }

    /// Returns how `text` is written in place of `old`: in quotes if that was, or if it needs them.
    pub(super) fn value(&self, old: &str, text: &str) -> String {
        let needs = |byte: u8| byte == self.delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        if old.starts_with('"') || text.bytes().any(needs) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    }
}

/// Returns columns of which nothing is known but what stands between them.
pub(super) fn plain(delimiter: u8) -> Arc<Columns> {
    Arc::new(Columns { delimiter, count: 0, texts: Vec::new(), lang: None, url: None, date: None })
}

/// A field of a row.
struct Cell {
    /// Where it lies in the row (bytes), quotes included.
    raw: Span,
    text: String,
    /// Where its quotes end, if it goes on behind them.
    torn: Option<usize>,
}

/// So many columns a file may have.
const MAX_COLUMNS: usize = 1 << 16;

/// Takes a row apart, its end included or not, until there are more fields than `most`.
fn cells(row: &str, delimiter: u8, most: usize) -> Vec<Cell> {
    let row = row.strip_suffix('\n').unwrap_or(row);
    let row = row.strip_suffix('\r').unwrap_or(row);
    let mut cells = Vec::new();
    let mut start = 0;
    loop {
        let (mut text, quotes) = unquoted(&row[start..]);
        let behind = start + quotes;
        let end = memchr::memchr(delimiter, &row.as_bytes()[behind..]).map_or(row.len(), |len| behind + len);
        text.push_str(&row[behind..end]);
        let torn = (quotes > 0 && behind < end).then_some(behind);
        cells.push(Cell { raw: Span::new(start, end), text, torn });
        if end == row.len() || cells.len() > most {
            return cells;
        }
        start = end + 1;
    }
}

/// Reads the quotes with which `field` begins: returns what is in them, and how many bytes they take, themselves
/// included. Nothing, if it does not begin with any.
fn unquoted(field: &str) -> (String, usize) {
    let mut text = String::new();
    if !field.starts_with('"') {
        return (text, 0);
    }
    let mut at = 1;
    while let Some(len) = memchr::memchr(b'"', &field.as_bytes()[at..]) {
        text.push_str(&field[at..at + len]);
        at += len + 1;
        if !field[at..].starts_with('"') {
            return (text, at);
        }
        text.push('"');
        at += 1;
    }
    text.push_str(&field[at..]);
    (text, field.len())
}

/// Where in a row a byte lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of a field.
    Start,
    Plain,
    Quoted,
    /// Behind a quote that ends the others, or is the first of two.
    Closed,
}

/// Finds the end of a row that comes in pieces.
#[derive(Debug)]
struct Scan {
    delimiter: u8,
    state: State,
    /// How many bytes of the row came.
    seen: usize,
    /// Where in the row the last quotes begin.
    opened: usize,
}

impl Scan {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, state: State::Start, seen: 0, opened: 0 }
    }

    /// Goes through `bytes` to the end of the row; returns how many belong to it, and whether it ends with them.
    fn pass(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            at += match self.state {
                State::Quoted => memchr::memchr(b'"', rest),
                State::Plain => memchr::memchr3(self.delimiter, b'\r', b'\n', rest),
                State::Start | State::Closed => (!rest.is_empty()).then_some(0),
            }
            .unwrap_or(rest.len());
            let Some(&byte) = bytes.get(at) else { break };
            self.state = match (self.state, byte) {
                (State::Start, b'"') => {
                    self.opened = self.seen + at;
                    State::Quoted
                }
                (State::Quoted, _) => State::Closed,
                (State::Closed, b'"') => State::Quoted,
                (_, b'\r' | b'\n') => {
                    *self = Self::new(self.delimiter);
                    return (at + 1, true);
                }
                (_, byte) if byte == self.delimiter => State::Start,
                _ => State::Plain,
            };
            at += 1;
        }
        self.seen += at;
        (at, false)
    }
}

/// A stream of rows.
pub(super) struct Rows<R> {
    source: R,
    scan: Scan,
    limit: u64,
    columns: Arc<Columns>,
    /// The first row, until it was handed out.
    first: Option<Vec<u8>>,
    record: u64,
    /// Of the byte that comes next, at the start of a row.
    place: Place,
    /// What ends a line: CR only where it ends the first row by itself.
    line_end: u8,
    /// The last piece did not end its row.
    inside: bool,
}

/// A row, or a piece of one.
struct Row {
    bytes: Vec<u8>,
    /// Whether the row ends with it.
    ended: bool,
    /// Where a quote begins that is not closed, if the file ends with it or the piece does.
    open: Option<usize>,
}

impl<R: BufRead> Rows<R> {
    /// Reads the first row of `source`; rows of more than `limit` bytes come in pieces.
    ///
    /// # Errors
    /// Those of reading, and a first row that names no column for a text.
    pub(super) fn open(source: R, delimiter: u8, fields: &Fields, limit: u64) -> io::Result<Self> {
        let mut rows = Self {
            source,
            scan: Scan::new(delimiter),
            limit,
            columns: plain(delimiter),
            first: None,
            record: 0,
            place: Place::default(),
            line_end: b'\n',
            inside: false,
        };
        let mut before = Vec::new();
        let mut start = 0;
        if take_bom(&mut rows.source, &mut before)? || before.is_empty() {
            rows.blanks(&mut before, room(limit))?;
            start = before.len();
        } else {
            // What is no whole mark belongs to the row.
            rows.scan.pass(&before);
        }
        let first = rows.row(before, room(limit))?;
        let row = &first.bytes[start..];
        if rows.inside || text_len(row) as u64 > limit {
            return Err(io::Error::other(format!(
                "its first row has more than {limit} bytes; allow it with --max-record-bytes"
            )));
        }
        if first.open.is_some() {
            return Err(io::Error::other("its first row has a quote that is never closed"));
        }
        if !row.trim_ascii().is_empty() {
            rows.columns = Arc::new(Columns::new(row, delimiter, fields)?);
        }
        if first.bytes.ends_with(b"\r") {
            rows.line_end = b'\r';
        }
        rows.first = Some(first.bytes);
        Ok(rows)
    }

    pub(super) fn columns(&self) -> Arc<Columns> {
        Arc::clone(&self.columns)
    }

    /// Reads the line ends of blank rows, up to `room` bytes.
    fn blanks(&mut self, bytes: &mut Vec<u8>, room: usize) -> io::Result<()> {
        loop {
            let left = room.saturating_sub(bytes.len());
            let buffer = self.source.fill_buf()?;
            let blank = buffer.iter().take(left).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank == 0 {
                return Ok(());
            }
            bytes.extend_from_slice(&buffer[..blank]);
            self.source.consume(blank);
        }
    }

    /// Reads up to the end of a row, but no more than `room` bytes; `bytes` are read already.
    fn row(&mut self, mut bytes: Vec<u8>, room: usize) -> io::Result<Row> {
        let start = bytes.len();
        loop {
            let buffer = self.source.fill_buf()?;
            let left = room.saturating_sub(bytes.len() - start);
            let open = (self.scan.state == State::Quoted).then_some(self.scan.opened);
            self.inside = !buffer.is_empty() && left == 0;
            if buffer.is_empty() || left == 0 {
                return Ok(Row { bytes, ended: false, open });
            }
            let buffer = &buffer[..buffer.len().min(left)];
            let (read, ended) = self.scan.pass(buffer);
            bytes.extend_from_slice(&buffer[..read]);
            self.source.consume(read);
            if ended {
                self.take_line_feed(&mut bytes)?;
                return Ok(Row { bytes, ended, open: None });
            }
        }
    }

    /// Takes the second half of a CRLF to the row that it ends.
    fn take_line_feed(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        if bytes.ends_with(b"\r") && self.source.fill_buf()?.first() == Some(&b'\n') {
            self.source.consume(1);
            bytes.push(b'\n');
        }
        Ok(())
    }

    /// Says what a row is.
    fn content(&self, row: &Row) -> Content {
        let Row { bytes, ended, open } = row;
        let too_large = text_len(bytes) as u64 > self.limit;
        match open {
            _ if bytes.trim_ascii().is_empty() => Content::Other,
            None if too_large => Content::too_large(self.limit),
            None => Content::Record(Span::new(0, bytes.len())),
            Some(open) => {
                debug_assert!(!ended, "quotes end with their row");
                let mut place = Place::default();
                place.pass(&bytes[..*open], self.line_end);
                let message = match too_large {
                    true => format!(
                        "a quote that opens here takes in more than {} bytes: close it, or allow it with \
                         --max-record-bytes",
                        self.limit
                    ),
                    false => format!(
                        "a quote that opens here is never closed, and takes in the {} bytes to the end of the file",
                        bytes.len() - open
                    ),
                };
                Content::Bad(BadRecord { below: place.lines, column: place.chars + 1, message })
            }
        }
    }
}

/// Returns how many bytes a row has without its end.
fn text_len(row: &[u8]) -> usize {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    row.strip_suffix(b"\r").unwrap_or(row).len()
}

impl<R: BufRead + Send> Units for Rows<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        let mut bytes = Vec::new();
        if let Some(first) = self.first.take() {
            return Ok(self.unit(first, Content::Other));
        }
        if self.inside {
            let more = self.row(bytes, PIECE)?;
            return Ok(self.unit(more.bytes, Content::MoreOfBad));
        }
        self.blanks(&mut bytes, PIECE)?;
        if !bytes.is_empty() {
            return Ok(self.unit(bytes, Content::Other));
        }
        let row = self.row(bytes, room(self.limit))?;
        self.record += u64::from(!row.bytes.is_empty());
        let content = self.content(&row);
        Ok(self.unit(row.bytes, content))
    }
}

impl<R> Rows<R> {
    /// Goes past `bytes`, of which there are none at the end of the file.
    fn unit(&mut self, bytes: Vec<u8>, content: Content) -> Option<Unit> {
        let place = self.place;
        self.place.pass(&bytes, self.line_end);
        (!bytes.is_empty()).then_some(Unit { bytes, content, record: self.record, place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            texts: vec!["text".into(), "title".into()],
            lang: None,
            url: None,
            date: None,
            metadata: None,
            annotations: None,
        }
    }

    fn rows(csv: &str, fields: &Fields) -> (Arc<Columns>, Vec<Unit>) {
        let mut rows = Rows::open(csv.as_bytes(), b',', fields, 1000).expect("a first row");
        let mut units = Vec::new();
        while let Some(unit) = rows.next().expect("memory cannot fail") {
            units.push(unit);
        }
        (rows.columns(), units)
    }

    /// Replaces each text of `csv` by what `change` makes of it.
    fn replaced(csv: &str, change: impl Fn(&str) -> String) -> String {
        let (columns, units) = rows(csv, &fields());
        let mut out = String::new();
        for unit in units {
            let row = std::str::from_utf8(&unit.bytes).expect("UTF-8");
            let mut at = 0;
            if matches!(unit.content, Content::Record(_)) {
                for value in columns.parse(row).expect("as many fields as the first row").texts {
                    out += &row[at..value.raw.start];
                    out += &columns.value(&row[value.raw.range()], &change(&value.text));
                    at = value.raw.end;
                }
            }
            out += &row[at..];
        }
        out
    }

    #[test]
    fn every_other_byte_is_copied() {
        for csv in [
            "id,text,n\n1,abc,1e400\n2,\"a \"\"b\"\", c\nd\",\n",
            "\u{FEFF}text,\"id\"\r\nabc,\"1\"\r\n\"x,y\", 2\r\n",
            "text\n\n\na\n\nb",
            "text,title,lang\n\"\",,de\n,\"é\n\n\",\n\n",
            "text\ra\rb\r",
            "a,text\n\"1\"x,\"y\"\"\"\n",
        ] {
            assert_eq!(replaced(csv, str::to_owned), csv, "{csv:?}");
        }
    }

    #[test]
    fn a_field_keeps_its_quotes_and_gets_those_that_it_needs() {
        let csv = "text,id,title\nabc,1,\"d\"\n";
        assert_eq!(replaced(csv, |text| text.to_uppercase()), "text,id,title\nABC,1,\"D\"\n");
        assert_eq!(
            replaced(csv, |text| format!("{text}, \"x\"")),
            "text,id,title\n\"abc, \"\"x\"\"\",1,\"d, \"\"x\"\"\"\n"
        );
        assert_eq!(replaced("text\na\n", |text| format!("{text}\nb")), "text\n\"a\nb\"\n");
    }

    #[test]
    fn rows_say_where_they_begin_and_what_is_known_of_them() {
        let (columns, units) =
            rows("text,lang\n\"a\nb\",de\n\nc,\n", &Fields { lang: Some("lang".into()), ..fields() });
        let places: Vec<_> = units.iter().map(|unit| (unit.record, unit.place.lines + 1)).collect();
        assert_eq!(places, [(0, 1), (1, 2), (1, 4), (2, 5)]);
        let record = columns.parse("\"a\nb\",de\n").expect("two fields");
        assert_eq!((record.texts[0].text.as_str(), record.lang.as_deref()), ("a\nb", Some("de")));
        assert_eq!(columns.parse("c,").expect("two fields").lang, None);
    }

    #[test]
    fn ragged_rows_and_files_without_a_text_say_so() {
        let (columns, _) = rows("text,lang\n", &fields());
        let error = columns.parse("a,b,c\n").expect_err("too many");
        assert_eq!(error.message, "row with 3 fields, and the first row has 2");
        let error = columns.parse("a\n").expect_err("too few");
        assert_eq!(error.message, "row with 1 field, and the first row has 2");
        let error = rows("text,n\n", &fields()).0.parse(&",".repeat(100_000)).expect_err("too many");
        assert_eq!(error.message, "row with more than 1002 fields, and the first row has 2");
        let error = Rows::open(&b"id,Text\n1,a\n"[..], b',', &fields(), 1000).err().expect("no text");
        assert_eq!(
            error.to_string(),
            "has no column `text` or `title`; name the one that holds the text with --text-field. Its columns: `id`, `Text`"
        );
        assert!(rows("", &fields()).1.is_empty());
    }

    #[test]
    fn a_named_column_of_languages_or_urls_must_be_there() {
        let error = |url: &str, csv: &str| {
            let fields = Fields { lang: Some("lang".into()), url: Some(url.into()), ..fields() };
            Rows::open(csv.as_bytes(), b',', &fields, 1000).err().map(|error| error.to_string())
        };
        let missing =
            "has no column `lang`; name the one that holds the language with --lang-field. Its columns: `text`";
        assert_eq!(error("url", "text\na\n").as_deref(), Some(missing));
        let missing =
            "has no column `page`; name the one that holds the URL with --url-field. Its columns: `text`, `lang`";
        assert_eq!(error("page", "text,lang\n").as_deref(), Some(missing));
        assert_eq!(error("url", "text,lang\n"), None, "nobody named it");
    }

    /// Reads all of a file: its bytes, and what is wrong in it with the line and the column.
    fn wrong(csv: &str, limit: u64) -> (String, Vec<(u64, usize, String)>) {
        let mut rows = Rows::open(csv.as_bytes(), b',', &text(), limit).expect("a first row");
        let (mut all, mut wrong) = (String::new(), Vec::new());
        let columns = rows.columns();
        while let Some(unit) = rows.next().expect("memory cannot fail") {
            assert!(unit.bytes.len() as u64 <= limit + PIECE as u64, "in pieces");
            let row = std::str::from_utf8(&unit.bytes).expect("UTF-8");
            all += row;
            let bad = match &unit.content {
                Content::Bad(bad) => Some(bad.clone()),
                Content::Record(body) => columns.parse(&row[body.range()]).err(),
                Content::MoreOfBad | Content::Other => None,
            };
            wrong.extend(bad.map(|bad| unit.in_file(bad)).map(|(line, bad)| (line, bad.column, bad.message)));
        }
        (all, wrong)
    }

    fn text() -> Fields {
        Fields { texts: vec!["text".into()], ..fields() }
    }

    #[test]
    fn what_is_wrong_with_quotes_is_told_and_stays() {
        let open = |len: usize| {
            format!("a quote that opens here is never closed, and takes in the {len} bytes to the end of the file")
        };
        let behind = "text stands behind a closing quote".to_owned();
        for (csv, place, message) in [
            ("id,text\n1,\"The first\n2,the second row\n3,The end.\n", (2, 3), open(39)),
            ("id,text\n\n\"é\né\",\"a\n\"\"b\"\"\n", (4, 4), open(9)),
            ("id,text\n1,a\n\"", (3, 1), open(1)),
            ("id,text\r1,a\r2,\"b\r", (3, 3), open(3)),
            ("id,text\n1,\"Hello\" he said &amp; left\n", (2, 10), behind.clone()),
            ("id,text\n\"1\n\",\"é\n\" \n", (4, 2), behind.clone()),
            ("id,text\n1,\"a\n2,\"b\"\n", (3, 4), behind),
        ] {
            assert_eq!(wrong(csv, 1000), (csv.to_owned(), vec![(place.0, place.1, message)]), "{csv:?}");
        }
        let copied = "id,text\n\"1\" or so,a\n2,b \"c\" d\n\"3\" \"4\",\"e\"\"\"\n";
        assert_eq!(wrong(copied, 1000), (copied.to_owned(), vec![]));
        let error = Rows::open(&b"id,\"text\n1,a\n"[..], b',', &fields(), 1000).err().expect("no columns");
        assert_eq!(error.to_string(), "its first row has a quote that is never closed");
    }

    #[test]
    fn lines_end_as_the_first_row_does() {
        for (csv, line, column) in [
            ("text\ra\rb,c\r", 3, 1),
            ("text\r\na\rb\nb,c\n", 3, 1),
            ("text\na\rb,c\n", 2, 3),
            ("text\r\n\r\na,b", 3, 1),
        ] {
            let message = "row with 2 fields, and the first row has 1".to_owned();
            assert_eq!(wrong(csv, 1000).1, [(line, column, message)], "{csv:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_stands_before_the_first_row_only() {
        let csv = "\u{FEFF}\n\ntext\n\n\u{FEFF}\"a\"\n\u{FEFF}b\n";
        let (columns, units) = rows(csv, &text());
        let units: Vec<_> = units.into_iter().map(|unit| String::from_utf8(unit.bytes).expect("UTF-8")).collect();
        assert_eq!(units, ["\u{FEFF}\n\ntext\n", "\n", "\u{FEFF}\"a\"\n", "\u{FEFF}b\n"]);
        let record = columns.parse(&units[2]).expect("a field");
        assert_eq!((record.texts[0].text.as_str(), record.texts[0].raw), ("\u{FEFF}\"a\"", Span::new(0, 6)));
        let twice = Rows::open("\u{FEFF}\u{FEFF}text\n".as_bytes(), b',', &text(), 1000).err().expect("no text");
        assert!(twice.to_string().ends_with("Its columns: `\\u{feff}text`"), "{twice}");
    }

    #[test]
    fn rows_beyond_the_limit_come_in_pieces() {
        let large = "record of more than 8 bytes; allow it with --max-record-bytes".to_owned();
        let open = "a quote that opens here takes in more than 8 bytes: close it, or allow it with --max-record-bytes";
        let long = "0123456789\n".repeat(PIECE);
        for (csv, seen) in [
            ("text\n12345678\r\n\"123456\"\n123456789\nb\n".to_owned(), vec![(4, 1, large.clone())]),
            (
                format!("text\n\"{long}\"\nb,c\n"),
                vec![
                    (2, 1, open.to_owned()),
                    (PIECE as u64 + 3, 1, "row with 2 fields, and the first row has 1".to_owned()),
                ],
            ),
            (format!("text\n\"{long}"), vec![(2, 1, open.to_owned())]),
            (format!("text\n{}\n", long.replace('\n', " ")), vec![(2, 1, large)]),
            (format!("text\n{}a", "\n".repeat(3 * PIECE)), vec![]),
        ] {
            let (all, wrong) = wrong(&csv, 8);
            assert!(all == csv, "{csv:.50}");
            assert_eq!(wrong, seen, "{csv:.50}");
        }
        let error = Rows::open(&b"text,title\n"[..], b',', &fields(), 8).err().expect("too long");
        assert_eq!(error.to_string(), "its first row has more than 8 bytes; allow it with --max-record-bytes");
    }
}
