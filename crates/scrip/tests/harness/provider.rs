use engine::Control;
use moment::Instant;
use payments::test::{HEADER, sign};
use serde_json::{Value, json};
use store_sqlite::SqliteControl;

use super::{Answer, Host, Server, id};

/// The test provider as another party: it has the secret that its messages are signed with, and sends them when it wants.
pub struct Provider<'a> {
    program: &'a str,
    host: &'a Host,
    secret: [u8; 32],
}

impl Server {
    /// The test provider of a program.
    pub fn provider<'a>(&self, program: &'a str, host: &'a Host) -> Provider<'a> {
        // The server has made it when it started; the other is not taken.
        let secret = SqliteControl::open(&self.data()).unwrap().secret("test_provider", [0; 32]).unwrap();
        Provider { program, host, secret }
    }
}

impl Provider<'_> {
    /// Sends a fact about an order, in a message of this id, signed now.
    pub fn tell(&self, order: &Value, message: &str, fact: &Value) -> Answer {
        let now: Instant = self.host.read("/v1/test_clock")["now"].as_str().unwrap().parse().unwrap();
        let told = json!({
            "id": message, "occurred_at": now.millis(), "program": self.program, "order": id(order), "fact": fact,
        });
        let body = told.to_string();
        let signature = sign(&self.secret, body.as_bytes(), now);
        let path = format!("/v1/provider_events/{}/test", self.program);
        let headers = [(HEADER, signature.as_str()), ("content-type", "application/json")];
        self.host.send_bare("POST", &path, &headers, body.as_bytes())
    }

    /// The same, which has to be taken.
    pub fn tells(&self, order: &Value, message: &str, fact: &Value) {
        let answer = self.tell(order, message, fact);
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
}

/// That an order was paid, at its whole price.
pub fn paid(order: &Value) -> Value {
    let amount = json!({ "amount": order["amount"], "currency": order["currency"] });
    json!({ "type": "paid", "reference": order["reference"], "amount": amount, "method": null })
}
