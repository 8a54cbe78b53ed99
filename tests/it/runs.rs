//! Runs that are resumed and undone, wholly and in part.

use std::fs;
use std::io::{Read, Write};

use super::cli::{CLEAN, DIRTY, Sandbox};

/// A text with a fault for each of two rules, and what it is without the one, the other and both.
const TWO: &str = "The caf&eacute; committee |. Met again on Monday.";
const NO_BAR: &str = "The caf&eacute; committee | Met again on Monday.";
const NO_REFERENCE: &str = "The café committee |. Met again on Monday.";
const NONE: &str = "The café committee | Met again on Monday.";

const BAR: &str = "core/punctuation/bar-period";
const REFERENCES: &str = "core/entities/references";

/// A file of each format, with `TEXT` for the text.
const FORMATS: &[(&str, &str)] = &[
    ("a.txt", "\u{FEFF}A line before.\r\nTEXT\r\nA line behind.\r\nTEXT"),
    ("a.jsonl", "{\"id\":1.50,\"text\":\"TEXT\",\"title\":\"é\"}\n\n{\"text\": \"TEXT\\nTEXT\"}\n{\"text\":\"fine\"}"),
    ("a.json", "[\n  {\"text\": \"TEXT\"},\n  {\"text\": \"TEXT \\\"TEXT\\\"\", \"n\": 1e3}\n]\n"),
    ("a.csv", "id,text\r\n1,TEXT\r\n2,\"TEXT\n\"\"quoted\"\", TEXT\"\r\n3,fine\r\n"),
    ("a.tsv", "id\ttext\n1\tTEXT\n2\t\"TEXT\n\nTEXT\"\n"),
];

fn packed(name: &str, bytes: &[u8]) -> Vec<u8> {
    if name.ends_with(".zst") {
        return zstd::encode_all(bytes, 1).expect("memory");
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn unpacked(name: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    let read = match name.ends_with(".zst") {
        true => zstd::Decoder::new(bytes).expect("a decoder").read_to_string(&mut text),
        false => flate2::read::MultiGzDecoder::new(bytes).read_to_string(&mut text),
    };
    read.expect("whole");
    text
}

fn bytes(sandbox: &Sandbox, path: &str) -> Vec<u8> {
    fs::read(sandbox.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the path of the journal of the only run.
fn journal(sandbox: &Sandbox) -> String {
    let mut runs = fs::read_dir(sandbox.path(".unscrape/runs")).expect("a run").map(|run| run.expect("a run"));
    let name = runs.next().expect("a run").file_name().into_string().expect("a date");
    assert!(runs.next().is_none(), "more than one run");
    format!(".unscrape/runs/{name}/journal.jsonl")
}

#[test]
fn each_format_is_undone_rule_by_rule_and_wholly() {
    for (name, file) in FORMATS {
        let with = |text: &str| file.replace("TEXT", text);
        let sandbox = Sandbox::with(&[(name, &with(TWO))]);
        let edits = file.matches("TEXT").count();
        sandbox.run(&["clean", "-w", name]).ends(0, "");
        assert_eq!(sandbox.read(name), with(NONE));
        let taken = format!("{edits} edits taken back in 1 file");
        sandbox.run(&["undo", "--rule", BAR]).ends(0, &taken);
        assert_eq!(sandbox.read(name), with(NO_REFERENCE), "{name}");
        sandbox.run(&["undo", "--rule", BAR]).ends(0, "0 edits taken back in 0 files");
        sandbox.run(&["undo", "--rule", "core/entities/*"]).ends(0, &taken);
        assert_eq!(sandbox.read(name), with(TWO), "{name}");
        // The same, and the rest of it at once.
        let sandbox = Sandbox::with(&[(name, &with(TWO))]);
        sandbox.run(&["clean", "-w", name]).ends(0, "");
        sandbox.run(&["undo", "--rule", REFERENCES, "--file", name]).ends(0, &taken);
        assert_eq!(sandbox.read(name), with(NO_BAR), "{name}");
        sandbox.run(&["undo"]).ends(0, "1 file as before the run");
        assert_eq!(sandbox.read(name), with(TWO), "{name}");
        sandbox.run(&["undo"]).ends(2, "there is no run to undo");
        assert_eq!(sandbox.files(), [*name]);
    }
}

#[test]
fn what_is_left_of_a_value_keeps_the_style_of_its_record() {
    let record = |text: &str| format!("{{\"text\":\"{text}\",\"by\":\"Zo\\u00eb\"}}\n");
    let sandbox = Sandbox::with(&[("a.jsonl", &record(TWO))]);
    sandbox.run(&["clean", "-w", "a.jsonl"]).ends(0, "");
    let ascii = |text: &str| record(&text.replace('é', "\\u00e9"));
    assert_eq!(sandbox.read("a.jsonl"), ascii(NONE));
    sandbox.run(&["undo", "--rule", BAR]).ends(0, "1 edit taken back");
    assert_eq!(sandbox.read("a.jsonl"), ascii(NO_REFERENCE));
    sandbox.run(&["undo"]).ends(0, "1 file as before");
    assert_eq!(sandbox.read("a.jsonl"), record(TWO));
}

#[test]
fn one_file_of_many_is_undone() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY), ("x/c.txt", CLEAN)]);
    sandbox.run(&["clean", "-w", "x"]).ends(0, "");
    sandbox.run(&["undo", "--file", "x/b.txt"]).ends(0, "1 file as before the run");
    assert_eq!((sandbox.read("x/a.txt").as_str(), sandbox.read("x/b.txt").as_str()), (CLEAN, DIRTY));
    for file in ["x/b.txt", "x/c.txt", "x/none.txt"] {
        sandbox.run(&["undo", "--file", file]).ends(2, &format!("did nothing to `{file}`"));
    }
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(sandbox.read("x/a.txt"), DIRTY);
}

