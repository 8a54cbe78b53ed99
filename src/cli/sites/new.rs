//! `unscrape sites new`: begins a pack for a site, with what its pages show.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{anyhow, bail};

use super::super::args::{Inputs, RuleFiles};
use super::super::{Outcome, Stop, Terminal, count};
use super::samples;
use crate::cleaner::RuleFile;
use crate::corpus::run::{self, NotRead};
use crate::corpus::walk::shown;
use crate::corpus::write::Existing;
use crate::learn::{self, FEWEST, Known, Page};
use crate::rules::decode;
use crate::rules::sites::UrlPattern;

#[derive(clap::Args, Debug)]
#[command(after_help = NOTES)]
pub(in crate::cli) struct New {
    /// An address of the site, which is not fetched, or a name for it
    #[arg(value_name = "URL|NAME")]
    site: String,

    /// Pages of the site, as they were scraped: files or folders; repeatable
    #[arg(long, value_name = "PATH", required = true)]
    samples: Vec<PathBuf>,

    /// The pack's file [default: NAME.yaml, with what stands in the place of NAME]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    files: RuleFiles,
}

const NOTES: &str = "\
The name is that of the host (harbour-post-example for https://www.harbour-post.example/), and the pack is for the
host and all below it; an address that ends in a slash, such as https://example.com/news/, is for what begins so. Of
three pages and more their template is learned, as `rules learn` does. Three pages are kept beside the pack, with
their clean text, for `sites test`. Nothing that exists is overwritten.

Examples:
  unscrape sites new https://www.harbour-post.example/ --samples pages
  unscrape sites new harbour-post --samples pages -o packs/harbour-post.yaml";

/// So many pages are kept as samples.
const SAMPLES: usize = 3;

pub(super) fn run(args: &New, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let site = Site::of(&args.site)?;
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.yaml", site.name)));
    let folder = samples::folder(&output);
    if let Some(there) = [&output, &folder].into_iter().find(|path| path.exists()) {
        return Err(Stop::Setup(anyhow!("`{}` exists, and is left as it is; name another file with -o", shown(there))));
    }
    if output.extension().is_none_or(|extension| extension != "yaml" && extension != "yml") {
        return Err(Stop::Setup(anyhow!("`{}`: a pack is a .yaml file", shown(&output))));
    }
    let pages = args.pages(site.urls.as_deref())?;
    let (yaml, learned) = site.pack(&pages)?;
    let pack = format!("sites/{}", site.name);
    let builder = args.files.builder()?.rules(RuleFile::new(shown(&output), yaml.as_bytes()));
    let cleaner = samples::cleaner(builder, &pack)?;
    let mut kept = Vec::new();
    for (number, page) in some(&pages).into_iter().enumerate() {
        let name = folder.join(format!("page-{}.txt", number + 1));
        match samples::clean(&cleaner, &pack, &page.text) {
            Ok(clean) => kept.push((name, &page.text, clean)),
            Err(why) => terminal.voice.say(format_args!("no sample: {} {why:#}", page.name)),
        }
    }
    samples::write(&output, &yaml, Existing::Refuse)?;
    for (name, page, clean) in &kept {
        samples::write(name, page, Existing::Refuse)?;
        samples::write(&samples::clean_file(name), clean, Existing::Refuse)?;
    }
    let out = &mut terminal.out;
    writeln!(out, "wrote {}: {learned}", shown(&output))?;
    if !kept.is_empty() {
        let pages = count(kept.len() as u64, "page");
        writeln!(out, "wrote {}: {pages}, each with the clean text that must come out", shown(&folder))?;
    }
    // What stands beside prose is no head: then the lines that were chosen tell nothing.
    let unknown = pages.iter().filter(|page| {
        let missing = cleaner.missing_lines(&pack, &page.text);
        !missing.is_empty() && missing.iter().all(Option::is_some)
    });
    let unknown = unknown.count();
    if unknown > 0 {
        let pages = count(pages.len() as u64, "page");
        writeln!(
            out,
            "its fingerprint does not fit {unknown} of {pages}: choose other lines of their heads, or take it out"
        )?;
    }
    let pages: Vec<_> = args.samples.iter().map(|path| shown(path)).collect();
    let (file, name) = (shown(&output), &site.name);
    writeln!(out, "\nNext, read both, take out of the pack what you do not believe, and see what it does:")?;
    writeln!(out, "  unscrape diff {} --rules {file} --site {name} --safety review", pages.join(" "))?;
    writeln!(out, "  unscrape rules test sites/{name} --rules {file}")?;
    writeln!(out, "  unscrape sites test {name} --rules {file}")?;
    Ok(Outcome::Done)
}

/// Returns pages from all parts of the list.
fn some(pages: &[Page]) -> Vec<&Page> {
    let number = pages.len().min(SAMPLES);
    (0..number).map(|at| &pages[at * pages.len() / number]).collect()
}

