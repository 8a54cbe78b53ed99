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

/// Pages of an invented newspaper, with one template.
const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/site-tutorial");

/// A folder with a pack that `sites new` made of the pages.
fn begun() -> Sandbox {
    let sandbox = Sandbox::with(&[]);
    let args = ["sites", "new", "https://www.lantern.example/", "--samples", PAGES, "-o", "packs/lantern.yaml"];
    let run = sandbox.run(&args).ends(0, "");
    assert!(run.out().starts_with("wrote packs/lantern.yaml: "), "{}", run.out());
    assert!(run.out().contains("\nwrote packs/lantern.samples: 3 pages, each with the clean text"), "{}", run.out());
    sandbox
}

#[test]
fn a_new_pack_has_a_name_addresses_a_template_and_samples() {
    let sandbox = begun();
    let pack = sandbox.read("packs/lantern.yaml");
    assert!(pack.contains("\npack: sites/lantern-example\n") && pack.contains("*.lantern.example/*"), "{pack}");
    assert!(pack.contains("\ntemplate:\n") && pack.contains("fingerprints:"), "{pack}");
    let clean = sandbox.read("packs/lantern.samples/page-1.clean.txt");
    assert!(sandbox.read("packs/lantern.samples/page-1.txt").contains("Share Print Save"));
    assert!(!clean.contains("Share Print Save") && !clean.contains("Imprint") && clean.lines().count() > 4, "{clean}");
    sandbox.run(&["sites", "test", "--rules", "packs"]).ends(0, "3 samples of 1 site: all as expected");
    let which = sandbox.run(&["sites", "which", "https://lantern.example/a", "--rules", "packs"]).ends(0, "");
    assert!(which.out().contains(": sites/lantern-example\n"), "{}", which.out());
    // An address that ends in a slash is for what begins so.
    let args = ["sites", "new", "https://lantern.example/news/", "--samples", PAGES, "-o", "news.yaml"];
    sandbox.run(&args).ends(0, "");
    assert!(sandbox.read("news.yaml").contains("*.lantern.example/news/*"));
}

#[test]
fn a_new_pack_overwrites_nothing_and_leaves_nothing_behind_that_is_wrong() {
    let sandbox = begun();
    let before = sandbox.files();
    for (args, why) in [
        (&["lantern", "-o", "packs/lantern.yaml"][..], "`packs/lantern.yaml` exists"),
        (&["lantern", "-o", "packs/lantern.yml"], "`packs/lantern.samples` exists"),
        (&["lantern", "-o", "packs/lantern"], "exists"),
        (&["lantern", "-o", "x.txt"], "a pack is a .yaml file"),
        (&["Lantern Post"], "`Lantern Post` is no name of a site"),
        (&["lantern-example", "--rules", "packs"], "the pack's name `sites/lantern-example` is taken"),
    ] {
        let args = [&["sites", "new", "--samples", PAGES], args].concat();
        sandbox.run(&args).ends(2, why);
        assert_eq!(sandbox.files(), before, "{args:?}");
    }
    sandbox.run(&["sites", "new", "lantern", "--samples", "nowhere"]).ends(2, "nowhere");
}

#[test]
fn two_pages_make_a_pack_without_rules() {
    let sandbox = Sandbox::with(&[("a.txt", "The ferry left at noon.\n"), ("b.txt", "It came back at six.\n")]);
    let run =
        sandbox.run(&["sites", "new", "https://x.example", "--samples", "a.txt", "--samples", "b.txt"]).ends(0, "");
    assert!(run.out().starts_with("wrote x-example.yaml: no rules yet; 2 pages, too few"), "{}", run.out());
    assert_eq!(sandbox.read("x-example.samples/page-2.clean.txt"), "It came back at six.\n");
    sandbox.run(&["sites", "test", "x-example", "--rules", "x-example.yaml"]).ends(0, "2 samples of 1 site");
    sandbox.run(&["sites", "new", "by-name", "--samples", "a.txt"]).ends(0, "");
    assert!(sandbox.read("by-name.yaml").contains("\nsite: {}\n"));
}

