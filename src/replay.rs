//! A list of edits, carried out again: what `clean --edits` wrote, read back.
//!
//! The list stands in for the rules. Each of its edits says where in which text it lies and what stands there, so that
//! a text which is not the one of which the list was made is left as it was.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;

use crate::edit::{Edit, Origin, RuleId, Safety, Score, Status, Step};
use crate::plan::{Cleaned, Held};
use crate::text::Span;

/// The newest format that is read.
const FORMAT: u64 = 1;

/// An input of the run that made the list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Input {
    /// Its path, as the list names it.
    pub(crate) doc: String,
    /// The label of its encoding.
    pub(crate) encoding: String,
    /// BLAKE3 of its bytes, unpacked, in hexadecimal.
    pub(crate) hash: String,
}

#[derive(Deserialize)]
struct Header {
    unscrape: String,
    format: u64,
    #[serde(default)]
    inputs: Vec<Input>,
}

#[derive(Deserialize)]
struct Line {
    doc: String,
    record: Option<u64>,
    field: Option<String>,
    #[serde(rename = "in")]
    place: Place,
    before: String,
    after: String,
    safety: Option<Safety>,
    status: Status,
    reason: Option<String>,
    steps: Vec<WrittenStep>,
}

#[derive(Deserialize)]
struct Place {
    byte: [usize; 2],
}

#[derive(Deserialize)]
struct WrittenStep {
    rule: String,
    before: String,
    after: String,
    evidence: Option<String>,
    score: Option<f32>,
}

/// A text as a list names it: the path of its file, its record and the field in that.
type Name = (String, Option<u64>, Option<String>);

/// The edits of a text.
#[derive(Debug, Default)]
struct Edits {
    all: Vec<Edit>,
    /// Whether the text was there.
    is_matched: AtomicBool,
}

/// The edits of a list, by the texts that they are edits of.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    pub(crate) inputs: Vec<Input>,
    texts: HashMap<Name, Edits>,
    fields: BTreeSet<String>,
    hash: String,
}

