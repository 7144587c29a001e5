use serde_json::{Value, json};

use super::{field, with_anna};
use crate::harness::Host;

const PATH: &str = "/v1/accounts/anna/subscription";

/// Offer, state, and the period.
fn stands(subscription: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").trim_end_matches("T00:00:00Z").to_owned();
    let period = &subscription["period"];
    let (start, end) = (text(&period["start"]), text(&period["end"]));
    format!("{} {} {start}..{end}", text(&subscription["offer"]), text(&subscription["state"]))
}

fn on(host: &Host, plan: &str) -> Value {
    host.buy("anna", &json!({ "plan": plan }));
    host.read(PATH)
}

#[test]
fn a_plan_brings_its_allotment_month_by_month() {
    let (_server, host) = with_anna();
    let order = host.buy("anna", &json!({ "plan": "basic" }));
    let one = host.read(PATH);
    assert_eq!(stands(&one), "basic active 2026-01-01..2026-02-01");
    assert_eq!((&one["id"], &one["kind"]), (&order["subscription"], &json!("plan")));
    assert_eq!(
        (&one["credits"], &one["amount"], &one["currency"]),
        (&json!(40), &json!(1_900), &json!("USD"))
    );
    assert_eq!(one["payment_method"]["label"], "Visa •••• 4242");
    assert_eq!((&one["pending_change"], &one["order"]), (&json!(null), &json!(null)));
    host.charge("anna", "photo").made();
    host.clock_to("2026-04-15T00:00:00Z");
    assert_eq!(stands(&host.read(PATH)), "basic active 2026-04-01..2026-05-01");
    assert_eq!(host.available("anna"), 40);
    let orders = host.read("/v1/accounts/anna/orders");
    let purposes: Vec<Value> = field(&orders, "purpose");
    assert_eq!(purposes, [json!("renewal"), json!("renewal"), json!("renewal"), json!("start")]);
    assert_eq!(field(&orders, "receipt"), [json!(4), json!(3), json!(2), json!(1)]);
    assert_eq!(field(&orders, "subscription")[0], one["id"]);
    let short = &host.account("anna")["subscription"];
    assert_eq!((&short["id"], &short["state"]), (&one["id"], &json!("active")));
    let how = field(&host.read("/v1/accounts/anna/entries?kind=subscription"), "how");
    assert_eq!(how.last().unwrap(), "started");
    assert_eq!(how.iter().filter(|how| **how == json!("renewed")).count(), 3);
}

#[test]
fn to_more_it_changes_when_the_difference_is_paid() {
    let (_server, host) = with_anna();
    on(&host, "basic");
    let changed = host.put(PATH, &json!({ "plan": "studio" })).done();
    assert_eq!(stands(&changed), "basic active 2026-01-01..2026-02-01");
    let order = &changed["order"];
    assert_eq!((&order["purpose"], &order["state"]), (&json!("change"), &json!("awaiting_payment")));
    assert_eq!((&order["amount"], &order["credits"]), (&json!(3_000), &json!(60)));
    assert_eq!(host.read(PATH)["order"]["id"], order["id"]);
    host.pay(order);
    assert_eq!(stands(&host.read(PATH)), "studio active 2026-01-01..2026-02-01");
    assert_eq!(host.available("anna"), 100);
}

#[test]
fn with_a_stored_card_it_has_changed_with_the_answer() {
    let (_server, host) = with_anna();
    on(&host, "basic");
    let body = json!({ "plan": "studio", "quantity": 2, "use_stored_method": true }).to_string();
    let first = host.change("PUT", PATH, "mine", &body);
    let changed = first.done();
    assert_eq!(stands(&changed), "studio active 2026-01-01..2026-02-01");
    assert_eq!((&changed["quantity"], &changed["credits"]), (&json!(2), &json!(200)));
    assert_eq!(changed["order"]["state"], "credited");
    let again = host.change("PUT", PATH, "mine", &body);
    assert!(again.is_replay());
    assert_eq!(again.text(), first.text());
    assert_eq!(host.available("anna"), 200);
}

#[test]
fn to_less_it_changes_with_the_next_period() {
    let (_server, host) = with_anna();
    on(&host, "studio");
    let planned = host.put(PATH, &json!({ "plan": "basic" })).done();
    assert_eq!(stands(&planned), "studio active 2026-01-01..2026-02-01");
    let pending = &planned["pending_change"];
    assert_eq!((&pending["offer"], &pending["amount"]), (&json!("basic"), &json!(1_900)));
    assert_eq!((&pending["effective_at"], &planned["order"]), (&json!("2026-02-01T00:00:00Z"), &json!(null)));
    // What it is already withdraws the change.
    assert_eq!(host.put(PATH, &json!({ "plan": "studio" })).done()["pending_change"], json!(null));
    host.put(PATH, &json!({ "plan": "basic" })).done();
    host.clock_by("31 days");
    assert_eq!(stands(&host.read(PATH)), "basic active 2026-02-01..2026-03-01");
    assert_eq!(host.available("anna"), 40);
}

