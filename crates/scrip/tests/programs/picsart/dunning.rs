use serde_json::{Value, json};

use super::cycles::use_up;
use super::{FEBRUARY, JANUARY, grant, with_subscriber};
use crate::harness::{DYING_CARD, GOOD_CARD, Host, SHORT_CARD, Server, period};

/// Retries after 1, 3, 5 and 7 days.
const RETRIES: [&str; 4] =
    ["2026-02-02T00:00:00Z", "2026-02-04T00:00:00Z", "2026-02-06T00:00:00Z", "2026-02-08T00:00:00Z"];

/// A subscriber with an add-on, whose plan was paid with this card.
fn with_card(card: &str) -> (Server, Host) {
    let (server, host) = with_subscriber();
    host.buy_with(GOOD_CARD, "subscriber", &json!({ "package": "addon_100" }));
    host.buy_with(card, "subscriber", &json!({ "plan": "plus" }));
    assert_eq!(host.available("subscriber"), 300);
    (server, host)
}

#[test]
fn ps_12_a_payment_that_fails_starts_no_allocation_and_is_retried_until_it_is_cancelled() {
    let (_server, host) = with_card(DYING_CARD);
    host.clock_to(JANUARY);
    for (attempt, next) in RETRIES.iter().enumerate() {
        let now = host.subscription("subscriber");
        assert_eq!((&now["state"], &now["next_attempt_at"]), (&json!("past_due"), &json!(next)));
        let order = &now["order"];
        assert_eq!(
            (&order["attempts"], &order["declined_reason"]),
            (&json!(attempt + 1), &json!("The card was declined."))
        );
        assert_eq!(host.grants("subscriber"), [grant("purchase", 100 - attempt as i64, None)]);
        // Add-ons stay usable all the time.
        use_up(&host, 1);
        host.clock_to(next);
    }
    host.has_no_subscription("subscriber");
    assert_eq!(host.moves("subscriber"), ["started", "renewal_near", "period_ended", "unpaid"]);
    let orders = host.orders("subscriber");
    let renewal = orders.last().unwrap();
    assert_eq!((&renewal["state"], &renewal["attempts"]), (&json!("failed"), &json!(5)));
    assert_eq!((&renewal["receipt"], orders.len()), (&json!(null), 3));
    // Nothing is asked for again, and what was bought stays.
    host.clock_by("1 year");
    assert_eq!((host.available("subscriber"), host.orders("subscriber").len()), (96, 3));
}

#[test]
fn ps_12_the_user_is_told_each_time() {
    let (_server, host) = with_card(DYING_CARD);
    // In one move of the clock, as in many.
    host.clock_to("2026-03-15T00:00:00Z");
    let told = host.entries_of("subscriber", "payment_declined");
    let lines: Vec<(&Value, &Value, &Value)> = told
        .iter()
        .map(|entry| (&entry["attempt"], &entry["effective_at"], &entry["next_attempt_at"]))
        .collect();
    let days: Vec<Value> = [JANUARY].iter().chain(&RETRIES).map(|day| json!(day)).collect();
    let (numbers, null) = ([1, 2, 3, 4, 5].map(Value::from), Value::Null);
    let expected: Vec<(&Value, &Value, &Value)> =
        (0..5).map(|place| (&numbers[place], &days[place], days.get(place + 1).unwrap_or(&null))).collect();
    assert_eq!(lines, expected);
    let ended = host.entries_of("subscriber", "subscription").pop().unwrap();
    assert_eq!((&ended["how"], &ended["effective_at"]), (&json!("unpaid"), &days[4]));
    host.has_no_subscription("subscriber");
}

#[test]
fn ps_12_a_retry_that_succeeds_starts_the_cycle_that_was_due() {
    let (_server, host) = with_card(SHORT_CARD);
    host.clock_to("2026-02-03T23:59:59.999Z");
    assert_eq!(host.subscription("subscriber")["state"], "past_due");
    assert_eq!(host.available("subscriber"), 100);
    host.clock_to("2026-02-04T00:00:00Z");
    let now = host.subscription("subscriber");
    assert_eq!((&now["state"], &now["next_attempt_at"]), (&json!("active"), &json!(null)));
    assert_eq!(period(&now), (JANUARY, FEBRUARY));
    assert_eq!(host.grants("subscriber"), [grant("plan", 200, Some(FEBRUARY)), grant("purchase", 100, None)]);
    let renewal = host.orders("subscriber").pop().unwrap();
    assert_eq!((&renewal["attempts"], &renewal["receipt"]), (&json!(3), &json!(3)));
    assert_eq!(renewal["paid_at"], "2026-02-04T00:00:00Z");
    // The next one falls due a month after this one did.
    host.clock_to(FEBRUARY);
    assert_eq!(period(&host.subscription("subscriber")).0, FEBRUARY);
    assert_eq!(host.available("subscriber"), 300);
}

#[test]
fn ps_12_another_card_pays_what_is_due() {
    let (_server, host) = with_card(DYING_CARD);
    host.clock_to("2026-02-05T00:00:00Z");
    let due = host.subscription("subscriber")["order"].clone();
    host.pay(&host.ordered(&due));
    let now = host.subscription("subscriber");
    assert_eq!((&now["state"], period(&now)), (&json!("active"), (JANUARY, FEBRUARY)));
    assert_eq!(host.available("subscriber"), 300);
    // It is charged once, though a retry was planned, and the new card is asked from now on.
    host.clock_to("2026-02-28T00:00:00Z");
    assert_eq!(host.available("subscriber"), 300);
    host.clock_to(FEBRUARY);
    assert_eq!(host.subscription("subscriber")["state"], "active");
    assert_eq!(host.orders("subscriber").len(), 4);
}
