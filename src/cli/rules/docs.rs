//! `unscrape rules docs`: the reference of rules, and that of their files.

use std::io::Write;
use std::path::PathBuf;

use anyhow::anyhow;

use super::super::args::RuleFiles;
use super::super::{Outcome, Stop, Terminal};
use crate::corpus::walk::shown;
use crate::corpus::write::{Existing, Staged};
use crate::rules::docs;

const EXAMPLES: &str = "\
Examples:
  unscrape rules docs -o docs/rules.md
  unscrape rules docs --rules my-site.yaml -o rules.md      with your own rules
  unscrape rules docs --file-format                         what a rule file may say";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Args {
    /// Write FILE, which is replaced, in place of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// What a rule file may say, in place of what rules there are
    #[arg(long)]
    file_format: bool,

    #[command(flatten)]
    files: RuleFiles,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let text = if args.file_format { docs::file() } else { docs::rules(&args.files.builder()?.packs()?) };
    let Some(path) = &args.output else {
        terminal.out.write_all(text.as_bytes())?;
        return Ok(Outcome::Done);
    };
    let cannot = |error| anyhow!("cannot write `{}`: {error}", shown(path));
    let mut staged = Staged::new(path, Existing::Replace);
    staged.write_all(text.as_bytes()).map_err(cannot)?;
    staged.commit().map_err(cannot)?;
    Ok(Outcome::Done)
}
