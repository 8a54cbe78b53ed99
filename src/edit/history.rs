//! What all phases did together, in the coordinates of the input.

use super::{Edit, Proposal, RuleId, RuleIx, Safety, Score, Span, Status, Step};

/// A step whose rule is still an index.
#[derive(Clone, Debug)]
struct RawStep {
    rule: RuleIx,
    before: String,
    after: String,
    evidence: Option<String>,
    score: Option<Score>,
}

/// A stretch of the input that became a stretch of the current text.
#[derive(Clone, Debug)]
struct Change {
    input: Span,
    now: Span,
    steps: Vec<RawStep>,
}

/// Composes the edits of phase after phase.
///
/// Invariant: changes are sorted and disjoint both in the input and in the current text, and outside them
/// the two texts are equal.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    changes: Vec<Change>,
}

impl History {
    /// Adds the edits of one phase, which read `text` (the current text) and are sorted and free of conflicts.
    pub(crate) fn push(&mut self, text: &str, edits: &[Proposal]) {
        if edits.is_empty() {
            return;
        }
        let old = std::mem::take(&mut self.changes);
        let mut old = old.into_iter().peekable();
        let mut new = edits.iter().peekable();
        // Position in the input, and in the text after `edits`, of an unchanged byte at position 0 of `text`.
        let (mut to_input, mut to_out) = (0_isize, 0_isize);
        while old.peek().is_some() || new.peek().is_some() {
            let mut group = Group::default();
            loop {
                let take_old = match (old.peek(), new.peek()) {
                    (Some(o), Some(n)) => (o.now.start, o.now.end) <= (n.span.start, n.span.end),
                    (Some(_), None) => true,
                    (None, Some(_)) => false,
                    (None, None) => break,
                };
                let span = if take_old { old.peek().map(|o| o.now) } else { new.peek().map(|n| n.span) };
                let span = span.expect("one of the two has an item");
                if !group.admits(span, take_old) {
                    break;
                }
                if take_old {
                    group.add_old(span, old.next().expect("peeked"));
                } else {
                    group.add_new(span, new.next().expect("peeked"), text);
                }
            }
            let span = group.span.expect("a group takes its first item");
            let input_start = offset(span.start, to_input);
            to_input += group.input_growth;
            let input_end = offset(span.end, to_input);
            let out_start = offset(span.start, to_out);
            to_out += group.out_growth;
            let out_end = offset(span.end, to_out);
            let mut steps = group.old_steps;
            steps.extend(group.new_steps);
            self.changes.push(Change {
                input: Span::new(input_start, input_end),
                now: Span::new(out_start, out_end),
                steps,
            });
        }
    }

    /// Returns the way back from the current text to the input.
    pub(crate) fn origin(&self) -> Origin {
        Origin { pairs: self.changes.iter().map(|change| (change.now, change.input)).collect() }
    }

    /// Writes the edits out: `input` is the text before all of them, `output` the current one. A change that
    /// a later one undid is left out.
    pub(crate) fn edits(
        &self,
        input: &str,
        output: &str,
        rule: impl Fn(RuleIx) -> (RuleId, Option<Safety>),
    ) -> Vec<Edit> {
        let changed = self.changes.iter().filter(|change| input[change.input.range()] != output[change.now.range()]);
        changed
            .map(|change| {
                let safety = change.steps.iter().filter_map(|step| rule(step.rule).1).max();
                Edit {
                    span: change.input,
                    out: change.now,
                    before: input[change.input.range()].to_owned(),
                    after: output[change.now.range()].to_owned(),
                    safety,
                    status: Status::Kept,
                    reason: None,
                    steps: change.steps.iter().map(|step| step.export(&rule)).collect(),
                }
            })
            .collect()
    }
}

impl RawStep {
    fn export(&self, rule: impl Fn(RuleIx) -> (RuleId, Option<Safety>)) -> Step {
        Step {
            rule: rule(self.rule).0,
            before: self.before.clone(),
            after: self.after.clone(),
            evidence: self.evidence.clone(),
            score: self.score,
        }
    }
}

