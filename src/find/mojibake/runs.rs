//! Runs of characters that are UTF-8 in some page, and what speaks for each.

use std::cell::OnceCell;

use crate::find::evidence::COMMON;
use crate::lexicon::{Lexicon, Lexicons};
use crate::text::codepage::{Page, Pages};
use crate::text::misread::{self, LAYERS, Read, may_read};
use crate::text::{Document, Span};

use super::odd::{CONTEXT, is_box, is_text, oddness};
use super::{CERTAIN, LONGEST_WORD, ODD};

/// Three bytes that are UTF-8 are hardly ever so by chance, and even less so four.
const LONGER: i32 = 20;
/// Of so many characters it is looked at what more there is to undo.
const LOOK_AHEAD: usize = 64;
/// A word of the language.
const WORD: i32 = 20;
/// A word of another language.
const WORD_ABROAD: i32 = 10;
/// Words of other languages that are no rarer than this are known for certain.
const COMMON_ABROAD: u8 = 9;

/// Characters of a segment, one behind the other, that are bytes of UTF-8 in one page.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) page: Page,
    /// Which cells of the segment.
    pub(super) from: usize,
    pub(super) to: usize,
    /// What they spell.
    pub(super) spelled: Vec<Spelled>,
    /// What speaks for it, in tenths of a fault.
    pub(super) gain: i32,
    /// How odd it is as it stands.
    pub(super) before: i32,
    /// It makes a word of the language.
    pub(super) makes_word: bool,
    /// It is one character in quotation marks, of which the text may speak.
    pub(super) named: bool,
    /// It is one character from two, with none beside them: chance does that.
    alone: bool,
}

/// One character that comes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Spelled {
    pub(super) c: char,
    /// How many cells it takes.
    pub(super) len: usize,
    /// A space goes behind it.
    pub(super) gap: bool,
}

impl Run {
    /// Whether the same comes out for the same characters.
    pub(super) fn spells_same(&self, other: &Run) -> bool {
        (self.from, self.to) == (other.from, other.to) && self.spelled == other.spelled
    }
}

/// Weighs runs, of which texts have many alike.
pub(super) struct Scales<'a, 't> {
    doc: &'a Document<'t>,
    lexicons: &'a Lexicons,
    /// Opened when first asked: that needs the language.
    lexicon: OnceCell<Lexicon<'a>>,
}

impl<'a, 't> Scales<'a, 't> {
    pub(super) fn new(doc: &'a Document<'t>, lexicons: &'a Lexicons) -> Self {
        Self { doc, lexicons, lexicon: OnceCell::new() }
    }

