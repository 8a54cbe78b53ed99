//! The phase `words` alone on clean prose, as one text and as many, beside the NFC quick check; and what the first
//! use of the lexicons and the models costs.
//!
//! `cargo bench --bench words` measures the prose that `benches/make_prose.py` makes (needs python3), and the file
//! that the environment variable `PROSE` names, if there is one: records in JSON, one a line, with `text` and `lang`.
//! Every text is cleaned by the phase first: what is measured is one look at prose in which nothing is found.

#![allow(clippy::print_stdout, missing_docs)]

mod prose;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use prose::{Record, clean};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unscrape::edit::Safety;
use unscrape::{Cleaner, Source};

const RUNS: usize = 3;

fn main() {
    first_use();
    let folder = prose::folder();
    report("generated prose", prose::records(&folder.join("clean.jsonl")));
    match std::env::var("PROSE") {
        Ok(path) => report(&path, prose::records(Path::new(&path))),
        Err(_) => println!("\nno other prose: set PROSE to a file of records to measure it too"),
    }
}

/// Cleaners of the safe rules of the phase, of each of its rules, and of those under review too.
fn cleaners() -> Vec<(String, Cleaner)> {
    let build = |select: &str, safety| {
        let builder = Cleaner::builder().select(select).safety(safety);
        builder.build().expect("the shipped rules are right")
    };
    let safe = build("core/words", Safety::Safe);
    let ids: Vec<String> = safe.rules().map(|rule| rule.id.to_string()).collect();
    let mut cleaners = vec![("the phase".to_owned(), safe)];
    cleaners.extend(ids.into_iter().map(|id| (id.clone(), build(&id, Safety::Review))));
    cleaners.push(("with review rules".to_owned(), build("core/words", Safety::Review)));
    cleaners
}

/// Prints how long the first text takes that asks the lexicons and both models, and the next like it; before them one
/// that asks nothing, as the scan for all rules has a first time of its own.
fn first_use() {
    let cleaner = Cleaner::builder().select("core/words").build().expect("the shipped rules are right");
    let time = |text: &str, lang: &str| {
        let record = Record { text: text.to_owned(), lang: Some(lang.to_owned()) };
        let start = Instant::now();
        black_box(clean(&cleaner, &record, true));
        start.elapsed().as_secs_f64() * 1e3
    };
    println!("first text: {:.3} ms", time("So it is.", "en"));
    for lang in ["en", "de", "ru"] {
        let [first, again] =
            ["They met a zorblinger; ZorbGrump.", "They met a grumzorber; GrumZorb."].map(|text| time(text, lang));
        println!("first text with unknown words in {lang}: {first:.3} ms; the next: {again:.3} ms");
    }
}

/// Prints how fast the rules are on `records`, each by itself and all of a language as one.
fn report(name: &str, records: Vec<Record>) {
    let cleaners = cleaners();
    let settled: Vec<Record> = records.into_iter().map(|record| settle(&cleaners[0].1, record)).collect();
    let mut together: BTreeMap<Option<String>, String> = BTreeMap::new();
    for record in &settled {
        let text = together.entry(record.lang.clone()).or_default();
        text.push_str(&record.text);
        text.push_str("\n\n");
    }
    let together: Vec<Record> = together.into_iter().map(|(lang, text)| Record { text, lang }).collect();
    let together: Vec<Record> = together.into_iter().map(|record| settle(&cleaners[0].1, record)).collect();
    for (records, how) in [(settled, "each by itself"), (together, "all of a language as one")] {
        let bytes: usize = records.iter().map(|record| record.text.len()).sum();
        println!("\n{name}: {:.1} MB in {} texts, {how}", bytes as f64 / 1e6, records.len());
        let mut best = vec![Duration::MAX; cleaners.len() + 1];
        for _ in 0..RUNS {
            for (at, best) in best.iter_mut().enumerate() {
                let start = Instant::now();
                for record in &records {
                    match at.checked_sub(1) {
                        None => _ = black_box(is_nfc_quick(record.text.chars()) == IsNormalized::Yes),
                        Some(at) => _ = black_box(clean(&cleaners[at].1, record, true)),
                    }
                }
                *best = start.elapsed().min(*best);
            }
        }
        let line = |label: &str, time: Duration| {
            let (speed, ratio) = (bytes as f64 / 1e6 / time.as_secs_f64(), time.as_secs_f64() / best[0].as_secs_f64());
            println!("  {label:32} {speed:8.1} MB/s  {ratio:6.2} x the time of is_nfc_quick");
        };
        line("is_nfc_quick", best[0]);
        for ((label, _), &time) in cleaners.iter().zip(&best[1..]) {
            line(label, time);
        }
    }
}

/// Returns a record as the phase leaves it, composed: the quick check would stop at what is not.
fn settle(cleaner: &Cleaner, record: Record) -> Record {
    let source = Source { lang: record.lang.as_deref(), ..Source::default() };
    let text = cleaner.clean_with(&record.text, &source).text.nfc().collect();
    Record { text, ..record }
}
