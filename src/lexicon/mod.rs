//! Evidence about words that does not come from the text itself: the lexicons inside the program, and what the user
//! adds to them.
//!
//! Words are looked up *folded*, which for most is lower case. See [`fold`].

mod embedded;
mod fst_file;
pub(crate) mod hunspell;
mod letters;
mod memo;
mod seen;
mod table;
mod user;
mod wholes;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text::{hash, hash_from, hash_pair_of};
use embedded::Embedded;
pub(crate) use hunspell::Dictionary;
use memo::Memo;
pub(crate) use seen::Seen;
use table::Table;
pub(crate) use user::{Fault, List, is_compiled};
#[cfg(feature = "training")]
pub(crate) use wholes::whole_key;

/// The scripts that lexicons are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Other,
}

impl Script {
    /// Returns the script of a letter.
    pub(crate) fn of(c: char) -> Self {
        match c {
            'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            _ => Script::Other,
        }
    }
}

/// What a lexicon says of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    /// How rare it is: 0 the most common, 15 the rarest; each step is a factor e.
    pub(crate) rarity: u8,
    /// How many longer words consist of it and another word behind it: 0, or 1 + log4, at most 3.
    pub(crate) firsts: u8,
    /// How many longer words consist of another word and it.
    pub(crate) lasts: u8,
}

impl Word {
    /// A word of which nothing is known but that it is one.
    pub(crate) const LISTED: Word = Word { rarity: 8, firsts: 0, lasts: 0 };
    /// What [`Word::pack`] makes has so many bits.
    const BITS: u32 = 8;

    fn unpack(value: u64) -> Self {
        let bits = |from: u32, count: u32| (value >> from & ((1 << count) - 1)) as u8;
        Self { rarity: bits(0, 4), firsts: bits(4, 2), lasts: bits(6, 2) }
    }

    fn pack(self) -> u64 {
        u64::from(self.rarity) | u64::from(self.firsts) << 4 | u64::from(self.lasts) << 6
    }

    /// A word that was counted `count` times among `total`.
    fn of_share(count: u64, total: u64) -> Self {
        let rarity = -(count as f64 / total as f64).ln() - 3.0;
        Self { rarity: rarity.round().clamp(0.0, 15.0) as u8, firsts: 0, lasts: 0 }
    }

    /// Returns how a count of longer words is kept.
    fn power(count: u32) -> u8 {
        count.checked_ilog2().map_or(0, |log| log / 2 + 1).min(3) as u8
    }

    /// Returns what is known of a word that two lexicons have: one of them may not have met all of the language.
    fn or(self, other: Word) -> Word {
        Word {
            rarity: self.rarity.min(other.rarity),
            firsts: self.firsts.max(other.firsts),
            lasts: self.lasts.max(other.lasts),
        }
    }
}

/// Returns `word` as lexicons have it: in lower case, with `ss` for `ß` and `σ` for `ς`, and NFC.
pub(crate) fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    // What the language's own case folding would do, where that is known to differ: final sigma and sharp s.
    let lower: String = word.to_lowercase().replace('ß', "ss").replace('ς', "σ");
    match is_nfc_quick(lower.chars()) {
        IsNormalized::Yes => Cow::Owned(lower),
        _ => Cow::Owned(lower.nfc().collect()),
    }
}

/// Returns `word` as the lexicon of `lang` has it.
fn fold_for<'w>(word: &'w str, lang: Option<&str>) -> Cow<'w, str> {
    // Turkish tells `I` and `İ` apart where they are small, too.
    if lang == Some("tr") && word.contains(['I', 'İ']) {
        return Cow::Owned(fold(&word.replace('I', "ı").replace('İ', "i")).into_owned());
    }
    fold(word)
}

/// Returns the code under which the words of `lang` are kept: two written forms of one language are one, of which
/// the lists know the more common one.
fn code(lang: &str) -> &str {
    if matches!(lang, "nn" | "no") { "nb" } else { lang }
}

/// Everything a plan knows about words besides the texts: the embedded lexicons, what the user adds to them, and the
/// names of its packs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexicons {
    user: Arc<User>,
    /// Words of other texts, if anybody asked for them to be read.
    seen: Option<Arc<Seen>>,
    /// Every form of every name that packs and the user list.
    terms: BTreeSet<String>,
}

