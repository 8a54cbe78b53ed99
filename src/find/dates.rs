//! Dates written out: in the 22 languages of the table below, and in figures.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The months by name, with the forms and abbreviations that dates use. Every name means the same month in all of
/// these languages: de en fr es pt it nl pl ru el fi sv da no cs tr id ar.
const MONTHS: [&str; 12] = [
    "januar jänner january janvier enero janeiro gennaio januari styczeń stycznia январь января ιανουάριος ιανουαρίου \
     tammikuu tammikuuta leden ledna ocak januari يناير jan janv ene gen sty янв ιαν oca",
    "februar feber february février febrero fevereiro febbraio februari luty lutego февраль февраля φεβρουάριος \
     φεβρουαρίου helmikuu helmikuuta únor února şubat فبراير شباط feb febr fév févr fev lut фев φεβ şub",
    "märz march mars marzo março maart marzec marca март марта μάρτιος μαρτίου maaliskuu maaliskuuta marts březen \
     března mart maret مارس آذار mar mrz mrt мар μαρ",
    "april avril abril aprile kwiecień kwietnia апрель апреля απρίλιος απριλίου huhtikuu huhtikuuta duben dubna nisan \
     أبريل ابريل إبريل نيسان apr avr abr kwi апр απρ nis",
    "mai may mayo maio maggio mei maj maja май мая μάιος μαΐου toukokuu toukokuuta květen května mayıs مايو أيار mag",
    "juni june juin junio junho giugno czerwiec czerwca июнь июня ιούνιος ιουνίου kesäkuu kesäkuuta červen června \
     haziran يونيو يونيه حزيران jun giu cze июн ιουν haz",
    "juli july juillet julio julho luglio lipiec lipca июль июля ιούλιος ιουλίου heinäkuu heinäkuuta červenec července \
     temmuz يوليو يوليه تموز jul juil lug lip июл ιουλ tem",
    "august août agosto augustus sierpień sierpnia август августа αύγουστος αυγούστου elokuu elokuuta augusti srpen \
     srpna ağustos agustus أغسطس اغسطس آب aug ago sie авг αυγ ağu agu",
    "september septembre septiembre setiembre setembro settembre wrzesień września сентябрь сентября σεπτέμβριος \
     σεπτεμβρίου syyskuu syyskuuta září eylül سبتمبر أيلول sep sept set wrz сен сент σεπ eyl",
    "oktober october octobre octubre outubro ottobre październik października октябрь октября οκτώβριος οκτωβρίου \
     lokakuu lokakuuta říjen října ekim أكتوبر اكتوبر oct okt out ott paź окт οκτ eki",
    "november novembre noviembre novembro listopad listopada ноябрь ноября νοέμβριος νοεμβρίου marraskuu marraskuuta \
     listopadu kasım نوفمبر nov lis ноя нояб νοε kas",
    "dezember december décembre diciembre dezembro dicembre grudzień grudnia декабрь декабря δεκέμβριος δεκεμβρίου \
     joulukuu joulukuuta desember prosinec prosince aralık ديسمبر dez dec déc dic des gru дек δεκ ara",
];

/// What may stand in a date beside day, month and year: days of the week, small words, times and their zones.
const BESIDE: &str = "\
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so \
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun \
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo \
    segunda terça quarta quinta sexta feira lunedì martedì mercoledì giovedì venerdì sabato domenica \
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
    poniedziałek wtorek środa czwartek piątek sobota niedziela \
    понедельник вторник среда четверг пятница суббота воскресенье \
    δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή \
    maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai \
    måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag \
    pondělí úterý středa čtvrtek pátek sobota neděle \
    pazartesi salı çarşamba perşembe cuma cumartesi pazar \
    senin selasa rabu kamis jumat sabtu minggu thứ hai ba tư năm sáu bảy chủ nhật \
    الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد \
    st nd rd th er º ª the of at on de del do um uhr à le h alle ore il las a às om klo kl o godz roku r года год г в \
    στις και v ve saat pukul lúc ngày den am pm p m μμ πμ bei \
    utc gmt z t cet cest est edt cst cdt mst mdt pst pdt bst ist jst kst msk mez mesz wib wita wit hora horas";

