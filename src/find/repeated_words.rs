//! Words that are repeated at once inside of a line: sentences that stand twice, lines that are the same text twice.
//!
//! Chants, laughter, verse and what people repeat on purpose stay: it is short, or stands more than twice.

use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, Span, hash, hash_from};

use super::code::is_technical;
use super::evidence::Trust;
use super::options::Reader;
use super::rows::{Row, rows, stanzas};
use super::sentences::{ends_line, ends_sentence};
use super::{Finder, Found, Options};

/// So many words at least are repeated.
const WORDS: usize = 4;
/// A sentence that nobody says twice has so many words,
const SENTENCE_WORDS: usize = 8;
/// and so many bytes.
const SENTENCE: usize = 50;
/// So many words are no refrain.
const PARAGRAPH_WORDS: usize = 16;
/// What is repeated more often than this is a chant.
const COPIES: usize = 3;
/// What a whole line repeats has so many characters,
const LINE: usize = 12;
/// and so many different letters: laughter has fewer;
const LETTERS: usize = 5;
/// and, where nothing but words stands in it, so many: fewer are cried and sung.
const CRIED: usize = 4;
/// So often in a row a word is said by who cries it.
const CRIES: usize = 3;
/// So many bytes before the mark that ends a sentence tell most sentences apart.
const BEFORE: usize = 24;
/// Places remembered by hash; a power of two.
const SLOTS: usize = 1 << 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Lines,
    Words,
}

/// The built-in finder `repeated-words`.
pub(super) struct RepeatedWords {
    what: What,
    trust: Trust,
}

impl RepeatedWords {
    pub(super) fn new(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("repeated-words", options, &["what", "trust"]);
        let what = if reader.choice("what", &["words", "lines"]) == Some(1) { What::Lines } else { What::Words };
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        reader.finish(|| Self { what, trust })
    }
}

impl Finder for RepeatedWords {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let mut first = found.len();
        match self.what {
            What::Lines => {
                let halves = doc
                    .lines()
                    .as_slice()
                    .iter()
                    .filter(|line| doubled(doc.text()[line.content.range()].trim()).is_some());
                if halves.count() == 0 {
                    return;
                }
                let rows = rows(doc);
                let verse = stanzas(&rows);
                let mut announced = false;
                for (row, verse) in rows.iter().zip(&verse).filter(|(row, _)| !row.is_blank()) {
                    if row.is_words() && !verse && !announced {
                        found.extend(doubled_line(row));
                    }
                    // `They cried:`
                    announced = row.text.ends_with([':', '：']);
                }
            }
            What::Words => {
                let mut places = Places::new();
                for line in doc.lines().as_slice() {
                    let content = &doc.text()[line.content.range()];
                    let may =
                        if self.trust == Trust::Certain { may_repeat(content) } else { content.len() >= 2 * LINE };
                    if may {
                        repeated(content, line.content.start, self.trust, &mut places, found);
                    }
                }
            }
        }
        if found.len() > first && is_technical(doc.text()) {
            found.truncate(std::mem::take(&mut first));
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }
}

/// Returns the text that `line` is twice, and how many bytes stand between the two.
fn doubled(line: &str) -> Option<(&str, usize)> {
    let len = line.len();
    if len < 2 * LINE {
        return None;
    }
    for gap in [0, 1] {
        let half = (len - gap) / 2;
        if half * 2 + gap != len || !line.is_char_boundary(half) || !line.is_char_boundary(half + gap) {
            continue;
        }
        let (left, right) = (&line[..half], &line[half + gap..]);
        if left == right && (gap == 0 || &line[half..half + gap] == " ") {
            return Some((left, gap));
        }
    }
    None
}

