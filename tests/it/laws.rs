//! Laws that hold for every text and every set of rules.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use unscrape::edit::{Edit, Safety};
use unscrape::text::Span;
use unscrape::{Builder, Cleaned, Cleaner, Profile, RuleFile, Source};

/// Checks everything that must hold of one cleaned text.
fn check_laws(input: &str, cleaned: &Cleaned<'_>) {
    let edits = &cleaned.edits;
    for pair in edits.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "edits are sorted and disjoint: {pair:?}");
        assert!(pair[0].out.end <= pair[1].out.start, "so they are in the output: {pair:?}");
    }
    for edit in edits {
        assert_eq!(&input[edit.span.range()], edit.before);
        assert_eq!(&cleaned.text[edit.out.range()], edit.after);
        assert!(!edit.steps.is_empty() && edit.before != edit.after, "{edit:?}");
    }
    let forward = edits.iter().map(|edit| (edit.span, edit.after.as_str()));
    assert_eq!(splice(input, forward), cleaned.text, "the edits replayed on the input give the output");
    let back = edits.iter().map(|edit| (edit.out, edit.before.as_str()));
    assert_eq!(splice(&cleaned.text, back), input, "reversed on the output they give the input");

    let mut last = 0;
    for out in (0..=cleaned.text.len()).filter(|&at| cleaned.text.is_char_boundary(at)) {
        let at = cleaned.origin.offset(out);
        assert!(at <= input.len() && input.is_char_boundary(at), "every output byte has an origin: {out} -> {at}");
        assert!(last <= at, "a later byte never comes from an earlier place: {out} -> {at} after {last}");
        last = at;
    }
    let whole = cleaned.origin.span(Span::new(0, cleaned.text.len()));
    assert!(whole.end <= input.len());
    for finding in &cleaned.findings {
        assert!(input.get(finding.span.range()).is_some(), "a finding lies in the input: {finding:?}");
        let out = if cleaned.held.is_some() { finding.span } else { finding.out };
        assert!(cleaned.text.get(out.range()).is_some(), "and in the output: {finding:?}");
    }
}

fn splice<'a>(text: &str, edits: impl Iterator<Item = (Span, &'a str)>) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (span, after) in edits {
        out.push_str(&text[from..span.start]);
        out.push_str(after);
        from = span.end;
    }
    out + &text[from..]
}

/// Cleans, checks the laws, cleans again and compares with the plan that runs every rule one after the other.
fn check_shipped(text: &str, lang: Option<&str>) {
    static CLEANERS: LazyLock<Vec<(Cleaner, Cleaner)>> = LazyLock::new(|| {
        let settings: [fn(Builder) -> Builder; 3] = [
            |builder| builder,
            |builder| builder.safety(Safety::Review).findings(true).fields(true),
            |builder| builder.profile(Profile::Typography).findings(true),
        ];
        let build = |builder: Builder| builder.build().expect("the shipped rules are right");
        settings.map(|set| (build(set(Cleaner::builder())), build(set(Cleaner::builder()).gated(false)))).into()
    });
    for (gated, naive) in CLEANERS.iter() {
        let source = Source { lang, ..Source::default() };
        let cleaned = gated.clean_with(text, &source);
        check_laws(text, &cleaned);
        let again = gated.clean_with(&cleaned.text, &source);
        assert_eq!(
            again.text, cleaned.text,
            "cleaning twice equals cleaning once, for {text:?}; then {:#?}",
            again.edits
        );
        let naive = naive.clean_with(text, &source);
        assert_eq!(naive.text, cleaned.text, "the gated plan equals the naive one, for {text:?}");
        let rules = |edits: &[Edit]| edits.iter().map(|edit| (edit.span, edit.steps.clone())).collect::<Vec<_>>();
        assert_eq!(rules(&naive.edits), rules(&cleaned.edits));
        assert_eq!(rules(&naive.findings), rules(&cleaned.findings), "findings too, for {text:?}");
    }
}

