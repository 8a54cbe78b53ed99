//! Quotation marks: pairs of which one mark was lost to a straight one, and closing marks that nothing opened.
//!
//! Marks are read line by line, since a line is a paragraph here. Where the reading is not certain (marks
//! between letters, two of them side by side, pairs that cross) the line is left alone. Straight pairs and
//! curly pairs are both fine: which of them a house prefers is no fault. Single quotes are never touched: they
//! cannot be told from apostrophes.

use std::cell::OnceCell;

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span};

use super::options::Reader;
use super::{Finder, Found, Options};

/// The built-in finder `quotes`: gives a straight mark the shape of its curly partner.
pub(super) struct Quotes;

/// The built-in finder `unbalanced_quotes`: reports closing marks that nothing opened.
pub(super) struct UnbalancedQuotes;

impl Quotes {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        Reader::new("quotes", options, &[]).finish(|| Self)
    }
}

impl UnbalancedQuotes {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        Reader::new("unbalanced-quotes", options, &[]).finish(|| Self)
    }
}

impl Finder for Quotes {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let habits = OnceCell::new();
        for line in doc.lines().as_slice() {
            let content = &text[line.content.range()];
            let marks = Marks::read(content);
            if !marks.is_mixed() && !content.contains(" ”") {
                continue;
            }
            let matched = marks.match_up();
            for span in matched.gaps.iter().filter(|_| matched.certain) {
                let evidence = Some("a space inside the quotation".to_owned());
                found.push(Found { span: span.shift(line.content.start), after: String::new(), evidence, score: None });
            }
            for pair in matched.mixed {
                let habits = habits.get_or_init(|| Habits::of(doc));
                if let Some((span, after)) = habits.mend(content, &pair) {
                    let evidence =
                        format!("partner of {}", if pair.open.c == '"' { pair.close.c } else { pair.open.c });
                    found.push(Found {
                        span: span.shift(line.content.start),
                        after,
                        evidence: Some(evidence),
                        score: None,
                    });
                }
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r#""[^\r\n"]*[“”„«»‟]|[“”„«»‟][^\r\n"]*"|[.!?…,] +”"#.to_owned()])
    }
}

impl Finder for UnbalancedQuotes {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        // A quotation of several paragraphs is opened in one and closed in another.
        let mut open_before = false;
        for line in doc.lines().as_slice() {
            let content = &text[line.content.range()];
            let marks = Marks::read(content);
            if marks.marks.is_empty() {
                continue;
            }
            let matched = marks.match_up();
            if !matched.certain {
                open_before = true; // Anything may be open now.
                continue;
            }
            let mut excused = open_before;
            for mark in matched.unopened {
                if !std::mem::take(&mut excused) {
                    let span = Span::new(mark.at, mark.at + mark.c.len_utf8()).shift(line.content.start);
                    found.push(Found { span, after: text[span.range()].to_owned(), evidence: None, score: None });
                }
            }
            open_before = matched.open_at_end;
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![r#"["“”„«»‟]"#.to_owned()])
    }
}

/// What a mark does, as far as the characters beside it tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Open,
    Close,
    /// Closes if something is open, and opens otherwise.
    Either,
    /// Closes a mark of its own kind; where none is open it is an inch or a decoration (`27" wide`, `more »`).
    CloseOwn,
    /// White space on both sides: closes after the French fashion, and says nothing otherwise.
    Loose,
    /// White space on both sides, behind the end of a sentence: closes what is open.
    LooseEnd,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    c: char,
    /// Bytes into the line.
    at: usize,
    role: Role,
    /// Bytes of spaces before it, behind the end of a sentence.
    gap: usize,
    /// White space stands behind it.
    loose: bool,
}

/// The double quotation marks of one line.
struct Marks {
    marks: Vec<Mark>,
    /// False where the line holds code, or marks whose place says nothing.
    certain: bool,
}

/// A pair of which one mark is straight and the other is not.
struct Pair {
    open: Mark,
    close: Mark,
}

/// The marks of one line, matched up.
#[derive(Default)]
struct Matched {
    mixed: Vec<Pair>,
    /// Spaces between the end of a sentence and the ” that closes what “ or „ opened.
    gaps: Vec<Span>,
    unopened: Vec<Mark>,
    open_at_end: bool,
    certain: bool,
}

impl Marks {
    fn read(line: &str) -> Self {
        let is_mark = |c: char| matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»');
        let mut marks = Vec::new();
        let mut certain = true;
        // The first bytes of `"`, of “”„‟ and of «».
        for at in memchr::memchr3_iter(b'"', 0xE2, 0xC2, line.as_bytes()) {
            let c = line[at..].chars().next().expect("the first byte of a character");
            if !is_mark(c) {
                continue;
            }
            let from = at + c.len_utf8();
            let before = line[..at].chars().next_back();
            let mut after = line[from..].chars().next();
            let loose = after.is_some_and(char::is_whitespace);
            if before.is_none_or(char::is_whitespace) {
                // `".net"`, `»--help«`: marks that begin the word.
                let word = line[from..].trim_start_matches(['.', '-', '…']).chars().next();
                after = word.filter(|c| c.is_alphanumeric()).or(after);
            }
            // Hebrew puts the mark into abbreviations.
            let is_hebrew = |c: char| matches!(c, '\u{5D0}'..='\u{5EA}');
            if before.is_some_and(is_hebrew) && after.is_some_and(is_hebrew) {
                continue;
            }
            if (c == '"' && (after == Some('"') || before == Some('='))) || before == Some('\\') {
                certain = false;
            }
            match role(c, before, after, line[..at].trim_end().chars().next_back()) {
                Some(role) => marks.push(Mark { c, at, role, gap: gap_behind_a_sentence(&line[..at]), loose }),
                None => certain = false,
            }
        }
        Self { marks, certain: certain && !line.contains('`') }
    }

