use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, id};

/// A change of each kind to an account with credits, an open hold and a charge: method, path, body.
fn changes(host: &Host) -> Vec<(&'static str, String, Value)> {
    let [to_capture, to_release] = [(); 2].map(|()| host.hold("anna", "photo").made());
    let charge = host.charge("anna", "photo").made();
    let grant = host.give("anna", 10);
    let why = json!({ "reason": "Asked by the customer" });
    let spend = json!({ "account": "anna", "action": "photo" });
    let mut hold = spend.clone();
    hold["op"] = json!("hold");
    let issue = json!({ "credits": 5, "class": "bonus", "expires_in": "1 month", "reason": "Welcome" });
    vec![
        ("POST", "/v1/accounts".into(), json!({ "id": "new", "name": "Ännchen & Co" })),
        ("PATCH", "/v1/accounts/anna".into(), json!({ "name": "Anna", "email": null })),
        ("POST", "/v1/accounts/anna/grants".into(), issue),
        ("POST", format!("/v1/grants/{}/void", id(&grant)), why.clone()),
        ("POST", "/v1/accounts/anna/adjustments".into(), json!({ "credits": -3, "reason": "Set right" })),
        ("PUT", "/v1/accounts/anna/alerts".into(), json!({ "thresholds": [7] })),
        ("PUT", "/v1/accounts/anna/alerts/monthly_report".into(), json!({ "enabled": true })),
        ("POST", "/v1/holds".into(), spend.clone()),
        ("POST", format!("/v1/holds/{}/capture", id(&to_capture)), json!({ "credits": 2 })),
        ("POST", format!("/v1/holds/{}/release", id(&to_release)), json!({})),
        ("POST", "/v1/charges".into(), spend),
        (
            "POST",
            format!("/v1/charges/{}/return", id(&charge)),
            json!({ "credits": 1, "reason": "Unusable" }),
        ),
        ("POST", "/v1/sessions".into(), json!({ "account": "anna", "action": "visit", "key": "browser-1" })),
        ("POST", "/v1/batches".into(), json!({ "operations": [hold.clone(), hold.clone()] })),
        ("POST", "/v1/batches".into(), json!({ "atomic": true, "operations": [hold.clone(), hold] })),
        ("POST", "/v1/accounts/anna/close".into(), why.clone()),
        ("POST", "/v1/accounts/anna/reopen".into(), why),
    ]
}

#[test]
fn a_repeated_request_gets_the_first_answer_byte_for_byte() {
    let (mut server, host) = with_anna(200);
    let changes = changes(&host);
    let send = |place: usize| {
        let (method, path, body) = &changes[place];
        host.change(method, path, &format!("change-{place}"), &body.to_string())
    };
    let first: Vec<_> = (0..changes.len()).map(send).collect();
    let entries = host.entries("anna");
    for restarted in [false, true] {
        if restarted {
            server.restart();
        }
        for (place, first) in first.iter().enumerate() {
            let (method, path, _) = &changes[place];
            let again = send(place);
            assert!(first.status < 300 && !first.is_replay(), "{method} {path}: {}", first.text());
            assert!(again.is_replay(), "{method} {path}: {}", again.text());
            assert_eq!((again.status, again.text()), (first.status, first.text()), "{method} {path}");
            assert_eq!(again.position(), first.position(), "{method} {path}");
        }
        assert_eq!(host.entries("anna"), entries);
    }
}

#[test]
fn another_request_with_the_same_key_is_refused() {
    let (mut server, host) = with_anna(200);
    let changes = changes(&host);
    for (place, (method, path, body)) in changes.iter().enumerate() {
        let answer = host.change(method, path, &format!("change-{place}"), &body.to_string());
        assert!(answer.status < 300, "{method} {path}: {}", answer.text());
    }
    let entries = host.entries("anna");
    for restarted in [false, true] {
        if restarted {
            server.restart();
        }
        let other = json!({ "account": "anna", "credits": 1 });
        // A batch has a key for each of its operations.
        for (place, _) in changes.iter().enumerate().filter(|(_, (_, path, _))| path != "/v1/batches") {
            let answer = host.post_as(&format!("change-{place}"), "/v1/charges", &other);
            answer.refused(422, "idempotency_key_reused");
        }
        assert_eq!(host.entries("anna"), entries);
    }
}

