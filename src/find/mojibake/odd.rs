//! How odd a text looks, whatever it says: what no writer of any language puts side by side.
//!
//! The unit is a tenth of a fault. Correct text of any language comes to 0, or a little more where it is unusual;
//! text that was misread comes to tens for each letter. Only differences count: see [`super`].

use std::sync::OnceLock;

use unicode_normalization::char::{is_combining_mark, is_public_assigned};

/// What a character is, as far as its neighbours care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    Space,
    /// A no-break space.
    Tied,
    Lower(Script),
    Upper(Script),
    /// A letter of a script without cases.
    Letter(Script),
    Combining,
    Digit,
    /// Currency signs.
    Money,
    /// `¹ ² ³ ° º ª`: behind letters and numbers.
    Raised,
    /// `® © ™`: behind names.
    Trade,
    /// `’ ‘`: also inside words.
    Apostrophe,
    /// Quotation marks that open or close, by language.
    Quote,
    /// Marks that only open: `„ ‚ ¿ ¡`.
    Opening,
    Ellipsis,
    /// Signs that stand alone, or between numbers.
    Sign,
    /// What tables are drawn with.
    Box,
    Control,
    /// U+FFFD.
    Lost,
    /// ASCII punctuation, dashes, pictures, and all else that may stand anywhere.
    Other,
}

use Class::{
    Apostrophe, Box, Combining, Control, Digit, Ellipsis, Letter, Lost, Lower, Money, Opening, Other, Quote, Raised,
    Sign, Space, Tied, Trade, Upper,
};

/// Scripts as far as they do not mix inside a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    /// Han, kana and Hangul, which mix with each other.
    EastAsian,
    /// Any other, by its block.
    Block(u8),
}

fn script(c: char) -> Script {
    match c as u32 {
        0x41..=0x24F | 0x250..=0x2AF | 0x1E00..=0x1EFF | 0x1D00..=0x1DBF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF => {
            Script::Latin
        }
        0xFB00..=0xFB06 | 0xFF21..=0xFF5A => Script::Latin,
        0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
        0x400..=0x52F => Script::Cyrillic,
        0x600..=0x6FF | 0x750..=0x77F | 0xFB50..=0xFDFF | 0xFE70..=0xFEFE => Script::Block(6),
        0x1100..=0x11FF
        | 0x2E80..=0x2FDF
        | 0x3005..=0x31FF
        | 0x3400..=0x9FFF
        | 0xAC00..=0xD7FF
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F
        | 0x20000..=0x3FFFF => Script::EastAsian,
        other => Script::Block((other >> 7) as u8),
    }
}

fn class(c: char) -> Class {
    match c {
        ' ' | '\t' | '\n' | '\r' => Space,
        'a'..='z' => Lower(Script::Latin),
        'A'..='Z' => Upper(Script::Latin),
        '0'..='9' => Digit,
        '\u{A0}' | '\u{202F}' => Tied,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Control,
        ' '..='~' => Other,
        '¹' | '²' | '³' | '°' | 'º' | 'ª' => Raised,
        '®' | '©' | '™' => Trade,
        '’' | '‘' | 'ʼ' | 'ʻ' => Apostrophe,
        '“' | '”' | '«' | '»' | '‹' | '›' => Quote,
        '„' | '‚' | '¿' | '¡' => Opening,
        '…' => Ellipsis,
        '¢' | '£' | '¥' | '€' | '₽' | '₹' | '₺' | '₴' | '₪' | '₩' | '฿' | '₫' | '₦' | '₱' => {
            Money
        }
        '¤' | '¦' | '§' | '¨' | '¬' | '¯' | '±' | '´' | '¶' | '¸' | '¼' | '½' | '¾' | 'µ' | '×' | '÷' | 'ƒ' | 'ˆ'
        | '˜' | '˘' | '˙' | '˚' | '˛' | '˝' | 'ˇ' | '†' | '‡' | '‰' | '⁄' | '₧' | '⌐' | '⌠' | '⌡' | '■' | '◊'
        | '\u{F8FF}' | '∆' | '℮' | '№' => Sign,
        '\u{2200}'..='\u{22FF}' => Sign,
        '\u{2500}'..='\u{259F}' => Box,
        '\u{FFFD}' => Lost,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' => Other,
        _ if is_combining_mark(c) => Combining,
        _ if c.is_lowercase() => Lower(script(c)),
        _ if c.is_uppercase() => Upper(script(c)),
        _ if c.is_alphabetic() => Letter(script(c)),
        '\u{660}'..='\u{1FFF}' if c.is_numeric() => Letter(script(c)),
        _ if c.is_numeric() => Digit,
        _ => Other,
    }
}

