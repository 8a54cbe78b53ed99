//! Protected spans: what an edit may not change in part.
//!
//! URLs, addresses, host and file names, paths, code, handles, hashtags, and numbers with what belongs to them.
//! Recognition leans towards prose: a full stop without its space (`fine.Then`) is no host name.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::markup::bracket_code;
use super::{Span, terminal, written};

/// Returns the protected spans of `line`, in bytes of it, sorted and disjoint.
pub(crate) fn protected(line: &str) -> Vec<Span> {
    let line = &*terminal::masked(line);
    let line = &*without_codes(line);
    let mut spans = Vec::new();
    code_spans(line, &mut spans);
    let bytes = line.as_bytes();
    let comments = memmem::find(bytes, b"<!--").is_some();
    let mut at = 0;
    let mut end = 0;
    // Most chunks hold nothing but letters and a mark at the end: they are passed over byte by byte.
    while let Some(sign) = bytes[at..].iter().position(|&b| SIGNS[usize::from(b)]) {
        let sign = at + sign;
        if !is_sign(bytes, sign) || (comments && bytes[..=sign].ends_with(b"-->")) {
            at = sign + 1;
            continue;
        }
        let start = line[at..sign].rfind(is_gap).map_or(at, |gap| at + gap + char_len(line, at + gap));
        // Where a link ended inside of a chunk, its end is known: to look for it again would cost the square.
        if sign >= end {
            end = chunk_end(line, sign, comments);
        }
        at = chunk(line, start..end, &mut spans);
    }
    merge(spans)
}

/// Returns `line` with spaces in place of the brackets of shortcodes, which are no part of what stands beside them.
fn without_codes(line: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(line);
    for at in memchr_iter(b'[', line.as_bytes()) {
        if let Some(code) = bracket_code(&line[at..]) {
            for bracket in [at, at + code.len - 1] {
                masked.to_mut().replace_range(bracket..=bracket, " ");
            }
        }
    }
    masked
}

/// Returns whether `letters` is a unit that stands right behind a number (`150Mbps`, `4K`).
pub(crate) fn is_unit(letters: &str) -> bool {
    UNITS.binary_search(&letters).is_ok() || TIGHT_UNITS.contains(&letters)
}

/// Bytes that may begin or be part of something protected.
const SIGNS: [bool; 256] = {
    let mut signs = [false; 256];
    let bytes = b"0123456789@#_/\\=:.(>";
    let mut index = 0;
    while index < bytes.len() {
        signs[bytes[index] as usize] = true;
        index += 1;
    }
    signs
};

/// Whether the byte at `at`, one of [`SIGNS`], is more than a mark of prose.
fn is_sign(bytes: &[u8], at: usize) -> bool {
    let next = bytes.get(at + 1).copied().unwrap_or(b' ');
    let inner = next.is_ascii_alphanumeric() || next >= 0x80;
    match bytes[at] {
        b'.' => inner || next == b'/',
        b':' => next == b':' || next == b'/' || next == b'\\' || inner,
        b'(' => next == b')',
        b'>' => at > 0 && matches!(bytes[at - 1], b'-' | b'='),
        _ => true,
    }
}

/// What ends a chunk. Tags end one too, so that an address inside of one ends with it.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '"' | '“' | '”' | '„' | '«' | '»' | '，' | '。' | '、' | '；' | '：')
}

/// Returns where the chunk with a sign at `sign` ends: at a gap, or at the end of a tag, which `->` and `=>` are not.
/// Where there are `comments`, `->` ends one.
fn chunk_end(line: &str, sign: usize, comments: bool) -> usize {
    let mut before = ' ';
    let mut chars = line[sign..].char_indices();
    let end = chars.find(|&(_, c)| {
        let arrow = matches!(before, '-' | '=' | ' ') && !(comments && before == '-');
        let ends = is_gap(c) || (c == '>' && !arrow);
        before = c;
        ends
    });
    end.map_or(line.len(), |(len, _)| sign + len)
}

fn char_len(line: &str, at: usize) -> usize {
    line[at..].chars().next().map_or(0, char::len_utf8)
}