    /// Whether there are straight marks and others.
    fn is_mixed(&self) -> bool {
        self.certain && self.marks.iter().any(|mark| mark.c == '"') && self.marks.iter().any(|mark| mark.c != '"')
    }

    fn match_up(&self) -> Matched {
        let mut matched = Matched { certain: self.certain, ..Matched::default() };
        // Indexes of marks that are open, the innermost last.
        let mut open: Vec<usize> = Vec::new();
        let mut last = None;
        // `«-S" "»`: a curly mark that finds no partner may be that of a mark which found a straight one.
        let mut odd = false;
        for (index, &mark) in self.marks.iter().enumerate() {
            let closes = match mark.role {
                Role::CloseOwn => {
                    let own = |&opener: &usize| matches!(fit(self.marks[opener].c, mark.c), Fit::Same);
                    if !open.last().is_some_and(own) {
                        odd |= mark.c != '"';
                        continue;
                    }
                    true
                }
                Role::Loose if open.last().is_some_and(|&opener| self.marks[opener].c == '«') => true,
                Role::LooseEnd if !open.is_empty() => true,
                Role::Loose | Role::LooseEnd => {
                    matched.certain = false;
                    continue;
                }
                Role::Open => false,
                Role::Close => true,
                Role::Either => !open.is_empty(),
            };
            if !closes {
                open.push(index);
            } else if let Some(opener) = open.pop() {
                let pair = Pair { open: self.marks[opener], close: mark };
                let alone = open.is_empty() && last == Some(opener);
                match fit(pair.open.c, pair.close.c) {
                    // `"»`: nothing is quoted, so these marks are themselves what is talked of.
                    Fit::Mixed if pair.close.at == pair.open.at + pair.open.c.len_utf8() => matched.certain = false,
                    Fit::Mixed if alone => matched.mixed.push(pair),
                    Fit::Same
                        if alone
                            && mark.c == '”'
                            && mark.gap > 0
                            && matches!(pair.open.c, '“' | '„')
                            && !pair.open.loose =>
                    {
                        matched.gaps.push(Span::new(mark.at - mark.gap, mark.at));
                    }
                    Fit::Same | Fit::Mixed => {}
                    Fit::Never => matched.certain = false,
                }
            } else {
                matched.unopened.push(mark);
            }
            last = Some(index);
        }
        matched.open_at_end = !open.is_empty();
        if !matched.certain || odd || !matched.unopened.is_empty() {
            matched.mixed.clear();
        }
        matched
    }
}

/// Returns how many bytes of spaces `text` ends in, if the end of a sentence stands before them.
fn gap_behind_a_sentence(text: &str) -> usize {
    let end = text.trim_end_matches(' ');
    if end.ends_with(['.', '!', '?', '…', ',']) { text.len() - end.len() } else { 0 }
}

/// Returns what the mark `c` between two characters does; `word` is the last character before it that is no
/// white space. None if the place says nothing.
fn role(c: char, before: Option<char>, after: Option<char>, word: Option<char>) -> Option<Role> {
    let is_gap = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let opens_before = |c: char| {
        matches!(
            c,
            '(' | '['
                | '{'
                | '—'
                | '–'
                | '-'
                | '/'
                | '¿'
                | '¡'
                | '\''
                | '’'
                | '‘'
                | '‚'
                | '“'
                | '„'
                | '«'
                | '"'
                | '>'
                | '*'
                | '_'
        )
    };
    // `$` and `%` begin what is quoted: `"$HOME"`, `»%s«`.
    let ends = |c: char| {
        !c.is_alphanumeric()
            && !matches!(
                c,
                '(' | '[' | '{' | '“' | '„' | '«' | '‘' | '‚' | '¿' | '¡' | '$' | '%' | '@' | '#' | '\\' | '~'
            )
    };
    let by_shape = match c {
        '„' | '‟' | '«' | '“' => Some(Role::Open),
        '»' | '”' => Some(Role::Close),
        _ => None,
    };
    if c == '„' {
        return Some(Role::Open);
    }
    let left_outer = is_gap(before) || before.is_some_and(opens_before);
    let right_outer = is_gap(after) || after.is_some_and(ends);
    match (left_outer, right_outer) {
        (true, false) => Some(Role::Open),
        (false, true) if before.is_some_and(|c| c.is_ascii_digit()) => Some(Role::CloseOwn),
        (false, true) => Some(Role::Close),
        // White space or marks on both sides.
        (true, true) => match by_shape {
            Some(Role::Close) => Some(Role::CloseOwn),
            Some(role) => Some(role),
            // `… end. "`: at the end of a line a mark closes whatever stands before it.
            None if after.is_none() && word.is_some() => Some(Role::Close),
            None if before.is_none() => Some(Role::Open),
            None if is_gap(before) && is_gap(after) => {
                let ended = word.is_some_and(|c| matches!(c, '.' | '!' | '?' | '…' | ',' | '。'));
                Some(if ended { Role::LooseEnd } else { Role::Loose })
            }
            None => Some(Role::Either),
        },
        // Letters or marks on both sides: glue, or a script without spaces.
        (false, false) => match by_shape {
            Some(Role::Open) if before.is_some_and(|c| matches!(c, '.' | '!' | '?' | '…' | ',')) => {
                Some(Role::Either)
            }
            Some(role) => Some(role),
            None if before.is_some_and(char::is_alphanumeric) => None,
            None => Some(Role::Either),
        },
    }
}

/// How two marks go together.
enum Fit {
    Same,
    /// One is straight, the other is not.
    Mixed,
    Never,
}

fn fit(open: char, close: char) -> Fit {
    match (open, close) {
        ('"', '"') | ('„' | '“' | '”' | '‟', '“' | '”') | ('«', '»') | ('»', '«') | ('»', '»') => {
            Fit::Same
        }
        ('"', '“' | '”' | '»' | '«') | ('„' | '“' | '”' | '«' | '»', '"') => Fit::Mixed,
        _ => Fit::Never,
    }
}

/// Which marks a text pairs with which, by its own use and then by its language.
struct Habits {
    /// How many „ are closed by “, and by ”.
    low_high: (usize, usize),
    /// How many ” are opened by “, by „ and by ”.
    opened: [usize; 3],
    lang: Option<String>,
}

impl Habits {
    fn of(doc: &Document<'_>) -> Self {
        let mut habits = Self { low_high: (0, 0), opened: [0; 3], lang: doc.lang().map(str::to_owned) };
        let mut open = None;
        for c in doc.text().chars() {
            match (open, c) {
                (Some('„'), '“') => habits.low_high.0 += 1,
                (Some('„'), '”') => {
                    habits.low_high.1 += 1;
                    habits.opened[1] += 1;
                }
                (Some('“'), '”') => habits.opened[0] += 1,
                (Some('”'), '”') => habits.opened[2] += 1,
                (None, '„' | '“' | '”') => {
                    open = Some(c);
                    continue;
                }
                (Some(_), '\n' | '\r' | '„') => {
                    open = (c == '„').then_some(c);
                    continue;
                }
                _ => continue,
            }
            open = None;
        }
        habits
    }

