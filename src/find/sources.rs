//! Where a text says what it stands on: headings of sources and notes, and entries of bibliographies and of lists of
//! addresses. They are the text's own, below whatever the page has put between.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::fold_line;

/// Headings, as lines are folded.
#[rustfmt::skip]
const HEADINGS: &[&str] = &[
    // English, German, Dutch
    "references", "references cited", "reference list", "sources", "source list", "notes", "end notes", "endnotes", "footnotes",
    "notes and references", "references and notes", "notes and sources", "sources and notes", "works cited",
    "literature", "literature cited", "bibliography", "citations",
    "quellen", "quellenangaben", "quellenverzeichnis", "quellen und literatur", "literatur", "literaturangaben",
    "literaturverzeichnis", "literaturhinweise", "einzelnachweise", "anmerkungen", "fußnoten", "endnoten", "belege",
    "nachweise", "bibliographie", "bibliografie", "weiterführende literatur",
    "bronnen", "bronvermelding", "bronnen en noten", "referenties", "noten", "voetnoten", "eindnoten", "literatuur",
    "literatuurlijst",
    // French, Spanish, Portuguese, Italian, Romanian
    "références", "notes et références", "notes de bas de page", "références bibliographiques",
    "sources et références", "referencias", "referencias bibliográficas", "fuentes", "notas", "notas al pie", "bibliografía",
    "notas y referencias", "referências", "referências bibliográficas", "fontes", "bibliografia", "notas de rodapé",
    "riferimenti", "riferimenti bibliografici", "fonti", "note", "note e riferimenti", "referințe", "surse", "bibliografie",
    // Swedish, Danish, Norwegian, Finnish
    "referenser", "källor", "källförteckning", "noter", "fotnoter", "litteratur", "litteraturförteckning", "referencer",
    "kilder", "kildehenvisninger", "litteraturliste", "referanser", "kildeliste", "lähteet", "viitteet",
    "kirjallisuus", "lähdeluettelo", "alaviitteet",
    // Polish, Czech, Hungarian, Russian, Ukrainian, Greek, Turkish
    "źródła", "przypisy", "literatura", "zdroje", "reference", "poznámky", "prameny", "použitá literatura", "források",
    "hivatkozások", "jegyzetek", "lábjegyzetek", "irodalom", "irodalomjegyzék", "источники", "примечания", "литература",
    "список литературы", "сноски", "библиография", "джерела", "примітки", "література", "список літератури", "виноски",
    "πηγέσ", "αναφορέσ", "σημειώσεισ", "παραπομπέσ", "υποσημειώσεισ", "βιβλιογραφία", "kaynaklar", "kaynakça", "notlar",
    "dipnotlar",
    // Indonesian, Vietnamese, Arabic, Japanese, Chinese, Korean
    "referensi", "sumber", "catatan", "catatan kaki", "daftar pustaka", "tài liệu tham khảo", "nguồn tham khảo", "chú thích",
    "ghi chú", "المراجع", "المصادر", "المصادر والمراجع", "الهوامش", "参考文献", "引用文献", "脚注", "注釈", "注", "出典", "参考资料",
    "注释", "參考文獻", "參考資料", "註釋", "註腳", "資料來源", "资料来源", "참고문헌", "참고 문헌", "각주", "주석", "출처",
];

static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| HashSet::from_iter(HEADINGS.iter().copied()));

/// An entry of a bibliography: a number that only books have; a page, a volume or a number with a year; an author
/// before a year in brackets; or a year at the end of what names an author.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    let year = r"(?:1[5-9]|20)\d\d[a-z]?";
    let page = r"(?:pp?|pag|pág|S|s|ss|str|стр|с|Vol|vol|Bd|No|no|Nr|nr|nº|n°)\.? ?\d";
    let ways = [
        r"\b(?:ISBN|ISSN)\b".to_owned(),
        r"(?i:\bdoi(?:\.org/|: ?|\.))".to_owned(),
        format!(r"\b{year}\b.*\b{page}"),
        format!(r"\b{page}.*\b{year}\b"),
        format!(r"^[^.(]*\p{{Lu}}[^.(]*[,.][^(]*\({year}\)"),
        format!(r"^(?:\[?\d+[\].)] ?)?\p{{Lu}}[\p{{L}}'’-]+, \p{{Lu}}.*[ ,(]{year}\)?\.?$"),
    ];
    Regex::new(&ways.join("|")).expect("a constant pattern")
});

/// An entry of a list of addresses: a house and a place with its number, with a comma between.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{L}[\p{L}.’'-]* \d{1,4}[a-z]?, (?:[A-Z]{1,2}-)?\d{4,6} \p{Lu}|\b\d{1,4},? \p{Lu}\p{L}+.*, \p{Lu}[\p{L} ]+,? (?:[A-Z]{2} )?[A-Z0-9]{2,4} ?[A-Z0-9]{3,4}\b")
        .expect("a constant pattern")
});

/// An entry has so many characters at most.
const ENTRY_LENGTH: usize = 400;

/// Whether `line` is a heading of sources or notes.
pub(super) fn is_heading(line: &str) -> bool {
    if line.len() > 80 {
        return false;
    }
    let folded = fold_line(line);
    let bare = folded.trim_start_matches("# ").trim_end_matches(" #");
    KNOWN.contains(bare)
}

/// Whether `line` is an entry of a bibliography or of a list of addresses.
pub(super) fn is_entry(line: &str) -> bool {
    let numbers = line.bytes().any(|byte| byte.is_ascii_digit());
    numbers
        && line.len() <= ENTRY_LENGTH
        && !line.contains(['©', '@'])
        && (ENTRY.is_match(line) || ADDRESS.is_match(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_sources_are_whole_lines() {
        for heading in ["References", "5. SOURCES:", "## Literatur", "Πηγές", "参考文献", "Fußnoten"] {
            assert!(is_heading(heading), "{heading}");
        }
        for other in ["Notes on a ferry", "The sources of the river", "Related articles", ""] {
            assert!(!is_heading(other), "{other}");
        }
        assert!(HEADINGS.iter().all(|heading| fold_line(heading) == *heading));
    }

    #[test]
    fn entries_name_a_book_or_an_address() {
        for entry in [
            "Lund, M. (2004). Bells of the lake. Harbour Press.",
            "Roe, Paul: Ropes. Lake Books, 1998, S. 12-40.",
            "[3] Lund, Maria, The lamp, Oslo 2011.",
            "The old quay. ISBN 1234567890",
            "Harbour Quarterly, vol. 4, 1987",
            "doi:10.1000/182",
            "Hafenamt, Am Kai 1, 24939 Flensburg",
            "Harbour Office, 12 Quay Street, Port Ellen, PA42 7DH",
        ] {
            assert!(is_entry(entry), "{entry}");
        }
        for other in [
            "March 3, 2021",
            "Ten ships that never sailed",
            "The summer of 2014 was wet.",
            "© 2021 The Harbour Post, vol. 3",
            "Anna says: March 3, 2021 at 12:30",
            "5 min read",
        ] {
            assert!(!is_entry(other), "{other}");
        }
    }
}
