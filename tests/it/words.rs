//! What users tell about words: lists, and what is wrong with them.

use unscrape::edit::Safety;
use unscrape::{Cleaner, Hunspell, SeenWords, Source, WordList};

use super::cli::{CLEAN, DIRTY, Sandbox};

#[test]
fn words_come_from_files_of_the_command_line_and_the_configuration() {
    let config = "format: 1\nlexicons: [names.txt, { file: de.tsv, lang: de }]\n";
    let files = [
        ("texts/a.txt", DIRTY),
        ("unscrape.yaml", config),
        ("names.txt", "# ours\nQuorvex\n"),
        ("de.tsv", "Dünenlicht\t12\n"),
        ("it.txt", "faroluce\n"),
    ];
    let sandbox = Sandbox::with(&files);
    let args = ["clean", "texts/a.txt", "--lexicon", "it=it.txt", "--lexicon", "names.txt"];
    assert_eq!(sandbox.run(&args).ends(0, "").out(), CLEAN);
    sandbox.write("de.tsv", b"D\xFCnenlicht\t12\n");
    sandbox.run(&args).ends(2, "the file is not UTF-8");
}

#[test]
fn a_list_that_is_none_ends_with_2_and_says_where() {
    let files = [
        ("a.txt", DIRTY),
        ("count.txt", "lake\t7\nsea\tseven\n"),
        ("space.txt", "# ours\nlake 7\n"),
        ("empty.txt", "# nothing yet\n"),
        ("marks.txt", "—\n"),
    ];
    let sandbox = Sandbox::with(&files);
    sandbox.write("cut.fst", &[3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    let cases = [
        ("count.txt", "--> count.txt:2:5"),
        ("count.txt", "expected a whole number"),
        ("space.txt", "--> space.txt:2:6"),
        ("space.txt", "help: put a tab before the count"),
        ("empty.txt", "a word list has no words"),
        ("marks.txt", "--> marks.txt:1:1"),
        ("cut.fst", "this is not a compiled lexicon that can be used"),
        ("none.txt", "cannot read the lexicon `none.txt`"),
        ("x=none.txt", "cannot read the lexicon `x=none.txt`"),
        ("de=.", "is a folder, not a file"),
    ];
    for (list, message) in cases {
        assert!(sandbox.run(&["clean", "a.txt", "--lexicon", list]).ends(2, message).out.is_empty(), "{list}");
    }
    let all = sandbox.run(&["clean", "a.txt", "--lexicon", "count.txt", "--lexicon", "de=marks.txt"]);
    let all = all.ends(2, "--> count.txt:2:5");
    assert!(all.err.contains("--> marks.txt:1:1"), "everything at once: {}", all.err);
}

/// A text in which words lost the space before names that nobody has heard of.
const KEEPER: &str = "\
The harbour lay still that evening, and nobody in the town had seen the old keeper sinceQuorvex closed its doors.
People said theglimberfex was broken, and that the lampGlimberfex stood on would fall before the winter came.
";

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn a_word_that_the_user_adds_is_left_whole() {
    let files = [
        ("a.txt", KEEPER),
        ("list.txt", "theglimberfex\t3\n"),
        ("own.aff", "SET UTF-8\nSFX X Y 1\nSFX X 0 fex .\n"),
        ("own.dic", "1\ntheglimber/X\n"),
    ];
    let sandbox = Sandbox::with(&files);
    let split =
        |args: &[&str]| sandbox.run(&[&["clean", "a.txt"], args].concat()).ends(0, "").out().contains("the glimberfex");
    assert!(split(&[]), "by what is known without the user");
    for words in [["--lexicon", "en=list.txt"], ["--lexicon", "list.txt"], ["--hunspell", "en=own.dic"]] {
        assert!(!split(&words), "{words:?}");
    }
}

#[test]
fn terms_are_split_off_everywhere_or_in_texts_of_their_site() {
    let terms = "terms: [{ term: Quorve, forms: [Quorvex] }]\n";
    let files = [
        ("a.txt", KEEPER),
        ("house.yaml", &format!("format: 1\n{terms}")),
        ("site.yaml", &format!("format: 1\npack: sites/ours\nsite: {{ urls: ['*.example.com/*'] }}\n{terms}")),
        ("apart/untrusted.yaml", &format!("format: 1\npack: my/names\n{terms}")),
        ("here/unscrape.yaml", "format: 1\npacks: ../apart/untrusted.yaml\n"),
    ];
    let sandbox = Sandbox::with(&files);
    let listed = |args: &[&str]| {
        let run = sandbox.run(&[&["diff", "a.txt"], args].concat()).ends(0, "");
        run.out().contains("Quorvex: listed name")
    };
    assert!(!listed(&[]));
    assert!(listed(&["--config", "house.yaml"]));
    assert!(listed(&["--rules", "site.yaml", "--url", "https://www.example.com/a"]));
    assert!(!listed(&["--rules", "site.yaml", "--url", "https://www.example.org/a"]), "another site");
    assert!(listed(&["--rules", "apart/untrusted.yaml"]), "named by hand");
    assert!(!listed(&["--config", "here/unscrape.yaml"]), "nobody trusts it");
}

#[test]
fn a_dictionary_brings_its_affixes_and_its_encoding() {
    let config = "format: 1\nhunspell: [{ file: dict/xx.dic, lang: de }]\n";
    let files = [
        ("a.txt", DIRTY),
        ("unscrape.yaml", config),
        ("dict/xx.aff", "SET UTF-8\nSFX N Y 1\nSFX N 0 n .\n"),
        ("dict/xx.dic", "1\nDünenlampe/N\n"),
        ("alone.dic", "1\nLampe\n"),
        ("flags.aff", "FLAG num\n"),
        ("flags.dic", "1\nLampe/N\n"),
        ("old.aff", "# ours\nSET ISCII-DEVANAGARI\n"),
        ("old.dic", "1\nLampe\n"),
        ("empty.aff", "SET UTF-8\n"),
        ("empty.dic", "0\n"),
    ];
    let sandbox = Sandbox::with(&files);
    sandbox.write("west.aff", b"SET ISO8859-1\nSFX \xE9 Y 1\nSFX \xE9 0 n .\n");
    sandbox.write("west.dic", b"1\nD\xFCnenlicht/\xE9\n");
    sandbox.write("bad.aff", b"SET UTF-8\n");
    sandbox.write("bad.dic", b"1\nD\xFCne\n");
    let args = ["clean", "a.txt", "--hunspell", "de=dict/xx.dic", "--hunspell", "west.dic"];
    assert_eq!(sandbox.run(&args).ends(0, "").out(), CLEAN);
    let cases = [
        ("alone.dic", "cannot read the affixes of the dictionary `alone.aff`"),
        ("none.dic", "cannot read the dictionary `none.dic`"),
        ("dict/xx.aff", "`dict/xx.aff` is no dictionary of Hunspell: name its .dic file"),
        ("flags.dic", "--> flags.dic:2:1"),
        ("old.dic", "--> old.aff:2:1"),
        ("old.dic", "the encoding `ISCII-DEVANAGARI` is not known"),
        ("empty.dic", "the dictionary has no words"),
        ("bad.dic", "--> bad.dic:2:2"),
    ];
    for (dictionary, message) in cases {
        let run = sandbox.run(&["clean", "a.txt", "--hunspell", dictionary]).ends(2, message);
        assert!(run.out.is_empty(), "{dictionary}");
    }
}

#[test]
fn a_term_that_is_no_word_is_an_error_wherever_it_stands() {
    let pack = "format: 1\npack: my/names\nterms:\n  - Acme\n  - Acme Cloud\n";
    let config = "format: 1\nterms: [{ term: Quorvex }]\n";
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("names.yaml", pack), ("bad/unscrape.yaml", config)]);
    sandbox.run(&["clean", "a.txt", "--rules", "names.yaml"]).ends(2, "--> names.yaml:5:5");
    sandbox.run(&["clean", "a.txt", "--config", "bad/unscrape.yaml"]).ends(2, "a term has no `forms`");
    let wrong = Cleaner::builder().term("Acme", &["Acme's"]).build().err().expect("a mark").to_string();
    assert!(wrong.contains("the term `Acme's` is not a word"), "{wrong}");
}

