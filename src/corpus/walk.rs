//! Which files: what a list of paths stands for, in an order that never varies.

use std::fs::{self, FileType};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::packing::Packing;

/// How texts lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// The file is one text.
    Text,
    /// Each line is a JSON object with a text in one of its fields.
    Jsonl,
    /// An array of such objects, or a single one.
    Json,
    /// Rows with a comma between their fields; the first names the columns.
    Csv,
    /// The same with tabs.
    Tsv,
    /// Columns.
    Parquet,
}

impl Format {
    /// Returns the name, as options and messages call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Jsonl => "JSONL",
            Format::Json => "JSON",
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            Format::Parquet => "Parquet",
        }
    }

    /// Whether its records are objects, to which fields can be added.
    pub(crate) fn has_objects(self) -> bool {
        matches!(self, Format::Jsonl | Format::Json)
    }
}

/// A file to clean, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    /// Where to open it; none for standard input.
    pub(crate) path: Option<PathBuf>,
    pub(crate) format: Format,
    /// How it is compressed; its clean text is, too.
    pub(crate) packing: Packing,
    /// The folder below which it was found and stays, without links.
    pub(crate) root: Option<Arc<Path>>,
    /// Where its clean text goes below an output folder: its path below the folder that was named, or a file's own
    /// name. Never absolute, never with `..`.
    pub(crate) below: PathBuf,
}

impl Input {
    fn stdin(format: Option<Format>) -> Self {
        let format = format.unwrap_or(Format::Text);
        Self { path: None, format, packing: Packing::Plain, root: None, below: PathBuf::from("stdin") }
    }

    fn file(path: &Path, below: &Path, format: Option<Format>, root: Option<&Arc<Path>>) -> Self {
        let format = format.unwrap_or_else(|| by_extension(path).unwrap_or(Format::Text));
        let (packing, _) = Packing::by_name(path);
        Self { path: Some(path.to_owned()), format, packing, root: root.cloned(), below: below.to_owned() }
    }

    /// Returns whether its bytes are compressed, so that no stretch of them is a stretch of its texts.
    pub(crate) fn is_packed(&self) -> bool {
        self.packing != Packing::Plain || self.format == Format::Parquet
    }

    /// Returns the path for machine formats, in which what is not UTF-8 becomes U+FFFD.
    pub(crate) fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| "-".to_owned(), |path| path.to_string_lossy().into_owned())
    }

    /// Returns the path as people read it: see [`shown`].
    pub(crate) fn shown(&self) -> String {
        self.path.as_ref().map_or_else(|| "-".to_owned(), |path| shown(path))
    }
}

/// What a list of paths stands for.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) inputs: Vec<Input>,
    /// The folders among the paths.
    pub(crate) folders: Vec<PathBuf>,
    /// Folders in which no file has one of the known extensions.
    pub(crate) empty: Vec<PathBuf>,
    /// Paths that cannot be inputs, with why not.
    pub(crate) problems: Vec<(PathBuf, String)>,
}

impl Found {
    /// Keeps the folders of files that were named by relative paths when they are written below another folder.
    pub(crate) fn keep_folders(&mut self) {
        for input in &mut self.inputs {
            if let Some(path) = &input.path
                && path.components().all(|part| matches!(part, Component::Normal(_)))
            {
                input.below.clone_from(path);
            }
        }
    }
}

/// Extensions of the files that are taken from a folder. A file named on the command line may have any.
pub(crate) const EXTENSIONS: &[(&str, Format)] = &[
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Text),
    ("markdown", Format::Text),
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("json", Format::Json),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("parquet", Format::Parquet),
];

/// The same, as messages list them.
pub(crate) const EXTENSIONS_SHOWN: &str = ".txt, .text, .md, .markdown, .jsonl, .ndjson, .json, .csv, .tsv, .parquet";

/// Which files of a folder are taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Globs as those of `.gitignore`, against the path below the folder: with one that is not negated only files that
    /// match are taken, whatever their extension; with `!` in front, files that match are not.
    pub(crate) globs: Vec<String>,
    /// Whether `.gitignore` files are honoured.
    pub(crate) gitignore: bool,
}

