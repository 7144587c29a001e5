use serde_json::json;

use super::cycles::{on, use_up};
use super::{FEBRUARY, JANUARY, grant, with_subscriber};
use crate::harness::id;

#[test]
fn ps_4_add_ons_are_bought_when_the_plan_is_not_enough() {
    let (_server, host) = on("plus");
    host.post("/v1/charges", &super::video("1080p", "20")).made();
    let problem = host.charge("subscriber", "ai_image").refused(402, "insufficient_credits");
    let offers = problem["offers"].as_array().unwrap();
    assert!(offers.iter().any(|offer| offer["code"] == "addon_100"), "{offers:?}");
    let mut has = 0;
    for (code, credits, cents) in
        [("addon_100", 100, 500), ("addon_500", 500, 2_000), ("addon_2000", 2_000, 6_000)]
    {
        let order = host.buy("subscriber", &json!({ "package": code }));
        assert_eq!((&order["credits"], &order["amount"]), (&json!(credits), &json!(cents)));
        has += credits;
        assert_eq!(host.available("subscriber"), has);
    }
    host.charge("subscriber", "ai_image").made();
}

#[test]
fn ps_4_they_never_expire_and_carry_over() {
    let (_server, host) = on("plus");
    host.buy("subscriber", &json!({ "package": "addon_100" }));
    use_up(&host, 30);
    host.clock_to(JANUARY);
    assert_eq!(host.grants("subscriber"), [grant("plan", 200, Some(FEBRUARY)), grant("purchase", 100, None)]);
    host.clock_to("2031-01-01T00:00:00Z");
    let last = [grant("plan", 200, Some("2031-02-01T00:00:00Z")), grant("purchase", 100, None)];
    assert_eq!(host.grants("subscriber"), last);
    // The balance shows both.
    let by_class = host.balance("subscriber")["by_class"].clone();
    assert_eq!((&by_class[0]["available"], &by_class[1]["available"]), (&json!(200), &json!(100)));
}

#[test]
fn ps_4_also_without_a_plan() {
    let (_server, host) = with_subscriber();
    host.buy("subscriber", &json!({ "package": "addon_500" }));
    host.clock_by("2 years");
    use_up(&host, 3);
    assert_eq!(host.grants("subscriber"), [grant("purchase", 497, None)]);
}

#[test]
fn ps_9_bought_over_the_api_with_another_provider() {
    let (server, host) = on("plus");
    let wanted = json!({ "package": "addon_500", "provider": "invoice" });
    let order = host.order("subscriber", &wanted).made();
    assert_eq!((&order["provider"], &order["checkout_url"]), (&json!("invoice"), &json!(null)));
    assert_eq!((&order["state"], host.available("subscriber")), (&json!("awaiting_payment"), 200));
    // A client that only spends can't say that it was paid.
    let path = format!("/v1/orders/{}/mark_paid", id(&order));
    let app = server.host_for("picsart", "spend,read").1;
    app.post(&path, &json!({ "reference": "Store receipt 71-220" })).refused(403, "forbidden");
    let paid = host.mark_paid(&order, "Store receipt 71-220");
    assert_eq!((&paid["state"], &paid["receipt"]), (&json!("credited"), &json!(2)));
    assert_eq!(host.available("subscriber"), 700);
    for time in 0..3 {
        host.mark_paid(&order, &format!("Told again, {time}"));
    }
    assert_eq!(
        (host.available("subscriber"), host.entries_of("subscriber", "order_credited").len()),
        (700, 2)
    );
    // The card that is stored for the plan is still charged for it.
    host.clock_to(JANUARY);
    let now = host.subscription("subscriber");
    assert_eq!((&now["provider"], &now["state"]), (&json!("test"), &json!("active")));
    assert_eq!(host.available("subscriber"), 700);
}

#[test]
fn ps_9_two_clients_that_send_the_same_request_buy_once() {
    let (_server, host) = on("plus");
    let body = json!({ "account": "subscriber", "package": "addon_100", "use_stored_method": true });
    let web = host.post_as("purchase-1", "/v1/orders", &body);
    let app = host.clone().post_as("purchase-1", "/v1/orders", &body);
    assert_eq!((web.made()["state"].clone(), app.is_replay(), app.body), (json!("credited"), true, web.body));
    assert_eq!((host.available("subscriber"), host.orders("subscriber").len()), (300, 2));
}
