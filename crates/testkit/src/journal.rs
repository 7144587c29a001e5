use account::{Facts, Need, OrderFacts, Refusal};
use ledger::{Entry, Event, Order, Position};
use money::Amount;

/// All entries of an account, with their positions; answers what a decision needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    entries: Vec<(Position, Entry)>,
}

impl Journal {
    /// Every entry, in order.
    pub fn entries(&self) -> &[(Position, Entry)] {
        &self.entries
    }

    /// Adds entries that got the positions from `next` on.
    pub fn record(&mut self, next: Position, entries: impl IntoIterator<Item = Entry>) {
        for (place, entry) in entries.into_iter().enumerate() {
            self.entries.push((Position(next.0 + place as u64), entry));
        }
    }

    /// The entry at the position.
    pub fn at(&self, position: Position) -> Option<&Entry> {
        let place = self.entries.binary_search_by_key(&position, |(id, _)| *id).ok()?;
        Some(&self.entries[place].1)
    }

    /// The order that was placed at the position, as the entries since tell it.
    pub fn order(&self, position: Position) -> Option<OrderFacts> {
        let entry = self.at(position)?;
        let Event::OrderPlaced(ordered) = &entry.event else { return None };
        let mut facts = OrderFacts::placed(Order::placed(position, entry.unit, entry.effective_at, ordered));
        for (id, entry) in self.entries.iter().filter(|(id, _)| *id > position) {
            facts.learn(*id, entry.effective_at, &entry.event);
        }
        Some(facts)
    }

    /// Looks up what a decision needs, and adds it to the facts. A refusal: there is no such thing.
    pub fn look_up(&self, need: Need, facts: &mut Facts) -> Result<(), Refusal> {
        match need {
            Need::Charge(position) => {
                let entry = self.at(position).ok_or(Refusal::NotFound("charge"))?;
                let charged = entry.event.charge().ok_or(Refusal::NotFound("charge"))?;
                facts.charges.push((position, entry.unit, charged));
            }
            Need::Returned(charge) => {
                let mut total = Amount::ZERO;
                for (_, entry) in &self.entries {
                    if let Event::Returned(returned) = &entry.event
                        && returned.charge == charge
                    {
                        total = total.plus(returned.credits);
                    }
                }
                facts.returned.push((charge, total));
            }
            Need::Resolved(hold) => {
                let mut ends = self.entries.iter().filter_map(|(id, entry)| entry.resolved(*id));
                facts.resolved.push((hold, ends.find(|resolved| resolved.hold == hold)));
            }
            Need::Grant(position) => match self.at(position).map(|entry| (entry.unit, &entry.event)) {
                Some((unit, Event::Issued(issued))) => {
                    facts.grants.push((position, unit, issued.terms.clone()));
                }
                _ => return Err(Refusal::NotFound("grant")),
            },
            Need::Order(position) => facts.orders.push((position, self.order(position))),
        }
        Ok(())
    }
}
