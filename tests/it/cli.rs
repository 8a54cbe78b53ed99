//! The command as its users meet it: files in, files and messages out, exit codes.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A text with one fault, and the same without it: the shipped rule `core/punctuation/bar-period` tells them apart.
pub(super) const DIRTY: &str = "The committee |. Met again on Monday.\n";
pub(super) const CLEAN: &str = "The committee | Met again on Monday.\n";

/// An empty folder to run in. It holds `.git`, so that no configuration from above gets in.
pub(super) struct Sandbox(tempfile::TempDir);

/// What a run left on its streams.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) code: Option<i32>,
    pub(super) out: Vec<u8>,
    pub(super) err: String,
}

impl Sandbox {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(dir.path().join(".git")).expect("made");
        Self(dir)
    }

    pub(super) fn with(files: &[(&str, &str)]) -> Self {
        let sandbox = Self::new();
        for (path, text) in files {
            sandbox.write(path, text.as_bytes());
        }
        sandbox
    }

    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(path)
    }

    pub(super) fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("below the sandbox")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    pub(super) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Every path below the sandbox, sorted, but for the journals of runs.
    pub(super) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.extend(Some(path).filter(|path| !path.ends_with(".unscrape")));
                } else {
                    let path = path.strip_prefix(self.0.path()).expect("below");
                    files.push(path.to_string_lossy().into_owned());
                }
            }
        }
        files.sort();
        files
    }

    pub(super) fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unscrape"));
        command.args(args).current_dir(self.0.path()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(super) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Run {
        Run::of(self.command(args).output().expect("the program starts"))
    }

    pub(super) fn pipe(&self, args: &[&str], input: &[u8]) -> Run {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().expect("the program starts");
        child.stdin.take().expect("piped").write_all(input).expect("read");
        Run::of(child.wait_with_output().expect("the program ends"))
    }
}

impl Run {
    pub(super) fn of(output: std::process::Output) -> Self {
        let err = String::from_utf8(output.stderr).expect("messages are UTF-8");
        Self { code: output.status.code(), out: output.stdout, err }
    }

    pub(super) fn out(&self) -> &str {
        std::str::from_utf8(&self.out).expect("UTF-8")
    }

    /// Asserts the exit code and what standard error says, and returns the run.
    #[track_caller]
    pub(super) fn ends(self, code: i32, says: &str) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.err);
        assert!(self.err.contains(says), "`{says}` is not in: {}", self.err);
        self
    }
}

#[test]
fn one_file_or_standard_input_becomes_clean_text_on_standard_output() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    assert_eq!(sandbox.run(&["clean", "a.txt"]).ends(0, "").out(), CLEAN);
    assert_eq!(sandbox.pipe(&["clean", "-"], DIRTY.as_bytes()).ends(0, "").out(), CLEAN);
    assert_eq!(sandbox.pipe(&["clean"], DIRTY.as_bytes()).ends(0, "").out(), CLEAN);
    assert_eq!(sandbox.run(&["clean", "-q", "a.txt"]).err, "");
    assert_eq!(sandbox.read("a.txt"), DIRTY, "the file itself is left alone");
}

#[test]
fn a_clean_text_comes_out_byte_for_byte() {
    for text in ["", "\n", "a", "\u{FEFF}a\r\nb\r\n", "a\rb", CLEAN] {
        let sandbox = Sandbox::with(&[("a.txt", text)]);
        assert_eq!(sandbox.run(&["clean", "a.txt"]).ends(0, "").out(), text);
    }
}

#[test]
fn a_text_with_a_nul_in_it_is_a_text() {
    let sandbox = Sandbox::with(&[("a.txt", "The committee |. Met\0 again on Monday.\n")]);
    assert!(sandbox.run(&["clean", "a.txt"]).ends(0, "").out().starts_with("The committee | Met"));
}

#[test]
fn a_byte_order_mark_stays_and_offsets_count_it() {
    let sandbox = Sandbox::with(&[("a.txt", &format!("\u{FEFF}{DIRTY}"))]);
    let run = sandbox.run(&["clean", "a.txt", "--edits", "e.jsonl", "--patch", "p"]).ends(0, "");
    assert_eq!(run.out(), format!("\u{FEFF}{CLEAN}"));
    let edits = sandbox.read("e.jsonl");
    let edit: serde_json::Value = serde_json::from_str(edits.lines().nth(1).expect("an edit")).expect("JSON");
    let start = edit["in"]["byte"][0].as_u64().expect("a number");
    assert_eq!(start, 3 + DIRTY.find('|').expect("there") as u64);
}

#[test]
fn bytes_that_are_no_text_fail_with_their_place_and_the_rest_goes_on() {
    let utf16: Vec<u8> = DIRTY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let noise: Vec<u8> = (0..512).map(|at: u16| (at % 7) as u8).collect();
    let cases: &[(&[u8], &str)] = &[
        (b"one\ncaf\xE9 au lait\n", "bad.txt: not UTF-8: byte 0xE9 at byte 7 (line 2); it looks like windows-1252"),
        (b"cut \xE2\x82", "bad.txt: not UTF-8: ends inside a character, at byte 4"),
        (&utf16, "bad.txt: not UTF-8; it looks like UTF-16LE"),
        (b"\xFE\xFF\0a\0b", "bad.txt: not UTF-8; it looks like UTF-16BE"),
        (&noise, "bad.txt: not a text: 512 of its first 512 bytes are control characters"),
    ];
    for (bytes, message) in cases {
        let sandbox = Sandbox::with(&[("good.txt", DIRTY)]);
        sandbox.write("bad.txt", bytes);
        assert!(sandbox.run(&["clean", "bad.txt"]).ends(3, message).out.is_empty());
        sandbox.run(&["clean", "-w", "bad.txt", "good.txt"]).ends(3, message);
        assert_eq!(sandbox.read("good.txt"), CLEAN);
        assert_eq!(&fs::read(sandbox.path("bad.txt")).expect("there"), bytes);
    }
}

