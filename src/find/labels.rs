//! Lines that are only a label of the page around an article: those that are certain wherever they stand, and runs
//! of those that are certain only beside others.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, LabelKind, Labelled, Labels, Lines, Region, fold_line, is_blank};

use super::mentions::mentioned;
use super::options::Reader;
use super::page_lines::{PageLine, certain_lines, page_lines};
use super::{Finder, Found, Knowledge, Options};

/// The built-in finder `labels`: lines that are one of the pack's labels which are certain alone.
pub(super) struct LabelLines {
    labels: Arc<Labels>,
    /// The pack's own list.
    list: Option<usize>,
}

impl LabelLines {
    pub(super) fn new(options: &Options, knowledge: &Knowledge) -> Result<Self, Vec<Diagnostic>> {
        let labels = Arc::clone(&knowledge.labels);
        Reader::new("labels", options, &[]).finish(|| Self { labels, list: knowledge.list })
    }
}

impl Finder for LabelLines {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let own = |label: &&Labelled| Some(label.list) == self.list && label.alone;
        let labelled = doc.labels(&self.labels).all();
        if !labelled.iter().any(|label| own(&label)) {
            return;
        }
        let lines = certain_lines(doc, &self.labels);
        let article = article_lines(lines);
        let spoken_of = SpokenOf::new(doc, lines);
        let mut last = None;
        for label in labelled.iter().filter(own) {
            let Ok(at) = lines.binary_search_by_key(&label.line, |line| line.index) else { continue };
            if last == Some(label.line) || !lines[at].certain.contains(label.kind) {
                continue;
            }
            // What stands above sources is the article's, a heading of its author, too.
            let reach = if label.kind == LabelKind::Author { ABOVE_SOURCES } else { 1 };
            if lines[at + 1..].iter().take(reach).any(|line| line.source) {
                continue;
            }
            // Part of a sentence is certain above an article or below it: inside, the article speaks of cookies.
            let is_part = label.kind == LabelKind::Notice && !label.whole;
            // A date of the page with so much behind it that it may be what somebody wrote.
            let has_more = label.kind == LabelKind::Site && !label.whole && lines[at].length > DATED;
            if has_more || (is_part && article.contains(&label.line)) || spoken_of.holds(label.line) {
                continue;
            }
            last = Some(label.line);
            found.push(dropped(doc.lines(), label.line, label.line, Some(format!("a label: {}", name(label.kind)))));
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

/// Returns the lines from the first line of prose to the last that are no labels.
fn article_lines(lines: &[PageLine]) -> Range<usize> {
    let prose = |line: &&PageLine| line.prose && line.kinds.is_empty();
    match (lines.iter().find(prose), lines.iter().rfind(prose)) {
        (Some(first), Some(last)) => first.index..last.index,
        _ => 0..0,
    }
}

/// What the site says in part of a line, such as when it was changed, has at most so many characters.
const DATED: usize = 80;
/// A heading of an author among so many lines above sources is the article's, as what stands below it is.
const ABOVE_SOURCES: usize = 12;

/// The lines of labels whose words the sentences of the text have, too: they are its headings.
struct SpokenOf(HashSet<usize>);

impl SpokenOf {
    fn new(doc: &Document<'_>, lines: &[PageLine]) -> Self {
        let folded = |line: &PageLine| fold_line(line_text(doc, line));
        let headings = lines.iter().filter(|line| !line.certain.is_empty() && line.whole && !line.counts);
        let headings: Vec<(usize, String)> = headings.map(|line| (line.index, folded(line))).collect();
        if headings.is_empty() {
            return Self(HashSet::new());
        }
        let sentences = lines.iter().filter(|line| line.prose && line.kinds.is_empty()).map(folded);
        let found = mentioned(headings.iter().map(|(_, words)| words.as_str()), sentences, |_| true);
        Self(headings.iter().filter(|(_, words)| found.contains(words.as_str())).map(|(index, _)| *index).collect())
    }

    fn holds(&self, line: usize) -> bool {
        self.0.contains(&line)
    }
}

/// Returns what `line` says.
fn line_text<'t>(doc: &Document<'t>, line: &PageLine) -> &'t str {
    doc.text()[doc.lines().as_slice()[line.index].content.range()].trim()
}

