//! What `clean`, `diff` and `check` share: the cleaner with its inputs, and the count of what happened.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::args::{Batch, Choice, Inputs};
use super::{Outcome, Stop, Voice, count};
use crate::cleaner::Cleaner;
use crate::corpus::jsonl::Fields;
use crate::corpus::run::{Done, Failure, Job, Skipped, Watch};
use crate::corpus::walk::{Found, Input, shown};
use crate::edit::Status;
use crate::plan::Held;
use crate::report::stats::Stats;
use crate::report::{self, Doc};
use crate::text::InputEncoding;

/// Inputs and the cleaner for them.
pub(super) struct Runner<'a> {
    pub(super) cleaner: &'a Cleaner,
    pub(super) fields: &'a Fields,
    encoding: InputEncoding,
    pub(super) url: Option<&'a str>,
    /// See [`Job::sides`].
    pub(super) sides: bool,
    /// See [`Job::only_changes`].
    pub(super) only_changes: bool,
    /// See [`Job::front_matter`].
    pub(super) front_matter: bool,
    pub(super) voice: Voice,
    pub(super) tally: Tally,
}

/// What happened in all inputs together.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) stats: Stats,
    pub(super) changed: u64,
    /// Inputs that are not UTF-8 and become so, by their encoding.
    recoded: BTreeMap<&'static str, u64>,
    /// Inputs that could not be read or written.
    pub(super) failed: u64,
    /// Reports that could not be written.
    pub(super) unwritten: u64,
    /// Files whose words were asked for and could not be read.
    pub(super) unread: u64,
    pub(super) bad_records: u64,
    pub(super) held: u64,
    /// Texts that got fields of metadata, and those that could not.
    pub(super) with_fields: u64,
    pub(super) without_fields: u64,
    pub(super) without: Skipped,
}

/// What was found in one input.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Findings {
    pub(super) edits: u64,
    pub(super) flags: u64,
    pub(super) proposed: u64,
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        cleaner: &'a Cleaner,
        fields: &'a Fields,
        encoding: InputEncoding,
        inputs: &'a Inputs,
        voice: Voice,
    ) -> Self {
        Self {
            cleaner,
            fields,
            encoding,
            url: inputs.url.as_deref(),
            sides: false,
            only_changes: false,
            front_matter: false,
            voice,
            tally: Tally::default(),
        }
    }

    /// Reports what the paths stand for beside inputs.
    pub(super) fn report(&mut self, found: &Found) {
        for (path, why) in &found.problems {
            self.fail(&shown(path), why);
        }
        for folder in &found.empty {
            self.voice.say(format_args!(
                "nothing to clean below `{}`: no .txt, .text, .md, .markdown, .jsonl or .ndjson files",
                shown(folder)
            ));
        }
    }

    /// Counts and reports an input that failed.
    pub(super) fn fail(&mut self, input: &str, why: &str) {
        self.tally.failed += 1;
        self.voice.error(format_args!("{input}: {why}"));
    }

    /// Cleans `input` into `out` and hands each text to `each`.
    pub(super) fn run(
        &mut self,
        input: &Input,
        out: &mut dyn Write,
        each: &mut dyn FnMut(&Doc<'_>) -> io::Result<()>,
    ) -> Result<(Done, Findings), Failure> {
        let (cleaner, fields, encoding, url) = (self.cleaner, self.fields, self.encoding, self.url);
        let (sides, only_changes, front_matter) = (self.sides, self.only_changes, self.front_matter);
        let job = Job { cleaner, fields, encoding, url, sides, only_changes, front_matter };
        let shown = input.shown();
        let mut watcher =
            Watcher { tally: &mut self.tally, voice: self.voice, shown: &shown, findings: Findings::default(), each };
        let result = job.run(input, out, &mut watcher);
        let findings = watcher.findings;
        let done = result?;
        self.tally.changed += u64::from(done.changed);
        self.tally.with_fields += done.with_fields;
        self.tally.without_fields += done.without_fields;
        let (all, new) = (&mut self.tally.without, done.without);
        all.blank += new.blank;
        all.missing += new.missing;
        all.null += new.null;
        all.other += new.other;
        Ok((done, findings))
    }

    /// Counts an input that is through, if it is not UTF-8.
    pub(super) fn count_recoded(&mut self, done: &Done) {
        if let Some(recoded) = done.recoded.as_ref().filter(|_| done.changed) {
            *self.tally.recoded.entry(recoded.from.name()).or_default() += 1;
        }
    }

    /// Says in one line how many inputs in which encodings become UTF-8: what `happens` to them.
    pub(super) fn say_recoded(&self, happens: &str) {
        if !self.tally.recoded.is_empty() {
            let inputs =
                self.tally.recoded.iter().map(|(name, &number)| format!("{} in {name}", count(number, "input")));
            self.voice.say(format_args!("{happens}: {}", inputs.collect::<Vec<_>>().join(", ")));
        }
    }

    /// Says in one line how many inputs the patch cannot hold.
    pub(super) fn say_not_in_patch(&self) {
        let recoded = self.tally.recoded();
        if recoded > 0 {
            self.voice.say(format_args!(
                "the patch has a note in place of {}: it can hold only what was UTF-8 before",
                count(recoded, "input")
            ));
        }
    }

    /// Says in one line how many records had nothing to clean.
    pub(super) fn say_skipped(&self) {
        let Skipped { blank, missing, null, other } = self.tally.without;
        if blank + missing + null + other > 0 {
            self.voice.say(format_args!(
                "{} passed through without a text in `{}`: {missing} without the field, {null} null, {other} not a \
                 string, {blank} blank",
                count(blank + missing + null + other, "line"),
                self.fields.text
            ));
        }
    }
}

