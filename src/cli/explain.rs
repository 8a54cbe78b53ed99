//! `unscrape explain`: which rules did something at a place of a text, and why the others did not.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::args::{Choice, Inputs};
use super::{Outcome, Stop, Terminal};
use crate::Cleaned;
use crate::cleaner::Cleaner;
use crate::corpus::run::{self, NotRead};
use crate::corpus::walk::shown;
use crate::edit::{Edit, RuleId, Status};
use crate::plan::{Sight, Source};
use crate::report::escape::visible;
use crate::report::{held_because, lint, rules_of};
use crate::text::{Lines, Places, Span};

const EXAMPLES: &str = "\
Examples:
  unscrape explain article.txt:12                      what happens in line 12
  unscrape explain article.txt:12:40                   what happens at one character of it
  unscrape explain crawl.jsonl:7                       what happens in the record of line 7
  unscrape explain article.txt --rule core/words/glue  what one rule finds in the whole text";

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The place: lines and columns count from 1, columns in characters. Of a file of records the line of a record
    #[arg(value_name = "FILE[:LINE[:COL]]")]
    place: String,

    /// Only this rule, by its id: with what keeps it from acting
    #[arg(long, value_name = "ID")]
    rule: Option<String>,

    #[command(flatten)]
    inputs: Reading,

    #[command(flatten)]
    choice: Choice,
}

/// What of [`Inputs`] concerns one file.
#[derive(clap::Args, Debug)]
struct Reading {
    /// Where the text was scraped, for site rules
    #[arg(long)]
    url: Option<String>,

    /// The field of a record that holds the text; repeatable [default: text]
    #[arg(long, value_name = "NAME")]
    text_field: Vec<String>,
}

/// A place on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    path: PathBuf,
    line: Option<usize>,
    col: Option<usize>,
}

/// Takes `FILE:LINE:COL` apart from its right end; a file that has just this name is meant whole.
fn named(place: &str) -> Named {
    let whole = Named { path: PathBuf::from(place), line: None, col: None };
    let number = |text: &str| text.parse::<usize>().ok();
    let split = |text: &str| text.rsplit_once(':').and_then(|(rest, last)| Some((rest.to_owned(), number(last)?)));
    if whole.path.exists() {
        return whole;
    }
    match split(place) {
        None => whole,
        Some((rest, last)) => match split(&rest) {
            Some((path, line)) if !Path::new(&rest).exists() => {
                Named { path: PathBuf::from(path), line: Some(line), col: Some(last) }
            }
            _ => Named { path: PathBuf::from(rest), line: Some(last), col: None },
        },
    }
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let place = named(&args.place);
    if let Some(what) = [("line", place.line), ("column", place.col)].iter().find(|(_, number)| *number == Some(0)) {
        let what = what.0;
        return Err(Stop::Setup(anyhow!(
            "`{}` names {what} 0, and lines and columns count from 1",
            visible(&args.place)
        )));
    }
    let builder = args.choice.builder()?.findings(true);
    if let Some(id) = &args.rule
        && !builder.packs()?.iter().flat_map(|pack| &pack.rules).any(|rule| rule.id.as_str() == id)
    {
        return Err(Stop::Setup(anyhow!("there is no rule `{id}`; `unscrape rules list` names all of them")));
    }
    if place.line.is_none() && args.rule.is_none() {
        let what = "name a line, FILE:LINE or FILE:LINE:COL, or a rule, --rule ID";
        return Err(Stop::Setup(anyhow!("`{}` is a whole text: {what}", shown(&place.path))));
    }
    let inputs = Inputs::of(vec![place.path.clone()], args.inputs.text_field.clone());
    let found = inputs.find()?;
    let encoding = inputs.encoding(&args.choice.files, &found)?;
    let fields = inputs.fields(&args.choice.files)?;
    let cleaner = builder.build()?;
    let Some(input) = found.inputs.first().filter(|_| found.folders.is_empty()) else {
        let why = found.problems.first().map_or("is a folder, not a file", |(_, why)| why.as_str());
        return Err(Stop::Setup(anyhow!("{}: {why}", shown(&place.path))));
    };
    let mut is_there = false;
    let out = &mut terminal.out;
    let url = args.inputs.url.as_deref();
    let read = run::texts(input, &fields, encoding, url, inputs.max_record_bytes, |text, source, record| {
        let name = match record {
            Some(record) if place.line.is_some_and(|line| line as u64 != record) => return Ok(()),
            Some(record) => format!("{}:{record}", input.shown()),
            None => input.shown(),
        };
        // The line of a record names all of it.
        let line = place.line.filter(|_| record.is_none());
        let Some(at) = span(text, line, place.col) else { return Ok(()) };
        is_there = true;
        let source = &Source { date: source.date.or(inputs.date.as_deref()), ..*source };
        explain(out, &cleaner, &Text { name: &name, text, source }, at, args.rule.as_deref())
    });
    match read {
        Ok(()) if is_there => Ok(Outcome::Done),
        Ok(()) => Err(Stop::Setup(anyhow!("`{}` has no such place", visible(&args.place)))),
        Err(NotRead::Input(why)) => {
            terminal.voice.error(format_args!("{}: {why}", input.shown()));
            Ok(Outcome::Failed)
        }
        Err(NotRead::Each(error)) => Err(error.into()),
    }
}

