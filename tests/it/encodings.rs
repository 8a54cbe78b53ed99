//! Files that are not UTF-8: read when asked for, written as UTF-8, and kept as they were.

use std::fs;

use super::cli::{CLEAN, DIRTY, Sandbox};

/// `DIRTY` and `CLEAN` with a letter that has one byte in windows-1252.
const LATIN: &[u8] = b"The caf\xE9 committee |. Met again on Monday.\r\n";
const CLEAN_LATIN: &[u8] = b"The caf\xE9 committee | Met again on Monday.\r\n";
const UTF8: &str = "The café committee | Met again on Monday.\r\n";

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn latin() -> Sandbox {
    let sandbox = Sandbox::with(&[]);
    sandbox.write("a.txt", LATIN);
    sandbox
}

#[test]
fn the_hint_for_a_file_that_is_not_utf8_works() {
    let sandbox = latin();
    let hint = "a.txt: not UTF-8: byte 0xE9 at byte 7 (line 1); it looks like windows-1252: try `--encoding \
                windows-1252` or `--encoding auto`";
    assert!(sandbox.run(&["clean", "a.txt"]).ends(3, hint).out.is_empty());
    for encoding in ["windows-1252", "auto", "LATIN1"] {
        let run = sandbox.run(&["clean", "a.txt", "--encoding", encoding]).ends(0, "");
        assert_eq!(run.out(), UTF8);
        assert!(run.err.contains("written as UTF-8: 1 input in windows-1252"), "{}", run.err);
        assert_eq!(sandbox.pipe(&["clean", "-", "--encoding", encoding], LATIN).ends(0, "").out(), UTF8);
    }
    assert_eq!(fs::read(sandbox.path("a.txt")).expect("there"), LATIN, "the file itself is left alone");
}

#[test]
fn bytes_that_are_not_in_the_named_encoding_fail_and_the_rest_goes_on() {
    let sandbox = Sandbox::with(&[]);
    sandbox.write("x/a.txt", b"\x93\x8C\x8B\x9E |. Tokyo\n");
    sandbox.write("x/b.txt", b"\x93\x8C\x8B\x9E\n\xFF\n");
    let args = ["clean", "x", "--out-dir", "out", "--encoding", "shift_jis"];
    sandbox.run(&args).ends(3, "x/b.txt: not Shift_JIS: byte 0xFF at byte 5 (line 2); name another");
    assert_eq!(sandbox.read("out/a.txt"), "東京 | Tokyo\n");
    assert_eq!(sandbox.files(), ["out.patch", "out/a.txt", "x/a.txt", "x/b.txt"]);
}

#[test]
fn utf16_comes_out_without_its_mark_and_utf8_with_it() {
    let sandbox = Sandbox::with(&[("x/marked.txt", &format!("\u{FEFF}{DIRTY}"))]);
    sandbox.write("x/16.txt", &utf16(&format!("\u{FEFF}{DIRTY}")));
    sandbox.run(&["clean", "x", "--out-dir", "out", "--encoding", "auto"]).ends(0, "1 input in UTF-16LE");
    assert_eq!(sandbox.read("out/16.txt"), CLEAN);
    assert_eq!(sandbox.read("out/marked.txt"), format!("\u{FEFF}{CLEAN}"));
}

