//! Labels: lines that belong to the page around an article and not to the article, known by their words.
//!
//! A line is compared folded ([`fold`]): in compatibility form and small letters, without marks, every number the
//! same. A label is a whole line, or a beginning, an end or parts of one where it is written with `*`.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_normalization::{UnicodeNormalization, is_nfkc_quick};

use super::{Lines, QuickMap, is_word_char};

/// What a label belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum LabelKind {
    /// Buttons: share, print, save, follow.
    Share,
    /// Headings and buttons of comments.
    Comments,
    /// What stands among comments: reply, says, how long ago.
    Reply,
    /// Headings of lists of other texts, and the way to them.
    Related,
    /// Newsletters and subscriptions.
    Newsletter,
    /// Headings of what is said about the author.
    Author,
    /// The site: navigation, search, account, rights, dates of publication, reading time.
    Site,
    /// Sentences of the site: cookies, rights, forms, affiliate links.
    Notice,
    /// Buttons and forms that sell something.
    Offer,
}

impl LabelKind {
    pub(crate) const ALL: [LabelKind; 9] = [
        LabelKind::Share,
        LabelKind::Comments,
        LabelKind::Reply,
        LabelKind::Related,
        LabelKind::Newsletter,
        LabelKind::Author,
        LabelKind::Site,
        LabelKind::Notice,
        LabelKind::Offer,
    ];
}

/// A set of kinds of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct LabelKinds(u16);

impl LabelKinds {
    pub(crate) fn insert(&mut self, kind: LabelKind) {
        self.0 |= 1 << kind as u16;
    }

    pub(crate) fn contains(self, kind: LabelKind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = LabelKind> {
        LabelKind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<LabelKind> for LabelKinds {
    fn from_iter<I: IntoIterator<Item = LabelKind>>(kinds: I) -> Self {
        let mut set = Self::default();
        kinds.into_iter().for_each(|kind| set.insert(kind));
        set
    }
}

/// Labels as a pack has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) kind: LabelKind,
    /// It is certain wherever such a line stands; otherwise only beside other labels.
    pub(crate) alone: bool,
    /// A label on each line: words, with `#` for a number and `*` for anything.
    pub(crate) lines: String,
}

/// A label that a line matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Labelled {
    /// Index of the line.
    pub(crate) line: usize,
    pub(crate) kind: LabelKind,
    pub(crate) alone: bool,
    /// Whether the label is the whole line, without a `*`.
    pub(crate) whole: bool,
    /// The list of [`Labels`] that has it.
    pub(crate) list: usize,
}

/// Labels with a `*` are looked for in lines of at most so many characters, notices in longer ones.
const LONGEST: usize = 140;
const LONGEST_NOTICE: usize = 700;

/// So many labels in one line are no words of a sentence,
const GLUED: usize = 3;
/// and a line has at most so many places where one may begin.
const MOST_GLUED: usize = 40;
/// A label has at most so many words with a capital.
const PARTS_OF_LABEL: usize = 5;
/// Labels that are counted behind: `Comments (12)`.
const COUNTED: [LabelKind; 3] = [LabelKind::Comments, LabelKind::Reply, LabelKind::Related];

/// Labels of one pack, and names of months, for texts in some languages.
#[derive(Debug)]
struct List {
    /// ISO 639-1; none for all.
    langs: Vec<String>,
    labels: Vec<Label>,
    months: Vec<String>,
}

/// The labels of all packs. Those for a language are made ready when the first text in it comes.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    lists: Vec<List>,
    by_lang: HashMap<String, OnceLock<Index>>,
    /// For texts in any other language.
    others: OnceLock<Index>,
}

impl Labels {
    /// Adds labels and names of months for texts in `langs`, none for all; returns the index of the list.
    pub(crate) fn add(&mut self, langs: &[String], labels: &[Label], months: &[String]) -> usize {
        for lang in langs {
            self.by_lang.entry(lang.clone()).or_default();
        }
        self.lists.push(List { langs: langs.to_vec(), labels: labels.to_vec(), months: months.to_vec() });
        self.lists.len() - 1
    }

