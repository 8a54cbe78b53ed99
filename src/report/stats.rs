//! Counts over a run: a summary line, and a table of which rule did how much.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::edit::{RuleId, Status};

use super::{Doc, counted, escape, rules_of};

/// What a run did, added up text by text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    texts: u64,
    /// Whether some text was a field of a record, so that texts are not files.
    records: bool,
    changed: u64,
    held: u64,
    edits: u64,
    flags: u64,
    proposed: u64,
    bytes_in: u64,
    bytes_out: u64,
    rules: BTreeMap<RuleId, Counts>,
    /// Characters that each rule's edits took out and put in, and the texts that it changed.
    work: BTreeMap<RuleId, Work>,
    /// By the name of the site, and by the code of the language; the empty one stands for none.
    sites: BTreeMap<String, Group>,
    languages: BTreeMap<String, Group>,
}

/// What the edits of one rule did.
#[derive(Clone, Copy, Debug, Default)]
struct Work {
    texts: u64,
    removed: u64,
    inserted: u64,
}

/// What happened in some of the texts.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    texts: u64,
    changed: u64,
    held: u64,
    edits: u64,
}

impl Group {
    fn add(&mut self, more: Group) {
        self.texts += more.texts;
        self.changed += more.changed;
        self.held += more.held;
        self.edits += more.edits;
    }

    fn json(&self) -> Value {
        json!({ "documents": self.texts, "changed": self.changed, "held": self.held, "edits": self.edits })
    }
}

/// How often each thing became of what one rule found, in the order of [`COLUMNS`].
type Counts = [u64; COLUMNS.len()];

const COLUMNS: [Status; 7] =
    [Status::Kept, Status::Proposed, Status::Flag, Status::Field, Status::Blocked, Status::Lost, Status::Held];

