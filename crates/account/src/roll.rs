use ledger::NameId;
use ledger::{
    BelowZero, Event, ExpiryNear, GrantState, Part, Position, QuoteEnded, Sales, Started, SubscriptionState,
};
use moment::Instant;
use money::Amount;
use smallvec::SmallVec;

use crate::decide::Asks;
use crate::draft::Draft;
use crate::edges::edges;
use crate::holds::push_release;
use crate::{Account, Context, Decision, Facts, Need, Rules, apply};

/// Something that falls due by itself. In the order in which things of one instant are booked: what arrives and
/// what comes back before what ends, so that a plan's new period that begins as the old one ends is no fall through
/// an alert's threshold; a deadline last, so that credits that arrive with it are in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    PeriodEnds,
    GrantStarts(Position),
    HoldEnds(Position),
    GrantEnds(Position),
    ExpiryNear(Position),
    RenewalNear,
    PaymentAgain(Position),
    OrderEnds(Position),
    QuoteEnds(Position),
    Warning,
    Suspension,
    MonthEnds,
}

/// Rolls the account forward to `now`: books what fell due, in the order in which it fell due, each at its own
/// instant (domain.md, "Time"). Entries get the positions from `next` on. Rolling to t1 and then to t2 equals
/// rolling to t2.
///
/// Stops where something has to be looked up first; the account is then rolled only part of the way, and is of no use.
pub fn roll(
    account: &mut Account,
    rules: &Rules<'_>,
    now: Instant,
    next: Position,
    facts: &Facts,
) -> Result<Vec<ledger::Entry>, Need> {
    roll_on(account, rules, now, next, facts, false)
}

/// The same, but stops behind the first question that somebody outside has to answer (a payment): the account then
/// stands at that instant, so that the answer can count from there.
pub fn roll_to_question(
    account: &mut Account,
    rules: &Rules<'_>,
    now: Instant,
    next: Position,
    facts: &Facts,
) -> Result<Vec<ledger::Entry>, Need> {
    roll_on(account, rules, now, next, facts, true)
}

fn roll_on(
    account: &mut Account,
    rules: &Rules<'_>,
    now: Instant,
    next: Position,
    facts: &Facts,
    to_question: bool,
) -> Result<Vec<ledger::Entry>, Need> {
    let mut entries: Vec<ledger::Entry> = Vec::new();
    while let Some((at, unit, due)) = earliest(account, now) {
        // What came back after its notice was due is told of then, and not in the past.
        let at = at.max(account.time);
        let position = Position(next.0 + entries.len() as u64);
        let context = Context { now: at, recorded_at: now, by: NameId::NONE, next: position, facts };
        let decided = book_due(account, rules, unit, due, &context)?;
        for entry in decided {
            apply(account, Position(next.0 + entries.len() as u64), &entry);
            entries.push(entry);
        }
        let asked = |entry: &ledger::Entry| matches!(entry.event, Event::PaymentAsked(_));
        if to_question && entries.iter().any(asked) {
            break;
        }
    }
    account.refresh_due();
    Ok(entries)
}

/// The account as it is at `now`, without a change to the one that is kept. For reads.
pub fn rolled(account: &Account, rules: &Rules<'_>, now: Instant, facts: &Facts) -> Result<Account, Need> {
    let mut copy = account.clone();
    roll(&mut copy, rules, now, account.last.next(), facts)?;
    Ok(copy)
}

fn earliest(account: &Account, now: Instant) -> Option<(Instant, u8, Due)> {
    let mut all: SmallVec<[(Instant, Due, u8); 8]> = SmallVec::new();
    for (unit, book) in account.books.iter().enumerate() {
        let unit = unit as u8;
        for grant in &book.grants {
            match grant.state {
                GrantState::Pending if grant.effective_at <= now => {
                    all.push((grant.effective_at, Due::GrantStarts(grant.id), unit));
                }
                GrantState::Live if grant.free.is_positive() && grant.notice_at() <= now => {
                    all.push((grant.notice_at(), Due::ExpiryNear(grant.id), unit));
                }
                GrantState::Live if grant.free.is_positive() && grant.expires_at <= now => {
                    all.push((grant.expires_at, Due::GrantEnds(grant.id), unit));
                }
                _ => {}
            }
        }
        for hold in book.holds.iter().filter(|hold| hold.deadline <= now) {
            all.push((hold.deadline, Due::HoldEnds(hold.id), unit));
        }
        if let Some(overdraft) =
            book.overdraft.as_deref().filter(|overdraft| overdraft.suspended_at.is_none())
        {
            if let Some(warning) = overdraft.warnings.first().filter(|warning| **warning <= now) {
                all.push((*warning, Due::Warning, unit));
            }
            if overdraft.deadline <= now {
                all.push((overdraft.deadline, Due::Suspension, unit));
            }
        }
    }
    if let Some(sales) = account.sales.as_deref() {
        sales_due(sales, now, &mut |at, unit, due| all.push((at, due, unit)));
    }
    if let Some((_, over)) = account.report_due().filter(|(_, over)| *over <= now) {
        all.push((over, Due::MonthEnds, 0));
    }
    all.into_iter().min().map(|(at, due, unit)| (at, unit, due))
}

