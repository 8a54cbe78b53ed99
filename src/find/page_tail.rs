//! What stands below an article: comments, lists of other texts, newsletters, the author, forms, the footer.
//!
//! It is told by labels. Each opens a section whose lines are within the reach of its kind: below "Related articles"
//! stand titles and teasers, below "About the author" a paragraph or three. The sections of a tail follow one another
//! without a gap and reach the end of the text; so a label in the middle of an article opens nothing, since the
//! article goes on behind it. Comments reach as far as there is evidence of them.

use std::sync::Arc;

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, LabelKind, LabelKinds, Labels};

use super::labels::{dropped, name};
use super::options::Reader;
use super::page_lines::{PageLine, certain_lines, page_lines};
use super::{Finder, Found, Knowledge, Options};

/// How far a section reaches below its label.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// Lines without the label, blank ones not counted.
    lines: usize,
    /// Characters of a line.
    line: usize,
    /// Lines of prose.
    prose: usize,
    /// Characters of all lines.
    total: usize,
    /// What the label counts for the tail.
    weight: usize,
    /// Lines of prose where the section reaches the end of the text: prose there is the article's unless the label says
    /// whose it is.
    last: usize,
}

const fn reach(lines: usize, line: usize, prose: usize, total: usize, weight: usize, last: usize) -> Reach {
    Reach { lines, line, prose, total, weight, last }
}

/// How far the sections of a tail reach, and what a tail needs.
struct Measure {
    name: &'static str,
    /// Whether it takes what is certain only.
    is_sure: bool,
    /// By kind of label.
    reach: [Reach; 9],
    /// Below a date.
    date: Reach,
    /// Below a line that stands there twice: a picture's words and its caption, a teaser's link and its title.
    twice: Reach,
    /// Below the name of somebody whom a paragraph introduces.
    introduced: Reach,
    /// The labels of a tail count for so much, all together, where it begins with a label that is certain alone, with
    /// one that is certain beside others, with the beginning or end of one, or with none.
    need: [usize; 4],
    /// There is one sign of comments in so many lines of them.
    lines_per_sign: usize,
}

/// What is certain, and what is likely. Chosen by how much noise they find, and how much else they take along, in web
/// pages whose article is marked (WCXB, its development half).
const MEASURES: [Measure; 2] = [
    Measure {
        name: "narrow",
        is_sure: true,
        reach: [
            reach(12, 300, 2, 1200, 1, 0),  // share
            reach(12, 400, 3, 1500, 2, 0),  // comments
            reach(8, 450, 4, 1200, 1, 0),   // reply
            reach(40, 200, 6, 4000, 2, 0),  // related
            reach(24, 500, 8, 2800, 2, 1),  // newsletter
            reach(24, 1500, 8, 4000, 2, 3), // author
            reach(8, 400, 3, 1200, 1, 0),   // site
            reach(12, 900, 4, 2400, 2, 1),  // notice
            reach(6, 300, 3, 900, 1, 0),    // offer
        ],
        date: reach(5, 250, 2, 700, 0, 0),
        twice: reach(4, 600, 2, 1200, 1, 2),
        introduced: reach(0, 0, 0, 0, 0, 0),
        need: [2, 3, 6, 8],
        lines_per_sign: 20,
    },
    Measure {
        name: "wide",
        is_sure: false,
        reach: [
            reach(12, 300, 2, 1200, 1, 2),
            reach(12, 400, 3, 1500, 2, 3),
            reach(8, 450, 4, 1200, 1, 4),
            reach(60, 300, 8, 8000, 2, 8),
            reach(24, 500, 8, 2800, 2, 8),
            reach(24, 1500, 8, 4000, 2, 8),
            reach(8, 400, 4, 1500, 1, 4),
            reach(12, 900, 4, 2400, 2, 4),
            reach(8, 350, 4, 1200, 1, 4),
        ],
        date: reach(5, 250, 2, 700, 1, 0),
        twice: reach(8, 900, 4, 2000, 1, 4),
        introduced: reach(8, 1500, 3, 2500, 1, 3),
        need: [1, 1, 1, 3],
        lines_per_sign: 40,
    },
];

/// So many characters of prose stand above a tail.
const PROSE_ABOVE: usize = 400;
/// Labels inside an article ask for twice their number more, at most so much.
const INSIDE: usize = 8;
/// There is one sign of comments in so many lines, where their heading could be any other.
const LINES_PER_SIGN: usize = 5;
/// Comments are told by so many signs of them.
const SIGNS: usize = 2;

