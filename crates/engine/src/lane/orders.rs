//! What the journal tells of an order, for decisions about one that was paid.

use account::OrderFacts;
use ledger::{AccountNo, Event, Order, Position};
use moment::Instant;

use super::Lane;
use super::steps::Halt;
use crate::kinds::Kinds;

impl Lane {
    /// The order at this position, folded from the account's entries, and what was spent of its grants. Rare: only what
    /// a provider takes back asks for it. So all the account's entries since may be in memory for a moment.
    pub(super) fn order_of(&mut self, no: AccountNo, id: Position) -> Result<Option<OrderFacts>, Halt> {
        let record = self.batch.record(id, self.journal.as_mut())?;
        let Some(entry) = record.map(|record| record.entry).filter(|entry| entry.account == no) else {
            return Ok(None);
        };
        let Event::OrderPlaced(ordered) = &entry.event else { return Ok(None) };
        let mut facts = OrderFacts::placed(Order::placed(id, entry.unit, entry.effective_at, ordered));
        let mut since: Vec<(Position, Instant, Event)> = Vec::new();
        self.visit_after(no, id, Kinds::ALL, &mut |(position, at), event| {
            since.push((position, at, event.clone()));
        })?;
        // They are visited newest first.
        for (position, at, event) in since.iter().rev() {
            facts.learn(*position, *at, event);
        }
        Ok(Some(facts))
    }
}
