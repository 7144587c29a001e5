use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, id};

/// All that can be seen of an account.
fn seen(host: &Host, things: &[String]) -> Vec<Value> {
    let mut paths = ["", "/balance", "/grants", "/alerts", "/entries?limit=200"]
        .map(|part| format!("/v1/accounts/anna{part}"))
        .to_vec();
    paths.extend(things.iter().cloned());
    paths.push("/v1/program".to_owned());
    paths.iter().map(|path| host.read(path)).collect()
}

fn with_everything(host: &Host) -> Vec<String> {
    host.patch("/v1/accounts/anna", &json!({ "name": "Anna", "metadata": { "a": "1" } })).done();
    host.put("/v1/accounts/anna/alerts", &json!({ "thresholds": [30] })).done();
    host.grant(
        "anna",
        &json!({ "credits": 5, "class": "bonus", "expires_in": "30 days", "scope": ["photo"] }),
    );
    let open = host.hold("anna", "photo").made();
    let captured = host.hold("anna", "photo").made();
    host.capture(&captured).done();
    let charge = host.charge("anna", "scan").made();
    host.post(&format!("/v1/charges/{}/return", id(&charge)), &json!({ "credits": 2, "reason": "Unusable" }))
        .done();
    host.post("/v1/sessions", &json!({ "account": "anna", "action": "visit", "key": "browser-1" })).done();
    vec![
        format!("/v1/holds/{}", id(&open)),
        format!("/v1/holds/{}", id(&captured)),
        format!("/v1/charges/{}", id(&charge)),
    ]
}

#[test]
fn a_server_that_was_stopped_shows_the_same() {
    let (mut server, host) = with_anna(50);
    let things = with_everything(&host);
    let before = seen(&host, &things);
    for _ in 0..2 {
        server.restart();
        assert_eq!(seen(&host, &things), before);
    }
}

#[test]
fn a_server_that_crashed_shows_the_same() {
    let (mut server, host) = with_anna(50);
    let things = with_everything(&host);
    let before = seen(&host, &things);
    for _ in 0..2 {
        server.crash();
        assert_eq!(seen(&host, &things), before);
    }
    host.capture(&host.read(&things[0])).done();
}

#[test]
fn what_was_answered_is_there_after_a_crash() {
    let (mut server, host) = with_anna(1_000);
    for round in 1..=5 {
        let charges: Vec<Value> = (0..10).map(|_| host.charge("anna", "photo").made()).collect();
        server.crash();
        assert_eq!(host.available("anna"), 1_000 - 50 * round);
        for charge in charges {
            assert_eq!(host.read(&format!("/v1/charges/{}", id(&charge)))["credits"], 5);
        }
    }
}

#[test]
fn a_folder_runs_without_its_program_files_again() {
    let (mut server, host) = with_anna(50);
    let mut files = Vec::new();
    server.stop();
    std::mem::swap(server.files(), &mut files);
    server.start();
    host.charge("anna", "photo").made();
    std::mem::swap(server.files(), &mut files);
}

#[test]
fn a_server_that_stops_finishes_what_is_under_way() {
    let (mut server, host) = with_anna(10_000);
    // Each on a connection that stays open.
    let hosts: Vec<Host> = (0..4).map(|_| host.clone()).collect();
    for host in &hosts {
        host.charge("anna", "photo").made();
    }
    let events = host.listen("anna", None);
    server.restart();
    assert!(events.count() <= 3);
    assert_eq!(host.available("anna"), 9_980);
}
