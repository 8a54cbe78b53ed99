//! The files beside the clean text: `--patch`, `--edits`, `--report`, `--rejects` and `--stats`.
//!
//! They are gathered in unnamed temporary files and written at the end: the edits begin with a line that names
//! every input with its hash, and an input that fails halfway must leave nothing in any.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use encoding_rs::UTF_8;

use super::Terminal;
use crate::corpus::journal::Journal;
use crate::corpus::run::{Done, NoSides, Sides};
use crate::corpus::targets::real;
use crate::corpus::walk::{Input, by_extension, shown};
use crate::corpus::write::{Existing, Staged, probe};
use crate::report;
use crate::text::encoding::label;

/// Pieces of output, gathered whole piece by whole piece.
pub(super) struct Spool {
    file: File,
    len: u64,
}

impl Spool {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile().map_err(in_temporary_file)?, len: 0 })
    }

    /// Adds a piece, all of it or nothing.
    pub(super) fn append(&mut self, piece: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(piece) {
            self.cut(self.len)?;
            return Err(in_temporary_file(error));
        }
        self.len += piece.len() as u64;
        Ok(())
    }

    /// Forgets what was added since the spool was `len` bytes long.
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.file.set_len(len).and_then(|()| self.file.seek(SeekFrom::Start(len))).map_err(in_temporary_file)?;
        self.len = len;
        Ok(())
    }

    fn copy_to(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.file, out)?;
        self.file.seek(SeekFrom::Start(self.len))?;
        Ok(())
    }
}

/// Says which file it was: its name is nowhere on the command line.
fn in_temporary_file(error: io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    io::Error::new(error.kind(), format!("temporary file in `{}`: {error}", shown(&folder)))
}

/// The list of edits on its way.
pub(super) struct Edits {
    lines: Spool,
    inputs: Vec<report::jsonl::Input>,
}

impl Edits {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { lines: Spool::new()?, inputs: Vec::new() })
    }

    /// Adds lines.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.lines.append(lines)
    }

    /// Adds an input to those that the first line names.
    pub(super) fn input(&mut self, input: &Input, done: &Done) {
        let encoding = label(done.recoded.unwrap_or(UTF_8));
        self.inputs.push(report::jsonl::Input { doc: input.name(), encoding, hash: done.print.hash.clone() });
    }

    /// Writes it all, the line about the inputs first.
    pub(super) fn write(&mut self, rules_hash: &str, out: &mut dyn Write) -> io::Result<()> {
        report::jsonl::header(out, rules_hash, &self.inputs)?;
        self.lines.copy_to(out)
    }
}

/// Writes the patch of one input, which patches call `name`; a note in its place if there can be none.
pub(super) fn patch(out: &mut dyn Write, name: &[u8], done: &Done) -> io::Result<()> {
    let why = match (&done.sides, done.no_sides) {
        (Some(Sides { old, new, changes }), _) => return report::patch::render(out, name, old, new, changes),
        (None, None) => return Ok(()),
        (None, Some(NoSides::Recoded(encoding))) => format!("it is {} and becomes UTF-8", encoding.name()),
        (None, Some(NoSides::Packed)) => "it is compressed or Parquet".to_owned(),
        (None, Some(NoSides::TooLarge)) => "it is too large".to_owned(),
    };
    report::patch::note(out, name, &why)
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sink {
    Stdout,
    File(PathBuf),
    /// A pipe or a device, which is written to and not replaced.
    Stream(PathBuf),
}

impl Sink {
    fn file(&self) -> Option<&Path> {
        match self {
            Sink::File(path) => Some(path),
            _ => None,
        }
    }
}

/// What [`Reports`] are asked for.
pub(super) struct Wanted<'a> {
    pub(super) patch: Option<&'a Path>,
    /// What on the command line asks for the patch.
    pub(super) patch_by: &'static str,
    pub(super) edits: Option<&'a Path>,
    /// The page for a browser.
    pub(super) page: Option<&'a Path>,
    pub(super) rejects: Option<&'a Path>,
    pub(super) stats: Option<&'a Path>,
    pub(super) force: bool,
    /// Whether an earlier part of the run may have written a patch, which is then added to.
    pub(super) resumes: bool,
    /// The input folders.
    pub(super) folders: &'a [PathBuf],
    /// Whether globs say which of their files are taken, and not the extensions.
    pub(super) any: bool,
    /// Whether standard output is free, since clean texts go elsewhere.
    pub(super) stdout_is_free: bool,
}

