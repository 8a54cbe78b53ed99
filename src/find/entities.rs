//! References of HTML that were left in a text: `caf&eacute;`, `Q&#38;A`, `10&nbsp;km`.
//!
//! Decoded is what can only be an accident of extraction. Code stays, and so does a text that speaks of HTML, for
//! there `&eacute;` is what its author wanted to be read. `&lt;b&gt;` is such an example too: decoded, it would be
//! taken for markup. What is doubtful is left to a second rule, under review.

use std::sync::LazyLock;

use memchr::{memchr, memchr_iter};
use regex::Regex;

use super::code::{Fences, is_code_line, is_technical};
use super::options::Reader;
use super::{Finder, Found, Options};
use crate::rules::diagnostics::Diagnostic;
use crate::text::markup::{tag_len, without_markup};
use crate::text::written::{WrittenOut, reference};
use crate::text::{Document, Span};

/// The built-in finder `entities`.
pub(super) struct Entities {
    /// Finds what the default leaves, instead of what it finds.
    doubtful: bool,
}

impl Entities {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("entities", options, &["trust"]);
        let doubtful = reader.choice("trust", &["sure", "likely"]) == Some(1);
        reader.finish(|| Self { doubtful })
    }
}

impl Finder for Entities {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        if memchr(b'&', text.as_bytes()).is_none() {
            return;
        }
        let references = references(doc);
        if references.is_empty() {
            return;
        }
        let all_doubtful = !was_escaped(text, &references) && has_programs(text);
        let in_tags = in_tags(text, &references);
        for ((span, written), in_tag) in references.into_iter().zip(in_tags) {
            if (all_doubtful || in_tag || is_example(text, span, &written.means)) == self.doubtful {
                found.push(Found { span, after: written.means, evidence: None, score: None });
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec!["&(?:#[0-9xX]|[A-Za-z][0-9A-Za-z])".to_owned()])
    }
}

/// Returns the references of the text, without those in code.
fn references(doc: &Document<'_>) -> Vec<(Span, WrittenOut)> {
    let text = doc.text();
    let mut found: Vec<(Span, WrittenOut)> = Vec::new();
    let mut fences = Fences::default();
    for line in doc.lines().as_slice() {
        let content = &text[line.content.range()];
        if fences.holds(content) || memchr(b'&', content.as_bytes()).is_none() {
            continue;
        }
        let first = found.len();
        let mut decoded = String::new();
        let mut end = 0;
        for at in memchr_iter(b'&', content.as_bytes()) {
            if at < end {
                continue; // Part of the reference before.
            }
            let Some(written) = reference(&content[at..]) else { continue };
            decoded.push_str(&content[end..at]);
            decoded.push_str(&written.means);
            end = at + written.len;
            if written.ended || reads_alone(content, Span::new(at, end), &written.means) {
                found.push((Span::new(at, end).shift(line.content.start), written));
            }
        }
        decoded.push_str(&content[end..]);
        if is_code_line(&decoded) || STATEMENT.is_match(&decoded) {
            found.truncate(first);
        }
    }
    found
}

/// Whether a reference without its `;` is one: its name is no word that somebody may have written behind an `&`, or
/// a number beside it tells that a sign was meant (`&copy 2020`).
fn reads_alone(line: &str, span: Span, means: &str) -> bool {
    let name = &line[span.start + 1..span.end];
    if name.starts_with('#') {
        // Small numbers are numbers: `the &#1 song`.
        return !means.starts_with(|c: char| c.is_control()) && (name.len() > 3 || means == "&" || means == "'");
    }
    let digit = |c: char| c.is_ascii_digit();
    let unit = matches!(name, "cent" | "deg" | "divide" | "times") && line[..span.start].ends_with(digit);
    WORDS.binary_search(&name).is_err() || unit || line[span.end..].trim_start().starts_with(digit)
}

/// Names that HTML reads without their `;` and that are words, or short enough to be initials. Sorted.
const WORDS: &[&str] = &[
    "COPY", "ETH", "GT", "LT", "REG", "THORN", "acute", "cedil", "cent", "copy", "curren", "deg", "divide", "eth",
    "macr", "micro", "not", "para", "pound", "reg", "sect", "shy", "thorn", "times", "uml", "yen",
];

/// A line that is a statement of SQL, C or Python, or stands behind the prompt of a shell.
static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    let sql = r"\s*(?:SELECT|INSERT|UPDATE|DELETE)\b.*\b(?:FROM|INTO|SET|WHERE)\b";
    let c = r"\s*(?:if|for|while)\s*\(.*\)\s*(?:\{|.*;)";
    let python = r"\s*(?:for .* in .*|(?:if|elif|while) .*|def .*\)):(?:\s|$)";
    let shell = r"\s*[$#] [a-z]";
    Regex::new(&format!("^(?:{sql}|{c}|{python}|{shell})")).expect("a pattern that compiles")
});

