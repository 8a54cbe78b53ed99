//! Regular expressions and replacements inside a rule file, with carets that point into them.

use regex_syntax::ast;
use regex_syntax::hir::{Hir, HirKind};

use super::reader::{Reader, Text};
use crate::rules::diagnostics::{names, quoted};
use crate::rules::model::{Part, Pattern, Template};
use crate::rules::yaml::Style;
use crate::text::Span;

/// Bytes of a pattern. A class of Unicode takes kilobytes for each few bytes here.
const MAX_PATTERN: usize = 32 * 1024;
/// Mistakes of one replacement that are reported; each takes a look at the whole of it.
const MAX_MISTAKES: usize = 10;

/// The groups of a pattern by number, the whole match included: their names, where they have one.
pub(super) type Groups = Vec<Option<String>>;

/// How a pattern is used, which decides what it may match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It says what to look for, so each match must have a character at least.
    Find,
    /// It is a condition, so it must be able to fail.
    Guard,
    /// It may match nothing.
    Free,
}

impl Reader {
    /// Takes `text`, called `what`, for a regular expression.
    pub(super) fn pattern(&mut self, text: Text<'_>, what: &str, how: Use) -> Option<(Pattern, Groups)> {
        let regex = text.value;
        if regex.len() > MAX_PATTERN {
            let label = format!("{} bytes, of {MAX_PATTERN} at most", regex.len());
            self.error(format!("{what} is too long"), text.span, label).help =
                Some("a list of texts belongs to `literals` or `labels`, which take any number".to_owned());
            return None;
        }
        if text.style == Style::Double && self.has_mistaken_escape(text) {
            return None;
        }
        // The flags that the `regex` crate sets. Case and whole words change nothing that is asked here.
        let hir = match regex_syntax::Parser::new().parse(regex) {
            Ok(hir) => hir,
            Err(error) => {
                self.invalid(text, what, &error);
                return None;
            }
        };
        if text.style == Style::Block && regex.ends_with('\n') && !ignores_white_space(regex, &hir) {
            let span = self.inside(text, 0..regex.trim_end_matches('\n').len());
            self.error(format!("{what} ends in a line break"), span, "the block adds a line break to this pattern")
                .help = Some("write `|-` (or `>-`), which adds none".to_owned());
            return None;
        }
        let least = hir.properties().minimum_len();
        let objection = match how {
            _ if least.is_none() => Some(("cannot match any text", "no text matches this")),
            Use::Find if least == Some(0) => {
                Some(("can match nothing", "also matches the empty text, which stands everywhere"))
            }
            Use::Guard if always_matches(&hir) => {
                Some(("holds everywhere", "also matches the empty text, which stands everywhere"))
            }
            _ => None,
        };
        if let Some((title, label)) = objection {
            let help = match how {
                Use::Find if least.is_some() => Some("ask for one character at least, with `+` in place of `*` or `?`"),
                Use::Guard if least.is_some() => Some("ask for one character at least, or for `^`, `$` or `\\b`"),
                _ => None,
            };
            self.error(format!("{what} {title}"), text.span, label).help = help.map(str::to_owned);
            return None;
        }
        let mut groups = vec![None];
        gather_groups(&hir, &mut groups);
        Some((Pattern { regex: regex.to_owned(), origin: self.origin(text.span) }, groups))
    }

    /// Reports what the parser of regular expressions has to say, in its own words and at its own place.
    fn invalid(&mut self, text: Text<'_>, what: &str, error: &regex_syntax::Error) {
        let (span, also, words) = match error {
            regex_syntax::Error::Parse(error) => {
                (*error.span(), error.auxiliary_span().copied(), error.kind().to_string())
            }
            regex_syntax::Error::Translate(error) => (*error.span(), None, error.kind().to_string()),
            error => {
                self.error(format!("{what} is not a valid regular expression"), text.span, error.to_string());
                return;
            }
        };
        let range = |span: ast::Span| span.start.offset..span.end.offset;
        let place = self.inside(text, range(span));
        let also = also.map(|also| self.origin(self.inside(text, range(also))));
        let help = match error {
            regex_syntax::Error::Parse(error) => match error.kind() {
                ast::ErrorKind::UnsupportedLookAround => {
                    Some("say what must stand around the match with `before:` and `after:`")
                }
                ast::ErrorKind::UnsupportedBackreference => {
                    Some("there are none, so that cleaning takes time linear in the text")
                }
                ast::ErrorKind::ClassUnclosed => {
                    Some("close it with `]`; a `[` that is meant as itself is written `\\[`")
                }
                ast::ErrorKind::GroupUnclosed => {
                    Some("close it with `)`; a `(` that is meant as itself is written `\\(`")
                }
                ast::ErrorKind::GroupUnopened => Some("a `)` that is meant as itself is written `\\)`"),
                ast::ErrorKind::RepetitionMissing => {
                    Some("`*`, `+`, `?` and `{` repeat what stands before them; meant as themselves they need a `\\`")
                }
                _ => None,
            },
            _ => None,
        };
        // The parser's words may go on with an explanation in a second sentence or line.
        let words = words.lines().next().unwrap_or_default();
        let diagnostic = self.error(format!("{what} is not a valid regular expression"), place, words);
        diagnostic.help = help.map(str::to_owned);
        diagnostic.also = also.map(|also| (also, "the first one".to_owned()));
    }

