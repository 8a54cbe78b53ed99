//! The site of a text: by URL, then by path, then by the lines of its head and tail. A variant that a text fits as
//! well takes the place of the site that it refines.

use std::cell::OnceCell;

use super::detector::Hits;
use super::outcome::{SiteMatch, Source};
use super::{Compiled, CompiledSite, Plan, SiteSetting};
use crate::edit::{RuleId, Safety};
use crate::rules::is_day;
use crate::rules::model::Fingerprint;
use crate::text::{Document, Lang, Line, Region, behind_front_matter};

/// The site that a text belongs to, and why.
pub(super) struct Chosen {
    pub(super) site: usize,
    why: String,
}

/// What was found out about the site of a text.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// The site, if there is one.
    pub(crate) site: Option<SiteMatch>,
    /// So many of its last packs are those of the site and of what that refines.
    pub(crate) chain: usize,
    /// Every other site that does not run for the text, and why not.
    pub(crate) others: Vec<(String, String)>,
}

/// A text while its site is looked for.
struct View<'v> {
    text: &'v str,
    source: &'v Source<'v>,
    hits: &'v Hits,
    lang: &'v Lang,
    doc: OnceCell<Document<'v>>,
}

/// By what a text can be told, in the order in which it is asked.
#[derive(Clone, Copy)]
enum By {
    Url,
    Path,
    Lines,
}

impl Plan {
    /// Returns the site of a text and the packs that run for it.
    pub(crate) fn which_site(&self, text: &str, source: &Source<'_>) -> Option<SiteMatch> {
        let (_, body) = behind_front_matter(text);
        let chosen = self.detect_site(body, source, &self.scan(body))?;
        let pack = &self.packs[self.sites[chosen.site].pack];
        let (site, about) = (pack.name.clone(), pack.about.clone());
        Some(SiteMatch { site, about, why: chosen.why, packs: self.packs_for(body, source, Some(chosen.site)) })
    }

