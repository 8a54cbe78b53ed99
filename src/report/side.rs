//! The preview side by side: the lines that change, as they were and as they become, with the rules below them.
//!
//! Columns are as wide as the terminal shows them: a character of Chinese takes two cells, a combining mark none. What
//! cannot be seen is named, as everywhere. In a line that changes the words are marked that do: by colour, or as
//! [`super::words`] marks them.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Effects};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::escape::visible;
use super::patch::{self, Block};
use super::words::{pieces, shown};
use super::{Doc, changes, held_because, rules_of};
use crate::edit::Edit;
use crate::text::Span;

/// Lines shown around a change.
const CONTEXT: usize = 2;

/// How it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) color: bool,
    /// Of the whole, in cells of the terminal.
    pub(crate) width: usize,
}

/// How a line stands on the two sides: the sign between them, as `diff --side-by-side` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Same,
    Changed,
    Gone,
    New,
}

/// Writes the lines of one text that change; nothing if none does.
pub(crate) fn render(out: &mut dyn Write, doc: &Doc<'_>, style: Style) -> io::Result<()> {
    let (old, new) = (doc.input, &*doc.cleaned.text);
    let blocks = patch::blocks(old.as_bytes(), new.as_bytes(), &changes(doc.cleaned));
    if blocks.is_empty() && doc.cleaned.held.is_none() {
        return Ok(());
    }
    let bold = if style.color { anstyle::Style::new().bold() } else { anstyle::Style::new() };
    let record = doc.record.map_or_else(String::new, |record| format!(":{record}"));
    let field = doc.field.map_or_else(String::new, |field| format!(" {field}"));
    writeln!(out, "{bold}{}{record}{}{bold:#}", visible(doc.name), visible(&field))?;
    if let Some(held) = &doc.cleaned.held {
        return writeln!(out, "    left as it was: {}", visible(&held_because(held)));
    }
    let side = Side { out, style, cell: (style.width.saturating_sub(3) / 2).max(20) };
    side.blocks(doc, &blocks, &marks(doc))
}

/// Returns the stretches of the old text and of the new one that the edits change, each list sorted and disjoint.
fn marks(doc: &Doc<'_>) -> [Vec<Span>; 2] {
    let mut marks = [Vec::new(), Vec::new()];
    for edit in &doc.cleaned.edits {
        for (old, new) in pieces(&edit.before, &edit.after) {
            for ((marks, at), span) in marks.iter_mut().zip([edit.span.start, edit.out.start]).zip([old, new]) {
                marks.extend(Some(Span::new(at + span.start, at + span.end)).filter(|span| !span.is_empty()));
            }
        }
    }
    marks
}

/// A line of one side: a stretch of its text.
#[derive(Clone, Copy)]
struct Half<'t> {
    text: &'t str,
    line: Span,
    /// What of the whole text changes.
    marks: &'t [Span],
}

impl<'t> Half<'t> {
    /// Returns the lines of `block`, with their ends.
    fn lines(text: &'t str, block: Span, marks: &'t [Span]) -> impl Iterator<Item = Self> {
        let mut at = block.start;
        text[block.range()].split_inclusive('\n').map(move |line| {
            at += line.len();
            Self { text, line: Span::new(at - line.len(), at), marks }
        })
    }

    fn as_str(self) -> &'t str {
        &self.text[self.line.range()]
    }

    /// Whether all of it changes, its end too.
    fn is_all_marked(self) -> bool {
        let first = self.marks.partition_point(|mark| mark.end <= self.line.start);
        self.marks.get(first).is_some_and(|mark| mark.start <= self.line.start && self.line.end <= mark.end)
    }

    /// The line without its end.
    fn content(self) -> Self {
        let end = self.line.start + content(self.as_str()).len();
        Self { line: Span::new(self.line.start, end), ..self }
    }

    /// The line without its end, unless that changes.
    fn seen(self) -> Self {
        let content = self.content();
        let end = content.line.end;
        let first = self.marks.partition_point(|mark| mark.end <= end);
        let changes = self.marks.get(first).is_some_and(|mark| mark.start < self.line.end);
        if changes { self } else { content }
    }

    /// Cuts the line where marks begin and end; says of each piece whether it is marked.
    fn cut(self) -> Vec<(&'t str, bool)> {
        let Span { start, end } = self.line;
        let first = self.marks.partition_point(|mark| mark.end <= start);
        let (mut out, mut at) = (Vec::new(), start);
        for mark in self.marks[first..].iter().take_while(|mark| mark.start < end) {
            let (from, to) = (mark.start.max(at), mark.end.min(end));
            out.extend([(&self.text[at..from], false), (&self.text[from..to], true)]);
            at = to;
        }
        out.push((&self.text[at..end], false));
        out.retain(|(text, _)| !text.is_empty());
        out
    }
}

