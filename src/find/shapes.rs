//! What the value of a field must look like: dates, names, credits and titles.

use super::dates;
use super::sentences::ends_sentence_in_a_word;
use crate::rules::model::Shape;
use crate::text::Document;

/// Returns the value of a field that is written as `value`, if it looks as `shape` says.
pub(super) fn read(shape: Shape, value: &str, doc: &Document<'_>) -> Option<String> {
    // What is left where the line goes on with something that is no part of the value.
    let value = match shape {
        Shape::Names | Shape::Credit => value.trim_end_matches([',', ';', '，', '、', ' ', '\t']),
        Shape::Text | Shape::Date | Shape::Title => value,
    };
    let fits = match shape {
        Shape::Text => true,
        Shape::Date => return dates::read(value, || doc.lang()),
        Shape::Names => is_names(value),
        Shape::Credit => is_credit(value),
        Shape::Title => is_title(value),
    };
    fits.then(|| value.to_owned())
}

/// Small words inside of names.
const PARTICLES: &[&str] = &[
    "af", "al", "av", "bin", "ben", "d", "da", "dal", "das", "de", "degli", "dei", "del", "della", "den", "der", "di",
    "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "op", "van", "vom", "von", "y", "zu", "zum", "zur",
    "'t", "ter", "ten", "st",
];

/// What joins names.
const JOINERS: &[&str] = &[
    "and", "und", "et", "y", "e", "i", "en", "och", "og", "ja", "a", "ve", "dan", "và", "и", "και", "&", "with", "mit",
];

/// Words with which titles begin and names do not.
const NO_NAMES: &[&str] = &[
    "the", "a", "an", "any", "all", "our", "your", "my", "his", "her", "their", "its", "this", "that", "these",
    "those", "no", "not", "in", "on", "at", "for", "from", "to", "of", "or", "if", "how", "why", "when", "who", "what",
    "popular", "royal", "land", "sea", "air", "law", "der", "die", "das", "ein", "eine", "einem", "einer", "gli", "un",
    "una", "une", "les", "el", "los", "las", "os", "as", "uma", "um", "het", "een",
];

/// What people are, in lines that go on behind their names.
const ROLES: &[&str] =
    &["editor", "writer", "reporter", "correspondent", "director", "manager", "redakteur", "redakteurin", "journalist"];

/// Words in small letters that credits have beside names.
const SOURCES: &[&str] = &[
    "dpa",
    "afp",
    "ap",
    "apa",
    "epa",
    "efe",
    "ansa",
    "ats",
    "sda",
    "ntb",
    "tt",
    "belga",
    "anp",
    "ctk",
    "čtk",
    "pap",
    "mti",
    "imago",
    "picture",
    "alliance",
    "images",
    "image",
    "photo",
    "privat",
    "privé",
    "private",
    "archiv",
    "archive",
    "archivo",
    "archivio",
    "via",
    "by",
    "per",
    "courtesy",
    "of",
    "c",
    "zvg",
    "stock",
    "pixabay",
    "unsplash",
    "pexels",
    "shutterstock",
    "getty",
    "the",
    "for",
    "für",
    "pour",
    "with",
    "from",
    "at",
    "agency",
    "agentur",
    "symbolbild",
    "symbolfoto",
    "pool",
    "handout",
    "reproduction",
    "under",
    "licence",
    "license",
];

/// Whether letters of `text` have no case, as in Chinese or Arabic.
fn has_no_case(text: &str) -> bool {
    let cased = |c: char| c.is_uppercase() || c.is_lowercase();
    text.chars().any(char::is_alphabetic) && !text.chars().any(cased)
}

/// Whether `text` is in a script that puts no spaces between words.
fn is_unspaced(text: &str) -> bool {
    let unspaced = |c: &char| matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..='\u{9FFF}');
    text.chars().filter(unspaced).count() * 2 > text.chars().filter(|c| c.is_alphabetic()).count()
}

fn is_name_char(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\'' | '’' | '.' | '-' | '‑' | '·' | '・' | '\u{300}'..='\u{36F}')
}

/// One to four names: each of two to five words, that begin with a capital but for particles.
fn is_names(value: &str) -> bool {
    let names = split_names(value);
    (1..=4).contains(&names.len()) && names.iter().all(|name| is_name(name))
}

