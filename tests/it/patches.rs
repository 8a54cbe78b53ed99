//! Patches, really applied: by `git apply` and by `patch`, to the clean text and back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a file holds before and after.
type Sides = (PathBuf, Vec<u8>, Vec<u8>);

/// A fresh repository outside any other, without anybody's settings.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a temporary folder"));
        repository.runs("git", &["init", "-q", "."]);
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("below the repository")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    /// Runs `program` in the repository and returns what it says; it must succeed.
    #[track_caller]
    fn runs(&self, program: &str, args: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.path());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(output.status.success(), "{program} {args:?}: {said}");
        said
    }

    #[track_caller]
    fn cleans(&self, args: &[&str]) -> String {
        self.runs(env!("CARGO_BIN_EXE_unscrape"), &[&["clean", "--no-config"], args].concat())
    }
}

/// Applies `patch` in `folder` and takes it back, with both programs; after each step every file is as it must be.
#[track_caller]
fn applies_both_ways(repository: &Repository, patch: &str, files: &[Sides]) {
    let hold = |new: bool, by: &[&str]| {
        for (path, dirty, clean) in files {
            let is = fs::read(path).unwrap_or_else(|error| panic!("{}: {error} after {by:?}", path.display()));
            assert!(is == if new { clean.as_slice() } else { dirty }, "{} after {by:?}", path.display());
        }
    };
    hold(false, &["clean"]);
    let programs = [("git", vec!["apply"]), ("patch", vec!["-p1", "--binary", "-s", "-i"])];
    for (program, args) in programs {
        for (reverse, new) in [(None, true), (Some("-R"), false)] {
            let (first, rest) = args.split_at(1);
            let args: Vec<&str> = [first, reverse.as_slice(), rest, &[patch]].concat();
            repository.runs(program, &args);
            hold(new, &args);
        }
    }
}

/// Texts whose lines, ends and names are hard for patches.
fn hard() -> Vec<(&'static str, String)> {
    const FAULT: &str = "Autor |. Zhou Wei";
    let lines = |end: &str| [&["eins"; 9], [FAULT; 1].as_slice(), &["zwei"; 9]].concat().join(end);
    vec![
        ("crlf.txt", lines("\r\n") + "\r\n"),
        ("lone-cr.txt", lines("\r")),
        ("lone-cr-before-lf.txt", format!("eins\r\r\n{FAULT}\rzwei\r\n")),
        ("no-final-newline.txt", lines("\n")),
        ("only-line.txt", FAULT.into()),
        ("line-separators.txt", format!("eins\u{2028}{FAULT}\u{85}\u{B}\u{C}\nzwei\n")),
        ("emptied.txt", "English | Deutsch | Français | Español\n".into()),
        ("emptied-without-newline.txt", "English | Deutsch | Français | Español".into()),
        ("last-line-dropped.txt", "Titel\nEnglish | Deutsch | Français | Español".into()),
        ("bom.txt", format!("\u{FEFF}{FAULT}\n")),
        ("sub folder/a b é \"c\" \\ ü.txt", lines("\n") + "\n"),
        ("-dash.txt", lines("\n") + "\n"),
        ("patch-like.txt", format!("--- a/x\n+++ b/x\n@@ -1 +1 @@\n{FAULT}\n\\ No newline at end of file\n")),
        ("records.jsonl", format!("{{\"text\":\"{FAULT}\\n\"}}\r\n\n{{\"text\":\"a\"}}\n{{\"text\":\"{FAULT}\"}}")),
    ]
}

#[test]
fn a_patch_beside_the_output_folder_applies_where_the_command_ran() {
    let repository = Repository::new();
    for (name, text) in hard() {
        repository.write(Path::new("in").join(name), text.as_bytes());
    }
    repository.cleans(&["in", "--out-dir", "out"]);
    let file = |(name, text): (&str, String)| {
        let clean = fs::read(repository.path().join("out").join(name)).expect("written");
        assert_ne!(clean, text.as_bytes(), "{name} has something to clean");
        (repository.path().join("in").join(name), text.into_bytes(), clean)
    };
    let files: Vec<Sides> = hard().into_iter().map(file).collect();
    applies_both_ways(&repository, "out.patch", &files);
}

#[test]
fn a_patch_holds_front_matter_and_fields_of_records() {
    let repository = Repository::new();
    const HEAD: &str = "A bridge for the village\n\nBy Jane Roe\n\n";
    const BODY: &str = "The committee of the village met again on Monday and spoke of nothing but the old bridge.\n";
    let mut names = Vec::new();
    for (index, (name, text)) in hard().into_iter().enumerate() {
        let (mark, text) = text.strip_prefix('\u{FEFF}').map_or(("", text.as_str()), |text| ("\u{FEFF}", text));
        let texts = match name.ends_with(".jsonl") {
            true => {
                let texts = [HEAD, BODY, "Autor |. Zhou\n"].concat();
                let record = serde_json::json!({ "m": { "title": 1 }, "text": texts, "n": [] });
                vec![format!("{record}\n{text}\n{}\r\n{record}", serde_json::json!({ "text": texts }))]
            }
            false => ["", "---\ntitle: mine\n---\n", "English | Deutsch | Français | Español\n"]
                .map(|front| [mark, front, HEAD, BODY, text].concat())
                .into(),
        };
        for (number, text) in texts.iter().enumerate() {
            let name = format!("in/{index}-{number}/{name}");
            repository.write(&name, text.as_bytes());
            names.push((name, text.clone()));
        }
    }
    let said = repository.cleans(&["in", "--out-dir", "out", "--front-matter", "--fields-key", "m"]);
    assert!(said.contains("texts got metadata"), "{said}");
    let file = |(name, text): (String, String)| {
        let below = name.strip_prefix("in/").expect("below the folder");
        let clean = fs::read(repository.path().join("out").join(below)).expect("written");
        assert!(String::from_utf8_lossy(&clean).contains("Jane Roe"), "{name}");
        (repository.path().join(name), text.into_bytes(), clean)
    };
    let files: Vec<Sides> = names.into_iter().map(file).collect();
    applies_both_ways(&repository, "out.patch", &files);
}

