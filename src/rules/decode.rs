//! From YAML to [`Pack`], by hand, so that one run finds everything that is wrong with a file.
//!
//! Owns what keys and values mean and the checks that one file allows, and those that a set of packs allows
//! without compiling a rule ([`check_set`]). The keys themselves stand in [`super::keys`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::diagnostics::{Diagnostic, did_you_mean, names, quoted};
use super::keys::{self, GUARDS, KINDS, KindKeys, KindName, OF_CHANGES, OF_KINDS, RULE};
use super::model::{
    Budget, Case, Fingerprint, Kind, Match, Origin, Override, Pack, PackLabels, Pattern, Phase, Profile, Rule, Scope,
    Shape, Site, Source, Target, Template, TemplateRun, Term, Test, Tests, What, Where, Words, Written,
    WrittenTemplate,
};
use super::yaml::{self, Entry, Node, Plain, Value};
use crate::edit::{Effects, RuleId, Safety};
use crate::text::{Label, LabelKind, Region, Span, is_label, is_word_char};

mod pattern;
mod reader;

use pattern::{Groups, Use};
pub(super) use reader::{Fields, Reader, Text};

/// Lines that a block has at most unless its rule says otherwise.
const MAX_BLOCK_LINES: usize = 40;

/// Reads the pack in a file. `shipped` packs are those of the program.
pub(crate) fn load(name: &str, bytes: &[u8], shipped: bool) -> Result<Pack, Vec<Diagnostic>> {
    load_with(name, bytes, shipped, &BTreeMap::new())
}

/// Reads the pack in a file whose rules may name word lists, which `lists` holds by the names they use.
pub(crate) fn load_with(
    name: &str,
    bytes: &[u8],
    shipped: bool,
    lists: &BTreeMap<String, Vec<u8>>,
) -> Result<Pack, Vec<Diagnostic>> {
    let source = yaml::source(name, bytes, shipped)?;
    let mut reader = Reader::new(Arc::clone(&source));
    reader.lists.clone_from(lists);
    let root = yaml::parse(&source, &mut reader.errors);
    if root.is_none()
        && let Some(error) = reader.errors.iter_mut().find(|error| error.title == "the file is empty")
    {
        error.help = Some("`unscrape rules new PACK/ID` begins a rule file".to_owned());
    }
    let pack = root.and_then(|root| reader.pack(&root));
    match pack {
        Some(pack) if reader.errors.is_empty() => Ok(pack),
        _ => Err(reader.errors),
    }
}

/// Returns the word lists that the rules of a file name, as far as it can be read: what is wrong with it
/// [`load_with`] tells.
pub(crate) fn word_lists(bytes: &[u8]) -> Vec<String> {
    let Ok(source) = yaml::source("", bytes, false) else { return Vec::new() };
    let Some(root) = yaml::parse(&source, &mut Vec::new()) else { return Vec::new() };
    let entries = |node: &Node| match &node.value {
        Value::Map(entries) => entries.clone(),
        Value::Scalar(_) | Value::List(_) => Vec::new(),
    };
    let mut names = Vec::new();
    for rules in entries(&root).into_iter().filter(|entry| entry.key == "rules") {
        if let Value::List(rules) = rules.value.value {
            names.extend(rules.iter().filter_map(|rule| peek(&entries(rule), "file").map(str::to_owned)));
        }
    }
    names
}

/// What the rules of a pack have in common.
struct Defaults {
    pack: Option<String>,
    phase: Option<Phase>,
    lang: Vec<String>,
    sites: Vec<Written<String>>,
    tags: Vec<String>,
}

impl Reader {
    fn pack(&mut self, root: &Node) -> Option<Pack> {
        let fields = self.table(root, &keys::PACK, "the pack".to_owned())?;
        self.integer(&fields, "format");
        let name = self.text(&fields, "pack");
        if let Some(name) = name.filter(|name| !name.value.split('/').all(is_id)) {
            let title = format!("{} is not a pack's name", quoted(name.value));
            self.error(title, name.span, "expected small letters and digits, with `-` and `/` between");
        }
        let defaults = Defaults {
            pack: name.map(|name| name.value.to_owned()),
            phase: self.word(&fields, "phase").map(|phase| phase.value),
            lang: self.languages(&fields, "lang"),
            sites: self.written_texts(&fields, "sites"),
            tags: self.tags(&fields, "tags"),
        };
        let about = self.owned(&fields, "about").unwrap_or_default();
        let profile = self.word::<Profile>(&fields, "profile").map_or(Profile::default(), |profile| profile.value);
        let site = fields.entry("site").and_then(|entry| self.site(&entry.value));
        let budget = self.budget(&fields);
        let terms = self.terms(&fields);
        let labels = self.labels(&fields, &defaults.lang);
        let template = fields.entry("template").and_then(|entry| self.page_template(&entry.value));
        let mut rules = Vec::new();
        for (index, item) in self.items(&fields, "rules").iter().enumerate() {
            if self.is_full() {
                break;
            }
            rules.extend(self.rule(item, index, &defaults));
        }
        self.report_double_ids(&rules);
        self.report_idle_labels(&fields, &labels, &rules);
        self.report_idle_template(&fields, &rules);
        let overrides = self.items(&fields, "overrides").iter().filter_map(|item| self.overriding(item)).collect();
        if !["rules", "overrides", "site", "terms", "labels", "template"].iter().any(|key| fields.has(key)) {
            let label = "neither `rules` nor `overrides` nor `site` nor `terms` nor `labels`";
            self.error("the pack has no rules", fields.head, label);
        }
        let name = name?;
        let origin = self.origin(name.span);
        Some(Pack {
            name: name.value.to_owned(),
            origin,
            about,
            profile,
            site,
            budget,
            terms,
            labels,
            template,
            rules,
            overrides,
        })
    }

    /// A list of labels does nothing by itself: a rule of its pack drops the lines.
    fn report_idle_labels(&mut self, fields: &Fields<'_>, labels: &PackLabels, rules: &[Rule]) {
        let drops = |rule: &Rule| matches!(&rule.kind, Kind::Builtin { name, .. } if name.value == "labels");
        if let Some(entry) = fields.entry("labels").filter(|_| !labels.labels.is_empty() && !rules.iter().any(drops)) {
            self.error(
                "the pack has labels and no rule that drops them",
                entry.span,
                "their lines stay where they are",
            )
            .help = Some("add a rule with `kind: builtin` and `builtin: labels`".to_owned());
        }
    }