fn script_of(class: Class) -> Option<Script> {
    match class {
        Lower(script) | Upper(script) | Letter(script) => Some(script),
        _ => None,
    }
}

fn is_letter(class: Class) -> bool {
    script_of(class).is_some()
}

/// Whether a combining mark belongs to another script than the letter before it. Those below U+0483 go with any.
fn is_mark_of_another(mark: char, before: Class) -> bool {
    let own = matches!(mark as u32, 0x483..0x1AB0 | 0x1B00..0x1DC0 | 0x2DE0..0x2E00 | 0xA66F..0xAC00);
    own && script_of(before) != Some(script(mark))
}

/// Signs that stand behind a symbol of one letter, or before a number.
fn is_operator(sign: char) -> bool {
    matches!(sign, '±' | '×' | '÷' | '†' | '‡' | '§' | '¶' | '№' | '·')
}

fn is_sign(c: char, class: Class) -> bool {
    class == Sign || matches!(c, '–' | '—')
}

/// Whether a letter between these is a word of its own.
fn is_alone(before: Class, behind: Class) -> bool {
    let ends = |class| {
        matches!(class, Space | Tied | Digit | Money | Sign | Raised | Trade | Quote | Apostrophe | Opening | Ellipsis)
    };
    ends(before) && ends(behind)
}

fn is_gap(class: Class) -> bool {
    matches!(class, Space | Tied)
}

/// So many characters on either side are looked at as neighbours.
pub(super) const CONTEXT: usize = 2;

/// Returns how odd `text` is, in tenths of a fault. Its first [`CONTEXT`] characters and its last are only looked at as
/// neighbours of the others.
pub(super) fn oddness(text: &[char]) -> i32 {
    let inner = text.get(CONTEXT..text.len().saturating_sub(CONTEXT)).unwrap_or_default();
    inner.iter().map(|&c| about(c).alone).sum::<i32>() + beside_each_other(text.iter().copied())
}

fn beside_each_other(text: impl Iterator<Item = char>) -> i32 {
    let mut last: [(char, Class); 2] = [(' ', Space); 2];
    let mut sum = 0;
    for (at, c) in text.enumerate() {
        let this = (c, about(c).class);
        if at >= 2 {
            sum += beside(&[last[0].0, last[1].0, c], &[last[0].1, last[1].1, this.1]);
        }
        last = [last[1], this];
    }
    sum
}

/// Whether a token is odd at all, or so short that one letter could be all of it.
pub(super) fn is_odd(token: impl Iterator<Item = char> + Clone) -> bool {
    let short = token.clone().nth(4).is_none();
    let padded = [' ', ' '].into_iter().chain(token.clone()).chain([' ', ' ']);
    short || token.map(|c| about(c).alone).sum::<i32>() + beside_each_other(padded) >= super::ODD
}

/// What is known of one character.
#[derive(Clone, Copy)]
struct About {
    class: Class,
    alone: i32,
    is_text: bool,
}

/// So many characters are worked out at once, when one of them is first met.
const BLOCK: usize = 256;

fn about(c: char) -> About {
    static BLOCKS: [OnceLock<[About; BLOCK]>; 256] = [const { OnceLock::new() }; 256];
    let value = c as usize;
    let Some(block) = BLOCKS.get(value / BLOCK) else { return work_out(c) };
    let first = (value - value % BLOCK) as u32;
    let fill = |at: usize| work_out(char::from_u32(first + at as u32).unwrap_or('\0'));
    block.get_or_init(|| std::array::from_fn(fill))[value % BLOCK]
}

fn work_out(c: char) -> About {
    About { class: class(c), alone: alone(c), is_text: may_be_text(c) }
}

