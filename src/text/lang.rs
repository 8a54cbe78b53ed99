//! The language of a text.

use std::cell::OnceCell;

/// How much of a text is looked at to detect its language, in bytes.
const SAMPLE: usize = 1 << 10;
/// A line of so many bytes is prose.
const LONG: usize = 60;
/// Fewer letters than this say nothing reliable.
const LEAST: usize = 24;

/// The language of a text: as somebody said, or detected when it is first asked for.
#[derive(Debug)]
pub(crate) struct Lang {
    sample: String,
    code: OnceCell<Option<String>>,
}

impl Lang {
    /// Takes `code` (`de`, `de-AT`, `de_AT`) on trust.
    pub(crate) fn known(code: &str) -> Self {
        let code = code.split(['-', '_']).next().unwrap_or(code).to_ascii_lowercase();
        let code = (!code.is_empty() && code != "und").then_some(code);
        Self { sample: String::new(), code: OnceCell::from(code) }
    }

    /// Detects the language of `text` when asked.
    pub(crate) fn of(text: &str) -> Self {
        Self { sample: sample(text), code: OnceCell::new() }
    }

    /// Returns the code (ISO 639-1), where it is known or certain enough.
    pub(crate) fn get(&self) -> Option<&str> {
        self.code.get_or_init(|| detect(&self.sample)).as_deref()
    }

    /// Returns whether the two languages are one: at once where the text they are detected from is the same.
    pub(crate) fn same(&self, other: &Lang) -> bool {
        (self.code.get().is_none() && self.sample == other.sample) || self.get() == other.get()
    }

    /// Returns whether anybody has asked yet.
    pub(crate) fn asked(&self) -> bool {
        self.code.get().is_some()
    }
}

/// Returns the first long lines of `text`, since short ones are menus and names as often as prose; of a text
/// that has none, the start.
fn sample(text: &str) -> String {
    let start = |text: &str, room: usize| text[..text.floor_char_boundary(room)].to_owned();
    let mut sample = String::new();
    for line in text.split(['\n', '\r']).filter(|line| line.len() >= LONG) {
        sample += &start(line, SAMPLE - sample.len());
        if sample.len() >= SAMPLE - 4 {
            break;
        }
        sample.push('\n');
    }
    if sample.is_empty() { start(text, SAMPLE) } else { sample }
}

fn detect(sample: &str) -> Option<String> {
    if sample.chars().filter(|c| c.is_alphabetic()).count() < LEAST {
        return None;
    }
    let info = whatlang::detect(sample)?;
    if !info.is_reliable() {
        return None;
    }
    iso_639_1(info.lang().code()).map(str::to_owned)
}

/// Returns the two-letter code for a three-letter one of the detector.
fn iso_639_1(code: &str) -> Option<&'static str> {
    Some(match code {
        "afr" => "af",
        "aka" => "ak",
        "amh" => "am",
        "ara" => "ar",
        "aze" => "az",
        "bel" => "be",
        "ben" => "bn",
        "bul" => "bg",
        "cat" => "ca",
        "ces" => "cs",
        "cmn" => "zh",
        "cym" => "cy",
        "dan" => "da",
        "deu" => "de",
        "ell" => "el",
        "eng" => "en",
        "epo" => "eo",
        "est" => "et",
        "fin" => "fi",
        "fra" => "fr",
        "guj" => "gu",
        "heb" => "he",
        "hin" => "hi",
        "hrv" => "hr",
        "hun" => "hu",
        "hye" => "hy",
        "ind" => "id",
        "ita" => "it",
        "jav" => "jv",
        "jpn" => "ja",
        "kan" => "kn",
        "kat" => "ka",
        "khm" => "km",
        "kor" => "ko",
        "lat" => "la",
        "lav" => "lv",
        "lit" => "lt",
        "mal" => "ml",
        "mar" => "mr",
        "mkd" => "mk",
        "mya" => "my",
        "nep" => "ne",
        "nld" => "nl",
        "nob" => "nb",
        "ori" => "or",
        "pan" => "pa",
        "pes" => "fa",
        "pol" => "pl",
        "por" => "pt",
        "ron" => "ro",
        "rus" => "ru",
        "sin" => "si",
        "slk" => "sk",
        "slv" => "sl",
        "sna" => "sn",
        "spa" => "es",
        "srp" => "sr",
        "swe" => "sv",
        "tam" => "ta",
        "tel" => "te",
        "tgl" => "tl",
        "tha" => "th",
        "tuk" => "tk",
        "tur" => "tr",
        "ukr" => "uk",
        "urd" => "ur",
        "uzb" => "uz",
        "vie" => "vi",
        "yid" => "yi",
        "zul" => "zu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_detected_from_a_sentence_and_not_from_a_word() {
        let german =
            "Der Bahnhof der kleinen Stadt wurde nach langer Bauzeit endlich wieder für alle Reisenden geöffnet.";
        assert_eq!(Lang::of(german).get(), Some("de"));
        assert_eq!(Lang::of("Bahnhof").get(), None);
        assert_eq!(Lang::of("").get(), None);
    }

    #[test]
    fn a_named_language_is_taken_without_its_region() {
        assert_eq!(Lang::known("pt-BR").get(), Some("pt"));
        assert_eq!(Lang::known("und").get(), None);
    }
}