#[test]
fn a_fingerprint_that_does_not_fit_its_own_pages_is_not_written() {
    let sandbox = Sandbox::with(&[]);
    let notice =
        "We use cookies to remember what you have read and to count our readers, as our notice on privacy says.";
    for page in std::fs::read_dir(PAGES).expect("pages") {
        let path = page.expect("a page").path();
        let text = std::fs::read_to_string(&path).expect("read").replacen("Home\n", &format!("{notice}\nHome\n"), 1);
        sandbox.write(std::path::Path::new("pages").join(path.file_name().expect("a name")), text.as_bytes());
    }
    sandbox.run(&["sites", "new", "lantern", "--samples", "pages"]).ends(0, "");
    let fits = sandbox.run(&["sites", "which", "pages", "--rules", "lantern.yaml"]).ends(0, "").out().to_owned();
    let pack = sandbox.read("lantern.yaml");
    let known = fits.matches(": sites/lantern\n").count();
    assert_eq!(known, if pack.contains("fingerprints:") { 10 } else { 0 }, "{pack}");
    assert!(known == 10 || pack.contains("Nothing tells a text of the site"), "{pack}");
}

#[test]
fn samples_that_come_out_otherwise_are_shown_word_by_word() {
    let sandbox = begun();
    let clean = "packs/lantern.samples/page-1.clean.txt";
    let text = sandbox.read(clean);
    let first = text.lines().next().expect("a title").to_owned();
    sandbox.write(clean, text.replacen(&first, &format!("{first} again"), 1).as_bytes());
    std::fs::remove_file(sandbox.path("packs/lantern.samples/page-2.clean.txt")).expect("removed");
    let test = ["sites", "test", "lantern-example", "--rules", "packs"];
    let run = sandbox.run(&test).ends(1, "3 samples of 1 site: 2 failed");
    assert!(run.out().contains("page-1.txt: something else comes out\n    1: "), "{}", run.out());
    assert!(run.out().contains("[- again-]\n"), "{}", run.out());
    assert!(run.out().contains("page-2.txt: has no clean text; --update writes it\n"), "{}", run.out());
    sandbox.run(&[&test[..], &["--update"]].concat()).ends(0, "3 samples of 1 site: 2 written");
    assert_eq!(sandbox.read(clean), text);
    sandbox.run(&test).ends(0, "all as expected");
    // A page of nobody's is no sample, and neither is one of another site.
    sandbox.write(
        "other/o.yaml",
        b"format: 1\npack: sites/other\nsite: { fingerprints: [{ head: [The Harbour Post] }] }\n",
    );
    sandbox.write("packs/lantern.samples/page-9.txt", b"The Harbour Post\n\nThe ferry left at noon.\n");
    let run = sandbox.run(&[&test[..], &["--rules", "other"]].concat()).ends(1, "1 failed");
    assert!(
        run.out().contains("page-9.txt: is taken for a page of sites/other, since the head holds"),
        "{}",
        run.out()
    );
}

#[test]
fn what_has_no_samples_is_not_tested_in_silence() {
    let sandbox = sandbox();
    sandbox.run(&["sites", "test", "--rules", "packs"]).ends(2, "no site has samples");
    sandbox.run(&["sites", "test", "harbour", "--rules", "packs"]).ends(2, "put pages into `packs/harbour.samples`");
    sandbox.run(&["sites", "test", "harbor", "--rules", "packs"]).ends(2, "did you mean `harbour`?");
}

/// Pages of the harbour newspaper, `{}` for what differs.
fn corpus(sandbox: &Sandbox, texts: usize, page: &str) {
    for number in 0..texts {
        let text = page.replace("{}", &number.to_string());
        sandbox.write(format!("corpus/{number}.txt"), text.as_bytes());
    }
}

const PAGE: &str = "The Harbour Post\nWind {}\n\nThe ferry left at noon, and nobody on the quay could say when it would be back, it said {}.\n";

fn stale(sandbox: &Sandbox, code: i32, args: &[&str]) -> String {
    let args = [&["sites", "stale", "corpus", "--no-config", "--rules", "packs"], args].concat();
    sandbox.run(&args).ends(code, "").out().to_owned()
}

