//! Effects: what an edit really does, measured on the edit itself.
//!
//! A rule declares a ceiling; the engine measures every edit and blocks the one that does more, whatever the
//! rule's pattern says. Measuring compares `before` and `after` class by class: letters (with marks and
//! digits), marks of punctuation, white space, invisible characters, line ends.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::text::markup::without_markup;
use crate::text::misread::is_misread;
use crate::text::{Span, terminal, written};

/// One kind of change that a rule may declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum Effect {
    /// Invisible and control characters added or removed, or the same characters in another normal form.
    Invisible = 1,
    /// White space removed or replaced by other white space; blank lines removed.
    Whitespace = 1 << 1,
    /// Spaces inserted.
    InsertSpace = 1 << 2,
    /// Marks and symbols added, removed or replaced.
    Punctuation = 1 << 3,
    /// Letters whose case changed.
    Case = 1 << 4,
    /// A wrong decoding undone: encoding `after` the wrong way again gives exactly `before`, but for bytes that `before`
    /// has lost.
    Encoding = 1 << 5,
    /// Tags, comments and scripts of HTML, links and images of Markdown, and shortcodes removed, with the text they mark
    /// left; entities, and escapes as `\u00e9`, decoded.
    Markup = 1 << 6,
    /// Letters or digits added.
    InsertLetters = 1 << 7,
    /// Letters or digits removed.
    DeleteLetters = 1 << 8,
    /// A line end removed or replaced.
    JoinLines = 1 << 9,
    /// Whole lines removed, with their ends.
    DeleteLine = 1 << 10,
}

impl Effect {
    /// All effects, in the order in which they are listed.
    pub const ALL: [Effect; 11] = [
        Effect::Invisible,
        Effect::Whitespace,
        Effect::InsertSpace,
        Effect::Punctuation,
        Effect::Case,
        Effect::Encoding,
        Effect::Markup,
        Effect::InsertLetters,
        Effect::DeleteLetters,
        Effect::JoinLines,
        Effect::DeleteLine,
    ];

    /// Returns the name that rule files use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Effect::Invisible => "invisible",
            Effect::Whitespace => "whitespace",
            Effect::InsertSpace => "insert-space",
            Effect::Punctuation => "punctuation",
            Effect::Case => "case",
            Effect::Encoding => "encoding",
            Effect::Markup => "markup",
            Effect::InsertLetters => "insert-letters",
            Effect::DeleteLetters => "delete-letters",
            Effect::JoinLines => "join-lines",
            Effect::DeleteLine => "delete-line",
        }
    }

    /// Returns the effect that rule files call `name`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.name() == name)
    }
}

/// A set of [`Effect`]s.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Effects(u16);

impl Effects {
    /// No effect at all.
    pub const NONE: Effects = Effects(0);
    /// Every effect: the ceiling of a rule that is still being measured.
    pub const EVERY: Effects = Effects((1 << 11) - 1);

    /// Adds `effect`.
    pub fn insert(&mut self, effect: Effect) {
        self.0 |= effect as u16;
    }

    /// Returns whether `effect` is in the set.
    #[must_use]
    pub fn contains(self, effect: Effect) -> bool {
        self.0 & effect as u16 != 0
    }

    /// Returns the effects of either set.
    #[must_use]
    pub fn union(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }

    /// Returns the effects of this set that `ceiling` lacks.
    #[must_use]
    pub fn beyond(self, ceiling: Effects) -> Effects {
        Effects(self.0 & !ceiling.0)
    }

    /// Returns whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the effects in the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Effect> {
        Effect::ALL.into_iter().filter(move |effect| self.contains(*effect))
    }
}

impl FromIterator<Effect> for Effects {
    fn from_iter<I: IntoIterator<Item = Effect>>(effects: I) -> Self {
        let mut set = Effects::NONE;
        for effect in effects {
            set.insert(effect);
        }
        set
    }
}

