//! Patches are held against the tools that will read them: git and `patch`, forward and back, to the byte.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;

/// A file before and after, with the changes between.
#[derive(Clone, Debug)]
struct File {
    name: String,
    old: Vec<u8>,
    new: Vec<u8>,
    changes: Vec<(Span, Span)>,
}

/// Makes a file of what stays and what changes: `(stays, before, after)` repeated.
fn file(name: &str, pieces: &[(&str, &str, &str)]) -> File {
    let mut file = File { name: name.into(), old: Vec::new(), new: Vec::new(), changes: Vec::new() };
    for (stays, before, after) in pieces {
        file.old.extend(stays.bytes());
        file.new.extend(stays.bytes());
        let (from, to) = (file.old.len(), file.new.len());
        file.old.extend(before.bytes());
        file.new.extend(after.bytes());
        if (before, after) != (&"", &"") {
            file.changes.push((Span::new(from, file.old.len()), Span::new(to, file.new.len())));
        }
    }
    file
}

impl File {
    fn patch(&self) -> Vec<u8> {
        let mut out = Vec::new();
        render(&mut out, self.name.as_bytes(), &self.old, &self.new, &self.changes).expect("writing to memory");
        out
    }
}

/// The patch of one file called `f`, without its three lines of names.
fn body(pieces: &[(&str, &str, &str)]) -> String {
    let patch = String::from_utf8(file("f", pieces).patch()).expect("UTF-8 in, UTF-8 out");
    match patch.strip_prefix("diff --git a/f b/f\n--- a/f\n+++ b/f\n") {
        Some(body) => body.to_owned(),
        None => patch,
    }
}

#[test]
fn a_file_without_changes_writes_nothing() {
    assert_eq!(body(&[("a\nb\n", "", "")]), "");
    assert_eq!(body(&[("a\n", "b", "b"), ("\n", "", "")]), "", "a change that changes nothing is none");
    assert_eq!(body(&[("", "", "")]), "");
}

