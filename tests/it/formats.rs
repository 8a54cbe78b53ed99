//! Files of records: what is no text in them comes out byte for byte.

use std::io::{Read, Write};

use super::cli::Sandbox;

/// A text with one fault, and the same without it.
const DIRTY: &str = "The committee |. Met.";
const CLEAN: &str = "The committee | Met.";

/// Cleans `file`, which holds `old` with `DIRTY` for a text to clean and `STAYS` for the same where it must stay.
#[track_caller]
fn becomes(file: &str, old: &str, options: &[&str], code: i32) {
    let with = |text: &str| old.replace("DIRTY", text).replace("STAYS", DIRTY);
    let sandbox = Sandbox::with(&[(file, &with(DIRTY))]);
    let run = sandbox.run(&[&["clean", file], options].concat()).ends(code, "");
    assert_eq!(run.out(), with(CLEAN));
    // The same where it stands, and back.
    sandbox.run(&[&["clean", "-w", file], options].concat()).ends(code, "");
    assert_eq!(sandbox.read(file), with(CLEAN));
    sandbox.run(&["undo"]).ends(0, "1 file as before the run");
    assert_eq!(sandbox.read(file), with(DIRTY));
}

#[test]
fn json_lines_with_odd_numbers_escapes_and_double_keys() {
    becomes(
        "a.jsonl",
        "{\"n\":1E400,\"m\":-0.0,\"text\":\"DIRTY\",\"s\":\"\\u00e9\\/\"}\r\n\
         {\"text\":\"STAYS\",\"text\":\"DIRTY\"}\n\
         {\"big\":123456789012345678901234567890,\"text\":\"DIRTY\",\"nested\":{\"text\":\"STAYS\"}}",
        &[],
        0,
    );
}

#[test]
fn arrays_of_any_layout_and_single_objects() {
    becomes(
        "a.json",
        "\u{FEFF}[ {\"text\":\"DIRTY\"},\n\n  {\"n\":1.50,\"text\" : \"DIRTY\"}\t,[1],null , {} ]\n\n",
        &[],
        0,
    );
    becomes("b.json", "{\n  \"title\": \"STAYS\",\n  \"text\": \"DIRTY\"\n}\n", &[], 0);
    becomes("c.json", "[{\"text\":\"DIRTY\"},{\"text\":\"STAYS\",},{\"text\":\"DIRTY\"}]", &[], 3);
    for same in ["[]", "{}", "", " \n", "[", "[1,", "7", "nonsense"] {
        let run = Sandbox::with(&[("a.json", same)]).run(&["clean", "a.json"]);
        assert_eq!(run.out(), same);
    }
}

#[test]
fn rows_with_quotes_and_line_ends_in_their_fields() {
    becomes(
        "a.csv",
        "id,text,\"n,1\"\r\n1,\"DIRTY\",\"a \"\"STAYS\"\"\r\nb\"\r\n\r\n2,DIRTY, x\r\n3,,\r\n4,\"DIRTY\n\nDIRTY\",\"\"",
        &[],
        0,
    );
    becomes("a.tsv", "text\tother\nDIRTY\tSTAYS\n", &[], 0);
    becomes("a.csv", "a,text\n1,DIRTY\n2\n3,STAYS,4\n5,DIRTY\n", &[], 3);
    let sandbox = Sandbox::with(&[("a.csv", "id,body\n1,x\n")]);
    sandbox.run(&["clean", "a.csv"]).ends(3, "a.csv: has no column `text`; name the one that holds the text with");
    becomes("a.csv", "id,body,title\n1,DIRTY,DIRTY\n", &["--text-field", "title", "--text-field", "body"], 0);
}

