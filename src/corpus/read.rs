//! Bytes to text: UTF-8, with or without a byte order mark, or another encoding that was named or may be guessed.
//! What is not text is refused with its place.
//!
//! A text in UTF-8 keeps its byte order mark: the cleaner does not see it, and the edits are moved behind it, so
//! that their offsets always refer to the bytes of the file. The marks of other encodings are no part of the text.

use std::borrow::Cow;
use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, IBM866, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874};

use crate::plan::Cleaned;
use crate::text::InputEncoding;
use crate::text::encoding::label;

/// The byte order mark of UTF-8.
pub(crate) const BOM: &str = "\u{FEFF}";

/// The bytes of an input as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'b> {
    /// Borrowed if the bytes were read as UTF-8.
    pub(crate) text: Cow<'b, str>,
    /// What the bytes are in: UTF-8 also if they would be the same there.
    pub(crate) encoding: &'static Encoding,
}

/// Bytes that cannot be read as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotText {
    /// Not UTF-8, and nobody said what else.
    Invalid { fault: Fault, guess: Guess },
    /// Not the encoding that was named.
    Undecodable { named: &'static Encoding, fault: Fault },
    /// Two or four bytes for each character, by the name `iconv` knows, and so not what was expected.
    Wide { expected: &'static Encoding, is: &'static str },
    /// UTF-8, though another encoding was named.
    IsUtf8 { named: &'static Encoding },
    /// One byte for each character, though an encoding with two was named.
    Narrow { named: &'static Encoding },
    /// So many control characters that it is no text.
    Binary { controls: usize, of: usize },
}

/// Where bytes are not in an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The first byte of what is no character, from 0.
    offset: usize,
    /// Its line, from 1; lines end at LF here.
    line: usize,
    byte: u8,
    /// The bytes end inside a character.
    cut: bool,
}

/// What bytes that are not UTF-8 may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// In this encoding, in which all of them are text.
    Likely(&'static Encoding),
    /// In this one, but for a fault.
    Except(&'static Encoding, Fault),
    /// UTF-8 with a fault, or joined of parts in several encodings.
    Damaged,
    Unknown,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { offset, line, byte, cut } = self;
        if *cut {
            write!(f, "ends inside a character, at byte {offset} (line {line})")
        } else {
            write!(f, "byte 0x{byte:02X} at byte {offset} (line {line})")
        }
    }
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const OTHER: &str = "name another with `--encoding LABEL`";
        let looks_like = |f: &mut fmt::Formatter<'_>, is: &str| match Encoding::for_label(is.as_bytes()) {
            Some(encoding) => {
                write!(f, "it looks like {is}: try `--encoding {}` or `--encoding auto`", label(encoding))
            }
            None => write!(f, "it looks like {is}: convert it first, `iconv -f {is} -t UTF-8`"),
        };
        match self {
            NotText::Invalid { fault: fault @ Fault { cut: true, .. }, .. } => {
                write!(f, "not UTF-8: {fault}; is the file whole? If it is, name its encoding with `--encoding LABEL`")
            }
            NotText::Invalid { fault, guess } => {
                write!(f, "not UTF-8: {fault}; ")?;
                match guess {
                    Guess::Likely(encoding) => looks_like(f, encoding.name()),
                    Guess::Except(encoding, fault) => write!(f, "not {} either: {fault}; {OTHER}", encoding.name()),
                    Guess::Damaged => f.write_str(
                        "much of it is UTF-8: is it damaged, or joined of several files? If not, name its encoding with \
                         `--encoding LABEL`",
                    ),
                    Guess::Unknown => f.write_str("if it is a text, name its encoding with `--encoding LABEL`"),
                }
            }
            NotText::Undecodable { named, fault } => {
                let whole = if fault.cut { "is the file whole? If it is, " } else { "" };
                // What is not UTF-16 and was taken for it has its mark or its NUL bytes: nothing else is left to try.
                let auto = if is_utf16(named) { "" } else { ", or try `--encoding auto`" };
                write!(f, "not {}: {fault}; {whole}{OTHER}{auto}", named.name())
            }
            NotText::Wide { expected, is } => {
                write!(f, "not {}; ", expected.name())?;
                looks_like(f, is)
            }
            NotText::IsUtf8 { named } => write!(
                f,
                "is UTF-8, and read as {} it would be garbled: try `--encoding auto`, which reads both",
                named.name()
            ),
            NotText::Narrow { named } => {
                write!(f, "not {}: it has one byte for each character; {OTHER}, or try `--encoding auto`", named.name())
            }
            NotText::Binary { controls, of } => {
                write!(f, "not a text: {controls} of its first {of} bytes are control characters")
            }
        }
    }
}