#[test]
fn three_lines_of_context_stand_around_a_change() {
    insta::assert_snapshot!(body(&[("1\n2\n3\n4\n", "5", "five"), ("\n6\n7\n8\n9\n", "", "")]), @r"
    @@ -2,7 +2,7 @@
     2
     3
     4
    -5
    +five
     6
     7
     8
    ");
}

#[test]
fn hunks_are_merged_when_their_context_meets() {
    let far = "1\n2\n3\n4\n5\n6\n";
    assert_eq!(body(&[("", "a", "A"), ("\n", "", ""), (far, "b", "B"), ("\n", "", "")]).matches("@@ -").count(), 1);
    let farther = "1\n2\n3\n4\n5\n6\n7\n";
    insta::assert_snapshot!(body(&[("", "a\n", ""), (farther, "b", "B"), ("\n", "", "")]), @r"
    @@ -1,4 +1,3 @@
    -a
     1
     2
     3
    @@ -6,4 +5,4 @@
     5
     6
     7
    -b
    +B
    ");
}

#[test]
fn a_dropped_line_shows_as_that_line_alone_wherever_its_span_begins() {
    let expected = "@@ -1,3 +1,2 @@\n a\n-drop\n b\n";
    assert_eq!(body(&[("a\n", "drop\n", ""), ("b\n", "", "")]), expected);
    assert_eq!(body(&[("a", "\ndrop", ""), ("\nb\n", "", "")]), expected);
    assert_eq!(body(&[("", "a\ndrop\nb", "a\nb"), ("\n", "", "")]), expected);
    assert_eq!(
        body(&[("a\r\n", "", ""), ("", "drop\r\n", ""), ("b", "", "")]),
        "@@ -1,3 +1,2 @@\n a\r\n-drop\r\n b\n\\ No newline at end of file\n"
    );
}

#[test]
fn changes_in_neighbouring_lines_do_not_touch_the_lines_between_and_beside() {
    insta::assert_snapshot!(body(&[("a\nb ", "1", "one"), (" c\nd\n", "e\n", ""), ("f", "", "!"), ("\ng\n", "", "")]), @r"
    @@ -1,6 +1,5 @@
     a
    -b 1 c
    +b one c
     d
    -e
    -f
    +f!
     g
    ");
}

#[test]
fn a_line_without_end_is_marked_on_its_side() {
    let end = "\\ No newline at end of file\n";
    assert_eq!(body(&[("a", "", "\n")]), format!("@@ -1 +1 @@\n-a\n{end}+a\n"));
    assert_eq!(body(&[("a", "\n", "")]), format!("@@ -1 +1 @@\n-a\n+a\n{end}"));
    assert_eq!(body(&[("a", "b", "c")]), format!("@@ -1 +1 @@\n-ab\n{end}+ac\n{end}"));
    assert_eq!(body(&[("", "x\n", ""), ("a", "", "")]), format!("@@ -1,2 +1 @@\n-x\n a\n{end}"));
}

#[test]
fn an_emptied_file_and_one_that_gains_content_name_line_zero() {
    assert_eq!(body(&[("", "a\nb\n", "")]), "@@ -1,2 +0,0 @@\n-a\n-b\n");
    assert_eq!(body(&[("", "", "a\nb\n")]), "@@ -0,0 +1,2 @@\n+a\n+b\n");
}

#[test]
fn only_lf_ends_a_line() {
    assert_eq!(
        body(&[("a\rb\r\nc\u{2028}d", "x", "y"), ("\r\n", "", "")]),
        "@@ -1,2 +1,2 @@\n a\rb\r\n-c\u{2028}dx\r\n+c\u{2028}dy\r\n"
    );
}

#[test]
fn names_are_quoted_as_git_quotes_them() {
    for (name, names) in [
        (&b"x/a.txt"[..], "diff --git a/x/a.txt b/x/a.txt\n--- a/x/a.txt\n+++ b/x/a.txt\n"),
        (b"a b", "diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n"),
        (
            "é \"".as_bytes(),
            "diff --git \"a/\\303\\251 \\\"\" \"b/\\303\\251 \\\"\"\n--- \"a/\\303\\251 \\\"\"\t\n+++ \"b/\\303\\251 \\\"\"\t\n",
        ),
        (
            b"\\\t\x01\x7F\xFF\n",
            "diff --git \"a/\\\\\\t\\001\\177\\377\\n\" \"b/\\\\\\t\\001\\177\\377\\n\"\n--- \"a/\\\\\\t\\001\\177\\377\\n\"\n+++ \"b/\\\\\\t\\001\\177\\377\\n\"\n",
        ),
    ] {
        let mut out = Vec::new();
        write_names(&mut out, name).expect("writing to memory");
        assert_eq!(String::from_utf8(out).expect("ASCII"), names);
    }
}

/// Applies the hunks of `patch` to `from`; `reverse` takes the new side for the old one. Checks that every line
/// is where the hunk says. Knows no more of the format than the manual of diff tells.
fn interpret(patch: &[u8], from: &[u8], reverse: bool) -> Vec<u8> {
    let source: Vec<&[u8]> = from.split_inclusive(|&byte| byte == b'\n').collect();
    let mut lines = patch.split_inclusive(|&byte| byte == b'\n').skip(3).peekable();
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(header) = lines.next() {
        let header = std::str::from_utf8(header).expect("headers are ASCII");
        let numbers: Vec<usize> = header
            .trim_start_matches("@@ -")
            .trim_end_matches(" @@\n")
            .split(" +")
            .flat_map(|range| match range.split_once(',') {
                Some((start, count)) => [start, count],
                None => [range, "1"],
            })
            .map(|number| number.parse().unwrap_or_else(|_| panic!("a number in {header:?}")))
            .collect();
        let [mut start, mut count, other_start, other_count] = numbers[..] else { panic!("two ranges in {header:?}") };
        let (mut made_start, mut made_count) = (other_start, other_count);
        if reverse {
            (start, count, made_start, made_count) = (made_start, made_count, start, count);
        }
        let first = if count == 0 { start } else { start - 1 };
        out.extend(source[at..first].iter().map(|line| line.to_vec()));
        assert_eq!(out.len(), if made_count == 0 { made_start } else { made_start - 1 }, "{header}");
        at = first;
        let made_before = out.len();
        while let Some(line) = lines.next_if(|line| !line.starts_with(b"@@")) {
            let (mark, mut line) = (line[0], &line[1..]);
            if lines.next_if(|next| next.starts_with(b"\\")).is_some() {
                line = &line[..line.len() - 1];
            }
            let (taken, made) = match mark {
                b' ' => (true, true),
                b'-' => (!reverse, reverse),
                b'+' => (reverse, !reverse),
                _ => panic!("no such line in a hunk: {line:?}"),
            };
            if taken {
                assert_eq!(source[at], line, "a line of the hunk is a line of the file");
                at += 1;
            }
            if made {
                out.push(line.to_vec());
            }
        }
        assert_eq!((at - first, out.len() - made_before), (count, made_count), "{header}");
    }
    out.extend(source[at..].iter().map(|line| line.to_vec()));
    out.concat()
}

#[test]
fn changes_that_undo_each_other_are_no_patch() {
    assert_eq!(body(&[("", "\n", ""), ("\n", "", "\n")]), "");
}

fn pieces() -> impl Strategy<Value = Vec<(String, String, String)>> {
    let stays = prop_oneof![3 => "[ab\n\r ]{0,6}", 1 => "(a\n|b\n|\n){0,10}", 1 => "a\nb\nc\nd\ne\nf\ng\n(h\n)?"];
    let change = || prop_oneof![2 => "[ab\n\r ]{0,4}", 1 => "(a\n|b\n|\n){0,4}"];
    proptest::collection::vec((stays, change(), change()), 0..7)
}

fn random_file(name: &str, pieces: &[(String, String, String)]) -> File {
    let pieces: Vec<_> = pieces.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    file(name, &pieces)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_patch_leads_forward_and_back(pieces in pieces()) {
        let file = random_file("f", &pieces);
        let patch = file.patch();
        prop_assert_eq!(patch.is_empty(), file.old == file.new);
        if !patch.is_empty() {
            prop_assert_eq!(interpret(&patch, &file.old, false), &file.new[..]);
            prop_assert_eq!(interpret(&patch, &file.new, true), &file.old[..]);
        }
    }

    #[test]
    fn no_line_is_taken_out_only_to_be_put_back_at_the_edge_of_a_change(pieces in pieces()) {
        let file = random_file("f", &pieces);
        for block in blocks(&file.old, &file.new, &file.changes) {
            let (old, new) = (&file.old[block.old.range()], &file.new[block.new.range()]);
            prop_assert!(old.is_empty() || new.is_empty() || (first_line(old) != first_line(new) && last_line(old) != last_line(new)));
        }
    }
}

/// Runs a tool in `dir` with `input` on its stdin, away from the settings of whoever runs the tests. A tool
/// that is missing or fails is a failed test.
fn run(dir: &Path, tool: &str, args: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(tool);
    command.args(args).current_dir(dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
    // Set when the tests run from a git hook.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let mut child =
        command.spawn().unwrap_or_else(|error| panic!("`{tool}` must be installed to test patches with it: {error}"));
    // They read all of their input before they write more than a pipe holds; one that fails before that says
    // why below.
    let _ = child.stdin.take().expect("piped").write_all(input);
    let output = child.wait_with_output().expect("the tool ends");
    assert!(
        output.status.success(),
        "{tool} {args:?}: {}\n{}{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(input),
    );
    output
}

/// What a file holds before or after.
type Side = fn(&File) -> &[u8];

fn write_all(dir: &Path, files: &[File], side: Side) {
    for file in files {
        let path = dir.join(&file.name);
        fs::create_dir_all(path.parent().expect("inside dir")).expect("a folder for the file");
        fs::write(path, side(file)).expect("a temporary file");
    }
}

#[track_caller]
fn assert_all(dir: &Path, files: &[File], side: Side, when: &str) {
    for file in files {
        let found = fs::read(dir.join(&file.name)).unwrap_or_else(|error| panic!("{} {when}: {error}", file.name));
        assert_eq!(found.escape_ascii().to_string(), side(file).escape_ascii().to_string(), "{} {when}", file.name);
    }
}

/// Applies one patch of all `files` with git and with `patch`, forward and back, each in a fresh folder.
fn assert_tools_apply(files: &[File]) {
    let (old, new): (Side, Side) = (|file| &file.old, |file| &file.new);
    let patch: Vec<u8> = files.iter().flat_map(File::patch).collect();

    let repository = tempfile::tempdir().expect("a temporary folder");
    let dir = repository.path();
    let git = |args: &[&str], input: &[u8]| run(dir, "git", args, input);
    git(&["init", "--quiet"], b"");
    write_all(dir, files, old);
    git(&["add", "--all"], b"");
    let author = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgSign=false"];
    git(&[&author[..], &["commit", "--quiet", "--message=input"]].concat(), b"");
    git(&["apply", "--check"], &patch);
    git(&["apply"], &patch);
    assert_all(dir, files, new, "after git apply");
    assert_git_names(files, &git(&["diff", "--no-renames", "--text"], b"").stdout);
    git(&["apply", "-R"], &patch);
    assert_all(dir, files, old, "after git apply -R");
    assert_eq!(git(&["status", "--porcelain"], b"").stdout, b"", "nothing is left to commit");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path();
    write_all(dir, files, old);
    run(dir, "patch", &["-p1"], &patch);
    assert_all(dir, files, new, "after patch");
    run(dir, "patch", &["-R", "-p1"], &patch);
    assert_all(dir, files, old, "after patch -R");
    let mut found = Vec::new();
    for entry in
        walkdir::WalkDir::new(dir).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file())
    {
        found.push(entry.path().strip_prefix(dir).expect("below").to_str().expect("UTF-8").to_owned());
    }
    let mut expected: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "no .rej, no .orig");
}

/// Holds our lines of names against those that git itself writes for the same change.
fn assert_git_names(files: &[File], diff: &[u8]) {
    for file in files.iter().filter(|file| file.old != file.new) {
        let mut names = Vec::new();
        write_names(&mut names, file.name.as_bytes()).expect("writing to memory");
        for line in names.split_inclusive(|&byte| byte == b'\n') {
            assert!(
                diff.split_inclusive(|&byte| byte == b'\n').any(|theirs| theirs == line),
                "git has no line {}\n{}",
                line.escape_ascii(),
                String::from_utf8_lossy(diff)
            );
        }
    }
}

#[test]
fn git_and_patch_take_texts_of_every_kind_of_line_end() {
    assert_tools_apply(&[
        file("crlf.txt", &[("one\r\ntwo ", "  ", " "), ("x\r\n", "share\r\n", ""), ("three\r\n", "", "")]),
        file("cr.txt", &[("one\rtwo\r", "drop\r", ""), ("three\rfour", "", "!"), ("\r", "", "")]),
        file(
            "mixed.txt",
            &[("a\r\nb\rc\nd", "\r\n", "\n"), ("e\r", "", "\n"), ("\n\r\r\nf", "\r", ""), ("\n", "", "")],
        ),
        file("crlf-to-lf.txt", &[("a", "\r", ""), ("\nb", "\r", ""), ("\n", "", "")]),
        file("lf-to-crlf.txt", &[("a", "", "\r"), ("\nb", "", "\r"), ("\n", "", "")]),
        file("separators.txt", &[("a\u{2028}b\u{85}c\u{B}d\u{C}", "\u{A0}\u{FEFF}", " "), ("e\n", "", "")]),
    ]);
}

#[test]
fn git_and_patch_take_bytes_that_are_no_text() {
    let mut latin1 = file("latin1.jsonl", &[("{\"t\":\"caf?\"}\n{\"t\":\"a", "  ", " "), ("b\"}\n", "", "")]);
    for side in [&mut latin1.old, &mut latin1.new] {
        side[9] = 0xE9;
    }
    let nul = file("nul.txt", &[("a\0b\n", "", ""), ("c\0", "\0 ", " "), ("d\ne\0\n", "", "")]);
    assert_tools_apply(&[latin1, nul]);
}

#[test]
fn git_and_patch_take_texts_without_a_final_newline() {
    assert_tools_apply(&[
        file("both.txt", &[("a\nb", " ", ""), ("c", "", "")]),
        file("old.txt", &[("a\nb", "", "\n")]),
        file("new.txt", &[("a\nb", "\n", "")]),
        file("context.txt", &[("", "x\n", ""), ("a\nb", "", "")]),
        file("dropped-end.txt", &[("a\nb", "\nc", "")]),
        file("one-line.txt", &[("", "a", "b")]),
        file("one-line-with-end.txt", &[("", "a", "b"), ("\n", "", "")]),
        file("only-newline.txt", &[("", "\n", "a")]),
    ]);
}

#[test]
fn git_and_patch_take_changes_at_both_ends_near_and_far() {
    let lines = |from: usize, to: usize| (from..to).map(|n| format!("line {n}\n")).collect::<String>();
    let far = lines(1, 30);
    let near = lines(1, 4);
    assert_tools_apply(&[
        file("ends.txt", &[("", "first", "1st"), ("\n", "", ""), (&far, "last", ""), ("\n", "", "")]),
        file(
            "near.txt",
            &[("", "a\n", ""), (&near, "b\n", "B\nC\n"), (&near, "d", "D"), ("\n", "e\n", ""), (&far, "", "")],
        ),
        file(
            "adjacent.txt",
            &[("x\n", "a\n", ""), ("", "b", "B"), ("\n", "", "c\n"), ("", "d\n", ""), (&near, "", "")],
        ),
        file("blank.txt", &[("a\n", "", "\n"), ("b\n", "", "\n\n"), ("c\n\n", "\n", ""), ("\nd\n", "", "")]),
        file("repeated.txt", &[("a\na\n", "a\n", ""), ("a\na\na\na\na\na\na\na\n", "a\n", ""), ("a\n", "", "a\n")]),
        file("joined.txt", &[("one\ntwo", "\n", " "), ("three\n", "", "")]),
        file("split.txt", &[("one two", " ", "\n"), ("three\n", "", "")]),
        file("markers.txt", &[("-- a\n++ b\n", "--- x\n", ""), ("@@ -1 +1 @@\n\\ No", "", " newline"), ("\n", "", "")]),
    ]);
}

#[test]
fn git_and_patch_take_an_emptied_file_and_one_that_gains_content() {
    assert_tools_apply(&[file("emptied.txt", &[("", "a\nb\n", "")]), file("emptied-line.txt", &[("", "a", "")])]);
    assert_tools_apply(&[file("gains.txt", &[("", "", "a\nb\n")]), file("gains-line.txt", &[("", "", "a")])]);
}

#[cfg(unix)]
#[test]
fn git_and_patch_take_odd_names() {
    let change = [("a ", "  ", " "), ("b\n", "", "")];
    for name in [
        "a b.txt",
        "é.txt",
        "sub folder/ñandú 漢字.txt",
        "quote\".txt",
        "back\\slash.txt",
        "both \" and \\.txt",
        "tab\there.txt",
        "bell\u{7}\u{1B}.txt",
        "'single'.txt",
        "del\u{7F}.txt",
        "-dash.txt",
    ] {
        assert_tools_apply(&[file(name, &change), file("plain.txt", &change)]);
    }
}

#[test]
fn git_and_patch_take_random_changes() {
    let mut runner = TestRunner::deterministic();
    let mut files = Vec::new();
    while files.len() < 60 {
        let pieces = pieces().new_tree(&mut runner).expect("any pieces will do").current();
        let file = random_file(&format!("{}.txt", files.len()), &pieces);
        if file.old != file.new {
            files.push(file);
        }
    }
    assert_tools_apply(&files);
}

#[test]
fn what_a_patch_says_of_a_file_is_left_out() {
    let piece = [("kept\n--- a/x\n", "diff --git a/two b/two\n", "new\n"), ("tail", "", "")];
    let files = ["one", "two words", "drei/ä", "four"].map(|name| file(name, &piece));
    let mut patch = files.iter().flat_map(File::patch).collect::<Vec<_>>();
    for name in ["five", "ä"] {
        note(&mut patch, name.as_bytes(), "it is too large").expect("memory");
    }
    let left = |names: &[&str]| {
        let keys: Vec<_> = names.iter().flat_map(|name| keys(name.as_bytes())).collect();
        let mut out = Vec::new();
        without(&mut out, &patch, |key| keys.iter().any(|left_out| left_out == key)).expect("memory");
        out
    };
    assert_eq!(left(&[]), patch);
    assert_eq!(left(&["none", "two", "a/one"]), patch);
    let some: Vec<u8> = [0, 3].iter().flat_map(|&number: &usize| files[number].patch()).collect();
    assert_eq!(left(&["two words", "drei/ä", "five", "ä"]), some);
}