#[test]
fn what_a_run_wrote_to_a_folder_is_removed() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", CLEAN), ("x/c.csv", "text\nfine\n")]);
    sandbox.run(&["clean", "x", "--out-dir", "out"]).ends(0, "");
    sandbox.run(&["undo", "--rule", BAR]).ends(2, "clean them again with --ignore");
    sandbox.run(&["undo", "--file", "x/b.txt"]).ends(0, "1 file removed");
    assert_eq!(sandbox.files(), ["out.patch", "out/a.txt", "out/c.csv", "x/a.txt", "x/b.txt", "x/c.csv"]);
    sandbox.write("out/c.csv", b"mine");
    sandbox.run(&["undo"]).ends(3, "c.csv: was changed after the run; left as it is");
    assert_eq!(sandbox.files(), ["out.patch", "out/c.csv", "x/a.txt", "x/b.txt", "x/c.csv"]);
    fs::remove_file(sandbox.path("out/c.csv")).expect("removed");
    sandbox.run(&["undo"]).ends(0, "0 files removed");
    sandbox.run(&["undo"]).ends(2, "there is no run to undo");
}

#[test]
fn a_clean_text_whose_input_is_gone_is_not_removed() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY), ("x/c.txt", DIRTY)]);
    sandbox.run(&["clean", "x", "--out-dir", "out"]).ends(0, "");
    fs::remove_file(sandbox.path("x/a.txt")).expect("there");
    sandbox.write("x/b.txt", b"Another text.\n");
    let run = sandbox.run(&["undo"]).ends(3, "a.txt: is what is left of `");
    assert!(run.err.contains("b.txt: is what is left of `") && run.err.contains("1 file removed"), "{}", run.err);
    assert_eq!(sandbox.read("out/a.txt"), CLEAN);
    assert_eq!(sandbox.read("out/b.txt"), CLEAN);
    assert!(!sandbox.path("out/c.txt").exists());
}

