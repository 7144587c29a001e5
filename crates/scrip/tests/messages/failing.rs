//! Receivers and servers that fail.

use serde_json::{Value, json};
use testkit::wait::until;

use super::outside::{Hooks, SILENT};
use super::{ENDPOINTS, setting};
use crate::harness::id;

#[test]
fn what_is_refused_is_tried_again_and_can_be_sent_again_by_hand() {
    let mut setting = setting("shop");
    setting.hooks.answers(503);
    setting.host.open("anna");
    setting.low("anna");
    let first = setting.hooks.take();
    let sent = until("the delivery", || setting.deliveries("account=anna").pop());
    let failed = setting.standing(id(&sent), "waiting", 1);
    assert_eq!(failed["attempts"][0]["said"], "answered with 503 Service Unavailable");
    assert!(failed["next_attempt_at"].as_str() > failed["attempts"][0]["at"].as_str());
    assert_eq!(failed["message"], first.id());
    assert!(setting.endpoint()["failing_since"].is_string());
    // It is not waited for: the host asks for it.
    setting.hooks.answers(200);
    let path = format!("{}/{}/resend", super::DELIVERIES, id(&sent));
    setting.host.post(&path, &json!({})).done();
    let second = setting.hooks.take();
    assert_eq!(
        (second.id(), &second.body),
        (first.id(), &first.body),
        "a receiver knows that it is the same"
    );
    let secret = setting.hooks.secret().to_owned();
    assert!(setting.hooks.verified(&second, &secret).get("refused").is_none(), "signed anew");
    let delivered = setting.standing(id(&sent), "delivered", 2);
    assert_eq!(delivered["next_attempt_at"], Value::Null);
    until("the endpoint to be well", || setting.endpoint()["failing_since"].is_null().then_some(()));
    // One that was delivered is sent again as well.
    setting.host.post(&path, &json!({})).done();
    assert_eq!(setting.hooks.take().id(), first.id());
    setting.standing(id(&sent), "delivered", 3);
    assert_eq!(setting.deliveries("state=delivered").len(), 1);
    assert_eq!(setting.deliveries("state=failed").len(), 0);
    setting
        .host
        .post(&path.replace(id(&sent), "dlv_00000000000000000000"), &json!({}))
        .refused(404, "not_found");
}

#[test]
fn one_that_is_gone_is_disabled_and_those_who_can_mend_it_are_told() {
    let mut setting = setting("pictofit");
    let mut other = Hooks::open();
    let made =
        setting.host.post(ENDPOINTS, &json!({ "url": other.url, "events": ["endpoint.disabled"] })).made();
    other.keep(&made["secret"]);
    setting.hooks.answers(410);
    let path = format!("{ENDPOINTS}/{}", setting.endpoint);
    let sent = setting.host.post(&format!("{path}/test"), &json!({})).made();
    setting.hooks.take();
    let failed = setting.standing(id(&sent), "failed", 1);
    assert!(failed["attempts"][0]["said"].as_str().unwrap().contains("410 Gone"), "{failed}");
    let off = setting.endpoint();
    assert_eq!((&off["enabled"], &off["disabled_by_scrip"]), (&json!(false), &json!(true)));
    let told = other.next_of("endpoint.disabled");
    assert_eq!((&told["endpoint"], &told["account"]), (&json!(setting.endpoint), &Value::Null));
    let (to, language, subject) = setting.post.next();
    assert_eq!((to.as_str(), language.as_str()), ("support@pictofit.example", "en"));
    assert_eq!(subject, "Pictofit: a webhook endpoint was switched off");
    // Nothing is made for it while it is off, and nothing of it is sent again.
    setting.host.open("store");
    setting
        .host
        .post(&format!("/v1/webhook_deliveries/{}/resend", id(&sent)), &json!({}))
        .refused(409, "endpoint_disabled");
    assert_eq!(setting.deliveries(&format!("endpoint={}", setting.endpoint)).len(), 1);
    // Enabled again, it is as before.
    setting.hooks.answers(200);
    let on = setting.host.patch(&path, &json!({ "enabled": true })).done();
    assert_eq!((&on["disabled_by_scrip"], &on["failing_since"]), (&json!(false), &Value::Null));
    setting.host.post(&format!("/v1/webhook_deliveries/{}/resend", id(&sent)), &json!({})).done();
    setting.hooks.next_of("balance.low");
    setting.standing(id(&sent), "delivered", 2);
}

#[test]
fn a_disabled_endpoint_gets_nothing() {
    let mut setting = setting("shop");
    let path = format!("{ENDPOINTS}/{}", setting.endpoint);
    setting.host.patch(&path, &json!({ "enabled": false })).done();
    let mut other = Hooks::open();
    let made = setting.host.post(ENDPOINTS, &json!({ "url": other.url })).made();
    other.keep(&made["secret"]);
    setting.host.open("anna");
    setting.low("anna");
    other.next_of("balance.low");
    let all = setting.deliveries("account=anna");
    assert_eq!((all.len(), &all[0]["endpoint"]), (1, &made["id"]));
    // What it is told once it is on is the next thing, and no earlier one.
    setting.host.patch(&path, &json!({ "enabled": true, "events": ["account.overdrawn"] })).done();
    setting.host.take("anna", 15);
    setting.host.post("/v1/charges", &json!({ "account": "anna", "action": "scan" })).made();
    setting.hooks.next_of("account.overdrawn");
}

#[test]
fn an_endpoint_that_does_not_answer_holds_up_nothing() {
    let setting = setting("picsart");
    setting.german("anna");
    setting.hooks.answers(SILENT);
    let mut other = Hooks::open();
    let made =
        setting.host.post(ENDPOINTS, &json!({ "url": other.url, "events": ["order.credited"] })).made();
    other.keep(&made["secret"]);
    let order = setting.host.buy("anna", &json!({ "package": "addon_500" }));
    assert_eq!((&order["state"], setting.host.available("anna")), (&json!("credited"), 500));
    setting.hooks.take();
    other.next_of("order.credited");
    // The stored card is charged while the first one is still waited for.
    let body = json!({ "account": "anna", "package": "addon_100", "use_stored_method": true });
    assert_eq!(setting.host.post("/v1/orders", &body).made()["state"], "credited");
    other.next_of("order.credited");
    let waits = setting.deliveries(&format!("endpoint={}", setting.endpoint));
    assert!(
        waits.iter().all(|delivery| delivery["state"] == "waiting" && delivery["attempts"] == json!([])),
        "{waits:?}"
    );
    setting.hooks.answers(200);
}

#[test]
fn killed_between_commit_and_delivery_it_is_sent_after_the_start() {
    let mut setting = setting("shop");
    setting.hooks.answers(SILENT);
    setting.host.open("anna");
    setting.low("anna");
    let lost = setting.hooks.take();
    // It arrived, and nobody knows: the server dies before it has heard so.
    setting.hooks.answers(200);
    setting.server.crash();
    let again = setting.hooks.take();
    assert_eq!((again.id(), &again.body), (lost.id(), &lost.body));
    let [delivery] = &setting.deliveries("account=anna")[..] else { panic!("it was made once") };
    setting.standing(id(delivery), "delivered", 1);
    // Killed right behind the commit, at whatever it was.
    setting.host.open("berta");
    setting.low("berta");
    setting.server.crash();
    let facts = setting.hooks.next_of("balance.low");
    assert_eq!((&facts["host_id"], &facts["available"]), (&json!("berta"), &json!(15)));
    let made = until("the delivery", || setting.deliveries("account=berta").pop());
    setting.standing(id(&made), "delivered", made["attempts"].as_array().unwrap().len().max(1));
}