/// Returns the bytes of a text that are meant: all of it, a line with its end, or a character.
fn span(text: &str, line: Option<usize>, col: Option<usize>) -> Option<Span> {
    let Some(line) = line else { return Some(Span::new(0, text.len())) };
    let line = *Lines::new(text).as_slice().get(line - 1)?;
    let Some(col) = col else { return Some(line.full) };
    let (at, c) = text[line.full.range()].char_indices().nth(col - 1)?;
    Some(Span::new(line.full.start + at, line.full.start + at + c.len_utf8()))
}

/// A text with what is known of it.
struct Text<'a> {
    name: &'a str,
    text: &'a str,
    source: &'a Source<'a>,
}

fn explain(out: &mut dyn Write, cleaner: &Cleaner, text: &Text<'_>, at: Span, only: Option<&str>) -> io::Result<()> {
    let cleaned = cleaner.clean_with(text.text, text.source);
    let is_meant = |rule: &RuleId| only.is_none_or(|only| rule.as_str() == only);
    let meets = |span: Span| {
        span.overlaps(at) || (span.start <= at.start && at.start <= span.end && (span.is_empty() || at.is_empty()))
    };
    let here = |edit: &&Edit| meets(edit.span) && rules_of(edit).into_iter().any(is_meant);
    let mut places = Places::new(text.text);
    let mut heard: Vec<&RuleId> = Vec::new();
    say_about(out, text, &cleaned)?;
    for edit in cleaned.edits.iter().chain(&cleaned.findings).filter(here) {
        heard.extend(rules_of(edit));
        let [(line, col, _), _] = places.ends(edit.span);
        let rules: Vec<_> = rules_of(edit).into_iter().map(RuleId::as_str).collect();
        let happened = match edit.status {
            Status::Kept => "made".to_owned(),
            Status::Proposed if !cleaner.makes_review() => {
                "not made: it waits for a person; --safety review makes it".to_owned()
            }
            Status::Flag => "flagged: the rule only finds".to_owned(),
            Status::Field => "read: the rule takes it for metadata".to_owned(),
            status => format!("not made: {}", status.as_str()),
        };
        writeln!(out, "{}:{line}:{col}  {}", visible(text.name), visible(&rules.join(" + ")))?;
        writeln!(out, "    {}", lint::what(edit))?;
        writeln!(out, "    {happened}")?;
        if let Some(reason) = &edit.reason {
            writeln!(out, "    {}", visible(reason))?;
        }
        for evidence in edit.steps.iter().filter_map(|step| step.evidence.as_deref()) {
            writeln!(out, "    because {}", visible(evidence))?;
        }
    }
    let mut silent: BTreeMap<&str, usize> = BTreeMap::new();
    let mut told: Vec<(&RuleId, Option<Span>, String)> = Vec::new();
    cleaner.sights(text.text, text.source, at, |rule, sight| {
        if !is_meant(rule) || heard.contains(&rule) {
            return;
        }
        match sight {
            Sight::NotFor(why) if only.is_some() => told.push((rule, None, why)),
            Sight::NotFor(_) => *silent.entry("are for other texts").or_default() += 1,
            Sight::NoMatch if only.is_some() => told.push((rule, None, "it finds nothing there".to_owned())),
            Sight::NoMatch => *silent.entry("find nothing there").or_default() += 1,
            Sight::Refused(span, why) => told.push((rule, Some(span), why)),
            Sight::Waits(span) => told.push((rule, Some(span), "it waits for a person".to_owned())),
            Sight::Free(span) => told.push((
                rule,
                Some(span),
                "it would act on the text as it came in; when its turn came, the text was another".to_owned(),
            )),
        }
    });
    for (rule, span, why) in &told {
        match span {
            Some(span) => {
                let [(line, col, _), _] = places.ends(*span);
                writeln!(out, "{}:{line}:{col}  {}", visible(text.name), visible(rule.as_str()))?;
                writeln!(out, "    finds `{}`", lint::quoted(&text.text[span.range()]))?;
                writeln!(out, "    not made: {}", visible(why))?;
            }
            None => writeln!(out, "{}  not made: {}", visible(rule.as_str()), visible(why))?,
        }
    }
    if let Some(only) = only
        && heard.is_empty()
        && told.is_empty()
    {
        writeln!(out, "{}  does not run: the profile, --select or --ignore leave it out", visible(only))?;
    }
    if !silent.is_empty() {
        let silent: Vec<_> = silent.iter().map(|(what, count)| format!("{count} {what}")).collect();
        writeln!(out, "of the other rules {}; --rule ID says why", silent.join(", "))?;
    }
    Ok(())
}

