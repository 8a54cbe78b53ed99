//! What somebody changed by hand in pairs of texts, dirty and clean: the smallest rules that make the same changes, and
//! none where the clean texts have what they would change.

use std::collections::{BTreeMap, HashSet};

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::text::{fold_line, word_spans};

use super::extras::{Extras, Written, scalar};

/// A change is believed where it was made in so many pairs.
const PAIRS: usize = 2;
/// A line that was changed is looked for among so many.
const NEAR: usize = 20;
/// A rule has so many entries at most, and so many tests.
const MOST: usize = 500;
const TESTS: usize = 5;

/// A line that was taken out, in so many pairs.
struct Gone<'t> {
    line: &'t str,
    pairs: usize,
}

/// Finds rules for lines that were taken out and words that were replaced.
pub(super) fn find(pairs: &[(String, String)]) -> Extras {
    let mut gone: BTreeMap<String, Gone<'_>> = BTreeMap::new();
    let mut replaced: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let (mut stays, mut words): (HashSet<String>, HashSet<&str>) = Default::default();
    for (_, clean) in pairs {
        stays.extend(clean.lines().map(fold_line));
        words.extend(word_spans(clean).map(|span| &clean[span.range()]));
    }
    for (dirty, clean) in pairs {
        let [old, new] =
            [dirty, clean].map(|text| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>());
        let (mut gone_here, mut replaced_here) = (BTreeMap::new(), HashSet::new());
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (from, to) = (op.old_range(), op.new_range());
            match op.tag() {
                DiffTag::Delete => {
                    for at in from {
                        gone_here.entry(fold_line(old[at])).or_insert(at);
                    }
                }
                DiffTag::Replace => {
                    let mut next = to.start;
                    for at in from {
                        // The first of the new lines that has most of this one.
                        let near = (next..to.end)
                            .take(NEAR)
                            .find_map(|at_new| Some((at_new, words_replaced(old[at], new[at_new])?)));
                        match near {
                            Some((at_new, words)) => {
                                replaced_here.extend(words);
                                next = at_new + 1;
                            }
                            None => _ = gone_here.entry(fold_line(old[at])).or_insert(at),
                        }
                    }
                }
                _ => {}
            }
        }
        for (folded, at) in gone_here.into_iter().filter(|(folded, _)| !folded.is_empty() && !stays.contains(folded)) {
            gone.entry(folded).or_insert(Gone { line: old[at], pairs: 0 }).pairs += 1;
        }
        for (from, to) in replaced_here.into_iter().filter(|(from, _)| !words.contains(from)) {
            *replaced.entry((from, to)).or_default() += 1;
        }
    }
    let mut extras = Extras::default();
    let gone: Vec<Gone<'_>> = gone.into_values().filter(|gone| gone.pairs >= PAIRS).take(MOST).collect();
    if !gone.is_empty() {
        extras.rules.push(dropped(&gone, pairs.len()));
    }
    // A word that becomes two different ones is none of a list.
    let mut targets: BTreeMap<&str, Vec<(&String, usize)>> = BTreeMap::new();
    for ((from, to), pairs) in &replaced {
        targets.entry(from).or_default().push((to, *pairs));
    }
    let sure = targets.iter().filter(|(_, to)| to.len() == 1 && to[0].1 >= PAIRS);
    let sure: Vec<(&str, &str, usize)> = sure.map(|(from, to)| (*from, to[0].0.as_str(), to[0].1)).take(MOST).collect();
    if !sure.is_empty() {
        extras.rules.push(mapped(&sure, pairs.len()));
    }
    extras
}

