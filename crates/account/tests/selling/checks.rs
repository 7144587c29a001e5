//! What must hold of whatever was sold, beside what [`testkit::audit`] checks of every account.

use std::collections::BTreeMap;

use account::OrderFacts;
use ledger::{Event, GrantState, LedgerAccount, Order, OrderState, Position, Source, SubscriptionState};
use money::Amount;
use testkit::Desk;

/// Checks an account that has bought things.
///
/// # Panics
/// Where something is off, with what.
pub fn check(desk: &Desk<'_>) {
    orders(desk);
    grants(desk);
    sales(desk);
}

/// Orders move as they may, their credits are given once, and receipts are numbered without a gap.
fn orders(desk: &Desk<'_>) {
    let mut known: BTreeMap<Position, OrderFacts> = BTreeMap::new();
    let mut receipts = 0;
    for (id, entry) in desk.journal.entries() {
        let (at, event) = (entry.effective_at, &entry.event);
        if let Event::OrderPlaced(ordered) = event {
            known.insert(*id, OrderFacts::placed(Order::placed(*id, entry.unit, at, ordered)));
            continue;
        }
        for facts in known.values_mut() {
            let before = facts.order.state;
            facts.learn(*id, at, event);
            let after = facts.order.state;
            assert!(before == after || before.may_become(after), "{before:?} became {after:?} by {event:?}");
            if event.order(*id) == Some(facts.order.id) && matches!(event, Event::OrderCredited(_)) {
                assert_eq!(before, OrderState::Paid, "credits follow money, once");
                let given = facts.order.grants.iter().fold(Amount::ZERO, |sum, (_, one)| sum.plus(*one));
                assert_eq!(given, facts.order.ordered.credits(), "it brings what was ordered");
            }
        }
        if let Event::OrderPaid(paid) = event
            && paid.receipt > 0
        {
            receipts += 1;
            assert_eq!(paid.receipt, receipts, "receipts have no gap");
        }
    }
    for facts in known.values() {
        one_order(desk, facts);
    }
    let sales = desk.account.sales.as_deref();
    assert_eq!(sales.map_or(0, |sales| sales.receipts), receipts);
}

fn one_order(desk: &Desk<'_>, facts: &OrderFacts) {
    let order = &facts.order;
    let credits = order.ordered.credits();
    assert!(!order.clawed.is_negative() && order.clawed <= credits, "no more is taken than was given");
    assert!(!order.lapsed.is_negative() && order.lapsed <= order.clawed);
    let paid = matches!(order.state, OrderState::Credited | OrderState::Disputed);
    if paid && order.gone() > 0 {
        let price = order.ordered.price.amount;
        assert_eq!(
            order.clawed,
            billing::target(credits, price, order.gone()),
            "as many as the money is worth"
        );
    }
    assert!(facts.spent.iter().all(|(_, spent)| !spent.is_negative()), "{:?}", facts.spent);
    if let Some(kept) = desk.account.sales.as_deref().and_then(|sales| sales.order(order.id)) {
        // Only the journal knows which credits came back too late.
        let own = |grants: &[(Position, Amount)]| {
            let issued = |id: &Position| match &desk.journal.at(*id).map(|entry| &entry.event) {
                Some(Event::Issued(issued)) => issued.terms.source == Source::Order { order: order.id },
                _ => false,
            };
            grants.iter().filter(|(id, _)| issued(id)).copied().collect()
        };
        let told = Order { grants: own(&order.grants), ..order.clone() };
        assert_eq!(*kept, told, "the state of an order is its history");
    }
}

/// Per grant: what the flows leave is what the state has, and all of it is somewhere.
fn grants(desk: &Desk<'_>) {
    let mut places: BTreeMap<(Position, LedgerAccount), Amount> = BTreeMap::new();
    let mut settled: BTreeMap<Position, Amount> = BTreeMap::new();
    for (id, entry) in desk.journal.entries() {
        entry.flows(*id, &mut |flow| {
            for (leg, change) in [(flow.from, flow.credits.negated()), (flow.to, flow.credits)] {
                if let Some(grant) = leg.grant {
                    let place = places.entry((grant, leg.account)).or_default();
                    *place = place.plus(change);
                }
            }
            // A debt that a grant settles, and what it gets back of that.
            match (flow.from.grant, flow.to.grant) {
                (Some(grant), None) => {
                    let sum = settled.entry(grant).or_default();
                    *sum = sum.plus(flow.credits);
                }
                (None, Some(grant)) if flow.from.account != LedgerAccount::Issued => {
                    let sum = settled.entry(grant).or_default();
                    *sum = sum.minus(flow.credits);
                }
                _ => {}
            }
        });
    }
    for (id, entry) in desk.journal.entries() {
        let Event::Issued(issued) = &entry.event else { continue };
        let of = |account| places.get(&(*id, account)).copied().unwrap_or_default();
        let (free, held) = (of(LedgerAccount::Available), of(LedgerAccount::Held));
        let spent = of(LedgerAccount::Consumed).plus(settled.get(id).copied().unwrap_or_default());
        let ended = of(LedgerAccount::Expired).plus(of(LedgerAccount::Voided));
        let sum = free.plus(held).plus(spent).plus(ended);
        assert_eq!(
            sum, issued.terms.credits,
            "granted = remaining + held + spent + expired + voided of {id}"
        );
        let book = desk.account.book(entry.unit);
        match book.and_then(|book| book.grant(*id)) {
            Some(grant) => assert_eq!((grant.free, grant.held), (free, held), "grant {id}"),
            None => assert_eq!((Amount::ZERO, Amount::ZERO), (free, held), "grant {id} was dropped"),
        }
        if let Some(grant) = book.and_then(|book| book.grant(*id))
            && grant.is_taken_back()
        {
            assert!(grant.free.is_zero(), "what was taken back can't be drawn");
            assert!(grant.state != GrantState::Reclaimed || grant.held.is_zero());
        }
    }
}

/// What the subscription and the top-up refer to is there.
fn sales(desk: &Desk<'_>) {
    let Some(sales) = desk.account.sales.as_deref() else { return };
    let waits: Vec<Position> = match sales.subscription.as_deref().map(|one| one.state) {
        Some(SubscriptionState::PastDue { order }) => vec![order],
        _ => Vec::new(),
    };
    let buys = sales.top_up.iter().filter_map(|top_up| top_up.order);
    for id in waits.iter().copied().chain(buys) {
        let order = sales.order(id).expect("an order that is awaited is kept");
        assert_eq!(order.state, OrderState::AwaitingPayment, "what is awaited is open");
        if waits.contains(&id) {
            let moves = order.asking || order.next_attempt_at.is_some();
            assert!(moves, "somebody is asked, or will be");
        }
    }
    if let Some(one) = &sales.subscription {
        assert!(one.start < one.end, "a period has a length");
        assert!(one.paid >= one.count || one.agreed.price.is_none(), "no period begins unpaid");
    }
    for order in sales.orders.iter().filter(|order| order.asking) {
        assert_eq!(order.state, OrderState::AwaitingPayment);
    }
}
