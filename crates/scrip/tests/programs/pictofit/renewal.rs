use serde_json::{Value, json};

use super::packages::package;
use super::{with_credits, with_store};
use crate::harness::{Host, Server, fresh_key, period};

const DAY_30: &str = "2026-01-31T00:00:00Z";
const DAY_60: &str = "2026-03-02T00:00:00Z";
const DAY_90: &str = "2026-04-01T00:00:00Z";
const DAY_120: &str = "2026-05-01T00:00:00Z";

/// A store without credits that has just chosen auto-renewal of a package.
fn renewing(code: &str) -> (Server, Host) {
    let (server, host) = with_credits(0);
    host.buy("store", &json!({ "package": code, "renew": true }));
    (server, host)
}

#[test]
fn pf_4_the_package_is_added_every_30_days() {
    let (_server, host) = renewing("credits_500");
    assert_eq!(host.available("store"), 500);
    for (before, at, credits) in [
        ("2026-01-30T23:59:59.999Z", DAY_30, 1_000),
        ("2026-03-01T23:59:59.999Z", DAY_60, 1_500),
        ("2026-03-31T23:59:59.999Z", DAY_90, 2_000),
    ] {
        host.clock_to(before);
        assert_eq!(host.available("store"), credits - 500, "{before}");
        host.clock_to(at);
        assert_eq!(host.available("store"), credits, "{at}");
    }
    let orders = host.orders("store");
    let shown: Vec<(&Value, &Value, &Value)> =
        orders.iter().map(|order| (&order["purpose"], &order["amount"], &order["receipt"])).collect();
    let (start, renewal, price) = (json!("start"), json!("renewal"), json!(11_900));
    let numbers = [1, 2, 3, 4].map(Value::from);
    assert_eq!(
        shown,
        [
            (&start, &price, &numbers[0]),
            (&renewal, &price, &numbers[1]),
            (&renewal, &price, &numbers[2]),
            (&renewal, &price, &numbers[3])
        ]
    );
}

#[test]
fn pf_4_thirty_days_have_24_hours_each_wherever_the_store_is() {
    let (_server, host) = with_store();
    let paris = json!({ "id": "paris", "time_zone": "Europe/Paris" });
    host.post("/v1/accounts", &paris).made();
    host.clock_to("2026-03-10T17:00:00Z");
    host.buy("paris", &json!({ "package": "credits_100", "renew": true }));
    // Its clocks are put forward on 29 March.
    assert_eq!(period(&host.subscription("paris")), ("2026-03-10T17:00:00Z", "2026-04-09T17:00:00Z"));
    host.clock_to("2026-04-09T17:00:00Z");
    assert_eq!(period(&host.subscription("paris")), ("2026-04-09T17:00:00Z", "2026-05-09T17:00:00Z"));
    assert_eq!(host.available("paris"), 250);
}

#[test]
fn pf_4_each_once_though_the_server_ends_without_a_warning() {
    let (mut server, host) = renewing("credits_100");
    for (at, credits) in [(DAY_30, 200), (DAY_60, 300), (DAY_90, 400)] {
        host.clock_to(at);
        server.crash();
        assert_eq!(host.available("store"), credits);
    }
    assert_eq!(host.orders("store").len(), 4);
}

#[test]
fn pf_4_a_second_auto_renewal_is_refused() {
    let (_server, host) = renewing("credits_100");
    let problem = host.order("store", &json!({ "package": "credits_500", "renew": true }));
    problem.refused(422, "not_for_sale");
    assert_eq!(host.available("store"), 100);
}

#[test]
fn pf_5_a_larger_package_comes_with_the_next_cycle() {
    let (_server, host) = renewing("credits_100");
    host.clock_by("10 days");
    let shown = host.move_to("store", &package("credits_2000"));
    // Until then both are shown, and nothing is paid or added.
    assert_eq!((&shown["offer"], &shown["amount"]), (&json!("credits_100"), &json!(2_900)));
    let pending = &shown["pending_change"];
    assert_eq!((&pending["offer"], &pending["name"]), (&json!("credits_2000"), &json!("2,000 credits")));
    assert_eq!((&pending["amount"], &pending["effective_at"]), (&json!(39_900), &json!(DAY_30)));
    assert_eq!(host.subscription("store")["pending_change"], *pending);
    assert_eq!((host.available("store"), host.orders("store").len()), (100, 1));
    host.clock_to(DAY_30);
    let now = host.subscription("store");
    assert_eq!((&now["offer"], &now["pending_change"]), (&json!("credits_2000"), &json!(null)));
    assert_eq!(period(&now), (DAY_30, DAY_60));
    assert_eq!(host.available("store"), 2_100);
    host.clock_to(DAY_60);
    assert_eq!(host.available("store"), 4_100);
}

