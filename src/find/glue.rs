//! Words that ran together, as where a link's text met the words beside it: `seitOpenAI`, `2022OpenAINach`.
//!
//! A token (a longest run of letters, marks and digits) is cut where its case, its kind of character or its
//! script changes, and only if *every* piece is evidenced: it is listed, it stands alone elsewhere in the same
//! text, or it is a year in front. A capital inside must be that of a listed name or of a sentence, since product
//! names are made of words that stand alone as well. Only spaces are inserted. Names that are written with an inner
//! capital, and the many habits of writing that look like glue, are left alone.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, is_word_char, protect};

use super::code::is_technical;
use super::options::Reader;
use super::{Finder, Found, Options};

/// Tokens of more bytes are no words that ran together: encoded data, or a script that writes no spaces.
const MAX_TOKEN: usize = 256;
/// Pieces of more bytes are no words. Bounds the work on one token.
const MAX_PIECE: usize = 64;
/// Endings that inflect a name have at most so many letters.
const MAX_ENDING: usize = 4;

/// The built-in finder `glue`.
pub(super) struct Glue {
    /// Names that are split off and kept whole.
    terms: HashSet<String>,
    /// Names that are left alone, and not split off.
    keep: HashSet<String>,
    /// Finds the terms inside a token.
    inside: AhoCorasick,
}

impl Glue {
    pub(super) fn new(options: &Options, _lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("glue", options, &["terms", "keep"]);
        let terms = reader.words("terms");
        let keep = reader.words("keep");
        reader.finish(|| Self {
            inside: AhoCorasick::new(&terms).expect("a list that fits into a rule file fits into an automaton"),
            terms: terms.into_iter().collect(),
            keep: keep.into_iter().collect(),
        })
    }
}

impl Finder for Glue {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let text = doc.text();
        let context = Context { doc, technical: OnceCell::new(), openers: OnceCell::new(), surnames: OnceCell::new() };
        for span in tokens(text) {
            let token = &text[span.range()];
            if token.len() > MAX_TOKEN {
                continue;
            }
            let boundaries = boundaries(token);
            if boundaries.is_empty() || self.is_name(token) || in_code(text, span) {
                continue;
            }
            let cutter = Cutter { glue: self, context: &context, token, boundaries };
            if let Some(pieces) = cutter.pieces() {
                let after = pieces.iter().map(|piece| piece.text).collect::<Vec<_>>().join(" ");
                let evidence = pieces.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                found.push(Found { span, after, evidence: Some(evidence) });
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        Some(vec![BOUNDARY.as_str().to_owned()])
    }
}

/// Matches wherever [`boundaries`] may find one, and sometimes elsewhere: to look at few of the words of a text.
static BOUNDARY: LazyLock<Regex> = LazyLock::new(|| {
    const LATIN: &str = r"A-Za-z\x{C0}-\x{24F}\x{1E00}-\x{1EFF}";
    const GREEK: &str = r"\x{370}-\x{3FF}\x{1F00}-\x{1FFF}";
    const CYRILLIC: &str = r"\x{400}-\x{52F}";
    let patterns = [
        r"\p{Lowercase}\p{M}*[\p{Uppercase}\p{Lt}]".to_owned(),
        r"[\p{Uppercase}\p{Lt}]\p{M}*[\p{Uppercase}\p{Lt}]\p{M}*\p{Lowercase}".to_owned(),
        r"(?:19|20)[0-9]{2}\p{M}*\p{Alphabetic}".to_owned(),
        r"\p{Alphabetic}\p{M}*\p{N}[\p{N}\p{M}]*\p{Alphabetic}".to_owned(),
        format!(r"[{LATIN}]\p{{M}}*[{GREEK}{CYRILLIC}]|[{GREEK}{CYRILLIC}]\p{{M}}*[{LATIN}]"),
        format!(r"[{GREEK}]\p{{M}}*[{CYRILLIC}]|[{CYRILLIC}]\p{{M}}*[{GREEK}]"),
    ];
    Regex::new(&patterns.join("|")).expect("a constant pattern")
});

/// Returns the tokens of `text` in which [`BOUNDARY`] matches, in order.
fn tokens(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let boundary = BOUNDARY.find_at(text, from)?;
        let front = text[from..boundary.start()].trim_end_matches(is_word_char);
        let start = from + front.len();
        let rest = &text[boundary.end()..];
        from = boundary.end() + rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
        Some(Span::new(start, from))
    })
}

