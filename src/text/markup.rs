//! Markup as text holds it when nobody rendered it: tags and comments of HTML, links and images of Markdown,
//! shortcodes of WordPress and BBCode. What each looks like is stated once and only here.
//!
//! Owns the shapes. Whether a piece of that shape is a leftover or meant to be read is the business of finders.

use std::ops::Range;

use super::written;

/// Returns `text` without its markup and with its entities decoded: what a reader of the rendered page sees. Scripts
/// and style sheets go with their tags, images with what they say instead of themselves.
pub(crate) fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // What was looked for up to the end and is not there.
    let mut unclosed: [bool; UNSEEN.len()] = [false; UNSEEN.len()];
    let mut codes = Codes::new(text);
    while let Some(at) = rest.find(['<', '&', '[']) {
        out.push_str(&rest[..at]);
        let image = rest[..at].ends_with('!');
        rest = &rest[at..];
        if let Some(tag) = tag(rest) {
            let element = UNSEEN.iter().position(|&name| tag.is_opening(name));
            rest = &rest[tag.len..];
            if let Some(element) = element.filter(|&element| !unclosed[element]) {
                match find_closing(rest, UNSEEN[element]) {
                    Some(end) => rest = &rest[end..],
                    None => unclosed[element] = true,
                }
            }
        } else if let Some(found) = written::reference(rest) {
            out.push_str(&found.means);
            rest = &rest[found.len..];
        } else if let Some(link) = link(rest) {
            if image {
                out.pop();
            } else {
                out.push_str(&without_markup(&rest[link.label.clone()]));
            }
            rest = &rest[link.len..];
        } else if let Some(code) =
            bracket_code(rest).filter(|code| codes.take(text.len() - rest.len(), code) != Sure::No)
        {
            rest = &rest[code.len..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// Elements whose content nobody sees.
const UNSEEN: [&str; 2] = ["script", "style"];

/// Returns where the closing tag of `element` ends that comes first in `text`.
pub(crate) fn find_closing(text: &str, element: &str) -> Option<usize> {
    memchr::memmem::find_iter(text.as_bytes(), "</").find_map(|at| {
        let tag = tag(&text[at..]).filter(|tag| tag.closing && tag.name == element)?;
        Some(at + tag.len)
    })
}

/// What tells that a code is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sure {
    /// Nothing: it is a word in brackets, or a letter as in `word[s]`.
    No,
    /// Its name or its attributes.
    Name,
    /// Its partner.
    Partner,
}

/// Follows the codes of a text from left to right.
pub(crate) struct Codes<'t> {
    text: &'t str,
    /// Names of those that are open.
    open: Vec<&'t str>,
    /// Where the next closing one stands, if that is known.
    next: usize,
}

impl<'t> Codes<'t> {
    /// So many are open at once at most.
    const DEEP: usize = 64;
    /// Bytes between two partners at most.
    const FAR: usize = 4 << 10;

    /// Begins to follow the codes of `text`.
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, open: Vec::new(), next: 0 }
    }

    /// Takes the next code, which stands at `at`; returns what tells that it is one.
    pub(crate) fn take(&mut self, at: usize, code: &BracketCode<'t>) -> Sure {
        if code.closing {
            let opening = self.open.iter().rposition(|name| name.eq_ignore_ascii_case(code.name));
            return match opening {
                Some(opening) => {
                    self.open.remove(opening);
                    Sure::Partner
                }
                None if code.is_letter() => Sure::No,
                None => Sure::Name,
            };
        }
        if self.is_closed(at + code.len, code) {
            if self.open.len() < Self::DEEP {
                self.open.push(code.name);
            }
            return Sure::Partner;
        }
        if code.is_word() { Sure::No } else { Sure::Name }
    }

    /// Whether the partner of `code` follows behind `from`: that of a letter in its line.
    fn is_closed(&mut self, from: usize, code: &BracketCode<'_>) -> bool {
        let bytes = self.text.as_bytes();
        let find = |from: usize| memchr::memmem::find(&bytes[from..], b"[/").map_or(usize::MAX, |at| from + at);
        if self.next < from {
            self.next = find(from);
        }
        let limit = bytes.len().min(from + Self::FAR);
        let mut at = self.next.max(from);
        let line = || memchr::memchr2(b'\n', b'\r', &bytes[from..limit]).map_or(limit, |end| from + end);
        let limit = if code.is_letter() && at < limit { line() } else { limit };
        while at < limit {
            let rest = &bytes[at + 2..];
            if rest.get(code.name.len()) == Some(&b']')
                && rest[..code.name.len()].eq_ignore_ascii_case(code.name.as_bytes())
            {
                return true;
            }
            at = memchr::memmem::find(&bytes[at + 2..limit.max(at + 2)], b"[/").map_or(limit, |next| at + 2 + next);
        }
        false
    }
}