impl fmt::Display for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, effect) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(effect.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// Returns what replacing `span` of `text` by `after` does. Equal texts have no effect.
pub(crate) fn measure(text: &str, span: Span, after: &str) -> Effects {
    let before = &text[span.range()];
    let mut effects = Effects::NONE;
    if before == after {
        return effects;
    }
    if before.starts_with('\u{1B}') && terminal::shown(before) == after {
        effects.insert(Effect::Invisible);
        return effects;
    }
    if after.is_empty() && covers_whole_lines(text, span) {
        if !before.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
            effects.insert(Effect::DeleteLine);
            return effects;
        }
        if before.contains(char::is_whitespace) {
            effects.insert(Effect::Whitespace);
        }
        if before.contains(is_invisible) {
            effects.insert(Effect::Invisible);
        }
        return effects;
    }
    if is_misread(before, after) {
        effects.insert(Effect::Encoding);
        return effects;
    }
    if written::unescaped(before) == after {
        effects.insert(Effect::Markup);
        return effects;
    }
    let plain = without_markup(before);
    if plain != before && without_markup(after) == after {
        effects.insert(Effect::Markup);
    }
    let before = if effects.contains(Effect::Markup) { plain.as_str() } else { before };
    if before.chars().filter(|&c| is_line_end(c)).eq(after.chars().filter(|&c| is_line_end(c))) {
        // Line by line, so that nothing moves from one line to another unseen.
        for (before, after) in before.split(is_line_end).zip(after.split(is_line_end)) {
            effects = effects.union(measure_line(before, after));
        }
    } else {
        effects.insert(Effect::JoinLines);
        effects = effects.union(measure_line(before, after));
    }
    if effects.is_empty() {
        effects.insert(Effect::Invisible); // Only the normal form differs.
    }
    effects
}

/// Measures without regard to line ends.
fn measure_line(before: &str, after: &str) -> Effects {
    let mut effects = Effects::NONE;
    if before == after {
        return effects;
    }
    measure_letters(before, after, &mut effects);
    measure_marks(before, after, &mut effects);
    measure_spaces(before, after, &mut effects);
    effects
}

fn measure_letters(before: &str, after: &str, effects: &mut Effects) {
    let letters = |text: &str| text.nfc().filter(|&c| is_letter(c)).collect::<Vec<_>>();
    let (from, to) = (letters(before), letters(after));
    if from == to {
        return;
    }
    let fold = |letters: &[char]| letters.iter().flat_map(|c| c.to_lowercase()).collect::<Vec<_>>();
    let (from_folded, to_folded) = (fold(&from), fold(&to));
    if from_folded == to_folded {
        effects.insert(Effect::Case);
        return;
    }
    let (from, to) = if is_subsequence(&from, &to) || is_subsequence(&to, &from) {
        (from, to)
    } else {
        if is_subsequence(&from_folded, &to_folded) || is_subsequence(&to_folded, &from_folded) {
            effects.insert(Effect::Case);
        }
        (from_folded, to_folded)
    };
    if !is_subsequence(&from, &to) {
        effects.insert(Effect::DeleteLetters);
    }
    if !is_subsequence(&to, &from) {
        effects.insert(Effect::InsertLetters);
    }
}

fn measure_marks(before: &str, after: &str, effects: &mut Effects) {
    let marks = |text: &str| text.chars().filter(|&c| is_mark(c)).collect::<Vec<_>>();
    // A mark that stays may still have moved to another letter.
    if marks(before) != marks(after)
        || !is_in_order(before, after, effects.contains(Effect::Case), |c| is_letter(c) || is_mark(c))
    {
        effects.insert(Effect::Punctuation);
    }
    let invisible = |text: &str| text.chars().filter(|&c| is_invisible(c)).collect::<Vec<_>>();
    if invisible(before) != invisible(after) || moved(before, after, effects.contains(Effect::Case), is_invisible) {
        effects.insert(Effect::Invisible);
    }
}

fn measure_spaces(before: &str, after: &str, effects: &mut Effects) {
    // White space by the gap it stands in, so that a space that moves counts as one lost and one inserted.
    let (from, to) = (gaps(before), gaps(after));
    let mut found = Effects::NONE;
    if from.len() == to.len() {
        for (from, to) in from.iter().zip(&to) {
            measure_gap(from, to, &mut found);
        }
    } else {
        measure_gap(&from.concat(), &to.concat(), &mut found);
    }
    if found.is_empty() && moved(before, after, effects.contains(Effect::Case), is_space) {
        found = Effects::from_iter([Effect::Whitespace, Effect::InsertSpace]);
    }
    *effects = effects.union(found);
}

