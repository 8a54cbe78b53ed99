//! Tags and comments of HTML that were left in prose: `so <em>very</em> good`, `One.<br />Two.`
//!
//! The tag goes and its text stays. What has the shape of a tag and no other use in prose is certain: it has a value
//! in quotes, or its partner, or is a line break. A text that speaks of markup, or shows some, stays as it is, for
//! there a tag is what its author wanted to be read; so does code. What is doubtful is left to a second rule, under
//! review.

use std::sync::LazyLock;

use memchr::{memchr, memchr_iter};
use regex::Regex;

use super::code::{Fences, is_code_line};
use super::cut::{Parts, cut_runs};
use super::entities::{is_example, speaks_of_markup};
use super::options::Reader;
use super::teaching::{is_told_to_write, teaches_formatting, teaches_web_pages};
use super::{Finder, Found, Options};
use crate::rules::diagnostics::Diagnostic;
use crate::text::markup::{Tag, find_closing, tag, without_markup};
use crate::text::{Document, Span, is_blank, is_word_char};

/// So many tags are open at once at most; what is nested deeper has no partner.
const DEEP: usize = 64;
/// So many lines of nothing but tags, and a text shows a listing.
const LISTING: usize = 2;
/// A line of a listing is indented by so many characters.
const INDENT: usize = 2;

/// The built-in finder `tags`.
pub(super) struct Tags {
    /// Finds what the default leaves, instead of what it finds.
    doubtful: bool,
}

impl Tags {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("tags", options, &["trust"]);
        let doubtful = reader.choice("trust", &["sure", "likely"]) == Some(1);
        reader.finish(|| Self { doubtful })
    }
}

/// A tag found in the text, a comment, or a script with its tags.
struct Piece {
    span: Span,
    tag: Tag,
    /// Whether its partner was found.
    paired: bool,
}

impl Piece {
    /// Whether it marks code, or is a script that may be one.
    fn holds_code(&self) -> bool {
        match self.tag.name.as_str() {
            "code" | "kbd" | "pre" | "samp" => true,
            "script" | "style" => !self.tag.quoted,
            _ => false,
        }
    }

    /// Whether it opens what nothing closes, and is nothing but a name.
    fn opens_alone(&self) -> bool {
        let Tag { name, closing, quoted, .. } = &self.tag;
        !(self.paired || *closing || *quoted || self.tag.is_comment() || name == "p" || VOID.contains(&name.as_str()))
    }
}

impl Finder for Tags {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        if doc.is_markdown() || memchr(b'<', text.as_bytes()).is_none() {
            return;
        }
        let mut pieces = pieces(doc);
        if pieces.is_empty() {
            return;
        }
        pair(&mut pieces);
        if shows_markup(doc, &pieces) {
            return;
        }
        let tells = |piece: &Piece| piece.opens_alone() || piece.holds_code();
        let all_doubtful = pieces.iter().any(tells)
            || shows_listing(doc, &pieces)
            || pieces.iter().any(|piece| is_noun(text, piece) || is_told(text, piece))
            || speaks_of_markup(text)
            || teaches_web_pages(text)
            || teaches_formatting(text);
        let breaks = pieces.iter().filter(|piece| matches!(piece.tag.name.as_str(), "p" | "br")).count();
        let chosen: Vec<(Span, Parts)> = pieces
            .iter()
            .filter(|piece| (all_doubtful || !is_sure(text, piece, breaks)) == self.doubtful)
            .filter(|piece| !self.doubtful || may_go(text, piece))
            .map(|piece| (piece.span, parts(&piece.tag)))
            .collect();
        cut_runs(doc, &chosen, found);
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec!["<(?:/?[A-Za-z]|!--)".to_owned()])
    }

    fn drops_lines(&self) -> bool {
        true
    }
}

/// Returns the tags of the text without those in code.
fn pieces(doc: &Document<'_>) -> Vec<Piece> {
    let text = doc.text();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut fences = Fences::default();
    let mut unclosed = [false; 2];
    let mut end = 0;
    let mut begun = Begun::default();
    for line in doc.lines().as_slice() {
        let content = &text[line.content.range()];
        let fenced = line.content.start >= end && fences.holds(content);
        // A line break more would change what stands between backticks.
        if fenced || memchr(b'<', content.as_bytes()).is_none() || memchr(b'`', content.as_bytes()).is_some() {
            continue;
        }
        let first = pieces.len();
        for at in memchr_iter(b'<', content.as_bytes()) {
            let start = line.content.start + at;
            if start < end {
                continue;
            }
            let Some(tag) = tag(&text[start..]) else {
                begun.see(text, start);
                continue;
            };
            end = start + tag.len;
            // Without it there would be one more, of what stands around it.
            if begun.holds(text, start) {
                continue;
            }
            let mut paired = false;
            if let Some(element) = ["script", "style"].iter().position(|name| tag.name == *name && !tag.closing)
                && !unclosed[element]
            {
                match find_closing(&text[end..], &tag.name) {
                    Some(len) => {
                        end += len;
                        paired = true;
                    }
                    None => unclosed[element] = true,
                }
            }
            pieces.push(Piece { span: Span::new(start, end), tag, paired });
        }
        if pieces.len() > first && is_code_line(&without_markup(content)) && end <= line.content.end {
            pieces.truncate(first);
        }
    }
    pieces
}

