//! Text that was read in a wrong encoding, and the way back: what repairs it, and what proves a repair.

use super::codepage::{Page, Pages, row};

/// So often a text may have been misread.
pub(crate) const LAYERS: usize = 4;
/// What stands where a byte was lost.
const LOST: char = '\u{FFFD}';
/// The byte of a no-break space in most pages. Its character easily becomes a space.
const NO_BREAK: u8 = 0xA0;

/// One character of UTF-8 whose bytes were read as characters of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Read {
    /// How many characters of the misread text it takes.
    pub(crate) len: usize,
    /// The character; U+FFFD if a byte of it is lost.
    pub(crate) c: char,
    /// Its last byte was a no-break space that became a space. Such a space may stand for another behind it, too.
    pub(crate) spaced: bool,
    /// How many bytes of it are there, spaces left out.
    pub(crate) known: usize,
}

/// Reads the bytes that the characters at the start of `text` have in `page` as one character of UTF-8, of two bytes
/// at least.
///
/// Bytes may be missing: a no-break space that became a space; and, where two bytes are known or the loss is marked by
/// U+FFFD, one that became a question mark. Surrogates that were written as characters (CESU-8) are read as pairs.
pub(crate) fn read(text: &[char], page: Page) -> Option<Read> {
    let first = page.byte(*text.first()?)?;
    let more = match first {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => return None,
    };
    let mut value = u32::from(first) & (0x3F >> more);
    let (mut lost, mut spaced, mut spaces, mut known, mut len) = (false, false, false, 1, 1);
    for at in 1..=more {
        let next = text.get(at).copied();
        spaced = false;
        let byte = match next {
            Some(LOST) => None,
            Some('?') if at >= 2 => None,
            Some(' ') if !spaces && page.byte('\u{A0}') == Some(NO_BREAK) => {
                spaces = true;
                spaced = true;
                Some(NO_BREAK)
            }
            Some(c) => Some(page.byte(c).filter(|byte| matches!(byte, 0x80..=0xBF))?),
            None if lost => break,
            None => return None,
        };
        if let Some(byte) = byte {
            if at == 1 && !is_second(first, byte) {
                return None;
            }
            value = value << 6 | u32::from(byte & 0x3F);
            known += usize::from(!spaced);
        } else if lost {
            break; // One mark may stand for all that is lost.
        }
        lost |= byte.is_none();
        len += 1;
    }
    if lost {
        // Of one byte alone nothing is known, if it does not even look like a letter.
        if known == 1 && !text[0].is_alphabetic() {
            return None;
        }
        return Some(Read { len, c: LOST, spaced: false, known });
    }
    match char::from_u32(value) {
        Some(c) => Some(Read { len, c, spaced, known }),
        None => surrogates(value, text, page),
    }
}

/// Whether `second` may follow `first` in UTF-8: no longer form than needed, nothing beyond U+10FFFF. Surrogates pass.
fn is_second(first: u8, second: u8) -> bool {
    match first {
        0xE0 => second >= 0xA0,
        0xF0 => second >= 0x90,
        0xF4 => second <= 0x8F,
        _ => true,
    }
}

/// Reads the low surrogate behind the high one at the start of `text`.
fn surrogates(high: u32, text: &[char], page: Page) -> Option<Read> {
    let bytes = text.get(3..6)?.iter().map(|&c| page.byte(c));
    let low = match bytes.collect::<Option<Vec<u8>>>()?[..] {
        [0xED, second @ 0xB0..=0xBF, third @ 0x80..=0xBF] => u32::from(second & 0x0F) << 6 | u32::from(third & 0x3F),
        _ => return None,
    };
    let high = high.checked_sub(0xD800).filter(|&high| high < 0x400)?;
    let c = char::from_u32(0x10000 + (high << 10 | low))?;
    Some(Read { len: 6, c, spaced: false, known: 6 })
}

/// Returns the pages in which a character of two bytes or more may begin at the start of `text`.
pub(crate) fn may_read(first: char, second: char) -> Pages {
    let follows = match second {
        ' ' => row('\u{A0}').follows,
        LOST => Pages::MAX,
        _ => row(second).follows,
    };
    row(first).leads & follows
}

/// Encodings of one or two bytes that texts were written in, and that are read as windows-1252 by mistake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Written {
    In(Page),
    Gbk,
}

impl Written {
    /// All of them.
    pub(crate) const ALL: [Written; 6] = [
        Written::In(Page::WINDOWS_1252),
        Written::In(Page::WINDOWS_1251),
        Written::In(Page::KOI8_R),
        Written::In(Page::CP866),
        Written::In(Page::MACINTOSH),
        Written::Gbk,
    ];

