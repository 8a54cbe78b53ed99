//! What other tools read as findings of a linter: that it has the shape that their formats ask for, and says what `clean`
//! does.
//!
//! The shapes are written down here from the documents that define them, since the schema of SARIF says of itself neither
//! who may copy it nor how.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Map, Value};

use super::cli::Sandbox;

/// All samples, an odd name, records, and texts with odd ends of lines and characters.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with(&[
        ("x/a b%ä#?.txt", "é👍 The committee |. Met again on Monday.\r\nA caf&eacute; opened.\r\n\r\nNo end |. Here"),
        ("x/r.jsonl", "{\"text\":\"The committee |. Met {again} on Monday.\"}\n{\"text\":\"A caf&eacute; opened.\"}\n"),
        ("x/empty.txt", ""),
        ("x/bom.txt", "\u{FEFF}The committee |. Met again on Monday.\n"),
    ]);
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for entry in samples.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            sandbox.write(Path::new("x").join(name), &std::fs::read(&path).expect("a text"));
        }
    }
    sandbox
}

/// Checks that a value is an object with all keys of `must` and none beside those and `may`.
#[track_caller]
fn object<'v>(value: &'v Value, must: &[&str], may: &[&str]) -> &'v Map<String, Value> {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    assert!(must.iter().all(|key| object.contains_key(*key)), "{must:?} are not all in {value}");
    let known = |key: &String| must.contains(&key.as_str()) || may.contains(&key.as_str());
    assert!(object.keys().all(known), "beside {must:?} and {may:?}: {value}");
    object
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

#[track_caller]
fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array: {value}"))
}

/// A number of a line or a column.
#[track_caller]
fn from_one(value: &Value) -> usize {
    let number = value.as_u64().filter(|&number| number > 0).unwrap_or_else(|| panic!("none from 1 on: {value}"));
    usize::try_from(number).expect("it fits")
}

/// Where something stands: line and column, and the same of its end.
type Region = [[usize; 2]; 2];

/// What stands in place of a region.
type Fix = (Region, String);

