use serde_json::{Value, json};

use super::{with_credits, with_store};
use crate::harness::{BAD_CARD, DISPUTED_CARD, Host, LATE_CARD, Server, id};

const PACKAGES: [(&str, i64, i64); 4] = [
    ("credits_100", 100, 2_900),
    ("credits_500", 500, 11_900),
    ("credits_2000", 2_000, 39_900),
    ("credits_10000", 10_000, 159_900),
];

/// What a package is ordered by.
pub(super) fn package(code: &str) -> Value {
    json!({ "package": code })
}

#[test]
fn pf_3_each_package_is_bought_at_its_price() {
    let (_server, host) = with_credits(0);
    let listed = host.read("/v1/program")["packages"].clone();
    let mut has = 0;
    for (shown, (code, credits, cents)) in listed.as_array().unwrap().iter().zip(PACKAGES) {
        assert_eq!((&shown["code"], &shown["credits"]), (&json!(code), &json!(credits)));
        assert_eq!(shown["price"], json!({ "amount": cents, "currency": "USD" }));
        let order = host.buy("store", &package(code));
        assert_eq!((&order["state"], &order["amount"]), (&json!("credited"), &json!(cents)));
        assert_eq!((&order["credits"], &order["currency"]), (&json!(credits), &json!("USD")));
        has += credits;
        assert_eq!(host.available("store"), has);
    }
    assert_eq!(listed.as_array().unwrap().len(), PACKAGES.len());
    let receipts: Vec<Value> = host.orders("store").iter().map(|order| order["receipt"].clone()).collect();
    assert_eq!(receipts, [1, 2, 3, 4]);
}

#[test]
fn pf_3_the_credits_are_usable_the_instant_the_payment_is_confirmed() {
    let (server, host) = with_credits(0);
    host.charge("store", "garment").refused(402, "insufficient_credits");
    let order = host.order("store", &package("credits_100")).made();
    host.charge("store", "garment").refused(402, "insufficient_credits");
    host.press(&order, "pay", BAD_CARD);
    host.charge("store", "garment").refused(402, "insufficient_credits");
    host.pay(&order);
    // On another connection, as the storefront has one.
    server.host("pictofit").charge("store", "garment").made();
    assert_eq!(host.available("store"), 95);
    assert_eq!(host.grants("store"), [("purchase".to_owned(), 95, None)]);
}

#[test]
fn pf_3_they_come_with_the_money_where_it_takes_days() {
    let (_server, host) = with_credits(0);
    let order = host.buy_with(LATE_CARD, "store", &package("credits_500"));
    assert_eq!((&order["state"], host.available("store")), (&json!("awaiting_payment"), 0));
    host.clock_to("2026-01-02T23:59:59.999Z");
    assert_eq!(host.available("store"), 0);
    host.clock_to("2026-01-03T00:00:00Z");
    assert_eq!((&host.ordered(&order)["state"], host.available("store")), (&json!("credited"), 500));
}

#[test]
fn pf_3_packages_are_bought_at_any_time_also_before_another_is_paid() {
    let (_server, host) = with_credits(0);
    let first = host.order("store", &package("credits_100")).made();
    host.clock_by("1 h");
    host.buy("store", &package("credits_500"));
    assert_eq!(host.available("store"), 500);
    host.pay(&first);
    assert_eq!(host.available("store"), 600);
    let bought = host.entries_of("store", "order_credited");
    let lines: Vec<(&Value, &Value)> =
        bought.iter().map(|entry| (&entry["name"], &entry["receipt"])).collect();
    assert_eq!(lines, [(&json!("500 credits"), &json!(1)), (&json!("100 credits"), &json!(2))]);
}

/// A store that has bought 100 credits, had garments made of all but 10, and whose bank asks for the money back.
fn charged_back() -> (Server, Host, Value) {
    let (server, host) = with_store();
    let order = host.buy_with(DISPUTED_CARD, "store", &package("credits_100"));
    for _ in 0..28 {
        host.charge("store", "garment").made();
    }
    assert_eq!((host.available("store"), &order["state"]), (10, &json!("credited")));
    host.clock_by("1 day");
    (server, host, order)
}

#[test]
fn pf_7_a_chargeback_takes_the_credits_and_the_balance_may_go_negative() {
    let (_server, host, order) = charged_back();
    assert_eq!(host.available("store"), -90);
    let disputed = host.ordered(&order);
    assert_eq!((&disputed["state"], &disputed["taken_back"]), (&json!("disputed"), &json!(100)));
    assert_eq!(host.account("store")["state"], "overdrawn");
    let told = host.entries_of("store", "order_disputed,clawed_back");
    assert_eq!((&told[0]["amount"], &told[1]["available_after"]), (&json!(2_900), &json!(-90)));
    assert_eq!(told[1]["order"], order["id"]);
    // It is settled first out of what is bought next.
    host.charge("store", "garment").refused(402, "insufficient_credits");
    host.buy("store", &package("credits_100"));
    assert_eq!((host.available("store"), &host.account("store")["state"]), (10, &json!("active")));
}

#[test]
fn pf_7_a_chargeback_that_is_won_or_told_twice() {
    let (server, host, order) = charged_back();
    let dispute = host.entries_of("store", "order_disputed")[0]["dispute"].clone();
    let amount = json!({ "amount": 2_900, "currency": "USD" });
    let opened = json!({ "type": "disputed", "dispute": dispute, "amount": amount });
    let closed = json!({ "type": "dispute_closed", "dispute": dispute, "won": true, "amount": amount });
    let provider = server.provider("pictofit", &host);
    for time in 0..3 {
        provider.tells(&order, &format!("again-{time}"), &opened);
        assert_eq!(host.available("store"), -90);
    }
    for time in 0..3 {
        provider.tells(&order, &format!("won-{time}"), &closed);
        provider.tells(&order, &format!("late-{time}"), &opened);
        assert_eq!(host.available("store"), 10);
    }
    let order = host.ordered(&order);
    assert_eq!((&order["state"], &order["disputed"]), (&json!("credited"), &json!(0)));
}

#[test]
fn pf_7_customers_have_no_call_for_a_refund() {
    let (server, host) = with_credits(0);
    let order = host.buy("store", &package("credits_100"));
    let path = format!("/v1/orders/{}/refund", id(&order));
    // What a storefront or an app is given can't; the operator's own key can.
    server.host_for("pictofit", "spend,read").1.post(&path, &json!({})).refused(403, "forbidden");
    host.post(&format!("/v1/orders/{}/cancel", id(&order)), &json!({})).refused(409, "order_closed");
    assert_eq!((&host.ordered(&order)["refunded"], host.available("store")), (&json!(0), 100));
}
