//! The plan: rules checked, compiled, ordered and ready to run. The only place that knows both rules and finders.
//!
//! Every check that a set of rules can fail is made in [`Plan::compile`]; a plan that exists runs on any text.

mod budget;
mod detector;
mod explain;
mod guard;
mod outcome;
#[cfg(test)]
mod restless;
mod run;
mod select;
mod settings;
mod site;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::edit::{Effects, RuleId, RuleIx, Safety};
use crate::find::map::Map;
use crate::find::pattern::{DropBlock, DropLine, Extract, JoinLines, Replace};
use crate::find::search::LazyRegex;
use crate::find::{self, Finder, Knowledge};
use crate::lexicon::Lexicons;
use crate::rules::diagnostics::{Diagnostic, did_you_mean, names};
use crate::rules::model::{self, Kind, Match, Pack, Phase, Rule, Target, Template, Term, Where, Words};
use crate::rules::sites::UrlPattern;
use crate::text::{Labels, Lang};

use detector::Detector;
pub(crate) use explain::Sight;
pub use outcome::{Cleaned, Field, Held, SiteMatch, Source};
pub(crate) use select::Selectors;
pub(crate) use settings::Settings;
pub use settings::{Profile, SiteChoice};
pub(crate) use site::Told;

/// A compiled rule with everything that is held against what it proposes.
pub(crate) struct Compiled {
    pub(crate) id: RuleId,
    pub(crate) rule: Rule,
    action: Action,
    /// Index of the pack in the plan.
    pack: usize,
    ceiling: Effects,
    unless: Vec<LazyRegex>,
    /// What overrides of site packs change about it, for texts of their sites alone.
    site_changes: Vec<SiteChange>,
    finder: Box<dyn Finder>,
    /// Finders that take its place in texts of sites that have terms of their own.
    site_finders: Vec<(usize, Box<dyn Finder>)>,
    /// The site whose pack holds the rule, or the sites that the rule names; empty for all texts.
    sites: Vec<usize>,
    /// Its question to the detector.
    question: usize,
}

/// What an override of a site pack changes about a rule, for the texts of one site.
struct SiteChange {
    site: usize,
    disable: bool,
    safety: Option<Safety>,
    unless: Vec<LazyRegex>,
}

/// What a find of a rule becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Change,
    Flag {
        message: String,
    },
    /// With `one` a text has at most one, the first.
    Extract {
        field: String,
        remove: bool,
        one: bool,
    },
}

struct CompiledPack {
    name: String,
    about: String,
    budget: model::Budget,
    /// Index of its site, if it is one.
    site: Option<usize>,
}

struct CompiledSite {
    pack: usize,
    urls: Vec<(UrlPattern, String)>,
    paths: Vec<(globset::GlobMatcher, String)>,
    fingerprints: Vec<model::Fingerprint>,
    /// The sites whose packs run for its texts: those that it refines, general to special, and itself.
    chain: Vec<usize>,
    from: Option<String>,
    until: Option<String>,
    /// Its question to the detector: may a fingerprint stand in the text?
    question: usize,
}

/// Rules ready to run.
pub(crate) struct Plan {
    /// Sorted by id: the order of indexes is the order of ids.
    rules: Vec<Compiled>,
    /// Rules that change texts, by phase, in phase order.
    phases: Vec<(Phase, Vec<RuleIx>)>,
    packs: Vec<CompiledPack>,
    sites: Vec<CompiledSite>,
    detector: Detector,
    safety: Safety,
    site: SiteSetting,
    lang: Option<String>,
    markdown: bool,
    budget_words: Option<f64>,
    budget_lines: Option<f64>,
    findings: bool,
    fields: bool,
    gated: bool,
}

enum SiteSetting {
    Auto,
    None,
    Fixed(usize),
}

