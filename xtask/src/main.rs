//! Makes the data that unscrape embeds: `cargo run --release -p xtask -- lexicon WHEEL`.
//!
//! Run by hand when the data is to change; what it makes is committed. See `data/lexicon/README.md`.

mod lexicon;

use std::path::PathBuf;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["lexicon", wheel] => lexicon::build(&PathBuf::from(wheel), &PathBuf::from("data/lexicon")),
        _ => anyhow::bail!("usage: xtask lexicon WHEEL   (pip download wordfreq==3.1.1 --no-deps)"),
    }
}