    /// Returns the labels for texts in `lang` (ISO 639-1).
    pub(crate) fn of(&self, lang: Option<&str>) -> &Index {
        let known = lang.and_then(|lang| self.by_lang.get_key_value(lang));
        let (lang, index) = known.map_or((None, &self.others), |(lang, index)| (Some(lang), index));
        index.get_or_init(|| {
            let mut index = Index::default();
            for (number, list) in self.lists.iter().enumerate() {
                if list.langs.is_empty() || lang.is_some_and(|lang| list.langs.contains(lang)) {
                    index.add(number, &list.labels, &list.months);
                }
            }
            index
        })
    }
}

/// Labels ready to be looked up.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// Folded labels without `*`, each with its entries.
    whole: QuickMap<String, Vec<usize>>,
    /// Entries with `*`, by the first character of what the line begins with.
    beginnings: HashMap<char, Vec<usize>>,
    /// Those that begin with `*`, by the last character of what it ends with.
    ends: HashMap<char, Vec<usize>>,
    /// Those that begin and end with `*`, with an automaton of their longest parts.
    inner: Vec<usize>,
    parts: OnceLock<AhoCorasick>,
    /// Names of months, folded.
    months: HashSet<String>,
}

#[derive(Debug)]
struct Entry {
    kind: LabelKind,
    alone: bool,
    list: usize,
    /// What stands between the `*`: the first and last part are empty where the label begins or ends with one.
    parts: Vec<String>,
}

