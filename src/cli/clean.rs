//! `unscrape clean`: clean texts, together with their patch and their edits.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::anyhow;

use super::args::Task;
use super::reports::{Reports, Wanted, would_be_found};
use super::runner::{Gathers, Ready, Tally};
use super::writer::{Destination, Ended, Files, Writer};
use super::{Outcome, Stop, Terminal, Voice, all, count};
use crate::cleaner::Cleaner;
use crate::corpus::job::Job;
use crate::corpus::journal::{Journal, OsPath, Run};
use crate::corpus::record::Fields;
use crate::corpus::run;
use crate::corpus::targets::{self, PatchNames, real};
use crate::corpus::walk::{Format, Found, shown};
use crate::replay::Replay;
use crate::report::{self, Doc, escape::visible};

const EXAMPLES: &str = "\
Examples:
  unscrape clean article.txt > clean.txt
  curl -s https://example.com/a | html2text | unscrape clean --url https://example.com/a
  unscrape clean articles --out-dir cleaned          cleaned/… and cleaned.patch
  unscrape clean -w articles                         in place; `unscrape undo` brings them back
  unscrape clean corpus --out-dir cleaned --resume   goes on where a run that was stopped ended
  unscrape clean old.txt --encoding auto > new.txt   a file that is not UTF-8, read as what it looks like
  unscrape clean crawl.jsonl --text-field body --out-dir cleaned --edits edits.jsonl
  unscrape clean articles --out-dir cleaned --report report.html     with a page that shows every edit";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    task: Task,

    #[command(flatten)]
    output: Output,

    /// Write every edit with its rule as a line of JSON; `-` for standard output with --out-dir or -w
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    edits: Option<PathBuf>,

    /// Write a page for a browser that shows every edit where it stands, lets you filter, accept and refuse them, and
    /// needs no network; `-` for standard output with --out-dir or -w
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    report: Option<PathBuf>,

    /// Write the metadata that rules read (title, date, author …) as YAML on top of each text. Of a text that has front
    /// matter the missing keys are added; no key is changed
    #[arg(long, help_heading = "Metadata")]
    front_matter: bool,

    /// Write the metadata of each JSON record into its object NAME. Of one that is there the missing keys are added
    #[arg(long, value_name = "NAME", help_heading = "Metadata")]
    fields_key: Option<String>,

    /// Write the edits and the metadata of each JSON record into its object NAME, unless it has one
    #[arg(long, value_name = "NAME", help_heading = "Metadata")]
    annotate: Option<String>,

    /// The folder to which paths in the patch are relative, if inputs lie outside the working directory
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    root: Option<PathBuf>,

    /// Write records that cannot be read to FILE, as they are, and leave them out of the clean text; for JSONL, CSV and
    /// TSV. Without it they pass through
    #[arg(long, value_name = "FILE", conflicts_with = "write", help_heading = "Output")]
    rejects: Option<PathBuf>,

    /// Write what was done in numbers as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    stats: Option<PathBuf>,

    /// Go on with the last run that did the same, and skip what it did
    #[arg(long, conflicts_with = "no_journal", help_heading = "Runs")]
    resume: bool,

    /// Exit with 1 if anything changed
    #[arg(long)]
    exit_code: bool,
}

/// Where clean texts go.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Output {
    /// Write clean texts below DIR, and DIR.patch beside it
    #[arg(long, value_name = "DIR", conflicts_with = "write", help_heading = "Output")]
    out_dir: Option<PathBuf>,

    /// Rewrite the files in place, each whole or not at all; `unscrape undo` brings them back
    #[arg(short, long, help_heading = "Output")]
    write: bool,

    /// Overwrite files that exist
    #[arg(long, help_heading = "Output")]
    force: bool,

    /// Write a patch from the input to the clean text, in place of DIR.patch; `-` for standard output with
    /// --out-dir or -w
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    patch: Option<PathBuf>,

    #[command(flatten)]
    state: State,

    /// Keep no journal: the run can be neither resumed nor undone
    #[arg(long, help_heading = "Runs")]
    no_journal: bool,
}

impl Output {
    /// In place, with a journal in `state`.
    pub(super) fn in_place(state: &State) -> Self {
        Self { out_dir: None, write: true, force: false, patch: None, state: state.clone(), no_journal: false }
    }
}

