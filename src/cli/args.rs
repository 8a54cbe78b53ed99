//! Options that several commands share, and what they mean for the cleaner.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::config;
use crate::cleaner::{Builder, Cleaner};
use crate::corpus::record::Fields;
use crate::corpus::run::{self, NotRead};
use crate::corpus::targets::real;
use crate::corpus::walk::{self, Filter, Format, Found};
use crate::edit::Safety;
use crate::plan::Profile;
use crate::rules::config::{Input, LABEL, instead_of_label};
use crate::rules::is_day;
use crate::rules::model::Written;
use crate::text::InputEncoding;
use crate::word_files::SeenWords;

/// What to clean, and by which rules.
#[derive(Args, Clone, Debug)]
pub(super) struct Task {
    #[command(flatten)]
    pub(super) inputs: Inputs,

    #[command(flatten)]
    pub(super) choice: Choice,

    #[command(flatten)]
    pub(super) batch: Batch,
}

/// What to read.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Input")]
pub(super) struct Inputs {
    /// Files, folders (.txt .text .md .markdown .jsonl .ndjson .json .csv .tsv .parquet below them, also as .gz and
    /// .zst) or `-` for standard input
    #[arg(value_name = "PATH", help_heading = "Arguments")]
    pub(super) paths: Vec<PathBuf>,

    /// Take only files of folders that match GLOB, as in .gitignore (`*.txt`, `news/**`), whatever their extension; with
    /// `!` in front, none that match; repeatable
    #[arg(short, long, value_name = "GLOB")]
    glob: Vec<String>,

    /// Leave out what .gitignore files name
    #[arg(long)]
    gitignore: bool,

    /// How texts lie in the files; by extension if not given
    #[arg(long, value_name = "FORMAT")]
    input_format: Option<InputFormat>,

    /// The encoding of texts: `utf-8` (the default), another by its label, such as `windows-1252`, or `auto`, which
    /// takes what is not UTF-8 for what it looks like. Clean text is UTF-8. JSONL is UTF-8 always, with `auto` too
    #[arg(long, value_name = "auto|LABEL", value_parser = encoding)]
    encoding: Option<InputEncoding>,

    /// The field of a record (a key of JSON, a column of CSV) that holds the text; repeatable, for several texts in a
    /// record [default: text]
    #[arg(long, value_name = "NAME")]
    text_field: Vec<String>,

    /// The field of a record that holds the language of its texts, such as `de`
    #[arg(long, value_name = "NAME")]
    lang_field: Option<String>,

    /// The field of a record that holds its URL [default: url]
    #[arg(long, value_name = "NAME")]
    url_field: Option<String>,

    /// The field of a record that holds its date, for sites whose rules are for texts of some years
    #[arg(long, value_name = "NAME")]
    date_field: Option<String>,

    /// The longest text or record that is read, in bytes: 1000, 64K, 256M, 2G. Memory is bounded by it, not by the files
    #[arg(long, value_name = "N", value_parser = bytes, default_value = "256M")]
    pub(super) max_record_bytes: u64,

    /// How many texts are cleaned at a time; 0 for as many as there are cores. The outcome is the same
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    jobs: usize,

    /// Where the texts were scraped, for site rules; the URL of a record wins
    #[arg(long)]
    pub(super) url: Option<String>,

    /// When the texts were written, such as 2024-05-31, for site rules; the date of a record wins
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(super) date: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum InputFormat {
    /// A file is one text
    Text,
    /// Each line is a JSON object
    Jsonl,
    /// An array of JSON objects, or a single one
    Json,
    /// Rows; the first names the columns
    Csv,
    /// The same with tabs
    Tsv,
    /// Columns, of which those that hold texts are cleaned
    Parquet,
}

impl Inputs {
    /// Finds the files, or takes standard input if no path is named and something is piped there.
    pub(super) fn find(&self) -> anyhow::Result<Found> {
        let stdin = self.paths.iter().filter(|path| path.as_os_str() == "-").count();
        if stdin > 1 {
            bail!("`-` is named {stdin} times, but standard input can be read only once");
        }
        if self.paths.is_empty() && io::stdin().is_terminal() {
            bail!("no input: name files or folders, or pipe a text to standard input");
        }
        let stdin = [PathBuf::from("-")];
        let paths = if self.paths.is_empty() { &stdin } else { self.paths.as_slice() };
        Ok(walk::find(paths, self.format(), &self.filter()?))
    }