impl New {
    /// Reads the pages, which are from `url` if they do not say it themselves.
    fn pages(&self, url: Option<&str>) -> anyhow::Result<Vec<Page>> {
        let inputs = Inputs::of(self.samples.clone(), Vec::new());
        let found = inputs.find()?;
        if let Some((path, why)) = found.problems.first() {
            bail!("--samples: cannot read `{}`: {why}", shown(path));
        }
        let (fields, encoding) = (inputs.fields(&self.files)?, inputs.encoding(&self.files, &found)?);
        let mut pages = Vec::new();
        for input in &found.inputs {
            let name = input.shown();
            let result = run::texts(input, &fields, encoding, None, inputs.max_record_bytes, |text, _, record| {
                let name = record.map_or_else(|| name.clone(), |record| format!("{name}:{record}"));
                // What tells a page of the site is what the site was named by.
                pages.push(Page { name, text: text.to_owned(), url: url.map(|host| format!("https://{host}/")) });
                Ok(())
            });
            match result {
                Ok(()) => {}
                Err(NotRead::Input(why)) => bail!("--samples: {name}: {why}"),
                Err(NotRead::Each(error)) => return Err(error.into()),
            }
        }
        if pages.is_empty() {
            bail!("--samples: there are no texts there");
        }
        Ok(pages)
    }
}

/// A site by its name, and by the pattern of its addresses: host and path.
#[derive(Debug, PartialEq, Eq)]
struct Site {
    name: String,
    /// The host and all below it, as patterns write it.
    urls: Option<String>,
    path: String,
}

impl Site {
    fn of(written: &str) -> anyhow::Result<Self> {
        let Some((scheme, rest)) = written.split_once("://") else {
            return Ok(Self { name: checked(written)?, urls: None, path: String::new() });
        };
        if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            bail!("`{written}` is no address of a site: it begins with https:// or http://");
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = if path.ends_with('/') { path } else { "/" };
        let urls = format!("*.{host}");
        if let Err(why) = UrlPattern::parse(&urls) {
            bail!("`{written}`: {why}");
        }
        Ok(Self { name: checked(&host.replace('.', "-"))?, urls: Some(urls), path: path.to_owned() })
    }

    /// Returns the pattern of the site's addresses.
    fn pattern(&self) -> Option<String> {
        self.urls.as_ref().map(|host| format!("{host}{}*", self.path))
    }

    /// Writes the pack; also says what was learned.
    fn pack(&self, pages: &[Page]) -> anyhow::Result<(String, String)> {
        let (yaml, said) = if pages.len() < FEWEST {
            let few = format!("{}, too few to learn a template from", count(pages.len() as u64, "page"));
            (self.bare(), format!("no rules yet; {few}"))
        } else {
            let learned = learn::learn(&self.name, pages, &Known::default())?;
            let from = count(learned.pages as u64, "page");
            let said = match learned.lines as u64 {
                0 => format!("no rules yet; {from} have no lines in common around their articles"),
                lines => format!("{} of a template learned from {from}", count(lines, "line")),
            };
            (learned.yaml, said)
        };
        let Some(pattern) = self.pattern() else { return Ok((yaml, said)) };
        // What was learned is for the whole host.
        let host = format!("{}/*", self.urls.as_deref().unwrap_or_default());
        let yaml = yaml.replacen(&host, &pattern, 1);
        let pack = decode::load("the new pack", yaml.as_bytes(), false);
        let urls = pack.ok().and_then(|pack| pack.site).map(|site| site.urls).unwrap_or_default();
        match urls.as_slice() {
            [url] if url.value == pattern => Ok((yaml, said)),
            _ => Err(anyhow!("the pattern `{pattern}` cannot be written; name the site, and add `urls:` by hand")),
        }
    }

    /// Writes a pack without rules.
    fn bare(&self) -> String {
        let name = &self.name;
        let site = match &self.urls {
            Some(host) => format!("site:\n  urls: ['{host}/*']\n"),
            None => {
                "# Nothing tells a text of the site by itself: name the site with --site, or add `urls:`.\nsite: {}\n"
                    .to_owned()
            }
        };
        format!("format: 1\npack: sites/{name}\nabout: Pages of {name}.\n{site}rules: []\n")
    }
}

/// Returns `name` if it can name a site.
fn checked(name: &str) -> anyhow::Result<String> {
    if decode::is_id(name) {
        Ok(name.to_owned())
    } else {
        Err(anyhow!("`{name}` is no name of a site: small letters, digits and hyphens, or an address with https://"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_named_by_its_host() {
        for (written, name, pattern) in [
            ("https://www.harbour-post.example/", "harbour-post-example", "*.harbour-post.example/*"),
            ("https://news.Harbour.example/2024/a.html?x=1", "news-harbour-example", "*.news.harbour.example/*"),
            ("http://u@harbour.example:80/news/#top", "harbour-example", "*.harbour.example/news/*"),
            ("https://harbour.example", "harbour-example", "*.harbour.example/*"),
        ] {
            let site = Site::of(written).expect(written);
            assert_eq!((site.name.as_str(), site.pattern().as_deref()), (name, Some(pattern)), "{written}");
            assert!(site.pack(&[]).expect(written).0.contains(&format!("urls: ['{pattern}']")), "{written}");
        }
        assert_eq!(Site::of("harbour").expect("a name").pattern(), None);
        for bad in ["", "Harbour", "-", "ftp://harbour.example/", "https:///", "https://münchen.example/", "a/b"] {
            assert!(Site::of(bad).is_err(), "{bad}");
        }
    }
}
