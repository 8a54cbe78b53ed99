//! Metadata: front matter that no rule touches, and fields on top of texts and in records.

use std::path::Path;

use proptest::prelude::*;
use unscrape::edit::{Safety, Status};
use unscrape::text::Span;
use unscrape::{Cleaner, Profile};

use super::cli::Sandbox;

const BODY: &str = "The committee of the village |. Met again on Monday and spoke of nothing but the old bridge.\n";
const CLEAN_BODY: &str =
    "The committee of the village | Met again on Monday and spoke of nothing but the old bridge.\n";
const HEAD: &str = "A bridge: for the village\n\nBy Jane Roe\n\nPublished: 12 March 2024\n\n";
const BLOCK: &str = "---\ntitle: \"A bridge: for the village\"\nauthor: Jane Roe\ndate: 2024-03-12\n---\n";

fn cleaner() -> Cleaner {
    Cleaner::builder().findings(true).fields(true).build().expect("the shipped rules are right")
}

#[test]
fn fields_say_where_they_are_from_and_are_read_only_when_wanted() {
    let text = format!("---\na: b\n---\n{HEAD}{BODY}");
    let cleaner = cleaner();
    let cleaned = cleaner.clean(&text);
    let fields: Vec<_> = cleaned.fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
    assert_eq!(fields, [("title", "A bridge: for the village"), ("author", "Jane Roe"), ("date", "2024-03-12")]);
    for field in &cleaned.fields {
        let finding = cleaned.findings.iter().find(|finding| finding.span == field.span).expect("a finding");
        assert_eq!((finding.status, finding.rule()), (Status::Field, &field.rule));
    }
    assert_eq!(&text[cleaned.fields[1].span.range()], "By Jane Roe");
    let plain = Cleaner::builder().findings(true).build().expect("good");
    assert!(plain.clean(&text).fields.is_empty());
    assert_eq!(plain.rules_hash(), cleaner.rules_hash(), "fields decide about no edit");
}

/// Every kind of edit that could want a part of the block.
const HOSTILE: &str = "---\r\ntitle: \u{A0}Caf\u{C3}\u{A9} |. so ,so  \r\nEnglish: Deutsch\r\nauthor: \u{AD}\u{200B}x &eacute;\r\n---\r\n";

#[test]
fn no_rule_changes_front_matter_and_what_stands_behind_it_is_cleaned_as_if_it_were_not_there() {
    for profile in [Profile::Minimal, Profile::Default, Profile::Typography, Profile::Ascii] {
        let builder = Cleaner::builder().profile(profile).safety(Safety::Review).findings(true).fields(true);
        let cleaner = builder.build().expect("good");
        let switcher = "EnglishFrançaisDeutschItaliano\n\n";
        for text in [HEAD, BODY, switcher, &[HEAD, switcher, BODY, HEAD, "\n\n"].concat(), ""] {
            let alone = cleaner.clean(text);
            let with = [HOSTILE, text].concat();
            let cleaned = cleaner.clean(&with);
            assert_eq!(cleaned.text, [HOSTILE, &alone.text].concat());
            let places = |edits: &[unscrape::edit::Edit], by: usize| {
                let moved = |span: Span| (span.start + by, span.end + by);
                edits.iter().map(|edit| (moved(edit.span), moved(edit.out), edit.steps.clone())).collect::<Vec<_>>()
            };
            assert_eq!(places(&cleaned.edits, 0), places(&alone.edits, HOSTILE.len()));
            assert_eq!(places(&cleaned.findings, 0), places(&alone.findings, HOSTILE.len()));
        }
    }
}

#[test]
fn a_text_that_becomes_front_matter_by_cleaning_comes_to_rest() {
    let cleaner = Cleaner::builder().build().expect("good");
    for text in ["\u{200B}---\ntitle: x\n---\nHe |. Went home\n", "---\ntit\u{200B}le: a |. b\n---\nHe |. Went home\n"]
    {
        let once = cleaner.clean(text).text.into_owned();
        assert!(once.ends_with("He | Went home\n"), "{once:?}");
        assert_eq!(cleaner.clean(&once).text, once);
    }
}

