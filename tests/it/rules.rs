//! `rules test`, as the author of a rule sees it.

use std::process::{Command, Output};

use super::cli::{Run, Sandbox};

fn test_rules(yaml: &str) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pack.yaml"), yaml).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_unscrape"))
        .current_dir(folder.path())
        .args(["rules", "test", "--no-config", "--rules", "pack.yaml", "my/pack"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    (output, text)
}

#[test]
fn tests_that_fail_are_shown_with_their_place_and_what_came_out() {
    let (output, text) = test_rules(
        r#"format: 1
pack: my/pack
rules:
  - id: sign
    kind: delete
    match: { regex: '\(red\.\)', before: '[ \t]' }
    safety: safe
    tests:
      fix:
        - { before: 'Das Haus steht leer. (red.)', after: 'Das Haus steht leer.' }
      keep:
        - 'Die (red.) Fassung blieb.'
        - '(red.) oder nicht'
"#,
    );
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text.trim_end(), @r#"
    error: a `fix` test of `my/pack/sign` fails
      --> pack.yaml:10:80
       |
    10 |         - { before: 'Das Haus steht leer. (red.)', after: 'Das Haus steht leer.' }
       |                                                                                ^ the rule alone gave "Das Haus steht leer. "
       |
    help: expected "Das Haus steht leer."
          expected [-and-] got {+so+}: Das Haus steht leer.{+ +}

    error: a `keep` test of `my/pack/sign` fails
      --> pack.yaml:12:16
       |
    12 |         - 'Die (red.) Fassung blieb.'
       |                ^^^^^^ the rule alone gave "Die  Fassung blieb."
       |
    help: expected "Die (red.) Fassung blieb."
          expected [-and-] got {+so+}: Die [-(red.)-] Fassung blieb.
    "#);
}

#[test]
fn a_guard_that_no_test_needs_is_worth_a_note() {
    let (output, text) = test_rules(
        r#"format: 1
pack: my/pack
rules:
  - id: sign
    kind: delete
    match: { literal: ' (red.)', after: '$' }
    tests:
      fix: [{ before: 'Das Haus steht leer. (red.)', after: 'Das Haus steht leer.' }]
"#,
    );
    assert_eq!(output.status.code(), Some(0), "a note is no failure");
    insta::assert_snapshot!(text.trim_end(), @r#"
    note: rule `my/pack/sign` has a guard that no test needs
     --> pack.yaml:4:9
      |
    4 |   - id: sign
      |         ^^^^ without `after` every test still passes
      |
    help: add a `keep` test that fails without it, or take it out
    "#);
}

#[test]
fn rules_of_a_new_author_pass_when_they_are_right() {
    let (output, text) = test_rules(
        r#"format: 1
pack: my/pack
rules:
  - id: sign
    kind: delete
    match: { regex: '[ \t]*\(red\.\)', after: '$' }
    safety: safe
    tests:
      fix: [{ before: 'Das Haus steht leer. (red.)', after: 'Das Haus steht leer.' }]
      keep: ['Die (red.) Fassung blieb.', '(red.) oder nicht']
"#,
    );
    assert_eq!((output.status.code(), text.as_str()), (Some(0), ""));
    assert_eq!(String::from_utf8_lossy(&output.stderr).trim_end(), "3 tests of 1 rule: all passed");
}

/// Runs `unscrape` in a folder with a pack whose rule names the word list `words.tsv`.
fn with_list(list: Option<&str>, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let yaml = "format: 1\npack: my/terms\nrules:\n  - { id: names, kind: map, file: words.tsv, whole-word: true }\n";
    std::fs::write(folder.path().join("pack.yaml"), yaml).expect("written");
    std::fs::write(folder.path().join("a.txt"), "Muster AG und Musterstadt\n").expect("written");
    if let Some(list) = list {
        std::fs::write(folder.path().join("words.tsv"), list).expect("written");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_unscrape"));
    command.current_dir(folder.path()).args(args).args(["--no-config", "--rules", "pack.yaml"]);
    command.output().expect("the program runs")
}

#[test]
fn a_word_list_lies_beside_its_pack() {
    let clean = ["clean", "a.txt", "--safety", "review", "--select", "my/terms"];
    let output = with_list(Some("# Names\n\nMuster\tMeister\r\n"), &clean);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Meister AG und Musterstadt\n");
}

#[test]
fn what_is_wrong_with_a_word_list_is_told_at_its_place() {
    let output = with_list(Some("Muster\tMeister\nAG\nUnd\tUnd\n"), &["rules", "list"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr).trim_end(), @r#"
    error: this is no line of a word list
     --> words.tsv:2:1
      |
    2 | AG
      | ^^ expected two texts with a tab between
      |
    help: a line that begins with `#` is a comment

    error: a line of a word list changes nothing
     --> words.tsv:3:1
      |
    3 | Und    Und
      | ^^^^^^^^^^ the same twice
    "#);
    let output = with_list(None, &["rules", "list"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr).trim_end(), @r#"
    error: rule `my/terms/names` names a word list that is not there
     --> pack.yaml:4:35
      |
    4 |   - { id: names, kind: map, file: words.tsv, whole-word: true }
      |                                   ^^^^^^^^^ no such file beside this one
      |
    help: name a file in the folder of this one, or below it; shipped packs write `map:`
    "#);
}

/// A rule that takes a sign away with the space before it, and tests that expect the space to stay.
const SPACED: &str = r#"format: 1
pack: my/pack
rules:
  - id: sign   # a reporter's
    kind: delete
    match: { literal: ' (red.)' }
    tests:
      fix:
        - { before: 'Das Haus steht leer. (red.)', after: 'Das Haus steht leer. ' }  # or not?
        - before: "Zwei Zeilen. (red.)\nDie zweite."
          after: |-
            Zwei Zeilen. (red)
            Die zweite.
      keep: ['Die (red) Fassung blieb.', 'Der (red.) bleibt.']
  - id: dash
    kind: delete
    match: { literal: '––' }
    tests: { fix: [{ before: 'a––b', after: 'ab' }] }
"#;

fn tested(sandbox: &Sandbox, more: &[&str]) -> Run {
    sandbox.run(&[&["rules", "test", "--rules", "pack.yaml", "my/pack"], more].concat())
}

#[test]
fn rules_are_chosen_by_a_part_of_their_id_and_by_what_failed_last_time() {
    let sandbox = Sandbox::with(&[("pack.yaml", SPACED)]);
    tested(&sandbox, &["--failed"]).ends(0, "no rule failed last time");
    tested(&sandbox, &["--filter", "dash"]).ends(0, "1 test of 1 rule: all passed");
    assert!(!sandbox.path(".unscrape").exists(), "where nothing failed, nothing is kept");
    tested(&sandbox, &["--filter", "colour"]).ends(2, "no rule with `colour` in its id");
    tested(&sandbox, &[]).ends(1, "5 tests of 2 rules: 3 failed");
    tested(&sandbox, &["--failed"]).ends(1, "4 tests of 1 rule: 3 failed");
    tested(&sandbox, &["--failed", "--filter", "dash"]).ends(2, "of those that failed last time");
    let ids = |sandbox: &Sandbox| sandbox.read(".unscrape/rules-test.json");
    assert_eq!(ids(&sandbox), "{\"unscrape\":\"rules-test\",\"format\":1,\"failed\":[\"my/pack/sign\"]}\n");
    sandbox.write(
        "pack.yaml",
        SPACED
            .replace("    tests:\n      fix:", "    tests:\n      todo:")
            .replace("      keep: [", "      #")
            .as_bytes(),
    );
    tested(&sandbox, &["--failed"]).ends(0, "2 tests of 1 rule: all passed");
    tested(&sandbox, &["--failed"]).ends(0, "no rule failed last time");
}

#[test]
fn tests_are_made_to_expect_what_rules_give_and_nothing_else_is_touched() {
    let sandbox = Sandbox::with(&[("pack.yaml", SPACED)]);
    let run = tested(&sandbox, &["--update"]).ends(1, "2 tests made to expect what its rule gives");
    insta::assert_snapshot!(run.out().trim_end());
    assert_eq!(
        sandbox.read("pack.yaml"),
        SPACED.replace("steht leer. ' }", "steht leer.' }").replace("Zwei Zeilen. (red)", "Zwei Zeilen.")
    );
    tested(&sandbox, &["--update", "--format", "json"]).ends(2, "--update is for --format text");
}

#[test]
fn what_is_wrong_in_a_text_has_a_caret_and_its_words() {
    let sandbox = Sandbox::with(&[("pack.yaml", SPACED)]);
    insta::assert_snapshot!(tested(&sandbox, &[]).out().trim_end());
}

#[test]
fn a_rule_is_told_in_which_forms_of_its_texts_it_fails() {
    let sandbox = Sandbox::with(&[(
        "pack.yaml",
        r#"format: 1
pack: my/pack
rules:
  - id: cafe
    kind: replace
    match: { regex: 'Café\n$', scope: document }
    replace: "Bar\n"
    tests:
      fix: [{ before: "x\nCafé\n", after: "x\nBar\n" }]
  - id: plain
    kind: replace
    match: { regex: '\bteh\b' }
    replace: the
    tests:
      fix: [{ before: "so teh é\nend", after: "so the é\nend" }]
      keep: ["so tehé\nend"]
"#,
    )]);
    let run = tested(&sandbox, &[]).ends(0, "3 tests of 2 rules: all passed");
    insta::assert_snapshot!(run.out().trim_end());
}

/// What is known of shipped rules: fewer is better, and more wants a reason.
#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn the_forms_that_shipped_rules_do_not_survive_are_known() {
    let run = Sandbox::with(&[]).run(&["rules", "test"]).ends(0, "all passed");
    insta::assert_snapshot!(run.out().trim_end());
}

#[test]
fn the_outcome_comes_as_json_with_every_test() {
    let sandbox = Sandbox::with(&[("pack.yaml", SPACED)]);
    let run = tested(&sandbox, &["--format", "json"]).ends(1, "3 failed");
    let json: serde_json::Value = serde_json::from_str(run.out()).expect("JSON");
    assert_eq!((&json["unscrape"], &json["format"]), (&"rules-test".into(), &1.into()));
    assert_eq!((&json["rules"], &json["tests"], &json["failed"]), (&2.into(), &5.into(), &3.into()));
    let cases = json["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 5);
    assert_eq!(cases[0]["name"], "fix: Das Haus steht leer. (red.)");
    assert_eq!(cases[0]["place"], serde_json::json!({ "file": "pack.yaml", "line": 9, "column": 11 }));
    assert_eq!(
        (&cases[0]["expected"], &cases[0]["got"]),
        (&"Das Haus steht leer. ".into(), &"Das Haus steht leer.".into())
    );
    let statuses: Vec<_> = cases.iter().map(|case| case["status"].as_str().expect("a word")).collect();
    assert_eq!(statuses, ["failed", "failed", "passed", "failed", "passed"]);
}

/// An element with its attributes, its text and what it holds.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

fn unescaped(text: &str) -> String {
    let mut out = text.to_owned();
    for (from, to) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        out = out.replace(from, to);
    }
    out
}

/// Reads the XML that the program writes: no more of the format than that takes, and nothing that is not well formed.
fn xml(text: &str) -> Element {
    let mut rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    let mut open = vec![Element::default()];
    while let Some((before, tag)) = rest.split_once('<') {
        open.last_mut().expect("never empty").text += &unescaped(before);
        let (tag, behind) = tag.split_once('>').expect("a tag ends");
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            let closed = open.pop().expect("open");
            assert_eq!(closed.name, name);
            open.last_mut().expect("never empty").children.push(closed);
            continue;
        }
        let (tag, alone) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut list) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut element = Element { name: name.to_owned(), ..Element::default() };
        while let Some((key, value)) = list.split_once("=\"") {
            let (value, more) = value.split_once('"').expect("a value ends");
            assert!(!value.contains(['\n', '\t']), "would be read as a space: {value}");
            element.attributes.push((key.trim().to_owned(), unescaped(value)));
            list = more;
        }
        assert!(list.trim().is_empty(), "{list}");
        if alone {
            open.last_mut().expect("never empty").children.push(element);
        } else {
            open.push(element);
        }
    }
    assert_eq!(open.len(), 1, "every element is closed");
    let known = |c: char| matches!(c, '\n' | '\t' | ' '..='\u{FFFD}' | '\u{10000}'..) && c != '\u{7F}';
    assert!(text.chars().all(known), "a character that XML does not know");
    open.pop().and_then(|mut root| root.children.pop()).expect("an element")
}

#[test]
fn the_outcome_comes_as_xml_for_build_servers() {
    let odd = SPACED
        .replace("'Die (red) Fassung blieb.'", "\"<a href='x'>\\u0001 & \\\" ]]> \\uFFFE\", 'Der (red.) bleibt.'");
    let sandbox = Sandbox::with(&[("pack.yaml", &odd)]);
    let run = tested(&sandbox, &["--format", "junit"]).ends(1, "5 failed");
    let root = xml(run.out());
    assert_eq!((root.name.as_str(), root.get("tests"), root.get("failures")), ("testsuites", "6", "5"));
    let mut names = std::collections::BTreeSet::new();
    for suite in &root.children {
        assert_eq!(suite.name, "testsuite");
        let failed = suite.children.iter().filter(|case| case.children.iter().any(|child| child.name == "failure"));
        assert_eq!(suite.get("tests"), suite.children.len().to_string());
        assert_eq!(suite.get("failures"), failed.count().to_string());
        for case in &suite.children {
            assert_eq!(
                (case.name.as_str(), case.get("classname"), case.get("file")),
                ("testcase", suite.get("name"), "pack.yaml")
            );
            assert!(names.insert((case.get("classname"), case.get("name"))), "{case:?}");
        }
    }
    let names: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
    assert!(names.contains(&"keep: <a href='x'>⟨U+0001⟩ & \" ]]> \u{FFFD}"), "{names:?}");
    assert!(names.contains(&"keep: Der (red.) bleibt. (2)"), "{names:?}");
    let message = &root.children[0].children[0].children[0];
    assert!(message.text.contains("expected [-and-] got {+so+}"), "{message:?}");
}
