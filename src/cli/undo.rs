//! `unscrape undo`: bring back what a run rewrote.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use globset::{Glob, GlobMatcher};

use super::clean::State;
use super::{Outcome, Stop, Terminal, count};
use crate::corpus::journal::{self, Entry, Past};
use crate::corpus::targets::real;
use crate::corpus::undo::{Undo, Undone};
use crate::corpus::walk::shown;
use crate::edit::RuleId;

const EXAMPLES: &str = "\
Examples:
  unscrape undo                                  bring back the files of the last run
  unscrape undo --list                           what runs there are
  unscrape undo 20261125T041647-1 --file a.txt   one file of one run
  unscrape undo --rule core/words/glue           only what this rule did";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The run, by its name [default: the last one of which anything can be undone]
    #[arg(value_name = "RUN")]
    run: Option<String>,

    /// Only what these rules did: an id or a glob such as `core/words/*`; repeatable
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,

    /// Only these files; repeatable
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,

    /// List the runs, and undo nothing
    #[arg(long)]
    list: bool,

    #[command(flatten)]
    state: State,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let state = &args.state.dir;
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::ResourceBusy => Stop::Setup(anyhow!(error)),
        io::ErrorKind::InvalidData => Stop::Setup(anyhow!("{error}; undo another run by its name")),
        _ => Stop::Setup(anyhow!("cannot read the runs in `{}`: {error}", shown(state))),
    };
    let runs = journal::runs(state).map_err(unreadable)?;
    if args.list {
        let mut outcome = Outcome::Done;
        for run in runs {
            let past = match Past::read(&run) {
                Ok(past) => past,
                Err(error) => {
                    terminal.voice.error(error);
                    outcome = Outcome::Failed;
                    continue;
                }
            };
            let changed = past.files.iter().filter(|entry| can_be_undone(entry)).count() as u64;
            let into = past.run.into.as_ref().map_or("in place".to_owned(), |dir| format!("to {}", shown(&dir.path())));
            writeln!(terminal.out, "{}  {into}, {} to undo", past.name(), count(changed, "file"))?;
        }
        return Ok(outcome);
    }
    let rules: Vec<GlobMatcher> = args.rule.iter().map(|rule| matcher(rule)).collect::<Result<_, _>>()?;
    let mut past = args.past(&runs, state).map_err(unreadable)??;
    if let (Some(dir), false) = (&past.run.into, rules.is_empty()) {
        return Err(Stop::Setup(anyhow!(
            "the run {} wrote to `{}` and left its inputs as they were: clean them again with --ignore",
            past.name(),
            shown(&dir.path())
        )));
    }
    let journal = past.reopen().map_err(unreadable)?;
    past.remove_leftovers();
    let meant = args.meant(&past)?;
    let is_meant = |rule: &RuleId| rules.iter().any(|glob| glob.is_match(rule.as_str()));
    let mut undo = Undo::new(&past, journal);
    let (mut restored, mut removed, mut edits, mut touched, mut failed) = (0, 0, 0, 0, 0);
    for entry in meant {
        let some: Option<&dyn Fn(&RuleId) -> bool> = if rules.is_empty() { None } else { Some(&is_meant) };
        match undo.file(entry, some) {
            Ok(Undone::Restored) => restored += 1,
            Ok(Undone::Removed) => removed += 1,
            Ok(Undone::Edits(number)) => {
                edits += number;
                touched += 1;
            }
            Ok(Undone::Nothing) => {}
            Err(error) => {
                failed += 1;
                terminal.voice.error(format_args!("{}: {error}", shown(&entry.written().path())));
            }
        }
    }
    let kept = undo.settle();
    if let Err(error) = &kept {
        terminal.voice.error(format_args!("cannot write the journal of the run: {error}"));
    }
    let name = past.name();
    if !rules.is_empty() {
        terminal.voice.say(format_args!("{name}: {} taken back in {}", count(edits, "edit"), count(touched, "file")));
    } else if past.run.into.is_some() {
        terminal.voice.say(format_args!("{name}: {} removed", count(removed, "file")));
    } else {
        terminal.voice.say(format_args!("{name}: {} as before the run", count(restored, "file")));
    }
    Ok(if failed > 0 || kept.is_err() { Outcome::Failed } else { Outcome::Done })
}

/// Whether a run did anything to a file, or wrote it.
fn can_be_undone(entry: &Entry) -> bool {
    entry.before != entry.after || entry.target.is_some() || entry.kept
}

fn matcher(rule: &str) -> Result<GlobMatcher, Stop> {
    let glob = Glob::new(rule).map_err(|error| Stop::Setup(anyhow!("--rule {rule}: {error}")))?;
    Ok(glob.compile_matcher())
}

impl Args {
    /// Returns the run that is meant.
    fn past(&self, runs: &[PathBuf], state: &Path) -> io::Result<Result<Past, Stop>> {
        let named = |run: &&PathBuf| self.run.as_deref().is_none_or(|name| run.file_name() == Some(name.as_ref()));
        for run in runs.iter().rev().filter(named) {
            let past = Past::hold(run)?;
            if self.run.is_some() || past.files.iter().any(can_be_undone) {
                return Ok(Ok(past));
            }
            // It may have been killed before its first file was in its place.
            past.remove_leftovers();
        }
        let what = self.run.as_ref().map_or("no run to undo".to_owned(), |name| format!("no run called `{name}`"));
        Ok(Err(Stop::Setup(anyhow!("there is {what} in `{}`; see `unscrape undo --list`", shown(state)))))
    }

    /// Returns the files that are meant.
    fn meant<'p>(&self, past: &'p Past) -> Result<Vec<&'p Entry>, Stop> {
        let mut meant: Vec<_> = past.files.iter().filter(|entry| can_be_undone(entry)).collect();
        if self.file.is_empty() {
            return Ok(meant);
        }
        let named: Vec<PathBuf> = self.file.iter().map(|file| real(file)).collect();
        let has = |entry: &Entry, file: &PathBuf| entry.written().path() == *file || entry.path.path() == *file;
        for (file, path) in self.file.iter().zip(&named) {
            if !meant.iter().any(|entry| has(entry, path)) {
                return Err(Stop::Setup(anyhow!("the run {} did nothing to `{}`", past.name(), shown(file))));
            }
        }
        meant.retain(|entry| named.iter().any(|file| has(entry, file)));
        Ok(meant)
    }
}
