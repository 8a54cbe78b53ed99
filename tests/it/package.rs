//! What is published holds what its licences ask for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The terms and the authors of the word frequencies, to be passed on with them.
const BESIDE: [&str; 2] = ["LICENSE-CC-BY-SA-4.0", "ATTRIBUTION.md"];

fn lexicons(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            lexicons(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "fst") {
            found.push(path);
        }
    }
}

#[test]
fn licence_and_attribution_lie_beside_every_lexicon_and_are_published_with_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root)
        .output();
    let list = list.expect("cargo runs");
    let published = String::from_utf8(list.stdout).expect("UTF-8").replace('\\', "/");
    let published: BTreeSet<&str> = published.lines().collect();
    let mut found = Vec::new();
    lexicons(&root.join("data"), &mut found);
    assert!(found.len() >= 21, "{} lexicons", found.len());
    for lexicon in found {
        let beside = BESIDE.map(|name| lexicon.with_file_name(name));
        for path in beside.iter().chain([&lexicon]) {
            assert!(path.is_file(), "{} is missing", path.display());
            let name = path.strip_prefix(root).expect("below").to_str().expect("UTF-8").replace('\\', "/");
            assert!(published.contains(name.as_str()), "{name} is not published");
        }
        let [licence, attribution] = beside.map(|path| std::fs::read_to_string(path).expect("a text"));
        let sections = (1..=8).all(|number| licence.contains(&format!("\nSection {number} – ")));
        assert!(sections && licence.starts_with("Creative Commons Attribution-ShareAlike 4.0 International"));
        for author in
            ["Robyn Speer", "Brysbaert", "OpenSubtitles", "Google Books Ngram", "Wikipedia", "ParaCrawl", "Leeds"]
        {
            assert!(attribution.contains(author), "{author}");
        }
    }
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    assert!(manifest.contains("license = \"(MIT OR Apache-2.0) AND CC-BY-SA-4.0\""));
}
