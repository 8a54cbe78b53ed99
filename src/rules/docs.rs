//! The rule reference, from the packs, and the reference of the file format, from the tables that the decoder reads by.

use super::keys::{self, KINDS, Key, OF_KINDS, Table, Takes, name_of};
use super::model::{Kind, Pack, Rule, Test};
use crate::edit::Safety;
use crate::report::escape::visible;
use crate::report::words::{Style, difference};

/// Examples of a rule that are shown, at most.
const FIX: usize = 3;
const KEEP: usize = 2;
/// Characters of a text that are shown around what changes.
const WIDTH: usize = 40;

/// Returns the reference of all rules in `packs`, in their order.
pub(crate) fn rules(packs: &[Pack]) -> String {
    let mut out = String::from(
        "# Rules\n\nMade by `unscrape rules docs`. In examples `[-this-]` goes, `{+this+}` comes, and what cannot be seen \
         is named. `unscrape rules show ID` prints a rule as it is written.\n\n| pack | rules | profile | about |\n|---|---|---|---|\n",
    );
    for pack in packs.iter().filter(|pack| !pack.rules.is_empty()) {
        let (name, about) = (&pack.name, prose(&pack.about).replace('|', "\\|"));
        let (anchor, profile) = (name.replace('/', ""), profile(pack));
        out.push_str(&format!("| [{name}](#{anchor}) | {} | {profile} | {about} |\n", pack.rules.len()));
    }
    for pack in packs.iter().filter(|pack| !pack.rules.is_empty()) {
        out.push_str(&format!("\n## {}\n", pack.name));
        if !pack.about.is_empty() {
            out.push_str(&format!("\n{}\n", prose(&pack.about)));
        }
        for rule in &pack.rules {
            one(rule, &mut out);
        }
    }
    out
}

fn profile(pack: &Pack) -> String {
    if pack.site.is_some() { "its site".to_owned() } else { format!("`{}`", name_of(pack.profile)) }
}

fn one(rule: &Rule, out: &mut String) {
    out.push_str(&format!("\n### {}\n\n", rule.id));
    if !rule.about.is_empty() {
        out.push_str(&format!("{}\n\n", prose(&rule.about)));
    }
    if let Some(why) = &rule.why {
        out.push_str(&format!("Why: {}\n\n", prose(why)));
    }
    let mut facts = vec![match &rule.kind {
        Kind::Builtin { name, .. } => format!("`builtin` ({})", name.value),
        kind => format!("`{}`", kind.name()),
    }];
    facts.push(format!("phase `{}`", name_of(rule.phase)));
    facts.push(match (rule.safety, &rule.kind) {
        (Some(Safety::Safe), _) => "safe".to_owned(),
        (Some(Safety::Review), _) => "review".to_owned(),
        (None, Kind::Extract { field, .. }) => format!("reads the field `{field}`"),
        (None, _) => "flags".to_owned(),
    });
    if rule.safety.is_some() {
        let effects = rule.effects.map_or_else(|| "what its tests need".to_owned(), |effects| effects.to_string());
        facts.push(format!("effects: {effects}"));
    }
    if !rule.lang.is_empty() {
        facts.push(format!("languages: {}", rule.lang.join(" ")));
    }
    if !rule.tags.is_empty() {
        facts.push(format!("tags: {}", rule.tags.join(" ")));
    }
    out.push_str(&format!("{}.\n", facts.join(" · ")));
    if let Some(see) = &rule.see {
        out.push_str(&format!("See <{see}>.\n"));
    }
    let fix: Vec<String> = rule.tests.fix.iter().take(FIX).map(example).collect();
    let keep: Vec<String> = rule.tests.keep.iter().take(KEEP).map(|test| cut(&test.before)).collect();
    for (what, texts) in [("Examples", fix), ("Stays", keep)] {
        if !texts.is_empty() {
            out.push_str(&format!("\n{what}:\n\n````text\n{}\n````\n", texts.join("\n")));
        }
    }
}

fn example(test: &Test) -> String {
    match &test.value {
        Some(value) => format!("{} -> {}", cut(&test.before), visible(value)),
        None if test.before == test.after => cut(&test.before),
        None => difference(&test.before, &test.after, Style { color: false, width: WIDTH }),
    }
}

fn cut(text: &str) -> String {
    let shown: String = text.chars().take(WIDTH * 2).collect();
    let rest = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{rest}", visible(&shown))
}

/// Returns a sentence as Markdown: tags in it are text, but for those in code, which are anyway.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let escaped = |(at, part): (usize, &str)| match at % 2 {
        0 => part.replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_"),
        _ => part.to_owned(),
    };
    parts.map(escaped).collect::<Vec<_>>().join("`")
}

