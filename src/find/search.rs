//! Searching: where a `match:` mapping matches.
//!
//! Context (`before`, `after`, `whole-word`) is tested and not consumed: the match is found first, then its
//! surroundings are looked at, and the search goes on behind a match whatever came of it. That keeps a search
//! linear in the text without look-around.

use std::collections::HashSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::{Captures, Regex, RegexBuilder};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

use crate::rules::model::{Match, Pattern, Scope, What};
use crate::text::{Document, Span, is_blank, is_word_char};

/// The largest compiled size of one pattern, in bytes.
const SIZE_LIMIT: usize = 10 << 20;
/// How far behind a match its context is looked for, in bytes: context is a few words, never the text.
const CONTEXT: usize = 1 << 10;

/// A regular expression that is known to parse, compiled when it is first needed.
#[derive(Debug)]
pub(crate) struct LazyRegex {
    pattern: String,
    compiled: OnceLock<Regex>,
}

impl LazyRegex {
    pub(crate) fn new(pattern: String) -> Self {
        Self { pattern, compiled: OnceLock::new() }
    }

    /// Compiles now, to learn whether the pattern is too large.
    pub(crate) fn check(&self) -> Result<(), regex::Error> {
        let compiled = compile(&self.pattern)?;
        let _ = self.compiled.set(compiled);
        Ok(())
    }

