//! What `clean`, `diff` and `check` share: the cleaner with its inputs, and the count of what happened.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::AtomicBool;

use rayon::ThreadPool;

use super::args::{Choice, Task};
use super::{Outcome, Stop, Voice, count};
use crate::cleaner::{Builder, Cleaner};
use crate::corpus::job::{Bad, Findings, Job, Part, Render, Skipped, Whole};
use crate::corpus::record::Fields;
use crate::corpus::run::{self, Done, Event, Failure, NoSides, Targets};
use crate::corpus::walk::{EXTENSIONS_SHOWN, Found, Input, shown};
use crate::corpus::write::Sealed;
use crate::plan::Held;
use crate::report;
use crate::report::stats::Stats;
use crate::text::InputEncoding;

/// What happened in all inputs together.
pub(super) struct Tally {
    pub(super) voice: Voice,
    /// What was done in the texts of inputs that did not fail.
    pub(super) counts: Counts,
    pub(super) changed: u64,
    /// Inputs that are not UTF-8 and become so, by their encoding.
    recoded: BTreeMap<&'static str, u64>,
    /// Inputs that changed and are not in the patch, by why.
    unpatched: BTreeMap<&'static str, u64>,
    /// Inputs that could not be read or written.
    pub(super) failed: u64,
    /// Inputs that an earlier run did.
    pub(super) skipped: u64,
    /// Reports that could not be written.
    pub(super) unwritten: u64,
    /// Files whose words were asked for and could not be read.
    pub(super) unread: u64,
    pub(super) bad_records: u64,
    /// Those of the last input that had any, by its name.
    bad_of: (String, u64),
    pub(super) held: u64,
}

/// How many bad records of one input are shown; the others are counted.
const BAD_SHOWN: u64 = 20;

/// What was done in some texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) stats: Stats,
    /// Texts that got fields of metadata, and those that could not.
    pub(super) with_fields: u64,
    pub(super) without_fields: u64,
    without: Skipped,
}

impl Counts {
    /// Takes what was counted in `part`.
    pub(super) fn take(part: &mut Part) -> Self {
        let &mut Part { with_fields, without_fields, without, .. } = part;
        Self { stats: std::mem::take(&mut part.stats), with_fields, without_fields, without }
    }

    pub(super) fn add(&mut self, more: Self) {
        self.stats.merge(more.stats);
        self.with_fields += more.with_fields;
        self.without_fields += more.without_fields;
        self.without.add(more.without);
    }
}

impl Tally {
    pub(super) fn new(voice: Voice) -> Self {
        Self {
            voice,
            counts: Counts::default(),
            changed: 0,
            recoded: BTreeMap::new(),
            unpatched: BTreeMap::new(),
            failed: 0,
            skipped: 0,
            unwritten: 0,
            unread: 0,
            bad_records: 0,
            bad_of: Default::default(),
            held: 0,
        }
    }

    /// Reports what the paths stand for beside inputs.
    pub(super) fn report(&mut self, found: &Found) {
        for (path, why) in &found.problems {
            self.fail(&shown(path), why);
        }
        for folder in &found.empty {
            self.voice.say(format_args!("nothing to clean below `{}`: no {EXTENSIONS_SHOWN} files", shown(folder)));
        }
    }

    /// Counts and reports an input that failed.
    pub(super) fn fail(&mut self, input: &str, why: &str) {
        self.failed += 1;
        self.voice.error(format_args!("{input}: {why}"));
    }

    /// Counts and reports what was left as it was in a part of `input`.
    pub(super) fn left(&mut self, input: &Input, part: &Part) {
        for (record, held) in &part.held {
            self.held += 1;
            let record = record.map(|record| format!(":{record}")).unwrap_or_default();
            self.voice.error(format_args!("{}{record}: held, left as it was: {}", input.shown(), why_held(held)));
        }
        let becomes = if part.rejected.is_empty() { "passed through as it was" } else { "left out" };
        if part.bad.is_empty() {
            return;
        }
        let name = input.shown();
        if self.bad_of.0 != name {
            self.bad_of = (name.clone(), 0);
        }
        for Bad { line, bad, .. } in &part.bad {
            self.bad_records += 1;
            self.bad_of.1 += 1;
            match self.bad_of.1 {
                ..=BAD_SHOWN => {
                    self.voice.error(format_args!("{name}:{line}:{}: {}; {becomes}", bad.column, bad.message))
                }
                shown if shown == BAD_SHOWN + 1 => {
                    self.voice.error(format_args!("{name}: its other bad records are counted and not shown"));
                }
                _ => {}
            }
        }
    }

