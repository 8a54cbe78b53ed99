//! Running a plan: phase after phase, round after round, until nothing is found.
//!
//! **Why a second run changes nothing.** What a round does depends on nothing but the text it starts from:
//! words, regions and lines are taken from that text. The language and the site are taken from it too, and
//! are looked at again once the text is quiet: if they changed, the rounds go on under the new ones. So the
//! output is a text on which a round under its own language and site finds nothing, which is just what a
//! second run starts with.
//!
//! Rules see the text behind its front matter, and nothing of that: what it says is no evidence either, so that a text
//! is cleaned alike with and without it.

use std::borrow::Cow;
use std::collections::HashSet;

use super::detector::Hits;
use super::guard::{Guard, Refused, first_line_of};
use super::outcome::{Cleaned, Field, Held, Source};
use super::{Action, Compiled, Plan, SiteChange, budget, rule_ix};
use crate::edit::{
    Edit, Effects, History, Origin, Proposal, RuleId, RuleIx, Safety, Status, Step, apply, measure, resolve,
};
use crate::text::{Document, Lang, Span, behind_front_matter, is_blank};

/// So often all phases may run; a text that is not quiet by then is left as it was.
const ROUNDS: usize = 8;
/// So many bytes beyond twice its length a text may grow.
const SLACK: usize = 1 << 10;

impl Plan {
    /// Cleans `text`.
    pub(crate) fn run<'t>(&self, text: &'t str, source: &Source<'_>) -> Cleaned<'t> {
        let mut run = Run {
            plan: self,
            source,
            markdown: self.is_markdown(source),
            input: text,
            now: Cow::Borrowed(text),
            history: History::default(),
            lost: Vec::new(),
            removed: Vec::new(),
            fields: Vec::new(),
            overgrown: false,
        };
        let (_, body) = behind_front_matter(text);
        let mut hits = self.scan(body);
        let mut site = self.site_of(body, source, &hits).map(|chosen| chosen.site);
        if hits.none() {
            return run.unchanged(site);
        }
        let mut lang = self.lang_of(body, source);
        let first_site = site;
        let mut held = None;
        for round in 0.. {
            let fired = run.round(&mut hits, &lang, site);
            if fired.is_empty() && round == 0 {
                break; // The text is untouched, so its language and site are what they were.
            }
            if fired.is_empty() {
                // Quiet: is it still the text of that language and site?
                let (_, body) = behind_front_matter(&run.now);
                let next_site = self.site_of(body, source, &hits).map(|chosen| chosen.site);
                let next_lang = self.lang_of(body, source);
                let same_lang = !lang.asked() || next_lang.same(&lang);
                if next_site == site && same_lang {
                    break;
                }
                (site, lang) = (next_site, next_lang);
            }
            if !fired.is_empty() && (round + 1 >= ROUNDS || run.overgrown) {
                held = Some(Held::Restless { rules: fired.iter().map(|&rule| self.rule(rule).id.clone()).collect() });
                break;
            }
        }
        run.finish(held, &hits, &lang, first_site.or(site))
    }

    /// Returns what the one rule `index` does to `text`, whatever its ceiling says.
    pub(super) fn effects_alone(&self, index: RuleIx, text: &str, lang: &Lang) -> Effects {
        let doc = Document::new(text, lang);
        let rule = self.rule(index);
        let found = Guard::new(&doc, self.packs[rule.pack].site).finds(rule);
        let removes = matches!(rule.action, Action::Extract { remove: true, .. });
        let effects = found.iter().map(|f| measure(text, f.span, if removes { "" } else { &f.after }));
        effects.fold(Effects::NONE, Effects::union)
    }

    pub(super) fn scan(&self, text: &str) -> Hits {
        if self.gated { self.detector.scan(text) } else { self.detector.all() }
    }

    pub(super) fn is_markdown(&self, source: &Source<'_>) -> bool {
        self.markdown || source.path.is_some_and(is_markdown_file)
    }

    pub(super) fn lang_of(&self, text: &str, source: &Source<'_>) -> Lang {
        match source.lang.or(self.lang.as_deref()) {
            Some(code) => Lang::known(code),
            None => Lang::of(text),
        }
    }
}