    /// Returns the packs with rules for a text of `site`, general to special.
    fn packs_for(&self, text: &str, source: &Source<'_>, site: Option<usize>) -> Vec<String> {
        let lang = self.lang_of(text, source);
        let doc = Document::new(text, &lang);
        let mut packs: Vec<String> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.sites.is_empty() && rule.runs_for(&doc, site, source)) {
            let name = &self.packs[rule.pack].name;
            if !packs.contains(name) {
                packs.push(name.clone());
            }
        }
        packs.sort_by_key(|name| (!name.starts_with("core/"), !name.starts_with("lang/"), name.clone()));
        let chain = site.iter().flat_map(|&site| &self.sites[site].chain);
        packs.extend(chain.map(|&site| self.packs[self.sites[site].pack].name.clone()));
        packs
    }

    /// Returns the site of a text, and of every other site why it is not.
    pub(crate) fn tell_sites(&self, text: &str, source: &Source<'_>) -> Told {
        let site = self.which_site(text, source);
        let (_, body) = behind_front_matter(text);
        let (hits, lang) = (self.scan(body), Lang::known(""));
        let view = View::new(body, source, &hits, &lang);
        let runs = |name: &String| site.as_ref().is_some_and(|site| site.packs.contains(name));
        let others = self.sites.iter().enumerate().filter(|(_, other)| !runs(&self.packs[other.pack].name));
        let others = others.map(|(index, other)| {
            let why = match (self.fit(index, &view), &site) {
                (Some((_, why)), Some(site)) => format!("{why}, but {} comes first: {}", site.site, site.why),
                // What only its date tells needs the site that it refines.
                (Some((_, why)), None) => format!("{why}, but the site that it refines does not match"),
                (None, _) => self.why_not(other, &view),
            };
            (self.packs[other.pack].name.clone(), why)
        });
        let others = others.collect();
        let named = |site: &CompiledSite| &self.packs[site.pack].name;
        let chosen = self.sites.iter().find(|other| site.as_ref().is_some_and(|site| site.site == *named(other)));
        Told { chain: chosen.map_or(0, |site| site.chain.len()), site, others }
    }

    pub(super) fn site_name(&self, site: Option<usize>) -> Option<String> {
        site.map(|site| self.packs[self.sites[site].pack].name.clone())
    }

    pub(super) fn site_of(&self, text: &str, source: &Source<'_>, hits: &Hits) -> Option<Chosen> {
        match self.site {
            SiteSetting::None => None,
            SiteSetting::Fixed(site) => Some(Chosen { site, why: "chosen by hand".to_owned() }),
            SiteSetting::Auto => self.detect_site(text, source, hits),
        }
    }

    fn detect_site(&self, text: &str, source: &Source<'_>, hits: &Hits) -> Option<Chosen> {
        let lang = Lang::known("");
        let view = View::new(text, source, hits, &lang);
        let in_time = |site: &usize| self.in_time(&self.sites[*site], source.date).is_ok();
        let sites: Vec<usize> = (0..self.sites.len()).filter(in_time).collect();
        let by = |by: By| {
            let fitting = sites.iter().filter_map(|&site| Some((site, view.fit(&self.sites[site], by)?)));
            // Of several URL patterns the longest says most, and of two as long the later; else the first site counts.
            match by {
                By::Url => fitting.max_by_key(|(_, (weight, _))| *weight),
                By::Path | By::Lines => { fitting }.next(),
            }
        };
        let (site, (_, why)) = by(By::Url).or_else(|| by(By::Path)).or_else(|| by(By::Lines))?;
        Some(self.refined(Chosen { site, why }, &view))
    }

    /// Goes on to variants of the chosen site, as long as the text fits one.
    fn refined(&self, mut chosen: Chosen, view: &View<'_>) -> Chosen {
        while let Some((site, why)) = self.variant(chosen.site, view) {
            chosen = Chosen { site, why: format!("{}; {why}", chosen.why) };
        }
        chosen
    }

    /// Returns the variant of `site` that the text fits best.
    fn variant(&self, site: usize, view: &View<'_>) -> Option<(usize, String)> {
        let refines = |other: &CompiledSite| matches!(other.chain.as_slice(), [.., above, _] if *above == site);
        let variants = self.sites.iter().enumerate().filter(|(_, other)| refines(other));
        let fitting = variants.filter_map(|(index, _)| {
            let ((by, weight), why) = self.fit(index, view)?;
            // Of those that fit alike the first counts.
            Some(((std::cmp::Reverse(by), weight, std::cmp::Reverse(index)), why))
        });
        let ((_, _, std::cmp::Reverse(variant)), why) = fitting.max_by(|(a, _), (b, _)| a.cmp(b))?;
        Some((variant, why))
    }

    /// Says by what a text fits a site, and why: by its URL (0), its path (1), its lines (2) or, if it is a variant that
    /// nothing else tells, by its date (3).
    fn fit(&self, index: usize, view: &View<'_>) -> Option<((u8, usize), String)> {
        let site = &self.sites[index];
        let in_time = self.in_time(site, view.source.date).ok()?;
        for (rank, by) in [(0, By::Url), (1, By::Path), (2, By::Lines)] {
            if let Some((weight, why)) = view.fit(site, by) {
                return Some(((rank, weight), why));
            }
        }
        let tells_nothing = site.urls.is_empty() && site.paths.is_empty() && site.fingerprints.is_empty();
        let dated = site.from.is_some() || site.until.is_some();
        in_time.filter(|_| tells_nothing && dated && site.chain.len() > 1).map(|why| ((3, 0), why))
    }

    /// Returns whether a text of `date` can be from `site`: its time, and that of all that it refines. Says what decided
    /// if the date is known, and what stands against it if it is too early or too late.
    fn in_time(&self, site: &CompiledSite, date: Option<&str>) -> Result<Option<String>, String> {
        let Some(day) = date.and_then(|date| date.get(..10)).filter(|day| is_day(day)) else { return Ok(None) };
        for above in site.chain.iter().map(|&above| &self.sites[above]) {
            let of = &self.packs[above.pack].name;
            if let Some(from) = above.from.as_ref().filter(|from| day < from.as_str()) {
                return Err(format!("the date {day} is before {from}, where {of} begins"));
            }
            if let Some(until) = above.until.as_ref().filter(|until| day > until.as_str()) {
                return Err(format!("the date {day} is after {until}, where {of} ends"));
            }
        }
        Ok(Some(format!("the date {day} is in its time")))
    }

    fn why_not(&self, site: &CompiledSite, view: &View<'_>) -> String {
        if let Err(why) = self.in_time(site, view.source.date) {
            return why;
        }
        let mut why = Vec::new();
        let quoted = |texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
        };
        match view.source.url {
            _ if site.urls.is_empty() => {}
            None => why.push("the URL is not known".to_owned()),
            Some(url) => why.push(match site.urls.iter().find(|(pattern, _)| pattern.except && pattern.matches(url)) {
                Some((_, except)) => format!("the URL matches `{except}`"),
                None => {
                    let patterns = site.urls.iter().filter(|(pattern, _)| !pattern.except);
                    format!("the URL does not match {}", quoted(&mut patterns.map(|(_, written)| written)))
                }
            }),
        }
        match view.source.path {
            _ if site.paths.is_empty() => {}
            None => why.push("the path is not known".to_owned()),
            Some(_) => {
                let globs = quoted(&mut site.paths.iter().map(|(_, written)| written));
                why.push(format!("the path does not match {globs}"));
            }
        }
        why.extend(site.fingerprints.iter().filter_map(|print| view.missing(print)).map(|(line, region)| {
            let place = if region == Region::Head { "head" } else { "tail" };
            format!("fingerprint: the line `{line}` is not in the {place}")
        }));
        if why.is_empty() {
            let dated = site.from.is_some() || site.until.is_some();
            let variant = site.chain.len() > 1 && dated;
            return if variant { "the date is not known" } else { "nothing tells its texts; name it with --site" }
                .to_owned();
        }
        why.join("; ")
    }

    /// Returns the packs of the site `name` and of all that it refines, general to special; none if there is no such site.
    pub(crate) fn chain(&self, name: &str) -> Vec<String> {
        let site = self.sites.iter().find(|site| self.packs[site.pack].name == name);
        let chain = site.into_iter().flat_map(|site| &site.chain);
        chain.map(|&site| self.packs[self.sites[site].pack].name.clone()).collect()
    }

    /// Returns the rules that are for the texts of other sites too and wait for review there.
    pub(crate) fn waiting_elsewhere(&self, name: &str) -> Vec<&RuleId> {
        let site = self.sites.iter().position(|site| self.packs[site.pack].name == name);
        let is_own = |rule: &&Compiled| site.is_some_and(|site| rule.sites.contains(&site));
        let rules = self.rules.iter().filter(|rule| rule.safety_for(site) == Some(Safety::Review) && !is_own(rule));
        rules.map(|rule| &rule.id).collect()
    }

    /// Returns for each fingerprint of the site `name` the first of its lines that a text has not, if there is one.
    pub(crate) fn missing_lines(&self, name: &str, text: &str) -> Vec<Option<String>> {
        let (_, body) = behind_front_matter(text);
        let (source, hits, lang) = (Source::default(), self.detector.all(), Lang::known(""));
        let view = View::new(body, &source, &hits, &lang);
        let site = self.sites.iter().find(|site| self.packs[site.pack].name == name);
        let prints = site.into_iter().flat_map(|site| &site.fingerprints);
        prints.map(|print| view.missing(print).map(|(line, _)| line.to_owned())).collect()
    }
}

