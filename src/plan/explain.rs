//! Why rules that were not heard of at a place were not.
//!
//! Each rule is held against the text as it came in, step by step as a run would: what is told is the first step that it
//! does not pass. A rule that passes all of them was overtaken by another that ran before it.

use super::guard::Guard;
use super::{Compiled, Plan, Source};
use crate::edit::{RuleId, Safety};
use crate::text::{Document, Span, behind_front_matter};

/// What a rule finds at a place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// The rule has nothing to do with the text: why.
    NotFor(String),
    /// It finds nothing there.
    NoMatch,
    /// It finds something in this stretch of the text (bytes), and something stands against it: what.
    Refused(Span, String),
    /// It finds something in this stretch, and its edits wait for a person.
    Waits(Span),
    /// It finds something in this stretch, and nothing stands against that.
    Free(Span),
}

impl Plan {
    /// Tells of each rule what it finds in `text` at `at` (bytes). A rule that finds several things there is told of once
    /// for each.
    pub(crate) fn sights<'p>(
        &'p self,
        text: &str,
        source: &Source<'_>,
        at: Span,
        mut tell: impl FnMut(&'p RuleId, Sight),
    ) {
        let (front, body) = behind_front_matter(text);
        let hits = self.scan(body);
        let site = self.site_of(body, source, &hits).map(|chosen| chosen.site);
        let lang = self.lang_of(body, source);
        let doc = Document::new(body, &lang).markdown(self.is_markdown(source));
        let mut guard = Guard::new(&doc, site);
        for (index, rule) in self.rules.iter().enumerate() {
            if let Some(why) = self.not_for(rule, &doc, site, source) {
                tell(&rule.id, Sight::NotFor(why));
                continue;
            }
            let mut found = Vec::new();
            rule.finder_for(site).find(&doc, &mut found);
            found.retain(|found| {
                let span = found.span.shift(front);
                span.overlaps(at)
                    || (span.start <= at.start && at.start <= span.end && (span.is_empty() || at.is_empty()))
            });
            if found.is_empty() {
                tell(&rule.id, Sight::NoMatch);
            }
            for found in found {
                let span = found.span.shift(front);
                let sight = if let Some(why) = guard.objection(rule, &found) {
                    Sight::Refused(span, why)
                } else if let Err(refused) = guard.proposal(super::rule_ix(index), rule, found) {
                    Sight::Refused(span, refused.reason.unwrap_or_default())
                } else if rule.safety_for(site).is_some_and(|safety| safety > self.safety) {
                    Sight::Waits(span)
                } else {
                    Sight::Free(span)
                };
                tell(&rule.id, sight);
            }
        }
    }

    /// Returns whether edits of `review` rules are made.
    pub(crate) fn makes_review(&self) -> bool {
        self.safety == Safety::Review
    }

    fn not_for(&self, rule: &Compiled, doc: &Document<'_>, site: Option<usize>, source: &Source<'_>) -> Option<String> {
        if rule.runs_for(doc, site, source) {
            return None;
        }
        let here = self.site_name(site).map_or("none".to_owned(), |name| format!("`{name}`"));
        Some(if let Some(field) = rule.rule.place.field.as_deref().filter(|field| source.field != Some(field)) {
            format!("it is for the field `{field}`")
        } else if !runs_at(rule, site) {
            let sites: Vec<_> = rule.sites.iter().filter_map(|&site| self.site_name(Some(site))).collect();
            format!("it is for the site {}, and the site of the text is {here}", sites.join(", "))
        } else if rule.changes_for(site).any(|change| change.disable) {
            format!("the site {here} switches it off")
        } else {
            let langs = rule.rule.lang.join(", ");
            match doc.lang() {
                Some(lang) => format!("it is for {langs}, and the text is {lang}"),
                None => format!("it is for {langs}, and the language of the text is not known; --lang names it"),
            }
        })
    }
}

/// Whether a rule runs for texts of `site`.
fn runs_at(rule: &Compiled, site: Option<usize>) -> bool {
    let everywhere = rule.sites.is_empty() && rule.rule.sites.is_empty();
    everywhere || site.is_some_and(|site| rule.sites.contains(&site))
}
