//! YAML as a tree in which every value knows where it was written. The only file that names the YAML crate.
//!
//! Owns the syntax: what is not YAML, or is YAML that a rule file has no use for (tags, merge keys, a second
//! document), ends here with a message. Leaves alone what keys and values mean. Plain scalars stay strings until
//! somebody asks for something else, so that `no` and `1.0` are what they look like where a string is wanted.

use std::collections::HashMap;
use std::sync::Arc;

use serde_yaml::granit_parser::{self, ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle};

use super::diagnostics::{Diagnostic, MAX_ERRORS, quoted};
use super::model::{Origin, Source};
use crate::text::Span;

mod locate;
pub(crate) mod write;

pub(crate) use locate::locate;

/// No file of rules that a person wrote comes near these limits; files made to exhaust us stop at them.
const MAX_FILE: usize = 16 << 20;
const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 2_000_000;
/// Bytes of all scalars with aliases written out.
const MAX_TEXT: usize = 4 * MAX_FILE;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// Bytes of the source. A block scalar begins with its first line, not with its `|`.
    pub(crate) span: Span,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    /// Invariant: no two keys are equal.
    Map(Vec<Entry>),
}

/// A key of a mapping with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) span: Span,
    pub(crate) value: Node,
}

/// A string, or what may be read as something else if it is plain.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) style: Style,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    /// `|` or `>`.
    Block,
}

/// A plain scalar by the core schema of YAML 1.2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Plain {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text,
}

impl Scalar {
    /// Returns what the core schema of YAML 1.2 takes the scalar for; anything quoted is text.
    pub(crate) fn resolve(&self) -> Plain {
        if self.style != Style::Plain {
            return Plain::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
            "true" | "True" | "TRUE" => Plain::Bool(true),
            "false" | "False" | "FALSE" => Plain::Bool(false),
            text => number(text),
        }
    }
}

fn number(text: &str) -> Plain {
    let radix = |prefix, radix| text.strip_prefix(prefix).and_then(|digits| i64::from_str_radix(digits, radix).ok());
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.contains(|c: char| c.is_ascii_digit()) {
        if let Some(integer) = text.parse().ok().or_else(|| radix("0x", 16)).or_else(|| radix("0o", 8)) {
            return Plain::Integer(integer);
        }
        if let Some(float) = text.parse().ok().filter(|float: &f64| float.is_finite()) {
            return Plain::Float(float);
        }
    }
    Plain::Text
}

impl Node {
    /// Returns the part of the node that a caret can point at: a scalar, the first key of a block, a bracket.
    pub(crate) fn head(&self, source: &str) -> Span {
        match &self.value {
            Value::Map(entries) if !source[self.span.start..].starts_with('{') => {
                entries.first().map_or(self.span, |entry| entry.span)
            }
            Value::List(_) | Value::Map(_) => one_char(source, self.span.start),
            Value::Scalar(_) => self.span,
        }
    }

    /// Names the kind of value, for "expected …, found …".
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Scalar(scalar) => match scalar.resolve() {
                Plain::Null => "nothing",
                Plain::Bool(true) => "`true`",
                Plain::Bool(false) => "`false`",
                Plain::Integer(_) | Plain::Float(_) => "a number",
                Plain::Text => "a string",
            },
        }
    }
}

/// Makes a source of the bytes of a file of rules.
pub(crate) fn source(name: &str, bytes: &[u8], shipped: bool) -> Result<Arc<Source>, Vec<Diagnostic>> {
    if bytes.len() > MAX_FILE {
        let source = Source { name: name.to_owned(), text: String::new(), shipped };
        let origin = Origin { source: Arc::new(source), span: Span::new(0, 0) };
        let error = Diagnostic::new("the file is too large", &origin, format!("{} bytes", bytes.len()));
        return Err(vec![error.help(format!("a file of rules has at most {MAX_FILE} bytes"))]);
    }
    utf8(name, bytes, shipped)
}

