//! Characters that stand for others only because an old program needed them: Arabic letters by their shape, letters
//! and digits in full width, Katakana in half width.
//!
//! Words that are one character (U+FDF2, U+FDFA) are not taken apart, nor ornamental brackets and the sign of the rial.

use unicode_normalization::UnicodeNormalization;

use crate::rules::diagnostics::Diagnostic;
use crate::text::Document;

use super::neighbours::{Kind, Line, Run, kind};
use super::options::Reader;
use super::{Finder, Found, Options};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Arabic,
    FullWidth,
    HalfWidth,
}

const WHAT: [(&str, What, &str); 3] = [
    ("arabic", What::Arabic, r"[\x{FB50}-\x{FBB1}\x{FBD3}-\x{FD3D}\x{FD50}-\x{FDC7}\x{FE70}-\x{FEFC}]"),
    ("full-width", What::FullWidth, r"[\x{FF01}-\x{FF5E}]"),
    ("half-width", What::HalfWidth, r"[\x{FF66}-\x{FF9F}]"),
];

impl What {
    fn holds(self, c: char) -> bool {
        match self {
            What::Arabic => matches!(c,
                '\u{FB50}'..='\u{FBB1}' | '\u{FBD3}'..='\u{FD3D}' | '\u{FD50}'..='\u{FDC7}' | '\u{FE70}'..='\u{FEFC}'),
            What::FullWidth => matches!(c, '\u{FF01}'..='\u{FF5E}'),
            // With the marks that only stand among them.
            What::HalfWidth => matches!(c, '\u{FF61}'..='\u{FF9F}'),
        }
    }
}

/// The built-in finder `compatibility`.
pub(super) struct Compatibility {
    what: What,
    trigger: &'static str,
}

impl Compatibility {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("compatibility", options, &["what"]);
        let (_, what, trigger) = WHAT[reader.choice("what", &WHAT.map(|(name, ..)| name)).unwrap_or(0)];
        reader.finish(|| Self { what, trigger })
    }
}

impl Finder for Compatibility {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        for line in doc.lines().as_slice() {
            if !doc.text()[line.content.range()].contains(|c| self.what.holds(c)) {
                continue;
            }
            let line = Line::new(doc.text(), line.content);
            for run in line.runs(|c| self.what.holds(c)) {
                if self.what == What::FullWidth && is_at_home(&line, run) {
                    continue;
                }
                let before = line.text_of(run);
                if self.what == What::HalfWidth && !before.contains(|c| matches!(c, '\u{FF66}'..='\u{FF9F}')) {
                    continue; // Marks alone.
                }
                let after: String = before.nfkc().collect();
                if after != before {
                    found.push(Found { span: line.span(run), after, evidence: None, score: None });
                }
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![self.trigger.to_owned()])
    }
}

/// Whether full-width characters stand beside East Asian text: beyond spaces, and with no letter or digit among them.
fn is_at_home(line: &Line<'_>, run: Run) -> bool {
    let foreign = |c: char| {
        kind(c) == Kind::Foreign && !matches!(c, '\u{FF01}'..='\u{FF5E}') || matches!(c, '\u{3001}'..='\u{303F}')
    };
    line.has(foreign) || !line.text_of(run).contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    macro_rules! becomes {
        ($($name:ident: $what:literal $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() {
                assert_eq!(clean(&*finder("compatibility", &json!({ "what": $what })), $before, None), $after);
            })*
        };
    }

    becomes! {
        arabic_shapes: "arabic" "\u{FEE3}\u{FEAE}\u{FEA3}\u{FE92}\u{FE8E}" => "مرحبا";
        arabic_ligatures_of_letters: "arabic" "\u{FEFB}" => "لا";
        arabic_letters_stay: "arabic" "مرحبا" => "مرحبا";
        arabic_words_in_one_sign_stay: "arabic" "\u{FDF2} \u{FDFA} \u{FD3E}\u{FD3F} \u{FDFC}" => "\u{FDF2} \u{FDFA} \u{FD3E}\u{FD3F} \u{FDFC}";
        full_width_letters: "full-width" "ＬＯＵＤ　ＮＯＩＳＥＳ！" => "LOUD　NOISES!";
        full_width_in_japanese_stays: "full-width" "ＡＢＣ会社（１２３）" => "ＡＢＣ会社（１２３）";
        full_width_marks_alone_stay: "full-width" "a ～ b！" => "a ～ b！";
        half_width_katakana: "half-width" "ﾀｰﾝ ｶﾞﾗｽ｡" => "ターン ガラス。";
        half_width_marks_alone_stay: "half-width" "｡" => "｡";
        half_width_hangul_stays: "half-width" "ﾡ" => "ﾡ";
    }
}