#[test]
fn it_is_cancelled_and_resumed() {
    let (_server, host) = with_anna();
    on(&host, "basic");
    let first = host.change("DELETE", PATH, "mine", "");
    assert_eq!(first.done()["cancel_at_period_end"], true);
    let again = host.change("DELETE", PATH, "mine", "");
    assert!(again.is_replay() && again.body == first.body);
    let resumed = host.post(&format!("{PATH}/resume"), &json!({})).done();
    assert_eq!((&resumed["cancel_at_period_end"], &resumed["state"]), (&json!(false), &json!("active")));
    host.clock_by("31 days");
    assert_eq!(stands(&host.read(PATH)), "basic active 2026-02-01..2026-03-01");
    host.delete(PATH).done();
    host.clock_by("28 days");
    host.get(PATH).refused(404, "not_found");
    assert_eq!((&host.account("anna")["subscription"], host.available("anna")), (&json!(null), 0));
    let how = field(&host.read("/v1/accounts/anna/entries?kind=subscription"), "how");
    assert_eq!(how[0], "ended");
}

#[test]
fn it_rests_and_goes_on() {
    let (_server, host) = with_anna();
    on(&host, "basic");
    let pause = format!("{PATH}/pause");
    assert_eq!(host.post(&pause, &json!({ "until": "2026-01-15T00:00:00Z" })).place().0, "/until");
    let planned = host.post(&pause, &json!({ "until": "2026-06-01T00:00:00Z" })).done();
    assert_eq!(planned["pause_at_period_end"], json!({ "until": "2026-06-01T00:00:00Z" }));
    host.clock_to("2026-03-10T00:00:00Z");
    let rests = host.read(PATH);
    assert_eq!(
        (&rests["state"], &rests["paused"]["until"]),
        (&json!("paused"), &json!("2026-06-01T00:00:00Z"))
    );
    assert_eq!(host.available("anna"), 0);
    let resumed = host.post(&format!("{PATH}/resume"), &json!({})).done();
    assert_eq!(stands(&resumed), "basic active 2026-03-10..2026-04-10");
    assert_eq!(resumed["order"]["state"], "credited");
    assert_eq!(host.available("anna"), 40);
    // One that rests ends at once.
    host.post(&pause, &json!({})).done();
    host.clock_to("2026-04-10T00:00:00Z");
    assert_eq!(host.read(PATH)["paused"], json!({ "until": null }));
    assert_eq!(host.delete(PATH).done()["state"], "ended");
    host.get(PATH).refused(404, "not_found");
}

#[test]
fn a_renewal_that_is_not_paid_is_tried_again_and_can_be_paid_by_hand() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "plan": "basic" })).made();
    host.press(&order, "pay", "4000 0000 0000 0341");
    host.clock_to("2026-02-01T00:00:00Z");
    let due = host.read(PATH);
    assert_eq!(due["state"], "past_due");
    assert_eq!(due["next_attempt_at"], "2026-02-02T00:00:00Z");
    assert_eq!((&due["order"]["attempts"], &due["order"]["purpose"]), (&json!(1), &json!("renewal")));
    assert_eq!(due["order"]["declined_reason"], "The card was declined.");
    let problem = host.post(&format!("{PATH}/pause"), &json!({})).refused(422, "not_for_sale");
    assert_eq!(problem["reason"], "renewal_under_way");
    host.pay(&host.ordered(&due["order"]));
    assert_eq!(stands(&host.read(PATH)), "basic active 2026-02-01..2026-03-01");
    // The card that paid is the one that is charged from now on.
    host.clock_to("2026-03-02T00:00:00Z");
    assert_eq!(stands(&host.read(PATH)), "basic active 2026-03-01..2026-04-01");
}

#[test]
fn a_renewal_that_is_never_paid_ends_it() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "plan": "basic" })).made();
    host.press(&order, "pay", "4000 0000 0000 0341");
    host.clock_to("2026-02-20T00:00:00Z");
    host.get(PATH).refused(404, "not_found");
    let orders = host.read("/v1/accounts/anna/orders");
    let renewal = &orders["data"][0];
    assert_eq!((&renewal["state"], &renewal["attempts"]), (&json!("failed"), &json!(5)));
    assert_eq!(host.available("anna"), 0);
}

#[test]
fn one_that_is_past_due_is_cancelled_at_once() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "plan": "basic" })).made();
    host.press(&order, "pay", "4000 0000 0000 0341");
    host.clock_to("2026-02-01T00:00:00Z");
    let first = host.change("DELETE", PATH, "mine", "");
    assert_eq!(first.done()["state"], "ended");
    let again = host.change("DELETE", PATH, "mine", "");
    assert!(again.is_replay() && again.body == first.body);
    host.get(PATH).refused(404, "not_found");
}

#[test]
fn a_package_is_added_again_every_period() {
    let (_server, host) = with_anna();
    host.buy("anna", &json!({ "package": "small", "quantity": 2, "renew": true }));
    let one = host.read(PATH);
    assert_eq!(stands(&one), "small active 2026-01-01..2026-01-31");
    assert_eq!(
        (&one["kind"], &one["credits"], &one["quantity"]),
        (&json!("package"), &json!(200), &json!(2))
    );
    host.clock_by("30 days");
    assert_eq!(host.available("anna"), 400);
}