/// Where runs are kept.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Runs")]
pub(super) struct State {
    /// The folder with the journals of runs, which `--resume` and `undo` read
    #[arg(long = "state-dir", value_name = "DIR", default_value = ".unscrape")]
    pub(super) dir: PathBuf,
}

/// By what texts are cleaned.
pub(super) enum By<'c> {
    /// The rules that the options choose.
    Rules,
    /// A list of edits in place of the rules.
    List(Replay),
    /// This cleaner.
    Cleaner(&'c Cleaner),
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    run_by(args, terminal, By::Rules)
}

/// Cleans texts.
pub(super) fn run_by(args: &Args, terminal: &mut Terminal, by: By<'_>) -> Result<Outcome, Stop> {
    let began = Instant::now();
    let mut ready = args.task.ready()?;
    if let By::List(_) = by {
        ready.found.keep_folders();
    }
    ready.fields = args.fields(&ready)?;
    let gathers = Gathers {
        findings: args.edits.is_some() || args.report.is_some(),
        fields: args.edits.is_some() || args.front_matter || args.fields_key.is_some() || args.annotate.is_some(),
    };
    let made;
    let (cleaner, unread) = match by {
        By::Cleaner(given) => (given, 0),
        By::Rules | By::List(_) => {
            let (builder, unread) = args.task.builder(gathers, terminal.voice)?;
            let cleaner = builder.build()?;
            made = if let By::List(replay) = by { cleaner.replaying(replay) } else { cleaner };
            (&made, unread)
        }
    };
    let found = &ready.found;
    let run = args.run(&ready, cleaner)?;
    let earlier = args.earlier(run.as_ref(), terminal.voice)?;
    let destination = args.destination(found, earlier.as_ref())?;
    let names = targets::patch_names(&found.inputs, args.root.as_deref()).map_err(all)?;
    let beside = args.output.out_dir.as_deref().map(targets::patch_beside);
    let patch = args.output.patch.as_deref().or(beside.as_deref());
    let to_stdout = matches!(destination, Destination::Stdout);
    let wanted = Wanted {
        patch,
        patch_by: if args.output.patch.is_some() { "--patch" } else { "the patch beside --out-dir," },
        edits: args.edits.as_deref(),
        page: args.report.as_deref(),
        rejects: args.rejects.as_deref(),
        stats: args.stats.as_deref(),
        force: args.output.force,
        resumes: earlier.is_some(),
        folders: &found.folders,
        any: args.task.inputs.takes_any(),
        stdout_is_free: !to_stdout,
    };
    let reports = Reports::new(&wanted, &taken(found, &destination)).map_err(all)?;
    let (is_listed, is_shown) = (reports.wants_edits(), reports.wants_page());
    let render = |out: &mut Vec<u8>, doc: &Doc<'_>| {
        if is_listed {
            report::jsonl::edits(out, doc)?;
        }
        if is_shown { report::html::document(out, doc) } else { Ok(()) }
    };
    let job = Job {
        front_matter: args.front_matter,
        sides: reports.wants_patch(),
        rejects: args.rejects.is_some(),
        ..ready.job(cleaner, &render)
    };
    let tally = ready.tally(unread, terminal.voice);
    if !to_stdout {
        stop_when_interrupted();
    }
    let pool = args.task.inputs.pool()?;
    let mut journal = args.journal(run, earlier, &found.folders)?;
    let files = Files::new(&found.inputs, &destination, &job, args.output.force, journal.as_ref());
    if let Some(journal) = &mut journal {
        journal.writes(files.targets().chain(reports.files())).map_err(|error| args.no_journal(&error))?;
    }
    let mut writer = Writer::new(&files, &names, reports, journal, tally, &mut terminal.out);
    run::run(&job, &found.inputs, &files, &pool, &INTERRUPTED, |events| writer.take(events));
    let Ended { mut tally, reports, journal, broken_pipe, seen, halted } = writer.end();
    if let Some(error) = broken_pipe {
        return Err(error.into());
    }
    terminal.out.flush()?;
    let stats = tally.json(cleaner.rules_hash(), began.elapsed().as_secs_f64());
    for (name, error) in reports.finish(cleaner.rules_hash(), &stats, terminal) {
        // Who reads a report by `head` has what was wanted.
        if error.kind() == io::ErrorKind::BrokenPipe {
            continue;
        }
        terminal.voice.error(format_args!("{name}: cannot be written: {error}"));
        tally.unwritten += 1;
    }
    args.summarize(&tally, &ready.fields, patch, &names, journal.as_ref());
    let interrupted = INTERRUPTED.load(Ordering::Relaxed);
    if (interrupted || halted) && seen < found.inputs.len() {
        let left = count((found.inputs.len() - seen) as u64, "input");
        let can_resume = journal.is_some() && !(args.output.write && args.task.batch.learns());
        let again = if can_resume { "; go on with --resume" } else { "" };
        let why = if halted { "stopped" } else { "interrupted" };
        terminal.voice.error(format_args!("{why}; {left} left as they were{again}"));
    }
    if interrupted && seen < found.inputs.len() {
        return Ok(Outcome::Interrupted);
    }
    // Of an input that failed it is said already why its edits were not made.
    if tally.failed == 0 && !halted && say_unmatched(cleaner, terminal.voice) {
        return Ok(Outcome::Failed);
    }
    Ok(tally.outcome(args.exit_code && tally.changed > 0))
}

