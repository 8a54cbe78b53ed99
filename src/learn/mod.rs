//! Proposes a pack for one site from texts of it: what its pages have in common around their articles.
//!
//! What is proposed is for a person to read: each part says from how many pages it comes, each rule has tests made of
//! lines of the site, and no rule is `safe`.

mod decided;
mod duplicates;
mod extras;
mod fields;
mod pack;
mod pairs;
mod template;
mod words;

use std::collections::HashSet;

use crate::cleaner::{Cleaner, RuleFile};
use crate::decisions::Line;
use crate::edit::Safety;
use crate::find::template::{PageLine, Template};
use crate::plan::{SiteChoice, Source};
use crate::rules::diagnostics::RuleErrors;
use crate::rules::model::WrittenTemplate;

use template::PageLines;

/// Fewer pages say too little about a site.
pub(crate) const FEWEST: usize = 3;

/// A text of the site.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Its file, and its record if it is one.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) url: Option<String>,
}

/// What was learned.
#[derive(Debug)]
pub(crate) struct Learned {
    /// The rule file, in YAML.
    pub(crate) yaml: String,
    /// Pages that it was learned from.
    pub(crate) pages: usize,
    /// Pages that tell much the same as another, by name; each with the name of the other.
    pub(crate) duplicates: Vec<(String, String)>,
    /// Lines of the template.
    pub(crate) lines: usize,
    /// Whether each rule for the template has tests.
    pub(crate) is_tested: bool,
    /// Whether a text of the site is known without its name.
    pub(crate) is_known: bool,
    /// What is proposed beside it: rules, terms, overrides.
    pub(crate) others: usize,
    /// Lines that are not blank on all pages, and those of them that rules tagged `certain` and all rules drop.
    pub(crate) seen: usize,
    pub(crate) certain: usize,
    pub(crate) dropped: usize,
}

/// What else is known of a site, beside its pages.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Texts as they were scraped, and as somebody corrected them.
    pub(crate) pairs: Vec<(String, String)>,
    /// Answers of reviews.
    pub(crate) decisions: Vec<Line>,
}

/// Learns a pack for the site `name` from `pages` and what else is `known`.
///
/// # Errors
/// What is wrong with the rules, which would be a fault of this module.
pub(crate) fn learn(name: &str, pages: &[Page], known: &Known) -> Result<Learned, RuleErrors> {
    let lines: Vec<PageLines<'_>> = pages.iter().map(|page| PageLines::new(&page.text)).collect();
    let same = duplicates::find(&lines);
    let (mut used, mut kept) = (Vec::new(), Vec::new());
    let mut duplicates = Vec::new();
    for (at, page) in lines.into_iter().enumerate() {
        match same[at] {
            Some(other) => duplicates.push((pages[at].name.clone(), pages[other].name.clone())),
            None => {
                used.push(page);
                kept.push(&pages[at]);
            }
        }
    }
    let written = if used.len() >= FEWEST { template::find(&used) } else { None };
    let template = written.as_ref().map(Template::new);
    let judged: Vec<Vec<Judged>> = used.iter().map(|page| judge(template.as_ref(), &page.lines)).collect();
    let all = || judged.iter().flatten();
    let articles: Vec<String> = used.iter().zip(&judged).map(|(page, judged)| article(page, judged)).collect();
    let mut extras = fields::find(&articles);
    extras.add(words::find(&articles)?);
    extras.add(pairs::find(&known.pairs));
    let shipped = Cleaner::builder().safety(Safety::Review).build()?;
    extras.add(decided::find(&known.decisions, |id| shipped.rule(id).is_some()));
    let site = pack::Site {
        name,
        pages: &kept,
        lines: &used,
        judged: &judged,
        template: written.as_ref(),
        extras: &extras,
        has_print: true,
    };
    // Texts of tests must be left alone by all other rules, as they run beside the pack.
    let plain = Cleaner::builder().rules(RuleFile::new(format!("{name}.yaml"), site.write(None)));
    let by_itself = plain.clone().build()?;
    let knows = |page: &&Page| {
        let about = Source { url: page.url.as_deref(), ..Source::default() };
        by_itself.which_site(&page.text, &about).is_some_and(|found| found.site.ends_with(name))
    };
    let site = pack::Site { has_print: kept.iter().all(knows), ..site };
    let cleaner = plain.site(SiteChoice::Named(name.to_owned())).build()?;
    let is_clean = |text: &str| cleaner.clean(text).edits.is_empty();
    let yaml = site.write(Some(&is_clean));
    Ok(Learned {
        is_tested: !yaml.contains(pack::NO_TEST),
        is_known: site.has_print,
        yaml,
        pages: used.len(),
        duplicates,
        lines: written.as_ref().map_or(0, number_of_lines),
        others: extras.number(),
        seen: all().count(),
        certain: all().filter(|judged| **judged == Judged::Certain).count(),
        dropped: all().filter(|judged| **judged != Judged::Kept).count(),
    })
}

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Judged {
    Kept,
    Likely,
    Certain,
}

fn judge(template: Option<&Template>, lines: &[PageLine]) -> Vec<Judged> {
    let Some(template) = template else { return vec![Judged::Kept; lines.len()] };
    let judged = template.judge(lines).into_iter().map(|belongs| match belongs {
        None => Judged::Kept,
        Some(belongs) if belongs.is_certain() => Judged::Certain,
        Some(_) => Judged::Likely,
    });
    judged.collect()
}

/// Returns the lines of a page that stay.
fn article(page: &PageLines<'_>, judged: &[Judged]) -> String {
    let lines = page.raw.iter().zip(judged).filter(|(_, judged)| **judged == Judged::Kept);
    lines.flat_map(|(line, _)| [*line, "\n"]).collect()
}

fn number_of_lines(template: &WrittenTemplate) -> usize {
    let lines = template.top.iter().chain(&template.bottom).flat_map(|run| &run.lines);
    lines.collect::<HashSet<_>>().len()
}
