//! What stands below an article: comments, lists of other texts, newsletters, the author, forms, the footer.
//!
//! It is told by labels. Each opens a section whose lines are within the reach of its kind: below "Related articles"
//! stand titles and teasers, below "About the author" a paragraph or three. The sections of a tail follow one another
//! without a gap and reach the end of the text; so a label in the middle of an article opens nothing, since the
//! article goes on behind it. Comments reach as far as there is evidence of them.

use std::sync::Arc;

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, LabelKind, LabelKinds, Labelled, Labels, is_blank};

use super::labels::{dropped, name};
use super::options::Reader;
use super::{Finder, Found, Knowledge, Options};

/// How far a section reaches below its label.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// Lines without the label, blank ones not counted.
    lines: usize,
    /// Characters of a line.
    line: usize,
    /// Lines of prose.
    prose: usize,
    /// Characters of all lines.
    total: usize,
    /// What the label counts for the tail.
    weight: usize,
}

const fn reach(lines: usize, line: usize, prose: usize, total: usize, weight: usize) -> Reach {
    Reach { lines, line, prose, total, weight }
}

/// How far the sections of a tail reach, and what a tail needs.
struct Measure {
    name: &'static str,
    reach: [Reach; 9],
    date: Reach,
    /// The labels of a tail count for so much, all together.
    need: usize,
    /// So many characters of prose stand above a tail.
    prose_above: usize,
}

/// What is certain, and what is likely. Measured on articles with their noise marked by hand.
const MEASURES: [Measure; 2] = [
    Measure {
        name: "narrow",
        //       share, comments, reply, related, newsletter, author, site, notice, offer
        reach: [
            reach(6, 200, 1, 600, 1),
            reach(6, 250, 1, 500, 2),
            reach(4, 300, 2, 600, 1),
            reach(40, 200, 3, 4000, 2),
            reach(8, 300, 3, 900, 2),
            reach(8, 900, 3, 1800, 2),
            reach(8, 400, 3, 1200, 1),
            reach(4, 400, 1, 800, 2),
            reach(6, 300, 3, 900, 1),
        ],
        date: reach(5, 250, 2, 700, 1),
        need: 2,
        prose_above: 1000,
    },
    Measure {
        name: "wide",
        reach: [
            reach(12, 300, 2, 1200, 1),
            reach(12, 400, 3, 1500, 2),
            reach(8, 450, 4, 1200, 1),
            reach(120, 400, 10, 12000, 2),
            reach(24, 500, 8, 2800, 2),
            reach(24, 1500, 8, 4000, 2),
            reach(24, 700, 6, 3000, 1),
            reach(12, 900, 4, 2400, 2),
            reach(20, 500, 6, 2400, 1),
        ],
        date: reach(15, 400, 4, 1600, 1),
        need: 1,
        prose_above: 500,
    },
];

/// Comments are told by so many signs of them,
const SIGNS: usize = 2;
/// one in so many lines.
const LINES_PER_SIGN: usize = 12;
/// A line of at least so many characters that ends a sentence is prose.
const PROSE: usize = 80;

/// The built-in finder `page-tail`.
pub(super) struct PageTail {
    labels: Arc<Labels>,
    measure: &'static Measure,
}

impl PageTail {
    pub(super) fn new(options: &Options, knowledge: &Knowledge) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("page-tail", options, &["reach"]);
        let chosen = reader.choice("reach", &MEASURES.each_ref().map(|measure| measure.name)).unwrap_or(0);
        let labels = Arc::clone(&knowledge.labels);
        reader.finish(|| Self { labels, measure: &MEASURES[chosen] })
    }
}

/// A line that is not blank.
pub(super) struct PageLine {
    /// Its index among all lines.
    pub(super) index: usize,
    /// Characters, without white space at its ends; a letter of Chinese or Japanese counts for two and a half.
    pub(super) length: usize,
    pub(super) prose: bool,
    /// The labels that it matches.
    pub(super) kinds: LabelKinds,
    /// Those of them that are certain alone.
    pub(super) certain: LabelKinds,
    /// Whether one of them is the whole line.
    pub(super) whole: bool,
    pub(super) date: bool,
}

