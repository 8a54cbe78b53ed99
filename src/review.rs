//! Going through edits one by one: what is asked, in which order, and what an answer decides. Reads and prints nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::decisions::{Decision, Off, Verdict};
use crate::edit::{Edit, Safety, Status, fingerprint};
use crate::report::Doc;

/// An edit that is asked about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    /// Its decision, but for the verdict.
    pub(crate) decision: Decision,
    /// The fingerprints by which earlier decisions know it.
    #[serde(default)]
    pub(crate) earlier: Vec<String>,
    pub(crate) safety: Option<Safety>,
    /// Whether it is made unless it is refused; else it is made only if it is accepted.
    pub(crate) is_made: bool,
    /// How it looks where it stands, with some of the text around it and with more.
    pub(crate) shown: [String; 2],
    /// Why its rules believe it.
    pub(crate) why: Vec<String>,
    /// The name of the site of its text.
    pub(crate) site: Option<String>,
    /// The lines where it stands without it and with it, all other edits made.
    pub(crate) lines: [String; 2],
}

impl Item {
    /// Makes an item of `edit`, which lies in the text `doc` at this line and column of its file; none if there is nothing
    /// to decide about.
    pub(crate) fn new(edit: &Edit, status: Status, doc: &Doc<'_>, place: (u64, Option<u64>)) -> Option<Self> {
        let is_made = match status {
            Status::Kept => true,
            Status::Proposed => false,
            _ => return None,
        };
        let output = doc.cleaned.held.is_none().then_some(&*doc.cleaned.text);
        let mut decision = Decision::new(edit, doc.input, output, Verdict::Accept);
        doc.name.clone_into(&mut decision.doc);
        (decision.line, decision.column) = (Some(place.0), place.1);
        let mut why = vec![decision.rule.clone()];
        why.extend(edit.steps.iter().filter_map(|step| step.evidence.clone()));
        Some(Self {
            decision,
            earlier: fingerprint::earlier(edit, doc.input, output),
            safety: edit.safety,
            is_made,
            shown: [String::new(), String::new()],
            why,
            site: doc.cleaned.site.clone(),
            lines: lines(&doc.cleaned.text, edit),
        })
    }

    fn kind(&self) -> Kind<'_> {
        let Decision { rule, before, after, .. } = &self.decision;
        (rule, before, after, self.is_made)
    }

    /// Returns its rule, if only one had a part in it.
    pub(crate) fn rule(&self) -> Option<&str> {
        Some(self.decision.rule.as_str()).filter(|rule| !rule.contains(" + "))
    }
}

/// What items have in common that are alike: they change the same into the same by the same rules.
type Kind<'i> = (&'i str, &'i str, &'i str, bool);

