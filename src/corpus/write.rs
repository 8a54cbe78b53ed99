//! Files replaced whole or not at all.
//!
//! A file is written beside its target under another name and moved there when it is complete, so that
//! neither a full disk nor a crash leaves half a file. Nothing exists before the first byte is written.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::walk::shown;
use tempfile::{NamedTempFile, TempPath};

/// What a file was like when it was read: enough to see that somebody has written to it since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    file: (u64, u64),
}

impl Stamp {
    /// Takes the stamp of an open or named file.
    pub(crate) fn of(meta: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            len: meta.len(),
            modified: meta.modified().ok(),
            #[cfg(unix)]
            file: (meta.dev(), meta.ino()),
        }
    }

    /// Returns whether both are of the same file, whatever it holds; where systems do not number files, whether they may be.
    pub(crate) fn is_file_of(&self, other: &Stamp) -> bool {
        #[cfg(unix)]
        return self.file == other.file;
        #[cfg(not(unix))]
        return self.len == other.len;
    }
}

/// What may be at the target already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// Nothing: what is there stays.
    Refuse,
    /// A file, which is replaced.
    Replace,
}

/// A file on its way to its target. Dropped without [`Staged::commit`], it leaves nothing.
pub(crate) struct Staged {
    target: PathBuf,
    existing: Existing,
    /// The folder that the file may not leave by a link.
    within: Option<PathBuf>,
    /// Names the run in the name of the file while it is on its way.
    label: String,
    open: Option<Open>,
}

/// A file that is complete on disk under another name. Dropped without [`Sealed::commit`], it leaves nothing.
#[derive(Debug)]
pub(crate) struct Sealed {
    /// Not open: there may be many of them.
    temp: TempPath,
    /// The target itself, where that is named by a link.
    place: PathBuf,
    existing: Existing,
}

impl Sealed {
    /// Moves the file to its target and returns the folder in which that lies, for [`sync_folder`]. With a stamp, the
    /// target must be as it was when that was taken.
    ///
    /// # Errors
    /// A target that changed, or exists and should not; those of the disk. The target is then what it was.
    pub(crate) fn commit(self, unchanged_since: Option<Stamp>) -> io::Result<PathBuf> {
        let Self { temp, place, existing } = self;
        if let Some(stamp) = unchanged_since
            && Stamp::of(&fs::metadata(&place)?) != stamp
        {
            return Err(io::Error::other("was changed by another program meanwhile; left as it is, run again"));
        }
        match existing {
            Existing::Replace => temp.persist(&place),
            Existing::Refuse => temp.persist_noclobber(&place),
        }
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(),
            _ => error.error,
        })?;
        Ok(folder_of(&place).to_owned())
    }
}

struct Open {
    file: BufWriter<NamedTempFile>,
    /// The target itself, where `target` is a link to it.
    place: PathBuf,
}

impl Staged {
    /// Prepares to write `target`; missing folders on the way to it are made.
    pub(crate) fn new(target: &Path, existing: Existing) -> Self {
        Self { target: target.to_owned(), existing, within: None, label: String::new(), open: None }
    }

    /// Refuses a target that a link leads out of `folder`, which is absolute and without links itself.
    pub(crate) fn within(self, folder: &Path) -> Self {
        Self { within: Some(folder.to_owned()), ..self }
    }

    /// Names the run, so that it can be seen what is left of one that was killed.
    pub(crate) fn label(self, label: &str) -> Self {
        Self { label: label.to_owned(), ..self }
    }

    /// Moves the file to its target, for good.
    ///
    /// # Errors
    /// Anything that keeps the file from being complete on disk; the target is then what it was.
    pub(crate) fn commit(self) -> io::Result<()> {
        let folder = self.seal()?.commit(None)?;
        sync_folder(&folder);
        Ok(())
    }

    /// Makes sure that the file is complete on disk; its target is still what it was.
    ///
    /// # Errors
    /// Anything that keeps the file from being complete on disk.
    pub(crate) fn seal(mut self) -> io::Result<Sealed> {
        self.open()?;
        let Open { file, place } = self.open.take().expect("just opened");
        let temp = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        temp.as_file().sync_all()?;
        Ok(Sealed { temp: temp.into_temp_path(), place, existing: self.existing })
    }

    fn open(&mut self) -> io::Result<&mut Open> {
        if self.open.is_none() {
            self.open = Some(open(&self.target, self.existing, self.within.as_deref(), &self.label)?);
        }
        Ok(self.open.as_mut().expect("just opened"))
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.open()?.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.open.as_mut().map_or(Ok(()), |open| open.file.flush())
    }
}

/// Finds out whether `target` could be written, without writing it.
pub(crate) fn probe(target: &Path, existing: Existing) -> io::Result<()> {
    let (place, old) = place(target, existing, None)?;
    let folder = folder_of(&place);
    if old.is_none() {
        fs::create_dir_all(folder)?;
    }
    // Without a name where the system can do that, so that nothing is left of a run that is killed here.
    tempfile::tempfile_in(folder).map(drop)
}