/// Makes a source of the bytes of a file, however long.
pub(crate) fn utf8(name: &str, bytes: &[u8], shipped: bool) -> Result<Arc<Source>, Vec<Diagnostic>> {
    let new = |text: String| Arc::new(Source { name: name.to_owned(), text, shipped });
    // A byte order mark says nothing in UTF-8. Without it, columns of the first line are those of editors.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(new(text.to_owned())),
        Err(error) => {
            // What is valid before the bad byte stays as it is, so the offset holds in the lossy text.
            let at = error.valid_up_to();
            let text = String::from_utf8_lossy(bytes).into_owned();
            let span = one_char(&text, at);
            let label = format!("the byte 0x{:02X} does not belong here", bytes[at]);
            let help = if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
                "the file looks like UTF-16; save it as UTF-8"
            } else {
                "save the file as UTF-8"
            };
            let origin = Origin { source: new(text), span };
            Err(vec![Diagnostic::new("the file is not UTF-8", &origin, label).help(help)])
        }
    }
}

/// Reads the one document of `source`. Everything that is wrong goes to `errors`; a tree may come all the same.
pub(crate) fn parse(source: &Arc<Source>, errors: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut tree = Tree { source, errors, stack: Vec::new(), anchors: HashMap::new(), nodes: 0, text: 0, root: None };
    match tree.read() {
        Ok(()) => tree.root,
        Err(error) => {
            errors.push(*error);
            None
        }
    }
}

/// Returns where aliases of texts stand in a file that is YAML; those of lists and mappings save writing them twice.
pub(crate) fn aliases(source: &Source) -> Vec<Span> {
    let offset = |mark: granit_parser::Marker| {
        let counted = || source.text.char_indices().nth(mark.index()).map_or(source.text.len(), |(offset, _)| offset);
        floor_char(&source.text, mark.byte_offset().unwrap_or_else(counted))
    };
    let (mut texts, mut found) = (Vec::new(), Vec::new());
    for (event, marks) in Parser::new_from_str(&source.text).map_while(Result::ok) {
        match event {
            Event::Scalar(_, _, anchor, _) if anchor != 0 => texts.push(anchor),
            Event::Alias(anchor) if texts.contains(&anchor) => {
                found.push(Span::new(offset(marks.start), offset(marks.end)));
            }
            _ => {}
        }
    }
    found
}

/// The tree while it grows.
struct Tree<'s, 'e> {
    source: &'s Arc<Source>,
    errors: &'e mut Vec<Diagnostic>,
    stack: Vec<Open>,
    /// Complete nodes that have an anchor; an alias inside its own anchor finds nothing.
    anchors: HashMap<usize, Node>,
    nodes: usize,
    text: usize,
    root: Option<Node>,
}

/// A list or mapping that has begun.
struct Open {
    start: usize,
    anchor: usize,
    value: Value,
    /// The key of a mapping whose value comes next.
    key: Option<(String, Span)>,
}

/// Boxed, since a diagnostic is large and rare.
type Step<T = ()> = Result<T, Box<Diagnostic>>;

