//! The document and its page say all that there is.

use serde_json::Value;

use super::document;
use crate::calls::RULES;
use crate::problem::Code;
use crate::reference;
use crate::router::calls;

fn made() -> Value {
    document(&calls().split_for_parts().1)
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let each = paths.flat_map(|(path, methods)| {
        methods
            .as_object()
            .unwrap()
            .iter()
            .map(move |(method, about)| (path.as_str(), method.as_str(), about))
    });
    each.collect()
}

#[test]
fn it_is_openapi_3_1_with_a_licence_and_keys() {
    let document = made();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["license"]["identifier"], "Apache-2.0");
    assert_eq!(document["components"]["securitySchemes"]["secret_key"]["scheme"], "bearer");
}

#[test]
fn every_rule_is_an_operation_and_the_other_way_round() {
    let document = made();
    let operations = operations(&document);
    for rule in RULES {
        let found = operations.iter().filter(|(.., about)| about["operationId"] == rule.operation).count();
        assert_eq!(found, 1, "{}", rule.operation);
    }
    for (path, method, about) in operations {
        let open = about["security"] == serde_json::json!([]);
        let signed = path.starts_with("/v1/provider_events/");
        assert_eq!(
            open,
            signed || !path.starts_with("/v1/"),
            "{method} {path}: what is under /v1 needs a key"
        );
        assert_eq!(open, !RULES.iter().any(|rule| about["operationId"] == rule.operation), "{method} {path}");
    }
}

#[test]
fn every_answer_is_described_and_every_change_needs_a_key_of_its_own() {
    let document = made();
    for (path, method, about) in operations(&document) {
        for (status, response) in about["responses"].as_object().unwrap() {
            assert!(
                response["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{method} {path} {status}"
            );
        }
        assert!(about["summary"].is_string() && about["tags"][0].is_string(), "{method} {path}");
        let parameters = about["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let keyed = parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key");
        let tells = ["/v1/quotes", "/v1/portal_links", "/v1/client_tokens"].contains(&path);
        let changes = method != "get" && !tells && !path.starts_with("/v1/provider_events/");
        assert_eq!(keyed, changes, "{method} {path}");
        if method != "get" && method != "delete" {
            let content = &about["requestBody"]["content"]["application/json"];
            assert!(content["example"].is_object(), "{method} {path} has an example");
        }
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            assert!(parameters.iter().any(|parameter| parameter["name"] == name), "{method} {path}: {name}");
        }
    }
}

#[test]
fn all_references_lead_somewhere() {
    fn check(value: &Value, schemas: &serde_json::Map<String, Value>) {
        if let Some(name) =
            value["$ref"].as_str().and_then(|target| target.strip_prefix("#/components/schemas/"))
        {
            assert!(schemas.contains_key(name), "{name}");
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|value| check(value, schemas)),
            Value::Array(items) => items.iter().for_each(|value| check(value, schemas)),
            _ => {}
        }
    }
    let document = made();
    check(&document, document["components"]["schemas"].as_object().unwrap());
}

#[test]
fn every_code_that_is_in_use_is_told_by_an_operation() {
    let text = made().to_string();
    let reserved = [Code::AllocationExhausted, Code::RequestInProgress];
    for code in Code::ALL.into_iter().filter(|code| !reserved.contains(code)) {
        assert!(text.contains(&format!("\"{}\"", code.code())), "{}", code.code());
    }
}

#[test]
fn the_page_shows_all_of_it_and_asks_for_nothing() {
    let document = made();
    let page = reference::page(&document);
    for (path, method, about) in operations(&document) {
        let id = about["operationId"].as_str().unwrap();
        assert!(page.contains(&format!("<article id=\"{id}\">")), "{method} {path}");
    }
    for code in Code::ALL {
        assert!(page.contains(&format!("<div id=\"{}\">", code.code())), "{}", code.code());
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<h3>{name}</h3>")), "{name}");
    }
    // An address in an example is a text.
    let page = page.replace("https://example.com/", "");
    for outside in ["<script", "src=", "http://", "@import", "url(", "href=\"http"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for address in page.split("https://").skip(1) {
        let host = address.split(['/', '"', '&']).next().unwrap();
        assert!(host.ends_with(".example"), "{host} is no example");
    }
    // Each address within the page leads somewhere.
    for part in page.split("href=\"#").skip(1) {
        let target = part.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{target}\"")), "#{target}");
    }
}
