//! Spaces missing outside of quotes and brackets: `said“Yes”and`, `word,“quote`, `.”Then`, `word(an aside)word`.
//!
//! Which side of a mark is its outside is told by its partner: marks are paired line by line, and a line in which
//! the pairs and the spaces contradict each other is left alone. Single quotes cannot be told from apostrophes, and
//! square brackets hold notes and indices: neither is touched.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, is_word_char};

use super::evidence::{COMMON, Evidence, Shape, Trust, letters};
use super::options::Reader;
use super::{Finder, Found, Options};

/// The words beside a mark are looked at for so many bytes.
const REACH: usize = 96;
/// Rarity up to which a word is believed to be one behind a quotation: `said`, `rispose`, not an ending.
const RARE: u8 = 9;
/// So many words of what stands between two marks are looked at.
const FEW: usize = 8;

/// The built-in finder `edges`.
pub(super) struct Edges {
    terms: HashSet<String>,
    trust: Trust,
    lexicons: Arc<Lexicons>,
}

impl Edges {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("edges", options, &["terms", "trust"]);
        let terms = reader.words("terms").into_iter().collect();
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        reader.finish(|| Self { terms, trust, lexicons: Arc::clone(lexicons) })
    }
}

impl Finder for Edges {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let words = LazyCell::new(|| Evidence::new(doc, &self.lexicons, &self.terms));
        let mut done = 0;
        while let Some(at) = next_tight(text, done) {
            let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
            let end = text[at..].find(['\n', '\r']).map_or(text.len(), |len| at + len);
            done = end;
            let line = Line { content: &text[start..end], words: &words };
            for (mark, outside, (trust, evidence)) in line.edges() {
                if trust == self.trust {
                    let span = Span::new(mark.at, mark.end()).shift(start);
                    let after = match outside {
                        Side::Left => format!(" {}", mark.c),
                        Side::Right => format!("{} ", mark.c),
                    };
                    found.push(Found { span, after, evidence: Some(evidence), score: None });
                }
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r#"[\p{L}\p{M}\p{N}.,:;!?…]["“”„‟«»(]"#.to_owned(), r#"["“”‟«»)]\p{L}"#.to_owned()])
    }
}

/// First bytes of quotes and round brackets.
const FIRST: [bool; 256] = {
    let mut first = [false; 256];
    let bytes = b"\"()\xE2\xC2";
    let mut index = 0;
    while index < bytes.len() {
        first[bytes[index] as usize] = true;
        index += 1;
    }
    first
};

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»')
}

/// Returns the next quote or bracket from `from` on that has a letter or a mark on one side and no space on the other.
fn next_tight(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes[at..].iter().position(|&b| FIRST[usize::from(b)])?;
        let c = text[at..].chars().next()?;
        if is_quote(c) || matches!(c, '(' | ')') {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            let after = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
            let inner = |c: char| c.is_alphanumeric() || is_sentence_mark(c);
            let opens = c != ')' && inner(before) && !after.is_whitespace() && !is_sentence_mark(after);
            let closes = c != '(' && after.is_alphabetic() && !before.is_whitespace();
            if opens || closes {
                return Some(at);
            }
        }
        at += c.len_utf8();
    }
}

fn is_sentence_mark(c: char) -> bool {
    matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | '…')
}

/// How sure it is that a space is missing, and why.
type Finding = (Trust, String);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Left,
    Right,
}

/// A mark of a line, as its neighbours show it.
#[derive(Clone, Copy, Debug)]
struct Mark {
    c: char,
    /// Bytes into the line.
    at: usize,
    /// What the spaces and marks beside it say: it opens, it closes, or either.
    seen: Option<Side>,
}

impl Mark {
    fn end(&self) -> usize {
        self.at + self.c.len_utf8()
    }
}

/// Two marks and what stands between them.
#[derive(Clone, Copy, Debug)]
struct Pair {
    open: Mark,
    close: Mark,
}

struct Line<'d, 't, F: FnOnce() -> Evidence<'d, 't>> {
    content: &'t str,
    words: &'d LazyCell<Evidence<'d, 't>, F>,
}