/// A tag or comment of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// In bytes.
    pub(crate) len: usize,
    /// In small letters; empty for a comment.
    pub(crate) name: String,
    pub(crate) closing: bool,
    /// Whether an attribute has a value in quotes, as no other use of angle brackets has.
    pub(crate) quoted: bool,
}

impl Tag {
    pub(crate) fn is_comment(&self) -> bool {
        self.name.is_empty()
    }

    fn is_opening(&self, name: &str) -> bool {
        !self.closing && self.name == name
    }
}

/// Returns the length of the tag or comment at the start of `text`, in bytes.
pub(crate) fn tag_len(text: &str) -> Option<usize> {
    tag(text).map(|tag| tag.len)
}

/// Returns the tag or comment at the start of `text`. Only what HTML knows is a tag: `<file>` and
/// `<b and some words>` hold words that a reader sees.
pub(crate) fn tag(text: &str) -> Option<Tag> {
    let inner = text.strip_prefix('<')?;
    if inner.starts_with("!--") {
        let near = &text.as_bytes()[..text.len().min(LONGEST_TAG)];
        let end = memchr::memmem::find(&near[4..], b"-->")? + 7;
        return Some(Tag { len: end, name: String::new(), closing: false, quoted: false });
    }
    let plain = inner.strip_prefix('/').unwrap_or(inner);
    let len = plain.bytes().take_while(|&b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':')).take(16).count();
    let name = plain[..len].to_ascii_lowercase();
    ELEMENTS.binary_search(&name.as_str()).ok()?;
    let near = &text[..text.floor_char_boundary(LONGEST_TAG)];
    let line = &near[..memchr::memchr2(b'\n', b'\r', near.as_bytes()).unwrap_or(near.len())];
    let mut rest = line.get(text.len() - plain.len() + len..)?;
    let mut quoted = false;
    loop {
        let next = rest.trim_start();
        if let Some(behind) = next.strip_prefix("/>").or_else(|| next.strip_prefix('>')) {
            return Some(Tag { len: line.len() - behind.len(), name, closing: plain.len() < inner.len(), quoted });
        }
        if next.len() == rest.len() {
            return None;
        }
        rest = behind_attribute(next)?;
        quoted |= next[..next.len() - rest.len()].ends_with(['"', '\'']);
    }
}

/// Returns what follows the attribute at the start of `text`.
fn behind_attribute(text: &str) -> Option<&str> {
    let name = text.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '"' | '\'' | '<'))?;
    let Some(value) = text[name..].strip_prefix('=') else {
        let bare = text[..name].to_ascii_lowercase();
        return BARE_ATTRIBUTES.binary_search(&bare.as_str()).is_ok().then_some(&text[name..]);
    };
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = value[1..].find(quote)?;
        return Some(&value[end + 2..]);
    }
    let end = value.find(|c: char| c.is_whitespace() || matches!(c, '>' | '"' | '\'' | '<'))?;
    (end > 0).then_some(&value[end..])
}

/// A link or image of Markdown, from its opening bracket on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// In bytes.
    pub(crate) len: usize,
    /// Where its text stands.
    pub(crate) label: Range<usize>,
    /// Where its address stands.
    pub(crate) address: Range<usize>,
}

