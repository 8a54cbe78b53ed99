//! The preview for a terminal: every edit where it stands, with its rule and what lies around it.
//!
//! Without colour a deletion is `[-old-]`, an insertion `{+new+}` and a flagged place `[=as it is=]`. What
//! cannot be seen is named, in texts, names and messages alike, so that a text cannot act on the terminal.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Effects};
use similar::DiffTag;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::edit::Status;
use crate::text::{Places, Span};

use super::escape::visible;
use super::{Doc, Entry, held_because, rules_of};

/// How the preview is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Colour instead of marks.
    pub(crate) color: bool,
    /// How much is shown on each side of a place, and of each end of a long change, in characters as people
    /// count them (grapheme clusters).
    pub(crate) width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 60 }
    }
}

/// How many places of a group are listed behind the first.
const MORE_PLACES: usize = 5;
/// A change of more bytes than this is shown as a whole.
const LONGEST_PIECEWISE: usize = 400;
/// How many pieces of evidence are shown of an edit to which many steps led.
const EVIDENCE: usize = 5;
/// Fewer characters than this are not folded: the note in their place would be as long.
const FOLD: usize = 24;
/// Bytes per character of context that are looked at: more than any character takes that people write, and a
/// bound on how often the same bytes are read where places lie close together.
const LONGEST_CHARACTER: usize = 32;

/// Writes the preview of one text; nothing if there is nothing to tell of it.
pub(crate) fn render(out: &mut dyn Write, doc: &Doc<'_>, style: Style) -> io::Result<()> {
    let mut places = Places::new(doc.input);
    let edits = grouped(doc.edits(), &mut places);
    let findings = grouped(doc.findings(), &mut places);
    if edits.is_empty() && findings.is_empty() && doc.cleaned.held.is_none() {
        return Ok(());
    }
    let paint = Paint { style };
    let name = shown_name(doc);
    paint.write(out, anstyle::Style::new().bold(), &name)?;
    writeln!(out)?;
    if let Some(held) = &doc.cleaned.held {
        writeln!(out, "    left as it was: {}", visible(&held_because(held)))?;
    }
    for group in edits.iter().chain(&findings) {
        write_group(out, &name, doc.input, group, paint)?;
    }
    Ok(())
}

/// Returns what stands before line and column: for a field of a record these count within the field.
fn shown_name(doc: &Doc<'_>) -> String {
    let name = visible(doc.name);
    match (doc.record, doc.field) {
        (Some(record), Some(field)) => format!("{name}:{record} {}", visible(field)),
        (Some(record), None) => format!("{name}:{record}"),
        (None, Some(field)) => format!("{name} {}", visible(field)),
        (None, None) => name.into_owned(),
    }
}

/// Entries that say the same: one is shown, the others are counted.
struct Group<'a> {
    entry: Entry<'a>,
    /// Line and column of the first, and of a few of the others.
    places: Vec<(usize, usize)>,
    count: usize,
}

fn grouped<'a>(entries: impl Iterator<Item = Entry<'a>>, places: &mut Places<'_>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut index = HashMap::new();
    for entry in entries {
        let edit = entry.edit;
        let key = (&edit.before, &edit.after, rules_of(edit), entry.status, &edit.reason);
        let at = *index.entry(key).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group { entry, places: Vec::new(), count: 0 });
        }
        let group = &mut groups[at];
        group.count += 1;
        if group.places.len() <= MORE_PLACES {
            let place = places.of(Span::new(edit.span.start, edit.span.start));
            group.places.push((place.line, place.col));
        }
    }
    groups
}