/// Returns the lines of `doc` that are not blank, with their labels.
pub(super) fn page_lines(doc: &Document<'_>, labels: &Labels) -> Vec<PageLine> {
    let labelled = doc.labels(labels);
    let text = doc.text();
    let mut lines = Vec::new();
    for (index, line) in doc.lines().as_slice().iter().enumerate() {
        let content = text[line.content.range()].trim();
        if is_blank(content) {
            continue;
        }
        let of_line = labelled.of(index);
        let speaking: Vec<&Labelled> = match of_line {
            [] => Vec::new(), // The language is asked only where a label stands.
            _ => of_line.iter().filter(|label| labels.speaks(label.list, doc.lang())).collect(),
        };
        let length = weight(content);
        lines.push(PageLine {
            index,
            length,
            prose: length >= PROSE && ends_sentence(content),
            kinds: speaking.iter().map(|label| label.kind).collect(),
            certain: speaking.iter().filter(|label| label.alone).map(|label| label.kind).collect(),
            whole: speaking.iter().any(|label| label.whole),
            date: false,
        });
    }
    lines
}

fn weight(content: &str) -> usize {
    if content.is_ascii() {
        return content.len();
    }
    content.chars().map(|c| if ('\u{2E80}'..='\u{D7FF}').contains(&c) { 5 } else { 2 }).sum::<usize>() / 2
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', '”', '“', '’', '»', '«', ')', ']', '」', '』', ' '])
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '।'])
}

/// A tail that begins at a line.
#[derive(Clone, Copy)]
struct Tail {
    weight: usize,
    /// Labels in it that open a section.
    sections: usize,
}

impl PageTail {
    /// Returns for each line whether a tail begins there.
    fn tails(&self, lines: &[PageLine]) -> Vec<Option<Tail>> {
        let count = lines.len();
        let mut tails: Vec<Option<Tail>> = vec![None; count + 1];
        tails[count] = Some(Tail { weight: 0, sections: 0 });
        // Signs of comments from a line to the end.
        let mut signs = 0;
        for at in (0..count).rev() {
            let line = &lines[at];
            let mut best: Option<Tail> = None;
            let comments = line.kinds.contains(LabelKind::Comments);
            if comments && signs >= SIGNS && signs * LINES_PER_SIGN >= count - at - 1 {
                best = Some(Tail { weight: 4, sections: 1 });
            }
            let opens = line.kinds.iter().map(|kind| self.measure.reach[kind as usize]);
            for reach in opens.chain(line.date.then_some(self.measure.date)) {
                if let Some(behind) = self.behind(lines, &tails, at, reach) {
                    let tail = Tail { weight: behind.weight + reach.weight, sections: behind.sections + 1 };
                    if best.is_none_or(|best| tail.weight > best.weight) {
                        best = Some(tail);
                    }
                }
            }
            tails[at] = best;
            let is_sign = line.date || comments || line.kinds.contains(LabelKind::Reply);
            signs += usize::from(is_sign);
        }
        tails.truncate(count);
        tails
    }

    /// Returns the tail that begins where the section that the line `at` opens ends.
    fn behind(&self, lines: &[PageLine], tails: &[Option<Tail>], at: usize, reach: Reach) -> Option<Tail> {
        let (mut prose, mut total) = (0, 0);
        for next in at + 1..=lines.len().min(at + 1 + reach.lines) {
            if let Some(tail) = tails[next] {
                return Some(tail);
            }
            let line = lines.get(next)?;
            prose += usize::from(line.prose);
            total += line.length;
            if line.length > reach.line || total > reach.total || prose > reach.prose {
                return None;
            }
        }
        None
    }
}

impl Finder for PageTail {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        if doc.labels(&self.labels).all().is_empty() {
            return;
        }
        let mut lines = page_lines(doc, &self.labels);
        let text = doc.text();
        for line in &mut lines {
            let content = text[doc.lines().as_slice()[line.index].content.range()].trim();
            line.date = self.labels.is_date(content, doc.lang());
        }
        let tails = self.tails(&lines);
        let mut above = 0;
        for (line, tail) in lines.iter().zip(&tails) {
            let opens = !line.kinds.is_empty() && above >= self.measure.prose_above;
            if let Some(tail) = tail.filter(|tail| opens && tail.weight >= self.measure.need) {
                let last = lines.last().map_or(line.index, |line| line.index);
                let kinds: LabelKinds = lines.iter().filter(|of| of.index >= line.index).flat_map(|of| of.kinds.iter()).collect();
                let names: Vec<_> = kinds.iter().map(name).collect();
                let sections = if tail.sections == 1 { "a section".to_owned() } else { format!("{} sections", tail.sections) };
                let evidence = format!("{sections} to the end, with labels of: {}", names.join(", "));
                found.push(dropped(doc.lines(), line.index, last, Some(evidence)));
                return;
            }
            above += if line.prose { line.length } else { 0 };
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }

    fn drops_lines(&self) -> bool {
        true
    }
}
