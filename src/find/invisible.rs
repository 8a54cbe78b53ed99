//! Invisible characters that do nothing where they stand.
//!
//! Each kind has scripts that need it: zero-width spaces say where words end in Thai, joiners shape letters of Persian
//! and Hindi and make one emoji of several, direction marks order Hebrew and Arabic, tags make flags. Only where none
//! of that can be are they taken out.

use std::cell::OnceCell;

use crate::edit::is_invisible;
use crate::rules::diagnostics::Diagnostic;
use crate::text::Document;

use super::neighbours::{Kind, Line, Run, is_plain_letter, is_right_to_left, is_unspaced};
use super::options::Reader;
use super::{Finder, Found, Options};

/// What a rule of this finder takes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// Soft hyphens, zero-width spaces and word joiners.
    Breaks,
    /// U+200C and U+200D.
    Joiners,
    /// Marks, embeddings and isolates of direction.
    Directions,
    /// Tag characters.
    Tags,
}

const WHAT: [(&str, What, &str); 4] = [
    ("breaks", What::Breaks, r"[\x{AD}\x{200B}\x{2060}]"),
    ("joiners", What::Joiners, r"[\x{200C}\x{200D}]"),
    ("directions", What::Directions, r"[\x{61C}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}]"),
    ("tags", What::Tags, r"[\x{E0000}-\x{E007F}]"),
];

impl What {
    fn holds(self, c: char) -> bool {
        match self {
            What::Breaks => matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}'),
            What::Joiners => matches!(c, '\u{200C}' | '\u{200D}'),
            What::Directions => {
                matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            }
            What::Tags => matches!(c, '\u{E0000}'..='\u{E007F}'),
        }
    }
}

/// The built-in finder `invisible`.
pub(super) struct Invisible {
    what: What,
    trigger: &'static str,
}

impl Invisible {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("invisible", options, &["what"]);
        let (_, what, trigger) = WHAT[reader.choice("what", &WHAT.map(|(name, ..)| name)).unwrap_or(0)];
        reader.finish(|| Self { what, trigger })
    }
}

impl Finder for Invisible {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = Text { doc, plain: OnceCell::new(), right_to_left: OnceCell::new() };
        for (index, line) in doc.lines().as_slice().iter().enumerate() {
            if !doc.text()[line.content.range()].contains(|c| self.what.holds(c)) {
                continue;
            }
            let line = Line::new(doc.text(), line.content);
            match self.what {
                What::Tags => tags(&line, found),
                What::Directions => {
                    if !line.has(is_right_to_left) && !text.is_right_to_left() {
                        delete(&line, line.runs(|c| self.what.holds(c)), found);
                    }
                }
                What::Breaks | What::Joiners => {
                    for around in line.runs(is_unseen) {
                        if text.needs_nothing(&line, around, index) {
                            self.members(&line, around, found);
                        }
                    }
                }
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![self.trigger.to_owned()])
    }
}

impl Invisible {
    /// Finds what this rule takes out of the invisible characters `around`.
    fn members(&self, line: &Line<'_>, around: Run, found: &mut Vec<Found>) {
        let mut from = around.from;
        while from < around.to {
            let end = (from..around.to).find(|&index| !line.char_at(index).is_some_and(|c| self.what.holds(c)));
            let run = Run { from, to: end.unwrap_or(around.to) };
            if run.from < run.to {
                delete(line, [run], found);
            }
            from = run.to + 1;
        }
    }
}

/// Characters that neighbours are looked for beyond.
fn is_unseen(c: char) -> bool {
    is_invisible(c) && !matches!(c, '\u{0}'..='\u{9F}')
}

fn delete(line: &Line<'_>, runs: impl IntoIterator<Item = Run>, found: &mut Vec<Found>) {
    for run in runs {
        found.push(Found { span: line.span(run), after: String::new(), evidence: None, score: None });
    }
}

/// Questions about the whole text, answered once.
struct Text<'d, 't> {
    doc: &'d Document<'t>,
    plain: OnceCell<bool>,
    right_to_left: OnceCell<bool>,
}

