//! Writes what a rule gives into the `after:` of its failing `fix` tests, and nothing else of the file.

use std::sync::Arc;

use super::TestReport;
use crate::rules::model::Source;
use crate::rules::yaml::{self, Node, Style, Value, write};
use crate::text::Span;

/// A rule file with other expectations.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) source: Arc<Source>,
    /// What the file becomes, without byte order mark.
    pub(crate) text: String,
    /// Stretches of the source with those of `text` that they became.
    pub(crate) changes: Vec<(Span, Span)>,
}

/// Returns what to write so that the tests expect what came out, for each file that is no shipped one. Those that
/// cannot be written where they stand, such as an alias of another text, are left out.
pub(crate) fn updates(report: &TestReport) -> Vec<Update> {
    let mut files: Vec<(Arc<Source>, Vec<Change<'_>>)> = Vec::new();
    for (_, failure) in report.failed_cases() {
        let Some(texts) = &failure.texts else { continue };
        let Some(after) = texts.after.as_ref().filter(|after| !after.source.shipped) else { continue };
        let change = Change { at: after.span, to: &texts.got };
        match files.iter_mut().find(|(source, _)| Arc::ptr_eq(source, &after.source)) {
            Some((_, changes)) => changes.push(change),
            None => files.push((Arc::clone(&after.source), vec![change])),
        }
    }
    files.into_iter().filter_map(|(source, changes)| update(source, changes)).collect()
}

/// A scalar and the text that it is to say.
#[derive(Clone, Copy, Debug)]
struct Change<'t> {
    at: Span,
    to: &'t str,
}

fn update(source: Arc<Source>, mut changes: Vec<Change<'_>>) -> Option<Update> {
    let old = yaml::parse(&source, &mut Vec::new())?;
    changes.sort_by_key(|change| change.at);
    changes.dedup_by_key(|change| change.at);
    // One that cannot be written must not keep the others from it.
    changes.retain(|&change| written(&source, &old, &[change]).is_some());
    written(&source, &old, &changes).filter(|update| !update.changes.is_empty())
}

/// Writes `changes`, which are sorted; none unless the file then says just that.
fn written(source: &Arc<Source>, old: &Node, changes: &[Change<'_>]) -> Option<Update> {
    let (mut text, mut at) = (String::with_capacity(source.text.len()), 0);
    let mut spans = Vec::new();
    for change in changes {
        let (span, scalar) = scalar(&source.text, style_at(old, change.at)?, *change)?;
        text.push_str(source.text.get(at..span.start)?);
        let start = text.len();
        text.push_str(&scalar);
        spans.push((span, Span::new(start, text.len())));
        at = span.end;
    }
    text.push_str(source.text.get(at..)?);
    let new = Arc::new(Source { name: source.name.clone(), text, shipped: false });
    let mut errors = Vec::new();
    let tree = yaml::parse(&new, &mut errors)?;
    let right = errors.is_empty() && same_but(old, &tree, changes);
    right.then(|| Update { source: Arc::clone(source), text: new.text.clone(), changes: spans })
}

/// Returns the bytes to replace and what to put there.
fn scalar(source: &str, style: Style, Change { at, to }: Change<'_>) -> Option<(Span, String)> {
    match style {
        Style::Plain | Style::Single => Some((at, write::quoted(to))),
        Style::Double => Some((at, write::double_quoted(to))),
        Style::Block => {
            let head = source[..at.start].rfind(['|', '>'])?;
            let line_end = if source[head..at.start].contains("\r\n") { "\r\n" } else { "\n" };
            let lines = source[..at.end].get(source[..at.start].rfind('\n').map_or(0, |end| end + 1)..)?;
            let first = lines.lines().find(|line| !line.trim().is_empty())?;
            let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
            let written = match write::block(to, indent, line_end) {
                Some((mark, lines)) if source[head..].starts_with('|') => format!("{mark}{line_end}{lines}"),
                _ => write::double_quoted(to),
            };
            // Blank lines and comments behind it stay.
            let end = at.start + source[at.range()].trim_end_matches(['\n', '\r', ' ']).len();
            Some((Span::new(head, end), written))
        }
    }
}

fn style_at(node: &Node, at: Span) -> Option<Style> {
    match &node.value {
        Value::Scalar(scalar) => (node.span == at).then_some(scalar.style),
        Value::List(items) => items.iter().find_map(|item| style_at(item, at)),
        Value::Map(entries) => entries.iter().find_map(|entry| style_at(&entry.value, at)),
    }
}

/// Whether `new` says what `old` says but for `changes`, each of which it says once.
fn same_but(old: &Node, new: &Node, changes: &[Change<'_>]) -> bool {
    let mut made = 0;
    walk(old, new, changes, &mut made) && made == changes.len()
}

fn walk(old: &Node, new: &Node, changes: &[Change<'_>], made: &mut usize) -> bool {
    match (&old.value, &new.value) {
        (Value::Scalar(was), Value::Scalar(is)) => match changes.iter().find(|change| change.at == old.span) {
            Some(change) => {
                *made += 1;
                is.text == change.to
            }
            None => was.text == is.text && was.style == is.style,
        },
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| walk(a, b, changes, made))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| a.key == b.key && walk(&a.value, &b.value, changes, made))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes each `before: x` of the file expect what `to` says.
    fn expecting(yaml: &str, to: &str) -> Option<String> {
        let source = yaml::source("x.yaml", yaml.as_bytes(), false).expect("UTF-8");
        let root = yaml::parse(&source, &mut Vec::new()).expect("YAML");
        let Value::Map(entries) = &root.value else { panic!("a mapping") };
        let after = entries.iter().filter(|entry| entry.key == "after").map(|entry| entry.value.span);
        update(Arc::clone(&source), after.map(|at| Change { at, to }).collect()).map(|update| update.text)
    }

    #[test]
    fn only_the_expected_text_is_written_anew() {
        for (yaml, to, expected) in [
            (
                "before: x # why\nafter: old   # and why\nlast: y\n",
                "new",
                "before: x # why\nafter: 'new'   # and why\nlast: y\n",
            ),
            ("{ before: x, after: 'it''s', z: 1 }", "it's new", "{ before: x, after: 'it''s new', z: 1 }"),
            ("after: \"o\\tld\"\n", "n\u{A0}w", "after: \"n\\u00A0w\"\n"),
            ("after: 'one'\n", "one\ntwo", "after: \"one\\ntwo\"\n"),
            (
                "after: |\n    one\n    two\n\n# a comment\nb: c\n",
                "one\n\nthree\n",
                "after: |\n    one\n\n    three\n\n# a comment\nb: c\n",
            ),
            ("after: |-\n  one\nb: c\n", "\u{200B}", "after: \"\\u200B\"\nb: c\n"),
            ("after: >\n  one\n  two\nb: c\n", "three\n", "after: \"three\\n\"\nb: c\n"),
        ] {
            assert_eq!(expecting(yaml, to).as_deref(), Some(expected), "{yaml}");
        }
    }

    #[test]
    fn a_text_that_stands_for_others_too_is_left_alone() {
        assert_eq!(expecting("before: &x old\nafter: *x\n", "new"), None);
        assert_eq!(expecting("after: &x old\nthird: *x\n", "new"), None);
    }
}
