//! What is held against a rule's finds: its place, its vetoes, protected spans and its ceiling.

use std::collections::HashMap;

use super::{Action, Compiled};
use crate::edit::{Effect, Effects, Proposal, RuleIx, Safety, Status, measure};
use crate::find::Found;
use crate::text::markup::without_markup;
use crate::text::{Document, Line, Span, is_blank, protect};

/// What a proposal that was not applied came to.
pub(super) struct Refused {
    pub(super) proposal: Proposal,
    pub(super) status: Status,
    pub(super) reason: Option<String>,
}

/// Holds what a rule says beside its pattern against what its finder found.
pub(super) struct Guard<'d, 't> {
    doc: &'d Document<'t>,
    site: Option<usize>,
    /// Protected spans by line, in bytes of the text.
    protected: HashMap<usize, Vec<Span>>,
    /// First bytes of the first and last lines that are not blank, worked out when a rule asks.
    solid_lines: Option<Vec<usize>>,
}

impl<'d, 't> Guard<'d, 't> {
    pub(super) fn new(doc: &'d Document<'t>, site: Option<usize>) -> Self {
        Self { doc, site, protected: HashMap::new(), solid_lines: None }
    }

    /// Returns what the rule finds where it may look and where nothing vetoes it.
    pub(super) fn finds(&mut self, rule: &Compiled) -> Vec<Found> {
        let mut found = Vec::new();
        rule.finder_for(self.site).find(self.doc, &mut found);
        let text = self.doc.text();
        found.retain(|found| rule.action != Action::Change || text[found.span.range()] != found.after);
        found.retain(|found| self.in_place(rule, found.span));
        if !rule.unless.is_empty() || rule.changes_for(self.site).any(|change| !change.unless.is_empty()) {
            let mut vetoes: HashMap<usize, Vec<Span>> = HashMap::new();
            found.retain(|found| !self.vetoed(rule, found.span, &mut vetoes));
        }
        if let Action::Extract { one: true, .. } = rule.action {
            found.truncate(1);
        }
        found
    }

    /// Says what keeps the rule from this find before its effect is asked for.
    pub(super) fn objection(&mut self, rule: &Compiled, found: &Found) -> Option<String> {
        let text = self.doc.text();
        if rule.action == Action::Change && text[found.span.range()] == found.after {
            return Some("what it would write is there already".to_owned());
        }
        if !self.in_place(rule, found.span) {
            let place = &rule.rule.place;
            let lines = |lines: Option<usize>, which: &str| lines.map(|number| format!("the {which} {number} lines"));
            let region = place.region.map(|region| format!("the {}", format!("{region:?}").to_lowercase()));
            let all = [region, lines(place.first_lines, "first"), lines(place.last_lines, "last")];
            let all: Vec<_> = all.into_iter().flatten().collect();
            return Some(format!("it looks only in {}", all.join(" and ")));
        }
        let vetoed = self.vetoed(rule, found.span, &mut HashMap::new());
        vetoed.then(|| "one of its `unless` patterns matches there".to_owned())
    }

    fn in_place(&mut self, rule: &Compiled, span: Span) -> bool {
        let place = &rule.rule.place;
        let doc = self.doc;
        let start = if rule.finder.drops_lines() { first_line_of(doc, span) } else { span.start };
        if place.region.is_some_and(|region| doc.region_at(start) != region) {
            return false;
        }
        if place.first_lines.is_none() && place.last_lines.is_none() {
            return true;
        }
        let solid = self.solid_lines.get_or_insert_with(|| {
            let lines = doc.lines().as_slice().iter().enumerate();
            lines.filter(|(_, line)| !is_blank(&doc.text()[line.content.range()])).map(|(index, _)| index).collect()
        });
        let Some(line) = doc.lines().index_at(start) else { return false };
        let before = solid.partition_point(|&index| index < line);
        let behind = solid.len() - solid.partition_point(|&index| index <= line);
        place.first_lines.is_none_or(|first| before < first) && place.last_lines.is_none_or(|last| behind < last)
    }

    fn vetoed(&self, rule: &Compiled, span: Span, vetoes: &mut HashMap<usize, Vec<Span>>) -> bool {
        let text = self.doc.text();
        self.lines_of(span).any(|(index, line)| {
            let vetoes = vetoes.entry(index).or_insert_with(|| {
                let content = &text[line.content.range()];
                let of_site = rule.changes_for(self.site).flat_map(|change| &change.unless);
                let all = rule.unless.iter().chain(of_site).flat_map(|unless| unless.get().find_iter(content));
                joined(all.map(|veto| Span::from(veto.range()).shift(line.content.start)).collect())
            });
            meeting(vetoes, span).any(|veto| {
                veto.overlaps(span) || (span.is_empty() && veto.start <= span.start && span.start <= veto.end)
            })
        })
    }

