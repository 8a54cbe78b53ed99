//! Mojibake: text that was read in a wrong encoding.
//!
//! **UTF-8 read in a code page** (`nÃ©`): where the bytes of some characters are UTF-8, one to four times over, the
//! character that they spell is put in their place if it is the likelier reading. Evidence is weighed in tenths of a
//! fault. See [`odd`] for what is odd about a text; a lexicon that has the word, and other places of the same text that
//! were misread in the same way, count too. What is not odd as it stands is not touched, unless everything else in the
//! text was misread.
//!
//! **Other encodings read as windows-1252** (`Ïðèâåò`): see [`swapped`]. **Controls of ISO 8859-1** that are marks in
//! windows-1252: see [`controls`].

mod alphabets;
mod controls;
mod odd;
mod swapped;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::lexicon::{Lexicon, Lexicons};
use crate::rules::diagnostics::Diagnostic;
use crate::text::codepage::{Page, Pages, row};
use crate::text::misread::{self, LAYERS, may_read};
use crate::text::{Document, Span};

use super::evidence::{COMMON, Trust};
use super::options::Reader;
use super::{Finder, Found, Options};
use odd::{CONTEXT, is_box, is_text, oddness};

/// A repair is certain if it takes away three faults more than it brings.
const CERTAIN: i32 = 30;
/// So much makes it likely.
const LIKELY: i32 = 15;
/// Three bytes that are UTF-8 are hardly ever so by chance, and even less so four.
const LONGER: i32 = 20;
/// What is less odd than this as it stands needs more than itself for evidence.
const ODD: i32 = 10;
/// A word of the language.
const WORD: i32 = 20;
/// A word of another language.
const WORD_ABROAD: i32 = 10;
/// Everything in the text was misread, and some of it for certain; `ONE` where only one place is certain.
const ALL_MISREAD: i32 = 35;
const ALL_MISREAD_ONE: i32 = 20;
/// Some of the text was certainly misread in the same way: in three places, in one.
const SOME_MISREAD: i32 = 20;
const SOME_MISREAD_ONE: i32 = 10;
/// So much a page is preferred to others if it explains most of the text; if it makes letters of one language of it; if
/// it has all controls that the text has.
const PREFERRED: i32 = 40;
/// By so much one page must be preferred to another that gives another text.
const CLEAR: i32 = 5;
/// What is left of the evidence for the only place that was misread in a text whose other characters are right, if no
/// word of the language speaks for it.
const ALONE: i32 = CERTAIN - 1;
/// Words of other languages that are no rarer than this are known for certain.
const COMMON_ABROAD: u8 = 9;
/// Words longer than this, in characters, are not looked up.
const LONGEST_WORD: usize = 40;

/// What a finder repairs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Utf8,
    Swapped,
    Controls,
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
        let what = match reader.choice("what", &["utf-8", "swapped", "controls"]) {
            Some(1) => What::Swapped,
            Some(2) => What::Controls,
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
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        match self.what {
            // Nearly every character begins one in some page: that is looked at faster one by one.
            What::Utf8 => None,
            What::Swapped => Some(vec![swapped::TRIGGER.to_owned()]),
            What::Controls => Some(vec![controls::TRIGGER.to_owned()]),
        }
    }
}

impl Mojibake {
    fn utf8(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let mut segments = segments(doc.text());
        if segments.is_empty() {
            return;
        }
        let least = if self.trust == Trust::Certain { CERTAIN } else { LIKELY };
        Weigher { doc, lexicon: self.lexicons.of(doc.lang()), least }.unfold(&mut segments);
        for segment in &segments {
            for group in segment.chunk_by(|a, b| a.same_way(b)).filter(|group| group[0].layers > 0) {
                let least = group.iter().map(|cell| cell.margin).min().unwrap_or_default();
                if (least >= CERTAIN) != (self.trust == Trust::Certain) {
                    continue;
                }
                let span = Span::new(group[0].start, group[group.len() - 1].end);
                let after =
                    group.iter().flat_map(|cell| std::iter::once(cell.c).chain(cell.gap.then_some(' '))).collect();
                found.push(Found { span, after, evidence: Some(evidence(&group[0], least)), score: None });
            }
        }
    }
}