fn doubled_line(row: &Row<'_>) -> Option<Found> {
    let (half, gap) = doubled(row.text)?;
    let mut letters: Vec<char> = half.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    letters.sort_unstable();
    let count = letters.len();
    letters.dedup();
    let digits = half.chars().filter(char::is_ascii_digit).count();
    // The half of a chant is a shorter one again, twice or three times.
    let unit = format!("{half}{}", &row.text[half.len()..half.len() + gap]);
    let round = [unit.as_str(), unit.as_str()].concat();
    let again = memchr::memmem::find(&round.as_bytes()[1..], unit.as_bytes()).is_some_and(|at| at + 1 < unit.len());
    let cried = gap > 0
        && half.split(' ').count() < CRIED
        && half.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '\'' || c == '’');
    let fits = half.chars().count() >= LINE
        && !cried
        && !is_cried(half)
        && letters.len() >= LETTERS
        && digits * 2 <= count
        && (gap == 0 || half.contains(' '))
        && !half.ends_with(['!', ',', '-', '_'])
        && half.trim() == half
        && half.starts_with(char::is_alphanumeric)
        && !again;
    fits.then(|| {
        let span = Span::new(row.span.start + half.len(), row.span.end);
        Found { span, after: String::new(), evidence: Some("the line is the same text twice".to_owned()), score: None }
    })
}

/// Whether two sentences of `line` may be the same: bytes before the marks that end them are. Most lines need no look
/// at their words.
fn may_repeat(line: &str) -> bool {
    if line.len() < 2 * SENTENCE {
        return false;
    }
    let bytes = line.as_bytes();
    let mut ends = Vec::new();
    if line.is_ascii() {
        ends.extend(memchr::memchr2_iter(b'.', b'?', bytes));
    } else {
        ends.extend(
            line.char_indices()
                .filter(|(_, c)| matches!(c, '.' | '?') || !c.is_alphanumeric() && *c > '\u{BF}')
                .map(|(at, _)| at),
        );
    }
    let mut hashes: Vec<u64> =
        ends.into_iter().filter_map(|end| Some(hash_from(0, &bytes[end.checked_sub(BEFORE)?..end]))).collect();
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0] == pair[1])
}

/// The last place at which each few words stood, by their hash: a table that can only forget.
struct Places(Vec<u32>);

impl Places {
    fn new() -> Self {
        Self(Vec::new())
    }

    /// Puts `at` where `hash` goes, and returns what stood there. Places of other lines are none of this one: the
    /// caller compares the words.
    fn swap(&mut self, hash: u64, at: usize) -> usize {
        if self.0.is_empty() {
            self.0.resize(SLOTS, 0);
        }
        let slot = &mut self.0[(hash >> 40) as usize % SLOTS];
        std::mem::replace(slot, u32::try_from(at).unwrap_or(u32::MAX)) as usize
    }
}

/// Finds what is repeated in `line`, which begins at `start`.
fn repeated(line: &str, start: usize, trust: Trust, places: &mut Places, found: &mut Vec<Found>) {
    let words: Vec<(Span, u64)> = chunks(line).map(|span| (span, hash(&line[span.range()]))).collect();
    if words.len() < 2 * WORDS {
        return;
    }
    let before_line = found.len();
    let same = |one: usize, other: usize| words[one].1 == words[other].1;
    // How many words before `at` are the same as those a period before.
    let (mut period, mut run) = (0, 0);
    let mut at = 0;
    while at < words.len() {
        if period > 0 && same(at, at - period) {
            run += 1;
        } else {
            (period, run) = (0, 0);
        }
        if at + 1 >= WORDS {
            let key = words[at + 1 - WORDS..=at]
                .iter()
                .fold(0u64, |key, word| key.rotate_left(5).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ word.1);
            let before = places.swap(key, at);
            let near = before < at && before + 1 >= WORDS && (0..WORDS).all(|back| same(before - back, at - back));
            if period == 0 && near && at - before >= WORDS {
                (period, run) = (at - before, WORDS);
            }
        }
        if period > 0 && run >= period {
            let first = at + 1 - 2 * period;
            let mut end = at + 1;
            while end < words.len() && same(end, end - period) {
                end += 1;
            }
            let copies = (end - first) / period - 1;
            let kept = Span::new(words[first].0.start, words[first + period - 1].0.end);
            let last = first + (copies + 1) * period - 1;
            if copies > COPIES {
                // Nor is what stands twice inside of it one too many.
                let chant = start + words[first].0.start;
                while found.len() > before_line && found.last().is_some_and(|last| last.span.end > chant) {
                    found.pop();
                }
            }
            if judge(line, kept, words[last].0.end, copies, &words[first..first + period]) == Some(trust) {
                let span = Span::new(kept.end, words[last].0.end).shift(start);
                let evidence = format!("{period} words again");
                found.push(Found { span, after: String::new(), evidence: Some(evidence), score: None });
            }
            (period, run) = (0, 0);
            at = end;
            continue;
        }
        at += 1;
    }
}