#[test]
fn a_missing_file_fails_and_the_rest_goes_on() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    sandbox.run(&["clean", "-w", "none.txt", "a.txt"]).ends(3, "none.txt: ");
    assert_eq!(sandbox.read("a.txt"), CLEAN);
}

#[cfg(unix)]
#[test]
fn what_is_not_a_file_fails_without_being_opened() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY)]);
    let made = Command::new("mkfifo").arg(sandbox.path("x/pipe.txt")).status().expect("mkfifo is there");
    assert!(made.success());
    sandbox.run(&["clean", "x/pipe.txt"]).ends(3, "x/pipe.txt: is a FIFO, not a file; pipe it to standard input");
    sandbox.run(&["clean", "x", "--out-dir", "out"]).ends(3, "x/pipe.txt: is a FIFO");
    assert_eq!(sandbox.read("out/a.txt"), CLEAN);
    sandbox.run(&["clean", "/dev/null"]).ends(3, "/dev/null: is a device, not a file");
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.path("s")).expect("a socket");
    sandbox.run(&["clean", "s"]).ends(3, "s: is a socket, not a file");
}

// A file that even root cannot read.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_fails() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run(&["clean", "/proc/self/mem"]).ends(3, "/proc/self/mem: Input/output error").out.is_empty());
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_works_and_is_shown_escaped() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    let name = OsStr::from_bytes(b"x/caf\xE9\x1B.txt");
    sandbox.write(name, DIRTY.as_bytes());
    let run = sandbox.run(&["check", "x"]).ends(1, "");
    assert_eq!(run.out(), "x/caf\\xe9\\u{1b}.txt: 1 edit\n");
    sandbox.run(&["clean", "x", "--out-dir", "out", "--edits", "e.jsonl"]).ends(0, "");
    assert_eq!(fs::read(sandbox.path(OsStr::from_bytes(b"out/caf\xE9\x1B.txt"))).expect("there"), CLEAN.as_bytes());
    let header: serde_json::Value =
        serde_json::from_str(sandbox.read("e.jsonl").lines().next().expect("a line")).expect("JSON");
    assert_eq!(header["inputs"][0]["doc"], "x/caf\u{FFFD}\u{1B}.txt");
}

#[test]
fn usage_errors_end_with_2_before_any_work() {
    let files = [("x/a.txt", DIRTY), ("y/a.txt", DIRTY), ("out/a.txt", "mine"), ("p.patch", "mine")];
    let cases: &[(&[&str], &str)] = &[
        (&["clean", "--frobnicate"], "--frobnicate"),
        (&["frobnicate"], "frobnicate"),
        (&["clean", "x/a.txt", "y/a.txt"], "several inputs need a place for their clean texts"),
        (&["clean", "x"], "--out-dir DIR, or -w"),
        (&["clean", "-w", "-"], "standard input cannot be rewritten with -w"),
        (&["clean", "-w"], "standard input cannot be rewritten with -w"),
        (&["clean", "-w", "x", "x/a.txt"], "`x/a.txt` and `x/a.txt` are the same file"),
        (&["clean", "-w", "x", "--out-dir", "new"], "cannot be used with"),
        (&["clean", "-", "-", "--out-dir", "new"], "`-` is named 2 times"),
        (&["clean", "-", "--out-dir", "new"], "standard input has no name below --out-dir"),
        (&["clean", "x", "--out-dir", "out"], "`out/a.txt` exists; choose another folder or overwrite it with --force"),
        (&["clean", "x", "--out-dir", "x/a.txt"], "`x/a.txt` is a file; --out-dir needs a folder"),
        (&["clean", "x/a.txt", "y/a.txt", "--out-dir", "new"], "would both become `new/a.txt`"),
        (&["clean", "x", "--out-dir", "x/new"], "lies inside the input folder `x`"),
        (&["clean", "x/a.txt", "--out-dir", "x", "--force"], "`x/a.txt` is an input"),
        (&["clean", "x", "--out-dir", "p"], "the patch beside --out-dir, `p.patch`: exists"),
        (
            &["clean", "x/a.txt", "--patch", "p.patch"],
            "--patch `p.patch`: exists; nothing is overwritten without --force",
        ),
        (&["clean", "x/a.txt", "--patch", "x/a.txt", "--force"], "is an input or an output of this run"),
        (
            &["clean", "-w", "x", "--edits", "x/e.jsonl"],
            "`x/e.jsonl` lies inside the input folder `x`, so the next run",
        ),
        (&["clean", "x/a.txt", "--patch", "n", "--edits", "n"], "two reports would go to `n`"),
        (&["clean", "x/a.txt", "--patch", "-"], "--patch - needs standard output, where the clean text goes"),
        (&["clean", "-w", "x", "--patch", "-", "--edits", "-"], "only one report can go to standard output"),
        (&["clean", "x/a.txt", "--patch", "n", "--root", "y"], "lies outside the --root"),
        (&["clean", "x/a.txt", "--lang", "german"], "expected `auto` or a code"),
        (&["clean", "x/a.txt", "--budget-words", "200"], "expected 0 to 100"),
        (&["clean", "x/a.txt", "--safety", "reckless"], "reckless"),
        (&["clean", "x/a.txt", "--encoding", "windows1252"], "did you mean `windows-1252`?"),
        (&["check", "x/a.txt", "--encoding", "utf-32"], "UTF-32 is not read: convert it first"),
        (&["clean", "x/a.txt", "--rules", "none.yaml"], "cannot read the rules at `none.yaml`"),
        (&["clean", "x/a.txt", "--rules", "x"], "no rule files (.yaml, .yml) below `x`"),
        (&["clean", "x/a.txt", "--config", "none.yaml"], "cannot read the configuration `none.yaml`"),
        (&["clean", "x/a.txt", "--config", "x"], "cannot read the configuration `x`"),
        (&["rules", "show", "core/none/such"], "core/none/such"),
    ];
    let sandbox = Sandbox::with(&files);
    let before = sandbox.files();
    for (args, message) in cases {
        assert!(sandbox.run(args).ends(2, message).out.is_empty(), "{args:?}");
        assert_eq!(sandbox.files(), before, "{args:?} wrote something");
    }
    for (path, text) in files {
        assert_eq!(sandbox.read(path), text);
    }
}

