//! `unscrape diff`: what `clean` would change.

use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use console::Term;

use super::args::Task;
use super::clean::quoted;
use super::reports::{Edits, patch};
use super::runner::{Gathers, look};
use super::{Outcome, Stop, Terminal, all};
use crate::corpus::job::{Job, Part};
use crate::corpus::run::Done;
use crate::corpus::targets;
use crate::corpus::walk::shown;
use crate::report::grouped;
use crate::report::lint::sarif::Log;
use crate::report::words::Style;
use crate::report::{self, Doc};

const EXAMPLES: &str = "\
Examples:
  unscrape diff article.txt
  unscrape diff articles --by edit                   identical edits together, the most frequent first
  unscrape diff articles --safety review             what a person should look at, too
  unscrape diff articles --format patch > p          then: patch -p1 < p, or git apply p
  unscrape diff articles --format html > report.html  a page for a browser
  unscrape diff articles --format stats
  unscrape diff articles --format github             notes beside the lines of a pull request";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    task: Task,

    /// What to show
    #[arg(long, value_name = "FORMAT", default_value = "words", help_heading = "Output")]
    format: Format,

    /// How the words are put together
    #[arg(long, value_name = "WHAT", default_value = "file", help_heading = "Output")]
    by: By,

    /// Show metadata that rules read and leave in the text, too; `jsonl` always does
    #[arg(long, help_heading = "Output")]
    fields: bool,

    /// The folder to which paths in a patch are relative, if inputs lie outside the working directory
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    root: Option<PathBuf>,

    /// Exit with 1 if anything would change
    #[arg(long)]
    exit_code: bool,

    /// With `--format stats`, show what differs from the numbers that `clean --stats` of an earlier run wrote
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    compare: Option<PathBuf>,

    /// Use no pager on a terminal; otherwise UNSCRAPE_PAGER, PAGER or `less` shows what is for people
    #[arg(long, help_heading = "Output")]
    no_pager: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// File by file, as they lie in the text
    File,
    /// Rule by rule, over all files, the busiest first
    Rule,
    /// Identical edits together, over all files, the most frequent first
    Edit,
}