impl Text<'_, '_> {
    /// Whether the invisible characters at `run` stand where only scripts are written that need none of them.
    fn needs_nothing(&self, line: &Line<'_>, run: Run, index: usize) -> bool {
        let (before, behind) = line.sides(run);
        let plain = |side| matches!(side, Kind::Edge | Kind::Space | Kind::Letter | Kind::Digit | Kind::Mark);
        let joined = line.text_of(run).contains(['\u{200C}', '\u{200D}']);
        // Between digits a joiner keeps them together; beside a sign a joiner may make one emoji of two.
        if (before, behind) == (Kind::Digit, Kind::Digit)
            || [before, behind].contains(&Kind::Foreign)
            || (joined && !(plain(before) && plain(behind)))
        {
            return false;
        }
        if line.text_of(run).contains('\u{AD}') && (line.may_be_half_a_letter(run) || self.hyphenates(line, run, index))
        {
            return false;
        }
        let mut letters = line.letters(run).peekable();
        match letters.peek() {
            Some(_) => letters.all(|letter| letter == Kind::Letter),
            None => self.is_plain(),
        }
    }

    /// Whether `run` ends a line inside a word that the next line goes on with: that is for a rule that joins lines.
    fn hyphenates(&self, line: &Line<'_>, run: Run, index: usize) -> bool {
        let next = self.doc.lines().as_slice().get(index + 1);
        let next = next.and_then(|line| self.doc.text()[line.content.range()].trim_start().chars().next());
        line.before(run).is_some_and(is_plain_letter) && !line.goes_on(run) && next.is_some_and(char::is_alphabetic)
    }

    /// Whether the text is in a script that needs nothing invisible.
    fn is_plain(&self) -> bool {
        *self.plain.get_or_init(|| {
            let text = self.doc.text();
            text.contains(is_plain_letter) && !text.contains(is_unspaced)
        })
    }

    /// Whether an eighth of the letters are written from right to left.
    fn is_right_to_left(&self) -> bool {
        *self.right_to_left.get_or_init(|| {
            let letters = self.doc.text().chars().filter(|c| c.is_alphabetic());
            let (all, right_to_left) =
                letters.fold((0_usize, 0), |(all, right), c| (all + 1, right + usize::from(is_right_to_left(c))));
            right_to_left * 8 > all
        })
    }
}

