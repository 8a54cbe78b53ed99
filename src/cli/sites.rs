//! `unscrape sites`: which site a text belongs to and why.

mod which;

use super::{Outcome, Stop, Terminal};

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// Name the site of each text, what decided, and the packs that run for it
    Which(which::Which),
}

pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    match command {
        Command::Which(args) => which::run(args, terminal),
    }
}
