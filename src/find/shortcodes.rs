//! Shortcodes of WordPress and marks of BBCode that nobody replaced: `[caption id="…"]`, `[/url]`, `[b]so[/b]`.
//!
//! The code goes and the text between its two parts stays. A word in brackets is none unless its closing part follows;
//! and where a text speaks of shortcodes it may show some.

use std::sync::LazyLock;

use memchr::{memchr, memchr_iter};
use regex::Regex;

use super::code::{Backticks, Fences, is_code_line};
use super::cut::{Parts, cut_runs};
use super::options::Reader;
use super::teaching;
use super::{Finder, Found, Options};
use crate::rules::diagnostics::Diagnostic;
use crate::text::markup::{BracketCode, Codes, Sure, bracket_code};
use crate::text::{Document, Span, is_blank};

/// The built-in finder `shortcodes`.
pub(super) struct Shortcodes {
    /// Finds what the default leaves, instead of what it finds.
    doubtful: bool,
}

impl Shortcodes {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("shortcodes", options, &["trust"]);
        let doubtful = reader.choice("trust", &["sure", "likely"]) == Some(1);
        reader.finish(|| Self { doubtful })
    }
}

impl Finder for Shortcodes {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        if memchr(b'[', text.as_bytes()).is_none() {
            return;
        }
        // Whether an example is shown: then all of them may be some.
        let mut shows = false;
        let mut fences = Fences::default();
        let mut codes = Codes::new(text);
        let mut chosen = Vec::new();
        for line in doc.lines().as_slice() {
            let content = &text[line.content.range()];
            if fences.holds(content) || memchr(b'[', content.as_bytes()).is_none() {
                continue;
            }
            let mut code_line = None;
            let mut end = 0;
            let ticks = Backticks::of(content);
            let mut before = None;
            for at in memchr_iter(b'[', content.as_bytes()) {
                // What stands inside of brackets that look like another code is a part of that: without it, there would
                // be one more.
                let inside = before.replace(at).is_some_and(|open: usize| is_begun(&content[open..at]));
                let Some(code) = bracket_code(&content[at..]).filter(|_| at >= end) else { continue };
                end = at + code.len;
                let span = Span::new(at, end).shift(line.content.start);
                // `[[caption]]` shows one, and `](` makes a link of it.
                let shown = content[..at].ends_with(['[', '\\']) || content[end..].starts_with([']', '(']);
                if shown || inside || ticks.hold(at) {
                    continue;
                }
                // `[youtube=https://…]`: the address is all that is left of what it showed.
                let known = match codes.take(span.start, &code) {
                    Sure::Partner => true,
                    Sure::Name => code.closing || !code.address,
                    Sure::No => false,
                };
                // In code `[i]` is an index, and `[list]` may be anything.
                let in_code =
                    code.is_word() && !code.is_shortcode() && *code_line.get_or_insert_with(|| is_code_line(content));
                let alone = is_blank(&content[..at]) && is_blank(&content[end..]);
                if known || (alone && !code.is_letter()) {
                    let (before, behind) = (&content[..at], &content[end..]);
                    shows |= known && (teaching::is_told_to_write(before) || is_quoted(before, behind));
                    let parts = if is_inline(&code) { Parts::Nothing } else { Parts::Words };
                    chosen.push((span, parts, known && !in_code));
                }
            }
        }
        let all_doubtful = !chosen.is_empty() && (shows || speaks_of_codes(text) || teaching::teaches_formatting(text));
        let chosen: Vec<(Span, Parts)> = (chosen.into_iter())
            .filter(|&(_, _, sure)| (sure && !all_doubtful) != self.doubtful)
            .map(|(span, parts, _)| (span, parts))
            .collect();
        cut_runs(doc, &chosen, found);
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"\[/?[A-Za-z][0-9A-Za-z_-]*(?:[ \t=][^\]]*)?\]".to_owned()])
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

/// Whether `text`, which begins with a bracket, begins a code and does not end it.
fn is_begun(text: &str) -> bool {
    text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && memchr(b']', text.as_bytes()).is_none()
}

/// Whether what stands between `before` and `behind` is in quotation marks.
fn is_quoted(before: &str, behind: &str) -> bool {
    before.ends_with(['"', '“', '„', '«', '‘', '「', '\'']) && behind.starts_with(['"', '”', '“', '»', '’', '」', '\''])
}

/// Whether `code` marks words inside a sentence.
fn is_inline(code: &BracketCode<'_>) -> bool {
    let name = code.name.to_ascii_lowercase();
    matches!(
        name.as_str(),
        "b" | "i" | "u" | "s" | "color" | "email" | "font" | "size" | "url" | "dropcap" | "highlight"
    )
}

/// Whether a text speaks of shortcodes, so that it may show some.
fn speaks_of_codes(text: &str) -> bool {
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\bshort-?codes?\b|\bbb-?code\b|\bword\s?press\b|\bplug-?ins?\b|\bgutenberg\b|\bwidgets?\b|\belementor\b|ショートコード|шорткод|短代码")
            .expect("a constant pattern")
    });
    NAMES.is_match(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    fn sure(text: &str) -> String {
        clean(&*finder("shortcodes", &json!({})), text, None)
    }

    macro_rules! takes_out {
        ($($name:ident: $before:expr => $after:expr;)*) => { $(#[test] fn $name() { assert_eq!(sure($before), $after); })* };
    }

    takes_out! {
        nested: "[b][i]a[/i][/b] [quote=x][b]c[/b][/quote]" => "a c";
        in_any_case: "[B]a[/b] [URL=\"https://a.example\"]c[/url]" => "a c";
        over_lines: "[quote]\na\n[/quote]\nb" => "a\nb";
        a_letter_over_lines: "a [i] b\nc[/i]" => "a [i] b\nc[/i]";
        a_letter_alone: "word[s] a[i] [b]" => "word[s] a[i] [b]";
        a_block_of_builders: "[vc_row el_class=\"a\"][vc_column_text]a[/vc_column_text][/vc_row]" => "a";
        in_code_lines: "x[b] = y()[/b];" => "x[b] = y()[/b];";
        a_code_in_another: "One.[gallery [gallery ids=\"1\"]ids=\"1\"]" => "One.[gallery [gallery ids=\"1\"]ids=\"1\"]";
        an_example: "Add [gallery ids=\"1,2\"] to your post.\n\n[caption id=\"1\"]a[/caption]" =>
            "Add [gallery ids=\"1,2\"] to your post.\n\n[caption id=\"1\"]a[/caption]";
        an_address_alone: "[youtube=https://a.example]" => "[youtube=https://a.example]";
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in ["[b]", "[/b]", "[b][/b]", "[url=", "[quote]", "[vc_a ", "[caption id=\"", "[", "[b]\n"] {
            for trust in ["sure", "likely"] {
                let text = piece.repeat(100_000 / piece.len());
                finder("shortcodes", &json!({ "trust": trust }))
                    .find(&Document::new(&text, &crate::text::Lang::known("")), &mut Vec::new());
            }
        }
    }
}
