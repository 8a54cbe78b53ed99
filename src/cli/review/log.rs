//! The file of decisions while somebody adds to it: answers are put behind what is there, and taken back from there.
//!
//! The file is locked as long as it is open here, which the system lets go of however the program ends. Nothing that
//! stood in it is written anew, so that no two reviews can forget answers of each other.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::corpus::write::{Existing, Staged};
use crate::decisions;

/// A file of decisions that nobody else adds to.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    /// How long the file is, as it was left here.
    len: u64,
    /// How long it was before each answer that can be taken back.
    before: Vec<u64>,
    /// Whether it was not there before.
    is_new: bool,
}

/// Why the file cannot be had.
#[derive(Debug)]
pub(super) enum NotOpen {
    /// Another program adds to it.
    Busy,
    Error(io::Error),
}

impl From<io::Error> for NotOpen {
    fn from(error: io::Error) -> Self {
        NotOpen::Error(error)
    }
}

impl Log {
    /// Opens the file at `path`, or begins it.
    pub(super) fn open(path: &Path) -> Result<Self, NotOpen> {
        loop {
            let (file, is_new) = match File::options().read(true).write(true).open(path) {
                Ok(file) => (file, false),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    match File::options().read(true).write(true).create_new(true).open(path) {
                        Ok(file) => (file, true),
                        // Somebody was faster.
                        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.exists() => continue,
                        Err(error) => return Err(error.into()),
                    }
                }
                Err(error) => return Err(error.into()),
            };
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Err(NotOpen::Busy),
                // Some file systems have no locks, and one who is alone needs none.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            let mut log = Self { path: path.to_owned(), file, len: 0, before: Vec::new(), is_new };
            // Who had the lock before may have put another file there, or taken it away.
            if !log.is_there()? {
                log.is_new = false;
                continue;
            }
            log.len = log.file.metadata()?.len();
            log.is_new &= log.len == 0;
            if log.is_new {
                log.write(decisions::header().as_bytes())?;
            }
            return Ok(log);
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what is in it.
    pub(super) fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Adds the lines of an answer; they are on disk when it returns. A last line that was begun and not ended is cut off.
    pub(super) fn add(&mut self, lines: &str) -> io::Result<()> {
        self.check()?;
        let mut begin = String::new();
        let is_ended = self.len == 0 || self.last()? == b'\n';
        if !is_ended {
            match decisions::torn(&self.read()?) {
                Some((_, at)) => self.cut(at as u64)?,
                // Some editors leave the last line without its end.
                None => begin.push('\n'),
            }
        }
        if self.len == 0 {
            begin = decisions::header();
        }
        let before = self.len;
        self.write((begin + lines).as_bytes())?;
        self.before.push(before);
        Ok(())
    }

    /// Returns the last byte.
    fn last(&mut self) -> io::Result<u8> {
        let mut last = [0];
        self.file.seek(SeekFrom::End(-1))?;
        self.file.read_exact(&mut last)?;
        Ok(last[0])
    }

    /// Takes the last answer back.
    pub(super) fn take_back(&mut self) -> io::Result<()> {
        match self.before.last() {
            Some(&len) => self.cut(len),
            None => Ok(()),
        }?;
        self.before.pop();
        Ok(())
    }

    /// Takes back every answer that can be.
    pub(super) fn take_all_back(&mut self) -> io::Result<()> {
        if let Some(&len) = self.before.first() {
            self.cut(len)?;
        }
        self.before.clear();
        Ok(())
    }

    /// Makes what was answered so far stay.
    pub(super) fn settle(&mut self) {
        self.before.clear();
    }

    /// Puts `bytes` in place of the whole file, in one step.
    pub(super) fn replace(self, bytes: &[u8]) -> io::Result<()> {
        self.check()?;
        let mut staged = Staged::new(&self.path, Existing::Replace);
        staged.write_all(bytes)?;
        staged.commit()
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(bytes)?;
        self.file.sync_data()?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.check()?;
        self.file.set_len(len)?;
        self.file.sync_data()?;
        self.len = len;
        Ok(())
    }

    /// Checks that the file is as it was left here: an editor knows of no lock.
    fn check(&self) -> io::Result<()> {
        if self.is_there()? && self.file.metadata()?.len() == self.len {
            return Ok(());
        }
        Err(io::Error::other("another program changed it meanwhile; begin the review anew"))
    }

    /// Whether the file that is open is the one at its path.
    fn is_there(&self) -> io::Result<bool> {
        match Handle::from_path(&self.path) {
            Ok(there) => Ok(there == Handle::from_file(self.file.try_clone()?)?),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // A file that nobody had and nobody needs.
        if self.is_new && self.len == decisions::header().len() as u64 && self.check().is_ok() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("d.jsonl");
        (dir, path)
    }

    fn text(path: &Path) -> String {
        fs::read_to_string(path).expect("it is there")
    }

    #[test]
    fn answers_are_put_behind_what_is_there_and_taken_back_from_there() {
        let (_dir, path) = folder();
        fs::write(&path, "{}\n1").expect("written");
        let mut log = Log::open(&path).expect("nobody has it");
        log.add("a\n").expect("written");
        log.add("b\nc\n").expect("written");
        assert_eq!(text(&path), "{}\n1\na\nb\nc\n");
        log.take_back().expect("cut");
        assert_eq!((text(&path), log.read().expect("read")), ("{}\n1\na\n".to_owned(), b"{}\n1\na\n".to_vec()));
        log.add("d\n").expect("written");
        log.take_all_back().expect("cut");
        log.take_back().expect("nothing to do");
        assert_eq!(text(&path), "{}\n1");
        log.add("e\n").expect("written");
        log.settle();
        log.take_all_back().expect("nothing to do");
        assert_eq!(text(&path), "{}\n1\ne\n");
    }

    #[test]
    fn a_line_that_was_begun_and_not_ended_is_cut_off_before_more_is_added() {
        let (_dir, path) = folder();
        fs::write(&path, "{}\n{\"rule\":\"x").expect("written");
        let mut log = Log::open(&path).expect("nobody has it");
        assert_eq!(text(&path), "{}\n{\"rule\":\"x", "who only looks changes nothing");
        log.add("a\n").expect("written");
        assert_eq!(text(&path), "{}\na\n");
        log.take_back().expect("cut");
        assert_eq!(text(&path), "{}\n");
        drop(log);
        fs::write(&path, &decisions::header()[..9]).expect("written");
        Log::open(&path).expect("nobody has it").add("a\n").expect("written");
        assert_eq!(text(&path), decisions::header() + "a\n");
    }

    #[test]
    fn a_file_that_was_begun_for_nothing_is_removed() {
        let (_dir, path) = folder();
        let mut log = Log::open(&path).expect("nobody has it");
        assert_eq!(text(&path), decisions::header(), "who reads it meanwhile finds no fault");
        log.add("a\n").expect("written");
        log.take_back().expect("cut");
        drop(log);
        assert!(!path.exists());
        let mut log = Log::open(&path).expect("nobody has it");
        log.add("a\n").expect("written");
        drop(log);
        assert_eq!(text(&path), decisions::header() + "a\n");
        fs::write(&path, "").expect("written");
        drop(Log::open(&path).expect("nobody has it"));
        assert_eq!(text(&path), "", "it was there before");
    }

    #[test]
    fn it_is_had_by_one_at_a_time_and_left_alone_once_another_changed_it() {
        let (_dir, path) = folder();
        let mut log = Log::open(&path).expect("nobody has it");
        assert!(matches!(Log::open(&path), Err(NotOpen::Busy)));
        log.add("a\n").expect("written");
        fs::write(path.with_extension("new"), "other\n").expect("written");
        fs::rename(path.with_extension("new"), &path).expect("moved");
        assert!(log.add("b\n").is_err() && log.take_back().is_err());
        assert_eq!(text(&path), "other\n");
        drop(log);
        let mut log = Log::open(&path).expect("it was let go");
        log.add("c\n").expect("written");
        let more = text(&path) + "by hand\n";
        fs::write(&path, &more).expect("written");
        assert!(log.take_back().is_err());
        assert_eq!(text(&path), more);
        drop(log);
        Log::open(&path).expect("it was let go").replace(b"all\n").expect("written");
        assert_eq!(text(&path), "all\n");
    }
}
