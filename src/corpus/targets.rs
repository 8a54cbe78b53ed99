//! Where clean texts go, and what patches call their files: everything that can clash, found before any work.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::walk::{Found, Input, shown};

/// Returns the target of each input below `dir`.
///
/// # Errors
/// All that stands against it, one message each: targets that exist (unless they `may_exist`), two inputs with one
/// target, an input that is a target, a `dir` in which the next run would find what this one wrote.
pub(crate) fn below(dir: &Path, found: &Found, may_exist: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Vec<String>> {
    let mut problems = Vec::new();
    let real_dir = real(dir);
    if dir.exists() && !dir.is_dir() {
        problems.push(format!("`{}` is a file; --out-dir needs a folder", shown(dir)));
    }
    for folder in &found.folders {
        if let Ok(rest) = real_dir.strip_prefix(real(folder))
            && !rest.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
        {
            problems.push(format!(
                "the output folder `{}` lies inside the input folder `{}`, so the next run would clean it again; \
                 choose one outside",
                shown(dir),
                shown(folder)
            ));
        }
    }
    let inputs: HashSet<PathBuf> = found.inputs.iter().filter_map(|input| input.path.as_deref().map(real)).collect();
    let mut first: HashMap<&Path, &Input> = HashMap::new();
    // Two names can lead to one place, by a link.
    let mut place: HashMap<PathBuf, &Input> = HashMap::new();
    let mut targets = Vec::with_capacity(found.inputs.len());
    for input in &found.inputs {
        let target = dir.join(&input.below);
        if input.path.is_none() {
            problems.push("standard input has no name below --out-dir; redirect the output instead".to_owned());
        } else if let Some(other) = first.insert(&input.below, input).or_else(|| place.insert(real(&target), input)) {
            problems.push(format!(
                "`{}` and `{}` would both become `{}`; name a folder above both instead",
                other.shown(),
                input.shown(),
                shown(&target)
            ));
        } else if inputs.contains(&real(&target)) {
            problems.push(format!("`{}` is an input and would be overwritten; use -w for that", shown(&target)));
        } else if target.is_dir() {
            problems.push(format!("`{}` is a folder, and a file would be written there", shown(&target)));
        } else if fs::symlink_metadata(&target).is_ok() && !may_exist(&target) {
            problems.push(format!("`{}` exists; choose another folder or overwrite it with --force", shown(&target)));
        }
        targets.push(target);
    }
    for input in &found.inputs {
        for folder in input.below.ancestors().skip(1) {
            if let Some(file) = first.get(folder) {
                problems.push(format!(
                    "`{}` would become a file where `{}` needs a folder, `{}`",
                    file.shown(),
                    input.shown(),
                    shown(&dir.join(folder))
                ));
            }
        }
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems) }
}

