//! Other encodings read as windows-1252: `Ïðèâåò`, `ÖÐ¹ú`.
//!
//! Every letter of such a text is one that is not ASCII, so its words are runs of them, which no language has. What the
//! runs say in each encoding is looked up: Cyrillic words in the lexicons, Chinese characters among the common ones.

use crate::lexicon::Lexicons;
use crate::text::codepage::Page;
use crate::text::misread::Written;
use crate::text::{Document, Span};

use super::segments::next_non_ascii;
use super::{Found, LONGEST_WORD, Trust};

/// A line is looked at if it has a run of so many characters that are not ASCII.
const RUN: usize = 4;
/// What the bytes may have been, as far as lexicons and tables can tell.
const ENCODINGS: [Written; 4] =
    [Written::In(Page::WINDOWS_1251), Written::In(Page::KOI8_R), Written::In(Page::CP866), Written::Gbk];
/// Runs of fewer letters say nothing: too many are words by chance.
const WORD: usize = 3;
/// So many Chinese characters must come out.
const IDEOGRAPHS: usize = 6;

/// What every such line has: four characters of windows-1252 that are not ASCII.
pub(super) const TRIGGER: &str = r"[\x{80}-\x{FF}ŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{4}";

/// Finds the runs of characters that are bytes of another encoding, in all lines that have a long one; in a text
/// about encodings none for certain.
pub(super) fn find(doc: &Document<'_>, lexicons: &Lexicons, trust: Trust, found: &mut Vec<Found>) {
    let text = doc.text();
    let runs = runs(text);
    if runs.is_empty() {
        return;
    }
    let best = ENCODINGS.into_iter().filter_map(|written| Some((evidence(text, &runs, written, lexicons)?, written)));
    let Some((evidence, written)) = best.max_by_key(|(evidence, _)| *evidence) else { return };
    let is_certain = evidence.is_certain() && !super::speaks_of_encodings(text);
    if is_certain != (trust == Trust::Certain) {
        return;
    }
    for &span in &runs {
        let Some(after) = written.read(&text[span.range()]) else { continue };
        let evidence =
            Some(format!("{} read as windows-1252; {} of {} known", written.name(), evidence.known, evidence.of));
        found.push(Found { span, after, evidence, score: None });
    }
}

/// How many of the words, or of the characters, that come out are known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Evidence {
    known: usize,
    of: usize,
}

impl Evidence {
    fn is_certain(self) -> bool {
        self.known >= 3 && self.known * 2 >= self.of
    }
}

/// Returns the runs of characters that are not ASCII and have a byte in windows-1252, with no ASCII letter beside them,
/// of all stretches without other letters in which one of them has [`RUN`] letters.
fn runs(text: &str) -> Vec<Span> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(hit) = next_non_ascii(text.as_bytes(), at) {
        let is_end = |c: char| matches!(c, '\n' | '\r');
        let start = text[..hit].rfind(is_end).map_or(0, |at| at + 1);
        let end = text[hit..].find(is_end).map_or(text.len(), |len| hit + len);
        at = end;
        let mut line = Vec::new();
        let mut rest = start;
        while let Some(from) = next_non_ascii(&text.as_bytes()[..end], rest) {
            let is_byte = |c: char| Page::WINDOWS_1252.byte(c).is_some();
            let to = text[from..end].find(|c| !is_byte(c)).map_or(end, |len| from + len);
            let beside = (text[..from].chars().next_back(), text[to..].chars().next());
            let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
            if to > from && !is_letter(beside.0) && !is_letter(beside.1) {
                line.push(Span::new(from, to));
            }
            rest = to.max(from + text[from..].chars().next().map_or(1, char::len_utf8));
        }
        // Words of other letters part what is of another encoding from what is not, and marks alone are right.
        let is_long = |span: &Span| text[span.range()].chars().filter(|c| c.is_alphabetic()).count() >= RUN;
        let has_letters = |from: usize, to: usize| text[from..to].contains(char::is_alphabetic);
        for stretch in line.chunk_by(|a, b| !has_letters(a.end, b.start)) {
            if stretch.iter().any(is_long) {
                runs.extend(stretch.iter().filter(|span| text[span.range()].contains(char::is_alphabetic)));
            }
        }
    }
    runs
}

