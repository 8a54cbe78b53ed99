//! Hard wraps: line ends where mail, a plain-text export or a PDF ran out of columns.
//!
//! Who wraps at a width ends a line only where the next word would not have fitted. A text is wrapped if that holds
//! for nearly all of its lines, if they go on with small letters as sentences do, and if none is much longer. Then each
//! pair of lines for which it holds is joined; where the next word would have fitted, its writer ended the line.

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, is_word_char};

use super::options::Reader;
use super::rows::{Row, between, first_word, has_case, is_small, is_unspaced, is_wide, rows, width};
use super::sentences::ends_sentence;
use super::{Finder, Found, Options};

/// Widths at which texts are wrapped.
const WIDTHS: std::ops::RangeInclusive<usize> = 50..=100;
/// So many lines at least must end where the next word would not have fitted,
const FULL: usize = 4;
/// and for each line that ends before, so many.
const FULL_TO_ONE: usize = 3;
/// East Asian marks may hang over the edge by so many columns, or stand so far before it.
const HANG: usize = 4;
/// A full line of a paragraph has so many words at least, most of them shorter than this.
const WORDS: usize = 4;
const LONGEST: usize = 48;
/// A label before a colon has so many bytes and words at most;
const LABEL: usize = 40;
const LABEL_WORDS: usize = 3;
/// a list has so many of them, and one in so many lines.
const LABELS: usize = 2;
const LINES_OF_LABEL: usize = 3;
/// A line of nothing but names and numbers has so many words.
const NAMES: usize = 3;
/// Scripts without spaces break inside of what looks like a word.
const UNSPACED: usize = 20;

/// The built-in finder `hard-wraps`.
pub(super) struct HardWraps;

impl HardWraps {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        Reader::new("hard-wraps", options, &[]).finish(|| Self)
    }
}

impl Finder for HardWraps {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let rows = rows(doc);
        let Some((column, joins)) = joins(&rows) else { return };
        for at in joins {
            let (row, next) = (&rows[at], &rows[at + 1]);
            let span = Span::new(row.span.end, next.span.start);
            let evidence = format!("lines are wrapped at {column} columns");
            let after = between(row.text, next.text).to_owned();
            found.push(Found { span, after, evidence: Some(evidence), score: None });
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        // A line below a line. (Counting their columns would cost the detector more than looking at them.)
        Some(vec![r"[^\s][ \t]?(?:\r\n?|\n)[ \t]*[^\s]".to_owned()])
    }
}

/// Returns the column at which a text is wrapped, and the rows that go on in the next; None where it is not.
pub(super) fn joins(rows: &[Row<'_>]) -> Option<(usize, Vec<usize>)> {
    let wrapped = Wrapped::new(rows);
    let column = wrapped.column()?;
    let spaced = wrapped.spaced(column);
    let listed = wrapped.listed();
    let full = wrapped.pairs.iter().filter(|pair| pair.is_full(column)).map(|pair| pair.at);
    Some((column, full.filter(|&at| wrapped.joins(at, spaced[at], listed[at])).collect()))
}

/// What may be wrapped of a text.
struct Wrapped<'r, 't> {
    rows: &'r [Row<'t>],
    pairs: Vec<Pair>,
}

/// A row that another row of words follows, nothing between.
struct Pair {
    at: usize,
    /// Where the row ends, and how many columns more the next word would have taken.
    end: usize,
    needed: usize,
    /// So many columns the row may end behind the column at which the text is wrapped.
    hang: usize,
    has_address: bool,
}

impl Pair {
    fn new(row: &Row<'_>, next: &Row<'_>, at: usize) -> Self {
        let chunk = next.text.split(char::is_whitespace).next().unwrap_or_default();
        let wide = row.text.ends_with(is_wide);
        let needed = match (row.text.chars().next_back(), chunk.chars().next()) {
            (Some(last), Some(first)) if is_unspaced(last) && is_unspaced(first) => {
                if wide {
                    2 + HANG
                } else {
                    width(chunk).min(UNSPACED)
                }
            }
            _ => 1 + width(chunk),
        };
        Self { at, end: row.end(), needed, hang: if wide { HANG } else { 0 }, has_address: row.text.contains("://") }
    }

