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
        ["features"] => features(),
        _ => anyhow::bail!("usage: xtask lexicon WHEEL   (pip download wordfreq==3.1.1 --no-deps)"),
    }
}

/// Reads documents as JSON lines (`text`, `lang`) and writes the features of all their places as numbers: for each
/// place the document, the byte, the model and then the features, all `f32`. The first line names them.
fn features() -> anyhow::Result<()> {
    use std::io::{BufRead, Write};
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let trainer = unscrape::training::Trainer::new();
    for (model, names) in trainer.names() {
        writeln!(out, "{model} {}", names.join(" "))?;
    }
    writeln!(out)?;
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let document: serde_json::Value = serde_json::from_str(&line?)?;
        let text = document["text"].as_str().unwrap_or_default();
        for (at, model, features) in trainer.features(text, document["lang"].as_str().unwrap_or_default()) {
            for value in [index as f32, at as f32, model as f32].into_iter().chain(features) {
                out.write_all(&value.to_le_bytes())?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