impl<'d, 't, F: FnOnce() -> Evidence<'d, 't>> Line<'d, 't, F> {
    /// Returns where spaces are missing: the mark, its outside, and what was found.
    fn edges(&self) -> Vec<(Mark, Side, Finding)> {
        let mut edges = Vec::new();
        let mut add = |mark: Mark, side: Side, finding: Option<Finding>| {
            edges.extend(finding.map(|finding| (mark, side, finding)));
        };
        // A space missing in front of a bracket alone is as often an author's habit (`word(aside)`) as a lost one.
        let both = |pair: &Pair, finding: Option<Finding>| {
            let lone = self.content[..pair.open.at].ends_with(char::is_alphanumeric)
                && !self.content[pair.close.end()..].starts_with(char::is_alphanumeric);
            finding.map(|(trust, evidence)| (if lone { Trust::Likely } else { trust }, evidence))
        };
        for pair in quotes(self.content) {
            add(pair.open, Side::Left, self.before_a_quote(&pair));
            add(pair.close, Side::Right, self.behind_a_quote(&pair));
        }
        for pair in brackets(self.content) {
            add(pair.open, Side::Left, both(&pair, self.before_a_bracket(&pair)));
            add(pair.close, Side::Right, self.behind_a_bracket(&pair));
        }
        edges
    }

