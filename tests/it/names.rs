//! Names and terms that look as if words had run together and must stay whole; and words that did run together.
//!
//! `tests/names/CLASS.txt` holds one class of names each: lines of a language, a tab and a sentence in which ‹› mark
//! the name, and that often holds its parts as words too. A head of comments says what the class is, how many lines
//! it promises (`promise: N`), and whether edits under review must leave it alone as well (`review: keep`) or not
//! (`review: may`). Behind `# todo: WHY` stand lines that must stay whole and do not yet, behind `# hard: WHY` those
//! of which a reader could think either; both are counted and printed, not asserted.
//!
//! `tests/names/glued.txt` holds the opposite, and is only counted.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use unscrape::edit::Safety;
use unscrape::{Cleaner, Source};

/// All classes together hold at least so many lines that are asserted.
const LEAST_NAMES: usize = 1_200;
const LEAST_LANGUAGES: usize = 12;
const LEAST_GLUED: usize = 300;
/// So many of the spaces that `glued.txt` lost come back at least: what held when the rules were last changed.
const FLOOR_OF_HITS: usize = 99;
/// So many come back for one that is put where none was lost.
const HITS_FOR_ONE_WRONG: usize = 100;

static SAFE: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::builder().build().expect("the shipped rules are right"));
static REVIEW: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::builder().safety(Safety::Review).build().expect("the shipped rules are right"));

/// What may be known about the language of a text: its code, `und` for nothing, or None to have it detected.
fn knowledge(lang: &str) -> [Option<&str>; 3] {
    [Some(lang), Some("und"), None]
}

fn clean(cleaner: &Cleaner, text: &str, lang: Option<&str>) -> String {
    cleaner.clean_with(text, &Source { lang, ..Source::default() }).text.into_owned()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Section {
    Kept,
    Todo,
    Hard,
}

/// A file of names.
struct Class {
    name: String,
    /// The least number of lines that are kept.
    promise: usize,
    /// Whether edits under review leave the names alone as well.
    review: bool,
    entries: Vec<Entry>,
}

/// A line of a file of names.
struct Entry {
    lang: String,
    /// The sentence without its marks.
    text: String,
    names: Vec<String>,
    section: Section,
    line: usize,
}

impl Class {
    fn read(path: &Path) -> Self {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let (mut promise, mut review, mut section, mut entries) = (None, None, Section::Kept, Vec::new());
        for (index, line) in read(path).lines().enumerate() {
            let place = || format!("tests/names/{name}.txt:{}", index + 1);
            if let Some(comment) = line.strip_prefix('#').map(str::trim_start) {
                match comment.split_once(": ") {
                    Some(("promise", number)) => promise = number.parse().ok(),
                    Some(("review", "keep")) => review = Some(true),
                    Some(("review", "may")) => review = Some(false),
                    Some(("todo", _)) => section = Section::Todo,
                    Some(("hard", _)) => section = Section::Hard,
                    _ => {}
                }
                continue;
            }
            let (lang, marked) = line.split_once('\t').unwrap_or_else(|| panic!("{}: no tab", place()));
            let names = marked.split('‹').skip(1).map(|rest| rest.split_once('›').map(|(name, _)| name.to_owned()));
            let names: Option<Vec<_>> = names.collect();
            let names = names.filter(|names| !names.is_empty() && names.len() == marked.matches('›').count());
            entries.push(Entry {
                lang: lang.to_owned(),
                text: marked.replace(['‹', '›'], ""),
                names: names.unwrap_or_else(|| panic!("{}: no pair of ‹›", place())),
                section,
                line: index + 1,
            });
        }
        let head = "says `promise: N` and `review: keep` or `review: may` in its head";
        Self {
            promise: promise.unwrap_or_else(|| panic!("{name} {head}")),
            review: review.unwrap_or_else(|| panic!("{name} {head}")),
            name,
            entries,
        }
    }

    fn section(&self, section: Section) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.section == section)
    }

    fn place(&self, entry: &Entry) -> String {
        format!("{}.txt:{} {}", self.name, entry.line, entry.lang)
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/names")
}

