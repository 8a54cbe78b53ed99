//! Inputs cleaned one behind the other and side by side: read in order, cleaned on all threads, handed on in order.
//!
//! Files of one text are read where they are cleaned; files of records are read in batches. What is handed on is the
//! same for any number of threads.

use std::fs;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::Encoding;
use rayon::ThreadPool;

use super::job::{Change, Job, Part, Whole};
use super::order::in_order;
use super::print::{Hashed, Print};
use super::read::{self, BOM};
use super::record::{Fields, Shape};
use super::units::{self, Content, Opened, Unit, Units};
use super::walk::{Format, Input};
use super::write::{Sealed, Stamp};
use crate::plan::Source;
use crate::text::{InputEncoding, Span};

/// How many bytes of records are cleaned at a time: some dozen articles.
const BATCH: usize = 256 * 1024;

/// The longest input of which both sides are kept for a patch, in bytes.
const MAX_SIDES: usize = 32 << 20;

/// What was done to an input.
#[derive(Debug)]
pub(crate) struct Done {
    /// Of what was read, unpacked.
    pub(crate) print: Print,
    /// The file as it was when it was opened; none for standard input.
    pub(crate) stamp: Option<Stamp>,
    pub(crate) changed: bool,
    /// Both sides of what changed, if they were asked for and a patch can hold them.
    pub(crate) sides: Option<Sides>,
    /// Why there are none, if they were asked for and something changed.
    pub(crate) no_sides: Option<NoSides>,
    /// The encoding, if it is not UTF-8: the clean text is.
    pub(crate) recoded: Option<&'static Encoding>,
    /// The clean bytes on disk under another name, if the input is one text and has a target.
    pub(crate) sealed: Option<Sealed>,
}

/// An input before and after, as a patch needs it.
#[derive(Debug, Default)]
pub(crate) struct Sides {
    pub(crate) old: Vec<u8>,
    pub(crate) new: Vec<u8>,
    /// What changed, in bytes of both: edits of a text, whole values of records.
    pub(crate) changes: Vec<(Span, Span)>,
}

/// Why a patch cannot hold an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSides {
    Recoded(&'static Encoding),
    Packed,
    TooLarge,
}

/// What happens to inputs, in their order.
#[derive(Debug)]
pub(crate) enum Event {
    /// An input that is one text is through.
    Text(usize, Result<Box<(Part, Done)>, Failure>),
    /// Some of the clean bytes of an input of records.
    Part(usize, Box<Part>),
    /// An input of records is through.
    End(usize, Result<Box<Done>, Failure>),
    /// An input was done by an earlier run.
    Skipped,
}

/// Why an input is not through.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It cannot be read, or its clean text cannot be written: why.
    Error(String),
    /// The user stopped the run.
    Interrupted,
}

/// Where clean bytes go, and which are there already.
pub(crate) trait Targets: Sync {
    /// Writes the clean bytes of an input that is one text to a file under another name, if they go to a file.
    fn write(&self, index: usize, bytes: &[u8], whole: &Whole) -> io::Result<Option<Sealed>>;
    /// Whether the input of which the bytes have this hash, unpacked, was done by an earlier run.
    fn is_done(&self, index: usize, hash: &blake3::Hash) -> bool;
    /// Whether [`Targets::is_done`] could say so.
    fn may_be_done(&self, index: usize) -> bool;
}

/// Cleans `inputs` on `pool` and hands on what happens: as much at once as is there, for as long as `take` wants more.
/// Nothing more is read once `stop` is set; what was read is finished.
pub(crate) fn run(
    job: &Job<'_>,
    inputs: &[Input],
    targets: &dyn Targets,
    pool: &ThreadPool,
    stop: &AtomicBool,
    mut take: impl FnMut(Vec<Event>) -> bool,
) {
    let mut reader = Reader { job, inputs, targets, stop, index: 0, open: None };
    let mut gathered = Gathered::default();
    let work = |task: Task| match task {
        Task::Text(index) => text(job, &inputs[index], targets, index),
        Task::Records(index, shape, units) => Worked::Part(
            index,
            job.records(&inputs[index], &shape, &units).map(Box::new).map_err(|error| error.to_string()),
        ),
        Task::End(index, read) => Worked::End(index, read),
        Task::Skipped => Worked::Event(Event::Skipped),
    };
    in_order(
        pool,
        || reader.next(),
        work,
        |results| take(results.into_iter().map(|worked| gathered.event(worked, inputs, job)).collect()),
    );
}

/// What is done on one thread at a time.
enum Task {
    Text(usize),
    Records(usize, Shape, Vec<Unit>),
    End(usize, Result<Read, Failure>),
    Skipped,
}

/// What became of a task.
enum Worked {
    Event(Event),
    Part(usize, Result<Box<Part>, String>),
    End(usize, Result<Read, Failure>),
}

