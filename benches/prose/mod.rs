//! The texts that are measured, and one way to clean them; shared by the benchmarks.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use unscrape::{Cleaner, Source};

/// One text.
pub(crate) struct Record {
    pub(crate) text: String,
    pub(crate) lang: Option<String>,
}

/// Cleans a text; returns how many edits that took.
pub(crate) fn clean(cleaner: &Cleaner, record: &Record, with_lang: bool) -> usize {
    let lang = record.lang.as_deref().filter(|_| with_lang);
    black_box(cleaner.clean_with(&record.text, &Source { lang, ..Source::default() })).edits.len()
}

/// Writes the generated prose if it is not there and returns its folder.
pub(crate) fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench-prose");
    if !folder.join("dirty.jsonl").exists() {
        let script = root.join("benches/make_prose.py");
        let made = Command::new("python3")
            .arg(script)
            .args(["--clean-mb", "20", "--dirty-mb", "20", "--out"])
            .arg(&folder)
            .status();
        assert!(made.is_ok_and(|status| status.success()), "benches/make_prose.py failed: is python3 there?");
    }
    folder
}

/// Reads a JSONL file of generated prose.
pub(crate) fn records(path: &Path) -> Vec<Record> {
    let text = std::fs::read_to_string(path).expect("the prose was written");
    let record = |line: &str| {
        let record: serde_json::Value = serde_json::from_str(line).expect("one record a line");
        let field = |name: &str| record[name].as_str().map(str::to_owned);
        Record { text: field("text").expect("a text"), lang: field("lang") }
    };
    text.lines().map(record).collect()
}
