//! Language switchers: lines that are nothing but names of languages in their own tongue.
//!
//! Extraction leaves them behind glued (`EnglishFrançais日本語`), separated by spaces or bars, or one name a line; in a
//! line each may have its code or a flag beside it (`EN English`, `🇩🇪 Deutsch (DE)`).
//! Sentences and lists that *speak* of languages stay: they have commas, colons, small words, a heading that says
//! what the languages are for, or name the languages in one tongue.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Lines, Span, is_word_char};

use super::options::Reader;
use super::{Finder, Found, Options};

/// A switcher in one line names at least so many languages,
const NAMES: usize = 4;
/// so many different ones in their own tongue,
const OWN: usize = 3;
/// and one out of so many characters at most is not part of a name that is known.
const UNKNOWN: usize = 4;
/// A switcher over several lines has at least so many,
const LINES: usize = 5;
/// with so many different languages in their own tongue.
const OWN_LINES: usize = 4;

/// What may stand between two names.
const SEPARATORS: &[char] = &['|', '/', '•', '·', '‧', '∙', '●', '–', '—', '-', '›', '»', '[', ']'];

/// What stands between two names and is longer says something; in bytes.
const LONGEST_GAP: usize = 32;
/// So many codes may stand between two names: of the one before and of the one behind.
const CODES: usize = 2;

/// [`is_picture`] as a part of a class.
const PICTURES: &str = r"\x{1F1E6}-\x{1F1FF}\x{1F30D}-\x{1F310}\x{1F3F4}\x{E0061}-\x{E007F}\x{FE0F}";
/// [`is_unseen`] as a part of a class.
const UNSEEN: &str = r"\x{200B}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}\x{2066}-\x{2069}";

/// The built-in finder `language_list`.
pub(super) struct LanguageList {
    /// Every spelling of every name,
    patterns: Vec<String>,
    /// as an automaton.
    names: OnceLock<AhoCorasick>,
    /// For each of `patterns`: its language and whether this is its own name for itself.
    meanings: Vec<(usize, bool)>,
    /// The code of each language.
    codes: Vec<String>,
    trigger: String,
    /// Headings of lists that stay: courses, subtitles. In small letters.
    heads: HashSet<String>,
}

impl LanguageList {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("language-list", options, &["names", "also", "heads"]);
        let names = reader.names("names");
        let also = reader.names("also");
        let heads = reader.words("heads");
        reader.finish(|| Self::from_names(&names, &also, &heads))
    }

    fn from_names(names: &[(String, Vec<String>)], also: &[(String, Vec<String>)], heads: &[String]) -> Self {
        let mut codes: Vec<&str> = Vec::new();
        let mut patterns = Vec::new();
        let mut meanings = Vec::new();
        let entries = names.iter().map(|entry| (entry, true)).chain(also.iter().map(|entry| (entry, false)));
        for ((code, names), own) in entries {
            let language = codes.iter().position(|known| known == code).unwrap_or_else(|| {
                codes.push(code);
                codes.len() - 1
            });
            for spelling in names.iter().flat_map(|name| spellings(name)) {
                patterns.push(spelling);
                meanings.push((language, own));
            }
        }
        let own = || patterns.iter().zip(&meanings).filter(|(_, meaning)| meaning.1).map(|(name, _)| name);
        let any = |ends: BTreeSet<&str>| ends.into_iter().map(regex::escape).collect::<Vec<_>>().join("|");
        let last = any(own().map(|name| last_chars(name)).collect());
        let first = any(own().map(|name| first_chars(name)).collect());
        let between = regex::escape(&SEPARATORS.iter().collect::<String>());
        // Two own names with nothing between them that says anything, or one code: every switcher has such a place.
        // The ends of the names are enough to be rare, and a third of the pattern.
        let gap = format!(r"[\s{between}{PICTURES}{UNSEEN}()（）]*");
        let trigger = format!(r"(?:{last}){gap}(?:[A-Za-z]{{2}}{gap})?(?:{first})");
        let codes = codes.into_iter().map(str::to_owned).collect();
        let heads = heads.iter().map(|head| head.to_lowercase()).collect();
        Self { patterns, names: OnceLock::new(), meanings, codes, trigger, heads }
    }

    /// Returns the automaton, which is built for the first text that may hold a switcher.
    fn names(&self) -> &AhoCorasick {
        self.names.get_or_init(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&self.patterns)
                .expect("a list that fits into a rule file fits into an automaton")
        })
    }
}

