//! `unscrape review`: a person goes through the edits, and the answers are kept as they are given.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use console::Term;

use super::args::Task;
use super::clean::{self, State};
use super::config;
use super::runner::{Gathers, Tally, look};
use super::{Outcome, Stop, Terminal, count};
use crate::cleaner::{Builder, Cleaner};
use crate::corpus::job::Part;
use crate::corpus::targets::real;
use crate::corpus::walk::{Found, shown};
use crate::decisions::{self, Decision, Decisions, Line, Off, Verdict};
use crate::report::{self, Doc, asked::Refused, escape::visible, lint};
use crate::review::{Answer, Item, Scope, Session};

use docs::Docs;
use keys::{Keys, Pressed};
use log::{Log, NotOpen};
use samples::Samples;

mod docs;
mod keys;
mod log;
mod samples;

const EXAMPLES: &str = "\
Examples:
  unscrape review articles                 what the rules would change, most frequent first
  unscrape review articles --list          what was decided
  unscrape review articles --prune         forget what decides about nothing in articles any more
  unscrape clean -w articles               carry it out

Keys: y accept, n refuse; a or d accept or refuse it and the rest of its file, A or D of its
rule; =y or =n all that are identical; S switch its rule off for the site; e another text instead;
u take the last answer back; j and k go on and back; / go to the next that holds a text; c more of
the text around; i why; ty or tn accept or refuse it and keep its lines as a test of the rule;
w write the files of which all is answered; q quit; ! quit and forget the answers that are not
written; ? these keys.";

const KEYS: &str = "\
y accept                    n refuse
a accept the file's rest    d refuse it
A accept the rule's rest    D refuse it
= then y or n: all that are identical
S refuse the rule for this site, now and later
e put another text there    u take the last answer back
j go on                     k go back
/ go to the next that holds a text
c show more around it       i why the rule believes it
t then y or n: and keep its lines as a test of the rule
w write the files of which all is answered, as `clean -w` does
q quit                      ! quit and forget the answers that are not written";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    task: Task,

    /// Read the keys from FILE instead of the terminal: one a line, the text of `e` and `/` behind a space
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    answers: Option<PathBuf>,

    /// List what was decided, and ask nothing
    #[arg(long, conflicts_with_all = ["prune", "answers"], help_heading = "Output")]
    list: bool,

    /// Forget the decisions about edits that the inputs do not have, and ask nothing. Those of other files stay
    #[arg(long, conflicts_with = "answers", help_heading = "Output")]
    prune: bool,

    #[command(flatten)]
    state: State,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let path = args.task.choice.decisions_place()?;
    if args.list {
        return list(&read(&path)?, terminal);
    }
    let mut keys = match &args.answers {
        Some(answers) => Keys::read(answers)?,
        None if args.prune => Keys::none(),
        None if io::stdin().is_terminal() && io::stdout().is_terminal() => Keys::Terminal(Term::stdout()),
        None => {
            return Err(Stop::Setup(anyhow!(
                "review asks on a terminal, and this is none: name a file with the keys, --answers FILE, or look at the \
                 edits with `unscrape diff`"
            )));
        }
    };
    let mut log = Log::open(&path).map_err(|why| not_open(&path, why))?;
    let bytes = log.read().map_err(|error| unread(&path, &error))?;
    let decided = lines(&path, &bytes)?;
    let decisions = Decisions::new(decided.clone());
    let asked = ask_of(args, &decisions, terminal)?;
    if args.prune {
        return prune(&asked, decided, log, terminal);
    }
    let open: Vec<Item> =
        asked.items.iter().filter(|item| decisions.of(&item.decision, &item.earlier).is_none()).cloned().collect();
    let settled = asked.items.len() - open.len();
    if settled > 0 {
        terminal.voice.say(format_args!("{} decided before", count(settled as u64, "edit")));
    }
    let session = Session::new(open);
    let samples = Samples::beside(&path);
    let mut review =
        Review { samples, args, asked: &asked, session, path, log, is_wide: false, outcome: asked.outcome };
    let quit = review.ask(&mut keys, terminal)?;
    if quit == Quit::Abort {
        terminal.voice.say("the answers are forgotten");
        return Ok(review.outcome);
    }
    let (accepted, refused, left) = review.session.counts();
    if accepted + refused > 0 {
        let more = review.beside_decided(terminal)?;
        review.add(more)?;
    }
    terminal.voice.say(format_args!("{accepted} accepted, {refused} refused, {left} open"));
    if accepted + refused > 0 {
        terminal.voice.say(format_args!("kept in `{}`, which `unscrape clean` carries out", shown(&review.path)));
    }
    Ok(review.outcome)
}

