//! What an edit is known by in another run: its rules, what it changes, and the words beside it.
//!
//! Decisions of a person outlive the run in which they were made, so they cannot name places: a line that is put in
//! further up moves them all. They name an edit by a *fingerprint* instead, the first 16 hexadecimal digits of BLAKE3
//! over `rule \0 left \0 before \0 after \0 right` in UTF-8. Everything in it is of the input, so that deciding on one
//! edit does not change the fingerprint of its neighbour. How a text ends and wraps its lines does not count.
//!
//! Once the neighbour is made, the input is another. So the words beside an edit are known twice: as they are, and as
//! they become when every edit is made that would be. What was refused is found again by the latter in a text that was
//! cleaned already, whichever of its neighbours were made.

use std::borrow::Cow;

use crate::text::Span;

use super::Edit;

/// How many characters (Unicode scalar values) count on each side of an edit, with their white space evened out.
pub(crate) const CONTEXT: usize = 40;

/// How many characters on each side are read for these at most.
const READ: usize = 400;

const BOM: char = '\u{FEFF}';

/// How many hexadecimal digits a fingerprint has.
pub(crate) const DIGITS: usize = 16;

/// An edit as decisions name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// The ids of its rules, each once, in the order in which they first acted, joined with ` + `.
    pub(crate) rule: String,
    /// At most [`CONTEXT`] characters before it, with one space for every run of white space.
    pub(crate) left: String,
    /// The same behind it.
    pub(crate) right: String,
    /// Both sides once all edits are made, if they are others.
    pub(crate) cleaned: Option<[String; 2]>,
    pub(crate) fingerprint: String,
}

impl Known {
    /// Returns what `edit` of the text `input` is known by. `output` is the text once all edits are made, if it is known.
    ///
    /// Takes time in the length of the edit, not of the text. Two edits that say the same between the same words have
    /// one fingerprint, and so one decision.
    pub(crate) fn of(edit: &Edit, input: &str, output: Option<&str>) -> Self {
        let rule = rules(edit);
        let ([left, right], cleaned) = both(edit, input, output, beside);
        let fingerprint = fingerprint(&rule, &left, &edit.before, &edit.after, &right);
        Self { rule, left, right, cleaned, fingerprint }
    }
}

/// Returns what stands beside `edit` by `beside`: in the input, and in the output if it is known and there are others.
fn both(
    edit: &Edit,
    input: &str,
    output: Option<&str>,
    beside: impl Fn(&str, Span) -> [String; 2],
) -> ([String; 2], Option<[String; 2]>) {
    let sides = beside(input, edit.span);
    let output = output.filter(|output| output.get(edit.out.range()).is_some());
    let cleaned = output.map(|output| beside(output, edit.out)).filter(|cleaned| *cleaned != sides);
    (sides, cleaned)
}

/// Returns the fingerprints by which earlier decisions know `edit`, if they are others: of the 40 characters as they stand
/// there, and with line ends as they are.
pub(crate) fn earlier(edit: &Edit, input: &str, output: Option<&str>) -> Vec<String> {
    let (sides, cleaned) = both(edit, input, output, beside_once);
    if both(edit, input, output, beside) == (sides.clone(), cleaned.clone())
        && !edit.before.contains('\r')
        && !edit.after.contains('\r')
    {
        return Vec::new();
    }
    let rule = rules(edit);
    let all = [Some(&sides), cleaned.as_ref()];
    let pairs = all.iter().flatten().flat_map(|[left, _]| all.iter().flatten().map(move |[_, right]| (left, right)));
    pairs.map(|(left, right)| fingerprint_once(&rule, left, &edit.before, &edit.after, right)).collect()
}

/// Returns the other fingerprints of an edit: those with one side, or both, as they are in one of `others`, which are its
/// sides once edits are made.
pub(crate) fn others<'s>(
    rule: &str,
    sides: [&str; 2],
    [before, after]: [&str; 2],
    others: impl IntoIterator<Item = &'s [String; 2]>,
) -> Vec<String> {
    let others: Vec<_> = others.into_iter().map(|sides| sides.each_ref().map(String::as_str)).collect();
    let mut all: Vec<[&str; 2]> = Vec::new();
    for &[left, right] in &others {
        // Some of the edits beside it may be made and some not.
        let mixed = [sides].into_iter().chain(others.iter().copied());
        let mixed = mixed.flat_map(|[other_left, other_right]| [[other_left, right], [left, other_right]]);
        for pair in [[left, right]].into_iter().chain(mixed) {
            if pair != sides && !all.contains(&pair) {
                all.push(pair);
            }
        }
    }
    all.into_iter().map(|[left, right]| fingerprint(rule, left, before, after, right)).collect()
}

/// Returns the fingerprint of an edit, given as [`Known`] and decisions have it. All line ends in what it changes are LF.
pub(crate) fn fingerprint(rule: &str, left: &str, before: &str, after: &str, right: &str) -> String {
    let [before, after] = [before, after].map(|text| {
        if text.contains('\r') {
            Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Cow::Borrowed(text)
        }
    });
    fingerprint_once(rule, left, &before, &after, right)
}

