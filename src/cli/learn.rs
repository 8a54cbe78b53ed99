//! `unscrape rules learn`: proposes a pack for a site from texts of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::args::{Inputs, RuleFiles};
use super::runner::Tally;
use super::{Outcome, Stop, Terminal, count};
use crate::corpus::run::{self, NotRead};
use crate::learn::{self, FEWEST, Learned, Page};

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Learn {
    #[command(flatten)]
    inputs: Inputs,

    /// The site's name: small letters, digits and hyphens [default: the name of the folder]
    #[arg(long, value_name = "NAME")]
    site: Option<String>,

    /// Write the pack to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, requires = "output")]
    force: bool,

    #[command(flatten)]
    files: RuleFiles,
}

const EXAMPLES: &str = "\
Examples:
  unscrape rules learn pages --site harbour-news -o harbour-news.yaml
  unscrape rules test --rules harbour-news.yaml 'sites/harbour-news/…'
  unscrape diff pages --rules harbour-news.yaml --site harbour-news --safety review";

pub(super) fn run(args: &Learn, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let found = args.inputs.find()?;
    let fields = args.inputs.fields(&args.files)?;
    let encoding = args.inputs.encoding(&args.files, &found)?;
    let name = args.name()?;
    if let Some(output) = &args.output
        && !args.force
        && output.exists()
    {
        return Err(Stop::Setup(anyhow!(
            "`{}` exists; choose another name, or overwrite it with --force",
            output.display()
        )));
    }
    let mut tally = Tally::new(terminal.voice);
    tally.report(&found);
    let mut pages = Vec::new();
    for input in &found.inputs {
        let shown = input.shown();
        let (url, max_record) = (args.inputs.url.as_deref(), args.inputs.max_record_bytes);
        let result = run::texts(input, &fields, encoding, url, max_record, |text, about, record| {
            let name = record.map_or_else(|| shown.clone(), |record| format!("{shown}:{record}"));
            pages.push(Page { name, text: text.to_owned(), url: about.url.map(str::to_owned) });
            Ok(())
        });
        match result {
            Ok(()) => {}
            Err(NotRead::Input(why)) => tally.fail(&shown, &why),
            Err(NotRead::Each(error)) => return Err(error.into()),
        }
    }
    if pages.len() < FEWEST {
        return Err(Stop::Setup(anyhow!(
            "{} {} too little to learn a site from; name {FEWEST} pages of it at least, better ten",
            count(pages.len() as u64, "text"),
            if pages.len() == 1 { "is" } else { "are" }
        )));
    }
    let learned = learn::learn(&name, &pages)?;
    match &args.output {
        None => terminal.out.write_all(learned.yaml.as_bytes())?,
        Some(path) => write(path, &learned.yaml)?,
    }
    terminal.out.flush()?;
    say(&learned, args.output.as_deref(), &name, terminal);
    Ok(tally.outcome(false))
}

fn say(learned: &Learned, output: Option<&Path>, name: &str, terminal: &mut Terminal) {
    let share = |part: usize| 100.0 * part as f64 / learned.seen.max(1) as f64;
    for (page, other) in &learned.duplicates {
        terminal.voice.say(format_args!("set aside: {page} tells the same as {other}"));
    }
    if learned.lines == 0 {
        terminal
            .voice
            .say(format_args!("{} have no lines in common around their articles", count(learned.pages as u64, "page")));
        return;
    }
    terminal.voice.say(format_args!(
        "{} of a template learned from {}; they are {:.0} % of all lines there, {:.0} % certain",
        count(learned.lines as u64, "line"),
        count(learned.pages as u64, "page"),
        share(learned.dropped),
        share(learned.certain)
    ));
    if let Some(path) = output {
        terminal.voice.say(format_args!(
            "see what it changes with: unscrape diff --rules {} --site {name} --safety review PAGES",
            path.display()
        ));
    }
}

fn write(path: &Path, yaml: &str) -> anyhow::Result<()> {
    std::fs::write(path, yaml).map_err(|error| anyhow!("cannot write `{}`: {error}", path.display()))
}

impl Learn {
    /// Returns the name of the site: as given, or that of the only folder.
    fn name(&self) -> anyhow::Result<String> {
        let name = match (&self.site, self.inputs.paths.as_slice()) {
            (Some(name), _) => name.clone(),
            (None, [path]) if path.is_dir() => path
                .file_name()
                .map(|name| name.to_string_lossy().to_lowercase().replace(['_', ' ', '.'], "-"))
                .unwrap_or_default(),
            (None, _) => return Err(anyhow!("name the site with --site NAME")),
        };
        let is_id = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if is_id(&name) {
            Ok(name)
        } else {
            Err(anyhow!("`{name}` is no name of a site: small letters, digits and hyphens; give one with --site NAME"))
        }
    }
}
