//! What makes a place doubtful that the model is sure of: names, compounds, endings and identifiers look like words that
//! ran together, and no number tells them apart in a text that has only one.

use super::super::evidence::COMMON;
use super::evidence::{self, Evidence, Kind, Piece};
use super::features::Model;
use super::model::Trees;
use super::token::Shape;
use super::{Place, trees};

/// So much surer one must be where the pieces could be those of a name or of a compound. Some doubts are worth a
/// multiple of it.
const DOUBT: f32 = 0.8;
/// A word of so few letters is as likely one that no list has as it is two.
const SHORT_WORD: u32 = 6;
/// The word that brands begin with most often (`theScore`).
const ARTICLE: &str = "the";

/// A place, and what is known of the pieces beside it.
pub(super) struct Judged<'p, 'e, 'a, 't> {
    place: &'p Place,
    evidence: &'e Evidence<'a, 't>,
    token: &'t str,
    left: Piece,
    right: Piece,
}

impl<'p, 'e, 'a, 't> Judged<'p, 'e, 'a, 't> {
    pub(super) fn new(place: &'p Place, evidence: &'e Evidence<'a, 't>) -> Self {
        let token = &evidence.doc.text()[place.token.range()];
        let candidate = &place.candidate;
        let [left, right] = [candidate.left, candidate.right].map(|span| evidence.piece(&token[span.range()]));
        Self { place, evidence, token, left, right }
    }

