//! Markdown in a text that is none: links and images that an extractor wrote, and marks of headings, quotations and
//! emphasis.
//!
//! A link or an image with a whole address is certain in a text that has no other sign of Markdown. One that has
//! headings, lists of links or tables may be Markdown on purpose: there everything is left to review. A text that is
//! said to be Markdown is left alone.

use std::sync::LazyLock;

use memchr::{memchr, memmem};
use regex::Regex;

use super::code::{Backticks, Fences, is_code_line, is_technical};
use super::cut::{Parts, cut};
use super::options::Reader;
use super::teaching::teaches_formatting;
use super::{Finder, Found, Options};
use crate::rules::diagnostics::Diagnostic;
use crate::text::markup::{LONGEST_LABEL, Link, link, without_markup};
use crate::text::{Document, Line, Span, is_blank, is_word_char};

/// So many words in bold, and a text is written in Markdown.
const BOLD: usize = 3;

/// What a rule of this finder takes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Links,
    Headings,
    Quotes,
    Emphasis,
    Breaks,
}

const WHAT: [(&str, What, &str); 5] = [
    ("links", What::Links, r"\]\("),
    ("headings", What::Headings, r"#[ \t]"),
    ("quotes", What::Quotes, r">"),
    ("emphasis", What::Emphasis, r"[*_]\S"),
    ("breaks", What::Breaks, r"[*_-][ \t]*[*_-][ \t]*[*_-]"),
];

/// The built-in finder `markdown`.
pub(super) struct Markdown {
    what: What,
    trigger: &'static str,
    /// Finds what the default leaves, instead of what it finds.
    doubtful: bool,
}

impl Markdown {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("markdown", options, &["trust", "what"]);
        let doubtful = reader.choice("trust", &["sure", "likely"]) == Some(1);
        let (_, what, trigger) = WHAT[reader.choice("what", &WHAT.map(|(name, ..)| name)).unwrap_or(0)];
        reader.finish(|| Self { what, trigger, doubtful })
    }
}

impl Finder for Markdown {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        if doc.is_markdown() {
            return;
        }
        if self.what == What::Links {
            self.links(doc, found);
            return;
        }
        let text = doc.text();
        let (mut signs, mut answers, mut commands) = (None, None, None);
        // Lines that are no code, with what stands in them.
        let mut lines: Vec<(usize, &str)> = Vec::new();
        let mut fences = Fences::default();
        for (index, line) in doc.lines().as_slice().iter().enumerate() {
            let content = &text[line.content.range()];
            if !fences.holds(content) {
                lines.push((index, content));
            }
        }
        for &(index, content) in &lines {
            let line = doc.lines().as_slice()[index];
            let mut others = |own| signs.get_or_insert_with(|| Signs::of(doc)).others(own);
            match self.what {
                What::Headings if HEADING.is_match(content) => {
                    let mut programs = || *commands.get_or_insert_with(|| shows_shell(text) || is_technical(text));
                    if is_heading(doc, index, &mut programs) && !is_code_line(content) {
                        found.extend(heading(line, content));
                    }
                }
                What::Quotes if content.starts_with('>') && others(What::Quotes) => {
                    let answers = *answers.get_or_insert_with(|| is_mail(text) || shows_shell(text));
                    let len = content.len() - content.trim_start_matches(['>', ' ']).len();
                    found.extend((!answers).then(|| removal(Span::new(0, len).shift(line.content.start))));
                }
                What::Breaks if BREAK.is_match(content) && others(What::Breaks) => {
                    found.push(cut(doc, line.content, Parts::Nothing));
                }
                What::Emphasis if !is_code_line(content) => emphasis(line, content, &mut others, found),
                _ => {}
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![self.trigger.to_owned()])
    }

    fn drops_lines(&self) -> bool {
        matches!(self.what, What::Links | What::Breaks)
    }
}

fn removal(span: Span) -> Found {
    Found { span, after: String::new(), evidence: None, score: None }
}

/// A link or an image with where it stands.
struct Place {
    span: Span,
    link: Link,
    image: bool,
}