fn write_group(out: &mut dyn Write, name: &str, text: &str, group: &Group<'_>, paint: Paint) -> io::Result<()> {
    let Entry { edit, status, reason, .. } = &group.entry;
    let (line, col) = group.places[0];
    let rules: Vec<_> = rules_of(edit).into_iter().map(|rule| visible(rule.as_str())).collect();
    write!(out, "{name}:{line}:{col}  {}", rules.join(" + "))?;
    if let Some(safety) = edit.safety {
        write!(out, "  {safety}")?;
    }
    if *status != Status::Kept {
        write!(out, "  {}", status.as_str())?;
    }
    if group.count > 1 {
        write!(out, "  ×{}", group.count)?;
    }
    writeln!(out)?;

    write!(out, "    ")?;
    write_place(out, text, &group.entry, paint)?;
    writeln!(out)?;
    // Why a text was held stands above, once for all of its edits.
    if let Some(reason) = reason.as_deref().filter(|_| *status != Status::Held) {
        writeln!(out, "    {}", visible(reason))?;
    }
    for (evidence, score) in
        edit.steps.iter().filter_map(|step| Some((step.evidence.as_deref()?, step.score))).take(EVIDENCE)
    {
        let score = score.map_or_else(String::new, |score| format!(" (score {:.2})", score.get()));
        writeln!(out, "    because {}{score}", visible(evidence))?;
    }
    if let [_, more @ ..] = &group.places[..]
        && !more.is_empty()
    {
        let more: Vec<_> = more.iter().map(|(line, col)| format!("{line}:{col}")).collect();
        let rest = if group.count > group.places.len() { ", …" } else { "" };
        writeln!(out, "    also at {}{rest}", more.join(", "))?;
    }
    Ok(())
}

/// Writes what changes, in the middle of the line where it stands.
pub(super) fn place(out: &mut dyn Write, text: &str, entry: &Entry<'_>, style: Style) -> io::Result<()> {
    write_place(out, text, entry, Paint { style })
}

/// Returns where `after` differs from `before`, with what stands around it in its line.
pub(crate) fn difference(before: &str, after: &str, style: Style) -> String {
    let pieces = pieces(before, after);
    let (first, last) = match &pieces[..] {
        [] => (before.len(), before.len()),
        [(first, _), ..] => (first.start, pieces[pieces.len() - 1].0.end),
    };
    let (left, left_cut) = context_before(&before[..first], style.width);
    let (right, right_cut) = context_after(&before[last..], style.width);
    let (mut change, paint) = (Vec::new(), Paint { style });
    let mut at = first;
    for (old, new) in pieces {
        // Writing to memory does not fail.
        let _ = write!(change, "{}", shown(&before[at..old.start]));
        let _ = paint.mark(&mut change, Mark::Deleted, &before[old.range()]);
        let _ = paint.mark(&mut change, Mark::Inserted, &after[new.range()]);
        at = old.end;
    }
    let dots = |cut: bool| if cut { "…" } else { "" };
    format!("{}{}{}{}{}", dots(left_cut), shown(left), String::from_utf8_lossy(&change), shown(right), dots(right_cut))
}

fn write_place(out: &mut dyn Write, text: &str, entry: &Entry<'_>, paint: Paint) -> io::Result<()> {
    let edit = entry.edit;
    let width = paint.style.width;
    let is_change = !matches!(entry.status, Status::Flag | Status::Field);
    // What `before` and `after` have in common is context too.
    let pieces = if is_change { pieces(&edit.before, &edit.after) } else { Vec::new() };
    let (first, last) = match &pieces[..] {
        [] if is_change => (edit.before.len(), edit.before.len()),
        [] => (0, edit.before.len()),
        [(first, _), ..] => (first.start, pieces[pieces.len() - 1].0.end),
    };
    let span = Span::new(edit.span.start + first, edit.span.start + last);

    let (left, cut) = context_before(&text[..span.start], width);
    write!(out, "{}{}", if cut { "…" } else { "" }, shown(left))?;
    if !is_change {
        paint.mark(out, Mark::Flagged, &edit.before)?;
    }
    let mut at = first;
    for (old, new) in pieces {
        write!(out, "{}", shown(&edit.before[at..old.start]))?;
        paint.mark(out, Mark::Deleted, &edit.before[old.range()])?;
        paint.mark(out, Mark::Inserted, &edit.after[new.range()])?;
        at = old.end;
    }
    let (right, cut) = context_after(&text[span.end..], width);
    write!(out, "{}{}", shown(right), if cut { "…" } else { "" })
}

