//! The API, call by call, on two programs of the tests' own.

mod bad_input;
mod balance;
mod batches;
mod client_tokens;
mod clock;
mod durability;
mod events;
mod grants;
mod holds;
mod idempotency;
mod isolation;
mod keys;
mod problems;
mod publications;
mod reads;
mod reports;
mod selling;

use crate::harness::{Host, Server};

/// A server, a host of the shop, and an account `anna` with so many bought credits.
fn with_anna(credits: i64) -> (Server, Host) {
    let server = Server::new();
    let host = server.host("shop");
    host.open("anna");
    if credits > 0 {
        host.give("anna", credits);
    }
    (server, host)
}