/// Whether the reference at `span` is shown rather than meant: behind a word as `type` or `use`, before one as
/// `stands for`; or behind a letter, if it is a sign that hardly stands there.
pub(super) fn is_example(text: &str, span: Span, means: &str) -> bool {
    static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        let words = "type|write|written|use|enter|insert|reference|refs?|entity|entities|such as|code|tippe|schreibe|verwende|können|taper|tapez|écrire|écrivez|utilisez|escriba|usa";
        Regex::new(&format!(r"(?i)\b(?:{words})[ns]?\W{{1,3}}$")).expect("a pattern that compiles")
    });
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        let words = "must be written|is written|stands for|means|gives|for [<>&]|steht für|ergibt";
        Regex::new(&format!(r"(?i)^\W{{1,3}}(?:{words})")).expect("a pattern that compiles")
    });
    let near = text.ceil_char_boundary(span.start.saturating_sub(32));
    let far = text.floor_char_boundary((span.end + 32).min(text.len()));
    let behind_letter = text[..span.start].ends_with(|c: char| c.is_ascii_alphabetic());
    let is_rare = means.starts_with(|c: char| c == '¬' || ('\u{2100}'..='\u{2BFF}').contains(&c) && c != '™');
    (behind_letter && is_rare) || BEHIND.is_match(&text[near..span.start]) || BEFORE.is_match(&text[span.end..far])
}

/// Returns for each reference whether it is part of a tag, or would make one.
fn in_tags(text: &str, references: &[(Span, WrittenOut)]) -> Vec<bool> {
    let mut decoded = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(references.len());
    let mut end = 0;
    for (span, written) in references {
        decoded.push_str(&text[end..span.start]);
        places.push(decoded.len());
        decoded.push_str(&written.means);
        end = span.end;
    }
    decoded.push_str(&text[end..]);
    let mut in_tags = vec![false; references.len()];
    let mut end = 0;
    for at in memchr_iter(b'<', decoded.as_bytes()) {
        if at < end {
            continue;
        }
        if let Some(len) = tag_len(&decoded[at..]) {
            end = at + len;
            let first = places.partition_point(|&place| place < at);
            let last = places.partition_point(|&place| place < end);
            in_tags[first..last].fill(true);
        }
    }
    in_tags
}

/// So many apostrophes written out inside words, and the whole text was escaped once too often.
const ENOUGH: usize = 3;

/// Whether apostrophes inside words are written out, as in `wasn&#39;t`: that is nobody's example.
fn was_escaped(text: &str, references: &[(Span, WrittenOut)]) -> bool {
    let inside = |(span, written): &&(Span, WrittenOut)| {
        matches!(written.means.as_str(), "'" | "’")
            && text[..span.start].ends_with(char::is_alphabetic)
            && text[span.end..].starts_with(char::is_alphabetic)
    };
    references.iter().filter(inside).take(ENOUGH).count() == ENOUGH
}

static MARKUP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)(?:^|[^\w./])(?i:x?html5?|xml|sgml)(?-u:\b)").expect("a constant pattern"));
static PROGRAMS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(?i:code|pre|kbd|samp|script|style)\b").expect("a constant pattern"));

/// Whether a text is about markup or programs, so that a reference may be meant to be read as it stands.
fn has_programs(text: &str) -> bool {
    PROGRAMS.is_match(text) || speaks_of_markup(text)
}