impl Plan {
    /// Checks, chooses and compiles the rules of `packs`.
    pub(crate) fn compile(packs: &[Pack], settings: &Settings) -> Result<Plan, Vec<Diagnostic>> {
        let mut errors = crate::rules::check_set(packs);
        let selectors = Selectors::new(settings, packs, &mut errors);
        let mut chosen: Vec<(usize, Rule)> = Vec::new();
        for (index, pack) in packs.iter().enumerate() {
            let in_profile = pack.site.is_some() || profile_has(settings.profile, pack.profile);
            for rule in &pack.rules {
                if selectors.choose(rule, in_profile) {
                    chosen.push((index, rule.clone()));
                }
            }
        }
        // A pack that is off changes nothing, and a site pack only texts of its site.
        let is_on = |index: usize| {
            profile_has(settings.profile, packs[index].profile) || chosen.iter().any(|(pack, _)| *pack == index)
        };
        let on: Vec<bool> = (0..packs.len()).map(|index| packs[index].site.is_none() && is_on(index)).collect();
        let labels = labels_of(packs, &on);
        let on: Vec<&Pack> = packs.iter().zip(on).filter(|(_, on)| *on).map(|(pack, _)| pack).collect();
        for change in on.iter().flat_map(|pack| &pack.overrides) {
            apply_override(change, &mut chosen);
        }
        chosen.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        if !errors.is_empty() {
            return Err(errors);
        }

        let mut detector = Detector::default();
        let mut compiled_packs: Vec<CompiledPack> = packs
            .iter()
            .map(|pack| CompiledPack {
                name: pack.name.clone(),
                about: pack.about.clone(),
                budget: pack.budget,
                site: None,
            })
            .collect();
        let sites = compile_sites(packs, &mut compiled_packs, &mut detector, &mut errors);
        let site_named = |name: &str| sites.iter().position(|site| packs[site.pack].is_named(name));
        let of_sites = sites.iter().map(|site| chain_of(packs, &sites, site).collect());
        let lexicons = SiteLexicons::new(&settings.lexicons, on, of_sites);
        let (labels, lists) = (Arc::new(labels.0), labels.1);
        let template =
            |pack: &Pack| pack.template.as_ref().map(|written| Arc::new(find::template::Template::new(written)));
        let templates: Vec<_> = packs.iter().map(template).collect();
        let mut rules = Vec::with_capacity(chosen.len());
        for (pack, rule) in chosen {
            let knowledge = Knowledge {
                lexicons: Arc::clone(&lexicons.everywhere),
                labels: Arc::clone(&labels),
                list: lists[pack],
                template: templates[pack].clone(),
            };
            match compile_rule(&rule, &knowledge) {
                Ok((finder, action)) => {
                    let site_finders = lexicons.site_finders(&rule, &knowledge);
                    let finders = std::iter::once(&finder).chain(site_finders.iter().map(|(_, finder)| finder));
                    let site_changes = site_changes(packs, &sites, &rule);
                    // What is neither applied nor reported need not be asked about.
                    let is_asked = settings.findings
                        || rule.safety.is_none_or(|safety| safety <= settings.safety)
                        || site_changes.iter().any(|(change, _)| change.safety.is_some());
                    // What reads fields that stay looks at few lines, if anybody wants them.
                    let question = match &action {
                        Action::Extract { remove: false, .. } if settings.fields => detector.add(None),
                        Action::Extract { remove: false, .. } => detector.add(Some(Vec::new())),
                        Action::Change if !is_asked => detector.add(Some(Vec::new())),
                        Action::Change | Action::Flag { .. } | Action::Extract { .. } => {
                            detector.add(triggers(finders))
                        }
                    };
                    let own: Vec<usize> = match compiled_packs[pack].site {
                        Some(site) => vec![site],
                        None => rule.sites.iter().filter_map(|name| site_named(&name.value)).collect(),
                    };
                    // Texts of a variant are texts of the site.
                    let is_of = |site: &usize| sites[*site].chain.iter().any(|above| own.contains(above));
                    let of_rule = (0..sites.len()).filter(is_of).collect();
                    let unless: Vec<_> =
                        rule.unless.iter().map(|pattern| LazyRegex::new(pattern.regex.clone())).collect();
                    if !rule.origin.source.shipped
                        && let Err(error) = finder.check()
                    {
                        errors.push(too_large(&rule, &rule.origin, &error));
                    }
                    // A pattern of a shipped rule may come from an override that is not shipped.
                    let own = rule.unless.iter().zip(&unless).filter(|(pattern, _)| !pattern.origin.source.shipped);
                    for (pattern, veto) in own {
                        if let Err(error) = veto.check() {
                            errors.push(too_large(&rule, &pattern.origin, &error));
                        }
                    }
                    let ceiling = rule.effects.unwrap_or(Effects::EVERY);
                    for (change, origin) in &site_changes {
                        for error in change.unless.iter().filter_map(|veto| veto.check().err()) {
                            errors.push(too_large(&rule, origin, &error));
                        }
                    }
                    rules.push(Compiled {
                        id: rule.id.clone(),
                        rule,
                        action,
                        pack,
                        ceiling,
                        unless,
                        site_changes: site_changes.into_iter().map(|(change, _)| change).collect(),
                        finder,
                        site_finders,
                        sites: of_rule,
                        question,
                    });
                }
                Err(found) => errors.extend(found),
            }
        }
        let site = match &settings.site {
            SiteChoice::Auto => SiteSetting::Auto,
            SiteChoice::None => SiteSetting::None,
            SiteChoice::Named(name) => match site_named(name) {
                Some(site) => SiteSetting::Fixed(site),
                None => {
                    let names = sites.iter().map(|site| packs[site.pack].name.as_str());
                    errors.push(select::unknown("site", name, names));
                    SiteSetting::None
                }
            },
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut by_phase: BTreeMap<Phase, Vec<RuleIx>> = BTreeMap::new();
        for (index, rule) in rules.iter().enumerate() {
            if rule.changes() {
                by_phase.entry(rule.rule.phase).or_default().push(rule_ix(index));
            }
        }
        let mut plan = Plan {
            rules,
            phases: by_phase.into_iter().collect(),
            packs: compiled_packs,
            sites,
            detector,
            safety: settings.safety,
            site,
            lang: settings.lang.clone(),
            markdown: settings.markdown,
            budget_words: settings.budget_words,
            budget_lines: settings.budget_lines,
            findings: settings.findings,
            fields: settings.fields,
            gated: settings.gated,
        };
        plan.measure_ceilings();
        Ok(plan)
    }

    /// A plan of one rule of `packs`, which may differ from the one there, with every edit applied that its
    /// ceiling allows: for tests of the rule.
    pub(crate) fn alone(rule: &Rule, packs: &[Pack], site: SiteChoice) -> Result<Plan, Vec<Diagnostic>> {
        let (safety, findings, fields) = (Safety::Review, true, true);
        let settings = Settings { safety, site, findings, fields, gated: false, ..Settings::default() };
        let holds = |pack: &Pack| pack.rules.iter().any(|other| other.id == rule.id);
        let pack_alone = |pack: &Pack| Pack {
            name: pack.name.clone(),
            origin: pack.origin.clone(),
            about: String::new(),
            profile: model::Profile::Minimal,
            site: pack.site.clone(),
            budget: pack.budget,
            terms: if holds(pack) { pack.terms.clone() } else { Vec::new() },
            labels: pack.labels.clone(),
            template: pack.template.clone().filter(|_| holds(pack)),
            rules: if holds(pack) { vec![rule.clone()] } else { Vec::new() },
            overrides: Vec::new(),
        };
        let alone: Vec<_> = (packs.iter())
            .filter(|pack| pack.site.is_some() || holds(pack) || !pack.labels.labels.is_empty())
            .map(pack_alone)
            .collect();
        Plan::compile(&alone, &settings)
    }

    /// Gives rules that declare no effects the least that their `fix` tests need. Without such tests, which
    /// `safe` rules have, a person looks at every edit: nothing is held against it.
    fn measure_ceilings(&mut self) {
        for index in 0..self.rules.len() {
            let rule = &self.rules[index].rule;
            if rule.effects.is_some() || rule.tests.fix.is_empty() || !self.rules[index].changes() {
                continue;
            }
            let mut ceiling = Effects::NONE;
            for test in &self.rules[index].rule.tests.fix {
                let lang = test.lang.as_ref().or(self.rules[index].rule.lang.first());
                let lang = lang.map_or_else(|| Lang::of(&test.before), |code| Lang::known(code));
                ceiling = ceiling.union(self.effects_alone(rule_ix(index), &test.before, &lang));
            }
            self.rules[index].ceiling = ceiling;
        }
    }

    pub(crate) fn rules(&self) -> &[Compiled] {
        &self.rules
    }

    fn rule(&self, index: RuleIx) -> &Compiled {
        &self.rules[index.0 as usize]
    }
}

fn rule_ix(index: usize) -> RuleIx {
    RuleIx(u32::try_from(index).expect("rule files are at most 16 MB each"))
}

impl Compiled {
    /// Whether it may change texts.
    pub(crate) fn changes(&self) -> bool {
        match &self.action {
            Action::Change => true,
            Action::Flag { .. } => false,
            Action::Extract { remove, .. } => *remove,
        }
    }

