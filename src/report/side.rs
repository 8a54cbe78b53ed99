//! The preview side by side: the lines that change, as they were and as they become, with the rules below them.
//!
//! Columns are as wide as the terminal shows them: a character of Chinese takes two cells, a combining mark none. What
//! cannot be seen is named, as everywhere.

use std::io::{self, Write};

use anstyle::AnsiColor;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::escape::visible;
use super::patch::{self, Block};
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
    side.blocks(doc, &blocks)
}

struct Side<'o> {
    out: &'o mut dyn Write,
    style: Style,
    /// How wide each side is.
    cell: usize,
}

impl Side<'_> {
    fn blocks(mut self, doc: &Doc<'_>, blocks: &[Block]) -> io::Result<()> {
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
            self.changed(&old[block.old.range()], &new[block.new.range()])?;
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
        lines.split_inclusive('\n').try_for_each(|line| self.row(content(line), content(line), Sign::Same))
    }

    fn changed(&mut self, old: &str, new: &str) -> io::Result<()> {
        let mut old = old.split_inclusive('\n');
        let mut new = new.split_inclusive('\n');
        loop {
            match (old.next(), new.next()) {
                (None, None) => return Ok(()),
                (Some(old), None) => self.row(content(old), "", Sign::Gone)?,
                (None, Some(new)) => self.row("", content(new), Sign::New)?,
                (Some(old), Some(new)) if content(old) == content(new) => {
                    // The ends differ, and must be seen.
                    let sign = if old == new { Sign::Same } else { Sign::Changed };
                    let of = |line: &str| if old == new { content(line).to_owned() } else { line.to_owned() };
                    self.row(&of(old), &of(new), sign)?;
                }
                (Some(old), Some(new)) => self.row(content(old), content(new), Sign::Changed)?,
            }
        }
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
    fn row(&mut self, old: &str, new: &str, sign: Sign) -> io::Result<()> {
        let (mark, left, right) = match sign {
            Sign::Same => (' ', None, None),
            Sign::Changed => ('|', Some(AnsiColor::Red), Some(AnsiColor::Green)),
            Sign::Gone => ('<', Some(AnsiColor::Red), None),
            Sign::New => ('>', None, Some(AnsiColor::Green)),
        };
        let (old, new) = (wrapped(&visible(old), self.cell), wrapped(&visible(new), self.cell));
        let style = |color: Option<AnsiColor>| match color.filter(|_| self.style.color) {
            Some(color) => anstyle::Style::new().fg_color(Some(color.into())),
            None => anstyle::Style::new(),
        };
        let (left, right) = (style(left), style(right));
        for index in 0..old.len().max(new.len()) {
            let of = |lines: &[String]| lines.get(index).cloned().unwrap_or_default();
            let (old, new) = (of(&old), of(&new));
            let padding = " ".repeat(self.cell.saturating_sub(old.width()));
            let line = format!("{left}{old}{left:#}{padding} {mark} {right}{new}{right:#}");
            writeln!(self.out, "{}", line.trim_end_matches(' '))?;
        }
        Ok(())
    }
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
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut now, mut cells) = (String::new(), 0);
    for grapheme in line.graphemes(true) {
        let more = grapheme.width();
        if cells + more > width && !now.is_empty() {
            let space = now.rfind(' ').map(|at| at + 1).filter(|&at| now[..at].width() * 3 > width * 2);
            let rest = space.map_or_else(String::new, |at| now.split_off(at));
            lines.push(now);
            cells = rest.width();
            now = rest;
        }
        now += grapheme;
        cells += more;
    }
    lines.push(now);
    lines
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
        four.                        | four
        Share                        <
            x/rule
        five                           five
        six                            six
        seven                          seven
        eight                          eight
        nine⟨NBSP⟩ten                | nine ten
            x/rule
        ");
    }

    #[test]
    fn cells_count_and_not_characters() {
        let out = side("漢字[-。。-]{+。+}漢字漢字漢字漢字 e\u{301}e\u{301}[-x-] 👍👍👍 end of it\n", 43);
        insta::assert_snapshot!(out, @r"
        a.txt
        漢字。。漢字漢字漢字 | 漢字。漢字漢字漢字漢
        漢字 ééx 👍👍👍 end  | 字 éé 👍👍👍 end of
        of it                | it
            x/rule
        ");
    }

    #[test]
    fn line_ends_that_change_are_seen_and_nothing_acts_on_the_terminal() {
        let out = side("a[-\r-]\n\u{1B}[2J\u{202E}[-b-]\n", 60);
        insta::assert_snapshot!(out, @r"
        a.txt
        a⟨CR⟩⟨LF⟩                    | a⟨LF⟩
        ⟨U+001B⟩[2J⟨U+202E⟩b         | ⟨U+001B⟩[2J⟨U+202E⟩
            x/rule
        ");
    }

    #[test]
    fn a_long_line_is_broken_at_a_space_near_its_end() {
        assert_eq!(wrapped("aaa bbb ccc", 9), ["aaa bbb ", "ccc"]);
        assert_eq!(wrapped("aaaaaaaaaaaa", 5), ["aaaaa", "aaaaa", "aa"]);
        assert_eq!(wrapped("漢字漢字", 5), ["漢字", "漢字"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
