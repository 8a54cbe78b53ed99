//! The samples: what goes in, what must come out, and the patch between the two.

use std::path::{Path, PathBuf};
use std::process::Command;

use unscrape::edit::Status;
use unscrape::{Cleaner, Profile, SiteChoice};

fn samples() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let read =
        |path: PathBuf| std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("samples")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".clean.txt").map(str::to_owned))
        .collect();
    names.sort();
    let text = |name: String| {
        let dirty = read(folder.join(format!("{name}.txt")));
        let clean = read(folder.join(format!("{name}.clean.txt")));
        (name, dirty, clean)
    };
    names.into_iter().map(text).collect()
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn samples_come_out_as_their_clean_form() {
    let cleaner = Cleaner::builder().build().expect("the shipped rules are right");
    let samples = samples();
    assert!(samples.len() >= 8);
    for (name, dirty, clean) in samples {
        let cleaned = cleaner.clean(&dirty);
        assert_eq!(cleaned.text, clean, "samples/{name}.txt");
    }
}

#[test]
fn flags_stand_where_only_a_reader_can_mend() {
    let cleaner = Cleaner::builder().site(SiteChoice::None).build().expect("the shipped rules are right");
    let mut flags = Vec::new();
    for (name, dirty, _) in samples() {
        let cleaned = cleaner.clean(&dirty);
        let flagged = cleaned.findings.iter().filter(|finding| finding.status == Status::Flag);
        flags.extend(flagged.map(|finding| (name.clone(), finding.rule().to_string())));
    }
    let flags: Vec<_> = flags.iter().map(|(name, rule)| (name.as_str(), rule.as_str())).collect();
    assert_eq!(flags, [("de-quotes", "core/flags/unbalanced-quote"), ("it-links", "core/flags/lower-case-sentence")]);
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn patches_lead_from_samples_to_their_clean_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, _, _) in samples() {
        let file = format!("samples/{name}.txt");
        let run = Command::new(env!("CARGO_BIN_EXE_unscrape"))
            .current_dir(root)
            .args(["diff", "--quiet", "--format", "patch", &file])
            .output()
            .expect("the program runs");
        let patch = std::fs::read(root.join(format!("samples/{name}.patch"))).expect("a patch beside the sample");
        assert!(run.stdout == patch, "samples/{name}.patch is not what `unscrape diff --format patch {file}` gives");
    }
}

#[test]
fn every_profile_comes_to_rest_on_every_sample() {
    for profile in [Profile::Minimal, Profile::Default, Profile::Typography, Profile::Ascii] {
        let cleaner = Cleaner::builder().profile(profile).build().expect("the shipped rules are right");
        for (name, dirty, _) in samples() {
            let cleaned = cleaner.clean(&dirty);
            assert_eq!(cleaned.held, None, "samples/{name}.txt, {profile:?}");
            assert_eq!(cleaner.clean(&cleaned.text).text, cleaned.text, "samples/{name}.txt, {profile:?}");
        }
    }
}
