//! Rows of CSV and TSV. Only fields that hold texts are ever rewritten, in the quotes that they had.

use std::io::{self, BufRead, Write as _};
use std::sync::Arc;

use csv_core::{ReadFieldResult, ReadRecordResult, Reader, ReaderBuilder};

use super::record::{BadRecord, Fields, Record, Value, Without};
use super::units::{Content, Unit, Units};
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
        let texts: Vec<_> = fields.texts.iter().map(|name| place(name)).collect();
        if texts.iter().all(Option::is_none) {
            return Err(fields.without_column(&names));
        }
        let named = |name: &Option<String>| name.as_deref().and_then(place);
        Ok(Self { delimiter, count: names.len(), texts, lang: named(&fields.lang), url: named(&fields.url) })
    }

    /// Reads one row.
    ///
    /// # Errors
    /// A row that has more fields than the first, or fewer.
    pub(super) fn parse(&self, row: &str) -> Result<Record, BadRecord> {
        // A row may be nothing but delimiters.
        let most = self.count + 1000;
        let mut cells = cells(row, self.delimiter, most);
        if cells.len() != self.count {
            let fields = if cells.len() > most { format!("more than {most}") } else { cells.len().to_string() };
            return Err(BadRecord {
                column: 1,
                message: format!("row with {fields} fields, and the first row has {}", self.count),
            });
        }
        let known =
            |column: Option<usize>| column.map(|column| cells[column].text.clone()).filter(|text| !text.is_empty());
        let (lang, url) = (known(self.lang), known(self.url));
        let mut texts = Vec::new();
        for (field, column) in self.texts.iter().enumerate() {
            if let Some(column) = column {
                texts.push(Value { field, raw: cells[*column].raw, text: std::mem::take(&mut cells[*column].text) });
            }
        }
        texts.sort_by_key(|value| value.raw.start);
        let without = texts.is_empty().then_some(Without::Missing);
        Ok(Record { texts, lang, url, without, ..Record::default() })
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
    Arc::new(Columns { delimiter, count: 0, texts: Vec::new(), lang: None, url: None })
}

/// A field of a row.
struct Cell {
    /// Where it lies in the row (bytes), quotes included.
    raw: Span,
    text: String,
}

/// So many columns a file may have.
const MAX_COLUMNS: usize = 1 << 16;

