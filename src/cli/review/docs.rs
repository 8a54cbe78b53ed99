//! How a file of decisions names the texts that were decided about: from its own folder, wherever a review runs.

use std::path::{Component, Path, PathBuf};

use crate::corpus::targets::real;
use crate::corpus::walk::shown;

/// What standard input is called, which is another text each time.
const STDIN: &str = "-";

/// The names of texts in a file of decisions.
pub(super) struct Docs {
    /// The folder of the file.
    folder: PathBuf,
}

impl Docs {
    /// Returns the names in the file of decisions at `path`.
    pub(super) fn of(path: &Path) -> Self {
        Self { folder: real(path).parent().unwrap_or(Path::new("/")).to_owned() }
    }

    /// Returns the name in the file of the text that is called `doc` in the working directory: the way from the folder of
    /// the file, or the whole path if the two have nothing in common.
    pub(super) fn name(&self, doc: &str) -> String {
        if doc == STDIN { doc.to_owned() } else { way(&self.folder, &real(Path::new(doc))) }
    }

    /// Returns the path of the text that the file calls `doc`; none if it lies nowhere.
    pub(super) fn place(&self, doc: &str) -> Option<PathBuf> {
        (doc != STDIN && !doc.is_empty()).then(|| real(&self.folder.join(doc)))
    }
}

/// Returns the way from the folder `from` to `to`, with `/` between its parts.
fn way(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let is_shared = from.components().take(common).any(|part| matches!(part, Component::Normal(_)));
    // Below the root itself everything is.
    if !is_shared && from.components().count() > common {
        return shown(to);
    }
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to.components().skip(common).map(|part| shown(Path::new(part.as_os_str())));
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_way_leads_up_and_down() {
        let way = |from: &str, to: &str| super::way(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b", "/a/b/c/d.txt"), "c/d.txt");
        assert_eq!(way("/a/b", "/a/bc/d.txt"), "../bc/d.txt");
        assert_eq!(way("/a/b/c", "/a/d.txt"), "../../d.txt");
        assert_eq!(way("/a/b", "/c/d.txt"), "/c/d.txt", "they have nothing in common");
        assert_eq!(way("/", "/c/d.txt"), "c/d.txt");
    }

    #[test]
    fn a_name_leads_to_where_its_text_lies() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let docs = Docs::of(&dir.path().join("d.jsonl"));
        let text = dir.path().join("x").join("a.txt");
        let name = docs.name(text.to_str().expect("UTF-8"));
        assert_eq!(name, "x/a.txt");
        assert_eq!(docs.place(&name), Some(real(&text)));
        assert_eq!((docs.name("-"), docs.place("-"), docs.place("")), ("-".to_owned(), None, None));
    }
}
