//! `unscrape apply`: carry out a list of edits.
//!
//! It is `clean` with the list in place of the rules, so that files are read, written, journalled and taken back alike.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::Parser as _;

use super::{Cli, Command, Outcome, Stop, Terminal, clean};
use crate::corpus::units;
use crate::corpus::walk::{self, Filter, shown};
use crate::replay::{Input, Replay};

const EXAMPLES: &str = "\
Examples:
  unscrape diff articles --format jsonl > edits.jsonl    list the edits
  unscrape apply edits.jsonl -w                          make them
  unscrape apply edits.jsonl --decisions d.jsonl -w      those that somebody accepted, none that were refused";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The list that `clean --edits` or `diff --format jsonl` wrote: edits that are `kept` are made
    #[arg(value_name = "EDITS")]
    list: PathBuf,

    /// What was decided about the edits: what is proposed and accepted is made too, what is refused is not
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

    /// Write clean texts below DIR, and DIR.patch beside it
    #[arg(long, value_name = "DIR", conflicts_with = "write", help_heading = "Output")]
    out_dir: Option<PathBuf>,

    /// Rewrite the files in place, each whole or not at all; `unscrape undo` brings them back
    #[arg(short, long, help_heading = "Output")]
    write: bool,

    /// Overwrite files that exist
    #[arg(long, help_heading = "Output")]
    force: bool,

    /// Write a patch from the input to the clean text
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    patch: Option<PathBuf>,

    #[command(flatten)]
    state: clean::State,

    /// Keep no journal: the run cannot be undone
    #[arg(long, help_heading = "Runs")]
    no_journal: bool,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let list = &args.list;
    let file = File::open(list).map_err(|error| Stop::Setup(anyhow!("cannot read `{}`: {error}", shown(list))))?;
    let replay = Replay::read(BufReader::new(file)).map_err(|why| Stop::Setup(anyhow!("`{}` {why}", shown(list))))?;
    let (mut same, mut others) = (Vec::new(), 0);
    for input in &replay.inputs {
        match is_same(input) {
            Ok(()) => same.push(input),
            Err(why) => {
                others += 1;
                let name = crate::report::escape::visible(&input.doc);
                terminal.voice.error(format_args!("{name}: {why}"));
            }
        }
    }
    if same.is_empty() {
        if others == 0 {
            terminal.voice.say("the list names no inputs, so there is nothing to do");
        }
        return Ok(if others > 0 { Outcome::Failed } else { Outcome::Done });
    }
    let command = args.command(&replay, &same);
    let cli = Cli::try_parse_from(command).map_err(|error| Stop::Setup(anyhow!("{error}")))?;
    let Command::Clean(clean) = cli.command else { unreachable!("that is what was asked for") };
    let outcome = clean::run_with(&clean, terminal, Some(replay))?;
    Ok(if others > 0 { outcome.max(Outcome::Failed) } else { outcome })
}

impl Args {
    /// Returns the command that does to the inputs `same` what the list says, once that stands in for the rules.
    fn command(&self, replay: &Replay, same: &[&Input]) -> Vec<OsString> {
        let mut command: Vec<OsString> = ["unscrape", "clean", "--no-config"].map(OsString::from).into();
        let mut option = |name: &str, value: Option<&Path>| {
            if let Some(value) = value {
                command.push([name, "="].concat().into());
                command.last_mut().expect("just put there").push(value);
            }
        };
        option("--decisions", self.decisions.as_deref());
        option("--out-dir", self.out_dir.as_deref());
        option("--patch", self.patch.as_deref());
        option("--state-dir", Some(&self.state.dir));
        for (name, is_on) in [
            ("--no-decisions", self.decisions.is_none()),
            ("--write", self.write),
            ("--force", self.force),
            ("--no-journal", self.no_journal),
        ] {
            command.extend(is_on.then(|| name.into()));
        }
        command.extend(replay.fields().map(|field| format!("--text-field={field}").into()));
        if let Some(first) = same.iter().find(|input| input.encoding != "utf-8") {
            let is_one = same.iter().all(|input| input.encoding == first.encoding);
            let label = if is_one { &first.encoding } else { "auto" };
            command.push(format!("--encoding={label}").into());
        }
        command.push("--".into());
        command.extend(same.iter().map(|input| OsString::from(&input.doc)));
        command
    }
}

/// Checks that an input is the one of which the list was made.
fn is_same(input: &Input) -> Result<(), String> {
    if input.doc == "-" {
        return Err("was standard input, which cannot be read again".to_owned());
    }
    let found = walk::find(&[PathBuf::from(&input.doc)], None, &Filter::default());
    let Some(file) = found.inputs.first() else {
        return Err(found.problems.into_iter().next().map_or_else(|| "is a folder, not a file".to_owned(), |it| it.1));
    };
    let mut hasher = blake3::Hasher::new();
    let read = units::open(file).and_then(|opened| {
        let mut bytes = opened.bytes;
        io::copy(&mut bytes, &mut hasher)
    });
    read.map_err(|error| error.to_string())?;
    if *hasher.finalize().to_hex() != *input.hash {
        return Err("changed since its edits were listed; left as it is, list them anew".to_owned());
    }
    Ok(())
}