    /// Returns the word that ends at `at` and begins as words of prose do; else nothing.
    fn word_before(&self, at: usize) -> &'t str {
        let head = &self.content[self.content.floor_char_boundary(at.saturating_sub(REACH))..at];
        let (front, word) = head.split_at(head.trim_end_matches(is_word_char).len());
        let begins =
            |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '-' | '–' | '—' | '\'' | '’' | '‘') || is_quote(c);
        if front.is_empty() || front.ends_with(begins) { word } else { "" }
    }

    /// Returns the word that begins at `at`.
    fn word_behind(&self, at: usize) -> &'t str {
        let tail = &self.content[at..self.content.floor_char_boundary(at + REACH)];
        &tail[..tail.find(|c| !is_word_char(c)).unwrap_or(tail.len())]
    }

    /// Whether a space is missing before the opening quote of a pair.
    fn before_a_quote(&self, pair: &Pair) -> Option<Finding> {
        let inside = self.quoted(pair)?;
        let before = self.content[..pair.open.at].chars().next_back()?;
        // Of a straight pair the other mark must show that this is the outside.
        if pair.open.seen == Some(Side::Left) || (pair.open.c == '"' && pair.close.seen != Some(Side::Right)) {
            return None;
        }
        let behind_a_mark = is_sentence_mark(before);
        let word = self.word_before(pair.open.at - if behind_a_mark { before.len_utf8() } else { 0 });
        let first = words_of(inside).next().unwrap_or_default();
        if letters(word) < 2 || !is_cased(word, first) || self.words.may_be_code(word, first) {
            return None;
        }
        let known = self.words.knows(word);
        // `Un“sinn”`, `r"raw"`.
        let apart = inside.contains(' ') || !self.content[pair.close.end()..].starts_with(is_word_char);
        let trust = match Shape::of(word) {
            _ if behind_a_mark && (known || before == ',') => Trust::Certain,
            Shape::Small | Shape::Capital if known && !behind_a_mark => {
                if apart {
                    Trust::Certain
                } else {
                    Trust::Likely
                }
            }
            _ => return None,
        };
        Some((trust, self.words.reason(word, first)))
    }

    /// Whether a space is missing behind the closing quote of a pair.
    fn behind_a_quote(&self, pair: &Pair) -> Option<Finding> {
        let word = self.word_behind(pair.close.end());
        if word.is_empty() || pair.close.seen == Some(Side::Right) {
            return None;
        }
        let inside = self.quoted(pair)?;
        let first = words_of(inside).next().unwrap_or_default();
        if (pair.open.c == '"' && pair.open.seen != Some(Side::Left))
            || !is_cased(word, first)
            || self.words.may_be_code(word, first)
        {
            return None;
        }
        let known = self.words.knows(word);
        let rarity = self.words.rarity(word);
        let common = rarity.is_some_and(|rarity| rarity <= COMMON);
        let length = letters(word);
        let (ended, several) = (inside.trim_end().ends_with(is_sentence_mark), inside.trim().contains(' '));
        let trust = match Shape::of(word) {
            Shape::Small | Shape::Capital if ended && known && (length >= 2 || common) => Trust::Certain,
            Shape::Capital | Shape::Loud | Shape::Mixed if ended && length >= 2 => Trust::Likely,
            // `„Un“sinn`.
            Shape::Small if self.words.in_a_lexicon(&[inside, word].concat()) => return None,
            Shape::Small if known && !ended && !self.may_be_an_ending(word, common) => {
                let said = self.begins_speech(pair.open.at) && rarity.is_some_and(|rarity| rarity <= RARE);
                // `„Bild“leser`.
                let alone = !self.joins_words() && length >= 4 && (several || letters(inside) >= 4);
                if common || said || alone || (several && length >= 4) { Trust::Certain } else { Trust::Likely }
            }
            Shape::Capital if known && several && !ended => Trust::Likely,
            _ => return None,
        };
        Some((trust, self.words.reason(word, first)))
    }

    /// Returns what stands between two quotes, unless it is code.
    fn quoted(&self, pair: &Pair) -> Option<&'t str> {
        let inside = &self.content[pair.open.end()..pair.close.at];
        let code = inside.contains(['=', '{', '}', '\\', '<', '>', '_']);
        (!code && !inside.trim().is_empty()).then_some(inside)
    }

    /// Whether a word may be an ending put right behind a name: `”Origo”nak`, `«Зенит»а`.
    fn may_be_an_ending(&self, word: &str, common: bool) -> bool {
        match self.words.doc.lang() {
            Some("fi" | "et" | "hu" | "tr" | "eu" | "az" | "kk") => letters(word) < if common { 4 } else { 5 },
            _ => letters(word) < 2 || (letters(word) < 4 && !common),
        }
    }

    /// Whether the language joins words to longer ones; where it is not known, it may.
    fn joins_words(&self) -> bool {
        !matches!(
            self.words.doc.lang(),
            Some("en" | "fr" | "it" | "es" | "pt" | "ca" | "ro" | "pl" | "cs" | "ru" | "uk" | "el" | "id" | "la")
        )
    }

    /// Whether a quote at `at` begins what somebody says: at the start of a line or behind a mark.
    fn begins_speech(&self, at: usize) -> bool {
        let before = self.content[..at].trim_end();
        before.is_empty() || before.ends_with(is_sentence_mark) || before.ends_with(['—', '–', '-'])
    }

    /// Whether a space is missing before the opening bracket of a pair.
    fn before_a_bracket(&self, pair: &Pair) -> Option<Finding> {
        let before = self.content[..pair.open.at].chars().next_back()?;
        // `:(` and `;(` are faces.
        let behind_a_mark = matches!(before, '.' | ',' | '!' | '?' | '…');
        let word = self.word_before(pair.open.at - if behind_a_mark { before.len_utf8() } else { 0 });
        if letters(word) < 3 || !matches!(Shape::of(word), Shape::Small | Shape::Capital) {
            return None;
        }
        let (aside, first) = self.aside(pair)?;
        if !is_cased(word, first)
            || !self.words.in_a_lexicon(word)
            || (self.words.technical() && !self.words.is_foreign(word))
            // `Bürger(innen und Bürger)`, `help(ful)`.
            || (!behind_a_mark && self.words.in_a_lexicon(&[word, first].concat()))
        {
            return None;
        }
        let joined = self.content[pair.close.end()..].starts_with(|c: char| is_word_char(c) || c == '-');
        let trust = match aside {
            Aside::Prose => Trust::Certain,
            // `Kupfer(II)-oxid`, `Poly(ADP)ribose`.
            Aside::Sign if letters(word) >= 4 && !joined && !behind_a_mark => Trust::Certain,
            // `Lehrer(innen)`, `Some(value)`.
            Aside::Word if !joined && !behind_a_mark && Shape::of(first) == Shape::Capital => Trust::Likely,
            _ => return None,
        };
        Some((trust, self.words.reason(word, first)))
    }

    /// Whether a space is missing behind the closing bracket of a pair.
    fn behind_a_bracket(&self, pair: &Pair) -> Option<Finding> {
        let word = self.word_behind(pair.close.end());
        if word.is_empty() {
            return None;
        }
        let (aside, first) = self.aside(pair)?;
        let apart = self.content[..pair.open.at].ends_with(char::is_whitespace);
        if !is_cased(word, first) || self.words.may_be_code(word, first) || !self.words.knows(word) {
            return None;
        }
        let rarity = self.words.rarity(word);
        let common = rarity.is_some_and(|rarity| rarity <= COMMON);
        let length = letters(word);
        let ending = self.may_be_an_ending(word, common);
        let next = &self.content[pair.close.end() + word.len()..];
        let one = length == 1 && rarity.is_some_and(|rarity| rarity <= 2) && next.starts_with(' ');
        let trust = match (aside, Shape::of(word)) {
            (Aside::Prose, Shape::Small) if one => Trust::Certain,
            (Aside::Prose, Shape::Small | Shape::Capital) if length >= 4 || (common && length >= 2) => Trust::Certain,
            (Aside::Sign, Shape::Small)
                if apart && !ending && (common || rarity.is_some_and(|rarity| rarity <= RARE)) =>
            {
                Trust::Certain
            }
            (Aside::Word, Shape::Small) if apart && !ending && common => Trust::Likely,
            _ => return None,
        };
        Some((trust, self.words.reason(word, first)))
    }

    /// Returns what stands between two brackets, and its first word; None if it is code or says nothing.
    fn aside(&self, pair: &Pair) -> Option<(Aside, &'t str)> {
        let inside = &self.content[pair.open.end()..pair.close.at];
        if inside.contains(['=', '{', '}', '\\', '<', '>', '_', '|', '(']) || inside.trim() != inside {
            return None;
        }
        let first = words_of(inside).next()?;
        if first.len() == inside.len() {
            let year = first.len() == 4 && first.bytes().all(|b| b.is_ascii_digit()) && first.starts_with(['1', '2']);
            let roman = first.bytes().all(|b| b"IVXLCDM".contains(&b));
            return match Shape::of(first) {
                Shape::Number if year => Some((Aside::Sign, first)),
                Shape::Loud if !roman && letters(first) <= 8 => Some((Aside::Sign, first)),
                Shape::Small | Shape::Capital if letters(first) >= 4 && self.words.in_a_lexicon(first) => {
                    Some((Aside::Word, first))
                }
                _ => None,
            };
        }
        let (mut all, mut words, mut known) = (0, 0, 0);
        for word in words_of(inside).take(FEW) {
            let is_word = self.words.knows(word);
            all += 1;
            words += usize::from(is_word && letters(word) >= 3);
            known += usize::from(is_word || Shape::of(word) == Shape::Number);
        }
        // `(x, pattern)` is a call; words of prose have but a space between them, or the stop of an ordinal.
        let ordinal = |word: &str| word.strip_suffix('.').is_some_and(|day| Shape::of(day) == Shape::Number);
        let spaced =
            |(one, two): (&str, &str)| (one.ends_with(is_word_char) || ordinal(one)) && two.starts_with(is_word_char);
        let prose = inside.split(' ').zip(inside.split(' ').skip(1)).take(FEW).any(spaced);
        (prose && words >= 1 && known >= 2 && 3 * known >= 2 * all).then_some((Aside::Prose, first))
    }
}