/// The last `<` that begins what may be a tag and is none.
#[derive(Default)]
struct Begun {
    open: Option<usize>,
}

impl Begun {
    /// A tag that is cut in two has so many bytes before the other.
    const REACH: usize = 256;

    fn see(&mut self, text: &str, at: usize) {
        let names = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '<');
        if text[at + 1..].starts_with(names) {
            self.open = Some(at);
        }
    }

    /// Whether the tag at `start` stands inside of it.
    fn holds(&mut self, text: &str, start: usize) -> bool {
        let open = self.open.filter(|open| start - open <= Self::REACH);
        let holds = open.is_some_and(|open| memchr(b'>', &text.as_bytes()[open..start]).is_none());
        if !holds {
            self.open = None;
        }
        holds
    }
}

/// Elements that have no content.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Finds the partners of tags.
fn pair(pieces: &mut [Piece]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..pieces.len() {
        let Tag { name, closing, .. } = &pieces[index].tag;
        if name.is_empty() || pieces[index].paired || VOID.contains(&name.as_str()) {
            continue;
        }
        if !closing {
            open.push(index);
            continue;
        }
        let deepest = open.len().saturating_sub(DEEP);
        if let Some(at) = open[deepest..].iter().rposition(|&opening| pieces[opening].tag.name == *name) {
            let opening = open[deepest + at];
            open.truncate(deepest + at);
            // `<b></b>` without anything between is shown, not used.
            let between = pieces[opening].span.end < pieces[index].span.start;
            let used = opening + 1 < index || between || pieces[opening].tag.quoted;
            pieces[opening].paired = used;
            pieces[index].paired = used;
        }
    }
}

/// Elements whose text is code, or says something else without them: a page from which they are gone may lie.
const SPEAKING: &[&str] = &[
    "code", "del", "ins", "kbd", "pre", "q", "rp", "rt", "ruby", "s", "samp", "script", "strike", "style", "sub",
    "sup", "textarea", "tt", "var",
];

/// Whether `piece` can be nothing but markup. `breaks`: how many tags of paragraphs and lines there are.
fn is_sure(text: &str, piece: &Piece, breaks: usize) -> bool {
    let name = piece.tag.name.as_str();
    // `<script src="…"></script>` holds nothing.
    let empty = || text[piece.span.start + piece.tag.len..piece.span.end].trim_start().starts_with("</");
    if SPEAKING.contains(&name) {
        return name == "script" && piece.tag.quoted && piece.paired && empty();
    }
    let breaks_line = matches!(name, "br" | "hr" | "wbr") || (name == "p" && breaks > 1);
    piece.tag.is_comment() || piece.paired || piece.tag.quoted || (breaks_line && !is_glued(text, piece))
}

/// Elements that are no word which somebody may put in angle brackets for something else: `<slot>`, `<time>`.
const MARKING: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "iframe",
    "li",
    "nobr",
    "ol",
    "p",
    "script",
    "span",
    "strong",
    "style",
    "sub",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Whether a doubtful `piece` may be proposed at all.
fn may_go(text: &str, piece: &Piece) -> bool {
    let name = piece.tag.name.as_str();
    let sure = piece.tag.is_comment() || piece.paired || piece.tag.quoted || piece.tag.closing || VOID.contains(&name);
    // `10<sup>2</sup>` would be another number, and a quotation would have no marks.
    !matches!(name, "q" | "sup") && (sure || MARKING.contains(&name) && !is_glued(text, piece))
}

/// Whether `piece` stands right behind a word and before one, as in `Vec<Object>` and `a<b>c`.
fn is_glued(text: &str, piece: &Piece) -> bool {
    piece.tag.name != "br" && !piece.tag.closing && text[..piece.span.start].ends_with(is_word_char)
}

