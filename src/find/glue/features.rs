//! Places where words may have run together, each with the numbers by which the model judges it.
//!
//! Two kinds of places. At a *change* the characters change: in case, to or from a digit, in script. A *seam* lies
//! inside a run of small letters that is no known word. Only what is described here reaches the model; lists of
//! exceptions that no number can tell stand in [`super::token`] and [`super::habits`].

use std::cell::OnceCell;

use crate::lexicon::Word;
use crate::text::{Span, is_word_char};

use super::evidence::{Evidence, Kind, Piece, is_upper};
use super::model::Trees;
use super::token::{Boundary, Cut, Shape, is_year};
use super::{MIN_SEAM, habits};

/// Pieces of more bytes are no words. Bounds the work on one token.
const MAX_PIECE: usize = 64;
/// So many of the best seams of a word are judged.
const SEAMS: usize = 3;
/// Stands for the rarity of a word that the lexicon has not.
const UNKNOWN: f32 = 18.0;

/// Which of the two models judges a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Model {
    Change,
    Seam,
}

/// A place that may want a space.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) model: Model,
    /// Bytes of the token.
    pub(super) at: usize,
    /// The pieces on both sides that the features speak of, in bytes of the token.
    pub(super) left: Span,
    pub(super) right: Span,
    /// The run of small letters that a seam lies in; the token for a change.
    pub(super) within: Span,
    /// Whether a word of the language goes on across the place.
    pub(super) is_inside_a_word: bool,
    pub(super) features: Vec<f32>,
    /// The feature that is costly to know, until then no number.
    pub(super) open: usize,
    #[cfg(any(test, feature = "training"))]
    pub(super) names: Vec<&'static str>,
}

/// The features of one place, in the order in which they are added. Their names are kept where somebody asks.
struct Row {
    values: Vec<f32>,
    open: usize,
    #[cfg(any(test, feature = "training"))]
    names: Option<Vec<&'static str>>,
}

impl Row {
    /// Adds a feature that [`Token::complete`] works out.
    fn leave_open(&mut self, name: &'static str) {
        self.open = self.values.len();
        self.add(name, f32::NAN);
    }

    fn add(&mut self, name: &'static str, value: impl Into<f32>) {
        self.values.push(value.into());
        #[cfg(any(test, feature = "training"))]
        if let Some(names) = &mut self.names {
            names.push(name);
        }
        #[cfg(not(any(test, feature = "training")))]
        let _ = name;
    }
}

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

fn log(count: u32) -> f32 {
    (count.min(1 << 16) as f32).ln_1p()
}

fn rarity(word: Option<Word>) -> f32 {
    word.map_or(UNKNOWN, |word| f32::from(word.rarity))
}

/// One token of a text.
pub(super) struct Token<'e, 'a, 't> {
    pub(super) evidence: &'e Evidence<'a, 't>,
    /// Bytes of the text.
    pub(super) span: Span,
    pub(super) cuts: &'e [Cut],
    surroundings: OnceCell<Surroundings<'t>>,
    #[cfg(any(test, feature = "training"))]
    named: bool,
}

/// What stands beside a token.
struct Surroundings<'t> {
    before: Beside<'t>,
    behind: Beside<'t>,
    opens_sentence: bool,
}

/// What touches a token on one side.
#[derive(Clone, Copy)]
struct Beside<'t> {
    /// A number for the kind of character: 0 the edge of a line, 1 a space, then marks.
    mark: u8,
    /// The word behind one space, else empty.
    word: &'t str,
}

impl<'e, 'a, 't> Token<'e, 'a, 't> {
    pub(super) fn new(evidence: &'e Evidence<'a, 't>, span: Span, cuts: &'e [Cut]) -> Self {
        Self {
            evidence,
            span,
            cuts,
            surroundings: OnceCell::new(),
            #[cfg(any(test, feature = "training"))]
            named: false,
        }
    }

    /// A token of which the candidates carry the names of their features.
    #[cfg(any(test, feature = "training"))]
    pub(super) fn named(evidence: &'e Evidence<'a, 't>, span: Span, cuts: &'e [Cut]) -> Self {
        Self { named: true, ..Self::new(evidence, span, cuts) }
    }

