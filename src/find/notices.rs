//! Texts that are what a notice is elsewhere: policies of privacy and cookies, terms of use, imprints, and articles
//! about them. There the sentences of notices are the article.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::text::{Document, LabelKind};

use super::page_lines::PageLine;

/// What such texts speak of, in small letters, as far as all forms of a word share it.
const WORDS: &[&str] = &[
    // What is known of readers, and what is stored at them.
    "cookie",
    "privacy",
    "personal data",
    "personal information",
    "datenschutz",
    "personenbezogen",
    "données personnelles",
    "données à caractère personnel",
    "confidentialité",
    "témoins de connexion",
    "datos personales",
    "datos de carácter personal",
    "privacidad",
    "dados pessoais",
    "privacidade",
    "dati personali",
    "riservatezza",
    "persoonsgegevens",
    "persoonlijke gegevens",
    "personuppgift",
    "integritetspolicy",
    "integritetspolicyn",
    "personoplysning",
    "persondata",
    "privatlivspolitik",
    "personopplysning",
    "personvern",
    "informasjonskaps",
    "henkilötie",
    "tietosuoja",
    "eväste",
    "osobních údaj",
    "osobní údaj",
    "soukromí",
    "danych osobowych",
    "dane osobowe",
    "prywatnoś",
    "ciasteczk",
    "személyes adat",
    "adatvédel",
    "adatkezel",
    "date personale",
    "datele personale",
    "datelor cu caracter personal",
    "confidențialit",
    "персональн",
    "конфиденциальност",
    "конфіденційн",
    "προσωπικών δεδομένων",
    "προσωπικά δεδομένα",
    "απορρήτου",
    "kişisel veri",
    "gizlilik",
    "çerez",
    "data pribadi",
    "kebijakan privasi",
    "dữ liệu cá nhân",
    "thông tin cá nhân",
    "البيانات الشخصية",
    "الخصوصية",
    "ملفات تعريف الارتباط",
    "个人信息",
    "隐私",
    "個人資料",
    "隱私",
    "個人情報",
    "プライバシー",
    "クッキー",
    "개인정보",
    "쿠키",
    // What may be done with a site and what it answers for.
    "terms of use",
    "terms of service",
    "terms and conditions",
    "conditions of use",
    "copyright",
    "liability",
    "liable",
    "disclaimer",
    "legal notice",
    "imprint",
    "impressum",
    "nutzungsbedingung",
    "haftung",
    "urheberrecht",
    "geschäftsbedingung",
    "conditions d'utilisation",
    "conditions générales",
    "mentions légales",
    "droits d'auteur",
    "propriété intellectuelle",
    "términos de uso",
    "condiciones de uso",
    "aviso legal",
    "propiedad intelectual",
    "termos de uso",
    "termos e condições",
    "propriedade intelectual",
    "condizioni d'uso",
    "termini di utilizzo",
    "note legali",
    "proprietà intellettuale",
    "gebruiksvoorwaarden",
    "algemene voorwaarden",
    "colofon",
    "auteursrecht",
    "aansprakelijk",
    "användarvillkor",
    "ansvarsbegränsning",
    "brugsbetingelser",
    "vilkår og betingelser",
    "brukervilkår",
    "käyttöehdot",
    "vastuuvapaus",
    "obchodní podmínky",
    "podmínky užití",
    "regulamin",
    "warunki korzystania",
    "felhasználási feltételek",
    "impresszum",
    "termeni și condiții",
    "условия использования",
    "пользовательское соглашение",
    "авторск",
    "умови використання",
    "όροι χρήσης",
    "kullanım koşulları",
    "künye",
    "syarat dan ketentuan",
    "điều khoản sử dụng",
    "الشروط والأحكام",
    "شروط الاستخدام",
    "使用条款",
    "服务条款",
    "版权",
    "使用條款",
    "服務條款",
    "著作權",
    "利用規約",
    "免責事項",
    "著作権",
    "이용약관",
    "저작권",
];

