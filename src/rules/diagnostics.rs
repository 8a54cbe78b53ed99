//! Messages about rule files: what is wrong, where, and what to try.
//!
//! Owns how they look. Nothing of a rule file or its name reaches a terminal as it is: control, bidi and
//! line-separator characters are replaced.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin as Arrow, Renderer, Snippet};

use super::model::{Origin, Source};
use crate::text::{Lines, Span};

/// So many messages are gathered from one file; more help nobody.
pub(crate) const MAX_ERRORS: usize = 1000;
/// So many messages are shown.
const MAX_SHOWN: usize = 100;
/// Longer lines are not shown: nobody reads them, and every message about such a line would cost its length.
const MAX_LINE: usize = 8 * 1024;
/// Two places that are so many lines apart share one picture.
const NEAR: usize = 10;

/// One message about one place of a rule file.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    /// What is wrong, without a full stop.
    pub(crate) title: String,
    /// Where; none for messages about a whole command line.
    pub(crate) origin: Option<Origin>,
    /// What stands beside the caret.
    pub(crate) label: String,
    /// A second place, such as the first of two equal keys.
    pub(crate) also: Option<(Origin, String)>,
    /// What to try.
    pub(crate) help: Option<String>,
    /// Worth a look, and no error.
    pub(crate) note: bool,
}

impl Diagnostic {
    pub(crate) fn new(title: impl Into<String>, origin: &Origin, label: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            origin: Some(origin.clone()),
            label: label.into(),
            also: None,
            help: None,
            note: false,
        }
    }

    /// Makes it a note.
    pub(crate) fn note(self) -> Self {
        Self { note: true, ..self }
    }

    /// An error that no rule file is to blame for.
    pub(crate) fn general(title: impl Into<String>) -> Self {
        Self { title: title.into(), origin: None, label: String::new(), also: None, help: None, note: false }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn also(mut self, origin: Origin, label: impl Into<String>) -> Self {
        self.also = Some((origin, label.into()));
        self
    }
}

/// Everything wrong with a set of rule files, found in one run.
///
/// Displays as plain text, sorted by file and place; [`RuleErrors::styled`] is the same with colours.
#[derive(Debug)]
pub struct RuleErrors {
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl RuleErrors {
    /// Returns all messages with ANSI colours, for a terminal that has them.
    #[must_use]
    pub fn styled(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let mut sorted: Vec<&Diagnostic> = self.diagnostics.iter().collect();
        sorted.sort_by_key(|diagnostic| {
            diagnostic.origin.as_ref().map(|origin| (origin.source.name.as_str(), origin.span))
        });
        let mut atlas = Atlas::default();
        let mut messages: Vec<String> =
            sorted.iter().take(MAX_SHOWN).map(|diagnostic| atlas.render(diagnostic, renderer)).collect();
        if let Some(more) = sorted.len().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
            messages.push(format!("… and {more} more"));
        }
        messages.join("\n\n")
    }
}

impl fmt::Display for RuleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}

impl std::error::Error for RuleErrors {}

/// Quotes what a file says for use in a message, cut if it is long.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let shown: String = text.chars().take(LONGEST).collect();
    let rest = if shown.len() < text.len() { "…" } else { "" };
    format!("`{}{rest}`", escaped(&shown))
}

/// Returns the word of `words` that was probably meant by `word`.
pub(crate) fn meant<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    if word.len() > 64 {
        return None;
    }
    let word = word.to_lowercase().replace(['_', ' '], "-");
    let allowed = (word.chars().count() / 3).max(1);
    let words: Vec<&str> = words.into_iter().collect();
    // `replace-with` is meant for `replace`.
    let longer = |known: &str| known.len() > 3 && word.strip_prefix(known).is_some_and(|rest| rest.starts_with('-'));
    let begun = words.iter().copied().filter(|known| longer(known)).max_by_key(|known| known.len());
    (words.into_iter())
        .map(|known| (strsim::damerau_levenshtein(&word, known), known))
        // A name of which nothing is right is not a slip.
        .filter(|&(distance, known)| distance <= allowed && distance < known.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
        .or(begun)
}

/// Returns "did you mean …?" for what was probably meant by `word`.
pub(crate) fn did_you_mean<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    meant(word, words).map(|known| format!("did you mean `{known}`?"))
}