#[test]
fn runs_are_undone_in_the_order_in_which_they_must_be() {
    let sandbox = Sandbox::with(&[("a.txt", TWO)]);
    sandbox.run(&["clean", "-w", "a.txt", "--select", REFERENCES]).ends(0, "");
    sandbox.run(&["clean", "-w", "a.txt"]).ends(0, "");
    assert_eq!(sandbox.read("a.txt"), NONE);
    let list = sandbox.run(&["undo", "--list"]).ends(0, "");
    let runs: Vec<&str> = list.out().lines().map(|line| line.split_once("  ").expect("two columns").0).collect();
    assert_eq!(list.out().matches("in place, 1 file to undo").count(), 2);
    sandbox.run(&["undo", runs[0]]).ends(3, "a.txt: was changed after the run");
    assert_eq!(sandbox.read("a.txt"), NONE);
    sandbox.run(&["undo"]).ends(0, runs[1]);
    assert_eq!(sandbox.read("a.txt"), NO_REFERENCE);
    sandbox.run(&["undo"]).ends(0, runs[0]);
    assert_eq!(sandbox.read("a.txt"), TWO);
    sandbox.run(&["undo", "nothing"]).ends(2, "there is no run called `nothing`");
}

#[test]
fn a_file_that_changed_after_the_run_is_left_alone() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.jsonl", &format!("{{\"text\":\"{TWO}\"}}\n"))]);
    sandbox.run(&["clean", "-w", "x"]).ends(0, "");
    for name in ["x/a.txt", "x/b.jsonl"] {
        let mine = sandbox.read(name) + "and more\n";
        sandbox.write(name, mine.as_bytes());
        for args in [&["undo", "--file", name][..], &["undo", "--file", name, "--rule", BAR]] {
            sandbox.run(args).ends(3, &format!("{name}: was changed after the run; left as it is"));
            assert_eq!(sandbox.read(name), mine);
        }
    }
    fs::remove_file(sandbox.path("x/a.txt")).expect("removed");
    sandbox.run(&["undo", "--file", "x/a.txt"]).ends(3, "x/a.txt: ");
    assert_eq!(sandbox.files(), ["x/b.jsonl"]);
}

#[test]
fn compressed_files_and_other_encodings_come_back_byte_for_byte() {
    let latin: Vec<u8> = TWO.bytes().chain(*b" \xE9\x93\r\n").collect();
    let sandbox = Sandbox::with(&[]);
    let originals: Vec<(String, Vec<u8>)> = FORMATS
        .iter()
        .flat_map(|(name, file)| [(format!("x/{name}.gz"), file), (format!("x/{name}.zst"), file)])
        .map(|(name, file)| (name.clone(), packed(&name, file.replace("TEXT", TWO).as_bytes())))
        .chain([("x/latin.txt".to_owned(), latin)])
        .collect();
    for (name, original) in &originals {
        sandbox.write(name, original);
    }
    sandbox.run(&["clean", "-w", "x", "--encoding", "auto"]).ends(0, "1 input in windows-1252");
    assert_eq!(sandbox.read("x/latin.txt"), format!("{NONE} é“\r\n"));
    for (name, file) in FORMATS {
        for name in [format!("x/{name}.gz"), format!("x/{name}.zst")] {
            assert_eq!(unpacked(&name, &bytes(&sandbox, &name)), file.replace("TEXT", NONE), "{name}");
        }
    }
    sandbox.run(&["undo", "--rule", BAR]).ends(3, "x/latin.txt: holds no single edits that could be taken back");
    sandbox.run(&["undo"]).ends(0, "11 files as before the run");
    for (name, original) in &originals {
        assert_eq!(&bytes(&sandbox, name), original, "{name}");
    }
}

#[test]
fn what_was_put_in_beside_the_edits_is_taken_out_again() {
    let head = "A bridge for the village\n\nBy Jane Roe\n\nPublished: 12 March 2024\n\n";
    let article = format!("---\ntags: [x]\n---\n{head}{TWO} It spoke of nothing but the old bridge.\n");
    let sandbox = Sandbox::with(&[("a.txt", &article)]);
    sandbox.run(&["clean", "-w", "a.txt", "--front-matter"]).ends(0, "1 text got metadata");
    let clean = sandbox.read("a.txt");
    assert!(clean.contains("\nauthor: ") && clean.contains(NONE), "{clean}");
    sandbox.run(&["undo", "--rule", BAR]).ends(0, "1 edit taken back");
    assert_eq!(sandbox.read("a.txt"), clean.replace(NONE, NO_REFERENCE));
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(sandbox.read("a.txt"), article);

    let text = article.replace('\n', "\\n");
    for (name, file) in [
        ("a.jsonl", format!("{{\"text\":\"{text}\",\"n\":1}}\n{{\"text\":\"fine\"}}\n")),
        ("a.json", format!("[ {{ \"n\": 1, \"text\": \"{text}\", \"about\": {{\"x\": 1}} }} ]")),
    ] {
        let sandbox = Sandbox::with(&[(name, &file)]);
        sandbox
            .run(&["clean", "-w", name, "--fields-key", "about", "--annotate", "edits"])
            .ends(0, "1 text got metadata");
        let clean = sandbox.read(name);
        assert!(clean.contains("\"about\":") && clean.contains("\"edits\":") && clean.contains(NONE), "{clean}");
        sandbox.run(&["undo", "--rule", BAR]).ends(0, "1 edit taken back");
        assert!(sandbox.read(name).contains(NO_REFERENCE));
        sandbox.run(&["undo"]).ends(0, "1 file as before the run");
        assert_eq!(sandbox.read(name), file);
    }
}

