use serde_json::{Value, json};

use super::{field, with_anna};
use crate::harness::{GOOD_CARD, id};

const SMALL: &str = r#"{ "package": "small", "return_url": "https://shop.example/credits?tab=1" }"#;

fn small() -> Value {
    serde_json::from_str(SMALL).unwrap()
}

#[test]
fn an_order_is_paid_at_its_checkout_and_credited_the_instant_it_is() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &small()).made();
    assert!(id(&order).starts_with("ord_"));
    for (name, value) in [
        ("state", json!("awaiting_payment")),
        ("offer", json!("small")),
        ("kind", json!("package")),
        ("purpose", json!("once")),
        ("credits", json!(100)),
        ("amount", json!(2_900)),
        ("currency", json!("USD")),
        ("provider", json!("test")),
        ("receipt", json!(null)),
        ("expires_at", json!("2026-01-02T00:00:00Z")),
    ] {
        assert_eq!(order[name], value, "{name}");
    }
    assert_eq!(host.ordered(&order)["checkout_url"], order["checkout_url"]);
    let page = host.visit(&order);
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(page.text().contains(id(&order)) && page.text().contains("29"), "{}", page.text());
    assert_eq!(host.available("anna"), 0);
    let paid = host.press(&order, "pay", GOOD_CARD);
    let back = format!("https://shop.example/credits?tab=1&order={}", id(&order));
    assert_eq!((paid.status, paid.header("location")), (303, Some(back.as_str())));
    assert_eq!(host.available("anna"), 100);
    let credited = host.ordered(&order);
    assert_eq!((&credited["state"], &credited["receipt"]), (&json!("credited"), &json!(1)));
    assert_eq!(
        (&credited["checkout_url"], &credited["paid_at"]),
        (&json!(null), &json!("2026-01-01T00:00:00Z"))
    );
    assert_eq!(credited["grants"][0]["credits"], 100);
    let grants = host.read("/v1/accounts/anna/grants");
    let grant = &grants["data"][0];
    assert_eq!((&grant["source"], &grant["order"]), (&json!("order"), &order["id"]));
    assert_eq!((&grant["id"], &grant["paid"]["amount"]), (&credited["grants"][0]["grant"], &json!(2_900)));
    assert_eq!(
        host.kinds("anna", 1),
        ["order_placed", "checkout_opened", "order_paid", "issued", "order_credited"]
    );
    let account = host.account("anna");
    assert_eq!(account["payment_method"], json!({ "provider": "test", "label": "Visa •••• 4242" }));
    assert_eq!(host.press(&order, "pay", GOOD_CARD).status, 200, "it is paid once");
    assert_eq!(host.available("anna"), 100);
}

#[test]
fn the_history_says_what_was_bought() {
    let (_server, host) = with_anna();
    let order = host.buy("anna", &json!({ "package": "small", "quantity": 2 }));
    let listed = host.read("/v1/accounts/anna/entries?kind=order_placed,order_credited");
    let entries = listed["data"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert_eq!((&entry["order"], &entry["amount"]), (&order["id"], &json!(5_800)));
        assert_eq!((&entry["currency"], &entry["name"]), (&json!("USD"), &json!("100 credits")));
    }
    assert_eq!((&entries[0]["receipt"], &entries[0]["by"]), (&json!(1), &json!("provider:test")));
    let issued = &host.read("/v1/accounts/anna/entries?kind=issued")["data"][0];
    assert_eq!((&issued["order"], &issued["credits"]), (&order["id"], &json!(200)));
}

#[test]
fn a_declined_card_leaves_the_order_open_for_another() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &small()).made();
    let declined = host.press(&order, "pay", "4000 0000 0000 0002");
    assert_eq!(declined.status, 200);
    assert!(declined.text().contains("declined"), "{}", declined.text());
    let waiting = host.ordered(&order);
    assert_eq!(
        (&waiting["state"], &waiting["declined_reason"]),
        (&json!("awaiting_payment"), &json!("The card was declined."))
    );
    let entry = &host.entries("anna")[0];
    assert_eq!((&entry["kind"], &entry["reason"]), (&json!("payment_declined"), &waiting["declined_reason"]));
    assert_eq!(host.available("anna"), 0);
    host.pay(&order);
    assert_eq!(host.ordered(&order)["declined_reason"], json!(null));
    assert_eq!(host.available("anna"), 100);
}

