//! Files: which ones, what format, and how they are replaced whole or not at all. The only I/O of the library.
//!
//! Owns the way from bytes to texts and back. Decides nothing about a text: that is the cleaner's work.

mod csv;
pub(crate) mod job;
pub(crate) mod journal;
mod json;
mod metadata;
mod order;
pub(crate) mod output;
pub(crate) mod packing;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod print;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod targets;
pub(crate) mod undo;
pub(crate) mod units;
pub(crate) mod walk;
pub(crate) mod write;

/// What the tests of walking and of targets share.
#[cfg(test)]
mod testing {
    use std::fs;

    /// A folder that holds `files`, each with a letter in it.
    pub(super) fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder for the test");
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("made");
            fs::write(path, "x").expect("written");
        }
        dir
    }
}