    /// A template does nothing by itself, and its rules do nothing without it.
    fn report_idle_template(&mut self, fields: &Fields<'_>, rules: &[Rule]) {
        let uses = |rule: &&Rule| matches!(&rule.kind, Kind::Builtin { name, .. } if name.value == "template");
        match (fields.entry("template"), rules.iter().find(uses)) {
            (Some(entry), None) => {
                self.error(
                    "the pack has a template and no rule that drops its lines",
                    entry.span,
                    "its lines stay where they are",
                )
                .help = Some("add a rule with `kind: builtin` and `builtin: template`".to_owned());
            }
            (None, Some(rule)) => {
                self.error("the pack has no template", rule.origin.span, "nothing to drop").help =
                    Some("add `template:` to the pack, or let `unscrape rules learn` write it".to_owned());
            }
            _ => {}
        }
    }

    /// Reads the template of a site.
    fn page_template(&mut self, node: &Node) -> Option<WrittenTemplate> {
        let fields = self.table(node, &keys::TEMPLATE, "the template".to_owned())?;
        let lines = |reader: &mut Self, fields: &Fields<'_>, key| -> Vec<String> {
            let texts = reader.texts(fields, key);
            let lines = texts.iter().flat_map(|text| text.value.lines()).map(str::trim).filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect()
        };
        let runs = |reader: &mut Self, key| -> Vec<TemplateRun> {
            let mut runs = Vec::new();
            for item in reader.items(&fields, key) {
                let Some(fields) = reader.table(item, &keys::TEMPLATE_RUN, "a run of the template".to_owned()) else {
                    continue;
                };
                let pages = reader.integer(&fields, "pages").and_then(|pages| pages.try_into().ok()).unwrap_or(1);
                runs.push(TemplateRun { pages, lines: lines(reader, &fields, "lines") });
            }
            runs
        };
        let (top, bottom) = (runs(self, "top"), runs(self, "bottom"));
        if !fields.has("top") && !fields.has("bottom") {
            self.error("a template has no lines", fields.head, "neither `top` nor `bottom`");
        }
        let pages = self.integer(&fields, "pages").and_then(|pages| pages.try_into().ok()).unwrap_or(1);
        let [inside, repeated, counted] = ["inside", "repeated", "counted"].map(|key| lines(self, &fields, key));
        Some(WrittenTemplate { pages, top, bottom, inside, repeated, counted })
    }

    fn report_double_ids(&mut self, rules: &[Rule]) {
        let mut seen: HashMap<&RuleId, &Rule> = HashMap::new();
        for rule in rules {
            match seen.get(&rule.id) {
                Some(_) if self.is_full() => return,
                Some(first) => self.errors.push(double_id(rule, first)),
                None => _ = seen.insert(&rule.id, rule),
            }
        }
    }

    fn site(&mut self, node: &Node) -> Option<Site> {
        let fields = self.table(node, &keys::SITE, "the site".to_owned())?;
        let urls = self.written_texts(&fields, "urls");
        let paths = self.written_texts(&fields, "paths");
        let mut fingerprints = Vec::new();
        for item in self.items(&fields, "fingerprints") {
            let Some(fields) = self.table(item, &keys::FINGERPRINT, "a fingerprint".to_owned()) else { continue };
            let lines = [self.written_texts(&fields, "head"), self.written_texts(&fields, "tail")];
            if !fields.has("head") && !fields.has("tail") {
                self.error("a fingerprint has no lines", fields.head, "neither `head` nor `tail`");
            }
            let [head, tail] = lines;
            fingerprints.push(Fingerprint { head, tail });
        }
        let written = urls.iter().chain(&paths);
        let lines = fingerprints.iter().flat_map(|print| print.head.iter().chain(&print.tail));
        for blank in written.chain(lines).filter(|text| text.value.trim().is_empty()) {
            self.error("a blank text tells no site", blank.origin.span, "nothing here");
        }
        let of = self.name(&fields, "of").map(|name| self.written(name.value.to_owned(), name.span));
        let [from, until] = ["from", "until"].map(|key| self.day(&fields, key));
        if let (Some(from), Some(until)) = (&from, &until)
            && from.value > until.value
        {
            self.error("a site ends before it begins", until.span, format!("it begins on {}", from.value));
        }
        let [from, until] = [from, until].map(|day| day.map(|day| day.value.to_owned()));
        Some(Site { urls, paths, fingerprints, of, from, until })
    }

    /// Reads a date.
    fn day<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<Text<'n>> {
        let text = self.text(fields, key)?;
        if is_day(text.value) {
            return Some(text);
        }
        let title = format!("{} is not a day", quoted(text.value));
        self.error(title, text.span, "expected year, month and day, such as `2024-05-31`");
        None
    }

    pub(super) fn budget(&mut self, fields: &Fields<'_>) -> Budget {
        let Some(entry) = fields.entry("budget") else { return Budget::default() };
        let Some(fields) = self.table(&entry.value, &keys::BUDGET, "the budget".to_owned()) else {
            return Budget::default();
        };
        Budget { words: self.percent(&fields, "words"), lines: self.percent(&fields, "lines") }
    }

    /// Reads names, alone or with their forms.
    pub(super) fn terms(&mut self, fields: &Fields<'_>) -> Vec<Term> {
        let mut terms = Vec::new();
        for item in self.items(fields, "terms") {
            let (name, forms) = match &item.value {
                Value::Map(_) => {
                    let Some(fields) = self.table(item, &keys::TERM, "a term".to_owned()) else { continue };
                    (self.text(&fields, "term"), self.texts(&fields, "forms"))
                }
                _ => (self.string(item, &format!("an item of {}", fields.what("terms"))), Vec::new()),
            };
            for word in name.iter().chain(&forms) {
                if !is_word(word.value) {
                    let title = format!("{} is not a word", quoted(word.value));
                    self.error(title, word.span, NO_WORD);
                }
            }
            let forms = forms.into_iter().map(|form| form.value.to_owned()).collect();
            terms.extend(name.map(|name| Term { name: name.value.to_owned(), forms }));
        }
        terms
    }

    /// Reads the labels of a pack, whose languages are `lang`.
    fn labels(&mut self, fields: &Fields<'_>, lang: &[String]) -> PackLabels {
        let mut read = PackLabels { lang: lang.to_vec(), ..PackLabels::default() };
        let Some(entry) = fields.entry("labels") else { return read };
        let Some(fields) = self.table(&entry.value, &keys::LABELS, "`labels`".to_owned()) else { return read };
        read.months = self.texts(&fields, "months").into_iter().map(|months| months.value.to_owned()).collect();
        for &(kind, name, _) in <LabelKind as keys::Named>::ALL {
            let Some(entry) = fields.entry(name) else { continue };
            let Some(lists) = self.table(&entry.value, &keys::LABEL_LISTS, format!("`labels: {name}`")) else {
                continue;
            };
            for (key, alone) in [("alone", true), ("beside", false)] {
                for text in self.texts(&lists, key) {
                    for line in text.value.lines().filter(|line| !line.trim().is_empty() && !is_label(line)) {
                        let title = format!("{} is no label", quoted(line.trim()));
                        // `line` is a part of the value.
                        let start = line.trim_start().as_ptr() as usize - text.value.as_ptr() as usize;
                        let place = self.inside(text, start..start + line.trim().len());
                        self.error(title, place, "expected words, with `#` for a number and `*` for anything");
                    }
                    read.labels.push(Label { kind, alone, lines: text.value.to_owned() });
                }
            }
        }
        read
    }

    fn overriding(&mut self, node: &Node) -> Option<Override> {
        let fields = self.table(node, &keys::OVERRIDE, "an override".to_owned())?;
        let rule = self.name(&fields, "rule").map(|text| self.written(Target::Rule(text.value.to_owned()), text.span));
        let tag = self.name(&fields, "tag").map(|text| self.written(Target::Tag(text.value.to_owned()), text.span));
        match (fields.entry("rule"), fields.entry("tag")) {
            (None, None) => {
                self.error("an override names no rule", fields.head, "neither `rule` nor `tag`");
            }
            (Some(_), Some(tag)) => {
                self.error("an override names both a rule and a tag", tag.span, "a second target").help =
                    Some("make two overrides of it".to_owned());
            }
            _ => {}
        }
        let disable = self.flag(&fields, "disable");
        let safety = self.word::<Safety>(&fields, "safety").map(|safety| safety.value);
        let unless = self.conditions(&fields, "unless");
        if !["disable", "safety", "unless"].iter().any(|key| fields.has(key)) {
            let label = "neither `disable` nor `safety` nor `unless`";
            self.error("an override changes nothing", fields.head, label);
        }
        Some(Override { target: rule.or(tag)?, disable, safety, unless })
    }

    fn rule(&mut self, node: &Node, index: usize, defaults: &Defaults) -> Option<Rule> {
        let plain = format!("rule {} of the pack", index + 1);
        let entries = self.entries(node, &plain)?;
        let who = match (&defaults.pack, peek(entries, "id")) {
            (Some(pack), Some(id)) => format!("rule {}", quoted(&format!("{pack}/{id}"))),
            (None, Some(id)) => format!("rule {}", quoted(id)),
            _ => plain,
        };
        let kind = peek(entries, "kind").and_then(|name| KINDS.iter().find(|kind| kind.name() == name));
        let fields = self.rule_fields(node, entries, kind, who);
        // Reported before anything else of the rule, since it stands first.
        let id = self.name(&fields, "id");
        if let Some(id) = id.filter(|id| !is_id(id.value)) {
            let title = format!("{} is not a rule's id", quoted(id.value));
            let label = "expected small letters and digits, with single `-` between";
            let own = defaults.pack.as_ref().and_then(|pack| id.value.strip_prefix(&format!("{pack}/")));
            let meant = match own.filter(|own| is_id(own)) {
                Some(own) => Some(format!("write `{own}`: the pack's name stands in front of it anyway")),
                None => did_you_mean_id(id.value),
            };
            self.error(title, id.span, label).help = meant;
        }
        self.word::<KindName>(&fields, "kind");
        let safety = self.word::<Safety>(&fields, "safety");
        let decoded = kind.and_then(|kind| self.kind(kind, &fields));
        let changes = match &decoded {
            Some(Kind::Flag { .. }) => false,
            Some(Kind::Extract { remove, .. }) => *remove,
            Some(Kind::Builtin { message, .. }) => message.is_none(),
            _ => true,
        };
        for key in OF_CHANGES.iter().filter(|_| !changes) {
            if let Some(entry) = fields.entry(key) {
                let title = format!("{} changes nothing, so it needs no `{key}`", fields.who);
                self.error(title, entry.span, "leave it out");
            }
        }
        let tests = self.tests(&fields, changes, matches!(decoded, Some(Kind::Extract { .. })));
        if let Some(safety) = &safety {
            self.check_safety(&fields, safety, &tests);
        }
        let phase = self.word(&fields, "phase").map(|phase| phase.value).or(defaults.phase);
        let place = self.place(&fields);
        let unless = self.conditions(&fields, "unless");
        let lang = if fields.has("lang") { self.languages(&fields, "lang") } else { defaults.lang.clone() };
        let sites = if fields.has("sites") { self.written_texts(&fields, "sites") } else { defaults.sites.clone() };
        let tags = if fields.has("tags") { self.tags(&fields, "tags") } else { defaults.tags.clone() };
        let priority = self.integer(&fields, "priority").and_then(|priority| i8::try_from(priority).ok()).unwrap_or(0);
        let about = self.owned(&fields, "about").unwrap_or_default();
        let why = self.owned(&fields, "why");
        let see = self.owned(&fields, "see");
        let effects = self.effects(&fields);
        let (id, kind) = (id?, kind?);
        Some(Rule {
            id: RuleId::new(&format!("{}/{}", defaults.pack.as_deref().unwrap_or_default(), id.value)),
            origin: self.origin(id.span),
            about,
            why,
            see,
            kind: decoded?,
            phase: phase.unwrap_or(kind.phase),
            safety: changes.then(|| safety.map_or(Safety::Review, |safety| safety.value)),
            effects,
            place,
            unless,
            lang,
            sites,
            tags,
            priority,
            tests,
        })
    }

    /// Holds the keys of a rule against what its kind takes; against what any kind takes if the kind is not known.
    fn rule_fields<'n>(
        &mut self,
        node: &Node,
        entries: &'n [Entry],
        kind: Option<&'static KindKeys>,
        who: String,
    ) -> Fields<'n> {
        let Some(kind) = kind else {
            let keys = RULE.keys.iter().chain(OF_KINDS).collect();
            return self.fields(node, entries, keys, who, "no rule takes it", |_| Some(every_rule_takes()));
        };
        let label = format!("{} takes {} and the keys of every rule", kind.a_rule(), names(kind.own()));
        let help = |key: &str| {
            if OF_CHANGES.contains(&key) {
                return Some(format!("{} changes nothing, so it needs no `{key}`", kind.a_rule()));
            }
            let others: Vec<&str> =
                KINDS.iter().filter(|other| other.own().any(|own| own == key)).map(KindKeys::name).collect();
            if others.is_empty() {
                return Some(every_rule_takes());
            }
            Some(format!("`{key}` belongs to rules of the kind {}", names(others)))
        };
        let fields = self.fields(node, entries, kind.keys(), who, &label, help);
        for key in OF_KINDS.iter().filter(|key| kind.required.contains(&key.name)) {
            self.check_present(&fields, key, format!("{} needs `{}`", kind.a_rule(), key.name));
        }
        fields
    }

    fn kind(&mut self, kind: &'static KindKeys, fields: &Fields<'_>) -> Option<Kind> {
        let found = fields.entry("match").filter(|_| !kind.matches.is_empty());
        let found = found.map(|entry| self.matching(kind, &entry.value, &fields.who));
        match kind.kind {
            KindName::Replace => {
                let groups = found.as_ref().and_then(|found| found.as_ref()).map(|found| &found.groups);
                let replace = self.replacement(fields, groups);
                Some(Kind::Replace { find: found??.find, replace: replace? })
            }
            KindName::Delete => Some(Kind::Delete { find: found??.find }),
            KindName::DropLine => Some(Kind::DropLine { find: found??.find }),
            KindName::DropBlock => {
                let found = found??;
                Some(Kind::DropBlock { from: found.find, to: found.to?, max_lines: found.max_lines })
            }
            KindName::JoinLines => {
                let groups = found.as_ref().and_then(|found| found.as_ref()).map(|found| &found.groups);
                let with = self.text(fields, "with").and_then(|with| self.template(with, &fields.what("with"), groups));
                Some(Kind::JoinLines { find: found??.find, with: with? })
            }
            KindName::Map => self.words(fields).map(Kind::Map),
            KindName::Extract => {
                let field = self.name(fields, "field");
                let remove = self.flag(fields, "remove");
                let shape = self.word::<Shape>(fields, "as").map_or(Shape::default(), |shape| shape.value);
                let found = found??;
                self.check_value_group(&found, &fields.who)?;
                Some(Kind::Extract { find: found.find, field: field?.value.to_owned(), remove, shape })
            }
            KindName::Flag => {
                let message = self.name(fields, "message");
                Some(Kind::Flag { find: found??.find, message: message?.value.to_owned() })
            }
            KindName::Builtin => {
                let name = self.name(fields, "builtin");
                let options = self.options(fields);
                let message = self.owned(fields, "message");
                let name = name?;
                Some(Kind::Builtin { name: self.written(name.value.to_owned(), name.span), options, message })
            }
        }
    }

    fn replacement(&mut self, fields: &Fields<'_>, groups: Option<&Groups>) -> Option<Template> {
        let entry = fields.entry("replace")?;
        let empty = match &entry.value.value {
            Value::Scalar(scalar) => scalar.resolve() == Plain::Null || scalar.text.is_empty(),
            _ => false,
        };
        if empty {
            let title = format!("the `replace:` of {} has no value", fields.who);
            self.error(title, entry.span, "nothing to put there").help =
                Some("to delete the match use `kind: delete`".to_owned());
            return None;
        }
        let text = self.text(fields, "replace")?;
        self.template(text, &fields.what("replace"), groups)
    }

    fn words(&mut self, fields: &Fields<'_>) -> Option<Words> {
        let case = self.word::<Case>(fields, "case").map(|case| case.value);
        let ignore_case = self.flag(fields, "ignore-case");
        if let (Some(_), Some(entry)) = (fields.entry("case"), fields.entry("ignore-case")) {
            let title = format!("{} says twice what becomes of case", fields.who);
            self.error(title, entry.span, "`case` is there too").help = Some("leave `ignore-case` out".to_owned());
        }
        let case = case.unwrap_or(if ignore_case { Case::Fold } else { Case::Exact });
        let whole_word = self.flag(fields, "whole-word");
        let endings = self.texts(fields, "endings");
        for ending in endings.iter().filter(|ending| !is_word(ending.value)) {
            let title = format!("{} is not an ending", quoted(ending.value));
            self.error(title, ending.span, "endings are made of letters");
        }
        if let (Some(entry), false) = (fields.entry("endings"), whole_word) {
            let title = format!("`endings` of {} need `whole-word: true`", fields.who);
            self.error(title, entry.span, "an ending ends a word");
        }
        let drop_ending = self.flag(fields, "drop-ending");
        if let (Some(entry), false) = (fields.entry("drop-ending"), fields.has("endings")) {
            let title = format!("`drop-ending` does nothing in {}", fields.who);
            self.error(title, entry.span, "there are no `endings`").help = Some("leave it out".to_owned());
        }
        let scope = self.word::<Scope>(fields, "scope").map_or(Scope::default(), |scope| scope.value);
        let endings = endings.into_iter().map(|ending| ending.value.to_owned()).collect();
        let entries = self.map(fields)?;
        if let Some(entry) = fields.entry("case").or(fields.entry("ignore-case")).filter(|_| case != Case::Exact) {
            let mut seen: HashMap<String, &(String, String)> = HashMap::new();
            let clash = entries.iter().find_map(|new| {
                let old = seen.insert(new.0.to_lowercase(), new).filter(|old| old.1 != new.1)?;
                Some((old, new))
            });
            if let Some((old, new)) = clash {
                let title = format!("{} has two words that differ in case alone", fields.who);
                let label = format!("so {} is {} and {}", quoted(&new.0), quoted(&old.1), quoted(&new.1));
                self.error(title, entry.span, label);
            }
        }
        Some(Words { entries, case, whole_word, endings, drop_ending, scope })
    }

    fn map(&mut self, fields: &Fields<'_>) -> Option<Vec<(String, String)>> {
        let entry = match (fields.entry("map"), fields.entry("file")) {
            (None, None) => {
                let label = "neither `map` nor `file`";
                self.error(format!("{} has no words", fields.who), fields.head, label);
                return None;
            }
            (Some(_), Some(file)) => {
                self.error(format!("{} has two lists of words", fields.who), file.span, "`map` is there too").help =
                    Some("make two rules of it".to_owned());
                return None;
            }
            (None, Some(_)) => return self.word_list(fields),
            (Some(entry), None) => entry,
        };
        let what = fields.what("map");
        let entries = self.entries(&entry.value, &what)?;
        let mut words = Vec::with_capacity(entries.len());
        for Entry { key, span, value } in entries {
            if key.is_empty() {
                self.error(format!("{what} has an empty key"), *span, "would match everywhere");
            }
            if reader::scalar(value) == Some(Plain::Null) {
                let title = format!("{what} has no value for {}", quoted(key));
                self.error(title, *span, "nothing to put there").help =
                    Some("to delete the match use `kind: delete`".to_owned());
                continue;
            }
            let Some(to) = self.string(value, &format!("a value of {what}")) else { continue };
            if to.value == key {
                self.error(format!("{what} changes nothing here"), to.span, "the same as the key");
            }
            words.push((key.clone(), to.value.to_owned()));
        }
        if entries.is_empty() {
            self.wrong(&entry.value, &what, "a mapping with at least one word");
        }
        Some(words)
    }

    /// Reads the list that `file:` names.
    fn word_list(&mut self, fields: &Fields<'_>) -> Option<Vec<(String, String)>> {
        let file = self.name(fields, "file")?;
        let Some(bytes) = self.lists.get(file.value).cloned() else {
            let title = format!("{} names a word list that is not there", fields.who);
            self.error(title, file.span, "no such file beside this one").help =
                Some("name a file in the folder of this one, or below it; shipped packs write `map:`".to_owned());
            return None;
        };
        let source = match yaml::source(file.value, &bytes, false) {
            Ok(source) => source,
            Err(errors) => {
                self.errors.extend(errors);
                return None;
            }
        };
        let mut words: Vec<(String, String)> = Vec::new();
        let mut at = 0;
        for line in source.text.split_inclusive('\n') {
            let span = Span::new(at, at + line.trim_end_matches(['\n', '\r']).len());
            at += line.len();
            let line = &source.text[span.range()];
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let origin = Origin { source: Arc::clone(&source), span };
            match line.split_once('\t') {
                Some((from, to)) if !from.is_empty() && !to.contains('\t') && from != to => {
                    words.push((from.to_owned(), to.to_owned()));
                }
                Some((from, to)) if from == to => {
                    self.errors.push(Diagnostic::new(
                        "a line of a word list changes nothing",
                        &origin,
                        "the same twice",
                    ));
                }
                _ => {
                    let error = Diagnostic::new(
                        "this is no line of a word list",
                        &origin,
                        "expected two texts with a tab between",
                    );
                    self.errors.push(error.help("a line that begins with `#` is a comment"));
                }
            }
        }
        if words.is_empty() {
            self.error(format!("the word list of {} is empty", fields.who), file.span, "no words there");
        }
        Some(words)
    }

    fn options(&mut self, fields: &Fields<'_>) -> BTreeMap<String, Written<serde_json::Value>> {
        let Some(entry) = fields.entry("options") else { return BTreeMap::new() };
        let Some(entries) = self.entries(&entry.value, &fields.what("options")) else { return BTreeMap::new() };
        let option = |entry: &Entry| (entry.key.clone(), self.written(to_json(&entry.value), entry.value.span));
        entries.iter().map(option).collect()
    }

    fn matching(&mut self, kind: &'static KindKeys, node: &Node, rule: &str) -> Option<Found> {
        let who = format!("`match` of {rule}");
        let entries = self.entries(node, &who)?;
        let allowed = keys::MATCH.keys.iter().filter(|key| kind.matches.contains(&key.name)).collect();
        let label = format!("the `match` of {} takes {}", kind.a_rule(), names(kind.matches.iter().copied()));
        let fields = self.fields(node, entries, allowed, who, &label, |key| {
            let known = keys::MATCH.keys.iter().any(|known| known.name == key);
            known.then(|| format!("`{key}` belongs to the `match` of other kinds of rules"))
        });
        let targets = || kind.matches.iter().copied().filter(|key| !GUARDS.contains(key));
        let written: Vec<&Entry> = targets().filter_map(|key| fields.entry(key)).collect();
        let is_block = kind.kind == KindName::DropBlock;
        let find = match written.as_slice() {
            [] if fields.has_unknown => return None,
            [] => {
                let label = if is_block { "no `from`" } else { "says nothing to look for" };
                self.error(format!("{} has nothing to look for", fields.who), fields.head, label).help =
                    Some(if is_block {
                        "it takes `from` and `to`".to_owned()
                    } else {
                        format!("it takes one of {}", names(targets()))
                    });
                return None;
            }
            _ if is_block => return self.block(&fields),
            [entry] => entry,
            [first, second, ..] => {
                let also = self.origin(first.span);
                let title = format!("{} looks for two things", fields.who);
                let diagnostic = self.error(title, second.span, "and this");
                diagnostic.also = Some((also, "this".to_owned()));
                diagnostic.help = Some(format!("it takes one of {}; make two rules of it", names(targets())));
                return None;
            }
        };
        self.check_guards(&fields, &find.key);
        let (what, groups) = match find.key.as_str() {
            "literal" => {
                let text = self.text(&fields, "literal");
                (text.and_then(|text| self.literals(&fields, "literal", &[text])).map(What::Literals), vec![None])
            }
            "literals" => {
                let texts = self.texts(&fields, "literals");
                (self.literals(&fields, "literals", &texts).map(What::Literals), vec![None])
            }
            "labels" => {
                let texts = self.texts(&fields, "labels");
                (self.literals(&fields, "labels", &texts).map(What::Labels), vec![None])
            }
            key => {
                let text = self.text(&fields, key);
                match text.and_then(|text| self.pattern(text, &fields.what(key), Use::Find)) {
                    Some((pattern, groups)) if key == "line" => (Some(What::Line(pattern)), groups),
                    Some((pattern, groups)) => (Some(What::Regex(pattern)), groups),
                    None => (None, Vec::new()),
                }
            }
        };
        let mut guard = |key| {
            let text = self.text(&fields, key);
            text.and_then(|text| self.pattern(text, &fields.what(key), Use::Guard)).map(|(pattern, _)| pattern)
        };
        let (before, after) = (guard("before"), guard("after"));
        let find = Match {
            what: what?,
            before,
            after,
            ignore_case: self.flag(&fields, "ignore-case"),
            whole_word: self.flag(&fields, "whole-word"),
            scope: self.word::<Scope>(&fields, "scope").map_or(Scope::default(), |scope| scope.value),
            origin: self.origin(find.value.span),
        };
        Some(Found { find, groups, to: None, max_lines: MAX_BLOCK_LINES })
    }

    /// Reads `from`, `to` and `max-lines`.
    fn block(&mut self, fields: &Fields<'_>) -> Option<Found> {
        let ignore_case = self.flag(fields, "ignore-case");
        let max_lines = self.integer(fields, "max-lines");
        let max_lines = max_lines.and_then(|lines| usize::try_from(lines).ok()).unwrap_or(MAX_BLOCK_LINES);
        // An empty `to` is a blank line: a good end for a block.
        let [from, to] = [("from", Use::Find), ("to", Use::Free)].map(|(key, how)| {
            if let Some(key) = keys::MATCH.keys.iter().find(|known| known.name == key) {
                self.check_present(fields, key, format!("`{}` is missing", key.name));
            }
            let text = self.text(fields, key)?;
            let (pattern, _) = self.pattern(text, &fields.what(key), how)?;
            let origin = pattern.origin.clone();
            let (before, after, whole_word, scope) = (None, None, false, Scope::default());
            Some(Match { what: What::Line(pattern), before, after, ignore_case, whole_word, scope, origin })
        });
        Some(Found { find: from?, groups: vec![None], to: Some(to?), max_lines })
    }

    /// Reports keys that would do nothing beside `target`.
    fn check_guards(&mut self, fields: &Fields<'_>, target: &str) {
        let idle: &[(&str, &str)] = match target {
            "line" => &[("before", LINE), ("after", LINE), ("whole-word", LINE), ("scope", LINE)],
            "labels" => {
                &[("before", LINE), ("after", LINE), ("whole-word", LINE), ("scope", LINE), ("ignore-case", LABELS)]
            }
            _ => &[],
        };
        const LINE: &str = "it looks at whole lines";
        const LABELS: &str = "it takes no notice of case anyway";
        for (key, why) in idle {
            if let Some(entry) = fields.entry(key) {
                let title = format!("`{key}` does nothing beside `{target}` in {}", fields.who);
                self.error(title, entry.span, *why).help = Some(format!("leave `{key}` out"));
            }
        }
    }

    fn literals(&mut self, fields: &Fields<'_>, key: &str, texts: &[Text<'_>]) -> Option<Vec<String>> {
        let entry = fields.entry(key)?;
        if texts.is_empty() && matches!(&entry.value.value, Value::List(items) if items.is_empty()) {
            self.error(
                format!("{} is empty", fields.what(key)),
                entry.value.head(&self.source.text),
                "nothing to look for",
            );
        }
        let is_empty = |text: &str| if key == "labels" { text.trim().is_empty() } else { text.is_empty() };
        for text in texts.iter().filter(|text| is_empty(text.value)) {
            let title = format!("{} can match nothing", fields.what(key));
            self.error(title, text.span, "an empty text stands everywhere");
        }
        (!texts.is_empty()).then(|| texts.iter().map(|text| text.value.to_owned()).collect())
    }

    /// An `extract` rule takes what its one named group takes.
    fn check_value_group(&mut self, found: &Found, rule: &str) -> Option<()> {
        let (What::Regex(pattern) | What::Line(pattern)) = &found.find.what else { return Some(()) };
        let named: Vec<&str> = found.groups.iter().filter_map(|name| name.as_deref()).collect();
        if named == ["value"] {
            return Some(());
        }
        let label = if named.is_empty() {
            "has no named group".to_owned()
        } else {
            format!("has {} in its place", names(named))
        };
        let title = format!("the pattern of {rule} needs one named group `value`");
        self.error(title, pattern.origin.span, label).help =
            Some("write `(?<value>…)` around what the field is to hold; other groups take no name".to_owned());
        None
    }

    /// Reads one regular expression or several that may also match nothing.
    fn conditions(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Pattern> {
        let what = fields.what(key);
        let texts = self.texts(fields, key);
        texts.into_iter().filter_map(|text| self.pattern(text, &what, Use::Free)).map(|(pattern, _)| pattern).collect()
    }

    fn place(&mut self, fields: &Fields<'_>) -> Where {
        let Some(entry) = fields.entry("where") else { return Where::default() };
        let Some(fields) = self.table(&entry.value, &keys::WHERE, fields.what("where")) else {
            return Where::default();
        };
        let lines = |integer: Option<i64>| integer.and_then(|lines| usize::try_from(lines).ok());
        Where {
            region: self.word::<Region>(&fields, "region").map(|region| region.value),
            first_lines: lines(self.integer(&fields, "first-lines")),
            last_lines: lines(self.integer(&fields, "last-lines")),
            field: self.name(&fields, "field").map(|field| field.value.to_owned()),
        }
    }

    fn effects(&mut self, fields: &Fields<'_>) -> Option<Effects> {
        let entry = fields.entry("effects")?;
        let texts = self.texts(fields, "effects");
        if texts.is_empty() && matches!(&entry.value.value, Value::List(items) if items.is_empty()) {
            let title = format!("{} is empty", fields.what("effects"));
            self.error(title, entry.span, "would block every edit").help =
                Some("leave it out for what the `fix` tests need".to_owned());
        }
        let what = format!("an item of {}", fields.what("effects"));
        Some(texts.into_iter().filter_map(|text| self.named(text, &what)).collect())
    }

    fn tests(&mut self, fields: &Fields<'_>, changes: bool, extracts: bool) -> Tests {
        let Some(entry) = fields.entry("tests") else { return Tests::default() };
        let who = &fields.who;
        let Some(fields) = self.table(&entry.value, &keys::TESTS, fields.what("tests")) else {
            return Tests::default();
        };
        let fix = self.items(&fields, "fix").iter();
        let fix =
            fix.filter_map(|item| self.test(item, &format!("a `fix` test of {who}"), changes, extracts)).collect();
        let keep = self.items(&fields, "keep").iter();
        let keep = keep.filter_map(|item| self.keep(item, &format!("a `keep` test of {who}"))).collect();
        let todo = self.items(&fields, "todo").iter();
        let todo =
            todo.filter_map(|item| self.test(item, &format!("a `todo` test of {who}"), changes, extracts)).collect();
        Tests { fix, keep, todo }
    }

    fn test(&mut self, node: &Node, who: &str, changes: bool, extracts: bool) -> Option<Test> {
        let fields = self.table(node, &keys::TEST, who.to_owned())?;
        let before = self.owned(&fields, "before");
        let after = self.text(&fields, "after");
        match (fields.entry("after"), &before, after) {
            (None, ..) if changes => {
                self.error(format!("{who} has no `after`"), fields.head, "`after` is missing");
            }
            (_, Some(before), Some(after)) if changes && before == after.value => {
                self.error(format!("{who} changes nothing"), after.span, "the same as `before`").help =
                    Some("a text that must stay as it is belongs to `keep`".to_owned());
            }
            (_, Some(before), Some(after)) if !changes && before != after.value => {
                self.error(format!("{who} changes its text"), after.span, "but the rule changes nothing").help =
                    Some("leave `after` out; the test holds if the rule finds something".to_owned());
            }
            _ => {}
        }
        match fields.entry("value") {
            None if extracts => {
                self.error(format!("{who} has no `value`"), fields.head, "an `extract` rule reads a value");
            }
            Some(entry) if !extracts => {
                self.error(format!("{who} has a `value`"), entry.span, "only `extract` rules read one");
            }
            _ => {}
        }
        let value = self.owned(&fields, "value");
        let (lang, url, site) = self.circumstances(&fields);
        let before = before?;
        let origin = self.origin(fields.head);
        let expected = after.map_or_else(|| origin.clone(), |after| self.origin(after.span));
        let after = after.map_or_else(|| before.clone(), |after| after.value.to_owned());
        Some(Test { before, after, value, lang, url, site, origin, expected })
    }

    fn keep(&mut self, node: &Node, who: &str) -> Option<Test> {
        let (text, (lang, url, site)) = match &node.value {
            Value::Map(_) => {
                let fields = self.table(node, &keys::KEEP, who.to_owned())?;
                (self.text(&fields, "text"), self.circumstances(&fields))
            }
            _ => (self.string(node, who), (None, None, None)),
        };
        let text = text?;
        let (before, after) = (text.value.to_owned(), text.value.to_owned());
        let origin = self.origin(text.span);
        Some(Test { before, after, value: None, lang, url, site, expected: origin.clone(), origin })
    }

    fn circumstances(&mut self, fields: &Fields<'_>) -> (Option<String>, Option<String>, Option<String>) {
        let lang = self.text(fields, "lang").filter(|text| self.check_language(*text));
        let url = self.name(fields, "url");
        let site = self.name(fields, "site");
        let owned = |text: Option<Text<'_>>| text.map(|text| text.value.to_owned());
        (owned(lang), owned(url), owned(site))
    }

    /// `safe` is earned by tests.
    fn check_safety(&mut self, fields: &Fields<'_>, safety: &Written<Safety>, tests: &Tests) {
        if safety.value != Safety::Safe {
            return;
        }
        let (fix, keep) = if self.source.shipped { (3, 5) } else { (1, 2) };
        let count = |number: usize, name: &str| match number {
            1 => format!("1 `{name}` test"),
            _ => format!("{number} `{name}` tests"),
        };
        let missing: Vec<String> = [("fix", fix, tests.fix.len()), ("keep", keep, tests.keep.len())]
            .into_iter()
            .filter(|(_, wanted, has)| has < wanted)
            .map(|(name, wanted, has)| count(wanted - has, name))
            .collect();
        if missing.is_empty() {
            return;
        }
        let title = format!("{} is `safe` without enough tests", fields.who);
        let label = format!("has {} and {}", count(tests.fix.len(), "fix"), count(tests.keep.len(), "keep"));
        let help = format!("add {}, or write `safety: review`", missing.join(" and "));
        self.error(title, safety.origin.span, label).help = Some(help);
    }

    fn languages(&mut self, fields: &Fields<'_>, key: &str) -> Vec<String> {
        let texts = self.texts(fields, key);
        texts.into_iter().filter(|text| self.check_language(*text)).map(|text| text.value.to_owned()).collect()
    }

    pub(super) fn check_language(&mut self, text: Text<'_>) -> bool {
        let good = matches!(text.value.len(), 2 | 3) && text.value.bytes().all(|byte| byte.is_ascii_lowercase());
        if !good {
            let title = format!("{} is not a language code", quoted(text.value));
            self.error(title, text.span, "expected a code of ISO 639-1, such as `de`");
        }
        good
    }

    fn tags(&mut self, fields: &Fields<'_>, key: &str) -> Vec<String> {
        let texts = self.texts(fields, key);
        for text in texts.iter().filter(|text| !is_id(text.value)) {
            let title = format!("{} is not a tag", quoted(text.value));
            self.error(title, text.span, "expected small letters and digits, with single `-` between");
        }
        texts.into_iter().map(|text| text.value.to_owned()).collect()
    }
}

