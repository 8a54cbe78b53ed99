//! Answers as tests of rules, in a file of YAML from which they are taken into the pack.
//!
//! Packs are left alone: they are written by hand, in an order and with comments that a program would not keep.

use std::fmt::Write as _;
use std::fs::File;
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

/// Returns the file of tests beside the file of decisions.
pub(super) fn place(decisions: &Path) -> PathBuf {
    decisions.with_file_name("unscrape.tests.yaml")
}

/// Adds to the file at `path` that the rule of `item` shall do what it does there, or not.
pub(super) fn keep(path: &Path, item: &Item, verdict: Verdict) -> io::Result<()> {
    let mut file = File::options().append(true).create(true).open(path)?;
    let header = if file.metadata()?.len() == 0 { HEADER } else { "" };
    file.write_all((header.to_owned() + &test(item, verdict)).as_bytes())
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
