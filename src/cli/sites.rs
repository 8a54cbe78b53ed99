//! `unscrape sites`: which site a text belongs to, and why.

use std::io::Write;

use super::args::{Inputs, RuleFiles};
use super::runner::Tally;
use super::{Outcome, Stop, Terminal};
use crate::corpus::run::{self, NotRead};

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
    let mut tally = Tally::new(terminal.voice);
    tally.report(&found);
    for input in &found.inputs {
        let shown = input.shown();
        let out = &mut terminal.out;
        let (url, max_record) = (args.inputs.url.as_deref(), args.inputs.max_record_bytes);
        let result = run::texts(input, &fields, encoding, url, max_record, |text, about, record| {
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
            Err(NotRead::Input(why)) => tally.fail(&shown, &why),
            Err(NotRead::Each(error)) => return Err(error.into()),
        }
    }
    Ok(tally.outcome(false))
}