    /// Returns the inputs that these files are.
    pub(super) fn of(paths: Vec<PathBuf>, text_field: Vec<String>) -> Self {
        Self {
            paths,
            glob: Vec::new(),
            gitignore: false,
            input_format: None,
            encoding: None,
            text_field,
            lang_field: None,
            url_field: None,
            date_field: None,
            max_record_bytes: MAX_RECORD,
            jobs: 0,
            url: None,
            date: None,
        }
    }

    /// The same options for other files.
    pub(super) fn instead(&self, paths: Vec<PathBuf>) -> Self {
        Self { paths, ..self.clone() }
    }

    /// The same files in an encoding.
    pub(super) fn encoded(self, encoding: InputEncoding) -> Self {
        Self { encoding: Some(encoding), ..self }
    }

    /// Whether globs say which files of a folder are taken, and not their extensions.
    pub(super) fn takes_any(&self) -> bool {
        self.glob.iter().any(|glob| !glob.starts_with('!'))
    }

    fn filter(&self) -> anyhow::Result<Filter> {
        let filter = Filter { globs: self.glob.clone(), gitignore: self.gitignore };
        filter.check().map_err(|why| anyhow!("--glob: {why}"))?;
        Ok(filter)
    }

    fn format(&self) -> Option<Format> {
        self.input_format.map(|format| match format {
            InputFormat::Text => Format::Text,
            InputFormat::Jsonl => Format::Jsonl,
            InputFormat::Json => Format::Json,
            InputFormat::Csv => Format::Csv,
            InputFormat::Tsv => Format::Tsv,
            InputFormat::Parquet => Format::Parquet,
        })
    }

    /// Returns the encoding of `found`: as these options say, else as the configuration does.
    pub(super) fn encoding(&self, rules: &RuleFiles, found: &Found) -> anyhow::Result<InputEncoding> {
        let (encoding, said_by) = match self.encoding {
            Some(encoding) => (encoding, "--encoding"),
            None => {
                let config = rules.config()?;
                let encoding = config.as_ref().and_then(|config| config.input().encoding);
                (encoding.unwrap_or_default(), "the configuration's `encoding`")
            }
        };
        let records = found.inputs.iter().find(|input| input.format != Format::Text);
        if let (InputEncoding::Named(named), Some(records)) = (encoding, records) {
            let (path, format) = (records.shown(), records.format.name());
            bail!(
                "`{path}` is {format}, which is UTF-8, and {said_by} says {}; leave it out for {format}, or say \
                 `--encoding auto`",
                named.name()
            );
        }
        Ok(encoding)
    }

    /// Names the fields of records: as these options say, else as the configuration does.
    pub(super) fn fields(&self, rules: &RuleFiles) -> anyhow::Result<Fields> {
        let config = rules.config()?;
        let input = config.as_ref().map(config::Loaded::input);
        let named = |option: &Option<String>, key: fn(&Input) -> &Option<Written<String>>| {
            option.clone().or_else(|| input.and_then(|input| key(input).as_ref()).map(|name| name.value.clone()))
        };
        let mut texts = self.text_field.clone();
        if texts.is_empty() {
            texts.push(named(&None, |input| &input.text_field).unwrap_or_else(|| "text".to_owned()));
        }
        if let Some(twice) = texts.iter().enumerate().find(|(at, name)| texts[..*at].contains(name)) {
            bail!("--text-field {} is named twice", twice.1);
        }
        Ok(Fields {
            texts,
            lang: named(&self.lang_field, |input| &input.lang_field),
            url: Some(named(&self.url_field, |input| &input.url_field).unwrap_or_else(|| "url".to_owned())),
            date: named(&self.date_field, |input| &input.date_field),
            metadata: None,
            annotations: None,
        })
    }

