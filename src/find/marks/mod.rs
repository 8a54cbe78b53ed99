//! Spaces missing behind a mark: `fine.Then`, `introduced,OpenAI`, `note:Google`, `Really?Yes`.
//!
//! What is certain is told from what is only likely, and a rule asks for one of the two. Words are believed that a
//! lexicon has, that are listed, or that stand alone elsewhere in the text. Behind `,`, `;` and `:` the text must
//! otherwise put its spaces there: leaving them out is also an author's habit, a formula, a time, a score or code.

mod place;

use std::cell::{LazyCell, OnceCell};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, protect};

use super::evidence::{COMMON, Evidence, Shape, Trust, is_greek_or_cyrillic, letters};
use super::options::Reader;
use super::rows::is_unspaced;
use super::{Finder, Found, Options};
use place::{Habits, Place, tight_marks};

/// So many times as often a text must put a space behind a mark as leave it out, to leave no doubt.
const MANY: usize = 4;
/// So many marks at most stand one behind the other without a space between.
const CHAIN: usize = 6;

/// The built-in finder `marks`.
pub(super) struct Marks {
    terms: HashSet<String>,
    trust: Trust,
    lexicons: Arc<Lexicons>,
}

impl Marks {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("marks", options, &["terms", "trust"]);
        let terms = reader.words("terms").into_iter().collect();
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        reader.finish(|| Self { terms, trust, lexicons: Arc::clone(lexicons) })
    }
}

impl Finder for Marks {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let judge = LazyCell::new(|| Judge {
            words: Evidence::new(doc, &self.lexicons, &self.terms),
            habits: Habits::of(text),
            together: OnceCell::new(),
        });
        let tight: Vec<Span> = tight_marks(text).collect();
        for marks in without_chains(text, &tight) {
            let place = Place::new(text, marks);
            if place.in_code() {
                continue;
            }
            if let Some((trust, evidence)) = judge.verdict(&place)
                && trust == self.trust
            {
                found.push(Found {
                    span: marks,
                    after: format!("{} ", &text[marks.range()]),
                    evidence: Some(evidence),
                    score: None,
                });
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"[.!?…,;:،؛؟۔।։][\p{L}¿¡]".to_owned()])
    }
}

/// Returns those of `tight` marks that do not stand in a long chain, with no space between any two: `a.b.c.d.e.f.g`.
/// That is a name of something, and no prose: with each space there would be one more to put in.
fn without_chains<'s>(text: &'s str, tight: &'s [Span]) -> impl Iterator<Item = Span> + 's {
    let linked = |pair: &[Span]| {
        let word = &text[pair[0].end..pair[1].start];
        !word.contains(|c: char| c.is_whitespace() || is_unspaced(c))
    };
    let mut end = 0;
    let mut long = false;
    tight.iter().enumerate().filter_map(move |(at, &marks)| {
        if at >= end {
            end = at + 1 + tight[at..].windows(2).take_while(|pair| linked(pair)).count();
            long = end - at > CHAIN;
        }
        (!long).then_some(marks)
    })
}

/// Everything that a verdict is built on but the place itself.
struct Judge<'d, 't> {
    words: Evidence<'d, 't>,
    habits: Habits,
    /// How often each two words stand together with nothing but marks between them.
    together: OnceCell<HashMap<&'t str, u32>>,
}

impl Judge<'_, '_> {
    /// Returns whether a space is missing behind the marks, how sure that is, and why.
    fn verdict(&self, place: &Place<'_>) -> Option<(Trust, String)> {
        let mark = place.marks.chars().next_back()?;
        if place.opener.is_some() {
            let ended =
                !place.gap && (!place.closing.is_empty() || letters(place.left) >= 2 && self.words.knows(place.left));
            return ended.then(|| (Trust::Certain, self.words.reason(place.right, place.left)));
        }
        let trust = match (Shape::of(place.left), Shape::of(place.right)) {
            (Shape::Caseless, _) | (_, Shape::Caseless) => self.caseless(place, mark),
            _ => match mark {
                '.' if place.marks.len() == 1 => self.full_stop(place),
                // The Greek question mark.
                ';' if self.words.doc.lang() == Some("el") && place.right.starts_with(char::is_uppercase) => {
                    self.full_stop(place)
                }
                '.' | '!' | '?' | '…' => self.end(place),
                ',' | ';' => self.pause(place, mark),
                ':' => self.colon(place),
                _ => None,
            },
        }?;
        Some((trust, self.words.reason(place.right, place.left)))
    }