    /// Reports escapes that YAML took for itself although they look like escapes of a regular expression. Only
    /// those that mean something else there: `\n`, `\t` and `\f` are the same character either way.
    fn has_mistaken_escape(&mut self, text: Text<'_>) -> bool {
        let written = self.source.text.get(text.span.range()).unwrap_or_default();
        let mut chars = written.char_indices();
        while let Some((offset, c)) = chars.next() {
            if c != '\\' {
                continue;
            }
            let (escape, yaml, regex) = match chars.next() {
                Some((_, 'b')) => ("\\b", "a backspace character", "the edge of a word"),
                Some((_, 'P')) => ("\\P", "a paragraph separator", "a class of characters"),
                _ => continue,
            };
            let start = text.span.start + offset;
            let label = format!("in a regular expression it would be {regex}");
            let title = format!("`{escape}` in double quotes is {yaml}");
            self.error(title, Span::new(start, start + escape.len()), label).help =
                Some(format!("write the pattern in single quotes, where a backslash stays a backslash: `'{escape}'`"));
            return true;
        }
        false
    }

    /// Takes `text`, called `what`, for a replacement. `groups` are those of the pattern, if it is known.
    pub(super) fn template(&mut self, text: Text<'_>, what: &str, groups: Option<&Groups>) -> Option<Template> {
        let mut parts: Vec<Part> = Vec::new();
        let mut plain = String::new();
        let mut rest = text.value;
        let mut mistakes = 0;
        while let Some(at) = rest.find('$').filter(|_| mistakes < MAX_MISTAKES) {
            plain.push_str(&rest[..at]);
            let start = text.value.len() - rest.len() + at;
            let behind = &rest[at + 1..];
            if let Some(next) = behind.strip_prefix('$') {
                plain.push('$');
                rest = next;
                continue;
            }
            let group = behind.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let Some((name, next)) = group.filter(|(name, _)| is_group_name(name)) else {
                let span = self.inside(text, start..start + 1);
                let help = dollar_help(behind);
                self.error(
                    format!("{what} has a `$` that is neither `${{…}}` nor `$$`"),
                    span,
                    "what is meant here?",
                )
                .help = Some(help);
                mistakes += 1;
                rest = behind;
                continue;
            };
            rest = next;
            let Some(groups) = groups else { continue };
            let number = match name.parse::<usize>() {
                Ok(number) => Some(number).filter(|number| *number < groups.len()),
                Err(_) => groups.iter().position(|group| group.as_deref() == Some(name)),
            };
            match number {
                Some(number) => {
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Group(number));
                }
                None => {
                    let span = self.inside(text, start..start + 3 + name.len());
                    let title = format!("{what} names a group that its pattern does not have");
                    self.error(title, span, format!("no group {}", quoted(name))).help = Some(groups_help(groups));
                    mistakes += 1;
                }
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        (mistakes == 0).then_some(Template { parts })
    }
}

/// Returns whether the pattern holds without reading a character and without asking for an edge.
fn always_matches(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Repetition(repetition) => repetition.min == 0 || always_matches(&repetition.sub),
        HirKind::Capture(capture) => always_matches(&capture.sub),
        HirKind::Concat(parts) => parts.iter().all(always_matches),
        HirKind::Alternation(parts) => parts.iter().any(always_matches),
    }
}

/// Returns whether a line break at the end of `regex` means nothing, as in patterns with `(?x)`.
fn ignores_white_space(regex: &str, hir: &Hir) -> bool {
    regex_syntax::Parser::new().parse(regex.trim_end_matches('\n')).is_ok_and(|trimmed| trimmed == *hir)
}

fn gather_groups(hir: &Hir, groups: &mut Groups) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            let index = capture.index as usize;
            if groups.len() <= index {
                groups.resize(index + 1, None);
            }
            groups[index] = capture.name.as_deref().map(str::to_owned);
            gather_groups(&capture.sub, groups);
        }
        HirKind::Repetition(repetition) => gather_groups(&repetition.sub, groups),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                gather_groups(part, groups);
            }
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

fn is_group_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Guesses what a lone `$` before `behind` was meant for.
fn dollar_help(behind: &str) -> String {
    let end = |belongs: fn(char) -> bool| behind.find(|c| !belongs(c)).unwrap_or(behind.len());
    let number = &behind[..end(|c| c.is_ascii_digit())];
    let word = &behind[..end(|c| c.is_alphanumeric() || c == '_')];
    if behind.starts_with('{') {
        "close the group, as in `${1}` or `${name}`; a dollar sign is written `$$`".to_owned()
    } else if !number.is_empty() {
        let text = word.strip_prefix(number).unwrap_or_default();
        format!("write `${{{number}}}{text}` for group {number}; a dollar sign is written `$$`")
    } else if !word.is_empty() {
        format!("write `${{{word}}}` for a group of that name; a dollar sign is written `$$`")
    } else {
        "a dollar sign is written `$$`".to_owned()
    }
}

fn groups_help(groups: &Groups) -> String {
    let known: Vec<String> = (groups.iter().enumerate())
        .map(|(number, name)| format!("${{{}}}", name.as_deref().map_or_else(|| number.to_string(), str::to_owned)))
        .collect();
    format!("it has {}, where `${{0}}` is the whole match", names(known.iter().map(String::as_str)))
}
