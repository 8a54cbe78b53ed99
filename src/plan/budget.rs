//! Budgets: how much of a document may change before it is left as it was.

use super::outcome::Held;
use crate::edit::{Edit, Effect, Effects, Step, measure};
use crate::text::{Lines, Span, is_blank, word_spans};

/// Percent of a document's words whose letters may change inside lines that stay, unless somebody says otherwise.
pub(super) const WORDS: f64 = 5.0;
/// Percent of a document's lines that may be dropped, unless somebody says otherwise.
pub(super) const LINES: f64 = 60.0;
/// So many words or lines may always change: a share says little about a short text.
const FREE: usize = 10;

/// Returns why `edits`, done to `input`, go over a budget (both in percent), if they do.
pub(super) fn exceeded(input: &str, edits: &[Edit], words: f64, lines: f64) -> Option<Held> {
    let (mut changed_words, mut dropped_lines) = (0, 0);
    for edit in edits {
        let effects = measure(input, edit.span, &edit.after);
        if effects.contains(Effect::DeleteLine) {
            dropped_lines += count_lines(&edit.before);
        } else if changes_letters(effects) && edit.steps.iter().any(is_of_letters) {
            changed_words += word_spans(&edit.before).count().max(1);
        }
    }
    let over = |changed: usize, of: usize, percent: f64| changed > FREE && changed as f64 * 100.0 > percent * of as f64;
    if changed_words > FREE {
        let of = word_spans(input).count();
        if over(changed_words, of, words) {
            return Some(Held::Words { changed: changed_words, of, budget: words });
        }
    }
    if dropped_lines > FREE {
        let of = count_lines(input);
        if over(dropped_lines, of, lines) {
            return Some(Held::Lines { changed: dropped_lines, of, budget: lines });
        }
    }
    None
}

/// Whether a step adds or removes letters. Those of an edit may not, though all of them together do: a wrong decoding
/// that is undone in an entity that is decoded.
fn is_of_letters(step: &Step) -> bool {
    changes_letters(measure(&step.before, Span::new(0, step.before.len()), &step.after))
}

fn changes_letters(effects: Effects) -> bool {
    effects.contains(Effect::InsertLetters) || effects.contains(Effect::DeleteLetters)
}

/// Counts the lines that are not blank.
fn count_lines(text: &str) -> usize {
    Lines::new(text).as_slice().iter().filter(|line| !is_blank(&text[line.content.range()])).count()
}
