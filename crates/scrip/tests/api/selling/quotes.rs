use serde_json::{Value, json};

use super::{field, with_anna};
use crate::harness::id;

fn made() -> Value {
    json!({ "package": "enterprise", "credits": 50_000, "amount": 450_000, "currency": "USD",
        "note": "As discussed" })
}

const QUOTES: &str = "/v1/accounts/anna/custom_quotes";

#[test]
fn a_quote_is_made_and_accepted_once() {
    let (_server, host) = with_anna();
    let quote = host.post(QUOTES, &made()).made();
    assert!(id(&quote).starts_with("quot_"));
    for (name, value) in [
        ("state", json!("open")),
        ("credits", json!(50_000)),
        ("amount", json!(450_000)),
        ("note", json!("As discussed")),
        ("expires_at", json!("2026-01-31T00:00:00Z")),
    ] {
        assert_eq!(quote[name], value, "{name}");
    }
    assert_eq!(host.read(QUOTES)["data"], json!([quote]));
    let order = host.order("anna", &json!({ "quote": id(&quote) })).made();
    assert_eq!((&order["purpose"], &order["quote"]), (&json!("quote"), &quote["id"]));
    assert_eq!((&order["credits"], &order["amount"]), (&json!(50_000), &json!(450_000)));
    host.pay(&order);
    assert_eq!(host.available("anna"), 50_000);
    assert_eq!(field(&host.read(QUOTES), "id").len(), 0);
    host.order("anna", &json!({ "quote": id(&quote) })).refused(404, "not_found");
    let ended = &host.read("/v1/accounts/anna/entries?kind=quote_ended")["data"][0];
    assert_eq!((&ended["quote"], &ended["order"]), (&quote["id"], &order["id"]));
    assert_eq!(ended["how"], "accepted");
}

#[test]
fn a_quote_is_withdrawn_or_expires() {
    let (_server, host) = with_anna();
    let (one, other) = (host.post(QUOTES, &made()).made(), host.post(QUOTES, &made()).made());
    let page = host.read(&format!("{QUOTES}?limit=1"));
    assert_eq!(field(&page, "id"), [one["id"].clone()]);
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(field(&host.read(&format!("{QUOTES}?cursor={next}")), "id"), [other["id"].clone()]);
    let path = format!("/v1/custom_quotes/{}/withdraw", id(&one));
    let withdrawn = host.post_as("once", &path, &json!({}));
    assert_eq!(withdrawn.done()["state"], "withdrawn");
    assert_eq!(host.post_as("once", &path, &json!({})).body, withdrawn.body);
    host.post(&path, &json!({})).refused(404, "not_found");
    host.clock_by("30 days");
    host.order("anna", &json!({ "quote": id(&other) })).refused(404, "not_found");
    let how = field(&host.read("/v1/accounts/anna/entries?kind=quote_ended"), "how");
    assert_eq!(how, [json!("expired"), json!("withdrawn")]);
}

#[test]
fn a_quote_is_for_a_package_by_quote_and_for_one_account() {
    let (_server, host) = with_anna();
    let with = |name: &str, value: Value| {
        let mut body = made();
        body[name] = value;
        host.post(QUOTES, &body)
    };
    with("package", json!("nothing")).refused(422, "unknown_offer");
    assert_eq!(with("package", json!("small")).refused(422, "not_for_sale")["reason"], "not_by_quote");
    assert_eq!(with("credits", json!(9_999)).refused(422, "not_for_sale")["reason"], "quantity");
    for (name, value) in [("amount", json!(0)), ("currency", json!("usd")), ("note", json!(""))] {
        assert_eq!(with(name, value).place().0, format!("/{name}"));
    }
    assert_eq!(with("expires_at", json!("2025-12-31T00:00:00Z")).place().0, "/expires_at");
    let quote = host.post(QUOTES, &made()).made();
    let ben = host.open("ben");
    assert_eq!(host.order(id(&ben), &json!({ "quote": id(&quote) })).place().0, "/quote");
    host.order("ben", &json!({ "quote": id(&quote) })).refused(404, "not_found");
    assert_eq!(host.order("anna", &json!({ "quote": id(&quote), "quantity": 2 })).place().0, "/quantity");
}
