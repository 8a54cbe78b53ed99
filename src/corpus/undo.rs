//! Files brought back: all that a run did to them, or what one rule did.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::csv;
use super::job::{By, Reverse};
use super::journal::{self, Back, Entry, Journal, Past};
use super::packing::Packing;
use super::print::{Hashed, Print};
use super::record::Shape;
use super::walk::{Format, not_a_file, shown};
use super::write::{Existing, Staged, Stamp, folder_of, sync_folder};
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

/// Takes back what a run did, file by file.
pub(crate) struct Undo<'p> {
    past: &'p Past,
    journal: Journal,
    /// Files that are as they were, which the journal does not know yet, and the folders in which they lie.
    done: Vec<u64>,
    folders: BTreeSet<PathBuf>,
}

/// How many files share the cost of noting that they are as they were.
const TOGETHER: usize = 64;

impl<'p> Undo<'p> {
    /// Begins to take back what `past` did, of which `journal` is the journal.
    pub(crate) fn new(past: &'p Past, journal: Journal) -> Self {
        Self { past, journal, done: Vec::new(), folders: BTreeSet::new() }
    }

    /// Brings back what the run did to the file of `entry`: all of it, or what the rules did of which `is_meant` says so.
    ///
    /// # Errors
    /// A file that changed after the run, and all that keeps the file from being replaced. It is then what it was.
    pub(crate) fn file(&mut self, entry: &Entry, is_meant: Option<&dyn Fn(&RuleId) -> bool>) -> io::Result<Undone> {
        let past = self.past;
        let path = entry.written().path();
        let (packing, _) = Packing::by_name(&path);
        let file = match open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && entry.target.is_some() && is_meant.is_none() => {
                self.is_as_it_was(entry.number)?;
                return Ok(Undone::Nothing);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && entry.kept => {
                let kept = past.kept(entry);
                return Err(io::Error::other(format!(
                    "is gone; what it was before the run lies in `{}`",
                    shown(&kept)
                )));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(io::Error::other("is gone, and a run keeps only what it changed of a file"));
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
                self.is_as_it_was(last)?;
            }
            return Ok(Undone::Nothing);
        }
        if is != entry.after {
            return Err(io::Error::other("was changed after the run; left as it is"));
        }
        let (undone, folder) = match is_meant {
            Some(is_meant) => return some(past, entry, &mut self.journal, &path, stamp, is_meant),
            None if entry.target.is_some() => {
                is_still_there(entry, packing)?;
                fs::remove_file(&path)?;
                (Undone::Removed, folder_of(&path).to_owned())
            }
            None if entry.kept => (Undone::Restored, restore(past, entry, &path, packing, stamp)?),
            None => {
                let mut staged = Staged::new(&path, Existing::Replace).label(&past.name());
                if replay(&path, &mut staged, past.back(entry.number)?)? != entry.before {
                    return Err(does_not_fit());
                }
                (Undone::Restored, staged.seal()?.commit(Some(stamp))?)
            }
        };
        self.folders.insert(folder);
        self.is_as_it_was(last)?;
        Ok(undone)
    }

    fn is_as_it_was(&mut self, number: u64) -> io::Result<()> {
        self.done.push(number);
        if self.done.len() < TOGETHER { Ok(()) } else { self.settle() }
    }

    /// Notes which files are as they were.
    ///
    /// # Errors
    /// A journal that cannot be written.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        // A file of which a crash took the name back must not be noted.
        std::mem::take(&mut self.folders).iter().for_each(|folder| sync_folder(folder));
        self.done.drain(..).try_for_each(|number| self.journal.undone(number))?;
        self.journal.sync()
    }
}

/// Checks that what was cleaned to another file is still what it was, so that the clean text is not all that is left.
fn is_still_there(entry: &Entry, packing: Packing) -> io::Result<()> {
    let path = entry.path.path();
    let is = open(&path).and_then(|file| Print::of(packing.unpack(Box::new(file))?));
    if is.is_ok_and(|is| is == entry.before) {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "is what is left of `{}`, which is gone or changed after the run; left as it is",
        shown(&path)
    )))
}