fn evidence(cell: &Cell, margin: i32) -> String {
    let mut names: Vec<&str> = cell.pages[..usize::from(cell.layers)].iter().map(|page| page.name()).collect();
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

/// A character on its way, and what it was read from.
#[derive(Clone, Copy, Debug)]
struct Cell {
    c: char,
    /// Bytes of the text.
    start: usize,
    end: usize,
    /// A space goes behind it, which the last character that it was read from stood for, too.
    gap: bool,
    /// How often it was read anew, in which pages, and the least margin of all times.
    layers: u8,
    pages: [Page; LAYERS],
    margin: i32,
}

impl Cell {
    fn new(start: usize, c: char) -> Self {
        let pages = [Page::WINDOWS_1252; LAYERS];
        Self { c, start, end: start + c.len_utf8(), gap: false, layers: 0, pages, margin: i32::MAX }
    }

    fn same_way(&self, other: &Cell) -> bool {
        let count = usize::from(self.layers);
        self.layers == other.layers && self.pages[..count] == other.pages[..count]
    }
}

/// A token in which bytes of UTF-8 may stand, character by character.
type Segment = Vec<Cell>;

/// Returns the tokens of `text` in which something may have been misread.
fn segments(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut done = 0;
    while let Some(hit) = next_hit(text, done) {
        let start = text[done..hit].rfind(is_space).map_or(done, |at| done + at + 1);
        let mut segment = Segment::new();
        let mut chars = text[start..].char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if is_space(c) && !(c == ' ' && may_be_no_break(&segment)) {
                break;
            }
            segment.push(Cell::new(start + at, c));
        }
        done = segment.last().map_or(hit + 1, |cell| cell.end);
        segments.push(segment);
    }
    segments
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether a space behind `segment` may be the last or an inner byte of a character.
fn may_be_no_break(segment: &[Cell]) -> bool {
    let pages = row('\u{A0}').follows;
    let mut behind = Pages::MAX;
    segment.iter().rev().take(3).any(|cell| {
        let found = row(cell.c).leads & pages & behind != 0;
        behind &= row(cell.c).follows;
        found
    })
}

/// Returns where the first two characters stand, from `from` on, that may begin a character in some page.
fn next_hit(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at = next_non_ascii(bytes, at)?;
        let mut chars = text[at..].chars();
        let first = chars.next()?;
        // Most letters begin no character in any page, or not with what stands behind.
        if row(first).leads != 0 {
            let second = chars.next()?;
            let pages = may_read(first, second);
            if pages != 0 {
                let start: Vec<char> = text[at..].chars().take(6).collect();
                if Page::ALL.iter().any(|page| pages & page.bit() != 0 && misread::read(&start, *page).is_some()) {
                    return Some(at);
                }
            }
        }
        at += first.len_utf8();
    }
}

/// Returns the place of the first byte from `at` on that is not ASCII.
fn next_non_ascii(bytes: &[u8], at: usize) -> Option<usize> {
    const STEP: usize = 16;
    let mut at = at;
    while let Some(chunk) = bytes.get(at..at + STEP) {
        if !chunk.is_ascii() {
            break;
        }
        at += STEP;
    }
    bytes[at..].iter().position(|byte| !byte.is_ascii()).map(|len| at + len)
}

/// Characters of a segment, one behind the other, that are bytes of UTF-8 in one page.
#[derive(Debug)]
struct Run {
    page: Page,
    /// Which cells of the segment.
    from: usize,
    to: usize,
    /// What they spell.
    cells: Vec<Cell>,
    /// What speaks for it, in tenths of a fault.
    gain: i32,
    /// How odd it is as it stands.
    before: i32,
    /// It makes a word of the language.
    makes_word: bool,
    /// It is one character in quotation marks, of which the text may speak.
    named: bool,
    /// It is one character from two, with none beside them: chance does that.
    alone: bool,
}

impl Run {
    /// Whether it is one character from two that were not read anew before.
    fn is_first(&self) -> bool {
        self.to - self.from == 2 && self.cells.iter().all(|cell| cell.layers == 1)
    }

    /// Whether the same comes out for the same characters.
    fn spells_same(&self, other: &Run) -> bool {
        (self.from, self.to) == (other.from, other.to)
            && self.cells.iter().map(|cell| cell.c).eq(other.cells.iter().map(|cell| cell.c))
    }
}

