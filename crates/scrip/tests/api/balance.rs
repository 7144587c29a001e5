use serde_json::{Value, json};

use super::with_anna;
use crate::harness::Host;

/// Settled, held, owed, available at an instant.
fn at(host: &Host, instant: &str) -> [i64; 4] {
    let balance = host.read(&format!("/v1/accounts/anna/balance?as_of={instant}"));
    assert_eq!(balance["as_of"], instant);
    ["settled", "held", "owed", "available"].map(|name| balance[name].as_i64().unwrap())
}

/// An account to which something has happened on each day.
fn eventful(host: &Host) {
    host.clock_to("2026-01-02T00:00:00Z");
    host.grant("anna", &json!({ "credits": 10, "class": "bonus", "expires_at": "2026-01-05T12:00:00Z" }));
    host.clock_to("2026-01-03T00:00:00Z");
    let hold = host.hold("anna", "photo").made();
    host.clock_to("2026-01-03T00:30:00Z");
    host.capture(&hold).done();
    host.clock_to("2026-01-04T00:00:00Z");
    host.hold("anna", "photo").made();
    host.clock_to("2026-01-07T00:00:00Z");
    host.take("anna", 50);
    host.charge("anna", "scan").made();
    host.clock_to("2026-01-20T00:00:00Z");
}

const DAYS: [(&str, [i64; 4]); 12] = [
    ("2025-12-31T00:00:00Z", [0, 0, 0, 0]),
    ("2026-01-01T00:00:00Z", [50, 0, 0, 50]),
    ("2026-01-01T23:59:59.999Z", [50, 0, 0, 50]),
    ("2026-01-02T00:00:00Z", [60, 0, 0, 60]),
    ("2026-01-03T00:00:00Z", [60, 5, 0, 55]),
    ("2026-01-03T00:30:00Z", [55, 0, 0, 55]),
    ("2026-01-04T00:59:59.999Z", [55, 5, 0, 50]),
    ("2026-01-04T01:00:00Z", [55, 0, 0, 55]),
    ("2026-01-05T11:59:59.999Z", [55, 0, 0, 55]),
    ("2026-01-05T12:00:00Z", [50, 0, 0, 50]),
    ("2026-01-07T00:00:00Z", [-5, 0, 5, -5]),
    ("2026-01-20T00:00:00Z", [-5, 0, 5, -5]),
];

#[test]
fn a_balance_can_be_asked_for_as_it_was() {
    let (mut server, host) = with_anna(50);
    eventful(&host);
    for restarted in [false, true] {
        if restarted {
            server.restart();
        }
        for (instant, balance) in DAYS {
            assert_eq!(at(&host, instant), balance, "{instant}");
        }
    }
}

#[test]
fn what_comes_later_does_not_change_what_was() {
    let (_server, host) = with_anna(50);
    let day = "2026-01-01T00:00:00Z";
    host.clock_by("2 days");
    let before = host.read(&format!("/v1/accounts/anna/balance?as_of={day}"));
    host.charge("anna", "photo").made();
    host.clock_by("60 days");
    assert_eq!(host.read(&format!("/v1/accounts/anna/balance?as_of={day}")), before);
}

#[test]
fn a_read_changes_nothing() {
    let (_server, host) = with_anna(50);
    host.hold("anna", "photo").made();
    let entries = host.entries("anna");
    for _ in 0..3 {
        host.account("anna");
        host.balance("anna");
        host.grants("anna");
    }
    assert_eq!(host.entries("anna"), entries);
}

#[test]
fn settled_held_and_owed_make_what_is_available() {
    let (_server, host) = with_anna(12);
    host.hold("anna", "photo").made();
    host.hold("anna", "photo").made();
    host.charge("anna", "scan").made();
    let balance = host.balance("anna");
    let parts = ["settled", "held", "owed", "available"].map(|name| balance[name].as_i64().unwrap());
    assert_eq!(parts, [7, 10, 3, -3]);
}

#[test]
fn units_are_kept_apart() {
    let (_server, host) = with_anna(50);
    host.grant("anna", &json!({ "credits": 1250, "class": "purchase", "unit": "token" }));
    let charge = host.charge("anna", "speech").made();
    assert_eq!((&charge["unit"], &charge["credits"]), (&json!("token"), &json!(50)));
    let units = host.balance("anna")["units"].clone();
    let shown: Vec<(&Value, &Value, &Value)> = units
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| (&unit["unit"], &unit["available"], &unit["formatted"]))
        .collect();
    let tokens = (&json!("token"), &json!(1200), &json!("12.00 tokens"));
    assert_eq!(shown, [(&json!("credit"), &json!(50), &json!("50 credits")), tokens]);
}