/// Returns the folder in which the next run would take `path` for an input, given whether such runs take all files.
pub(super) fn would_be_found<'f>(path: &Path, folders: &'f [PathBuf], any: bool) -> Option<&'f PathBuf> {
    let path = real(path);
    let is_hidden = |part: &OsStr| part.as_encoded_bytes().starts_with(b".");
    let is_found = |folder: &&PathBuf| path.strip_prefix(real(folder)).is_ok_and(|below| !below.iter().any(is_hidden));
    if any || by_extension(&path).is_some() { folders.iter().find(is_found) } else { None }
}

/// The reports of a run.
pub(super) struct Reports {
    patch: Option<(Spool, Sink)>,
    /// The patch of an earlier part of the run, and what is known of inputs that it does not hold for any more.
    earlier: Vec<u8>,
    anew: HashSet<Vec<u8>>,
    edits: Option<(Edits, Sink)>,
    /// The documents of the page for a browser.
    page: Option<(Spool, Sink)>,
    rejects: Option<(Spool, Sink)>,
    /// Whether the last that was added to them is the beginning of a line.
    rejects_amid_line: bool,
    stats: Option<Sink>,
    existing: Existing,
    /// Names the run in the names of files on their way.
    label: String,
    resumes: bool,
}

/// How long the reports were at some moment.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    patch: u64,
    edits: u64,
    page: u64,
    rejects: u64,
}