/// Returns what stands as a label in `lines` and as a name in sentences: with a capital, and not as their first word.
fn named<'t>(doc: &Document<'t>, lines: &[PageLine]) -> HashSet<&'t str> {
    let labels = lines.iter().filter(|line| !line.kinds.is_empty() && line.certain.is_empty());
    let names = labels.map(|line| line_text(doc, line)).filter(|name| name.starts_with(char::is_uppercase));
    let sentences = lines.iter().filter(|line| line.prose && line.kinds.is_empty()).map(|line| line_text(doc, line));
    let inside = |before: &str| {
        let before = before.trim_end_matches([' ', '"', '“', '„', '«', '(', '‘']);
        !before.is_empty() && !before.ends_with(['.', '!', '?', ':', '…'])
    };
    mentioned(names, sentences, inside)
}

/// Labels that stand together are certain from so many on.
const RUN: usize = 3;
/// Lines that no pack calls a label and that may stand in a run at the edge of a text have at most so many words,
const MENU_WORDS: usize = 4;
/// and so many characters;
const MENU_LENGTH: usize = 40;
/// one alone may be the title: at least so many stand together.
const MENU_LINES: usize = 3;

/// What a rule of `label-runs` drops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    /// Three labels and more in a row.
    Runs,
    /// Labels that are certain only beside others, wherever they stand.
    Single,
    /// Short lines between labels before the first line of prose or behind the last: menus.
    Menus,
}

const WHICH: [(&str, Which); 3] = [("runs", Which::Runs), ("single", Which::Single), ("menus", Which::Menus)];

/// The built-in finder `label-runs`: labels of any pack that stand together, with nothing but blank lines between.
pub(super) struct LabelRuns {
    labels: Arc<Labels>,
    which: Which,
}

impl LabelRuns {
    pub(super) fn new(options: &Options, knowledge: &Knowledge) -> Result<Self, Vec<Diagnostic>> {
        let labels = Arc::clone(&knowledge.labels);
        let mut reader = Reader::new("label-runs", options, &["which"]);
        let which = WHICH[reader.choice("which", &WHICH.map(|(name, _)| name)).unwrap_or(0)].1;
        reader.finish(|| Self { labels, which })
    }
}

/// Kinds of labels that stand in the head of an article with what they are about: it is metadata.
const METADATA: [LabelKind; 2] = [LabelKind::Author, LabelKind::Notice];

