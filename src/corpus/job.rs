//! Texts cleaned where they lie: a whole file, or records among others. Runs on any thread, and keeps nothing.

use std::io;

use encoding_rs::{Encoding, UTF_8};

use super::metadata::{self, Added};
use super::read::{self, BOM};
use super::record::{BadRecord, Fields, Record, Shape, Value, Without};
use super::units::{self, Content, Opened, Unit};
use super::walk::Input;
use super::write::Stamp;
use crate::cleaner::Cleaner;
use crate::edit::{Edit, RuleId, Status};
use crate::plan::{Cleaned, Held, Source};
use crate::report::{self, Doc, stats::Stats};
use crate::text::{InputEncoding, Span};

/// How inputs are cleaned.
pub(crate) struct Job<'a> {
    pub(crate) cleaner: &'a Cleaner,
    pub(crate) fields: &'a Fields,
    /// That of texts that are no records; JSON and CSV are always UTF-8.
    pub(crate) encoding: InputEncoding,
    /// Where the texts were scraped; a record that says so itself is believed.
    pub(crate) url: Option<&'a str>,
    /// When texts were written that do not say it themselves.
    pub(crate) date: Option<&'a str>,
    /// Whether to write the fields of texts that are no records on top of them.
    pub(crate) front_matter: bool,
    /// The longest record, or text, that is read, in bytes: memory is bounded by it, not by the file.
    pub(crate) max_record: u64,
    /// Whether to keep the bytes of both sides of a changed input, which a patch needs.
    pub(crate) sides: bool,
    /// Whether records that cannot be read are left out of the clean bytes.
    pub(crate) rejects: bool,
    /// Writes what a report says of a text.
    pub(crate) render: &'a Render<'a>,
}

/// Writes what a report says of a text.
pub(crate) type Render<'a> = dyn Fn(&mut Vec<u8>, &Doc<'_>) -> io::Result<()> + Sync + 'a;

/// Some of the clean bytes of an input, and what happened on the way to them.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) bytes: Vec<u8>,
    /// What was read, if both sides are wanted.
    pub(crate) old: Vec<u8>,
    /// Bytes that were read.
    pub(crate) read: usize,
    /// What changed: sorted, disjoint, beside each other.
    pub(crate) changes: Vec<Change>,
    /// Records that are left out, as they were.
    pub(crate) rejected: Vec<u8>,
    /// What reports say, written out.
    pub(crate) rendered: Vec<u8>,
    pub(crate) stats: Stats,
    pub(crate) findings: Findings,
    /// Texts that were left as they were.
    pub(crate) held: Vec<(Option<u64>, Held)>,
    /// Records that passed through as they were, or are left out.
    pub(crate) bad: Vec<Bad>,
    /// Lines without a text.
    pub(crate) without: Skipped,
    /// Texts to which fields were added.
    pub(crate) with_fields: u64,
    /// Texts with fields that stay unwritten, since what stands in their place is no mapping.
    pub(crate) without_fields: u64,
}

/// A stretch of what was read with the stretch of the clean bytes that it became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Where it lies in what was read (bytes).
    pub(crate) old: Span,
    /// Where it lies in the clean bytes.
    pub(crate) new: Span,
    /// What was read.
    pub(crate) before: String,
    pub(crate) by: By,
}

/// Who made a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// These rules, in a text that is no record.
    Rules(Vec<RuleId>),
    /// These edits of the text that the value of a record holds.
    Edits(Vec<Reverse>),
    /// No rule: metadata that were asked for, and records that are left out.
    Nobody,
}

/// What takes an edit back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reverse {
    /// Where it lies, in bytes of the clean text.
    pub(crate) new: Span,
    pub(crate) before: String,
    pub(crate) rules: Vec<RuleId>,
}

/// What was found, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) edits: u64,
    pub(crate) flags: u64,
    pub(crate) proposed: u64,
}

/// A record that could not be read.
#[derive(Debug)]
pub(crate) struct Bad {
    /// The line in which that is which cannot be read, from 1.
    pub(crate) line: u64,
    pub(crate) bad: BadRecord,
}

/// How many records had no text, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) blank: u64,
    pub(crate) missing: u64,
    pub(crate) null: u64,
    pub(crate) other: u64,
}

impl Skipped {
    fn count(&mut self, why: Without) {
        *match why {
            Without::Blank => &mut self.blank,
            Without::Missing => &mut self.missing,
            Without::Null => &mut self.null,
            Without::Other => &mut self.other,
        } += 1;
    }

