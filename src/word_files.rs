//! Files that tell a cleaner about words: read, checked and put together.

use std::sync::Arc;

use crate::lexicon::{self, Lexicons, List};
use crate::rules::decode::{NO_WORD, is_word};
use crate::rules::diagnostics::{Diagnostic, quoted};
use crate::rules::model::{Origin, Source, Term};
use crate::rules::yaml;
use crate::text::Span;

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

/// An error about a whole file.
fn at_start(name: &str, title: &str, label: String) -> Diagnostic {
    let source = Source { name: name.to_owned(), text: String::new(), shipped: false };
    Diagnostic::new(title, &Origin { source: Arc::new(source), span: Span::new(0, 0) }, label)
}

/// Reads everything that the user says about words; tells everything that is wrong with it.
pub(crate) fn read(lists: &[WordList], terms: &[Term]) -> Result<Lexicons, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut read = Vec::with_capacity(lists.len());
    for list in lists {
        let lang = match list.lang.as_deref().map(language).transpose() {
            Ok(lang) => lang,
            Err(diagnostic) => {
                wrong.push(diagnostic);
                continue;
            }
        };
        match list.read(lang.as_deref()) {
            Ok(list) => read.push((lang, list)),
            Err(more) => wrong.extend(more),
        }
    }
    for (word, _) in terms.iter().flat_map(Term::words) {
        if !is_word(word) {
            wrong.push(Diagnostic::general(format!("the term {} is not a word", quoted(word))).help(NO_WORD));
        }
    }
    if wrong.is_empty() { Ok(Lexicons::new(read).with_terms(terms.iter().flat_map(Term::words))) } else { Err(wrong) }
}

/// Returns the code under which lexicons keep a language: `de` of `de-AT`.
fn language(code: &str) -> Result<String, Diagnostic> {
    let main = code.split(['-', '_']).next().unwrap_or(code).to_ascii_lowercase();
    if matches!(main.len(), 2 | 3) && main.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(main);
    }
    let title = format!("{} is not a language code", quoted(code));
    Err(Diagnostic::general(title).help("expected a code of ISO 639-1, such as `de`"))
}
