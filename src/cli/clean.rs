//! `unscrape clean`: clean texts, together with their patch and their edits.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::anyhow;

use super::args::{Batch, Choice, Inputs};
use super::reports::{Reports, Wanted};
use super::runner::{Gathers, Runner, cleaner_for};
use super::{Outcome, Stop, Terminal, all, count};
use crate::corpus::jsonl::Fields;
use crate::corpus::run::{Done, Failure};
use crate::corpus::targets::{self, PatchNames, real};
use crate::corpus::walk::{Format, Found, shown};
use crate::corpus::write::{Existing, Staged, keep_original};

const EXAMPLES: &str = "\
Examples:
  unscrape clean article.txt > clean.txt
  curl -s https://example.com/a | html2text | unscrape clean --url https://example.com/a
  unscrape clean articles --out-dir cleaned          cleaned/articles/… and cleaned.patch
  unscrape clean -w articles --patch undo.patch      in place; undo with `patch -R -p1 < undo.patch`
  unscrape clean old.txt --encoding auto > new.txt   a file that is not UTF-8, read as what it looks like
  unscrape clean crawl.jsonl --text-field body --out-dir cleaned --edits edits.jsonl";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    batch: Batch,

    /// Write clean texts below DIR, and DIR.patch beside it
    #[arg(long, value_name = "DIR", conflicts_with = "write", help_heading = "Output")]
    out_dir: Option<PathBuf>,

    /// Rewrite the files in place, each whole or not at all. One that is not UTF-8 is kept as it was beside itself, as
    /// NAME.orig
    #[arg(short, long, help_heading = "Output")]
    write: bool,

    /// Overwrite files that exist
    #[arg(long, help_heading = "Output")]
    force: bool,

    /// Write a patch from the input to the clean text, in place of DIR.patch; `-` for standard output with
    /// --out-dir or -w
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    patch: Option<PathBuf>,

    /// Write every edit with its rule as a line of JSON; `-` for standard output with --out-dir or -w
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    edits: Option<PathBuf>,

    /// Write the metadata that rules read (title, date, author …) as YAML on top of each text. Of a text that has front
    /// matter the missing keys are added; no key is changed
    #[arg(long, help_heading = "Metadata")]
    front_matter: bool,

    /// Write the metadata of each JSONL record into its object NAME. Of one that is there the missing keys are added
    #[arg(long, value_name = "NAME", help_heading = "Metadata")]
    fields_key: Option<String>,

    /// The folder to which paths in the patch are relative, if inputs lie outside the working directory
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    root: Option<PathBuf>,

    /// Exit with 1 if anything changed
    #[arg(long)]
    exit_code: bool,
}

/// Where clean texts go.
enum Destination {
    Stdout,
    InPlace,
    /// One target for each input.
    Files(Vec<PathBuf>),
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let found = args.inputs.find()?;
    let encoding = args.inputs.encoding(&args.choice.files, &found)?;
    let destination = args.destination(&found)?;
    let names = targets::patch_names(&found.inputs, args.root.as_deref()).map_err(all)?;
    let beside = args.out_dir.as_deref().map(targets::patch_beside);
    let patch = args.patch.as_deref().or(beside.as_deref());
    let wanted = Wanted {
        patch,
        patch_by: if args.patch.is_some() { "--patch" } else { "the patch beside --out-dir," },
        edits: args.edits.as_deref(),
        force: args.force,
        folders: &found.folders,
        stdout_is_free: !matches!(destination, Destination::Stdout),
    };
    let mut reports = Reports::new(&wanted, &taken(&found, &destination)).map_err(all)?;

