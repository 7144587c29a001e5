//! What events say of orders, subscriptions and top-ups. Part of the format on disk, as [`Event`] is.

use moment::Instant;
use money::{Amount, Money};
use serde::{Deserialize, Serialize};

use crate::{Event, Method, Move, Part, Position, Purpose, Subscription, TopUp, TopUpMove};

/// See [`Event::CheckoutOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutOpened {
    /// The order.
    pub order: Position,
    /// What the provider calls it.
    pub reference: Box<str>,
    /// Where the customer pays; none where an invoice is sent.
    pub url: Option<Box<str>>,
}

/// See [`Event::PaymentAsked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAsked {
    /// The order.
    pub order: Position,
    /// 1 is the first.
    pub attempt: u32,
    /// Which provider.
    pub provider: Box<str>,
    /// The token of the stored method.
    pub method: Box<str>,
    /// How much.
    pub amount: Money,
    /// What for, in words.
    pub what: Box<str>,
}

/// See [`Event::PaymentPending`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentPending {
    /// The order.
    pub order: Position,
    /// What the provider calls the payment.
    pub reference: Box<str>,
    /// Where the customer has to do something, if so.
    pub url: Option<Box<str>>,
}

/// See [`Event::PaymentDeclined`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentDeclined {
    /// The order.
    pub order: Position,
    /// Which attempt; 0 at a checkout, where the customer may try another card.
    pub attempt: u32,
    /// The provider's code.
    pub code: Box<str>,
    /// What people read.
    pub message: Box<str>,
    /// When it is tried again; `None`: not by itself.
    pub next: Option<Instant>,
    /// What was to be paid for: the offer's name.
    pub name: Box<str>,
    /// How much.
    pub amount: Money,
    /// Whether it was for a subscription's next period.
    pub renewal: bool,
}

/// See [`Event::OrderPaid`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaid {
    /// The order.
    pub order: Position,
    /// What the provider calls the payment.
    pub reference: Box<str>,
    /// How much.
    pub amount: Money,
    /// The receipt's number in the account, from 1 without a gap.
    pub receipt: u32,
    /// The method that was stored with it.
    pub method: Option<Method>,
}

/// See [`Event::OrderCredited`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCredited {
    /// The order.
    pub order: Position,
    /// What was bought: the offer's name.
    pub name: Box<str>,
    /// How many credits it brought.
    pub credits: Amount,
    /// What was paid.
    pub price: Money,
    /// The receipt's number; 0: nothing was to be paid.
    pub receipt: u32,
    /// Why it was ordered.
    pub purpose: Purpose,
}

/// See [`Event::OrderFailed`] and [`Event::OrderCanceled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFailed {
    /// The order.
    pub order: Position,
    /// What was to be bought: the offer's name.
    pub name: Box<str>,
    /// Why, in words.
    pub reason: Box<str>,
    /// Why it had been ordered.
    pub purpose: Purpose,
}

/// See [`Event::OrderRefunded`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefunded {
    /// The order.
    pub order: Position,
    /// In all, not this time.
    pub total: Money,
}

/// See [`Event::OrderDisputed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDisputed {
    /// The order.
    pub order: Position,
    /// What the provider calls the dispute.
    pub dispute: Box<str>,
    /// How much of it.
    pub amount: Money,
}

/// See [`Event::DisputeClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeClosed {
    /// The order.
    pub order: Position,
    /// What the provider calls the dispute.
    pub dispute: Box<str>,
    /// Whether the money stays.
    pub won: bool,
}

/// See [`Event::ClawedBack`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClawedBack {
    /// The order.
    pub order: Position,
    /// How many credits in all: `parts + holds + owed + lapsed`.
    pub credits: Amount,
    /// What was left of its grants, and is void.
    pub parts: Vec<Part>,
    /// What open holds had set aside of them: by hold. The holds keep it as a debt.
    pub holds: Vec<(Position, Part)>,
    /// What was spent: it is owed.
    pub owed: Amount,
    /// What had ended unspent: nothing is taken for it.
    pub lapsed: Amount,
    /// The grants of which nothing remains: what comes back to them undoes the debt instead.
    pub reclaimed: Vec<Position>,
    /// Out of other grants that are free, for the debt that this made.
    pub settled: Vec<Part>,
}

/// See [`Event::GivenAgain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenAgain {
    /// The order.
    pub order: Position,
    /// How many credits.
    pub credits: Amount,
    /// How many more had been taken back for which nothing was taken, as they had ended: they are not given.
    pub lapsed: Amount,
}

/// See [`Event::ExpiryNear`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiryNear {
    /// The grant.
    pub grant: Position,
    /// What is left of it.
    pub credits: Amount,
    /// When it ends.
    pub expires_at: Instant,
}

/// See [`Event::QuoteEnded`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteEnded {
    /// The quote.
    pub quote: Position,
    /// The order that accepted it; `None`: nobody did.
    pub order: Option<Position>,
    /// Whether its time had run out.
    pub expired: bool,
}

/// See [`Event::Subscription`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionMoved {
    /// What happened.
    pub how: Move,
    /// How it stands from now on, or how it stood when it ended.
    pub now: Subscription,
}

/// See [`Event::TopUp`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUpMoved {
    /// What happened.
    pub how: TopUpMove,
    /// How it stands from now on.
    pub now: TopUp,
}

impl Event {
    /// The order that it speaks of.
    pub fn order(&self, id: Position) -> Option<Position> {
        Some(match self {
            Event::OrderPlaced(_) => id,
            Event::CheckoutOpened(opened) => opened.order,
            Event::PaymentAsked(asked) => asked.order,
            Event::PaymentPending(pending) => pending.order,
            Event::PaymentDeclined(declined) => declined.order,
            Event::OrderPaid(paid) => paid.order,
            Event::OrderCredited(credited) => credited.order,
            Event::OrderFailed(failed) | Event::OrderCanceled(failed) => failed.order,
            Event::OrderRefunded(refunded) => refunded.order,
            Event::OrderDisputed(disputed) => disputed.order,
            Event::DisputeClosed(closed) => closed.order,
            Event::ClawedBack(clawed) => clawed.order,
            Event::GivenAgain(again) => again.order,
            Event::Issued(issued) => match issued.terms.source {
                crate::Source::Order { order } => order,
                _ => return None,
            },
            _ => return None,
        })
    }
}
