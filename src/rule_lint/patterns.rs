//! Patterns that are slow, or more than what they look for.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::{Finding, searched};
use crate::rules::keys::KINDS;
use crate::rules::model::{Kind, Match, Pattern, Rule, Scope, What};
use crate::rules::yaml::{Node, Value, write};
use crate::text::Span;

/// A pattern that takes so many times what a plain word takes is slow.
const SLOW: f64 = 3000.0;
/// How often what seems slow is measured.
const TRIES: usize = 12;
/// Bytes on which patterns are measured.
const SAMPLE: usize = 64 << 10;
/// Lines for what grows with the square of their length: where it does, the second takes 16 times the first.
const LINES: [usize; 2] = [2_000, 8_000];

/// Prose with what patterns look for: numbers, quotes, brackets, links, other scripts.
const PROSE: &str = "Die Brücke über den Selm wurde 1987 gebaut (von 240 Leuten), und seither hat niemand sie gestrichen.\n\
\"It was raining,\" she said, \"and at 10:45 the last ferry had left.\" See https://example.org/a?b=c for more.\n\
Autore: Ettore Vallescura | 11 ottobre 2031\n\nL’été dernier, l’équipe n’avait pas encore fini — trois ans de travaux.\n\
Маяк на мысе построили рыбаки; по вечерам его видно за двадцать вёрст.\n島の灯台は、漁師たちが建てたものである。\n\
Share this article\n- one; two, three: four! five? [6] <7> {8} 9% $10 €11 #12 @thirteen *fourteen* _fifteen_\n\n";

static TEXT: LazyLock<String> = LazyLock::new(|| PROSE.repeat(SAMPLE / PROSE.len() + 1));

/// How long it takes to look for a word that is not there.
static PLAIN: LazyLock<Duration> = LazyLock::new(|| {
    let word = memchr::memmem::Finder::new("quorvexable");
    fastest(5, || assert!(word.find(TEXT.as_bytes()).is_none())).max(Duration::from_nanos(1))
});

fn fastest(times: usize, run: impl Fn()) -> Duration {
    let time = || {
        let began = Instant::now();
        run();
        began.elapsed()
    };
    (0..times).map(|_| time()).min().unwrap_or_default()
}

pub(super) fn check(rule: &Rule, root: Option<&Node>, found: &mut Vec<Finding>) {
    for find in rule.kind.finds() {
        simpler(rule, find, root, found);
        if let What::Literals(texts) = &find.what
            && find.scope == Scope::Line
            && texts.iter().any(|text| text.contains(['\n', '\r']))
        {
            let title = format!("rule `{}` looks for a line end in single lines", rule.id);
            let finding = Finding::new("never-matches", &find.origin, title, "matches nothing");
            found.push(finding.help("write `|-` instead of `|`, or `scope: document`"));
        }
    }
    for (pattern, ignore_case) in searched(rule) {
        let Ok(regex) = RegexBuilder::new(&pattern.regex).case_insensitive(ignore_case).build() else { continue };
        if is_quadratic(pattern, &regex) {
            let title = format!("a pattern of rule `{}` takes time with the square of a line's length", rule.id);
            let label = "reads on to the end of the line, and then takes less";
            let finding = Finding::new("quadratic", &pattern.origin, title, label);
            found.push(finding.help("bound what it reads (`.{0,80}`), or make two rules of it"));
            continue;
        }
        let ratio = ratio(&regex);
        if ratio > SLOW {
            let title = format!("a pattern of rule `{}` is slow", rule.id);
            let label = format!("takes {ratio:.0} times as long as looking for a word");
            let finding = Finding::new("slow-pattern", &pattern.origin, title, label);
            found.push(finding.help("begin with what is rare, or bound its repeats"));
        }
    }
}

/// Returns how many times what a plain word takes the pattern takes. On a busy machine any run may take long, so that it
/// is slow only if it is so every time.
fn ratio(regex: &Regex) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..TRIES {
        let time = fastest(1, || _ = regex.find_iter(&TEXT).count());
        least = least.min(time.as_secs_f64() / PLAIN.as_secs_f64());
        if least <= SLOW {
            break;
        }
    }
    least
}

/// Tells of patterns that another key of `match` says better.
fn simpler(rule: &Rule, find: &Match, root: Option<&Node>, found: &mut Vec<Finding>) {
    let What::Regex(pattern) = &find.what else { return };
    let kind = KINDS.iter().find(|kind| kind.name() == rule.kind.name());
    let takes = |key: &str| kind.is_some_and(|kind| kind.matches.contains(&key));
    let Ok(tree) = ast::parse::Parser::new().parse(&pattern.regex) else { return };
    if let Some(texts) = literals(&tree).filter(|_| takes("literal")) {
        let (key, value) = match &texts[..] {
            [text] => ("literal", write::quoted(text)),
            texts => (
                "literals",
                format!("[{}]", texts.iter().map(|text| write::quoted(text)).collect::<Vec<_>>().join(", ")),
            ),
        };
        let title = format!("the pattern of rule `{}` is only text", rule.id);
        let finding = Finding::new("literal", &pattern.origin, title, format!("says the same as `{key}`"));
        let fix = root.and_then(|root| key_of(root, pattern.origin.span)).map(|at| {
            let style = &pattern.origin.source.text[pattern.origin.span.range()];
            let in_one_line = !style.contains('\n');
            if in_one_line { vec![(at, key.to_owned()), (pattern.origin.span, value.clone())] } else { Vec::new() }
        });
        found.push(finding.help(format!("write `{key}: {value}`")).fix(fix.unwrap_or_default()));
    }
    let bare = find.before.is_none() && find.after.is_none() && !find.whole_word && find.scope == Scope::Line;
    let of_lines = matches!(rule.kind, Kind::DropLine { .. } | Kind::Extract { .. });
    if bare && of_lines && is_whole_line(&tree) {
        let title = format!("the pattern of rule `{}` is for whole lines", rule.id);
        let finding = Finding::new("whole-line", &pattern.origin, title, "from `^` to `$`");
        found.push(finding.help("write `line:` with the pattern between the two"));
    }
}