impl Markdown {
    fn links(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let links = links(doc);
        if links.is_empty() {
            return;
        }
        let all_doubtful = Signs::of(doc).any()
            || speaks_of_markdown(text)
            || teaches_formatting(text)
            || is_technical(&without_markup(text))
            || links.iter().any(|place| is_shown(text, place));
        for place in links {
            let start = if place.image { place.span.start + 1 } else { place.span.start };
            let address = &text[start + place.link.address.start..start + place.link.address.end];
            let label = &text[start + place.link.label.start..start + place.link.label.end];
            let sure = !all_doubtful && (address.starts_with("http://") || address.starts_with("https://"));
            if sure == self.doubtful {
                continue;
            }
            let plain = if place.image { String::new() } else { without_markup(label).trim().to_owned() };
            if is_blank(&plain) {
                found.push(cut(doc, place.span, if place.image { Parts::Words } else { Parts::Nothing }));
                continue;
            }
            // `word[1](…)`: without its brackets the mark of a note would be part of the word.
            let mark = plain.len() <= 3 && plain.bytes().all(|b| b.is_ascii_digit());
            let glued = text[..place.span.start].ends_with(|c: char| !c.is_whitespace());
            let after = if mark && glued { format!("[{plain}]") } else { plain };
            // The mark would begin another link.
            if after.starts_with('[') && text[place.span.end..].starts_with(['(', '[']) {
                continue;
            }
            found.push(Found { span: place.span, after, evidence: None, score: None });
        }
    }
}

/// Returns the links and images of the text that are not in code, the outer ones of those that are nested.
fn links(doc: &Document<'_>) -> Vec<Place> {
    let text = doc.text();
    let mut places: Vec<Place> = Vec::new();
    if memmem::find(text.as_bytes(), b"](").is_none() {
        return places;
    }
    let mut fences = Fences::default();
    for line in doc.lines().as_slice() {
        let content = &text[line.content.range()];
        if fences.holds(content) {
            continue;
        }
        let first = places.len();
        let ticks = Backticks::of(content);
        for at in memmem::find_iter(content.as_bytes(), b"](") {
            let close = line.content.start + at;
            let Some(open) = opening_bracket(text, close) else { continue };
            let Some(link) = link(&text[open..]).filter(|link| open + link.label.end == close) else { continue };
            let image = text[..open].ends_with('!');
            let start = if image { open - 1 } else { open };
            let escaped = text[..start].ends_with('\\');
            let indexed = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | ']'))
                && !text[open + link.address.start..].starts_with("http");
            if escaped || indexed || ticks.hold(at) || is_deep(&text[..start]) {
                continue;
            }
            let span = Span::new(start, open + link.len);
            while places.last().is_some_and(|last| last.span.start >= span.start) {
                places.pop();
            }
            if places.last().is_none_or(|last| last.span.end <= span.start) {
                places.push(Place { span, link, image });
            }
        }
        if places.len() > first && is_code_line(&without_markup(content)) {
            places.truncate(first);
        }
    }
    places
}

/// Whether more brackets are open at the end of `before` than anybody nests: with each link that goes, there would be
/// another around it.
fn is_deep(before: &str) -> bool {
    const REACH: usize = 512;
    const DEEPEST: usize = 4;
    let near = &before.as_bytes()[before.len().saturating_sub(REACH)..];
    let opened = near.iter().fold(0usize, |open, b| match b {
        b'[' => open + 1,
        b']' => open.saturating_sub(1),
        _ => open,
    });
    opened > DEEPEST
}

