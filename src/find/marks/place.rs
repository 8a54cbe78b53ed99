//! Marks with a letter right behind them, and what stands around them.

use crate::text::{Span, is_word_char};

/// What touches a mark is looked at for so many bytes on each side.
const REACH: usize = 96;

/// Marks behind which a space belongs, in scripts that put spaces between words.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | ',' | ';' | ':' | '،' | '؛' | '؟' | '۔' | '।' | '։')
}

/// First bytes of [`is_mark`] characters.
const FIRST: [bool; 256] = {
    let mut first = [false; 256];
    let bytes = b".!?,;:\xE2\xD8\xDB\xE0\xD6";
    let mut index = 0;
    while index < bytes.len() {
        first[bytes[index] as usize] = true;
        index += 1;
    }
    first
};

/// Returns the longest runs of marks in `text` that have a letter or a mark that opens right behind them, in order.
pub(super) fn tight_marks(text: &str) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = bytes[at..].iter().position(|&b| FIRST[usize::from(b)]) {
            let start = at + found;
            at = start + 1;
            // Most marks have a space behind them.
            if bytes[start] < 0x80 && !bytes.get(at).is_some_and(|&b| b.is_ascii_alphabetic() || b >= 0xC2) {
                continue;
            }
            let mut chars = text[start..].chars();
            if !chars.next().is_some_and(is_mark) {
                continue;
            }
            let end = text.len() - chars.as_str().len();
            at = end;
            if chars.next().is_some_and(|c| c.is_alphabetic() || is_opener(c)) {
                return Some(Span::new(text[..end].trim_end_matches(is_mark).len(), end));
            }
        }
        None
    })
}

/// Marks of Spanish that begin a sentence.
fn is_opener(c: char) -> bool {
    matches!(c, '¿' | '¡')
}

/// What stands around a run of marks: the stretch without white space that it is part of, cut into words.
pub(super) struct Place<'t> {
    pub(super) marks: &'t str,
    /// The word before the marks; empty where something else stands there.
    pub(super) left: &'t str,
    /// What closes between that word and the marks: quotes, brackets, a sign of percent.
    pub(super) closing: &'t str,
    /// A mark that opens, behind the marks.
    pub(super) opener: Option<char>,
    /// The word behind the marks, and behind the one that opens.
    pub(super) right: &'t str,
    /// What touches the left word from the left.
    pub(super) before: &'t str,
    /// What touches the right word from the right.
    pub(super) after: &'t str,
    /// White space stands before the marks.
    pub(super) gap: bool,
    /// The word before this stretch, if it is on the same line.
    pub(super) previous: &'t str,
    /// What follows this stretch on the same line, without the white space between.
    pub(super) next: &'t str,
    /// Nothing but the two words stands between two quotes, as a string of letters that is talked about would.
    pub(super) quoted: bool,
}

