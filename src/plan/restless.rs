//! Shipped rules do their work in few rounds, whatever stands in a text: a text that does not come to rest is held.

use crate::Cleaner;
use crate::edit::Safety;
use crate::plan::Held;
use crate::rules::packs::embedded;

/// So often a thing is repeated or put into itself: more often than there are rounds.
const TIMES: usize = 12;
/// So many ways of putting a thing into itself are tried.
const CUTS: usize = 6;
/// Longer tests are about whole pages.
const LONGEST: usize = 240;

/// Returns the texts that what stands between `start` and `end` of `text` gives when it is repeated, and put into itself.
fn grown(text: &str, start: usize, end: usize) -> Vec<String> {
    let (before, thing, behind) = (&text[..start], &text[start..end], &text[end..]);
    let mut texts = vec![[before, &thing.repeat(TIMES), behind].concat()];
    let cuts: Vec<usize> = thing.char_indices().map(|(at, _)| at).skip(1).collect();
    for at in cuts.iter().step_by(cuts.len().div_ceil(CUTS).max(1)) {
        let nested = (0..TIMES).fold(thing.to_owned(), |inner, _| [&thing[..*at], &inner, &thing[*at..]].concat());
        texts.push([before, &nested, behind].concat());
    }
    texts
}

/// Returns where `before` and `after` differ, with a character around it.
fn changed(before: &str, after: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let front: usize = before.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let shorter = before.len().min(after.len()) - front;
    let mut back = 0;
    for (c, _) in before.chars().rev().zip(after.chars().rev()).take_while(same) {
        if back + c.len_utf8() > shorter {
            break;
        }
        back += c.len_utf8();
    }
    let start = before[..front].char_indices().next_back().map_or(0, |(at, _)| at);
    let end = before.len() - back;
    (start, end + before[end..].chars().next().map_or(0, char::len_utf8))
}

#[test]
fn no_default_rule_needs_more_rounds_than_there_are() {
    let packs: Vec<_> = embedded().into_iter().map(|pack| pack.expect("a shipped pack")).collect();
    let cleaner = Cleaner::builder().budget_words(100.0).budget_lines(100.0).build().expect("the shipped rules");
    let mut tried = 0;
    let mut restless = Vec::new();
    for rule in packs.iter().filter(|pack| pack.name.starts_with("core/")).flat_map(|pack| &pack.rules) {
        if rule.safety != Some(Safety::Safe) {
            continue;
        }
        for test in rule.tests.fix.iter().filter(|test| test.before.len() <= LONGEST) {
            let (start, end) = changed(&test.before, &test.after);
            let mut texts = grown(&test.before, start, end);
            texts.extend(["", " ", "\n"].map(|between| [test.before.as_str(); TIMES].join(between)));
            for text in texts {
                tried += 1;
                if let Some(Held::Restless { rules }) = cleaner.clean(&text).held {
                    restless.push(format!("{rules:?}: {text:?}"));
                }
            }
        }
    }
    assert!(tried > 1000, "{tried} texts are few");
    assert!(restless.is_empty(), "{} of {tried} texts:\n{}", restless.len(), restless.join("\n"));
}