    /// What finds in texts of `site`.
    fn finder_for(&self, site: Option<usize>) -> &dyn Finder {
        let own = self.site_finders.iter().find(|(of, _)| Some(*of) == site);
        own.map_or(&self.finder, |(_, finder)| finder).as_ref()
    }

    /// The most that an edit of the rule may do.
    pub(crate) fn ceiling(&self) -> Effects {
        self.ceiling
    }
}

/// What is known about words, with the terms of packs.
struct SiteLexicons {
    /// With those of packs that are no sites.
    everywhere: Arc<Lexicons>,
    /// With those of a site, too; only sites that have some.
    of_sites: Vec<(usize, Arc<Lexicons>)>,
}

impl SiteLexicons {
    /// `sites` are the packs that run for each site.
    fn new<'p>(
        lexicons: &Arc<Lexicons>,
        packs: impl IntoIterator<Item = &'p Pack>,
        sites: impl IntoIterator<Item = Vec<&'p Pack>>,
    ) -> Self {
        let add = |lexicons: &Arc<Lexicons>, pack: &Pack| match pack.terms.as_slice() {
            [] => Arc::clone(lexicons),
            terms => Arc::new(lexicons.with_terms(terms.iter().flat_map(Term::words))),
        };
        let everywhere = packs.into_iter().fold(Arc::clone(lexicons), |lexicons, pack| add(&lexicons, pack));
        let sites = sites.into_iter().enumerate().filter(|(_, packs)| packs.iter().any(|pack| !pack.terms.is_empty()));
        let with =
            |packs: Vec<&Pack>| packs.into_iter().fold(Arc::clone(&everywhere), |lexicons, pack| add(&lexicons, pack));
        Self { of_sites: sites.map(|(site, packs)| (site, with(packs))).collect(), everywhere }
    }

