//! Virtual staging: an account is an agent, with five services.

mod checkout;
mod packages;

use serde_json::{Value, json};

use crate::harness::{Host, Server, id};

fn with_agent(credits: i64) -> (Server, Host) {
    let server = Server::publishing("pictastic");
    let host = server.host("pictastic");
    host.open_with("agent", credits);
    (server, host)
}

const SERVICES: [(&str, &str, i64); 5] = [
    ("basic_staging", "Basic room staging", 2),
    ("advanced_staging", "Advanced staging", 3),
    ("style_change", "Style change", 2),
    ("furniture_removal", "Furniture removal", 1),
    ("outdoor_staging", "Outdoor staging", 3),
];

#[test]
fn pt_3_the_price_list() {
    let (_server, host) = with_agent(100);
    let program = host.read("/v1/program");
    for (action, (code, name, credits)) in program["actions"].as_array().unwrap().iter().zip(SERVICES) {
        assert_eq!((&action["code"], &action["name"]), (&json!(code), &json!(name)));
        assert_eq!(action["price"]["credits"], credits);
    }
    assert_eq!(program["actions"].as_array().unwrap().len(), SERVICES.len());
}

#[test]
fn pt_3_each_service_takes_its_price_when_it_runs() {
    let (_server, host) = with_agent(100);
    let mut left = 100;
    for (code, _, credits) in SERVICES {
        left -= credits;
        let charge = host.charge("agent", code).made();
        assert_eq!((&charge["credits"], &charge["balance"]["available"]), (&json!(credits), &json!(left)));
    }
    assert_eq!(host.available("agent"), 89);
    let hold = host.hold("agent", "outdoor_staging").made();
    assert_eq!(host.capture(&hold).done()["captured"], 3);
    assert_eq!(host.available("agent"), 86);
}

/// The holds for so many photos.
fn photos(count: usize) -> Value {
    let operations: Vec<Value> = (1..=count)
        .map(|photo| {
            let reference = format!("photo-{photo}");
            json!({ "op": "hold", "account": "agent", "action": "basic_staging", "reference": reference })
        })
        .collect();
    json!({ "atomic": true, "operations": operations })
}

#[test]
fn pt_14_one_request_reserves_the_credits_of_many_photos() {
    let (_server, host) = with_agent(100);
    let answer = host.post("/v1/batches", &photos(50)).done();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 50);
    for (result, photo) in results.iter().zip(1..) {
        assert_eq!((&result["status"], &result["state"]), (&json!(201), &json!("open")));
        assert_eq!(result["reference"], format!("photo-{photo}"));
    }
    let balance = host.balance("agent");
    assert_eq!(
        (&balance["settled"], &balance["held"], &balance["available"]),
        (&json!(100), &json!(100), &json!(0))
    );
}

#[test]
fn pt_14_or_none_of_them() {
    let (_server, host) = with_agent(99);
    let before = host.entries("agent");
    let problem = host.post("/v1/batches", &photos(50)).refused(402, "insufficient_credits");
    assert_eq!(problem["failed_operation"], 49);
    assert_eq!((&problem["required"], &problem["available"]), (&json!(2), &json!(1)));
    assert_eq!(host.entries("agent"), before);
    assert_eq!(host.available("agent"), 99);
}

#[test]
fn pt_14_each_photo_that_fails_gives_its_credits_back() {
    let (_server, host) = with_agent(100);
    let answer = host.post("/v1/batches", &photos(30)).done();
    let holds: Vec<&str> = answer["results"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(host.available("agent"), 40);
    // Every third photo fails.
    let end = |(hold, photo): (&&str, usize)| {
        if photo % 3 == 0 {
            json!({ "op": "release", "hold": hold, "reason": "No room was found" })
        } else {
            json!({ "op": "capture", "hold": hold })
        }
    };
    let operations: Vec<Value> = holds.iter().zip(1..).map(end).collect();
    let ended = host.post("/v1/batches", &json!({ "operations": operations })).done();
    for (result, photo) in ended["results"].as_array().unwrap().iter().zip(1..) {
        let state = if photo % 3 == 0 { "released" } else { "captured" };
        assert_eq!((&result["status"], &result["state"]), (&json!(200), &json!(state)));
    }
    let balance = host.balance("agent");
    assert_eq!(
        (&balance["settled"], &balance["held"], &balance["available"]),
        (&json!(60), &json!(0), &json!(60))
    );
}

#[test]
fn pt_14_a_request_that_is_sent_again_reserves_nothing_more() {
    let (_server, host) = with_agent(100);
    let first = host.post_as("upload-1", "/v1/batches", &photos(20));
    let again = host.post_as("upload-1", "/v1/batches", &photos(20));
    assert_eq!((again.is_replay(), &again.body), (true, &first.body));
    assert_eq!(host.available("agent"), 60);
}

/// The thresholds of the alerts so far, oldest first.
fn alerts(host: &Host) -> Vec<i64> {
    let fired = host.read("/v1/accounts/agent/entries?kind=alert_fired&limit=200");
    fired["data"].as_array().unwrap().iter().rev().map(|entry| entry["threshold"].as_i64().unwrap()).collect()
}

#[test]
fn pt_6_20_credits_is_the_default() {
    let (_server, host) = with_agent(24);
    let level = json!([{ "unit": "credit", "thresholds": [20], "own": false }]);
    assert_eq!(host.read("/v1/accounts/agent/alerts")["data"], level);
    host.charge("agent", "outdoor_staging").made();
    assert_eq!(alerts(&host), [0; 0]);
    host.charge("agent", "furniture_removal").made();
    assert_eq!(alerts(&host), [20]);
}

#[test]
fn pt_6_one_alert_each_time_the_balance_crosses_the_threshold() {
    let (_server, host) = with_agent(30);
    for _ in 0..10 {
        host.charge("agent", "outdoor_staging").made();
    }
    assert_eq!(alerts(&host), [20]);
    // Up to the threshold is not above it.
    host.give("agent", 20);
    host.charge("agent", "outdoor_staging").made();
    assert_eq!(alerts(&host), [20]);
    host.give("agent", 10);
    host.charge("agent", "outdoor_staging").made();
    host.charge("agent", "outdoor_staging").made();
    host.charge("agent", "furniture_removal").made();
    assert_eq!(alerts(&host), [20, 20]);
}

#[test]
fn pt_6_the_customer_sets_the_threshold() {
    let (_server, host) = with_agent(60);
    let set = host.put("/v1/accounts/agent/alerts", &json!({ "thresholds": [50] })).done();
    assert_eq!(set["data"], json!([{ "unit": "credit", "thresholds": [50], "own": true }]));
    for _ in 0..20 {
        host.charge("agent", "outdoor_staging").made();
    }
    assert_eq!((alerts(&host), host.available("agent")), (vec![50], 0));
    // And goes back to the recommended one.
    let set = host.put("/v1/accounts/agent/alerts", &json!({ "thresholds": null })).done();
    assert_eq!(set["data"][0]["thresholds"], json!([20]));
    host.give("agent", 21);
    host.charge("agent", "furniture_removal").made();
    assert_eq!(alerts(&host), [50, 20]);
}

#[test]
fn pt_6_the_alert_is_in_the_history_where_it_happened() {
    let (_server, host) = with_agent(100);
    host.post("/v1/batches", &photos(40)).done();
    assert_eq!(alerts(&host), [20]);
    let entries = host.entries("agent");
    assert_eq!((&entries[0]["kind"], &entries[0]["available_after"]), (&json!("alert_fired"), &json!(20)));
}
