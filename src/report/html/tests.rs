use super::super::marked::{self, Text};
use super::super::stats::Stats;
use super::*;

/// Returns what is written of one text.
fn written(doc: &Doc<'_>) -> String {
    let mut out = Vec::new();
    document(&mut out, doc).expect("writing to memory");
    String::from_utf8(out).expect("UTF-8")
}

/// Returns the same as a page reads it.
fn read(doc: &Doc<'_>) -> Value {
    let line = written(doc);
    let json = line.strip_prefix("<script type=\"application/json\" class=\"document\">").expect("a script");
    let json = json.strip_suffix("</script>\n").expect("its end");
    assert!(!json.contains(['<', '>', '&', '\n']), "nothing ends the script: {json}");
    assert!(!json.contains(escape::is_invisible), "nothing hides in the file: {json}");
    serde_json::from_str(json).expect("valid JSON")
}

/// Puts the pieces of a text together again, given which side of an edit to take.
fn joined(document: &Value, side: &str) -> String {
    let pieces = document["text"].as_array().expect("a list");
    let shown = |piece: &Value| match (piece.as_str(), piece.as_u64()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(index)) => document["edits"][index as usize][side].as_str().expect("a text").to_owned(),
        (None, None) => String::new(),
    };
    pieces.iter().map(shown).collect()
}