    /// Makes the finders of `rule`, which compiles, for texts of sites that have terms of their own.
    fn site_finders(&self, rule: &Rule, knowledge: &Knowledge) -> Vec<(usize, Box<dyn Finder>)> {
        let Kind::Builtin { name, .. } = &rule.kind else { return Vec::new() };
        if !find::ASKING.contains(&name.value.as_str()) {
            return Vec::new();
        }
        let finder = |lexicons: &Arc<Lexicons>| {
            let knowledge = Knowledge { lexicons: Arc::clone(lexicons), ..knowledge.clone() };
            compile_rule(rule, &knowledge).ok().map(|(finder, _)| finder)
        };
        self.of_sites.iter().filter_map(|(site, lexicons)| Some((*site, finder(lexicons)?))).collect()
    }
}

/// Gathers the labels of all packs that are on, and of sites; returns for each pack its list of them.
fn labels_of(packs: &[Pack], on: &[bool]) -> (Labels, Vec<Option<usize>>) {
    let mut labels = Labels::default();
    let mut lists = vec![None; packs.len()];
    for (index, pack) in packs.iter().enumerate() {
        let of_pack = &pack.labels;
        if (on[index] || pack.site.is_some()) && !(of_pack.labels.is_empty() && of_pack.months.is_empty()) {
            lists[index] = Some(labels.add(&of_pack.lang, &of_pack.labels, &of_pack.months));
        }
    }
    (labels, lists)
}

