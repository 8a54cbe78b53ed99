//! Makes the data that unscrape embeds: `cargo run --release -p xtask -- lexicon WHEEL`.
//!
//! Run by hand when the data is to change; what it makes is committed. See `data/lexicon/README.md`.

mod latin;
mod letters;
mod lexicon;
mod wholes;

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["lexicon", wheel] => lexicon::build(Path::new(wheel), Path::new("data/lexicon")),
        ["wholes", list] => wholes::build(Path::new(list), Path::new("data/lexicon/whole.filter")),
        ["latin", list, text] => latin::build(Path::new(list), Path::new(text), Path::new("data/lexicon")),
        ["features"] => features(),
        _ => anyhow::bail!(
            "usage: xtask lexicon WHEEL | latin LIST TEXT | wholes LIST | features (see data/lexicon/README.md)"
        ),
    }
}

/// Reads documents as JSON lines (`text`, `lang`) and writes the features of all their places as numbers: for each
/// place the document, the byte, the model, the bytes where the pieces beside it start and end, and then the features,
/// all `f32`. The first line names them.
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
        for place in trainer.features(text, document["lang"].as_str().unwrap_or_default()) {
            let head = [index as f32, place.at as f32, f32::from(place.model), place.left as f32, place.right as f32];
            for value in head.into_iter().chain(place.features) {
                out.write_all(&value.to_le_bytes())?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
