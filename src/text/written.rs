//! Characters that are written out: references of HTML (`&eacute;`, `&#233;`) and escapes of programs (`\u00e9`).
//!
//! What stands for what, and nothing about where it should be decoded: that is the finders' affair. Effects are
//! measured with the same functions, so that no edit passes for a decoding that is none.

use html_escape::NAMED_ENTITIES;

/// A character, or a few, written out at the start of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenOut {
    /// What it stands for.
    pub(crate) means: String,
    /// Its length in bytes.
    pub(crate) len: usize,
    /// Whether a reference ends in `;`, as it should. Escapes always count as ended.
    pub(crate) ended: bool,
}

/// The longest name or number of a reference, in bytes: what is longer is none.
const LONGEST: usize = 32;

/// Returns the reference at the start of `text`, one that was escaped again (`&amp;eacute;`) with it. What was
/// escaped three times is nobody's accident: that is none.
pub(crate) fn reference(text: &str) -> Option<WrittenOut> {
    let first = once(text)?;
    if first.means != "&" || !first.ended {
        return Some(first);
    }
    // The ampersand that comes out stands before what follows.
    let again = |len: usize| behind_ampersand(&text[len..]).filter(|inner| inner.ended);
    let Some(second) = again(first.len) else { return Some(first) };
    let len = first.len + second.len;
    if second.means == "&" && again(len).is_some() {
        return None;
    }
    Some(WrittenOut { len, ..second })
}

fn once(text: &str) -> Option<WrittenOut> {
    let inner = behind_ampersand(text.strip_prefix('&')?)?;
    Some(WrittenOut { len: inner.len + 1, ..inner })
}

/// Reads the reference whose ampersand stands before `rest`.
fn behind_ampersand(rest: &str) -> Option<WrittenOut> {
    match rest.strip_prefix('#') {
        Some(number) => numeric(number).map(|found| WrittenOut { len: found.len + 1, ..found }),
        None => named(rest),
    }
}

fn named(rest: &str) -> Option<WrittenOut> {
    let len = rest.bytes().take(LONGEST + 1).take_while(u8::is_ascii_alphanumeric).count();
    let name = &rest[..len];
    if rest[len..].starts_with(';') {
        let means = meaning(name).map(str::to_owned).or_else(|| in_capitals(name))?;
        return Some(WrittenOut { means, len: len + 1, ended: true });
    }
    let stands_alone = may_end_here(&rest[len..]) && UNENDED.binary_search(&name).is_ok();
    let means = meaning(name).filter(|_| stands_alone)?;
    Some(WrittenOut { means: means.to_owned(), len, ended: false })
}

/// Returns what HTML says that `name` stands for.
fn meaning(name: &str) -> Option<&'static str> {
    let index = NAMED_ENTITIES.binary_search_by(|(known, _)| known.cmp(&name.as_bytes())).ok()?;
    Some(NAMED_ENTITIES[index].1)
}

/// Returns what `name` stands for if a program made capitals of it with the text around it: `&EACUTE;` is É.
fn in_capitals(name: &str) -> Option<String> {
    let capitals =
        name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(|c: char| c.is_ascii_lowercase());
    let small = capitals.then(|| name.to_ascii_lowercase())?;
    let means = meaning(&small)?;
    let mut chars = means.chars();
    let is_letter = chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none();
    if is_letter {
        return Some(means.to_uppercase());
    }
    CAPITALS.binary_search(&small.as_str()).is_ok().then(|| means.to_owned())
}

/// Whether a reference without its `;` may end before `rest`: nothing goes on, and it is no part of a query.
fn may_end_here(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '=' | ';' | '_' | '-' | '('))
}

