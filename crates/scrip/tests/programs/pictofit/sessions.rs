use std::thread;

use serde_json::{Value, json};

use super::with_store;
use crate::harness::{Answer, Host, fresh_key};

/// A shopper's browser uses the dressing room.
pub fn visit(host: &Host, key: &str) -> Value {
    call(host, &fresh_key(), key).done()
}

fn call(host: &Host, idempotency_key: &str, key: &str) -> Answer {
    host.post_as(
        idempotency_key,
        "/v1/sessions",
        &json!({ "account": "store", "action": "session", "key": key }),
    )
}

#[test]
fn pf_10_a_session_costs_one_credit() {
    let (_server, host) = with_store();
    let answer = visit(&host, "browser-1");
    assert_eq!((&answer["counted"], &answer["allowed"]), (&json!(true), &json!(true)));
    let session = json!({
        "started_at": "2026-01-01T00:00:00Z", "last_seen_at": "2026-01-01T00:00:00Z", "ends_at": "2026-01-01T00:30:00Z",
    });
    assert_eq!(answer["session"], session);
    assert_eq!(host.available("store"), 49);
}

#[test]
fn pf_10_reloads_and_tabs_count_once() {
    let (_server, host) = with_store();
    let first = visit(&host, "browser-1");
    for _ in 0..10 {
        let again = visit(&host, "browser-1");
        assert_eq!((&again["counted"], &again["allowed"]), (&json!(false), &json!(true)));
        assert_eq!(again["charge"], first["charge"]);
    }
    assert_eq!(host.available("store"), 49);
    assert_eq!(host.kinds("store", 2), ["session_counted"]);
}

#[test]
fn pf_10_a_retry_gets_the_first_answer() {
    let (_server, host) = with_store();
    let first = call(&host, "request-1", "browser-1");
    visit(&host, "browser-1");
    let retry = call(&host, "request-1", "browser-1");
    assert_eq!((retry.is_replay(), &retry.body), (true, &first.body));
    assert_eq!(retry.json()["counted"], true);
    assert_eq!(host.available("store"), 49);
}

#[test]
fn pf_10_other_sessions_count() {
    let (_server, host) = with_store();
    for shopper in 1..=5 {
        assert_eq!(visit(&host, &format!("browser-{shopper}"))["counted"], true);
        assert_eq!(host.available("store"), 50 - shopper);
    }
}

#[test]
fn pf_10_two_servers_that_see_a_session_at_once_pay_one_credit() {
    let (_server, host) = with_store();
    let counted: Vec<usize> = thread::scope(|scope| {
        let sees = |host: Host| {
            move || {
                (0..10)
                    .filter(|shopper| visit(&host, &format!("browser-{shopper}"))["counted"] == true)
                    .count()
            }
        };
        let servers: Vec<_> = (0..6).map(|_| scope.spawn(sees(host.clone()))).collect();
        servers.into_iter().map(|server| server.join().unwrap()).collect()
    });
    assert_eq!(counted.iter().sum::<usize>(), 10, "{counted:?}");
    assert_eq!(host.available("store"), 40);
    assert_eq!(host.kinds("store", 2), ["session_counted"; 10]);
}

#[test]
fn pf_10_the_dressing_room_may_be_used_all_day_in_one_session() {
    let (_server, host) = with_store();
    visit(&host, "browser-1");
    // A session that is used goes on, for at most a day.
    for _ in 1..50 {
        host.clock_by("29 min");
        assert_eq!(visit(&host, "browser-1")["counted"], false);
    }
    host.clock_to("2026-01-02T00:00:00Z");
    assert_eq!(visit(&host, "browser-1")["counted"], true);
    assert_eq!(host.available("store"), 48);
}

#[test]
fn pf_10_after_half_an_hour_of_rest_it_is_another_session() {
    let (_server, host) = with_store();
    visit(&host, "browser-1");
    host.clock_to("2026-01-01T00:29:59.999Z");
    assert_eq!(visit(&host, "browser-1")["counted"], false);
    host.clock_to("2026-01-01T00:59:59.998Z");
    assert_eq!(visit(&host, "browser-1")["counted"], false);
    host.clock_to("2026-01-01T01:29:59.998Z");
    assert_eq!(visit(&host, "browser-1")["counted"], true);
}

#[test]
fn pf_10_a_restart_forgets_no_session() {
    let (mut server, host) = with_store();
    visit(&host, "browser-1");
    server.crash();
    assert_eq!(visit(&host, "browser-1")["counted"], false);
    assert_eq!(host.available("store"), 49);
}