/// Says what of the whole text decides about rules.
fn say_about(out: &mut dyn Write, text: &Text<'_>, cleaned: &Cleaned<'_>) -> io::Result<()> {
    let lang = cleaned.lang.as_deref().unwrap_or("not asked for");
    let site = cleaned.site.as_deref().unwrap_or("none");
    writeln!(out, "{}  language: {}, site: {}", visible(text.name), visible(lang), visible(site))?;
    match &cleaned.held {
        Some(held) => writeln!(out, "    left as it was: {}", visible(&held_because(held))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_apart_from_its_right_end() {
        for (place, path, line, col) in [
            ("none.txt", "none.txt", None, None),
            ("none.txt:12", "none.txt", Some(12), None),
            ("none.txt:12:3", "none.txt", Some(12), Some(3)),
            ("C:/none.txt:12", "C:/none.txt", Some(12), None),
            ("none:x:12", "none:x", Some(12), None),
            ("none.txt:0", "none.txt", Some(0), None),
            ("none.txt:3:0", "none.txt", Some(3), Some(0)),
            ("none.txt:-1", "none.txt:-1", None, None),
        ] {
            assert_eq!(named(place), Named { path: PathBuf::from(path), line, col }, "{place}");
        }
    }

    #[test]
    fn a_place_is_a_line_or_a_character() {
        let text = "é\r\nab𝄞\n";
        let at = |line, col| span(text, line, col).map(|span| &text[span.range()]);
        assert_eq!(at(None, None), Some(text));
        assert_eq!(at(Some(1), None), Some("é\r\n"));
        assert_eq!(at(Some(2), Some(3)), Some("𝄞"));
        assert_eq!(at(Some(3), None), None);
        assert_eq!(at(Some(2), Some(5)), None);
    }
}
