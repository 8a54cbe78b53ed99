//! Escapes of programs that were left in a text: `caf\u00e9`, `\ud83d\ude00`.
//!
//! One alone may be meant to be read, and in code all are. Where several stand inside words, and nothing in the text
//! is code or speaks of it, a program forgot to decode them.

use std::sync::LazyLock;

use memchr::{memchr, memchr_iter};
use regex::Regex;

use super::code::{Fences, shows_code};
use super::options::Reader;
use super::{Finder, Found, Options};
use crate::rules::diagnostics::Diagnostic;
use crate::text::written::{WrittenOut, escape};
use crate::text::{Document, Span, is_word_char};

/// So many escapes beside letters, and a program made them.
const ENOUGH: usize = 3;

/// The built-in finder `escapes`.
pub(super) struct Escapes {
    /// Finds what the default leaves, instead of what it finds.
    doubtful: bool,
}

impl Escapes {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("escapes", options, &["trust"]);
        let doubtful = reader.choice("trust", &["sure", "likely"]) == Some(1);
        reader.finish(|| Self { doubtful })
    }
}

impl Finder for Escapes {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        if memchr(b'\\', text.as_bytes()).is_none() {
            return;
        }
        let (escapes, others) = escapes(doc);
        if escapes.is_empty() {
            return;
        }
        let sure = !others && escapes_words(text, &escapes) && !speaks_of_code(text);
        if sure != self.doubtful {
            let change =
                |(span, written): (Span, WrittenOut)| Found { span, after: written.means, evidence: None, score: None };
            found.extend(escapes.into_iter().map(change));
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"\\[uUx][0-9A-Fa-f]{2}".to_owned()])
    }
}

/// Returns the escapes of the text without those in fenced code, and whether it has other backslashes.
fn escapes(doc: &Document<'_>) -> (Vec<(Span, WrittenOut)>, bool) {
    let text = doc.text();
    let mut found: Vec<(Span, WrittenOut)> = Vec::new();
    let mut others = false;
    let mut fences = Fences::default();
    for line in doc.lines().as_slice() {
        let content = &text[line.content.range()];
        if fences.holds(content) {
            others = true;
            continue;
        }
        let mut end = 0;
        for at in memchr_iter(b'\\', content.as_bytes()) {
            // A backslash behind another was itself escaped.
            let doubled = content[..at].ends_with('\\');
            match escape(&content[at..]).filter(|_| !doubled) {
                _ if at < end => {}
                Some(written) => {
                    end = at + written.len;
                    found.push((Span::new(at, end).shift(line.content.start), written));
                }
                None => others = true,
            }
        }
    }
    (found, others)
}

/// Whether enough of the escapes stand for a character of a word, or stand inside one, as `\u2019` does in `it's`.
fn escapes_words(text: &str, escapes: &[(Span, WrittenOut)]) -> bool {
    let beside = |index: usize| {
        let (span, written) = &escapes[index];
        let touches = |other: Option<&(Span, WrittenOut)>, at: usize| {
            other.is_some_and(|(span, _)| span.start == at || span.end == at)
        };
        let before = text[..span.start].ends_with(is_word_char)
            || touches(index.checked_sub(1).map(|index| &escapes[index]), span.start);
        let after = text[span.end..].starts_with(is_word_char) || touches(escapes.get(index + 1), span.end);
        if written.means.contains(is_word_char) { before || after } else { before && after }
    };
    (0..escapes.len()).filter(|&index| beside(index)).take(ENOUGH).count() == ENOUGH
}

static CODE: LazyLock<Regex> = LazyLock::new(|| {
    let names = r"(?i:\b(?:unicode|utf-?8|utf-?16|json|javascript|python|java|regex|html|code points?)\b)";
    // A range of characters, a tag, a string or a list of a program.
    let signs = r#"\\u[0-9A-Fa-f]{4}-\\u|\\[uU]0*3[cC]|\\x3[cC]|`|[{\[]\s*["']|["']\s*[:,]\s*["'\[{]"#;
    Regex::new(&format!("{names}|{signs}")).expect("a constant pattern")
});

/// Whether anything in the text is code or speaks of it.
fn speaks_of_code(text: &str) -> bool {
    CODE.is_match(text) || shows_code(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    macro_rules! decodes {
        ($($name:ident: $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(clean(&*finder("escapes", &json!({})), $before, None), $after); })*
        };
    }

    decodes! {
        letters_of_words: r"Caf\u00e9, Gr\u00f6\u00dfe \u2013 gut" => "Café, Größe – gut";
        words_of_nothing_else: r"\u041f\u0440\u0438\u0432\u0435\u0442" => "Привет";
        bytes: r"Gr\xf6\xdfe und Caf\xe9" => "Größe und Café";
        bytes_of_utf8: r"Gr\xc3\xb6\xc3\x9fe und Caf\xc3\xa9" => "Größe und Café";
        a_mark_inside_words: r"it\u2019s, that\u2019s, don\u2019t \ud83d\ude00" => "it’s, that’s, don’t 😀";
        too_few: r"Caf\u00e9, Gr\u00f6sse" => r"Caf\u00e9, Gr\u00f6sse";
        a_text_about_characters: r"The letters \u00e4, \u00f6 and \u00fc." => r"The letters \u00e4, \u00f6 and \u00fc.";
        a_text_about_unicode: r"Unicode: Caf\u00e9, Gr\u00f6\u00dfe" => r"Unicode: Caf\u00e9, Gr\u00f6\u00dfe";
        a_pattern: r"[\u4e00-\u9fa5\u3040-\u30ff]+" => r"[\u4e00-\u9fa5\u3040-\u30ff]+";
        a_record: r#"{"name": "Caf\u00e9 Gr\u00f6\u00dfe"}"# => r#"{"name": "Caf\u00e9 Gr\u00f6\u00dfe"}"#;
        other_backslashes: r"Caf\u00e9\nGr\u00f6\u00dfe" => r"Caf\u00e9\nGr\u00f6\u00dfe";
        a_path: r"C:\u00e4bc\u00e4bc\u00e4\new" => r"C:\u00e4bc\u00e4bc\u00e4\new";
        doubled_backslashes: r"Caf\\u00e9, Gr\\u00f6\\u00dfe" => r"Caf\\u00e9, Gr\\u00f6\\u00dfe";
        code_beside_it: "Caf\\u00e9, Gr\\u00f6\\u00dfe, call run()." => "Caf\\u00e9, Gr\\u00f6\\u00dfe, call run().";
    }

    #[test]
    fn what_is_doubtful_is_found_by_the_other_rule_and_no_other() {
        let doubtful = finder("escapes", &json!({ "trust": "likely" }));
        assert_eq!(clean(&*doubtful, r"Caf\u00e9", None), "Café");
        assert_eq!(clean(&*doubtful, r"Caf\u00e9, Gr\u00f6\u00dfe", None), r"Caf\u00e9, Gr\u00f6\u00dfe");
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in ["\\", "\\u", "\\x", "\\xc3", "\\ud83d", "\\u00e9", "\\U0001"] {
            let text = piece.repeat(50_000);
            finder("escapes", &json!({})).find(&Document::new(&text, &crate::text::Lang::known("")), &mut Vec::new());
        }
    }
}
