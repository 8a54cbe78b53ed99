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
