//! Words that ran together, as where a link's text met the words beside it: `seitOpenAI`, `2022OpenAINach`.
//!
//! Every place of a token (a longest run of letters, marks and digits) at which the characters change, and every place
//! inside a run of small letters that is no known word, is described by numbers ([`features`]): what the lexicons, the
//! lists and the text itself know of the pieces on both sides. Boosted trees ([`model`]) weigh them. A text must be
//! surer of its first splits than of the others: where nothing is certain, nothing is likely. What no evidence
//! outweighs stands in [`habits`]. Only spaces are inserted.

mod accents;
mod doubt;
mod evidence;
mod features;
mod habits;
mod model;
#[cfg(test)]
mod tests;
mod token;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::edit::Score;
use crate::lexicon::Lexicons;
use crate::rules::diagnostics::Diagnostic;
use crate::text::{Document, QuickSet, Span, word_spans};

use super::evidence::Trust;
use super::options::Reader;
use super::{Finder, Found, Options};
use accents::lacks_an_accent;
use doubt::Judged;
use evidence::{Evidence, Kind, Piece, Suspect};
use features::{Candidate, Model, Token};
use model::{Trees, chance};
use token::{Boundary, Cut};

/// Tokens of more bytes are no words that ran together: encoded data, or a script that writes no spaces.
const MAX_TOKEN: usize = 256;
/// A word of fewer characters is not looked into for a seam.
const MIN_SEAM: usize = 5;
/// So many tokens with sure places, and a text is known to have lost spaces.
const SHOWN: usize = 2;
/// So many places in a line that has not three times as many words, and it is no prose.
const MENU: usize = 4;

/// The built-in finder `glue`.
pub(super) struct Glue {
    lists: Lists,
    lexicons: Arc<Lexicons>,
    trust: Trust,
}

/// The names that the rule lists.
struct Lists {
    /// Split off, and kept whole.
    terms: QuickSet<String>,
    /// Left alone, and not split off.
    keep: QuickSet<String>,
    /// Finds the terms inside a token.
    inside: AhoCorasick,
}

impl Lists {
    fn new(terms: Vec<String>, keep: Vec<String>) -> Self {
        Self {
            inside: AhoCorasick::new(&terms).expect("a list that fits into a rule file fits into an automaton"),
            terms: terms.into_iter().collect(),
            keep: keep.into_iter().collect(),
        }
    }

    /// Puts right the places in `token` where a listed name begins with a small letter (`uniPhone`, `2007iPhone`) or
    /// ends in its only capital in a row (`SpaceXarchivo`): there the characters do not change as they do elsewhere.
    fn add_cuts(&self, token: &str, cuts: &mut Vec<Cut>) {
        let (lower, upper) = (char::is_lowercase, char::is_uppercase);
        for found in self.inside.find_overlapping_iter(token).filter(|found| found.len() >= 4) {
            let (before, behind) = (&token[..found.start()], &token[found.end()..]);
            let name = &token[found.range()];
            if before.ends_with(lower) && name.starts_with(lower) && name.contains(upper) {
                cuts.push(Cut { at: found.start(), boundary: Boundary::Rise });
            }
            // In `hiPad` it need not be that name.
            let alone = name.starts_with(lower) && !before.ends_with(char::is_alphabetic);
            if alone {
                cuts.retain(|cut| cut.at <= found.start() || cut.at >= found.end());
            }
            if (alone || name.ends_with(upper)) && behind.starts_with(lower) {
                cuts.push(Cut { at: found.end(), boundary: Boundary::Fall });
            }
        }
        cuts.sort_by_key(|cut| cut.at);
        cuts.dedup_by_key(|cut| cut.at);
    }
}

impl Glue {
    pub(super) fn new(options: &Options, lexicons: &Arc<Lexicons>) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader::new("glue", options, &["terms", "keep", "trust"]);
        let terms = reader.words("terms");
        let keep = reader.words("keep");
        let trust = Trust::chosen(reader.choice("trust", &Trust::CHOICES));
        let terms = terms.into_iter().chain(lexicons.terms().map(str::to_owned)).collect();
        reader.finish(|| Self { lists: Lists::new(terms, keep), lexicons: Arc::clone(lexicons), trust })
    }
}