/// Whether the file at `path` says by its name that it is Markdown.
fn is_markdown_file(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    ["md", "markdown"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Both ways between the input and the current text.
struct Ways {
    back: Origin,
    forward: Origin,
}

impl Ways {
    fn new(history: &History) -> Self {
        let back = history.origin();
        let forward = back.reversed();
        Self { back, forward }
    }
}

/// Sorts findings by place; what two rounds found alike is one.
fn sort(findings: &mut Vec<Edit>) {
    findings.sort_by(|a, b| {
        (a.span, &a.steps[0].rule, a.status.as_str()).cmp(&(b.span, &b.steps[0].rule, b.status.as_str()))
    });
    findings.dedup();
}

/// One text on its way through the plan.
struct Run<'p, 't> {
    plan: &'p Plan,
    source: &'p Source<'p>,
    markdown: bool,
    input: &'t str,
    now: Cow<'t, str>,
    history: History,
    /// Losers of conflicts, in the coordinates of the input.
    lost: Vec<Edit>,
    /// Fields whose line was removed, in the coordinates of the input.
    removed: Vec<Edit>,
    /// All fields, each with whether a site's own rule read it.
    fields: Vec<(bool, Field)>,
    /// Set when a phase would have made the text longer than it may get.
    overgrown: bool,
}

impl<'t> Run<'_, 't> {
    fn unchanged(self, site: Option<usize>) -> Cleaned<'t> {
        Cleaned {
            text: self.now,
            edits: Vec::new(),
            findings: Vec::new(),
            fields: Vec::new(),
            origin: Origin::default(),
            held: None,
            lang: self.source.lang.map(str::to_owned),
            site: self.plan.site_name(site),
        }
    }

    /// Runs all phases once; returns the rules whose edits were applied.
    fn round(&mut self, hits: &mut Hits, lang: &Lang, site: Option<usize>) -> Vec<RuleIx> {
        let plan = self.plan;
        let mut fired = Vec::new();
        for (_, rules) in &plan.phases {
            let (front, body) = behind_front_matter(&self.now);
            let doc = Document::new(body, lang).markdown(self.markdown);
            let mut eligible = Vec::new();
            let mut guard = Guard::new(&doc, site);
            let mut extracted = Vec::new();
            for &index in rules {
                let rule = plan.rule(index);
                let applies = rule.safety_for(site).is_none_or(|safety| safety <= plan.safety);
                if !applies || !hits.may(rule.question) || !rule.runs_for(&doc, site, self.source) {
                    continue;
                }
                for found in guard.finds(rule) {
                    if let Action::Extract { field, .. } = &rule.action {
                        extracted.push((index, found.span, field.clone(), found.after.clone()));
                    }
                    if let Ok(proposal) = guard.proposal(index, rule, found) {
                        eligible.push(proposal);
                    }
                }
            }
            if eligible.is_empty() {
                continue;
            }
            leave_dropped_lines_alone(&doc, plan, &mut eligible);
            let mut resolved = resolve(eligible, |index| plan.rule(index).rule.priority);
            take_blank_lines_along(&doc, plan, &mut resolved.kept);
            debug_assert!(resolved.kept.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
            // From here on offsets are those of the whole text.
            let lost = resolved.lost.iter_mut().map(|(proposal, _)| proposal);
            for proposal in resolved.kept.iter_mut().chain(lost) {
                proposal.span = proposal.span.shift(front);
            }
            let ways = Ways::new(&self.history);
            for (proposal, winner) in resolved.lost.iter().filter(|_| plan.findings) {
                let reason = Some(format!("lost to {}", plan.rule(*winner).id));
                self.lost.push(self.finding(&self.now, &ways, proposal, Status::Lost, reason));
            }
            for (index, span, field, value) in extracted {
                let span = span.shift(front);
                let next = resolved.kept.partition_point(|kept| kept.span.end < span.end);
                if let Some(kept) = resolved.kept.get(next).filter(|k| k.rule == index && k.span.contains(span)) {
                    let reason = Some(format!("{field}: {value}"));
                    let removed = self.finding(&self.now, &ways, kept, Status::Field, reason);
                    self.fields.push(self.field(&removed, index, field, value));
                    self.removed.push(removed);
                }
            }
            fired.extend(resolved.kept.iter().map(|kept| kept.rule));
            let (gone, come) = (resolved.kept.iter())
                .fold((0, 0), |(gone, come), kept| (gone + kept.span.len(), come + kept.after.len()));
            if self.now.len() - gone + come > 2 * self.input.len() + SLACK {
                self.overgrown = true;
                break;
            }
            let next = apply(&self.now, &resolved.kept);
            let now = std::mem::replace(&mut self.now, Cow::Owned(next));
            self.history.push(&now, &resolved.kept);
            *hits = plan.scan(behind_front_matter(&self.now).1);
        }
        fired.sort_unstable();
        fired.dedup();
        fired
    }

    /// Writes an unapplied proposal out: `text` is what it read, `ways` lead from there to the input and back.
    fn finding(&self, text: &str, ways: &Ways, proposal: &Proposal, status: Status, reason: Option<String>) -> Edit {
        let rule = self.plan.rule(proposal.rule);
        let span = ways.back.span(proposal.span);
        let step_before = text[proposal.span.range()].to_owned();
        let (mut before, mut after) = (step_before.clone(), proposal.after.clone());
        // Where it reaches into a change, the whole of that change is what stands in the input.
        let whole = ways.forward.span(span);
        if status != Status::Field && whole.contains(proposal.span) {
            self.input[span.range()].clone_into(&mut before);
            let around = (&text[whole.start..proposal.span.start], &text[proposal.span.end..whole.end]);
            after = [around.0, &after, around.1].concat();
        }
        Edit {
            span,
            out: proposal.span,
            before,
            after,
            safety: rule.rule.safety,
            status,
            reason,
            steps: vec![Step {
                rule: rule.id.clone(),
                before: step_before,
                after: proposal.after.clone(),
                evidence: proposal.evidence.clone(),
                score: proposal.score,
            }],
        }
    }

    fn field(&self, finding: &Edit, rule: RuleIx, name: String, value: String) -> (bool, Field) {
        let rule = self.plan.rule(rule);
        (!rule.sites.is_empty(), Field { name, value, span: finding.span, rule: rule.id.clone() })
    }

    /// Returns all fields, those of a site first, each value once.
    fn all_fields(&mut self) -> Vec<Field> {
        let mut fields = std::mem::take(&mut self.fields);
        fields.sort_by(|(a_of_site, a), (b_of_site, b)| {
            (!a_of_site, a.span, &a.rule, &a.name).cmp(&(!b_of_site, b.span, &b.rule, &b.name))
        });
        let mut seen = HashSet::new();
        fields.retain(|(_, field)| seen.insert((field.name.clone(), field.value.clone())));
        fields.into_iter().map(|(_, field)| field).collect()
    }

    fn finish(mut self, held: Option<Held>, hits: &Hits, lang: &Lang, site: Option<usize>) -> Cleaned<'t> {
        let plan = self.plan;
        let edits = self
            .history
            .edits(self.input, &self.now, |index| (plan.rule(index).id.clone(), plan.rule(index).rule.safety));
        let held = held.or_else(|| {
            let (words, lines) = plan.budgets(&edits);
            budget::exceeded(self.input, &edits, words, lines)
        });
        let lang_code = |lang: &Lang| if lang.asked() { lang.get().map(str::to_owned) } else { None };
        if let Some(held) = held {
            let edits = edits.into_iter().map(|edit| Edit { status: Status::Held, out: edit.span, ..edit });
            let mut findings: Vec<_> = edits.collect();
            self.now = Cow::Borrowed(self.input);
            self.fields.clear();
            let hits = plan.scan(behind_front_matter(self.input).1);
            let asked = |rule: &Compiled| !rule.changes() && plan.reads(rule);
            let flags = self.findings(&Ways::new(&History::default()), &hits, lang, site, asked);
            findings.extend(flags);
            sort(&mut findings);
            return Cleaned {
                text: Cow::Borrowed(self.input),
                edits: Vec::new(),
                findings,
                fields: self.all_fields(),
                origin: Origin::default(),
                held: Some(held),
                lang: lang_code(lang),
                site: plan.site_name(site),
            };
        }
        let ways = Ways::new(&self.history);
        let asked = |rule: &Compiled| if rule.changes() { plan.findings } else { plan.reads(rule) };
        let mut findings = self.findings(&ways, hits, lang, site, asked);
        // Those of earlier phases lie where the phase saw them.
        for early in self.lost.iter_mut().chain(&mut self.removed) {
            early.out = ways.forward.span(early.span);
        }
        findings.append(&mut self.removed);
        // A loser that came to its right in a later round has lost nothing.
        let kept: HashSet<(usize, &RuleId)> = (edits.iter())
            .flat_map(|edit| edit.steps.iter().map(|step| (edit.span.start, &step.rule)))
            .filter(|_| !self.lost.is_empty())
            .collect();
        let came_to_its_right = |lost: &Edit| {
            let next = edits.partition_point(|edit| edit.span.end < lost.span.end);
            let edit = edits.get(next).filter(|edit| edit.span.contains(lost.span));
            edit.is_some_and(|edit| kept.contains(&(edit.span.start, lost.rule())))
        };
        findings.extend(self.lost.drain(..).filter(|lost| !came_to_its_right(lost)));
        sort(&mut findings);
        let origin = ways.back;
        let fields = self.all_fields();
        Cleaned {
            text: self.now,
            edits,
            findings,
            fields,
            origin,
            held: None,
            lang: lang_code(lang),
            site: plan.site_name(site),
        }
    }

    /// Looks at the quiet text once more, for what is found and not changed.
    fn findings(
        &mut self,
        ways: &Ways,
        hits: &Hits,
        lang: &Lang,
        site: Option<usize>,
        asked: impl Fn(&Compiled) -> bool,
    ) -> Vec<Edit> {
        let plan = self.plan;
        let (front, body) = behind_front_matter(&self.now);
        let doc = Document::new(body, lang).markdown(self.markdown);
        let mut guard = Guard::new(&doc, site);
        let mut findings = Vec::new();
        let mut fields = Vec::new();
        for (index, rule) in plan.rules.iter().enumerate() {
            if !asked(rule) || !hits.may(rule.question) || !rule.runs_for(&doc, site, self.source) {
                continue;
            }
            let index = rule_ix(index);
            for found in guard.finds(rule) {
                let mut name_and_value = None;
                let mut refused = match &rule.action {
                    Action::Flag { message } => {
                        let after = doc.text()[found.span.range()].to_owned();
                        let proposal = Proposal {
                            span: found.span,
                            after,
                            rule: index,
                            evidence: found.evidence,
                            score: found.score,
                        };
                        Refused { proposal, status: Status::Flag, reason: Some(message.clone()) }
                    }
                    Action::Extract { field, remove: false, .. } => {
                        let span = without_line_ends(doc.text(), found.span);
                        let reason = format!("{field}: {}", found.after);
                        name_and_value = Some((field.clone(), found.after.clone()));
                        let proposal = Proposal { span, after: found.after, rule: index, evidence: None, score: None };
                        Refused { proposal, status: Status::Field, reason: Some(reason) }
                    }
                    Action::Change | Action::Extract { .. } => match guard.proposal(index, rule, found) {
                        Ok(proposal) => Refused { proposal, status: Status::Proposed, reason: None },
                        Err(refused) => refused,
                    },
                };
                refused.proposal.span = refused.proposal.span.shift(front);
                let finding = self.finding(&self.now, ways, &refused.proposal, refused.status, refused.reason);
                if let Some((name, value)) = name_and_value {
                    fields.push(self.field(&finding, index, name, value));
                }
                findings.push(finding);
            }
        }
        self.fields.append(&mut fields);
        findings
    }
}