impl Tree<'_, '_> {
    fn read(&mut self) -> Step {
        let source = Arc::clone(self.source);
        let text = source.text.as_str();
        let options = granit_parser::options! {
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        let mut documents = 0;
        let mut behind = 0;
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, marks) = event.map_err(|error| self.syntax(&error, behind))?;
            let start = self.offset(marks.start);
            let span = Span::new(start, self.offset(marks.end).max(start));
            behind = span.end;
            if let Some(tag) = marks.tag_start() {
                return Err(self.tag(self.offset(tag)));
            }
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self
                            .error(
                                "a rule file is one YAML document",
                                first_line(text, span),
                                "here a second one starts",
                            )
                            .help("remove the `---`, or make two files of it")
                            .into());
                    }
                }
                Event::Scalar(value, style, anchor, _) => {
                    let style = match style {
                        ScalarStyle::Plain => Style::Plain,
                        ScalarStyle::SingleQuoted => Style::Single,
                        ScalarStyle::DoubleQuoted => Style::Double,
                        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                    };
                    self.spend(1, value.len(), span)?;
                    let scalar = Scalar { text: value.into_owned(), style };
                    self.place(Node { value: Value::Scalar(scalar), span }, anchor)?;
                }
                Event::SequenceStart(style, anchor, _) => self.open(Value::List(Vec::new()), anchor, style, span)?,
                Event::MappingStart(style, anchor, _) => self.open(Value::Map(Vec::new()), anchor, style, span)?,
                Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
                Event::Alias(anchor) => self.alias(anchor, span)?,
                _ => {}
            }
        }
        let empty = |node: &Node| matches!(&node.value, Value::Scalar(scalar) if scalar.resolve() == Plain::Null);
        if self.root.as_ref().is_none_or(empty) {
            let label = if text.trim().is_empty() { "nothing here" } else { "nothing but comments" };
            return Err(self.error("the file is empty", Span::new(0, 0), label).into());
        }
        Ok(())
    }

    fn open(&mut self, value: Value, anchor: usize, style: StructureStyle, span: Span) -> Step {
        if self.stack.len() >= MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        // The start of a block collection has no bytes of its own.
        debug_assert!(
            style == StructureStyle::Flow || span.is_empty() || self.source.text[span.range()].starts_with('-')
        );
        self.spend(1, 0, span)?;
        self.stack.push(Open { start: span.start, anchor, value, key: None });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Step {
        let Some(mut open) = self.stack.pop() else { return Ok(()) };
        if let Value::Map(entries) = &mut open.value {
            self.drop_doubles(entries);
        }
        self.place(Node { value: open.value, span: Span::new(open.start, span.end.max(open.start)) }, open.anchor)
    }

    /// Reports keys that occur twice and keeps the first.
    fn drop_doubles(&mut self, entries: &mut Vec<Entry>) {
        let mut seen: HashMap<String, Span> = HashMap::with_capacity(entries.len());
        entries.retain(|entry| {
            let Some(first) = seen.get(&entry.key) else {
                seen.insert(entry.key.clone(), entry.span);
                return true;
            };
            if self.errors.len() < MAX_ERRORS {
                let title = format!("the key {} is written twice", quoted(&entry.key));
                let first = self.origin(*first);
                self.errors.push(self.error(title, entry.span, "again here").also(first, "first here"));
            }
            false
        });
    }

    /// Puts a complete node where it belongs.
    fn place(&mut self, node: Node, anchor: usize) -> Step {
        if anchor != 0 {
            let (nodes, text, _) = size(&node);
            self.spend(nodes, text, node.span)?;
            self.anchors.insert(anchor, node.clone());
        }
        let source = Arc::clone(self.source);
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match open.key.take() {
                Some((key, span)) => entries.push(Entry { key, span, value: node }),
                None => match node.value {
                    Value::Scalar(Scalar { text, style: Style::Plain }) if text == "<<" => {
                        return Err(self
                            .error("merge keys are not supported", node.span, "merges another mapping into this one")
                            .help("write the keys out, or quote `'<<'` if it is a key like others")
                            .into());
                    }
                    Value::Scalar(scalar) => open.key = Some((scalar.text, node.span)),
                    Value::List(_) | Value::Map(_) => {
                        let span = node.head(&source.text);
                        let label = format!("expected a string, found {}", node.kind());
                        return Err(self.error("a key must be a string", span, label).into());
                    }
                },
            },
            Value::Scalar(_) => {}
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Step {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(self.error("an alias stands inside its own anchor", span, "would never end").into());
        };
        let (nodes, text, depth) = size(node);
        if self.stack.len() + depth > MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        self.spend(nodes, text, span)?;
        let node = self.anchors[&anchor].clone();
        self.place(node, 0)
    }

    /// Counts what is about to be made, before it is made.
    fn spend(&mut self, nodes: usize, text: usize, span: Span) -> Step {
        self.nodes += nodes;
        self.text += text;
        let limit = if self.nodes > MAX_NODES {
            format!("{MAX_NODES} values")
        } else if self.text > MAX_TEXT {
            format!("{MAX_TEXT} bytes of text")
        } else {
            return Ok(());
        };
        let label = format!("with its aliases written out the file has more than {limit}");
        Err(self.error("the file is too large", first_line(&self.source.text, span), label).into())
    }

    fn too_deep(&self, span: Span) -> Box<Diagnostic> {
        let span = one_char(&self.source.text, span.start);
        self.error("the file is nested too deeply", span, format!("more than {MAX_DEPTH} levels")).into()
    }

    fn tag(&self, start: usize) -> Box<Diagnostic> {
        let text = &self.source.text[start..];
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(text.len());
        let title = format!("the YAML tag {} is not supported", quoted(&text[..end]));
        self.error(title, Span::new(start, start + end), "a tag, since it starts with `!`")
            .help("put quotes around a text that starts with `!`")
            .into()
    }

    /// Says what is wrong in the words of rule files rather than in those of a scanner. `behind` is the end of the
    /// last value that was read before.
    fn syntax(&self, error: &ScanError, behind: usize) -> Box<Diagnostic> {
        let text = self.source.text.as_str();
        let at = self.offset(*error.marker());
        let here = one_char(text, at);
        let tab = tab_in_indentation(text, at);
        match error.kind() {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
            | ErrorKind::TabAtBlockScalarStart
                if tab.is_some() =>
            {
                let tab = tab.unwrap_or(at);
                self.error("a tab is used to indent", Span::new(tab, tab + 1), "a tab")
                    .help("indent with spaces; YAML allows no tabs there")
            }
            ErrorKind::RecursionLimitExceeded => return self.too_deep(here),
            ErrorKind::UnknownQuotedScalarEscape if unknown_escape(text, at).is_some() => {
                let span = unknown_escape(text, at).unwrap_or(here);
                let escape = &text[span.range()];
                self.error(format!("{} is not an escape of YAML", quoted(escape)), span, "unknown in double quotes")
                    .help(format!("write patterns in single quotes, where a backslash stays a backslash: `'{escape}'`"))
            }
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar
                if open_quote(text, behind, at).is_some() =>
            {
                let quote = open_quote(text, behind, at).unwrap_or(at);
                let help = if text[quote..].starts_with('\'') {
                    "close it with `'`; a `'` inside is written `''`"
                } else {
                    "close it with `\"`; a `\"` inside is written `\\\"`"
                };
                self.error("a quoted text has no end", Span::new(quote, quote + 1), "opened here").help(help)
            }
            ErrorKind::InvalidTrailingSingleQuotedScalar => self
                .error("there is text behind a closing quote", here, "not part of the quoted text")
                .help("inside single quotes, a `'` is written `''`"),
            ErrorKind::InvalidTrailingDoubleQuotedScalar => self
                .error("there is text behind a closing quote", here, "not part of the quoted text")
                .help("inside double quotes, a `\"` is written `\\\"`"),
            ErrorKind::UnknownAnchor => self
                .error("an alias has no anchor", here, "an alias, since it starts with `*`")
                .help("put quotes around a text that starts with `*`"),
            ErrorKind::InvalidBlockScalarHeader => self
                .error(
                    "a block of text starts wrongly",
                    here,
                    "starts a block of text; nothing else may follow in its line",
                )
                .help("put quotes around a text that starts with `|` or `>`"),
            ErrorKind::MappingValueNotAllowed => self
                .error("a second `:` in a value", here, "would start another mapping")
                .help("put quotes around a text that holds `: `; if this is a key, it must not be indented further than the key above it"),
            ErrorKind::UnexpectedCharacter { character } => {
                let character = quoted(&character.to_string());
                self.error(format!("a text cannot start with {character}"), here, "has a meaning of its own in YAML")
                    .help(format!("put quotes around a text that starts with {character}"))
            }
            ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => self
                .error("a line is no key with its value", here, "has no `: ` behind a key")
                .help("write `key: value`, with a space behind the colon; an item of a list begins with `- `"),
            ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => self
                .error("the indentation does not fit", here, "belongs to no mapping or list above")
                .help("keys of one mapping, and items of one list, start in the same column"),
            kind => {
                let error = self.error("the file is not valid YAML", here, kind.to_string());
                let flow = self.stack.iter().rfind(|open| text[open.start..].starts_with(['[', '{']));
                match flow {
                    Some(open) => {
                        let bracket = self.origin(one_char(text, open.start));
                        error.also(bracket, "inside this").help("close the bracket, or put a comma between its entries")
                    }
                    None => error,
                }
            }
        }
        .into()
    }

    fn origin(&self, span: Span) -> Origin {
        Origin { source: Arc::clone(self.source), span }
    }

    fn error(&self, title: impl Into<String>, span: Span, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(title, &self.origin(span), label)
    }

    /// Returns a mark's offset in bytes. Marks always count characters, and bytes only for some inputs.
    fn offset(&self, mark: granit_parser::Marker) -> usize {
        let text = &self.source.text;
        let counted = || text.char_indices().nth(mark.index()).map_or(text.len(), |(offset, _)| offset);
        floor_char(text, mark.byte_offset().unwrap_or_else(counted))
    }
}

