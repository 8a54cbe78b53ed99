//! Options that several commands share, and what they mean for the cleaner.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::config;
use crate::cleaner::{Builder, Cleaner};
use crate::corpus::jsonl::Fields;
use crate::corpus::walk::{self, Format, Found};
use crate::edit::Safety;
use crate::plan::Profile;
use crate::rules::config::Input;
use crate::rules::model::Written;

/// What to read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub(super) struct Inputs {
    /// Files, folders (.txt .text .md .markdown .jsonl .ndjson below them) or `-` for standard input
    #[arg(value_name = "PATH", help_heading = "Arguments")]
    pub(super) paths: Vec<PathBuf>,

    /// How texts lie in the files; by extension if not given
    #[arg(long, value_name = "FORMAT")]
    input_format: Option<InputFormat>,

    /// The field of a JSONL record that holds the text [default: text]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,

    /// The field of a JSONL record that holds the language of its text, such as `de`
    #[arg(long, value_name = "NAME")]
    lang_field: Option<String>,

    /// The field of a JSONL record that holds its URL [default: url]
    #[arg(long, value_name = "NAME")]
    url_field: Option<String>,

    /// Where the texts were scraped, for site rules; the URL of a record wins
    #[arg(long)]
    pub(super) url: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum InputFormat {
    /// A file is one text
    Text,
    /// Each line is a JSON object
    Jsonl,
}

impl Inputs {
    /// Finds the files, or takes standard input if no path is named and something is piped there.
    pub(super) fn find(&self) -> anyhow::Result<Found> {
        let format = self.input_format.map(|format| match format {
            InputFormat::Text => Format::Text,
            InputFormat::Jsonl => Format::Jsonl,
        });
        let stdin = self.paths.iter().filter(|path| path.as_os_str() == "-").count();
        if stdin > 1 {
            bail!("`-` is named {stdin} times, but standard input can be read only once");
        }
        if self.paths.is_empty() && io::stdin().is_terminal() {
            bail!("no input: name files or folders, or pipe a text to standard input");
        }
        let stdin = [PathBuf::from("-")];
        Ok(walk::find(if self.paths.is_empty() { &stdin } else { &self.paths }, format))
    }

    /// Names the fields of records: as these options say, else as the configuration does.
    pub(super) fn fields(&self, rules: &RuleFiles) -> anyhow::Result<Fields> {
        let config = rules.config()?;
        let input = config.as_ref().map(config::Loaded::input);
        let named = |option: &Option<String>, key: fn(&Input) -> &Option<Written<String>>| {
            option.clone().or_else(|| input.and_then(|input| key(input).as_ref()).map(|name| name.value.clone()))
        };
        Ok(Fields {
            text: named(&self.text_field, |input| &input.text_field).unwrap_or_else(|| "text".to_owned()),
            lang: named(&self.lang_field, |input| &input.lang_field),
            url: Some(named(&self.url_field, |input| &input.url_field).unwrap_or_else(|| "url".to_owned())),
        })
    }
}

/// Which rules run.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Choosing rules")]
pub(super) struct Choice {
    /// Which packs run
    #[arg(long, value_name = "NAME")]
    profile: Option<ProfileName>,

    /// Apply edits of `safe` rules only (the default), or of `review` rules too
    #[arg(long, value_name = "LEVEL")]
    safety: Option<SafetyName>,

    /// Run only these rules: an id, a pack (`core/quotes/…`), a glob or `tag:NAME`; repeatable
    #[arg(long, value_name = "RULES")]
    select: Vec<String>,

    /// Leave out these rules; repeatable
    #[arg(long, value_name = "RULES")]
    ignore: Vec<String>,

    /// The site whose rules run: `auto` (by URL, path, then fingerprint), `none` or a name
    #[arg(long, value_name = "NAME")]
    site: Option<String>,

    /// The language of the texts: `auto` or a code such as `de`
    #[arg(long, value_name = "CODE", value_parser = language)]
    lang: Option<String>,

    #[command(flatten)]
    pub(super) files: RuleFiles,

    /// Add the words of FILE to what is known about words: one a line, optionally a tab and a count. LANG is a code
    /// such as `de`; without it they are words of all languages, such as names; repeatable
    #[arg(long, value_name = "[LANG=]FILE", help_heading = "Words")]
    lexicon: Vec<OsString>,

    /// Add the words of a dictionary of Hunspell: a .dic file with its .aff file beside it. Without LANG they are of
    /// the language that the .aff file names; repeatable
    #[arg(long, value_name = "[LANG=]FILE", help_heading = "Words")]
    hunspell: Vec<OsString>,

    /// Hold back a text in which more than P % of the words would change inside kept lines
    #[arg(long, value_name = "P", value_parser = percent)]
    budget_words: Option<f64>,

    /// Hold back a text of which more than P % of the lines would be dropped
    #[arg(long, value_name = "P", value_parser = percent)]
    budget_lines: Option<f64>,
}

/// Where rules and settings come from.
#[derive(Args, Debug, Default)]
pub(super) struct RuleFiles {
    /// Add a rule file, or a folder of them, to the shipped rules; repeatable
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,