/// Pieces of which faults are made, and what must not be taken for them.
const PIECES: &[&str] = &[
    "Der",
    "seit",
    "OpenAI",
    "GPT",
    "Google",
    "Waymo",
    "ChatGPT-4",
    "Valley",
    "E'",
    "è",
    "fine",
    "Inizio",
    "iPhone",
    "McCall",
    "2022",
    "3,5",
    "|.",
    ". .",
    ".",
    ",",
    ":",
    "…",
    "\"",
    "“",
    "”",
    "„",
    "«",
    "»",
    "'",
    "’",
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "\u{A0}",
    "\u{AD}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{200D}",
    "e\u{301}",
    "한어",
    "Русский",
    "English",
    "Français",
    "日本語",
    "Deutsch",
    "Italiano",
    "Ελληνικά",
    "|",
    "/",
    "example.com",
    "https://a.b/c?d=e.F",
    "x_y()",
    "«?»",
    "日本",
    "ß",
    "İ",
    "ﬁ",
    "𝄞",
];

fn piece_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// Characters written out, invisible, special or of an old form, and what stands beside them in many scripts.
const CODED: &[&str] = &[
    "Ã©",
    "Ã ",
    "Ã\u{AD}",
    "â€™",
    "â€\u{FFFD}",
    "ÃƒÂ©",
    "nÃ©e à",
    "РџСЂРё",
    "╨Я╤А",
    "п÷я─",
    "√©",
    "‚Äî",
    "Ïðèâåò ",
    "ÖÐ¹ú",
    "В±5 ",
    "«Ã©»",
    "\u{93}",
    "UTF-8 ",
    "a",
    "é",
    "Wort",
    "го",
    "ώ",
    "ไทย",
    "中",
    "の",
    "हि",
    "می",
    "שלום",
    "ـ",
    "Ã",
    "â",
    "€",
    " ",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    ".",
    "!",
    "«",
    "»",
    "5",
    "km",
    "\u{A0}",
    "\u{A0}",
    "\u{202F}",
    "\u{2003}",
    "\u{2009}",
    "\u{3000}",
    "\u{AD}",
    "\u{200B}",
    "\u{200C}",
    "\u{200D}",
    "\u{200E}",
    "\u{202A}",
    "\u{2060}",
    "\u{FEFF}",
    "\u{0B}",
    "\u{0C}",
    "\u{2028}",
    "\u{1B}",
    "\u{1B}[31m",
    "\u{1B}]8;;x\u{07}",
    "\0",
    "_",
    "\u{08}",
    "\u{85}",
    "\u{9D}",
    "\u{FFFC}",
    "\u{FE0F}",
    "\u{E0041}",
    "\u{1F3F4}",
    "\u{E007F}",
    "👩",
    "&",
    "&amp;",
    "amp;",
    "&lt;",
    "b",
    "&gt;",
    "<",
    ">",
    "&#233;",
    "&eacute;",
    "&nbsp",
    "&copy 2",
    "&#38;",
    "&#9;",
    "&#55357;",
    "&#56832;",
    "&shy;",
    "lt;",
    ";",
    "&num;",
    "233;",
    "&#13;",
    "\\u00e9",
    "\\ud83d",
    "\\ude00",
    "\\xc3",
    "\\xa9",
    "\\",
    "`",
    "```\n",
    "HTML ",
    "it&#39;s",
    "https://a.b/",
    "=",
    "()",
    "ﬁ",
    "Ａ",
    "ｶ",
    "ﾞ",
    "｡",
    "\u{FEFB}",
    "\u{3164}",
    "\u{FFF9}",
];

fn coded_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(CODED), 0..30).prop_map(|pieces| pieces.concat())
}