#[test]
fn a_file_without_faults_still_becomes_utf8() {
    let sandbox = Sandbox::with(&[("x/ascii.txt", CLEAN)]);
    sandbox.write("x/a.txt", CLEAN_LATIN);
    let encoding = ["--encoding", "windows-1252"];
    let with = |args: &[&'static str]| [args, &encoding].concat();
    let run = sandbox.run(&with(&["check", "x"])).ends(1, "");
    assert_eq!(run.out(), "x/a.txt: windows-1252 to UTF-8\n");
    sandbox.run(&with(&["diff", "x", "--exit-code"])).ends(1, "`clean` would write as UTF-8: 1 input in windows-1252");
    sandbox.run(&with(&["clean", "x/ascii.txt", "--exit-code"])).ends(0, "");
    assert_eq!(sandbox.run(&with(&["clean", "x/a.txt", "--exit-code"])).ends(1, "").out(), UTF8);
    sandbox.run(&with(&["clean", "-w", "x"])).ends(0, "undo it with: unscrape undo ");
    assert_eq!(sandbox.read("x/a.txt"), UTF8);
    // It is UTF-8 now: a second run must not garble it.
    let run = sandbox.run(&with(&["clean", "-w", "x"])).ends(3, "x/a.txt: is UTF-8, and read as windows-1252 it would");
    assert!(run.err.contains("--encoding auto"), "{}", run.err);
    assert_eq!(sandbox.read("x/a.txt"), UTF8);
    sandbox.run(&["clean", "-w", "x", "--encoding", "auto", "--exit-code"]).ends(0, "");
    // The last run with anything to undo is the first one.
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(fs::read(sandbox.path("x/a.txt")).expect("there"), CLEAN_LATIN);
    assert_eq!(sandbox.files(), ["x/a.txt", "x/ascii.txt"]);
}

#[test]
fn a_file_is_not_rewritten_where_its_bytes_cannot_be_kept() {
    let sandbox = latin();
    sandbox.write(".unscrape", b"mine");
    let args = ["clean", "-w", "a.txt", "--encoding", "auto", "--edits", "e", "--patch", "p"];
    sandbox.run(&args).ends(2, "cannot keep a journal in `.unscrape`: ");
    assert_eq!(fs::read(sandbox.path("a.txt")).expect("there"), LATIN);
    assert_eq!(sandbox.files(), [".unscrape", "a.txt"]);
}

#[cfg(unix)]
#[test]
fn what_is_brought_back_is_the_file_with_its_mode_behind_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with(&[]);
    sandbox.write("x/a.txt", LATIN);
    let file = sandbox.path("x/a.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("set");
    std::os::unix::fs::symlink(&file, sandbox.path("link.txt")).expect("linked");
    sandbox.run(&["clean", "-w", "link.txt", "--encoding", "auto"]).ends(0, "");
    assert_eq!(sandbox.files(), ["link.txt", "x/a.txt"]);
    assert_eq!(sandbox.read("x/a.txt"), UTF8);
    sandbox.run(&["undo", "--file", "link.txt"]).ends(0, "1 file as before the run");
    assert_eq!(fs::read(&file).expect("there"), LATIN);
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    assert!(fs::symlink_metadata(sandbox.path("link.txt")).expect("there").is_symlink());
}

#[test]
fn the_list_of_edits_names_the_encoding_and_counts_in_the_decoded_text() {
    let sandbox = latin();
    sandbox.write("b.txt", &utf16(&format!("\u{FEFF}{DIRTY}")));
    sandbox.write("c.txt", CLEAN.as_bytes());
    let run = sandbox.run(&["diff", "a.txt", "b.txt", "c.txt", "--encoding", "auto", "--format", "jsonl"]).ends(0, "");
    let lines: Vec<serde_json::Value> =
        run.out().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let inputs = &lines[0]["inputs"];
    assert_eq!(
        [0, 1, 2].map(|index| inputs[index]["encoding"].as_str()),
        [Some("windows-1252"), Some("utf-16le"), Some("utf-8")]
    );
    assert_eq!(inputs[0]["hash"], blake3::hash(LATIN).to_hex().as_str());
    let starts = [1, 2].map(|line| lines[line]["in"]["byte"][0].as_u64().expect("a number") as usize);
    assert_eq!(starts, [UTF8.find('|').expect("there"), DIRTY.find('|').expect("there")]);
}

#[test]
fn a_held_file_is_left_as_it_is_in_place() {
    let pack = "format: 1\npack: test/words\nphase: words\nrules:\n  - id: committee\n    kind: replace\n    match: { literal: committee }\n    replace: board\n    effects: [insert-letters, delete-letters]\n    tests:\n      fix: [{ before: a committee, after: a board }]\n";
    let sandbox = Sandbox::with(&[("words.yaml", pack)]);
    let held = b"The caf\xE9 committee met. ".repeat(12);
    sandbox.write("a.txt", &held);
    let args = ["clean", "-w", "a.txt", "--rules", "words.yaml", "--safety", "review", "--encoding", "auto"];
    sandbox.run(&args).ends(3, "a.txt: held, left as it was");
    assert_eq!(fs::read(sandbox.path("a.txt")).expect("there"), held);
    assert_eq!(sandbox.files(), ["a.txt", "words.yaml"]);
}

#[test]
fn records_are_utf8_whatever_is_named() {
    let record = "{\"text\":\"The committee |. Met.\"}\n";
    let sandbox = Sandbox::with(&[("x/a.jsonl", record), ("b.txt", record)]);
    let named = ["--encoding", "windows-1252"];
    let message = "is JSONL, which is UTF-8, and --encoding says windows-1252; leave it out for JSONL";
    for args in [&["check", "x"][..], &["check", "b.txt", "--input-format", "jsonl"], &["sites", "which", "x"]] {
        sandbox.run(&[args, &named].concat()).ends(2, message);
    }
    sandbox.run(&[&["check", "b.txt", "--words-from", "x"], &named[..]].concat()).ends(2, "--words-from: `x/a.jsonl`");
    for encoding in ["utf-8", "auto"] {
        let run = sandbox.run(&["clean", "x/a.jsonl", "--encoding", encoding]).ends(0, "");
        assert_eq!(run.out(), record.replace("|.", "|"));
    }
}

#[test]
fn the_configuration_names_an_encoding_and_the_option_wins() {
    let sandbox = latin();
    sandbox.write("b.jsonl", b"{\"text\":\"a\"}\n");
    sandbox.write("unscrape.yaml", b"format: 1\ninput: { encoding: windows-1252 }\n");
    assert_eq!(sandbox.run(&["clean", "a.txt"]).ends(0, "").out(), UTF8);
    sandbox.run(&["clean", "a.txt", "--encoding", "utf-8"]).ends(3, "a.txt: not UTF-8");
    sandbox.run(&["clean", "b.jsonl"]).ends(2, "the configuration's `encoding` says windows-1252");
    sandbox.run(&["clean", "b.jsonl", "--encoding", "auto"]).ends(0, "");
    sandbox.write("unscrape.yaml", b"format: 1\ninput: { encoding: windows1252 }\n");
    sandbox.run(&["clean", "a.txt"]).ends(2, "did you mean `windows-1252`?");
}

#[test]
fn texts_for_their_words_and_for_their_site_are_read_in_the_encoding_too() {
    let sandbox = Sandbox::with(&[("a.txt", CLEAN)]);
    sandbox.write("words.txt", LATIN);
    sandbox.run(&["check", "a.txt", "--words-from", "words.txt"]).ends(3, "words.txt: not UTF-8");
    sandbox.run(&["check", "a.txt", "--words-from", "words.txt", "--encoding", "auto"]).ends(0, "");
    assert_eq!(
        sandbox.run(&["sites", "which", "words.txt", "--encoding", "latin1"]).ends(0, "").out().lines().next(),
        Some("words.txt: no site")
    );
}
