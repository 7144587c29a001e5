use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, Server, fresh_key};

/// A server, and an account with an entry of each kind of change to be made to it.
fn with_history() -> (Server, Host) {
    let (server, host) = with_anna(50);
    host.charge("anna", "photo").made();
    (server, host)
}

fn nested(levels: usize) -> String {
    format!("{{\"account\":\"anna\",\"attributes\":{}1{}}}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn a_body_that_is_wrong_is_refused_and_says_where() {
    let (_server, host) = with_history();
    let entries = host.entries("anna");
    let (deep, very_deep) = (nested(32), nested(100_000));
    let long = format!(r#"{{"account":"anna","action":"photo","reference":"{}"}}"#, "ä".repeat(201));
    let charges = [
        // No JSON.
        (r"", "/account", "must be given"),
        (r"{", "", "is not JSON: EOF"),
        (r#"{"account":"anna","credits":1"#, "", "is not JSON: EOF"),
        (r#"{"account":"anna","credits":1}}"#, "", "is not JSON: trailing characters"),
        (r#"{"account":"anna","credits":01}"#, "", "is not JSON"),
        (r#"{"account":"anna",}"#, "", "is not JSON: trailing comma"),
        (r"{account:1}", "", "is not JSON"),
        (r#"{"account":"\ud800","credits":1}"#, "", "is not JSON"),
        (r#"{"account":"anna","credits":NaN}"#, "", "is not JSON"),
        // Not an object.
        (r"null", "", "must be an object"),
        (r"[]", "", "must be an object"),
        (r#"["anna","photo"]"#, "", "must be an object"),
        (r#""anna""#, "", "must be an object"),
        // Not the fields that there are.
        (r#"{"account":"anna","credts":1}"#, "/credts", "did you mean \"credits\""),
        (r#"{"account":"anna","credits":1,"colour":"red"}"#, "/colour", "there is no such field"),
        (r#"{"account":"anna","credits":1,"credits":1}"#, "/credits", "must be given once"),
        (
            r#"{"account":"anna","credits":1,"metadata":{"a":"1","a":"1"}}"#,
            "/metadata/a",
            "must be given once",
        ),
        (
            r#"{"account":"anna","action":"photo","attributes":{"a":1,"a":1}}"#,
            "/attributes/a",
            "must be given once",
        ),
        (r#"{"credits":1}"#, "/account", "must be given"),
        (r#"{"account":"anna"}"#, "/action", "must be given"),
        (r#"{"account":"anna","action":"photo","credits":1}"#, "/credits", "must be left out"),
        (r#"{"account":"anna","credits":1,"quantity":1}"#, "/quantity", "must be left out"),
        // Not the numbers that there are.
        (r#"{"account":"anna","credits":5.0}"#, "/credits", "must be a whole number"),
        (r#"{"account":"anna","credits":1e3}"#, "/credits", "must be a whole number"),
        (r#"{"account":"anna","credits":"5"}"#, "/credits", "must be a whole number"),
        (r#"{"account":"anna","credits":true}"#, "/credits", "must be a whole number"),
        (r#"{"account":"anna","credits":[5]}"#, "/credits", "must be a whole number"),
        (r#"{"account":"anna","credits":9223372036854775808}"#, "/credits", "must be a whole number"),
        (r#"{"account":"anna","credits":-9223372036854775809}"#, "/credits", "must be a whole number"),
        (
            r#"{"account":"anna","credits":123456789012345678901234567890}"#,
            "/credits",
            "must be a whole number",
        ),
        (r#"{"account":"anna","action":"photo","quantity":0}"#, "/quantity", "at least 1"),
        (r#"{"account":"anna","action":"photo","quantity":-1}"#, "/quantity", "at least 1"),
        (r#"{"account":"anna","action":"photo","quantity":1.5}"#, "/quantity", "must be a whole number"),
        // Not the texts that there are.
        (r#"{"account":"","credits":1}"#, "/account", "must be an id"),
        (r#"{"account":"an na","credits":1}"#, "/account", "must be an id"),
        (r#"{"account":"a/b","credits":1}"#, "/account", "must be an id"),
        (r#"{"account":"acct_1","credits":1}"#, "/account", "must be an id"),
        (r#"{"account":"ännchen","credits":1}"#, "/account", "must be an id"),
        (r#"{"account":7,"credits":1}"#, "/account", "must be a string"),
        (r#"{"account":"anna","credits":1,"reference":""}"#, "/reference", "1 to 200 characters"),
        (r#"{"account":"anna","credits":1,"reference":"a\nb"}"#, "/reference", "control character"),
        (r#"{"account":"anna","credits":1,"member":"a\u0000"}"#, "/member", "control character"),
        (long.as_str(), "/reference", "1 to 200 characters"),
        (r#"{"account":"anna","credits":1,"unit":"gold"}"#, "/unit", "must be"),
        (r#"{"account":"anna","action":"photo","quote":"quot_1"}"#, "/quote", "must be the id of a quote"),
        // Not the facts that there are.
        (r#"{"account":"anna","credits":1,"metadata":[]}"#, "/metadata", "must be an object"),
        (r#"{"account":"anna","credits":1,"metadata":{"a":1}}"#, "/metadata/a", "must be a string"),
        (r#"{"account":"anna","credits":1,"metadata":{"":"1"}}"#, "/metadata/", "1 to 40 characters"),
        (
            r#"{"account":"anna","action":"photo","attributes":{"size":1.5}}"#,
            "/attributes/size",
            "decimal as a string",
        ),
        (r#"{"account":"anna","action":"photo","attributes":{"size":"x"}}"#, "/attributes/size", "must be"),
        (r#"{"account":"anna","action":"video"}"#, "/attributes/resolution", "one of \"hd\", \"4k\""),
        (
            r#"{"account":"anna","action":"video","attributes":{"resolution":"4K"}}"#,
            "/attributes/resolution",
            "one of",
        ),
        (deep.as_str(), "", "nested at most 32 levels"),
        (very_deep.as_str(), "", "nested at most 32 levels"),
    ];
    for (body, place, message) in charges {
        let shown = &body[..body.len().min(90)];
        let answer = host.change("POST", "/v1/charges", &fresh_key(), body);
        let (at, said) = answer.place();
        assert_eq!(at, place, "{shown}: {said}");
        assert!(said.contains(message), "{shown}: {said}");
    }
    assert_eq!(host.entries("anna"), entries);
}

#[test]
fn a_body_that_is_no_utf_8_is_refused() {
    let (_server, host) = with_history();
    let headers = [("idempotency-key", "key"), ("content-type", "application/json")];
    let body = b"{\"account\":\"anna\",\"credits\":1,\"reference\":\"\xff\xfe\"}";
    let (place, message) = host.send("POST", "/v1/charges", &headers, body).place();
    assert!(place.is_empty() || place == "/reference", "{place}: {message}");
    assert_eq!(host.available("anna"), 45);
}

#[test]
fn a_body_of_each_call_is_looked_at() {
    let (_server, host) = with_history();
    let entries = host.entries("anna");
    let grant = |field: &str, value: Value| {
        let mut body = json!({ "credits": 5, "class": "bonus", "reason": "Welcome" });
        body[field] = value;
        body
    };
    let (account, grants) = ("/v1/accounts", "/v1/accounts/anna/grants");
    let table = [
        ("POST", account, json!({ "id": "acct_mine" }), "/id"),
        ("POST", account, json!({ "id": "a b" }), "/id"),
        ("POST", account, json!({ "id": "a".repeat(129) }), "/id"),
        ("POST", account, json!({ "email": "nobody" }), "/email"),
        ("POST", account, json!({ "time_zone": "Mars/Olympus" }), "/time_zone"),
        ("POST", account, json!({ "locale": "de_AT" }), "/locale"),
        ("POST", account, json!({ "name": "" }), "/name"),
        ("PATCH", "/v1/accounts/anna", json!({ "id": "ben" }), "/id"),
        ("PATCH", "/v1/accounts/anna", json!({ "overdraft": { "grace": "1 month" } }), "/overdraft/grace"),
        ("PATCH", "/v1/accounts/anna", json!({ "overdraft": { "limit": -1 } }), "/overdraft/limit"),
        ("POST", "/v1/accounts/anna/close", json!({}), "/reason"),
        ("POST", grants, grant("class", json!("gift")), "/class"),
        ("POST", grants, grant("unit", json!("gold")), "/unit"),
        ("POST", grants, grant("reason", json!("")), "/reason"),
        ("POST", grants, grant("reason", json!("r".repeat(501))), "/reason"),
        ("POST", grants, grant("expires_in", json!("soon")), "/expires_in"),
        ("POST", grants, grant("expires_in", json!("0 days")), "/expires_in"),
        ("POST", grants, grant("expires_at", json!("2026-13-01T00:00:00Z")), "/expires_at"),
        ("POST", grants, grant("expires_at", json!("2026-02-01")), "/expires_at"),
        ("POST", grants, grant("expires_at", json!("2025-12-31T00:00:00Z")), "/expires_at"),
        ("POST", grants, grant("effective_at", json!("tomorrow")), "/effective_at"),
        ("POST", grants, grant("priority", json!(32_768)), "/priority"),
        ("POST", grants, grant("paid", json!({ "amount": -1, "currency": "USD" })), "/paid/amount"),
        ("POST", grants, grant("paid", json!({ "amount": 1, "currency": "usd" })), "/paid/currency"),
        ("POST", grants, grant("paid", json!({ "amount": 1 })), "/paid/currency"),
        ("POST", grants, grant("paid", json!([2900, "USD"])), "/paid"),
        ("PATCH", "/v1/accounts/anna", json!({ "overdraft": ["20 days"] }), "/overdraft"),
        ("POST", "/v1/batches", json!({ "operations": [["charge", "anna", "photo"]] }), "/operations/0"),
        ("POST", grants, grant("paid", json!({ "amount": 1.5, "currency": "USD" })), "/paid/amount"),
        ("POST", grants, grant("scope", json!([])), "/scope"),
        ("POST", grants, grant("scope", json!(["photo", "foto"])), "/scope/1"),
        ("POST", "/v1/accounts/anna/adjustments", json!({ "credits": 0, "reason": "Set right" }), "/credits"),
        ("POST", "/v1/accounts/anna/adjustments", json!({ "credits": 1 }), "/reason"),
        ("PUT", "/v1/accounts/anna/alerts", json!({ "thresholds": [1, "2"] }), "/thresholds/1"),
        ("PUT", "/v1/accounts/anna/alerts", json!({ "thresholds": vec![1; 17] }), "/thresholds"),
        ("PUT", "/v1/accounts/anna/alerts", json!({ "thresholds": [i64::MAX] }), "/thresholds/0"),
        ("PUT", "/v1/accounts/anna/alerts/monthly_report", json!({}), "/enabled"),
        ("PUT", "/v1/accounts/anna/alerts/monthly_report", json!({ "enabled": 1 }), "/enabled"),
        (
            "POST",
            "/v1/holds",
            json!({ "account": "anna", "credits": 1, "expires_in": "8 days" }),
            "/expires_in",
        ),
        (
            "POST",
            "/v1/holds",
            json!({ "account": "anna", "credits": 1, "expires_in": "-1 h" }),
            "/expires_in",
        ),
        ("POST", "/v1/sessions", json!({ "account": "anna", "action": "photo", "key": "k" }), "/action"),
        ("POST", "/v1/sessions", json!({ "account": "anna", "action": "visit" }), "/key"),
        ("POST", "/v1/sessions", json!({ "account": "anna", "action": "visit", "key": "" }), "/key"),
        ("POST", "/v1/test_clock/advance", json!({}), "/to"),
        ("POST", "/v1/test_clock/advance", json!({ "by": "1 day", "to": "2027-01-01T00:00:00Z" }), "/by"),
        ("POST", "/v1/test_clock/advance", json!({ "to": "2025-12-31T23:59:59Z" }), "/to"),
        ("POST", "/v1/test_clock/advance", json!({ "by": "9000 years" }), "/by"),
    ];
    for (method, path, body, place) in table {
        let answer = host.change(method, path, &fresh_key(), &body.to_string());
        assert_eq!(answer.place().0, place, "{method} {path} {body}: {}", answer.text());
    }
    assert_eq!(host.entries("anna"), entries);
    assert_eq!(host.read("/v1/test_clock")["now"], "2026-01-01T00:00:00Z");
}

#[test]
fn query_parameters_are_looked_at() {
    let (_server, host) = with_history();
    let anna = "/v1/accounts/anna";
    let table = [
        ("/entries?limit=0", "?limit"),
        ("/entries?limit=201", "?limit"),
        ("/entries?limit=-1", "?limit"),
        ("/entries?limit=5.0", "?limit"),
        ("/entries?limit=ten", "?limit"),
        ("/entries?limit=99999999999999999999", "?limit"),
        ("/entries?limit=5&limit=5", "?limit"),
        ("/entries?cursor=x", "?cursor"),
        ("/entries?cursor=entry_00000000000000000000", "?cursor"),
        ("/entries?kind=spent", "?kind"),
        ("/entries?kind=charged,spent", "?kind"),
        ("/entries?class=gift", "?class"),
        ("/entries?from=yesterday", "?from"),
        ("/entries?to=2026-02-30T00:00:00Z", "?to"),
        ("/entries?colour=red", "?colour"),
        ("/entries?member=%ff", "?%ff"),
        ("/entries?at_least=x", "?at_least"),
        ("/grants?limit=0", "?limit"),
        ("/grants?limit=201", "?limit"),
        ("/grants?cursor=x", "?cursor"),
        ("/grants?state=dead", "?state"),
        ("/balance?as_of=2026-01-01", "?as_of"),
        ("/balance?as_of=2026-01-01T00:00:00.001Z", "?as_of"),
        ("/balance?as_off=2026-01-01T00:00:00Z", "?as_off"),
        ("/balance?at_least=-1", "?at_least"),
        ("?limit=5", "?limit"),
    ];
    for (query, place) in table {
        let answer = host.get(&format!("{anna}{query}"));
        assert_eq!(answer.place().0, place, "{query}: {}", answer.text());
    }
    assert_eq!(host.get("/v1/program?limit=5").place().0, "?limit");
    assert_eq!(host.get("/v1/events").place().0, "?account");
    let charge = json!({ "account": "anna", "action": "photo" });
    assert_eq!(host.post("/v1/charges?dry=true", &charge).place().0, "?dry");
    assert_eq!(host.available("anna"), 45);
}

#[test]
fn a_body_must_be_json_by_its_name() {
    let (_server, host) = with_history();
    let body = json!({ "account": "anna", "credits": 1 }).to_string();
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("")] {
        let mut headers = vec![("idempotency-key", "key")];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        let answer = host.send("POST", "/v1/charges", &headers, body.as_bytes());
        answer.refused(415, "unsupported_media_type");
    }
    assert_eq!(host.available("anna"), 45);
    let headers = [("idempotency-key", "key"), ("content-type", "Application/JSON; charset=utf-8")];
    host.send("POST", "/v1/charges", &headers, body.as_bytes()).made();
}

/// A batch of exactly so many bytes.
fn sized(bytes: usize) -> String {
    let body = |padding: usize| format!("{{\"operations\":[]{}}}", " ".repeat(padding));
    body(bytes - body(0).len())
}

#[test]
fn a_body_has_a_mebibyte_at_most() {
    let (_server, host) = with_history();
    let largest = 1 << 20;
    let (place, _) = host.change("POST", "/v1/batches", "key", &sized(largest)).place();
    assert_eq!(place, "/operations");
    for bytes in [largest + 1, 2 * largest] {
        let answer = host.change("POST", "/v1/batches", "key", &sized(bytes));
        assert_eq!(answer.refused(413, "body_too_large")["limit"], largest);
    }
    host.charge("anna", "photo").made();
}
