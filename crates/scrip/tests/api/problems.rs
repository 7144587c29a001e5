use serde_json::json;

use super::with_anna;
use crate::harness::id;

#[test]
fn nothing_by_that_name() {
    let (_server, host) = with_anna(50);
    let hold = host.hold("anna", "photo").made();
    let slip = id(&hold).replace("hold_0", "hold_1");
    for path in [
        "/v1/accounts/nobody",
        "/v1/accounts/acct_00000000000000000000",
        "/v1/accounts/a%20b",
        "/v1/holds/nothing",
        &format!("/v1/holds/{slip}"),
        "/v1/charges/nothing",
        "/v1/nothing",
        "/nothing",
    ] {
        host.get(path).refused(404, "not_found");
    }
    let charge = id(&hold).replace("hold_", "chrg_");
    host.get(&format!("/v1/charges/{charge}")).refused(404, "not_found");
    host.charge("nobody", "photo").refused(404, "not_found");
}

#[test]
fn another_method() {
    let (_server, host) = with_anna(50);
    let answer = host.send("DELETE", "/v1/accounts/anna", &[], b"");
    answer.refused(405, "method_not_allowed");
    let allowed = answer.header("allow").unwrap();
    assert!(allowed.contains("GET") && allowed.contains("PATCH"), "{allowed}");
}

#[test]
fn an_action_that_there_is_not() {
    let (_server, host) = with_anna(50);
    for path in ["/v1/charges", "/v1/holds", "/v1/quotes"] {
        let problem =
            host.post(path, &json!({ "account": "anna", "action": "phto" })).refused(422, "unknown_action");
        assert_eq!((&problem["action"], &problem["did_you_mean"]), (&json!("phto"), &json!("photo")));
        let actions = ["photo", "scan", "visit", "render", "speech", "video"];
        assert_eq!(problem["actions"], json!(actions));
    }
    let session = json!({ "account": "anna", "action": "visits", "key": "browser-1" });
    assert_eq!(host.post("/v1/sessions", &session).refused(422, "unknown_action")["did_you_mean"], "visit");
    assert_eq!(host.charge("anna", "gardening").refused(422, "unknown_action")["did_you_mean"], json!(null));
}

#[test]
fn too_few_credits() {
    let (_server, host) = with_anna(3);
    let problem = host.charge("anna", "photo").refused(402, "insufficient_credits");
    assert_eq!(
        (&problem["required"], &problem["available"], &problem["shortfall"]),
        (&json!(5), &json!(3), &json!(2))
    );
    assert_eq!((&problem["unit"], &problem["offers"][0]["code"]), (&json!("credit"), &json!("small")));
    let large = json!({ "account": "anna", "action": "photo", "quantity": 100 });
    let problem = host.post("/v1/charges", &large).refused(402, "insufficient_credits");
    assert_eq!(
        (problem["offers"].as_array().unwrap().len(), &problem["offers"][0]["code"]),
        (1, &json!("large"))
    );
    // No package has tokens.
    let problem = host.charge("anna", "speech").refused(402, "insufficient_credits");
    assert_eq!(
        (&problem["required"], &problem["unit"], &problem["offers"]),
        (&json!(50), &json!("token"), &json!([]))
    );
    assert!(problem["detail"].as_str().unwrap().contains("0.50 tokens"), "{problem}");
}

#[test]
fn an_overdraft_that_goes_no_further() {
    let (_server, host) = with_anna(0);
    let terms = |limit: i64| json!({ "overdraft": { "limit": limit, "grace": "20 days" } });
    assert_eq!(host.patch("/v1/accounts/anna", &terms(20)).done()["overdraft_terms"]["limit"], 20);
    for left in [-5, -10, -15, -20] {
        assert_eq!(host.charge("anna", "scan").made()["balance"]["available"], left);
    }
    let problem = host.charge("anna", "scan").refused(402, "insufficient_credits");
    assert_eq!((&problem["available"], &problem["shortfall"]), (&json!(-20), &json!(5)));
    host.patch("/v1/accounts/anna", &terms(25)).done();
    host.charge("anna", "scan").made();
    host.charge("anna", "scan").refused(402, "insufficient_credits");
}

#[test]
fn a_suspended_account() {
    let (_server, host) = with_anna(0);
    host.charge("anna", "scan").made();
    host.clock_by("10 days");
    let problem = host.charge("anna", "scan").refused(402, "account_suspended");
    assert_eq!((&problem["owed"], &problem["since"]), (&json!(5), &json!("2026-01-01T00:00:00Z")));
    host.hold("anna", "scan").refused(402, "account_suspended");
    host.charge("anna", "photo").refused(402, "insufficient_credits");
}

#[test]
fn a_closed_account() {
    let (_server, host) = with_anna(50);
    let hold = host.hold("anna", "photo").made();
    let charge = host.charge("anna", "photo").made();
    let why = json!({ "reason": "Contract ended" });
    assert_eq!(host.post("/v1/accounts/anna/close", &why).done()["state"], "closed");
    let entries = host.entries("anna");
    let grant = json!({ "credits": 5, "class": "bonus", "reason": "Sorry" });
    let session = json!({ "account": "anna", "action": "visit", "key": "browser-1" });
    for answer in [
        host.charge("anna", "photo"),
        host.hold("anna", "photo"),
        host.post("/v1/sessions", &session),
        host.post("/v1/accounts/anna/grants", &grant),
        host.post("/v1/accounts/anna/adjustments", &json!({ "credits": 1, "reason": "Set right" })),
        host.patch("/v1/accounts/anna", &json!({ "name": "Anna" })),
        host.put("/v1/accounts/anna/alerts", &json!({ "thresholds": [] })),
    ] {
        answer.refused(409, "account_closed");
    }
    assert_eq!(host.entries("anna"), entries);
    // What is under way can be ended.
    host.capture(&hold).done();
    host.failed(&charge).done();
    assert_eq!(host.available("anna"), 45);
}