/// Inline code between backticks.
fn code_spans(line: &str, spans: &mut Vec<Span>) {
    let mut ticks = memchr_iter(b'`', line.as_bytes());
    while let (Some(open), Some(close)) = (ticks.next(), ticks.next()) {
        spans.push(Span::new(open, close + 1));
    }
}

/// Adds what is protected in one chunk, a stretch without gaps; returns where to go on, which is behind it, or behind
/// the first link of it.
fn chunk(line: &str, range: Range<usize>, spans: &mut Vec<Span>) -> usize {
    if let Some(address) = linked(line, range.clone()) {
        spans.push(address);
        return address.end;
    }
    let end = range.end;
    let whole = trim_marks(line, range);
    let text = &line[whole.range()];
    if let Some(url) = url(text) {
        spans.push(trim_marks(line, whole.start + url..end));
    } else if is_code(text) || is_path(text, line[..whole.start].ends_with('<')) {
        spans.push(whole);
    } else if let Some(at) = text.find('@').filter(|&at| is_address(text, at)) {
        let start = text[..at].rfind(|c: char| !is_local(c)).map_or(0, |gap| gap + char_len(text, gap));
        spans.push(Span::new(whole.start + start, whole.end));
    } else {
        names(line, whole, spans);
        return numbers(line, whole, spans).max(end);
    }
    end
}

/// Returns the address of `[text](address)`, the first one in a chunk: it ends with the brackets around it. It reads no
/// further than that, so that links glued to each other are each read once.
fn linked(line: &str, chunk: Range<usize>) -> Option<Span> {
    let begins = |text: &str| {
        let scheme = text.trim_start_matches(is_scheme);
        let schemed = scheme.len() < text.len() && scheme.starts_with("://");
        schemed || text.starts_with("www.") || text.starts_with("mailto:")
    };
    // The brackets may stand right before the chunk.
    let from = chunk.start.saturating_sub(2);
    let mut starts = memmem::find_iter(&line.as_bytes()[from..chunk.end], b"](").map(|at| from + at + 2);
    let start = starts.find(|&start| begins(&line[start..chunk.end]))?;
    let end = start + bracketed(&line[start..chunk.end])?;
    // What stands inside of another address is a part of it.
    (url(&line[chunk.start..end]) == Some(start - chunk.start)).then(|| Span::new(start, end))
}

/// Returns the length of what stands before the bracket that closes one that was open before `text`.
fn bracketed(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    text.find(|c| {
        let closes = c == ')' && depth == 0;
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        closes
    })
}

/// Takes brackets and marks of the sentence off both ends.
fn trim_marks(line: &str, range: Range<usize>) -> Span {
    let text = &line[range.clone()];
    let opens = |c| matches!(c, '>' | '(' | '[' | '{' | '\'' | '‘' | '’' | '‚' | '¿' | '¡' | '*' | '—' | '–' | '…');
    let front = text.trim_start_matches(|c| opens(c) || is_unseen(c));
    let start = range.end - front.len();
    let ends = |c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '…' | '\'' | '’' | '‘' | '*');
    let closes = |c| ends(c) || matches!(c, '—' | '–' | '>' | ']' | '}') || is_unseen(c);
    let mut text = front.trim_end_matches(closes);
    // A closing bracket stays where it has its partner: `/wiki/Rust_(game)`, `f()`.
    let (open, mut closed) = (text.matches('(').count(), text.matches(')').count());
    while open < closed
        && let Some(inner) = text.strip_suffix(')')
    {
        closed -= 1;
        text = inner.trim_end_matches(|c| ends(c) || is_unseen(c));
    }
    Span::new(start, start + text.len())
}

/// Whether `c` is one of the invisible characters that stand beside an address without being part of it.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Returns where an address on the net begins.
fn url(text: &str) -> Option<usize> {
    if let Some(at) = text.find("://") {
        let scheme = text[..at].trim_end_matches(is_scheme).len();
        return (scheme < at).then_some(scheme);
    }
    let at = text.find("www.").or_else(|| text.find("mailto:"))?;
    let joined = text[..at].ends_with(|c: char| c.is_alphanumeric());
    let goes_on = text[at..].find(['.', ':']).is_some_and(|dot| text.len() > at + dot + 1);
    (!joined && goes_on).then_some(at)
}

