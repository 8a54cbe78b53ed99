//! Spaces missing behind a mark: `fine.Then`, `introduced,OpenAI`, `note:Google`.
//!
//! A sentence that begins right behind the end of another is known by its letters alone. Behind `,`, `;` and `:`
//! a word must be known to the text, and the text must otherwise put its spaces there: leaving them out is also
//! an author's habit, a formula, a time, a score or code.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, is_word_char};

use super::code::is_technical;
use super::options::Reader;
use super::{Finder, Found, Options};

/// What stands before the colon of an address.
const SCHEMES: [&str; 10] = ["http", "https", "ftp", "file", "data", "mailto", "javascript", "urn", "std", "tel"];
/// A text must put a space behind a mark so many times as often as it leaves it out.
const HABIT: usize = 4;
/// What touches a mark is looked at for so many bytes on each side.
const REACH: usize = 64;

// The last two: words of one letter (`I left`, `È vero`), and elided ones (`L’homme`).
const SENTENCE: &str =
    r"(?:\p{Ll}\p{M}*){2}([.!?…]{1,4})\p{Lu}\p{M}*(?:\p{Ll}|[ \x{A0}]\p{Ll}{2}|['’]\p{L}\p{M}*\p{Ll})";
const CLAUSE: &str = r"[\p{L}\p{N}\p{M}”“»)][ \x{A0}\x{202F}]?([,;:])\p{L}";

static ENDS: LazyLock<Regex> = LazyLock::new(|| Regex::new(SENTENCE).expect("a constant pattern"));
static PAUSES: LazyLock<Regex> = LazyLock::new(|| Regex::new(CLAUSE).expect("a constant pattern"));

/// The built-in finder `marks`.
pub(super) struct Marks {
    terms: HashSet<String>,
}

impl Marks {
    pub(super) fn new(options: &Options, _lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("marks", options, &["terms"]);
        let terms = reader.words("terms");
        reader.finish(|| Self { terms: terms.into_iter().collect() })
    }
}

impl Finder for Marks {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let technical = LazyCell::new(|| is_technical(text));
        for mark in inner_matches(&ENDS, text) {
            if ends_a_sentence(doc, mark) && !*technical {
                found.push(spaced(text, mark, None));
            }
        }
        let habits = LazyCell::new(|| Habits::of(text));
        for mark in inner_matches(&PAUSES, text) {
            if let Some(evidence) = self.pauses(doc, mark, &habits, *technical) {
                found.push(spaced(text, mark, Some(evidence)));
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![SENTENCE.to_owned(), CLAUSE.to_owned()])
    }
}

fn spaced(text: &str, mark: Span, evidence: Option<String>) -> Found {
    Found { span: mark, after: format!("{} ", &text[mark.range()]), evidence, score: None }
}

/// Returns where group 1 matches, for every match; the next match may begin in the letters behind the group.
fn inner_matches<'t>(pattern: &'static Regex, text: &'t str) -> impl Iterator<Item = Span> + 't {
    let mut locations = pattern.capture_locations();
    let mut at = 0;
    std::iter::from_fn(move || {
        pattern.captures_read_at(&mut locations, text, at)?;
        let (start, end) = locations.get(1).expect("the group takes part in every match");
        at = end;
        Some(Span::new(start, end))
    })
}

/// The words beside a mark, and the stretch without white space around it.
struct Around<'t> {
    left: &'t str,
    right: &'t str,
    /// At most [`REACH`] bytes before the left word and behind the right one.
    before: &'t str,
    after: &'t str,
    /// White space stands before the mark.
    gap: bool,
}

impl<'t> Around<'t> {
    fn new(text: &'t str, mark: Span) -> Self {
        let start = text[..mark.start].trim_end_matches([' ', '\u{A0}', '\u{202F}']).len();
        let head = &text[text.floor_char_boundary(start.saturating_sub(REACH))..start];
        let tail = &text[mark.end..text.floor_char_boundary(mark.end + REACH)];
        let head = head.rfind(char::is_whitespace).map_or(head, |at| &head[at..]).trim_start();
        let tail = tail.find(char::is_whitespace).map_or(tail, |at| &tail[..at]);
        let (before, left) = head.split_at(head.trim_end_matches(is_word_char).len());
        let right = &tail[..tail.find(|c| !is_word_char(c)).unwrap_or(tail.len())];
        Self { left, right, before, after: &tail[right.len()..], gap: start < mark.start }
    }

    /// Whether what touches the two words makes them part of code, an address, a path or a tag.
    fn in_code(&self) -> bool {
        const CODE: &[char] =
            &['_', '\\', '/', '@', '#', '=', '<', '>', '{', '}', '[', ']', '$', '&', '`', '|', '~', '^', '+'];
        let mut after = self.after.chars();
        let goes_on = matches!(after.next(), Some('.' | ':')) && after.next().is_some_and(char::is_alphanumeric);
        goes_on
            || self.before.contains(CODE)
            || self.after.contains(CODE)
            || self.before.ends_with('.')
            || self.after.starts_with('(')
    }
}

