//! Tests of the test provider as a whole, at its public edges.

mod cards;
mod contract;
mod faults;
mod pages;
mod repeats;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use moment::Instant;
use money::Money;

use super::{Card, Form, Page, TestProvider};
use crate::{
    Answer, ChargeAsk, CheckoutAsk, Fact, MemoryShelf, Outage, Outcome, PaymentProvider, ProviderEvent,
    RefundAsk, StoredMethod,
};

pub const SECRET: [u8; 32] = [42; 32];
pub const DAY: i64 = 86_400_000;

/// A provider on a shelf that outlives it.
pub struct Bench {
    pub shelf: Arc<MemoryShelf>,
    pub provider: TestProvider,
}

impl Bench {
    pub fn new() -> Bench {
        let shelf = Arc::new(MemoryShelf::default());
        let provider = TestProvider::new(shelf.clone(), SECRET, "https://scrip.example/");
        Bench { shelf, provider }
    }

    pub fn restarted(self) -> Bench {
        let provider = TestProvider::new(self.shelf.clone(), SECRET, "https://scrip.example");
        Bench { provider, ..self }
    }

    pub fn open(&self, ask: &CheckoutAsk) -> String {
        ready(self.provider.open_checkout(ask)).unwrap().reference
    }

    pub fn press(&self, session: &str, step: &str, card: &str, now: Instant) -> Page {
        let body = format!("step={step}&card={}", card.replace(' ', "+"));
        self.provider.submit(session, &Form::read(body.as_bytes()), now)
    }

    pub fn charge(&self, ask: &ChargeAsk) -> Outcome {
        ready(self.provider.charge(ask)).unwrap()
    }

    pub fn refund(&self, key: &str, reference: &str, cents: i64, now: Instant) -> Result<(), Outage> {
        let ask = RefundAsk { key: key.into(), reference: reference.into(), amount: usd(cents), now };
        ready(self.provider.refund(&ask))
    }

    /// Sends what is due, and reads it as Scrip would.
    pub fn told(&self, now: Instant) -> Vec<ProviderEvent> {
        let mut events = Vec::new();
        for message in self.provider.due_events(now).unwrap() {
            events.extend(self.provider.read_event(&message.headers, &message.body, now).unwrap());
            self.provider.sent(&message.id).unwrap();
        }
        events
    }

    pub fn facts(&self, now: Instant) -> Vec<Fact> {
        self.told(now).into_iter().map(|event| event.fact).collect()
    }

    /// A method of this card, stored by a checkout of nothing that Scrip has been told of.
    pub fn stored(&self, card: Card) -> StoredMethod {
        let ask = CheckoutAsk { amount: usd(0), ..checkout(&format!("store {card:?}")) };
        let session = self.open(&ask);
        self.press(&session, "pay", card.number(), start());
        self.press(&session, "approve", "", start());
        match self.facts(start()).pop() {
            Some(Fact::Paid { method: Some(method), .. }) => method,
            other => panic!("{card:?} was not stored: {other:?}"),
        }
    }
}

pub fn start() -> Instant {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub fn usd(cents: i64) -> Money {
    Money { amount: cents, currency: "USD".parse().unwrap() }
}

pub fn checkout(key: &str) -> CheckoutAsk {
    CheckoutAsk {
        key: key.into(),
        order: "ord_1".into(),
        program: "acme".into(),
        account: "acct_1".into(),
        email: None,
        locale: None,
        description: "1,000 credits".into(),
        lines: vec![("1,000 credits".into(), usd(2_490)), ("Welcome".into(), usd(-500))],
        amount: usd(1_990),
        store_method: true,
        renews: None,
        return_url: Some("https://shop.example/done?a=1".into()),
        now: start(),
    }
}

pub fn charge(key: &str, method: &str) -> ChargeAsk {
    ChargeAsk {
        key: key.into(),
        order: "ord_2".into(),
        program: "acme".into(),
        account: "acct_1".into(),
        description: "Plan, March".into(),
        amount: usd(900),
        method: method.into(),
        now: start(),
    }
}

/// The provider lives in the same process: it never keeps anyone waiting.
pub fn ready<T>(answer: Answer<'_, T>) -> Result<T, Outage> {
    now(answer)
}

pub fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for something"),
    }
}