    fn lexicon(&self) -> &Lexicon<'a> {
        self.lexicon.get_or_init(|| self.lexicons.of(self.doc.lang()))
    }

    /// Returns everything in `chars`, a token, that is UTF-8 in some page, by page and not yet weighed.
    pub(super) fn read(&self, chars: &[char]) -> Vec<(Page, Vec<Run>)> {
        let pages = chars.windows(2).fold(0, |pages, pair| pages | may_read(pair[0], pair[1]));
        // Of what tables are drawn with, all must be bytes: else it is a table.
        let lines = chars.iter().filter(|&&c| is_box(c)).count();
        let pages = Page::ALL.into_iter().filter(|page| pages & page.bit() != 0);
        let read = pages.map(|page| (page, self.read_in(page, chars)));
        let inside =
            |runs: &[Run]| runs.iter().flat_map(|run| &chars[run.from..run.to]).filter(|&&c| is_box(c)).count();
        read.filter(|(_, runs)| !runs.is_empty() && (lines == 0 || inside(runs) == lines)).collect()
    }

    /// Weighs what was read in `chars` in the pages of `pages`, where `layers` were undone before.
    pub(super) fn weigh(&self, chars: &[char], read: Vec<(Page, Vec<Run>)>, pages: Pages, layers: usize) -> Vec<Run> {
        let mut weighed: Vec<Run> = Vec::new();
        // What was read in the pages before, which is often the same, and where its runs are.
        let mut groups: Vec<(Page, Vec<Run>, std::ops::Range<usize>)> = Vec::new();
        for (page, mut runs) in read.into_iter().filter(|(page, _)| pages & page.bit() != 0) {
            let same = |(other, known, _): &&(Page, Vec<Run>, _)| {
                // In KOI8-R the same weighs less.
                (*other == Page::KOI8_R) == (page == Page::KOI8_R)
                    && known.len() == runs.len()
                    && known.iter().zip(&runs).all(|(known, run)| known.spells_same(run))
            };
            if let Some((_, _, known)) = groups.iter().find(same) {
                let again: Vec<Run> = weighed[known.clone()].iter().map(|run| Run { page, ..run.clone() }).collect();
                weighed.extend(again);
                continue;
            }
            let before = runs.clone();
            runs.retain_mut(|run| self.weigh_run(run, chars, layers));
            self.ask_lexicon(chars, &mut runs);
            groups.push((page, before, weighed.len()..weighed.len() + runs.len()));
            weighed.append(&mut runs);
        }
        weighed
    }

    /// Returns everything in `chars` that is UTF-8 in `page`.
    fn read_in(&self, page: Page, chars: &[char]) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let from = at;
            let mut spelled: Vec<Spelled> = Vec::new();
            while let Some(read) =
                misread::read(&chars[at..], page).filter(|read| is_text(read.c) && !is_gap(chars, at, read))
            {
                let gap = read.spaced && self.keeps_space(&spelled, chars, at, read.len, read.c);
                spelled.push(Spelled { c: read.c, len: read.len, gap });
                at += read.len;
            }
            if spelled.is_empty() {
                at += 1;
                continue;
            }
            let (before, gain, makes_word, named, alone) = Default::default();
            runs.push(Run { page, from, to: at, spelled, gain, before, makes_word, named, alone });
        }
        runs
    }

    /// Weighs how odd a run is and how odd what it spells; returns whether it may be one at all.
    fn weigh_run(&self, run: &mut Run, chars: &[char], layers: usize) -> bool {
        let (from, to) = (run.from, run.to);
        // Letters of other scripts make words as they stand, and those may have run into what stands beside them:
        // all of them must be bytes, and only what they are made of counts. But no word of another script stands
        // where a Latin letter completes one; in KOI8-R, where `её` is one, that is not certain.
        let letters = chars[from..to].iter().all(|&c| is_foreign(c));
        let (left, right) = beside(chars, from, to);
        if letters && (is_foreign(left) || is_foreign(right)) {
            return false;
        }
        let completes = run.page != Page::KOI8_R && completes_latin(run, left, right);
        let (around, start, end): (&[char], _, _) = if letters && !completes { (&[], 0, 0) } else { (chars, from, to) };
        let spelled =
            run.spelled.iter().flat_map(|spelled| std::iter::once(spelled.c).chain(spelled.gap.then_some(' ')));
        let spelled = with_neighbours(around, start, end, spelled);
        run.before = oddness(&with_neighbours(around, start, end, chars[from..to].iter().copied()));
        run.gain = run.before - oddness(&spelled);
        if run.before >= ODD {
            run.gain += bonus(chars, run);
        }
        // The start of a long one says enough.
        let spelled = &spelled[..spelled.len().min(LOOK_AHEAD)];
        let padded = [&['\n'; CONTEXT], spelled, &['\n'; CONTEXT]].concat();
        run.gain += further(&padded, 2 * CONTEXT..spelled.len(), LAYERS - layers - 1);
        let [one] = run.spelled[..] else { return true };
        run.named = is_quoted(left, right);
        let is_end = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric();
        run.alone = to - from == 2 && is_end(left) && is_end(right);
        let least = if is_foreign(chars[from]) { '\u{C0}' } else { '\u{80}' };
        if run.alone && !(least..='\u{FF}').contains(&one.c) {
            run.gain = run.gain.min(CERTAIN - 1);
        }
        true
    }

    /// Whether the space that the character `c`, read from `len` characters at `at`, ends in stood for a space behind
    /// it, too.
    fn keeps_space(&self, run: &[Spelled], chars: &[char], at: usize, len: usize, c: char) -> bool {
        let rest = &chars[at + len..];
        // Only `à` stands alone or at the end of a word.
        if c != 'à' || rest.first().is_none_or(|next| !next.is_alphabetic()) {
            return false;
        }
        let head = chars[..at].iter().rev().take(LONGEST_WORD).take_while(|c| c.is_ascii_alphabetic()).count();
        let before = chars[at - head..at].iter().copied().filter(|_| run.is_empty());
        let last = &run[run.len().saturating_sub(LONGEST_WORD)..];
        let left: String = before.chain(last.iter().map(|spelled| spelled.c)).chain([c]).collect();
        let right: String = rest.iter().take_while(|c| c.is_alphabetic()).take(LONGEST_WORD).collect();
        let letters = right.chars().count();
        let elided = rest.get(letters).is_some_and(|c| matches!(c, '\'' | '’'));
        let is_piece = letters == 1 && !elided;
        let stands_alone = left.chars().count() == 1;
        if self.knows(&[left.as_str(), &right].concat()) {
            !is_piece && self.knows(&right)
        } else {
            stands_alone || self.knows(&left)
        }
    }

    /// Whether `word` is one of the language, or a common one of another.
    fn knows(&self, word: &str) -> bool {
        let lexicon = self.lexicon();
        let folded = lexicon.fold(word);
        let abroad = || lexicon.abroad(&folded).is_some_and(|word| word.rarity <= COMMON_ABROAD);
        lexicon.get(&folded).is_some() || abroad()
    }

    /// Adds to what speaks for `runs`, all in one page, that they make words of a lexicon.
    fn ask_lexicon(&self, chars: &[char], runs: &mut [Run]) {
        for run in runs.iter_mut().filter(|run| run.alone) {
            // A word of one letter that every sentence may have, such as `è`.
            let word: String = run.spelled.iter().map(|spelled| spelled.c).filter(|c| c.is_alphabetic()).collect();
            let lexicon = self.lexicon();
            if lexicon.get(&lexicon.fold(&word)).is_some_and(|word| word.rarity <= COMMON) {
                run.gain += CERTAIN;
                run.makes_word = true;
            }
        }
        if runs.iter().all(|run| run.before < ODD) {
            return;
        }
        // The token with all of them undone.
        let (mut text, mut spans, mut at): (Vec<char>, Vec<Span>, usize) = Default::default();
        for run in runs.iter() {
            text.extend(&chars[at..run.from]);
            let start = text.len();
            text.extend(run.spelled.iter().map(|spelled| spelled.c));
            spans.push(Span::new(start, text.len()));
            at = run.to;
        }
        text.extend(&chars[at..]);
        for (run, span) in runs.iter_mut().zip(spans).filter(|(run, _)| run.before >= ODD && !run.makes_word) {
            let is_letter = |c: &&char| c.is_alphabetic();
            let head = text[..span.start].iter().rev().take(LONGEST_WORD).take_while(is_letter).count();
            let tail = text[span.end..].iter().take(LONGEST_WORD).take_while(is_letter).count();
            let word = &text[span.start - head..span.end + tail];
            if word.len() > LONGEST_WORD || !text[span.range()].iter().any(|c| c.is_alphabetic()) {
                continue;
            }
            let lexicon = self.lexicon();
            let written: String = word.iter().collect();
            let folded = lexicon.fold(&written);
            if lexicon.get(&folded).is_some() {
                run.gain += WORD;
                run.makes_word = true;
            } else if word.len() > 3 && lexicon.abroad(&folded).is_some() {
                run.gain += WORD_ABROAD;
            }
        }
    }
}

