//! `map`: words of a list, each with what to put in its place.
//!
//! A list may be long, so it is looked for by one automaton, over the text itself or, where case or spaces make no
//! difference, over a folded copy of each stretch of it.

use std::borrow::Cow;

use aho_corasick::AhoCorasick;

use super::search::{automaton, grouped, stretches};
use super::{Finder, Found};
use crate::rules::model::{Case, Scope, Words};
use crate::text::{Document, Span, is_word_char};

/// Longer lists are no triggers: they would make the automaton of all rules too large for its fast path.
const MAX_TRIGGER: usize = 1 << 14;

/// The finder of `map` rules.
pub(crate) struct Map {
    /// Finds the entries by their index.
    automaton: AhoCorasick,
    words: Words,
    /// Endings as they are compared, longest first.
    endings: Vec<String>,
    /// Whether the text is searched as it is: its case counts, and no entry has a space.
    is_plain: bool,
}

impl Map {
    pub(crate) fn new(words: &Words) -> Self {
        let has_space = |text: &str| text.contains(|c| is_blank(c) || is_line_end(c));
        let is_plain = words.case == Case::Exact && !words.entries.iter().any(|(from, _)| has_space(from));
        let folded = |text: &str| match is_plain {
            true => text.to_owned(),
            false => Folded::new(text, words.case, true).text.into_owned(),
        };
        let keys: Vec<String> = words.entries.iter().map(|(from, _)| folded(from)).collect();
        let mut endings: Vec<String> = words.endings.iter().map(|ending| folded(ending)).collect();
        endings.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        Self { automaton: automaton(&keys), words: words.clone(), endings, is_plain }
    }

    /// Looks at one stretch of a text, which begins at `start`.
    fn search(&self, stretch: &str, start: usize, found: &mut Vec<Found>) {
        let folded = if self.is_plain {
            Folded::plain(stretch)
        } else {
            Folded::new(stretch, self.words.case, self.words.scope != Scope::Line)
        };
        let text = folded.text.as_ref();
        for hit in self.automaton.find_iter(text) {
            let Some((end, ending)) = self.end(text, hit.start(), hit.end()) else { continue };
            let span = Span::new(folded.place(hit.start()), folded.place(end));
            let ending = &stretch[folded.place(end - ending)..span.end];
            let (from, to) = &self.words.entries[hit.pattern().as_usize()];
            let before = &stretch[span.range()];
            let mut after = match self.words.case {
                Case::Exact | Case::Fold => Cow::Borrowed(to.as_str()),
                Case::Follow => follow(to, from, before),
            };
            if !self.words.drop_ending {
                after += ending;
            }
            if after != before {
                found.push(Found { span: span.shift(start), after: after.into_owned(), evidence: None, score: None });
            }
        }
    }

    /// Returns where a word that was found from `start` to `end` ends, and how much of that is an ending; none if it
    /// is part of a longer word and must not be.
    fn end(&self, text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
        if !self.words.whole_word {
            return Some((end, 0));
        }
        let behind = &text[end..];
        let ends = |rest: &str| !rest.starts_with(is_word_char);
        let fits = |ending: &&String| behind.strip_prefix(ending.as_str()).is_some_and(ends);
        let ending = self.endings.iter().find(fits).map_or(0, String::len);
        (!text[..start].ends_with(is_word_char) && ends(&behind[ending..])).then_some((end + ending, ending))
    }
}

impl Finder for Map {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        for stretch in stretches(doc, self.words.scope) {
            self.search(&doc.text()[stretch.range()], stretch.start, found);
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        let keys = || self.words.entries.iter().map(|(from, _)| from);
        if keys().map(String::len).sum::<usize>() > MAX_TRIGGER {
            return None;
        }
        let flags = if self.words.case == Case::Exact { "" } else { "i" };
        let pieces = |key: &str| {
            let pieces: Vec<_> = key.split(char::is_whitespace).map(regex_syntax::escape).collect();
            pieces.join(r"\s+")
        };
        let any: Vec<_> = keys().map(|key| pieces(&collapsed(key))).collect();
        Some(vec![grouped(flags, &any.join("|"))])
    }
}

