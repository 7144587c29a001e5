use moment::{Instant, Period};
use money::{Amount, Money};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::{Agreed, Class, Event, Position};

/// What kind of offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Credits for money, once or by auto-renewal.
    Package,
    /// An allotment per period.
    Plan,
}

/// Why an order was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Bought once.
    Once,
    /// The first of a subscription or of an auto-renewal.
    Start,
    /// The next period of a subscription.
    Renewal,
    /// The difference to a larger offer, in the course of a period.
    Change,
    /// The balance had fallen below the level that the customer set.
    TopUp,
    /// A quote that the customer accepted.
    Quote,
}

/// A grant that an order brings when it is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Of which class.
    pub class: Class,
    /// How many credits; positive.
    pub credits: Amount,
    /// How long they live, counted from the payment; `None`: for ever. Credits of the class `plan` live as long as
    /// the period that they are for.
    pub life: Option<Period>,
    /// Lower is drawn first.
    pub priority: i16,
    /// What is paid for it: its cost basis. The lots' sum to the price.
    pub paid: Option<Money>,
}

/// What was ordered: it stays as it was, whatever becomes of the program file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// The offer's code.
    pub offer: Box<str>,
    /// What people read.
    pub name: Box<str>,
    /// Package or plan.
    pub sort: Sort,
    /// Why.
    pub purpose: Purpose,
    /// How many packages, or seats.
    pub quantity: i64,
    /// What it brings.
    pub lots: Vec<Lot>,
    /// What it costs in all.
    pub price: Money,
    /// By which version of the program it was priced.
    pub price_version: u32,
    /// Which payment provider; empty where nothing is to be paid.
    pub provider: Box<str>,
    /// The stored payment method that is charged; `None`: the customer pays at a checkout.
    pub method: Option<Box<str>>,
    /// What the subscription is once it is paid, where one begins, goes on or changes with it.
    pub agreed: Option<Box<Agreed>>,
    /// Whether a period begins with the payment, rather than where the last one ended.
    pub restarts: bool,
    /// The quote that it accepts.
    pub quote: Option<Position>,
    /// Where the customer is sent back to.
    pub return_url: Option<Box<str>>,
    /// When it fails, if it is not paid.
    pub expires_at: Instant,
}

impl Ordered {
    /// How many credits it brings.
    pub fn credits(&self) -> Amount {
        self.lots.iter().fold(Amount::ZERO, |sum, lot| sum.plus(lot.credits))
    }
}

/// Where an order is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Somebody has to approve it first.
    AwaitingApproval,
    /// Money is to come.
    AwaitingPayment,
    /// Money has come; the credits could not be given yet.
    Paid,
    /// Its credits were given.
    Credited,
    /// No money came.
    Failed,
    /// It was not approved.
    Declined,
    /// It was given up.
    Canceled,
    /// The payment is disputed: its credits were taken back.
    Disputed,
}

use OrderState::{AwaitingApproval, AwaitingPayment, Canceled, Credited, Declined, Disputed, Failed, Paid};

/// Which state may follow which. Money that comes late is credited all the same: credits follow money.
pub const LEGAL_MOVES: &[(OrderState, &[OrderState])] = &[
    (AwaitingApproval, &[AwaitingPayment, Declined, Canceled]),
    (AwaitingPayment, &[Paid, Failed, Canceled]),
    (Paid, &[Credited]),
    (Credited, &[Disputed]),
    (Failed, &[Paid]),
    (Canceled, &[Paid]),
    (Disputed, &[Credited]),
    (Declined, &[]),
];

impl OrderState {
    /// What the API calls it.
    pub const fn code(self) -> &'static str {
        match self {
            AwaitingApproval => "awaiting_approval",
            AwaitingPayment => "awaiting_payment",
            Paid => "paid",
            Credited => "credited",
            Failed => "failed",
            Declined => "declined",
            Canceled => "canceled",
            Disputed => "disputed",
        }
    }

    /// Whether an order may go from here to there.
    pub fn may_become(self, next: OrderState) -> bool {
        LEGAL_MOVES.iter().any(|(from, to)| *from == self && to.contains(&next))
    }

    /// Whether money may still come by itself.
    pub const fn is_open(self) -> bool {
        matches!(self, AwaitingApproval | AwaitingPayment)
    }
}

/// A stored payment method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// Whose it is.
    pub provider: Box<str>,
    /// What the provider knows it by.
    pub token: Box<str>,
    /// What people read.
    pub label: Box<str>,
}

/// A purchase, as it stands: a fold of the entries that speak of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The entry that placed it.
    pub id: Position,
    /// Index into the program's units.
    pub unit: u8,
    /// When it was placed.
    pub placed_at: Instant,
    /// What was ordered.
    pub ordered: Box<Ordered>,
    /// Where it is.
    pub state: OrderState,
    /// What the provider calls its checkout or payment.
    pub reference: Option<Box<str>>,
    /// Where the customer pays.
    pub checkout_url: Option<Box<str>>,
    /// How often a stored method was asked.
    pub attempts: u32,
    /// Whether an answer to the last attempt is awaited.
    pub asking: bool,
    /// When a stored method is asked again.
    pub next_attempt_at: Option<Instant>,
    /// Why the last attempt did not pay.
    pub declined: Option<Box<str>>,
    /// When it was paid.
    pub paid_at: Option<Instant>,
    /// The receipt's number in the account, from 1.
    pub receipt: Option<u32>,
    /// What it brought.
    pub grants: SmallVec<[(Position, Amount); 2]>,
    /// What the provider has paid back in all.
    pub refunded: i64,
    /// Every dispute of it that was told, in the order in which they were.
    pub disputes: Vec<Dispute>,
    /// How many credits were taken back for refunds and disputes: `voided + owed + lapsed`.
    pub clawed: Amount,
    /// How many of them had been spent, and became a debt.
    pub owed: Amount,
    /// How many of them had ended unspent, so that nothing was taken for them.
    pub lapsed: Amount,
}

