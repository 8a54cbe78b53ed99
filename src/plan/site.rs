//! The site of a text: by URL, then by path, then by the lines of its head and tail.

use super::detector::Hits;
use super::outcome::{SiteMatch, Source};
use super::{Plan, SiteSetting};
use crate::text::{Document, Lang, Line, Region, behind_front_matter};

/// The site that a text belongs to, and why.
pub(super) struct Chosen {
    pub(super) site: usize,
    why: String,
}

impl Plan {
    /// Returns the site of a text and the packs that run for it.
    pub(crate) fn which_site(&self, text: &str, source: &Source<'_>) -> Option<SiteMatch> {
        let (_, body) = behind_front_matter(text);
        let chosen = self.detect_site(body, source, &self.scan(body))?;
        let pack = &self.packs[self.sites[chosen.site].pack];
        let (site, about) = (pack.name.clone(), pack.about.clone());
        let mut packs: Vec<String> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.sites.is_empty()) {
            let name = &self.packs[rule.pack].name;
            if !packs.contains(name) {
                packs.push(name.clone());
            }
        }
        packs.sort_by_key(|name| (!name.starts_with("core/"), !name.starts_with("lang/"), name.clone()));
        packs.push(site.clone());
        Some(SiteMatch { site, about, why: chosen.why, packs })
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
        let by_url = || {
            let url = source.url?;
            let matching = self.sites.iter().enumerate().filter_map(|(index, site)| {
                let excepted = site.urls.iter().any(|(pattern, _)| pattern.except && pattern.matches(url));
                let best = site.urls.iter().filter(|(pattern, _)| !pattern.except && pattern.matches(url));
                best.map(|(_, written)| written)
                    .filter(|_| !excepted)
                    .max_by_key(|written| written.len())
                    .map(|w| (index, w))
            });
            let (site, written) = matching.max_by_key(|(_, written)| written.len())?;
            Some(Chosen { site, why: format!("the URL matches `{written}`") })
        };
        let by_path = || {
            let path = source.path?;
            self.sites.iter().enumerate().find_map(|(site, compiled)| {
                let (_, written) = compiled.paths.iter().find(|(glob, _)| glob.is_match(path))?;
                Some(Chosen { site, why: format!("the path matches `{written}`") })
            })
        };
        let by_fingerprint = || {
            let asked = self.sites.iter().enumerate().filter(|(_, site)| hits.may(site.question));
            let (sites, lang) = (asked.collect::<Vec<_>>(), Lang::known(""));
            if sites.is_empty() {
                return None;
            }
            let doc = Document::new(text, &lang);
            let stands_in = |line: &str, region: Region| {
                let lines = doc.lines().as_slice().iter();
                let same = |l: &&Line| text[l.content.range()].trim() == line.trim();
                // A text without prose has neither head nor tail: then the whole of it serves as both.
                lines.filter(same).any(|l| match doc.region_at(l.full.start) {
                    Region::Body => doc.region_at(0) == Region::Body,
                    found => found == region,
                })
            };
            sites.into_iter().find_map(|(site, compiled)| {
                let fits = |print: &&crate::rules::model::Fingerprint| {
                    print.head.iter().all(|line| stands_in(&line.value, Region::Head))
                        && print.tail.iter().all(|line| stands_in(&line.value, Region::Tail))
                };
                let print = compiled.fingerprints.iter().find(fits)?;
                let line = print.head.first().or(print.tail.first())?;
                let where_ = if print.head.is_empty() { "tail" } else { "head" };
                Some(Chosen { site, why: format!("the {where_} holds the line `{}`", line.value) })
            })
        };
        by_url().or_else(by_path).or_else(by_fingerprint)
    }
}