impl Index {
    fn add(&mut self, list: usize, labels: &[Label], months: &[String]) {
        self.months.extend(months.iter().flat_map(|months| solid_lines(months)).map(fold));
        for (label, line) in labels.iter().flat_map(|label| solid_lines(&label.lines).map(move |line| (label, line))) {
            let parts = parts(line);
            let index = self.entries.len();
            match parts.as_slice() {
                [whole] => self.whole.entry(whole.clone()).or_default().push(index),
                [first, .., last] => match (first.chars().next(), last.chars().next_back()) {
                    (Some(c), _) => self.beginnings.entry(c).or_default().push(index),
                    (None, Some(c)) => self.ends.entry(c).or_default().push(index),
                    (None, None) => self.inner.push(index),
                },
                [] => {}
            }
            self.entries.push(Entry { kind: label.kind, alone: label.alone, list, parts });
        }
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the labels that the line `content`, of index `line`, matches.
    pub(crate) fn of_line(&self, content: &str, line: usize, found: &mut Vec<Labelled>) {
        if content.len() > LONGEST_NOTICE * 4 || self.is_empty() || is_no_label(content.trim()) {
            return;
        }
        let length = content.chars().count();
        if length > LONGEST_NOTICE {
            return;
        }
        let folded = fold(content);
        if folded.is_empty() {
            return;
        }
        let before = found.len();
        let mut push = |entry: &Entry| {
            found.push(Labelled { line, kind: entry.kind, alone: entry.alone, whole: true, list: entry.list });
        };
        if let Some(whole) = self.whole.get(&folded) {
            whole.iter().for_each(|&index| push(&self.entries[index]));
        } else if !content.contains(['$', '€', '£', '¥', '%', '\t']) {
            // A number in front counts what the label says; one behind may as well be a cell of a table.
            let in_front = folded.strip_prefix("# ").filter(|_| !is_item(content));
            let behind = folded.strip_suffix(" #");
            for (label, is_in_front) in [(in_front, true), (behind, false)] {
                for &index in label.and_then(|label| self.whole.get(label)).into_iter().flatten() {
                    let entry = &self.entries[index];
                    if is_in_front || COUNTED.contains(&entry.kind) {
                        push(entry);
                    }
                }
            }
        }
        if found.len() == before && length <= LONGEST {
            found.extend(self.glued(content).map(|label| Labelled { line, ..label }));
        }
        let mut try_all = |indexes: &[usize]| {
            for entry in indexes.iter().map(|&index| &self.entries[index]) {
                if (length <= LONGEST || entry.kind == LabelKind::Notice) && matches(&entry.parts, &folded) {
                    found.push(Labelled { line, kind: entry.kind, alone: entry.alone, whole: false, list: entry.list });
                }
            }
        };
        try_all(folded.chars().next().and_then(|c| self.beginnings.get(&c)).map_or(&[], Vec::as_slice));
        try_all(folded.chars().next_back().and_then(|c| self.ends.get(&c)).map_or(&[], Vec::as_slice));
        if !self.inner.is_empty() {
            let parts = self.parts.get_or_init(|| {
                let longest = |index: &usize| self.entries[*index].parts.iter().max_by_key(|part| part.len());
                // Overlapping matches are asked for: several labels may stand in one line.
                let mut builder = AhoCorasick::builder();
                builder.match_kind(MatchKind::Standard);
                let inner = self.inner.iter().filter_map(longest);
                builder.build(inner).expect("a list that fits into a rule file fits into an automaton")
            });
            let mut hits: Vec<usize> =
                parts.find_overlapping_iter(&folded).map(|hit| hit.pattern().as_usize()).collect();
            hits.sort_unstable();
            hits.dedup();
            for hit in hits {
                try_all(&[self.inner[hit]]);
            }
        }
    }

    /// Returns the label that `content` is if it is nothing but labels that ran together (`FacebookTwitterEmail`) or
    /// stand in one line.
    fn glued(&self, content: &str) -> Option<Labelled> {
        let starts = piece_starts(content);
        if starts.len() < GLUED || starts.len() > MOST_GLUED {
            return None;
        }
        let mut at = 0;
        let mut pieces: Vec<&[usize]> = Vec::new();
        let mut ran_together = false;
        while at < starts.len() {
            // The longest label first: `Share on Facebook` before `Share`.
            let label = (at + 1..=starts.len().min(at + PARTS_OF_LABEL)).rev().find_map(|next| {
                let end = starts.get(next).copied().unwrap_or(content.len());
                let entries = self.whole.get(&fold(&content[starts[at]..end]))?;
                Some((next, end, entries))
            });
            let (next, end, entries) = label?;
            ran_together |= end < content.len() && content[..end].ends_with(is_word_char);
            pieces.push(entries);
            at = next;
        }
        let first = &self.entries[pieces.first()?[0]];
        // A list for all languages may be of another pack than the rest.
        let list = pieces.iter().flat_map(|piece| piece.iter().map(|index| self.entries[*index].list)).max()?;
        (pieces.len() >= GLUED).then_some(Labelled {
            line: 0,
            kind: first.kind,
            alone: ran_together,
            whole: true,
            list,
        })
    }

    /// Returns whether `content` is a date and little else.
    pub(crate) fn is_date(&self, content: &str) -> bool {
        if content.len() > 120 || !content.contains(|c: char| c.is_numeric()) || content.chars().count() > 40 {
            return false;
        }
        if is_numeric_date(content) {
            return true;
        }
        let folded = fold(content);
        let words: Vec<&str> = folded.split(' ').collect();
        let numbers = words.iter().filter(|word| word.starts_with('#')).count();
        let months = words.iter().filter(|word| self.months.contains(**word)).count();
        (1..=3).contains(&numbers) && months == 1 && words.len() <= numbers + months + 2
    }
}

/// Whether a line is code, a row of a table, quoted or said, whatever its words are.
fn is_no_label(line: &str) -> bool {
    line.starts_with(['“', '"', '„', '«', '‹', '‘', '>', '|', '—'])
        || line.ends_with([';', '{', '}'])
        || line.ends_with("()")
        || (line.starts_with('»') && line.ends_with('«'))
}

/// Whether a line begins as the items of a numbered list do.
fn is_item(content: &str) -> bool {
    content.trim_start().trim_start_matches(|c: char| c.is_numeric()).starts_with(['.', ')'])
}

/// Returns where a label may begin in a line of several: at its first word, at capitals, and at letters without case.
fn piece_starts(content: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut last = ' ';
    for (at, c) in content.char_indices() {
        let begins = c.is_uppercase() && !last.is_uppercase();
        let bare = is_word_char(c) && !is_word_char(last) && !c.is_lowercase() && !c.is_uppercase();
        if begins || bare || (starts.is_empty() && is_word_char(c)) {
            starts.push(at);
        }
        last = c;
    }
    starts
}

/// Returns whether `content` is a date in numbers alone, with a time at most.
fn is_numeric_date(content: &str) -> bool {
    let mut numbers = [0_usize; 3];
    let mut values = [0_u32; 3];
    let mut at = 0;
    let mut separator = None;
    let trimmed = content.trim_matches(|c: char| !c.is_alphanumeric());
    for c in trimmed.chars() {
        match c {
            '0'..='9' if at < 3 => {
                numbers[at] += 1;
                values[at] = values[at].saturating_mul(10).saturating_add(c.to_digit(10).unwrap_or(0));
            }
            '.' | '/' | '-' if at < 2 && numbers[at] > 0 && separator.is_none_or(|one| one == c) => {
                separator = Some(c);
                at += 1;
            }
            // A time, or a mark before it.
            ' ' | ',' | '|' | ':' | '0'..='9' | 'T' if at == 2 && numbers[2] > 0 => at = 3,
            ' ' | ',' | '|' | ':' | '0'..='9' if at == 3 => {}
            _ => return false,
        }
    }
    let shaped = matches!(numbers, [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4]);
    let (one, other) = if numbers[0] == 4 { (values[1], values[2]) } else { (values[0], values[1]) };
    at >= 2 && shaped && (1..=31).contains(&one) && (1..=31).contains(&other) && one.min(other) <= 12
}

fn solid_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Whether `parts` stand in `line` in this order, the first at its beginning and the last at its end.
fn matches(parts: &[String], line: &str) -> bool {
    let [first, inner @ .., last] = parts else { return false };
    let Some(rest) = line.strip_prefix(first.as_str()) else { return false };
    let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
    for part in inner {
        let Some((_, behind)) = rest.split_once(part.as_str()) else { return false };
        rest = behind;
    }
    true
}

/// Returns what stands between the `*` of a label, folded; spaces beside a `*` stay.
fn parts(label: &str) -> Vec<String> {
    let pieces: Vec<&str> = label.split('*').collect();
    let last = pieces.len() - 1;
    let part = |(index, piece): (usize, &&str)| {
        let folded = fold(piece);
        if folded.is_empty() {
            return folded;
        }
        let front = if index > 0 && piece.starts_with(' ') { " " } else { "" };
        let back = if index < last && piece.ends_with(' ') { " " } else { "" };
        format!("{front}{folded}{back}")
    };
    pieces.iter().enumerate().map(part).collect()
}

/// Returns whether a label says anything that a line could be told by.
pub(crate) fn is_label(label: &str) -> bool {
    label.chars().any(|c| is_word_char(c) && !c.is_numeric())
}

/// Returns `text` as labels are compared: in compatibility form and small letters, `#` for every number, and one
/// space for whatever is neither letter nor number nor an apostrophe inside a word.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if fold_common(text, &mut folded).is_none() {
        folded.clear();
        if is_nfkc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes {
            fold_chars(text.chars().flat_map(char::to_lowercase), &mut folded);
        } else {
            fold_chars(text.nfkc().flat_map(char::to_lowercase), &mut folded);
        }
    }
    folded
}