impl Finder for LabelRuns {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        if doc.labels(&self.labels).all().is_empty() {
            return;
        }
        let sure = self.which == Which::Runs;
        let lines = if sure { certain_lines(doc, &self.labels) } else { page_lines(doc, &self.labels) };
        let line_text = |line: &PageLine| line_text(doc, line);
        // A date, or who wrote it and when, is no button: it stays, and what stands around it is a run all the same.
        let stays = |line: &PageLine| {
            let in_head = doc.region_at(doc.lines().as_slice()[line.index].full.start) == Region::Head;
            line.date || (in_head && (line.counts || METADATA.iter().any(|kind| line.kinds.contains(*kind))))
        };
        // What ends a sentence may be said by somebody: `Yes.`, `Thank you!`
        let is_said = |line: &PageLine| line_text(line).ends_with(['.', '!', '?', '…', ',', ';', '"', '”', '»']);
        match self.which {
            Which::Runs => {
                let is_label = |line: &PageLine| !line.certain.is_empty() || (!line.kinds.is_empty() && !is_said(line));
                let named = named(doc, lines);
                let region = |line: &PageLine| doc.region_at(doc.lines().as_slice()[line.index].full.start);
                for run in lines.chunk_by(|a, b| is_in(a, is_label) == is_in(b, is_label)) {
                    if !is_in(&run[0], is_label) {
                        continue;
                    }
                    let goes: Vec<&PageLine> = run.iter().filter(|line| is_label(line) && !stays(line)).collect();
                    // Names of sections may be a list inside an article.
                    let of_site = |line: &&PageLine| line.kinds.iter().all(|kind| kind == LabelKind::Site);
                    if region(&run[0]) == Region::Body
                        && run.iter().filter(|line| is_label(line)).all(|line| of_site(&line))
                    {
                        continue;
                    }
                    // A word again and again is a chorus or a column of a table.
                    let words: HashSet<&str> = goes.iter().map(|line| line_text(line)).collect();
                    if words.len() >= RUN && words.intersection(&named).count() * 2 < words.len() {
                        drop_all(doc, &goes, &format!("{} labels in a row", goes.len()), found);
                    }
                }
            }
            Which::Single => {
                let likely = [
                    LabelKind::Share,
                    LabelKind::Comments,
                    LabelKind::Reply,
                    LabelKind::Newsletter,
                    LabelKind::Author,
                    LabelKind::Notice,
                ];
                for line in lines.iter().filter(|line| !stays(line)) {
                    if line.certain.is_empty() && !line.kinds.contains(LabelKind::Notice) && is_said(line) {
                        continue;
                    }
                    if let Some(kind) = likely.into_iter().find(|kind| line.kinds.contains(*kind)) {
                        drop_all(doc, &[line], &format!("a label: {}", name(kind)), found);
                    }
                }
            }
            Which::Menus => {
                let first = lines.iter().position(|line| line.prose).unwrap_or(0);
                let last = lines.iter().rposition(|line| line.prose).map_or(lines.len(), |last| last + 1);
                for edge in [&lines[..first], &lines[last..]] {
                    self.menu(doc, edge, stays, found);
                }
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

impl LabelRuns {
    /// Drops what stands between labels in `edge`, if it looks like a menu.
    fn menu(&self, doc: &Document<'_>, edge: &[PageLine], stays: impl Fn(&PageLine) -> bool, found: &mut Vec<Found>) {
        let line_text = |line: &PageLine| line_text(doc, line);
        let is_label = |line: &PageLine| !line.kinds.is_empty();
        let (Some(first), Some(last)) = (edge.iter().position(is_label), edge.iter().rposition(is_label)) else {
            return;
        };
        let labels = edge[first..=last].iter().filter(|line| is_label(line)).count();
        if labels < RUN {
            return;
        }
        let is_short = |line: &PageLine| {
            let text = line_text(line);
            line.length <= MENU_LENGTH
                && text.split_whitespace().count() <= MENU_WORDS
                && !text.ends_with(['.', '!', '?', '…', ':', ',', ';'])
        };
        for run in edge[first..=last].chunk_by(|a, b| is_label(a) == is_label(b)) {
            let goes: Vec<&PageLine> = run.iter().filter(|line| !stays(line)).collect();
            if !is_label(&run[0]) && run.len() >= MENU_LINES && run.iter().all(is_short) {
                drop_all(doc, &goes, &format!("short lines among {labels} labels"), found);
            }
        }
    }
}

/// Whether `line` may stand in a run of labels.
fn is_in(line: &PageLine, is_label: impl Fn(&PageLine) -> bool) -> bool {
    line.date || is_label(line)
}

/// Drops `lines`, those that follow one another at once.
fn drop_all(doc: &Document<'_>, lines: &[&PageLine], evidence: &str, found: &mut Vec<Found>) {
    let blank = |index: usize| is_blank(&doc.text()[doc.lines().as_slice()[index].content.range()]);
    let follows = |a: &&PageLine, b: &&PageLine| (a.index + 1..b.index).all(blank);
    for stretch in lines.chunk_by(follows) {
        let (first, last) = (stretch[0].index, stretch[stretch.len() - 1].index);
        found.push(dropped(doc.lines(), first, last, Some(evidence.to_owned())));
    }
}

/// Drops the lines from `first` to `last`.
pub(super) fn dropped(lines: &Lines, first: usize, last: usize, evidence: Option<String>) -> Found {
    Found { span: lines.deletion(first, last), after: String::new(), evidence, score: None }
}

/// Returns the name of a kind of labels, as packs write it.
pub(super) fn name(kind: LabelKind) -> &'static str {
    use crate::rules::keys::Named;
    <LabelKind as Named>::ALL.iter().find(|(of, ..)| *of == kind).map_or("", |(_, name, _)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, options};
    use super::*;
    use crate::text::Label;

    const PROSE: &str = "The ferry to the island left at noon, as it had left every day for forty years, and nobody could \
                         have said what was different about it.";

    fn knowledge() -> Knowledge {
        let label = |kind, alone, text: &str| Label { kind, alone, lines: text.to_owned() };
        let list = [
            label(LabelKind::Share, true, "share this article"),
            label(LabelKind::Share, false, "facebook"),
            label(LabelKind::Share, false, "twitter"),
            label(LabelKind::Share, false, "email"),
            label(LabelKind::Author, false, "written by *"),
            label(LabelKind::Notice, true, "we use cookies *"),
            label(LabelKind::Site, true, "last updated on # *"),
            label(LabelKind::Site, false, "menu"),
            label(LabelKind::Site, false, "search"),
        ];
        let german = [label(LabelKind::Share, true, "artikel teilen")];
        let mut labels = Labels::default();
        let all = labels.add(&[], &list, &["March".to_owned()]);
        labels.add(&["de".to_owned()], &german, &[]);
        Knowledge { labels: Arc::new(labels), list: Some(all), ..Knowledge::default() }
    }

    fn runs(which: &str, text: &str) -> String {
        clean(&LabelRuns::new(&options(&json!({ "which": which })), &knowledge()).expect("known"), text, Some("en"))
    }

    #[test]
    fn labels_of_the_own_pack_that_are_certain_alone_go() {
        let labels = LabelLines::new(&Options::new(), &knowledge()).expect("no options");
        let text = "a\nShare this article\nFacebook\nArtikel teilen\nb";
        assert_eq!(clean(&labels, text, Some("en")), "a\nFacebook\nArtikel teilen\nb");
        assert_eq!(labels.list, Some(0), "those of other packs are theirs");
    }

    #[test]
    fn part_of_a_sentence_is_a_label_only_outside_the_article() {
        let labels = LabelLines::new(&Options::new(), &knowledge()).expect("no options");
        let notice = "We use cookies to count the visitors of the island.";
        let cleaned = |text: &str| clean(&labels, text, Some("en"));
        assert_eq!(cleaned(&format!("{notice}\n{PROSE}\n{PROSE}\n{notice}\n")), format!("{PROSE}\n{PROSE}\n"));
        let inside = format!("{PROSE}\n{notice}\n{PROSE}\n");
        assert_eq!(cleaned(&inside), inside);
    }

    #[test]
    fn a_date_with_a_sentence_behind_it_is_more_than_a_label() {
        let labels = LabelLines::new(&Options::new(), &knowledge()).expect("no options");
        let cleaned = |text: &str| clean(&labels, text, Some("en"));
        let more = format!(
            "{PROSE}\nLast updated on 3 March and read aloud from the quay to everybody who had missed the ferry\n"
        );
        assert_eq!(cleaned(&more), more);
        assert_eq!(cleaned(&format!("{PROSE}\nLast updated on 3 March by Ada Roe\n")), format!("{PROSE}\n"));
    }

    #[test]
    fn headings_that_the_article_speaks_of_stay() {
        let labels = LabelLines::new(&Options::new(), &knowledge()).expect("no options");
        let cleaned = |text: &str| clean(&labels, text, Some("en"));
        let speaks = PROSE.replace("nobody", "whoever did not share this article of the charter");
        let text = format!("Share this article\n{speaks}\n");
        assert_eq!(cleaned(&text), text);
        assert_eq!(cleaned(&format!("Share this article\n{PROSE}\n")), format!("{PROSE}\n"));
    }

    #[test]
    fn names_that_the_article_speaks_of_stay() {
        let names = "Facebook\nTwitter\nEmail\n";
        let speaks = PROSE.replace("nobody", "nobody at Facebook or Twitter");
        let text = format!("{speaks}\n{names}{PROSE}\n");
        assert_eq!(runs("runs", &text), text);
        assert_eq!(runs("runs", &format!("{PROSE}\n{names}{PROSE}\n")), format!("{PROSE}\n{PROSE}\n"));
    }

    #[test]
    fn three_labels_in_a_row_go_and_two_stay() {
        assert_eq!(runs("runs", "a\nFacebook\n\nTwitter\nEmail\nb"), "a\nb");
        assert_eq!(runs("runs", "a\nFacebook\nTwitter\nb"), "a\nFacebook\nTwitter\nb");
        assert_eq!(runs("runs", "a\nMenu\nMenu\nMenu\nb"), "a\nMenu\nMenu\nMenu\nb");
        assert_eq!(runs("runs", "a\nFacebook 12\nTwitter 30\nEmail 4\nb"), "a\nFacebook 12\nTwitter 30\nEmail 4\nb");
    }

    #[test]
    fn what_the_head_says_about_an_article_stays_in_a_run() {
        let text = format!("Facebook\nTwitter\n3 March 2021\nWritten by Ada Roe\nEmail\n{PROSE}");
        assert_eq!(runs("runs", &text), format!("3 March 2021\nWritten by Ada Roe\n{PROSE}"));
    }

    #[test]
    fn short_lines_between_labels_are_a_menu_and_one_alone_may_be_the_title() {
        let menu = format!("Menu\nBoats\nBridges\nTunnels\nSearch\nThe ferry\nFacebook\n{PROSE}\n{PROSE}");
        assert_eq!(runs("menus", &menu), format!("Menu\nSearch\nThe ferry\nFacebook\n{PROSE}\n{PROSE}"));
        let inside = format!("{PROSE}\nMenu\nBoats\nBridges\nTunnels\nSearch\nFacebook\n{PROSE}");
        assert_eq!(runs("menus", &inside), inside);
    }

    #[test]
    fn one_label_may_be_proposed() {
        assert_eq!(runs("single", &format!("{PROSE}\nFacebook\n{PROSE}\nMenu")), format!("{PROSE}\n{PROSE}\nMenu"));
    }
}
