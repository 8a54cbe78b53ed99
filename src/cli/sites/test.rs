//! `unscrape sites test`: site packs over their samples.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::super::args::RuleFiles;
use super::super::{Outcome, Stop, Terminal, count};
use super::samples;
use crate::corpus::walk::shown;
use crate::corpus::write::Existing;
use crate::rules::diagnostics::did_you_mean;
use crate::rules::model::Pack;

#[derive(clap::Args, Debug)]
#[command(after_help = NOTES)]
pub(in crate::cli) struct Test {
    /// Sites to test, such as `harbour-post`; all that have samples if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Write what comes out, as what must come out from now on
    #[arg(long)]
    update: bool,

    #[command(flatten)]
    files: RuleFiles,
}

const NOTES: &str = "\
The samples of harbour-post.yaml are harbour-post.samples/PAGE.txt, each with PAGE.clean.txt, what must come out of
it: by all rules that run by default, and all of the site. Words in [-…-] should come out and do not, those in {+…+}
come out and should not.

Examples:
  unscrape sites test --rules harbour-post.yaml
  unscrape sites test harbour-post --update";

pub(super) fn run(args: &Test, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let packs = args.files.builder()?.packs()?;
    let sites = args.sites(&packs)?;
    let (mut pages, mut failed, mut written) = (0_u64, 0_u64, 0_u64);
    for (pack, folder) in &sites {
        let cleaner = samples::cleaner(args.files.builder()?, &pack.name)?;
        for page in samples::pages(folder)? {
            pages += 1;
            let clean_file = samples::clean_file(&page);
            let out = &mut terminal.out;
            let text = samples::read(&page)?;
            let got = match samples::clean(&cleaner, &pack.name, &text) {
                Ok(got) => got,
                Err(why) => {
                    writeln!(out, "{}: {}: {why:#}", pack.name, shown(&page))?;
                    failed += 1;
                    continue;
                }
            };
            let expected = if clean_file.exists() { Some(samples::read(&clean_file)?) } else { None };
            if expected.as_ref() == Some(&got) {
                continue;
            }
            if args.update {
                samples::write(&clean_file, &got, Existing::Replace)?;
                writeln!(out, "{}: wrote {}", pack.name, shown(&clean_file))?;
                written += 1;
                continue;
            }
            failed += 1;
            match expected {
                None => writeln!(out, "{}: {}: has no clean text; --update writes it", pack.name, shown(&page))?,
                Some(expected) => {
                    writeln!(out, "{}: {}: something else comes out", pack.name, shown(&page))?;
                    for line in samples::difference(&expected, &got) {
                        writeln!(out, "    {line}")?;
                    }
                }
            }
        }
    }
    let (pages, sites) = (count(pages, "sample"), count(sites.len() as u64, "site"));
    terminal.out.flush()?;
    terminal.voice.say(match (failed, written) {
        (0, 0) => format!("{pages} of {sites}: all as expected"),
        (0, written) => format!("{pages} of {sites}: {written} written"),
        (failed, _) => format!("{pages} of {sites}: {failed} failed"),
    });
    Ok(if failed > 0 { Outcome::Found } else { Outcome::Done })
}

impl Test {
    /// Returns the packs to test with the folders of their samples.
    fn sites<'p>(&self, packs: &'p [Pack]) -> anyhow::Result<Vec<(&'p Pack, PathBuf)>> {
        let files = self.files.paths()?;
        let file_of = |pack: &Pack| files.iter().find(|file| shown(file) == pack.origin.source.name);
        let own: Vec<(&Pack, &Path)> = packs
            .iter()
            .filter(|pack| pack.site.is_some() && !pack.origin.source.shipped)
            .filter_map(|pack| Some((pack, file_of(pack)?.as_path())))
            .collect();
        for name in &self.names {
            if !own.iter().any(|(pack, _)| pack.is_named(name)) {
                let names = own.iter().map(|(pack, _)| pack.name.trim_start_matches("sites/"));
                let help = did_you_mean(name, names).map(|help| format!("; {help}")).unwrap_or_default();
                return Err(anyhow!(
                    "there is no pack of yours for the site `{name}`; name its file with --rules{help}"
                ));
            }
        }
        let is_meant = |pack: &Pack| self.names.is_empty() || self.names.iter().any(|name| pack.is_named(name));
        let mut sites = Vec::new();
        for (pack, file) in own.into_iter().filter(|(pack, _)| is_meant(pack)) {
            let folder = samples::folder(file);
            if !samples::pages(&folder)?.is_empty() {
                sites.push((pack, folder));
            } else if !self.names.is_empty() {
                return Err(anyhow!(
                    "the site `{}` has no samples: put pages into `{}`, as PAGE.txt",
                    pack.name,
                    shown(&folder)
                ));
            }
        }
        if sites.is_empty() {
            return Err(anyhow!(
                "no site has samples: put pages beside its pack, into NAME.samples for NAME.yaml, as PAGE.txt"
            ));
        }
        Ok(sites)
    }
}