/// Returns `key` with one space for each run of white space.
fn collapsed(key: &str) -> String {
    Folded::new(key, Case::Exact, true).text.into_owned()
}

/// A stretch of text as it is compared, and the way back.
struct Folded<'t> {
    text: Cow<'t, str>,
    /// For each byte of `text` and its end the place of its character in the stretch; empty if that is the same.
    places: Vec<usize>,
}

impl<'t> Folded<'t> {
    fn plain(stretch: &'t str) -> Self {
        Self { text: Cow::Borrowed(stretch), places: Vec::new() }
    }

    /// Folds case unless that counts, and makes one space of a run of spaces; with `breaks` also of one with a single
    /// line end in it.
    fn new(stretch: &str, case: Case, breaks: bool) -> Self {
        let mut text = String::with_capacity(stretch.len());
        let mut places = Vec::with_capacity(stretch.len() + 1);
        let mut at = 0;
        while let Some(c) = stretch[at..].chars().next() {
            let run = blank_run(&stretch[at..], breaks);
            let (folded, len) = if run > 0 { (' ', run) } else { (fold(c, case), c.len_utf8()) };
            text.push(folded);
            places.resize(text.len(), at);
            at += len;
        }
        places.push(stretch.len());
        Self { text: Cow::Owned(text), places }
    }

    /// Returns where in the stretch the character at `at` lies.
    fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or(at)
    }
}

/// Folds one character to one, so that what a search without case finds is found.
fn fold(c: char, case: Case) -> char {
    let mut lower = c.to_lowercase();
    match (case, lower.next(), lower.next()) {
        (Case::Exact, ..) => c,
        (_, Some('ς'), None) => 'σ',
        (_, Some(lower), None) => lower,
        _ => c,
    }
}

/// Returns the length of the run of spaces that `text` begins with; with `breaks` one line end may be in it.
fn blank_run(text: &str, breaks: bool) -> usize {
    let blanks = |text: &str| text.find(|c| !is_blank(c)).unwrap_or(text.len());
    let first = blanks(text);
    let end = match &text.as_bytes()[first..] {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    if !breaks || end == 0 {
        return first;
    }
    let rest = &text[first + end..];
    let second = blanks(rest);
    // A blank line is no space between two words.
    if rest[second..].starts_with(is_line_end) { first } else { first + end + second }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// Returns `to` in capitals where `found` is and `from` is not, and with a capital in front where only `found` has
/// one; otherwise as it is written, which is how a name is written.
fn follow<'w>(to: &'w str, from: &str, found: &str) -> Cow<'w, str> {
    let is_loud =
        |text: &str| !text.contains(char::is_lowercase) && text.chars().filter(|c| c.is_uppercase()).count() > 1;
    if is_loud(found) && !is_loud(from) {
        return Cow::Owned(to.to_uppercase());
    }
    let (first, rest) = to.split_at(to.chars().next().map_or(0, char::len_utf8));
    if found.starts_with(char::is_uppercase) && from.starts_with(char::is_lowercase) {
        return Cow::Owned(first.to_uppercase() + rest);
    }
    Cow::Borrowed(to)
}

#[cfg(test)]
mod tests {
    use super::super::testing::clean;
    use super::*;

    fn words(entries: &[(&str, &str)]) -> Words {
        Words {
            entries: entries.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect(),
            case: Case::Exact,
            whole_word: true,
            endings: Vec::new(),
            drop_ending: false,
            scope: Scope::Line,
        }
    }

    #[track_caller]
    fn maps(words: &Words, cases: &[(&str, &str)]) {
        for (before, after) in cases {
            assert_eq!(clean(&Map::new(words), before, None), *after, "{before:?}");
        }
    }

