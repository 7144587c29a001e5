//! What hosts and customers are told, as they hear it: webhooks verified by the published library, letters read by another
//! parser.

mod endpoints;
mod failing;
mod outside;
mod reports;
mod told;

use std::path::Path;

use outside::{Hooks, Post};
use serde_json::{Value, json};
use testkit::wait::until;

use crate::harness::{Host, Server, id};

const ENDPOINTS: &str = "/v1/webhook_endpoints";
const DELIVERIES: &str = "/v1/webhook_deliveries";

/// A server of a program, a host of it, its receiver of webhooks, and its mail server.
struct Setting {
    host: Host,
    hooks: Hooks,
    post: Post,
    /// The endpoint.
    endpoint: String,
    /// Stopped first: what it sends has somewhere to go until then.
    server: Server,
}

/// The shop of the harness, or a program of the workspace.
fn setting(program: &str) -> Setting {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = match program {
        "shop" => here.join("tests/harness/shop.toml"),
        other => here.join("../../programs").join(other).with_extension("toml"),
    };
    let (mut hooks, post) = (Hooks::open(), Post::open());
    let mut arguments = post.arguments();
    arguments.push("--allow-private-webhooks".to_owned());
    let server = Server::with(vec![file], Some("2026-01-01T00:00:00Z"), arguments);
    let host = server.host(program);
    let made = host.post(ENDPOINTS, &json!({ "url": hooks.url })).made();
    hooks.keep(&made["secret"]);
    Setting { endpoint: id(&made).to_owned(), server, host, hooks, post }
}

impl Setting {
    /// Opens an account whose owner reads German.
    fn german(&self, account: &str) -> Value {
        let body = json!({
            "id": account, "email": format!("{account}@kunde.example"), "locale": "de-AT",
            "time_zone": "Europe/Vienna",
        });
        self.host.post("/v1/accounts", &body).made()
    }

    /// An account of the shop with 30 credits, that is warned below 20; every further call warns once more.
    fn low(&self, account: &str) {
        let alerts = format!("/v1/accounts/{account}/alerts");
        self.host.give(account, 30);
        self.host.put(&alerts, &json!({ "thresholds": [20] })).done();
        self.host.take(account, 15);
    }

    /// The deliveries, newest first.
    fn deliveries(&self, query: &str) -> Vec<Value> {
        self.host.read(&format!("{DELIVERIES}?{query}"))["data"].as_array().unwrap().clone()
    }

    /// The delivery, as soon as it is in this state and was tried so often.
    fn standing(&self, delivery: &str, state: &str, attempts: usize) -> Value {
        until(&format!("{delivery} to be {state}"), || {
            let now = self.host.read(&format!("{DELIVERIES}/{delivery}"));
            let tried = now["attempts"].as_array().unwrap().len();
            (now["state"] == state && tried == attempts).then_some(now)
        })
    }

    fn endpoint(&self) -> Value {
        self.host.read(&format!("{ENDPOINTS}/{}", self.endpoint))
    }
}
