//! Ways of writing that look like words run together and are not: vetoes that no evidence outweighs.

use super::super::evidence::COMMON;
use super::token::{Boundary, Class, Cut, is_year};
use crate::lexicon::Word;
use crate::text::protect;

/// Whether the characters beside the token make it part of an identifier, a path, an address or a tag.
pub(super) fn in_code(before: &str, behind: &str) -> bool {
    let mut before = before.chars().rev();
    let mut after = behind.chars();
    let (left, right) = (before.next(), after.next());
    let joins = |c: Option<char>| {
        matches!(c, Some('_' | '\\' | '/' | '@' | '#' | '=' | '<' | '>' | '$' | '&' | '`' | '~' | '+'))
    };
    let goes_on = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    joins(left)
        || joins(right)
        || left == Some(')')
        || right == Some('(')
        || (matches!(left, Some('.' | '!')) && goes_on(before.next()))
        || (matches!(right, Some('.' | ':' | '!')) && goes_on(after.next()))
}

/// A token of more pieces is data, not words that ran together.
const MAX_CUTS: usize = 24;

/// Whether a token as a whole is of a kind that is written so: a hash, an identifier, an ordinal.
///
/// `programs` says whether identifiers may be among the words of the text; `is_word` knows those of its language.
pub(super) fn is_written_so(
    token: &str,
    cuts: &[Cut],
    programs: impl Fn() -> bool,
    is_word: impl Fn(&str) -> bool,
) -> bool {
    let digits = token.bytes().any(|b| b.is_ascii_digit());
    let hex = digits && token.len() >= 6 && token.bytes().all(|b| b.is_ascii_hexdigit());
    // `getElementById`; where words ran together on both sides of a name, the name is listed.
    let rises = cuts.iter().filter(|cut| matches!(cut.boundary, Boundary::Rise | Boundary::Last)).count();
    let identifier = token.starts_with(|c: char| Class::of(c) == Some(Class::Lower)) && rises >= 3 && programs();
    // `XVIIIe`, `XXIst`.
    let numeral = token.trim_end_matches(char::is_lowercase);
    let ordinal = numeral.len() >= 2
        && token.len() - numeral.len() <= 4
        && numeral.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L' | b'C' | b'D' | b'M'));
    // Encoded data: letters and digits take turns.
    let turns = cuts.iter().filter(|cut| matches!(cut.boundary, Boundary::DigitUpper | Boundary::DigitLower)).count();
    let encoded = turns >= 3 || cuts.len() > MAX_CUTS;
    hex || encoded || identifier || ordinal || is_look_alike(token, cuts, is_word)
}

/// Whether letters of one script stand inside a word of the other that they look like, typed with the wrong layout.
fn is_look_alike(token: &str, cuts: &[Cut], is_word: impl Fn(&str) -> bool) -> bool {
    const LIKE: &str = "ABCEHIKMNOPTXYZaceiopuvxykm";
    if cuts.iter().all(|cut| cut.boundary != Boundary::Script) {
        return false;
    }
    let upper = |c: char| Class::of(c) == Some(Class::Upper);
    let ends: Vec<usize> =
        cuts.iter().filter(|cut| cut.boundary == Boundary::Script).map(|cut| cut.at).chain([token.len()]).collect();
    let mut from = 0;
    for &end in &ends {
        let piece = &token[from..end];
        // A change of case beside it (`рынкаCEO`) shows where a name begins or ends; one Latin letter is no name.
        let before = token[..from].chars().next_back().is_none_or(|c| piece.starts_with(upper) == upper(c));
        let behind = token[end..].chars().next().is_none_or(|c| piece.ends_with(upper) == upper(c));
        let single = piece.len() == 1;
        // Capitals beside a whole word (`NATOОтчёт`) are an abbreviation.
        let abbreviation = || {
            piece.len() >= 2
                && piece.chars().all(upper)
                && [&token[..from], &token[end..]].iter().all(|rest| rest.is_empty() || is_word(rest))
        };
        let alike = before && behind && piece.chars().all(|c| LIKE.contains(c)) && !abbreviation();
        if single || alike {
            return true;
        }
        from = end;
    }
    false
}