/// What [`fold`] makes of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fold {
    Letter(char),
    Number,
    Apostrophe,
    Gap,
    Nothing,
    /// Its compatibility form or its small letter is more than one character.
    Else,
}

/// Characters before this one are looked up, which is most of what most texts have.
const COMMON: usize = 0x500;
static FOLDS: LazyLock<Box<[Fold; COMMON]>> = LazyLock::new(|| {
    let of = |c: char| {
        let mut folded = std::iter::once(c).nfkc().flat_map(char::to_lowercase);
        match (folded.next(), folded.next()) {
            (Some(c), None) if c == '#' || c.is_numeric() => Fold::Number,
            (Some('\''), None) => Fold::Apostrophe,
            (Some('\u{AD}'), None) => Fold::Nothing,
            // A combining mark may make another letter of the one before it.
            (Some('\u{300}'..='\u{36F}'), _) => Fold::Else,
            (Some(c), None) if is_word_char(c) => Fold::Letter(alike(c)),
            (Some(_), None) => Fold::Gap,
            _ => Fold::Else,
        }
    };
    let of = |at: usize| u32::try_from(at).ok().and_then(char::from_u32).map_or(Fold::Else, of);
    Box::new(std::array::from_fn(of))
});

/// Folds a text of common characters; None if it has others.
fn fold_common(text: &str, folded: &mut String) -> Option<()> {
    let folds: &[Fold; COMMON] = &FOLDS;
    let of = |c: char| match c {
        _ if (c as usize) < COMMON => folds[c as usize],
        '\u{2019}' => Fold::Apostrophe,
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => Fold::Nothing,
        '\u{2010}'..='\u{2016}'
        | '\u{2018}'
        | '\u{201A}'..='\u{2023}'
        | '\u{2026}'..='\u{2027}'
        | '\u{2030}'..='\u{203B}' => Fold::Gap,
        _ => Fold::Else,
    };
    // What was folded last.
    let (mut in_number, mut in_word) = (false, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let fold = of(c);
        if fold == Fold::Nothing {
            continue;
        }
        let (was_number, was_word) = (in_number, in_word);
        (in_number, in_word) = (fold == Fold::Number, matches!(fold, Fold::Letter(_)));
        match fold {
            Fold::Letter(c) => folded.push(c),
            Fold::Number if was_number => {}
            Fold::Number => folded.push('#'),
            Fold::Apostrophe if was_word && next_is(chars.as_str(), of, Fold::is_word) => folded.push('\''),
            // `1,204`, `12:30`, `2024-03-12` are one number.
            Fold::Gap if was_number && is_inside(c) && next_is(chars.as_str(), of, |fold| fold == Fold::Number) => {
                in_number = true;
            }
            Fold::Apostrophe => in_number = was_number,
            Fold::Gap if folded.is_empty() || folded.ends_with(' ') => {}
            Fold::Gap => folded.push(' '),
            Fold::Nothing => {}
            Fold::Else => return None,
        }
    }
    folded.truncate(folded.trim_end_matches(' ').len());
    Some(())
}