/// What else is known of the text, by page.
#[derive(Clone, Default)]
struct Tally {
    /// How many places were certainly misread.
    certain: [usize; Page::ALL.len()],
    /// How many characters that are not ASCII may have been misread.
    covered: [usize; Page::ALL.len()],
    /// What speaks for all places together.
    gains: [i32; Page::ALL.len()],
    /// Small letters that are not ASCII and that would come out.
    letters: [BTreeSet<char>; Page::ALL.len()],
    /// Whether all of these are of one language.
    fits: [bool; Page::ALL.len()],
    /// Whether there are controls that the page has marks for: then it was rather one of ISO 8859.
    controls: [bool; Page::ALL.len()],
    /// How many characters of the text are not ASCII.
    total: usize,
    /// How many tokens have a place that is likely, whatever the page.
    places: usize,
}

struct Weigher<'a, 't> {
    doc: &'a Document<'t>,
    lexicon: Lexicon<'a>,
    /// The margin that is asked for.
    least: i32,
}

impl Weigher<'_, '_> {
    /// Undoes layer after layer as long as the evidence is good.
    fn unfold(&self, segments: &mut [Segment]) {
        let outside = {
            let inside: usize = segments.iter().map(|segment| non_ascii(segment)).sum();
            self.doc.text().bytes().filter(|&byte| byte >= 0xC0).count() - inside
        };
        for _ in 0..LAYERS {
            let runs: Vec<Vec<Run>> = segments.iter().map(|segment| self.runs(segment)).collect();
            let tally = tally(segments, &runs, outside);
            let mut changed = false;
            for (segment, runs) in segments.iter_mut().zip(runs) {
                changed |= self.undo(segment, runs, &tally);
            }
            if !changed {
                break;
            }
        }
    }

    /// Returns everything in `segment` that is UTF-8 in some page.
    fn runs(&self, segment: &Segment) -> Vec<Run> {
        let chars: Vec<char> = segment.iter().map(|cell| cell.c).collect();
        let pages = chars.iter().zip(&chars[1..]).fold(0, |pages, (&first, &second)| pages | may_read(first, second));
        let mut runs = Vec::new();
        for page in Page::ALL.into_iter().filter(|page| pages & page.bit() != 0) {
            let first = runs.len();
            self.runs_in(page, segment, &chars, &mut runs);
            // Of what tables are drawn with, all must be bytes: else it is a table.
            let lines = chars.iter().filter(|&&c| is_box(c)).count();
            let inside = runs[first..].iter().flat_map(|run| &chars[run.from..run.to]);
            if lines > 0 && inside.filter(|&&c| is_box(c)).count() < lines {
                runs.truncate(first);
            }
            self.ask_lexicon(segment, &mut runs[first..]);
        }
        runs
    }

    fn runs_in(&self, page: Page, segment: &Segment, chars: &[char], runs: &mut Vec<Run>) {
        let mut at = 0;
        while at < chars.len() {
            let from = at;
            let (mut cells, mut bonus) = (Vec::new(), 0);
            while let Some(read) = misread::read(&chars[at..], page).filter(|read| is_text(read.c)) {
                let (first, last) = (&segment[at], &segment[at + read.len - 1]);
                let most = segment[at..at + read.len].iter().max_by_key(|cell| cell.layers).unwrap_or(first);
                if usize::from(most.layers) == LAYERS {
                    break;
                }
                let mut cell = Cell { c: read.c, start: first.start, end: last.end, ..*most };
                cell.pages[usize::from(cell.layers)] = page;
                cell.layers += 1;
                cell.margin = segment[at..at + read.len].iter().map(|cell| cell.margin).min().unwrap_or(cell.margin);
                cell.gap = read.spaced && self.keeps_space(&cells, segment, at, read.len, read.c);
                bonus += LONGER * (read.known as i32 - 2).max(0);
                cells.push(cell);
                at += read.len;
            }
            if cells.is_empty() {
                at += 1;
                continue;
            }
            // Letters of other scripts make words as they stand, and those may have run into what stands beside them:
            // all of them must be bytes, and only what they are made of counts. But no word of another script stands
            // where a Latin letter completes one; in KOI8-R, where `её` is one, that is not certain.
            let letters = chars[from..at].iter().all(|&c| is_foreign(c));
            let (left, right) = beside(chars, from, at);
            if letters && (is_foreign(left) || is_foreign(right)) {
                continue;
            }
            let completes = page != Page::KOI8_R && completes_latin(chars, from, at, &cells);
            let around: &[char] = if letters && !completes { &[] } else { chars };
            let (start, end) = if around.is_empty() { (0, 0) } else { (from, at) };
            let decoded = cells.iter().flat_map(|cell| std::iter::once(cell.c).chain(cell.gap.then_some(' ')));
            let decoded = with_neighbours(around, start, end, decoded);
            let before = oddness(&with_neighbours(around, start, end, chars[from..at].iter().copied()));
            let more = LAYERS - cells.iter().map(|cell| usize::from(cell.layers)).max().unwrap_or(LAYERS);
            let mut gain = before - oddness(&decoded) + if before >= ODD { bonus } else { 0 };
            let padded = [&['\n'; CONTEXT], &decoded[..], &['\n'; CONTEXT]].concat();
            gain += further(&padded, 2 * CONTEXT..decoded.len(), more);
            let (one, named) = (cells.len() == 1, is_named(chars, from, at));
            let is_end = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric();
            let alone = one && at - from == 2 && is_end(left) && is_end(right);
            let least = if is_foreign(chars[from]) { '\u{C0}' } else { '\u{A0}' };
            let is_plain = cells.iter().all(|cell| (least..='\u{FF}').contains(&cell.c));
            if alone && !is_plain {
                gain = gain.min(CERTAIN - 1);
            }
            runs.push(Run { page, from, to: at, cells, gain, before, makes_word: false, named: one && named, alone });
        }
    }