/// What there is to ask about.
struct Asked {
    found: Found,
    items: Vec<Item>,
    outcome: Outcome,
    /// Makes cleaners that know the same and have decided nothing.
    builder: Builder,
}

/// Returns all edits of the inputs that can be decided about.
fn ask_of(args: &Args, decisions: &Decisions, terminal: &mut Terminal) -> Result<Asked, Stop> {
    let task = Task { choice: args.task.choice.undecided(), ..args.task.clone() };
    let ready = task.ready()?;
    let gathers = Gathers { findings: true, fields: false };
    let (builder, unread) = task.builder(gathers, terminal.voice)?;
    let cleaner = builder.clone().decisions(decisions.clone().about_rules()).build()?;
    let mut tally = ready.tally(unread, terminal.voice);
    let color = terminal.color;
    let render = |out: &mut Vec<u8>, doc: &Doc<'_>| report::asked::render(out, doc, color);
    let items = RefCell::new(Vec::new());
    let part = |_: usize, part: Part| {
        items.borrow_mut().extend(report::asked::read(&part.rendered)?);
        Ok(())
    };
    let pool = task.inputs.pool()?;
    look(&ready.job(&cleaner, &render), &ready.found.inputs, &pool, &mut tally, part, |_, _| Ok(()))?;
    tally.say_skipped(&ready.fields);
    let outcome = tally.outcome(false);
    Ok(Asked { found: ready.found, items: items.into_inner(), outcome, builder })
}

/// Returns what `cleaner` was told to refuse in the files at `paths`.
fn refused_of(task: &Task, paths: Vec<PathBuf>, cleaner: &Cleaner, terminal: &Terminal) -> Result<Vec<Refused>, Stop> {
    let task = Task { inputs: task.inputs.instead(paths), choice: task.choice.undecided(), ..task.clone() };
    let ready = task.ready()?;
    let mut tally = Tally::new(terminal.voice);
    let all = RefCell::new(Vec::new());
    let render = |out: &mut Vec<u8>, doc: &Doc<'_>| report::asked::render_refused(out, doc);
    let part = |_: usize, part: Part| {
        all.borrow_mut().extend(report::asked::read::<Refused>(&part.rendered)?);
        Ok(())
    };
    look(&ready.job(cleaner, &render), &ready.found.inputs, &task.inputs.pool()?, &mut tally, part, |_, _| Ok(()))?;
    Ok(all.into_inner())
}

