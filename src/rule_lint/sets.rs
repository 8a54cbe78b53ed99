//! What only many rules together show.

use std::collections::BTreeMap;

use super::Finding;
use crate::edit::{Safety, Status};
use crate::plan::{Plan, Profile, Settings, SiteChoice};
use crate::rule_tests::{site_for, source_for};
use crate::rules::diagnostics::Diagnostic;
use crate::rules::model::{self, Pack, Rule, Source, Target};

/// Tells of overrides in `pack` that leave the rules they name as they are.
pub(super) fn idle_overrides(pack: &Pack, packs: &[Pack], found: &mut Vec<Finding>) {
    for change in &pack.overrides {
        let names = |rule: &&Rule| match &change.target.value {
            Target::Rule(id) => rule.id.as_str() == id,
            Target::Tag(tag) => rule.tags.contains(tag),
        };
        let changes = |rule: &Rule| {
            let safety = change.safety.is_some() && rule.safety.is_some() && rule.safety != change.safety;
            let has = |regex: &str| rule.unless.iter().any(|pattern| pattern.regex == regex);
            change.disable || safety || change.unless.iter().any(|pattern| !has(&pattern.regex))
        };
        if packs.iter().flat_map(|pack| &pack.rules).filter(names).any(changes) {
            continue;
        }
        let title = "an override changes nothing".to_owned();
        let finding = Finding::new("idle-override", &change.target.origin, title, "is already as it says");
        found.push(finding.help("take it out, or look whether another rule was meant"));
    }
}

/// Tells of rules whose every `fix` text another rule changes in their place.
pub(super) fn shadowed(
    packs: &[Pack],
    wanted: &dyn Fn(&Source) -> bool,
    found: &mut Vec<Finding>,
) -> Result<(), Vec<Diagnostic>> {
    let mut plans: BTreeMap<(u8, Safety, String), Plan> = BTreeMap::new();
    for pack in packs.iter().filter(|pack| wanted(&pack.origin.source)) {
        let profile = match pack.profile {
            model::Profile::Typography => Profile::Typography,
            model::Profile::Ascii => Profile::Ascii,
            // Who selects it wants it beside what they select.
            model::Profile::Off => continue,
            model::Profile::Minimal | model::Profile::Default => Profile::Default,
        };
        for rule in pack.rules.iter().filter(|rule| !rule.tests.fix.is_empty()) {
            // One that yields to others only under review has its turn before.
            let Some(safety) = rule.safety else { continue };
            let mut winner = None;
            for test in &rule.tests.fix {
                let site: SiteChoice = site_for(pack, test);
                let key = (profile as u8, safety, format!("{site:?}"));
                if !plans.contains_key(&key) {
                    let settings = Settings { profile, site, safety, findings: true, ..Settings::default() };
                    plans.insert(key.clone(), Plan::compile(packs, &settings)?);
                }
                let cleaned = plans[&key].run(&test.before, &source_for(rule, test));
                let acts = cleaned.edits.iter().flat_map(|edit| &edit.steps).any(|step| step.rule == rule.id);
                let lost = |edit: &&crate::edit::Edit| {
                    edit.status == Status::Lost && edit.steps.iter().any(|step| step.rule == rule.id)
                };
                winner = match cleaned.findings.iter().find(lost) {
                    Some(lost) if !acts => lost.reason.clone(),
                    _ => None,
                };
                if winner.is_none() {
                    break;
                }
            }
            if let Some(winner) = winner {
                let title = format!("rule `{}` never gets its turn", rule.id);
                let finding = Finding::new("shadowed", &rule.origin, title, format!("in its tests {winner}"));
                found.push(finding.help("raise its `priority`, let it match more, or take it out"));
            }
        }
    }
    Ok(())
}
