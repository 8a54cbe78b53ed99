//! A Parquet file written again with some of its texts replaced.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write};
use std::mem;
use std::sync::Arc;

use parquet::basic::{Encoding, PageType};
use parquet::column::page::Page;
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::metadata::{
    ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData, SortingColumn,
};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};

use super::super::print::{Hashed, Print};
use super::super::record::Fields;
use super::super::write::Stamp;
use super::rows::{Cells, Rows, rows_of};
use super::{guarded, told};

/// Takes the clean rows of a file and writes the file.
///
/// A file of which no text changed is copied byte for byte. Else columns in which nothing changed are copied as they
/// lie, group by group; a column in which something did is written anew, compressed as it was.
pub(crate) struct Rewrite<W> {
    target: W,
    file: File,
    stamp: Stamp,
    /// The rows as they were.
    rows: Rows,
    /// The start of a line of which the end did not come yet.
    line: Vec<u8>,
    /// What changed in each column of [`Rows::columns`].
    changes: Vec<Changes>,
}

/// The texts of a column that changed, in a file without a name.
#[derive(Default)]
struct Changes {
    file: Option<BufWriter<File>>,
    /// The groups that they lie in, in their order.
    groups: Vec<usize>,
}

impl Changes {
    /// Notes that the text of a row is another.
    fn push(&mut self, group: usize, row: u64, text: &str) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(BufWriter::new(tempfile::tempfile()?));
        }
        let file = self.file.as_mut().expect("just made");
        file.write_all(&row.to_le_bytes())?;
        file.write_all(&(text.len() as u64).to_le_bytes())?;
        file.write_all(text.as_bytes())?;
        if self.groups.last() != Some(&group) {
            self.groups.push(group);
        }
        Ok(())
    }

    fn read(self) -> io::Result<ChangesRead> {
        let Self { file, groups } = self;
        let file = file
            .map(|file| {
                let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.rewind()?;
                io::Result::Ok(BufReader::new(file))
            })
            .transpose()?;
        let mut changes = ChangesRead { file, groups, next: None };
        changes.advance()?;
        Ok(changes)
    }
}

/// The same, read from its start.
struct ChangesRead {
    file: Option<BufReader<File>>,
    groups: Vec<usize>,
    /// The row that comes next with its text.
    next: Option<(u64, Vec<u8>)>,
}

impl ChangesRead {
    /// Returns the text of `row`, if that changed. Rows are asked for in their order.
    fn of(&mut self, row: u64) -> io::Result<Option<Vec<u8>>> {
        match self.next.take_if(|(at, _)| *at == row) {
            None => Ok(None),
            Some((_, text)) => self.advance().map(|()| Some(text)),
        }
    }

    fn advance(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut number = [0; 8];
        match file.read_exact(&mut number) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        let row = u64::from_le_bytes(number);
        file.read_exact(&mut number)?;
        let len = u64::from_le_bytes(number);
        let mut text = Vec::new();
        if file.take(len).read_to_end(&mut text)? as u64 != len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.next = Some((row, text));
        Ok(())
    }
}

impl<W: Write + Send> Rewrite<W> {
    /// Prepares to write to `target` what `file` holds.
    ///
    /// # Errors
    /// As those of [`Rows::open`].
    pub(crate) fn new(file: File, fields: &Fields, limit: u64, target: W) -> io::Result<Self> {
        let stamp = Stamp::of(&file.metadata()?);
        let rows = Rows::open(file.try_clone()?, fields, limit)?;
        let changes = rows.columns().iter().map(|_| Changes::default()).collect();
        Ok(Self { target, file, stamp, rows, line: Vec::new(), changes })
    }

    /// Goes past the rows of the next `len` bytes of lines, which did not change.
    ///
    /// # Errors
    /// What cannot be read.
    pub(crate) fn skip(&mut self, len: u64) -> io::Result<()> {
        let mut left = len;
        while left > 0 {
            let row = self.rows.next_row()?.ok_or_else(changed_meanwhile)?;
            left = left.checked_sub(row.line.len() as u64).ok_or_else(changed_meanwhile)?;
        }
        Ok(())
    }

