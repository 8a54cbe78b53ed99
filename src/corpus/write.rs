//! Files replaced whole or not at all.
//!
//! A file is written beside its target under another name and moved there when it is complete, so that
//! neither a full disk nor a crash leaves half a file. Nothing exists before the first byte is written.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

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
    open: Option<Open>,
}

struct Open {
    file: BufWriter<NamedTempFile>,
    /// The target itself, where `target` is a link to it.
    place: PathBuf,
}

impl Staged {
    /// Prepares to write `target`; missing folders on the way to it are made.
    pub(crate) fn new(target: &Path, existing: Existing) -> Self {
        Self { target: target.to_owned(), existing, open: None }
    }

    /// Moves the file to its target. With a stamp, the target must be as it was when that was taken.
    ///
    /// # Errors
    /// Anything that keeps the file from being complete on disk; the target is then what it was.
    pub(crate) fn commit(mut self, unchanged_since: Option<Stamp>) -> io::Result<()> {
        self.open()?;
        let Open { file, place } = self.open.take().expect("just opened");
        let temp = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        temp.as_file().sync_all()?;
        if let Some(stamp) = unchanged_since
            && Stamp::of(&fs::metadata(&place)?) != stamp
        {
            return Err(io::Error::other("was changed by another program meanwhile; left as it is, run again"));
        }
        match self.existing {
            Existing::Replace => temp.persist(&place),
            Existing::Refuse => temp.persist_noclobber(&place),
        }
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(),
            _ => error.error,
        })?;
        sync_folder(folder_of(&place));
        Ok(())
    }

    fn open(&mut self) -> io::Result<&mut Open> {
        if self.open.is_none() {
            self.open = Some(open(&self.target, self.existing)?);
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

/// Keeps `bytes`, which a file holds that will be replaced, beside it as NAME.orig, and returns where.
///
/// # Errors
/// Anything of that name, and all that keeps the bytes from being complete on disk.
pub(crate) fn keep_original(target: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let place = fs::canonicalize(target)?;
    let meta = fs::metadata(&place)?;
    let mut name = place.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".orig");
    let kept = place.with_file_name(&name);
    let in_the_way = |error: io::Error| {
        let name = super::walk::shown(Path::new(&name));
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => "there is one already; left as it is, move that file away".to_owned(),
            _ => error.to_string(),
        };
        io::Error::new(error.kind(), format!("its bytes as they are cannot be kept beside it as `{name}`: {why}"))
    };
    let write = || {
        let mut file = temporary(folder_of(&place), None)?;
        file.write_all(bytes)?;
        inherit(&file, &meta)?;
        // It is the old file, and only its name is new; not every disk can be told so.
        if let Ok(modified) = meta.modified() {
            let _ = file.as_file().set_modified(modified);
        }
        file.as_file().sync_all()?;
        file.persist_noclobber(&kept).map_err(|error| error.error)
    };
    write().map_err(in_the_way)?;
    sync_folder(folder_of(&kept));
    Ok(kept)
}

/// Finds out whether `target` could be written, without writing it.
pub(crate) fn probe(target: &Path, existing: Existing) -> io::Result<()> {
    open(target, existing).map(drop)
}

fn open(target: &Path, existing: Existing) -> io::Result<Open> {
    // A link is followed: what it leads to is replaced, not the link.
    let place = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    let folder = folder_of(&place);
    let old = match fs::symlink_metadata(&place) {
        Ok(meta) => Some(meta),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let file = match old {
        Some(_) if existing == Existing::Refuse => return Err(exists()),
        Some(meta) => {
            may_be_replaced(&place, &meta)?;
            let file = temporary(folder, None)?;
            inherit(&file, &meta)?;
            file
        }
        None => {
            fs::create_dir_all(folder)?;
            temporary(folder, new_file_mode())?
        }
    };
    Ok(Open { file: BufWriter::with_capacity(1 << 16, file), place })
}

fn temporary(folder: &Path, mode: Option<Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".unscrape-").suffix(".tmp");
    if let Some(mode) = mode {
        builder.permissions(mode);
    }
    builder.tempfile_in(folder)
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

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes a rename last through a crash. Systems on which a folder cannot be opened do this by themselves,
/// and the file is in place already, so a failure here is none of the caller's.
fn sync_folder(folder: &Path) {
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
        staged.commit(None)
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
        Staged::new(&path, Existing::Refuse).commit(None).expect("written");
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
        let error = staged.commit(Some(stamp)).expect_err("changed");
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
