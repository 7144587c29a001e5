use moment::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Secret;
use crate::{Kind, Message};

/// Where a host is told, and of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id.
    pub id: String,
    /// Checked by [`check_url`](crate::webhook::check_url), when it is entered and again when something is sent.
    pub url: String,
    /// Signs what is sent.
    pub secret: Secret,
    /// While a secret is being replaced, the one before: both sign, so the receiver can change over at leisure.
    #[serde(default)]
    pub old_secret: Option<Secret>,
    /// The kinds that it is told of; `None`: all, those to come as well.
    pub events: Option<Vec<Kind>>,
    /// Whether anything is sent to it.
    pub enabled: bool,
}

impl Endpoint {
    /// Whether a message of this kind is sent to it.
    pub fn wants(&self, kind: Kind) -> bool {
        self.enabled && self.events.as_ref().is_none_or(|events| events.contains(&kind))
    }
}

/// The body of a message: the same bytes on every attempt.
///
/// `{"type": …, "timestamp": when it happened, "data": {account, host_id, program, and what the event says}}`.
pub fn payload(message: &Message) -> Vec<u8> {
    let none_if_empty = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    let mut data = Map::new();
    data.insert("account".to_owned(), none_if_empty(&message.account));
    data.insert("host_id".to_owned(), json!(message.host_id));
    data.insert("program".to_owned(), json!(message.program));
    for (name, value) in &message.facts {
        // Whose account it is, is not for a fact to say.
        if !data.contains_key(name) {
            data.insert(name.clone(), value.clone());
        }
    }
    let whole = json!({
        "type": message.kind.code(),
        "timestamp": message.at.to_string(),
        "data": data,
    });
    whole.to_string().into_bytes()
}

/// The headers of Standard Webhooks for a body that is sent at `at`; `None` if the message's id can't be signed.
///
/// An id with a dot in it could be read as another id with another time; one that is no header would not arrive.
pub fn headers(
    endpoint: &Endpoint,
    message: &Message,
    at: Instant,
    body: &[u8],
) -> Option<[(&'static str, String); 3]> {
    let id = message.id.as_str();
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.');
    let seconds = at.millis().div_euclid(1_000);
    let secrets = std::iter::once(&endpoint.secret).chain(&endpoint.old_secret);
    let signatures: Option<Vec<String>> =
        secrets.map(|secret| secret.sign(id, seconds, body).filter(|_| plain)).collect();
    Some([
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures?.join(" ")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn endpoint() -> Endpoint {
        Endpoint {
            id: "end_1".to_owned(),
            url: "https://host.example/hooks".to_owned(),
            secret: Secret::from_bytes(&[1; 24]).unwrap(),
            old_secret: None,
            events: None,
            enabled: true,
        }
    }

    #[test]
    fn the_body_of_a_message() {
        let body = String::from_utf8(payload(&sample(Kind::BalanceLow))).unwrap();
        assert_eq!(
            body,
            concat!(
                r#"{"type":"balance.low","timestamp":"2027-02-17T08:15:30Z","#,
                r#""data":{"account":"acct_00000001000000000w3c","host_id":"shop-1","program":"atelier","#,
                r#""unit":"credit","unit_name":"credits","scale":0,"available":12,"threshold":20}}"#
            )
        );
    }

    #[test]
    fn facts_do_not_say_whose_account_it_is() {
        let mut message = sample(Kind::BalanceLow);
        message.facts.insert("account".to_owned(), json!("acct_other"));
        let body: Value = serde_json::from_slice(&payload(&message)).unwrap();
        assert_eq!(body["data"]["account"], message.account.as_str());
    }

    #[test]
    fn two_secrets_sign_at_once() {
        let (mut both, message) = (endpoint(), sample(Kind::BalanceLow));
        let one = headers(&both, &message, message.at, b"{}").unwrap();
        both.old_secret = Some(both.secret.clone());
        both.secret = Secret::from_bytes(&[2; 24]).unwrap();
        let two = headers(&both, &message, message.at, b"{}").unwrap();
        let (new, old) = two[2].1.split_once(' ').unwrap();
        assert_eq!(old, one[2].1);
        assert_ne!(new, old);
        assert_eq!(two[1], ("webhook-timestamp", "1802852130".to_owned()), "seconds");
    }

    #[test]
    fn ids_that_could_be_mistaken_are_not_signed() {
        let mut message = sample(Kind::BalanceLow);
        for id in ["", "msg_1.2", "msg_1\r\nx: y", "msg 1", "msg_é"] {
            id.clone_into(&mut message.id);
            assert_eq!(headers(&endpoint(), &message, message.at, b"{}"), None, "{id:?}");
        }
    }

    #[test]
    fn an_endpoint_is_told_what_it_wants() {
        let mut endpoint = endpoint();
        assert!(endpoint.wants(Kind::OrderCredited));
        endpoint.events = Some(vec![Kind::BalanceLow]);
        assert!(endpoint.wants(Kind::BalanceLow) && !endpoint.wants(Kind::OrderCredited));
        endpoint.enabled = false;
        assert!(!endpoint.wants(Kind::BalanceLow));
    }
}