#[test]
fn rules_and_fingerprints_that_fit_no_text_any_more_are_stale() {
    let sandbox = Sandbox::with(&[("packs/harbour.yaml", HARBOUR)]);
    corpus(&sandbox, 4, PAGE);
    assert_eq!(stale(&sandbox, 0, &[]), "sites/harbour: 4 texts, too few to tell; name 5 at least\n");
    corpus(&sandbox, 6, PAGE);
    assert_eq!(stale(&sandbox, 0, &[]), "sites/harbour: 6 texts, and all fits\n");
    // The newspaper has a new name and no weather.
    corpus(&sandbox, 6, &PAGE.replace("The Harbour Post\nWind {}", "The Post"));
    assert_eq!(stale(&sandbox, 0, &[]), "sites/harbour: 0 texts; if these are of the site, name it with --site\n");
    assert_eq!(
        stale(&sandbox, 1, &["--site", "harbour"]),
        "sites/harbour: 6 texts\n  stale: sites/harbour/weather finds nothing in any text\n  \
         stale: a fingerprint fits 0 texts; the line `The Harbour Post` is not there any more\n"
    );
    let answer: serde_json::Value =
        serde_json::from_str(&stale(&sandbox, 1, &["--url", URL, "--format", "json"])).expect("JSON");
    let site = &answer["sites"][0];
    assert_eq!((&site["site"], &site["texts"]), (&"sites/harbour".into(), &6.into()));
    assert_eq!((&site["rules"]["sites/harbour/weather"], &site["fingerprints"][0]), (&0.into(), &0.into()));
    let kinds: Vec<_> = site["problems"].as_array().expect("a list").iter().map(|problem| &problem["kind"]).collect();
    assert_eq!(kinds, ["never-fires", "fingerprint"]);
}

#[test]
fn rules_that_reach_too_far_are_told_of() {
    let words = "  - { id: at, kind: replace, match: { literal: at noon }, replace: at twelve }\n";
    let sandbox =
        Sandbox::with(&[("packs/harbour.yaml", &HARBOUR.replace("overrides:", &format!("{words}overrides:")))]);
    corpus(&sandbox, 20, PAGE);
    assert_eq!(
        stale(&sandbox, 1, &[]),
        "sites/harbour: 20 texts\n  wide: sites/harbour/at finds something in 20 texts\n"
    );
    let far = PAGE.replace("\n\n", &format!("\n\nWind {}\n\n", "and rain and sleet ".repeat(20)));
    sandbox.write("corpus/7.txt", far.as_bytes());
    let out = stale(&sandbox, 1, &[]);
    assert!(out.contains("  wide: sites/harbour/weather drops 7") && out.contains(" % of corpus/7.txt; "), "{out}");
}

#[test]
fn runs_of_a_template_that_no_page_has_are_stale() {
    let sandbox = begun();
    let stale = |code, args: &[&str]| {
        let args = [&["sites", "stale", "--no-config", "--rules", "packs"], args].concat();
        sandbox.run(&args).ends(code, "").out().to_owned()
    };
    assert_eq!(stale(0, &[PAGES]), "sites/lantern-example: 10 texts, and all fits\n");
    // The footer was written anew.
    for page in std::fs::read_dir(PAGES).expect("pages") {
        let path = page.expect("a page").path();
        let text = std::fs::read_to_string(&path).expect("read");
        let text =
            text.replace("is printed on Tuesdays\nImprint\nPrivacy\nContact\n© 2024", "appears online\nAbout us\n©");
        sandbox.write(std::path::Path::new("new").join(path.file_name().expect("a name")), text.as_bytes());
    }
    let out = stale(1, &["new"]);
    assert!(
        out.contains("  stale: no text has half of a run of the template: 8 lines from `The Kelmouth Lantern is printed on Tuesdays` on\n"),
        "{out}"
    );
    assert!(!out.contains("`Home`"), "{out}");
}

/// A pack of another house: one rule that has earned `safe`.
const HOUSE: &str = "\
format: 1
pack: my/house
rules:
  - id: sign
    kind: delete
    match: { regex: '[ \\t]*\\(red\\.\\)', after: '$' }
    safety: safe
    tests:
      fix: [{ before: 'Das Haus steht leer. (red.)', after: 'Das Haus steht leer.' }]
      keep: ['Die (red.) Fassung blieb.', '(red.) oder nicht']
";

/// Runs in the folder `here` of the sandbox, beside which the pack lies.
fn here(sandbox: &Sandbox, args: &[&str]) -> super::cli::Run {
    let mut command = sandbox.command(args);
    super::cli::Run::of(command.current_dir(sandbox.path("here")).output().expect("the program starts"))
}

const SIGNED: &str = "Das Haus steht leer. (red.)\n";

