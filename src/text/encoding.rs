//! What people call encodings.

use encoding_rs::{Encoding, UTF_8};

/// The encoding of inputs, as far as somebody said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum InputEncoding {
    /// UTF-8, and nothing else is read.
    #[default]
    Utf8,
    /// What the bytes themselves show.
    Auto,
    /// This one, which is not UTF-8.
    Named(&'static Encoding),
}

impl InputEncoding {
    /// Returns what `label` names: `auto`, or a label of the Encoding Standard that stands for an encoding.
    pub(crate) fn for_label(label: &str) -> Option<Self> {
        if label == "auto" {
            return Some(Self::Auto);
        }
        // Some labels stand for encodings that are so unsafe that the standard decodes nothing in them.
        let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
        Some(if encoding == UTF_8 { Self::Utf8 } else { Self::Named(encoding) })
    }
}

/// Returns the label of `encoding` that is its name in small letters.
pub(crate) fn label(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

/// What is offered in place of a label that does not exist: `auto`, every encoding by its name, and names that are
/// common without being that. The standard has some 200 more.
#[rustfmt::skip]
pub(crate) const LABELS: &[&str] = &[
    "auto", "utf-8", "utf-16", "utf-16le", "utf-16be",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1257", "windows-1258", "windows-874", "macintosh", "x-mac-cyrillic", "ibm866", "koi8-r", "koi8-u",
    "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8",
    "iso-8859-8-i", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "latin1", "ascii",
    "gbk", "gb2312", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_the_encoding_standard() {
        let named = |name: &str| Encoding::for_label(name.as_bytes()).map(InputEncoding::Named);
        for (label, encoding) in [
            ("auto", Some(InputEncoding::Auto)),
            ("UTF8", Some(InputEncoding::Utf8)),
            ("utf-8", Some(InputEncoding::Utf8)),
            ("Latin1", named("windows-1252")),
            ("cp1251", named("windows-1251")),
            (" sjis ", named("shift_jis")),
            ("utf-16", named("utf-16le")),
            ("utf-16be", named("utf-16be")),
            ("utf-32", None),
            ("hz-gb-2312", None),
            ("replacement", None),
            ("", None),
        ] {
            assert_eq!(InputEncoding::for_label(label), encoding, "{label}");
        }
    }

    #[test]
    fn what_is_offered_exists() {
        for label in LABELS {
            assert!(InputEncoding::for_label(label).is_some(), "{label}");
        }
    }
}
