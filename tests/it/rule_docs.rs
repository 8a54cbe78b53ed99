//! `rules new` and `rules docs`: what helps the author of a rule to begin.

use std::path::Path;

use super::cli::Sandbox;

#[test]
fn a_rule_is_begun_and_works_and_no_file_is_overwritten() {
    let sandbox = Sandbox::with(&[]);
    let example = ["--example", r"The house is empty. (red.)\nIt rains. => The house is empty.\nIt rains."];
    sandbox.run(&[&["rules", "new", "my/site/byline"], &example[..]].concat()).ends(0, "wrote my-site.yaml; next:");
    insta::assert_snapshot!(sandbox.read("my-site.yaml"));
    let again = sandbox.run(&["rules", "test", "--rules", "my-site.yaml", "my/site"]);
    again.ends(0, "2 tests of 1 rule: all passed");
    sandbox.run(&["rules", "new", "my/site/other"]).ends(2, "`my-site.yaml` is there already");
    sandbox
        .run(&["rules", "new", "rules/Some names.yaml", "--kind", "map"])
        .ends(0, "--rules 'rules/Some names.yaml' some-names");
    sandbox.run(&["rules", "new", "byline"]).ends(2, "no full id");
    sandbox.run(&["rules", "new", "My/Site/Byline"]).ends(2, "is not a pack's name");
    sandbox.run(&["rules", "new", "a/b", "--example", "x"]).ends(2, "expected a text and what becomes of it");
    sandbox.run(&["rules", "new", "a/b", "--kind", "flag", "--example", "x => y"]).ends(2, "not for `flag`");
    assert!(!sandbox.path("a.yaml").exists());
}

/// Compares a committed reference with what the program writes; `UPDATE_DOCS=1` writes it.
#[track_caller]
fn is_current(file: &str, args: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let run = Sandbox::with(&[]).run(&[&["rules", "docs"], args].concat()).ends(0, "");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, &run.out).expect("written");
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == run.out(), "run `UPDATE_DOCS=1 cargo test --test it rule_docs` and commit {file}");
}

#[test]
fn the_committed_rule_reference_is_current() {
    is_current("docs/rules.md", &[]);
}

#[test]
fn the_committed_reference_of_rule_files_is_current() {
    is_current("docs/rule-file.md", &["--file-format"]);
}

#[test]
fn the_reference_takes_in_rules_of_ones_own() {
    let sandbox = Sandbox::with(&[]);
    sandbox.run(&["rules", "new", "my/site/byline"]).ends(0, "wrote");
    sandbox.run(&["rules", "docs", "--rules", "my-site.yaml", "-o", "out.md"]).ends(0, "");
    assert!(sandbox.read("out.md").contains("\n### my/site/byline\n\nA slip of the pen.\n"));
}