impl Tally {
    /// Returns how many inputs are not UTF-8 and become so.
    pub(super) fn recoded(&self) -> u64 {
        self.recoded.values().sum()
    }

    /// Returns how many inputs a patch changes.
    pub(super) fn patched(&self) -> u64 {
        self.changed.saturating_sub(self.recoded())
    }

    /// Returns how the run ended, given whether something was found that deserves exit code 1.
    pub(super) fn outcome(&self, found: bool) -> Outcome {
        if self.failed + self.unwritten + self.unread + self.bad_records + self.held > 0 {
            Outcome::Failed
        } else if found {
            Outcome::Found
        } else {
            Outcome::Done
        }
    }
}

struct Watcher<'a> {
    tally: &'a mut Tally,
    voice: Voice,
    shown: &'a str,
    findings: Findings,
    each: &'a mut dyn FnMut(&Doc<'_>) -> io::Result<()>,
}

impl Watch for Watcher<'_> {
    fn document(&mut self, doc: &Doc<'_>) -> io::Result<()> {
        self.tally.stats.add(doc);
        self.findings.edits += report::changes(doc.cleaned).len() as u64;
        for finding in &doc.cleaned.findings {
            match finding.status {
                Status::Flag => self.findings.flags += 1,
                Status::Proposed => self.findings.proposed += 1,
                _ => {}
            }
        }
        if let Some(held) = &doc.cleaned.held {
            self.tally.held += 1;
            let record = doc.record.map(|record| format!(":{record}")).unwrap_or_default();
            self.voice.error(format_args!("{}{record}: held, left as it was: {}", self.shown, why_held(held)));
        }
        (self.each)(doc)
    }

    fn bad_record(&mut self, line: u64, column: usize, message: &str) {
        self.tally.bad_records += 1;
        self.voice.error(format_args!("{}:{line}:{column}: {message}; passed through as it was", self.shown));
    }
}

/// Says why a text was held, and what lets it pass.
fn why_held(held: &Held) -> String {
    let enough = |changed: usize, of: usize| (changed as f64 * 100.0 / of.max(1) as f64).ceil().min(100.0);
    let help = match held {
        Held::Restless { .. } => "leave one of them out with --ignore".to_owned(),
        Held::Words { changed, of, .. } => format!("allow it with --budget-words {}", enough(*changed, *of)),
        Held::Lines { changed, of, .. } => format!("allow it with --budget-lines {}", enough(*changed, *of)),
    };
    format!("{}; look at it with `unscrape diff`, {help}", report::held_because(held))
}

/// Makes a cleaner as the options say.
pub(super) fn cleaner(choice: &Choice, findings: bool) -> Result<Cleaner, Stop> {
    Ok(choice.builder()?.findings(findings).build()?)
}

/// What a cleaner gathers beside edits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gathers {
    pub(super) findings: bool,
    pub(super) fields: bool,
}

/// Makes a cleaner for `inputs` that knows the words of `batch`; also returns how many files of that cannot be read.
pub(super) fn cleaner_for(
    inputs: &Inputs,
    batch: &Batch,
    choice: &Choice,
    gathers: Gathers,
    voice: Voice,
) -> Result<(Cleaner, u64), Stop> {
    let mut builder = choice.builder()?.findings(gathers.findings).fields(gathers.fields);
    let mut failed = 0;
    if let Some((words, unread)) = batch.read(inputs, &choice.files)? {
        builder = builder.words_from(words);
        for (path, why) in &unread {
            voice.error(format_args!("--words-from: {path}: {why}; its words are left out"));
        }
        failed = unread.len() as u64;
    }
    Ok((builder.build()?, failed))
}
