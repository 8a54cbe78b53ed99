//! Spaces missing behind a mark: `fine.Then`, `introduced,OpenAI`, `note:Google`, `Really?Yes`.
//!
//! What is certain is told from what is only likely, and a rule asks for one of the two. Words are believed that a
//! lexicon has, that are listed, or that stand alone elsewhere in the text. Behind `,`, `;` and `:` the text must
//! otherwise put its spaces there: leaving them out is also an author's habit, a formula, a time, a score or code.

mod place;

use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, protect};

use super::evidence::{COMMON, Evidence, Shape, Trust, is_greek_or_cyrillic, letters};
use super::options::Reader;
use super::{Finder, Found, Options};
use place::{Habits, Place, tight_marks};

/// A text must put a space behind a mark so many times as often as it leaves it out.
const HABIT: usize = 1;
/// The built-in finder `marks`.
pub(super) struct Marks {
    terms: HashSet<String>,
    trust: Trust,
    lexicons: Arc<Lexicons>,
}

impl Marks {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("marks", options, &["terms", "trust"]);
        let terms = reader.words("terms").into_iter().chain(lexicons.terms().map(str::to_owned)).collect();
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
        });
        for marks in tight_marks(text) {
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

/// Everything that a verdict is built on but the place itself.
struct Judge<'d, 't> {
    words: Evidence<'d, 't>,
    habits: Habits,
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
            let word = Shape::of(left) == Shape::Small && letters(left) >= 4 && self.words.knows(left);
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
            return (small && words && !dots && !self.words.technical).then_some(Trust::Likely);
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
        if place.marks.len() > 1 || (place.gap && !(listed && mark == ';')) || place.in_a_row() {
            return None;
        }
        if !self.habit(mark, listed) {
            return None;
        }
        let code = self.may_be_code(place);
        let right_rarity = self.words.rarity(right);
        if letters(right) == 1 && !place.elided() {
            // `x,y`; but `buono,e poi`, `so,I left`.
            let i = right == "I" && self.words.doc.lang() == Some("en");
            let word = (right_shape == Shape::Small || i) && right_rarity.is_some_and(|rarity| rarity <= 3);
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
                let common = right_rarity.is_some_and(|rarity| rarity <= COMMON) && place.prose_follows();
                match word {
                    true if !code && (is_year(place) || common) => Some(Trust::Certain),
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
            Shape::Mixed
                if right_known
                    && right_rarity.is_some_and(|rarity| rarity <= COMMON)
                    && (self.words.is_foreign(right) || !code) =>
            {
                Some(Trust::Certain)
            }
            Shape::Mixed => (right_known && !code).then_some(Trust::Likely),
            Shape::Small if self.words.is_foreign(left) && !short_left && place.prose_follows() => Some(Trust::Certain),
            // `TL;DR`, `tl;dr`, `EU,USA`.
            _ if short_left
                && short_right
                && left_shape == right_shape
                && (left_shape == Shape::Loud || mark == ';' && right_rarity.is_none_or(|rarity| rarity > COMMON)) =>
            {
                None
            }
            _ if code => (self.words.knows(left) && right_known && left_shape != Shape::Loud).then_some(Trust::Certain),
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
            // `Lehrer:innen`; Finnish and Swedish put endings behind a colon.
            (Shape::Small | Shape::Capital, Shape::Small)
                if letters(right) >= 3
                    && !right.starts_with("inne")
                    && self.words.knows(left)
                    && self.words.rarity(right).is_some() =>
            {
                let common = self.words.rarity(right).is_some_and(|rarity| rarity <= COMMON);
                Some(if lasting && common && self.words.is_foreign(right) { Trust::Certain } else { Trust::Likely })
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
        if letters(left) < least || letters(right) < 2 || !self.habit(mark, false) || self.words.technical {
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

    /// Whether the text otherwise puts white space behind `mark`; for a listed name, whether it does not plainly
    /// leave it out.
    fn habit(&self, mark: char, listed: bool) -> bool {
        let (spaced, glued) = self.habits.of_mark(mark);
        glued <= 1 || spaced >= if listed { glued } else { HABIT * glued }
    }

    /// Whether the text speaks of code, and these words may be names in it.
    fn may_be_code(&self, place: &Place<'_>) -> bool {
        self.words.may_be_code(place.left, place.right)
    }

    /// Whether the text has the two words with the mark between them more than once, as it would a name.
    fn is_repeated(&self, place: &Place<'_>) -> bool {
        let together = [place.left, place.marks, place.right].concat();
        memchr::memmem::find_iter(self.words.doc.text().as_bytes(), &together).nth(1).is_some()
    }

    /// Whether the right word is one with which sentences begin.
    fn begins(&self, place: &Place<'_>) -> bool {
        place.elided() || self.words.rarity(place.right).is_some_and(|rarity| rarity <= COMMON)
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