    fn trees(&self) -> &'static Trees {
        trees(self.place.candidate.model)
    }

    /// Whether the place shows, together with others, that the text has lost spaces. What may be a name must be surer;
    /// one that begins or ends with a listed name (`UberEats`) shows nothing.
    pub(super) fn shows(&self) -> bool {
        !self.is_of_term() && self.place.sum > self.trees().thresholds.shows + self.doubt(false)
    }

    /// Whether a space there is safe; `shown` says whether the text is known to have lost others.
    pub(super) fn is_safe(&self, shown: bool) -> bool {
        if self.may_be_identifier() || (!shown && self.may_be_compound()) {
            return false;
        }
        let thresholds = self.trees().thresholds;
        let doubt = self.doubt(shown);
        let least = match shown {
            true => thresholds.shown,
            // A name that is listed, since it is often a link, is worth much, and so is the start of a sentence.
            false if doubt == 0.0 && (self.is_beside_term() || self.begins_a_sentence()) => thresholds.shows,
            false => thresholds.alone,
        };
        let caution = if self.is(Model::Seam) { caution(self.evidence.lexicon.lang()) } else { 0.0 };
        self.place.sum > least + caution + doubt
    }

    /// Returns how much surer than elsewhere one must be here.
    fn doubt(&self, shown: bool) -> f32 {
        let doubts = [
            (1.0, self.may_be_compound()),
            (1.0, self.may_be_name()),
            (1.0, !shown && self.may_be_brand()),
            (5.0, !shown && self.may_be_brand() && self.left_text() == ARTICLE),
            (1.0, self.is_short() || self.may_be_ending() || self.may_be_surname() || self.has_verbal_prefix()),
            (1.0, self.is_unknown()),
            (2.0, self.may_be_short_ending() || self.ends_in_capitals()),
            (2.0, !shown && self.is_of_term()),
            (3.0, !shown && self.is_of_term() && self.at_start() && self.at_end()),
            (3.0, self.is_unknown() && self.evidence.is_technical()),
            (3.0, self.place.candidate.is_inside_a_word),
            (3.0, self.may_be_inflected_acronym()),
        ];
        DOUBT * doubts.into_iter().filter(|doubt| doubt.1).map(|doubt| doubt.0).fold(0.0, f32::max)
    }

    fn is(&self, model: Model) -> bool {
        self.place.candidate.model == model
    }

    fn left_text(&self) -> &'t str {
        &self.token[self.place.candidate.left.range()]
    }

    fn at_start(&self) -> bool {
        self.place.candidate.left.start == 0
    }

    fn at_end(&self) -> bool {
        self.place.candidate.right.end == self.token.len()
    }

    /// Whether a listed name stands on one side.
    fn is_beside_term(&self) -> bool {
        self.left.kind == Kind::Term || self.right.kind == Kind::Term
    }

    /// Whether a word with which sentences begin follows a small one (`reviewSee`).
    fn begins_a_sentence(&self) -> bool {
        self.is(Model::Change)
            && self.left.shape == Shape::Lower
            && self.left.native.is_some()
            && self.right.shape == Shape::Capital
            && self.right.chars >= 3
            && is_common(&self.right)
    }

    /// Whether a small word behind a name at the start of the token could be the rest of a compound
    /// (`OpenAIstrategie`, `YouTubefilmpje`), as languages write it that write compounds as one word.
    fn may_be_compound(&self) -> bool {
        const COMPOUNDS: [&str; 9] = ["de", "nl", "sv", "da", "nb", "nn", "fi", "hu", "is"];
        let left = &self.token[..self.place.candidate.at];
        self.evidence.doc.lang().is_none_or(|lang| COMPOUNDS.contains(&lang))
            && (self.evidence.is_term(left) || left.chars().all(evidence::is_upper))
            && self.right.shape == Shape::Lower
            && !is_common(&self.right)
    }

    /// Whether a small word behind an abbreviation could belong to it, as in `DECstations`.
    fn may_be_inflected_acronym(&self) -> bool {
        self.is(Model::Change)
            && self.at_start()
            && self.left.shape == Shape::Upper
            && self.left.chars >= 2
            && self.right.shape == Shape::Lower
            && !is_common(&self.right)
            && !self.is_beside_term()
    }

    /// Whether the token could be a name in a text about programs (`approvedList`). They are made of English words.
    fn may_be_identifier(&self) -> bool {
        self.is(Model::Change)
            && self.token.is_ascii()
            && self.evidence.is_technical()
            && self.evidence.doc.lang().is_none_or(|lang| lang == "en")
    }

    /// Whether the pieces could be those of a name (`EssilorLuxottica`, `AppleCare`): both have their capital, and
    /// neither is a word that sentences are made of. Two that are listed are two names.
    fn may_be_name(&self) -> bool {
        let listed = [&self.left, &self.right].into_iter().filter(|piece| piece.kind == Kind::Term).count();
        self.is(Model::Change) && is_rare(&self.left) && is_rare(&self.right) && listed < 2
    }

    /// Whether the pieces could be those of a name, of which one is listed, and the other does not stand elsewhere in
    /// the text.
    fn is_of_term(&self) -> bool {
        let stands = |piece: &Piece| piece.kind != Kind::Term && piece.alone > 0;
        self.may_be_name() && self.is_beside_term() && !stands(&self.left) && !stands(&self.right)
    }

    /// Whether the token could be a name that begins with a small letter (`theScore`, `moveBuddha`): behind it comes
    /// nothing that is listed or stands elsewhere in the text.
    fn may_be_brand(&self) -> bool {
        self.is(Model::Change)
            && self.left.shape == Shape::Lower
            && self.at_start()
            && self.at_end()
            && is_rare(&self.right)
            && self.right.kind != Kind::Term
            && self.right.alone == 0
    }

    /// Whether the place could be that before the short ending of a name (`PepsiCo`, `WiFi`, `visionOS`), which any
    /// word may carry.
    fn may_be_short_ending(&self) -> bool {
        self.is(Model::Change)
            && self.at_end()
            && self.right.chars <= 2
            && is_rare(&self.right)
            && (has_capital(&self.left) || (self.at_start() && self.right.shape == Shape::Upper))
            && !self.is_beside_term()
    }

    /// Whether the token goes from small letters to capitals, as brands do that are written so (`NordVPN`, `TechUK`).
    fn ends_in_capitals(&self) -> bool {
        self.is(Model::Change)
            && self.at_end()
            && self.left.shape == Shape::Capital
            && self.right.shape == Shape::Upper
            && !self.is_beside_term()
    }

    /// Whether no list of the language has either piece at a change of characters (`ColumnsCfg`).
    fn is_unknown(&self) -> bool {
        self.is(Model::Change)
            && self.left.native.is_none()
            && self.right.native.is_none()
            && [&self.left, &self.right].iter().all(|piece| !matches!(piece.kind, Kind::Term | Kind::Number))
    }

    fn is_short(&self) -> bool {
        self.is(Model::Seam) && self.left.chars + self.right.chars <= SHORT_WORD
    }

    /// Whether the last two letters of a word that nobody knows could be its ending (`Psychopsis`).
    fn may_be_ending(&self) -> bool {
        self.is(Model::Seam) && self.left.kind >= Kind::Capital && self.right.chars <= 2
    }

    /// Whether the word follows one with a capital and has one itself, as family names do. German writes nouns so.
    fn may_be_surname(&self) -> bool {
        let front = &self.evidence.doc.text()[..self.place.token.start];
        let word = front.strip_suffix([' ', '\u{A0}']).unwrap_or_default();
        let start = word.trim_end_matches(char::is_alphabetic).len();
        self.is(Model::Seam)
            && self.left.shape == Shape::Capital
            && self.at_start()
            && self.at_end()
            && word[start..].starts_with(evidence::is_upper)
            && self.evidence.doc.lang() != Some("de")
    }

    /// Whether the word could be a verb with its prefix, which is a word of its own, too (`попользуется`).
    fn has_verbal_prefix(&self) -> bool {
        const PREFIXES: [&str; 20] = [
            "в", "вз", "во", "вы", "до", "за", "из", "на", "над", "о", "об", "от", "пере", "по", "под", "при", "про",
            "раз", "с", "у",
        ];
        self.is(Model::Seam)
            && matches!(self.evidence.doc.lang(), Some("ru" | "uk" | "be" | "bg"))
            && PREFIXES.contains(&&*self.left_text().to_lowercase())
    }
}

fn has_capital(piece: &Piece) -> bool {
    matches!(piece.shape, Shape::Capital | Shape::Mixed | Shape::Upper)
}

/// Whether sentences are made of a piece.
fn is_common(piece: &Piece) -> bool {
    piece.native.is_some_and(|word| word.rarity <= COMMON)
}

/// Whether a piece has its capital, and is no word that sentences are made of.
fn is_rare(piece: &Piece) -> bool {
    has_capital(piece) && !is_common(piece)
}

/// Returns how much surer than elsewhere one must be that small letters of `lang` are two words. In texts of
/// Finnish, which builds words more freely than any list shows, and of Indonesian and Latin, of which the lists have
/// few, seams that are none scored higher than elsewhere; without a list, those of other languages say little.
fn caution(lang: Option<&str>) -> f32 {
    match lang {
        None => 2.0,
        Some("fi" | "id" | "la") => 1.0,
        Some(_) => 0.0,
    }
}
