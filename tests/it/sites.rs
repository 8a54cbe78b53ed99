//! The life of a site pack: which texts are its own, what it does to its samples, and what of it is out of date.

use super::cli::Sandbox;

/// A harbour newspaper, the layout that it had before 2020, and its live pages.
const HARBOUR: &str = "\
format: 1
pack: sites/harbour
about: A harbour newspaper.
site:
  urls: ['*.harbour.example/*', '!*.harbour.example/shop/*']
  paths: ['harbour/**/*.txt']
  fingerprints: [{ head: [The Harbour Post] }]
rules:
  - { id: weather, kind: drop-line, match: { line: 'Wind .*' }, effects: [delete-line] }
overrides:
  - { rule: core/punctuation/bar-period, disable: true }
";
const OLD: &str = "\
format: 1
pack: sites/harbour-old
about: The layout before 2020.
site: { of: harbour, until: 2019-12-31 }
rules:
  - { id: ferry, kind: drop-line, match: { line: 'Ferries today.*' }, effects: [delete-line] }
";
const LIVE: &str = "\
format: 1
pack: sites/harbour-live
site: { of: sites/harbour, fingerprints: [{ head: [Live from the quay] }] }
rules:
  - { id: minute, kind: drop-line, match: { line: 'Updated every minute' }, effects: [delete-line] }
";

fn sandbox() -> Sandbox {
    Sandbox::with(&[("packs/harbour.yaml", HARBOUR), ("packs/old.yaml", OLD), ("packs/live.yaml", LIVE)])
}

/// What `sites which` says of a text or URL.
fn which(sandbox: &Sandbox, args: &[&str]) -> String {
    let args = [&["sites", "which", "--no-config", "--rules", "packs"], args].concat();
    sandbox.run(&args).ends(0, "").out().to_owned()
}

const URL: &str = "https://www.harbour.example/news/1";

#[test]
fn a_url_has_a_site_as_a_text_has() {
    let out = which(&sandbox(), &[URL, "--all"]);
    let packs = out.lines().find(|line| line.starts_with("  packs: ")).expect("the packs");
    assert!(out.starts_with(&format!("{URL}: sites/harbour\n  about: A harbour newspaper.\n")), "{out}");
    assert!(out.contains("\n  why: the URL matches `*.harbour.example/*`\n"), "{out}");
    assert!(packs.starts_with("  packs: core/") && packs.ends_with(" → sites/harbour"), "{packs}");
    assert!(!packs.contains("lang/de"), "the language of a URL is not known: {packs}");
    assert!(out.contains("\n  not sites/harbour-old: the date is not known\n"), "{out}");
    assert!(
        out.contains("\n  not sites/harbour-live: fingerprint: the line `Live from the quay` is not in the head\n"),
        "{out}"
    );
}

#[test]
fn every_other_site_is_told_with_what_stands_against_it() {
    let sandbox = sandbox();
    let why = |args: &[&str]| {
        let out = which(&sandbox, &[args, &["--all"]].concat());
        assert!(out.contains(": no site\n"), "{out}");
        out.lines().find_map(|line| line.strip_prefix("  not sites/harbour: ")).expect("told of").to_owned()
    };
    assert_eq!(
        why(&["https://www.harbour.example/shop/1"]),
        "the URL matches `!*.harbour.example/shop/*`; the path is not known; fingerprint: the line `The Harbour Post` is not in the head"
    );
    sandbox.write("a.txt", b"The ferry left at noon.\n");
    let why = why(&["a.txt"]);
    assert!(
        why.starts_with("the URL is not known; the path does not match `harbour/**/*.txt`; fingerprint: "),
        "{why}"
    );
    let out = which(&sandbox, &["a.txt"]);
    assert_eq!(out, "a.txt: no site\n  not 4 other sites; --all says why\n");
}

#[test]
fn globs_match_from_any_folder_of_a_path_on() {
    let sandbox = sandbox();
    for path in ["harbour/a.txt", "crawl/harbour/2024/a.txt", "crawl/oldharbour/a.txt"] {
        sandbox.write(path, b"The ferry left at noon.\n");
        let out = which(&sandbox, &[path]);
        assert_eq!(out.contains("why: the path matches `harbour/**/*.txt`"), !path.contains("old"), "{out}");
    }
    let absolute = sandbox.path("harbour/a.txt");
    assert!(which(&sandbox, &[absolute.to_str().expect("UTF-8")]).contains(": sites/harbour\n"));
}

