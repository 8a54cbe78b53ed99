//! Runs the tests that rules carry: each rule alone, each text under all rules, each guard dropped in turn, and each
//! text in forms that make no difference to people.

use std::collections::BTreeMap;

use crate::cleaner::Builder;
use crate::edit::{Edit, RuleId, Status};
use crate::plan::{Cleaned, Plan, Profile, Selectors, Settings, SiteChoice, Source, without_guards};
use crate::report::words::{self, Style};
use crate::rules::diagnostics::{Diagnostic, RuleErrors, wrapped};
use crate::rules::model::{self, Origin, Pack, Rule, Test};
use crate::rules::yaml;

pub(crate) mod formats;
pub(crate) mod update;
mod variants;

use variants::Variant;

/// What came of the tests of a set of rules.
#[derive(Debug, Default)]
pub struct TestReport {
    /// Rules that were tested.
    pub rules: usize,
    /// Tests that were run.
    pub tests: usize,
    /// Their ids.
    pub(crate) ids: Vec<RuleId>,
    /// Every test in the order of packs, rules and lists, and checks that failed.
    pub(crate) cases: Vec<Case>,
    /// What is worth a look and no failure: guards that no test notices, `todo` tests that pass.
    pub(crate) notes: Vec<Diagnostic>,
}

/// A test or check, and what came of it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) rule: RuleId,
    /// `fix`, `keep`, `todo`, or what was checked beside them: `guard`.
    pub(crate) list: &'static str,
    /// Tells it from other cases of the rule, whatever stands around it in the file: its text.
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) failure: Option<Failure>,
}

/// How a test failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Names the rule and the place.
    pub(crate) shown: Diagnostic,
    /// What came out, and what should have, where a text was wrong.
    pub(crate) texts: Option<Texts>,
}

/// A wrong text.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) before: String,
    pub(crate) expected: String,
    pub(crate) got: String,
    /// The scalar of `after`, if that could be what is wrong.
    pub(crate) after: Option<Origin>,
}

impl TestReport {
    /// Returns whether every test passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failed() == 0
    }

    /// Returns what failed as messages with their places, if anything did; in colour if `color` says so.
    #[must_use]
    pub fn failures(&self, color: bool) -> Option<String> {
        shown(self.failed_cases().map(|(_, failure)| failure.shown.clone()).collect(), color)
    }

    /// Returns what is worth a look as messages with their places, if there is anything.
    #[must_use]
    pub fn notes(&self, color: bool) -> Option<String> {
        shown(self.notes.clone(), color)
    }

    /// Returns how many tests and checks failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed_cases().count()
    }

    /// Returns what failed.
    pub(crate) fn failed_cases(&self) -> impl Iterator<Item = (&Case, &Failure)> {
        self.cases.iter().filter_map(|case| Some((case, case.failure.as_ref()?)))
    }

    /// Adds a guard that no test needs.
    fn idle_guard(&mut self, rule: &Rule, guard: &str, shown: Diagnostic) {
        let (name, failure) = (format!("guard: {guard}"), Some(Failure { shown, texts: None }));
        let (rule, origin) = (rule.id.clone(), rule.origin.clone());
        self.cases.push(Case { rule, list: "guard", name, origin, failure });
    }
}

fn shown(diagnostics: Vec<Diagnostic>, color: bool) -> Option<String> {
    let errors = RuleErrors { diagnostics };
    (!errors.diagnostics.is_empty()).then(|| if color { errors.styled() } else { errors.to_string() })
}

impl Builder {
    /// Runs the tests of all rules, those of packs outside the profile too, or of those that a selector names.
    ///
    /// # Errors
    /// Everything wrong with the rule files and selectors.
    pub fn test_rules(&self, selectors: &[String]) -> Result<TestReport, RuleErrors> {
        self.test_rules_where(selectors, &|_| true)
    }

    /// The same with those rules alone of which `choose` says so.
    pub(crate) fn test_rules_where(
        &self,
        selectors: &[String],
        choose: &dyn Fn(&RuleId) -> bool,
    ) -> Result<TestReport, RuleErrors> {
        let packs = self.packs()?;
        let mut errors = Vec::new();
        let settings = Settings { select: selectors.to_vec(), ..Settings::default() };
        let chosen = Selectors::new(&settings, &packs, &mut errors);
        if !errors.is_empty() {
            return Err(RuleErrors { diagnostics: errors });
        }
        let mut run = TestRun {
            packs: &packs,
            together: BTreeMap::new(),
            profile: self.settings().profile,
            frail: BTreeMap::new(),
            report: TestReport::default(),
        };
        for pack in &packs {
            for rule in pack.rules.iter().filter(|rule| chosen.choose(rule, true) && choose(&rule.id)) {
                run.rule(pack, rule).map_err(|diagnostics| RuleErrors { diagnostics })?;
            }
        }
        Ok(run.finish())
    }
}

