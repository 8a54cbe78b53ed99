//! Compressed files: gzip and zstd, known by the end of their name.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// How the bytes of a file are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Not at all.
    #[default]
    Plain,
    Gzip,
    Zstd,
}

/// The level at which zstd compresses, its own default.
const ZSTD_LEVEL: i32 = 3;

impl Packing {
    /// Returns how the file at `path` is compressed, and the part of its name that says what is in it.
    pub(crate) fn by_name(path: &Path) -> (Self, &Path) {
        let packing = match path.extension().and_then(|extension| extension.to_str()) {
            Some(extension) if extension.eq_ignore_ascii_case("gz") => Packing::Gzip,
            Some(extension) if extension.eq_ignore_ascii_case("zst") => Packing::Zstd,
            _ => return (Packing::Plain, path),
        };
        (packing, path.file_stem().map_or(path, Path::new))
    }

    /// Returns what `source` holds.
    ///
    /// # Errors
    /// A decoder that cannot be made. What is wrong with the data is found when it is read.
    pub(crate) fn unpack(self, source: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Packing::Plain => source,
            Packing::Gzip => Box::new(Told { what: "gzip", inner: Gunzip::new(source) }),
            Packing::Zstd => Box::new(Told { what: "zstd", inner: zstd::Decoder::new(source)? }),
        })
    }

    /// Returns a writer that compresses into `target`; [`Packed::finish`] must be called at the end.
    ///
    /// # Errors
    /// An encoder that cannot be made.
    pub(crate) fn pack<W: Write>(self, target: W) -> io::Result<Packed<W>> {
        Ok(match self {
            Packing::Plain => Packed::Plain(target),
            // Without a time, so that the same text gives the same bytes on any day.
            Packing::Gzip => Packed::Gzip(GzEncoder::new(target, flate2::Compression::default())),
            Packing::Zstd => {
                let mut encoder = zstd::Encoder::new(target, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Packed::Zstd(encoder)
            }
        })
    }
}

/// A writer that compresses, or does not.
pub(crate) enum Packed<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packed<W> {
    /// Writes what is still held back and returns the target.
    ///
    /// # Errors
    /// Those of the target.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Packed::Plain(target) => Ok(target),
            Packed::Gzip(encoder) => encoder.finish(),
            Packed::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packed::Plain(target) => target.write(bytes),
            Packed::Gzip(encoder) => encoder.write(bytes),
            Packed::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packed::Plain(target) => target.flush(),
            Packed::Gzip(encoder) => encoder.flush(),
            Packed::Zstd(encoder) => encoder.flush(),
        }
    }
}

/// All members of a gzip file, one behind the other. Zeros behind the last one are padding, as for gzip itself.
struct Gunzip {
    /// None behind the last member.
    member: Option<GzDecoder<Source>>,
}

type Source = BufReader<Box<dyn Read + Send>>;

impl Gunzip {
    fn new(source: Box<dyn Read + Send>) -> Self {
        Self { member: Some(GzDecoder::new(BufReader::with_capacity(1 << 16, source))) }
    }
}

impl Read for Gunzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut rest = self.member.take().expect("just read").into_inner();
            skip_zeros(&mut rest)?;
            let buffer = rest.fill_buf()?;
            if buffer.first().is_some_and(|&byte| byte != MAGIC) || buffer.get(1).is_some_and(|&byte| byte != MAGIC_2) {
                return Err(io::Error::new(
                    FOLLOWED,
                    "is followed by something else: `gzip -dc` unpacks what is before it",
                ));
            }
            self.member = (!buffer.is_empty()).then(|| GzDecoder::new(rest));
        }
        Ok(0)
    }
}

/// With what each member of a gzip file begins.
const MAGIC: u8 = 0x1F;
const MAGIC_2: u8 = 0x8B;

/// The kind of an error that says itself what is wrong.
const FOLLOWED: io::ErrorKind = io::ErrorKind::Unsupported;

fn skip_zeros(source: &mut Source) -> io::Result<()> {
    loop {
        let buffer = source.fill_buf()?;
        let zeros = buffer.iter().take_while(|&&byte| byte == 0).count();
        let more = zeros > 0 && zeros == buffer.len();
        source.consume(zeros);
        if !more {
            return Ok(());
        }
    }
}

/// A decoder whose errors say what is wrong with the file.
struct Told<R> {
    what: &'static str,
    inner: R,
}

