//! `unscrape review`: a person goes through the edits, and the answers are kept as they are given.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use console::{Key, Term};

use super::args::{Batch, Choice, Inputs};
use super::runner::{Gathers, Tally, cleaner_for, look};
use super::{Outcome, Stop, Terminal, count};
use crate::corpus::job::{Job, Part};
use crate::corpus::walk::shown;
use crate::corpus::write::{Existing, Staged};
use crate::decisions::{self, Decision, Verdict};
use crate::report::{self, Doc, escape::visible, lint};
use crate::review::{Answer, Item, Scope, Session};

const EXAMPLES: &str = "\
Examples:
  unscrape review articles                 what the rules would change, most frequent first
  unscrape review articles --list          what was decided
  unscrape review articles --prune         forget what decides about nothing in articles any more
  unscrape clean -w articles               carry it out

Keys: y accept, n refuse; a or d accept or refuse it and the rest of its file, A or D of its rule; =y or =n all
that are identical; e another text instead; u take the last answer back; j and k go on and back; / go to the next that
holds a text; c more of the text around; i why; q quit; ! quit and forget the answers; ? these keys.";

const KEYS: &str = "\
y accept                    n refuse
a accept the file's rest    d refuse it
A accept the rule's rest    D refuse it
= then y or n: all that are identical
e put another text there    u take the last answer back
j go on                     k go back
/ go to the next that holds a text
c show more around it       i why the rule believes it
q quit                      ! quit and forget the answers";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    batch: Batch,

    /// Read the keys from FILE instead of the terminal: one a line, the text of `e` and `/` behind a space
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    answers: Option<PathBuf>,

    /// List what was decided, and ask nothing
    #[arg(long, conflicts_with_all = ["prune", "answers"], help_heading = "Output")]
    list: bool,

    /// Forget the decisions about edits that the inputs do not have, and ask nothing
    #[arg(long, conflicts_with = "answers", help_heading = "Output")]
    prune: bool,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let path = args.choice.decisions_place()?;
    let before = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Stop::Setup(anyhow!("cannot read the decisions in `{}`: {error}", shown(&path)))),
    };
    let decided =
        if before.is_empty() { Vec::new() } else { decisions::read(&before).map_err(|why| in_file(&path, &why))? };
    if args.list {
        return list(&decided, terminal);
    }
    let mut keys = match &args.answers {
        Some(answers) => {
            let file = File::open(answers).with_context(|| format!("cannot read `{}`", shown(answers)))?;
            Keys::File(Box::new(io::BufReader::new(file).lines()))
        }
        None if args.prune => Keys::File(Box::new(std::iter::empty())),
        None if io::stdin().is_terminal() && io::stdout().is_terminal() => Keys::Terminal(Term::stdout()),
        None => {
            return Err(Stop::Setup(anyhow!(
                "review asks on a terminal, and this is none: name a file with the keys, --answers FILE, or look at the \
                 edits with `unscrape diff`"
            )));
        }
    };
    let (items, mut outcome) = items(args, terminal)?;
    if args.prune && outcome != Outcome::Done {
        terminal.voice.error("nothing is forgotten, since not all of the texts were read, or one was held");
        return Ok(outcome);
    }
    if args.prune {
        let there: HashSet<&str> = items.iter().map(|item| item.decision.fingerprint.as_str()).collect();
        let (kept, gone): (Vec<_>, Vec<_>) =
            decided.into_iter().partition(|one| there.contains(one.fingerprint.as_str()));
        if !gone.is_empty() {
            let all = file_of(&kept);
            replace(&path, &all).map_err(|error| unwritten(&path, &error))?;
        }
        terminal.voice.say(format_args!("{} kept, {} forgotten", count(kept.len() as u64, "decision"), gone.len()));
        return Ok(outcome);
    }
    let known: HashSet<&str> = decided.iter().map(|one| one.fingerprint.as_str()).collect();
    let open: Vec<Item> =
        items.iter().filter(|item| !known.contains(item.decision.fingerprint.as_str())).cloned().collect();
    let settled = items.len() - open.len();
    if settled > 0 {
        terminal.voice.say(format_args!("{} decided before", count(settled as u64, "edit")));
    }
    let mut review = Review { session: Session::new(open), path, before, is_wide: false };
    let quit = review.ask(&mut keys, terminal)?;
    let (accepted, refused, left) = review.session.counts();
    if quit == Quit::Abort {
        terminal.voice.say("the answers are forgotten");
        return Ok(outcome);
    }
    terminal.voice.say(format_args!("{accepted} accepted, {refused} refused, {left} open"));
    if accepted + refused > 0 {
        terminal.voice.say(format_args!("kept in `{}`, which `unscrape clean` carries out", shown(&review.path)));
    }
    outcome = outcome.max(Outcome::Done);
    Ok(outcome)
}

