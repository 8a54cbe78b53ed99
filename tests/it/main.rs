//! What unscrape promises, tested from outside.

mod articles;
mod cli;
mod laws;
mod patches;
mod samples;
