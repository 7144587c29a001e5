use serde_json::{Value, json};

use super::isolation::{about, operations};
use super::with_anna;
use crate::harness::{Answer, Host, Server, fresh_key, id};

/// A token of an account's customer.
fn token(host: &Host, account: &str) -> String {
    token_for(host, account, "customer")
}

fn token_for(host: &Host, account: &str, audience: &str) -> String {
    let made = host.post("/v1/client_tokens", &json!({ "account": account, "for": audience })).made();
    assert_eq!(made["account"], host.account(account)["id"]);
    made["token"].as_str().unwrap().to_owned()
}

/// What a browser sends from a page of another origin.
fn ask(host: &Host, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let (bearer, key) = (format!("Bearer {token}"), fresh_key());
    let headers = [
        ("authorization", bearer.as_str()),
        ("origin", "https://shop.example"),
        ("idempotency-key", &key),
        ("content-type", "application/json"),
    ];
    let body = body.map(Value::to_string).unwrap_or_default();
    host.send_bare(method, path, &headers, body.as_bytes())
}

/// The calls that a customer's browser may make, and a shopper's.
const CUSTOMERS: [&str; 7] = [
    "create_portal_link",
    "create_quote",
    "create_session",
    "get_alerts",
    "get_balance",
    "get_program",
    "listen",
];
const SHOPPERS: [&str; 1] = ["create_session"];

#[test]
fn a_token_is_good_for_these_calls_and_no_other() {
    let server = Server::selling();
    let host = server.host("store");
    host.open_with("anna", 50);
    for (audience, admitted) in [("customer", &CUSTOMERS[..]), ("storefront", &SHOPPERS[..])] {
        let token = token_for(&host, "anna", audience);
        let entries = host.entries("anna").len();
        let mut open: Vec<String> = Vec::new();
        for operation in operations(&host) {
            if !operation.path.starts_with("/v1/") || operation.name == "take_provider_event" {
                continue;
            }
            let told = admitted.contains(&operation.name.as_str());
            if told {
                open.push(operation.name.clone());
                continue;
            }
            let path = operation.path.replace("{account}", "anna");
            let body = operation.example.as_ref().map(|example| about(example, "anna", "photo"));
            let answer = ask(&host, &token, &operation.method, &path, body.as_ref());
            answer.refused(403, "forbidden");
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        }
        open.sort();
        assert_eq!(open, admitted, "{audience}");
        assert_eq!(host.entries("anna").len(), entries);
    }
}

#[test]
fn each_call_that_it_is_good_for_is_for_its_own_account_only() {
    let server = Server::selling();
    let host = server.host("store");
    let ben = host.open_with("ben", 50);
    let anna = host.open_with("anna", 40);
    let token = token(&host, "anna");
    let names = ["anna".to_owned(), id(&anna).to_owned()];
    let others = ["ben".to_owned(), id(&ben).to_owned(), "nobody".to_owned()];
    let entries = host.entries("ben");
    let calls = |account: &str| {
        [
            ("GET", format!("/v1/accounts/{account}/balance"), None),
            ("GET", format!("/v1/accounts/{account}/alerts"), None),
            ("POST", "/v1/quotes".into(), Some(json!({ "account": account, "action": "photo" }))),
            (
                "POST",
                "/v1/sessions".into(),
                Some(json!({ "account": account, "action": "visit", "key": "tab" })),
            ),
            ("POST", "/v1/portal_links".into(), Some(json!({ "account": account }))),
        ]
    };
    for name in &names {
        for (method, path, body) in calls(name) {
            let answer = ask(&host, &token, method, &path, body.as_ref());
            assert!(answer.status < 300, "{method} {path}: {}", answer.text());
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        }
    }
    let mut details = Vec::new();
    for name in &others {
        for (method, path, body) in calls(name) {
            details.push(
                ask(&host, &token, method, &path, body.as_ref()).refused(404, "not_found")["detail"].clone(),
            );
        }
        let listen = format!("/v1/events?account={name}");
        details.push(ask(&host, &token, "GET", &listen, None).refused(404, "not_found")["detail"].clone());
    }
    // An account that there is looks like one that there is not.
    details.dedup();
    assert_eq!(details.len(), 1, "{details:?}");
    assert_eq!(host.entries("ben"), entries);
    // Left out, it is its own.
    let quote = ask(&host, &token, "POST", "/v1/quotes", Some(&json!({ "action": "photo" }))).done();
    assert_eq!(quote["available"], 38);
    assert_eq!(ask(&host, &token, "GET", "/v1/program", None).done()["id"], "store");
}

#[test]
fn a_shoppers_token_opens_sessions_and_shows_nothing() {
    let (_server, host) = with_anna(10);
    let token = token_for(&host, "anna", "storefront");
    let session = json!({ "action": "visit", "key": "browser-1" });
    assert_eq!(ask(&host, &token, "POST", "/v1/sessions", Some(&session)).done()["counted"], true);
    assert_eq!(ask(&host, &token, "POST", "/v1/sessions", Some(&session)).done()["counted"], false);
    assert_eq!(host.available("anna"), 8);
    let entries = host.entries("anna");
    let counted = entries.iter().find(|entry| entry["kind"] == "session_counted").unwrap();
    assert_eq!(counted["by"], "storefront");
    ask(&host, &token, "GET", "/v1/accounts/anna/balance", None).refused(403, "forbidden");
}

