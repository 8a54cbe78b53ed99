//! Metadata written out: front matter on top of texts, and objects in records.
//!
//! Owns which fields are written and how; nobody's key is ever changed. What is written stands outside edits and
//! origin: to the rules a text is the same with and without it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::plan::Field;
use crate::report::escape::is_invisible;
use crate::rules::yaml;
use crate::text::front_matter;

/// The order in which fields are written; others follow in the order in which they were read.
const ORDER: &[&str] = &["title", "author", "editor", "date", "section", "source", "image-credit"];

/// Fields of which all values are written, in a list if there are several; of others it is the first.
const LISTS: &[&str] = &["author", "image-credit"];

/// What is to be added to a text or a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// Every field is there.
    Nothing,
    /// `text` goes to the byte `at`.
    Text { at: usize, text: String },
    /// What stands where the fields go is no mapping.
    Refused,
}

/// Returns each field with its values.
fn gathered(fields: &[Field]) -> Vec<(&str, Vec<&str>)> {
    let mut gathered: Vec<(&str, Vec<&str>)> = Vec::new();
    for field in fields {
        match gathered.iter_mut().find(|(name, _)| *name == field.name) {
            Some((name, values)) if LISTS.contains(name) => values.push(&field.value),
            Some(_) => {}
            None => gathered.push((&field.name, vec![&field.value])),
        }
    }
    let rank = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    gathered.sort_by_key(|(name, _)| rank(name));
    gathered
}

/// Whether one of `keys` is `name`; who writes `Title` means `title`.
fn is_among(keys: &[String], name: &str) -> bool {
    let name = name.to_lowercase();
    keys.iter().any(|key| key.to_lowercase() == name)
}

/// Returns what makes the front matter of `text` hold `fields`: a block on top, or the keys that its block lacks.
pub(crate) fn on_top(text: &str, fields: &[Field]) -> Added {
    let fields = gathered(fields);
    let line_end = match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) => &text[at..=at],
        None => "\n",
    };
    let lines = |fields: &[(&str, Vec<&str>)]| {
        let mut lines = String::new();
        for (name, values) in fields {
            let is_date = *name == "date" && values.iter().all(|value| is_iso_date(value));
            let scalar = |value: &str| if is_date { value.to_owned() } else { scalar(value) };
            match values.as_slice() {
                [value] => lines += &format!("{}: {}{line_end}", key(name), scalar(value)),
                values => {
                    lines += &format!("{}:{line_end}", key(name));
                    values.iter().for_each(|value| lines += &format!("  - {}{line_end}", scalar(value)));
                }
            }
        }
        lines
    };
    let Some(block) = front_matter(text) else {
        if fields.is_empty() {
            return Added::Nothing;
        }
        return Added::Text { at: 0, text: format!("---{line_end}{}---{line_end}", lines(&fields)) };
    };
    let Some(keys) = keys(&text[..block.close]) else { return Added::Refused };
    let missing: Vec<_> = fields.into_iter().filter(|(name, _)| !is_among(&keys, name)).collect();
    if missing.is_empty() { Added::Nothing } else { Added::Text { at: block.close, text: lines(&missing) } }
}

/// Returns the keys of a YAML mapping; none if `block` is something else.
fn keys(block: &str) -> Option<Vec<String>> {
    let source = yaml::source("front matter", block.as_bytes(), false).ok()?;
    let mut errors = Vec::new();
    let root = yaml::parse(&source, &mut errors)?;
    match root.value {
        yaml::Value::Map(entries) if errors.is_empty() => Some(entries.into_iter().map(|entry| entry.key).collect()),
        _ => None,
    }
}

/// Writes a string as a YAML scalar on one line: plain where no reader of YAML 1.1 or 1.2 takes it for anything else.
fn scalar(value: &str) -> String {
    // What other words mean: truth, nothing, numbers.
    const WORDS: &[&str] = &["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"];
    let plain = |c: char| {
        c.is_alphanumeric() && !is_invisible(c)
            || matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '?' | '!' | '\'' | '’' | ';' | '_' | '+')
    };
    let is_plain = value.starts_with(char::is_alphabetic)
        && value.chars().all(plain)
        && !value.ends_with(' ')
        && !WORDS.contains(&value.to_lowercase().as_str());
    if is_plain { value.to_owned() } else { quoted(value) }
}

/// Writes the name of a field as a key that is known for one when the text is read again.
fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.len() <= 64 && name.chars().all(plain) { scalar(name) } else { quoted(name) }
}

fn quoted(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            '\0'..='\x1F' | '\x7F'..='\u{A0}' => write!(out, "\\x{:02X}", u32::from(c)).expect("memory"),
            // Beyond what a YAML file may hold, or there and not to be seen.
            _ if is_invisible(c) || matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF) => {
                let code = u32::from(c);
                let digits = if code > 0xFFFF { format!("\\U{code:08X}") } else { format!("\\u{code:04X}") };
                out += &digits;
            }
            _ => out.push(c),
        }
    }
    out + "\""
}

