//! What the engine does at its edges: places of findings, ends of texts, context, and time linear in the text.

use std::fmt::Write;
use std::time::{Duration, Instant};

use unscrape::edit::{Safety, Status};
use unscrape::{Builder, Cleaner, Held, RuleErrors, RuleFile, SiteChoice, Source};

const EVERY: &str = "effects: [invisible, whitespace, insert-space, punctuation, case, insert-letters, delete-letters, join-lines, delete-line]";

fn file(head: &str, rules: &[&str]) -> RuleFile {
    let mut yaml = format!("format: 1\npack: my\nabout: Rules of a test.\n{head}rules:\n");
    for (index, rule) in rules.iter().enumerate() {
        writeln!(yaml, "  - {{ id: r{index}, about: A rule., {rule} }}").expect("writing to memory");
    }
    RuleFile::new("my.yaml", yaml.into_bytes())
}

/// A cleaner with these rules alone, given as the inside of a mapping in one line.
fn build(rules: &[&str]) -> Result<Cleaner, RuleErrors> {
    builder(file("", rules)).build()
}

fn builder(file: RuleFile) -> Builder {
    Cleaner::builder()
        .rules(file)
        .select("my")
        .safety(Safety::Review)
        .findings(true)
        .fields(true)
        .budget_words(1e9)
        .budget_lines(1e9)
}

fn cleaner(rules: &[&str]) -> Cleaner {
    build(rules).unwrap_or_else(|errors| panic!("{errors}"))
}

fn cleaned(rules: &[&str], text: &str) -> String {
    cleaner(rules).clean(text).text.into_owned()
}

#[test]
fn a_finding_of_an_early_phase_lies_in_the_output() {
    let cleaner = cleaner(&[
        &format!("kind: replace, phase: lines, match: {{ literal: tail }}, replace: TAIL, {EVERY}"),
        &format!("kind: replace, phase: lines, match: {{ literal: ail }}, replace: x, {EVERY}"),
        &format!("kind: delete, phase: layout, match: {{ regex: 'é+' }}, {EVERY}"),
    ]);
    let text = "éééééééé tail é";
    let cleaned = cleaner.clean(text);
    assert_eq!(cleaned.text, " TAIL ");
    let lost = cleaned.findings.iter().find(|finding| finding.status == Status::Lost).expect("one lost");
    assert_eq!(&text[lost.span.range()], "ail");
    assert_eq!(&cleaned.text[lost.out.range()], "TAIL", "it lies in what became of the place");
}

#[test]
fn a_field_whose_line_went_lies_in_the_output() {
    let cleaner = cleaner(&[
        &format!("kind: extract, remove: true, field: by, phase: lines, match: {{ line: 'By (?<value>.+)' }}, {EVERY}"),
        &format!("kind: delete, phase: layout, match: {{ regex: 'é+' }}, {EVERY}"),
    ]);
    let cleaned = cleaner.clean("éééééééé\nBy Ann\n");
    assert_eq!(cleaned.text, "\n");
    let field = cleaned.findings.iter().find(|finding| finding.status == Status::Field).expect("a field");
    assert_eq!((field.reason.as_deref(), cleaned.text.get(field.out.range())), (Some("by: Ann"), Some("")));
}

#[test]
fn a_finding_that_reaches_into_a_change_says_what_the_input_holds() {
    let cleaner = cleaner(&[
        &format!("kind: replace, phase: words, match: {{ literal: ab }}, replace: XYZ, {EVERY}"),
        "kind: flag, phase: layout, match: { literal: Zc }, message: seen",
    ]);
    let text = "-abc-";
    let cleaned = cleaner.clean(text);
    let flag = &cleaned.findings[0];
    assert_eq!((flag.before.as_str(), &text[flag.span.range()]), ("abc", "abc"));
    assert_eq!((flag.after.as_str(), &cleaned.text[flag.out.range()]), ("XYZc", "Zc"));
    assert_eq!(flag.steps[0].before, "Zc");
}

