//! What the sentences of a text speak of, asked of many words at once.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::is_word_char;

use super::rows::is_unspaced;

/// Returns which of `words` stand in `sentences` as whole words.
pub(super) fn mentioned<'w>(
    words: impl IntoIterator<Item = &'w str>,
    sentences: impl IntoIterator<Item = impl AsRef<str>>,
    counts: impl Fn(&str) -> bool,
) -> HashSet<&'w str> {
    let words: Vec<&str> =
        words.into_iter().filter(|word| !word.is_empty()).collect::<HashSet<_>>().into_iter().collect();
    let mut found = HashSet::new();
    if words.is_empty() {
        return found;
    }
    let mut builder = AhoCorasick::builder();
    // One word may be a part of another.
    let Ok(known) = builder.match_kind(MatchKind::Standard).build(&words) else { return found };
    for sentence in sentences {
        let sentence = sentence.as_ref();
        for hit in known.find_overlapping_iter(sentence) {
            let (before, behind) = (&sentence[..hit.start()], &sentence[hit.end()..]);
            let of_word = |c: char| is_word_char(c) && !is_unspaced(c);
            if !before.ends_with(of_word) && !behind.starts_with(of_word) && counts(before) {
                found.insert(words[hit.pattern().as_usize()]);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole() {
        let found = |words: &[&'static str], sentence: &str| {
            let mut found: Vec<_> = mentioned(words.iter().copied(), [sentence], |_| true).into_iter().collect();
            found.sort_unstable();
            found
        };
        assert_eq!(found(&["read more", "more", "moral", ""], "they read more morals"), ["more", "read more"]);
        assert_eq!(found(&["关注我们"], "他说关注我们的人不多"), ["关注我们"]);
        assert!(mentioned(["more"], ["no more"], |before| before.is_empty()).is_empty());
    }
}
