use serde_json::json;

use super::{with_credits, with_store};
use crate::harness::id;

#[test]
fn pf_8_the_dialog_can_show_what_a_garment_costs() {
    let (_server, host) = with_store();
    let quote = host.post("/v1/quotes", &json!({ "account": "store", "action": "garment" })).done();
    assert_eq!((&quote["credits"], &quote["formatted"]), (&json!(5), &json!("5 credits")));
    assert_eq!((&quote["available"], &quote["sufficient"]), (&json!(50), &json!(true)));
    assert_eq!(host.kinds("store", 0), ["opened", "issued"]);
}

#[test]
fn pf_8_and_the_price_it_showed_is_the_price_that_is_taken() {
    let (_server, host) = with_store();
    let quote = host.post("/v1/quotes", &json!({ "account": "store", "action": "garment" })).done();
    let confirmed = json!({ "account": "store", "action": "garment", "quote": id(&quote) });
    let charge = host.post("/v1/charges", &confirmed).made();
    assert_eq!((&charge["credits"], &charge["price_version"]), (&quote["credits"], &quote["price_version"]));
}

#[test]
fn pf_8_the_dialog_can_show_what_is_missing() {
    let (_server, host) = with_credits(3);
    let quote = host.post("/v1/quotes", &json!({ "account": "store", "action": "garment" })).done();
    assert_eq!((&quote["credits"], &quote["available"]), (&json!(5), &json!(3)));
    assert_eq!((&quote["sufficient"], &quote["shortfall"]), (&json!(false), &json!(2)));
    assert_eq!(quote["offers"][0]["code"], "credits_100");
}

#[test]
fn pf_9_a_garment_is_deducted_once_it_is_asked_for() {
    let (_server, host) = with_store();
    let hold = host.hold("store", "garment").made();
    assert_eq!((&hold["credits"], &hold["balance"]["available"]), (&json!(5), &json!(45)));
    assert_eq!(host.available("store"), 45);
    let captured = host.capture(&hold).done();
    assert_eq!((&captured["state"], &captured["captured"]), (&json!("captured"), &json!(5)));
    let balance = host.balance("store");
    assert_eq!(
        (&balance["settled"], &balance["held"], &balance["available"]),
        (&json!(45), &json!(0), &json!(45))
    );
}

#[test]
fn pf_9_with_too_few_credits_it_is_refused_and_says_how_to_get_more() {
    let (_server, host) = with_credits(3);
    let before = host.entries("store");
    for answer in [host.charge("store", "garment"), host.hold("store", "garment")] {
        let problem = answer.refused(402, "insufficient_credits");
        assert_eq!((&problem["required"], &problem["available"]), (&json!(5), &json!(3)));
        assert_eq!(problem["shortfall"], 2);
        let codes: Vec<&str> = problem["offers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|offer| offer["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes, ["credits_100", "credits_500", "credits_2000", "credits_10000"]);
        let price = json!({ "amount": 2900, "currency": "USD" });
        assert_eq!((&problem["offers"][0]["credits"], &problem["offers"][0]["price"]), (&json!(100), &price));
        let detail = problem["detail"].as_str().unwrap();
        for said in ["costs 5 credits", "3 credits are available", "\"100 credits\"", "Nothing was taken"] {
            assert!(detail.contains(said), "{detail}");
        }
    }
    assert_eq!(host.available("store"), 3);
    assert_eq!(host.entries("store"), before);
}

#[test]
fn pf_9_the_last_five_credits_are_enough() {
    let (_server, host) = with_credits(5);
    host.charge("store", "garment").made();
    assert_eq!(host.available("store"), 0);
    host.charge("store", "garment").refused(402, "insufficient_credits");
}

#[test]
fn pf_9_a_creation_that_fails_gives_its_credits_back() {
    let (_server, host) = with_store();
    let hold = host.hold("store", "garment").made();
    let released = host.failed(&hold).done();
    assert_eq!((&released["state"], &released["released"]), (&json!("released"), &json!(5)));
    assert_eq!(host.available("store"), 50);

    let charge = host.charge("store", "garment").made();
    assert_eq!(host.available("store"), 45);
    assert_eq!(host.failed(&charge).done()["returned"], 5);
    assert_eq!(host.available("store"), 50);
    assert_eq!(host.grants("store"), [("starter".to_owned(), 50, None)]);
}

#[test]
fn pf_15_garments_do_not_take_the_balance_below_zero() {
    let (_server, host) = with_credits(4);
    host.charge("store", "garment").refused(402, "insufficient_credits");
    host.hold("store", "garment").refused(402, "insufficient_credits");
    assert_eq!(host.available("store"), 4);
}

#[test]
fn pf_15_while_the_balance_is_negative_no_garment_can_be_created() {
    let (_server, host) = with_credits(0);
    host.charge("store", "session").made();
    assert_eq!(host.available("store"), -1);
    let problem = host.charge("store", "garment").refused(402, "insufficient_credits");
    assert_eq!((&problem["available"], &problem["shortfall"]), (&json!(-1), &json!(6)));
    host.hold("store", "garment").refused(402, "insufficient_credits");
    host.give("store", 5);
    assert_eq!(host.charge("store", "garment").refused(402, "insufficient_credits")["available"], 4);
    host.give("store", 1);
    host.charge("store", "garment").made();
}