#[test]
fn all_clashes_of_targets_are_listed_at_once() {
    let files = [("x/a.txt", DIRTY), ("x/b.txt", DIRTY), ("out/a.txt", "mine"), ("out/b.txt", "mine")];
    let run = Sandbox::with(&files).run(&["clean", "x", "--out-dir", "out"]).ends(2, "`out/a.txt` exists");
    assert_eq!(run.err.matches("error: ").count(), 2, "{}", run.err);
}

#[test]
fn a_rule_error_ends_with_2() {
    let pack = "format: 1\npack: test/broken\nrules:\n  - id: broken\n    kind: replace\n    match: { literal: 'a' }\n    raplace: 'b'\n";
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("broken.yaml", pack)]);
    assert!(sandbox.run(&["clean", "a.txt", "--rules", "broken.yaml"]).ends(2, "error").out.is_empty());
}

#[test]
fn a_folder_is_mirrored_with_its_patch_beside() {
    let sandbox =
        Sandbox::with(&[("in/x/a.txt", DIRTY), ("in/x/y/b.md", CLEAN), ("in/x/c.pdf", "x"), ("d.log", DIRTY)]);
    let run = sandbox.run(&["clean", "in/x", "d.log", "--out-dir", "out/"]);
    run.ends(0, "apply the patch with: patch -p1 < out.patch");
    let files =
        ["d.log", "in/x/a.txt", "in/x/c.pdf", "in/x/y/b.md", "out.patch", "out/a.txt", "out/d.log", "out/y/b.md"];
    assert_eq!(sandbox.files(), files);
    assert_eq!(
        [sandbox.read("out/a.txt"), sandbox.read("out/y/b.md"), sandbox.read("out/d.log")],
        [CLEAN; 3].map(|text| { text.to_owned() })
    );
    applies(sandbox.0.path(), &sandbox.path("out.patch"));
    assert_eq!([sandbox.read("in/x/a.txt"), sandbox.read("d.log")], [CLEAN, CLEAN].map(str::to_owned));
}

#[track_caller]
fn applies(folder: &Path, patch: &Path) {
    let status = Command::new("patch").args(["-p1", "-s", "-i"]).arg(patch).current_dir(folder).status();
    assert!(status.expect("patch is there").success());
}

#[test]
fn a_patch_of_files_elsewhere_is_relative_to_their_folder() {
    let (sandbox, other) = (Sandbox::new(), Sandbox::with(&[("x/a.txt", DIRTY), ("y/b.txt", DIRTY)]));
    let run = sandbox.run(&[
        OsString::from("clean"),
        other.path("x/a.txt").into(),
        other.path("y/b.txt").into(),
        "--out-dir".into(),
        "out".into(),
    ]);
    let root = fs::canonicalize(other.0.path()).expect("there");
    run.ends(0, &format!("patch -p1 -d {} < out.patch", root.display()));
    applies(other.0.path(), &sandbox.path("out.patch"));
    assert_eq!([other.read("x/a.txt"), other.read("y/b.txt")], [CLEAN, CLEAN].map(str::to_owned));
}

#[test]
fn a_file_is_rewritten_in_place_with_a_patch_that_undoes_it() {
    let sandbox = Sandbox::with(&[("a b.txt", DIRTY), ("c.txt", CLEAN)]);
    let before = fs::metadata(sandbox.path("c.txt")).expect("there").modified().expect("a time");
    sandbox.run(&["clean", "-w", "a b.txt", "c.txt", "--patch", "u.patch"]).ends(0, "undo it with: unscrape undo ");
    assert_eq!(sandbox.read("a b.txt"), CLEAN);
    assert_eq!(fs::metadata(sandbox.path("c.txt")).expect("there").modified().expect("a time"), before, "not touched");
    let undone =
        Command::new("patch").args(["-R", "-p1", "-s", "-i", "u.patch"]).current_dir(sandbox.0.path()).status();
    assert!(undone.expect("patch is there").success());
    assert_eq!(sandbox.read("a b.txt"), DIRTY);
}

#[test]
fn a_read_only_file_is_not_replaced() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("b.txt", DIRTY)]);
    let mut mode = fs::metadata(sandbox.path("a.txt")).expect("there").permissions();
    mode.set_readonly(true);
    fs::set_permissions(sandbox.path("a.txt"), mode).expect("set");
    let run = sandbox.run(&["clean", "-w", "a.txt", "b.txt", "--edits", "e.jsonl"]);
    run.ends(3, "a.txt: is read-only; left as it is");
    assert_eq!([sandbox.read("a.txt"), sandbox.read("b.txt")], [DIRTY, CLEAN].map(str::to_owned));
    assert!(!sandbox.read("e.jsonl").contains("a.txt"), "no record of what was not done");
    assert_eq!(sandbox.files(), ["a.txt", "b.txt", "e.jsonl"], "no temporary file stays");
}