#[test]
fn a_bad_row_or_record_goes_to_its_own_file() {
    let sandbox = Sandbox::with(&[
        ("x/a.csv", &format!("text,n\n{DIRTY},1\nragged\n{DIRTY},2\n")),
        ("x/b.jsonl", &format!("{{\"text\":\"{DIRTY}\"}}\nnonsense\n{{\"text\":\"a\"}}\n")),
    ]);
    let run = sandbox.run(&["clean", "x", "--out-dir", "out", "--rejects", "bad", "--patch", "p"]);
    run.ends(3, "x/a.csv:3:1: row with 1 field, and the first row has 2; left out");
    assert_eq!(sandbox.read("bad"), "ragged\nnonsense\n");
    assert_eq!(sandbox.read("out/a.csv"), format!("text,n\n{CLEAN},1\n{CLEAN},2\n"));
    assert_eq!(sandbox.read("out/b.jsonl"), format!("{{\"text\":\"{CLEAN}\"}}\n{{\"text\":\"a\"}}\n"));
    assert!(sandbox.read("p").contains("\n-ragged\n"), "the patch takes them out too");
    let array = Sandbox::with(&[("a.json", "[]")]);
    array.run(&["clean", "a.json", "--rejects", "bad"]).ends(2, "--rejects is for JSONL, CSV and TSV");
}

