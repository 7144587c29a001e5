use ledger::{Charged, Entry, Event, Position, Resolved, Terms};
use money::Amount;

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
    }
}