/// Reads a number behind `&#`.
fn numeric(text: &str) -> Option<WrittenOut> {
    let (code, mut len) = code(text)?;
    let ended = text[len..].starts_with(';');
    if !ended && !may_end_here(&text[len..]) {
        return None;
    }
    len += usize::from(ended);
    // A character beyond the first 65,536 as two halves, each a reference of its own.
    if ended
        && let Some(next) = text[len..].strip_prefix("&#")
        && let Some((low, more)) = self::code(next)
        && next[more..].starts_with(';')
        && let Some(c) = paired(code, low)
    {
        return Some(WrittenOut { means: c.to_string(), len: len + 2 + more + 1, ended });
    }
    let means = match code {
        // HTML reads these as windows-1252; the five that it leaves open stay.
        0x80..=0x9F => {
            let byte = [u8::try_from(code).ok()?];
            let (means, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            Some(means.chars().next()?).filter(|c| !c.is_control())?
        }
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some(WrittenOut { means: means.to_string(), len, ended })
}

/// Returns the number at the start of `text`, decimal or behind an `x` hexadecimal, and its length. What is too
/// large for any character is some number too large.
fn code(text: &str) -> Option<(u32, usize)> {
    let (radix, digits) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits),
        None => (10, text),
    };
    let mut code: u32 = 0;
    let mut len = 0;
    for digit in digits.chars().map_while(|c| c.to_digit(radix)) {
        code = code.saturating_mul(radix).saturating_add(digit);
        len += 1;
        if len > LONGEST {
            return None;
        }
    }
    (len > 0).then_some((code, len + text.len() - digits.len()))
}

/// Returns the character of which `high` and `low` are the two halves in UTF-16.
fn paired(high: u32, low: u32) -> Option<char> {
    let halves = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
    let is_pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    char::decode_utf16(halves.into_iter().filter(|_| is_pair)).next()?.ok()
}

/// Returns the escape at the start of `text`: `\u00e9`, `\U0001F600`, `\xe9`, two halves of UTF-16 as one, and
/// several `\x` that are UTF-8 together. Escapes of control characters are none: they are not made by accident.
pub(crate) fn escape(text: &str) -> Option<WrittenOut> {
    let (c, len) = match text.as_bytes() {
        [b'\\', b'u', ..] => {
            let high = hex(text, 2, 4)?;
            let low = || text[6..].starts_with("\\u").then(|| hex(text, 8, 4)).flatten();
            match char::from_u32(high) {
                Some(c) => (c, 6),
                None => (paired(high, low()?)?, 12),
            }
        }
        [b'\\', b'U', ..] => (char::from_u32(hex(text, 2, 8)?)?, 10),
        [b'\\', b'x', ..] => bytes(text)?,
        _ => return None,
    };
    (!c.is_control()).then(|| WrittenOut { means: c.to_string(), len, ended: true })
}

/// Returns the character that one `\x` or several are.
fn bytes(text: &str) -> Option<(char, usize)> {
    let byte = |index: usize| {
        let at = 4 * index;
        text.get(at..)?.starts_with("\\x").then(|| hex(text, at + 2, 2)).flatten().and_then(|b| u8::try_from(b).ok())
    };
    let first = byte(0)?;
    let len = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    let together: Vec<u8> = (0..len).map_while(byte).collect();
    match std::str::from_utf8(&together).ok().and_then(|text| text.chars().next()) {
        Some(c) => Some((c, 4 * len)),
        None => Some((char::from(first), 4)),
    }
}

/// Returns the number that `digits` hexadecimal digits at `at` are.
fn hex(text: &str, at: usize, digits: usize) -> Option<u32> {
    let number = text.get(at..at + digits)?;
    number.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(number, 16).ok())?
}

