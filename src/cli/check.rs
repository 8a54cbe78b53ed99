//! `unscrape check`: whether `clean` would change anything.

use std::cell::Cell;
use std::io::Write;

use super::args::Task;
use super::runner::{Gathers, add, look};
use super::{Outcome, Stop, Terminal, count};
use crate::corpus::job::{Findings, Part};
use crate::corpus::run::Done;

const EXAMPLES: &str = "\
Examples:
  unscrape check articles                 in a build: exit 1 if a file is not clean
  unscrape check articles --strict        also for flags and edits that need review";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    task: Task,

    /// Count flags and the edits that `review` rules propose, too
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let ready = args.task.ready()?;
    let gathers = Gathers { findings: args.strict, fields: false };
    let (builder, unread) = args.task.builder(gathers, terminal.voice)?;
    let cleaner = builder.build()?;
    let mut tally = ready.tally(unread, terminal.voice);
    let job = ready.job(&cleaner, &|_, _| Ok(()));
    let inputs = &ready.found.inputs;
    let mut due = false;
    // Of the input at its turn.
    let found_in = Cell::new((0, Findings::default()));
    let part = |index: usize, part: Part| {
        let (last, mut all) = found_in.get();
        if last != index {
            all = Findings::default();
        }
        add(&mut all, part.findings);
        found_in.set((index, all));
        Ok(())
    };
    let done = |index: usize, done: &Done| {
        let (last, mut findings) = found_in.get();
        if last != index {
            findings = Findings::default();
        }
        let mut parts = Vec::new();
        if let Some(recoded) = done.recoded.filter(|_| done.changed) {
            parts.push(format!("{} to UTF-8", recoded.name()));
        }
        if done.changed && findings.edits > 0 {
            parts.push(count(findings.edits, "edit"));
        }
        if args.strict && findings.proposed > 0 {
            parts.push(count(findings.proposed, "edit") + " to review");
        }
        if args.strict && findings.flags > 0 {
            parts.push(count(findings.flags, "flag"));
        }
        if parts.is_empty() {
            return Ok(());
        }
        due = true;
        writeln!(terminal.out, "{}: {}", inputs[index].shown(), parts.join(", "))
    };
    look(&job, inputs, &args.task.inputs.pool()?, &mut tally, part, done)?;
    tally.say_skipped(&ready.fields);
    Ok(tally.outcome(due))
}