/// What speaks for an encoding: none if not all runs are text in it.
fn evidence(text: &str, runs: &[Span], written: Written, lexicons: &Lexicons) -> Option<Evidence> {
    let mut evidence = Evidence { known: 0, of: 0 };
    let russian = lexicons.of(Some("ru"));
    for span in runs {
        let run = &text[span.range()];
        let read = written.read(run)?;
        if written == Written::Gbk {
            evidence.known += common_ideographs(run)?;
            evidence.of += read.chars().count();
            continue;
        }
        for word in read.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().nth(WORD - 1).is_some()) {
            let is_word = word.chars().count() <= LONGEST_WORD && !word.chars().all(|c| word.starts_with(c));
            let known = is_word && russian.knows_anywhere(word);
            // A long word is worth two.
            let worth = 1 + usize::from(word.chars().count() > 4);
            evidence.known += if known { worth } else { 0 };
            evidence.of += worth;
        }
    }
    let enough = written != Written::Gbk || evidence.of >= IDEOGRAPHS;
    (evidence.known * 3 >= evidence.of && evidence.known > 1 && enough).then_some(evidence)
}

/// Counts the characters of a run in GBK that are among the 3,755 of the first level of GB 2312; none if it has others
/// than pairs of bytes of that, or if it only counts up, repeats a letter, or has no signs, as lists of letters do.
fn common_ideographs(run: &str) -> Option<usize> {
    let bytes = run.chars().map(|c| Page::WINDOWS_1252.byte(c)).collect::<Option<Vec<u8>>>()?;
    let pairs = bytes.chunks_exact(2);
    let counts_up = bytes.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1));
    let (mut letters, first) = (run.chars().flat_map(char::to_lowercase), run.chars().next()?);
    let repeats = letters.all(|c| first.to_lowercase().eq([c]));
    // Only GB 2312: pages that are older than GBK have nothing else.
    let is_old = pairs.clone().all(|pair| matches!(pair, [0xA1..=0xF7, 0xA1..=0xFE]));
    // A third of its bytes are signs in windows-1252; lists of letters have none.
    let signs = run.chars().filter(|c| !c.is_alphabetic()).count();
    if !pairs.remainder().is_empty() || counts_up || repeats || !is_old || signs * 8 < bytes.len() {
        return None;
    }
    Some(pairs.filter(|pair| matches!(pair[0], 0xB0..=0xD7) && pair[1] >= 0xA1).count())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::{clean, finder};

    fn swapped(text: &str) -> String {
        clean(&*finder("mojibake", &json!({ "what": "swapped" })), text, None)
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn cyrillic_is_read_again_in_its_encoding() {
        assert_eq!(swapped("Ïðèâåò, ìèð! Ýòî íîâàÿ êíèãà."), "Привет, мир! Это новая книга.");
        assert_eq!(swapped("ðÒÉ×ÅÔ, ÍÉÒ! üÔÏ ÎÏ×ÁÑ ËÎÉÇÁ."), "Привет, мир! Это новая книга.");
    }

    #[test]
    fn chinese_is_read_again() {
        assert_eq!(swapped("ÖÐ¹úÈËÃñ¹²ºÍ¹ú"), "中国人民共和国");
    }

    #[test]
    fn letters_of_western_languages_stay() {
        for text in [
            "ÄÖÜäöüß",
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ",
            "ôôôôô",
            "ÔÔÔÔ VIDA",
            "éèêë",
            "Þórsmörk ÆÐÞÖ",
            "«Íñigo»",
            "ñññ ááá ééé íííí",
        ] {
            assert_eq!(swapped(text), text);
        }
    }
}