/// How many bytes are looked at to see what something is.
const SAMPLE: usize = 8 * 1024;

/// From how many bytes an encoding is guessed: those of lines that are not ASCII.
const GUESSED: usize = 64 * 1024;

/// How many bytes before the first that is not ASCII a guess sees.
const CONTEXT: usize = 16;

/// Returns `bytes` as text; a byte order mark is part of it in UTF-8 only.
///
/// # Errors
/// Bytes that are not in `encoding`, bytes that are so only by chance, and data with many control characters. Single
/// NUL bytes are text.
pub(crate) fn text(bytes: &[u8], encoding: InputEncoding) -> Result<Text<'_>, NotText> {
    let utf8 = match encoding {
        InputEncoding::Named(named) => return in_encoding(bytes, named),
        InputEncoding::Utf8 | InputEncoding::Auto => utf8(bytes),
    };
    let is = match (&utf8, encoding) {
        (Err(NotText::Wide { is, .. }), InputEncoding::Auto) => Encoding::for_label(is.as_bytes()),
        (Err(NotText::Invalid { guess: Guess::Likely(is), .. }), InputEncoding::Auto) => Some(*is),
        _ => None,
    };
    match is {
        Some(is) => in_encoding(bytes, is),
        None => utf8.map(|text| Text { text: text.into(), encoding: UTF_8 }),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, NotText> {
    let sample = sample(bytes);
    let wide = |is| NotText::Wide { expected: UTF_8, is };
    if let Some(is) = wide_by_mark(sample).or_else(|| wide_by_ascii(sample)) {
        return Err(wide(is));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let line = memchr::memchr_iter(b'\n', &bytes[..offset]).count() + 1;
        let fault = Fault { offset, line, byte: bytes[offset], cut: error.error_len().is_none() };
        match wide_by_text(sample) {
            Some(is) => wide(is),
            // A character that is cut off and no other fault: nothing shows that it is not UTF-8.
            None if fault.cut => NotText::Invalid { fault, guess: Guess::Unknown },
            None => NotText::Invalid { fault, guess: guess(bytes) },
        }
    })?;
    plain(text).map_err(|binary| wide_by_text(sample).map_or(binary, wide))?;
    Ok(text)
}

fn in_encoding<'b>(bytes: &'b [u8], named: &'static Encoding) -> Result<Text<'b>, NotText> {
    let sample = sample(bytes);
    let by_mark = wide_by_mark(sample);
    let encoding = match by_mark.or_else(|| wide_by_ascii(sample)) {
        None => named,
        Some(is) => match Encoding::for_label(is.as_bytes()) {
            // A mark says the order of the bytes, whichever was named.
            Some(order) if order == named || (is_utf16(named) && by_mark.is_some()) => order,
            _ => return Err(NotText::Wide { expected: named, is }),
        },
    };
    if bytes.starts_with(BOM.as_bytes()) || (by_mark.is_none() && is_utf8_rather(bytes, encoding)) {
        return Err(NotText::IsUtf8 { named });
    }
    if is_utf16(encoding) && by_mark.is_none() && is_narrow(sample) {
        return Err(NotText::Narrow { named });
    }
    let text = decode(bytes, encoding).map_err(|fault| NotText::Undecodable { named: encoding, fault })?;
    plain(&text)?;
    if text.as_bytes() == bytes {
        return Ok(Text { text, encoding: UTF_8 });
    }
    let mut text = text.into_owned();
    if text.starts_with(BOM) {
        text.drain(..BOM.len());
    }
    Ok(Text { text: text.into(), encoding })
}

