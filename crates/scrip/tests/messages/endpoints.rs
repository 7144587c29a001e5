//! Making and changing endpoints.

use std::path::Path;

use serde_json::{Value, json};

use super::{DELIVERIES, ENDPOINTS, setting};
use crate::harness::{Server, id};

#[test]
fn an_endpoint_is_made_read_changed_and_deleted() {
    let setting = setting("shop");
    let body = json!({ "url": setting.hooks.url, "events": ["order.credited"], "description": "Books" });
    let answer = setting.host.post_as("endpoint-1", ENDPOINTS, &body);
    let made = answer.made();
    assert!(id(&made).starts_with("end_") && made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!((&made["events"], &made["enabled"]), (&json!(["order.credited"]), &json!(true)));
    // The same request again makes no second one.
    let again = setting.host.post_as("endpoint-1", ENDPOINTS, &body);
    assert_eq!((again.is_replay(), &again.body), (true, &answer.body));
    setting
        .host
        .post_as("endpoint-1", ENDPOINTS, &json!({ "url": setting.hooks.url }))
        .refused(422, "idempotency_key_reused");
    let listed = setting.host.read(ENDPOINTS);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains("whsec_"), "secrets are shown when they are made");

    let path = format!("{ENDPOINTS}/{}", id(&made));
    let change = json!({ "events": null, "description": null, "enabled": false });
    let changed = setting.host.patch(&path, &change).done();
    assert_eq!((&changed["events"], &changed["description"]), (&Value::Null, &Value::Null));
    assert_eq!((&changed["enabled"], &changed["url"]), (&json!(false), &made["url"]));
    assert_eq!(setting.host.read(&path), changed);
    setting.host.post(&format!("{path}/test"), &json!({})).refused(409, "endpoint_disabled");
    assert_eq!(setting.host.delete(&path).done(), changed);
    setting.host.get(&path).refused(404, "not_found");
    setting.host.delete(&path).refused(404, "not_found");
}

#[test]
fn what_is_wrong_is_said() {
    let setting = setting("shop");
    let place = |body: &Value| setting.host.post(ENDPOINTS, body).place();
    let (pointer, message) =
        place(&json!({ "url": setting.hooks.url, "events": ["balance.low", "balance.high"] }));
    assert_eq!(pointer, "/events/1");
    assert!(
        message.contains("balance.high") && message.contains("order.credited, order.failed"),
        "{message}"
    );
    assert_eq!(place(&json!({})).0, "/url");
    assert_eq!(place(&json!({ "url": setting.hooks.url, "events": [] })).0, "/events");
    assert_eq!(place(&json!({ "url": "ftp://example.com" })).0, "/url");
    setting
        .host
        .send("POST", ENDPOINTS, &[("content-type", "application/json")], b"{}")
        .refused(400, "idempotency_key_missing");
    for (query, pointer) in
        [("state=lost", "?state"), ("cursor=dlv_1", "?cursor"), ("limit=0", "?limit"), ("to=x", "?to")]
    {
        assert_eq!(setting.host.get(&format!("{DELIVERIES}?{query}")).place().0, pointer);
    }
    setting.host.get(&format!("{DELIVERIES}?account=nobody")).refused(404, "not_found");
    setting.host.get(&format!("{DELIVERIES}/dlv_1")).refused(404, "not_found");
    for number in 1..20 {
        setting.host.post(ENDPOINTS, &json!({ "url": format!("{}{number}", setting.hooks.url) })).made();
    }
    let refused = setting.host.post(ENDPOINTS, &json!({ "url": setting.hooks.url }));
    assert_eq!(refused.refused(422, "too_many_endpoints")["limit"], 20);
}