impl Glue {
    /// Whether `token` is a listed name as it is, or with a short ending as languages inflect names
    /// (`YouTubers`, `GitHubissa`).
    fn is_name(&self, token: &str) -> bool {
        let listed = |name: &str| self.terms.contains(name) || self.keep.contains(name);
        if listed(token) {
            return true;
        }
        let stem = token.trim_end_matches(char::is_lowercase).len();
        token[stem..].char_indices().rev().take(MAX_ENDING).any(|(at, _)| listed(&token[..stem + at]))
    }
}

/// Whether the characters beside the token make it part of an identifier, a path, an address or a tag.
fn in_code(text: &str, span: Span) -> bool {
    let mut before = text[..span.start].chars().rev();
    let mut after = text[span.end..].chars();
    let (left, right) = (before.next(), after.next());
    let joins =
        |c: Option<char>| matches!(c, Some('_' | '\\' | '/' | '@' | '#' | '=' | '<' | '>' | '$' | '&' | '`' | '~'));
    let goes_on = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    joins(left)
        || joins(right)
        || left == Some(')')
        || right == Some('(')
        || (left == Some('.') && goes_on(before.next()))
        || (matches!(right, Some('.' | ':')) && goes_on(after.next()))
}

/// What kind of character stands at a place of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    Lower,
    Upper,
    Digit,
    /// A letter of a script without case.
    Uncased,
}

impl Class {
    /// None for marks, which go with the letter before them.
    fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' => Class::Lower,
            'A'..='Z' => Class::Upper,
            c if c.is_lowercase() => Class::Lower,
            // Title case digraphs (`ǅ`) begin words as capitals do.
            c if c.is_uppercase() || matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ') => Class::Upper,
            c if c.is_numeric() => Class::Digit,
            c if unicode_normalization::char::is_combining_mark(c) => return None,
            _ => Class::Uncased,
        })
    }
}

/// The scripts with case between which a change is a boundary. Latin beside Chinese, Japanese or Korean is how
/// those are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Other,
}

impl Script {
    fn of(c: char) -> Self {
        match c {
            'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            _ => Script::Other,
        }
    }
}

/// What makes a place inside a token a boundary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Boundary {
    /// `aB`, or `ABc` before the `B`.
    Case,
    /// A letter after a digit.
    Digit,
    Script,
}

/// Returns the boundaries inside `token` in order, as bytes into it. Most words have none.
fn boundaries(token: &str) -> Vec<(usize, Boundary)> {
    let mut cuts = Vec::new();
    let mut last: Option<(char, Class)> = None;
    let mut letters = false;
    for (at, c) in token.char_indices() {
        let Some(class) = Class::of(c) else { continue };
        if let Some((before, was)) = last
            && let Some(boundary) = boundary(before, was, c, class, &token[at..])
            // Behind a bare number begins a unit or an ending (`4K`, `1990s`), unless the number is a year.
            && (boundary != Boundary::Digit || letters || is_year(&token[..at]))
        {
            cuts.push((at, boundary));
        }
        letters |= class != Class::Digit;
        last = Some((c, class));
    }
    cuts
}

/// Whether `name` is short and all capitals, as what other names end in (`AI`, `GPT`).
fn is_acronym(name: &str) -> bool {
    name.chars().count() <= 3 && name.chars().all(char::is_uppercase)
}

fn is_year(number: &str) -> bool {
    number.len() == 4
        && (number.starts_with("19") || number.starts_with("20"))
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn boundary(before: char, was: Class, c: char, class: Class, rest: &str) -> Option<Boundary> {
    let small_next = || rest.chars().skip(1).find_map(Class::of) == Some(Class::Lower);
    match (was, class) {
        (Class::Digit, Class::Lower | Class::Upper) => Some(Boundary::Digit),
        (Class::Digit | Class::Uncased, _) | (_, Class::Digit | Class::Uncased) => None,
        (was, class) => {
            let (from, to) = (Script::of(before), Script::of(c));
            if from != to && from != Script::Other && to != Script::Other {
                Some(Boundary::Script)
            } else if class == Class::Upper && (was == Class::Lower || small_next()) {
                Some(Boundary::Case)
            } else {
                None
            }
        }
    }
}

/// Why a piece of a token is believed to be a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Evidence {
    Term,
    /// Stands alone so many times in the text.
    Alone(u32),
    Year,
    /// Nothing but its capital, between pieces that are sure.
    Unknown,
}

