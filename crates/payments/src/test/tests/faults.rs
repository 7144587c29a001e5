//! What goes wrong, and what is kept all the same.

use super::*;
use crate::test::{HEADER, Misbehaviour, sign};
use crate::{Rejected, Shelf};

#[test]
fn an_outage_does_nothing() {
    let bench = Bench::new();
    let token = bench.stored(Card::Good).token;
    bench.provider.misbehave(Misbehaviour { outage: 4, ..Misbehaviour::default() });
    let outages = [
        ready(bench.provider.charge(&charge("k", &token))).err(),
        ready(bench.provider.open_checkout(&checkout("c"))).err(),
        ready(bench.provider.outcome("k")).err(),
        bench.refund("r", "tp_", 1, start()).err(),
    ];
    assert!(outages.iter().all(|outage| outage.as_ref().is_some_and(|outage| !outage.is_refusal())));
    assert_eq!(ready(bench.provider.outcome("k")).unwrap(), None);
    assert_eq!(bench.facts(start()), []);
    assert!(matches!(bench.charge(&charge("k", &token)), Outcome::Paid { .. }));
}

#[test]
fn lost_answers_are_found() {
    let bench = Bench::new();
    let token = bench.stored(Card::Good).token;
    bench.provider.misbehave(Misbehaviour { lose_answers: 2, ..Misbehaviour::default() });
    assert!(ready(bench.provider.charge(&charge("k", &token))).is_err());
    assert!(ready(bench.provider.charge(&charge("k", &token))).is_err());
    let found = ready(bench.provider.outcome("k")).unwrap();
    assert_eq!(found, Some(bench.charge(&charge("k", &token))));
    assert_eq!(bench.facts(start()).len(), 1);
}

#[test]
fn events_come_twice_and_in_reverse() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    bench.press(&session, "pay", Card::Disputed.number(), start());
    let both = || -> Vec<String> {
        let due = bench.provider.due_events(start().plus_millis(DAY)).unwrap();
        due.into_iter().map(|message| message.id).collect()
    };
    let plain = both();
    let [paid, disputed] = plain.as_slice() else { panic!("{plain:?}") };
    bench.provider.misbehave(Misbehaviour { duplicate_events: true, ..Misbehaviour::default() });
    assert_eq!(both(), [paid, paid, disputed, disputed].map(String::as_str));
    bench.provider.misbehave(Misbehaviour { reverse_events: true, ..Misbehaviour::default() });
    assert_eq!(both(), [disputed, paid].map(String::as_str));
}

#[test]
fn events_are_sent_until_they_are_marked_and_again_when_asked() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    bench.press(&session, "pay", Card::Good.number(), start());
    let first = bench.provider.due_events(start()).unwrap();
    assert_eq!(bench.provider.due_events(start()).unwrap(), first);
    let id = &first[0].id;
    assert!(bench.provider.sent(id).unwrap());
    assert!(!bench.provider.sent(id).unwrap());
    assert_eq!(bench.provider.due_events(start()).unwrap(), []);
    assert!(bench.provider.resend(id).unwrap());
    assert_eq!(bench.provider.due_events(start()).unwrap(), first);
    for wrong in ["", "te_00000000000000000000000000000000", "../card"] {
        assert!(!bench.provider.resend(wrong).unwrap() && !bench.provider.sent(wrong).unwrap(), "{wrong}");
    }
}

#[test]
fn all_is_there_after_a_restart() {
    let bench = Bench::new();
    let token = bench.stored(Card::ShortTwice).token;
    let declined = bench.charge(&charge("a", &token));
    let session = bench.open(&checkout("k"));
    let bench = bench.restarted();
    assert_eq!(bench.open(&checkout("k")), session);
    assert_eq!(bench.charge(&charge("a", &token)), declined);
    assert!(matches!(bench.charge(&charge("b", &token)), Outcome::Declined { .. }));
    let bench = bench.restarted();
    assert!(matches!(bench.charge(&charge("c", &token)), Outcome::Paid { .. }));
    assert_eq!(bench.facts(start()).len(), 3);
}