/// Returns whether `bytes` are UTF-8 in a way that they hardly are by chance if they are in `encoding`.
fn is_utf8_rather(bytes: &[u8], encoding: &'static Encoding) -> bool {
    let utf8 = || std::str::from_utf8(bytes);
    match is_utf16(encoding) {
        // Most scripts have bytes of control characters there.
        true => !bytes.is_empty() && utf8().is_ok_and(|text| !text.chars().any(is_odd)),
        // ASCII is the same in both.
        false => !bytes.is_ascii() && utf8().is_ok(),
    }
}

/// Returns whether half of the pairs in `sample` are two visible characters of ASCII, as hardly any text in UTF-16 has
/// them.
fn is_narrow(sample: &[u8]) -> bool {
    let visible = |pair: &&[u8]| pair.iter().all(|byte| matches!(byte, b' '..=b'~'));
    sample.len() >= 2 && sample.chunks_exact(2).filter(visible).count() * 4 >= sample.len()
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn sample(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(SAMPLE)]
}

/// Refuses what has too many control characters for a text.
fn plain(text: &str) -> Result<(), NotText> {
    let sample = sample(text.as_bytes());
    let controls = sample.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t'..=b'\r' | 0x1B)).count();
    if controls >= 16 && controls * 10 > sample.len() {
        return Err(NotText::Binary { controls, of: sample.len() });
    }
    Ok(())
}

/// Decodes all of `bytes`, byte order mark included. What is the same in UTF-8 is borrowed.
fn decode<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Result<Cow<'b, str>, Fault> {
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    decoded.ok_or_else(|| fault(bytes, encoding).expect("what cannot be decoded has a fault"))
}

fn fault(bytes: &[u8], encoding: &'static Encoding) -> Option<Fault> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = [0; 4096];
    // The end is told only behind all bytes: a fault before it is in them, one at it is what they lack.
    let (mut at, mut line, mut ended) = (0, 1, false);
    loop {
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut buffer, ended);
        at += read;
        line += memchr::memchr_iter(b'\n', &buffer[..written]).count();
        match result {
            DecoderResult::OutputFull => {}
            DecoderResult::InputEmpty if ended => return None,
            DecoderResult::InputEmpty => ended = true,
            DecoderResult::Malformed(len, behind) => {
                let offset = at - usize::from(len) - usize::from(behind);
                return Some(Fault { offset, line, byte: bytes[offset], cut: ended });
            }
        }
    }
}

/// Names the encoding of `sample` if it begins with the mark of one with two or four bytes for each character.
fn wide_by_mark(sample: &[u8]) -> Option<&'static str> {
    match sample {
        [0xFF, 0xFE, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32BE"),
        [0xFF, 0xFE, ..] => Some("UTF-16LE"),
        [0xFE, 0xFF, ..] => Some("UTF-16BE"),
        _ => None,
    }
}

/// Names the encoding of `sample` if it is UTF-16 with much ASCII, which has a NUL in every second byte and nowhere
/// else.
fn wide_by_ascii(sample: &[u8]) -> Option<&'static str> {
    let (even, odd) = zeros(sample);
    match sample.len() >= 8 && (even + odd) * 4 >= sample.len() {
        true if even == 0 => Some("UTF-16LE"),
        true if odd == 0 => Some("UTF-16BE"),
        _ => None,
    }
}

