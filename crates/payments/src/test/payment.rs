//! What the test provider keeps of a payment: one record, put as a whole.

use std::collections::BTreeMap;

use moment::Instant;
use money::Money;
use serde::{Deserialize, Serialize};

use super::cards::{Card, Decline};
use crate::{ChargeAsk, CheckoutAsk, Outcome};

/// A checkout, or a charge of a stored card. Its reference is also the name of its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payment {
    pub reference: String,
    pub order: String,
    pub program: String,
    pub account: String,
    pub description: String,
    pub lines: Vec<(String, Money)>,
    pub amount: Money,
    pub store_method: bool,
    pub return_url: Option<String>,
    /// The token that is charged. `None` for a checkout.
    pub charged: Option<String>,
    pub state: State,
    /// What the first ask for a charge was answered, to be answered again.
    pub first: Option<Outcome>,
    pub opened: Instant,
    /// When something last happened to it.
    pub touched: Instant,
    /// How often it was tried and declined.
    pub declines: u32,
    /// Refunds by their keys, in the minor unit.
    pub refunds: BTreeMap<String, i64>,
    /// The events that it has caused, sent or not. Others that say they are its own are not.
    pub events: Vec<String>,
    /// Those that were taken back since it was last kept.
    #[serde(skip)]
    pub untold: Vec<String>,
    /// How many events it has caused, those that were taken back among them.
    pub caused: usize,
}

/// How far a payment has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum State {
    /// Waits for a card.
    Open,
    /// Waits for its holder's approval.
    Asking { card: Card },
    /// Is under way.
    Late,
    /// Is paid.
    Paid,
    /// Is over, unpaid: a charge.
    Declined(Decline),
    /// Is over, unpaid: a checkout that was left, cancelled, or has expired.
    Left,
}

/// How long a page waits for its customer, in milliseconds: a day.
pub(super) const EXPIRES: i64 = 24 * 60 * 60 * 1_000;

impl Payment {
    pub fn of_checkout(reference: String, ask: &CheckoutAsk) -> Payment {
        Payment {
            reference,
            order: ask.order.clone(),
            program: ask.program.clone(),
            account: ask.account.clone(),
            description: ask.description.clone(),
            lines: ask.lines.clone(),
            amount: ask.amount,
            store_method: ask.store_method,
            return_url: ask.return_url.clone(),
            charged: None,
            state: State::Open,
            first: None,
            opened: ask.now,
            touched: ask.now,
            declines: 0,
            refunds: BTreeMap::new(),
            events: Vec::new(),
            untold: Vec::new(),
            caused: 0,
        }
    }

    pub fn of_charge(reference: String, ask: &ChargeAsk) -> Payment {
        Payment {
            reference,
            order: ask.order.clone(),
            program: ask.program.clone(),
            account: ask.account.clone(),
            description: ask.description.clone(),
            lines: Vec::new(),
            amount: ask.amount,
            store_method: false,
            return_url: None,
            charged: Some(ask.method.clone()),
            state: State::Open,
            first: None,
            opened: ask.now,
            touched: ask.now,
            declines: 0,
            refunds: BTreeMap::new(),
            events: Vec::new(),
            untold: Vec::new(),
            caused: 0,
        }
    }

    pub fn is_charge(&self) -> bool {
        self.charged.is_some()
    }

    /// Whether its customer can still do something about it.
    pub fn waits(&self, now: Instant) -> bool {
        matches!(self.state, State::Open | State::Asking { .. }) && now.millis_since(self.opened) < EXPIRES
    }

    pub fn refunded(&self) -> i64 {
        self.refunds.values().fold(0, |sum, part| sum.saturating_add(*part))
    }

    /// What has become of it by now.
    pub fn outcome(&self, page: String) -> Outcome {
        let reference = self.reference.clone();
        match &self.state {
            State::Paid => Outcome::Paid { reference },
            State::Late => Outcome::Pending { reference },
            State::Open | State::Asking { .. } => Outcome::NeedsAction { reference, url: page },
            State::Declined(Decline { code, message }) => {
                Outcome::Declined { code: code.clone(), message: message.clone() }
            }
            State::Left => {
                let Decline { code, message } = Decline::refused();
                Outcome::Declined { code, message }
            }
        }
    }
}

/// A stored card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredCard {
    pub program: String,
    pub account: String,
    pub card: Card,
    /// The references of charges for which it lacked the money: two at most.
    pub short: Vec<String>,
}