/// Returns `text` with all its escapes decoded.
pub(crate) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match escape(rest) {
            Some(found) => {
                out.push_str(&found.means);
                rest = &rest[found.len..];
            }
            None => {
                out.push('\\');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The names that HTML also reads without their `;`. Sorted.
const UNENDED: &[&str] = &[
    "AElig", "AMP", "Aacute", "Acirc", "Agrave", "Aring", "Atilde", "Auml", "COPY", "Ccedil", "ETH", "Eacute", "Ecirc",
    "Egrave", "Euml", "GT", "Iacute", "Icirc", "Igrave", "Iuml", "LT", "Ntilde", "Oacute", "Ocirc", "Ograve", "Oslash",
    "Otilde", "Ouml", "QUOT", "REG", "THORN", "Uacute", "Ucirc", "Ugrave", "Uuml", "Yacute", "aacute", "acirc",
    "acute", "aelig", "agrave", "amp", "aring", "atilde", "auml", "brvbar", "ccedil", "cedil", "cent", "copy",
    "curren", "deg", "divide", "eacute", "ecirc", "egrave", "eth", "euml", "frac12", "frac14", "frac34", "gt",
    "iacute", "icirc", "iexcl", "igrave", "iquest", "iuml", "laquo", "lt", "macr", "micro", "middot", "nbsp", "not",
    "ntilde", "oacute", "ocirc", "ograve", "ordf", "ordm", "oslash", "otilde", "ouml", "para", "plusmn", "pound",
    "quot", "raquo", "reg", "sect", "shy", "sup1", "sup2", "sup3", "szlig", "thorn", "times", "uacute", "ucirc",
    "ugrave", "uml", "uuml", "yacute", "yen", "yuml",
];

/// Names of marks and spaces, in small letters, that are also read in capitals. Sorted.
const CAPITALS: &[&str] = &[
    "apos", "bdquo", "bull", "cent", "deg", "emsp", "ensp", "euro", "hellip", "iexcl", "iquest", "laquo", "ldquo",
    "lsaquo", "lsquo", "mdash", "middot", "nbsp", "ndash", "para", "plusmn", "pound", "raquo", "rdquo", "rsaquo",
    "rsquo", "sbquo", "sect", "shy", "thinsp", "times", "yen", "zwj", "zwnj",
];

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! reads {
        ($($name:ident: $with:ident $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() {
                let found = $with($before).map(|found| format!("{}{}", found.means, &$before[found.len..]));
                let expected: Option<&str> = $after;
                assert_eq!(found.as_deref(), expected);
            })*
        };
    }

    reads! {
        a_name: reference "&eacute;t" => Some("ét");
        a_name_of_html_alone: reference "&sacute;nie" => Some("śnie");
        a_name_in_capitals: reference "&EACUTE;" => Some("É");
        a_sign_in_capitals: reference "&NDASH;" => Some("–");
        a_sign_that_nobody_writes_in_capitals: reference "&OR;" => None;
        a_letter_with_two_capitals: reference "&SZLIG;E" => Some("SSE");
        a_name_in_mixed_case: reference "&nTILDE;" => None;
        an_unknown_name: reference "&T;" => None;
        a_number: reference "&#233;" => Some("é");
        a_hexadecimal_number: reference "&#xE9;" => Some("é");
        a_number_of_windows: reference "&#147;x" => Some("“x");
        a_number_that_windows_leaves_open: reference "&#129;" => None;
        zero: reference "&#0;" => Some("\u{FFFD}");
        a_number_too_large: reference "&#xffffffff;" => Some("\u{FFFD}");
        a_number_far_too_large: reference "&#99999999999999999999;" => Some("\u{FFFD}");
        a_number_of_too_many_digits: reference "&#000000000000000000000000000000000000000233;" => None;
        half_a_character: reference "&#xD83D;" => Some("\u{FFFD}");
        two_halves: reference "&#55357;&#56832;!" => Some("😀!");
        a_half_and_another_character: reference "&#55357;&#33;" => Some("\u{FFFD}&#33;");
        escaped_twice: reference "&amp;eacute;" => Some("é");
        an_ampersand_escaped_twice: reference "&amp;amp;" => Some("&");
        escaped_three_times: reference "&amp;amp;amp;" => None;
        escaped_three_times_by_number: reference "&#38;amp;#233;" => None;
        an_ampersand_before_a_letter: reference "&amp;T" => Some("&T");
        not_ended: reference "&nbsp x" => Some("\u{A0} x");
        a_query: reference "&copy=2" => None;
        a_name_that_goes_on: reference "&copy2" => None;
        a_name_that_html_wants_ended: reference "&hellip x" => None;
        a_number_not_ended: reference "&#233 x" => Some("é x");
        a_number_that_goes_on: reference "&#39s" => None;
        nothing: reference "&;" => None;
        no_number: reference "&#;" => None;
        four_digits: escape r"\u00e9t" => Some("ét");
        eight_digits: escape r"\U0001F600" => Some("😀");
        two_digits: escape r"\xe9t" => Some("ét");
        bytes_of_utf8: escape r"\xc3\xa9t" => Some("ét");
        bytes_of_latin1: escape r"\xc3t" => Some("Ãt");
        surrogates: escape r"\ud83d\ude00" => Some("😀");
        one_surrogate: escape r"\ud83d" => None;
        a_control_character: escape r"\u000a" => None;
        too_few_digits: escape r"\u00e" => None;
        a_letter_that_is_no_digit: escape r"\u00é9" => None;
    }

    #[test]
    fn lists_are_sorted_and_known_to_html() {
        assert!(UNENDED.is_sorted() && NAMED_ENTITIES.is_sorted());
        let mut capitals = CAPITALS.to_vec();
        capitals.sort_unstable();
        assert_eq!(capitals, CAPITALS);
        assert!(UNENDED.iter().chain(CAPITALS).all(|name| meaning(name).is_some()));
    }
}
