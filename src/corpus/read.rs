//! Bytes to text: UTF-8, with or without a byte order mark. What is not text is refused with its place.
//!
//! A text keeps its byte order mark: the cleaner does not see it, and the edits are moved behind it, so
//! that their offsets always refer to the bytes of the file.

use std::fmt;

use crate::plan::Cleaned;

/// The byte order mark of UTF-8.
pub(crate) const BOM: &str = "\u{FEFF}";

/// Bytes that cannot be read as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotText {
    /// Not UTF-8.
    Invalid {
        /// The first byte that is not UTF-8, from 0.
        offset: usize,
        /// Its line, from 1; lines end at LF here.
        line: usize,
        byte: u8,
        /// The bytes end inside a character.
        cut: bool,
        /// The encoding that the bytes look like, by the name `iconv` knows.
        likely: Option<&'static str>,
    },
    /// Two or four bytes for each character.
    Wide(&'static str),
    /// Valid UTF-8 with so many control characters that it is no text.
    Binary { controls: usize, of: usize },
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let convert = |f: &mut fmt::Formatter<'_>, from: &str| {
            write!(f, "; it looks like {from}: convert it first, `iconv -f {from} -t UTF-8`")
        };
        match self {
            NotText::Invalid { offset, line, cut: true, .. } => {
                write!(f, "not UTF-8: ends inside a character, at byte {offset} (line {line}); is the file whole?")
            }
            NotText::Invalid { offset, line, byte, likely, .. } => {
                write!(f, "not UTF-8: byte 0x{byte:02X} at byte {offset} (line {line})")?;
                likely.map_or(Ok(()), |from| convert(f, from))
            }
            NotText::Wide(from) => {
                f.write_str("not UTF-8")?;
                convert(f, from)
            }
            NotText::Binary { controls, of } => {
                write!(f, "not a text: {controls} of its first {of} bytes are control characters")
            }
        }
    }
}

/// How many bytes are looked at to guess what something is.
const SAMPLE: usize = 8 * 1024;

/// Returns `bytes` as text, byte order mark included.
///
/// # Errors
/// Bytes that are not UTF-8, and bytes that are UTF-8 only by chance: UTF-16, and data with many control
/// characters. Single NUL bytes are text.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, NotText> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if let Some(name) = wide(sample) {
        return Err(NotText::Wide(name));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        NotText::Invalid {
            offset,
            line: memchr::memchr_iter(b'\n', &bytes[..offset]).count() + 1,
            byte: bytes[offset],
            cut: error.error_len().is_none(),
            likely: looks_like_windows_1252(&bytes[offset..bytes.len().min(offset + SAMPLE)]).then_some("WINDOWS-1252"),
        }
    })?;
    let controls = sample.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t'..=b'\r' | 0x1B)).count();
    if controls >= 16 && controls * 10 > sample.len() {
        return Err(NotText::Binary { controls, of: sample.len() });
    }
    Ok(text)
}

/// Names the encoding of `sample` if it has two or four bytes for each character.
fn wide(sample: &[u8]) -> Option<&'static str> {
    match sample {
        [0xFF, 0xFE, 0, 0, ..] => return Some("UTF-32LE"),
        [0, 0, 0xFE, 0xFF, ..] => return Some("UTF-32BE"),
        [0xFF, 0xFE, ..] => return Some("UTF-16LE"),
        [0xFE, 0xFF, ..] => return Some("UTF-16BE"),
        _ => {}
    }
    // Without a mark: ASCII in UTF-16 has a NUL in every second byte and nowhere else.
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match sample.len() >= 8 && (even + odd) * 4 >= sample.len() {
        true if even == 0 => Some("UTF-16LE"),
        true if odd == 0 => Some("UTF-16BE"),
        _ => None,
    }
}

/// Returns whether bytes from a first one that is not UTF-8 are likely a Western text with one byte for each
/// character: no control characters, nothing that windows-1252 leaves open, and most high bytes alone.
fn looks_like_windows_1252(bytes: &[u8]) -> bool {
    let open = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    if bytes.iter().any(|&byte| open(byte) || matches!(byte, 0x7F | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)) {
        return false;
    }
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let pairs = bytes.windows(2).filter(|pair| !pair[0].is_ascii() && !pair[1].is_ascii()).count();
    pairs * 4 <= high
}

/// Moves what was done to the text behind a byte order mark to where it lies in `whole`, which begins with
/// that mark.
pub(crate) fn behind_bom<'t>(whole: &'t str, cleaned: Cleaned<'t>) -> Cleaned<'t> {
    let by = BOM.len();
    let mut moved = cleaned;
    moved.text = match moved.text {
        std::borrow::Cow::Borrowed(_) => whole.into(),
        std::borrow::Cow::Owned(text) => (BOM.to_owned() + &text).into(),
    };
    for edit in moved.edits.iter_mut().chain(&mut moved.findings) {
        edit.span = edit.span.shift(by);
        edit.out = edit.out.shift(by);
    }
    moved.origin = moved.origin.shift(by);
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8_whatever_characters_it_has() {
        for bytes in ["", "a", "\u{FEFF}a", "a\0b", "é\r\n\u{85}", "\u{1B}[1mbold\u{1B}[0m"] {
            assert_eq!(text(bytes.as_bytes()), Ok(bytes));
        }
    }

    #[test]
    fn what_is_not_utf8_is_refused_with_its_place() {
        let message = |bytes: &[u8]| text(bytes).expect_err("not a text").to_string();
        assert_eq!(
            message(b"one\ncaf\xE9 au lait"),
            "not UTF-8: byte 0xE9 at byte 7 (line 2); it looks like WINDOWS-1252: convert it first, `iconv -f \
             WINDOWS-1252 -t UTF-8`"
        );
        assert_eq!(message(b"a\x81\x82\x83\x84"), "not UTF-8: byte 0x81 at byte 1 (line 1)");
        assert_eq!(
            message(&"aé".as_bytes()[..2]),
            "not UTF-8: ends inside a character, at byte 1 (line 1); is the file whole?"
        );
    }

    #[test]
    fn utf16_and_binary_data_are_known_by_their_bytes() {
        let le: Vec<u8> = "plain text".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "plain text".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&le), Err(NotText::Wide("UTF-16LE")));
        assert_eq!(text(&be), Err(NotText::Wide("UTF-16BE")));
        assert_eq!(text(b"\xFF\xFEa\0"), Err(NotText::Wide("UTF-16LE")));
        let data: Vec<u8> = (0..100).map(|at| at % 5).collect();
        assert_eq!(text(&data), Err(NotText::Binary { controls: 100, of: 100 }));
    }
}
