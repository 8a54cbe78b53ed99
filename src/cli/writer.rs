//! The far end of `clean`: clean texts to their places, reports and the journal beside them, in the order of the inputs.
//!
//! Before a file is replaced, the reports hold what was changed and the journal what brings it back.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::reports::{Mark, Reports};
use super::runner::{Counts, Tally};
use crate::corpus::job::{Job, Part, Whole};
use crate::corpus::journal::{Entry, Journal, OsPath};
use crate::corpus::output::Output;
use crate::corpus::packing::Packing;
use crate::corpus::print::{Hashed, Print};
use crate::corpus::record::Fields;
use crate::corpus::run::{Done, Event, Failure, Targets};
use crate::corpus::targets::{PatchNames, real};
use crate::corpus::walk::{Input, shown};
use crate::corpus::write::{Existing, Sealed, Staged, Stamp, sync_folder};

/// Where clean texts go.
pub(super) enum Destination {
    Stdout,
    InPlace,
    /// One target for each input, below a folder that is absolute and without links.
    Files {
        root: PathBuf,
        targets: Vec<PathBuf>,
    },
}

/// The files that a run writes.
pub(super) struct Files<'a> {
    inputs: &'a [Input],
    destination: &'a Destination,
    /// With which records are read.
    fields: &'a Fields,
    max_record: u64,
    force: bool,
    /// What an earlier part of the run noted of each input, the last first.
    done: Vec<Vec<Entry>>,
    /// Names the run.
    label: String,
}

impl<'a> Files<'a> {
    pub(super) fn new(
        inputs: &'a [Input],
        destination: &'a Destination,
        job: &Job<'a>,
        force: bool,
        journal: Option<&Journal>,
    ) -> Self {
        Self {
            inputs,
            destination,
            fields: job.fields,
            max_record: job.max_record,
            force,
            done: inputs.iter().map(|input| earlier(input, journal)).collect(),
            label: journal.map(Journal::name).unwrap_or_default(),
        }
    }

    /// Returns the files that may be written.
    pub(super) fn targets(&self) -> impl Iterator<Item = &Path> {
        (0..self.inputs.len()).filter_map(|index| self.target(index))
    }

    /// Returns the file to which an input is written; none for standard output.
    fn target(&self, index: usize) -> Option<&Path> {
        match self.destination {
            Destination::Stdout => None,
            Destination::InPlace => self.inputs[index].path.as_deref(),
            Destination::Files { targets, .. } => Some(&targets[index]),
        }
    }

    fn is_in_place(&self) -> bool {
        matches!(self.destination, Destination::InPlace)
    }

    /// Whether an earlier part of the run wrote what is at the target now.
    fn is_own(&self, index: usize) -> bool {
        let Some(entry) = self.done[index].first() else { return false };
        let (packing, path) = (self.inputs[index].packing, entry.written().path());
        if !path.is_file() {
            return false;
        }
        let file = File::open(path).and_then(|file| packing.unpack(Box::new(file)));
        file.and_then(Print::of).is_ok_and(|print| self.done[index].iter().any(|entry| entry.after == print))
    }

    /// Begins to write an input.
    fn open(&self, index: usize) -> io::Result<Option<Output>> {
        let input = &self.inputs[index];
        let Some(staged) = self.staged(index) else { return Ok(None) };
        Output::new(input, self.fields, self.max_record, staged).map(Some)
    }

    /// Copies a compressed input that does not change as it is, since to compress it anew is to change it. None if it
    /// goes to no file of its own, or is not as it was when it was read: what was read counts.
    fn copy(&self, index: usize, read: Option<Stamp>) -> io::Result<Option<Sealed>> {
        let input = &self.inputs[index];
        if self.is_in_place() || input.packing == Packing::Plain {
            return Ok(None);
        }
        let (Some(mut staged), Some(path)) = (self.staged(index), &input.path) else { return Ok(None) };
        let mut file = File::open(path)?;
        let is_as_read = |file: &File| io::Result::Ok(Some(Stamp::of(&file.metadata()?)) == read);
        if !is_as_read(&file)? {
            return Ok(None);
        }
        io::copy(&mut file, &mut staged)?;
        Ok(if is_as_read(&file)? { Some(staged.seal()?) } else { None })
    }