    let fields = args.fields(&found)?;
    let gathers = Gathers {
        findings: args.edits.is_some(),
        fields: args.edits.is_some() || args.front_matter || args.fields_key.is_some(),
    };
    let (cleaner, unread) = cleaner_for(&args.inputs, &args.batch, &args.choice, gathers, terminal.voice)?;
    let mut runner = Runner::new(&cleaner, &fields, encoding, &args.inputs, terminal.voice);
    runner.tally.unread = unread;
    runner.sides = reports.wants_patch();
    runner.only_changes = matches!(destination, Destination::InPlace);
    runner.front_matter = args.front_matter;
    runner.report(&found);
    if !matches!(destination, Destination::Stdout) {
        end_behind_a_file_when_interrupted();
    }
    let mut interrupted = false;
    for (index, input) in found.inputs.iter().enumerate() {
        if INTERRUPTED.load(Ordering::Relaxed) {
            interrupted = true;
            break;
        }
        let mut out = match (&destination, &input.path) {
            (Destination::InPlace, Some(path)) => Out::File(Staged::new(path, Existing::Replace)),
            (Destination::Files(targets), _) => {
                let existing = if args.force { Existing::Replace } else { Existing::Refuse };
                Out::File(Staged::new(&targets[index], existing))
            }
            _ => Out::Stream(&mut terminal.out),
        };
        let mark = reports.mark();
        let result = runner.run(input, &mut out, &mut |doc| reports.document(doc)).and_then(|(done, _)| {
            // Both reports hold what was changed before it is changed on disk.
            reports.patch(&names.names[index], &done).map_err(Failure::Watch)?;
            let in_place = input.path.as_deref().filter(|_| matches!(destination, Destination::InPlace));
            out.finish(&done, in_place).map_err(Failure::Output)?;
            Ok(done)
        });
        match result {
            Ok(done) => {
                reports.input(input, &done);
                runner.count_recoded(&done);
            }
            Err(Failure::Output(error)) if matches!(destination, Destination::Stdout) => return Err(error.into()),
            Err(failure) => {
                let (stop, why) = match failure {
                    Failure::Input(why) => (false, why),
                    Failure::Output(error) => (false, write_error(&destination, index, &error)),
                    Failure::Watch(error) => {
                        (true, format!("cannot write the reports, so nothing more is done: {error}"))
                    }
                };
                runner.fail(&input.shown(), &why);
                if reports.forget(mark).is_err() || stop {
                    break;
                }
            }
        }
    }
    terminal.out.flush()?;
    if let Err((name, error)) = reports.finish(cleaner.rules_hash(), terminal) {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Err(error.into());
        }
        terminal.voice.error(format_args!("{name}: cannot be written: {error}"));
        runner.tally.unwritten += 1;
    }
    args.summarize(&runner, patch, &names);
    if interrupted {
        terminal.voice.error("interrupted; the other inputs are as they were");
        return Ok(Outcome::Interrupted);
    }
    Ok(runner.tally.outcome(args.exit_code && runner.tally.changed > 0))
}

/// Set by the first interrupt. A second one ends the program at once.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Lets an interrupted run finish the file it is at and write its reports: they are what undoes the files before.
fn end_behind_a_file_when_interrupted() {
    // Where no handler can be set an interrupt ends the program; each file is then still whole.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(Outcome::Interrupted as i32);
        }
    });
}

impl Args {
    fn destination(&self, found: &Found) -> Result<Destination, Stop> {
        if self.write {
            targets::in_place(found).map_err(all)?;
            return Ok(Destination::InPlace);
        }
        if let Some(dir) = &self.out_dir {
            return Ok(Destination::Files(targets::below(dir, found, self.force).map_err(all)?));
        }
        if self.inputs.paths.len() > 1 || !found.folders.is_empty() {
            return Err(Stop::Setup(anyhow!(
                "several inputs need a place for their clean texts: --out-dir DIR, or -w to rewrite them in place"
            )));
        }
        Ok(Destination::Stdout)
    }

    /// Names the fields of records, and checks that metadata has a place in every input.
    fn fields(&self, found: &Found) -> Result<Fields, Stop> {
        let fields = self.inputs.fields(&self.choice.files)?;
        let records = found.inputs.iter().find(|input| input.format == Format::Jsonl);
        if let (true, None, Some(records)) = (self.front_matter, &self.fields_key, records) {
            return Err(Stop::Setup(anyhow!(
                "`{}` is JSONL, whose texts get no front matter: name an object for their metadata with --fields-key NAME",
                records.shown()
            )));
        }
        if let (Some(key), None, false) = (&self.fields_key, records, found.inputs.is_empty()) {
            return Err(Stop::Setup(anyhow!(
                "--fields-key {key} is for JSONL, and no input is: write the metadata of texts with --front-matter"
            )));
        }
        if self.fields_key.as_deref() == Some("") {
            return Err(Stop::Setup(anyhow!("--fields-key needs the name of an object, and it is empty")));
        }
        if let Some(key) = &self.fields_key
            && (*key == fields.text || [&fields.lang, &fields.url].iter().any(|field| field.as_ref() == Some(key)))
        {
            return Err(Stop::Setup(anyhow!("--fields-key {key} is the field of the text, the language or the URL")));
        }
        Ok(Fields { metadata: self.fields_key.clone(), ..fields })
    }