/// A file of records that was read to its end.
struct Read {
    print: Print,
    stamp: Option<Stamp>,
}

fn text(job: &Job<'_>, input: &Input, targets: &dyn Targets, index: usize) -> Worked {
    let result =
        job.text(input, &|hash| targets.may_be_done(index) && targets.is_done(index, hash)).and_then(|whole| {
            let Some(mut whole) = whole else { return Ok(None) };
            let sealed = targets.write(index, &whole.part.bytes, &whole)?;
            let mut done = Done {
                print: Print::new(whole.part.read as u64, &whole.hash),
                stamp: whole.stamp,
                changed: whole.changed,
                sides: None,
                no_sides: None,
                recoded: whole.recoded,
                sealed,
            };
            if job.sides && done.changed {
                match no_sides(&whole, input) {
                    None => {
                        let old = std::mem::take(&mut whole.part.old);
                        done.sides = Some(Sides {
                            old,
                            new: whole.part.bytes.clone(),
                            changes: spans(&whole.part.changes, 0, 0),
                        });
                    }
                    why => done.no_sides = why,
                }
            }
            Ok(Some((whole.part, done)))
        });
    Worked::Event(match result {
        Ok(Some(done)) => Event::Text(index, Ok(Box::new(done))),
        Ok(None) => Event::Skipped,
        Err(error) => Event::Text(index, Err(Failure::Error(error.to_string()))),
    })
}

fn no_sides(whole: &Whole, input: &Input) -> Option<NoSides> {
    if let Some(encoding) = whole.recoded {
        return Some(NoSides::Recoded(encoding));
    }
    if input.is_packed() {
        return Some(NoSides::Packed);
    }
    (whole.part.read > MAX_SIDES).then_some(NoSides::TooLarge)
}

fn spans(changes: &[Change], old: usize, new: usize) -> Vec<(Span, Span)> {
    changes.iter().map(|change| (change.old.shift(old), change.new.shift(new))).collect()
}

/// Reads inputs in their order.
struct Reader<'a> {
    job: &'a Job<'a>,
    inputs: &'a [Input],
    targets: &'a dyn Targets,
    stop: &'a AtomicBool,
    /// Of the input that is read next.
    index: usize,
    open: Option<Records>,
}

/// A file of records that is being read.
struct Records {
    index: usize,
    shape: Shape,
    units: Box<dyn Units>,
    /// Of what was read of it.
    hashed: Hashed<io::Sink>,
    stamp: Option<Stamp>,
    /// What ended it, behind the units that came before.
    end: Option<Failure>,
}

impl Reader<'_> {
    /// Returns what is to be done next, and how many bytes that holds.
    fn next(&mut self) -> Option<(Task, usize)> {
        if let Some(records) = self.open.take() {
            return Some(self.batch(records));
        }
        let index = self.index;
        if index == self.inputs.len() || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        self.index += 1;
        let input = &self.inputs[index];
        if input.format == Format::Text {
            let size = input.path.as_ref().and_then(|path| fs::metadata(path).ok()).map_or(0, |meta| meta.len());
            return Some((Task::Text(index), usize::try_from(size).unwrap_or(usize::MAX / 2)));
        }
        Some(match self.records(index) {
            Ok(Some(records)) => self.batch(records),
            Ok(None) => (Task::Skipped, 0),
            Err(error) => (Task::End(index, Err(Failure::Error(error.to_string()))), 0),
        })
    }

    /// Opens a file of records; none if it was done by an earlier run.
    fn records(&self, index: usize) -> io::Result<Option<Records>> {
        let input = &self.inputs[index];
        if self.targets.may_be_done(index) {
            let mut hasher = blake3::Hasher::new();
            io::copy(&mut units::open(input)?.bytes, &mut hasher)?;
            if self.targets.is_done(index, &hasher.finalize()) {
                return Ok(None);
            }
        }
        let units::Records { shape, units, stamp } = units::records(input, self.job.fields, self.job.max_record)?;
        Ok(Some(Records { index, shape, units, hashed: Hashed::new(io::sink()), stamp, end: None }))
    }

    /// Reads the next batch of `records`, or says how they ended.
    fn batch(&mut self, mut records: Records) -> (Task, usize) {
        let index = records.index;
        if let Some(failure) = records.end {
            return (Task::End(index, Err(failure)), 0);
        }
        if self.stop.load(Ordering::Relaxed) {
            return (Task::End(index, Err(Failure::Interrupted)), 0);
        }
        let mut units = Vec::new();
        let mut len = 0;
        while len < BATCH {
            match records.units.next() {
                Ok(Some(unit)) => {
                    len += unit.bytes.len();
                    if records.units.print().is_none() {
                        records.hashed.write_all(&unit.bytes).expect("a sink takes all");
                    }
                    units.push(unit);
                }
                Ok(None) if units.is_empty() => {
                    let print = records.units.print().cloned().unwrap_or_else(|| records.hashed.print());
                    return (Task::End(index, Ok(Read { print, stamp: records.stamp })), 0);
                }
                Ok(None) => break,
                Err(error) => {
                    records.end = Some(Failure::Error(error.to_string()));
                    break;
                }
            }
        }
        let shape = records.shape.clone();
        self.open = Some(records);
        (Task::Records(index, shape, units), len)
    }
}

