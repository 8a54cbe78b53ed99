//! Sentences of many languages that are damaged and come back, correct texts that stay, and hostile ones.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use crate::find::testing::{clean, finder};
use crate::text::{Document, Lang};

/// The lines of a file in `tests/encodings`: a language, a tab and a text.
fn lines(name: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/encodings").join(name);
    let text = std::fs::read_to_string(path).expect("the file is there");
    let parts = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    parts.map(|(lang, text)| (lang.to_owned(), text.to_owned())).collect()
}

#[test]
fn correct_texts_that_look_misread_stay() {
    let texts = [lines("keep.txt"), lines("sentences.txt")].concat();
    let languages: BTreeSet<_> = texts.iter().map(|(lang, _)| lang).collect();
    assert!(texts.len() >= 900 && languages.len() >= 40);
    for what in ["utf-8", "swapped", "controls"] {
        let finder = finder("mojibake", &json!({ "what": what }));
        for (_, text) in &texts {
            assert_eq!(clean(&*finder, text, None), *text, "{what}");
        }
    }
}

#[cfg(feature = "lexicon")]
#[test]
fn words_stay_in_capitals_and_in_quotes() {
    let finder = finder("mojibake", &json!({}));
    let sentences = lines("sentences.txt");
    let words: BTreeSet<&str> = sentences
        .iter()
        .flat_map(|(_, text)| text.split(|c: char| !c.is_alphabetic()))
        .filter(|word| !word.is_ascii() && word.chars().nth(1).is_some())
        .collect();
    assert!(words.len() > 1000);
    for word in words {
        for form in [word.to_owned(), word.to_uppercase()] {
            for (left, right) in [
                ("«", "»"),
                ("“", "”"),
                ("„", "“"),
                ("‘", "’"),
                ("", "…"),
                ("", "®"),
                ("", "™"),
                ("", "²"),
                ("", "°"),
                ("»", "«"),
                ("«\u{A0}", "\u{A0}»"),
                ("l’", ""),
                ("¡", "!"),
                ("", "’s"),
                ("–", "–"),
                ("", "§"),
            ] {
                let text = format!("{left}{form}{right}");
                assert_eq!(clean(&*finder, &text, None), text);
            }
        }
    }
}

#[test]
fn hostile_texts_come_to_an_end() {
    let parts = [
        "Ã",
        "aÃ©",
        "Ã©",
        "Â ",
        "Ã ",
        "тАЩ",
        "\u{C3}\u{83}\u{C2}",
        "â€",
        "â€?",
        "â\u{80}",
        "ã\u{81}\u{82}",
        "Ã©a‚Äî",
        "╨Я",
        "√",
        "Ð\u{9F}",
        "à à ",
        "Å ",
        "🦀Ã©",
        "é",
        "\u{85}",
        "ÃÂ",
        "Ïð",
        "ÖÐ",
        "\u{FFFD}â",
        "ðŸ\u{98}",
    ];
    for what in ["utf-8", "swapped", "controls"] {
        for trust in ["certain", "likely"] {
            let options =
                if what == "controls" { json!({ "what": what }) } else { json!({ "what": what, "trust": trust }) };
            let finder = finder("mojibake", &options);
            for part in parts {
                let text = part.repeat(300_000 / part.len());
                let mut found = Vec::new();
                finder.find(&Document::new(&text, &Lang::known("")), &mut found);
                assert!(found.iter().all(|found| text.is_char_boundary(found.span.start)));
            }
        }
    }
}

/// Damaged sentences: without lexicons fewer come back.
#[cfg(feature = "lexicon")]
mod round_trip {
    use std::collections::BTreeMap;

    use super::*;
    use crate::find::Finder;
    use crate::text::codepage::Page;

    /// Reads the UTF-8 of `text` in `page`; none where a byte has no character that leads back to it.
    fn misread(text: &str, page: Page) -> Option<String> {
        let read = |byte: u8| {
            if byte.is_ascii() {
                Some(char::from(byte))
            } else {
                page.char(byte).filter(|&c| page.byte(c) == Some(byte))
            }
        };
        text.bytes().map(read).collect()
    }

    /// How many texts there were, and how many came back.
    #[derive(Default)]
    struct Count {
        all: usize,
        back: usize,
    }

    #[test]
    fn sentences_come_back_from_every_page_and_up_to_three_layers() {
        let finder = finder("mojibake", &json!({}));
        let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
        let mut wrong = Vec::new();
        let sentences = lines("sentences.txt");
        let languages: BTreeSet<_> = sentences.iter().map(|(lang, _)| lang).collect();
        assert!(languages.len() >= 20 && sentences.iter().all(|(_, text)| text.chars().count() >= 40));
        for (_, sentence) in &sentences {
            for page in Page::ALL {
                let mut layers = vec![sentence.clone()];
                while layers.len() <= 3
                    && let Some(worse) = misread(&layers[layers.len() - 1], page)
                {
                    layers.push(worse);
                }
                for damaged in layers.iter().skip(1).filter(|damaged| *damaged != sentence) {
                    let count = counts.entry(page.name()).or_default();
                    count.all += 1;
                    let back = repaired(&*finder, damaged);
                    if back == *sentence {
                        count.back += 1;
                    } else if !is_part_of_the_way(&back, sentence, page, 3) {
                        wrong.push(format!("{} {damaged:?} gave {back:?}", page.name()));
                    }
                }
            }
        }
        let (all, back) = counts.values().fold((0, 0), |(all, back), count| (all + count.all, back + count.back));
        assert!(all > 10_000 && back * 1000 >= all * 995, "{back} of {all}");
        for (page, count) in &counts {
            assert!(count.back * 100 >= count.all * 97, "{page}: {} of {}", count.back, count.all);
        }
        assert!(wrong.is_empty(), "{} of {all} wrong: {}", wrong.len(), wrong.join("\n"));
    }

    /// Whether each character of `text` is right, or still as it was after some layer.
    fn is_part_of_the_way(text: &str, sentence: &str, page: Page, layers: usize) -> bool {
        let mut rest = text;
        sentence.chars().all(|c| {
            let mut form = Some(c.to_string());
            for _ in 0..=layers {
                let Some(written) = form else { return false };
                if let Some(behind) = rest.strip_prefix(written.as_str()) {
                    rest = behind;
                    return true;
                }
                form = misread(&written, page);
            }
            false
        }) && rest.is_empty()
    }

    /// Undoes what `finder` finds until it finds nothing; the language is detected.
    fn repaired(finder: &dyn Finder, text: &str) -> String {
        let mut text = text.to_owned();
        loop {
            let mut found = Vec::new();
            finder.find(&Document::new(&text, &Lang::of(&text)), &mut found);
            if found.is_empty() {
                return text;
            }
            found.sort_by_key(|found| found.span);
            for found in found.iter().rev() {
                text.replace_range(found.span.range(), &found.after);
            }
        }
    }
}
