//! Other encodings read as windows-1252.

use crate::lexicon::Lexicons;
use crate::text::Document;

use super::{Found, Trust};

pub(super) fn find(_doc: &Document<'_>, _lexicons: &Lexicons, _trust: Trust, _found: &mut Vec<Found>) {}
