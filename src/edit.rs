//! Edits: proposed by finders, chosen here, measured here, applied here, composed here.
//!
//! **Conflict order**, stated once and only here: of two proposals that cannot both happen, the one that
//! starts further left wins, then the longer one, then the one of higher priority, then the one whose rule
//! id sorts first. Two proposals conflict if they share a byte or start at the same place. Losers are kept
//! for the report.
//!
//! Every phase reads one snapshot of the text, so spans of proposals refer to that snapshot. `History`
//! composes what the phases did into edits in the coordinates of the input.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::text::Span;

mod effects;
pub(crate) mod fingerprint;
mod history;

pub use effects::{Effect, Effects};
pub(crate) use effects::{is_invisible, measure};
pub(crate) use history::History;
pub use history::Origin;

/// Whether a rule's edits are applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Applied by default; earned by tests.
    Safe,
    /// Proposed; applied only on request.
    Review,
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Safety::Safe => "safe",
            Safety::Review => "review",
        })
    }
}

/// What became of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Applied: the output has it.
    Kept,
    /// Found by a `review` rule, and not applied since only `safe` rules were asked for.
    Proposed,
    /// Lost a conflict to the edit of another rule.
    Lost,
    /// Refused by the engine: see the reason.
    Blocked,
    /// A finding of a `flag` rule: nothing to apply.
    Flag,
    /// A field of metadata that an `extract` rule read; the reason says which and what.
    Field,
    /// Part of a document that was left as it was: see [`crate::Held`].
    Held,
}

impl Status {
    /// Returns the word that stands in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Kept => "kept",
            Status::Proposed => "proposed",
            Status::Lost => "lost",
            Status::Blocked => "blocked",
            Status::Flag => "flag",
            Status::Field => "field",
            Status::Held => "held",
        }
    }
}

/// The full id of a rule, such as `core/punctuation/bar-period`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// Wraps a full id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// How sure a rule is of an edit, as a chance from 0 to 1, kept to four decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u16);

impl Score {
    /// Rounds a chance between 0 and 1; what lies outside is taken for the nearer end.
    pub(crate) fn new(chance: f32) -> Self {
        Self((chance.clamp(0.0, 1.0) * 10_000.0).round() as u16)
    }

    /// Returns the chance.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.get())
    }
}

/// One application of one rule: a step on the way from `before` to `after` of an [`Edit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The rule.
    pub rule: RuleId,
    /// What stood there when the rule looked.
    pub before: String,
    /// What the rule put there.
    pub after: String,
    /// Why the rule believed it, where that is more than its pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// How sure the rule is, where it weighs evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
}

/// A change of the input, or a finding that changes nothing.
///
/// The edits of a [`crate::Cleaned`] are sorted and disjoint. Replacing `span` by `after` in the input, for
/// all of them, gives the output; replacing `out` by `before` in the output gives the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where, in the input (bytes).
    pub span: Span,
    /// Where, in the output (bytes).
    pub out: Span,
    /// The text of the input there.
    pub before: String,
    /// The text of the output there; for a finding that was not applied, what would have stood there.
    pub after: String,
    /// The safety of the least safe rule involved; none for flags.
    pub safety: Option<Safety>,
    /// What became of it.
    pub status: Status,
    /// For flags, the rule's message; for lost and blocked edits, why.
    pub reason: Option<String>,
    /// The rules involved, in the order in which they acted. Never empty.
    pub steps: Vec<Step>,
}

impl Edit {
    /// Returns the rule that acted last: the one that a one-line report names.
    #[must_use]
    pub fn rule(&self) -> &RuleId {
        &self.steps.last().expect("an edit has a step").rule
    }
}

/// The index of a rule in its plan. Plans sort their rules by id, so the order of indexes is the order of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RuleIx(pub(crate) u32);

/// What a finder wants to do, in the coordinates of the snapshot that it read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) span: Span,
    pub(crate) after: String,
    pub(crate) rule: RuleIx,
    pub(crate) evidence: Option<String>,
    pub(crate) score: Option<Score>,
}

/// What [`resolve`] made of the proposals of one phase.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// Sorted by start, free of conflicts.
    pub(crate) kept: Vec<Proposal>,
    /// Each with the rule that it lost to.
    pub(crate) lost: Vec<(Proposal, RuleIx)>,
}

