//! Sentences that stand in several lines, broken where a link or another inline element stood.
//!
//! A line that ends without a mark is followed by one that begins with a small letter, or with a closing mark; between
//! the two may stand a name on a line of its own. Verse, lists, code and headings are written so too: what is certain
//! is a line too long for any of these which ends in the middle of a phrase, and a sentence that ends.

use std::collections::HashSet;
use std::sync::Arc;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, is_word_char};

use super::evidence::{Evidence, Trust, letters};
use super::hard_wraps;
use super::options::Reader;
use super::rows::{Row, between, is_small, rows, stanzas};
use super::sentences::ends_line;
use super::{Finder, Found, Options};

/// One of the lines has so many columns, so that none is a verse or an item of a menu.
const LINE: usize = 70;
/// Rarity up to which no heading and no name ends with a word: `dem`, `of`, `and`.
const SMALL_WORD: u8 = 4;
/// A name on a line of its own has so many words and columns at most.
const NAME_WORDS: usize = 5;
const NAME: usize = 50;
/// So many lines that begin with a small letter may be items of a list.
const ITEMS: usize = 3;
/// So few columns may stand before a blank line where a sentence goes on behind it.
const BEFORE_BLANK: usize = 40;

/// The built-in finder `broken-sentences`.
pub(super) struct BrokenSentences {
    trust: Trust,
    terms: HashSet<String>,
    lexicons: Arc<Lexicons>,
}

impl BrokenSentences {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("broken-sentences", options, &["trust"]);
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        reader.finish(|| Self { trust, terms: HashSet::new(), lexicons: Arc::clone(lexicons) })
    }
}

/// How a line goes on in the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    /// With a small letter.
    Small,
    /// With a mark that belongs to the word before.
    Mark,
    /// With a name, behind which the sentence goes on.
    Name,
}

impl Finder for BrokenSentences {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let all = rows(doc);
        let verse = stanzas(&all);
        let words = Evidence::new(doc, &self.lexicons, &self.terms);
        // The rows that are not blank.
        let solid: Vec<usize> = (0..all.len()).filter(|&at| !all[at].is_blank()).collect();
        // What is wrapped at a width is the business of `hard-wraps`.
        let wrapped = hard_wraps::joins(&all).map_or_else(Vec::new, |(_, joins)| joins);
        let sentences = Sentences { rows: &all, solid: &solid, verse: &verse, wrapped: &wrapped, words: &words };
        let mut at = 0;
        while at + 1 < solid.len() {
            let breaks = sentences.breaks_from(at);
            let end = at + breaks.len();
            if !breaks.is_empty() {
                let reason = sentences.certain(at, &breaks);
                let trust = if reason.is_some() { Trust::Certain } else { Trust::Likely };
                if trust == self.trust && (reason.is_some() || sentences.likely(at, &breaks)) && !words.technical() {
                    let evidence = reason.unwrap_or_else(|| "goes on in the next line".to_owned());
                    found.extend((at..end).map(|at| sentences.join(at, evidence.clone())));
                }
            }
            at = end.max(at + 1);
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"[\p{Alphabetic}\p{N}\p{M},)\]”»“’][^\S\r\n]*(?:\r\n?|\n)\s*[\p{Lowercase},;.)]".to_owned()])
    }
}

struct Sentences<'r, 'd, 't> {
    rows: &'r [Row<'t>],
    solid: &'r [usize],
    verse: &'r [bool],
    wrapped: &'r [usize],
    words: &'r Evidence<'d, 't>,
}