    fn lines_of(&self, span: Span) -> impl Iterator<Item = (usize, Line)> {
        let lines = self.doc.lines();
        let first = lines.index_at(span.start).unwrap_or(0);
        let all = lines.as_slice().iter().copied().enumerate().skip(first);
        all.take_while(move |(index, line)| *index == first || line.full.start < span.end)
    }

    /// Makes a proposal of a find, or says why the engine refuses it.
    pub(super) fn proposal(&mut self, index: RuleIx, rule: &Compiled, found: Found) -> Result<Proposal, Refused> {
        let text = self.doc.text();
        let after = if matches!(rule.action, Action::Extract { .. }) { String::new() } else { found.after };
        let proposal = Proposal { span: found.span, after, rule: index, evidence: found.evidence, score: found.score };
        let blocked = |proposal: Proposal, reason: String| {
            Err(Refused { proposal, status: Status::Blocked, reason: Some(reason) })
        };
        let effects = measure(text, proposal.span, &proposal.after);
        let beyond = effects.beyond(rule.ceiling);
        if !beyond.is_empty() {
            let reason = format!("its effect ({beyond}) is beyond what the rule declares ({})", rule.ceiling);
            return blocked(proposal, reason);
        }
        // What was misread is no handle and no number; an address may be one all the same.
        let repairs = effects == Effects::from_iter([Effect::Encoding]);
        let is_address =
            |kept: &str| kept.contains("://") || kept.contains("www.") || (kept.contains('@') && kept.contains('.'));
        let may_break = |kept: &str| repairs && (rule.rule.safety == Some(Safety::Review) || !is_address(kept));
        let unmarks = effects.contains(Effect::Markup);
        if let Some(span) = self.breaks(&proposal, unmarks).filter(|span| !may_break(&text[span.range()])) {
            let reason = format!("it would change part of `{}`, which is protected", &text[span.range()]);
            return blocked(proposal, reason);
        }
        Ok(proposal)
    }

    /// Returns the protected span of which the proposal would change a part. What goes whole with markup that is taken out
    /// (`unmarks`), as the address of a link does, may go.
    fn breaks(&mut self, proposal: &Proposal, unmarks: bool) -> Option<Span> {
        let text = self.doc.text();
        let (span, after) = core(text, proposal);
        // White space in its place is no other than none.
        let blank = after.trim().is_empty();
        let plain = unmarks.then(|| without_markup(&text[proposal.span.range()]));
        let may_go = |kept: &str| {
            let seen = |plain: &String| !plain.contains(kept) || proposal.after.contains(kept);
            blank || plain.as_ref().is_some_and(seen)
        };
        let lines: Vec<_> = self.lines_of(span).collect();
        for (index, line) in lines {
            let protected = self.protected.entry(index).or_insert_with(|| {
                let spans = protect::protected(&text[line.content.range()]);
                spans.into_iter().map(|span| span.shift(line.content.start)).collect()
            });
            let hurt = meeting(protected, span).find(|kept| {
                let inside = span.is_empty() && kept.start < span.start && span.start < kept.end;
                inside || (kept.overlaps(span) && !(span.contains(**kept) && may_go(&text[kept.range()])))
            });
            if let Some(&hurt) = hurt {
                return Some(hurt);
            }
        }
        None
    }
}

/// Returns where the first line begins that a deletion of lines takes: the deletion of a last line without a line
/// end begins at the end of the line before.
pub(super) fn first_line_of(doc: &Document<'_>, span: Span) -> usize {
    let lines = doc.lines().as_slice();
    let unended = lines.last().is_some_and(|last| last.content.end == last.full.end);
    match doc.lines().index_at(span.start) {
        Some(line) if unended && span.end == doc.text().len() && span.start == lines[line].content.end => {
            lines[line].full.end
        }
        _ => span.start,
    }
}

/// Sorts spans and makes one of those that share a byte or touch.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// Returns those of `spans`, sorted and disjoint, that share a byte with `span` or touch it.
fn meeting(spans: &[Span], span: Span) -> impl Iterator<Item = &Span> {
    let first = spans.partition_point(|other| other.end < span.start);
    spans[first..].iter().take_while(move |other| other.start <= span.end)
}

/// Returns what a proposal really replaces and by what: without what is equal at both ends.
fn core<'a>(text: &str, proposal: &'a Proposal) -> (Span, &'a str) {
    let before = &text[proposal.span.range()];
    let after = proposal.after.as_str();
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = before.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (before, after) = (&before[head..], &after[head..]);
    let tail: usize = before.chars().rev().zip(after.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let start = proposal.span.start + head;
    (Span::new(start, start + before.len() - tail), &after[..after.len() - tail])
}