    fn lang_is(&self, codes: &[&str]) -> bool {
        let code = self.lang.as_deref().and_then(|lang| lang.split(['-', '_']).next());
        code.is_some_and(|code| codes.contains(&code))
    }

    /// Returns what to replace in `line`, and by what, so that the straight mark of `pair` fits the other.
    fn mend(&self, line: &str, pair: &Pair) -> Option<(Span, String)> {
        if line[pair.open.at + pair.open.c.len_utf8()..pair.close.at].trim().is_empty() {
            return None;
        }
        if pair.close.c == '"' {
            let mark = self.closing(pair.open.c)?;
            let end = pair.close.at + 1;
            let inner = &line[..pair.close.at];
            // French puts a space inside: it stays where the opening mark has one.
            let spaced = line[pair.open.at + pair.open.c.len_utf8()..].starts_with(char::is_whitespace);
            let start = if spaced { pair.close.at } else { inner.trim_end().len() };
            return Some((Span::new(start, end), mark.to_string()));
        }
        let mark = self.opening(pair.close.c)?;
        Some((Span::new(pair.open.at, pair.open.at + 1), mark.to_string()))
    }

    fn closing(&self, open: char) -> Option<char> {
        match open {
            '„' if self.low_high.0 > self.low_high.1 => Some('“'),
            '„' if self.low_high.1 > self.low_high.0 => Some('”'),
            '„' if self.lang_is(&["de", "cs", "sk", "sl", "bg", "lt", "is", "ka", "mk"]) => Some('“'),
            '„' if self.lang_is(&["pl", "hu", "ro", "nl", "hr"]) => Some('”'),
            '“' | '”' => Some('”'),
            '«' => Some('»'),
            '»' => Some(if self.lang_is(&["sv", "fi"]) { '»' } else { '«' }),
            _ => None,
        }
    }

