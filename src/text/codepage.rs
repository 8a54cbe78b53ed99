//! Code pages: encodings that have one byte for each character, as tables in both directions.
//!
//! Only those in whose name UTF-8 is commonly misread. ASCII is the same in all of them and is left out.

use std::sync::LazyLock;

use encoding_rs::Encoding;

/// The upper halves of the pages that encoding_rs does not have, from Unicode's mapping tables
/// (<https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/>).
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// A code page, by its place in [`Page::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Page(u8);

/// A set of pages, one bit each.
pub(crate) type Pages = u16;

/// Where the upper half of a page comes from.
enum Upper {
    Known(&'static Encoding),
    Spelled(&'static str),
}

/// Names and sources. The first ones are tried first: where two pages give the same, the more common is named.
static PAGES: [(&str, Upper); Page::COUNT] = [
    // ISO 8859-1 is part of it: where it leaves bytes open, and where a text has C1 controls, those are the bytes.
    ("windows-1252", Upper::Known(encoding_rs::WINDOWS_1252)),
    ("windows-1250", Upper::Known(encoding_rs::WINDOWS_1250)),
    ("windows-1251", Upper::Known(encoding_rs::WINDOWS_1251)),
    ("windows-1253", Upper::Known(encoding_rs::WINDOWS_1253)),
    ("windows-1254", Upper::Known(encoding_rs::WINDOWS_1254)),
    ("windows-1257", Upper::Known(encoding_rs::WINDOWS_1257)),
    ("iso-8859-2", Upper::Known(encoding_rs::ISO_8859_2)),
    ("iso-8859-7", Upper::Known(encoding_rs::ISO_8859_7)),
    ("iso-8859-15", Upper::Known(encoding_rs::ISO_8859_15)),
    ("macintosh", Upper::Known(encoding_rs::MACINTOSH)),
    ("koi8-r", Upper::Known(encoding_rs::KOI8_R)),
    ("cp866", Upper::Known(encoding_rs::IBM866)),
    ("cp437", Upper::Spelled(CP437)),
    ("cp850", Upper::Spelled(CP850)),
];

impl Page {
    const COUNT: usize = 14;
    /// All pages.
    pub(crate) const ALL: [Page; Page::COUNT] = {
        let mut all = [Page(0); Page::COUNT];
        let mut index = 0;
        while index < all.len() {
            all[index] = Page(index as u8);
            index += 1;
        }
        all
    };
    pub(crate) const WINDOWS_1252: Page = Page(0);
    pub(crate) const WINDOWS_1251: Page = Page(2);
    pub(crate) const MACINTOSH: Page = Page(9);
    pub(crate) const KOI8_R: Page = Page(10);
    pub(crate) const CP866: Page = Page(11);

    /// Returns its name, for people.
    pub(crate) fn name(self) -> &'static str {
        PAGES[usize::from(self.0)].0
    }

    /// Returns its place in [`Page::ALL`].
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Returns the set that holds nothing else.
    pub(crate) fn bit(self) -> Pages {
        1 << self.0
    }

    /// Returns the byte of `c`, which is 0x80 or above; none if it has none or is ASCII.
    pub(crate) fn byte(self, c: char) -> Option<u8> {
        Some(row(c).bytes[usize::from(self.0)]).filter(|&byte| byte != 0)
    }

    /// Returns the character of a byte from 0x80 on; none where the page leaves it open.
    pub(crate) fn char(self, byte: u8) -> Option<char> {
        TABLES.chars[usize::from(self.0)][usize::from(byte) - 0x80]
    }

    /// Whether it is one of ISO 8859, which have controls where windows pages have marks.
    pub(crate) fn is_iso(self) -> bool {
        self.name().starts_with("iso")
    }

    /// Whether a C1 control in a text that was misread as this page stands for its own byte: the page leaves bytes
    /// open, or is as often taken for ISO 8859, which does not.
    fn has_controls(self) -> bool {
        self.is_iso() || self.name().starts_with("windows")
    }
}

/// What all pages say of a character.
#[derive(Clone, Copy, Default)]
pub(crate) struct Row {
    /// Its byte in each page, or 0.
    bytes: [u8; Page::COUNT],
    /// The pages in which its byte begins a character of UTF-8 of more than one byte.
    pub(crate) leads: Pages,
    /// The pages in which its byte goes on with one.
    pub(crate) follows: Pages,
}

/// Characters below this are looked up by their number.
const END: usize = 0x2600;

struct Tables {
    chars: [[Option<char>; 128]; Page::COUNT],
    rows: Vec<Row>,
    /// The row of each character; 0 is an empty one.
    index: Box<[u16; END]>,
    /// The row of the Apple, which is a lead byte in MacRoman.
    apple: u16,
}

const APPLE: char = '\u{F8FF}';

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

/// Returns what all pages say of `c`.
pub(crate) fn row(c: char) -> &'static Row {
    let tables = &*TABLES;
    let index = match tables.index.get(c as usize) {
        Some(&index) => index,
        None if c == APPLE => tables.apple,
        None => 0,
    };
    &tables.rows[usize::from(index)]
}