#[test]
fn pf_5_a_smaller_package_comes_with_the_next_cycle() {
    let (_server, host) = renewing("credits_2000");
    host.move_to("store", &package("credits_100"));
    assert_eq!(host.available("store"), 2_000);
    host.clock_to(DAY_60);
    assert_eq!(host.available("store"), 2_200);
    assert_eq!(host.orders("store").last().unwrap()["amount"], 2_900);
}

#[test]
fn pf_5_the_last_change_counts_and_the_current_package_withdraws_it() {
    let (_server, host) = renewing("credits_500");
    host.move_to("store", &package("credits_2000"));
    let shown = host.move_to("store", &package("credits_100"));
    assert_eq!(shown["pending_change"]["offer"], "credits_100");
    let shown = host.move_to("store", &package("credits_500"));
    assert_eq!((&shown["offer"], &shown["pending_change"]), (&json!("credits_500"), &json!(null)));
    host.clock_to(DAY_30);
    assert_eq!(host.available("store"), 1_000);
}

#[test]
fn pf_5_a_package_can_be_bought_in_between() {
    let (_server, host) = renewing("credits_100");
    host.move_to("store", &package("credits_500"));
    let before = host.subscription("store");
    host.clock_by("7 days");
    host.buy("store", &package("credits_2000"));
    assert_eq!((host.available("store"), &host.subscription("store")), (2_100, &before));
    host.clock_to(DAY_30);
    assert_eq!(host.available("store"), 2_600);
}

#[test]
fn pf_6_all_about_it_is_shown() {
    let (_server, host) = renewing("credits_500");
    let shown = host.subscription("store");
    for (name, value) in [
        ("state", json!("active")),
        ("kind", json!("package")),
        ("name", json!("500 credits")),
        ("credits", json!(500)),
        ("amount", json!(11_900)),
        ("currency", json!("USD")),
        ("period", json!({ "start": "2026-01-01T00:00:00Z", "end": DAY_30 })),
        ("pending_change", json!(null)),
        ("cancel_at_period_end", json!(false)),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert_eq!(shown["payment_method"]["label"], "Visa •••• 4242");
}

#[test]
fn pf_6_it_can_be_cancelled_at_any_time_and_the_credits_stay() {
    let (_server, host) = renewing("credits_500");
    host.clock_to(DAY_30);
    host.clock_by("3 days");
    assert_eq!(host.cancel("store")["cancel_at_period_end"], true);
    assert_eq!(host.available("store"), 1_000);
    host.clock_to(DAY_120);
    host.has_no_subscription("store");
    assert_eq!((host.available("store"), host.orders("store").len()), (1_000, 2));
    host.charge("store", "garment").made();
    assert_eq!(
        host.moves("store"),
        ["started", "renewal_near", "period_ended", "renewed", "cancel_planned", "ended"]
    );
    // And begun anew, from that day on.
    host.buy("store", &json!({ "package": "credits_100", "renew": true }));
    assert_eq!(period(&host.subscription("store")).0, DAY_120);
}

#[test]
fn pf_6_a_cancellation_withdraws_a_change_and_is_told_once() {
    let (_server, host) = renewing("credits_500");
    host.move_to("store", &package("credits_2000"));
    let key = fresh_key();
    let cancel = || host.send("DELETE", "/v1/accounts/store/subscription", &[("idempotency-key", &key)], b"");
    assert_eq!(cancel().done()["pending_change"], json!(null));
    assert!(cancel().is_replay());
    host.cancel("store");
    host.clock_to(DAY_30);
    host.has_no_subscription("store");
    assert_eq!(host.moves("store"), ["started", "change_planned", "cancel_planned", "ended"]);
    assert_eq!(host.available("store"), 500);
}
