//! Front matter: a block on top of a text, of YAML between two lines of `---`, or of TOML between two of `+++`.
//!
//! It belongs to whoever wrote it: no rule sees it. Owns how it is recognized, and nothing about what it says.

use super::Line;

/// A block of more lines or bytes than this is none: then the second `---` is a mark of the text.
const MAX_LINES: usize = 512;
const MAX_BYTES: usize = 1 << 16;

/// A block of front matter at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrontMatter {
    /// Where the line that closes the block begins.
    pub(crate) close: usize,
    /// Where the text behind the block begins.
    pub(crate) end: usize,
}

/// Returns the front matter of `text`: lines that look like the keys of a mapping with their values, at least one,
/// between a first line `---` and a line `---` or `...`, or between two lines `+++`. Where people speak in turn it is
/// none.
pub(crate) fn front_matter(text: &str) -> Option<FrontMatter> {
    if text.starts_with("+++") {
        return toml(text);
    }
    if !text.starts_with("---") {
        return None; // Nearly every text.
    }
    let mut has_key = false;
    let mut speech = Speech::default();
    let mut start = 0;
    for number in 0..MAX_LINES {
        let line = line_at(text, start)?;
        let content = text[line.content.range()].trim_end_matches([' ', '\t']);
        match number {
            0 if content != "---" || line.full.end == line.content.end => return None,
            0 => {}
            _ if has_key && matches!(content, "---" | "...") => {
                if speech.goes_round() {
                    return None;
                }
                return Some(FrontMatter { close: start, end: line.full.end });
            }
            _ if is_key(content) => {
                has_key = true;
                speech.hear(content);
            }
            _ if content.is_empty() || content.starts_with('#') => {}
            // What belongs to the key above.
            _ if has_key && (content == "-" || content.starts_with([' ', '\t', ']', '}'])) => {}
            _ if has_key && content.starts_with("- ") => {}
            _ => return None,
        }
        start = line.full.end;
        if start > MAX_BYTES {
            return None;
        }
    }
    None
}

/// What tells keys from the names of people who speak: `Q: Where is it?`, `A: There.`
#[derive(Default)]
struct Speech<'t> {
    keys: Vec<&'t str>,
    /// Whether a key has more than one letter, and whether one begins with a small letter.
    named: bool,
    small: bool,
    asks: bool,
}

impl<'t> Speech<'t> {
    fn hear(&mut self, line: &'t str) {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        self.named |= key.chars().nth(1).is_some();
        self.small |= !key.starts_with(char::is_uppercase);
        self.asks |= value.trim_end().ends_with(['?', '!', '？', '！']);
        self.keys.push(key);
    }

    /// Whether all keys have capitals, as names do, and one stands twice, all are single letters, or one asks something.
    fn goes_round(mut self) -> bool {
        self.keys.sort_unstable();
        let again = self.keys.windows(2).any(|pair| pair[0] == pair[1]);
        !self.small && (again || !self.named || (self.asks && self.keys.len() > 1))
    }
}

/// Returns the front matter of `text` between two lines `+++`: tables and keys with values, as TOML writes them.
fn toml(text: &str) -> Option<FrontMatter> {
    let mut has_key = false;
    // The quotes of a string that goes over lines, and how many brackets of a list are open.
    let mut string = None;
    let mut start = 0;
    for number in 0..MAX_LINES {
        let line = line_at(text, start)?;
        let content = text[line.content.range()].trim_end_matches([' ', '\t']);
        let bare = content.trim_start();
        let goes_on = |open: &str| bare.matches(open).count() % 2 == 1;
        match (number, string) {
            (0, _) if content != "+++" || line.full.end == line.content.end => return None,
            (0, _) => {}
            (_, Some(quotes)) => {
                if goes_on(quotes) {
                    string = None;
                }
            }
            _ if has_key && content == "+++" => return Some(FrontMatter { close: start, end: line.full.end }),
            _ if is_toml_key(bare) => {
                has_key = true;
                string = ["\"\"\"", "'''"].into_iter().find(|quotes| goes_on(quotes));
            }
            _ if bare.is_empty() || bare.starts_with('#') => {}
            _ if bare.starts_with('[') && bare.contains(']') => {}
            // What belongs to the list above.
            _ if has_key && bare.starts_with(['"', '\'', ']', '}', '{']) => {}
            _ if has_key && bare.starts_with(|c: char| c.is_ascii_digit()) && bare.ends_with([',', ']']) => {}
            _ => return None,
        }
        start = line.full.end;
        if start > MAX_BYTES {
            return None;
        }
    }
    None
}

/// Whether `line` begins with a key of TOML.
fn is_toml_key(line: &str) -> bool {
    let key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | ' ');
    line.split_once('=').is_some_and(|(name, value)| {
        !name.trim().is_empty() && name.len() <= 64 && name.chars().all(key) && !value.trim().is_empty()
    })
}

