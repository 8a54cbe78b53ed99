//! `unscrape sites stale`: what of a site pack no longer fits the pages of the site.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::anyhow;
use clap::ValueEnum;
use serde_json::json;

use super::super::args::{Inputs, RuleFiles};
use super::super::runner::Tally;
use super::super::{Outcome, Stop, Terminal, count};
use crate::cleaner::Cleaner;
use crate::corpus::run::{self, NotRead};
use crate::edit::{Safety, Status};
use crate::find::template::{OTHER, OTHER_LONG, PageLine};
use crate::plan::{SiteChoice, Source};
use crate::rules::model::{Kind, Pack, TemplateRun};

#[derive(clap::Args, Debug)]
#[command(after_help = NOTES)]
pub(in crate::cli) struct Stale {
    #[command(flatten)]
    inputs: Inputs,

    /// All texts are of this site; otherwise each is of the site that `sites which` names
    #[arg(long, value_name = "NAME")]
    site: Option<String>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    files: RuleFiles,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each site and each thing that does not fit
    Text,
    /// One JSON object, with the counts of every rule
    Json,
}

const NOTES: &str = "\
Of a site with five texts and more it is told: rules that find nothing in any of them; fingerprints and runs of lines
of the template that no text has any more. These are stale. And what reaches too far: rules that change something in
19 of 20 texts (of twenty and more; not those that drop lines, which may), and rules that drop half of a text and
three times as much as they mostly do. The exit code is 1 if there is any of these.

Examples:
  unscrape sites stale corpus --rules harbour-post.yaml
  unscrape sites stale this-week.jsonl --site harbour-post --format json";

/// Of fewer texts nothing is told.
const FEWEST: usize = 5;
/// A rule that finds something in so many percent of so many texts finds nearly everything.
const NEARLY_ALL: usize = 95;
const MANY: usize = 20;
/// A rule reaches too far in a text of which it drops such a share, and so many times as much as it mostly does.
const HALF: f64 = 0.5;
const UNUSUAL: f64 = 3.0;

pub(super) fn run(args: &Stale, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let builder = args.files.builder()?;
    let packs = builder.packs()?;
    let choice = args.site.clone().map_or(SiteChoice::Auto, SiteChoice::Named);
    let cleaner = builder.site(choice).safety(Safety::Review).findings(true).fields(true).build()?;
    let found = args.inputs.find()?;
    let fields = args.inputs.fields(&args.files)?;
    let encoding = args.inputs.encoding(&args.files, &found)?;
    let mut sites: BTreeMap<&str, Seen<'_>> =
        packs.iter().filter(|pack| pack.site.is_some()).map(|pack| (pack.name.as_str(), Seen::new(pack))).collect();
    let mut tally = Tally::new(terminal.voice);
    tally.report(&found);
    for input in &found.inputs {
        let shown = input.shown();
        let (url, max_record) = (args.inputs.url.as_deref(), args.inputs.max_record_bytes);
        let result = run::texts(input, &fields, encoding, url, max_record, |text, about, record| {
            let name = record.map_or_else(|| shown.clone(), |record| format!("{shown}:{record}"));
            let source = Source { date: about.date.or(args.inputs.date.as_deref()), ..*about };
            see(&mut sites, &cleaner, &name, text, &source);
            Ok(())
        });
        match result {
            Ok(()) => {}
            Err(NotRead::Input(why)) => tally.fail(&shown, &why),
            Err(NotRead::Each(error)) => return Err(error.into()),
        }
    }
    let sites: Vec<&Seen<'_>> =
        sites.values().filter(|seen| seen.texts > 0 || !seen.pack.origin.source.shipped).collect();
    if sites.is_empty() {
        return Err(Stop::Setup(anyhow!("there is no pack of a site; name its file with --rules")));
    }
    let problems: Vec<_> = sites.iter().map(|seen| (*seen, seen.problems())).collect();
    match args.format {
        Format::Text => write_text(&problems, &mut terminal.out)?,
        Format::Json => write_json(&problems, &mut terminal.out)?,
    }
    Ok(tally.outcome(problems.iter().any(|(_, problems)| !problems.is_empty())))
}

