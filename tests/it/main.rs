//! What unscrape promises, tested from outside.

mod articles;
mod cli;
mod engine;
mod laws;
mod samples;