/// So many characters of a name, from either end, make the trigger.
const END: usize = 5;

fn first_chars(name: &str) -> &str {
    &name[..name.char_indices().nth(END).map_or(name.len(), |(at, _)| at)]
}

fn last_chars(name: &str) -> &str {
    &name[name.char_indices().rev().nth(END - 1).map_or(0, |(at, _)| at)..]
}

/// Returns the ways in which a menu writes `name`: as given, small, in capitals, with a capital first.
fn spellings(name: &str) -> Vec<String> {
    let mut first = name.chars();
    let capitalized = first.next().map_or(String::new(), |c| c.to_uppercase().collect::<String>() + first.as_str());
    let mut spellings = vec![name.to_owned(), name.to_lowercase(), name.to_uppercase(), capitalized];
    spellings.sort();
    spellings.dedup();
    spellings
}

/// A name of a language found in a line.
#[derive(Clone, Copy)]
struct Name {
    span: Span,
    language: usize,
    own: bool,
}

impl Finder for LanguageList {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let lines = doc.lines().as_slice();
        let mut names = self.names().find_iter(text).peekable();
        let mut run = Run::default();
        let mut in_line = Vec::new();
        // The line before the run that is not blank.
        let mut head = "";
        let mut last = "";
        for (index, line) in lines.iter().enumerate() {
            in_line.clear();
            while let Some(name) = names.next_if(|name| name.start() < line.full.end) {
                let (language, own) = self.meanings[name.pattern().as_usize()];
                in_line.push(Name { span: Span::new(name.start(), name.end()), language, own });
            }
            let content = trim(text, line.content);
            match in_line.as_slice() {
                [] if content.is_empty() => continue, // Blank lines do not end a run.
                [name] if is_alone(text, content, name.span) => {
                    if run.names.is_empty() {
                        head = last;
                    }
                    run.names.push((index, *name));
                    run.unknown += std::mem::take(&mut run.waiting);
                }
                [] | [_] if run.admits(&text[content.range()]) => run.waiting += 1,
                _ => {
                    self.end_run(doc, head, &text[content.range()], &mut run, found);
                    if self.is_switcher(text, content, &in_line) && !self.announces(last) {
                        found.push(deletion(doc.lines(), index, index, &in_line));
                    }
                }
            }
            last = &text[content.range()];
        }
        self.end_run(doc, head, "", &mut run, found);
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![self.trigger.clone()])
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

impl LanguageList {
    /// Whether the line `content` with these names in it is nothing but a switcher.
    fn is_switcher(&self, text: &str, content: Span, names: &[Name]) -> bool {
        if names.len() < NAMES || own_languages(names) < OWN {
            return false;
        }
        let (mut unknown, mut own_neighbours) = (0, false);
        let mut last: Option<&Name> = None;
        for name in names.iter().map(Some).chain([None]) {
            let start = last.map_or(content.start, |last| last.span.end);
            let end = name.map_or(content.end, |name| name.span.start);
            let between = self.without_codes(&text[start..end], last, name);
            if !is_between(&between, last.is_none()) {
                return false;
            }
            unknown += between.chars().filter(|c| is_word_char(*c)).count();
            own_neighbours |= last.is_some_and(|last| last.own)
                && name.is_some_and(|name| name.own)
                && between.chars().all(|c| is_separator(c) || is_bracket(c));
            last = name;
        }
        let all = text[content.range()].chars().filter(|c| is_word_char(*c)).count();
        own_neighbours && unknown * UNKNOWN <= all
    }

