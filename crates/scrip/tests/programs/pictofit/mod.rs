//! A try-on app: an account is a store, with garments of 5 credits and sessions of 1.

mod below_zero;
mod garments;
mod history;
mod packages;
mod renewal;
mod sessions;
mod stores;

use crate::harness::{Host, Server};

/// A server and its host, with a store that has just installed the app.
fn with_store() -> (Server, Host) {
    let server = Server::publishing("pictofit");
    let host = server.host("pictofit");
    host.open("store");
    (server, host)
}

/// The same, with so many credits.
fn with_credits(credits: i64) -> (Server, Host) {
    let (server, host) = with_store();
    host.take("store", 50 - credits);
    assert_eq!(host.available("store"), credits);
    (server, host)
}
