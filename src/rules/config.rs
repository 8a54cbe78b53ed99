//! `unscrape.yaml`: the settings of a project, read with the same care as rules.
//!
//! Owns the file's format. Who looks for the file, and what a command line says on top, is the caller's business.

use std::sync::Arc;

use super::decode::{Fields, Reader};
use super::diagnostics::{Diagnostic, did_you_mean, quoted};
use super::keys::{self, ChosenProfile};
use super::model::{Budget, Profile, Source, Term, Written};
use super::yaml::{self, Node, Value};
use crate::edit::Safety;
use crate::text::InputEncoding;
use crate::text::encoding::LABELS;

/// The settings of a project; what the file does not name is none or empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// Rule files, relative to the configuration's folder.
    pub(crate) packs: Vec<Written<String>>,
    /// Rule files with their BLAKE3 hash in hexadecimal.
    pub(crate) trust: Vec<(Written<String>, String)>,
    pub(crate) profile: Option<Written<Profile>>,
    pub(crate) safety: Option<Written<Safety>>,
    pub(crate) select: Vec<Written<String>>,
    pub(crate) ignore: Vec<Written<String>>,
    /// `auto`, `none` or a name.
    pub(crate) site: Option<Written<String>>,
    /// `auto` or a code of ISO 639-1.
    pub(crate) lang: Option<Written<String>>,
    /// Whether texts are Markdown.
    pub(crate) markdown: bool,
    pub(crate) budget: Budget,
    pub(crate) lexicons: Vec<Lexicon>,
    /// `.dic` files.
    pub(crate) hunspell: Vec<Lexicon>,
    pub(crate) terms: Vec<Term>,
    pub(crate) input: Input,
}

/// A file of words, relative to the configuration's folder.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    pub(crate) file: Written<String>,
    /// A code of ISO 639-1.
    pub(crate) lang: Option<String>,
}

/// How inputs are read: their encoding, and names of the fields of records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub(crate) encoding: Option<InputEncoding>,
    pub(crate) text_field: Option<Written<String>>,
    pub(crate) lang_field: Option<Written<String>>,
    pub(crate) url_field: Option<Written<String>>,
    pub(crate) date_field: Option<Written<String>>,
}

/// Reads the configuration in a file.
pub(crate) fn load(name: &str, bytes: &[u8]) -> Result<Config, Vec<Diagnostic>> {
    parse(yaml::source(name, bytes, false)?)
}

/// Reads the configuration in `source`.
pub(crate) fn parse(source: Arc<Source>) -> Result<Config, Vec<Diagnostic>> {
    let mut reader = Reader::new(Arc::clone(&source));
    let root = yaml::parse(&source, &mut reader.errors);
    let config = root.and_then(|root| reader.config(&root));
    match config {
        Some(config) if reader.errors.is_empty() => Ok(config),
        _ => Err(reader.errors),
    }
}

/// What an encoding is called.
pub(crate) const LABEL: &str = "`auto` or a label such as `windows-1252`";

/// Returns what to try in place of `label`, which is no encoding.
pub(crate) fn instead_of_label(label: &str) -> Option<String> {
    let plain = label.to_ascii_lowercase().replace(['-', '_'], "");
    if plain.starts_with("utf32") || plain.starts_with("ucs4") {
        return Some("UTF-32 is not read: convert it first, `iconv -f UTF-32 -t UTF-8`".to_owned());
    }
    did_you_mean(label, LABELS.iter().copied())
}

impl Reader {
    fn config(&mut self, root: &Node) -> Option<Config> {
        let fields = self.table(root, &keys::CONFIG, "the configuration".to_owned())?;
        self.integer(&fields, "format");
        let profile = self.word::<ChosenProfile>(&fields, "profile");
        let profile = profile.map(|profile| Written { value: profile.value.0, origin: profile.origin });
        let lang = self.text(&fields, "lang");
        let lang = lang.filter(|text| text.value == "auto" || self.check_language(*text));
        let lang = lang.map(|text| self.written(text.value.to_owned(), text.span));
        let mut named = |key: &str| {
            let text = self.name(&fields, key)?;
            Some(self.written(text.value.to_owned(), text.span))
        };
        let site = named("site");
        Some(Config {
            packs: self.written_texts(&fields, "packs"),
            trust: self.trust(fields.entry("trust").map(|entry| &entry.value)),
            profile,
            safety: self.word(&fields, "safety"),
            select: self.written_texts(&fields, "select"),
            ignore: self.written_texts(&fields, "ignore"),
            site,
            lang,
            markdown: self.flag(&fields, "markdown"),
            budget: self.budget(&fields),
            lexicons: self.lexicons(&fields, "lexicons"),
            hunspell: self.lexicons(&fields, "hunspell"),
            terms: self.terms(&fields),
            input: self.input(fields.entry("input").map(|entry| &entry.value)),
        })
    }