/// A `match:` as read.
struct Found {
    find: Match,
    groups: Groups,
    /// The end of a block.
    to: Option<Match>,
    max_lines: usize,
}

/// Returns the string behind `key`, for names in messages; what is wrong with it is reported elsewhere.
fn peek<'n>(entries: &'n [Entry], key: &str) -> Option<&'n str> {
    entries.iter().find(|entry| entry.key == key).and_then(|entry| match &entry.value.value {
        Value::Scalar(scalar) => Some(scalar.text.as_str()),
        _ => None,
    })
}

/// Returns whether `text` could stand in a text as a token.
pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_word_char)
}

/// What is said of a text that [`is_word`] refuses.
pub(crate) const NO_WORD: &str = "words are made of letters and digits, without spaces and marks";

/// Returns whether `text` is small letters and digits with single hyphens between.
pub(crate) fn is_id(text: &str) -> bool {
    text.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// Offers what `text` would be as an id.
fn did_you_mean_id(text: &str) -> Option<String> {
    let simple: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let id = simple.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    (!id.is_empty() && id.len() <= 64).then(|| format!("did you mean `{id}`?"))
}

fn every_rule_takes() -> String {
    format!("every rule takes {}", names(RULE.keys.iter().map(|key| key.name)))
}

fn to_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Scalar(scalar) => match scalar.resolve() {
            Plain::Null => serde_json::Value::Null,
            Plain::Bool(flag) => flag.into(),
            Plain::Integer(integer) => integer.into(),
            Plain::Float(float) => float.into(),
            Plain::Text => scalar.text.clone().into(),
        },
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), to_json(&entry.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

fn double_id(rule: &Rule, first: &Rule) -> Diagnostic {
    Diagnostic::new(format!("the id `{}` is taken", rule.id), &rule.origin, "again here")
        .also(first.origin.clone(), "first here")
        .help("an id names one rule for ever; choose another")
}

/// Checks what only a set of packs shows: double names and ids, targets of overrides and sites that do not exist.
/// `packs` must be complete: what stands in a file that did not load would be missed here.
pub(crate) fn check_set(packs: &[Pack]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut names: HashMap<&str, &Pack> = HashMap::new();
    let mut rules: HashMap<&RuleId, &Rule> = HashMap::new();
    for pack in packs {
        if let Some(first) = names.get(pack.name.as_str()) {
            let title = format!("the pack's name `{}` is taken", pack.name);
            let diagnostic = Diagnostic::new(title, &pack.origin, "again here");
            found.push(diagnostic.also(first.origin.clone(), "first here").help("rename one of the two packs"));
            continue; // Its ids are double only because its name is.
        }
        names.insert(&pack.name, pack);
        for rule in &pack.rules {
            match rules.get(&rule.id) {
                Some(first) => found.push(double_id(rule, first)),
                None => _ = rules.insert(&rule.id, rule),
            }
        }
    }
    let all_rules = || packs.iter().flat_map(|pack| &pack.rules);
    let tags: HashSet<&str> = all_rules().flat_map(|rule| &rule.tags).map(String::as_str).collect();
    for target in packs.iter().flat_map(|pack| &pack.overrides).map(|entry| &entry.target) {
        let (exists, what, name) = match &target.value {
            Target::Rule(id) => (rules.contains_key(&RuleId::new(id)), "rule", id),
            Target::Tag(tag) => (tags.contains(tag.as_str()), "tag", tag),
        };
        if !exists {
            let help = match &target.value {
                Target::Rule(id) => suggest_rule(id, all_rules()),
                Target::Tag(tag) => did_you_mean(tag, sorted(&tags)),
            };
            let title = format!("an override names the {what} {}, which does not exist", quoted(name));
            found.push(Diagnostic { help, ..Diagnostic::new(title, &target.origin, format!("no such {what}")) });
        }
    }
    check_sites(packs, &mut found);
    check_variants(packs, &mut found);
    found
}

fn sorted<'w>(words: &HashSet<&'w str>) -> Vec<&'w str> {
    let mut words: Vec<&str> = words.iter().copied().collect();
    words.sort_unstable();
    words
}

