//! `unscrape.yaml`: the settings of a project, read with the same care as rules.
//!
//! Owns the file's format. Who looks for the file, and what a command line says on top, is the caller's business.

use std::sync::Arc;

use super::decode::Reader;
use super::diagnostics::Diagnostic;
use super::keys::{self, ChosenProfile, Named};
use super::model::{Budget, Profile, Source, Written};
use super::yaml::{self, Node};
use crate::edit::Safety;

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
    pub(crate) budget: Budget,
    pub(crate) input: Input,
}

/// Names of the fields of records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub(crate) text_field: Option<Written<String>>,
    pub(crate) lang_field: Option<Written<String>>,
    pub(crate) url_field: Option<Written<String>>,
}

/// Reads the configuration in a file.
pub(crate) fn load(name: &str, bytes: &[u8]) -> Result<Config, Vec<Diagnostic>> {
    parse(yaml::source(name, bytes, false).map_err(|error| vec![error])?)
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
            budget: self.budget(&fields),
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

    fn input(&mut self, node: Option<&Node>) -> Input {
        let who = "`input` of the configuration";
        let fields = node.and_then(|node| self.table(node, &keys::INPUT, who.to_owned()));
        let Some(fields) = fields else { return Input::default() };
        let mut named = |key: &str| {
            let text = self.name(&fields, key)?;
            Some(self.written(text.value.to_owned(), text.span))
        };
        Input { text_field: named("text-field"), lang_field: named("lang-field"), url_field: named("url-field") }
    }
}