impl<'t> Sentences<'_, '_, 't> {
    fn row(&self, at: usize) -> &Row<'t> {
        &self.rows[self.solid[at]]
    }

    fn is_beside(&self, at: usize) -> bool {
        self.solid[at] + 1 == self.solid[at + 1]
    }

    /// Returns how the lines from `at` on go on, each in the next.
    fn breaks_from(&self, at: usize) -> Vec<Break> {
        let mut breaks = Vec::new();
        while let Some(next) = self.break_at(at + breaks.len(), breaks.last() == Some(&Break::Name)) {
            breaks.push(next);
        }
        breaks
    }

    /// Returns how the line `at`, which may itself be a name, goes on.
    fn break_at(&self, at: usize, is_named: bool) -> Option<Break> {
        self.plain_break_at(at, is_named).or_else(|| {
            let name = self.solid.get(at + 2).is_some()
                && self.is_open(at, is_named)
                && self.is_beside(at)
                && is_small(self.row(at).last_word())
                && is_name(self.row(at + 1))
                && self.is_beside(at + 1)
                && self.plain_break_at(at + 1, true).is_some();
            name.then_some(Break::Name)
        })
    }

    fn plain_break_at(&self, at: usize, is_named: bool) -> Option<Break> {
        self.solid.get(at + 1)?;
        let next = self.row(at + 1);
        let is_mark = matches!(next.text, "." | "," | ";" | ")" | ").");
        if !self.is_open(at, is_named) || !(next.is_words() || is_mark) || self.verse[self.solid[at + 1]] {
            return None;
        }
        let mut chars = next.text.chars();
        let first = chars.next()?;
        if matches!(first, ',' | ';' | ')' | '.') {
            let row = self.row(at);
            let closes = chars.next().is_none_or(|c| c == ' ' || c == '\u{A0}') && self.is_beside(at);
            return (closes && !row.text.ends_with([',', ';', '(']) && (first != ')' || row.text.contains('(')))
                .then_some(Break::Mark);
        }
        let word = next.first_word();
        let mut rest = next.text.strip_prefix(word)?.chars();
        let small = is_small(word) && (letters(word) > 1 || self.words.is_common(word));
        // `iPhone`, `example.com`, `v2.0`, `key=value`.
        let plain = match rest.next() {
            Some('-' | '’' | '\'') => true,
            Some(',' | '.' | ';' | ':' | '!' | '?' | ')') => !rest.next().is_some_and(is_word_char),
            behind => behind.is_none_or(|c| c == ' ' || c == '\u{A0}'),
        };
        let spaced = self.is_beside(at) || (self.row(at).width >= BEFORE_BLANK && self.words.in_a_lexicon(word));
        (small && plain && spaced).then_some(Break::Small)
    }

    /// Whether the line may go on in the next. One word alone does only if it is a name inside of a sentence.
    fn is_open(&self, at: usize, is_named: bool) -> bool {
        let row = self.row(at);
        let ends = |c: char| c.is_alphabetic() || c.is_numeric() || matches!(c, ',' | ')' | ']' | '’');
        row.is_words()
            && !row.breaks
            && self.wrapped.binary_search(&self.solid[at]).is_err()
            && !self.verse[self.solid[at]]
            && row.text.ends_with(ends)
            && (is_named || row.text.contains(char::is_whitespace))
            && !row.text.rsplit(char::is_whitespace).next().is_some_and(|chunk| chunk.contains("://"))
    }

    /// Says why the lines from `at` on are certainly one sentence, if they are.
    fn certain(&self, at: usize, breaks: &[Break]) -> Option<String> {
        let end = at + breaks.len();
        let rows = || (at..=end).map(|at| self.row(at));
        let whole = rows().any(|row| row.width >= LINE)
            && (at..end).all(|at| self.is_beside(at))
            && ends_line(self.row(end).text)
            && !self.row(at).text.starts_with(char::is_lowercase)
            && !rows().any(|row| row.text.contains("://") && row.width < LINE);
        if !whole {
            return None;
        }
        // Clauses of a law, and verse in long lines, begin alike, or end alike.
        let mut firsts: Vec<&str> = rows().skip(1).map(Row::first_word).filter(|word| is_small(word)).collect();
        firsts.sort_unstable();
        let alike = firsts.windows(2).any(|pair| pair[0] == pair[1]);
        let commas = rows().filter(|row| row.text.ends_with([',', ';'])).count();
        if alike || commas > 1 {
            return None;
        }
        // A stanza goes on behind it.
        let is_verse =
            |at: usize| self.is_beside(at) && self.row(at + 1).width < LINE && self.row(at + 1).text.ends_with(',');
        if end + 1 < self.solid.len() && is_verse(end) {
            return None;
        }
        let mut reason = None;
        for (offset, kind) in breaks.iter().enumerate() {
            let row = self.row(at + offset);
            let last = row.last_word();
            let behind_name = offset > 0 && breaks[offset - 1] == Break::Name;
            let why = match kind {
                _ if self.ends_in_a_phrase(row) => format!("no line ends with {last}"),
                Break::Mark => "the next line begins with a mark".to_owned(),
                Break::Small if behind_name => continue,
                Break::Small if row.text.ends_with(',') => "a comma, and a small letter behind it".to_owned(),
                Break::Small if has_sentence_end(row.text) => "a paragraph that goes on with a small letter".to_owned(),
                Break::Small | Break::Name => return None,
            };
            reason.get_or_insert(why);
        }
        reason
    }

    /// Whether the lines from `at` on may be one sentence: it ends, or one of them cannot.
    fn likely(&self, at: usize, breaks: &[Break]) -> bool {
        let end = at + breaks.len();
        // One word to a line: a column of words, of which each round would take in one.
        if !self.row(end).text.contains(char::is_whitespace) && self.break_at(end, true).is_some() {
            return false;
        }
        if self.may_be_items(at, breaks) {
            return false;
        }
        ends_line(self.row(end).text)
            || (at..end).any(|at| self.ends_in_a_phrase(self.row(at)) || self.row(at).text.ends_with(','))
    }

    /// Whether the lines from `at` on may be items of a list: several end with a comma, two begin alike, one explains
    /// the word that it begins with, or there are many.
    fn may_be_items(&self, at: usize, breaks: &[Break]) -> bool {
        let end = at + breaks.len();
        let rows = || (at..=end).map(|at| self.row(at));
        let commas = rows().filter(|row| row.text.ends_with([',', ';'])).count();
        let mut firsts: Vec<&str> = rows().map(Row::first_word).filter(|word| !word.is_empty()).collect();
        let explains = rows()
            .skip(1)
            .any(|row| row.text.strip_prefix(row.first_word()).is_some_and(|rest| rest.starts_with(": ")));
        firsts.sort_unstable();
        let alike = firsts.windows(2).any(|pair| pair[0] == pair[1]);
        let many = breaks.len() >= ITEMS && breaks.iter().all(|kind| *kind == Break::Small);
        commas > 1 || alike || explains || many
    }

    /// Whether a line ends with a word with which no heading and no name ends: `dem`, `of`, `and`.
    fn ends_in_a_phrase(&self, row: &Row<'_>) -> bool {
        let last = row.last_word();
        row.text.ends_with(last) && is_small(last) && self.words.rarity(last).is_some_and(|rarity| rarity <= SMALL_WORD)
    }

    fn join(&self, at: usize, evidence: String) -> Found {
        let (row, next) = (self.row(at), self.row(at + 1));
        let mark = next.text.starts_with([',', ';', ')', '.']);
        let after = if mark { "" } else { between(row.text, next.text) };
        Found {
            span: Span::new(row.span.end, next.span.start),
            after: after.to_owned(),
            evidence: Some(evidence),
            score: None,
        }
    }
}

