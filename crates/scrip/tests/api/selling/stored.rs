use serde_json::json;

use super::with_anna;
use crate::harness::id;

#[test]
fn a_stored_card_is_charged_before_the_answer() {
    let (_server, host) = with_anna();
    host.buy("anna", &json!({ "package": "small" }));
    let body = json!({ "account": "anna", "package": "small", "use_stored_method": true });
    let first = host.post_as("mine", "/v1/orders", &body);
    let order = first.made();
    assert_eq!((&order["state"], &order["attempts"]), (&json!("credited"), &json!(1)));
    assert_eq!((&order["checkout_url"], &order["receipt"]), (&json!(null), &json!(2)));
    assert_eq!((&order["balance"]["available"], host.available("anna")), (&json!(200), 200));
    let again = host.post_as("mine", "/v1/orders", &body);
    assert!(again.is_replay() && again.body == first.body);
}

#[test]
fn without_a_stored_card_the_customer_is_sent_to_a_checkout() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small", "use_stored_method": true })).made();
    assert_eq!((&order["state"], &order["attempts"]), (&json!("awaiting_payment"), &json!(0)));
    host.pay(&order);
}

#[test]
fn a_stored_card_that_declines_leaves_a_checkout() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    host.press(&order, "pay", "4000 0000 0000 0341");
    let order = host.order("anna", &json!({ "package": "small", "use_stored_method": true })).made();
    assert_eq!((&order["state"], &order["attempts"]), (&json!("awaiting_payment"), &json!(1)));
    assert_eq!(order["declined_reason"], "The card was declined.");
    assert_eq!(host.available("anna"), 100);
    host.pay(&order);
    assert_eq!(host.available("anna"), 200);
}

#[test]
fn a_card_that_asks_its_holder_has_a_page_for_that() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    assert_eq!(host.press(&order, "pay", "4000 0025 0000 3155").status, 200);
    assert_eq!(host.ordered(&order)["state"], "awaiting_payment");
    host.press(&order, "approve", "");
    assert_eq!(host.ordered(&order)["state"], "credited");
    let order = host.order("anna", &json!({ "package": "small", "use_stored_method": true })).made();
    assert_eq!((&order["state"], &order["asking"]), (&json!("awaiting_payment"), &json!(true)));
    let problem = host.post(&format!("/v1/orders/{}/cancel", id(&order)), &json!({}));
    problem.refused(409, "order_closed");
    host.press(&order, "approve", "");
    assert_eq!((&host.ordered(&order)["state"], host.available("anna")), (&json!("credited"), 200));
}

#[test]
fn a_holder_who_refuses_leaves_the_order_open_for_another_card() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    host.press(&order, "pay", "4000 0025 0000 3155");
    host.press(&order, "approve", "");
    let order = host.order("anna", &json!({ "package": "small", "use_stored_method": true })).made();
    host.press(&order, "refuse", "");
    let waits = host.ordered(&order);
    assert_eq!((&waits["state"], &waits["asking"]), (&json!("awaiting_payment"), &json!(false)));
    assert!(waits["declined_reason"].as_str().unwrap().contains("not approved"), "{waits}");
    assert_ne!(waits["checkout_url"], order["checkout_url"]);
    host.pay(&waits);
    assert_eq!(host.available("anna"), 200);
}
