//! Text as the engine sees it: spans, lines, regions, protected spans and places.
//!
//! Owns every question of "where". Offsets are bytes into UTF-8 text and lie on character boundaries
//! unless a name says otherwise. Nothing here knows a rule or an edit.

pub(crate) mod codepage;
mod document;
pub(crate) mod encoding;
mod front_matter;
mod hash;
mod labels;
mod lang;
mod lines;
pub(crate) mod markup;
pub(crate) mod misread;
mod places;
pub(crate) mod protect;
mod regions;
mod span;
pub(crate) mod terminal;
mod words;
pub(crate) mod written;

pub(crate) use document::Document;
pub(crate) use encoding::InputEncoding;
pub(crate) use front_matter::{behind_front_matter, front_matter};
pub(crate) use hash::{QuickMap, QuickSet, hash, hash_from, hash_pair, hash_pair_of};
pub(crate) use labels::{Label, LabelKind, LabelKinds, Labelled, LabelledLines, Labels, fold as fold_line, is_label};
pub(crate) use lang::Lang;
pub(crate) use lines::{Line, Lines, is_blank};
pub use places::Place;
pub(crate) use places::Places;
pub(crate) use regions::{Region, Regions, reading_length};
pub use span::Span;
pub(crate) use words::{is_word_char, tokens, word_spans};
