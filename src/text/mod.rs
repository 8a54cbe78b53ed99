//! Text as the engine sees it: spans, lines, regions, protected spans and places.
//!
//! Owns every question of "where". Offsets are bytes into UTF-8 text and lie on character boundaries
//! unless a name says otherwise. Nothing here knows a rule or an edit.

mod document;
mod lang;
mod lines;
mod places;
pub(crate) mod protect;
mod regions;
mod span;

pub(crate) use document::{Document, is_word_char, word_spans};
pub(crate) use lang::Lang;
pub(crate) use lines::{Line, Lines, is_blank};
pub use places::Place;
pub(crate) use places::Places;
pub(crate) use regions::{Region, Regions};
pub use span::Span;
