//! Unified diffs that both `git apply` and `patch` take, forward and back, to the byte.
//!
//! Made from the changes that are handed in, on bytes; a line ends at LF and nowhere else, so a CR is a byte
//! of its line like any other.

use std::io::{self, Write};

use memchr::{memchr, memchr_iter, memrchr};

use crate::text::Span;

#[cfg(test)]
mod tests;

/// How the diff of a file begins.
const DIFF: &[u8] = b"diff --git ";

/// How a note begins, which has the why behind it, then `: ` and the name.
const NOTE: &[u8] = b"# not in this patch, since ";

/// Lines shown around a change, as many as git and diff show.
const CONTEXT: usize = 3;

/// Writes how `old` became `new` as a unified diff of the file `name`.
///
/// `name` is relative, with `/` between its parts. `changes` are stretches of `old` with the stretches of `new`
/// that they became, sorted and disjoint; outside them the two are equal. Writes nothing if no line differs.
pub(crate) fn render(
    out: &mut dyn Write,
    name: &[u8],
    old: &[u8],
    new: &[u8],
    changes: &[(Span, Span)],
) -> io::Result<()> {
    // One change can undo another: a line end taken out here and put in there.
    let blocks = if old == new { Vec::new() } else { blocks(old, new, changes) };
    if blocks.is_empty() {
        return Ok(());
    }
    write_names(out, name)?;

    // Lines before `at` in each file, counted onwards from hunk to hunk.
    let (mut at, mut old_line, mut new_line) = (0, 0, 0);
    let mut blocks = &blocks[..];
    while let [first, ..] = blocks {
        let (hunk, rest) = blocks.split_at(hunk_len(old, blocks));
        let last = hunk.last().expect("a hunk has its first block");
        let start = lines_back(old, first.old.start);
        let end = lines_on(old, last.old.end);
        let skipped = count_lines(&old[at..start]);
        old_line += skipped;
        new_line += skipped;
        let old_count = count_lines(&old[start..end]);
        let grown: usize = hunk.iter().map(|block| count_lines(&new[block.new.range()])).sum();
        let shrunk: usize = hunk.iter().map(|block| count_lines(&old[block.old.range()])).sum();
        let new_count = old_count - shrunk + grown;
        writeln!(out, "@@ -{} +{} @@", range(old_line, old_count), range(new_line, new_count))?;
        at = start;
        for block in hunk {
            write_lines(out, b' ', &old[at..block.old.start])?;
            write_lines(out, b'-', &old[block.old.range()])?;
            write_lines(out, b'+', &new[block.new.range()])?;
            at = block.old.end;
        }
        write_lines(out, b' ', &old[at..end])?;
        at = end;
        old_line += old_count;
        new_line += new_count;
        blocks = rest;
    }
    Ok(())
}

/// Writes in place of a diff that there is none of the file `name`, and why. `git apply` and `patch` pass over the line.
pub(crate) fn note(out: &mut dyn Write, name: &[u8], why: &str) -> io::Result<()> {
    for part in [NOTE, why.as_bytes(), b": ", &quoted(b"", name), b"\n"] {
        out.write_all(part)?;
    }
    Ok(())
}

/// Returns by what a patch knows the file `name`: in the line that begins its diff, and in a [`note`].
pub(crate) fn keys(name: &[u8]) -> [Vec<u8>; 2] {
    [[&*quoted(b"a/", name), b" ", &*quoted(b"b/", name)].concat(), quoted(b"", name)]
}

/// Whether `bytes` begin as what is written here does.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    bytes.is_empty() || bytes.starts_with(DIFF) || bytes.starts_with(NOTE)
}

/// Writes `patch` without what it says of files of which `is_left_out` holds for one of their [`keys`].
pub(crate) fn without(out: &mut dyn Write, patch: &[u8], is_left_out: impl Fn(&[u8]) -> bool) -> io::Result<()> {
    let mut keeps = true;
    for line in patch.split_inclusive(|&byte| byte == b'\n') {
        let end = line.strip_suffix(b"\n").unwrap_or(line);
        // No line of a hunk begins so.
        if let Some(key) = end.strip_prefix(DIFF) {
            keeps = !is_left_out(key);
        } else if let Some(note) = end.strip_prefix(NOTE) {
            let at = note.windows(2).position(|two| two == b": ");
            keeps = !at.is_some_and(|at| is_left_out(&note[at + 2..]));
        }
        if keeps {
            out.write_all(line)?;
        }
    }
    Ok(())
}

/// Whole lines of the old file that became whole lines of the new one; the first lines of both differ, and so
/// do the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) old: Span,
    pub(super) new: Span,
}

