//! `unscrape rules learn`: proposes a pack for a site from texts of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::args::{Inputs, RuleFiles};
use super::runner::Tally;
use super::{Outcome, Stop, Terminal, config, count};
use crate::corpus::run::{self, NotRead};
use crate::corpus::walk::shown;
use crate::corpus::write::{Existing, Staged};
use crate::decisions;
use crate::learn::{self, FEWEST, Known, Learned, Page};
use crate::rules::decode::is_id;

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

    /// Learn from corrections, too: a folder of the same texts, under the same names, as somebody cleaned them by hand
    #[arg(long, value_name = "DIR")]
    clean: Option<PathBuf>,

    /// Learn from the answers of reviews, too: what was accepted or refused three times or more
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

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
            shown(output)
        )));
    }
    let is_input =
        |output: &PathBuf| found.inputs.iter().filter_map(|input| input.path.as_ref()).any(|path| same(path, output));
    if let Some(output) = args.output.as_ref().filter(|output| is_input(output)) {
        return Err(Stop::Setup(anyhow!("`{}` is one of the pages; choose another name for the pack", shown(output))));
    }
    let mut tally = Tally::new(terminal.voice);
    tally.report(&found);
    let mut pages = Vec::new();
    let mut known = args.known()?;
    for input in &found.inputs {
        let shown = input.shown();
        let (url, max_record) = (args.inputs.url.as_deref(), args.inputs.max_record_bytes);
        let result = run::texts(input, &fields, encoding, url, max_record, |text, about, record| {
            let name = record.map_or_else(|| shown.clone(), |record| format!("{shown}:{record}"));
            if record.is_none()
                && let Some(clean) = args.corrected(&input.below)?
            {
                known.pairs.push((text.to_owned(), clean));
            }
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
    let learned = learn::learn(&name, &pages, &known)?;
    match &args.output {
        None => terminal.out.write_all(learned.yaml.as_bytes())?,
        Some(path) => write(path, &learned.yaml, args.force)?,
    }
    terminal.out.flush()?;
    say(&learned, args.output.as_deref(), &name, terminal);
    Ok(tally.outcome(false))
}

/// Whether two paths lead to one file.
fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
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
    if !learned.is_tested {
        terminal
            .voice
            .say("no test could be made of the pages for some rules: write one, or look twice at what they change");
    }
    if !learned.is_known {
        terminal
            .voice
            .say(format_args!("nothing tells a text of the site by itself: clean with --site {name}, or add `urls:`"));
    }
    if learned.others > 0 {
        terminal
            .voice
            .say(format_args!("{} more of words, labels or corrections", count(learned.others as u64, "proposal")));
    }
    if let Some(path) = output {
        terminal.voice.say(format_args!(
            "see what it changes with: unscrape diff --rules {} --site {name} --safety review PAGES",
            shown(path)
        ));
    }
}

/// Writes the pack whole or not at all.
fn write(path: &Path, yaml: &str, force: bool) -> anyhow::Result<()> {
    let mut staged = Staged::new(path, if force { Existing::Replace } else { Existing::Refuse });
    let done = staged.write_all(yaml.as_bytes()).and_then(|()| staged.commit().map(drop));
    done.map_err(|error| anyhow!("cannot write `{}`: {error}", shown(path)))
}

impl Learn {
    /// Reads what is known beside the pages.
    fn known(&self) -> anyhow::Result<Known> {
        if let Some(dir) = self.clean.as_deref().filter(|dir| !dir.is_dir()) {
            return Err(anyhow!("--clean `{}` is no folder", shown(dir)));
        }
        let Some(path) = &self.decisions else { return Ok(Known::default()) };
        let bytes =
            std::fs::read(path).map_err(|error| anyhow!("cannot read --decisions `{}`: {error}", shown(path)))?;
        config::warn_of_torn(path, &bytes);
        let decisions =
            decisions::read(&bytes).map_err(|why| anyhow!("cannot read --decisions `{}`: {why}", shown(path)))?;
        Ok(Known { decisions, ..Known::default() })
    }

    /// Returns the corrected text for the one that lies at `below`, if there is one.
    fn corrected(&self, below: &Path) -> std::io::Result<Option<String>> {
        let Some(path) = self.clean.as_ref().map(|dir| dir.join(below)) else { return Ok(None) };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(std::io::Error::new(error.kind(), format!("{}: {error}", shown(&path)))),
        }
    }

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
        if is_id(&name) {
            Ok(name)
        } else {
            Err(anyhow!("`{name}` is no name of a site: small letters, digits and hyphens; give one with --site NAME"))
        }
    }
}