/// Whether `c` may be part of the scheme of an address.
fn is_scheme(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

fn is_code(text: &str) -> bool {
    if !text.contains(|c: char| c.is_alphanumeric()) {
        return false;
    }
    let inner_underscore = || text.trim_matches('_').contains('_');
    inner_underscore() || ["::", "->", "=>", "()", "="].iter().any(|sign| text.contains(sign)) || has_backslash(text)
}

/// Whether `text` has a backslash other than those of letters written out, as in `caf\u00e9`.
fn has_backslash(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let Some(escape) = written::escape(&rest[at..]) else { return true };
        rest = &rest[at + escape.len..];
    }
    false
}

fn is_path(text: &str, is_closing_tag: bool) -> bool {
    let rooted = !is_closing_tag
        && ["/", "./", "../", "~/"].iter().any(|root| {
            text.strip_prefix(root)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.'))
        });
    let slashes = text.matches('/').count();
    // `either/or` is prose, and so are dates; a fraction is a number.
    rooted || (slashes >= 2 && text.chars().any(char::is_alphabetic))
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// Whether the `@` at `at` is that of an e-mail address or of a handle.
fn is_address(text: &str, at: usize) -> bool {
    let follows = text[at + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let mail = text[..at].ends_with(is_local) && text[at + 1..].contains('.');
    follows && (mail || !text[..at].ends_with(char::is_alphanumeric))
}

/// Adds hashtags, and host and file names.
fn names(line: &str, whole: Span, spans: &mut Vec<Span>) {
    let text = &line[whole.range()];
    if let Some(at) = text.find('#') {
        let tag = text[at + 1..].starts_with(|c: char| c.is_alphabetic() || c == '_');
        // `&#xE9;` is a letter written out.
        if tag && !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '&') {
            spans.push(Span::new(whole.start + at, whole.end));
            return;
        }
    }
    if !text.contains('.') {
        return;
    }
    // The longest run of labels with dots between them: `Layoffs.fyi`, `sub.example.com:8080`, `report.pdf`.
    let mut at = 0;
    while at < text.len() {
        let len =
            text[at..].find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(text.len() - at);
        if let Some(name) = dotted_name(&text[at..at + len]) {
            let start = whole.start + at;
            spans.push(Span::new(start, start + name));
        }
        at += len;
        at += char_len(text, at);
    }
}

/// Returns how many bytes of `run`, letters, digits, dots and hyphens, are a host or file name.
fn dotted_name(run: &str) -> Option<usize> {
    let name = run.trim_end_matches(['.', '-']);
    let (stem, last) = name.rsplit_once('.')?;
    // `Node.js-Server`: the name ends where its ending does.
    let end = last.split('-').next().unwrap_or(last);
    let small = end.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let loud = !name.bytes().any(|b| b.is_ascii_lowercase());
    let known = if small { is_ending(end) } else { loud && end.len() >= 3 && is_ending(&end.to_ascii_lowercase()) };
    let named = !stem.split('.').any(str::is_empty) && stem.chars().any(char::is_alphabetic);
    (known && named).then_some(stem.len() + 1 + end.len())
}

/// Whether `ending` ends names of hosts or files.
pub(crate) fn is_ending(ending: &str) -> bool {
    let country = ending.len() == 2 && ending.bytes().all(|b| b.is_ascii_lowercase());
    country || ENDINGS.binary_search(&ending).is_ok()
}

/// Adds numbers that are more than a row of digits; returns where the last of them ends.
fn numbers(line: &str, whole: Span, spans: &mut Vec<Span>) -> usize {
    let mut at = whole.start;
    let mut last = whole.end;
    while let Some(digit) = line.get(at..whole.end).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())) {
        let start = at + digit;
        let end = number_end(line, start);
        let front = &line[..start];
        // `GPT3`, `A4`: the digits belong to a name; but `v1.2` and `GPT-3.5` are versions.
        let in_name = front.ends_with(char::is_alphabetic);
        let currency = front.trim_end_matches([' ', '\u{A0}', '\u{202F}']);
        let currency = currency.ends_with(['$', '€', '£', '¥', '₹']).then_some(currency);
        let unit = unit_end(line, end);
        let separated = line[start..end].contains(|c: char| !c.is_ascii_digit());
        if let Some(currency) = currency {
            let sign = currency.chars().next_back().map_or(0, char::len_utf8);
            spans.push(Span::new(currency.len() - sign, unit.unwrap_or(end)));
        } else if separated || (unit.is_some() && !in_name) {
            let start = if in_name && front.ends_with(['v', 'V']) { start - 1 } else { start };
            spans.push(Span::new(start, unit.unwrap_or(end)));
        }
        last = last.max(unit.unwrap_or(end));
        at = end.max(start + 1);
    }
    last
}

