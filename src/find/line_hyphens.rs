//! Hyphens at line ends: `finan-⏎ziellen` is one word, `EU-⏎Staaten` keeps its hyphen, `Ein- und⏎Ausgabe` has two words.
//!
//! The hyphen goes where the lexicon or the text has the whole word and not the one with the hyphen. It stays where the
//! text has that one elsewhere, and before a capital or behind capitals and digits, where no word is divided.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, is_word_char};

use super::evidence::{COMMON, Evidence, Shape, Trust, letters};
use super::hard_wraps::is_suspended;
use super::options::Reader;
use super::rows::{Kind, Row, first_word, last_word, rows};
use super::{Finder, Found, Options};

/// The hyphens that a line may end with.
const HYPHENS: [char; 3] = ['-', '\u{2010}', '\u{AD}'];
/// Rarity up to which a whole is believed though both of its halves are words: `online`, not `shortterm`.
const COMMON_WHOLE: u8 = 8;
/// The same where one half is a word.
const WHOLE: u8 = 12;
/// A text in which so many words are certainly divided divides others too.
const DIVIDED: usize = 2;
/// Rarity up to which a half is a word, and not a fragment that a list has picked up.
const STANDS: u8 = 10;

/// The built-in finder `line-hyphens`.
pub(super) struct LineHyphens {
    trust: Trust,
    terms: HashSet<String>,
    lexicons: Arc<Lexicons>,
}

impl LineHyphens {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("line-hyphens", options, &["trust"]);
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        reader.finish(|| Self { trust, terms: HashSet::new(), lexicons: Arc::clone(lexicons) })
    }
}

impl Finder for LineHyphens {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let rows = rows(doc);
        let words = Evidence::new(doc, &self.lexicons, &self.terms);
        // A line of nothing but a piece that is divided again is none of a text: with each join there would be another.
        let is_piece = |row: &Row<'_>| row.text.ends_with(HYPHENS) && !row.text.contains(char::is_whitespace);
        let divided: Vec<Halves<'_, '_, '_>> = (rows.windows(2).enumerate())
            .filter(|(at, pair)| {
                !is_piece(&pair[1]) && (*at == 0 || !is_piece(&pair[0]) || !rows[at - 1].text.ends_with(HYPHENS))
            })
            .filter_map(|(_, pair)| Halves::of(&words, &pair[0], &pair[1]))
            .collect();
        // What stands in the text but behind such hyphens is no evidence for itself.
        let mut rights: HashMap<&str, u32> = HashMap::new();
        for halves in &divided {
            *rights.entry(halves.right).or_default() += 1;
        }
        let hyphens = if divided.is_empty() { HashMap::new() } else { hyphenated(doc.text()) };
        let judged: Vec<_> = divided
            .iter()
            .filter_map(|halves| {
                let apart = hyphens.get(&(last_of_run(halves.left), halves.right)).copied().unwrap_or(0);
                Some((halves, halves.joined(rights[halves.right], apart)?))
            })
            .collect();
        let certain = |verdict: &Verdict| verdict.trust == Trust::Certain && !verdict.keeps;
        let divides = judged.iter().filter(|(_, verdict)| certain(verdict)).count() >= DIVIDED;
        for (halves, mut verdict) in judged {
            if divides && verdict.trust == Trust::Likely && halves.begins_with_a_fragment() {
                verdict = Verdict::new(
                    Trust::Certain,
                    false,
                    format!("{}: no word, in a text that divides words", halves.left),
                );
            }
            if verdict.trust == self.trust {
                let after = if verdict.keeps { "-" } else { "" };
                let span = Span::new(halves.hyphen, halves.next);
                found.push(Found { span, after: after.to_owned(), evidence: Some(verdict.evidence), score: None });
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"[\p{Alphabetic}\p{N}\p{M}][-\x{2010}\x{AD}]\s*[\r\n]\s*\p{Alphabetic}".to_owned()])
    }
}

/// How two halves are written as one.
struct Verdict {
    trust: Trust,
    /// Whether the hyphen stays.
    keeps: bool,
    evidence: String,
}

impl Verdict {
    fn new(trust: Trust, keeps: bool, evidence: String) -> Self {
        Self { trust, keeps, evidence }
    }
}

/// What stands on both sides of a hyphen at a line end.
struct Halves<'p, 'd, 't> {
    words: &'p Evidence<'d, 't>,
    left: &'t str,
    right: &'t str,
    mark: char,
    /// Where the hyphen stands, and where the next line begins.
    hyphen: usize,
    next: usize,
    /// Whether the left half is part of a word with another hyphen: `Sankt-Peters-⏎Kirche`.
    has_more: bool,
}