impl Stats {
    /// Adds one text. An edit in which several rules had a part counts once, and once for each of them.
    pub(crate) fn add(&mut self, doc: &Doc<'_>) {
        self.texts += 1;
        self.records |= doc.record.is_some();
        self.changed += u64::from(doc.cleaned.text != doc.input);
        self.held += u64::from(doc.cleaned.held.is_some());
        self.bytes_in += doc.input.len() as u64;
        self.bytes_out += doc.cleaned.text.len() as u64;
        let group = Group {
            texts: 1,
            changed: u64::from(doc.cleaned.text != doc.input),
            held: u64::from(doc.cleaned.held.is_some()),
            edits: if doc.cleaned.held.is_none() { doc.cleaned.edits.len() as u64 } else { 0 },
        };
        self.sites.entry(doc.cleaned.site.clone().unwrap_or_default()).or_default().add(group);
        self.languages.entry(doc.cleaned.lang.clone().unwrap_or_default()).or_default().add(group);
        let mut seen = BTreeSet::new();
        for entry in doc.edits().chain(doc.findings()) {
            match entry.status {
                Status::Kept => self.edits += 1,
                Status::Flag => self.flags += 1,
                Status::Proposed => self.proposed += 1,
                Status::Field | Status::Lost | Status::Blocked | Status::Held => {}
            }
            let column = COLUMNS.iter().position(|&status| status == entry.status).expect("every status has a column");
            for rule in rules_of(entry.edit) {
                self.rules.entry(rule.clone()).or_default()[column] += 1;
            }
            if entry.status == Status::Kept {
                for step in &entry.edit.steps {
                    let work = self.work.entry(step.rule.clone()).or_default();
                    work.texts += u64::from(seen.insert(&step.rule));
                    // What an edit keeps at its ends did not change.
                    let (removed, inserted) = changed_characters(&step.before, &step.after);
                    work.removed += removed;
                    work.inserted += inserted;
                }
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn merge(&mut self, more: Stats) {
        self.texts += more.texts;
        self.records |= more.records;
        self.changed += more.changed;
        self.held += more.held;
        self.edits += more.edits;
        self.flags += more.flags;
        self.proposed += more.proposed;
        self.bytes_in += more.bytes_in;
        self.bytes_out += more.bytes_out;
        for (rule, counts) in more.rules {
            let all = self.rules.entry(rule).or_default();
            all.iter_mut().zip(counts).for_each(|(all, more)| *all += more);
        }
        for (rule, more) in more.work {
            let work = self.work.entry(rule).or_default();
            work.texts += more.texts;
            work.removed += more.removed;
            work.inserted += more.inserted;
        }
        for (all, more) in [(&mut self.sites, more.sites), (&mut self.languages, more.languages)] {
            more.into_iter().for_each(|(name, more)| all.entry(name).or_default().add(more));
        }
    }

    /// Returns all of it as JSON. Counts are of documents, edits and characters; bytes are of texts in UTF-8.
    pub(crate) fn json(&self) -> Value {
        let rules = self.rules.iter().map(|(rule, counts)| {
            let Work { texts, removed, inserted } = self.work.get(rule).copied().unwrap_or_default();
            let mut value = json!({ "documents": texts, "removed": removed, "inserted": inserted });
            for (status, count) in COLUMNS.iter().zip(counts).filter(|(_, count)| **count > 0) {
                value[status.as_str()] = (*count).into();
            }
            (rule.as_str().to_owned(), value)
        });
        let groups = |groups: &BTreeMap<String, Group>| {
            let named = |name: &String| if name.is_empty() { "none".to_owned() } else { name.clone() };
            groups.iter().map(|(name, group)| (named(name), group.json())).collect::<serde_json::Map<_, _>>()
        };
        json!({
            "documents": self.texts,
            "changed": self.changed,
            "held": self.held,
            "edits": self.edits,
            "flags": self.flags,
            "proposed": self.proposed,
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "rules": rules.collect::<serde_json::Map<_, _>>(),
            "sites": groups(&self.sites),
            "languages": groups(&self.languages),
        })
    }

    /// Returns the rules that changed at least `share` of the texts, with how many: what works everywhere is seldom
    /// meant to.
    pub(crate) fn busy(&self, share: f64) -> Vec<(&RuleId, u64)> {
        let least = self.texts as f64 * share;
        self.work.iter().filter(|(_, work)| work.texts as f64 >= least).map(|(rule, work)| (rule, work.texts)).collect()
    }

    /// Returns the edits in one line, with those of the `most` busiest rules.
    pub(crate) fn busiest(&self, most: usize) -> String {
        let mut rules: Vec<_> =
            self.rules.iter().map(|(rule, counts)| (counts[0], rule)).filter(|(count, _)| *count > 0).collect();
        rules.sort_by_key(|(count, rule)| (std::cmp::Reverse(*count), *rule));
        let rules = rules.iter().take(most).map(|(count, rule)| format!("{rule} {count}"));
        let rules = rules.collect::<Vec<_>>().join(", ");
        let edits = counted(self.edits, "edit");
        if rules.is_empty() { edits } else { format!("{edits} ({rules} …)") }
    }

    /// Returns how many texts there were.
    pub(crate) fn texts(&self) -> u64 {
        self.texts
    }

    /// Returns whether any text was edited.
    pub(crate) fn has_edits(&self) -> bool {
        self.edits > 0
    }

    /// Returns the run in one line, without a line end: `3 files, 2 changed: 14 edits by 6 rules, 2 flags`.
    pub(crate) fn summary(&self) -> String {
        let noun = if self.records { "text" } else { "file" };
        let mut line = format!("{}, ", counted(self.texts, noun));
        if self.edits == 0 {
            line += "none changed";
        } else {
            let rules = self.rules.values().filter(|counts| counts[0] > 0).count() as u64;
            line += &format!("{} changed: {} by {}", self.changed, counted(self.edits, "edit"), counted(rules, "rule"));
        }
        if self.flags > 0 {
            line += &format!(", {}", counted(self.flags, "flag"));
        }
        if self.proposed > 0 {
            line += &format!(", {} proposed", self.proposed);
        }
        if self.held > 0 {
            line += &format!(", {} held", self.held);
        }
        line
    }

    /// Writes a row for each rule, the busiest first, then the sizes and the summary.
    pub(crate) fn render(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows: Vec<_> =
            self.rules.iter().map(|(rule, counts)| (escape::visible(rule.as_str()), counts)).collect();
        // Stable, and the map is sorted: equal counts stay in the order of ids.
        rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<u64>()));
        let used: Vec<_> =
            (0..COLUMNS.len()).filter(|&column| rows.iter().any(|(_, counts)| counts[column] > 0)).collect();
        if !rows.is_empty() {
            let id_width = rows.iter().map(|(rule, _)| rule.chars().count()).max().unwrap_or(0);
            let widths: Vec<_> = used
                .iter()
                .map(|&column| {
                    let numbers = rows.iter().map(|(_, counts)| counts[column].to_string().len());
                    numbers.max().unwrap_or(0).max(COLUMNS[column].as_str().len())
                })
                .collect();
            write!(out, "{:id_width$}", "rule")?;
            for (&column, &width) in used.iter().zip(&widths) {
                write!(out, "  {:>width$}", COLUMNS[column].as_str())?;
            }
            writeln!(out)?;
            for (rule, counts) in rows {
                write!(out, "{rule:id_width$}")?;
                for (&column, &width) in used.iter().zip(&widths) {
                    write!(out, "  {:>width$}", counts[column])?;
                }
                writeln!(out)?;
            }
            writeln!(out)?;
        }
        writeln!(out, "{}, {} in and {} out", self.summary(), counted(self.bytes_in, "byte"), self.bytes_out)
    }
}

/// Totals that a comparison shows.
const TOTALS: [&str; 8] = ["documents", "changed", "held", "edits", "proposed", "flags", "bytes_in", "bytes_out"];

/// Writes what differs between the numbers of an earlier run and those of this one: totals, then rules by what they did,
/// those that changed most first. Both are what [`Stats::json`] returns.
pub(crate) fn compare(out: &mut dyn Write, before: &Value, now: &Value) -> io::Result<()> {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let mut rows: Vec<(String, u64, u64)> = Vec::new();
    for name in TOTALS {
        rows.push((name.replace('_', " "), number(&before[name]), number(&now[name])));
    }
    let names =
        |value: &Value| value["rules"].as_object().map(|rules| rules.keys().cloned().collect()).unwrap_or_default();
    let rules: BTreeSet<String> =
        [names(before), names(now)].into_iter().flat_map(|names: Vec<String>| names).collect();
    let mut of_rules = Vec::new();
    for rule in rules {
        for status in COLUMNS.map(Status::as_str) {
            let [was, is] = [before, now].map(|value| number(&value["rules"][&rule][status]));
            of_rules.push((format!("{} {status}", escape::visible(&rule)), was, is));
        }
    }
    of_rules.sort_by_key(|(_, was, is)| std::cmp::Reverse(was.abs_diff(*is)));
    rows.append(&mut of_rules);
    rows.retain(|(_, was, is)| was != is);
    if rows.is_empty() {
        return writeln!(out, "the same numbers as before");
    }
    let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
    writeln!(out, "{:width$}  {:>12}  {:>12}  {:>12}", "", "before", "now", "change")?;
    for (name, was, is) in rows {
        let change = i128::from(is) - i128::from(was);
        writeln!(out, "{name:width$}  {was:>12}  {is:>12}  {change:>+12}")?;
    }
    Ok(())
}

/// Counts the characters that differ: those that both have at the start and at the end do not.
fn changed_characters(before: &str, after: &str) -> (u64, u64) {
    let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let (before, after): (Vec<_>, Vec<_>) = (before.chars().skip(same).collect(), after.chars().skip(same).collect());
    let tail = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    ((before.len() - tail) as u64, (after.len() - tail) as u64)
}

#[cfg(test)]
mod tests {
    use super::super::marked::{self, Text};
    use super::*;