/// Returns where the number ends that starts at `start`: digits, with single separators between them.
fn number_end(line: &str, start: usize) -> usize {
    let mut end = start;
    let mut chars = line[start..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let separator = matches!(c, '.' | ',' | ':' | '\'' | '’' | '/' | '-' | '–' | '×' | '\u{A0}' | '\u{202F}');
        let digit_next = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if c.is_ascii_digit() {
            end = start + at + 1;
        } else if !(separator && digit_next) {
            break;
        }
    }
    end
}

/// Returns where the unit ends that belongs to the number that ends at `end`.
fn unit_end(line: &str, end: usize) -> Option<usize> {
    let rest = &line[end..];
    let gap = rest.chars().next().filter(|c| matches!(c, ' ' | '\u{A0}' | '\u{202F}')).map_or(0, char::len_utf8);
    let rest = &rest[gap..];
    if let Some(sign) = rest.chars().next().filter(|c| matches!(c, '%' | '‰' | '°' | '€' | '$' | '£' | '¥' | '₽'))
    {
        let mut len = sign.len_utf8();
        if sign == '°' {
            len += rest[len..].chars().next().filter(|c| matches!(c, 'C' | 'F')).map_or(0, char::len_utf8);
        }
        return Some(end + gap + len);
    }
    let len =
        rest.find(|c: char| !(c.is_alphabetic() || matches!(c, '/' | '²' | '³' | 'µ' | 'Ω'))).unwrap_or(rest.len());
    let unit = rest[..len].trim_end_matches('/');
    let whole = !rest[unit.len()..].starts_with(|c: char| c.is_alphanumeric());
    let known = UNITS.binary_search(&unit).is_ok() || (gap == 0 && TIGHT_UNITS.contains(&unit));
    (whole && known).then_some(end + gap + unit.len())
}

/// Sorts spans and makes one of those that overlap.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Units, also behind a space. Sorted.
const UNITS: &[&str] = &[
    "A", "Ah", "CHF", "EUR", "GB", "GBP", "GHz", "GW", "GWh", "Gbit", "Gbps", "GiB", "Hz", "J", "KB", "KiB", "MB",
    "MBit", "MHz", "MW", "MWh", "Mbit", "Mbps", "MiB", "Mio", "Mrd", "N", "Nm", "PS", "Pa", "TB", "TW", "TWh", "TiB",
    "USD", "V", "VA", "W", "Wh", "bar", "bn", "cd", "cl", "cm", "cm²", "cm³", "dB", "dl", "dpi", "eV", "ft", "g", "h",
    "hPa", "ha", "hl", "hp", "kB", "kHz", "kJ", "kN", "kPa", "kV", "kW", "kWh", "kbit", "kbps", "kcal", "kg", "km",
    "km/h", "km²", "km³", "kn", "kt", "l", "lb", "lbs", "m", "m/s", "mA", "mAh", "mV", "mW", "mbar", "mg", "min", "ml",
    "mm", "mm²", "mm³", "mol", "mph", "ms", "m²", "m³", "ng", "nm", "ns", "oz", "ppm", "px", "rpm", "s", "t", "µg",
    "µm", "µs", "Ω",
];

/// Units and endings that only stand right behind their number.
const TIGHT_UNITS: &[&str] =
    &["B", "C", "D", "F", "G", "K", "M", "T", "c", "fps", "k", "p", "st", "nd", "rd", "th", "x"];

