//! Words that the user adds: lists of words, read and put together for each language.

use std::collections::{BTreeMap, HashMap};

use super::table::Table;
use super::{Word, embedded, fold_for, fst_file};
use crate::text::{Span, is_word_char};

/// A list counts as if it were of a text of at least so many words: the shares of a short list say nothing about
/// the language.
const LEAST_TOTAL: u64 = 1_000_000;
/// The longest word in bytes. Longer tokens of a text are never looked up.
const MAX_WORD: usize = 255;
/// So many faults of one list are told.
const MAX_FAULTS: usize = 1000;

/// Something wrong with a file of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) title: &'static str,
    /// Bytes of the file's text.
    pub(crate) span: Span,
    pub(crate) label: String,
    pub(crate) help: Option<&'static str>,
}

/// The words of one list, folded.
#[derive(Debug, Default)]
pub(crate) struct List {
    words: BTreeMap<String, Word>,
    /// Whether the list says itself how many longer words each word begins and ends.
    is_complete: bool,
}

/// Returns whether `bytes` are a compiled lexicon, which [`List::compiled`] reads, and not a text.
pub(crate) fn is_compiled(bytes: &[u8]) -> bool {
    fst_file::is_fst(bytes)
}

impl List {
    /// Reads a word a line, with a tab and a count behind it or not, in `lang`, a code or none for any.
    pub(crate) fn read(text: &str, lang: Option<&str>) -> Result<Self, Vec<Fault>> {
        let mut counts: HashMap<String, Option<u64>> = HashMap::new();
        let mut total: u64 = 0;
        let mut faults = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let span = Span::new(at, at + line.trim_end_matches(['\n', '\r']).len());
            at += line.len();
            if faults.len() >= MAX_FAULTS {
                break;
            }
            let line = &text[span.range()];
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line, span) {
                Ok((word, count)) => {
                    total = total.saturating_add(count.unwrap_or(0));
                    for part in parts(word) {
                        for folded in folded(part, lang) {
                            let sum = counts.entry(folded).or_default();
                            *sum = match (*sum, count) {
                                (Some(sum), Some(count)) => Some(sum.saturating_add(count)),
                                (sum, count) => sum.or(count),
                            };
                        }
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
        if counts.is_empty() && faults.is_empty() {
            let (title, label) = ("a word list has no words", "nothing but blank lines and comments".to_owned());
            faults.push(Fault { title, span: Span::new(0, 0), label, help: Some(FORMAT) });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let total = total.max(LEAST_TOTAL);
        let known = |count: Option<u64>| count.map_or(Word::LISTED, |count| Word::of_share(count, total));
        let words = counts.into_iter().map(|(word, count)| (word, known(count))).collect();
        Ok(Self { words, is_complete: false })
    }

    /// Reads a compiled lexicon, as those in `data/lexicon`; none if it is not whole.
    pub(crate) fn compiled(bytes: &[u8]) -> Option<Self> {
        let entries = fst_file::words(bytes)?;
        // A set of words without values, as other tools make them, says nothing about how rare they are.
        let is_set = entries.iter().all(|(_, value)| *value == 0);
        let known = |value| if is_set { Word::LISTED } else { Word::unpack(value) };
        let word = |(word, value)| Some((String::from_utf8(word).ok()?, known(value)));
        let words = entries.into_iter().filter(|(word, _)| !word.is_empty()).map(word);
        let words = words.collect::<Option<BTreeMap<_, _>>>()?;
        (!words.is_empty()).then_some(Self { words, is_complete: !is_set })
    }

    /// Returns all words, in order.
    #[cfg(all(test, feature = "lexicon"))]
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// Adds the words of another list of the language.
    fn add(&mut self, other: List) {
        if self.words.is_empty() {
            self.words = other.words;
            return;
        }
        for (word, known) in other.words {
            let old = self.words.entry(word).or_insert(known);
            *old = old.or(known);
        }
    }
}

const FORMAT: &str =
    "one word a line, and a tab and a count behind it if you have one; lines that begin with `#` are comments";

/// Takes a line apart, which lies at `span`.
fn entry(line: &str, span: Span) -> Result<(&str, Option<u64>), Fault> {
    let fault = |title, part: &str, label: &str, help| {
        let at = span.start + (part.as_ptr().addr() - line.as_ptr().addr());
        Fault { title, span: Span::new(at, at + part.len()), label: label.to_owned(), help: Some(help) }
    };
    let (word, count) = match line.split_once('\t') {
        Some((word, count)) => (word.trim(), Some(count.trim())),
        None => (line.trim(), None),
    };
    let count = match count.map(str::parse::<u64>) {
        None => None,
        Some(Ok(count)) => Some(count),
        Some(Err(_)) => {
            let count = count.unwrap_or_default();
            return Err(fault("a count is no number", count, "expected a whole number", FORMAT));
        }
    };
    if let Some(space) = word.find(char::is_whitespace) {
        let rest = word[space..].trim_start();
        let help = if rest.bytes().all(|byte| byte.is_ascii_digit()) { "put a tab before the count" } else { FORMAT };
        return Err(fault("a line of a word list has two words", rest, "a second one", help));
    }
    if word.len() > MAX_WORD {
        return Err(fault("a word is too long", word, "more than 255 bytes", FORMAT));
    }
    if parts(word).next().is_none() {
        return Err(fault("this is not a word", word, "words are made of letters and digits", FORMAT));
    }
    Ok((word, count))
}

/// Returns what a text has for tokens where `word` stands: of `vis-à-vis` it sees `vis`, `à` and `vis`.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(|c| !is_word_char(c)).filter(|part| part.contains(char::is_alphabetic))
}

/// Returns `word` as it will be looked up; in a list for all languages also as it will be in Turkish.
fn folded(word: &str, lang: Option<&str>) -> impl Iterator<Item = String> {
    let also = if lang.is_none() { Some("tr") } else { None };
    let first = fold_for(word, lang).into_owned();
    let second = also.map(|lang| fold_for(word, Some(lang)).into_owned()).filter(|other| *other != first);
    std::iter::once(first).chain(second)
}

/// Makes one table of all lists of `lang`.
pub(super) fn table(lists: Vec<List>, lang: Option<&str>) -> Option<Table<Vec<u8>>> {
    let mut words = List::default();
    let mut counted = List::default();
    for list in lists {
        if list.is_complete { counted.add(list) } else { words.add(list) }
    }
    count_neighbours(&mut words.words, lang);
    words.add(counted);
    let words = words.words;
    (!words.is_empty()).then(|| Table::of(words.iter().map(|(word, known)| (word.as_str(), *known))))
}

/// Works out how many of `words` each of them begins and ends, with another word of the language for the rest.
/// (As for the embedded lexicons, but for words that those have: what they begin and end has been counted.)
fn count_neighbours(words: &mut BTreeMap<String, Word>, lang: Option<&str>) {
    let table = Table::of(words.iter().map(|(word, known)| (word.as_str(), *known)));
    let embedded = lang.and_then(embedded::of);
    let is_known = |word: &str| table.get(word).or_else(|| embedded?.get(word)).is_some();
    let is_long = |piece: &str| piece.chars().nth(1).is_some();
    let mut counts: HashMap<&str, (u32, u32)> = HashMap::new();
    for word in words.keys() {
        let mut cuts = Vec::new();
        table.prefixes(word, |len, _| cuts.push(len));
        if let Some(embedded) = embedded {
            embedded.prefixes(word, |len, _| cuts.push(len));
        }
        cuts.sort_unstable();
        cuts.dedup();
        for (first, last) in cuts.into_iter().map(|cut| word.split_at(cut)) {
            if is_long(first) && is_long(last) && is_known(last) {
                counts.entry(first).or_default().0 += 1;
                counts.entry(last).or_default().1 += 1;
            }
        }
    }
    let counts: Vec<(String, (u32, u32))> = counts.into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
    for (word, (firsts, lasts)) in counts {
        if let Some(known) = words.get_mut(&word) {
            *known = known.or(Word { firsts: Word::power(firsts), lasts: Word::power(lasts), ..*known });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> List {
        List::read(text, None).unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    fn faults(text: &str) -> Vec<(usize, String)> {
        let faults = List::read(text, None).expect_err("faults");
        faults.iter().map(|fault| (fault.span.start, format!("{} | {}", fault.title, fault.label))).collect()
    }

    #[test]
    fn a_list_may_have_counts_comments_blank_lines_and_any_line_ends() {
        let list = read("# ours\r\nLake\t20000\r\n\r\nlake\t1\nHEATHER\nvis-à-vis\n3D\n");
        let words: Vec<_> = list.words.keys().map(String::as_str).collect();
        assert_eq!(words, ["3d", "heather", "lake", "vis", "à"]);
        assert_eq!(list.words["heather"], Word::LISTED);
        assert_eq!(list.words["lake"].rarity, 1, "20,001 of a million");
    }

    #[test]
    fn a_share_is_of_all_counts_but_of_a_million_at_least() {
        assert_eq!(read("a\t9").words["a"].rarity, 9, "-ln 9/1,000,000 = 11.6, and 3 less");
        assert_eq!(read("a\t9000000\nb\t91000000").words["a"].rarity, 0);
        assert_eq!(read("a\t0\nb\t1").words["a"].rarity, 15);
        assert_eq!(read(&format!("a\t{0}\nb\t{0}", u64::MAX)).words["a"].rarity, 0);
    }

    #[test]
    fn what_is_no_list_says_where_and_why() {
        assert_eq!(
            faults("good\nlake\tmany\n— \nNew York\nlake 12\na\t-1\na\t1\t2\n"),
            [
                (10, "a count is no number | expected a whole number".to_owned()),
                (15, "this is not a word | words are made of letters and digits".to_owned()),
                (24, "a line of a word list has two words | a second one".to_owned()),
                (34, "a line of a word list has two words | a second one".to_owned()),
                (39, "a count is no number | expected a whole number".to_owned()),
                (44, "a count is no number | expected a whole number".to_owned()),
            ]
        );
        assert_eq!(faults("# only\n\n").len(), 1);
        assert_eq!(faults("").len(), 1);
        assert_eq!(faults(&"x y\n".repeat(5000)).len(), MAX_FAULTS);
        assert_eq!(faults(&"x".repeat(300)).len(), 1);
    }

    #[test]
    fn words_know_how_many_of_their_list_they_begin_and_end() {
        let table =
            table(vec![read("heather\nbell\nheatherbell\nheatherbells\nbells\nx\nxbell")], None).expect("words");
        let of = |word: &str| table.get(word).map(|word| (word.firsts, word.lasts));
        assert_eq!(of("heather"), Some((1, 0)), "1 + log4 of 2");
        assert_eq!(of("bell"), Some((0, 1)), "a piece of one letter is none");
        assert_eq!(of("heatherbell"), Some((0, 0)));
    }

    #[test]
    fn a_compiled_list_is_taken_as_it_is() {
        let word = Word { rarity: 4, firsts: 2, lasts: 3 };
        let mut builder = fst::MapBuilder::memory();
        builder.insert("lake", word.pack()).expect("one");
        let bytes = builder.into_inner().expect("memory");
        assert!(is_compiled(&bytes) && !is_compiled(b"lake"));
        let list = List::compiled(&bytes).expect("whole");
        assert_eq!(table(vec![list], None).expect("words").get("lake"), Some(word));
        assert!(List::compiled(&bytes[..bytes.len() - 1]).is_none());

        let set = fst::Set::from_iter(["lake", "sea"]).expect("sorted").into_fst().into_inner();
        assert_eq!(List::compiled(&set).expect("whole").words["sea"], Word::LISTED);
    }
}
