//! The JSON Schema of rule files, for editors: made from the tables that the decoder reads by.
//!
//! Draft 7, since that is what language servers for YAML know best.

use serde_json::{Map, Value, json};

use super::keys::{self, GUARDS, KINDS, Key, KindKeys, KindName, OF_KINDS, RULE, Table, Takes};

/// Returns the schema of a pack.
pub(crate) fn schema() -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".into(), "Rules of unscrape".into());
    schema.extend(mapping(&keys::PACK));
    let mut definitions = Map::new();
    definitions.insert("rule".into(), rule());
    schema.insert("definitions".into(), definitions.into());
    schema.into()
}

/// Returns the schema as it stands in `schema/rules.json`.
pub(crate) fn text() -> String {
    format!("{:#}\n", schema())
}

fn mapping(table: &Table) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("description".into(), table.about.into());
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties(table.keys.iter()));
    let required: Vec<&str> = table.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    schema.insert("additionalProperties".into(), false.into());
    schema
}

fn properties<'k>(keys: impl Iterator<Item = &'k Key>) -> Value {
    keys.map(|key| (key.name.to_owned(), property(key))).collect::<Map<_, _>>().into()
}

fn property(key: &Key) -> Value {
    // Numbers and `true` written plainly where text is wanted are text.
    let text = || json!({ "type": ["string", "number", "boolean"] });
    let texts = || json!({ "type": "array", "items": text() });
    let word = |words: Vec<keys::Word>| json!({ "enum": words.iter().map(|word| word.0).collect::<Vec<_>>() });
    let mut about = key.about.to_owned();
    let mut list_words = |words: &[keys::Word]| {
        for (name, meaning) in words {
            about.push_str(&format!("\n- `{name}`: {meaning}"));
        }
    };
    let schema = match key.takes {
        Takes::Text => text(),
        Takes::Texts => texts(),
        Takes::TextOrTexts => json!({ "anyOf": [text(), texts()] }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Integer(least, most) if least == most => json!({ "const": least }),
        Takes::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Takes::Percent => json!({ "type": "number", "minimum": 0, "maximum": 100 }),
        Takes::Word(words) => {
            list_words(&words());
            word(words())
        }
        Takes::Words(words) => {
            list_words(&words());
            json!({ "type": "array", "items": word(words()), "minItems": 1, "uniqueItems": true })
        }
        Takes::Table(table) => mapping(table).into(),
        Takes::Tables(table) => json!({ "type": "array", "items": mapping(table) }),
        Takes::TextsOrTables(table) => json!({ "type": "array", "items": { "anyOf": [text(), mapping(table)] } }),
        Takes::Rules => json!({ "type": "array", "items": { "$ref": "#/definitions/rule" } }),
        Takes::TextMap => json!({ "type": "object", "minProperties": 1, "additionalProperties": text() }),
        Takes::Options => json!({ "type": "object" }),
    };
    let mut described = Map::new();
    described.insert("description".into(), about.into());
    if let Value::Object(schema) = schema {
        described.extend(schema.into_iter().filter(|(name, _)| name != "description"));
    }
    described.into()
}

/// A rule: all keys of all kinds, so that editors offer them, and for each kind those that it takes.
fn rule() -> Value {
    let mut schema = mapping(&RULE);
    schema.insert("properties".into(), properties(RULE.keys.iter().chain(OF_KINDS)));
    schema.insert("allOf".into(), KINDS.iter().map(of_kind).collect());
    schema.into()
}

fn of_kind(kind: &KindKeys) -> Value {
    let names: Vec<&str> = kind.keys().iter().map(|key| key.name).collect();
    let mut then = json!({ "required": kind.required, "propertyNames": { "enum": names } });
    if kind.kind == KindName::Map {
        then["oneOf"] = json!([{ "required": ["map"] }, { "required": ["file"] }]);
    }
    if !kind.matches.is_empty() {
        then["properties"] = json!({ "match": of_match(kind) });
    }
    json!({ "if": { "required": ["kind"], "properties": { "kind": { "const": kind.name() } } }, "then": then })
}

fn of_match(kind: &KindKeys) -> Value {
    let names = json!({ "enum": kind.matches });
    if kind.kind == KindName::DropBlock {
        return json!({ "required": ["from", "to"], "propertyNames": names });
    }
    let targets = kind.matches.iter().filter(|key| !GUARDS.contains(key));
    let one_of: Vec<Value> = targets.map(|key| json!({ "required": [key] })).collect();
    json!({ "propertyNames": names, "oneOf": one_of })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/rules.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, text()).expect("the schema can be written");
            return;
        }
        assert!(committed == text(), "run `UPDATE_SCHEMA=1 cargo test the_committed_schema` and commit {path}");
    }

    #[test]
    fn every_key_has_a_description() {
        fn check(value: &Value, path: &str) {
            let Some(object) = value.as_object() else { return };
            for (name, inner) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
                // What stands behind `then` only adds to keys that are described where they are defined.
                let described = inner.get("description").and_then(Value::as_str).is_some_and(|about| !about.is_empty());
                assert!(described || path.contains("allOf"), "{path}/{name}");
            }
            for (name, inner) in object {
                check(inner, &format!("{path}/{name}"));
            }
        }
        check(&schema(), "");
        assert!(
            schema()["definitions"]["rule"]["properties"]["match"]["properties"]["regex"]["description"].is_string()
        );
    }
}