    /// Returns what stands between two names without the codes that belong to them.
    fn without_codes<'g>(&self, between: &'g str, last: Option<&Name>, next: Option<&Name>) -> Cow<'g, str> {
        let is_letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
        if between.len() > LONGEST_GAP || !between.contains(|c: char| c.is_ascii_alphabetic()) {
            return Cow::Borrowed(between);
        }
        let mut out = String::new();
        let (mut at, mut codes) = (0, 0);
        while let Some(start) = between[at..].find(is_letter).map(|found| at + found) {
            let end = between[start..].find(|c| !is_letter(c)).map_or(between.len(), |len| start + len);
            let run = &between[start..end];
            let code = run.trim_matches(['-', '_']);
            let capitals = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
            let named = [last, next].into_iter().flatten().any(|name| self.is_code(code, name.language));
            // Small letters beside a name are a part of its word: `Englishes Español`.
            let touches = (last.is_some() && start == 0 && run.starts_with(code))
                || (next.is_some() && end == between.len() && run.ends_with(code));
            let in_word =
                between[..start].ends_with(char::is_alphanumeric) || between[end..].starts_with(char::is_alphanumeric);
            out.push_str(&between[at..start]);
            if codes < CODES && !in_word && !code.is_empty() && (capitals || (named && !touches)) {
                codes += 1;
            } else {
                out.push_str(run);
            }
            at = end;
        }
        out.push_str(&between[at..]);
        Cow::Owned(out)
    }

    /// Whether `part` is the code of `language`, alone or with a country or a script.
    fn is_code(&self, part: &str, language: usize) -> bool {
        let mut parts = part.split(['-', '_']);
        let code = parts.next().unwrap_or_default();
        let rest = |rest: &str| (2..=4).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphabetic());
        code.eq_ignore_ascii_case(&self.codes[language]) && parts.next().is_none_or(rest) && parts.next().is_none()
    }

    /// Whether `head` is a line that says what the languages below it are for.
    fn announces(&self, head: &str) -> bool {
        head.ends_with([':', '：']) || self.heads.contains(&head.to_lowercase())
    }

    /// Reports the lines of `run`, one name each, if they are a switcher below `head` and above `next`; and begins a new
    /// run.
    fn end_run(&self, doc: &Document<'_>, head: &str, next: &str, run: &mut Run, found: &mut Vec<Found>) {
        let (text, lines) = (doc.text(), doc.lines());
        let names: Vec<Name> = run.names.iter().map(|(_, name)| *name).collect();
        if let (Some(first), Some(last)) = (run.names.first(), run.names.last())
            && names.len() >= LINES
            && run.unknown * UNKNOWN <= names.len()
            && own_languages(&names) >= OWN_LINES
            && has_own_neighbours(text, &names)
            && !self.announces(head)
            && !is_of_sentence(head, next)
        {
            found.push(deletion(lines, first.0, last.0, &names));
        }
        *run = Run::default();
    }
}

/// Lines with one name each, and among them a few with a name that nobody knows.
#[derive(Default)]
struct Run {
    /// Each name with the index of its line.
    names: Vec<(usize, Name)>,
    /// Lines without a known name between those with one.
    unknown: usize,
    /// Such lines behind the last name: part of the run only if another name follows.
    waiting: usize,
}

impl Run {
    /// Whether `line` could be a name among those of the run: short, and nothing but letters.
    fn admits(&self, line: &str) -> bool {
        let letters = |c: char| (is_word_char(c) && !c.is_numeric()) || matches!(c, ' ' | '-' | '\'' | '’' | '(' | ')');
        self.names.len() >= LINES
            && self.waiting < 2
            && line.chars().count() <= 24
            && line.split(' ').count() <= 3
            && line.chars().all(letters)
    }
}

/// So many words that end no sentence begin one that a list goes on with,
const WORDS: usize = 5;

/// Whether a list between the lines `head` and `next` is part of a sentence: `head` breaks off (`It has been translated
/// into`) and `next` goes on with a small letter, or `head` ends with a small word.
fn is_of_sentence(head: &str, next: &str) -> bool {
    let last = head.rsplit(' ').next().unwrap_or_default();
    let breaks_off = head.split(' ').count() >= WORDS && last.ends_with(char::is_lowercase);
    breaks_off && (next.starts_with(char::is_lowercase) || last.chars().count() <= SMALL)
}

/// A small word has so many letters at most: `into`, `auf`, `en`.
const SMALL: usize = 4;

