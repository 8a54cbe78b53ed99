//! The rows of a Parquet file, of which the columns that matter are read.

use std::fs::File;
use std::io::{self, Seek as _};
use std::mem;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;

use super::super::print::Print;
use super::super::record::{BadRecord, Fields, Place, shown};
use super::super::units::{Content, Unit, Units};
use super::{Column, guarded};
use crate::text::Span;

/// The rows of a file.
pub(crate) struct Rows {
    reader: SerializedFileReader<File>,
    columns: Vec<Column>,
    print: Print,
    limit: u64,
    /// The group that comes next.
    group: usize,
    /// One for each column, in the group that is read.
    cells: Vec<Cells>,
    /// Rows that are left in it.
    left: u64,
    /// How many rows were handed out.
    row: u64,
}

/// A row.
pub(super) struct Row {
    /// What stands in each column; none for null.
    pub(super) cells: Vec<Option<ByteArray>>,
    /// The line of JSON that stands for it.
    pub(super) line: Vec<u8>,
    bad: Option<BadRecord>,
}

impl Rows {
    /// Opens `file`, of which rows with texts of more than `limit` bytes are not read.
    ///
    /// # Errors
    /// What cannot be read, is no Parquet, or has no column for a text.
    pub(crate) fn open(mut file: File, fields: &Fields, limit: u64) -> io::Result<Self> {
        // The lines that are handed on are only some of what is in the file.
        file.rewind()?;
        let print = Print::of(&file)?;
        let reader = super::reader(file)?;
        let columns = super::columns(&reader, fields)?;
        Ok(Self { reader, columns, print, limit, group: 0, cells: Vec::new(), left: 0, row: 0 })
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(super) fn reader(&self) -> &SerializedFileReader<File> {
        &self.reader
    }

    /// Returns by what the file is known.
    pub(super) fn file(&self) -> &Print {
        &self.print
    }

    /// Returns the group in which the row lies that was handed out last.
    pub(super) fn group(&self) -> usize {
        self.group.saturating_sub(1)
    }

    /// Returns the number of the row that was handed out last, from 1.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    /// Returns the next row; none at the end.
    pub(super) fn next_row(&mut self) -> io::Result<Option<Row>> {
        while self.left == 0 {
            if self.group == self.reader.num_row_groups() {
                return Ok(None);
            }
            self.left = rows_of(&self.reader, self.group)?;
            self.cells = Vec::with_capacity(self.columns.len());
            for column in &self.columns {
                self.cells.push(Cells::open(&self.reader, self.group, column.leaf)?);
            }
            self.group += 1;
        }
        self.left -= 1;
        self.row += 1;
        let cells = self.cells.iter_mut().map(Cells::next).collect::<io::Result<Vec<_>>>()?;
        let (line, bad) = match line(&self.columns, &cells, self.limit) {
            Ok(line) => (line, None),
            Err(bad) => (b"null\n".to_vec(), Some(bad)),
        };
        Ok(Some(Row { cells, line, bad }))
    }
}

/// Returns how many rows a group has.
pub(super) fn rows_of(reader: &SerializedFileReader<File>, group: usize) -> io::Result<u64> {
    let rows = reader.metadata().row_group(group).num_rows();
    u64::try_from(rows).map_err(|_| io::Error::other(format!("its Parquet data has a group of {rows} rows")))
}

impl Units for Rows {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        let Some(Row { line, bad, .. }) = self.next_row()? else { return Ok(None) };
        let content = match bad {
            None => Content::Record(Span::new(0, line.len())),
            Some(bad) => Content::Bad(bad),
        };
        let place = Place { lines: self.row - 1, chars: 0 };
        Ok(Some(Unit { bytes: line, content, record: self.row, place }))
    }

    fn print(&self) -> Option<&Print> {
        Some(&self.print)
    }
}

/// Writes a row as a line of JSON.
fn line(columns: &[Column], cells: &[Option<ByteArray>], limit: u64) -> Result<Vec<u8>, BadRecord> {
    let texts = columns.iter().zip(cells).filter(|(column, _)| column.is_text);
    let len: u64 = texts.map(|(_, cell)| cell.as_ref().map_or(0, |cell| cell.len() as u64)).sum();
    if len > limit {
        return Err(BadRecord::whole(format!("texts of more than {limit} bytes; allow it with --max-record-bytes")));
    }
    let mut line = vec![b'{'];
    for (at, (column, cell)) in columns.iter().zip(cells).enumerate() {
        let value = match cell.as_ref().map(|cell| std::str::from_utf8(cell.data())) {
            None => None,
            Some(Ok(value)) => Some(value),
            Some(Err(error)) if column.is_text => {
                let (name, at) = (shown(&column.name), error.valid_up_to());
                return Err(BadRecord::whole(format!("`{name}` is not UTF-8 at byte {at}")));
            }
            Some(Err(_)) => None,
        };
        if at > 0 {
            line.push(b',');
        }
        let json = serde_json::to_writer(&mut line, &column.name).and_then(|()| {
            line.push(b':');
            serde_json::to_writer(&mut line, &value)
        });
        json.expect("strings are JSON, and memory takes them");
    }
    line.extend_from_slice(b"}\n");
    Ok(line)
}

/// So many values are read at a time.
const BATCH: usize = 32;

/// The values of a column in a group, one for each row.
pub(super) struct Cells {
    column: ColumnReaderImpl<ByteArrayType>,
    max_level: i16,
    values: std::vec::IntoIter<ByteArray>,
    levels: std::vec::IntoIter<i16>,
}

impl Cells {
    /// # Errors
    /// What cannot be read.
    pub(super) fn open(reader: &SerializedFileReader<File>, group: usize, leaf: usize) -> io::Result<Self> {
        let column = guarded(|| reader.get_row_group(group)?.get_column_reader(leaf))?;
        let ColumnReader::ByteArrayColumnReader(column) = column else {
            return Err(io::Error::other("its Parquet data has two types for one column"));
        };
        let max_level = reader.metadata().file_metadata().schema_descr().column(leaf).max_def_level();
        Ok(Self { column, max_level, values: Vec::new().into_iter(), levels: Vec::new().into_iter() })
    }

    /// Returns the next value, or none for null, at whatever level of its column that is.
    fn next(&mut self) -> io::Result<Option<ByteArray>> {
        Ok(self.next_with_level()?.1)
    }

    /// Returns the next value with its definition level.
    pub(super) fn next_with_level(&mut self) -> io::Result<(i16, Option<ByteArray>)> {
        if self.levels.len() == 0 {
            let (mut values, mut levels) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
            let (records, ..) = guarded(|| self.column.read_records(BATCH, Some(&mut levels), None, &mut values))?;
            if self.max_level == 0 {
                levels = vec![0; records];
            }
            let present = levels.iter().filter(|&&level| level == self.max_level).count();
            if records == 0 || levels.len() != records || present != values.len() {
                return Err(io::Error::other("its Parquet data has fewer values than rows; is the file whole?"));
            }
            (self.values, self.levels) = (values.into_iter(), mem::take(&mut levels).into_iter());
        }
        let level = self.levels.next().expect("just filled");
        Ok((level, if level == self.max_level { self.values.next() } else { None }))
    }
}