/// Returns what is to be written for `target`, and what is there.
fn place(target: &Path, existing: Existing, within: Option<&Path>) -> io::Result<(PathBuf, Option<Metadata>)> {
    // A link is followed: what it leads to is replaced, not the link.
    let place = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    if let Some(within) = within
        && !super::targets::real(&place).starts_with(within)
    {
        let within = shown(within);
        return Err(io::Error::other(format!("a link leads out of `{within}`, and nothing is written there")));
    }
    match fs::symlink_metadata(&place) {
        Ok(_) if existing == Existing::Refuse => Err(exists()),
        Ok(meta) => may_be_replaced(&place, &meta).map(|()| (place, Some(meta))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((place, None)),
        Err(error) => Err(error),
    }
}

fn open(target: &Path, existing: Existing, within: Option<&Path>, label: &str) -> io::Result<Open> {
    let (place, old) = place(target, existing, within)?;
    let folder = folder_of(&place);
    let file = match old {
        Some(meta) => {
            let file = temporary(folder, None, label)?;
            inherit(&file, &meta)?;
            file
        }
        None => {
            fs::create_dir_all(folder)?;
            temporary(folder, new_file_mode(), label)?
        }
    };
    Ok(Open { file: BufWriter::with_capacity(1 << 16, file), place })
}

/// Makes a file without a name of its own in `folder`.
pub(super) fn in_folder(folder: &Path) -> io::Result<NamedTempFile> {
    temporary(folder, None, "")
}

/// Removes what a run called `label` that was killed left in `folder`.
pub(super) fn remove_leftovers(folder: &Path, label: &str) {
    let prefix = prefix(label);
    let is_ours = |name: &str| name.starts_with(&prefix) && name.ends_with(SUFFIX);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_ours) {
            // What cannot be removed harms nobody: it is hidden, and no input.
            let _ = fs::remove_file(entry.path());
        }
    }
}

const SUFFIX: &str = ".tmp";

/// How the names of temporary files begin.
fn prefix(label: &str) -> String {
    if label.is_empty() { ".unscrape-".to_owned() } else { format!(".unscrape-{label}-") }
}

fn temporary(folder: &Path, mode: Option<Permissions>, label: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let prefix = prefix(label);
    builder.prefix(&prefix).suffix(SUFFIX);
    if let Some(mode) = mode {
        builder.permissions(mode);
    }
    // The name of a file that could not be made helps nobody.
    builder.tempfile_in(folder).map_err(|error| {
        let why = error.kind();
        io::Error::new(why, format!("no file can be made in its folder `{}`: {why}", shown(folder)))
    })
}

/// The mode of a file that any program would make; the system takes the umask off it.
fn new_file_mode() -> Option<Permissions> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Some(Permissions::from_mode(0o666))
    }
    #[cfg(not(unix))]
    None
}

/// Refuses what a rename would replace although nobody may write to it.
fn may_be_replaced(place: &Path, meta: &Metadata) -> io::Result<()> {
    if !meta.is_file() {
        return Err(io::Error::other(super::walk::not_a_file(meta.file_type())));
    }
    // The bits are asked too, since they do not stop root from opening the file.
    if meta.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "is read-only; left as it is, make it writable first (`chmod u+w`)",
        ));
    }
    File::options().write(true).open(place).map(drop)
}

/// Gives a new file the owner and the mode of the one that it replaces.
fn inherit(file: &NamedTempFile, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let new = file.as_file().metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            // Only root may give files away; for others the file becomes their own, as with any editor.
            let _ = fchown(file.as_file(), Some(old.uid()), Some(old.gid()));
        }
    }
    // After the owner: changing that takes away the bits that let a file run as its owner.
    file.as_file().set_permissions(old.permissions())
}

fn exists() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "exists; nothing is overwritten without --force")
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes renames in a folder last through a crash. Systems on which a folder cannot be opened do this by themselves,
/// and the file is in place already, so a failure here is none of the caller's.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(target: &Path, existing: Existing, text: &str) -> io::Result<()> {
        let mut staged = Staged::new(target, existing);
        staged.write_all(text.as_bytes())?;
        staged.commit()
    }

    fn entries(dir: &Path) -> usize {
        fs::read_dir(dir).expect("a folder").count()
    }

    #[test]
    fn a_file_is_replaced_only_where_that_was_asked_for() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("new/a.txt");
        write(&path, Existing::Refuse, "1").expect("new");
        let error = write(&path, Existing::Refuse, "2").expect_err("exists");
        assert_eq!(error.to_string(), "exists; nothing is overwritten without --force");
        assert_eq!(fs::read_to_string(&path).expect("there"), "1");
        write(&path, Existing::Replace, "3").expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("there"), "3");
    }

    #[test]
    fn what_is_not_committed_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut staged = Staged::new(&dir.path().join("a.txt"), Existing::Refuse);
        staged.write_all(b"half").expect("written");
        drop(staged);
        assert_eq!(entries(dir.path()), 0);
    }

    #[test]
    fn an_empty_file_is_a_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.txt");
        Staged::new(&path, Existing::Refuse).commit().expect("written");
        assert_eq!(fs::read(path).expect("there"), b"");
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.txt");
        fs::write(&path, "old").expect("written");
        let stamp = Stamp::of(&fs::metadata(&path).expect("there"));
        fs::write(&path, "newer").expect("written");
        let mut staged = Staged::new(&path, Existing::Replace);
        staged.write_all(b"mine").expect("written");
        let error = staged.seal().expect("complete").commit(Some(stamp)).expect_err("changed");
        assert!(error.to_string().contains("changed by another program"), "{error}");
        assert_eq!((fs::read_to_string(&path).expect("there").as_str(), entries(dir.path())), ("newer", 1));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_modes_are_kept_and_read_only_files_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        let (file, link) = (dir.path().join("a.txt"), dir.path().join("link"));
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, Permissions::from_mode(0o640)).expect("set");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        write(&link, Existing::Replace, "new").expect("replaced");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("there"), "new");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);

        fs::set_permissions(&file, Permissions::from_mode(0o444)).expect("set");
        let error = write(&file, Existing::Replace, "no").expect_err("read-only");
        assert!(error.to_string().starts_with("is read-only"), "{error}");
        assert_eq!((fs::read_to_string(&file).expect("there").as_str(), entries(dir.path())), ("new", 2));
    }
}