/// Returns the texts of which a pattern finds one, where the longest is always the first that fits.
fn literals(tree: &Ast) -> Option<Vec<String>> {
    let text = |tree: &Ast| -> Option<String> {
        let parts = match tree {
            Ast::Literal(_) => std::slice::from_ref(tree),
            Ast::Concat(concat) => &concat.asts,
            _ => return None,
        };
        parts.iter().map(|part| if let Ast::Literal(literal) = part { Some(literal.c) } else { None }).collect()
    };
    let texts: Vec<String> = match tree {
        Ast::Alternation(alternation) => alternation.asts.iter().map(text).collect::<Option<_>>()?,
        one => vec![text(one)?],
    };
    let clash = texts.iter().enumerate().any(|(at, text)| texts[at + 1..].iter().any(|later| later.starts_with(text)));
    (!clash).then_some(texts)
}

fn is_whole_line(tree: &Ast) -> bool {
    let Ast::Concat(concat) = tree else { return false };
    let is = |tree: Option<&Ast>, kind| matches!(tree, Some(Ast::Assertion(assertion)) if assertion.kind == kind);
    is(concat.asts.first(), ast::AssertionKind::StartLine) && is(concat.asts.last(), ast::AssertionKind::EndLine)
}

/// Returns where the key stands whose value is the scalar at `value`.
fn key_of(node: &Node, value: Span) -> Option<Span> {
    match &node.value {
        Value::Scalar(_) => None,
        Value::List(items) => items.iter().find_map(|item| key_of(item, value)),
        Value::Map(entries) => entries.iter().find_map(|entry| {
            let is_it = matches!(entry.value.value, Value::Scalar(_)) && entry.value.span == value;
            if is_it { Some(entry.span) } else { key_of(&entry.value, value) }
        }),
    }
}

/// Whether the time grows with the square of a line's length: the pattern may be read so, and it is so.
fn is_quadratic(pattern: &Pattern, regex: &Regex) -> bool {
    let Ok(hir) = regex_syntax::parse(&pattern.regex) else { return false };
    if !falls_back(&hir) {
        return false;
    }
    let mut short = String::new();
    shortest(&hir, &mut short);
    if short.is_empty() {
        return false;
    }
    let time = |len: usize| {
        let line = short.repeat(len / short.len() + 1);
        fastest(TRIES, || _ = regex.find_iter(&line).count())
    };
    let [less, more] = LINES.map(time);
    // Linear is 4 times, quadratic 16.
    more > less * 8 && more > Duration::from_micros(200)
}

/// Whether a part of the pattern reads on without bound for something, and may do with less where that is missing.
fn falls_back(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Alternation(parts) => parts.iter().any(reads_on) || parts.iter().any(falls_back),
        HirKind::Repetition(repetition) => {
            (repetition.min == 0 && reads_on(&repetition.sub)) || falls_back(&repetition.sub)
        }
        HirKind::Capture(capture) => falls_back(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(falls_back),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// Whether it repeats a large class without bound and wants something behind.
fn reads_on(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().enumerate().any(|(at, part)| {
            let wants = parts[at + 1..].iter().any(|part| part.properties().minimum_len().is_some_and(|len| len > 0));
            (wants && repeats_large(part)) || reads_on(part)
        }),
        HirKind::Capture(capture) => reads_on(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().any(reads_on),
        _ => false,
    }
}

fn repeats_large(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => repetition.max.is_none() && is_large(&repetition.sub),
        HirKind::Capture(capture) => repeats_large(&capture.sub),
        _ => false,
    }
}

fn is_large(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().map(|range| u64::from(u32::from(range.end()) - u32::from(range.start())) + 1).sum::<u64>()
                > 40_000
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => false,
        HirKind::Capture(capture) => is_large(&capture.sub),
        HirKind::Repetition(repetition) => is_large(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(is_large),
    }
}

/// Appends a short text that the pattern takes.
fn shortest(hir: &Hir, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let holds = |c: &char| class.iter().any(|range| (range.start()..=range.end()).contains(c));
            let usual = "aA1 .".chars().find(holds);
            out.extend(usual.or_else(|| class.iter().next().map(|range| range.start())));
        }
        HirKind::Class(Class::Bytes(_)) => {}
        HirKind::Repetition(repetition) => (0..repetition.min.min(50)).for_each(|_| shortest(&repetition.sub, out)),
        HirKind::Capture(capture) => shortest(&capture.sub, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| shortest(part, out)),
        HirKind::Alternation(parts) => {
            let least = parts.iter().min_by_key(|part| part.properties().minimum_len().unwrap_or(usize::MAX));
            if let Some(part) = least {
                shortest(part, out);
            }
        }
    }
}
