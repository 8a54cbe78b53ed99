//! One input from its bytes to its clean bytes, text after text.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use super::jsonl::{self, Fields, Record, Without};
use super::metadata::{self, Added};
use super::read::{self, BOM};
use super::walk::{self, Format, Input};
use super::write::Stamp;
use crate::cleaner::Cleaner;
use crate::plan::{Cleaned, Source};
use crate::report::{self, Doc};
use crate::text::{InputEncoding, Span};

/// How inputs are cleaned.
pub(crate) struct Job<'a> {
    pub(crate) cleaner: &'a Cleaner,
    pub(crate) fields: &'a Fields,
    /// That of texts that are no records; JSON is always UTF-8.
    pub(crate) encoding: InputEncoding,
    /// Where the texts were scraped; a record that says so itself is believed.
    pub(crate) url: Option<&'a str>,
    /// Whether to keep the bytes of both sides of a changed input, which a patch needs.
    pub(crate) sides: bool,
    /// Whether to write nothing for a file that does not change.
    pub(crate) only_changes: bool,
    /// Whether to write the fields of texts that are no records on top of them.
    pub(crate) front_matter: bool,
}

/// Told of everything that happens inside an input.
pub(crate) trait Watch {
    /// A text was cleaned.
    fn document(&mut self, doc: &Doc<'_>) -> io::Result<()>;
    /// A record failed and was passed through as it was. Line and column are 1-based, the column in characters.
    fn bad_record(&mut self, line: u64, column: usize, message: &str);
}

/// What was done to an input.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// BLAKE3 of the bytes read, in hexadecimal.
    pub(crate) hash: String,
    /// The file as it was when it was opened; none for standard input.
    pub(crate) stamp: Option<Stamp>,
    pub(crate) changed: bool,
    /// Both sides of what changed, if they were asked for and the input is UTF-8.
    pub(crate) sides: Option<Sides>,
    /// The input as it was, if it is not UTF-8: its clean text is, and so is none of its edits an edit of its bytes.
    pub(crate) recoded: Option<Recoded>,
    /// Lines without a text.
    pub(crate) without: Skipped,
    /// Texts to which fields were added.
    pub(crate) with_fields: u64,
    /// Texts with fields that stay unwritten, since what stands in their place is no mapping.
    pub(crate) without_fields: u64,
}

/// An input before and after, as a patch needs it.
#[derive(Debug, Default)]
pub(crate) struct Sides {
    pub(crate) old: Vec<u8>,
    pub(crate) new: Vec<u8>,
    /// What changed, in bytes of both: edits of a text, whole values of records.
    pub(crate) changes: Vec<(Span, Span)>,
}

/// An input that is not UTF-8.
#[derive(Debug)]
pub(crate) struct Recoded {
    pub(crate) from: &'static Encoding,
    pub(crate) bytes: Vec<u8>,
}

/// How many lines had no text, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) blank: u64,
    pub(crate) missing: u64,
    pub(crate) null: u64,
    pub(crate) other: u64,
}

/// What went wrong, by whose fault it is.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input cannot be read, or is no text.
    Input(String),
    /// The clean text cannot be written.
    Output(io::Error),
    /// The watcher cannot write.
    Watch(io::Error),
}

