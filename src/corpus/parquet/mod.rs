//! Parquet: columns of text, read row by row and put back, with every other column copied as it lies.
//!
//! A row is handed on as a line of JSON that holds its texts, their language and their URL: what cleans JSONL cleans
//! Parquet. [`Rewrite`] takes the clean lines and puts the texts that changed into their columns.

mod rewrite;
mod rows;

use std::cell::Cell;
use std::fs::File;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use parquet::basic::{Compression, ConvertedType, LogicalType, Type};
use parquet::errors::ParquetError;
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

pub(super) use self::rewrite::Rewrite;
pub(super) use self::rows::Rows;
use super::record::{Fields, shown};

/// A column that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    /// Which leaf of the schema it is.
    leaf: usize,
    /// Its name, with dots between the names of groups.
    name: String,
    /// Whether it holds texts to clean.
    is_text: bool,
}

/// Opens `file`.
///
/// # Errors
/// What is no Parquet file, or a damaged one.
fn reader(file: File) -> io::Result<SerializedFileReader<File>> {
    guarded(|| {
        // Bloom filters are read to be copied.
        let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
        let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
        SerializedFileReader::new_with_options(file, options)
    })
}

/// Returns the columns that matter, in the order of the schema.
///
/// # Errors
/// A file without a column for a text, with two of its name, or with one that holds something else.
fn columns(reader: &SerializedFileReader<File>, fields: &Fields) -> io::Result<Vec<Column>> {
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<_> = schema.columns().iter().map(|column| column.path().parts().join(".")).collect();
    fields.check_columns(&names)?;
    let is = |field: &Option<String>, name: &str| field.as_deref() == Some(name);
    let mut columns = Vec::new();
    for (leaf, (column, name)) in schema.columns().iter().zip(&names).enumerate() {
        let is_text = fields.texts.contains(name);
        if !is_text && ![&fields.lang, &fields.url, &fields.date].iter().any(|field| is(field, name)) {
            continue;
        }
        // A column is known by its name from here on.
        if names.iter().filter(|other| *other == name).count() > 1 {
            let why = format!("has more than one column `{}`: give each a name of its own", shown(name));
            return Err(io::Error::other(why));
        }
        match no_string(column) {
            None => {
                let groups = reader.metadata().row_groups().iter();
                if let Some(codec) = groups.flat_map(|group| unknown(group.column(leaf).compression())).next() {
                    let why =
                        format!("its column `{}` is compressed with {codec}, which is not read; use zstd", shown(name));
                    return Err(io::Error::other(why));
                }
                columns.push(Column { leaf, name: name.clone(), is_text });
            }
            Some(what) if is_text => {
                return Err(io::Error::other(format!("its column `{}` holds {what}, no strings", shown(name))));
            }
            // It tells nothing about the text, as in other formats.
            Some(_) => {}
        }
    }
    Ok(columns)
}

/// Returns the name of a codec that is not read.
fn unknown(codec: Compression) -> Option<&'static str> {
    match codec {
        Compression::BROTLI(_) => Some("Brotli"),
        Compression::LZO => Some("LZO"),
        _ => None,
    }
}

/// Returns what a column holds, if that is anything but a string for each row.
fn no_string(column: &ColumnDescriptor) -> Option<String> {
    if column.max_rep_level() > 0 {
        return Some("lists".to_owned());
    }
    if column.physical_type() != Type::BYTE_ARRAY {
        return Some(column.physical_type().to_string());
    }
    // Writers of old say nothing of strings; what is none is seen when it is read.
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::String), _) | (None, ConvertedType::UTF8 | ConvertedType::NONE) => None,
        (Some(other), _) => Some(format!("{other:?}").to_uppercase()),
        (None, other) => Some(other.to_string()),
    }
}

/// Does something with a file, and says what was wrong with it: the library panics at some kinds of damage.
fn guarded<T>(work: impl FnOnce() -> parquet::errors::Result<T>) -> io::Result<T> {
    QUIET.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                loud(info);
            }
        }));
    });
    let was = GUARDED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(was);
    done.unwrap_or_else(|_| Err(ParquetError::General("it is damaged".to_owned()))).map_err(told)
}