    /// A full stop that ends one sentence and the next begins right behind it.
    fn full_stop(&self, place: &Place<'_>) -> Option<Trust> {
        let (left, right) = (place.left, place.right);
        let listed = self.words.is_listed(right);
        if !(right.starts_with(char::is_uppercase) || listed) || place.gap || is_hidden_address(place) {
            return None;
        }
        // `asp.Net`, `node.Js`, `example.Com`.
        if ["Net", "Js", "Com", "Org", "Io", "Ai", "Py", "Ts", "Exe", "Dll", "Txt", "Pdf", "Doc"].contains(&right) {
            return None;
        }
        let begins = self.begins(place);
        if letters(right) == 1 && !place.elided() {
            // `fig.A shows`, `plan.B was`: a letter that counts, or behind an abbreviation.
            let counted = right.is_ascii() || is_greek_or_cyrillic(right);
            let long = letters(left) >= if counted { 4 } else { 2 };
            let word = Shape::of(left) == Shape::Small && long && self.words.knows(left);
            return (begins && word && place.prose_follows() && !self.may_be_code(place)).then_some(Trust::Certain);
        }
        match Shape::of(left) {
            Shape::Small => self.stop_behind_a_small_word(place, listed, begins),
            Shape::Capital | Shape::Loud | Shape::Mixed => self.stop_behind_a_name(place, begins),
            Shape::Number => {
                let year = is_year(place);
                match self.words.rarity(right) {
                    _ if self.may_be_code(place) => None,
                    // `3.Liga` and `1.Januar` are written so by some.
                    Some(rarity) if year && rarity <= 6 => Some(Trust::Certain),
                    Some(_) if year => Some(Trust::Likely),
                    _ => (begins && letters(right) >= 3 && place.prose_follows()).then_some(Trust::Likely),
                }
            }
            Shape::Empty => (begins && !place.closing.is_empty() && place.prose_follows()).then_some(Trust::Certain),
            Shape::Caseless => None,
        }
    }

    fn stop_behind_a_small_word(&self, place: &Place<'_>, listed: bool, begins: bool) -> Option<Trust> {
        let (left, right) = (place.left, place.right);
        let length = letters(left);
        if self.may_be_code(place) {
            let plain = begins && is_no_member(right) && self.words.knows(left) && length >= 2;
            return (plain && (place.prose_follows() || place.elided())).then_some(Trust::Certain);
        }
        let right_known = listed || begins || self.words.knows(right);
        if length <= 3 {
            // `ул.Ленина`, `st.Peter`: many short ones are abbreviations.
            let word = length >= 2 && self.words.knows(left);
            let in_a_sentence = Shape::of(place.previous) == Shape::Small;
            let common = match self.words.rarity(left) {
                Some(rarity) if rarity <= 3 => right_known && !place.previous.is_empty(),
                Some(rarity) if rarity <= COMMON && length == 3 => {
                    right_known && in_a_sentence && place.prose_follows()
                }
                _ => false,
            };
            return match word {
                true if begins || listed || common => Some(Trust::Certain),
                true if right_known => Some(Trust::Likely),
                _ => None,
            };
        }
        match Shape::of(right) {
            Shape::Capital if right_known || self.words.knows(left) => Some(Trust::Certain),
            Shape::Capital => {
                let sentences = Shape::of(place.previous) == Shape::Small && place.prose_follows();
                Some(if sentences && letters(right) >= 4 { Trust::Certain } else { Trust::Likely })
            }
            _ if !self.words.knows(left) => None,
            _ if listed || begins || self.words.elsewhere(right) > 0 => Some(Trust::Certain),
            // `readme.TXT`, `config.SYS`.
            Shape::Loud if protect::is_ending(&right.to_lowercase()) => None,
            Shape::Loud if letters(right) >= 4 || self.words.is_foreign(left) && place.prose_follows() => {
                Some(Trust::Certain)
            }
            Shape::Loud if letters(right) == 3 => None,
            _ => Some(Trust::Likely),
        }
    }

