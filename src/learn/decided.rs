//! What was decided in reviews again and again: rules that were always refused somewhere, and changes always accepted.

use std::collections::{BTreeMap, BTreeSet};

use crate::decisions::{Decision, Line, Verdict};
use crate::rules::decode::is_word;

use super::extras::{Extras, Written, scalar};

/// So many decisions about the same change, all alike, are believed.
const AGAIN: usize = 3;

/// Finds overrides for what was refused, and a list for words that were accepted.
pub(super) fn find(lines: &[Line], exists: impl Fn(&str) -> bool) -> Extras {
    let mut changes: BTreeMap<(&str, &str, &str), Vec<&Decision>> = BTreeMap::new();
    for line in lines {
        if let Line::Edit(decision) = line {
            let after = decision.to.as_deref().unwrap_or(&decision.after);
            changes.entry((&decision.rule, &decision.before, after)).or_default().push(decision);
        }
    }
    let mut extras = Extras::default();
    let mut accepted = Vec::new();
    for ((rule, before, after), decisions) in changes {
        let places: BTreeSet<&str> = decisions.iter().map(|decision| decision.fingerprint.as_str()).collect();
        let all = |verdict| decisions.iter().all(|decision| decision.verdict == verdict);
        // A change that several rules made together is none of one.
        if places.len() < AGAIN || rule.contains(' ') || before.trim().is_empty() || before.contains(['\n', '\r']) {
            continue;
        }
        if all(Verdict::Refuse) && exists(rule) {
            extras.overrides.push(format!(
                "  - {{ rule: {rule}, unless: {} }} # refused {} times\n",
                scalar(&regex::escape(before)),
                places.len()
            ));
        } else if all(Verdict::Accept) && is_word(before) && !after.is_empty() {
            accepted.push((before, after, places.len()));
        }
    }
    if !accepted.is_empty() {
        let mut keys = vec!["map:".to_owned()];
        keys.extend(
            accepted.iter().map(|(from, to, times)| format!("  {}: {} # {times} times", scalar(from), scalar(to))),
        );
        keys.extend(["whole-word: true", "phase: words"].map(str::to_owned));
        let fix: Vec<_> = accepted.iter().take(5).map(|(from, to, _)| ((*from).to_owned(), (*to).to_owned())).collect();
        let about = "Changes of words that were accepted each time.";
        let why = format!("Accepted in {AGAIN} places or more, and never refused.");
        extras.rules.push(Written::new("accepted-words", about, &why, "map", &keys).tests(&fix, &[]));
    }
    extras
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(before: &str, place: usize, verdict: Verdict) -> Line {
        Line::Edit(Decision {
            rule: "core/words/glue".to_owned(),
            before: before.to_owned(),
            after: "two words".to_owned(),
            left: String::new(),
            right: String::new(),
            fingerprint: place.to_string(),
            cleaned: None,
            decided: None,
            verdict,
            to: None,
            doc: String::new(),
            line: None,
            column: None,
        })
    }

    #[test]
    fn what_was_always_refused_becomes_an_override_and_what_was_always_accepted_a_list() {
        let mut lines: Vec<Line> = (0..3).map(|place| decided("seaside", place, Verdict::Refuse)).collect();
        lines.extend((0..3).map(|place| decided("twowords", place, Verdict::Accept)));
        lines.extend(
            (0..3).map(|place| decided("mixed", place, if place == 0 { Verdict::Accept } else { Verdict::Refuse })),
        );
        lines.extend([
            decided("same", 7, Verdict::Refuse),
            decided("same", 7, Verdict::Refuse),
            decided("same", 7, Verdict::Refuse),
        ]);
        let extras = find(&lines, |rule| rule == "core/words/glue");
        assert_eq!(extras.overrides, ["  - { rule: core/words/glue, unless: \"seaside\" } # refused 3 times\n"]);
        assert!(extras.rules[0].contains("\"twowords\": \"two words\" # 3 times"), "{}", extras.rules[0]);
    }
}