/// Widens `changes` to whole lines. Changes that share a line become one block.
pub(super) fn blocks(old: &[u8], new: &[u8], changes: &[(Span, Span)]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut close = |start: (usize, usize), end: (usize, usize)| {
        let block = Block { old: Span::new(start.0, end.0), new: Span::new(start.1, end.1) };
        blocks.extend(trimmed(old, new, block));
    };
    // Where the open block starts and where the last change ended, in the old file and the new one.
    let mut open: Option<(usize, usize)> = None;
    let mut end = (0, 0);
    for &(from, to) in changes {
        let equal = &old[end.0..from.start];
        debug_assert_eq!(equal, &new[end.1..to.start], "outside the changes nothing differs");
        // Only a line end that both files have divides: one block reaches to the first of them between two
        // changes, the next starts behind the last.
        let start = match (open, memrchr(b'\n', equal)) {
            (None, at) => shift(end, at.map_or(0, |at| at + 1)),
            (Some(start), None) => start,
            (Some(start), Some(at)) => {
                let first = memchr(b'\n', equal).expect("there is a last one");
                close(start, shift(end, first + 1));
                shift(end, at + 1)
            }
        };
        open = Some(start);
        end = (from.end, to.end);
    }
    if let Some(start) = open {
        close(start, shift(end, first_line(&old[end.0..]).len()));
    }
    blocks
}

fn shift((old, new): (usize, usize), by: usize) -> (usize, usize) {
    (old + by, new + by)
}

/// Takes the lines off both ends that are equal in both files. None if nothing is left: then a change was none.
///
/// A line that was deleted from the end of the line before up to its own is so shown as that one line.
fn trimmed(old: &[u8], new: &[u8], Block { old: mut from, new: mut to }: Block) -> Option<Block> {
    while !from.is_empty() && first_line(&old[from.range()]) == first_line(&new[to.range()]) {
        let len = first_line(&old[from.range()]).len();
        from.start += len;
        to.start += len;
    }
    while !from.is_empty() && last_line(&old[from.range()]) == last_line(&new[to.range()]) {
        let len = last_line(&old[from.range()]).len();
        from.end -= len;
        to.end -= len;
    }
    (!from.is_empty() || !to.is_empty()).then_some(Block { old: from, new: to })
}

/// Returns how many of the first blocks go into one hunk: those whose context meets.
fn hunk_len(old: &[u8], blocks: &[Block]) -> usize {
    let meet = |pair: &[Block]| count_lines(&old[pair[0].old.end..pair[1].old.start]) <= 2 * CONTEXT;
    1 + blocks.windows(2).take_while(|pair| meet(pair)).count()
}

/// Returns the start of the line that is `CONTEXT` lines before the line that starts at `at`.
fn lines_back(text: &[u8], at: usize) -> usize {
    (0..CONTEXT).fold(at, |at, _| at - last_line(&text[..at]).len())
}

/// Returns the end of the line that is `CONTEXT` lines behind the line that ends at `at`.
fn lines_on(text: &[u8], at: usize) -> usize {
    (0..CONTEXT).fold(at, |at, _| at + first_line(&text[at..]).len())
}

/// Returns the first line with its end; nothing of nothing.
fn first_line(text: &[u8]) -> &[u8] {
    memchr(b'\n', text).map_or(text, |at| &text[..=at])
}

/// Returns the last line with its end; nothing of nothing.
fn last_line(text: &[u8]) -> &[u8] {
    let inner = &text[..text.len().saturating_sub(1)];
    memrchr(b'\n', inner).map_or(text, |at| &text[at + 1..])
}

fn count_lines(text: &[u8]) -> usize {
    memchr_iter(b'\n', text).count() + usize::from(text.last().is_some_and(|&last| last != b'\n'))
}

/// Returns a range of a hunk header; `before` is the number of lines before it. A range without lines is named
/// by the line before it, and a count of one is left out.
fn range(before: usize, count: usize) -> String {
    match count {
        0 => format!("{before},0"),
        1 => format!("{}", before + 1),
        _ => format!("{},{count}", before + 1),
    }
}

fn write_lines(out: &mut dyn Write, mark: u8, text: &[u8]) -> io::Result<()> {
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        out.write_all(&[mark])?;
        out.write_all(line)?;
        if !line.ends_with(b"\n") {
            out.write_all(b"\n\\ No newline at end of file\n")?;
        }
    }
    Ok(())
}

fn write_names(out: &mut dyn Write, name: &[u8]) -> io::Result<()> {
    let (old, new) = (quoted(b"a/", name), quoted(b"b/", name));
    // Without the tab `patch` would end a name at its first space; git writes it for the same reason.
    let end: &[u8] = if name.contains(&b' ') { b"\t\n" } else { b"\n" };
    for part in [DIFF, &*old, b" ", &*new, b"\n--- ", &*old, end, b"+++ ", &*new, end] {
        out.write_all(part)?;
    }
    Ok(())
}

/// Returns `name` behind `side` as git writes it: as it is, or in quotes with escapes if it has a quote,
/// a backslash, a control or a byte beyond ASCII (git's `core.quotePath`, on by default).
fn quoted(side: &[u8], name: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if name.iter().all(plain) {
        return [side, name].concat();
    }
    let mut out = [b"\"", side].concat();
    for &byte in name {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            0x07 => out.extend(b"\\a"),
            0x08 => out.extend(b"\\b"),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            0x0B => out.extend(b"\\v"),
            0x0C => out.extend(b"\\f"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend(format!("\\{byte:03o}").into_bytes()),
        }
    }
    out.push(b'"');
    out
}
