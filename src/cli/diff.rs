//! `unscrape diff`: what `clean` would change.

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;

use super::args::{Batch, Choice, Inputs};
use super::clean::quoted;
use super::reports::{Edits, patch};
use super::runner::{Gathers, Runner, cleaner_for};
use super::{Outcome, Stop, Terminal, all};
use crate::corpus::run::Failure;
use crate::corpus::targets;
use crate::report::words::Style;
use crate::report::{self, Doc};

const EXAMPLES: &str = "\
Examples:
  unscrape diff article.txt
  unscrape diff articles --safety review             what a person should look at, too
  unscrape diff articles --format patch > p          then: patch -p1 < p, or git apply p
  unscrape diff articles --format stats";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    batch: Batch,

    /// What to show
    #[arg(long, value_name = "FORMAT", default_value = "words", help_heading = "Output")]
    format: Format,

    /// Show metadata that rules read and leave in the text, too; `jsonl` always does
    #[arg(long, help_heading = "Output")]
    fields: bool,

    /// The folder to which paths in a patch are relative, if inputs lie outside the working directory
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    root: Option<PathBuf>,

    /// Exit with 1 if anything would change
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The words around each change, with its rule
    Words,
    /// A patch for `patch -p1` and `git apply`
    Patch,
    /// One line of JSON for each edit
    Jsonl,
    /// A table of rules and how often each acted
    Stats,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let found = args.inputs.find()?;
    let encoding = args.inputs.encoding(&args.choice.files, &found)?;
    let names = targets::patch_names(&found.inputs, args.root.as_deref()).map_err(all)?;
    let gathers =
        Gathers { findings: args.format != Format::Patch, fields: args.fields || args.format == Format::Jsonl };
    let (cleaner, unread) = cleaner_for(&args.inputs, &args.batch, &args.choice, gathers, terminal.voice)?;
    let fields = args.inputs.fields(&args.choice.files)?;
    let mut runner = Runner::new(&cleaner, &fields, encoding, &args.inputs, terminal.voice);
    runner.tally.unread = unread;
    runner.sides = args.format == Format::Patch;
    runner.report(&found);
    let mut edits = (args.format == Format::Jsonl).then(Edits::new).transpose().map_err(anyhow::Error::from)?;
    let style = Style { color: terminal.color, ..Style::default() };
    for (index, input) in found.inputs.iter().enumerate() {
        let shown = input.shown();
        let out = &mut terminal.out;
        let result = runner.run(input, &mut io::sink(), &mut |doc| match args.format {
            Format::Words => report::words::render(out, &Doc { name: &shown, ..*doc }, style),
            Format::Jsonl => edits.as_mut().map_or(Ok(()), |edits| edits.document(doc)),
            Format::Patch | Format::Stats => Ok(()),
        });
        match result {
            Ok((done, _)) => {
                if args.format == Format::Patch {
                    patch(&mut terminal.out, &names.names[index], &done)?;
                }
                if let Some(edits) = &mut edits {
                    edits.input(input, &done);
                }
                runner.count_recoded(&done);
            }
            Err(Failure::Input(why)) => runner.fail(&shown, &why),
            Err(Failure::Output(error) | Failure::Watch(error)) => return Err(error.into()),
        }
    }
    if let Some(edits) = &mut edits {
        edits.write(cleaner.rules_hash(), &mut terminal.out)?;
    }
    match args.format {
        Format::Stats => runner.tally.stats.render(&mut terminal.out)?,
        Format::Patch => {
            if let (Some(root), true) = (&names.root, runner.tally.patched() > 0) {
                terminal.voice.say(format_args!("apply it with: patch -p1 -d {} < FILE", quoted(root)));
            }
        }
        Format::Words | Format::Jsonl => {}
    }
    runner.say_skipped();
    runner.say_recoded("`clean` would write as UTF-8");
    if args.format == Format::Patch {
        runner.say_not_in_patch();
    }
    Ok(runner.tally.outcome(args.exit_code && runner.tally.changed > 0))
}