/// Deletes the lines from `first` to `last`, in which `names` stand.
fn deletion(lines: &Lines, first: usize, last: usize, names: &[Name]) -> Found {
    let evidence = format!("{} names of languages, {} in their own tongue", names.len(), own_languages(names));
    Found { span: lines.deletion(first, last), after: String::new(), evidence: Some(evidence), score: None }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || SEPARATORS.contains(&c) || is_picture(c) || is_unseen(c)
}

fn is_bracket(c: char) -> bool {
    matches!(c, '(' | ')' | '（' | '）')
}

/// Flags and globes, with what belongs to them.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F30D}'..='\u{1F310}' | '\u{1F3F4}' | '\u{E0061}'..='\u{E007F}' | '\u{FE0F}')
}

/// Marks that steer the direction of a text, and spaces of no width.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

/// Whether the name at `span` stands alone on the line `content`, but for a flag.
fn is_alone(text: &str, content: Span, span: Span) -> bool {
    let around = [&text[content.start..span.start], &text[span.end..content.end]];
    around.iter().all(|side| side.chars().all(|c| c.is_whitespace() || is_picture(c) || is_unseen(c)))
}

/// Whether `between` may stand between two names: separators, and names that are not known.
fn is_between(between: &str, is_first: bool) -> bool {
    let allowed = |c: char| is_word_char(c) || is_separator(c) || is_bracket(c) || matches!(c, '-' | '\'' | '’');
    if !between.chars().all(allowed) {
        return false;
    }
    // A word in front is a label (`Subtitles English …`); a small one belongs to a sentence (`… and Deutsch`) or
    // makes the name before it a part of another word (`Deutsch|land`).
    let mut words = between.split(is_separator);
    let label = is_first && between.contains(is_separator) && words.clone().next().is_some_and(|word| !word.is_empty());
    !label && !words.any(|word| word.starts_with(char::is_lowercase))
}

fn own_languages(names: &[Name]) -> usize {
    names.iter().filter(|name| name.own).map(|name| name.language).collect::<HashSet<_>>().len()
}

/// Whether two names in their own tongue stand side by side.
fn has_own_neighbours(text: &str, names: &[Name]) -> bool {
    names
        .windows(2)
        .any(|pair| pair[0].own && pair[1].own && text[pair[0].span.end..pair[1].span.start].chars().all(is_separator))
}

