//! The journal of a run: which files are done, and what brings them back.
//!
//! A run has a folder of its own below the state folder, `runs/NAME`, with `journal.jsonl` in it and, where a file is
//! not brought back by its changes, the file as it was below `originals`. What is written of a file is on disk before
//! the file is replaced, so after a crash each file is either as the journal says it was, or as it says it became. A
//! line that a crash cut off is none.
//!
//! While a run goes on, or is taken back, it holds the lock `lock` in its folder, which the system lets go of however
//! the program ends: nobody else goes on with it or takes it back meanwhile.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::job::{By, Change, Part, Reverse};
use super::print::Print;
use super::targets::real;
use super::walk::{Format, shown};
use super::write::{folder_of, in_folder, remove_leftovers, sync_folder};
use crate::edit::RuleId;
use crate::text::Span;

/// The name of the journal in the folder of its run.
const FILE: &str = "journal.jsonl";

/// One line of a journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line<'a> {
    Run(Run),
    /// Where files of the run lie under other names before they are in their places: noted before any is.
    Folders(Vec<OsPath>),
    #[serde(borrow)]
    Changes(Changes<'a>),
    File(Entry),
    Undone(u64),
}

/// What a run does: the first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) format: u32,
    pub(crate) version: String,
    /// Hash of the rules and of all options that decide about what is written.
    pub(crate) key: String,
    /// The output folder; none for a run in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) into: Option<OsPath>,
}

/// A file that is done, or about to be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    /// The input, absolute and without links.
    pub(crate) path: OsPath,
    /// The file that is written, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<OsPath>,
    /// How records are written in it; see [`Format::name`].
    pub(crate) format: String,
    /// What it was before, unpacked.
    pub(crate) before: Print,
    /// What it is then.
    pub(crate) after: Print,
    /// Whether the file as it was lies in the folder of the run, by its number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) kept: bool,
}

impl Entry {
    /// Returns the file that is written.
    pub(crate) fn written(&self) -> &OsPath {
        self.target.as_ref().unwrap_or(&self.path)
    }
}

/// A path in JSON: text where it is text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum OsPath {
    Text(String),
    Bytes(Vec<u8>),
}

impl OsPath {
    pub(crate) fn new(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => OsPath::Text(text.to_owned()),
            None => OsPath::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        match self {
            OsPath::Text(text) => PathBuf::from(text),
            #[cfg(unix)]
            OsPath::Bytes(bytes) => {
                use std::os::unix::ffi::OsStrExt;
                PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
            }
            #[cfg(not(unix))]
            OsPath::Bytes(bytes) => PathBuf::from(String::from_utf8_lossy(bytes).into_owned()),
        }
    }
}

/// Some of the changes of a file.
#[derive(Debug, Serialize, Deserialize)]
struct Changes<'a> {
    /// Its number.
    file: u64,
    /// What the places below are counted from, in bytes of what it became.
    from: u64,
    #[serde(borrow)]
    list: Vec<Written<'a>>,
}

/// A [`Change`], or a [`Reverse`] in it.
#[derive(Debug, Serialize, Deserialize)]
struct Written<'a> {
    at: usize,
    len: usize,
    #[serde(borrow)]
    before: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    rules: Vec<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    edits: Option<Vec<Written<'a>>>,
}

impl<'a> Written<'a> {
    fn change(change: &'a Change) -> Self {
        let mut written = Self::plain(change.new, &change.before, &[]);
        match &change.by {
            By::Rules(rules) => written.rules = rules.iter().map(|rule| rule.as_str().into()).collect(),
            By::Edits(edits) => {
                let edits = edits.iter().map(|edit| Self::plain(edit.new, &edit.before, &edit.rules));
                written.edits = Some(edits.collect());
            }
            By::Nobody => {}
        }
        written
    }

    fn plain(new: Span, before: &'a str, rules: &'a [RuleId]) -> Self {
        let rules = rules.iter().map(|rule| rule.as_str().into()).collect();
        Self { at: new.start, len: new.len(), before: before.into(), rules, edits: None }
    }