fn page(texts: &[Text]) -> String {
    let (mut out, mut stats) = (Vec::new(), Stats::default());
    begin(&mut out).expect("writing to memory");
    for text in texts {
        stats.add(&text.doc("a.txt"));
        document(&mut out, &text.doc("a.txt")).expect("writing to memory");
    }
    end(&mut out, "00ff", &stats.json()).expect("writing to memory");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn a_text_is_one_line_of_pieces_and_edits() {
    let mut text = marked::text("one[-  -]{+ +}two, thr[-\u{AD}-]ee", "x/space").finding(
        Status::Flag,
        "x/look",
        "one",
        "one",
        "see <b>",
    );
    text.cleaned.lang = Some("en".into());
    text.cleaned.edits[0].steps[0].evidence = Some("two spaces".into());
    insta::assert_snapshot!(written(&text.doc("a&b.txt")), @r#"<script type="application/json" class="document">{"doc":"a\u0026b.txt","lang":"en","text":[0,1,"two, thr",2,"ee"],"edits":[{"rule":"x/look","safety":null,"status":"flag","line":1,"column":1,"before":"one","after":"one","left":"","right":" two, thr\u00adee","cleaned":[""," two, three"],"fingerprint":"8268016c1dc9c0fc","reason":"see \u003cb\u003e"},{"rule":"x/space","safety":"safe","status":"kept","line":1,"column":4,"before":"  ","after":" ","left":"one","right":"two, thr\u00adee","cleaned":["one","two, three"],"fingerprint":"583a298681c7e4f0","because":["two spaces"]},{"rule":"x/space","safety":"safe","status":"kept","line":1,"column":14,"before":"\u00ad","after":"","left":"one two, thr","right":"ee","fingerprint":"58bc59ce4386a6f4"}]}</script>"#);
    assert_eq!(joined(&read(&text.doc("f")), "before"), text.input);
    assert_eq!(joined(&read(&text.doc("f")), "after"), text.cleaned.text);
}

#[test]
fn a_text_of_which_nothing_is_told_is_left_out() {
    assert_eq!(written(&marked::text("nothing wrong", "x/y").doc("f")), "");
}

#[test]
fn nothing_of_a_text_is_markup_or_hides_in_the_file() {
    let hostile = "</script><!--<script>]]>&lt;\0\u{202E}\u{2066}\u{2028}\u{2029}\u{FEFF}\u{E0041}\"\\'";
    let mut text = marked::text(&format!("start {hostile} [-{hostile}-]{{+{hostile}{hostile}+}} end"), "x/y").finding(
        Status::Flag,
        hostile,
        "start",
        "start",
        hostile,
    );
    text.cleaned.site = Some(hostile.into());
    let document = read(&Doc { field: Some(hostile), ..text.doc(hostile) });
    for key in ["doc", "field", "site"] {
        assert_eq!(document[key], hostile, "{key}");
    }
    assert_eq!(joined(&document, "before"), text.input);
    assert_eq!([&document["edits"][0]["rule"], &document["edits"][0]["reason"]], [hostile, hostile]);
    assert_eq!(document["edits"][1]["before"], hostile);
}

#[test]
fn an_edit_is_known_by_what_decisions_name_it_by() {
    let text = marked::text(
        "Die Anfragen häufen sich, [-seitOpenAI-]{+seit OpenAI+} die Schnittstelle geöffnet hat.",
        "core/words/glue",
    );
    let edit = &read(&text.doc("f"))["edits"][0];
    let known = Known::of(&text.cleaned.edits[0], &text.input, None);
    assert_eq!(edit["fingerprint"], known.fingerprint);
    let field = |key: &str| edit[key].as_str().expect("a text");
    let [rule, left, before, after, right] = ["rule", "left", "before", "after", "right"].map(field);
    assert_eq!(crate::edit::fingerprint::fingerprint(rule, left, before, after, right), known.fingerprint);
    assert_eq!((&edit["line"], &edit["column"]), (&1.into(), &27.into()));
}

#[test]
fn held_proposed_and_blocked_edits_are_shown_as_what_they_are() {
    let mut held = marked::text("a[-b-]{+B+}c", "x/case");
    held.hold();
    let document = read(&held.doc("f"));
    assert_eq!(document["held"], held_because(held.cleaned.held.as_ref().expect("held")));
    assert_eq!((&document["edits"][0]["status"], &document["edits"][0]["reason"]), (&"held".into(), &Value::Null));
    assert_eq!(joined(&document, "before"), held.input);

    let text = marked::text("one two three", "x/y").finding(Status::Proposed, "x/p", "one", "One", "").finding(
        Status::Blocked,
        "x/b",
        "three",
        "3",
        "beyond its effects: digits",
    );
    let document = read(&text.doc("f"));
    let of = |index: usize, key: &str| document["edits"][index][key].clone();
    assert_eq!([of(0, "status"), of(0, "safety"), of(0, "after")], ["proposed", "review", "One"]);
    assert_eq!([of(1, "status"), of(1, "reason")], ["blocked", "beyond its effects: digits"]);
    assert_eq!(document["text"], json!([0, " two ", 1]));

    let mut restless = marked::text("as it was", "x/y");
    restless.hold();
    assert!(read(&restless.doc("f"))["held"].is_string(), "though no edit is left to show");
}

#[test]
fn pieces_that_overlap_stand_beside_what_shows_them() {
    let text = "0123456789";
    let pieces = |spans: &[(usize, usize, bool)]| {
        let spans: Vec<_> = spans.iter().map(|&(start, end, is_edit)| (Span::new(start, end), is_edit)).collect();
        super::pieces(text, &spans)
    };
    let kept = |start: usize, end: usize| Piece::Kept(&text[start..end]);
    for (spans, expected) in [
        (vec![], vec![kept(0, 10)]),
        (vec![(0, 10, true)], vec![Piece::Shown(0)]),
        // A finding over an edit, at its start, inside, over its end, and one that only touches.
        (
            vec![(1, 5, false), (2, 4, true)],
            vec![kept(0, 1), Piece::Beside([0]), kept(1, 2), Piece::Shown(1), kept(4, 10)],
        ),
        (vec![(2, 4, true), (2, 4, false)], vec![kept(0, 2), Piece::Shown(0), Piece::Beside([1]), kept(4, 10)]),
        (vec![(2, 6, true), (3, 4, false)], vec![kept(0, 2), Piece::Shown(0), Piece::Beside([1]), kept(6, 10)]),
        (vec![(2, 6, true), (5, 8, false)], vec![kept(0, 2), Piece::Shown(0), Piece::Beside([1]), kept(6, 10)]),
        (
            vec![(2, 4, false), (4, 4, true), (4, 6, false)],
            vec![kept(0, 2), Piece::Shown(0), Piece::Shown(1), Piece::Shown(2), kept(6, 10)],
        ),
        // Findings over each other.
        (vec![(0, 8, false), (2, 9, false)], vec![Piece::Shown(0), Piece::Beside([1]), kept(8, 10)]),
    ] {
        assert_eq!(pieces(&spans), expected, "{spans:?}");
    }
}

#[test]
fn of_a_long_text_only_a_few_lines_around_edits_are_written() {
    let line = "Ein Satz, der so lang ist wie ein Satz nun einmal ist.\n";
    let text = marked::text(&format!("{0}a[-  -]{{+ +}}b\n{0}", line.repeat(1000)), "x/space");
    let document = read(&text.doc("f"));
    let pieces = document["text"].as_array().expect("a list");
    assert_eq!(pieces.len(), 7);
    assert_eq!(pieces[0], line.repeat(5));
    assert_eq!(pieces[1], json!({ "lines": 990, "characters": 990 * line.chars().count() }));
    assert_eq!(pieces[2], line.repeat(5) + "a");
    assert!(written(&text.doc("f")).len() < 4000);

    // Nor is a long line, in characters of any length, cut inside of one.
    for c in ["é", "漢", "👍", "x "] {
        let text = marked::text(&format!("{0}[-b-]{0}", c.repeat(20_000)), "x/y");
        let document = read(&text.doc("f"));
        let folded = document["text"][1]["characters"].as_u64().expect("a number") as usize;
        let kept = |index: usize| document["text"][index].as_str().expect("a text").chars().count();
        assert_eq!(kept(0) + folded + kept(2), 20_000 * c.chars().count());
    }
    // A text that is not long stays whole.
    let text = marked::text(&format!("{0}a[-  -]{{+ +}}b\n{0}", line.repeat(100)), "x/space");
    assert_eq!(joined(&read(&text.doc("f")), "before"), text.input);
}

#[test]
fn a_page_says_of_its_run_what_the_counts_say() {
    let page = page(&[marked::text("a[-b-]", "x/y"), marked::text("clean", "x/y")]);
    let (_, run) = page.split_once(r#"<script type="application/json" id="run">"#).expect("the run");
    let run: Value = serde_json::from_str(run.split_once("</script>").expect("its end").0).expect("JSON");
    assert_eq!((&run["rules"], &run["counts"]["documents"]), (&"00ff".into(), &2.into()));
    assert_eq!(run["counts"]["rules"]["x/y"]["kept"], 1);
    assert_eq!(run["names"]["\u{A0}"], "NBSP");
    assert!(!page.contains("seconds"), "the same run gives the same bytes");
}

#[test]
fn a_page_loads_nothing_and_runs_one_script() {
    let page = page(&[marked::text("</script>[-b-]", "x/y")]);
    assert_eq!(page.matches("<script").count(), 3, "a document, the run and what makes a page of them");
    assert_eq!(page.matches("</script>").count(), 3);
    assert_eq!(page.matches("<style>").count(), 1);
    for loads in ["http:", "https:", "//cdn", "src=", "@import", "url(", " style=", " onclick="] {
        assert!(!page.contains(loads), "{loads}");
    }
    for markup in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
        assert!(!SCRIPT.contains(markup), "{markup}");
    }
    assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--") && !STYLE.contains("</"), "nothing ends its element");
    assert!(!MARKS.iter().any(|mark| page.contains(mark)), "every mark is replaced");
}

#[test]
fn the_policy_names_the_style_and_the_script_by_their_hashes() {
    // A browser reads every line end as LF.
    let hash = |text: &str| base64(&sha256(text.replace("\r\n", "\n").as_bytes()));
    assert_eq!(STYLE_HASH, hash(STYLE), "put this into STYLE_HASH");
    assert_eq!(SCRIPT_HASH, hash(SCRIPT), "put this into SCRIPT_HASH");
    let policy = page(&[]);
    assert!(policy.contains(&format!("script-src 'sha256-{SCRIPT_HASH}'; img-src data:; base-uri 'none'")), "{policy}");
}

#[test]
fn the_hash_is_sha_256() {
    // The examples of FIPS 180-2, and one that fills more than a block with its length.
    for (text, hash) in [
        ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="),
    ] {
        assert_eq!(base64(&sha256(text.as_bytes())), hash);
    }
}

/// SHA-256 (FIPS 180-4), which nothing but these tests needs.
fn sha256(bytes: &[u8]) -> [u8; 32] {
    // The first 32 bits of the fractions of the square and cube roots of the first primes.
    let primes = || (2u32..).filter(|n| (2..*n).all(|d| n % d != 0));
    let fraction = |root: f64| ((root.fract()) * 4_294_967_296.0) as u32;
    let mut state: Vec<u32> = primes().take(8).map(|p| fraction(f64::from(p).sqrt())).collect();
    let k: Vec<u32> = primes().take(64).map(|p| fraction(f64::from(p).cbrt())).collect();
    let mut message = bytes.to_vec();
    message.push(0x80);
    message.resize((message.len() + 8).next_multiple_of(64) - 8, 0);
    message.extend((bytes.len() as u64 * 8).to_be_bytes());
    for block in message.chunks_exact(64) {
        let mut w: Vec<u32> = block.as_chunks().0.iter().map(|&word| u32::from_be_bytes(word)).collect();
        for t in 16..64 {
            let s0 = w[t - 15].rotate_right(7) ^ w[t - 15].rotate_right(18) ^ (w[t - 15] >> 3);
            let s1 = w[t - 2].rotate_right(17) ^ w[t - 2].rotate_right(19) ^ (w[t - 2] >> 10);
            w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for t in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let one = v[7].wrapping_add(s1).wrapping_add(choice).wrapping_add(k[t]).wrapping_add(w[t]);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(one);
            v[0] = one.wrapping_add(s0).wrapping_add(majority);
        }
        state.iter_mut().zip(&v).for_each(|(all, more)| *all = all.wrapping_add(*more));
    }
    let mut digest = [0; 32];
    digest
        .as_chunks_mut()
        .0
        .iter_mut()
        .zip(state)
        .for_each(|(bytes, word): (&mut [u8; 4], u32)| *bytes = word.to_be_bytes());
    digest
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let value = DIGITS[(bits >> (18 - 6 * digit)) as usize & 63];
            out.push(if digit > three.len() { '=' } else { char::from(value) });
        }
    }
    out
}