/// Returns all edits of the inputs that can be decided about.
fn items(args: &Args, terminal: &mut Terminal) -> Result<(Vec<Item>, Outcome), Stop> {
    let found = args.inputs.find()?;
    let encoding = args.inputs.encoding(&args.choice.files, &found)?;
    let gathers = Gathers { findings: true, fields: false };
    let choice = args.choice.undecided();
    let (cleaner, unread) = cleaner_for(&args.inputs, &args.batch, &choice, gathers, terminal.voice)?;
    let fields = args.inputs.fields(&args.choice.files)?;
    let mut tally = Tally::new(terminal.voice);
    tally.unread = unread;
    tally.report(&found);
    let color = terminal.color;
    let render = |out: &mut Vec<u8>, doc: &Doc<'_>| report::asked::render(out, doc, color);
    let job = Job {
        cleaner: &cleaner,
        fields: &fields,
        encoding,
        url: args.inputs.url.as_deref(),
        front_matter: false,
        max_record: args.inputs.max_record_bytes,
        sides: false,
        rejects: false,
        render: &render,
    };
    let items = RefCell::new(Vec::new());
    let part = |_: usize, part: Part| {
        items.borrow_mut().extend(report::asked::read(&part.rendered)?);
        Ok(())
    };
    look(&job, &found.inputs, &args.inputs.pool()?, &mut tally, part, |_, _| Ok(()))?;
    tally.say_skipped(&fields);
    Ok((items.into_inner(), tally.outcome(false)))
}

/// Where keys come from.
enum Keys {
    Terminal(Term),
    File(Box<dyn Iterator<Item = io::Result<String>>>),
}

/// A key, and the text that belongs to it.
#[derive(Debug, PartialEq, Eq)]
enum Pressed {
    Key(char, Option<String>),
    /// There are no more.
    End,
}

impl Keys {
    fn next(&mut self) -> io::Result<Pressed> {
        match self {
            Keys::Terminal(term) => loop {
                match term.read_key()? {
                    Key::Char(key) if key != '\u{4}' => return Ok(Pressed::Key(key, None)),
                    Key::ArrowDown | Key::ArrowRight => return Ok(Pressed::Key('j', None)),
                    Key::ArrowUp | Key::ArrowLeft => return Ok(Pressed::Key('k', None)),
                    // The end of a transmission, as a terminal has it.
                    Key::CtrlC | Key::Char('\u{4}') => return Ok(Pressed::Key('q', None)),
                    // The terminal is gone.
                    Key::Unknown if !io::stdin().is_terminal() => return Ok(Pressed::End),
                    _ => {}
                }
            },
            Keys::File(lines) => loop {
                let Some(line) = lines.next().transpose()? else { return Ok(Pressed::End) };
                let mut chars = line.chars();
                let Some(key) = chars.next() else { continue };
                let rest = chars.as_str();
                return Ok(Pressed::Key(key, Some(rest.strip_prefix(' ').unwrap_or(rest).to_owned())));
            },
        }
    }

