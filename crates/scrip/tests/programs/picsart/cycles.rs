use serde_json::{Value, json};

use super::{FEBRUARY, JANUARY, grant, with_subscriber};
use crate::harness::{Host, Server, period};

/// A subscriber who is on a plan from the first day of January on.
pub(super) fn on(plan: &str) -> (Server, Host) {
    let (server, host) = with_subscriber();
    host.buy("subscriber", &json!({ "plan": plan }));
    (server, host)
}

/// Takes credits for so many pictures.
pub(super) fn use_up(host: &Host, credits: i64) {
    for _ in 0..credits {
        host.charge("subscriber", "ai_image").made();
    }
}

#[test]
fn ps_2_the_plan_brings_its_credits_at_the_start_of_each_cycle() {
    for (plan, credits, cents) in [("plus", 200, 700), ("pro", 500, 1_500)] {
        let (_server, host) = with_subscriber();
        let order = host.order("subscriber", &json!({ "plan": plan })).made();
        assert_eq!((&order["credits"], &order["amount"]), (&json!(credits), &json!(cents)));
        assert_eq!(host.available("subscriber"), 0);
        host.pay(&order);
        assert_eq!(host.grants("subscriber"), [grant("plan", credits, Some(JANUARY))]);
        host.clock_to("2026-01-31T23:59:59.999Z");
        assert_eq!(host.grants("subscriber"), [grant("plan", credits, Some(JANUARY))]);
        host.clock_to(JANUARY);
        assert_eq!(host.grants("subscriber"), [grant("plan", credits, Some(FEBRUARY))]);
        let orders = host.orders("subscriber");
        assert_eq!((orders.len(), &orders[1]["amount"]), (2, &json!(cents)));
    }
}

#[test]
fn ps_2_the_free_plan_needs_no_payment() {
    let (_server, host) = with_subscriber();
    let order = host.order("subscriber", &json!({ "plan": "free" })).made();
    assert_eq!((&order["state"], &order["checkout_url"]), (&json!("credited"), &json!(null)));
    use_up(&host, 5);
    host.charge("subscriber", "ai_image").refused(402, "insufficient_credits");
    host.clock_to(JANUARY);
    assert_eq!(host.grants("subscriber"), [grant("plan", 5, Some(FEBRUARY))]);
}

#[test]
fn ps_3_what_is_left_is_reset_at_the_end_of_the_cycle() {
    let (_server, host) = on("plus");
    use_up(&host, 13);
    assert_eq!(host.available("subscriber"), 187);
    host.clock_to(JANUARY);
    assert_eq!(host.available("subscriber"), 200);
    // Nothing of a whole year adds up.
    host.clock_to("2027-01-01T00:00:00Z");
    assert_eq!(host.grants("subscriber"), [grant("plan", 200, Some("2027-02-01T00:00:00Z"))]);
    let expired: Vec<i64> = host
        .entries_of("subscriber", "expired")
        .iter()
        .map(|entry| entry["credits"].as_i64().unwrap())
        .collect();
    assert_eq!((expired.len(), expired[0], expired[1..].iter().sum::<i64>()), (12, -187, -2_200));
}

/// The ends of the next so many cycles.
fn ends(host: &Host, count: usize) -> Vec<String> {
    let mut ends = Vec::new();
    for _ in 0..count {
        let end = period(&host.subscription("subscriber")).1.to_owned();
        host.clock_to(&end);
        assert_eq!(host.available("subscriber"), 200, "{end}");
        ends.push(end);
    }
    ends
}

#[test]
fn ps_3_a_cycle_that_starts_on_the_31st_returns_to_the_31st() {
    let (_server, host) = with_subscriber();
    host.clock_to("2026-01-31T09:30:00Z");
    host.buy("subscriber", &json!({ "plan": "plus" }));
    assert_eq!(
        ends(&host, 5),
        [
            "2026-02-28T09:30:00Z",
            "2026-03-31T09:30:00Z",
            "2026-04-30T09:30:00Z",
            "2026-05-31T09:30:00Z",
            "2026-06-30T09:30:00Z"
        ]
    );
    // In a leap year February has one day more.
    host.clock_to("2028-02-01T00:00:00Z");
    assert_eq!(period(&host.subscription("subscriber")), ("2028-01-31T09:30:00Z", "2028-02-29T09:30:00Z"));
    assert_eq!(host.moves("subscriber").iter().filter(|how| *how == "renewed").count(), 24);
}

#[test]
fn ps_3_by_the_calendar_of_the_subscriber() {
    let server = Server::publishing("picsart");
    let host = server.host("picsart");
    let vienna = json!({ "id": "subscriber", "time_zone": "Europe/Vienna" });
    host.post("/v1/accounts", &vienna).made();
    // Half past midnight of the 31st there; here it is the 30th.
    host.clock_to("2026-01-30T23:30:00Z");
    host.buy("subscriber", &json!({ "plan": "plus" }));
    // From the end of March on it is summer time.
    assert_eq!(ends(&host, 3), ["2026-02-27T23:30:00Z", "2026-03-30T22:30:00Z", "2026-04-29T22:30:00Z"]);
}

#[test]
fn ps_3_a_hold_over_the_end_of_a_cycle_takes_nothing_of_the_next() {
    let (_server, host) = on("plus");
    host.clock_to("2026-01-31T23:59:00Z");
    let hold = super::begin(&host, 2, "1 h");
    host.clock_to(JANUARY);
    assert_eq!(host.available("subscriber"), 200);
    assert_eq!(host.capture(&hold).done()["captured"], 20);
    assert_eq!(host.available("subscriber"), 200);
    let orders = host.orders("subscriber");
    assert_eq!(orders.iter().filter(|order| order["state"] == json!("credited")).count(), 2);
    assert_eq!(orders[1]["receipt"], Value::from(2));
}
