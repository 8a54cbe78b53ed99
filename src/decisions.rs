//! What a person decided about edits, kept from run to run.
//!
//! A decision is about an edit, which it knows by its fingerprint: the rules, what changes, and the words beside it. It
//! is carried out on the edits that the rules made, and no rule sees it: what is refused stays as it was in the input, and
//! what is accepted stands in the output as it was proposed.
//!
//! Beside edits, whole rules are decided about: that one is off for the texts of a site.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::edit::fingerprint::{self, Known};
use crate::edit::{Edit, Status};
use crate::plan::Cleaned;
use crate::rules::model::{Override, Pack, Target, Written};
use crate::text::Span;

/// The newest version of the file that is read.
const VERSION: u64 = 1;

/// Why an edit is not made that a decision refuses.
const REFUSED: &str = "refused by a decision";

/// What was decided about an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Accept,
    Refuse,
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    pub(crate) rule: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) left: String,
    pub(crate) right: String,
    pub(crate) fingerprint: String,
    /// Both sides once all edits are made, if they are others: it is known by these too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cleaned: Option<[String; 2]>,
    /// Both sides once all is done as it was decided, if another text or a proposal that was accepted stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decided: Option<[String; 2]>,
    pub(crate) verdict: Verdict,
    /// What shall stand there instead of `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<String>,
    /// Where it was when it was decided about, in a file from the folder of the file of decisions: for people, and to
    /// know which texts tell that it is not there any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) doc: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<u64>,
}

impl Decision {
    /// Decides about `edit` of the text `input`, which becomes `output` if nothing is decided and it is not held.
    pub(crate) fn new(edit: &Edit, input: &str, output: Option<&str>, verdict: Verdict) -> Self {
        let Known { rule, left, right, cleaned, fingerprint } = Known::of(edit, input, output);
        Self {
            rule,
            before: edit.before.clone(),
            after: edit.after.clone(),
            left,
            right,
            fingerprint,
            cleaned,
            decided: None,
            verdict,
            to: None,
            doc: String::new(),
            line: None,
            column: None,
        }
    }
}

impl Decision {
    /// Returns what is known of `edit` of the text `input` if a decision refuses it, given the `output` that was decided: its
    /// fingerprint, and its sides there if they are others.
    pub(crate) fn refused(edit: &Edit, input: &str, output: &str) -> Option<(String, [String; 2])> {
        let is_refused = edit.status == Status::Blocked && edit.reason.as_deref() == Some(REFUSED);
        let known = is_refused.then(|| Known::of(edit, input, Some(output)))?;
        Some((known.fingerprint, known.cleaned?))
    }

    /// Returns all that it is known by: its fingerprint, and the others.
    pub(crate) fn fingerprints(&self) -> Vec<String> {
        let mut all = self.others();
        all.push(self.fingerprint.clone());
        all
    }

    /// Returns its other fingerprints.
    fn others(&self) -> Vec<String> {
        let Self { rule, left, right, before, after, cleaned, decided, fingerprint, .. } = self;
        let sides = cleaned.iter().chain(decided);
        let mut others = fingerprint::others(rule, [left, right], [before, after], sides);
        // An earlier one is known by its print, and so may be found by that of today.
        let today = fingerprint::fingerprint(rule, left, before, after, right);
        if today != *fingerprint {
            others.push(today);
        }
        others
    }
}

/// A line that switches a rule off for the texts of a site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Off {
    /// The id of the rule.
    #[serde(rename = "off")]
    pub(crate) rule: String,
    /// The name of the site's pack.
    pub(crate) site: String,
}

/// A line of the file behind the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant)] // Nearly all lines are decisions about edits.
pub(crate) enum Line {
    Edit(Decision),
    Off(Off),
}

/// The first line of the file.
#[derive(Serialize, Deserialize)]
struct Header {
    unscrape: String,
    version: u64,
}

/// Decisions about edits: which of them are made, whatever the safety of their rules.
///
/// They come from files of JSON lines, of which the first is `{"unscrape":"decisions","version":1}` and each other one
/// decides about an edit, or switches a rule off for a site. Of two that decide about the same edit the later one counts.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    by_fingerprint: HashMap<String, Decision>,
    /// The fingerprint of the last one that has this other fingerprint.
    by_other: HashMap<String, String>,
    off: BTreeSet<Off>,
}

