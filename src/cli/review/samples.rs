//! Answers as tests of rules, in a file of YAML from which they are taken into the pack.
//!
//! Packs are left alone: they are written by hand, in an order and with comments that a program would not keep.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::cleaner::Builder;
use crate::decisions::Verdict;
use crate::edit::Safety;
use crate::plan::SiteChoice;
use crate::report::escape::is_invisible;
use crate::review::Item;

const HEADER: &str = "\
# Tests of rules, kept by `unscrape review`. What stands behind `fix:` and `keep:` goes into the list of that name below
# `tests:` of the rule.
";

/// The tests that were kept, which are taken back with their answers.
pub(super) struct Samples {
    path: PathBuf,
    /// How long the file was before the test of the answer that is given now, and after it.
    next: Option<[u64; 2]>,
    /// The same of each answer that can be taken back.
    kept: Vec<Option<[u64; 2]>>,
}

impl Samples {
    /// Returns the tests beside the file of decisions.
    pub(super) fn beside(decisions: &Path) -> Self {
        Self { path: decisions.with_file_name("unscrape.tests.yaml"), next: None, kept: Vec::new() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds that the rule of `item` shall do what it does there, or not: a test of the answer that is given next.
    pub(super) fn keep(&mut self, item: &Item, verdict: Verdict) -> io::Result<()> {
        let mut file = File::options().append(true).create(true).open(&self.path)?;
        let before = file.metadata()?.len();
        let header = if before == 0 { HEADER } else { "" };
        file.write_all((header.to_owned() + &test(item, verdict)).as_bytes())?;
        self.next = Some([before, file.metadata()?.len()]);
        Ok(())
    }

    /// Notes that an answer was given.
    pub(super) fn answered(&mut self) {
        self.kept.push(self.next.take());
    }

    /// Takes back the test of the last answer; returns whether it could: who changed the file meanwhile keeps it.
    pub(super) fn take_back(&mut self) -> io::Result<bool> {
        let Some([before, after]) = self.kept.pop().flatten() else { return Ok(true) };
        let file = match File::options().write(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        if file.metadata()?.len() != after {
            return Ok(false);
        }
        file.set_len(before)?;
        if before == 0 {
            fs::remove_file(&self.path)?;
        }
        Ok(true)
    }

    /// Takes back the tests of all answers that can be; returns whether it could.
    pub(super) fn take_all_back(&mut self) -> io::Result<bool> {
        let mut could = true;
        while !self.kept.is_empty() {
            could &= self.take_back()?;
        }
        Ok(could)
    }

    /// Makes the tests so far stay.
    pub(super) fn settle(&mut self) {
        self.kept.clear();
    }
}

fn test(item: &Item, verdict: Verdict) -> String {
    let [before, after] = item.lines.each_ref().map(|text| quoted(text));
    let rule = &item.decision.rule;
    match verdict {
        Verdict::Accept => format!("- rule: {rule}\n  fix: {{ before: {before}, after: {after} }}\n"),
        Verdict::Refuse => format!("- rule: {rule}\n  keep: {before}\n"),
    }
}

/// Returns `text` in quotes of YAML, with every character that cannot be seen escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if !is_invisible(c) => out.push(c),
            c if u32::from(c) > 0xFFFF => write!(out, "\\U{:08X}", u32::from(c)).expect("memory"),
            c => write!(out, "\\u{:04X}", u32::from(c)).expect("memory"),
        }
    }
    out + "\""
}

/// Whether the rule of `item` does the same in its lines alone.
pub(super) fn acts(builder: &Builder, item: &Item) -> bool {
    let mut alone = builder.clone().select(&item.decision.rule).safety(Safety::Review);
    if let Some(site) = &item.site {
        alone = alone.site(SiteChoice::Named(site.clone()));
    }
    alone.build().is_ok_and(|cleaner| cleaner.clean(&item.lines[0]).text == item.lines[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_quotes_is_read_as_it_was() {
        let text = "a \"b\" \\n\n\r\u{A0}\u{7F}\u{85}\u{2028}\u{FEFF}\u{E0001}\u{1F600}: {x} # 'é'\t";
        let written = quoted(text);
        assert!(!written.chars().any(is_invisible), "{written}");
        assert_eq!(serde_yaml::from_str::<String>(&written).expect("YAML"), text, "{written}");
    }
}
