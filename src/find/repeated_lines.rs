//! Lines, paragraphs and whole passages that stand twice. The second copy goes; the first always stays.
//!
//! Verse has refrains, tables and lists have rows that are equal, people in a dialogue say a thing twice: all of these
//! stay. Headings and captions are repeated side by side, paragraphs not far from each other, and where several lines
//! are repeated in the same order a part of the page was extracted twice.

use std::cell::OnceCell;

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, QuickMap, QuickSet, hash};

use super::code::is_technical;
use super::evidence::Trust;
use super::options::Reader;
use super::repeated_words::is_cried;
use super::rows::{Kind, LONG, Row, rows, stanzas};
use super::{Finder, Found, Options};

/// A line that is repeated has more characters than this.
const SHORT: usize = 20;
/// The two copies have so many lines from one to the other at most, blank ones not counted.
const NEAR: usize = 10;
/// The same for headings and captions, under review.
const BESIDE: usize = 3;
/// A sentence that is repeated near by has so many columns.
const SENTENCE: usize = 60;
/// A line of so many columns is a paragraph: beside itself it is less certain than a caption.
const LONG_LINE: usize = 160;
/// A passage has so many lines, blank ones not counted,
const PASSAGE: usize = 3;
/// and among them so many long ones that end as sentences do.
const PARAGRAPHS: usize = 2;
/// A title has so many characters at least.
const TITLE: usize = 8;
/// The name of a site has so many characters and words at most.
const SITE: usize = 40;
const SITE_WORDS: usize = 6;

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Lines,
    Passages,
    Paragraphs,
    Titles,
    SiteTitles,
    Captions,
}

const WHAT: [&str; 6] = ["lines", "passages", "paragraphs", "titles", "site-titles", "captions"];

/// The built-in finder `repeated-lines`.
pub(super) struct RepeatedLines {
    what: What,
    trust: Trust,
}

impl RepeatedLines {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("repeated-lines", options, &["what", "trust"]);
        let what = match reader.choice("what", &WHAT) {
            Some(1) => What::Passages,
            Some(2) => What::Paragraphs,
            Some(3) => What::Titles,
            Some(4) => What::SiteTitles,
            Some(5) => What::Captions,
            _ => What::Lines,
        };
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        reader.finish(|| Self { what, trust })
    }
}

impl Finder for RepeatedLines {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        if !self.may_find(doc) {
            return;
        }
        let all = rows(doc);
        let page = Page::new(doc, &all);
        match self.what {
            What::Lines => page.lines(self.trust, found),
            What::Passages => page.passages(found),
            What::Paragraphs => page.paragraphs(found),
            What::Titles => page.titles(found),
            What::SiteTitles => page.site_titles(found),
            What::Captions => page.captions(found),
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

impl RepeatedLines {
    /// Whether a quick look at the lines does not rule out that anything is found.
    fn may_find(&self, doc: &Document<'_>) -> bool {
        let mut lines = doc.lines().as_slice().iter().map(|line| doc.text()[line.content.range()].trim());
        match self.what {
            What::Lines | What::Passages | What::Paragraphs => {
                let mut seen = QuickSet::default();
                lines.any(|line| line.len() > SHORT && !seen.insert(hash(line)))
            }
            What::Titles | What::SiteTitles => {
                let mut solid = lines.filter(|line| !line.is_empty());
                let (first, second) = (solid.next().unwrap_or_default(), solid.next().unwrap_or_default());
                match self.what {
                    What::Titles => first.len() <= 4 * LONG && folded(first) == folded(second),
                    _ => first.starts_with(second) || second.starts_with(first),
                }
            }
            What::Captions => true,
        }
    }
}

/// A text by its lines.
struct Page<'d, 't> {
    doc: &'d Document<'t>,
    rows: &'d [Row<'t>],
    /// The rows that are not blank.
    solid: Vec<usize>,
    hashes: Vec<u64>,
    verse: OnceCell<Vec<bool>>,
    technical: OnceCell<bool>,
}

impl<'d, 't> Page<'d, 't> {
    fn new(doc: &'d Document<'t>, rows: &'d [Row<'t>]) -> Self {
        let solid: Vec<usize> = (0..rows.len()).filter(|&at| !rows[at].is_blank()).collect();
        let hashes = solid.iter().map(|&at| hash(rows[at].text)).collect();
        Self { doc, rows, solid, hashes, verse: OnceCell::new(), technical: OnceCell::new() }
    }

