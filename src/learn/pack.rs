//! Writes what was learned as a rule file.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::find::template::{Template, is_prose};
use crate::rules::model::{TemplateRun, WrittenTemplate};

use super::extras::{Extras, scalar};
use super::template::PageLines;
use super::{Judged, Page};

/// A fingerprint is made of so many lines at most, with so many characters together at least.
const PRINT_LINES: usize = 3;
const PRINT_CHARS: usize = 16;
/// A test shows so many lines of prose of an article, tried in this order, and lines with so many characters at most.
const TEST_LINES: [usize; 3] = [3, 8, 24];
const TEST_CHARS: usize = 240;

/// A site with what was learned about it.
pub(super) struct Site<'s, 'p> {
    pub(super) name: &'s str,
    pub(super) pages: &'s [&'s Page],
    pub(super) lines: &'s [PageLines<'p>],
    pub(super) judged: &'s [Vec<Judged>],
    pub(super) template: Option<&'s WrittenTemplate>,
    pub(super) extras: &'s Extras,
    /// Whether lines of the pages tell their site.
    pub(super) has_print: bool,
}

impl Site<'_, '_> {
    /// Writes the pack, with tests if somebody says whether the other rules leave a text alone.
    pub(super) fn write(&self, is_clean: Option<&dyn Fn(&str) -> bool>) -> String {
        let pages = self.pages.len();
        let mut out = format!(
            "# Proposed by `unscrape rules learn` from {pages} pages. Read it through, take out what you do not believe, and look at\n\
             # what it would change: unscrape diff --rules THIS-FILE --site {} --safety review PAGES\n\
             # What may go without a look is worth `safety: safe`, with a `fix` test and two `keep` tests.\n\
             format: 1\npack: sites/{}\nabout: {}\n",
            self.name,
            self.name,
            scalar(&format!("The page around the articles of {}.", self.name))
        );
        self.write_site(&mut out);
        if !self.extras.terms.is_empty() {
            out.push_str("# Words that look as if two had run together, and stand so on several pages.\nterms:\n");
            for (term, pages) in &self.extras.terms {
                writeln!(out, "  - {} # on {pages} pages", scalar(term)).expect("a String");
            }
        }
        match self.template {
            Some(template) => {
                writeln!(out, "budget: {{ lines: {} }}", self.budget()).expect("a String");
                write_template(&mut out, template);
            }
            None => out.push_str("# The pages have no lines in common around their articles.\n"),
        }
        if self.template.is_some() || !self.extras.rules.is_empty() {
            out.push_str("rules:\n");
        }
        if self.template.is_some() {
            self.write_rules(&mut out, is_clean);
        }
        out.extend(self.extras.rules.iter().map(String::as_str));
        if self.template.is_some() {
            out.push_str(OVERRIDES);
        } else if !self.extras.overrides.is_empty() {
            out.push_str("overrides:\n");
        }
        out.extend(self.extras.overrides.iter().map(String::as_str));
        out
    }

    /// By what the site is known: its host where pages say it, else lines that all of its pages have.
    fn write_site(&self, out: &mut String) {
        let hosts: BTreeSet<String> =
            self.pages.iter().filter_map(|page| Some(host(page.url.as_deref()?)?.to_lowercase())).collect();
        let print = if self.has_print { self.fingerprint() } else { Vec::new() };
        match (hosts.is_empty(), print.is_empty()) {
            (true, true) => {
                out.push_str("# Nothing tells a text of the site by itself: name the site with --site, or add `urls:`.\nsite: {}\n");
                return;
            }
            _ => out.push_str("site:\n"),
        }
        if !hosts.is_empty() {
            let urls: Vec<_> = hosts.iter().map(|host| scalar(&format!("{host}/*"))).collect();
            writeln!(out, "  urls: [{}]", urls.join(", ")).expect("a String");
        }
        if !print.is_empty() {
            let lines: Vec<_> = print.iter().map(|line| scalar(line)).collect();
            writeln!(out, "  fingerprints:\n    - head: [{}]", lines.join(", ")).expect("a String");
        }
    }

    /// Returns lines of the template which, as they are written, stand among the first of every page and are certain
    /// there; none if there are too few to tell the site from another.
    fn fingerprint(&self) -> Vec<&str> {
        const HEAD: usize = 12;
        let head = |at: usize| {
            let lines = self.lines[at].raw.iter().zip(&self.judged[at]).take(HEAD);
            let above = lines.take_while(|(line, _)| !is_prose(line));
            above.filter(|(_, judged)| **judged == Judged::Certain).map(|(line, _)| *line)
        };
        let on = |line: &str| (0..self.lines.len()).filter(|&at| head(at).any(|other| other == line)).count();
        let mut lines: Vec<&str> = Vec::new();
        for line in (0..self.lines.len().min(1)).flat_map(head) {
            if !lines.contains(&line) && on(line) == self.lines.len() && !line.chars().any(|c| c.is_ascii_digit()) {
                lines.push(line);
            }
        }
        // The longest say most.
        let mut longest: Vec<&str> = lines.clone();
        longest.sort_by_key(|line| std::cmp::Reverse(line.chars().count()));
        longest.truncate(PRINT_LINES);
        lines.retain(|line| longest.contains(line));
        let chars: usize = lines.iter().map(|line| line.chars().count()).sum();
        if lines.len() >= 2 && chars >= PRINT_CHARS { lines } else { Vec::new() }
    }

