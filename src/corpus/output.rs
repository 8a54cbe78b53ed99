//! The clean bytes of an input on the way to their place, packed as the input is.

use std::io::{self, Write};

use super::packing::Packed;
#[cfg(feature = "parquet")]
use super::parquet::Rewrite;
use super::print::Print;
use super::record::Fields;
use super::units;
#[cfg(feature = "parquet")]
use super::walk::Format;
use super::walk::Input;
use super::write::{Sealed, Staged};

/// Takes what is handed on of an input, and writes the file that it becomes.
pub(crate) enum Output {
    /// What is handed on is the file, unpacked.
    Bytes(Box<Packed<Staged>>),
    /// It is some columns of the file.
    #[cfg(feature = "parquet")]
    Parquet(Box<Rewrite<Staged>>),
}

impl Output {
    /// Prepares to write what `input` becomes. `fields` and `limit` are those with which it is read.
    ///
    /// # Errors
    /// An encoder that cannot be made, and an input that cannot be read again.
    #[cfg_attr(not(feature = "parquet"), expect(unused_variables))]
    pub(crate) fn new(input: &Input, fields: &Fields, limit: u64, staged: Staged) -> io::Result<Self> {
        #[cfg(feature = "parquet")]
        if input.format == Format::Parquet {
            let file = units::parquet(input)?.0;
            return Ok(Output::Parquet(Box::new(Rewrite::new(file, fields, limit, staged)?)));
        }
        Ok(Output::Bytes(Box::new(input.packing.pack(staged)?)))
    }

    /// Takes the first `len` bytes that were handed on of `input`, which did not change.
    ///
    /// # Errors
    /// An input that cannot be read again, and those of writing.
    pub(crate) fn take_unchanged(&mut self, input: &Input, len: u64) -> io::Result<()> {
        match self {
            // Whether the file is still the one that was read is asked before it is replaced.
            Output::Bytes(out) => io::copy(&mut units::start(input, len)?, out).map(drop),
            #[cfg(feature = "parquet")]
            Output::Parquet(out) => out.skip(len),
        }
    }

    /// Completes the file under another name, and returns what it is known by if that is not what was handed on.
    /// `read` is the print of the input.
    ///
    /// # Errors
    /// Those of writing.
    #[cfg_attr(not(feature = "parquet"), expect(unused_variables))]
    pub(crate) fn finish(self, read: &Print) -> io::Result<(Sealed, Option<Print>)> {
        match self {
            Output::Bytes(out) => Ok((out.finish()?.seal()?, None)),
            #[cfg(feature = "parquet")]
            Output::Parquet(out) => {
                let (staged, print) = out.finish(read)?;
                Ok((staged.seal()?, Some(print)))
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Bytes(out) => out.write(bytes),
            #[cfg(feature = "parquet")]
            Output::Parquet(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Bytes(out) => out.flush(),
            #[cfg(feature = "parquet")]
            Output::Parquet(out) => out.flush(),
        }
    }
}