/// Whether something forbids a cut of `token` there in any text.
pub(super) fn forbids(
    token: &str,
    cut: Cut,
    lang: Option<&str>,
    starts_with_term: impl Fn(&str) -> bool,
    word: impl Fn(&str) -> Option<Word>,
) -> bool {
    let (left, right) = token.split_at(cut.at);
    // `CEOs`, `APIs`; `GPTs`.
    let plural = cut.boundary != Boundary::Script
        && right.len() <= 2
        && right.ends_with('s')
        && left.ends_with(char::is_uppercase);
    let plural_before = right.len() == 2 && right.ends_with('s') && cut.boundary == Boundary::Last;
    // `LehrerInnen`, `BürgerIn`; also where nobody knows that the text is German.
    let gendered = left.ends_with(char::is_lowercase)
        && (right == "In" || right.starts_with("Innen"))
        && lang.is_none_or(|lang| lang.starts_with("de"));
    let year_with_unit = is_year(left) && (protect::is_unit(right) || is_ending(right));
    // `innerHTML`, `userID`, `toJSON`.
    let identifier =
        cut.boundary == Boundary::Rise && left.chars().all(|c| c.is_ascii_lowercase()) && TECHNICAL.contains(&right);
    // `getElement`, `isActive`, `onClick`: what programs call what they do. In other languages than English some of
    // these are words of sentences (`do`, `is`, `on`).
    let ours = || lang.is_some_and(|lang| lang != "en") && word(left).is_some_and(|word| word.rarity <= COMMON);
    let call = cut.boundary == Boundary::Rise
        && CALLS.contains(&left)
        && right.is_ascii()
        && !starts_with_term(right)
        && !ours();
    // `COVID-19s`, `QC35ii`, `WH-1000XM6`: behind a number stands a word of some length, and one that is known behind a
    // hyphen and a number.
    let behind_number = matches!(cut.boundary, Boundary::DigitLower | Boundary::DigitUpper) && !is_year(left);
    let number_with_ending = behind_number && right.chars().count() < 3;
    let model = behind_number
        && digits_only(left)
        && !(right.chars().all(char::is_alphabetic)
            && (word(&right.to_lowercase()).is_some() || starts_with_term(right)));
    // `aÂ`, `phaseβ`: remains of a wrong decoding, and marks of notes.
    let single = [left, right].into_iter().any(|piece| {
        let mut chars = piece.chars();
        chars.next().is_some_and(char::is_alphabetic)
            && chars.next().is_none()
            && word(&piece.to_lowercase()).is_none_or(|word| word.rarity > COMMON)
    });
    // `eTarno`, `iTresk`: brands, also where the letter is a word; none is written with an accent.
    let brand = cut.boundary == Boundary::Rise && left.len() == 1 && !starts_with_term(right);
    identifier
        || brand
        || call
        || single
        || number_with_ending
        || model
        || plural
        || plural_before
        || gendered
        || year_with_unit
        || (is_prefix(left, lang) && !starts_with_term(right))
        || has_class_prefix(left, lang, |left| word(left).is_some_and(|word| word.rarity <= COMMON))
}

fn digits_only(piece: &str) -> bool {
    piece.bytes().all(|b| b.is_ascii_digit())
}

/// Abbreviations that identifiers of programs end in.
const TECHNICAL: [&str; 24] = [
    "API", "CSS", "CSV", "DB", "DNS", "DOM", "FTP", "GUI", "HTML", "HTTP", "ID", "IP", "JSON", "PDF", "SQL", "SSH",
    "SSL", "TCP", "UDP", "UI", "URI", "URL", "UTF", "XML",
];