/// Kinds of labels that are headings in other texts, too.
const WEAK: [LabelKind; 4] = [LabelKind::Related, LabelKind::Newsletter, LabelKind::Site, LabelKind::Offer];

/// The built-in finder `page-tail`.
pub(super) struct PageTail {
    labels: Arc<Labels>,
    measure: &'static Measure,
}

impl PageTail {
    pub(super) fn new(options: &Options, knowledge: &Knowledge) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("page-tail", options, &["reach"]);
        let chosen = reader.choice("reach", &MEASURES.each_ref().map(|measure| measure.name)).unwrap_or(0);
        let labels = Arc::clone(&knowledge.labels);
        reader.finish(|| Self { labels, measure: &MEASURES[chosen] })
    }
}

/// A tail that begins at a line.
#[derive(Clone, Copy)]
struct Tail {
    weight: usize,
    /// Labels in it that open a section.
    sections: usize,
}

impl PageTail {
    /// Returns for each line whether a tail begins there.
    fn tails(&self, lines: &[PageLine]) -> Vec<Option<Tail>> {
        let count = lines.len();
        let mut tails: Vec<Option<Tail>> = vec![None; count + 1];
        tails[count] = Some(Tail { weight: 0, sections: 0 });
        // Signs of comments from a line to the end, items of a numbered list, and labels of comments.
        let (mut signs, mut numbered, mut others) = (0, 0, 0);
        // Sources are the article's, so what stands above them is no tail.
        let mut is_article = false;
        for at in (0..count).rev() {
            let line = &lines[at];
            is_article |= self.measure.is_sure && line.source;
            if is_article {
                continue;
            }
            let mut best: Option<Tail> = None;
            let comments = line.kinds.contains(LabelKind::Comments);
            if comments {
                let counted = line.counts && line.whole;
                let is_sure = line.certain.contains(LabelKind::Comments)
                    || counted
                    || lines[at + 1..].iter().take(2).any(|line| line.numbered);
                let signs = if is_sure { signs + numbered } else { signs };
                let per_sign = if is_sure { self.measure.lines_per_sign } else { LINES_PER_SIGN };
                let dense = signs >= SIGNS && signs * per_sign >= count - at - 1;
                // `59 Comments` with `Leave a comment` further down: what stands between is comments.
                if dense || (others > 0 && is_sure && line.counts) {
                    best = Some(Tail { weight: 4, sections: 1 });
                }
            }
            let is_weak = self.measure.is_sure && Self::is_weak(lines, at);
            let is_sentence = self.measure.is_sure && Self::is_sentence(line);
            let opens = line.kinds.iter().filter(|_| !is_sentence).map(|kind| {
                let reach = self.measure.reach[kind as usize];
                Reach { weight: if is_weak { 0 } else { reach.weight }, ..reach }
            });
            let date = line.date.then_some(self.measure.date);
            let twice = line.twice.then_some(self.measure.twice);
            let introduced = line.introduced.then_some(self.measure.introduced);
            for reach in opens.chain(date).chain(twice).chain(introduced) {
                if let Some(behind) = Self::behind(lines, &tails, at, reach) {
                    let tail = Tail { weight: behind.weight + reach.weight, sections: behind.sections + 1 };
                    if best.is_none_or(|best| tail.weight > best.weight) {
                        best = Some(tail);
                    }
                }
            }
            tails[at] = best;
            let is_sign = line.date || comments || line.kinds.contains(LabelKind::Reply);
            signs += usize::from(is_sign);
            numbered += usize::from(!is_sign && line.numbered);
            others += usize::from(comments);
        }
        tails.truncate(count);
        tails
    }

    /// Whether the label at `at` may as well be a heading of the article, such as `Events` in the letter of a parish: it
    /// is certain only beside others, and a sentence stands below it, or a date and a sentence.
    fn is_weak(lines: &[PageLine], at: usize) -> bool {
        let line = &lines[at];
        let below = lines[at + 1..].iter().take(3).find(|below| !below.date);
        line.certain.is_empty()
            && line.whole
            && line.kinds.iter().all(|kind| WEAK.contains(&kind))
            && below.is_some_and(|below| below.kinds.is_empty() && below.says)
    }

    /// Whether the line is a sentence of the article that begins as a label does (`Learn more about ropes.`).
    fn is_sentence(line: &PageLine) -> bool {
        line.says && !line.whole && line.certain.is_empty() && line.kinds.iter().all(|kind| kind == LabelKind::Related)
    }