static KNOWN: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new(WORDS).expect("a constant list fits into an automaton"));

/// A title stands among so many lines at the top,
const TOP: usize = 3;
/// and has so many characters at most.
const TITLE: usize = 100;
/// At least so many lines of prose speak of it, or one below a title that does,
const LINES: usize = 3;
/// and one in so many of all lines of prose.
const SHARE: usize = 3;

/// Whether the text of `lines` speaks of what notices say.
pub(super) fn speaks_of_notices(doc: &Document<'_>, lines: &[PageLine]) -> bool {
    let speaks = |line: &PageLine| {
        let content = &doc.text()[doc.lines().as_slice()[line.index].content.range()];
        KNOWN.is_match(&content.to_lowercase().replace('’', "'"))
    };
    // Links to them stand side by side in menus: what stands alone is a title.
    let is_link = |at: usize| lines.get(at).is_some_and(|line| !line.kinds.is_empty() && !line.prose);
    let is_title = |at: usize| {
        let line = &lines[at];
        let alone = !is_link(at) || !(is_link(at + 1) || (at > 0 && is_link(at - 1)));
        let says_more = line.certain.is_empty() && !line.kinds.contains(LabelKind::Notice);
        line.length <= TITLE && alone && says_more && speaks(line)
    };
    let (mut prose, mut count) = (0, 0);
    for line in lines.iter().filter(|line| line.prose) {
        prose += 1;
        count += usize::from(speaks(line));
    }
    match count {
        // An imprint may have no sentence at all.
        0 => prose == 0 && lines.len() > LINES && is_title(0),
        _ => count * SHARE >= prose && (count >= LINES || (0..lines.len().min(TOP)).any(is_title)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::page_lines::page_lines;
    use super::*;
    use crate::text::{Label, Labels, Lang};

    fn speaks(text: &str) -> bool {
        let label = |kind, lines: &str| Label { kind, alone: false, lines: lines.to_owned() };
        let mut labels = Labels::default();
        let list = [
            label(LabelKind::Site, "privacy policy\nhome\ncontact\nimpressum"),
            label(LabelKind::Notice, "* cookies *"),
        ];
        labels.add(&[], &list, &[]);
        let lang = Lang::known("en");
        let doc = Document::new(text, &lang);
        speaks_of_notices(&doc, page_lines(&doc, &labels))
    }

    const PROSE: &str =
        "The ferry to the island left at noon, as it had left every day for forty years, without anybody.";
    const NOTICE: &str =
        "The ferry uses cookies in order to count those who come on board and those who never do again.";

    #[test]
    fn a_policy_speaks_of_what_notices_say() {
        assert!(speaks(&format!("Privacy Policy\n\n{NOTICE}\n{PROSE}\n")));
        assert!(speaks(&format!("The ferry\n{NOTICE}\n{NOTICE}\n{NOTICE}\n{PROSE}\n")));
        assert!(speaks("Impressum\n\nAda Roe\nAm Kai 1\n24939 Flensburg\n"));
        assert!(speaks(&format!("Datenschutzerklärung\n\n{}\n", PROSE.replace("ferry", "personenbezogene"))));
    }

    #[test]
    fn an_article_with_a_notice_does_not() {
        let article = [PROSE; 6].join("\n");
        assert!(!speaks(&format!("{NOTICE}\n{article}\n{NOTICE}\n")));
        assert!(!speaks(&format!("Home\nPrivacy Policy\nContact\n{article}\n{NOTICE}\n")), "a menu");
        assert!(!speaks(&format!("Privacy Policy\n{article}")), "nothing else speaks of it");
        assert!(!speaks("It left at noon.\n© Copyright\n"));
    }

    #[test]
    fn words_are_written_as_they_are_looked_for() {
        assert!(WORDS.iter().all(|word| word.to_lowercase() == **word && !word.contains('’')));
    }
}