#[test]
fn a_checkout_that_is_left_fails_the_order() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small" })).made();
    assert_eq!(host.press(&order, "leave", GOOD_CARD).status, 410);
    assert_eq!(host.ordered(&order)["state"], "failed");
    let other = host.order("anna", &json!({ "package": "small" })).made();
    host.clock_by("1 day");
    assert_eq!(host.ordered(&other)["state"], "failed");
    for page in [host.visit(&other), host.press(&other, "pay", GOOD_CARD)] {
        assert_eq!(page.status, 410);
    }
    assert_eq!(host.available("anna"), 0);
}

#[test]
fn money_that_takes_days_is_credited_when_it_comes() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &small()).made();
    assert_eq!(host.press(&order, "pay", "4000 0000 0000 0077").status, 303);
    assert_eq!((&host.ordered(&order)["state"], host.available("anna")), (&json!("awaiting_payment"), 0));
    host.clock_by("2 days");
    let paid = host.ordered(&order);
    assert_eq!((&paid["state"], host.available("anna")), (&json!("credited"), 100));
    assert_eq!(paid["paid_at"], "2026-01-03T00:00:00Z");
}

#[test]
fn an_order_is_given_up_until_it_is_paid() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &small()).made();
    let path = format!("/v1/orders/{}/cancel", id(&order));
    let canceled = host.post_as("once", &path, &json!({ "reason": "Ordered twice" }));
    assert_eq!(canceled.done()["state"], "canceled");
    assert_eq!(host.entries("anna")[0]["reason"], "Ordered twice");
    assert_eq!(host.press(&order, "pay", GOOD_CARD).status, 410);
    let again = host.post_as("once", &path, &json!({ "reason": "Ordered twice" }));
    assert!(again.is_replay());
    assert_eq!(again.body, canceled.body);
    assert_eq!(host.post(&path, &json!({})).done()["state"], "canceled");
    let paid = host.buy("anna", &json!({ "package": "small" }));
    let problem = host.post(&format!("/v1/orders/{}/cancel", id(&paid)), &json!({}));
    assert_eq!(problem.refused(409, "order_closed")["state"], "credited");
    assert_eq!(host.available("anna"), 100);
}

#[test]
fn a_repeated_request_orders_once_and_is_answered_the_same() {
    let (mut server, host) = with_anna();
    let body = json!({ "account": "anna", "package": "small" });
    let first = host.post_as("mine", "/v1/orders", &body);
    let order = first.made();
    let again = host.post_as("mine", "/v1/orders", &body);
    assert!(again.is_replay());
    assert_eq!(again.body, first.body);
    host.pay(&order);
    server.crash();
    let again = host.post_as("mine", "/v1/orders", &body);
    assert!(again.is_replay());
    assert_eq!(again.body, first.body, "whatever became of it since");
    host.post_as("mine", "/v1/orders", &json!({ "account": "anna", "plan": "basic" }))
        .refused(422, "idempotency_key_reused");
    assert_eq!((host.available("anna"), host.kinds("anna", 1).len()), (100, 5));
}

#[test]
fn receipts_are_numbered_without_a_gap() {
    let (_server, host) = with_anna();
    let unpaid = host.order("anna", &small()).made();
    host.post(&format!("/v1/orders/{}/cancel", id(&unpaid)), &json!({})).done();
    let receipts = [1, 2, 3].map(|_| host.buy("anna", &json!({ "package": "small" }))["receipt"].clone());
    assert_eq!(receipts, [json!(1), json!(2), json!(3)]);
    host.open("ben");
    assert_eq!(host.buy("ben", &json!({ "package": "small" }))["receipt"], 1);
}