    /// Counts an input that is through.
    pub(super) fn done(&mut self, done: &Done) {
        self.changed += u64::from(done.changed);
        if let Some(recoded) = done.recoded.filter(|_| done.changed) {
            *self.recoded.entry(recoded.name()).or_default() += 1;
        }
        let why = match done.no_sides {
            None => return,
            Some(NoSides::Recoded(_)) => "not UTF-8",
            Some(NoSides::Packed) => "compressed or Parquet",
            Some(NoSides::TooLarge) => "too large",
        };
        *self.unpatched.entry(why).or_default() += 1;
    }

    /// Returns what happened in numbers, given the hash of the rules and the time it took.
    pub(super) fn json(&self, rules_hash: &str, seconds: f64) -> serde_json::Value {
        let mut json = self.counts.stats.json();
        json["unscrape"] = "stats".into();
        json["format"] = 1.into();
        json["version"] = env!("CARGO_PKG_VERSION").into();
        json["rules_hash"] = rules_hash.into();
        json["inputs_changed"] = self.changed.into();
        json["inputs_failed"] = self.failed.into();
        json["inputs_skipped"] = self.skipped.into();
        json["bad_records"] = self.bad_records.into();
        json["records_without_text"] = self.counts.without.sum().into();
        json["seconds"] = seconds.into();
        json
    }

    /// Returns how many inputs a patch changes.
    pub(super) fn patched(&self) -> u64 {
        self.changed - self.unpatched.values().sum::<u64>()
    }

    /// Returns how the run ended, given whether something was found that deserves exit code 1.
    pub(super) fn outcome(&self, found: bool) -> Outcome {
        if self.failed + self.unwritten + self.unread + self.bad_records + self.held > 0 || self.lacks_field() {
            Outcome::Failed
        } else if found {
            Outcome::Found
        } else {
            Outcome::Done
        }
    }

    /// Says in one line how many inputs in which encodings become UTF-8: what `happens` to them.
    pub(super) fn say_recoded(&self, happens: &str) {
        if !self.recoded.is_empty() {
            let inputs = self.recoded.iter().map(|(name, &number)| format!("{} in {name}", count(number, "input")));
            self.voice.say(format_args!("{happens}: {}", inputs.collect::<Vec<_>>().join(", ")));
        }
    }

    /// Says in one line how many inputs the patch does not hold.
    pub(super) fn say_not_in_patch(&self) {
        if !self.unpatched.is_empty() {
            let all = self.unpatched.values().sum();
            let why = self.unpatched.iter().map(|(why, number)| format!("{number} {why}"));
            let why = why.collect::<Vec<_>>().join(", ");
            self.voice.say(format_args!("the patch has a note in place of {}: {why}", count(all, "input")));
        }
    }

    /// Whether there were records, and none had the field of the text.
    fn lacks_field(&self) -> bool {
        let without = self.counts.without;
        self.counts.stats.texts() == 0 && without.missing > 0 && without.missing == without.sum()
    }

    /// Says in one line how many records had nothing to clean.
    pub(super) fn say_skipped(&self, fields: &Fields) {
        if self.lacks_field() {
            let what = format!("no record has the field {}", fields.shown());
            return self.voice.error(format_args!("{what}: name that of the text with --text-field"));
        }
        let Skipped { blank, missing, null, other } = self.counts.without;
        if self.counts.without.sum() > 0 {
            self.voice.say(format_args!(
                "{} passed through without a text in {}: {missing} without the field, {null} null, {other} not a \
                 string, {blank} blank",
                count(self.counts.without.sum(), "record"),
                fields.shown()
            ));
        }
    }
}

/// Clean bytes that go nowhere, or to one stream.
pub(super) struct NoTargets;

impl Targets for NoTargets {
    fn write(&self, _index: usize, _bytes: &[u8], _whole: &Whole) -> io::Result<Option<Sealed>> {
        Ok(None)
    }

    fn is_done(&self, _index: usize, _hash: &blake3::Hash) -> bool {
        false
    }

    fn may_be_done(&self, _index: usize) -> bool {
        false
    }
}