impl Replay {
    /// Reads a list.
    ///
    /// # Errors
    /// What cannot be read, or is no list, with the line.
    pub(crate) fn read(mut list: impl BufRead) -> Result<Self, String> {
        let mut hasher = blake3::Hasher::new();
        let mut replay = Self::default();
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = list.read_until(b'\n', &mut line).map_err(|error| format!("line {number}: {error}"))?;
            if read == 0 && number == 1 {
                return Err("line 1: is empty, and no list of edits".to_owned());
            }
            if read == 0 {
                break;
            }
            hasher.update(&line);
            if number == 1 {
                replay.begin(&line)?;
            } else if !line.trim_ascii().is_empty() {
                let line: Line = serde_json::from_slice(&line).map_err(|error| {
                    let why = error.to_string();
                    let why = why.split(" at line ").next().unwrap_or_default().to_owned();
                    format!("line {number} column {}: {why}", error.column())
                })?;
                replay.add(line).map_err(|why| format!("line {number}: {why}"))?;
            }
        }
        for edits in replay.texts.values_mut() {
            edits.all.sort_by_key(|edit| edit.span);
        }
        replay.hash = hasher.finalize().to_hex().to_string();
        Ok(replay)
    }

    fn begin(&mut self, line: &[u8]) -> Result<(), String> {
        let header: Option<Header> = serde_json::from_slice(line).ok();
        let Some(Header { format, inputs, .. }) = header.filter(|header| header.unscrape == "edits") else {
            return Err("line 1: is no list of edits; `clean --edits` and `diff --format jsonl` write one".to_owned());
        };
        if format > FORMAT {
            return Err(format!("line 1: written by a newer version of unscrape (format {format})"));
        }
        self.inputs = inputs;
        Ok(())
    }

    fn add(&mut self, line: Line) -> Result<(), String> {
        let Line { doc, record, field, place: Place { byte: [start, end] }, .. } = line;
        // What was not made may be about the text as an earlier rule had left it.
        if line.status == Status::Kept && end.checked_sub(start) != Some(line.before.len()) {
            return Err(format!("`in.byte` is {start} to {end}, and `before` has {} bytes", line.before.len()));
        }
        if line.steps.is_empty() {
            return Err("`steps` names no rule".to_owned());
        }
        let step = |step: WrittenStep| Step {
            rule: RuleId::new(&step.rule),
            before: step.before,
            after: step.after,
            evidence: step.evidence,
            score: step.score.map(Score::new),
        };
        self.fields.extend(field.clone());
        self.texts.entry((doc, record, field)).or_default().all.push(Edit {
            span: Span::new(start, end.max(start)),
            out: Span::default(),
            before: line.before,
            after: line.after,
            safety: line.safety,
            status: line.status,
            reason: line.reason,
            steps: line.steps.into_iter().map(step).collect(),
        });
        Ok(())
    }

    /// Returns the fields of records of which there are edits.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str)
    }

    /// Forgets the edits of an input.
    pub(crate) fn forget(&mut self, doc: &str) {
        self.texts.retain(|(name, ..), _| name != doc);
    }

    /// Returns the texts that were not there, sorted, with the number of edits that are made or wait to be.
    pub(crate) fn unmatched(&self) -> Vec<(String, usize)> {
        let wanted = |edit: &&Edit| matches!(edit.status, Status::Kept | Status::Proposed);
        let missing = self.texts.iter().filter(|(_, edits)| !edits.is_matched.load(Ordering::Relaxed));
        let mut missing: Vec<_> = missing
            .map(|(name, edits)| (name, edits.all.iter().filter(wanted).count()))
            .filter(|(_, edits)| *edits > 0)
            .collect();
        missing.sort();
        let shown = |(doc, record, field): &Name| {
            let record = record.map_or_else(String::new, |record| format!(":{record}"));
            let field = field.as_ref().map_or_else(String::new, |field| format!(" {field}"));
            format!("{doc}{record}{field}")
        };
        missing.into_iter().map(|(name, edits)| (shown(name), edits)).collect()
    }

    /// Returns the hash of the list.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// Carries out the edits of `text`, which the list names so, on it. `behind` bytes stand before it that the places
    /// of the list count.
    pub(crate) fn text<'t>(
        &self,
        text: &'t str,
        doc: &str,
        record: Option<u64>,
        field: Option<&str>,
        behind: usize,
    ) -> Cleaned<'t> {
        let mut cleaned = Cleaned {
            text: Cow::Borrowed(text),
            edits: Vec::new(),
            findings: Vec::new(),
            fields: Vec::new(),
            origin: Origin::default(),
            held: None,
            lang: None,
            site: None,
        };
        let name = (doc.to_owned(), record, field.map(str::to_owned));
        let Some(edits) = self.texts.get(&name) else { return cleaned };
        edits.is_matched.store(true, Ordering::Relaxed);
        let mut at = 0;
        for edit in &edits.all {
            let mut edit = edit.clone();
            let place = edit.span.start.checked_sub(behind).map(|start| Span::new(start, start + edit.before.len()));
            let fits = place.filter(|place| text.get(place.range()) == Some(&edit.before));
            let is_kept = edit.status == Status::Kept;
            if !is_kept && fits.is_none() {
                continue;
            }
            let Some(place) = fits.filter(|place| !is_kept || place.start >= at) else {
                let rules = vec![edit.rule().clone()];
                return Cleaned {
                    held: Some(Held::Other { rules }),
                    edits: Vec::new(),
                    findings: Vec::new(),
                    ..cleaned
                };
            };
            edit.span = place;
            if is_kept {
                at = place.end;
                cleaned.edits.push(edit);
            } else {
                cleaned.findings.push(edit);
            }
        }
        cleaned.rebuilt(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cleaner;
    use crate::report::{Doc, jsonl};

    const TEXT: &str = "The committee |. Met again , and adjourned.\n\nA caf&eacute; opened.\n";

    fn list(cleaned: &Cleaned<'_>, input: &str) -> Vec<u8> {
        let mut out = Vec::new();
        jsonl::header(&mut out, "0", &[]).expect("memory");
        let doc = Doc { name: "a.jsonl", record: Some(3), field: Some("text"), input, cleaned };
        jsonl::edits(&mut out, &doc).expect("memory");
        out
    }

    #[test]
    fn a_list_does_to_its_text_what_the_rules_did() {
        let cleaner = Cleaner::builder().findings(true).build().expect("sound rules");
        let cleaned = cleaner.clean(TEXT);
        assert!(cleaned.edits.len() >= 3);
        let list = list(&cleaned, TEXT);
        let replay = Replay::read(&*list).expect("a list");
        let again = replay.text(TEXT, "a.jsonl", Some(3), Some("text"), 0);
        assert_eq!((&again.text, &again.edits), (&cleaned.text, &cleaned.edits));
        assert_eq!(again.origin, cleaned.origin);
        assert_eq!(replay.fields().collect::<Vec<_>>(), ["text"]);
        assert!(replay.unmatched().is_empty());
        let mut unseen = Replay::read(&*list).expect("a list");
        assert_eq!(unseen.unmatched(), [("a.jsonl:3 text".to_owned(), cleaned.edits.len())]);
        unseen.forget("a.jsonl");
        assert!(unseen.unmatched().is_empty());
        // Another text, and the text with another beginning.
        assert_eq!(replay.text(TEXT, "a.jsonl", Some(4), Some("text"), 0).text, TEXT);
        let other = TEXT.replace("&eacute;", "&egrave;");
        let held = replay.text(&other, "a.jsonl", Some(3), Some("text"), 0);
        assert_eq!(held.text, other);
        assert!(matches!(held.held, Some(Held::Other { .. })), "{:?}", held.held);
    }

    #[test]
    fn places_count_what_stands_before_the_text() {
        let cleaned = Cleaner::builder().build().expect("sound rules").clean(TEXT).text.into_owned();
        let with_mark = format!("\u{FEFF}{TEXT}");
        let shifted =
            crate::corpus::read::behind_bom(&with_mark, Cleaner::builder().build().expect("sound").clean(TEXT));
        let replay = Replay::read(&*list(&shifted, &with_mark)).expect("a list");
        assert_eq!(replay.text(TEXT, "a.jsonl", Some(3), Some("text"), 3).text, cleaned);
    }

    #[test]
    fn what_is_no_list_says_where() {
        let header = r#"{"unscrape":"edits","format":1,"version":"0","rules":"0","inputs":[]}"#;
        let line = |place: &str, steps: &str| {
            format!(
                "{header}\n{{\"doc\":\"a\",\"in\":{{\"byte\":{place}}},\"before\":\"x\",\"after\":\"\",\"safety\":\"safe\",\
                 \"status\":\"kept\",\"steps\":{steps}}}\n"
            )
        };
        let step = r#"[{"rule":"x/y","before":"x","after":""}]"#;
        assert!(Replay::read(line("[3,4]", step).as_bytes()).is_ok());
        // A loser of a conflict may tell of a text that was in between.
        let lost = line("[3,5]", step).replace("kept", "lost");
        let replay = Replay::read(lost.as_bytes()).expect("a list");
        let cleaned = replay.text("plain text", "a", None, None, 0);
        assert!(cleaned.held.is_none() && cleaned.findings.is_empty(), "{cleaned:?}");
        for (text, why) in [
            (String::new(), "line 1: is empty"),
            ("{}".to_owned(), "line 1: is no list of edits"),
            (header.replace("\"format\":1", "\"format\":2"), "line 1: written by a newer version"),
            (format!("{header}\n\n{{\"doc\":"), "line 3 column"),
            (line("[4,3]", step), "line 2: `in.byte` is 4 to 3"),
            (line("[3,5]", step), "line 2: `in.byte` is 3 to 5, and `before` has 1 bytes"),
            (line("[3,4]", "[]"), "line 2: `steps` names no rule"),
        ] {
            let error = Replay::read(text.as_bytes()).expect_err(&text);
            assert!(error.starts_with(why), "{error}");
        }
    }
}
