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

use super::evidence::{Evidence, Shape, Trust, letters};
use super::options::Reader;
use super::{Finder, Found, Options};

/// The words beside a mark are looked at for so many bytes.
const REACH: usize = 96;
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
            for (at, len, outside, trust, evidence) in line.edges() {
                if trust != self.trust {
                    continue;
                }
                let span = Span::new(start + at, start + at + len);
                let mark = &text[span.range()];
                let after = match outside {
                    Side::Left => format!(" {mark}"),
                    Side::Right => format!("{mark} "),
                };
                found.push(Found { span, after, evidence: Some(evidence) });
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
        let Some(c) = text[at..].chars().next() else { return None };
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
    /// Returns where spaces are missing: the mark, its outside, how sure that is, and why.
    fn edges(&self) -> Vec<(usize, usize, Side, Trust, String)> {
        let mut edges = Vec::new();
        for pair in quotes(self.content) {
            for (side, mark) in [(Side::Left, pair.open), (Side::Right, pair.close)] {
                if let Some((trust, why)) = self.beside_a_quote(&pair, side) {
                    edges.push((mark.at, mark.c.len_utf8(), side, trust, why));
                }
            }
        }
        for pair in brackets(self.content) {
            for (side, mark) in [(Side::Left, pair.open), (Side::Right, pair.close)] {
                if let Some((trust, why)) = self.beside_a_bracket(&pair, side) {
                    edges.push((mark.at, mark.c.len_utf8(), side, trust, why));
                }
            }
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

    fn beside_a_quote(&self, pair: &Pair, side: Side) -> Option<(Trust, String)> {
        let inside = &self.content[pair.open.end()..pair.close.at];
        if inside.trim().is_empty() || inside.contains(['=', '{', '}', '\\', '<', '>', '_']) {
            return None;
        }
        let straight = pair.open.c == '"';
        let first = self.word_behind(pair.open.end() + inside.len() - inside.trim_start().len());
        match side {
            Side::Left => {
                let before = self.content[..pair.open.at].chars().next_back()?;
                // The partner must show that this is the outside.
                if pair.open.seen == Some(Side::Left) || (straight && pair.close.seen != Some(Side::Right)) {
                    return None;
                }
                let behind_a_mark = is_sentence_mark(before);
                let end = pair.open.at - if behind_a_mark { before.len_utf8() } else { 0 };
                let word = self.word_before(end);
                let known = self.is_word(word, first)?;
                if letters(word) < 2 {
                    return None;
                }
                let reason = || self.words.reason(word, first);
                if behind_a_mark {
                    return known.then(|| (Trust::Certain, reason()));
                }
                // `Un“sinn”`, `r"raw"`.
                let joined = self.content[pair.close.end()..].starts_with(is_word_char);
                let several = inside.contains(' ') || !joined;
                match (known, Shape::of(word)) {
                    (true, Shape::Small | Shape::Capital) if several => Some((Trust::Certain, reason())),
                    (true, Shape::Small | Shape::Capital) => Some((Trust::Likely, reason())),
                    _ => None,
                }
            }
            Side::Right => {
                let word = self.word_behind(pair.close.end());
                if word.is_empty()
                    || pair.close.seen == Some(Side::Right)
                    || (straight && pair.open.seen != Some(Side::Left))
                {
                    return None;
                }
                let last = inside.trim_end().chars().next_back()?;
                let known = self.is_word(word, first)?;
                let reason = || self.words.reason(word, first);
                let common = self.words.is_common(word);
                // Endings are put right behind a name: `”Origo”nak`, `«Зенит»а`.
                let ending = match self.words.doc.lang() {
                    Some("fi" | "et" | "hu" | "tr" | "eu" | "az" | "kk") => letters(word) < 5 || !known,
                    _ => letters(word) < 2 || (letters(word) < 4 && !common),
                };
                match (is_sentence_mark(last), Shape::of(word)) {
                    (true, Shape::Small | Shape::Capital) if known && (letters(word) >= 2 || common) => {
                        Some((Trust::Certain, reason()))
                    }
                    (true, Shape::Capital | Shape::Loud | Shape::Mixed) if letters(word) >= 2 => {
                        Some((Trust::Likely, reason()))
                    }
                    (false, Shape::Small) if known && !ending && common => Some((Trust::Certain, reason())),
                    (false, Shape::Small) if known && !ending => Some((Trust::Likely, reason())),
                    (false, Shape::Capital) if known && inside.contains(' ') => Some((Trust::Likely, reason())),
                    _ => None,
                }
            }
        }
    }

    fn beside_a_bracket(&self, pair: &Pair, side: Side) -> Option<(Trust, String)> {
        let inside = &self.content[pair.open.end()..pair.close.at];
        if inside.contains(['=', '{', '}', '\\', '<', '>', '_', '|', '(']) {
            return None;
        }
        let mut few = inside.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty()).take(FEW).peekable();
        let first = few.peek().copied()?;
        let (all, known) =
            few.fold((0, 0), |(all, known), word| (all + 1, known + usize::from(self.words.knows(word))));
        // `(x, pattern)` is a call; words of prose have but a space between them.
        let spaced = |(one, two): (&str, &str)| one.ends_with(is_word_char) && two.starts_with(is_word_char);
        let prose = inside.split(' ').zip(inside.split(' ').skip(1)).take(FEW).any(spaced)
            && !inside.starts_with(' ')
            && !inside.ends_with(' ')
            && known >= 2
            && 3 * known >= 2 * all;
        match side {
            Side::Left => {
                let before = self.content[..pair.open.at].chars().next_back()?;
                // `:(` and `;(` are faces.
                let behind_a_mark = matches!(before, '.' | ',' | '!' | '?' | '…');
                let end = pair.open.at - if behind_a_mark { before.len_utf8() } else { 0 };
                let word = self.word_before(end);
                let shape = Shape::of(word);
                let known = self.is_word(word, first)? && (!self.words.technical || self.words.is_foreign(word));
                // `Bürger(innen und Bürger)`, `run(fast)`.
                let ending = self.words.in_a_lexicon(&[word, first].concat());
                if !known || ending || letters(word) < 3 || !matches!(shape, Shape::Small | Shape::Capital) {
                    return None;
                }
                let reason = || self.words.reason(word, first);
                match prose {
                    true => Some((Trust::Certain, reason())),
                    false if known && letters(first) >= 4 && self.words.in_a_lexicon(first) => {
                        Some((Trust::Likely, reason()))
                    }
                    false => None,
                }
            }
            Side::Right => {
                let word = self.word_behind(pair.close.end());
                if word.is_empty() || !prose {
                    return None;
                }
                let known = self.is_word(word, first)?;
                let common = self.words.is_common(word);
                let reason = || self.words.reason(word, first);
                match Shape::of(word) {
                    Shape::Small if known && common && letters(word) >= 2 => Some((Trust::Certain, reason())),
                    Shape::Small | Shape::Capital if known && letters(word) >= 4 => Some((Trust::Certain, reason())),
                    _ => None,
                }
            }
        }
    }

    /// Whether a word of a cased script is known; None where the text may speak of code, or the script has no case.
    fn is_word(&self, word: &str, inside: &str) -> Option<bool> {
        if matches!(Shape::of(word), Shape::Caseless | Shape::Empty | Shape::Number)
            || Shape::of(inside) == Shape::Caseless
        {
            return None;
        }
        (!self.words.may_be_code(word, inside)).then(|| self.words.knows(word))
    }
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