#[test]
fn words_are_counted_in_the_texts_that_are_named_and_nowhere_else() {
    let files = [
        ("a.txt", DIRTY),
        ("more/b.txt", "\u{FEFF}Der Leuchtturm der Insel.\n"),
        ("more/c.jsonl", "{\"body\":\"Der Leuchtturm\"}\nno JSON\n{\"text\":\"Unheard\"}\n"),
        ("more/d.pdf", "Unheard\n"),
    ];
    let sandbox = Sandbox::with(&files);
    let hash = |more: &[&str]| {
        let args = ["clean", "a.txt", "--text-field", "body", "--edits", "e.jsonl", "--force"];
        assert_eq!(sandbox.run(&[&args[..], more].concat()).ends(0, "").out(), CLEAN);
        let head: serde_json::Value =
            serde_json::from_str(sandbox.read("e.jsonl").lines().next().expect("a head")).expect("JSON");
        head["rules"].as_str().expect("a hash").to_owned()
    };
    let mut words = SeenWords::new();
    words.add("Der Leuchtturm");
    words.add("Der Leuchtturm der Insel.\n");
    let learned = Cleaner::builder().findings(true).words_from(words).build().expect("good").rules_hash().to_owned();
    assert_eq!(hash(&["--words-from", "more"]), learned);
    let twice = ["--words-from", "more/c.jsonl", "--words-from", "more", "--words-from", "more/../more/b.txt"];
    assert_eq!(hash(&twice), learned, "in any order, each file once");
    assert_ne!(hash(&["--words-from", "more", "--words-from", "a.txt"]), learned);
    assert_eq!(hash(&[]), Cleaner::builder().build().expect("good").rules_hash());
}