proptest! {
    #[test]
    fn cleaning_with_front_matter_is_cleaning_without(
        keys in proptest::collection::vec("[a-z]{1,8}: [^\r\n]{0,20}", 1..4),
        pieces in proptest::collection::vec(proptest::sample::select(&["A title here\n", "By Jane Roe\n", "\n", " .", ". .", "|.", "---\n", "a: b\n", "2024-03-12\n", "\u{200B}", "\u{A0}", "English", "Deutsch", "Français", "Italiano", "seitOpenAI ", "\r\n", "\r", BODY][..]), 0..14),
    ) {
        let cleaner = Cleaner::builder().safety(Safety::Review).fields(true).build().expect("good");
        let front = format!("---\n{}\n---\n", keys.join("\n"));
        let text = pieces.concat();
        let with = [front.as_str(), &text].concat();
        let cleaned = cleaner.clean(&with);
        let again = cleaner.clean(&cleaned.text);
        prop_assert_eq!(&again.text, &cleaned.text, "quiet");
        prop_assert!(cleaned.text.starts_with(&front));
        // What begins with front matter itself is protected only where it is the first.
        if !text.trim_start_matches('\u{200B}').starts_with("---") {
            let alone = cleaner.clean(&text);
            prop_assert_eq!(&cleaned.text[front.len()..], alone.text.as_ref());
            let values = |cleaned: &unscrape::Cleaned<'_>| {
                cleaned.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect::<Vec<_>>()
            };
            prop_assert_eq!(values(&cleaned), values(&alone));
        }
    }
}

#[test]
fn front_matter_is_written_once_and_the_text_below_it_is_the_clean_text() {
    let sandbox = Sandbox::with(&[("a.txt", &[HEAD, BODY].concat()), ("b.txt", BODY)]);
    let clean = [BLOCK, HEAD, CLEAN_BODY].concat();
    assert_eq!(sandbox.run(&["clean", "--front-matter", "a.txt"]).ends(0, "1 text got metadata").out(), clean);
    let without = sandbox.run(&["clean", "--front-matter", "b.txt"]);
    assert_eq!(without.ends(0, "").out(), CLEAN_BODY, "nothing is known of it");
    sandbox.run(&["clean", "-w", "--front-matter", "a.txt"]).ends(0, "");
    assert_eq!(sandbox.read("a.txt"), clean);
    sandbox.run(&["clean", "-w", "--front-matter", "--exit-code", "a.txt"]).ends(0, "none changed");
    sandbox.run(&["check", "--strict", "a.txt"]).ends(0, "");
    assert_eq!(sandbox.read("a.txt"), clean);
    assert_eq!(sandbox.run(&["diff", "a.txt"]).ends(0, "").out(), "", "fields are no changes");
    assert!(sandbox.run(&["diff", "--fields", "a.txt"]).ends(0, "").out().contains("author: Jane Roe"));
    assert!(sandbox.run(&["diff", "--format", "jsonl", "a.txt"]).ends(0, "").out().contains("\"status\":\"field\""));
}

#[test]
fn keys_of_a_text_win_and_a_block_that_is_no_mapping_is_left_alone() {
    let mine = "---\ntitle: Mine # so\ntags: [a, b]\n---\n";
    let sandbox = Sandbox::with(&[
        ("a.txt", &[mine, HEAD, BODY].concat()),
        ("b.txt", &["---\ntitle: [a\n---\n", HEAD, CLEAN_BODY].concat()),
        ("c.txt", &["\u{FEFF}", &HEAD.replace('\n', "\r\n"), BODY].concat()),
    ]);
    let expected = "---\ntitle: Mine # so\ntags: [a, b]\nauthor: Jane Roe\ndate: 2024-03-12\n---\n";
    let run = sandbox.run(&["clean", "--front-matter", "a.txt"]).ends(0, "");
    assert_eq!(run.out(), [expected, HEAD, CLEAN_BODY].concat());
    let run =
        sandbox.run(&["clean", "--front-matter", "b.txt"]).ends(0, "1 text got no metadata, since the front matter");
    assert_eq!(run.out(), sandbox.read("b.txt"));
    let run = sandbox.run(&["clean", "--front-matter", "c.txt"]).ends(0, "");
    let marked = ["\u{FEFF}", &BLOCK.replace('\n', "\r\n"), &HEAD.replace('\n', "\r\n"), CLEAN_BODY].concat();
    assert_eq!(run.out(), marked, "behind the byte order mark, with the line ends of the text");
}

