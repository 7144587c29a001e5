use billing::{Left, Taken, take_back, target};
use ledger::{
    ClawedBack, DisputeClosed, Event, GivenAgain, Move, Order, OrderDisputed, OrderRefunded, OrderState,
    Part, Position, Source, Subscription, SubscriptionMoved,
};
use money::{Amount, Money};

use crate::decide::Asks;
use crate::draft::Draft;
use crate::{Decision, OrderFacts, Refusal, Stop};

impl<'a> Asks<'a> {
    /// The provider has paid back so much in all.
    pub(crate) fn refunded(&self, id: Position, total: Money) -> Result<Decision, Stop> {
        let facts = self.context.facts.order(id)?;
        let price = facts.order.ordered.price;
        if total.currency != price.currency {
            return Err(Refusal::WrongAmount { price, amount: total }.into());
        }
        if total.amount <= facts.order.refunded {
            return Err(Stop::Already(id));
        }
        let mut draft = self.draft(facts.order.unit);
        draft.push(Event::OrderRefunded(OrderRefunded { order: id, total }));
        self.take(&mut draft, facts, total.amount.saturating_add(facts.order.disputed()));
        Ok(self.finish(draft))
    }

    /// The payment is disputed. A dispute that is known is not opened again, even where it is closed.
    pub(crate) fn disputed(&self, id: Position, dispute: &str, amount: Money) -> Result<Decision, Stop> {
        let facts = self.context.facts.order(id)?;
        if facts.order.dispute(dispute).is_some() {
            return Err(Stop::Already(id));
        }
        let mut draft = self.draft(facts.order.unit);
        self.open_dispute(&mut draft, facts, dispute, amount);
        Ok(self.finish(draft))
    }

    fn open_dispute(&self, draft: &mut Draft<'a>, facts: &OrderFacts, dispute: &str, amount: Money) {
        // In another currency it can't be told which part of the price it is about.
        let price = facts.order.ordered.price;
        let amount = if amount.currency == price.currency { amount } else { price };
        let event = OrderDisputed { order: facts.order.id, dispute: dispute.into(), amount };
        draft.push(Event::OrderDisputed(Box::new(event)));
        self.take(draft, facts, facts.order.gone().saturating_add(amount.amount.max(0)));
    }

    /// A dispute has ended: what was taken is given again where the money stays.
    pub(crate) fn dispute_closed(
        &self,
        id: Position,
        dispute: &str,
        won: bool,
        amount: Money,
    ) -> Result<Decision, Stop> {
        let facts = self.context.facts.order(id)?;
        let known = facts.order.dispute(dispute);
        if known.is_some_and(|known| known.won.is_some()) {
            return Err(Stop::Already(id));
        }
        let mut draft = self.draft(facts.order.unit);
        match known {
            // Its opening comes later, or never: the money is gone all the same.
            None if !won => self.open_dispute(&mut draft, facts, dispute, amount),
            Some(known) if won => {
                let gone = facts.order.gone().saturating_sub(known.amount.max(0));
                self.give_again(&mut draft, facts, gone);
            }
            _ => {}
        }
        let closed = DisputeClosed { order: id, dispute: dispute.into(), won };
        draft.push(Event::DisputeClosed(Box::new(closed)));
        Ok(self.finish(draft))
    }

    /// Takes credits back until it is as many as the money that is gone is worth.
    fn take(&self, draft: &mut Draft<'a>, facts: &OrderFacts, gone: i64) {
        let order = &facts.order;
        if !matches!(order.state, OrderState::Credited | OrderState::Disputed) {
            // No credits were given yet. When they are, what went before counts.
            return;
        }
        let more = to_take(order, gone).minus(order.clawed);
        if more.is_positive() {
            let left = left_of(draft, facts);
            self.claw(draft, order, more, &left);
        }
        stop_what_was_paid_ahead(draft, order, gone);
    }

    /// What was taken back before the order was paid, as far as we knew: the new grants are all there is to take it of.
    pub(crate) fn take_back_what_went_before(&self, draft: &mut Draft<'a>, order: &Order, first: Position) {
        let gone = order.gone();
        let mut left = Vec::new();
        for (place, entry) in draft.entries.iter().enumerate() {
            let id = Position(self.context.next.0 + place as u64);
            if let Event::Issued(issued) = &entry.event
                && id >= first
                && issued.terms.source == (Source::Order { order: order.id })
            {
                let free = issued.terms.credits.minus(issued.settled);
                left.push(Left { grant: id, free, held: Vec::new(), spent: issued.settled });
            }
        }
        let more = to_take(order, gone);
        if more.is_positive() {
            self.claw(draft, order, more, &left);
        }
        stop_what_was_paid_ahead(draft, order, gone);
        for dispute in order.disputes.iter().filter(|dispute| dispute.won != Some(true)) {
            let amount = Money { amount: dispute.amount, ..order.ordered.price };
            let told = OrderDisputed { order: order.id, dispute: dispute.id.clone(), amount };
            draft.push(Event::OrderDisputed(Box::new(told)));
        }
    }