/// Returns the reference of the file format.
pub(crate) fn file() -> String {
    let mut out = String::from(
        "# The rule file\n\nMade by `unscrape rules docs --file-format`. A rule file is one YAML mapping, a pack. A key that \
         is not listed here is an error. Texts may be written without quotes where YAML takes them for text; `no` and \
         `1.10` are texts where a text is wanted.\n",
    );
    let mut tables: Vec<&'static Table> = Vec::new();
    section("A pack", &keys::PACK, &keys::PACK.keys.iter().collect::<Vec<_>>(), &mut tables, &mut out);
    let rule: Vec<&Key> = keys::RULE.keys.iter().collect();
    section("A rule", &keys::RULE, &rule, &mut tables, &mut out);
    out.push_str("\n## Kinds of rules\n\nBeside the keys of every rule, a kind takes its own.\n");
    for kind in KINDS {
        let about = keys::words::<keys::KindName>().into_iter().find(|word| word.0 == kind.name());
        out.push_str(&format!("\n### `{}`\n\n{}. ", kind.name(), capital(about.map_or("", |word| word.1))));
        out.push_str(&format!("Runs in the phase `{}` unless it says otherwise.\n\n", name_of(kind.phase)));
        list("Needs", kind.required, &mut out);
        list("May have", kind.optional, &mut out);
        list("Its `match` takes", kind.matches, &mut out);
    }
    out.push_str("\n## Keys of some kinds\n\n");
    OF_KINDS.iter().for_each(|key| entry(key, &mut tables, &mut out));
    let mut at = 0;
    while at < tables.len() {
        let table = tables[at];
        let name = capital(table.name);
        section(&name, table, &table.keys.iter().collect::<Vec<_>>(), &mut tables, &mut out);
        at += 1;
    }
    out.push_str("\n# The configuration\n");
    let shown = tables.len();
    section("`unscrape.yaml`", &keys::CONFIG, &keys::CONFIG.keys.iter().collect::<Vec<_>>(), &mut tables, &mut out);
    let mut at = shown;
    while at < tables.len() {
        let table = tables[at];
        let name = capital(table.name);
        section(&name, table, &table.keys.iter().collect::<Vec<_>>(), &mut tables, &mut out);
        at += 1;
    }
    out
}

fn list(what: &str, names: &[&str], out: &mut String) {
    if !names.is_empty() {
        let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        out.push_str(&format!("- {what}: {names}\n"));
    }
}

fn section(title: &str, table: &Table, keys: &[&Key], tables: &mut Vec<&'static Table>, out: &mut String) {
    out.push_str(&format!("\n## {title}\n\n{}\n\n", table.about));
    keys.iter().for_each(|key| entry(key, tables, out));
}

/// Writes what a key takes, and notes the tables that it names.
fn entry(key: &Key, tables: &mut Vec<&'static Table>, out: &mut String) {
    let needed = if key.required { ", required" } else { "" };
    let mut words = Vec::new();
    let mut note = |table: &'static Table| {
        if !tables.iter().any(|known| std::ptr::eq(*known, table)) {
            tables.push(table);
        }
        table.name
    };
    let takes = match key.takes {
        Takes::Text => "text".to_owned(),
        Takes::Texts => "list of texts".to_owned(),
        Takes::TextOrTexts => "text, or list of texts".to_owned(),
        Takes::Flag => "`true` or `false`".to_owned(),
        Takes::Integer(least, most) if least == most => format!("the number {least}"),
        Takes::Integer(least, most) => format!("whole number from {least} to {most}"),
        Takes::Percent => "number from 0 to 100, in percent".to_owned(),
        Takes::Word(all) => {
            words = all();
            "word".to_owned()
        }
        Takes::Words(all) => {
            words = all();
            "list of words".to_owned()
        }
        Takes::Table(table) => format!("mapping: {}", note(table)),
        Takes::Tables(table) => format!("list of mappings: {}", note(table)),
        Takes::TextsOrTables(table) => format!("list of texts or mappings: {}", note(table)),
        Takes::Rules => "list of rules".to_owned(),
        Takes::TextMap => "mapping of texts to texts".to_owned(),
        Takes::Options => "mapping".to_owned(),
    };
    out.push_str(&format!("- `{}` ({takes}{needed}): {}\n", key.name, key.about));
    for (word, meaning) in words {
        out.push_str(&format!("  - `{word}`: {meaning}\n"));
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_in_sentences_are_text() {
        assert_eq!(prose("a <b> `<b>` *c*"), "a &lt;b> `<b>` \\*c\\*");
    }

    #[test]
    fn every_key_of_every_table_is_told() {
        let file = file();
        let tables = [
            &keys::PACK,
            &keys::RULE,
            &keys::MATCH,
            &keys::WHERE,
            &keys::TESTS,
            &keys::TEST,
            &keys::KEEP,
            &keys::OVERRIDE,
            &keys::SITE,
            &keys::FINGERPRINT,
            &keys::BUDGET,
            &keys::TERM,
            &keys::LABELS,
            &keys::LABEL_LISTS,
            &keys::CONFIG,
            &keys::LEXICON,
            &keys::INPUT,
        ];
        for table in tables {
            for key in table.keys {
                assert!(file.contains(&format!("- `{}` (", key.name)), "{}: {}", table.name, key.name);
            }
            assert_eq!(file.matches(&format!("\n\n{}\n\n", table.about)).count(), 1, "{}", table.name);
        }
    }
}