    /// Returns its name, for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Written::In(page) => page.name(),
            Written::Gbk => "gbk",
        }
    }

    /// Reads `text`, which was misread as windows-1252, in the encoding that it was written in; none where it has a
    /// character that stands for no byte, or bytes that mean nothing.
    pub(crate) fn read(self, text: &str) -> Option<String> {
        let byte = |c: char| if c.is_ascii() { Some(c as u8) } else { Page::WINDOWS_1252.byte(c) };
        let bytes = text.chars().map(byte).collect::<Option<Vec<u8>>>()?;
        match self {
            Written::In(page) => {
                let char = |byte: u8| if byte.is_ascii() { Some(char::from(byte)) } else { page.char(byte) };
                bytes.into_iter().map(char).collect()
            }
            Written::Gbk => encoding_rs::GBK
                .decode_without_bom_handling_and_without_replacement(&bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }
}

/// Returns whether `before` is `after` misread: its UTF-8 in some pages, at most [`LAYERS`] times over, or its bytes
/// in another encoding as windows-1252. Where `before` has lost bytes, as [`read`] says, only the others can prove it.
pub(crate) fn is_misread(before: &str, after: &str) -> bool {
    if before == after || before.is_ascii() || after.is_ascii() {
        return false;
    }
    let (chars, wanted): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    unfolds(&chars, &wanted, LAYERS)
        || Written::ALL.iter().any(|written| written.read(before).as_deref() == Some(after))
}

/// Texts of more characters than this must have been misread evenly to be proved: parts of shorter ones may have been
/// misread less often than others.
const UNEVEN: usize = 64;

fn unfolds(text: &[char], wanted: &[char], layers: usize) -> bool {
    let pages = text.windows(2).fold(0, |pages, pair| pages | may_read(pair[0], pair[1]));
    Page::ALL.into_iter().filter(|page| pages & page.bit() != 0).any(|page| {
        let Some(inner) = unfold(text, page) else { return false };
        inner.is(wanted)
            || (layers > 1 && inner.chars.len() >= wanted.len() && unfolds(&inner.chars, wanted, layers - 1))
    })
}

/// A text with one layer undone.
struct Unfolded {
    chars: Vec<char>,
    /// Those that were read from a space, in order.
    spaced: Vec<usize>,
}

impl Unfolded {
    /// Whether it is `wanted`. A space that a character ended in may have stood for another space behind it.
    fn is(&self, wanted: &[char]) -> bool {
        let mut rest = wanted;
        for (at, &c) in self.chars.iter().enumerate() {
            let Some((&next, behind)) = rest.split_first() else { return false };
            if next != c {
                return false;
            }
            rest = behind;
            if self.spaced.binary_search(&at).is_ok() && self.chars.get(at + 1) != Some(&' ') {
                rest = rest.strip_prefix(&[' ']).unwrap_or(rest);
            }
        }
        rest.is_empty()
    }
}

/// Undoes one layer in `text`; none if nothing was misread in this page, or not all of a text that is long.
fn unfold(text: &[char], page: Page) -> Option<Unfolded> {
    let mut inner = Unfolded { chars: Vec::new(), spaced: Vec::new() };
    let (mut at, mut any) = (0, false);
    while at < text.len() {
        let (c, len) = match read(&text[at..], page).filter(|_| !text[at].is_ascii()) {
            Some(read) => {
                any = true;
                if read.spaced {
                    inner.spaced.push(inner.chars.len());
                }
                (read.c, read.len)
            }
            None if text[at].is_ascii() || text.len() <= UNEVEN => (text[at], 1),
            None => return None,
        };
        inner.chars.push(c);
        at += len;
    }
    any.then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of `text` when its UTF-8 is read in `page`.
    fn misread(text: &str, page: Page) -> String {
        let read = |byte: u8| {
            if byte.is_ascii() { char::from(byte) } else { page.char(byte).unwrap_or_else(|| char::from(byte)) }
        };
        text.bytes().map(read).collect()
    }

    #[test]
    fn what_was_misread_is_proved_in_every_page_and_layer() {
        for text in ["Größe", "“naïve”", "Чтение", "日本 😀"] {
            for page in Page::ALL {
                // Some leave bytes open that stand for nothing.
                if (0x80..=0xFF).any(|byte| page.char(byte).is_none()) {
                    continue;
                }
                let mut worse = text.to_owned();
                for layer in 0..=LAYERS + 1 {
                    let is_near = (1..=LAYERS).contains(&layer);
                    assert_eq!(is_misread(&worse, text), is_near, "{} {layer} {worse:?}", page.name());
                    worse = misread(&worse, page);
                }
            }
        }
    }

    #[test]
    fn what_was_not_misread_is_not_proved() {
        for (before, after) in [
            ("Ã¼", "u"),
            ("Ã¼", "ö"),
            ("ü", "Ã¼"),
            ("Ã¼é", "ü"),
            ("Ã¼ ", "ü"),
            ("u", "ü"),
            ("Ã¼", "ü "),
            ("a“b”", "a„b”"),
            ("«", "»"),
            ("Â", "\u{A0}"),
        ] {
            assert!(!is_misread(before, after), "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_byte_may_be_lost() {
        for (before, after) in [
            ("voilÃ ", "voilà"),
            ("voilÃ ", "voilà "),
            ("â€œbbâ€\u{FFFD}", "“bb\u{FFFD}"),
            ("â€?", "\u{FFFD}"),
            ("ðŸ\u{FFFD}°", "\u{FFFD}"),
            ("Ä\u{FFFD}", "\u{FFFD}"),
            ("Â !", "\u{A0}!"),
        ] {
            assert!(is_misread(before, after), "{before:?} {after:?}");
        }
        assert!(!is_misread("Ä?", "\u{FFFD}"), "a question mark behind one byte is a question mark");
    }

    #[test]
    fn surrogates_are_read_as_pairs() {
        assert!(is_misread("í\u{A0}½í¸\u{8D}", "😍"));
        assert!(!is_misread("í\u{A0}½", "\u{FFFD}"));
    }

    #[test]
    fn other_encodings_read_as_windows_1252_are_proved() {
        for (before, after) in [
            ("Ïðèâåò", "Привет"),
            ("ðÒÉ×ÅÔ", "Привет"),
            ("\u{8F}à¨¢¥â", "Привет"),
            ("ÖÐ¹ú", "中国"),
            ("\u{93}no\u{94}", "“no”"),
            ("tur\u{92}stico", "turístico"),
        ] {
            assert!(is_misread(before, after), "{before:?} {after:?}");
        }
    }
}
