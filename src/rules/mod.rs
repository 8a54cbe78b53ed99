//! Rules as written: what a pack may say, read from YAML with every error placed.
//!
//! Owns the file format. Knows nothing of how rules are run: [`crate::plan`] compiles what stands here.

pub(crate) mod diagnostics;
pub(crate) mod model;
pub(crate) mod sites;

use diagnostics::Diagnostic;
use model::Pack;

pub(crate) fn check_set(_packs: &[Pack]) -> Vec<Diagnostic> {
    Vec::new()
}