/// Looks at what would be done to `inputs`: `part` at what was found, as soon as that is in order, and `done` at each
/// input that is through.
pub(super) fn look(
    job: &Job<'_>,
    inputs: &[Input],
    pool: &ThreadPool,
    tally: &mut Tally,
    mut part: impl FnMut(usize, Part) -> io::Result<()>,
    mut done: impl FnMut(usize, &Done) -> io::Result<()>,
) -> Result<(), Stop> {
    let mut result = Ok(());
    let mut take = |event: Event| -> io::Result<()> {
        let (index, ended) = match event {
            Event::Part(index, mut some) => {
                tally.left(&inputs[index], &some);
                tally.counts.add(Counts::take(&mut some));
                return part(index, *some);
            }
            Event::Text(index, Ok(text)) => {
                let (mut some, ended) = *text;
                tally.left(&inputs[index], &some);
                tally.counts.add(Counts::take(&mut some));
                part(index, some)?;
                (index, Ok(Box::new(ended)))
            }
            Event::Text(index, Err(failure)) => (index, Err(failure)),
            Event::End(index, ended) => (index, ended),
            Event::Skipped => return Ok(()),
        };
        match ended {
            Ok(ended) => {
                tally.done(&ended);
                done(index, &ended)
            }
            Err(Failure::Error(why)) => {
                tally.fail(&inputs[index].shown(), &why);
                Ok(())
            }
            Err(Failure::Interrupted) => Ok(()),
        }
    };
    run::run(job, inputs, &NoTargets, pool, &AtomicBool::new(false), |events| {
        result = events.into_iter().try_for_each(&mut take);
        result.is_ok()
    });
    Ok(result?)
}

/// Says why a text was held, and what lets it pass.
fn why_held(held: &Held) -> String {
    let enough = |changed: usize, of: usize| (changed as f64 * 100.0 / of.max(1) as f64).ceil().min(100.0);
    let help = match held {
        Held::Other { .. } => "list its edits anew".to_owned(),
        Held::Restless { .. } => "leave one of them out with --ignore".to_owned(),
        Held::Words { changed, of, .. } => format!("allow it with --budget-words {}", enough(*changed, *of)),
        Held::Lines { changed, of, .. } => format!("allow it with --budget-lines {}", enough(*changed, *of)),
    };
    format!("{}; look at it with `unscrape diff`, {help}", report::held_because(held))
}

/// Adds numbers of findings.
pub(super) fn add(all: &mut Findings, more: Findings) {
    all.edits += more.edits;
    all.flags += more.flags;
    all.proposed += more.proposed;
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

/// A task whose inputs were found.
pub(super) struct Ready<'t> {
    task: &'t Task,
    pub(super) found: Found,
    pub(super) encoding: InputEncoding,
    pub(super) fields: Fields,
}

impl Task {
    /// Finds the inputs, and how they are read.
    pub(super) fn ready(&self) -> anyhow::Result<Ready<'_>> {
        let found = self.inputs.find()?;
        let encoding = self.inputs.encoding(&self.choice.files, &found)?;
        let fields = self.inputs.fields(&self.choice.files)?;
        Ok(Ready { task: self, found, encoding, fields })
    }

    /// Makes a builder of cleaners that knows the words of the batch; also returns how many files of that cannot be read.
    pub(super) fn builder(&self, gathers: Gathers, voice: Voice) -> Result<(Builder, u64), Stop> {
        let mut builder = self.choice.builder()?.findings(gathers.findings).fields(gathers.fields);
        let mut failed = 0;
        if let Some((words, unread)) = self.batch.read(&self.inputs, &self.choice.files)? {
            builder = builder.words_from(words);
            for (path, why) in &unread {
                voice.error(format_args!("{path}: {why}; its words are left out"));
            }
            failed = unread.len() as u64;
        }
        Ok((builder, failed))
    }
}

impl Ready<'_> {
    /// Begins to count, with what is known before any input is read.
    pub(super) fn tally(&self, unread: u64, voice: Voice) -> Tally {
        let mut tally = Tally::new(voice);
        tally.unread = unread;
        tally.report(&self.found);
        tally
    }

    /// Says how the inputs are looked at: as they are cleaned, with nothing else written.
    pub(super) fn job<'j>(&'j self, cleaner: &'j Cleaner, render: &'j Render<'j>) -> Job<'j> {
        Job {
            cleaner,
            fields: &self.fields,
            encoding: self.encoding,
            url: self.task.inputs.url.as_deref(),
            date: self.task.inputs.date.as_deref(),
            front_matter: false,
            max_record: self.task.inputs.max_record_bytes,
            sides: false,
            rejects: false,
            render,
        }
    }
}