impl<R: Read> Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| {
            let why = match error.kind() {
                io::ErrorKind::Interrupted => return error,
                io::ErrorKind::UnexpectedEof => "ends too early; is the file whole?".to_owned(),
                FOLLOWED => error.to_string(),
                // Which would take gigabytes to unpack.
                _ if error.to_string().contains("too much memory") => {
                    "looks back further than 128 MB; pack it anew, without `--long` or with `--long=27`".to_owned()
                }
                // The libraries tell a wrong check sum, a wrong header and a wrong block apart.
                _ => format!("cannot be read: {error}"),
            };
            io::Error::new(error.kind(), format!("its {} data {why}", self.what))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
        let mut writer = packing.pack(Vec::new()).expect("an encoder");
        writer.write_all(bytes).expect("memory");
        writer.finish().expect("memory")
    }

    fn unpacked(packing: Packing, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        packing.unpack(Box::new(io::Cursor::new(bytes)))?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let text = "one line\n".repeat(10_000);
        for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
            let small = packed(packing, text.as_bytes());
            assert_eq!(small, packed(packing, text.as_bytes()), "the same bytes whenever it is packed");
            assert_eq!(unpacked(packing, small).expect("whole"), text.as_bytes(), "{packing:?}");
            assert_eq!(unpacked(packing, packed(packing, b"")).expect("whole"), b"", "{packing:?}");
        }
    }

    #[test]
    fn all_members_are_read_and_padding_is_not() {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let two = [packed(packing, b"a\n"), packed(packing, b"b\n")].concat();
            assert_eq!(unpacked(packing, two).expect("whole"), b"a\nb\n", "{packing:?}");
        }
        let padded = [packed(Packing::Gzip, b"a"), vec![0; 100_000]].concat();
        assert_eq!(unpacked(Packing::Gzip, padded).expect("whole"), b"a");
        for behind in [&b"\0\0x"[..], b"x", b"garbage that is longer than a header", &[MAGIC, 0]] {
            let error =
                unpacked(Packing::Gzip, [&packed(Packing::Gzip, b"a"), behind].concat()).expect_err("no member");
            let why = "its gzip data is followed by something else: `gzip -dc` unpacks what is before it";
            assert_eq!(error.to_string(), why, "{behind:?}");
        }
        let cut = [packed(Packing::Gzip, b"a"), packed(Packing::Gzip, b"b")[..5].to_vec()].concat();
        let error = unpacked(Packing::Gzip, cut).expect_err("a member is cut off");
        assert_eq!(error.to_string(), "its gzip data ends too early; is the file whole?");
    }

    #[test]
    fn what_takes_too_much_memory_says_what_to_do() {
        let long = |window| {
            let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
            encoder.window_log(window).and_then(|()| encoder.long_distance_matching(true)).expect("known");
            encoder.write_all(b"a text").expect("memory");
            unpacked(Packing::Zstd, encoder.finish().expect("memory"))
        };
        assert_eq!(long(27).expect("small enough"), b"a text");
        let error = long(28).expect_err("too much");
        let why = "its zstd data looks back further than 128 MB; pack it anew, without `--long` or with `--long=27`";
        assert_eq!(error.to_string(), why);
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_an_error() {
        for (packing, name) in [(Packing::Gzip, "gzip"), (Packing::Zstd, "zstd")] {
            let whole = packed(packing, "a text with words in it".repeat(100).as_bytes());
            let error = unpacked(packing, whole[..whole.len() / 2].to_vec()).expect_err("cut off");
            assert_eq!(error.to_string(), format!("its {name} data ends too early; is the file whole?"));
            let mut damaged = whole;
            let middle = damaged.len() / 2;
            damaged[middle] ^= 0x55;
            let error = unpacked(packing, damaged).expect_err("damaged");
            assert!(error.to_string().starts_with(&format!("its {name} data ")), "{error}");
            let error = unpacked(packing, b"plain text".to_vec()).expect_err("not packed");
            assert!(error.to_string().starts_with(&format!("its {name} data ")), "{error}");
        }
    }

    #[test]
    fn a_name_says_how_it_is_packed_and_what_is_in_it() {
        for (name, packing, inner) in [
            ("x/a.jsonl.gz", Packing::Gzip, "a.jsonl"),
            ("a.TXT.ZST", Packing::Zstd, "a.TXT"),
            ("a.txt", Packing::Plain, "a.txt"),
            ("gz", Packing::Plain, "gz"),
        ] {
            assert_eq!(Packing::by_name(Path::new(name)), (packing, Path::new(inner)));
        }
    }
}