#[test]
fn a_token_that_is_not_ours_lets_nobody_in() {
    let (_server, host) = with_anna(10);
    let (good, shopper) = (token(&host, "anna"), token_for(&host, "anna", "storefront"));
    let last = if good.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &good[..good.len() - 1]);
    let kind = shopper.replacen("st_", "ct_", 1);
    for wrong in ["ct_", "ct_x", "st_", &changed, &kind, &format!("{good}x")] {
        let answer = ask(&host, wrong, "GET", "/v1/program", None);
        answer.refused(401, "unauthenticated");
        // The page may read why.
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    // One of another server.
    let (_other, elsewhere) = with_anna(10);
    ask(&elsewhere, &good, "GET", "/v1/program", None).refused(401, "unauthenticated");
}

#[test]
fn a_token_of_another_program_sees_only_its_own() {
    let (server, host) = with_anna(10);
    let mill = server.host("mill");
    mill.open("miller");
    let token = token(&mill, "miller");
    ask(&host, &token, "GET", "/v1/accounts/anna/balance", None).refused(404, "not_found");
    assert_eq!(ask(&host, &token, "GET", "/v1/program", None).done()["id"], "mill");
}

#[test]
fn who_may_make_a_token() {
    let (server, host) = with_anna(10);
    let make = |host: &Host, audience: &str| {
        host.post("/v1/client_tokens", &json!({ "account": "anna", "for": audience }))
    };
    let (_, spender) = server.host_for("shop", "spend,read");
    make(&spender, "storefront").made();
    // A customer's token leads to the portal, which a key without `manage` can't make a link to either.
    assert_eq!(make(&spender, "customer").refused(403, "forbidden")["missing_scope"], "manage");
    let (_, reader) = server.host_for("shop", "read");
    make(&reader, "storefront").refused(403, "forbidden");
    assert_eq!(make(&host, "anybody").place().0, "/for");
    host.post("/v1/client_tokens", &json!({ "account": "nobody" })).refused(404, "not_found");
}

#[test]
fn a_link_is_for_the_member_that_the_token_is_for() {
    let (_server, host) = with_anna(10);
    let made = host.post("/v1/client_tokens", &json!({ "account": "anna", "member": "ada" })).made();
    let token = made["token"].as_str().unwrap();
    ask(&host, token, "POST", "/v1/portal_links", Some(&json!({ "page": "buy" }))).made();
    let other = ask(&host, token, "POST", "/v1/portal_links", Some(&json!({ "member": "eve" })));
    assert_eq!(other.place().0, "/member");
}

#[test]
fn a_browser_listens_with_its_token_and_hears_only_what_a_page_needs() {
    let (server, host) = with_anna(10);
    let token = token(&host, "anna");
    let mut events = host.listen_by(&token);
    let first = events.next().unwrap();
    assert_eq!(first.name, "account");
    assert_eq!(first.data.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "state", "overdraft"]);
    assert_eq!(events.next().unwrap().data["available"], 10);
    host.charge("anna", "photo").made();
    loop {
        let event = events.next().unwrap();
        assert_ne!(event.name, "entry");
        if event.data["available"] == 5 {
            break;
        }
    }
    assert!(!server.log().contains(&token));
    // An address ends up in logs and histories: no secret is taken from there.
    let answer = host.send_bare("GET", &format!("/v1/events?client_token={token}"), &[], b"");
    answer.refused(401, "unauthenticated");
}

#[test]
fn browsers_are_told_what_they_may_send_and_no_page_reads_what_a_secret_key_gets() {
    let (_server, host) = with_anna(10);
    let preflight = |path: &str| {
        let headers = [("origin", "https://shop.example"), ("access-control-request-method", "POST")];
        host.send_bare("OPTIONS", path, &headers, b"")
    };
    for path in ["/v1/quotes", "/v1/sessions", "/v1/accounts/anna/balance", "/v1/portal_links", "/v1/events"]
    {
        let answer = preflight(path);
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert!(answer.header("access-control-allow-headers").unwrap().contains("authorization"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    for path in ["/v1/charges", "/v1/holds", "/v1/accounts/anna/grants", "/v1/client_tokens", "/v1/batches"] {
        assert_eq!(preflight(path).header("access-control-allow-origin"), None, "{path}");
    }
    let answer = host.send("GET", "/v1/program", &[("origin", "https://shop.example")], b"");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}

#[test]
fn what_a_browser_thinks_of_as_a_key_is_no_key_of_the_hosts() {
    let (_server, host) = with_anna(10);
    let token = token(&host, "anna");
    let session = json!({ "account": "anna", "action": "visit", "key": "tab" });
    let (bearer, key) = (format!("Bearer {token}"), "order-1");
    let headers =
        [("authorization", bearer.as_str()), ("idempotency-key", key), ("content-type", "application/json")];
    assert_eq!(host.send_bare("POST", "/v1/sessions", &headers, session.to_string().as_bytes()).status, 200);
    let charge = json!({ "account": "anna", "action": "photo" });
    assert_eq!(host.post_as(key, "/v1/charges", &charge).made()["credits"], 5);
}