    /// Whether the space that the character `c`, read from `len` cells at `at`, ends in stood for a space behind it, too.
    fn keeps_space(&self, run: &[Cell], segment: &Segment, at: usize, len: usize, c: char) -> bool {
        let rest = &segment[at + len..];
        // Only `à` stands alone or at the end of a word.
        if c != 'à' || rest.first().is_none_or(|next| !next.c.is_alphabetic()) {
            return false;
        }
        let head = segment[..at].iter().rev().take_while(|cell| cell.c.is_alphabetic() && cell.c.is_ascii()).count();
        let before = segment[at - head..at].iter().filter(|_| run.is_empty());
        let left: String = before.chain(run).map(|cell| cell.c).chain([c]).collect();
        let right: String =
            rest.iter().map(|cell| cell.c).take_while(|c| c.is_alphabetic()).take(LONGEST_WORD).collect();
        let elided = rest.get(right.chars().count()).is_some_and(|cell| matches!(cell.c, '\'' | '’'));
        let joined = [left.as_str(), &right].concat();
        let is_piece = right.chars().count() == 1 && !elided;
        let stands_alone = left.chars().count() == 1;
        if self.knows(&joined) { !is_piece && self.knows(&right) } else { stands_alone || self.knows(&left) }
    }

    /// Whether `word` is one of the language, or a common one of another.
    fn knows(&self, word: &str) -> bool {
        let folded = self.lexicon.fold(word);
        let abroad = || self.lexicon.abroad(&folded).is_some_and(|word| word.rarity <= COMMON_ABROAD);
        self.lexicon.get(&folded).is_some() || abroad()
    }

    /// Adds to what speaks for `runs`, all in one page, that they make words of a lexicon.
    fn ask_lexicon(&self, segment: &Segment, runs: &mut [Run]) {
        for run in runs.iter_mut().filter(|run| run.alone) {
            let [cell] = run.cells[..] else { continue };
            // A word of one letter that every sentence may have, such as `è`.
            let word = self.lexicon.get(&self.lexicon.fold(&cell.c.to_string()));
            if word.is_some_and(|word| word.rarity <= COMMON) {
                run.gain += CERTAIN;
                run.makes_word = true;
            }
        }
        if runs.iter().all(|run| run.before < ODD) {
            return;
        }
        let mut text = String::new();
        let mut spans = Vec::new();
        let mut at = 0;
        for run in runs.iter() {
            text.extend(segment[at..run.from].iter().map(|cell| cell.c));
            let start = text.len();
            text.extend(run.cells.iter().map(|cell| cell.c));
            spans.push(Span::new(start, text.len()));
            at = run.to;
        }
        text.extend(segment[at..].iter().map(|cell| cell.c));
        for (run, span) in runs.iter_mut().zip(spans).filter(|(run, _)| run.before >= ODD && !run.makes_word) {
            let start = text[..span.start]
                .rfind(|c: char| !c.is_alphabetic())
                .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
            let end = text[span.end..].find(|c: char| !c.is_alphabetic()).map_or(text.len(), |len| span.end + len);
            let word = &text[start..end];
            if word.chars().count() > LONGEST_WORD || !text[span.range()].contains(char::is_alphabetic) {
                continue;
            }
            let folded = self.lexicon.fold(word);
            if self.lexicon.get(&folded).is_some() {
                run.gain += WORD;
                run.makes_word = true;
            } else if word.chars().count() > 3 && self.lexicon.abroad(&folded).is_some() {
                run.gain += WORD_ABROAD;
            }
        }
    }

