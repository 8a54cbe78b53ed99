//! What stands around a character without a shape: letters of which script, spaces, digits, marks.

use std::cell::OnceCell;

use crate::edit::is_invisible;
use crate::text::Span;

/// What a neighbour is, as far as invisible characters and spaces are concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The edge of a line.
    Edge,
    Space,
    /// A letter of Latin, Greek or Cyrillic: scripts that are written with spaces and need nothing unseen.
    Letter,
    /// A letter or mark of any other script.
    Foreign,
    Digit,
    /// Punctuation, and signs of currency.
    Mark,
    /// Anything else, as emoji.
    Symbol,
}

/// Returns the kind of `c`.
pub(super) fn kind(c: char) -> Kind {
    match c {
        _ if is_plain_letter(c) => Kind::Letter,
        '0'..='9' => Kind::Digit,
        _ if c.is_whitespace() => Kind::Space,
        _ if is_plain_mark(c) => Kind::Letter,
        _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => Kind::Foreign,
        '!'..='~' | '\u{A1}'..='\u{BF}' | '\u{2010}'..='\u{205E}' | '\u{20A0}'..='\u{20CF}' => Kind::Mark,
        _ => Kind::Symbol,
    }
}

/// A letter of Latin, Greek or Cyrillic, but not in the full width that East Asian text has.
pub(super) fn is_plain_letter(c: char) -> bool {
    let in_script = matches!(c,
        'A'..='Z' | 'a'..='z' | '\u{AA}' | '\u{BA}' | '\u{C0}'..='\u{24F}' | '\u{250}'..='\u{2AF}'
        | '\u{370}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{1D00}'..='\u{1DBF}' | '\u{1E00}'..='\u{1FFF}'
        | '\u{2C60}'..='\u{2C7F}' | '\u{A640}'..='\u{A69F}' | '\u{A722}'..='\u{A7FF}' | '\u{FB00}'..='\u{FB06}');
    in_script && c.is_alphabetic()
}

/// A combining mark of those scripts.
fn is_plain_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1DC0}'..='\u{1DFF}') && c != '\u{34F}'
}

/// Whether `c` is written from right to left.
pub(super) fn is_right_to_left(c: char) -> bool {
    let in_script = matches!(c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}');
    in_script && !is_invisible(c)
}

/// Whether `c` is of a script written without spaces, in which a zero-width space says where a word ends.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{F00}'..='\u{FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{1950}'..='\u{1AAF}' | '\u{1B00}'..='\u{1B7F}' | '\u{A980}'..='\u{A9FF}' | '\u{AA00}'..='\u{AADF}'
        | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}

/// The characters of a line, for questions about neighbours in both directions.
pub(super) struct Line<'l> {
    start: usize,
    end: usize,
    /// The line without white space at its edges; of a blank line its end.
    solid: Span,
    chars: Vec<(usize, char)>,
    nearest: OnceCell<Nearest>,
    text: &'l str,
}

/// For each character of a line the nearest letter of any script, or what it is itself.
struct Nearest {
    behind: Vec<Option<Kind>>,
    before: Vec<Option<Kind>>,
}

impl Nearest {
    fn new(chars: &[(usize, char)]) -> Self {
        let letter =
            |c: char| Some(kind(c)).filter(|kind| matches!(kind, Kind::Letter | Kind::Foreign) && !is_invisible(c));
        let mut last = None;
        let mut see = |&(_, c): &(usize, char)| {
            last = letter(c).or(last);
            last
        };
        let before = chars.iter().map(&mut see).collect();
        last = None;
        let mut see = |&(_, c): &(usize, char)| {
            last = letter(c).or(last);
            last
        };
        let mut behind: Vec<_> = chars.iter().rev().map(&mut see).collect();
        behind.reverse();
        Self { behind, before }
    }
}

/// A stretch of characters of one line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Run {
    /// Indexes of characters.
    pub(super) from: usize,
    pub(super) to: usize,
}

impl<'l> Line<'l> {
    /// Looks at the line that lies at `span` of `text`.
    pub(super) fn new(text: &'l str, span: Span) -> Self {
        let content = &text[span.range()];
        let chars: Vec<_> = content.char_indices().map(|(at, c)| (span.start + at, c)).collect();
        let first = span.end - content.trim_start().len();
        let solid = Span::new(first, first.max(span.start + content.trim_end().len()));
        Self { start: span.start, end: span.end, solid, chars, nearest: OnceCell::new(), text }
    }

