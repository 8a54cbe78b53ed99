//! Forms of a text that make no difference to people, so that a rule must not make one either.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::rules::model::{Kind, Rule, Test, What};

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Variant {
    /// Lines end in CRLF.
    Crlf,
    /// The text ends in a line end if it did not, and does not if it did.
    FinalLineEnd,
    /// Letters are decomposed (NFD).
    Decomposed,
    /// Spaces are no-break spaces.
    NoBreak,
}

impl Variant {
    pub(super) const ALL: [Self; 4] = [Self::Crlf, Self::FinalLineEnd, Self::Decomposed, Self::NoBreak];

    /// Completes "does not survive …".
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crlf => "CRLF line ends",
            Self::FinalLineEnd => "a final line end more or less",
            Self::Decomposed => "decomposed letters (NFD)",
            Self::NoBreak => "no-break spaces",
        }
    }

    /// Says what to do about it.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Crlf => r"write `\r?\n` where the pattern has a line end",
            Self::FinalLineEnd => r"write `$` where the pattern has the end of the text; texts may end in a line end",
            Self::Decomposed => r"write `é` as `(?:é|e\u{301})`, or `\p{L}\p{M}*` for any letter",
            Self::NoBreak => r"write `[ \u{A0}]` where a space may be one that does not break",
        }
    }

    /// Returns the form of a test, before and after; none where there is no such form.
    pub(super) fn of(self, rule: &Rule, test: &Test) -> Option<(String, String)> {
        let (before, after) = (test.before.as_str(), test.after.as_str());
        let both = |form: fn(&str) -> String| Some((form(before), form(after)));
        match self {
            Self::Crlf if !before.contains('\n') || before.contains('\r') => None,
            Self::Crlf => both(|text| text.replace('\n', "\r\n")),
            // A text of nothing but the line end, or one whose last line goes, is another case.
            Self::FinalLineEnd if before.ends_with('\r') || before.trim().is_empty() || after.trim().is_empty() => None,
            Self::FinalLineEnd => match (before.strip_suffix('\n'), after.strip_suffix('\n')) {
                (Some(before), Some(after)) if !before.ends_with(['\n', '\r']) => {
                    Some((before.to_owned(), after.to_owned()))
                }
                (None, None) => both(|text| format!("{text}\n")),
                _ => None,
            },
            // What a rule reads is compared as it is written.
            Self::Decomposed if test.value.is_some() || !is_nfc(before) => None,
            Self::Decomposed => both(|text| text.nfd().collect()).filter(|(form, _)| form != before),
            Self::NoBreak if test.value.is_some() || !before.contains(' ') || names_spaces(rule) => None,
            Self::NoBreak => both(|text| text.replace(' ', "\u{A0}")),
        }
    }

    /// Whether `got` is what the form asks for.
    pub(super) fn same(self, got: &str, expected: &str) -> bool {
        match self {
            // A rule may write its own letters composed.
            Self::Decomposed => composed(got) == composed(expected),
            Self::Crlf | Self::FinalLineEnd | Self::NoBreak => got == expected,
        }
    }
}

fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Whether what the rule looks for or writes says anything of spaces. That of code of the program is not known.
fn names_spaces(rule: &Rule) -> bool {
    let finds = match &rule.kind {
        Kind::Map(words) => return words.entries.iter().any(|(from, to)| from.contains(' ') || to.contains(' ')),
        Kind::Builtin { .. } => return true,
        kind => kind.finds(),
    };
    let spacy = |regex: &str| {
        let classes = [" ", r"\s", r"\S", r"\x20", r"\pZ", r"\p{Z", r"\W", "[:space:]", "[:blank:]"];
        classes.iter().any(|class| regex.contains(class))
    };
    let guards = finds.iter().flat_map(|find| find.before.iter().chain(&find.after));
    guards.chain(&rule.unless).any(|pattern| spacy(&pattern.regex))
        || finds.iter().any(|find| match &find.what {
            What::Regex(pattern) | What::Line(pattern) => spacy(&pattern.regex),
            What::Literals(texts) | What::Labels(texts) => texts.iter().any(|text| text.contains(' ')),
        })
}
