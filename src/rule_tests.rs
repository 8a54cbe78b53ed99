//! Runs the tests that rules carry: each rule alone, each text under all rules, each guard dropped in turn.

use std::collections::BTreeMap;

use crate::cleaner::Builder;
use crate::edit::{Edit, Status};
use crate::plan::{Plan, Profile, Selectors, Settings, SiteChoice, Source, without_guards};
use crate::rules::diagnostics::{Diagnostic, RuleErrors};
use crate::rules::model::{self, Pack, Rule, Test};

/// What came of the tests of a set of rules.
#[derive(Debug, Default)]
pub struct TestReport {
    /// Rules that were tested.
    pub rules: usize,
    /// Tests that were run.
    pub tests: usize,
    /// What failed; each names its rule and place.
    pub(crate) failures: Vec<Diagnostic>,
    /// What is worth a look and no failure: guards that no test notices, `todo` tests that pass.
    pub(crate) notes: Vec<Diagnostic>,
}

impl TestReport {
    /// Returns whether every test passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// Returns what failed as messages with their places, if anything did; in colour if `color` says so.
    #[must_use]
    pub fn failures(&self, color: bool) -> Option<String> {
        shown(&self.failures, color)
    }

    /// Returns what is worth a look as messages with their places, if there is anything.
    #[must_use]
    pub fn notes(&self, color: bool) -> Option<String> {
        shown(&self.notes, color)
    }

    /// Returns how many tests and checks failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failures.len()
    }
}

fn shown(diagnostics: &[Diagnostic], color: bool) -> Option<String> {
    let errors = RuleErrors { diagnostics: diagnostics.to_vec() };
    (!diagnostics.is_empty()).then(|| if color { errors.styled() } else { errors.to_string() })
}

impl Builder {
    /// Runs the tests of all rules, those of packs outside the profile too, or of those that a selector names.
    ///
    /// # Errors
    /// Everything wrong with the rule files and selectors.
    pub fn test_rules(&self, selectors: &[String]) -> Result<TestReport, RuleErrors> {
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
            report: TestReport::default(),
        };
        for pack in &packs {
            for rule in pack.rules.iter().filter(|rule| chosen.choose(rule, true)) {
                run.rule(pack, rule).map_err(|diagnostics| RuleErrors { diagnostics })?;
            }
        }
        Ok(run.report)
    }
}

struct TestRun<'p> {
    packs: &'p [Pack],
    /// All rules of a profile, for one site.
    together: BTreeMap<(u8, String), Plan>,
    profile: Profile,
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

impl TestRun<'_> {
    fn rule(&mut self, pack: &Pack, rule: &Rule) -> Result<(), Vec<Diagnostic>> {
        self.report.rules += 1;
        if rule.safety.is_none() {
            return self.flag_rule(pack, rule);
        }
        for (list, test) in tests_of(rule) {
            self.report.tests += 1;
            let plan = Plan::alone(rule, self.packs, site_for(pack, test))?;
            let cleaned = plan.run(&test.before, &source_for(rule, test));
            let reads = test.value.is_none() || finds(list, test, &cleaned.findings);
            let fields = shown_reasons(&cleaned.findings);
            let got = cleaned.text.into_owned();
            match list {
                List::Todo => {
                    if got == test.after && reads {
                        self.report.notes.push(
                            Diagnostic::new(
                                format!("a `todo` test of `{}` passes", rule.id),
                                &test.origin,
                                "it works now",
                            )
                            .help("move it to `fix` or `keep`")
                            .note(),
                        );
                    }
                    continue;
                }
                List::Fix | List::Keep if got != test.after => {
                    self.fail(rule, list, test, "the rule alone", &got);
                    continue;
                }
                List::Fix | List::Keep if !reads => {
                    let error = Diagnostic::new(
                        format!("a `{}` test of `{}` fails", list.name(), rule.id),
                        &test.origin,
                        format!("the rule alone read {fields}"),
                    );
                    let value = test.value.as_deref().unwrap_or_default();
                    self.report.failures.push(error.help(format!("expected {value:?}")));
                    continue;
                }
                List::Fix | List::Keep => {}
            }
            // What a rule leaves must be left by all rules together, or articles would change for ever.
            let after = Test { before: test.after.clone(), ..test.clone() };
            let got = self.together(pack, rule, &after)?;
            if got != test.after {
                let who = if list == List::Fix { "all default rules, run over `after`," } else { "all default rules" };
                self.fail(rule, list, test, who, &got);
            }
        }
        self.guards(pack, rule)
    }

    /// A rule that changes nothing must find something in `fix` texts, the right value if it reads one, and
    /// nothing in `keep` texts.
    fn flag_rule(&mut self, pack: &Pack, rule: &Rule) -> Result<(), Vec<Diagnostic>> {
        for (list, test) in tests_of(rule) {
            self.report.tests += 1;
            let plan = Plan::alone(rule, self.packs, site_for(pack, test))?;
            let findings = plan.run(&test.before, &source_for(rule, test)).findings;
            if finds(list, test, &findings) != (list == List::Fix) {
                self.fail(rule, list, test, "the rule alone", &shown_reasons(&findings));
            }
        }
        self.guards(pack, rule)
    }

    /// Drops each guard of the rule in turn: some test must notice.
    fn guards(&mut self, pack: &Pack, rule: &Rule) -> Result<(), Vec<Diagnostic>> {
        for (guard, less) in without_guards(rule) {
            let mut noticed = false;
            for (list, test) in tests_of(rule).filter(|(list, _)| *list != List::Todo) {
                let plan = Plan::alone(&less, self.packs, site_for(pack, test))?;
                let cleaned = plan.run(&test.before, &source_for(rule, test));
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
                    self.report.failures.push(error)
                } else {
                    self.report.notes.push(error.note())
                }
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

    fn fail(&mut self, rule: &Rule, list: List, test: &Test, who: &str, got: &str) {
        let title = format!("a `{}` test of `{}` fails", list.name(), rule.id);
        let error = Diagnostic::new(title, &test.origin, format!("{who} gave {got:?}"));
        let expected = if rule.safety.is_none() {
            "expected the opposite".to_owned()
        } else {
            format!("expected {:?}", test.after)
        };
        self.report.failures.push(error.help(expected));
    }
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
        _ => !findings.is_empty(),
    }
}

fn shown_reasons(findings: &[Edit]) -> String {
    let reasons: Vec<_> = findings.iter().filter_map(|finding| finding.reason.as_deref()).collect();
    if reasons.is_empty() { "nothing".to_owned() } else { reasons.join("; ") }
}

/// The site under which a test runs: the one it names, else that of its pack.
fn site_for(pack: &Pack, test: &Test) -> SiteChoice {
    match test.site.as_deref() {
        Some("none") => SiteChoice::None,
        Some("auto") => SiteChoice::Auto,
        Some(name) => SiteChoice::Named(name.to_owned()),
        None if test.url.is_some() => SiteChoice::Auto,
        None if pack.site.is_some() => SiteChoice::Named(pack.name.clone()),
        None => SiteChoice::None,
    }
}

fn source_for<'t>(rule: &'t Rule, test: &'t Test) -> Source<'t> {
    let lang = test.lang.as_deref().or(rule.lang.first().map(String::as_str));
    Source { lang, url: test.url.as_deref(), field: rule.place.field.as_deref(), ..Source::default() }
}
