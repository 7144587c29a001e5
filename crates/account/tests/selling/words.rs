//! What a customer sees, in words.

use ledger::{Book, Event, Order, Pause, SubscriptionState};
use moment::Instant;

use super::till::Till;

/// A day where it is midnight, or the instant.
pub fn day(instant: Instant) -> String {
    instant.to_string().trim_end_matches("T00:00:00Z").to_owned()
}

/// What there is, with commas.
fn listed<const N: usize>(texts: [Option<String>; N]) -> String {
    texts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl Till<'_> {
    /// `available 70 held 30 owed 0`.
    pub fn balance(&self) -> String {
        let balance = self.desk.read().book(0).map(Book::balance).unwrap_or_default();
        format!("available {} held {} owed {}", balance.available(), balance.held, balance.owed)
    }

    /// What is left of each grant, in draw order: `purchase 70+30 never`, with what is on hold behind the plus.
    pub fn grants(&self) -> Vec<String> {
        let read = self.desk.read();
        let grants = read.books.iter().flat_map(|book| &book.grants);
        grants
            .filter(|grant| grant.remaining().is_positive())
            .map(|grant| {
                let held = if grant.held.is_zero() { String::new() } else { format!("+{}", grant.held) };
                format!("{} {}{held} {}", grant.class.code(), grant.free, day(grant.expires_at))
            })
            .collect()
    }

    /// An order, as its history tells it.
    pub fn order(&self, number: usize) -> Order {
        self.desk.journal.order(self.orders()[number]).expect("an order").order
    }

    /// `credited, receipt 1`.
    pub fn order_text(&self, number: usize) -> String {
        let order = self.order(number);
        let texts = [
            Some(order.state.code().to_owned()),
            order.receipt.map(|receipt| format!("receipt {receipt}")),
            (order.refunded > 0).then(|| format!("refunded {}", order.refunded)),
            order.clawed.is_positive().then(|| format!("clawed {}", order.clawed)),
            order.next_attempt_at.map(|next| format!("again {}", day(next))),
        ];
        listed(texts)
    }

    /// The state of the last order.
    pub fn last_order(&self) -> String {
        self.order_text(self.orders().len() - 1)
    }

    /// `plus active 2026-01-31..2026-02-28, then pro`; `none`.
    pub fn subscription(&self) -> String {
        let read = self.desk.read();
        let Some(one) = read.subscription() else { return "none".to_owned() };
        let seats =
            if one.agreed.quantity == 1 { String::new() } else { format!(" x{}", one.agreed.quantity) };
        let state = one.state.code();
        let what = match one.state {
            SubscriptionState::Paused { until } => {
                format!("{}{seats} {state} until {}", one.agreed.offer, day(until))
            }
            _ => format!("{}{seats} {state} {}..{}", one.agreed.offer, day(one.start), day(one.end)),
        };
        let texts = [
            Some(what),
            one.pending.as_ref().map(|pending| format!("then {}", pending.offer)),
            one.cancel_at_end.then(|| "ends".to_owned()),
            one.pause_at_end.is_some().then(|| "pauses".to_owned()),
        ];
        listed(texts)
    }

    /// `on, spent 300`, with what is under way, and why it rests.
    pub fn top_up_text(&self) -> String {
        let read = self.desk.read();
        let Some(one) = read.sales.as_deref().and_then(|sales| sales.top_up.as_deref()) else {
            return "none".to_owned();
        };
        let rests = one.paused.map(|why| match why {
            Pause::Declined => "rests".to_owned(),
            Pause::NoMethod => "has no card".to_owned(),
            Pause::Capped { until } => format!("capped until {}", day(until)),
        });
        let texts = [
            Some(if one.enabled { "on" } else { "off" }.to_owned()),
            Some(format!("spent {}", one.spent)),
            one.order.is_some().then(|| "buying".to_owned()),
            (one.declines > 0).then(|| format!("declined {}", one.declines)),
            rests,
        ];
        listed(texts)
    }

    /// What the history calls the entries from a place on; a move of a subscription or of a top-up is told with it.
    pub fn history(&self, from: usize) -> Vec<String> {
        self.desk.journal.entries()[from..]
            .iter()
            .map(|(_, entry)| match &entry.event {
                Event::Subscription(moved) => format!("subscription {}", moved.how.code()),
                Event::TopUp(moved) => format!("top_up {}", moved.how.code()),
                event => event.kind().code().to_owned(),
            })
            .collect()
    }

    /// How many entries there are.
    pub fn entries(&self) -> usize {
        self.desk.journal.entries().len()
    }

    /// The instants of the entries of a kind, as the history calls it.
    pub fn when(&self, what: &str) -> Vec<String> {
        let entries = self.desk.journal.entries().iter();
        let names = self.history(0);
        entries
            .zip(names)
            .filter(|(_, name)| name == what)
            .map(|((_, entry), _)| day(entry.effective_at))
            .collect()
    }
}