/// What stands between two brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Aside {
    /// Several words of a sentence.
    Prose,
    /// A year, or letters that stand for a name.
    Sign,
    /// One word.
    Word,
}

/// Returns the words of a text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty())
}

/// Whether a word is written in a script with capitals, and `inside` in no other.
fn is_cased(word: &str, inside: &str) -> bool {
    !matches!(Shape::of(word), Shape::Caseless | Shape::Empty | Shape::Number) && Shape::of(inside) != Shape::Caseless
}

/// Returns the pairs of round brackets of a line.
fn brackets(line: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut open = Vec::new();
    for at in memchr::memchr2_iter(b'(', b')', line.as_bytes()) {
        if line.as_bytes()[at] == b'(' {
            open.push(Mark { c: '(', at, seen: None });
        } else if let Some(opener) = open.pop() {
            pairs.push(Pair { open: opener, close: Mark { c: ')', at, seen: None } });
        }
    }
    pairs
}

/// Returns the pairs of quotes of a line; none where the marks contradict each other or what stands beside them.
fn quotes(line: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut open: Vec<Mark> = Vec::new();
    for at in memchr::memchr3_iter(b'"', 0xE2, 0xC2, line.as_bytes()) {
        let Some(c) = line[at..].chars().next().filter(|&c| is_quote(c)) else { continue };
        let before = line[..at].chars().next_back();
        let after = line[at + c.len_utf8()..].chars().next();
        let mark = Mark { c, at, seen: seen(before, after) };
        // A dash that was decoded wrongly.
        if c == '”' && line[..at].ends_with("â€") {
            return Vec::new();
        }
        // An inch, an assignment, an empty pair, Hebrew.
        if c == '"' && (before.is_some_and(|c| c.is_ascii_digit() || c == '=' || c == '\\') || after == Some('"')) {
            let closes_a_quote = open.last().is_some_and(|open| open.c == '"') && mark.seen == Some(Side::Right);
            if !(closes_a_quote && before.is_some_and(|c| c.is_ascii_digit())) {
                return Vec::new();
            }
        }
        let partner = open.last().map(|open| open.c);
        let closes = match (partner, c) {
            (Some('"'), '"') | (Some('„' | '“' | '”' | '‟'), '”') | (Some('„' | '‟'), '“') => true,
            (Some('«'), '»') | (Some('»'), '«' | '»') => true,
            (_, '”') => mark.seen == Some(Side::Right),
            _ => false,
        };
        // French puts spaces inside.
        let loose =
            matches!(c, '«' | '»') && before.is_none_or(char::is_whitespace) && after.is_none_or(char::is_whitespace);
        let contradicted = mark.seen.is_some_and(|seen| (seen == Side::Right) != closes) && !loose;
        if contradicted || open.len() > 3 {
            return Vec::new();
        }
        if !closes {
            open.push(mark);
        } else if let Some(opener) = open.pop() {
            pairs.push(Pair { open: opener, close: mark });
        }
    }
    // One straight mark too many says that one of them was read the wrong way.
    if open.iter().any(|mark| mark.c == '"') {
        pairs.retain(|pair| pair.open.c != '"');
    }
    pairs
}

