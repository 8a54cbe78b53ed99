//! Writing a hash under `trust:` of a configuration, with everything else in the file left as it is.

use super::config;
use super::yaml::{self, Entry, Node, Value};

/// Returns the configuration `text` with `hash` as that of the rule file `path` under `trust`. An entry that is `path`
/// for `is_it` gets the new hash.
///
/// # Errors
/// Says that the file is written in a way that is better changed by hand.
pub(crate) fn with_trust(text: &str, path: &str, hash: &str, is_it: impl Fn(&str) -> bool) -> Result<String, String> {
    let by_hand =
        || format!("it is written in a way that is better changed by hand: add `{}: {hash}` under `trust`", key(path));
    let source = yaml::source("", text.as_bytes(), false).map_err(|_| by_hand())?;
    let Some(root) = yaml::parse(&source, &mut Vec::new()) else { return Err(by_hand()) };
    let Value::Map(entries) = &root.value else { return Err(by_hand()) };
    let line = |indent: &str| format!("{indent}{}: {hash}", key(path));
    let new = match entries.iter().find(|entry| entry.key == "trust") {
        None => format!("{text}{}trust:\n{}\n", if text.ends_with('\n') { "" } else { "\n" }, line("  ")),
        Some(trust) => match trusted(trust) {
            Some(known) => match known.iter().find(|entry| is_it(&entry.key)) {
                Some(entry) => spliced(text, entry.value.span.start, entry.value.span.end, hash),
                None => added(text, trust, known, &line),
            },
            None => return Err(by_hand()),
        },
    };
    // What came out must say just this more.
    let count = |text: &str| config::load("", text.as_bytes()).ok();
    let (Some(old), Some(done)) = (count(text), count(&new)) else { return Err(by_hand()) };
    let others = |config: &config::Config| -> Vec<(String, String)> {
        let others = config.trust.iter().filter(|(other, _)| !is_it(&other.value));
        others.map(|(other, hash)| (other.value.clone(), hash.clone())).collect()
    };
    let said: Vec<_> = done.trust.iter().filter(|(other, _)| is_it(&other.value)).collect();
    let right = matches!(said.as_slice(), [(_, written)] if written == hash) && others(&old) == others(&done);
    if right { Ok(new) } else { Err(by_hand()) }
}

/// Returns what is listed under `trust`; none if that is no mapping.
fn trusted(trust: &Entry) -> Option<&[Entry]> {
    match &trust.value {
        Node { value: Value::Map(entries), .. } => Some(entries),
        _ => None,
    }
}

/// Adds to what is listed.
fn added(text: &str, trust: &Entry, known: &[Entry], line: &dyn Fn(&str) -> String) -> String {
    let start = trust.value.span.start;
    let last = known.last().map(|entry| entry.value.span.end);
    if text[start..].starts_with('{') {
        return match last {
            Some(end) => spliced(text, end, end, &format!(", {}", line(""))),
            None => spliced(text, start + 1, start + 1, &format!(" {} ", line(""))),
        };
    }
    let first = known.first().map_or(start, |entry| entry.span.start);
    let indent = &text[text[..first].rfind('\n').map_or(0, |end| end + 1)..first];
    below(text, last.unwrap_or(start), &line(indent))
}

/// Puts a line below the one that holds byte `at`.
fn below(text: &str, at: usize, line: &str) -> String {
    match text[at..].find('\n') {
        Some(end) => spliced(text, at + end + 1, at + end + 1, &format!("{line}\n")),
        None => format!("{text}\n{line}\n"),
    }
}

fn spliced(text: &str, start: usize, end: usize, new: &str) -> String {
    [&text[..start], new, &text[end..]].concat()
}

/// Returns `path` as a key: as it is where YAML takes it for nothing else.
pub(crate) fn key(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let begins = path.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') || path.starts_with("../");
    if begins && path.chars().all(is_plain) { path.to_owned() } else { serde_json::Value::from(path).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const OLD: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    fn with(text: &str) -> Result<String, String> {
        let text = text.replace("OLD", OLD);
        let done = with_trust(&text, "../a.yaml", HASH, |path| path == "../a.yaml");
        done.map(|done| done.replace(HASH, "NEW").replace(OLD, "OLD"))
    }

    #[test]
    fn a_hash_is_added_or_renewed_and_all_else_stays() {
        for (text, expected) in [
            ("format: 1\n", "format: 1\ntrust:\n  ../a.yaml: NEW\n"),
            ("format: 1 # one", "format: 1 # one\ntrust:\n  ../a.yaml: NEW\n"),
            ("trust: {}\nformat: 1\n", "trust: { ../a.yaml: NEW }\nformat: 1\n"),
            (
                "# mine\nformat: 1\ntrust: # these\n    ../b.yaml: OLD # b\n# end\nlang: de\n",
                "# mine\nformat: 1\ntrust: # these\n    ../b.yaml: OLD # b\n    ../a.yaml: NEW\n# end\nlang: de\n",
            ),
            ("format: 1\ntrust: { ../b.yaml: 'OLD' }\n", "format: 1\ntrust: { ../b.yaml: 'OLD', ../a.yaml: NEW }\n"),
            ("format: 1\ntrust:\n  ../a.yaml: OLD # a\n", "format: 1\ntrust:\n  ../a.yaml: NEW # a\n"),
            (
                "format: 1\r\ntrust:\r\n  ../b.yaml: OLD\r\n",
                "format: 1\r\ntrust:\r\n  ../b.yaml: OLD\r\n  ../a.yaml: NEW\n",
            ),
            ("format: 1\ntrust:\n  ../b.yaml: OLD", "format: 1\ntrust:\n  ../b.yaml: OLD\n  ../a.yaml: NEW\n"),
        ] {
            assert_eq!(with(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_written_in_an_odd_way_is_left_to_a_person() {
        for text in
            ["{ format: 1 }\n", "trust:\nformat: 1\n", "format: 1\n...\n", "- format\n", "", "format: 1\ntrust: none\n"]
        {
            assert!(with(text).is_err_and(|why| why.contains("by hand")), "{text}");
        }
    }

    #[test]
    fn a_path_that_means_something_in_yaml_is_quoted() {
        assert_eq!(key("../a-b/c_1.yaml"), "../a-b/c_1.yaml");
        for path in ["../a: b.yaml", "1.5", "- a", "ä.yaml", "a # b", "", "~", ".inf"] {
            assert!(key(path).starts_with('"'), "{path}");
        }
    }
}
