//! Spaces that are not plain: no-break spaces, wide and narrow ones, and characters that break a line without
//! being a line end to anybody but a word processor.
//!
//! Where typography asks for such a space it stays: one no-break space between two characters, thin spaces in numbers,
//! in abbreviations and before French marks, the wide space of Chinese and Japanese.

use crate::rules::diagnostics::Diagnostic;
use crate::text::Document;

use super::code::{Fences, is_code_line, is_technical};
use super::cut::line_end_of;
use super::neighbours::{Kind, Line, Run, is_plain_letter, kind};
use super::options::Reader;
use super::{Finder, Found, Options};

/// What a rule of this finder mends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// Special spaces in runs, beside plain ones and at the edges of lines.
    Runs,
    /// One wide or narrow space between two words.
    Words,
    /// One no-break space between two words.
    NoBreak,
    /// Line and paragraph separators, form feeds and vertical tabs.
    LineBreaks,
}

const WHAT: [(&str, What, &str); 4] = [
    ("runs", What::Runs, r"[\x{A0}\x{2000}-\x{200A}\x{202F}\x{205F}]"),
    ("words", What::Words, r"[\x{2000}-\x{200A}\x{205F}\x{3000}]"),
    ("no-break", What::NoBreak, r"[\x{A0}\x{202F}]"),
    ("line-breaks", What::LineBreaks, r"[\x0B\x0C\x{2028}\x{2029}]"),
];

/// The built-in finder `spaces`.
pub(super) struct Spaces {
    what: What,
    trigger: &'static str,
}

impl Spaces {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("spaces", options, &["what"]);
        let (_, what, trigger) = WHAT[reader.choice("what", &WHAT.map(|(name, ..)| name)).unwrap_or(0)];
        reader.finish(|| Self { what, trigger })
    }
}

impl Finder for Spaces {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let wanted =
            |c| if self.what == What::LineBreaks { is_line_break(c) } else { is_special(c) || c == '\u{3000}' };
        let mut fences = Fences::default();
        let mut technical = None;
        for line in doc.lines().as_slice() {
            let content = &text[line.content.range()];
            let fenced = fences.holds(content);
            if !content.contains(wanted) {
                continue;
            }
            let characters = Line::new(text, line.content);
            let line = &characters;
            match self.what {
                What::Runs => {
                    let mut indented =
                        |line: &str| is_code_line(line) || *technical.get_or_insert_with(|| is_technical(text));
                    let code = fenced || (content.starts_with([' ', '\t', '\u{A0}']) && indented(content));
                    for run in line.runs(|c| is_special(c) || matches!(c, ' ' | '\t')) {
                        change(line, run, mended(line, run, code), found);
                    }
                }
                What::Words => {
                    for run in line.runs(is_space) {
                        change(line, run, between_words(line, run).then(|| " ".to_owned()), found);
                    }
                }
                What::NoBreak => {
                    for run in line.runs(is_space) {
                        change(line, run, is_needless(line, run).then(|| " ".to_owned()), found);
                    }
                }
                What::LineBreaks => {
                    let end = line_end_of(doc);
                    for run in line.runs(is_line_break) {
                        let after = if line.has_begun(run) && line.goes_on(run) { end } else { "" };
                        change(line, run, Some(after.to_owned()), found);
                    }
                }
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![self.trigger.to_owned()])
    }
}

fn change(line: &Line<'_>, run: Run, after: Option<String>, found: &mut Vec<Found>) {
    if let Some(after) = after.filter(|after| *after != line.text_of(run)) {
        found.push(Found { span: line.span(run), after, evidence: None, score: None });
    }
}

fn is_no_break(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{202F}')
}

/// Spaces that are not plain, without the one of East Asian text and that of Ogham, which is a letter's line.
fn is_special(c: char) -> bool {
    is_no_break(c) || matches!(c, '\u{2000}'..='\u{200A}' | '\u{205F}')
}

fn is_space(c: char) -> bool {
    is_special(c) || matches!(c, ' ' | '\t' | '\u{3000}')
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\u{0B}' | '\u{0C}' | '\u{2028}' | '\u{2029}')
}