fn dropped(gone: &[Gone<'_>], pairs: usize) -> String {
    let lines: Vec<String> = gone.iter().map(|gone| regex::escape(gone.line)).collect();
    let mut keys = vec!["match:".to_owned(), "  ignore-case: true".to_owned(), "  line: |-".to_owned()];
    keys.push(format!("    (?:{})", lines.join("|")));
    keys.extend(["phase: lines", "effects: [delete-line]"].map(str::to_owned));
    let fix: Vec<(String, String)> = (gone.iter().take(TESTS))
        .map(|gone| (format!("A text.\n{}\nMore of it.\n", gone.line), "A text.\nMore of it.\n".to_owned()))
        .collect();
    let keep: Vec<String> = gone.iter().take(TESTS).map(|gone| format!("A text with {} in it.", gone.line)).collect();
    let why = format!(
        "{} lines, taken out by hand in {PAIRS} or more of {pairs} pairs, and in none of the clean texts.",
        gone.len()
    );
    Written::new("corrected-lines", "Lines that were taken out by hand.", &why, "drop-line", &keys).tests(&fix, &keep)
}

fn mapped(words: &[(&str, &str, usize)], pairs: usize) -> String {
    let mut keys = vec!["map:".to_owned()];
    keys.extend(words.iter().map(|(from, to, pairs)| format!("  {}: {} # in {pairs} pairs", scalar(from), scalar(to))));
    keys.extend(["whole-word: true", "phase: words"].map(str::to_owned));
    let fix: Vec<(String, String)> =
        words.iter().take(TESTS).map(|(from, to, _)| ((*from).to_owned(), (*to).to_owned())).collect();
    let why = format!("Replaced by hand in {PAIRS} or more of {pairs} pairs, and in none of their clean texts.");
    Written::new("corrected-words", "Words that were replaced by hand.", &why, "map", &keys).tests(&fix, &[])
}

/// Returns the words of `old` that stand in its place in `new` as something else; none if the two are other lines.
fn words_replaced<'o>(old: &'o str, new: &str) -> Option<Vec<(&'o str, String)>> {
    let (olds, news) = (pieces(old), pieces(new));
    let ops = capture_diff_slices(Algorithm::Myers, &olds, &news);
    let kept: usize = ops.iter().filter(|op| op.tag() == DiffTag::Equal).map(|op| op.old_range().len()).sum();
    if kept * 2 < olds.len().max(news.len()) {
        return None;
    }
    let words = ops.into_iter().filter(|op| op.tag() == DiffTag::Replace && op.old_range().len() == 1);
    let words = words.map(|op| (olds[op.old_range().start], news[op.new_range()].concat()));
    let of_words = |text: &str| text.starts_with(char::is_alphabetic);
    Some(words.filter(|(from, to)| of_words(from) && of_words(to)).collect())
}

/// Takes a line apart into words and what stands between.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for span in word_spans(line) {
        pieces.extend((span.start > at).then(|| &line[at..span.start]));
        pieces.push(&line[span.range()]);
        at = span.end;
    }
    pieces.extend((at < line.len()).then(|| &line[at..]));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(dirty: &str, clean: &str) -> (String, String) {
        (dirty.to_owned(), clean.to_owned())
    }

    #[test]
    fn lines_taken_out_twice_and_words_replaced_twice_become_rules() {
        let pairs = [
            pair(
                "Der Zug fuhr ab.\nMehr Bilder\nAm Ende kam IA aperta, sagte ViaMo am Montag.\n",
                "Der Zug fuhr ab.\nAm Ende kam IA aperta, sagte Waymo am Montag.\n",
            ),
            pair(
                "Noch ein Satz steht hier.\nMEHR BILDER\nSo sprach ViaMo auch gestern.\nNur einmal\n",
                "Noch ein Satz steht hier.\nSo sprach Waymo auch gestern.\n",
            ),
        ];
        let extras = find(&pairs);
        assert_eq!(extras.rules.len(), 2, "{extras:?}");
        assert!(extras.rules[0].contains("(?:Mehr Bilder)") && !extras.rules[0].contains("Nur einmal"));
        assert!(extras.rules[1].contains("\"ViaMo\": \"Waymo\" # in 2 pairs"), "{}", extras.rules[1]);
    }

    #[test]
    fn what_a_clean_text_has_is_left_alone() {
        let kept = pair("Mehr Bilder\nSo steht ViaMo hier.\n", "Mehr Bilder\nSo steht ViaMo hier.\n");
        let out = pair("Ein Satz.\nMehr Bilder\nHier ist ViaMo zu sehen.\n", "Ein Satz.\nHier ist Waymo zu sehen.\n");
        assert!(find(&[out.clone(), out, kept]).rules.is_empty());
    }
}