    /// Returns the text for a key: what came with it, or what is typed behind `prompt`.
    fn text(&mut self, given: Option<String>, prompt: &str, initial: &str) -> io::Result<String> {
        match (self, given) {
            (_, Some(given)) => Ok(given),
            (Keys::Terminal(term), None) => {
                term.write_str(prompt)?;
                term.read_line_initial_text(initial)
            }
            (Keys::File(_), None) => Ok(String::new()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quit {
    Keep,
    Abort,
}

struct Review {
    session: Session,
    path: PathBuf,
    /// What was in the file before.
    before: Vec<u8>,
    is_wide: bool,
}

impl Review {
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
                '=' => match keys.text_key(given)? {
                    Some('y') => (Verdict::Accept, Scope::Identical),
                    Some('n') => (Verdict::Refuse, Scope::Identical),
                    _ => {
                        is_new = false;
                        continue;
                    }
                },
                'e' => {
                    let Some((item, ..)) = self.session.current() else { continue };
                    let after = item.decision.after.as_str();
                    // What cannot be seen might act on the terminal.
                    let initial = if visible(after) == after { after } else { "" };
                    let to = keys.text(given, "instead: ", initial)?;
                    self.keep(&Answer { verdict: Verdict::Accept, to: Some(to) }, Scope::One)?;
                    continue;
                }
                'q' => return Ok(Quit::Keep),
                '!' => {
                    self.restore(&[])?;
                    return Ok(Quit::Abort);
                }
                _ => {
                    is_new = self.other(key, given, keys, &mut terminal.out)?;
                    continue;
                }
            };
            self.keep(&Answer { verdict, to: None }, scope)?;
        }
    }

    /// Does what keys say that decide about nothing; returns whether the item is to be shown again.
    fn other(&mut self, key: char, given: Option<String>, keys: &mut Keys, out: &mut dyn Write) -> Result<bool, Stop> {
        match key {
            'u' if self.session.undo() => {
                let all: Vec<_> = self.session.decisions().collect();
                self.restore(&all)?;
            }
            'j' => return Ok(self.session.step(false)),
            'k' => return Ok(self.session.step(true)),
            '/' => {
                let what = keys.text(given, "/", "")?;
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
            return writeln!(out, "that was the last: q quits, u takes the last answer back");
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
        let asked = if item.is_made { "keep it" } else { "make it" };
        writeln!(out, "  {answered}{asked}? y n a d A D = e u j k / c i q ! ?")
    }

    /// Keeps an answer, before the next is asked for.
    fn keep(&mut self, answer: &Answer, scope: Scope) -> Result<(), Stop> {
        let decisions = self.session.decide(answer, scope);
        if decisions.is_empty() {
            return Ok(());
        }
        let last = fs::read(&self.path).ok().and_then(|bytes| bytes.last().copied());
        let mut lines = match last {
            None => decisions::header(),
            // Some editors leave the last line without its end.
            Some(last) => if last == b'\n' { "" } else { "\n" }.to_owned(),
        };
        decisions.iter().for_each(|one| lines += &line_of(one));
        let append = || -> io::Result<()> {
            let mut file = File::options().append(true).create(true).open(&self.path)?;
            file.write_all(lines.as_bytes())?;
            file.sync_data()
        };
        append().map_err(|error| unwritten(&self.path, &error))
    }

    /// Makes the file what it was before, with `decisions` behind that.
    fn restore(&self, decisions: &[Decision]) -> Result<(), Stop> {
        if self.before.is_empty() && decisions.is_empty() {
            return match fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritten(&self.path, &error)),
                _ => Ok(()),
            };
        }
        let mut all = if self.before.is_empty() { decisions::header().into_bytes() } else { self.before.clone() };
        if !all.ends_with(b"\n") {
            all.push(b'\n');
        }
        decisions.iter().for_each(|one| all.extend(line_of(one).bytes()));
        replace(&self.path, &all).map_err(|error| unwritten(&self.path, &error))
    }
}

impl Keys {
    /// Returns the key behind another.
    fn text_key(&mut self, given: Option<String>) -> io::Result<Option<char>> {
        match given {
            Some(given) => Ok(given.trim().chars().next()),
            None => Ok(match self.next()? {
                Pressed::Key(key, _) => Some(key),
                Pressed::End => None,
            }),
        }
    }
}

fn list(decided: &[Decision], terminal: &mut Terminal) -> Result<Outcome, Stop> {
    for one in decided {
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

fn line_of(one: &Decision) -> String {
    let mut line = Vec::new();
    report::escape::json_line(&mut line, one).expect("memory");
    String::from_utf8(line).expect("JSON is UTF-8")
}

fn file_of(decisions: &[Decision]) -> Vec<u8> {
    let lines: String = decisions.iter().map(line_of).collect();
    (decisions::header() + &lines).into_bytes()
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut staged = Staged::new(path, Existing::Replace);
    staged.write_all(bytes)?;
    staged.commit()
}

fn in_file(path: &Path, why: &str) -> Stop {
    Stop::Setup(anyhow!("`{}` {why}", shown(path)))
}

fn unwritten(path: &Path, error: &io::Error) -> Stop {
    Stop::Setup(anyhow!("cannot write the decisions to `{}`: {error}", shown(path)))
}