#[test]
fn a_run_that_was_stopped_goes_on_where_it_ended() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY), ("x/c.jsonl", "{\"text\":\"a |. b\"}\n")]);
    for args in [&["clean", "x", "--out-dir", "out"][..], &["clean", "-w", "x"]] {
        let again = [args, &["--resume"]].concat();
        sandbox.run(&again).ends(0, "there is no run with the same rules, options and output to go on with");
        sandbox.run(&again).ends(0, "3 inputs skipped, which the run did before");
        // Options that decide about what is written make another run.
        for options in [&["--lang", "en"][..], &["--max-record-bytes", "1M"], &["--text-field", "body"]] {
            let run = sandbox.run(&[&again, options, &["--force"]].concat()).ends(0, "there is no run with the same");
            assert!(!run.err.contains("skipped"), "{}", run.err);
        }
        let other = sandbox.run(&[&again, &["--force", "--input-format", "text"][..]].concat());
        assert!(!other.err.contains("3 inputs skipped"), "{}", other.err);
    }
}

#[test]
fn what_became_new_is_done_and_what_somebody_wrote_is_not_overwritten() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY)]);
    let args = ["clean", "x", "--out-dir", "out", "--resume"];
    sandbox.run(&args).ends(0, "");
    sandbox.write("x/a.txt", format!("New. {DIRTY}").as_bytes());
    sandbox.write("x/c.txt", DIRTY.as_bytes());
    sandbox.run(&args).ends(0, "1 input skipped");
    assert_eq!(sandbox.read("out/a.txt"), format!("New. {CLEAN}"));
    assert_eq!(sandbox.read("out/c.txt"), CLEAN);
    sandbox.write("out/b.txt", b"mine");
    sandbox
        .run(&args)
        .ends(3, "x/b.txt: its clean text cannot be written to `out/b.txt`: exists; nothing is overwritten");
    assert_eq!(sandbox.read("out/b.txt"), "mine");
    sandbox.run(&[&args[..], &["--force"]].concat()).ends(0, "2 inputs skipped");
    assert_eq!(sandbox.read("out/b.txt"), CLEAN);
    sandbox.run(&["undo"]).ends(0, "3 files removed");

    let args = ["clean", "-w", "x", "--resume"];
    sandbox.run(&args).ends(0, "");
    sandbox.write("x/b.txt", format!("Mine. {DIRTY}").as_bytes());
    sandbox.run(&args).ends(0, "2 inputs skipped");
    sandbox.run(&["undo"]).ends(0, "3 files as before the run");
    assert_eq!(sandbox.read("x/a.txt"), format!("New. {DIRTY}"));
    assert_eq!(sandbox.read("x/b.txt"), format!("Mine. {DIRTY}"));
}

#[test]
fn a_journal_whose_end_was_cut_off_is_read_up_to_there() {
    for end in [&b"{\"file\":{\"number\":9,\"pa"[..], b"\0\0\0\0", b"\0\0\0\n{\"undone\":1}\n"] {
        let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY)]);
        sandbox.run(&["clean", "-w", "x"]).ends(0, "");
        let journal = journal(&sandbox);
        let whole = sandbox.read(&journal);
        sandbox.write(&journal, &[whole.as_bytes(), end].concat());
        sandbox.write("x/c.txt", DIRTY.as_bytes());
        sandbox.run(&["clean", "-w", "x", "--resume"]).ends(0, "2 inputs skipped");
        assert!(sandbox.read(&journal).starts_with(&whole), "what was whole stays");
        sandbox.run(&["undo"]).ends(0, "3 files as before the run");
        assert_eq!(["x/a.txt", "x/b.txt", "x/c.txt"].map(|name| sandbox.read(name)), [DIRTY; 3]);
    }
}

