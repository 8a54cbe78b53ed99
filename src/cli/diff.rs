//! `unscrape diff`: what `clean` would change.

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::args::{Batch, Choice, Inputs};
use super::clean::quoted;
use super::reports::{Edits, patch};
use super::runner::{Gathers, Tally, cleaner_for, look};
use super::{Outcome, Stop, Terminal, all};
use crate::corpus::job::{Job, Part};
use crate::corpus::run::Done;
use crate::corpus::targets;
use crate::corpus::walk::shown;
use crate::report::words::Style;
use crate::report::{self, Doc};

const EXAMPLES: &str = "\
Examples:
  unscrape diff article.txt
  unscrape diff articles --safety review             what a person should look at, too
  unscrape diff articles --format patch > p          then: patch -p1 < p, or git apply p
  unscrape diff articles --format html > report.html  a page for a browser
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
    /// One page for a browser, without network, in which edits are filtered, accepted and refused
    Html,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let found = args.inputs.find()?;
    let encoding = args.inputs.encoding(&args.choice.files, &found)?;
    let names = targets::patch_names(&found.inputs, args.root.as_deref()).map_err(all)?;
    let gathers =
        Gathers { findings: args.format != Format::Patch, fields: args.fields || args.format == Format::Jsonl };
    let (cleaner, unread) = cleaner_for(&args.inputs, &args.batch, &args.choice, gathers, terminal.voice)?;
    let fields = args.inputs.fields(&args.choice.files)?;
    let mut tally = Tally::new(terminal.voice);
    tally.unread = unread;
    tally.report(&found);
    let mut edits = (args.format == Format::Jsonl).then(Edits::new).transpose().map_err(anyhow::Error::from)?;
    let style = Style { color: terminal.color, ..Style::default() };
    let render = |out: &mut Vec<u8>, doc: &Doc<'_>| match args.format {
        Format::Words => report::words::render(out, &Doc { name: &shown(Path::new(doc.name)), ..*doc }, style),
        Format::Jsonl => report::jsonl::edits(out, doc),
        Format::Html => report::html::document(out, doc),
        Format::Patch | Format::Stats => Ok(()),
    };
    let job = Job {
        cleaner: &cleaner,
        fields: &fields,
        encoding,
        url: args.inputs.url.as_deref(),
        front_matter: false,
        max_record: args.inputs.max_record_bytes,
        sides: args.format == Format::Patch,
        rejects: false,
        render: &render,
    };
    if args.format == Format::Html {
        report::html::begin(&mut terminal.out)?;
    }
    let out = RefCell::new(&mut terminal.out);
    let edits_cell = RefCell::new(&mut edits);
    let part = |_: usize, part: Part| match edits_cell.borrow_mut().as_mut() {
        Some(edits) => edits.append(&part.rendered),
        None => out.borrow_mut().write_all(&part.rendered),
    };
    let done = |index: usize, done: &Done| {
        if let Some(edits) = edits_cell.borrow_mut().as_mut() {
            edits.input(&found.inputs[index], done);
        }
        if args.format == Format::Patch { patch(*out.borrow_mut(), &names.names[index], done) } else { Ok(()) }
    };
    look(&job, &found.inputs, &args.inputs.pool()?, &mut tally, part, done)?;
    if let Some(edits) = &mut edits {
        edits.write(cleaner.rules_hash(), &mut terminal.out)?;
    }
    match args.format {
        Format::Stats => tally.counts.stats.render(&mut terminal.out)?,
        Format::Patch => {
            if let (Some(root), true) = (&names.root, tally.patched() > 0) {
                terminal.voice.say(format_args!("apply it with: patch -p1 -d {} < FILE", quoted(root)));
            }
        }
        Format::Html => report::html::end(&mut terminal.out, cleaner.rules_hash(), &tally.counts.stats.json())?,
        Format::Words | Format::Jsonl => {}
    }
    tally.say_skipped(&fields);
    tally.say_recoded("`clean` would write as UTF-8");
    if args.format == Format::Patch {
        tally.say_not_in_patch();
    }
    Ok(tally.outcome(args.exit_code && tally.changed > 0))
}
