//! Effects: what an edit really does, measured on the edit itself.
//!
//! A rule declares a ceiling; the engine measures every edit and blocks the one that does more, whatever the
//! rule's pattern says. Measuring compares `before` and `after` class by class: letters (with marks and
//! digits), marks of punctuation, white space, invisible characters, line ends.

use std::fmt;

use encoding_rs::Encoding;
use unicode_normalization::UnicodeNormalization;

use crate::text::{Span, is_blank};

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
    /// A wrong decoding undone: encoding `after` the wrong way again gives exactly `before`.
    Encoding = 1 << 5,
    /// Tags or entities removed or decoded.
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
    if after.is_empty() && covers_whole_lines(text, span) {
        effects.insert(if before.split(['\n', '\r']).all(is_blank) { Effect::Whitespace } else { Effect::DeleteLine });
        return effects;
    }
    if is_wrong_decoding_of(before, after) {
        effects.insert(Effect::Encoding);
        return effects;
    }
    let plain = without_markup(before);
    if plain != before && without_markup(after) == after {
        effects.insert(Effect::Markup);
    }
    let before = if effects.contains(Effect::Markup) { plain.as_str() } else { before };
    measure_letters(before, after, &mut effects);
    measure_marks(before, after, &mut effects);
    measure_spaces(before, after, &mut effects);
    if effects.is_empty() {
        effects.insert(Effect::Invisible); // Only the normal form differs: the same characters to every reader.
    }
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
    if marks(before) != marks(after) {
        effects.insert(Effect::Punctuation);
    }
    let invisible = |text: &str| text.chars().filter(|&c| is_invisible(c)).collect::<Vec<_>>();
    if invisible(before) != invisible(after) {
        effects.insert(Effect::Invisible);
    }
}

fn measure_spaces(before: &str, after: &str, effects: &mut Effects) {
    let ends = |text: &str| text.chars().filter(|&c| is_line_end(c)).collect::<Vec<_>>();
    if ends(before) != ends(after) {
        effects.insert(Effect::JoinLines);
    }
    // White space by the gap it stands in, so that a space that moves counts as one lost and one inserted.
    let (from, to) = (gaps(before), gaps(after));
    if from.len() == to.len() {
        for (from, to) in from.iter().zip(&to) {
            measure_gap(from, to, effects);
        }
    } else {
        measure_gap(&from.concat(), &to.concat(), effects);
    }
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
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_mark(c: char) -> bool {
    !is_letter(c) && !c.is_whitespace() && !is_line_end(c) && !is_invisible(c)
}

/// Returns whether `c` is a control or format character: it has no shape and no width of its own.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00}'..='\u{08}' | '\u{0E}'..='\u{1F}' | '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}'
        | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
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

/// The single-byte encodings in whose name UTF-8 is most often misread.
const MISREAD_AS: [&Encoding; 12] = [
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1257,
    encoding_rs::ISO_8859_2,
    encoding_rs::ISO_8859_7,
    encoding_rs::ISO_8859_15,
    encoding_rs::KOI8_R,
    encoding_rs::IBM866,
    encoding_rs::MACINTOSH,
];

/// The proof behind `encoding`: some wrong decoding of the UTF-8 of `after`, at most four times over, is `before`.
fn is_wrong_decoding_of(before: &str, after: &str) -> bool {
    if after.is_ascii() || before.is_ascii() {
        return false;
    }
    let misread = |text: &str, encoding: Option<&'static Encoding>| match encoding {
        Some(encoding) => encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned(),
        None => text.bytes().map(char::from).collect(), // Latin-1, which encoding_rs takes for windows-1252.
    };
    MISREAD_AS.into_iter().map(Some).chain([None]).any(|encoding| {
        let mut text = after.to_owned();
        (0..4).any(|_| {
            text = misread(&text, encoding);
            text == before
        })
    })
}

/// Returns `text` without tags and with entities taken out.
fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = if rest.starts_with('<') { tag_len(rest) } else { entity_len(rest) };
        match len {
            Some(len) => rest = &rest[len..],
            None => {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn tag_len(text: &str) -> Option<usize> {
    let name = text.strip_prefix('<')?;
    let name = name.strip_prefix('/').unwrap_or(name);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.starts_with('!') {
        return None;
    }
    let end = text.find(['>', '\n'])?;
    text[end..].starts_with('>').then_some(end + 1)
}

fn entity_len(text: &str) -> Option<usize> {
    let name = text.strip_prefix('&')?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '#')?;
    (end > 0 && name[end..].starts_with(';')).then_some(end + 2)
}

#[cfg(test)]
mod tests {
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
        an_entity: "a&amp;b" => "a&b", "punctuation, markup";
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
    }
}
