//! Selling: orders, subscriptions, top-ups and quotes, through the pages that a customer sees.

mod events;
mod orders;
mod problems;
mod quotes;
mod refunds;
mod stored;
mod subscriptions;
mod top_ups;
mod years;

use serde_json::{Value, json};

use crate::harness::{Host, Server};

/// A server of the program that sells, a host of it, and an account `anna` with an e-mail address.
fn with_anna() -> (Server, Host) {
    let server = Server::selling();
    let host = server.host("store");
    host.post("/v1/accounts", &json!({ "id": "anna", "email": "anna@example.com" })).made();
    (server, host)
}

/// The codes and places of a list of values.
fn field(list: &Value, name: &str) -> Vec<Value> {
    list["data"].as_array().unwrap().iter().map(|one| one[name].clone()).collect()
}
