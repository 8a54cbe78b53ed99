//! The letters that languages are written with, beyond those of ASCII: what a repaired text should be made of.
//!
//! After the exemplar characters of CLDR (<https://cldr.unicode.org>), main and common loan letters, small.

/// The alphabets of languages that are written in Latin letters.
const LATIN: &[&str] = &[
    "äöüß",                                                                // German
    "äöüõšž",                                                              // Estonian
    "äöåšžé",                                                              // Finnish, Swedish
    "æøåéèêóòôüä",                                                         // Danish, Norwegian
    "áéíóúýðþæö",                                                          // Icelandic
    "áíóúýæøð",                                                            // Faroese
    "éèêëàâîïôùûüÿçœæñ",                                                   // French
    "áéíóúüñçïºª",                                                         // Spanish
    "áàâãéêíóôõúüç",                                                       // Portuguese
    "àèéìíîòóùú",                                                          // Italian
    "àçèéíïòóúü",                                                          // Catalan
    "áéèëêïíóôöüúĳ",                                                       // Dutch
    "ąćęłńóśźż",                                                           // Polish
    "áčďéěíňóřšťúůýž",                                                     // Czech
    "áäčďéíĺľňóôŕšťúýž",                                                   // Slovak
    "áéíóöőúüű",                                                           // Hungarian
    "ăâîșțşţ",                                                             // Romanian
    "čćđšž",                                                               // Croatian, Bosnian, Serbian, Slovene
    "ąčęėįšųūž",                                                           // Lithuanian
    "āčēģīķļņšūž",                                                         // Latvian
    "çğıöşüâîû",                                                           // Turkish (İ lower-cases to i and a dot)
    "çəğıöşü",                                                             // Azerbaijani
    "ëç",                                                                  // Albanian
    "ċġħż",                                                                // Maltese
    "áéíóú",                                                               // Irish
    "àèìòù",                                                               // Scottish Gaelic
    "âêîôûŵŷäëïöüẁẃáéíóú",                                                 // Welsh
    "ĉĝĥĵŝŭ",                                                              // Esperanto
    "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", // Vietnamese
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü",                                           // Pinyin
    "čđŋšŧžáâ",                                                            // Sami
];

/// The common letters beyond ASCII of languages that there are lexicons of.
const OF_LANGUAGES: &[(&str, &str)] = &[
    ("ca", "àçèéíïòóúü"),
    ("cs", "áčďéěíňóřšťúůýž"),
    ("da", "æøåé"),
    ("de", "äöüß"),
    ("el", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ"),
    ("es", "áéíóúüñ"),
    ("fi", "äöå"),
    ("fr", "éèêëàâîïôùûçœ"),
    ("hu", "áéíóöőúüű"),
    ("it", "àèéìòù"),
    ("nb", "æøåé"),
    ("nl", "éëèïöü"),
    ("pl", "ąćęłńóśźż"),
    ("pt", "áàâãéêíóôõúç"),
    ("ro", "ăâîșț"),
    ("ru", "абвгдежзийклмнопрстуфхцчшщъыьэюяё"),
    ("sv", "åäöé"),
    ("tr", "çğıöşü"),
    ("uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
];

/// Returns the letters beyond ASCII that words of `lang` are commonly written with.
pub(super) fn of_language(lang: &str) -> Option<&'static str> {
    OF_LANGUAGES.iter().find(|(code, _)| *code == lang).map(|(_, letters)| *letters)
}

/// The alphabets of languages in other scripts, where a script has more than one of them.
const OTHERS: &[&str] = &[
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",       // Russian, Bulgarian
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",       // Ukrainian
    "абвгдежзійклмнопрстуўфхцчшыьэюяё",        // Belarusian
    "абвгдђежзијклљмнњопрстћуфхцчџш",          // Serbian
    "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",       // Macedonian
    "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",    // Greek
    "אבגדהוזחטיכלמנסעפצקרשתךםןףץ",             // Hebrew
    "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",    // Arabic
    "ءآأؤئابتثجحخدذرزسشصضطظعغفقلمنوهپچژکگیۀة", // Persian
];

/// Whether one language has all of `letters`, which are small and not ASCII. Letters of scripts that are in no list
/// fit anywhere.
pub(super) fn fit(letters: &[char]) -> bool {
    let fits = |alphabets: &[&str], of: &[char]| {
        of.is_empty() || alphabets.iter().any(|alphabet| of.iter().all(|&c| alphabet.contains(c)))
    };
    let (latin, other): (Vec<char>, Vec<char>) =
        letters.iter().partition(|&&c| (c as u32) < 0x250 || ('\u{1E00}'..'\u{1F00}').contains(&c));
    let listed: Vec<char> = other.into_iter().filter(|&c| (0x370..0x700).contains(&(c as u32))).collect();
    fits(LATIN, &latin) && fits(OTHERS, &listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fit_that_one_language_has() {
        for (letters, fits) in [
            ("čėų", true),
            ("őšž", false),
            ("ééß", false),
            ("ñóú", true),
            ("привет", true),
            ("ђі", false),
            ("日本", true),
            ("", true),
        ] {
            assert_eq!(fit(&letters.chars().collect::<Vec<_>>()), fits, "{letters}");
        }
    }
}