    pub(crate) fn get(&self) -> &Regex {
        self.compiled.get_or_init(|| compile(&self.pattern).expect("the plan checked that the pattern compiles"))
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build()
}

/// Returns `pattern` without its look-arounds: it matches wherever `pattern` does and possibly elsewhere.
pub(crate) fn relax(pattern: &str) -> Option<Hir> {
    regex_syntax::parse(pattern).ok().map(relax_hir)
}

/// Returns `hir` without the matches that hold a line end: a search for the lines worth a look must not run
/// from each of them to the end of the text.
fn within_lines(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Literal(literal) if literal.0.iter().any(|&b| matches!(b, b'\n' | b'\r')) => Hir::fail(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(Class::Unicode(mut class)) => {
            class.difference(&ClassUnicode::new(['\n', '\r'].map(|c| ClassUnicodeRange::new(c, c))));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(mut class)) => {
            class.difference(&ClassBytes::new([b'\n', b'\r'].map(|b| ClassBytesRange::new(b, b))));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(within_lines(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(within_lines).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(within_lines).collect()),
        HirKind::Capture(capture) => within_lines(*capture.sub),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Empty => Hir::empty(),
    }
}

/// Returns `pattern` in a group that it cannot break out of: in a pattern with `(?x)` a comment goes on to the
/// end of its line.
pub(crate) fn grouped(flags: &str, pattern: &str) -> String {
    let group = format!("(?{flags}:{pattern})");
    if regex_syntax::parse(&group).is_ok() { group } else { format!("(?{flags}:{pattern}\n)") }
}

fn relax_hir(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Look(_) | HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(relax_hir(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Capture(capture) => relax_hir(*capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(relax_hir).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(relax_hir).collect()),
    }
}

/// One match.
pub(crate) struct Hit<'t> {
    /// Bytes of the whole text.
    pub(crate) span: Span,
    /// The groups, if the search was asked for them; group offsets count from the start of the searched chunk.
    pub(crate) groups: Option<Captures<'t>>,
}

/// A compiled `match:` mapping.
#[derive(Debug)]
pub(crate) struct Search {
    needle: Needle,
    before: Option<LazyRegex>,
    after: Option<LazyRegex>,
    whole_word: bool,
    scope: Scope,
    triggers: Option<Vec<String>>,
}

#[derive(Debug)]
enum Needle {
    /// With the same pattern relaxed, to find the lines worth a look at full speed.
    Regex {
        exact: LazyRegex,
        relaxed: Option<LazyRegex>,
    },
    Literals(AhoCorasick),
    /// Matches a whole line without white space at its edges.
    Line(LazyRegex),
    /// Whole lines, folded by [`fold_label`]; lines of more than `longest` bytes are none.
    Labels {
        folded: HashSet<String>,
        longest: usize,
    },
}

impl Search {
    /// Compiles `find`. Patterns are compiled when first used; see [`Search::check`].
    pub(crate) fn new(find: &Match) -> Self {
        let cased = |pattern: &str| grouped(if find.ignore_case { "i" } else { "" }, pattern);
        let around = |middle: &str| {
            // Classes of letters multiply the states of the automaton that asks for all rules at once.
            let is_cheap = |pattern: &&Pattern| {
                !["\\p", "\\P", "\\w", "\\W", "\\S"].iter().any(|class| pattern.regex.contains(class))
            };
            let side = |pattern: &Option<Pattern>| {
                pattern.as_ref().filter(is_cheap).map_or(String::new(), |p| grouped("", &p.regex))
            };
            format!("{}{middle}{}", side(&find.before), side(&find.after))
        };
        let (needle, triggers) = match &find.what {
            What::Regex(pattern) => {
                let exact = cased(&pattern.regex);
                let relaxed = relax(&exact).map(|hir| LazyRegex::new(within_lines(hir).to_string()));
                let trigger = around(&exact);
                (Needle::Regex { exact: LazyRegex::new(exact), relaxed }, Some(vec![trigger]))
            }
            What::Line(pattern) => {
                let whole = cased(&pattern.regex);
                let trigger = whole.clone();
                (Needle::Line(LazyRegex::new(format!(r"\A{whole}\z"))), Some(vec![trigger]))
            }
            What::Literals(literals) => {
                let escaped: Vec<_> = literals.iter().map(|literal| regex_syntax::escape(literal)).collect();
                let trigger = around(&cased(&escaped.join("|")));
                let needle = if find.ignore_case {
                    // The automaton folds ASCII only. Longest first, as the automaton prefers it.
                    let mut longest: Vec<_> = literals.iter().collect();
                    longest.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
                    let escaped: Vec<_> = longest.into_iter().map(|literal| regex_syntax::escape(literal)).collect();
                    let exact = cased(&escaped.join("|"));
                    Needle::Regex { relaxed: Some(LazyRegex::new(exact.clone())), exact: LazyRegex::new(exact) }
                } else {
                    Needle::Literals(automaton(literals))
                };
                (needle, Some(vec![trigger]))
            }
            What::Labels(labels) => {
                let folded: HashSet<_> = labels.iter().map(|label| fold_label(label)).collect();
                // Room for marks, counters and wide forms around the label.
                let longest = folded.iter().map(|label| 4 * label.len()).max().unwrap_or(0) + 64;
                (Needle::Labels { folded, longest }, None)
            }
        };
        Self {
            needle,
            // With one character of the match, so that `\b` and `$` see both sides of its edge.
            before: (find.before.as_ref())
                .map(|pattern| LazyRegex::new(format!(r"{}(?s:.)\z", grouped("", &pattern.regex)))),
            after: (find.after.as_ref())
                .map(|pattern| LazyRegex::new(format!(r"\A(?s:.){}", grouped("", &pattern.regex)))),
            whole_word: find.whole_word,
            scope: find.scope,
            triggers,
        }
    }

    /// Compiles every pattern now, to learn whether one is too large.
    pub(crate) fn check(&self) -> Result<(), regex::Error> {
        let needle: Vec<&LazyRegex> = match &self.needle {
            Needle::Regex { exact, relaxed } => std::iter::once(exact).chain(relaxed).collect(),
            Needle::Line(exact) => vec![exact],
            Needle::Literals(_) | Needle::Labels { .. } => Vec::new(),
        };
        needle.into_iter().chain(&self.before).chain(&self.after).try_for_each(LazyRegex::check)
    }

    /// See [`super::Finder::triggers`].
    pub(crate) fn triggers(&self) -> Option<Vec<String>> {
        self.triggers.clone()
    }

    /// Calls `on_hit` for every match, left to right, with the chunk that was searched.
    pub(crate) fn each<'t>(&self, doc: &Document<'t>, groups: bool, on_hit: impl FnMut(&'t str, Hit<'t>)) {
        self.each_before(doc, groups, doc.text().len(), on_hit);
    }

    /// Does what [`Search::each`] does, and may leave out matches in lines that begin at byte `end` or behind it.
    pub(crate) fn each_before<'t>(
        &self,
        doc: &Document<'t>,
        groups: bool,
        end: usize,
        mut on_hit: impl FnMut(&'t str, Hit<'t>),
    ) {
        let text = doc.text();
        match (&self.needle, self.scope) {
            (Needle::Line(_) | Needle::Labels { .. }, _) => {
                for line in doc.lines().as_slice().iter().take_while(|line| line.full.start < end) {
                    self.whole_line(text, line.content, groups, &mut on_hit);
                }
            }
            (Needle::Regex { relaxed: Some(relaxed), .. }, Scope::Line) => {
                // Only lines in which the relaxed pattern begins to match can hold a match.
                let relaxed = relaxed.get();
                let mut from = 0;
                while from < text.len() {
                    let Some(found) = relaxed.find_at(text, from) else { break };
                    let Some(line) = doc.lines().at(found.start()) else { break };
                    self.chunk(text, line.content, groups, &mut on_hit);
                    from = line.full.end;
                }
            }
            (_, scope) => {
                for stretch in stretches(doc, scope) {
                    self.chunk(text, stretch, groups, &mut on_hit);
                }
            }
        }
    }

    fn whole_line<'t>(&self, text: &'t str, line: Span, groups: bool, on_hit: &mut impl FnMut(&'t str, Hit<'t>)) {
        let content = &text[line.range()];
        let trimmed = content.trim();
        let span = Span::new(0, trimmed.len()).shift(line.start + (content.len() - content.trim_start().len()));
        let hit = match &self.needle {
            // Labels are short: long lines need no folding.
            Needle::Labels { folded, longest } => {
                (trimmed.len() <= *longest && folded.contains(&fold_label(trimmed))).then_some(None)
            }
            Needle::Line(regex) if groups => regex.get().captures(trimmed).map(Some),
            Needle::Line(regex) => regex.get().is_match(trimmed).then_some(None),
            Needle::Regex { .. } | Needle::Literals(_) => None,
        };
        if let Some(groups) = hit {
            on_hit(trimmed, Hit { span, groups });
        }
    }

