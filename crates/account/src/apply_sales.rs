//! Folding what was bought into the account.

use ledger::{ClawedBack, Entry, Event, GrantState, Order, Position, Quote, Source, SubscriptionState};

use crate::Account;
use crate::apply::lower_due;

/// Whether an event is about sales alone, or changes them first.
pub(crate) fn changes(event: &Event) -> bool {
    matches!(
        event,
        Event::OrderPlaced(_)
            | Event::CheckoutOpened(_)
            | Event::PaymentAsked(_)
            | Event::PaymentPending(_)
            | Event::PaymentDeclined(_)
            | Event::OrderPaid(_)
            | Event::OrderCredited(_)
            | Event::OrderFailed(_)
            | Event::OrderCanceled(_)
            | Event::OrderRefunded(_)
            | Event::OrderDisputed(_)
            | Event::DisputeClosed(_)
            | Event::ClawedBack(_)
            | Event::GivenAgain(_)
            | Event::QuoteMade(_)
            | Event::QuoteEnded(_)
            | Event::Subscription(_)
            | Event::TopUp(_)
    )
}

/// Folds the event into what the account has bought.
pub(crate) fn apply(account: &mut Account, id: Position, entry: &Entry) {
    let (event, at) = (&entry.event, entry.effective_at);
    if let Event::Issued(issued) = event
        && !matches!(issued.terms.source, Source::Order { .. })
    {
        return;
    }
    let sales = account.sales.get_or_insert_default();
    match event {
        Event::OrderPlaced(ordered) => sales.add(Order::placed(id, entry.unit, at, ordered)),
        Event::QuoteMade(quoted) => sales.quotes.push(Quote { id, quoted: quoted.clone() }),
        Event::QuoteEnded(ended) => sales.quotes.retain(|quote| quote.id != ended.quote),
        Event::TopUp(moved) => sales.top_up = Some(Box::new(moved.now.clone())),
        Event::Subscription(moved) => {
            sales.trialed |= moved.now.state == SubscriptionState::Trial;
            sales.subscription = (!moved.how.is_end()).then(|| Box::new(moved.now.clone()));
        }
        event => {
            if let Event::OrderPaid(paid) = event {
                sales.receipts = sales.receipts.max(paid.receipt);
                if paid.method.is_some() {
                    sales.method.clone_from(&paid.method);
                }
            }
            if let Some(order) = event.order(id).and_then(|order| sales.order_mut(order)) {
                order.apply(id, at, event);
            }
        }
    }
    let due = sales.next_due();
    lower_due(account, due);
}

/// What open holds keep of grants whose money was taken back, they keep as a debt; and the grants are marked.
pub(crate) fn claw_back(account: &mut Account, unit: u8, clawed: &ClawedBack) {
    let book = account.book_mut(unit);
    for (hold, part) in &clawed.holds {
        if let Some(hold) = book.hold_mut(*hold) {
            for own in hold.parts.iter_mut().filter(|own| own.grant == part.grant) {
                own.credits = own.credits.minus(part.credits);
            }
            hold.parts.retain(|own| own.credits.is_positive());
            hold.owed = hold.owed.plus(part.credits);
        }
    }
    for id in &clawed.reclaimed {
        if let Some(grant) = book.grant_mut(*id) {
            grant.state = GrantState::Reclaimed;
        }
    }
}