/// Whether the mark ends one sentence and the next begins right behind it.
fn ends_a_sentence(doc: &Document<'_>, mark: Span) -> bool {
    let text = doc.text();
    let around = Around::new(text, mark);
    let (left, right) = (around.left, around.right);
    let small = |word: &str| word.chars().all(|c| !c.is_uppercase() && !c.is_numeric());
    let rest = |word: &str| word.chars().next().map_or(0, char::len_utf8);
    if around.in_code() || !small(&left[rest(left)..]) || !small(&right[rest(right)..]) {
        return false;
    }
    // `fig.A shows`, `plan.B was`: a letter that counts, or behind an abbreviation.
    if right.chars().count() == 1
        && !around.after.starts_with(['\'', '’'])
        && (left.chars().count() < 4 || !["I", "A", "È", "À", "Y", "Я"].contains(&right))
    {
        return false;
    }
    let marks = &text[mark.range()];
    if !marks.contains('.') {
        // `Yahoo!Finance` stays also where the text says `Finance` alone.
        return !marks.contains('!')
            || left.starts_with(char::is_lowercase)
            || ends_in_a_german_noun(doc, &around, mark);
    }
    // `anna.Berg [at] post.example`: an address that hides from machines.
    let behind = text[mark.end + right.len()..].trim_start_matches(' ').trim_start_matches(['[', '(', '{', '<']);
    if ["at]", "at)", "at}", "at>", "AT]", "AT)", "ät]", "ät)"].iter().any(|at| behind.trim_start().starts_with(at)) {
        return false;
    }
    // `asp.Net`, `node.Js`, `example.Com`.
    if ["Net", "Js", "Com", "Org", "Io", "Ai", "Py", "Ts", "Exe", "Dll", "Txt", "Pdf", "Doc"].contains(&right) {
        return false;
    }
    // `System.Out` is a name; a sentence that ends in a capitalized word has others around it.
    left.starts_with(char::is_lowercase)
        || (left.chars().count() >= 4
            && (elsewhere(doc, right) > 0 && elsewhere(doc, left) > 0 || ends_in_a_german_noun(doc, &around, mark)))
}

/// Whether the word before the mark has its capital as every German noun: in a sentence, behind a small word.
fn ends_in_a_german_noun(doc: &Document<'_>, around: &Around<'_>, mark: Span) -> bool {
    if !around.before.is_empty() || !around.after.is_empty() {
        return false;
    }
    let before = doc.text()[..mark.start - around.left.len()].trim_end_matches(' ');
    let small = before
        .rsplit([' ', '\n', '\r'])
        .next()
        .is_some_and(|word| word.chars().count() >= 2 && word.chars().all(char::is_lowercase));
    small && doc.lang() == Some("de")
}

/// Returns how often `word`, which stands beside a mark, stands alone in the rest of the text.
fn elsewhere(doc: &Document<'_>, word: &str) -> u32 {
    doc.words().count(word).saturating_sub(1)
}

impl Marks {
    /// Returns why a space is missing behind a comma, semicolon or colon, if it is.
    fn pauses(&self, doc: &Document<'_>, mark: Span, habits: &Habits, technical: bool) -> Option<String> {
        let text = doc.text();
        let around = Around::new(text, mark);
        let (left, right) = (around.left, around.right);
        let mark = text[mark.range()].chars().next()?;
        let listed = self.terms.contains(right);
        let habit = if listed { habits.may_space(mark) } else { habits.spaced(mark) };
        if around.in_code() || !habit || right.chars().count() < 2 || (technical && !listed) {
            return None;
        }
        // French puts a space before `:` and `;`; elsewhere what follows such a gap may be a smiley or a list.
        if around.gap && !(listed && matches!(mark, ':' | ';')) {
            return None;
        }
        // `N,N-dimethyl`, `ό,τι`; and one of several in a row is a list written so.
        if (left.chars().count() == 1 && left.chars().all(char::is_alphabetic))
            || around.before.contains([',', ';', ':'])
            || around.after.trim_end_matches([',', ';', ':']).contains([',', ';', ':'])
        {
            return None;
        }
        // `TL;DR`.
        let loud = |word: &str| word.chars().count() <= 3 && word.chars().all(char::is_uppercase);
        if mark == ';' && loud(left) && loud(right) {
            return None;
        }
        let alone = elsewhere(doc, right);
        let capital = right.starts_with(char::is_uppercase);
        let known = match mark {
            // `http:`, `std:Foo`: what names a scheme or a namespace is seldom a word of the text.
            ':' => {
                let word =
                    left.chars().count() >= 3 && left.chars().all(char::is_lowercase) && !SCHEMES.contains(&left);
                word && (listed || (capital && alone > 0 && elsewhere(doc, left) > 0))
            }
            _ if left.chars().all(char::is_numeric) => listed || (capital && alone > 0),
            _ => listed || alone > 0,
        };
        known.then(|| match (listed, alone) {
            (true, _) => format!("{right}: listed name"),
            (false, 1) => format!("{right}: stands alone once"),
            (false, _) => format!("{right}: stands alone {alone} times"),
        })
    }
}