/// Returns the patterns of which at least one must match if any of `finders` is to find anything.
fn triggers<'f>(finders: impl IntoIterator<Item = &'f Box<dyn Finder>>) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for finder in finders {
        for trigger in finder.triggers()? {
            if !all.contains(&trigger) {
                all.push(trigger);
            }
        }
    }
    Some(all)
}

fn profile_has(chosen: Profile, pack: model::Profile) -> bool {
    match pack {
        model::Profile::Minimal => true,
        model::Profile::Default => chosen != Profile::Minimal,
        model::Profile::Typography => chosen == Profile::Typography,
        model::Profile::Ascii => chosen == Profile::Ascii,
        model::Profile::Off => false,
    }
}

fn hits(change: &model::Override, rule: &Rule) -> bool {
    match &change.target.value {
        Target::Rule(id) => rule.id.as_str() == id,
        Target::Tag(tag) => rule.tags.contains(tag),
    }
}

/// Returns what site packs change about `rule`, general to special for each site, with the place of the override.
fn site_changes(packs: &[Pack], sites: &[CompiledSite], rule: &Rule) -> Vec<(SiteChange, model::Origin)> {
    let of_sites =
        sites.iter().enumerate().flat_map(|(index, site)| chain_of(packs, sites, site).map(move |pack| (pack, index)));
    let changes = of_sites.flat_map(|(pack, site)| pack.overrides.iter().map(move |change| (change, site)));
    let hitting = changes.filter(|(change, _)| hits(change, rule));
    hitting
        .map(|(change, site)| {
            let unless = change.unless.iter().map(|pattern| LazyRegex::new(pattern.regex.clone())).collect();
            let safety = change.safety.filter(|_| rule.safety.is_some());
            (SiteChange { site, disable: change.disable, safety, unless }, change.target.origin.clone())
        })
        .collect()
}

fn apply_override(change: &model::Override, rules: &mut Vec<(usize, Rule)>) {
    let hit = |rule: &Rule| hits(change, rule);
    if change.disable {
        rules.retain(|(_, rule)| !hit(rule));
    }
    for (_, rule) in rules.iter_mut().filter(|(_, rule)| hit(rule)) {
        if let (Some(safety), Some(_)) = (change.safety, rule.safety) {
            rule.safety = Some(safety);
        }
        rule.unless.extend(change.unless.iter().cloned());
    }
}

/// Returns the packs that run for the texts of `site`, general to special.
fn chain_of<'p>(packs: &'p [Pack], sites: &[CompiledSite], site: &CompiledSite) -> impl Iterator<Item = &'p Pack> {
    site.chain.iter().map(|&above| &packs[sites[above].pack]).collect::<Vec<_>>().into_iter()
}

fn compile_sites(
    packs: &[Pack],
    compiled: &mut [CompiledPack],
    detector: &mut Detector,
    errors: &mut Vec<Diagnostic>,
) -> Vec<CompiledSite> {
    let mut sites = Vec::new();
    for (index, pack) in packs.iter().enumerate() {
        let Some(site) = &pack.site else { continue };
        let mut urls = Vec::new();
        for url in &site.urls {
            match UrlPattern::parse(&url.value) {
                Ok(pattern) => urls.push((pattern, url.value.clone())),
                Err(why) => errors.push(Diagnostic::new("a URL pattern cannot be read", &url.origin, why)),
            }
        }
        let mut paths = Vec::new();
        for path in &site.paths {
            match globset::Glob::new(&path.value) {
                Ok(glob) => paths.push((glob.compile_matcher(), path.value.clone())),
                Err(error) => {
                    errors.push(Diagnostic::new("a glob cannot be read", &path.origin, error.kind().to_string()));
                }
            }
        }
        let lines = site.fingerprints.iter().filter_map(|print| print.head.first().or(print.tail.first()));
        let question = detector.add(Some(lines.map(|line| regex_syntax::escape(line.value.trim())).collect()));
        compiled[index].site = Some(sites.len());
        sites.push(CompiledSite {
            pack: index,
            urls,
            paths,
            fingerprints: site.fingerprints.clone(),
            chain: Vec::new(),
            from: site.from.clone(),
            until: site.until.clone(),
            question,
        });
    }
    // What a site refines is a site, and no chain goes round: that was checked.
    let refined = |site: usize| {
        let of = packs[sites[site].pack].site.as_ref()?.of.as_ref()?;
        sites.iter().position(|other| packs[other.pack].is_named(&of.value))
    };
    let chains: Vec<Vec<usize>> = (0..sites.len())
        .map(|site| {
            let mut chain: Vec<usize> =
                std::iter::successors(Some(site), |&site| refined(site)).take(sites.len()).collect();
            chain.reverse();
            chain
        })
        .collect();
    for (site, chain) in sites.iter_mut().zip(chains) {
        site.chain = chain;
    }
    sites
}

