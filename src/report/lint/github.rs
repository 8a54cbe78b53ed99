//! Annotations of GitHub's actions: a line of the log for each finding, which shows beside the line of the file.
//!
//! A line of the log that begins with `::` is a command, so what cannot be seen is named and the signs that have a
//! meaning in a command are escaped as its documentation says.

use std::io::{self, Write};

use super::super::Doc;
use super::{Finding, findings, path};

/// Writes the findings of one text.
pub(crate) fn render(out: &mut dyn Write, doc: &Doc<'_>) -> io::Result<()> {
    let file = property(&path(doc));
    for finding in findings(doc) {
        let level = if finding.is_due() { "warning" } else { "notice" };
        let Finding { rule, message, line, range, .. } = finding;
        write!(out, "::{level} file={file},line={line}")?;
        if let Some(range) = range {
            write!(out, ",endLine={}", range.end.line)?;
            // Columns count only within one line.
            if range.start.line == range.end.line {
                write!(out, ",col={},endColumn={}", range.start.col, range.end.col)?;
            }
        }
        writeln!(out, ",title={}::{}", property(rule.as_str()), data(&message))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::super::marked;
    use super::*;
    use crate::edit::Status;

    fn lines(doc: &Doc<'_>) -> String {
        let mut out = Vec::new();
        render(&mut out, doc).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn each_finding_is_a_command_that_names_its_place() {
        let text = marked::text("é 𝄞 a[-.-] b\n[-Share\nMore\n-]end", "core/stray/mark")
            .finding(Status::Flag, "core/flags/lost", "é", "é", "letters lost")
            .finding(Status::Lost, "x/lost", "𝄞", "", "lost to x/y");
        insta::assert_snapshot!(lines(&text.doc("in/a.txt")), @r"
        ::notice file=in/a.txt,line=1,endLine=1,col=1,endColumn=2,title=core/flags/lost::letters lost
        ::warning file=in/a.txt,line=1,endLine=1,col=6,endColumn=7,title=core/stray/mark::delete `.`
        ::warning file=in/a.txt,line=2,endLine=4,title=core/stray/mark::delete `Share⟨LF⟩More⟨LF⟩`
        ");
    }

    #[test]
    fn no_text_and_no_name_makes_a_command_of_its_own() {
        let text = marked::text("a[-\n::set-output name=x::y\r\n%0A\u{1B}]52;c;\u{202E}\u{2028}-]b", "x/y");
        let lines = lines(&text.doc("a\n::error::b,c:d%.txt"));
        insta::assert_snapshot!(lines, @r"::warning file=a⟨LF⟩%3A%3Aerror%3A%3Ab%2Cc%3Ad%25.txt,line=1,endLine=3,title=x/y::delete `⟨LF⟩::set-output name=x::y⟨CR⟩⟨LF⟩%250A⟨U+001B⟩]52;c;⟨U+202E⟩⟨U+2028⟩`");
        assert_eq!(lines.lines().count(), 1);
    }

    #[test]
    fn a_finding_of_a_record_lies_in_its_line() {
        let text = marked::text("a\nb[-c-]{+d+}", "x/y");
        let doc = Doc { record: Some(7), field: Some("text"), ..text.doc("a.jsonl") };
        insta::assert_snapshot!(lines(&doc), @"::warning file=a.jsonl,line=7,title=x/y::replace `c` with `d`");
    }

    #[test]
    fn what_is_held_is_a_notice_that_says_why() {
        let mut text = marked::text("a[-b-]", "x/y");
        text.hold();
        insta::assert_snapshot!(lines(&text.doc("a.txt")), @"::notice file=a.txt,line=1,endLine=1,col=2,endColumn=3,title=x/y::delete `b` (held: 3 of 20 words would change inside lines that stay, and 5 %25 are allowed)");
    }
}
