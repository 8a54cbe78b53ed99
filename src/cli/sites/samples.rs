//! Samples of a site: pages in a folder beside its pack, each with the clean text that must come out of it.
//!
//! What comes out is what the rules make of a page that run by default, and all rules of the site: its own have not
//! earned `safe` when they are written, and their samples are what they earn it with.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use similar::{Algorithm, DiffTag};

use super::super::Stop;
use crate::cleaner::{Builder, Cleaner};
use crate::corpus::walk::shown;
use crate::corpus::write::{Existing, Staged};
use crate::edit::Safety;
use crate::plan::{SiteChoice, Source};
use crate::report::held_because;

/// Returns the folder that holds the samples of the pack in the file `pack`.
pub(super) fn folder(pack: &Path) -> PathBuf {
    pack.with_extension("samples")
}

/// Returns the file with the clean text of `page`.
pub(super) fn clean_file(page: &Path) -> PathBuf {
    page.with_extension(CLEAN)
}

const CLEAN: &str = "clean.txt";

/// Returns the pages in `folder`, sorted; none if there is no such folder.
pub(super) fn pages(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the samples in `{}`", shown(folder))),
    };
    let mut pages = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read the samples in `{}`", shown(folder)))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_page = name.ends_with(".txt") && !name.ends_with(".clean.txt") && !name.starts_with('.');
        pages.extend(Some(path).filter(|path| is_page && path.is_file()));
    }
    pages.sort();
    Ok(pages)
}

/// Makes what cleans the samples of the site whose pack is called `site`.
pub(super) fn cleaner(builder: Builder, site: &str) -> Result<Cleaner, Stop> {
    let builder = builder.site(SiteChoice::Named(site.to_owned())).safety(Safety::Review);
    let all = builder.clone().build()?;
    let waiting = all.waiting_elsewhere(site);
    Ok(waiting.into_iter().fold(builder, |builder, rule| builder.ignore(rule.as_str())).build()?)
}

/// Cleans a page of `site`.
///
/// # Errors
/// Why it cannot be a sample: it is held, or belongs to another site.
pub(super) fn clean(cleaner: &Cleaner, site: &str, page: &str) -> anyhow::Result<String> {
    if let Some(other) = cleaner.which_site(page, &Source::default())
        && !other.packs.iter().any(|pack| pack == site)
        && !cleaner.chain(site).contains(&other.site)
    {
        bail!("is taken for a page of {}, since {}", other.site, other.why);
    }
    let cleaned = cleaner.clean(page);
    if let Some(held) = &cleaned.held {
        bail!("is left as it is: {}", held_because(held));
    }
    Ok(cleaned.text.into_owned())
}

/// Reads a page or a clean text.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read the sample `{}`", shown(path)))
}

/// Writes a file, whole or not at all.
pub(super) fn write(path: &Path, text: &str, existing: Existing) -> anyhow::Result<()> {
    let mut file = Staged::new(path, existing);
    file.write_all(text.as_bytes())
        .and_then(|()| file.commit())
        .with_context(|| format!("cannot write `{}`", shown(path)))
}

/// So many lines of a difference are shown.
const LINES: usize = 20;

/// Returns the lines that differ, each with its number in `expected`, and with the words marked that do: `[-…-]` is
/// expected and does not come out, `{+…+}` comes out and is not expected.
pub(super) fn difference(expected: &str, got: &str) -> Vec<String> {
    let (old, new) = (tokens(expected), tokens(got));
    let mut lines = Lines::default();
    for op in similar::capture_diff_slices(Algorithm::Patience, &old, &new) {
        if op.tag() == DiffTag::Equal {
            old[op.old_range()].iter().for_each(|token| lines.add(token, None));
            continue;
        }
        old[op.old_range()].iter().for_each(|token| lines.add(token, Some(GONE)));
        new[op.new_range()].iter().for_each(|token| lines.add(token, Some(NEW)));
    }
    lines.end_line();
    let more = lines.done.len().saturating_sub(LINES);
    if more > 0 {
        lines.done.truncate(LINES);
        lines.done.push(format!("… and {more} more"));
    }
    lines.done
}

type Mark = (&'static str, &'static str);
const GONE: Mark = ("[-", "-]");
const NEW: Mark = ("{+", "+}");

/// Lines of a difference while they are written.
#[derive(Default)]
struct Lines {
    done: Vec<String>,
    line: String,
    mark: Option<Mark>,
    differs: bool,
    /// Line ends of what is expected.
    passed: usize,
}

impl Lines {
    fn add(&mut self, token: &str, mark: Option<Mark>) {
        if self.mark != mark {
            self.close();
            self.line.push_str(mark.map_or("", |(open, _)| open));
            self.mark = mark;
        }
        self.differs |= mark.is_some();
        if token == "\n" {
            self.line.push_str(if mark.is_some() { "⏎" } else { "" });
            self.end_line();
            self.passed += usize::from(mark != Some(NEW));
        } else {
            self.line.push_str(token);
        }
    }

    fn close(&mut self) {
        self.line.push_str(self.mark.take().map_or("", |(_, close)| close));
    }

    fn end_line(&mut self) {
        self.close();
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.differs) {
            self.done.push(format!("{}: {line}", self.passed + 1));
        }
    }
}

/// Cuts a text into words, what stands between words, and line ends.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        '\n' => 0,
        c if c.is_alphanumeric() => 1,
        _ => 2,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    for (at, pair) in text.char_indices().zip(text.chars().skip(1)) {
        let ((at, c), next) = (at, pair);
        if kind(c) != kind(next) || c == '\n' {
            let end = at + c.len_utf8();
            tokens.push(&text[start..end]);
            start = end;
        }
    }
    tokens.extend(Some(&text[start..]).filter(|rest| !rest.is_empty()));
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_are_marked_in_their_lines() {
        let same = "The ferry left.\n\nNobody waited.\n";
        assert!(difference(same, same).is_empty());
        assert_eq!(
            difference("The ferry left.\n\nNobody waited.\n", "The ferry sailed.\n\nNobody waited.\n"),
            ["1: The ferry [-left-]{+sailed+}."]
        );
        assert_eq!(difference("A\nB\n", "A\nShare this\nB\n"), ["2: {+Share this⏎+}"]);
        assert_eq!(difference("A\nShare this\nB\n", "A\nB\n"), ["2: [-Share this⏎-]"]);
        assert_eq!(difference("A\n", "A"), ["1: A[-⏎-]"]);
        assert_eq!(difference("", ""), [""; 0]);
        let many: String = (0..30).map(|number| format!("{number}\n")).collect();
        assert_eq!(difference(&many, "").len(), LINES + 1);
    }

    #[test]
    fn tokens_are_all_of_the_text() {
        for text in ["", "a", "a b\n\nc, d", "\n", "ä\r\nö"] {
            assert_eq!(tokens(text).concat(), text);
        }
    }
}