    /// Makes the threads on which texts are cleaned.
    pub(super) fn pool(&self) -> anyhow::Result<ThreadPool> {
        let jobs = self.jobs.min(MAX_JOBS);
        ThreadPoolBuilder::new().num_threads(jobs).build().context("cannot start threads; try --jobs 1")
    }
}

/// How long a text or record may be that is read, in bytes, if nobody says so: the default of `--max-record-bytes`.
const MAX_RECORD: u64 = 256 << 20;

/// More threads than this are of no use to anybody.
const MAX_JOBS: usize = 1024;

/// Texts that are read for their words.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Batch {
    /// First count in how many of these texts each word stands alone, and each pair of words: evidence of where words
    /// ran together. Files, folders or `-`, read as inputs are; name the inputs again to learn from them; repeatable
    #[arg(long, value_name = "PATH", help_heading = "Words")]
    words_from: Vec<PathBuf>,

    /// The same with the inputs: they are read twice
    #[arg(long, help_heading = "Words")]
    learn_words: bool,
}

impl Batch {
    /// Whether words are learned from the inputs, or from other texts.
    pub(super) fn learns(&self) -> bool {
        self.learn_words || !self.words_from.is_empty()
    }

    /// Counts the words of the texts, if there are any; also returns which files cannot be read, and why.
    pub(super) fn read(&self, inputs: &Inputs, rules: &RuleFiles) -> anyhow::Result<Option<(SeenWords, Vec<Unread>)>> {
        if !self.learns() {
            return Ok(None);
        }
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        if self.learn_words && (inputs.paths.is_empty() || inputs.paths.iter().any(is_stdin)) {
            bail!("--learn-words reads the inputs twice, which standard input cannot be: name files");
        }
        let readers = inputs.paths.iter().chain(&self.words_from).filter(|path| is_stdin(path)).count();
        if readers + usize::from(inputs.paths.is_empty()) > 1 && self.words_from.iter().any(is_stdin) {
            bail!("--words-from -: standard input can be read only once");
        }
        let found = walk::find(&self.words_from, inputs.format(), &Filter::default());
        let mut own = if self.learn_words { inputs.find()?.inputs } else { Vec::new() };
        if let Some((path, why)) = found.problems.first() {
            bail!("--words-from: cannot read `{}`: {why}", walk::shown(path));
        }
        if let Some(folder) = found.empty.first() {
            bail!("--words-from: there are no texts below `{}`", walk::shown(folder));
        }
        let encoding = inputs.encoding(rules, &found).context("--words-from")?;
        let fields = inputs.fields(rules)?;
        let (mut words, mut unread) = (SeenWords::new(), Vec::new());
        let mut read = HashSet::new();
        own.extend(found.inputs);
        for input in &own {
            // A file that is named twice is one.
            if input.path.as_ref().is_some_and(|path| !read.insert(real(path))) {
                continue;
            }
            let counted = run::texts(input, &fields, encoding, None, inputs.max_record_bytes, |text, _, _| {
                words.add(text);
                Ok(())
            });
            if let Err(NotRead::Input(why)) = counted {
                unread.push((input.shown(), why));
            }
        }
        Ok(Some((words, unread)))
    }
}

/// A file that could not be read, and why.
type Unread = (String, String);

/// Which rules run.
#[derive(Args, Clone, Debug, Default)]
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

    /// The texts are Markdown: its marks and the tags in it stay. Files named .md or .markdown are without saying so
    #[arg(long)]
    markdown: bool,

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

    /// What was decided about edits [default: unscrape.decisions.jsonl beside unscrape.yaml, or in the working
    /// directory, if it is there]
    #[arg(long, value_name = "FILE", conflicts_with = "no_decisions")]
    decisions: Option<PathBuf>,

    /// Carry out no decisions
    #[arg(long)]
    no_decisions: bool,

    /// Hold back a text in which more than P % of the words would change inside kept lines
    #[arg(long, value_name = "P", value_parser = percent)]
    budget_words: Option<f64>,

    /// Hold back a text of which more than P % of the lines would be dropped
    #[arg(long, value_name = "P", value_parser = percent)]
    budget_lines: Option<f64>,
}