    fn opening(&self, close: char) -> Option<char> {
        let [high, low, same] = self.opened;
        match close {
            '“' => Some('„'),
            '»' => Some('«'),
            '«' => Some('»'),
            '”' if high > low && high > same => Some('“'),
            '”' if low > high && low > same => Some('„'),
            '”' if same > high && same > low => Some('”'),
            '”' if self.lang_is(&["pl", "hu", "ro", "hr"]) => Some('„'),
            '”' if self.lang_is(&["sv", "fi"]) => Some('”'),
            '”' => Some('“'),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    macro_rules! mends {
        ($($name:ident: $lang:expr, $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() {
                let lang = Some($lang).filter(|lang: &&str| !lang.is_empty());
                assert_eq!(clean(&*finder("quotes", &json!({})), $before, lang), $after);
            })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(clean(&*finder("quotes", &json!({})), $text, Some("de")), $text); })*
        };
    }

    mends! {
        a_space_inside: "en", "“So it is. ” He left, “and,  ” she said." => "“So it is.” He left, “and,” she said.";
        a_german_pair: "de", "Er rief: „Kommt alle mit!\" Dann ging er." => "Er rief: „Kommt alle mit!“ Dann ging er.";
        with_a_space_at_the_end: "de", "Er rief: „Kommt mit. \"" => "Er rief: „Kommt mit.“";
        a_polish_pair: "pl", "Powiedział: „Dzień dobry\"." => "Powiedział: „Dzień dobry”.";
        by_the_use_of_the_text: "", "„Eins” und „zwei”, sagte er.\n„Drei\", sagte sie." => "„Eins” und „zwei”, sagte er.\n„Drei”, sagte sie.";
        an_english_pair: "en", "She said, “Come along.\" And so on." => "She said, “Come along.” And so on.";
        an_english_pair_the_other_way: "en", "She said, \"Come along.” And so on." => "She said, “Come along.” And so on.";
        a_german_pair_the_other_way: "de", "Er rief: \"Kommt mit!“" => "Er rief: „Kommt mit!“";
        french_keeps_its_space: "fr", "Il dit : « Venez tous \" et partit." => "Il dit : « Venez tous » et partit.";
        italian_takes_none: "it", "Disse: «Venite \"" => "Disse: «Venite»";
        next_to_whole_pairs: "de", "„Ja“, „nein\" und \"so\" und „doch“" => "„Ja“, „nein“ und \"so\" und „doch“";
    }