impl Decisions {
    /// Reads a file. A last line that was begun and not ended, as a crash leaves it, is passed over.
    ///
    /// # Errors
    /// What is wrong with it, with the line.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        Ok(Self::new(read(bytes)?))
    }

    /// Makes decisions of lines.
    pub(crate) fn new(lines: Vec<Line>) -> Self {
        let mut all = Self::default();
        for line in lines {
            match line {
                Line::Off(off) => _ = all.off.insert(off),
                Line::Edit(one) => {
                    all.by_other.extend(one.others().into_iter().map(|other| (other, one.fingerprint.clone())));
                    all.by_fingerprint.insert(one.fingerprint.clone(), one);
                }
            }
        }
        all
    }

    /// Returns about how many edits they decide.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_fingerprint.len()
    }

    /// Whether they decide about no edit and no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_fingerprint.is_empty() && self.off.is_empty()
    }

    /// Leaves the decisions about rules.
    pub(crate) fn about_rules(self) -> Self {
        Self { off: self.off, ..Self::default() }
    }

    /// Returns what was decided about the edit for which `one` is a decision, and which earlier ones know as `earlier`.
    pub(crate) fn of(&self, one: &Decision, earlier: &[String]) -> Option<&Decision> {
        self.find(&one.fingerprint, || [&one.others()[..], earlier].concat())
    }

    /// Returns what was decided about `one` where it stands between the words `sides`.
    pub(crate) fn between(&self, one: &Decision, [left, right]: &[String; 2]) -> Option<&Decision> {
        self.find(&fingerprint::fingerprint(&one.rule, left, &one.before, &one.after, right), Vec::new)
    }

    /// Returns what was decided about an edit, given its fingerprint and its others. What is known by the words that stand
    /// beside it comes first.
    fn find(&self, fingerprint: &str, others: impl FnOnce() -> Vec<String>) -> Option<&Decision> {
        let exact = |fingerprint: &str| self.by_fingerprint.get(fingerprint);
        let any = |other: &str| exact(other).or_else(|| exact(self.by_other.get(other)?));
        any(fingerprint).or_else(|| others().iter().find_map(|other| any(other)))
    }

    /// Whether anything is accepted, for which what is only proposed must be known.
    pub(crate) fn accept_any(&self) -> bool {
        self.by_fingerprint.values().any(|one| one.verdict == Verdict::Accept)
    }

    /// Gives what decides about edits to `take`, in an order of its own.
    pub(crate) fn hashed(&self, mut take: impl FnMut(&[u8])) {
        let mut all: Vec<_> = self.by_fingerprint.values().collect();
        all.sort_by_key(|one| &one.fingerprint);
        for one in all {
            take(one.fingerprint.as_bytes());
            take(&[one.verdict as u8, u8::from(one.to.is_some()), u8::from(one.cleaned.is_some())]);
            take(&[u8::from(one.decided.is_some())]);
            let texts = one.cleaned.iter().chain(&one.decided).flatten().chain(&one.to);
            texts.for_each(|text| [text.as_bytes(), &[0]].into_iter().for_each(&mut take));
        }
        for Off { rule, site } in &self.off {
            [rule.as_bytes(), &[0], site.as_bytes(), &[0]].into_iter().for_each(&mut take);
        }
    }

    /// Switches rules off for sites, as an override in the pack of the site would. A rule and a site that are not there
    /// any more are passed over.
    pub(crate) fn switch_off(&self, packs: &mut [Pack]) {
        for Off { rule, site } in &self.off {
            if !packs.iter().flat_map(|pack| &pack.rules).any(|there| there.id.as_str() == rule) {
                continue;
            }
            if let Some(pack) = packs.iter_mut().find(|pack| pack.name == *site && pack.site.is_some()) {
                let target = Written { value: Target::Rule(rule.clone()), origin: pack.origin.clone() };
                pack.overrides.push(Override { target, disable: true, safety: None, unless: Vec::new() });
            }
        }
    }

    /// Carries out the decisions on what was done to `input`. A text that is held stays as it is.
    pub(crate) fn carry_out<'t>(&self, cleaned: Cleaned<'t>, input: &'t str) -> Cleaned<'t> {
        if self.by_fingerprint.is_empty() || cleaned.held.is_some() {
            return cleaned;
        }
        let output = cleaned.text.clone();
        let decided = |edit: &Edit| {
            let Known { rule, left, right, cleaned, fingerprint } = Known::of(edit, input, Some(&output));
            let texts = [edit.before.as_str(), edit.after.as_str()];
            self.find(&fingerprint, || {
                let mut others = fingerprint::others(&rule, [&left, &right], texts, &cleaned);
                others.extend(fingerprint::earlier(edit, input, Some(&output)));
                others
            })
        };
        let Cleaned { edits, mut findings, .. } = cleaned;
        let (mut kept, mut is_changed) = (Vec::with_capacity(edits.len()), false);
        for mut edit in edits {
            match decided(&edit) {
                // What shall stand there may be what stood there.
                Some(one) if one.verdict == Verdict::Refuse || one.to.as_ref() == Some(&edit.before) => {
                    is_changed = true;
                    edit.status = Status::Blocked;
                    edit.reason = Some(REFUSED.to_owned());
                    findings.push(edit);
                }
                Some(Decision { to: Some(to), .. }) if *to != edit.after => {
                    is_changed = true;
                    edit.after.clone_from(to);
                    edit.reason = Some("its text is that of a decision".to_owned());
                    kept.push(edit);
                }
                _ => kept.push(edit),
            }
        }
        let mut rest = Vec::with_capacity(findings.len());
        for mut finding in findings {
            let decision = (finding.status == Status::Proposed).then(|| decided(&finding)).flatten();
            match decision {
                Some(Decision { verdict: Verdict::Accept, to, .. })
                    if fits(&kept, finding.span) && input[finding.span.range()] == finding.before =>
                {
                    is_changed = true;
                    if let Some(to) = to {
                        finding.after.clone_from(to);
                    }
                    finding.status = Status::Kept;
                    finding.reason = Some("accepted by a decision".to_owned());
                    let at = kept.partition_point(|edit| edit.span < finding.span);
                    kept.insert(at, finding);
                }
                Some(Decision { verdict: Verdict::Accept, .. }) => {
                    finding.reason = Some("accepted by a decision, and stands where another edit is made".to_owned());
                    rest.push(finding);
                }
                Some(Decision { verdict: Verdict::Refuse, .. }) => {
                    finding.status = Status::Blocked;
                    finding.reason = Some(REFUSED.to_owned());
                    rest.push(finding);
                }
                None => rest.push(finding),
            }
        }
        let cleaned = Cleaned { edits: kept, findings: rest, ..cleaned };
        if is_changed { cleaned.rebuilt(input) } else { cleaned }
    }
}