/// Opens a file; what became something else meanwhile is not waited for.
fn open(path: &Path) -> io::Result<File> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_file() { File::open(path) } else { Err(io::Error::other(not_a_file(kind))) }
}

/// Puts the file that was kept in the place of `path`, and returns its folder.
fn restore(past: &Past, entry: &Entry, path: &Path, packing: Packing, stamp: Stamp) -> io::Result<PathBuf> {
    let kept = past.kept(entry);
    let original = open(&kept).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot be brought back: `{}`, where it was kept: {error}", shown(&kept)))
    })?;
    if Print::of(packing.unpack(Box::new(original))?)? != entry.before {
        return Err(io::Error::other("cannot be brought back: what was kept of it is damaged; left as it is"));
    }
    let mut staged = Staged::new(path, Existing::Replace).label(&past.name());
    io::copy(&mut File::open(&kept)?, &mut staged)?;
    staged.seal()?.commit(Some(stamp))
}

/// Writes the file at `path` to `out` with `changes` taken back, and returns the print of it.
fn replay(path: &Path, out: &mut dyn Write, changes: impl Iterator<Item = io::Result<Back>>) -> io::Result<Print> {
    let mut old = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut out = Hashed::new(out);
    let mut at = 0;
    for change in changes {
        let Back { at: start, len, before, .. } = change?;
        copy(&mut old, &mut out, start.checked_sub(at).ok_or_else(does_not_fit)?)?;
        skip(&mut old, len)?;
        out.write_all(before.as_bytes())?;
        at = start.checked_add(len as u64).ok_or_else(does_not_fit)?;
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
    // So that what is written back is what was there.
    if replay(path, &mut io::sink(), past.back(entry.number)?)? != entry.before {
        return Err(does_not_fit());
    }
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
        let now = String::from_utf8(now).map_err(|_| does_not_fit())?;
        let place = out.len;
        let (new, by) = match change.by {
            By::Rules(rules) if rules.iter().any(is_meant) => {
                taken += 1;
                (change.before.clone(), None)
            }
            By::Edits(edits) => {
                let text = value(&shape, &now)?;
                let (was, _) = without(&text, edits.clone(), &|_| true, &mut 0).ok_or_else(does_not_fit)?;
                if was != value(&shape, &change.before)? {
                    return Err(does_not_fit());
                }
                let (new, left) = without(&text, edits, is_meant, &mut taken).ok_or_else(does_not_fit)?;
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
        Shape::Json => serde_json::from_str(raw).map_err(|_| does_not_fit()),
        Shape::Csv(columns) => Ok(columns.text(raw)),
    }
}

/// Takes back those of `edits` that are meant in `text`; returns the new text with the edits that are left in it, none
/// if they are no edits of `text`.
fn without(
    text: &str,
    edits: Vec<Reverse>,
    is_meant: &dyn Fn(&RuleId) -> bool,
    taken: &mut u64,
) -> Option<(String, Vec<Reverse>)> {
    let (mut new, mut left, mut at) = (String::new(), Vec::new(), 0);
    for edit in edits {
        new += text.get(at..edit.new.start)?;
        at = edit.new.end;
        if edit.rules.iter().any(is_meant) {
            *taken += 1;
            new += &edit.before;
        } else {
            let start = new.len();
            new += text.get(edit.new.range())?;
            left.push(Reverse { new: Span::new(start, new.len()), ..edit });
        }
    }
    new += text.get(at..)?;
    Some((new, left))
}

fn does_not_fit() -> io::Error {
    io::Error::other("cannot be brought back: its journal does not fit it; left as it is")
}

fn copy(from: &mut impl Read, to: &mut impl Write, len: u64) -> io::Result<()> {
    let copied = io::copy(&mut from.by_ref().take(len), to)?;
    if copied == len { Ok(()) } else { Err(does_not_fit()) }
}

fn skip(from: &mut impl Read, len: usize) -> io::Result<()> {
    copy(from, &mut io::sink(), len as u64)
}