/// Chooses among `proposals` by the conflict order of this module. `priority` gives a rule's priority.
pub(crate) fn resolve(mut proposals: Vec<Proposal>, priority: impl Fn(RuleIx) -> i8) -> Resolved {
    proposals.sort_by(|a, b| {
        (a.span.start.cmp(&b.span.start))
            .then(b.span.end.cmp(&a.span.end))
            .then_with(|| priority(b.rule).cmp(&priority(a.rule)))
            .then(a.rule.cmp(&b.rule))
            .then_with(|| a.after.cmp(&b.after))
    });
    let mut resolved = Resolved::default();
    for proposal in proposals {
        match resolved.kept.last() {
            Some(last) if conflict(last.span, proposal.span) => {
                let winner = last.rule;
                resolved.lost.push((proposal, winner));
            }
            _ => resolved.kept.push(proposal),
        }
    }
    resolved
}

/// Returns whether two edits cannot both happen; `a` starts no later than `b`.
fn conflict(a: Span, b: Span) -> bool {
    b.start < a.end || b.start == a.start
}

/// Returns `text` with `edits` done, which are sorted and free of conflicts.
pub(crate) fn apply(text: &str, edits: &[Proposal]) -> String {
    // Built left to right instead of splicing in place: splicing moves the tail once per edit.
    let grown: usize = edits.iter().map(|edit| edit.after.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut from = 0;
    for edit in edits {
        out.push_str(&text[from..edit.span.start]);
        out.push_str(&edit.after);
        from = edit.span.end;
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(start: usize, end: usize, after: &str, rule: u32) -> Proposal {
        Proposal { span: Span::new(start, end), after: after.into(), rule: RuleIx(rule), evidence: None, score: None }
    }

    fn winners(proposals: &[(usize, usize, u32)], priority: impl Fn(RuleIx) -> i8) -> Vec<u32> {
        let proposals = proposals.iter().map(|&(start, end, rule)| proposal(start, end, "", rule)).collect();
        resolve(proposals, priority).kept.iter().map(|kept| kept.rule.0).collect()
    }

    #[test]
    fn leftmost_wins_whatever_its_length_or_priority() {
        assert_eq!(winners(&[(1, 9, 0), (0, 2, 1)], |rule| if rule.0 == 0 { 100 } else { 0 }), [1]);
    }

    #[test]
    fn of_two_that_start_together_the_longer_wins_whatever_its_priority() {
        assert_eq!(winners(&[(0, 2, 0), (0, 3, 1)], |rule| if rule.0 == 0 { 100 } else { 0 }), [1]);
    }

    #[test]
    fn of_two_equal_spans_the_higher_priority_wins_then_the_first_id() {
        assert_eq!(winners(&[(0, 2, 0), (0, 2, 1)], |rule| rule.0 as i8), [1]);
        assert_eq!(winners(&[(0, 2, 1), (0, 2, 0)], |_| 0), [0]);
    }

    #[test]
    fn edits_that_only_touch_are_both_kept() {
        assert_eq!(winners(&[(0, 2, 0), (2, 4, 1)], |_| 0), [0, 1]);
        assert_eq!(winners(&[(0, 2, 0), (2, 2, 1)], |_| 0), [0, 1], "an insertion behind a replacement");
    }

    #[test]
    fn an_insertion_loses_to_a_replacement_that_starts_there_and_to_one_around_it() {
        assert_eq!(winners(&[(2, 2, 0), (2, 4, 1)], |_| 0), [1]);
        assert_eq!(winners(&[(1, 4, 0), (2, 2, 1)], |_| 0), [0]);
        assert_eq!(winners(&[(2, 2, 0), (2, 2, 1)], |_| 0), [0]);
    }

    #[test]
    fn a_loser_names_its_winner() {
        let resolved = resolve(vec![proposal(0, 4, "", 3), proposal(2, 6, "", 1), proposal(5, 7, "", 2)], |_| 0);
        assert_eq!(resolved.lost, [(proposal(2, 6, "", 1), RuleIx(3))]);
        assert_eq!(resolved.kept.len(), 2, "what starts behind the winner is free again");
    }

    #[test]
    fn edits_at_both_ends_are_applied() {
        assert_eq!(apply("abc", &[proposal(0, 0, "<", 0), proposal(1, 2, "", 0), proposal(3, 3, ">", 0)]), "<ac>");
    }
}
