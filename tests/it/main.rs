//! What unscrape promises, tested from outside.

mod articles;
mod laws;
mod samples;