/// A piece of a token.
struct Piece<'t> {
    text: &'t str,
    evidence: Evidence,
}

impl fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.evidence {
            Evidence::Term => write!(f, "{}: listed name", self.text),
            Evidence::Alone(1) => write!(f, "{}: stands alone once", self.text),
            Evidence::Alone(times) => write!(f, "{}: stands alone {times} times", self.text),
            Evidence::Year => write!(f, "{}: a year", self.text),
            Evidence::Unknown => write!(f, "{}: a name between names", self.text),
        }
    }
}

/// The best way found to cut the rest of a token, from some place to its end.
#[derive(Clone, Copy)]
struct Best {
    /// Bytes of pieces that are not evidenced.
    unknown: usize,
    pieces: u32,
    terms: u32,
    /// Why its first piece is believed.
    first: Evidence,
    /// Index of the place where its first piece ends, and how many unknown pieces may follow.
    next: (usize, usize),
}

impl Best {
    fn beats(self, old: Best) -> bool {
        (self.unknown, self.pieces, old.terms) < (old.unknown, old.pieces, self.terms)
    }
}

/// A line of fewer bytes may be a heading or an item of a list: its first word is not taken for that of a sentence.
const PROSE_LINE: usize = 40;

/// What the text says about its own habits, worked out when a token asks.
struct Context<'a, 't> {
    doc: &'a Document<'t>,
    technical: OnceCell<bool>,
    openers: OnceCell<HashSet<&'t str>>,
    surnames: OnceCell<HashSet<&'t str>>,
}

impl<'t> Context<'_, 't> {
    /// Whether `word` begins a sentence somewhere.
    fn opens_a_sentence(&self, word: &str) -> bool {
        self.openers.get_or_init(|| openers(self.doc)).contains(word)
    }

    /// Whether `word` ends a name of two words somewhere, as in `in Silicon Valley`.
    fn ends_a_name(&self, word: &str) -> bool {
        self.surnames.get_or_init(|| surnames(self.doc.text())).contains(word)
    }

    /// Whether the first of `pieces` is small and the text in a language that puts small prefixes before capitals.
    fn has_prefix(&self, pieces: &[Piece<'_>]) -> bool {
        const BANTU: [&str; 11] = ["zu", "xh", "nr", "ss", "st", "tn", "ts", "ve", "rw", "rn", "sn"];
        let small = pieces.first().is_some_and(|piece| piece.text.chars().all(char::is_lowercase));
        small && self.doc.lang().is_some_and(|lang| BANTU.contains(&lang))
    }

    fn is_technical(&self) -> bool {
        *self.technical.get_or_init(|| is_technical(self.doc.text()))
    }
}

/// Returns the words that begin a sentence of `doc`: behind the end of another, or at the start of a line of prose.
fn openers<'t>(doc: &Document<'t>) -> HashSet<&'t str> {
    let text = doc.text();
    let starts = doc.lines().as_slice().iter().map(|line| line.content).filter(|line| line.len() >= PROSE_LINE);
    let behind = text.match_indices(['.', '!', '?', '…']).filter_map(|(at, mark)| {
        let rest = text[at + mark.len()..].trim_start_matches(['"', '“', '”', '»', ')']);
        rest.starts_with([' ', '\u{A0}']).then_some(text.len() - rest.len())
    });
    let places = starts.map(|line| line.start).chain(behind);
    let words = places.filter_map(|at| first_word(&text[at..]));
    // `Suche. Nutzer.`: full stops between names.
    let begins = |(word, rest): &(&str, &str)| word.starts_with(char::is_uppercase) && !rest.starts_with('.');
    words.filter(begins).map(|(word, _)| word).collect()
}

/// Returns the capitalized words of `text` that stand behind another one inside a sentence.
fn surnames(text: &str) -> HashSet<&str> {
    let is_capital = |word: &&str| word.starts_with(char::is_uppercase);
    let spaces = text.match_indices(' ');
    let pairs = spaces.filter_map(|(at, _)| {
        let first = word_before(&text[..=at]).filter(is_capital)?;
        let inside =
            text[..at - first.len()].strip_suffix([' ', '\'', '’'])?.ends_with(|c: char| c.is_lowercase() || c == ',');
        first_word(&text[at + 1..]).map(|(second, _)| second).filter(|_| inside)
    });
    pairs.filter(is_capital).collect()
}

