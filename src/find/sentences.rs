//! How a text ends: as a sentence, or as what announces or quotes one. Said once for all finders.

/// Whether `text` ends as a sentence does, in any script; what closes behind the mark aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(closes).ends_with(is_end)
}

/// Whether `text` ends as a sentence does, or as something that announces what follows, or that is quoted.
pub(super) fn ends_line(text: &str) -> bool {
    let bare = text.trim_end_matches(closes);
    // A closing mark alone ends what is quoted; a single one may be an apostrophe.
    bare.ends_with(|c| is_end(c) || matches!(c, ':' | '：'))
        || (bare.len() < text.len() && text.ends_with(['”', '»', '」', '』', '"', '“']))
}

/// Whether `text` ends as a sentence does, behind a word that is no initial, abbreviation or host name.
pub(super) fn ends_sentence_in_a_word(text: &str) -> bool {
    /// Abbreviations have so many letters at most.
    const SHORT: usize = 4;
    let Some(before) = text.strip_suffix(is_end) else { return false };
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
    !text.ends_with('.') || before.rsplit(' ').next().is_some_and(|word| letters(word) > SHORT)
}

/// What may stand behind the mark that ends a sentence.
fn closes(c: char) -> bool {
    matches!(c, '"' | '”' | '“' | '’' | '‘' | '\'' | '»' | '«' | '›' | ')' | ']' | '」' | '』' | '）' | '*' | '_')
}

/// Whether `c` ends sentences, of whatever script.
fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '॥' | '؟' | '۔' | '።' | '։' | '‥' | '⋯')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_with_their_marks_in_any_script() {
        for text in ["So it is.", "“Is it?”", "(So it is!)", "结束。", "ختم ہوا۔", "समाप्त।", "so …"]
        {
            assert!(ends_sentence(text) && ends_line(text), "{text}");
        }
        for text in ["So it is", "they said:", "so,", "the “inn”", ""] {
            assert!(!ends_sentence(text), "{text}");
        }
    }

    #[test]
    fn lines_also_end_with_what_is_quoted_or_announces() {
        assert!(ends_line("they said:") && ends_line("the old “inn”"));
        assert!(!ends_line("the inns’") && !ends_line("so,"));
    }

    #[test]
    fn an_abbreviation_ends_no_sentence() {
        assert!(ends_sentence_in_a_word("before the flood.") && ends_sentence_in_a_word("so!"));
        assert!(
            !ends_sentence_in_a_word("Jane R.")
                && !ends_sentence_in_a_word("Roe Ltd.")
                && !ends_sentence_in_a_word("Roe")
        );
    }
}
