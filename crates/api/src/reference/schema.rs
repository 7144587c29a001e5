//! Schemas as types that people read, as lists of fields, and as examples.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::html::{Escaped, Inline, slug};

/// The schemas of a document, by name.
#[derive(Clone, Copy)]
pub(super) struct Schemas<'a>(pub &'a Map<String, Value>);

/// How deep examples go.
const DEEPEST: usize = 6;

impl<'a> Schemas<'a> {
    /// The name of the schema that this one stands for.
    fn name(schema: &'a Value) -> Option<&'a str> {
        schema["$ref"].as_str()?.rsplit('/').next()
    }

    /// The schema itself.
    fn follow(self, schema: &'a Value) -> &'a Value {
        Schemas::name(schema).and_then(|name| self.0.get(name)).unwrap_or(schema)
    }

    /// The choices of a schema, but for `null`, and whether that is one.
    fn choices(schema: &'a Value) -> (Vec<&'a Value>, bool) {
        let several = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        let Some(all) = several else { return (vec![schema], false) };
        let some: Vec<&Value> = all.iter().filter(|one| one["type"] != "null").collect();
        let nullable = some.len() < all.len();
        (some, nullable)
    }

    /// What people read for a type, as HTML.
    pub fn type_of(schema: &'a Value) -> String {
        if let Some(name) = Schemas::name(schema) {
            return format!("<a href=\"#object-{}\">{}</a>", slug(name), Escaped(name));
        }
        if schema["oneOf"].is_array() || schema["anyOf"].is_array() {
            let (some, nullable) = Schemas::choices(schema);
            let mut names: Vec<String> = some.into_iter().map(Schemas::type_of).collect();
            if nullable {
                names.push("null".to_owned());
            }
            return names.join(" or ");
        }
        if let Some(values) = schema["enum"].as_array() {
            let codes =
                values.iter().filter_map(Value::as_str).map(|code| format!("<code>{}</code>", Escaped(code)));
            return codes.collect::<Vec<_>>().join(" | ");
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one.as_str()],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => vec!["anything"],
        };
        let names = types.into_iter().map(|name| match name {
            "array" => format!("list of {}", Schemas::type_of(&schema["items"])),
            "object" if schema["additionalProperties"].is_object() => {
                format!("{} by name", Schemas::type_of(&schema["additionalProperties"]))
            }
            "string" if schema["format"] == "date-time" => "time".to_owned(),
            other => other.to_owned(),
        });
        names.collect::<Vec<_>>().join(" or ")
    }

    /// The fields of an object, as a list of terms; nothing where it has none.
    pub fn fields(self, schema: &'a Value) -> String {
        let schema = self.follow(schema);
        let Some(properties) = schema["properties"].as_object() else { return String::new() };
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let closed = schema["additionalProperties"] == json!(false);
        let mut html = String::from("<dl class=\"fields\">");
        for (name, field) in properties {
            let note = if closed && required.contains(&name.as_str()) { " <b>required</b>" } else { "" };
            // Where a field may be `null`, the description is with what it may be otherwise.
            let (choices, _) = Schemas::choices(field);
            let within = choices.first().map_or(&Value::Null, |choice| &choice["description"]);
            let description = field["description"].as_str().or_else(|| within.as_str()).unwrap_or_default();
            let mut kind = Schemas::type_of(field);
            if closed && !schema["description"].as_str().unwrap_or_default().contains("null") {
                // In a request, `null` says as much as leaving it out.
                kind = kind.replace(" or null", "");
            }
            let written = write!(
                html,
                "<div><dt><code>{}</code> <span>{kind}</span>{note}</dt><dd>{}</dd></div>",
                Escaped(name),
                Inline(description),
            );
            debug_assert!(written.is_ok());
        }
        html.push_str("</dl>");
        html
    }

    /// An example of a schema, made of the examples of its parts.
    pub fn example(self, schema: &'a Value) -> Value {
        self.example_at(schema, 0)
    }

    fn example_at(self, schema: &'a Value, depth: usize) -> Value {
        let schema = self.follow(schema);
        if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
            return example.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if schema["oneOf"].is_array() || schema["anyOf"].is_array() {
            let (some, nullable) = Schemas::choices(schema);
            return match some.first() {
                Some(one) if !nullable || Schemas::name(one) == Some("Price") => {
                    self.example_at(one, depth + 1)
                }
                _ => Value::Null,
            };
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let nullable = schema["type"].as_array().is_some_and(|types| types.iter().any(|one| one == "null"));
        if nullable {
            return Value::Null;
        }
        match schema["type"].as_str() {
            Some("array") => json!([self.example_at(&schema["items"], depth + 1)]),
            Some("object") => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                let required = |name: &str| {
                    schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name))
                };
                let shown = fields.filter(|(name, field)| {
                    required(name) || field.get("example").is_some_and(|e| !e.is_null())
                });
                Value::Object(
                    shown.map(|(name, field)| (name.clone(), self.example_at(field, depth + 1))).collect(),
                )
            }
            Some("integer") => json!(0),
            Some("boolean") => json!(false),
            Some("string") => json!("…"),
            _ => Value::Null,
        }
    }
}