/// Joins names as `` `a`, `b`, `c` ``.
pub(crate) fn names<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Breaks lines that run off the screen, at spaces.
pub(crate) fn wrapped(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut width = 0;
        for word in line.split(' ') {
            let len = word.chars().count();
            let glue = match width {
                0 if out.is_empty() => "",
                0 => "\n",
                _ if width + 1 + len > WIDTH => "\n",
                _ => " ",
            };
            width = if glue == " " { width + 1 + len } else { len };
            out.push_str(glue);
            out.push_str(word);
        }
    }
    out
}

/// The lines of the sources that were asked about.
#[derive(Default)]
struct Atlas {
    lines: HashMap<*const Source, Lines>,
}

/// Where a span lies.
struct Spot<'d> {
    /// The index of its first line: a caret under many lines points at nothing.
    line: usize,
    /// That line without its end.
    text: &'d str,
    /// The span in it, in bytes.
    range: Range<usize>,
}

/// A place with the kind of its underline and what stands beside it.
type Mark<'d> = (&'d Origin, AnnotationKind, &'d str);

impl Atlas {
    fn render(&mut self, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
        let level = if diagnostic.note { Level::NOTE } else { Level::ERROR };
        let mut group = Group::with_title(level.primary_title(escaped(&diagnostic.title)));
        let first =
            diagnostic.origin.as_ref().map(|origin| (origin, AnnotationKind::Primary, diagnostic.label.as_str()));
        let second = diagnostic.also.as_ref().map(|(origin, label)| (origin, AnnotationKind::Context, label.as_str()));
        group = match (first, second) {
            (Some(first), Some(second)) if self.are_near(first.0, second.0) => self.picture(group, &[first, second]),
            _ => first.into_iter().chain(second).fold(group, |group, mark| self.picture(group, &[mark])),
        };
        let help = diagnostic.help.as_ref().map(|help| {
            let lines: Vec<String> = help.lines().map(escaped).collect();
            Group::with_title(Level::HELP.secondary_title(lines.join("\n")))
        });
        let groups: Vec<Group<'_>> = [group].into_iter().chain(help).collect();
        renderer.render(&groups)
    }

    /// Draws the lines from the first of `marks` to the last, all of one source, with carets.
    fn picture<'g>(&mut self, group: Group<'g>, marks: &[Mark<'_>]) -> Group<'g> {
        let spots: Vec<Spot<'_>> = marks.iter().map(|mark| self.spot(mark.0)).collect();
        let (Some((origin, _, label)), Some(spot)) = (marks.first(), spots.first()) else { return group };
        let name = escaped(&origin.source.name);
        if spots.iter().any(|spot| spot.text.len() > MAX_LINE) {
            let column = spot.text[..spot.range.start].chars().count() + 1;
            let arrow = Arrow::path(name).line(spot.line + 1).char_column(column);
            return group.element(arrow).element(Level::NOTE.message(escaped(label)));
        }
        let first = spots.iter().map(|spot| spot.line).min().unwrap_or(0);
        let last = spots.iter().map(|spot| spot.line).max().unwrap_or(0);
        let lines = self.lines(&origin.source).as_slice();
        let mut text = String::new();
        let mut starts = Vec::new();
        for index in first..=last {
            starts.push(text.len());
            if let Some(line) = lines.get(index) {
                text.push_str(&visible(&origin.source.text[line.content.range()]));
            }
            text.push('\n');
        }
        let annotations = marks.iter().zip(&spots).map(|((_, kind, label), spot)| {
            let to = |at: usize| starts[spot.line - first] + visible(&spot.text[..at]).len();
            kind.span(to(spot.range.start)..to(spot.range.end)).label(Some(escaped(label)))
        });
        let annotations: Vec<_> = annotations.collect();
        group.element(Snippet::source(text).line_start(first + 1).path(Some(name)).annotations(annotations))
    }

    fn are_near(&mut self, a: &Origin, b: &Origin) -> bool {
        Arc::ptr_eq(&a.source, &b.source) && self.spot(a).line.abs_diff(self.spot(b).line) <= NEAR
    }

    fn spot<'d>(&mut self, origin: &'d Origin) -> Spot<'d> {
        let text = origin.source.text.as_str();
        let lines = self.lines(&origin.source);
        let line = lines.index_at(origin.span.start).unwrap_or(0);
        let content = lines.as_slice().get(line).map_or(Span::new(text.len(), text.len()), |line| line.content);
        let to = |at: usize| at.clamp(content.start, content.end) - content.start;
        Spot { line, text: &text[content.range()], range: to(origin.span.start)..to(origin.span.end) }
    }

    fn lines(&mut self, source: &Arc<Source>) -> &Lines {
        self.lines.entry(Arc::as_ptr(source)).or_insert_with(|| Lines::new(&source.text))
    }
}

