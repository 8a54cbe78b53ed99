//! `unscrape rules test`: whether rules do what their tests say.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use serde_json::json;

use super::super::args::RuleFiles;
use super::super::{Outcome, Stop, Terminal, count};
use super::replace;
use crate::corpus::journal::keep_out_of_git;
use crate::corpus::walk::shown;
use crate::corpus::write::{Existing, Staged};
use crate::edit::RuleId;
use crate::report::patch;
use crate::rule_tests::update::updates;
use crate::rule_tests::{TestReport, formats};

const EXAMPLES: &str = "\
Examples:
  unscrape rules test --rules my-site.yaml my/site       the rules of one pack
  unscrape rules test --rules my-site.yaml --failed      those that failed last time
  unscrape rules test --rules my-site.yaml --update      expect what the rules give now; look at the diff
  unscrape rules test --format junit > rules.xml         for a build server";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Args {
    /// Rules to test: ids, packs (`core/quotes/…`) or globs; all if none is named
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    #[command(flatten)]
    files: RuleFiles,

    /// Only rules whose id contains TEXT
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Only rules that failed last time
    #[arg(long)]
    failed: bool,

    /// Write what a rule gives into the `after:` of its `fix` tests that fail, and show what that changes. Shipped rules
    /// and `keep` tests are left as they are
    #[arg(long)]
    update: bool,

    /// How the outcome is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// The folder in which is kept which rules failed
    #[arg(long, value_name = "DIR", default_value = ".unscrape")]
    state_dir: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// What failed, with its place
    Text,
    /// One JSON object with every test
    Json,
    /// XML as JUnit writes it, for build servers
    Junit,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    if args.update && args.format != Format::Text {
        return Err(anyhow!("--update is for --format text").into());
    }
    let memory = Memory { file: args.state_dir.join("rules-test.json") };
    let failed_before = memory.read()?;
    if args.failed && failed_before.is_empty() {
        terminal.voice.say("no rule failed last time");
        return Ok(Outcome::Done);
    }
    let choose = |id: &RuleId| {
        args.filter.as_ref().is_none_or(|text| id.as_str().contains(text.as_str()))
            && (!args.failed || failed_before.contains(id.as_str()))
    };
    let test = || -> Result<TestReport, Stop> { Ok(args.files.builder()?.test_rules_where(&args.ids, &choose)?) };
    let mut report = test()?;
    if report.rules == 0 {
        let what = args.filter.as_ref().map_or_else(String::new, |text| format!(" with `{text}` in its id"));
        let what = if args.failed { format!("{what} of those that failed last time") } else { what };
        return Err(anyhow!("there is no rule{what} to test; `unscrape rules list` names all that run").into());
    }
    let mut outcome = Outcome::Done;
    if args.update {
        let (written, refused) = update(&report, terminal)?;
        if refused {
            outcome = Outcome::Failed;
        }
        if written > 0 {
            terminal.voice.say(format_args!("{} made to expect what its rule gives", count(written, "test")));
            report = test()?;
        }
    }
    if let Err(error) = memory.write(&failed_before, &report) {
        let file = shown(&memory.file);
        terminal.voice.error(format_args!("cannot keep in `{file}` which rules failed: {error}"));
    }
    print(&report, args.format, terminal)?;
    Ok(outcome.max(if report.passed() { Outcome::Done } else { Outcome::Found }))
}

/// Prints what the tests of rules said.
fn print(report: &TestReport, format: Format, terminal: &mut Terminal) -> io::Result<()> {
    match format {
        Format::Text => {
            for text in [report.notes(terminal.color), report.failures(terminal.color)].into_iter().flatten() {
                writeln!(terminal.out, "{text}\n")?;
            }
        }
        Format::Json => writeln!(terminal.out, "{:#}", formats::json(report))?,
        Format::Junit => terminal.out.write_all(formats::junit(report).as_bytes())?,
    }
    let failed = match report.failed() as u64 {
        0 => "all passed".to_owned(),
        failed => format!("{failed} failed"),
    };
    terminal.out.flush()?;
    terminal.voice.say(format_args!(
        "{} of {}: {failed}",
        count(report.tests as u64, "test"),
        count(report.rules as u64, "rule")
    ));
    Ok(())
}

/// Writes files whose tests expect something else; returns how many tests do so now, and whether a file was refused.
fn update(report: &TestReport, terminal: &mut Terminal) -> Result<(u64, bool), Stop> {
    let (mut written, mut refused) = (0, false);
    for update in updates(report) {
        let name = &update.source.name;
        match replace(&update.source, &update.text) {
            Ok(()) => {
                let (old, new) = (update.source.text.as_bytes(), update.text.as_bytes());
                patch::render(&mut terminal.out, name.as_bytes(), old, new, &update.changes)?;
                written += update.changes.len() as u64;
            }
            Err(error) => {
                refused = true;
                terminal.voice.error(format_args!("`{name}` is left as it is: {error}"));
            }
        }
    }
    terminal.out.flush()?;
    Ok((written, refused))
}

/// Which rules failed last time.
struct Memory {
    file: PathBuf,
}

impl Memory {
    fn read(&self) -> anyhow::Result<BTreeSet<String>> {
        let bytes = match fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", shown(&self.file))),
        };
        let kept: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let failed = kept["failed"].as_array().into_iter().flatten();
        Ok(failed.filter_map(|id| id.as_str().map(str::to_owned)).collect())
    }

    /// Adds what failed and takes out what passed. Where nothing ever failed, nothing is written.
    fn write(&self, before: &BTreeSet<String>, report: &TestReport) -> io::Result<()> {
        let mut failed = before.clone();
        for id in &report.ids {
            failed.remove(id.as_str());
        }
        failed.extend(report.failed_cases().map(|(case, _)| case.rule.as_str().to_owned()));
        if failed == *before {
            return Ok(());
        }
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        keep_out_of_git(folder)?;
        let mut staged = Staged::new(&self.file, Existing::Replace);
        writeln!(staged, "{}", json!({ "unscrape": "rules-test", "format": 1, "failed": failed }))?;
        staged.commit()
    }
}
