//! `unscrape check`: whether `clean` would change anything.

use std::io::{self, Write};

use super::args::{Batch, Choice, Inputs};
use super::runner::{Gathers, Runner, cleaner_for};
use super::{Outcome, Stop, Terminal, count};
use crate::corpus::run::Failure;

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
    let mut runner = Runner::new(&cleaner, &fields, encoding, &args.inputs, terminal.voice);
    runner.tally.unread = unread;
    runner.report(&found);
    let mut due = false;
    for input in &found.inputs {
        match runner.run(input, &mut io::sink(), &mut |_| Ok(())) {
            Ok((done, findings)) => {
                let mut parts = Vec::new();
                if let Some(recoded) = done.recoded.as_ref().filter(|_| done.changed) {
                    parts.push(format!("{} to UTF-8", recoded.from.name()));
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
                if !parts.is_empty() {
                    due = true;
                    writeln!(terminal.out, "{}: {}", input.shown(), parts.join(", "))?;
                }
            }
            Err(Failure::Input(why)) => runner.fail(&input.shown(), &why),
            Err(Failure::Output(error) | Failure::Watch(error)) => return Err(error.into()),
        }
    }
    runner.say_skipped();
    Ok(runner.tally.outcome(due))
}
