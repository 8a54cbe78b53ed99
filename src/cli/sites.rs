//! `unscrape sites`: the life of site packs, from the first pages to rules that are out of date.

mod new;
mod samples;
mod stale;
mod test;
mod which;

use super::{Outcome, Stop, Terminal};

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Name the site of each text, what decided, and the packs that run for it
    Which(which::Which),
    /// Begin a pack for a site: what it can be told by, and what its pages have in common
    New(new::New),
    /// Say what of site packs no longer fits the pages of their sites
    Stale(stale::Stale),
    /// Run site packs over the samples that lie beside them
    Test(test::Test),
}

pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    match command {
        Command::Which(args) => which::run(args, terminal),
        Command::New(args) => new::run(args, terminal),
        Command::Stale(args) => stale::run(args, terminal),
        Command::Test(args) => test::run(args, terminal),
    }
}