#[test]
fn what_a_run_left_before_it_wrote_a_file_is_removed() {
    for command in [&["undo"][..], &["clean", "-w", "x", "--edits", "out/e.jsonl", "--resume"]] {
        let sandbox = Sandbox::with(&[("x/a/a.txt", DIRTY), ("x/b/b.txt", DIRTY)]);
        sandbox.run(&["clean", "-w", "x", "--edits", "out/e.jsonl"]).ends(0, "");
        let path = journal(&sandbox);
        let run = path.split('/').nth(2).expect("a name").to_owned();
        // As if the run had been killed while its first files were on their way.
        let begun: String = sandbox.read(&path).lines().take(2).map(|line| format!("{line}\n")).collect();
        assert!(begun.contains("{\"folders\":["), "{begun}");
        sandbox.write(&path, begun.as_bytes());
        fs::remove_file(sandbox.path("out/e.jsonl")).expect("written");
        let left = ["x/a", "x/b", "out"].map(|folder| format!("{folder}/.unscrape-{run}-1.tmp"));
        left.iter().for_each(|name| sandbox.write(name, b"half of"));
        let strange = "x/a/.unscrape-20200101T000000-1-1.tmp";
        sandbox.write(strange, b"of another run");
        sandbox.run(command).ends(if command == ["undo"] { 2 } else { 0 }, "");
        let stay: Vec<_> = sandbox.files().into_iter().filter(|name| name.ends_with(".tmp")).collect();
        assert_eq!(stay, [strange], "{command:?}");
    }
}

#[test]
fn a_run_that_goes_on_is_left_alone() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY)]);
    sandbox.run(&["clean", "-w", "x"]).ends(0, "");
    let lock = journal(&sandbox).replace("journal.jsonl", "lock");
    // As the run itself does.
    let held = fs::File::open(sandbox.path(&lock)).expect("a lock");
    held.lock().expect("nobody else has it");
    for command in [&["undo"][..], &["undo", "--file", "x/a.txt"], &["clean", "-w", "x", "--resume"]] {
        sandbox.run(command).ends(2, "still goes on: wait until it is through");
    }
    sandbox.run(&["undo", "--list"]).ends(0, "");
    assert_eq!(sandbox.read("x/a.txt"), CLEAN);
    drop(held);
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
}

#[test]
fn a_run_is_named_whole() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
    sandbox.run(&["clean", "-w", "a.txt"]).ends(0, "");
    for name in ["", "1", "runs", "."] {
        sandbox.run(&["undo", name]).ends(2, &format!("there is no run called `{name}`"));
    }
    assert_eq!(sandbox.read("a.txt"), CLEAN);
}

#[test]
fn what_stands_in_the_place_of_a_file_is_left_alone() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("b.txt", DIRTY), ("d.txt", DIRTY)]);
    sandbox.write("c.txt.gz", &packed("c.txt.gz", DIRTY.as_bytes()));
    sandbox.run(&["clean", "-w", "a.txt", "b.txt", "c.txt.gz", "d.txt"]).ends(0, "");
    fs::remove_file(sandbox.path("a.txt")).expect("there");
    fs::create_dir(sandbox.path("a.txt")).expect("free");
    fs::remove_file(sandbox.path("b.txt")).expect("there");
    fs::remove_file(sandbox.path("c.txt.gz")).expect("there");
    let run = sandbox.run(&["undo"]).ends(3, "a.txt: is a folder, not a file");
    assert!(run.err.contains("b.txt: is gone, and a run keeps only what it changed"), "{}", run.err);
    let kept = run.err.split_once("c.txt.gz: is gone; what it was before the run lies in `").expect(&run.err).1;
    let kept = kept.split_once('`').expect("a path").0;
    assert_eq!(unpacked("c.txt.gz", &bytes(&sandbox, kept)), DIRTY);
    assert_eq!(sandbox.read("d.txt"), DIRTY);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY)]);
    sandbox.run(&["clean", "x", "--out-dir", "out"]).ends(0, "");
    fs::remove_file(sandbox.path("out/a.txt")).expect("written");
    let made = std::process::Command::new("mkfifo").arg(sandbox.path("out/a.txt")).status();
    assert!(made.expect("mkfifo is there").success());
    sandbox.run(&["clean", "x", "--out-dir", "out", "--resume"]).ends(3, "`out/a.txt`");
    sandbox.run(&["undo"]).ends(3, "a.txt: is a FIFO, not a file");
}

