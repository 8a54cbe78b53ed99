//! The packs that are part of the program.

use super::decode;
use super::diagnostics::Diagnostic;
use super::model::Pack;

/// Embeds files by their paths from the root of the crate.
macro_rules! embed {
    ($($path:literal,)*) => { &[$(($path, include_str!(concat!("../../", $path)))),*] };
}

/// Name and text of every shipped rule file, sorted by name.
pub(crate) const EMBEDDED: &[(&str, &str)] = embed![
    "rules/core/ascii.yaml",
    "rules/core/broken-lines.yaml",
    "rules/core/duplicates.yaml",
    "rules/core/encoding.yaml",
    "rules/core/entities.yaml",
    "rules/core/flags.yaml",
    "rules/core/forms.yaml",
    "rules/core/invisible.yaml",
    "rules/core/layout.yaml",
    "rules/core/markup.yaml",
    "rules/core/metadata.yaml",
    "rules/core/page.yaml",
    "rules/core/punctuation.yaml",
    "rules/core/quotes.yaml",
    "rules/core/repeated-passages.yaml",
    "rules/core/spaces.yaml",
    "rules/core/switchers.yaml",
    "rules/core/typography.yaml",
    "rules/core/unicode.yaml",
    "rules/core/words.yaml",
    "rules/lang/ar.yaml",
    "rules/lang/cs.yaml",
    "rules/lang/da.yaml",
    "rules/lang/de.yaml",
    "rules/lang/el.yaml",
    "rules/lang/en.yaml",
    "rules/lang/es.yaml",
    "rules/lang/fi.yaml",
    "rules/lang/fr.yaml",
    "rules/lang/hu.yaml",
    "rules/lang/id.yaml",
    "rules/lang/it.yaml",
    "rules/lang/ja.yaml",
    "rules/lang/ko.yaml",
    "rules/lang/nb.yaml",
    "rules/lang/nl.yaml",
    "rules/lang/pl.yaml",
    "rules/lang/pt.yaml",
    "rules/lang/ro.yaml",
    "rules/lang/ru.yaml",
    "rules/lang/sv.yaml",
    "rules/lang/tr.yaml",
    "rules/lang/uk.yaml",
    "rules/lang/vi.yaml",
    "rules/lang/zh.yaml",
    "rules/sites/translated-tech-news.yaml",
];

/// Reads the embedded packs.
pub(crate) fn embedded() -> Vec<Result<Pack, Vec<Diagnostic>>> {
    EMBEDDED.iter().map(|(name, text)| decode::load(name, text.as_bytes(), true)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::rules::decode::check_set;
    use crate::rules::diagnostics::RuleErrors;

    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the folder of rules is there") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }

    fn read() -> Vec<Pack> {
        let read = |pack: Result<Pack, Vec<Diagnostic>>| {
            pack.unwrap_or_else(|diagnostics| panic!("{}", RuleErrors { diagnostics }))
        };
        embedded().into_iter().map(read).collect()
    }

    #[test]
    fn every_rule_file_is_embedded_and_nothing_else() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        files(&root.join("rules"), &mut found);
        let relative =
            |path: &PathBuf| path.strip_prefix(root).expect("below").to_str().expect("UTF-8").replace('\\', "/");
        let mut names: Vec<String> = found.iter().map(relative).collect();
        names.sort();
        assert_eq!(names, EMBEDDED.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn embedded_packs_load_and_fit_together() {
        let packs = read();
        let diagnostics = check_set(&packs);
        assert!(diagnostics.is_empty(), "{}", RuleErrors { diagnostics });
        for (pack, (name, _)) in packs.iter().zip(EMBEDDED) {
            assert_eq!(*name, format!("rules/{}.yaml", pack.name), "a pack is named by its path");
            assert!(!pack.about.is_empty(), "{name} says what it is for");
        }
    }

    #[test]
    fn shipped_rules_say_what_they_do_and_what_they_may_do() {
        for rule in read().iter().flat_map(|pack| &pack.rules) {
            assert!(!rule.about.is_empty(), "{} has no `about`", rule.id);
            assert_eq!(
                rule.effects.is_some(),
                rule.safety.is_some(),
                "{}: what changes texts writes `effects`",
                rule.id
            );
        }
    }

    #[test]
    fn every_language_has_its_months_and_labels_of_every_kind() {
        use crate::text::LabelKind;
        for pack in read().iter().filter(|pack| pack.name.starts_with("lang/")) {
            let of_kind = |kind| pack.labels.labels.iter().filter(move |label| label.kind == kind);
            for kind in LabelKind::ALL {
                let count: usize = of_kind(kind).map(|label| label.lines.lines().count()).sum();
                assert!(count >= 5, "{}: {count} labels of {kind:?}", pack.name);
            }
            let months: Vec<&str> = pack.labels.months.iter().flat_map(|months| months.lines()).collect();
            let numbered = ["lang/ja", "lang/ko", "lang/zh"].contains(&pack.name.as_str());
            assert!(numbered || months.len() >= 12, "{}: {months:?}", pack.name);
            assert!(
                months.iter().all(|month| numbered || month.trim().chars().count() > 1),
                "{}: {months:?}",
                pack.name
            );
        }
    }
    /// What may stand anywhere is said of the page in words enough: a part of a sentence, or one word with anything
    /// beside it, is no such label. `Advertisement` and `Read more` are headings of articles, too.
    #[test]
    fn labels_that_are_certain_alone_are_no_part_of_a_sentence_and_no_single_word() {
        let unspaced = |c: char| matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{E00}'..='\u{E7F}');
        for pack in read().iter().filter(|pack| pack.name.starts_with("lang/")) {
            let alone = pack.labels.labels.iter().filter(|label| label.alone);
            for line in alone.flat_map(|label| label.lines.lines()).map(str::trim).filter(|line| !line.is_empty()) {
                let part = line.starts_with('*') && line.ends_with('*');
                assert!(!part, "{}: `{line}` is a part of a sentence", pack.name);
                let bare = line.replace(['*', '#'], " ");
                let words = bare.split_whitespace().count();
                let short = !line.contains('#') && words < 2 && bare.trim().chars().count() < 3;
                let lone = line.contains('*') && !line.contains('#') && words < 2 && !bare.contains(unspaced);
                assert!(!short && !lone, "{}: `{line}` is too little", pack.name);
            }
        }
    }
}