/// Languages that write the day before the month in figures, whatever stands between the two.
const DAY_FIRST: &[&str] = &[
    "ar", "ca", "cs", "da", "de", "el", "es", "fi", "fr", "he", "hi", "id", "it", "nb", "nl", "nn", "no", "pl", "pt",
    "ro", "ru", "sk", "sl", "tr", "uk", "vi",
];

static MONTH: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
    let names = MONTHS.iter().zip(1..).flat_map(|(names, month)| names.split_whitespace().map(move |n| (n, month)));
    names.collect()
});

static BESIDES: LazyLock<HashSet<&str>> = LazyLock::new(|| BESIDE.split_whitespace().collect());

/// The longest text that may be a date, in bytes.
const LONGEST: usize = 120;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Its value, and with how many digits it is written.
    Number(u32, usize),
    Word(String),
    Mark(char),
}

/// Reads a text that is nothing but a date with its year, and perhaps the day of the week and the time. Returns the
/// date in ISO 8601 if nothing else can be meant, else as it is written; `lang` is asked where figures could mean two
/// days.
pub(super) fn read<'l>(text: &str, lang: impl FnOnce() -> Option<&'l str>) -> Option<String> {
    let tokens = if text.len() <= LONGEST { tokens(text)? } else { return None };
    let (year, month, day, rest) = by_signs(&tokens).or_else(|| in_figures(&tokens)).or_else(|| in_words(&tokens))?;
    if !rest_is_time(&rest) {
        return None;
    }
    let iso = |year, month, day| is_day(year, month, day).then(|| format!("{year:04}-{month:02}-{day:02}"));
    match month {
        Month::Sure(month) => iso(year, month, day),
        // `day` and `or` can be either.
        Month::Or(or) => match (iso(year, or, day), iso(year, day, or)) {
            (Some(a), Some(b)) if a != b => {
                let day_first = lang().is_some_and(|lang| DAY_FIRST.contains(&lang));
                Some(if day_first { a } else { text.to_owned() })
            }
            (a, b) => a.or(b),
        },
    }
}

/// Returns whether `word`, in small letters, names a month or stands beside one in dates.
pub(crate) fn is_of_dates(word: &str) -> bool {
    MONTH.contains_key(word) || BESIDES.contains(word)
}

enum Month {
    Sure(u32),
    Or(u32),
}

type Read = (u32, Month, u32, Vec<Token>);

fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_year(token: &Token) -> Option<u32> {
    match token {
        Token::Number(year @ 1900..=2100, 4) => Some(*year),
        _ => None,
    }
}

/// Takes `text` apart; None if it has a number that is in no date.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(digit) = digit(c) {
            let (mut number, mut digits) = (digit, 1);
            while let Some(next) = chars.peek().and_then(|c| self::digit(*c)) {
                chars.next();
                (number, digits) = (number * 10 + next, digits + 1);
                if digits > 4 {
                    return None;
                }
            }
            tokens.push(Token::Number(number, digits));
        } else if is_sign(c) {
            tokens.push(Token::Word(c.to_string()));
        } else if c.is_alphabetic() {
            let mut word: String = c.to_lowercase().collect();
            while let Some(next) = chars.next_if(|c| (c.is_alphabetic() && !is_sign(*c)) || is_mark_on_letter(*c)) {
                word.extend(next.to_lowercase());
            }
            tokens.push(Token::Word(word.replace('\u{307}', "")));
        } else if !c.is_whitespace() {
            tokens.push(Token::Mark(c));
        }
    }
    Some(tokens)
}

fn is_mark_on_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Returns the value of a digit: ASCII, Arabic, Persian or full-width.
fn digit(c: char) -> Option<u32> {
    [0x30, 0x660, 0x6F0, 0xFF10].iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10))
}

/// Chinese characters and Korean syllables, each of which is a word here.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// `2024年3月12日`, `2024년 3월 12일`.
fn by_signs(tokens: &[Token]) -> Option<Read> {
    let [
        year,
        Token::Word(y),
        Token::Number(month, _),
        Token::Word(m),
        Token::Number(day, _),
        Token::Word(d),
        rest @ ..,
    ] = tokens
    else {
        return None;
    };
    let signs = matches!((&**y, &**m, &**d), ("年", "月", "日" | "号") | ("년", "월", "일"));
    signs.then_some((is_year(year)?, Month::Sure(*month), *day, rest.to_vec()))
}