/// Returns what `tag` does to the words beside it.
fn parts(tag: &Tag) -> Parts {
    match tag.name.as_str() {
        "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "data" | "del" | "dfn" | "em"
        | "font" | "g" | "i" | "ins" | "kbd" | "label" | "mark" | "nobr" | "o:p" | "q" | "rp" | "rt" | "ruby" | "s"
        | "samp" | "small" | "span" | "strike" | "strong" | "sub" | "sup" | "time" | "tt" | "u" | "var" | "wbr"
        | "" => Parts::Nothing,
        "address" | "article" | "aside" | "blockquote" | "body" | "br" | "center" | "dd" | "details" | "div" | "dl"
        | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        | "head" | "header" | "hgroup" | "hr" | "html" | "li" | "main" | "menu" | "nav" | "ol" | "p" | "pre"
        | "section" | "summary" | "table" | "tbody" | "tfoot" | "thead" | "title" | "tr" | "ul" => Parts::Lines,
        _ => Parts::Words,
    }
}

/// Words for a tag, before or behind one: the text speaks of it.
const NAMES: &str = r"\b(?:tags?|elements?|markup|balises?|éléments?|etiquetas?|elementos?|elementi|elemento|Auszeichnung|Befehle?|znaczniki?|тег(?:и|а|ом|ов)?|элемент(?:ы|а|ом)?|etiket(?:i|leri)?)\b|タグ|要素|标签|標籤|태그";

static NAMED: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [format!(r"(?i)(?:{NAMES})\W{{0,3}}$"), format!(r"(?i)^\W{{0,3}}(?:{NAMES})")]
        .map(|pattern| Regex::new(&pattern).expect("a pattern that compiles"))
});

/// Whether the text shows its tags: it names one, puts one into quotation marks, has lines of nothing else, or tags that
/// HTML does not know.
fn shows_markup(doc: &Document<'_>, pieces: &[Piece]) -> bool {
    let text = doc.text();
    let plain = |piece: &&Piece| !piece.tag.is_comment() && !piece.tag.quoted;
    if pieces.iter().filter(plain).any(|piece| is_named(text, piece)) || is_xml(text, pieces) {
        return true;
    }
    let mut listed = 0;
    let mut last = None;
    for piece in pieces.iter().filter(plain) {
        let index = doc.lines().index_at(piece.span.start);
        if index == last {
            continue;
        }
        last = index;
        let line = index.map_or("", |index| &text[doc.lines().as_slice()[index].content.range()]);
        listed += usize::from(is_blank(&without_markup(line)));
    }
    listed >= LISTING
}

/// Whether lines that are nothing but tags are indented, as those of programs are.
fn shows_listing(doc: &Document<'_>, pieces: &[Piece]) -> bool {
    let text = doc.text();
    let mut indented = 0;
    let mut last = None;
    for piece in pieces {
        let index = doc.lines().index_at(piece.span.start);
        if index == last {
            continue;
        }
        last = index;
        let line = index.map_or("", |index| &text[doc.lines().as_slice()[index].content.range()]);
        let bare = line.trim_start();
        indented += usize::from(line.len() - bare.len() >= INDENT && bare.starts_with('<') && bare.ends_with('>'));
    }
    indented >= LISTING
}

/// Whether a tag stands in its sentence as a word does, between spaces or before a mark: `a <div> and its </div>`.
fn is_noun(text: &str, piece: &Piece) -> bool {
    let Tag { name, closing, quoted, .. } = &piece.tag;
    if *quoted || piece.tag.is_comment() || VOID.contains(&name.as_str()) || name == "p" {
        return false;
    }
    let (before, behind) = (&text[..piece.span.start], &text[piece.span.end..]);
    let begins =
        before.ends_with(' ') && before.trim_end_matches(' ').ends_with(|c: char| c.is_alphabetic() || c == ',');
    let ends = behind.starts_with([' ', ',', ';']) || behind.starts_with(['.', ':', '?']) && !closing;
    begins && ends && (!piece.paired || !INLINE.contains(&name.as_str()))
}

/// Whether the words before a tag with values tell to write it.
fn is_told(text: &str, piece: &Piece) -> bool {
    piece.tag.quoted && is_told_to_write(&text[..piece.span.start])
}

