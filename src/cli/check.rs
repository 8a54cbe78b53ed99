//! `unscrape check`: whether `clean` would change anything.

use std::cell::Cell;
use std::io::Write;

use super::args::{Batch, Choice, Inputs};
use super::runner::{Gathers, Tally, add, cleaner_for, look};
use super::{Outcome, Stop, Terminal, count};
use crate::corpus::job::{Findings, Job, Part};
use crate::corpus::run::Done;

const EXAMPLES: &str = "\
Examples:
  unscrape check articles                 in a build: exit 1 if a file is not clean
  unscrape check articles --strict        also for flags and edits that need review";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    batch: Batch,

    /// Count flags and the edits that `review` rules propose, too
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let found = args.inputs.find()?;
    let encoding = args.inputs.encoding(&args.choice.files, &found)?;
    let gathers = Gathers { findings: args.strict, fields: false };
    let (cleaner, unread) = cleaner_for(&args.inputs, &args.batch, &args.choice, gathers, terminal.voice)?;
    let fields = args.inputs.fields(&args.choice.files)?;
    let mut tally = Tally::new(terminal.voice);
    tally.unread = unread;
    tally.report(&found);
    let job = Job {
        cleaner: &cleaner,
        fields: &fields,
        encoding,
        url: args.inputs.url.as_deref(),
        front_matter: false,
        max_record: args.inputs.max_record_bytes,
        sides: false,
        rejects: false,
        render: &|_, _| Ok(()),
    };
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
        writeln!(terminal.out, "{}: {}", found.inputs[index].shown(), parts.join(", "))
    };
    look(&job, &found.inputs, &args.inputs.pool()?, &mut tally, part, done)?;
    tally.say_skipped(&fields);
    Ok(tally.outcome(due))
}
