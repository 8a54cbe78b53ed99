//! Files: which ones, what format, and how they are replaced whole or not at all. The only I/O of the library.
//!
//! Owns the way from bytes to texts and back. Decides nothing about a text: that is the cleaner's work.

pub(crate) mod jsonl;
pub(crate) mod read;
pub(crate) mod run;
pub(crate) mod targets;
pub(crate) mod walk;
pub(crate) mod write;