const PATTERNS: &[&str] = &[
    "a",
    "b+",
    "[ab]",
    "ab|ba",
    r"\.",
    r"\s+",
    r"\bа?b",
    "é",
    r"(?i)A",
    r"a(?-u:\b)",
    "^a",
    "b$",
    r"[^a]",
    r".",
    r"\p{Lu}",
    r"\n",
    "a.*b",
];
const AFTERS: &[&str] = &["", "a", "b", " ", "ab", "${0}", "${0}${0}", "x", ".", r"\n", "é", "$$"];

const LITERALS: &[&str] = &["a", "b", "ab", "A", "é", "É", "ß", "bb", "a b", "."];
const CONTEXTS: &[&str] = &["a", "b", r"\b", r"\B", "^", "$", r"[ .]", r"^\s*\S", "é+", "a.b"];

/// Answers of a random oracle, used up one by one, so that a file shrinks with them.
struct Picks(std::vec::IntoIter<u8>);

impl Picks {
    fn number(&mut self, below: usize) -> usize {
        usize::from(self.0.next().unwrap_or(0)) % below
    }

    fn one(&mut self, of: &[&'static str]) -> &'static str {
        of[self.number(of.len())]
    }

    fn often(&mut self, text: impl FnOnce(&mut Self) -> String) -> String {
        if self.number(3) == 1 { text(self) } else { String::new() }
    }

    /// Keys of a `match:` that narrow it.
    fn narrower(&mut self) -> String {
        let mut out = self.often(|p| format!(", before: '{}'", p.one(CONTEXTS)));
        out += &self.often(|p| format!(", after: '{}'", p.one(CONTEXTS)));
        out += &self.often(|_| ", ignore-case: true".to_owned());
        out + &self.often(|_| ", whole-word: true".to_owned())
    }

    fn find(&mut self) -> String {
        let scope = self.one(&["line", "paragraph", "document"]);
        match self.number(3) {
            0 => format!("literals: ['{}', '{}'], scope: {scope}", self.one(&LITERALS[..5]), self.one(&LITERALS[5..])),
            _ => format!("regex: '{}', scope: {scope}", self.one(PATTERNS)),
        }
    }

    fn rule(&mut self, index: usize) -> String {
        let narrower = self.narrower();
        let after = self.one(AFTERS);
        let (body, changes) = match self.number(14) {
            0..=2 => {
                let find = self.find();
                let after = if find.starts_with("literals") && after.contains("${") { "c" } else { after };
                (format!("kind: replace, match: {{ {find}{narrower} }}, replace: \"{after}\""), true)
            }
            3 | 4 => (format!("kind: delete, match: {{ {}{narrower} }}", self.find()), true),
            5 => (format!("kind: drop-line, match: {{ regex: '{}'{narrower} }}", self.one(PATTERNS)), true),
            6 => (format!("kind: drop-line, match: {{ line: '{}' }}", self.one(PATTERNS)), true),
            7 => (format!("kind: drop-line, match: {{ labels: [A, b b, '{}'] }}", self.one(LITERALS)), true),
            8 => (
                format!("kind: join-lines, match: {{ regex: '{}'{narrower} }}, with: '${{0}} '", self.one(PATTERNS)),
                true,
            ),
            9 => {
                let flags = self.one(&[
                    "",
                    ", ignore-case: true",
                    ", whole-word: true",
                    ", whole-word: true, endings: [b, 'A'], case: follow, scope: document",
                    ", whole-word: true, endings: [b, a], drop-ending: true, scope: paragraph",
                ]);
                (format!("kind: map, map: {{ a: b, ab: '', é: e, É: e, 'a b': c }}{flags}"), true)
            }
            10 => {
                let (from, to) = (self.one(&["a+", ".*b", "é"]), self.one(&["b+", "a.*", ".+"]));
                let max = self.number(4) + 1;
                (format!("kind: drop-block, match: {{ from: '{from}', to: '{to}', max-lines: {max} }}"), true)
            }
            11 => ("kind: extract, field: f, match: { regex: 'a(?<value>b*)' }".to_owned(), false),
            12 => ("kind: extract, field: f, remove: true, match: { line: '[aé](?<value>.*)' }".to_owned(), true),
            _ => (format!("kind: flag, message: found, match: {{ {}{narrower} }}", self.find()), false),
        };
        let mut out = format!("{{ id: r{index}, about: A rule., {body}");
        out += &self.often(|p| format!(", unless: ['{}', '{}']", p.one(CONTEXTS), p.one(PATTERNS)));
        out += match self.number(8) {
            0 => ", where: { first-lines: 2 }",
            1 => ", where: { last-lines: 1 }",
            2 => ", where: { region: tail }",
            3 => ", where: { region: head, first-lines: 1, last-lines: 3 }",
            _ => "",
        };
        let phase = self.one(&["decode", "unicode", "markup", "lines", "words", "punctuation", "layout"]);
        out += &format!(", phase: {phase}, priority: {}", self.number(5) as i8 - 2);
        if changes {
            let all = "invisible, whitespace, insert-space, punctuation, case, markup, insert-letters, delete-letters, join-lines, delete-line";
            let some = ["whitespace, join-lines", "insert-letters", "delete-letters, punctuation", "delete-line"];
            let effects = if self.number(4) == 3 { self.one(&some) } else { all };
            out += &format!(", effects: [{effects}]");
        }
        out + ", tags: [x] }"
    }
}

/// A rule file with random rules of the kinds that are all pattern, and now and then an override.
fn rule_file() -> impl Strategy<Value = String> {
    (proptest::collection::vec(any::<u8>(), 16..160), 1..6_usize).prop_map(|(picks, rules)| {
        let mut picks = Picks(picks.into_iter());
        let mut yaml = String::from("format: 1\npack: random\nabout: Random rules.\nrules:\n");
        for index in 0..rules {
            yaml += &format!("  - {}\n", picks.rule(index));
        }
        if picks.number(4) == 1 {
            yaml += &format!("overrides:\n  - {{ tag: x, unless: ['{}'] }}\n", picks.one(CONTEXTS));
        }
        yaml
    })
}

/// A text of few letters in few lines, some of them long enough to be prose, with line ends of every kind.
fn lines_text() -> impl Strategy<Value = String> {
    let prose = "a ab Ab b.a éa ba ".repeat(5) + ".";
    let line = prop_oneof![9 => "[abA .éÉß]{0,6}", 1 => Just(prose)];
    let end = proptest::sample::select(&["\n", "\n", "\r\n", "\r", ""][..]);
    proptest::collection::vec((line, end), 0..9)
        .prop_map(|lines| lines.into_iter().flat_map(|(a, b)| [a, b.to_owned()]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn laws_hold_for_shipped_rules_on_texts_made_of_faults(text in piece_text()) {
        check_shipped(&text, None);
        check_shipped(&text, Some("it"));
        check_shipped(&text, Some("de"));
    }

    #[test]
    fn laws_hold_for_shipped_rules_on_coded_and_invisible_characters(text in coded_text()) {
        check_shipped(&text, None);
        check_shipped(&text, Some("fr"));
    }

    #[test]
    fn laws_hold_for_shipped_rules_on_any_text(text in any::<String>()) {
        check_shipped(&text, None);
    }

    #[test]
    fn laws_hold_for_random_rules(yaml in rule_file(), text in lines_text()) {
        let build = |gated| {
            let file = RuleFile::new("random.yaml", yaml.clone().into_bytes());
            let builder = Cleaner::builder().rules(file).select("random").safety(Safety::Review);
            let builder = builder.findings(true).fields(true);
            builder.gated(gated).build()
        };
        // Some patterns are refused, such as one that matches nothing: then there is nothing to hold.
        if let (Ok(gated), Ok(naive)) = (build(true), build(false)) {
            let cleaned = gated.clean(&text);
            check_laws(&text, &cleaned);
            let other = naive.clean(&text);
            prop_assert_eq!(&other.text, &cleaned.text, "the gated plan equals the naive one");
            prop_assert_eq!(other.edits, cleaned.edits);
            prop_assert_eq!(other.findings, cleaned.findings);
            if cleaned.held.is_none() {
                let again = gated.clean(&cleaned.text);
                prop_assert!(again.edits.is_empty() && again.held.is_none(), "nothing is left to find: {:?}", again);
            }
        }
    }
}

#[test]
fn most_random_rule_files_build() {
    // Without this the law above could hold for want of a rule set that builds.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = rule_file();
    let built = (0..100).filter(|_| {
        let yaml = strategy.new_tree(&mut runner).expect("a tree").current();
        let file = RuleFile::new("random.yaml", yaml.into_bytes());
        Cleaner::builder().rules(file).select("random").build().is_ok()
    });
    assert!(built.count() >= 50);
}

/// Texts that broke a law once.
#[test]
fn laws_hold_where_they_did_not() {
    // A mark that is no letter ends the word before a soft hyphen.
    check_shipped("\u{FF9E}\u{AD}\u{B}Ａ", None);
    check_shipped("e\u{20DD}-\nund ein Wort geht weiter", Some("de"));
    check_shipped("Das Wo \u{20DD}rt steht hie\u{20DD} r und bre\u{20DD} chen", Some("de"));
    check_shipped("Der Satz geht we\u{20DD}\u{A0}\nweiter und noch ein Stück, bis er endet.", Some("de"));
}

#[test]
fn laws_hold_on_every_sample() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut seen = 0;
    for entry in std::fs::read_dir(samples).expect("samples") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            check_shipped(&std::fs::read_to_string(&path).expect("UTF-8"), None);
            seen += 1;
        }
    }
    assert!(seen >= 16, "{seen} samples");
}

/// Larger collections of cases, outside the project: JSONL (also .gz) and text files.
fn outside_cases() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/dev-cases");
    let folder = std::env::var_os("UNSCRAPE_CASES").map_or(default, PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder that can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn laws_hold_on_larger_collections() {
    let Some(folder) = outside_cases() else {
        eprintln!("skipped: no folder of cases (set UNSCRAPE_CASES to one with .txt, .jsonl or .jsonl.gz files)");
        return;
    };
    let mut files = Vec::new();
    files_below(&folder, &mut files);
    files.sort();
    let mut texts: Vec<(String, Option<String>)> = Vec::new();
    for path in files {
        let bytes = std::fs::read(&path).expect("a file that can be read");
        let name = path.to_string_lossy();
        let bytes = if name.ends_with(".gz") {
            let mut plain = Vec::new();
            flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("gzip");
            plain
        } else {
            bytes
        };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if name.contains(".jsonl") {
            for line in text.lines() {
                let Ok(record) = serde_json::from_str::<serde_json::Value>(line) else { continue };
                let lang = record["lang"].as_str().map(str::to_owned);
                for field in ["text", "input", "gold", "text_main", "expected"] {
                    if let Some(text) = record[field].as_str() {
                        texts.push((text.to_owned(), lang.clone()));
                    }
                }
            }
        } else if name.ends_with(".txt") {
            texts.push((text, None));
        }
    }
    assert!(!texts.is_empty(), "no case in {}", folder.display());
    // All of them take long: every so many are looked at, unless somebody names the folder.
    let step = if std::env::var_os("UNSCRAPE_CASES").is_some() { 1 } else { texts.len().div_ceil(3000) };
    let texts: Vec<_> = texts.into_iter().step_by(step).collect();
    std::thread::scope(|scope| {
        for part in texts.chunks(texts.len().div_ceil(2)) {
            scope.spawn(|| part.iter().for_each(|(text, lang)| check_shipped(text, lang.as_deref())));
        }
    });
}