fn sales_due(sales: &Sales, now: Instant, visit: &mut impl FnMut(Instant, u8, Due)) {
    let mut due = |at: Instant, unit: u8, due: Due| {
        if at <= now {
            visit(at, unit, due);
        }
    };
    if let Some(one) = sales.subscription.as_deref() {
        let unit = one.agreed.unit;
        match one.state {
            SubscriptionState::Trial | SubscriptionState::Active => {
                due(one.end, unit, Due::PeriodEnds);
                due(one.notice_at.unwrap_or(Instant::NEVER), unit, Due::RenewalNear);
            }
            SubscriptionState::Paused { until } => due(until, unit, Due::PeriodEnds),
            SubscriptionState::PastDue { .. } => {}
        }
    }
    for order in sales.orders.iter().filter(|order| order.next_due() <= now) {
        match order.next_attempt_at {
            Some(at) => due(at, order.unit, Due::PaymentAgain(order.id)),
            None => due(order.ordered.expires_at, order.unit, Due::OrderEnds(order.id)),
        }
    }
    for quote in &sales.quotes {
        due(quote.quoted.expires_at, 0, Due::QuoteEnds(quote.id));
    }
}

fn book_due(
    account: &Account,
    rules: &Rules<'_>,
    unit: u8,
    due: Due,
    context: &Context<'_>,
) -> Result<Decision, Need> {
    let mut draft = Draft::new(account, context, unit);
    let asks = Asks { account, rules, context };
    let order = |id| account.sales.as_deref().and_then(|sales| sales.order(id));
    match due {
        Due::PeriodEnds => asks.period_ends(&mut draft),
        Due::RenewalNear => asks.renewal_near(&mut draft),
        Due::PaymentAgain(id) => {
            if let Some(order) = order(id) {
                asks.ask_again(&mut draft, order);
            }
        }
        Due::OrderEnds(id) => {
            if let Some(order) = order(id) {
                asks.order_expires(&mut draft, order);
            }
        }
        Due::QuoteEnds(id) => {
            draft.push(Event::QuoteEnded(QuoteEnded { quote: id, order: None, expired: true }));
        }
        Due::MonthEnds => {
            if let Some((month, _)) = account.report_due() {
                draft.push(Event::ReportDue(month));
            }
        }
        other => book_grants_due(&mut draft, rules, other)?,
    }
    edges(&mut draft, rules);
    Ok(draft.entries)
}

fn book_grants_due(draft: &mut Draft<'_>, rules: &Rules<'_>, due: Due) -> Result<(), Need> {
    let Some(book) = draft.book() else { return Ok(()) };
    match due {
        Due::ExpiryNear(id) => {
            if let Some(grant) = book.grant(id) {
                let (credits, expires_at) = (grant.free, grant.expires_at);
                draft.push(Event::ExpiryNear(ExpiryNear { grant: id, credits, expires_at }));
            }
        }
        Due::GrantEnds(id) => {
            if let Some(grant) = book.grant(id) {
                draft.push(Event::Expired(Part { grant: id, credits: grant.free }));
            }
        }
        Due::HoldEnds(id) => {
            if let Some(hold) = book.hold(id) {
                push_release(draft, rules, hold, true, None)?;
            }
        }
        Due::GrantStarts(id) => {
            if let Some(grant) = book.grant(id) {
                let settles = grant.scope().is_none_or(|names| rules.pays_for_overdraws(names));
                let settled = if settles { grant.granted.min(book.owed) } else { Amount::ZERO };
                draft.push(Event::Started(Started { grant: id, credits: grant.granted, settled }));
            }
        }
        Due::Warning | Due::Suspension => {
            if let Some(overdraft) = book.overdraft.as_deref() {
                let below =
                    BelowZero { since: overdraft.since, deadline: overdraft.deadline, warnings: Vec::new() };
                draft.push(match due {
                    Due::Warning => Event::SuspensionNear(below),
                    _ => Event::Suspended(below),
                });
            }
        }
        // Not of a book.
        _ => {}
    }
    Ok(())
}
