//! The command line: what was asked, done and answered. The only place that prints.
//!
//! Results go to standard output, talk to standard error. Exit codes: 0 done; 1 `check` found something,
//! `--exit-code` saw a change or a rule test failed; 2 a usage, configuration or rule error, and nothing was
//! processed; 3 it ran, but some inputs failed or were held; 130 interrupted. A closed pipe is no error.

use std::fmt::Display;
use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

use pager::Out;

use crate::report::counted as count;
use crate::rules::diagnostics::RuleErrors;

mod apply;
mod args;
mod check;
mod clean;
mod config;
mod diff;
mod explain;
mod learn;
mod pager;
mod progress;
mod reports;
mod review;
mod rules;
mod runner;
mod sites;
mod trust;
mod undo;
mod writer;

const EXAMPLES: &str = "\
Examples:
  unscrape clean article.txt                    clean text to standard output
  unscrape diff article.txt                     what would change, and by which rule
  unscrape clean articles --out-dir cleaned     a folder, with cleaned.patch beside it
  unscrape clean -w articles --edits e.jsonl    in place, with every edit on record

Exit codes: 0 done; 1 check or --exit-code found a change, or a rule test failed; 2 wrong usage,
configuration or rules, nothing was processed; 3 some inputs failed or were held; 130 interrupted.";

/// Cleans scraped articles by rules, and shows every change with the rule that made it.
#[derive(Parser)]
#[command(name = "unscrape", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Print errors only, no summary and no hints
    #[arg(short, long, global = true, display_order = 900)]
    quiet: bool,

    /// When to use colour; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 901)]
    color: ColorChoice,
}

#[derive(Subcommand)]
enum Command {
    /// Clean texts
    Clean(Box<clean::Args>),
    /// Show what `clean` would change, and by which rule
    Diff(diff::Args),
    /// Exit with 1 if `clean` would change anything; writes nothing
    Check(check::Args),
    /// Go through the edits, accept or refuse each, and keep the answers
    Review(review::Args),
    /// Say which rules acted at a place of a text, and why others did not
    Explain(explain::Args),
    /// Make the edits of a list
    Apply(apply::Args),
    /// Bring back what a run rewrote, wholly or what one rule did
    Undo(undo::Args),
    /// List, show and test rules
    #[command(subcommand)]
    Rules(rules::Command),
    /// Find out to which site a text belongs
    #[command(subcommand)]
    Sites(sites::Command),
}

/// How a run ended; a later variant outweighs an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing to say.
    Done = 0,
    /// What was looked for is there: a change, a failing test.
    Found = 1,
    /// Some inputs failed or were held.
    Failed = 3,
    /// The user stopped it.
    Interrupted = 130,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print(); // Nobody is left to tell.
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut terminal = Terminal::new(cli.color, cli.quiet);
    let result = match cli.command {
        Command::Clean(args) => clean::run(&args, &mut terminal),
        Command::Diff(args) => diff::run(&args, &mut terminal),
        Command::Check(args) => check::run(&args, &mut terminal),
        Command::Explain(args) => explain::run(&args, &mut terminal),
        Command::Review(args) => review::run(&args, &mut terminal),
        Command::Apply(args) => apply::run(&args, &mut terminal),
        Command::Undo(args) => undo::run(&args, &mut terminal),
        Command::Rules(command) => rules::run(&command, &mut terminal),
        Command::Sites(command) => sites::run(&command, &mut terminal),
    };
    let result = result.and_then(|outcome| terminal.end_page().map(|()| outcome).map_err(Stop::Output));
    let _ = terminal.out.get_mut().close(); // What went wrong before is said.
    match result {
        Ok(outcome) => ExitCode::from(outcome as u8),
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Stop::Output(error)) => {
            terminal.voice.error(format_args!("cannot write to standard output: {error}"));
            ExitCode::from(Outcome::Failed as u8)
        }
        Err(Stop::Setup(error)) => {
            match error.downcast_ref::<RuleErrors>() {
                Some(errors) => terminal.voice.rule_errors(errors),
                None => terminal.voice.error(format_args!("{error:#}")),
            }
            ExitCode::from(2)
        }
    }
}

/// Why a command stopped.
#[derive(Debug)]
enum Stop {
    /// Wrong usage, configuration or rules: nothing was processed.
    Setup(anyhow::Error),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Stop::Setup(error)
    }
}

impl From<RuleErrors> for Stop {
    fn from(errors: RuleErrors) -> Self {
        Stop::Setup(errors.into())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

/// So many problems of one run are listed.
const MAX_PROBLEMS: usize = 10;

/// Makes one error of many messages: the first line says the first, and so on.
fn all(mut problems: Vec<String>) -> Stop {
    if let Some(more) = problems.len().checked_sub(MAX_PROBLEMS).filter(|more| *more > 1) {
        problems.truncate(MAX_PROBLEMS);
        problems.push(format!("… and {more} more of the kind"));
    }
    Stop::Setup(anyhow::Error::msg(problems.join("\nerror: ")))
}

/// Standard output, and a voice on standard error.
struct Terminal {
    out: BufWriter<Out>,
    /// Whether standard output takes colour.
    color: bool,
    voice: Voice,
}

impl Terminal {
    fn new(color: ColorChoice, quiet: bool) -> Self {
        let takes = |auto: anstream::ColorChoice| match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => auto != anstream::ColorChoice::Never,
        };
        Self {
            out: BufWriter::with_capacity(1 << 16, Out::Stdout(io::stdout())),
            color: takes(anstream::AutoStream::choice(&io::stdout())),
            voice: Voice { quiet, color: takes(anstream::AutoStream::choice(&io::stderr())) },
        }
    }
}

impl Terminal {
    /// Sends what follows through a pager, if standard output is a terminal.
    fn page(&mut self) {
        if let Some(pager) = Out::pager() {
            self.out = BufWriter::with_capacity(1 << 16, pager);
        }
    }

    /// Ends the pager, so that what is said next is seen.
    fn end_page(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_mut().close()
    }
}

/// What is said on standard error. A closed one must not stop the work, so nothing here fails.
#[derive(Clone, Copy, Debug)]
struct Voice {
    quiet: bool,
    color: bool,
}

impl Voice {
    /// Says what went wrong.
    fn error(self, message: impl Display) {
        progress::line(format_args!("error: {message}"));
    }

    /// Says what else is worth knowing, unless nobody wants to.
    fn say(self, message: impl Display) {
        if !self.quiet {
            progress::line(format_args!("{message}"));
        }
    }

    /// Shows what is wrong with the rules; the messages bring their own titles.
    fn rule_errors(self, errors: &RuleErrors) {
        let text = if self.color { errors.styled() } else { errors.to_string() };
        progress::line(format_args!("{text}"));
    }
}
