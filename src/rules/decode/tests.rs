//! Bad files and what a person is told about them; good files and what they mean.

use proptest::prelude::*;

use super::*;
use crate::rules::diagnostics::RuleErrors;
use crate::rules::model::Part;
use crate::rules::packs::EMBEDDED;

fn good(yaml: &str) -> Pack {
    load("rules/test.yaml", yaml.as_bytes(), false)
        .unwrap_or_else(|diagnostics| panic!("{}", RuleErrors { diagnostics }))
}

fn messages(bytes: &[u8]) -> String {
    RuleErrors { diagnostics: load("rules/test.yaml", bytes, false).expect_err("a file with faults") }.to_string()
}

/// A pack with one rule, whose keys but `id` are `keys`, each line indented by four spaces here.
fn pack(keys: &str) -> String {
    format!("format: 1\npack: core/test\nrules:\n  - id: one\n{keys}")
}

macro_rules! refuses {
    ($($name:ident: $yaml:expr;)*) => {
        $(#[test] fn $name() { insta::assert_snapshot!(messages($yaml.as_ref())); })*
    };
}

refuses! {
    an_unknown_key: pack("    kind: replace\n    match: { literal: a }\n    raplace: b\n");
    an_unknown_key_that_resembles_none: pack("    kind: delete\n    match: { literal: a }\n    colour: red\n");
    a_key_of_another_kind: pack("    kind: delete\n    match: { literal: a }\n    with: b\n");
    a_key_with_an_underscore: pack("    kind: delete\n    match: { literal: a, ignore_case: true }\n");
    a_key_of_flags_that_need_none: pack("    kind: flag\n    match: { literal: a }\n    message: m\n    safety: safe\n");
    unknown_keys_of_small_mappings: "format: 1\npack: a\nsite: { url: x }\nbudget: { word: 5 }\nrules: []\n";
    wrong_types: pack("    kind: replace\n    match: a\n    replace: [b]\n    priority: high\n    lang: { de: true }\n    tests: [a]\n    tags:\n      - [x]\n");
    values_out_of_range: "format: 2\npack: a\nbudget: { words: 101, lines: few }\nrules:\n  - { id: b, kind: delete, match: { literal: x }, priority: 101 }\n";
    a_key_written_twice: pack("    kind: replace\n    match: { literal: a }\n    replace: b\n    replace: c\n");
    a_key_written_twice_far_apart: format!("format: 1\npack: a\nrules: []\n{}pack: b\n", "#\n".repeat(20));
    an_id_written_twice: "format: 1\npack: a\nrules:\n  - { id: b, kind: delete, match: { literal: x } }\n  - { id: b, kind: delete, match: { literal: y } }\n";
    ids_that_are_none: "format: 1\npack: Core/My Pack\nrules:\n  - { id: Bar_Period, kind: delete, match: { literal: x }, tags: [A] }\n";
    missing_keys: "pack: a\nrules:\n  - kind: replace\n  - id: b\n  - { id: c, kind: delete, match: { before: x } }\n  - { id: d, kind: extract, match: { regex: x } }\n";
    unknown_words: pack("    kind: replce\n    phase: punctation\n    safety: sure\n    effects: [whitespaces, speed]\n    where: { region: heading }\n");
    an_unknown_profile_and_scope: "format: 1\npack: a\nprofile: minimum\nrules:\n  - { id: b, kind: delete, match: { literal: x, scope: word } }\n";
    two_things_to_look_for: pack("    kind: delete\n    match:\n      literal: a\n      regex: b\n");
    keys_that_do_nothing: pack("    kind: delete\n    match: { labels: [a], ignore-case: true }\n");
    a_target_of_another_kind: pack("    kind: drop-line\n    match: { literal: a }\n");
    a_bad_regex_in_single_quotes: pack("    kind: delete\n    match: { regex: 'it''s [a-' }\n");
    a_bad_regex_in_double_quotes: pack("    kind: delete\n    match: { regex: \"\\tä\\u00e4\\\\d+(a|b\" }\n");
    a_bad_regex_in_a_plain_scalar: pack("    kind: delete\n    match:\n      regex: é+x{3,2}y\n");
    a_bad_regex_in_a_literal_block: pack("    kind: delete\n    match:\n      regex: |-\n        (?x)  # a comment\n          [a-z]+\n          \\p{Greekish}\n");
    a_bad_regex_in_a_folded_block: pack("    kind: delete\n    match:\n      regex: >-\n        one two\n        thr(ee\n\n        four\n");
    labels_that_nothing_drops: "format: 1\npack: a\nlang: en\nlabels:\n  share: { alone: [Share this] }\n";
    a_line_of_a_block_that_is_no_label: "format: 1\npack: a\nlang: en\nlabels:\n  share:\n    alone: |\n      Share this\n      Tell a friend\n\n      ***\n      Send\nrules:\n  - { id: b, kind: builtin, builtin: labels }\n";
    a_bad_regex_in_quotes_over_two_lines: pack("    kind: delete\n    match:\n      regex: 'one\n        two)'\n");
    a_look_around: pack("    kind: delete\n    match: { regex: '(?<=a)b' }\n");
    a_group_name_twice: pack("    kind: delete\n    match: { regex: '(?<n>a)(?<n>b)' }\n");
    a_backspace: pack("    kind: delete\n    match: { regex: \"\\bword\" }\n");
    a_paragraph_separator: pack("    kind: delete\n    match: { regex: \"x\\P{L}\" }\n");
    an_escape_that_yaml_does_not_know: pack("    kind: delete\n    match: { regex: \"a\\s+\" }\n");
    a_pattern_with_a_line_break_at_its_end: pack("    kind: delete\n    match:\n      regex: |\n        a+\n");
    a_pattern_that_can_match_nothing: pack("    kind: delete\n    match: { regex: '[ \\t]*' }\n");
    a_pattern_without_measure: pack(&format!("    kind: delete\n    match:\n      regex: >-\n        a{}\n", "|b".repeat(20_000)));
    a_replacement_full_of_dollars: pack(&format!("    kind: replace\n    match: {{ regex: a }}\n    replace: '{}'\n", "$ ".repeat(1000)));
    a_pattern_that_never_matches: pack("    kind: delete\n    match: { regex: '[a&&b]' }\n");
    a_guard_that_always_holds: pack("    kind: delete\n    match: { regex: a, after: '[ ]*' }\n");
    an_empty_literal: pack("    kind: delete\n    match: { literals: [a, ''] }\n");
    replace_left_null: pack("    kind: replace\n    match: { literal: a }\n    replace:\n");
    replace_left_empty: pack("    kind: replace\n    match: { literal: a }\n    replace: ''\n");
    a_dollar_without_braces: pack("    kind: replace\n    match: { regex: '(a)b' }\n    replace: '$1OpenAI'\n");
    dollars_of_all_kinds: pack("    kind: replace\n    match: { regex: '(a)(?<n>b)' }\n    replace: '$n ${ $ ${2} ${3} ${m} $$'\n");
    a_map_at_odds_with_itself: pack("    kind: map\n    map: { a: b }\n    case: folow\n    ignore-case: true\n    endings: [s, '-x', '']\n  - { id: two, kind: map, map: { a: b }, drop-ending: true, scope: word }\n  - { id: three, kind: map, map: { IA: AI, ia: ai }, case: follow }\n");
    a_map_with_holes: pack("    kind: map\n    map: { a: , b: b, c: d }\n");
    an_extract_without_its_group: pack("    kind: extract\n    match: { line: 'By (?<author>.+)' }\n    field: author\n");
    safe_without_tests: pack("    kind: delete\n    match: { literal: a }\n    safety: safe\n    tests:\n      keep: [b]\n");
    tests_that_say_nothing: pack("    kind: delete\n    match: { literal: a }\n    tests:\n      fix:\n        - { before: a, after: a }\n        - { before: b }\n      keep: [{ text: c, lang: German }]\n");
    terms_that_are_no_words: "format: 1\npack: a\nterms: [Acme Cloud, '', { term: QBit, form: [Q-Bit] }, { term: XR, forms: [X.R] }, 7]\n";
    an_override_that_does_nothing: "format: 1\npack: a\noverrides:\n  - rule: core/x/y\n  - disable: true\n";
    an_empty_file: "";
    a_file_of_comments: "# nothing\n";
    two_documents: "format: 1\npack: a\nrules: []\n---\nformat: 1\n";
    a_list_for_a_pack: "- a\n- b\n";
    a_tab_for_indentation: "format: 1\nsite:\n\turls: [a]\n";
    a_tab_behind_spaces: "format: 1\nrules:\n  - id: a\n  \tkind: b\n";
    a_quote_without_end: "format: 1\npack: 'a\nrules: []\n";
    a_quote_inside_quotes: "format: 1\npack: a\nabout: 'it's here'\n";
    a_bracket_without_end: pack("    kind: delete\n    match: { regex: a\n    tests:\n      keep: [a]\n");
    a_list_that_is_not_aligned: "format: 1\npack: a\nrules:\n  - id: a\n - id: b\n";
    a_colon_in_a_plain_text: "format: 1\npack: a\nabout: marks: stray ones\n";
    a_star_without_quotes: "format: 1\npack: a\nsite: { urls: [*.example.com/*] }\n";
    an_exclamation_mark_without_quotes: "format: 1\npack: a\nsite: { urls: [!*.example.com/x/*] }\n";
    a_bar_without_quotes: pack("    kind: delete\n    match:\n      regex: |.\n");
    a_reserved_mark_without_quotes: pack("    kind: delete\n    match:\n      literal: @x\n");
    a_merge_key: "format: 1\npack: a\nx: &x { a: b }\nrules:\n  - <<: *x\n";
    a_list_for_a_key: "? [a]\n: b\n";
    an_alias_in_its_own_anchor: "rules: &a [*a]\n";
    latin_1: b"format: 1\npack: a\nabout: caf\xE9\n";
    utf_16: b"\xFF\xFEf\0o\0r\0";
    a_line_of_brackets: "[".repeat(200_000);
    control_characters: "format: 1\npack: a\nabo\u{85}ut: x\u{9B}31m\u{202E}\n\"\\e[31m\\n\": b\n";
}

#[test]
fn several_errors_in_several_files_are_reported_in_one_run() {
    let files = [
        (
            "rules/b.yaml",
            "format: 1\npack: b\nrules:\n  - { id: x, kind: delete, match: { regex: '(' } }\n  - { id: y, kind: drop, match: { literal: a } }\n",
        ),
        ("rules/a\u{1B}[2J.yaml", "format: 1\npak: a\nrules: []\n"),
    ];
    let load = |(name, text): &(&str, &str)| load(name, text.as_bytes(), false).expect_err("faults");
    let diagnostics = files.iter().flat_map(load).collect();
    insta::assert_snapshot!(RuleErrors { diagnostics });
}

#[test]
fn checks_across_files_name_both_places_and_what_was_meant() {
    let pack = |name: &str, text: &str| load(name, text.as_bytes(), false).expect("good alone");
    let packs = [
        pack(
            "one.yaml",
            "format: 1\npack: core/a\nrules:\n  - { id: x, kind: delete, match: { literal: a }, tags: [quotes], sites: [exmple] }\n",
        ),
        pack("two.yaml", "format: 1\npack: core/a\nrules: []\n"),
        pack(
            "three.yaml",
            "format: 1\npack: core\nrules:\n  - { id: y, kind: delete, match: { literal: a }, sites: [sites/example, example] }\n",
        ),
        pack(
            "four.yaml",
            "format: 1\npack: sites/example\nsite: { urls: ['*.example.com/*'] }\noverrides:\n  - { rule: core/a/z, disable: true }\n  - { rule: core/b/x, disable: true }\n  - { tag: quote, safety: review }\n  - { rule: core/a/x, disable: true }\n",
        ),
    ];
    insta::assert_snapshot!(RuleErrors { diagnostics: check_set(&packs) });
}

#[test]
fn shipped_safe_rules_need_more_tests_than_others() {
    let text = pack(
        "    kind: delete\n    match: { literal: a }\n    safety: safe\n    tests: { fix: [{ before: ab, after: b }], keep: [b, c] }\n",
    );
    assert!(load("x.yaml", text.as_bytes(), false).is_ok());
    let diagnostics = load("rules/x.yaml", text.as_bytes(), true).expect_err("too few for a shipped rule");
    insta::assert_snapshot!(RuleErrors { diagnostics });
}

#[test]
fn bombs_of_aliases_are_refused_at_once_and_in_place() {
    let start = std::time::Instant::now();
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        laughs += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "));
    }
    insta::assert_snapshot!("laughs", messages(laughs.as_bytes()));
    let long = format!("a: &a {}\nb:\n{}", "x".repeat(100_000), "  - *a\n".repeat(20_000));
    insta::assert_snapshot!("long_text_many_times", messages(long.as_bytes()));
    let deep = format!("a: &a {}x{}\nb: {}*a{}\n", "[".repeat(40), "]".repeat(40), "[".repeat(40), "]".repeat(40));
    insta::assert_snapshot!("deep_alias_in_deep_list", messages(deep.as_bytes()));
    // Generous, since tests run unoptimised beside others.
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

#[test]
fn thousands_of_errors_cost_little_and_are_cut() {
    let start = std::time::Instant::now();
    let many = format!("format: 1\npack: a\n{}", (0..100_000).map(|n| format!("key{n}: x\n")).collect::<String>());
    let text = messages(many.as_bytes());
    assert!(text.ends_with("… and 900 more"), "{}", &text[text.len() - 100..]);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let (_, text) = EMBEDDED[0];
    let text = text.replace("\r\n", "\n");
    let windows = format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
    let show = |text: &str| {
        let pack = good(text);
        pack.rules.iter().map(|rule| format!("{} {:?}", rule.id, rule.tests.fix.len())).collect::<Vec<_>>()
    };
    assert_eq!(show(&windows), show(&text));
    let bad = "\u{FEFF}format: 1\r\npack: a\r\nrules:\r\n  - { id: b, kind: delete, match: { regex: '(' } }\r\n";
    insta::assert_snapshot!(messages(bad.as_bytes()));
}

#[test]
fn what_looks_like_another_type_is_text_where_text_is_wanted() {
    let pack =
        good("format: 1\npack: a\nlang: [no, de]\nrules:\n  - { id: b, kind: map, map: { 1.0: yes, true: 0x10 } }\n");
    assert_eq!(pack.rules[0].lang, ["no", "de"]);
    let Kind::Map(words) = &pack.rules[0].kind else { panic!("a map") };
    assert_eq!(words.entries, [("1.0".into(), "yes".into()), ("true".into(), "0x10".into())]);
}

#[test]
fn a_rule_takes_defaults_from_its_pack_and_its_kind() {
    let pack = good(
        "format: 1\npack: a/b\nlang: de\ntags: [t]\nrules:\n  - { id: c, kind: drop-line, match: { labels: [x] } }\n  \
         - { id: d, kind: flag, match: { line: x }, message: m, lang: [], phase: markup }\n",
    );
    let [drop, flag] = pack.rules.as_slice() else { panic!("two rules") };
    assert_eq!((drop.id.as_str(), drop.phase, drop.safety), ("a/b/c", Phase::Lines, Some(Safety::Review)));
    assert_eq!((drop.lang.as_slice(), drop.tags.as_slice()), (&["de".to_owned()][..], &["t".to_owned()][..]));
    assert_eq!((flag.phase, flag.safety, flag.lang.len()), (Phase::Markup, None, 0));
    let phased = good("format: 1\npack: a\nphase: unicode\nrules:\n  - { id: c, kind: map, map: { a: b } }\n");
    assert_eq!(phased.rules[0].phase, Phase::Unicode);
}

#[test]
fn a_replacement_is_text_and_groups() {
    let text = pack("    kind: replace\n    match: { regex: '(a)(?<n>b)(c)' }\n    replace: '$$${1}x${n}${3}y${0}'\n");
    let Kind::Replace { replace, .. } = &good(&text).rules[0].kind else { panic!("a replacement") };
    let text = |text: &str| Part::Text(text.to_owned());
    let parts = [text("$"), Part::Group(1), text("x"), Part::Group(2), Part::Group(3), text("y"), Part::Group(0)];
    assert_eq!(replace.parts, parts);
    let literal = pack("    kind: replace\n    match: { literal: US$ }\n    replace: '${0} 5'\n");
    let Kind::Replace { replace, .. } = &good(&literal).rules[0].kind else { panic!("a replacement") };
    assert_eq!(replace.parts, [Part::Group(0), text(" 5")]);
}

#[test]
fn every_kind_can_be_written() {
    let pack = good(
        "format: 1
pack: a
about: All of it.
profile: 'off'
budget: { words: 2.5, lines: 60 }
site:
  urls: ['*.example.com/*', '!*.example.com/x/*']
  paths: example/**
  fingerprints: [{ head: [Menu], tail: About us }]
rules:
  - { id: r, kind: replace, match: { regex: 'a+', before: '^', after: '[ \\t]|$', scope: paragraph }, replace: '${0}b' }
  - { id: d, kind: delete, match: { literals: [x, y], whole-word: true, ignore-case: true } }
  - { id: l, kind: drop-line, match: { line: 'Share.*' }, where: { region: tail, first-lines: 3, last-lines: 2, field: text } }
  - { id: b, kind: drop-block, match: { from: 'Related', to: '', max-lines: 9 } }
  - { id: j, kind: join-lines, match: { regex: '[a-z]' }, with: ' ', unless: ['^x', 'y*'] }
  - { id: m, kind: map, map: { a: b }, whole-word: true, endings: [s], drop-ending: true, case: follow, scope: paragraph, priority: -100 }
  - { id: e, kind: extract, match: { line: 'By (?<value>.+)' }, field: author, remove: true }
  - { id: f, kind: flag, match: { literal: '??' }, message: lost letters, tests: { fix: [{ before: 'a??' }], keep: ['a?'] } }
  - { id: u, kind: builtin, builtin: glue, options: { least: 3, words: [a, null], deep: { x: 1.5 } } }
overrides:
  - { rule: core/x/y, disable: true }
  - { tag: t, safety: review, unless: 'a' }
",
    );
    let kinds: Vec<String> = pack
        .rules
        .iter()
        .map(|rule| format!("{:?}", rule.kind).split([' ', '(']).next().expect("a name").to_owned())
        .collect();
    assert_eq!(kinds, ["Replace", "Delete", "DropLine", "DropBlock", "JoinLines", "Map", "Extract", "Flag", "Builtin"]);
    assert_eq!(pack.profile, Profile::Off);
    assert_eq!(pack.budget, Budget { words: Some(2.5), lines: Some(60.0) });
    assert_eq!(pack.site.as_ref().map(|site| (site.urls.len(), site.fingerprints[0].tail.len())), Some((2, 1)));
    let Kind::Builtin { options, .. } = &pack.rules[8].kind else { panic!("a built-in rule") };
    let options: Vec<String> = options.iter().map(|(key, option)| format!("{key}={}", option.value)).collect();
    assert_eq!(options, ["deep={\"x\":1.5}", "least=3", "words=[\"a\",null]"]);
    assert_eq!(pack.rules[7].tests.fix[0].after, "a??");
    assert_eq!((pack.overrides[0].disable, pack.overrides[1].unless.len()), (true, 1));
}

/// A key in the tables that the decoder does not read would be accepted and forgotten.
#[test]
fn the_decoder_reads_every_key_of_the_tables() {
    let faults = |yaml: &str| match load("x.yaml", yaml.as_bytes(), false) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.title).collect(),
    };
    let check = |yaml: String, key: &str| {
        let titles = faults(&yaml);
        let named = |title: &String| title.contains(&format!("`{key}`")) || title.starts_with(&format!("the {key} "));
        assert!(titles.iter().any(|title| named(title) && title.contains(" is not ")), "{key}: {titles:#?}");
    };
    // Nothing takes a list of lists of lists, so whoever reads a key complains.
    const WRONG: &str = "[[[]]]";
    let tables = |tables: &[(&keys::Table, &str)]| {
        for (table, frame) in tables {
            for key in table.keys {
                let yaml = frame.replace("HERE", &format!("{}: {WRONG}", key.name));
                let titles = faults(&yaml);
                let read = |title: &&String| title.contains(" is not ") && !title.contains("unknown key");
                assert!(titles.iter().any(|title| read(&title)), "{} of {}: {titles:#?}", key.name, table.name);
            }
        }
    };
    tables(&[
        (&keys::PACK, "{ HERE }"),
        (&keys::SITE, "{ format: 1, pack: a, site: { HERE } }"),
        (&keys::TERM, "{ format: 1, pack: a, terms: [{ HERE }] }"),
        (&keys::FINGERPRINT, "{ format: 1, pack: a, site: { fingerprints: [{ HERE }] } }"),
        (&keys::BUDGET, "{ format: 1, pack: a, budget: { HERE } }"),
        (&keys::OVERRIDE, "{ format: 1, pack: a, overrides: [{ HERE }] }"),
        (
            &keys::WHERE,
            "{ format: 1, pack: a, rules: [{ id: b, kind: delete, match: { literal: x }, where: { HERE } }] }",
        ),
        (
            &keys::TESTS,
            "{ format: 1, pack: a, rules: [{ id: b, kind: delete, match: { literal: x }, tests: { HERE } }] }",
        ),
        (
            &keys::TEST,
            "{ format: 1, pack: a, rules: [{ id: b, kind: delete, match: { literal: x }, tests: { fix: [{ HERE }] } }] }",
        ),
        (
            &keys::KEEP,
            "{ format: 1, pack: a, rules: [{ id: b, kind: delete, match: { literal: x }, tests: { keep: [{ HERE }] } }] }",
        ),
    ]);
    for kind in KINDS {
        for key in kind.keys() {
            let kind_key = if key.name == "kind" { String::new() } else { format!("kind: {}, ", kind.name()) };
            check(format!("{{ format: 1, pack: a, rules: [{{ {kind_key}{}: {WRONG} }}] }}", key.name), key.name);
        }
        for name in kind.matches {
            let target = if GUARDS.contains(name) || kind.kind == KindName::DropBlock { kind.matches[0] } else { name };
            let target = if target == *name { String::new() } else { format!("{target}: x, ") };
            let yaml = format!(
                "{{ format: 1, pack: a, rules: [{{ kind: {}, match: {{ {target}{name}: {WRONG} }} }}] }}",
                kind.name()
            );
            check(yaml, name);
        }
    }
}

/// Changes to a good file that a person, an editor or an attacker may make.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let bits = [
        "[", "{", "'", "\"", "\t", "*a", "&a ", "!x ", "<<: ", "|", ">-\n", "$", "(", "\\", "---\n", "\u{FEFF}", "\r",
        "é", "\0", ": ", "- ",
    ];
    let cut =
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::sample::select(bits.to_vec()), any::<u8>());
    prop::collection::vec(cut, 1..6).prop_map(|cuts| {
        let mut bytes = EMBEDDED[0].1.as_bytes().to_vec();
        for (at, len, bit, noise) in cuts {
            let at = at.index(bytes.len() + 1);
            let len = len.index(12).min(bytes.len() - at);
            let with = if noise < 16 { vec![noise.wrapping_mul(16)] } else { bit.as_bytes().to_vec() };
            bytes.splice(at..at + len, with);
        }
        bytes
    })
}

proptest! {
    #[test]
    fn no_bytes_make_loading_or_its_messages_panic(bytes in prop_oneof![mutated(), prop::collection::vec(any::<u8>(), 0..200)]) {
        if let Err(diagnostics) = load("x.yaml", &bytes, true) {
            prop_assert!(!diagnostics.is_empty());
            let text = RuleErrors { diagnostics }.to_string();
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
    }

    #[test]
    fn no_scalar_makes_patterns_and_replacements_panic(regex in ".{0,20}", replace in "[$a{}0-9é]{0,12}") {
        let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let text = pack(&format!("    kind: replace\n    match: {{ regex: {} }}\n    replace: {}\n", quote(&regex), quote(&replace)));
        if let Err(diagnostics) = load("x.yaml", text.as_bytes(), false) {
            let text = RuleErrors { diagnostics }.to_string();
            prop_assert!(text.contains("error: "), "{text}");
        }
    }
}
