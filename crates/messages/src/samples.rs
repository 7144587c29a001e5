//! A message of each kind, as it could happen: for previews and tests.

use moment::Instant;
use serde_json::{Map, Value, json};

use crate::{Kind, Message};

/// 17 February 2027, 08:15:30 UTC.
const AT: Instant = Instant::from_millis(1_802_852_130_000);

/// A message of each kind, in the order of [`Kind::ALL`].
pub fn samples() -> Vec<Message> {
    Kind::ALL.into_iter().map(sample).collect()
}

/// A message of this kind.
pub fn sample(kind: Kind) -> Message {
    let of_account = kind != Kind::EndpointDisabled;
    Message {
        id: format!("msg_{}", kind.code().replace(['.', '_'], "")),
        kind,
        program: "atelier".to_owned(),
        account: if of_account { "acct_00000001000000000w3c".to_owned() } else { String::new() },
        host_id: of_account.then(|| "shop-1".to_owned()),
        at: AT,
        facts: facts(kind),
    }
}

/// The same as its letter says it: with what is known only when the letter is sent.
pub fn letter_sample(kind: Kind) -> Message {
    let mut message = sample(kind);
    if kind == Kind::ReportReady {
        message.facts.insert("file".to_owned(), json!("atelier-report-2027-01.pdf"));
    }
    message
}

fn facts(kind: Kind) -> Map<String, Value> {
    let usd = |cents: i64| json!({"amount": cents, "currency": "USD"});
    let said = match kind {
        Kind::BalanceLow => json!({"available": 12, "threshold": 20}),
        Kind::AccountOverdrawn => {
            json!({"available": -8, "since": "2027-02-17T08:15:30Z", "deadline": "2027-02-27T08:15:30Z"})
        }
        Kind::SuspensionNear => {
            json!({"available": -31, "since": "2027-02-10T08:15:30Z", "deadline": "2027-02-20T08:15:30Z"})
        }
        Kind::AccountSuspended => json!({"available": -46, "since": "2027-02-07T08:15:30Z"}),
        Kind::AccountRestored => json!({"available": 454}),
        Kind::OrderCredited => json!({
            "order": "ord_00000001000000000zwg", "name": "2,000 credits", "credits": 2_000, "price": usd(39_900),
            "receipt": 12, "available": 2_048,
        }),
        Kind::OrderFailed => json!({
            "order": "ord_00000001000000000zwg", "name": "500 credits", "price": usd(11_900),
            "reason": "card_declined",
        }),
        Kind::OrderDisputed | Kind::OrderRefunded => json!({
            "order": "ord_00000001000000000zwg", "name": "500 credits", "price": usd(11_900),
            "available": if kind == Kind::OrderDisputed { -120 } else { 48 },
        }),
        Kind::QuoteReady => json!({
            "quote": "quot_00000001000000000w7h", "name": "Enterprise", "credits": 25_000,
            "price": usd(3_750_000), "until": "2027-03-19T23:00:00Z",
        }),
        Kind::RenewalNear => json!({
            "subscription": "sub_00000001000000000k2m", "name": "Pro", "credits": 500, "price": usd(1_500),
            "available": 48, "renews_at": "2027-02-28T23:00:00Z",
        }),
        Kind::RenewalDone => json!({
            "subscription": "sub_00000001000000000k2m", "name": "Pro", "credits": 500, "price": usd(1_500),
            "available": 548, "next_at": "2027-03-16T23:00:00Z",
        }),
        Kind::RenewalFailed => json!({
            "order": "ord_00000001000000000zwg", "name": "Pro", "price": usd(1_500),
            "reason": "insufficient_funds", "message": "The account has too little money.", "attempt": 1,
            "next_attempt_at": "2027-02-20T08:15:00Z",
        }),
        Kind::SubscriptionStarted => json!({
            "subscription": "sub_00000001000000000k2m", "name": "Pro", "credits": 500, "price": usd(1_500),
            "available": 500, "renews_at": "2027-03-16T23:00:00Z",
        }),
        Kind::SubscriptionChanged => json!({
            "subscription": "sub_00000001000000000k2m", "from": "Plus", "name": "Pro", "credits": 500,
            "price": usd(1_500), "available": 37, "effective_at": "2027-02-28T23:00:00Z",
        }),
        Kind::SubscriptionEnded => json!({
            "subscription": "sub_00000001000000000k2m", "name": "Pro", "credits": 500, "price": usd(1_500),
            "available": 37, "ended_at": "2027-02-16T23:00:00Z",
        }),
        Kind::TopUpPaused => json!({
            "name": "500 credits", "declines": 2, "reason": "declined",
            "available": 3,
        }),
        Kind::CreditsExpiring => {
            json!({"credits": 1_240, "expires_at": "2027-02-28T23:00:00Z", "available": 1_610})
        }
        Kind::CreditsExpired => {
            json!({"credits": 1_240, "expired_at": "2027-02-16T23:00:00Z", "available": 370})
        }
        Kind::ReportReady => json!({
            "month": "2027-01", "spent": 790, "by_action": [
                {"action": "image.upscale", "name": "Upscale an image", "credits": 480},
                {"action": "image.cutout", "name": "Cut out", "credits": 310},
            ],
        }),
        Kind::HoldExpired => json!({
            "hold": "hold_00000001000000000q7d", "action": "image.upscale", "credits": 5, "available": 45,
            "deadline": "2027-02-17T08:15:30Z",
        }),
        Kind::EndpointDisabled => json!({
            "endpoint": "end_00000001000000000c3r", "url": "https://atelier.example/hooks",
            "failing_since": "2027-02-14T04:40:00Z", "why": "no answer within 15 s",
        }),
    };
    let mut facts = Map::new();
    let speaks_of_credits = ["available", "credits", "spent"].iter().any(|name| said.get(name).is_some());
    if speaks_of_credits {
        facts.insert("unit".to_owned(), json!("credit"));
        facts.insert("unit_name".to_owned(), json!("credits"));
        facts.insert("scale".to_owned(), json!(0));
    }
    if let Value::Object(said) = said {
        facts.extend(said);
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_each_kind() {
        assert_eq!(AT.to_string(), "2027-02-17T08:15:30Z");
        for (message, kind) in samples().into_iter().zip(Kind::ALL) {
            assert_eq!(message.kind, kind);
            assert!(!message.facts.is_empty());
            let kept = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<Message>(&kept).unwrap(), message);
        }
    }
}