/// Returns the stretches of `before` that change, each with the stretch of `after` that it becomes: without what both have
/// in common at their ends, and piece by piece where most of the rest stays too.
pub(super) fn pieces(before: &str, after: &str) -> Vec<(Span, Span)> {
    let (front, back) = common_ends(before, after);
    let (old, new) = (Span::new(front, before.len() - back), Span::new(front, after.len() - back));
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    let whole = vec![(old, new)];
    if old.is_empty() || new.is_empty() || old.len().max(new.len()) > LONGEST_PIECEWISE {
        return whole;
    }
    let graphemes = |text: &'_ str, span: Span| -> Vec<(usize, String)> {
        text[span.range()].grapheme_indices(true).map(|(at, text)| (span.start + at, text.to_owned())).collect()
    };
    let (old_places, old_texts): (Vec<_>, Vec<_>) = graphemes(before, old).into_iter().unzip();
    let (new_places, new_texts): (Vec<_>, Vec<_>) = graphemes(after, new).into_iter().unzip();
    let ops = similar::capture_diff_slices(similar::Algorithm::Myers, &old_texts, &new_texts);
    let kept: usize = ops.iter().filter(|op| op.tag() == DiffTag::Equal).map(|op| op.old_range().len()).sum();
    if kept * 5 < old_texts.len() * 4 {
        return whole;
    }
    let place = |places: &[usize], index: usize, end: usize| places.get(index).copied().unwrap_or(end);
    let changed = ops.into_iter().filter(|op| op.tag() != DiffTag::Equal);
    let spans = changed.map(|op| {
        let (from, to) = (op.old_range(), op.new_range());
        let from = [from.start, from.end].map(|index| place(&old_places, index, old.end));
        let to = [to.start, to.end].map(|index| place(&new_places, index, new.end));
        (Span::new(from[0], from[1]), Span::new(to[0], to[1]))
    });
    spans.collect()
}

/// Returns how many bytes two texts share at their start, and behind that at their end, in whole characters.
pub(crate) fn common_ends(a: &str, b: &str) -> (usize, usize) {
    let equal = |(a, b): &(&str, &str)| a == b;
    let len = |(a, _): (&str, &str)| a.len();
    let front = a.graphemes(true).zip(b.graphemes(true)).take_while(equal).map(len).sum();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.graphemes(true).rev().zip(b.graphemes(true).rev()).take_while(equal).map(len).sum();
    (front, back)
}

/// Returns the end of `text` that belongs to its last line, at most `width` characters, and whether more of
/// that line stands before it.
fn context_before(text: &str, width: usize) -> (&str, bool) {
    let from = text.floor_char_boundary(text.len().saturating_sub(width * LONGEST_CHARACTER));
    let mut start = text.len();
    for (shown, (at, grapheme)) in text[from..].grapheme_indices(true).rev().enumerate() {
        if is_line_end(grapheme) {
            return (&text[start..], false);
        }
        // The first character that is looked at may itself be cut.
        if shown == width || (at == 0 && from > 0) {
            return (&text[start..], true);
        }
        start = from + at;
    }
    (&text[start..], false)
}

/// Returns the start of `text` that belongs to its first line, at most `width` characters, and whether more
/// of that line stands behind it.
fn context_after(text: &str, width: usize) -> (&str, bool) {
    let to = text.ceil_char_boundary(text.len().min(width * LONGEST_CHARACTER));
    for (shown, (at, grapheme)) in text[..to].grapheme_indices(true).enumerate() {
        if is_line_end(grapheme) {
            return (&text[..at], false);
        }
        if shown == width || (at + grapheme.len() == to && to < text.len()) {
            return (&text[..at], true);
        }
    }
    (text, false)
}