fn trim(text: &str, span: Span) -> Span {
    let content = &text[span.range()];
    let start = span.start + content.len() - content.trim_start().len();
    Span::new(start, start.max(span.start + content.trim_end().len()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{clean, finder};

    fn options() -> Value {
        json!({
            "names": {
                "de": ["Deutsch"], "en": ["English"], "es": ["Español"], "fr": ["Français"], "it": ["Italiano"],
                "ja": ["日本語"], "la": ["Latina"], "nl": ["Nederlands"], "pt": ["Português", "Português do Brasil"],
                "ru": ["Русский", "Русский язык"], "zh": ["中文", "简体中文"],
            },
            "also": { "de": ["German", "Alemán"], "en": ["Inglés"], "id": ["Indonesian"], "sa": ["Sanskrit"] },
            "heads": ["Subtitles"],
        })
    }

    fn cleaned(text: &str) -> String {
        clean(&*finder("language-list", &options()), text, None)
    }

    macro_rules! drops {
        ($($name:ident: $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($before), $after); })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($text), $text); })*
        };
    }

    drops! {
        glued_names: "Title\n中文Русский языкEnglishFrançaisDeutsch\nText\n" => "Title\nText\n";
        names_with_separators: "a\nEnglish | Deutsch / Français • Italiano · 日本語\nb" => "a\nb";
        names_with_hyphens_or_in_brackets: "English - Deutsch - Français - Italiano\n[English] [Deutsch] [Français] [Italiano]\nb" => "b";
        names_with_spaces_in_any_case: "  ENGLISH  deutsch español\tItaliano \nb" => "b";
        a_few_exonyms_and_unknown_names: "IndonesianEnglishFrançaisSuomalainenDeutschItalianoLatina\nb" => "b";
        the_longest_name: "Português do BrasilPortuguêsEnglishDeutsch简体中文\nb" => "b";
        a_region_in_brackets: "English (US) | Português (Brasil) | Deutsch | Français | Italiano | 日本語\nb" => "b";
        one_name_a_line: "a\nEnglish\nDeutsch\nFrançais\n\nItaliano\nРусский\nb\n" => "a\nb\n";
        the_last_line_without_a_line_end: "a\r\nEnglish Deutsch Français Italiano" => "a";
        codes_beside_names: "EN English | DE Deutsch | FR Français | ES Español\nb" => "b";
        codes_behind_names: "English (EN) · Deutsch (DE) · Français (FR) · Italiano (IT)\nb" => "b";
        small_codes_and_countries: "en English de-AT Deutsch fr_CA Français IT Italiano\nb" => "b";
        glued_codes: "ENEnglishDEDeutschFRFrançaisESEspañol\nb" => "b";
        flags: "🇬🇧 English 🇩🇪 Deutsch 🇫🇷 Français 🌐 Italiano\n🇬🇧 English\n🇩🇪 Deutsch\n🇫🇷 Français\n🇮🇹 Italiano\n🇷🇺 Русский\nb" => "b";
        marks_of_direction: "English \u{200F}Deutsch\u{200E} Français\u{200B}Italiano\nb" => "b";
        a_text_of_nothing_else: "English Deutsch Français Italiano" => "";
    }

    keeps! {
        a_prose_list: "English, French and German. English, Deutsch, Français, Italiano";
        a_label_with_a_list: "Languages: English Deutsch Français Italiano";
        links_to_translations: "[English](README.md) [Deutsch](README.de.md) [Français](README.fr.md) [Italiano](README.it.md)";
        a_label_without_a_colon: "Subtitles English Deutsch Français Español Italiano";
        a_sentence: "Er spricht English Deutsch Français Italiano";
        a_sentence_with_small_words: "English Deutsch Français und Italiano";
        a_word_that_begins_with_a_name: "Deutschland English Français Italiano";
        one_tongue: "English German Indonesian Sanskrit";
        a_course_catalogue: "Inglés Alemán English Español";
        a_glued_pair: "EnglishDeutsch";
        three_names: "English Deutsch Français";
        a_name: "Deutsch";
        small_words_that_are_codes: "English en Deutsch en Français en Nederlands";
        small_letters_beside_a_name: "Englishes Español Deutsch Français";
        words_in_capitals: "English GMBH Deutsch SPA Français SARL Italiano";
        a_list_of_codes: "de Deutsch\nen English\nes Español\nfr Français\nit Italiano\nru Русский\n";
        a_bulleted_list: "- Deutsch\n- English\n- Español\n- Français\n- Italiano\n- Русский\n";
        a_label_behind_a_code: "TV Deutsch und English Français Italiano";
        too_much_unknown: "English Deutsch Français Italiano Suomalainen Lietuviškai Magyarul";
        four_lines: "English\nDeutsch\nFrançais\nItaliano\n";
        lines_in_one_tongue: "English\nGerman\nIndonesian\nSanskrit\nDeutsch\n";
        lines_below_a_heading: "SUBTITLES\n\nEnglish\nDeutsch\nFrançais\nItaliano\nРусский\n";
        lines_that_a_sentence_announces: "They asked for:\nEnglish\nDeutsch\nFrançais\nItaliano\nРусский\n";
        lines_below_a_sentence_that_goes_on: "The book has been translated into\n\nEnglish\nDeutsch\nFrançais\nItaliano\nРусский\n\nMore will follow.";
        lines_inside_a_sentence: "The second of her books was translated and published\nEnglish\nDeutsch\nFrançais\nItaliano\nРусский\nby hands that nobody knows.";
        names_below_a_heading: "SUBTITLES\nEnglish Deutsch Français Italiano\nText";
        lines_with_other_words: "English\nDeutsch\nor\nFrançais\nItaliano\nРусский\n";
        the_same_name_again: "English English English Deutsch Deutsch";
    }

    #[test]
    fn names_in_any_number_cost_linear_time() {
        for piece in ["English", "English ", "English\n", "EnglishDeutsch", "EN English ", "English(", "English de "] {
            cleaned(&piece.repeat(50_000));
        }
    }
}
