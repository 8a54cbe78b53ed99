//! The whole default rule set on clean prose and on prose with faults, beside a plain copy, the NFC quick check
//! and the same rules run one after the other.
//!
//! `cargo bench` writes the prose with `benches/make_prose.py` (needs python3) to `target/bench-prose` once.
//! Figures are MB/s (millions of bytes of input a second, one thread, the best of several runs that alternate
//! between the tasks); what to compare is the ratios, since all tasks run in the same minutes.

#![allow(clippy::print_stdout, missing_docs)]

mod prose;

use std::hint::black_box;
use std::time::{Duration, Instant};

use prose::{Record, clean, records};
use unicode_normalization::{IsNormalized, is_nfc_quick};
use unscrape::Cleaner;
use unscrape::edit::Safety;

const RUNS: usize = 3;

/// What is measured of one text; it returns something that depends on all of its work.
type Task<'a> = &'a dyn Fn(&Record) -> usize;

fn main() {
    let folder = prose::folder();
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
