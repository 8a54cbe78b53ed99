//! Inputs taken apart: the records of a file one by one, with everything that stands between them.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::mem;
use std::path::Path;
use std::sync::Arc;

use super::csv::Rows;
use super::json::{Array, Lines};
use super::packing::Packing;
use super::print::Print;
use super::read::BOM;
use super::record::{BadRecord, Fields, Place, Shape};
use super::walk::{self, Format, Input};
use super::write::Stamp;
use crate::text::Span;

/// A stretch of a file. All units of it, one behind the other, are the file; the last may be empty.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content: Content,
    /// Which record it is, from 1; in JSONL its line.
    pub(crate) record: u64,
    /// Where the record begins; lines end at LF here, or at CR in CSV whose first row does.
    pub(super) place: Place,
}

impl Unit {
    /// Returns what is wrong with the record by its line (from 1) in the file, and with its column there.
    pub(super) fn in_file(&self, bad: BadRecord) -> (u64, BadRecord) {
        let before = if bad.below == 0 { self.place.chars } else { 0 };
        let line = self.place.lines + bad.below + 1;
        (line, BadRecord { below: 0, column: before + bad.column, message: bad.message })
    }
}

/// So many bytes come at once of what is no record, or one that is too large.
pub(super) const PIECE: usize = 1 << 16;

/// Takes the byte order mark with which `source` begins, if it does; what there is of one is taken in any case.
pub(super) fn take_bom(source: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    for &byte in BOM.as_bytes() {
        if source.fill_buf()?.first() != Some(&byte) {
            return Ok(false);
        }
        source.consume(1);
        bytes.push(byte);
    }
    Ok(true)
}

/// Returns how many bytes may be read of a record of `limit` bytes: what ends it, and blanks around it, do not count.
pub(super) fn room(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(PIECE)
}

/// What a unit holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A record, with what stands before and behind it.
    Record(Span),
    /// What should be a record and cannot be read.
    Bad(BadRecord),
    /// What follows a bad record and belongs to it.
    MoreOfBad,
    /// What is no record and should be none.
    Other,
}

impl Content {
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Content::Bad(BadRecord::whole(message))
    }

    pub(super) fn too_large(limit: u64) -> Self {
        Content::bad(format!("record of more than {limit} bytes; allow it with --max-record-bytes"))
    }
}

/// A file of records, read from its start.
pub(crate) trait Units: Send {
    /// Returns the next unit; none at the end.
    ///
    /// # Errors
    /// Those of reading, and compressed data that is damaged.
    fn next(&mut self) -> io::Result<Option<Unit>>;

    /// By what the file is known, if its units are not all of it.
    fn print(&self) -> Option<&Print> {
        None
    }
}

/// Units of which none is both bad and large: what passes through needs no copy as large as it is.
struct Pieces<U> {
    units: U,
    /// What is left of one that is, from this byte on.
    rest: Option<(Unit, usize)>,
}

impl<U: Units> Pieces<U> {
    fn of(units: U) -> Self {
        Self { units, rest: None }
    }
}

impl<U: Units> Units for Pieces<U> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        if self.rest.is_none() {
            match self.units.next()? {
                Some(unit) if matches!(unit.content, Content::Bad(_)) && unit.bytes.len() > PIECE => {
                    self.rest = Some((unit, 0));
                }
                unit => return Ok(unit),
            }
        }
        Ok(self.rest.take().map(|(mut unit, at)| {
            let end = unit.bytes.len().min(at + PIECE);
            let bytes = unit.bytes[at..end].to_vec();
            let content = mem::replace(&mut unit.content, Content::MoreOfBad);
            let piece = Unit { bytes, content, record: unit.record, place: unit.place };
            self.rest = (end < unit.bytes.len()).then_some((unit, end));
            piece
        }))
    }
}

/// A file of records that is open.
pub(super) struct Records {
    /// How they are written.
    pub(super) shape: Shape,
    pub(super) units: Box<dyn Units>,
    /// None for standard input.
    pub(super) stamp: Option<Stamp>,
}

/// Opens an input of records.
///
/// # Errors
/// Those of [`open`], and a file that has no column for a text.
pub(super) fn records(input: &Input, fields: &Fields, limit: u64) -> io::Result<Records> {
    let format = input.format;
    if format == Format::Parquet {
        let (file, stamp) = parquet(input)?;
        return Ok(Records { shape: Shape::Json, units: rows(file, fields, limit)?, stamp: Some(stamp) });
    }
    let Opened { bytes, stamp } = open(input)?;
    let source = BufReader::with_capacity(1 << 16, bytes);
    let (shape, units): (_, Box<dyn Units>) = match format {
        Format::Text | Format::Parquet => unreachable!("no stream of records"),
        Format::Jsonl => (Shape::Json, Box::new(Pieces::of(Lines::new(source, limit)))),
        Format::Json => (Shape::Json, Box::new(Pieces::of(Array::new(source, limit)))),
        Format::Csv | Format::Tsv => {
            let delimiter = if format == Format::Csv { b',' } else { b'\t' };
            let rows = Rows::open(source, delimiter, fields, limit)?;
            (Shape::Csv(rows.columns()), Box::new(Pieces::of(rows)))
        }
    };
    Ok(Records { shape, units, stamp })
}

