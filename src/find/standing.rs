//! How a line stands among others: words of a label are no label where they are an item of a list that somebody
//! announced, code, a key of a configuration, one heading among others, verse, or said by somebody.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::{Document, LabelKind, LabelledLines, is_blank};

use super::rows::{Kind, Row, rows};

/// A line of verse has so many columns at most,
const VERSE: usize = 60;
/// a stanza so many lines at least, and one of so many of them ends in a mark as verses do.
const STANZA: usize = 4;
const MARKED: usize = 3;
/// An item of a list that a line announces has so many columns at most,
const ITEM: usize = 48;
/// the list so many items,
const ITEMS: usize = 24;
/// and the line so many words at least.
const ANNOUNCING: usize = 3;
/// Code is indented by so many columns.
const INDENT: usize = 4;
/// What is said has so many columns at most.
const SAID: usize = 90;

/// `key: value`, `key = value`, `[section]`.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:- )?[a-z_][a-z0-9_.-]*(?::(?: \S.*)?| ?= ?.*)$|^\[[A-Za-z0-9_. -]+\]$")
        .expect("a constant pattern")
});

/// Returns for each line of `doc` whether it is the text's own by how it stands, whatever label it may match.
/// `labelled` are the labels; lines without one are not asked.
pub(super) fn own_lines(doc: &Document<'_>, labelled: &LabelledLines) -> Vec<bool> {
    let rows = rows(doc);
    let (mut is_label, mut is_comment) = (vec![false; rows.len()], vec![false; rows.len()]);
    for label in labelled.all() {
        is_label[label.line] = true;
        is_comment[label.line] |= matches!(label.kind, LabelKind::Comments | LabelKind::Reply);
    }
    let stands = Stands { filled: (0..rows.len()).filter(|&at| !rows[at].is_blank()).collect(), rows, is_label };
    let mut own = vec![false; stands.rows.len()];
    let sections = stands.has_sections();
    // Where most lines are indented, none of them is code for that.
    let few = stands.filled.iter().filter(|&&at| stands.rows[at].indent >= INDENT).count() * 3 < stands.filled.len();
    for (place, &at) in stands.filled.iter().enumerate().filter(|(_, at)| stands.is_label[**at]) {
        let row = &stands.rows[at];
        // Comments are a list, and what answers one is indented.
        let is_comment = is_comment[at] && (row.kind == Kind::Item || row.indent > 0);
        own[at] = (!is_comment && row.kind == Kind::Code && (few || row.indent < INDENT))
            || (!is_comment && row.kind == Kind::Item)
            || (sections && is_section(row.text))
            || stands.is_key(place)
            || stands.is_said(place);
    }
    stands.mark_verse(&mut own);
    stands.mark_announced(&mut own);
    own
}

struct Stands<'t> {
    rows: Vec<Row<'t>>,
    /// The indexes of the rows that are not blank.
    filled: Vec<usize>,
    is_label: Vec<bool>,
}