    /// `System.Out` is a name; a sentence that ends in a capitalized word has others around it.
    fn stop_behind_a_name(&self, place: &Place<'_>, begins: bool) -> Option<Trust> {
        let (left, right) = (place.left, place.right);
        let (shape, length) = (Shape::of(left), letters(left));
        if shape == Shape::Capital && length <= 3 || Shape::of(right) != Shape::Capital {
            return None;
        }
        let prose = place.prose_follows() || place.elided();
        // Members have English names.
        let foreign =
            self.words.is_foreign(right) && prose && self.words.rarity(right).is_some_and(|rarity| rarity <= 6);
        if self.may_be_code(place) {
            return (foreign && begins).then_some(Trust::Certain);
        }
        let plain = begins && is_no_member(right);
        let behind_a_name =
            Shape::of(place.previous) == Shape::Capital && !self.words.is_common(place.previous) && plain && prose;
        let sure = (plain && self.words.rarity(right).is_some_and(|rarity| rarity <= 3))
            || place.elided()
            || (foreign && !left.contains(char::is_numeric))
            || (is_greek_or_cyrillic(left)
                && is_greek_or_cyrillic(right)
                && length >= 5
                && letters(right) >= 3
                && self.words.knows(right)
                && prose)
            || behind_a_name
            || (length >= 4
                && self.words.elsewhere(right) > 0
                && self.words.elsewhere(left) > 0
                && !self.is_repeated(place))
            || (self.ends_in_a_german_noun(place) && self.words.knows(right));
        match sure {
            true => Some(Trust::Certain),
            false if is_no_member(right) && self.words.knows(right) && self.words.knows(left) && prose => {
                Some(Trust::Likely)
            }
            false => None,
        }
    }

    /// `!`, `?`, `…` and several marks.
    fn end(&self, place: &Place<'_>) -> Option<Trust> {
        let (left, right) = (place.left, place.right);
        let small = Shape::of(left) == Shape::Small;
        if place.gap
            || (left.is_empty() && place.closing.is_empty())
            || self.may_be_code(place) && !self.words.knows(left)
        {
            return None;
        }
        if Shape::of(right) == Shape::Small {
            let dots = place.marks.ends_with(['.', '…']);
            let words = letters(left) >= 2 && letters(right) >= 2 && self.words.knows(left) && self.words.knows(right);
            return (small && words && !dots && !self.words.technical()).then_some(Trust::Likely);
        }
        let one = letters(right) == 1 && !place.elided() && !(self.begins(place) && place.prose_follows());
        if one || !matches!(Shape::of(right), Shape::Capital | Shape::Loud) {
            return None;
        }
        // `Yahoo!Finance` stays also where the text says `Finance` alone.
        if place.marks.contains('!') && !small && !left.is_empty() && !self.ends_in_a_german_noun(place) {
            let sure = self.begins(place) && is_no_member(right) && place.prose_follows();
            return sure.then_some(Trust::Certain);
        }
        let believed = (letters(left) >= 2 && self.words.knows(left)) || self.words.knows(right) || self.begins(place);
        match believed {
            true => Some(Trust::Certain),
            false if letters(left) >= 2 => Some(Trust::Likely),
            false => None,
        }
    }