    fn claw(&self, draft: &mut Draft<'a>, order: &Order, credits: Amount, left: &[Left]) {
        let taken = take_back(credits, left);
        let all = order.clawed.plus(credits) >= order.ordered.credits();
        let gone = |left: &&Left| all && is_gone(left, &taken);
        let reclaimed = left.iter().filter(gone).map(|left| left.grant).collect();
        let settled = self.settled_by_others(draft, &taken);
        let Taken { parts, holds, owed, lapsed } = taken;
        let event = ClawedBack { order: order.id, credits, parts, holds, owed, lapsed, reclaimed, settled };
        draft.push(Event::ClawedBack(Box::new(event)));
    }

    /// The debt that a taking back makes is settled by what else is free, so that there is never a debt beside credits
    /// that could settle it.
    fn settled_by_others(&self, draft: &Draft<'_>, taken: &Taken) -> Vec<Part> {
        let held = taken.holds.iter().fold(Amount::ZERO, |sum, (_, part)| sum.plus(part.credits));
        let mut owed = draft.owed().plus(taken.owed).plus(held);
        let mut settled = Vec::new();
        let grants = draft.book().map(|book| book.grants.as_slice()).unwrap_or_default();
        let pays =
            |grant: &&ledger::Grant| grant.scope().is_none_or(|names| self.rules.pays_for_overdraws(names));
        for grant in grants.iter().filter(pays) {
            let gone = taken.parts.iter().find(|part| part.grant == grant.id);
            let free = grant.free.minus(gone.map_or(Amount::ZERO, |part| part.credits));
            let credits = free.min(owed);
            if credits.is_positive() {
                owed = owed.minus(credits);
                settled.push(Part { grant: grant.id, credits });
            }
        }
        settled
    }

    /// Gives again what was taken beyond what the money that is gone is worth. What had ended by itself is not given.
    fn give_again(&self, draft: &mut Draft<'a>, facts: &OrderFacts, gone: i64) {
        let order = &facts.order;
        let stays = to_take(order, gone);
        let less = order.clawed.minus(stays);
        if less.is_positive() {
            let lapsed = order.lapsed.min(less);
            let credits = less.minus(lapsed);
            for (place, credits) in billing::lots_again(&order.ordered.lots, stays, stays.plus(credits)) {
                self.issue_again(draft, facts, place, credits);
            }
            draft.push(Event::GivenAgain(GivenAgain { order: order.id, credits, lapsed }));
        }
        stop_what_was_paid_ahead(draft, order, gone);
    }
}

/// How many credits are to be taken in all, when so much money is gone.
fn to_take(order: &Order, gone: i64) -> Amount {
    if gone <= 0 { Amount::ZERO } else { target(order.ordered.credits(), order.ordered.price.amount, gone) }
}

/// What there is of each grant of an order.
fn left_of(draft: &Draft<'_>, facts: &OrderFacts) -> Vec<Left> {
    let book = draft.book();
    let spent = facts.spent();
    let grants = facts.order.grants.iter().map(|(id, _)| {
        let holds = book.map(|book| book.holds.as_slice()).unwrap_or_default();
        let held = holds.iter().flat_map(|hold| {
            let parts = hold.parts.iter().filter(|part| part.grant == *id);
            parts.map(|part| (hold.id, part.credits))
        });
        let spent = spent.iter().find(|(grant, _)| grant == id);
        Left {
            grant: *id,
            free: book.and_then(|book| book.grant(*id)).map_or(Amount::ZERO, |grant| grant.free),
            held: held.collect(),
            spent: spent.map_or(Amount::ZERO, |(_, spent)| *spent),
        }
    });
    grants.collect()
}

/// Whether nothing is left of a grant, free or on hold, when that was taken.
fn is_gone(left: &Left, taken: &Taken) -> bool {
    let sum = |parts: &mut dyn Iterator<Item = &Part>| {
        parts.filter(|part| part.grant == left.grant).fold(Amount::ZERO, |sum, part| sum.plus(part.credits))
    };
    let free = sum(&mut taken.parts.iter());
    let held = sum(&mut taken.holds.iter().map(|(_, part)| part));
    let had = left.held.iter().fold(Amount::ZERO, |sum, (_, credits)| sum.plus(*credits));
    (free, held) == (left.free, had)
}

/// Credits follow money: what an order paid ahead is given as long as its money is there.
fn stop_what_was_paid_ahead(draft: &mut Draft<'_>, order: &Order, gone: i64) {
    let price = order.ordered.price.amount;
    let taken_back = price > 0 && gone >= price;
    let concerned =
        |one: &&Subscription| one.order == order.id && one.taken_back != taken_back && !one.is_paid_up();
    if let Some(one) = draft.subscription().filter(concerned) {
        let now = Subscription { taken_back, ..one.clone() };
        let how = if taken_back { Move::PaymentTakenBack } else { Move::PaymentRestored };
        draft.push(Event::Subscription(Box::new(SubscriptionMoved { how, now })));
    }
}