fn is_line_end(grapheme: &str) -> bool {
    matches!(grapheme, "\n" | "\r" | "\r\n")
}

/// Returns `text` as a stretch of its own: what cannot be seen named, and a combining mark at the start on a
/// circle instead of on the mark of ours before it.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let visible = visible(text);
    if visible.starts_with(is_combining_mark) { Cow::Owned(format!("◌{visible}")) } else { visible }
}

/// Returns `text` with its middle counted instead of shown, if it is long.
fn folded(text: &str, width: usize) -> Cow<'_, str> {
    let head = text.grapheme_indices(true).nth(width).map_or(text.len(), |(at, _)| at);
    let tail = match width.checked_sub(1) {
        Some(last) => text.grapheme_indices(true).nth_back(last).map_or(0, |(at, _)| at),
        None => text.len(),
    };
    let middle = text.get(head..tail).map_or(0, |middle| middle.chars().count());
    if middle < FOLD {
        return shown(text);
    }
    Cow::Owned(format!("{}… {middle} characters …{}", shown(&text[..head]), shown(&text[tail..])))
}

#[derive(Clone, Copy)]
enum Mark {
    Deleted,
    Inserted,
    Flagged,
}

#[derive(Clone, Copy)]
struct Paint {
    style: Style,
}

impl Paint {
    /// Writes a stretch of text as deleted, inserted or flagged; nothing if it is empty.
    fn mark(self, out: &mut dyn Write, mark: Mark, text: &str) -> io::Result<()> {
        // The underline shows where spaces are inserted, as the strike does for those deleted.
        let (color, effects, open, close) = match mark {
            Mark::Deleted => (AnsiColor::Red, Effects::STRIKETHROUGH, "[-", "-]"),
            Mark::Inserted => (AnsiColor::Green, Effects::UNDERLINE, "{+", "+}"),
            Mark::Flagged => (AnsiColor::Yellow, Effects::UNDERLINE, "[=", "=]"),
        };
        if text.is_empty() {
            return Ok(());
        }
        let text = folded(text, self.style.width);
        if self.style.color {
            self.write(out, color.on_default().effects(effects), &text)
        } else {
            write!(out, "{open}{text}{close}")
        }
    }