#[test]
fn a_last_line_without_a_line_end_lies_in_its_own_region() {
    let prose = "This is a sentence that is certainly long enough to be prose, is it not so.";
    let drop = format!("kind: drop-line, phase: lines, match: {{ line: Share }}, where: {{ region: tail }}, {EVERY}");
    assert_eq!(cleaned(&[&drop], &format!("{prose}\nShare")), prose);
    assert_eq!(cleaned(&[&drop], &format!("{prose}\nShare\n")), format!("{prose}\n"));
}

#[test]
fn a_dropped_last_line_takes_one_blank_line_along_and_leaves_the_end_as_it_was() {
    let drop = format!("kind: drop-line, phase: lines, match: {{ line: Share }}, {EVERY}");
    for (text, after) in [
        ("x\n\nShare", "x"),
        ("x\n \nShare", "x"),
        ("x\r\n\r\nShare", "x"),
        ("x\r\rShare", "x"),
        ("x\n\nShare\n", "x\n"),
        ("x\n\n\nShare", "x\n"),
        ("\nShare", ""),
        ("\n\nShare", ""),
        ("Share\n\nx", "x"),
        ("Share\r\n\r\nx", "x"),
        ("x\n\nShare\n\ny", "x\n\ny"),
        ("x\n\nShare\nShare\n\ny", "x\n\ny"),
        ("x\n\nShare\n\nShare\n\ny", "x\n\ny"),
        ("Share\n\nShare", ""),
        ("Share", ""),
        ("x\nShare\ny", "x\ny"),
    ] {
        assert_eq!(cleaned(&[&drop], text), after, "{text:?}");
    }
}

#[test]
fn a_blank_line_is_taken_along_only_within_the_ceiling() {
    let drop = |effects| format!("kind: drop-line, phase: lines, match: {{ regex: '^ +$' }}, effects: [{effects}]");
    let text = "x\n\n  \n\u{200B}\ny\n";
    assert_eq!(cleaned(&[&drop("whitespace")], text), "x\n\n\u{200B}\ny\n");
    assert_eq!(cleaned(&[&drop("whitespace, invisible")], text), "x\n\ny\n");
}

#[test]
fn context_sees_both_sides_of_the_edge_of_a_match() {
    let rule =
        |context: &str| format!("kind: replace, phase: words, match: {{ literal: a, {context} }}, replace: X, {EVERY}");
    assert_eq!(cleaned(&[&rule(r"after: '\b'")], "a ab a"), "X ab X");
    assert_eq!(cleaned(&[&rule(r"before: '\b'")], "a ba a"), "X ba X");
    assert_eq!(cleaned(&[&rule(r"after: '\B'")], "a ab a"), "a Xb a");
    assert_eq!(cleaned(&[&rule(r"before: '^'")], "a a"), "X a");
    assert_eq!(cleaned(&[&rule(r"after: '$'")], "a a"), "a X");
    assert_eq!(
        cleaned(&[&rule(r"before: '^ *'")], &format!("a{}a", " ".repeat(3000))),
        format!("X{}a", " ".repeat(3000))
    );
}

#[test]
fn a_comment_at_the_end_of_a_pattern_ends_with_it() {
    let rule =
        format!("kind: delete, phase: words, match: {{ regex: '(?x) b+ # letters', after: '(?x) c # one' }}, {EVERY}");
    assert_eq!(cleaned(&[&rule], "abbcb"), "acb");
    let rule = format!(
        "kind: join-lines, phase: lines, match: {{ regex: '(?x) b # end', after: '(?x) c # start' }}, with: '${{0}}', {EVERY}"
    );
    assert_eq!(cleaned(&[&rule], "ab\ncb\nd"), "abcb\nd");
}

#[test]
fn an_override_with_a_pattern_that_is_too_large_is_an_error() {
    let head = "overrides:\n  - { rule: core/punctuation/bar-period, unless: ['(\\w{100}){100}'] }\n";
    let built = Cleaner::builder()
        .rules(file(head, &[&format!("kind: delete, phase: words, match: {{ literal: b }}, {EVERY}")]))
        .build();
    assert!(built.err().expect("an error").to_string().contains("too large"));
}