/// Bytes of the text of a link at most.
pub(crate) const LONGEST_LABEL: usize = 400;
/// Bytes of the address of a link with its title at most.
const LONGEST_ADDRESS: usize = 2 << 10;

/// Returns the link `[text](address)` at the start of `text`; an image has a `!` before it. The address must be one:
/// in `foo[0](bar)` it is none. The text may go over the end of one line, as programs wrap it.
pub(crate) fn link(text: &str) -> Option<Link> {
    let close = closing_bracket(text)?;
    let behind = text[close + 1..].strip_prefix('(')?;
    let start = close + 2;
    let near = &behind[..behind.floor_char_boundary(LONGEST_ADDRESS)];
    let mut depth = 0usize;
    let len = near.find(|c: char| {
        let closes = c == ')' && depth == 0;
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        closes || c.is_whitespace()
    })?;
    let written = &near[..len];
    let address = written.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(written);
    if !is_address(address) {
        return None;
    }
    let from = start + usize::from(address.len() < written.len());
    let title = behind_title(&near[len..])?;
    Some(Link { len: text.len() - behind.len() + len + title, label: 1..close, address: from..from + address.len() })
}

/// Returns where the bracket is closed that opens `text`.
fn closing_bracket(text: &str) -> Option<usize> {
    let near = &text.as_bytes()[..text.len().min(LONGEST_LABEL)];
    let mut depth = 0usize;
    let mut line_ends = 0;
    for (at, &b) in near.iter().enumerate() {
        match b {
            b'[' => depth += 1,
            b']' => depth -= 1,
            // Two line ends in a row end a paragraph; more than one at all are no label that was wrapped.
            b'\n' => line_ends += 1,
            b'\r' if near.get(at + 1) != Some(&b'\n') => line_ends += 1,
            _ if at == 0 => return None,
            _ => {}
        }
        if line_ends > 1 {
            return None;
        }
        if depth == 0 {
            return (at > 0).then_some(at);
        }
    }
    None
}

/// Returns the length of the title and the bracket that end a link.
fn behind_title(text: &str) -> Option<usize> {
    let trimmed = text.trim_start_matches(' ');
    let close = match trimmed.chars().next()? {
        ')' if trimmed.len() == text.len() => return Some(1),
        quote @ ('"' | '\'') if trimmed.len() < text.len() => quote,
        '“' if trimmed.len() < text.len() => '”',
        _ => return None,
    };
    // A quotation mark inside of the title ends it only before the bracket.
    let ends = format!("{close})");
    let end = trimmed.find(&ends).filter(|&end| end > 0 && !trimmed[..end].contains(['\n', '\r']))?;
    Some(text.len() - trimmed.len() + end + ends.len())
}

/// Returns whether `text` is where a link can lead.
fn is_address(text: &str) -> bool {
    const STARTS: &[&str] = &["http://", "https://", "ftp://", "mailto:", "tel:", "//", "/", "#", "./", "../", "www."];
    let named = || {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let ending = path.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        path.len() > ending.len() + 1 && ending.len() > 1 && super::protect::is_ending(ending)
    };
    !text.contains(['"', '“', '”', '<', '>'])
        && (STARTS.iter().any(|start| text.len() > start.len().max(1) && text.starts_with(start)) || named())
}

/// A mark of BBCode or a shortcode: `[/b]`, `[url=…]`, `[caption id="…"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BracketCode<'t> {
    /// In bytes.
    pub(crate) len: usize,
    /// As it is written.
    pub(crate) name: &'t str,
    pub(crate) closing: bool,
    /// Whether it has attributes.
    pub(crate) attributes: bool,
    /// Whether one of them is an address.
    pub(crate) address: bool,
}

impl BracketCode<'_> {
    /// Whether its name is but a letter.
    pub(crate) fn is_letter(&self) -> bool {
        self.name.len() == 1
    }

    /// Whether it is a shortcode rather than a mark of BBCode.
    pub(crate) fn is_shortcode(&self) -> bool {
        BBCODE.binary_search(&self.name.to_ascii_lowercase().as_str()).is_err()
    }

    /// Whether it is but a word, as people put into brackets themselves: `word[s]`, `[quote]`.
    pub(crate) fn is_word(&self) -> bool {
        !self.attributes && self.name.bytes().all(|b| b.is_ascii_alphabetic())
    }
}