/// Returns whether characters that are `mobile` stand elsewhere among those that stayed in order.
fn moved(before: &str, after: &str, fold: bool, mobile: fn(char) -> bool) -> bool {
    let solid = |c| is_letter(c) || is_mark(c);
    let seen = |c| is_letter(c) || is_mark(c) || is_space(c);
    let stayed_but_for = |fixed: fn(char) -> bool| {
        is_in_order(before, after, fold, fixed) && !is_in_order(before, after, fold, |c| fixed(c) || mobile(c))
    };
    before.contains(mobile) && [is_letter, solid, seen].into_iter().any(stayed_but_for)
}

/// Returns whether the characters that are `kept`, case aside if `fold`, only became more or only became fewer. Where some
/// letters went and others came, nobody can say what moved.
fn is_in_order(before: &str, after: &str, fold: bool, kept: impl Fn(char) -> bool) -> bool {
    let of = |text: &str, kept: &dyn Fn(char) -> bool| {
        let text = text.nfc().filter(|&c| kept(c));
        if fold { text.flat_map(char::to_lowercase).collect() } else { text.collect::<Vec<_>>() }
    };
    let either = |kept: &dyn Fn(char) -> bool| {
        let (from, to) = (of(before, kept), of(after, kept));
        is_subsequence(&from, &to) || is_subsequence(&to, &from)
    };
    either(&kept) || !either(&is_letter)
}

fn measure_gap(from: &str, to: &str, effects: &mut Effects) {
    if from == to {
        return;
    }
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if is_subsequence(&from, &to)
        && to.iter().filter(|&&c| c == ' ').count() - from.iter().filter(|&&c| c == ' ').count()
            == to.len() - from.len()
    {
        effects.insert(Effect::InsertSpace);
    } else {
        effects.insert(Effect::Whitespace);
    }
}

/// White space inside lines, one string for each gap between the other characters, empty gaps included.
fn gaps(text: &str) -> Vec<String> {
    let mut gaps = vec![String::new()];
    for c in text.chars() {
        if is_line_end(c) || is_invisible(c) {
            continue;
        }
        if c.is_whitespace() {
            gaps.last_mut().expect("never empty").push(c);
        } else {
            gaps.push(String::new());
        }
    }
    gaps
}

fn is_subsequence<T: PartialEq>(short: &[T], long: &[T]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|item| rest.any(|other| other == item))
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || (unicode_normalization::char::is_combining_mark(c) && !is_invisible(c))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() && !is_line_end(c)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_mark(c: char) -> bool {
    !is_letter(c) && !c.is_whitespace() && !is_line_end(c) && !is_invisible(c)
}

/// Returns whether `c` is a control or format character, or stands for an object: it has no shape of its own.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00}'..='\u{08}' | '\u{0E}'..='\u{1F}' | '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}'
        | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Returns whether `span` is one line or more with a line end for each: from the start of a line to the start