static CLASSES: LazyLock<Vec<Class>> = LazyLock::new(|| {
    let files = std::fs::read_dir(folder()).expect("tests/names");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ext| ext == "txt") && !file.ends_with("glued.txt"));
    files.sort();
    files.iter().map(|file| Class::read(file)).collect()
});

fn kept() -> impl Iterator<Item = (&'static Class, &'static Entry)> {
    CLASSES.iter().flat_map(|class| class.section(Section::Kept).map(move |entry| (class, entry)))
}

/// Fails with all of `failures` at once.
fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} lines changed:\n{}", failures.len(), failures.join("\n"));
}

/// Says how `text` came out, if it did not come out as it was.
fn change(cleaner: &Cleaner, text: &str, lang: Option<&str>) -> Option<String> {
    let cleaned = cleaner.clean_with(text, &Source { lang, ..Source::default() });
    if cleaned.text == text {
        return None;
    }
    let edits = cleaned.edits.iter().map(|edit| {
        let before = text[..edit.span.start].rsplit(char::is_whitespace).next().unwrap_or_default();
        let after = text[edit.span.end..].split(char::is_whitespace).next().unwrap_or_default();
        format!("{before}{}{after} -> {before}{}{after} by {}", edit.before, edit.after, edit.rule())
    });
    Some(format!("(lang {}) {}", lang.unwrap_or("detected"), edits.collect::<Vec<_>>().join("; ")))
}

/// Cleans the sentence of `entry` with all that may be known about its language; says what changed.
fn changes(class: &Class, entry: &Entry, cleaner: &Cleaner) -> Option<String> {
    let changes: Vec<_> =
        knowledge(&entry.lang).into_iter().filter_map(|lang| change(cleaner, &entry.text, lang)).collect();
    (!changes.is_empty()).then(|| format!("{}: {}", class.place(entry), changes.join(" | ")))
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn names_stay_whole() {
    let failures: Vec<_> = kept().filter_map(|(class, entry)| changes(class, entry, &SAFE)).collect();
    assert_none(&failures);
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn names_stay_whole_where_edits_under_review_are_applied_too() {
    let failures: Vec<_> =
        kept().filter(|(class, _)| class.review).filter_map(|(class, entry)| changes(class, entry, &REVIEW)).collect();
    assert_none(&failures);
}

/// As a heading, an item of a list or a field of a record.
#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn names_stay_whole_with_nothing_beside_them() {
    let names = kept().flat_map(|(class, entry)| entry.names.iter().map(move |name| (class, entry, name)));
    let failures: Vec<_> = names
        .filter_map(|(class, entry, name)| {
            let change = knowledge(&entry.lang).into_iter().find_map(|lang| change(&SAFE, name, lang))?;
            Some(format!("{}: {change}", class.place(entry)))
        })
        .collect();
    assert_none(&failures);
}

/// What one line says about words is evidence for all others, and a text of nothing but such names looks much like one
/// that lost spaces: nearly all of them stay nevertheless.
#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn names_of_a_language_stay_whole_in_one_document() {
    // A text that shows code is left alone by some rules altogether, so there is a document without it, and its last
    // line says that it is not.
    const SHOWS_CODE: [&str; 3] = ["identifiers", "files", "gender"];
    let (mut failures, mut total) = (Vec::new(), 0);
    for (last, mended) in [("", ""), ("All was fine.Then it rained.", "All was fine. Then it rained.")] {
        let mut documents: BTreeMap<&str, Vec<(&Class, &Entry)>> = BTreeMap::new();
        for (class, entry) in kept().filter(|(class, _)| last.is_empty() || !SHOWS_CODE.contains(&class.name.as_str()))
        {
            documents.entry(&entry.lang).or_default().push((class, entry));
        }
        for (lang, lines) in documents {
            let text: String = lines.iter().flat_map(|(_, entry)| [&entry.text, "\n"]).chain([last]).collect();
            for knowledge in knowledge(lang) {
                let cleaned = clean(&SAFE, &text, knowledge);
                let mut out = cleaned.split('\n');
                let differ = lines.iter().filter_map(|(class, entry)| {
                    let line = out.next().unwrap_or("(no line)");
                    (entry.text != line).then(|| format!("{}: {line}", class.place(entry)))
                });
                let mut differ: Vec<_> = differ.collect();
                if out.next() != Some(mended) || out.next().is_some() {
                    differ.push(format!("{lang}: {last}"));
                }
                let known = knowledge.unwrap_or("detected");
                total += lines.len();
                failures.extend(differ.iter().map(|line| format!("(lang {known}, {} lines) {line}", lines.len())));
            }
        }
    }
    if failures.len() * 50 > total {
        assert_none(&failures);
    }
}