#[test]
fn bad_records_are_shown_up_to_a_number_and_rejects_end_their_lines() {
    let many = "{bad\n".repeat(30);
    let sandbox = Sandbox::with(&[("a.jsonl", many.trim_end()), ("b.jsonl", "{worse}\n{\"text\":\"ok\"}\n")]);
    let run = sandbox.run(&["clean", "a.jsonl", "b.jsonl", "--out-dir", "out", "--rejects", "bad"]);
    let run = run.ends(3, "b.jsonl:1:2: bad JSON");
    assert_eq!(run.err.matches("a.jsonl:").count(), 21, "{}", run.err);
    assert!(run.err.contains("a.jsonl: its other bad records are counted and not shown"), "{}", run.err);
    assert!(run.err.contains("31 bad records went to --rejects"), "{}", run.err);
    assert_eq!(sandbox.read("bad"), format!("{many}{{worse}}\n"));
}

#[test]
fn a_field_that_no_record_has_is_an_error() {
    let sandbox = Sandbox::with(&[("a.jsonl", "{\"txt\":\"one\"}\n{\"txt\":\"two\"}\n")]);
    for command in ["check", "clean", "diff"] {
        sandbox.run(&[command, "a.jsonl"]).ends(3, "no record has the field `text`: name that of the text");
    }
    sandbox.run(&["check", "a.jsonl", "--text-field", "txt"]).ends(0, "");
    sandbox.write("b.jsonl", b"{\"text\":\"ok\"}\n");
    sandbox.run(&["check", "a.jsonl", "b.jsonl"]).ends(0, "2 without the field");
}

#[cfg(unix)]
#[test]
fn what_failed_counts_for_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let record = format!("{{\"text\":\"{}\"}}\n", DIRTY.trim_end());
    let sandbox = Sandbox::with(&[("a.jsonl", &record), ("b.txt", DIRTY), ("c.txt", DIRTY)]);
    for name in ["a.jsonl", "b.txt"] {
        fs::set_permissions(sandbox.path(name), fs::Permissions::from_mode(0o444)).expect("set");
    }
    let reports = ["--edits", "e.jsonl", "--report", "r.html", "--stats", "s.json"];
    let run = sandbox.run(&[&["clean", "-w", "a.jsonl", "b.txt", "c.txt"], &reports[..]].concat());
    let run = run.ends(3, "1 file, 1 changed: 1 edit by 1 rule");
    assert!(run.err.contains("2 inputs failed"), "{}", run.err);
    let edits = sandbox.read("e.jsonl");
    assert!(edits.contains("c.txt") && !edits.contains("a.jsonl") && !edits.contains("b.txt"), "{edits}");
    let page = sandbox.read("r.html");
    assert!(page.contains("c.txt") && !page.contains("a.jsonl") && !page.contains("b.txt"), "{page}");
    assert!(edits.lines().all(|line| line.starts_with('{')) && !page.contains("\"steps\""), "each in its own file");
    let stats: serde_json::Value = serde_json::from_str(&sandbox.read("s.json")).expect("JSON");
    assert_eq!((&stats["documents"], &stats["edits"]), (&1.into(), &1.into()), "{stats}");
}

#[cfg(unix)]
#[test]
fn a_report_that_cannot_be_written_keeps_no_other_from_it() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    let args = ["clean", "-w", "a.txt", "--patch", "/dev/full", "--edits", "e.jsonl", "--stats", "s.json"];
    sandbox.run(&args).ends(3, "/dev/full: cannot be written");
    assert!(sandbox.read("e.jsonl").contains("bar-period") && sandbox.read("s.json").contains("bar-period"));
}

#[test]
fn the_page_of_a_run_is_that_of_its_preview() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", CLEAN)]);
    let preview = sandbox.run(&["diff", "x", "--format", "html"]).ends(0, "").out;
    sandbox.run(&["clean", "x", "--out-dir", "out", "--report", "r.html"]).ends(0, "");
    assert_eq!(sandbox.read("r.html").into_bytes(), preview);
    let again = ["clean", "x", "--out-dir", "out2", "--report", "r.html"];
    sandbox.run(&again).ends(2, "--report `r.html`");
    sandbox.run(&[&again[..], &["--force"]].concat()).ends(0, "");
    let run = sandbox.run(&["clean", "x", "--out-dir", "out3", "--report", "-"]).ends(0, "");
    assert_eq!(run.out, preview);
}

#[test]
fn nothing_is_written_where_the_next_run_would_clean_it() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY)]);
    let refused = |args: &[&str], says: &str| {
        sandbox.run(&[&["clean", "-w", "x"], args].concat()).ends(2, says);
    };
    refused(&["--state-dir", "x/runs"], "--state-dir `x/runs` lies inside the input folder `x`");
    refused(&["--patch", "x/p.txt"], "--patch `x/p.txt` lies inside the input folder `x`");
    refused(&["--patch", "x/p.patch", "--glob", "*"], "--patch `x/p.patch` lies inside the input folder `x`");
    refused(&["--report", "x/r.txt"], "--report `x/r.txt` lies inside the input folder `x`");
    refused(&["--stats", "none/../s.json", "--edits", "s.json"], "two reports would go to `");
    assert_eq!(sandbox.read("x/a.txt"), DIRTY);
    sandbox.run(&["clean", "-w", "x", "--state-dir", "x/.runs", "--patch", "x/.p.txt"]).ends(0, "");
}