/// Returns where the bracket opens that closes at `close`, over the end of one line at most.
fn opening_bracket(text: &str, close: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    for at in (close.saturating_sub(LONGEST_LABEL)..close).rev() {
        match bytes[at] {
            b']' => depth += 1,
            b'[' if depth == 0 => return Some(at),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Signs that a text is written in Markdown as a whole.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    links: bool,
    headings: bool,
    quotes: bool,
    breaks: bool,
    bold: usize,
    /// Fenced code, tables, definitions of links.
    others: bool,
}

static HEADING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^ {0,3}#{1,6}[ \t]+\S").expect("a constant pattern"));
static BREAK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^ {0,3}(?:(?:\* ?){3}|(?:- ?){3}|(?:_ ?){3})[ \t]*$").expect("a constant pattern"));
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ \t]*(?:```|~~~|\|?[ \t]*:?-{3,}:?[ \t]*\||\[[^\]]+\]:[ \t]+\S)").expect("a constant pattern")
});
static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\*\*(?P<star>[^*\s](?:[^*]*[^*\s])?)\*\*|__(?P<line>[^_\s](?:[^_]*[^_\s])?)__")
        .expect("a constant pattern")
});
static SLIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\*(?P<star>[^*\s](?:[^*]*[^*\s])?)\*|_(?P<line>[^_\s](?:[^_]*[^_\s])?)_").expect("a constant pattern")
});

impl Signs {
    fn of(doc: &Document<'_>) -> Self {
        let text = doc.text();
        let mut signs = Self { links: memmem::find(text.as_bytes(), b"](").is_some(), ..Self::default() };
        for line in doc.lines().as_slice() {
            let content = &text[line.content.range()];
            signs.headings |= HEADING.is_match(content);
            signs.quotes |= content.starts_with("> ");
            signs.breaks |= BREAK.is_match(content);
            signs.others |= OTHER.is_match(content);
            if signs.bold < BOLD && memmem::find(content.as_bytes(), b"**").is_some() {
                signs.bold += STRONG.find_iter(content).take(BOLD).count();
            }
        }
        signs.links &= !links(doc).is_empty();
        signs
    }

    /// Whether the text may be Markdown as a whole, links aside.
    fn any(self) -> bool {
        self.headings || self.quotes || self.others || self.bold >= BOLD
    }

    /// Whether there is any sign of Markdown but those that a rule for `own` takes out.
    fn others(self, own: What) -> bool {
        self.links
            || self.others
            || (self.headings && own != What::Headings)
            || (self.quotes && own != What::Quotes)
            || (self.bold > 0 && own != What::Emphasis)
    }
}

/// Whether a link is an example of one: its address or its text stands for any.
fn is_shown(text: &str, place: &Place) -> bool {
    static ANY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^https?://(?:(?:www\.)?(?:example|your-?(?:site|domain))\.(?:com|org|net)\b|\.{3}|…|$)")
            .expect("a constant pattern")
    });
    static TEXT: LazyLock<Regex> = LazyLock::new(|| {
        let words = "(?:link|anchor|alt|your|display|some)[ -]?text|text|text here|linktext|dein text|texte(?: du lien)?|texto(?: del enlace)?|testo|текст(?: ссылки)?|链接文字";
        Regex::new(&format!(r"^(?i:{words})$")).expect("a constant pattern")
    });
    let open = if place.image { place.span.start + 1 } else { place.span.start };
    let address = text[open + place.link.address.start..open + place.link.address.end].trim();
    let label = text[open + place.link.label.start..open + place.link.label.end].trim();
    ANY.is_match(address) || TEXT.is_match(label)
}

/// Whether a text speaks of Markdown, so that it may show some.
fn speaks_of_markdown(text: &str) -> bool {
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        let any = "url|uri|link|href|address|path|adresse|lien|enlace|ссылка|адрес|链接|リンク";
        Regex::new(&format!(r"(?i)\bmarkdown\b|\breadme\b|\.md\b|\bwiki(?:text|code)\b|\]\(<?(?:{any})>?\)"))
            .expect("a constant pattern")
    });
    NAMES.is_match(text)
}

/// Whether a text quotes mail, so that its `>` are those of an answer.
fn is_mail(text: &str) -> bool {
    static WROTE: LazyLock<Regex> = LazyLock::new(|| {
        let words = "wrote|writes|schrieb|a écrit|ha scritto|escribió|escreveu|schreef|napisała?|пишет|написала?|skrev|kirjoitti";
        Regex::new(&format!(r"(?mR)(?i:\b(?:{words})\b).{{0,24}}:[ \t]*$|^> ?>")).expect("a constant pattern")
    });
    WROTE.is_match(text)
}

/// Whether a text shows what somebody types into a shell, with its comments and prompts.
fn shows_shell(text: &str) -> bool {
    static SHELL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?mR)^[ \t]*(?:\$ |#+ [a-z])").expect("a constant pattern"));
    SHELL.is_match(text)
}

/// Whether the line, which has the marks of a heading, stands as one: code has comments of the same shape, among
/// other lines. `programs`: the text shows some.
fn is_heading(doc: &Document<'_>, index: usize, programs: &mut dyn FnMut() -> bool) -> bool {
    let text = doc.text();
    let content = |index: usize| doc.lines().as_slice().get(index).map(|line| &text[line.content.range()]);
    let free = |line: Option<&str>| line.is_none_or(is_blank);
    let deep = content(index).is_some_and(|line| line.trim_start().starts_with("##"));
    let title = content(index).unwrap_or_default().trim_start_matches([' ', '#', '\t']);
    // `# 1`: a number. `# rm -rf`: what somebody types.
    let named = title.starts_with(|c: char| c.is_alphabetic() && !c.is_ascii_lowercase())
        || (title.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '"' | '“' | '„' | '«' | '¿' | '¡' | '['))
            && title.chars().filter(|c| c.is_alphabetic()).count() > 2);
    let apart = || free(index.checked_sub(1).and_then(content)) && free(content(index + 1));
    named && !title.ends_with([';', '{', '}']) && (apart() || (deep && !programs()))
}