/// Old changes and new edits that must become one change, since they meet.
#[derive(Default)]
struct Group {
    span: Option<Span>,
    /// The last old change and the last new edit in the group: what comes next is sorted, so it can only meet these.
    last_old: Option<Span>,
    last_new: Option<Span>,
    input_growth: isize,
    out_growth: isize,
    old_steps: Vec<RawStep>,
    new_steps: Vec<RawStep>,
}

impl Group {
    fn admits(&self, span: Span, old: bool) -> bool {
        if self.span.is_none() {
            return true;
        }
        let other = if old { self.last_new } else { self.last_old };
        other.is_some_and(|other| meets(other, span))
    }

    fn grow(&mut self, span: Span) {
        self.span = Some(match self.span {
            Some(whole) => Span::new(whole.start, whole.end.max(span.end)),
            None => span,
        });
    }

    fn add_old(&mut self, span: Span, change: Change) {
        self.grow(span);
        self.last_old = Some(span);
        self.input_growth += signed(change.input.len()) - signed(change.now.len());
        self.old_steps.extend(change.steps);
    }

    fn add_new(&mut self, span: Span, edit: &Proposal, text: &str) {
        self.grow(span);
        self.last_new = Some(span);
        self.out_growth += signed(edit.after.len()) - signed(span.len());
        self.new_steps.push(RawStep {
            rule: edit.rule,
            before: text[span.range()].to_owned(),
            after: edit.after.clone(),
            evidence: edit.evidence.clone(),
            score: edit.score,
        });
    }
}

/// Returns whether two stretches share a byte, or touch where one of them is empty and so has no side of its own.
fn meets(a: Span, b: Span) -> bool {
    a.overlaps(b) || ((a.is_empty() || b.is_empty()) && b.start <= a.end && a.start <= b.end)
}

fn signed(len: usize) -> isize {
    isize::try_from(len).expect("a text is shorter than isize::MAX, as every allocation is")
}

fn offset(at: usize, by: isize) -> usize {
    at.checked_add_signed(by).expect("a position stays inside its text")
}

/// The way back from offsets of the output to offsets of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Output and input span of every change, sorted; outside them the texts are equal.
    pairs: Vec<(Span, Span)>,
}

impl Origin {
    /// Makes it of the output and input spans of all changes, sorted.
    pub(crate) fn new(pairs: Vec<(Span, Span)>) -> Self {
        Self { pairs }
    }

    /// Returns the stretch of the input that a stretch of the output came from (bytes). Total and monotone:
    /// every output offset has an origin, and a later one never comes from an earlier place. An end inside
    /// a change takes in the whole change.
    #[must_use]
    pub fn span(&self, out: Span) -> Span {
        let start = self.place(out.start, |now, input| if out.start >= now.end { None } else { Some(input.start) });
        if out.is_empty() {
            return Span::new(start, start);
        }
        let end = self.place(out.end - 1, |now, input| if out.end > now.end { None } else { Some(input.end) });
        // `place` answered for the byte before the end, so that a change starting right behind stays outside.
        let end = if self.inside(out.end - 1) { end } else { end + 1 };
        Span::new(start, end.max(start))
    }

    /// Returns the offset of the input that an offset of the output came from (bytes).
    #[must_use]
    pub fn offset(&self, out: usize) -> usize {
        self.span(Span::new(out, out)).start
    }

    /// Returns the way forward: from offsets of the input to offsets of the output.
    pub(crate) fn reversed(&self) -> Origin {
        Origin { pairs: self.pairs.iter().map(|&(now, input)| (input, now)).collect() }
    }

    /// Returns the origin of the same text behind `by` bytes that both sides begin with.
    pub(crate) fn shift(self, by: usize) -> Self {
        let pairs = self.pairs.into_iter().map(|(now, input)| (now.shift(by), input.shift(by)));
        Self { pairs: pairs.collect() }
    }

