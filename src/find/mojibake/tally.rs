//! What the whole of a text says of each place in it.

use std::collections::BTreeSet;

use crate::text::codepage::{Page, Pages};

use super::runs::Run;
use super::segments::{Cell, Segment};
use super::{CERTAIN, LIKELY, alphabets};

/// Everything in the text was misread, and some of it for certain; `MOST` where some may be right; `ONE` where only one
/// place is certain.
const ALL_MISREAD: i32 = 50;
const MOST_MISREAD: i32 = 35;
const ALL_MISREAD_ONE: i32 = 20;
/// Some of the text was certainly misread in the same way: in three places, in one.
const SOME_MISREAD: i32 = 20;
const SOME_MISREAD_ONE: i32 = 10;
/// The places on both sides of one were certainly misread in the same way, or one of them, with nothing right between.
const BETWEEN_MISREAD: i32 = 50;
const BESIDE_MISREAD: i32 = 25;
/// So far apart, in bytes, places are beside each other.
const NEAR: usize = 100;
/// So much a page is preferred to others for each of these: it explains most of the text; it makes letters of one
/// language of it; a place beside was misread in it; it has all controls that the text has, which counts twice.
const PREFERRED: i32 = 40;
/// So much a run is preferred for each character that it explains.
const COVERED: i32 = 10;
/// What is left of the evidence for the only place that was misread in a text whose other characters are right, if no
/// word of the language speaks for it.
const ALONE: i32 = CERTAIN - 1;

/// What is known of the text, by page.
#[derive(Clone, Default)]
pub(super) struct Tally {
    /// How many places were certainly misread.
    certain: [usize; Page::ALL.len()],
    /// How many characters that are not ASCII may have been misread.
    covered: [usize; Page::ALL.len()],
    /// What speaks for all places together.
    gains: [i32; Page::ALL.len()],
    /// Whether all letters that would come out are of one language.
    fits: [bool; Page::ALL.len()],
    /// Whether there are controls that the page has marks for: then it was rather one of ISO 8859.
    controls: [bool; Page::ALL.len()],
    /// How many characters of the text are not ASCII.
    total: usize,
    /// How many tokens have a place that is likely, whatever the page.
    places: usize,
    /// No layer was undone before.
    first: bool,
    /// By segment: pages in which what stands before it, and behind it, was certainly misread.
    sides: Vec<[Pages; 2]>,
    /// By segment: pages in which some of it was certainly misread.
    own: Vec<Pages>,
}

impl Tally {
    /// Counts in all `segments` of `text` with their runs; so many characters of the rest of the text are not ASCII.
    pub(super) fn new(text: &str, segments: &[Segment], runs: &[&[Run]], outside: usize, first: bool) -> Self {
        let mut tally = Tally { total: outside, first, ..Tally::default() };
        // Small letters that are not ASCII and that would come out.
        let mut letters: [BTreeSet<char>; Page::ALL.len()] = Default::default();
        for (segment, runs) in segments.iter().zip(runs) {
            tally.total += non_ascii(segment);
            tally.places += usize::from(runs.iter().any(|run| run.gain >= LIKELY));
            for run in *runs {
                let page = run.page.index();
                tally.covered[page] += non_ascii(&segment[run.from..run.to]);
                tally.gains[page] = tally.gains[page].saturating_add(run.gain.max(0));
                tally.certain[page] += usize::from(run.gain >= CERTAIN);
                let spelled = run.spelled.iter().map(|spelled| spelled.c);
                letters[page]
                    .extend(spelled.filter(|c| !c.is_ascii() && c.is_alphabetic()).flat_map(char::to_lowercase));
            }
            for control in segment.iter().map(|cell| cell.c).filter(|c| ('\u{80}'..='\u{9F}').contains(c)) {
                for page in Page::ALL {
                    tally.controls[page.index()] |= page.char(control as u8) != Some(control);
                }
            }
        }
        for (letters, fits) in letters.iter().zip(&mut tally.fits) {
            *fits = alphabets::fit(&letters.iter().copied().collect::<Vec<_>>());
        }
        tally.look_around(text, segments, runs);
        // What is certain by others speaks for the rest.
        let mut certain = tally.certain;
        for (at, runs) in runs.iter().enumerate() {
            for run in runs.iter().filter(|run| run.gain < CERTAIN) {
                certain[run.page.index()] += usize::from(run.gain + tally.speaks_for(at, run) >= CERTAIN);
            }
        }
        tally.certain = certain;
        tally
    }

