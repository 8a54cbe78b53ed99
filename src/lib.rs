//! Cleans scraped articles by rules and gives clean text together with its edits.
#![allow(dead_code, unused_imports)]

mod cleaner;
#[doc(hidden)]
pub mod cli;
mod corpus;
pub mod edit;
mod find;
mod plan;
mod report;
mod rule_tests;
mod rules;
pub mod text;

pub use cleaner::{Builder, Cleaned, Cleaner, Held, Profile, RuleFile, RuleInfo, SiteChoice, SiteMatch, Source};
pub use rule_tests::TestReport;
pub use rules::diagnostics::RuleErrors;
