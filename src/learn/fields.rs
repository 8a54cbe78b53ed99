//! Lines with a constant label at the head of the pages: `Author: …`, `Source | …`. They are read, and stay.

use std::collections::{BTreeMap, BTreeSet};

use super::extras::{Extras, Written, id_of, scalar};

/// Among so many first lines of an article labels are looked for.
const HEAD: usize = 12;
/// A label has so many characters at most, and a value.
const LABEL: usize = 30;
const VALUE: usize = 120;
/// It stands on so many percent of the pages, on so many pages at least, with so many values at least.
const SHARE: usize = 50;
const PAGES: usize = 3;
const VALUES: usize = 2;

/// Values behind a label, and the lines that have it.
type Labelled<'t> = (BTreeSet<&'t str>, Vec<&'t str>);

/// Finds such labels in `articles`.
pub(super) fn find(articles: &[String]) -> Extras {
    let mut labels: BTreeMap<(String, char), Labelled<'_>> = BTreeMap::new();
    for article in articles {
        let mut here: BTreeMap<(String, char), (&str, &str)> = BTreeMap::new();
        for line in article.lines().filter(|line| !line.trim().is_empty()).take(HEAD) {
            if let Some((label, mark, value)) = labelled(line.trim()) {
                here.entry((label.to_owned(), mark)).or_insert((value, line.trim()));
            }
        }
        for (label, (value, line)) in here {
            let (values, lines) = labels.entry(label).or_default();
            values.insert(value);
            lines.push(line);
        }
    }
    let mut extras = Extras::default();
    let mut ids = BTreeSet::new();
    for ((label, mark), (values, lines)) in labels {
        if lines.len() < PAGES || lines.len() * 100 < articles.len() * SHARE || values.len() < VALUES {
            continue;
        }
        let name = id_of(&label, "field");
        let id = (1..).map(|n| if n == 1 { format!("field-{name}") } else { format!("field-{name}-{n}") });
        let Some(id) = id.into_iter().find(|id| ids.insert(id.clone())) else { continue };
        let pattern = format!("{}\\s*{}\\s*(?<value>.+)", regex::escape(&label), regex::escape(&mark.to_string()));
        let keys = [
            format!("match: {{ line: {} }}", scalar(&pattern)),
            format!("where: {{ first-lines: {} }}", HEAD * 2),
            format!("field: {name}"),
            "phase: lines".to_owned(),
        ];
        let why = format!(
            "On {} of {} pages, with {} values; such as: {}",
            lines.len(),
            articles.len(),
            values.len(),
            lines[0]
        );
        let rule =
            Written::new(&id, "What stands behind a label above the articles; the line stays.", &why, "extract", &keys);
        extras.rules.push(rule.tests(&[], &[]).replace("    safety: review\n", ""));
    }
    extras
}

/// Takes a line apart that is a label, a mark and a value.
fn labelled(line: &str) -> Option<(&str, char, &str)> {
    let at = line.find([':', '：', '|'])?;
    let mark = line[at..].chars().next()?;
    let (label, value) = (line[..at].trim(), line[at + mark.len_utf8()..].trim());
    let is_label = label.chars().count() <= LABEL
        && label.starts_with(char::is_alphabetic)
        && label.split_whitespace().count() <= 3
        && label.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '’' | '\''));
    // `https://`, `12:30`, and sentences.
    let is_value = !value.is_empty()
        && value.chars().count() <= VALUE
        && !value.starts_with('/')
        && !value.ends_with(['.', '!', '?']);
    (is_label && is_value).then_some((label, mark, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_with_other_values_on_most_pages_is_a_field() {
        let page = |author: &str| format!("A title\nAutor: {author}\nA text: with a mark.\nRubrik: Hafen\n");
        let pages = [page("Jane Roe"), page("John Doe"), page("Jane Roe"), "Nothing.".to_owned()];
        let extras = find(&pages);
        assert_eq!(extras.rules.len(), 1, "a value that is always the same is the template's: {extras:?}");
        assert!(
            extras.rules[0].contains("id: field-autor") && extras.rules[0].contains("field: autor"),
            "{}",
            extras.rules[0]
        );
    }

    #[test]
    fn addresses_times_and_sentences_have_no_labels() {
        for line in
            ["https://example.com", "12:30 Uhr", "He said: go home.", "| a | b |", "Note that this is a long one: x"]
        {
            assert_eq!(labelled(line), None, "{line}");
        }
        assert_eq!(labelled("Autor | Jane Roe"), Some(("Autor", '|', "Jane Roe")));
    }
}