    fn stats(texts: &[Text]) -> Stats {
        let mut stats = Stats::default();
        for text in texts {
            stats.add(&text.doc("f"));
        }
        stats
    }

    fn table(stats: &Stats) -> String {
        let mut out = Vec::new();
        stats.render(&mut out).expect("writing to memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn the_summary_counts_in_singular_and_plural() {
        let clean = || marked::text("clean", "x/y");
        let one = || marked::text("a[-b-]", "x/y");
        let two = || marked::text("a[-b-]c[-d-]", "x/z");
        let flag = || clean().finding(Status::Flag, "x/f", "clean", "clean", "look");
        let proposal = || clean().finding(Status::Proposed, "x/p", "clean", "Clean", "");
        let held = || {
            let mut text = one();
            text.hold();
            text
        };
        for (texts, summary) in [
            (vec![], "0 files, none changed"),
            (vec![clean()], "1 file, none changed"),
            (vec![one()], "1 file, 1 changed: 1 edit by 1 rule"),
            (vec![one(), two(), clean()], "3 files, 2 changed: 3 edits by 2 rules"),
            (vec![one(), flag()], "2 files, 1 changed: 1 edit by 1 rule, 1 flag"),
            (vec![flag(), flag(), proposal()], "3 files, none changed, 2 flags, 1 proposed"),
            (vec![held(), one()], "2 files, 1 changed: 1 edit by 1 rule, 1 held"),
        ] {
            assert_eq!(stats(&texts).summary(), summary);
        }
    }

    #[test]
    fn fields_of_records_are_texts_and_not_files() {
        let text = marked::text("a[-b-]", "x/y");
        let mut stats = Stats::default();
        for record in 1..=2 {
            stats.add(&Doc { record: Some(record), field: Some("body"), ..text.doc("f.jsonl") });
        }
        assert_eq!(stats.summary(), "2 texts, 2 changed: 2 edits by 1 rule");
    }

    #[test]
    fn the_table_has_the_busiest_rule_first_and_only_columns_in_use() {
        let texts = [
            marked::text("a[-b-]c[-d-]", "core/spaces/double"),
            marked::text("a[-b-]", "core/a").finding(Status::Blocked, "core/a", "a", "A", "no").finding(
                Status::Flag,
                "core/flag",
                "a",
                "a",
                "see",
            ),
        ];
        insta::assert_snapshot!(table(&stats(&texts)), @r"
        rule                kept  flag  blocked
        core/a                 1     0        1
        core/spaces/double     2     0        0
        core/flag              0     1        0

        2 files, 2 changed: 3 edits by 2 rules, 1 flag, 6 bytes in and 3 out
        ");
        assert_eq!(table(&Stats::default()), "0 files, none changed, 0 bytes in and 0 out\n");
    }

    #[test]
    fn an_edit_of_several_rules_counts_once_for_each() {
        let mut text = marked::text("a[-b-]", "x/first");
        let steps = &mut text.cleaned.edits[0].steps;
        steps.push(steps[0].clone());
        let mut other = steps[0].clone();
        other.rule = RuleId::new("x/second");
        steps.push(other);
        let stats = stats(&[text]);
        assert_eq!(stats.summary(), "1 file, 1 changed: 1 edit by 2 rules");
        assert_eq!(stats.rules.values().map(|counts| counts[0]).collect::<Vec<_>>(), [1, 1]);
    }
}