/// Whether some name of the entry is nothing but words that also stand alone beside it.
fn tempts(entry: &Entry) -> bool {
    let rest = entry.names.iter().fold(entry.text.clone(), |text, name| text.replacen(name, " ", 1)).to_lowercase();
    let words: HashSet<&str> = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    entry.names.iter().any(|name| {
        let letters: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        // reached[at]: the name up to there is words, at least one and not all of it one.
        let mut reached = vec![false; letters.len() + 1];
        reached[0] = true;
        for to in 1..=letters.len() {
            reached[to] = (0..to).any(|from| {
                reached[from]
                    && letters.get(from..to).is_some_and(|word| words.contains(word))
                    && to - from < letters.len()
            });
        }
        reached[letters.len()]
    })
}

#[test]
fn every_class_of_names_holds_what_it_promises() {
    let mut problems = Vec::new();
    let mut seen: HashMap<&str, String> = HashMap::new();
    for class in CLASSES.iter() {
        let count = class.section(Section::Kept).count();
        if count < class.promise {
            problems.push(format!("{}.txt promises {} lines and has {count}", class.name, class.promise));
        }
        for entry in &class.entries {
            for name in &entry.names {
                if let Some(first) = seen.insert(name, class.place(entry)) {
                    problems.push(format!("{}: {name} is in {first} already", class.place(entry)));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));

    let lines = kept().count();
    assert!(lines >= LEAST_NAMES, "{lines}");
    let languages: BTreeSet<_> = kept().map(|(_, entry)| &entry.lang).collect();
    assert!(languages.len() >= LEAST_LANGUAGES, "{languages:?}");
    let tempting = kept().filter(|(_, entry)| tempts(entry)).count();
    assert!(tempting * 4 >= lines, "{tempting} of {lines} lines hold all words of a name beside it");
}

/// Says how the lines come out that are not asserted; run with `--nocapture` to see it.
#[test]
fn names_that_are_not_asserted_are_counted() {
    let mut report = String::new();
    for class in CLASSES.iter() {
        let count = |section| class.section(section).count();
        let (kept, todo, hard) = (count(Section::Kept), count(Section::Todo), count(Section::Hard));
        writeln!(report, "{:14} {kept:4} kept {todo:3} todo {hard:3} hard", class.name).expect("writing to memory");
        for entry in class.entries.iter().filter(|entry| entry.section != Section::Kept) {
            let outcome = match (changes(class, entry, &SAFE), entry.section) {
                (Some(changes), _) => changes,
                (None, Section::Todo) => format!("{}: stays whole alone; may it move up?", class.place(entry)),
                (None, _) => format!("{}: stays whole", class.place(entry)),
            };
            writeln!(report, "    {:?} {outcome}", entry.section).expect("writing to memory");
        }
    }
    eprintln!("{report}");
    let count = |section| CLASSES.iter().map(|class| class.section(section).count()).sum::<usize>();
    assert!(
        10 * (count(Section::Todo) + count(Section::Hard)) <= count(Section::Kept),
        "names that are not asserted are the exception"
    );
}

/// A line of `glued.txt`.
struct Glued {
    kind: String,
    lang: String,
    before: String,
    after: String,
    line: usize,
}

static GLUED: LazyLock<Vec<Glued>> = LazyLock::new(|| {
    let mut kind = String::new();
    let mut glued = Vec::new();
    for (index, line) in read(&folder().join("glued.txt")).lines().enumerate() {
        if let Some(comment) = line.strip_prefix("# ") {
            if let Some(name) = comment.strip_prefix("kind: ") {
                name.clone_into(&mut kind);
            }
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let &[lang, before, after] = fields.as_slice() else { panic!("glued.txt:{}: three fields", index + 1) };
        let [lang, before, after] = [lang, before, after].map(str::to_owned);
        glued.push(Glued { kind: kind.clone(), lang, before, after, line: index + 1 });
    }
    glued
});

/// Returns the offsets in `before` where `after` has a space more; None if it differs in another way.
fn new_spaces(before: &str, after: &str) -> Option<BTreeSet<usize>> {
    let mut spaces = BTreeSet::new();
    let mut rest = after.chars().peekable();
    for (at, c) in before.char_indices() {
        if c != ' ' && rest.next_if_eq(&' ').is_some() {
            spaces.insert(at);
        }
        rest.next_if_eq(&c)?;
    }
    rest.next().is_none().then_some(spaces)
}

#[derive(Default)]
struct Tally {
    lost: usize,
    hits: usize,
    wrong: usize,
}

impl Tally {
    fn add(&mut self, lost: usize, hits: usize, wrong: usize) {
        self.lost += lost;
        self.hits += hits;
        self.wrong += wrong;
    }
}

#[test]
fn glued_words_differ_from_their_clean_form_by_spaces() {
    let problems: Vec<_> = GLUED
        .iter()
        .filter(|glued| new_spaces(&glued.before, &glued.after).is_none_or(|spaces| spaces.is_empty()))
        .map(|glued| format!("glued.txt:{} {}", glued.line, glued.before))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(GLUED.len() >= LEAST_GLUED, "{}", GLUED.len());
    let languages: BTreeSet<_> = GLUED.iter().map(|glued| &glued.lang).collect();
    assert!(languages.len() >= LEAST_LANGUAGES, "{languages:?}");
    let texts: HashSet<_> = GLUED.iter().map(|glued| &glued.before).collect();
    assert_eq!(texts.len(), GLUED.len(), "a text stands twice");
}

#[test]
fn the_clean_form_of_glued_words_stays_as_it_is() {
    let failures: Vec<_> = GLUED
        .iter()
        .filter_map(|glued| {
            let change = knowledge(&glued.lang).into_iter().find_map(|lang| change(&SAFE, &glued.after, lang))?;
            Some(format!("glued.txt:{} {}: {change}", glued.line, glued.lang))
        })
        .collect();
    assert_none(&failures);
}

/// Run with `--nocapture` to see the counts.
#[test]
fn run_together_words_are_counted() {
    let (mut all, mut kinds, mut languages) = (Tally::default(), BTreeMap::new(), BTreeMap::new());
    let mut report = String::new();
    for glued in GLUED.iter() {
        let lost = new_spaces(&glued.before, &glued.after).unwrap_or_default();
        let cleaned = clean(&SAFE, &glued.before, Some(&glued.lang));
        let found = new_spaces(&glued.before, &cleaned);
        let hits = found.as_ref().map_or(0, |found| found.intersection(&lost).count());
        // Anything but a space that came in is wrong once.
        let wrong = found.as_ref().map_or(1, |found| found.difference(&lost).count());
        all.add(lost.len(), hits, wrong);
        kinds.entry(glued.kind.as_str()).or_insert_with(Tally::default).add(lost.len(), hits, wrong);
        languages.entry(glued.lang.as_str()).or_insert_with(Tally::default).add(lost.len(), hits, wrong);
        if wrong > 0 {
            writeln!(report, "wrong: glued.txt:{} {cleaned}", glued.line).expect("writing to memory");
        }
    }
    for (name, tally) in kinds.iter().chain(&languages).chain([(&"all", &all)]) {
        let Tally { lost, hits, wrong } = tally;
        writeln!(report, "{name:12} {hits:4} hits {:4} misses {wrong:4} wrong", lost - hits)
            .expect("writing to memory");
    }
    assert!(all.hits >= FLOOR_OF_HITS && all.wrong * HITS_FOR_ONE_WRONG <= all.hits, "{report}");
    eprintln!("{report}");
}
