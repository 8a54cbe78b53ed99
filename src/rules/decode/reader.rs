//! Reading keys off a mapping, with every complaint that tables and types can make.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::rules::diagnostics::{Diagnostic, MAX_ERRORS, meant, names, quoted, wrapped};
use crate::rules::keys::{Key, Named, Table, Takes};
use crate::rules::model::{Origin, Source, Written};
use crate::rules::yaml::{self, Entry, Node, Plain, Style, Value};
use crate::text::Span;

/// Gathers the errors of one file.
///
/// Its methods return `None` where they have recorded an error *or* an optional key is absent: what was read
/// counts only if there are no errors at the end, so the two need not be told apart.
pub(crate) struct Reader {
    pub(crate) source: Arc<Source>,
    pub(crate) errors: Vec<Diagnostic>,
    /// The word lists that rules may name with `file:`.
    pub(crate) lists: BTreeMap<String, Vec<u8>>,
}

/// A label of more characters runs off the screen; what it lists goes to the help.
const MAX_LABEL: usize = 90;

/// A string of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'n> {
    pub(crate) value: &'n str,
    pub(crate) span: Span,
    pub(crate) style: Style,
}

/// The entries of a mapping whose keys are known.
pub(crate) struct Fields<'n> {
    /// How messages call the mapping, such as `` rule `core/x/y` ``.
    pub(crate) who: String,
    /// What a caret points at if something is missing.
    pub(crate) head: Span,
    /// Keys that are not there, but probably were meant by others that are.
    pub(crate) mistyped: Vec<&'static str>,
    /// Whether there are keys that do not belong here, which has been reported.
    pub(crate) has_unknown: bool,
    keys: Vec<&'static Key>,
    entries: &'n [Entry],
}

impl<'n> Fields<'n> {
    /// Returns the entry of `key`; none also if such a mapping does not take the key, which has been reported.
    pub(crate) fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.keys.iter().find(|known| known.name == key)?;
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Returns whether `key` was written, whatever stands behind it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Names the value of `key` for messages.
    pub(crate) fn what(&self, key: &str) -> String {
        format!("`{key}` of {}", self.who)
    }
}

impl Reader {
    pub(crate) fn new(source: Arc<Source>) -> Self {
        Self { source, errors: Vec::new(), lists: BTreeMap::new() }
    }

