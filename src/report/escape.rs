//! Characters that cannot be seen, made visible: the one place that knows what reports call them.
//!
//! Nothing from a text or a file name may act on a terminal or hide in a file of ours. Reports for people call
//! such a character by name, `⟨NBSP⟩`; JSON has it as `\u00a0`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Controls, format characters (bidi among them), characters of private use, every separator but the plain
/// space, and what else shows nothing by default (fillers, variation selectors).
static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| {
    let class = r"[[\p{Cc}\p{Cf}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}]--[ ]]";
    Regex::new(class).expect("a constant pattern parses")
});

/// Returns whether `c` cannot be seen; a plain space can.
pub(crate) fn is_invisible(c: char) -> bool {
    !matches!(c, ' '..='~') && INVISIBLE.is_match(c.encode_utf8(&mut [0; 4]))
}

/// Returns `text` with every character that cannot be seen named: `⟨NBSP⟩`, `⟨LF⟩`, `⟨U+202E⟩`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |c, out| match name(c) {
        Some(name) => write!(out, "⟨{name}⟩"),
        None => write!(out, "⟨U+{:04X}⟩", u32::from(c)),
    })
}

/// The short names that people know; all others go by their number.
pub(crate) const NAMES: [(char, &str); 10] = [
    ('\t', "TAB"),
    ('\n', "LF"),
    ('\r', "CR"),
    ('\u{A0}', "NBSP"),
    ('\u{AD}', "SHY"),
    ('\u{200B}', "ZWSP"),
    ('\u{200C}', "ZWNJ"),
    ('\u{200D}', "ZWJ"),
    ('\u{202F}', "NNBSP"),
    ('\u{FEFF}', "BOM"),
];

fn name(c: char) -> Option<&'static str> {
    NAMES.iter().find(|(named, _)| *named == c).map(|(_, name)| *name)
}

fn replaced(text: &str, write: impl Fn(char, &mut String) -> std::fmt::Result) -> Cow<'_, str> {
    let mut out = String::new();
    let mut from = 0;
    for found in INVISIBLE.find_iter(text) {
        out.push_str(&text[from..found.start()]);
        for c in found.as_str().chars() {
            write(c, &mut out).expect("writing to a String cannot fail");
        }
        from = found.end();
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// Writes `value` as one line of JSON in which every character that cannot be seen is escaped.
pub(crate) fn json_line(out: &mut dyn io::Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping { in_html: false }))?;
    out.write_all(b"\n")
}

/// Writes `value` the same way, without a line end, for a `script` element: `<`, `>` and `&` are escaped too, so that
/// nothing in it ends the element or is read as markup.
pub(crate) fn json_in_html(out: &mut dyn io::Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping { in_html: true }))?)
}

/// Compact JSON; only strings are written in another way than usual.
struct Escaping {
    in_html: bool,
}

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let escaped = replaced(fragment, |c, out| {
            c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
        });
        if !self.in_html {
            return out.write_all(escaped.as_bytes());
        }
        for piece in escaped.split_inclusive(['<', '>', '&']) {
            match piece.as_bytes() {
                [rest @ .., mark @ (b'<' | b'>' | b'&')] => {
                    out.write_all(rest)?;
                    write!(out, "\\u{mark:04x}")?;
                }
                rest => out.write_all(rest)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_named() {
        for (text, shown) in [
            ("plain text, é 漢 👍 «»", "plain text, é 漢 👍 «»"),
            ("a\u{A0}b\u{AD}c\u{200B}\u{FEFF}", "a⟨NBSP⟩b⟨SHY⟩c⟨ZWSP⟩⟨BOM⟩"),
            ("a\tb\r\nc", "a⟨TAB⟩b⟨CR⟩⟨LF⟩c"),
            ("\u{1B}[31mred\u{7}\u{9B}2J", "⟨U+001B⟩[31mred⟨U+0007⟩⟨U+009B⟩2J"),
            ("\u{202E}gpj.exe\u{2066}\u{200F}", "⟨U+202E⟩gpj.exe⟨U+2066⟩⟨U+200F⟩"),
            ("a\u{2028}b\u{2029}c\u{85}d\u{3000}e", "a⟨U+2028⟩b⟨U+2029⟩c⟨U+0085⟩d⟨U+3000⟩e"),
            ("\u{3164}\u{FE0F}\u{E0041}\u{F0B7}\0", "⟨U+3164⟩⟨U+FE0F⟩⟨U+E0041⟩⟨U+F0B7⟩⟨U+0000⟩"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn nothing_visible_holds_a_control_character() {
        let all: String = ('\0'..='\u{10FFFF}').collect();
        let shown = visible(&all);
        assert!(!shown.contains(|c: char| c.is_control() || (c.is_whitespace() && c != ' ')));
        assert!(!shown.contains(['\u{200E}', '\u{202A}', '\u{2066}', '\u{2069}', '\u{61C}']));
    }

    #[test]
    fn json_escapes_what_cannot_be_seen_and_reads_back_as_it_was() {
        let text = "\"\\\u{7F}\u{9B}\u{2028}\u{202E}\u{A0}é\u{E0041}\u{1}\n";
        let mut out = Vec::new();
        json_line(&mut out, &text).expect("writing to memory");
        let line = String::from_utf8(out).expect("JSON is UTF-8");
        assert_eq!(line, "\"\\\"\\\\\\u007f\\u009b\\u2028\\u202e\\u00a0é\\udb40\\udc41\\u0001\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&line).expect("valid JSON"), text);
    }

    #[test]
    fn json_in_html_holds_no_markup_and_reads_back_as_it_was() {
        for text in ["</script>", "<!--<script>", "]]>&lt;&amp;", "\u{2028}\u{2029}\0\u{202E}a<", "", "<", "a>b"] {
            let mut out = Vec::new();
            json_in_html(&mut out, &[text]).expect("writing to memory");
            let json = String::from_utf8(out).expect("JSON is UTF-8");
            assert!(!json.contains(['<', '>', '&']) && !json.contains(is_invisible), "{json}");
            assert_eq!(serde_json::from_str::<[String; 1]>(&json).expect("valid JSON"), [text]);
        }
    }
}
