//! The suite, for both providers that are built in.

use super::*;
use crate::contract::{Message, Rig, holds};
use crate::invoice::InvoiceProvider;
use crate::test::Misbehaviour;

struct Testing {
    bench: Bench,
    good: String,
    bad: String,
}

impl Rig for Testing {
    fn provider(&self) -> &dyn PaymentProvider {
        &self.bench.provider
    }

    fn now(&self) -> Instant {
        start()
    }

    fn checkout(&self, key: &str) -> CheckoutAsk {
        checkout(key)
    }

    fn charge(&self, key: &str) -> Option<ChargeAsk> {
        Some(charge(key, &self.good))
    }

    fn declined_charge(&self, key: &str) -> Option<ChargeAsk> {
        Some(charge(key, &self.bad))
    }

    fn keeps_state(&self) -> bool {
        true
    }

    fn lose_next_answer(&self) -> bool {
        self.bench.provider.misbehave(Misbehaviour { lose_answers: 1, ..Misbehaviour::default() });
        true
    }

    fn message(&self) -> Option<Message> {
        let message = self.bench.provider.due_events(start()).unwrap().pop()?;
        Some((message.headers, message.body))
    }
}

struct Invoicing(InvoiceProvider);

impl Rig for Invoicing {
    fn provider(&self) -> &dyn PaymentProvider {
        &self.0
    }

    fn now(&self) -> Instant {
        start()
    }

    fn checkout(&self, key: &str) -> CheckoutAsk {
        checkout(key)
    }

    fn charge(&self, key: &str) -> Option<ChargeAsk> {
        Some(charge(key, &InvoiceProvider::method().token))
    }

    fn declined_charge(&self, _key: &str) -> Option<ChargeAsk> {
        None
    }

    fn keeps_state(&self) -> bool {
        false
    }

    fn lose_next_answer(&self) -> bool {
        false
    }

    fn message(&self) -> Option<Message> {
        None
    }
}

#[test]
fn the_test_provider_holds() {
    for good in [Card::Good, Card::Late, Card::Disputed, Card::Asks] {
        let bench = Bench::new();
        let (good, bad) = (bench.stored(good).token, bench.stored(Card::DeclinesLater).token);
        assert_eq!(now(holds(&Testing { bench, good, bad })), Ok(()));
    }
}

#[test]
fn invoices_hold() {
    assert_eq!(now(holds(&Invoicing(InvoiceProvider))), Ok(()));
}

#[test]
fn the_suite_sees_what_is_broken() {
    let bench = Bench::new();
    let good = bench.stored(Card::Good).token;
    let broken = now(holds(&Testing { bench, bad: good.clone(), good })).unwrap_err();
    assert_eq!(broken.to_string(), "this charge is declined");
}
