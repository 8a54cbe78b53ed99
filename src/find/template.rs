//! The page around the articles of one site: the lines that its pages have in common, above and below.
//!
//! A line of it means little by itself; that it stands among its neighbours, near an edge of the page, means much. So
//! the template is known by runs of lines as they follow each other, and first the two *zones* are found: from each
//! edge of the page inwards as far as lines of the template outweigh others. Only lines inside of the zones go, and
//! only those which stand beside a line that they are known beside, or that stand on most pages and never inside of
//! an article. A page that has too little of what most pages have is none of the site's: nothing is dropped there.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::rules::diagnostics::Diagnostic;
use crate::rules::model::{TemplateRun, WrittenTemplate};
use crate::text::{Document, QuickMap, QuickSet, hash, is_blank};

use super::dates::is_of_dates;
use super::evidence::Trust;
use super::labels::dropped;
use super::options::Reader;
use super::rows::width;
use super::sentences::ends_sentence;
use super::{Finder, Found, Knowledge, Options};

/// Stands in a run for a line that is another on each page, if there is one at all.
pub(crate) const OTHER: &str = "*";
/// The same for a line that may be long.
pub(crate) const OTHER_LONG: &str = "**";
/// Between two lines that are neighbours of each other, so many others may stand.
pub(crate) const GAP: usize = 6;
/// A line of so many columns is a sentence, whatever it ends with,
const LONG: usize = 60;
/// and a shorter one if it ends as sentences do and has so many columns.
const SENTENCE: usize = 25;
/// What a line counts for the zone: one beside its neighbour, a known one alone, another, a sentence.
const BESIDE: f32 = 1.0;
const ALONE: f32 = 0.3;
const UNKNOWN: f32 = -0.6;
const PROSE: f32 = -2.5;
/// A line on this share of the pages counts by its share, wherever it stands.
const MOST: f32 = 0.7;
/// A line on this share of the pages is certain, and tells whether a page has the template.
const OFTEN: f32 = 0.5;
/// A line on this share of the pages is believed without its neighbours, unless it stands inside articles too.
const SOME: f32 = 0.3;
/// A page has this share of the lines that are often there, or it has another template.
const RECOGNIZED: f32 = 0.4;
/// What is expected between two lines has one in so many columns of the longest stretch of its page at most.
const SMALL: usize = 2;
/// What is certain is found from the edge of the page on, past so many lines at most that are not known, and no prose.
const PASSED: usize = 2;
/// Lines that are known once go once in each of so many rounds; a page that has its template still more often is no
/// page but many.
const ONCE: usize = 3;
/// Sums that differ by less are equal.
const EPSILON: f32 = 1e-4;
/// Words beside a number are taken for those of a date in lines of so many bytes.
const DATED: usize = 80;

/// Returns `line` as it is compared: in small letters and forms of one kind, without what cannot be seen, each number
/// (and each month and weekday beside one) the same, but in prose: what is new in today's weather are its numbers.
pub(crate) fn normal(line: &str) -> String {
    let prose = is_prose(line.trim());
    let mut out = String::with_capacity(line.len());
    let mut gap = false;
    for c in line.trim().nfkc().flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            gap = true;
        } else if !matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}')
        {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            match c.is_numeric() && !prose {
                true if out.ends_with('0') => {}
                true => out.push('0'),
                false => out.push(c),
            }
        }
    }
    if !prose && out.len() <= DATED && out.contains('0') { without_dates(&out) } else { out }
}

/// Puts one sign for each word that dates are made of.
fn without_dates(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(char::is_alphabetic) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let word = &rest[..end];
        out.push_str(if is_of_dates(word) { "@" } else { word });
        rest = &rest[end..];
    }
    out + rest
}

/// Returns whether a line is (a part of) prose.
pub(crate) fn is_prose(line: &str) -> bool {
    let columns = width(line);
    columns >= LONG || columns >= SENTENCE && ends_sentence(line)
}

/// What is known of a line of one zone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// On so many pages it was seen.
    pub(crate) pages: u32,
    /// Whether it is seen inside of articles too.
    pub(crate) inside: bool,
    /// Whether it is seen once on each page.
    pub(crate) once: bool,
    /// Whether its numbers differ from page to page: a date, or a title.
    pub(crate) counted: bool,
}

/// What is known of two lines that follow each other, perhaps with others between.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pair {
    pub(crate) pages: u32,
    /// So many lines between the two go with them.
    pub(crate) others: usize,
    /// Whether these may be prose.
    pub(crate) prose: bool,
}

