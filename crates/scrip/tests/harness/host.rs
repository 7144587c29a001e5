use std::cell::RefCell;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::http::Connection;
use super::{Answer, Events};

static KEYS: AtomicU64 = AtomicU64::new(0);

/// A host: a program's backend with a secret key and a connection of its own.
pub struct Host {
    address: Arc<Mutex<SocketAddr>>,
    secret: String,
    connection: RefCell<Option<Connection>>,
}

impl Clone for Host {
    /// Another process of the host: the same key, and another connection.
    fn clone(&self) -> Host {
        Host::new(Arc::clone(&self.address), &self.secret)
    }
}

/// An idempotency key that nobody has used.
pub fn fresh_key() -> String {
    format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed))
}

impl Host {
    pub fn new(address: Arc<Mutex<SocketAddr>>, secret: &str) -> Host {
        Host { address, secret: secret.to_owned(), connection: RefCell::default() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// Reads what must be there.
    pub fn read(&self, path: &str) -> Value {
        self.get(path).done()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_as(&fresh_key(), path, body)
    }

    /// Posts with an idempotency key.
    pub fn post_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.change("POST", path, key, &body.to_string())
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.change("PUT", path, &fresh_key(), &body.to_string())
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[("idempotency-key", &fresh_key())], b"")
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.change("PATCH", path, &fresh_key(), &body.to_string())
    }

    /// Sends a change with this text as its body, whatever it is.
    pub fn change(&self, method: &str, path: &str, key: &str, body: &str) -> Answer {
        let headers = [("idempotency-key", key), ("content-type", "application/json")];
        self.send(method, path, &headers, body.as_bytes())
    }