#[test]
fn an_original_is_kept_from_those_who_write_to_its_other_name() {
    let sandbox = Sandbox::with(&[]);
    let old = packed("a.txt.gz", DIRTY.as_bytes());
    sandbox.write("a.txt.gz", &old);
    fs::hard_link(sandbox.path("a.txt.gz"), sandbox.path("other")).expect("linked");
    sandbox.run(&["clean", "-w", "a.txt.gz"]).ends(0, "");
    fs::OpenOptions::new().append(true).open(sandbox.path("other")).expect("there").write_all(b"!").expect("written");
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(bytes(&sandbox, "a.txt.gz"), old);
}

#[test]
fn a_patch_has_what_was_done_last_of_each_file() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY), ("x/b.txt", DIRTY)]);
    let args = ["clean", "-w", "x", "--patch", "p.patch", "--resume"];
    sandbox.run(&args).ends(0, "");
    let whole = sandbox.read("p.patch");
    sandbox.run(&["undo", "--file", "x/a.txt"]).ends(0, "1 file as before the run");
    sandbox.run(&args).ends(0, "1 input skipped");
    let hunks = |patch: &str| patch.split_inclusive("+++ b/x/").map(str::len).count();
    assert_eq!(hunks(&sandbox.read("p.patch")), hunks(&whole), "{}", sandbox.read("p.patch"));
    sandbox.write("p.patch", b"Not a patch.\n");
    sandbox.run(&args).ends(2, "`p.patch` exists and is no patch; nothing is overwritten without --force");
    assert_eq!(sandbox.read("p.patch"), "Not a patch.\n");
}

#[test]
fn a_journal_that_does_not_fit_its_file_changes_nothing() {
    let line = format!("{{\"text\":\"{TWO}\"}}\n");
    let broken: &[(&str, &str)] = &[
        ("\"at\":", "\"at\":9"),
        ("\"len\":", "\"len\":9999999999"),
        ("\"from\":", "\"from\":7"),
        ("\"before\":\"", "\"before\":\"not "),
    ];
    for (name, text) in [("a.txt", TWO), ("a.jsonl", line.as_str())] {
        for (key, instead) in broken {
            let sandbox = Sandbox::with(&[(name, text)]);
            sandbox.run(&["clean", "-w", name]).ends(0, "");
            let (path, clean) = (journal(&sandbox), sandbox.read(name));
            let was = sandbox.read(&path);
            let places: Vec<_> = was.match_indices(key).map(|(at, _)| at).collect();
            assert!(!places.is_empty(), "{key} {was}");
            for at in places {
                let broken = format!("{}{instead}{}", &was[..at], &was[at + key.len()..]);
                sandbox.write(&path, broken.as_bytes());
                let says = "cannot be brought back: its journal does not fit";
                let run = sandbox.run(&["undo", "--rule", "core/*"]);
                // A place within a value matters only where the value is taken apart.
                assert!(run.code == Some(3) && run.err.contains(says), "{broken}: {:?} {}", run.code, run.err);
                assert_eq!(sandbox.read(name), clean, "{broken}");
            }
            sandbox.write(&path, was.as_bytes());
            sandbox.run(&["undo"]).ends(0, "1 file as before the run");
            assert_eq!(sandbox.read(name), text);
        }
    }
}

#[test]
fn a_run_that_cannot_be_read_hides_none_that_can_be_resumed() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY)]);
    sandbox.run(&["clean", "-w", "x"]).ends(0, "");
    sandbox.write(".unscrape/runs/29990101T000000-1/journal.jsonl", b"{\"run\":\n");
    sandbox.run(&["clean", "-w", "x", "--resume"]).ends(0, "1 input skipped");
    sandbox.run(&["undo"]).ends(2, "journal.jsonl` line 1: is damaged at byte");
}