/// Returns what should stand in place of the spaces of `run`, if something else should.
fn mended(line: &Line<'_>, run: Run, code: bool) -> Option<String> {
    let spaces = line.text_of(run);
    if !spaces.contains(is_special) || (spaces.starts_with('\u{A0}') && line.may_be_half_a_letter(run)) {
        return None;
    }
    let without = |out: fn(char) -> bool| spaces.chars().filter(|&c| !out(c)).collect::<String>();
    match line.sides(run) {
        // What ends a line nobody sees. What begins it may be an indent: of code, or in wide spaces of a paragraph.
        (_, Kind::Edge) => Some(without(is_special)),
        // More than one is an indent, which says what belongs to what.
        (Kind::Edge, _) if spaces.chars().filter(|&c| is_no_break(c)).count() > 1 => None,
        (Kind::Edge, _) => (!code).then(|| without(is_no_break)),
        _ if spaces.chars().nth(1).is_none() => None,
        (Kind::Foreign, _) | (_, Kind::Foreign) if !spaces.contains(is_no_break) => None,
        _ if code => None,
        _ => {
            let no_break = spaces.chars().find(|&c| is_no_break(c));
            Some(match no_break {
                Some(space) if wants_no_break(line, run) => space.to_string(),
                _ if spaces.contains([' ', '\t']) => without(is_special),
                _ => " ".to_owned(),
            })
        }
    }
}

/// Whether French typography puts a no-break space at `run`: before high marks and inside guillemets.
fn wants_no_break(line: &Line<'_>, run: Run) -> bool {
    let opened = line.before(run).is_some_and(|c| matches!(c, '«' | '‹'));
    let beside_word = line.before(run).is_some_and(|c| !matches!(c, ';' | ':') && kind(c) != Kind::Symbol);
    opened || (beside_word && line.behind(run).is_some_and(|c| matches!(c, ';' | ':' | '!' | '?' | '»' | '›' | '%')))
}

/// Whether `run` is one wide or narrow space that only parts two words.
fn between_words(line: &Line<'_>, run: Run) -> bool {
    let mut spaces = line.text_of(run).chars();
    let (Some(space), None) = (spaces.next(), spaces.next()) else { return false };
    if is_no_break(space) || matches!(space, ' ' | '\t') {
        return false;
    }
    let (before, behind) = (letters_before(line, run.from), letters_behind(line, run.to));
    match space {
        // Thin spaces stand in `z. B.`, `10 km` and around dashes: between whole words they stand by accident.
        '\u{2007}'..='\u{200A}' => before >= 2 && behind >= 2,
        // Letters that are spaced out are no words.
        '\u{3000}' => before + behind >= 3 && before > 0 && behind > 0,
        _ => {
            let ended = line
                .before(run)
                .is_some_and(|c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '…' | ')' | '”' | '’'));
            behind > 0 && (ended && behind >= 2 || before > 0 && before + behind >= 3)
        }
    }
}

/// Counts letters before the character `index`, three at most.
fn letters_before(line: &Line<'_>, index: usize) -> usize {
    let letters = (0..index).rev().map_while(|index| line.char_at(index));
    letters.take(3).take_while(|&c| kind(c) == Kind::Letter).count()
}

/// Counts letters from the character `index` on, three at most.
fn letters_behind(line: &Line<'_>, index: usize) -> usize {
    let letters = (index..).map_while(|index| line.char_at(index));
    letters.take(3).take_while(|&c| kind(c) == Kind::Letter).count()
}