/// Makes the finder of a rule.
fn compile_rule(rule: &Rule, knowledge: &Knowledge) -> Result<(Box<dyn Finder>, Action), Vec<Diagnostic>> {
    Ok(match &rule.kind {
        Kind::Replace { find, replace } => (Box::new(Replace::new(find, replace.clone())), Action::Change),
        Kind::Delete { find } => (Box::new(Replace::new(find, Template { parts: Vec::new() })), Action::Change),
        Kind::DropLine { find } => (Box::new(DropLine::new(find)), Action::Change),
        Kind::DropBlock { from, to, max_lines } => (Box::new(DropBlock::new(from, to, *max_lines)), Action::Change),
        Kind::JoinLines { find, with } => (Box::new(JoinLines::new(find, with.clone())), Action::Change),
        Kind::Map(words) => (Box::new(Map::new(words)), Action::Change),
        Kind::Extract { find, field, remove, shape } => {
            let one = *shape == model::Shape::Title;
            let head_only = rule.place.region == Some(crate::text::Region::Head);
            (
                Box::new(Extract::new(find, *shape, head_only)),
                Action::Extract { field: field.clone(), remove: *remove, one },
            )
        }
        Kind::Flag { find, message } => (Box::new(Replace::flag(find)), Action::Flag { message: message.clone() }),
        Kind::Builtin { name, options, message } => match find::builtin(&name.value, options, knowledge) {
            Some(finder) => {
                let flags = find::FLAGGING.contains(&name.value.as_str());
                let action = match message {
                    Some(message) if flags => Action::Flag { message: message.clone() },
                    None if !flags => Action::Change,
                    _ => {
                        let (title, help) = if flags {
                            (
                                "only flags, so it needs a message",
                                "add `message:`, and leave `safety` and `effects` out",
                            )
                        } else {
                            ("changes texts, so it takes no message", "leave `message:` out")
                        };
                        let title = format!("rule `{}`: the built-in `{}` {title}", rule.id, name.value);
                        return Err(vec![Diagnostic::new(title, &name.origin, "this one").help(help)]);
                    }
                };
                (finder?, action)
            }
            None => {
                let error = Diagnostic::new(
                    format!("rule `{}` names a built-in that does not exist", rule.id),
                    &name.origin,
                    format!("there is no built-in `{}`", name.value),
                );
                let known = find::BUILTINS.iter().copied();
                let help =
                    did_you_mean(&name.value, known.clone()).unwrap_or_else(|| format!("there are {}", names(known)));
                return Err(vec![error.help(help)]);
            }
        },
    })
}

fn too_large(rule: &Rule, origin: &model::Origin, error: &regex::Error) -> Diagnostic {
    let title = format!("rule `{}` has a pattern that is too large", rule.id);
    Diagnostic::new(title, origin, error.to_string()).help("write long lists as `literals:` or `labels:`")
}

