use serde_json::{Value, json};

use super::sessions::visit;
use super::with_store;
use crate::harness::{Host, id};

#[test]
fn pf_14_the_current_balance() {
    let (_server, host) = with_store();
    host.give("store", 100);
    let hold = host.hold("store", "garment").made();
    let mut shown = host.balance("store");
    for field in ["units", "as_of"] {
        shown.as_object_mut().unwrap().remove(field).unwrap();
    }
    let balance = json!({
        "unit": "credit", "settled": 150, "held": 5, "owed": 0, "available": 145, "formatted": "145 credits",
        "by_class": [
            { "class": "starter", "available": 45, "expires_at": null },
            { "class": "purchase", "available": 100, "expires_at": null },
        ],
    });
    assert_eq!(shown, balance);
    host.failed(&hold).done();
}

#[test]
fn pf_14_the_conversion_list() {
    let (_server, host) = with_store();
    let program = host.read("/v1/program");
    let actions = program["actions"].as_array().unwrap().iter();
    let list: Vec<(&str, &str)> = actions
        .map(|action| (action["name"].as_str().unwrap(), action["price"]["sentence"].as_str().unwrap()))
        .collect();
    assert_eq!(list, [("Virtual garment", "5 credits"), ("Virtual try-on session", "1 credit")]);
}

/// What a line of the history says.
fn line(entry: &Value) -> (&str, i64, i64) {
    let number = |name: &str| entry[name].as_i64().unwrap();
    (entry["kind"].as_str().unwrap(), number("credits"), number("available_after"))
}

#[test]
fn pf_14_a_detailed_history_newest_first() {
    let (_server, host) = with_store();
    host.give("store", 100);
    host.clock_by("1 h");
    let body = json!({ "account": "store", "action": "garment", "reference": "garment-7" });
    let hold = host.post("/v1/holds", &body).made();
    host.capture(&hold).done();
    visit(&host, "browser-1");
    let charge = host.charge("store", "garment").made();
    host.failed(&charge).done();
    let entries = host.entries("store");
    let lines: Vec<_> = entries.iter().map(line).collect();
    let expected = [
        ("returned", 5, 144),
        ("charged", -5, 139),
        ("session_counted", -1, 144),
        ("captured", -5, 145),
        ("held", 0, 145),
        ("issued", 100, 150),
        ("issued", 50, 50),
        ("opened", 0, 0),
    ];
    assert_eq!(lines, expected);
    let captured = &entries[3];
    assert_eq!((&captured["action"], &captured["reference"]), (&json!("garment"), &json!("garment-7")));
    assert_eq!((&captured["hold"], &captured["effective_at"]), (&hold["id"], &json!("2026-01-01T01:00:00Z")));
    assert_eq!(
        (&captured["drawn"][0]["grant"], &captured["drawn"][0]["credits"]),
        (&entries[6]["grant"], &json!(5))
    );
    assert_eq!(entries[5]["reason"], "Order 1234");
}

#[test]
fn pf_14_the_history_is_current_to_the_last_transaction() {
    let (_server, host) = with_store();
    for left in (0..10).map(|count| 45 - 5 * count) {
        host.charge("store", "garment").made();
        let newest = host.read("/v1/accounts/store/entries?limit=1");
        assert_eq!(line(&newest["data"][0]), ("charged", -5, left));
    }
}

/// How many entries there are with these filters.
fn count(host: &Host, filters: &str) -> usize {
    let listed = host.read(&format!("/v1/accounts/store/entries?{filters}"));
    assert_eq!(listed["next_cursor"], Value::Null);
    listed["data"].as_array().unwrap().len()
}

#[test]
fn pf_14_the_history_can_be_filtered() {
    let (_server, host) = with_store();
    host.give("store", 100);
    for (day, action, member) in [(2, "garment", "ann"), (3, "session", "ann"), (4, "garment", "ben")] {
        host.clock_to(&format!("2026-01-0{day}T00:00:00Z"));
        let body = json!({ "account": "store", "action": action, "member": member, "department": "shoes" });
        host.post("/v1/charges", &body).made();
    }
    let table = [
        ("", 6),
        ("kind=charged", 3),
        ("kind=charged,issued", 5),
        ("kind=held", 0),
        ("action=garment", 2),
        ("action=session", 1),
        ("action=hat", 0),
        ("member=ann", 2),
        ("member=ben", 1),
        ("department=shoes", 3),
        ("department=hats", 0),
        ("class=starter", 4),
        ("class=purchase", 1),
        ("class=plan", 0),
        ("from=2026-01-03T00:00:00Z", 2),
        ("to=2026-01-03T00:00:00Z", 4),
        ("from=2026-01-02T00:00:00Z&to=2026-01-04T00:00:00Z", 2),
        ("from=2026-01-02T00:00:00Z&action=garment&member=ben", 1),
    ];
    for (filters, expected) in table {
        assert_eq!(count(&host, filters), expected, "{filters}");
    }
}

/// All entries, a page at a time.
fn paged(host: &Host, filters: &str, limit: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = host.read(&format!("/v1/accounts/store/entries?limit={limit}{cursor}{filters}"));
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= limit);
        all.extend(data.iter().map(|entry| id(entry).to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}

#[test]
fn pf_14_the_history_comes_in_pages() {
    let (_server, host) = with_store();
    for _ in 0..9 {
        host.charge("store", "garment").made();
    }
    let all: Vec<String> = host.entries("store").iter().map(|entry| id(entry).to_owned()).collect();
    for limit in [1, 3, 4, 11, 50] {
        assert_eq!(paged(&host, "", limit), all, "{limit}");
        assert_eq!(paged(&host, "&class=starter", limit).len(), 10, "{limit}");
    }
}

#[test]
fn pf_14_a_page_stays_where_it_is_while_entries_arrive() {
    let (_server, host) = with_store();
    for _ in 0..4 {
        host.charge("store", "garment").made();
    }
    let first = host.read("/v1/accounts/store/entries?limit=3");
    let next = first["next_cursor"].as_str().unwrap().to_owned();
    let rest = host.read(&format!("/v1/accounts/store/entries?cursor={next}"));
    host.charge("store", "garment").made();
    assert_eq!(host.read(&format!("/v1/accounts/store/entries?cursor={next}")), rest);
    assert_eq!(rest["data"].as_array().unwrap().len(), 3);
}
