use serde_json::{Value, json};

use super::super::testing::{clean, finder, wrong};
use super::*;

fn options(trust: &str) -> Value {
    json!({
        "terms": ["Acme", "AcmeCloud", "QBit", "Globex", { "term": "Robopilot", "forms": ["Robopilota"] }],
        "keep": ["MyAcme", "SoftSun"],
        "trust": trust,
    })
}

fn cleaned(text: &str, lang: &str) -> String {
    clean(&*finder("glue", &options("certain")), text, Some(lang))
}

#[cfg(feature = "lexicon")]
macro_rules! splits {
    ($($name:ident: $lang:literal $before:expr => $after:expr;)*) => {
        $(#[test] fn $name() { assert_eq!(cleaned($before, $lang), $after); })*
    };
}

macro_rules! keeps {
    ($($name:ident: $lang:literal $text:expr;)*) => {
        $(#[test] fn $name() { assert_eq!(cleaned($text, $lang), $text); })*
    };
}

#[cfg(feature = "lexicon")]
splits! {
    a_word_before_a_listed_name: "en" "He was with them sinceAcme began." => "He was with them since Acme began.";
    a_word_behind_a_listed_name: "en" "That is AcmeWhen they asked." => "That is Acme When they asked.";
    a_year_before_a_name_and_a_word: "en" "In 2022AcmeThen came home." => "In 2022 Acme Then came home.";
    a_chain_with_a_small_word: "it" "lavora presso AcmeRobopilotaazienda da anni" => "lavora presso Acme Robopilota azienda da anni";
    a_whole_name_rather_than_its_parts: "en" "They went viaAcmeCloud again." => "They went via AcmeCloud again.";
    a_sentence_behind_a_heading: "de" "Was wir darüber wissenDer Bericht liegt nun vor." => "Was wir darüber wissen Der Bericht liegt nun vor.";
    two_small_words_of_german: "de" "Die Kinder saßen unterdem alten Baum. Unter dem Dach war es warm, unter dem Baum kühl." => "Die Kinder saßen unter dem alten Baum. Unter dem Dach war es warm, unter dem Baum kühl.";
    two_small_words_of_english: "en" "They sat underthe old tree. It is cool under the tree, under the roof, and all the year." => "They sat under the old tree. It is cool under the tree, under the roof, and all the year.";
}

keeps! {
    a_listed_name: "en" "AcmeCloud, QBit and SoftSun; a Cloud, a Bit, a Sun, Soft.";
    a_listed_name_with_an_ending: "en" "QBits and QBitissa; a Q, Bits.";
    brands_that_begin_with_a_word: "en" "It was seen by the makers of goPlaces, and they said no to it.";
    brands_that_begin_with_an_article: "en" "New research from theHarbour says that most people read on paper.";
    names_that_begin_with_a_listed_one: "en" "They sell through AcmeConnect, GlobexHouse and AcmeMarket, and nobody else does.";
    a_token_that_stands_twice: "en" "At TimeMap they made TimeMap; a Map in Time, Time and Map.";
    family_names: "en" "McDonald, MacArthur, O'Neill, DiCaprio, DeNiro, LaGuardia, FitzRoy; Donald, Guardia, Roy, Di, De, La.";
    plural_acronyms: "en" "CEOs, GPTs, APIs: CEO, GPT, API, Os, Ts, Is, CE, GP, AP.";
    brands_with_a_small_letter: "it" "eTarno e iTresk: e Tarno, i Tresk, e poi Tarno.";
    models_with_numbers: "en" "The WH-1000XM6, a QC35ii and an F-16A: XM, ii, A.";
    numbers_with_units: "de" "150Mbps, 4K, 65B, 1990s, 2000er, 1900MHz: er, MHz, Mbps.";
    names_with_digits: "en" "GPT3, TOP30, A4, H2O, CO2: GPT, TOP, CO.";
    formulas: "en" "NaCl and MgSO: Na, Cl, Mg, SO.";
    ordinals: "fr" "XVIIIe, XXIst: XVII, Ie, Ist, XX.";
    hexadecimal: "en" "1999FEED 2001Face: FEED, Face.";
    identifiers: "en" "The getElementName method, foo.barBaz, barBaz(1), my_barBaz: get, Element, Name, bar, Baz.";
    identifiers_that_end_in_abbreviations: "en" "Set innerHTML and baseURL, the inner HTML, a base, the URL.";
    noun_classes: "zu" "eThekwini, isiZulu, wamaShishini, kwaMashu: Thekwini, Zulu, Shishini, Mashu.";
    latin_beside_chinese: "zh" "用Acme产品 Acme的 产品";
    look_alikes: "ru" "под\u{441}oxy мали и Чyр: под\u{441}, oxy, р.";
    german_compounds: "de" "Der Donaudampfschifffahrtskapitän prüft die Wachstumsrate und das Bahnhofsvordach.";
    finnish_compounds: "fi" "Lumihiutaleentutkija ja kahvipöytäkirja.";
    forms_of_verbs_with_pronouns: "it" "Cercava di risolverla selezionandola e dirglielo.";
    long_tokens: "en" "QWxhZGRpbjpvcGVuIHNlc2FtZQWxhZGRpbjpvcGVuIHNlc2FtZ Then Open";
    a_menu: "en" "HomeNewsSports AboutContactImprint PrivacyTermsJobs LoginRegister";
}

#[cfg(feature = "lexicon")]
#[test]
fn what_only_looks_like_two_words_stays_where_others_ran_together() {
    for (lang, text, whole, split) in [
        // An abbreviation with the rest of its name, a brand that ends in capitals, a prefix of any name.
        ("en", "Old DECstations stood in the cellar of the school. Thenthey were sold.", "DECstations", "Then they"),
        (
            "it",
            "Il nome NeSQUITT è scritto sul latte. Dopoil topo va via, mail gatto resta in casa. Poila notte scende.",
            "NeSQUITT",
            "Dopo il",
        ),
        (
            "fr",
            "Le test antiVHE est gratuit. Ensuitele médecin est parti, et la salle est restée ouverte.",
            "antiVHE",
            "Ensuite le",
        ),
        // A family name, a verb with its prefix.
        (
            "id",
            "Orang tua itu bernama Ki Waskita dan tinggal di desa. Lalumereka pergi kepasar dan pulang darisana.",
            "Waskita",
            "Lalu mereka",
        ),
        ("ru", "Он попользуется лодкой. Потомон ушёл, а лодкаосталась у причала.", "попользуется", ""),
        // Letters without their accent, and lost ones.
        ("pt", "Os barcos tornarao ao cais, disse o homem doporto. Depois foi paracasa.", "tornarao", "para casa"),
        ("es", "En la sesin hablaron del puerto. Despueslos vecinos se fueron.", "sesin", "Despues los"),
    ] {
        let cleaned = cleaned(text, lang);
        assert!(cleaned.contains(whole) && cleaned.contains(split), "{cleaned}");
    }
}

#[cfg(feature = "lexicon")]
#[test]
fn one_capital_goes_with_one_of_its_neighbours() {
    let text = "AcmeQBut said no.";
    let mut places = Vec::new();
    let lang = crate::text::Lang::known("en");
    let doc = Document::new(text, &lang);
    let (lexicons, lists) = (Lexicons::default(), Lists::new(vec!["Acme".to_owned()], Vec::new()));
    let evidence = Evidence::new(&doc, &lexicons, &lists);
    let span = Span::new(0, "AcmeQBut".len());
    let cuts = token::cuts_in(doc.text(), span);
    let token = Token::new(&evidence, span, &cuts);
    for (at, sum) in [(4, 2.0), (5, 1.0)] {
        let mut candidate = token.candidates().into_iter().next().expect("a candidate");
        candidate.at = at;
        places.push(Place { token: span, candidate, sum });
    }
    leave_single_capitals(&mut places, 0, "AcmeQBut");
    assert_eq!(places.iter().map(|place| place.candidate.at).collect::<Vec<_>>(), [4]);
}

#[test]
fn words_that_name_both_genders_stay_in_german() {
    for lang in ["de", ""] {
        let text = "LehrerInnen und BürgerIn: Lehrer, Bürger, Innen, In, In.";
        assert_eq!(cleaned(text, lang), text);
    }
}

#[test]
fn what_is_only_likely_is_left_to_the_rule_that_asks_for_it() {
    let text = "Then sinkthe ship.";
    let (certain, likely) = (finder("glue", &options("certain")), finder("glue", &options("likely")));
    let places = |finder: &dyn Finder, text: &str| {
        let mut found = Vec::new();
        finder.find(&Document::new(text, &crate::text::Lang::known("en")), &mut found);
        found
    };
    assert!(places(&*certain, text).is_empty());
    for text in [text, "He was with them sinceAcme began."] {
        let (sure, more) = (places(&*certain, text), places(&*likely, text));
        assert!(sure.is_empty() || more.is_empty(), "a token is taken by one of the two: {text}");
    }
}

#[cfg(feature = "lexicon")]
#[test]
fn each_piece_says_why_it_is_believed_and_each_edit_how_sure_it_is() {
    let mut found = Vec::new();
    let text = "He was with them sinceAcme began, and ever since.";
    finder("glue", &options("certain")).find(&Document::new(text, &crate::text::Lang::known("en")), &mut found);
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        found.evidence.as_deref(),
        Some("since: word of the lexicon (en), stands alone once; Acme: listed name, word of the lexicon (en)")
    );
    assert!(found.score.is_some_and(|score| score.get() > 0.9 && score.get() <= 1.0));
}

#[test]
fn a_wrong_trust_names_the_right_ones() {
    let wrong = wrong("glue", &json!({ "trust": "maybe" }));
    assert!(wrong.len() == 1 && wrong[0].contains("certain") && wrong[0].contains("likely"), "{wrong:?}");
}

#[test]
fn tokens_of_any_shape_cost_bounded_work() {
    for piece in ["Acme", "aB", "Ab1", "AcmeRobopilota", "\u{301}", "дa", "unterdem", "ß", "İ"] {
        for count in [1, 7, 20, 5000] {
            cleaned(&piece.repeat(count), "de");
            cleaned(&format!("{} ", piece.repeat(20)).repeat(count / 20), "tr");
        }
    }
}

#[test]
fn listed_names_are_cut_at_their_edges_whatever_their_capitals() {
    let lists = Lists::new(vec!["qPhone".to_owned(), "AcmeX".to_owned()], Vec::new());
    let cuts = |token: &str| {
        let mut cuts = token::cuts_in(token, Span::new(0, token.len()));
        lists.add_cuts(token, &mut cuts);
        cuts.iter().map(|cut| cut.at).collect::<Vec<_>>()
    };
    assert_eq!(cuts("unqPhone"), [2, 3], "where the name begins, and where the characters change");
    assert_eq!(cuts("2007qPhoneund"), [4, 10], "it is that name, so it is not cut inside");
    assert_eq!(cuts("AcmeXarchive"), [4, 5]);
    assert_eq!(cuts("AcmeX"), [4]);
}

#[test]
fn digits_behind_a_name_and_a_hyphen_end_it() {
    let cuts = |text: &str, start| token::cuts_in(text, Span::new(start, text.len())).len();
    assert_eq!((cuts("GPT-4und", 4), cuts("seit 4und", 5), cuts("10-4und", 3)), (1, 0, 0));
}