/// What the user adds.
#[derive(Debug, Default)]
struct User {
    /// By the codes of their languages.
    of_languages: BTreeMap<String, Added>,
    /// For texts in any language.
    of_all: Option<Added>,
    /// Which words the above know, each with the language that was asked for.
    memo: Memo,
    /// What is known of words that were looked up, by these and by the embedded lexicons.
    words: Memo,
}

/// What the user adds to one language, or to all.
#[derive(Debug, Default)]
struct Added {
    /// The words of all lists.
    table: Option<Table<Vec<u8>>>,
    dictionaries: Vec<Dictionary>,
}

impl Added {
    /// Looks up a folded word in the lists.
    fn listed(&self, word: &str) -> Option<Word> {
        self.table.as_ref()?.get(word)
    }

    /// Whether a dictionary has a word.
    fn spelled(&self, word: &str) -> bool {
        self.dictionaries.iter().any(|dictionary| dictionary.has(word))
    }
}

impl Lexicons {
    /// Puts together the lists and dictionaries of the user, each with the code of its language (ISO 639-1), or none
    /// for all.
    pub(crate) fn new(lists: Vec<(Option<String>, List)>, dictionaries: Vec<(Option<String>, Dictionary)>) -> Self {
        let mut by_lang: BTreeMap<Option<String>, (Vec<List>, Vec<Dictionary>)> = BTreeMap::new();
        let key = |lang: Option<String>| lang.map(|lang| code(&lang).to_owned());
        for (lang, list) in lists {
            by_lang.entry(key(lang)).or_default().0.push(list);
        }
        for (lang, dictionary) in dictionaries {
            by_lang.entry(key(lang)).or_default().1.push(dictionary);
        }
        let mut user = User::default();
        for (lang, (lists, dictionaries)) in by_lang {
            let added = Added { table: user::table(lists, lang.as_deref()), dictionaries };
            match lang {
                Some(lang) => _ = user.of_languages.insert(lang, added),
                None => user.of_all = Some(added),
            }
        }
        Self { user: Arc::new(user), ..Self::default() }
    }

    /// Returns the same with the words of other texts.
    pub(crate) fn with_seen(self, seen: Option<Arc<Seen>>) -> Self {
        Self { seen, ..self }
    }

    /// Returns in how many of the texts that were read first `word` stands alone, case as written; the text that is
    /// being cleaned may be one of them.
    pub(crate) fn seen(&self, word: &str) -> u32 {
        self.seen.as_ref().map_or(0, |seen| seen.word(word))
    }

    /// Returns in how many of those texts `left` and `right` stand side by side with a space between.
    pub(crate) fn seen_pair(&self, left: &str, right: &str) -> u32 {
        self.seen.as_ref().map_or(0, |seen| seen.pair(left, right))
    }

    /// Returns the same with more terms, in all their forms.
    pub(crate) fn with_terms<'w>(&self, forms: impl IntoIterator<Item = &'w str>) -> Self {
        let mut lexicons = self.clone();
        lexicons.terms.extend(forms.into_iter().map(str::to_owned));
        lexicons
    }

    /// Returns whether `word` is one of the terms or of their forms, case as written.
    pub(crate) fn is_term(&self, word: &str) -> bool {
        self.terms.contains(word)
    }

    /// Returns every form of every term, in order and each once.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(String::as_str)
    }

    /// Returns the lexicon for texts in `lang` (ISO 639-1); without one, only other languages are known.
    pub(crate) fn of<'a>(&'a self, lang: Option<&'a str>) -> Lexicon<'a> {
        let lang = lang.map(code);
        let english = if lang == Some("en") { Source::default() } else { self.user.source("en") };
        let native = lang.map_or_else(Source::default, |lang| self.user.source(lang));
        let lang = lang.filter(|_| !native.is_none());
        Lexicon { lang, seed: memo::seed() ^ hash(lang.unwrap_or_default()), native, english, user: &self.user }
    }
}

impl User {
    fn source(&self, lang: &str) -> Source<'_> {
        Source { embedded: embedded::of(lang), added: self.of_languages.get(lang) }
    }

    /// Whether the user adds nothing.
    fn is_bare(&self) -> bool {
        self.of_languages.is_empty() && self.of_all.is_none()
    }
}

