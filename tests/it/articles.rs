//! Two real articles that cannot be part of the project: where they are at hand, their clean form is known byte for byte.

use std::path::{Path, PathBuf};

use unscrape::edit::Status;
use unscrape::{Cleaner, SiteChoice};

pub(crate) fn folder() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/articles");
    let folder = std::env::var_os("UNSCRAPE_ARTICLES").map_or(default, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no folder of articles (set UNSCRAPE_ARTICLES to one with NAME.txt, NAME.generic.gold.txt and NAME.site.gold.txt)"
    );
    None
}

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn articles_come_out_byte_for_byte() {
    let Some(folder) = folder() else { return };
    for (site, gold) in [(SiteChoice::None, "generic"), (SiteChoice::Auto, "site")] {
        let cleaner = Cleaner::builder().site(site).build().expect("the shipped rules are right");
        for name in ["de", "it"] {
            let read = |file: String| std::fs::read_to_string(folder.join(file)).expect("UTF-8");
            let text = read(format!("{name}.txt"));
            let cleaned = cleaner.clean(&text);
            assert!(
                cleaned.text == read(format!("{name}.{gold}.gold.txt")).as_str(),
                "{name} {gold}: {:#?}",
                cleaned.edits
            );
            let flags = cleaned.findings.iter().filter(|finding| finding.status == Status::Flag).count();
            assert_eq!(flags, if name == "de" { 2 } else { 3 }, "{:#?}", cleaned.findings);
        }
    }
}
