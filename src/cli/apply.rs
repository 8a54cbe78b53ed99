//! `unscrape apply`: carry out a list of edits.
//!
//! It is `clean` with the list in place of the rules, so that files are read, written, journalled and taken back alike.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _};
use std::path::PathBuf;

use anyhow::anyhow;

use super::args::{Batch, Choice, Inputs, Task};
use super::{Outcome, Stop, Terminal, clean};
use crate::corpus::units;
use crate::corpus::walk::{self, Filter, shown};
use crate::replay::{Input, Replay};
use crate::text::InputEncoding;

const EXAMPLES: &str = "\
Examples:
  unscrape diff articles --format jsonl > edits.jsonl    list the edits
  unscrape apply edits.jsonl -w                          make them
  unscrape diff articles --format jsonl | unscrape apply - -w
  unscrape apply edits.jsonl --decisions d.jsonl -w      those that somebody accepted, none that were refused";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The list that `clean --edits` or `diff --format jsonl` wrote, or `-` for standard input: edits that are `kept` are
    /// made
    #[arg(value_name = "EDITS")]
    list: PathBuf,

    /// What was decided about the edits: what is proposed and accepted is made too, what is refused is not
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

    #[command(flatten)]
    output: clean::Output,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let name =
        if args.list.as_os_str() == "-" { "standard input".to_owned() } else { format!("`{}`", shown(&args.list)) };
    let mut replay = Replay::read(args.open()?).map_err(|why| Stop::Setup(anyhow!("{name} {why}")))?;
    let (mut same, mut others) = (Vec::new(), Vec::new());
    for input in &replay.inputs {
        match is_same(input) {
            Ok(()) => same.push(input.clone()),
            Err(why) => {
                let name = crate::report::escape::visible(&input.doc);
                terminal.voice.error(format_args!("{name}: {why}"));
                others.push(input.doc.clone());
            }
        }
    }
    if same.is_empty() {
        if others.is_empty() {
            terminal.voice.say("the list names no inputs, so there is nothing to do");
        }
        return Ok(if others.is_empty() { Outcome::Done } else { Outcome::Failed });
    }
    others.iter().for_each(|doc| replay.forget(doc));
    let clean = clean::Args::new(args.task(&replay, &same)?, args.output.clone());
    let outcome = clean::run_by(&clean, terminal, clean::By::List(replay))?;
    Ok(if others.is_empty() { outcome } else { outcome.max(Outcome::Failed) })
}

impl Args {
    /// Opens the list.
    fn open(&self) -> Result<Box<dyn BufRead>, Stop> {
        let list = &self.list;
        if list.as_os_str() == "-" {
            if io::stdin().is_terminal() {
                return Err(Stop::Setup(anyhow!("nothing is piped to standard input: name the list of edits, EDITS")));
            }
            return Ok(Box::new(io::stdin().lock()));
        }
        if list.is_dir() {
            return Err(Stop::Setup(anyhow!(
                "`{}` is a folder: name the list of edits that `clean --edits` or `diff --format jsonl` wrote; it says which \
                 texts they are of",
                shown(list)
            )));
        }
        let file = File::open(list).map_err(|error| Stop::Setup(anyhow!("cannot read `{}`: {error}", shown(list))))?;
        Ok(Box::new(BufReader::new(file)))
    }

    /// Names the inputs `same` as the list does, with no rules but what was decided.
    fn task(&self, replay: &Replay, same: &[Input]) -> Result<Task, Stop> {
        let paths = same.iter().map(|input| PathBuf::from(&input.doc)).collect();
        let mut inputs = Inputs::of(paths, replay.fields().map(str::to_owned).collect());
        if let Some(first) = same.iter().find(|input| input.encoding != "utf-8") {
            let is_one = same.iter().all(|input| input.encoding == first.encoding);
            let label = if is_one { &first.encoding } else { "auto" };
            let encoding = InputEncoding::for_label(label);
            inputs = inputs.encoded(encoding.ok_or_else(|| anyhow!("the list names an unknown encoding, `{label}`"))?);
        }
        Ok(Task { inputs, choice: Choice::shipped(self.decisions.clone()), batch: Batch::default() })
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