    fn take(&mut self, line: &[u8]) -> io::Result<()> {
        let row = self.rows.next_row()?.ok_or_else(changed_meanwhile)?;
        if row.line != line {
            let new: HashMap<String, Option<String>> = serde_json::from_slice(line).map_err(io::Error::other)?;
            let columns = self.rows.columns().iter().zip(&row.cells).zip(&mut self.changes);
            for ((column, old), changes) in columns.filter(|((column, _), _)| column.is_text) {
                if let (Some(old), Some(Some(new))) = (old, new.get(&column.name))
                    && old.data() != new.as_bytes()
                {
                    changes.push(self.rows.group(), self.rows.row(), new)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the file and returns the target, with the print of what was written. `read` is that of the file that was
    /// cleaned.
    ///
    /// # Errors
    /// What cannot be read or written, and a file that is not the one that was cleaned.
    pub(crate) fn finish(mut self, read: &Print) -> io::Result<(W, Print)> {
        if self.rows.file() != read || self.rows.next_row()?.is_some() || !self.line.is_empty() {
            return Err(changed_meanwhile());
        }
        let mut target = Hashed::new(self.target);
        if self.changes.iter().all(|changes| changes.file.is_none()) {
            self.file.rewind()?;
            io::copy(&mut self.file, &mut target)?;
        } else {
            let changes = self.changes.into_iter().map(Changes::read).collect::<io::Result<Vec<_>>>()?;
            target = write(&self.rows, &self.file, changes, target)?;
        }
        if Stamp::of(&self.file.metadata()?) != self.stamp {
            return Err(changed_meanwhile());
        }
        let print = target.print();
        Ok((target.inner, print))
    }
}

impl<W: Write + Send> Write for Rewrite<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end + 1);
            rest = behind;
            if self.line.is_empty() {
                self.take(line)?;
            } else {
                self.line.extend_from_slice(line);
                let line = mem::take(&mut self.line);
                self.take(&line)?;
            }
        }
        self.line.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn changed_meanwhile() -> io::Error {
    io::Error::other("was changed by another program meanwhile; left as it is, run again")
}

/// Writes the file of `rows` to `target`, with `changes` in their columns.
fn write<W: Write + Send>(rows: &Rows, file: &File, mut changes: Vec<ChangesRead>, target: W) -> io::Result<W> {
    let reader = rows.reader();
    let schema = reader.metadata().file_metadata().schema_descr();
    let changed = |leaf: usize, changes: &[ChangesRead]| {
        let at = rows.columns().iter().position(|column| column.leaf == leaf)?;
        (!changes[at].groups.is_empty()).then_some(at)
    };
    let is_changed = |leaf: usize| changed(leaf, &changes).is_some();
    let index = PageIndex::of(file);
    let properties = properties(reader, &index, &is_changed)?;
    let root = schema.root_schema_ptr();
    let target = Footed { inner: target, version: reader.metadata().file_metadata().version(), end: None };
    let mut writer = guarded(|| SerializedFileWriter::new(target, root, Arc::new(properties)))?;
    // Rows are counted from 1.
    let mut row = 1;
    for group in 0..reader.num_row_groups() {
        let count = rows_of(reader, group)?;
        let mut out = writer.next_row_group().map_err(told)?;
        for leaf in 0..schema.num_columns() {
            match changed(leaf, &changes).filter(|&at| changes[at].groups.binary_search(&group).is_ok()) {
                Some(at) => replace(reader, group, leaf, row..row + count, &mut changes[at], &mut out)?,
                None => copy(reader, file, &index, group, leaf, &mut out)?,
            }
        }
        guarded(|| out.close())?;
        row += count;
    }
    writer.inner_mut().end = Some(Vec::new());
    guarded(|| writer.into_inner())?.finish()
}

/// Writes a file with the version of the format that another has in its footer: the library knows but one version for
/// that and for the kind of the pages.
struct Footed<W> {
    inner: W,
    version: i32,
    /// What is written from the last row on.
    end: Option<Vec<u8>>,
}

impl<W: Write> Write for Footed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.end {
            None => self.inner.write(bytes),
            Some(end) => end.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: Write> Footed<W> {
    /// Writes the footer, and returns the target.
    fn finish(mut self) -> io::Result<W> {
        /// The header of the first field of the footer, an `i32`: the version.
        const FIRST: u8 = 0x15;
        let mut end = self.end.take().unwrap_or_default();
        // Behind the footer stand its length and the magic bytes.
        if let Some((before, [a, b, c, d, b'P', b'A', b'R', b'1'])) = end.split_last_chunk::<8>()
            && let Ok(len) = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d]))
            && let Some(at) = before.len().checked_sub(len)
            && let Some([FIRST, version @ (2 | 4)]) = end.get_mut(at..at + 2)
            && let 1 | 2 = self.version
        {
            // Its sign is its lowest bit.
            *version = if self.version == 1 { 2 } else { 4 };
        }
        self.inner.write_all(&end)?;
        Ok(self.inner)
    }
}

/// Where the pages of columns lie and what is in them; nothing, if the file does not say so of all of them.
struct PageIndex(Option<ParquetMetaData>);

impl PageIndex {
    fn of(file: &File) -> Self {
        // A damaged one is left out, since nothing depends on it.
        Self(ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional).parse_and_finish(file).ok())
    }

    fn column(&self, group: usize, leaf: usize) -> Option<&ColumnIndexMetaData> {
        let index = self.0.as_ref()?.column_index()?.get(group)?.get(leaf)?;
        (!matches!(index, ColumnIndexMetaData::NONE)).then_some(index)
    }

    fn offset(&self, group: usize, leaf: usize) -> Option<&OffsetIndexMetaData> {
        self.0.as_ref()?.offset_index()?.get(group)?.get(leaf)
    }
}

