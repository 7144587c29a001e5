use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Answer, Host, id};

fn refund(host: &Host, order: &Value, body: &Value) -> Answer {
    host.post(&format!("/v1/orders/{}/refund", id(order)), body)
}

#[test]
fn credits_follow_the_money_back() {
    let (_server, host) = with_anna();
    let order = host.buy("anna", &json!({ "package": "small" }));
    let half = refund(&host, &order, &json!({ "amount": 1_450, "reason": "Half was meant" })).done();
    assert_eq!((&half["refunded"], &half["taken_back"]), (&json!(1_450), &json!(50)));
    assert_eq!((&half["state"], host.available("anna")), (&json!("credited"), 50));
    let rest = refund(&host, &order, &json!({})).done();
    assert_eq!((&rest["refunded"], &rest["taken_back"]), (&json!(2_900), &json!(100)));
    assert_eq!(host.available("anna"), 0);
    // Nothing is left, so nothing is done.
    assert_eq!(refund(&host, &order, &json!({})).done()["refunded"], 2_900);
    let problem = refund(&host, &order, &json!({ "amount": 1 })).refused(422, "not_refundable");
    assert_eq!(problem["refundable"], 0);
    let kinds = host.kinds("anna", 6);
    assert_eq!(kinds, ["order_refunded", "clawed_back", "order_refunded", "clawed_back"]);
}

#[test]
fn a_repeated_refund_gives_back_once() {
    let (_server, host) = with_anna();
    let order = host.buy("anna", &json!({ "package": "small" }));
    let path = format!("/v1/orders/{}/refund", id(&order));
    for _ in 0..3 {
        let answer = host.post_as("mine", &path, &json!({ "amount": 1_000 })).done();
        assert_eq!(answer["refunded"], 1_000);
    }
    let problem = host.post_as("mine", &path, &json!({ "amount": 1_100 })).refused(422, "not_refundable");
    assert_eq!(problem["refundable"], 1_900);
}

#[test]
fn what_is_not_paid_or_too_much_is_not_given_back() {
    let (_server, host) = with_anna();
    let unpaid = host.order("anna", &json!({ "package": "small" })).made();
    let problem = refund(&host, &unpaid, &json!({})).refused(422, "not_refundable");
    assert_eq!(problem["refundable"], 0);
    host.pay(&unpaid);
    for amount in [-1, 0, 2_901, i64::MAX] {
        let problem = refund(&host, &unpaid, &json!({ "amount": amount })).refused(422, "not_refundable");
        assert_eq!(problem["refundable"], 2_900, "{amount}");
    }
    assert_eq!(host.available("anna"), 100);
}

#[test]
fn what_was_paid_by_invoice_is_given_back_by_hand_and_told() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small", "provider": "invoice" })).made();
    host.post(&format!("/v1/orders/{}/mark_paid", id(&order)), &json!({ "reference": "Transfer" })).done();
    let path = format!("/v1/orders/{}/refund", id(&order));
    let first = host.post_as("mine", &path, &json!({ "amount": 2_900 }));
    assert_eq!((&first.done()["refunded"], host.available("anna")), (&json!(2_900), 0));
    let again = host.post_as("mine", &path, &json!({ "amount": 2_900 }));
    assert!(again.is_replay() && again.body == first.body);
    refund(&host, &order, &json!({ "amount": 1 })).refused(422, "not_refundable");
}

#[test]
fn a_disputed_payment_takes_the_credits_and_leaves_a_debt() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    host.press(&order, "pay", "4000 0000 0000 0259");
    host.charge("anna", "photo").made();
    host.clock_by("1 day");
    let disputed = host.ordered(&order);
    assert_eq!((&disputed["state"], &disputed["disputed"]), (&json!("disputed"), &json!(2_900)));
    assert_eq!(host.available("anna"), -5);
    let entry = &host.read("/v1/accounts/anna/entries?kind=order_disputed")["data"][0];
    assert!(entry["dispute"].as_str().unwrap().starts_with("dp_"));
}
