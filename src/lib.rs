//! Cleans scraped articles by rules, and gives clean text together with every edit, its place and its rule.
//!
//! ```
//! use unscrape::Cleaner;
//!
//! let cleaner = Cleaner::builder().build()?;
//! let cleaned = cleaner.clean("Autor |. Zhou Wei\n\nSie gingen an den Strand. .\n");
//! assert_eq!(cleaned.text, "Autor | Zhou Wei\n\nSie gingen an den Strand.\n");
//!
//! let edit = &cleaned.edits[0];
//! assert_eq!(edit.rule().as_str(), "core/punctuation/bar-period");
//! assert_eq!((edit.before.as_str(), edit.after.as_str()), ("|.", "|"));
//! assert_eq!(edit.span.range(), 6..8); // bytes of the input
//! # Ok::<(), unscrape::RuleErrors>(())
//! ```
//!
//! Rules are data: YAML files, some shipped ([`Cleaner::rules`] lists them), some yours
//! ([`Builder::rules`]). Some ask lexicons about words, to which you may add yours ([`Builder::lexicon`]). A [`Cleaner`] is made once and cleans any number of texts, from any number of threads.
//! The library reads no files and prints nothing; the command line, which does, is another user of it.
//!
//! What holds for every text and every set of rules: the edits replayed on the input give the output and
//! reversed on the output give the input; outside them no byte differs; cleaning twice equals cleaning once;
//! nothing depends on threads or time.

mod cleaner;
#[doc(hidden)]
pub mod cli;
mod corpus;
mod decisions;
pub mod edit;
mod find;
mod learn;
mod lexicon;
mod plan;
mod replay;
mod report;
mod review;
mod rule_lint;
mod rule_tests;
mod rules;
pub mod text;
#[cfg(feature = "training")]
#[doc(hidden)]
pub mod training;
mod word_files;

pub use cleaner::{Builder, Cleaner, RuleFile, RuleInfo};
pub use decisions::Decisions;
pub use plan::{Cleaned, Field, Held, Profile, SiteChoice, SiteMatch, Source};
pub use rule_tests::TestReport;
pub use rules::diagnostics::RuleErrors;
pub use word_files::{Hunspell, SeenWords, WordList};