#[test]
fn all_orders_are_listed_also_those_that_the_state_has_let_go() {
    let (_server, host) = with_anna();
    let mut placed: Vec<Value> = (0..12)
        .map(|_| {
            let order = host.order("anna", &json!({ "package": "any", "credits": 150 })).made();
            assert_eq!((&order["amount"], &order["quantity"]), (&json!(3_750), &json!(1)));
            host.post(&format!("/v1/orders/{}/cancel", id(&order)), &json!({})).done()
        })
        .collect();
    placed.push(host.buy("anna", &json!({ "package": "small" })));
    let first = host.ordered(&placed[0]);
    assert_eq!((&first["state"], &first["id"]), (&json!("canceled"), &placed[0]["id"]));
    let (mut listed, mut cursor): (Vec<Value>, String) = (Vec::new(), String::new());
    loop {
        let page = host.read(&format!("/v1/accounts/anna/orders?limit=5{cursor}"));
        listed.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    placed.reverse();
    let ids = |orders: &[Value]| orders.iter().map(|order| id(order).to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&listed), ids(&placed));
    assert_eq!((&listed[0]["state"], &listed[12]["state"]), (&json!("credited"), &json!("canceled")));
    for order in &listed {
        assert_eq!(&host.ordered(order), order);
    }
    assert_eq!(host.get("/v1/accounts/anna/orders?cursor=x").place().0, "?cursor");
    host.open("ben");
    assert_eq!(field(&host.read("/v1/accounts/ben/orders"), "id").len(), 0);
}

#[test]
fn what_is_free_is_credited_at_once() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "plan": "free" })).made();
    assert_eq!((&order["state"], &order["amount"]), (&json!("credited"), &json!(0)));
    assert_eq!((&order["currency"], &order["checkout_url"]), (&json!(null), &json!(null)));
    assert_eq!((&order["receipt"], &order["balance"]["available"]), (&json!(null), &json!(10)));
    assert_eq!(host.account("anna")["subscription"]["offer"], "free");
    host.clock_by("2 months");
    assert_eq!(host.available("anna"), 10);
}

#[test]
fn an_invoice_is_paid_when_the_operator_says_so() {
    let (_server, host) = with_anna();
    let order = host.order("anna", &json!({ "package": "small", "provider": "invoice" })).made();
    assert_eq!((&order["state"], &order["checkout_url"]), (&json!("awaiting_payment"), &json!(null)));
    assert!(order.get("retry").is_none() && order["reference"].as_str().unwrap().starts_with("inv_"));
    let path = format!("/v1/orders/{}/mark_paid", id(&order));
    assert_eq!(host.post(&path, &json!({})).place().0, "/reference");
    let paid = host.post_as("told", &path, &json!({ "reference": "Transfer of 2 January" }));
    let credited = paid.done();
    assert_eq!((&credited["state"], &credited["receipt"]), (&json!("credited"), &json!(1)));
    assert_eq!(credited["balance"]["available"], 100);
    let again = host.post_as("told", &path, &json!({ "reference": "Transfer of 2 January" }));
    assert!(again.is_replay() && again.body == paid.body);
    let other = host.post(&path, &json!({ "reference": "Transfer of 3 January" })).done();
    assert_eq!((&other["reference"], host.available("anna")), (&json!("Transfer of 2 January"), 100));
}

#[test]
fn the_style_of_the_checkout_is_its_own() {
    let (_server, host) = with_anna();
    let css = |path: &str| host.send_bare("GET", path, &[], b"");
    let style = css("/pay/store/test_checkout/style.css");
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert!(css("/pay/store/test_checkout/accent/0b7a75.css").text().contains("--accent:#0b7a75"));
    for nothing in ["accent/red.css", "accent/0b7a75", "tp_nothing"] {
        assert_eq!(css(&format!("/pay/store/test_checkout/{nothing}")).status, 404, "{nothing}");
    }
    css("/pay/nobody/test_checkout/tp_1").refused(404, "not_found");
    let long = vec![b'a'; 5_000];
    host.send_bare("POST", "/pay/store/test_checkout/tp_1", &[], &long).refused(413, "body_too_large");
}