#[test]
fn records_get_an_object_that_is_merged_into_and_never_overwritten() {
    let text = serde_json::to_string(&[HEAD, BODY].concat()).expect("JSON");
    let clean = serde_json::to_string(&[HEAD, CLEAN_BODY].concat()).expect("JSON");
    let fields = r#""author":"Jane Roe","date":"2024-03-12""#;
    let title = r#""title":"A bridge: for the village""#;
    let records = [
        (
            format!("{{\"n\":1E400,\"text\":{text}}}"),
            format!("{{\"n\":1E400,\"text\":{clean},\"meta\":{{{title},{fields}}}}}"),
        ),
        (
            format!("{{\"meta\":{{\"title\":null}},\"text\":{text}}} "),
            format!("{{\"meta\":{{\"title\":null,{fields}}},\"text\":{clean}}} "),
        ),
        (format!("{{\"text\":{text},\"meta\":{{ }}}}"), format!("{{\"text\":{clean},\"meta\":{{{title},{fields} }}}}")),
        (format!("{{\"text\":{clean},\"meta\":[1]}}"), format!("{{\"text\":{clean},\"meta\":[1]}}")),
        ("{\"text\":\"Short.\"}".to_owned(), "{\"text\":\"Short.\"}".to_owned()),
        ("{\"meta\":7}".to_owned(), "{\"meta\":7}".to_owned()),
    ];
    let lines = |side: fn(&(String, String)) -> &String| {
        records.iter().map(side).cloned().collect::<Vec<_>>().join("\n") + "\n"
    };
    let (before, after) = (lines(|record| &record.0), lines(|record| &record.1));
    let sandbox = Sandbox::with(&[("a.jsonl", &before)]);
    let run = sandbox.run(&["clean", "--fields-key", "meta", "a.jsonl"]).ends(0, "3 texts got metadata");
    assert_eq!(run.out(), after);
    assert!(run.err.contains("1 text got no metadata, since the value"), "{}", run.err);
    sandbox.run(&["clean", "-w", "--fields-key", "meta", "--patch", "p", "a.jsonl"]).ends(0, "");
    assert_eq!(sandbox.read("a.jsonl"), after);
    sandbox.run(&["clean", "-w", "--fields-key", "meta", "--exit-code", "a.jsonl"]).ends(0, "");
    assert_eq!(sandbox.read("a.jsonl"), after);
}

#[test]
fn a_place_for_metadata_that_an_input_does_not_have_is_an_error() {
    let sandbox = Sandbox::with(&[("x/a.txt", BODY), ("x/b.jsonl", "{\"text\":\"a\"}\n")]);
    sandbox
        .run(&["clean", "--front-matter", "x", "--out-dir", "out"])
        .ends(2, "name an object for their metadata with --fields-key");
    sandbox.run(&["clean", "--fields-key", "m", "x/a.txt"]).ends(2, "with --front-matter");
    sandbox.run(&["clean", "--fields-key", "", "x/b.jsonl"]).ends(2, "--fields-key needs the name of an object");
    sandbox.run(&["clean", "--fields-key", "text", "x/b.jsonl"]).ends(2, "is the field of the text");
    sandbox.run(&["clean", "--front-matter", "--fields-key", "m", "x", "--out-dir", "out"]).ends(0, "");
}

#[test]
fn every_sample_gets_its_front_matter_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let names = std::fs::read_dir(&folder).expect("samples").map(|entry| entry.expect("an entry").file_name());
    for name in names.filter_map(|name| name.into_string().ok()).filter(|name| name.ends_with(".txt")) {
        let text = std::fs::read_to_string(folder.join(&name)).expect("a sample");
        let sandbox = Sandbox::with(&[("a.txt", &text)]);
        let plain = sandbox.run(&["clean", "-q", "a.txt"]).ends(0, "");
        let once = sandbox.run(&["clean", "-q", "--front-matter", "a.txt"]).ends(0, "");
        assert!(once.out().ends_with(plain.out().trim_start_matches('\u{FEFF}')), "{name}");
        let twice = sandbox.pipe(&["clean", "-q", "--front-matter"], &once.out);
        assert_eq!(twice.out(), once.out(), "{name}");
    }
}