    /// Whether the next word would not have fitted into the row.
    fn is_full(&self, column: usize) -> bool {
        let fits = self.end <= column + self.hang || self.has_address;
        self.end * 5 >= column * 3 && fits && self.end + self.needed > column
    }

    /// Whether the row is not one of a text that is wrapped at `column`: it is longer, or ends before it is full.
    fn is_stray(&self, column: usize) -> bool {
        self.end * 2 >= column && !self.is_full(column)
    }
}

impl<'r, 't> Wrapped<'r, 't> {
    fn new(rows: &'r [Row<'t>]) -> Self {
        let pair = |at: usize| {
            let (row, next) = (&rows[at], &rows[at + 1]);
            let before = at.checked_sub(1).map(|before| &rows[before]);
            let begins = !before.is_some_and(|before| before.is_words() && before.indent >= row.indent);
            let fits = row.is_words()
                && next.is_words()
                && !row.breaks
                && row.text != next.text
                && is_sentence(row.text)
                && (row.indent == next.indent || begins && row.indent > next.indent);
            fits.then(|| Pair::new(row, next, at))
        };
        let pairs = (0..rows.len().saturating_sub(1)).filter_map(pair).collect();
        Self { rows, pairs }
    }

    /// Returns the column at which the text is wrapped, if it is: that at which most rows are full.
    fn column(&self) -> Option<usize> {
        if self.pairs.len() < FULL {
            return None;
        }
        let mut columns: Vec<usize> =
            self.pairs.iter().map(|pair| pair.end).filter(|column| WIDTHS.contains(column)).collect();
        columns.sort_unstable();
        columns.dedup();
        let full = |column: usize| self.pairs.iter().filter(|pair| pair.is_full(column)).count();
        let mut best: Vec<(usize, usize)> = columns.into_iter().map(|column| (full(column), column)).collect();
        best.sort_unstable();
        best.pop().map(|(_, column)| column).filter(|&column| self.is_wrapped_at(column))
    }

    fn is_wrapped_at(&self, column: usize) -> bool {
        let (mut full, mut cased, mut small, mut open) = (0, 0, 0, 0);
        let mut triple = false;
        let mut last = usize::MAX;
        for pair in self.pairs.iter().filter(|pair| pair.is_full(column)) {
            let (row, next) = (&self.rows[pair.at], &self.rows[pair.at + 1]);
            full += 1;
            triple |= last == pair.at.wrapping_sub(1);
            last = pair.at;
            open += usize::from(!row.is_ended());
            if next.text.contains(has_case) {
                cased += 1;
                small += usize::from(is_small(next.first_word()));
            }
        }
        let strays = self.pairs.iter().filter(|pair| pair.is_stray(column)).count();
        let flows = open * 5 >= full * 3 && small * 5 >= cased * 2;
        full >= FULL && triple && full >= FULL_TO_ONE * strays && flows && !self.is_verse(column)
    }

    /// Whether the lines are those of verse in small letters: they end where the voice pauses, or their stanzas begin
    /// as no sentence does.
    fn is_verse(&self, column: usize) -> bool {
        let (mut full, mut paused, mut begun, mut begun_small) = (0, 0, 0, 0);
        for pair in self.pairs.iter().filter(|pair| pair.is_full(column)) {
            let row = &self.rows[pair.at];
            full += 1;
            paused += usize::from(row.is_ended() || row.text.ends_with(is_pause));
            if pair.at.checked_sub(1).is_none_or(|before| !self.rows[before].is_words()) {
                begun += 1;
                begun_small += usize::from(is_small(row.first_word()));
            }
        }
        paused * 2 > full || begun_small * 2 > begun
    }

    /// Whether the line `at`, which is full, goes on in the next. `listed`: its paragraph is a list of labelled lines.
    fn joins(&self, at: usize, spaced: bool, listed: bool) -> bool {
        let (row, next) = (&self.rows[at], &self.rows[at + 1]);
        if is_labelled(next.text) && (listed || row.is_ended()) || is_of_names(row.text) || is_of_names(next.text) {
            return false;
        }
        if row.is_ended() && !next.text.starts_with(char::is_lowercase) && !spaced {
            return false; // As well the end of a paragraph.
        }
        if row.text.ends_with(['-', '\u{2010}', '\u{AD}']) && next.text.starts_with(char::is_alphabetic) {
            let before = row.text.chars().rev().nth(1).is_some_and(is_word_char);
            return !before || is_suspended(next.text);
        }
        // An address may go on or not.
        !row.text
            .rsplit(char::is_whitespace)
            .next()
            .is_some_and(|chunk| chunk.contains("://") && !chunk.ends_with([')', '>', ',', '.', ';']))
    }

    /// Returns for every row whether its paragraph is a list of lines that each begin with a label, as `Monday: …`.
    fn listed(&self) -> Vec<bool> {
        let mut listed = vec![false; self.rows.len()];
        let mut start = 0;
        while start < self.rows.len() {
            let end =
                self.rows[start..].iter().position(|row| !row.is_words()).map_or(self.rows.len(), |len| start + len);
            let labels = self.rows[start..end].iter().filter(|row| is_labelled(row.text)).count();
            listed[start..end].fill(labels >= LABELS && labels * LINES_OF_LABEL >= end - start);
            start = end + 1;
        }
        listed
    }

    /// Returns for every row whether its paragraph is set apart by blank lines: no line of it ends before it is full,
    /// but the last.
    fn spaced(&self, column: usize) -> Vec<bool> {
        let mut spaced = vec![true; self.rows.len()];
        let mut pairs = self.pairs.iter().peekable();
        let mut start = 0;
        while start < self.rows.len() {
            let end =
                self.rows[start..].iter().position(|row| !row.is_words()).map_or(self.rows.len(), |len| start + len);
            let mut full = 0;
            while let Some(pair) = pairs.next_if(|pair| pair.at < end) {
                full += usize::from(pair.is_full(column));
            }
            spaced[start..end].fill(full + 1 >= end - start);
            start = end + 1;
        }
        spaced
    }
}

