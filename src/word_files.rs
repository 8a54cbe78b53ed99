//! Files that tell a cleaner about words: read, checked and put together.

use std::sync::Arc;

use crate::lexicon::hunspell::{self, Charset};
use crate::lexicon::{self, Dictionary, Lexicons, List, Seen};
use crate::rules::decode::{NO_WORD, is_word};
use crate::rules::diagnostics::{Diagnostic, quoted};
use crate::rules::model::{Origin, Source, Term};
use crate::rules::yaml;
use crate::text::{Lines, Span};

/// The longest word list in bytes.
const MAX_LIST: usize = 1 << 28;

/// A word list in memory, for [`crate::Builder::lexicon`].
///
/// UTF-8, one word a line, optionally a tab and how often it was counted; blank lines and lines that begin with `#`
/// say nothing. With counts a word is as rare as its share of all counts in the list, without it is taken for
/// neither rare nor common. A list may also be compiled, as those in `data/lexicon` of the project are.
#[derive(Clone, Debug)]
pub struct WordList {
    /// Path or name, for messages.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The language of the words, ISO 639-1; none for words of all languages, such as names.
    pub lang: Option<String>,
}

impl WordList {
    /// Wraps a list for texts in any language.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), lang: None }
    }

    /// Says of which language the words are, ISO 639-1.
    #[must_use]
    pub fn lang(mut self, lang: impl Into<String>) -> Self {
        self.lang = Some(lang.into());
        self
    }

    fn read(&self, lang: Option<&str>) -> Result<List, Vec<Diagnostic>> {
        if self.bytes.len() > MAX_LIST {
            let help = format!("a word list has at most {MAX_LIST} bytes");
            let label = format!("{} bytes", self.bytes.len());
            return Err(vec![at_start(&self.name, "the file is too large", label).help(help)]);
        }
        if lexicon::is_compiled(&self.bytes) {
            let broken = || {
                let title = "this is not a compiled lexicon that can be used";
                vec![at_start(&self.name, title, "broken, or not of words in UTF-8".to_owned())]
            };
            return List::compiled(&self.bytes).ok_or_else(broken);
        }
        let source = yaml::utf8(&self.name, &self.bytes, false)?;
        List::read(&source.text, lang).map_err(|faults| {
            let told = |fault: lexicon::Fault| {
                let origin = Origin { source: Arc::clone(&source), span: fault.span };
                Diagnostic { help: fault.help.map(str::to_owned), ..Diagnostic::new(fault.title, &origin, fault.label) }
            };
            faults.into_iter().map(told).collect()
        })
    }
}

/// A dictionary of Hunspell in memory, for [`crate::Builder::hunspell`].
///
/// Its words, with all their affixes, are taken for neither rare nor common. Compounds that it would only make by its
/// rules of composition are none of them.
#[derive(Clone, Debug)]
pub struct Hunspell {
    /// Path or name of the `.dic` file, for messages.
    pub name: String,
    /// The bytes of the `.aff` file. They name the encoding of both files; UTF-8 and those with one byte for each
    /// character are known.
    pub aff: Vec<u8>,
    /// The bytes of the `.dic` file.
    pub dic: Vec<u8>,
    /// The language of the words, ISO 639-1; none for the one that the `.aff` file names, or all if it names none.
    pub lang: Option<String>,
}

impl Hunspell {
    /// Wraps a dictionary whose language its `.aff` file names.
    #[must_use]
    pub fn new(name: impl Into<String>, aff: impl Into<Vec<u8>>, dic: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), aff: aff.into(), dic: dic.into(), lang: None }
    }

    /// Says of which language the words are, ISO 639-1.
    #[must_use]
    pub fn lang(mut self, lang: impl Into<String>) -> Self {
        self.lang = Some(lang.into());
        self
    }

    fn read(&self) -> Result<(Option<String>, Dictionary), Vec<Diagnostic>> {
        let aff_name = self.name.strip_suffix(".dic").unwrap_or(&self.name).to_owned() + ".aff";
        let charset = Charset::of(&self.aff, &self.dic);
        let text = |name: &str, bytes: &[u8]| match charset {
            Charset::Other(encoding) => {
                let text = encoding.decode_without_bom_handling(bytes).0.into_owned();
                Ok(Arc::new(Source { name: name.to_owned(), text, shipped: false }))
            }
            _ => yaml::utf8(name, bytes, false),
        };
        if let Charset::Unknown(name, line) = &charset {
            let source =
                Source { name: aff_name, text: String::from_utf8_lossy(&self.aff).into_owned(), shipped: false };
            let title = format!("the encoding {} is not known", quoted(name));
            let error =
                Diagnostic::new(title, &line_of(&Arc::new(source), *line), "names the encoding of the dictionary");
            return Err(vec![error.help("convert both files to UTF-8 and write `SET UTF-8` here")]);
        }
        let (aff, dic) = (text(&aff_name, &self.aff)?, text(&self.name, &self.dic)?);
        let is_utf8 = matches!(charset, Charset::Utf8);
        let dictionary = Dictionary::read(&aff.text, &dic.text, is_utf8).map_err(|broken| {
            let source = if broken.in_affixes { &aff } else { &dic };
            let origin = line_of(source, broken.line.unwrap_or(1));
            vec![Diagnostic::new("a dictionary cannot be read", &origin, broken.why)]
        })?;
        let lang = match &self.lang {
            Some(lang) => Some(language(lang)?),
            None => hunspell::language(&aff.text).and_then(|lang| language(lang).ok()),
        };
        Ok((lang, dictionary))
    }
}