    fn write(self, out: &mut dyn Write, style: anstyle::Style, text: &str) -> io::Result<()> {
        let style = if self.style.color { style } else { anstyle::Style::new() };
        write!(out, "{style}{text}{style:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::marked::{self, Text};
    use super::*;

    fn preview(doc: &Doc<'_>, style: Style) -> String {
        let mut out = Vec::new();
        render(&mut out, doc, style).expect("writing to memory");
        String::from_utf8(out).expect("UTF-8")
    }

    fn plain(text: &Text) -> String {
        preview(&text.doc("a.txt"), Style::default())
    }

    /// The line that shows the place of the only edit.
    fn place(marked: &str, width: usize) -> String {
        let text = marked::text(marked, "x/y");
        let out = preview(&text.doc("a.txt"), Style { color: false, width });
        let [_, _, place] = out.lines().collect::<Vec<_>>()[..] else { panic!("one edit: {out}") };
        place.strip_prefix("    ").expect("places are indented").to_owned()
    }

    #[test]
    fn spaces_put_between_words_are_shown_one_by_one() {
        let text = marked::text("in [-2023GoogleNach-]{+2023 Google Nach+} that", "x/glue");
        assert!(preview(&text.doc("f"), Style::default()).contains("in 2023{+ +}Google{+ +}Nach that"));
        let text = marked::text("says [-IA aperta-]{+OpenAI+} now", "x/map");
        assert!(preview(&text.doc("f"), Style::default()).contains("says [-IA aperta-]{+OpenAI+} now"));
    }

    #[test]
    fn an_edit_stands_in_its_line_with_rule_and_safety() {
        let mut text = marked::text("Title\nBy Ann |[-.-] Bea\nend[-\u{A0}\u{200B}-]{+ +}.\n", "core/stray/mark");
        text.cleaned.edits[1].steps[0].evidence = Some("seen in \u{1B}[2J both".into());
        insta::assert_snapshot!(plain(&text), @r"
        a.txt
        a.txt:2:9  core/stray/mark  safe
            By Ann |[-.-] Bea
        a.txt:3:4  core/stray/mark  safe
            end[-⟨NBSP⟩⟨ZWSP⟩-]{+ +}.
            because seen in ⟨U+001B⟩[2J both
        ");
    }

    #[test]
    fn colour_takes_the_place_of_marks() {
        let text = marked::text("a[-b-]{+c+}", "x/y").finding(Status::Flag, "x/f", "a", "a", "odd");
        let style = Style { color: true, ..Style::default() };
        insta::assert_snapshot!(visible(&preview(&text.doc("f"), style)).replace("⟨LF⟩", "\n"), @r"
        ⟨U+001B⟩[1mf⟨U+001B⟩[0m
        f:1:2  x/y  safe
            a⟨U+001B⟩[9m⟨U+001B⟩[31mb⟨U+001B⟩[0m⟨U+001B⟩[4m⟨U+001B⟩[32mc⟨U+001B⟩[0m
        f:1:1  x/f  flag
            ⟨U+001B⟩[4m⟨U+001B⟩[33ma⟨U+001B⟩[0mb
            odd
        ");
    }

    #[test]
    fn a_record_is_named_by_line_and_field() {
        let text = marked::text("one[-  -]{+ +}two", "x/y");
        for (record, field, expected) in [
            (Some(17), Some("bo\tdy"), "in.jsonl:17 bo⟨TAB⟩dy\nin.jsonl:17 bo⟨TAB⟩dy:1:4  x/y  safe\n"),
            (Some(17), None, "in.jsonl:17\nin.jsonl:17:1:4  x/y  safe\n"),
        ] {
            let doc = Doc { record, field, ..text.doc("in.jsonl") };
            let out = preview(&doc, Style::default());
            assert!(out.starts_with(expected), "{out}");
        }
    }

    #[test]
    fn identical_edits_are_shown_once_and_counted() {
        let text = marked::text(&"a[-  -]{+ +}b\n".repeat(9), "x/y");
        insta::assert_snapshot!(plain(&text), @r"
        a.txt
        a.txt:1:2  x/y  safe  ×9
            a [- -]b
            also at 2:2, 3:2, 4:2, 5:2, 6:2, …
        ");
        let mut text = marked::text("a[-  -]{+ +}b\nc[-  -]{+ +}d", "x/y");
        assert!(plain(&text).contains("×2\n    a [- -]b\n    also at 2:2\n"));
        text.cleaned.edits[1].steps[0].rule = crate::edit::RuleId::new("x/z");
        assert!(!plain(&text).contains('×'), "edits of different rules are different");
    }

    #[test]
    fn findings_follow_the_edits_with_status_and_reason() {
        let text = marked::text("one two three four[-  -]{+ +}five", "x/y")
            .finding(Status::Proposed, "x/glue", "one", "o ne", "")
            .finding(Status::Blocked, "x/case", "two", "Two", "beyond its effects: case")
            .finding(Status::Lost, "x/less", "three", "3", "x/more starts before it")
            .finding(Status::Flag, "x/odd", "four", "four", "a number\u{202E} in letters");
        insta::assert_snapshot!(plain(&text), @r"
        a.txt
        a.txt:1:19  x/y  safe
            one two three four [- -]five
        a.txt:1:1  x/glue  review  proposed
            o{+ +}ne two three four  five
        a.txt:1:5  x/case  safe  blocked
            one [-t-]{+T+}wo three four  five
            beyond its effects: case
        a.txt:1:9  x/less  safe  lost
            one two [-three-]{+3+} four  five
            x/more starts before it
        a.txt:1:15  x/odd  flag
            one two three [=four=]  five
            a number⟨U+202E⟩ in letters
        ");
    }

    #[test]
    fn a_held_text_says_so_and_shows_what_would_have_been() {
        let mut text = marked::text("a[-b-]c", "x/y");
        text.hold();
        insta::assert_snapshot!(plain(&text), @r"
        a.txt
            left as it was: 3 of 20 words would change inside lines that stay, and 5 % are allowed
        a.txt:1:2  x/y  safe  held
            a[-b-]c
        ");
    }

    #[test]
    fn a_text_without_edits_and_findings_is_not_mentioned() {
        assert_eq!(plain(&marked::text("clean", "x/y")), "");
    }

    #[test]
    fn line_ends_are_named_inside_a_change_and_end_the_context() {
        for (marked, shown) in [
            ("before\n[-Share this\r\n-]behind\nmore", "[-Share this⟨CR⟩⟨LF⟩-]behind"),
            ("one\ntwo[-\n-]{+ +}three\rfour", "two[-⟨LF⟩-]{+ +}three"),
            ("one\rtwo[-\r-]\nthree", "two[-⟨CR⟩-]"),
            ("a\tb[-x-]\tc", "a⟨TAB⟩b[-x-]⟨TAB⟩c"),
            ("[-all-]", "[-all-]"),
            ("{+all+}", "{+all+}"),
        ] {
            assert_eq!(place(marked, 60), shown);
        }
    }

    #[test]
    fn what_before_and_after_share_is_shown_once() {
        for (marked, shown) in [
            ("[-Ann |.-]{+Ann |+} Bea", "Ann |[-.-] Bea"),
            ("[-a b c-]{+a X c+}", "a [-b-]{+X+} c"),
            ("[-aa-]{+aaa+}", "aa{+a+}"),
            ("[-OneTwoThree-]{+One Two Three+}", "One{+ +}Two{+ +}Three"),
            ("[-a bc-]{+ a b c +}", "{+ +}a b{+ +}c{+ +}"),
            ("[-e\u{301}-]{+e+}", "[-e\u{301}-]{+e+}"),
        ] {
            assert_eq!(place(marked, 60), shown);
        }
    }

    #[test]
    fn context_and_folding_count_whole_characters() {
        // One character each to a reader: a decomposed letter, a family, a flag, a syllable of jamo.
        for character in ["e\u{301}", "\u{1F468}\u{1F3FD}", "\u{1F1E9}\u{1F1EA}", "\u{1100}\u{1161}\u{11A8}", "漢"] {
            let five = character.repeat(5);
            let three = character.repeat(3);
            assert_eq!(place(&format!("{five}[-x-]{five}"), 3), format!("…{three}[-x-]{three}…"));
            assert_eq!(place(&format!("{three}[-x-]{three}"), 3), format!("{three}[-x-]{three}"));
            let count = 24 * character.chars().count();
            let long = character.repeat(30);
            assert_eq!(place(&format!("[-{long}-]"), 3), format!("[-{three}… {count} characters …{three}-]"));
            let short = character.repeat(6);
            assert_eq!(place(&format!("[-{short}-]"), 3), format!("[-{short}-]"));
        }
    }

    #[test]
    fn a_character_of_endless_marks_is_left_out_of_the_context() {
        let marks = format!("e{}", "\u{301}".repeat(500));
        assert_eq!(place(&format!("{marks}[-x-]{marks}"), 3), "…[-x-]…");
        assert_eq!(place("e[-\u{301}-]\u{302}", 3), "e[-◌\u{301}-]◌\u{302}");
    }

    #[test]
    fn names_cannot_act_on_the_terminal() {
        let text = marked::text("a[-b-]", "x/y");
        let out = preview(&text.doc("\u{1B}]0;x\u{7}\u{202E}a\nb.txt"), Style::default());
        assert_eq!(out.lines().count(), 3);
        assert!(out.starts_with("⟨U+001B⟩]0;x⟨U+0007⟩⟨U+202E⟩a⟨LF⟩b.txt\n"), "{out}");
    }
}
