//! Sequences that steer a terminal, as programs write them for colours and links. No reader ever sees them.

use std::borrow::Cow;

use memchr::memchr;

const ESCAPE: char = '\u{1B}';

/// Returns the length of the sequence at the start of `text`, an escape character: a control sequence
/// (`ESC [ … letter`), an operating system command (`ESC ] … BEL` or `ESC ] … ESC \`, of which two make a link), or
/// the choice of a character set. Other escape sequences are a letter long, and nobody can tell it from one of the text.
fn sequence_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |from: usize, of: &dyn Fn(u8) -> bool| from + bytes[from..].iter().take_while(|&&b| of(b)).count();
    match bytes {
        [0x1B, b'[', ..] => {
            let end = run(run(2, &|b| matches!(b, b'0'..=b'?')), &|b| matches!(b, b' '..=b'/'));
            bytes.get(end).filter(|b| matches!(b, b'@'..=b'~')).map(|_| end + 1)
        }
        [0x1B, b']', ..] => {
            let end = run(2, &|b| !matches!(b, 0x07 | 0x1B | b'\n' | b'\r'));
            match bytes[end..] {
                [0x07, ..] => Some(end + 1),
                [0x1B, b'\\', ..] => Some(end + 2),
                _ => None,
            }
        }
        [0x1B, b'(' | b')', b'0' | b'A' | b'B' | b'1' | b'2', ..] => Some(3),
        _ => None,
    }
}

/// Calls `on_piece` for the stretches of `text` in order, with whether they are sequences.
fn pieces(text: &str, mut on_piece: impl FnMut(&str, bool)) {
    let mut rest = text;
    while let Some(at) = memchr(0x1B, rest.as_bytes()) {
        on_piece(&rest[..at], false);
        rest = &rest[at..];
        let len = sequence_len(rest);
        let (piece, behind) = rest.split_at(len.unwrap_or(1));
        on_piece(piece, len.is_some());
        rest = behind;
    }
    on_piece(rest, false);
}

/// Returns what a terminal shows of `text`: all but sequences and escape characters.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    pieces(text, |piece, is_sequence| {
        if !is_sequence {
            shown.extend(piece.chars().filter(|&c| c != ESCAPE));
        }
    });
    shown
}

/// An underline, as typewriters and old manuals make it: a line, a step back, and the letter.
const UNDERLINE: &str = "_\u{08}";

/// Returns `text` with a space for each byte of a sequence or an underline, so that what stands beside it stands
/// alone.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    if text.contains(UNDERLINE) {
        return Cow::Owned(masked(&text.replace(UNDERLINE, "  ")).into_owned());
    }
    if memchr(0x1B, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    pieces(text, |piece, is_sequence| {
        if is_sequence {
            masked.extend(std::iter::repeat_n(' ', piece.len()));
        } else {
            masked.push_str(piece);
        }
    });
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_go_and_the_text_of_links_stays() {
        for (text, expected) in [
            ("\u{1B}[1;31mRed\u{1B}[0m and \u{1B}[38;2;1;2;3mgrey", "Red and grey"),
            ("\u{1B}]8;;https://a.example/\u{1B}\\link\u{1B}]8;;\u{1B}\\.", "link."),
            ("\u{1B}]0;title\u{07}text", "text"),
            ("\u{1B}(Btext", "text"),
            ("\u{1B}Hello", "Hello"),
            ("\u{1B}[", "["),
            ("\u{1B}]é\n\u{07}", "]é\n\u{07}"),
            ("\u{1B}[é", "[é"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn a_mask_is_as_long_as_the_text() {
        let text = "é\u{1B}[31mhttps://a.example/\u{1B}]0;ü\u{07}\u{1B}é";
        let masked = masked(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(super::masked("_\u{08}a_\u{08}b"), "  a  b");
        assert!(masked.contains("     https://a.example/       \u{1B}é"), "{masked:?}");
    }

    #[test]
    fn what_never_ends_costs_linear_time() {
        for piece in ["\u{1B}]", "\u{1B}[1;", "\u{1B}[", "\u{1B}"] {
            assert!(!shown(&piece.repeat(200_000)).contains(ESCAPE));
        }
    }
}