    fn row(&self, at: usize) -> &Row<'t> {
        &self.rows[self.solid[at]]
    }

    fn is_same(&self, at: usize, other: usize) -> bool {
        self.hashes[at] == self.hashes[other] && self.row(at).text == self.row(other).text
    }

    fn is_verse(&self, at: usize) -> bool {
        self.verse.get_or_init(|| stanzas(self.rows))[self.solid[at]]
    }

    fn is_technical(&self) -> bool {
        *self.technical.get_or_init(|| is_technical(self.doc.text()))
    }

    /// Whether the text has any line that none of a song, a menu or a table has.
    fn is_prose(&self) -> bool {
        self.rows.iter().any(Row::is_paragraph)
    }

    fn deletion(&self, first: usize, last: usize, evidence: String) -> Found {
        let span = self.doc.lines().deletion(self.solid[first], self.solid[last]);
        Found { span, after: String::new(), evidence: Some(evidence), score: None }
    }

    /// Calls `each` with every line that has stood before, and with the last line in which it has.
    fn repeats(&self, mut each: impl FnMut(usize, usize)) {
        let mut last: QuickMap<u64, usize> = QuickMap::default();
        for (at, &hash) in self.hashes.iter().enumerate() {
            if self.row(at).text.len() > SHORT
                && let Some(before) = last.insert(hash, at)
                && self.is_same(before, at)
            {
                each(before, at);
            }
        }
    }

    fn lines(&self, trust: Trust, found: &mut Vec<Found>) {
        let mut repeats = Vec::new();
        self.repeats(|before, at| repeats.push((before, at)));
        if repeats.is_empty() || !self.is_prose() {
            return;
        }
        let mut counts: QuickMap<u64, u32> = QuickMap::default();
        for &(_, at) in &repeats {
            *counts.entry(self.hashes[at]).or_default() += 1;
        }
        for (before, at) in repeats {
            if at - before > NEAR || !is_plain(self.row(at)) || self.row(at).text.chars().count() <= SHORT {
                continue;
            }
            let twice = counts[&self.hashes[at]] == 1;
            let certain = self.is_certain(before, at);
            let likely = twice || at - before <= BESIDE || self.is_sentence(at);
            if (trust == Trust::Certain && certain) || (trust == Trust::Likely && !certain && likely) {
                let evidence = match at - before {
                    1 => "the same as the line before".to_owned(),
                    lines => format!("the same as {lines} lines before"),
                };
                found.push(self.deletion(at, at, evidence));
            }
        }
    }

    fn is_sentence(&self, at: usize) -> bool {
        self.row(at).width >= SENTENCE && self.row(at).is_ended()
    }

    fn is_certain(&self, before: usize, at: usize) -> bool {
        let row = self.row(at);
        let verse = self.is_verse(before) || self.is_verse(at) || row.text.ends_with([',', '!', '—', '–', '-']);
        if verse || self.is_technical() {
            return false;
        }
        match at - before {
            // What stands three times in a row somebody meant.
            1 if row.width < LONG_LINE => {
                let announced = before > 0 && self.row(before - 1).text.ends_with([':', '：']);
                let before = before > 0 && self.is_same(before - 1, at);
                let behind = at + 1 < self.solid.len() && self.is_same(at + 1, at);
                !before && !behind && !announced && !is_cried(row.text)
            }
            // Further on it is as often the next part's heading, a refrain or a clause.
            _ => false,
        }
    }

    fn passages(&self, found: &mut Vec<Found>) {
        let mut counts: QuickMap<u64, u32> = QuickMap::default();
        self.repeats(|_, at| *counts.entry(self.hashes[at]).or_default() += 1);
        // Behind the last line that was looked at as part of a passage.
        let mut done = 0;
        self.repeats(|before, at| {
            if at < done || !self.row(at).is_paragraph() {
                return;
            }
            let mut first = 0;
            while first < before && at - first > done && self.is_same(before - first - 1, at - first - 1) {
                first += 1;
            }
            let mut end = 1;
            while at + end < self.solid.len() && self.is_same(before + end, at + end) {
                end += 1;
            }
            done = at + end;
            let rows = || (at - first..at + end).map(|at| self.row(at));
            let paragraphs = rows().filter(|row| row.is_paragraph()).count();
            // What stands below every item of a list, again and again, belongs there.
            let is_note = at - before <= NEAR && counts[&self.hashes[at]] > 1;
            if !is_note
                && first + end >= PASSAGE
                && paragraphs >= PARAGRAPHS
                && !rows().any(|row| row.kind == Kind::Code)
            {
                let evidence = format!("{} lines the same as {} lines before", first + end, at - before);
                found.push(self.deletion(at - first, at + end - 1, evidence));
            }
        });
    }

    fn paragraphs(&self, found: &mut Vec<Found>) {
        self.repeats(|before, at| {
            if at - before > NEAR && self.row(at).is_paragraph() {
                found.push(self.deletion(at, at, format!("the same as {} lines before", at - before)));
            }
        });
    }

    /// The first two lines, if the first may be a title.
    fn head(&self) -> Option<(&'t str, &'t str)> {
        let fits = |at: usize| matches!(self.row(at).kind, Kind::Words | Kind::Fixed) && !self.is_verse(at);
        let two = self.solid.len() > 2 && fits(0) && fits(1) && self.is_prose();
        two.then(|| (self.row(0).text, self.row(1).text))
    }

    fn titles(&self, found: &mut Vec<Found>) {
        let Some((first, second)) = self.head() else { return };
        let fits = is_plain(self.row(0))
            && self.row(1).is_words()
            && first.chars().count() >= TITLE
            && !first.ends_with(['.', ',', '!']);
        if fits && first.len() <= 4 * LONG && folded(first) == folded(second) && !self.is_same(1, 2) {
            found.push(self.deletion(1, 1, "the title again".to_owned()));
        }
    }

    fn site_titles(&self, found: &mut Vec<Found>) {
        let Some((first, second)) = self.head() else { return };
        if first.chars().count() >= TITLE && is_with_site(second, first) {
            found.push(self.deletion(1, 1, "the title again, with the name of a site".to_owned()));
        } else if second.chars().count() >= TITLE && is_with_site(first, second) {
            found.push(self.deletion(0, 0, "the title with the name of a site".to_owned()));
        }
    }

    fn captions(&self, found: &mut Vec<Found>) {
        for at in 0..self.solid.len().saturating_sub(1) {
            let (row, next) = (self.row(at), self.row(at + 1));
            let Some(rest) = next.text.strip_prefix(row.text).filter(|rest| !rest.is_empty()) else { continue };
            // A paragraph often begins with the words of its heading.
            let bare = rest.trim_start();
            let parted = rest.starts_with(['.', ':'])
                || (bare.len() < rest.len() && bare.starts_with(['–', '—', '-', '|', '/', '(', '©']));
            if parted
                && is_plain(row)
                && next.is_words()
                && !next.is_paragraph()
                && row.text.chars().count() > SHORT
                && !self.is_verse(at)
                && self.is_prose()
            {
                found.push(self.deletion(at, at, "the next line begins with it".to_owned()));
            }
        }
    }
}