/// The same for other scripts, in which hardly more than spaces and line ends have a NUL: all of the sample must be
/// text in UTF-16, and little of it ASCII with a stray NUL. Asked only where bytes are no text in UTF-8.
fn wide_by_text(sample: &[u8]) -> Option<&'static str> {
    let encoding = match zeros(sample) {
        (0, odd) if odd > 0 => UTF_16LE,
        (even, 0) if even > 0 => UTF_16BE,
        _ => return None,
    };
    if is_narrow(sample) {
        return None;
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(sample.len())?);
    // The sample may end inside a character.
    let (result, _) = decoder.decode_to_string_without_replacement(sample, &mut text, false);
    (result == DecoderResult::InputEmpty && !text.chars().any(is_odd)).then(|| encoding.name())
}

/// Counts the NUL bytes at even and at odd places.
fn zeros(sample: &[u8]) -> (usize, usize) {
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    (zeros(0), zeros(1))
}

/// Returns whether `c` is no part of a text, so that one who guessed its encoding was wrong.
fn is_odd(c: char) -> bool {
    // Ctrl-Z ends texts of DOS, and Esc begins colours.
    let common = matches!(c, '\t'..='\r' | '\u{1A}' | '\u{1B}');
    c.is_control() && !common || matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{E000}'..='\u{F8FF}')
}

/// Guesses what `bytes` are in, which are not UTF-8.
fn guess(bytes: &[u8]) -> Guess {
    // No encoding that can be guessed has texts with these.
    if memchr::memchr(0, bytes).is_some() {
        return Guess::Unknown;
    }
    if bytes.starts_with(BOM.as_bytes()) {
        return Guess::Damaged;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut left = GUESSED;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let Some(first) = line.iter().position(|byte| !byte.is_ascii()) else { continue };
        // Before the first byte that is not ASCII every byte is a character.
        let piece = &line[first.saturating_sub(CONTEXT)..];
        let piece = &piece[..piece.len().min(left)];
        detector.feed(piece, false);
        left -= piece.len();
        if left == 0 {
            break;
        }
    }
    if left > 0 {
        detector.feed(&[], true);
    }
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if is_damaged(bytes, encoding) {
        return Guess::Damaged;
    }
    match decode(bytes, encoding) {
        Ok(text) if text.chars().any(is_odd) => Guess::Unknown,
        Ok(_) => Guess::Likely(encoding),
        Err(fault) => Guess::Except(encoding, fault),
    }
}

/// Returns whether more of `bytes` is UTF-8 than can be by chance if they are in `encoding`.
fn is_damaged(bytes: &[u8], encoding: &'static Encoding) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    // Chinese and Thai texts have about one such character for every three other bytes, those with one byte for each
    // letter of Europe or the Near East one for every ten at most, such as the end of `„Spaß“` in windows-1252.
    let often = !encoding.is_single_byte() || encoding == WINDOWS_874 || encoding == IBM866;
    good > if often { bad } else { bad / 4 }
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
    for field in &mut moved.fields {
        field.span = field.span.shift(by);
    }
    moved.origin = moved.origin.shift(by);
    moved
}

#[cfg(test)]
mod tests {
    use encoding_rs::{
        BIG5, EUC_JP, EUC_KR, GB18030, GBK, ISO_2022_JP, ISO_8859_2, KOI8_U, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251,
        WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
    };

    use super::*;
    use crate::text::encoding::LABELS;

    const RUSSIAN: &str = "Работа продолжается.\nСовет «НАТО» остался доволен, телефоны отключены.\n";
    const PLAIN_RUSSIAN: &str = "Работа продолжается, и совет остался доволен, телефоны отключены.\n";
    const CHINESE: &str = "北京时间昨日下午,中国科学院的研究人员表示,\n这种新材料可以大大提高电池的性能。\n";
    const JAPANESE: &str = "東京の天気は晴れです。\nカタカナと漢字がまじった文章を書いてみました。\n";
    const GERMAN: &str = "Über den Dächern von München\nhäufen sich die Anfragen. „Spaß“ – größer als früher.\n";