    pub(crate) fn add(&mut self, more: Self) {
        self.blank += more.blank;
        self.missing += more.missing;
        self.null += more.null;
        self.other += more.other;
    }

    pub(crate) fn sum(&self) -> u64 {
        self.blank + self.missing + self.null + self.other
    }
}

/// A file that is one text, cleaned.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) part: Part,
    /// BLAKE3 of the bytes read, unpacked.
    pub(crate) hash: blake3::Hash,
    /// The file as it was when it was opened; none for standard input.
    pub(crate) stamp: Option<Stamp>,
    /// Whether the clean bytes differ.
    pub(crate) changed: bool,
    /// The encoding, if it is not UTF-8: the clean text is, and so is none of its edits an edit of its bytes.
    pub(crate) recoded: Option<&'static Encoding>,
}

impl Job<'_> {
    /// Cleans a file that is one text; none if `is_done` says of the hash of its bytes that this was done before.
    ///
    /// # Errors
    /// What cannot be read, or is no text; those of reports.
    pub(crate) fn text(&self, input: &Input, is_done: &dyn Fn(&blake3::Hash) -> bool) -> io::Result<Option<Whole>> {
        let Opened { bytes: source, stamp } = units::open(input)?;
        let bytes = units::all(source, self.max_record)?;
        let hash = blake3::hash(&bytes);
        if is_done(&hash) {
            return Ok(None);
        }
        let read::Text { text, encoding } =
            read::text(&bytes, self.encoding).map_err(|error| io::Error::other(error.to_string()))?;
        let is_utf8 = encoding == UTF_8;
        let name = input.name();
        let path = input.path.as_ref().map(|_| name.as_str());
        let about = Source { url: self.url, path, date: self.date, ..Source::default() };
        let cleaned = match text.strip_prefix(BOM) {
            None => self.cleaner.clean_part(&text, &about, None, 0),
            Some(rest) => read::behind_bom(&text, self.cleaner.clean_part(rest, &about, None, BOM.len())),
        };
        let mut part = Part { read: bytes.len(), ..Part::default() };
        part.see(&Doc { name: &name, record: None, field: None, input: &text, cleaned: &cleaned }, self.render)?;
        // What is held is left as it was, bytes and all.
        let held = cleaned.held.is_some();
        if !held {
            part.changes = cleaned.edits.iter().map(change).collect();
        }
        let mut new = cleaned.text.into_owned();
        if self.front_matter && !held {
            let mark = if new.starts_with(BOM) { BOM.len() } else { 0 };
            match metadata::on_top(&new[mark..], &cleaned.fields) {
                Added::Text { at, text } => {
                    part.with_fields = 1;
                    insert(&mut part.changes, mark + at, text.len());
                    new.insert_str(mark + at, &text);
                }
                Added::Refused => part.without_fields = 1,
                Added::Nothing => {}
            }
        }
        let changed = !part.changes.is_empty() || !(is_utf8 || held);
        part.bytes = new.into_bytes();
        drop(text);
        if self.sides && changed && is_utf8 {
            part.old = bytes;
        } else if !is_utf8 && held {
            part.bytes = bytes;
        }
        Ok(Some(Whole { part, hash, stamp, changed, recoded: (!is_utf8).then_some(encoding) }))
    }

    /// Cleans records, which stand one behind the other in the file `input`.
    ///
    /// # Errors
    /// Those of reports. A record that cannot be read is none.
    pub(crate) fn records(&self, input: &Input, shape: &Shape, units: &[Unit]) -> io::Result<Part> {
        let mut part = Part::default();
        let name = input.name();
        for unit in units {
            if self.sides {
                part.old.extend_from_slice(&unit.bytes);
            }
            let new = match &unit.content {
                Content::Other => Ok(None),
                Content::MoreOfBad => Err(None),
                Content::Bad(bad) => Err(Some(bad.clone())),
                Content::Record(body) => self.record(input, &name, shape, unit, *body, &mut part)?.map_err(Some),
            };
            match new {
                Ok(new) => part.put(unit, new),
                Err(bad) => {
                    part.bad.extend(bad.map(|bad| unit.in_file(bad)).map(|(line, bad)| Bad { line, bad }));
                    if self.rejects { part.leave_out(unit) } else { part.put(unit, None) }
                }
            }
        }
        Ok(part)
    }

    /// Cleans one record; none if it stays as it is.
    fn record(
        &self,
        input: &Input,
        name: &str,
        shape: &Shape,
        unit: &Unit,
        body: Span,
        part: &mut Part,
    ) -> io::Result<Result<Option<NewRecord>, BadRecord>> {
        let bytes = &unit.bytes[body.range()];
        let record = match std::str::from_utf8(bytes) {
            Ok(record) => record,
            Err(error) => {
                return Ok(Err(BadRecord::behind(&bytes[..error.valid_up_to()], "not UTF-8")));
            }
        };
        let read = match shape.parse(record, self.fields) {
            Ok(read) => read,
            Err(bad) => return Ok(Err(bad)),
        };
        if let Some(why) = read.without {
            part.without.count(why);
            return Ok(Ok(None));
        }
        let cleaned = self.values(input, name, unit, &read, part)?;
        let mut new = NewRecord { body, ..NewRecord::default() };
        let mut at = 0;
        for (value, cleaned) in read.texts.iter().zip(&cleaned) {
            if cleaned.text == value.text {
                continue;
            }
            new.text += &record[at..value.raw.start];
            let start = new.text.len();
            new.text += &shape.value(record, value.raw, &cleaned.text);
            at = value.raw.end;
            new.changes.push(Change {
                old: value.raw,
                new: Span::new(start, new.text.len()),
                before: record[value.raw.range()].to_owned(),
                by: By::Edits(cleaned.edits.iter().map(reverse).collect()),
            });
        }
        new.text += &record[at..];
        self.add_metadata(shape, record, &read, &cleaned, &mut new, part);
        Ok(Ok((!new.changes.is_empty()).then_some(new)))
    }

    /// Cleans the texts of a record.
    fn values<'r>(
        &self,
        input: &Input,
        name: &str,
        unit: &Unit,
        record: &'r Record,
        part: &mut Part,
    ) -> io::Result<Vec<Cleaned<'r>>> {
        let mut all = Vec::with_capacity(record.texts.len());
        for Value { field, text, .. } in &record.texts {
            let field = Some(self.fields.texts[*field].as_str());
            let about = Source {
                lang: record.lang.as_deref(),
                url: record.url.as_deref().or(self.url),
                path: input.path.as_ref().map(|_| name),
                field,
                date: record.date.as_deref().or(self.date),
            };
            let cleaned = self.cleaner.clean_part(text, &about, Some(unit.record), 0);
            part.see(&Doc { name, record: Some(unit.record), field, input: text, cleaned: &cleaned }, self.render)?;
            all.push(cleaned);
        }
        Ok(all)
    }

    /// Puts what was read from the texts of a record, and what was done to them, into the objects that were asked for.
    fn add_metadata(
        &self,
        shape: &Shape,
        record: &str,
        read: &Record,
        cleaned: &[Cleaned<'_>],
        new: &mut NewRecord,
        part: &mut Part,
    ) {
        if cleaned.iter().any(|cleaned| cleaned.held.is_some()) {
            return;
        }
        let Some(first) = read.texts.first() else { return };
        let spaced = record[..first.raw.start].ends_with(char::is_whitespace);
        if let Some(key) = &self.fields.metadata {
            let fields: Vec<_> = cleaned.iter().flat_map(|cleaned| cleaned.fields.iter().cloned()).collect();
            let value = read.metadata.map(|place| (place.start, &record[place.range()]));
            match metadata::in_record(record, spaced, key, value, &fields) {
                Added::Text { at, text } => {
                    part.with_fields += 1;
                    new.insert(at, &shape.in_style(record, text));
                }
                Added::Refused => part.without_fields += 1,
                Added::Nothing => {}
            }
        }
        if let (Some(key), None) = (&self.fields.annotations, read.annotations) {
            let texts = read.texts.iter().zip(cleaned).map(|(value, cleaned)| {
                let field = Some(self.fields.texts[value.field].as_str());
                Doc { name: "", record: None, field, input: &value.text, cleaned }
            });
            let edits: Vec<String> = texts.flat_map(|doc| report::jsonl::list(&doc)).collect();
            let fields: Vec<_> = cleaned.iter().flat_map(|cleaned| cleaned.fields.iter().cloned()).collect();
            if let Added::Text { at, text } = metadata::annotation(record, spaced, key, &edits, &fields) {
                new.insert(at, &shape.in_style(record, text));
            }
        }
    }
}