    fn trust(&mut self, node: Option<&Node>) -> Vec<(Written<String>, String)> {
        let what = "`trust` of the configuration";
        let Some(entries) = node.and_then(|node| self.entries(node, what)) else { return Vec::new() };
        let mut trusted = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(hash) = self.string(&entry.value, "a hash") else { continue };
            if hash.value.len() != 64 || !hash.value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                self.error("this is not a BLAKE3 hash", hash.span, "expected 64 hexadecimal digits");
            }
            trusted.push((self.written(entry.key.clone(), entry.span), hash.value.to_ascii_lowercase()));
        }
        trusted
    }

    fn lexicons(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Lexicon> {
        let mut lexicons = Vec::new();
        for item in self.items(fields, key) {
            let (file, lang) = match &item.value {
                Value::Map(_) => {
                    let Some(fields) = self.table(item, &keys::LEXICON, "a lexicon".to_owned()) else { continue };
                    let lang = self.text(&fields, "lang").filter(|text| self.check_language(*text));
                    (self.name(&fields, "file"), lang.map(|text| text.value.to_owned()))
                }
                _ => (self.string(item, &format!("an item of {}", fields.what(key))), None),
            };
            lexicons.extend(file.map(|file| Lexicon { file: self.written(file.value.to_owned(), file.span), lang }));
        }
        lexicons
    }

    fn input(&mut self, node: Option<&Node>) -> Input {
        let who = "`input` of the configuration";
        let fields = node.and_then(|node| self.table(node, &keys::INPUT, who.to_owned()));
        let Some(fields) = fields else { return Input::default() };
        let encoding = self.text(&fields, "encoding").and_then(|text| {
            let encoding = InputEncoding::for_label(text.value);
            if encoding.is_none() {
                let title = format!("{} is not an encoding", quoted(text.value));
                self.error(title, text.span, format!("expected {LABEL}")).help = instead_of_label(text.value);
            }
            encoding
        });
        let mut named = |key: &str| {
            let text = self.name(&fields, key)?;
            Some(self.written(text.value.to_owned(), text.span))
        };
        let [text_field, lang_field, url_field, date_field] =
            ["text-field", "lang-field", "url-field", "date-field"].map(&mut named);
        Input { encoding, text_field, lang_field, url_field, date_field }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::diagnostics::RuleErrors;

    #[test]
    fn every_setting_is_read_with_its_place() {
        let text = "format: 1
packs: [house.yaml, ../shared.yaml]
trust: { ../shared.yaml: 0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef }
profile: typography
safety: review
select: core/quotes
ignore: ['tag:quotes']
site: auto
lang: de
markdown: true
budget: { words: 10 }
lexicons: [names.txt, { file: words/de.tsv, lang: de }]
hunspell: [dict/xx.dic]
terms: [Quorvex, { term: Robopilot, forms: [Robopilota] }]
input: { encoding: Latin1, text-field: body, url-field: link }
";
        let config = load("unscrape.yaml", text.as_bytes()).expect("a good configuration");
        let packs: Vec<&str> = config.packs.iter().map(|pack| pack.value.as_str()).collect();
        assert_eq!(packs, ["house.yaml", "../shared.yaml"]);
        assert_eq!(config.trust[0].1, "0123456789abcdef".repeat(4));
        assert_eq!(config.profile.map(|profile| profile.value), Some(Profile::Typography));
        assert_eq!(config.safety.map(|safety| safety.value), Some(Safety::Review));
        assert_eq!((config.select.len(), config.ignore.len(), config.budget.words), (1, 1, Some(10.0)));
        assert!(config.markdown);
        let lang = config.lang.expect("a language");
        assert_eq!((lang.value.as_str(), &text[lang.origin.span.range()]), ("de", "de"));
        assert_eq!(config.site.map(|site| site.value).as_deref(), Some("auto"));
        let lexicons = config.lexicons.iter().map(|list| (list.file.value.as_str(), list.lang.as_deref()));
        assert_eq!(lexicons.collect::<Vec<_>>(), [("names.txt", None), ("words/de.tsv", Some("de"))]);
        assert_eq!(config.hunspell[0].file.value, "dict/xx.dic");
        let terms = config.terms.iter().map(|term| (term.name.as_str(), term.forms.len()));
        assert_eq!(terms.collect::<Vec<_>>(), [("Quorvex", 0), ("Robopilot", 1)]);
        let input = config.input;
        assert_eq!(input.encoding, Some(InputEncoding::Named(encoding_rs::WINDOWS_1252)));
        assert_eq!(input.text_field.map(|field| field.value).as_deref(), Some("body"));
        assert_eq!(input.url_field.map(|field| field.value).as_deref(), Some("link"));
        assert!(input.lang_field.is_none());
    }

    #[test]
    fn mistakes_are_told_as_in_rule_files() {
        let text = "pack: [a]\nprofile: off\nlang: german\nsite: ''\ntrust: { a: 12 }\nbudget: 5\ninput: { text_field: x, encoding: windows1252 }\nlexicons: [{ lang: German }, [a]]\n";
        let diagnostics = load("unscrape.yaml", text.as_bytes()).expect_err("mistakes");
        insta::assert_snapshot!(RuleErrors { diagnostics });
    }

    #[test]
    fn every_key_of_the_table_is_read() {
        let outer = keys::CONFIG.keys.iter().map(|key| (key, "KEY: [[[]]]"));
        let input = keys::INPUT.keys.iter().map(|key| (key, "format: 1\ninput: { KEY: [[[]]] }"));
        let lexicon = keys::LEXICON.keys.iter().map(|key| (key, "format: 1\nlexicons: [{ KEY: [[[]]] }]"));
        let term = keys::TERM.keys.iter().map(|key| (key, "format: 1\nterms: [{ KEY: [[[]]] }]"));
        for (key, text) in outer.chain(input).chain(lexicon).chain(term) {
            let text = text.replace("KEY", key.name);
            let errors = load("unscrape.yaml", text.as_bytes()).expect_err("the wrong type");
            assert!(errors.iter().any(|error| error.title.contains(" is not ")), "{}: {errors:?}", key.name);
        }
    }
}