/// So many texts are named of which a list has edits that are not there.
const UNMATCHED_SHOWN: usize = 5;

/// Says of which texts a list has edits and which were not read; returns whether there are any.
fn say_unmatched(cleaner: &Cleaner, voice: Voice) -> bool {
    let unmatched = cleaner.unmatched();
    let edits: usize = unmatched.iter().map(|(_, edits)| edits).sum();
    let names: Vec<_> = unmatched.iter().take(UNMATCHED_SHOWN).map(|(name, _)| visible(name)).collect();
    let more = unmatched.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    if edits > 0 {
        let edits = count(edits as u64, "edit");
        voice.error(format_args!(
            "{edits} of the list not made, since there is no such text: {}{more}",
            names.join(", ")
        ));
    }
    edits > 0
}

/// Set by the first interrupt. A second one ends the program at once.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Lets an interrupted run finish what it is at and write its reports.
fn stop_when_interrupted() {
    // Where no handler can be set an interrupt ends the program; each file is then still whole.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(Outcome::Interrupted as i32);
        }
    });
}

impl Args {
    /// Says that the texts of `task` are cleaned, and nothing more.
    pub(super) fn new(task: Task, output: Output) -> Self {
        Self {
            task,
            output,
            edits: None,
            report: None,
            front_matter: false,
            fields_key: None,
            annotate: None,
            root: None,
            rejects: None,
            stats: None,
            resume: false,
            exit_code: false,
        }
    }

    fn destination(&self, found: &Found, journal: Option<&Journal>) -> Result<Destination, Stop> {
        if self.output.write {
            targets::in_place(found).map_err(all)?;
            return Ok(Destination::InPlace);
        }
        if let Some(dir) = &self.output.out_dir {
            // What the run wrote before is no stranger's.
            let own: HashSet<PathBuf> =
                journal.iter().flat_map(|journal| journal.all_done()).map(|entry| entry.written().path()).collect();
            let may_exist = |target: &Path| self.output.force || own.contains(&real(target));
            let targets = targets::below(dir, found, &may_exist).map_err(all)?;
            return Ok(Destination::Files { root: real(dir), targets });
        }
        if self.task.inputs.paths.len() > 1 || !found.folders.is_empty() {
            return Err(Stop::Setup(anyhow!(
                "several inputs need a place for their clean texts: --out-dir DIR, or -w to rewrite them in place"
            )));
        }
        if let Some(parquet) = found.inputs.iter().find(|input| input.format == Format::Parquet) {
            return Err(Stop::Setup(anyhow!(
                "`{}` is Parquet, which is written to files only: --out-dir DIR, or -w to rewrite it in place",
                parquet.shown()
            )));
        }
        Ok(Destination::Stdout)
    }

