//! Mojibake: text that was read in a wrong encoding.
//!
//! **UTF-8 read in a code page** (`nÃ©`): where the bytes of some characters are UTF-8, one to four times over, the
//! character that they spell is put in their place if it is the likelier reading. Evidence is weighed in tenths of a
//! fault. See [`odd`] for what is odd about a text; a lexicon that has the word, and other places of the same text that
//! were misread in the same way, count too. What is not odd as it stands is not touched, unless everything else in the
//! text was misread.
//!
//! **Other encodings read as windows-1252** (`Ïðèâåò`): see [`swapped`]. **Controls of ISO 8859-1** that are marks in
//! windows-1252: see [`controls`]. **Letters that were lost**: see [`holes`].

mod alphabets;
mod controls;
mod holes;
mod odd;
mod runs;
mod segments;
mod swapped;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::codepage::{Page, Pages};
use crate::text::misread::LAYERS;
use crate::text::{Document, Span};

use super::evidence::Trust;
use super::options::Reader;
use super::{Finder, Found, Options};
use odd::is_odd;
use runs::{Run, Scales};
use segments::{Cell, Segment, segments};
use tally::{Tally, non_ascii};

/// A repair is certain if it takes away three faults more than it brings.
const CERTAIN: i32 = 30;
/// So much makes it likely.
const LIKELY: i32 = 15;
/// What is less odd than this as it stands needs more than itself for evidence.
const ODD: i32 = 10;
/// By so much one page must be preferred to another that gives another text.
const CLEAR: i32 = 5;
/// Words longer than this, in characters, are not looked up.
const LONGEST_WORD: usize = 40;

/// What a finder repairs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Utf8,
    Swapped,
    Controls,
    Holes,
}

/// The built-in finder `mojibake`.
pub(super) struct Mojibake {
    what: What,
    trust: Trust,
    lexicons: Arc<Lexicons>,
}

impl Mojibake {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("mojibake", options, &["what", "trust"]);
        let what = match reader.choice("what", &["utf-8", "swapped", "controls", "holes"]) {
            Some(1) => What::Swapped,
            Some(2) => What::Controls,
            Some(3) => What::Holes,
            _ => What::Utf8,
        };
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        let lexicons = Arc::clone(lexicons);
        reader.finish(|| Self { what, trust, lexicons })
    }
}

impl Finder for Mojibake {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        match self.what {
            What::Utf8 => self.utf8(doc, found),
            What::Swapped => swapped::find(doc, &self.lexicons, self.trust, found),
            What::Controls => controls::find(doc, &self.lexicons, found),
            What::Holes => holes::find(doc, &self.lexicons, found),
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        match self.what {
            // Nearly every character begins one in some page: that is looked at faster one by one.
            What::Utf8 => None,
            What::Swapped => Some(vec![swapped::TRIGGER.to_owned()]),
            What::Controls => Some(vec![controls::TRIGGER.to_owned()]),
            What::Holes => Some(vec![holes::TRIGGER.to_owned()]),
        }
    }
}

impl Mojibake {
    fn utf8(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let mut segments = segments(doc.text());
        if !segments.iter().any(|segment| is_odd(segment.iter().map(|cell| cell.c))) {
            return;
        }
        // A text about encodings shows what goes wrong.
        let about = speaks_of_encodings(doc.text());
        if about && self.trust == Trust::Certain {
            return;
        }
        let least = if self.trust == Trust::Certain { CERTAIN } else { LIKELY };
        self.unfold(doc, &mut segments, least);
        for segment in &segments {
            for group in segment.chunk_by(|a, b| a.same_way(b)).filter(|group| group[0].layers > 0) {
                let least = group.iter().map(|cell| cell.margin).min().unwrap_or_default();
                if !about && (least >= CERTAIN) != (self.trust == Trust::Certain) {
                    continue;
                }
                let span = Span::new(group[0].start, group[group.len() - 1].end);
                let after =
                    group.iter().flat_map(|cell| std::iter::once(cell.c).chain(cell.gap.then_some(' '))).collect();
                found.push(Found {
                    span,
                    after,
                    evidence: Some(evidence(&doc.text()[span.range()], &group[0], least)),
                    score: None,
                });
            }
        }
    }

    /// Undoes layer after layer as long as the evidence is good for a margin of `least`.
    fn unfold(&self, doc: &Document<'_>, segments: &mut [Segment], least: i32) {
        let scales = Scales::new(doc, &self.lexicons);
        let inside: usize = segments.iter().map(|segment| non_ascii(segment)).sum();
        let outside = doc.text().bytes().filter(|&byte| byte >= 0xC0).count() - inside;
        for layer in 0..LAYERS {
            let (tokens, of_segment) = Token::all(segments, &scales);
            let pages = likely_pages(&tokens);
            let weigh = |token: Token| {
                let pages = if token.is_covered(pages) { pages } else { Pages::MAX };
                scales.weigh(&token.chars, token.read, pages, layer)
            };
            let weighed: Vec<Vec<Run>> = tokens.into_iter().map(weigh).collect();
            let runs: Vec<&[Run]> = of_segment.iter().map(|&token| &weighed[token][..]).collect();
            let tally = Tally::new(doc.text(), segments, &runs, outside, layer == 0);
            let mut changed = false;
            for (at, (segment, runs)) in segments.iter_mut().zip(runs).enumerate() {
                changed |= undo(segment, at, runs, &tally, least);
            }
            if !changed {
                break;
            }
        }
    }
}