    fn chunk<'t>(&self, text: &'t str, span: Span, groups: bool, on_hit: &mut impl FnMut(&'t str, Hit<'t>)) {
        let chunk = &text[span.range()];
        match &self.needle {
            Needle::Regex { exact, .. } if groups => {
                for found in exact.get().captures_iter(chunk) {
                    let whole = found.get(0).expect("group 0 is the match");
                    self.test(chunk, span, whole.range().into(), Some(found), on_hit);
                }
            }
            Needle::Regex { exact, .. } => {
                for found in exact.get().find_iter(chunk) {
                    self.test(chunk, span, found.range().into(), None, on_hit);
                }
            }
            Needle::Literals(automaton) => {
                for found in automaton.find_iter(chunk) {
                    self.test(chunk, span, found.range().into(), None, on_hit);
                }
            }
            Needle::Line(_) | Needle::Labels { .. } => {}
        }
    }

    fn test<'t>(
        &self,
        chunk: &'t str,
        place: Span,
        found: Span,
        groups: Option<Captures<'t>>,
        on_hit: &mut impl FnMut(&'t str, Hit<'t>),
    ) {
        let (left, right) = (&chunk[..found.start], &chunk[found.end..]);
        if self.whole_word && (left.ends_with(is_word_char) || right.starts_with(is_word_char)) {
            return;
        }
        let start = found.start.saturating_sub(CONTEXT);
        let first = &chunk[..chunk.ceil_char_boundary(found.start + 1)];
        let holds = |before: &LazyRegex| before.get().is_match_at(first, first.floor_char_boundary(start));
        if self.before.as_ref().is_some_and(|before| !holds(before)) {
            return;
        }
        let last = chunk.floor_char_boundary(found.end.saturating_sub(1));
        let near = &chunk[last..chunk.floor_char_boundary(found.end + CONTEXT)];
        if self.after.as_ref().is_some_and(|after| !after.get().is_match(near)) {
            return;
        }
        on_hit(chunk, Hit { span: found.shift(place.start), groups });
    }
}