impl Tables {
    fn new() -> Self {
        let mut tables = Tables {
            chars: [[None; 128]; Page::COUNT],
            rows: vec![Row::default()],
            index: Box::new([0; END]),
            apple: 0,
        };
        for page in Page::ALL {
            for (at, c) in upper(page).into_iter().enumerate() {
                let Some(c) = c else { continue };
                tables.chars[usize::from(page.0)][at] = Some(c);
                tables.add(page, c, 0x80 + at as u8);
            }
        }
        for page in Page::ALL.into_iter().filter(|page| page.has_controls()) {
            for byte in 0x80..=0x9F {
                tables.add(page, char::from(byte), byte);
            }
        }
        tables
    }

    fn add(&mut self, page: Page, c: char, byte: u8) {
        let slot = match self.index.get_mut(c as usize) {
            Some(slot) => slot,
            None if c == APPLE => &mut self.apple,
            // The two ligatures of MacRoman begin no letter that anybody writes.
            None => return,
        };
        if *slot == 0 {
            *slot = self.rows.len() as u16;
            self.rows.push(Row::default());
        }
        let row = &mut self.rows[usize::from(*slot)];
        row.bytes[usize::from(page.0)] = byte;
        match byte {
            0xC2..=0xF4 => row.leads |= page.bit(),
            0x80..=0xBF => row.follows |= page.bit(),
            _ => {}
        }
    }
}

/// Returns the characters of the bytes from 0x80 on.
fn upper(page: Page) -> Vec<Option<char>> {
    match PAGES[usize::from(page.0)].1 {
        Upper::Spelled(chars) => chars.chars().map(Some).collect(),
        Upper::Known(encoding) => {
            let read = |byte: u8| encoding.decode_without_bom_handling_and_without_replacement(&[byte])?.chars().next();
            (0x80..=0xFF).map(read).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_characters_lead_to_each_other() {
        for page in Page::ALL {
            let mut known = 0;
            for byte in 0x80..=0xFF {
                let Some(c) = page.char(byte) else { continue };
                known += 1;
                if !matches!(c, '\u{FB01}' | '\u{FB02}') {
                    assert_eq!(page.byte(c), Some(byte), "{} {byte:X} {c}", page.name());
                }
            }
            assert!(known >= 123, "{} has {known}", page.name());
            assert_eq!((page.byte('a'), page.byte('漢'), page.byte('\u{2600}')), (None, None, None));
        }
    }

    #[test]
    fn the_names_are_those_of_the_tables() {
        let sign = |page: Page| page.char(0xC3);
        assert_eq!(sign(Page::WINDOWS_1252), Some('Ã'));
        assert_eq!(sign(Page::WINDOWS_1251), Some('Г'));
        assert_eq!(sign(Page::MACINTOSH), Some('√'));
        assert_eq!(sign(Page::KOI8_R), Some('ц'));
        assert_eq!(sign(Page::CP866), Some('├'));
    }

    #[test]
    fn controls_stand_for_their_bytes_where_pages_leave_some_open() {
        assert_eq!(Page::WINDOWS_1252.byte('\u{9D}'), Some(0x9D));
        assert_eq!(Page::WINDOWS_1252.byte('\u{93}'), Some(0x93), "as ISO 8859-1 has it");
        assert_eq!(Page::WINDOWS_1252.byte('“'), Some(0x93));
        assert_eq!(Page::MACINTOSH.byte('\u{93}'), None);
    }
}