/// Checks that no file would be rewritten twice.
///
/// # Errors
/// One message for each file that is named more than once.
pub(crate) fn in_place(found: &Found) -> Result<(), Vec<String>> {
    let mut seen = HashMap::new();
    let mut problems = Vec::new();
    for input in &found.inputs {
        match input.path.as_deref() {
            None => problems.push("standard input cannot be rewritten with -w; leave out -w".to_owned()),
            Some(path) => {
                if let Some(other) = seen.insert(real(path), input) {
                    problems.push(format!("`{}` and `{}` are the same file", other.shown(), input.shown()));
                }
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Returns the patch that belongs to an output folder: `DIR.patch` beside it.
pub(crate) fn patch_beside(dir: &Path) -> PathBuf {
    // `.` and `..` have no name of their own.
    let dir = if dir.file_name().is_some() { dir.to_owned() } else { real(dir) };
    let mut name = dir.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".patch");
    dir.with_file_name(name)
}

/// What patches call their files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PatchNames {
    /// For each input its path below the folder where the patch applies, with `/` between the parts.
    pub(crate) names: Vec<Vec<u8>>,
    /// That folder, if it is not the working directory.
    pub(crate) root: Option<PathBuf>,
}

/// Names the inputs for a patch: below the working directory, or if one of them lies outside, below `root`,
/// which is their common folder if nobody says.
///
/// # Errors
/// Inputs outside a given `root`.
pub(crate) fn patch_names(inputs: &[Input], root: Option<&Path>) -> Result<PatchNames, Vec<String>> {
    let paths: Vec<Option<PathBuf>> = inputs.iter().map(|input| input.path.as_deref().map(real)).collect();
    let here = real(Path::new("."));
    let base = match root {
        Some(root) => real(root),
        None if paths.iter().flatten().all(|path| path.starts_with(&here)) => here.clone(),
        None => common_folder(paths.iter().flatten()),
    };
    let mut problems = Vec::new();
    let mut names = Vec::with_capacity(inputs.len());
    for (input, path) in inputs.iter().zip(&paths) {
        match path.as_deref().map(|path| path.strip_prefix(&base)) {
            None => names.push(b"stdin".to_vec()),
            Some(Ok(rest)) => names.push(slashed(rest)),
            Some(Err(_)) => problems.push(format!("`{}` lies outside the --root `{}`", input.shown(), shown(&base))),
        }
    }
    let root = (base != here).then_some(base);
    if problems.is_empty() { Ok(PatchNames { names, root }) } else { Err(problems) }
}

fn common_folder<'p>(mut paths: impl Iterator<Item = &'p PathBuf>) -> PathBuf {
    let mut common = paths.next().and_then(|path| path.parent()).unwrap_or(Path::new("/"));
    for path in paths {
        while !path.starts_with(common) {
            common = common.parent().unwrap_or(Path::new("/"));
        }
    }
    common.to_owned()
}

fn slashed(path: &Path) -> Vec<u8> {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.as_encoded_bytes()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join(&b'/')
}

/// Returns the absolute path of `path` without links, as far as it exists.
pub(crate) fn real(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_: io::Error| path.to_owned());
    for folder in whole.ancestors() {
        if let Ok(real) = fs::canonicalize(folder) {
            let rest = whole.strip_prefix(folder).expect("an ancestor is a prefix");
            // What is not there yet is no link, so that `..` leads back to where it came from.
            return rest.components().fold(real, |path, part| match part {
                Component::ParentDir => path.parent().map_or_else(|| path.clone(), Path::to_owned),
                part => path.join(part),
            });
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::super::walk;
    use super::*;

    #[test]
    fn a_path_is_known_by_where_it_leads() {
        let dir = tree(&["x/a.txt"]);
        let path = |path: &str| real(&dir.path().join(path));
        assert_eq!(path("x/../x/a.txt"), path("x/a.txt"));
        assert_eq!(path("none/../x/b.txt"), path("x/b.txt"));
        assert_eq!(path("none/deep/../../x/a.txt"), path("x/a.txt"));
    }

    fn clashes(files: &[&str], paths: &[&str], out: &str, force: bool) -> Vec<String> {
        let dir = tree(files);
        let paths: Vec<_> = paths.iter().map(|path| dir.path().join(path)).collect();
        let problems = below(&dir.path().join(out), &walk::find(&paths, None, &walk::Filter::default()), &|_| force)
            .err()
            .unwrap_or_default();
        let root = format!("{}/", dir.path().display());
        problems.into_iter().map(|problem| problem.replace(&root, "")).collect()
    }

    #[test]
    fn two_inputs_with_one_target_clash() {
        assert_eq!(
            clashes(&["x/a.txt", "y/a.txt"], &["x/a.txt", "y/a.txt"], "out", false),
            ["`x/a.txt` and `y/a.txt` would both become `out/a.txt`; name a folder above both instead"]
        );
        assert_eq!(clashes(&["x/a.txt", "y/a.txt"], &["x", "y"], "out", false).len(), 1);
        assert!(clashes(&["x/a.txt", "y/b.txt"], &["x", "y"], "out", false).is_empty());
        assert_eq!(clashes(&["p/x", "q/x/a.txt"], &["p/x", "q"], "out", false).len(), 1, "a file and a folder");
    }

    #[test]
    fn what_exists_is_not_overwritten_without_force() {
        let files = ["x/a.txt", "x/b.txt", "out/a.txt", "out/b.txt"];
        assert_eq!(
            clashes(&files, &["x"], "out", false),
            [
                "`out/a.txt` exists; choose another folder or overwrite it with --force",
                "`out/b.txt` exists; choose another folder or overwrite it with --force"
            ]
        );
        assert!(clashes(&files, &["x"], "out", true).is_empty());
        assert_eq!(clashes(&["x/a.txt", "out"], &["x"], "out", true), ["`out` is a file; --out-dir needs a folder"]);
    }

    #[test]
    fn an_output_folder_inside_an_input_folder_clashes_unless_it_is_hidden() {
        assert_eq!(clashes(&["x/a.txt"], &["x"], "x/out", false).len(), 1);
        assert_eq!(clashes(&["x/a.txt"], &["x"], "x", false).len(), 2);
        assert!(clashes(&["x/a.txt"], &["x"], "x/.out", false).is_empty());
        assert!(clashes(&["x/a.txt"], &["x"], "xx", false).is_empty());
    }

    #[test]
    fn an_input_is_never_a_target() {
        assert_eq!(
            clashes(&["x/a.txt"], &["x/a.txt"], "x", true),
            ["`x/a.txt` is an input and would be overwritten; use -w for that"]
        );
    }

    #[test]
    fn a_patch_names_files_below_one_folder() {
        let dir = tree(&["x/a b.txt", "x/y/c.txt"]);
        let found = walk::find(&[dir.path().join("x")], None, &walk::Filter::default());
        let names = |root: Option<&Path>| patch_names(&found.inputs, root);
        let expected = |names: [&str; 2], root: PathBuf| {
            Ok(PatchNames { names: names.map(|name| name.as_bytes().to_vec()).to_vec(), root: Some(real(&root)) })
        };
        assert_eq!(names(None), expected(["a b.txt", "y/c.txt"], dir.path().join("x")));
        assert_eq!(names(Some(dir.path())), expected(["x/a b.txt", "x/y/c.txt"], dir.path().to_owned()));
        assert_eq!(names(Some(&dir.path().join("x/y"))).map_err(|problems| problems.len()), Err(1));
    }

    #[test]
    fn a_patch_stands_beside_its_folder() {
        assert_eq!(patch_beside(Path::new("a/out/")), Path::new("a/out.patch"));
        assert_eq!(patch_beside(Path::new("v1.0")), Path::new("v1.0.patch"));
    }
}