#[test]
fn a_fingerprint_with_white_space_at_its_edges_is_found_by_the_gated_plan_too() {
    let head = "site: { fingerprints: [{ head: [' Menu of ours '] }] }\n";
    let rule = format!("kind: delete, phase: words, match: {{ literal: b }}, {EVERY}");
    for gated in [true, false] {
        let cleaner = builder(file(head, &[&rule])).site(SiteChoice::Auto).gated(gated).build().expect("it builds");
        assert_eq!(cleaner.clean("Menu of ours\nabc\n").text, "Menu of ours\nac\n", "gated: {gated}");
    }
}

#[test]
fn overrides_of_a_site_are_for_its_texts_and_those_of_a_pack_that_is_off_for_none() {
    let input = "Autor |. Zhou\n";
    for (change, site_text) in
        [("disable: true", input), ("safety: review", input), ("unless: ['Zhou']", "Autor | Zhou\n")]
    {
        let head = format!(
            "site: {{ urls: ['*.example.com/*'] }}\noverrides:\n  - {{ rule: core/punctuation/bar-period, {change} }}\n"
        );
        let off = head.replace("site: { urls: ['*.example.com/*'] }", "profile: 'off'");
        let rule = format!("kind: delete, phase: words, match: {{ literal: qqq }}, {EVERY}");
        let built = |head: &str| Cleaner::builder().rules(file(head, &[&rule])).build().expect("it builds");
        let at = |url| Source { url: Some(url), ..Source::default() };
        let cleaner = built(&head);
        assert_eq!(cleaner.clean_with(input, &at("https://www.example.com/a")).text, site_text, "{change}");
        assert_eq!(cleaner.clean_with(input, &at("https://www.example.org/a")).text, "Autor | Zhou\n", "{change}");
        assert_eq!(built(&off).clean(input).text, "Autor | Zhou\n", "{change}");
    }
    let head =
        "site: { urls: ['*.example.com/*'] }\noverrides:\n  - { rule: core/punctuation/bar-period, unless: ['\\|'] }\n";
    let rule = format!("kind: delete, phase: words, match: {{ literal: qqq }}, {EVERY}");
    let cleaner = Cleaner::builder().rules(file(head, &[&rule])).build().expect("it builds");
    let source = Source { url: Some("https://www.example.com/a"), ..Source::default() };
    assert_eq!(cleaner.clean_with(input, &source).text, input, "a veto that overlaps the match");
}

#[test]
fn a_text_that_grows_beyond_measure_within_a_round_is_held() {
    let grow =
        format!("kind: replace, phase: decode, match: {{ literal: a }}, replace: '{}', {EVERY}", "b".repeat(2000));
    let shrink = format!("kind: replace, phase: layout, match: {{ regex: 'b+' }}, replace: c, {EVERY}");
    let cleaner = cleaner(&[&grow, &shrink]);
    assert!(cleaner.clean("a").held.is_some_and(|held| matches!(held, Held::Restless { .. })));
}

#[test]
fn flags_are_found_in_a_text_that_is_held() {
    let swap = |from, to| format!("kind: replace, phase: words, match: {{ literal: {from} }}, replace: {to}, {EVERY}");
    let cleaner =
        cleaner(&[&swap("a", "b"), &swap("b", "a"), "kind: flag, phase: words, match: { literal: z }, message: seen"]);
    let cleaned = cleaner.clean("a z");
    assert!(cleaned.held.is_some() && cleaned.text == "a z");
    assert!(cleaned.findings.iter().any(|finding| finding.status == Status::Flag && finding.span.start == 2));
}

#[test]
fn a_line_becomes_one_field_however_often_it_matches() {
    let rule = "kind: extract, field: by, phase: lines, match: { regex: 'By (?<value>\\w+)' }";
    let cleaner = cleaner(&[rule]);
    assert_eq!(cleaner.clean("By Ann By Bob\nBy Cid\n").findings.len(), 2);
}

/// What the tests of the one rule say: failures, then notes.
fn tested(rule: &str, tests: &str) -> (String, String) {
    let rule = format!("{rule}, phase: words, tests: {{ {tests} }}");
    let report = Cleaner::builder().rules(file("", &[&rule])).test_rules(&["my".to_owned()]);
    let report = report.unwrap_or_else(|errors| panic!("{errors}"));
    (report.failures(false).unwrap_or_default(), report.notes(false).unwrap_or_default())
}