struct Side<'o> {
    out: &'o mut dyn Write,
    style: Style,
    /// How wide each side is.
    cell: usize,
}

impl Side<'_> {
    fn blocks(mut self, doc: &Doc<'_>, blocks: &[Block], marks: &[Vec<Span>; 2]) -> io::Result<()> {
        let (old, new) = (doc.input, &*doc.cleaned.text);
        let mut at = 0;
        // Where the first of the blocks begins that stand one right behind the other.
        let mut first = 0;
        for (index, block) in blocks.iter().enumerate() {
            if index == 0 || at != block.old.start || blocks[index - 1].old.end != at {
                first = block.old.start;
            }
            let before = last_lines(&old[at..block.old.start], CONTEXT);
            if before.len() < block.old.start - at {
                writeln!(self.out, "…")?;
            }
            self.same(before)?;
            self.changed(Half::lines(old, block.old, &marks[0]), Half::lines(new, block.new, &marks[1]))?;
            let next = blocks.get(index + 1).map_or(old.len(), |next| next.old.start);
            if index + 1 < blocks.len() && next == block.old.end {
                at = next;
                continue;
            }
            self.rules(doc, Span::new(first, block.old.end))?;
            let behind = first_lines(&old[block.old.end..next], CONTEXT);
            self.same(behind)?;
            at = block.old.end + behind.len();
        }
        Ok(())
    }

    fn same(&mut self, lines: &str) -> io::Result<()> {
        let mut lines = lines.split_inclusive('\n').map(|line| plain(content(line)));
        lines.try_for_each(|line| self.row(&line, &line, Sign::Same))
    }

    fn changed<'t>(
        &mut self,
        old: impl Iterator<Item = Half<'t>>,
        new: impl Iterator<Item = Half<'t>>,
    ) -> io::Result<()> {
        let (mut old, mut new) = (old.peekable(), new.peekable());
        loop {
            let (from, into) = match (old.peek(), new.peek()) {
                // What is wholly gone has no line beside it that it became.
                (Some(from), Some(into)) if from.is_all_marked() != into.is_all_marked() => {
                    let is_gone = from.is_all_marked();
                    (old.next_if(|_| is_gone), new.next_if(|_| !is_gone))
                }
                _ => (old.next(), new.next()),
            };
            match (from, into) {
                (None, None) => return Ok(()),
                (Some(from), None) => self.row(&plain(content(from.as_str())), &[], Sign::Gone)?,
                (None, Some(into)) => self.row(&[], &plain(content(into.as_str())), Sign::New)?,
                (Some(from), Some(into)) if from.as_str() == into.as_str() => {
                    let line = plain(content(from.as_str()));
                    self.row(&line, &line, Sign::Same)?;
                }
                // Where the ends differ, they must be seen.
                (Some(from), Some(into)) if from.content().as_str() == into.content().as_str() => {
                    self.row(&self.marked(from, "[-", "-]"), &self.marked(into, "{+", "+}"), Sign::Changed)?;
                }
                (Some(from), Some(into)) => {
                    let (from, into) = (from.seen(), into.seen());
                    self.row(&self.marked(from, "[-", "-]"), &self.marked(into, "{+", "+}"), Sign::Changed)?;
                }
            }
        }
    }

    /// Returns a line with what changes in it marked, by these signs if colour does not do it.
    fn marked<'t>(&self, line: Half<'t>, open: &'static str, close: &'static str) -> Vec<(Cow<'t, str>, bool)> {
        let mut out = Vec::new();
        for (text, is_marked) in line.cut() {
            let signs = is_marked && !self.style.color;
            out.extend(signs.then_some((Cow::Borrowed(open), true)));
            out.push((shown(text), is_marked));
            out.extend(signs.then_some((Cow::Borrowed(close), true)));
        }
        out
    }

    /// Names the rules that acted in a stretch of the input.
    fn rules(&mut self, doc: &Doc<'_>, span: Span) -> io::Result<()> {
        let mut rules: Vec<&str> = Vec::new();
        let first = doc.cleaned.edits.partition_point(|edit| edit.span.end < span.start);
        let meets = |edit: &&Edit| edit.span.start < span.end || edit.span.start == span.start;
        for edit in doc.cleaned.edits[first..].iter().take_while(meets) {
            for rule in rules_of(edit) {
                if !rules.contains(&rule.as_str()) {
                    rules.push(rule.as_str());
                }
            }
        }
        let dim = if self.style.color { anstyle::Style::new().dimmed() } else { anstyle::Style::new() };
        writeln!(self.out, "{dim}    {}{dim:#}", visible(&rules.join(", ")))
    }

    /// Writes a line of both sides, on as many lines as the longer one takes.
    fn row(&mut self, old: &Line<'_>, new: &Line<'_>, sign: Sign) -> io::Result<()> {
        let (mark, left, right) = match sign {
            Sign::Same => (' ', None, None),
            Sign::Changed => ('|', Some(AnsiColor::Red), Some(AnsiColor::Green)),
            Sign::Gone => ('<', Some(AnsiColor::Red), None),
            Sign::New => ('>', None, Some(AnsiColor::Green)),
        };
        let (mut old, mut new) = (wrapped(old, self.cell).into_iter(), wrapped(new, self.cell).into_iter());
        loop {
            let (from, into) = (old.next(), new.next());
            if from.is_none() && into.is_none() {
                return Ok(());
            }
            let from = from.unwrap_or_default();
            let padding = " ".repeat(self.cell.saturating_sub(width_of(&from)));
            let line = format!(
                "{}{padding} {mark} {}",
                self.painted(&from, left),
                self.painted(&into.unwrap_or_default(), right)
            );
            writeln!(self.out, "{}", line.trim_end_matches(' '))?;
        }
    }

    fn painted(&self, line: &[(String, bool)], color: Option<AnsiColor>) -> String {
        let Some(color) = color.filter(|_| self.style.color) else {
            return line.iter().map(|(text, _)| text.as_str()).collect();
        };
        let paint = |(text, is_marked): &(String, bool)| {
            let effects = if *is_marked { Effects::INVERT } else { Effects::new() };
            let style = color.on_default().effects(effects);
            format!("{style}{text}{style:#}")
        };
        line.iter().map(paint).collect()
    }
}

