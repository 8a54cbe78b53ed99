//! Marks of notes that lead nowhere: `[1]`, `[12]: 207`, `[note 3]`, when the notes themselves are not in the text.
//!
//! Marks that ascend through a text and stand right behind what they prove are those of an encyclopedia or a magazine.
//! Where the text has a list that they lead to, speaks of them, or shows code, they stay. Marks that stand apart, as
//! in scientific papers, are left to review.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::code::{Backticks, Fences, is_code_line, is_technical};
use super::options::Reader;
use super::{Finder, Found, Options};
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Lines, Span, is_blank};

/// So many different marks must ascend.
const ENOUGH: usize = 2;
/// So many lines behind the heading of a list its first entry is looked for.
const NEAR: usize = 3;

/// The built-in finder `reference_marks`.
pub(super) struct ReferenceMarks {
    /// Finds what the default leaves, instead of what it finds.
    doubtful: bool,
    /// Headings of lists of notes, in small letters.
    heads: HashSet<String>,
}

impl ReferenceMarks {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("reference-marks", options, &["heads", "trust"]);
        let doubtful = reader.choice("trust", &["sure", "likely"]) == Some(1);
        let heads = reader.phrases("heads");
        reader.finish(|| Self { doubtful, heads: heads.iter().map(|head| head.to_lowercase()).collect() })
    }
}

static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"(?P<number>[0-9]{1,3})";
    let note = r"(?:note|nb|n|N|Note|Anm\.|A|注|註|注釈) ?[0-9]{1,2}|[a-h]";
    // With a page: `[12]: 207–209`, as encyclopedias write it.
    let page = r"(?P<page>:[ \x{A0}\x{200A}]?[0-9]{1,4}(?:[–-][0-9]{1,4})?)?";
    Regex::new(&format!(r"\[(?:{number}|{note})\]{page}")).expect("a constant pattern")
});

/// How a mark stands in its sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stands {
    /// Right behind the word or mark that it belongs to, or apart at the end of a sentence and of a line.
    Close,
    /// Apart between two sentences, as others also number paragraphs.
    Between,
    /// Behind a space.
    Apart,
}

struct Mark {
    /// With the space before it, where that goes too.
    span: Span,
    number: Option<u32>,
    stands: Stands,
    /// Whether a sentence begins right behind it.
    glued: bool,
}

impl Finder for ReferenceMarks {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let Some(marks) = marks(doc) else { return };
        if !ascend(&marks) || self.has_list(doc) || has_notes(doc, &marks) {
            return;
        }
        let close = marks.iter().filter(|mark| mark.stands == Stands::Close).count();
        let sure = close * 2 > marks.len() && !is_technical(text);
        let chosen = marks.iter().filter(|mark| (sure && mark.stands != Stands::Apart) != self.doubtful);
        for mark in chosen {
            match found.last_mut() {
                Some(last) if last.span.end == mark.span.start => {
                    last.span.end = mark.span.end;
                    last.after = if mark.glued { " ".to_owned() } else { String::new() };
                }
                _ => {
                    let after = if mark.glued { " ".to_owned() } else { String::new() };
                    found.push(Found { span: mark.span, after, evidence: None, score: None });
                }
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r"\[[0-9]{1,3}\]".to_owned()])
    }
}