    /// Names the fields of records, and checks that what is asked for has a place in every input.
    fn fields(&self, ready: &Ready<'_>) -> Result<Fields, Stop> {
        let (found, fields) = (&ready.found, ready.fields.clone());
        let keys = [("--fields-key", &self.fields_key), ("--annotate", &self.annotate)];
        let records = found.inputs.iter().find(|input| input.format != Format::Text);
        if let (true, None, Some(records)) = (self.front_matter, &self.fields_key, records) {
            return Err(Stop::Setup(anyhow!(
                "`{}` is {}, whose texts get no front matter: name an object for their metadata with --fields-key NAME",
                records.shown(),
                records.format.name()
            )));
        }
        let flat = found.inputs.iter().find(|input| input.format != Format::Text && !input.format.has_objects());
        for (option, key) in keys.iter().filter_map(|(option, key)| key.as_ref().map(|key| (*option, key))) {
            if key.is_empty() {
                return Err(Stop::Setup(anyhow!("{option} needs the name of an object, and it is empty")));
            }
            if let Some(flat) = flat {
                let (path, format) = (flat.shown(), flat.format.name());
                return Err(Stop::Setup(anyhow!(
                    "{option} {key} is for JSON, and `{path}` is {format}: write the edits with --edits FILE, fields among \
                     them"
                )));
            }
            if records.is_none() && !found.inputs.is_empty() {
                return Err(Stop::Setup(anyhow!(
                    "{option} {key} is for JSON and JSONL, and no input is: write the metadata of texts with --front-matter"
                )));
            }
            if fields.texts.contains(key)
                || [&fields.lang, &fields.url, &fields.date].iter().any(|field| field.as_ref() == Some(key))
            {
                return Err(Stop::Setup(anyhow!(
                    "{option} {key} is the field of the text, the language, the URL or the date"
                )));
            }
        }
        if self.fields_key.is_some() && self.fields_key == self.annotate {
            return Err(Stop::Setup(anyhow!("--fields-key and --annotate name the same object")));
        }
        let whole = found.inputs.iter().find(|input| matches!(input.format, Format::Json | Format::Parquet));
        if let (Some(_), Some(whole)) = (&self.rejects, whole) {
            return Err(Stop::Setup(anyhow!(
                "--rejects is for JSONL, CSV and TSV, and `{}` is {}: its bad records pass through, and are named",
                whole.shown(),
                whole.format.name()
            )));
        }
        Ok(Fields { metadata: self.fields_key.clone(), annotations: self.annotate.clone(), ..fields })
    }