/// What a character is held for wherever it stands.
fn alone(c: char) -> i32 {
    match c {
        '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => 40,
        '\u{FFFD}' => 5,
        'Ÿ' => 10,
        // Signs and pictures are rarer than marks, which are damaged in every text.
        '\u{2150}'..='\u{24FF}' | '\u{25A0}'..='\u{2BFF}' => 5 + 10 * rarity(c),
        _ if (c as u32) < 0x180 => {
            if c == 'ſ' {
                30
            } else {
                0
            }
        }
        _ => 10 * rarity(c),
    }
}

/// How rare a character is: 0 in daily use in some language, 3 in hardly any text.
fn rarity(c: char) -> i32 {
    match c as u32 {
        0..0x180 => 0,
        // Latin: Croatian digraphs, pinyin, Vietnamese, Romanian, Azerbaijani, and letters of African and Sami languages.
        0x18F | 0x192 | 0x1A0 | 0x1A1 | 0x1AF | 0x1B0 | 0x1C4..=0x1DC | 0x218..=0x21B | 0x259 => 0,
        0x181
        | 0x186
        | 0x189
        | 0x18A
        | 0x190
        | 0x191
        | 0x194
        | 0x196..=0x19A
        | 0x19D
        | 0x1B2..=0x1B4
        | 0x1E4..=0x1F0
        | 0x253
        | 0x254
        | 0x256
        | 0x257
        | 0x25B
        | 0x263
        | 0x269
        | 0x272 => 2,
        0x180..=0x24F => 3,
        0x250..=0x2AF => 3,
        0x2BB | 0x2BC | 0x2C6 | 0x2C7 | 0x2D8..=0x2DD => 0,
        0x2B0..=0x2FF => 2,
        0x300..=0x304 | 0x306..=0x30C | 0x323 | 0x326..=0x328 | 0x331 => 1,
        0x300..=0x36F => 3,
        0x384..=0x3CE => 0,
        0x370..=0x3FF => 3,
        0x401..=0x45F | 0x490 | 0x491 => 0,
        0x492..=0x4FF => 1,
        0x400..=0x52F => 3,
        0x531..=0x58F | 0x5BE | 0x5D0..=0x5EA | 0x5F3 | 0x5F4 => 0,
        0x591..=0x5F2 => 1,
        0x600..=0x6FF => 0,
        0x700..=0x8FF => 3,
        0x900..=0xDFF => 0,
        0xE00..=0xEFF => 0,
        0xF00..=0xFFF => 2,
        0x1000..=0x109F | 0x10D0..=0x10FF => 0,
        0x1200..=0x137F => 1,
        0x1780..=0x17FF => 0,
        0x10A0..=0x1DFF => 3,
        0x1E80..=0x1E85 | 0x1E9E | 0x1EA0..=0x1EF9 => 0,
        0x1E00..=0x1EFF => 2,
        0x1F00..=0x1FFF => 1,
        0x2000..=0x200A | 0x2028..=0x202E | 0x2060..=0x206F => 1,
        0x2010..=0x205F | 0x20A0..=0x20BF | 0x2100..=0x23FF | 0x2500..=0x28FF => 0,
        0x2900..=0x2BFF => 1,
        0x2C60..=0x2DFF => 3,
        0x2E00..=0x2FFF => 2,
        0x3000..=0x30FF | 0x3200..=0x33FF => 0,
        0x3100..=0x31FF | 0x3400..=0x4DBF => 1,
        0x4E00..=0x9FFF | 0xAC00..=0xD7A3 => 0,
        0xA000..=0xABFF => 3,
        0xFB00..=0xFB4F | 0xFE00..=0xFE0F | 0xFEFF | 0xFF01..=0xFFEF => 0,
        0xF900..=0xFDFF | 0xFE10..=0xFEFE => 1,
        0x1F000..=0x1FAFF | 0x1D400..=0x1D7FF | 0xE0020..=0xE007F => 0,
        0x20000..=0x3FFFF => 2,
        _ => 3,
    }
}

/// Whether tables are drawn with `c`.
pub(super) fn is_box(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259F}')
}

/// Whether `c` is a character that text may hold at all.
pub(super) fn is_text(c: char) -> bool {
    about(c).is_text
}

fn may_be_text(c: char) -> bool {
    match c {
        '\0'..='\u{1F}' | '\u{7F}' => false,
        '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{F0000}'..='\u{10FFFF}' => false,
        _ => c as u32 & 0xFFFE != 0xFFFE && is_public_assigned(c),
    }
}