/// Makes the automaton for a list of literals; the longest of several that start together is found.
pub(crate) fn automaton(literals: &[String]) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(literals)
        .expect("a rule file is far smaller than the automaton's limit of four billion states")
}

/// Returns the stretches of a text that a search sees one at a time.
pub(crate) fn stretches(doc: &Document<'_>, scope: Scope) -> Vec<Span> {
    match scope {
        Scope::Line => doc.lines().as_slice().iter().map(|line| line.content).collect(),
        Scope::Paragraph => paragraphs(doc),
        Scope::Document => vec![Span::new(0, doc.text().len())],
    }
}

/// Returns the stretches between blank lines, without the line end of their last line.
fn paragraphs(doc: &Document<'_>) -> Vec<Span> {
    let mut paragraphs: Vec<Span> = Vec::new();
    let mut open = false;
    for line in doc.lines().as_slice() {
        let blank = is_blank(&doc.text()[line.content.range()]);
        match paragraphs.last_mut() {
            Some(last) if open && !blank => last.end = line.content.end,
            _ if !blank => paragraphs.push(line.content),
            _ => {}
        }
        open = !blank;
    }
    paragraphs
}

/// Returns a label as it is compared: compatibility form, lower case, without marks, white space and counters at its edges.
pub(crate) fn fold_label(label: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let folded: String = label.nfkc().flat_map(char::to_lowercase).collect();
    let is_edge = |c: char| !c.is_alphanumeric();
    let core = folded.trim_matches(is_edge);
    // A counter is a number at an edge that something separates from the words: `Comments (12)`, `12 comments`.
    let without_tail = core.trim_end_matches(|c: char| c.is_numeric() || is_edge(c));
    let without_head = without_tail.trim_start_matches(|c: char| c.is_numeric() || is_edge(c));
    let separated =
        |cut: &str, edge: fn(&str) -> Option<char>| cut.is_empty() || edge(cut).is_some_and(|c| !c.is_numeric());
    let tail = &core[without_tail.len()..];
    let head = &without_tail[..without_tail.len() - without_head.len()];
    let end = if separated(tail, |cut| cut.chars().next()) { without_tail } else { core };
    let start = if separated(head, |cut| cut.chars().next_back()) { head.len() } else { 0 };
    let kept = end.get(start..).unwrap_or_default();
    let kept = if kept.is_empty() { core } else { kept };
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_compared_without_case_width_edge_marks_and_counters() {
        for (label, folded) in [
            ("Share this!", "share this"),
            ("» Kommentare (12)", "kommentare"),
            ("12 Comments", "comments"),
            ("ＳＨＡＲＥ", "share"),
            ("GPT4", "gpt4"),
            ("2024", "2024"),
            ("Read  more …", "read more"),
            ("3sat", "3sat"),
        ] {
            assert_eq!(fold_label(label), folded, "{label}");
        }
    }

    #[test]
    fn relaxing_takes_out_every_look_around() {
        let relaxed = relax(r"(?m)^\bfoo\b(?:a|$)\z").expect("parses").to_string();
        assert!(Regex::new(&relaxed).expect("parses").is_match("xfoox"));
    }
}