/// Panics of a guarded thread become errors, and are not printed.
static QUIET: Once = Once::new();

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(format!("its Parquet data cannot be read: {error}")),
        },
        ParquetError::EOF(_) => io::Error::other("its Parquet data ends too early; is the file whole?"),
        ParquetError::General(why) | ParquetError::NYI(why) => {
            io::Error::other(format!("its Parquet data cannot be read: {why}"))
        }
        error => io::Error::other(format!("its Parquet data cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, Write as _};
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::metadata::KeyValue;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::super::units::{Content, Units as _};
    use super::*;

    const SCHEMA: &str = "message m {
        required int64 id;
        optional binary text (STRING);
        optional group page { optional binary body (STRING); }
        optional binary raw;
    }";

    /// Writes a file of groups of rows, of which each has the same value in all columns of strings; none for null.
    fn file(groups: &[&[Option<&str>]]) -> File {
        file_of(SCHEMA, groups)
    }

    fn file_of(schema: &str, groups: &[&[Option<&str>]]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        let schema = Arc::new(parse_message_type(schema).expect("a schema"));
        let about = vec![KeyValue::new("owner".to_owned(), "a test".to_owned())];
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(Some(about))
            .set_created_by("another program".to_owned())
            .build();
        let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::new(properties)).expect("a writer");
        for rows in groups {
            let mut group = writer.next_row_group().expect("a group");
            let ids: Vec<_> = (0..rows.len() as i64).collect();
            let mut column = group.next_column().expect("a column").expect("one more");
            column.typed::<Int64Type>().write_batch(&ids, None, None).expect("written");
            column.close().expect("closed");
            let values: Vec<_> = rows.iter().flatten().map(|&text| ByteArray::from(text)).collect();
            for level in [1, 2, 1] {
                let levels: Vec<i16> = rows.iter().map(|row| if row.is_some() { level } else { level - 1 }).collect();
                let mut column = group.next_column().expect("a column").expect("one more");
                column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).expect("written");
                column.close().expect("closed");
            }
            group.close().expect("closed");
        }
        writer.close().expect("closed");
        file
    }

    fn fields(texts: &[&str]) -> Fields {
        let texts = texts.iter().map(|&name| name.to_owned()).collect();
        Fields { texts, lang: None, url: None, date: None, metadata: None, annotations: None }
    }

    fn lines(file: &File, fields: &Fields, limit: u64) -> Vec<String> {
        let mut rows = Rows::open(file.try_clone().expect("open"), fields, limit).expect("rows");
        let mut lines = Vec::new();
        while let Some(unit) = rows.next().expect("read") {
            lines.push(match unit.content {
                Content::Bad(bad) => bad.message,
                _ => String::from_utf8(unit.bytes).expect("JSON"),
            });
        }
        lines
    }

    fn bytes(mut file: &File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("read");
        bytes
    }

    /// Rewrites `file` with `clean` in its lines, and returns what is written.
    fn rewritten(file: &File, fields: &Fields, clean: impl Fn(&str) -> String) -> File {
        let old = lines(file, fields, 1 << 20);
        let mut out = tempfile::tempfile().expect("a file");
        let mut rewrite = Rewrite::new(file.try_clone().expect("open"), fields, 1 << 20, Vec::new()).expect("a file");
        rewrite.skip(old[0].len() as u64).expect("the first row");
        for line in &old[1..] {
            // As it may come: in pieces.
            let line = clean(line);
            let (a, b) = line.as_bytes().split_at(line.len() / 2);
            rewrite.write_all(a).and_then(|()| rewrite.write_all(b)).expect("taken");
        }
        let print = Rows::open(file.try_clone().expect("open"), fields, 1).expect("rows").file().clone();
        let (new, print) = rewrite.finish(&print).expect("written");
        assert_eq!(print, super::super::print::Print::of(&new[..]).expect("memory"));
        out.write_all(&new).expect("written");
        out
    }

    const GROUPS: &[&[Option<&str>]] = &[&[Some("a"), None, Some("dirty"), Some("")], &[Some("a"), Some("b")]];

    #[test]
    fn a_row_is_a_line_with_its_texts() {
        let expected = ["{\"text\":\"a\"}\n", "{\"text\":null}\n", "{\"text\":\"dirty\"}\n", "{\"text\":\"\"}\n"];
        assert_eq!(lines(&file(&GROUPS[..1]), &fields(&["text"]), 100), expected);
        let both = lines(&file(&GROUPS[1..]), &fields(&["page.body", "text"]), 100);
        assert_eq!(both[0], "{\"text\":\"a\",\"page.body\":\"a\"}\n", "in the order of the schema");
    }

    #[test]
    fn a_row_that_is_too_long_or_no_text_is_bad_and_the_rest_is_read() {
        let long = lines(&file(&GROUPS[..1]), &fields(&["text"]), 4);
        assert_eq!(long[2], "texts of more than 4 bytes; allow it with --max-record-bytes");
        assert_eq!(long[3], "{\"text\":\"\"}\n");
        assert_eq!(lines(&file(&GROUPS[..1]), &fields(&["text"]), 5)[2], "{\"text\":\"dirty\"}\n");
    }

    #[test]
    fn nothing_but_texts_that_changed_is_another() {
        let old = file(GROUPS);
        let fields = fields(&["text", "page.body"]);
        let new = rewritten(&old, &fields, |line| line.replacen("dirty", "clean", 1));
        let expected: Vec<_> =
            lines(&old, &fields, 100).into_iter().map(|line| line.replacen("dirty", "clean", 1)).collect();
        assert_eq!(lines(&new, &fields, 100), expected);
        let others = super::tests::fields(&["raw"]);
        assert_eq!(lines(&new, &others, 100), lines(&old, &others, 100));

        let (old, new) = (reader(old).expect("Parquet"), reader(new).expect("Parquet"));
        let (old, new) = (old.metadata(), new.metadata());
        assert_eq!(old.file_metadata().schema(), new.file_metadata().schema());
        assert_eq!(old.file_metadata().key_value_metadata(), new.file_metadata().key_value_metadata());
        assert_eq!(old.file_metadata().created_by(), new.file_metadata().created_by());
        assert_eq!(new.num_row_groups(), 2);
        for (group, leaf) in [(0, 0), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3)] {
            let (a, b) = (old.row_group(group).column(leaf), new.row_group(group).column(leaf));
            assert_eq!(a.compressed_size(), b.compressed_size(), "column {leaf} of group {group}");
            assert_eq!(a.statistics(), b.statistics(), "column {leaf} of group {group}");
        }
        assert_eq!(new.row_group(0).column(1).compression(), Compression::SNAPPY);
    }

    #[test]
    fn a_file_in_which_nothing_changed_is_the_same_bytes() {
        let old = file(GROUPS);
        let new = rewritten(&old, &fields(&["text"]), str::to_owned);
        assert_eq!(bytes(&new), bytes(&old));
    }

    #[test]
    fn rows_of_another_file_are_not_written() {
        let (old, other) = (file(GROUPS), file(&GROUPS[1..]));
        let fields = fields(&["text"]);
        let mut rewrite = Rewrite::new(other, &fields, 100, Vec::new()).expect("a file");
        rewrite.write_all(b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n").expect("taken");
        let print = Rows::open(old, &fields, 100).expect("rows").file().clone();
        let error = rewrite.finish(&print).expect_err("another file");
        assert!(error.to_string().starts_with("was changed by another program"), "{error}");
    }

    #[test]
    fn what_cannot_be_cleaned_says_why() {
        let error = |file: File, texts: &[&str]| {
            let rows = Rows::open(file, &fields(texts), 100);
            rows.err().expect("an error").to_string()
        };
        assert_eq!(error(file(GROUPS), &["id"]), "its column `id` holds INT64, no strings");
        let missing = "has no column `body`; name the one that holds the text with --text-field. Its columns: `id`, \
                       `text`, `page.body`, `raw`";
        assert_eq!(error(file(GROUPS), &["body"]), missing);
        for (one, other, name) in [("raw", "text", "text"), ("text", "page.body", "page.body")] {
            let twice = file_of(&SCHEMA.replace(&format!("binary {one}"), &format!("binary {other}")), GROUPS);
            let why = format!("has more than one column `{name}`: give each a name of its own");
            assert_eq!(error(twice.try_clone().expect("open"), &[name]), why);
            assert_eq!(lines(&twice, &fields(&[if name == "text" { "page.body" } else { "raw" }]), 100).len(), 6);
        }
        let mut named = fields(&["text"]);
        named.lang = Some("language".to_owned());
        let missing = Rows::open(file(GROUPS), &named, 100).err().expect("an error").to_string();
        assert!(
            missing.starts_with("has no column `language`; name the one that holds the language with"),
            "{missing}"
        );
        let whole = file(GROUPS);
        whole.set_len(bytes(&whole).len() as u64 / 2).expect("cut");
        whole.sync_all().expect("cut");
        assert!(error(whole, &["text"]).starts_with("its Parquet data cannot be read: "));
    }

    #[test]
    fn damage_is_an_error_and_no_panic() {
        let good = bytes(&file(GROUPS));
        for at in 0..good.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut bad = good.clone();
                bad[at] ^= flip;
                let mut file = tempfile::tempfile().expect("a file");
                file.write_all(&bad).and_then(|()| file.rewind()).expect("written");
                let Ok(mut rows) = Rows::open(file, &fields(&["text", "page.body"]), 100) else { continue };
                while let Ok(Some(_)) = rows.next_row() {}
            }
        }
    }
}