/// Returns nodes, bytes of text and depth of a tree.
fn size(node: &Node) -> (usize, usize, usize) {
    let sum = |parts: &mut dyn Iterator<Item = (usize, usize, usize)>| {
        let (nodes, text, depth) =
            parts.fold((0, 0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1, sum.2.max(part.2)));
        (nodes + 1, text, depth + 1)
    };
    match &node.value {
        Value::Scalar(scalar) => (1, scalar.text.len(), 0),
        Value::List(items) => sum(&mut items.iter().map(size)),
        Value::Map(entries) => sum(&mut entries.iter().map(|entry| {
            let (nodes, text, depth) = size(&entry.value);
            (nodes + 1, text + entry.key.len(), depth)
        })),
    }
}

fn floor_char(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&offset| text.is_char_boundary(offset)).unwrap_or(0)
}

/// Returns the span of the character at `at`, empty at the end.
fn one_char(text: &str, at: usize) -> Span {
    Span::new(at, at + text[at..].chars().next().map_or(0, char::len_utf8))
}

/// Cuts `span` at the first line end.
fn first_line(text: &str, span: Span) -> Span {
    let len = text[span.range()].find(['\n', '\r']).unwrap_or(span.len());
    Span::new(span.start, span.start + len)
}

/// Returns the first tab in the indentation of the line of `at` or of one that follows.
fn tab_in_indentation(text: &str, at: usize) -> Option<usize> {
    let mut start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    loop {
        let line = text.get(start..)?;
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indentation].find('\t') {
            return Some(start + tab);
        }
        start += line.find('\n')? + 1;
    }
}