    fn last_at(&self, out: usize) -> Option<(Span, Span)> {
        let after = self.pairs.partition_point(|(now, _)| now.start <= out);
        after.checked_sub(1).map(|index| self.pairs[index])
    }

    fn inside(&self, out: usize) -> bool {
        self.last_at(out).is_some_and(|(now, _)| out < now.end)
    }

    fn place(&self, out: usize, within: impl Fn(Span, Span) -> Option<usize>) -> usize {
        match self.last_at(out) {
            None => out,
            Some((now, input)) if out < now.end => within(now, input).unwrap_or(input.end),
            Some((now, input)) => out - now.end + input.end,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::apply;
    use super::*;

    fn edit(start: usize, end: usize, after: &str) -> Proposal {
        Proposal { span: Span::new(start, end), after: after.into(), rule: RuleIx(0), evidence: None, score: None }
    }

    /// Applies the phases one after the other and returns the composed edits as (before, after) with the output.
    fn composed(input: &str, phases: &[&[Proposal]]) -> (Vec<(String, String)>, String) {
        let mut history = History::default();
        let mut text = input.to_owned();
        for edits in phases {
            history.push(&text, edits);
            text = apply(&text, edits);
        }
        let edits = history.edits(input, &text, |_| (RuleId::new("r"), Some(Safety::Safe)));
        let mut replayed = String::new();
        let mut from = 0;
        for edit in &edits {
            replayed.push_str(&input[from..edit.span.start]);
            assert_eq!(edit.out.start, replayed.len());
            replayed.push_str(&edit.after);
            from = edit.span.end;
        }
        replayed.push_str(&input[from..]);
        assert_eq!(replayed, text, "replaying the edits gives the output");
        (edits.into_iter().map(|edit| (edit.before, edit.after)).collect(), text)
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn edits_of_two_phases_that_do_not_meet_stay_apart() {
        let (edits, out) = composed("abcdef", &[&[edit(1, 2, "BB")], &[edit(5, 6, "E")]]);
        assert_eq!((edits, out.as_str()), (pairs(&[("b", "BB"), ("e", "E")]), "aBBcdEf"));
    }

    #[test]
    fn a_later_edit_inside_an_earlier_one_becomes_one_edit() {
        let (edits, out) = composed("abc", &[&[edit(1, 2, "xyz")], &[edit(2, 3, "")]]);
        assert_eq!((edits, out.as_str()), (pairs(&[("b", "xz")]), "axzc"));
    }

    #[test]
    fn an_insertion_where_something_was_deleted_becomes_one_edit() {
        let (edits, out) = composed("abc", &[&[edit(1, 2, "")], &[edit(1, 1, " ")]]);
        assert_eq!((edits, out.as_str()), (pairs(&[("b", " ")]), "a c"));
    }

    #[test]
    fn a_later_edit_across_two_earlier_ones_takes_in_what_lies_between() {
        let (edits, out) = composed("abcdefg", &[&[edit(1, 2, ""), edit(4, 5, "EE")], &[edit(2, 5, "-")]]);
        assert_eq!((edits, out.as_str()), (pairs(&[("b", ""), ("de", "-")]), "ac-fg"));
    }

    #[test]
    fn an_edit_that_is_undone_leaves_nothing() {
        let (edits, out) = composed("abc", &[&[edit(1, 2, "x")], &[edit(1, 2, "b")]]);
        assert_eq!((edits, out.as_str()), (pairs(&[]), "abc"));
    }

    #[test]
    fn origin_leads_back_from_every_offset() {
        let mut history = History::default();
        history.push("abcdef", &[edit(1, 3, "X"), edit(4, 4, "--")]);
        let origin = history.origin(); // aXd--ef
        let back: Vec<_> = (0..=7).map(|out| origin.offset(out)).collect();
        assert_eq!(back, [0, 1, 3, 4, 4, 4, 5, 6]);
        assert_eq!(origin.span(Span::new(1, 2)), Span::new(1, 3));
        assert_eq!(origin.span(Span::new(2, 5)), Span::new(3, 4));
        assert_eq!(origin.span(Span::new(0, 7)), Span::new(0, 6));
    }

    /// A text in which each character knows which character of the input it is, if it is one.
    type Traced = Vec<(char, Option<usize>)>;

    /// Does to `now` what a phase with `edits` does, character by character.
    fn trace(now: &Traced, edits: &[(usize, usize, String)]) -> Traced {
        let mut out = Traced::new();
        let mut from = 0;
        for (start, end, after) in edits {
            out.extend_from_slice(&now[from..*start]);
            out.extend(after.chars().map(|c| (c, None)));
            from = *end;
        }
        out.extend_from_slice(&now[from..]);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn composing_equals_following_each_character(
            input in "[abcé]{0,12}",
            phases in proptest::collection::vec(
                proptest::collection::vec((0..14_usize, 0..4_usize, "[xyé]{0,2}"), 0..4), 1..6),
        ) {
            let mut traced: Traced = input.char_indices().map(|(at, c)| (c, Some(at))).collect();
            let mut text = input.clone();
            let mut history = History::default();
            for wanted in phases {
                let mut edits: Vec<(usize, usize, String)> = Vec::new();
                let mut wanted = wanted;
                wanted.sort();
                for (start, len, after) in wanted {
                    let (start, end) = (start.min(traced.len()), (start + len).min(traced.len()));
                    let free = edits.last().is_none_or(|last| !conflict_of((last.0, last.1), (start, end)));
                    if free && (start < end || !after.is_empty()) {
                        edits.push((start, end, after));
                    }
                }
                let at = |index: usize| traced[..index].iter().map(|(c, _)| c.len_utf8()).sum::<usize>();
                let proposals: Vec<_> = edits.iter().map(|(s, e, after)| edit(at(*s), at(*e), after)).collect();
                history.push(&text, &proposals);
                text = apply(&text, &proposals);
                traced = trace(&traced, &edits);
                prop_assert_eq!(&text, &traced.iter().map(|(c, _)| c).collect::<String>());
            }
            let (mut input_from, mut out_from) = (0, 0);
            for change in &history.changes {
                prop_assert!(input_from <= change.input.start && out_from <= change.now.start, "{:?}", history);
                prop_assert_eq!(&input[input_from..change.input.start], &text[out_from..change.now.start]);
                (input_from, out_from) = (change.input.end, change.now.end);
            }
            prop_assert_eq!(&input[input_from..], &text[out_from..]);
            let origin = history.origin();
            let forward = origin.reversed();
            let (mut out, mut last) = (0, 0);
            for (c, from) in &traced {
                let next = out + c.len_utf8();
                let back = origin.span(Span::new(out, next));
                prop_assert!(input.get(back.range()).is_some());
                prop_assert!(last <= back.start, "monotone");
                if let Some(from) = *from {
                    prop_assert!(back.contains(Span::new(from, from + c.len_utf8())), "{} at {} from {:?}", c, from, back);
                    let place = forward.span(Span::new(from, from + c.len_utf8()));
                    prop_assert!(place.contains(Span::new(out, next)), "forward {:?} {:?}", place, (out, next));
                }
                last = back.start;
                out = next;
            }
            let ends: Vec<_> = (0..=input.len()).filter(|&at| input.is_char_boundary(at)).collect();
            for &start in &ends {
                for &end in ends.iter().filter(|&&end| end >= start) {
                    prop_assert!(text.get(forward.span(Span::new(start, end)).range()).is_some());
                }
            }
        }
    }

    fn conflict_of(a: (usize, usize), b: (usize, usize)) -> bool {
        super::super::conflict(Span::new(a.0, a.1), Span::new(b.0, b.1))
    }
}