/// How often a text puts white space behind each mark, and how often a letter.
#[derive(Default)]
struct Habits {
    /// For `,`, `;` and `:`: with space, without.
    counts: [(usize, usize); 3],
}

impl Habits {
    fn of(text: &str) -> Self {
        let mut habits = Self::default();
        for at in memchr::memchr3_iter(b',', b';', b':', text.as_bytes()) {
            let counts = &mut habits.counts[index(char::from(text.as_bytes()[at]))];
            match text[at + 1..].chars().next() {
                Some(c) if c.is_alphabetic() => counts.1 += 1,
                Some(c) if !c.is_whitespace() => {}
                _ => counts.0 += 1,
            }
        }
        habits
    }

    fn spaced(&self, mark: char) -> bool {
        let (spaced, glued) = self.counts[index(mark)];
        spaced >= HABIT * glued
    }

    /// Whether the text does not plainly leave the space out.
    fn may_space(&self, mark: char) -> bool {
        let (spaced, glued) = self.counts[index(mark)];
        glued <= 1 || spaced >= glued
    }
}

fn index(mark: char) -> usize {
    match mark {
        ',' => 0,
        ';' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    fn cleaned(text: &str) -> String {
        clean(&*finder("marks", &json!({ "terms": ["Acme", "QBit"] })), text, None)
    }

    macro_rules! spaces {
        ($($name:ident: $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($before), $after); })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($text), $text); })*
        };
    }

    spaces! {
        a_sentence_behind_another: "All was fine.Then it rained." => "All was fine. Then it rained.";
        questions_and_shouts: "Really?Yes, truly!And so on…Fine" => "Really? Yes, truly! And so on… Fine";
        several_marks: "so it went...Until noon?!Then" => "so it went... Until noon?! Then";
        a_capital_word_that_the_text_knows: "In Berlin.There we met. From Berlin. There!" => "In Berlin. There we met. From Berlin. There!";
        words_of_one_letter: "so it began.I left, and it was done.A man came" => "so it began. I left, and it was done. A man came";
        elided_words: "c’est fini.L’homme part, è finita.L'uomo va" => "c’est fini. L’homme part, è finita. L'uomo va";
        accents: "così è andata.Égalité für alle.Übrigens" => "così è andata. Égalité für alle. Übrigens";
        a_comma_before_a_name: "it made,Acme said, a, b, c, d" => "it made, Acme said, a, b, c, d";
        a_comma_behind_a_year: "in 2022,Acme, and so, on, and, on" => "in 2022, Acme, and so, on, and, on";
        a_comma_before_a_word_of_the_text: "a tree,house or shed, and a house, with, so, on" => "a tree, house or shed, and a house, with, so, on";
        a_colon_before_a_name: "she said so before:QBit-4 won. Never before: one: two: three: so." => "she said so before: QBit-4 won. Never before: one: two: three: so.";
    }

    keeps! {
        letters_that_count: "see plan.B for more and part.C of it, vol.I of it and fig.A there";
        hosts_and_files: "asp.Net, node.Js, example.Com, notes.Txt";
        names_with_a_dot: "System.Out, Node.Js, Foo.Bar";
        addresses: "first.Last@example.org, http://example.org/a.Bcd, a_b.Cde";
        chains: "one.two.Three, one.Two.three, one.Two(x)";
        capitals_and_digits: "fine.THEN, fine.T, GPT.Then, f2.Then, x.Then";
        a_name_with_a_shout: "at Yahoo!Mail, and Mail is good";
        a_hidden_address: "write to Marta.Feld [at] post.example or anna.Berg (at) post.example; Feld, Marta, Berg";
        a_word_that_stands_nowhere_else: "a tree,house or shed, and, with, so, on, and so";
        an_author_who_leaves_spaces_out: "Filme,Musik und Acme,Filme, Musik";
        formulas: "N,N-dimethyl, 1,2-dichlor, ό,τι, and τι, dimethyl, dichlor";
        a_list_without_spaces: "alpha,beta,gamma or, beta, or, gamma, and, alpha";
        times_scores_and_schemes: "10:30, 2:1, a:b, http:Acme, C:Users, Bayern:Acme: so: it: is: now:";
        a_namespace: "std:Acme: one: two: three: four:";
        a_shorthand: "TL;DR: DR; a; b; c; d";
        code: "Call run() and stop() on context.Context or fine.Then";
    }

    #[test]
    fn marks_cost_linear_time_in_any_text() {
        for piece in ["aa.Bb", "aa,aa", "aa:Aa", "…", "é.É", "aa...."] {
            cleaned(&piece.repeat(20_000));
        }
    }
}