fn heading(line: Line, content: &str) -> impl Iterator<Item = Found> {
    let len = content.len() - content.trim_start_matches([' ', '#', '\t']).len();
    let closing = content.trim_end_matches(['#', ' ', '\t']);
    // `C#`: only what stands apart closes.
    let closes = content.trim_end().ends_with('#') && content[closing.len()..].starts_with([' ', '\t']);
    let end = closes.then(|| removal(Span::new(closing.len(), content.len()).shift(line.content.start)));
    std::iter::once(removal(Span::new(0, len).shift(line.content.start))).chain(end)
}

/// Whether `span` shares a byte with one of `taken`, which are in order.
fn is_taken(taken: &[Span], span: Span) -> bool {
    taken.get(taken.partition_point(|other| other.end <= span.start)).is_some_and(|other| other.start < span.end)
}

/// Finds marks of emphasis in a line. Light ones and underscores need another sign of Markdown: people write `*so*`
/// where nothing can be set in italics.
fn emphasis(line: Line, content: &str, others: &mut dyn FnMut(What) -> bool, found: &mut Vec<Found>) {
    if memchr(b'*', content.as_bytes()).is_none() && memchr(b'_', content.as_bytes()).is_none() {
        return;
    }
    // What is bold, in order.
    let mut taken: Vec<Span> = Vec::new();
    for (pattern, width) in [(&*STRONG, 2), (&*SLIGHT, 1)] {
        let mut end = 0;
        for marked in pattern.captures_iter(content) {
            let whole = marked.get(0).expect("group 0 is the match").range();
            let star = marked.name("star").is_some();
            // Behind a mark that has no partner nobody can tell where emphasis begins.
            let alone = content[end..whole.start].contains(&content[whole.start..whole.start + width]);
            if alone && width == 2 {
                continue;
            }
            end = whole.end;
            let inner = &content[whole.start + width..whole.end - width];
            let alone = |c: char| is_word_char(c) || matches!(c, '*' | '_' | '/' | '\\' | '`');
            let beside = content[..whole.start].ends_with(alone) || content[whole.end..].starts_with(alone);
            let word = inner.chars().any(char::is_alphabetic) && !inner.contains(['*', '_', '`']);
            let named = star || inner.contains(' ') || !inner.is_ascii();
            let span = Span::from(whole);
            if beside || !word || !named || is_taken(&taken, span) {
                continue;
            }
            if (width == 1 || !star) && !others(What::Breaks) {
                continue;
            }
            if width == 2 {
                taken.push(span);
            }
            let marks = [Span::new(span.start, span.start + width), Span::new(span.end - width, span.end)];
            found.extend(marks.map(|mark| removal(mark.shift(line.content.start))));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    fn sure(text: &str) -> String {
        clean(&*finder("markdown", &json!({ "what": "links" })), text, None)
    }

    macro_rules! takes_out {
        ($($name:ident: $before:expr => $after:expr;)*) => { $(#[test] fn $name() { assert_eq!(sure($before), $after); })* };
    }

    takes_out! {
        links_side_by_side: "[a](https://a.example),[b](https://b.example)[c](https://c.example)" => "a,bc";
        a_linked_image_with_words: "[![x](https://a.example/b.png) So](https://a.example)" => "So";
        an_image_in_a_sentence: "a ![x](https://a.example/b.png) b" => "a b";
        an_empty_link: "[](https://a.example)Title" => "Title";
        a_label_with_brackets: "[a [b] c](https://a.example)" => "a [b] c";
        a_mark_of_a_note: "so[3](https://a.example#x) it" => "so[3] it";
        crlf: "![x](https://a.example/b.png)\r\n\r\na\r\n" => "a\r\n";
        an_address_in_a_link: "[https://a.example](https://a.example)" => "https://a.example";
        links_that_are_examples: "Write [text](https://a.example/b) here, [c](https://c.example)." =>
            "Write [text](https://a.example/b) here, [c](https://c.example).";
        an_address_for_any: "It is [text](url), or [a](https://a.example)." => "It is [text](url), or [a](https://a.example).";
        an_example_of_a_host: "So [a](https://example.com/b)." => "So [a](https://example.com/b).";
        marks_of_links: "It is old,[1](https://a.example/#n1)(b)." => "It is old,[1](https://a.example/#n1)(b).";
        a_text_with_tables: "| a | b |\n|---|---|\n[a](https://a.example)" => "| a | b |\n|---|---|\n[a](https://a.example)";
    }

    #[test]
    fn marks_are_taken_out_where_the_text_has_others() {
        for (what, before, after) in [
            ("headings", "# Der Hafen\n\n## 港 ##\nText\n", "Der Hafen\n\n港\nText\n"),
            ("headings", "#hafen\n\n# 1\n\n# cd\n\n####### x\n", "#hafen\n\n# 1\n\n# cd\n\n####### x\n"),
            ("quotes", "**a**\n> b\n>c\n>\n> d", "**a**\nb\nc\n\nd"),
            ("quotes", "> b\n> c", "> b\n> c"),
            ("emphasis", "**a**, **10 km**: *b* 2*3*4 a**b**", "a, 10 km: b 2*3*4 a**b**"),
            ("emphasis", "# A\n\n*b c* _d e_ _f_ __g__ __ü__ **", "# A\n\nb c d e _f_ __g__ ü **"),
            ("emphasis", "*a* __b c__", "*a* __b c__"),
            ("breaks", "**a**\n\n***\n\nb", "**a**\n\nb"),
            ("breaks", "a\n\n***\n\nb", "a\n\n***\n\nb"),
        ] {
            assert_eq!(clean(&*finder("markdown", &json!({ "what": what })), before, None), after, "{what}");
        }
    }

    #[test]
    fn marks_cost_linear_time() {
        for what in ["headings", "quotes", "emphasis", "breaks"] {
            for piece in ["# A\n", "## A\n", "> a\n", "**a** ", "*a* ", "*", "_", "***\n", "`", "# A\n> ", "**a"] {
                clean(&*finder("markdown", &json!({ "what": what })), &piece.repeat(20_000), None);
            }
        }
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in [
            "](",
            "[",
            "[a](",
            "[a](b)",
            "![",
            "[a](https://b.example)",
            "[[a](https://b.example)](https://c.example)",
            "`[a](https://b.example)",
            "[\n",
        ] {
            for trust in ["sure", "likely"] {
                let text = piece.repeat(100_000 / piece.len());
                finder("markdown", &json!({ "trust": trust }))
                    .find(&Document::new(&text, &crate::text::Lang::known("")), &mut Vec::new());
            }
        }
    }
}