/// One zone of a template; lines by the hashes of their normal forms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zone {
    pub(crate) known: QuickMap<u64, Known>,
    pub(crate) pairs: QuickMap<(u64, u64), Pair>,
}

/// The lines that the pages of a site have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    /// Pages that it was learned from.
    pub(crate) pages: u32,
    pub(crate) top: Zone,
    pub(crate) bottom: Zone,
}

/// A line of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageLine {
    pub(crate) hash: u64,
    pub(crate) prose: bool,
    pub(crate) columns: usize,
}

impl PageLine {
    pub(crate) fn new(line: &str) -> Self {
        let line = line.trim();
        Self { hash: hash(&normal(line)), prose: is_prose(line), columns: width(line) }
    }
}

/// Whether lines are so few that they are no article, beside the longest stretch of the page.
pub(crate) fn are_small(lines: &[PageLine], longest: &[PageLine]) -> bool {
    let columns = |lines: &[PageLine]| lines.iter().map(|line| line.columns).sum::<usize>();
    columns(lines) * SMALL <= columns(longest)
}

/// Returns the longest stretch of lines that are not known, in columns: the article, or a part of it.
pub(crate) fn longest(lines: &[PageLine], known: impl Fn(u64) -> bool) -> std::ops::Range<usize> {
    let (mut longest, mut most) = (0..0, 0);
    let (mut start, mut sum) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        if known(line.hash) {
            (start, sum) = (at + 1, 0);
        } else {
            sum += line.columns;
            if sum > most {
                (longest, most) = (start..at + 1, sum);
            }
        }
    }
    longest
}

/// How sure it is that a line belongs to the template, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Belongs {
    trust: Trust,
    pages: u32,
}

impl Belongs {
    pub(crate) fn is_certain(self) -> bool {
        self.trust == Trust::Certain
    }
}

impl Zone {
    fn new(runs: &[TemplateRun], written: &WrittenTemplate) -> Self {
        let hashes = |lines: &[String]| lines.iter().map(|line| hash(&normal(line))).collect::<QuickSet<u64>>();
        let (inside, repeated, counted) =
            (hashes(&written.inside), hashes(&written.repeated), hashes(&written.counted));
        let mut zone = Self::default();
        for run in runs {
            let mut before = None;
            let mut pair = Pair { pages: run.pages, ..Pair::default() };
            for line in run.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
                if line == OTHER || line == OTHER_LONG {
                    pair.others += 1;
                    pair.prose |= line == OTHER_LONG;
                    continue;
                }
                let hash = hash(&normal(line));
                let known = zone.known.entry(hash).or_insert_with(|| Known {
                    pages: 0,
                    inside: inside.contains(&hash),
                    once: !repeated.contains(&hash),
                    counted: counted.contains(&hash),
                });
                known.pages = known.pages.max(run.pages);
                if let Some(before) = before {
                    let old = zone.pairs.entry((before, hash)).or_default();
                    *old = Pair {
                        pages: old.pages.max(pair.pages),
                        others: old.others.max(pair.others),
                        prose: old.prose | pair.prose,
                    };
                }
                (before, pair) = (Some(hash), Pair { pages: run.pages, ..Pair::default() });
            }
        }
        zone
    }

    /// Returns how each line stands to its neighbours.
    fn standing(&self, lines: &[PageLine], pages: u32) -> Vec<Standing> {
        let mut standing = vec![Standing::Unknown; lines.len()];
        let article = longest(lines, |hash| self.known.contains_key(&hash));
        let mut last: Option<usize> = None;
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| self.known.contains_key(&line.hash)) {
            standing[at] = Standing::Alone;
            if let Some(before) = last.filter(|before| at - before <= GAP + 1)
                && let Some(pair) = self.pairs.get(&(lines[before].hash, line.hash))
            {
                let beside = if share(pair.pages, pages) >= OFTEN { Standing::BesideOften } else { Standing::Beside };
                standing[before] = beside.max(standing[before]);
                standing[at] = beside;
                let between = before + 1..at;
                if between.len() <= pair.others
                    && are_small(&lines[between.clone()], &lines[article.clone()])
                    && (pair.prose || lines[between.clone()].iter().all(|line| !line.prose))
                {
                    standing[between].fill(Standing::Expected);
                }
            }
            last = Some(at);
        }
        standing
    }

    /// What a line counts for the zone.
    fn weight(&self, line: &PageLine, standing: Standing, pages: u32) -> f32 {
        match standing {
            Standing::Beside | Standing::BesideOften => BESIDE,
            Standing::Alone => {
                let share = share(self.known.get(&line.hash).map_or(0, |known| known.pages), pages);
                if share >= MOST { share } else { ALONE }
            }
            Standing::Expected => 0.0,
            Standing::Unknown if line.prose => PROSE,
            Standing::Unknown => UNKNOWN,
        }
    }
}

