//! What an edit is known by in another run: its rules, what it changes, and the words beside it.
//!
//! Decisions of a person outlive the run in which they were made, so they cannot name places: a line that is put in
//! further up moves them all. They name an edit by a *fingerprint* instead, the first 16 hexadecimal digits of BLAKE3
//! over `rule \0 left \0 before \0 after \0 right` in UTF-8. Everything in it is of the input, so that deciding on one
//! edit does not change the fingerprint of its neighbour.
//!
//! Once the neighbour is made, the input is another. So the words beside an edit are known twice: as they are, and as
//! they become when every edit is made that would be. What was refused is found again by the latter in a text that was
//! cleaned already, whichever of its neighbours were made.

use crate::text::Span;

use super::Edit;

/// How many characters (Unicode scalar values) of the input count on each side of an edit.
pub(crate) const CONTEXT: usize = 40;

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
        let [left, right] = beside(input, edit.span);
        let fingerprint = fingerprint(&rule, &left, &edit.before, &edit.after, &right);
        let output = output.filter(|output| output.get(edit.out.range()).is_some());
        let cleaned = output.map(|output| beside(output, edit.out));
        let cleaned = cleaned.filter(|[a, b]| (a, b) != (&left, &right));
        Self { rule, left, right, cleaned, fingerprint }
    }
}

/// Returns the other fingerprints of an edit: those with one side, or both, as it is once all edits are made.
pub(crate) fn others(
    rule: &str,
    [left, right]: [&str; 2],
    [before, after]: [&str; 2],
    cleaned: Option<&[String; 2]>,
) -> Vec<String> {
    let Some([new_left, new_right]) = cleaned else { return Vec::new() };
    let mut sides = Vec::new();
    for (l, r) in [(new_left.as_str(), new_right.as_str()), (left, new_right), (new_left, right)] {
        if (l, r) != (left, right) && !sides.contains(&(l, r)) {
            sides.push((l, r));
        }
    }
    sides.into_iter().map(|(left, right)| fingerprint(rule, left, before, after, right)).collect()
}

/// Returns the fingerprint of an edit, given as [`Known`] and decisions have it.
pub(crate) fn fingerprint(rule: &str, left: &str, before: &str, after: &str, right: &str) -> String {
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

/// Returns what stands on the two sides of `span`. White space is evened out behind the cut, so that how much of the
/// text is read has a bound.
fn beside(text: &str, span: Span) -> [String; 2] {
    let before = &text[..span.start];
    let from = before.char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at);
    // A byte order mark is no part of the text, whoever hands it in.
    let before_cut = before[from..].strip_prefix(BOM).filter(|_| from == 0).unwrap_or(&before[from..]);
    let behind = &text[span.end..];
    let to = behind.char_indices().nth(CONTEXT).map_or(behind.len(), |(at, _)| at);
    [evened(before_cut), evened(&behind[..to])]
}

/// Returns `text` with one space in place of every run of white space.
fn evened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if !c.is_whitespace() => out.push(c),
            _ if out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out
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
        let all = others("x/y", [&known.left, &known.right], ["[-]", ""], known.cleaned.as_ref());
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