/// Returns `text` without its front matter, and how long that is.
pub(crate) fn behind_front_matter(text: &str) -> (usize, &str) {
    let end = front_matter(text).map_or(0, |block| block.end);
    (end, &text[end..])
}

/// Returns the line that begins at `start`; none at the end.
fn line_at(text: &str, start: usize) -> Option<Line> {
    let rest = &text[start..];
    if rest.is_empty() {
        return None;
    }
    let content = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let end = match rest.as_bytes().get(content) {
        Some(b'\r') if rest.as_bytes().get(content + 1) == Some(&b'\n') => content + 2,
        Some(_) => content + 1,
        None => content,
    };
    let span = |len: usize| super::Span::new(start, start + len);
    Some(Line { content: span(content), full: span(end) })
}

/// Whether `line` begins with a key of a mapping.
fn is_key(line: &str) -> bool {
    let quoted = |quote: char| {
        let inner = line.strip_prefix(quote)?;
        let mut escaped = false;
        let end = inner.find(|c: char| {
            let ends = c == quote && !escaped;
            escaped = c == '\\' && quote == '"' && !escaped;
            ends
        })?;
        inner.get(end + 1..)
    };
    let rest = quoted('"').or_else(|| quoted('\'')).or_else(|| {
        let colon = line.find(':')?;
        let key = &line[..colon];
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/');
        let short = key.len() <= 64 && key.split(' ').count() <= 3;
        (short && key.starts_with(|c: char| c.is_alphanumeric() || c == '_') && key.chars().all(plain))
            .then_some(&line[colon..])
    });
    rest.and_then(|rest| rest.trim_start().strip_prefix(':'))
        .is_some_and(|v| v.is_empty() || v.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Option<(&str, &str, &str)> {
        front_matter(text).map(|block| (&text[..block.close], &text[block.close..block.end], &text[block.end..]))
    }

    #[test]
    fn a_block_of_keys_is_front_matter() {
        for (text, block, close) in [
            ("---\ntitle: A\n---\nText", "---\ntitle: A\n", "---\n"),
            (
                "--- \r\n\"a b\": 1\r\n\"q\\\"\": 1\r\n# c\r\n\r\ntags:\r\n- x\r\n  - y\r\n...\r\nText",
                "--- \r\n\"a b\": 1\r\n\"q\\\"\": 1\r\n# c\r\n\r\ntags:\r\n- x\r\n  - y\r\n",
                "...\r\n",
            ),
            ("---\rtitle:\r---\rText", "---\rtitle:\r", "---\r"),
            (
                "---\nabstract: |\n  One: two\n\n  three\nTags: [\n  a\n]\n---\nText",
                "---\nabstract: |\n  One: two\n\n  three\nTags: [\n  a\n]\n",
                "---\n",
            ),
        ] {
            assert_eq!(split(text), Some((block, close, "Text")), "{text:?}");
        }
        for block in [
            "+++\ntitle = \"A\"\n",
            "+++\n# c\n[params]\r\n  tags = [\n  \"x\",\n  \"y\"\n]\n\n[[a.b]]\nd = 2024-01-01\n",
            "+++\na = \"\"\"\n+++\nSo it is.\n\"\"\"\nweight = 1\n",
        ] {
            assert_eq!(split(&format!("{block}+++\nText")), Some((block, "+++\n", "Text")));
        }
        assert_eq!(split("---\na: b\n---"), Some(("---\na: b\n", "---", "")));
    }

    #[test]
    fn marks_of_the_text_are_none() {
        for text in [
            "",
            "---",
            "---\n",
            "---\n---\n",
            "---\ntitle: A\n",
            "---\nA sentence.\n---\n",
            "---\n- an item\n---\n",
            "---\nhttp://example.com\n---\n",
            "---\n12:30 at the station\n---\n",
            "----\ntitle: A\n----\n",
            " ---\ntitle: A\n---\n",
            "---\ntitle: A\nand a sentence\n---\n",
            "---\nQ: How long has it been so?\nA: Ten years.\nQ: And before?\nA: Nobody knows.\n---\n",
            "---\nQ: How long has it been so?\nA: Ten years.\n---\n",
            "---\nAnna: It is late.\nBo: So it is.\nAnna: Good night.\n---\n",
            "---\nAnna: Is it late?\nBo: So it is.\n---\n",
            "+++\n",
            "+++\n+++\n",
            "+++\nA sentence.\n+++\n",
            "+++\ntitle = \"A\"\n",
            "++++\na = 1\n++++\n",
            "---\nOne long remark about it all: so it goes\n---\n",
        ] {
            assert_eq!(split(text), None, "{text:?}");
        }
        assert_eq!(split(&format!("---\na: b\n{}---\n", "c: d\n".repeat(MAX_LINES))), None);
        assert_eq!(split(&format!("+++\na = 1\n{}+++\n", "# c\n".repeat(MAX_LINES))), None);
        assert_eq!(split(&format!("---\na: {}\n---\n", "x".repeat(MAX_BYTES))), None);
    }
}
