//! Finders: rules made ready to look at a text. One file for each kind; the built-in ones are named here.
//!
//! A finder reads one snapshot and proposes; it never decides. It does not know its rule's `where`, `unless`,
//! `lang`, `sites`, safety or ceiling: the plan holds those against what it proposes.

pub(crate) mod pattern;
pub(crate) mod search;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::rules::diagnostics::Diagnostic;
use crate::rules::model::Written;
use crate::text::{Document, Span};

/// What a finder found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Bytes of the snapshot, on character boundaries.
    pub(crate) span: Span,
    /// What should stand there. Finders of flags leave it equal to what stands there.
    pub(crate) after: String,
    /// Why, where it is more than the pattern: for people, one short phrase.
    pub(crate) evidence: Option<String>,
}

/// A compiled rule.
pub(crate) trait Finder: Send + Sync {
    /// Puts what it finds in `doc` into `found`, in any order.
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>);

    /// Patterns of which at least one must match somewhere in a text in which this finder could find anything.
    /// The plan asks them of the whole text at once, with look-arounds removed. `None`: always run.
    fn triggers(&self) -> Option<Vec<String>>;

    /// Compiles what [`Finder::find`] would compile when first needed, to learn whether a pattern is too large.
    fn check(&self) -> Result<(), regex::Error> {
        Ok(())
    }

    /// Whether it deletes whole lines, so that a blank line left over between two others goes too.
    fn drops_lines(&self) -> bool {
        false
    }
}

/// The options of a built-in rule, as written.
pub(crate) type Options = BTreeMap<String, Written<Value>>;

/// Makes the built-in finder `name`; None if there is none of that name.
pub(crate) fn builtin(name: &str, options: &Options) -> Option<Result<Box<dyn Finder>, Vec<Diagnostic>>> {
    let _ = options;
    match name {
        _ => None,
    }
}

/// The names of all built-in finders, in order.
pub(crate) const BUILTINS: &[&str] = &[];
