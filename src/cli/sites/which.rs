//! `unscrape sites which`: the site of a text or an address, what decided, and why all others are not.

use std::io::{self, Write};
use std::path::PathBuf;

use super::super::args::{Inputs, RuleFiles};
use super::super::runner::Tally;
use super::super::{Outcome, Stop, Terminal, count};
use crate::cleaner::Cleaner;
use crate::corpus::run::{self, NotRead};
use crate::plan::{SiteMatch, Source, Told};

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Which {
    #[command(flatten)]
    inputs: Inputs,

    /// Say of every other site why it is not the one
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    files: RuleFiles,
}

const EXAMPLES: &str = "\
Examples:
  unscrape sites which article.txt                        by its path and its lines
  unscrape sites which https://example.com/news/1         by the URL alone, which is not fetched
  unscrape sites which crawl.jsonl --date-field published by the URL and the date of each record";

/// So many other sites are told of without being asked.
const FEW: usize = 3;

pub(super) fn run(args: &Which, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let is_url = |path: &&PathBuf| path.to_str().is_some_and(|path| path.contains("://")) && !path.exists();
    let (urls, paths): (Vec<&PathBuf>, Vec<&PathBuf>) = args.inputs.paths.iter().partition(|path| is_url(path));
    let cleaner = args.files.builder()?.build()?;
    let mut tally = Tally::new(terminal.voice);
    for url in &urls {
        let url = url.to_string_lossy();
        let source = Source { url: Some(&url), date: args.inputs.date.as_deref(), ..Source::default() };
        args.tell(&mut terminal.out, &url, &cleaner.tell_sites("", &source))?;
    }
    if paths.is_empty() && !urls.is_empty() {
        return Ok(Outcome::Done);
    }
    let inputs = args.inputs.instead(paths.into_iter().cloned().collect());
    texts(args, &inputs, &cleaner, &mut tally, terminal)?;
    Ok(tally.outcome(false))
}

fn texts(
    args: &Which,
    inputs: &Inputs,
    cleaner: &Cleaner,
    tally: &mut Tally,
    terminal: &mut Terminal,
) -> Result<(), Stop> {
    let found = inputs.find()?;
    let fields = inputs.fields(&args.files)?;
    let encoding = inputs.encoding(&args.files, &found)?;
    tally.report(&found);
    for input in &found.inputs {
        let shown = input.shown();
        let out = &mut terminal.out;
        let (url, max_record) = (inputs.url.as_deref(), inputs.max_record_bytes);
        let result = run::texts(input, &fields, encoding, url, max_record, |text, about, record| {
            let place = record.map_or_else(|| shown.clone(), |record| format!("{shown}:{record}"));
            let source = Source { date: about.date.or(inputs.date.as_deref()), ..*about };
            args.tell(out, &place, &cleaner.tell_sites(text, &source))
        });
        match result {
            Ok(()) => {}
            Err(NotRead::Input(why)) => tally.fail(&shown, &why),
            Err(NotRead::Each(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

impl Which {
    fn tell(&self, out: &mut dyn Write, place: &str, told: &Told) -> io::Result<()> {
        match &told.site {
            None => writeln!(out, "{place}: no site")?,
            Some(site) => {
                writeln!(out, "{place}: {}", site.site)?;
                if !site.about.is_empty() {
                    writeln!(out, "  about: {}", site.about)?;
                }
                writeln!(out, "  why: {}\n  packs: {}", site.why, chain(site, told.chain))?;
            }
        }
        if told.others.len() > FEW && !self.all {
            let others = count(told.others.len() as u64, "other site");
            return writeln!(out, "  not {others}; --all says why");
        }
        told.others.iter().try_for_each(|(site, why)| writeln!(out, "  not {site}: {why}"))
    }
}

/// Returns the packs general to special: those of one kind side by side, each site by itself. The last `sites` are sites.
fn chain(site: &SiteMatch, sites: usize) -> String {
    let (general, special) = site.packs.split_at(site.packs.len() - sites);
    let kind = |name: &String| name.split('/').next().map(str::to_owned);
    let general = general.chunk_by(|a, b| kind(a) == kind(b)).map(|packs| packs.join(", "));
    general.chain(special.iter().cloned()).collect::<Vec<_>>().join(" → ")
}