impl<'p, 'd, 't> Halves<'p, 'd, 't> {
    fn of(words: &'p Evidence<'d, 't>, row: &Row<'t>, next: &Row<'t>) -> Option<Self> {
        let mark = row.text.chars().next_back().filter(|c| HYPHENS.contains(c))?;
        let before = row.text.strip_suffix(mark)?;
        if !matches!(row.kind, Kind::Words | Kind::Item)
            || !(next.is_words() || next.kind == Kind::Item && row.kind == Kind::Item)
            || !before.ends_with(is_word_char)
            || !next.text.starts_with(char::is_alphabetic)
            || (is_suspended(next.text) && mark != '\u{AD}')
        {
            return None;
        }
        let (left, right) = (last_word(before), first_word(next.text));
        let chunk = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let rest = next.text[right.len()..].chars().next();
        // Names of hosts and files, code.
        let plain = !chunk.contains(['/', '.', '_', '@', '=', '<', '>', '\\', ':', '#'])
            && !rest.is_some_and(|c| matches!(c, '_' | '/' | '@' | '=' | '('));
        let hyphen = row.span.end - mark.len_utf8();
        let has_more = chunk.len() > left.len() && chunk.contains(HYPHENS);
        plain.then_some(Self { words, left, right, mark, hyphen, next: next.span.start, has_more })
    }

    /// Returns how the two are written as one, if they are.
    /// The right half stands behind a hyphen at a line end `divided` times, and both with a hyphen inside of a line
    /// `apart` times.
    fn joined(&self, divided: u32, apart: u32) -> Option<Verdict> {
        let Self { words, left, right, .. } = self;
        // Of words that ran together the last is the one that is divided: `AuflageTabellen-⏎buch`.
        let left = &last_of_run(left);
        let whole = [*left, *right].concat();
        let shapes = (Shape::of(left), Shape::of(right));
        let stands = |word: &str| words.rarity(word).is_some_and(|rarity| rarity <= STANDS);
        if self.mark == '\u{AD}' {
            let known = words.knows(&whole) || !words.in_a_lexicon(right);
            return known.then(|| Verdict::new(Trust::Certain, false, format!("{whole}: a soft hyphen at a line end")));
        }
        if matches!(shapes.1, Shape::Capital | Shape::Loud) {
            // `A-` may be a grade, and `+49-` a number.
            if letters(left) < 2 && apart == 0 {
                return None;
            }
            // A small word with its capital begins a sentence, and the hyphen stands for its end.
            if shapes == (Shape::Small, Shape::Capital) && apart == 0 && words.is_common(&right.to_lowercase()) {
                return None;
            }
            // In capitals a word may be divided before a capital.
            let loud = shapes == (Shape::Loud, Shape::Loud) && letters(left) > 3;
            return (!loud && !words.technical())
                .then(|| Verdict::new(Trust::Certain, true, format!("no word goes on with {right}")));
        }
        if matches!(shapes.0, Shape::Loud | Shape::Number | Shape::Mixed) {
            let known = words.technical() || letters(right) < 2;
            return (!known && shapes.1 == Shape::Small)
                .then(|| Verdict::new(Trust::Certain, true, format!("{left} is not divided")));
        }
        let halves = matches!(shapes, (Shape::Small | Shape::Capital, Shape::Small))
            && letters(left) >= 2
            && letters(right) >= 2;
        if !halves {
            return None;
        }
        let alone = words.doc.words().count(&whole);
        if apart > 0 && alone == 0 {
            return Some(Verdict::new(Trust::Certain, true, format!("{left}-{right}: stands so {}", times(apart))));
        }
        if alone > 0 && apart == 0 && !(self.may_be_meant(left) && stands(right)) {
            return Some(Verdict::new(Trust::Certain, false, format!("{whole}: stands alone {}", times(alone))));
        }
        if apart > 0 || words.technical() {
            return None;
        }
        let rarity = words.rarity(&whole);
        // `re-signed` and `resigned` are two words, and so are `co-op` and `coop`: only its writer knows.
        if self.may_be_meant(left) && stands(right) && rarity.is_some_and(|rarity| rarity > COMMON) {
            return Some(Verdict::new(Trust::Likely, false, format!("{whole} or {left}-{right}")));
        }
        let compounds = words.lexicon.compounding() >= COMPOUNDING;
        let most = match (stands(left), stands(right)) {
            (true, true) if !compounds => COMMON_WHOLE,
            (false, false) => u8::MAX,
            _ => WHOLE,
        };
        if rarity.is_some_and(|rarity| rarity <= most) && !self.has_more {
            return Some(Verdict::new(Trust::Certain, false, format!("{whole}: a word")));
        }
        // A German noun has a capital, unless it is the end of another.
        if words.lexicon.lang() == Some("de") && shapes.0 == Shape::Capital && letters(left).min(letters(right)) >= 3 {
            let noun = capitalized(right);
            let (large, small) =
                (words.doc.words().count(&noun), words.doc.words().count(right).saturating_sub(divided));
            if large > 0 && small == 0 && stands(right) {
                return Some(Verdict::new(Trust::Certain, false, format!("{noun}: a noun, small behind another")));
            }
        }
        match (stands(left), stands(right)) {
            (true, true) if !compounds => Some(Verdict::new(Trust::Likely, true, format!("{left}, {right}: words"))),
            _ => Some(Verdict::new(Trust::Likely, false, "a word at a line end".to_owned())),
        }
    }

