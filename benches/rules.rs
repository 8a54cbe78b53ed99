//! The whole default rule set on clean prose and on prose with faults, beside a plain copy, the NFC quick check
//! and the same rules run one after the other.
//!
//! `cargo bench` writes the prose with `benches/make_prose.py` (needs python3) to `target/bench-prose` once.
//! Figures are MB/s (millions of bytes of input a second, one thread, the best of several runs that alternate
//! between the tasks); what to compare is the ratios, since all tasks run in the same minutes.

#![allow(clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use unicode_normalization::{IsNormalized, is_nfc_quick};
use unscrape::edit::Safety;
use unscrape::{Cleaner, Source};

const RUNS: usize = 3;

/// What is measured of one text; it returns something that depends on all of its work.
type Task<'a> = &'a dyn Fn(&Record) -> usize;

struct Record {
    text: String,
    lang: Option<String>,
}

fn main() {
    let folder = prose();
    let build = |gated: bool| Cleaner::builder().gated(gated).build().expect("the shipped rules are right");
    let (gated, naive) = (build(true), build(false));
    let review = Cleaner::builder().safety(Safety::Review).findings(true).build().expect("the shipped rules are right");
    println!("{} rules in the default profile", gated.rules().count());
    for name in ["clean", "dirty"] {
        let records = records(&folder.join(format!("{name}.jsonl")));
        let bytes: usize = records.iter().map(|record| record.text.len()).sum();
        let changed = records.iter().filter(|record| clean(&gated, record, true) > 0).count();
        println!("\n{name}: {:.1} MB in {} texts, {changed} of them changed", bytes as f64 / 1e6, records.len());
        let tasks: [(&str, Task<'_>); 7] = [
            ("copy each text", &|record| black_box(record.text.clone()).len()),
            ("is_nfc_quick", &|record| usize::from(is_nfc_quick(record.text.chars()) == IsNormalized::Yes)),
            ("default rules, gated", &|record| clean(&gated, record, false)),
            ("default rules, one after the other", &|record| clean(&naive, record, false)),
            ("default rules, gated, language given", &|record| clean(&gated, record, true)),
            ("default rules, one after the other, language given", &|record| clean(&naive, record, true)),
            ("review rules and findings too, gated", &|record| clean(&review, record, true)),
        ];
        let mut best = [Duration::MAX; 7];
        for _ in 0..RUNS {
            for (best, (_, task)) in best.iter_mut().zip(&tasks) {
                let start = Instant::now();
                for record in &records {
                    black_box(task(record));
                }
                *best = start.elapsed().min(*best);
            }
        }
        let speed = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
        for ((label, _), &time) in tasks.iter().zip(&best) {
            let nfc = time.as_secs_f64() / best[1].as_secs_f64();
            println!("  {label:52} {:9.1} MB/s  {nfc:8.2} x the time of is_nfc_quick", speed(time));
        }
        println!("  with language: gated is {:.1} times as fast", speed(best[4]) / speed(best[5]));
        println!("  gated is {:.1} times as fast as one after the other", speed(best[2]) / speed(best[3]));
        if name == "clean" {
            each_rule(&records, bytes);
        }
    }
}

/// Prints how fast each rule is alone, without the scan that says whether it need run at all.
fn each_rule(records: &[Record], bytes: usize) {
    println!("\nclean, each rule alone, language given:");
    let ids: Vec<_> = default_rules().rules().map(|rule| rule.id.clone()).collect();
    for id in ids {
        let rule = Cleaner::builder().select(id.as_str()).gated(false).build().expect("the shipped rules are right");
        let start = Instant::now();
        for record in records {
            black_box(clean(&rule, record, true));
        }
        println!("  {:52} {:9.1} MB/s", id.as_str(), bytes as f64 / 1e6 / start.elapsed().as_secs_f64());
    }
}

fn default_rules() -> Cleaner {
    Cleaner::builder().build().expect("the shipped rules are right")
}

fn clean(cleaner: &Cleaner, record: &Record, with_lang: bool) -> usize {
    let lang = record.lang.as_deref().filter(|_| with_lang);
    black_box(cleaner.clean_with(&record.text, &Source { lang, ..Source::default() })).edits.len()
}

/// Writes the prose if it is not there and returns its folder.
fn prose() -> PathBuf {
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

fn records(path: &Path) -> Vec<Record> {
    let text = std::fs::read_to_string(path).expect("the prose was written");
    let record = |line: &str| {
        let record: serde_json::Value = serde_json::from_str(line).expect("one record a line");
        let field = |name: &str| record[name].as_str().map(str::to_owned);
        Record { text: field("text").expect("a text"), lang: field("lang") }
    };
    text.lines().map(record).collect()
}