/// Returns the shortcode or mark of BBCode at the start of `text`.
pub(crate) fn bracket_code(text: &str) -> Option<BracketCode<'_>> {
    let inner = text.strip_prefix('[')?;
    let plain = inner.strip_prefix('/').unwrap_or(inner);
    let len = plain.bytes().take_while(|&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).take(48).count();
    let name = &plain[..len];
    let small = name.to_ascii_lowercase();
    let known = SHORTCODES.binary_search(&small.as_str()).is_ok()
        || BBCODE.binary_search(&small.as_str()).is_ok()
        || PREFIXES.iter().any(|prefix| small.len() > prefix.len() && small.starts_with(prefix));
    if !known {
        return None;
    }
    let near = &plain[len..plain.floor_char_boundary(LONGEST_TAG)];
    let mut rest = &near[..memchr::memchr2(b'\n', b'\r', near.as_bytes()).unwrap_or(near.len())];
    let line = rest.len();
    let mut attributes = false;
    // `[url=https://…]`: what the mark itself is set to.
    if let Some(value) = rest.strip_prefix('=') {
        rest = behind_value(value)?;
        attributes = true;
    }
    loop {
        let next = rest.trim_start();
        if let Some(behind) = next.strip_prefix("/]").or_else(|| next.strip_prefix(']')) {
            let len = text.len() - plain.len() + len + (line - behind.len());
            let address = memchr::memmem::find(&text.as_bytes()[..len], b"://").is_some();
            return Some(BracketCode { len, name, closing: plain.len() < inner.len(), attributes, address });
        }
        if next.len() == rest.len() {
            return None;
        }
        let name = next.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))?;
        rest = behind_value(next[name..].strip_prefix('=').filter(|_| name > 0)?)?;
        attributes = true;
    }
}

/// Returns what follows the value at the start of `text`. Its quotation marks may have been curled.
fn behind_value(text: &str) -> Option<&str> {
    const QUOTES: &[char] = &['"', '\'', '“', '”', '„', '‟', '‘', '’', '‚', '″', '′', '»', '«'];
    match text.chars().next().filter(|c| QUOTES.contains(c)) {
        Some(quote) => {
            let value = &text[quote.len_utf8()..];
            let end = value.find(QUOTES)?;
            let mark = value[end..].chars().next().map_or(0, char::len_utf8);
            Some(&value[end + mark..])
        }
        None => {
            let end = text.find(|c: char| c.is_whitespace() || c == ']')?;
            (end > 0).then_some(&text[end..])
        }
    }
}

/// Marks of BBCode. Sorted.
const BBCODE: &[&str] = &[
    "attach", "b", "center", "code", "color", "email", "font", "i", "img", "indent", "left", "list", "quote", "right",
    "s", "size", "spoiler", "u", "url", "youtube",
];

/// Shortcodes of WordPress and of what is much used with it. Sorted.
const SHORTCODES: &[&str] = &[
    "adrotate",
    "advanced_iframe",
    "audio",
    "bctt",
    "blockquote",
    "caption",
    "clearfix",
    "contact-form",
    "contact-form-7",
    "convertkit",
    "dropcap",
    "embed",
    "formidable",
    "gallery",
    "gravityform",
    "gravityforms",
    "highlight",
    "iframe",
    "instagram",
    "mailpoet",
    "newsletter",
    "ninja_form",
    "ninja_forms",
    "one_half",
    "one_half_last",
    "one_third",
    "one_third_last",
    "playlist",
    "pullquote",
    "recent_posts",
    "rev_slider",
    "slideshow",
    "soundcloud",
    "sourcecode",
    "tweet",
    "twitter",
    "two_third",
    "two_third_last",
    "video",
    "vimeo",
    "wpforms",
    "wpvideo",
];