#[test]
fn annotations_hold_edits_and_metadata() {
    let sandbox = Sandbox::with(&[("a.jsonl", &format!("{{\"text\":\"{DIRTY}\"}}\n{{\"text\":\"a\",\"u\":1}}\n"))]);
    let run = sandbox.run(&["clean", "a.jsonl", "--annotate", "u"]).ends(0, "");
    let lines: Vec<serde_json::Value> =
        run.out().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let edit = &lines[0]["u"]["edits"][0];
    assert_eq!((&edit["before"], &edit["after"]), (&"|.".into(), &"|".into()));
    assert_eq!(edit["steps"][0]["rule"], "core/punctuation/bar-period");
    assert_eq!(lines[0]["u"]["metadata"], serde_json::json!({}));
    assert_eq!(lines[1]["u"], 1, "what is there already stays");
    for (options, why) in
        [(["--annotate", "text"], "is the field of the text"), (["--annotate", ""], "needs the name of an object")]
    {
        sandbox.run(&[&["clean", "a.jsonl"], &options[..]].concat()).ends(2, why);
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_string(&mut text).expect("whole");
    text
}

#[test]
fn compressed_files_stay_compressed_and_come_back_as_they_were() {
    let sandbox = Sandbox::with(&[]);
    let record = format!("{{\"text\":\"{DIRTY}\"}}\n");
    let members = [gzip(record.as_bytes()), gzip(record.as_bytes())].concat();
    sandbox.write("x/a.jsonl.gz", &members);
    sandbox.write("x/b.txt.zst", &zstd::encode_all(DIRTY.as_bytes(), 19).expect("memory"));
    let before = ["x/a.jsonl.gz", "x/b.txt.zst"].map(|file| std::fs::read(sandbox.path(file)).expect("there"));
    sandbox.run(&["clean", "-w", "x"]).ends(0, "undo it with");
    let after = ["x/a.jsonl.gz", "x/b.txt.zst"].map(|file| std::fs::read(sandbox.path(file)).expect("there"));
    assert_eq!(gunzip(&after[0]), record.replace(DIRTY, CLEAN).repeat(2));
    assert_eq!(zstd::decode_all(&after[1][..]).expect("whole"), CLEAN.as_bytes());
    sandbox.run(&["undo"]).ends(0, "2 files as before the run");
    assert_eq!(["x/a.jsonl.gz", "x/b.txt.zst"].map(|file| std::fs::read(sandbox.path(file)).expect("there")), before);
}

#[test]
fn a_truncated_file_fails_and_the_rest_goes_on() {
    let sandbox = Sandbox::with(&[("x/c.txt", DIRTY)]);
    let record = format!("{{\"text\":\"{DIRTY}\"}}\n").repeat(1000);
    let whole = gzip(record.as_bytes());
    sandbox.write("x/a.jsonl.gz", &whole[..whole.len() / 2]);
    let run = sandbox.run(&["clean", "x", "--out-dir", "out", "--edits", "e"]);
    run.ends(3, "x/a.jsonl.gz: its gzip data ends too early; is the file whole?");
    assert_eq!(sandbox.files(), ["e", "out.patch", "out/c.txt", "x/a.jsonl.gz", "x/c.txt"]);
    assert!(!sandbox.read("e").contains("a.jsonl.gz"), "no edit of what was not done");
}

#[test]
fn what_is_too_large_is_told_and_passes_through() {
    let long = "x".repeat(5000);
    let lines = format!("{{\"text\":\"{DIRTY}\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"{DIRTY}\"}}");
    let sandbox = Sandbox::with(&[("a.jsonl", &lines), ("b.txt", &long)]);
    let run = sandbox.run(&["clean", "a.jsonl", "--max-record-bytes", "1K"]);
    let run =
        run.ends(3, "a.jsonl:2:1: record of more than 1024 bytes; allow it with --max-record-bytes; passed through");
    assert_eq!(run.out(), lines.replace(DIRTY, CLEAN));
    let run = sandbox.run(&["clean", "b.txt", "--max-record-bytes", "1K"]);
    run.ends(3, "b.txt: text of more than 1024 bytes; allow it with --max-record-bytes");
    sandbox.run(&["clean", "b.txt", "--max-record-bytes", "1X"]).ends(2, "expected a number of bytes");
}

#[test]
fn what_is_damaged_is_told_with_its_place_and_passes_through() {
    let dirty = "The caf&eacute; was open.";
    for (file, damaged, told) in [
        (
            "a.csv",
            format!("id,text\n1,{dirty}\n2,\"The first\n3,{dirty}\n"),
            "a.csv:3:3: a quote that opens here is never closed, and takes in the 39 bytes to the end of the file",
        ),
        (
            "a.csv",
            format!("id,text\n1,{dirty}\n2,\"Hello\" he said &amp; left\n"),
            "a.csv:3:10: text stands behind a closing quote",
        ),
        ("a.csv", format!("text\n{dirty}\n\"\u{E9}\nx\"\" &eacute;,"), "a.csv:3:1: a quote that opens here"),
        ("a.json", format!("[{{\"text\":\"{dirty}\"}}"), "a.json:1:2: the array does not end"),
        ("a.json", "[".to_owned(), "a.json:1:2: the array does not end"),
        ("a.json", format!("[] {{\"text\":\"{dirty}\"}}"), "a.json:1:4: something stands behind the array"),
        (
            "a.json",
            format!("{{\"text\":\"{dirty}\"}}\n{{\"text\":\"{dirty}\"}}\n"),
            "a.json:2:1: more than one value, one on each line? Read it with `--input-format jsonl`",
        ),
        ("a.json", "[\n  {\n    \"text\": \"\u{E9}\",\n    \"n\": x\n  }\n]\n".to_owned(), "a.json:4:10: bad JSON: "),
        (
            "a.jsonl",
            "{\"text\":\"\u{E9} \\ud800 &eacute;\"}\n".to_owned(),
            "a.jsonl:1:12: bad JSON: an escape is half of a surrogate pair",
        ),
    ] {
        let sandbox = Sandbox::with(&[(file, &damaged)]);
        let run = sandbox.run(&["clean", file]).ends(3, told);
        // What stands before the damage in other records is cleaned.
        let whole_before = damaged.starts_with("id") || damaged.starts_with("text");
        let expected = if whole_before { damaged.replacen(dirty, "The café was open.", 1) } else { damaged.clone() };
        assert_eq!(run.out(), expected, "{told}");
        sandbox.run(&["check", file]).ends(3, told);
    }
    let mut bytes = "[\n{\"text\":\"é\"}, {\"text\":\"é".as_bytes().to_vec();
    bytes.extend(b"\xFF\"}]");
    let sandbox = Sandbox::with(&[]);
    sandbox.write("a.json", &bytes);
    sandbox.run(&["clean", "a.json", "--out-dir", "out"]).ends(3, "a.json:2:25: not UTF-8");
    assert_eq!(std::fs::read(sandbox.path("out/a.json")).expect("written"), bytes);
    for (file, text) in [("a.jsonl", "{}"), ("b.json", "[]"), ("c.csv", "text\n")] {
        sandbox.write(file, &[b"\xEF\xBB", text.as_bytes()].concat());
        sandbox.run(&["check", file]).ends(3, "not UTF-8");
    }
}

#[test]
fn a_byte_order_mark_in_a_row_is_text_and_does_not_grow() {
    let mark = '\u{FEFF}';
    let csv = format!("{mark}text\n\n{mark}\"The caf&eacute; was.\"\n{mark}{mark}a\n");
    let sandbox = Sandbox::with(&[("a.csv", &csv)]);
    sandbox.run(&["clean", "-w", "a.csv"]).ends(0, "");
    let once = sandbox.read("a.csv");
    assert!(once.starts_with(&format!("{mark}text\n\n")) && once.contains("café"), "{once}");
    sandbox.run(&["clean", "-w", "a.csv"]).ends(0, "");
    assert_eq!(sandbox.read("a.csv"), once);
}

#[test]
fn a_record_of_as_many_bytes_as_are_allowed_is_read() {
    let len = DIRTY.len();
    let json = format!("{{\"text\":\"{DIRTY}\"}}");
    for (file, text, limit) in [
        ("a.txt", DIRTY.to_owned(), len),
        ("a.csv", format!("text\r\n{DIRTY}\r\n"), len),
        ("b.csv", format!("text\n\"{DIRTY}\""), len + 2),
        ("a.jsonl", format!("{json}\r\n"), json.len()),
        ("b.jsonl", json.clone(), json.len()),
        ("a.json", format!("[ \n{json} \n]"), json.len()),
        ("b.json", format!("{json}\n\n"), json.len()),
    ] {
        let sandbox = Sandbox::with(&[(file, &text)]);
        let clean = |limit: usize| sandbox.run(&["clean", file, "--max-record-bytes", &limit.to_string()]);
        assert_eq!(clean(limit).ends(0, "").out(), text.replace(DIRTY, CLEAN), "{file}");
        let less = clean(limit - 1).ends(3, &format!("more than {} bytes", limit - 1));
        assert_eq!(less.out(), if file == "a.txt" { "" } else { &text }, "{file}");
    }
}

#[test]
fn numbers_of_a_run_come_as_json() {
    let sandbox = Sandbox::with(&[("a.jsonl", &format!("{{\"text\":\"{DIRTY}\"}}\n{{\"n\":1}}\nnonsense\n"))]);
    sandbox.run(&["clean", "a.jsonl", "--lang", "en", "--stats", "s"]).ends(3, "");
    let stats: serde_json::Value = serde_json::from_str(&sandbox.read("s")).expect("JSON");
    for (key, value) in
        [("documents", 1), ("changed", 1), ("edits", 1), ("bad_records", 1), ("records_without_text", 1), ("held", 0)]
    {
        assert_eq!(stats[key], value, "{key}");
    }
    let rule = &stats["rules"]["core/punctuation/bar-period"];
    assert_eq!((&rule["kept"], &rule["removed"], &rule["inserted"]), (&1.into(), &1.into(), &0.into()));
    assert_eq!((&stats["languages"]["en"]["edits"], &stats["sites"]["none"]["documents"]), (&1.into(), &1.into()));
}

#[test]
fn a_rule_that_changes_nearly_every_text_is_named() {
    let sandbox = Sandbox::with(&[("a.jsonl", &format!("{{\"text\":\"{DIRTY}\"}}\n").repeat(60))]);
    sandbox
        .run(&["clean", "a.jsonl"])
        .ends(0, "core/punctuation/bar-period changed 60 of 60 texts; is that meant? See `unscrape diff --select");
}

#[test]
fn a_compressed_file_that_does_not_change_is_copied() {
    let member = |text: &str| {
        let mut encoder = flate2::GzBuilder::new()
            .filename("named.txt")
            .mtime(1_700_000_000)
            .write(Vec::new(), flate2::Compression::best());
        encoder.write_all(text.as_bytes()).expect("memory");
        encoder.finish().expect("memory")
    };
    let two = [member("Nothing is wrong here.\n"), member("Nor here.\n")].concat();
    let records = [member("{\"text\":\"Nothing is wrong here.\"}\n"), member("{\"text\":\"Nor here.\"}\n")].concat();
    let sandbox = Sandbox::with(&[]);
    sandbox.write("x/a.txt.gz", &two);
    sandbox.write("x/b.jsonl.gz", &records);
    sandbox.run(&["clean", "x", "--out-dir", "out"]).ends(0, "3 texts, none changed");
    for name in ["a.txt.gz", "b.jsonl.gz"] {
        assert_eq!(
            std::fs::read(sandbox.path(format!("out/{name}"))).ok(),
            std::fs::read(sandbox.path(format!("x/{name}"))).ok(),
            "{name}"
        );
    }
    sandbox.run(&["undo"]).ends(0, "2 files removed");
}