#[test]
fn an_original_that_was_kept_and_not_noted_is_in_nobodys_way() {
    let sandbox = Sandbox::with(&[]);
    let original = packed("a.txt.gz", DIRTY.as_bytes());
    sandbox.write("a.txt.gz", &original);
    sandbox.run(&["clean", "-w", "a.txt.gz"]).ends(0, "");
    let journal = journal(&sandbox);
    // As if the run had been killed between the two.
    let first = sandbox.read(&journal).lines().next().expect("a line").to_owned() + "\n";
    sandbox.write(&journal, first.as_bytes());
    sandbox.write("a.txt.gz", &original);
    sandbox.run(&["clean", "-w", "a.txt.gz", "--resume"]).ends(0, "1 edit");
    assert_eq!(unpacked("a.txt.gz", &bytes(&sandbox, "a.txt.gz")), CLEAN);
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(bytes(&sandbox, "a.txt.gz"), original);
}

#[test]
fn an_undo_of_a_rule_that_was_killed_before_it_wrote_the_file_loses_nothing() {
    let sandbox = Sandbox::with(&[("a.txt", TWO)]);
    sandbox.run(&["clean", "-w", "a.txt"]).ends(0, "");
    sandbox.run(&["undo", "--rule", BAR]).ends(0, "1 edit taken back");
    // As if it had noted what becomes of the file, and no more.
    let killed = || sandbox.write("a.txt", NONE.as_bytes());
    killed();
    sandbox.run(&["clean", "-w", "a.txt", "--resume"]).ends(0, "1 input skipped");
    sandbox.run(&["undo", "--rule", BAR]).ends(0, "1 edit taken back");
    assert_eq!(sandbox.read("a.txt"), NO_REFERENCE);
    killed();
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(sandbox.read("a.txt"), TWO);
    sandbox.run(&["undo"]).ends(2, "there is no run to undo");
}

#[test]
fn a_journal_that_cannot_be_read_says_so_and_hides_no_other() {
    let newer = r#"{"run":{"format":2,"made":"by a later version"}}"#;
    for (line, why) in [
        (newer, "line 1: written by a newer version of unscrape"),
        ("{}", "line 1: "),
        (r#"{"file":{"number":"one"}}"#, "line 1: "),
        ("", "line 1: the first line is missing"),
    ] {
        let sandbox = Sandbox::with(&[("a.txt", DIRTY)]);
        sandbox.run(&["clean", "-w", "a.txt"]).ends(0, "");
        let name = journal(&sandbox).split('/').nth(2).expect("a name").to_owned();
        let other = ".unscrape/runs/99990101T000000-1/journal.jsonl";
        sandbox.write(other, if line.is_empty() { String::new() } else { format!("{line}\n") }.as_bytes());
        sandbox.run(&["undo"]).ends(2, why);
        assert_eq!(sandbox.read("a.txt"), CLEAN, "which run is the last one is not guessed");
        let list = sandbox.run(&["undo", "--list"]).ends(3, why);
        assert!(list.out().starts_with(&format!("{name}  in place, 1 file to undo\n")), "{}", list.out());
        sandbox.run(&["clean", "-w", "a.txt", "--resume"]).ends(0, "1 input skipped");
        sandbox.run(&["undo", &name]).ends(0, "1 file as before the run");
        assert_eq!(sandbox.read("a.txt"), DIRTY);
    }
}

#[test]
fn a_state_folder_that_cannot_be_written_stops_a_run_before_it_begins() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("state", "mine")]);
    for args in [&["clean", "-w", "a.txt"][..], &["clean", "a.txt", "--out-dir", "out"]] {
        let args = [args, &["--state-dir", "state"]].concat();
        sandbox.run(&args).ends(2, "cannot keep a journal in `state`: ");
        assert_eq!(sandbox.files(), ["a.txt", "state"]);
    }
    assert_eq!(sandbox.read("a.txt"), DIRTY);
    sandbox.run(&["clean", "-w", "a.txt", "--no-journal"]).ends(0, "");
    assert_eq!(sandbox.read("a.txt"), CLEAN);
    sandbox.run(&["undo"]).ends(2, "there is no run to undo");
    sandbox.run(&["clean", "-w", "a.txt", "--state-dir", "elsewhere/deep"]).ends(0, "");
    assert!(sandbox.path("elsewhere/deep/runs").is_dir() && !sandbox.path(".unscrape").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_come_back() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let names = [b"x/\xFF.txt".as_slice(), b"x/\xC3(.txt.gz", "x/\u{FFFD}.txt".as_bytes()].map(OsStr::from_bytes);
    let sandbox = Sandbox::with(&[]);
    let originals = [DIRTY.as_bytes().to_vec(), packed(".gz", DIRTY.as_bytes()), DIRTY.as_bytes().to_vec()];
    let is_as_before =
        || names.iter().zip(&originals).all(|(name, bytes)| fs::read(sandbox.path(name)).expect("there") == *bytes);
    for (name, original) in names.iter().zip(&originals) {
        sandbox.write(name, original);
    }
    sandbox.run(&["clean", "-w", "x"]).ends(0, "");
    assert!(!is_as_before());
    sandbox.run(&["clean", "-w", "x", "--resume"]).ends(0, "3 inputs skipped");
    let one: [&OsStr; 3] = ["undo".as_ref(), "--file".as_ref(), names[0]];
    sandbox.run(&one).ends(0, "1 file as before the run");
    sandbox.run(&["undo"]).ends(0, "2 files as before the run");
    assert!(is_as_before());
}

