use ledger::{
    Class, Event, Issued, Lot, Method, Move, Order, OrderCredited, OrderPaid, Pause, Purpose, Source,
    Subscription, SubscriptionMoved, Terms, TopUp, TopUpMove, TopUpMoved,
};
use moment::Instant;
use money::Amount;

use crate::OrderFacts;
use crate::decide::Asks;
use crate::draft::Draft;
use crate::give_back::{late_end, share_of};

impl<'a> Asks<'a> {
    /// Money has come for an order: gives its credits, in the same transaction, and moves what depends on it.
    ///
    /// Where the credits would leave the range of amounts the order stays paid, for the operator to see.
    pub(crate) fn credit(
        &self,
        draft: &mut Draft<'a>,
        order: &Order,
        reference: &str,
        method: Option<&Method>,
    ) {
        let sales = self.account.sales.as_deref();
        let (ordered, price) = (&order.ordered, order.ordered.price);
        let receipt = if price.amount > 0 { sales.map_or(0, |sales| sales.receipts) + 1 } else { 0 };
        draft.push(Event::OrderPaid(Box::new(OrderPaid {
            order: order.id,
            reference: reference.into(),
            amount: price,
            receipt,
            method: method.cloned(),
        })));
        let total = draft.book().map_or(Amount::ZERO, |book| book.free.plus(book.held));
        if total.plus(ordered.credits()) > Amount::MAX_TOTAL {
            return;
        }
        let moved = self.moved_by(order, method);
        let end = match (&moved, ordered.agreed.as_deref()) {
            (Some(moved), _) if moved.how != Move::ChangePlanned => moved.now.end,
            // The account is on something else by now: who paid for a period has one.
            (_, Some(agreed)) => self.after(agreed.period, self.context.now),
            (_, None) => Instant::NEVER,
        };
        let first = draft.next();
        for lot in &ordered.lots {
            let expires_at = match lot.class {
                Class::Plan => end,
                _ => lot.life.map_or(Instant::NEVER, |life| self.after(life, self.context.now)),
            };
            self.issue_lot(draft, lot, expires_at, Source::Order { order: order.id }, &ordered.name);
        }
        if let Some(old) = sales.and_then(|sales| sales.subscription.as_deref())
            && let Some(moved) = moved.as_ref().filter(|moved| moved.how == Move::Renewed)
        {
            self.roll_over(draft, old, &moved.now);
        }
        draft.push(Event::OrderCredited(Box::new(OrderCredited {
            order: order.id,
            name: ordered.name.clone(),
            credits: ordered.credits(),
            price,
            receipt,
            purpose: ordered.purpose,
        })));
        self.move_subscription(draft, moved, method);
        self.move_top_up(draft, order);
        self.take_back_what_went_before(draft, order, first);
    }

    /// The subscription as the payment leaves it.
    fn move_subscription(
        &self,
        draft: &mut Draft<'a>,
        moved: Option<SubscriptionMoved>,
        method: Option<&Method>,
    ) {
        let old = self.account.subscription();
        if let Some(moved) = moved {
            if moved.how == Move::Changed
                && let Some(one) = old
            {
                // A period begins with the change: the one that was asked for is not needed any more.
                self.give_up_renewal(draft, one, "The plan was changed");
            }
            draft.push(Event::Subscription(Box::new(moved)));
        } else if let (Some(one), Some(method)) = (old, method)
            && !one.provider_renews
            && (&one.provider, &one.method) != (&method.provider, &method.token)
        {
            // What was stored last is what is charged.
            let (provider, token) = (method.provider.clone(), method.token.clone());
            let now = Subscription { provider, method: token, ..one.clone() };
            let moved = SubscriptionMoved { how: Move::MethodChanged, now };
            draft.push(Event::Subscription(Box::new(moved)));
        }
    }

