//! The published JSON Schema has the keys that the reader knows, and accepts what the reader accepts.

use std::collections::BTreeSet;

use catalog::keys;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

const SCHEMA: &str = include_str!("../../../docs/program.schema.json");
const EVERY_KEY: &str = include_str!("files/every_key.toml");
const PROGRAMS: [&str; 3] = [
    include_str!("../../../programs/pictofit.toml"),
    include_str!("../../../programs/pictastic.toml"),
    include_str!("../../../programs/picsart.toml"),
];

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn definition<'s>(schema: &'s Value, name: &str) -> &'s Value {
    if name == "program" { schema } else { &schema["$defs"][name] }
}

#[test]
fn the_schema_has_the_keys_that_the_reader_knows() {
    let schema = schema();
    for (name, known) in keys() {
        let definition = definition(&schema, name);
        let keys: BTreeSet<&str> =
            definition["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, known.iter().copied().collect(), "{name}");
        assert_eq!(definition["additionalProperties"], Value::Bool(false), "{name}");
    }
    let closed =
        schema["$defs"].as_object().unwrap().iter().filter(|(_, one)| one["additionalProperties"] == false);
    for (name, _) in closed {
        assert!(keys().any(|(known, _)| known == name), "the reader has no keys of {name}");
    }
}

#[test]
fn the_file_of_every_key_has_every_key_and_loads() {
    if let Err(problems) = catalog::load("every_key.toml", EVERY_KEY) {
        panic!("{}", problems[0]);
    }
    for key in keys().flat_map(|(_, known)| known) {
        let has = EVERY_KEY
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .any(|word| word == *key);
        assert!(has, "{key} is missing in every_key.toml");
    }
}

#[test]
fn the_schema_accepts_what_loads() {
    let schema = schema();
    for text in PROGRAMS.into_iter().chain([EVERY_KEY]) {
        let document = DeValue::Table(DeTable::parse(text).unwrap().into_inner());
        let faults = faults(&schema, &schema, &json(&document), "");
        assert!(faults.is_empty(), "{faults:#?}");
    }
    let wrong = serde_json::json!({ "scrip": 2, "id": 5, "name": "P", "units": {}, "actions": { "a": { "prise": 1 } } });
    assert_eq!(faults(&schema, &schema, &wrong, "").len(), 5);
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Float(number) => serde_json::from_str(number.as_str()).unwrap(),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(_) => Value::Null,
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            table.iter().map(|(key, item)| (key.get_ref().to_string(), json(item.get_ref()))).collect()
        }
    }
}

/// As much of JSON Schema as the schema uses; patterns and lengths are left to full validators.
fn faults(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        let fine = match keyword.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                found.extend(faults(root, &root["$defs"][name], value, path));
                true
            }
            "type" => match rule {
                Value::Array(types) => types.iter().any(|one| is_type(one, value)),
                one => is_type(one, value),
            },
            "const" => rule == value,
            "enum" => rule.as_array().unwrap().contains(value),
            "required" => {
                rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "anyOf" => rule.as_array().unwrap().iter().any(|one| faults(root, one, value, path).is_empty()),
            "allOf" => {
                let parts = rule.as_array().unwrap().iter();
                found.extend(parts.flat_map(|one| faults(root, one, value, path)));
                true
            }
            "oneOf" => {
                let fitting =
                    rule.as_array().unwrap().iter().filter(|one| faults(root, one, value, path).is_empty());
                fitting.count() == 1
            }
            "items" => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                found.extend(items.iter().flat_map(|item| faults(root, rule, item, path)));
                true
            }
            "minProperties" => value.as_object().is_none_or(|one| one.len() as u64 >= rule.as_u64().unwrap()),
            "properties" | "additionalProperties" => {
                for (key, item) in value.as_object().into_iter().flatten() {
                    let path = format!("{path}.{key}");
                    let known = schema["properties"].get(key);
                    match (keyword.as_str(), known, rule) {
                        ("properties", Some(known), _) => found.extend(faults(root, known, item, &path)),
                        ("additionalProperties", None, Value::Bool(false)) => {
                            found.push(format!("{path}: unknown"));
                        }
                        ("additionalProperties", None, rule) => found.extend(faults(root, rule, item, &path)),
                        _ => {}
                    }
                }
                true
            }
            "$schema" | "$defs" | "title" | "description" | "pattern" | "propertyNames" | "minLength"
            | "maxLength" | "minItems" | "maxItems" | "maxProperties" | "uniqueItems" | "minimum"
            | "maximum" => true,
            other => panic!("the test does not know {other}"),
        };
        if !fine {
            found.push(format!("{path}: {keyword}"));
        }
    }
    found
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    }
}