#[test]
fn texts_that_cannot_be_read_for_their_words_are_told() {
    let sandbox = Sandbox::with(&[("a.txt", DIRTY), ("more/b.txt", "b"), ("none/x.pdf", "x")]);
    sandbox.write("more/c.txt", b"caf\xE9\n");
    let run = sandbox.run(&["clean", "a.txt", "--words-from", "more"]);
    assert_eq!(run.ends(3, "more/c.txt: not UTF-8").out(), CLEAN);
    sandbox.run(&["check", "a.txt", "--words-from", "gone"]).ends(2, "--words-from: cannot read `gone`");
    sandbox.run(&["diff", "a.txt", "--words-from", "none"]).ends(2, "there are no texts below `none`");
    let twice = "standard input can be read only once";
    sandbox.run(&["clean", "--words-from", "-"]).ends(2, twice);
    sandbox.run(&["clean", "-", "--words-from", "-"]).ends(2, twice);
    sandbox.run(&["clean", "a.txt", "--words-from", "-", "--words-from", "-"]).ends(2, twice);
    assert_eq!(sandbox.pipe(&["clean", "a.txt", "--words-from", "-"], b"x").ends(0, "").out(), CLEAN);
}

#[test]
fn the_hash_of_the_rules_tells_what_is_known_about_words() {
    let hash = |lists: &[WordList]| {
        let builder = lists.iter().fold(Cleaner::builder(), |builder, list| builder.lexicon(list.clone()));
        builder.build().expect("good lists").rules_hash().to_owned()
    };
    let list = || WordList::new("a.txt", "lake\nsea");
    let hashes =
        [hash(&[]), hash(&[list()]), hash(&[list().lang("en")]), hash(&[WordList::new("a.txt", "lake\nseas")])];
    for (at, one) in hashes.iter().enumerate() {
        assert!(hashes[..at].iter().all(|other| other != one), "{at}");
    }
    assert_eq!(hash(&[list()]), hash(&[WordList { name: "b.txt".into(), ..list() }]), "what it is called is no matter");
    let spelled = |aff: &str, lang: Option<&str>| {
        let dictionary = Hunspell { lang: lang.map(str::to_owned), ..Hunspell::new("a.dic", aff, "1\nlake\n") };
        Cleaner::builder().hunspell(dictionary).build().expect("good").rules_hash().to_owned()
    };
    assert_ne!(spelled("", None), spelled("LANG en\n", None));
    assert_ne!(spelled("", None), spelled("", Some("en")));
    let term = Cleaner::builder().term("Robopilot", &["Robopilota"]).build().expect("a name").rules_hash().to_owned();
    let other = Cleaner::builder().term("Robopilota", &["Robopilot"]).build().expect("a name").rules_hash().to_owned();
    assert!(term != other && !hashes.contains(&term));
    let wrong = Cleaner::builder().lexicon(list().lang("English")).build().err().expect("no code").to_string();
    assert!(wrong.contains("`English` is not a language code"), "{wrong}");
}

#[test]
fn no_text_makes_the_splitter_panic_or_slow() {
    let cleaner = Cleaner::builder().safety(Safety::Review).build().expect("the shipped rules are right");
    // Letters whose small form is another number of characters in as many bytes; names in names; no end of them.
    let odd =
        ["H\u{331}ashshashin", "T\u{308}uftler", "W\u{30A}asser", "Y\u{30A}ksi", "İstanbulıstanbul", "ǅurđaǅ", "ﬁnﬁn"];
    let mut texts: Vec<String> = odd.iter().map(|word| format!("We saw the {word} and {word}OpenAI there.")).collect();
    texts.push("1iPhone".repeat(20_000));
    texts.push("uniPhone2007iPadSpaceXarchivo ".repeat(500));
    texts.push("A-1b-2c-3d ".repeat(2_000));
    for text in &texts {
        for lang in [Some("en"), Some("de"), Some("tr"), None] {
            let source = Source { lang, ..Source::default() };
            let once = cleaner.clean_with(text, &source).text.into_owned();
            assert_eq!(cleaner.clean_with(&once, &source).text, once, "cleaning twice is cleaning once");
        }
    }
}

#[test]
fn encoded_data_is_left_alone() {
    let lines = [
        "JMEb6z+fPK30nSJAA5cklel/UuQwTnOfTheDayXq9+vB2sTo4kLmIsXyAtHome",
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4",
        "TheQ1nAt2inB3onC4toD5isE6thE7oaF8",
    ];
    let text = format!("She sent me the picture as text.\n\n{}\n\nI could not open it.", lines.join("\n"));
    let cleaner = Cleaner::builder().build().expect("the shipped rules are right");
    assert_eq!(cleaner.clean_with(&text, &Source { lang: Some("en"), ..Source::default() }).text, text);
}
