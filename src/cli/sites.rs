//! `unscrape sites`: which site a text belongs to, and why.

use std::io::Write;

use super::args::{Inputs, RuleFiles};
use super::runner::Runner;
use super::{Outcome, Stop, Terminal};
use crate::corpus::run::{self, Failure};

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Name the site of each text, what decided, and the packs that run for it
    Which(Which),
}

#[derive(clap::Args, Debug)]
pub(super) struct Which {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    files: RuleFiles,
}

pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let Command::Which(args) = command;
    let found = args.inputs.find()?;
    let cleaner = args.files.builder()?.build()?;
    let fields = args.inputs.fields(&args.files)?;
    let encoding = args.inputs.encoding(&args.files, &found)?;
    let mut runner = Runner::new(&cleaner, &fields, encoding, &args.inputs, terminal.voice);
    runner.report(&found);
    for input in &found.inputs {
        let shown = input.shown();
        let out = &mut terminal.out;
        let result = run::texts(input, &fields, encoding, args.inputs.url.as_deref(), |text, about, record| {
            let place = record.map_or_else(|| shown.clone(), |record| format!("{shown}:{record}"));
            match cleaner.which_site(text, about) {
                None => writeln!(out, "{place}: no site"),
                Some(site) => {
                    writeln!(out, "{place}: {}\n  about: {}", site.site, site.about)?;
                    writeln!(out, "  why: {}\n  packs: {}", site.why, site.packs.join(", "))
                }
            }
        });
        match result {
            Ok(()) => {}
            Err(Failure::Input(why)) => runner.fail(&shown, &why),
            Err(Failure::Output(error) | Failure::Watch(error)) => return Err(error.into()),
        }
    }
    Ok(runner.tally.outcome(false))
}