    fn row(&self) -> Row {
        Row {
            values: Vec::with_capacity(64),
            open: 0,
            #[cfg(any(test, feature = "training"))]
            names: self.named.then(Vec::new),
        }
    }

    pub(super) fn text(&self) -> &'t str {
        &self.evidence.doc.text()[self.span.range()]
    }

    fn piece(&self, span: Span) -> Piece {
        self.evidence.piece(&self.text()[span.range()])
    }

    fn surroundings(&self) -> &Surroundings<'t> {
        self.surroundings.get_or_init(|| {
            let text = self.evidence.doc.text();
            let (front, rest) = (&text[..self.span.start], &text[self.span.end..]);
            let (left, right) = (front.chars().next_back(), rest.chars().next());
            let before_space = front.strip_suffix([' ', '\u{A0}']);
            let word_before = before_space.map_or("", |front| {
                let start =
                    front.char_indices().rev().find(|(_, c)| !is_word_char(*c)).map_or(0, |(at, c)| at + c.len_utf8());
                &front[start..]
            });
            let word_behind = rest
                .strip_prefix([' ', '\u{A0}'])
                .map_or("", |rest| &rest[..rest.find(|c| !is_word_char(c)).unwrap_or(rest.len())]);
            let opens_sentence =
                match front.trim_end_matches([' ', '\u{A0}', '\t', '"', '“', '„', '«', '»', '(']).chars().next_back()
                {
                    None | Some('\n' | '\r' | '.' | '!' | '?' | ':' | '…' | ';') => true,
                    Some(_) => false,
                };
            Surroundings {
                before: Beside { mark: mark(left), word: word_before },
                behind: Beside { mark: mark(right), word: word_behind },
                opens_sentence,
            }
        })
    }

    /// Returns the sum of the trees of `candidate`, completed, if it is above `least`. That other languages are asked
    /// for the word costs more than all else, and hardly ever decides.
    pub(super) fn sum(&self, candidate: &mut Candidate, trees: &Trees, least: f32) -> Option<f32> {
        if !trees.may_exceed(&candidate.features, candidate.open, least) {
            return None;
        }
        self.complete(candidate);
        trees.sum(&candidate.features, least)
    }

    /// Works out the feature of `candidate` that was left open: how rare the word is in any other language.
    pub(super) fn complete(&self, candidate: &mut Candidate) {
        let word = &self.text()[candidate.within.range()];
        let lexicon = &self.evidence.lexicon;
        let abroad = if word.len() > MAX_PIECE { None } else { lexicon.abroad(&lexicon.fold(word)) };
        candidate.features[candidate.open] = rarity(abroad);
    }

    /// Returns the places of the token that may want a space, with all features but one.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        let (text, all) = (self.text(), self.evidence.doc.text());
        let (before, behind) = (&all[..self.span.start], &all[self.span.end..]);
        if habits::in_code(before, behind)
            || habits::is_written_so(
                text,
                self.cuts,
                || self.may_be_identifier(),
                |piece| self.evidence.lexicon.get(&self.evidence.lexicon.fold(piece)).is_some(),
            )
            || self.evidence.is_name(text)
        {
            return found;
        }
        let lang = self.evidence.doc.lang();
        let starts_with_term = |right: &str| self.evidence.starts_with_term(right);
        let word = |left: &str| self.evidence.lexicon.get(left);
        let atoms = self.atoms();
        let seams: Vec<Vec<Seam>> = (0..atoms.len()).map(|index| self.seams(self.word_at(index, &atoms))).collect();
        for (index, cut) in self.cuts.iter().enumerate() {
            if habits::forbids(text, *cut, lang, starts_with_term, word) {
                continue;
            }
            found.extend(self.change(index, *cut, &atoms, &seams));
        }
        for (index, seams) in seams.iter().enumerate() {
            for seam in seams {
                found.push(self.seam(self.word_at(index, &atoms), seam, seams));
            }
        }
        found
    }

    /// Whether the token could be an identifier of a program: those are made of English words. Where words ran
    /// together on both sides of a name, the name may be listed.
    fn may_be_identifier(&self) -> bool {
        let english = self.evidence.doc.lang().is_none_or(|lang| lang == "en");
        (english || self.evidence.is_technical()) && !self.evidence.has_term(self.text())
    }

    /// Returns atom `index`, with the capital before it that begins its word: of `CV`, `T`, `elecom` the third is
    /// `Telecom`.
    fn word_at(&self, index: usize, atoms: &[Span]) -> Span {
        let falls = index > 0 && self.cuts[index - 1].boundary == Boundary::Fall;
        let single = falls && self.text()[atoms[index - 1].range()].chars().count() == 1;
        if single { Span::new(atoms[index - 1].start, atoms[index].end) } else { atoms[index] }
    }

    /// Returns the pieces between the cuts.
    fn atoms(&self) -> Vec<Span> {
        let ends = self.cuts.iter().map(|cut| cut.at).chain([self.text().len()]);
        let mut from = 0;
        ends.map(|end| Span::new(std::mem::replace(&mut from, end), end)).collect()
    }

    /// Returns the best known piece that ends at cut `index`, and so the best that begins there.
    fn best(&self, spans: impl Iterator<Item = Span>) -> Option<(Span, Piece)> {
        spans.filter(|span| span.len() <= MAX_PIECE).map(|span| (span, self.piece(span))).min_by_key(|(span, piece)| {
            let rank = match piece.kind {
                Kind::Term => 0,
                Kind::Native | Kind::Alone | Kind::Number => 1,
                Kind::English => 2,
                Kind::Acronym => 3,
                Kind::Capital => 4,
                Kind::Lower => 5,
                Kind::Mixed => 6,
            };
            (rank, std::cmp::Reverse(span.len()))
        })
    }

    fn change(&self, index: usize, cut: Cut, atoms: &[Span], seams: &[Vec<Seam>]) -> Option<Candidate> {
        let text = self.text();
        let starts = atoms[..=index].iter().map(|atom| atom.start).chain(seams[index].iter().map(|seam| seam.at));
        let (left, l) = self.best(starts.map(|start| Span::new(start, cut.at)))?;
        let ends = atoms[index + 1..].iter().map(|atom| atom.end).chain(seams[index + 1].iter().map(|seam| seam.at));
        let (right, r) = self.best(ends.map(|end| Span::new(cut.at, end)))?;
        let mut row = self.row();
        row.add(
            "boundary",
            match cut.boundary {
                Boundary::Rise => 0.0,
                Boundary::Last => 1.0,
                Boundary::Fall => 2.0,
                Boundary::DigitUpper => 3.0,
                Boundary::DigitLower => 4.0,
                Boundary::Year => 5.0,
                Boundary::Script => 6.0,
            },
        );
        self.describe(
            &mut row,
            [
                "l-kind",
                "l-shape",
                "l-chars",
                "l-native",
                "l-english",
                "l-alone",
                "l-variants",
                "l-firsts",
                "l-lasts",
                "l-year",
            ],
            &l,
            &text[left.range()],
        );
        self.describe(
            &mut row,
            [
                "r-kind",
                "r-shape",
                "r-chars",
                "r-native",
                "r-english",
                "r-alone",
                "r-variants",
                "r-firsts",
                "r-lasts",
                "r-year",
            ],
            &r,
            &text[right.range()],
        );
        row.add("l-at-start", flag(left.start == 0));
        row.add("r-at-end", flag(right.end == text.len()));
        row.add("l-in-atom", flag(left.start > atoms[index].start));
        row.add("r-in-atom", flag(right.end < atoms[index + 1].end));
        // The atoms themselves: what the best pieces leave over.
        row.add("l-atom-native", rarity(self.piece(atoms[index]).native));
        row.add("r-atom-native", rarity(self.piece(atoms[index + 1]).native));
        // What stands across the boundary as one.
        let across = self.across(index, atoms);
        row.add("across-term", flag(across.term));
        row.add("across-alone", log(across.alone));
        row.add("across-native", across.native);
        row.add("across-english", across.english);
        row.leave_open("across-abroad");
        let first = &text[atoms[0].range()];
        let last = &text[atoms[atoms.len() - 1].range()];
        row.add("l-family", (self.evidence.begun_with(first).clamp(1, 20) - 1) as f32);
        row.add("r-family", (self.evidence.ended_with(last).clamp(1, 20) - 1) as f32);
        self.describe_letters(&mut row, &text[left.range()], &text[right.range()]);
        row.add("cuts", self.cuts.len() as f32);
        row.add("index", index as f32);
        row.add("chars", text.chars().count() as f32);
        self.describe_place(
            &mut row,
            &text[left.range()],
            left.start == 0,
            &text[right.range()],
            right.end == text.len(),
        );
        let mut candidate = self.candidate(Model::Change, cut.at, left, right, Span::new(0, text.len()), row);
        candidate.is_inside_a_word = across.native < UNKNOWN && !across.term;
        Some(candidate)
    }

    fn candidate(&self, model: Model, at: usize, left: Span, right: Span, within: Span, row: Row) -> Candidate {
        Candidate {
            model,
            at,
            left,
            right,
            within,
            is_inside_a_word: false,
            features: row.values,
            open: row.open,
            #[cfg(any(test, feature = "training"))]
            names: row.names.unwrap_or_default(),
        }
    }

    fn describe(&self, row: &mut Row, names: [&'static str; 10], piece: &Piece, text: &str) {
        row.add(names[0], piece.kind as u8);
        row.add(names[1], piece.shape as u8);
        row.add(names[2], piece.chars as f32);
        row.add(names[3], rarity(piece.native));
        row.add(names[4], rarity(piece.english));
        row.add(names[5], log(piece.alone));
        row.add(names[6], log(piece.variants));
        row.add(names[7], piece.native.map_or(0, |word| word.firsts));
        row.add(names[8], piece.native.map_or(0, |word| word.lasts));
        row.add(names[9], flag(is_year(text)));
    }

    /// Adds what the letters of `left` and `right` say of them, apart and as one word.
    fn describe_letters(&self, row: &mut Row, left: &str, right: &str) {
        let lexicon = &self.evidence.lexicon;
        let (left, right) = (lexicon.fold(left), lexicon.fold(right));
        let whole = format!("{left}{right}");
        row.add("rare-whole", flag(lexicon.is_whole(&whole)));
        // For each letter and the end, so that long words are not unlikely because they are long.
        let mean = |word: &str, cost: f32| cost / (word.chars().count() + 1) as f32;
        let words = [&*left, &*right, &*whole];
        let costs = words.map(|word| lexicon.letters(word));
        for (name, (word, cost)) in
            ["l-letters", "r-letters", "whole-letters"].into_iter().zip(words.into_iter().zip(costs))
        {
            row.add(name, cost.map_or(-1.0, |cost| mean(word, cost)));
        }
        let [l, r, whole] = costs.map(Option::unwrap_or_default);
        row.add("letters-gain", whole - l - r);
    }

    /// Adds what the text around the token and as a whole says of a space between `left` and `right`.
    fn describe_place(&self, row: &mut Row, left: &str, at_start: bool, right: &str, at_end: bool) {
        let evidence = self.evidence;
        let Surroundings { before, behind, opens_sentence } = self.surroundings();
        row.add("pair", log(evidence.pair(left, right)));
        row.add("pair-before", if at_start { log(evidence.pair(before.word, left)) } else { 0.0 });
        row.add("pair-behind", if at_end { log(evidence.pair(right, behind.word)) } else { 0.0 });
        row.add("mark-before", before.mark);
        row.add("mark-behind", behind.mark);
        row.add("opens-sentence", flag(*opens_sentence));
        let beside = |word: &str| {
            if word.is_empty() { -1.0 } else { rarity(self.evidence.lexicon.get(&self.evidence.lexicon.fold(word))) }
        };
        row.add("before-native", beside(before.word));
        row.add("behind-native", beside(behind.word));
        row.add("before-upper", flag(before.word.starts_with(is_upper)));
        row.add("behind-upper", flag(behind.word.starts_with(is_upper)));
        row.add("technical", flag(self.evidence.is_technical()));
        row.add("doc-length", (self.evidence.doc.text().len() as f32).ln());
        row.add("has-lexicon", flag(self.evidence.lexicon.lang().is_some()));
        row.add("is-english", flag(self.evidence.lexicon.lang() == Some("en")));
        row.add("compounding", self.evidence.lexicon.compounding());
    }

    /// What is known of the pieces that span cut `index`.
    fn across(&self, index: usize, atoms: &[Span]) -> Across {
        let text = self.text();
        let mut across = Across { term: false, alone: 0, native: UNKNOWN, english: UNKNOWN };
        for first in &atoms[..=index] {
            for last in &atoms[index + 1..] {
                let span = Span::new(first.start, last.end);
                if span.len() > MAX_PIECE {
                    continue;
                }
                let whole = span.len() == text.len();
                let piece = &text[span.range()];
                let known = self.evidence.piece(piece);
                let alone = if whole { self.evidence.again(piece) } else { known.alone };
                across.alone = across.alone.max(alone);
                across.term |= known.kind == Kind::Term;
                let folded = self.evidence.lexicon.fold(piece);
                across.native = across.native.min(rarity(self.evidence.lexicon.get(&folded)));
                across.english = across.english.min(rarity(self.evidence.lexicon.english(&folded)));
            }
        }
        across
    }

    /// Returns the best places to cut the run of small letters `atom` that is no known word.
    fn seams(&self, atom: Span) -> Vec<Seam> {
        let word = &self.text()[atom.range()];
        let shape = Shape::of(word);
        let capital = shape == Shape::Capital;
        if word.len() > MAX_PIECE || !(shape == Shape::Lower || capital) {
            return Vec::new();
        }
        if word.chars().count() < MIN_SEAM || self.evidence.lexicon.knows(word) || self.evidence.is_term(word) {
            return Vec::new();
        }
        let folded = self.evidence.lexicon.fold(word);
        // Places in the two must be the same: `H\u{331}` is folded to one letter of as many bytes.
        if folded.len() != word.len() || !word.char_indices().all(|(at, _)| folded.is_char_boundary(at)) {
            return Vec::new();
        }
        let mut firsts: Vec<(usize, Word)> = Vec::new();
        let depth = self.evidence.lexicon.prefixes(&folded, |len, word| firsts.push((len, word)));
        let inner = !self.cuts.is_empty();
        let mut seams = Vec::new();
        let mut longest_last = 0;
        let count = word.chars().count();
        for (index, (at, _)) in word.char_indices().enumerate().skip(1) {
            let (left, right) = word.split_at(at);
            let (l, r) = (index, count - index);
            if r < 2 {
                break;
            }
            let last = self.evidence.lexicon.get_once(&folded[at..]);
            if last.is_some() && longest_last == 0 {
                longest_last = r;
            }
            if l < 2
                || habits::is_enclitic(&folded[..at], &folded[at..], self.evidence.doc.lang())
                || right.starts_with(unicode_normalization::char::is_combining_mark)
            {
                continue;
            }
            let first = firsts.iter().find(|(len, _)| *len == at).map(|(_, word)| *word);
            let term = self.evidence.is_term(left) || self.evidence.is_term(right);
            let words = self.evidence.doc.words();
            let alone = (words.count(left), words.count(right));
            let mut english = None;
            if first.is_none() && capital && l >= 4 {
                english = self.evidence.lexicon.english(&folded[..at]);
            }
            let cost = |word: Option<Word>, listed: bool, alone: u32, foreign: Option<Word>| {
                let mut cost = word.map_or(f32::INFINITY, |word| f32::from(word.rarity));
                if alone > 0 {
                    cost = cost.min(10.0 - log(alone).min(3.0));
                }
                if listed {
                    cost = cost.min(6.0);
                }
                if let Some(foreign) = foreign {
                    cost = cost.min(f32::from(foreign.rarity) + 3.0);
                }
                cost
            };
            let mut costs = (
                cost(first, self.evidence.is_term(left), alone.0, english),
                cost(last, self.evidence.is_term(right), alone.1, None),
            );
            // One unknown piece, where the rest of the token shows that something ran together or the other piece
            // is common.
            let mut unknown = 0;
            let likely = |cost: f32| cost <= if inner || capital { 9.0 } else { 7.0 };
            if costs.0.is_infinite() && l >= 4 && likely(costs.1) {
                costs.0 = 14.0 + 0.8 * l as f32;
                unknown = 1;
            } else if costs.1.is_infinite() && r >= 4 && likely(costs.0) {
                costs.1 = 14.0 + 0.8 * r as f32;
                unknown = 2;
            }
            let cost = costs.0 + costs.1;
            if cost.is_finite() {
                seams.push(Seam {
                    at: atom.start + at,
                    cost,
                    unknown,
                    term,
                    depth: 0,
                    longest_first: 0,
                    longest_last: 0,
                });
            }
        }
        let longest_first = firsts.last().map_or(0, |(len, _)| folded[..*len].chars().count());
        let depth = folded[..folded.floor_char_boundary(depth)].chars().count();
        seams.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.at.cmp(&b.at)));
        seams.truncate(SEAMS);
        for seam in &mut seams {
            (seam.depth, seam.longest_first, seam.longest_last) = (depth, longest_first, longest_last);
        }
        seams
    }

    fn seam(&self, atom: Span, seam: &Seam, seams: &[Seam]) -> Candidate {
        let text = self.text();
        let (left, right) = (Span::new(atom.start, seam.at), Span::new(seam.at, atom.end));
        let (l, r) = (self.piece(left), self.piece(right));
        let word = &text[atom.range()];
        let whole = self.piece(atom);
        let mut row = self.row();
        self.describe(
            &mut row,
            [
                "l-kind",
                "l-shape",
                "l-chars",
                "l-native",
                "l-english",
                "l-alone",
                "l-variants",
                "l-firsts",
                "l-lasts",
                "l-year",
            ],
            &l,
            &text[left.range()],
        );
        self.describe(
            &mut row,
            [
                "r-kind",
                "r-shape",
                "r-chars",
                "r-native",
                "r-english",
                "r-alone",
                "r-variants",
                "r-firsts",
                "r-lasts",
                "r-year",
            ],
            &r,
            &text[right.range()],
        );
        row.add("cost", seam.cost);
        row.add("rank", seams.iter().position(|other| other.at == seam.at).unwrap_or(0) as f32);
        let rival =
            seams.iter().filter(|other| other.at != seam.at).map(|other| other.cost).fold(f32::INFINITY, f32::min);
        row.add("margin", (rival - seam.cost).min(20.0));
        row.add("unknown", seam.unknown);
        row.add("term", flag(seam.term));
        row.add("chars", whole.chars as f32);
        row.add("depth", seam.depth as f32 - l.chars as f32);
        row.add("depth-left-over", whole.chars as f32 - seam.depth as f32);
        row.add("longest-first", seam.longest_first as f32 - l.chars as f32);
        row.add("longest-last", seam.longest_last as f32 - r.chars as f32);
        row.add("whole-alone", log(if self.cuts.is_empty() { self.evidence.again(word) } else { whole.alone }));
        row.add("whole-variants", log(whole.variants));
        row.leave_open("abroad");
        self.describe_letters(&mut row, &text[left.range()], &text[right.range()]);
        row.add("atom-at-start", flag(atom.start == 0));
        row.add("atom-at-end", flag(atom.end == text.len()));
        row.add("cuts", self.cuts.len() as f32);
        self.describe_place(
            &mut row,
            &text[left.range()],
            left.start == 0,
            &text[right.range()],
            right.end == text.len(),
        );
        self.candidate(Model::Seam, seam.at, left, right, atom, row)
    }
}

struct Across {
    term: bool,
    alone: u32,
    native: f32,
    english: f32,
}

/// A place inside a run of small letters.
struct Seam {
    /// Bytes of the token.
    at: usize,
    /// How unlikely the two pieces are; the least is best.
    cost: f32,
    /// 1 if the left piece is unknown, 2 if the right one is.
    unknown: u8,
    term: bool,
    /// So many characters of the word are the beginning of some word.
    depth: usize,
    longest_first: usize,
    longest_last: usize,
}

fn mark(c: Option<char>) -> u8 {
    match c {
        None | Some('\n' | '\r') => 0,
        Some(' ' | '\u{A0}' | '\t') => 1,
        Some('\'' | '’') => 2,
        Some('-' | '–' | '‑' | '—') => 3,
        Some('.' | '!' | '?' | '…') => 4,
        Some(',' | ';' | ':') => 5,
        Some('"' | '“' | '”' | '„' | '«' | '»' | ')' | ']') => 6,
        Some('(' | '[') => 7,
        Some('/' | '\\' | '_' | '@' | '#' | '=' | '<' | '>' | '$' | '&' | '`' | '~' | '*' | '+') => 8,
        Some(_) => 9,
    }
}
