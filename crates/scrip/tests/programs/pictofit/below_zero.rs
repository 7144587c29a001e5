use serde_json::{Value, json};

use super::sessions::visit;
use super::with_credits;
use crate::harness::Host;

/// State, balance and the days below zero.
fn standing(host: &Host) -> (String, i64, Value) {
    let store = host.account("store");
    let state = store["state"].as_str().unwrap().to_owned();
    (state, store["balance"][0]["available"].as_i64().unwrap(), store["overdraft"].clone())
}

/// What happened to the store after its first four entries, and when: without spends.
fn told(host: &Host) -> Vec<(String, String)> {
    let entries = host.entries("store");
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let told = entries.iter().rev().map(|entry| (text(entry, "kind"), text(entry, "effective_at")));
    told.skip(3).filter(|(kind, _)| kind != "session_counted" && kind != "issued").collect()
}

fn at(kind: &str, instant: &str) -> (String, String) {
    (kind.to_owned(), instant.to_owned())
}

#[test]
fn pf_11_sessions_may_take_the_balance_below_zero() {
    let (_server, host) = with_credits(1);
    for (shopper, left) in [(1, 0), (2, -1), (3, -2)] {
        let answer = visit(&host, &format!("browser-{shopper}"));
        assert_eq!((&answer["counted"], &answer["balance"]["available"]), (&json!(true), &json!(left)));
    }
    let balance = host.balance("store");
    assert_eq!(
        (&balance["owed"], &balance["settled"], &balance["by_class"]),
        (&json!(2), &json!(-2), &json!([]))
    );
}

#[test]
fn pf_11_zero_is_not_negative() {
    let (_server, host) = with_credits(1);
    visit(&host, "browser-1");
    assert_eq!(standing(&host), ("active".to_owned(), 0, Value::Null));
}

#[test]
fn pf_11_a_store_may_stay_negative_for_ten_days() {
    let (_server, host) = with_credits(0);
    host.clock_to("2026-01-05T10:00:00Z");
    visit(&host, "browser-1");
    let days =
        json!({ "unit": "credit", "since": "2026-01-05T10:00:00Z", "deadline": "2026-01-15T10:00:00Z" });
    assert_eq!(standing(&host), ("overdrawn".to_owned(), -1, days.clone()));

    host.clock_to("2026-01-15T09:59:59.999Z");
    assert_eq!(visit(&host, "browser-2")["counted"], true);
    assert_eq!(standing(&host), ("overdrawn".to_owned(), -2, days.clone()));

    host.clock_to("2026-01-15T10:00:00Z");
    assert_eq!(standing(&host), ("suspended".to_owned(), -2, days));
    assert_eq!(visit(&host, "browser-3")["allowed"], false);
}

#[test]
fn pf_11_the_days_are_counted_anew_after_the_balance_was_not_negative() {
    let (_server, host) = with_credits(0);
    visit(&host, "browser-1");
    host.clock_to("2026-01-06T00:00:00Z");
    // Still below zero: the days go on.
    visit(&host, "browser-2");
    host.give("store", 1);
    assert_eq!(host.account("store")["overdraft"]["deadline"], "2026-01-11T00:00:00Z");
    // Zero is enough to end them.
    host.give("store", 1);
    assert_eq!(standing(&host), ("active".to_owned(), 0, Value::Null));
    host.clock_to("2026-01-08T00:00:00Z");
    visit(&host, "browser-3");
    host.clock_to("2026-01-17T23:59:59.999Z");
    assert_eq!(host.account("store")["state"], "overdrawn");
    host.clock_to("2026-01-18T00:00:00Z");
    assert_eq!(host.account("store")["state"], "suspended");
}

#[test]
fn pf_12_the_storefront_is_told_and_no_session_is_metered() {
    let (_server, host) = with_credits(0);
    visit(&host, "browser-1");
    host.clock_by("10 days");
    let before = host.entries("store");
    // Not an error: no shopper sees one.
    for shopper in ["browser-1", "browser-2"] {
        let answer = visit(&host, shopper);
        assert_eq!((&answer["allowed"], &answer["counted"]), (&json!(false), &json!(false)));
        assert_eq!(answer["suspended"], json!({ "owed": 1, "since": "2026-01-01T00:00:00Z" }));
    }
    let problem = host.charge("store", "session").refused(402, "account_suspended");
    assert_eq!((&problem["owed"], &problem["since"]), (&json!(1), &json!("2026-01-01T00:00:00Z")));
    assert_eq!(host.entries("store"), before);
    assert_eq!(host.available("store"), -1);
}

