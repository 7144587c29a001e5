//! What the history says of orders, subscriptions, quotes and top-ups.

use ledger::{Event, Move, Pause, Position, Source, Subscription};
use money::Money;

use super::order::currency;
use super::{Entry, Time};
use crate::ids::{Id, Kind};

impl<'a> Entry<'a> {
    /// Says what the entry at this position says of what was sold.
    pub(super) fn sold(&mut self, position: Position, entry: &'a ledger::Entry) {
        let id = |kind, position| Some(Id::new(kind, position, entry.account));
        self.order = entry.event.order(position).and_then(|order| id(Kind::Order, order));
        match &entry.event {
            Event::OrderPlaced(ordered) => {
                self.offer = Some(&ordered.offer);
                self.name = Some(&ordered.name);
                self.quote = ordered.quote.and_then(|quote| id(Kind::Quote, quote));
                self.money(&ordered.price);
            }
            Event::PaymentAsked(asked) => {
                self.attempt = Some(asked.attempt);
                self.name = Some(&asked.what);
                self.money(&asked.amount);
            }
            Event::PaymentDeclined(declined) => {
                self.attempt = Some(declined.attempt).filter(|attempt| *attempt > 0);
                self.next_attempt_at = declined.next.map(Time);
                self.name = Some(&declined.name);
                self.reason = Some(&declined.message);
                self.money(&declined.amount);
            }
            Event::OrderPaid(paid) => {
                self.receipt(paid.receipt);
                self.money(&paid.amount);
            }
            Event::OrderCredited(credited) => {
                self.name = Some(&credited.name);
                self.receipt(credited.receipt);
                self.money(&credited.price);
            }
            Event::OrderFailed(failed) | Event::OrderCanceled(failed) => {
                self.name = Some(&failed.name);
                self.reason = Some(&failed.reason);
            }
            Event::OrderRefunded(refunded) => self.money(&refunded.total),
            Event::OrderDisputed(disputed) => {
                self.dispute = Some(&disputed.dispute);
                self.money(&disputed.amount);
            }
            Event::DisputeClosed(closed) => {
                self.dispute = Some(&closed.dispute);
                self.how = Some(if closed.won { "won" } else { "lost" });
            }
            Event::QuoteMade(quoted) => {
                self.quote = id(Kind::Quote, position);
                self.offer = Some(&quoted.offer);
                self.name = Some(&quoted.name);
                self.reason = Some(&*quoted.note).filter(|note| !note.is_empty());
                self.until = Time::unless_never(quoted.expires_at);
                self.money(&quoted.price);
            }
            Event::QuoteEnded(ended) => {
                self.quote = id(Kind::Quote, ended.quote);
                self.order = ended.order.and_then(|order| id(Kind::Order, order));
                self.how = Some(match (ended.order, ended.expired) {
                    (Some(_), _) => "accepted",
                    (None, true) => "expired",
                    (None, false) => "withdrawn",
                });
            }
            Event::Subscription(moved) => self.subscribed(moved.how, &moved.now, entry),
            Event::TopUp(moved) => {
                self.order = moved.now.order.and_then(|order| id(Kind::Order, order));
                self.how = Some(moved.how.code());
                self.offer = Some(&moved.now.package);
                if let Some(Pause::Capped { until }) = moved.now.paused {
                    self.until = Some(Time(until));
                }
            }
            Event::Issued(issued) => {
                if let Source::Period { subscription } | Source::Rollover { subscription, .. } =
                    issued.terms.source
                {
                    self.subscription = id(Kind::Subscription, subscription);
                }
            }
            Event::ExpiryNear(near) => {
                self.grant = id(Kind::Grant, near.grant);
                self.until = Some(Time(near.expires_at));
            }
            Event::ReportsSet(on) => self.how = Some(if *on { "on" } else { "off" }),
            _ => {}
        }
    }

    fn subscribed(&mut self, how: Move, now: &'a Subscription, entry: &ledger::Entry) {
        self.subscription = Some(Id::new(Kind::Subscription, now.id, entry.account));
        self.how = Some(how.code());
        // A change that is planned names what it becomes.
        let agreed = now.pending.as_deref().filter(|_| how == Move::ChangePlanned).unwrap_or(&now.agreed);
        self.offer = Some(&agreed.offer);
        self.name = Some(&agreed.name);
        self.until = Time::unless_never(now.end);
        if let Some(price) = &agreed.price {
            self.money(price);
        }
    }

    fn money(&mut self, money: &'a Money) {
        (self.amount, self.currency) = (Some(money.amount), currency(money));
    }

    fn receipt(&mut self, number: u32) {
        self.receipt = Some(number).filter(|number| *number > 0);
    }
}
