//! Lines as their writers mean them: of a paragraph, or of what must keep its lines (lists, tables, code, quoted mail,
//! headings).

use crate::text::{Document, Span, is_blank, is_word_char};

use super::code::{Fences, is_code_line};
use super::evidence::Shape;
use super::sentences::ends_line;

/// A line with so many columns, or more, is none of a verse, of a menu or of a table.
pub(super) const LONG: usize = 100;
/// Lines of verse have so many columns at most.
const VERSE: usize = 70;
/// So many lines without a blank one between them, all of them short, may be verse.
const STANZA: usize = 4;
/// A line of so many columns, or more, may go on in the next.
const FLOWING: usize = 50;
/// The signature of a mail has so many lines at most.
const SIGNATURE: usize = 12;
/// Lines indented by so many columns stand apart: code, verse, centred headings.
const INDENT: usize = 4;

/// What a line is part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Blank,
    /// Of a paragraph, a heading without a sign, verse: nothing but words.
    Words,
    /// An item of a list, or a line that goes on with it.
    Item,
    /// A row of a table, a heading with a sign, a rule, quoted mail: what stands in a line of its own.
    Fixed,
    Code,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'t> {
    /// Without the white space around it.
    pub(super) text: &'t str,
    pub(super) span: Span,
    pub(super) kind: Kind,
    /// The columns of white space before it.
    pub(super) indent: usize,
    /// The columns of `text`.
    pub(super) width: usize,
    /// Whether Markdown breaks the line behind it: two spaces or a backslash stand there.
    pub(super) breaks: bool,
}

impl<'t> Row<'t> {
    pub(super) fn is_words(&self) -> bool {
        self.kind == Kind::Words
    }

    pub(super) fn is_blank(&self) -> bool {
        self.kind == Kind::Blank
    }

    /// The column at which it ends.
    pub(super) fn end(&self) -> usize {
        self.indent + self.width
    }

    pub(super) fn first_word(&self) -> &'t str {
        first_word(self.text)
    }

    pub(super) fn last_word(&self) -> &'t str {
        last_word(self.text)
    }

    /// Whether it ends as a sentence does, or as something that announces what follows.
    pub(super) fn is_ended(&self) -> bool {
        ends_line(self.text)
    }

    /// Whether it is long and ends as a sentence does.
    pub(super) fn is_paragraph(&self) -> bool {
        self.is_words() && self.width >= LONG && self.is_ended()
    }
}

/// Returns the word that `text` begins with, behind opening marks.
pub(super) fn first_word(text: &str) -> &str {
    let from = text.find(is_word_char).unwrap_or(text.len());
    let rest = &text[from..];
    &rest[..rest.find(|c| !is_word_char(c)).unwrap_or(rest.len())]
}

/// Returns the word that `text` ends with, before closing marks.
pub(super) fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches(|c| !is_word_char(c));
    let from = text.char_indices().rev().take_while(|(_, c)| is_word_char(*c)).last();
    from.map_or("", |(at, _)| &text[at..])
}

/// Returns how many columns of a terminal `text` takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(columns).sum() }
}

fn columns(c: char) -> usize {
    match c {
        _ if is_wide(c) => 2,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}' => 0,
        _ if c > '\u{2FF}' && unicode_normalization::char::is_combining_mark(c) => 0,
        _ => 1,
    }
}

/// Whether `c` takes two columns: letters and marks of East Asia, full width.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{303E}' | '\u{3041}'..='\u{33FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}

/// Whether words of the script of `c` follow on each other without a space.
pub(super) fn is_unspaced(c: char) -> bool {
    (is_wide(c) && !matches!(c, '\u{1100}'..='\u{115F}' | '\u{AC00}'..='\u{D7A3}'))
        || matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

/// Returns what goes between a line that ends with `left` and one that begins with `right` where they are joined.
pub(super) fn between(left: &str, right: &str) -> &'static str {
    let (mut before, mut behind) = (left.chars(), right.chars());
    let (last, first) = (before.next_back().unwrap_or(' '), behind.next().unwrap_or(' '));
    // `and/or` and a dash without spaces are no two words, wherever the line ended.
    let tight = matches!(last, '—' | '/') && before.next_back().is_some_and(is_word_char)
        || first == '—' && behind.next().is_some_and(is_word_char);
    if tight || is_unspaced(last) && is_unspaced(first) { "" } else { " " }
}

