//! What users tell about words: lists, and what is wrong with them.

use unscrape::{Cleaner, WordList};

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
    let term = Cleaner::builder().term("Robopilot", &["Robopilota"]).build().expect("a name").rules_hash().to_owned();
    let other = Cleaner::builder().term("Robopilota", &["Robopilot"]).build().expect("a name").rules_hash().to_owned();
    assert!(term != other && !hashes.contains(&term));
    let wrong = Cleaner::builder().lexicon(list().lang("English")).build().err().expect("no code").to_string();
    assert!(wrong.contains("`English` is not a language code"), "{wrong}");
}