/// Returns whether any of the rule's guards is there to be dropped, and the rule without each in turn; see `rules test`.
pub(crate) fn without_guards(rule: &Rule) -> Vec<(String, Rule)> {
    let mut out = Vec::new();
    for index in 0..rule.unless.len() {
        let mut less = rule.clone();
        less.unless.remove(index);
        out.push((format!("`unless: {}`", rule.unless[index].regex), less));
    }
    let find_of = |rule: &Rule| match &rule.kind {
        Kind::Replace { find, .. }
        | Kind::Delete { find }
        | Kind::DropLine { find }
        | Kind::JoinLines { find, .. }
        | Kind::Extract { find, .. }
        | Kind::Flag { find, .. } => Some(find.clone()),
        Kind::DropBlock { .. } | Kind::Map(_) | Kind::Builtin { .. } => None,
    };
    let with_find = |changed: Match| {
        let mut less = rule.clone();
        match &mut less.kind {
            Kind::Replace { find, .. }
            | Kind::Delete { find }
            | Kind::DropLine { find }
            | Kind::JoinLines { find, .. }
            | Kind::Extract { find, .. }
            | Kind::Flag { find, .. } => *find = changed,
            Kind::DropBlock { .. } | Kind::Map(_) | Kind::Builtin { .. } => {}
        }
        less
    };
    if let Some(find) = find_of(rule) {
        if find.before.is_some() {
            out.push(("`before`".to_owned(), with_find(Match { before: None, ..find.clone() })));
        }
        if find.after.is_some() {
            out.push(("`after`".to_owned(), with_find(Match { after: None, ..find.clone() })));
        }
        if find.whole_word {
            out.push(("`whole-word`".to_owned(), with_find(Match { whole_word: false, ..find })));
        }
    }
    if let Kind::Map(words @ Words { whole_word: true, .. }) = &rule.kind {
        let kind = Kind::Map(Words { whole_word: false, ..words.clone() });
        out.push(("`whole-word`".to_owned(), Rule { kind, ..rule.clone() }));
    }
    if let Kind::Extract { shape, .. } = &rule.kind
        && *shape != model::Shape::Text
    {
        let mut less = rule.clone();
        if let Kind::Extract { shape, .. } = &mut less.kind {
            *shape = model::Shape::Text;
        }
        out.push(("`as`".to_owned(), less));
    }
    let place = &rule.place;
    let mut without = |name: &str, place: Where| out.push((format!("`where: {name}`"), Rule { place, ..rule.clone() }));
    if place.region.is_some() {
        without("region", Where { region: None, ..place.clone() });
    }
    if place.first_lines.is_some() {
        without("first-lines", Where { first_lines: None, ..place.clone() });
    }
    if place.last_lines.is_some() {
        without("last-lines", Where { last_lines: None, ..place.clone() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::decode;

    fn packs() -> Vec<Pack> {
        let pack = |text: &str| decode::load("x.yaml", text.as_bytes(), false).expect("a good pack");
        vec![
            pack(
                "format: 1\npack: a\nterms: [Quorvex]\nrules:\n  - { id: glue, kind: builtin, builtin: glue }\n  - { id: nfc, kind: builtin, builtin: nfc }\n",
            ),
            pack("format: 1\npack: bare\nsite: { urls: ['*.example.org/*'] }\n"),
            pack(
                "format: 1\npack: rich\nsite: { urls: ['*.example.com/*'] }\nterms: [{ term: QBit, forms: [QBits] }]\n",
            ),
            pack("format: 1\npack: off\nprofile: 'off'\nterms: [Unheard]\n"),
        ]
    }

    #[test]
    fn terms_of_a_site_are_known_in_its_texts_and_others_everywhere() {
        let packs = packs();
        let lexicons = SiteLexicons::new(&Arc::default(), [&packs[0]], [vec![&packs[1]], vec![&packs[2]]]);
        let terms = |lexicons: &Lexicons| lexicons.terms().collect::<Vec<_>>().join(" ");
        assert_eq!(terms(&lexicons.everywhere), "Quorvex");
        let [(1, of_site)] = lexicons.of_sites.as_slice() else { panic!("one site has terms") };
        assert_eq!(terms(of_site), "QBit QBits Quorvex");
    }

    #[test]
    fn what_asks_about_words_has_a_finder_of_its_own_for_sites_with_terms() {
        let plan = Plan::compile(&packs(), &Settings::default()).expect("good packs");
        let [glue, nfc] = plan.rules() else { panic!("two rules") };
        let at = |finder: &dyn Finder| std::ptr::from_ref(finder).cast::<u8>().addr();
        assert_eq!(at(glue.finder_for(None)), at(glue.finder_for(Some(0))));
        assert_ne!(at(glue.finder_for(None)), at(glue.finder_for(Some(1))));
        assert!(nfc.site_finders.is_empty());
    }
}