/// A record that changed.
#[derive(Debug, Default)]
struct NewRecord {
    /// Where the old one lies in its unit.
    body: Span,
    text: String,
    /// What changed from the old record to the new.
    changes: Vec<Change>,
}

impl NewRecord {
    /// Puts `text` in where byte `at` of the old record lies, which is outside of all that changed.
    fn insert(&mut self, at: usize, text: &str) {
        let before = self.changes.iter().take_while(|change| change.old.end <= at).last();
        let at = before.map_or(at, |change| at - change.old.end + change.new.end);
        self.text.insert_str(at, text);
        insert(&mut self.changes, at, text.len());
    }
}

impl Part {
    /// Counts a text, and lets the report say what it has to.
    fn see(&mut self, doc: &Doc<'_>, render: &Render<'_>) -> io::Result<()> {
        self.stats.add(doc);
        self.findings.edits += report::changes(doc.cleaned).len() as u64;
        for finding in &doc.cleaned.findings {
            match finding.status {
                Status::Flag => self.findings.flags += 1,
                Status::Proposed => self.findings.proposed += 1,
                _ => {}
            }
        }
        if let Some(held) = &doc.cleaned.held {
            self.held.push((doc.record, held.clone()));
        }
        render(&mut self.rendered, doc)
    }

    /// Adds a unit: with a new record in place of the old one, or as it is.
    fn put(&mut self, unit: &Unit, new: Option<NewRecord>) {
        match new {
            None => self.bytes.extend_from_slice(&unit.bytes),
            Some(NewRecord { body, text, changes }) => {
                self.bytes.extend_from_slice(&unit.bytes[..body.start]);
                let (old, new) = (self.read + body.start, self.bytes.len());
                let shifted =
                    |change: Change| Change { old: change.old.shift(old), new: change.new.shift(new), ..change };
                self.changes.extend(changes.into_iter().map(shifted));
                self.bytes.extend_from_slice(text.as_bytes());
                self.bytes.extend_from_slice(&unit.bytes[body.end..]);
            }
        }
        self.read += unit.bytes.len();
    }

