//! The way back from an offset in a scalar's value to the place in the source where it was written.

use std::ops::Range;

use crate::text::Span;

/// A character of a value and the bytes of the source that say it.
type Piece = (char, Range<usize>);

/// Returns where in `source` the bytes `range` of `value` stand, which is the value of the scalar at `scalar`, in
/// whatever style it was written. None if the value does not come from there.
pub(crate) fn locate(source: &str, scalar: Span, value: &str, range: Range<usize>) -> Option<Span> {
    let written = source.get(scalar.range())?;
    let pieces = match written.as_bytes().first() {
        Some(b'"') => flow(double_quoted(written), value),
        Some(b'\'') => flow(single_quoted(written), value),
        _ => None,
    };
    // A block may begin with a quote, so both are tried; each proves itself by giving the value.
    let pieces = pieces.or_else(|| plain_or_block(written, value))?;
    let mut offset = 0;
    let mut found: Option<Range<usize>> = None;
    for (c, at) in &pieces {
        let inside = offset < range.end && range.start < offset + c.len_utf8();
        if inside || (range.is_empty() && offset == range.start) {
            let start = found.map_or(at.start, |found| found.start);
            found = Some(start..if range.is_empty() { start } else { at.end });
        }
        offset += c.len_utf8();
    }
    let end = pieces.last().map_or(0, |(_, at)| at.end);
    let found = found.unwrap_or(end..end);
    Some(Span::from(scalar.start + found.start..scalar.start + found.end))
}

/// A character as written, before lines are folded.
struct Unit {
    c: char,
    at: Range<usize>,
    /// White space that folding leaves alone, since it was escaped.
    escaped: bool,
}

fn single_quoted(written: &str) -> Option<Vec<Unit>> {
    let mut units = Vec::new();
    let mut chars = written.char_indices().skip(1);
    while let Some((start, c)) = chars.next() {
        if c == '\'' && chars.next().is_none() {
            return Some(units); // Any other `'` is one of two.
        }
        let end = start + if c == '\'' { 2 } else { c.len_utf8() };
        units.push(Unit { c, at: start..end, escaped: false });
    }
    None
}

fn double_quoted(written: &str) -> Option<Vec<Unit>> {
    let mut units = Vec::new();
    let mut at = 1;
    loop {
        let rest = &written[at..];
        let c = rest.chars().next()?;
        if c == '"' {
            return Some(units);
        }
        if c != '\\' {
            units.push(Unit { c, at: at..at + c.len_utf8(), escaped: false });
            at += c.len_utf8();
            continue;
        }
        let letter = rest[1..].chars().next()?;
        if matches!(letter, '\n' | '\r') {
            let folded = rest[1..].trim_start_matches(['\n', '\r', ' ', '\t']);
            at = written.len() - folded.len();
            continue;
        }
        let (c, len) = escape(rest, letter)?;
        units.push(Unit { c, at: at..at + len, escaped: true });
        at += len;
    }
}

/// Returns what an escape stands for and its length in bytes.
fn escape(rest: &str, letter: char) -> Option<(char, usize)> {
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => {
            let c = match letter {
                '0' => '\0',
                'a' => '\u{7}',
                'b' => '\u{8}',
                't' | '\t' => '\t',
                'n' => '\n',
                'v' => '\u{B}',
                'f' => '\u{C}',
                'r' => '\r',
                'e' => '\u{1B}',
                'N' => '\u{85}',
                '_' => '\u{A0}',
                'L' => '\u{2028}',
                'P' => '\u{2029}',
                ' ' | '"' | '/' | '\\' => letter,
                _ => return None,
            };
            return Some((c, 1 + letter.len_utf8()));
        }
    };
    let code = |rest: &str, digits| u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok();
    let high = code(rest, digits)?;
    if digits == 4 && (0xD800..0xDC00).contains(&high) && rest.get(6..8) == Some("\\u") {
        let low = code(rest.get(6..)?, 4)?.checked_sub(0xDC00)?;
        return Some((char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + low)?, 12));
    }
    Some((char::from_u32(high)?, 2 + digits))
}

/// Folds lines as quoted scalars do, and proves the result by `value`.
fn flow(units: Option<Vec<Unit>>, value: &str) -> Option<Vec<Piece>> {
    let units = units?;
    let mut pieces: Vec<Piece> = Vec::with_capacity(units.len());
    let mut rest = units.as_slice();
    while let Some(unit) = rest.first() {
        let blank = |unit: &&Unit| !unit.escaped && matches!(unit.c, ' ' | '\t' | '\n' | '\r');
        let run = rest.iter().take_while(blank).count();
        let (white, behind) = rest.split_at(run.max(1));
        let breaks = (white.iter().enumerate())
            .filter(|(index, unit)| {
                run > 0
                    && match unit.c {
                        '\n' => *index == 0 || white[index - 1].c != '\r',
                        '\r' => true,
                        _ => false,
                    }
            })
            .count();
        if breaks == 0 {
            pieces.extend(white.iter().map(|unit| (unit.c, unit.at.clone())));
        } else {
            let at = unit.at.start..white.last().map_or(unit.at.end, |last| last.at.end);
            let folded = if breaks == 1 { ' ' } else { '\n' };
            pieces.extend(std::iter::repeat_n((folded, at), (breaks - 1).max(1)));
        }
        rest = behind;
    }
    pieces.iter().map(|piece| piece.0).eq(value.chars()).then_some(pieces)
}

/// Pairs up characters that are not white space, which plain and block scalars keep as they are, and in between
/// pairs up white space from the right, since indentation comes off at the left.
fn plain_or_block(written: &str, value: &str) -> Option<Vec<Piece>> {
    let is_white = |c: &char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let value: Vec<char> = value.chars().collect();
    let written: Vec<(usize, char)> = written.char_indices().collect();
    let mut pieces: Vec<Piece> = Vec::with_capacity(value.len());
    let (mut v, mut w) = (0, 0);
    let end = written.last().map_or(0, |(offset, c)| offset + c.len_utf8());
    loop {
        let value_run = value[v..].iter().take_while(|c| is_white(c)).count();
        let written_run = written[w..].iter().take_while(|(_, c)| is_white(c)).count();
        let equal = (value[v..v + value_run].iter().rev())
            .zip(written[w..w + written_run].iter().rev())
            .take_while(|(c, (_, d))| *c == d)
            .count();
        let start = written.get(w).map_or(end, |(offset, _)| *offset);
        pieces.extend(value[v..v + value_run - equal].iter().map(|c| (*c, start..start)));
        let paired = &written[w + written_run - equal..w + written_run];
        pieces.extend(paired.iter().map(|(offset, c)| (*c, *offset..offset + c.len_utf8())));
        v += value_run;
        w += written_run;
        match (value.get(v), written.get(w)) {
            (None, None) => return Some(pieces),
            (Some(c), Some((offset, d))) if c == d => pieces.push((*c, *offset..offset + c.len_utf8())),
            _ => return None,
        }
        v += 1;
        w += 1;
    }
}