/// How sure it is that what stands at `kept` and is repeated at once is one too many.
fn judge(line: &str, kept: Span, end: usize, copies: usize, words: &[(Span, u64)]) -> Option<Trust> {
    let text = &line[kept.range()];
    let period = words.len();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let mut kinds: Vec<u64> = words.iter().map(|word| word.1).collect();
    kinds.sort_unstable();
    kinds.dedup();
    // Counting rhymes and tables: few kinds of words, few letters.
    if letters * 2 < text.len().min(text.chars().count())
        || kinds.len() * 2 <= period
        || line.contains('\t')
        || line.contains(" | ")
        || copies > COPIES
    {
        return None;
    }
    let before = line[..kept.start].trim_end();
    let begins = before.is_empty() || ends_line(before);
    // What is said twice after a colon or between quotes is what somebody said.
    let told = before.is_empty() || (ends_sentence(before) && !is_quoting(before));
    let sentence = told && ends_sentence(text) && !text.ends_with('!') && !is_cried(text);
    let opens = text.starts_with(char::is_alphanumeric);
    // Three times is a refrain, unless it is a paragraph.
    let twice = copies == 1 || period >= PARAGRAPH_WORDS;
    let certain = twice && sentence && opens && period >= SENTENCE_WORDS && text.len() >= SENTENCE;
    // Inside of a sentence words are repeated because they belong there twice: `a mile at a run, a mile at a walk`.
    let apart = begins || line[end..].trim().is_empty() || !text.contains(|c: char| c.is_ascii_punctuation());
    (certain || apart).then_some(if certain { Trust::Certain } else { Trust::Likely })
}

/// Whether a quotation begins in `text` and does not end in it.
fn is_quoting(text: &str) -> bool {
    let straight = memchr::memchr_iter(b'"', text.as_bytes()).count() % 2 == 1;
    let opened = text.rfind(['“', '„', '«', '「', '『']);
    straight || opened.is_some_and(|at| !text[at..].contains(['”', '»', '」', '』']))
}

/// Whether `text` says a word several times in a row, as cries do: `no, no, no`.
pub(super) fn is_cried(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let (mut last, mut times) = (String::new(), 0);
    words.into_iter().any(|word| {
        times = if word == last { times + 1 } else { 1 };
        last = word;
        times == CRIES
    })
}

