use serde_json::{Value, json};

use super::with_agent;
use crate::harness::{Host, id};

const QUOTES: &str = "/v1/accounts/agent/custom_quotes";

fn quote(host: &Host, credits: i64, cents: i64) -> Value {
    let body = json!({ "package": "enterprise", "credits": credits, "amount": cents, "currency": "USD",
        "note": "For your four offices" });
    host.post(QUOTES, &body).made()
}

#[test]
fn pt_1_starter_and_professional() {
    let (_server, host) = with_agent(1);
    for (code, name, credits, cents, has) in
        [("starter", "Starter", 100, 19_900, 101), ("professional", "Professional", 500, 89_900, 601)]
    {
        let order = host.buy("agent", &json!({ "package": code }));
        assert_eq!((&order["name"], &order["state"]), (&json!(name), &json!("credited")));
        assert_eq!((&order["credits"], &order["amount"]), (&json!(credits), &json!(cents)));
        assert_eq!(host.available("agent"), has);
    }
}

#[test]
fn pt_1_enterprise_has_no_price_until_one_is_made() {
    let (server, host) = with_agent(1);
    let listed = host.read("/v1/program");
    let enterprise = &listed["packages"][2];
    assert_eq!((&enterprise["code"], &enterprise["price"]), (&json!("enterprise"), &json!(null)));
    assert_eq!((&enterprise["credits"], &enterprise["tiers"]), (&json!(1_000), &json!(null)));
    for wanted in [json!({ "package": "enterprise" }), json!({ "package": "enterprise", "credits": 1_000 })] {
        host.order("agent", &wanted).refused(422, "not_for_sale");
    }
    // 1 000 credits or more; and customers don't make prices.
    let few = json!({ "package": "enterprise", "credits": 999, "amount": 150_000, "currency": "USD" });
    host.post(QUOTES, &few).refused(422, "not_for_sale");
    let customer = server.host_for("pictastic", "spend,read").1;
    customer.post(QUOTES, &few).refused(403, "forbidden");
    assert_eq!((host.orders("agent").len(), host.available("agent")), (0, 1));
}

#[test]
fn pt_1_a_quote_is_made_and_accepted() {
    let (_server, host) = with_agent(1);
    let quote = quote(&host, 3_000, 465_000);
    assert_eq!((&quote["state"], &quote["expires_at"]), (&json!("open"), &json!("2026-01-31T00:00:00Z")));
    assert_eq!(host.read(QUOTES)["data"], json!([quote]));
    let order = host.order("agent", &json!({ "quote": id(&quote) })).made();
    assert_eq!((&order["amount"], &order["credits"]), (&json!(465_000), &json!(3_000)));
    assert!(host.visit(&order).text().contains("4,650"), "{}", host.visit(&order).text());
    assert_eq!(host.available("agent"), 1);
    host.pay(&order);
    assert_eq!(host.available("agent"), 3_001);
    let credited = host.ordered(&order);
    assert_eq!((&credited["receipt"], &credited["quote"]), (&json!(1), &quote["id"]));
    // It is accepted once.
    host.order("agent", &json!({ "quote": id(&quote) })).refused(404, "not_found");
    let told = host.entries_of("agent", "quote_made,quote_ended");
    assert_eq!((&told[0]["reason"], &told[1]["how"]), (&json!("For your four offices"), &json!("accepted")));
}

#[test]
fn pt_1_a_quote_expires() {
    let (_server, host) = with_agent(1);
    let (late, other) = (quote(&host, 1_000, 170_000), quote(&host, 2_000, 320_000));
    host.clock_to("2026-01-30T23:59:59.999Z");
    let order = host.order("agent", &json!({ "quote": id(&other) })).made();
    host.clock_to("2026-01-31T00:00:00Z");
    host.order("agent", &json!({ "quote": id(&late) })).refused(404, "not_found");
    assert_eq!(host.read(QUOTES)["data"], json!([]));
    // What was accepted in time can be paid.
    host.pay(&order);
    assert_eq!(host.available("agent"), 2_001);
    let how: Vec<Value> =
        host.entries_of("agent", "quote_ended").iter().map(|entry| entry["how"].clone()).collect();
    assert_eq!(how, ["accepted", "expired"]);
}

#[test]
fn pt_7_in_bulk_a_credit_costs_less_and_the_saving_is_shown() {
    let (_server, host) = with_agent(1);
    let listed = host.read("/v1/program");
    let shown: Vec<(&Value, &Value)> = listed["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (&package["price_per_credit"], &package["saving_percent"]))
        .collect();
    // 1.99 and 1.798 USD: 9.6 % less.
    let null = Value::Null;
    assert_eq!(shown, [(&json!("1.99"), &null), (&json!("1.798"), &json!(9)), (&null, &null)]);
}
