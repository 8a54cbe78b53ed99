//! `unscrape rules lint`: what is no mistake in rule files and yet not as it should be.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::anyhow;

use super::super::args::RuleFiles;
use super::super::{Outcome, Stop, Terminal, config, count};
use super::replace;
use crate::corpus::walk::shown;
use crate::report::patch;
use crate::rule_lint::{CHECKS, Check, Finding, fixed, reads};
use crate::rules::diagnostics::{RuleErrors, did_you_mean};
use crate::rules::model::Source;

const EXAMPLES: &str = "\
Examples:
  unscrape rules lint my-site.yaml
  unscrape rules lint my-site.yaml --fix       mends what can be mended without thinking, and shows it
  unscrape rules lint --explain quadratic      what a check is about";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Args {
    /// Rule files, or folders of them [default: those of --rules and of the configuration; without any, the shipped ones]
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    files: RuleFiles,

    /// Mend what can be mended without thinking, and show what that changes; comments and form stay
    #[arg(long)]
    fix: bool,

    /// Leave out what this check finds; repeatable
    #[arg(long, value_name = "CHECK")]
    ignore: Vec<String>,

    /// Say what a check is about, and end; without a name, list all
    #[arg(long, value_name = "CHECK", num_args = 0..=1, default_missing_value = "")]
    explain: Option<String>,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    if let Some(id) = &args.explain {
        return explain(id, terminal);
    }
    let mut findings = find(args)?;
    let mut outcome = Outcome::Done;
    if args.fix {
        let (mended, refused) = fix(&findings, terminal)?;
        if refused {
            outcome = Outcome::Failed;
        }
        if mended > 0 {
            terminal.voice.say(format_args!("{} mended", count(mended, "place")));
            findings = find(args)?;
        }
    }
    let errors = RuleErrors { diagnostics: findings.iter().map(|finding| finding.shown.clone()).collect() };
    if !findings.is_empty() {
        let text = if terminal.color { errors.styled() } else { errors.to_string() };
        writeln!(terminal.out, "{text}")?;
    }
    terminal.out.flush()?;
    let fixes = findings.iter().filter(|finding| !finding.fix.is_empty()).count() as u64;
    let help = if fixes > 0 { format!("; --fix mends {fixes}") } else { String::new() };
    terminal.voice.say(format_args!("{} found{help}", count(findings.len() as u64, "problem")));
    Ok(outcome.max(if findings.is_empty() { Outcome::Done } else { Outcome::Found }))
}

fn find(args: &Args) -> Result<Vec<Finding>, Stop> {
    let mut builder = args.files.builder()?;
    let mut names = Vec::new();
    for path in &args.paths {
        for file in config::rule_files(path)? {
            names.push(shown(&file));
            // One that the options name too is there already.
            if !builder.has_file(&shown(&file)) {
                builder = builder.rules(config::read_rules(&file, true)?);
            }
        }
    }
    let others = builder.has_files();
    let wanted = |source: &Source| match names.is_empty() {
        true => !source.shipped || !others,
        false => names.contains(&source.name),
    };
    let ignored = args.ignore.iter().map(|id| check(id)).collect::<Result<Vec<_>, Stop>>()?;
    let mut findings = builder.lint_rules(&wanted)?;
    findings.retain(|finding| !ignored.iter().any(|check| check.id == finding.check.id));
    Ok(findings)
}

/// Mends files; returns in how many places, and whether a file was refused.
fn fix(findings: &[Finding], terminal: &mut Terminal) -> Result<(u64, bool), Stop> {
    let (mut mended, mut refused) = (0, false);
    let mut done: Vec<Arc<Source>> = Vec::new();
    for source in findings.iter().filter_map(|finding| Some(&finding.shown.origin.as_ref()?.source)) {
        if source.shipped || done.iter().any(|other| Arc::ptr_eq(other, source)) {
            continue;
        }
        done.push(Arc::clone(source));
        let Some((text, changes)) = fixed(source, findings) else { continue };
        if !reads(&source.name, &text) {
            refused = true;
            terminal.voice.error(format_args!("`{}` is left as it is: it could not be read any more", source.name));
            continue;
        }
        match replace(source, &text) {
            Ok(()) => {
                let (name, old) = (source.name.as_bytes(), source.text.as_bytes());
                patch::render(&mut terminal.out, name, old, text.as_bytes(), &changes)?;
                mended += changes.len() as u64;
            }
            Err(error) => {
                refused = true;
                terminal.voice.error(format_args!("`{}` is left as it is: {error}", source.name));
            }
        }
    }
    Ok((mended, refused))
}

/// Returns the check that is called `id`.
fn check(id: &str) -> Result<&'static Check, Stop> {
    CHECKS.iter().find(|check| check.id == id).ok_or_else(|| {
        let meant = did_you_mean(id, CHECKS.iter().map(|check| check.id));
        let meant = meant.unwrap_or_else(|| "`unscrape rules lint --explain` lists all".to_owned());
        anyhow!("there is no check `{id}`; {meant}").into()
    })
}

fn explain(id: &str, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    if id.is_empty() {
        for check in CHECKS {
            let fixes = if check.fixes { "fix" } else { "" };
            writeln!(terminal.out, "{:18} {fixes:4} {}", check.id, check.about)?;
        }
        return Ok(Outcome::Done);
    }
    let check = check(id)?;
    let fixes = if check.fixes { "\n\n`--fix` mends it." } else { "" };
    writeln!(terminal.out, "{}: {}\n\n{}{fixes}", check.id, check.about, check.why)?;
    Ok(Outcome::Done)
}
