//! The finders of the kinds that are all pattern: replace, delete, drop-line, drop-block, join-lines, extract and
//! flag.

use regex::Captures;

use super::search::{LazyRegex, Search, grouped};
use super::{Finder, Found, shapes};
use crate::rules::model::{Match, Part, Pattern, Scope, Shape, Template, What};
use crate::text::{Document, Span};

/// `replace` and `delete`, and `flag`, which leaves what it finds.
pub(crate) struct Replace {
    search: Search,
    replacement: Replacement,
}

enum Replacement {
    Template { template: Template, needs_groups: bool },
    Same,
}

impl Replace {
    pub(crate) fn new(find: &Match, template: Template) -> Self {
        let needs_groups = template.parts.iter().any(|part| matches!(part, Part::Group(group) if *group > 0));
        Self { search: Search::new(find), replacement: Replacement::Template { template, needs_groups } }
    }

    /// Finds and changes nothing.
    pub(crate) fn flag(find: &Match) -> Self {
        Self { search: Search::new(find), replacement: Replacement::Same }
    }
}

impl Finder for Replace {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let groups = matches!(self.replacement, Replacement::Template { needs_groups: true, .. });
        self.search.each(doc, groups, |_, hit| {
            let before = &doc.text()[hit.span.range()];
            let after = match &self.replacement {
                Replacement::Template { template, .. } => expand(template, before, hit.groups.as_ref()),
                Replacement::Same => before.to_owned(),
            };
            found.push(Found { span: hit.span, after, evidence: None, score: None });
        });
    }

    fn triggers(&self) -> Option<Vec<String>> {
        self.search.triggers()
    }

    fn check(&self) -> Result<(), regex::Error> {
        self.search.check()
    }
}

fn expand(template: &Template, whole: &str, groups: Option<&Captures<'_>>) -> String {
    let mut out = String::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Group(0) => out.push_str(whole),
            Part::Group(group) => out.push_str(groups.and_then(|groups| groups.get(*group)).map_or("", |m| m.as_str())),
        }
    }
    out
}

/// `drop-line`.
pub(crate) struct DropLine {
    search: Search,
}

impl DropLine {
    pub(crate) fn new(find: &Match) -> Self {
        Self { search: Search::new(find) }
    }
}

impl Finder for DropLine {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let mut last = None;
        self.search.each(doc, false, |_, hit| {
            let index = doc.lines().index_at(hit.span.start);
            if index == last {
                return; // A second match in the same line.
            }
            last = index;
            if let Some(index) = index {
                found.push(Found {
                    span: doc.lines().deletion(index, index),
                    after: String::new(),
                    evidence: None,
                    score: None,
                });
            }
        });
    }

    fn triggers(&self) -> Option<Vec<String>> {
        self.search.triggers()
    }

    fn check(&self) -> Result<(), regex::Error> {
        self.search.check()
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

/// `drop-block`.
pub(crate) struct DropBlock {
    from: Search,
    to: Search,
    max_lines: usize,
}

impl DropBlock {
    pub(crate) fn new(from: &Match, to: &Match, max_lines: usize) -> Self {
        Self { from: Search::new(from), to: Search::new(to), max_lines }
    }
}

impl Finder for DropBlock {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let lines_of = |search: &Search| {
            let mut lines = Vec::new();
            search.each(doc, false, |_, hit| lines.extend(doc.lines().index_at(hit.span.start)));
            lines
        };
        let starts = lines_of(&self.from);
        if starts.is_empty() {
            return;
        }
        let ends = lines_of(&self.to);
        let mut free = 0;
        for first in starts {
            if first < free {
                continue; // Inside the block before.
            }
            let next = ends.partition_point(|&end| end <= first);
            if let Some(&last) = ends.get(next).filter(|&&last| last - first < self.max_lines) {
                found.push(Found {
                    span: doc.lines().deletion(first, last),
                    after: String::new(),
                    evidence: None,
                    score: None,
                });
                free = last + 1;
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        self.from.triggers()
    }

    fn check(&self) -> Result<(), regex::Error> {
        self.from.check().and_then(|()| self.to.check())
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

/// `join-lines`: what matches at the end of a line, the line end and the white space around it become `with`.
pub(crate) struct JoinLines {
    search: Search,
    /// Tested against the next line.
    after: Option<LazyRegex>,
    with: Template,
}

impl JoinLines {
    pub(crate) fn new(find: &Match, with: Template) -> Self {
        let mut find = find.clone();
        // `after` speaks of the next line, which a search inside one line cannot see.
        let after = find.after.take();
        let at_the_end = |regex: &str| format!(r"{}[ \t]*\z", grouped("", regex));
        match &mut find.what {
            What::Regex(pattern) | What::Line(pattern) => pattern.regex = at_the_end(&pattern.regex),
            What::Literals(literals) | What::Labels(literals) => {
                let any: Vec<_> = literals.iter().map(|literal| regex::escape(literal)).collect();
                find.what = What::Regex(Pattern { regex: at_the_end(&any.join("|")), origin: find.origin.clone() });
            }
        }
        find.scope = Scope::Line;
        let after = after.map(|after| LazyRegex::new(format!(r"\A{}", grouped("", &after.regex))));
        Self { search: Search::new(&find), after, with }
    }
}

impl Finder for JoinLines {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let lines = doc.lines().as_slice();
        let text = doc.text();
        self.search.each(doc, true, |_, hit| {
            let Some(index) = doc.lines().index_at(hit.span.start) else { return };
            let Some(next) = lines.get(index + 1) else { return };
            let content = &text[next.content.range()];
            let behind = content.trim_start_matches([' ', '\t']);
            if behind.is_empty() || self.after.as_ref().is_some_and(|after| !after.get().is_match(behind)) {
                return;
            }
            let matched = text[hit.span.range()].trim_end_matches([' ', '\t']);
            let span = Span::new(hit.span.start, next.content.end - behind.len());
            found.push(Found {
                span,
                after: expand(&self.with, matched, hit.groups.as_ref()),
                evidence: None,
                score: None,
            });
        });
    }

    fn triggers(&self) -> Option<Vec<String>> {
        self.search.triggers()
    }

    fn check(&self) -> Result<(), regex::Error> {
        self.after.as_ref().map_or(Ok(()), LazyRegex::check)?;
        self.search.check()
    }
}

/// `extract`: finds lines and gives the value of the field as what should stand there; the plan makes a field of it.
pub(crate) struct Extract {
    search: Search,
    shape: Shape,
    /// The plan wants what is in the head alone.
    head_only: bool,
}

impl Extract {
    pub(crate) fn new(find: &Match, shape: Shape, head_only: bool) -> Self {
        Self { search: Search::new(find), shape, head_only }
    }
}

impl Finder for Extract {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let mut last = None;
        let end = if self.head_only { doc.head_end() } else { doc.text().len() };
        self.search.each_before(doc, true, end, |_, hit| {
            let Some(value) = hit.groups.as_ref().and_then(|groups| groups.name("value")) else { return };
            let Some(index) = doc.lines().index_at(hit.span.start) else { return };
            if last == Some(index) {
                return; // A line becomes one field.
            }
            let Some(value) = shapes::read(self.shape, value.as_str().trim(), doc) else { return };
            last = Some(index);
            let span = doc.lines().deletion(index, index);
            found.push(Found { span, after: value, evidence: None, score: None });
        });
    }

    fn triggers(&self) -> Option<Vec<String>> {
        self.search.triggers()
    }

    fn check(&self) -> Result<(), regex::Error> {
        self.search.check()
    }

    fn drops_lines(&self) -> bool {
        true
    }
}
