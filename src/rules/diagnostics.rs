//! Messages about rule files: what is wrong, where, and what to try.

use std::fmt;

use super::model::Origin;

/// One message about one place of a rule file.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    /// What is wrong, without a full stop.
    pub(crate) title: String,
    /// Where; none for messages about a whole command line.
    pub(crate) origin: Option<Origin>,
    /// What stands beside the caret.
    pub(crate) label: String,
    /// A second place, such as the first of two equal keys.
    pub(crate) also: Option<(Origin, String)>,
    /// What to try.
    pub(crate) help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(title: impl Into<String>, origin: &Origin, label: impl Into<String>) -> Self {
        Self { title: title.into(), origin: Some(origin.clone()), label: label.into(), also: None, help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything wrong with a set of rule files, found in one run.
#[derive(Debug)]
pub struct RuleErrors {
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for RuleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} errors in the rules", self.diagnostics.len())
    }
}

impl std::error::Error for RuleErrors {}