impl Plan {
    /// Whether anybody wants what `rule`, which changes nothing, finds.
    fn reads(&self, rule: &Compiled) -> bool {
        self.fields || !matches!(rule.action, Action::Extract { .. })
    }

    /// Returns the budgets for words and lines in percent: the highest that somebody declares.
    fn budgets(&self, edits: &[Edit]) -> (f64, f64) {
        let mut words = self.budget_words;
        let mut lines = self.budget_lines;
        let raise = |own: &mut Option<f64>, declared: Option<f64>| {
            if let Some(declared) = declared {
                *own = Some(own.map_or(declared, |own| own.max(declared)));
            }
        };
        for step in edits.iter().flat_map(|edit| &edit.steps) {
            if let Ok(index) = self.rules.binary_search_by(|rule| rule.id.cmp(&step.rule)) {
                let pack = &self.packs[self.rules[index].pack];
                raise(&mut words, pack.budget.words);
                raise(&mut lines, pack.budget.lines);
            }
        }
        (words.unwrap_or(budget::WORDS), lines.unwrap_or(budget::LINES))
    }
}

impl Compiled {
    /// What the pack of `site` changes about the rule.
    pub(super) fn changes_for(&self, site: Option<usize>) -> impl Iterator<Item = &SiteChange> {
        self.site_changes.iter().filter(move |change| Some(change.site) == site)
    }

