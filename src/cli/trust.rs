//! `unscrape rules trust`: believes a rule file that lies outside the configuration's folder, as it is now.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow};

use super::config::{self, Trusted};
use super::{Outcome, Stop, Terminal};
use crate::corpus::targets::real;
use crate::corpus::walk::shown;
use crate::corpus::write::{Existing, Staged};
use crate::rules::diagnostics::RuleErrors;
use crate::rules::{decode, trust};

#[derive(clap::Args, Debug)]
#[command(after_help = NOTES)]
pub(super) struct Trust {
    /// The rule file
    #[arg(value_name = "PACK")]
    pack: PathBuf,

    /// Write to this file instead of the nearest unscrape.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const NOTES: &str = "\
`safe` rules of a pack that lies outside the folder of unscrape.yaml count as `review`, and its terms and labels as
none, until its path and hash stand under `trust`. A pack that changes is believed no longer: read it again, and
trust it again. Without an unscrape.yaml one is made in the working directory.";

pub(super) fn run(args: &Trust, terminal: &mut Terminal) -> Result<Outcome, Stop> {
    let file = config::read_rules(&args.pack, true)?;
    decode::load_with(&file.name, &file.bytes, false, &file.lists).map_err(|diagnostics| RuleErrors { diagnostics })?;
    let hash = config::print(&file);
    let place = config::place(args.config.as_deref())?;
    let there = place.exists();
    let folder = real(&place).parent().map(Path::to_owned).unwrap_or_default();
    let pack = real(&args.pack);
    if pack.starts_with(&folder) {
        let (pack, place) = (shown(&args.pack), shown(&place));
        return Err(Stop::Setup(anyhow!("`{pack}` lies in the folder of `{place}`, so it is trusted already")));
    }
    let written = relative(&folder, &pack)
        .ok_or_else(|| anyhow!("the path of `{}` is not UTF-8, and cannot be written down", shown(&pack)))?;
    let (old, new, named) = if there {
        let known = config::trusted(&place, &pack)?;
        if known.hashes.contains(&hash) {
            return Err(Stop::Setup(anyhow!("`{}` is trusted already, as it is", shown(&args.pack))));
        }
        let Trusted { text, pack: as_pack, .. } = known;
        let path = as_pack.clone().unwrap_or(written);
        let is_it = |other: &str| real(&folder.join(other)) == pack;
        let new = trust::with_trust(&text, &path, &hash, is_it).map_err(|why| anyhow!("`{}`: {why}", shown(&place)))?;
        (text, new, as_pack.is_some())
    } else {
        let key = trust::key(&written);
        (String::new(), format!("format: 1\npacks:\n  - {key}\ntrust:\n  {key}: {hash}\n"), true)
    };
    let existing = if there { Existing::Replace } else { Existing::Refuse };
    let mut staged = Staged::new(&place, existing);
    let done = staged.write_all(new.as_bytes()).and_then(|()| staged.commit());
    done.with_context(|| format!("cannot write `{}`", shown(&place)))?;
    writeln!(terminal.out, "{}", shown(&place))?;
    for line in difference(&old, &new) {
        writeln!(terminal.out, "  {line}")?;
    }
    if !named {
        terminal.out.flush()?;
        terminal.voice.say("`packs:` does not name it yet, so it runs only with --rules, which believes it anyway");
    }
    Ok(Outcome::Done)
}

/// Returns the lines that differ: what goes, and what comes.
fn difference(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let front = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let back = old[front..].iter().rev().zip(new[front..].iter().rev()).take_while(|(a, b)| a == b).count();
    let gone = old[front..old.len() - back].iter().map(|line| format!("- {line}"));
    gone.chain(new[front..new.len() - back].iter().map(|line| format!("+ {line}"))).collect()
}

/// Returns the path from `folder` to `file`, with `/` between its parts; none if it is not UTF-8.
fn relative(folder: &Path, file: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    // Another drive has no path from here.
    if common == 0 || matches!(to.get(common), Some(Component::Prefix(_))) {
        return file.to_str().map(str::to_owned);
    }
    let up = std::iter::repeat_n("..", from.len() - common).map(Some);
    let down = to[common..].iter().map(|part| part.as_os_str().to_str());
    up.chain(down).collect::<Option<Vec<_>>>().map(|parts| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_from_the_folder_of_the_configuration() {
        for (folder, file, expected) in [
            ("/a/b", "/a/c.yaml", "../c.yaml"),
            ("/a/b", "/c/d.yaml", "../../c/d.yaml"),
            ("/a", "/a/b/c.yaml", "b/c.yaml"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(file)).as_deref(), Some(expected), "{folder} {file}");
        }
    }
}