/// The chunks of `line` between white space.
fn chunks(line: &str) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &line[at..];
        let from = at + (rest.len() - rest.trim_start().len());
        let len = line[from..].find(char::is_whitespace).unwrap_or(line.len() - from);
        at = from + len;
        (len > 0).then_some(Span::new(from, at))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{clean, finder};

    const SENTENCE: &str = "The inn beside the harbour rings a bell for its guests.";

    fn left(options: &Value, text: &str) -> String {
        clean(&*finder("repeated-words", options), text, None)
    }

    #[test]
    fn a_long_sentence_is_said_once() {
        let cases = [
            (format!("{SENTENCE} {SENTENCE}"), SENTENCE.to_owned()),
            (format!("Ask. {SENTENCE} {SENTENCE} Go."), format!("Ask. {SENTENCE} Go.")),
            (
                format!("a\r\n{SENTENCE}  Come soon. {SENTENCE} Come soon.\r\nb"),
                format!("a\r\n{SENTENCE}  Come soon.\r\nb"),
            ),
        ];
        for (before, after) in cases {
            assert_eq!(left(&json!({}), &before), after);
        }
    }

    #[test]
    fn what_may_be_meant_stays() {
        let kept = [
            "la la la la la la la la la la la la la la la la".to_owned(),
            "Ring the bell now. Ring the bell now. Ring the bell now.".to_owned(),
            "very very very very very very very very very cold.".to_owned(),
            format!("{SENTENCE}\n{SENTENCE}"),
            format!("“{SENTENCE} {SENTENCE}”").replace("The inn", "the inn"),
            format!("{SENTENCE} Yes. {SENTENCE}"),
            format!("{SENTENCE} {SENTENCE} {SENTENCE}"),
            format!("They sang: {SENTENCE} {SENTENCE}"),
            format!("She said: “Listen. {SENTENCE} {SENTENCE} So it is.”"),
            "No, no, no, we shall not give you the bell of our inn. No, no, no, we shall not give you the bell of our inn."
                .to_owned(),
            "1 2 3 4 5 6 7 8 9 10 1 2 3 4 5 6 7 8 9 10.".to_owned(),
            format!("{SENTENCE} {SENTENCE} run(); x == y;"),
        ];
        for text in kept {
            assert_eq!(left(&json!({}), &text), text);
        }
    }

    #[test]
    fn less_certain_ones_are_likely() {
        let likely = json!({ "trust": "likely" });
        assert_eq!(
            left(&likely, "Here is the bell of the inn the bell of the inn again."),
            "Here is the bell of the inn again."
        );
        let kept = "Run a mile at walking pace, half a mile at walking pace, half a mile at a run, then rest.";
        assert_eq!(left(&likely, kept), kept);
    }

    #[test]
    fn a_line_that_is_the_same_text_twice() {
        let lines = json!({ "what": "lines" });
        for half in ["The bell of Norrholm", "Foto: Anna Schmidt", "Die Glocke — 1907", "Колокол у пристани Норхольма"]
        {
            for gap in ["", " "] {
                assert_eq!(left(&lines, &format!("a\n  {half}{gap}{half}\nb")), format!("a\n  {half}\nb"));
            }
        }
        let kept = [
            "New York New York",
            "Baden-Baden",
            "hahahahahaha hahahahahaha",
            "Ring the bell! Ring the bell!",
            "12 34 56 78 9 12 34 56 78 9",
            "The bell of Norrholm, the bell of Norrholm",
            "- The bell of Norrholm - The bell of Norrholm",
            "Ring the bell ring the bell ring the bell ring the bell",
            "Bundesministerium Bundesministerium",
            "Ora labora canta Ora labora canta",
            "The crowd cried:\n\nGive us back our bell Give us back our bell",
            "| a b c d e f g | a b c d e f g",
            "ab cd ab cd ab cd ab cd ab cd ab cd",
        ];
        for text in kept {
            assert_eq!(left(&lines, text), text);
        }
    }

    #[test]
    fn words_cost_linear_time_in_any_text() {
        for piece in ["a ", "a b c d e ", "aaaa", "a b c d e f g h i j k l. ", "字", "a b c d\n", "x y z w, x y z v, "]
        {
            for options in [json!({}), json!({ "trust": "likely" }), json!({ "what": "lines" })] {
                left(&options, &piece.repeat(20_000));
            }
        }
        let distinct: String = (0..60_000).map(|n| format!("w{n} ")).collect();
        left(&json!({}), &format!("{distinct}{distinct}x"));
    }
}