/// How a line of a page stands to its neighbours in the template.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Standing {
    /// It is not known.
    Unknown,
    /// It is not known, but between these two neighbours something is expected.
    Expected,
    /// It is known, but not beside its neighbours.
    Alone,
    /// It is known beside one of them.
    Beside,
    /// That is so on many pages.
    BesideOften,
}

/// The two zones of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Zones {
    /// Where the zone above the article ends, in lines.
    pub(crate) top: usize,
    /// Where the zone below it begins.
    pub(crate) bottom: usize,
    /// How far the one above reaches by itself: into the other, where it is not certain where the article is.
    pub(crate) alone: usize,
}

/// Returns how many lines from an edge on count most together.
fn reach<'w>(weights: impl Iterator<Item = &'w f32>) -> usize {
    let (mut reach, mut most, mut sum) = (0, 0.0, 0.0);
    for (at, weight) in weights.enumerate() {
        sum += weight;
        if sum > most + EPSILON {
            (reach, most) = (at + 1, sum);
        }
    }
    reach
}

fn share(part: u32, of: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts of pages are small")]
    let share = part as f32 / of.max(1) as f32;
    share
}

impl Template {
    pub(crate) fn new(written: &WrittenTemplate) -> Self {
        let zone = |runs| Zone::new(runs, written);
        Self { pages: written.pages, top: zone(&written.top), bottom: zone(&written.bottom) }
    }

    /// Returns where the zone above the article ends and the one below it begins, in lines; they never overlap. The two
    /// are chosen so that what they hold counts most together: what lies between is the article.
    pub(crate) fn zones(&self, lines: &[PageLine]) -> Zones {
        let [above, below] = [&self.top, &self.bottom].map(|zone| {
            let standing = zone.standing(lines, self.pages);
            let weights = lines.iter().zip(standing).map(|(line, standing)| zone.weight(line, standing, self.pages));
            weights.collect::<Vec<f32>>()
        });
        let (alone, other) = (reach(above.iter()), lines.len() - reach(below.iter().rev()));
        if alone <= other {
            return Zones { top: alone, bottom: other, alone };
        }
        let mut rest: f32 = below.iter().sum();
        let (mut sum, mut top, mut most) = (0.0, 0, 0.0);
        let (mut zones, mut best) = (Zones { top: 0, bottom: 0, alone }, f32::MIN);
        for at in 0..=lines.len() {
            // With the zone below from here on.
            if most + rest > best + EPSILON || (most + rest > best - EPSILON && top == zones.top) {
                (zones, best) = (Zones { top, bottom: at, alone }, most + rest);
            }
            if at < lines.len() {
                sum += above[at];
                rest -= below[at];
                if sum > most + EPSILON {
                    (top, most) = (at + 1, sum);
                }
            }
        }
        zones
    }

    /// Returns which lines of a page belong to the template, until no more would.
    pub(crate) fn judge(&self, lines: &[PageLine]) -> Vec<Option<Belongs>> {
        let mut all = vec![None; lines.len()];
        let mut left: Vec<usize> = (0..lines.len()).collect();
        for round in 0.. {
            let rest: Vec<PageLine> = left.iter().map(|&at| lines[at]).collect();
            let judged = self.judge_once(&rest, round < ONCE);
            if judged.iter().all(Option::is_none) {
                return all;
            }
            for (&at, belongs) in left.iter().zip(&judged) {
                all[at] = *belongs;
            }
            left = left.into_iter().zip(judged).filter(|(_, belongs)| belongs.is_none()).map(|(at, _)| at).collect();
        }
        all
    }

    fn judge_once(&self, lines: &[PageLine], once: bool) -> Vec<Option<Belongs>> {
        let mut judged = vec![None; lines.len()];
        let Zones { top, bottom, .. } = self.zones(lines);
        if self.has_the_template(lines, top, bottom) {
            // A line with a number of its own may be the only title.
            let above = lines.iter().take(top + 1);
            let has_title = above.into_iter().any(|line| !line.prose && !self.top.known.contains_key(&line.hash));
            self.judge_zone(&self.top, lines, 0..top, (once, has_title), &mut judged);
            self.judge_zone(&self.bottom, lines, bottom..lines.len(), (once, true), &mut judged);
        }
        judged
    }

