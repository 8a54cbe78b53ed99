//! The preview by rule or by what changes, over all texts: the most frequent first.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use super::counted;
use super::escape::visible;
use crate::review::{self, Item};

/// By what edits are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Rule,
    /// The same change by the same rules.
    Edit,
}

/// How many places of a group are named.
const PLACES: usize = 6;

/// Edits of the same rules that change the same into the same.
struct Group<'i> {
    items: Vec<&'i Item>,
}

/// Writes `items`, which come in the order of their places, put together.
pub(crate) fn render(out: &mut dyn Write, items: &[Item], by: By) -> io::Result<()> {
    let groups = review::alike(items).into_iter();
    let groups: Vec<_> =
        groups.map(|group| Group { items: group.into_iter().map(|at| &items[at]).collect() }).collect();
    match by {
        By::Edit => {
            for Group { items } in &groups {
                let first = items[0];
                writeln!(out, "{}{}", title(first), times(items.len()))?;
                write_group(out, items)?;
            }
            Ok(())
        }
        By::Rule => {
            let mut rules: Vec<(&str, Vec<&Group<'_>>)> = Vec::new();
            let mut index = HashMap::new();
            for group in &groups {
                let rule = group.items[0].decision.rule.as_str();
                let at = *index.entry(rule).or_insert(rules.len());
                if at == rules.len() {
                    rules.push((rule, Vec::new()));
                }
                rules[at].1.push(group);
            }
            let count = |groups: &[&Group<'_>]| groups.iter().map(|group| group.items.len()).sum::<usize>();
            rules.sort_by_key(|(rule, groups)| (std::cmp::Reverse(count(groups)), *rule));
            for (_, groups) in &rules {
                let docs: BTreeSet<&str> =
                    groups.iter().flat_map(|group| &group.items).map(|item| item.decision.doc.as_str()).collect();
                let first = groups[0].items[0];
                let (edits, files) = (counted(count(groups) as u64, "edit"), counted(docs.len() as u64, "file"));
                writeln!(out, "{}  {edits} in {files}", title(first))?;
                for group in groups {
                    write_group(out, &group.items)?;
                }
            }
            Ok(())
        }
    }
}

fn title(item: &Item) -> String {
    let safety = item.safety.map_or_else(String::new, |safety| format!("  {safety}"));
    let proposed = if item.is_made { "" } else { "  proposed" };
    format!("{}{safety}{proposed}", visible(&item.decision.rule))
}

fn times(count: usize) -> String {
    if count > 1 { format!("  ×{count}") } else { String::new() }
}

/// Shows the first of a group, and says where the others are.
fn write_group(out: &mut dyn Write, items: &[&Item]) -> io::Result<()> {
    let place = |item: &Item| {
        let numbers = [item.decision.line, item.decision.column];
        let numbers: String = numbers.into_iter().flatten().map(|number| format!(":{number}")).collect();
        format!("{}{numbers}", visible(&item.decision.doc))
    };
    writeln!(out, "    {}", items[0].shown[0])?;
    let places: Vec<_> = items.iter().take(PLACES).map(|item| place(item)).collect();
    let rest = items.len().saturating_sub(PLACES);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    writeln!(out, "      {}{more}", places.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::{asked, marked};
    use super::*;
    use crate::edit::Status;

    fn items() -> Vec<Item> {
        let texts = [
            ("a.txt", "one[-.-] two[-.-]", "x/dot"),
            ("b\u{1B}.txt", "[-Share-]", "x/share"),
            ("c.txt", "three[-.-] and[-  -]{+ +}four", "x/dot"),
        ];
        let mut lines = Vec::new();
        for (name, text, rule) in texts {
            let text = marked::text(text, rule);
            asked::render(&mut lines, &text.doc(name), false).expect("memory");
        }
        let text = marked::text("b", "x/y").finding(Status::Proposed, "x/case", "b", "B", "");
        asked::render(&mut lines, &text.doc("d.txt"), false).expect("memory");
        let lines = lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).expect("an item")).collect()
    }

    fn grouped(by: By) -> String {
        let mut out = Vec::new();
        render(&mut out, &items(), by).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn edits_that_are_alike_stand_together() {
        insta::assert_snapshot!(grouped(By::Edit), @r"
        x/dot  safe  ×3
            one[-.-] two.
              a.txt:1:4, a.txt:1:9, c.txt:1:6
        x/share  safe
            [-Share-]
              b⟨U+001B⟩.txt:1:1
        x/dot  safe
            three. and [- -]four
              c.txt:1:11
        x/case  review  proposed
            [-b-]{+B+}
              d.txt:1:1
        ");
    }

    #[test]
    fn rules_stand_together_with_all_that_they_do() {
        insta::assert_snapshot!(grouped(By::Rule), @r"
        x/dot  safe  4 edits in 2 files
            one[-.-] two.
              a.txt:1:4, a.txt:1:9, c.txt:1:6
            three. and [- -]four
              c.txt:1:11
        x/case  review  proposed  1 edit in 1 file
            [-b-]{+B+}
              d.txt:1:1
        x/share  safe  1 edit in 1 file
            [-Share-]
              b⟨U+001B⟩.txt:1:1
        ");
    }
}