impl Filter {
    /// Compiles the globs for the folder `root`.
    ///
    /// # Errors
    /// A glob that is none.
    fn overrides(&self, root: &Path) -> Result<Override, ignore::Error> {
        let mut builder = OverrideBuilder::new(root);
        for glob in &self.globs {
            builder.add(glob)?;
        }
        builder.build()
    }

    /// Checks the globs.
    ///
    /// # Errors
    /// What is wrong with the first that is none.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.overrides(Path::new(".")).map(drop).map_err(|error| error.to_string())
    }
}

/// Finds the inputs that `paths` stand for: files as they are, `-` for standard input, folders with what lies
/// below them, sorted by name. Hidden files and symbolic links are left out below a folder, not when named.
pub(crate) fn find(paths: &[PathBuf], format: Option<Format>, filter: &Filter) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            found.inputs.push(Input::stdin(format));
            continue;
        }
        match fs::metadata(path) {
            Err(error) => found.problems.push((path.clone(), error.to_string())),
            Ok(meta) if meta.is_dir() => walk(path, format, filter, &mut found),
            Ok(meta) if meta.is_file() => {
                let name = path.file_name().map_or_else(PathBuf::new, PathBuf::from);
                found.inputs.push(Input::file(path, &name, format, None));
            }
            Ok(meta) => found.problems.push((path.clone(), not_a_file(meta.file_type()))),
        }
    }
    found
}

fn walk(root: &Path, format: Option<Format>, filter: &Filter, found: &mut Found) {
    let before = found.inputs.len() + found.problems.len();
    let real: Option<Arc<Path>> = fs::canonicalize(root).ok().map(Into::into);
    let overrides = filter.overrides(root).unwrap_or_else(|_| Override::empty());
    let has_wanted = overrides.num_whitelists() > 0;
    let mut builder = WalkBuilder::new(root);
    builder.standard_filters(false).require_git(false).overrides(overrides);
    // Not left to the walker, which takes what is hidden where a glob names it.
    builder.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
    builder.git_ignore(filter.gitignore).git_exclude(filter.gitignore).parents(filter.gitignore);
    builder.sort_by_file_name(Ord::cmp);
    for entry in builder.build() {
        match entry {
            Ok(entry) => {
                let Some(kind) = entry.file_type() else { continue };
                let is_known = has_wanted || by_extension(entry.path()).is_some_and(is_read);
                if entry.depth() == 0 || kind.is_dir() || kind.is_symlink() || !is_known {
                    continue;
                }
                if kind.is_file() {
                    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    found.inputs.push(Input::file(entry.path(), below, format, real.as_ref()));
                } else {
                    found.problems.push((entry.into_path(), not_a_file(kind)));
                }
            }
            Err(error) => found.problems.push(problem(root, &error)),
        }
    }
    found.folders.push(root.to_owned());
    if found.inputs.len() + found.problems.len() == before {
        found.empty.push(root.to_owned());
    }
}

/// Returns whether this build reads a format.
fn is_read(format: Format) -> bool {
    format != Format::Parquet || cfg!(feature = "parquet")
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Takes an error of the walk apart: where it happened, and what.
fn problem(root: &Path, error: &ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), problem(root, err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => problem(root, err),
        ignore::Error::Io(error) => (root.to_owned(), error.to_string()),
        error => (root.to_owned(), error.to_string()),
    }
}

/// Returns the format of a file by the end of its name; none if a folder does not give such files.
pub(crate) fn by_extension(path: &Path) -> Option<Format> {
    let (_, name) = Packing::by_name(path);
    let extension = name.extension()?.to_str()?.to_ascii_lowercase();
    EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|(_, format)| *format)
}

/// Says what stands at a path that is neither a file nor a folder.
pub(crate) fn not_a_file(kind: FileType) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "is a FIFO, not a file; pipe it to standard input and name `-`".to_owned();
        }
        if kind.is_socket() {
            return "is a socket, not a file".to_owned();
        }
        if kind.is_block_device() || kind.is_char_device() {
            return "is a device, not a file".to_owned();
        }
    }
    if kind.is_dir() { "is a folder, not a file".to_owned() } else { "is not a file".to_owned() }
}