struct TestRun<'p> {
    packs: &'p [Pack],
    /// All rules of a profile, for one site.
    together: BTreeMap<(u8, String), Plan>,
    profile: Profile,
    /// Shipped rules that do not survive a variant.
    frail: BTreeMap<Variant, Vec<RuleId>>,
    report: TestReport,
}

/// Which list of a rule's tests a test stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Fix,
    Keep,
    Todo,
}

impl List {
    fn name(self) -> &'static str {
        match self {
            List::Fix => "fix",
            List::Keep => "keep",
            List::Todo => "todo",
        }
    }
}

/// One rule by itself, compiled once for each site that its tests name.
struct Alone<'p> {
    rule: &'p Rule,
    pack: &'p Pack,
    packs: &'p [Pack],
    plans: BTreeMap<String, Plan>,
}

impl<'p> Alone<'p> {
    fn new(rule: &'p Rule, pack: &'p Pack, packs: &'p [Pack]) -> Self {
        Self { rule, pack, packs, plans: BTreeMap::new() }
    }

    /// Cleans `text` under the circumstances of `test`.
    fn run<'t>(&mut self, test: &Test, text: &'t str) -> Result<Cleaned<'t>, Vec<Diagnostic>> {
        let site = site_for(self.pack, test);
        let key = format!("{site:?}");
        if !self.plans.contains_key(&key) {
            self.plans.insert(key.clone(), Plan::alone(self.rule, self.packs, site)?);
        }
        Ok(self.plans[&key].run(text, &source_for(self.rule, test)))
    }
}

impl<'p> TestRun<'p> {
    fn rule(&mut self, pack: &'p Pack, rule: &'p Rule) -> Result<(), Vec<Diagnostic>> {
        self.report.rules += 1;
        self.report.ids.push(rule.id.clone());
        let mut alone = Alone::new(rule, pack, self.packs);
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut held = Vec::new();
        for (list, test) in tests_of(rule) {
            self.report.tests += 1;
            let failure = self.test(&mut alone, list, test)?;
            if failure.is_none() && list != List::Todo {
                held.push((list, test));
            }
            let name = name_of(list, test);
            let same = names.entry(name.clone()).or_default();
            *same += 1;
            let name = if *same == 1 { name } else { format!("{name} ({same})") };
            let (rule, origin) = (rule.id.clone(), test.origin.clone());
            self.report.cases.push(Case { rule, list: list.name(), name, origin, failure });
        }
        self.guards(pack, rule)?;
        self.variants(&mut alone, &held)
    }

    /// Runs one test; none if it holds.
    fn test(&mut self, alone: &mut Alone<'p>, list: List, test: &Test) -> Result<Option<Failure>, Vec<Diagnostic>> {
        let rule = alone.rule;
        let cleaned = alone.run(test, &test.before)?;
        // A rule that changes nothing must find something in `fix` texts, the right value if it reads one, and nothing
        // in `keep` texts.
        if rule.safety.is_none() {
            let right = finds(list, test, &cleaned.findings) == (list == List::Fix);
            return Ok((!right).then(|| wrong_finding(rule, list, test, &shown_reasons(&cleaned.findings))));
        }
        let reads = test.value.is_none() || finds(list, test, &cleaned.findings);
        if list == List::Todo {
            if cleaned.text == test.after.as_str() && reads {
                let note = format!("a `todo` test of `{}` passes", rule.id);
                let note = Diagnostic::new(note, &test.origin, "it works now").help("move it to `fix` or `keep`");
                self.report.notes.push(note.note());
            }
            return Ok(None);
        }
        if cleaned.text != test.after.as_str() {
            let mut wrong = wrong_text(rule, list, test, "the rule alone", &cleaned.text, true);
            let blocked = |finding: &&Edit| finding.status == Status::Blocked;
            if let Some(reason) = cleaned.findings.iter().find(blocked).and_then(|edit| edit.reason.as_deref()) {
                let help = wrong.shown.help.take().unwrap_or_default();
                wrong.shown.help = Some(format!("an edit was blocked: {reason}\n{help}"));
            }
            return Ok(Some(wrong));
        }
        if !reads {
            let title = format!("a `{}` test of `{}` fails", list.name(), rule.id);
            let label = format!("the rule alone read {}", shown_reasons(&cleaned.findings));
            let value = test.value.as_deref().unwrap_or_default();
            let shown = Diagnostic::new(title, &test.origin, label).help(format!("expected {value:?}"));
            return Ok(Some(Failure { shown, texts: None }));
        }
        // What a rule leaves must be left by all rules together, or articles would change for ever.
        let after = Test { before: test.after.clone(), ..test.clone() };
        let got = self.together(alone.pack, rule, &after)?;
        let who = if list == List::Fix { "all default rules, run over `after`," } else { "all default rules" };
        Ok((got != test.after).then(|| wrong_text(rule, list, test, who, &got, false)))
    }