impl Stands<'_> {
    /// The row before the one at `place`, or behind it, among those that are not blank.
    fn beside(&self, place: usize) -> [Option<&Row<'_>>; 2] {
        let row = |place: usize| self.filled.get(place).map(|&at| &self.rows[at]);
        [place.checked_sub(1).and_then(row), row(place + 1)]
    }

    /// Whether headings of Markdown that are no labels stand in the text.
    fn has_sections(&self) -> bool {
        self.rows.iter().zip(&self.is_label).any(|(row, is_label)| !is_label && is_section(row.text))
    }

    /// Whether a line is a key among keys.
    fn is_key(&self, place: usize) -> bool {
        let row = &self.rows[self.filled[place]];
        let indented = |row: &Row<'_>| row.indent >= 2;
        KEY.is_match(row.text)
            && self.beside(place).into_iter().flatten().any(|beside| {
                KEY.is_match(beside.text) || indented(beside) != indented(row) || beside.kind == Kind::Item
            })
    }

    /// Whether a line is said by somebody: it ends as a sentence does, beside another short line that does, or below a
    /// name in capitals. Buttons have no full stop.
    fn is_said(&self, place: usize) -> bool {
        let row = &self.rows[self.filled[place]];
        let ends = |row: &Row<'_>| {
            row.text.trim_end_matches(['"', '”', '’', '»', '“', ')']).ends_with(['.', '!', '?', '…', '。', '！', '？'])
        };
        let quoted = |row: &Row<'_>| row.text.starts_with(['"', '“', '„', '«', '»', '—', '–', '-', '「', '‘']);
        if row.width > SAID || !ends(row) {
            return false;
        }
        let [before, behind] = self.beside(place);
        let speaker = before.is_some_and(|row| {
            let name = row.text.trim_end_matches([':', '.']);
            row.width <= ITEM
                && name.chars().filter(|c| c.is_uppercase()).count() > 1
                && !name.contains(char::is_lowercase)
        });
        speaker || [before, behind].into_iter().flatten().any(|row| row.width <= SAID && quoted(row) && ends(row))
    }

    /// Marks the lines of stanzas: short lines without a blank one between, of which many end in a mark.
    fn mark_verse(&self, own: &mut [bool]) {
        let mut start = 0;
        while start < self.rows.len() {
            let len = self.rows[start..].iter().position(|row| row.is_blank() || row.width > VERSE);
            let end = len.map_or(self.rows.len(), |len| start + len);
            let stanza = &self.rows[start..end];
            let marked =
                |row: &&Row<'_>| row.text.ends_with([',', ';', '.', '!', '?', '—', '…']) && row.text.contains(' ');
            let alone = self.rows.get(end).is_none_or(Row::is_blank)
                && start.checked_sub(1).is_none_or(|before| self.rows[before].is_blank());
            let labels = (start..end).filter(|&at| self.is_label[at]).count();
            // Lines of a page are sentences or none; a verse goes on in the next.
            let goes_on =
                |row: &Row<'_>| row.text.ends_with([',', ';', '—']) || row.text.starts_with(char::is_lowercase);
            if alone
                && stanza.len() >= STANZA
                && stanza.iter().any(goes_on)
                && stanza.iter().filter(marked).count() * MARKED >= stanza.len()
                && labels * 2 <= stanza.len()
            {
                (start..end).for_each(|at| own[at] |= self.is_label[at]);
            }
            start = end + 1;
        }
    }

    /// Marks the items of lists that a line announces: with a colon, or as a sentence that goes on behind the list.
    fn mark_announced(&self, own: &mut [bool]) {
        let mut place = 0;
        while place < self.filled.len() {
            let row = &self.rows[self.filled[place]];
            let is_item = |place: usize| {
                let at = self.filled[place];
                self.rows[at].width <= ITEM && (self.is_label[at] || !self.rows[at].is_ended())
            };
            let end = (place + 1..self.filled.len().min(place + 1 + ITEMS)).find(|&place| !is_item(place));
            let end = end.unwrap_or(self.filled.len().min(place + 1 + ITEMS));
            // The page around an article has no sentence below its buttons: the article goes on there, or ends.
            let next = self.filled.get(end).map(|&at| &self.rows[at]);
            let goes_on = next.is_some_and(|next| next.text.starts_with(char::is_lowercase));
            let of_article = goes_on || next.is_none_or(|next| next.width > SAID && next.is_ended());
            let words = row.text.split_whitespace().count();
            let announces = row.text.ends_with([':', '：']) && (words >= ANNOUNCING || row.width > ITEM) && of_article;
            let small = row.text.rsplit(' ').next().is_some_and(|word| word.starts_with(char::is_lowercase));
            let unfinished = goes_on && row.width > ITEM / 2 && words >= ANNOUNCING && small && !row.is_ended();
            // What follows on a heading of comments is no list of labels.
            let items = &self.filled[place + 1..end];
            let labels = items.iter().filter(|&&at| self.is_label[at]).count();
            if !self.is_label[self.filled[place]] && (announces || unfinished) && labels * 2 > items.len() {
                items.iter().for_each(|&at| own[at] |= self.is_label[at]);
                place = end;
            } else {
                place += 1;
            }
        }
    }
}

