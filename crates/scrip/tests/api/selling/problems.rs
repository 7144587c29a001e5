use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, id};

fn place(host: &Host, wanted: &Value) -> String {
    host.order("anna", wanted).place().0
}

#[test]
fn what_is_wrong_with_an_order_is_named() {
    let (_server, host) = with_anna();
    let entries = host.entries("anna");
    for (wanted, pointer) in [
        (json!({}), "/package"),
        (json!({ "package": "small", "plan": "basic" }), "/plan"),
        (json!({ "package": "small", "quote": "quot_1" }), "/quote"),
        (json!({ "plan": "basic", "quote": "quot_1" }), "/quote"),
        (json!({ "quote": "quot_1" }), "/quote"),
        (json!({ "package": "small", "quantity": 1, "credits": 100 }), "/credits"),
        (json!({ "plan": "basic", "credits": 100 }), "/credits"),
        (json!({ "plan": "basic", "renew": true }), "/renew"),
        (json!({ "package": "small", "provider": "stripe" }), "/provider"),
        (json!({ "package": "small", "return_url": "javascript:alert(1)" }), "/return_url"),
        (json!({ "package": "small", "packages": 2 }), "/packages"),
    ] {
        assert_eq!(place(&host, &wanted), pointer, "{wanted}");
    }
    let providers = host.order("anna", &json!({ "package": "small", "provider": "stripe" })).place().1;
    assert!(providers.contains("test, invoice"), "{providers}");
    assert_eq!(host.post("/v1/orders", &json!({ "package": "small" })).place().0, "/account");
    host.order("nobody", &json!({ "package": "small" })).refused(404, "not_found");
    assert_eq!(host.entries("anna"), entries);
}

#[test]
fn what_is_not_sold_says_why() {
    let (_server, host) = with_anna();
    host.order("anna", &json!({ "package": "nothing" })).refused(422, "unknown_offer");
    host.order("anna", &json!({ "plan": "small" })).refused(422, "unknown_offer");
    let reason = |wanted: &Value| host.order("anna", wanted).refused(422, "not_for_sale")["reason"].clone();
    for (wanted, why) in [
        (json!({ "package": "small", "quantity": 11 }), "quantity"),
        (json!({ "package": "small", "quantity": 0 }), "quantity"),
        (json!({ "package": "small", "credits": 100 }), "quantity"),
        (json!({ "package": "any", "credits": 120 }), "quantity"),
        (json!({ "package": "any", "credits": 1_050 }), "quantity"),
        (json!({ "package": "enterprise" }), "quantity"),
        (json!({ "package": "addon" }), "needs_plan"),
        (json!({ "package": "addon", "renew": true }), "needs_plan"),
        (json!({ "package": "any", "credits": 100, "renew": true }), "not_renewable"),
        (json!({ "plan": "studio", "quantity": 51 }), "quantity"),
    ] {
        assert_eq!(reason(&wanted), why, "{wanted}");
    }
    host.buy("anna", &json!({ "plan": "studio" }));
    assert_eq!(reason(&json!({ "plan": "basic" })), "subscribed");
    assert_eq!(reason(&json!({ "package": "small", "renew": true })), "subscribed");
    host.buy("anna", &json!({ "package": "addon" }));
    assert_eq!(reason(&json!({ "package": "addon" })), "balance_ceiling");
    let path = "/v1/accounts/anna/subscription";
    let euro = host.put(path, &json!({ "plan": "euro" })).refused(422, "not_for_sale");
    assert_eq!(euro["reason"], "other_currency");
}

#[test]
fn an_order_that_there_is_not() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    let slip = id(&order).replace("ord_0", "ord_1");
    let other = host.entries("anna")[0]["id"].as_str().unwrap().replace("entry_", "ord_");
    for wrong in ["nothing", &slip, &other] {
        host.get(&format!("/v1/orders/{wrong}")).refused(404, "not_found");
        for (call, body) in
            [("cancel", json!({})), ("refund", json!({})), ("mark_paid", json!({ "reference": "Transfer" }))]
        {
            host.post(&format!("/v1/orders/{wrong}/{call}"), &body).refused(404, "not_found");
        }
    }
    let paid =
        host.post(&format!("/v1/orders/{}/mark_paid", id(&order)), &json!({ "reference": "Transfer" }));
    assert_eq!(paid.refused(422, "not_by_invoice")["provider"], "test");
    let problem = host.get("/v1/accounts/anna/subscription").refused(404, "not_found");
    assert!(problem["detail"].as_str().unwrap().contains("POST /v1/orders"), "{problem}");
    for (method, path, body) in [
        ("PUT", "subscription", r#"{"plan":"basic"}"#),
        ("DELETE", "subscription", ""),
        ("POST", "subscription/resume", "{}"),
        ("POST", "subscription/pause", "{}"),
    ] {
        let path = format!("/v1/accounts/anna/{path}");
        host.change(method, &path, &crate::harness::fresh_key(), body).refused(404, "not_found");
    }
}

#[test]
fn a_closed_account_buys_nothing() {
    let (_server, host) = with_anna();
    host.buy("anna", &json!({ "plan": "basic" }));
    host.post("/v1/accounts/anna/close", &json!({ "reason": "Contract ended" })).done();
    let quote = json!({ "package": "enterprise", "credits": 10_000, "amount": 1, "currency": "USD" });
    for answer in [
        host.order("anna", &json!({ "package": "small" })),
        host.put("/v1/accounts/anna/subscription", &json!({ "plan": "studio" })),
        host.put(
            "/v1/accounts/anna/auto_top_up",
            &json!({ "enabled": true, "package": "small", "below": 5 }),
        ),
        host.post("/v1/accounts/anna/custom_quotes", &quote),
    ] {
        answer.refused(409, "account_closed");
    }
}

#[test]
fn a_key_that_may_spend_may_not_buy() {
    let (server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    let (_, spender) = server.host_for("store", "spend,read");
    let refused = |answer: crate::harness::Answer| answer.refused(403, "forbidden")["missing_scope"].clone();
    assert_eq!(refused(spender.order("anna", &json!({ "package": "small" }))), "manage");
    assert_eq!(refused(spender.post(&format!("/v1/orders/{}/refund", id(&order)), &json!({}))), "manage");
    assert_eq!(refused(spender.delete("/v1/accounts/anna/subscription")), "manage");
    assert_eq!(spender.ordered(&order)["id"], order["id"]);
    let without = host.send("POST", "/v1/orders", &[("content-type", "application/json")], b"{}");
    without.refused(400, "idempotency_key_missing");
    host.send("DELETE", "/v1/accounts/anna/subscription", &[], b"").refused(400, "idempotency_key_missing");
}