/// Returns the marks of the text; None where a line begins with one, so that they lead there, or where one is an
/// index or a name: `a[0]`, `see [3]`.
fn marks(doc: &Document<'_>) -> Option<Vec<Mark>> {
    let text = doc.text();
    let mut marks: Vec<Mark> = Vec::new();
    let mut fences = Fences::default();
    for line in doc.lines().as_slice() {
        let content = &text[line.content.range()];
        if fences.holds(content) || !content.contains('[') {
            continue;
        }
        let first = marks.len();
        let mut end = 0;
        let ticks = Backticks::of(content);
        // The words before marks, to tell `list[1], list[2]`.
        let mut indexed: HashMap<&str, u32> = HashMap::new();
        for found in MARK.captures_iter(content) {
            let whole = found.get(0).expect("group 0 is the match");
            let page = found.name("page");
            let number: Option<u32> = found.name("number").and_then(|number| number.as_str().parse().ok());
            let before = &content[..whole.start()];
            if is_blank(before.trim_start_matches(['*', '•', '-', '^', '↑', '|', ' '])) && number.is_some() {
                return None;
            }
            if number == Some(0) {
                return None;
            }
            let word = last_word(before);
            if let Some(number) = number.filter(|_| !word.is_empty() && word.is_ascii())
                && indexed.insert(word, number).is_some_and(|other| other != number)
            {
                return None;
            }
            let mark =
                Mark { span: Span::new(whole.start(), whole.end()), number, stands: Stands::Close, glued: false };
            let chained = end > 0 && end == whole.start();
            let placed = place(mark, content, chained, page.map(|page| page.start()));
            let Some(mark) = placed.filter(|_| !ticks.hold(whole.start()) && !is_code(word)) else {
                continue;
            };
            if mark.stands == Stands::Apart && is_spoken_of(before) {
                return None;
            }
            end = mark.span.end;
            marks.push(Mark { span: mark.span.shift(line.content.start), ..mark });
        }
        if marks.len() > first && is_code_line(content) {
            marks.truncate(first);
        }
    }
    Some(marks)
}

/// Works out how `mark` stands in `line`, behind another one if `chained`; None where it is no mark of a note. Its page,
/// if it has one, begins at `page`.
fn place(mut mark: Mark, line: &str, chained: bool, page: Option<usize>) -> Option<Mark> {
    let before = &line[..mark.span.start];
    let trimmed = before.trim_end_matches([' ', '\u{A0}']);
    let last = trimmed.chars().next_back()?;
    let ended = is_end(last);
    let spaces = before.len() - trimmed.len();
    if let Some(page) = page {
        let behind = &line[mark.span.end..];
        let whole = behind.is_empty() || behind.starts_with([' ', '\u{A0}', '[', ',', '|']);
        if (!ended && !chained) || !whole {
            // `as follows[1]: 20 people`: a colon of the sentence.
            if spaces == 0 && !chained {
                return None;
            }
            mark.span.end = page;
        }
    }
    let behind = &line[mark.span.end..];
    let next = behind.chars().next();
    let wide = |c: char| ('\u{2E80}'..='\u{9FFF}').contains(&c) || ('\u{AC00}'..='\u{D7FF}').contains(&c);
    let word_follows = next.is_some_and(char::is_alphanumeric);
    match spaces {
        0 if chained || last.is_alphanumeric() || is_mark(last) || ended => {
            let letter_alone = mark.number.is_none() && !before.ends_with(|c: char| ended || is_mark(c));
            if letter_alone && line[mark.span.start..mark.span.end].len() == 3 && !chained {
                return None; // `word[s]`
            }
            if word_follows && !wide(last) && !next.is_some_and(wide) {
                if !(ended && next.is_some_and(char::is_uppercase)) {
                    return None;
                }
                mark.glued = true;
            }
            // `f[1](x)`, `a[1] = 5`, `x[1].y`, `[1]-[3]`: code, or a range.
            let rest = behind.trim_start_matches(' ');
            let code = rest.starts_with(['=', '+', '*', '/', '<', '>', '{', '_', '%', '&'])
                || behind.starts_with(['(', '-', '–', '\'', '@'])
                || (behind.starts_with('.') && behind[1..].starts_with(|c: char| c.is_alphanumeric()));
            (!code).then_some(mark)
        }
        1 | 2 => {
            let ends = next.is_none() || behind.trim_start().is_empty() || behind.trim_start().starts_with('|');
            let follows = behind.trim_start().starts_with('[');
            if mark.number.is_none() || word_follows {
                return None;
            }
            mark.stands = match ended {
                true if ends || follows => Stands::Close,
                true => Stands::Between,
                false => Stands::Apart,
            };
            mark.span.start -= spaces;
            Some(mark)
        }
        _ => None,
    }
}

/// Whether `c` ends a sentence, or closes what did.
fn is_end(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '"'
            | '”'
            | '»'
            | '“'
            | '’'
            | ')'
            | '。'
            | '！'
            | '？'
            | '」'
            | '』'
            | '।'
            | '؟'
            | '۔'
    )
}

