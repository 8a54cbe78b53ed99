//! What unscrape promises, tested from outside.

// A test that is skipped says so.
#![allow(clippy::print_stderr)]

mod articles;
mod broken_rules;
mod cli;
mod encodings;
mod engine;
mod formats;
mod hostile;
#[cfg(unix)]
mod kills;
mod laws;
mod learn;
mod lint;
mod metadata;
mod names;
mod package;
mod patches;
mod readme;
mod review;
mod rule_docs;
mod rule_lint;
mod rules;
mod runs;
mod samples;
mod sites;
mod words;
