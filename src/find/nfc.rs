//! Composed form: a letter followed by combining marks becomes the one character that means the same.
//!
//! Only compositions are proposed. Characters that NFC would replace though nothing composes (U+2126 OHM SIGN,
//! CJK compatibility ideographs, U+0958 and other exclusions) stay, with the marks behind them: they look
//! different in many fonts, and a text that has them is not faulty.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span};

use super::options::Reader;
use super::{Finder, Found, Options};

/// The built-in finder `nfc`.
pub(super) struct Nfc;

impl Nfc {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        Reader::new("nfc", options, &[]).finish(|| Self)
    }
}

impl Finder for Nfc {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        if is_nfc_quick(text.chars()) == IsNormalized::Yes {
            return;
        }
        let mut start = 0;
        while let Some(span) = next_cluster(text, start) {
            start = span.end;
            if let Some(after) = composed(&text[span.range()]) {
                found.push(Found { span, after, evidence: None, score: None });
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![COMPOSING.to_owned()])
    }
}

/// The characters that may compose with one before them (NFC quick check "maybe").
const COMPOSING: &str = concat!(
    "[",
    r"\x{300}-\x{304}\x{306}-\x{30C}\x{30F}\x{311}\x{313}-\x{314}\x{31B}\x{323}-\x{328}\x{32D}-\x{32E}",
    r"\x{330}-\x{331}\x{338}\x{342}\x{345}\x{653}-\x{655}\x{93C}\x{9BE}\x{9D7}\x{B3E}\x{B56}-\x{B57}\x{BBE}",
    r"\x{BD7}\x{C56}\x{CC2}\x{CD5}-\x{CD6}\x{D3E}\x{D57}\x{DCA}\x{DCF}\x{DDF}\x{102E}\x{1161}-\x{1175}",
    r"\x{11A8}-\x{11C2}\x{1B35}\x{3099}-\x{309A}\x{110BA}\x{11127}\x{1133E}\x{11357}\x{114B0}\x{114BA}\x{114BD}",
    r"\x{115AF}\x{11930}",
    r"\x{113B8}\x{113BB}\x{113C2}\x{113C5}\x{113C7}-\x{113C9}\x{1611E}-\x{16129}\x{16D67}\x{16D68}",
    "]"
);

/// Whether `c` may compose with what stands before it, or stands between the two.
fn goes_with_base(c: char) -> bool {
    c >= '\u{300}' && (canonical_combining_class(c) != 0 || quick(c) == IsNormalized::Maybe)
}

fn quick(c: char) -> IsNormalized {
    is_nfc_quick(std::iter::once(c))
}

/// Returns the first base with all that goes with it, from `start` on.
fn next_cluster(text: &str, start: usize) -> Option<Span> {
    let (mark, _) = text[start..].char_indices().find(|&(_, c)| goes_with_base(c))?;
    let mark = start + mark;
    let base = text[start..mark].char_indices().next_back().map_or(mark, |(at, _)| start + at);
    let end = text[mark..].find(|c| !goes_with_base(c)).map_or(text.len(), |len| mark + len);
    Some(Span::new(base, end))
}

/// Returns the composed form of `cluster` if something in it composes and nothing else changes.
fn composed(cluster: &str) -> Option<String> {
    if cluster.chars().any(|c| quick(c) == IsNormalized::No) {
        return None;
    }
    let composed: String = cluster.nfc().collect();
    (composed.chars().count() < cluster.chars().count()).then_some(composed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    macro_rules! composes {
        ($($name:ident: $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(clean(&*finder("nfc", &json!({})), $before, None), $after); })*
        };
    }

    composes! {
        a_letter_and_its_mark: "cafe\u{301} au lait" => "café au lait";
        two_marks_on_a_letter: "Vie\u{323}\u{302}t" => "Việt";
        kana_with_a_voicing_mark: "か\u{3099}" => "が";
        jamo_that_make_a_syllable: "\u{1112}\u{1161}\u{11AB}국" => "한국";
        jamo_that_make_none_stay: "\u{1112}\u{119E}\u{11AB}" => "\u{1112}\u{119E}\u{11AB}";
        a_mark_that_does_not_compose_stays: "x\u{301} q\u{303}" => "x\u{301} q\u{303}";
        a_mark_without_a_base_stays: "\u{301}a" => "\u{301}a";
        singletons_stay: "5 \u{2126}, 20 \u{212B}, a\u{340}" => "5 \u{2126}, 20 \u{212B}, a\u{340}";
        what_nfc_takes_apart_stays: "\u{958} \u{FA10} \u{2ADC}" => "\u{958} \u{FA10} \u{2ADC}";
        composed_text_stays: "Größe, 한국, ガ" => "Größe, 한국, ガ";
    }

    #[test]
    fn each_cluster_is_one_change() {
        let text = "e\u{301}te\u{301} ü";
        let mut found = Vec::new();
        Nfc.find(&Document::new(text, &crate::text::Lang::known("")), &mut found);
        let spans: Vec<_> = found.iter().map(|found| (&text[found.span.range()], found.after.as_str())).collect();
        assert_eq!(spans, [("e\u{301}", "é"), ("e\u{301}", "é")]);
    }

    #[test]
    fn the_trigger_names_every_character_that_may_compose() {
        let composing = regex::Regex::new(COMPOSING).expect("a pattern");
        let mut utf8 = [0; 4];
        let is_missing = |&c: &char| quick(c) == IsNormalized::Maybe && !composing.is_match(c.encode_utf8(&mut utf8));
        let missing: Vec<_> = ('\0'..=char::MAX).filter(is_missing).map(char::escape_unicode).collect();
        assert!(missing.is_empty(), "{}", missing.into_iter().flatten().collect::<String>());
    }
}
