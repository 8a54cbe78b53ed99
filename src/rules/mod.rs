//! Rules as written: what a pack may say, read from YAML with every error placed.
//!
//! Owns the file format. Knows nothing of how rules are run: [`crate::plan`] compiles what stands here.

pub(crate) mod config;
pub(crate) mod decode;
pub(crate) mod diagnostics;
pub(crate) mod docs;
pub(crate) mod keys;
pub(crate) mod model;
pub(crate) mod packs;
pub(crate) mod scaffold;
pub(crate) mod schema;
pub(crate) mod sites;
pub(crate) mod trust;
pub(crate) mod yaml;

pub(crate) use decode::{check_set, is_day};