impl Fold {
    fn is_word(self) -> bool {
        matches!(self, Fold::Letter(_) | Fold::Number)
    }
}

/// Whether the next character of `text` is folded to something like that.
fn next_is(text: &str, of: impl Fn(char) -> Fold, like: impl Fn(Fold) -> bool) -> bool {
    text.chars().next().is_some_and(|c| like(of(c)))
}

/// Marks inside numbers.
fn is_inside(c: char) -> bool {
    matches!(c, '.' | ',' | ':' | '-' | '/')
}

/// Letters that are written for one another in capitals.
fn alike(c: char) -> char {
    match c {
        'ς' => 'σ',
        'ı' => 'i',
        other => other,
    }
}

fn fold_chars(chars: impl Iterator<Item = char>, folded: &mut String) {
    let mut chars = chars.peekable();
    while let Some(c) = chars.next() {
        if c.is_numeric() || c == '#' {
            if !folded.ends_with('#') {
                folded.push('#');
            }
            // `1,204`, `12:30`, `2024-03-12` are one number.
            if chars.peek().is_some_and(|c| is_inside(*c)) {
                let mark = chars.next();
                if !chars.peek().is_some_and(|next| next.is_numeric()) && mark.is_some() {
                    folded.push(' ');
                }
            }
        } else if c == '\u{307}' && folded.ends_with('i') {
            // What a Turkish capital leaves in small letters.
        } else if is_word_char(c) {
            folded.push(alike(c));
        } else if matches!(c, '\'' | '’') {
            if folded.ends_with(is_word_char) && chars.peek().is_some_and(|next| is_word_char(*next)) {
                folded.push('\'');
            }
        } else if matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}') {
            // Nobody sees it.
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
}

