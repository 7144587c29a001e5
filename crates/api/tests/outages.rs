//! What an order is answered with when its payment provider is down: the order stands, and its checkout is opened later.

use std::sync::Arc;

use api::{ApiState, keys, router};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode};
use dispatch::{Dispatch, Options};
use engine::Scopes;
use messages::webhook::{self, WebhookSender};
use payments::test::{Misbehaviour, TestProvider};
use serde_json::{Value, json};
use testkit::running::{START, TINY};
use testkit::{MemoryStore, Running};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

const PROGRAM: &str = "scrip = 1\nid = \"kiosk\"\nname = \"Kiosk\"\n[units.credit]\n[actions.photo]\nprice = 5\n\
    [packages.small]\ncredits = 100\nprice = \"29 USD\"\n";

/// A server in this process, and its test provider. Anna has an account there.
struct Kiosk {
    runtime: Runtime,
    router: Router,
    secret: String,
    provider: Arc<TestProvider>,
}

impl Kiosk {
    fn open() -> Kiosk {
        let running = Running::start(Arc::new(MemoryStore::default()), TINY, true).unwrap();
        let engine = running.engine;
        let program = catalog::load("kiosk.toml", PROGRAM).unwrap();
        engine.publish(program, PROGRAM, Some(START)).unwrap();
        let sender = WebhookSender::new(webhook::Options::default(), || START).unwrap();
        let public_url = "http://localhost".to_owned();
        let options = Options { public_url, allow_private: false, mailer: None, sender };
        let dispatch = Dispatch::start(&engine, options).unwrap();
        let scopes = Scopes { spend: true, read: true, manage: true };
        let (_, secret) = keys::create(&*engine.control(), "kiosk", scopes, "tests", START).unwrap();
        let provider = dispatch.test_provider("kiosk").unwrap();
        let state = ApiState::new(engine, dispatch, api::Options::default()).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let kiosk = Kiosk { runtime, router: router(state), secret, provider };
        kiosk.ask("POST", "/v1/accounts", "open", &json!({ "id": "anna" }));
        kiosk
    }

    fn ask(&self, method: &str, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.secret))
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let (status, body) = self.send(request);
        (status, serde_json::from_slice(&body).unwrap())
    }

    fn send(&self, request: Request<Body>) -> (StatusCode, Bytes) {
        let answered = async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status();
            (status, to_bytes(response.into_body(), usize::MAX).await.unwrap())
        };
        self.runtime.block_on(answered)
    }

    fn order(&self) -> Value {
        let body = json!({ "account": "anna", "package": "small" });
        let (status, order) = self.ask("POST", "/v1/orders", "buy", &body);
        assert_eq!((status, &order["state"]), (StatusCode::CREATED, &json!("awaiting_payment")));
        order
    }

    fn down(&self, times: u32) {
        self.provider.misbehave(Misbehaviour { outage: times, ..Misbehaviour::default() });
    }
}

#[test]
fn an_order_stands_and_gets_its_checkout_later() {
    let kiosk = Kiosk::open();
    kiosk.down(2);
    let order = kiosk.order();
    assert_eq!(order["checkout_url"], json!(null));
    assert!(order["retry"].as_str().unwrap().contains("GET"), "{order}");
    let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
    let (_, again) = kiosk.ask("GET", &path, "", &json!(null));
    assert_eq!((&again["checkout_url"], again["retry"].is_string()), (&json!(null), true));
    let (_, open) = kiosk.ask("GET", &path, "", &json!(null));
    assert!(open["checkout_url"].as_str().unwrap().contains("/pay/kiosk/test_checkout/"), "{open}");
    assert!(open.get("retry").is_none());
    let repeated = kiosk.order();
    assert_eq!((&repeated["id"], &repeated["checkout_url"]), (&order["id"], &open["checkout_url"]));
}

#[test]
fn a_refund_that_was_not_heard_of_is_asked_for_again() {
    let kiosk = Kiosk::open();
    let order = kiosk.order();
    let form = Body::from("step=pay&card=4242424242424242");
    let paid = Request::post(order["checkout_url"].as_str().unwrap()).body(form).unwrap();
    assert_eq!(kiosk.send(paid).0, StatusCode::OK);
    let path = format!("/v1/orders/{}/refund", order["id"].as_str().unwrap());
    kiosk.down(1);
    let (status, problem) = kiosk.ask("POST", &path, "back", &json!({}));
    assert_eq!((status, &problem["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("unavailable")));
    let (status, refunded) = kiosk.ask("POST", &path, "back", &json!({}));
    assert_eq!((status, &refunded["refunded"]), (StatusCode::OK, &json!(2_900)));
    assert_eq!(refunded["taken_back"], 100);
}