/// Returns `path` as people read it: control, format and bidirectional characters, line separators and what
/// is not UTF-8 are escaped, so that a file's name can neither move the cursor nor pass for another name.
pub(crate) fn shown(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_ascii_control() {
                out.extend(c.escape_default());
            } else if is_unseen(c) {
                out.extend(c.escape_unicode());
            } else {
                out.push(c);
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::*;

    fn below(found: &Found) -> Vec<String> {
        found.inputs.iter().map(|input| input.below.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_lies_below_a_folder_keeps_its_path_and_a_named_file_its_name() {
        let dir = tree(&["x/b/c.md", "x/a.TXT", "y.bin"]);
        let found = find(&[dir.path().join("x"), dir.path().join("y.bin")], None, &Filter::default());
        assert_eq!(below(&found), ["a.TXT", "b/c.md", "y.bin"]);
        assert_eq!(below(&find(&[dir.path().join("x/b/..")], None, &Filter::default())), ["a.TXT", "b/c.md"]);
    }

    #[test]
    fn a_folder_gives_known_files_in_order_and_nothing_hidden() {
        let dir = tree(&["x/2.txt", "x/10.txt", "x/a.jsonl", "x/b.pdf", "x/.git/c.txt", "x/.d.txt", "x/.e/f.txt"]);
        let found = find(&[dir.path().join("x")], None, &Filter::default());
        assert_eq!(below(&found), ["10.txt", "2.txt", "a.jsonl"]);
        let formats: Vec<_> = found.inputs.iter().map(|input| input.format).collect();
        assert_eq!(formats, [Format::Text, Format::Text, Format::Jsonl]);
        assert!(
            find(&[dir.path().join("x")], Some(Format::Jsonl), &Filter::default())
                .inputs
                .iter()
                .all(|i| i.format == Format::Jsonl)
        );
    }

    #[test]
    fn a_missing_path_is_a_problem_and_the_rest_goes_on() {
        let dir = tree(&["x/a.txt", "y/b.pdf"]);
        let found =
            find(&[dir.path().join("none"), dir.path().join("y"), dir.path().join("x")], None, &Filter::default());
        assert_eq!(below(&found), ["a.txt"]);
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.empty, [dir.path().join("y")]);
    }

    #[test]
    fn globs_say_which_files_of_a_folder_are_taken() {
        let dir = tree(&["x/a.txt", "x/b.log", "x/old/c.txt", "x/old/d.log", "x/.e.log"]);
        fs::write(dir.path().join("x/.gitignore"), "old/\n").expect("written");
        let with = |globs: &[&str], gitignore: bool| {
            let globs = globs.iter().map(|&glob| glob.to_owned()).collect();
            below(&find(&[dir.path().join("x")], None, &Filter { globs, gitignore }))
        };
        assert_eq!(with(&[], false), ["a.txt", "old/c.txt"]);
        assert_eq!(with(&[], true), ["a.txt"]);
        assert_eq!(with(&["*.log"], false), ["b.log", "old/d.log"]);
        assert_eq!(with(&["/old/*.txt"], false), ["old/c.txt"]);
        assert_eq!(with(&["!old/**"], false), ["a.txt"]);
        assert!(Filter { globs: vec!["[a".to_owned()], gitignore: false }.check().is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_below_a_folder_are_not_followed_but_named_ones_are() {
        let dir = tree(&["x/a.txt", "outside/b.txt"]);
        std::os::unix::fs::symlink(dir.path().join("outside"), dir.path().join("x/link")).expect("linked");
        std::os::unix::fs::symlink(dir.path().join("outside/b.txt"), dir.path().join("x/c.txt")).expect("linked");
        assert_eq!(below(&find(&[dir.path().join("x")], None, &Filter::default())), ["a.txt"]);
        assert_eq!(
            below(&find(&[dir.path().join("x/link"), dir.path().join("x/c.txt")], None, &Filter::default())),
            ["b.txt", "c.txt"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_is_shown_with_what_cannot_be_seen_escaped() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xFFb\n\x1b[2J\xE2\x80\xAEc \xC3\xA9"));
        assert_eq!(shown(path), "a\\xffb\\n\\u{1b}[2J\\u{202e}c é");
    }
}