    /// Whether enough of the lines that are often on a page stand in the zones of this one.
    fn has_the_template(&self, lines: &[PageLine], top: usize, bottom: usize) -> bool {
        let (mut have, mut of) = (0, 0);
        for (zone, lines) in [(&self.top, &lines[..top]), (&self.bottom, &lines[bottom..])] {
            let here: QuickSet<u64> = lines.iter().map(|line| line.hash).collect();
            for (hash, _) in zone.known.iter().filter(|(_, known)| share(known.pages, self.pages) >= OFTEN) {
                of += 1;
                have += u32::from(here.contains(hash));
            }
        }
        have > 0 && share(have, of) >= RECOGNIZED
    }

    fn judge_zone(
        &self,
        zone: &Zone,
        lines: &[PageLine],
        range: std::ops::Range<usize>,
        (once, has_title): (bool, bool),
        judged: &mut [Option<Belongs>],
    ) {
        let standing = zone.standing(lines, self.pages);
        let sure = sure(lines, &standing, range.clone());
        let mut seen: QuickSet<u64> = QuickSet::default();
        let mut last: Option<usize> = None;
        for at in range.clone() {
            let hash = lines[at].hash;
            let Some(known) = zone.known.get(&hash) else { continue };
            let alone = share(known.pages, self.pages) >= SOME && !known.inside;
            let is_another = !seen.insert(hash) && known.once && once;
            if standing[at] < Standing::Beside && !alone || is_another || known.counted && !has_title {
                continue;
            }
            let certain = sure[at - range.start]
                && !known.counted
                && share(known.pages, self.pages) >= OFTEN
                && (standing[at] == Standing::BesideOften || alone)
                && !known.inside;
            let trust = if certain { Trust::Certain } else { Trust::Likely };
            judged[at] = Some(Belongs { trust, pages: known.pages });
            if let Some(before) = last
                && let Some(pair) = zone.pairs.get(&(lines[before].hash, hash))
                && standing[before + 1..at].iter().all(|standing| *standing == Standing::Expected)
            {
                judged[before + 1..at].fill(Some(Belongs { trust: Trust::Likely, pages: pair.pages }));
            }
            last = Some(at);
        }
    }
}

/// Returns for each line of a zone whether the way to it from the edge of the page leads past known lines only, nearly.
fn sure(lines: &[PageLine], standing: &[Standing], zone: std::ops::Range<usize>) -> Vec<bool> {
    let mut sure = vec![false; zone.len()];
    let from_above = zone.start == 0;
    let mut passed = 0;
    for step in 0..zone.len() {
        let at = if from_above { step } else { zone.len() - 1 - step };
        let line = zone.start + at;
        if standing[line] == Standing::Unknown {
            passed += if lines[line].prose { PASSED + 1 } else { 1 };
        }
        sure[at] = passed <= PASSED;
    }
    sure
}

/// The built-in finder `template`.
pub(super) struct TemplateLines {
    template: Option<Arc<Template>>,
    trust: Trust,
}

impl TemplateLines {
    pub(super) fn new(options: &Options, knowledge: &Knowledge) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("template", options, &["trust"]);
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        let template = knowledge.template.clone();
        reader.finish(|| Self { template, trust })
    }
}