/// Whether a character of `chars` at `at` was read over a space that only parts two words: behind a word of another
/// script, or where no language has the letter that comes out at the end of a word or before others.
fn is_gap(chars: &[char], at: usize, read: &Read) -> bool {
    let read_from = &chars[at..at + read.len];
    if !read_from.contains(&' ') {
        return false;
    }
    let follows_word = at > 0 && is_foreign(chars[at]) && is_foreign(chars[at - 1]) && !read.spaced;
    let is_rare = read.len == 2 && (read.c as u32) < 0x370 && !matches!(read.c, '\u{A0}' | 'à' | 'Š');
    follows_word || is_rare
}

/// What it counts that more than two bytes make a character.
fn bonus(chars: &[char], run: &Run) -> i32 {
    let mut at = run.from;
    let longer = run.spelled.iter().map(|spelled| {
        let read = &chars[at..at + spelled.len];
        at += spelled.len;
        read.iter().filter(|&&c| c != ' ').count()
    });
    longer.map(worth).sum()
}

/// What a character of so many bytes counts.
fn worth(known: usize) -> i32 {
    LONGER * (known as i32 - 2).max(0)
}

/// Whether a run would be Latin letters of a Latin word.
fn completes_latin(run: &Run, left: char, right: char) -> bool {
    let is_latin = |c: char| c.is_alphabetic() && !is_foreign(c);
    run.spelled.iter().all(|spelled| is_latin(spelled.c)) && (is_latin(left) || is_latin(right))
}

/// Returns the characters beside those from `from` to `to`; spaces at the ends.
fn beside(chars: &[char], from: usize, to: usize) -> (char, char) {
    let at = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied().unwrap_or(' ');
    (at(from.checked_sub(1)), at(Some(to)))
}

/// Whether `c` is a letter of another script than Latin.
fn is_foreign(c: char) -> bool {
    c as u32 >= 0x370 && c.is_alphabetic()
}

/// Whether what stands between these is quoted: the text speaks of it.
fn is_quoted(left: char, right: char) -> bool {
    match left {
        '«' => right == '»',
        '»' => right == '«',
        '“' | '„' | '”' => matches!(right, '“' | '”'),
        '‘' | '‚' => matches!(right, '‘' | '’'),
        '(' => right == ')',
        _ => left == right && matches!(left, '"' | '\'' | '`'),
    }
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
    let mut seen: Vec<Vec<char>> = Vec::new();
    let mut best = 0;
    for page in Page::ALL.into_iter().filter(|page| pages & page.bit() != 0) {
        let (mut next, mut at, mut bonus) = (Vec::with_capacity(text.len()), 0, 0);
        let mut changed: Option<std::ops::Range<usize>> = None;
        while at < text.len() {
            let read = misread::read(&text[at..], page);
            let read = read.filter(|read| is_text(read.c) && at < inner.end && at + read.len > inner.start);
            if let Some(read) = read {
                bonus += worth(read.known);
                changed = Some(changed.map_or(next.len(), |changed| changed.start)..next.len() + 1);
            }
            next.push(read.map_or(text[at], |read| read.c));
            at += read.map_or(1, |read| read.len);
        }
        if let Some(changed) = changed
            && !seen.contains(&next)
        {
            best = best.max(odd - oddness(&next) + bonus + further(&next, changed, layers - 1));
            seen.push(next);
        }
    }
    best
}