/// Whether an edit of `span` shares no place with `edits`, which are sorted.
fn fits(edits: &[Edit], span: Span) -> bool {
    let at = edits.partition_point(|edit| edit.span < span);
    let clear = |a: Span, b: Span| a.end <= b.start && a.start != b.start;
    edits[..at].last().is_none_or(|before| clear(before.span, span))
        && edits.get(at).is_none_or(|behind| clear(span, behind.span))
}

/// Returns the last line of a file, by its number and the byte at which it begins, if it was begun and not ended: it has no
/// line end, and is no JSON.
pub(crate) fn torn(bytes: &[u8]) -> Option<(usize, usize)> {
    let at = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let line = bytes[at..].trim_ascii();
    let is_begun = match at {
        // Of the first line what was begun is known, and anything else is another file.
        0 => header().as_bytes().starts_with(line),
        _ => true,
    };
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
    let number = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count();
    (!line.is_empty() && is_begun && !is_json).then_some((number, at))
}

/// Reads the decisions of a file in their order, but for a line that is [`torn`].
///
/// # Errors
/// What is wrong with it, with the line.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Line>, String> {
    let bytes = match torn(bytes) {
        Some((_, 0)) => return Ok(Vec::new()),
        Some((_, at)) => &bytes[..at],
        None => bytes,
    };
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let mut lines = bytes.split(|&byte| byte == b'\n').enumerate().map(|(index, line)| (index + 1, line.trim_ascii()));
    let header: Option<Header> = lines.next().and_then(|(_, line)| serde_json::from_slice(line).ok());
    match header {
        Some(Header { unscrape, version }) if unscrape == "decisions" => {
            if version > VERSION {
                return Err(format!("line 1: written by a newer version of unscrape (version {version})"));
            }
        }
        _ => {
            return Err(r#"line 1: no decisions, which begin with {"unscrape":"decisions","version":1}"#.to_owned());
        }
    }
    let mut all = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let wrong = |error: serde_json::Error| {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or_default().to_owned();
            format!("line {number} column {}: {why}; mend it, or delete line {number}", error.column())
        };
        if serde_json::from_slice(line).is_ok_and(|peek: Peek| peek.off.is_some()) {
            all.push(Line::Off(serde_json::from_slice(line).map_err(wrong)?));
            continue;
        }
        let one: Decision = serde_json::from_slice(line).map_err(wrong)?;
        let Decision { rule, left, before, after, right, .. } = &one;
        let prints = [fingerprint::fingerprint, fingerprint::fingerprint_once];
        if prints.iter().all(|print| one.fingerprint != print(rule, left, before, after, right)) {
            return Err(format!(
                "line {number}: the fingerprint does not fit the rule and the texts; to change what becomes of the edit, \
                 add \"to\", or decide anew"
            ));
        }
        all.push(Line::Edit(one));
    }
    Ok(all)
}

