//! What a payment makes of a subscription, and where its periods begin and end.

use ledger::{
    Agreed, Method, Move, Order, OrderState, Position, Purpose, Sort, Subscription, SubscriptionMoved,
    SubscriptionState,
};
use moment::Instant;

use crate::Account;
use crate::decide::Asks;

/// How a period begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begins {
    /// Whether boundaries are counted from now on, rather than from the anchor.
    pub anew: bool,
    /// Whether it was asked for, or is free; not, where it was paid with an earlier one.
    pub billed: bool,
    /// The order that paid for it, if one did.
    pub order: Option<Position>,
}

impl Asks<'_> {
    /// What the payment of an order makes of the account's subscription; `None`: nothing, as it is on something else.
    pub(crate) fn moved_by(&self, order: &Order, method: Option<&Method>) -> Option<SubscriptionMoved> {
        let ordered = &order.ordered;
        let agreed = ordered.agreed.as_deref()?.clone();
        let begins = Begins { anew: ordered.restarts, billed: true, order: Some(order.id) };
        let (how, mut now) = match (ordered.purpose, self.account.subscription()) {
            (Purpose::Change, Some(old)) => self.changed(order, old, agreed)?,
            // A difference was paid to something that has ended: it brings its credits, and nothing begins.
            (Purpose::Change, None) if !ordered.restarts => return None,
            (Purpose::Renewal, Some(old))
                if old.state == (SubscriptionState::PastDue { order: order.id }) =>
            {
                (Move::Renewed, self.renewed(old, agreed, begins))
            }
            (_, Some(_)) => return None,
            // Paid for the first time, or after it had ended.
            (_, None) => (Move::Started, self.started(order, agreed)),
        };
        if let Some(method) = method {
            (now.provider, now.method) = (method.provider.clone(), method.token.clone());
        }
        now.notice_at = self.notice_at(&now);
        Some(SubscriptionMoved { how, now })
    }

    /// A change was paid for. Where what it was a difference to is no longer the current period, it comes with the next.
    fn changed(&self, order: &Order, old: &Subscription, agreed: Agreed) -> Option<(Move, Subscription)> {
        if old.since > order.placed_at {
            // Another subscription than the one that was to change.
            return None;
        }
        let as_ordered = old.state == SubscriptionState::Active
            && (old.agreed.period, old.agreed.periods_billed) == (agreed.period, agreed.periods_billed);
        Some(if order.ordered.restarts {
            let now = self.restarted(old, agreed, Some(order.id));
            (Move::Changed, Subscription { pending: None, ..now })
        } else if as_ordered {
            (Move::Changed, Subscription { agreed, pending: None, ..old.clone() })
        } else {
            (Move::ChangePlanned, Subscription { pending: Some(Box::new(agreed)), ..old.clone() })
        })
    }

    fn started(&self, order: &Order, agreed: Agreed) -> Subscription {
        let (now, ordered) = (self.context.now, &order.ordered);
        let trial = self.rules.program.plan(&agreed.offer).and_then(|plan| plan.trial);
        let trial = trial
            .filter(|_| ordered.sort == Sort::Plan && ordered.price.amount == 0 && agreed.price.is_some());
        let base = Subscription {
            id: order.id,
            count: 1,
            paid: agreed.periods_billed,
            order: order.id,
            taken_back: false,
            agreed,
            since: now,
            anchor: now,
            start: now,
            end: now,
            state: SubscriptionState::Active,
            pending: None,
            // Whoever gave the order up has what was paid for all the same, and no more of it.
            cancel_at_end: order.state == OrderState::Canceled || self.account.closed,
            pause_at_end: None,
            provider: ordered.provider.clone(),
            method: ordered.method.clone().unwrap_or_default(),
            provider_renews: false,
            carried: Vec::new(),
            notice_at: None,
        };
        match trial {
            // Boundaries are counted from where it ends, and the first period that is paid begins there.
            Some(trial) => {
                let end = billing::trial_end(now, trial.length, &self.account.zone());
                let state = SubscriptionState::Trial;
                Subscription { anchor: end, count: 0, paid: 0, end, state, ..base }
            }
            None => Subscription { end: self.boundary(&base, base.count), ..base },
        }
    }

    /// A period begins now, and boundaries are counted from here.
    fn restarted(&self, old: &Subscription, agreed: Agreed, order: Option<Position>) -> Subscription {
        let now = self.context.now;
        let base = Subscription {
            count: 1,
            paid: agreed.periods_billed,
            order: order.unwrap_or(old.order),
            taken_back: false,
            pending: still_pending(old, &agreed),
            agreed,
            anchor: now,
            start: now,
            state: SubscriptionState::Active,
            carried: Vec::new(),
            pause_at_end: None,
            ..old.clone()
        };
        Subscription { end: self.boundary(&base, base.count), ..base }
    }

    /// The period behind the last one. Where that is over already, as the money came so late, one begins now.
    pub(crate) fn renewed(&self, old: &Subscription, agreed: Agreed, begins: Begins) -> Subscription {
        let same = agreed.period == old.agreed.period;
        let (anchor, before) = if same { (old.anchor, old.count) } else { (old.end, 0) };
        let paid = if begins.billed { before.saturating_add(agreed.periods_billed) } else { old.paid };
        let base = Subscription {
            anchor,
            count: before.saturating_add(1),
            paid,
            order: begins.order.unwrap_or(old.order),
            taken_back: old.taken_back && !begins.billed,
            pending: still_pending(old, &agreed),
            agreed,
            start: old.end,
            state: SubscriptionState::Active,
            carried: Vec::new(),
            ..old.clone()
        };
        let end = self.boundary(&base, base.count);
        if begins.anew || end <= self.context.now {
            return self.restarted(old, base.agreed, begins.order);
        }
        Subscription { end, ..base }
    }

    fn boundary(&self, one: &Subscription, number: u32) -> Instant {
        boundary(self.account, one, number)
    }

    /// When the customer is told that a renewal is near: only where it comes by itself, and costs something.
    pub(crate) fn notice_at(&self, one: &Subscription) -> Option<Instant> {
        let before = self.rules.program.renewal.notice_before?.exact_millis()?;
        let runs = matches!(one.state, SubscriptionState::Trial | SubscriptionState::Active);
        let next = one.pending.as_deref().unwrap_or(&one.agreed);
        let costs = next.price.is_some_and(|price| price.amount > 0);
        let at = one.end.plus_millis(-before);
        (runs && one.goes_on() && one.is_paid_up() && costs && at > self.context.now).then_some(at)
    }
}

/// Boundary so many of a subscription. Only a calendar period asks for the account's time zone.
pub(crate) fn boundary(account: &Account, one: &Subscription, number: u32) -> Instant {
    match one.agreed.period.exact_millis() {
        Some(millis) => one.anchor.plus_millis(millis.saturating_mul(i64::from(number))),
        None => billing::boundary(one.anchor, one.agreed.period, number, &account.zone()),
    }
}

/// Until when a subscription is paid, or free: what comes then is asked for, and a change, a pause or an end that is
/// planned takes effect. That is the current period's end, unless some periods are paid at a time.
pub fn paid_until(account: &Account, one: &Subscription) -> Instant {
    if one.is_paid_up() { one.end } else { boundary(account, one, one.paid) }
}

/// What is still to come, when this has come.
fn still_pending(old: &Subscription, agreed: &Agreed) -> Option<Box<Agreed>> {
    old.pending.clone().filter(|pending| **pending != *agreed)
}
