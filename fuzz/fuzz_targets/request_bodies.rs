//! A request body is done or refused with a problem; never a panic, nor an error of the server's own.

#![no_main]

use std::cell::OnceCell;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use engine::{Engine, ManualClock, Options, Scopes, Store};
use libfuzzer_sys::fuzz_target;
use testkit::running::START;
use testkit::{MemoryStore, Shop};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// What takes a body. The input's first byte says which one is meant.
const CALLS: [(&str, &str); 17] = [
    ("POST", "/v1/accounts"),
    ("PATCH", "/v1/accounts/a"),
    ("POST", "/v1/accounts/a/grants"),
    ("POST", "/v1/accounts/a/adjustments"),
    ("PUT", "/v1/accounts/a/alerts"),
    ("PUT", "/v1/accounts/a/alerts/monthly_report"),
    ("POST", "/v1/accounts/b/close"),
    ("POST", "/v1/accounts/b/reopen"),
    ("POST", "/v1/charges"),
    ("POST", "/v1/charges/charge_00000001000000000000/return"),
    ("POST", "/v1/holds"),
    ("POST", "/v1/holds/hold_00000001000000000000/capture"),
    ("POST", "/v1/holds/hold_00000001000000000000/release"),
    ("POST", "/v1/quotes"),
    ("POST", "/v1/sessions"),
    ("POST", "/v1/batches"),
    ("POST", "/v1/test_clock/advance"),
];

struct Server {
    runtime: Runtime,
    router: Router,
    secret: String,
}

thread_local! {
    static SERVER: OnceCell<Server> = const { OnceCell::new() };
}

fn start() -> Server {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let clock = Arc::new(ManualClock::at(START));
    let engine = Engine::start(Arc::clone(&store), clock, Options::default()).expect("an engine");
    let shop = Shop::default();
    let published = engine.publish(shop.program, &Shop::text(""), Some(START)).expect("a program");
    let all = Scopes { spend: true, read: true, manage: true };
    let (_, secret) =
        api::keys::create(&*store.control(), &published.program.id, all, "fuzz", START).expect("a key");
    let _context = runtime.enter();
    let state = api::ApiState::new(engine, api::Options::default()).expect("the API");
    let server = Server { router: api::router(state), secret, runtime };
    for id in ["a", "b"] {
        server.ask("POST", "/v1/accounts", format!("{{\"id\":\"{id}\"}}").as_bytes(), id);
    }
    server.ask("POST", "/v1/accounts/a/grants", br#"{"credits":1000,"class":"bonus","reason":"fuzz"}"#, "g");
    server
}

impl Server {
    fn ask(&self, method: &str, path: &str, body: &[u8], key: &str) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.secret))
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(Body::from(body.to_vec()))
            .expect("a request");
        self.runtime.block_on(async {
            let response = match self.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let status = response.status();
            let answer = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
            let read: Result<serde_json::Value, _> = serde_json::from_slice(&answer);
            let read = read.unwrap_or_else(|error| panic!("{status} with no JSON, {error}"));
            assert!(!status.is_server_error(), "{status}: {read}");
            assert!(!status.is_client_error() || read["code"].is_string(), "{status} with no code: {read}");
        });
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((call, body)) = input.split_first() else { return };
    let (method, path) = CALLS[usize::from(*call) % CALLS.len()];
    let key = blake3::hash(input).to_hex();
    SERVER.with(|server| server.get_or_init(start).ask(method, path, body, &key));
});