#[test]
fn amounts_out_of_range() {
    let (_server, host) = with_anna(50);
    let most = 1_000_000_000_000_000_i64;
    for credits in [0, -1, most + 1, i64::MAX, i64::MIN] {
        let body = json!({ "credits": credits, "class": "bonus", "reason": "Much" });
        host.post("/v1/accounts/anna/grants", &body).refused(422, "amount_out_of_range");
    }
    for credits in [-1, most + 1, i64::MAX, i64::MIN] {
        let body = json!({ "account": "anna", "credits": credits });
        host.post("/v1/charges", &body).refused(422, "amount_out_of_range");
        host.post("/v1/holds", &body).refused(422, "amount_out_of_range");
    }
    let work = json!({ "account": "anna", "action": "photo", "quantity": i64::MAX });
    host.post("/v1/quotes", &work).refused(422, "amount_out_of_range");
    host.post("/v1/charges", &work).refused(422, "amount_out_of_range");
    let adjustment = json!({ "credits": i64::MIN, "reason": "Set right" });
    host.post("/v1/accounts/anna/adjustments", &adjustment).refused(422, "amount_out_of_range");
    let charge = host.charge("anna", "photo").made();
    for (credits, code) in [(0, "amount_out_of_range"), (-1, "amount_out_of_range"), (6, "exceeds_charge")] {
        let body = json!({ "credits": credits, "reason": "Unusable" });
        host.post(&format!("/v1/charges/{}/return", id(&charge)), &body).refused(422, code);
    }
    assert_eq!(host.kinds("anna", 2), ["charged"]);
    host.grant("anna", &json!({ "credits": most, "class": "bonus" }));
}

#[test]
fn a_quote_whose_time_has_passed() {
    let (_server, host) = with_anna(50);
    let quote = host.post("/v1/quotes", &json!({ "account": "anna", "action": "photo" })).done();
    assert_eq!(quote["expires_at"], "2026-01-01T00:15:00Z");
    let body = json!({ "account": "anna", "action": "photo", "quote": id(&quote) });
    host.clock_to("2026-01-01T00:14:59.999Z");
    let charge = host.post_as("in-time", "/v1/charges", &body);
    charge.made();
    host.clock_to("2026-01-01T00:15:00Z");
    let problem = host.post("/v1/charges", &body).refused(422, "quote_expired");
    assert_eq!(problem["expired_at"], quote["expires_at"]);
    let mut batch = body.clone();
    batch["op"] = json!("charge");
    let results = host.post("/v1/batches", &json!({ "operations": [batch] })).done();
    assert_eq!(results["results"][0]["problem"]["code"], "quote_expired");
    // What was done in time is answered again.
    assert_eq!(host.post_as("in-time", "/v1/charges", &body).body, charge.body);
}

#[test]
fn a_quote_is_for_what_was_asked() {
    let (_server, host) = with_anna(50);
    host.open_with("ben", 50);
    let quote =
        host.post("/v1/quotes", &json!({ "account": "anna", "action": "photo", "quantity": 2 })).done();
    let with = |account: &str, action: &str, quantity: i64| json!({ "account": account, "action": action, "quantity": quantity, "quote": id(&quote) });
    for wrong in [with("ben", "photo", 2), with("anna", "scan", 2), with("anna", "photo", 3)] {
        assert_eq!(host.post("/v1/charges", &wrong).place().0, "/quote");
    }
    let forged = format!("{}0", &id(&quote)[..id(&quote).len() - 1]);
    let mut body = with("anna", "photo", 2);
    body["quote"] = json!(forged);
    if forged != id(&quote) {
        assert_eq!(host.post("/v1/holds", &body).place().0, "/quote");
    }
    assert_eq!(host.post("/v1/holds", &with("anna", "photo", 2)).made()["credits"], 10);
}

#[test]
fn no_test_clock() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness");
    let server = crate::harness::Server::of(vec![tests.join("shop.toml")], None);
    let host = server.host("shop");
    assert_eq!(host.read("/v1/program")["test"], false);
    host.get("/v1/test_clock").refused(403, "forbidden");
    host.post("/v1/test_clock/advance", &json!({ "by": "1 day" })).refused(403, "forbidden");
    let account = host.open("anna");
    assert!(account["created_at"].as_str().unwrap() > "2026-01-01T00:00:00Z");
}

#[test]
fn every_problem_is_documented() {
    let (_server, host) = with_anna(0);
    let problem = host.charge("anna", "photo").refused(402, "insufficient_credits");
    let anchor = problem["type"].as_str().unwrap().strip_prefix("/docs#").unwrap().to_owned();
    let page = host.send_bare("GET", "/docs", &[], b"");
    assert!(page.text().contains(&format!("id=\"{anchor}\"")));
}
