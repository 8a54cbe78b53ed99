//! Rule files and `unscrape.yaml`: where they are, and what they mean for the cleaner. What a configuration may
//! say stands in `rules::config`.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, anyhow, bail};
use walkdir::WalkDir;

use super::progress;
use crate::cleaner::{Builder, Cleaner, RuleFile};
use crate::corpus::targets::real;
use crate::corpus::walk::{self, shown};
use crate::decisions::{Decisions, torn};
use crate::plan::{Profile, SiteChoice};
use crate::rules::config::{self, Config};
use crate::rules::diagnostics::RuleErrors;
use crate::rules::model;
use crate::word_files::{Hunspell, WordList};

const NAME: &str = "unscrape.yaml";

/// A configuration and the folder to which its paths are relative.
pub(super) struct Loaded {
    config: Config,
    folder: PathBuf,
}

/// Reads `given`, or else the nearest `unscrape.yaml` from the working directory upwards, as far as the folder
/// that holds `.git`; none if there is none.
pub(super) fn load(given: Option<&Path>) -> anyhow::Result<Option<Loaded>> {
    let path = match given {
        Some(path) => path.to_owned(),
        None => match nearest()? {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    read(&path).map(|(loaded, _)| Some(loaded))
}

fn nearest() -> anyhow::Result<Option<PathBuf>> {
    Ok(find(&env::current_dir().context("cannot find the working directory")?))
}

/// Reads the configuration at `path`; also returns its bytes.
fn read(path: &Path) -> anyhow::Result<(Loaded, Vec<u8>)> {
    let bytes = fs::read(path).with_context(|| format!("cannot read the configuration `{}`", shown(path)))?;
    let config = config::load(&shown(path), &bytes).map_err(|diagnostics| RuleErrors { diagnostics })?;
    let folder = real(path).parent().unwrap_or(Path::new("/")).to_owned();
    Ok((Loaded { config, folder }, bytes))
}

/// Returns where the configuration is, or where one would be made: in the working directory.
pub(super) fn place(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    match given {
        Some(path) => Ok(path.to_owned()),
        None => Ok(nearest()?.unwrap_or_else(|| PathBuf::from(NAME))),
    }
}

/// What a configuration says of one rule file.
pub(super) struct Trusted {
    /// The configuration as it is written.
    pub(super) text: String,
    /// The hashes for which it is trusted.
    pub(super) hashes: Vec<String>,
    /// How its `packs` name it, if they do so by its own name.
    pub(super) pack: Option<String>,
}

/// Reads what the configuration at `place` says of `pack`, which is absolute and without links.
pub(super) fn trusted(place: &Path, pack: &Path) -> anyhow::Result<Trusted> {
    let (Loaded { config, folder }, bytes) = read(place)?;
    let is_it = |path: &str| real(&folder.join(path)) == pack;
    let hashes = config.trust.iter().filter(|(path, _)| is_it(&path.value)).map(|(_, hash)| hash.clone());
    let named = config.packs.iter().map(|pack| &pack.value).find(|path| is_it(path));
    let text = String::from_utf8(bytes).context("the configuration is not UTF-8")?;
    Ok(Trusted { text, hashes: hashes.collect(), pack: named.cloned() })
}

/// Returns the hash by which a rule file is trusted: that of the file, and where it names word lists that of all.
pub(super) fn print(file: &RuleFile) -> String {
    if file.lists.is_empty() {
        return blake3::hash(&file.bytes).to_hex().to_string();
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&file.bytes);
    for (name, list) in &file.lists {
        hasher.update(&[0]).update(name.as_bytes()).update(blake3::hash(list).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn find(from: &Path) -> Option<PathBuf> {
    for folder in from.ancestors() {
        let path = folder.join(NAME);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The file in which decisions are kept.
const DECISIONS: &str = "unscrape.decisions.jsonl";

/// Returns where decisions are kept if nobody says so: beside the configuration, or in the working directory.
pub(super) fn decisions_place(loaded: Option<&Loaded>) -> PathBuf {
    loaded.map_or_else(|| PathBuf::from(DECISIONS), |loaded| loaded.folder.join(DECISIONS))
}

/// Reads what was decided about edits.
pub(super) fn decisions(path: &Path) -> anyhow::Result<Decisions> {
    let bytes = fs::read(path).with_context(|| format!("cannot read the decisions in `{}`", shown(path)))?;
    warn_of_torn(path, &bytes);
    Decisions::read(&bytes).map_err(|why| anyhow!("`{}` {why}", shown(path)))
}

/// Says so if the last line of a file of decisions was begun and not ended.
pub(super) fn warn_of_torn(path: &Path, bytes: &[u8]) {
    if let Some((line, _)) = torn(bytes) {
        let path = shown(path);
        progress::line(format_args!(
            "warning: `{path}` line {line}: was begun and not ended, and is passed over; the next answer takes its place"
        ));
    }
}

/// Makes a builder of what the configuration says; its rule selection only if `selection` asks for it.
pub(super) fn apply(loaded: Option<&Loaded>, selection: bool) -> anyhow::Result<Builder> {
    let mut builder = packs(loaded, Cleaner::builder())?;
    let Some(Loaded { config, folder }) = loaded else { return Ok(builder) };
    if let Some(profile) = &config.profile {
        builder = builder.profile(match profile.value {
            model::Profile::Minimal => Profile::Minimal,
            model::Profile::Typography => Profile::Typography,
            model::Profile::Ascii => Profile::Ascii,
            // `off` is no choice that a configuration has.
            model::Profile::Default | model::Profile::Off => Profile::Default,
        });
    }
    if let Some(safety) = &config.safety {
        builder = builder.safety(safety.value);
    }
    if let Some(site) = &config.site {
        builder = builder.site(site_choice(&site.value));
    }
    if let Some(lang) = config.lang.as_ref().filter(|lang| lang.value != "auto") {
        builder = builder.lang(Some(lang.value.clone()));
    }
    builder = builder.markdown(config.markdown);
    if let Some(percent) = config.budget.words {
        builder = builder.budget_words(percent);
    }
    if let Some(percent) = config.budget.lines {
        builder = builder.budget_lines(percent);
    }
    for list in &config.lexicons {
        builder = builder.lexicon(word_list(&folder.join(&list.file.value), list.lang.as_deref())?);
    }
    for dictionary in &config.hunspell {
        builder = builder.hunspell(hunspell(&folder.join(&dictionary.file.value), dictionary.lang.as_deref())?);
    }
    builder = builder.terms(config.terms.iter().cloned());
    if selection {
        builder = config.select.iter().fold(builder, |builder, selector| builder.select(&selector.value));
        builder = config.ignore.iter().fold(builder, |builder, selector| builder.ignore(&selector.value));
    }
    Ok(builder)
}

/// Adds the configuration's packs to `builder`. Those outside its folder are trusted only if their hash is listed:
/// whoever can write there could otherwise change texts without being asked.
pub(super) fn packs(loaded: Option<&Loaded>, mut builder: Builder) -> anyhow::Result<Builder> {
    let Some(Loaded { config, folder }) = loaded else { return Ok(builder) };
    let trusted: HashSet<(PathBuf, &str)> =
        config.trust.iter().map(|(path, hash)| (real(&folder.join(&path.value)), hash.as_str())).collect();
    for pack in &config.packs {
        for path in rule_files(&folder.join(&pack.value))? {
            let mut file = read_rules(&path, real(&path).starts_with(folder))?;
            file.trusted |= trusted.contains(&(real(&path), print(&file).as_str()));
            builder = builder.rules(file);
        }
    }
    Ok(builder)
}

/// Returns the rule files that the configuration names.
pub(super) fn pack_files(loaded: Option<&Loaded>) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if let Some(Loaded { config, folder }) = loaded {
        for pack in &config.packs {
            files.extend(rule_files(&folder.join(&pack.value))?);
        }
    }
    Ok(files)
}

impl Loaded {
    /// Names of the fields of records.
    pub(super) fn input(&self) -> &config::Input {
        &self.config.input
    }
}

/// Returns what `--site` and the configuration's `site:` mean.
pub(super) fn site_choice(site: &str) -> SiteChoice {
    match site {
        "auto" => SiteChoice::Auto,
        "none" => SiteChoice::None,
        name => SiteChoice::Named(name.to_owned()),
    }
}

/// Returns the rule files that `path` stands for: itself, or the YAML files below it, sorted.
pub(super) fn rule_files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let meta = fs::metadata(path).with_context(|| format!("cannot read the rules at `{}`", shown(path)))?;
    if !meta.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let entries = WalkDir::new(path).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name())) {
        let entry = entry.with_context(|| format!("cannot read the rules at `{}`", shown(path)))?;
        let is_yaml = entry.path().extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if entry.file_type().is_file() && is_yaml {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() {
        bail!("no rule files (.yaml, .yml) below `{}`", shown(path));
    }
    Ok(files)
}

/// Reads the file at `path`, which is called `what`.
fn read_file(what: &str, path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("cannot read the {what} `{}`", shown(path));
    // Asked before it is opened, since opening a FIFO waits for its other end.
    let kind = fs::metadata(path).with_context(cannot)?.file_type();
    if !kind.is_file() {
        bail!("{}: {}", cannot(), walk::not_a_file(kind));
    }
    fs::read(path).with_context(cannot)
}

/// Reads one word list.
pub(super) fn word_list(path: &Path, lang: Option<&str>) -> anyhow::Result<WordList> {
    let list = WordList::new(shown(path), read_file("lexicon", path)?);
    Ok(WordList { lang: lang.map(str::to_owned), ..list })
}

/// Reads one dictionary, with the affixes beside it.
pub(super) fn hunspell(path: &Path, lang: Option<&str>) -> anyhow::Result<Hunspell> {
    if path.extension().is_none_or(|extension| extension != "dic") {
        bail!(
            "`{}` is no dictionary of Hunspell: name its .dic file; the .aff file is looked for beside it",
            shown(path)
        );
    }
    let dic = read_file("dictionary", path)?;
    let aff = read_file("affixes of the dictionary", &path.with_extension("aff"))?;
    Ok(Hunspell { lang: lang.map(str::to_owned), ..Hunspell::new(shown(path), aff, dic) })
}

/// Reads one rule file.
pub(super) fn read_rules(path: &Path, trusted: bool) -> anyhow::Result<RuleFile> {
    let bytes = read_file("rules at", path)?;
    let mut file = RuleFile { trusted, ..RuleFile::new(shown(path), bytes) };
    for name in file.word_lists() {
        // Only what lies beside the rules or below: a pack must not read other people's files.
        let inside = Path::new(&name).components().all(|part| matches!(part, Component::Normal(_)));
        let list = path.parent().unwrap_or(Path::new(".")).join(&name);
        if inside && list.is_file() {
            file.lists.insert(name, read_file("word list", &list)?);
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_configuration_counts_up_to_the_repository() {
        let dir = tempfile::tempdir().expect("a folder");
        let inner = dir.path().join("repo/a/b");
        fs::create_dir_all(&inner).expect("made");
        fs::write(dir.path().join(NAME), "").expect("written");
        assert_eq!(find(&inner), Some(dir.path().join(NAME)));
        fs::create_dir(dir.path().join("repo/.git")).expect("made");
        assert_eq!(find(&inner), None, "what lies above a repository is none of its business");
        fs::write(dir.path().join("repo/unscrape.yaml"), "").expect("written");
        assert_eq!(find(&inner), Some(dir.path().join("repo/unscrape.yaml")));
    }
}