/// Returns the fingerprint as it was once: with line ends as they are.
pub(crate) fn fingerprint_once(rule: &str, left: &str, before: &str, after: &str, right: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for (index, field) in [rule, left, before, after, right].into_iter().enumerate() {
        if index > 0 {
            hasher.update(b"\0");
        }
        hasher.update(field.as_bytes());
    }
    let mut digits = hasher.finalize().to_hex().to_string();
    digits.truncate(DIGITS);
    digits
}

fn rules(edit: &Edit) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for step in &edit.steps {
        if !ids.contains(&step.rule.as_str()) {
            ids.push(step.rule.as_str());
        }
    }
    ids.join(" + ")
}

/// Returns what stands on the two sides of `span`: [`CONTEXT`] characters with one space for every run of white space.
fn beside(text: &str, span: Span) -> [String; 2] {
    // A byte order mark is no part of the text, whoever hands it in.
    let before = text[..span.start].strip_prefix(BOM).unwrap_or(&text[..span.start]);
    let left = evened(before.chars().rev().take(READ));
    [left.chars().rev().collect(), evened(text[span.end..].chars().take(READ))]
}

/// Returns the first [`CONTEXT`] of `chars` with one space in place of every run of white space.
fn evened(chars: impl Iterator<Item = char>) -> String {
    let mut was_space = false;
    let evened = chars.filter_map(|c| {
        let is_space = c.is_whitespace();
        let is_more = is_space && was_space;
        was_space = is_space;
        (!is_more).then_some(if is_space { ' ' } else { c })
    });
    evened.take(CONTEXT).collect()
}

/// Returns what stands on the two sides of `span` as it was cut once: white space was evened out behind the cut.
fn beside_once(text: &str, span: Span) -> [String; 2] {
    let before = &text[..span.start];
    let from = before.char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at);
    let before_cut = before[from..].strip_prefix(BOM).filter(|_| from == 0).unwrap_or(&before[from..]);
    [evened(before_cut.chars()), evened(text[span.end..].chars().take(CONTEXT))]
}

#[cfg(test)]
mod tests {
    use super::super::{RuleId, Safety, Status, Step};
    use super::*;

    fn edit(input: &str, before: &str, after: &str, rules: &[&str]) -> Edit {
        let start = input.find(before).expect("the text has it");
        let step = |rule: &&str| Step {
            rule: RuleId::new(rule),
            before: before.into(),
            after: after.into(),
            evidence: None,
            score: None,
        };
        Edit {
            span: Span::new(start, start + before.len()),
            out: Span::default(),
            before: before.into(),
            after: after.into(),
            safety: Some(Safety::Safe),
            status: Status::Kept,
            reason: None,
            steps: rules.iter().map(step).collect(),
        }
    }

    fn known(input: &str) -> Known {
        Known::of(&edit(input, "seitOpenAI", "seit OpenAI", &["core/words/glue"]), input, None)
    }

    const TEXT: &str = "Die Anfragen häufen sich, seitOpenAI die Schnittstelle geöffnet hat.";

    #[test]
    fn a_fingerprint_is_that_of_the_fields_with_nul_between_them() {
        let known = known(TEXT);
        assert_eq!(known.rule, "core/words/glue");
        assert_eq!(known.left, "Die Anfragen häufen sich, ");
        assert_eq!(known.right, " die Schnittstelle geöffnet hat.");
        let all =
            "core/words/glue\0Die Anfragen häufen sich, \0seitOpenAI\0seit OpenAI\0 die Schnittstelle geöffnet hat.";
        assert_eq!(known.fingerprint, blake3::hash(all.as_bytes()).to_hex()[..16]);
        // Decisions that people keep name edits by it: it may never change.
        assert_eq!(known.fingerprint, "d04bc169617f67b9");
    }

    #[test]
    fn what_changes_elsewhere_does_not_change_it() {
        let far = "Ein Satz, der weit genug weg steht, um keine Rolle zu spielen.\n";
        let once = known(&format!("{far}{TEXT} {far}"));
        for moved in [
            format!("Neu.\n\n{far}{TEXT} {far}"),
            format!("{far}{TEXT} {far}Neu."),
            format!("é漢👍\n{far}{TEXT} {far}"),
        ] {
            assert_eq!(known(&moved), once);
        }
        assert_ne!(known(TEXT).fingerprint, once.fingerprint, "but the words beside it count");
    }

    #[test]
    fn a_byte_order_mark_does_not_change_it() {
        assert_eq!(known(&format!("\u{FEFF}{TEXT}")), known(TEXT));
    }

    #[test]
    fn how_lines_are_wrapped_does_not_change_it() {
        let wrapped = TEXT.replace(" häufen", "\r\n häufen").replace("die Schnitt", "\n\u{A0}die Schnitt");
        assert_eq!(known(&wrapped).fingerprint, known(TEXT).fingerprint);
    }