    fn utf16(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        let bytes = if encoding == UTF_16LE { u16::to_le_bytes } else { u16::to_be_bytes };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[track_caller]
    fn bytes(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        if encoding == UTF_16LE || encoding == UTF_16BE {
            return utf16(text, encoding);
        }
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{text} in {}", encoding.name());
        bytes.into_owned()
    }

    /// What `bytes` are read as, and in which encoding.
    fn read(bytes: &[u8], encoding: InputEncoding) -> Result<(String, &'static Encoding), String> {
        let read = text(bytes, encoding).map_err(|error| error.to_string());
        read.map(|Text { text, encoding }| (text.into_owned(), encoding))
    }

    #[track_caller]
    fn refused(bytes: &[u8], encoding: InputEncoding) -> String {
        read(bytes, encoding).expect_err("not a text")
    }

    #[test]
    fn text_is_utf8_whatever_characters_it_has() {
        for sample in ["", "a", "\u{FEFF}a", "a\0b", "é\r\n\u{85}", "\u{1B}[1mbold\u{1B}[0m", GERMAN, CHINESE] {
            for encoding in [InputEncoding::Utf8, InputEncoding::Auto] {
                let read = text(sample.as_bytes(), encoding).expect("a text");
                assert!(matches!(read.text, Cow::Borrowed(text) if text == sample), "{read:?}");
                assert_eq!(read.encoding, UTF_8);
            }
        }
    }

    #[test]
    fn a_named_encoding_is_read_and_so_is_one_that_is_guessed() {
        for (text, encoding) in [
            (RUSSIAN, WINDOWS_1251),
            (PLAIN_RUSSIAN, KOI8_U),
            (PLAIN_RUSSIAN, IBM866),
            (GERMAN, WINDOWS_1252),
            ("L'été dernier, les élèves ont été reçus à l'école. «\u{A0}C’est gênant\u{A0}»\r\n", WINDOWS_1252),
            ("Wczoraj rząd ogłosił, że zażółć gęślą jaźń będzie nowym hasłem. „Świetnie”\n", WINDOWS_1250),
            ("Wczoraj rząd ogłosił, że zażółć gęślą jaźń będzie nowym hasłem.\n", ISO_8859_2),
            ("Η κυβέρνηση ανακοίνωσε χθες ένα νέο σχέδιο για την ανάπτυξη.\n", WINDOWS_1253),
            ("Hükümet dün eğitimin geliştirilmesi için yeni bir planı açıkladı.\n", WINDOWS_1254),
            ("הממשלה הודיעה אתמול על תוכנית חדשה לפיתוח החינוך בארץ.\n", WINDOWS_1255),
            ("أعلنت الحكومة أمس عن خطة جديدة لتطوير التعليم في البلاد\n", WINDOWS_1256),
            ("เมื่อวานนี้กรุงเทพมหานครมีฝนตกหนัก ประชาชนจำนวนมากเดินทางกลับบ้าน\n", WINDOWS_874),
            (CHINESE, GBK),
            ("臺北市政府昨天表示,新的捷運路線將於明年開始興建,預計三年內完成。\n", BIG5),
            (JAPANESE, SHIFT_JIS),
            (JAPANESE, EUC_JP),
            ("서울의 날씨는 맑습니다. 한국어 문장을 써 보았습니다.\n", EUC_KR),
            ("plain text\r\n", UTF_16LE),
            ("plain text\r\n", UTF_16BE),
            (RUSSIAN, UTF_16LE),
            (RUSSIAN, UTF_16BE),
            (CHINESE, UTF_16LE),
            (CHINESE, UTF_16BE),
        ] {
            let bytes = bytes(text, encoding);
            let expected = Ok((text.to_owned(), encoding));
            assert_eq!(read(&bytes, InputEncoding::Named(encoding)), expected);
            assert_eq!(read(&bytes, InputEncoding::Auto), expected);
            let hint = format!("try `--encoding {}` or `--encoding auto`", label(encoding));
            let message = refused(&bytes, InputEncoding::Utf8);
            assert!(message.ends_with(&hint), "{}: {message}", encoding.name());
        }
    }

    #[test]
    fn byte_order_marks_decide_and_only_that_of_utf8_stays() {
        for encoding in [UTF_16LE, UTF_16BE] {
            let bytes = utf16(&format!("\u{FEFF}{RUSSIAN}"), encoding);
            let expected = Ok((RUSSIAN.to_owned(), encoding));
            assert_eq!(read(&bytes, InputEncoding::Auto), expected);
            // `utf-16` stands for UTF-16LE.
            assert_eq!(read(&bytes, InputEncoding::Named(UTF_16LE)), expected);
            assert_eq!(read(&utf16("\u{FEFF}", encoding), InputEncoding::Auto), Ok((String::new(), encoding)));
            let message = refused(&bytes, InputEncoding::Named(WINDOWS_1251));
            assert!(message.starts_with(&format!("not windows-1251; it looks like {}", encoding.name())), "{message}");
        }
        let marked = bytes(&format!("\u{FEFF}{CHINESE}"), GB18030);
        assert_eq!(read(&marked, InputEncoding::Named(GB18030)), Ok((CHINESE.to_owned(), GB18030)));
        let utf8 = format!("\u{FEFF}{GERMAN}");
        assert_eq!(read(utf8.as_bytes(), InputEncoding::Auto), Ok((utf8.clone(), UTF_8)));
        for encoding in [WINDOWS_1252, GBK] {
            let message = refused(&[utf8.as_bytes(), b"\xFF\n"].concat(), InputEncoding::Named(encoding));
            assert!(message.starts_with("is UTF-8, and read as "), "{message}");
        }
        let damaged = [b"\xEF\xBB\xBFa\n", b"\xE9".repeat(8).as_slice(), b"\n"].concat();
        assert!(refused(&damaged, InputEncoding::Auto).contains("byte 0xE9 at byte 5 (line 2); much of it is UTF-8"));
    }

    #[test]
    fn what_is_the_same_in_utf8_is_utf8() {
        for encoding in [WINDOWS_1252, SHIFT_JIS, ISO_2022_JP] {
            for sample in ["", "plain\r\n"] {
                let read = text(sample.as_bytes(), InputEncoding::Named(encoding)).expect("a text");
                assert_eq!(read, Text { text: Cow::Borrowed(sample), encoding: UTF_8 });
            }
        }
        assert_eq!(read(b"", InputEncoding::Named(UTF_16LE)), Ok((String::new(), UTF_8)));
        let japanese = bytes(JAPANESE, ISO_2022_JP);
        assert_eq!(read(&japanese, InputEncoding::Named(ISO_2022_JP)), Ok((JAPANESE.to_owned(), ISO_2022_JP)));
    }

    #[test]
    fn what_is_not_utf8_is_refused_with_its_place() {
        for (bytes, message) in [
            (
                &b"one\ncaf\xE9 au lait"[..],
                "not UTF-8: byte 0xE9 at byte 7 (line 2); it looks like windows-1252: try `--encoding windows-1252` or \
                 `--encoding auto`",
            ),
            (
                b"a\xC3\x81\x82\x8D",
                "not UTF-8: byte 0x82 at byte 3 (line 1); much of it is UTF-8: is it damaged, or joined of several \
                 files? If not, name its encoding with `--encoding LABEL`",
            ),
            (
                b"\x01\xFF\x02\n",
                "not UTF-8: byte 0xFF at byte 1 (line 1); if it is a text, name its encoding with `--encoding LABEL`",
            ),
            (
                b"a\0caf\xE9 au lait",
                "not UTF-8: byte 0xE9 at byte 5 (line 1); if it is a text, name its encoding with `--encoding LABEL`",
            ),
            (
                b"\n\xE2\x82",
                "not UTF-8: ends inside a character, at byte 1 (line 2); is the file whole? If it is, name its encoding with `--encoding LABEL`",
            ),
            (
                b"caf\xE9",
                "not UTF-8: ends inside a character, at byte 3 (line 1); is the file whole? If it is, name its encoding with `--encoding LABEL`",
            ),
        ] {
            assert_eq!(refused(bytes, InputEncoding::Utf8), message);
            if !message.contains("auto") {
                assert_eq!(refused(bytes, InputEncoding::Auto), message);
            }
        }
    }

    #[test]
    fn a_guess_must_read_every_byte() {
        // The fault lies behind what the guess is made from.
        let mut japanese = bytes(&JAPANESE.repeat(1000), SHIFT_JIS);
        assert!(japanese.len() > GUESSED);
        let end = japanese.len();
        japanese.extend(b"\xFF\n");
        let message = refused(&japanese, InputEncoding::Auto);
        let expected = format!("; not Shift_JIS either: byte 0xFF at byte {end} (line 2001); name another");
        assert!(message.contains(&expected), "{message}");
    }

    #[test]
    fn a_guess_is_made_from_lines_that_are_not_ascii_wherever_they_are() {
        let far = "plain text, and nothing else\n".repeat(10_000);
        for far in [&far, &far.replace('\n', " ")] {
            let text = format!("{far}{RUSSIAN}");
            assert_eq!(read(&bytes(&text, WINDOWS_1251), InputEncoding::Auto), Ok((text, WINDOWS_1251)));
        }
    }

    #[test]
    fn utf8_with_a_fault_is_not_taken_for_another_encoding() {
        for text in [GERMAN, RUSSIAN, CHINESE] {
            let damaged = [text.as_bytes(), b"\xFF\n"].concat();
            assert!(refused(&damaged, InputEncoding::Auto).contains("much of it is UTF-8"), "{text}");
        }
        let joined = [GERMAN.as_bytes(), &bytes(GERMAN, WINDOWS_1252)].concat();
        assert!(refused(&joined, InputEncoding::Auto).contains("much of it is UTF-8"));
    }

    #[test]
    fn what_is_not_in_the_named_encoding_is_refused_with_its_place() {
        let message = |bytes: &[u8], encoding| refused(bytes, InputEncoding::Named(encoding));
        let japanese = [&bytes(JAPANESE, SHIFT_JIS), &b"\xFF\n"[..]].concat();
        assert_eq!(
            message(&japanese, SHIFT_JIS),
            format!(
                "not Shift_JIS: byte 0xFF at byte {} (line 3); name another with `--encoding LABEL`, or try `--encoding \
                 auto`",
                japanese.len() - 2
            )
        );
        // Far behind the buffer of the one who looks for the fault.
        let far = [&b"a".repeat(10_000)[..], b"\n\x85 b\n"].concat();
        assert!(message(&far, GBK).starts_with("not GBK: byte 0x85 at byte 10001 (line 2); name another"));
        let lone = utf16("ab\nc", UTF_16LE);
        let lone = [&lone[..], &[0x01, 0xD8], &utf16("d e f", UTF_16LE)].concat();
        assert_eq!(
            message(&lone, UTF_16LE),
            "not UTF-16LE: byte 0x01 at byte 8 (line 2); name another with `--encoding LABEL`"
        );
        assert_eq!(refused(&lone, InputEncoding::Auto), message(&lone, UTF_16LE));
    }

    #[test]
    fn bytes_that_end_inside_a_character_say_so() {
        for (text, encoding, cut) in
            [(JAPANESE, SHIFT_JIS, 2), (CHINESE, GBK, 2), ("a\u{1F600} b", UTF_16LE, 5), ("abcdefgh", UTF_16BE, 1)]
        {
            let mut bytes = bytes(text, encoding);
            bytes.truncate(bytes.len() - cut);
            let message = refused(&bytes, InputEncoding::Named(encoding));
            let expected = format!("not {}: ends inside a character, at byte ", encoding.name());
            assert!(message.starts_with(&expected), "{message}");
        }
    }

    #[test]
    fn one_byte_for_each_character_is_not_taken_for_utf16() {
        let stray = bytes("Caf\u{e9}\0 au lait, caf\u{e9} au lait\n", WINDOWS_1252);
        for stray in [&stray[..], &stray[1..]] {
            assert!(refused(stray, InputEncoding::Auto).contains("if it is a text, name its encoding"));
            assert!(refused(stray, InputEncoding::Utf8).contains("if it is a text, name its encoding"));
        }
        let latin = bytes(GERMAN, WINDOWS_1252);
        assert_eq!(
            refused(&latin, InputEncoding::Named(UTF_16LE)),
            "not UTF-16LE: it has one byte for each character; name another with `--encoding LABEL`, or try \
             `--encoding auto`"
        );
        assert!(refused(b"plain\n", InputEncoding::Named(UTF_16LE)).starts_with("is UTF-8, and read as UTF-16LE"));
        // Nor is what is short UTF-16 refused as that.
        for text in ["a", "да", "北京", "é\n"] {
            for encoding in [UTF_16LE, UTF_16BE] {
                assert_eq!(
                    read(&utf16(text, encoding), InputEncoding::Named(encoding)),
                    Ok((text.to_owned(), encoding))
                );
            }
        }
    }

    #[test]
    fn utf8_is_not_read_as_another_encoding() {
        for encoding in [WINDOWS_1252, GBK, UTF_16BE] {
            assert_eq!(
                refused("café".as_bytes(), InputEncoding::Named(encoding)),
                format!(
                    "is UTF-8, and read as {} it would be garbled: try `--encoding auto`, which reads both",
                    encoding.name()
                )
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_refused_or_read_and_what_is_guessed_is_read_as_if_it_were_named(
            bytes: Vec<u8>,
            line in "[a-z éß\u{430}-\u{44F}「」日本語]{0,40}\n",
            cut in 0..80_usize,
        ) {
            let line = line.as_bytes();
            for bytes in [&bytes[..], line, &line[..cut.min(line.len())], &[&bytes[..], line].concat()] {
                for name in LABELS {
                    let encoding = InputEncoding::for_label(name).expect("it exists");
                    let Ok((text, read_as)) = read(bytes, encoding) else { continue };
                    if read_as == UTF_8 {
                        proptest::prop_assert_eq!(text.as_bytes(), bytes);
                    } else if encoding == InputEncoding::Auto {
                        proptest::prop_assert_eq!(read(bytes, InputEncoding::Named(read_as)), Ok((text, read_as)));
                    }
                }
            }
        }
    }

    #[test]
    fn utf32_and_binary_data_are_known_by_their_bytes() {
        for encoding in [InputEncoding::Utf8, InputEncoding::Auto, InputEncoding::Named(UTF_16LE)] {
            let message = refused(b"\xFF\xFE\0\0a\0\0\0", encoding);
            assert!(message.ends_with("it looks like UTF-32LE: convert it first, `iconv -f UTF-32LE -t UTF-8`"));
        }
        let message = refused(&utf16("plain text", UTF_16BE), InputEncoding::Named(UTF_16LE));
        assert!(message.starts_with("not UTF-16LE; it looks like UTF-16BE: try `--encoding utf-16be`"), "{message}");
        let data: Vec<u8> = (0..100).map(|at| at % 5).collect();
        for encoding in [InputEncoding::Utf8, InputEncoding::Auto, InputEncoding::Named(WINDOWS_1252)] {
            assert_eq!(refused(&data, encoding), "not a text: 100 of its first 100 bytes are control characters");
        }
    }
}