/// Where the words of one language are looked up.
#[derive(Clone, Copy, Default)]
struct Source<'a> {
    embedded: Option<&'static Embedded>,
    added: Option<&'a Added>,
}

impl Source<'_> {
    fn is_none(&self) -> bool {
        self.embedded.is_none() && self.added.is_none()
    }
}

/// Looks up a folded word; dictionaries, which know nothing of a word but that it is one, are asked last.
fn look_up(word: &str, embedded: Option<&Embedded>, added: &[Option<&Added>]) -> Option<Word> {
    let embedded = embedded.and_then(|embedded| embedded.get(word));
    let listed = added.iter().flatten().filter_map(|added| added.listed(word)).chain(embedded).reduce(Word::or);
    listed.or_else(|| added.iter().flatten().any(|added| added.spelled(word)).then_some(Word::LISTED))
}

/// The words of one language, and those of others that its texts borrow.
#[derive(Clone, Copy)]
pub(crate) struct Lexicon<'a> {
    lang: Option<&'a str>,
    /// Tells what is remembered for this language from what is for others.
    seed: u64,
    native: Source<'a>,
    /// Nothing where English is the language itself.
    english: Source<'a>,
    user: &'a User,
}

impl<'a> Lexicon<'a> {
    /// Returns the language of the words it knows best, if it has any.
    pub(crate) fn lang(&self) -> Option<&'a str> {
        self.lang
    }

    /// Returns `word` as this lexicon has it.
    pub(crate) fn fold<'w>(&self, word: &'w str) -> Cow<'w, str> {
        fold_for(word, self.lang)
    }

    /// Returns how readily the language writes two words as one: the percentage of its long words that
    /// consist of two others.
    pub(crate) fn compounding(&self) -> f32 {
        self.native.embedded.map_or(0.0, |native| native.compounding)
    }

    /// Looks up a folded word of the language.
    pub(crate) fn get(&self, folded: &str) -> Option<Word> {
        self.remember(folded, 1, || self.get_once(folded))
    }

    /// Looks up a folded word of the language that is hardly asked for again, and so not worth remembering.
    pub(crate) fn get_once(&self, folded: &str) -> Option<Word> {
        look_up(folded, self.native.embedded, &self.added())
    }

    /// What the user adds to the language.
    fn added(&self) -> [Option<&'a Added>; 2] {
        [self.native.added, self.user.of_all.as_ref()]
    }

    /// Looks up a folded word of English, where that is not the language itself.
    pub(crate) fn english(&self, folded: &str) -> Option<Word> {
        self.remember(folded, 2, || look_up(folded, self.english.embedded, &[self.english.added]))
    }

    /// Whether `folded` is one of the rare words of the language that look like two.
    pub(crate) fn is_whole(&self, folded: &str) -> bool {
        self.lang.is_some_and(|lang| wholes::has(lang, folded))
    }

    /// Returns -ln of how likely the letters of `folded` follow on each other in a word of the language; none where
    /// nothing is known of that.
    pub(crate) fn letters(&self, folded: &str) -> Option<f32> {
        self.native.embedded.map(|native| native.letters.cost(folded))
    }

    /// Returns the most common word of any other language that is spelled like this.
    pub(crate) fn abroad(&self, folded: &str) -> Option<Word> {
        let script = folded.chars().next().map(Script::of)?;
        self.remember(folded, 3, || {
            let all = embedded::all().iter();
            let embedded = all.filter(|other| other.script == script && self.lang != Some(other.lang));
            let embedded = embedded.filter_map(|other| other.get(folded));
            let added = self.user.of_languages.iter().filter(|(lang, _)| self.lang != Some(lang.as_str()));
            let added = added.filter_map(|(_, added)| look_up(folded, None, &[Some(added)]));
            embedded.chain(added).min_by_key(|word| word.rarity)
        })
    }

    /// Returns whether `word`, in any case, is one of the language or of any other.
    pub(crate) fn knows_anywhere(&self, word: &str) -> bool {
        let folded = self.fold(word);
        self.get(&folded).is_some() || self.abroad(&folded).is_some()
    }

    /// Returns what the question with this number says of a folded word. Of one word the same is asked many times.
    fn remember(&self, folded: &str, question: u64, look_up: impl FnOnce() -> Option<Word>) -> Option<Word> {
        // Seeds that differ in few bits would give one hash to words that differ in the same bits.
        let seed = hash_pair_of(self.seed, question);
        self.user.words.word(hash_from(seed, folded.as_bytes()), look_up)
    }

    /// Calls `known` with the length in bytes of every word of the language that `folded` begins with, shortest
    /// first; returns how many bytes of it some word begins with.
    pub(crate) fn prefixes(&self, folded: &str, mut known: impl FnMut(usize, Word)) -> usize {
        let prefixes = |known: &mut dyn FnMut(usize, Word)| {
            self.native.embedded.map_or(0, |native| native.prefixes(folded, known))
        };
        let added = self.added();
        if added.iter().all(Option::is_none) {
            return prefixes(&mut known);
        }
        let mut found: BTreeMap<usize, Word> = BTreeMap::new();
        let mut gather = |len, word: Word| {
            let old = found.entry(len).or_insert(word);
            *old = old.or(word);
        };
        let mut depth = prefixes(&mut gather);
        for table in added.iter().flatten().filter_map(|added| added.table.as_ref()) {
            depth = depth.max(table.prefixes(folded, &mut gather));
        }
        for len in added.iter().flatten().flat_map(|added| &added.dictionaries).flat_map(|d| d.prefixes(folded)) {
            depth = depth.max(len);
            found.entry(len).or_insert(Word::LISTED);
        }
        found.into_iter().for_each(|(len, word)| known(len, word));
        depth
    }

    /// Returns whether `word`, in any case, is one of the language or of English. Made for asking it of every word
    /// of a text.
    pub(crate) fn knows(&self, word: &str) -> bool {
        let hashed = hash_from(memo::seed(), word.as_bytes());
        let in_embedded = || {
            let folded = self.fold(word);
            let has = |source: &Source<'_>| source.embedded.is_some_and(|embedded| embedded.get(&folded).is_some());
            has(&self.native) || has(&self.english)
        };
        let embedded = self.native.embedded.or(self.english.embedded);
        // That memory is one for all plans, so it knows nothing of what users add.
        embedded.is_some_and(|embedded| embedded.knows(hashed, in_embedded))
            || (!self.user.is_bare() && self.user.memo.ask(hashed ^ self.seed, || self.user_knows(word)))
    }

    /// Whether `word` is among what the user adds to the language, to English or to all.
    fn user_knows(&self, word: &str) -> bool {
        let folded = self.fold(word);
        let added = [self.native.added, self.english.added, self.user.of_all.as_ref()];
        let mut added = added.into_iter().flatten();
        added.any(|added| added.listed(&folded).is_some() || added.spelled(word) || added.spelled(&folded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str, lang: Option<&str>) -> (Option<String>, List) {
        let list = List::read(text, lang).unwrap_or_else(|faults| panic!("{faults:?}"));
        (lang.map(str::to_owned), list)
    }

    fn made(lists: Vec<(Option<String>, List)>) -> Lexicons {
        Lexicons::new(lists, Vec::new())
    }

    fn prefixes(lexicon: &Lexicon<'_>, text: &str) -> (Vec<usize>, usize) {
        let mut found = Vec::new();
        let depth = lexicon.prefixes(text, |len, _| found.push(len));
        (found, depth)
    }

    #[test]
    fn what_the_user_adds_counts_for_its_language_and_for_those_that_borrow() {
        let lexicons = made(vec![
            list("zwitterling\t40", Some("de")),
            list("gizmotron", Some("en")),
            list("Plauderix", None),
            list("aquaductulus", Some("la")),
            list("Fjordsnakk", Some("nn")),
        ]);
        let german = lexicons.of(Some("de"));
        assert_eq!(german.get("zwitterling").map(|word| word.rarity), Some(7));
        assert_eq!(german.get("plauderix"), Some(Word::LISTED));
        assert_eq!((german.get("gizmotron"), german.english("gizmotron")), (None, Some(Word::LISTED)));
        assert_eq!(german.abroad("aquaductulus"), Some(Word::LISTED));
        assert!(german.knows("Zwitterling") && german.knows("PLAUDERIX") && german.knows("Gizmotron"));
        assert!(!german.knows("Aquaductulus") && !german.knows("Aquaductulus"), "asked again");

        let latin = lexicons.of(Some("la"));
        assert_eq!(latin.lang(), Some("la"), "a language of which only the user knows words");
        assert!(latin.get("aquaductulus").is_some() && latin.abroad("aquaductulus").is_none());
        assert!(lexicons.of(Some("no")).get("fjordsnakk").is_some());
        assert_eq!(lexicons.of(Some("xx")).lang(), None);
        assert!(lexicons.of(None).knows("plauderix") && !lexicons.of(None).knows("zwitterling"));
    }

    #[test]
    fn one_plan_knows_nothing_of_the_words_of_another() {
        let (bare, rich) = (Lexicons::default(), made(vec![list("Murmelspalt", Some("de"))]));
        let other = made(vec![list("Klimperfluh", Some("de"))]);
        for _ in 0..3 {
            assert!(rich.of(Some("de")).knows("Murmelspalt") && !rich.of(Some("de")).knows("Klimperfluh"));
            assert!(!bare.of(Some("de")).knows("Murmelspalt") && !bare.of(Some("de")).knows("Klimperfluh"));
            assert!(!other.of(Some("de")).knows("Murmelspalt") && other.of(Some("de")).knows("Klimperfluh"));
            assert!(!rich.of(Some("it")).knows("Murmelspalt"), "nor one language of another");
        }
    }

    #[test]
    fn two_lists_of_a_language_are_one() {
        let lexicons = made(vec![list("lumpix\t100\nlumpixen", Some("de")), list("lumpix\t90000", Some("de"))]);
        let lumpix = lexicons.of(Some("de")).get("lumpix").expect("listed");
        assert_eq!(lumpix.rarity, 0, "the more common of the two");
        let (found, depth) = prefixes(&lexicons.of(Some("de")), "lumpixenxq");
        assert!(found.ends_with(&[6, 8]) && depth == 8, "{found:?} {depth}");
    }

    #[test]
    fn a_dictionary_is_asked_where_no_list_knows() {
        let affixes = "SET UTF-8\nSFX N Y 1\nSFX N 0 n .\n";
        let german = Dictionary::read(affixes, "2\nQuarmel/N\nKlimpfluh\n", true).expect("good");
        let all = Dictionary::read("", "1\nPlauderix\n", true).expect("good");
        let lists = vec![list("quarmel\t9", Some("de"))];
        let lexicons = Lexicons::new(lists, vec![(Some("de".to_owned()), german), (None, all)]);
        let german = lexicons.of(Some("de"));
        assert_eq!(german.get("quarmel").map(|word| word.rarity), Some(9), "a list says more");
        assert_eq!((german.get("quarmeln"), german.get("plauderix")), (Some(Word::LISTED), Some(Word::LISTED)));
        assert!(german.knows("Quarmeln") && german.knows("QUARMELN") && !german.knows("Quarmelx"));
        assert_eq!(lexicons.of(Some("it")).abroad("klimpfluh"), Some(Word::LISTED));
        assert_eq!(lexicons.of(Some("it")).get("klimpfluh"), None);
        let (found, depth) = prefixes(&german, "quarmelnxq");
        assert!(found.is_sorted() && found.ends_with(&[7, 8]) && depth == 8, "{found:?} {depth}");
    }

    #[test]
    fn what_a_site_adds_to_the_terms_is_its_own() {
        let house = Lexicons::default().with_terms(["QBit", "QBits"]);
        let site = house.with_terms(["Acme", "QBits"]);
        assert_eq!(site.terms().collect::<Vec<_>>(), ["Acme", "QBit", "QBits"]);
        assert_eq!(house.terms().count(), 2);
    }

    #[test]
    fn turkish_folds_its_own_way_in_lists_for_all_languages_too() {
        let lexicons = made(vec![list("Ilgazix", None), list("Irmakix", Some("tr"))]);
        for lang in [Some("tr"), Some("de"), None] {
            assert!(lexicons.of(lang).knows("Ilgazix"), "{lang:?}");
        }
        assert!(lexicons.of(Some("tr")).knows("Irmakix") && lexicons.of(Some("tr")).get("ırmakix").is_some());
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn every_lexicon_opens_and_knows_common_words() {
        for lexicon in embedded::all() {
            assert_eq!(embedded::of(lexicon.lang).map(|found| found.lang), Some(lexicon.lang));
            let mut common = 0;
            let words = [
                "de", "og", "το", "the", "que", "ja", "és", "yang", "di", "en", "w", "și", "и", "och", "bir", "і", "a",
                "und", "et",
            ];
            common += words.iter().filter_map(|word| lexicon.get(word)).filter(|word| word.rarity <= 2).count();
            assert!(common >= 1, "{}", lexicon.lang);
        }
        assert_eq!(embedded::all().len(), 22);
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn rare_words_that_look_like_two_are_known_as_one_in_their_language() {
        let lexicons = Lexicons::default();
        let (german, english) = (lexicons.of(Some("de")), lexicons.of(Some("en")));
        for word in ["hebelwerkzeug", "männerdomäne", "pfeilerbasilika"] {
            assert!(german.is_whole(word) && german.get(word).is_none(), "{word}");
            assert!(!english.is_whole(word) && !lexicons.of(None).is_whole(word), "{word}");
        }
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn letters_tell_words_of_the_language_from_others() {
        let lexicons = Lexicons::default();
        for (lang, likely, unlikely) in
            [("de", "schulung", "gnuluhcs"), ("en", "thought", "thguoht"), ("ru", "дорога", "гдраоо")]
        {
            let letters = |word: &str| lexicons.of(Some(lang)).letters(word).expect("a table");
            assert!(letters(likely) + 4.0 < letters(unlikely), "{lang}: {} {}", letters(likely), letters(unlikely));
            // No text makes it panic: other scripts, marks, the empty word.
            assert!(["", "日本", "e\u{301}\u{301}", "🦀", "\0"].iter().all(|word| letters(word).is_finite()), "{lang}");
        }
        assert_eq!(lexicons.of(None).letters("word"), None);
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn words_are_found_in_any_case_and_form() {
        let lexicons = Lexicons::default();
        let german = lexicons.of(Some("de"));
        assert!(german.knows("Größe") && german.knows("GRÖßE") && german.knows("Gro\u{308}ße"));
        assert!(german.knows("Größe"), "asked again");
        assert!(!german.knows("Größex") && !german.knows("Größex"));
        assert!(german.get("und").is_some_and(|word| word.rarity == 0 || word.rarity == 1));
        assert!(german.get("the").is_some_and(|word| word.rarity > 4));
        assert!(german.english("the").is_some());
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn what_is_remembered_is_what_was_looked_up() {
        let lexicons = Lexicons::default();
        for _ in 0..2 {
            for (lang, other) in [("en", "de"), ("de", "en")] {
                let (lexicon, other) = (lexicons.of(Some(lang)), lexicons.of(Some(other)));
                for word in ["works", "workq", "workr", "nadia", "nadic", "nadib", "und", "uld", "the", "vhe"] {
                    assert!(lexicon.abroad(word).is_some() || other.get_once(word).is_none(), "{word}");
                    assert_eq!(lexicon.english(word), if lang == "en" { None } else { other.get_once(word) }, "{word}");
                    assert_eq!(lexicon.get(word), lexicon.get_once(word), "{word}");
                }
            }
        }
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn what_the_user_adds_extends_the_lexicon() {
        let lexicons = made(vec![list("und\nHeidequaxel\nquaxel", Some("de"))]);
        let (bare, german) = (Lexicons::default(), lexicons.of(Some("de")));
        let und = bare.of(Some("de")).get("und").expect("a word");
        assert_eq!(german.get("und").map(|word| word.rarity), Some(und.rarity), "more than that it is listed is known");
        assert_eq!(german.get("der"), bare.of(Some("de")).get("der"));
        assert_eq!(
            german.get("quaxel").map(|word| word.lasts),
            Some(1),
            "it ends a word of the user behind one of ours"
        );
        let (found, depth) = prefixes(&german, "heidequaxelxq");
        assert!(found.is_sorted() && found.contains(&5) && found.ends_with(&[11]) && depth == 11, "{found:?} {depth}");
    }

    #[cfg(feature = "lexicon")]
    #[test]
    fn prefixes_are_the_words_a_text_begins_with() {
        let lexicons = Lexicons::default();
        let english = lexicons.of(Some("en"));
        let mut found = Vec::new();
        let depth = english.prefixes("thereforexq", |len, _| found.push(len));
        assert!(found.contains(&3) && found.contains(&5) && found.contains(&9), "{found:?}");
        assert!(depth == 9 || depth == 10);
    }
}