#[test]
fn a_pack_is_trusted_as_it_is_and_no_longer_once_it_changes() {
    let config = "# The house.\nformat: 1\npacks: [../house.yaml] # theirs\nlang: de\n";
    let sandbox = Sandbox::with(&[("house.yaml", HOUSE), ("here/unscrape.yaml", config), ("here/a.txt", SIGNED)]);
    let is_clean = || here(&sandbox, &["clean", "a.txt"]).ends(0, "").out() == "Das Haus steht leer.\n";
    assert!(!is_clean());
    let run = here(&sandbox, &["rules", "trust", "../house.yaml"]).ends(0, "");
    let hash = blake3::hash(HOUSE.as_bytes()).to_hex().to_string();
    let added = format!("trust:\n  ../house.yaml: {hash}\n");
    assert!(run.out().ends_with(&format!("unscrape.yaml\n  + trust:\n  +   ../house.yaml: {hash}\n")), "{}", run.out());
    assert_eq!(sandbox.read("here/unscrape.yaml"), format!("{config}{added}"));
    assert!(is_clean());
    here(&sandbox, &["rules", "trust", "../house.yaml"]).ends(2, "`../house.yaml` is trusted already, as it is");
    // Somebody else writes there.
    let changed = format!("{HOUSE}# changed\n");
    sandbox.write("house.yaml", changed.as_bytes());
    assert!(!is_clean());
    let run = here(&sandbox, &["rules", "trust", "../house.yaml"]).ends(0, "");
    assert!(run.out().contains(&format!("  -   ../house.yaml: {hash}\n  +   ../house.yaml: ")), "{}", run.out());
    assert_eq!(sandbox.read("here/unscrape.yaml").matches("house.yaml").count(), 2);
    assert!(is_clean());
}

#[test]
fn word_lists_are_part_of_what_is_trusted() {
    let pack = "format: 1\npack: my/terms\nrules:\n  - { id: names, kind: map, file: words.tsv, whole-word: true, safety: safe, \
                effects: [insert-letters, delete-letters], tests: { fix: [{ before: Muster, after: Meister }], keep: [Musterstadt, a] } }\n";
    let config = "format: 1\npacks: [../terms.yaml]\n";
    let sandbox = Sandbox::with(&[
        ("terms.yaml", pack),
        ("words.tsv", "Muster\tMeister\n"),
        ("here/unscrape.yaml", config),
        ("here/a.txt", "Muster AG\n"),
    ]);
    let clean = || here(&sandbox, &["clean", "a.txt"]).ends(0, "").out().to_owned();
    assert_eq!(clean(), "Muster AG\n");
    here(&sandbox, &["rules", "trust", "../terms.yaml"]).ends(0, "");
    assert_eq!(clean(), "Meister AG\n");
    sandbox.write("words.tsv", b"Muster\tMeister\nAG\tBank\n");
    assert_eq!(clean(), "Muster AG\n");
}

#[test]
fn without_a_configuration_one_is_made_and_what_is_no_pack_is_not_trusted() {
    let sandbox = Sandbox::with(&[("house.yaml", HOUSE), ("here/a.txt", SIGNED), ("bad.yaml", "format: 1\npack: A\n")]);
    here(&sandbox, &["rules", "trust", "../bad.yaml"]).ends(2, "is not a pack's name");
    here(&sandbox, &["rules", "trust", "../none.yaml"]).ends(2, "cannot read the rules at `../none.yaml`");
    assert!(!sandbox.path("here/unscrape.yaml").exists());
    let run = here(&sandbox, &["rules", "trust", "../house.yaml"]).ends(0, "");
    assert!(
        run.out().starts_with("unscrape.yaml\n  + format: 1\n  + packs:\n  +   - ../house.yaml\n"),
        "{}",
        run.out()
    );
    assert_eq!(here(&sandbox, &["clean", "a.txt"]).ends(0, "").out(), "Das Haus steht leer.\n");
    // What lies in the folder of the configuration needs no trust.
    sandbox.write("here/own.yaml", HOUSE.as_bytes());
    here(&sandbox, &["rules", "trust", "own.yaml"]).ends(2, "so it is trusted already");
    // One that `packs` does not name is only written down.
    sandbox.write("here/unscrape.yaml", b"format: 1\n");
    here(&sandbox, &["rules", "trust", "../house.yaml"]).ends(0, "`packs:` does not name it yet");
}
