//! Going through edits: answers from a file, and from a terminal.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use super::cli::{CLEAN, DIRTY, Run, Sandbox};

const FILE: &str = "unscrape.decisions.jsonl";
const CAFE: &str = "A caf&eacute; opened in the old harbour on Tuesday.\n";

/// Two texts with the same fault, one of them with another.
fn sandbox() -> Sandbox {
    Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", &format!("{DIRTY}\n{CAFE}"))])
}

fn review(sandbox: &Sandbox, keys: &str) -> Run {
    sandbox.write("keys", keys.as_bytes());
    sandbox.run(&["review", "x", "--answers", "keys"])
}

/// What a run makes of both texts.
fn cleaned(sandbox: &Sandbox) -> [String; 2] {
    sandbox.run(&["clean", "x", "--out-dir", "out", "--force", "--no-journal"]).ends(0, "");
    ["out/a.txt", "out/b.txt"].map(|name| sandbox.read(name))
}

fn with(bar: &str, cafe: &str) -> String {
    format!("{bar}\n{}", CAFE.replace("caf&eacute;", cafe))
}

#[test]
fn answers_are_kept_and_carried_out() {
    let sandbox = sandbox();
    let run = review(&sandbox, "n\ny\ny\n").ends(0, "2 accepted, 1 refused, 0 open");
    let asked: Vec<_> = run.out().lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(
        asked,
        [
            "[1/3] x/a.txt:1:15  core/punctuation/bar-period  safe  ×2",
            "[2/3] x/b.txt:1:15  core/punctuation/bar-period  safe  ×2",
            "[3/3] x/b.txt:3:6  core/entities/references  safe",
        ]
    );
    assert!(run.out().contains("    The committee |[-.-] Met again on Monday."), "{}", run.out());
    assert_eq!(cleaned(&sandbox), [DIRTY.to_owned(), with(CLEAN, "café")]);
    // Nothing is asked twice, and lines that move change nothing.
    sandbox.write(
        "x/b.txt",
        format!("A line in front that is long enough to be all that counts.\n\n{DIRTY}\n{CAFE}").as_bytes(),
    );
    let again = review(&sandbox, "n\n").ends(0, "2 edits decided before");
    assert!(again.err.contains("1 refused, 0 open"), "{}", again.err);
    let list = sandbox.run(&["review", "--list"]).ends(0, "");
    assert_eq!(list.out().lines().count(), 4);
    assert!(list.out().starts_with("refuse  core/punctuation/bar-period  replace `|.` with `|`  x/a.txt:1:15\n"));
}