impl Finder for Glue {
    fn find(&self, doc: &Document<'_>, found: &mut Vec<Found>) {
        let evidence = Evidence::new(doc, &self.lexicons, &self.lists);
        let places = places(&evidence);
        let shows = |token: &&[Place]| token.iter().any(|place| Judged::new(place, &evidence).shows());
        let shown = places.chunk_by(|a, b| a.token == b.token).filter(shows).count() >= SHOWN;
        let menus = menus(doc, &places);
        let safe = |place: &Place| {
            Judged::new(place, &evidence).is_safe(shown)
                && doc.lines().index_at(place.token.start).is_none_or(|line| !menus.contains(&line))
        };
        for token in places.chunk_by(|a, b| a.token == b.token) {
            let any_safe = token.iter().any(safe);
            let taken: Vec<&Place> = match self.trust {
                Trust::Certain => token.iter().filter(|place| safe(place)).collect(),
                // Once the sure places of the token are mended, it is another.
                Trust::Likely if any_safe => Vec::new(),
                Trust::Likely => token.iter().collect(),
            };
            if !taken.is_empty() {
                found.push(split(&evidence, &taken));
            }
        }
    }

    fn triggers(&self) -> Option<Vec<String>> {
        None
    }
}

/// A place that wants a space.
struct Place {
    /// Bytes of the text.
    token: Span,
    candidate: Candidate,
    sum: f32,
}

impl Place {
    /// Whether a listed name stands on one side. Other tokens that a text repeats as a whole may be names themselves,
    /// or a habit of its author.
    fn beside_term(&self, evidence: &Evidence<'_, '_>) -> bool {
        let token = &evidence.doc.text()[self.token.range()];
        [self.candidate.left, self.candidate.right].iter().any(|piece| evidence.is_term(&token[piece.range()]))
    }
}

fn trees(model: Model) -> &'static Trees {
    match model {
        Model::Change => &model::CHANGE,
        Model::Seam => &model::SEAM,
    }
}

/// Returns the places that are at least likely, in order; of those inside one run of small letters the best.
fn places(evidence: &Evidence<'_, '_>) -> Vec<Place> {
    let text = evidence.doc.text();
    let mut places: Vec<Place> = Vec::new();
    for Suspect { span, cuts } in evidence.suspects().iter() {
        let (span, token) = (*span, &text[span.range()]);
        // What stands elsewhere as a whole may have been put together from pieces there: it is split only beside a
        // listed name, so without one it need not be looked at.
        let again = evidence.again(token) > 0;
        if again && !evidence.has_term(token) {
            continue;
        }
        let first = places.len();
        let token = Token::new(evidence, span, cuts);
        for mut candidate in token.candidates() {
            let trees = trees(candidate.model);
            if let Some(sum) = token.sum(&mut candidate, trees, trees.thresholds.likely) {
                let within = &token.text()[candidate.within.range()];
                if candidate.model == Model::Seam && lacks_an_accent(&evidence.lexicon.fold(within), &evidence.lexicon)
                {
                    continue;
                }
                let rival = places[first..].iter().position(|other| {
                    other.candidate.model == Model::Seam
                        && candidate.model == Model::Seam
                        && other.candidate.within == candidate.within
                });
                match rival {
                    Some(rival) if places[first + rival].sum >= sum => {}
                    Some(rival) => places[first + rival] = Place { token: span, candidate, sum },
                    None => places.push(Place { token: span, candidate, sum }),
                }
            }
        }
        if again {
            let kept: Vec<Place> = places.drain(first..).filter(|place| place.beside_term(evidence)).collect();
            places.extend(kept);
        }
        places[first..].sort_by_key(|place| place.candidate.at);
        leave_single_capitals(&mut places, first, token.text());
    }
    places
}

/// Drops the worse of two places of `token` on both sides of one capital, among those from `first` on: it belongs to the
/// abbreviation before it, or it begins the word behind it (`UNESCOBut`).
fn leave_single_capitals(places: &mut Vec<Place>, first: usize, token: &str) {
    let mut at = first + 1;
    while at < places.len() {
        let (a, b) = (&places[at - 1], &places[at]);
        let between = &token[a.candidate.at..b.candidate.at];
        let is_single = between.chars().nth(1).is_none() && between.starts_with(evidence::is_upper);
        if is_single && a.candidate.model == Model::Change && b.candidate.model == Model::Change {
            places.remove(if a.sum < b.sum { at - 1 } else { at });
        } else {
            at += 1;
        }
    }
}

/// Returns the lines that are glued labels rather than prose that lost a space here and there: menus, for which it
/// takes more than spaces.
fn menus(doc: &Document<'_>, places: &[Place]) -> HashSet<usize> {
    let mut lines: HashMap<usize, usize> = HashMap::new();
    for place in places {
        if let Some(line) = doc.lines().index_at(place.token.start) {
            *lines.entry(line).or_default() += 1;
        }
    }
    let is_menu = |&(line, count): &(usize, usize)| {
        let content = doc.lines().as_slice()[line].content;
        count >= MENU && word_spans(&doc.text()[content.range()]).count() < 3 * count
    };
    lines.into_iter().filter(is_menu).map(|(line, _)| line).collect()
}

