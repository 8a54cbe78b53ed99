//! What the model that splits run-together words is trained on. For `xtask`, no part of the public interface.

use crate::find::glue::Features;

pub use crate::find::glue::Described;

/// Returns the number under which the filter of rare words that look like two has `word`, folded, of `lang`.
pub fn whole_key(lang: &str, word: &str) -> u64 {
    crate::lexicon::whole_key(lang, word)
}

/// Takes the features of texts, with the names that the shipped rule lists.
pub struct Trainer(Features);

impl Trainer {
    /// Reads the shipped rule.
    pub fn new() -> Self {
        let packs = crate::rules::packs::embedded().into_iter().flatten();
        let mut rules = packs.flat_map(|pack| pack.rules);
        let rule = rules.find(|rule| rule.id.as_str() == "core/words/glue").expect("the shipped rule");
        let crate::rules::model::Kind::Builtin { options, .. } = rule.kind else { panic!("a builtin") };
        Self(Features::new(&options))
    }

    /// Returns the number of each model with the names of its features.
    pub fn names(&self) -> Vec<(u8, Vec<&'static str>)> {
        (0..).zip(crate::find::glue::feature_names()).collect()
    }

    /// Returns the places of `text` that may want a space.
    pub fn features(&self, text: &str, lang: &str) -> Vec<Described> {
        self.0.of(text, lang)
    }
}

impl Default for Trainer {
    fn default() -> Self {
        Self::new()
    }
}