/// Whatever was put last before the end, asking again gives one charge, and one event for it.
#[test]
fn cut_off_between_two_records() {
    for card in [Card::Good, Card::ShortTwice] {
        let bench = Bench::new();
        let token = bench.stored(card).token;
        let first = bench.charge(&charge("k", &token));
        let payment = bench.shelf.list("payment/").unwrap().into_iter().map(|(key, _)| key);
        let payment = payment.filter(|key| {
            bench
                .provider
                .shelf
                .get(key)
                .unwrap()
                .is_some_and(|value| String::from_utf8(value).unwrap().contains("Plan, March"))
        });
        for key in payment {
            bench.shelf.remove(&key).unwrap();
        }
        // The event alone is of nothing that happened.
        let bench = bench.restarted();
        assert_eq!(bench.facts(start()), [], "{card:?}");
        assert_eq!(bench.charge(&charge("k", &token)), first, "{card:?}");
        assert_eq!(bench.facts(start()).len(), 1, "{card:?}");
        // It lacked the money for two charges, not for two attempts at one.
        let later = ["l", "m"].map(|key| bench.charge(&charge(key, &token)));
        assert!(matches!(later[1], Outcome::Paid { .. }), "{card:?}: {later:?}");
    }
}

#[test]
fn a_key_is_for_one_thing() {
    let bench = Bench::new();
    let token = bench.stored(Card::Good).token;
    bench.charge(&charge("k", &token));
    let others = [
        ChargeAsk { amount: usd(901), ..charge("k", &token) },
        ChargeAsk { order: "ord_3".into(), ..charge("k", &token) },
        ChargeAsk { account: "acct_2".into(), ..charge("k", &token) },
        ChargeAsk { amount: usd(0), ..charge("l", &token) },
        charge("", &token),
        charge(&"k".repeat(201), &token),
    ];
    for ask in others {
        assert!(ready(bench.provider.charge(&ask)).is_err_and(|error| error.is_refusal()), "{ask:?}");
    }
    let others = [
        CheckoutAsk { amount: usd(-1), ..checkout("m") },
        CheckoutAsk { amount: usd(0), store_method: false, ..checkout("m") },
        CheckoutAsk { return_url: Some("javascript:alert(1)".into()), ..checkout("m") },
    ];
    for ask in others {
        assert!(ready(bench.provider.open_checkout(&ask)).is_err_and(|error| error.is_refusal()), "{ask:?}");
    }
}

#[test]
fn messages_that_can_not_be_read() {
    let provider = Bench::new().provider;
    let read = |body: &str| {
        let header = [(HEADER.to_uppercase(), sign(&SECRET, body.as_bytes(), start()))];
        provider.read_event(&header, body.as_bytes(), start())
    };
    let event = r#"{"id":"a","occurred_at":0,"program":"p","order":"o","fact":{"type":"abandoned"}}"#;
    assert_eq!(read(event).unwrap()[0].fact, Fact::Abandoned);
    assert!(
        matches!(read(&event.replace("abandoned", "audited")), Err(Rejected::Unknown(what)) if what.contains("audited"))
    );
    assert!(matches!(read(&event.replace("abandoned", "paid")), Err(Rejected::Malformed(_))));
    assert!(matches!(read(""), Err(Rejected::Malformed(_))));
    assert!(matches!(read(&format!("{event}{}", " ".repeat(65_536))), Err(Rejected::Malformed(_))));
}

/// What was answered and has arrived is not told once more; what was not, is.
#[test]
fn charges_that_are_made_together() {
    let bench = Bench::new();
    let [good, short] = [Card::Good, Card::ShortTwice].map(|card| bench.stored(card).token);
    bench.provider.begin_charges().unwrap();
    let first = bench.charge(&charge("a", &good));
    bench.provider.misbehave(Misbehaviour { lose_answers: 1, ..Misbehaviour::default() });
    assert!(ready(bench.provider.charge(&charge("b", &good))).is_err());
    bench.charge(&charge("c", &short));
    bench.charge(&charge("d", &bench.stored(Card::Late).token));
    bench.provider.commit().unwrap();
    assert_eq!(bench.facts(start()), [], "before it is known which answers arrived");
    bench.provider.end_charges(["a", "c"]).unwrap();
    let told = bench.told(start());
    let [only] = told.as_slice() else { panic!("{told:?}") };
    assert!(matches!(only.fact, Fact::Paid { .. }), "whose answer was lost: {only:?}");
    assert_eq!(bench.facts(start().plus_millis(2 * DAY)).len(), 1, "what comes later is told then");
    assert_eq!(bench.charge(&charge("a", &good)), first);
    // From here on each is told by itself again.
    bench.charge(&charge("e", &good));
    assert_eq!(bench.facts(start()).len(), 1);
}

#[test]
fn charges_that_are_cut_off_before_they_end_are_answered_again() {
    let bench = Bench::new();
    let good = bench.stored(Card::Good).token;
    bench.provider.begin_charges().unwrap();
    let first = bench.charge(&charge("a", &good));
    bench.provider.commit().unwrap();
    let bench = bench.restarted();
    assert_eq!(bench.charge(&charge("a", &good)), first);
    assert_eq!(ready(bench.provider.outcome("a")).unwrap(), Some(first));
}
