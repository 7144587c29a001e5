use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, id};

fn charge(account: &str, credits: i64) -> Value {
    json!({ "op": "charge", "account": account, "credits": credits })
}

fn each(host: &Host, operations: &Value) -> Vec<Value> {
    let answer = host.post("/v1/batches", &json!({ "operations": operations })).done();
    answer["results"].as_array().unwrap().clone()
}

#[test]
fn each_operation_has_a_result_of_its_own() {
    let (_server, host) = with_anna(20);
    host.open_with("ben", 10);
    let hold = host.hold("anna", "photo").made();
    let paid = host.charge("ben", "photo").made();
    let operations = json!([
        charge("anna", 3),
        { "op": "hold", "account": "ben", "action": "photo", "reference": "job-1" },
        { "op": "capture", "hold": id(&hold), "credits": 2 },
        { "op": "return", "charge": id(&paid), "credits": 1, "reason": "Unusable" },
        charge("anna", 1_000),
        charge("nobody", 1),
        { "op": "charge", "account": "anna", "action": "foto" },
        { "op": "charge", "account": "anna", "credits": 1, "hold": id(&hold) },
        { "op": "release", "hold": id(&hold) },
        { "op": "release", "hold": "hold_1" },
        charge("anna", 4),
    ]);
    let results = each(&host, &operations);
    let told: Vec<(i64, &str)> = results
        .iter()
        .map(|result| {
            (result["status"].as_i64().unwrap(), result["problem"]["code"].as_str().unwrap_or_default())
        })
        .collect();
    let expected = [
        (201, ""),
        (201, ""),
        (200, ""),
        (200, ""),
        (402, "insufficient_credits"),
        (404, "not_found"),
        (422, "unknown_action"),
        (400, "invalid_request"),
        (409, "hold_already_captured"),
        (400, "invalid_request"),
        (201, ""),
    ];
    assert_eq!(told, expected);
    assert_eq!(results[7]["problem"]["errors"][0]["pointer"], "/operations/7/hold");
    assert_eq!(results[9]["problem"]["errors"][0]["pointer"], "/operations/9/hold");
    assert_eq!((&results[1]["reference"], &results[2]["captured"]), (&json!("job-1"), &json!(2)));
    assert_eq!((host.available("anna"), host.available("ben")), (20 - 9, 10 - 9));
}

#[test]
fn an_atomic_batch_happens_whole_or_not_at_all() {
    let (_server, host) = with_anna(20);
    let hold = host.hold("anna", "photo").made();
    let good = [charge("anna", 3), json!({ "op": "release", "hold": id(&hold) }), charge("anna", 17)];
    let entries = host.entries("anna");
    let bad = [
        (charge("anna", 1), 402, "insufficient_credits"),
        (json!({ "op": "charge", "account": "anna", "action": "foto" }), 422, "unknown_action"),
        (json!({ "op": "capture", "hold": id(&hold) }), 409, "hold_already_released"),
        (charge("nobody", 1), 404, "not_found"),
    ];
    for (operation, status, code) in bad {
        let operations = [good.as_slice(), &[operation]].concat();
        let batch = json!({ "atomic": true, "operations": operations });
        assert_eq!(host.post("/v1/batches", &batch).refused(status, code)["failed_operation"], 3);
        assert_eq!(host.entries("anna"), entries);
    }
    // Each is judged after those before it: the release makes room for the last.
    host.post("/v1/batches", &json!({ "atomic": true, "operations": good })).done();
    assert_eq!(host.available("anna"), 0);
}

#[test]
fn an_atomic_batch_is_of_one_account() {
    let (_server, host) = with_anna(20);
    host.open_with("ben", 20);
    let batch = json!({ "atomic": true, "operations": [charge("anna", 1), charge("ben", 1)] });
    assert_eq!(host.post("/v1/batches", &batch).place().0, "/operations/1");
    assert_eq!((host.available("anna"), host.available("ben")), (20, 20));
    let same = host.account("anna");
    let batch = json!({ "atomic": true, "operations": [charge("anna", 1), charge(id(&same), 1)] });
    host.post("/v1/batches", &batch).done();
    assert_eq!(host.available("anna"), 18);
}

#[test]
fn a_thousand_operations_at_most() {
    let (_server, host) = with_anna(5_000);
    for atomic in [false, true] {
        let batch = |count: usize| json!({ "atomic": atomic, "operations": vec![charge("anna", 1); count] });
        for count in [0, 1_001] {
            let (place, message) = host.post("/v1/batches", &batch(count)).place();
            assert_eq!((place.as_str(), message.as_str()), ("/operations", "must have 1 to 1000 operations"));
        }
        let before = host.available("anna");
        let done = host.post("/v1/batches", &batch(1_000)).done();
        let left: Vec<i64> = done["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["balance"]["available"].as_i64().unwrap())
            .collect();
        assert_eq!(left, (1..=1_000).map(|taken| before - taken).collect::<Vec<_>>());
    }
}

#[test]
fn a_batch_that_is_no_batch_is_refused_as_a_whole() {
    let (_server, host) = with_anna(20);
    let table = [
        (json!({}), "/operations"),
        (json!({ "operations": {} }), "/operations"),
        (json!({ "atomic": "yes", "operations": [] }), "/atomic"),
        (json!({ "operations": [charge("anna", 1), { "op": "steal" }] }), "/operations/1/op"),
        (json!({ "operations": [charge("anna", 1), { "account": "anna" }] }), "/operations/1/op"),
        (
            json!({ "operations": [charge("anna", 1), { "op": "charge", "colour": 1 }] }),
            "/operations/1/colour",
        ),
        (
            json!({ "operations": [charge("anna", 1), { "op": "charge", "credits": 1.5 }] }),
            "/operations/1/credits",
        ),
    ];
    for (batch, place) in table {
        assert_eq!(host.post("/v1/batches", &batch).place().0, place, "{batch}");
    }
    assert_eq!(host.available("anna"), 20);
}

#[test]
fn spends_that_race_take_what_there_is_and_no_more() {
    let (_server, host) = with_anna(52);
    let made: usize = std::thread::scope(|scope| {
        let spend =
            |host: Host| move || (0..5).filter(|_| host.charge("anna", "photo").status == 201).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(spend(host.clone()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((made, host.available("anna")), (10, 2));
}