/// The words of other texts, for [`crate::Builder::words_from`]: in how many of them each word stands, and each pair
/// of words side by side.
///
/// ```
/// let mut words = unscrape::SeenWords::new();
/// for text in ["The lamp room is shut.", "A lamp room."] {
///     words.add(text);
/// }
/// let cleaner = unscrape::Cleaner::builder().words_from(words).build()?;
/// # Ok::<(), unscrape::RuleErrors>(())
/// ```
///
/// The order of the texts makes no difference. At most 2,097,152 different words and 8,388,608 different pairs are
/// kept, in about 300 MB: of more, those with the smallest hashes.
#[derive(Clone, Debug, Default)]
pub struct SeenWords {
    seen: Seen,
}

impl SeenWords {
    /// Begins without a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one text.
    pub fn add(&mut self, text: &str) {
        self.seen.add(text);
    }

    pub(crate) fn settled(mut self) -> Seen {
        self.seen.settle();
        self.seen
    }
}

/// Returns the line `number`, from 1, of `source`.
fn line_of(source: &Arc<Source>, number: usize) -> Origin {
    let lines = Lines::new(&source.text);
    let line = lines.as_slice().get(number.saturating_sub(1)).map_or(Span::new(0, 0), |line| line.content);
    Origin { source: Arc::clone(source), span: line }
}

/// An error about a whole file.
fn at_start(name: &str, title: &str, label: String) -> Diagnostic {
    let source = Source { name: name.to_owned(), text: String::new(), shipped: false };
    Diagnostic::new(title, &Origin { source: Arc::new(source), span: Span::new(0, 0) }, label)
}

/// Reads everything that the user says about words; tells everything that is wrong with it.
pub(crate) fn read(lists: &[WordList], dictionaries: &[Hunspell], terms: &[Term]) -> Result<Lexicons, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut read = Vec::with_capacity(lists.len());
    let mut spelled = Vec::with_capacity(dictionaries.len());
    for list in lists {
        let lang = match list.lang.as_deref().map(language).transpose() {
            Ok(lang) => lang,
            Err(more) => {
                wrong.extend(more);
                continue;
            }
        };
        match list.read(lang.as_deref()) {
            Ok(list) => read.push((lang, list)),
            Err(more) => wrong.extend(more),
        }
    }
    for dictionary in dictionaries {
        match dictionary.read() {
            Ok(dictionary) => spelled.push(dictionary),
            Err(more) => wrong.extend(more),
        }
    }
    for word in terms.iter().flat_map(Term::words) {
        if !is_word(word) {
            wrong.push(Diagnostic::general(format!("the term {} is not a word", quoted(word))).help(NO_WORD));
        }
    }
    if wrong.is_empty() {
        Ok(Lexicons::new(read, spelled).with_terms(terms.iter().flat_map(Term::words)))
    } else {
        Err(wrong)
    }
}

/// Returns the code under which lexicons keep a language: `de` of `de-AT`.
fn language(code: &str) -> Result<String, Vec<Diagnostic>> {
    let main = code.split(['-', '_']).next().unwrap_or(code).to_ascii_lowercase();
    if matches!(main.len(), 2 | 3) && main.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(main);
    }
    let title = format!("{} is not a language code", quoted(code));
    Err(vec![Diagnostic::general(title).help("expected a code of ISO 639-1, such as `de`")])
}