/// Elements inside of sentences, around which extraction leaves spaces.
const INLINE: &[&str] = &["a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "u"];

/// Whether the text has closing tags of elements that HTML does not know, or the signs that begin a document.
fn is_xml(text: &str, pieces: &[Piece]) -> bool {
    let mut known = pieces.iter().map(|piece| piece.span).peekable();
    memchr_iter(b'<', text.as_bytes()).any(|at| {
        while known.next_if(|span| span.end <= at).is_some() {}
        let rest = &text.as_bytes()[at + 1..];
        let closes = rest.first() == Some(&b'/') && rest.get(1).is_some_and(u8::is_ascii_alphabetic);
        let declares = rest.starts_with(b"?xml") || rest.get(..8).is_some_and(|b| b.eq_ignore_ascii_case(b"!doctype"));
        declares || (closes && known.peek().is_none_or(|span| at < span.start) && tag(&text[at..]).is_none())
    })
}

/// Whether the text beside the tag speaks of it.
fn is_named(text: &str, piece: &Piece) -> bool {
    let span = piece.span;
    let near = text.floor_char_boundary(span.start.saturating_sub(24));
    let far = text.ceil_char_boundary((span.end + 24).min(text.len()));
    let (before, behind) = (&text[near..span.start], &text[span.end..far]);
    // What stands between a tag and its partner says nothing of them.
    let (ends, begins) = (!piece.paired || !piece.tag.closing, !piece.paired || piece.tag.closing);
    (ends && begins && is_quoted(before, behind))
        || (ends && NAMED[0].is_match(before))
        || (begins && NAMED[1].is_match(behind))
        || (ends && is_example(text, Span::new(span.start, far.min(span.end)), ""))
}

/// Whether what stands between `before` and `behind` is in quotation marks or brackets.
fn is_quoted(before: &str, behind: &str) -> bool {
    let mut front = before.chars().rev();
    let opens = front.next().is_some_and(|c| matches!(c, '"' | '\'' | '“' | '„' | '«' | '»' | '‘' | '(' | '「'));
    let closes = behind.starts_with(['"', '\'', '”', '“', '»', '«', '’', ')', '」']);
    opens && closes && front.next().is_none_or(|c| c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{clean, finder};
    use super::*;

    fn sure(text: &str) -> String {
        clean(&*finder("tags", &json!({})), text, None)
    }

    macro_rules! takes_out {
        ($($name:ident: $before:expr => $after:expr;)*) => { $(#[test] fn $name() { assert_eq!(sure($before), $after); })* };
    }

    takes_out! {
        a_pair_over_lines: "<i>one\n\ntwo</i>" => "one\n\ntwo";
        a_run_between_words: "a <b class=\"x\"></b><br> <p>b" => "a\nb";
        lone_carriage_returns: "a<br>b\rc<br>d" => "a\rb\rc\rd";
        spaces_between_tags_stay_one: "<b>a</b> <i>b</i><u> c</u>" => "a b c";
        no_space_before_a_mark: "a<img src=\"b\">, c" => "a, c";
        a_line_of_nothing_else: "a\n\n<hr class=\"x\">\n\nb" => "a\n\nb";
        the_last_line: "a\n<br>" => "a";
        the_whole_text: "<div id=\"a\"></div>" => "";
        an_embedded_post: "<p>a</p> <script async src=\"https://b.example/c.js\"></script>" => "a";
        a_script_with_content: "<i>a</i> <script type=\"b\">c</script>" => "a <script type=\"b\">c</script>";
        a_script_that_is_told_of: "<i>a</i> <script>c</script>" => "<i>a</i> <script>c</script>";
        nested_alike: "<span>a<span>b</span></span>" => "ab";
        a_tag_of_another_use: "List<Object> a<b>c" => "List<Object> a<b>c";
        code_between_backticks: "a<br>b\nc<br>d `<br>`" => "a\nb\nc<br>d `<br>`";
        shown_in_quotation_marks: "press \"<br>\" <b>now</b>" => "press \"<br>\" <b>now</b>";
        records: "<?xml version=\"1.0\"?>\n<title>a</title>" => "<?xml version=\"1.0\"?>\n<title>a</title>";
        other_elements: "<x-a><b>c</b></x-a>" => "<x-a><b>c</b></x-a>";
    }

    #[test]
    fn what_is_doubtful_is_found_by_the_other_rule_and_no_other() {
        let doubtful = finder("tags", &json!({ "trust": "likely" }));
        assert_eq!(clean(&*doubtful, "<b>a</b><br>c</i> d", None), "<b>a</b><br>c d");
        assert_eq!(clean(&*doubtful, "a</i> b<sup>2</sup>", None), "a b<sup>2</sup>");
        assert_eq!(clean(&*doubtful, "In HTML <b>a</b>", None), "In HTML a");
    }

    #[test]
    fn tags_in_markdown_stay() {
        let text = "a<br>b";
        let mut found = Vec::new();
        finder("tags", &json!({})).find(&Document::new(text, &crate::text::Lang::known("")).markdown(true), &mut found);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in [
            "<",
            "<b>",
            "</b>",
            "<b></b>",
            "<a href=\"b\">",
            "<!--",
            "<br>`",
            "<script>",
            "<b>\n",
            "<p><",
            "<a b=\"",
            "</x>",
        ] {
            for trust in ["sure", "likely"] {
                let text = piece.repeat(100_000 / piece.len());
                finder("tags", &json!({ "trust": trust }))
                    .find(&Document::new(&text, &crate::text::Lang::known("")), &mut Vec::new());
            }
        }
    }
}
