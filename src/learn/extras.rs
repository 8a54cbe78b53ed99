//! What is proposed beside the template: rules, names and changes to other rules, ready to be written.

/// Parts of a pack.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    /// Rules, each as its lines in a rule file.
    pub(super) rules: Vec<String>,
    /// Words that are kept whole, each with the number of pages that have it.
    pub(super) terms: Vec<(String, usize)>,
    /// Overrides, each as its line in a rule file.
    pub(super) overrides: Vec<String>,
}

impl Extras {
    /// Returns how many rules, terms and overrides there are.
    pub(super) fn number(&self) -> usize {
        self.rules.len() + self.terms.len() + self.overrides.len()
    }

    /// Puts those of `other` behind these.
    pub(super) fn add(&mut self, other: Extras) {
        self.rules.extend(other.rules);
        self.terms.extend(other.terms);
        self.overrides.extend(other.overrides);
    }
}

/// A rule about to be written.
pub(super) struct Written {
    lines: Vec<String>,
}

impl Written {
    /// Begins a rule under review with what every rule has; `keys` are its own, as lines.
    pub(super) fn new(id: &str, about: &str, why: &str, kind: &str, keys: &[String]) -> Self {
        let mut lines = vec![
            format!("  - id: {id}"),
            format!("    about: {about}"),
            format!("    why: {}", scalar(why)),
            format!("    kind: {kind}"),
        ];
        lines.extend(keys.iter().map(|key| format!("    {key}")));
        lines.extend(["    safety: review".to_owned(), "    tags: [learned]".to_owned()]);
        Self { lines }
    }

    /// Ends it with its tests: texts before and after, and texts that stay.
    pub(super) fn tests(mut self, fix: &[(String, String)], keep: &[String]) -> String {
        if !fix.is_empty() || !keep.is_empty() {
            self.lines.push("    tests:".to_owned());
        }
        if !fix.is_empty() {
            self.lines.push("      fix:".to_owned());
            for (before, after) in fix {
                self.lines.push(format!("        - {{ before: {}, after: {} }}", scalar(before), scalar(after)));
            }
        }
        if !keep.is_empty() {
            self.lines.push("      keep:".to_owned());
            self.lines.extend(keep.iter().map(|text| format!("        - {}", scalar(text))));
        }
        self.lines.join("\n") + "\n"
    }
}

/// Returns `text` as a scalar of YAML in double quotes, which is one of JSON.
pub(super) fn scalar(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns what `id` begins with, made of small letters, digits and hyphens; of a text that has none of them, `other`.
pub(super) fn id_of(text: &str, other: &str) -> String {
    let mut id = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => id.push(c),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    let id = id.trim_end_matches('-').trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    if id.is_empty() { other.to_owned() } else { id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_small_letters_digits_and_hyphens() {
        for (text, id) in
            [("Autor", "autor"), ("Foto: Archiv", "foto-archiv"), ("2. Auflage", "auflage"), ("Автор", "x")]
        {
            assert_eq!(id_of(text, "x"), id);
        }
    }
}
