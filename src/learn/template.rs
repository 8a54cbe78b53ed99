//! Finds the template of a site: what its pages have in common above and below their articles.
//!
//! Nothing is known at first. Every line that stands on two pages may belong to the template; with these the zones of
//! each page are found, and only what stands in the zones of two pages remains; with this the zones are found again. A
//! few rounds settle it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use crate::find::template::{
    GAP, Known, OTHER, OTHER_LONG, PageLine, Pair, Template, Zone, Zones, are_small, longest, normal,
};
use crate::rules::model::{TemplateRun, WrittenTemplate};
use crate::text::is_blank;

/// A line of the template stands on so many pages at least.
const PAGES: u32 = 2;
/// Rounds of looking for zones and for what stands in them.
const ROUNDS: usize = 4;
/// Lines that differ on each page are taken along where so many pages have some.
const GAPS: u32 = 3;
/// Nothing is taken along where the longest stretch of a page, its article most likely, stands once in so many times.
const ARTICLES: usize = 4;
/// A line stands inside of articles too if one page has it there for so many that have it in a zone.
const INSIDE: u32 = 4;
/// A line is seen once on a page if so many percent of its pages have it once.
const ONCE: usize = 80;
/// The share of lines that stand several times on a page, times that of other short lines, from which on the articles
/// are taken for code or tables: 0.15 on a reference of a programming language, up to 0.06 on news sites and blogs.
const REPEATS: f64 = 0.1;
/// Runs are parted where the number of pages falls from one of these shares (in percent of all pages) to the next.
const CLASSES: [u32; 4] = [90, 70, 50, 30];

/// The lines of a page that are not blank.
pub(crate) struct PageLines<'p> {
    pub(crate) raw: Vec<&'p str>,
    pub(crate) lines: Vec<PageLine>,
}

impl<'p> PageLines<'p> {
    pub(crate) fn new(text: &'p str) -> Self {
        let raw: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !is_blank(line)).collect();
        let lines = raw.iter().map(|line| PageLine::new(line)).collect();
        Self { raw, lines }
    }
}

/// What is counted of one zone over all pages.
#[derive(Default)]
struct Count {
    /// Pages with the line in this zone, and those with it once.
    lines: HashMap<u64, (u32, u32)>,
    /// Pages on which one line follows the other.
    pairs: HashMap<(u64, u64), u32>,
    /// What stands between the two, page by page.
    gaps: HashMap<(u64, u64), Vec<Gap>>,
}

/// What stands between two lines on one page.
struct Gap {
    lines: usize,
    /// Whether one of them is prose.
    prose: bool,
    /// Whether they are so few that they are no article.
    small: bool,
}

