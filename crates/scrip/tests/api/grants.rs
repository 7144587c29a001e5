use serde_json::{Value, json};

use super::with_anna;
use crate::harness::id;

#[test]
fn a_grant_says_all_of_itself() {
    let (_server, host) = with_anna(0);
    let body = json!({
        "credits": 100, "unit": "credit", "class": "purchase", "effective_at": "2026-01-02T00:00:00Z",
        "expires_in": "1 month", "priority": -3, "paid": { "amount": 2900, "currency": "USD" },
        "scope": ["scan", "photo"], "reason": "Order 7",
    });
    let mut grant = host.post("/v1/accounts/anna/grants", &body).made();
    let fields = grant.as_object_mut().unwrap();
    for field in ["id", "account", "balance"] {
        fields.remove(field).unwrap();
    }
    let expected = json!({
        "class": "purchase", "unit": "credit", "credits": 100, "remaining": 0, "held": 0, "state": "pending",
        "effective_at": "2026-01-02T00:00:00Z", "expires_at": "2026-02-02T00:00:00Z", "priority": -3,
        "paid": { "amount": 2900, "currency": "USD" }, "scope": ["photo", "scan"], "source": "request",
        "reason": "Order 7",
    });
    assert_eq!(grant, expected);
}

#[test]
fn credits_can_start_later() {
    let (_server, host) = with_anna(0);
    let later = json!({ "credits": 10, "class": "promotion", "effective_at": "2026-01-08T00:00:00Z", "expires_in": "7 days" });
    host.grant("anna", &later);
    assert_eq!(host.available("anna"), 0);
    host.charge("anna", "photo").refused(402, "insufficient_credits");
    host.clock_to("2026-01-07T23:59:59.999Z");
    assert_eq!(host.available("anna"), 0);
    host.clock_to("2026-01-08T00:00:00Z");
    assert_eq!(host.available("anna"), 10);
    host.charge("anna", "photo").made();
    host.clock_to("2026-01-15T00:00:00Z");
    assert_eq!(host.available("anna"), 0);
    assert_eq!(host.kinds("anna", 1), ["issued", "started", "charged", "expired"]);
    assert_eq!(host.entries("anna")[0]["credits"], -5);
}

#[test]
fn credits_that_start_later_end_a_debt_when_they_start() {
    let (_server, host) = with_anna(0);
    host.charge("anna", "scan").made();
    host.grant(
        "anna",
        &json!({ "credits": 10, "class": "purchase", "effective_at": "2026-01-03T00:00:00Z" }),
    );
    assert_eq!(host.available("anna"), -5);
    host.clock_to("2026-01-03T00:00:00Z");
    assert_eq!((host.available("anna"), &host.account("anna")["state"]), (5, &json!("active")));
}

#[test]
fn a_scope_says_what_credits_may_pay_for() {
    let (_server, host) = with_anna(0);
    host.grant("anna", &json!({ "credits": 10, "class": "promotion", "scope": ["photo"] }));
    assert_eq!(host.available("anna"), 10);
    let problem = host.charge("anna", "render").refused(402, "insufficient_credits");
    assert_eq!(problem["available"], 0);
    let quote = host.post("/v1/quotes", &json!({ "account": "anna", "action": "render" })).done();
    assert_eq!((&quote["available"], &quote["sufficient"]), (&json!(0), &json!(false)));
    host.give("anna", 10);
    host.charge("anna", "photo").made();
    host.charge("anna", "render").made();
    let left: Vec<i64> = host.grants("anna").into_iter().map(|(_, remaining, _)| remaining).collect();
    assert_eq!(left, [5, 8]);
}

