use serde_json::json;

use super::with_anna;
use crate::harness::id;

const TOP_UP: &str = "/v1/accounts/anna/auto_top_up";

#[test]
fn nothing_is_bought_until_it_is_set() {
    let (_server, host) = with_anna();
    let unset = host.read(TOP_UP);
    assert_eq!((&unset["enabled"], &unset["package"]), (&json!(false), &json!(null)));
    assert_eq!(host.put(TOP_UP, &json!({})).place().0, "/enabled");
    assert_eq!(host.put(TOP_UP, &json!({ "enabled": true })).place().0, "/package");
    assert_eq!(host.put(TOP_UP, &json!({ "enabled": true, "package": "small" })).place().0, "/below");
    host.put(TOP_UP, &json!({ "enabled": true, "package": "nothing", "below": 1 }))
        .refused(422, "unknown_offer");
    let wrong = json!({ "enabled": true, "package": "small", "below": 20, "to": 10 });
    assert_eq!(host.put(TOP_UP, &wrong).place().0, "/to");
    let cap = |amount: i64, currency: &str| {
        let cap = json!({ "amount": amount, "currency": currency });
        host.put(TOP_UP, &json!({ "enabled": true, "package": "small", "below": 20, "monthly_cap": cap }))
    };
    assert_eq!(cap(0, "USD").place().0, "/monthly_cap/amount");
    assert_eq!(cap(1, "dollars").place().0, "/monthly_cap/currency");
    assert_eq!(cap(1, "EUR").place().0, "/monthly_cap/currency");
}

#[test]
fn without_a_stored_card_it_rests() {
    let (_server, host) = with_anna();
    let set = host.put(TOP_UP, &json!({ "enabled": true, "package": "small", "below": 20 })).done();
    assert_eq!(set["paused"], json!({ "reason": "no_method", "until": null }));
}

#[test]
fn the_whole_gap_is_bought_with_one_order() {
    let (_server, host) = with_anna();
    host.buy("anna", &json!({ "package": "small" }));
    let body = json!({ "enabled": true, "package": "small", "below": 50, "to": 250,
        "monthly_cap": { "amount": 10_000, "currency": "USD" } });
    let set = host.put(TOP_UP, &body).done();
    assert_eq!((&set["order"], &set["spent_this_month"]), (&json!(null), &json!(0)));
    // What is needed is more than there is: the refusal stands, and the order is on its way.
    let large = json!({ "account": "anna", "action": "photo", "quantity": 30 });
    let problem = host.post("/v1/charges", &large).refused(402, "insufficient_credits");
    let order = json!({ "id": problem["top_up"]["order"] });
    // A clock that moves not at all waits for what is under way.
    host.clock_by("1 second");
    let bought = host.ordered(&order);
    assert_eq!((&bought["purpose"], &bought["state"]), (&json!("top_up"), &json!("credited")));
    assert_eq!(bought["quantity"], 3);
    host.post("/v1/charges", &large).made();
    let stands = host.read(TOP_UP);
    assert_eq!((&stands["spent_this_month"], &stands["order"]), (&json!(8_700), &json!(null)));
    host.clock_by("1 month");
    assert_eq!(host.read(TOP_UP)["spent_this_month"], 0);
    let off = host.put(TOP_UP, &json!({ "enabled": false })).done();
    assert_eq!(
        (&off["enabled"], &off["package"], &off["below"]),
        (&json!(false), &json!("small"), &json!(50))
    );
}

#[test]
fn a_card_that_declines_twice_makes_it_rest() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    host.press(&order, "pay", "4000 0000 0000 0341");
    let set = host.put(TOP_UP, &json!({ "enabled": true, "package": "small", "below": 200 }));
    let first = json!({ "id": set.done()["order"] });
    assert!(id(&first).starts_with("ord_"));
    host.clock_by("1 second");
    assert_eq!(host.ordered(&first)["state"], "failed");
    host.charge("anna", "photo").made();
    host.clock_by("1 second");
    let stands = host.read(TOP_UP);
    assert_eq!((&stands["declines"], &stands["paused"]["reason"]), (&json!(2), &json!("declined")));
    let how = super::field(&host.read("/v1/accounts/anna/entries?kind=top_up"), "how");
    assert_eq!(how[0], "paused");
    assert_eq!(how.last().unwrap(), "set");
    assert_eq!(host.available("anna"), 95);
}