    /// Sends a request with the host's key.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let authorization = format!("Bearer {}", self.secret);
        let mut all = vec![("authorization", authorization.as_str())];
        all.extend(headers);
        self.send_bare(method, path, &all, body)
    }

    /// Sends a request with these headers only.
    pub fn send_bare(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: scrip\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let request = [head.as_bytes(), b"\r\n", body].concat();
        let to = *self.address.lock().unwrap();
        let kept = self.connection.take().filter(|connection| connection.to == to);
        let mut connection = kept.unwrap_or_else(|| Connection::open(to));
        let answer = connection.exchange(&request);
        let answer = answer.unwrap_or_else(|error| panic!("no answer to {method} {path}: {error}"));
        if answer.header("connection") != Some("close") {
            self.connection.replace(Some(connection));
        }
        answer
    }

    /// Listens to an account, behind an event if one is named.
    pub fn listen(&self, account: &str, behind: Option<&str>) -> Events {
        let mut connection = Connection::open(*self.address.lock().unwrap());
        let behind = behind.map_or_else(String::new, |id| format!("last-event-id: {id}\r\n"));
        // In HTTP/1.0 a stream comes without chunks, up to its end.
        let head = format!(
            "GET /v1/events?account={account} HTTP/1.0\r\nhost: scrip\r\nauthorization: Bearer {}\r\n{behind}\r\n",
            self.secret
        );
        connection.write(head.as_bytes()).unwrap();
        let answer = connection.head().unwrap();
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
        Events(connection)
    }

    /// Listens with a token of a browser instead of the key.
    pub fn listen_by(&self, token: &str) -> Events {
        let mut connection = Connection::open(*self.address.lock().unwrap());
        let head = format!("GET /v1/events HTTP/1.0\r\nhost: scrip\r\nauthorization: Bearer {token}\r\n\r\n");
        connection.write(head.as_bytes()).unwrap();
        let answer = connection.head().unwrap();
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
        Events(connection)
    }

    /// Opens an account of this id.
    pub fn open(&self, id: &str) -> Value {
        self.post("/v1/accounts", &json!({ "id": id })).made()
    }

    /// Opens an account that has so many bought credits.
    pub fn open_with(&self, id: &str, credits: i64) -> Value {
        let account = self.open(id);
        self.give(id, credits);
        account
    }

    /// Gives bought credits that do not end.
    pub fn give(&self, account: &str, credits: i64) -> Value {
        self.grant(account, &json!({ "credits": credits, "class": "purchase" }))
    }

    /// Issues a grant.
    pub fn grant(&self, account: &str, grant: &Value) -> Value {
        let mut grant = grant.clone();
        grant["reason"] = json!("Order 1234");
        self.post(&format!("/v1/accounts/{account}/grants"), &grant).made()
    }

    /// Takes credits as a correction.
    pub fn take(&self, account: &str, credits: i64) {
        let body = json!({ "credits": -credits, "reason": "Set right" });
        self.post(&format!("/v1/accounts/{account}/adjustments"), &body).made();
    }

    pub fn charge(&self, account: &str, action: &str) -> Answer {
        self.post("/v1/charges", &json!({ "account": account, "action": action }))
    }

    pub fn hold(&self, account: &str, action: &str) -> Answer {
        self.post("/v1/holds", &json!({ "account": account, "action": action }))
    }

    /// Gives back a hold, or what is left of a charge, as the work has failed.
    pub fn failed(&self, thing: &Value) -> Answer {
        let (kind, what) =
            if id(thing).starts_with("hold_") { ("holds", "release") } else { ("charges", "return") };
        self.post(&format!("/v1/{kind}/{}/{what}", id(thing)), &json!({ "reason": "The work failed" }))
    }

    /// Captures all of a hold.
    pub fn capture(&self, hold: &Value) -> Answer {
        self.post(&format!("/v1/holds/{}/capture", id(hold)), &json!({}))
    }

    pub fn account(&self, account: &str) -> Value {
        self.read(&format!("/v1/accounts/{account}"))
    }

    pub fn balance(&self, account: &str) -> Value {
        self.read(&format!("/v1/accounts/{account}/balance"))
    }

    pub fn available(&self, account: &str) -> i64 {
        self.balance(account)["available"].as_i64().unwrap()
    }

    /// The live grants, in draw order: class, what remains, end.
    pub fn grants(&self, account: &str) -> Vec<(String, i64, Option<String>)> {
        let listed = self.read(&format!("/v1/accounts/{account}/grants?state=live"));
        let grants = listed["data"].as_array().unwrap().iter().map(|grant| {
            let end = grant["expires_at"].as_str().map(str::to_owned);
            (grant["class"].as_str().unwrap().to_owned(), grant["remaining"].as_i64().unwrap(), end)
        });
        grants.collect()
    }

    /// The history, newest first.
    pub fn entries(&self, account: &str) -> Vec<Value> {
        let listed = self.read(&format!("/v1/accounts/{account}/entries?limit=200"));
        assert_eq!(listed["next_cursor"], Value::Null, "there is more than a page");
        listed["data"].as_array().unwrap().clone()
    }

    /// The kinds of the entries, oldest first, without those of the first `skip`.
    pub fn kinds(&self, account: &str, skip: usize) -> Vec<String> {
        let entries = self.entries(account);
        entries.iter().rev().skip(skip).map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// Places an order of an account.
    pub fn order(&self, account: &str, wanted: &Value) -> Answer {
        let mut body = wanted.clone();
        body["account"] = json!(account);
        self.post("/v1/orders", &body)
    }

    /// An order, as it is now.
    pub fn ordered(&self, order: &Value) -> Value {
        self.read(&format!("/v1/orders/{}", id(order)))
    }

    /// The customer opens the page of an order's checkout.
    pub fn visit(&self, order: &Value) -> Answer {
        self.send_bare("GET", page(order), &[], b"")
    }

    /// The customer presses a button on it: `pay`, with a card, or another.
    pub fn press(&self, order: &Value, step: &str, card: &str) -> Answer {
        let form = format!("step={step}&card={}&number=", card.replace(' ', "+"));
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send_bare("POST", page(order), &headers, form.as_bytes())
    }

    /// The customer pays an order with the card that works, and is told so.
    pub fn pay(&self, order: &Value) {
        let answer = self.press(order, "pay", GOOD_CARD);
        assert!([200, 303].contains(&answer.status), "{}", answer.text());
        assert_eq!(self.ordered(order)["state"], "credited");
    }

    /// Buys an offer with the card that works, which is stored with it.
    pub fn buy(&self, account: &str, wanted: &Value) -> Value {
        let order = self.order(account, wanted).made();
        self.pay(&order);
        self.ordered(&order)
    }

    /// Moves the test clock to an instant.
    pub fn clock_to(&self, to: &str) {
        assert_eq!(self.post("/v1/test_clock/advance", &json!({ "to": to })).done()["now"], to);
    }

    /// Moves the test clock by a period.
    pub fn clock_by(&self, by: &str) {
        self.post("/v1/test_clock/advance", &json!({ "by": by })).done();
    }
}

/// The test card that works.
pub const GOOD_CARD: &str = "4242 4242 4242 4242";

/// The path of an order's checkout page.
fn page(order: &Value) -> &str {
    let url = order["checkout_url"].as_str().unwrap_or_else(|| panic!("there is no checkout: {order}"));
    let rest = url.strip_prefix("http://").unwrap();
    &rest[rest.find('/').unwrap()..]
}

/// The id of a thing.
pub fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}