/// Offers the rule that `id` may mean: a slip, or the same own id in another pack.
fn suggest_rule<'r>(id: &str, rules: impl Iterator<Item = &'r Rule> + Clone) -> Option<String> {
    let own = |id: &'r str| id.rsplit('/').next().unwrap_or(id);
    let last = id.rsplit('/').next().unwrap_or(id);
    did_you_mean(id, rules.clone().map(|rule| rule.id.as_str())).or_else(|| {
        let rule = rules.into_iter().find(|rule| own(rule.id.as_str()) == last)?;
        Some(format!("did you mean `{}`?", rule.id))
    })
}

/// Checks that variants are of sites that exist, and never of themselves.
fn check_variants(packs: &[Pack], found: &mut Vec<Diagnostic>) {
    let of = |pack: &Pack| pack.site.as_ref().and_then(|site| site.of.clone());
    let named = |name: &str| packs.iter().find(|pack| pack.site.is_some() && pack.is_named(name));
    for pack in packs {
        let Some(written) = of(pack) else { continue };
        let Some(mut above) = named(&written.value) else {
            let title = format!("the site {} does not exist", quoted(&written.value));
            let sites = packs.iter().filter(|pack| pack.site.is_some()).map(|pack| pack.name.as_str());
            let help = did_you_mean(&written.value, sites)
                .or_else(|| Some("a site is a pack with a `site:` block, named by its `pack:`".to_owned()));
            found.push(Diagnostic { help, ..Diagnostic::new(title, &written.origin, "no such site") });
            continue;
        };
        // A chain is no longer than there are packs, unless it goes round.
        for _ in packs {
            if above.name == pack.name {
                let title = format!("the site `{}` is a variant of itself", pack.name);
                found.push(Diagnostic::new(title, &written.origin, "this leads back to it"));
                break;
            }
            let Some(next) = of(above).and_then(|of| named(&of.value)) else { break };
            above = next;
        }
    }
}