#[test]
fn the_list_of_edits_begins_with_every_input_and_its_hash() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("b.txt", CLEAN)]);
    sandbox.run(&["clean", "a.txt", "b.txt", "--out-dir", "out", "--edits", "e.jsonl"]).ends(0, "");
    let text = sandbox.read("e.jsonl");
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let inputs = lines[0]["inputs"].as_array().expect("a list");
    assert_eq!(inputs.len(), 2);
    assert_eq!(inputs[0]["doc"], "a.txt");
    assert_eq!(inputs[0]["hash"], blake3::hash(DIRTY.as_bytes()).to_hex().as_str());
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[1]["doc"], &lines[1]["before"], &lines[1]["after"]),
        (&"a.txt".into(), &"|.".into(), &"|".into())
    );
}

#[test]
fn a_list_of_edits_can_go_to_standard_output_where_that_is_free() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    let run = sandbox.run(&["clean", "-w", "a.txt", "--edits", "-"]).ends(0, "");
    assert_eq!(run.out().lines().count(), 2);
}

#[test]
fn records_keep_every_byte_outside_the_text() {
    let dirty = "The committee |. Met.";
    let lines = [
        ("\u{FEFF}{ \"id\": 1.0, \"text\": \"DIRTY\" }\r\n", true),
        ("\n", false),
        ("{\"id\":2}\n", false),
        ("{\"text\":null}\n", false),
        ("{\"text\":[\"DIRTY\"]}\n", false),
        ("{\"te\\u0078t\":\"DIRTY\",\"other\":\"DIRTY\"}\n", true),
        ("{\"text\":\"caf\\u00e9 DIRTY\"}\n", true),
        ("{\"text\":\"café DIRTY\"}", true),
    ];
    let (mut old, mut new) = (String::new(), String::new());
    for (line, cleaned) in lines {
        old.push_str(&line.replace("DIRTY", dirty));
        // Only the first one of a line is in its text.
        let line = if cleaned { line.replacen("DIRTY", "The committee | Met.", 1) } else { line.to_owned() };
        new.push_str(&line.replace("DIRTY", dirty));
    }
    let sandbox = Sandbox::with(&[("a.jsonl", &old)]);
    let run = sandbox.run(&["clean", "a.jsonl"]);
    let run = run.ends(
        0,
        "4 records passed through without a text in `text`: 1 without the field, 1 null, 1 not a string, 1 blank",
    );
    assert_eq!(run.out(), new);
    let run = sandbox.pipe(&["clean", "--input-format", "jsonl", "-q"], old.as_bytes()).ends(0, "");
    assert_eq!(run.out(), new);
    sandbox.run(&["clean", "-w", "a.jsonl", "--patch", "u.patch"]).ends(0, "");
    assert_eq!(sandbox.read("a.jsonl"), new);
}

#[test]
fn records_that_do_not_change_are_not_touched() {
    let clean = "{\"text\":\"a\"}\n".repeat(1000);
    let sandbox = Sandbox::with(&[("a.jsonl", &clean), ("b.jsonl", &clean)]);
    let dirty = clean.clone() + "{\"text\":\"The committee |. Met.\"}\n" + &clean;
    sandbox.write("b.jsonl", dirty.as_bytes());
    let mut mode = fs::metadata(sandbox.path("a.jsonl")).expect("there").permissions();
    mode.set_readonly(true);
    fs::set_permissions(sandbox.path("a.jsonl"), mode).expect("set");
    sandbox.run(&["clean", "-w", "a.jsonl", "b.jsonl"]).ends(0, "");
    assert_eq!(sandbox.read("b.jsonl"), dirty.replace("|.", "|"));
}

#[test]
fn a_bad_record_is_reported_with_its_place_and_passes_through() {
    let text = "{\"text\":\"a\"}\nnonsense\n{\"text\":\"a\\ud800\"}\n{\"text\":\"The committee |. Met.\"}\n";
    let sandbox = Sandbox::with(&[("a.jsonl", text)]);
    let run = sandbox.run(&["clean", "a.jsonl", "--out-dir", "out"]).ends(3, "a.jsonl:2:2: bad JSON: ");
    assert!(run.err.contains("a.jsonl:3:") && run.err.contains("2 bad records"), "{}", run.err);
    assert_eq!(sandbox.read("out/a.jsonl"), text.replace("|.", "|"));
}

#[test]
fn another_field_can_hold_the_text() {
    let run = Sandbox::new().pipe(
        &["clean", "--input-format", "jsonl", "--text-field", "body"],
        b"{\"text\":\"The committee |. Met.\",\"body\":\"The committee |. Met.\"}\n",
    );
    assert_eq!(run.ends(0, "").out(), "{\"text\":\"The committee |. Met.\",\"body\":\"The committee | Met.\"}\n");
}

#[test]
fn check_names_what_is_due_and_writes_nothing() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", CLEAN)]);
    assert_eq!(sandbox.run(&["check", "x"]).ends(1, "").out(), "x/a.txt: 1 edit\n");
    assert_eq!(sandbox.run(&["check", "x/b.txt"]).ends(0, "").out(), "");
    assert_eq!(sandbox.read("x/a.txt"), DIRTY);
    sandbox.run(&["check", "x", "none"]).ends(3, "none: ");
}

#[test]
fn exit_code_tells_of_a_change() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("b.txt", CLEAN)]);
    for (args, code) in [
        (["clean", "a.txt", "--exit-code"], 1),
        (["clean", "b.txt", "--exit-code"], 0),
        (["diff", "a.txt", "--exit-code"], 1),
        (["diff", "b.txt", "--exit-code"], 0),
    ] {
        sandbox.run(&args).ends(code, "");
    }
}