#[test]
fn each_check_of_a_rule_s_tests_can_fail() {
    let rule = format!("kind: replace, match: {{ literal: qa, after: c }}, replace: qb, {EVERY}");
    let right = "fix: [{ before: qac, after: qbc }], keep: [qa]";
    assert_eq!(tested(&rule, right), (String::new(), String::new()));
    for (rule, tests, failure) in [
        (rule.as_str(), "fix: [{ before: qac, after: qb }], keep: [qa]", "the rule alone gave \"qbc\""),
        (rule.as_str(), "fix: [{ before: qac, after: qbc }], keep: [qac, qa]", "a `keep` test of `my/r0` fails"),
        (
            rule.as_str(),
            "fix: [{ before: qac, after: qbc }], keep: [qa, 'So |. Xaver']",
            "all default rules gave \"So | Xaver\"",
        ),
        (rule.as_str(), "fix: [{ before: 'qac |. Xaver', after: 'qbc |. Xaver' }], keep: [qa]", "run over `after`,"),
        (
            &rule.replace(EVERY, "effects: [whitespace]"),
            "fix: [{ before: qac, after: qbc }], keep: [qa]",
            "the rule alone gave \"qac\"",
        ),
        (
            "kind: extract, remove: true, field: by, match: { line: 'By (?<value>.+)' }, effects: [delete-line]",
            "fix: [{ before: \"By Ann\\nx\", after: x, value: Bob }], keep: [x]",
            "the rule alone read by: Ann",
        ),
        (
            "kind: extract, field: by, match: { line: 'By (?<value>.+)' }",
            "fix: [{ before: By Ann, value: Bob }], keep: [x]",
            "a `fix` test of `my/r0` fails",
        ),
        (
            "kind: flag, match: { literal: qa }, message: seen",
            "fix: [{ before: qa }], keep: [qab]",
            "a `keep` test of `my/r0` fails",
        ),
    ] {
        let (failures, _) = tested(rule, tests);
        assert!(failures.contains(failure), "{rule}, {tests}: {failures}");
    }
    let (failures, notes) = tested(&rule, "fix: [{ before: qac, after: qbc }], keep: [q]");
    assert!(failures.is_empty() && notes.contains("without `after` every test still passes"), "{failures} {notes}");
    let (failures, notes) = tested(&rule, &format!("{right}, todo: [{{ before: qac, after: qbc }}]"));
    assert!(failures.is_empty() && notes.contains("a `todo` test of `my/r0` passes"), "{failures} {notes}");
}

/// Cleaning `unit` repeated costs about four times as much for four times the text.
fn check_linear(what: &str, cleaner: &Cleaner, unit: &str, end: &str) {
    let time = |len: usize| {
        let text = unit.repeat(len / unit.len()) + end;
        let start = Instant::now();
        let cleaned = cleaner.clean(&text);
        assert!(cleaned.text.len() < 4 * text.len());
        start.elapsed()
    };
    time(1000);
    let (short, long) = (time(50_000), time(200_000));
    assert!(long < 10 * short + Duration::from_millis(400), "{what}: {short:?} for 50 KB, {long:?} for 200 KB");
}

#[test]
fn time_of_the_shipped_rules_is_linear_in_the_text() {
    let cleaner =
        Cleaner::builder().safety(Safety::Review).findings(true).build().expect("the shipped rules are right");
    for unit in [
        "a ",
        "a",
        "\"a ",
        "“a ",
        "a” ",
        "e\u{301}",
        ". . ",
        "|. ",
        "A\n\n",
        "OpenAI",
        "seitOpenAI ",
        "Русский\n",
        "한국어 ",
        "E' ",
        "' ",
        "\r",
        "\u{200B}",
        "1,5 ",
        "https://a.b/c ",
        "`a ",
        "(",
        "« ",
        "…",
        "English Deutsch ",
        "Deutsch\n",
        "A.B",
        "Ã ",
        "Â ",
        "aÃ©",
        "Ã©",
        "â€",
        "тАЩ",
        "╨Я",
        "Ïð ",
        "\u{85}",
        "&lt;",
        "x &eacute; y. ",
        "&lt;a x=&quot;",
        "&amp;#",
        "\\u00e9",
        "\u{A0} ",
        "\u{1B}]0;",
    ] {
        check_linear(unit, &cleaner, unit, "");
    }
}

