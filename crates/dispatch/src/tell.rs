//! What entries say to hosts and customers.

use engine::Published;
use ids::Id;
use ledger::{Entry, Event, EventKind, Move, Ordered, Pause, Position, Purpose, Subscription, TopUpMove};
use messages::{Facts, Kind};
use money::Money;
use serde_json::{Map, Value};

/// The kinds of entries that something is told of.
pub(crate) const TOLD: &[EventKind] = &[
    EventKind::AlertFired,
    EventKind::Overdrawn,
    EventKind::SuspensionNear,
    EventKind::Suspended,
    EventKind::Restored,
    EventKind::OrderCredited,
    EventKind::OrderFailed,
    EventKind::OrderDisputed,
    EventKind::OrderRefunded,
    EventKind::QuoteMade,
    EventKind::PaymentDeclined,
    EventKind::Subscription,
    EventKind::TopUp,
    EventKind::ExpiryNear,
    EventKind::Expired,
    EventKind::Released,
    EventKind::ReportDue,
];

/// What an entry says; `None`: nothing. `placed` is what had been ordered, where the entry names an order only; `name`
/// finds the text of a name.
pub(crate) fn told(
    published: &Published,
    position: Position,
    entry: &Entry,
    placed: Option<&Ordered>,
    name: &dyn Fn(ledger::NameId) -> String,
) -> Option<(Kind, Map<String, Value>)> {
    let account = entry.account;
    let unit = published.program.units.get(usize::from(entry.unit))?;
    let facts = || Facts::of(unit).credits("available", entry.after.available());
    let order = |id: Position| Id::new(ids::Kind::Order, id, account).to_string();
    let bought = placed.map(|placed| &*placed.name);
    let (kind, facts) = match &entry.event {
        Event::AlertFired { threshold } => (Kind::BalanceLow, facts().credits("threshold", *threshold)),
        Event::Overdrawn(below) => (
            Kind::AccountOverdrawn,
            facts().instant("since", below.since).instant("deadline", below.deadline),
        ),
        Event::SuspensionNear(below) => {
            (Kind::SuspensionNear, facts().instant("since", below.since).instant("deadline", below.deadline))
        }
        Event::Suspended(below) => (Kind::AccountSuspended, facts().instant("since", below.since)),
        Event::Restored(_) => (Kind::AccountRestored, facts()),
        Event::OrderCredited(credited) if credited.purpose != Purpose::Renewal => {
            let facts = facts().text("order", &order(credited.order)).text("name", &credited.name);
            let receipt = u64::from(credited.receipt);
            (
                Kind::OrderCredited,
                facts
                    .credits("credits", credited.credits)
                    .money("price", credited.price)
                    .count("receipt", receipt),
            )
        }
        Event::OrderFailed(failed) if !matches!(failed.purpose, Purpose::Renewal | Purpose::TopUp) => {
            let facts = Facts::new().text("order", &order(failed.order)).text("name", &failed.name);
            (
                Kind::OrderFailed,
                priced(facts, placed.map(|placed| placed.price)).text("reason", &failed.reason),
            )
        }
        Event::OrderDisputed(disputed) => {
            let facts = facts().text("order", &order(disputed.order)).maybe("name", bought);
            let facts = facts.money("price", disputed.amount);
            (Kind::OrderDisputed, facts.text("dispute", &disputed.dispute))
        }
        Event::OrderRefunded(refunded) => (
            Kind::OrderRefunded,
            facts()
                .text("order", &order(refunded.order))
                .maybe("name", bought)
                .money("price", refunded.total),
        ),
        Event::QuoteMade(quoted) => {
            let id = Id::new(ids::Kind::Quote, position, account).to_string();
            let facts = Facts::of(unit).text("quote", &id).text("name", &quoted.name);
            let facts = facts.credits("credits", quoted.credits).money("price", quoted.price);
            (Kind::QuoteReady, facts.instant("until", quoted.expires_at))
        }
        Event::PaymentDeclined(declined) if declined.renewal => {
            let facts = Facts::new().text("order", &order(declined.order)).text("name", &declined.name);
            let facts = facts.money("price", declined.amount).text("reason", &declined.code);
            let facts = facts.text("message", &declined.message);
            let next = declined.next.unwrap_or(moment::Instant::NEVER);
            (
                Kind::RenewalFailed,
                facts.count("attempt", u64::from(declined.attempt)).instant("next_attempt_at", next),
            )
        }
        Event::Subscription(moved) => return subscription(moved.how, &moved.now, entry, unit),
        Event::TopUp(moved) if moved.how == TopUpMove::Paused => {
            let reason = match moved.now.paused {
                Some(Pause::Capped { .. }) => "capped",
                Some(Pause::NoMethod) => "no_method",
                _ => "declined",
            };
            let package = published.program.package(&moved.now.package);
            let name = package.map_or(&*moved.now.package, |package| package.name.as_str());
            // One that rests for another reason must not be told of declines that there were not.
            let facts = match moved.now.declines {
                0 => facts(),
                declines => facts().count("declines", u64::from(declines)),
            };
            let facts = facts.text("name", name);
            (Kind::TopUpPaused, facts.text("reason", reason))
        }
        Event::ExpiryNear(near) => (
            Kind::CreditsExpiring,
            facts().credits("credits", near.credits).instant("expires_at", near.expires_at),
        ),
        Event::Expired(part) if part.credits.is_positive() => {
            let facts = facts().credits("credits", part.credits);
            (Kind::CreditsExpired, facts.instant("expired_at", entry.effective_at))
        }
        // What it came to is counted before it is told.
        Event::ReportDue(month) => (Kind::ReportReady, Facts::new().text("month", &month.to_string())),
        Event::Released(released) if released.expired => {
            let hold = Id::new(ids::Kind::Hold, released.hold, account).to_string();
            let action = Some(released.work.action).filter(|name| name.is_some()).map(name);
            let facts = facts().text("hold", &hold).maybe("action", action.as_deref());
            (
                Kind::HoldExpired,
                facts.credits("credits", released.credits).instant("deadline", entry.effective_at),
            )
        }
        _ => return None,
    };
    Some((kind, facts.done()))
}