/// Characters that could move the cursor, turn the text around or break the line.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Spells out unsafe characters, for names, titles and labels.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Replaces unsafe characters one by one, so that columns stay what they are.
fn visible(line: &str) -> String {
    line.chars()
        .map(|c| match c {
            '\t' => c, // The renderer's business: it draws four spaces and counts one.
            '\0'..='\x1F' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
            '\x7F' => '\u{2421}',
            c if is_unsafe(c) => '\u{FFFD}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str, text: &str, span: Range<usize>) -> Origin {
        let source = Source { name: name.to_owned(), text: text.to_owned(), shipped: false };
        Origin { source: Arc::new(source), span: span.into() }
    }

    fn plain(diagnostic: Diagnostic) -> String {
        RuleErrors { diagnostics: vec![diagnostic] }.to_string()
    }

    #[test]
    fn messages_come_in_the_order_of_files_and_places() {
        let of = |name: &str, start: usize| {
            Diagnostic::new(format!("{name}{start}"), &at(name, "abc", start..start + 1), "")
        };
        let none = Diagnostic { origin: None, ..of("none", 0) };
        let text = RuleErrors { diagnostics: vec![of("b", 0), of("a", 2), of("a", 1), none] }.to_string();
        let titles: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
        assert_eq!(titles, ["none0", "a1", "a2", "b0"]);
    }

    #[test]
    fn colours_are_the_only_difference_between_styled_and_plain() {
        let diagnostic = Diagnostic::new("wrong", &at("a.yaml", "x: y", 3..4), "here").help("try this\nor that");
        let errors = RuleErrors { diagnostics: vec![diagnostic] };
        let styled = errors.styled();
        assert!(styled.contains("\u{1B}["));
        let stripped: String = styled
            .split("\u{1B}[")
            .enumerate()
            .map(|(index, part)| if index == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) })
            .collect();
        assert_eq!(stripped, errors.to_string());
    }

    #[test]
    fn nothing_of_a_file_reaches_the_terminal_as_a_control() {
        let text = "a: \u{1B}[31m\u{7F}\u{85}\u{202E}é\tx\u{2028}";
        let place = text.find('x').expect("there");
        let shown = plain(
            Diagnostic::new("bad \u{1B}[2J", &at("a\u{1B}\n\u{202E}.yaml", text, place..place + 1), "la\rbel")
                .help("x\u{7}"),
        );
        assert!(!shown.chars().any(|c| is_unsafe(c) && c != '\n'), "{shown:?}");
        assert!(shown.contains(r"a\u{1b}\u{a}\u{202e}.yaml:1:14"), "columns are those of the file: {shown}");
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn columns_count_characters_and_lines_end_at_a_lone_carriage_return() {
        let shown = plain(Diagnostic::new("t", &at("a", "é\r漢字x\r\n", 9..10), "here"));
        assert!(shown.contains("--> a:2:3\n"), "{shown}");
    }

    #[test]
    fn a_place_at_the_end_or_over_lines_has_a_caret() {
        assert!(plain(Diagnostic::new("t", &at("a", "ab\n", 3..3), "end")).contains("^ end"));
        assert!(plain(Diagnostic::new("t", &at("a", "ab\ncd\n", 1..5), "two")).contains("1 | ab\n  |  ^ two"));
    }

    #[test]
    fn a_slip_of_the_pen_is_understood_and_another_word_is_not() {
        let known = ["replace", "ignore-case", "to", "field"];
        for (word, found) in [
            ("raplace", Some("replace")),
            ("Replace", Some("replace")),
            ("repalce", Some("replace")),
            ("ignore_case", Some("ignore-case")),
            ("ot", Some("to")),
            ("replace_with", Some("replace")),
            ("replacement", None),
            ("colour", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(meant(word, known), found, "{word}");
        }
        assert_eq!(quoted(&"é".repeat(100)), format!("`{}…`", "é".repeat(60)));
    }
}