impl<'v> View<'v> {
    fn new(text: &'v str, source: &'v Source<'v>, hits: &'v Hits, lang: &'v Lang) -> Self {
        Self { text, source, hits, lang, doc: OnceCell::new() }
    }

    /// Returns how much there is to say that the text is from `site`, and what decided.
    fn fit(&self, site: &CompiledSite, by: By) -> Option<(usize, String)> {
        match by {
            By::Url => {
                let url = self.source.url?;
                let matching = || site.urls.iter().filter(|(pattern, _)| pattern.matches(url));
                if matching().any(|(pattern, _)| pattern.except) {
                    return None;
                }
                let (_, written) = matching().max_by_key(|(_, written)| written.len())?;
                Some((written.len(), format!("the URL matches `{written}`")))
            }
            By::Path => {
                let path = self.source.path?;
                let from = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
                let mut parts: Vec<&str> = from.map(|at| &path[at..]).collect();
                parts.truncate(MAX_FOLDERS);
                let matches = |glob: &globset::GlobMatcher| parts.iter().any(|part| glob.is_match(part));
                let (_, written) = site.paths.iter().find(|(glob, _)| matches(glob))?;
                Some((0, format!("the path matches `{written}`")))
            }
            By::Lines => {
                if !self.hits.may(site.question) {
                    return None;
                }
                let print = site.fingerprints.iter().find(|print| self.missing(print).is_none())?;
                let line = print.head.first().or(print.tail.first())?;
                let place = if print.head.is_empty() { "tail" } else { "head" };
                Some((0, format!("the {place} holds the line `{}`", line.value)))
            }
        }
    }

    /// Returns the first line of a fingerprint that the text has not, and where it should stand.
    fn missing<'p>(&self, print: &'p Fingerprint) -> Option<(&'p str, Region)> {
        let head = print.head.iter().map(|line| (line.value.as_str(), Region::Head));
        let tail = print.tail.iter().map(|line| (line.value.as_str(), Region::Tail));
        head.chain(tail).find(|&(line, region)| !self.stands_in(line, region))
    }

    fn stands_in(&self, line: &str, region: Region) -> bool {
        let doc = self.doc.get_or_init(|| Document::new(self.text, self.lang));
        let same = |l: &&Line| self.text[l.content.range()].trim() == line.trim();
        // A text without prose has neither head nor tail: then the whole of it serves as both.
        doc.lines().as_slice().iter().filter(same).any(|l| match doc.region_at(l.full.start) {
            Region::Body => doc.region_at(0) == Region::Body,
            found => found == region,
        })
    }
}

/// So many folders of a path are looked at.
const MAX_FOLDERS: usize = 64;