/// Whether `line` is of words, and not of keys, paths and numbers.
fn is_sentence(line: &str) -> bool {
    let words = || line.split(char::is_whitespace);
    let plain = |word: &&str| word.chars().all(|c| c.is_alphabetic() || !c.is_alphanumeric()) && word.len() < LONGEST;
    line.contains(is_unspaced) || (words().count() >= WORDS && words().filter(plain).count() * 4 >= words().count() * 3)
}

/// Whether `c` is a mark where the voice pauses.
fn is_pause(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '–' | '—' | '，' | '、' | '；' | '：' | '،' | '؛')
}

/// Whether `line` begins with a label of a few words: `Opening hours: …`.
fn is_labelled(line: &str) -> bool {
    let Some((label, rest)) = line.split_once([':', '：']) else { return false };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’' | '.' | '/' | '(' | ')');
    label.len() <= LABEL
        && label.split(' ').count() <= LABEL_WORDS
        && label.starts_with(char::is_alphabetic)
        && label.chars().all(plain)
        && (rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with(is_unspaced))
}

/// Whether `line` is of nothing but names and numbers, as those of postal addresses and tables are.
fn is_of_names(line: &str) -> bool {
    const SMALL: &[&str] =
        &["of", "and", "the", "for", "de", "der", "den", "van", "am", "an", "im", "la", "du", "und", "et"];
    let name = |word: &str| {
        let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        bare.is_empty() || bare.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) || SMALL.contains(&bare)
    };
    line.contains(has_case) && !ends_sentence(line) && line.split(' ').count() >= NAMES && line.split(' ').all(name)
}

/// Words before which a hyphen stands for a word that is left out: `Ein- und Ausgabe`.
const CONJUNCTIONS: &[&str] = &[
    "aber", "als", "and", "and/or", "bis", "bzw", "e", "ed", "eller", "en", "et", "i", "ja", "nebst", "nor", "o",
    "och", "oder", "of", "og", "or", "ou", "sowie", "statt", "tai", "to", "u", "und", "vai", "versus", "vs", "wie",
    "y", "и", "или",
];