    /// A comma or a semicolon.
    fn pause(&self, place: &Place<'_>, mark: char) -> Option<Trust> {
        let (left, right) = (place.left, place.right);
        let (left_shape, right_shape) = (Shape::of(left), Shape::of(right));
        let listed = self.words.is_listed(right);
        // French puts a space before `;`; elsewhere what follows such a gap may be a smiley or a list.
        if place.marks.len() > 1 || (place.gap && !(listed && mark == ';')) || place.in_a_row() || place.quoted {
            return None;
        }
        let common = self.words.is_common(right);
        if !self.habit(mark, listed || common) {
            return None;
        }
        let code = self.may_be_code(place);
        if letters(right) == 1 && !place.elided() {
            // `x,y`; but `buono,e poi`, `so,I left`.
            let i = right == "I" && self.words.doc.lang() == Some("en");
            let word = (right_shape == Shape::Small || i) && self.words.rarity(right).is_some_and(|rarity| rarity <= 3);
            let behind_a_word = letters(left) >= 3 && left_shape != Shape::Loud && (self.words.knows(left) || !code);
            return (word && behind_a_word && place.prose_follows()).then_some(Trust::Certain);
        }
        let right_known = listed || place.elided() || self.words.knows(right);
        let (short_left, short_right) = (letters(left) <= 3, letters(right) <= 3);
        if !place.ends_like_prose() {
            return None;
        }
        match left_shape {
            Shape::Number => {
                let word = listed || (letters(right) >= 3 && right_known);
                match word {
                    true if !code && (is_year(place) || common && place.prose_follows()) => Some(Trust::Certain),
                    true => Some(Trust::Likely),
                    false => None,
                }
            }
            Shape::Empty => (!place.closing.is_empty() && right_known && !code).then_some(Trust::Certain),
            // `N,N-dimethyl`, `ό,τι`; but `e,dopo`.
            _ if letters(left) == 1 => {
                let word = left_shape == Shape::Small && self.words.rarity(left).is_some_and(|rarity| rarity <= 2);
                let behind_a_word = place.before.is_empty() && letters(place.previous) >= 2;
                let sure = word && behind_a_word && !code && letters(right) >= 3 && self.words.is_common(right);
                (sure && right_shape == Shape::Small && place.prose_follows()).then_some(Trust::Certain)
            }
            Shape::Mixed if right_known && common && (self.words.is_foreign(right) || !code) => Some(Trust::Certain),
            Shape::Mixed => (right_known && !code).then_some(Trust::Likely),
            Shape::Small if self.words.is_foreign(left) && !short_left && place.prose_follows() => Some(Trust::Certain),
            // `TL;DR`, `tl;dr`, `EU,USA`.
            _ if short_left
                && short_right
                && left_shape == right_shape
                && (left_shape == Shape::Loud || mark == ';' && !common) =>
            {
                None
            }
            _ if code => {
                let words = self.words.knows(left) && right_known && left_shape != Shape::Loud;
                (words && place.prose_follows() && !place.previous.is_empty()).then_some(Trust::Certain)
            }
            // `Filme,Musik und mehr`: nouns in a row, as some write them.
            Shape::Capital if right_shape == Shape::Capital && !common && !listed && !self.never_lists_nouns(mark) => {
                Some(Trust::Likely)
            }
            _ if self.words.knows(left) || right_known => Some(Trust::Certain),
            _ if !short_left && !short_right && left_shape == Shape::Small => Some(Trust::Certain),
            _ if !short_left && !short_right => Some(Trust::Likely),
            _ => None,
        }
    }

    fn colon(&self, place: &Place<'_>) -> Option<Trust> {
        /// What stands before the colon of an address, and names of namespaces.
        const SPACES: [&str; 12] =
            ["http", "https", "ftp", "file", "data", "mailto", "javascript", "urn", "std", "tel", "user", "host"];
        let (left, right) = (place.left, place.right);
        let listed = self.words.is_listed(right);
        if place.marks.len() > 1
            || letters(left) < 3
            || letters(right) < 2
            || SPACES.contains(&left)
            || place.in_a_row()
            || place.quoted
        {
            return None;
        }
        if !self.habit(':', listed) || (place.gap && !listed) || (self.may_be_code(place) && !listed) {
            return None;
        }
        let right_known = listed || self.words.knows(right);
        let lasting = letters(left) >= 4 && place.ends_like_prose() && !place.previous.is_empty();
        match (Shape::of(left), Shape::of(right)) {
            (Shape::Small, Shape::Capital | Shape::Loud | Shape::Mixed) if listed => Some(Trust::Certain),
            (Shape::Small, Shape::Capital) if self.words.knows(left) && (right_known || lasting) => {
                Some(Trust::Certain)
            }
            (Shape::Small, Shape::Loud | Shape::Mixed)
                if self.words.knows(left) && lasting && place.prose_follows() =>
            {
                Some(Trust::Certain)
            }
            (Shape::Small, Shape::Capital | Shape::Loud | Shape::Mixed) if self.words.knows(left) => {
                Some(Trust::Likely)
            }
            (Shape::Capital, Shape::Capital) if self.words.knows(left) && right_known => {
                Some(if self.begins(place) { Trust::Certain } else { Trust::Likely })
            }
            // `Lehrer:innen`, `key:value`; Finnish and Swedish put endings behind a colon.
            (Shape::Small | Shape::Capital, Shape::Small)
                if letters(right) >= 3 && !right.starts_with("inne") && self.words.knows(left) =>
            {
                let (common, foreign) = (self.words.is_common(right), self.words.is_foreign(right));
                match common || foreign {
                    true if lasting && common && foreign => Some(Trust::Certain),
                    true => Some(Trust::Likely),
                    false => None,
                }
            }
            _ => None,
        }
    }