    #[test]
    fn case_counts_or_not_or_is_kept() {
        let list = words(&[("nova mela", "NovaMela"), ("colour", "color"), ("strasse", "way")]);
        maps(&list, &[("nova mela Nova mela", "NovaMela Nova mela"), ("Colour", "Colour")]);
        let fold = Words { case: Case::Fold, ..list.clone() };
        maps(&fold, &[("NOVA mela, Colour", "NovaMela, color"), ("STRASSE", "way")]);
        let follow = Words { case: Case::Follow, ..list };
        maps(
            &follow,
            &[
                ("nova mela, Nova Mela, NOVA MELA", "NovaMela, NovaMela, NOVAMELA"),
                ("colour, Colour, COLOUR, cOLOUR", "color, Color, COLOR, color"),
            ],
        );
        let name = Words { case: Case::Follow, ..words(&[("NASE", "Nose"), ("I", "you"), ("Ömer", "homer")]) };
        maps(&name, &[("NASE nase I i", "Nose Nose you you"), ("ÖMER ömer", "HOMER homer")]);
    }

    #[test]
    fn letters_of_any_alphabet_are_folded_one_for_one() {
        let fold = Words { case: Case::Fold, ..words(&[("ΚΆΒΟΣ", "cape"), ("straße", "street"), ("İl", "x")]) };
        maps(&fold, &[("κάβος κάβοσ", "cape cape"), ("STRAẞE", "street"), ("İL il i\u{307}l", "x il i\u{307}l")]);
    }

    #[test]
    fn a_space_is_any_run_of_spaces_and_a_line_end_where_the_scope_allows() {
        let list = words(&[("nova mela", "NovaMela")]);
        maps(&list, &[("nova  mela nova\u{A0}mela nova\t\u{202F}mela", "NovaMela NovaMela NovaMela")]);
        maps(&list, &[("nova\nmela", "nova\nmela"), ("novamela", "novamela")]);
        for scope in [Scope::Paragraph, Scope::Document] {
            let wide = Words { scope, ..list.clone() };
            maps(&wide, &[("a nova \r\n mela b", "a NovaMela b"), ("nova\rmela\nx", "NovaMela\nx")]);
            maps(&wide, &[("nova\n\nmela", "nova\n\nmela"), ("nova\n \nmela", "nova\n \nmela")]);
        }
        let typed = words(&[("10 km", "10\u{A0}km")]);
        maps(&typed, &[("10 km 10\u{A0}km 10  km", "10\u{A0}km 10\u{A0}km 10\u{A0}km")]);
    }

    #[test]
    fn an_ending_is_kept_or_dropped() {
        let endings = |case| Words {
            endings: ["s", "n", "es"].map(str::to_owned).to_vec(),
            case,
            ..words(&[("Quorv", "Quorvex"), ("Quorvas", "Other")])
        };
        let kept = endings(Case::Exact);
        maps(&kept, &[("Quorv Quorvs Quorves Quorvn", "Quorvex Quorvexs Quorvexes Quorvexn")]);
        maps(&kept, &[("Quorvsn Quorvx QuorvS Quorvs1", "Quorvsn Quorvx QuorvS Quorvs1"), ("Quorvas", "Other")]);
        let dropped = Words { drop_ending: true, ..kept };
        maps(&dropped, &[("Quorvs' Quorves.", "Quorvex' Quorvex.")]);
        maps(&endings(Case::Follow), &[("QUORVES quorvs", "QUORVEXES Quorvexs")]);
    }

    #[test]
    fn a_long_list_costs_one_pass() {
        let entries: Vec<(String, String)> = (0..20_000).map(|n| (format!("wort {n}"), format!("word {n}"))).collect();
        let list = Words { entries, case: Case::Follow, ..words(&[]) };
        let map = Map::new(&list);
        assert_eq!(map.triggers(), None, "its trigger would be longer than a text");
        assert_eq!(clean(&map, "Wort 19999 und WORT  7", None), "Word 19999 und WORD 7");
    }

    #[test]
    fn entries_may_begin_and_end_in_spaces_or_marks() {
        let list = Words { whole_word: false, ..words(&[(" ,", ","), ("« ", "«")]) };
        maps(&list, &[("a ,b  , c", "a,b, c"), ("« x", "«x"), ("a\u{A0}\u{A0},", "a,")]);
    }
}