/// Returns the word at the start of `text`, behind spaces and opening marks of the same line, and what follows it.
fn first_word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches([' ', '\t', '\u{A0}', '"', '“', '„', '«', '»', '(', '–', '—', '-', '¿', '¡']);
    let (word, rest) = text.split_at(text.find(|c| !is_word_char(c)).unwrap_or(text.len()));
    (!word.is_empty()).then_some((word, rest))
}

/// Returns the word at the end of `text`, before one space.
fn word_before(text: &str) -> Option<&str> {
    let text = text.strip_suffix([' ', '\u{A0}'])?;
    let word = &text[text.trim_end_matches(is_word_char).len()..];
    (!word.is_empty()).then_some(word)
}

/// Cuts one token.
struct Cutter<'a, 't> {
    glue: &'a Glue,
    context: &'a Context<'a, 't>,
    token: &'t str,
    boundaries: Vec<(usize, Boundary)>,
}

impl<'t> Cutter<'_, 't> {
    /// Returns the pieces that the token ran together from; at least two, or none.
    fn pieces(&self) -> Option<Vec<Piece<'t>>> {
        // What stands twice as a whole is a name or a habit of its author.
        if self.context.doc.words().count(self.token) >= 2 || self.is_written_so() {
            return None;
        }
        self.likely_pieces().filter(|pieces| !self.may_be_identifier(pieces) || !self.context.is_technical())
    }

    /// Whether a programmer could have named something by this token. Names are made of English words: in other
    /// languages a word before a listed name is one of the text.
    fn may_be_identifier(&self, pieces: &[Piece<'_>]) -> bool {
        const VERBS: [&str; 12] =
            ["add", "can", "for", "from", "get", "has", "new", "run", "set", "use", "via", "with"];
        let word_before_a_name = || match pieces {
            [word, name] => {
                name.evidence == Evidence::Term
                    && word.text.len() >= 3
                    && !VERBS.contains(&word.text.to_ascii_lowercase().as_str())
            }
            _ => false,
        };
        let foreign = || self.context.doc.lang().is_some_and(|lang| !lang.starts_with("en"));
        self.token.is_ascii()
            && self.token.starts_with(|c: char| c.is_ascii_alphabetic())
            && !(foreign() && word_before_a_name())
    }

    fn likely_pieces(&self) -> Option<Vec<Piece<'t>>> {
        let cuts: Vec<usize> = self.boundaries.iter().map(|cut| cut.0).filter(|&at| self.may_cut(at)).collect();
        if let Some(pieces) = self.cut_at(&cuts, 0).filter(|pieces| self.is_sure(pieces)) {
            return (!self.context.has_prefix(&pieces)).then_some(pieces);
        }
        // Two names in one token come from a chain of links. There a word beside a name needs no capital to
        // begin with, and one piece may be a name that nobody knows.
        let names: Vec<Span> = self
            .glue
            .inside
            .find_overlapping_iter(self.token)
            .map(|name| Span::new(name.start(), name.end()))
            .collect();
        if let Some(pieces) = names.iter().find_map(|&name| self.word_behind(name)) {
            return Some(pieces);
        }
        if names.len() < 2 {
            return None;
        }
        let mut more: Vec<usize> =
            cuts.iter().copied().chain(names.iter().flat_map(|name| [name.start, name.end])).collect();
        more.retain(|&at| 0 < at && at < self.token.len());
        more.sort_unstable();
        more.dedup();
        (0..=1)
            .filter_map(|unknown| self.cut_at(&more, unknown))
            .find(|pieces| pieces.iter().filter(|piece| piece.evidence == Evidence::Term).count() >= 2)
    }

    /// Whether pieces are more than an identifier, a formula or a name that is written with inner capitals.
    fn is_sure(&self, pieces: &[Piece<'t>]) -> bool {
        let capital = |piece: &Piece<'_>| piece.text.starts_with(char::is_uppercase);
        let terms = pieces.iter().filter(|piece| piece.evidence == Evidence::Term).count();
        // A chain of names: what stands between them is a link as well.
        if terms >= 2 {
            return true;
        }
        // `AppleCare`, `gameOver`; but `voorDebian` where the text knows no `debian`.
        let may_follow = |pair: &[Piece<'_>]| {
            let words = self.context.doc.words();
            let piece = pair[1].text;
            let script = |c: Option<char>| c.map(Script::of);
            pair[1].evidence == Evidence::Term
                || !capital(&pair[1])
                || script(pair[0].text.chars().next_back()) != script(piece.chars().next())
                || self.context.opens_a_sentence(piece)
                || (!capital(&pair[0]) && words.count(piece) >= 2 && words.count(&piece.to_lowercase()) == 0)
        };
        if !pieces.windows(2).all(may_follow) {
            return false;
        }
        let Some(term) = pieces.iter().position(|piece| piece.evidence == Evidence::Term) else {
            // `NaCl`, `userID`, `watchOS`, `findIn`.
            let short = pieces.iter().any(|piece| piece.text.chars().count() <= 2);
            // `PageSpeed`, `openSUSE`.
            let named =
                pieces.windows(2).any(|pair| pair.iter().all(capital) || pair[1].text.chars().all(char::is_uppercase));
            return !short && !named;
        };
        // `signInWithGoogle`.
        let identifier = !capital(&pieces[0]) && pieces[1..term.max(1)].iter().any(capital);
        let left = term.checked_sub(1).map(|left| &pieces[left]).filter(|left| capital(left));
        !identifier && left.is_none_or(|left| !is_acronym(pieces[term].text) || self.ends_before_an_acronym(left.text))
    }

    /// Whether `word` and the acronym behind it are two, unlike in `MetaAI` and `BioGPT`: the word is one of those
    /// that also stand small in the text (`Da`, `Mit`), or ends a name of two words (`Silicon Valley`).
    fn ends_before_an_acronym(&self, word: &str) -> bool {
        let small = word.chars().count() <= MAX_ENDING && self.context.doc.words().count(&word.to_lowercase()) > 0;
        small || self.context.ends_a_name(word)
    }

    /// Cuts a small word off a name in front that ends in capitals (`OpenAIannounces`): where they end, it begins.
    /// Not in languages that write compounds as one word.
    fn word_behind(&self, name: Span) -> Option<Vec<Piece<'t>>> {
        const COMPOUNDS: [&str; 9] = ["de", "nl", "sv", "da", "nb", "nn", "fi", "hu", "is"];
        let (front, word) = self.token.split_at(name.end);
        let loud = name.start == 0 && front.chars().rev().take(2).all(char::is_uppercase);
        let small = word.chars().count() > MAX_ENDING && word.chars().all(char::is_lowercase);
        let times = self.context.doc.words().count(word);
        let compounds = || self.context.doc.lang().is_some_and(|lang| COMPOUNDS.contains(&lang));
        (loud && small && times > 0 && !compounds()).then(|| {
            vec![
                Piece { text: front, evidence: Evidence::Term },
                Piece { text: word, evidence: Evidence::Alone(times) },
            ]
        })
    }

    /// Returns the fewest pieces that cutting at some of `cuts` can give, all evidenced but at most `unknown`,
    /// which is as short as can be; of as many, those with the most listed names.
    fn cut_at(&self, cuts: &[usize], unknown: usize) -> Option<Vec<Piece<'t>>> {
        let places: Vec<usize> = [0].iter().chain(cuts).chain([&self.token.len()]).copied().collect();
        let end = places.len() - 1;
        // best[allowed][place]: the best way to cut what follows the place, built from the end of the token.
        let mut best: Vec<Vec<Option<Best>>> = vec![vec![None; end]; unknown + 1];
        for from in (0..end).rev() {
            for to in from + 1..=end {
                let span = Span::new(places[from], places[to]);
                if span.len() > MAX_PIECE {
                    break;
                }
                if (from, to) == (0, end) {
                    continue; // Whole is what it is now.
                }
                for allowed in 0..=unknown {
                    let rest = if to == end { None } else { Some(best[allowed][to]) };
                    if let Some(way) = self.way(span, (to, allowed), rest, None).or_else(|| {
                        let left = allowed.checked_sub(1)?;
                        let rest = if to == end { None } else { Some(best[left][to]) };
                        self.way(span, (to, left), rest, Some(Evidence::Unknown))
                    }) && best[allowed][from].is_none_or(|old| way.beats(old))
                    {
                        best[allowed][from] = Some(way);
                    }
                }
            }
        }
        let mut pieces = Vec::new();
        let (mut from, mut allowed) = (0, unknown);
        while from < end {
            let way = best[allowed][from]?;
            let text = &self.token[places[from]..places[way.next.0]];
            pieces.push(Piece { text, evidence: way.first });
            (from, allowed) = way.next;
        }
        Some(pieces)
    }

    /// Returns the way that begins with the piece `span` and goes on with `rest`, which is None at the end of
    /// the token; no way if the piece is not evidenced, the rest cannot be cut, or they may not meet there.
    fn way(
        &self,
        span: Span,
        next: (usize, usize),
        rest: Option<Option<Best>>,
        as_if: Option<Evidence>,
    ) -> Option<Best> {
        let follower = match rest {
            None => None,
            Some(rest) => Some(rest?),
        };
        let before_term = follower.is_some_and(|rest| rest.first == Evidence::Term);
        let first = match as_if {
            Some(Evidence::Unknown) if self.may_be_unknown(span) => Evidence::Unknown,
            Some(_) => return None,
            None => self.evidence(span, before_term)?,
        };
        // A place that nothing but a listed name makes a boundary needs that name beside it.
        if follower.is_some() && !self.is_boundary(span.end) && first != Evidence::Term && !before_term {
            return None;
        }
        let (unknown, pieces, terms) = follower.map_or((0, 0, 0), |rest| (rest.unknown, rest.pieces, rest.terms));
        Some(Best {
            unknown: unknown + if first == Evidence::Unknown { span.len() } else { 0 },
            pieces: pieces + 1,
            terms: terms + u32::from(first == Evidence::Term),
            first,
            next,
        })
    }

    fn evidence(&self, span: Span, before_term: bool) -> Option<Evidence> {
        let piece = &self.token[span.range()];
        if self.glue.terms.contains(piece) {
            return Some(Evidence::Term);
        }
        if span.start == 0 && is_year(piece) {
            return Some(Evidence::Year);
        }
        if piece.chars().all(char::is_numeric) || self.is_look_alike(piece) {
            return None;
        }
        let times = self.context.doc.words().count(piece);
        let enough = match piece.chars().count() {
            0 | 1 => return None,
            2 if before_term => 1,
            2 => 2,
            _ => 1,
        };
        (times >= enough).then_some(Evidence::Alone(times))
    }

    /// An unknown piece looks like a name, and its capital marks where it begins.
    fn may_be_unknown(&self, span: Span) -> bool {
        let piece = &self.token[span.range()];
        let starts = self.boundaries.iter().any(|&(at, boundary)| at == span.start && boundary == Boundary::Case);
        starts
            && (span.end == self.token.len() || self.is_boundary(span.end))
            && piece.chars().count() >= 3
            && piece.chars().all(char::is_alphabetic)
            && !self.glue.inside.is_match(piece)
    }

    fn is_boundary(&self, at: usize) -> bool {
        self.boundaries.iter().any(|cut| cut.0 == at)
    }

    /// Whether the token as a whole is of a kind that is written so.
    fn is_written_so(&self) -> bool {
        let token = self.token;
        let digits = token.bytes().any(|b| b.is_ascii_digit());
        let hex = digits && token.len() >= 6 && token.bytes().all(|b| b.is_ascii_hexdigit());
        // `getElementById`; where words ran together on both sides of a name, the name is listed.
        let cases = self.boundaries.iter().filter(|cut| cut.1 == Boundary::Case).count();
        let identifier = token.starts_with(char::is_lowercase) && cases >= 2 && !self.glue.inside.is_match(token);
        // `XVIIIe`, `XXIst`.
        let numeral = token.trim_end_matches(char::is_lowercase);
        let ordinal = numeral.len() >= 2
            && token.len() - numeral.len() <= 4
            && numeral.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L' | b'C' | b'D' | b'M'));
        hex || identifier || ordinal
    }

    /// Whether nothing forbids a cut at the boundary `at`.
    fn may_cut(&self, at: usize) -> bool {
        let (left, right) = self.token.split_at(at);
        // `CEOs`, `APIs`.
        let plural = right.len() == 2 && right.ends_with('s') && left.ends_with(char::is_uppercase);
        // `LehrerInnen`, `BürgerIn`; also where nobody knows that the text is German.
        // (The language is asked last, here and elsewhere: to detect it costs more than all else.)
        let gendered = left.ends_with(char::is_lowercase)
            && (right == "In" || right.starts_with("Innen"))
            && self.context.doc.lang().is_none_or(|lang| lang.starts_with("de"));
        let year_with_unit = is_year(left) && protect::is_unit(right);
        !plural && !gendered && !year_with_unit && (!self.is_prefix(left) || self.starts_with_term(right))
    }

    fn starts_with_term(&self, right: &str) -> bool {
        self.boundaries
            .iter()
            .map(|cut| cut.0)
            .chain([self.token.len()])
            .filter_map(|end| end.checked_sub(self.token.len() - right.len()))
            .any(|len| len > 0 && self.glue.terms.contains(&right[..len]))
    }

    /// Whether `left` is a prefix that joins a capital: of family names, of brands, and of the noun classes of
    /// the Bantu languages (`isiZulu`).
    fn is_prefix(&self, left: &str) -> bool {
        const NAMES: [&str; 27] = [
            "Mc", "Mac", "Fitz", "O", "De", "Di", "Du", "Da", "Del", "Della", "Des", "Dos", "La", "Le", "Lo", "El",
            "Al", "Van", "Von", "von", "van", "Ben", "Bar", "Ap", "San", "St", "Ten",
        ];
        const CLASSES: [&str; 25] = [
            "isi", "Isi", "ama", "Ama", "kwa", "Kwa", "uma", "umu", "aba", "izi", "imi", "ili", "ulu", "ubu", "uku",
            "wama", "ngesi", "nesi", "lesi", "wase", "base", "ese", "kwe", "chi", "se",
        ];
        NAMES.contains(&left) || CLASSES.contains(&left)
    }

    /// Whether a piece of Latin in a token with Cyrillic or Greek could be those letters, typed with the wrong
    /// layout.
    fn is_look_alike(&self, piece: &str) -> bool {
        self.boundaries.iter().any(|cut| cut.1 == Boundary::Script)
            && piece.chars().all(|c| "ABCEHIKMNOPTXYZaceiopuvxy".contains(c))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{clean, finder};

    fn options() -> Value {
        json!({
            "terms": ["Acme", "AcmeCloud", "QBit", "XR", "Globex", { "term": "Robopilot", "forms": ["Robopilota"] }],
            "keep": ["MyAcme", "SoftSun"],
        })
    }

    fn cleaned(text: &str, lang: Option<&str>) -> String {
        clean(&*finder("glue", &options()), text, lang)
    }

    macro_rules! splits {
        ($($name:ident: $before:expr => $after:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($before, None), $after); })*
        };
    }

    macro_rules! keeps {
        ($($name:ident: $text:expr;)*) => {
            $(#[test] fn $name() { assert_eq!(cleaned($text, None), $text); })*
        };
    }

    splits! {
        a_word_before_a_name: "He was with them sinceAcme began. Ever since." => "He was with them since Acme began. Ever since.";
        a_word_behind_a_name: "AcmeWhen asked. When?" => "Acme When asked. When?";
        a_year_before_a_name_and_a_word: "In 2022AcmeThen came. Then?" => "In 2022 Acme Then came. Then?";
        an_acronym_before_a_name: "the XRAcmeDeal. A Deal." => "the XR Acme Deal. A Deal.";
        two_words_that_both_stand_alone: "it was openThen it shut. They open. Then not." => "it was open Then it shut. They open. Then not.";
        a_chain_with_a_small_word_and_an_unknown_name:
            "of AcmeRobopilotacompanyZooMi here; the company" => "of Acme Robopilota company ZooMi here; the company";
        a_short_word_before_a_name: "Da qui. DaXR viene da qui." => "Da qui. Da XR viene da qui.";
        a_word_before_what_is_always_capitalized: "He came viaLisbon. Lisbon is on the via of Lisbon." => "He came via Lisbon. Lisbon is on the via of Lisbon.";
        an_acronym_behind_a_name_of_two_words: "In Merrow ValleyXR came, and in Merrow Valley it waits." => "In Merrow Valley XR came, and in Merrow Valley it waits.";
        cyrillic_beside_latin: "компания Acmeсегодня. И сегодня." => "компания Acme сегодня. И сегодня.";
        a_whole_name_rather_than_its_parts: "viaAcmeCloud, via Acme, a Cloud" => "via AcmeCloud, via Acme, a Cloud";
    }

    keeps! {
        a_listed_name: "AcmeCloud, QBit and SoftSun; a Cloud, a Bit, a Sun, Soft.";
        a_listed_name_with_an_ending: "QBits and QBitissa; a Q, Bits.";
        a_piece_that_stands_nowhere: "He was there sinceAcme began.";
        a_name_that_stands_twice: "At TimeMap they made TimeMap; a Map in Time, Time and Map.";
        product_names_of_two_words: "The PageRunner and openBASE: a Page, a Runner, to open BASE.";
        family_names: "McDonald, MacArthur, O'Neill, DiCaprio, DeNiro, LaGuardia, FitzRoy; Donald, Arthur, Caprio, Niro, Guardia, Roy, Di, De, La.";
        product_names_behind_a_listed_name: "AcmeCare, AcmeMaps and QBitTV: Care and Maps, good Maps on TV.";
        names_before_an_acronym: "MetaXR and BioXR: Meta was early. Meta and Bio.";
        product_names_that_begin_small: "The liveBlog says gameOver: a live Blog, a game, a blog is over, Blog, Over.";
        identifiers_with_a_listed_name: "signInWithAcme, sign in with care. With this, In that. Run foo() and bar(): isAcme is it.";
        one_small_letter: "iPhone, eBay, mRNA: a Phone, a Bay, the RNA.";
        plural_acronyms: "CEOs, GPTs, APIs: CEO, GPT, API, Os, Ts, Is, Is, Os, Ts, CE, GP, AP.";
        numbers_with_units: "150Mbps, 4K, 65B, 1990s, 2000er, 1900MHz: er, er, MHz, Mbps.";
        names_with_digits: "GPT3, TOP30, A4, H2O, CO2: GPT, TOP, CO.";
        formulas: "NaCl and MgSO: Na, Na, Cl, Cl, Mg, Mg, SO, SO.";
        ordinals: "XVIIIe, XXIst: XVII, Ie, Ist, XX.";
        hexadecimal: "1999FEED 2001Face: FEED, Face.";
        identifiers: "The getElementName method, foo.barBaz, barBaz(1), my_barBaz: get, Element, Name, bar, Baz.";
        noun_classes: "eThekwini, isiZulu, wamaShishini, kwaMashu: Thekwini, Zulu, Shishini, Mashu, isi, wama, kwa, isi.";
        latin_beside_chinese: "用Acme产品 Acme的 产品";
        look_alikes: "под\u{441}oxy мали: под\u{441}, oxy, oxy.";
        long_tokens: "QWxhZGRpbjpvcGVuIHNlc2FtZQWxhZGRpbjpvcGVuIHNlc2FtZ Then Open";
    }

    #[test]
    fn words_that_name_both_genders_stay_in_german() {
        let text = "LehrerInnen und BürgerIn: Lehrer, Bürger, Innen, In, In.";
        assert_eq!(cleaned(text, Some("de")), text);
        assert_eq!(cleaned(text, None), text);
    }

    #[test]
    fn code_keeps_its_names() {
        let text = "Call run() and stop() on approvedList; what is approved is in the List.";
        assert_eq!(cleaned(text, None), text);
    }

    #[test]
    fn each_piece_says_why_it_is_believed() {
        let text = "2022AcmeRobopilotpartnerZooMi, sinceAcme. A partner, since then, ever since.";
        let mut found = Vec::new();
        finder("glue", &options()).find(&crate::text::Document::new(text, &crate::text::Lang::known("")), &mut found);
        let evidence: Vec<_> = found.iter().filter_map(|found| found.evidence.as_deref()).collect();
        assert_eq!(
            evidence,
            [
                "2022: a year; Acme: listed name; Robopilot: listed name; partner: stands alone once; ZooMi: a name between names",
                "since: stands alone 2 times; Acme: listed name",
            ]
        );
    }

    #[test]
    fn tokens_of_any_shape_cost_bounded_work() {
        for piece in ["Acme", "aB", "Ab1", "AcmeRobopilota", "\u{301}", "дa"] {
            for count in [1, 7, 20, 5000] {
                cleaned(&piece.repeat(count), None);
                cleaned(&format!("{} ", piece.repeat(20)).repeat(count / 20), None);
            }
        }
    }
}