/// Makes the fixes of a text. A column is the byte that `place` gives for it in its line.
fn fixed(input: &str, mut fixes: Vec<Fix>, place: impl Fn(&str, usize) -> usize) -> String {
    let starts: Vec<usize> = std::iter::once(0).chain(input.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let byte = |[line, column]: [usize; 2]| starts[line - 1] + place(&input[starts[line - 1]..], column);
    fixes.sort();
    let (mut out, mut at) = (String::new(), 0);
    for ([start, end], after) in fixes {
        out += &input[at..byte(start)];
        out += &after;
        at = byte(end);
    }
    out + &input[at..]
}

/// What `clean` makes of a text.
fn cleaned(sandbox: &Sandbox, path: &str) -> String {
    sandbox.run(&["clean", path]).out().to_owned()
}

#[test]
fn sarif_has_the_shape_of_its_standard_and_its_fixes_do_what_clean_does() {
    let sandbox = sandbox();
    let run = sandbox.run(&["diff", "x", "--format", "sarif", "--safety", "safe"]).ends(0, "");
    let log: Value = serde_json::from_str(run.out()).expect("JSON");
    let log = object(&log, &["version", "runs"], &["$schema"]);
    assert_eq!(log["version"], "2.1.0");
    let [run] = array(&log["runs"]) else { panic!("one run") };
    let run = object(run, &["tool", "results"], &["columnKind"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = object(&object(&run["tool"], &["driver"], &[])["driver"], &["name"], &["version", "rules"]);
    let mut rules = HashSet::new();
    for rule in array(&driver["rules"]) {
        let rule = object(rule, &["id"], &["shortDescription"]);
        assert!(rules.insert(text(&rule["id"])), "named twice: {}", rule["id"]);
        if let Some(about) = rule.get("shortDescription") {
            text(&object(about, &["text"], &[])["text"]);
        }
    }
    let mut fixes: std::collections::BTreeMap<String, Vec<Fix>> = Default::default();
    let (mut levels, mut records) = (HashSet::new(), 0);
    for result in array(&run["results"]) {
        let result = object(result, &["message"], &["ruleId", "level", "locations", "partialFingerprints", "fixes"]);
        assert!(rules.contains(text(&result["ruleId"])), "{}", result["ruleId"]);
        // A brace that is none of an argument is doubled.
        let message = text(&object(&result["message"], &["text"], &[])["text"]);
        let single = message.replace("{{", "").replace("}}", "");
        assert!(!message.is_empty() && !single.contains(['{', '}']), "{message}");
        levels.insert(text(&result["level"]));
        let [location] = array(&result["locations"]) else { panic!("one location: {result:?}") };
        let location = object(location, &["physicalLocation"], &["logicalLocations"]);
        let place = object(&location["physicalLocation"], &["artifactLocation", "region"], &[]);
        let uri = uri(&place["artifactLocation"]);
        for logical in location.get("logicalLocations").map(array).unwrap_or_default() {
            object(logical, &["name", "kind"], &[]);
            records += 1;
        }
        let is_record = location.contains_key("logicalLocations");
        if is_record {
            from_one(&object(&place["region"], &["startLine"], &[])["startLine"]);
        } else {
            region(&place["region"]);
        }
        if let Some(prints) = result.get("partialFingerprints") {
            prints.as_object().expect("an object").values().for_each(|print| assert!(!text(print).is_empty()));
        }
        for fix in result.get("fixes").map(array).unwrap_or_default() {
            let fix = object(fix, &["artifactChanges"], &["description"]);
            text(&object(&fix["description"], &["text"], &[])["text"]);
            let [change] = array(&fix["artifactChanges"]) else { panic!("one file: {fix:?}") };
            let change = object(change, &["artifactLocation", "replacements"], &[]);
            assert_eq!(self::uri(&change["artifactLocation"]), uri);
            let [replacement] = array(&change["replacements"]) else { panic!("one stretch: {change:?}") };
            let replacement = object(replacement, &["deletedRegion"], &["insertedContent"]);
            let after = text(&object(&replacement["insertedContent"], &["text"], &[])["text"]);
            if result["level"] == "warning" {
                fixes.entry(uri.clone()).or_default().push((region(&replacement["deletedRegion"]), after.to_owned()));
            }
        }
    }
    assert!(levels.is_subset(&HashSet::from(["none", "note", "warning", "error"])), "{levels:?}");
    assert!(levels.len() > 1 && records > 0 && fixes.len() > 10, "{levels:?} {records} {}", fixes.len());
    for (uri, fixes) in fixes {
        let path = unescaped(&uri);
        let input = sandbox.read(&path);
        let place = |line: &str, column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at);
        assert_eq!(fixed(&input, fixes, place), cleaned(&sandbox, &path), "{path}");
    }
}

/// Returns a reference to a file, in which only characters stand that RFC 3986 has in a path.
fn uri(location: &Value) -> String {
    let uri = text(&object(location, &["uri"], &[])["uri"]);
    let is_sound = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
    assert!(!uri.is_empty() && uri.chars().all(is_sound), "{uri}");
    uri.to_owned()
}

fn unescaped(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((&byte, more)) = rest.split_first() {
        rest = more;
        if byte == b'%' {
            let digits = std::str::from_utf8(&rest[..2]).expect("two digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("digits"));
            rest = &rest[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn region(value: &Value) -> Region {
    let region = object(value, &["startLine", "startColumn", "endLine", "endColumn"], &[]);
    let [line, column, end_line, end_column] =
        ["startLine", "startColumn", "endLine", "endColumn"].map(|key| from_one(&region[key]));
    assert!([line, column] <= [end_line, end_column], "it ends before it begins: {value}");
    [[line, column], [end_line, end_column]]
}

#[test]
fn rdjsonl_has_the_shape_that_reviewdog_reads_and_its_suggestions_do_what_clean_does() {
    let sandbox = sandbox();
    let run = sandbox.run(&["diff", "x", "--format", "rdjsonl"]).ends(0, "");
    let mut fixes: std::collections::BTreeMap<String, Vec<Fix>> = Default::default();
    let mut severities = HashSet::new();
    let range = |value: &Value| -> Option<Region> {
        let range = object(value, &["start"], &["end"]);
        let place = |value: &Value| {
            let place = object(value, &["line"], &["column"]);
            [from_one(&place["line"]), place.get("column").map_or(0, from_one)]
        };
        let end = range.get("end").map(place)?;
        let start = place(&range["start"]);
        assert!(start <= end, "it ends before it begins: {value}");
        Some([start, end])
    };
    for line in run.out().lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let line = object(&line, &["message", "location"], &["severity", "source", "code", "suggestions"]);
        assert!(!text(&line["message"]).is_empty());
        let location = object(&line["location"], &["path"], &["range"]);
        let path = text(&location["path"]);
        range(&location["range"]);
        severities.insert(text(&line["severity"]).to_owned());
        text(&object(&line["source"], &["name"], &["url"])["name"]);
        text(&object(&line["code"], &["value"], &["url"])["value"]);
        for suggestion in line.get("suggestions").map(array).unwrap_or_default() {
            let suggestion = object(suggestion, &["range", "text"], &[]);
            let region = range(&suggestion["range"]).expect("a suggestion has an end");
            if line["severity"] == "WARNING" {
                fixes.entry(path.to_owned()).or_default().push((region, text(&suggestion["text"]).to_owned()));
            }
        }
    }
    let known = ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"].map(str::to_owned);
    assert!(severities.is_subset(&HashSet::from(known)) && severities.len() > 1, "{severities:?}");
    assert!(fixes.len() > 10, "{}", fixes.len());
    for (path, fixes) in fixes {
        let input = sandbox.read(&path);
        assert_eq!(fixed(&input, fixes, |_, column| column - 1), cleaned(&sandbox, &path), "{path}");
    }
}
