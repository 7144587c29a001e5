//! What is answered when more is asked than can be done: come back, and nothing was done.

use std::sync::Arc;
use std::time::Duration;

use api::{ApiState, keys, router};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use dispatch::Dispatch;
use engine::{Options, Scopes};
use messages::webhook::{self, WebhookSender};
use serde_json::{Value, json};
use testkit::running::{START, TINY};
use testkit::{FaultyStore, MemoryStore, Running};
use tokio::runtime::Builder;
use tower::ServiceExt;

const PROGRAM: &str =
    "scrip = 1\nid = \"kiosk\"\nname = \"Kiosk\"\n[units.credit]\n[actions.photo]\nprice = 5\n";

/// How many requests may wait.
const QUEUE: usize = 4;

async fn ask(
    router: axum::Router,
    secret: &str,
    method: &str,
    path: &str,
    key: &str,
    body: Value,
) -> (StatusCode, HeaderMap, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {secret}"))
        .header("idempotency-key", key)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = router.oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, headers, serde_json::from_slice(&body).unwrap())
}

#[test]
fn who_asks_more_than_can_be_done_is_told_when_to_come_back_and_nothing_was_done() {
    let (store, faults) = FaultyStore::over(Arc::new(MemoryStore::default()));
    let engine = Running::start(store, Options { queue: QUEUE, ..TINY }, true).unwrap().engine;
    engine.publish(catalog::load("kiosk.toml", PROGRAM).unwrap(), PROGRAM, Some(START)).unwrap();
    let sender = WebhookSender::new(webhook::Options::default(), || START).unwrap();
    let public_url = "http://localhost".to_owned();
    let outside = dispatch::Options { public_url, allow_private: false, mailer: None, sender };
    let dispatch = Dispatch::start(&engine, outside).unwrap();
    let scopes = Scopes { spend: true, read: true, manage: true };
    let (_, secret) = keys::create(&*engine.control(), "kiosk", scopes, "tests", START).unwrap();
    let state = ApiState::new(engine.clone(), dispatch.clone(), api::Options::default()).unwrap();
    let router = router(state);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let post = |path: &str, key: String, body: Value| {
            let (router, secret, path) = (router.clone(), secret.clone(), path.to_owned());
            tokio::spawn(async move { ask(router, &secret, "POST", &path, &key, body).await })
        };
        let opened = post("/v1/accounts", "open".into(), json!({ "id": "anna" })).await.unwrap();
        assert_eq!(opened.0, StatusCode::CREATED);
        let grant = json!({ "credits": 1_000, "class": "purchase", "reason": "Order 1" });
        let given = post("/v1/accounts/anna/grants", "give".into(), grant).await.unwrap();
        assert_eq!(given.0, StatusCode::CREATED);

        // The disk takes nothing for a while, and everybody comes at once.
        faults.hold_appends(true);
        let charge = json!({ "account": "anna", "action": "photo" });
        let asked: Vec<_> =
            (0..200).map(|number| post("/v1/charges", format!("charge-{number}"), charge.clone())).collect();
        // It takes as long as it takes that some are told to come back.
        let somebody = async {
            while !asked.iter().any(tokio::task::JoinHandle::is_finished) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), somebody).await.expect("somebody is told to come back");
        faults.hold_appends(false);

        let (mut done, mut refused) = (0, Vec::new());
        for (number, asked) in asked.into_iter().enumerate() {
            let (status, headers, body) = asked.await.unwrap();
            if status == StatusCode::CREATED {
                done += 1;
                continue;
            }
            assert_eq!((status, &body["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("overloaded")));
            let after: u64 = headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=60).contains(&after), "{after}");
            assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
            refused.push(number);
        }
        assert!(done > 0 && !refused.is_empty(), "{done} were done");

        let balance = || async {
            let path = "/v1/accounts/anna/balance";
            ask(router.clone(), &secret, "GET", path, "", Value::Null).await.2["available"].clone()
        };
        assert_eq!(balance().await, 1_000 - 5 * done, "nothing of what was refused was done");
        // Whoever comes back with the same key is served, as if it were the first time.
        for number in &refused {
            let again = post("/v1/charges", format!("charge-{number}"), charge.clone()).await.unwrap();
            assert_eq!((again.0, again.1.get("idempotent-replayed")), (StatusCode::CREATED, None));
        }
        assert_eq!(balance().await, 0, "each of the two hundred charges was made once");
    });
    dispatch.stop();
    engine.stop();
}