/// Returns the first escape in the double-quoted scalar at `at` that YAML does not know.
fn unknown_escape(text: &str, at: usize) -> Option<Span> {
    let mut chars = text[at..].char_indices().skip(1);
    while let Some((offset, c)) = chars.next() {
        if c == '"' {
            return None;
        }
        if c == '\\' {
            let (_, escaped) = chars.next()?;
            if !"0abt\tnvfre \"/\\N_LPxuU\n\r".contains(escaped) {
                return Some(Span::new(at + offset, at + offset + 1 + escaped.len_utf8()));
            }
        }
    }
    None
}

/// Returns the quote behind `from` that is still open at `at`.
fn open_quote(text: &str, from: usize, at: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let quote = from + text.get(from..at)?.find(['"', '\''])?;
        let single = text[quote..].starts_with('\'');
        let mut chars = text[quote + 1..].char_indices().peekable();
        let mut end = None;
        while let Some((offset, c)) = chars.next() {
            match c {
                '\\' if !single => _ = chars.next(),
                '\'' if single && chars.peek().is_some_and(|next| next.1 == '\'') => _ = chars.next(),
                '\'' if single => end = Some(quote + 1 + offset),
                '"' if !single => end = Some(quote + 1 + offset),
                _ => {}
            }
            if end.is_some() {
                break;
            }
        }
        match end {
            Some(end) if end < at => from = end + 1,
            _ => return Some(quote),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> (Arc<Source>, Node) {
        let source = source("x.yaml", text.as_bytes(), false).expect("UTF-8");
        let mut errors = Vec::new();
        let node = parse(&source, &mut errors);
        assert!(errors.is_empty(), "{errors:?}");
        (source, node.expect("a tree"))
    }

    fn scalars<'n>(node: &'n Node, found: &mut Vec<(&'n str, Span)>) {
        match &node.value {
            Value::Scalar(scalar) => found.push((&scalar.text, node.span)),
            Value::List(items) => items.iter().for_each(|item| scalars(item, found)),
            Value::Map(entries) => entries.iter().for_each(|entry| scalars(&entry.value, found)),
        }
    }

    /// In every scalar, the letter `X` of the value is found where it was written.
    #[test]
    fn a_place_in_a_value_leads_to_the_place_in_the_source_in_every_style() {
        let texts = [
            "a: éX",
            "a: one\n  two X\n\n  three",
            "a: 'it''s X'",
            "a: 'one  \n\n   two X'",
            "a: \"\\té\\u00e9\\x41\\\"X\"",
            "a: \"\\uD83D\\uDE00 X\"",
            "a: \"one \\\n    two\\n  \n\n  X\"",
            "a: |\n  one\n    two X\n",
            "a: |2-\n    'one'\n  X\n",
            "a: >\n  one\n  two\n\n    three\n  X\n\n",
            "a: |+\n\n  X\n\n",
            "[{ a: é, b: X }]",
            "a: |\r\n  one\r\n  X\r\n",
        ];
        for text in texts {
            let (source, node) = tree(text);
            let mut found = Vec::new();
            scalars(&node, &mut found);
            let (value, span) = *found.iter().find(|(value, _)| value.contains('X')).expect("an X");
            let at = value.find('X').expect("an X");
            let place = locate(&source.text, span, value, at..at + 1).expect("a place");
            assert_eq!(place, Span::from(text.find('X').expect("an X")..text.find('X').expect("an X") + 1), "{text:?}");
            let all = locate(&source.text, span, value, 0..value.len()).expect("a place");
            assert!(all.contains(place), "{text:?}");
            assert!(locate(&source.text, span, value, value.len()..value.len()).is_some(), "{text:?}");
        }
    }

    #[test]
    fn a_value_that_was_not_written_there_has_no_place() {
        assert_eq!(locate("'abc'", Span::new(0, 5), "abd", 0..1), None);
        assert_eq!(locate("abc", Span::new(0, 9), "abc", 0..1), None);
    }

    #[test]
    fn plain_scalars_are_taken_for_what_the_core_schema_says() {
        let plain = |text: &str| Scalar { text: text.to_owned(), style: Style::Plain }.resolve();
        for (text, value) in [
            ("~", Plain::Null),
            ("true", Plain::Bool(true)),
            ("yes", Plain::Text),
            ("no", Plain::Text),
            ("-12", Plain::Integer(-12)),
            ("0x1F", Plain::Integer(31)),
            ("0o17", Plain::Integer(15)),
            ("1.5e3", Plain::Float(1500.0)),
            (".5", Plain::Float(0.5)),
            ("1.0.0", Plain::Text),
            ("e5", Plain::Text),
            (".inf", Plain::Text),
            ("infinity", Plain::Text),
            ("1e999", Plain::Text),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
        assert_eq!(Scalar { text: "1".into(), style: Style::Single }.resolve(), Plain::Text);
    }

    #[test]
    fn an_alias_stands_for_its_anchor() {
        let (_, node) = tree("a: &x [1, 2]\nb: *x\n");
        let mut found = Vec::new();
        scalars(&node, &mut found);
        assert_eq!(found.iter().map(|scalar| scalar.0).collect::<Vec<_>>(), ["1", "2", "1", "2"]);
    }
}