#[test]
fn any_number_of_threads_does_the_same() {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for number in 0..40 {
        let line = [TWO, CLEAN, NO_BAR, "Nothing is wrong here.", "a\u{200B}b  c"][number % 5];
        files.push((format!("x/{number:02}.txt"), format!("Text {number}.\n\n{line}\n").repeat(number).into_bytes()));
    }
    let many: String =
        (0..6000).map(|n| format!("{{\"id\":{n},\"text\":\"{} {n}\"}}\n{}", TWO, ["", "{bad\n"][n % 2])).collect();
    files.push(("x/many.jsonl".to_owned(), many.clone().into_bytes()));
    files.push(("x/many.jsonl.zst".to_owned(), packed(".zst", many.as_bytes())));
    files.push(("x/a-bad.txt".to_owned(), b"caf\xE9".to_vec()));
    files.push(("x/b-bad.txt.gz".to_owned(), packed(".gz", many.as_bytes())[..200].to_vec()));
    for (name, file) in FORMATS {
        files.push((format!("x/{name}"), file.replace("TEXT", TWO).into_bytes()));
    }
    let run = |jobs: &str, args: &[&str]| {
        let sandbox = Sandbox::with(&[]);
        files.iter().for_each(|(name, bytes)| sandbox.write(name, bytes));
        let all = [args, &["--jobs", jobs, "--edits", "e", "--patch", "p", "--report", "r", "--stats", "s"]].concat();
        let mut err = sandbox.run(&all).ends(3, "").err;
        // The name of a run is the time.
        if let Some(at) = err.find("undo it with:") {
            err.truncate(at);
        }
        // How far it was at some moment is said of a run that takes its time.
        err = err.lines().filter(|line| !line.contains(" left; ")).map(|line| format!("{line}\n")).collect();
        let contents = sandbox.files().into_iter().map(|name| {
            let mut bytes = bytes(&sandbox, &name);
            if name == "s" {
                let stats = String::from_utf8(bytes).expect("JSON");
                bytes = stats.lines().filter(|line| !line.contains("\"seconds\":")).flat_map(str::bytes).collect();
            }
            (name, bytes)
        });
        (contents.collect::<Vec<_>>(), err)
    };
    for args in [&["clean", "-w", "x"][..], &["clean", "x", "--out-dir", "out", "--force"]] {
        let (one, four) = (run("1", args), run("4", args));
        assert_eq!(one.1, four.1);
        for (one, four) in one.0.iter().zip(&four.0) {
            assert!(one == four, "`{}` is not the same", one.0);
        }
        assert_eq!(one.0.len(), four.0.len());
    }
}