impl Finder for TemplateLines {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let Some(template) = &self.template else { return };
        let text = doc.text();
        let solid: Vec<usize> = (doc.lines().as_slice().iter().enumerate())
            .filter(|(_, line)| !is_blank(&text[line.content.range()]))
            .map(|(at, _)| at)
            .collect();
        let content = |at: usize| &text[doc.lines().as_slice()[at].content.range()];
        let lines: Vec<PageLine> = solid.iter().map(|&at| PageLine::new(content(at))).collect();
        let mut run: Option<(usize, usize)> = None;
        for (at, belongs) in template.judge(&lines).into_iter().enumerate() {
            let Some(belongs) = belongs.filter(|belongs| belongs.trust == self.trust) else { continue };
            let evidence = format!("on {} of {} pages", belongs.pages, template.pages);
            let line = solid[at];
            let first = run.filter(|(_, last)| last + 1 == line).map_or(line, |(first, _)| first);
            run = Some((first, line));
            // A last line without an end takes that of the line before along, so lines that go with it are one change.
            if doc.lines().deletion(line, line).end == text.len() && !text.ends_with(['\n', '\r']) {
                found.truncate(found.len() - (line - first));
                found.push(dropped(doc.lines(), first, line, Some(evidence)));
            } else {
                found.push(dropped(doc.lines(), line, line, Some(evidence)));
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::testing::{clean, options};
    use super::*;

    const ARTICLE: &str = "The ferry left at noon\n\nIt had left at noon every day for forty years, and nobody could say \
                           what was different about it now.\n\nAn hour later it was back.";

    fn run(pages: u32, lines: &[&str]) -> TemplateRun {
        TemplateRun { pages, lines: lines.iter().map(|&line| line.to_owned()).collect() }
    }

    fn written() -> WrittenTemplate {
        WrittenTemplate {
            pages: 10,
            top: vec![
                run(10, &["Harbour News", "Home", "Sport", "Weather"]),
                run(3, &["Sport", "By Jane Roe", "2 May 2021"]),
            ],
            bottom: vec![run(9, &["Share", "*", "*", "Contact", "© 2021 Harbour News"])],
            inside: vec!["Weather".to_owned()],
            ..WrittenTemplate::default()
        }
    }

    fn cleaned(written: &WrittenTemplate, trust: &str, text: &str) -> String {
        let knowledge = Knowledge { template: Some(Arc::new(Template::new(written))), ..Knowledge::default() };
        let finder = TemplateLines::new(&options(&json!({ "trust": trust })), &knowledge).expect("right options");
        clean(&finder, text, None)
    }

    fn page(above: &str, below: &str) -> String {
        format!("{above}\n{ARTICLE}\n{below}")
    }

    #[test]
    fn what_most_pages_have_around_an_article_is_certain() {
        let text = page("Harbour News\nHome\nSport\nWeather", "Share\nContact\n© 2026 HARBOUR NEWS");
        assert_eq!(cleaned(&written(), "certain", &text), format!("Weather\n{ARTICLE}"));
        assert_eq!(
            cleaned(&written(), "likely", &text),
            page("Harbour News\nHome\nSport", "Share\nContact\n© 2026 HARBOUR NEWS")
        );
    }

    #[test]
    fn what_differs_from_page_to_page_goes_where_something_is_expected() {
        let text = page("Harbour News\nHome\nSport", "Share\nStorm in the north\nContact\n© 2021 Harbour News\n");
        let likely = cleaned(&written(), "likely", &text);
        assert!(!likely.contains("Storm in the north"), "{likely}");
        let more = text.replace("Storm in the north", "One\nTwo\nThree");
        assert!(cleaned(&written(), "likely", &more).contains("One\nTwo\nThree"), "more than is expected stays");
        let prose =
            text.replace("Storm", "A storm that nobody had thought of came up in the night, and the ferry stayed out");
        assert!(cleaned(&written(), "likely", &prose).contains("A storm that nobody"), "prose stays");
    }

    #[test]
    fn a_line_inside_of_an_article_stays() {
        let inside = ARTICLE.replace("An hour", "Weather\n\nHome\n\nAn hour");
        let text = format!("Harbour News\nHome\nSport\n{inside}\nShare\nContact\n© 2021 Harbour News");
        assert_eq!(cleaned(&written(), "certain", &text), inside);
    }

    #[test]
    fn only_the_first_of_a_line_goes_unless_it_is_known_to_repeat() {
        let text = page("Harbour News\nHome\nSport\nHome", "Share\nContact\n© 2021 Harbour News");
        assert_eq!(cleaned(&written(), "certain", &text), format!("Home\n{ARTICLE}"));
        let repeated = WrittenTemplate { repeated: vec!["home".to_owned()], ..written() };
        assert_eq!(cleaned(&repeated, "certain", &text), ARTICLE);
    }

    #[test]
    fn a_page_with_another_template_is_left_alone() {
        for text in [page("Home\nSport", ""), ARTICLE.to_owned(), page("Island Post\nHome\nIslands\nSport", "Imprint")]
        {
            assert_eq!(cleaned(&written(), "certain", &text), text);
            assert_eq!(cleaned(&written(), "likely", &text), text);
        }
    }

    #[test]
    fn dates_are_as_good_as_others_but_words_are_not() {
        assert_eq!(normal("  2 May 2021 "), normal("17\u{A0}december 1999"));
        assert_eq!(normal("1,024 views"), normal("7,001 VIEWS"));
        assert_ne!(normal("May I come in"), normal("March I come in"));
        assert_ne!(normal("2 ferries"), normal("2 trawlers"));
        let weather =
            |degrees: u32| format!("Tomorrow it will be {degrees} degrees on the islands, and dry until the evening.");
        assert_ne!(normal(&weather(17)), normal(&weather(18)));
        assert_eq!(normal("ＡＢＣ\u{200B}"), "abc");
    }

    #[test]
    fn without_a_template_nothing_is_found() {
        assert_eq!(
            clean(&*super::super::testing::finder("template", &json!({})), "Home\nSport\n", None),
            "Home\nSport\n"
        );
    }
}