    /// Says what the run does, for its journal; none if it keeps none.
    fn run(&self, ready: &Ready<'_>, cleaner: &Cleaner) -> Result<Option<Run>, Stop> {
        let Ready { found, fields, encoding, .. } = ready;
        let to_files = self.output.write || self.output.out_dir.is_some();
        if self.resume && !to_files {
            return Err(Stop::Setup(anyhow!("--resume is for runs with --out-dir or -w")));
        }
        if self.resume && self.output.write && self.task.batch.learns() {
            return Err(Stop::Setup(anyhow!(
                "--resume cannot go on with a run in place that learns words: what it cleaned would teach other words \
                 than before; undo it, or run it with --out-dir"
            )));
        }
        if !to_files || self.output.no_journal || found.inputs.is_empty() {
            return Ok(None);
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(cleaner.rules_hash().as_bytes());
        let limit = self.task.inputs.max_record_bytes;
        let about = (&self.task.inputs.url, &self.task.inputs.date);
        let options = (fields, *encoding, about, self.front_matter, self.rejects.is_some(), limit);
        hasher.update(format!("{options:?}").as_bytes());
        Ok(Some(Run {
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            key: hasher.finalize().to_hex().to_string(),
            into: self.output.out_dir.as_deref().map(|dir| OsPath::new(&real(dir))),
        }))
    }

    /// Returns the journal of the run with which to go on, if there is one.
    fn earlier(&self, run: Option<&Run>, voice: Voice) -> Result<Option<Journal>, Stop> {
        let (Some(run), true) = (run, self.resume) else { return Ok(None) };
        let journal = Journal::resume(&self.output.state.dir, run).map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => Stop::Setup(anyhow!(error)),
            _ => self.no_journal(&error),
        })?;
        if journal.is_none() {
            voice.say("there is no run with the same rules, options and output to go on with, so everything is done");
        }
        Ok(journal)
    }

    fn journal(
        &self,
        run: Option<Run>,
        earlier: Option<Journal>,
        folders: &[PathBuf],
    ) -> Result<Option<Journal>, Stop> {
        let state = &self.output.state.dir;
        if let (Some(_), Some(folder)) = (&run, would_be_found(&state.join("runs/journal.jsonl"), folders, false)) {
            return Err(Stop::Setup(anyhow!(
                "--state-dir `{}` lies inside the input folder `{}`, so the next run would clean it; choose a place \
                 outside, or a name that begins with a dot",
                shown(state),
                shown(folder)
            )));
        }
        let begin = |run| Journal::begin(&self.output.state.dir, run).map_err(|error| self.no_journal(&error));
        match (earlier, run) {
            (Some(journal), _) => Ok(Some(journal)),
            (None, run) => run.map(begin).transpose(),
        }
    }

    fn no_journal(&self, error: &io::Error) -> Stop {
        Stop::Setup(anyhow!(
            "cannot keep a journal in `{}`: {error}; name another folder with --state-dir, or do without, --no-journal",
            shown(&self.output.state.dir)
        ))
    }

    fn summarize(
        &self,
        tally: &Tally,
        fields: &Fields,
        patch: Option<&Path>,
        names: &PatchNames,
        journal: Option<&Journal>,
    ) {
        let voice = tally.voice;
        voice.say(tally.counts.stats.summary());
        if tally.skipped > 0 {
            voice.say(format_args!("{} skipped, which the run did before", count(tally.skipped, "input")));
        }
        tally.say_skipped(fields);
        if tally.failed > 0 {
            voice.say(format_args!(
                "{} failed; no clean text was written for what failed",
                count(tally.failed, "input")
            ));
        }
        if tally.bad_records > 0 {
            let went = if self.rejects.is_some() { "went to --rejects" } else { "passed through unread" };
            voice.say(format_args!("{} {went}", count(tally.bad_records, "bad record")));
        }
        self.say_busy(tally);
        if tally.counts.with_fields > 0 {
            voice.say(format_args!("{} got metadata", count(tally.counts.with_fields, "text")));
        }
        if tally.counts.without_fields > 0 {
            let place = if self.front_matter { "front matter" } else { "value" };
            voice.say(format_args!(
                "{} got no metadata, since the {place} that stands in its place is no mapping",
                count(tally.counts.without_fields, "text")
            ));
        }
        tally.say_recoded("written as UTF-8");
        if tally.changed == 0 || tally.unwritten > 0 {
            return;
        }
        if patch.is_some() {
            tally.say_not_in_patch();
        }
        match patch {
            _ if self.output.write && journal.is_some() => {
                let name = journal.map(Journal::name).unwrap_or_default();
                voice.say(format_args!("undo it with: unscrape undo {name}{}", self.output.state.option()));
            }
            Some(_) if tally.patched() == 0 => {}
            Some(patch) if patch.as_os_str() != "-" => {
                let (verb, reverse) = if self.output.write { ("undo", " -R") } else { ("apply", "") };
                let root = names.root.as_deref().map(|root| format!(" -d {}", quoted(root))).unwrap_or_default();
                voice.say(format_args!("{verb} the patch with: patch{reverse} -p1{root} < {}", quoted(patch)));
            }
            _ if self.edits.is_none()
                && self.report.is_none()
                && !self.output.write
                && tally.counts.stats.has_edits() =>
            {
                voice.say("see each change with: unscrape diff")
            }
            _ => {}
        }
    }
}

/// From how many texts on it says anything that a rule changed most of them.
const MANY: u64 = 50;

/// In which share of the texts a rule is expected to act at most.
const MOST: f64 = 0.8;

impl Args {
    /// Names rules that changed nearly every text: what is wrong with all of them is seldom wrong with each.
    fn say_busy(&self, tally: &Tally) {
        if tally.counts.stats.texts() < MANY {
            return;
        }
        for (rule, texts) in tally.counts.stats.busy(MOST) {
            // A site has the same around all of its articles.
            if !rule.as_str().starts_with("sites/") {
                tally.voice.say(format_args!(
                    "{rule} changed {texts} of {} texts; is that meant? See `unscrape diff --select {rule}`",
                    tally.counts.stats.texts()
                ));
            }
        }
    }
}

impl State {
    /// Returns the option as it would be written, with a space before it, if it is needed.
    pub(super) fn option(&self) -> String {
        if self.dir == Path::new(".unscrape") { String::new() } else { format!(" --state-dir {}", quoted(&self.dir)) }
    }
}

/// Every real path that this run reads or writes.
fn taken(found: &Found, destination: &Destination) -> HashSet<PathBuf> {
    let targets = match destination {
        Destination::Files { targets, .. } => targets.as_slice(),
        _ => &[],
    };
    found.inputs.iter().filter_map(|input| input.path.as_ref()).chain(targets).map(|path| real(path)).collect()
}

/// Returns a path as a word of the shell.
pub(super) fn quoted(path: &Path) -> String {
    let path = shown(path);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | ':' | '@');
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
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