/// Takes one text into account for its site, and for those that this one refines.
fn see(sites: &mut BTreeMap<&str, Seen<'_>>, cleaner: &Cleaner, name: &str, text: &str, source: &Source<'_>) {
    let cleaned = cleaner.clean_with(text, source);
    let Some(site) = &cleaned.site else { return };
    // What every rule found, with the characters that it dropped.
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for edit in cleaned.edits.iter().chain(&cleaned.findings) {
        let dropped = if edit.status == Status::Kept { edit.before.len().saturating_sub(edit.after.len()) } else { 0 };
        for rule in edit.steps.iter().map(|step| step.rule.as_str()).collect::<BTreeSet<_>>() {
            *found.entry(rule).or_default() += dropped;
        }
    }
    let lines = || text.split(['\n', '\r']).map(|line| PageLine::new(line).hash).collect();
    for pack in cleaner.chain(site) {
        let Some(seen) = sites.get_mut(pack.as_str()) else { continue };
        seen.texts += 1;
        for (rule, reach) in &mut seen.rules {
            if let Some(dropped) = found.get(rule) {
                #[expect(clippy::cast_precision_loss, reason = "lengths of texts are small")]
                let share = *dropped as f64 / text.len().max(1) as f64;
                reach.push((share, name.to_owned()));
            }
        }
        if !seen.prints.is_empty() {
            for (print, missing) in seen.prints.iter_mut().zip(cleaner.missing_lines(&pack, text)) {
                match missing {
                    None => print.0 += 1,
                    Some(line) => *print.1.entry(line).or_default() += 1,
                }
            }
        }
        if !seen.runs.is_empty() {
            let lines: BTreeSet<u64> = lines();
            for run in &mut seen.runs {
                let there = run.lines.iter().filter(|line| lines.contains(line)).count();
                run.texts += usize::from(there * 2 >= run.lines.len());
            }
        }
    }
}

/// What was seen of the pack of a site.
struct Seen<'p> {
    pack: &'p Pack,
    texts: usize,
    /// Each rule with the texts in which it found something, and the share of the text that it dropped.
    rules: BTreeMap<&'p str, Vec<(f64, String)>>,
    /// Each fingerprint with the texts that have it, and the lines that others lack.
    prints: Vec<(usize, BTreeMap<String, usize>)>,
    runs: Vec<Run<'p>>,
}

/// A run of lines of the template, with the texts that have half of it or more.
struct Run<'p> {
    written: &'p TemplateRun,
    lines: Vec<u64>,
    texts: usize,
}

/// Something that does not fit.
struct Problem {
    /// A word for programs.
    kind: &'static str,
    rule: Option<String>,
    says: String,
}