    fn reverse(&self) -> Reverse {
        let rules = self.rules.iter().map(|rule| RuleId::new(rule)).collect();
        Reverse { new: Span::new(self.at, self.at + self.len), before: self.before.clone().into_owned(), rules }
    }
}

/// What takes a file back, in the order in which it lies in the file. Places are in bytes of the file as it is now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Back {
    pub(crate) at: u64,
    pub(crate) len: usize,
    pub(crate) before: String,
    pub(crate) by: By,
}

impl Back {
    fn new(from: u64, written: &Written<'_>) -> Self {
        let Reverse { new, before, rules } = written.reverse();
        let by = match &written.edits {
            Some(edits) => By::Edits(edits.iter().map(Written::reverse).collect()),
            None if rules.is_empty() => By::Nobody,
            None => By::Rules(rules),
        };
        Self { at: from + new.start as u64, len: new.len(), before, by }
    }
}

/// The journal of a run that is being written.
pub(crate) struct Journal {
    folder: PathBuf,
    file: BufWriter<File>,
    next: u64,
    /// Keeps others from the run for as long as it is open.
    _lock: File,
    /// What an earlier part of the run noted of each input, by its path, the last first; none for a run that begins.
    done: Option<HashMap<PathBuf, Vec<Entry>>>,
}

/// Makes sure that git takes no notice of the folder `state`, which is there.
///
/// # Errors
/// Those of the disk.
pub(crate) fn keep_out_of_git(state: &Path) -> io::Result<()> {
    let ignore = state.join(".gitignore");
    if fs::symlink_metadata(&ignore).is_err() {
        fs::write(&ignore, "# What unscrape needs to undo its runs is nobody else's.\n*\n")?;
    }
    Ok(())
}

impl Journal {
    /// Begins a run below the folder `state`.
    ///
    /// # Errors
    /// Those of the disk.
    pub(crate) fn begin(state: &Path, run: Run) -> io::Result<Self> {
        let runs = state.join("runs");
        fs::create_dir_all(&runs)?;
        keep_out_of_git(state)?;
        let folder = new_folder(&runs)?;
        let lock = lock(&folder)?;
        // A journal that is there has its first line, whenever the run is killed.
        let begun = folder.join("journal.new");
        let file = File::create_new(&begun)?;
        let mut journal = Self { folder, file: BufWriter::new(file), next: 1, _lock: lock, done: None };
        journal.line(&Line::Run(run))?;
        journal.sync()?;
        fs::rename(&begun, journal.folder.join(FILE))?;
        sync_folder(&journal.folder);
        sync_folder(&runs);
        Ok(journal)
    }

    /// Goes on with the last run below the folder `state` that did the same; none if there is none. What it was about
    /// to write when it was killed is removed.
    ///
    /// # Errors
    /// Those of the disk, a journal that cannot be read, a run that still goes on ([`ErrorKind::ResourceBusy`]).
    pub(crate) fn resume(state: &Path, run: &Run) -> io::Result<Option<Self>> {
        for folder in runs(state)?.into_iter().rev() {
            // What cannot be read, and what is of a newer version, did something else.
            if first_line(&folder).is_ok_and(|first| first == *run) {
                let mut past = Past::hold(&folder)?;
                past.remove_leftovers();
                let done = past.files.iter().map(|entry| (entry.path.path(), past.versions(entry).cloned().collect()));
                return Ok(Some(Self { done: Some(done.collect()), ..past.reopen()? }));
            }
        }
        Ok(None)
    }

    /// Whether it goes on with a run that was.
    pub(crate) fn is_resumed(&self) -> bool {
        self.done.is_some()
    }

    /// Returns the name of the run.
    pub(crate) fn name(&self) -> String {
        name_of(&self.folder)
    }

    /// Returns what an earlier part of the run noted of an input, the last first.
    pub(crate) fn done(&self, path: &Path) -> &[Entry] {
        self.done.as_ref().and_then(|done| done.get(path)).map_or(&[], Vec::as_slice)
    }

    /// Returns all that an earlier part of the run noted of files.
    pub(crate) fn all_done(&self) -> impl Iterator<Item = &Entry> {
        self.done.iter().flat_map(HashMap::values).flatten()
    }

