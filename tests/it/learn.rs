//! `unscrape rules learn`: a pack from pages of one site.

use crate::cli::Sandbox;

const TOPICS: [&str; 32] = [
    "ferry",
    "lighthouse",
    "herring",
    "museum",
    "pier",
    "storm",
    "bakery",
    "chapel",
    "school",
    "market",
    "bridge",
    "library",
    "cinema",
    "garden",
    "station",
    "theatre",
    "windmill",
    "beacon",
    "quarry",
    "tavern",
    "orchard",
    "cannery",
    "shipyard",
    "reservoir",
    "monument",
    "fountain",
    "stadium",
    "hospital",
    "forge",
    "brewery",
    "tannery",
    "castle",
];

/// What page `n` tells, and nothing else.
fn article(n: usize) -> String {
    let topic = TOPICS[n % TOPICS.len()];
    format!(
        "What the {topic} meant to the town\nThe {topic} was there before anybody who lives in the town today, and the \
         story of the {topic} is the longest of all.\nNobody had asked for the {topic}, said the woman who lives beside \
         it, but it would be missed if it were gone one day.\n"
    )
}

/// Page `n` with what stands around its article.
fn page(n: usize) -> String {
    let other = |by: usize| format!("A story about the {}", TOPICS[(n + by) % TOPICS.len()]);
    format!(
        "Harbour News\nSkip to content\nTown\nSport\nIslands\n{} May 2021\n{}Share\nPrevious story\n{}\nNext story\n{}\n\
         Contact\nImprint\n© 2021 Harbour News\n",
        n % 28 + 1,
        article(n),
        other(9),
        other(18)
    )
}

fn with_pages() -> Sandbox {
    let sandbox = Sandbox::with(&[]);
    for n in 1..=8 {
        sandbox.write(format!("few/{n}.txt"), page(n).as_bytes());
    }
    for n in 20..=23 {
        sandbox.write(format!("rest/{n}.txt"), page(n).as_bytes());
    }
    sandbox
}

#[test]
fn a_pack_learned_from_some_pages_cleans_the_others() {
    let sandbox = with_pages();
    let learned = sandbox.run(&["rules", "learn", "few", "--site", "harbour-news", "-o", "p.yaml"]);
    learned.ends(0, "learned from 8 pages");
    sandbox.run(&["rules", "test", "--rules", "p.yaml", "sites/harbour-news/…"]).ends(0, "all passed");
    let clean = ["clean", "rest", "--rules", "p.yaml", "--safety", "review", "--out-dir"];
    sandbox.run(&[&clean[..], &["out"]].concat()).ends(0, "");
    for n in 20..=23 {
        assert_eq!(sandbox.read(&format!("out/{n}.txt")), article(n), "known by its lines, and cleaned");
    }
    sandbox.run(&[&clean[..], &["sure", "--select", "tag:certain"]].concat()).ends(0, "");
    let sure = sandbox.read("sure/20.txt");
    assert!(sure.contains(&article(20)) && !sure.contains("Imprint"), "{sure}");
    // Without a word nothing of it is done: all that is learned is for a person to look at.
    sandbox
        .run(&["clean", "rest/20.txt", "--rules", "p.yaml", "--select", "sites/harbour-news/…"])
        .ends(0, "none changed");
    let twice =
        sandbox.run(&["clean", "out/20.txt", "--rules", "p.yaml", "--site", "harbour-news", "--safety", "review"]);
    assert_eq!(twice.ends(0, "none changed").out(), article(20));
}

#[test]
fn records_tell_the_host_of_their_site() {
    let sandbox = Sandbox::with(&[]);
    let record =
        |n: usize| serde_json::json!({ "url": format!("https://news.example/{n}"), "text": page(n) }).to_string();
    sandbox.write("few.jsonl", (1..=8).map(|n| record(n) + "\n").collect::<String>().as_bytes());
    sandbox.run(&["rules", "learn", "few.jsonl", "--site", "harbour-news", "-o", "p.yaml"]).ends(0, "");
    assert!(sandbox.read("p.yaml").contains("urls: [\"news.example/*\"]"), "{}", sandbox.read("p.yaml"));
    sandbox.write("one.jsonl", (record(30) + "\n").as_bytes());
    let clean = sandbox.run(&["clean", "one.jsonl", "--rules", "p.yaml", "--safety", "review"]).ends(0, "");
    let clean: serde_json::Value = serde_json::from_str(clean.out()).expect("a record");
    assert_eq!(clean["text"], article(30));
}

#[test]
fn what_was_corrected_by_hand_becomes_rules() {
    let sandbox = with_pages();
    for n in 1..=8 {
        let corrected = page(n).replace("Sport\n", "").replace("asked for", "begged for");
        sandbox.write(format!("hand/{n}.txt"), corrected.as_bytes());
    }
    sandbox.run(&["rules", "learn", "few", "--site", "h", "--clean", "hand", "-o", "p.yaml"]).ends(0, "");
    let pack = sandbox.read("p.yaml");
    assert!(pack.contains("(?:Sport)") && pack.contains("\"asked\": \"begged\""), "{pack}");
    sandbox.run(&["rules", "test", "--rules", "p.yaml", "sites/h/…"]).ends(0, "all passed");
}

#[test]
fn what_cannot_be_learned_is_said() {
    let sandbox = with_pages();
    sandbox.write("two/1.txt", b"One.\n");
    sandbox.write("two/2.txt", b"Two.\n");
    sandbox.write("mine.yaml", b"mine");
    let cases: &[(&[&str], &str)] = &[
        (&["two", "--site", "x"], "2 texts are too little to learn a site from"),
        (&["few/1.txt", "few/2.txt", "few/3.txt"], "name the site with --site NAME"),
        (&["few", "--site", "Harbour News"], "is no name of a site"),
        (&["few", "-o", "mine.yaml"], "`mine.yaml` exists"),
        (&["few", "--clean", "none"], "--clean `none` is no folder"),
        (&["few", "--decisions", "none"], "cannot read --decisions `none`"),
    ];
    for (args, message) in cases {
        sandbox.run(&[&["rules", "learn"], *args].concat()).ends(2, message);
    }
    assert_eq!(sandbox.read("mine.yaml"), "mine");
    for n in 1..=3 {
        sandbox.write(format!("other/{n}.txt"), article(n).as_bytes());
    }
    let run = sandbox.run(&["rules", "learn", "other"]).ends(0, "no lines in common");
    sandbox.write("other.yaml", &run.out);
    sandbox.run(&["clean", "other/1.txt", "--rules", "other.yaml", "--site", "other"]).ends(0, "none changed");
}
