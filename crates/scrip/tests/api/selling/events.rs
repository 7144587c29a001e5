use serde_json::json;

use super::with_anna;
use crate::harness::{GOOD_CARD, id};

#[test]
fn what_is_not_signed_is_refused_and_logged_and_changes_nothing() {
    let (server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    let entries = host.entries("anna");
    let forged = json!({
        "id": "evt_1", "occurred_at": "2026-01-01T00:00:00Z", "program": "store", "order": id(&order),
        "fact": { "type": "paid", "reference": order["reference"], "amount": { "amount": 2900, "currency": "USD" },
            "method": null },
    });
    let send = |path: &str, headers: &[(&str, &str)]| {
        host.send_bare("POST", &format!("/v1/provider_events/{path}"), headers, forged.to_string().as_bytes())
    };
    send("store/test", &[]).refused(401, "unauthenticated");
    let signature = format!("t=1767225600000,v1={}", "0".repeat(64));
    for name in ["scrip-test-signature", "test-signature", "signature"] {
        send("store/test", &[(name, &signature)]).refused(401, "unauthenticated");
    }
    let log = server.log();
    let refused = log.lines().filter(|line| line.contains("a payment provider's message was not taken"));
    let refused: Vec<&str> = refused.collect();
    assert_eq!(refused.len(), 4, "each is in the log: {log}");
    for line in refused {
        assert!(line.contains(" WARN ") && line.contains("store") && line.contains("test"), "{line}");
        assert!(line.contains("signature"), "it says why: {line}");
    }
    for nothing in ["store/stripe", "nobody/test", "store/invoice"] {
        send(nothing, &[]).refused(404, "not_found");
    }
    let large = vec![b' '; (1 << 20) + 1];
    host.send_bare("POST", "/v1/provider_events/store/test", &[], &large).refused(413, "body_too_large");
    host.send_bare("GET", "/v1/provider_events/store/test", &[], b"").refused(405, "method_not_allowed");
    assert_eq!(host.entries("anna"), entries);
    assert_eq!((&host.ordered(&order)["state"], host.available("anna")), (&json!("awaiting_payment"), 0));
}

#[test]
fn a_page_of_one_program_is_none_of_another() {
    let (server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    let mut foreign = order.clone();
    foreign["checkout_url"] = json!(order["checkout_url"].as_str().unwrap().replace("/store/", "/mill/"));
    let mill = server.host("mill");
    assert_eq!(mill.visit(&foreign).status, 404);
    assert_eq!(mill.press(&foreign, "pay", GOOD_CARD).status, 404);
    assert_eq!(host.ordered(&order)["state"], "awaiting_payment");
}