    keeps! {
        a_mark_that_opens: "Hän sanoi: ”Ei.” Sitten: ”Joo, ” ei. So. ” Ja. „ So. ” Ja.";
        quoted_signs: "Gib „echo \"$HOME\"“ ein, oder „in \"$@\"“, oder «-S\" \"».";
        straight_pairs: "Er sagte \"ja\" und \"nein\".";
        curly_pairs: "„Ja“ und “yes” und «si» und »ja«.";
        a_straight_pair_inside_a_curly_one: "„Er rief \"Halt\" und lief“, sagte sie.";
        a_curly_pair_inside_a_straight_one: "\"Er rief „Halt“ und lief\", sagte sie.";
        nested_pairs_of_which_one_is_open: "„Er sagte „ja“ und ging\", sagte sie.";
        a_quotation_of_several_paragraphs: "„Erstens kam er.\n\n„Zweitens ging er.“";
        inches: "„Der 27\" Monitor war breit.\nEin 5'10\" großer Mann, „so groß“.";
        an_inch_mark_at_the_end: "„Sein Monitor hat 27\"";
        swedish: "Han sa ”ja” och ”nej” och \"så\".";
        code: "Setze `x = \"a` und „b“ und y=\"c\", „d";
        a_mark_between_letters: "„Das ist\"sehr gut, „wirklich";
        two_marks_side_by_side: "„Das\"\" ist";
        a_pair_around_nothing: "„\"";
    }

    #[test]
    fn an_unknown_language_leaves_a_low_mark_alone() {
        let text = "„Ego sum\", dixit.";
        assert_eq!(clean(&*finder("quotes", &json!({})), text, Some("la")), text);
        assert_eq!(clean(&*finder("quotes", &json!({})), text, None), text);
    }

    /// The text before each reported mark, four characters of it, with the mark.
    fn unbalanced(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        finder("unbalanced-quotes", &json!({})).find(&Document::new(text, &crate::text::Lang::known("")), &mut found);
        let before = |end: usize| text[..end].chars().rev().take(5).collect::<Vec<_>>().into_iter().rev().collect();
        found.iter().map(|found| before(found.span.end)).collect()
    }

    #[test]
    fn closing_marks_that_nothing_opened_are_reported() {
        assert_eq!(
            unbalanced("„Ja“, sagte er. Nein.“ So.\nUnd dann.\" So.\nEnde” und »gut«."),
            ["ein.“", "ann.\"", "Ende”"]
        );
    }

    #[test]
    fn open_quotations_inches_and_decorations_are_not_reported() {
        for text in [
            "„Erstens.\n\nZweitens.“ Er ging.",
            "“First.\n\n“Second.\n\nThird.” He left.",
            "Ein 27\" Monitor, 6’4” groß, 14” x 9” x 16”",
            "more »\n» less\n« retour »",
            "He said \"yes\" (\"no\") and \"so\", l'\"arte\".",
            "他说“你好”然后走。他说\"你好\"然后走。",
            "„Mixed pair. \" And \"another”.",
            "x = \"a\"\"b\" and `\"`",
            "צה\"ל ורמטכ\"ל",
            "לר”א לינקס, נב”ץ",
            "Datei »%s« und »--help«, ”.text”-lohkon",
            "Han sa ”ja” och ”nej”.",
        ] {
            assert!(unbalanced(text).is_empty(), "{text}: {:?}", unbalanced(text));
        }
    }
}