#[test]
fn a_byte_order_mark_and_records_are_decided_about_as_they_are_cleaned() {
    let record = format!("{{\"title\":\"{0}\",\"text\":\"{0} Twice.\"}}\n", DIRTY.trim_end());
    let files =
        [("x/a.txt", format!("\u{FEFF}{DIRTY}")), ("x/b.jsonl", record.clone()), ("x/c.csv", format!("text\n{DIRTY}"))];
    let sandbox = Sandbox::with(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let fields = ["--text-field", "text", "--text-field", "title"];
    sandbox.write("keys", b"D\n");
    let args = [&["review", "x/a.txt", "x/b.jsonl", "--answers", "keys"][..], &fields].concat();
    sandbox.run(&args).ends(0, "3 refused, 0 open");
    sandbox.run(&["review", "x/c.csv", "--answers", "keys"]).ends(0, "");
    let clean = [&["clean", "x/a.txt", "x/b.jsonl", "--out-dir", "out"][..], &fields].concat();
    sandbox.run(&clean).ends(0, "none changed");
    sandbox.run(&["clean", "x/c.csv", "--out-dir", "out", "--force"]).ends(0, "none changed");
    for (name, text) in files {
        assert_eq!(sandbox.read(&format!("out/{}", &name[2..])), text, "{name}");
    }
}

#[test]
fn one_answer_decides_about_many() {
    for (keys, accepted, refused) in
        [("=n\n", 0, 2), ("= y\n", 2, 0), ("D\ny\n", 1, 2), ("j\nd\n", 0, 2), ("A\nn\n", 2, 1), ("j\na\nn\n", 2, 1)]
    {
        let sandbox = sandbox();
        let says = format!("{accepted} accepted, {refused} refused, {} open", 3 - accepted - refused);
        review(&sandbox, keys).ends(0, &says);
    }
}

#[test]
fn an_answer_is_taken_back_and_another_text_put_in() {
    let sandbox = sandbox();
    review(&sandbox, "n\nn\nu\nu\ne ||\n/&eacute\nn\n").ends(0, "1 accepted, 1 refused, 1 open");
    assert_eq!(cleaned(&sandbox), [DIRTY.replace("|.", "||"), with(CLEAN, "caf&eacute;")]);
    assert_eq!(sandbox.read(FILE).lines().count(), 3, "what was taken back is gone: {}", sandbox.read(FILE));
    // Only the session is forgotten.
    let before = sandbox.read(FILE);
    review(&sandbox, "n\n!\n").ends(0, "the answers are forgotten");
    assert_eq!(sandbox.read(FILE), before);
    let other = self::sandbox();
    review(&other, "n\n!\n").ends(0, "the answers are forgotten");
    assert!(!other.path(FILE).exists());
    review(&other, "i\nc\n?\nk\nx\n\nq\ny\n").ends(0, "0 accepted, 0 refused, 3 open");
    assert!(!other.path(FILE).exists());
}

#[test]
fn what_is_only_proposed_is_made_if_it_is_accepted() {
    let rules = "format: 1\npack: my\nabout: Rules of a test.\nrules:\n  - { id: x, about: A rule., kind: replace, safety: \
                 review, match: { literal: xxx }, replace: yyy, effects: [insert-letters, delete-letters] }\n";
    let sandbox = Sandbox::with(&[("x/a.txt", "Here stands xxx, and there.\n"), ("my.yaml", rules)]);
    sandbox.write("keys", b"y\n");
    let run = sandbox.run(&["review", "x", "--rules", "my.yaml", "--answers", "keys"]).ends(0, "1 accepted");
    assert!(run.out().contains("my/x  review\n") && run.out().contains("make it?"), "{}", run.out());
    let clean = sandbox.run(&["clean", "x/a.txt", "--rules", "my.yaml"]).ends(0, "1 edit by 1 rule");
    assert_eq!(clean.out(), "Here stands yyy, and there.\n");
}

#[test]
fn decisions_about_what_is_not_there_any_more_are_forgotten() {
    let sandbox = sandbox();
    review(&sandbox, "n\nn\nn\n").ends(0, "3 refused");
    sandbox.write("x/b.txt", b"Something else.\n");
    // What was decided about files that are not looked at is not forgotten.
    sandbox.run(&["review", "x/a.txt", "--prune"]).ends(0, "3 decisions kept (2 of other files), 0 forgotten");
    sandbox.run(&["review", "./x", "--prune"]).ends(0, "1 decision kept, 2 forgotten");
    assert_eq!(sandbox.read(FILE).lines().count(), 2);
    assert_eq!(sandbox.run(&["clean", "x/a.txt"]).ends(0, "").out(), DIRTY);
    sandbox.write("x/a.txt", b"Something else.\n");
    sandbox.run(&["review", "x", "--prune"]).ends(0, "0 decisions kept, 1 forgotten");
}

#[test]
fn a_decision_is_forgotten_only_if_all_texts_that_have_it_were_looked_at() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY)]);
    review(&sandbox, "n\n").ends(0, "2 refused");
    assert_eq!(sandbox.read(FILE).lines().count(), 3, "one for each file");
    sandbox.write("x/a.txt", b"Something else.\n");
    sandbox.run(&["review", "x/a.txt", "--prune"]).ends(0, "2 decisions kept (1 of other files), 0 forgotten");
    assert_eq!(sandbox.run(&["clean", "x/b.txt"]).ends(0, "").out(), DIRTY);
    sandbox.write("x/b.txt", b"Something else.\n");
    sandbox.run(&["review", "x", "--prune"]).ends(0, "0 decisions kept, 2 forgotten");
}