    fn staged(&self, index: usize) -> Option<Staged> {
        let target = self.target(index)?;
        let may_exist = self.force || self.is_in_place() || self.is_own(index);
        let existing = if may_exist { Existing::Replace } else { Existing::Refuse };
        let staged = Staged::new(target, existing).label(&self.label);
        let input = &self.inputs[index];
        let within = match self.destination {
            Destination::Files { root, .. } => Some(root.as_path()),
            _ => input.root.as_deref(),
        };
        Some(match within {
            Some(folder) => staged.within(folder),
            None => staged,
        })
    }

    /// Writes `bytes` of an input of records, of which the first `before` bytes did not change if `out` is not open yet.
    fn write_on(&self, index: usize, out: &mut Option<Output>, before: u64, bytes: &[u8]) -> io::Result<()> {
        if out.is_none() {
            *out = self.open(index)?;
            if let Some(out) = out {
                out.take_unchanged(&self.inputs[index], before)?;
            }
        }
        out.as_mut().map_or(Ok(()), |out| out.write_all(bytes))
    }

    /// Says what kept an input from being written.
    fn told(&self, index: usize, error: &io::Error) -> String {
        match self.destination {
            Destination::Files { targets, .. } => {
                format!("its clean text cannot be written to `{}`: {error}", shown(&targets[index]))
            }
            _ => error.to_string(),
        }
    }
}

fn earlier(input: &Input, journal: Option<&Journal>) -> Vec<Entry> {
    let (Some(journal), Some(path)) = (journal.filter(|journal| journal.is_resumed()), &input.path) else {
        return Vec::new();
    };
    let noted = journal.done(&real(path)).iter();
    noted.filter(|entry| entry.format == input.format.name()).cloned().collect()
}

impl Targets for Files<'_> {
    fn write(&self, index: usize, bytes: &[u8], whole: &Whole) -> io::Result<Option<Sealed>> {
        if self.is_in_place() && !whole.changed {
            return Ok(None);
        }
        let write = || -> io::Result<_> {
            if !whole.changed
                && let Some(sealed) = self.copy(index, whole.stamp)?
            {
                return Ok(Some(sealed));
            }
            let Some(mut out) = self.open(index)? else { return Ok(None) };
            out.write_all(bytes)?;
            let (sealed, _) = out.finish(&Print::new(whole.part.read as u64, &whole.hash))?;
            Ok(Some(sealed))
        };
        write().map_err(|error| io::Error::new(error.kind(), self.told(index, &error)))
    }

    fn is_done(&self, index: usize, hash: &blake3::Hash) -> bool {
        let is = hash.to_hex();
        if self.is_in_place() {
            return self.done[index].iter().any(|entry| *is == *entry.after.hash);
        }
        self.done[index].first().is_some_and(|entry| *is == *entry.before.hash) && self.is_own(index)
    }

    fn may_be_done(&self, index: usize) -> bool {
        !self.done[index].is_empty()
    }
}

/// Takes what comes of the inputs, in their order.
pub(super) struct Writer<'a> {
    files: &'a Files<'a>,
    names: &'a PatchNames,
    reports: Reports,
    journal: Option<Journal>,
    tally: Tally,
    progress: Progress,
    stdout: &'a mut dyn Write,
    /// The input of records that is at its turn.
    open: Option<Open>,
    /// Inputs that are through, or failed for good.
    seen: usize,
    broken_pipe: Option<io::Error>,
    halted: bool,
}

/// What is left when all is written.
pub(super) struct Ended {
    pub(super) tally: Tally,
    pub(super) reports: Reports,
    pub(super) journal: Option<Journal>,
    /// Standard output was closed, or cannot be written.
    pub(super) broken_pipe: Option<io::Error>,
    pub(super) seen: usize,
    /// Nothing more was done, since the journal or the reports could not be written.
    pub(super) halted: bool,
}

