use serde_json::json;

use super::with_anna;
use crate::harness::Host;

fn now(host: &Host) -> String {
    host.read("/v1/test_clock")["now"].as_str().unwrap().to_owned()
}

#[test]
fn it_stands_still_until_it_is_moved() {
    let (_server, host) = with_anna(50);
    assert_eq!(now(&host), "2026-01-01T00:00:00Z");
    host.charge("anna", "photo").made();
    assert_eq!(now(&host), "2026-01-01T00:00:00Z");
    let entry = &host.entries("anna")[0];
    assert_eq!(entry["effective_at"], "2026-01-01T00:00:00Z");
}

#[test]
fn it_is_moved_to_an_instant_or_by_a_period() {
    let (_server, host) = with_anna(50);
    let advance = |body| host.post("/v1/test_clock/advance", &body).done()["now"].clone();
    assert_eq!(advance(json!({ "to": "2026-01-31T12:00:00Z" })), "2026-01-31T12:00:00Z");
    assert_eq!(advance(json!({ "by": "1 month" })), "2026-02-28T12:00:00Z");
    assert_eq!(advance(json!({ "by": "P30D" })), "2026-03-30T12:00:00Z");
    assert_eq!(advance(json!({ "by": "90 min" })), "2026-03-30T13:30:00Z");
    assert_eq!(advance(json!({ "to": "2026-03-30T15:30:00+01:00" })), "2026-03-30T14:30:00Z");
    assert_eq!(advance(json!({ "to": "2026-03-30T14:30:00Z" })), "2026-03-30T14:30:00Z");
    assert_eq!(now(&host), "2026-03-30T14:30:00Z");
}

#[test]
fn it_does_not_go_back() {
    let (_server, host) = with_anna(50);
    host.clock_to("2026-02-01T00:00:00Z");
    let (place, message) =
        host.post("/v1/test_clock/advance", &json!({ "to": "2026-01-31T23:59:59.999Z" })).place();
    assert_eq!(place, "/to");
    assert!(message.contains("2026-02-01T00:00:00Z"), "{message}");
    assert_eq!(now(&host), "2026-02-01T00:00:00Z");
}

#[test]
fn a_repeated_request_moves_it_once() {
    let (_server, host) = with_anna(50);
    let day = json!({ "by": "1 day" });
    let first = host.post_as("key", "/v1/test_clock/advance", &day);
    let again = host.post_as("key", "/v1/test_clock/advance", &day);
    assert_eq!((again.is_replay(), again.body), (true, first.body));
    assert_eq!(now(&host), "2026-01-02T00:00:00Z");
    host.post_as("key", "/v1/test_clock/advance", &json!({ "by": "2 days" }))
        .refused(422, "idempotency_key_reused");
}

#[test]
fn it_answers_when_all_that_fell_due_is_done() {
    let (_server, host) = with_anna(0);
    let accounts: Vec<String> = (0..20).map(|number| format!("account-{number}")).collect();
    for account in &accounts {
        host.open(account);
        host.grant(account, &json!({ "credits": 10, "class": "bonus", "expires_in": "3 days" }));
        host.hold(account, "photo").made();
        host.post("/v1/holds", &json!({ "account": account, "action": "scan", "expires_in": "5 days" }))
            .made();
    }
    // Into a quiet time: nobody asks for these accounts meanwhile.
    host.clock_by("30 days");
    for account in &accounts {
        let entries = host.entries(account);
        let told: Vec<(&str, &str)> = entries
            .iter()
            .rev()
            .skip(4)
            .map(|entry| (entry["kind"].as_str().unwrap(), entry["effective_at"].as_str().unwrap()))
            .collect();
        let expected = [
            ("released", "2026-01-01T01:00:00Z"),
            ("expired", "2026-01-04T00:00:00Z"),
            ("released", "2026-01-06T00:00:00Z"),
            // What came back after its grant had ended lasts for seven days.
            ("issued", "2026-01-06T00:00:00Z"),
            ("expired", "2026-01-13T00:00:00Z"),
        ];
        let told: Vec<_> = told.into_iter().filter(|(kind, _)| *kind != "issued").collect();
        let expected: Vec<_> = expected.into_iter().filter(|(kind, _)| *kind != "issued").collect();
        assert_eq!(told, expected);
        assert!(entries[0]["by"].is_null());
        assert_eq!(host.available(account), 0);
    }
}

#[test]
fn one_long_way_and_many_short_ones_come_to_the_same() {
    let histories = [1, 40].map(|steps: i32| {
        let (_server, host) = with_anna(0);
        host.grant("anna", &json!({ "credits": 10, "class": "bonus", "expires_in": "3 days" }));
        host.hold("anna", "scan").made();
        host.charge("anna", "scan").made();
        host.charge("anna", "scan").made();
        for _ in 0..steps {
            host.clock_by(&format!("{} h", 480 / steps));
        }
        let entries = host.entries("anna").into_iter().map(|entry| {
            (
                entry["kind"].clone(),
                entry["effective_at"].clone(),
                entry["credits"].clone(),
                entry["available_after"].clone(),
            )
        });
        entries.collect::<Vec<_>>()
    });
    assert_eq!(histories[0], histories[1]);
    assert!(histories[0].len() > 6);
}

#[test]
fn after_a_restart_it_stands_where_it_stood() {
    let (mut server, host) = with_anna(50);
    host.clock_to("2026-05-05T05:05:05.555Z");
    server.restart();
    assert_eq!(now(&host), "2026-05-05T05:05:05.555Z");
    host.charge("anna", "photo").made();
    assert_eq!(host.entries("anna")[0]["effective_at"], "2026-05-05T05:05:05.555Z");
    host.clock_by("1 day");
    server.crash();
    assert_eq!(now(&host), "2026-05-06T05:05:05.555Z");
}