#[test]
fn a_variant_runs_with_the_site_that_it_refines() {
    let sandbox = sandbox();
    let text = "Live from the quay\nWind 4\nUpdated every minute\n\nThe ferry |. Left at noon, and nobody on the quay could say when it would be back.\n";
    sandbox.write("a.txt", text.as_bytes());
    let out = which(&sandbox, &["a.txt", "--url", URL]);
    assert!(
        out.starts_with("a.txt: sites/harbour-live\n  why: the URL matches `*.harbour.example/*`; the head holds"),
        "{out}"
    );
    assert!(out.contains(" → lang/en → sites/harbour → sites/harbour-live\n"), "{out}");
    let clean = |args: &[&str]| {
        let args =
            [&["clean", "a.txt", "--no-config", "--quiet", "--safety", "review", "--rules", "packs"], args].concat();
        sandbox.run(&args).ends(0, "").out().to_owned()
    };
    let body = "The ferry |. Left at noon, and nobody on the quay could say when it would be back.\n";
    // Rules and overrides of both, by whatever the variant is told.
    assert_eq!(clean(&["--url", URL]), format!("Live from the quay\n\n{body}"));
    assert_eq!(clean(&[]), format!("Live from the quay\n\n{body}"));
    assert_eq!(clean(&["--site", "harbour-live"]), format!("Live from the quay\n\n{body}"));
    assert_eq!(clean(&["--site", "harbour"]), format!("Live from the quay\nUpdated every minute\n\n{body}"));
    assert!(clean(&["--site", "none"]).contains("Wind 4") && !clean(&["--site", "none"]).contains("|."));
}

#[test]
fn dates_count_only_where_that_of_a_text_is_known() {
    let sandbox = sandbox();
    let site = |args: &[&str]| {
        let out = which(&sandbox, &[&[URL], args].concat());
        out.lines().next().and_then(|line| line.rsplit_once(": ")).expect("a site").1.to_owned()
    };
    assert_eq!(site(&["--date", "2019-12-31"]), "sites/harbour-old");
    assert_eq!(site(&["--date", "2020-01-01"]), "sites/harbour");
    assert_eq!(site(&[]), "sites/harbour");
    let out = which(&sandbox, &[URL, "--date", "2020-01-01", "--all"]);
    assert!(
        out.contains("not sites/harbour-old: the date 2020-01-01 is after 2019-12-31, where sites/harbour-old ends\n"),
        "{out}"
    );
    // A site whose time has passed counts where no date is known.
    sandbox.write(
        "dated/d.yaml",
        b"format: 1\npack: sites/dated\nsite: { urls: ['d.example'], from: 2021-01-01, until: 2022-12-31 }\n",
    );
    for (date, there) in
        [(None, true), (Some("2021-01-01"), true), (Some("2020-12-31"), false), (Some("2023-01-01"), false)]
    {
        let date = date.map_or(Vec::new(), |date| vec!["--date", date]);
        let out = which(&sandbox, &[&["https://d.example/", "--rules", "dated"], date.as_slice()].concat());
        assert_eq!(out.contains(": sites/dated\n"), there, "{date:?}: {out}");
    }
}

#[test]
fn a_record_brings_its_date() {
    let sandbox = sandbox();
    let record = |date: &str| {
        format!("{{\"text\":\"Ferries today: 9, 12\\n\\nA calm day.\",\"url\":\"{URL}\",\"day\":\"{date}\"}}\n")
    };
    let records = [record("2018-04-01T10:00:00Z"), record("2024-04-01"), record("yesterday")].concat();
    sandbox.write("a.jsonl", records.as_bytes());
    let csv = format!("text,url,day\n\"Ferries today: 9\n\nA calm day.\",{URL},2018-04-01\n");
    sandbox.write("a.csv", csv.as_bytes());
    let sites = |file: &str| {
        let out = which(&sandbox, &[file, "--date-field", "day"]);
        let lines = out.lines().filter(|line| line.starts_with(file));
        lines.map(|line| line.rsplit_once(": ").expect("a site").1.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sites("a.jsonl"), ["sites/harbour-old", "sites/harbour", "sites/harbour"]);
    assert_eq!(sites("a.csv"), ["sites/harbour-old"]);
    let args =
        ["clean", "a.jsonl", "--no-config", "--quiet", "--safety", "review", "--rules", "packs", "--date-field", "day"];
    let clean = sandbox.run(&args).ends(0, "");
    assert_eq!(clean.out().matches("Ferries").count(), 2, "{}", clean.out());
}

#[test]
fn what_is_wrong_with_a_variant_is_told() {
    let sandbox = Sandbox::with(&[("packs/a.yaml", "format: 1\npack: sites/a\nsite: { of: b, from: 2021-02-30 }\n")]);
    let errors = |sandbox: &Sandbox| {
        let run = sandbox.run(&["sites", "which", "https://a.example", "--no-config", "--rules", "packs"]);
        assert_eq!(run.code, Some(2));
        run.err
    };
    assert!(errors(&sandbox).contains("`2021-02-30` is not a day"), "{}", errors(&sandbox));
    sandbox.write("packs/a.yaml", b"format: 1\npack: sites/a\nsite: { of: b, from: 2021-02-01, until: 2020-02-29 }\n");
    assert!(errors(&sandbox).contains("a site ends before it begins"));
    sandbox.write("packs/a.yaml", b"format: 1\npack: sites/a\nsite: { of: b }\n");
    assert!(errors(&sandbox).contains("the site `b` does not exist"));
    sandbox.write("packs/b.yaml", b"format: 1\npack: sites/b\nsite: { of: a }\n");
    assert!(errors(&sandbox).contains("the site `sites/a` is a variant of itself"), "{}", errors(&sandbox));
}