/// Whether a line may be a heading, a caption or a paragraph: no item, row, label, speech or number.
fn is_plain(row: &Row<'_>) -> bool {
    let text = row.text;
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let speaks = text.split_once(':').is_some_and(|(name, _)| {
        name.len() <= SITE
            && !name.chars().any(char::is_lowercase)
            && name.chars().filter(|c| c.is_uppercase()).count() > 1
    });
    row.is_words()
        && row.indent == 0
        && text.starts_with(char::is_alphabetic)
        && !text.ends_with(':')
        && digits * 3 <= letters
        && !speaks
}

/// A title without its case and its marks.
fn folded(title: &str) -> String {
    let end = title.rfind(char::is_alphanumeric).map_or(0, |at| at);
    // `Why` is another title than `Why?`.
    let marks = title[end..].chars().filter_map(|c| match c {
        '?' | '？' | '؟' => Some('?'),
        '!' | '！' => Some('!'),
        '…' => Some('…'),
        _ => None,
    });
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).chain(marks).collect()
}

/// Whether `line` is `title` and the name of a site behind it.
fn is_with_site(line: &str, title: &str) -> bool {
    let Some(rest) = line.strip_prefix(title) else { return false };
    let bare = rest.trim_start();
    let site = bare.trim_start_matches(['|', '-', '–', '—', '·', '•', '»', '«']);
    let name = site.trim_start();
    rest.len() > bare.len()
        && bare.len() > site.len()
        && site.len() > name.len()
        && name.chars().count() <= SITE
        && !name.is_empty()
        && name.split(char::is_whitespace).count() <= SITE_WORDS
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};

    const PROSE: &str = "The ferry to Norrholm leaves at six in the morning, long before the first shop on the quay has opened its doors.";
    const MORE: &str = "Nobody knows who pays for the bell. It was hung there by a baker, and the bakers of the town have kept it ever since.";
    const TITLE: &str = "Who rings the bell of Norrholm";

    fn left(what: &str, text: &str) -> String {
        clean(&*finder("repeated-lines", &json!({ "what": what })), text, None)
    }

    #[test]
    fn the_second_copy_goes_and_the_first_stays() {
        assert_eq!(left("lines", &format!("{TITLE}\n{TITLE}\n{PROSE}")), format!("{TITLE}\n{PROSE}"));
        assert_eq!(
            left("lines", &format!("{TITLE}\r\n\r\n{TITLE} \r\n{PROSE}\r\n")),
            format!("{TITLE}\r\n\r\n{PROSE}\r\n")
        );
        assert_eq!(left("lines", &format!("{PROSE}\n{TITLE}\n{TITLE}")), format!("{PROSE}\n{TITLE}"));
        let apart = format!("{PROSE}\n1\n2\n3\n4\n{PROSE}\n5");
        assert_eq!(left("lines", &apart), apart);
    }

    #[test]
    fn lines_that_may_be_meant_stay() {
        let twice = |line: &str| format!("{line}\n{line}\n\n{PROSE}\n");
        let kept = [
            twice("- Salt and freshly ground pepper"),
            twice("12 345 678 points, 90 12 345"),
            twice("ANNA BERG: Who rings the bell?"),
            twice("“Who rings the bell of Norrholm?”"),
            twice("Name and address of the sender:"),
            twice("Ring the bell of Norrholm, ring it,"),
            twice("Norrholm\tSandvik\t2\t1\t0\t14 points"),
            twice("Norrholm | Sandvik | 14 points"),
            twice("Who rings the bell?"),
            twice("    Who rings the bell of Norrholm"),
            format!("{TITLE}\n{TITLE}\n{TITLE}\n{PROSE}"),
            format!("{TITLE}\n{TITLE}\nOver the water\nOver the snow\n\n{PROSE}"),
            format!("{TITLE}\n{TITLE}\nOver the water"),
            format!("{TITLE}\na\n{TITLE}\n{PROSE}"),
            format!("{MORE}{PROSE}\n{MORE}{PROSE}"),
            format!("{TITLE}\na\n{TITLE}\nb\nc\nd\n{TITLE}\n\n{PROSE}").replace("a\n", "a\n\n"),
            format!("{PROSE}\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n{PROSE}\n"),
            format!("{TITLE}\n{TITLE}\n{PROSE}\nrun() and stop()"),
        ];
        for text in kept {
            assert_eq!(left("lines", &text), text);
        }
    }

    #[test]
    fn a_passage_goes_with_its_headings_and_lists() {
        let passage = format!("{PROSE}\n\nThe bell\n- a\n- b\n\n{MORE}\n");
        assert_eq!(left("passages", &format!("{passage}\n{passage}\nThe end\n")), format!("{passage}\n\nThe end\n"));
        assert_eq!(left("passages", &format!("Head\n{passage}x\n{passage}y\n")), format!("Head\n{passage}x\ny\n"));
    }

    #[test]
    fn what_is_no_passage_stays() {
        let kept = [
            format!("{PROSE}\n{MORE}\n1\n{PROSE}\n{MORE}\n"),
            format!("{PROSE}\n1\n2\nx\n{PROSE}\n1\n2\n"),
            format!("```\n{PROSE}\n1\n{MORE}\n```\n```\n{PROSE}\n1\n{MORE}\n```\n"),
            format!("{PROSE}\n1\n{MORE}\nx\n").repeat(1),
            (1..4).map(|n| format!("Item {n}\n{PROSE}\nSee all\n{MORE}\n")).collect(),
        ];
        for text in kept {
            assert_eq!(left("passages", &text), text);
        }
    }

    #[test]
    fn titles_are_known_in_any_case() {
        let loud = TITLE.to_uppercase();
        assert_eq!(left("titles", &format!("{loud}\n\n{TITLE}.\n\n{PROSE}")), format!("{loud}\n\n\n{PROSE}"));
        for text in [
            format!("{TITLE}\n{TITLE}s\n{PROSE}"),
            format!("{TITLE}\n{TITLE}\nx"),
            format!("Bell\nBell\n{PROSE}"),
            format!("{PROSE}\n{TITLE}\n{TITLE}"),
        ] {
            assert_eq!(left("titles", &text), text);
        }
    }

    #[test]
    fn the_line_with_the_site_goes() {
        for sign in ["|", "-", "–", "·", "»"] {
            let site = format!("{TITLE} {sign} Norrholm Press");
            assert_eq!(left("site-titles", &format!("{site}\n{TITLE}\n{PROSE}")), format!("{TITLE}\n{PROSE}"));
            assert_eq!(left("site-titles", &format!("{TITLE}\n{site}\n{PROSE}")), format!("{TITLE}\n{PROSE}"));
        }
        for text in [format!("{TITLE}\n{TITLE} and how\n{PROSE}"), format!("{TITLE}\n{TITLE}-Press\n{PROSE}")] {
            assert_eq!(left("site-titles", &text), text);
        }
    }

    #[test]
    fn the_text_of_a_picture_goes_where_its_caption_follows() {
        let text = format!("{TITLE}\n{TITLE} – Photo: Tilda Marsh\n{PROSE}");
        assert_eq!(left("captions", &text), format!("{TITLE} – Photo: Tilda Marsh\n{PROSE}"));
        for text in [
            format!("{TITLE}\n{TITLE} and why. {PROSE}\n"),
            format!("{TITLE}\n{TITLE} – {PROSE}\n"),
            format!("{TITLE}\n{TITLE}er\n{PROSE}"),
        ] {
            assert_eq!(left("captions", &text), text);
        }
    }

    #[test]
    fn lines_cost_linear_time_in_any_text() {
        for what in super::WHAT {
            for piece in [PROSE, TITLE, "a", "", "a\nb", &format!("{PROSE}\n{MORE}\n{TITLE}")] {
                left(what, &format!("{piece}\n").repeat(10_000));
            }
        }
    }
}