/// Finds tags that make no flag: a black flag, the letters or digits of a region as tags, and the tag that ends it.
fn tags(line: &Line<'_>, found: &mut Vec<Found>) {
    for run in line.runs(|c| What::Tags.holds(c)) {
        let tags = line.text_of(run);
        let region = tags.strip_suffix('\u{E007F}').unwrap_or_default();
        let is_flag = line.before(run) == Some('\u{1F3F4}')
            && (3..=6).contains(&region.chars().count())
            && region.chars().all(|c| matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}'));
        if !is_flag {
            delete(line, [run], found);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::neighbours::{Kind, kind};
    use super::super::testing::{clean, finder};

    fn without(what: &str, text: &str) -> String {
        clean(&*finder("invisible", &json!({ "what": what })), text, None)
    }

    macro_rules! takes_out {
        ($($name:ident: $what:literal $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(without($what, $before), $after); })*
        };
    }

    takes_out! {
        breaks_in_and_beside_words: "breaks"
            "a\u{AD}b \u{200B}c\u{200B} d\u{2060}, (\u{200B}e)\u{200B}" => "ab c d, (e)";
        breaks_at_line_edges: "breaks" "\u{200B}one\u{AD}\n\n\u{200B}\ntwo\u{200B}\r\n" => "one\n\n\ntwo\r\n";
        breaks_of_greek_and_cyrillic: "breaks" "го\u{AD}род, πό\u{AD}λη\u{200B}" => "город, πόλη";
        breaks_behind_accents: "breaks" "cafe\u{301}\u{AD}s" => "cafe\u{301}s";
        breaks_beside_emoji: "breaks" "so\u{200B} 😀\u{200B} it is" => "so 😀 it is";
        a_break_inside_a_word_at_a_line_end_stays: "breaks" "Ent\u{AD}\nwurf" => "Ent\u{AD}\nwurf";
        a_break_between_digits_stays: "breaks" "10\u{2060}20 Tage" => "10\u{2060}20 Tage";
        breaks_of_thai_stay: "breaks" "ภาษา\u{200B}ไทย \u{200B}a" => "ภาษา\u{200B}ไทย \u{200B}a";
        breaks_of_khmer_stay: "breaks" "ភាសា\u{200B}ខ្មែរ" => "ភាសា\u{200B}ខ្មែរ";
        breaks_of_burmese_stay: "breaks" "မြန်မာ\u{200B}ဘာသာ" => "မြန်မာ\u{200B}ဘာသာ";
        breaks_of_lao_and_tibetan_stay: "breaks" "ພາສາ\u{200B}ລາວ བོད\u{200B}སྐད" => "ພາສາ\u{200B}ລາວ བོད\u{200B}སྐད";
        breaks_of_chinese_stay: "breaks" "中\u{200B}文 \u{200B}日本" => "中\u{200B}文 \u{200B}日本";
        blank_lines_of_thai_stay: "breaks" "ภาษา\n\u{200B}\nabc" => "ภาษา\n\u{200B}\nabc";
        half_a_letter_stays: "breaks" "dÃ\u{AD}as, â\u{AD}\u{90}, à¤\u{AD}, Ă\u{AD}" => "dÃ\u{AD}as, â\u{AD}\u{90}, à¤\u{AD}, Ă\u{AD}";
        a_letter_that_might_lead_three: "breaks" "châ\u{AD}teau" => "château";
        joiners_in_latin: "joiners" "Auf\u{200C}lage, a\u{200D} b" => "Auflage, a b";
        joiners_of_persian_stay: "joiners" "می\u{200C}خواهم ه\u{200D} " => "می\u{200C}خواهم ه\u{200D} ";
        joiners_of_hindi_stay: "joiners" "क्\u{200D}ष क्\u{200C}ष" => "क्\u{200D}ष क्\u{200C}ष";
        joiners_of_tamil_and_malayalam_stay: "joiners" "க்\u{200C}ஷ ന്\u{200D}" => "க்\u{200C}ஷ ന്\u{200D}";
        joiners_of_emoji_stay: "joiners" "👩\u{200D}🚀 ❤\u{FE0F}\u{200D}🔥 a" => "👩\u{200D}🚀 ❤\u{FE0F}\u{200D}🔥 a";
        directions_in_latin: "directions" "\u{200E}abc \u{202A}def\u{202C} \u{2066}g\u{2069}\u{61C}" => "abc def g";
        directions_in_chinese: "directions" "\u{200E}中文\u{200E}" => "中文";
        directions_in_hebrew_stay: "directions" "שלום\u{200F} abc\u{200E}!" => "שלום\u{200F} abc\u{200E}!";
        directions_in_arabic_stay: "directions" "مرحبا\u{200F}! \u{2067}abc\u{2069}" => "مرحبا\u{200F}! \u{2067}abc\u{2069}";
        directions_in_syriac_and_thaana_stay: "directions" "ܫܠܡܐ\u{200F}\nދިވެހި\u{200F}" => "ܫܠܡܐ\u{200F}\nދިވެހި\u{200F}";
        directions_of_a_line_in_an_arabic_text_stay: "directions" "مرحبا بالعالم\n\u{200F}12:30 WhatsApp" => "مرحبا بالعالم\n\u{200F}12:30 WhatsApp";
        directions_of_a_line_in_an_english_text: "directions"
            "The word is שלום\u{200F} in Hebrew, says everybody who reads it.\n\u{200E}Nobody knows what it was before." =>
            "The word is שלום\u{200F} in Hebrew, says everybody who reads it.\nNobody knows what it was before.";
        tags_that_say_something: "tags" "Hi\u{E0048}\u{E0069} \u{E0001}there" => "Hi there";
        tags_of_flags_stay: "tags" "🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}" => "🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}";
        tags_behind_a_flag_that_are_no_region: "tags" "🏴\u{E0067}\u{E0062}" => "🏴";
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for what in ["breaks", "joiners", "directions", "tags"] {
            for piece in ["\u{AD}", ".\u{200B}", "\u{200D}\u{AD}", "\u{200E}", "\u{E0041}", "\u{AD}\n", "😀\u{200D}"]
            {
                without(what, &piece.repeat(30_000));
            }
        }
    }

    #[test]
    fn kinds_are_told_apart() {
        for (c, expected) in [
            ('é', Kind::Letter),
            ('ж', Kind::Letter),
            ('ώ', Kind::Letter),
            ('Ａ', Kind::Foreign),
            ('中', Kind::Foreign),
            ('ि', Kind::Foreign),
            ('5', Kind::Digit),
            ('»', Kind::Mark),
            ('\u{A0}', Kind::Space),
            ('😀', Kind::Symbol),
            ('\u{301}', Kind::Letter),
            ('€', Kind::Mark),
        ] {
            assert_eq!(kind(c), expected, "{c}");
        }
    }
}