impl Count {
    /// Counts the lines of one page that are in this zone, `known` ones for pairs.
    fn add(&mut self, page: &[PageLine], zone: Range<usize>, known: impl Fn(u64) -> bool) {
        let article = longest(page, &known);
        let (start, lines) = (zone.start, &page[zone]);
        let mut times: HashMap<u64, u32> = HashMap::new();
        for line in lines {
            *times.entry(line.hash).or_default() += 1;
        }
        for (hash, times) in times {
            let (pages, once) = self.lines.entry(hash).or_default();
            *pages += 1;
            *once += u32::from(times == 1);
        }
        let places: Vec<usize> = (0..lines.len()).filter(|&at| known(lines[at].hash)).collect();
        let mut seen = HashSet::new();
        for pair in places.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let key = (lines[from].hash, lines[to].hash);
            if to - from <= GAP + 1 && seen.insert(key) {
                *self.pairs.entry(key).or_default() += 1;
            }
            let between = &lines[from + 1..to];
            let gap = Gap {
                lines: between.len(),
                prose: between.iter().any(|line| line.prose),
                small: (start + from + 1..start + to) != article && are_small(between, &page[article.clone()]),
            };
            self.gaps.entry(key).or_default().push(gap);
        }
    }

    /// What stands between two lines that follow each other and goes with them.
    fn others(&self, pair: (u64, u64)) -> (usize, bool) {
        let all = self.gaps.get(&pair).map_or(&[][..], Vec::as_slice);
        let articles = all.iter().filter(|gap| !gap.small).count();
        let some = || all.iter().filter(|gap| gap.small && gap.lines > 0);
        let most = some().map(|gap| gap.lines).max().unwrap_or(0);
        let taken = some().count() >= GAPS as usize && most <= GAP && articles * ARTICLES <= all.len();
        if taken { (most, some().any(|gap| gap.prose)) } else { (0, false) }
    }

    /// Makes a zone of what was counted, without lines that `titles` has; some lines stand `inside` of articles. If
    /// somebody says so, what differs between two lines is `taken` along.
    fn zone(&self, inside: &HashMap<u64, u32>, titles: &HashSet<u64>, taken: bool) -> Zone {
        let is_inside = |hash: u64| {
            let pages = self.lines.get(&hash).map_or(0, |(pages, _)| *pages);
            pages < INSIDE * inside.get(&hash).copied().unwrap_or(0)
        };
        let known = self.lines.iter().filter(|(hash, (pages, _))| *pages >= PAGES && !titles.contains(*hash)).map(
            |(&hash, &(pages, once))| {
                (
                    hash,
                    Known {
                        pages,
                        inside: is_inside(hash),
                        once: once as usize * 100 >= pages as usize * ONCE,
                        counted: false,
                    },
                )
            },
        );
        let pairs = self
            .pairs
            .iter()
            .filter(|(pair, pages)| **pages >= PAGES && !titles.contains(&pair.0) && !titles.contains(&pair.1));
        Zone {
            known: known.collect(),
            pairs: pairs
                .map(|(&pair, &pages)| {
                    let taken = taken && pages >= GAPS && !is_inside(pair.0) && !is_inside(pair.1);
                    let (others, prose) = if taken { self.others(pair) } else { (0, false) };
                    (pair, Pair { pages, others, prose })
                })
                .collect(),
        }
    }
}