    /// Notes the folders in which the run writes `files`, so that what is left there of one that is killed can be found.
    pub(crate) fn writes<'p>(&mut self, files: impl Iterator<Item = &'p Path>) -> io::Result<()> {
        let folders: BTreeSet<PathBuf> = files.map(|file| folder_of(&real(file)).to_owned()).collect();
        self.line(&Line::Folders(folders.iter().map(|folder| OsPath::new(folder)).collect()))?;
        self.sync()
    }

    /// Gives the next file its number.
    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// Notes the changes in a part of file `number`, of which the clean bytes begin at byte `from` of the file.
    pub(crate) fn part(&mut self, number: u64, from: u64, part: &Part) -> io::Result<()> {
        let list: Vec<_> = part.changes.iter().map(Written::change).collect();
        if list.is_empty() { Ok(()) } else { self.line(&Line::Changes(Changes { file: number, from, list })) }
    }

    /// Notes a change that is left of a file, part of which was taken back.
    pub(crate) fn back(&mut self, number: u64, back: &Back) -> io::Result<()> {
        let new = Span::new(0, back.len);
        let change = Change { old: Span::default(), new, before: back.before.clone(), by: back.by.clone() };
        self.line(&Line::Changes(Changes { file: number, from: back.at, list: vec![Written::change(&change)] }))
    }

    /// Keeps the file at `path` as it is, under the number `number`.
    pub(crate) fn keep(&self, number: u64, path: &Path) -> io::Result<()> {
        let folder = self.folder.join("originals");
        fs::create_dir_all(&folder)?;
        let kept = folder.join(number.to_string());
        // A run that was killed before it noted the file may have left one, which no line speaks of.
        match fs::remove_file(&kept) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // It will be replaced and not written to, so a second name for it keeps it, unless somebody else has one.
        if !has_one_name(path) || fs::hard_link(path, &kept).is_err() {
            let mut copy = in_folder(&folder)?;
            io::copy(&mut File::open(path)?, &mut copy)?;
            copy.as_file().set_permissions(fs::metadata(path)?.permissions())?;
            copy.as_file().sync_all()?;
            copy.persist_noclobber(&kept).map_err(|error| error.error)?;
        }
        sync_folder(&folder);
        Ok(())
    }

    /// Notes a file: its changes come before it, and its replacement after [`Journal::sync`].
    pub(crate) fn file(&mut self, entry: Entry) -> io::Result<()> {
        self.line(&Line::File(entry))
    }

    /// Notes that a file is as it was.
    pub(crate) fn undone(&mut self, number: u64) -> io::Result<()> {
        self.line(&Line::Undone(number))
    }

    /// Makes all of it last through a crash.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_data()
    }

    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")
    }
}

/// A run that was.
pub(crate) struct Past {
    pub(crate) folder: PathBuf,
    pub(crate) run: Run,
    /// The files that it did and that were not taken back, in order: what was noted last of each.
    pub(crate) files: Vec<Entry>,
    /// What was noted before of a file that was the same before the run, by the number of what was noted next.
    older: HashMap<u64, Entry>,
    /// Where in the journal the lines about the changes of each file begin.
    changes: HashMap<u64, Vec<u64>>,
    next: u64,
    /// How many bytes of the journal are whole lines.
    len: u64,
    /// The folders in which it wrote.
    folders: Vec<OsPath>,
    /// Keeps others from it, if it is [held](Past::hold).
    lock: Option<File>,
}

impl Past {
    /// Reads the journal of the run in `folder`, and keeps others from the run.
    ///
    /// # Errors
    /// As [`Past::read`], and a run that still goes on ([`ErrorKind::ResourceBusy`]).
    pub(crate) fn hold(folder: &Path) -> io::Result<Self> {
        let lock = lock(folder)?;
        Ok(Self { lock: Some(lock), ..Self::read(folder)? })
    }

