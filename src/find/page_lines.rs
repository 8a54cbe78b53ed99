//! The lines of a text as those of a page: how long they are, whether they are prose, and which labels they match.

use std::cell::OnceCell;

use super::notices::speaks_of_notices;
use super::sentences::ends_sentence;
use super::sources::{is_entry, is_heading};
use super::standing::own_lines;
use crate::text::{Document, LabelKind, LabelKinds, Labels, fold_line, is_blank, reading_length};

/// A line that stands there twice has fewer characters.
const TWICE: usize = 120;
/// A line of at least so many characters that ends a sentence is prose.
const PROSE: usize = 80;
/// A sentence has at least so many words.
const SENTENCE: usize = 3;

/// A line that is not blank.
#[derive(Clone)]
pub(super) struct PageLine {
    /// Its index among all lines.
    pub(super) index: usize,
    /// See [`reading_length`]; without white space at its ends.
    pub(super) length: usize,
    /// Whether it is long and ends as a sentence does.
    pub(super) prose: bool,
    /// The labels that it matches.
    pub(super) kinds: LabelKinds,
    /// Those of them that are certain alone.
    pub(super) certain: LabelKinds,
    /// Whether one of them is the whole line.
    pub(super) whole: bool,
    /// Whether it is a date and little else.
    pub(super) date: bool,
    /// Whether the next line says the same.
    pub(super) twice: bool,
    /// Whether it holds a number, and whether it begins with one as the items of a list do.
    pub(super) counts: bool,
    pub(super) numbered: bool,
    /// Whether it is a heading of sources, or an entry among entries.
    pub(super) source: bool,
    /// Whether it ends as a sentence does, with some words before.
    pub(super) says: bool,
    /// Whether it is a name, and one of the next lines says who that is.
    pub(super) introduced: bool,
}

/// Labels that a text may be about: it is a policy, terms of use, an imprint.
const OF_NOTICES: [LabelKind; 3] = [LabelKind::Site, LabelKind::Newsletter, LabelKind::Notice];

/// The lines of one text.
struct Page {
    lines: Vec<PageLine>,
    certain: OnceCell<Vec<PageLine>>,
}

fn page<'d>(doc: &'d Document<'_>, labels: &Labels) -> &'d Page {
    doc.page(|doc| Page { lines: read_lines(doc, labels), certain: OnceCell::new() })
}

/// Returns the lines of `doc` that are not blank, with their labels.
pub(super) fn page_lines<'d>(doc: &'d Document<'_>, labels: &Labels) -> &'d [PageLine] {
    &page(doc, labels).lines
}

/// Returns the lines of `doc` that are not blank, with the labels that are certain: a text that speaks of what notices
/// say has none of them.
pub(super) fn certain_lines<'d>(doc: &'d Document<'_>, labels: &Labels) -> &'d [PageLine] {
    let page = page(doc, labels);
    page.certain.get_or_init(|| {
        let mut lines = page.lines.clone();
        if speaks_of_notices(doc, &lines) {
            for line in &mut lines {
                line.kinds = line.kinds.iter().filter(|kind| !OF_NOTICES.contains(kind)).collect();
                line.certain = line.certain.iter().filter(|kind| !OF_NOTICES.contains(kind)).collect();
                line.whole &= !line.kinds.is_empty();
            }
        }
        lines
    })
}

fn read_lines(doc: &Document<'_>, labels: &Labels) -> Vec<PageLine> {
    let labelled = doc.labels(labels);
    let known = labels.of(doc.lang());
    let text = doc.text();
    let own = if labelled.all().is_empty() { Vec::new() } else { own_lines(doc, labelled) };
    let mut lines = Vec::new();
    for (index, line) in doc.lines().as_slice().iter().enumerate() {
        let content = text[line.content.range()].trim();
        if is_blank(content) {
            continue;
        }
        let of_line = if own.get(index) == Some(&true) { &[] } else { labelled.of(index) };
        let length = reading_length(content);
        lines.push(PageLine {
            index,
            length,
            prose: length >= PROSE && ends_sentence(content),
            kinds: of_line.iter().map(|label| label.kind).collect(),
            certain: of_line.iter().filter(|label| label.alone).map(|label| label.kind).collect(),
            whole: of_line.iter().any(|label| label.whole),
            date: known.is_date(content),
            twice: false,
            counts: content.contains(|c: char| c.is_numeric()),
            numbered: is_numbered(content),
            source: is_entry(content),
            says: ends_sentence(content) && content.split_whitespace().nth(SENTENCE - 1).is_some(),
            introduced: false,
        });
    }
    // One alone may be a teaser or what somebody remarks.
    let entries: Vec<bool> = lines.iter().map(|line| line.source).collect();
    for at in 0..lines.len() {
        let is_entry = |at: usize| entries.get(at) == Some(&true);
        let among = is_entry(at + 1) || (at > 0 && is_entry(at - 1));
        lines[at].source =
            (entries[at] && among) || is_heading(text[doc.lines().as_slice()[lines[at].index].content.range()].trim());
        lines[at].introduced = is_introduced(doc, &lines[at..]);
    }
    for at in 1..lines.len() {
        let of = |line: &PageLine| text[doc.lines().as_slice()[line.index].content.range()].trim();
        let (one, next) = (of(&lines[at - 1]), of(&lines[at]));
        let says = |line: &str| line.chars().filter(|c| c.is_alphabetic()).nth(5).is_some();
        lines[at - 1].twice =
            lines[at].length < TWICE && one.len() < 4 * TWICE && says(one) && fold_line(one) == fold_line(next);
    }
    lines
}

/// Whether a line begins as the items of a numbered list do: `12. `, `3) `.
fn is_numbered(content: &str) -> bool {
    let behind = content.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = content.len() - behind.len();
    (1..=4).contains(&digits) && (behind.starts_with(". ") || behind.starts_with(") "))
}

/// Whether the first of `lines` is a name and one of the next three a paragraph that begins with it.
fn is_introduced(doc: &Document<'_>, lines: &[PageLine]) -> bool {
    let of = |line: &PageLine| doc.text()[doc.lines().as_slice()[line.index].content.range()].trim();
    let name = of(&lines[0]);
    let words = || name.split_whitespace();
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
    };
    if lines[0].length > 40 || !(2..=4).contains(&words().count()) || !words().all(is_name) {
        return false;
    }
    let names = || words().filter(|word| word.chars().count() > 2);
    let Some(about) = lines[1..].iter().take(3).find(|line| line.prose) else { return false };
    let first = of(about).split(|c: char| !c.is_alphanumeric() && c != '-').find(|word| word.chars().count() > 2);
    first.is_some_and(|first| names().any(|name| name == first))
}