    /// Puts what is evidenced enough in place of what was misread; returns whether there was any.
    fn undo(&self, segment: &mut Segment, mut runs: Vec<Run>, tally: &Tally) -> bool {
        for run in &mut runs {
            run.gain += tally.speaks_for(run);
            if run.named {
                run.gain = run.gain.min(CERTAIN - 1);
            }
        }
        runs.retain(|run| run.gain >= self.least);
        runs.sort_by_key(|run| (-tally.rank(run), run.page, run.from));
        let mut kept: Vec<Run> = Vec::new();
        for run in runs {
            match kept.iter_mut().find(|other| run.from < other.to && other.from < run.to) {
                None => kept.push(run),
                // Which of two it is, nobody can say.
                Some(other) if tally.rank(other) - tally.rank(&run) < CLEAR && !other.spells_same(&run) => {
                    other.gain = other.gain.min(CERTAIN - 1);
                }
                Some(_) => {}
            }
        }
        kept.retain(|run| run.gain >= self.least);
        kept.sort_by_key(|run| run.from);
        let mut next = Segment::new();
        let mut at = 0;
        for run in &kept {
            next.extend_from_slice(&segment[at..run.from]);
            next.extend(run.cells.iter().map(|cell| Cell { margin: cell.margin.min(run.gain), ..*cell }));
            at = run.to;
        }
        next.extend_from_slice(&segment[at..]);
        *segment = next;
        !kept.is_empty()
    }
}

/// Whether the characters from `from` to `to` would be Latin letters of a Latin word.
fn completes_latin(chars: &[char], from: usize, to: usize, cells: &[Cell]) -> bool {
    let is_latin = |c: char| c.is_alphabetic() && !is_foreign(c);
    let (left, right) = beside(chars, from, to);
    cells.iter().all(|cell| is_latin(cell.c)) && (is_latin(left) || is_latin(right))
}

/// Returns the characters beside those from `from` to `to`; spaces at the ends.
fn beside(chars: &[char], from: usize, to: usize) -> (char, char) {
    let at = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied().unwrap_or(' ');
    (at(from.checked_sub(1)), at(Some(to)))
}

/// Whether `c` is a letter of another script than Latin.
fn is_foreign(c: char) -> bool {
    c.is_alphabetic() && c as u32 >= 0x370
}

/// Whether the characters from `from` to `to` stand in quotation marks: the text speaks of them.
fn is_named(chars: &[char], from: usize, to: usize) -> bool {
    matches!(
        beside(chars, from, to),
        ('«', '»')
            | ('»', '«')
            | ('“' | '„' | '”', '“' | '”')
            | ('‘' | '‚', '‘' | '’')
            | ('"', '"')
            | ('\'', '\'')
            | ('`', '`')
            | ('(', ')')
    )
}

fn non_ascii(segment: &[Cell]) -> usize {
    segment.iter().filter(|cell| !cell.c.is_ascii()).count()
}

/// Returns `middle`, which stands for the characters from `from` to `to`, with [`CONTEXT`] more on either side.
fn with_neighbours(chars: &[char], from: usize, to: usize, middle: impl Iterator<Item = char>) -> Vec<char> {
    // Of the padding and the characters before, the last ones.
    let before = [' '; CONTEXT].into_iter().chain(chars[..from].iter().copied()).skip(from);
    let behind = chars[to..].iter().copied().chain([' '; CONTEXT]).take(CONTEXT);
    before.chain(middle).chain(behind).collect()
}

