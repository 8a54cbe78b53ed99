//! Reports: edits written out for people and programs. Writes to any `Write` and decides nothing.
//!
//! Everything is rendered from the edits; nothing here compares two texts. What was applied, what was not and
//! why is taken as the engine left it.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::edit::{Edit, RuleId, Status};
use crate::text::Span;
use crate::{Cleaned, Held};

pub(crate) mod asked;
pub(crate) mod escape;
pub(crate) mod grouped;
pub(crate) mod html;
pub(crate) mod jsonl;
pub(crate) mod lint;
pub(crate) mod patch;
pub(crate) mod side;
pub(crate) mod stats;
pub(crate) mod words;

#[cfg(test)]
mod marked;

/// One text of an input with what was done to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doc<'a> {
    /// The path of the file, as reports show it.
    pub(crate) name: &'a str,
    /// Line of the record in its file, 1-based; none where the file is the text.
    pub(crate) record: Option<u64>,
    /// The field of the record that holds the text.
    pub(crate) field: Option<&'a str>,
    pub(crate) input: &'a str,
    pub(crate) cleaned: &'a Cleaned<'a>,
}

/// An edit or finding as reports tell it.
#[derive(Clone, Debug)]
struct Entry<'a> {
    edit: &'a Edit,
    status: Status,
    reason: Option<Cow<'a, str>>,
    /// Where, in the output.
    out: Span,
}

impl<'a> Doc<'a> {
    /// Returns the edits in order; if the text was held back, as what they would have been.
    fn edits(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        self.cleaned.edits.iter().map(self.entry())
    }

    /// Returns in order what was found and not changed.
    fn findings(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        self.cleaned.findings.iter().map(self.entry())
    }

    fn entry(&self) -> impl Fn(&'a Edit) -> Entry<'a> + use<'a> {
        let held = self.cleaned.held.as_ref();
        move |edit| {
            let reason = edit.reason.as_deref().map(Cow::Borrowed);
            let Some(held) = held else {
                return Entry { edit, status: edit.status, reason, out: edit.out };
            };
            // The output of a held text is its input, whatever the edits planned.
            if matches!(edit.status, Status::Kept | Status::Held) {
                let reason = reason.or_else(|| Some(held_because(held).into()));
                return Entry { edit, status: Status::Held, reason, out: edit.span };
            }
            Entry { edit, status: edit.status, reason, out: edit.span }
        }
    }
}

/// Returns the rules that had a part in `edit`, each once, in the order in which they first acted.
pub(crate) fn rules_of(edit: &Edit) -> Vec<&RuleId> {
    let mut seen = HashSet::new();
    edit.steps.iter().map(|step| &step.rule).filter(|rule| seen.insert(*rule)).collect()
}

/// Returns the stretches of the input that changed with those of the output that they became, in bytes: what
/// [`patch::render`] takes.
pub(crate) fn changes(cleaned: &Cleaned<'_>) -> Vec<(Span, Span)> {
    if cleaned.held.is_some() {
        return Vec::new();
    }
    cleaned.edits.iter().map(|edit| (edit.span, edit.out)).collect()
}

/// Returns why a text was left as it was, as a phrase for people.
pub(crate) fn held_because(held: &Held) -> String {
    match held {
        Held::Other { .. } => "it is not the text of which the edits were listed".to_owned(),
        Held::Restless { rules } => {
            let rules: Vec<_> = rules.iter().map(RuleId::as_str).collect();
            format!("the text never came to rest under {}", rules.join(", "))
        }
        Held::Words { changed, of, budget } => {
            format!("{changed} of {of} words would change inside lines that stay, and {budget} % are allowed")
        }
        Held::Lines { changed, of, budget } => {
            format!("{changed} of {of} lines would be dropped, and {budget} % are allowed")
        }
    }
}

/// Returns a count with its noun: `1 edit`, `2 edits`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_text_says_why() {
        for (held, why) in [
            (
                Held::Restless { rules: vec![RuleId::new("a/one"), RuleId::new("b/two")] },
                "the text never came to rest under a/one, b/two",
            ),
            (
                Held::Words { changed: 12, of: 100, budget: 5.0 },
                "12 of 100 words would change inside lines that stay, and 5 % are allowed",
            ),
            (
                Held::Lines { changed: 8, of: 10, budget: 62.5 },
                "8 of 10 lines would be dropped, and 62.5 % are allowed",
            ),
        ] {
            assert_eq!(held_because(&held), why);
        }
    }

    #[test]
    fn a_held_text_has_no_changes_and_its_edits_lie_where_they_were_found() {
        let mut text = marked::text("a[-b-]{+BBB+}c[-d-]", "x/y");
        assert_eq!(changes(&text.cleaned).len(), 2);
        text.hold();
        assert_eq!(changes(&text.cleaned), []);
        let entries: Vec<_> = text.doc("f").edits().map(|entry| (entry.status, entry.out)).collect();
        assert_eq!(entries, [(Status::Held, Span::new(1, 2)), (Status::Held, Span::new(3, 4))]);
    }
}
