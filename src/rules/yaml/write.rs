//! Scalars of YAML, written so that they are read as the text they were made of.

use crate::report::escape::is_invisible;

/// Returns `text` in single quotes if that can be, else in double quotes with every character named that cannot be seen.
pub(crate) fn quoted(text: &str) -> String {
    if text.chars().any(is_invisible) { double_quoted(text) } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Returns `text` in double quotes.
pub(crate) fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) && u32::from(c) <= 0xFFFF => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c if is_invisible(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns the lines of a block `|` or `|-` that says `text`, each behind `indent`, and its head; none for a text that
/// a block would say otherwise, or that a reader would not see.
pub(crate) fn block(text: &str, indent: &str, line_end: &str) -> Option<(&'static str, String)> {
    let (head, body) = text.strip_suffix('\n').map_or(("|-", text), |body| ("|", body));
    let hidden = body.chars().any(|c| c != '\n' && is_invisible(c));
    if hidden || body.is_empty() || body.starts_with([' ', '\n']) || body.ends_with('\n') {
        return None;
    }
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("{indent}{line}") };
    Some((head, body.split('\n').map(line).collect::<Vec<_>>().join(line_end)))
}

#[cfg(test)]
mod tests {
    use super::super::{Value, parse, source};
    use super::*;

    /// Reads `yaml`, a mapping of one key to a text.
    fn read(yaml: &str) -> String {
        let mut errors = Vec::new();
        let node = parse(&source("x", yaml.as_bytes(), false).expect("UTF-8"), &mut errors).expect("YAML");
        assert!(errors.is_empty(), "{errors:?}");
        let Value::Map(entries) = node.value else { panic!("a mapping") };
        let Value::Scalar(scalar) = &entries[0].value.value else { panic!("a text") };
        scalar.text.clone()
    }

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "",
            "a",
            "it's \"so\" \\n",
            " a: b # c ",
            "- |",
            "one\ntwo\n",
            "one\r\ntwo",
            "\ta\u{A0}b\u{FEFF}\u{E0041}é",
            "a\n\n  b",
            "~",
            "\u{7F}\u{85}\u{2028}",
        ] {
            assert_eq!(read(&format!("k: {}\n", quoted(text))), text);
            assert_eq!(read(&format!("k: {}\n", double_quoted(text))), text);
            if let Some((head, lines)) = block(text, "  ", "\n") {
                assert_eq!(read(&format!("k: {head}\n{lines}\n")), text);
            }
        }
        assert!(block("one\ntwo\n", "  ", "\n").is_some());
        assert!(block(" one", "  ", "\n").is_none());
    }
}