    /// Drops each guard of the rule in turn: some test must notice.
    fn guards(&mut self, pack: &Pack, rule: &Rule) -> Result<(), Vec<Diagnostic>> {
        for (guard, less) in without_guards(rule) {
            let mut alone = Alone::new(&less, pack, self.packs);
            let mut noticed = false;
            for (list, test) in tests_of(rule).filter(|(list, _)| *list != List::Todo) {
                let cleaned = alone.run(test, &test.before)?;
                noticed |= if rule.safety.is_none() {
                    finds(list, test, &cleaned.findings) != (list == List::Fix)
                } else {
                    cleaned.text != test.after.as_str()
                };
                if noticed {
                    break;
                }
            }
            if !noticed {
                let error = Diagnostic::new(
                    format!("rule `{}` has a guard that no test needs", rule.id),
                    &rule.origin,
                    format!("without {guard} every test still passes"),
                );
                let error = error.help("add a `keep` test that fails without it, or take it out");
                if rule.origin.source.shipped {
                    self.report.idle_guard(rule, &guard, error);
                } else {
                    self.report.notes.push(error.note());
                }
            }
        }
        Ok(())
    }

    /// Runs the tests that held in forms of their texts that make no difference to people.
    fn variants(&mut self, alone: &mut Alone<'p>, held: &[(List, &Test)]) -> Result<(), Vec<Diagnostic>> {
        let rule = alone.rule;
        for variant in Variant::ALL {
            let (mut run, mut lost) = (0, Vec::new());
            for &(list, test) in held {
                let Some((before, after)) = variant.of(rule, test) else { continue };
                run += 1;
                let cleaned = alone.run(test, &before)?;
                let right = if rule.safety.is_none() {
                    finds(list, test, &cleaned.findings) == (list == List::Fix)
                } else {
                    variant.same(&cleaned.text, &after)
                        && (test.value.is_none() || finds(list, test, &cleaned.findings))
                };
                let got = cleaned.text.into_owned();
                if !right {
                    lost.push((test, before, after, got));
                }
            }
            let Some((first, before, after, got)) = lost.first() else { continue };
            let who = format!("rule `{}` does not survive {}", rule.id, variant.name());
            let label = format!("{} of {run} tests come out otherwise, such as this", lost.len());
            let (before, change) = (words::difference(before, after, Style::default()), got);
            let change = words::difference(after, change, Style::default());
            let what = if rule.safety.is_none() { before } else { format!("expected [-and-] got {{+so+}}: {change}") };
            let note = Diagnostic::new(who, &first.origin, label).help(format!("{what}\n{}", variant.advice()));
            if rule.origin.source.shipped {
                self.frail.entry(variant).or_default().push(rule.id.clone());
            } else {
                self.report.notes.push(note.note());
            }
        }
        Ok(())
    }

    fn together(&mut self, pack: &Pack, rule: &Rule, test: &Test) -> Result<String, Vec<Diagnostic>> {
        let profile = match pack.profile {
            model::Profile::Typography => Profile::Typography,
            model::Profile::Ascii => Profile::Ascii,
            model::Profile::Minimal | model::Profile::Default | model::Profile::Off => self.profile,
        };
        let site = site_for(pack, test);
        let key = (profile as u8, format!("{site:?}"));
        if !self.together.contains_key(&key) {
            let settings = Settings { profile, site, ..Settings::default() };
            self.together.insert(key.clone(), Plan::compile(self.packs, &settings)?);
        }
        Ok(self.together[&key].run(&test.before, &source_for(rule, test)).text.into_owned())
    }

