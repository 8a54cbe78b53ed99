//! Cleaned texts for tests, written as the preview without colour shows them: `one[-  -]{+ +}two`.

use crate::edit::{Edit, Origin, RuleId, Safety, Status, Step};
use crate::text::Span;
use crate::{Cleaned, Held};

use super::Doc;

/// A text before and after.
pub(super) struct Text {
    pub(super) input: String,
    pub(super) cleaned: Cleaned<'static>,
}

/// Reads `marked`, in which deletions are `[-…-]` and insertions `{+…+}`, done by the safe rule `rule`.
pub(super) fn text(marked: &str, rule: &str) -> Text {
    let (mut input, mut output, mut edits) = (String::new(), String::new(), Vec::new());
    let mut rest = marked;
    while let Some(at) = [rest.find("[-"), rest.find("{+")].into_iter().flatten().min() {
        input.push_str(&rest[..at]);
        output.push_str(&rest[..at]);
        rest = &rest[at..];
        let before = cut(&mut rest, "[-", "-]");
        let after = cut(&mut rest, "{+", "+}");
        edits.push(Edit {
            span: Span::new(input.len(), input.len() + before.len()),
            out: Span::new(output.len(), output.len() + after.len()),
            ..edit(Status::Kept, rule, before, after)
        });
        input.push_str(before);
        output.push_str(after);
    }
    input.push_str(rest);
    output.push_str(rest);
    let cleaned = Cleaned {
        text: output.into(),
        edits,
        findings: Vec::new(),
        fields: Vec::new(),
        origin: Origin::default(),
        held: None,
        lang: None,
        site: None,
    };
    Text { input, cleaned }
}

fn cut<'a>(rest: &mut &'a str, open: &str, close: &str) -> &'a str {
    let Some(inner) = rest.strip_prefix(open) else { return "" };
    let (inner, behind) = inner.split_once(close).expect("every mark is closed");
    *rest = behind;
    inner
}

fn edit(status: Status, rule: &str, before: &str, after: &str) -> Edit {
    let step =
        Step { rule: RuleId::new(rule), before: before.into(), after: after.into(), evidence: None, score: None };
    let safety = match status {
        Status::Flag => None,
        Status::Proposed => Some(Safety::Review),
        _ => Some(Safety::Safe),
    };
    Edit {
        span: Span::default(),
        out: Span::default(),
        before: before.into(),
        after: after.into(),
        safety,
        status,
        reason: None,
        steps: vec![step],
    }
}

impl Text {
    /// Adds a finding where `before` first stands, which must be the same place in input and output.
    pub(super) fn finding(mut self, status: Status, rule: &str, before: &str, after: &str, reason: &str) -> Self {
        let at = self.input.find(before).expect("the text has it");
        let span = Span::new(at, at + before.len());
        assert_eq!(self.cleaned.text.get(span.range()), Some(before), "no edit before it moves it");
        let reason = (!reason.is_empty()).then(|| reason.to_owned());
        self.cleaned.findings.push(Edit { span, out: span, reason, ..edit(status, rule, before, after) });
        self
    }

    /// Makes this a text that was left as it was.
    pub(super) fn hold(&mut self) {
        self.cleaned.text = self.input.clone().into();
        self.cleaned.held = Some(Held::Words { changed: 3, of: 20, budget: 5.0 });
    }

    pub(super) fn doc<'a>(&'a self, name: &'a str) -> Doc<'a> {
        Doc { name, record: None, field: None, input: &self.input, cleaned: &self.cleaned }
    }
}