/// Finds the template of `pages`; None if they have nothing in common.
pub(crate) fn find(pages: &[PageLines<'_>]) -> Option<WrittenTemplate> {
    let number = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let mut all = Count::default();
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for page in pages {
        for hash in page.lines.iter().map(|line| line.hash).collect::<HashSet<_>>() {
            *seen.entry(hash).or_default() += 1;
        }
    }
    for page in pages {
        all.add(&page.lines, 0..page.lines.len(), |hash| seen[&hash] >= PAGES);
    }
    let is_code = repeats_inside(pages, &seen);
    let counted = counted(pages);
    // Those that few pages have are the titles of a series: `Film of the month 3`.
    let titles = counted.iter().copied().filter(|hash| seen[hash] * 2 < number).collect();
    let (nowhere, none) = (HashMap::new(), HashSet::new());
    let mut template = Template {
        pages: number,
        top: all.zone(&nowhere, &titles, false),
        bottom: all.zone(&nowhere, &none, !is_code),
    };
    for _ in 0..ROUNDS {
        let (mut top, mut bottom) = (Count::default(), Count::default());
        let mut inside = HashMap::new();
        let zones: Vec<Zones> = pages.iter().map(|page| template.zones(&page.lines)).collect();
        for (page, mut zones) in pages.iter().zip(zones) {
            if is_code {
                // Where the two meet, what lies between says nothing here: all is taken for what stands above.
                zones.top = zones.alone;
                zones.bottom = zones.bottom.max(zones.alone);
            }
            top.add(&page.lines, 0..zones.top, |hash| template.top.known.contains_key(&hash));
            bottom.add(&page.lines, zones.bottom..page.lines.len(), |hash| template.bottom.known.contains_key(&hash));
            let article = &page.lines[zones.top..zones.bottom];
            for hash in article.iter().map(|line| line.hash).collect::<HashSet<_>>() {
                *inside.entry(hash).or_default() += 1;
            }
        }
        template = Template {
            pages: number,
            top: top.zone(&inside, &titles, false),
            bottom: bottom.zone(&inside, &none, !is_code),
        };
    }
    for zone in [&mut template.top, &mut template.bottom] {
        for (hash, known) in &mut zone.known {
            known.counted = counted.contains(hash);
        }
    }
    let writer = Writer::new(pages, number);
    let written = WrittenTemplate {
        pages: number,
        top: writer.runs(&template.top),
        bottom: writer.runs(&template.bottom),
        inside: writer.those(&template, |known| known.inside),
        repeated: writer.those(&template, |known| !known.once),
        counted: writer.those(&template, |known| known.counted),
    };
    (!written.top.is_empty() || !written.bottom.is_empty()).then_some(written)
}

/// Returns the lines whose numbers differ from page to page.
fn counted(pages: &[PageLines<'_>]) -> HashSet<u64> {
    let mut forms: HashMap<u64, HashSet<String>> = HashMap::new();
    for (raw, line) in pages.iter().flat_map(|page| page.raw.iter().zip(&page.lines)) {
        let digits: String = raw.chars().filter(|c| c.is_numeric()).collect();
        if !digits.is_empty() {
            forms.entry(line.hash).or_default().insert(digits);
        }
    }
    forms.into_iter().filter(|(_, forms)| forms.len() > 1).map(|(hash, _)| hash).collect()
}

/// Whether the articles themselves repeat their lines, as code and tables do: many lines of the pages stand several
/// times on one page, and many others are short.
fn repeats_inside(pages: &[PageLines<'_>], seen: &HashMap<u64, u32>) -> bool {
    let (mut repeated, mut short, mut all) = (0.0, 0.0, 0.0);
    for page in pages {
        let mut times: HashMap<u64, u32> = HashMap::new();
        for line in &page.lines {
            *times.entry(line.hash).or_default() += 1;
        }
        for line in &page.lines {
            let known = seen[&line.hash] >= PAGES;
            all += 1.0;
            repeated += f64::from(u8::from(known && times[&line.hash] > 1));
            short += f64::from(u8::from(!known && !line.prose));
        }
    }
    repeated * short > REPEATS * all * all
}

/// Lines by where they first stand, each with those that follow it.
type Followers = BTreeMap<(usize, u64), Vec<(usize, u64)>>;

/// Writes down what was counted, as lines of pages in the order of pages.
struct Writer {
    pages: u32,
    /// How a line is written on most pages, and where it first stands.
    forms: HashMap<u64, (String, usize)>,
}

impl Writer {
    fn new(pages: &[PageLines<'_>], number: u32) -> Self {
        let mut forms: HashMap<u64, BTreeMap<String, usize>> = HashMap::new();
        let mut first: HashMap<u64, usize> = HashMap::new();
        for page in pages {
            for (at, (raw, line)) in page.raw.iter().zip(&page.lines).enumerate() {
                let form = raw.split_whitespace().collect::<Vec<_>>().join(" ");
                *forms.entry(line.hash).or_default().entry(form).or_default() += 1;
                let first = first.entry(line.hash).or_insert(at);
                *first = at.min(*first);
            }
        }
        let most = |forms: BTreeMap<String, usize>| {
            forms.into_iter().rev().max_by_key(|(_, times)| *times).map_or(String::new(), |(form, _)| form)
        };
        let forms = forms.into_iter().map(|(hash, forms)| (hash, (most(forms), first[&hash]))).collect();
        Self { pages: number, forms }
    }

    /// Whether a line can be written in a rule file, and read as itself.
    fn can_be_written(&self, hash: u64) -> bool {
        let form = &self.forms[&hash].0;
        form != OTHER && form != OTHER_LONG && !normal(form).is_empty() && !form.chars().any(is_unwritable)
    }

    fn those(&self, template: &Template, wanted: impl Fn(&Known) -> bool) -> Vec<String> {
        let zones = [&template.top, &template.bottom];
        let lines = zones.iter().flat_map(|zone| zone.known.iter()).filter(|(_, known)| wanted(known));
        let lines: BTreeSet<(usize, &str)> = lines
            .filter(|(hash, _)| self.can_be_written(**hash))
            .map(|(hash, _)| (self.forms[hash].1, self.forms[hash].0.as_str()))
            .collect();
        lines.into_iter().map(|(_, line)| line.to_owned()).collect()
    }

    fn class(&self, pages: u32) -> usize {
        CLASSES.iter().position(|share| pages * 100 >= self.pages * share).unwrap_or(CLASSES.len())
    }

    /// Writes a zone as runs that hold every pair, the most frequent first.
    fn runs(&self, zone: &Zone) -> Vec<TemplateRun> {
        let mut left: BTreeMap<usize, Followers> = BTreeMap::new();
        let place = |hash: u64| (self.forms[&hash].1, hash);
        for (&(from, to), pair) in &zone.pairs {
            let twice_itself = from == to && zone.known.get(&from).is_none_or(|known| known.once);
            if self.can_be_written(from) && self.can_be_written(to) && !twice_itself {
                left.entry(self.class(pair.pages)).or_default().entry(place(from)).or_default().push(place(to));
            }
        }
        let mut runs = Vec::new();
        let mut best: HashMap<u64, usize> = HashMap::new();
        for (class, mut pairs) in left {
            for followers in pairs.values_mut() {
                followers.sort_by(|a, b| b.cmp(a)); // The nearest is popped first.
            }
            while let Some(start) = self.start(&pairs) {
                let mut chain = vec![start.1];
                let mut fewest = u32::MAX;
                let mut at = start;
                while let Some(next) = pairs.get_mut(&at).and_then(|followers| {
                    let here =
                        followers.iter().rposition(|next| !chain.contains(&next.1) || !zone.known[&next.1].once)?;
                    Some(followers.remove(here))
                }) {
                    fewest = fewest.min(zone.pairs[&(at.1, next.1)].pages);
                    chain.push(next.1);
                    at = next;
                }
                pairs.retain(|_, followers| !followers.is_empty());
                for hash in &chain {
                    best.entry(*hash).or_insert(class);
                }
                runs.push((class, start.0, self.run(&chain, fewest, zone)));
            }
        }
        // What stands on more pages than any of its neighbours beside it.
        let known = zone.known.iter().filter(|(hash, known)| {
            let class = self.class(known.pages);
            class < CLASSES.len() && self.can_be_written(**hash) && best.get(hash).is_none_or(|best| *best > class)
        });
        for (&hash, known) in known {
            let lines = vec![self.forms[&hash].0.clone()];
            runs.push((self.class(known.pages), self.forms[&hash].1, TemplateRun { pages: known.pages, lines }));
        }
        runs.sort_by(|a, b| (a.0, a.1, &a.2.lines).cmp(&(b.0, b.1, &b.2.lines)));
        runs.into_iter().map(|(_, _, run)| run).collect()
    }

    /// Returns where a run begins: at a line that follows no other, else at the first.
    #[expect(clippy::unused_self, reason = "one of the steps of `runs`")]
    fn start(&self, pairs: &Followers) -> Option<(usize, u64)> {
        let followers: HashSet<u64> = pairs.values().flatten().map(|next| next.1).collect();
        pairs.keys().find(|from| !followers.contains(&from.1)).or_else(|| pairs.keys().next()).copied()
    }

    fn run(&self, chain: &[u64], pages: u32, zone: &Zone) -> TemplateRun {
        let mut lines = vec![self.forms[&chain[0]].0.clone()];
        for pair in chain.windows(2) {
            let Pair { others, prose, .. } = zone.pairs[&(pair[0], pair[1])];
            let other = if prose { OTHER_LONG } else { OTHER };
            lines.extend(std::iter::repeat_n(other.to_owned(), others));
            lines.push(self.forms[&pair[1]].0.clone());
        }
        TemplateRun { pages, lines }
    }
}

/// Whether a rule file cannot hold `c` as it is.
fn is_unwritable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}