/// Where rules and settings come from.
#[derive(Args, Clone, Debug, Default)]
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
    /// Only what loses nothing: mojibake, entities, invisible characters, spaces, composed letters
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
        if self.markdown {
            builder = builder.markdown(true);
        }
        for written in &self.lexicon {
            let (lang, path) = with_language(written);
            builder = builder.lexicon(config::word_list(path, lang)?);
        }
        for written in &self.hunspell {
            let (lang, path) = with_language(written);
            builder = builder.hunspell(config::hunspell(path, lang)?);
        }
        if let Some(path) = self.decisions_file(config.as_ref()) {
            builder = builder.decisions(config::decisions(&path)?);
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

impl Choice {
    /// Returns the file in which decisions are kept, whether it is there or not.
    pub(super) fn decisions_place(&self) -> anyhow::Result<PathBuf> {
        let config = self.files.config()?;
        Ok(self.decisions.clone().unwrap_or_else(|| config::decisions_place(config.as_ref())))
    }

    /// The same choice, with nothing decided.
    pub(super) fn undecided(&self) -> Self {
        Self { decisions: None, no_decisions: true, ..self.clone() }
    }

    /// All that is shipped and nothing that is configured, with the decisions of a file if one is named.
    pub(super) fn shipped(decisions: Option<PathBuf>) -> Self {
        let files = RuleFiles { no_config: true, ..RuleFiles::default() };
        Self { no_decisions: decisions.is_none(), decisions, files, ..Self::default() }
    }

    /// Returns the file of decisions that is read, if any is.
    fn decisions_file(&self, config: Option<&config::Loaded>) -> Option<PathBuf> {
        if self.no_decisions {
            return None;
        }
        let nearest = || config::decisions_place(config);
        self.decisions.clone().or_else(|| Some(nearest()).filter(|path| path.exists()))
    }
}

impl RuleFiles {
    /// Makes a builder of the configuration's packs and of the rule files named here, with every setting at its default.
    pub(super) fn builder(&self) -> anyhow::Result<Builder> {
        let config = self.config()?;
        self.add_to(config::packs(config.as_ref(), Cleaner::builder())?)
    }

    /// Returns the rule files of the configuration and those named here.
    pub(super) fn paths(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = config::pack_files(self.config()?.as_ref())?;
        for path in &self.rules {
            files.extend(config::rule_files(path)?);
        }
        Ok(files)
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

fn encoding(label: &str) -> Result<InputEncoding, String> {
    InputEncoding::for_label(label).ok_or_else(|| {
        let instead = instead_of_label(label).map(|instead| format!("; {instead}")).unwrap_or_default();
        format!("expected {LABEL}{instead}")
    })
}

fn day(text: &str) -> Result<String, String> {
    if is_day(text) { Ok(text.to_owned()) } else { Err("expected a day such as 2024-05-31".to_owned()) }
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

/// Reads a number of bytes, such as `64K`.
fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_uppercase().trim_end_matches("IB").trim_end_matches('B') {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return Err("expected a number of bytes, such as 1000, 64K, 256M or 2G".to_owned()),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << shift));
    number
        .filter(|&number| number > 0)
        .ok_or_else(|| "expected a number of bytes, such as 1000, 64K, 256M or 2G".to_owned())
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches([' ', '%']).parse::<f64>();
    number.ok().filter(|number| (0.0..=100.0).contains(number)).ok_or_else(|| "expected 0 to 100".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_does_not_exist_is_told_with_what_was_meant() {
        assert_eq!(encoding("GB2312"), Ok(InputEncoding::Named(encoding_rs::GBK)));
        for (label, instead) in [
            ("windows1252", "; did you mean `windows-1252`?"),
            ("koi8r", "; did you mean `koi8-r`?"),
            ("shiftjis", "; did you mean `shift_jis`?"),
            ("UTF-32LE", "; UTF-32 is not read: convert it first, `iconv -f UTF-32 -t UTF-8`"),
            ("klingon", ""),
        ] {
            assert_eq!(encoding(label), Err(format!("expected {LABEL}{instead}")));
        }
    }

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