fn split_names(value: &str) -> Vec<String> {
    const COMMAS: &[char] = &[',', ';', '/', '、', '，', '،'];
    let mut names = Vec::new();
    for part in value.split(COMMAS) {
        let words: Vec<&str> = part.split_whitespace().collect();
        // The joiner of `A, B, and C` stands behind its comma.
        let skipped = usize::from(!names.is_empty() && words.first().is_some_and(|word| is_joiner(word)));
        let mut name: Vec<&str> = Vec::new();
        for (index, word) in words.iter().enumerate().skip(skipped) {
            // Between two names `y` and `e` join; before the last word of one they are particles.
            let is_last = index + 2 >= words.len() && is_particle(word);
            if is_joiner(word) && name.len() >= 2 && !is_last {
                names.push(std::mem::take(&mut name).join(" "));
            } else {
                name.push(word);
            }
        }
        names.push(name.join(" "));
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Whether `word` joins names, also in a line of capitals; one capital alone is an initial.
fn is_joiner(word: &str) -> bool {
    let capitals = word.chars().count() > 1 && !word.contains(char::is_lowercase);
    JOINERS.contains(&word) || (capitals && JOINERS.contains(&word.to_lowercase().as_str()))
}

fn is_name(name: &str) -> bool {
    if name.chars().count() > 50 || !name.chars().all(|c| is_name_char(c) || c == ' ') {
        return false;
    }
    let words: Vec<&str> = name.split(' ').collect();
    if has_no_case(name) {
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        let signs = |c: char| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}');
        return if name.chars().any(signs) { (2..=6).contains(&letters) } else { (2..=5).contains(&words.len()) };
    }
    let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    let elided =
        |word: &str| ["d'", "d’", "l'", "l’"].iter().find_map(|article| word.strip_prefix(article).map(str::to_owned));
    let capital = |word: &&&str| elided(word).as_deref().unwrap_or(word).starts_with(char::is_uppercase);
    // `Ortega y Gasset` has a name before.
    let joined = words.iter().any(|word| matches!(*word, "y" | "e" | "i"));
    let parted = words.windows(2).any(|pair| matches!(pair[0], "y" | "e" | "i") && is_particle(pair[1]));
    let capitals = words.iter().filter(capital).count();
    (2..=6).contains(&words.len())
        && !NO_NAMES.contains(&first.as_str())
        && words.first().is_some_and(|word| capital(&word))
        && words.last().is_some_and(|word| capital(&word))
        && capitals >= if joined { 3 } else { 2 }
        && !parted
        && words.iter().all(|word| capital(&word) || is_particle(word))
        && !words.iter().any(|word| runs_on(word) || ROLES.contains(&word.to_lowercase().as_str()))
        // A full stop ends an initial or a title, not a name.
        && !words.last().is_some_and(|word| word.ends_with('.') && word.chars().count() > 3)
}

/// Whether a sentence ends inside of `word`, as in `Roe.Then`; in initials only capitals stand before full stops.
fn runs_on(word: &str) -> bool {
    word.match_indices('.').any(|(at, _)| word[..at].ends_with(char::is_lowercase) && at + 1 < word.len())
}

fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word) || word.starts_with("d'") || word.starts_with("d’") || word.starts_with("al-")
}

/// Up to ten words of names, agencies and papers, in which small words are rare; no sentence.
fn is_credit(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let signs = |c: char| {
        "/,&|()©.-–—+ '’\"„“”«»·・\t_@".contains(c)
            || c.is_alphanumeric()
            || matches!(c, '\u{300}'..='\u{36F}' | '（' | '）' | '／' | '、' | '，' | '،')
    };
    let begins = |c: char| c.is_alphanumeric() || matches!(c, '©' | '@' | '(' | '"' | '“' | '„' | '«');
    if letters < 2 || value.chars().count() > 80 || !value.chars().all(signs) || !value.starts_with(begins) {
        return false;
    }
    if value.ends_with(['-', '–', '—']) || ends_sentence_in_a_word(value) {
        return false;
    }
    if has_no_case(value) {
        return letters <= 30;
    }
    let words: Vec<&str> =
        value.split(|c: char| !(c.is_alphanumeric() || is_name_char(c))).filter(|word| !word.is_empty()).collect();
    let is_small = |word: &&&str| {
        let plain = word.trim_matches(['.', '-', '\'', '’']);
        plain.starts_with(|c: char| c.is_lowercase())
            && !SOURCES.contains(&plain)
            && !is_particle(plain)
            && !JOINERS.contains(&plain)
            && !word.contains('.')
    };
    let small = words.iter().filter(is_small).count();
    let listed = words.iter().any(|word| SOURCES.contains(&word.to_lowercase().trim_matches('.')));
    words.len() <= 12 && small <= 1 && (small < words.len() - small || (listed && small == 0))
}