#[test]
fn texts_of_the_same_name_in_other_folders_are_others() {
    let sandbox = Sandbox::with(&[("one/a.txt", DIRTY), ("two/a.txt", "Something else.\n"), ("keys", "n\n")]);
    let in_folder = |folder: &str, args: &[&str]| {
        let args = [args, &["a.txt", "--decisions", "../d.jsonl"]].concat();
        let mut command = Command::new(env!("CARGO_BIN_EXE_unscrape"));
        let output = command.args(["review"]).args(args).current_dir(sandbox.path(folder)).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    in_folder("one", &["--answers", "../keys"]);
    assert!(sandbox.read("d.jsonl").contains(r#""doc":"one/a.txt""#), "{}", sandbox.read("d.jsonl"));
    let says = in_folder("two", &["--prune"]);
    assert!(says.contains("1 decision kept (1 of other files), 0 forgotten"), "{says}");
    sandbox.write("one/a.txt", b"Something else.\n");
    let says = in_folder("one", &["--prune"]);
    assert!(says.contains("0 decisions kept, 1 forgotten"), "{says}");
}

#[test]
fn only_one_review_adds_to_a_file_of_decisions_at_a_time() {
    let sandbox = sandbox();
    review(&sandbox, "n\n").ends(0, "1 refused");
    let held = fs::File::open(sandbox.path(FILE)).expect("it is there");
    held.lock().expect("nobody has it");
    let before = sandbox.read(FILE);
    let says = "another review adds to `unscrape.decisions.jsonl`: end it first, or keep these answers elsewhere with";
    review(&sandbox, "n\nn\n!\n").ends(2, says);
    sandbox.run(&["review", "x", "--prune"]).ends(2, says);
    assert_eq!(sandbox.read(FILE), before);
    // Who only reads is not kept waiting.
    assert_eq!(sandbox.run(&["review", "--list"]).ends(0, "").out().lines().count(), 1);
    sandbox.run(&["clean", "x/a.txt"]).ends(0, "");
    sandbox.run(&["review", "x", "--answers", "keys", "--decisions", "other.jsonl"]).ends(0, "forgotten");
    held.unlock().expect("it was held");
    review(&sandbox, "n\nn\nu\n").ends(0, "1 refused, 1 open");
    assert_eq!(sandbox.read(FILE).lines().count(), 3);
}

const SITE: &str = "format: 1\npack: sites/example\nabout: A site.\nsite: { urls: ['*.example.com'] }\n";

#[test]
fn a_rule_is_switched_off_for_a_site() {
    let sandbox = sandbox();
    sandbox.write("site.yaml", SITE.as_bytes());
    review(&sandbox, "S\n").ends(0, "0 accepted, 0 refused, 3 open");
    sandbox.write("keys", b"S\ny\n");
    let options = ["--rules", "site.yaml", "--url", "https://example.com/a"];
    let with = |args: &[&'static str]| [args, &options].concat();
    let run = sandbox.run(&with(&["review", "x", "--answers", "keys"])).ends(0, "1 accepted, 2 refused, 0 open");
    assert!(run.out().contains("core/punctuation/bar-period is off for sites/example"), "{}", run.out());
    let list = sandbox.run(&["review", "--list"]).ends(0, "");
    assert!(
        list.out().starts_with("off     core/punctuation/bar-period  for sites/example\naccept  "),
        "{}",
        list.out()
    );
    // It holds for texts that come later, and for no other site.
    sandbox.write("x/c.txt", DIRTY.as_bytes());
    sandbox.run(&with(&["review", "x", "--answers", "keys"])).ends(0, "0 accepted, 0 refused, 0 open");
    assert_eq!(sandbox.run(&with(&["clean", "x/c.txt"])).ends(0, "").out(), DIRTY);
    assert_eq!(sandbox.run(&["clean", "x/c.txt"]).ends(0, "").out(), CLEAN);
    sandbox.run(&with(&["review", "x", "--prune"])).ends(0, "2 decisions kept, 0 forgotten");
    sandbox.write("keys", b"S\nu\nS\n!\n");
    let other = self::sandbox();
    other.write("site.yaml", SITE.as_bytes());
    other.write("keys", b"S\nu\nS\n!\n");
    other.run(&with(&["review", "x", "--answers", "keys"])).ends(0, "the answers are forgotten");
    assert!(!other.path(FILE).exists());
}

#[test]
fn an_answer_is_kept_as_a_test_of_its_rule() {
    let rules = "format: 1\npack: my\nabout: Rules of a test.\nrules:\n  - { id: x, about: A rule., kind: replace, safety: \
                 review, match: { literal: xxx }, replace: yyy, effects: [insert-letters, delete-letters], tests: { \
                 FIX, KEEP } }\n";
    let sandbox = Sandbox::with(&[("x/a.txt", "Here \"stands\" xxx\u{A0}, and there.\n\nAnd xxx, stays.\n")]);
    sandbox.write("my.yaml", rules.replace("FIX, KEEP", "").as_bytes());
    sandbox.write("keys", b"t\ntx\nty\ntn\n");
    let args = ["review", "x", "--rules", "my.yaml", "--select", "my/x", "--answers", "keys"];
    let run = sandbox.run(&args).ends(0, "1 accepted, 1 refused, 0 open");
    assert!(run.out().contains("kept as a test in `unscrape.tests.yaml`\n\n[2/2]"), "{}", run.out());
    let tests = sandbox.read("unscrape.tests.yaml");
    let fix = r#"{ before: "Here \"stands\" xxx\u00A0, and there.", after: "Here \"stands\" yyy\u00A0, and there." }"#;
    let kept = format!("- rule: my/x\n  fix: {fix}\n- rule: my/x\n  keep: \"And xxx, stays.\"\n");
    assert!(tests.starts_with("# Tests of rules") && tests.ends_with(&kept), "{tests}");
    // What is refused is a test that fails until the rule is mended.
    let with = rules.replace("FIX", &format!("fix: [{fix}]")).replace("KEEP", "keep: ['And xxx, stays.']");
    sandbox.write("my.yaml", with.as_bytes());
    let run = sandbox.run(&["rules", "test", "my/x", "--rules", "my.yaml"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out(), run.err);
    assert!(format!("{}{}", run.out(), run.err).contains("And xxx, stays."), "{}{}", run.out(), run.err);
    assert!(!format!("{}{}", run.out(), run.err).contains("stands"), "{}{}", run.out(), run.err);
}

#[test]
fn a_test_is_taken_back_with_its_answer() {
    const TESTS: &str = "unscrape.tests.yaml";
    let sandbox = sandbox();
    review(&sandbox, "ty\nu\nty\ny\nu\nu\ntn\n").ends(0, "1 refused");
    let tests = sandbox.read(TESTS);
    assert_eq!((tests.matches("- rule").count(), tests.matches("  keep: ").count()), (1, 1), "{tests}");
    review(&sandbox, "ty\ny\n!\n").ends(0, "the answers are forgotten");
    assert_eq!(sandbox.read(TESTS), tests);
    let other = self::sandbox();
    review(&other, "ty\nty\n!\n").ends(0, "the answers are forgotten");
    assert!(!other.path(TESTS).exists());
}

#[test]
fn a_test_that_its_lines_do_not_show_says_so() {
    let title = "The harbour was dug by hand, and the town has kept it.";
    let text = format!(
        "{title}\nBy Nora Field\n7 May\nShare\nSave\n{title}\nThe committee met again on Monday to speak about the old \
         harbour and what becomes of it, long before the first shop on the quay had opened its doors.\n"
    );
    let sandbox = Sandbox::with(&[("x/a.txt", &text), ("keys", "ty\n")]);
    let args = ["review", "x", "--select", "core/duplicates", "--answers", "keys"];
    let run = sandbox.run(&args).ends(0, "1 accepted");
    assert!(run.out().contains("but in these lines alone the rule does not do it"), "{}", run.out());
    assert!(sandbox.read("unscrape.tests.yaml").contains("- rule: core/duplicates/"));
}

#[test]
fn files_are_written_while_others_are_open() {
    let sandbox = sandbox();
    // The first file has one edit, which is refused; of the second one stays open.
    let run = review(&sandbox, "w\nn\nw\nk\ny\nj\ny\nk\nn\nu\nq\n").ends(0, "1 accepted, 1 refused, 1 open");
    assert!(run.out().contains("there is no file of which all is answered"), "{}", run.out());
    assert!(run.out().contains("x/a.txt is written, and `unscrape undo` brings it back"), "{}", run.out());
    assert!(run.err.contains("none changed"), "{}", run.err);
    assert_eq!(sandbox.read("x/a.txt"), DIRTY, "it was refused");
    assert_eq!(sandbox.read("x/b.txt"), format!("{DIRTY}\n{CAFE}"), "one is open");
    let other = self::sandbox();
    let run = review(&other, "n\na\nw\nu\n").ends(0, "2 accepted, 1 refused, 0 open");
    assert!(run.err.contains("undo it with: unscrape undo"), "{}", run.err);
    assert_eq!([other.read("x/a.txt"), other.read("x/b.txt")], [DIRTY.to_owned(), with(CLEAN, "café")]);
    assert_eq!(other.read(FILE).lines().count(), 4, "what is written is not taken back");
    review(&other, "").ends(0, "0 open");
    other.run(&["undo"]).ends(0, "");
    assert_eq!(other.read("x/b.txt"), format!("{DIRTY}\n{CAFE}"));
}

#[test]
fn what_is_refused_stays_so_when_the_clean_text_is_cleaned_again() {
    let text = "A caf&eacute; opened , and the committee |. Met again , there |. Nothing.\n";
    let sandbox = Sandbox::with(&[("x/a.txt", text)]);
    review(&sandbox, "/&eac\ny\nn\ny\n").ends(0, "");
    sandbox.run(&["clean", "-w", "x"]).ends(0, "1 changed");
    let once = sandbox.read("x/a.txt");
    assert!(once.contains("café") && once != text, "{once}");
    sandbox.run(&["clean", "-w", "x"]).ends(0, "none changed");
    assert_eq!(sandbox.read("x/a.txt"), once);
    // It is not asked about again, and not forgotten.
    review(&sandbox, "y\n").ends(0, "decided before");
    assert_eq!(sandbox.read("x/a.txt"), once);
    sandbox.run(&["check", "x"]).ends(0, "");
}

#[test]
fn what_is_refused_beside_another_text_stays_so_when_it_is_cleaned_again() {
    let rules = "format: 1\npack: my\nabout: Rules of a test.\nrules:\n  - { id: x, about: A rule., kind: replace, safety: \
                 review, match: { literal: xxx }, replace: yyy, effects: [insert-letters, delete-letters] }\n";
    let text = "The caf&eacute; of xxx and the committee |. Met again, as it always does on a Monday in May.\n";
    // Whichever comes first, in one review or in two, and also when the file is written from there.
    for (keys, more, once) in [
        ("/&eac\ne é-bar\n/|.\nn\n/xxx\nn\n", "", "The café-bar of xxx and the committee |. Met"),
        ("/|.\nn\n/xxx\nn\n", "e é and tea room\n", "The café and tea room of xxx and the committee |. Met"),
        ("/|.\nn\n/&eac\ny\n/xxx\ny\n", "", "The café of yyy and the committee |. Met"),
        ("/|.\nn\n/xxx\nn\n/&eac\ne é-bar\nw\nq\n", "", "The café-bar of xxx and the committee |. Met"),
    ] {
        let sandbox = Sandbox::with(&[("x/a.txt", text), ("my.yaml", rules), ("keys", keys)]);
        let args = ["review", "x", "--rules", "my.yaml", "--answers", "keys"];
        sandbox.run(&args).ends(0, "");
        if !more.is_empty() {
            sandbox.write("keys", more.as_bytes());
            sandbox.run(&args).ends(0, "2 edits decided before");
        }
        sandbox.run(&["clean", "-w", "x", "--rules", "my.yaml"]).ends(0, "");
        let cleaned = sandbox.read("x/a.txt");
        assert!(cleaned.starts_with(once), "{cleaned}");
        sandbox.run(&["clean", "-w", "x", "--rules", "my.yaml"]).ends(0, "none changed");
        // It is known, so that it is not kept once more.
        let kept = sandbox.read(FILE);
        sandbox.write("keys", b"");
        sandbox.run(&args).ends(0, "0 open");
        assert_eq!(sandbox.read(FILE), kept, "{keys}");
    }
}

#[test]
fn keys_that_cannot_be_read_are_told_with_their_file() {
    let sandbox = sandbox();
    sandbox.write("keys", b"y\nn\xFF\n");
    let args = ["review", "x", "--answers", "keys"];
    sandbox.run(&args).ends(2, "`keys` holds no keys: line 2 is not UTF-8");
    sandbox.run(&["review", "x", "--answers", "x"]).ends(2, "cannot read the keys in `x`: ");
    sandbox.write("keys", b"\xEF\xBB\xBFy\r\nn\r\n");
    sandbox.run(&args).ends(0, "1 accepted, 1 refused, 1 open");
}

#[test]
fn a_list_says_which_of_its_texts_are_not_there() {
    let sandbox = sandbox();
    let list = sandbox.run(&["diff", "x", "--format", "jsonl"]).ends(0, "").out().to_owned();
    let mut lines: Vec<_> = list.lines().map(str::to_owned).collect();
    for line in &mut lines[1..] {
        *line = line.replace("x/b.txt", "x/c.txt");
    }
    sandbox.write("list", (lines.join("\n") + "\n").as_bytes());
    sandbox
        .run(&["apply", "list", "-w"])
        .ends(3, "2 edits of the list not made, since there is no such text: x/c.txt\n")
        .ends(3, "1 changed");
    assert_eq!(sandbox.read("x/a.txt"), CLEAN);
    // A text that changed is told once.
    let run = sandbox.run(&["apply", "list", "-w"]).ends(3, "x/a.txt: changed since its edits were listed");
    assert!(!run.err.contains("x/a.txt:1"), "{}", run.err);
    sandbox.run(&["apply", "."]).ends(2, "`.` is a folder: name the list of edits that");
    sandbox.write("x/a.txt", DIRTY.as_bytes());
    sandbox.pipe(&["apply", "-", "-w"], list.as_bytes()).ends(0, "2 changed");
    assert_eq!(sandbox.read("x/b.txt"), with(CLEAN, "café"));
    sandbox.pipe(&["apply", "-"], b"x").ends(2, "standard input line 1: is no list of edits");
    let record = format!("{{\"text\":\"{}\"}}\n", DIRTY.trim_end());
    sandbox.write("r.jsonl", record.repeat(9).as_bytes());
    let list = sandbox.run(&["diff", "r.jsonl", "--format", "jsonl"]).ends(0, "").out().to_owned();
    sandbox.write("list", list.replace("\"field\":\"text\"", "\"field\":\"body\"").as_bytes());
    let named = "9 edits of the list not made, since there is no such text: r.jsonl:1 body, r.jsonl:2 body, r.jsonl:3 body, \
                 r.jsonl:4 body, r.jsonl:5 body and 4 more";
    sandbox.run(&["apply", "list"]).ends(3, named);
}

#[test]
fn a_place_counts_from_one() {
    let sandbox = sandbox();
    sandbox.run(&["explain", "x/a.txt:0"]).ends(2, "`x/a.txt:0` names line 0, and lines and columns count from 1");
    sandbox
        .run(&["explain", "x/a.txt:1:0"])
        .ends(2, "`x/a.txt:1:0` names column 0, and lines and columns count from 1");
    sandbox.write("x/a.txt:0", b"A file of this name.\n");
    sandbox.run(&["explain", "x/a.txt:0:1"]).ends(0, "");
}

#[test]
fn nothing_is_forgotten_where_a_text_cannot_be_read() {
    let sandbox = sandbox();
    review(&sandbox, "n\nn\nn\n").ends(0, "3 refused");
    sandbox.run(&["review", "none.txt", "--prune"]).ends(3, "nothing is forgotten");
    assert_eq!(sandbox.read(FILE).lines().count(), 4);
}

#[test]
fn a_file_that_is_empty_or_lacks_its_last_line_end_goes_on() {
    let sandbox = sandbox();
    sandbox.write(FILE, b"");
    review(&sandbox, "n\n").ends(0, "1 refused");
    let kept = sandbox.read(FILE);
    sandbox.write(FILE, kept.trim_end().as_bytes());
    review(&sandbox, "n\n").ends(0, "1 refused");
    assert_eq!(sandbox.run(&["review", "--list"]).ends(0, "").out().lines().count(), 2);
}

#[test]
fn a_line_that_a_crash_left_unfinished_stops_nothing() {
    let sandbox = sandbox();
    review(&sandbox, "n\nn\n").ends(0, "2 refused");
    let kept = sandbox.read(FILE);
    sandbox.write(FILE, &kept.as_bytes()[..kept.len() - 20]);
    let says = "warning: `unscrape.decisions.jsonl` line 3: was begun and not ended, and is passed over";
    let clean = sandbox.run(&["clean", "x/a.txt"]).ends(0, says);
    assert_eq!(clean.out(), DIRTY);
    sandbox.run(&["review", "--list"]).ends(0, says);
    review(&sandbox, "n\n").ends(0, says).ends(0, "1 refused, 1 open");
    assert_eq!(sandbox.read(FILE), kept);
    sandbox.write(FILE, kept.replacen("\"rule\"", "rule", 1).as_bytes());
    sandbox.run(&["clean", "x/a.txt"]).ends(2, "; mend it, or delete line 2");
}

#[test]
fn a_proposal_around_an_edit_is_of_the_input() {
    let rules = "format: 1\npack: my\nabout: Rules of a test.\nrules:\n  - { id: x, about: A rule., kind: replace, safety: \
                 review, match: { regex: 'xxx([^ ]+)' }, replace: 'yyy${1}', effects: [insert-letters, delete-letters] }\n";
    let text = "Hello xxxA\u{7}\u{7}B\u{202E}C there.\n";
    let sandbox = Sandbox::with(&[("x/a.txt", text), ("my.yaml", rules)]);
    let diff = sandbox.run(&["diff", "x", "--rules", "my.yaml"]).ends(0, "");
    assert!(diff.out().contains("my/x  review  proposed"), "{}", diff.out());
    let list = sandbox.run(&["diff", "x", "--rules", "my.yaml", "--format", "jsonl"]).ends(0, "");
    for line in list.out().lines().skip(1) {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let place = |index: usize| line["in"]["byte"][index].as_u64().expect("a number") as usize;
        assert_eq!(&text[place(0)..place(1)], line["before"], "{line}");
    }
}

#[test]
fn without_a_terminal_it_says_what_to_do_instead() {
    self::sandbox().run(&["review", "x", "--answers", "none"]).ends(2, "cannot read the keys in `none`");
    self::sandbox().run(&["review", "x"]).ends(2, "this is none: name a file with the keys, --answers FILE, or look");
    let sandbox = sandbox();
    sandbox.write(FILE, b"{}\n");
    review(&sandbox, "y\n").ends(2, "`unscrape.decisions.jsonl` line 1: no decisions");
}

#[cfg(target_os = "linux")]
#[test]
fn keys_of_a_terminal_are_taken_one_by_one() {
    let sandbox = sandbox();
    let program = env!("CARGO_BIN_EXE_unscrape");
    // `script` runs a command on a terminal of its own.
    let child = Command::new("script")
        .args(["-qec", &format!("'{program}' review x --color never"), "/dev/null"])
        .current_dir(sandbox.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: there is no `script`, which makes a terminal");
        return;
    };
    let mut keys = child.stdin.take().expect("piped");
    // Each is typed once the question stands there; the terminal keeps what comes early.
    for key in ["n", "=", "y", "q"] {
        std::thread::sleep(std::time::Duration::from_millis(400));
        keys.write_all(key.as_bytes()).expect("it reads");
        keys.flush().expect("it reads");
    }
    drop(keys);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("1 accepted, 1 refused, 1 open"), "{text}");
    assert!(!text.contains('\u{1B}'), "no colour was asked for: {text:?}");
    assert_eq!(fs::read_to_string(sandbox.path(FILE)).expect("kept").lines().count(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn a_preview_on_a_terminal_goes_through_the_pager() {
    let sandbox = sandbox();
    let program = env!("CARGO_BIN_EXE_unscrape");
    let on_a_terminal = |options: &str, pager: &str| {
        Command::new("script")
            .args(["-qec", &format!("'{program}' diff x --color never {options}"), "/dev/null"])
            .current_dir(sandbox.path("."))
            .env("UNSCRAPE_PAGER", pager)
            .stdin(Stdio::null())
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Ok(paged) = on_a_terminal("", "sed 's/^/paged /'") else {
        eprintln!("skipped: there is no `script`, which makes a terminal");
        return;
    };
    assert!(paged.contains("paged x/a.txt:1:15  core/punctuation/bar-period"), "{paged}");
    for (options, pager) in [("--no-pager", "sed 's/^/paged /'"), ("", ""), ("", "cat")] {
        let plain = on_a_terminal(options, pager).expect("it ran before");
        assert!(plain.contains("x/a.txt:1:15") && !plain.contains("paged"), "{plain}");
    }
    // One that does not start takes nothing with it.
    for pager in ["no-such-pager-anywhere", "no-such-pager-anywhere | cat >&2; exit 127"] {
        let plain = on_a_terminal("", pager).expect("it ran before");
        assert_eq!(plain.matches("x/a.txt:1:15").count(), 1, "{plain}");
        assert_eq!(plain.matches(&format!("the pager `{pager}` does not start")).count(), 1, "{plain}");
    }
    // A reader who has seen enough is no error.
    assert!(!on_a_terminal("", "head -c 1 >/dev/null").expect("it ran before").contains("error"));
    let side = sandbox.run(&["diff", "x/a.txt", "--format", "side"]).ends(0, "");
    assert!(
        side.out().contains("The committee |[-.-] Met again on Monday.")
            && side.out().contains(" | The committee | Met")
    );
}
