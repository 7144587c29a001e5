use serde_json::json;

use super::with_anna;

#[test]
fn without_a_valid_key_nothing_is_answered() {
    let (_server, host) = with_anna(50);
    let unknown = format!("Bearer sk_test_{}", "0".repeat(32));
    for header in [None, Some("Bearer"), Some("Bearer x"), Some("Basic YTpi"), Some(unknown.as_str())] {
        let headers: Vec<(&str, &str)> = header.map(|value| ("authorization", value)).into_iter().collect();
        for path in ["/v1/program", "/v1/accounts/anna", "/v1/accounts/nobody", "/v1/events?account=anna"] {
            let answer = host.send_bare("GET", path, &headers, b"");
            answer.refused(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
}

#[test]
fn health_documents_and_figures_need_no_key() {
    let (_server, host) = with_anna(50);
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"] {
        assert_eq!(host.send_bare("GET", path, &[], b"").status, 200, "{path}");
    }
    assert_eq!(host.send_bare("GET", "/readyz", &[], b"").json()["status"], "ok");
    let figures = host.send_bare("GET", "/metrics", &[], b"");
    assert!(figures.text().contains("\nscrip_entries_total 2\n"), "{}", figures.text());
}

#[test]
fn a_key_allows_what_its_scopes_say() {
    let (server, _anna) = with_anna(50);
    let spend = json!({ "account": "anna", "action": "photo" });
    let correction = json!({ "credits": 1, "reason": "Set right" });
    for (scopes, spends, reads, manages) in [
        ("spend", true, false, false),
        ("read", false, true, false),
        ("manage", false, false, true),
        ("spend,read", true, true, false),
    ] {
        let (_, host) = server.host_for("shop", scopes);
        let answers = [
            ("spend", spends, host.post("/v1/charges", &spend)),
            ("spend", spends, host.post("/v1/quotes", &spend)),
            ("read", reads, host.get("/v1/accounts/anna")),
            ("read", reads, host.get("/v1/program")),
            ("manage", manages, host.post("/v1/accounts/anna/adjustments", &correction)),
            ("manage", manages, host.post("/v1/test_clock/advance", &json!({ "by": "1 s" }))),
        ];
        for (scope, allowed, answer) in answers {
            if allowed {
                assert!(answer.status < 300, "{scopes}: {}", answer.text());
            } else {
                assert_eq!(answer.refused(403, "forbidden")["missing_scope"], scope);
            }
        }
    }
}

#[test]
fn what_a_key_may_not_do_has_not_happened() {
    let (server, host) = with_anna(50);
    let entries = host.entries("anna");
    let (_, reader) = server.host_for("shop", "read");
    reader.charge("anna", "photo").refused(403, "forbidden");
    reader.post("/v1/accounts", &json!({ "id": "ben" })).refused(403, "forbidden");
    assert_eq!(host.entries("anna"), entries);
    host.get("/v1/accounts/ben").refused(404, "not_found");
}

#[test]
fn a_key_that_was_revoked_is_out() {
    let (mut server, host) = with_anna(50);
    let (key, revoked) = server.host_for("shop", "read");
    assert!(server.scrip(&["keys", "revoke", &key]).fine().contains(&key));
    // It had not been used, so the server does not remember it.
    revoked.get("/v1/program").refused(401, "unauthenticated");
    server.restart();
    revoked.get("/v1/program").refused(401, "unauthenticated");
    host.read("/v1/program");
}

#[test]
fn the_history_says_which_key_asked() {
    let (server, _host) = with_anna(50);
    let (key, host) = server.host_for("shop", "spend,read");
    host.charge("anna", "photo").made();
    assert_eq!(host.entries("anna")[0]["by"], key);
}

#[test]
fn guessing_keys_is_slowed_down() {
    let (_server, host) = with_anna(50);
    let mut refused = false;
    for guess in 0..5_000 {
        let header = format!("Bearer sk_test_{guess:0>32}");
        let answer = host.send_bare("GET", "/v1/program", &[("authorization", &header)], b"");
        refused = answer.status == 429;
        if refused {
            answer.refused(429, "rate_limited");
            assert_eq!(answer.header("retry-after"), Some("1"));
            break;
        }
    }
    assert!(refused);
    // Those who have a key that is known are not.
    assert_eq!(host.available("anna"), 50);
}
