//! A period's end touches only what its subscription issued (18), and boundaries do not drift (19).

use std::collections::BTreeMap;

use ledger::{Event, Move, Position, Source, Subscription, SubscriptionState, Terms};
use moment::Instant;
use money::Amount;
use testkit::Desk;

/// Checks every period of every subscription that an account has had.
///
/// # Panics
/// Where something is off, with what.
pub fn check(desk: &Desk<'_>) {
    let zone = desk.account.zone();
    let mut grants: BTreeMap<Position, Terms> = BTreeMap::new();
    let mut before: Option<Subscription> = None;
    let mut rolled: BTreeMap<(Position, Instant), Amount> = BTreeMap::new();
    for (id, entry) in desk.journal.entries() {
        match &entry.event {
            Event::Issued(issued) => {
                let terms = issued.terms.clone();
                if let Source::Rollover { subscription, .. } = terms.source {
                    let sum = rolled.entry((subscription, entry.effective_at)).or_default();
                    *sum = sum.plus(terms.credits);
                }
                grants.insert(*id, terms);
            }
            Event::Expired(part) => {
                let end = grants[&part.grant].expires_at;
                assert_eq!(end, entry.effective_at, "a grant ends at its own end, whatever else does then");
            }
            Event::Subscription(moved) => {
                let now = &moved.now;
                if !moved.how.is_end() {
                    let end = match now.state {
                        SubscriptionState::Trial => now.anchor,
                        _ => billing::boundary(now.anchor, now.agreed.period, now.count, &zone),
                    };
                    let as_agreed = matches!(now.state, SubscriptionState::Trial | SubscriptionState::Active);
                    assert!(
                        !as_agreed || now.end == end,
                        "a boundary depends on anchor, period and count alone"
                    );
                }
                if moved.how == Move::Renewed
                    && let Some(old) = &before
                {
                    let goes_on = now.start == old.end;
                    assert!(goes_on || now.start == entry.effective_at, "each instant is in one period");
                    assert!(goes_on || now.count == 1, "one that begins anew has an anchor of its own");
                    rolls_over_within_its_cap(desk, old, &rolled, entry.effective_at);
                }
                assert!(now.start <= entry.effective_at, "no period begins ahead of its time");
                before = (!moved.how.is_end()).then(|| now.clone());
            }
            _ => {}
        }
    }
}

fn rolls_over_within_its_cap(
    desk: &Desk<'_>,
    old: &Subscription,
    rolled: &BTreeMap<(Position, Instant), Amount>,
    at: Instant,
) {
    let sum = rolled.get(&(old.id, at)).copied().unwrap_or_default();
    let rule = desk.shop.program.plan(&old.agreed.offer).map(|plan| plan.rollover);
    let most = match rule.map(|rule| rule.cap) {
        None | Some(catalog::RolloverCap::Nothing) => Amount::ZERO,
        Some(catalog::RolloverCap::Amount(most)) => most,
        Some(_) => Amount::MAX,
    };
    assert!(sum <= most, "{sum} roll over of {}", old.agreed.offer);
}
