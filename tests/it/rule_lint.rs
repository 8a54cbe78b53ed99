//! `rules lint`, as the author of a rule sees it.

use super::cli::Sandbox;

/// A pack of which a reader may understand something else than is meant.
const PACK: &str = r#"format: 1
pack: my/pack   # ours
rules:
  - id: sign
    about: A sign goes.
    kind: delete
    match:
      literal: issue #1
    tests: { fix: [{ before: an issue, after: 'an ' }] }
  - id: vote
    kind: replace
    match: { regex: 'yes|nay' }   # either
    replace: no
    lang: [de,   'no']
  - id: long
    about: What stands between two marks goes, or the first alone.
    kind: delete
    match: { regex: '\[.*\]|\[' }
    tests: { fix: [{ before: 'a [b]', after: 'a ' }] }
overrides:
  - { rule: core/punctuation/bar-period, safety: safe }
"#;

#[test]
fn shipped_packs_have_nothing_to_be_found() {
    // A busy machine may make any pattern slow.
    Sandbox::with(&[]).run(&["rules", "lint", "--ignore", "slow-pattern"]).ends(0, "0 problems found");
    Sandbox::with(&[]).run(&["rules", "lint", "--ignore", "slow-patern"]).ends(2, "did you mean `slow-pattern`?");
}

#[test]
fn each_problem_has_a_place_a_name_and_a_way_out() {
    let run = Sandbox::with(&[("pack.yaml", PACK)]).run(&["rules", "lint", "pack.yaml"]).ends(1, "--fix mends 3");
    insta::assert_snapshot!(run.out().trim_end());
}

#[test]
fn what_needs_no_thought_is_mended_and_the_rest_of_the_file_stays() {
    let sandbox = Sandbox::with(&[("pack.yaml", PACK)]);
    let run = sandbox.run(&["rules", "lint", "pack.yaml", "--fix"]).ends(1, "4 places mended");
    assert!(run.out().starts_with("diff --git a/pack.yaml b/pack.yaml\n"), "{}", run.out());
    let mended = PACK
        .replace("issue #1", "'issue' #1")
        .replace("replace: no", "replace: 'no'")
        .replace("regex: 'yes|nay'", "literals: ['yes', 'nay']");
    assert_eq!(sandbox.read("pack.yaml"), mended);
    let again = sandbox.run(&["rules", "lint", "pack.yaml", "--fix"]).ends(1, "problems found");
    assert_eq!(sandbox.read("pack.yaml"), mended, "what is mended stays so");
    assert!(!again.out().contains("diff --git"), "{}", again.out());
}

#[test]
fn a_check_says_what_it_is_about() {
    let sandbox = Sandbox::with(&[]);
    let run = sandbox.run(&["rules", "lint", "--explain", "quadratic"]).ends(0, "");
    assert!(run.out().starts_with("quadratic: a pattern that reads the rest"), "{}", run.out());
    sandbox.run(&["rules", "lint", "--explain", "quadratc"]).ends(2, "did you mean `quadratic`?");
    assert!(sandbox.run(&["rules", "lint", "--explain"]).ends(0, "").out().lines().count() >= 15);
    sandbox.run(&["rules", "lint", "missing.yaml"]).ends(2, "missing.yaml");
}