/// Forgets what decides about nothing any more in the files that were looked at.
fn prune(asked: &Asked, decided: Vec<Line>, log: Log, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    if asked.outcome != Outcome::Done {
        terminal.voice.error("nothing is forgotten, since not all of the texts were read, or one was held");
        return Ok(asked.outcome);
    }
    let docs = Docs::of(log.path());
    let looked_at: HashSet<PathBuf> =
        asked.found.inputs.iter().filter_map(|input| Some(real(input.path.as_ref()?))).collect();
    let there: HashSet<String> = asked
        .items
        .iter()
        .flat_map(|item| item.decision.fingerprints().into_iter().chain(item.earlier.iter().cloned()))
        .collect();
    // What also decides about a text that was not looked at.
    let is_elsewhere = |one: &Decision| docs.place(&one.doc).is_none_or(|place| !looked_at.contains(&place));
    let elsewhere: HashSet<String> = decided
        .iter()
        .filter_map(|line| match line {
            Line::Edit(one) if is_elsewhere(one) => Some(one.fingerprint.clone()),
            _ => None,
        })
        .collect();
    let mut others = 0;
    let (kept, gone): (Vec<_>, Vec<_>) = decided.into_iter().partition(|line| match line {
        Line::Off(_) => true,
        Line::Edit(one) if elsewhere.contains(&one.fingerprint) => {
            others += usize::from(is_elsewhere(one));
            true
        }
        Line::Edit(one) => one.fingerprints().iter().any(|fingerprint| there.contains(fingerprint)),
    });
    if !gone.is_empty() {
        let all = decisions::header() + &kept.iter().map(line_of).collect::<String>();
        let path = log.path().to_owned();
        log.replace(all.as_bytes()).map_err(|error| unwritten(&path, &error))?;
    }
    let others = if others > 0 { format!(" ({others} of other files)") } else { String::new() };
    terminal.voice.say(format_args!("{} kept{others}, {} forgotten", count(kept.len() as u64, "decision"), gone.len()));
    Ok(asked.outcome)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quit {
    Keep,
    Abort,
}

struct Review<'a> {
    args: &'a Args,
    asked: &'a Asked,
    session: Session,
    path: PathBuf,
    log: Log,
    samples: Samples,
    is_wide: bool,
    outcome: Outcome,
}