    pub(super) fn safety_for(&self, site: Option<usize>) -> Option<Safety> {
        self.changes_for(site).filter_map(|change| change.safety).last().or(self.rule.safety)
    }

    /// Whether the rule has anything to do with this text.
    pub(super) fn runs_for(&self, doc: &Document<'_>, site: Option<usize>, source: &Source<'_>) -> bool {
        let field_fits = self.rule.place.field.as_deref().is_none_or(|field| source.field == Some(field));
        let site_fits =
            self.sites.is_empty() && self.rule.sites.is_empty() || site.is_some_and(|site| self.sites.contains(&site));
        field_fits
            && site_fits
            && !self.changes_for(site).any(|change| change.disable)
            && (self.rule.lang.is_empty() || doc.lang().is_some_and(|lang| self.rule.lang.iter().any(|l| l == lang)))
    }
}

/// Returns `span` without the line ends at its edges.
fn without_line_ends(text: &str, span: Span) -> Span {
    let line = &text[span.range()];
    let start = span.end - line.trim_start_matches(['\n', '\r']).len();
    Span::new(start, start.max(span.start + line.trim_end_matches(['\n', '\r']).len()))
}

/// Whether a proposal deletes whole lines.
fn drops(plan: &Plan, proposal: &Proposal) -> bool {
    plan.rule(proposal.rule).finder.drops_lines() && proposal.after.is_empty() && !proposal.span.is_empty()
}