/// Returns how much less odd `text` can become in `layers` more steps that change something of `inner`.
fn further(text: &[char], inner: std::ops::Range<usize>, layers: usize) -> i32 {
    let near = inner.start.saturating_sub(CONTEXT)..(inner.end + CONTEXT).min(text.len());
    let pages = text[near].windows(2).fold(0, |pages, pair| pages | may_read(pair[0], pair[1]));
    if pages == 0 || layers == 0 {
        return 0;
    }
    let odd = oddness(text);
    let gains = Page::ALL.into_iter().filter(|page| pages & page.bit() != 0).map(|page| {
        let (mut next, mut at, mut bonus) = (Vec::with_capacity(text.len()), 0, 0);
        let mut changed: Option<std::ops::Range<usize>> = None;
        while at < text.len() {
            let read = misread::read(&text[at..], page);
            let read = read.filter(|read| is_text(read.c) && at < inner.end && at + read.len > inner.start);
            if let Some(read) = read {
                bonus += LONGER * (read.known as i32 - 2).max(0);
                changed = Some(changed.map_or(next.len(), |changed| changed.start)..next.len() + 1);
            }
            next.push(read.map_or(text[at], |read| read.c));
            at += read.map_or(1, |read| read.len);
        }
        let Some(changed) = changed else { return 0 };
        odd - oddness(&next) + bonus + further(&next, changed, layers - 1)
    });
    gains.max().unwrap_or(0).max(0)
}

fn tally(segments: &[Segment], runs: &[Vec<Run>], outside: usize) -> Tally {
    let mut tally = Tally { total: outside, ..Tally::default() };
    for (segment, runs) in segments.iter().zip(runs) {
        tally.total += non_ascii(segment);
        tally.places += usize::from(runs.iter().any(|run| run.gain >= LIKELY));
        for run in runs {
            tally.covered[run.page.index()] += non_ascii(&segment[run.from..run.to]);
            tally.gains[run.page.index()] += run.gain.max(0);
            tally.certain[run.page.index()] += usize::from(run.gain >= CERTAIN);
            let letters = run.cells.iter().map(|cell| cell.c).filter(|c| c.is_alphabetic() && !c.is_ascii());
            tally.letters[run.page.index()].extend(letters.flat_map(char::to_lowercase));
        }
        for control in segment.iter().map(|cell| cell.c).filter(|c| ('\u{80}'..='\u{9F}').contains(c)) {
            for page in Page::ALL {
                tally.controls[page.index()] |= page.char(control as u8) != Some(control);
            }
        }
    }
    for (letters, fits) in tally.letters.iter().zip(&mut tally.fits) {
        *fits = alphabets::fit(&letters.iter().copied().collect::<Vec<_>>());
    }
    // What is certain by others speaks for the rest.
    let first = tally.clone();
    for run in runs.iter().flatten().filter(|run| run.gain < CERTAIN) {
        tally.certain[run.page.index()] += usize::from(run.gain + first.speaks_for(run) >= CERTAIN);
    }
    tally
}

impl Tally {
    /// What the rest of the text says of a run.
    fn speaks_for(&self, run: &Run) -> i32 {
        let page = run.page.index();
        let certain = self.certain[page].saturating_sub(usize::from(run.gain >= CERTAIN));
        let (whole, all) = (self.covered[page] == self.total, self.covered[page] * 10 >= self.total * 9);
        match certain {
            _ if run.named => 0,
            // A text is damaged throughout, or in parts that somebody put together; not in one letter.
            0 if run.is_first() && !run.makes_word && self.total > 2 && self.places == 1 => (ALONE - run.gain).min(0),
            0 => 0,
            1 if whole => ALL_MISREAD,
            1 if all => ALL_MISREAD_ONE,
            _ if all => ALL_MISREAD,
            1 | 2 if run.before > 0 => SOME_MISREAD_ONE,
            3.. if run.before > 0 => SOME_MISREAD,
            _ => 0,
        }
    }

    /// How gladly a run is taken where others want the same characters: first those in the page that explains most.
    fn rank(&self, run: &Run) -> i32 {
        let page = run.page.index();
        let best = self.gains.iter().max() == Some(&self.gains[page]);
        let reasons = usize::from(best) + usize::from(!self.controls[page]) + usize::from(self.fits[page]);
        run.gain + PREFERRED * reasons as i32
    }
}