    /// Whether the left half is a prefix behind which a hyphen makes another word.
    fn may_be_meant(&self, left: &str) -> bool {
        let lang = self.words.lexicon.lang();
        matches!(lang, None | Some("en")) && PREFIXES.binary_search(&left.to_lowercase().as_str()).is_ok()
    }

    /// Whether the left half is no word, so that no hyphen can be meant behind it.
    fn begins_with_a_fragment(&self) -> bool {
        let left = last_of_run(self.left);
        letters(left) >= 2
            && !self.words.in_a_lexicon(left)
            && self.words.elsewhere(left) == 0
            && !self.has_more
            && !(self.may_be_meant(left) && self.words.in_a_lexicon(self.right))
    }
}

/// Prefixes that English sets apart by a hyphen where the whole would be another word: `re-cover`, `pre-position`,
/// `un-ionized`. Sorted.
const PREFIXES: &[&str] = &["co", "de", "mis", "non", "post", "pre", "re", "un"];

/// Returns how often each two words stand in `text` with a hyphen between.
fn hyphenated(text: &str) -> HashMap<(&str, &str), u32> {
    let mut found = HashMap::new();
    for at in memchr::memchr_iter(b'-', text.as_bytes()) {
        let (left, right) = (&text[..at], &text[at + 1..]);
        if left.ends_with(is_word_char) && right.starts_with(is_word_char) {
            *found.entry((last_of_run(last_word(left)), first_word(right))).or_default() += 1;
        }
    }
    found
}

/// Returns the last word of those that ran together with a capital between; of any other word the whole.
fn last_of_run(word: &str) -> &str {
    let at = word.rfind(char::is_uppercase).unwrap_or(0);
    let ran = word[..at].ends_with(char::is_lowercase) && letters(&word[..at]) >= 3 && letters(&word[at..]) >= 3;
    if ran { &word[at..] } else { word }
}

/// Languages that write so many of their long words as two (in percent) write any two as one.
const COMPOUNDING: f32 = 22.0;

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().collect::<String>() + chars.as_str())
}

#[cfg(all(test, feature = "lexicon"))]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    fn joined(text: &str, lang: &str) -> String {
        clean(&*finder("line-hyphens", &json!({})), text, Some(lang))
    }

    macro_rules! joins {
        ($($name:ident: $lang:literal $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(joined($before, $lang), $after); })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $lang:literal $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(joined($text, $lang), $text); })*
        };
    }

    joins! {
        a_word_of_the_lexicon: "de" "die finan-\n  ziellen Mittel" => "die finanziellen Mittel";
        any_space_at_the_end_of_the_line: "de" "die finan-\u{3000}\n\u{A0}ziellen Mittel" => "die finanziellen Mittel";
        a_word_of_the_text: "en" "A zorb-\r\nlinger; the zorblinger sang." => "A zorblinger; the zorblinger sang.";
        a_word_that_the_text_writes_with_a_hyphen: "en" "an off-\npeak train and off-peak fares" => "an off-peak train and off-peak fares";
        abbreviations_keep_their_hyphen: "de" "der EU-\nStaaten, SPD-\nnahe und A4-\ngroße" => "der EU-Staaten, SPD-nahe und A4-große";
        a_noun_behind_another: "de" "Ein Quarmel-\nbuch. Das Buch ist alt." => "Ein Quarmelbuch. Das Buch ist alt.";
        the_last_of_words_that_ran_together: "de" "3. AuflageTabellen-\nbuch\nBuch" => "3. AuflageTabellenbuch\nBuch";
        a_typographic_hyphen: "en" "an impor\u{2010}\ntant day" => "an important day";
        a_soft_hyphen: "en" "an impor\u{AD}\ntant day" => "an important day";
        other_scripts: "ru" "это уни-\nверситет" => "это университет";
        items_of_lists: "en" "- this item of a list goes on and on and is impor-\n  tant" => "- this item of a list goes on and on and is important";
    }

    keeps! {
        a_word_left_out: "de" "Ein-\nund Ausgabe, Hin-\noder Rückfahrt";
        a_word_left_out_in_english: "en" "pre-\nand post-war";
        two_words_that_nothing_joins: "de" "eine deutsch-\nfranzösische Fähre";
        paragraphs: "en" "an impor-\n\ntant day";
        dashes: "en" "a day -\ntant, -\ntant";
        grades_and_numbers: "en" "BBB: A-\nGet it, 555-\n0100";
        code_and_hosts: "en" "git commit --no-\nverify; see run-\ntime_x and a.b-\nc, run()";
        capitals: "en" "IMPOR-\nTANT NEWS";
        single_letters: "en" "a-\nb";
        rows_of_tables: "en" "a | impor-\ntant";
    }

    #[test]
    fn hyphens_cost_linear_time_in_any_text() {
        for piece in ["a-\n", "ab-\ncd-\n", "-", "-\n", "a-b-\n", "ab-cd-ef", "EU-\nEU-\n"] {
            joined(&piece.repeat(30_000), "en");
        }
    }
}