    /// Scripts without capitals that put spaces between words.
    fn caseless(&self, place: &Place<'_>, mark: char) -> Option<Trust> {
        let (left, right) = (place.left, place.right);
        let unspaced = |c: char| {
            matches!(c, '\u{E00}'..='\u{EFF}' | '\u{F00}'..='\u{FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
                | '\u{2E80}'..='\u{33FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '\u{FF66}'..='\u{FF9F}')
        };
        if place.gap || place.marks.chars().count() > 1 || left.contains(unspaced) || right.contains(unspaced) {
            return None;
        }
        let marks = ['.', ',', '!', '?', ':', ';', '،', '؛', '؟', '۔', '।', '։'];
        if place.before.contains(marks) || place.after.trim_end_matches(marks).contains(marks) {
            return None;
        }
        let is_hangul = |c: char| matches!(c, '\u{AC00}'..='\u{D7A3}');
        let hangul = left.ends_with(is_hangul);
        let least = if hangul || right.starts_with(is_hangul) { 2 } else { 3 };
        if letters(left) < least || letters(right) < 2 || !self.habit(mark, false) || self.words.technical() {
            return None;
        }
        match mark {
            // How Korean sentences end.
            '.' if hangul => left.ends_with(['다', '요', '까', '죠']).then_some(Trust::Certain),
            '?' | '!' | '،' | '؛' | '؟' | '۔' | '।' | '։' => Some(Trust::Certain),
            '.' | ',' | ';' => Some(Trust::Certain),
            _ => None,
        }
    }

    /// Whether the text puts white space behind `mark` as often as it leaves it out. Few places are no habit, least
    /// of all before a `plain` word, which stands in no list.
    fn habit(&self, mark: char, plain: bool) -> bool {
        let (spaced, glued) = self.habits.of_mark(mark);
        glued <= 1 + usize::from(plain) || spaced >= glued
    }

    /// Whether the text speaks of code, and these words may be names in it.
    fn may_be_code(&self, place: &Place<'_>) -> bool {
        self.words.may_be_code(place.left, place.right)
    }

    /// Whether the text has the two words with the mark between them more than once, as it would a name.
    fn is_repeated(&self, place: &Place<'_>) -> bool {
        let together = self.together.get_or_init(|| {
            let text = self.words.doc.text();
            let mut counts = HashMap::new();
            for marks in tight_marks(text) {
                let place = Place::new(text, marks);
                let (left, right) = (marks.start.saturating_sub(place.left.len()), marks.end + place.right.len());
                *counts.entry(text.get(left..right).unwrap_or_default()).or_default() += 1;
            }
            counts
        });
        let written = [place.left, place.marks, place.right].concat();
        together.get(written.as_str()).is_some_and(|&count: &u32| count > 1)
    }

    /// Whether the right word is one with which sentences begin.
    fn begins(&self, place: &Place<'_>) -> bool {
        place.elided() || self.words.is_common(place.right)
    }

    /// Whether the text does not write German nouns in a row with no space between, as some do.
    fn never_lists_nouns(&self, mark: char) -> bool {
        let (spaced, glued) = self.habits.of_mark(mark);
        self.words.doc.lang() != Some("de") || spaced >= MANY * glued
    }

    /// Whether the left word has its capital as every German noun: in a sentence, behind a small word.
    fn ends_in_a_german_noun(&self, place: &Place<'_>) -> bool {
        let small = letters(place.previous) >= 2 && Shape::of(place.previous) == Shape::Small;
        small && place.before.is_empty() && place.after.is_empty() && self.words.doc.lang() == Some("de")
    }
}

/// Whether the left word is the number of a year.
fn is_year(place: &Place<'_>) -> bool {
    place.left.len() == 4 && (place.left.starts_with("19") || place.left.starts_with("20")) && place.before.is_empty()
}

/// Whether a capitalized word behind a dot is hardly the name of a member: `System.Out`, `Range.Value`.
fn is_no_member(word: &str) -> bool {
    ![
        "All", "And", "At", "Get", "In", "Is", "New", "Not", "Now", "Of", "On", "Or", "Out", "Set", "To", "Up", "Use",
        "Time", "Like", "One",
    ]
    .contains(&word)
}

/// `anna.Berg [at] post.example`: an address that hides from machines.
fn is_hidden_address(place: &Place<'_>) -> bool {
    let behind = place.next.trim_start_matches(['[', '(', '{', '<']);
    ["at]", "at)", "at}", "at>", "AT]", "AT)", "ät]", "ät)"].iter().any(|at| behind.trim_start().starts_with(at))
}

#[cfg(all(test, feature = "lexicon"))]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder, wrong};

