//! What was ordered, as the history tells it.

use ledger::{AccountNo, Event, EventKind, Order, Position};
use rustc_hash::FxHashMap;

use super::{Engine, Listed};
use crate::history::Look;
use crate::kinds::Kinds;
use crate::{Failure, Sale, SaleKind};

impl Engine {
    /// Orders of an account, newest first: at most so many, and only those that were placed before a position. The state
    /// keeps the latest only, so they are folded from the entries that speak of them. Blocks.
    pub fn orders(
        &self,
        account: AccountNo,
        before: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Order>, Failure> {
        self.caught_up()?;
        let mut found = Vec::new();
        // What is told of an order comes before the entry that placed it, as the newest is visited first.
        let mut told: FxHashMap<Position, Vec<Listed>> = FxHashMap::default();
        let look = Look { kinds: Kinds::OF_ORDERS, ..Look::all(account) };
        self.shared().history.visit(&look, &mut |listed| {
            let Some(order) = listed.entry.event.order(listed.position) else { return true };
            let placed = matches!(listed.entry.event, Event::OrderPlaced(_));
            let of_it = told.entry(order).or_default();
            of_it.push(listed);
            if !placed {
                return true;
            }
            let mut entries = told.remove(&order).unwrap_or_default();
            if before.is_none_or(|before| order < before) {
                entries.reverse();
                found.extend(folded(&entries));
            }
            found.len() < limit
        })?;
        Ok(found)
    }

    /// Orders or quotes of all accounts, of whatever program, newest first: at most so many, and only those before a
    /// position. Blocks, shortly.
    pub fn sales(
        &self,
        kind: SaleKind,
        before: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Sale>, Failure> {
        self.caught_up()?;
        let mut found = Vec::new();
        self.shared().history.visit_sales(before.unwrap_or(Position(u64::MAX)), &mut |sale| {
            if sale.kind == kind && found.len() < limit {
                found.push(sale);
            }
            found.len() < limit
        })?;
        Ok(found)
    }

    /// What became of an order or a quote that an account no longer keeps in its state: the entries from the newest back to
    /// the one that made it, but at most so many; `None`: there are more. Blocks.
    pub fn story_of(
        &self,
        account: AccountNo,
        made: Position,
        most: usize,
    ) -> Result<Option<Vec<Listed>>, Failure> {
        self.caught_up()?;
        let (mut entries, mut seen) = (Vec::new(), 0);
        let quotes = Kinds::of(&[EventKind::QuoteMade, EventKind::QuoteEnded]);
        let kinds = Kinds::OF_ORDERS.and(quotes);
        let look = Look { after: Position(made.0.saturating_sub(1)), kinds, ..Look::all(account) };
        self.shared().history.visit(&look, &mut |listed| {
            seen += 1;
            let position = listed.position;
            let of_it = match &listed.entry.event {
                Event::QuoteMade(_) => position == made,
                Event::QuoteEnded(ended) => ended.quote == made,
                event => event.order(position) == Some(made),
            };
            if of_it {
                entries.push(listed);
            }
            seen < most
        })?;
        let whole = entries.last().is_some_and(|oldest| oldest.position == made);
        entries.reverse();
        Ok(whole.then_some(entries))
    }

    /// The order that these entries speak of: those of [`Engine::order_entries`] or [`Engine::story_of`].
    pub fn folded_order(entries: &[Listed]) -> Option<Order> {
        folded(entries)
    }

    /// The entries that speak of an order, oldest first: the first has placed it. None where the account has no such
    /// order. Blocks.
    pub fn order_entries(&self, account: AccountNo, order: Position) -> Result<Vec<Listed>, Failure> {
        let placed = self.entry(order)?.filter(|entry| entry.account == account);
        if !placed.is_some_and(|entry| matches!(entry.event, Event::OrderPlaced(_))) {
            return Ok(Vec::new());
        }
        self.caught_up()?;
        let mut entries = Vec::new();
        let look = Look {
            after: Position(order.0.saturating_sub(1)),
            kinds: Kinds::OF_ORDERS,
            ..Look::all(account)
        };
        self.shared().history.visit(&look, &mut |listed| {
            let position = listed.position;
            if listed.entry.event.order(position) == Some(order) {
                entries.push(listed);
            }
            true
        })?;
        entries.reverse();
        Ok(entries)
    }
}

/// The order that these entries speak of, oldest first.
fn folded(entries: &[Listed]) -> Option<Order> {
    let (first, rest) = entries.split_first()?;
    let Event::OrderPlaced(ordered) = &first.entry.event else { return None };
    let mut order = Order::placed(first.position, first.entry.unit, first.entry.effective_at, ordered);
    for listed in rest {
        order.apply(listed.position, listed.entry.effective_at, &listed.entry.event);
    }
    Some(order)
}