impl Reports {
    /// Checks that the reports can be written where they are wanted.
    ///
    /// # Errors
    /// All that stands against it; `taken` holds the real paths of all inputs and targets.
    pub(super) fn new(wanted: &Wanted<'_>, taken: &HashSet<PathBuf>) -> Result<Self, Vec<String>> {
        let existing = if wanted.force { Existing::Replace } else { Existing::Refuse };
        let mut problems = Vec::new();
        let mut seen = HashSet::new();
        let mut sink = |option: &str, path: Option<&Path>, existing: Existing| {
            let path = path?;
            if path.as_os_str() == "-" {
                if !wanted.stdout_is_free {
                    problems.push(format!("{option} - needs standard output, where the clean text goes; name a file"));
                } else if !seen.insert(path.to_owned()) {
                    problems.push("only one report can go to standard output".to_owned());
                }
                return Some(Sink::Stdout);
            }
            if fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
                return Some(Sink::Stream(path.to_owned()));
            }
            if !seen.insert(real(path)) {
                problems.push(format!("two reports would go to `{}`", shown(path)));
            } else if taken.contains(&real(path)) {
                problems.push(format!("{option} `{}` is an input or an output of this run", shown(path)));
            } else if let Err(error) = probe(path, existing) {
                problems.push(format!("{option} `{}`: {error}", shown(path)));
            } else if let Some(folder) = would_be_found(path, wanted.folders, wanted.any) {
                problems.push(format!(
                    "{option} `{}` lies inside the input folder `{}`, so the next run would clean it; choose a place \
                     outside",
                    shown(path),
                    shown(folder)
                ));
            }
            Some(Sink::File(path.to_owned()))
        };
        let of_patch = if wanted.resumes { Existing::Replace } else { existing };
        let patch = sink(wanted.patch_by, wanted.patch, of_patch);
        let edits = sink("--edits", wanted.edits, existing);
        let page = sink("--report", wanted.page, existing);
        let rejects = sink("--rejects", wanted.rejects, existing);
        let stats = sink("--stats", wanted.stats, existing);
        if !problems.is_empty() {
            return Err(problems);
        }
        let no_spool = |error: io::Error| vec![error.to_string()];
        let earlier = match &patch {
            Some(Sink::File(path)) if wanted.resumes && path.is_file() => {
                let named = format!("{} `{}`", wanted.patch_by, shown(path));
                let bytes = fs::read(path).map_err(|error| vec![format!("{named}: {error}")])?;
                if !wanted.force && !report::patch::is_one(&bytes) {
                    return Err(vec![format!(
                        "{named} exists and is no patch; nothing is overwritten without --force"
                    )]);
                }
                bytes
            }
            _ => Vec::new(),
        };
        let patch = patch.map(|sink| Ok((Spool::new()?, sink))).transpose().map_err(no_spool)?;
        let edits = edits.map(|sink| Ok((Edits::new()?, sink))).transpose().map_err(no_spool)?;
        let page = page.map(|sink| Ok((Spool::new()?, sink))).transpose().map_err(no_spool)?;
        let rejects = rejects.map(|sink| Ok((Spool::new()?, sink))).transpose().map_err(no_spool)?;
        let (resumes, label, anew) = (wanted.resumes, String::new(), HashSet::new());
        let rejects_amid_line = false;
        Ok(Self { patch, earlier, anew, edits, page, rejects, rejects_amid_line, stats, existing, resumes, label })
    }

    /// Names the run.
    pub(super) fn belong_to(&mut self, journal: &Journal) {
        self.label = journal.name();
    }

    /// Returns the files that are written.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let patch = self.patch.as_ref().map(|(_, sink)| sink);
        let edits = self.edits.as_ref().map(|(_, sink)| sink);
        let page = self.page.as_ref().map(|(_, sink)| sink);
        let rejects = self.rejects.as_ref().map(|(_, sink)| sink);
        [patch, edits, page, rejects, self.stats.as_ref()].into_iter().flatten().filter_map(Sink::file)
    }

    pub(super) fn wants_patch(&self) -> bool {
        self.patch.is_some()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            patch: self.patch.as_ref().map_or(0, |(spool, _)| spool.len),
            edits: self.edits.as_ref().map_or(0, |(edits, _)| edits.lines.len),
            page: self.page.as_ref().map_or(0, |(spool, _)| spool.len),
            rejects: self.rejects.as_ref().map_or(0, |(spool, _)| spool.len),
        }
    }

    /// Forgets what was added since `mark`.
    pub(super) fn forget(&mut self, mark: Mark) -> io::Result<()> {
        if let Some((spool, _)) = &mut self.patch {
            spool.cut(mark.patch)?;
        }
        if let Some((edits, _)) = &mut self.edits {
            edits.lines.cut(mark.edits)?;
        }
        if let Some((spool, _)) = &mut self.page {
            spool.cut(mark.page)?;
        }
        if let Some((spool, _)) = &mut self.rejects {
            spool.cut(mark.rejects)?;
            self.rejects_amid_line = false;
        }
        Ok(())
    }

    /// Whether the edits of texts are wanted.
    pub(super) fn wants_edits(&self) -> bool {
        self.edits.is_some()
    }

    /// Whether the page for a browser is wanted.
    pub(super) fn wants_page(&self) -> bool {
        self.page.is_some()
    }

    /// Adds what was written of texts, each line to the list of edits or to the page, whichever it is of.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        match (&mut self.edits, &mut self.page) {
            (Some((edits, _)), None) => edits.append(lines),
            (None, Some((page, _))) => page.append(lines),
            (None, None) => Ok(()),
            (Some((edits, _)), Some((page, _))) => {
                let lines = lines.split_inclusive(|&byte| byte == b'\n');
                let (of_page, of_edits): (Vec<_>, Vec<_>) = lines.partition(|line| report::html::is_document(line));
                edits.append(&of_edits.concat())?;
                page.append(&of_page.concat())
            }
        }
    }

    /// Adds records that are left out, or the next piece of one.
    pub(super) fn reject(&mut self, records: &[u8]) -> io::Result<()> {
        if let Some(last) = records.last() {
            self.rejects_amid_line = !matches!(last, b'\n' | b'\r');
        }
        self.rejects.as_mut().map_or(Ok(()), |(spool, _)| spool.append(records))
    }

    /// Ends the records of an input that are left out: the last may have no line end of its own.
    pub(super) fn end_rejects(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.rejects_amid_line) { self.reject(b"\n") } else { Ok(()) }
    }

    /// Adds the patch of one input, which patches call `name`.
    pub(super) fn patch(&mut self, name: &[u8], done: &Done) -> io::Result<()> {
        let Some((spool, _)) = &mut self.patch else { return Ok(()) };
        if !self.earlier.is_empty() {
            self.anew.extend(report::patch::keys(name));
        }
        let mut piece = Vec::new();
        patch(&mut piece, name, done)?;
        spool.append(&piece)
    }

    /// Adds an input that is through to those that the list of edits names.
    pub(super) fn input(&mut self, input: &Input, done: &Done) {
        if let Some((edits, _)) = &mut self.edits {
            edits.input(input, done);
        }
    }

    /// Writes the reports.
    ///
    /// Returns the reports that cannot be written, with the names of their files.
    pub(super) fn finish(
        mut self,
        rules_hash: &str,
        stats: &serde_json::Value,
        terminal: &mut Terminal,
    ) -> Vec<(String, io::Error)> {
        let (existing, label) = (self.existing, self.label);
        let mut failed = Vec::new();
        let mut report = |sink: &Sink, existing, fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>| {
            let staged = |path: &Path| Staged::new(path, existing).label(&label);
            failed.extend(write(sink, staged, terminal, fill).err());
        };
        if let Some((spool, sink)) = &mut self.patch {
            let existing = if self.resumes { Existing::Replace } else { existing };
            report(sink, existing, &mut |out| {
                report::patch::without(out, &self.earlier, |key| self.anew.contains(key))?;
                spool.copy_to(out)
            });
        }
        if let Some((edits, sink)) = &mut self.edits {
            report(sink, existing, &mut |out| edits.write(rules_hash, out));
        }
        if let Some((spool, sink)) = &mut self.page {
            report(sink, existing, &mut |out| {
                report::html::begin(out)?;
                spool.copy_to(out)?;
                report::html::end(out, rules_hash, stats)
            });
        }
        if let Some((spool, sink)) = &mut self.rejects {
            report(sink, existing, &mut |out| spool.copy_to(out));
        }
        if let Some(sink) = &self.stats {
            report(sink, existing, &mut |out| writeln!(out, "{stats:#}"));
        }
        failed
    }
}

fn write(
    sink: &Sink,
    staged: impl Fn(&Path) -> Staged,
    terminal: &mut Terminal,
    fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), (String, io::Error)> {
    let (name, result) = match sink {
        Sink::Stdout => ("standard output".to_owned(), fill(&mut terminal.out)),
        Sink::File(path) => {
            let mut staged = staged(path);
            (shown(path), fill(&mut staged).and_then(|()| staged.commit()))
        }
        Sink::Stream(path) => {
            let file = File::options().write(true).open(path).map(BufWriter::new);
            (shown(path), file.and_then(|mut file| fill(&mut file).and_then(|()| file.flush())))
        }
    };
    result.map_err(|error| (name, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_forgets_what_came_after_a_mark() {
        let mut spool = Spool::new().expect("a temporary file");
        spool.append(b"one ").expect("written");
        let mark = spool.len;
        spool.append(b"two").expect("written");
        spool.cut(mark).expect("cut");
        spool.append(b"three").expect("written");
        let mut out = Vec::new();
        spool.copy_to(&mut out).expect("read");
        assert_eq!(out, b"one three");
    }
}
