//! Choosing rules by `--select` and `--ignore`.

use globset::GlobMatcher;

use super::settings::Settings;
use crate::rules::diagnostics::{Diagnostic, did_you_mean};
use crate::rules::model::{Pack, Rule};

/// What `select` and `ignore` ask for.
pub(crate) struct Selectors {
    select: Vec<Selector>,
    ignore: Vec<Selector>,
}

enum Selector {
    Tag(String),
    Glob(GlobMatcher),
    /// A rule's id, a pack's name, or the front part of either up to a slash.
    Front(String),
}

impl Selector {
    fn parse(text: &str) -> Result<Self, globset::Error> {
        if let Some(tag) = text.strip_prefix("tag:") {
            return Ok(Selector::Tag(tag.to_owned()));
        }
        let front = text.trim_end_matches('…').trim_end_matches('/');
        if front.contains(['*', '?', '[', '{']) {
            return Ok(Selector::Glob(globset::Glob::new(front)?.compile_matcher()));
        }
        Ok(Selector::Front(front.to_owned()))
    }

    fn names(&self, rule: &Rule) -> bool {
        let id = rule.id.as_str();
        match self {
            Selector::Tag(tag) => rule.tags.contains(tag),
            Selector::Glob(glob) => glob.is_match(id),
            Selector::Front(front) => {
                id.strip_prefix(front.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }
}

impl Selectors {
    /// Parses the selectors of `settings`; one that names no rule of `packs` is an error, since it is a typing error.
    pub(crate) fn new(settings: &Settings, packs: &[Pack], errors: &mut Vec<Diagnostic>) -> Self {
        let mut parse = |texts: &[String], what: &str| {
            let mut selectors = Vec::new();
            for text in texts {
                match Selector::parse(text) {
                    Ok(selector) => {
                        let mut rules = packs.iter().flat_map(|pack| &pack.rules);
                        if rules.any(|rule| selector.names(rule)) {
                            selectors.push(selector);
                        } else {
                            let ids = packs.iter().flat_map(|pack| pack.rules.iter().map(|rule| rule.id.as_str()));
                            let names = packs.iter().map(|pack| pack.name.as_str());
                            errors.push(unknown(what, text, ids.chain(names)));
                        }
                    }
                    Err(error) => {
                        errors.push(Diagnostic::general(format!("{what} `{text}` is not a glob: {}", error.kind())))
                    }
                }
            }
            selectors
        };
        let select = parse(&settings.select, "rule to select");
        let ignore = parse(&settings.ignore, "rule to ignore");
        Self { select, ignore }
    }

    /// Returns whether `rule` runs: selectors stand in place of the profile.
    pub(crate) fn choose(&self, rule: &Rule, in_profile: bool) -> bool {
        let selected = if self.select.is_empty() { in_profile } else { self.select.iter().any(|s| s.names(rule)) };
        selected && !self.ignore.iter().any(|selector| selector.names(rule))
    }
}

/// An error for a name on the command line or in a configuration that nothing has.
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let mut error = Diagnostic::general(format!("there is no {what} `{name}`"));
    let all = || "`unscrape rules list` shows all rules".to_owned();
    error.help = Some(did_you_mean(name, known).unwrap_or_else(all));
    error
}