/// What several segments may have alike: a text has the same words again and again.
struct Token {
    chars: Vec<char>,
    /// What it is in each page.
    read: Vec<(Page, Vec<Run>)>,
    /// How many segments are like this.
    count: usize,
}

impl Token {
    /// Reads all segments; also returns which token each of them is.
    fn all(segments: &[Segment], scales: &Scales<'_, '_>) -> (Vec<Token>, Vec<usize>) {
        let mut known: HashMap<Vec<char>, usize> = HashMap::new();
        let mut tokens: Vec<Token> = Vec::new();
        let mut of_segment = Vec::with_capacity(segments.len());
        for segment in segments {
            let chars: Vec<char> = segment.iter().map(|cell| cell.c).collect();
            let at = *known.entry(chars).or_insert_with_key(|chars| {
                tokens.push(Token { read: scales.read(chars), chars: chars.clone(), count: 0 });
                tokens.len() - 1
            });
            tokens[at].count += 1;
            of_segment.push(at);
        }
        (tokens, of_segment)
    }

    /// How many characters that are not ASCII are bytes in a page.
    fn covered(&self, runs: &[Run]) -> usize {
        runs.iter().flat_map(|run| &self.chars[run.from..run.to]).filter(|c| !c.is_ascii()).count()
    }

    /// Whether all that is not ASCII are bytes in one of `pages`.
    fn is_covered(&self, pages: Pages) -> bool {
        let all = self.chars.iter().filter(|c| !c.is_ascii()).count();
        self.read.iter().any(|(page, runs)| pages & page.bit() != 0 && self.covered(runs) == all)
    }
}

/// Returns the pages in which at least half as much of a text are bytes as in the best one.
fn likely_pages(tokens: &[Token]) -> Pages {
    let mut covered = [0; Page::ALL.len()];
    for token in tokens {
        for (page, runs) in &token.read {
            covered[page.index()] += token.count * token.covered(runs);
        }
    }
    let best = covered.iter().max().copied().unwrap_or(0);
    let likely = Page::ALL.into_iter().filter(|page| covered[page.index()] * 2 >= best);
    likely.fold(0, |pages, page| pages | page.bit())
}

/// Whether a text names encodings, or what comes of a wrong one.
fn speaks_of_encodings(text: &str) -> bool {
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        let names = r"(?i)(?-u:\b)(?:utf-?8|latin-?1|iso[- ]?8859|windows-?125\d|cp-?(?:125\d|437|850|866)|koi8|mojibake|unicode|charset|кракозябр)";
        Regex::new(names).expect("a pattern that compiles")
    });
    NAMES.is_match(text)
}

/// Puts what is evidenced enough in place of what was misread; returns whether there was any.
fn undo(segment: &mut Segment, at: usize, runs: &[Run], tally: &Tally, least: i32) -> bool {
    let gain = |run: &Run| {
        let gain = run.gain + tally.speaks_for(at, run);
        if run.named { gain.min(CERTAIN - 1) } else { gain }
    };
    let mut runs: Vec<(i32, i32, &Run)> = runs
        .iter()
        .map(|run| (gain(run), run))
        // What is only spoken of keeps others from its characters.
        .filter(|(gain, run)| *gain >= least || run.named)
        .map(|(gain, run)| (tally.rank(at, run) + gain - run.gain, gain, run))
        .collect();
    runs.sort_by_key(|(rank, _, run)| (-rank, run.page, run.from));
    // Which of the kept runs has each character.
    let mut owners: Vec<Option<usize>> = vec![None; segment.len()];
    let mut kept: Vec<(i32, i32, &Run)> = Vec::new();
    for (rank, gain, run) in runs {
        let own = &mut owners[run.from..run.to];
        match own.iter().flatten().next().copied() {
            None => {
                own.fill(Some(kept.len()));
                kept.push((rank, gain, run));
            }
            // Which of two it is, nobody can say.
            Some(owner) if kept[owner].0 - rank < CLEAR && !kept[owner].2.spells_same(run) => {
                kept[owner].1 = kept[owner].1.min(CERTAIN - 1);
            }
            Some(_) => {}
        }
    }
    kept.retain(|(_, gain, _)| *gain >= least);
    if kept.is_empty() {
        return false;
    }
    kept.sort_by_key(|(_, _, run)| run.from);
    let mut next = Segment::new();
    let mut at = 0;
    for (_, gain, run) in kept {
        next.extend_from_slice(&segment[at..run.from]);
        at = run.from;
        for spelled in &run.spelled {
            next.push(Cell::of(&segment[at..at + spelled.len], spelled.c, spelled.gap, run.page, gain));
            at += spelled.len;
        }
    }
    next.extend_from_slice(&segment[at..]);
    *segment = next;
    true
}

fn evidence(before: &str, cell: &Cell, margin: i32) -> String {
    // All pages of ISO 8859 have the same controls; what is in the first one is more likely from that.
    let is_latin_1 = |page: &Page| before.chars().all(|c| page.byte(c) == Page::WINDOWS_1252.byte(c));
    let name = |page: &Page| if page.is_iso() && is_latin_1(page) { "iso-8859-1" } else { page.name() };
    let mut names: Vec<&str> = cell.pages[..usize::from(cell.layers)].iter().map(name).collect();
    let times = names.len();
    names.dedup();
    let how_often = match (names.len(), times) {
        (1, 1) => "",
        (1, 2) => " twice",
        (1, 3) => " three times",
        (1, _) => " four times",
        _ => " in turn",
    };
    names.reverse();
    format!("UTF-8 read as {}{how_often}; margin {:.1}", names.join(", then "), f64::from(margin) / 10.0)
}