    /// Returns whether it is time to stop looking for more errors.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.len() >= MAX_ERRORS
    }

    pub(crate) fn origin(&self, span: Span) -> Origin {
        Origin { source: Arc::clone(&self.source), span }
    }

    pub(crate) fn written<T>(&self, value: T, span: Span) -> Written<T> {
        Written { value, origin: self.origin(span) }
    }

    /// Records an error, to which more can be said. Beyond so many, the last one makes room.
    pub(crate) fn error(&mut self, title: impl Into<String>, span: Span, label: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic::new(title, &self.origin(span), label);
        if self.is_full() {
            self.errors.pop();
        }
        self.errors.push(diagnostic);
        self.errors.last_mut().expect("just pushed")
    }

    /// Records an error about a name that is not one of those which exist: `offer` introduces them.
    fn unknown(&mut self, title: String, span: Span, short: &str, offer: &str, help: Option<String>) {
        if offer.chars().count() <= MAX_LABEL {
            self.error(title, span, offer).help = help.as_deref().map(wrapped);
        } else {
            let help = help.into_iter().chain([offer.to_owned()]).collect::<Vec<_>>().join("\n");
            self.error(title, span, short).help = Some(wrapped(&help));
        }
    }

    /// Returns the bytes of the source that say the bytes `range` of `text`.
    pub(crate) fn inside(&self, text: Text<'_>, range: std::ops::Range<usize>) -> Span {
        yaml::locate(&self.source.text, text.span, text.value, range).unwrap_or(text.span)
    }

    /// Takes `node` for a mapping by `table`.
    pub(crate) fn table<'n>(&mut self, node: &'n Node, table: &'static Table, who: String) -> Option<Fields<'n>> {
        let entries = self.entries(node, &who)?;
        let label = format!("{} takes {}", table.name, names(table.keys.iter().map(|key| key.name)));
        let fields = self.fields(node, entries, table.keys.iter().collect(), who, &label, |_| None);
        Some(fields)
    }

    /// Takes `node` for a mapping.
    pub(crate) fn entries<'n>(&mut self, node: &'n Node, who: &str) -> Option<&'n [Entry]> {
        match &node.value {
            Value::Map(entries) => Some(entries),
            _ => {
                self.wrong(node, who, "a mapping");
                None
            }
        }
    }

    /// Holds `entries` against `keys`. `label` says what the mapping takes, `help` what else to say of an unknown key.
    pub(crate) fn fields<'n>(
        &mut self,
        node: &Node,
        entries: &'n [Entry],
        keys: Vec<&'static Key>,
        who: String,
        label: &str,
        help: impl Fn(&str) -> Option<String>,
    ) -> Fields<'n> {
        let (mut mistyped, mut has_unknown) = (Vec::new(), false);
        for entry in entries.iter().filter(|entry| !keys.iter().any(|key| key.name == entry.key)) {
            has_unknown = true;
            if self.is_full() {
                break;
            }
            let meant = meant(&entry.key, keys.iter().map(|key| key.name));
            mistyped.extend(meant);
            let title = format!("{who} has an unknown key {}", quoted(&entry.key));
            let help = meant.map_or_else(|| help(&entry.key), |meant| Some(format!("did you mean `{meant}`?")));
            self.unknown(title, entry.span, "no such key here", label, help);
        }
        let head = node.head(&self.source.text);
        let fields = Fields { who, head, mistyped, has_unknown, keys, entries };
        let missing: Vec<&Key> = fields.keys.iter().copied().filter(|key| key.required).collect();
        for key in missing {
            self.check_present(&fields, key, format!("`{}` is missing", key.name));
        }
        fields
    }

    /// Reports that `key` is missing, unless it was written with a slip, which has been reported.
    pub(crate) fn check_present(&mut self, fields: &Fields<'_>, key: &Key, label: String) {
        if fields.has(key.name) || fields.mistyped.contains(&key.name) {
            return;
        }
        let about = match key.takes {
            Takes::Word(words) => format!("one of {}", names(words().iter().map(|word| word.0))),
            _ => key.about.to_owned(),
        };
        let title = format!("{} has no `{}`", fields.who, key.name);
        self.error(title, fields.head, label).help = Some(wrapped(&format!("`{}`: {about}", key.name)));
    }

    /// Records that `node`, called `what`, is not `expected`.
    pub(crate) fn wrong(&mut self, node: &Node, what: &str, expected: &str) -> &mut Diagnostic {
        let span = node.head(&self.source.text);
        let help = match expected {
            "a mapping" if what == "the pack" => Some("a rule file begins with `format: 1`, `pack: NAME` and `rules:`"),
            "a mapping" => {
                Some("write its keys below it and indented further, `key: value` in each line, or `{ key: value }`")
            }
            "a list" => Some("write its items below it, each behind `- `, or `[item, item]`"),
            _ => None,
        };
        let error = self.error(
            format!("{what} is not {expected}"),
            span,
            format!("expected {expected}, found {}", node.kind()),
        );
        error.help = help.map(str::to_owned);
        error
    }

    /// Takes `node` for a string.
    pub(crate) fn string<'n>(&mut self, node: &'n Node, what: &str) -> Option<Text<'n>> {
        match &node.value {
            Value::Scalar(scalar) if scalar.resolve() != Plain::Null => {
                Some(Text { value: &scalar.text, span: node.span, style: scalar.style })
            }
            Value::Scalar(scalar) => {
                let help = if node.span.is_empty() {
                    "write `''` for an empty text".to_owned()
                } else {
                    format!("put quotes around it if it is meant as text: `'{}'`", scalar.text)
                };
                self.wrong(node, what, "a string").help = Some(help);
                None
            }
            _ => {
                self.wrong(node, what, "a string");
                None
            }
        }
    }

    /// Reads a string.
    pub(crate) fn text<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<Text<'n>> {
        let entry = fields.entry(key)?;
        self.string(&entry.value, &fields.what(key))
    }

    /// Reads a string that must not be blank.
    pub(crate) fn name<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<Text<'n>> {
        let text = self.text(fields, key)?;
        if text.value.trim().is_empty() {
            self.error(format!("{} is blank", fields.what(key)), text.span, "nothing here");
            return None;
        }
        Some(text)
    }

    /// Reads a string that is kept as it is.
    pub(crate) fn owned(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        self.text(fields, key).map(|text| text.value.to_owned())
    }

    /// Reads a list of strings, or one string where the table allows that.
    pub(crate) fn texts<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Vec<Text<'n>> {
        let Some(entry) = fields.entry(key) else { return Vec::new() };
        let what = fields.what(key);
        let or_one = fields.keys.iter().any(|known| known.name == key && matches!(known.takes, Takes::TextOrTexts));
        match &entry.value.value {
            Value::List(items) => {
                let what = format!("an item of {what}");
                items.iter().filter_map(|item| self.string(item, &what)).collect()
            }
            Value::Scalar(scalar) if or_one && scalar.resolve() != Plain::Null => {
                self.string(&entry.value, &what).into_iter().collect()
            }
            _ => {
                self.wrong(
                    &entry.value,
                    &what,
                    if or_one { "a string or a list of strings" } else { "a list of strings" },
                );
                Vec::new()
            }
        }
    }

    /// Reads strings, each with its place.
    pub(crate) fn written_texts(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Written<String>> {
        let texts = self.texts(fields, key);
        texts.into_iter().map(|text| self.written(text.value.to_owned(), text.span)).collect()
    }

    /// Reads a list of mappings.
    pub(crate) fn items<'n>(&mut self, fields: &Fields<'n>, key: &str) -> &'n [Node] {
        let Some(entry) = fields.entry(key) else { return &[] };
        match &entry.value.value {
            Value::List(items) => items,
            _ => {
                self.wrong(&entry.value, &fields.what(key), "a list");
                &[]
            }
        }
    }

    /// Reads `true` or `false`; absent is false.
    pub(crate) fn flag(&mut self, fields: &Fields<'_>, key: &str) -> bool {
        let Some(entry) = fields.entry(key) else { return false };
        if let Some(Plain::Bool(flag)) = scalar(&entry.value) {
            return flag;
        }
        self.wrong(&entry.value, &fields.what(key), "`true` or `false`");
        false
    }

    /// Reads a whole number within the range of the table.
    pub(crate) fn integer(&mut self, fields: &Fields<'_>, key: &str) -> Option<i64> {
        let entry = fields.entry(key)?;
        let range = fields.keys.iter().find_map(|known| match known.takes {
            Takes::Integer(least, most) if known.name == key => Some((least, most)),
            _ => None,
        });
        debug_assert!(range.is_some(), "{key} takes no whole number");
        let (least, most) = range?;
        match scalar(&entry.value) {
            Some(Plain::Integer(integer)) if (least..=most).contains(&integer) => return Some(integer),
            Some(Plain::Integer(_)) => {
                let range = if least == most { least.to_string() } else { format!("from {least} to {most}") };
                let title = format!("{} is out of range", fields.what(key));
                self.error(title, entry.value.span, format!("must be {range}"));
            }
            _ => _ = self.wrong(&entry.value, &fields.what(key), "a whole number"),
        }
        None
    }

    /// Reads a number from 0 to 100.
    pub(crate) fn percent(&mut self, fields: &Fields<'_>, key: &str) -> Option<f64> {
        let entry = fields.entry(key)?;
        let number = match scalar(&entry.value) {
            Some(Plain::Integer(integer)) => integer as f64,
            Some(Plain::Float(float)) => float,
            _ => {
                self.wrong(&entry.value, &fields.what(key), "a number").help =
                    Some("percent, without a sign: `5` or `2.5`".to_owned());
                return None;
            }
        };
        if !(0.0..=100.0).contains(&number) {
            let title = format!("{} is out of range", fields.what(key));
            self.error(title, entry.value.span, "must be from 0 to 100, since it is percent");
            return None;
        }
        Some(number)
    }

    /// Reads a word of `T`, with its place.
    pub(crate) fn word<T: Named>(&mut self, fields: &Fields<'_>, key: &str) -> Option<Written<T>> {
        let text = self.text(fields, key)?;
        let value = self.named(text, &fields.what(key))?;
        Some(self.written(value, text.span))
    }

    /// Takes `text` for the name of a `T`.
    pub(crate) fn named<T: Named>(&mut self, text: Text<'_>, what: &str) -> Option<T> {
        if let Some(found) = T::ALL.iter().find(|named| named.1 == text.value) {
            return Some(found.0);
        }
        let known = || T::ALL.iter().map(|named| named.1);
        let title = format!("{what} is {}, which does not exist", quoted(text.value));
        let help = meant(text.value, known()).map(|meant| format!("did you mean `{meant}`?"));
        self.unknown(title, text.span, "no such word", &format!("one of {}", names(known())), help);
        None
    }
}

/// Returns what a scalar stands for.
pub(crate) fn scalar(node: &Node) -> Option<Plain> {
    match &node.value {
        Value::Scalar(scalar) => Some(scalar.resolve()),
        _ => None,
    }
}