/// An input of records that is being written.
struct Open {
    /// How long the reports were before it, and what was counted.
    mark: Mark,
    counts: Counts,
    /// None for standard output, and for a file that did not change yet.
    out: Option<Output>,
    number: u64,
    /// Of what was handed on.
    clean: Hashed<io::Sink>,
    failed: Option<String>,
}

/// Why nothing more is done.
enum Halt {
    Reports(io::Error),
    Journal(io::Error),
    Stdout(io::Error),
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        files: &'a Files<'a>,
        names: &'a PatchNames,
        mut reports: Reports,
        journal: Option<Journal>,
        tally: Tally,
        stdout: &'a mut dyn Write,
    ) -> Self {
        if let Some(journal) = &journal {
            reports.belong_to(journal);
        }
        let progress = Progress::new(files.inputs, tally.voice);
        Self {
            files,
            names,
            reports,
            journal,
            tally,
            progress,
            stdout,
            open: None,
            seen: 0,
            broken_pipe: None,
            halted: false,
        }
    }

    pub(super) fn end(self) -> Ended {
        let Self { tally, reports, journal, progress, broken_pipe, seen, halted, .. } = self;
        progress.end();
        Ended { tally, reports, journal, broken_pipe, seen, halted }
    }

    /// Takes what is ready; returns whether more is wanted.
    pub(super) fn take(&mut self, events: Vec<Event>) -> bool {
        match self.take_all(events) {
            Ok(()) => true,
            Err(Halt::Stdout(error)) => {
                self.broken_pipe = Some(error);
                false
            }
            Err(Halt::Reports(error)) => self.halt("reports", &error),
            Err(Halt::Journal(error)) => self.halt("journal", &error),
        }
    }

    fn halt(&mut self, what: &str, error: &io::Error) -> bool {
        if let Some(open) = self.open.take() {
            self.tally.counts = open.counts;
            // What cannot be forgotten cannot be written either, which is said then.
            let _ = self.reports.forget(open.mark);
        }
        self.tally.unwritten += 1;
        self.halted = true;
        self.tally.voice.error(format_args!("cannot write the {what}, so nothing more is done: {error}"));
        false
    }

    fn take_all(&mut self, events: Vec<Event>) -> Result<(), Halt> {
        // Texts that come together share the cost of what must be on disk before they are put in their places.
        let mut texts = Vec::new();
        for event in events {
            match event {
                Event::Text(index, Ok(done)) => texts.push((index, done)),
                other => {
                    self.texts(mem::take(&mut texts))?;
                    self.other(other)?;
                }
            }
        }
        self.texts(texts)
    }

    fn other(&mut self, event: Event) -> Result<(), Halt> {
        match event {
            Event::Part(index, part) => self.part(index, *part),
            Event::End(index, result) => self.ended(index, result.map(|done| *done)),
            Event::Text(index, Err(failure)) => {
                self.failed(index, failure);
                Ok(())
            }
            Event::Text(_, Ok(_)) => unreachable!("taken with the others"),
            Event::Skipped => {
                self.tally.skipped += 1;
                self.next();
                Ok(())
            }
        }
    }

    /// Counts an input that is through.
    fn next(&mut self) {
        self.seen += 1;
        self.progress.input(&self.tally.counts.stats);
    }

    fn failed(&mut self, index: usize, failure: Failure) {
        if let Failure::Error(why) = failure {
            self.tally.fail(&self.files.inputs[index].shown(), &why);
            self.next();
        }
    }

    /// Notes texts in the journal, then puts each in its place.
    fn texts(&mut self, texts: Vec<(usize, Box<(Part, Done)>)>) -> Result<(), Halt> {
        let mut noted = Vec::with_capacity(texts.len());
        for (index, text) in texts {
            let (part, done) = &*text;
            let number = self.journal.as_mut().map_or(0, Journal::number);
            let after = Print::new(part.bytes.len() as u64, &blake3::hash(&part.bytes));
            match self.note(index, number, done, after, Some(part))? {
                Ok(()) => noted.push((index, number, text)),
                Err(why) => self.failed(index, Failure::Error(why)),
            }
        }
        self.sync_journal()?;
        let mut folders = BTreeSet::new();
        for (index, number, text) in noted {
            let (mut part, mut done) = *text;
            self.tally.left(&self.files.inputs[index], &part);
            let mark = self.reports.mark();
            let counts = Counts::take(&mut part);
            self.reports.append(&part.rendered).map_err(Halt::Reports)?;
            if self.files.target(index).is_none() {
                self.stdout.write_all(&part.bytes).map_err(Halt::Stdout)?;
            }
            let sealed = done.sealed.take();
            let is_placed = self.place(index, number, done, sealed, &mut folders);
            if let Ok(true) = is_placed {
                self.tally.counts.add(counts);
            } else {
                let forgotten = self.reports.forget(mark);
                is_placed?;
                forgotten.map_err(Halt::Reports)?;
            }
        }
        folders.iter().for_each(|folder| sync_folder(folder));
        Ok(())
    }

    /// Writes a part of an input of records.
    fn part(&mut self, index: usize, mut part: Part) -> Result<(), Halt> {
        self.tally.left(&self.files.inputs[index], &part);
        let open = self.open.get_or_insert_with(|| Open {
            mark: self.reports.mark(),
            counts: self.tally.counts.clone(),
            out: None,
            number: self.journal.as_mut().map_or(0, Journal::number),
            clean: Hashed::new(io::sink()),
            failed: None,
        });
        self.tally.counts.add(Counts::take(&mut part));
        self.progress.part(part.read as u64, &self.tally.counts.stats);
        if open.failed.is_some() {
            return Ok(());
        }
        self.reports.append(&part.rendered).map_err(Halt::Reports)?;
        self.reports.reject(&part.rejected).map_err(Halt::Reports)?;
        let brings_back = self.files.is_in_place() && !self.files.inputs[index].is_packed();
        if let Some(journal) = self.journal.as_mut().filter(|_| brings_back) {
            journal.part(open.number, open.clean.len, &part).map_err(Halt::Journal)?;
        }
        let before = open.clean.len;
        open.clean.write_all(&part.bytes).expect("a sink takes all");
        if self.files.target(index).is_none() {
            return self.stdout.write_all(&part.bytes).map_err(Halt::Stdout);
        }
        // A file that does not change is not touched, not even to see whether it could be.
        if self.files.is_in_place() && open.out.is_none() && part.changes.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.files.write_on(index, &mut open.out, before, &part.bytes) {
            open.failed = Some(self.files.told(index, &error));
            open.out = None;
        }
        Ok(())
    }

    /// Ends an input of records.
    fn ended(&mut self, index: usize, result: Result<Done, Failure>) -> Result<(), Halt> {
        let Some(open) = self.open.take() else {
            // It has no records at all.
            return match result {
                Ok(_) => {
                    // An empty file becomes one.
                    self.part(index, Part::default())?;
                    self.ended(index, result)
                }
                Err(failure) => {
                    self.failed(index, failure);
                    Ok(())
                }
            };
        };
        let (mark, counts) = (open.mark, open.counts.clone());
        let is_placed = self.finish(index, open, result);
        if !matches!(is_placed, Ok(true)) {
            self.tally.counts = counts;
            let forgotten = self.reports.forget(mark);
            is_placed?;
            forgotten.map_err(Halt::Reports)?;
        }
        Ok(())
    }

    /// Completes an input of records; returns whether it is in its place.
    fn finish(&mut self, index: usize, open: Open, result: Result<Done, Failure>) -> Result<bool, Halt> {
        let Open { out, number, clean, failed, .. } = open;
        self.reports.end_rejects().map_err(Halt::Reports)?;
        let done = match (failed, result) {
            (None, Ok(done)) => done,
            (Some(why), _) => return self.not_placed(index, Failure::Error(why)),
            (None, Err(failure)) => return self.not_placed(index, failure),
        };
        let copied = if done.changed { Ok(None) } else { self.files.copy(index, done.stamp) };
        let written = match copied {
            Ok(Some(copied)) => Ok(Some((copied, None))),
            Ok(None) => out.map(|out| out.finish(&done.print)).transpose(),
            Err(error) => Err(error),
        };
        let (sealed, print) = match written {
            Ok(written) => written.unzip(),
            Err(error) => {
                let why = self.files.told(index, &error);
                return self.not_placed(index, Failure::Error(why));
            }
        };
        let after = match print.flatten() {
            Some(print) => print,
            None if done.changed => clean.print(),
            None => done.print.clone(),
        };
        if let Err(why) = self.note(index, number, &done, after, None)? {
            return self.not_placed(index, Failure::Error(why));
        }
        self.sync_journal()?;
        let mut folders = BTreeSet::new();
        let is_placed = self.place(index, number, done, sealed, &mut folders)?;
        folders.iter().for_each(|folder| sync_folder(folder));
        Ok(is_placed)
    }

    fn not_placed(&mut self, index: usize, failure: Failure) -> Result<bool, Halt> {
        self.failed(index, failure);
        Ok(false)
    }

    /// Notes in the journal what an input becomes, and what brings it back. `part` is all of a text. Returns why the
    /// input cannot be kept as it is, if so.
    fn note(
        &mut self,
        index: usize,
        number: u64,
        done: &Done,
        after: Print,
        part: Option<&Part>,
    ) -> Result<Result<(), String>, Halt> {
        let (Some(journal), Some(target)) = (&mut self.journal, self.files.target(index)) else { return Ok(Ok(())) };
        let input = &self.files.inputs[index];
        let path = real(input.path.as_deref().expect("what has a target has a path"));
        let in_place = self.files.is_in_place();
        let kept = in_place && done.changed && (input.is_packed() || done.recoded.is_some());
        if kept {
            if let Err(error) = journal.keep(number, &path) {
                return Ok(Err(format!("cannot be kept as it is for `undo`, and is left so: {error}")));
            }
        } else if let (true, Some(part)) = (in_place, part) {
            journal.part(number, 0, part).map_err(Halt::Journal)?;
        }
        let entry = Entry {
            number,
            path: OsPath::new(&path),
            target: (!in_place).then(|| OsPath::new(&real(target))),
            format: input.format.name().to_owned(),
            before: done.print.clone(),
            after,
            kept,
        };
        journal.file(entry).map(Ok).map_err(Halt::Journal)
    }

    /// Makes what was noted last through a crash.
    fn sync_journal(&mut self) -> Result<(), Halt> {
        self.journal.as_mut().map_or(Ok(()), Journal::sync).map_err(Halt::Journal)
    }

    /// Puts an input in its place, once both reports hold what was changed. Returns whether it is there.
    fn place(
        &mut self,
        index: usize,
        number: u64,
        done: Done,
        sealed: Option<Sealed>,
        folders: &mut BTreeSet<PathBuf>,
    ) -> Result<bool, Halt> {
        let input = &self.files.inputs[index];
        self.reports.patch(&self.names.names[index], &done).map_err(Halt::Reports)?;
        let stamp = done.stamp.filter(|_| self.files.is_in_place());
        match sealed.map(|sealed| sealed.commit(stamp)).transpose() {
            Ok(folder) => {
                folders.extend(folder);
                self.tally.done(&done);
                self.reports.input(input, &done);
                self.next();
                Ok(true)
            }
            Err(error) => {
                let why = self.files.told(index, &error);
                self.failed(index, Failure::Error(why));
                self.journal.as_mut().map_or(Ok(()), |journal| journal.undone(number)).map_err(Halt::Journal)?;
                Ok(false)
            }
        }
    }
}