#[test]
fn pf_12_a_session_under_way_ends_with_the_deactivation() {
    let (_server, host) = with_credits(0);
    visit(&host, "browser-1");
    host.clock_to("2026-01-10T23:50:00Z");
    assert_eq!(visit(&host, "browser-2")["counted"], true);
    host.clock_to("2026-01-11T00:00:00Z");
    assert_eq!(visit(&host, "browser-2")["allowed"], false);
    assert_eq!(host.available("store"), -2);
}

#[test]
fn pf_12_the_merchant_is_warned() {
    let (_server, host) = with_credits(0);
    host.clock_to("2026-01-05T10:00:00Z");
    visit(&host, "browser-1");
    assert_eq!(told(&host), [at("overdrawn", "2026-01-05T10:00:00Z")]);
    host.clock_by("30 days");
    let warned = [
        at("overdrawn", "2026-01-05T10:00:00Z"),
        at("suspension_near", "2026-01-12T10:00:00Z"),
        at("suspension_near", "2026-01-14T10:00:00Z"),
        at("suspended", "2026-01-15T10:00:00Z"),
    ];
    assert_eq!(told(&host), warned);
}

#[test]
fn pf_12_a_merchant_who_pays_in_time_is_warned_no_more() {
    let (_server, host) = with_credits(0);
    visit(&host, "browser-1");
    host.clock_to("2026-01-09T00:00:00Z");
    host.give("store", 100);
    host.clock_by("30 days");
    let warned = [
        at("overdrawn", "2026-01-01T00:00:00Z"),
        at("suspension_near", "2026-01-08T00:00:00Z"),
        at("recovered", "2026-01-09T00:00:00Z"),
    ];
    assert_eq!(told(&host), warned);
}

#[test]
fn pf_12_it_is_active_again_the_moment_the_balance_is_not_negative() {
    let (_server, host) = with_credits(0);
    visit(&host, "browser-1");
    visit(&host, "browser-2");
    host.clock_by("20 days");
    host.give("store", 1);
    assert_eq!(standing(&host).0, "suspended");
    assert_eq!(visit(&host, "browser-3")["allowed"], false);

    host.give("store", 1);
    assert_eq!(standing(&host), ("active".to_owned(), 0, Value::Null));
    let moment = "2026-01-21T00:00:00Z";
    let entries = told(&host);
    assert_eq!(entries[entries.len() - 2..], [at("recovered", moment), at("restored", moment)]);
    let answer = visit(&host, "browser-3");
    assert_eq!((&answer["allowed"], &answer["counted"]), (&json!(true), &json!(true)));
}

#[test]
fn pf_12_a_server_that_slept_through_the_deadline_says_the_same() {
    let (mut server, host) = with_credits(0);
    visit(&host, "browser-1");
    server.crash();
    host.clock_by("15 days");
    server.restart();
    assert_eq!(visit(&host, "browser-2")["allowed"], false);
    let kinds: Vec<String> = told(&host).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["overdrawn", "suspension_near", "suspension_near", "suspended"]);
}

#[test]
fn pf_13_credits_that_arrive_settle_the_debt_first() {
    let (_server, host) = with_credits(0);
    for shopper in 1..=7 {
        visit(&host, &format!("browser-{shopper}"));
    }
    let grant = host.give("store", 100);
    assert_eq!((&grant["credits"], &grant["remaining"]), (&json!(100), &json!(93)));
    let balance = host.balance("store");
    assert_eq!((&balance["owed"], &balance["available"]), (&json!(0), &json!(93)));
    assert_eq!(host.grants("store"), [("purchase".to_owned(), 93, None)]);
    let entries = host.entries("store");
    let issued = entries.iter().find(|entry| entry["class"] == "purchase").unwrap();
    assert_eq!((&issued["credits"], &issued["available_after"]), (&json!(100), &json!(93)));
}

#[test]
fn pf_13_credits_that_do_not_suffice_settle_a_part() {
    let (_server, host) = with_credits(0);
    for shopper in 1..=7 {
        visit(&host, &format!("browser-{shopper}"));
    }
    let grant = host.give("store", 3);
    assert_eq!((&grant["remaining"], &grant["state"]), (&json!(0), &json!("spent")));
    assert_eq!(standing(&host).1, -4);
}