#[test]
fn every_format_of_diff_shows_the_change() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    for format in ["words", "patch", "jsonl", "stats", "html"] {
        let run = sandbox.run(&["diff", "a.txt", "--format", format]).ends(0, "");
        assert!(!run.out.is_empty(), "{format}");
        assert!(!run.out().contains('\u{1B}'), "{format}: no colour off a terminal");
    }
    let patch = sandbox.run(&["diff", "a.txt", "--format", "patch"]);
    sandbox.write("p", &patch.out);
    applies(sandbox.0.path(), &sandbox.path("p"));
    assert_eq!(sandbox.read("a.txt"), CLEAN);
}

#[test]
fn a_held_text_passes_through_and_ends_with_3() {
    let pack = "format: 1\npack: test/words\nphase: words\nrules:\n  - id: committee\n    kind: replace\n    \
                match: { literal: committee }\n    replace: board\n    effects: [insert-letters, delete-letters]\n";
    let dirty = DIRTY.repeat(12); // A few words may always change.
    let sandbox = Sandbox::with(&[("a.txt", &dirty), ("words.yaml", pack)]);
    let args = ["clean", "a.txt", "--rules", "words.yaml", "--safety", "review", "--patch", "p", "--exit-code"];
    let run = sandbox.run(&args).ends(3, "a.txt: held, left as it was: 12 of 72 words would change");
    assert_eq!((run.out(), sandbox.read("p").as_str()), (dirty.as_str(), ""));
    assert!(run.err.contains("--budget-words 17"), "{}", run.err);
    let allowed = [&args[..], &["--budget-words", "17", "--force"]].concat();
    assert!(sandbox.run(&allowed).ends(1, "").out().starts_with("The board | Met"));
}

#[test]
fn the_nearest_configuration_counts_and_flags_win_over_it() {
    let config = "format: 1\nignore: [core/punctuation/bar-period]\n";
    let sandbox = Sandbox::with(&[("unscrape.yaml", config), ("sub/a.txt", DIRTY), ("sub/c.yaml", "format: 1\n")]);
    assert_eq!(sandbox.run(&["check", "sub"]).ends(0, "").out(), "");
    let mut below = sandbox.command(&["check", "a.txt"]);
    assert_eq!(below.current_dir(sandbox.path("sub")).status().expect("starts").code(), Some(0));
    sandbox.run(&["check", "sub", "--no-config"]).ends(1, "");
    sandbox.run(&["check", "sub", "--config", "sub/c.yaml"]).ends(1, "");
    sandbox.run(&["check", "sub", "--select", "core/punctuation/bar-period"]).ends(1, "");
}

#[test]
fn texts_that_are_markdown_keep_its_marks() {
    let text = "See <b>the</b> [harbour](https://a.example/b).\n";
    let plain = "See the harbour.\n";
    let sandbox = Sandbox::with(&[("a.txt", text), ("a.md", text), ("b.MARKDOWN", text)]);
    let cleaned = |args: &[&str]| String::from_utf8(sandbox.run(args).out).expect("UTF-8");
    assert_eq!(cleaned(&["clean", "a.txt"]), plain);
    assert_eq!(cleaned(&["clean", "a.txt", "--markdown"]), text);
    assert_eq!(cleaned(&["clean", "a.md"]), text);
    assert_eq!(cleaned(&["clean", "b.MARKDOWN"]), text);
    sandbox.write("unscrape.yaml", b"format: 1\nmarkdown: true\n");
    assert_eq!(cleaned(&["clean", "a.txt"]), text);
    assert_eq!(cleaned(&["clean", "a.txt", "--no-config"]), plain);
}

#[test]
fn a_pack_outside_the_folder_of_the_configuration_needs_trust() {
    let pack = "format: 1\npack: test/outside\nphase: words\nbudget: { words: 50 }\nrules:\n  - id: committee\n    \
                kind: replace\n    match: { literal: committee }\n    replace: board\n    safety: safe\n    \
                effects: [insert-letters, delete-letters]\n    tests:\n      \
                fix: [{ before: a committee, after: a board }]\n      keep: [a council, a commission]\n";
    let sandbox = Sandbox::with(&[("in/a.txt", "The committee met again on Monday.\n"), ("outside.yaml", pack)]);
    let code = |config: &str| {
        sandbox.write("in/unscrape.yaml", format!("format: 1\n{config}").as_bytes());
        let mut command = sandbox.command(&["check", "a.txt"]);
        let run = Run::of(command.current_dir(sandbox.path("in")).output().expect("the program starts"));
        run.code.unwrap_or_else(|| panic!("{}", run.err))
    };
    let hash = blake3::hash(pack.as_bytes()).to_hex();
    assert_eq!(code("packs: [../outside.yaml]\n"), 0, "only proposed");
    assert_eq!(code("packs: [../outside.yaml]\nsafety: review\n"), 1);
    assert_eq!(code(&format!("packs: [../outside.yaml]\ntrust: {{ ../outside.yaml: {hash} }}\n")), 1);
    assert_eq!(code(&format!("packs: [../outside.yaml]\ntrust: {{ ../outside.yaml: {} }}\n", "0".repeat(64))), 0);
    sandbox.write("in/inside.yaml", pack.as_bytes());
    assert_eq!(code("packs: [inside.yaml]\n"), 1);
}

#[test]
fn rules_are_listed_and_described() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run(&["rules", "list"]).ends(0, "").out().contains("core/punctuation/bar-period"));
    let schema = sandbox.run(&["rules", "schema"]).ends(0, "");
    assert!(serde_json::from_slice::<serde_json::Value>(&schema.out).expect("JSON").is_object());
}