    /// Read settings from this file instead of the nearest unscrape.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,

    /// Read no unscrape.yaml
    #[arg(long)]
    no_config: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileName {
    /// Only what loses nothing: invisible characters, composed letters
    Minimal,
    /// What is wrong in every house
    Default,
    /// Default, and the language's own quotes and apostrophes
    Typography,
    /// Default, and quotes, dashes and spaces in ASCII
    Ascii,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SafetyName {
    Safe,
    Review,
}

impl Choice {
    /// Makes a builder of the configuration and these options, which win over it: `--select` replaces what
    /// the configuration selects and ignores, `--ignore` adds to it.
    pub(super) fn builder(&self) -> anyhow::Result<Builder> {
        let config = self.files.config()?;
        let mut builder = self.files.add_to(config::apply(config.as_ref(), self.select.is_empty())?)?;
        if let Some(profile) = self.profile {
            builder = builder.profile(match profile {
                ProfileName::Minimal => Profile::Minimal,
                ProfileName::Default => Profile::Default,
                ProfileName::Typography => Profile::Typography,
                ProfileName::Ascii => Profile::Ascii,
            });
        }
        if let Some(safety) = self.safety {
            builder = builder.safety(match safety {
                SafetyName::Safe => Safety::Safe,
                SafetyName::Review => Safety::Review,
            });
        }
        if let Some(site) = &self.site {
            builder = builder.site(config::site_choice(site));
        }
        if let Some(lang) = &self.lang {
            builder = builder.lang((lang != "auto").then(|| lang.clone()));
        }
        for written in &self.lexicon {
            let (lang, path) = with_language(written);
            builder = builder.lexicon(config::word_list(path, lang)?);
        }
        for written in &self.hunspell {
            let (lang, path) = with_language(written);
            builder = builder.hunspell(config::hunspell(path, lang)?);
        }
        if let Some(percent) = self.budget_words {
            builder = builder.budget_words(percent);
        }
        if let Some(percent) = self.budget_lines {
            builder = builder.budget_lines(percent);
        }
        builder = self.select.iter().fold(builder, |builder, selector| builder.select(selector));
        Ok(self.ignore.iter().fold(builder, |builder, selector| builder.ignore(selector)))
    }
}

impl RuleFiles {
    /// Makes a builder of the configuration's packs and of the rule files named here, with every setting at its default.
    pub(super) fn builder(&self) -> anyhow::Result<Builder> {
        let config = self.config()?;
        self.add_to(config::packs(config.as_ref(), Cleaner::builder())?)
    }

    fn config(&self) -> anyhow::Result<Option<config::Loaded>> {
        if self.no_config { Ok(None) } else { config::load(self.config.as_deref()) }
    }

    fn add_to(&self, mut builder: Builder) -> anyhow::Result<Builder> {
        for path in &self.rules {
            for file in config::rule_files(path)? {
                builder = builder.rules(config::read_rules(&file, true)?);
            }
        }
        Ok(builder)
    }
}

fn language(code: &str) -> Result<String, String> {
    let main = code.split('-').next().unwrap_or_default();
    let known_shape = (2..=3).contains(&main.len()) && main.bytes().all(|byte| byte.is_ascii_lowercase());
    if code == "auto" || known_shape {
        Ok(code.to_owned())
    } else {
        Err("expected `auto` or a code of ISO 639 such as `de` or `pt-BR`".to_owned())
    }
}

/// Takes `[LANG=]FILE` apart. What stands before a `=` is a language if it looks like one.
fn with_language(written: &OsStr) -> (Option<&str>, &Path) {
    match written.to_str().and_then(|text| text.split_once('=')) {
        Some((lang, path)) if lang != "auto" && language(lang).is_ok() => (Some(lang), Path::new(path)),
        _ => (None, Path::new(written)),
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches([' ', '%']).parse::<f64>();
    number.ok().filter(|number| (0.0..=100.0).contains(number)).ok_or_else(|| "expected 0 to 100".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_auto_or_a_code() {
        for good in ["auto", "de", "pt-BR", "gsw"] {
            assert_eq!(language(good).as_deref(), Ok(good));
        }
        for bad in ["", "german", "DE", "-"] {
            assert!(language(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_of_words_may_say_its_language() {
        for (written, lang, path) in [
            ("de=words.txt", Some("de"), "words.txt"),
            ("pt-BR=a=b.txt", Some("pt-BR"), "a=b.txt"),
            ("words.txt", None, "words.txt"),
            ("auto=x", None, "auto=x"),
            ("./de=x", None, "./de=x"),
            ("C:\\a=b", None, "C:\\a=b"),
        ] {
            assert_eq!(with_language(OsStr::new(written)), (lang, Path::new(path)), "{written}");
        }
    }

    #[test]
    fn a_share_is_between_0_and_100() {
        assert_eq!(percent("7.5"), Ok(7.5));
        assert_eq!(percent("5%"), Ok(5.0));
        for bad in ["-1", "101", "NaN", "many", ""] {
            assert!(percent(bad).is_err(), "{bad}");
        }
    }
}