/// Takes away what would join a line to one that goes: what is left would be joined to the line behind, and a paragraph
/// would be lost. If it is still due without the line, a later round finds it.
fn leave_dropped_lines_alone(doc: &Document<'_>, plan: &Plan, eligible: &mut Vec<Proposal>) {
    let mut dropped: Vec<usize> =
        eligible.iter().filter(|proposal| drops(plan, proposal)).map(|proposal| proposal.span.start).collect();
    if dropped.is_empty() {
        return;
    }
    dropped.sort_unstable();
    eligible.retain(|proposal| {
        let next = dropped.partition_point(|&start| start <= proposal.span.start);
        let reaches = dropped.get(next).is_some_and(|&start| start <= proposal.span.end);
        let line_end = || doc.text()[proposal.span.range()].contains(['\n', '\r']);
        drops(plan, proposal) || !reaches || !line_end()
    });
}

/// Lets deletions of whole lines take one blank line along where they would leave two together, or one at
/// an end of the text.
fn take_blank_lines_along(doc: &Document<'_>, plan: &Plan, kept: &mut [Proposal]) {
    let lines = doc.lines().as_slice();
    let blank = |index: usize| is_blank(&doc.text()[lines[index].content.range()]);
    // A finder that drops lines may also take out parts of one.
    let whole = |span: Span| {
        let bounds = |at: usize| at == doc.text().len() || lines.binary_search_by_key(&at, |l| l.full.start).is_ok();
        bounds(first_line_of(doc, span)) && bounds(span.end)
    };
    let drops = |proposal: &Proposal| drops(plan, proposal) && whole(proposal.span);
    let allowed = |proposal: &Proposal, span: Span| {
        measure(doc.text(), span, &proposal.after).beyond(plan.rule(proposal.rule).ceiling).is_empty()
    };
    let mut first = 0;
    while first < kept.len() {
        let mut last = first;
        if !drops(&kept[first]) {
            first += 1;
            continue;
        }
        while last + 1 < kept.len() && drops(&kept[last + 1]) && kept[last + 1].span.start == kept[last].span.end {
            last += 1;
        }
        let (start, end) = (kept[first].span.start, kept[last].span.end);
        let next = lines.partition_point(|line| line.full.start < end);
        // Where the last line has no line end, the deletion begins at the end of the line before.
        let first_line = first_line_of(doc, Span::new(start, end));
        let unended = first_line > start;
        let here = doc.lines().index_at(first_line).unwrap_or(0);
        let blank_before = here == 0 || blank(here - 1);
        if blank_before && next < lines.len() && blank(next) {
            let limit = kept.get(last + 1).map_or(usize::MAX, |following| following.span.start);
            let longer = Span::new(kept[last].span.start, lines[next].full.end);
            if longer.end <= limit && allowed(&kept[last], longer) {
                kept[last].span = longer;
            }
        } else if next >= lines.len() && here > 0 && blank(here - 1) {
            let start = match (unended, here.checked_sub(2)) {
                (true, Some(two_up)) => lines[two_up].content.end,
                (true, None) => 0,
                (false, _) => lines[here - 1].full.start,
            };
            let limit = first.checked_sub(1).map_or(0, |before| kept[before].span.end);
            let longer = Span::new(start, kept[first].span.end);
            if start >= limit && allowed(&kept[first], longer) {
                kept[first].span = longer;
            }
        }
        first = last + 1;
    }
}
