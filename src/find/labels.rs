//! Lines that are only a label of the page around an article: those that are certain wherever they stand, and runs
//! of those that are certain only beside others.

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, LabelKind, Labelled, Labels, Lines, is_blank};

use super::options::Reader;
use super::{Finder, Found, Knowledge, Options};

/// The built-in finder `labels`: lines that are one of the pack's labels which are certain alone.
pub(super) struct LabelLines {
    labels: std::sync::Arc<Labels>,
    /// The pack's own list.
    list: Option<usize>,
}

impl LabelLines {
    pub(super) fn new(options: &Options, knowledge: &Knowledge) -> Result<Self, Vec<Diagnostic>> {
        let labels = std::sync::Arc::clone(&knowledge.labels);
        Reader::new("labels", options, &[]).finish(|| Self { labels, list: knowledge.list })
    }
}

impl Finder for LabelLines {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let mut last = None;
        for label in doc.labels(&self.labels).all() {
            if Some(label.list) == self.list && label.alone && last.replace(label.line) != Some(label.line) {
                found.push(dropped(doc.lines(), label.line, label.line, Some(format!("a label: {}", name(label.kind)))));
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

/// Labels that stand together are certain from so many on.
const RUN: usize = 3;

/// The built-in finder `label-runs`: labels of any pack, at least three in a row, with nothing but blank lines between.
pub(super) struct LabelRuns {
    labels: std::sync::Arc<Labels>,
}

impl LabelRuns {
    pub(super) fn new(options: &Options, knowledge: &Knowledge) -> Result<Self, Vec<Diagnostic>> {
        let labels = std::sync::Arc::clone(&knowledge.labels);
        Reader::new("label-runs", options, &[]).finish(|| Self { labels })
    }

    /// Whether a line that matches `labels` counts in a run.
    fn counts(&self, labels: &[Labelled], lang: Option<&str>) -> bool {
        // A beginning or an end is too little beside others that may be as little.
        labels.iter().any(|label| label.whole && self.labels.speaks(label.list, lang))
    }
}

impl Finder for LabelRuns {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let labelled = doc.labels(&self.labels);
        if labelled.all().len() < RUN {
            return;
        }
        let text = doc.text();
        let lines = doc.lines().as_slice();
        let mut run: Vec<usize> = Vec::new();
        let mut end = |run: &mut Vec<usize>| {
            if run.len() >= RUN {
                let words: std::collections::HashSet<_> =
                    run.iter().map(|&line| text[lines[line].content.range()].trim()).collect();
                // A word again and again is a chorus or a column of a table.
                if words.len() >= RUN {
                    let (first, last) = (run[0], run[run.len() - 1]);
                    found.push(dropped(doc.lines(), first, last, Some(format!("{} labels in a row", run.len()))));
                }
            }
            run.clear();
        };
        for (index, line) in lines.iter().enumerate() {
            if self.counts(labelled.of(index), doc.lang()) {
                run.push(index);
            } else if !is_blank(&text[line.content.range()]) {
                end(&mut run);
            }
        }
        end(&mut run);
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }

    fn drops_lines(&self) -> bool {
        true
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