    fn finish(mut self) -> TestReport {
        for (variant, rules) in self.frail {
            let title = format!("these shipped rules do not survive {}", variant.name());
            let ids = wrapped(&rules.iter().map(RuleId::as_str).collect::<Vec<_>>().join(" "));
            self.report.notes.push(Diagnostic::general(title).help(ids).note());
        }
        self.report
    }
}

/// Names a test by its text, so that the name stays when tests are added beside it.
fn name_of(list: List, test: &Test) -> String {
    const LONGEST: usize = 60;
    let text: String = test.before.chars().take(LONGEST).collect();
    let rest = if text.len() < test.before.len() { "…" } else { "" };
    format!("{}: {text}{rest}", list.name())
}

fn wrong_finding(rule: &Rule, list: List, test: &Test, got: &str) -> Failure {
    let title = format!("a `{}` test of `{}` fails", list.name(), rule.id);
    let shown = Diagnostic::new(title, &test.origin, format!("the rule alone gave {got:?}"));
    let help = match list {
        List::Keep => "expected that it finds nothing",
        List::Fix | List::Todo => "expected that it finds something",
    };
    Failure { shown: shown.help(help), texts: None }
}

fn wrong_text(rule: &Rule, list: List, test: &Test, who: &str, got: &str, alone: bool) -> Failure {
    let title = format!("a `{}` test of `{}` fails", list.name(), rule.id);
    let difference = words::difference(&test.after, got, Style::default());
    let shown = Diagnostic::new(title, &caret(test, got), format!("{who} gave {got:?}"));
    let shown = shown.help(format!("expected {:?}\nexpected [-and-] got {{+so+}}: {difference}", test.after));
    // A rule that did nothing to a `fix` text has no `after` to offer.
    let updates = list == List::Fix && alone && got != test.before;
    let texts = Texts {
        before: test.before.clone(),
        expected: test.after.clone(),
        got: got.to_owned(),
        after: updates.then(|| test.expected.clone()),
    };
    Failure { shown, texts: Some(texts) }
}

/// Returns the place in the rule file of what `got` has otherwise.
fn caret(test: &Test, got: &str) -> Origin {
    let (front, back) = words::common_ends(&test.after, got);
    let Origin { source, span } = &test.expected;
    let place = yaml::locate(&source.text, *span, &test.after, front..test.after.len() - back);
    Origin { source: source.clone(), span: place.unwrap_or(*span) }
}

fn tests_of(rule: &Rule) -> impl Iterator<Item = (List, &Test)> {
    let tests = &rule.tests;
    let fix = tests.fix.iter().map(|test| (List::Fix, test));
    let keep = tests.keep.iter().map(|test| (List::Keep, test));
    fix.chain(keep).chain(tests.todo.iter().map(|test| (List::Todo, test)))
}

/// Whether the findings hold what a test asks of a rule that flags or reads a field.
fn finds(list: List, test: &Test, findings: &[Edit]) -> bool {
    let mut fields = findings.iter().filter(|finding| finding.status == Status::Field);
    match (&test.value, list) {
        (Some(value), List::Fix | List::Todo) => fields.any(|field| {
            let read = field.reason.as_deref().and_then(|reason| reason.split_once(": "));
            read.is_some_and(|(_, read)| read == value)
        }),
        _ => findings.iter().any(is_found),
    }
}

/// Whether a rule found it, rather than was kept from an edit.
fn is_found(finding: &Edit) -> bool {
    matches!(finding.status, Status::Flag | Status::Field)
}

fn shown_reasons(findings: &[Edit]) -> String {
    let reasons: Vec<_> =
        findings.iter().filter(|finding| is_found(finding)).filter_map(|finding| finding.reason.as_deref()).collect();
    if reasons.is_empty() { "nothing".to_owned() } else { reasons.join("; ") }
}

/// The site under which a test runs: the one it names, else that of its pack.
pub(crate) fn site_for(pack: &Pack, test: &Test) -> SiteChoice {
    match test.site.as_deref() {
        Some("none") => SiteChoice::None,
        Some("auto") => SiteChoice::Auto,
        Some(name) => SiteChoice::Named(name.to_owned()),
        None if test.url.is_some() => SiteChoice::Auto,
        None if pack.site.is_some() => SiteChoice::Named(pack.name.clone()),
        None => SiteChoice::None,
    }
}

/// What is known of the text of a test.
pub(crate) fn source_for<'t>(rule: &'t Rule, test: &'t Test) -> Source<'t> {
    let lang = test.lang.as_deref().or(rule.lang.first().map(String::as_str));
    Source { lang, url: test.url.as_deref(), field: rule.place.field.as_deref(), ..Source::default() }
}