/// Opens a Parquet file, which is read from its end.
///
/// # Errors
/// Those of [`open`], and what is no file by itself.
pub(super) fn parquet(input: &Input) -> io::Result<(File, Stamp)> {
    let Some(path) = &input.path else {
        return Err(io::Error::other("Parquet has its index at its end, so that it is read from files only; name one"));
    };
    if input.packing != Packing::Plain {
        return Err(io::Error::other("Parquet is compressed inside of it, and read only if it is not as a whole"));
    }
    open_file(path, input)
}

#[cfg(feature = "parquet")]
fn rows(file: File, fields: &Fields, limit: u64) -> io::Result<Box<dyn Units>> {
    Ok(Box::new(super::parquet::Rows::open(file, fields, limit)?))
}

#[cfg(not(feature = "parquet"))]
fn rows(_: File, _: &Fields, _: u64) -> io::Result<Box<dyn Units>> {
    Err(io::Error::other("is Parquet, which this build does not read; build it with the feature `parquet`"))
}

/// An input that is open, unpacked.
pub(crate) struct Opened {
    pub(crate) bytes: Box<dyn Read + Send>,
    /// None for standard input.
    pub(super) stamp: Option<Stamp>,
}

/// Opens `input`.
///
/// # Errors
/// What cannot be read, what is no file, and what leads out of the folder in which it was found.
pub(crate) fn open(input: &Input) -> io::Result<Opened> {
    let Some(path) = &input.path else {
        return Ok(Opened { bytes: input.packing.unpack(Box::new(io::stdin()))?, stamp: None });
    };
    let (file, stamp) = open_file(path, input)?;
    Ok(Opened { bytes: input.packing.unpack(Box::new(file))?, stamp: Some(stamp) })
}

/// Opens the file at `path`, where `input` lies.
fn open_file(path: &Path, input: &Input) -> io::Result<(File, Stamp)> {
    // Asked before it is opened, since opening a FIFO waits for its other end.
    let kind = fs::metadata(path)?.file_type();
    if !kind.is_file() {
        return Err(io::Error::other(walk::not_a_file(kind)));
    }
    let file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?);
    if let Some(root) = &input.root {
        stays_below(path, root, stamp)?;
    }
    Ok((file, stamp))
}

/// Returns the first `len` bytes of an input, unpacked.
///
/// # Errors
/// Those of opening it.
pub(crate) fn start(input: &Input, len: u64) -> io::Result<impl Read> {
    // Nothing is asked of a file, which may be a stream by now, if nothing of it is wanted.
    let bytes: Box<dyn Read + Send> = if len == 0 { Box::new(io::empty()) } else { open(input)?.bytes };
    Ok(bytes.take(len))
}

/// Checks that `path`, which was a file below the folder `root` when it was found, is still one.
fn stays_below(path: &Path, root: &Arc<Path>, opened: Stamp) -> io::Result<()> {
    let real = fs::canonicalize(path)?;
    if real.starts_with(root) && fs::symlink_metadata(&real).is_ok_and(|meta| Stamp::of(&meta).is_file_of(&opened)) {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "was replaced meanwhile by a link that leads out of `{}`; left alone",
        walk::shown(root)
    )))
}

/// Reads all of a text.
///
/// # Errors
/// Those of reading, and a text of more than `limit` bytes.
pub(super) fn all(source: Box<dyn Read + Send>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("text of more than {limit} bytes; allow it with --max-record-bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bad_comes_in_small_pieces() {
        let long = "x".repeat(3 * PIECE);
        let lines = format!("{{}}\n{long}\n{long}{long}\n{{}}\n");
        let mut units = Pieces::of(Lines::new(lines.as_bytes(), 4 * PIECE as u64));
        let (mut all, mut seen) = (Vec::new(), Vec::new());
        while let Some(unit) = units.next().expect("memory cannot fail") {
            all.extend_from_slice(&unit.bytes);
            let whole = matches!(unit.content, Content::Record(_));
            assert!(whole || unit.bytes.len() <= PIECE);
            seen.push((unit.record, whole, matches!(unit.content, Content::Bad(_))));
        }
        assert!(all == lines.as_bytes());
        seen.dedup();
        let expected = [(1, true, false), (2, true, false), (3, false, true), (3, false, false), (4, true, false)];
        assert_eq!(seen, expected);
    }
}