/// How wide `side` is where nobody says how wide the terminal is, and how narrow at most, in cells.
const WIDTH: usize = 160;
const MIN_WIDTH: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The words around each change, with its rule
    Words,
    /// The lines that change, as they were and as they become
    Side,
    /// A patch for `patch -p1` and `git apply`
    Patch,
    /// One line of JSON for each edit
    Jsonl,
    /// A table of rules and how often each acted
    Stats,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// One line of JSON for each finding, for reviewdog
    Rdjsonl,
    /// Annotations of GitHub's actions
    Github,
    /// One page for a browser, without network, in which edits are filtered, accepted and refused
    Html,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let earlier = args.earlier()?;
    if args.by != By::File && args.format != Format::Words {
        return Err(anyhow::anyhow!("--by is for --format words").into());
    }
    let ready = args.task.ready()?;
    let inputs = &ready.found.inputs;
    let names = targets::patch_names(inputs, args.root.as_deref()).map_err(all)?;
    let gathers =
        Gathers { findings: args.format != Format::Patch, fields: args.fields || args.format == Format::Jsonl };
    let (builder, unread) = args.task.builder(gathers, terminal.voice)?;
    let cleaner = builder.build()?;
    let mut tally = ready.tally(unread, terminal.voice);
    let mut edits = (args.format == Format::Jsonl).then(Edits::new).transpose().map_err(anyhow::Error::from)?;
    let width = width();
    if matches!(args.format, Format::Words | Format::Side) && !args.no_pager {
        terminal.page();
    }
    let style = Style { color: terminal.color, ..Style::default() };
    let render = |out: &mut Vec<u8>, doc: &Doc<'_>| match args.format {
        Format::Words if args.by != By::File => report::asked::render(out, doc, style.color),
        Format::Words => report::words::render(out, &Doc { name: &shown(Path::new(doc.name)), ..*doc }, style),
        Format::Side => {
            let name = shown(Path::new(doc.name));
            report::side::render(out, &Doc { name: &name, ..*doc }, report::side::Style { color: style.color, width })
        }
        Format::Jsonl => report::jsonl::edits(out, doc),
        Format::Sarif => report::lint::sarif::render(out, doc),
        Format::Rdjsonl => report::lint::rdjson::render(out, doc),
        Format::Github => report::lint::github::render(out, doc),
        Format::Html => report::html::document(out, doc),
        Format::Patch | Format::Stats => Ok(()),
    };
    let job = Job { sides: args.format == Format::Patch, ..ready.job(&cleaner, &render) };
    let sarif = match args.format {
        Format::Sarif => Some(Log::begin(&mut terminal.out, cleaner.rules())?),
        _ => None,
    };
    let sarif = RefCell::new(sarif);
    if args.format == Format::Html {
        report::html::begin(&mut terminal.out)?;
    }
    let out = RefCell::new(&mut terminal.out);
    let edits_cell = RefCell::new(&mut edits);
    let items = RefCell::new(Vec::new());
    let part = |_: usize, part: Part| match edits_cell.borrow_mut().as_mut() {
        Some(edits) => edits.append(&part.rendered),
        None if args.format == Format::Words && args.by != By::File => {
            items.borrow_mut().extend(report::asked::read(&part.rendered)?);
            Ok(())
        }
        None if args.format == Format::Sarif => {
            sarif.borrow_mut().as_mut().map_or(Ok(()), |log| log.add(*out.borrow_mut(), &part.rendered))
        }
        None => out.borrow_mut().write_all(&part.rendered),
    };
    let done = |index: usize, done: &Done| {
        if let Some(edits) = edits_cell.borrow_mut().as_mut() {
            edits.input(&inputs[index], done);
        }
        if args.format == Format::Patch { patch(*out.borrow_mut(), &names.names[index], done) } else { Ok(()) }
    };
    look(&job, inputs, &args.task.inputs.pool()?, &mut tally, part, done)?;
    match args.by {
        By::File => {}
        By::Rule => grouped::render(&mut terminal.out, &items.into_inner(), grouped::By::Rule)?,
        By::Edit => grouped::render(&mut terminal.out, &items.into_inner(), grouped::By::Edit)?,
    }
    if let Some(log) = sarif.into_inner() {
        log.end(&mut terminal.out)?;
    }
    if let Some(edits) = &mut edits {
        edits.write(cleaner.rules_hash(), &mut terminal.out)?;
    }
    terminal.end_page()?;
    match args.format {
        Format::Stats => match &earlier {
            Some(earlier) => report::stats::compare(&mut terminal.out, earlier, &tally.counts.stats.json())?,
            None => tally.counts.stats.render(&mut terminal.out)?,
        },
        Format::Patch => {
            if let (Some(root), true) = (&names.root, tally.patched() > 0) {
                terminal.voice.say(format_args!("apply it with: patch -p1 -d {} < FILE", quoted(root)));
            }
        }
        Format::Html => report::html::end(&mut terminal.out, cleaner.rules_hash(), &tally.counts.stats.json())?,
        Format::Words | Format::Side | Format::Jsonl | Format::Sarif | Format::Rdjsonl | Format::Github => {}
    }
    tally.say_skipped(&ready.fields);
    tally.say_recoded("`clean` would write as UTF-8");
    if args.format == Format::Patch {
        tally.say_not_in_patch();
    }
    Ok(tally.outcome(args.exit_code && tally.changed > 0))
}

/// Returns how wide the preview may be: as wide as the terminal, or as `COLUMNS` says.
fn width() -> usize {
    let terminal = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let said = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    terminal.or_else(said).unwrap_or(WIDTH).max(MIN_WIDTH)
}

impl Args {
    /// Reads the numbers of an earlier run, if these are to be compared with.
    fn earlier(&self) -> anyhow::Result<Option<serde_json::Value>> {
        let Some(path) = &self.compare else { return Ok(None) };
        if self.format != Format::Stats {
            bail!("--compare is for --format stats");
        }
        let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", shown(path)))?;
        let numbers: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if numbers["unscrape"] != "stats" {
            bail!("`{}` holds no numbers of a run; `clean --stats FILE` writes them", shown(path));
        }
        Ok(Some(numbers))
    }
}