/// Whether `text` is a day of the calendar, written as `2024-05-31`.
pub(crate) fn is_day(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).and_then(|part| part.parse().ok())
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else { return false };
    let year: u32 = year;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days: u32 = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' && (1..=days).contains(&day)
}

/// Sites are named by their pack's name or the last part of it.
fn check_sites(packs: &[Pack], found: &mut Vec<Diagnostic>) {
    let sites: Vec<&str> = packs.iter().filter(|pack| pack.site.is_some()).map(|pack| pack.name.as_str()).collect();
    let short = |name: &'_ str| name.rsplit('/').next().map_or(0, str::len);
    let known: HashSet<&str> = sites.iter().flat_map(|name| [*name, &name[name.len() - short(name)..]]).collect();
    // A pack names its sites once for all its rules.
    let mut seen: HashSet<(*const Source, usize)> = HashSet::new();
    let mut check = |name: &str, origin: &Origin, none: bool| {
        let is_known = known.contains(name) || (none && name == "none");
        if is_known || !seen.insert((Arc::as_ptr(&origin.source), origin.span.start)) {
            return;
        }
        let title = format!("the site {} does not exist", quoted(name));
        let help = did_you_mean(name, sorted(&known))
            .or_else(|| Some("a site is a pack with a `site:` block, named by its `pack:`".to_owned()));
        found.push(Diagnostic { help, ..Diagnostic::new(title, origin, "no such site") });
    };
    for rule in packs.iter().flat_map(|pack| &pack.rules) {
        for site in &rule.sites {
            check(&site.value, &site.origin, false);
        }
        for test in rule.tests.fix.iter().chain(&rule.tests.keep).chain(&rule.tests.todo) {
            if let Some(site) = &test.site {
                check(site, &test.origin, true);
            }
        }
    }
}

#[cfg(test)]
mod tests;
