use serde_json::{Value, json};

use super::cycles::{on, use_up};
use super::{FEBRUARY, JANUARY, grant};
use crate::harness::{Host, id, period};

fn plan(code: &str) -> Value {
    json!({ "plan": code })
}

fn add_on(host: &Host) {
    host.buy("subscriber", &json!({ "package": "addon_100" }));
}

#[test]
fn ps_10_up_takes_effect_at_once_for_the_difference() {
    let (_server, host) = on("plus");
    use_up(&host, 20);
    host.clock_to("2026-01-20T12:00:00Z");
    let asked = host.move_to("subscriber", &plan("pro"));
    let order = &asked["order"];
    assert_eq!(
        (&order["purpose"], &order["credits"], &order["amount"]),
        (&json!("change"), &json!(300), &json!(800))
    );
    assert_eq!((&asked["offer"], host.available("subscriber")), (&json!("plus"), 180));
    host.pay(order);
    let now = host.subscription("subscriber");
    assert_eq!((&now["offer"], &now["amount"]), (&json!("pro"), &json!(1_500)));
    assert_eq!(period(&now), ("2026-01-01T00:00:00Z", JANUARY));
    assert_eq!(host.available("subscriber"), 480);
    assert!(
        host.grants("subscriber")
            .iter()
            .all(|(class, _, end)| class == "plan" && end.as_deref() == Some(JANUARY))
    );
    // The next cycle is the new plan's, at its price.
    host.clock_to(JANUARY);
    assert_eq!(host.grants("subscriber"), [grant("plan", 500, Some(FEBRUARY))]);
    assert_eq!(host.orders("subscriber").last().unwrap()["amount"], 1_500);
}

#[test]
fn ps_10_up_with_the_stored_card() {
    let (_server, host) = on("plus");
    let now = host.move_to("subscriber", &json!({ "plan": "pro", "use_stored_method": true }));
    assert_eq!((&now["offer"], &now["order"]["state"]), (&json!("pro"), &json!("credited")));
    assert_eq!(host.available("subscriber"), 500);
    let amounts: Vec<Value> = host.orders("subscriber").iter().map(|order| order["amount"].clone()).collect();
    assert_eq!(amounts, [700, 800]);
}

#[test]
fn ps_10_up_that_is_not_paid_changes_nothing() {
    let (_server, host) = on("plus");
    let asked = host.move_to("subscriber", &plan("pro"));
    host.post(&format!("/v1/orders/{}/cancel", id(&asked["order"])), &json!({})).done();
    host.clock_to(JANUARY);
    let now = host.subscription("subscriber");
    assert_eq!((&now["offer"], host.available("subscriber")), (&json!("plus"), 200));
}

#[test]
fn ps_10_down_takes_effect_at_the_end_of_the_cycle() {
    let (_server, host) = on("pro");
    use_up(&host, 10);
    let asked = host.move_to("subscriber", &plan("plus"));
    assert_eq!((&asked["offer"], &asked["order"]), (&json!("pro"), &json!(null)));
    let pending = &asked["pending_change"];
    assert_eq!((&pending["offer"], &pending["effective_at"]), (&json!("plus"), &json!(JANUARY)));
    host.clock_to("2026-01-31T23:59:59.999Z");
    assert_eq!(host.available("subscriber"), 490);
    host.clock_to(JANUARY);
    assert_eq!(host.grants("subscriber"), [grant("plan", 200, Some(FEBRUARY))]);
    let now = host.subscription("subscriber");
    assert_eq!(
        (&now["offer"], &now["amount"], &now["pending_change"]),
        (&json!("plus"), &json!(700), &json!(null))
    );
    assert_eq!(host.orders("subscriber").last().unwrap()["amount"], 700);
}

#[test]
fn ps_10_down_to_the_free_plan_and_up_from_it() {
    let (_server, host) = on("plus");
    host.move_to("subscriber", &plan("free"));
    host.clock_to("2026-03-10T00:00:00Z");
    let now = host.subscription("subscriber");
    assert_eq!(
        (&now["offer"], &now["amount"], host.available("subscriber")),
        (&json!("free"), &json!(null), 5)
    );
    assert_eq!(host.orders("subscriber").iter().filter(|order| order["receipt"] != json!(null)).count(), 1);
    // From nothing paid, a month that is paid begins with the payment.
    let asked = host.move_to("subscriber", &plan("plus"));
    assert_eq!(asked["order"]["amount"], 700);
    host.pay(&asked["order"]);
    let now = host.subscription("subscriber");
    assert_eq!(period(&now), ("2026-03-10T00:00:00Z", "2026-04-10T00:00:00Z"));
    assert_eq!(host.available("subscriber"), 200);
}

#[test]
fn ps_10_a_cancellation_takes_effect_at_the_end_of_the_cycle() {
    let (_server, host) = on("pro");
    host.clock_to("2026-01-10T00:00:00Z");
    let asked = host.cancel("subscriber");
    assert_eq!((&asked["state"], &asked["cancel_at_period_end"]), (&json!("active"), &json!(true)));
    host.clock_to("2026-01-31T23:59:59.999Z");
    assert_eq!(host.available("subscriber"), 500);
    host.clock_to(JANUARY);
    host.has_no_subscription("subscriber");
    assert_eq!((host.available("subscriber"), host.orders("subscriber").len()), (0, 1));
}

#[test]
fn ps_11_when_it_ends_add_ons_stay_usable() {
    let (_server, host) = on("plus");
    add_on(&host);
    use_up(&host, 5);
    host.cancel("subscriber");
    assert_eq!(host.grants("subscriber"), [grant("plan", 195, Some(JANUARY)), grant("purchase", 100, None)]);
    host.clock_to(JANUARY);
    host.has_no_subscription("subscriber");
    assert_eq!(host.grants("subscriber"), [grant("purchase", 100, None)]);
    use_up(&host, 2);
    host.clock_by("1 year");
    assert_eq!(host.available("subscriber"), 98);
    assert_eq!(host.moves("subscriber"), ["started", "method_changed", "cancel_planned", "ended"]);
    // More can be bought, and a plan be begun again.
    add_on(&host);
    host.buy("subscriber", &plan("plus"));
    assert_eq!(host.available("subscriber"), 398);
}
