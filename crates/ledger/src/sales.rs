use moment::Instant;
use money::{Amount, Money};
use serde::{Deserialize, Serialize};

use crate::{Method, Order, Position, Subscription};

/// What an account has bought, and what it buys by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sales {
    /// The open orders and the latest others, oldest first. What is older is in the journal.
    pub orders: Vec<Order>,
    /// The plan or auto-renewal that it is on.
    pub subscription: Option<Box<Subscription>>,
    /// What is bought when the balance falls below a level.
    pub top_up: Option<Box<TopUp>>,
    /// Open quotes, oldest first.
    pub quotes: Vec<Quote>,
    /// The payment method that was stored last.
    pub method: Option<Method>,
    /// How many receipts it has.
    pub receipts: u32,
    /// Whether it has had a trial: there is one an account.
    pub trialed: bool,
}

/// An auto top-up: what the customer set, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUp {
    /// Whether it is on.
    pub enabled: bool,
    /// The package that is bought.
    pub package: Box<str>,
    /// Index into the program's units.
    pub unit: u8,
    /// It is bought when `available` is below this.
    pub below: Amount,
    /// As many packages are bought as bring `available` to this, in one order.
    pub to: Amount,
    /// The most that is spent in a calendar month of the account's time zone.
    pub monthly_cap: Option<Money>,
    /// The month that `spent` is of, by its first instant.
    pub month: Instant,
    /// What was spent in it, with what is being asked for.
    pub spent: i64,
    /// The order that is under way.
    pub order: Option<Position>,
    /// How often in a row the payment was declined.
    pub declines: u8,
    /// Why it rests, if it does.
    pub paused: Option<Pause>,
}

/// Why an auto top-up rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// The payment was declined too often in a row: until the customer sets it anew.
    Declined,
    /// The month's cap is reached.
    Capped {
        /// When the next month begins.
        until: Instant,
    },
    /// There is no stored payment method to be charged.
    NoMethod,
}

/// What happened to an auto top-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TopUpMove {
    /// The customer set it.
    Set,
    /// It bought.
    Ordered,
    /// What it bought was paid.
    Succeeded,
    /// The payment was declined.
    Declined,
    /// It rests.
    Paused,
}

impl TopUpMove {
    /// What histories call it.
    pub const fn code(self) -> &'static str {
        match self {
            TopUpMove::Set => "set",
            TopUpMove::Ordered => "ordered",
            TopUpMove::Succeeded => "succeeded",
            TopUpMove::Declined => "declined",
            TopUpMove::Paused => "paused",
        }
    }
}

/// A price that the operator made for one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The entry that made it.
    pub id: Position,
    /// What it says.
    pub quoted: Box<Quoted>,
}

/// What a quote says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// The package's code.
    pub offer: Box<str>,
    /// What people read.
    pub name: Box<str>,
    /// How many credits.
    pub credits: Amount,
    /// For how much.
    pub price: Money,
    /// Until when it can be accepted.
    pub expires_at: Instant,
    /// What the operator says about it.
    pub note: Box<str>,
}

impl Sales {
    /// How many orders are kept that are no longer open.
    const KEPT: usize = 6;

    /// The order, if it is still kept.
    pub fn order(&self, id: Position) -> Option<&Order> {
        self.orders.iter().rev().find(|order| order.id == id)
    }

    /// The order, to be changed.
    pub fn order_mut(&mut self, id: Position) -> Option<&mut Order> {
        self.orders.iter_mut().rev().find(|order| order.id == id)
    }

    /// Adds an order, and lets go of those that ended longest ago.
    pub fn add(&mut self, order: Order) {
        let mut ended = self.orders.iter().filter(|order| !order.state.is_open()).count();
        self.orders.retain(|order| {
            let goes = ended > Sales::KEPT && !order.state.is_open();
            ended -= usize::from(goes);
            !goes
        });
        self.orders.push(order);
    }

    /// When something falls due by itself.
    pub fn next_due(&self) -> Instant {
        let orders = self.orders.iter().map(Order::next_due);
        let quotes = self.quotes.iter().map(|quote| quote.quoted.expires_at);
        let subscription = self.subscription.iter().map(|subscription| subscription.next_due());
        orders.chain(quotes).chain(subscription).min().unwrap_or(Instant::NEVER)
    }
}