/// Copies a column of a group as it lies.
fn copy<W: Write + Send>(
    reader: &SerializedFileReader<File>,
    file: &File,
    index: &PageIndex,
    group: usize,
    leaf: usize,
    out: &mut SerializedRowGroupWriter<'_, W>,
) -> io::Result<()> {
    let chunk = reader.metadata().row_group(group).column(leaf);
    let close = ColumnCloseResult {
        bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or_default(),
        rows_written: rows_of(reader, group)?,
        metadata: chunk.clone(),
        bloom_filter: guarded(|| Ok(reader.get_row_group(group)?.get_column_bloom_filter(leaf).cloned()))?,
        column_index: index.column(group, leaf).cloned(),
        offset_index: index.offset(group, leaf).cloned(),
    };
    guarded(|| out.append_column(file, close))
}

/// Writes a column of a group with the texts that changed.
fn replace<W: Write + Send>(
    reader: &SerializedFileReader<File>,
    group: usize,
    leaf: usize,
    rows: std::ops::Range<u64>,
    changes: &mut ChangesRead,
    out: &mut SerializedRowGroupWriter<'_, W>,
) -> io::Result<()> {
    /// So many values are written at a time.
    const BATCH: usize = 32;
    let mut cells = Cells::open(reader, group, leaf)?;
    let column = guarded(|| out.next_column())?;
    let mut column = column.ok_or_else(|| io::Error::other("its Parquet data has columns that no schema names"))?;
    let (mut values, mut levels) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
    let last = rows.end;
    for row in rows {
        let (level, old) = cells.next_with_level()?;
        levels.push(level);
        if let Some(old) = old {
            values.push(changes.of(row)?.map_or(old, ByteArray::from));
        }
        if levels.len() == BATCH || row + 1 == last {
            guarded(|| column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None))?;
            values.clear();
            levels.clear();
        }
    }
    guarded(|| column.close())
}

/// Says how the file is written: as it was, as far as that can be known.
fn properties(
    reader: &SerializedFileReader<File>,
    index: &PageIndex,
    is_changed: &dyn Fn(usize) -> bool,
) -> io::Result<WriterProperties> {
    let metadata = reader.metadata();
    let about = metadata.file_metadata();
    let groups = metadata.row_groups();
    let mut properties = WriterProperties::builder()
        .set_key_value_metadata(about.key_value_metadata().cloned())
        .set_sorting_columns(sorting(groups, is_changed))
        // Without one, none of the columns that are written anew gets one.
        .set_offset_index_disabled(index.offset(0, 0).is_none());
    if let Some(by) = about.created_by() {
        properties = properties.set_created_by(by.to_owned());
    }
    let mut version = WriterVersion::PARQUET_1_0;
    for leaf in (0..about.schema_descr().num_columns()).filter(|&leaf| is_changed(leaf)) {
        let Some(first) = groups.first().map(|group| group.column(leaf)) else { continue };
        properties = column(properties, first, index.column(0, leaf).is_some());
        if has_new_pages(reader, leaf)? {
            version = WriterVersion::PARQUET_2_0;
        }
    }
    Ok(properties.set_writer_version(version).build())
}

/// Says how a column is written: as `chunk` was.
fn column(
    properties: WriterPropertiesBuilder,
    chunk: &ColumnChunkMetaData,
    has_column_index: bool,
) -> WriterPropertiesBuilder {
    let path = chunk.column_path().clone();
    let encoding = chunk
        .encodings()
        .find(|encoding| matches!(encoding, Encoding::DELTA_BYTE_ARRAY | Encoding::DELTA_LENGTH_BYTE_ARRAY));
    let statistics = match (has_column_index, chunk.statistics()) {
        (true, _) => EnabledStatistics::Page,
        (false, Some(_)) => EnabledStatistics::Chunk,
        (false, None) => EnabledStatistics::None,
    };
    properties
        .set_column_compression(path.clone(), chunk.compression_codec().into())
        .set_column_encoding(path.clone(), encoding.unwrap_or(Encoding::PLAIN))
        .set_column_dictionary_enabled(path.clone(), chunk.dictionary_page_offset().is_some())
        .set_column_bloom_filter_enabled(path.clone(), chunk.bloom_filter_offset().is_some())
        .set_column_statistics_enabled(path, statistics)
}

/// Returns whether the data of a column lie in pages of the second kind, which some readers do not know.
fn has_new_pages(reader: &SerializedFileReader<File>, leaf: usize) -> io::Result<bool> {
    guarded(|| {
        let mut pages = reader.get_row_group(0)?.get_column_page_reader(leaf)?;
        while let Some(page) = pages.get_next_page()? {
            match page {
                Page::DictionaryPage { .. } => {}
                page => return Ok(page.page_type() == PageType::DATA_PAGE_V2),
            }
        }
        Ok(false)
    })
}

/// Returns by which columns the rows are sorted still: up to the first that changed.
fn sorting(groups: &[RowGroupMetaData], is_changed: &dyn Fn(usize) -> bool) -> Option<Vec<SortingColumn>> {
    let first = groups.first()?.sorting_columns()?;
    if groups.iter().any(|group| group.sorting_columns() != Some(first)) {
        return None;
    }
    let unchanged = |column: &&SortingColumn| usize::try_from(column.column_idx).is_ok_and(|leaf| !is_changed(leaf));
    let sorted: Vec<_> = first.iter().take_while(unchanged).cloned().collect();
    (!sorted.is_empty()).then_some(sorted)
}