/// The pieces of a line, as they are shown, and whether they are marked.
type Line<'t> = [(Cow<'t, str>, bool)];

/// Returns a line in which nothing is marked.
fn plain(line: &str) -> Vec<(Cow<'_, str>, bool)> {
    vec![(visible(line), false)]
}

fn width_of(line: &[(String, bool)]) -> usize {
    line.iter().map(|(text, _)| text.width()).sum()
}

/// Returns a line without its end.
fn content(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

fn first_lines(text: &str, number: usize) -> &str {
    let len = text.split_inclusive('\n').take(number).map(str::len).sum();
    &text[..len]
}

fn last_lines(text: &str, number: usize) -> &str {
    let mut start = text.len();
    for _ in 0..number {
        let inner = text[..start].strip_suffix('\n').unwrap_or(&text[..start]);
        start = inner.rfind('\n').map_or(0, |at| at + 1);
    }
    &text[start..]
}

/// Breaks a line where it is `width` cells wide: behind a space if there is one in the last third, and never inside a
/// character.
fn wrapped(line: &Line<'_>, width: usize) -> Vec<Vec<(String, bool)>> {
    let mut lines = Vec::new();
    let (mut now, mut cells) = (Vec::new(), 0);
    for (grapheme, is_marked) in line.iter().flat_map(|(text, mark)| text.graphemes(true).map(move |g| (g, *mark))) {
        let more = grapheme.width();
        if cells + more > width && !now.is_empty() {
            let space = now.iter().rposition(|(text, _)| *text == " ").map(|at| at + 1);
            let width_of = |some: &[(&str, bool)]| some.iter().map(|(text, _)| text.width()).sum::<usize>();
            let space = space.filter(|&at| width_of(&now[..at]) * 3 > width * 2);
            let rest = space.map_or_else(Vec::new, |at| now.split_off(at));
            cells = width_of(&rest);
            lines.push(joined(&now));
            now = rest;
        }
        now.push((grapheme, is_marked));
        cells += more;
    }
    lines.push(joined(&now));
    lines
}

/// Puts pieces together that are marked alike.
fn joined(pieces: &[(&str, bool)]) -> Vec<(String, bool)> {
    let alike = pieces.chunk_by(|(_, a), (_, b)| a == b);
    alike.map(|some| (some.iter().map(|(text, _)| *text).collect(), some[0].1)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::marked;
    use super::*;

    fn side(marked: &str, width: usize) -> String {
        let text = marked::text(marked, "x/rule");
        let mut out = Vec::new();
        render(&mut out, &text.doc("a.txt"), Style { color: false, width }).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn lines_stand_beside_each_other_with_the_rules_below() {
        insta::assert_snapshot!(side("one\ntwo\nthree\nfour[-.-]\n[-Share\n-]five\nsix\nseven\neight\nnine[-\u{A0}-]{+ +}ten", 60), @r"
        a.txt
        …
        two                            two
        three                          three
        four[-.-]                    | four
        Share                        <
            x/rule
        five                           five
        six                            six
        seven                          seven
        eight                          eight
        nine[-⟨NBSP⟩-]ten            | nine{+ +}ten
            x/rule
        ");
    }

    #[test]
    fn cells_count_and_not_characters() {
        let out = side("漢字[-。。-]{+。+}漢字漢字漢字漢字 e\u{301}e\u{301}[-x-] 👍👍👍 end of it\n", 43);
        insta::assert_snapshot!(out, @r"
        a.txt
        漢字。[-。-]漢字漢字 | 漢字。漢字漢字漢字漢
        漢字漢字 éé[-x-]     | 字 éé 👍👍👍 end of
        👍👍👍 end of it     | it
            x/rule
        ");
    }

    #[test]
    fn line_ends_that_change_are_seen_and_nothing_acts_on_the_terminal() {
        let out = side("a[-\r-]\n\u{1B}[2J\u{202E}[-b-]\n", 60);
        insta::assert_snapshot!(out, @r"
        a.txt
        a[-⟨CR⟩-]⟨LF⟩                | a⟨LF⟩
        ⟨U+001B⟩[2J⟨U+202E⟩[-b-]     | ⟨U+001B⟩[2J⟨U+202E⟩
            x/rule
        ");
    }

    #[test]
    fn a_long_line_is_broken_at_a_space_near_its_end() {
        let lines = |text: &str, width: usize| -> Vec<String> {
            let lines = wrapped(&plain(text), width).into_iter();
            lines.map(|line| line.into_iter().map(|(text, _)| text).collect()).collect()
        };
        assert_eq!(lines("aaa bbb ccc", 9), ["aaa bbb ", "ccc"]);
        assert_eq!(lines("aaaaaaaaaaaa", 5), ["aaaaa", "aaaaa", "aa"]);
        assert_eq!(lines("漢字漢字", 5), ["漢字", "漢字"]);
        assert_eq!(lines("", 5), [""]);
    }

    #[test]
    fn the_words_that_change_are_marked_inside_their_lines() {
        let text = "[-Share\n-]One caf[-&eacute;-]{+é+} [-IA aperta-]{+OpenAI+} here\nx[-\u{200B}-]y z\n{+new\n+}kept\nan[-\n-]{+ +}other\nen[-\u{A0}-]{+ +}d";
        insta::assert_snapshot!(side(text, 74), @r"
        a.txt
        Share                               <
        One caf[-&eacute;-] [-IA aperta-]   | One caf{+é+} {+OpenAI+} here
        here                                |
        x[-⟨ZWSP⟩-]y z                      | xy z
                                            > new
            x/rule
        kept                                  kept
        an[-⟨LF⟩-]                          | an{+ +}other
        other                               <
        en[-⟨NBSP⟩-]d                       | en{+ +}d
            x/rule
        ");
    }

    #[test]
    fn colour_marks_the_words_too() {
        let text = marked::text("one[-  -]{+ +}two\n[-gone\n-]", "x/rule");
        let mut out = Vec::new();
        render(&mut out, &text.doc("a.txt"), Style { color: true, width: 43 }).expect("memory");
        let out = String::from_utf8(out).expect("UTF-8");
        insta::assert_snapshot!(visible(&out).replace("⟨LF⟩", "\n"), @r"
        ⟨U+001B⟩[1ma.txt⟨U+001B⟩[0m
        ⟨U+001B⟩[31mone ⟨U+001B⟩[0m⟨U+001B⟩[7m⟨U+001B⟩[31m ⟨U+001B⟩[0m⟨U+001B⟩[31mtwo⟨U+001B⟩[0m             | ⟨U+001B⟩[32mone two⟨U+001B⟩[0m
        ⟨U+001B⟩[31mgone⟨U+001B⟩[0m                 <
        ⟨U+001B⟩[2m    x/rule⟨U+001B⟩[0m
        ");
    }

    #[test]
    fn a_line_is_cut_at_marks_that_begin_before_it_and_end_behind_it() {
        let text = "abc\ndef\nghi\n";
        let marks = [Span::new(2, 5), Span::new(6, 10)];
        let cut: Vec<_> = Half::lines(text, Span::new(0, 12), &marks).map(Half::cut).collect();
        assert_eq!(cut[0], [("ab", false), ("c\n", true)]);
        assert_eq!(cut[1], [("d", true), ("e", false), ("f\n", true)]);
        assert_eq!(cut[2], [("gh", true), ("i\n", false)]);
    }
}
