//! Rule files with the mistakes that people make: each is told what, where, and what to do, and nothing else happens.

use super::cli::Sandbox;

/// A rule of a pack, whose other keys are `keys`.
fn rule(keys: &str) -> Vec<u8> {
    format!("format: 1\npack: my/site\nrules:\n  - id: byline\n{keys}").into_bytes()
}

/// Mistakes by their names.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let of = |name, text: &str| (name, text.as_bytes().to_vec());
    vec![
        ("a tab for indentation", b"format: 1\npack: my/site\nrules:\n\t- id: byline\n".to_vec()),
        ("a key indented less", rule("    kind: delete\n   match: { literal: a }\n")),
        ("a rule indented as its list", of("", "format: 1\npack: my/site\nrules:\n- id: byline\n    kind: delete\n").1),
        ("no space behind a colon", rule("    kind:delete\n    match: { literal: a }\n")),
        ("an unknown key", rule("    kind: replace\n    match: { literal: a }\n    replace_with: b\n")),
        ("an unknown key of the pack", of("", "format: 1\nname: my/site\nrules: []\n").1),
        ("a misspelt kind", rule("    kind: drop_line\n    match: { line: a }\n")),
        ("an unknown kind", rule("    kind: substitute\n    match: { literal: a }\n")),
        ("a kind left out", rule("    match: { literal: a }\n    replace: b\n")),
        ("a bracket that is not closed in a pattern", rule("    kind: delete\n    match: { regex: '[a-z' }\n")),
        ("look-ahead", rule("    kind: delete\n    match: { regex: 'a(?=b)' }\n")),
        ("a back-reference", rule("    kind: delete\n    match: { regex: '(a)\\1' }\n")),
        ("a group without braces", rule("    kind: replace\n    match: { regex: '(a)' }\n    replace: '$1x'\n")),
        ("a group that is not there", rule("    kind: replace\n    match: { regex: 'a' }\n    replace: '${1}'\n")),
        ("a pattern in double quotes", rule("    kind: delete\n    match: { regex: \"\\d+\" }\n")),
        ("a pattern that matches nothing", rule("    kind: delete\n    match: { regex: 'a*' }\n")),
        ("an empty replacement", rule("    kind: replace\n    match: { literal: a }\n    replace: ''\n")),
        ("safe without tests", rule("    kind: delete\n    match: { literal: a }\n    safety: safe\n")),
        (
            "effects that are too small",
            rule("    kind: delete\n    match: { literal: word }\n    effects: [whitespace]\n    tests: { fix: [{ before: 'a word', after: 'a ' }] }\n"),
        ),
        ("an unknown effect", rule("    kind: delete\n    match: { literal: a }\n    effects: [letters]\n")),
        (
            "an id twice",
            of("", "format: 1\npack: my/site\nrules:\n  - { id: a, kind: delete, match: { literal: x } }\n  - { id: a, kind: delete, match: { literal: y } }\n").1,
        ),
        ("an id with capitals", of("", "format: 1\npack: my/site\nrules:\n  - { id: ByLine, kind: delete, match: { literal: x } }\n").1),
        ("a full id for an id", of("", "format: 1\npack: my/site\nrules:\n  - { id: my/site/byline, kind: delete, match: { literal: x } }\n").1),
        (
            "a bad glob",
            of("", "format: 1\npack: my/site\nsite: { paths: ['news/[a-'] }\nrules: []\n").1,
        ),
        ("a bad pattern of URLs", of("", "format: 1\npack: my/site\nsite: { urls: ['*example*.com'] }\nrules: []\n").1),
        ("an unknown language", rule("    kind: delete\n    match: { literal: a }\n    lang: german\n")),
        ("a number for a mapping", rule("    kind: delete\n    match: 1\n")),
        ("a text for a number", rule("    kind: delete\n    match: { literal: a }\n    priority: high\n")),
        ("a text for a list of rules", of("", "format: 1\npack: my/site\nrules: byline\n").1),
        ("a test that changes nothing", rule("    kind: delete\n    match: { literal: a }\n    tests: { fix: [{ before: b, after: b }] }\n")),
        ("a text for a test", rule("    kind: delete\n    match: { literal: a }\n    tests: { fix: ['a'] }\n")),
        ("a file that is not UTF-8", b"format: 1\npack: my/site\nabout: Caf\xE9\nrules: []\n".to_vec()),
        ("a file in UTF-16", "format: 1\n".encode_utf16().fold(vec![0xFF, 0xFE], |mut bytes, unit| {
            bytes.extend(unit.to_le_bytes());
            bytes
        })),
        ("an empty file", Vec::new()),
        ("a list at the top", of("", "- id: byline\n  kind: delete\n").1),
        ("a byte order mark and a mistake", b"\xEF\xBB\xBFformta: 1\npack: my/site\nrules: []\n".to_vec()),
        ("a huge file", vec![b'#'; (16 << 20) + 1]),
        (
            "an override of nothing",
            of("", "format: 1\npack: my/site\noverrides:\n  - { rule: core/punctuation/bar-perod, disable: true }\n").1,
        ),
        ("an override that says nothing", of("", "format: 1\npack: my/site\noverrides:\n  - { rule: core/punctuation/bar-period }\n").1),
        ("an unknown built-in", rule("    kind: builtin\n    builtin: glu\n")),
        ("an unknown option of a built-in", rule("    kind: builtin\n    builtin: page-tail\n    options: { range: wide }\n")),
        ("a wrong value of an option", rule("    kind: builtin\n    builtin: page-tail\n    options: { reach: far }\n")),
        ("a version to come", of("", "format: 2\npack: my/site\nrules: []\n").1),
        ("a file of another program", of("", "rules:\n  - id: no-eval\n    pattern: eval($X)\n    message: no\n    languages: [python]\n    severity: ERROR\n").1),
    ]
}

#[test]
fn every_mistake_is_told_with_its_place_and_a_way_out() {
    let mut told = String::new();
    for (name, bytes) in broken() {
        let sandbox = Sandbox::with(&[("my-site.yaml", "")]);
        sandbox.write("my-site.yaml", &bytes);
        let run = sandbox.run(&["rules", "list", "--rules", "my-site.yaml"]);
        // What a rule does is seen by its tests alone.
        let said = if run.code == Some(0) {
            sandbox.run(&["rules", "test", "--rules", "my-site.yaml", "my/site"]).ends(1, "failed").out().to_owned()
        } else {
            assert_eq!((run.code, run.out()), (Some(2), ""), "{name}");
            run.err
        };
        assert!(said.contains("my-site.yaml:"), "{name} has a place: {said}");
        told.push_str(&format!("# {name}\n{}\n\n", said.trim_end()));
    }
    insta::assert_snapshot!(told.trim_end());
}