/// Whether a hyphen before `next` stands for a word that is left out.
pub(super) fn is_suspended(next: &str) -> bool {
    let word = first_word(next);
    CONJUNCTIONS.binary_search(&word).is_ok() && !next[word.len()..].starts_with(is_word_char)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    fn joined(text: &str) -> String {
        clean(&*finder("hard-wraps", &json!({})), text, None)
    }

    fn prose(width: usize, words: usize) -> String {
        indented("", width, words)
    }

    /// A text about nothing, wrapped at `width`.
    fn indented(indent: &str, width: usize, words: usize) -> String {
        let lexicon =
            ["the", "harbour", "and", "a", "bell", "of", "which", "nobody", "knows", "long", "before", "quay,", "is"];
        let (mut text, mut len) = (format!("{indent}The"), indent.len() + 3);
        for index in 0..words {
            let word = lexicon[(index * index + index / 3) % lexicon.len()];
            let fits = len + 1 + word.len() <= width;
            text.push(if fits { ' ' } else { '\n' });
            len = if fits { len + 1 + word.len() } else { word.len() };
            text.push_str(word);
        }
        text + "."
    }

    #[test]
    fn paragraphs_of_any_width_are_joined() {
        for width in [55, 66, 72, 79, 90] {
            let text = format!("A title\n\n{}\n\n{}\n", prose(width, 120), prose(width, 80));
            let flat = |text: &str| text.replace('\n', " ");
            let expected = format!("A title\n\n{}\n\n{}\n", flat(&prose(width, 120)), flat(&prose(width, 80)));
            assert_eq!(joined(&text), expected);
            assert_eq!(joined(&text.replace('\n', "\r\n")), expected.replace('\n', "\r\n"));
            assert_eq!(joined(&text.replace('\n', "\r")), expected.replace('\n', "\r"));
        }
    }

    #[test]
    fn indents_and_short_lines_begin_paragraphs() {
        let text = format!("{}\n{}\n{}\n", indented("  ", 70, 60), indented("    ", 70, 60), prose(70, 60));
        let joined = joined(&text);
        assert_eq!(joined.lines().count(), 3, "{joined}");
    }

    #[test]
    fn a_full_line_that_ends_a_sentence_may_end_a_paragraph() {
        // Without blank lines between paragraphs nobody can tell.
        let lines: Vec<String> = prose(70, 90).lines().map(str::to_owned).collect();
        let full = lines.iter().map(String::len).max().expect("lines");
        let mut last = "and nobody knows why it is so, or how long it has been so, or was";
        last = &last[..last.len().min(full - 1)];
        let text = format!("{}\nThe end.\n{}\n{last}.\nThen more.\n", lines.join("\n"), lines.join("\n"));
        assert!(joined(&text).contains(".\nThen more."), "{}", joined(&text));
    }

    #[test]
    fn scripts_without_spaces_are_joined_without_one() {
        let line = "渡船每天早上六点离开码头那时岸边的商店还没有一家开门想要赶上第一班船";
        let chars: Vec<char> = line.chars().collect();
        let turned = |by: usize| chars[by..].iter().chain(&chars[..by]).collect::<String>();
        let lines: Vec<String> = (0..5).map(turned).collect();
        assert_eq!(joined(&format!("{}\n完。\n", lines.join("\n"))), format!("{}完。\n", lines.concat()));
    }

    #[test]
    fn what_must_keep_its_lines_does() {
        let wrapped = prose(72, 120);
        let each = |before: &str| wrapped.lines().map(|line| format!("{before}{line}\n")).collect::<String>();
        let kept = [
            each("> "),
            each("- "),
            each("• "),
            each("    "),
            each("\t"),
            each("| "),
            each("# "),
            format!("```\n{wrapped}\n```\n"),
            wrapped.lines().map(|line| format!("{line}  \n")).collect(),
            format!("Yours\n\n-- \n{}", prose(72, 60)),
            // Verse begins with capitals; tables have columns.
            wrapped.lines().map(|line| format!("{}{}\n", line[..1].to_uppercase(), &line[1..])).collect(),
            wrapped.lines().map(|line| format!("{}   {}\n", &line[..20], &line[20..])).collect(),
            "2024-01-01 the server is up and waits for all the things that will come\n".repeat(9),
            "contact-keyserver/tlog_a+16b31509+ARLJ+pmTj78HzTeBj04V+LVfB+GFA log 12\n".repeat(9),
        ];
        for text in kept {
            assert_eq!(joined(&text), text);
        }
    }

    #[test]
    fn conjunctions_are_sorted() {
        assert!(super::CONJUNCTIONS.is_sorted());
    }

    #[test]
    fn lines_cost_linear_time_in_any_text() {
        let full = format!("{}\n", "word ".repeat(14).trim_end());
        for piece in [&full, "a\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", " \n", "-\n", "字\n", "a b c d "] {
            joined(&piece.repeat(20_000));
        }
    }
}