    /// The top-up as the payment of its order leaves it.
    fn move_top_up(&self, draft: &mut Draft<'a>, order: &Order) {
        let Some(old) = draft.top_up().filter(|_| order.ordered.purpose == Purpose::TopUp) else { return };
        let now = if old.order == Some(order.id) {
            TopUp { order: None, declines: 0, paused: None, ..old.clone() }
        } else {
            // It was told to have failed before: its money counts for the month that it was ordered in.
            let month = billing::month_start(order.placed_at, &self.account.zone());
            let price = if old.month == month { order.ordered.price.amount } else { 0 };
            let paused = old.paused.filter(|why| *why != Pause::Declined);
            TopUp { declines: 0, spent: old.spent.saturating_add(price), paused, ..old.clone() }
        };
        draft.push(Event::TopUp(Box::new(TopUpMoved { how: TopUpMove::Succeeded, now })));
    }

    fn issue_lot(&self, draft: &mut Draft<'a>, lot: &Lot, expires_at: Instant, source: Source, reason: &str) {
        let now = self.context.now;
        let terms = Terms {
            class: lot.class,
            credits: lot.credits,
            effective_at: now,
            expires_at,
            priority: lot.priority,
            paid: lot.paid,
            scope: ledger::Scope::default(),
            source,
            notice_hours: self.notice_hours(lot.class, expires_at),
        };
        let settled = terms.credits.min(draft.owed());
        draft.push(Event::Issued(Box::new(Issued { terms, settled, reason: reason.into() })));
    }

    /// Gives so many credits of a lot again, until its grant ends; where that is over, as late returns live.
    pub(crate) fn issue_again(
        &self,
        draft: &mut Draft<'a>,
        facts: &OrderFacts,
        place: usize,
        credits: Amount,
    ) {
        let order = &facts.order;
        let Some(lot) = order.ordered.lots.get(place) else { return };
        let grant = order.grants.get(place).and_then(|(id, _)| draft.book()?.grant(*id));
        let end = grant.map_or(facts.expires_at, |grant| grant.expires_at);
        let end = if end > self.context.now { end } else { late_end(draft, self.rules) };
        let paid = lot.paid.map(|paid| share_of(paid, credits, lot.credits));
        let lot = Lot { credits, paid, ..lot.clone() };
        self.issue_lot(draft, &lot, end, Source::Order { order: order.id }, "The dispute was won");
    }

    /// How many hours before its end the customer is told: of what was bought, where it lasts longer than that.
    fn notice_hours(&self, class: Class, expires_at: Instant) -> u16 {
        let Some(notice) = self.rules.program.orders.expiry_notice.and_then(moment::Period::exact_millis)
        else {
            return 0;
        };
        let told =
            matches!(class, Class::Purchase | Class::Bonus | Class::Promotion) && !expires_at.is_never();
        let lasts = expires_at.millis_since(self.context.now) > notice;
        if told && lasts { u16::try_from(notice / 3_600_000).unwrap_or(u16::MAX) } else { 0 }
    }

    /// Gives the credits of a subscription's period that is free, or was paid with an earlier one.
    pub(crate) fn issue_period(&self, draft: &mut Draft<'a>, now: &Subscription) {
        let lots = billing::for_period(&self.rules.program.classes, now.agreed.allotment, None);
        for lot in &lots {
            let source = Source::Period { subscription: now.id };
            self.issue_lot(draft, lot, now.end, source, &now.agreed.name);
        }
    }

    /// Gives what is left of earlier periods, as grants of their own.
    pub(crate) fn roll_over(&self, draft: &mut Draft<'a>, old: &Subscription, now: &Subscription) {
        let rule = self.rules.program.plan(&old.agreed.offer).map(|plan| plan.rollover);
        let life = rule.and_then(|rule| rule.life);
        for carried in &old.carried {
            let expires_at = life.map_or(now.end, |life| self.after(life, now.start)).max(self.context.now);
            if expires_at <= self.context.now {
                continue;
            }
            let lot = Lot {
                class: Class::Rollover,
                credits: carried.credits,
                life: None,
                priority: self.priority(Class::Rollover),
                paid: None,
            };
            let source = Source::Rollover { subscription: old.id, times: carried.times };
            self.issue_lot(draft, &lot, expires_at, source, &old.agreed.name);
        }
    }
}
