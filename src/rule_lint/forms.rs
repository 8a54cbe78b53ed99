//! Forms of YAML that say something else than they seem to.

use std::sync::Arc;

use super::Finding;
use crate::report::escape::{is_invisible, visible};
use crate::rules::diagnostics::quoted;
use crate::rules::model::{Origin, Source};
use crate::rules::yaml::{self, Entry, Node, Plain, Scalar, Style, Value, write};
use crate::text::Span;

/// Keys whose values are no texts.
const NO_TEXTS: &[&str] = &[
    "format",
    "priority",
    "first-lines",
    "last-lines",
    "max-lines",
    "words",
    "lines",
    "pages",
    "disable",
    "ignore-case",
    "whole-word",
    "drop-ending",
    "remove",
];
/// Keys whose values are taken to the letter.
const TO_THE_LETTER: &[&str] = &[
    "literal", "literals", "regex", "line", "labels", "from", "to", "before", "after", "replace", "with", "unless",
    "text", "fix", "keep",
];
/// Keys whose values are patterns.
const PATTERNS: &[&str] = &["regex", "line", "from", "to", "unless"];

pub(super) fn check(source: &Arc<Source>, root: &Node, found: &mut Vec<Finding>) {
    let mut forms = Forms { source, found };
    forms.node(root, "");
    for span in yaml::aliases(source) {
        let finding = Finding::new("alias", &forms.at(span), "a text stands for another".to_owned(), "an alias");
        forms.found.push(finding.help("write the text out"));
    }
}

struct Forms<'s, 'f> {
    source: &'s Arc<Source>,
    found: &'f mut Vec<Finding>,
}

impl Forms<'_, '_> {
    fn at(&self, span: Span) -> Origin {
        Origin { source: Arc::clone(self.source), span }
    }

    /// Looks at what stands behind `key`, or is an item of its list.
    fn node(&mut self, node: &Node, key: &str) {
        match &node.value {
            Value::Scalar(scalar) => self.scalar(scalar, node.span, key),
            Value::List(items) => items.iter().for_each(|item| self.node(item, key)),
            Value::Map(entries) => {
                for entry in entries {
                    // What built-in rules understand is theirs.
                    if entry.key == "options" {
                        continue;
                    }
                    if key == "map" {
                        self.word(entry);
                    }
                    // Words of a list are no keys.
                    self.node(&entry.value, if key == "map" { "literal" } else { &entry.key });
                }
            }
        }
    }

    /// A word of a list, which stands as a key.
    fn word(&mut self, entry: &Entry) {
        if !self.source.text[entry.span.range()].starts_with(['"', '\'']) {
            self.other_type(&Scalar { text: entry.key.clone(), style: Style::Plain }, entry.span);
        }
    }

    fn scalar(&mut self, scalar: &Scalar, span: Span, key: &str) {
        if scalar.style == Style::Plain && !NO_TEXTS.contains(&key) {
            self.other_type(scalar, span);
        }
        let to_the_letter = TO_THE_LETTER.contains(&key);
        let behind = self.source.text[span.end..].lines().next().unwrap_or("");
        if scalar.style == Style::Plain
            && to_the_letter
            && behind.trim_start().starts_with('#')
            && behind.starts_with([' ', '\t'])
        {
            let label = format!("ends here; {} is a comment", quoted(behind.trim()));
            let finding =
                Finding::new("cut-comment", &self.at(span), "a text may have been cut at `#`".to_owned(), label);
            let fix = vec![(span, write::quoted(&scalar.text))];
            self.found.push(finding.help("put quotes around the text").fix(fix));
        }
        let head = self.source.text[..span.start].trim_end();
        let folded = head.ends_with(['>']) || head.ends_with(">-") || head.ends_with(">+");
        if scalar.style == Style::Block && to_the_letter && folded && !scalar.text.starts_with("(?x") {
            let title = "line ends of a text become spaces".to_owned();
            let finding = Finding::new("folded-text", &self.at(span), title, "in a block `>`");
            self.found.push(finding.help("write `|`, or the text in double quotes"));
        }
        self.hidden(scalar, span, key);
    }

    fn other_type(&mut self, scalar: &Scalar, span: Span) {
        let Some(what) = other_type(scalar) else { return };
        let title = format!("{} is no text for other readers of YAML", quoted(&scalar.text));
        let finding = Finding::new("like-another-type", &self.at(span), title, format!("may be read as {what}"));
        let quoted = write::quoted(&scalar.text);
        // An alias or an empty value has no bytes of its own.
        let fix = if self.source.text[span.range()] == scalar.text { vec![(span, quoted.clone())] } else { Vec::new() };
        self.found.push(finding.help(format!("write {quoted}")).fix(fix));
    }

    fn hidden(&mut self, scalar: &Scalar, span: Span, key: &str) {
        let written = &self.source.text[span.range()];
        // A block knows no escapes, so tabs of a table stand there as they are.
        let is_hidden =
            |c: char| !matches!(c, '\n' | '\r') && is_odd(c) && !(c == '\t' && scalar.style == Style::Block);
        let Some((at, c)) = written.char_indices().find(|&(_, c)| is_hidden(c)) else { return };
        let place = Span::new(span.start + at, span.start + at + c.len_utf8());
        let title = "a character in a text cannot be seen".to_owned();
        let finding = Finding::new("hidden-character", &self.at(place), title, visible(c.encode_utf8(&mut [0; 4])));
        let number = u32::from(c);
        let is_pattern = PATTERNS.contains(&key);
        let escape = if is_pattern { format!(r"\x{{{number:X}}}") } else { format!(r"\u{number:04X}") };
        let fix = match scalar.style {
            Style::Plain | Style::Single | Style::Double if !is_pattern => {
                vec![(span, write::double_quoted(&scalar.text))]
            }
            Style::Plain | Style::Single if is_pattern => vec![(place, escape.clone())],
            _ => Vec::new(),
        };
        self.found.push(finding.help(format!("write {escape}")).fix(fix));
    }
}

/// Characters that look like another or like nothing. Joiners and selectors belong to the scripts and emoji around them.
fn is_odd(c: char) -> bool {
    is_invisible(c)
        && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{3000}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
}

/// Says what a text without quotes is for other readers.
fn other_type(scalar: &Scalar) -> Option<&'static str> {
    let text = scalar.text.as_str();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match scalar.resolve() {
        Plain::Integer(_) | Plain::Float(_) => return Some("a number"),
        Plain::Bool(_) => return Some("true or false"),
        // A key without a value, which the reader knows.
        Plain::Null if text.is_empty() => return None,
        Plain::Null => return Some("nothing"),
        Plain::Text => {}
    }
    if ["yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str()) {
        return Some("true or false");
    }
    let parts = |mark: char| text.split(mark).collect::<Vec<_>>();
    match parts(':')[..] {
        [_, ref more @ ..] if !more.is_empty() && parts(':').iter().all(|part| digits(part)) => {
            return Some("a number");
        }
        _ => {}
    }
    match parts('-')[..] {
        [year, month, day] if year.len() == 4 && [year, month, day].iter().all(|part| digits(part)) => Some("a date"),
        _ => None,
    }
}
