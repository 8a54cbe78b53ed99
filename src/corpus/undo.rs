//! Files brought back: all that a run did to them, or what one rule did.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use super::csv;
use super::job::{By, Reverse};
use super::journal::{self, Back, Entry, Journal, Past};
use super::packing::Packing;
use super::print::{Hashed, Print};
use super::record::Shape;
use super::walk::Format;
use super::write::{Existing, Staged, Stamp, sync_folder};
use crate::edit::RuleId;
use crate::text::Span;

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    /// It is as it was before the run.
    Restored,
    /// It was written by the run, and is gone.
    Removed,
    /// So many edits were taken back.
    Edits(u64),
    /// Nothing was to be done.
    Nothing,
}

/// Brings back what `past` did to the file of `entry`: all of it, or what the rules did of which `is_meant` says so.
///
/// # Errors
/// A file that changed after the run, and all that keeps the file from being replaced. It is then what it was.
pub(crate) fn undo(
    past: &Past,
    entry: &Entry,
    journal: &mut Journal,
    is_meant: Option<&dyn Fn(&RuleId) -> bool>,
) -> io::Result<Undone> {
    let path = entry.written().path();
    let (packing, _) = Packing::by_name(&path);
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && entry.target.is_some() && is_meant.is_none() => {
            journal.undone(entry.number)?;
            return Ok(Undone::Nothing);
        }
        file => file?,
    };
    let stamp = Stamp::of(&file.metadata()?);
    let is = Print::of(packing.unpack(Box::new(file))?)?;
    let last = entry.number;
    let entry = past.versions(entry).find(|version| version.after == is).unwrap_or(entry);
    if is == entry.before && entry.target.is_none() {
        // The run was stopped before it came to it, or there was nothing to do.
        if is_meant.is_none() {
            journal.undone(last)?;
        }
        return Ok(Undone::Nothing);
    }
    if is != entry.after {
        return Err(io::Error::other("was changed after the run; left as it is"));
    }
    let undone = match is_meant {
        Some(is_meant) => return some(past, entry, journal, &path, stamp, is_meant),
        None if entry.target.is_some() => {
            fs::remove_file(&path)?;
            Undone::Removed
        }
        None if entry.kept => {
            restore(past, entry, &path, packing, stamp)?;
            Undone::Restored
        }
        None => {
            let mut staged = Staged::new(&path, Existing::Replace).label(&past.name());
            let print = replay(&path, &mut staged, past.back(entry.number)?)?;
            if print != entry.before {
                return Err(io::Error::other("cannot be brought back: its journal does not fit; left as it is"));
            }
            sync_folder(&staged.seal()?.commit(Some(stamp))?);
            Undone::Restored
        }
    };
    journal.undone(last)?;
    journal.sync()?;
    Ok(undone)
}

/// Puts the file that was kept in the place of `path`.
fn restore(past: &Past, entry: &Entry, path: &Path, packing: Packing, stamp: Stamp) -> io::Result<()> {
    let kept = past.kept(entry);
    if Print::of(packing.unpack(Box::new(File::open(&kept)?))?)? != entry.before {
        return Err(io::Error::other("cannot be brought back: what was kept of it is damaged; left as it is"));
    }
    let mut staged = Staged::new(path, Existing::Replace).label(&past.name());
    io::copy(&mut File::open(&kept)?, &mut staged)?;
    sync_folder(&staged.seal()?.commit(Some(stamp))?);
    Ok(())
}

/// Writes the file at `path` to `out` with `changes` taken back, and returns the print of it.
fn replay(path: &Path, out: &mut dyn Write, changes: impl Iterator<Item = io::Result<Back>>) -> io::Result<Print> {
    let mut old = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut out = Hashed::new(out);
    let mut at = 0;
    for change in changes {
        let Back { at: start, len, before, .. } = change?;
        copy(&mut old, &mut out, start - at)?;
        skip(&mut old, len)?;
        out.write_all(before.as_bytes())?;
        at = start + len as u64;
    }
    io::copy(&mut old, &mut out)?;
    Ok(out.print())
}

