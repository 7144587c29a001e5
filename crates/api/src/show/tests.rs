//! Each kind of entry, as it is shown.

use std::sync::Arc;

use catalog::Program;
use engine::{Published, Written};
use ledger::{
    AccountNo, Back, Balance, Captured, Charged, Class, Entry, Event, Held, Issued, NameId, OrderRefunded,
    Part, PaymentDeclined, Position, QuoteEnded, Released, Returned, Scope, SessionCounted, SessionSeen,
    Source, Tags, Terms, Voided, Work,
};
use moment::Instant;
use money::{Amount, Money};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Charge, Hold, KINDS};
use crate::ids::{Id, Kind};
use crate::json::Json;
use crate::known::Known;

const TEXT: &str = r#"
scrip = 1
id = "shop"
name = "Shop"
[units.credit]
name = "credits"
[actions.upscale]
price = 5
"#;

const ACCOUNT: AccountNo = AccountNo(7);
const OPENED: Position = Position::new(1, 0);

pub(crate) fn known() -> Known {
    let program: Program = catalog::load("shop.toml", TEXT).unwrap();
    let published =
        Published { name: NameId(1), version: 3, program, actions: vec![NameId(2)], test_clock: None };
    Known::new(Arc::new(published), Box::new(|name| format!("name-{}", name.0).into()))
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn entry(event: Event) -> Entry {
    Entry {
        account: ACCOUNT,
        effective_at: at("2026-01-31T09:30:00Z"),
        recorded_at: at("2026-01-31T09:30:01Z"),
        by: NameId(9),
        unit: 0,
        event,
        after: Balance { settled: Amount(48), held: Amount(5), owed: Amount(0) },
    }
}

fn work() -> Work {
    let tags = Tags {
        attributes: vec![("size".into(), "\"4k".into()), ("times".into(), "2".into())],
        reference: Some("job-1".into()),
        member: None,
        department: Some("north".into()),
        metadata: vec![("photo".into(), "17".into())],
    };
    Work { action: NameId(2), price_version: 3, quantity: 2, tags: Some(Box::new(tags)) }
}

fn part(grant: u64, credits: i64) -> Part {
    Part { grant: Position::new(grant, 0), credits: Amount(credits) }
}

fn grant(seq: u64) -> Value {
    json!(Id::new(Kind::Grant, Position::new(seq, 0), ACCOUNT))
}

fn charged() -> Charged {
    Charged {
        work: work(),
        credits: Amount(10),
        parts: [part(2, 4), part(3, 6)].into_iter().collect(),
        owed: Amount(0),
    }
}

/// What is written by hand is what serde says, byte for byte.
fn both_ways(shown: &(impl super::Written + Serialize)) -> Value {
    let mut json = Json::default();
    json.raw("{");
    shown.write(&mut json);
    assert_eq!(String::from_utf8(json.finish()).unwrap(), serde_json::to_string(shown).unwrap());
    serde_json::to_value(shown).unwrap()
}

fn shown_hold(event: Event) -> Value {
    let (known, entry) = (known(), entry(event));
    both_ways(&Hold::of(&known, Position::new(6, 0), OPENED, &entry).unwrap())
}

fn shown_charge(event: Event) -> Value {
    let (known, entry) = (known(), entry(event));
    let written =
        Written { position: Position::new(6, 0), entry, account: OPENED, replayed: false, already: false };
    both_ways(&Charge::written(&known, &written).unwrap())
}

#[test]
fn a_hold_is_open_and_says_what_it_draws_on() {
    let held = Held {
        work: work(),
        credits: Amount(10),
        parts: [part(2, 4), part(3, 6)].into_iter().collect(),
        owed: Amount(0),
        deadline: at("2026-01-31T10:30:00Z"),
    };
    assert_eq!(
        shown_hold(Event::Held(held)),
        json!({
            "id": Id::new(Kind::Hold, Position::new(6, 0), ACCOUNT),
            "account": Id::new(Kind::Account, OPENED, ACCOUNT),
            "state": "open", "action": "upscale", "unit": "credit", "quantity": 2, "credits": 10,
            "captured": 0, "released": 0, "charge": null,
            "drawn": [{ "grant": grant(2), "credits": 4 }, { "grant": grant(3), "credits": 6 }],
            "owed": 0, "expires_at": "2026-01-31T10:30:00Z", "resolved_at": null, "price_version": 3,
            "attributes": { "size": "4k", "times": 2 }, "reference": "job-1", "department": "north",
            "metadata": { "photo": "17" },
            "balance": { "unit": "credit", "settled": 48, "held": 5, "owed": 0, "available": 43 },
            "created_at": "2026-01-31T09:30:00Z",
        })
    );
}

#[test]
fn a_captured_hold_says_what_was_taken_and_what_came_back() {
    let back =
        Back { parts: [part(3, 4)].into_iter().collect(), expired: vec![part(2, 1)], ..Back::default() };
    let captured = Captured {
        hold: Position::new(4, 1),
        work: work(),
        credits: Amount(8),
        taken: [part(2, 3), part(3, 2)].into_iter().collect(),
        taken_owed: Amount(0),
        excess: vec![part(3, 3)],
        excess_owed: Amount(0),
        back: Some(Box::new(back)),
    };
    let shown = shown_hold(Event::Captured(captured.clone()));
    assert_eq!(shown["id"], json!(Id::new(Kind::Hold, Position::new(4, 1), ACCOUNT)));
    assert_eq!((&shown["state"], &shown["credits"]), (&json!("captured"), &json!(10)));
    assert_eq!((&shown["captured"], &shown["released"]), (&json!(8), &json!(5)));
    assert_eq!(shown["charge"], json!(Id::new(Kind::Charge, Position::new(6, 0), ACCOUNT)));
    assert_eq!(shown["expires_at"], Value::Null);
    let drawn = json!([{ "grant": grant(2), "credits": 3 }, { "grant": grant(3), "credits": 5 }]);
    assert_eq!(shown["drawn"], drawn, "what was drawn beyond the hold is one with what it goes on from");
    let charge = shown_charge(Event::Captured(captured));
    assert_eq!((&charge["credits"], &charge["drawn"], &charge["hold"]), (&json!(8), &drawn, &shown["id"]));
}

#[test]
fn a_released_hold_has_given_all_back() {
    for (expired, state) in [(false, "released"), (true, "expired")] {
        let released = Released {
            hold: Position::new(4, 1),
            work: work(),
            credits: Amount(10),
            expired,
            back: Box::new(Back { parts: [part(2, 10)].into_iter().collect(), ..Back::default() }),
            reason: Some("Failed".into()),
        };
        let shown = shown_hold(Event::Released(released));
        assert_eq!((&shown["state"], &shown["released"]), (&json!(state), &json!(10)));
        assert_eq!((&shown["drawn"], &shown["reason"]), (&json!([]), &json!("Failed")));
    }
}

#[test]
fn a_charge_says_who_paid_and_what_was_returned() {
    let shown = shown_charge(Event::Charged(charged()));
    assert_eq!(shown["id"], json!(Id::new(Kind::Charge, Position::new(6, 0), ACCOUNT)));
    assert_eq!((&shown["credits"], &shown["returned"]), (&json!(10), &json!(0)));
    let returned = Returned {
        charge: Position::new(5, 0),
        charged: charged(),
        before: Amount(2),
        credits: Amount(3),
        back: Back::default(),
        reason: "Unusable".into(),
    };
    let shown = shown_charge(Event::Returned(Box::new(returned)));
    assert_eq!(shown["id"], json!(Id::new(Kind::Charge, Position::new(5, 0), ACCOUNT)));
    assert_eq!((&shown["credits"], &shown["returned"]), (&json!(10), &json!(5)));
    let counted =
        SessionCounted { key: "browser".into(), ends_at: at("2026-01-31T10:00:00Z"), charged: charged() };
    assert_eq!(shown_charge(Event::SessionCounted(Box::new(counted)))["session"], "browser");
}

#[test]
fn what_is_rare_is_written_by_hand_the_same_way() {
    for (action, owed, tags) in [
        (NameId::NONE, 3, Tags::default()),
        (NameId(77), 0, Tags { reference: Some("\"a\\\n\u{1}ä".into()), ..Tags::default() }),
        (NameId(2), 0, Tags { member: Some("m".into()), ..Tags::default() }),
    ] {
        let work =
            Work { action, price_version: 4_000_000_000, quantity: i64::MIN, tags: Some(Box::new(tags)) };
        let charged =
            Charged { work, credits: Amount(i64::MAX), parts: [].into_iter().collect(), owed: Amount(owed) };
        let shown = shown_charge(Event::Charged(charged.clone()));
        assert_eq!(shown["drawn"], json!([]));
        let Charged { work, credits, parts, owed } = charged;
        let held = Held { work, credits, parts, owed, deadline: Instant::NEVER };
        assert_eq!(shown_hold(Event::Held(held))["expires_at"], Value::Null);
    }
}

fn order(seq: u64) -> Value {
    json!(Id::new(Kind::Order, Position::new(seq, 0), ACCOUNT))
}

fn quote(seq: u64) -> Value {
    json!(Id::new(Kind::Quote, Position::new(seq, 0), ACCOUNT))
}

fn dollars(amount: i64) -> Money {
    Money { amount, currency: "USD".parse().unwrap() }
}

fn refunded() -> Event {
    Event::OrderRefunded(OrderRefunded { order: Position::new(2, 0), total: dollars(1_450) })
}

fn declined() -> Event {
    Event::PaymentDeclined(Box::new(PaymentDeclined {
        order: Position::new(2, 0),
        attempt: 2,
        code: "insufficient_funds".into(),
        message: "No money".into(),
        next: None,
        name: "Studio".into(),
        amount: dollars(2_900),
        renewal: true,
    }))
}

fn ended() -> Event {
    let (quote, order) = (Position::new(3, 0), Some(Position::new(4, 0)));
    Event::QuoteEnded(QuoteEnded { quote, order, expired: false })
}

#[test]
fn history_says_what_each_entry_was() {
    let known = known();
    let terms = Terms {
        class: Class::Purchase,
        credits: Amount(100),
        effective_at: at("2026-01-31T09:30:00Z"),
        expires_at: Instant::NEVER,
        priority: 0,
        paid: None,
        scope: Scope::default(),
        source: Source::Request,
        notice_hours: 0,
    };
    let issued = Issued { terms: terms.clone(), settled: Amount(0), reason: "Order 1".into() };
    let voided = Voided {
        grant: Position::new(2, 0),
        terms,
        credits: Amount(7),
        held: Amount(0),
        reason: "Disputed".into(),
    };
    let seen = SessionSeen {
        action: NameId(2),
        key: "browser".into(),
        charge: Position::new(5, 0),
        started_at: at("2026-01-31T09:00:00Z"),
        ends_at: at("2026-01-31T10:00:00Z"),
    };
    let rows = [
        (Event::Issued(Box::new(issued)), "issued", 100, json!({ "class": "purchase", "reason": "Order 1" })),
        (Event::Voided(Box::new(voided)), "voided", -7, json!({ "grant": grant(2), "reason": "Disputed" })),
        (Event::Charged(charged()), "charged", -10, json!({ "action": "upscale", "reference": "job-1" })),
        (Event::Expired(part(2, 3)), "expired", -3, json!({ "grant": grant(2) })),
        (Event::SessionSeen(Box::new(seen)), "session_seen", 0, json!({ "action": "upscale" })),
        (Event::AlertFired { threshold: Amount(20) }, "alert_fired", 0, json!({ "threshold": 20 })),
        (refunded(), "order_refunded", 0, json!({ "order": order(2), "amount": 1_450, "currency": "USD" })),
        (declined(), "payment_declined", 0, json!({ "order": order(2), "attempt": 2, "reason": "No money" })),
        (ended(), "quote_ended", 0, json!({ "quote": quote(3), "order": order(4), "how": "accepted" })),
    ];
    for (event, kind, credits, facts) in rows {
        let entry = entry(event);
        let shown = serde_json::to_value(super::Entry::of(&known, Position::new(6, 0), &entry)).unwrap();
        assert_eq!((&shown["kind"], &shown["credits"]), (&json!(kind), &json!(credits)));
        assert_eq!((&shown["available_after"], &shown["by"]), (&json!(43), &json!("name-9")));
        for (name, value) in facts.as_object().unwrap() {
            assert_eq!(&shown[name], value, "{kind}: {name}");
        }
    }
}

#[test]
fn kinds_have_names_of_their_own() {
    let mut codes: Vec<&str> = KINDS.iter().map(|kind| kind.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), KINDS.len());
}
