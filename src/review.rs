//! Going through edits one by one: what is asked, in which order, and what an answer decides. Reads and prints nothing.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::decisions::{Decision, Verdict};
use crate::edit::{Edit, Safety, Status};

/// An edit that is asked about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    /// Its decision, but for the verdict.
    pub(crate) decision: Decision,
    pub(crate) safety: Option<Safety>,
    /// Whether it is made unless it is refused; else it is made only if it is accepted.
    pub(crate) is_made: bool,
    /// How it looks where it stands, with some of the text around it and with more.
    pub(crate) shown: [String; 2],
    /// Why its rules believe it.
    pub(crate) why: Vec<String>,
}

impl Item {
    /// Makes an item of `edit`, which lies in the text `input` at this line and column of the file `doc`; none if there is
    /// nothing to decide about.
    pub(crate) fn new(edit: &Edit, status: Status, input: &str, doc: &str, place: (u64, Option<u64>)) -> Option<Self> {
        let is_made = match status {
            Status::Kept => true,
            Status::Proposed => false,
            _ => return None,
        };
        let mut decision = Decision::new(edit, input, Verdict::Accept);
        doc.clone_into(&mut decision.doc);
        (decision.line, decision.column) = (Some(place.0), place.1);
        let mut why = vec![decision.rule.clone()];
        why.extend(edit.steps.iter().filter_map(|step| step.evidence.clone()));
        Some(Self { decision, safety: edit.safety, is_made, shown: [String::new(), String::new()], why })
    }

    fn kind(&self) -> (&str, &str, &str) {
        (&self.decision.rule, &self.decision.before, &self.decision.after)
    }
}

/// About which edits an answer decides, beside the one that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    One,
    /// All that are open in the same file.
    File,
    /// All that are open of the same rules.
    Rule,
    /// All that are open and change the same into the same by the same rules.
    Identical,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    /// What shall stand there instead.
    pub(crate) to: Option<String>,
}

/// What an answer changed: where it was given, and what had been answered about each item.
type Before = (usize, Vec<(usize, Option<Answer>)>);

/// Edits on their way to decisions.
#[derive(Debug, Default)]
pub(crate) struct Session {
    items: Vec<Item>,
    /// How many items change the same into the same by the same rules, by item.
    alike: Vec<usize>,
    answers: Vec<Option<Answer>>,
    /// The item that is asked about.
    at: usize,
    history: Vec<Before>,
}

impl Session {
    /// Puts `items` in the order in which they are asked about: those that are alike together, the most frequent first.
    pub(crate) fn new(mut items: Vec<Item>) -> Self {
        let mut counts: HashMap<(String, String, String), (usize, usize)> = HashMap::new();
        let owned = |item: &Item| {
            let (rule, before, after) = item.kind();
            (rule.to_owned(), before.to_owned(), after.to_owned())
        };
        for (index, item) in items.iter().enumerate() {
            counts.entry(owned(item)).or_insert((index, 0)).1 += 1;
        }
        items.sort_by_cached_key(|item| {
            let (first, count) = counts[&owned(item)];
            (usize::MAX - count, first)
        });
        let alike = items.iter().map(|item| counts[&owned(item)].1).collect();
        let answers = vec![None; items.len()];
        Self { items, alike, answers, at: 0, history: Vec::new() }
    }

    /// Returns the item that is asked about, with its number from 1 and how many are like it; none if there is none.
    pub(crate) fn current(&self) -> Option<(&Item, usize, usize)> {
        self.items.get(self.at).map(|item| (item, self.at + 1, self.alike[self.at]))
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns what was answered about the item that is asked about.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        self.answers.get(self.at)?.as_ref()
    }