/// Returns the edit that puts a space at each of `places`, all of one token.
fn split(evidence: &Evidence<'_, '_>, places: &[&Place]) -> Found {
    let span = places[0].token;
    let token = &evidence.doc.text()[span.range()];
    let mut after = String::with_capacity(token.len() + places.len());
    let mut why = Vec::new();
    let mut from = 0;
    let mut told = 0;
    for place in places {
        after.push_str(&token[from..place.candidate.at]);
        after.push(' ');
        from = place.candidate.at;
        for piece in [place.candidate.left, place.candidate.right] {
            if piece.end > told {
                why.push(reason(evidence, &token[piece.range()]));
                told = piece.end;
            }
        }
    }
    after.push_str(&token[from..]);
    let least = places.iter().map(|place| chance(place.sum)).fold(1.0, f32::min);
    Found { span, after, evidence: Some(why.join("; ")), score: Some(Score::new(least)) }
}

/// Says what is known of a piece, for people.
fn reason<'t>(evidence: &Evidence<'_, 't>, text: &'t str) -> String {
    let Piece { kind, native, english, alone, .. } = evidence.piece(text);
    let mut facts = Vec::new();
    if kind == Kind::Term {
        facts.push("listed name".to_owned());
    }
    if let (Some(_), Some(lang)) = (native, evidence.lexicon.lang()) {
        facts.push(format!("word of the lexicon ({lang})"));
    } else if english.is_some() && kind != Kind::Term {
        facts.push("word of another language".to_owned());
    }
    match alone {
        0 => {}
        1 => facts.push("stands alone once".to_owned()),
        times => facts.push(format!("stands alone {times} times")),
    }
    if kind == Kind::Number {
        facts.push(if token::is_year(text) { "a year" } else { "a number" }.to_owned());
    }
    if facts.is_empty() {
        facts.push("unknown".to_owned());
    }
    format!("{text}: {}", facts.join(", "))
}

/// A place that may want a space, for training. Places are bytes of the text.
#[cfg(feature = "training")]
#[derive(Debug)]
pub struct Described {
    /// The model that judges it: 0 where the characters change, 1 inside small letters.
    pub model: u8,
    /// Where the space would go.
    pub at: usize,
    /// Where the piece before it starts.
    pub left: usize,
    /// Where the piece behind it ends.
    pub right: usize,
    /// What the model is told, in the order of its names.
    pub features: Vec<f32>,
}

/// What the model is trained on: all candidates of a text, whatever the model says.
#[cfg(feature = "training")]
pub(crate) struct Features {
    lists: Lists,
    lexicons: Lexicons,
}

#[cfg(feature = "training")]
impl Features {
    pub(crate) fn new(options: &Options) -> Self {
        let mut reader = Reader::new("glue", options, &["terms", "keep", "trust"]);
        let (terms, keep) = (reader.words("terms"), reader.words("keep"));
        Self { lists: Lists::new(terms, keep), lexicons: Lexicons::default() }
    }

    pub(crate) fn of(&self, text: &str, lang: &str) -> Vec<Described> {
        let lang = crate::text::Lang::known(lang);
        let doc = Document::new(text, &lang);
        let evidence = Evidence::new(&doc, &self.lexicons, &self.lists);
        let mut all = Vec::new();
        for Suspect { span, cuts } in evidence.suspects() {
            let token = Token::new(&evidence, *span, cuts);
            all.extend(token.candidates().into_iter().map(|mut c| {
                token.complete(&mut c);
                Described {
                    model: c.model as u8,
                    at: span.start + c.at,
                    left: span.start + c.left.start,
                    right: span.start + c.right.end,
                    features: c.features,
                }
            }));
        }
        all
    }
}

/// Returns the names of the features of both models, in order.
#[cfg(any(test, feature = "training"))]
pub(crate) fn feature_names() -> [Vec<&'static str>; 2] {
    let lang = crate::text::Lang::known("en");
    let lexicons = Lexicons::default();
    let lists = Lists::new(Vec::new(), Vec::new());
    let doc = Document::new("thenGoogle hasbrown", &lang);
    let evidence = Evidence::new(&doc, &lexicons, &lists);
    let mut names = [Vec::new(), Vec::new()];
    for span in word_spans(doc.text()) {
        let cuts = token::cuts_in(doc.text(), span);
        for candidate in Token::named(&evidence, span, &cuts).candidates() {
            names[candidate.model as usize] = candidate.names;
        }
    }
    names
}
