//! By what the bytes of a file are known again.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

/// By what a file is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Print {
    pub(crate) bytes: u64,
    /// BLAKE3, in hexadecimal.
    pub(crate) hash: String,
}

impl Print {
    pub(crate) fn new(bytes: u64, hash: &blake3::Hash) -> Self {
        Self { bytes, hash: hash.to_hex().to_string() }
    }

    /// Takes the print of what `source` holds.
    pub(crate) fn of(mut source: impl Read) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        let bytes = io::copy(&mut source, &mut hasher)?;
        Ok(Self::new(bytes, &hasher.finalize()))
    }
}

/// Writes on, and takes the print of it.
pub(crate) struct Hashed<W> {
    pub(crate) inner: W,
    hasher: blake3::Hasher,
    /// How many bytes were written.
    pub(crate) len: u64,
}

impl<W: Write> Hashed<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), len: 0 }
    }

    /// Returns the print of what was written so far.
    pub(crate) fn print(&self) -> Print {
        Print::new(self.len, &self.hasher.finalize())
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.len += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