/// The shortest and the longest title, in characters.
const SHORTEST: usize = 8;
const LONGEST: usize = 220;
const LONGEST_WORD: usize = 40;

/// Words that begin with a letter, a figure or an opening mark; no date, no menu, no sentence with a full stop.
fn is_title(value: &str) -> bool {
    let chars = value.chars().filter(|c| !c.is_whitespace()).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let unspaced = is_unspaced(value);
    let words = value.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    let long_enough = if unspaced { chars >= SHORTEST / 2 } else { chars >= SHORTEST && words >= 2 };
    let opens = |c: char| c.is_alphanumeric() || "\"'“”‘’„«»‹¿¡([（「『《【$€£#".contains(c);
    let is_trail =
        [" > ", " › ", " » ", " / ", " • ", " · ", "://", "www.", "@", "…|"].iter().any(|sign| value.contains(sign));
    // Names of a menu that ran together are no word.
    let longest = value.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    long_enough
        && (unspaced || longest <= LONGEST_WORD)
        && value.chars().count() <= LONGEST
        && letters * 10 >= chars * 6
        && value.starts_with(opens)
        && !value.ends_with(['.', '。', ',', '，', ';', '；', ':', '：', '|', '-', '–', '—', '、'])
        && !is_trail
        && value.matches('|').count() <= 1
        && dates::read(value, || None).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_titles_and_sentences() {
        for names in [
            "Jane Roe",
            "JANE ROE",
            "Jane Q. Roe",
            "Jean-Luc d'Arcy",
            "María José de la Torre",
            "Anna Schmidt und Bernd Maier",
            "Jane Roe, John Doe and Ann Poe",
            "Jane Roe, John Doe, and Ann Poe",
            "Ludwig van der Berg",
            "José Ortega y Gasset",
            "Ana Gil y Luis Mas",
            "王小明",
            "김철수",
            "Анна Иванова",
            "Νίκος Παππάς",
            "محمد علي حسن",
            "O’Neill Shaw",
            "Jane Roe / John Doe",
        ] {
            assert!(is_names(names), "{names}");
        }
        for other in [
            "",
            "Jane",
            "The Numbers",
            "Any Means Necessary",
            "jane roe",
            "Jane Roe said so",
            "Jane Roe.Then",
            "Jane Roe 2024",
            "Hamburg nach Bremen",
            "Jane Roe: a life",
            "Der Leyen",
            "One, Two",
            "Ann Lee, Bo Day, Cy Fox, Di Gale, Ed Hill",
            "Jane Roe Street.",
            "der Leyen",
        ] {
            assert!(!is_names(other), "{other}");
        }
    }

    #[test]
    fn credits_are_told_from_captions() {
        for credit in [
            "dpa",
            "AFP/Getty Images",
            "Jane Roe",
            "Visual China",
            "Anna Schmidt / dpa",
            "picture alliance / dpa | Anna Schmidt",
            "© Jane Roe",
            "privat",
            "NASA, ESA",
            "Jane Roe/The Daily Planet",
            "视觉中国",
            "王小明／摄",
            "Stadt Musterhausen",
            "Courtesy of Jane Roe",
            "Reuters",
            "Wikimedia Commons (CC BY-SA 4.0)",
            "J. Roe",
            "example.com",
            "imago images",
        ] {
            assert!(is_credit(credit), "{credit}");
        }
        for other in [
            "",
            "Der Kanzler sprach gestern in Berlin",
            "The bridge before the flood.",
            "so it goes",
            "a:",
            "It is late!",
            "https://example.com/a",
            "seen from above",
            "这是一张图片，拍摄于昨天下午。",
            "1 2 3",
        ] {
            assert!(!is_credit(other), "{other}");
        }
    }

    #[test]
    fn titles_are_told_from_sentences_menus_and_dates() {
        for title in [
            "A bridge for the village",
            "Ten years: what became of the bridge?",
            "„So nicht“: Streit um die Brücke",
            "10 ways to cross a river",
            "¿Quién cruza el río?",
            "桥梁终于重新开放",
            "橋がようやく開通",
            "Мост снова открыт",
        ] {
            assert!(is_title(title), "{title}");
        }
        for other in [
            "",
            "News",
            "A sentence it is.",
            "Home > News > Village",
            "Home | News | Sport",
            "12 March 2024",
            "2024-03-12",
            "- a list item",
            "https://example.com/a b c d e",
            "Write to a@example.com today",
            "1 2 3 4 5 6 7 8",
            "As they said:",
            "English ItalianoDanskFrançaisРусскийSpanskPolskiSvenskaDeutsch",
        ] {
            assert!(!is_title(other), "{other}");
        }
    }
}