/// Last labels of host names and extensions of files, of more than two letters, and some that hold a digit. Sorted.
const ENDINGS: &[&str] = &[
    "7z",
    "academy",
    "agency",
    "aiff",
    "apk",
    "app",
    "art",
    "asp",
    "aspx",
    "avi",
    "bat",
    "bin",
    "biz",
    "blog",
    "bmp",
    "bz2",
    "cat",
    "cfg",
    "cloud",
    "club",
    "cmd",
    "com",
    "conf",
    "coop",
    "cpp",
    "css",
    "csv",
    "dat",
    "deb",
    "design",
    "dev",
    "digital",
    "dll",
    "dmg",
    "doc",
    "docx",
    "edu",
    "eml",
    "epub",
    "exe",
    "flac",
    "flv",
    "fyi",
    "gif",
    "gov",
    "gpx",
    "guru",
    "heic",
    "htm",
    "html",
    "ico",
    "info",
    "ini",
    "int",
    "iso",
    "jar",
    "java",
    "jpeg",
    "jpg",
    "json",
    "jsonl",
    "jsp",
    "jsx",
    "live",
    "lock",
    "log",
    "media",
    "mid",
    "mil",
    "mkv",
    "mobi",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "mpg",
    "museum",
    "name",
    "net",
    "network",
    "news",
    "odp",
    "ods",
    "odt",
    "ogg",
    "one",
    "online",
    "org",
    "page",
    "parquet",
    "pdf",
    "php",
    "plus",
    "png",
    "ppt",
    "pptx",
    "press",
    "pro",
    "properties",
    "psd",
    "pub",
    "pyc",
    "rar",
    "rpm",
    "rss",
    "rtf",
    "shop",
    "sit",
    "site",
    "social",
    "space",
    "sql",
    "sqlite",
    "store",
    "studio",
    "svg",
    "tar",
    "tech",
    "tex",
    "tgz",
    "tif",
    "tiff",
    "today",
    "toml",
    "top",
    "torrent",
    "travel",
    "tsv",
    "tsx",
    "ttf",
    "txt",
    "vbs",
    "vip",
    "vtt",
    "wasm",
    "wav",
    "web",
    "webm",
    "webp",
    "website",
    "wiki",
    "wmv",
    "woff",
    "work",
    "world",
    "xls",
    "xlsx",
    "xml",
    "xpi",
    "xyz",
    "yaml",
    "yml",
    "zip",
    "zst",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What is protected in a line, stretch by stretch.
    fn found(line: &str) -> Vec<&str> {
        protected(line).into_iter().map(|span| &line[span.range()]).collect()
    }

    macro_rules! protects {
        ($($name:ident: $line:expr => [$($span:expr),*];)*) => {
            $(#[test] fn $name() { assert_eq!(found($line), [$($span),*] as [&str; _]); })*
        };
    }

    protects! {
        nothing_in_words: "Plain words, nothing else; don't touch well-known co-ops." => [];
        a_url: "See (https://example.org/a_(b)?q=1#x), please." => ["https://example.org/a_(b)?q=1#x"];
        a_url_in_a_tag: "<a href=\"https://example.org/x\">here</a>" => ["href=", "https://example.org/x"];
        no_word_beside_a_comment: "<!-- a=b -->c <!--d-->e, f->g" => ["a=b", "f->g"];
        a_url_in_a_link: "[a](https://a.example/b_(c))d, [e](http://e.example/)[f](/g)" =>
            ["https://a.example/b_(c)", "http://e.example/", "/g"];
        links_glued_to_each_other: "[a](b)[c](www.d.example)e[f](https://g.example/h)." =>
            ["www.d.example", "https://g.example/h"];
        a_link_inside_of_an_address: "https://a.example/b[c](https://d.example/)e" =>
            ["https://a.example/b[c](https://d.example/)e"];
        a_link_without_its_end: "[a](https://b.example/c" => ["https://b.example/c"];
        no_word_beside_a_shortcode: "[size=3]a[/size] [url=http://a.example/b]c[/url], [x=3]d" =>
            ["size=3", "/size", "http://a.example/b", "/url", "x=3]d"];
        no_word_beside_a_tag: "<a href=x>here</a> and <b>there</b>" => ["href=x"];
        a_host_with_www: "www.example.org/News." => ["www.example.org/News"];
        a_mail_address: "Write to first.last@example.org!" => ["first.last@example.org"];
        a_host: "on Layoffs.fyi, example.com and InSerbia.info." => ["Layoffs.fyi", "example.com", "InSerbia.info"];
        a_host_in_capitals: "ASP.NET and EXAMPLE.COM" => ["ASP.NET", "EXAMPLE.COM"];
        a_missing_space_is_no_host: "all was fine.Inizio della fine.Then went home" => [];
        a_sentence_in_capitals_is_no_host: "THE END.THEN" => [];
        a_file: "Open report_2.pdf, notes.txt or Node.js-Server" => ["report_2.pdf", "notes.txt", "Node.js"];
        a_path: "in /etc/hosts, ~/.bashrc and C:\\Users\\me" => ["/etc/hosts", "~/.bashrc", "C:\\Users\\me"];
        either_or_is_no_path: "either/or, he/she" => [];
        code: "call run_all() or std::mem, x=5, a->b" => ["run_all()", "std::mem", "x=5", "a->b"];
        code_between_backticks: "press `a, b` now `" => ["`a, b`"];
        emphasis_is_no_code: "so _very_ good" => [];
        a_handle_and_a_tag: "(@some_one) likes #BigNews, not #1" => ["@some_one", "#BigNews"];
        numbers_with_separators: "450.000 or 1,5 at 10:30 on 2024-07-23" => ["450.000", "1,5", "10:30", "2024-07-23"];
        numbers_with_units: "65 %, 3,5 km/h, 150Mbps, 4K, 20 °C" => ["65 %", "3,5 km/h", "150Mbps", "4K", "20 °C"];
        money: "US$ 5 or 1.234,56 € or €20" => ["$ 5", "1.234,56 €", "€20"];
        versions: "v1.2.3 and GPT-3.5, not GPT3" => ["v1.2.3", "3.5"];
        bare_numbers_are_free: "in 2022OpenAI and 2022, then 996" => [];
        a_word_is_no_unit: "5 more, 3 men, 10 mal" => [];
        initials_are_free: "A.B. Smith, z.B. und J.R.R. Tolkien" => [];
        a_comma_without_space_is_free: "2022,Then" => [];
        letters_written_out_are_free: r"caf&#xE9; and caf\u00e9, but C:\u00e9\x" => [r"C:\u00e9\x"];
        an_address_behind_colour: "\u{1B}[31mhttps://a.example/\u{1B}[0m" => ["https://a.example/"];
        an_address_beside_what_nobody_sees: "\u{200B}https://a.example/\u{200B}" => ["https://a.example/"];
        quotes_stay_outside: "„example.com“ and «a_b»" => ["example.com", "a_b"];
    }

    #[test]
    fn lists_are_sorted() {
        assert!(UNITS.is_sorted() && ENDINGS.is_sorted());
    }

    #[test]
    fn spans_lie_on_character_boundaries_in_any_text() {
        for line in [
            "é.é@é_é",
            "5\u{A0}",
            "…1.2…",
            "€",
            "#",
            "@",
            "://",
            "é://é",
            "`",
            "(((",
            "1,",
            "v1",
            "5°",
            "a.b-",
            "。1.2。x_y",
        ] {
            for span in protected(line) {
                assert!(line.is_char_boundary(span.start) && line.is_char_boundary(span.end), "{line:?} {span:?}");
            }
        }
    }

    #[test]
    fn a_long_chunk_costs_linear_time() {
        let marks = ["a.", "1.", "()", "x@", "#", "a_", "1 ", "(", ")", "5€", ">"];
        // Half a minute for a tenth of it, if each link read the line to its end.
        let links = [
            "[y](http://b.co/d)",
            "[y](www.b.co)",
            "[y](mailto:a@b.co)",
            "[a](b)[c](http://d.co)",
            "](http://b.co",
            "](www.",
            "a](b.c",
            "](((://)",
            "[b=1][/b]",
        ];
        for piece in marks.into_iter().chain(links) {
            let line = format!("x@{}", piece.repeat(200_000));
            assert!(protected(&line).len() <= 400_001);
        }
    }
}
