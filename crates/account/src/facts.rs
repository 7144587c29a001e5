use ledger::LedgerAccount::{Available, Consumed, Held, Owed};
use ledger::{Charged, Entry, Event, Flow, Order, Position, Resolved, Source, Terms};
use moment::Instant;
use money::Amount;

use crate::{Refusal, Stop};

/// What a decision may need from the journal, beyond the account's state. One request may need several of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Charges that are to be returned: their unit and what they were.
    pub charges: Vec<(Position, u8, Charged)>,
    /// How much of a charge was returned so far.
    pub returned: Vec<(Position, Amount)>,
    /// The end of a hold that was resolved some time ago; `None` inside: there is no such hold.
    pub resolved: Vec<(Position, Option<Resolved>)>,
    /// Grants that the state no longer keeps: their unit, and what they were issued as.
    pub grants: Vec<(Position, u8, Terms)>,
    /// Orders, as the journal tells them; `None` inside: there is no such order.
    pub orders: Vec<(Position, Option<OrderFacts>)>,
}

/// An order, and what became of its credits.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderFacts {
    /// The order.
    pub order: Order,
    /// How much of each of its grants was spent, less what came back.
    pub spent: Vec<(Position, Amount)>,
    /// When the last of its grants ends.
    pub expires_at: Instant,
}

/// Something that has to be looked up before a decision can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The charge at this position.
    Charge(Position),
    /// All that was returned of the charge at this position.
    Returned(Position),
    /// The end of the hold at this position.
    Resolved(Position),
    /// What the grant at this position was issued as.
    Grant(Position),
    /// The order at this position, and what became of its credits.
    Order(Position),
}

impl OrderFacts {
    /// An order as it was placed. What happened since is folded in with [`OrderFacts::learn`].
    pub fn placed(order: Order) -> OrderFacts {
        OrderFacts { order, spent: Vec::new(), expires_at: Instant::from_millis(i64::MIN) }
    }

    /// Folds a later event of the account, in the journal's order: what it says of the order, and what it spends of the
    /// order's grants.
    pub fn learn(&mut self, id: Position, at: Instant, event: &Event) {
        self.tell(id, at, event);
        event.flows(id, at, &mut |flow| {
            for (grant, credits) in spends(&flow) {
                if let Some(known) = self.spent.iter_mut().find(|(known, _)| *known == grant) {
                    known.1 = known.1.plus(credits);
                }
            }
        });
    }

    /// Folds what a later event says of the order, without what is spent. What was issued for credits that came back too
    /// late to one of its grants is one of them.
    fn tell(&mut self, id: Position, at: Instant, event: &Event) {
        let own = event.order(id) == Some(self.order.id);
        if own {
            self.order.apply(id, at, event);
        }
        let Event::Issued(issued) = event else { return };
        let known = |of: &Position| self.order.grants.iter().any(|(grant, _)| grant == of);
        let again = matches!(&issued.terms.source, Source::Reissue { of } if known(of));
        if again {
            self.order.grants.push((id, issued.terms.credits));
        }
        if own || again {
            self.spent.push((id, Amount::ZERO));
            self.expires_at = self.expires_at.max(issued.terms.expires_at);
        }
    }

    /// How much of each grant was spent and can still become a debt: less what is one already, of the latest first.
    pub(crate) fn spent(&self) -> Vec<(Position, Amount)> {
        let mut owed = self.order.owed;
        let mut spent = self.spent.clone();
        for (_, credits) in spent.iter_mut().rev() {
            let known = owed.min(*credits).max(Amount::ZERO);
            owed = owed.minus(known);
            *credits = credits.minus(known);
        }
        spent
    }
}

/// What a flow spends of a grant (positive), or brings back of that (negative): by consumption, or by settling a debt.
fn spends(flow: &Flow) -> impl Iterator<Item = (Position, Amount)> + use<> {
    let (from, to, credits) = (flow.from, flow.to, flow.credits);
    let spent = match (from.account, to.account) {
        (Available | Held, Consumed | Owed) => from.grant.map(|grant| (grant, credits)),
        // Back from consumption, wherever it goes, …
        (Consumed, _) if from.grant.is_some() => from.grant.map(|grant| (grant, credits.negated())),
        // … or to the grant that had settled the debt which a spend made.
        (Consumed | Held, _) if from.grant.is_none() => to.grant.map(|grant| (grant, credits.negated())),
        _ => None,
    };
    spent.into_iter()
}

impl Facts {
    pub(crate) fn charge(&self, id: Position) -> Result<(u8, &Charged), Need> {
        let found = self.charges.iter().find(|(charge, ..)| *charge == id);
        found.map(|(_, unit, charged)| (*unit, charged)).ok_or(Need::Charge(id))
    }

    // What was learned last, counts.

    pub(crate) fn returned(&self, id: Position) -> Result<Amount, Need> {
        let found = self.returned.iter().rev().find(|(charge, _)| *charge == id);
        found.map(|(_, total)| *total).ok_or(Need::Returned(id))
    }

    pub(crate) fn resolved(&self, id: Position) -> Result<Option<Resolved>, Need> {
        let found = self.resolved.iter().rev().find(|(hold, _)| *hold == id);
        found.map(|(_, resolved)| *resolved).ok_or(Need::Resolved(id))
    }

    pub(crate) fn grant(&self, id: Position) -> Result<(u8, &Terms), Need> {
        let found = self.grants.iter().find(|(grant, ..)| *grant == id);
        found.map(|(_, unit, terms)| (*unit, terms)).ok_or(Need::Grant(id))
    }

    pub(crate) fn order(&self, id: Position) -> Result<&OrderFacts, Stop> {
        let found = self.orders.iter().find(|(order, _)| *order == id).ok_or(Need::Order(id))?;
        Ok(found.1.as_ref().ok_or(Refusal::NotFound("order"))?)
    }

    /// Adds what an entry of the same request changes: it is not in the journal yet, and a later command of the
    /// request may ask for it.
    pub(crate) fn learn(&mut self, id: Position, entry: &Entry) {
        if let Event::Returned(returned) = &entry.event {
            self.returned.push((returned.charge, returned.before.plus(returned.credits)));
        }
        if let Event::Issued(issued) = &entry.event {
            self.grants.push((id, entry.unit, issued.terms.clone()));
        }
        if let Some(charged) = entry.event.charge() {
            self.charges.push((id, entry.unit, charged));
        }
        if let Some(resolved) = entry.resolved(id) {
            self.resolved.push((resolved.hold, Some(resolved)));
        }
        for order in self.orders.iter_mut().filter_map(|(_, order)| order.as_mut()) {
            order.learn(id, entry.effective_at, &entry.event);
        }
    }
}