/// Returns what the characters beside a quote say: that it opens (left), closes (right), or nothing.
fn seen(before: Option<char>, after: Option<char>) -> Option<Side> {
    let is_gap = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let opening =
        |c: char| matches!(c, '(' | '[' | '—' | '–' | '-' | '/' | '¿' | '¡' | '\'' | '’' | '‘' | '‚') || is_quote(c);
    let closing = |c: char| {
        is_sentence_mark(c) || matches!(c, ')' | ']' | '—' | '–' | '-' | '/' | '\'' | '’' | '*') || is_quote(c)
    };
    let left = is_gap(before) || before.is_some_and(opening);
    let right = is_gap(after) || after.is_some_and(closing);
    match (left, right) {
        (true, false) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        _ => None,
    }
}

#[cfg(all(test, feature = "lexicon"))]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    fn cleaned(text: &str, lang: &str, trust: &str) -> String {
        clean(&*finder("edges", &json!({ "trust": trust })), text, Some(lang))
    }

    /// What both rules make of a text.
    fn mended(text: &str, lang: &str) -> String {
        cleaned(&cleaned(text, lang, "certain"), lang, "likely")
    }

    macro_rules! spaces {
        ($($name:ident: $lang:literal $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(mended($before, $lang), $after); })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $lang:literal $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($text, $lang, "certain"), $text); })*
        };
    }

    spaces! {
        both_sides_of_curly_quotes: "en" "He said“Yes”and left." => "He said “Yes” and left.";
        low_and_high_quotes: "de" "Er sagte„Ja“und ging." => "Er sagte „Ja“ und ging.";
        guillemets: "fr" "Il a dit«oui»et il part." => "Il a dit «oui» et il part.";
        guillemets_that_point_inwards: "de" "»Ja!«sagte er." => "»Ja!« sagte er.";
        quotes_of_one_shape: "sv" "Han sa”ja” och gick." => "Han sa ”ja” och gick.";
        straight_quotes_with_one_clear_side: "en" "He said\"no way\" and left." => "He said \"no way\" and left.";
        behind_the_end_of_a_quotation: "en" "“It is over.”Then he left." => "“It is over.” Then he left.";
        behind_a_comma_inside: "en" "“It is over,”she said." => "“It is over,” she said.";
        what_somebody_says: "it" "«Sì»rispose la nonna." => "«Sì» rispose la nonna.";
        behind_a_mark_before_a_quotation: "en" "He wrote:“quote,”and,“again” too." => "He wrote: “quote,” and, “again” too.";
        quotes_within_quotes: "en" "“She said«no»and left,” he wrote." => "“She said «no» and left,” he wrote.";
        an_aside: "en" "The house(as seen below)was old." => "The house (as seen below) was old.";
        an_aside_behind_a_sentence: "en" "It was old.(See the next page.) So it fell." => "It was old. (See the next page.) So it fell.";
        a_sign_and_a_year: "en" "The agency(NASA) in Italy(1821) began." => "The agency (NASA) in Italy (1821) began.";
        other_scripts: "ru" "Он сказал«да» и ушёл." => "Он сказал «да» и ушёл.";
    }

    keeps! {
        quotes_that_stand_well: "en" "He (or she) said “yes” — “no”; (“maybe”), \"so\".";
        elisions_and_hyphens: "it" "l“amore”, l’«amico», pre-“guerra”, e/“o”";
        endings_of_names: "fi" "Hän luki ”Titanic”in ja ”Nalle”n.";
        endings_of_names_elsewhere: "ru" "Матч «Зенит»а и «Спартак»ом.";
        halves_of_words: "de" "Das ist „Un“sinn und (un)klar, Bürger(innen und Bürger).";
        inches_and_feet: "en" "a 27\"screen, a 5'10\"man and a \"good\"";
        marks_that_contradict_each_other: "en" "A word“ and he said“Yes”and left.";
        a_straight_mark_too_many: "en" "He said\"no\" and \"left.";
        code: "en" "print(\"x\")and f(x y)z, r\"raw\", x=\"a\"b, run(fast, loud)";
        lists_and_faces: "en" "a)first and b)second, so:(not now) and;(not here)";
        signs_that_belong_to_a_word: "en" "Copper(II)-oxide, iron(III) and poly(ADP)ribose";
        hebrew_and_hangul: "he" "ב\"הארץ\"ו צה\"ל 서울(Seoul)은";
        japanese: "ja" "彼は“はい”と言った（本当）。";
        dashes_that_were_decoded_wrongly: "en" "the team\u{e2}€”to be fair”and";
        a_space_inside_of_a_bracket: "en" "the word( as it is )then";
    }

    #[test]
    fn what_is_only_likely_is_found_when_asked_for() {
        assert_eq!(cleaned("They saw the river(Danube) there.", "en", "certain"), "They saw the river(Danube) there.");
        assert_eq!(cleaned("They saw the river(Danube) there.", "en", "likely"), "They saw the river (Danube) there.");
        assert_eq!(cleaned("Alle Lehrer(innen) kamen.", "de", "likely"), "Alle Lehrer(innen) kamen.");
    }

    #[test]
    fn edges_cost_linear_time_in_any_text() {
        for piece in ["(a", "a)b", "a“b", "”c ", "said“Yes”and ", "word(two words)word ", "\"a\"b", "«»x", "a(b c"]
        {
            cleaned(&piece.repeat(20_000), "en", "certain");
        }
    }
}
