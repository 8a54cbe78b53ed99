//! Shortcodes of WordPress and marks of BBCode that nobody replaced: `[caption id="…"]`, `[/url]`, `[b]so[/b]`.
//!
//! The code goes and the text between its two parts stays. A word in brackets is none unless its closing part follows;
//! and where a text speaks of shortcodes it may show some.

use std::sync::LazyLock;

use memchr::{memchr, memchr_iter};
use regex::Regex;

use super::code::{Fences, is_code_line};
use super::cut::{Parts, cut_runs};
use super::options::Reader;
use super::tags::in_backticks;
use super::{Finder, Found, Options};
use crate::rules::diagnostics::Diagnostic;
use crate::text::markup::{BracketCode, bracket_code, is_closed};
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
        let mut speaks = None;
        let mut fences = Fences::default();
        // Names that were opened and not yet closed.
        let mut open: Vec<&str> = Vec::new();
        let mut chosen = Vec::new();
        for line in doc.lines().as_slice() {
            let content = &text[line.content.range()];
            if fences.holds(content) || memchr(b'[', content.as_bytes()).is_none() {
                continue;
            }
            let mut code_line = None;
            let mut end = 0;
            for at in memchr_iter(b'[', content.as_bytes()) {
                let Some(code) = bracket_code(&content[at..]).filter(|_| at >= end) else { continue };
                end = at + code.len;
                let span = Span::new(at, end).shift(line.content.start);
                // `[[caption]]` shows one, and `](` makes a link of it.
                let shown = content[..at].ends_with(['[', '\\']) || content[end..].starts_with([']', '(']);
                if shown || in_backticks(content, at) {
                    continue;
                }
                let known = certain(&text[span.start..], &code, &mut open);
                // In code `[i]` is an index, and `[code]` may be anything; what has attributes is a shortcode there too.
                let in_code = code.is_word() && *code_line.get_or_insert_with(|| is_code_line(content));
                let alone = is_blank(&content[..at]) && is_blank(&content[end..]);
                let sure = known && !in_code && !*speaks.get_or_insert_with(|| speaks_of_codes(text));
                let may_go = sure || known || (alone && !code.is_letter());
                if sure != self.doubtful && may_go {
                    let parts = if is_inline(&code) { Parts::Nothing } else { Parts::Words };
                    chosen.push((span, parts));
                }
            }
        }
        cut_runs(doc, &chosen, found);
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"\[/?[A-Za-z][0-9A-Za-z_-]*(?:[ \t=][^\]]*)?\]".to_owned()])
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

/// Whether `code`, at the start of `text`, can be nothing else: it has attributes or a name that is no word, or its
/// partner is there.
fn certain<'t>(text: &'t str, code: &BracketCode<'t>, open: &mut Vec<&'t str>) -> bool {
    if code.closing {
        let at = open.iter().rposition(|name| name.eq_ignore_ascii_case(code.name));
        return at.map(|at| open.truncate(at)).is_some() || !code.is_letter();
    }
    let near = &text[code.len..];
    // A letter marks words of its own line.
    let near = if code.is_letter() { &near[..near.find(['\n', '\r']).unwrap_or(near.len())] } else { near };
    let closed = is_closed(near, code.name);
    if closed && open.len() < 64 {
        open.push(code.name);
    }
    // `[youtube=https://…]`: the address is all that is left of what it showed.
    closed || !(code.is_word() || code.address)
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
        Regex::new(r"(?i)\bshort-?codes?\b|\bbb-?code\b|\bwordpress\b|\bplugins?\b|ショートコード|шорткод")
            .expect("a constant pattern")
    });
    NAMES.is_match(text)
}