/// Whether the script of `c` has capitals.
pub(super) fn has_case(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

/// Returns the lines of a text.
pub(super) fn rows<'t>(doc: &Document<'t>) -> Vec<Row<'t>> {
    let text = doc.text();
    let mut fences = Fences::default();
    let mut rows: Vec<Row<'t>> = Vec::with_capacity(doc.lines().as_slice().len());
    for line in doc.lines().as_slice() {
        let content = &text[line.content.range()];
        let fenced = fences.holds(content);
        let bare = content.trim_start();
        let start = line.content.end - bare.len();
        let trimmed = bare.trim_end();
        let span = Span::new(start, start + trimmed.len());
        let indent = content[..content.len() - bare.len()].chars().map(|c| if c == '\t' { INDENT } else { 1 }).sum();
        let flows = rows.last().is_some_and(|row| row.is_words() && row.width >= FLOWING && !row.is_ended());
        let kind = if is_blank(content) {
            Kind::Blank
        } else if fenced || is_code_line(trimmed) {
            Kind::Code
        } else if is_item(trimmed, flows) {
            Kind::Item
        } else if is_fixed(trimmed) {
            Kind::Fixed
        } else if rows.last().is_some_and(|row| row.kind == Kind::Item && row.width >= FLOWING && !row.is_ended()) {
            Kind::Item
        } else {
            Kind::Words
        };
        let breaks = content.ends_with("  ") || trimmed.ends_with('\\');
        rows.push(Row { text: trimmed, span, kind, indent, width: width(trimmed), breaks });
    }
    mark_indented(&mut rows);
    if let Some(signature) = rows.iter().rposition(|row| row.text == "--")
        && rows.len() - signature <= SIGNATURE
    {
        rows[signature..].iter_mut().filter(|row| !row.is_blank()).for_each(|row| row.kind = Kind::Fixed);
    }
    rows
}

/// Indented lines stand apart, but for the first line of a paragraph.
fn mark_indented(rows: &mut [Row<'_>]) {
    for index in (0..rows.len()).rev() {
        let begins = rows.get(index + 1).is_some_and(|next| next.is_words() && next.indent < INDENT)
            && !index.checked_sub(1).is_some_and(|before| rows[before].indent >= INDENT && !rows[before].is_blank());
        if rows[index].is_words() && rows[index].indent >= INDENT && !begins {
            rows[index].kind = Kind::Code;
        }
    }
}

/// Whether `line` begins an item. Where the line before it `flows` on, a number may be a date, and a dash one of a
/// sentence.
fn is_item(line: &str, flows: bool) -> bool {
    let mut chars = line.chars();
    let first = chars.next().unwrap_or(' ');
    let spaced = |rest: &str| rest.starts_with([' ', '\t', '\u{A0}']);
    match first {
        '-' | '*' | '+' => spaced(chars.as_str()),
        '–' | '—' => spaced(chars.as_str()) && !flows,
        '•' | '·' | '◦' | '▪' | '●' | '‣' | '○' | '■' | '\u{F0B7}' => true,
        _ if first.is_ascii_alphanumeric() || first == '(' => {
            let label = line.trim_start_matches('(');
            let len = label.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(label.len());
            let (label, behind) = label.split_at(len);
            let mut behind = behind.chars();
            let mark = behind.next().unwrap_or(' ');
            let number = len <= 3 && label.bytes().all(|b| b.is_ascii_digit());
            let roman = len <= 4 && label.bytes().all(|b| matches!(b, b'i' | b'v' | b'x' | b'I' | b'V' | b'X'));
            let labels = match mark {
                ')' => number || roman || len == 1,
                '.' => number || roman && len > 1,
                _ => false,
            };
            len > 0 && labels && spaced(behind.as_str()) && !flows
        }
        _ => false,
    }
}

/// Whether a line stands by itself whatever is beside it.
fn is_fixed(line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    let opens = is_word_char(first)
        || matches!(
            first,
            '"' | '“'
                | '”'
                | '„'
                | '‚'
                | '‘'
                | '’'
                | '\''
                | '«'
                | '»'
                | '‹'
                | '›'
                | '('
                | '['
                | '¿'
                | '¡'
                | '…'
                | '.'
                | ','
                | ';'
                | ':'
                | '!'
                | '?'
                | ')'
                | ']'
                | '*'
                | '_'
                | '$'
                | '€'
                | '£'
                | '「'
                | '『'
                | '（'
                | '、'
                | '。'
                | '，'
                | '《'
                | '〈'
                | '【'
                | '&'
                | '%'
                | '/'
                | '—'
                | '–'
                | '-'
        );
    let columns = line.contains("   ")
        || line.contains('\t')
        || line.contains(" | ")
        || line.starts_with('|')
        || line.contains("__");
    !opens || columns || !line.contains(is_word_char)
}

/// Returns for every row whether it stands among nothing but short lines, as verse does.
pub(super) fn stanzas(rows: &[Row<'_>]) -> Vec<bool> {
    let mut found = vec![false; rows.len()];
    let mut start = 0;
    while start < rows.len() {
        let end = rows[start..].iter().position(Row::is_blank).map_or(rows.len(), |len| start + len);
        let verse = end - start >= STANZA && rows[start..end].iter().all(|row| row.width <= VERSE);
        found[start..end].fill(verse);
        start = end + 1;
    }
    found
}

/// Whether `word` is one in small letters, of a script that has capitals.
pub(super) fn is_small(word: &str) -> bool {
    Shape::of(word) == Shape::Small
}