#[test]
fn the_order_in_which_grants_pay() {
    let (_server, host) = with_anna(0);
    let end = "2026-03-01T00:00:00Z";
    let paid = json!({ "amount": 100, "currency": "USD" });
    let start = "2026-01-01T00:00:00Z";
    // The last to be drawn is issued first.
    let grants = [
        (
            "last of all: its priority",
            json!({ "class": "plan", "expires_at": "2026-02-01T00:00:00Z", "priority": 1 }),
        ),
        ("never ends", json!({ "class": "purchase", "expires_in": "never" })),
        ("was paid for", json!({ "class": "purchase", "expires_at": end, "paid": paid })),
        ("free, of all actions", json!({ "class": "promotion", "expires_at": end, "effective_at": start })),
        ("free, of one action", json!({ "class": "promotion", "expires_at": end, "scope": ["photo"] })),
        ("ends soonest", json!({ "class": "plan", "expires_at": "2026-02-15T00:00:00Z" })),
        ("its class comes first", json!({ "class": "bonus", "expires_in": "never" })),
        ("its priority comes first", json!({ "class": "purchase", "expires_in": "never", "priority": -2 })),
    ];
    let mut ids: Vec<String> = Vec::new();
    for (_, grant) in &grants {
        let mut grant = grant.clone();
        grant["credits"] = json!(5);
        ids.insert(0, id(&host.grant("anna", &grant)).to_owned());
    }
    let listed = host.read("/v1/accounts/anna/grants");
    let order: Vec<&str> = listed["data"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(order, ids);
    let drawn =
        host.post("/v1/charges", &json!({ "account": "anna", "action": "photo", "quantity": 8 })).made();
    let order: Vec<&str> =
        drawn["drawn"].as_array().unwrap().iter().map(|part| part["grant"].as_str().unwrap()).collect();
    assert_eq!(order, ids);
}

#[test]
fn what_is_left_of_a_grant_can_be_taken_back() {
    let (_server, host) = with_anna(0);
    let grant = host.give("anna", 20);
    let charge = host.charge("anna", "photo").made();
    let hold = host.hold("anna", "photo").made();
    let path = format!("/v1/grants/{}/void", id(&grant));
    let voided = host.post(&path, &json!({ "reason": "Disputed" })).done();
    assert_eq!(
        (&voided["state"], &voided["remaining"], &voided["held"]),
        (&json!("voided"), &json!(5), &json!(5))
    );
    assert_eq!(host.available("anna"), 0);
    // Twice is once.
    let entries = host.entries("anna");
    assert_eq!(host.post(&path, &json!({ "reason": "Disputed" })).done()["state"], "voided");
    assert_eq!(host.entries("anna").len(), entries.len());
    // What comes back is void too.
    host.failed(&hold).done();
    host.failed(&charge).done();
    assert_eq!((host.available("anna"), host.balance("anna")["settled"].as_i64()), (0, Some(0)));
}

#[test]
fn adjustments_give_and_take() {
    let (_server, host) = with_anna(50);
    let path = "/v1/accounts/anna/adjustments";
    let given = host.post(path, &json!({ "credits": 7, "reason": "A gift" })).made();
    assert_eq!((&given["credits"], &given["reason"]), (&json!(7), &json!("A gift")));
    assert_eq!(host.grants("anna")[1], ("adjustment".to_owned(), 7, None));
    let taken = host.post(path, &json!({ "credits": -52, "reason": "Counted twice" })).made();
    let parts: Vec<&Value> = taken["drawn"].as_array().unwrap().iter().map(|part| &part["credits"]).collect();
    assert_eq!((parts, &taken["balance"]["available"]), (vec![&json!(50), &json!(2)], &json!(5)));
    // No further than to zero, and not what is on hold.
    host.hold("anna", "photo").made();
    host.post(path, &json!({ "credits": -1, "reason": "Counted twice" }))
        .refused(402, "insufficient_credits");
    let entries = host.entries("anna");
    assert_eq!((&entries[1]["kind"], &entries[1]["credits"]), (&json!("adjusted"), &json!(-52)));
    assert_eq!(entries[1]["reason"], "Counted twice");
}

#[test]
fn grants_are_listed_by_state_and_in_pages() {
    let (_server, host) = with_anna(5);
    host.charge("anna", "photo").made();
    let voided = host.give("anna", 1);
    host.post(&format!("/v1/grants/{}/void", id(&voided)), &json!({ "reason": "Disputed" })).done();
    host.grant("anna", &json!({ "credits": 1, "class": "bonus", "expires_in": "1 s" }));
    host.clock_by("1 min");
    host.grant("anna", &json!({ "credits": 1, "class": "bonus", "effective_at": "2026-02-01T00:00:00Z" }));
    host.give("anna", 9);
    for state in ["pending", "live", "spent", "expired", "voided"] {
        let listed = host.read(&format!("/v1/accounts/anna/grants?state={state}"));
        let states: Vec<&Value> =
            listed["data"].as_array().unwrap().iter().map(|grant| &grant["state"]).collect();
        assert_eq!(states, [state]);
    }
    let all = host.read("/v1/accounts/anna/grants");
    let first = host.read("/v1/accounts/anna/grants?limit=3");
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = host.read(&format!("/v1/accounts/anna/grants?limit=3&cursor={cursor}"));
    let both = [first["data"].as_array().unwrap().clone(), rest["data"].as_array().unwrap().clone()].concat();
    assert_eq!((json!(both), &rest["next_cursor"]), (all["data"].clone(), &json!(null)));
}
