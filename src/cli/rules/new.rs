//! `unscrape rules new`: the beginning of a rule, which works as it stands.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::ValueEnum;

use super::super::args::RuleFiles;
use super::super::{Outcome, Stop, Terminal};
use crate::cleaner::RuleFile;
use crate::corpus::walk::shown;
use crate::corpus::write::{Existing, Staged};
use crate::rules::scaffold::{Example, Scaffold};

const EXAMPLES: &str = r#"Examples:
  unscrape rules new my/site/byline                              writes my-site.yaml
  unscrape rules new my/site/byline --example "empty. (red.) => empty."
  unscrape rules new my/site/share --kind drop-line --example "Text.\nShare this => Text."
  unscrape rules new rules/names.yaml --kind map"#;

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Args {
    /// The full id of the rule, such as my/site/byline, or the file to write, such as my-site.yaml
    #[arg(value_name = "PACK/ID|FILE")]
    name: String,

    /// What the rule does [default: as the example wants, else replace]
    #[arg(long)]
    kind: Option<Kind>,

    /// A text and what becomes of it, with ` => ` between; `\n` is a line end
    #[arg(long, value_name = "BEFORE => AFTER", allow_hyphen_values = true)]
    example: Option<String>,

    #[command(flatten)]
    files: RuleFiles,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Replace,
    Delete,
    DropLine,
    DropBlock,
    JoinLines,
    Map,
    Extract,
    Flag,
    Builtin,
}

impl Kind {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let (path, pack, id) = place(&args.name)?;
    if path.exists() {
        let help = "it is never overwritten; add the rule to it by hand, or name another file";
        return Err(anyhow!("`{}` is there already; {help}", shown(&path)).into());
    }
    let example = args.example.as_deref().map(example).transpose()?;
    let scaffold = Scaffold { pack: &pack, id: &id, kind: args.kind.map(Kind::name), example };
    let text = scaffold.text().map_err(|why| anyhow!(why))?;
    let name = shown(&path);
    // Its name, its id and its example may clash with rules that are there.
    let builder = args.files.builder()?.rules(RuleFile::new(name.clone(), text.as_bytes()));
    let report = builder.test_rules(&[format!("{pack}/{id}")])?;
    let cannot = |error| anyhow!("cannot write `{}`: {error}", shown(&path));
    let mut staged = Staged::new(&path, Existing::Refuse);
    staged.write_all(text.as_bytes()).map_err(cannot)?;
    staged.commit().map_err(cannot)?;
    let file = super::super::clean::quoted(&path);
    if report.passed() {
        terminal.voice.say(format_args!("wrote {file}; next: unscrape rules test --rules {file} {pack}"));
    } else {
        if let Some(failures) = report.failures(terminal.color) {
            writeln!(terminal.out, "{failures}")?;
        }
        let what = "the rule does not yet do what its example says: fill in `match`, and `unscrape rules test` tells";
        terminal.voice.say(format_args!("wrote {file}; {what}"));
    }
    Ok(Outcome::Done)
}

/// Returns the file, the pack and the rule's own id.
fn place(name: &str) -> anyhow::Result<(PathBuf, String, String)> {
    let path = Path::new(name);
    let is_file = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if is_file {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let pack: String =
            stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        let pack = pack.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let pack = if pack.is_empty() { "my-pack".to_owned() } else { pack };
        return Ok((path.to_owned(), pack, "first-rule".to_owned()));
    }
    match name.rsplit_once('/') {
        Some((pack, id)) if !pack.is_empty() && !id.is_empty() => {
            Ok((PathBuf::from(format!("{}.yaml", pack.replace('/', "-"))), pack.to_owned(), id.to_owned()))
        }
        _ => bail!("`{name}` is no full id, such as my/site/byline, and no file, such as my-site.yaml"),
    }
}

fn example(written: &str) -> anyhow::Result<Example> {
    let text = |part: &str| part.replace("\\n", "\n").replace("\\t", "\t");
    match written.split_once("=>") {
        Some((before, after)) if !before.trim().is_empty() => {
            let before = before.strip_suffix(' ').unwrap_or(before);
            let after = after.strip_prefix(' ').unwrap_or(after);
            if before == after {
                bail!("--example: nothing changes in it");
            }
            Ok(Example { before: text(before), after: text(after) })
        }
        _ => bail!("--example: expected a text and what becomes of it, such as \"teh end => the end\""),
    }
}