/// of another, or, at the end of a text without a final line end, from a line end to the end.
fn covers_whole_lines(text: &str, span: Span) -> bool {
    let bytes = text.as_bytes();
    let is_end = |at: usize| matches!(bytes[at], b'\n' | b'\r');
    // Between the CR and the LF of a CRLF is no line boundary.
    let inside_crlf = |at: usize| at > 0 && at < bytes.len() && bytes[at - 1] == b'\r' && bytes[at] == b'\n';
    if span.is_empty() || inside_crlf(span.start) || inside_crlf(span.end) {
        return false;
    }
    let line_start = |at: usize| at == 0 || is_end(at - 1);
    let to_the_end = span.end == bytes.len();
    if line_start(span.start) && (to_the_end || is_end(span.end - 1)) {
        return true;
    }
    to_the_end && is_end(span.start) && !is_end(span.end - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn effects(before: &str, after: &str) -> String {
        // Words around it, so that no edit covers a line.
        let text = format!("x {before} y");
        measure(&text, Span::new(2, 2 + before.len()), after).to_string()
    }

    macro_rules! measures {
        ($($name:ident: $before:expr => $after:expr, $effects:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(effects($before, $after), $effects); })*
        };
    }

    measures! {
        nothing: "a" => "a", "";
        a_space_put_in: "ab" => "a b", "insert-space";
        a_space_taken_out: "a ." => "a.", "whitespace";
        a_space_made_another: "a\u{A0}b" => "a b", "whitespace";
        a_space_that_moved: "a ,b" => "a, b", "whitespace, insert-space";
        a_mark_taken_out: "|." => "|", "punctuation";
        a_quote_curled: "a \"" => "a”", "whitespace, punctuation";
        letters_in: "E'" => "È", "punctuation, insert-letters, delete-letters";
        letters_out: "abc" => "ac", "delete-letters";
        case: "abc" => "Abc", "case";
        a_soft_hyphen: "a\u{AD}b" => "ab", "invisible";
        a_composed_letter_is_the_same_letter: "e\u{301}" => "é", "invisible";
        two_lines_joined: "a\nb" => "a b", "insert-space, join-lines";
        a_hyphen_and_a_line_end: "a-\nb" => "ab", "punctuation, join-lines";
        mojibake: "Ã¼" => "ü", "encoding";
        mojibake_twice: "ÃƒÂ¼" => "ü", "encoding";
        not_mojibake: "Ãx" => "ü", "insert-letters, delete-letters";
        a_tag: "<b>a</b>" => "a", "markup";
        a_tag_with_its_word: "<b>a</b>" => "", "markup, delete-letters";
        an_entity: "a&amp;b" => "a&b", "markup";
        an_entity_escaped_twice: "caf&amp;eacute;" => "café", "markup";
        an_entity_of_half_a_tag: "&lt;" => "<", "markup";
        an_entity_decoded_but_once: "caf&amp;eacute;" => "caf&eacute;", "punctuation, delete-letters";
        an_entity_of_another_letter: "caf&eacute;" => "cafe", "markup, insert-letters, delete-letters";
        escapes: r"caf\u00e9 \ud83d\ude00" => "café 😀", "markup";
        an_escape_of_another_letter: r"caf\u00e9" => "cafe", "punctuation, delete-letters";
        a_colour: "\u{1B}[1;31m" => "", "invisible";
        the_address_of_a_link: "\u{1B}]8;;https://a.example/\u{1B}\\" => "", "invisible";
        a_colour_and_a_word: "\u{1B}[1mRed" => "", "invisible, punctuation, delete-letters";
        an_entity_of_a_letter: "caf&eacute;" => "café", "markup";
        an_entity_taken_out_takes_its_letter_along: "caf&eacute; &#65;&szlig;" => "caf", "whitespace, markup, delete-letters";
        a_word_between_ampersand_and_semicolon: "a &words; b" => "a  b", "punctuation, delete-letters";
        a_tag_with_attributes: "<a href=\"x > y\" hidden>a</a><br/>" => "a", "markup";
        words_between_angles: "a <b and some words> c" => "a  c", "whitespace, punctuation, delete-letters";
        a_placeholder_between_angles: "cat <file> x" => "cat  x", "punctuation, delete-letters";
        a_bare_attribute_that_is_a_word: "<x onclick>" => "", "whitespace, punctuation, delete-letters";
        names_in_code_are_no_tags: "a <std::string> <file-name>" => "a", "whitespace, punctuation, delete-letters";
        a_comment: "a<!-- words -->b" => "ab", "markup";
        a_link: "[a](https://b.example/c)" => "a", "markup";
        a_link_with_its_word: "[a](https://b.example/c)" => "", "markup, delete-letters";
        an_image_of_markdown: "a ![b](c.png)d" => "a d", "markup";
        a_shortcode: "[caption id=\"b\"]a[/caption]" => "a", "markup";
        an_index_and_a_call: "foo[0](bar)" => "foo", "punctuation, delete-letters";
        a_mark_that_moved: "ab, cd" => "a,b cd", "punctuation";
        a_hyphen_that_moved_while_a_letter_went: "re-cover" => "recov-r", "punctuation, delete-letters";
        a_line_end_that_moved: "ab\nc" => "a\nbc", "insert-letters, delete-letters";
        a_space_that_moved_over_a_line_end: "a \nb" => "a\n b", "whitespace, insert-space";
        a_space_that_moved_while_a_letter_went: "ab cd" => "a bc", "whitespace, insert-space, delete-letters";
        a_look_alike: "a" => "а", "insert-letters, delete-letters";
        a_variation_selector: "☺\u{FE0F}" => "☺", "invisible";
        a_combining_mark: "a\u{323}" => "a", "insert-letters, delete-letters";
        sharp_s: "ß" => "SS", "insert-letters, delete-letters";
        dotted_i: "İ" => "i", "case, delete-letters";
        a_digit: "1" => "2", "insert-letters, delete-letters";
        private_use: "\u{E000}" => "", "punctuation";
        a_line_separator: "a\u{2028}b" => "ab", "join-lines";
        next_line_and_tabulations: "a\u{85}\u{B}\u{C}b" => "ab", "join-lines";
        crlf_made_lf: "a\r\nb" => "a\nb", "join-lines";
        a_replacement_character_proves_nothing: "Γ\u{FFFD}" => "Òa", "punctuation, insert-letters, delete-letters";
        words_swapped: "IA aperta" => "OpenAI", "whitespace, insert-letters, delete-letters";
    }

    #[test]
    fn whole_lines_are_delete_line_and_part_of_one_is_not() {
        let measured = |text: &str, start, end| measure(text, Span::new(start, end), "").to_string();
        assert_eq!(measured("a\nb\nc", 2, 4), "delete-line");
        assert_eq!(measured("a\nb\nc", 0, 5), "delete-line");
        assert_eq!(measured("a\nb", 1, 3), "delete-line", "the last line with the line end before it");
        assert_eq!(measured("a\r\nb\r\n", 3, 6), "delete-line");
        assert_eq!(measured("a\r\nb\r\n", 2, 5), "delete-letters, join-lines");
        assert_eq!(measured("a\nb\nc", 2, 3), "delete-letters");
        assert_eq!(measured("a\n\n\nb", 2, 3), "whitespace");
        assert_eq!(measured("a\n\u{200B}\nb", 2, 6), "invisible, whitespace");
        assert_eq!(measured("a\n\u{AD}\u{08}", 2, 5), "invisible");
        assert_eq!(measured("a\n\u{1B}[0m", 2, 6), "invisible");
        assert_eq!(measured("abc\ndef\n", 1, 8), "delete-letters, join-lines", "it starts inside a line");
    }

    /// What the effects say that stays, worked out without [`measure`]: each kind of visible character that no
    /// effect speaks of, in order.
    fn stays(text: &str, effects: Effects) -> String {
        let allows = |effect| effects.contains(effect);
        let text: String = text.chars().filter(|&c| !is_invisible(c)).collect();
        let spaces = allows(Effect::Whitespace) || allows(Effect::InsertSpace);
        let text = text.nfd().filter(|&c| {
            let gone = (spaces && is_space(c))
                || (allows(Effect::Punctuation) && is_mark(c))
                || (allows(Effect::JoinLines) && is_line_end(c));
            !gone
        });
        if allows(Effect::Case) { text.flat_map(char::to_lowercase).collect() } else { text.collect() }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_edit_does_nothing_that_its_effects_do_not_say(
            before in "[aAbé\u{301} \u{A0},.\n\r\u{2028}\u{200B}\u{FE0F}1ß]{0,8}",
            after in "[aAbé\u{301} \u{A0},.\n\r\u{2028}\u{200B}\u{FE0F}1ß]{0,8}",
            order in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
            shuffled in any::<bool>(),
        ) {
            // Half of the texts are the first one with some characters moved, which says more than another text.
            let mut moved: Vec<char> = before.chars().collect();
            for index in order {
                if !moved.is_empty() {
                    let c = moved.remove(index.index(moved.len()));
                    moved.insert(index.index(moved.len() + 1), c);
                    moved.rotate_left(1);
                }
            }
            let after = if shuffled { moved.into_iter().collect() } else { after };
            let text = format!("x{before}y");
            let effects = measure(&text, Span::new(1, 1 + before.len()), &after);
            if effects.contains(Effect::DeleteLine) || effects.contains(Effect::Encoding) {
                return Ok(());
            }
            if !effects.contains(Effect::Invisible) {
                prop_assert!(before.chars().filter(|&c| is_invisible(c)).eq(after.chars().filter(|&c| is_invisible(c))));
            }
            let (from, to) = (stays(&before, effects), stays(&after, effects));
            let (from, to): (Vec<_>, Vec<_>) = (from.chars().collect(), to.chars().collect());
            let fewer = is_subsequence(&to, &from);
            let more = is_subsequence(&from, &to);
            match (effects.contains(Effect::DeleteLetters), effects.contains(Effect::InsertLetters)) {
                (false, false) => prop_assert_eq!(from, to, "{:?}", effects),
                (true, false) => prop_assert!(fewer, "{:?}: {:?} {:?}", effects, from, to),
                (false, true) => prop_assert!(more, "{:?}: {:?} {:?}", effects, from, to),
                (true, true) => {}
            }
        }
    }
}