impl Job<'_> {
    /// Cleans `input`, writes its clean bytes to `out` and tells `watch` of each text in it.
    pub(crate) fn run(&self, input: &Input, out: &mut dyn Write, watch: &mut dyn Watch) -> Result<Done, Failure> {
        let Opened { bytes, stamp } = open(input.path.as_deref())?;
        let mut done = match input.format {
            Format::Text => self.text(input, bytes, out, watch),
            Format::Jsonl => self.records(input, bytes, jsonl::MAX_RECORD, out, watch),
        }?;
        done.stamp = stamp;
        Ok(done)
    }

    fn text(
        &self,
        input: &Input,
        mut source: Box<dyn Read>,
        out: &mut dyn Write,
        watch: &mut dyn Watch,
    ) -> Result<Done, Failure> {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(|error| Failure::Input(error.to_string()))?;
        let hash = blake3::hash(&bytes).to_hex().to_string();
        let read::Text { text, encoding } =
            read::text(&bytes, self.encoding).map_err(|error| Failure::Input(error.to_string()))?;
        let is_utf8 = encoding == UTF_8;
        let name = input.name();
        let about = Source { lang: None, url: self.url, path: input.path.as_ref().map(|_| name.as_str()), field: None };
        let cleaned = clean(self.cleaner, &text, &about);
        watch
            .document(&Doc { name: &name, record: None, field: None, input: &text, cleaned: &cleaned })
            .map_err(Failure::Watch)?;
        let mut changes = report::changes(&cleaned);
        // What is held is left as it was, bytes and all, where it can be left.
        let left = self.only_changes && cleaned.held.is_some();
        let mut done = Done { hash, ..Done::default() };
        let mut new = cleaned.text;
        if self.front_matter && cleaned.held.is_none() {
            let mark = if new.starts_with(BOM) { BOM.len() } else { 0 };
            match metadata::on_top(&new[mark..], &cleaned.fields) {
                Added::Text { at, text } => {
                    done.with_fields = 1;
                    insert(&mut changes, mark + at, text.len());
                    new.to_mut().insert_str(mark + at, &text);
                }
                Added::Refused => done.without_fields = 1,
                Added::Nothing => {}
            }
        }
        done.changed = !changes.is_empty() || (!is_utf8 && !left);
        if done.changed || !self.only_changes {
            out.write_all(new.as_bytes()).map_err(Failure::Output)?;
        }
        if !is_utf8 {
            done.recoded = Some(Recoded { from: encoding, bytes });
        } else if self.sides && done.changed {
            let new = new.into_owned().into_bytes();
            done.sides = Some(Sides { old: bytes, new, changes });
        }
        Ok(done)
    }

    fn records(
        &self,
        input: &Input,
        source: Box<dyn Read>,
        limit: u64,
        out: &mut dyn Write,
        watch: &mut dyn Watch,
    ) -> Result<Done, Failure> {
        let mut lines = jsonl::Lines::new(BufReader::with_capacity(1 << 16, source), limit);
        let mut hasher = blake3::Hasher::new();
        let mut done = Done { sides: self.sides.then(Default::default), ..Done::default() };
        let name = input.name();
        let (mut number, mut read, mut written) = (0, 0, 0);
        while let Some(piece) = lines.next().map_err(|error| Failure::Input(error.to_string()))? {
            hasher.update(piece.bytes);
            number += u64::from(piece.first);
            let new = if piece.whole {
                self.record(input, &name, number, piece.bytes, &mut done, watch)?
            } else {
                if piece.first {
                    watch.bad_record(number, 1, &format!("record of {limit} bytes or more"));
                }
                None
            };
            let bytes = new.as_ref().map_or(piece.bytes, |new| new.line.as_bytes());
            if new.is_some() && !done.changed {
                done.changed = true;
                if self.only_changes {
                    copy_start(input.path.as_deref(), read as u64, out)?;
                }
            }
            if done.changed || !self.only_changes {
                out.write_all(bytes).map_err(Failure::Output)?;
            }
            if let Some(sides) = &mut done.sides {
                sides.old.extend_from_slice(piece.bytes);
                sides.new.extend_from_slice(bytes);
                let changes = new.iter().flat_map(|new| &new.changes);
                sides.changes.extend(changes.map(|(old, new)| (old.shift(read), new.shift(written))));
            }
            read += piece.bytes.len();
            written += bytes.len();
        }
        done.hash = hasher.finalize().to_hex().to_string();
        done.sides = done.sides.filter(|_| done.changed);
        Ok(done)
    }

    /// Cleans one line; none if it stays as it is.
    fn record(
        &self,
        input: &Input,
        name: &str,
        number: u64,
        bytes: &[u8],
        done: &mut Done,
        watch: &mut dyn Watch,
    ) -> Result<Option<NewLine>, Failure> {
        let line = match std::str::from_utf8(bytes) {
            Ok(line) => line,
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                watch.bad_record(number, good.chars().count() + 1, "not UTF-8");
                return Ok(None);
            }
        };
        // A byte order mark is no part of the first record.
        let mark = if number == 1 && line.starts_with(BOM) { BOM.len() } else { 0 };
        let (raw, text, lang, url, place) = match jsonl::parse(&line[mark..], self.fields) {
            Ok(Record::Text { raw, text, lang, url, metadata }) => (raw.shift(mark), text, lang, url, metadata),
            Ok(Record::Without(why)) => {
                let without = &mut done.without;
                *match why {
                    Without::Blank => &mut without.blank,
                    Without::Missing => &mut without.missing,
                    Without::Null => &mut without.null,
                    Without::Other => &mut without.other,
                } += 1;
                return Ok(None);
            }
            Err(bad) => {
                watch.bad_record(number, bad.column, &bad.message);
                return Ok(None);
            }
        };
        let about = Source {
            lang: lang.as_deref(),
            url: url.as_deref().or(self.url),
            path: input.path.as_ref().map(|_| name),
            field: Some(&self.fields.text),
        };
        let cleaned = self.cleaner.clean_with(&text, &about);
        let field = Some(self.fields.text.as_str());
        watch
            .document(&Doc { name, record: Some(number), field, input: &text, cleaned: &cleaned })
            .map_err(Failure::Watch)?;
        let mut new = NewLine { line: line.to_owned(), changes: Vec::new() };
        if cleaned.text != text {
            new.line = jsonl::splice(line, raw, &cleaned.text);
            let end = new.line.len() - (line.len() - raw.end);
            new.changes.push((raw, Span::new(raw.start, end)));
        }
        if let (Some(key), None) = (&self.fields.metadata, &cleaned.held) {
            let spaced = line[..raw.start].ends_with(char::is_whitespace);
            let place = place.map(|place| place.shift(mark));
            let value = place.map(|place| (place.start, &line[place.range()]));
            match metadata::in_record(line, spaced, key, value, &cleaned.fields) {
                Added::Text { at, text } => {
                    done.with_fields += 1;
                    let text = jsonl::in_style(line, text);
                    // Where it goes in the line with the new text.
                    let at = if at < raw.end { at } else { at + new.line.len() - line.len() };
                    insert(&mut new.changes, at, text.len());
                    new.line.insert_str(at, &text);
                }
                Added::Refused => done.without_fields += 1,
                Added::Nothing => {}
            }
        }
        Ok((!new.changes.is_empty()).then_some(new))
    }
}