    /// Returns the longest stretches of characters that are `wanted`.
    pub(super) fn runs(&self, wanted: impl Fn(char) -> bool) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (index, &(_, c)) in self.chars.iter().enumerate() {
            if !wanted(c) {
                continue;
            }
            match runs.last_mut() {
                Some(last) if last.to == index => last.to = index + 1,
                _ => runs.push(Run { from: index, to: index + 1 }),
            }
        }
        runs
    }

    /// Returns the bytes of `run` in the text.
    pub(super) fn span(&self, run: Run) -> Span {
        let at = |index: usize| self.chars.get(index).map_or(self.end, |&(at, _)| at);
        Span::new(at(run.from), at(run.to))
    }

    pub(super) fn text_of(&self, run: Run) -> &'l str {
        &self.text[self.span(run).range()]
    }

    pub(super) fn char_at(&self, index: usize) -> Option<char> {
        self.chars.get(index).map(|&(_, c)| c)
    }

    /// Returns the character before `run`, if it is not the first of the line.
    pub(super) fn before(&self, run: Run) -> Option<char> {
        run.from.checked_sub(1).and_then(|index| self.char_at(index))
    }

    /// Returns the character behind `run`, if it is not the last of the line.
    pub(super) fn behind(&self, run: Run) -> Option<char> {
        self.char_at(run.to)
    }

    /// Returns what stands before and behind `run`.
    pub(super) fn sides(&self, run: Run) -> (Kind, Kind) {
        let of = |c: Option<char>| c.map_or(Kind::Edge, kind);
        (of(self.before(run)), of(self.behind(run)))
    }

    /// Returns the nearest letters of the line before and behind `run`.
    pub(super) fn letters(&self, run: Run) -> impl Iterator<Item = Kind> {
        let nearest = self.nearest.get_or_init(|| Nearest::new(&self.chars));
        let before = run.from.checked_sub(1).and_then(|index| nearest.before[index]);
        let behind = nearest.behind.get(run.to).copied().flatten();
        before.into_iter().chain(behind)
    }

    /// Whether more than white space stands before `run`.
    pub(super) fn has_begun(&self, run: Run) -> bool {
        self.solid.start < self.span(run).start
    }

    /// Whether the line goes on behind `run` with more than white space.
    pub(super) fn goes_on(&self, run: Run) -> bool {
        self.solid.end > self.span(run).end
    }

    /// Whether any character is `wanted`.
    pub(super) fn has(&self, wanted: impl Fn(char) -> bool) -> bool {
        self.text[self.start..self.end].contains(wanted)
    }

    /// Whether the character at `run`, a soft hyphen or a no-break space, may be part of a letter in the wrong
    /// encoding: `í` is C3 AD in UTF-8 and `à` is C3 A0, which read as Latin-1 are `Ã` with one of them behind it.
    pub(super) fn may_be_half_a_letter(&self, run: Run) -> bool {
        let mut before = (0..run.from).rev().filter_map(|index| self.char_at(index));
        let (last, one_up) = (before.next(), before.next());
        let (Some(last), behind) = (last, self.behind(run)) else { return false };
        let middle = run.to == run.from + 1 && is_lead_of_more(last) && behind.is_some_and(is_continuation);
        let third = is_continuation(last) && one_up.is_some_and(is_lead_of_more);
        let undecoded = matches!(last, '\u{80}'..='\u{9F}');
        is_lead(last) || middle || third || undecoded
    }
}

/// Whether `c` is what some wrong encoding makes of the first of two bytes: C2 to DE in Latin-1, what windows-1250 has
/// there, and the bytes of Cyrillic, Greek and accented Latin letters in windows-1251 and windows-1253.
pub(super) fn is_lead(c: char) -> bool {
    matches!(
        c,
        '\u{C2}'
            ..='\u{DE}'
                | 'Ă'
                | 'Ĺ'
                | 'Ć'
                | 'Č'
                | 'Ę'
                | 'Ě'
                | 'Ď'
                | 'Đ'
                | 'Ń'
                | 'Ň'
                | 'Ő'
                | 'Ř'
                | 'Ů'
                | 'Ű'
                | 'Ţ'
                | 'Г'
                | 'Р'
                | 'С'
                | 'Γ'
                | 'Ξ'
                | 'Ο'
    )
}

/// Whether `c` is what Latin-1 makes of the first of three or four bytes.
fn is_lead_of_more(c: char) -> bool {
    matches!(c, '\u{E0}'..='\u{F4}')
}

/// Whether `c` is what Latin-1 or windows-1252 makes of a byte that goes on.
fn is_continuation(c: char) -> bool {
    matches!(
        c,
        '\u{80}'
            ..='\u{BF}'
                | '€'
                | '‚'
                | 'ƒ'
                | '„'
                | '…'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | 'Š'
                | '‹'
                | 'Œ'
                | 'Ž'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '•'
                | '–'
                | '—'
                | '˜'
                | '™'
                | 'š'
                | '›'
                | 'œ'
                | 'ž'
                | 'Ÿ'
    )
}