/// Puts items together that are alike, the most frequent first, by their numbers. What is as frequent stays in the order
/// in which it comes first.
pub(crate) fn alike(items: &[Item]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut index: HashMap<Kind<'_>, usize> = HashMap::new();
    for (number, item) in items.iter().enumerate() {
        let at = *index.entry(item.kind()).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(number);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

/// How many bytes on each side of an edit its lines have at most.
const LONGEST: usize = 400;

/// Returns the lines of `output` in which `edit` stands, without it and with it. Of long lines words far away are left out.
fn lines(output: &str, edit: &Edit) -> [String; 2] {
    let Some((left, right)) = output.get(..edit.out.start).zip(output.get(edit.out.end..)) else {
        return Default::default();
    };
    let is_end = |c: char| c == '\n' || c == '\r';
    let near = &left[left.ceil_char_boundary(left.len().saturating_sub(LONGEST))..];
    let left = match near.rfind(is_end) {
        Some(at) => &near[at + 1..],
        None if near.len() == left.len() => near,
        None => near.split_once(' ').map_or(near, |(_, words)| words),
    };
    let near = &right[..right.floor_char_boundary(LONGEST)];
    let right = match near.find(is_end) {
        Some(at) => &near[..at],
        None if near.len() == right.len() => near,
        None => near.rsplit_once(' ').map_or(near, |(words, _)| words),
    };
    [&edit.before, &edit.after].map(|middle| [left, middle, right].concat())
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
    /// Files that are written: nothing is decided about what was done.
    written: HashSet<String>,
}

impl Session {
    /// Puts `items` in the order in which they are asked about: those that are alike together, the most frequent first.
    pub(crate) fn new(items: Vec<Item>) -> Self {
        let groups = alike(&items);
        let alike = groups.iter().flat_map(|group| group.iter().map(|_| group.len())).collect();
        let mut taken: Vec<_> = items.into_iter().map(Some).collect();
        let items = groups.into_iter().flatten().map(|number| taken[number].take().expect("each is in one group"));
        let items: Vec<_> = items.collect();
        let answers = vec![None; items.len()];
        Self { items, alike, answers, ..Self::default() }
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

    /// Answers about the current item and those in `scope`, goes on to the next that is open, and returns the decisions:
    /// none about an item of a file that is written.
    pub(crate) fn decide(&mut self, answer: &Answer, scope: Scope) -> Vec<Decision> {
        let Some(current) = self.items.get(self.at).filter(|item| !self.is_written(item)) else { return Vec::new() };
        let is_meant = |item: &Item| match scope {
            Scope::One => false,
            Scope::File => item.decision.doc == current.decision.doc,
            Scope::Rule => item.decision.rule == current.decision.rule,
            Scope::Identical => item.kind() == current.kind(),
        };
        // What is known by the same fingerprint cannot be told apart.
        let is_same = |item: &Item| item.decision.fingerprint == current.decision.fingerprint;
        let meant = self.those(|item, is_open| is_same(item) || (is_open && is_meant(item)));
        self.answer_all(&meant, answer);
        // One of each file that has it, so that it is not forgotten before none of them does.
        let mut seen = HashSet::new();
        let decisions = meant.into_iter().filter_map(|index| self.decision(index));
        decisions.filter(|one| seen.insert((one.fingerprint.clone(), one.doc.clone()))).collect()
    }

    /// Refuses what is open of the current item's rule at its site, and returns what says that of the rule; none if the item
    /// is of no site or not of one rule alone.
    pub(crate) fn switch_off(&mut self) -> Option<Off> {
        let current = self.items.get(self.at).filter(|item| !self.is_written(item))?;
        let (rule, site) = (current.rule()?.to_owned(), current.site.clone()?);
        let is_meant = |item: &Item| item.rule() == Some(&rule) && item.site.as_ref() == Some(&site);
        let asked = &current.decision.fingerprint;
        let meant = self.those(|item, is_open| is_meant(item) && (is_open || item.decision.fingerprint == *asked));
        self.answer_all(&meant, &Answer { verdict: Verdict::Refuse, to: None });
        Some(Off { rule, site })
    }

    /// Returns the items that can be decided about and of which `is_meant` says so, given whether they are open.
    fn those(&self, is_meant: impl Fn(&Item, bool) -> bool) -> Vec<usize> {
        let items = self.items.iter().zip(&self.answers).enumerate();
        let meant = items.filter(|(_, (item, answer))| !self.is_written(item) && is_meant(item, answer.is_none()));
        meant.map(|(index, _)| index).collect()
    }

    /// Gives the items `meant` an answer that can be taken back, and goes on to the next that is open.
    fn answer_all(&mut self, meant: &[usize], answer: &Answer) {
        if meant.is_empty() {
            return;
        }
        let before = meant.iter().map(|&index| (index, self.answers[index].replace(answer.clone()))).collect();
        self.history.push((self.at, before));
        let next = (self.at..self.items.len()).chain(0..self.at).find(|&index| self.answers[index].is_none());
        self.at = next.unwrap_or(self.items.len());
    }

    /// Whether the file of an item is written.
    pub(crate) fn is_written(&self, item: &Item) -> bool {
        self.written.contains(&item.decision.doc)
    }

    /// Returns the files of which all is answered and that are not written, sorted.
    pub(crate) fn finished(&self) -> Vec<String> {
        let mut docs = BTreeMap::new();
        for (item, answer) in self.items.iter().zip(&self.answers).filter(|(item, _)| !self.is_written(item)) {
            *docs.entry(item.decision.doc.as_str()).or_insert(true) &= answer.is_some();
        }
        docs.into_iter().filter(|(_, is_finished)| *is_finished).map(|(doc, _)| doc.to_owned()).collect()
    }

    /// Notes that files are written: answers so far cannot be taken back.
    pub(crate) fn wrote(&mut self, docs: Vec<String>) {
        self.written.extend(docs);
        self.history.clear();
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
    #[cfg(test)]
    fn decisions(&self) -> impl Iterator<Item = Decision> {
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
            cleaned: None,
            decided: None,
            verdict: Verdict::Accept,
            to: None,
            doc: doc.into(),
            line: Some(1),
            column: None,
        };
        let site = (doc == "b").then(|| "sites/b".to_owned());
        let (shown, lines) = Default::default();
        let earlier = Vec::new();
        Item { decision, earlier, safety: None, is_made: true, shown, why: Vec::new(), site, lines }
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
    fn what_has_one_fingerprint_is_one_decision_in_each_file_that_has_it() {
        let mut session = session();
        let decisions = session.decide(&answer(Verdict::Refuse), Scope::Identical);
        let all: Vec<_> = decisions.iter().map(|one| (one.fingerprint.as_str(), one.doc.as_str())).collect();
        assert_eq!(all, [("2", "a"), ("3", "b"), ("2", "b")]);
        let mut twins = Session::new(vec![item("a", "r/one", "b", "1"), item("a", "r/one", "b", "1")]);
        assert_eq!(twins.decide(&answer(Verdict::Refuse), Scope::One).len(), 1);
    }

    #[test]
    fn a_rule_is_switched_off_for_the_site_of_an_item() {
        let mut session = session();
        assert_eq!(session.switch_off(), None, "the first is of no site");
        assert!(session.step(false));
        let off = session.switch_off().expect("it is of a site");
        assert_eq!((off.rule.as_str(), off.site.as_str()), ("r/two", "sites/b"));
        assert_eq!(decided(&session), [("3".to_owned(), Verdict::Refuse), ("2".to_owned(), Verdict::Refuse)]);
        assert!(session.undo());
        assert_eq!(session.counts(), (0, 0, 5));
        let mut of_two = Session::new(vec![item("b", "r/one + r/two", "b", "1")]);
        assert_eq!(of_two.switch_off(), None);
    }

    #[test]
    fn a_file_is_finished_once_all_of_it_is_answered_and_then_nothing_is_decided_about_it() {
        let mut session = session();
        session.decide(&answer(Verdict::Accept), Scope::File);
        assert_eq!(session.finished(), ["a"]);
        session.wrote(session.finished());
        assert!(session.finished().is_empty() && !session.undo());
        assert!(session.step(true));
        assert!(session.decide(&answer(Verdict::Refuse), Scope::One).is_empty());
        while session.counts().2 > 0 {
            session.at = session.answers.iter().position(Option::is_none).expect("one is open");
            session.decide(&answer(Verdict::Refuse), Scope::One);
        }
        assert_eq!(session.finished(), ["b"]);
    }

    #[test]
    fn the_lines_of_an_edit_are_those_of_the_text_in_which_all_others_are_made() {
        use crate::text::Span;
        let edit = |out: std::ops::Range<usize>| Edit {
            span: Span::default(),
            out: Span::new(out.start, out.end),
            before: "x\n".into(),
            after: "yy".into(),
            safety: None,
            status: Status::Kept,
            reason: None,
            steps: Vec::new(),
        };
        assert_eq!(lines("one\r\na yy b\ntwo", &edit(7..9)), ["a x\n b", "a yy b"]);
        assert_eq!(lines("yy", &edit(0..2)), ["x\n", "yy"]);
        assert_eq!(lines("yy", &edit(7..9)), ["", ""]);
        let long = format!("{0}yy{0}", " é—word".repeat(100));
        let [_, with] = lines(&long, &edit(1000..1002));
        assert!(with.len() < 2 * LONGEST + 10 && with.starts_with("é—word ") && with.ends_with(" é—word"), "{with}");
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