/// Adds to `changes`, which lead from an old text to a new one, that `len` bytes are put in at `at` of the new one.
fn insert(changes: &mut Vec<(Span, Span)>, at: usize, len: usize) {
    let index = changes.partition_point(|(_, new)| new.end < at || (new.end == at && new.start < at));
    let mut next = index;
    match changes.get_mut(index) {
        Some((_, new)) if new.start < at && at < new.end => {
            new.end += len;
            next += 1;
        }
        _ => {
            // What lies between two changes is the same on both sides.
            let (old_end, new_end) =
                index.checked_sub(1).map_or((0, 0), |last| (changes[last].0.end, changes[last].1.end));
            let old_at = old_end + at - new_end;
            changes.insert(index, (Span::new(old_at, old_at), Span::new(at, at + len)));
            next += 1;
        }
    }
    for (_, new) in &mut changes[next..] {
        *new = new.shift(len);
    }
}

/// Reads `input` and hands each of its texts to `each` with what is known of it, and the number of its line if it is
/// a record. Records that fail are left out. `encoding` is that of texts that are no records, and `url` says where
/// texts come from that do not say it themselves.
pub(crate) fn texts(
    input: &Input,
    fields: &Fields,
    encoding: InputEncoding,
    url: Option<&str>,
    mut each: impl FnMut(&str, &Source<'_>, Option<u64>) -> io::Result<()>,
) -> Result<(), Failure> {
    let Opened { bytes: mut source, .. } = open(input.path.as_deref())?;
    let name = input.name();
    let path = input.path.as_ref().map(|_| name.as_str());
    if input.format == Format::Text {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(|error| Failure::Input(error.to_string()))?;
        let read::Text { text, .. } =
            read::text(&bytes, encoding).map_err(|error| Failure::Input(error.to_string()))?;
        let text = text.strip_prefix(BOM).unwrap_or(&text);
        return each(text, &Source { lang: None, url, path, field: None }, None).map_err(Failure::Watch);
    }
    let mut lines = jsonl::Lines::new(BufReader::new(source), jsonl::MAX_RECORD);
    let mut number = 0;
    while let Some(piece) = lines.next().map_err(|error| Failure::Input(error.to_string()))? {
        number += u64::from(piece.first);
        let Ok(line) = std::str::from_utf8(piece.bytes) else { continue };
        let line = line.strip_prefix(BOM).filter(|_| number == 1).unwrap_or(line);
        if let (true, Ok(Record::Text { text, lang, url: own, .. })) = (piece.whole, jsonl::parse(line, fields)) {
            let about = Source { lang: lang.as_deref(), url: own.as_deref().or(url), path, field: Some(&fields.text) };
            each(&text, &about, Some(number)).map_err(Failure::Watch)?;
        }
    }
    Ok(())
}

/// A changed line, and what changed from the old line to the new (bytes).
struct NewLine {
    line: String,
    changes: Vec<(Span, Span)>,
}

fn clean<'t>(cleaner: &Cleaner, text: &'t str, about: &Source<'_>) -> Cleaned<'t> {
    match text.strip_prefix(BOM) {
        None => cleaner.clean_with(text, about),
        Some(rest) => read::behind_bom(text, cleaner.clean_with(rest, about)),
    }
}

/// Writes the first `len` bytes of a file to `out`: what was held back until something changed.
fn copy_start(path: Option<&Path>, len: u64, out: &mut dyn Write) -> Result<(), Failure> {
    let start = open(path)?.bytes.take(len);
    // Whether the file is still the one that was read is asked before it is replaced.
    io::copy(&mut { start }, out).map(drop).map_err(Failure::Output)
}

struct Opened {
    bytes: Box<dyn Read>,
    /// None for standard input.
    stamp: Option<Stamp>,
}

fn open(path: Option<&Path>) -> Result<Opened, Failure> {
    let Some(path) = path else { return Ok(Opened { bytes: Box::new(io::stdin().lock()), stamp: None }) };
    let fail = |error: io::Error| Failure::Input(error.to_string());
    // Asked before it is opened, since opening a FIFO waits for its other end.
    let kind = fs::metadata(path).map_err(fail)?.file_type();
    if !kind.is_file() {
        return Err(Failure::Input(walk::not_a_file(kind)));
    }
    let file = File::open(path).map_err(fail)?;
    let stamp = Stamp::of(&file.metadata().map_err(fail)?);
    Ok(Opened { bytes: Box::new(file), stamp: Some(stamp) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen {
        texts: Vec<String>,
        bad: Vec<(u64, usize)>,
    }

    impl Watch for Seen {
        fn document(&mut self, doc: &Doc<'_>) -> io::Result<()> {
            self.texts.push(doc.input.to_owned());
            Ok(())
        }

        fn bad_record(&mut self, line: u64, column: usize, _message: &str) {
            self.bad.push((line, column));
        }
    }

    #[test]
    fn what_is_put_in_lies_between_what_changed() {
        let span = Span::new;
        let changes = [(span(2, 4), span(2, 3)), (span(6, 6), span(5, 8))];
        for (at, expected) in [
            (0, vec![(span(0, 0), span(0, 2)), (span(2, 4), span(4, 5)), (span(6, 6), span(7, 10))]),
            (2, vec![(span(2, 2), span(2, 4)), (span(2, 4), span(4, 5)), (span(6, 6), span(7, 10))]),
            (3, vec![(span(2, 4), span(2, 3)), (span(4, 4), span(3, 5)), (span(6, 6), span(7, 10))]),
            (4, vec![(span(2, 4), span(2, 3)), (span(5, 5), span(4, 6)), (span(6, 6), span(7, 10))]),
            (6, vec![(span(2, 4), span(2, 3)), (span(6, 6), span(5, 10))]),
            (9, vec![(span(2, 4), span(2, 3)), (span(6, 6), span(5, 8)), (span(7, 7), span(9, 11))]),
        ] {
            let mut changes = changes.to_vec();
            insert(&mut changes, at, 2);
            assert_eq!(changes, expected, "at {at}");
        }
    }

    #[test]
    fn a_record_beyond_the_limit_passes_through_in_pieces_and_fails() {
        let cleaner = Cleaner::builder().build().expect("the shipped rules are good");
        let fields = Fields { text: "text".into(), lang: None, url: None, metadata: None };
        let encoding = InputEncoding::Utf8;
        let job = Job {
            cleaner: &cleaner,
            fields: &fields,
            encoding,
            url: None,
            sides: false,
            only_changes: false,
            front_matter: false,
        };
        let input = walk::find(&["-".into()], Some(Format::Jsonl)).inputs.remove(0);
        let bytes = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{}\"}}\n{{\"text\":\"b\"}}", "x".repeat(100));
        let (mut out, mut seen) = (Vec::new(), Seen::default());
        let source = Box::new(io::Cursor::new(bytes.clone()));
        let done = job.records(&input, source, 32, &mut out, &mut seen).expect("memory cannot fail");
        assert_eq!(out, bytes.as_bytes());
        assert_eq!((seen.texts, seen.bad), (vec!["a".to_owned(), "b".to_owned()], vec![(2, 1)]));
        assert_eq!(done.hash, blake3::hash(bytes.as_bytes()).to_hex().as_str());
    }
}
