use serde_json::{Value, json};

use super::with_anna;
use crate::harness::id;

#[test]
fn a_read_can_ask_for_what_was_written() {
    let (_server, host) = with_anna(500);
    for written in 1..=20 {
        let position = host.charge("anna", "photo").position();
        for (path, field) in [("", "/balance/0/available"), ("/balance", "/available")] {
            let seen = host.read(&format!("/v1/accounts/anna{path}?at_least={position}"));
            assert_eq!(seen.pointer(field), Some(&json!(500 - 5 * written)));
        }
        let entries = host.read(&format!("/v1/accounts/anna/entries?limit=1&at_least={position}"));
        assert_eq!(entries["data"][0]["available_after"], 500 - 5 * written);
    }
}

#[test]
fn an_account_says_all_of_itself() {
    let (_server, host) = with_anna(0);
    let said = json!({
        "id": "ben", "name": "Ben & Söhne", "email": "office@ben.example", "time_zone": "Europe/Vienna",
        "locale": "de-AT", "metadata": { "plan": "gold" },
    });
    let account = host.post("/v1/accounts", &said).made();
    for field in ["name", "email", "time_zone", "locale", "metadata"] {
        assert_eq!(account[field], said[field]);
    }
    assert_eq!((&account["host_id"], &account["state"]), (&json!("ben"), &json!("active")));
    assert_eq!(
        (&account["overdraft"], &account["created_at"]),
        (&json!(null), &json!("2026-01-01T00:00:00Z"))
    );
    // By either id.
    assert_eq!(host.account("ben"), account);
    assert_eq!(host.account(id(&account)), account);
    let changed =
        host.patch("/v1/accounts/ben", &json!({ "name": null, "metadata": null, "locale": "de" })).done();
    assert_eq!(
        (&changed["name"], &changed["metadata"], &changed["locale"]),
        (&json!(null), &json!({}), &json!("de"))
    );
    assert_eq!(changed["email"], said["email"]);
}

#[test]
fn an_account_needs_no_id_of_the_hosts() {
    let (_server, host) = with_anna(0);
    let [one, other] = [(); 2].map(|()| host.post("/v1/accounts", &json!({})).made());
    assert_ne!(one["id"], other["id"]);
    assert_eq!(one["host_id"], json!(null));
    host.give(id(&one), 5);
    assert_eq!((host.available(id(&one)), host.available(id(&other))), (5, 0));
}

#[test]
fn an_id_of_a_host_may_be_written_in_any_way_that_a_path_allows() {
    let (_server, host) = with_anna(0);
    let account = host.open("shop?1#2%3");
    assert_eq!(host.account("shop%3F1%232%253"), account);
}

#[test]
fn the_document_is_of_openapi_3_1() {
    let (_server, host) = with_anna(0);
    let document = host.read("/openapi.json");
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut names: Vec<&str> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let call = format!("{method} {path}");
            names.push(operation["operationId"].as_str().unwrap());
            let parameters = operation.get("parameters");
            assert!(parameters.is_none_or(Value::is_array), "{call}: {parameters:?}");
            let is_change = ["post", "put", "patch", "delete"].contains(&method.as_str());
            let listed = parameters.and_then(Value::as_array).into_iter().flatten();
            let keyed = listed.filter(|parameter| parameter["name"] == "Idempotency-Key").count();
            // A price, a link or a token changes nothing, and what a provider tells is known by itself when it comes again.
            let unkeyed = ["/v1/quotes", "/v1/portal_links", "/v1/client_tokens"].contains(&path.as_str())
                || path.starts_with("/v1/provider_events/");
            assert_eq!(keyed == 1, is_change && !unkeyed, "{call}");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{call}");
            assert!(!path.starts_with("/v1/") || answers.contains_key("401"), "{call}");
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count >= 30, "{count}");
}
