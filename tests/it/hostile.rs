//! Disks that are full, files that change while they are read, and data that is larger than it looks.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::cli::{CLEAN, DIRTY, Run, Sandbox};

/// A small disk of its own, if this process may mount one.
#[cfg(target_os = "linux")]
struct Disk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn new(sandbox: &Sandbox, name: &str, size: &str) -> Option<Self> {
        let place = sandbox.path(name);
        fs::create_dir_all(&place).expect("made");
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&place).output();
        if !mounted.is_ok_and(|mount| mount.status.success()) {
            eprintln!("skipped: only root may mount a small disk");
            return None;
        }
        Some(Self(place))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

/// Texts of 100 KB each in `folder`, with one fault in each.
fn large(sandbox: &Sandbox, folder: &str, number: usize) -> (String, String) {
    let rest = "Nothing is wrong with this line, which is here to be long.\n".repeat(1700);
    let (dirty, clean) = (format!("{DIRTY}{rest}"), format!("{CLEAN}{rest}"));
    for number in 0..number {
        sandbox.write(format!("{folder}/{number:02}.txt"), dirty.as_bytes());
    }
    (dirty, clean)
}

/// Counts the files below `folder` that hold `text`, and all that hold something else.
fn count(sandbox: &Sandbox, folder: &str, text: &str) -> (usize, usize) {
    let files = sandbox.files();
    let inside = files.iter().filter(|name| name.starts_with(&format!("{folder}/")));
    let (same, other): (Vec<_>, Vec<_>) = inside.partition(|name| sandbox.read(name) == text);
    (same.len(), other.len())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_fails_what_does_not_fit_and_leaves_nothing_half() {
    let sandbox = Sandbox::with(&[]);
    let Some(_disk) = Disk::new(&sandbox, "small", "1m") else { return };
    let (dirty, clean) = large(&sandbox, "x", 20);
    let args = ["clean", "x", "--out-dir", "small/out", "--patch", "p", "--jobs", "2"];
    sandbox.run(&args).ends(3, "its clean text cannot be written to `small/out/");
    let (new, other) = count(&sandbox, "small/out", &clean);
    assert!(0 < new && new < 20, "{new}");
    assert_eq!(other, 0);
    assert_eq!(count(&sandbox, "x", &dirty), (20, 0));
    // The patch has what was written, and no more.
    assert_eq!(sandbox.read("p").matches("diff --git ").count(), new);
    sandbox.run(&["undo"]).ends(0, &format!("{new} files removed"));
    assert_eq!(count(&sandbox, "small", &clean), (0, 0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_files_in_place_leaves_them_as_they_were() {
    let sandbox = Sandbox::with(&[]);
    let Some(_disk) = Disk::new(&sandbox, "x", "1900k") else { return };
    // Nine of the size are 900 KB: there is room for one beside them, never for the last, and later for all.
    let (dirty, clean) = large(&sandbox, "x", 9);
    let three = |text: &str| format!("{text}{}", &text[text.find('\n').expect("lines") + 1..].repeat(2));
    sandbox.write("x/99.txt", three(&dirty).as_bytes());
    fs::write(sandbox.path("x/fill"), vec![b'x'; 520 << 10]).expect("room");
    let run = sandbox.run(&["clean", "-w", "x", "--jobs", "2"]);
    run.ends(3, "x/99.txt: No space left on device");
    fs::remove_file(sandbox.path("x/fill")).expect("there");
    let (new, old) = (count(&sandbox, "x", &clean).0, count(&sandbox, "x", &dirty).0);
    assert_eq!((new + old, sandbox.read("x/99.txt")), (9, three(&dirty)));
    assert_eq!(sandbox.files().len(), 10, "nothing is left: {:?}", sandbox.files());
    sandbox.run(&["clean", "-w", "x", "--resume", "--jobs", "1"]).ends(0, "");
    assert_eq!((count(&sandbox, "x", &clean).0, sandbox.read("x/99.txt")), (9, three(&clean)));
    sandbox.run(&["undo"]).ends(0, "10 files as before the run");
    assert_eq!((count(&sandbox, "x", &dirty).0, sandbox.read("x/99.txt")), (9, three(&dirty)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_journal_stops_the_run_before_it_replaces_a_file() {
    let sandbox = Sandbox::with(&[]);
    let Some(_disk) = Disk::new(&sandbox, "state", "256k") else { return };
    let line = format!("{{\"text\":\"{}\"}}\n", DIRTY.trim_end());
    let names: Vec<String> = (0..40).map(|number| format!("x/{number:02}.jsonl")).collect();
    let dirty = line.repeat(100);
    names.iter().for_each(|name| sandbox.write(name, dirty.as_bytes()));
    let args = ["clean", "-w", "x", "--state-dir", "state", "--jobs", "2"];
    sandbox.run(&args).ends(3, "cannot write the journal, so nothing more is done: No space left on device");
    let clean = dirty.replace("|.", "|");
    let new = count(&sandbox, "x", &clean).0;
    assert!(0 < new && new < 40, "{new}");
    assert_eq!(count(&sandbox, "x", &dirty).0, 40 - new, "each is whole");
    assert_eq!(sandbox.files().iter().filter(|name| name.starts_with("x/")).count(), 40, "nothing is left");
    sandbox.run(&["undo", "--state-dir", "state"]);
    assert_eq!(count(&sandbox, "x", &dirty), (40, 0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_fails_its_files_and_no_others() {
    let sandbox = Sandbox::with(&[]);
    let Some(disk) = Disk::new(&sandbox, "x/sealed", "1m") else { return };
    sandbox.write("x/sealed/a.txt", DIRTY.as_bytes());
    sandbox.write("x/b.txt", DIRTY.as_bytes());
    let sealed = Command::new("mount").args(["-o", "remount,ro"]).arg(&disk.0).status();
    assert!(sealed.expect("mount is there").success());
    sandbox.run(&["clean", "-w", "x"]).ends(3, "x/sealed/a.txt: Read-only file system");
    assert_eq!((sandbox.read("x/sealed/a.txt").as_str(), sandbox.read("x/b.txt").as_str()), (DIRTY, CLEAN));
    sandbox.run(&["clean", "x/b.txt", "--out-dir", "x/sealed/out"]).ends(2, "Read-only file system");
    sandbox.run(&["clean", "x/sealed", "--out-dir", "out"]).ends(0, "");
    assert_eq!(sandbox.read("out/a.txt"), CLEAN);
}

#[cfg(unix)]
#[test]
fn a_folder_without_the_right_to_write_is_told_from_the_others() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with(&[("x/a/1.txt", DIRTY), ("x/b/2.txt", DIRTY)]);
    let mode = |mode| fs::set_permissions(sandbox.path("x/a"), fs::Permissions::from_mode(mode)).expect("ours");
    mode(0o555);
    if fs::write(sandbox.path("x/a/probe"), "x").is_ok() {
        eprintln!("skipped: root may write to any folder");
        return;
    }
    let run = sandbox.run(&["clean", "-w", "x"]);
    mode(0o755);
    run.ends(3, "x/a/1.txt: Permission denied");
    assert_eq!((sandbox.read("x/a/1.txt").as_str(), sandbox.read("x/b/2.txt").as_str()), (DIRTY, CLEAN));
}

/// Runs `clean -w x` with one thread, and calls `meanwhile` when it has read some and not all of the first file,
/// `x/0.jsonl`, and none of the others.
#[cfg(unix)]
fn while_it_is_at_the_first(sandbox: &Sandbox, meanwhile: impl FnOnce()) -> Run {
    let line = "{\"text\":\"The committee |. Met again on Monday, and nothing else was wrong.\"}\n";
    sandbox.write("x/0.jsonl", line.repeat(60_000).as_bytes());
    let mut command = sandbox.command(&["clean", "-w", "x", "--jobs", "1"]);
    let child = command.stdout(Stdio::null()).spawn().expect("the program starts");
    // What it writes appears beside the file with its first records.
    let is_at_it = || {
        let entries = fs::read_dir(sandbox.path("x")).expect("a folder");
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(".unscrape-"))
    };
    let mut waits = 0..60_000;
    let began = waits.any(|_| {
        thread::sleep(Duration::from_millis(1));
        is_at_it()
    });
    if began {
        meanwhile();
    }
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert!(began, "it never began to write: {}", run.err);
    run
}

#[cfg(unix)]
#[test]
fn a_file_that_changes_while_it_is_read_is_left_alone() {
    let sandbox = Sandbox::with(&[("x/1.txt", DIRTY)]);
    let run = while_it_is_at_the_first(&sandbox, || {
        let mut file = fs::File::options().append(true).open(sandbox.path("x/0.jsonl")).expect("there");
        std::io::Write::write_all(&mut file, b"{\"text\":\"more\"}\n").expect("written");
    });
    run.ends(3, "x/0.jsonl: was changed by another program meanwhile; left as it is, run again");
    assert!(sandbox.read("x/0.jsonl").starts_with("{\"text\":\"The committee |. Met"));
    assert!(sandbox.read("x/0.jsonl").ends_with("more\"}\n"));
    assert_eq!(sandbox.read("x/1.txt"), CLEAN);
    assert_eq!(sandbox.files(), ["x/0.jsonl", "x/1.txt"]);
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(sandbox.read("x/1.txt"), DIRTY);
}

#[cfg(unix)]
#[test]
fn files_that_vanish_fail_and_nothing_is_written_in_their_place() {
    let sandbox =
        Sandbox::with(&[("x/1.txt", DIRTY), ("x/2/a.txt", DIRTY), ("x/3.csv", "text\nThe committee |. Met.\n")]);
    let run = while_it_is_at_the_first(&sandbox, || {
        fs::remove_file(sandbox.path("x/0.jsonl")).expect("there");
        fs::remove_file(sandbox.path("x/1.txt")).expect("there");
        fs::remove_dir_all(sandbox.path("x/2")).expect("there");
    });
    let run = run.ends(3, "x/1.txt: No such file or directory");
    assert!(run.err.contains("x/0.jsonl: ") && run.err.contains("x/2/a.txt: "), "{}", run.err);
    assert_eq!(sandbox.files(), ["x/3.csv"]);
    assert_eq!(sandbox.read("x/3.csv"), "text\nThe committee | Met.\n");
    assert!(!sandbox.path("x/2").exists());
}

#[cfg(unix)]
#[test]
fn links_put_in_the_place_of_files_and_folders_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let files =
        [("x/1.txt", DIRTY), ("x/2/a.txt", DIRTY), ("x/3.jsonl", "{\"text\":\"a |. b\"}\n"), ("x/4.txt", DIRTY)];
    let sandbox = Sandbox::with(&files);
    let secret = "Nobody's business |. Secret\n";
    for name in ["secret/1.txt", "secret/a.txt", "secret/3.jsonl"] {
        sandbox.write(name, secret.as_bytes());
    }
    let run = while_it_is_at_the_first(&sandbox, || {
        for name in ["1.txt", "3.jsonl"] {
            fs::remove_file(sandbox.path("x").join(name)).expect("there");
            symlink(sandbox.path("secret").join(name), sandbox.path("x").join(name)).expect("linked");
        }
        fs::remove_dir_all(sandbox.path("x/2")).expect("there");
        symlink(sandbox.path("secret"), sandbox.path("x/2")).expect("linked");
    });
    let run = run.ends(3, "x/1.txt: was replaced meanwhile by a link that leads out of");
    assert_eq!(run.err.matches("was replaced meanwhile by a link").count(), 3, "{}", run.err);
    for name in ["secret/1.txt", "secret/a.txt", "secret/3.jsonl"] {
        assert_eq!(sandbox.read(name), secret);
    }
    assert_eq!(sandbox.read("x/4.txt"), CLEAN);
    assert_eq!(fs::read_dir(sandbox.path("secret")).expect("there").count(), 3, "nothing is written there");
}

#[test]
fn a_small_file_that_unpacks_to_a_large_one_fails_alone() {
    let sandbox = Sandbox::with(&[("x/a.txt", DIRTY)]);
    let zeros = zstd::encode_all(std::io::Read::take(std::io::repeat(b'0'), 64 << 20), 19).expect("memory");
    assert!(zeros.len() < 32 << 10);
    let names = ["x/b.txt.zst", "x/c.jsonl.zst", "x/d.json.zst", "x/e.csv.zst"];
    names.iter().for_each(|name| sandbox.write(name, &zeros));
    let run = sandbox.run(&["clean", "-w", "x", "--max-record-bytes", "1M"]);
    let run = run.ends(3, "x/b.txt.zst: text of more than 1048576 bytes; allow it with --max-record-bytes");
    for name in names {
        assert!(run.err.contains(&format!("{name}:")), "{name}: {}", run.err);
        assert!(fs::read(sandbox.path(name)).expect("there") == zeros, "{name} is left as it was");
    }
    assert_eq!(sandbox.read("x/a.txt"), CLEAN);
}

#[test]
fn what_lies_behind_a_name_of_a_folder_is_asked_and_not_assumed() {
    let sandbox = Sandbox::with(&[("x/a.txt/b.txt", DIRTY), ("x/c.jsonl/readme", "none")]);
    sandbox.run(&["clean", "-w", "x"]).ends(0, "");
    assert_eq!(sandbox.read("x/a.txt/b.txt"), CLEAN);
    assert!(Path::new(&sandbox.path("x/c.jsonl")).is_dir());
}