#[test]
fn private_addresses_are_refused_unless_they_are_allowed() {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/shop.toml");
    let server = Server::of(vec![shop], None);
    let host = server.host("shop");
    for (url, part) in [
        ("http://example.com/hooks", "must begin with https:"),
        ("https://127.0.0.1/hooks", "can't be reached by everybody"),
        ("https://[::1]/hooks", "can't be reached by everybody"),
        ("https://user:secret@example.com/", "password"),
    ] {
        let (pointer, message) = host.post(ENDPOINTS, &json!({ "url": url })).place();
        assert!(pointer == "/url" && message.contains(part), "{url}: {message}");
    }
    let made = host.post(ENDPOINTS, &json!({ "url": "https://example.com/hooks" })).made();
    let path = format!("{ENDPOINTS}/{}", id(&made));
    assert_eq!(host.patch(&path, &json!({ "url": "https://10.0.0.1/" })).place().0, "/url");
    // And there are no previews where no program runs on a test clock.
    for path in ["/dev/messages", "/dev/messages/", "/dev/messages/balance.low/en"] {
        host.send_bare("GET", path, &[], b"").refused(404, "not_found");
    }
}

#[test]
fn scopes_and_programs_are_kept_apart() {
    let setting = setting("shop");
    let (_, reader) = setting.server.host_for("shop", "read,spend");
    reader.post(ENDPOINTS, &json!({ "url": setting.hooks.url })).refused(403, "forbidden");
    reader.read(ENDPOINTS);
    reader.read(DELIVERIES);
    let (_, manager) = setting.server.host_for("shop", "manage");
    manager.get(ENDPOINTS).refused(403, "forbidden");
}

#[test]
fn a_test_is_marked_and_a_new_secret_signs_beside_the_old() {
    let mut setting = setting("shop");
    let path = format!("{ENDPOINTS}/{}", setting.endpoint);
    let sent = setting.host.post(&format!("{path}/test"), &json!({ "event": "order.credited" })).made();
    let facts = setting.hooks.next_of("order.credited");
    assert_eq!((&facts["test"], &facts["program"]), (&json!(true), &json!("shop")));
    assert_eq!(setting.standing(id(&sent), "delivered", 1)["payload"]["data"], facts);
    setting.host.post(&format!("{path}/test"), &json!({ "event": "order" })).place();

    let made = setting.host.post(&format!("{path}/rotate_secret"), &json!({})).done();
    let new = made["secret"].as_str().unwrap().to_owned();
    setting.host.post(&format!("{path}/test"), &json!({})).made();
    // With the old secret, which it still keeps, and with the new one.
    let arrived = setting.hooks.take();
    for secret in [setting.hooks.secret().to_owned(), new.clone()] {
        assert_eq!(setting.hooks.verified(&arrived, &secret)["data"]["type"], "balance.low");
    }
    // Replaced once more, the first is out.
    let first = setting.hooks.secret().to_owned();
    setting.host.post(&format!("{path}/rotate_secret"), &json!({})).done();
    setting.host.post(&format!("{path}/test"), &json!({})).made();
    let arrived = setting.hooks.take();
    assert!(setting.hooks.verified(&arrived, &first).get("refused").is_some());
    assert!(setting.hooks.verified(&arrived, &new).get("refused").is_none());
}

#[test]
fn previews_are_there_for_test_programs() {
    let setting = setting("shop");
    let moved = setting.host.send_bare("GET", "/dev/messages", &[], b"");
    assert_eq!((moved.status, moved.header("location")), (308, Some("messages/")));
    for (path, part) in [
        ("/dev/messages/", "href=\"balance.low/de\""),
        ("/dev/messages/balance.low/de", "Ihre Credits gehen zur Neige"),
        ("/dev/messages/endpoint.disabled/en", "A webhook endpoint was switched off"),
    ] {
        let page = setting.host.send_bare("GET", path, &[], b"");
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        assert!(page.text().contains(part), "{path}");
    }
    setting.host.send_bare("GET", "/dev/messages/hold.expired/en", &[], b"").refused(404, "not_found");
    assert!(!setting.host.send_bare("GET", "/openapi.json", &[], b"").text().contains("/dev/messages"));
}