    fn cleaned(text: &str, lang: &str, trust: &str) -> String {
        let options = json!({ "terms": ["Acme", "QBit"], "trust": trust });
        clean(&*finder("marks", &options), text, Some(lang))
    }

    macro_rules! spaces {
        ($($name:ident: $lang:literal $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($before, $lang, "certain"), $after); })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $lang:literal $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($text, $lang, "certain"), $text); })*
        };
    }

    spaces! {
        a_sentence_behind_another: "en" "All was fine.Then it rained." => "All was fine. Then it rained.";
        questions_and_shouts: "en" "Really?Yes, truly!And so on…Fine" => "Really? Yes, truly! And so on… Fine";
        several_marks: "en" "so it went...Until noon?!Then" => "so it went... Until noon?! Then";
        a_capital_word_that_the_text_knows: "en" "In Berlin.There we met. From Berlin. There!" => "In Berlin. There we met. From Berlin. There!";
        a_name_before_a_common_word: "en" "They flew to Berlin.The rest stayed." => "They flew to Berlin. The rest stayed.";
        words_of_one_letter: "en" "so it began.I left, and it was done.A man came" => "so it began. I left, and it was done. A man came";
        elided_words: "fr" "c’est fini.L’homme part, très tôt.J'y vais" => "c’est fini. L’homme part, très tôt. J'y vais";
        accents: "it" "così è andata.Égalité per tutti, ormai passata.È finita" => "così è andata. Égalité per tutti, ormai passata. È finita";
        a_year_before_a_sentence: "de" "Das war 2021.Danach kam mehr." => "Das war 2021. Danach kam mehr.";
        a_noun_before_a_sentence: "de" "Sie liegt unter dem Dach.Davor stehen Kinder." => "Sie liegt unter dem Dach. Davor stehen Kinder.";
        a_bracket_before_a_sentence: "de" "Er ging (wie immer).Dann kam er." => "Er ging (wie immer). Dann kam er.";
        loud_words: "en" "All was fine.NASA said so." => "All was fine. NASA said so.";
        greek_questions: "el" "Τι κάνεις;Είμαι καλά." => "Τι κάνεις; Είμαι καλά.";
        spanish_openers: "es" "Llegó tarde,¿por qué?¡No!" => "Llegó tarde, ¿por qué? ¡No!";
        a_comma_before_a_name: "en" "it made,Acme said, a, b, c, d" => "it made, Acme said, a, b, c, d";
        a_comma_behind_a_year: "en" "in 2022,Acme, and so, on, and, on" => "in 2022, Acme, and so, on, and, on";
        a_comma_between_words: "en" "a tree,house or shed" => "a tree, house or shed";
        a_comma_before_a_word_of_one_letter: "es" "Vino el padre,y luego el hijo." => "Vino el padre, y luego el hijo.";
        a_comma_behind_a_quotation: "en" "“Yes”,said the man." => "“Yes”, said the man.";
        a_semicolon: "de" "Er kam;und er blieb." => "Er kam; und er blieb.";
        a_colon_before_a_name: "en" "she said so before:QBit-4 won." => "she said so before: QBit-4 won.";
        a_colon_before_a_sentence: "en" "And here is the answer:There is none." => "And here is the answer: There is none.";
        one_slash_between_words: "de" "Das läuft unter Linux/Windows.Wenn es läuft." => "Das läuft unter Linux/Windows. Wenn es läuft.";
        native_words_in_a_text_about_code: "de" "Nutze run_all und std::mem.\nDann wird es gemacht,was jeder kennt." => "Nutze run_all und std::mem.\nDann wird es gemacht, was jeder kennt.";
        korean_sentences: "ko" "그는 집에 갔다.그리고 잠을 잤다." => "그는 집에 갔다. 그리고 잠을 잤다.";
        arabic_commas: "ar" "ذهب إلى البيت،ثم نام في الغرفة، وبعد ذلك خرج." => "ذهب إلى البيت، ثم نام في الغرفة، وبعد ذلك خرج.";
        dandas: "hi" "वह घर गया।फिर वह सो गया।" => "वह घर गया। फिर वह सो गया।";
    }

    keeps! {
        letters_that_count: "en" "see plan.B for more and part.C of it, vol.I of it and fig.A there";
        hosts_and_files: "en" "asp.Net, node.Js, example.Com, notes.Txt, config.SYS and readme.TXT";
        names_with_a_dot: "en" "The System.Out printer, Node.Js, Foo.Bar, Range.Value";
        names_that_the_text_repeats: "en" "At Hewlett.Next we met; Hewlett and Next went to Hewlett.Next again.";
        addresses: "en" "first.Last@example.org, http://example.org/a.Bcd, a_b.Cde";
        chains: "en" "one.two.Three, one.Two.three, one.Two(x)";
        capitals_and_digits: "en" "fine.TXT, fine.T, f2.Then, x.Then";
        ellipses_that_begin_a_line: "en" "...Now it comes\n…Then it goes";
        abbreviations: "de" "z.B. so, d.h. wie Dr.Meier in St.Gallen, e.V., u.a. im Ph.D. und U.S.A.";
        initials: "ru" "А.С.Пушкин, М.Ю.Лермонтов и Дж.Лондон на ул.Ленина.";
        a_name_with_a_shout: "en" "at Yahoo!Mail, and Mail is good";
        a_hidden_address: "en" "write to Marta.Feld [at] post.example or anna.Berg (at) post.example; Feld, Marta, Berg";
        nouns_in_a_row: "de" "Ich habe Filme,Musik und mehr, aber nichts davon hier, sagte er.";
        an_author_who_leaves_spaces_out: "de" "Filme,Musik und Bücher,Reisen, Sport,Auto";
        formulas: "en" "N,N-dimethyl, 1,2-dichlor, x,y and i,j";
        a_greek_word_with_a_comma: "el" "Κάνε ό,τι θέλεις, ό,τι κι αν λένε.";
        a_list_without_spaces: "en" "alpha,beta,gamma or, beta, or, gamma";
        times_scores_and_schemes: "en" "10:30, 2:1, a:b, http:Acme, C:Users, Bayern:Acme";
        endings_behind_a_colon: "fi" "EU:n ja apt:n ohje sekä YK:ssa.";
        endings_behind_a_german_colon: "de" "Alle Lehrer:innen und Bürger:innen.";
        a_shorthand: "en" "TL;DR: tl;dr; EU,USA";
        strings_that_are_talked_about: "fr" "On cherche « pomme,poire » et \"pomme,poire\" ici.";
        calls: "en" "Take name(one,two) and run(fast,loud).";
        code: "en" "Call run() and stop() on context.Context or time.Now, and of rw,noatime";
        french_spacing: "fr" "Il a dit : oui ; puis : non !";
        chinese_and_japanese: "zh" "你好,世界。GPT-4,很好。東京,大阪";
        korean_lists: "ko" "가.나.다. 노.무.현 3.1운동";
        ordinals: "de" "der 1.FC Köln, die 2.Liga und der 3.Mai";
    }

    #[test]
    fn what_is_only_likely_is_found_when_asked_for() {
        for (lang, text, mended) in [
            ("en", "And so she gave the reply:that was all.", "And so she gave the reply: that was all."),
            ("en", "And is it so?yes, it is.", "And is it so? yes, it is."),
            ("de", "Der Planung:Ersatz des Zufalls.", "Der Planung: Ersatz des Zufalls."),
        ] {
            assert_eq!(cleaned(text, lang, "certain"), text);
            assert_eq!(cleaned(text, lang, "likely"), mended);
        }
        assert_eq!(cleaned("All was fine.Then it rained.", "en", "likely"), "All was fine.Then it rained.");
    }

    #[test]
    fn trust_is_one_of_two_words() {
        let found = wrong("marks", &json!({ "trust": "sure" }));
        assert_eq!(found, ["option `trust` of `marks` is not one of `certain`, `likely` | "]);
    }

    #[test]
    fn marks_cost_linear_time_in_any_text() {
        for piece in ["aa.Bb", "aa,aa ", "aa:Aa ", "…", "é.É", "aa....", "Abcd.Efgh ", "१।", "?¿a"] {
            cleaned(&piece.repeat(20_000), "en", "certain");
        }
        let names: String = (0..20_000).map(|n| format!("Ab{n}.The Ab{n} The ")).collect();
        cleaned(&names, "en", "certain");
    }
}