/// Whether `run` is one no-break space that no typography asks for: between two words, of which the first is no
/// preposition of one letter and no abbreviation.
fn is_needless(line: &Line<'_>, run: Run) -> bool {
    let mut spaces = line.text_of(run).chars();
    let (Some(space), None) = (spaces.next(), spaces.next()) else { return false };
    if !is_no_break(space) || line.may_be_half_a_letter(run) {
        return false;
    }
    let (Some(before), Some(behind)) = (line.before(run), line.behind(run)) else { return false };
    let ended = matches!(before, ',' | ';' | ':' | '!' | '?' | '…' | ')' | '”' | '’');
    let begins = is_plain_letter(behind) || matches!(behind, '„' | '“' | '‘' | '(');
    // `product X`: a letter that names something stays with it.
    let named = behind.is_uppercase() && letters_behind(line, run.to) == 1;
    (ended || letters_before(line, run.from) >= 2) && begins && !named
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    fn mend(what: &str, text: &str) -> String {
        clean(&*finder("spaces", &json!({ "what": what })), text, None)
    }

    macro_rules! mends {
        ($($name:ident: $what:literal $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(mend($what, $before), $after); })*
        };
    }

    mends! {
        runs_of_no_break_spaces: "runs" "a\u{A0}\u{A0}b, c\u{A0} d \u{A0}e\u{202F}\u{A0}f" => "a b, c d e f";
        plain_spaces_beside_them_stay: "runs" "a  \u{A0}b\t\u{A0}c" => "a  b\tc";
        edges_of_lines: "runs" "\u{A0}a\u{A0}\n\u{A0}\u{A0}\r\n \u{A0}b \u{A0}" => "a\n\r\n b ";
        one_alone_stays: "runs" "10\u{A0}km, z.\u{A0}B., oui\u{202F}!, 中\u{A0}文" => "10\u{A0}km, z.\u{A0}B., oui\u{202F}!, 中\u{A0}文";
        french_marks_keep_one: "runs" "«\u{A0} oui\u{A0}\u{A0}! » non \u{202F}: là" => "«\u{A0}oui\u{A0}! » non\u{202F}: là";
        half_a_letter_stays: "runs" "voilÃ\u{A0} le, â€\u{A0} x" => "voilÃ\u{A0} le, â€\u{A0} x";
        other_scripts: "runs" "नमस्ते\u{A0} दुनिया, مرحبا\u{A0}\u{A0}بك" => "नमस्ते दुनिया, مرحبا بك";
        indents_of_wide_spaces_stay: "runs" "\u{2003}\u{2003}Ein Absatz\n\u{3000}段落" => "\u{2003}\u{2003}Ein Absatz\n\u{3000}段落";
        wide_spaces_at_a_line_end: "runs" "the end\u{200A}\nnext\u{2003}" => "the end\nnext";
        wide_spaces_beside_plain_ones: "runs" "a \u{2003}b\u{2009} c" => "a b c";
        columns_of_chinese_stay: "runs" "作者\u{2003}\u{2003}王" => "作者\u{2003}\u{2003}王";
        indents_of_code_stay: "runs" "\u{A0}\u{A0}if a() {\n\u{A0}b();\n}" => "\u{A0}\u{A0}if a() {\n\u{A0}b();\n}";
        fenced_code_stays: "runs" "```\n\u{A0}\u{A0}a\u{A0} b\n```" => "```\n\u{A0}\u{A0}a\u{A0} b\n```";
        wide_spaces_between_words: "words" "hello\u{2002}world.\u{2003}Then\u{2006}it\u{205F}is" => "hello world. Then it is";
        thin_spaces_between_words: "words" "hello\u{2009}world\u{200A}again" => "hello world again";
        thin_spaces_that_belong: "words" "10\u{2009}km, z.\u{2009}B., non\u{2009}!, so\u{200A}—\u{200A}so, 1\u{2007}000" => "10\u{2009}km, z.\u{2009}B., non\u{2009}!, so\u{200A}—\u{200A}so, 1\u{2007}000";
        letters_spaced_out: "words" "S\u{2009}o\u{2009}, A\u{2003}B" => "S\u{2009}o\u{2009}, A\u{2003}B";
        the_space_of_east_asia: "words" "word\u{3000}word, 全角\u{3000}空白, ＡＢ\u{3000}ＣＤ" => "word word, 全角\u{3000}空白, ＡＢ\u{3000}ＣＤ";
        the_space_of_ogham: "words" "ᚁᚂ\u{1680}ᚃᚄ" => "ᚁᚂ\u{1680}ᚃᚄ";
        no_break_spaces_between_words: "no-break" "so\u{A0}it goes,\u{A0}he said\u{202F}again" => "so it goes, he said again";
        no_break_spaces_that_belong: "no-break"
            "w\u{A0}domu, J.\u{A0}Novak, type\u{A0}X, 5\u{A0}mm, 10\u{202F}000, oui\u{A0}!, «\u{A0}a\u{A0}», §\u{A0}5, à\u{A0}Paris\u{A0}– x" =>
            "w\u{A0}domu, J.\u{A0}Novak, type\u{A0}X, 5\u{A0}mm, 10\u{202F}000, oui\u{A0}!, «\u{A0}a\u{A0}», §\u{A0}5, à\u{A0}Paris\u{A0}– x";
        half_a_letter_between_words: "no-break" "voilÃ\u{A0}le" => "voilÃ\u{A0}le";
        line_separators: "line-breaks" "one\u{2028}two\u{2029}three\u{0B}four" => "one\ntwo\nthree\nfour";
        a_page_break_beside_a_line_end: "line-breaks" "one\n\u{0C}two\u{0C}\r\n\u{0C}" => "one\ntwo\r\n";
        the_line_ends_of_the_text: "line-breaks" "one\r\ntwo\u{2028}three" => "one\r\ntwo\r\nthree";
        next_line_is_no_business_of_it: "line-breaks" "one\u{85}two" => "one\u{85}two";
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for what in ["runs", "words", "no-break", "line-breaks"] {
            for piece in ["\u{A0}", "a\u{A0}", "\u{2003}a", "\u{2028}", "\u{2028} ", "\u{A0}\n", "é\u{3000}"] {
                mend(what, &piece.repeat(20_000));
            }
        }
    }
}