/// Takes a row apart, its end included or not, until there are more fields than `most`.
fn cells(row: &str, delimiter: u8, most: usize) -> Vec<Cell> {
    let mut reader = reader(delimiter);
    let mut cells = Vec::new();
    let mut output = vec![0; row.len()];
    let mut at = 0;
    // Line ends of blank rows may stand before it.
    let skipped = row.len() - row.trim_start_matches(['\r', '\n', '\u{FEFF}']).len();
    loop {
        let mut start = at;
        let mut text = Vec::new();
        let ended = loop {
            let (result, read, written) = reader.read_field(&row.as_bytes()[at..], &mut output);
            text.extend_from_slice(&output[..written]);
            at += read;
            match result {
                // What is left is empty: the reader is told so by asking again.
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::End => return cells,
            }
        };
        if cells.is_empty() {
            start = start.max(skipped);
        }
        let mut end = at;
        if ended {
            end = start + row[start..end].trim_end_matches(['\r', '\n']).len();
        } else {
            end -= 1;
        }
        let text = String::from_utf8(text).expect("quotes are ASCII, so what is left of UTF-8 is UTF-8");
        cells.push(Cell { raw: Span::new(start, end), text });
        if ended || cells.len() > most {
            return cells;
        }
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// A stream of rows.
pub(super) struct Rows<R> {
    source: R,
    reader: Reader,
    limit: u64,
    columns: Arc<Columns>,
    /// The first row, until it was handed out.
    first: Option<Vec<u8>>,
    record: u64,
    /// Of the byte that comes next, 1-based.
    line: u64,
    /// The last piece did not end its row.
    inside: bool,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: BufRead> Rows<R> {
    /// Reads the first row of `source`; rows of `limit` bytes or more come in pieces.
    ///
    /// # Errors
    /// Those of reading, and a first row that names no column for a text.
    pub(super) fn open(source: R, delimiter: u8, fields: &Fields, limit: u64) -> io::Result<Self> {
        let mut rows = Self {
            source,
            reader: reader(delimiter),
            limit,
            columns: plain(delimiter),
            first: None,
            record: 0,
            line: 1,
            inside: false,
            output: vec![0; 1 << 14],
            ends: vec![0; 64],
        };
        let first = rows.row()?;
        if rows.inside {
            return Err(io::Error::other(format!(
                "its first row has {limit} bytes or more; allow it with --max-record-bytes"
            )));
        }
        if !first.trim_ascii().is_empty() {
            rows.columns = Arc::new(Columns::new(&first, delimiter, fields)?);
        }
        rows.first = Some(first);
        Ok(rows)
    }

    pub(super) fn columns(&self) -> Arc<Columns> {
        Arc::clone(&self.columns)
    }

    /// Reads up to the end of a row, or as much of it as may be read.
    fn row(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let buffer = self.source.fill_buf()?;
            let room = usize::try_from(self.limit).unwrap_or(usize::MAX).saturating_sub(bytes.len());
            self.inside = room == 0;
            if self.inside {
                return Ok(bytes);
            }
            let buffer = &buffer[..buffer.len().min(room)];
            let (result, read, ..) = self.reader.read_record(buffer, &mut self.output, &mut self.ends);
            bytes.write_all(&buffer[..read])?;
            let ended = buffer.is_empty();
            self.source.consume(read);
            match result {
                ReadRecordResult::Record => {
                    self.take_line_feed(&mut bytes)?;
                    return Ok(bytes);
                }
                ReadRecordResult::End => return Ok(bytes),
                ReadRecordResult::InputEmpty if ended => return Ok(bytes),
                ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
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
}

impl<R: BufRead + Send> Units for Rows<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        let (bytes, content, record) = match self.first.take() {
            Some(first) => (first, Content::Other, 0),
            None => {
                let more = self.inside;
                let bytes = self.row()?;
                self.record += u64::from(!more);
                let content = match (more, self.inside) {
                    (true, _) => Content::MoreOfBad,
                    (false, true) => Content::too_large(self.limit),
                    (false, false) if bytes.trim_ascii().is_empty() => Content::Other,
                    (false, false) => Content::Record(Span::new(0, bytes.len())),
                };
                (bytes, content, self.record)
            }
        };
        if bytes.is_empty() {
            return Ok(None);
        }
        let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let line = self.line + blank.filter(|&&byte| byte == b'\n').count() as u64;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Ok(Some(Unit { bytes, content, record, line }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            texts: vec!["text".into(), "title".into()],
            lang: Some("lang".into()),
            url: None,
            metadata: None,
            annotations: None,
        }
    }

    fn rows(csv: &str) -> (Arc<Columns>, Vec<Unit>) {
        let mut rows = Rows::open(csv.as_bytes(), b',', &fields(), 1000).expect("a first row");
        let mut units = Vec::new();
        while let Some(unit) = rows.next().expect("memory cannot fail") {
            units.push(unit);
        }
        (rows.columns(), units)
    }

    /// Replaces each text of `csv` by what `change` makes of it.
    fn replaced(csv: &str, change: impl Fn(&str) -> String) -> String {
        let (columns, units) = rows(csv);
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
        let (columns, units) = rows("text,lang\n\"a\nb\",de\n\nc,\n");
        let places: Vec<_> = units.iter().map(|unit| (unit.record, unit.line)).collect();
        assert_eq!(places, [(0, 1), (1, 2), (2, 5)]);
        let record = columns.parse("\"a\nb\",de\n").expect("two fields");
        assert_eq!((record.texts[0].text.as_str(), record.lang.as_deref()), ("a\nb", Some("de")));
        assert_eq!(columns.parse("c,").expect("two fields").lang, None);
    }

    #[test]
    fn ragged_rows_and_files_without_a_text_say_so() {
        let (columns, _) = rows("text,lang\n");
        let error = columns.parse("a,b,c\n").expect_err("too many");
        assert_eq!(error.message, "row with 3 fields, and the first row has 2");
        let error = rows("text,n\n").0.parse(&",".repeat(100_000)).expect_err("too many");
        assert_eq!(error.message, "row with more than 1002 fields, and the first row has 2");
        let error = Rows::open(&b"id,Text\n1,a\n"[..], b',', &fields(), 1000).err().expect("no text");
        assert_eq!(
            error.to_string(),
            "has no column `text` or `title`; name the one that holds the text with --text-field. Its columns: `id`, `Text`"
        );
        assert!(rows("").1.is_empty());
    }

    #[test]
    fn rows_beyond_the_limit_come_in_pieces() {
        let mut rows = Rows::open(&b"text\n\"0123456789\nabcdef\"\nb\n"[..], b',', &fields(), 8).expect("a first row");
        let mut seen = Vec::new();
        while let Some(unit) = rows.next().expect("memory cannot fail") {
            seen.push((String::from_utf8(unit.bytes).expect("ASCII"), unit.content));
        }
        let all: String = seen.iter().map(|(bytes, _)| bytes.as_str()).collect();
        assert_eq!(all, "text\n\"0123456789\nabcdef\"\nb\n");
        assert!(matches!(seen[1].1, Content::Bad(_)) && seen[2].1 == Content::MoreOfBad);
        assert_eq!(
            seen.last().map(|(bytes, content)| (bytes.as_str(), content)),
            Some(("b\n", &Content::Record(Span::new(0, 2))))
        );
    }
}
