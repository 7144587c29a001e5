use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, id};

fn capture(host: &Host, hold: &Value, body: &Value) -> crate::harness::Answer {
    host.post(&format!("/v1/holds/{}/capture", id(hold)), body)
}

#[test]
fn a_hold_is_captured_whole_or_in_part() {
    let (_server, host) = with_anna(50);
    let hold = host.hold("anna", "photo").made();
    let captured = capture(&host, &hold, &json!({ "credits": 3 })).done();
    assert_eq!((&captured["captured"], &captured["released"]), (&json!(3), &json!(2)));
    let charge = host.read(&format!("/v1/charges/{}", captured["charge"].as_str().unwrap()));
    assert_eq!((&charge["credits"], &charge["hold"]), (&json!(3), &hold["id"]));
    let now = host.read(&format!("/v1/holds/{}", id(&hold)));
    assert_eq!((&now["state"], &now["captured"]), (&json!("captured"), &json!(3)));
    assert_eq!(host.available("anna"), 47);
}

#[test]
fn capturing_nothing_is_a_release() {
    let (_server, host) = with_anna(50);
    let hold = host.hold("anna", "photo").made();
    assert_eq!(capture(&host, &hold, &json!({ "credits": 0 })).done()["state"], "released");
    assert_eq!(host.available("anna"), 50);
}

#[test]
fn more_than_the_hold_is_refused_unless_its_action_may_exceed_it() {
    let (_server, host) = with_anna(50);
    let hold = host.hold("anna", "photo").made();
    let problem = capture(&host, &hold, &json!({ "credits": 6 })).refused(422, "exceeds_hold");
    assert_eq!((&problem["held"], &problem["asked"]), (&json!(5), &json!(6)));
    capture(&host, &hold, &json!({ "quantity": 2 })).refused(422, "exceeds_hold");
    assert_eq!(host.available("anna"), 45);

    let hold = host.hold("anna", "render").made();
    let captured = capture(&host, &hold, &json!({ "quantity": 4 })).done();
    assert_eq!((&captured["captured"], &captured["quantity"]), (&json!(8), &json!(4)));
    assert_eq!(host.available("anna"), 37);
    let hold = host.hold("anna", "render").made();
    capture(&host, &hold, &json!({ "credits": 38 })).refused(402, "insufficient_credits");
    assert_eq!(host.read(&format!("/v1/holds/{}", id(&hold)))["state"], "open");
}

#[test]
fn a_hold_is_resolved_once() {
    let (_server, host) = with_anna(50);
    let captured = host.hold("anna", "photo").made();
    let first = capture(&host, &captured, &json!({ "credits": 3 })).done();
    let again = capture(&host, &captured, &json!({ "credits": 3 })).done();
    assert_eq!((&again["charge"], &again["captured"]), (&first["charge"], &json!(3)));
    let problem = capture(&host, &captured, &json!({})).refused(409, "hold_already_captured");
    assert_eq!((&problem["captured"], &problem["charge"]), (&json!(3), &first["charge"]));
    host.failed(&captured).refused(409, "hold_already_captured");

    let released = host.hold("anna", "photo").made();
    host.failed(&released).done();
    capture(&host, &released, &json!({})).refused(409, "hold_already_released");

    let expired = host.hold("anna", "photo").made();
    host.clock_by("1 h");
    let problem = capture(&host, &expired, &json!({})).refused(409, "hold_expired");
    assert_eq!(problem["at"], expired["expires_at"]);
    host.failed(&expired).refused(409, "hold_expired");
    assert_eq!(host.available("anna"), 47);
}

#[test]
fn a_hold_that_many_resolve_at_once_is_resolved_once() {
    let (_server, host) = with_anna(500);
    for _ in 0..5 {
        let hold = host.hold("anna", "photo").made();
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let resolve = |host: Host, hold: Value, release: bool| {
                move || {
                    if release { host.failed(&hold).status } else { host.capture(&hold).status }
                }
            };
            let threads: Vec<_> = (0..6)
                .map(|place| scope.spawn(resolve(host.clone(), hold.clone(), place % 2 == 0)))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 3, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 409).count(), 3, "{answers:?}");
    }
    let captured = host.kinds("anna", 2).iter().filter(|kind| *kind == "captured").count();
    assert_eq!(host.available("anna"), 500 - 5 * i64::try_from(captured).unwrap());
}

#[test]
fn a_hold_says_how_long_it_stays() {
    let (_server, host) = with_anna(50);
    for (expires_in, at) in [
        (None, "2026-01-01T01:00:00Z"),
        (Some("90 min"), "2026-01-01T01:30:00Z"),
        (Some("PT2H"), "2026-01-01T02:00:00Z"),
        (Some("7 days"), "2026-01-08T00:00:00Z"),
    ] {
        let mut body = json!({ "account": "anna", "credits": 1 });
        if let Some(expires_in) = expires_in {
            body["expires_in"] = json!(expires_in);
        }
        assert_eq!(host.post("/v1/holds", &body).made()["expires_at"], at);
    }
    host.clock_by("7 days");
    assert_eq!(host.available("anna"), 50);
}

#[test]
fn a_hold_of_credits_keeps_what_the_host_says_of_it() {
    let (_server, host) = with_anna(50);
    let said = json!({
        "account": "anna", "credits": 7, "reference": "job-1", "member": "ben", "department": "sales",
        "metadata": { "photo": "7", "room": "küche" },
    });
    let hold = host.post("/v1/holds", &said).made();
    let captured = host.capture(&hold).done();
    let charge = host.read(&format!("/v1/charges/{}", captured["charge"].as_str().unwrap()));
    for shown in [&hold, &captured, &charge] {
        for field in ["credits", "reference", "member", "department", "metadata"] {
            assert_eq!(shown[field], said[field], "{field}");
        }
        assert_eq!(shown["action"], json!(null));
    }
}

#[test]
fn a_charge_is_returned_in_parts_and_never_more_than_it_was() {
    let (_server, host) = with_anna(50);
    let charge = host.charge("anna", "photo").made();
    let path = format!("/v1/charges/{}", id(&charge));
    let back = |credits: i64| {
        host.post(&format!("{path}/return"), &json!({ "credits": credits, "reason": "Unusable" }))
    };
    assert_eq!(back(2).done()["returned"], 2);
    assert_eq!(back(2).done()["returned"], 4);
    let problem = back(2).refused(422, "exceeds_charge");
    assert_eq!((&problem["left"], &problem["asked"]), (&json!(1), &json!(2)));
    assert_eq!(back(1).done()["returned"], 5);
    assert_eq!((host.available("anna"), &host.read(&path)["returned"]), (50, &json!(5)));
}