    /// Returns how many items were accepted, refused, and are open.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let of = |verdict| self.answers.iter().flatten().filter(|answer| answer.verdict == verdict).count();
        let (accepted, refused) = (of(Verdict::Accept), of(Verdict::Refuse));
        (accepted, refused, self.items.len() - accepted - refused)
    }

    /// Answers about the current item and those in `scope`, goes on to the next that is open, and returns the decisions.
    pub(crate) fn decide(&mut self, answer: &Answer, scope: Scope) -> Vec<Decision> {
        let Some(current) = self.items.get(self.at) else { return Vec::new() };
        let is_meant = |item: &Item| match scope {
            Scope::One => false,
            Scope::File => item.decision.doc == current.decision.doc,
            Scope::Rule => item.decision.rule == current.decision.rule,
            Scope::Identical => item.kind() == current.kind(),
        };
        // What is known by the same fingerprint cannot be told apart.
        let is_same = |item: &Item| item.decision.fingerprint == current.decision.fingerprint;
        let meant: Vec<usize> = (0..self.items.len())
            .filter(|&index| {
                let item = &self.items[index];
                is_same(item) || (self.answers[index].is_none() && is_meant(item))
            })
            .collect();
        let before = meant.iter().map(|&index| (index, self.answers[index].replace(answer.clone()))).collect();
        self.history.push((self.at, before));
        let next = (self.at..self.items.len()).chain(0..self.at).find(|&index| self.answers[index].is_none());
        self.at = next.unwrap_or(self.items.len());
        let mut decisions: Vec<Decision> = meant.into_iter().filter_map(|index| self.decision(index)).collect();
        decisions.dedup_by(|a, b| a.fingerprint == b.fingerprint);
        decisions
    }

    /// Takes the last answer back and returns to where it was given; returns whether there was one.
    pub(crate) fn undo(&mut self) -> bool {
        let Some((at, before)) = self.history.pop() else { return false };
        for (index, answer) in before {
            self.answers[index] = answer;
        }
        self.at = at;
        true
    }

    /// Returns what was decided.
    pub(crate) fn decisions(&self) -> impl Iterator<Item = Decision> {
        (0..self.items.len()).filter_map(|index| self.decision(index))
    }

    fn decision(&self, index: usize) -> Option<Decision> {
        let Answer { verdict, to } = self.answers[index].clone()?;
        Some(Decision { verdict, to, ..self.items[index].decision.clone() })
    }

    /// Moves on (or back) without an answer; returns whether there is an item.
    pub(crate) fn step(&mut self, back: bool) -> bool {
        let next =
            if back { self.at.checked_sub(1) } else { Some(self.at + 1).filter(|&next| next < self.items.len()) };
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }

    /// Moves to the next item, from here on and round, of which file, rule or texts hold `what`; returns whether one does.
    pub(crate) fn jump(&mut self, what: &str) -> bool {
        let has = |item: &Item| {
            let Decision { doc, rule, before, after, .. } = &item.decision;
            [doc, rule, before, after].into_iter().any(|text| text.contains(what))
        };
        let len = self.items.len();
        let next = (1..=len).map(|by| (self.at + by) % len).find(|&index| has(&self.items[index]));
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(doc: &str, rule: &str, before: &str, fingerprint: &str) -> Item {
        let decision = Decision {
            rule: rule.into(),
            before: before.into(),
            after: "x".into(),
            left: String::new(),
            right: String::new(),
            fingerprint: fingerprint.into(),
            verdict: Verdict::Accept,
            to: None,
            doc: doc.into(),
            line: Some(1),
            column: None,
        };
        Item { decision, safety: None, is_made: true, shown: Default::default(), why: Vec::new() }
    }

    fn session() -> Session {
        Session::new(vec![
            item("a", "r/one", "b", "1"),
            item("a", "r/two", "c", "2"),
            item("b", "r/two", "c", "3"),
            item("b", "r/one", "d", "4"),
            item("b", "r/two", "c", "2"),
        ])
    }

    fn answer(verdict: Verdict) -> Answer {
        Answer { verdict, to: None }
    }

    fn decided(session: &Session) -> Vec<(String, Verdict)> {
        session.decisions().map(|one| (one.fingerprint, one.verdict)).collect()
    }

    #[test]
    fn the_most_frequent_comes_first_and_like_beside_like() {
        let session = session();
        let order: Vec<_> = session.items.iter().map(|item| item.decision.fingerprint.as_str()).collect();
        assert_eq!(order, ["2", "3", "2", "1", "4"]);
        assert_eq!(session.current().map(|(_, number, alike)| (number, alike)), Some((1, 3)));
    }

    #[test]
    fn an_answer_decides_about_its_scope_and_nothing_that_was_answered() {
        for (scope, fingerprints) in [
            (Scope::One, &["2"][..]),
            (Scope::Identical, &["2", "3", "2"]),
            (Scope::Rule, &["2", "3", "2"]),
            (Scope::File, &["2", "2", "1"]),
        ] {
            let mut session = session();
            let decisions = session.decide(&answer(Verdict::Accept), scope);
            // The two that have one fingerprint are one decision, wherever they stand.
            let mut all: Vec<_> = session.decisions().map(|one| one.fingerprint).collect();
            if scope == Scope::One {
                assert_eq!(all, ["2", "2"]);
                all.truncate(1);
            }
            assert_eq!(all, fingerprints, "{scope:?}");
            assert!(!decisions.is_empty());
        }
        let mut session = session();
        session.decide(&answer(Verdict::Refuse), Scope::One);
        session.decide(&answer(Verdict::Accept), Scope::Rule);
        let two = ("2".to_owned(), Verdict::Refuse);
        assert_eq!(decided(&session), [two.clone(), ("3".to_owned(), Verdict::Accept), two]);
        assert_eq!(session.counts(), (1, 2, 2));
    }

    #[test]
    fn answers_are_taken_back_to_any_depth() {
        let mut session = session();
        session.decide(&answer(Verdict::Accept), Scope::One);
        session.decide(&answer(Verdict::Refuse), Scope::File);
        session.decide(&answer(Verdict::Refuse), Scope::Rule);
        assert_eq!(session.counts().2, 0);
        assert!(session.current().is_none());
        assert!(session.undo() && session.undo());
        assert_eq!(session.counts(), (2, 0, 3));
        assert_eq!(session.current().map(|(_, number, _)| number), Some(2));
        assert!(session.undo() && !session.undo());
        assert_eq!((session.counts(), session.at), ((0, 0, 5), 0));
    }

    #[test]
    fn one_moves_without_an_answer() {
        let mut session = session();
        assert!(!session.step(true) && session.step(false));
        assert!(session.jump("d") && session.at == 4);
        assert!(session.jump("b") && session.at == 1, "{}", session.at);
        assert!(!session.jump("nowhere") && session.at == 1);
        assert_eq!(session.counts(), (0, 0, 5));
        assert!(!Session::default().jump("x") && !Session::default().step(false));
    }
}
