use std::thread;

use serde_json::{Value, json};

use super::with_agent;
use crate::harness::{BAD_CARD, GOOD_CARD, Host, Server, id, paid};

fn starter() -> Value {
    json!({ "package": "starter", "return_url": "https://app.example/credits" })
}

/// An agent with no credits who has ordered 100.
fn ordered() -> (Server, Host, Value) {
    let (server, host) = with_agent(1);
    host.charge("agent", "furniture_removal").made();
    let order = host.order("agent", &starter()).made();
    (server, host, order)
}

/// The attribute of a tag that stands behind some text of a page.
fn attribute<'a>(page: &'a str, behind: &str, name: &str) -> &'a str {
    let from = page.find(behind).unwrap_or_else(|| panic!("no {behind} in {page}"));
    let (_, rest) = page[from..].split_once(&format!(" {name}=\"")).unwrap();
    rest.split('"').next().unwrap()
}

#[test]
fn pt_2_a_hosted_checkout_that_needs_no_script() {
    let (_server, host, order) = ordered();
    let page = host.visit(&order);
    let text = page.text();
    assert_eq!(page.status, 200);
    assert_eq!((attribute(text, "<form", "method"), text.contains("<script")), ("post", false));
    for shown in ["Pictastic", "Starter", "199", GOOD_CARD, r#"name="card""#, r#"name="step""#] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    for (name, value) in [("referrer-policy", "no-referrer"), ("cache-control", "no-store")] {
        assert_eq!(page.header(name), Some(value));
    }
    let declined = host.press(&order, "pay", BAD_CARD);
    assert!(declined.status == 200 && declined.text().contains("declined"));
    let done = host.press(&order, "pay", GOOD_CARD);
    let back = format!("https://app.example/credits?order={}", id(&order));
    assert_eq!((done.status, done.header("location")), (303, Some(back.as_str())));
    assert_eq!(host.available("agent"), 100);
}

#[test]
fn pt_2_credited_the_instant_the_payment_is_confirmed_though_nobody_comes_back() {
    let (server, host, order) = ordered();
    let mut events = host.listen("agent", None);
    events.next_of("balance");
    // The browser is closed; the provider tells.
    server.provider("pictastic", &host).tells(&order, "evt-1", &paid(&order));
    assert_eq!((&host.ordered(&order)["state"], host.available("agent")), (&json!("credited"), 100));
    let shown = events.find(|event| event.name == "balance" && event.data["available"] == 100);
    assert!(shown.is_some());
}

#[test]
fn pt_2_exactly_once_however_often_the_provider_repeats_its_message() {
    let (mut server, host, order) = ordered();
    let provider = server.provider("pictastic", &host);
    for _ in 0..20 {
        provider.tells(&order, "evt-1", &paid(&order));
    }
    let entries = host.entries("agent");
    for time in 0..20 {
        provider.tells(&order, &format!("evt-again-{time}"), &paid(&order));
    }
    assert_eq!((host.available("agent"), host.entries("agent") == entries), (100, true));
    server.crash();
    server.provider("pictastic", &host).tells(&order, "evt-1", &paid(&order));
    // The checkout was never used, and its time comes.
    host.clock_by("60 days");
    server.provider("pictastic", &host).tells(&order, "evt-1", &paid(&order));
    assert_eq!((host.available("agent"), host.entries("agent") == entries), (100, true));
    assert_eq!(host.ordered(&order)["receipt"], 1);
    assert_eq!(host.entries_of("agent", "order_credited,issued").len(), 3);
}

#[test]
fn pt_2_exactly_once_though_the_message_comes_many_times_at_once_and_the_page_is_used_too() {
    let (server, host, order) = ordered();
    thread::scope(|scope| {
        for sender in 0..8 {
            let (host, order, server) = (host.clone(), order.clone(), &server);
            scope.spawn(move || {
                let provider = server.provider("pictastic", &host);
                for time in 0..5 {
                    provider.tells(&order, &format!("evt-{sender}-{time}"), &paid(&order));
                }
            });
        }
        let (host, order) = (host.clone(), order.clone());
        scope.spawn(move || host.press(&order, "pay", GOOD_CARD));
    });
    assert_eq!(host.available("agent"), 100);
    assert_eq!(host.entries_of("agent", "order_credited").len(), 1);
}

#[test]
fn pt_2_in_any_order() {
    let (server, host, order) = ordered();
    let provider = server.provider("pictastic", &host);
    let declined = json!({ "type": "declined", "reference": order["reference"], "code": "card_declined",
        "message": "The card was declined." });
    let abandoned = json!({ "type": "abandoned" });
    provider.tells(&order, "evt-3", &paid(&order));
    for late in [&declined, &abandoned, &paid(&order), &declined, &abandoned] {
        provider.tells(&order, "evt-late", late);
    }
    assert_eq!((&host.ordered(&order)["state"], host.available("agent")), (&json!("credited"), 100));
    // One that was given up, and is paid nevertheless, is credited once too: the money is there.
    let other = host.order("agent", &starter()).made();
    host.post(&format!("/v1/orders/{}/cancel", id(&other)), &json!({})).done();
    for _ in 0..3 {
        provider.tells(&other, "evt-4", &paid(&other));
    }
    assert_eq!((&host.ordered(&other)["state"], host.available("agent")), (&json!("credited"), 200));
}

#[test]
fn pt_2_another_amount_or_an_unknown_order_changes_nothing() {
    let (server, host, order) = ordered();
    let provider = server.provider("pictastic", &host);
    let mut less = paid(&order);
    less["amount"]["amount"] = json!(1);
    assert_eq!(provider.tell(&order, "evt-1", &less).status / 100, 4);
    let nobody = json!({ "id": "ord_0000000100000000zzzz" });
    provider.tell(&nobody, "evt-2", &paid(&order)).refused(404, "not_found");
    assert_eq!((&host.ordered(&order)["state"], host.available("agent")), (&json!("awaiting_payment"), 0));
}