fn is_iso_date(value: &str) -> bool {
    value.len() == 10
        && value
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Returns what makes an object of a record hold `fields`. `record` is the record, `spaced` whether its writer puts a
/// space behind marks, `value` what stands in the record under `key`, with the byte at which it begins.
pub(crate) fn in_record(
    record: &str,
    spaced: bool,
    key: &str,
    value: Option<(usize, &str)>,
    fields: &[Field],
) -> Added {
    let space = if spaced { " " } else { "" };
    let fields = gathered(fields);
    let Some((start, value)) = value else {
        if fields.is_empty() {
            return Added::Nothing;
        }
        let pair = format!("{}:{space}{{{}}}", Value::from(key), pairs(&fields, space));
        return into_object(0, record.trim_ascii_end(), space, &pair);
    };
    let Ok(Value::Object(there)) = serde_json::from_str::<Value>(value) else {
        return if fields.is_empty() { Added::Nothing } else { Added::Refused };
    };
    let keys: Vec<String> = there.keys().cloned().collect();
    let missing: Vec<_> = fields.into_iter().filter(|(name, _)| !is_among(&keys, name)).collect();
    if missing.is_empty() { Added::Nothing } else { into_object(start, value, space, &pairs(&missing, space)) }
}

/// Returns what puts `edits`, which are JSON, and `fields` into an object `key` of a record that has none.
pub(crate) fn annotation(record: &str, spaced: bool, key: &str, edits: &[String], fields: &[Field]) -> Added {
    let space = if spaced { " " } else { "" };
    let edits = edits.join(&format!(",{space}"));
    let fields = pairs(&gathered(fields), space);
    let pair =
        format!("{}:{space}{{\"edits\":{space}[{edits}],{space}\"metadata\":{space}{{{fields}}}}}", Value::from(key));
    into_object(0, record.trim_ascii_end(), space, &pair)
}

/// Writes fields as what stands between the braces of an object.
fn pairs(fields: &[(&str, Vec<&str>)], space: &str) -> String {
    let json = |values: &[&str]| match values {
        [value] => Value::from(*value).to_string(),
        values => {
            let values: Vec<_> = values.iter().map(|value| Value::from(*value).to_string()).collect();
            format!("[{}]", values.join(&format!(",{space}")))
        }
    };
    let pairs = fields.iter().map(|(name, values)| format!("{}:{space}{}", Value::from(*name), json(values)));
    pairs.collect::<Vec<_>>().join(&format!(",{space}"))
}

/// Puts `pair` behind the last byte of `object`, which begins at byte `start`, before its closing brace.
fn into_object(start: usize, object: &str, space: &str, pair: &str) -> Added {
    let inner = object.strip_suffix('}').expect("an object ends in a brace").trim_ascii_end();
    let comma = if inner == "{" { String::new() } else { format!(",{space}") };
    Added::Text { at: start + inner.len(), text: comma + pair }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::RuleId;
    use crate::text::{Span, behind_front_matter};

    fn fields(fields: &[(&str, &str)]) -> Vec<Field> {
        let field = |(name, value): &(&str, &str)| Field {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            span: Span::new(0, 0),
            rule: RuleId::new("x/y"),
        };
        fields.iter().map(field).collect()
    }

    fn put(text: &str, added: &Added) -> String {
        match added {
            Added::Text { at, text: new } => [&text[..*at], new, &text[*at..]].concat(),
            Added::Nothing | Added::Refused => text.to_owned(),
        }
    }

    fn with_block(text: &str, values: &[(&str, &str)]) -> String {
        let fields = fields(values);
        let once = put(text, &on_top(text, &fields));
        assert_eq!(
            on_top(&once, &fields),
            if on_top(text, &fields) == Added::Refused { Added::Refused } else { Added::Nothing }
        );
        once
    }

    #[test]
    fn a_block_is_put_on_top() {
        let values = [
            ("source", "x: y"),
            ("author", "Jane Roe"),
            ("date", "2024-03-12"),
            ("author", "Ann Poe"),
            ("title", "A"),
            ("date", "2020-01-01"),
        ];
        assert_eq!(
            with_block("A\n\nText", &values),
            "---\ntitle: A\nauthor:\n  - Jane Roe\n  - Ann Poe\ndate: 2024-03-12\nsource: \"x: y\"\n---\nA\n\nText"
        );
        assert_eq!(with_block("A\r\nText", &[("title", "A")]), "---\r\ntitle: A\r\n---\r\nA\r\nText");
        assert_eq!(with_block("", &[("title", "A")]), "---\ntitle: A\n---\n");
        assert_eq!(with_block("A\n", &[]), "A\n");
    }

    #[test]
    fn keys_of_a_block_win() {
        let text = "---\r\nTitle: mine # so\r\n\"date\": null\r\ntags: [a,\r\n  b]\r\n---\r\nText";
        assert_eq!(
            with_block(text, &[("title", "A"), ("date", "2024-03-12"), ("author", "B")]),
            "---\r\nTitle: mine # so\r\n\"date\": null\r\ntags: [a,\r\n  b]\r\nauthor: B\r\n---\r\nText"
        );
        assert_eq!(with_block("---\na: b\n---\n", &[("a", "c")]), "---\na: b\n---\n");
        assert_eq!(with_block("---\na: |\n  b\n...\nText", &[("c", "d")]), "---\na: |\n  b\nc: d\n...\nText");
        for broken in ["---\na: [b\n---\nText", "---\na: b\na: c\n---\nText", "---\na: \"b\n---\nText"] {
            assert_eq!(on_top(broken, &fields(&[("c", "d")])), Added::Refused, "{broken:?}");
        }
    }

    #[test]
    fn hostile_values_are_quoted() {
        for (value, written) in [
            ("A plain title", "A plain title"),
            ("O'Brien (Dublin)", "O'Brien (Dublin)"),
            ("Größe", "Größe"),
            ("", "\"\""),
            ("yes", "\"yes\""),
            ("Null", "\"Null\""),
            ("2024", "\"2024\""),
            ("2024-03-12", "\"2024-03-12\""),
            ("- a", "\"- a\""),
            ("@a", "\"@a\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("---", "\"---\""),
            ("a\n---\nb", "\"a\\n---\\nb\""),
            ("say \"a\\b\"", "\"say \\\"a\\\\b\\\"\""),
            ("a\u{0}\u{1B}\u{85}\u{A0}b", "\"a\\x00\\x1B\\x85\\xA0b\""),
            ("a\u{2028}\u{202E}\u{FEFF}b", "\"a\\u2028\\u202E\\uFEFFb\""),
            ("a\u{FFFE}\u{1FFFF}\u{E0001}", "\"a\\uFFFE\\U0001FFFF\\U000E0001\""),
            ("a ", "\"a \""),
            ("~", "\"~\""),
            (".5", "\".5\""),
            ("[a]", "\"[a]\""),
            ("a, b", "\"a, b\""),
        ] {
            assert_eq!(scalar(value), written);
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read_as_it_was_and_the_text_stays_what_it_is(
            name in "[a-z][a-z-]{0,8}",
            values in proptest::collection::vec("\\PC{0,12}|(?s).{0,12}|[-:#'\"\\\\ \n\r\t{}\\[\\],&*!|>%@`0-9~]{0,8}|---\n|yes|null|1e3|0x1F", 1..4),
            text in "(?s)(---\n)?(a: b\n)?(---\n)?.{0,40}",
        ) {
            let pairs: Vec<_> = values.iter().map(|value| (name.as_str(), value.as_str())).collect();
            let out = with_block(&text, &pairs);
            let (had, rest) = behind_front_matter(&text);
            let (has, left) = behind_front_matter(&out);
            prop_assert_eq!(rest, left, "the text is what it was");
            if had == 0 {
                // The lines of the block end as those of the text do.
                let block = out[..has].trim_end().strip_prefix("---").and_then(|block| block.strip_suffix("---"));
                let read: Value = serde_yaml::from_str(block.expect("a block between two lines")).expect("YAML");
                prop_assert_eq!(read[&name].as_str(), Some(values[0].as_str()));
            }
        }
    }

    fn with_object(record: &str, values: &[(&str, &str)]) -> String {
        let fields = fields(values);
        let add = |record: &str| {
            let all: serde_json::Map<String, Value> = serde_json::from_str(record).expect("JSON");
            let value = all.get("m").map(|_| {
                let at = record.find("\"m\"").expect("the key");
                let at = at + record[at..].find(['{', '[', '7', 'n']).expect("a value");
                let end = if record[at..].starts_with('{') {
                    at + record[at..].find('}').expect("its end") + 1
                } else {
                    at + 1
                };
                (at, &record[at..end])
            });
            put(record, &in_record(record, record.contains(": "), "m", value, &fields))
        };
        let once = add(record);
        assert_eq!(add(&once), once);
        once
    }

    #[test]
    fn an_object_is_added_or_completed() {
        let values = [("title", "A \"b\""), ("author", "B"), ("author", "C")];
        for (record, out) in [
            (r#"{"text":"x"}"#, r#"{"text":"x","m":{"title":"A \"b\"","author":["B","C"]}}"#),
            (
                "{ \"text\": \"x\" }\r\n",
                "{ \"text\": \"x\", \"m\": {\"title\": \"A \\\"b\\\"\", \"author\": [\"B\", \"C\"]} }\r\n",
            ),
            (r#"{"m":{},"text":"x"}"#, r#"{"m":{"title":"A \"b\"","author":["B","C"]},"text":"x"}"#),
            (r#"{"m":{ "Title":1E9 },"text":"x"}"#, r#"{"m":{ "Title":1E9,"author":["B","C"] },"text":"x"}"#),
        ] {
            assert_eq!(with_object(record, &values), out);
        }
        assert_eq!(in_record("{\"m\":7}", false, "m", Some((5, "7")), &fields(&values)), Added::Refused);
        assert_eq!(in_record("{\"m\":7}", false, "m", Some((5, "7")), &[]), Added::Nothing);
    }
}