#[test]
fn a_rule_is_shown_with_where_it_stands_and_how_it_is_written() {
    let run = Sandbox::new().run(&["rules", "show", "core/punctuation/bar-period"]).ends(0, "");
    for part in
        ["safety:     safe", "phase:      punctuation", "effects:    ", "source:     rules/core/", "- id: bar-period"]
    {
        assert!(run.out().contains(part), "`{part}` is not in: {}", run.out());
    }
}

#[test]
fn a_text_without_a_site_says_so() {
    let run = Sandbox::with(&[("a.txt", CLEAN)]).run(&["sites", "which", "a.txt"]).ends(0, "");
    assert!(
        run.out().starts_with("a.txt: no site\n  not sites/translated-tech-news: fingerprint: the line `"),
        "{}",
        run.out()
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let sandbox = Sandbox::new();
    for args in [["clean", "-"], ["diff", "-"], ["check", "-"]] {
        let mut child = sandbox.command(&args).stdin(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        child.stdin.take().expect("piped").write_all(DIRTY.as_bytes()).expect("read");
        let run = Run::of(child.wait_with_output().expect("the program ends"));
        assert_eq!(run.code, Some(0), "{args:?}: {}", run.err);
        assert!(!run.err.contains("error"), "{args:?}: {}", run.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    let full = || File::options().write(true).open("/dev/full").expect("there");
    for args in [["clean", "a.txt"], ["diff", "a.txt"], ["check", "a.txt"], ["rules", "list"]] {
        let output = sandbox.command(&args).stdout(full()).output().expect("the program starts");
        Run::of(output).ends(3, "cannot write to standard output: No space left on device");
    }
    let run = sandbox.run(&["clean", "a.txt", "--patch", "/dev/full"]);
    assert_eq!(run.ends(3, "/dev/full: cannot be written: No space left on device").out(), CLEAN);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run(&["--version"]).ends(0, "").out().starts_with("unscrape "));
    for args in [&["--help"][..], &["clean", "-h"], &["diff", "-h"], &["check", "-h"], &["rules", "test", "-h"]] {
        assert!(sandbox.run(args).ends(0, "").out().contains("Usage: unscrape"));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_has_written_down_what_it_did() {
    let sandbox = Sandbox::new();
    let names: Vec<String> = (0..600).map(|number| format!("in/{number:03}.txt")).collect();
    for name in &names {
        sandbox.write(name, DIRTY.as_bytes());
    }
    let child = sandbox.command(&["clean", "-w", "in", "--patch", "p"]).spawn().expect("the program starts");
    while sandbox.read(&names[0]) == DIRTY {
        std::thread::yield_now();
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill is there").success());
    let run = Run::of(child.wait_with_output().expect("the program ends"));
    run.ends(130, "left as they were; go on with --resume");
    let clean = names.iter().filter(|name| sandbox.read(name) == CLEAN).count();
    assert_eq!(sandbox.read("p").matches("diff --git ").count(), clean);
    assert_eq!(names.iter().filter(|name| sandbox.read(name) == DIRTY).count(), names.len() - clean);
    assert_eq!(sandbox.files().len(), names.len() + 1, "nothing half-written is left");
}

#[test]
fn a_list_of_edits_is_made_where_its_texts_are_the_same() {
    let record = |text: &str| format!("{{\"text\":\"{}\",\"n\":1.50}}\n", text.trim_end());
    let mark = "\u{FEFF}";
    let sandbox = Sandbox::with(&[
        ("x/a.txt", DIRTY),
        ("x/b.txt", &format!("{mark}{DIRTY}")),
        ("x/c.jsonl", &format!("{}{}", record("fine"), record(DIRTY))),
        ("x/d.txt", DIRTY),
    ]);
    let list = sandbox.run(&["diff", "x", "--format", "jsonl"]).ends(0, "");
    sandbox.write("e.jsonl", &list.out);
    let clean = sandbox.run(&["clean", "x", "--out-dir", "by-rules"]).ends(0, "");
    drop(clean);
    sandbox.write("x/d.txt", b"Another text.\n");
    let run = sandbox.run(&["apply", "e.jsonl", "--out-dir", "out"]);
    let run = run.ends(3, "x/d.txt: changed since its edits were listed; left as it is, list them anew");
    assert!(run.err.contains("3 edits by 1 rule"), "{}", run.err);
    for name in ["a.txt", "b.txt", "c.jsonl"] {
        assert_eq!(sandbox.read(&format!("out/x/{name}")), sandbox.read(&format!("by-rules/{name}")), "{name}");
    }
    sandbox.run(&["apply", "e.jsonl", "-w"]).ends(3, "undo it with: unscrape undo");
    assert_eq!(sandbox.read("x/a.txt"), CLEAN);
    sandbox.run(&["undo"]).ends(0, "3 files as before the run");
    assert_eq!(sandbox.read("x/b.txt"), format!("{mark}{DIRTY}"));
    sandbox.run(&["apply", "x/a.txt"]).ends(2, "`x/a.txt` line 1: is no list of edits");
}

#[test]
fn decisions_are_carried_out_and_can_be_left_out() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    // Over `rule NUL left NUL before NUL after NUL right`.
    let fields = ["core/punctuation/bar-period", "The committee ", "|.", "|", " Met again on Monday. "];
    let fingerprint = &blake3::hash(fields.join("\0").as_bytes()).to_hex()[..16];
    let [rule, left, before, after, right] = fields;
    let decision = format!(
        "{{\"rule\":\"{rule}\",\"before\":\"{before}\",\"after\":\"{after}\",\"left\":\"{left}\",\"right\":\"{right}\",\
         \"fingerprint\":\"{fingerprint}\",\"verdict\":\"refuse\"}}\n"
    );
    let file = format!("{{\"unscrape\":\"decisions\",\"version\":1}}\n{decision}");
    sandbox.write("unscrape.decisions.jsonl", file.as_bytes());
    assert_eq!(sandbox.run(&["clean", "a.txt"]).ends(0, "none changed").out(), DIRTY);
    assert_eq!(sandbox.run(&["clean", "a.txt", "--no-decisions"]).ends(0, "").out(), CLEAN);
    sandbox.run(&["check", "a.txt"]).ends(0, "");
    sandbox.write("unscrape.decisions.jsonl", b"{}\n");
    sandbox.run(&["clean", "a.txt"]).ends(2, "`unscrape.decisions.jsonl` line 1: no decisions");
    sandbox.write("d.jsonl", file.as_bytes());
    assert_eq!(sandbox.run(&["clean", "a.txt", "--decisions", "d.jsonl"]).ends(0, "").out(), DIRTY);
    sandbox.run(&["clean", "a.txt", "--decisions", "none.jsonl"]).ends(2, "cannot read the decisions in `none.jsonl`");
    // The same of a list.
    let list = sandbox.run(&["diff", "a.txt", "--format", "jsonl", "--no-decisions"]).ends(0, "");
    sandbox.write("e.jsonl", &list.out);
    assert_eq!(sandbox.run(&["apply", "e.jsonl"]).ends(0, "").out(), CLEAN);
    assert_eq!(sandbox.run(&["apply", "e.jsonl", "--decisions", "d.jsonl"]).ends(0, "").out(), DIRTY);
}

#[test]
fn a_place_is_explained() {
    let text = "A line of prose stands here, and it is long enough to be one of the text.\n\nBy Ann |. Bea , and Cy.\n";
    let record = "{\"text\":\"The committee |. Met again on Monday.\"}\n";
    let sandbox = Sandbox::with(&[("a.txt", text), ("a.jsonl", &format!("{{\"text\":\"fine\"}}\n{record}"))]);
    let line = sandbox.run(&["explain", "a.txt:3"]).ends(0, "");
    assert!(line.out().starts_with("a.txt  language: "), "{}", line.out());
    assert!(
        line.out().contains("a.txt:3:8  core/punctuation/bar-period\n    replace `|.` with `|`\n    made\n"),
        "{}",
        line.out()
    );
    assert!(line.out().contains("find nothing there; --rule ID says why"), "{}", line.out());
    let elsewhere = sandbox.run(&["explain", "a.txt:3:1"]).ends(0, "");
    assert!(!elsewhere.out().contains("bar-period"), "{}", elsewhere.out());
    let record = sandbox.run(&["explain", "a.jsonl:2"]).ends(0, "");
    assert!(record.out().contains("a.jsonl:2:1:15  core/punctuation/bar-period"), "{}", record.out());
    let rule = |id: &str, says: &str, options: &[&str]| {
        let run = sandbox.run(&[&["explain", "a.txt", "--rule", id], options].concat()).ends(0, "");
        assert!(run.out().contains(says), "{id}: {}", run.out());
    };
    rule("core/punctuation/bar-period", "made", &[]);
    rule("core/entities/references", "not made: it finds nothing there", &[]);
    rule("core/punctuation/bar-period", "does not run: the profile, --select or --ignore", &["--ignore", "core/*"]);
    sandbox.run(&["explain", "a.txt:99"]).ends(2, "`a.txt:99` has no such place");
    sandbox.run(&["explain", "a.txt"]).ends(2, "is a whole text: name a line");
    sandbox.run(&["explain", "a.txt", "--rule", "core/none"]).ends(2, "there is no rule `core/none`");
    sandbox.run(&["explain", "none.txt:3"]).ends(2, "none.txt: No such file");
}

#[test]
fn numbers_are_compared_with_those_of_an_earlier_run() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY)]);
    sandbox.run(&["clean", "x", "--out-dir", "out", "--stats", "s.json"]).ends(0, "");
    let args = ["diff", "x", "--format", "stats", "--compare", "s.json"];
    assert_eq!(sandbox.run(&args).ends(0, "").out(), "the same numbers as before\n");
    sandbox.write("x/b.txt", DIRTY.as_bytes());
    let run = sandbox.run(&args).ends(0, "");
    let rows: Vec<Vec<&str>> = run.out().lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.contains(&vec!["core/punctuation/bar-period", "kept", "1", "2", "+1"]), "{}", run.out());
    assert!(rows.contains(&vec!["edits", "1", "2", "+1"]) && !run.out().contains("held"), "{}", run.out());
    sandbox.run(&["diff", "x", "--compare", "s.json"]).ends(2, "--compare is for --format stats");
    sandbox
        .run(&["diff", "x", "--format", "stats", "--compare", "x/a.txt"])
        .ends(2, "`x/a.txt` holds no numbers of a run");
}

#[test]
fn edits_of_all_files_are_put_together() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", &format!("{DIRTY}\nA caf&eacute; opened.\n"))]);
    let by = |what: &str| sandbox.run(&["diff", "x", "--by", what]).ends(0, "").out().to_owned();
    assert!(by("edit").starts_with("core/punctuation/bar-period  safe  ×2\n"), "{}", by("edit"));
    assert!(by("edit").contains("x/a.txt:1:15, x/b.txt:1:15\n"), "{}", by("edit"));
    assert!(by("rule").contains("core/entities/references  safe  1 edit in 1 file\n"), "{}", by("rule"));
    sandbox.run(&["diff", "x", "--by", "rule", "--format", "side"]).ends(2, "--by is for --format words");
}