/// A dispute of an order's payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// What the provider calls it.
    pub id: Box<str>,
    /// How much of the money it is about.
    pub amount: i64,
    /// Whether the money stays; `None`: it is not closed.
    pub won: Option<bool>,
}

impl Order {
    /// An order just placed.
    pub fn placed(id: Position, unit: u8, at: Instant, ordered: &Ordered) -> Order {
        Order {
            id,
            unit,
            placed_at: at,
            ordered: Box::new(ordered.clone()),
            state: AwaitingPayment,
            reference: None,
            checkout_url: None,
            attempts: 0,
            asking: false,
            next_attempt_at: None,
            declined: None,
            paid_at: None,
            receipt: None,
            grants: SmallVec::new(),
            refunded: 0,
            disputes: Vec::new(),
            clawed: Amount::ZERO,
            owed: Amount::ZERO,
            lapsed: Amount::ZERO,
        }
    }

    /// Folds an event of this order into it. `id` and `at` are the entry's.
    pub fn apply(&mut self, id: Position, at: Instant, event: &Event) {
        match event {
            Event::CheckoutOpened(opened) => {
                self.reference = Some(opened.reference.clone());
                self.checkout_url.clone_from(&opened.url);
            }
            Event::PaymentAsked(asked) => {
                (self.attempts, self.asking, self.next_attempt_at) = (asked.attempt, true, None);
            }
            Event::PaymentPending(pending) => {
                self.reference = Some(pending.reference.clone());
                self.checkout_url.clone_from(&pending.url);
            }
            Event::PaymentDeclined(declined) => {
                (self.asking, self.next_attempt_at) = (false, declined.next);
                // One that could not be asked for, as there is no method, counts as well.
                self.attempts = self.attempts.max(declined.attempt);
                self.declined = Some(declined.message.clone());
            }
            Event::OrderPaid(paid) => {
                (self.state, self.asking, self.next_attempt_at) = (Paid, false, None);
                (self.paid_at, self.receipt) = (Some(at), Some(paid.receipt).filter(|number| *number > 0));
                self.reference = Some(paid.reference.clone());
                (self.checkout_url, self.declined) = (None, None);
            }
            Event::Issued(issued) => self.grants.push((id, issued.terms.credits)),
            Event::OrderCredited(_) => self.state = Credited,
            Event::OrderFailed(_) => {
                (self.state, self.asking, self.next_attempt_at) = (Failed, false, None);
                self.checkout_url = None;
            }
            Event::OrderCanceled(_) => {
                (self.state, self.asking, self.next_attempt_at) = (Canceled, false, None);
                self.checkout_url = None;
            }
            Event::OrderRefunded(refunded) => self.refunded = self.refunded.max(refunded.total.amount),
            Event::OrderDisputed(disputed) => {
                let dispute = self.dispute_mut(&disputed.dispute);
                dispute.amount = disputed.amount.amount;
                // Told again behind the payment, a dispute that was closed meanwhile stays closed.
                if dispute.won != Some(true) && self.state == Credited {
                    self.state = Disputed;
                }
            }
            Event::DisputeClosed(closed) => {
                self.dispute_mut(&closed.dispute).won = Some(closed.won);
                if self.state == Disputed && self.disputes.iter().all(|dispute| dispute.won == Some(true)) {
                    self.state = Credited;
                }
            }
            Event::ClawedBack(clawed) => {
                self.clawed = self.clawed.plus(clawed.credits);
                self.owed = self.owed.plus(clawed.owed);
                self.lapsed = self.lapsed.plus(clawed.lapsed);
            }
            Event::GivenAgain(again) => {
                self.clawed = self.clawed.minus(again.credits).minus(again.lapsed);
                self.lapsed = self.lapsed.minus(again.lapsed);
            }
            _ => {}
        }
    }

    fn dispute_mut(&mut self, id: &str) -> &mut Dispute {
        let known = self.disputes.iter().position(|dispute| *dispute.id == *id);
        let place = known.unwrap_or_else(|| {
            self.disputes.push(Dispute { id: id.into(), amount: 0, won: None });
            self.disputes.len() - 1
        });
        // It is there, or was just made.
        &mut self.disputes[place]
    }

    /// The dispute of that name.
    pub fn dispute(&self, id: &str) -> Option<&Dispute> {
        self.disputes.iter().find(|dispute| *dispute.id == *id)
    }

    /// How much of the money is gone by disputes that were not won.
    pub fn disputed(&self) -> i64 {
        let lost = self.disputes.iter().filter(|dispute| dispute.won != Some(true));
        lost.fold(0, |sum, dispute| sum.saturating_add(dispute.amount.max(0)))
    }

    /// How much of the money is gone in all, paid back or disputed.
    pub fn gone(&self) -> i64 {
        self.refunded.saturating_add(self.disputed())
    }

    /// When something of it falls due by itself.
    pub fn next_due(&self) -> Instant {
        if !self.state.is_open() {
            return Instant::NEVER;
        }
        let expires = if self.asking || self.next_attempt_at.is_some() {
            Instant::NEVER
        } else {
            self.ordered.expires_at
        };
        expires.min(self.next_attempt_at.unwrap_or(Instant::NEVER))
    }
}