    /// Returns the tail that begins where the section that the line `at` opens ends.
    fn behind(lines: &[PageLine], tails: &[Option<Tail>], at: usize, reach: Reach) -> Option<Tail> {
        let (mut prose, mut total) = (0, 0);
        // Behind the last line the text ends, which is a tail of no lines.
        let below = lines[at + 1..].iter().map(Some).chain([None]).zip(&tails[at + 1..]);
        for (line, tail) in below.take(reach.lines + 1) {
            if let Some(tail) = tail.filter(|_| line.is_some() || prose <= reach.last) {
                return Some(tail);
            }
            let line = line?;
            prose += usize::from(line.prose);
            total += line.length;
            if line.length > reach.line || total > reach.total || prose > reach.prose {
                return None;
            }
        }
        None
    }
}

impl Finder for PageTail {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        if doc.labels(&self.labels).all().is_empty() {
            return;
        }
        let sure = self.measure.is_sure;
        let lines = if sure { certain_lines(doc, &self.labels) } else { page_lines(doc, &self.labels) };
        let tails = self.tails(lines);
        let (mut above, mut inside) = (0, 0);
        for (line, tail) in lines.iter().zip(&tails) {
            let introduced = line.introduced && self.measure.introduced.lines > 0;
            let opens = line.twice || introduced || !(line.kinds.is_empty() || (sure && Self::is_sentence(line)));
            // A text with such labels as headings of its own speaks of what they name.
            let others = (2 * inside).min(INSIDE);
            let [certain, whole, part, none] = self.measure.need;
            let need = match line {
                _ if !line.certain.is_empty() => certain,
                _ if line.whole => whole + others,
                _ if !line.kinds.is_empty() => part + others,
                _ => none + others,
            };
            if let Some(tail) = tail.filter(|tail| opens && above >= PROSE_ABOVE && tail.weight >= need) {
                let last = lines.last().map_or(line.index, |line| line.index);
                let kinds: LabelKinds =
                    lines.iter().filter(|of| of.index >= line.index).flat_map(|of| of.kinds.iter()).collect();
                let names: Vec<_> = kinds.iter().map(name).collect();
                let sections =
                    if tail.sections == 1 { "a section".to_owned() } else { format!("{} sections", tail.sections) };
                let evidence = format!("{sections} to the end, with labels of: {}", names.join(", "));
                found.push(dropped(doc.lines(), line.index, last, Some(evidence)));
                return;
            }
            above += if line.prose { line.length } else { 0 };
            let named =
                [LabelKind::Comments, LabelKind::Newsletter, LabelKind::Author, LabelKind::Site, LabelKind::Notice];
            let is_named = line.certain.is_empty() && named.iter().any(|kind| line.kinds.contains(*kind));
            inside += usize::from(above > 0 && is_named);
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::testing::{clean, options};
    use super::*;
    use crate::text::Label;

    const PROSE: &str = "The ferry to the island left at noon, as it had left every day for forty years, and nobody on the quay \
                         could have said what was different about it, except perhaps the boy who sold the tickets.";

    fn tail(reach: &str) -> PageTail {
        let label = |kind, alone, text: &str| Label { kind, alone, lines: text.to_owned() };
        let list = [
            label(LabelKind::Comments, true, "Leave a reply"),
            label(LabelKind::Comments, false, "# comments"),
            label(LabelKind::Comments, false, "comments"),
            label(LabelKind::Reply, false, "reply"),
            label(LabelKind::Related, true, "related articles"),
            label(LabelKind::Related, false, "more from *"),
            label(LabelKind::Author, true, "about the author"),
            label(LabelKind::Site, true, "back to top"),
            label(LabelKind::Site, false, "contact us"),
            label(LabelKind::Site, false, "events"),
            label(LabelKind::Related, false, "more news"),
            label(LabelKind::Related, false, "learn more *"),
            label(LabelKind::Offer, false, "learn how *"),
        ];
        let mut labels = Labels::default();
        labels.add(&[], &list, &["March".to_owned()]);
        let knowledge = Knowledge { labels: Arc::new(labels), ..Knowledge::default() };
        PageTail::new(&options(&json!({ "reach": reach })), &knowledge).expect("a known reach")
    }

    /// Puts three lines of prose above `below`, and returns what stays of `below`.
    fn kept(reach: &str, below: &str) -> String {
        let above = [PROSE, PROSE, PROSE].join("\n");
        let cleaned = clean(&tail(reach), &format!("{above}\n{below}"), Some("en"));
        cleaned.strip_prefix(&above).expect("prose stays").trim_start().to_owned()
    }

    #[test]
    fn sections_reach_the_end_or_open_nothing() {
        let teasers = "Related articles\nThe bridge\nThe tunnel\nAbout the author\nMaria Lund writes.\n";
        assert_eq!(kept("narrow", teasers), "");
        let goes_on = format!("{teasers}{}", format!("{PROSE}\n").repeat(9));
        assert_eq!(kept("narrow", &goes_on), goes_on);
    }

    #[test]
    fn prose_that_reaches_the_end_is_the_articles() {
        for text in
            [format!("Related articles\nThe bridge\n{PROSE}\nAnd so it ended."), format!("Back to top\n{PROSE}")]
        {
            assert_eq!(kept("narrow", &text), text);
        }
        assert_eq!(kept("narrow", &format!("Related articles\nThe bridge\n{PROSE}\nBack to top")), "");
    }

    #[test]
    fn a_lone_label_that_is_certain_only_beside_others_is_too_little() {
        let last = "Comments\nThe minister said nothing.";
        assert_eq!(kept("narrow", last), last);
        assert_eq!(kept("narrow", "Comments\nAnna\nReply\nPaul\nReply"), "");
        let part = "More from the island\nThe harbour\nBack to top";
        assert_eq!(kept("narrow", part), part);
        assert_eq!(kept("wide", part), "");
    }

    #[test]
    fn sentences_that_begin_as_labels_do_open_nothing() {
        let help = "Learn more about the bells.\nThe ropes hang behind the second door.\nLearn more about the ropes.\n\
                    Learn more about the ferry.\nLearn more about the harbour.\nLearn more about the quay.\n";
        assert_eq!(kept("narrow", help), help);
        assert_eq!(kept("narrow", &help.replace('.', "")), "");
    }

    #[test]
    fn a_text_that_has_labels_for_headings_needs_more() {
        let below = "Contact us\nThe harbour\nReply\nAnna\nReply";
        assert_eq!(kept("narrow", below), "");
        let spoken_of = format!("Comments\n{}\nContact us\n{PROSE}\n{below}", [PROSE; 9].join("\n"));
        assert_eq!(kept("narrow", &spoken_of), spoken_of);
    }

    #[test]
    fn comments_reach_as_far_as_their_signs() {
        let numbered: Vec<String> = (1..20).map(|n| format!("{n}. {PROSE}\n{PROSE}")).collect();
        let numbered = numbered.join("\n");
        assert_eq!(kept("narrow", &format!("19 comments\n{numbered}\nLeave a reply")), "");
        assert_eq!(kept("narrow", &format!("19 comments\n{numbered}")), "");
        let sources = format!("Comments\n{PROSE}\n{PROSE}\n{numbered}");
        assert_eq!(kept("narrow", &sources), sources, "a numbered list further down is no sign of comments");
        let unsigned = format!("Comments\n{}", format!("{PROSE}\n").repeat(30));
        assert_eq!(kept("narrow", &unsigned), unsigned);
    }

    #[test]
    fn sources_end_a_tail() {
        let sources = "About the author\nMaria Lund writes.\nReferences\nThe register of the harbour.\n";
        assert_eq!(kept("narrow", sources), sources);
        assert_eq!(kept("narrow", &format!("{sources}Related articles\nThe bridge\n")), sources);
        let entries = "About the author\nMaria Lund writes.\nLund, M. (2004). Bells.\nRoe, P. (1998). Ropes.\n";
        assert_eq!(kept("narrow", entries), entries);
        assert_eq!(
            kept("narrow", "About the author\nMaria Lund writes.\nLund, M. (2004). Bells.\n"),
            "",
            "one is none"
        );
    }

    #[test]
    fn dates_and_headings_with_a_sentence_below_prove_nothing() {
        let letter = "More news\nThe choir meets again on Tuesday.\nEvents\nMarch 3, 2021\nThe bazaar opens at ten.\n\
                      March 9, 2021\nContact us\nThe office is open on Fridays.\n";
        assert_eq!(kept("narrow", letter), letter);
        assert_eq!(kept("narrow", &letter.replace('.', "")), "");
    }

    #[test]
    fn without_an_article_above_there_is_no_tail() {
        let page = "Related articles\nThe bridge\nAbout the author\nBack to top\n";
        assert_eq!(clean(&tail("wide"), page, Some("en")), page);
    }

    #[test]
    fn many_labels_cost_linear_time() {
        for line in ["Related articles\n", "Reply\nMarch 3, 2020\n", "comments\n", "More from x\nx\n"] {
            kept("wide", &line.repeat(20_000));
        }
    }
}