impl<'p> Seen<'p> {
    fn new(pack: &'p Pack) -> Self {
        let runs = pack.template.iter().flat_map(|template| template.top.iter().chain(&template.bottom));
        let runs = runs.map(|written| {
            let fixed =
                written.lines.iter().map(|line| line.trim()).filter(|line| *line != OTHER && *line != OTHER_LONG);
            Run { written, lines: fixed.map(|line| PageLine::new(line).hash).collect(), texts: 0 }
        });
        let prints = pack.site.iter().flat_map(|site| &site.fingerprints);
        Self {
            pack,
            texts: 0,
            rules: pack.rules.iter().map(|rule| (rule.id.as_str(), Vec::new())).collect(),
            prints: prints.map(|_| (0, BTreeMap::new())).collect(),
            runs: runs.filter(|run| !run.lines.is_empty()).collect(),
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.texts < FEWEST {
            return problems;
        }
        let all = self.texts;
        for (rule, reach) in &self.rules {
            let about = |kind, says| Problem { kind, rule: Some((*rule).to_owned()), says };
            if reach.is_empty() {
                problems.push(about("never-fires", format!("stale: {rule} finds nothing in any text")));
            } else if all >= MANY && reach.len() * 100 >= all * NEARLY_ALL && self.changes_words(rule) {
                problems.push(about("nearly-all", format!("wide: {rule} finds something in {} texts", reach.len())));
            }
            problems.extend(too_far(rule, reach).map(|says| about("drops-much", says)));
        }
        for (texts, missing) in self.prints.iter().filter(|(texts, _)| *texts == 0) {
            // Of the lines that are missing the one that most texts lack says most.
            let line = missing.iter().max_by_key(|(_, texts)| **texts).map_or("", |(line, _)| line.as_str());
            let says = format!("stale: a fingerprint fits {texts} texts; the line `{line}` is not there any more");
            problems.push(Problem { kind: "fingerprint", rule: None, says });
        }
        for run in self.runs.iter().filter(|run| run.texts == 0) {
            let first = run.written.lines.iter().find(|line| !line.trim().is_empty()).map_or("", |line| line.trim());
            let lines = count(run.lines.len() as u64, "line");
            let says = format!("stale: no text has half of a run of the template: {lines} from `{first}` on");
            problems.push(Problem { kind: "template-run", rule: None, says });
        }
        problems
    }

    /// Whether the rule does something else than drop lines and read fields, which may be due on every page.
    fn changes_words(&self, id: &str) -> bool {
        let rule = self.pack.rules.iter().find(|rule| rule.id.as_str() == id);
        rule.is_some_and(|rule| match &rule.kind {
            Kind::Replace { .. } | Kind::Delete { .. } | Kind::JoinLines { .. } | Kind::Map(_) | Kind::Flag { .. } => {
                true
            }
            Kind::DropLine { .. } | Kind::DropBlock { .. } | Kind::Extract { .. } | Kind::Builtin { .. } => false,
        })
    }
}

/// Says of which texts a rule drops much more than of most.
fn too_far(rule: &str, reach: &[(f64, String)]) -> Option<String> {
    if reach.len() < FEWEST {
        return None;
    }
    let mut shares: Vec<f64> = reach.iter().map(|(share, _)| *share).collect();
    shares.sort_by(f64::total_cmp);
    let usual = shares[shares.len() / 2];
    let is_too_far = |share: f64| share >= HALF && share >= usual * UNUSUAL;
    let far: Vec<&(f64, String)> = reach.iter().filter(|(share, _)| is_too_far(*share)).collect();
    let (most, name) = far.iter().max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let more = match far.len() as u64 - 1 {
        0 => String::new(),
        more => format!(", and much of {}", count(more, "other text")),
    };
    Some(format!("wide: {rule} drops {:.0} % of {name}{more}; {:.0} % is usual", most * 100.0, usual * 100.0))
}

fn write_text(sites: &[(&Seen<'_>, Vec<Problem>)], out: &mut dyn Write) -> std::io::Result<()> {
    for (seen, problems) in sites {
        write!(out, "{}: {}", seen.pack.name, count(seen.texts as u64, "text"))?;
        match (seen.texts, problems.len()) {
            (0, _) => writeln!(out, "; if these are of the site, name it with --site")?,
            (texts, _) if texts < FEWEST => writeln!(out, ", too few to tell; name {FEWEST} at least")?,
            (_, 0) => writeln!(out, ", and all fits")?,
            _ => writeln!(out)?,
        }
        for problem in problems {
            writeln!(out, "  {}", problem.says)?;
        }
    }
    Ok(())
}

fn write_json(sites: &[(&Seen<'_>, Vec<Problem>)], out: &mut dyn Write) -> std::io::Result<()> {
    let sites = sites.iter().map(|(seen, problems)| {
        let rules: BTreeMap<_, _> = seen.rules.iter().map(|(rule, reach)| (*rule, reach.len())).collect();
        let prints: Vec<_> = seen.prints.iter().map(|(texts, _)| *texts).collect();
        let runs: Vec<_> = seen.runs.iter().map(|run| run.texts).collect();
        let problems: Vec<_> = (problems.iter())
            .map(|problem| json!({ "kind": problem.kind, "rule": problem.rule, "says": problem.says }))
            .collect();
        json!({
            "site": seen.pack.name, "texts": seen.texts, "rules": rules, "fingerprints": prints,
            "template-runs": runs, "problems": problems,
        })
    });
    let answer = json!({ "unscrape": "stale", "version": 1, "sites": sites.collect::<Vec<_>>() });
    writeln!(out, "{answer:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drops_much_more_than_usual_reaches_too_far() {
        let reach = |shares: &[f64]| -> Vec<(f64, String)> {
            shares.iter().enumerate().map(|(at, share)| (*share, format!("{at}.txt"))).collect()
        };
        assert_eq!(too_far("r", &reach(&[0.1, 0.1, 0.12, 0.9])), None, "of four texts nothing is usual");
        assert_eq!(too_far("r", &reach(&[0.6, 0.6, 0.7, 0.7, 0.9])), None, "it mostly drops so much");
        assert_eq!(too_far("r", &reach(&[0.01, 0.01, 0.01, 0.01, 0.3])), None, "a third may go");
        assert_eq!(
            too_far("r", &reach(&[0.1, 0.1, 0.12, 0.6, 0.9, 0.1])).as_deref(),
            Some("wide: r drops 90 % of 4.txt, and much of 1 other text; 12 % is usual")
        );
    }
}
