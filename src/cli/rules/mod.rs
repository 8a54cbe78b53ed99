//! `unscrape rules`: what rules there are, what each says, and whether its tests hold.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::anyhow;

use super::args::{Choice, RuleFiles};
use super::learn::{self, Learn};
use super::runner::cleaner;
use super::trust::{self, Trust};
use super::{Outcome, Stop, Terminal, count};
use crate::cleaner::RuleInfo;
use crate::corpus::write::{Existing, Staged, Stamp};
use crate::edit::Safety;
use crate::rules::model::{Origin, Rule, Source};
use crate::rules::schema;
use crate::text::Places;

mod docs;
mod lint;
mod new;
mod test;

#[derive(clap::Subcommand, Debug)]
pub(super) enum Command {
    /// List the rules that run
    List(List),
    /// Show one rule: what it does, why, and how it is written
    Show(Show),
    /// Begin a rule file with a rule that works
    New(new::Args),
    /// Run the tests that rules bring along
    Test(test::Args),
    /// Propose a pack for a site from texts of it
    Learn(Box<Learn>),
    /// Find what is no mistake in rule files and yet not as it should be
    Lint(lint::Args),
    /// Write the reference of all rules, in Markdown
    Docs(docs::Args),
    /// Believe a rule file outside the configuration's folder, as it is now
    Trust(Trust),
    /// Print the JSON Schema of rule files, for editors
    Schema,
}

#[derive(clap::Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    choice: Choice,
}

#[derive(clap::Args, Debug)]
pub(super) struct Show {
    /// The full id, such as core/punctuation/bar-period
    #[arg(value_name = "ID")]
    id: String,

    #[command(flatten)]
    files: RuleFiles,
}

pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    match command {
        Command::List(args) => list(args, terminal),
        Command::Show(args) => show(args, terminal),
        Command::Learn(args) => learn::run(args, terminal),
        Command::Test(args) => test::run(args, terminal),
        Command::New(args) => new::run(args, terminal),
        Command::Docs(args) => docs::run(args, terminal),
        Command::Lint(args) => lint::run(args, terminal),
        Command::Trust(args) => trust::run(args, terminal),
        Command::Schema => {
            terminal.out.write_all(schema::text().as_bytes())?;
            Ok(Outcome::Done)
        }
    }
}

fn list(args: &List, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let cleaner = cleaner(&args.choice, false)?;
    let rules: Vec<_> = cleaner.rules().collect();
    let width = rules.iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    for rule in &rules {
        let lang = if rule.lang.is_empty() { String::new() } else { format!(" [{}]", rule.lang.join(" ")) };
        writeln!(
            terminal.out,
            "{:width$}  {:6}  {:11}  {:10}  {}{lang}",
            rule.id.as_str(),
            standing(rule),
            rule.phase,
            rule.kind,
            rule.about
        )?;
    }
    terminal.voice.say(count(rules.len() as u64, "rule"));
    Ok(Outcome::Done)
}

/// Says in a word what becomes of a rule's finds.
fn standing(rule: &RuleInfo<'_>) -> &'static str {
    match rule.safety {
        Some(Safety::Safe) => "safe",
        Some(Safety::Review) => "review",
        None if rule.kind == "extract" => "field",
        None => "flag",
    }
}

fn show(args: &Show, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let cleaner = args.files.builder()?.select(&args.id).safety(Safety::Review).build()?;
    let info = cleaner.rules().find(|rule| rule.id.as_str() == args.id);
    let (Some(info), Some(rule)) = (info, cleaner.rule(&args.id)) else {
        return Err(Stop::Setup(anyhow!("there is no rule `{}`; see them all with `unscrape rules list`", args.id)));
    };
    let out = &mut terminal.out;
    let measured = if rule.effects.is_none() && info.safety.is_some() { " (what its tests need)" } else { "" };
    let effects = format!("{}{measured}", info.effects);
    let lang = if info.lang.is_empty() { "all".to_owned() } else { info.lang.join(", ") };
    writeln!(out, "{}\n", info.id)?;
    writeln!(out, "about:      {}", info.about)?;
    if let Some(why) = &rule.why {
        writeln!(out, "why:        {why}")?;
    }
    if let Some(see) = &rule.see {
        writeln!(out, "see:        {see}")?;
    }
    writeln!(out, "kind:       {}", info.kind)?;
    writeln!(out, "phase:      {}", info.phase)?;
    writeln!(out, "safety:     {}", standing(&info))?;
    writeln!(out, "effects:    {effects}")?;
    writeln!(out, "languages:  {lang}")?;
    writeln!(out, "source:     {}", location(&rule.origin))?;
    writeln!(out, "\n{}", written(rule).trim_end())?;
    Ok(Outcome::Done)
}

/// Replaces a rule file by `text`, unless it is another by now than was read.
fn replace(source: &Source, text: &str) -> io::Result<()> {
    let path = Path::new(&source.name);
    let stamp = Stamp::of(&fs::metadata(path)?);
    let bytes = fs::read(path)?;
    let bom: &[u8] = if bytes.starts_with(b"\xEF\xBB\xBF") { &bytes[..3] } else { b"" };
    if &bytes[bom.len()..] != source.text.as_bytes() {
        return Err(io::Error::other("it changed since it was read; run again"));
    }
    let mut staged = Staged::new(path, Existing::Replace);
    staged.write_all(bom)?;
    staged.write_all(text.as_bytes())?;
    staged.seal()?.commit(Some(stamp)).map(drop)
}

/// Returns the place of a rule as `file:line:column`.
fn location(origin: &Origin) -> String {
    let (line, column) = Places::new(&origin.source.text).line_col(origin.span.start);
    format!("{}:{line}:{column}", origin.source.name)
}

/// Returns the lines of the rule file that make up `rule`: from its dash to the next line that is indented no more.
fn written(rule: &Rule) -> &str {
    item(&rule.origin.source.text, rule.origin.span.start)
}

/// Returns the lines of the list item in whose first lines, keys of the item itself, the byte `at` lies.
fn item(text: &str, at: usize) -> &str {
    let dash = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        line.trim_start().starts_with("- ").then_some(indent)
    };
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut start = line_start(at);
    let indent = loop {
        let line = text[start..].lines().next().unwrap_or("");
        match dash(line) {
            Some(indent) => break indent,
            None if start == 0 => return line,
            None => start = line_start(start - 1),
        }
    };
    let mut end = start;
    for (index, line) in text[start..].split_inclusive('\n').enumerate() {
        let bare = line.trim_start();
        if index > 0 && !bare.is_empty() && line.len() - bare.len() <= indent {
            break;
        }
        end += line.len();
    }
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_file_that_changed_meanwhile_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.yaml");
        fs::write(&path, "\u{FEFF}one").expect("written");
        let source = |text: &str| Source { name: path.display().to_string(), text: text.to_owned(), shipped: false };
        assert!(replace(&source("other"), "two").is_err());
        assert_eq!(fs::read_to_string(&path).expect("read"), "\u{FEFF}one");
        replace(&source("one"), "two").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "\u{FEFF}two");
    }

    #[test]
    fn a_rule_is_shown_as_it_is_written() {
        let text = "pack: x\nrules:\n  - id: a\n    kind: delete\n\n    tests:\n      keep:\n        - id\n  # next\n  - about: B\n    id: b\n";
        assert_eq!(
            item(text, text.find("a\n").expect("there")),
            "  - id: a\n    kind: delete\n\n    tests:\n      keep:\n        - id\n"
        );
        assert_eq!(item(text, text.rfind('b').expect("there")), "  - about: B\n    id: b\n");
    }
}