/// Takes back what some rules did.
fn some(
    past: &Past,
    entry: &Entry,
    journal: &mut Journal,
    path: &Path,
    stamp: Stamp,
    is_meant: &dyn Fn(&RuleId) -> bool,
) -> io::Result<Undone> {
    if entry.kept || entry.target.is_some() {
        return Err(io::Error::other(
            "holds no single edits that could be taken back, since it is compressed, Parquet, not UTF-8 or a copy; \
             clean it anew with --ignore",
        ));
    }
    let shape = match journal::format(&entry.format) {
        Some(Format::Csv) => Shape::Csv(csv::plain(b',')),
        Some(Format::Tsv) => Shape::Csv(csv::plain(b'\t')),
        _ => Shape::Json,
    };
    let number = journal.number();
    let mut taken = 0;
    let mut staged = Staged::new(path, Existing::Replace).label(&past.name());
    let mut old = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut out = Hashed::new(&mut staged);
    let mut at = 0;
    for change in past.back(entry.number)? {
        let change = change?;
        copy(&mut old, &mut out, change.at - at)?;
        at = change.at + change.len as u64;
        let mut now = vec![0; change.len];
        old.read_exact(&mut now)?;
        let now = String::from_utf8(now).map_err(|_| io::Error::other("its journal does not fit; left as it is"))?;
        let place = out.len;
        let (new, by) = match change.by {
            By::Rules(rules) if rules.iter().any(is_meant) => {
                taken += 1;
                (change.before.clone(), None)
            }
            By::Edits(edits) => {
                let text = value(&shape, &now)?;
                let (new, left) = without(&text, edits, is_meant, &mut taken);
                let is_whole = left.is_empty();
                let raw = match is_whole {
                    true => change.before.clone(),
                    false if new == text => now,
                    // Either shows how the rest of the record is written.
                    false => {
                        let both = format!("{}{now}", change.before);
                        shape.value(&both, Span::new(0, change.before.len()), &new)
                    }
                };
                (raw, (!is_whole).then_some(By::Edits(left)))
            }
            by => (now, Some(by)),
        };
        out.write_all(new.as_bytes())?;
        if let Some(by) = by {
            journal.back(number, &Back { at: place, len: new.len(), before: change.before, by })?;
        }
    }
    io::copy(&mut old, &mut out)?;
    let after = out.print();
    if taken == 0 {
        return Ok(Undone::Nothing);
    }
    let sealed = staged.seal()?;
    journal.file(Entry { number, after, ..entry.clone() })?;
    journal.sync()?;
    sync_folder(&sealed.commit(Some(stamp))?);
    Ok(Undone::Edits(taken))
}

/// Reads a value of a record as it is written.
fn value(shape: &Shape, raw: &str) -> io::Result<String> {
    match shape {
        Shape::Json => Ok(serde_json::from_str(raw)?),
        Shape::Csv(columns) => Ok(columns.text(raw)),
    }
}

/// Takes back those of `edits` that are meant in `text`; returns the new text with the edits that are left in it.
fn without(
    text: &str,
    edits: Vec<Reverse>,
    is_meant: &dyn Fn(&RuleId) -> bool,
    taken: &mut u64,
) -> (String, Vec<Reverse>) {
    let (mut new, mut left, mut at) = (String::new(), Vec::new(), 0);
    for edit in edits {
        new += &text[at..edit.new.start];
        at = edit.new.end;
        if edit.rules.iter().any(is_meant) {
            *taken += 1;
            new += &edit.before;
        } else {
            let start = new.len();
            new += &text[edit.new.range()];
            left.push(Reverse { new: Span::new(start, new.len()), ..edit });
        }
    }
    new += &text[at..];
    (new, left)
}

fn copy(from: &mut impl Read, to: &mut impl Write, len: u64) -> io::Result<()> {
    let copied = io::copy(&mut from.by_ref().take(len), to)?;
    if copied == len { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn skip(from: &mut impl Read, len: usize) -> io::Result<()> {
    copy(from, &mut io::sink(), len as u64)
}