    fn summarize(&self, runner: &Runner<'_>, patch: Option<&Path>, names: &PatchNames) {
        let (tally, voice) = (&runner.tally, runner.voice);
        voice.say(tally.stats.summary());
        runner.say_skipped();
        if tally.failed > 0 {
            voice.say(format_args!(
                "{} failed; no clean text was written for what failed",
                count(tally.failed, "input")
            ));
        }
        if tally.bad_records > 0 {
            voice.say(format_args!("{} passed through as they were", count(tally.bad_records, "bad record")));
        }
        if tally.with_fields > 0 {
            voice.say(format_args!("{} got metadata", count(tally.with_fields, "text")));
        }
        if tally.without_fields > 0 {
            let place = if self.front_matter { "front matter" } else { "value" };
            voice.say(format_args!(
                "{} got no metadata, since the {place} that stands in its place is no mapping",
                count(tally.without_fields, "text")
            ));
        }
        runner.say_recoded("written as UTF-8");
        if self.write && tally.recoded() > 0 {
            voice.say("what was not UTF-8 is kept as it was beside its file, as NAME.orig");
        }
        if tally.changed == 0 || tally.unwritten > 0 {
            return;
        }
        if patch.is_some() {
            runner.say_not_in_patch();
        }
        match patch {
            Some(_) if tally.patched() == 0 => {}
            Some(patch) if patch.as_os_str() != "-" => {
                let (verb, reverse) = if self.write { ("undo", " -R") } else { ("apply", "") };
                let root = names.root.as_deref().map(|root| format!(" -d {}", quoted(root))).unwrap_or_default();
                voice.say(format_args!("{verb} the patch with: patch{reverse} -p1{root} < {}", quoted(patch)));
            }
            _ if self.edits.is_none() && !self.write && tally.stats.has_edits() => {
                voice.say("see each change with: unscrape diff")
            }
            _ => {}
        }
    }
}

/// Every real path that this run reads or writes.
fn taken(found: &Found, destination: &Destination) -> HashSet<PathBuf> {
    let targets = match destination {
        Destination::Files(targets) => targets.as_slice(),
        _ => &[],
    };
    found.inputs.iter().filter_map(|input| input.path.as_ref()).chain(targets).map(|path| real(path)).collect()
}

fn write_error(destination: &Destination, index: usize, error: &io::Error) -> String {
    match destination {
        Destination::Files(targets) => {
            format!("its clean text cannot be written to `{}`: {error}", shown(&targets[index]))
        }
        _ => error.to_string(),
    }
}

/// Returns a path as a word of the shell.
pub(super) fn quoted(path: &Path) -> String {
    let path = shown(path);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | ':' | '@');
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// Where the clean bytes of one input go.
enum Out<'t> {
    Stream(&'t mut dyn Write),
    File(Staged),
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Stream(stream) => stream.write(bytes),
            Out::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Stream(stream) => stream.flush(),
            Out::File(file) => file.flush(),
        }
    }
}

impl Out<'_> {
    /// Puts a file in its place. The one `in_place` of which it comes is not touched if it did not change, and kept
    /// as it was if it is not UTF-8.
    fn finish(self, done: &Done, in_place: Option<&Path>) -> io::Result<()> {
        let (file, old) = match (self, in_place) {
            (Out::Stream(_), _) => return Ok(()),
            (Out::File(file), None) => return file.commit(None),
            (Out::File(_), Some(_)) if !done.changed => return Ok(()),
            (Out::File(file), Some(old)) => (file, old),
        };
        let kept = done.recoded.as_ref().map(|recoded| keep_original(old, &recoded.bytes)).transpose()?;
        let result = file.commit(done.stamp);
        if let (Err(_), Some(kept)) = (&result, kept) {
            // The file is as it was, and nothing is left beside it.
            let _ = fs::remove_file(kept);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_for_the_shell_where_it_must_be() {
        assert_eq!(quoted(Path::new("a/b-1.patch")), "a/b-1.patch");
        assert_eq!(quoted(Path::new("it's a.patch")), r"'it'\''s a.patch'");
    }
}