/// Whether a line is nothing but a name, as a link is.
fn is_name(row: &Row<'_>) -> bool {
    row.is_words()
        && row.width <= NAME
        && row.text.split(char::is_whitespace).count() <= NAME_WORDS
        && row.text.starts_with(char::is_uppercase)
        && row.text.ends_with(is_word_char)
}

/// Whether a sentence ends inside of `text`, and another begins.
fn has_sentence_end(text: &str) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find(['.', '!', '?']) {
        let at = from + at;
        let behind = &text[at + 1..];
        let before = text[..at].chars().rev().take_while(|c| c.is_lowercase()).count();
        if before >= 3 && behind.starts_with(' ') && behind.trim_start().starts_with(char::is_uppercase) {
            return true;
        }
        from = at + 1;
    }
    false
}

#[cfg(all(test, feature = "lexicon"))]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    const LONG: &str = "The bell of the inn was hung there by a baker a long time ago, and it is still rung by the";

    fn joined(text: &str) -> String {
        clean(&*finder("broken-sentences", &json!({})), text, Some("en"))
    }

    fn likely(text: &str) -> String {
        clean(&*finder("broken-sentences", &json!({ "trust": "likely" })), text, Some("en"))
    }

    #[test]
    fn a_line_goes_on_behind_a_small_word() {
        assert_eq!(joined(&format!("{LONG}\nboys of the town.\n")), format!("{LONG} boys of the town.\n"));
        assert_eq!(joined(&format!("{LONG}\r\nboys of the town.")), format!("{LONG} boys of the town."));
    }

    #[test]
    fn a_name_on_a_line_of_its_own_is_part_of_the_sentence() {
        let text = format!("{LONG}\nBoys of Norrholm\nand by the\nHarbour Board\non Sundays.");
        assert_eq!(joined(&text), text.replace('\n', " "));
    }

    #[test]
    fn a_mark_belongs_to_the_word_before() {
        let text = format!("{LONG} boys\n, who are paid for it\n.");
        assert_eq!(joined(&text), text.replace('\n', ""));
    }

    #[test]
    fn a_comma_and_a_paragraph_go_on_with_small_letters() {
        let text =
            "All was well. Then the bell that a baker had hung above the quay fell down,\nand so did the lantern.";
        assert_eq!(joined(text), text.replace('\n', " "));
        let text = "All was well. Then the bell that a baker had hung above the quay of the town fell\ndown, and so did the lantern.";
        assert_eq!(joined(text), text.replace('\n', " "));
    }

    #[test]
    fn what_is_no_certain_sentence_stays() {
        let kept = [
            format!("{LONG}\n\nboys of the town."),
            format!("{LONG}\niPhone owners of the town."),
            format!("{LONG}\nexample.com of the town."),
            format!("{LONG}\nboys of the town"),
            format!("- {LONG}\nboys of the town."),
            format!("> {LONG}\nboys of the town."),
            format!("    {LONG}\n    boys of the town."),
            format!("{LONG}  \nboys of the town."),
            format!("{LONG}\n- boys of the town."),
            format!("{LONG}\nboys, who run() and stop() it."),
            format!("{LONG}\nBoys of the town."),
            "The bell of the\ninn is rung by the\nboys.".to_owned(),
            "Why the bell of the inn at the quay is still rung every morning by a baker\nby Tilda Marsh".to_owned(),
            "Five things that everybody should have seen in the harbour of our old town\na bell, a lantern and a gull."
                .to_owned(),
        ];
        for text in kept {
            assert_eq!(joined(&text), text);
        }
    }

    #[test]
    fn clauses_that_begin_or_end_alike_stay() {
        let clause = "where the lantern above the quay of the town is kept by the baker and by nobody else,\n";
        let text = format!(
            "In all of the following cases the harbour board of the town has to pay for the bell,\n{clause}{clause}and nobody else."
        );
        assert_eq!(joined(&text), text);
    }

    #[test]
    fn less_certain_ones_are_likely() {
        assert_eq!(likely("The bell of the\ninn is rung."), "The bell of the inn is rung.");
        assert_eq!(likely(&format!("{LONG}\n\nboys of the town.")), format!("{LONG} boys of the town."));
        for text in [
            "A bell\nflour\nwater",
            "the old\nharbour and\nits bell,\nand I",
            "A list of bells\nby Tilda Marsh",
            "The inn has a bell of brass,\na lantern above the door,\na table by the window.",
            "Open the door of the\ntown hall: it is never locked\ndoor: What the hall is entered by.",
            "keys for the inn and the\nkeys for the ferry.",
            "It has a lantern and\na bell that is rung\na table by the window\na quay.",
        ] {
            assert_eq!(likely(text), text);
        }
    }

    #[test]
    fn breaks_cost_linear_time_in_any_text() {
        for piece in ["a b\n", "a b,\n", "the\nBoys\n", ", \n", "a b\n\n", "by the\nBoys of\nand\n"] {
            joined(&piece.repeat(30_000));
            likely(&piece.repeat(30_000));
        }
    }
}