/// Whether `line` is a heading of Markdown.
fn is_section(line: &str) -> bool {
    let title = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - title.len())) && title.starts_with(' ') && !is_blank(title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Label, Labels, Lang};

    /// The lines of `text` that match a label and are the text's own.
    fn own(text: &str) -> Vec<&str> {
        let mut labels = Labels::default();
        let lines = "share\nprint\ncomments\nread more\nfollow us\nmenu\nshare this article\npolitics\nsports\nweather";
        labels.add(&[], &[Label { kind: LabelKind::Share, alone: true, lines: lines.to_owned() }], &[]);
        labels.add(&[], &[Label { kind: LabelKind::Reply, alone: false, lines: "reply".to_owned() }], &[]);
        let lang = Lang::known("en");
        let doc = Document::new(text, &lang);
        let own = own_lines(&doc, doc.labels(&labels));
        text.lines().zip(own).filter(|(_, own)| *own).map(|(line, _)| line.trim()).collect()
    }

    const PROSE: &str = "The reader that came with the ferry has a small row of keys at the top of each page, and nobody \
                         used them before the winter.";

    #[test]
    fn what_a_line_announces_is_the_texts() {
        let list = format!("{PROSE}\nThe menu has these buttons:\n\nShare\n\nPrint\nComments\n");
        assert_eq!(own(&list), ["Share", "Print", "Comments"]);
        assert_eq!(own(&format!("{list}{PROSE}\nShare\n")), ["Share", "Print", "Comments"]);
        assert!(own(&format!("{list}Next\nThe ferry (2)\nPhoto: A.\n")).is_empty(), "no article goes on below");
        let sentence = "The paper has sections called\nPolitics\nSports\nWeather\nand each has one writer.";
        assert_eq!(own(sentence), ["Politics", "Sports", "Weather"]);
        assert!(own("The ferry came back late\nShare\nPrint\nComments\nThe captain said nothing.").is_empty());
    }

    #[test]
    fn items_code_keys_and_sections_are_the_texts() {
        assert_eq!(own("- Share\n* Print\n• Menu\nMenu"), ["- Share", "* Print", "• Menu"]);
        assert!(own("- Reply\n    Reply\nReply").is_empty(), "comments are a list");
        assert_eq!(own(&format!("```\nShare\n```\n{PROSE}\n\n    Print\n\n{PROSE}\nMenu")), ["Share", "Print"]);
        assert!(own("    Share\n    Print\n    Menu\n").is_empty(), "all is indented");
        assert_eq!(own("[share]\nmenu:\n  print:\n    - a\n"), ["[share]", "menu:", "print:"]);
        assert!(own("Share:\nPrint").is_empty());
        assert_eq!(own("## The ferry\nIt left.\n## Share\nIt came back.\nPrint"), ["## Share"]);
        assert!(own("## Share\n## Print").is_empty(), "of headings that are all labels none is the text's");
    }

    #[test]
    fn verse_and_speech_are_the_texts() {
        let verse = "At noon it left, as ferries do,\nwith nobody on board;\nRead more,\nthe lamp upon the quay";
        assert_eq!(own(verse), ["Read more,"]);
        assert!(own("4 min read\nIt left at noon.\nRead more\nIt came back empty.").is_empty());
        assert_eq!(own("“Where to?”\nFollow us!\n“No.”"), ["Follow us!"]);
        assert_eq!(own("ANNA\nShare this article.\nPAUL\nWhy?"), ["Share this article."]);
        assert!(own("The ferry\nFollow us!\nPrint").is_empty());
    }

    #[test]
    fn many_lines_cost_linear_time() {
        for line in ["Share\n", "a b c:\n", "Share,\n", "Share!\n", "menu:\n", "## Share\n"] {
            own(&line.repeat(20_000));
        }
    }
}