    /// Returns the share of lines, in percent, that the pack may drop: half way from what the fullest page loses to all.
    fn budget(&self) -> usize {
        let share = |judged: &Vec<Judged>| {
            let dropped = judged.iter().filter(|judged| **judged != Judged::Kept).count();
            dropped * 100 / judged.len().max(1)
        };
        let most = self.judged.iter().map(share).max().unwrap_or(0);
        (most + (100 - most).div_ceil(2)).clamp(60, 99)
    }

    fn write_rules(&self, out: &mut String, is_clean: Option<&dyn Fn(&str) -> bool>) {
        let (mut certain, mut likely) = (0, 0);
        for judged in self.judged.iter().flatten() {
            certain += usize::from(*judged == Judged::Certain);
            likely += usize::from(*judged == Judged::Likely);
        }
        let pages = self.pages.len();
        writeln!(
            out,
            "  - id: page\n    about: Lines that most pages have around their articles.\n    \
             why: {}\n    kind: builtin\n    builtin: template\n    options: {{ trust: certain }}\n    phase: lines\n    \
             safety: review\n    effects: [delete-line]\n    tags: [certain, learned]",
            scalar(&format!("On {pages} pages it dropped {certain} lines."))
        )
        .expect("a String");
        self.write_tests(out, |judged| judged == Judged::Certain, is_clean);
        writeln!(
            out,
            "  - id: likely-page\n    about: Lines around articles that fewer pages have, or that differ from page to page.\n    \
             why: {}\n    kind: builtin\n    builtin: template\n    options: {{ trust: likely }}\n    phase: lines\n    \
             safety: review\n    effects: [delete-line]\n    tags: [learned]",
            scalar(&format!("On {pages} pages it dropped {likely} lines more."))
        )
        .expect("a String");
        self.write_tests(out, |judged| judged == Judged::Likely, is_clean);
    }

    /// Writes tests made of the page with the least around its article: with a few lines of the article what goes, and
    /// the article alone what stays.
    fn write_tests(&self, out: &mut String, goes: impl Fn(Judged) -> bool, is_clean: Option<&dyn Fn(&str) -> bool>) {
        let Some(is_clean) = is_clean else { return };
        let mut pages: Vec<usize> = (0..self.lines.len()).collect();
        pages.sort_by_key(|&at| (self.judged[at].iter().filter(|judged| **judged != Judged::Kept).count(), at));
        let template = self.template.map(Template::new);
        let budget = self.budget();
        // A short article would be held for what is dropped around it.
        for (at, most) in pages.into_iter().flat_map(|at| TEST_LINES.map(|most| (at, most))) {
            let (page, keep) = self.example(at, most, is_clean);
            let judged = super::judge(template.as_ref(), &PageLines::new(&page).lines);
            let lines = page.lines().zip(&judged);
            let after: String =
                lines.filter(|(_, judged)| !goes(**judged)).flat_map(|(line, _)| [line, "\n"]).collect();
            let dropped = judged.iter().filter(|judged| goes(**judged)).count();
            let is_held = dropped * 100 > judged.len() * budget;
            if dropped > 0 && !is_held && !keep.is_empty() && is_clean(&keep) && is_clean(&after) {
                write!(
                    out,
                    "    tests:\n      fix:\n        - before: {}\n          after: {}\n      keep:\n        - {}\n",
                    scalar(&page),
                    scalar(&after),
                    scalar(&keep)
                )
                .expect("a String");
                return;
            }
        }
        out.push_str(NO_TEST);
    }

    /// Returns the lines of a page, of its article a few which the other rules leave alone; and these alone.
    fn example(&self, at: usize, most: usize, is_clean: &dyn Fn(&str) -> bool) -> (String, String) {
        let (mut page, mut article) = (String::new(), String::new());
        let mut shown = 0;
        for (line, judged) in self.lines[at].raw.iter().zip(&self.judged[at]) {
            if *judged == Judged::Kept {
                let is_wanted = shown < most && line.chars().count() <= TEST_CHARS && is_clean(line);
                if !is_wanted {
                    continue;
                }
                shown += usize::from(is_prose(line));
                article.extend([line, "\n"]);
            }
            page.extend([line, "\n"]);
        }
        (page, article)
    }
}

/// Stands in the place of tests.
pub(super) const NO_TEST: &str = "    # No page makes a test that the other rules leave alone: write one.\n";

/// What the general rules guess about pages is known here; and where lines of a page are gone, two lines meet that
/// never followed each other.
const OVERRIDES: &str = "\
# The page is known, so that nothing need be guessed about it. Take these lines out to let the general rules guess too.
overrides:
  - { tag: page-guess, disable: true }
  - { tag: line-join, disable: true }
";

fn write_template(out: &mut String, template: &WrittenTemplate) {
    writeln!(out, "template:\n  pages: {}", template.pages).expect("a String");
    for (name, runs) in [("top", &template.top), ("bottom", &template.bottom)] {
        if !runs.is_empty() {
            writeln!(out, "  {name}:").expect("a String");
            for run in runs {
                write_run(out, run);
            }
        }
    }
    let lists = [("inside", &template.inside), ("repeated", &template.repeated), ("counted", &template.counted)];
    for (name, lines) in lists {
        if !lines.is_empty() {
            writeln!(out, "  {name}: |-").expect("a String");
            for line in lines {
                writeln!(out, "    {line}").expect("a String");
            }
        }
    }
}

fn write_run(out: &mut String, run: &TemplateRun) {
    writeln!(out, "    - pages: {}\n      lines: |-", run.pages).expect("a String");
    for line in &run.lines {
        writeln!(out, "        {line}").expect("a String");
    }
}

/// Returns the host of a URL.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let host = host.split(':').next()?;
    (!host.is_empty() && host.contains('.')).then_some(host)
}