/// Whether `c` is another mark behind which a note may stand.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        ',' | ';'
            | ':'
            | '\''
            | '%'
            | '‰'
            | '°'
            | '€'
            | '$'
            | '£'
            | '«'
            | '、'
            | '，'
            | '；'
            | '：'
            | '،'
            | '؛'
            | '–'
            | '—'
            | '）'
    ) || unicode_normalization::char::is_combining_mark(c)
}

/// Returns the letters, digits and underscores at the end of `text`.
fn last_word(text: &str) -> &str {
    // A word that is longer than this is none of a program.
    let near = &text[text.ceil_char_boundary(text.len().saturating_sub(40))..];
    let len = near.len() - near.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    &text[text.len() - len..]
}

/// Whether `word` is a name in a program rather than a word: one letter, or with an underscore, or `camelCase`.
fn is_code(word: &str) -> bool {
    let mut chars = word.chars();
    let single = chars.next().is_some_and(|c| c.is_ascii_lowercase()) && chars.next().is_none();
    let camel = word.starts_with(|c: char| c.is_ascii_lowercase()) && word.contains(|c: char| c.is_ascii_uppercase());
    single || camel || word.contains('_')
}

/// Whether a mark that stands apart is a word of its sentence: `see [3]`.
fn is_spoken_of(before: &str) -> bool {
    static SPEAKS: LazyLock<Regex> = LazyLock::new(|| {
        let words = "see|cf|in|from|of|by|ref|refs|reference|references|siehe|vgl|vergleiche|von|aus|nach|voir|dans|selon|vedi|secondo|véase|ver|según|zie|zob|см|se";
        Regex::new(&format!(r"(?i)(?:\b(?:{words})\.?)[ \x{{A0}}]+$")).expect("a constant pattern")
    });
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(24))..];
    SPEAKS.is_match(near)
}

/// Whether most of the different marks ascend through the text: some were put in later.
fn ascend(marks: &[Mark]) -> bool {
    let mut seen = HashSet::new();
    // The last of the best ascending run of each length.
    let mut runs: Vec<u32> = Vec::new();
    for number in marks.iter().filter_map(|mark| mark.number).filter(|&number| seen.insert(number)) {
        let place = runs.partition_point(|&last| last < number);
        match runs.get_mut(place) {
            Some(last) => *last = number,
            None => runs.push(number),
        }
    }
    runs.len() >= ENOUGH && runs.len() * 2 > seen.len()
}

/// Whether the text has the notes themselves, without a heading: lines behind the first mark that begin with the
/// numbers of the marks, as `1 A book`, `¹ A book` and `1. A book`.
fn has_notes(doc: &Document<'_>, marks: &[Mark]) -> bool {
    let mut numbers: HashSet<u32> = marks.iter().filter_map(|mark| mark.number).collect();
    let different = numbers.len();
    let from = marks.first().map_or(0, |mark| mark.span.end);
    for line in doc.lines().as_slice().iter().filter(|line| line.content.start >= from) {
        if let Some(number) = note_number(doc.text()[line.content.range()].trim_start()) {
            numbers.remove(&number);
        }
    }
    let named = different - numbers.len();
    named >= ENOUGH && named * 2 >= different
}

/// Returns the number that `line` begins with, if words follow it.
fn note_number(line: &str) -> Option<u32> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let line = line.trim_start_matches(['(', '^', '*', '•', ' ']);
    let raised = |c: char| RAISED.chars().position(|r| r == c);
    let digit = |c: char| c.to_digit(10).or_else(|| raised(c).and_then(|digit| u32::try_from(digit).ok()));
    let mut number = 0;
    let mut digits = 0;
    let mut rest = line.chars();
    while let Some(value) = rest.clone().next().and_then(digit).filter(|_| digits < 3) {
        number = number * 10 + value;
        digits += 1;
        rest.next();
    }
    let raised = line.starts_with(|c| raised(c).is_some());
    let words = rest.as_str().trim_start_matches(['.', ')', ':', ']']);
    let parted = raised || words.starts_with([' ', '\t', '\u{A0}']);
    (digits > 0 && parted && words.trim_start().starts_with(|c: char| !c.is_numeric() && !c.is_lowercase()))
        .then_some(number)
}