impl<'t> Place<'t> {
    pub(super) fn new(text: &'t str, marks: Span) -> Self {
        let is_blank = |c: char| matches!(c, ' ' | '\u{A0}' | '\u{202F}');
        let start = text[..marks.start].trim_end_matches(is_blank).len();
        let head = &text[text.floor_char_boundary(start.saturating_sub(REACH))..start];
        let tail = &text[marks.end..text.floor_char_boundary(marks.end + REACH)];
        let chunk = head.rfind(char::is_whitespace).map_or(head, |at| head[at..].trim_start());
        let (tail, rest) = tail.split_at(tail.find(char::is_whitespace).unwrap_or(tail.len()));
        let is_closing =
            |c: char| matches!(c, ')' | ']' | '”' | '“' | '»' | '«' | '"' | '’' | '\'' | '%' | '‰' | '€' | '°');
        let closed = chunk.trim_end_matches(is_closing);
        let (before, left) = closed.split_at(closed.trim_end_matches(is_word_char).len());
        let opener = tail.chars().next().filter(|&c| is_opener(c));
        let tail = tail.trim_start_matches(is_opener);
        let right = &tail[..tail.find(|c| !is_word_char(c)).unwrap_or(tail.len())];
        let front = head[..head.len() - chunk.len()].trim_end_matches(is_blank);
        let next = rest.trim_start_matches(is_blank);
        let after = &tail[right.len()..];
        let is_quote = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'');
        let opened = if before.is_empty() { front.ends_with(['«', '»']) } else { before.ends_with(is_quote) };
        let closed_behind = if after.is_empty() { next.starts_with(['«', '»']) } else { after.starts_with(is_quote) };
        Self {
            marks: &text[marks.range()],
            left,
            closing: &chunk[closed.len()..],
            opener,
            right,
            before,
            after,
            gap: start < marks.start,
            previous: &front[front.trim_end_matches(is_word_char).len()..],
            next,
            quoted: opened && closed_behind,
        }
    }

    /// Whether what touches the two words makes them part of code, an address, a path or a tag.
    pub(super) fn in_code(&self) -> bool {
        const CODE: &[char] =
            &['_', '\\', '/', '@', '#', '=', '<', '>', '{', '}', '[', ']', '$', '`', '|', '~', '^', '+', '&'];
        let mut after = self.after.chars();
        let goes_on = matches!(after.next(), Some('.' | ':')) && after.next().is_some_and(char::is_alphanumeric);
        // `name(one,two)`; a bracket that begins the stretch is one of prose.
        // `GNU/Linux.Dann`, `CD/DVD,die`, `Ctrl+Enter.Dann`: one such sign, between words.
        let joined = self.before.strip_suffix(['/', '+']);
        let before = joined.filter(|front| front.ends_with(char::is_alphabetic)).unwrap_or(self.before);
        let called = self.before.rfind('(').is_some_and(|at| self.before[..at].ends_with(is_word_char));
        goes_on
            || called
            || before.contains(CODE)
            || self.after.contains(CODE)
            || self.before.ends_with('.')
            || self.after.starts_with('(')
            || (self.left.is_empty() && self.closing.ends_with(')'))
    }

    /// Whether these are not the only marks in the stretch: `a,b,c` is a list written so.
    pub(super) fn in_a_row(&self) -> bool {
        const PAUSES: &[char] = &[',', ';', ':'];
        self.before.contains(PAUSES) || self.after.trim_end_matches(PAUSES).contains(PAUSES)
    }

    /// Whether the stretch ends as words of prose do: with marks, a hyphenated word, an elision.
    pub(super) fn ends_like_prose(&self) -> bool {
        self.after.starts_with(['-', '\'', '’']) || !self.after.contains(char::is_alphanumeric)
    }

    /// Whether a word of prose follows the right word: behind a space, in small letters.
    pub(super) fn prose_follows(&self) -> bool {
        self.after.is_empty() && self.next.starts_with(|c: char| c.is_alphabetic() && !c.is_uppercase())
    }

    /// Whether the right word is elided: `L’homme`, `dell'anno`, `I'm`.
    pub(super) fn elided(&self) -> bool {
        let letters = self.after.strip_prefix(['\'', '’']);
        letters.is_some_and(|rest| rest.starts_with(char::is_alphabetic)) && self.right.chars().count() <= 6
    }
}

/// How often a text puts white space behind each mark, and how often a letter where a letter stands before.
#[derive(Default)]
pub(super) struct Habits {
    counts: Vec<(char, usize, usize)>,
}

impl Habits {
    pub(super) fn of(text: &str) -> Self {
        let mut habits = Self::default();
        let firsts = text.bytes().enumerate().filter(|&(_, byte)| FIRST[usize::from(byte)]);
        for (at, _) in firsts {
            let mut behind = text[at..].chars();
            let Some(mark) = behind.next().filter(|&c| is_mark(c)) else { continue };
            let before = text[..at].chars().next_back().unwrap_or(' ');
            let next = behind.next().unwrap_or(' ');
            let glued = before.is_alphabetic() && next.is_alphabetic();
            if glued || next.is_whitespace() {
                let index = habits.counts.iter().position(|count| count.0 == mark).unwrap_or_else(|| {
                    habits.counts.push((mark, 0, 0));
                    habits.counts.len() - 1
                });
                habits.counts[index].1 += usize::from(!glued);
                habits.counts[index].2 += usize::from(glued);
            }
        }
        habits
    }

    /// Returns how often `mark` has white space behind it, and how often a letter.
    pub(super) fn of_mark(&self, mark: char) -> (usize, usize) {
        self.counts.iter().find(|count| count.0 == mark).map_or((0, 0), |count| (count.1, count.2))
    }
}
