//! Code in an article: there capitals inside words and marks without spaces are how things are written.

use std::sync::LazyLock;

use memchr::memchr_iter;
use regex::Regex;

/// So many signs of code, and a text is about programming.
const SIGNS: usize = 2;

static CODE: LazyLock<Regex> = LazyLock::new(|| {
    let signs = [
        r"\w\(\)",
        r"\w::\w",
        r"\w->\w",
        r"[;{}][ \t]*(?:[\r\n]|$)",
        r"[=!]=|:=|=>|&&",
        r"[a-z]+_[a-z]+",
        r"</[a-z]",
        "```",
        r#"": ?["\[{0-9]"#,
    ];
    Regex::new(&format!("(?-u){}", signs.join("|"))).expect("a constant pattern")
});

/// A line of a program, as no line of prose is written.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let signs = [
        r"\w\(\)",
        r"\w::\w",
        r"\w->\w",
        r"[{}][ \t]*$",
        r"\)[ \t]*;[ \t]*$",
        r"[=!]=|:=|=>|&&|\|\|",
        r"^[ \t]*(?://|/\*|#include|#!|<\?)",
        r#"": ?["\[{0-9]"#,
    ];
    Regex::new(&format!("(?-u){}", signs.join("|"))).expect("a constant pattern")
});

/// Returns whether `line` is one of a program.
pub(super) fn is_code_line(line: &str) -> bool {
    LINE.is_match(line)
}

/// Follows the fences of Markdown from line to line. One that nothing closes goes to the end of the text.
#[derive(Default)]
pub(super) struct Fences {
    open: Option<&'static str>,
}

impl Fences {
    /// Takes the next line; returns whether it is fenced code, or a fence itself.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        let line = line.trim_start_matches([' ', '\t', '>']);
        let fence = ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence));
        match (self.open, fence) {
            (None, None) => false,
            (Some(open), Some(fence)) if open == fence => {
                self.open = None;
                true
            }
            (open, fence) => {
                self.open = open.or(fence);
                true
            }
        }
    }
}

/// Code between backticks in one line.
pub(super) struct Backticks(Vec<usize>);

impl Backticks {
    pub(super) fn of(line: &str) -> Self {
        Self(memchr_iter(b'`', line.as_bytes()).collect())
    }

    /// Returns whether the byte at `at` stands between two of them.
    pub(super) fn hold(&self, at: usize) -> bool {
        let before = self.0.partition_point(|&tick| tick < at);
        before % 2 == 1 && before < self.0.len()
    }
}

/// Returns whether `text` has any sign of code at all.
pub(super) fn shows_code(text: &str) -> bool {
    CODE.is_match(text)
}

/// Returns whether `text` shows code, or speaks in its names.
pub(super) fn is_technical(text: &str) -> bool {
    CODE.find_iter(text).take(SIGNS).count() == SIGNS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_about_code_is_technical() {
        assert!(is_technical("Call run() first.\n\nThen use my_value."));
        assert!(is_technical("struct Point {\n    x: f64;\n"));
    }

    #[test]
    fn an_article_that_names_one_function_is_not() {
        assert!(!is_technical("He typed run() and went home; so did she."));
        assert!(!is_technical("It cost 5 (five); no more. So: a = b, they said."));
    }
}