/// `2024-03-12`, `12.03.2024`, `3/12/2024`, with the day of the week before.
fn in_figures(tokens: &[Token]) -> Option<Read> {
    let at = tokens.iter().position(|token| matches!(token, Token::Number(..)))?;
    let [
        a @ Token::Number(first, _),
        Token::Mark(one),
        Token::Number(second, 1..=2),
        Token::Mark(two),
        c @ Token::Number(third, _),
        rest @ ..,
    ] = &tokens[at..]
    else {
        return None;
    };
    if one != two || !matches!(one, '-' | '/' | '.' | '‑' | '–') {
        return None;
    }
    let rest = tokens[..at].iter().chain(rest).cloned().collect();
    match (is_year(a), is_year(c)) {
        (Some(year), None) => Some((year, Month::Sure(*second), *third, rest)),
        // Full stops are put after the day, by whoever uses them.
        (None, Some(year)) if *one == '.' => Some((year, Month::Sure(*second), *first, rest)),
        (None, Some(year)) => Some((year, Month::Or(*second), *first, rest)),
        _ => None,
    }
}

/// `12 March 2024`, `March 12th, 2024`, `le 1er mars 2024`, `12 tháng 3, 2024`.
fn in_words(tokens: &[Token]) -> Option<Read> {
    let mut rest = tokens.to_vec();
    let year_at = rest.iter().position(|token| is_year(token).is_some())?;
    let year = is_year(&rest[year_at])?;
    let word = |token: &Token| match token {
        Token::Word(word) => MONTH.get(word.as_str()).copied(),
        _ => None,
    };
    let by_name = rest.iter().position(|token| word(token).is_some());
    let by_number = rest.windows(2).position(|pair| pair[0] == Token::Word("tháng".to_owned()));
    let (month_at, month, width) = match (by_name, by_number) {
        (Some(at), _) => (at, word(&rest[at])?, 1),
        (None, Some(at)) => match rest[at + 1] {
            Token::Number(month, 1..=2) => (at, month, 2),
            _ => return None,
        },
        (None, None) => return None,
    };
    let is_number = |token: &Token| matches!(token, Token::Number(1..=31, 1..=2));
    let is_link = |token: &Token| match token {
        Token::Mark(mark) => matches!(mark, '.' | ',' | '-' | '/'),
        Token::Word(word) => {
            matches!(&**word, "st" | "nd" | "rd" | "th" | "er" | "º" | "ª" | "of" | "de" | "del" | "the" | "o")
        }
        Token::Number(..) => false,
    };
    let before = rest[..month_at].iter().rposition(|token| !is_link(token)).filter(|&at| is_number(&rest[at]));
    let behind = || {
        let from = month_at + width;
        let at = from + rest[from..].iter().position(|token| !is_link(token))?;
        is_number(&rest[at]).then_some(at)
    };
    let day_at = before.or_else(behind)?;
    let Token::Number(day, _) = rest[day_at] else { return None };
    let mut index = 0;
    rest.retain(|_| {
        let used = index == year_at || index == day_at || (month_at..month_at + width).contains(&index);
        index += 1;
        !used
    });
    Some((year, Month::Sure(month), day, rest))
}

/// Whether what stands beside a date is the day of the week, a time or nothing that says anything.
fn rest_is_time(rest: &[Token]) -> bool {
    let mut numbers = 0;
    let mut zone = false;
    rest.iter().all(|token| match token {
        Token::Number(number, digits) => {
            numbers += 1;
            let fits = (*number < 60 && *digits <= 2) || (zone && *digits == 4) || (*digits == 3 && *number < 1000);
            numbers <= 6 && fits
        }
        Token::Word(word) => {
            BESIDES.contains(word.as_str()) || (word.chars().all(is_sign) && SIGNS_BESIDE.contains(word.as_str()))
        }
        Token::Mark(mark) => {
            zone = matches!(mark, '+' | '-' | '−');
            matches!(
                mark,
                ',' | '.'
                    | ':'
                    | '/'
                    | '-'
                    | '–'
                    | '—'
                    | '+'
                    | '−'
                    | '('
                    | ')'
                    | '（'
                    | '）'
                    | '،'
                    | '|'
                    | '@'
                    | '，'
                    | '：'
            )
        }
    })
}