/// What tells lines apart.
#[derive(Deserialize)]
struct Peek {
    off: Option<serde::de::IgnoredAny>,
}

/// Returns the first line of a file, with its end.
pub(crate) fn header() -> String {
    let header = Header { unscrape: "decisions".to_owned(), version: VERSION };
    serde_json::to_string(&header).expect("plain values") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cleaner;

    const TEXT: &str = "A first line that is long enough to be all that counts.\n\nThe committee |. Met again.\n\n\
        The committee |. Met again, seitOpenAI.\n\nA caf&eacute; opened.\n";

    fn file(decisions: &[Decision]) -> Decisions {
        let mut text = header();
        for one in decisions {
            text += &serde_json::to_string(one).expect("plain values");
            text.push('\n');
        }
        Decisions::read(text.as_bytes()).expect("a sound file")
    }

    fn cleaner(decisions: Decisions) -> Cleaner {
        Cleaner::builder().lang(Some("de".into())).findings(true).decisions(decisions).build().expect("sound rules")
    }

    /// Checks that edits are disjoint and give the output, and in reverse the input.
    fn is_sound(cleaned: &Cleaned<'_>, input: &str) {
        for (from, to, reverse) in [(input, &*cleaned.text, false), (&*cleaned.text, input, true)] {
            let (mut out, mut at) = (String::new(), 0);
            for edit in &cleaned.edits {
                let (span, put) = if reverse { (edit.out, &edit.before) } else { (edit.span, &edit.after) };
                out += &from[at..span.start];
                out += put;
                at = span.end;
            }
            assert_eq!(out + &from[at..], to);
        }
    }

    #[test]
    fn what_is_refused_stays_and_the_rest_goes_on() {
        let plain = cleaner(Decisions::default());
        let cleaned = plain.clean(TEXT);
        assert!(cleaned.edits.len() >= 3, "{:?}", cleaned.edits);
        for edit in &cleaned.edits {
            let refused = cleaner(file(&[Decision::new(edit, TEXT, Some(&cleaned.text), Verdict::Refuse)]));
            let again = refused.clean(TEXT);
            is_sound(&again, TEXT);
            assert_eq!(again.edits.len() + 1, cleaned.edits.len());
            assert!(again.text.contains(&edit.before), "{}", again.text);
            let finding = again.findings.iter().find(|finding| finding.span == edit.span).expect("it is told");
            assert_eq!((finding.status, finding.reason.as_deref()), (Status::Blocked, Some("refused by a decision")));
            assert_eq!(&again.text[finding.out.range()], edit.before);
            assert_ne!(refused.rules_hash(), plain.rules_hash());
            // Lines move, and what was decided stays so.
            let moved = format!("A line that is new, and so long that none of it counts.\n\n{TEXT}");
            assert_eq!(refused.clean(&moved).edits.len(), plain.clean(&moved).edits.len() - 1);
        }
        let all: Vec<_> =
            cleaned.edits.iter().map(|edit| Decision::new(edit, TEXT, Some(&cleaned.text), Verdict::Refuse)).collect();
        let none = cleaner(file(&all)).clean(TEXT).text.into_owned();
        assert_eq!(none, TEXT);
    }

    #[test]
    fn what_is_accepted_is_made() {
        const RULES: &str = "format: 1\npack: my\nabout: Rules of a test.\nrules:\n  - { id: x, about: A rule., kind: \
            replace, safety: review, match: { literal: xxx }, replace: yyy, effects: [insert-letters, delete-letters] }\n";
        let builder = || Cleaner::builder().rules(crate::RuleFile::new("my.yaml", RULES));
        let text = "Here stands xxx , and there |. Nothing.\n\nAnd here xxx again.\n";
        let default = builder().findings(true).build().expect("sound rules").clean(text);
        let proposed = default.findings.iter().find(|one| one.status == Status::Proposed).expect("it is proposed");
        let accepted = Decision::new(proposed, text, Some(&default.text), Verdict::Accept);
        let of = |one: Decision, findings: bool| {
            builder().findings(findings).decisions(file(&[one])).build().expect("sound rules")
        };
        let cleaned_by = of(accepted.clone(), true);
        let cleaned = cleaned_by.clean(text);
        is_sound(&cleaned, text);
        let edit = cleaned.edits.iter().find(|edit| edit.span == proposed.span).expect("it is made");
        assert_eq!((&edit.after, edit.status), (&proposed.after, Status::Kept));
        assert_eq!(cleaned.text, "Here stands yyy, and there | Nothing.\n\nAnd here xxx again.\n");
        assert!(cleaned.findings.iter().all(|finding| finding.span != proposed.span));
        // Whether findings are asked for decides about no edit.
        assert_eq!(of(accepted.clone(), false).clean(text).text, cleaned.text);
        assert!(of(accepted.clone(), false).clean(text).findings.iter().all(|one| one.status != Status::Proposed));
        let other = Decision { to: Some("ANOTHER".into()), ..accepted };
        assert!(of(other, true).clean(text).text.contains("ANOTHER"));
    }

    #[test]
    fn of_two_decisions_the_later_one_counts() {
        let cleaned = cleaner(Decisions::default()).clean(TEXT);
        let [refused, accepted] = [Verdict::Refuse, Verdict::Accept]
            .map(|verdict| Decision::new(&cleaned.edits[0], TEXT, Some(&cleaned.text), verdict));
        assert_eq!(cleaner(file(&[refused.clone(), accepted.clone()])).clean(TEXT).text, cleaned.text);
        assert_ne!(cleaner(file(&[accepted.clone(), refused])).clean(TEXT).text, cleaned.text);
        // To put there what was there is to refuse.
        let same = Decision { to: Some(accepted.before.clone()), ..accepted };
        assert_eq!(cleaner(file(&[same])).clean(TEXT).edits.len(), cleaned.edits.len() - 1);
    }

    #[test]
    fn what_is_refused_stays_so_in_a_text_that_was_cleaned_already() {
        // Three that stand close together, of which any may be refused.
        let text = "A caf&eacute; opened , and the committee |. Met again , there |. Nothing.\n";
        let plain = cleaner(Decisions::default()).clean(text);
        assert!(plain.edits.len() >= 4, "{:?}", plain.edits);
        for refused in 1..(1_u32 << plain.edits.len()) {
            let is_refused = |index: usize| refused & (1 << index) != 0;
            let edits = plain.edits.iter().enumerate().filter(|(index, _)| is_refused(*index));
            let all: Vec<_> =
                edits.map(|(_, edit)| Decision::new(edit, text, Some(&plain.text), Verdict::Refuse)).collect();
            let once = cleaner(file(&all)).clean(text).text.into_owned();
            assert_ne!(once, plain.text);
            let again = cleaner(file(&all)).clean(&once);
            assert_eq!((&*again.text, again.edits.len()), (&*once, 0), "{refused:b}");
            // A file of an older version holds in the text that it was made of.
            let old: Vec<_> = all.iter().map(|one| Decision { cleaned: None, ..one.clone() }).collect();
            assert_eq!(cleaner(file(&old)).clean(text).text, once);
        }
    }

    #[test]
    fn what_was_decided_stays_so_when_lines_end_and_wrap_otherwise() {
        let plain = cleaner(Decisions::default());
        let all: Vec<_> = {
            let cleaned = plain.clean(TEXT);
            cleaned.edits.iter().map(|edit| Decision::new(edit, TEXT, Some(&cleaned.text), Verdict::Refuse)).collect()
        };
        for text in [TEXT.replace('\n', "\r\n"), TEXT.replace("Met again", "Met\nagain").replace("that is", "that\nis")]
        {
            assert!(plain.clean(&text).edits.len() >= 3);
            let cleaned = cleaner(file(&all)).clean(&text);
            assert_eq!((&*cleaned.text, cleaned.edits.len()), (&*text, 0));
        }
    }

    #[test]
    fn decisions_of_earlier_versions_hold() {
        // The sides were cut in 40 characters as they stand there, and then evened out.
        let text = "Far away.\r\n\r\nTheir committee of a grand old\r\n   harbour |. Met\r\n   again, and more was said there.\r\n";
        let plain = cleaner(Decisions::default());
        let cleaned = plain.clean(text);
        let edit = cleaned.edits.iter().find(|edit| edit.before == "|.").expect("it is found");
        let mut old = Decision::new(edit, text, None, Verdict::Refuse);
        let cut = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let left: Vec<char> = text[..edit.span.start].chars().collect();
        old.left = cut(&left[left.len() - 40..].iter().collect::<String>()) + " ";
        old.right = " ".to_owned() + &cut(&text[edit.span.end..].chars().take(40).collect::<String>());
        old.fingerprint = fingerprint::fingerprint_once(&old.rule, &old.left, &old.before, &old.after, &old.right);
        let today = Decision::new(edit, text, Some(&cleaned.text), Verdict::Refuse);
        assert_ne!(today.fingerprint, old.fingerprint);
        let earlier = fingerprint::earlier(edit, text, Some(&cleaned.text));
        let decisions = file(&[old]);
        assert!(decisions.of(&today, &earlier).is_some());
        assert!(cleaner(decisions).clean(text).text.contains("|."));
    }

    #[test]
    fn a_decision_by_the_words_that_stand_there_outweighs_one_by_what_they_become() {
        let twins = "Here a caf&eacute; |. And\n\nHere a café |. And\n";
        let plain = cleaner(Decisions::default()).clean(twins);
        let bars: Vec<_> = plain.edits.iter().filter(|edit| edit.before == "|.").collect();
        let [first, second] = bars[..] else { panic!("{:?}", plain.edits) };
        let decide = |edit, verdict| Decision::new(edit, twins, Some(&plain.text), verdict);
        for verdicts in [[Verdict::Refuse, Verdict::Accept], [Verdict::Accept, Verdict::Refuse]] {
            for reversed in [false, true] {
                let mut all = vec![decide(first, verdicts[0]), decide(second, verdicts[1])];
                if reversed {
                    all.reverse();
                }
                let cleaned = cleaner(file(&all)).clean(twins);
                let mut bars = cleaned.text.lines().filter(|line| line.contains('|')).map(|line| line.contains("|."));
                let refused = verdicts.map(|verdict| verdict == Verdict::Refuse);
                assert_eq!([bars.next(), bars.next()], refused.map(Some), "{}", cleaned.text);
            }
        }
    }

    #[test]
    fn a_rule_is_off_for_the_texts_of_a_site() {
        const SITE: &str = "format: 1\npack: sites/example\nabout: A site.\nsite: { urls: ['*.example.com'] }\n";
        let text = "The committee |. Met again.\n\nA caf&eacute; opened.\n";
        let off = |rule: &str, site: &str| {
            let lines = format!("{}{{\"off\":\"{rule}\",\"site\":\"{site}\"}}\n", header());
            let decisions = Decisions::read(lines.as_bytes()).expect("a sound file");
            let edits = decisions.len();
            assert!(edits == 0 && !decisions.is_empty());
            let rules = crate::RuleFile::new("site.yaml", SITE);
            Cleaner::builder().rules(rules).decisions(decisions).build().expect("sound rules")
        };
        let of = |cleaner: &Cleaner, url: &str| {
            cleaner.clean_with(text, &crate::Source { url: Some(url), ..Default::default() }).text.into_owned()
        };
        let cleaner = off("core/punctuation/bar-period", "sites/example");
        assert_eq!(of(&cleaner, "https://example.com/a"), "The committee |. Met again.\n\nA café opened.\n");
        assert_eq!(of(&cleaner, "https://example.org/a"), "The committee | Met again.\n\nA café opened.\n");
        assert_ne!(cleaner.rules_hash(), off("core/punctuation/bar-period", "sites/none").rules_hash());
        // Rules and sites come and go.
        for (rule, site) in [("core/punctuation/none", "sites/example"), ("core/punctuation/bar-period", "core/page")] {
            assert!(!of(&off(rule, site), "https://example.com/a").contains("|."), "{rule} {site}");
        }
    }

    #[test]
    fn a_last_line_that_was_begun_and_not_ended_is_passed_over() {
        let cleaned = cleaner(Decisions::default()).clean(TEXT);
        let line = |edit| {
            let one = Decision::new(edit, TEXT, Some(&cleaned.text), Verdict::Refuse);
            serde_json::to_string(&one).expect("plain values") + "\n"
        };
        let whole = header() + &line(&cleaned.edits[0]);
        let last = line(&cleaned.edits[1]);
        for cut in 1..last.len() - 1 {
            let bytes = [whole.as_bytes(), &last.as_bytes()[..cut]].concat();
            assert_eq!(Decisions::read(&bytes).map(|all| all.len()), Ok(1), "{cut}");
            assert_eq!(torn(&bytes), Some((3, whole.len())));
        }
        for cut in 1..header().len() - 1 {
            assert_eq!(Decisions::read(&header().as_bytes()[..cut]).map(|all| all.is_empty()), Ok(true));
        }
        // One that only lacks its line end counts, and one that ended and is broken is an error.
        let all = whole.clone() + &last;
        assert_eq!((torn(all.trim_end().as_bytes()), torn(all.as_bytes())), (None, None));
        assert_eq!(Decisions::read(all.trim_end().as_bytes()).map(|all| all.len()), Ok(2));
        let error = Decisions::read(format!("{whole}{}\n", &last[..9]).as_bytes()).expect_err("it ended");
        assert!(error.ends_with("; mend it, or delete line 3"), "{error}");
        assert!(Decisions::read(b"Some other file").is_err());
    }

    #[test]
    fn a_file_that_is_none_says_where() {
        let cleaned = cleaner(Decisions::default()).clean(TEXT);
        let one = Decision::new(&cleaned.edits[0], TEXT, Some(&cleaned.text), Verdict::Accept);
        let one = serde_json::to_string(&one).expect("plain values");
        for (text, why) in [
            (String::new(), "line 1: no decisions"),
            ("{}\n".to_owned(), "line 1: no decisions"),
            ("{\"unscrape\":\"decisions\",\"version\":2}\n".to_owned(), "line 1: written by a newer version"),
            (format!("{}{{\n", header()), "line 2 column 1: EOF"),
            (format!("{}\n{}\n", header(), one.replace("accept", "maybe")), "line 3 column"),
            (header() + "{\"off\":\"x/y\"}\n", "line 2 column 13: missing field `site`"),
            (format!("{}{}\n", header(), one.replace("\"before\":\"", "\"before\":\"x")), "line 2: the fingerprint"),
        ] {
            let error = Decisions::read(text.as_bytes()).expect_err(&text);
            assert!(error.starts_with(why), "{error}");
        }
        assert_eq!(Decisions::read(format!("\u{FEFF}{}\r\n{one}", header()).as_bytes()).map(|all| all.len()), Ok(1));
    }
}
