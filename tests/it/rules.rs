//! `rules test`, as the author of a rule sees it.

use std::process::{Command, Output};

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
      --> pack.yaml:10:11
       |
    10 |         - { before: 'Das Haus steht leer. (red.)', after: 'Das Haus steht leer.' }
       |           ^ the rule alone gave "Das Haus steht leer. "
       |
    help: expected "Das Haus steht leer."

    error: a `keep` test of `my/pack/sign` fails
      --> pack.yaml:12:11
       |
    12 |         - 'Die (red.) Fassung blieb.'
       |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ the rule alone gave "Die  Fassung blieb."
       |
    help: expected "Die (red.) Fassung blieb."
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