/// What is odd about the middle one of three characters and the one before or behind it. Each pair is counted once:
/// with its right half as the middle.
fn beside(text: &[char], classes: &[Class]) -> i32 {
    let (&[left, c, next], &[before, this, behind]) = (text, classes) else { return 0 };
    let pair = match (before, this) {
        _ if let (Some(a), Some(b)) = (script_of(before), script_of(this)) => letters(left, c, (before, a), (this, b)),
        (_, Combining) if is_letter(before) && is_mark_of_another(c, before) => 40,
        (Combining, _) | (Lost, _) | (_, Lost) => 0,
        (_, Combining) if !is_letter(before) => 15,
        (Digit, _) if is_letter(this) && !c.is_ascii() => 5,
        (Raised, _) if is_letter(this) => {
            if left == '°' && matches!(c, 'C' | 'F') {
                0
            } else {
                20
            }
        }
        (Trade, _) if is_letter(this) => 30,
        (Money, _) if is_letter(this) => 10,
        (Sign | Box, _) if is_letter(this) => 20,
        (_, Money) if is_letter(before) && !matches!(left, 'S' | 'A' | 'U' | 'R' | 'C' | 'K' | 'k' | 'M' | 'm') => {
            if matches!(before, Upper(_)) { 15 } else { 20 }
        }
        (Sign, Sign) if left != c => 15,
        (Sign, Money | Trade | Raised) => 5,
        (Tied, Space) | (Space, Tied) => 10,
        (Sign, Quote | Apostrophe | Opening) | (Quote | Apostrophe | Opening, Sign) => 5,
        (Sign, Digit) if !matches!(left, '±' | '×' | '÷' | '§' | '№' | 'µ' | '†') => 5,
        _ => 0,
    };
    let ahead = match behind {
        // `220 В±10 %`, `Â† is the adjoint of Â`.
        Sign if is_letter(this) && !is_letter(before) && is_operator(next) => 0,
        Sign | Box | Opening if is_letter(this) => 20,
        Raised if this == Upper(Script::Latin) && is_letter(before) && !c.is_ascii() && c != 'Å' => 20,
        Raised if is_letter(this) => 5,
        _ => 0,
    };
    let inside = match this {
        // Between letters stand apostrophes and dashes, not quotation marks.
        Quote if is_letter(before) && is_letter(behind) => {
            if left.is_ascii() {
                20
            } else {
                30
            }
        }
        // A mark that only opens has a word behind it, and hardly one that begins with two rare letters.
        Upper(_) | Lower(_) if left == '‚' && !c.is_ascii() && !next.is_ascii() => 20,
        // Between two signs stands at most a number, and between two dashes a word.
        _ if is_sign(left, before) && is_sign(next, behind) && !c.is_ascii() && !is_gap(this) && this != Digit => 15,
        // Formulas have `√π`; words end in no such thing.
        Sign if c == '√' && !is_letter(before) && script_of(behind) == Some(Script::Greek) => -20,
        Opening if is_letter(before) && is_letter(behind) => 10,
        Other if matches!(c, '•' | '·') && left == 'Ã' && is_letter(behind) => 30,
        Ellipsis if is_letter(before) && is_letter(behind) => 10,
        // A letter alone with a sign behind it that goes with numbers and names.
        Lower(_) | Upper(_) if !c.is_ascii() && !is_letter(before) && before != Combining => {
            lone(c, before, next, behind)
        }
        Upper(a) if a != Script::Latin && before == this && behind == Lower(a) => 15,
        // Capitals go on in capitals, and words begin with one.
        Upper(Script::Latin) if matches!(before, Upper(Script::Latin)) && matches!(behind, Lower(Script::Latin)) => {
            let small_is_plain = next.is_ascii();
            match (left.is_ascii(), c.is_ascii(), small_is_plain) {
                (false, false, _) => 30,
                (_, false, true) => 20,
                (_, _, false) if next != 'ß' => 25,
                _ => 0,
            }
        }
        // Hardly a word has one letter, but in the scripts of Europe.
        Lower(_) | Upper(_) | Letter(_)
            if is_alone(before, behind) && !matches!(c as u32, 0..0x250 | 0x384..0x460 | 0x3000..) =>
        {
            15
        }
        _ => 0,
    };
    // `Ã` is written before O and E, in capitals, and at the end of a word.
    let tilde = c == 'Ã'
        && match next {
            'O' | 'E' | 'o' | 'e' | 'S' | 'I' | 'Ã' => false,
            next => next.is_alphabetic(),
        };
    let tied = c == 'Ã' && behind == Tied || next == '\u{AD}' && !c.is_ascii() && this == Upper(Script::Latin);
    pair + ahead + inside + if tilde { 10 } else { 0 } + if tied { 30 } else { 0 }
}