/// The labels of a text's lines, in order.
#[derive(Debug, Default)]
pub(crate) struct LabelledLines {
    found: Vec<Labelled>,
}

impl LabelledLines {
    pub(crate) fn new(text: &str, lines: &Lines, labels: &Index) -> Self {
        let mut found = Vec::new();
        for (index, line) in lines.as_slice().iter().enumerate() {
            labels.of_line(&text[line.content.range()], index, &mut found);
        }
        Self { found }
    }

    pub(crate) fn all(&self) -> &[Labelled] {
        &self.found
    }

    /// Returns the labels that the line `index` matches.
    pub(crate) fn of(&self, index: usize) -> &[Labelled] {
        let first = self.found.partition_point(|label| label.line < index);
        let count = self.found[first..].iter().take_while(|label| label.line == index).count();
        &self.found[first..first + count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Labels {
        let mut labels = Labels::default();
        let kind = |text: &str| if text == "Facebook" { LabelKind::Share } else { LabelKind::Comments };
        let label = |text: &&str| Label { kind: kind(text), alone: true, lines: (*text).to_owned() };
        let all: Vec<_> = texts.iter().map(label).collect();
        labels.add(&[], &all, &["März".to_owned(), "March".to_owned()]);
        labels
    }

    fn found(texts: &[&str], line: &str) -> bool {
        let mut found = Vec::new();
        labels(texts).of(None).of_line(line, 0, &mut found);
        !found.is_empty()
    }

    #[test]
    fn lines_are_folded() {
        for (line, folded) in [
            ("  Share  this: ", "share this"),
            ("» Kommentare (12)", "kommentare #"),
            ("ＳＨＡＲＥ", "share"),
            ("1,204 Comments", "# comments"),
            ("5 min. read", "# min read"),
            ("User’s avatar", "user's avatar"),
            ("‘Quoted’", "quoted"),
            ("2024-03-12, 12:30", "# #"),
            ("GPT4", "gpt#"),
            ("Home / iPad / News", "home ipad news"),
            ("भाग लें", "भाग लें"),
            ("Zu\u{AD}rück", "zurück"),
            ("İLGİLİ HABERLER", "ilgili haberler"),
            ("ilgısız", "ilgisiz"),
            ("Σχόλιος", "σχόλιοσ"),
            ("…", ""),
        ] {
            assert_eq!(fold(line), folded, "{line}");
        }
    }

    #[test]
    fn common_characters_are_folded_like_all_others() {
        let slow = |text: &str| {
            let mut folded = String::new();
            fold_chars(text.nfkc().flat_map(char::to_lowercase), &mut folded);
            folded
        };
        let all: Vec<char> = ('\0'..='\u{4FF}').chain('\u{2000}'..='\u{2060}').collect();
        for &c in &all {
            for text in [format!("a{c}b"), format!("1{c}2"), format!("{c} x"), format!("a{c}"), format!("{c}{c}1")] {
                assert_eq!(fold(&text), slow(&text), "{text:?} U+{:04X}", c as u32);
            }
        }
    }

    #[test]
    fn a_label_is_a_whole_line_or_parts_of_one() {
        for (label, line, is) in [
            ("Comments", "Comments (12)", true),
            ("Comments", "12 COMMENTS", true),
            ("Comments", "1. Comments", false),
            ("Comments", "“Comments”", false),
            ("Comments", "comments();", false),
            ("Comments", "| Comments |", false),
            ("Comments", "Comments on this", false),
            ("Comments", "Comments 3 4", false),
            ("Facebook", "12 Facebook", true),
            ("Facebook", "Facebook 12", false),
            ("Facebook", "Facebook", true),
            ("Comments", "Comments\t12", false),
            ("Comments", "12 % Comments", false),
            ("# min read", "4 min read", true),
            ("# min read", "min read", false),
            ("Subscribe to *", "Subscribe to our letter", true),
            ("Subscribe to *", "Subscribe to", false),
            ("Subscribe to *", "Subscribe together", false),
            ("订阅*", "订阅我们的新闻", true),
            ("* says", "Anna B. says:", true),
            ("* says", "says", false),
            ("* uses cookies *", "This site uses cookies. Fine?", true),
            ("* uses cookies *", "uses cookies", false),
            ("found this * share *", "Found this useful? Share it now", true),
            ("found this * share *", "Found this useful", false),
            ("*'s avatar", "User's avatar", true),
        ] {
            assert_eq!(found(&[label], line), is, "{label} in {line}");
        }
    }

    #[test]
    fn labels_that_ran_together_are_labels() {
        let names =
            ["Facebook", "Twitter", "Share on Facebook", "Share on Twitter", "Email", "LinkedIn", "Print", "Menu"];
        let alone = |line: &str| {
            let mut found = Vec::new();
            labels(&names).of(None).of_line(line, 7, &mut found);
            found.first().map(|label| (label.line, label.alone))
        };
        assert_eq!(alone("FacebookTwitterLinkedIn"), Some((7, true)));
        assert_eq!(alone("Share on FacebookShare on TwitterEmailPrint"), Some((7, true)));
        assert_eq!(alone("Facebook | Twitter | Email"), Some((7, false)));
        assert_eq!(alone("FACEBOOK TWITTER EMAIL"), Some((7, false)));
        for other in [
            "FacebookTwitter",
            "Facebook Twitter Myspace",
            "Facebook, Twitter und Email",
            "Email from Facebook and Twitter",
            "The Quick Brown Fox",
        ] {
            assert_eq!(alone(other), None, "{other}");
        }
    }

    #[test]
    fn what_begins_and_ends_with_anything_is_found_among_others() {
        assert!(found(&["* one *", "* two *", "* all one *"], "it has all one of these"));
        assert!(!found(&["* one *"], "someone else"));
    }

    #[test]
    fn a_label_needs_something_to_be_told_by() {
        assert!(is_label("Share") && is_label("分享*") && !is_label("*") && !is_label(" – * ") && !is_label("# *"));
    }

    #[test]
    fn dates_are_told_by_months_and_by_their_numbers() {
        let labels = labels(&[]);
        let labels = labels.of(None);
        for date in [
            "12. März 2024",
            "March 12, 2024",
            "Tue, March 12 2024",
            "12.03.2024",
            "2024-03-12 12:30",
            "3/12/24",
            "(12/03/2024)",
        ] {
            assert!(labels.is_date(date), "{date}");
        }
        for other in [
            "March",
            "In March 2024 they left the old town",
            "12",
            "1.2.3",
            "3/4",
            "1-0",
            "12.03.2024 bis heute",
            "192.168.10.12",
            "2024",
            "+49/30/1234",
            "5/7/10 - 12",
        ] {
            assert!(!labels.is_date(other), "{other}");
        }
    }

    #[test]
    fn a_list_is_for_its_languages() {
        let label = |text: &str| Label { kind: LabelKind::Share, alone: true, lines: text.to_owned() };
        let mut labels = Labels::default();
        let german = labels.add(&["de".to_owned()], &[label("Teilen")], &["Mai".to_owned()]);
        let all = labels.add(&[], &[label("Share")], &[]);
        let lists = |lang: Option<&str>, line: &str| {
            let mut found = Vec::new();
            labels.of(lang).of_line(line, 0, &mut found);
            found.iter().map(|label| label.list).collect::<Vec<_>>()
        };
        assert_eq!(lists(Some("de"), "Teilen"), [german]);
        assert_eq!(lists(Some("de"), "Share"), [all]);
        assert_eq!(lists(Some("fr"), "Share"), [all]);
        assert!(lists(Some("fr"), "Teilen").is_empty() && lists(None, "Teilen").is_empty());
        assert!(labels.of(Some("de")).is_date("3. Mai 2020") && !labels.of(None).is_date("3. Mai 2020"));
    }
}