#[test]
fn time_is_linear_in_the_text() {
    let delete = |find: &str, more: &str| format!("kind: delete, phase: words, match: {find}{more}, {EVERY}");
    let a = delete("{ literal: a }", "");
    let vetoed = delete("{ literal: a }", ", unless: ['ab', 'c']");
    let context = delete("{ literal: a, before: '[^x]*', after: '[^x]*y' }", "").replace("[^x]*'", "[^x]+'");
    let runs = delete("{ regex: 'a[^x]*b' }", "");
    let block = format!("kind: drop-block, phase: lines, match: {{ from: a, to: b, max-lines: 10000 }}, {EVERY}");
    let extract = "kind: extract, field: by, phase: lines, match: { regex: 'a(?<value>b)' }";
    let remove =
        format!("kind: extract, remove: true, field: by, phase: lines, match: {{ line: 'a(?<value>b)' }}, {EVERY}");
    let other = delete("{ literal: aa }", "");
    let join = format!("kind: join-lines, phase: lines, match: {{ regex: 'a' }}, with: ' ', {EVERY}");
    let swap =
        format!("kind: replace, phase: words, match: {{ regex: '(?s).+', scope: document }}, replace: é, {EVERY}");
    let place = delete("{ literal: a }", ", where: { region: body, first-lines: 9, last-lines: 9 }");
    let flag = "kind: flag, phase: words, match: { regex: '[ab]+', scope: document }, message: seen";
    for (what, rules, unit, end) in [
        ("matches and protected spans in one line", vec![a.as_str()], "a 1,5 ", ""),
        ("vetoes in one line", vec![vetoed.as_str()], "ab c a ", ""),
        ("context in one line", vec![context.as_str()], "a ", ""),
        ("lines that a pattern could run over", vec![runs.as_str()], "a\n", "b"),
        ("lines that a pattern could run over, CR", vec![runs.as_str()], "a\r", "b"),
        ("starts of blocks", vec![block.as_str()], "a\n", ""),
        ("blocks", vec![block.as_str()], "a\nb\n\n", ""),
        ("fields in one line", vec![extract], "ab ", ""),
        ("fields that go", vec![remove.as_str()], "ab\n\n", ""),
        ("losers", vec![a.as_str(), other.as_str()], "aaa b ", ""),
        ("joined lines", vec![join.as_str()], "a\n", ""),
        ("one edit over all", vec![swap.as_str()], "äö ", ""),
        ("places", vec![place.as_str()], "a\n", ""),
        ("flags", vec![flag], "ab ", ""),
    ] {
        check_linear(what, &cleaner(&rules), unit, end);
    }
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn a_name_that_ran_together_with_a_word_is_split_off_and_then_mapped_in_one_run() {
    let site = SiteChoice::Named("translated-tech-news".to_owned());
    let builder = Cleaner::builder().site(site).lang(Some("it".to_owned())).safety(Safety::Review);
    let cleaner = builder.build().expect("the shipped rules are right");
    let cleaned = cleaner.clean("Da qui si vede il faro, da lì il porto. DaIA aperta arriva una lettera.");
    assert_eq!(cleaned.text, "Da qui si vede il faro, da lì il porto. Da OpenAI arriva una lettera.");
    let rules: Vec<_> = cleaned.edits.iter().flat_map(|edit| &edit.steps).map(|step| step.rule.as_str()).collect();
    assert!(rules[0].starts_with("core/words/") && rules[1] == "sites/translated-tech-news/names", "{rules:?}");
    assert_eq!(cleaner.clean(&cleaned.text).text, cleaned.text);
}

#[test]
fn a_map_with_endings_and_any_case_works_over_the_end_of_a_line() {
    let map =
        "kind: map, map: { nova mela: NovaMela }, case: follow, whole-word: true, endings: [s, n], scope: paragraph";
    let text = "Die NOVA MELAS, die nova\nmelan, die nova\n\nmela.";
    assert_eq!(cleaned(&[map], text), "Die NOVAMELAS, die NovaMelan, die nova\n\nmela.");
}