    /// Reads the journal of the run in `folder`.
    ///
    /// # Errors
    /// Those of the disk, and a journal that cannot be read.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        let told = |kind, line: u64, why: &dyn std::fmt::Display| {
            io::Error::new(kind, format!("`{}` line {line}: {why}", shown(&path)))
        };
        let damaged = |line, error: &serde_json::Error| {
            told(ErrorKind::InvalidData, line, &format_args!("is damaged at byte {} of the line", error.column()))
        };
        let broken = |line, why: &dyn std::fmt::Display| told(ErrorKind::InvalidData, line, why);
        let newer = || told(ErrorKind::Unsupported, 1, &"written by a newer version of unscrape");
        let mut reader = BufReader::new(File::open(&path)?);
        let mut run = None;
        let (mut files, mut changes): (HashMap<OsPath, Entry>, HashMap<u64, Vec<u64>>) = Default::default();
        let mut written: HashMap<u64, OsPath> = HashMap::new();
        let (mut older, mut folders) = (HashMap::new(), Vec::new());
        let (mut len, mut next, mut number) = (0, 1, 0);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            reader.read_until(b'\n', &mut buffer)?;
            // A disk that lost its power can have NULs in place of what was not synced, and more behind them.
            if !buffer.ends_with(b"\n") || buffer.contains(&0) {
                break;
            }
            number += 1;
            if number == 1 && !is_known(&buffer) {
                return Err(newer());
            }
            match serde_json::from_slice(&buffer).map_err(|error| damaged(number, &error))? {
                Line::Run(line) => run = Some(line),
                Line::Folders(line) => folders.extend(line),
                Line::Changes(line) => changes.entry(line.file).or_default().push(len),
                Line::File(entry) => {
                    next = next.max(entry.number + 1);
                    let (number, before) = (entry.number, entry.before.clone());
                    written.insert(number, entry.written().clone());
                    let old = files.insert(entry.written().clone(), entry);
                    older
                        .extend(old.filter(|old| old.before == before && old.number < number).map(|old| (number, old)));
                }
                Line::Undone(undone) => {
                    if let Some(path) = written.get(&undone)
                        && files.get(path).is_some_and(|entry| entry.number == undone)
                    {
                        files.remove(path);
                    }
                }
            }
            len += buffer.len() as u64;
        }
        // Changes of a file that was not noted any more.
        next = next.max(changes.keys().max().map_or(1, |last| last + 1));
        let run = run.ok_or_else(|| broken(1, &"the first line is missing"))?;
        let mut files: Vec<_> = files.into_values().collect();
        files.sort_by_key(|entry| entry.number);
        Ok(Self { folder: folder.to_owned(), run, files, older, changes, next, len, folders, lock: None })
    }

    /// Returns all that was noted of the file of `entry`, the last first. A run that was killed can have noted what a
    /// file becomes and left it what it was.
    pub(crate) fn versions<'p>(&'p self, entry: &'p Entry) -> impl Iterator<Item = &'p Entry> {
        std::iter::successors(Some(entry), |entry| self.older.get(&entry.number))
    }

    /// Returns the name of the run.
    pub(crate) fn name(&self) -> String {
        name_of(&self.folder)
    }

    /// Returns where the file of `entry` is kept as it was.
    pub(crate) fn kept(&self, entry: &Entry) -> PathBuf {
        self.folder.join("originals").join(entry.number.to_string())
    }

    /// Returns what takes file `number` back, in the order in which it lies in the file.
    ///
    /// # Errors
    /// A journal that cannot be read any more.
    pub(crate) fn back(&self, number: u64) -> io::Result<impl Iterator<Item = io::Result<Back>> + use<>> {
        let places = self.changes.get(&number).cloned().unwrap_or_default();
        let mut reader = BufReader::new(File::open(self.folder.join(FILE))?);
        Ok(places.into_iter().flat_map(move |place| {
            let mut line = Vec::new();
            let read = reader.seek(SeekFrom::Start(place)).and_then(|_| reader.read_until(b'\n', &mut line));
            let changes = read.and_then(|_| match serde_json::from_slice(&line)? {
                Line::Changes(Changes { from, list, .. }) => {
                    Ok(list.iter().map(|written| Back::new(from, written)).collect::<Vec<_>>())
                }
                _ => Err(io::Error::new(ErrorKind::InvalidData, "the journal was changed meanwhile")),
            });
            match changes {
                Ok(changes) => changes.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            }
        }))
    }

    /// Removes what the run, or an undo of it, was about to write when it was killed.
    pub(crate) fn remove_leftovers(&self) {
        let folders: BTreeSet<PathBuf> = self.folders.iter().map(OsPath::path).collect();
        folders.iter().for_each(|folder| remove_leftovers(folder, &self.name()));
    }

    /// Goes on writing the journal of a run that is [held](Past::hold).
    pub(crate) fn reopen(&mut self) -> io::Result<Journal> {
        let lock = self.lock.take().map_or_else(|| lock(&self.folder), Ok)?;
        let mut file = File::options().write(true).open(self.folder.join(FILE))?;
        // What a crash cut off is taken away, so that the next line begins a line.
        file.set_len(self.len)?;
        file.seek(SeekFrom::Start(self.len))?;
        Ok(Journal {
            folder: self.folder.clone(),
            file: BufWriter::new(file),
            next: self.next,
            _lock: lock,
            done: None,
        })
    }
}

