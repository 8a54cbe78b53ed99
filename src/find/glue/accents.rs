//! Words that look like two because they lack an accent: `tornarao` for `tornarão`, `ensean` where `ñ` was lost.

use unicode_normalization::char::decompose_canonical;

use crate::lexicon::Lexicon;

/// Letters that texts write without their accent, or lose.
const ACCENTED: [char; 26] = [
    'à', 'á', 'â', 'ã', 'ä', 'å', 'ç', 'è', 'é', 'ê', 'ë', 'ì', 'í', 'î', 'ï', 'ñ', 'ò', 'ó', 'ô', 'õ', 'ö', 'ø', 'ù',
    'ú', 'û', 'ü',
];
/// A word of more letters, with one more, is hardly a word.
const LONGEST: usize = 16;

/// Whether `folded` is a word of the language with one accent more, or with one more letter that has one.
pub(super) fn lacks_an_accent(folded: &str, lexicon: &Lexicon<'_>) -> bool {
    if folded.chars().nth(LONGEST).is_some() || !folded.chars().all(|c| c < '\u{250}') {
        return false;
    }
    let mut word = String::with_capacity(folded.len() + 2);
    let mut is_word = |front: &str, c: char, behind: &str| {
        word.clear();
        word.push_str(front);
        word.push(c);
        word.push_str(behind);
        lexicon.get_once(&word).is_some()
    };
    let ends = folded.char_indices().map(|(at, c)| (at, Some(c))).chain([(folded.len(), None)]);
    ends.into_iter().any(|(at, here)| {
        let (front, behind) = folded.split_at(at);
        let rest = &behind[here.map_or(0, char::len_utf8)..];
        ACCENTED.into_iter().any(|c| is_word(front, c, behind) || (here == Some(plain(c)) && is_word(front, c, rest)))
    })
}

/// Returns the letter without its accent.
fn plain(c: char) -> char {
    let mut plain = c;
    decompose_canonical(c, |part| {
        if part.is_alphabetic() {
            plain = part;
        }
    });
    plain
}

#[cfg(all(test, feature = "lexicon"))]
mod tests {
    use super::*;
    use crate::lexicon::Lexicons;

    #[test]
    fn words_are_known_without_one_accent_or_without_the_letter() {
        let lexicons = Lexicons::default();
        for (lang, word, lacks) in [
            ("pt", "tornarao", true),
            ("es", "ensean", true),
            ("es", "sesin", true),
            ("fr", "ecole", true),
            ("es", "delcampo", false),
            ("de", "unterdem", false),
            ("ru", "попользуется", false),
        ] {
            assert_eq!(lacks_an_accent(word, &lexicons.of(Some(lang))), lacks, "{word}");
        }
    }
}