/// What is known of the input of records that is at its turn.
#[derive(Default)]
struct Gathered {
    changed: bool,
    read: u64,
    sides: Sides,
    /// It failed: its other parts count for nothing.
    failed: Option<String>,
}

impl Gathered {
    fn event(&mut self, worked: Worked, inputs: &[Input], job: &Job<'_>) -> Event {
        match worked {
            Worked::Event(event) => event,
            Worked::Part(index, Ok(mut part)) => {
                self.changed |= !part.changes.is_empty();
                if job.sides && self.no_sides(&inputs[index]).is_none() {
                    let (old, new) = (self.sides.old.len(), self.sides.new.len());
                    self.sides.changes.extend(spans(&part.changes, old, new));
                    self.sides.old.append(&mut part.old);
                    self.sides.new.extend_from_slice(&part.bytes);
                } else {
                    self.sides = Sides::default();
                }
                part.old = Vec::new();
                self.read += part.read as u64;
                Event::Part(index, part)
            }
            Worked::Part(index, Err(why)) => {
                self.failed = Some(why);
                Event::Part(index, Box::default())
            }
            Worked::End(index, read) => {
                let gathered = std::mem::take(self);
                let no_sides = gathered.no_sides(&inputs[index]).filter(|_| job.sides && gathered.changed);
                let Gathered { changed, sides, failed, .. } = gathered;
                let result = match (failed, read) {
                    (Some(why), _) => Err(Failure::Error(why)),
                    (None, Err(failure)) => Err(failure),
                    (None, Ok(Read { print, stamp })) => Ok(Box::new(Done {
                        print,
                        stamp,
                        changed,
                        sides: (job.sides && changed && no_sides.is_none()).then_some(sides),
                        no_sides,
                        recoded: None,
                        sealed: None,
                    })),
                };
                Event::End(index, result)
            }
        }
    }

    fn no_sides(&self, input: &Input) -> Option<NoSides> {
        if input.is_packed() {
            return Some(NoSides::Packed);
        }
        (self.read > MAX_SIDES as u64).then_some(NoSides::TooLarge)
    }
}

/// Reads `input` and hands each of its texts to `each` with what is known of it, and the number of its record if it is
/// one. Records that fail are left out. `encoding` is that of texts that are no records, and `url` says where texts come
/// from that do not say it themselves.
///
/// # Errors
/// What cannot be read, or is no text; those of `each`.
pub(crate) fn texts(
    input: &Input,
    fields: &Fields,
    encoding: InputEncoding,
    url: Option<&str>,
    max_record: u64,
    mut each: impl FnMut(&str, &Source<'_>, Option<u64>) -> io::Result<()>,
) -> Result<(), NotRead> {
    let unreadable = |error: io::Error| NotRead::Input(error.to_string());
    let name = input.name();
    let path = input.path.as_ref().map(|_| name.as_str());
    if input.format == Format::Text {
        let Opened { bytes: source, .. } = units::open(input).map_err(unreadable)?;
        let bytes = units::all(source, max_record).map_err(unreadable)?;
        let read::Text { text, .. } =
            read::text(&bytes, encoding).map_err(|error| NotRead::Input(error.to_string()))?;
        let text = text.strip_prefix(BOM).unwrap_or(&text);
        return each(text, &Source { url, path, ..Source::default() }, None).map_err(NotRead::Each);
    }
    let units::Records { shape, mut units, .. } = units::records(input, fields, max_record).map_err(unreadable)?;
    while let Some(unit) = units.next().map_err(unreadable)? {
        let Content::Record(body) = unit.content else { continue };
        let Ok(record) = std::str::from_utf8(&unit.bytes[body.range()]) else { continue };
        let Ok(record) = shape.parse(record, fields) else { continue };
        for value in &record.texts {
            let url = record.url.as_deref().or(url);
            let field = Some(fields.texts[value.field].as_str());
            let about = Source { lang: record.lang.as_deref(), url, path, field, date: record.date.as_deref() };
            each(&value.text, &about, Some(unit.record)).map_err(NotRead::Each)?;
        }
    }
    Ok(())
}

/// Why [`texts`] ended early.
#[derive(Debug)]
pub(crate) enum NotRead {
    /// The input cannot be read, or is no text.
    Input(String),
    /// `each` failed.
    Each(io::Error),
}