/// Reads the first line of the journal of the run in `folder`.
fn first_line(folder: &Path) -> io::Result<Run> {
    let mut line = Vec::new();
    BufReader::new(File::open(folder.join(FILE))?).read_until(b'\n', &mut line)?;
    match serde_json::from_slice(&line)? {
        Line::Run(run) => Ok(run),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}

/// Whether a file has no second name by which others could write to it.
fn has_one_name(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path).is_ok_and(|meta| std::os::unix::fs::MetadataExt::nlink(&meta) == 1);
    #[cfg(not(unix))]
    return {
        let _ = path;
        false
    };
}

/// Takes the lock of the run in `folder`.
fn lock(folder: &Path) -> io::Result<File> {
    let file = File::create(folder.join("lock"))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            ErrorKind::ResourceBusy,
            format!("the run {} still goes on: wait until it is through, or interrupt it", name_of(folder)),
        )),
        // Some file systems have no locks, and nothing else needs them.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Returns whether the first line of a journal is none of a newer version.
fn is_known(line: &[u8]) -> bool {
    let line: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
    line["run"]["format"].as_u64().is_none_or(|format| format <= 1)
}

/// Returns the folders of all runs below `state`, the oldest first.
///
/// # Errors
/// Those of the disk. A state folder that is not there has none.
pub(crate) fn runs(state: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(state.join("runs")) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut runs = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    runs.retain(|run| run.join(FILE).is_file());
    runs.sort_by_cached_key(|run| order(&name_of(run)));
    Ok(runs)
}

fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Returns what sorts the names of runs as they began: the time, and the number among those of the same second.
fn order(name: &str) -> (String, u64) {
    let (time, number) = name.rsplit_once('-').unwrap_or((name, ""));
    (time.to_owned(), number.parse().unwrap_or(0))
}

/// Makes the folder of a run that begins now: its name is the time in UTC, with a number.
fn new_folder(runs: &Path) -> io::Result<PathBuf> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let base = utc(seconds);
    for number in 1.. {
        let folder = runs.join(format!("{base}-{number}"));
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    unreachable!("there are more numbers than folders")
}

/// Writes a time as `20261125T041647`.
fn utc(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days are counted from 1 March of year 0, so that the leap day is the last of its year.
    let day = days + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let of_month = day - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    let year = year + era * 400;
    format!("{year:04}{month:02}{of_month:02}T{:02}{:02}{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// Returns the format that has this name.
pub(crate) fn format(name: &str) -> Option<Format> {
    [Format::Text, Format::Jsonl, Format::Json, Format::Csv, Format::Tsv, Format::Parquet]
        .into_iter()
        .find(|format| format.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_in_the_order_in_which_they_began() {
        let mut names = ["20261125T041647-10", "20261125T041648-1", "20261125T041647-9", "20261125T041647-1"];
        names.sort_by_cached_key(|name| order(name));
        assert_eq!(names, ["20261125T041647-1", "20261125T041647-9", "20261125T041647-10", "20261125T041648-1"]);
    }
}