/// What names of shortcodes begin with that belong to one page builder.
const PREFIXES: &[&str] =
    &["av_", "cs_", "et_pb_", "fusion_", "mk_", "qode_", "su_", "tdb_", "tdc_", "thrive_", "ult_", "vc_", "wp_"];

/// Bytes of a tag or comment at most, so that an opening bracket that nothing closes costs little.
const LONGEST_TAG: usize = 4 << 10;

/// Elements of HTML. Sorted.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "menu",
    "meta",
    "meter",
    "nav",
    "nobr",
    "noscript",
    "o:p",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "path",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "use",
    "var",
    "video",
    "wbr",
];

/// Attributes that stand without a value. Sorted.
const BARE_ATTRIBUTES: &[&str] = &[
    "allowfullscreen",
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "controls",
    "default",
    "defer",
    "disabled",
    "hidden",
    "inert",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nomodule",
    "noshade",
    "novalidate",
    "nowrap",
    "open",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "selected",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(ELEMENTS.is_sorted() && BARE_ATTRIBUTES.is_sorted() && BBCODE.is_sorted() && SHORTCODES.is_sorted());
    }

    macro_rules! plain {
        ($($name:ident: $text:expr => $plain:expr;)*) => { $(#[test] fn $name() { assert_eq!(without_markup($text), $plain); })* };
    }

    plain! {
        tags: "<p>a <b class=\"x\">b</b><br/></p>" => "a b";
        a_comment_over_lines: "a<!-- one\ntwo -->b" => "ab";
        a_script: "a<script src='x'>var a = '<b>';</script>b<STYLE>p{}</STYLE>" => "ab";
        a_script_that_nothing_closes: "a<script>b<script>c" => "abc";
        a_link: "see [the *page*](https://a.example/b_(c) \"Title\"), or [this](<../x>)" => "see the *page*, or this";
        a_link_over_two_lines: "[a\nb](/c)" => "a\nb";
        a_link_over_three_lines: "[a\nb\nc](/c)" => "[a\nb\nc](/c)";
        an_image: "a ![b [c]](d.png) e" => "a  e";
        a_linked_image: "[![b](c.png)](https://d.example)" => "";
        what_is_no_address: "foo[0](bar) [a](b c) [a] (https://b.example) [x](1.5) [sic](sic!)" =>
            "foo[0](bar) [a](b c) [a] (https://b.example) [x](1.5) [sic](sic!)";
        shortcodes: "[caption id=\"a\" width='1']b[/caption][sourcecode language=“x“]c[/sourcecode] [vc_row]" => "bc ";
        bbcode: "[url=https://a.example]b[/url] [quote=\"X\"]c[/quote] [B]d[/b]" => "b c d";
        letters_in_brackets: "word[s] [b] [/i] a[i]" => "word[s] [b] [/i] a[i]";
        words_that_stand_alone: "[email] [left] [gallery] [quote]" => "[email] [left] [gallery] [quote]";
        words_in_brackets: "[video of it] [caption: a] [gallery, 2] [code 5]" => "[video of it] [caption: a] [gallery, 2] [code 5]";
    }

    #[test]
    fn a_tag_says_what_it_is() {
        let tag = |text| tag(text).map(|tag| (tag.len, tag.name, tag.closing, tag.quoted));
        assert_eq!(tag("<A href=\"x\">y"), Some((12, "a".into(), false, true)));
        assert_eq!(tag("</p >"), Some((5, "p".into(), true, false)));
        assert_eq!(tag("<!-- x --> -->"), Some((10, String::new(), false, false)));
        assert_eq!(tag("<a\nhref=\"x\">"), None);
        assert_eq!(tag("<!-->"), None);
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in [
            "<", "<!--", "<a ", "<a b=\"", "<script>", "[", "[b]", "](", "[](", "[a](/b ", "[url=", "[vc_a b=", "![",
            "[a]((",
        ] {
            without_markup(&piece.repeat(100_000 / piece.len()));
        }
    }
}