    #[test]
    fn how_a_text_ends_and_wraps_its_lines_does_not_change_it() {
        let far = "Ein Satz, der\nweit genug weg\n\nsteht, um\nnicht zu zählen.\n".repeat(3);
        let text = format!("{far}{} {far}", TEXT.replace(" die", "\ndie"));
        let join = |text: &str| {
            let before = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let at = text.find("die Schnitt").expect("it has it") - before.len();
            let mut one = edit(text, "seitOpenAI", "", &["x/y"]);
            one = Edit { span: Span::new(at, at + before.len()), before: before.into(), after: " ".into(), ..one };
            Known::of(&one, text, None).fingerprint
        };
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(known(&crlf), known(&text));
        assert_eq!(join(&crlf), join(&text));
        for wrapped in [text.replace('\n', "\n    "), text.replace(' ', "\r\n"), text.replace("\n\n", "\n\n\n\n\n")] {
            assert_eq!(known(&wrapped), known(&text), "{wrapped}");
        }
        assert_eq!(known(&text).left.chars().count(), CONTEXT);
        // What was decided once is known by the raw characters.
        let one = edit(&crlf, "seitOpenAI", "seit OpenAI", &["core/words/glue"]);
        let at = crlf[..one.span.start].char_indices().rev().nth(CONTEXT - 1).expect("far").0;
        let left = crlf[at..one.span.start].split_whitespace().collect::<Vec<_>>().join(" ") + " ";
        let right: String = crlf[one.span.end..].chars().take(CONTEXT).collect();
        let right = right.replace("\r\n", " ");
        let once = fingerprint_once("core/words/glue", &left, &one.before, &one.after, &right);
        assert_eq!(earlier(&one, &crlf, None), [once]);
        assert!(earlier(&edit(TEXT, "seitOpenAI", "seit OpenAI", &["core/words/glue"]), TEXT, None).is_empty());
        // How much of the text is read has a bound.
        let wide = TEXT.replace(", seit", &format!(",{}seit", " ".repeat(10 * READ)));
        assert_eq!(known(&wide).left, " ");
    }

    #[test]
    fn each_field_counts() {
        let fields = ["a/b", "left", "before", "after", "right"];
        let hash = |[rule, left, before, after, right]: [&str; 5]| fingerprint(rule, left, before, after, right);
        for index in 0..fields.len() {
            let mut other = fields;
            other[index] = "x";
            assert_ne!(hash(other), hash(fields), "field {index}");
        }
        assert_eq!(hash(fields).len(), DIGITS);
    }

    #[test]
    fn forty_characters_count_on_each_side_whatever_their_bytes() {
        for c in ['x', 'é', '漢', '👍'] {
            let text = format!("{0}[-]{0}", c.to_string().repeat(100));
            let known = Known::of(&edit(&text, "[-]", "", &["x/y"]), &text, None);
            assert_eq!([known.left, known.right], [c.to_string().repeat(40), c.to_string().repeat(40)]);
        }
        let known = Known::of(&edit("abc", "abc", "", &["x/y"]), "abc", None);
        assert_eq!([known.left, known.right], ["", ""]);
    }

    #[test]
    fn an_edit_is_known_by_the_words_beside_it_once_all_edits_are_made_too() {
        let (input, output) = ("a  b [-] c  d", "a b [-] c d");
        let mut one = edit(input, "[-]", "", &["x/y"]);
        one.out = Span::new(4, 7);
        assert_eq!(Known::of(&one, input, Some(output)).cleaned, None, "white space does not count");
        let (input, output) = ("a, b [-] c, d", "a b [-] c d");
        one = Edit { out: Span::new(4, 7), ..edit(input, "[-]", "", &["x/y"]) };
        let known = Known::of(&one, input, Some(output));
        assert_eq!(known.cleaned, Some(["a b ".to_owned(), " c d".to_owned()]));
        assert_eq!(known.fingerprint, Known::of(&one, input, None).fingerprint);
        // One neighbour was made, or both were.
        let all = others("x/y", [&known.left, &known.right], ["[-]", ""], &known.cleaned);
        let mut later: Vec<_> = ["a b [-] c d", "a, b [-] c d", "a b [-] c, d"]
            .map(|text| Known::of(&edit(text, "[-]", "", &["x/y"]), text, None).fingerprint)
            .into();
        later.sort();
        let mut sorted = all.clone();
        sorted.sort();
        assert_eq!(sorted, later);
        assert!(!all.contains(&known.fingerprint));
        // A place that the output does not have is none.
        one.out = Span::new(40, 43);
        assert_eq!(Known::of(&one, input, Some(output)).cleaned, None);
    }

    #[test]
    fn rules_are_named_once_in_the_order_in_which_they_acted() {
        let known = Known::of(&edit("a", "a", "b", &["z/one", "a/two", "z/one"]), "a", None);
        assert_eq!(known.rule, "z/one + a/two");
    }
}
