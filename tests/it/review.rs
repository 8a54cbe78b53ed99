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
    sandbox.run(&["review", "x", "--prune"]).ends(0, "1 decision kept, 2 forgotten");
    assert_eq!(sandbox.read(FILE).lines().count(), 2);
    assert_eq!(sandbox.run(&["clean", "x/a.txt"]).ends(0, "").out(), DIRTY);
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
    self::sandbox().run(&["review", "x", "--answers", "none"]).ends(2, "cannot read `none`");
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
    // A reader who has seen enough is no error.
    assert!(!on_a_terminal("", "head -c 1 >/dev/null").expect("it ran before").contains("error"));
    let side = sandbox.run(&["diff", "x/a.txt", "--format", "side"]).ends(0, "");
    assert!(
        side.out().contains("The committee |. Met again on Monday.") && side.out().contains(" | The committee | Met")
    );
}
