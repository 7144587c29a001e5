//! Versions of the program that are published at an instant.

use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, id};

const SHOP: &str = include_str!("../harness/shop.toml");

/// The shop's file, with another price for a photo.
fn photo_for(price: u32) -> String {
    SHOP.replacen("[actions.photo]\nprice = 5", &format!("[actions.photo]\nprice = {price}"), 1)
}

fn publish(host: &Host, file: &str, at: Option<&str>) -> crate::harness::Answer {
    let mut body = json!({ "file": file });
    if let Some(at) = at {
        body["effective_at"] = json!(at);
    }
    host.post("/v1/publications", &body)
}

fn look(host: &Host, publication: &Value) -> Value {
    host.read(&format!("/v1/publications/{}", id(publication)))
}

fn cost(host: &Host) -> i64 {
    host.charge("anna", "photo").made()["credits"].as_i64().unwrap()
}

#[test]
fn what_falls_due_before_the_instant_is_by_the_old_version_and_after_it_by_the_new_one() {
    let (_server, host) = with_anna(100);
    let later = publish(&host, &photo_for(7), Some("2026-01-10T12:00:00Z")).made();
    assert_eq!((&later["state"], &later["version"]), (&json!("scheduled"), &Value::Null));
    assert_eq!(later["changes"][0]["key"], "actions.photo.price");
    let last = publish(&host, &photo_for(9), Some("2026-01-20T12:00:00Z")).made();
    assert_eq!(last["changes"][0]["text"], "from 7 credits to 9 credits", "against what runs then");
    host.clock_to("2026-01-10T11:59:59.999Z");
    assert_eq!((cost(&host), &host.read("/v1/program")["price_version"]), (5, &json!(1)));
    host.clock_to("2026-01-10T12:00:00Z");
    assert_eq!(cost(&host), 7, "when the call returns it runs");

    host.clock_to("2026-03-01T00:00:00Z");
    assert_eq!(cost(&host), 9);
    let later = look(&host, &later);
    assert_eq!((&later["state"], &later["version"]), (&json!("published"), &json!(2)));
    let listed = host.read("/v1/publications");
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["version"]), (&last["id"], &json!(3)));
}

#[test]
fn what_does_not_fit_when_its_instant_comes_has_failed_and_says_why() {
    let (_server, host) = with_anna(100);
    let later = publish(&host, &photo_for(7), Some("2026-01-10T12:00:00Z")).made();
    let more = photo_for(6) + "\n[units.extra]\nname = \"extras\"\n";
    let now = publish(&host, &more, None).made();
    assert_eq!((&now["state"], &now["version"]), (&json!("published"), &json!(2)));
    host.clock_to("2026-02-01T00:00:00Z");
    let later = look(&host, &later);
    assert_eq!(later["state"], "failed");
    assert!(later["reason"].as_str().unwrap().contains("units.extra"), "{later}");
    assert_eq!(cost(&host), 6);
}

#[test]
fn one_that_is_cancelled_does_not_happen() {
    let (_server, host) = with_anna(100);
    let later = publish(&host, &photo_for(7), Some("2026-01-10T12:00:00Z")).made();
    let cancel = format!("/v1/publications/{}/cancel", id(&later));
    assert_eq!(host.post(&cancel, &json!({})).done()["state"], "canceled");
    host.post(&cancel, &json!({})).refused(409, "publication_ended");
    host.post("/v1/publications/pub_0/cancel", &json!({})).refused(404, "not_found");
    host.clock_to("2026-02-01T00:00:00Z");
    assert_eq!(cost(&host), 5);
}

#[test]
fn what_is_wrong_is_told_at_once() {
    let (_server, host) = with_anna(0);
    let place = |answer: crate::harness::Answer| answer.place().0;
    assert_eq!(place(publish(&host, "scrip = 1\nnonsense = 2", None)), "/file");
    assert_eq!(place(publish(&host, &SHOP.replace("id = \"shop\"", "id = \"other\""), None)), "/file");
    for at in ["2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z", "soon"] {
        assert_eq!(place(publish(&host, &photo_for(7), Some(at))), "/effective_at");
    }
    assert_eq!(place(host.post("/v1/publications", &json!({}))), "/file");
    let body = json!({ "file": photo_for(7), "effective_at": "2026-01-10T12:00:00Z" });
    let first = host.post_as("key", "/v1/publications", &body);
    let again = host.post_as("key", "/v1/publications", &body);
    assert_eq!((again.is_replay(), again.body), (true, first.body));
    assert_eq!(host.read("/v1/publications")["data"].as_array().unwrap().len(), 1);
}