#[test]
fn the_same_request_may_be_written_another_way() {
    let (_server, host) = with_anna(50);
    let first = host.change("POST", "/v1/charges", "key", r#"{"account":"anna","action":"photo"}"#);
    let again =
        host.change("POST", "/v1/charges", "key", "{ \"action\" : \"ph\\u006fto\",\n \"account\":\"anna\"}");
    assert_eq!((again.is_replay(), again.body), (true, first.body));
}

#[test]
fn a_refusal_is_not_stored() {
    let (_server, host) = with_anna(4);
    let body = json!({ "account": "anna", "action": "photo" });
    host.post_as("key", "/v1/charges", &body).refused(402, "insufficient_credits");
    host.give("anna", 1);
    let charge = host.post_as("key", "/v1/charges", &body);
    assert_eq!((charge.is_replay(), &charge.made()["credits"]), (false, &json!(5)));
}

#[test]
fn a_key_is_its_programs_own() {
    let (server, host) = with_anna(50);
    let other = server.host("mill");
    other.open("anna");
    let body = json!({ "account": "anna", "action": "photo" });
    assert_eq!(host.post_as("key", "/v1/charges", &body).made()["credits"], 5);
    let charge = other.post_as("key", "/v1/charges", &body);
    assert_eq!((charge.is_replay(), &charge.made()["credits"]), (false, &json!(7)));
}

#[test]
fn a_key_is_remembered_for_thirty_days() {
    let (_server, host) = with_anna(50);
    let body = json!({ "account": "anna", "action": "photo" });
    host.post_as("key", "/v1/charges", &body).made();
    host.clock_to("2026-01-30T23:59:59.999Z");
    assert!(host.post_as("key", "/v1/charges", &body).is_replay());
}

#[test]
fn a_batch_that_is_sent_again_does_what_was_not_done_once() {
    let (_server, host) = with_anna(12);
    let charge = json!({ "op": "charge", "account": "anna", "action": "photo" });
    let batch = json!({ "operations": [charge.clone(), charge.clone(), charge] });
    let statuses = |answer: &Value| -> Vec<i64> {
        answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["status"].as_i64().unwrap())
            .collect()
    };
    let first = host.post_as("key", "/v1/batches", &batch).done();
    assert_eq!((statuses(&first), host.available("anna")), (vec![201, 201, 402], 2));
    host.give("anna", 10);
    let again = host.post_as("key", "/v1/batches", &batch);
    // Not all of it is a replay.
    assert!(!again.is_replay());
    assert_eq!((statuses(&again.done()), host.available("anna")), (vec![201, 201, 201], 7));
    assert_eq!(again.done()["results"][0], first["results"][0]);
    assert!(host.post_as("key", "/v1/batches", &batch).is_replay());
}

#[test]
fn every_change_needs_a_key() {
    let (_server, host) = with_anna(50);
    let entries = host.entries("anna");
    for (method, path, body) in changes(&host) {
        let json = [("content-type", "application/json")];
        let answer = host.send(method, &path, &json, body.to_string().as_bytes());
        answer.refused(400, "idempotency_key_missing");
        for wrong in ["", "a b", "ä", &"a".repeat(256)] {
            let (place, message) = host.change(method, &path, wrong, &body.to_string()).place();
            assert_eq!(place, "Idempotency-Key");
            assert!(message.contains("1 to 255"), "{message}");
        }
    }
    assert_eq!(host.kinds("anna", entries.len()), ["held", "held", "charged", "issued"]);
    host.post_as(&"k".repeat(255), "/v1/charges", &json!({ "account": "anna", "action": "photo" })).made();
}