impl Review<'_> {
    /// Asks until all is answered or somebody wants no more.
    fn ask(&mut self, keys: &mut Keys, terminal: &mut Terminal) -> Result<Quit, Stop> {
        let mut is_new = true;
        loop {
            if is_new {
                self.show(&mut terminal.out)?;
            }
            is_new = true;
            terminal.out.flush()?;
            let Pressed::Key(key, given) = keys.next()? else { return Ok(Quit::Keep) };
            let (verdict, scope) = match key {
                'y' => (Verdict::Accept, Scope::One),
                'n' => (Verdict::Refuse, Scope::One),
                'a' => (Verdict::Accept, Scope::File),
                'd' => (Verdict::Refuse, Scope::File),
                'A' => (Verdict::Accept, Scope::Rule),
                'D' => (Verdict::Refuse, Scope::Rule),
                '=' | 't' => {
                    let verdict = match keys.text_key(given)? {
                        Some('y') => Verdict::Accept,
                        Some('n') => Verdict::Refuse,
                        _ => {
                            is_new = false;
                            continue;
                        }
                    };
                    if key == 't' && !self.keep_test(verdict, &mut terminal.out)? {
                        is_new = false;
                        continue;
                    }
                    (verdict, if key == 't' { Scope::One } else { Scope::Identical })
                }
                'e' => {
                    if self.says_written(&mut terminal.out)? {
                        is_new = false;
                        continue;
                    }
                    let Some((item, ..)) = self.session.current() else { continue };
                    let after = item.decision.after.as_str();
                    // What cannot be seen might act on the terminal.
                    let initial = if visible(after) == after { after } else { "" };
                    let Some(to) = keys.text(given, "instead: ", initial)? else { continue };
                    let answer = Answer { verdict: Verdict::Accept, to: Some(to) };
                    is_new = self.keep(&answer, Scope::One, &mut terminal.out)?;
                    continue;
                }
                'q' => return Ok(Quit::Keep),
                '!' => {
                    self.log.take_all_back().map_err(|error| unwritten(&self.path, &error))?;
                    let could = self.samples.take_all_back().map_err(|error| untested(self.samples.path(), &error))?;
                    self.say_tests_stay(could, &mut terminal.out)?;
                    return Ok(Quit::Abort);
                }
                'w' => {
                    self.write(terminal)?;
                    if self.outcome == Outcome::Interrupted {
                        return Ok(Quit::Keep);
                    }
                    continue;
                }
                _ => {
                    is_new = self.other(key, given, keys, &mut terminal.out)?;
                    continue;
                }
            };
            is_new = self.keep(&Answer { verdict, to: None }, scope, &mut terminal.out)?;
        }
    }

    /// Does what keys say that decide about no edit; returns whether the item is to be shown again.
    fn other(&mut self, key: char, given: Option<String>, keys: &mut Keys, out: &mut dyn Write) -> Result<bool, Stop> {
        match key {
            'u' if self.session.undo() => {
                self.log.take_back().map_err(|error| unwritten(&self.path, &error))?;
                let could = self.samples.take_back().map_err(|error| untested(self.samples.path(), &error))?;
                self.say_tests_stay(could, out)?;
            }
            'S' => return self.switch_off(out),
            'j' => return Ok(self.session.step(false)),
            'k' => return Ok(self.session.step(true)),
            '/' => {
                let Some(what) = keys.text(given, "/", "")? else { return Ok(true) };
                if !self.session.jump(&what) {
                    writeln!(out, "nothing holds `{}`", visible(&what))?;
                    return Ok(false);
                }
            }
            'c' => self.is_wide = !self.is_wide,
            'i' => {
                let Some((item, ..)) = self.session.current() else { return Ok(false) };
                for why in &item.why {
                    writeln!(out, "    {}", visible(why))?;
                }
                return Ok(false);
            }
            '?' => {
                writeln!(out, "{KEYS}")?;
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn show(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some((item, number, alike)) = self.session.current() else {
            return writeln!(
                out,
                "that was the last: q quits, w writes what is answered, u takes the last answer back"
            );
        };
        let Decision { rule, doc, line, column, .. } = &item.decision;
        let place: String = [line, column].into_iter().flatten().map(|number| format!(":{number}")).collect();
        let alike = if alike > 1 { format!("  ×{alike}") } else { String::new() };
        let safety = item.safety.map_or_else(String::new, |safety| format!("  {safety}"));
        writeln!(out, "\n[{number}/{}] {}{place}  {}{safety}{alike}", self.session.len(), visible(doc), visible(rule))?;
        writeln!(out, "    {}", item.shown[usize::from(self.is_wide)])?;
        let answered = match self.session.answer() {
            Some(Answer { verdict: Verdict::Accept, to: None }) => "accepted; ",
            Some(Answer { verdict: Verdict::Accept, to: Some(_) }) => "accepted with another text; ",
            Some(Answer { verdict: Verdict::Refuse, .. }) => "refused; ",
            None => "",
        };
        if self.session.is_written(item) {
            return writeln!(out, "  {answered}its file is written: j k / go on, q quits");
        }
        let asked = if item.is_made { "keep it" } else { "make it" };
        writeln!(out, "  {answered}{asked}? y n a d A D = S e u j k / c i t w q ! ?")
    }

    /// Keeps an answer, before the next is asked for; returns whether there was anything to answer.
    fn keep(&mut self, answer: &Answer, scope: Scope, out: &mut dyn Write) -> Result<bool, Stop> {
        if self.says_written(out)? {
            return Ok(false);
        }
        let decisions = self.session.decide(answer, scope);
        if decisions.is_empty() {
            return Ok(true);
        }
        self.add(decisions.into_iter().map(Line::Edit))?;
        Ok(true)
    }

    /// Switches the rule of the item off for its site; returns whether that could be done.
    fn switch_off(&mut self, out: &mut dyn Write) -> Result<bool, Stop> {
        if self.says_written(out)? {
            return Ok(false);
        }
        let Some((item, ..)) = self.session.current() else { return Ok(false) };
        if item.rule().is_none() {
            writeln!(out, "several rules had a part in it, so it says nothing about one of them: n refuses it")?;
            return Ok(false);
        }
        let Some(Off { rule, site }) = self.session.switch_off() else {
            writeln!(out, "its text is of no site that the rules know, see `unscrape sites`: D refuses its rule here")?;
            return Ok(false);
        };
        writeln!(out, "{} is off for {}", visible(&rule), visible(&site))?;
        self.add([Line::Off(Off { rule, site })])?;
        Ok(true)
    }

    /// Says so if tests could not be taken back with their answers.
    fn say_tests_stay(&self, could: bool, out: &mut dyn Write) -> io::Result<()> {
        if !could {
            let path = shown(self.samples.path());
            writeln!(out, "`{path}` was changed meanwhile: delete the test from it by hand")?;
        }
        Ok(())
    }

    /// Says so if the file of the item is written, so that there is nothing to answer.
    fn says_written(&self, out: &mut dyn Write) -> io::Result<bool> {
        let Some((item, ..)) = self.session.current().filter(|(item, ..)| self.session.is_written(item)) else {
            return Ok(false);
        };
        let doc = visible(&item.decision.doc);
        writeln!(out, "{doc} is written, and `unscrape undo` brings it back; decide anew in another review")?;
        Ok(true)
    }

    fn add(&mut self, lines: impl IntoIterator<Item = Line>) -> Result<(), Stop> {
        let docs = Docs::of(&self.path);
        let kept = lines.into_iter().map(|line| match line {
            Line::Edit(one) => Line::Edit(Decision { doc: docs.name(&one.doc), ..one }),
            off @ Line::Off(_) => off,
        });
        let lines: String = kept.map(|line| line_of(&line)).collect();
        self.log.add(&lines).map_err(|error| unwritten(&self.path, &error))?;
        self.samples.answered();
        Ok(())
    }

    /// Returns anew what was refused beside another text or a proposal that was accepted: by the words that stand there now.
    fn beside_decided(&mut self, terminal: &Terminal) -> Result<Vec<Line>, Stop> {
        let bytes = self.log.read().map_err(|error| unread(&self.path, &error))?;
        let decisions = Decisions::new(lines(&self.path, &bytes)?);
        let items = &self.asked.items;
        let docs: HashSet<&str> = items
            .iter()
            .filter(|item| {
                let decided = decisions.of(&item.decision, &item.earlier);
                let accepted = decided.filter(|one| one.verdict == Verdict::Accept);
                accepted.is_some_and(|one| one.to.is_some() || !item.is_made)
            })
            .map(|item| item.decision.doc.as_str())
            .collect();
        let inputs = self.asked.found.inputs.iter().filter(|input| docs.contains(&*input.name()));
        let paths: Vec<_> = inputs.filter_map(|input| input.path.clone()).collect();
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let cleaner = self.asked.builder.clone().decisions(decisions.clone()).build()?;
        let all = refused_of(&self.args.task, paths, &cleaner, terminal)?;
        let by_place: HashMap<_, _> =
            items.iter().map(|Item { decision, .. }| ((&*decision.doc, &*decision.fingerprint), decision)).collect();
        let mut more = Vec::new();
        for Refused { doc, fingerprint, sides } in all {
            let Some(&one) = by_place.get(&(&*doc, &*fingerprint)) else { continue };
            let Some(decided) = decisions.of(one, &[]) else { continue };
            let is_same = |there: &Decision| there.verdict == decided.verdict && there.to == decided.to;
            if !decisions.between(one, &sides).is_some_and(is_same) {
                let (verdict, to) = (decided.verdict, decided.to.clone());
                more.push(Line::Edit(Decision { verdict, to, decided: Some(sides), ..one.clone() }));
            }
        }
        Ok(more)
    }

    /// Keeps the lines of the item as a test of its rule; returns whether it could.
    fn keep_test(&mut self, verdict: Verdict, out: &mut dyn Write) -> Result<bool, Stop> {
        let Some((item, ..)) = self.session.current() else { return Ok(false) };
        if self.says_written(out)? {
            return Ok(false);
        }
        if item.rule().is_none() {
            writeln!(out, "several rules had a part in it, so it is no test of one of them")?;
            return Ok(false);
        }
        self.samples.keep(item, verdict).map_err(|error| untested(self.samples.path(), &error))?;
        writeln!(out, "kept as a test in `{}`", shown(self.samples.path()))?;
        if !samples::acts(&self.asked.builder, item) {
            writeln!(out, "but in these lines alone the rule does not do it: add what it needs around them")?;
        }
        Ok(true)
    }

    /// Rewrites the files of which all is answered, as `clean -w` does.
    fn write(&mut self, terminal: &mut Terminal) -> Result<(), Stop> {
        let docs = self.session.finished();
        let inputs = self.asked.found.inputs.iter().filter(|input| docs.contains(&input.name()));
        let paths: Vec<_> = inputs.filter_map(|input| input.path.clone()).collect();
        if paths.is_empty() {
            writeln!(terminal.out, "there is no file of which all is answered")?;
            return Ok(());
        }
        let more = self.beside_decided(terminal)?;
        let decisions = self.log.read().map_err(|error| unread(&self.path, &error))?;
        let decisions = Decisions::new(lines(&self.path, &decisions)?);
        let cleaner = self.asked.builder.clone().findings(false).decisions(decisions).build()?;
        let Task { inputs, choice, .. } = &self.args.task;
        let task = Task { inputs: inputs.instead(paths), choice: choice.undecided(), batch: Default::default() };
        let clean = clean::Args::new(task, clean::Output::in_place(&self.args.state));
        match clean::run_by(&clean, terminal, clean::By::Cleaner(&cleaner)) {
            Ok(Outcome::Done) => {
                self.add(more)?;
                self.session.wrote(docs);
                self.log.settle();
                self.samples.settle();
            }
            Ok(outcome) => self.outcome = self.outcome.max(outcome),
            // The answers are kept, and somebody may mend it and press the key again.
            Err(Stop::Setup(error)) => terminal.voice.error(format_args!("{error:#}")),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn list(decided: &[Line], terminal: &mut Terminal) -> Result<Outcome, Stop> {
    for line in decided {
        let one = match line {
            Line::Off(Off { rule, site }) => {
                writeln!(terminal.out, "off     {}  for {}", visible(rule), visible(site))?;
                continue;
            }
            Line::Edit(one) => one,
        };
        let verdict = match one.verdict {
            Verdict::Accept => "accept",
            Verdict::Refuse => "refuse",
        };
        let place: String = [one.line, one.column].into_iter().flatten().map(|number| format!(":{number}")).collect();
        let what = lint::what_of(&one.before, one.to.as_ref().unwrap_or(&one.after));
        writeln!(terminal.out, "{verdict}  {}  {what}  {}{place}", visible(&one.rule), visible(&one.doc))?;
    }
    Ok(Outcome::Done)
}

/// Reads the decisions in a file; there are none if it is not there.
fn read(path: &Path) -> Result<Vec<Line>, Stop> {
    match fs::read(path) {
        Ok(bytes) => lines(path, &bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(unread(path, &error)),
    }
}

/// Reads the lines of a file, which may be empty.
fn lines(path: &Path, bytes: &[u8]) -> Result<Vec<Line>, Stop> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    config::warn_of_torn(path, bytes);
    decisions::read(bytes).map_err(|why| Stop::Setup(anyhow!("`{}` {why}", shown(path))))
}

fn line_of(line: &Line) -> String {
    let mut out = Vec::new();
    report::escape::json_line(&mut out, line).expect("memory");
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn not_open(path: &Path, why: NotOpen) -> Stop {
    match why {
        NotOpen::Busy => Stop::Setup(anyhow!(
            "another review adds to `{}`: end it first, or keep these answers elsewhere with --decisions FILE",
            shown(path)
        )),
        NotOpen::Error(error) => unwritten(path, &error),
    }
}

fn untested(path: &Path, error: &io::Error) -> Stop {
    Stop::Setup(anyhow!("cannot write the tests to `{}`: {error}", shown(path)))
}

fn unread(path: &Path, error: &io::Error) -> Stop {
    Stop::Setup(anyhow!("cannot read the decisions in `{}`: {error}", shown(path)))
}

fn unwritten(path: &Path, error: &io::Error) -> Stop {
    Stop::Setup(anyhow!("cannot write the decisions to `{}`: {error}", shown(path)))
}