/// Whether a payment came with the period that has begun: with one of several that are paid at a time, it did with the
/// first.
fn is_just_paid(now: &Subscription) -> bool {
    now.paid.saturating_add(1) == now.count.saturating_add(now.agreed.periods_billed.max(1))
}

fn priced(facts: Facts, price: Option<Money>) -> Facts {
    match price {
        Some(price) => facts.money("price", price),
        None => facts,
    }
}

fn subscription(
    how: Move,
    now: &Subscription,
    entry: &Entry,
    unit: &money::Unit,
) -> Option<(Kind, Map<String, Value>)> {
    let id = Id::new(ids::Kind::Subscription, now.id, entry.account).to_string();
    let facts = Facts::of(unit).credits("available", entry.after.available()).text("subscription", &id);
    let agreed = now.pending.as_deref().filter(|_| how != Move::Renewed).unwrap_or(&now.agreed);
    let facts = facts.text("name", &agreed.name).credits("credits", agreed.allotment);
    let facts = priced(facts, agreed.price);
    let (kind, facts) = match how {
        Move::Started => (Kind::SubscriptionStarted, facts.instant("renews_at", now.end)),
        Move::Renewed if agreed.price.is_some() && is_just_paid(now) => {
            (Kind::RenewalDone, facts.instant("next_at", now.end))
        }
        Move::RenewalNear => (Kind::RenewalNear, facts.instant("renews_at", now.end)),
        Move::Changed => (Kind::SubscriptionChanged, facts.instant("effective_at", entry.effective_at)),
        Move::ChangePlanned if now.pending.is_some() => {
            let facts = facts.text("from", &now.agreed.name);
            (Kind::SubscriptionChanged, facts.instant("effective_at", now.end))
        }
        Move::Ended | Move::Unpaid => {
            (Kind::SubscriptionEnded, facts.instant("ended_at", entry.effective_at))
        }
        _ => return None,
    };
    Some((kind, facts.done()))
}