    /// Leaves a unit out of the clean bytes.
    fn leave_out(&mut self, unit: &Unit) {
        self.rejected.extend_from_slice(&unit.bytes);
        let (old, new) = (Span::new(self.read, self.read + unit.bytes.len()), self.bytes.len());
        self.changes.push(Change { old, new: Span::new(new, new), before: String::new(), by: By::Nobody });
        self.read += unit.bytes.len();
    }
}

fn change(edit: &Edit) -> Change {
    let Reverse { new, before, rules } = reverse(edit);
    Change { old: edit.span, new, before, by: By::Rules(rules) }
}

fn reverse(edit: &Edit) -> Reverse {
    let rules = report::rules_of(edit).into_iter().cloned().collect();
    Reverse { new: edit.out, before: edit.before.clone(), rules }
}

/// Adds to `changes` that `len` bytes are put in at `at` of the clean bytes.
fn insert(changes: &mut Vec<Change>, at: usize, len: usize) {
    let index =
        changes.partition_point(|change| change.new.end < at || (change.new.end == at && change.new.start < at));
    match changes.get_mut(index) {
        Some(Change { new, .. }) if new.start < at && at < new.end => new.end += len,
        _ => {
            // What lies between two changes is the same on both sides.
            let last = index.checked_sub(1).map(|last| (changes[last].old.end, changes[last].new.end));
            let (old_end, new_end) = last.unwrap_or_default();
            let old_at = old_end + at - new_end;
            let (old, new) = (Span::new(old_at, old_at), Span::new(at, at + len));
            changes.insert(index, Change { old, new, before: String::new(), by: By::Nobody });
        }
    }
    for change in &mut changes[index + 1..] {
        change.new = change.new.shift(len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_lies_between_what_changed() {
        let span = Span::new;
        let change = |(old, new)| Change { old, new, before: String::new(), by: By::Nobody };
        let changes = [(span(2, 4), span(2, 3)), (span(6, 6), span(5, 8))];
        for (at, expected) in [
            (0, vec![(span(0, 0), span(0, 2)), (span(2, 4), span(4, 5)), (span(6, 6), span(7, 10))]),
            (2, vec![(span(2, 2), span(2, 4)), (span(2, 4), span(4, 5)), (span(6, 6), span(7, 10))]),
            (3, vec![(span(2, 4), span(2, 3)), (span(4, 4), span(3, 5)), (span(6, 6), span(7, 10))]),
            (4, vec![(span(2, 4), span(2, 3)), (span(5, 5), span(4, 6)), (span(6, 6), span(7, 10))]),
            (6, vec![(span(2, 4), span(2, 3)), (span(6, 6), span(5, 10))]),
            (9, vec![(span(2, 4), span(2, 3)), (span(6, 6), span(5, 8)), (span(7, 7), span(9, 11))]),
        ] {
            let mut changes = changes.map(change).to_vec();
            insert(&mut changes, at, 2);
            assert_eq!(changes, expected.into_iter().map(change).collect::<Vec<_>>(), "at {at}");
        }
    }
}