/// Whether a text names markup, or shows programs beside its tags.
pub(super) fn speaks_of_markup(text: &str) -> bool {
    if MARKUP.is_match(text) {
        return true;
    }
    // Addresses are full of what else are signs of code.
    let plain = without_markup(text);
    let mut words = String::with_capacity(plain.len());
    for line in plain.lines() {
        for word in line.split(' ').filter(|word| !["://", "www.", "@", "#"].iter().any(|sign| word.contains(sign))) {
            words.push_str(word);
            words.push(' ');
        }
        words.push('\n');
    }
    is_technical(&words)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    macro_rules! decodes {
        ($($name:ident: $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(clean(&*finder("entities", &json!({})), $before, None), $after); })*
        };
    }

    decodes! {
        names_and_numbers: "caf&eacute;, Q&#38;A, &#x201C;so&#8221;" => "café, Q&A, “so”";
        brackets_that_are_no_tag: "&lt;&gt; and a &lt; b" => "<> and a < b";
        a_file_in_brackets_is_no_tag: "&lt;file&gt;" => "<file>";
        names_in_capitals: "&ntilde; &Ntilde; &NTILDE; &nTILDE;" => "ñ Ñ Ñ &nTILDE;";
        names_of_html: "jednocze&sacute;nie, JEDNOCZE&Sacute;NIE" => "jednocześnie, JEDNOCZEŚNIE";
        spaces_and_invisibles: "10&nbsp;km, Ent&shy;wurf" => "10\u{A0}km, Ent\u{AD}wurf";
        what_was_escaped_twice: "caf&amp;eacute; &amp;amp; bar" => "café & bar";
        what_was_escaped_three_times_stays: "&amp;amp;amp; caf&amp;amp;eacute;" => "&amp;amp;amp; caf&amp;amp;eacute;";
        a_name_that_comes_to_be: "&&num;233;" => "é";
        without_an_end: "10&nbsp km and &copy 2020, AT&amp T, x &lt y" => "10\u{A0} km and © 2020, AT& T, x < y";
        words_behind_an_ampersand: "black &not white, R&D, AT&T, &c., this &copy of it, Q&para" =>
            "black &not white, R&D, AT&T, &c., this &copy of it, Q&para";
        a_number_behind_an_ampersand: "the &#1 song, the &#12 song" => "the &#1 song, the &#12 song";
        a_number_without_an_end: "caf&#233, it&#39 s" => "café, it' s";
        a_query: "see /x?a=1&copy=2&lt=3&reg" => "see /x?a=1&copy=2&lt=3&reg";
        a_tag_to_be_shown: "Write &lt;b&gt; for bold, caf&eacute;" => "Write &lt;b&gt; for bold, café";
        half_a_tag: "&lt;a href=&quot;x&quot;> &quot;" => "&lt;a href=&quot;x&quot;> \"";
        inside_a_tag: "<a title=\"caf&eacute;\">caf&eacute;</a>" => "<a title=\"caf&eacute;\">café</a>";
        a_text_about_html: "In HTML an é is &eacute;." => "In HTML an é is &eacute;.";
        a_text_about_html_that_was_escaped: "HTML isn&#39;t hard, don&#39;t worry, that&#39;s &quot;it&quot; &lt;b&gt;" =>
            "HTML isn't hard, don't worry, that's \"it\" &lt;b&gt;";
        a_plea_for_scripts: "Please enable JavaScript. Caf&eacute;" => "Please enable JavaScript. Café";
        a_page_of_html_is_not_about_it: "See index.html, caf&eacute;" => "See index.html, café";
        elements_of_code: "<code>&amp;</code> caf&eacute;" => "<code>&amp;</code> caf&eacute;";
        a_fence: "caf&eacute;\n~~~\na &lt; b\n~~~\ncaf&eacute;" => "café\n~~~\na &lt; b\n~~~\ncafé";
        a_line_of_code: "caf&eacute;\nif (a() &lt; b)" => "café\nif (a() &lt; b)";
        a_text_with_fences: "caf&eacute;\n```\na &lt; b\n```" => "caf&eacute;\n```\na &lt; b\n```";
        degrees_and_cents: "20&deg C, 50&cent, 3 &times 4" => "20° C, 50¢, 3 × 4";
        a_text_about_programs: "Call run() with caf&eacute;.\nThen my_name::x is set." =>
            "Call run() with caf&eacute;.\nThen my_name::x is set.";
        addresses_are_no_programs: "caf&eacute; https://a.example/b_c?d_e=f_g" => "café https://a.example/b_c?d_e=f_g";
        a_number_of_one_digit: "one&#9;two" => "one\ttwo";
        half_of_a_character: "&#55357;&#56832; &#55357;" => "😀 \u{FFFD}";
        a_number_too_large: "&#xffffffff;" => "\u{FFFD}";
        nothing_without_references: "Fish & chips; x && y" => "Fish & chips; x && y";
    }

    #[test]
    fn what_is_doubtful_is_found_by_the_other_rule_and_no_other() {
        let doubtful = finder("entities", &json!({ "trust": "likely" }));
        assert_eq!(clean(&*doubtful, "Write &lt;b&gt; for caf&eacute;", None), "Write <b> for caf&eacute;");
        assert_eq!(clean(&*doubtful, "In HTML, &eacute;", None), "In HTML, é");
        assert_eq!(clean(&*doubtful, "```\na &lt;b&gt;\n```", None), "```\na &lt;b&gt;\n```");
    }

    #[test]
    fn words_are_sorted() {
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in ["&", "&#", "&#9", "&lt;", "&lt;a ", "&amp;", "&amp;amp;amp;", "&#55357;", "&lt;a x=&quot;"] {
            let text = piece.repeat(50_000);
            finder("entities", &json!({})).find(&Document::new(&text, &crate::text::Lang::known("")), &mut Vec::new());
        }
    }
}