/// Words that identifiers of programs begin with.
const CALLS: [&str; 24] = [
    "add", "app", "do", "get", "handle", "has", "init", "is", "load", "local", "log", "max", "min", "my", "new", "on",
    "parse", "run", "save", "set", "sub", "to", "use", "user",
];

/// Endings that numbers take: `1990s`, `2000er`, `1990er`, `2012ko`.
fn is_ending(right: &str) -> bool {
    right.chars().count() <= 3 && right.chars().all(char::is_lowercase)
}

/// Whether `left` is a prefix that joins a capital: of family names, of brands, and of any name (`antiVHC`).
fn is_prefix(left: &str, lang: Option<&str>) -> bool {
    const ANY: [&str; 14] = [
        "anti", "euro", "inter", "macro", "micro", "mini", "multi", "neo", "post", "pre", "pseudo", "semi", "super",
        "ultra",
    ];
    const NAMES: [&str; 27] = [
        "Mc", "Mac", "Fitz", "O", "De", "Di", "Du", "Da", "Del", "Della", "Des", "Dos", "La", "Le", "Lo", "El", "Al",
        "Van", "Von", "von", "van", "Ben", "Bar", "Ap", "San", "St", "Ten",
    ];
    // Small, it is a word of the sentence there.
    let ours = matches!((left, lang), ("van", Some("nl" | "af")) | ("von", Some("de")));
    (NAMES.contains(&left) && !ours) || ANY.contains(&left)
}

/// Whether `left` is a small prefix of a noun class, which the Bantu languages put before a capital (`isiZulu`).
fn has_class_prefix(left: &str, lang: Option<&str>, is_word: impl Fn(&str) -> bool) -> bool {
    const CLASSES: [&str; 27] = [
        "isi", "Isi", "ama", "Ama", "kwa", "Kwa", "uma", "umu", "aba", "izi", "imi", "ili", "ulu", "ubu", "uku",
        "wama", "ngesi", "nesi", "lesi", "wase", "base", "ese", "kwe", "chi", "se", "ki", "lu",
    ];
    const BANTU: [&str; 11] = ["zu", "xh", "nr", "ss", "st", "tn", "ts", "ve", "rw", "rn", "sn"];
    let small = || left.chars().all(char::is_lowercase);
    (CLASSES.contains(&left) && !is_word(left)) || (lang.is_some_and(|lang| BANTU.contains(&lang)) && small())
}

/// Whether `right` is a pronoun that `left`, a form of a verb, takes as an ending (`resolverla`, `dándoselo`).
pub(super) fn is_enclitic(left: &str, right: &str, lang: Option<&str>) -> bool {
    let Some(lang) = lang else { return false };
    let verb = |endings: &[&str]| endings.iter().any(|ending| left.ends_with(ending));
    match lang {
        "it" => {
            const PRONOUNS: [&str; 40] = [
                "la", "lo", "li", "le", "gli", "mi", "ti", "ci", "vi", "si", "ne", "melo", "mela", "meli", "mele",
                "telo", "tela", "teli", "tele", "celo", "cela", "celi", "cele", "velo", "vela", "veli", "vele", "selo",
                "sela", "seli", "sele", "glielo", "gliela", "glieli", "gliele", "sene", "cene", "mene", "tene",
                "gliene",
            ];
            PRONOUNS.contains(&right) && verb(&["r", "ndo", "a", "i", "e", "to", "ta", "ti", "te", "mo"])
        }
        "es" | "ca" | "gl" => {
            const PRONOUNS: [&str; 25] = [
                "la", "lo", "las", "los", "le", "les", "me", "te", "se", "nos", "os", "melo", "mela", "telo", "tela",
                "selo", "sela", "selos", "selas", "noslo", "hi", "ho", "ne", "li", "vos",
            ];
            PRONOUNS.contains(&right) && verb(&["r", "ndo", "nt", "a", "e", "é", "á", "í", "d", "n", "mo"])
        }
        _ => false,
    }
}
