//! Options of built-in rules: read by name, with everything wrong reported at once.

use serde_json::Value;

use crate::rules::decode::{NO_WORD, is_word};
use crate::rules::diagnostics::{Diagnostic, quoted};
use crate::rules::model::Written;

use super::Options;

/// Reads the options of one built-in rule and gathers what is wrong with them.
pub(super) struct Reader<'o> {
    builtin: &'static str,
    options: &'o Options,
    wrong: Vec<Diagnostic>,
}

impl<'o> Reader<'o> {
    /// Begins to read the options of `builtin`, which knows those named in `known` and no others.
    pub(super) fn new(builtin: &'static str, options: &'o Options, known: &[&str]) -> Self {
        let mut reader = Self { builtin, options, wrong: Vec::new() };
        for (key, written) in options {
            if !known.contains(&key.as_str()) {
                reader.unknown(key, written, known);
            }
        }
        reader
    }

    fn unknown(&mut self, key: &str, written: &Written<Value>, known: &[&str]) {
        let takes = match known {
            [] => format!("`{}` takes no options", self.builtin),
            _ => format!("`{}` takes `{}`", self.builtin, known.join("`, `")),
        };
        let title = format!("built-in `{}` has no option `{key}`", self.builtin);
        let mut diagnostic = Diagnostic::new(title, &written.origin, takes);
        if let Some(near) = nearest(key, known) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        self.wrong.push(diagnostic);
    }

    fn expected(&mut self, key: &str, what: &str) {
        let written = &self.options[key];
        let title = format!("option `{key}` of `{}` is not {what}", self.builtin);
        self.wrong.push(Diagnostic::new(title, &written.origin, format!("expected {what}")));
    }

    /// Returns the words of the list `key`; none where it is not written. An entry is a word, or
    /// `{term: WORD, forms: [WORD, …]}` for a word with its inflected forms.
    pub(super) fn words(&mut self, key: &str) -> Vec<String> {
        let Some(written) = self.options.get(key) else { return Vec::new() };
        let mut words = Vec::new();
        let shaped = written.value.as_array().is_some_and(|entries| entries.iter().all(|e| add_words(e, &mut words)));
        if !shaped {
            self.expected(key, "a list of words and of `{term: …, forms: […]}`");
        }
        for word in &words {
            if !is_word(word) {
                let title = format!("{} is not a word", quoted(word));
                self.wrong.push(Diagnostic::new(title, &written.origin, NO_WORD));
            }
        }
        words
    }

    /// Returns the texts of the list `key`; none where it is not written.
    pub(super) fn phrases(&mut self, key: &str) -> Vec<String> {
        let Some(written) = self.options.get(key) else { return Vec::new() };
        let phrases = strings(&written.value);
        if phrases.is_none() {
            self.expected(key, "a list of texts");
        }
        phrases.unwrap_or_default()
    }

    /// Returns which of `choices` the option `key` names; None where it is not written.
    pub(super) fn choice(&mut self, key: &str, choices: &[&str]) -> Option<usize> {
        let written = self.options.get(key)?;
        let chosen = written.value.as_str().and_then(|value| choices.iter().position(|choice| *choice == value));
        if chosen.is_none() {
            self.expected(key, &format!("one of `{}`", choices.join("`, `")));
        }
        chosen
    }

    /// Returns the names of the mapping `key` from a language's code to the names that it goes by; none where it
    /// is not written.
    pub(super) fn names(&mut self, key: &str) -> Vec<(String, Vec<String>)> {
        let Some(written) = self.options.get(key) else { return Vec::new() };
        let names: Option<Vec<_>> = written.value.as_object().and_then(|languages| {
            languages.iter().map(|(code, names)| Some((code.clone(), strings(names)?))).collect()
        });
        if names.is_none() {
            self.expected(key, "a mapping from language codes to lists of names");
        }
        names.unwrap_or_default()
    }

    /// Returns `made`, or everything that was wrong.
    pub(super) fn finish<T>(self, made: impl FnOnce() -> T) -> Result<T, Vec<Diagnostic>> {
        if self.wrong.is_empty() { Ok(made()) } else { Err(self.wrong) }
    }
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Adds the words of one entry; returns whether it has the right shape.
fn add_words(entry: &Value, words: &mut Vec<String>) -> bool {
    match entry {
        Value::String(word) => words.push(word.clone()),
        Value::Object(parts) => {
            let (Some(term), Some(forms)) = (parts.get("term").and_then(Value::as_str), parts.get("forms")) else {
                return false;
            };
            let Some(forms) = strings(forms) else { return false };
            words.push(term.to_owned());
            words.extend(forms);
            return parts.len() == 2;
        }
        _ => return false,
    }
    true
}

/// Returns the one of `known` that `key` was most likely meant to be.
fn nearest<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(key, known), *known)).min()?;
    (near.0 <= 2.max(near.1.len() / 3)).then_some(near.1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::wrong;

    #[test]
    fn everything_wrong_is_reported_at_once_with_what_was_meant() {
        let found = wrong("glue", &json!({ "trems": ["A"], "keep": [1], "terms": ["Data Base"] }));
        assert_eq!(
            found,
            [
                "built-in `glue` has no option `trems` | did you mean `terms`?",
                "`Data Base` is not a word | ",
                "option `keep` of `glue` is not a list of words and of `{term: …, forms: […]}` | ",
            ]
        );
    }

    #[test]
    fn a_finder_without_options_takes_none() {
        assert_eq!(wrong("nfc", &json!({ "form": "NFKC" })), ["built-in `nfc` has no option `form` | "]);
        assert!(wrong("nfc", &json!({})).is_empty());
    }

    #[test]
    fn a_mapping_of_names_must_be_one() {
        let found = wrong("language-list", &json!({ "names": ["Deutsch"] }));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