    /// Finds out what was misread beside each segment.
    fn look_around(&mut self, text: &str, segments: &[Segment], runs: &[&[Run]]) {
        let mut whole: Vec<Pages> = Vec::with_capacity(segments.len());
        for (segment, runs) in segments.iter().zip(runs) {
            let count = non_ascii(segment);
            let mut covered = [0; Page::ALL.len()];
            let mut own = 0;
            for run in *runs {
                covered[run.page.index()] += non_ascii(&segment[run.from..run.to]);
                own |= if run.gain >= CERTAIN { run.page.bit() } else { 0 };
            }
            let all = |page: &Page| covered[page.index()] == count;
            whole.push(Page::ALL.iter().filter(|page| all(page)).fold(0, |pages, page| pages | page.bit()));
            self.own.push(own);
        }
        self.sides = vec![[0; 2]; segments.len()];
        for at in 1..segments.len() {
            let end = segments[at - 1].last().map_or(0, |cell| cell.end);
            let gap = &text[end..segments[at][0].start];
            if gap.len() <= NEAR && gap.is_ascii() {
                self.sides[at][0] = self.own[at - 1] | (whole[at - 1] & self.sides[at - 1][0]);
                // For the way back.
                self.sides[at - 1][1] = Pages::MAX;
            }
        }
        for at in (0..segments.len().saturating_sub(1)).rev() {
            self.sides[at][1] &= self.own[at + 1] | (whole[at + 1] & self.sides[at + 1][1]);
        }
    }

    /// What the places beside the segment `at` say of a run in it.
    fn beside(&self, at: usize, run: &Run) -> i32 {
        let has = |pages: Pages| pages & run.page.bit() != 0;
        let [before, behind] = self.sides[at];
        match (has(before), has(behind)) {
            (true, true) => BETWEEN_MISREAD,
            (false, false) if run.gain >= CERTAIN || !has(self.own[at]) => 0,
            _ => BESIDE_MISREAD,
        }
    }

    /// What the rest of the text says of a run in the segment `at`.
    pub(super) fn speaks_for(&self, at: usize, run: &Run) -> i32 {
        match self.beside(at, run) {
            beside if beside == 0 || run.named => self.all_speaks_for(run),
            beside => beside.max(self.all_speaks_for(run)),
        }
    }

    fn all_speaks_for(&self, run: &Run) -> i32 {
        let page = run.page.index();
        let certain = self.certain[page].saturating_sub(usize::from(run.gain >= CERTAIN));
        let (whole, all) = (self.covered[page] == self.total, self.covered[page] * 10 >= self.total * 9);
        let is_lone = self.first && self.places == 1 && self.total > 2 && run.to - run.from == 2;
        match certain {
            _ if run.named => 0,
            // A text is damaged throughout, or in parts that somebody put together; not in one letter.
            0 if is_lone && !run.makes_word => (ALONE - run.gain).min(0),
            0 => 0,
            1 if whole => MOST_MISREAD,
            1 if all => ALL_MISREAD_ONE,
            _ if whole => ALL_MISREAD,
            _ if all => MOST_MISREAD,
            1 | 2 if run.before > 0 => SOME_MISREAD_ONE,
            3.. if run.before > 0 => SOME_MISREAD,
            _ => 0,
        }
    }

    /// How gladly a run in the segment `at` is taken where others want the same characters: first those in the page that
    /// explains most.
    pub(super) fn rank(&self, at: usize, run: &Run) -> i32 {
        let page = run.page.index();
        let best = self.gains.iter().max() == Some(&self.gains[page]);
        let beside = self.sides[at].iter().any(|side| side & run.page.bit() != 0);
        let reasons = [best, self.fits[page], beside, !self.controls[page], !self.controls[page]];
        let reasons = reasons.into_iter().filter(|reason| *reason).count();
        run.gain + PREFERRED * reasons as i32 + COVERED * (run.to - run.from) as i32
    }
}

/// Counts the characters that are not ASCII.
pub(super) fn non_ascii(segment: &[Cell]) -> usize {
    segment.iter().filter(|cell| !cell.c.is_ascii()).count()
}