#[test]
fn a_patch_passes_over_files_that_are_not_utf8() {
    let repository = Repository::new();
    let file = |name: &str, end: &str| {
        let [dirty, clean] = ["Autor |. Zhou Wei", "Autor | Zhou Wei"].map(|line| format!("eins\n{line}{end}"));
        repository.write(name, dirty.as_bytes());
        (repository.path().join(name), dirty.into_bytes(), clean.into_bytes())
    };
    let files = [file("b.txt", "\n"), file("d.txt", ""), file("f.txt", "\n")];
    // Before, between and behind the others, some of them clean but for the encoding.
    let names = ["a.txt", "c é\n--- a/b.txt\n.txt", "e.txt", "g.txt"];
    for (name, text) in names.iter().zip([&b"Caf\xE9 |. Zhou\n"[..], b"Caf\xE9\n", b"Caf\xE9 |. Zhou", b"Caf\xE9\n"]) {
        repository.write(name, text);
    }
    let said = repository.cleans(&[".", "--encoding", "auto", "--out-dir", ".out", "--patch", ".patch"]);
    assert!(said.contains("the patch has a note in place of 4 inputs"), "{said}");
    let patch = fs::read_to_string(repository.path().join(".patch")).expect("written");
    let notes: Vec<_> = patch.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(notes.len(), 4);
    assert_eq!(notes[0], "# not in this patch, since it is windows-1252 and becomes UTF-8: a.txt");
    assert!(notes[1].ends_with(r#": "c \303\251\n--- a/b.txt\n.txt""#), "{}", notes[1]);
    assert_eq!(patch.matches("diff --git ").count(), 3);
    applies_both_ways(&repository, ".patch", &files);
    let preview = ["diff", "--no-config", ".", "--encoding", "auto", "--format", "patch", "-q"];
    assert_eq!(repository.runs(env!("CARGO_BIN_EXE_unscrape"), &preview), patch);
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn a_patch_of_each_sample_gives_its_clean_form() {
    let repository = Repository::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("samples") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
        let Some(clean) = name.strip_suffix(".txt").map(|stem| path.with_file_name(format!("{stem}.clean.txt"))) else {
            continue;
        };
        if let Ok(clean) = fs::read(clean) {
            let dirty = fs::read(&path).expect("a sample");
            repository.write(&name, &dirty);
            files.push((repository.path().join(name), dirty, clean));
        }
    }
    assert!(files.len() >= 8);
    repository.cleans(&[".", "--out-dir", ".out", "--patch", ".patch"]);
    applies_both_ways(&repository, ".patch", &files);
}

#[test]
fn a_patch_of_files_elsewhere_applies_in_their_folder() {
    let (repository, other) = (Repository::new(), Repository::new());
    for (name, text) in hard() {
        other.write(Path::new("x").join(name), text.as_bytes());
    }
    let inputs = other.path().join("x");
    let said = repository.cleans(&[
        inputs.to_str().expect("UTF-8"),
        "--out-dir",
        "out",
        "--root",
        inputs.parent().and_then(Path::to_str).expect("UTF-8"),
    ]);
    assert!(said.contains("patch -p1 -d "), "{said}");
    let patch = repository.path().join("out.patch");
    let file = |(name, text): (&str, String)| {
        let clean = fs::read(repository.path().join("out").join(name)).expect("written");
        (inputs.join(name), text.into_bytes(), clean)
    };
    let files: Vec<Sides> = hard().into_iter().map(file).collect();
    applies_both_ways(&other, patch.to_str().expect("UTF-8"), &files);
}

#[test]
fn a_patch_of_real_articles_gives_what_was_written() {
    let Some(folder) = super::articles::folder() else { return };
    let repository = Repository::new();
    for name in ["de.txt", "it.txt"] {
        repository.write(name, &fs::read(folder.join(name)).expect("an article"));
    }
    repository.cleans(&["de.txt", "it.txt", "--out-dir", "out"]);
    let file = |name: &str| {
        let read = |path: PathBuf| fs::read(path).expect("there");
        (repository.path().join(name), read(folder.join(name)), read(repository.path().join("out").join(name)))
    };
    applies_both_ways(&repository, "out.patch", &["de.txt", "it.txt"].map(file));
}