/// Signs of days of the week and of times.
const SIGNS_BESIDE: &str = "星期一二三四五六日天周週月火水木金土曜上下午前後点點时時分秒요일월화수목금토오전후시분초";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(lang: Option<&str>, cases: &[(&str, &str)]) {
        for (text, date) in cases {
            assert_eq!(read(text, || lang).as_deref(), Some(*date), "{text}");
        }
    }

    #[test]
    fn a_name_means_one_month() {
        let mut months = HashMap::new();
        for (names, month) in MONTHS.iter().zip(1..) {
            for name in names.split_whitespace() {
                assert_eq!(*months.entry(name).or_insert(month), month, "{name}");
                assert_eq!(tokens(name), Some(vec![Token::Word(name.to_owned())]), "{name}");
            }
        }
    }

    #[test]
    fn dates_in_words_are_certain() {
        let twelfth = [
            "12. März 2024",
            "Dienstag, 12. März 2024, 14:30 Uhr",
            "12 March 2024",
            "March 12, 2024",
            "Tuesday, March 12th, 2024 at 2:30 p.m. EST",
            "12 mars 2024 à 14h30",
            "le mardi 12 mars 2024",
            "12 de marzo de 2024",
            "martes, 12 de marzo de 2024 14:30",
            "12 de março de 2024 às 14h30",
            "12 marzo 2024 alle ore 14:30",
            "12 maart 2024",
            "12 marca 2024 r.",
            "12 марта 2024 г., 14:30",
            "12 Μαρτίου 2024",
            "12. maaliskuuta 2024 klo 14.30",
            "12 mars 2024 kl. 14:30",
            "12. marts 2024",
            "12. března 2024",
            "12 Mart 2024 Salı 14:30",
            "12 Maret 2024 14:30 WIB",
            "12 tháng 3, 2024",
            "ngày 12 tháng 3 năm 2024",
            "2024年3月12日",
            "2024年3月12日（火）14時30分",
            "2024년 3월 12일 오후 2시 30분",
            "١٢ مارس ٢٠٢٤",
            "12-Mar-2024",
            "12 MARCH 2024",
            "Mar. 12, 2024",
        ];
        for text in twelfth {
            reads(None, &[(text, "2024-03-12")]);
        }
        reads(None, &[("le 1er août 2023", "2023-08-01"), ("29 February 2024", "2024-02-29")]);
    }

    #[test]
    fn dates_in_figures_are_certain_where_they_can_be_read_one_way() {
        reads(
            None,
            &[
                ("2024-03-12", "2024-03-12"),
                ("2024-03-12T14:30:00+01:00", "2024-03-12"),
                ("2024-03-12T14:30:00.000Z", "2024-03-12"),
                ("2024/3/12 14:30", "2024-03-12"),
                ("12.03.2024", "2024-03-12"),
                ("Di., 12.3.2024 14:30 Uhr", "2024-03-12"),
                ("13/03/2024", "2024-03-13"),
                ("03/13/2024", "2024-03-13"),
                ("03/03/2024", "2024-03-03"),
                ("12/03/2024", "12/03/2024"),
                ("12-03-2024", "12-03-2024"),
            ],
        );
        reads(Some("fr"), &[("12/03/2024", "2024-03-12")]);
        reads(Some("en"), &[("12/03/2024", "12/03/2024")]);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "2024",
            "March 2024",
            "12 March",
            "30 February 2024",
            "2024-13-01",
            "31.04.2024",
            "12345",
            "2024-2025",
            "12.03.24",
            "What happened on 12 March 2024",
            "12 March 2024 in Paris",
            "May the 4th be with you",
            "3.12.1",
            "1-2-3",
            "12 March 2024 and 13 March 2024",
            "12 March 1066",
            "Version 2024.3.12 of it",
            "192.168.2024.1",
        ] {
            assert_eq!(read(text, || Some("en")), None, "{text}");
        }
    }
}
