use ledger::{
    Carried, Class, Event, GrantState, Move, Order, Ordered, Purpose, Source, Subscription,
    SubscriptionMoved, SubscriptionState,
};
use moment::Instant;
use money::Money;

use crate::buy::asked;
use crate::cycle::Begins;
use crate::decide::Asks;
use crate::draft::Draft;

impl<'a> Asks<'a> {
    /// A subscription's period has ended, or its pause: what comes next, once for each boundary.
    pub(crate) fn period_ends(&self, draft: &mut Draft<'a>) {
        let Some(one) = self.account.subscription() else { return };
        let rested = matches!(one.state, SubscriptionState::Paused { .. });
        let ends = if one.is_paid_up() { one.cancel_at_end } else { one.taken_back };
        if ends {
            let moved = SubscriptionMoved { how: Move::Ended, now: one.clone() };
            draft.push(Event::Subscription(Box::new(moved)));
        } else if let Some(until) = one.pause_at_end.filter(|_| one.is_paid_up()) {
            let state = SubscriptionState::Paused { until };
            let now = Subscription { state, pause_at_end: None, notice_at: None, ..one.clone() };
            draft.push(Event::Subscription(Box::new(SubscriptionMoved { how: Move::Paused, now })));
        } else {
            let carried = self.carried(draft, one);
            self.begin_period(draft, one, carried, rested);
        }
    }

    /// What is left of the subscription's own grants and rolls over. Purchased credits are never looked at.
    fn carried(&self, draft: &Draft<'_>, one: &Subscription) -> Vec<Carried> {
        let Some(plan) = self.rules.program.plan(&one.agreed.offer) else { return Vec::new() };
        let grants = draft.book().map(|book| book.grants.as_slice()).unwrap_or_default();
        let own = |grant: &&ledger::Grant| {
            grant.state == GrantState::Live
                && grant.expires_at <= one.end
                && match grant.source() {
                    Source::Rollover { subscription, .. } | Source::Period { subscription } => {
                        *subscription == one.id
                    }
                    Source::Order { .. } => grant.class == Class::Plan,
                    _ => false,
                }
        };
        let left: Vec<_> = grants
            .iter()
            .filter(own)
            .map(|grant| match grant.source() {
                Source::Rollover { times, .. } => (grant.free, *times),
                _ => (grant.free, 0),
            })
            .collect();
        billing::carry(&plan.rollover, one.agreed.allotment, &left)
    }

    /// Begins the next period: gives its credits where it is free or paid for already, and asks for money where not.
    pub(crate) fn begin_period(
        &self,
        draft: &mut Draft<'a>,
        one: &Subscription,
        carried: Vec<Carried>,
        restarts: bool,
    ) {
        let billed = restarts || one.is_paid_up();
        let pending = one.pending.as_deref().filter(|_| billed);
        let agreed = pending.unwrap_or(&one.agreed).clone();
        let old = Subscription { carried, ..one.clone() };
        let price = agreed.price.filter(|price| price.amount > 0 && billed);
        let Some(price) = price else {
            let now = self.renewed(&old, agreed, Begins { anew: restarts, billed, order: None });
            let now = Subscription { notice_at: self.notice_at(&now), ..now };
            self.issue_period(draft, &now);
            self.roll_over(draft, &old, &now);
            draft.push(Event::Subscription(Box::new(SubscriptionMoved { how: Move::Renewed, now })));
            return;
        };
        let id = draft.next();
        let old = self.with_method(old);
        let ordered = self.renewal(&old, agreed, price, restarts);
        let order = Order::placed(id, draft.unit, self.context.now, &ordered);
        draft.push(Event::OrderPlaced(Box::new(ordered)));
        let state = SubscriptionState::PastDue { order: id };
        let now = Subscription { state, notice_at: None, ..old.clone() };
        draft.push(Event::Subscription(Box::new(SubscriptionMoved { how: Move::PeriodEnded, now })));
        if !old.provider_renews {
            // Where the provider renews, it takes the money by itself, and tells.
            self.ask_for(draft, &order, 1, &old);
        }
    }

    /// One that has no stored method yet gets the account's, where that is of its provider.
    fn with_method(&self, one: Subscription) -> Subscription {
        let stored = self.account.sales.as_deref().and_then(|sales| sales.method.as_ref());
        match stored.filter(|method| one.provider.is_empty() || method.provider == one.provider) {
            Some(method) if one.method.is_empty() && !one.provider_renews => {
                let (provider, method) = (method.provider.clone(), method.token.clone());
                Subscription { provider, method, ..one }
            }
            _ => one,
        }
    }

    /// Asks whether the subscription's stored method pays; without one, that is a decline.
    fn ask_for(&self, draft: &mut Draft<'a>, order: &Order, attempt: u32, one: &Subscription) {
        if one.method.is_empty() {
            self.decline(draft, order, attempt, "no_method", "There is no payment method to be charged");
        } else {
            let method = (&*one.provider, &*one.method);
            draft.push(Event::PaymentAsked(Box::new(asked(order, attempt, method))));
        }
    }

    fn renewal(&self, one: &Subscription, agreed: ledger::Agreed, price: Money, restarts: bool) -> Ordered {
        let package = self.rules.program.package(&agreed.offer);
        let life = package.map_or((None, None), |package| (package.life, package.bonus_life));
        Ordered {
            offer: agreed.offer.clone(),
            name: agreed.name.clone(),
            sort: agreed.sort,
            purpose: Purpose::Renewal,
            quantity: agreed.quantity,
            lots: billing::for_renewal(&self.rules.program.classes, &agreed, life),
            price,
            price_version: self.rules.version,
            provider: one.provider.clone(),
            method: Some(one.method.clone()).filter(|method| !method.is_empty()),
            agreed: Some(Box::new(agreed)),
            restarts,
            quote: None,
            return_url: None,
            // The schedule of attempts ends it.
            expires_at: Instant::NEVER,
        }
    }

    /// The customer is told that a renewal is near.
    pub(crate) fn renewal_near(&self, draft: &mut Draft<'a>) {
        let Some(one) = self.account.subscription() else { return };
        let now = Subscription { notice_at: None, ..one.clone() };
        let moved = SubscriptionMoved { how: Move::RenewalNear, now };
        draft.push(Event::Subscription(Box::new(moved)));
    }

    /// A payment that was declined is tried again.
    pub(crate) fn ask_again(&self, draft: &mut Draft<'a>, order: &Order) {
        let awaits = SubscriptionState::PastDue { order: order.id };
        match self.account.subscription().filter(|one| one.state == awaits) {
            Some(one) => self.ask_for(draft, order, order.attempts.max(1).saturating_add(1), one),
            // Nothing waits for it any more.
            None => self.fail(draft, order, "It is not needed any more"),
        }
    }

    /// An order was not paid in time.
    pub(crate) fn order_expires(&self, draft: &mut Draft<'a>, order: &Order) {
        self.fail(draft, order, "It was not paid in time");
    }
}
