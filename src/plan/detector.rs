//! The detector: one scan over a text says which rules could find anything in it.
//!
//! All patterns are put into one automaton with their look-arounds taken out, which makes it a superset by
//! construction: a rule that is not named cannot match. Look-arounds go since a Unicode `\b` in a combined
//! automaton throws it off its fast path at the first letter that is not ASCII.

use std::sync::OnceLock;

use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind, PatternSet};

use crate::find::search::relax;

/// Memory for the states of the automaton, in bytes: a few hundred patterns need more than the default.
const CACHE: usize = 16 << 20;

/// Scans once for everything that may matter in a text.
#[derive(Debug, Default)]
pub(super) struct Detector {
    patterns: Vec<String>,
    /// Which question each pattern answers.
    owners: Vec<usize>,
    /// Questions that no pattern can answer: always yes.
    always: Vec<usize>,
    questions: usize,
    /// None if the automaton would be too large: every answer is yes then.
    compiled: OnceLock<Option<Regex>>,
}

/// The answers for one text.
#[derive(Clone, Debug)]
pub(super) struct Hits(Vec<bool>);

impl Hits {
    /// Returns whether the question may be answered with yes.
    pub(super) fn may(&self, question: usize) -> bool {
        self.0[question]
    }

    /// Returns whether every answer is no.
    pub(super) fn none(&self) -> bool {
        !self.0.contains(&true)
    }
}

impl Detector {
    /// Adds a question: does one of `triggers` match? Without triggers the answer is always yes. Returns its number.
    pub(super) fn add(&mut self, triggers: Option<Vec<String>>) -> usize {
        let question = self.questions;
        self.questions += 1;
        match triggers {
            Some(triggers) => {
                self.owners.extend(triggers.iter().map(|_| question));
                self.patterns.extend(triggers);
            }
            None => self.always.push(question),
        }
        question
    }

    /// Answers all questions for `text`.
    pub(super) fn scan(&self, text: &str) -> Hits {
        let Some(regex) = self.compiled.get_or_init(|| self.compile()) else { return self.all() };
        let mut hits = vec![false; self.questions];
        for &question in &self.always {
            hits[question] = true;
        }
        let mut matched = PatternSet::new(self.patterns.len());
        regex.which_overlapping_matches(&Input::new(text), &mut matched);
        for pattern in matched.iter() {
            hits[self.owners[pattern.as_usize()]] = true;
        }
        Hits(hits)
    }

    /// Answers every question with yes: for a plan that is not gated.
    pub(super) fn all(&self) -> Hits {
        Hits(vec![true; self.questions])
    }

    fn compile(&self) -> Option<Regex> {
        let hirs: Option<Vec<_>> = self.patterns.iter().map(|pattern| relax(pattern)).collect();
        let config =
            Config::new().match_kind(MatchKind::All).hybrid_cache_capacity(CACHE).nfa_size_limit(Some(4 * CACHE));
        Regex::builder().configure(config).syntax(syntax::Config::new()).build_many_from_hir(&hirs?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_by_any_of_its_triggers_and_without_look_around() {
        let mut detector = Detector::default();
        let words = detector.add(Some(vec![r"\bfoo\b".into(), "bar".into()]));
        let other = detector.add(Some(vec!["baz$".into()]));
        let open = detector.add(None);
        let hits = detector.scan("Überfoos");
        assert!(hits.may(words) && !hits.may(other) && hits.may(open));
        assert!(detector.scan("x bazx").may(other), "the look-around is the rule's affair");
    }
}
