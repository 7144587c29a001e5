//! Whether money and credits agree: orders, the grants they brought, and receipts.

use std::collections::BTreeMap;

use ledger::{AccountNo, Entry, Event, Move, NameId, Order, OrderState, Position, Source};
use moment::Instant;
use money::{Amount, Currency};
use rustc_hash::FxHashMap;

/// What was sold, over all accounts.
#[derive(Clone, Debug, Default)]
pub struct Sold {
    /// Orders that were placed.
    pub orders: u64,
    /// Receipts that were given.
    pub receipts: u64,
    /// For each program's name and currency: what was paid, less what was paid back, in the minor unit.
    pub money: BTreeMap<(NameId, Currency), i128>,
}

/// The orders of all accounts, folded from their entries.
#[derive(Default)]
pub(super) struct Tills {
    pub sold: Sold,
    orders: FxHashMap<(AccountNo, Position), Till>,
    receipts: FxHashMap<AccountNo, u32>,
    /// The start of the period that a subscription began last.
    periods: FxHashMap<(AccountNo, Position), Instant>,
}

struct Till {
    order: Order,
    issued: Amount,
    /// Issued again, as a dispute was won, and not yet told by its entry.
    again: Amount,
}

impl Tills {
    /// Folds an entry; tells what does not agree.
    pub fn entry(&mut self, program: NameId, at: Position, entry: &Entry, off: &mut dyn FnMut(String)) {
        let no = entry.account;
        let whose = format!("journal entry {at} of account {}", no.0);
        if let Event::OrderPlaced(ordered) = &entry.event {
            let order = Order::placed(at, entry.unit, entry.effective_at, ordered);
            self.orders.insert((no, at), Till { order, issued: Amount::ZERO, again: Amount::ZERO });
            self.sold.orders += 1;
            return;
        }
        if let Event::Subscription(moved) = &entry.event {
            self.period(no, moved, &whose, off);
        }
        let Some(id) = entry.event.order(at) else { return };
        let Some(till) = self.orders.get_mut(&(no, id)) else {
            return off(format!("{whose} speaks of an order that was never placed"));
        };
        let (before, refunded_before) = (till.order.state, till.order.refunded);
        till.order.apply(at, entry.effective_at, &entry.event);
        let after = till.order.state;
        if before != after && !before.may_become(after) {
            off(format!("{whose} makes an order that is {} {}", before.code(), after.code()));
        }
        match &entry.event {
            Event::OrderPaid(paid) => {
                if paid.amount != till.order.ordered.price {
                    off(format!("{whose} pays another amount than the order's price"));
                }
                if paid.amount.amount > 0 {
                    let sum = self.sold.money.entry((program, paid.amount.currency)).or_default();
                    *sum += i128::from(paid.amount.amount);
                    let receipts = self.receipts.entry(no).or_default();
                    *receipts += 1;
                    self.sold.receipts += 1;
                    if paid.receipt != *receipts {
                        off(format!(
                            "{whose} gives receipt {}, and the next one is {receipts}",
                            paid.receipt
                        ));
                    }
                }
            }
            Event::Issued(issued) => {
                let paid = matches!(before, OrderState::Paid);
                let by_order = matches!(issued.terms.source, Source::Order { .. });
                if by_order && matches!(before, OrderState::Disputed | OrderState::Credited) {
                    till.again = till.again.plus(issued.terms.credits);
                    return;
                }
                till.issued = till.issued.plus(issued.terms.credits);
                if by_order && !paid {
                    off(format!("{whose} gives credits for an order that is {}", before.code()));
                }
            }
            Event::OrderCredited(credited)
                if till.issued != credited.credits || till.issued != till.order.ordered.credits() =>
            {
                off(format!(
                    "{whose} says that {} credits were given; the order is for {}, and {} were",
                    credited.credits,
                    till.order.ordered.credits(),
                    till.issued
                ));
            }
            Event::OrderRefunded(refunded) => {
                let sum = self.sold.money.entry((program, refunded.total.currency)).or_default();
                *sum -= i128::from(refunded.total.amount - refunded_before);
                if refunded.total.amount > till.order.ordered.price.amount {
                    off(format!("{whose} pays back more than was paid"));
                }
            }
            Event::GivenAgain(again) if till.again != again.credits => {
                let more = till.again;
                off(format!("{whose} says that {} credits were given again, and {more} were", again.credits));
            }
            Event::GivenAgain(_) => till.again = Amount::ZERO,
            Event::ClawedBack(_) if till.order.clawed > till.issued => {
                off(format!("{whose} takes back more credits than the order had given"));
            }
            _ => {}
        }
    }

    fn period(
        &mut self,
        no: AccountNo,
        moved: &ledger::SubscriptionMoved,
        whose: &str,
        off: &mut dyn FnMut(String),
    ) {
        if matches!(moved.how, Move::Started | Move::Renewed) {
            let started = self.periods.insert((no, moved.now.id), moved.now.start);
            if started.is_some_and(|before| moved.now.start <= before) {
                off(format!("{whose} begins a period of its subscription again"));
            }
        }
    }

    /// What can be said only at the end.
    pub fn end(&self, off: &mut dyn FnMut(String)) {
        let mut unpaid: Vec<_> = self
            .orders
            .iter()
            .filter(|(_, till)| {
                till.issued.is_positive()
                    && !matches!(till.order.state, OrderState::Credited | OrderState::Disputed)
            })
            .map(|((no, id), _)| (no.0, *id))
            .collect();
        unpaid.sort_unstable();
        for (no, id) in unpaid {
            off(format!("account {no}: order {id} gave credits, and is not credited"));
        }
        let mut twice: Vec<_> = self
            .orders
            .iter()
            .filter(|(_, till)| till.again.is_positive())
            .map(|((no, id), _)| (no.0, *id))
            .collect();
        twice.sort_unstable();
        for (no, id) in twice {
            off(format!("account {no}: order {id} gave credits twice"));
        }
    }
}