/// A single letter that is not ASCII and has no letter before it: what is odd about what stands behind.
fn lone(c: char, before: Class, next: char, behind: Class) -> i32 {
    match behind {
        Sign if is_operator(next) => 0,
        Raised if matches!(next, '²' | '³' | '¹') => 0,
        Money | Raised | Trade | Sign if script(c) != Script::Latin => 0,
        Money | Raised | Trade | Sign | Opening => 25,
        Control => 30,
        Tied if c.is_uppercase() && c != 'À' && c != 'É' => 25,
        Quote if next == '«' => 15,
        Quote if c == 'Â' && before != Quote => 20,
        // A word may begin behind them, not stand before.
        Apostrophe if next == '‘' && c.is_uppercase() && before != Apostrophe => 20,
        Other if c == 'Ã' && matches!(next, '–' | '—') && before != Other => 20,
        // No language has a word `Â` or `Ã`; `“Ã”` names the letter.
        Space if matches!(c, 'Â' | 'Ã') && is_gap(before) => 10,
        _ => 0,
    }
}

/// Two letters side by side.
fn letters(left: char, c: char, (before, a): (Class, Script), (this, b): (Class, Script)) -> i32 {
    if a != b {
        return match (a, b) {
            // Science writes Greek letters beside plain ones: `TNFα`, `μm`.
            (Script::Latin, Script::Greek) if matches!((before, this), (Lower(_), Upper(_))) => 30,
            (Script::Latin, Script::Greek) if left.is_ascii() => 5,
            (Script::Greek, Script::Latin) if c.is_ascii() => 5,
            (Script::Latin, Script::Greek) | (Script::Greek, Script::Latin) => 20,
            (Script::EastAsian, Script::Latin) | (Script::Latin, Script::EastAsian) => 30,
            _ => 40,
        };
    }
    match (before, this) {
        (Lower(_), Upper(Script::Latin)) if left.is_ascii() && c.is_ascii() => 5,
        (Lower(_), Upper(Script::Latin)) if left.is_ascii() => 30,
        (Lower(_), Upper(_)) => 20,
        // No language has one of these before `œ`.
        (Lower(Script::Latin), _) if !left.is_ascii() && matches!(c, 'œ' | 'Œ') => 15,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(text: &str) -> i32 {
        let padded: Vec<char> = ["  ", text, "  "].concat().chars().collect();
        oddness(&padded)
    }

    #[test]
    fn what_people_write_is_not_odd() {
        for text in [
            "Größe",
            "«MAÇÃ».",
            "“IRMÔ",
            "HÂLÂ”",
            "SÃO NÃO",
            "NESTLÉ® S.A.",
            "1250 Å².",
            "20 °C, 5 £ and £5",
            "US$5",
            "l’été",
            "« À »",
            "Łódź",
            "Різдво",
            "שלום עולם",
            "2012—∞",
            "日本語の「本」",
            "ประเทศไทย",
            "café²",
            "MARQUÉ…",
            "E = mc²",
            "± 5 %",
            "TNFα",
            "(-1/2)! = √π",
            "½ cup",
            "हिन्दी",
            "العربية",
            "한국어",
        ] {
            assert!(odd(text) <= 5, "{text}: {}", odd(text));
        }
    }

    #[test]
    fn what_was_misread_is_odd() {
        for text in [
            "nÃ©",
            "Ã©tÃ©",
            "doesnâ€™t",
            "ZURÃœCK",
            "10Â°C",
            "Â£5",
            "РџСЂРёРІРµС‚",
            "wei√ü",
            "╨Я╤А╨╕",
            "п╩п╦п",
            "RÄ«ga",
            "Ä°stanbul",
            "Ã©",
        ] {
            assert!(odd(text) >= 25, "{text}: {}", odd(text));
        }
    }
}