impl ReferenceMarks {
    /// Whether the text has the list that its marks lead to.
    fn has_list(&self, doc: &Document<'_>) -> bool {
        static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^[\s•*-]*(?:[0-9]{1,3}[.):\]]|[0-9]{1,3}\s+\p{Lu}|\^|↑|\[)").expect("a constant pattern")
        });
        static ADDRESS: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"https?://|\b(?:19|20)[0-9]{2}\b").expect("a constant pattern"));
        let text = doc.text();
        let lines: &Lines = doc.lines();
        let lines = lines.as_slice();
        lines.iter().enumerate().any(|(index, line)| {
            let head = text[line.content.range()].trim_matches(|c: char| !c.is_alphanumeric());
            if head.is_empty() || head.len() > 60 || !self.heads.contains(&head.to_lowercase()) {
                return false;
            }
            let following =
                lines[index + 1..].iter().map(|line| &text[line.content.range()]).filter(|line| !is_blank(line));
            following.take(NEAR).any(|line| ENTRY.is_match(line) || ADDRESS.is_match(line))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    fn sure(text: &str) -> String {
        clean(&*finder("reference-marks", &json!({ "heads": ["Notes"] })), text, None)
    }

    macro_rules! takes_out {
        ($($name:ident: $before:expr => $after:expr;)*) => { $(#[test] fn $name() { assert_eq!(sure($before), $after); })* };
    }

    takes_out! {
        notes_of_other_kinds: "a.[1] b.[2] so[note 1] d.[a] so[f]" => "a. b. so d. so[f]";
        pages: "a.[1]: 7 b.[2]: 12–14[3] c as follows[4]: 20 men" => "a. b. c as follows[4]: 20 men";
        the_list_itself: "a.[1] b.[2]\nNotes\n^ A book" => "a.[1] b.[2]\nNotes\n^ A book";
        a_heading_without_a_list: "a.[1] b.[2]\n\nNotes" => "a. b.\n\nNotes";
        repeated: "ab.[1] cd.[1] ef.[2]" => "ab. cd. ef.";
        one_alone_repeated: "ab.[1] cd.[1]" => "ab.[1] cd.[1]";
        no_ascent: "ab.[3] cd.[2] ef.[1]" => "ab.[3] cd.[2] ef.[1]";
        no_break_spaces: "ab.\u{A0}[1]\ncd.[2]\u{A0}ef" => "ab.\ncd.\u{A0}ef";
        arabic: "نص.[1] نص،[2] نص؟[3]" => "نص. نص، نص؟";
        hindi: "पाठ।[1] पाठ[2]" => "पाठ। पाठ";
        notes_without_a_heading: "ab.[1] cd.[2]\n\n1 Anna Berg, A book\n2 Bo Day" => "ab.[1] cd.[2]\n\n1 Anna Berg, A book\n2 Bo Day";
        notes_with_raised_numbers: "ab.[1] cd.[2]\n¹Anna Berg\n² Bo Day" => "ab.[1] cd.[2]\n¹Anna Berg\n² Bo Day";
        notes_with_a_full_stop: "ab.[9] cd.[10]\n9. „Ein Buch“\n10. Bo" => "ab.[9] cd.[10]\n9. „Ein Buch“\n10. Bo";
        a_list_of_other_numbers: "ab.[1] cd.[2] ef.[3]\n1. Anna\n4. Bo\n5. Cy" => "ab. cd. ef.\n1. Anna\n4. Bo\n5. Cy";
        figures_that_begin_lines: "ab.[1] cd.[2]\n1 of the ships\n2 of them" => "ab. cd.\n1 of the ships\n2 of them";
        code: "x[1] = a\ny[2] = b\nmy_x[3], myX[4]" => "x[1] = a\ny[2] = b\nmy_x[3], myX[4]";
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in ["[1]", "a.[1]", "a.[1] ", "a[1][2]", "[", "a.[1]\n", "a.[1]: 7", "`a.[1]", "a.[2]a.[1]"] {
            for trust in ["sure", "likely"] {
                let text = piece.repeat(100_000 / piece.len());
                finder("reference-marks", &json!({ "trust": trust }))
                    .find(&Document::new(&text, &crate::text::Lang::known("")), &mut Vec::new());
            }
        }
    }
}
