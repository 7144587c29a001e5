use ledger::{Balance, Book, Entry, Event, LedgerAccount, Position, Subscription, TopUp};
use money::Amount;
use smallvec::SmallVec;

use crate::{Account, Context};

/// Entries in the making, for one unit of one account: keeps the balance that each of them leaves.
pub(crate) struct Draft<'a> {
    pub account: &'a Account,
    pub context: &'a Context<'a>,
    pub unit: u8,
    pub entries: SmallVec<[Entry; 1]>,
    before: Amount,
    free: Amount,
    held: Amount,
    owed: Amount,
}

impl<'a> Draft<'a> {
    pub fn new(account: &'a Account, context: &'a Context<'a>, unit: u8) -> Draft<'a> {
        let (free, held, owed) =
            account.book(unit).map_or_else(Default::default, |book| (book.free, book.held, book.owed));
        Draft { account, context, unit, entries: SmallVec::new(), before: free.minus(owed), free, held, owed }
    }

    /// The book as it was before the draft.
    pub fn book(&self) -> Option<&'a Book> {
        self.account.book(self.unit)
    }

    /// What could be spent before the draft.
    pub fn available_before(&self) -> Amount {
        self.before
    }

    /// What can be spent after the entries so far.
    pub fn available(&self) -> Amount {
        self.free.minus(self.owed)
    }

    /// The debt after the entries so far.
    pub fn owed(&self) -> Amount {
        self.owed
    }

    /// The subscription after the entries so far.
    pub fn subscription(&self) -> Option<&Subscription> {
        let moved = self.entries.iter().rev().find_map(|entry| match &entry.event {
            Event::Subscription(moved) => Some(moved),
            _ => None,
        });
        match moved {
            Some(moved) => Some(&moved.now).filter(|_| !moved.how.is_end()),
            None => self.account.subscription(),
        }
    }

    /// The auto top-up after the entries so far.
    pub fn top_up(&self) -> Option<&TopUp> {
        let moved = self.entries.iter().rev().find_map(|entry| match &entry.event {
            Event::TopUp(moved) => Some(&moved.now),
            _ => None,
        });
        moved.or_else(|| self.account.sales.as_deref()?.top_up.as_deref())
    }

    /// The position that the next entry will have.
    pub fn next(&self) -> Position {
        Position(self.context.next.0 + self.entries.len() as u64)
    }

    pub fn push(&mut self, event: Event) {
        let id = self.next();
        let (mut free, mut held, mut owed) = (self.free, self.held, self.owed);
        event.flows(id, self.context.now, &mut |flow| {
            for (leg, change) in [(flow.from, flow.credits.negated()), (flow.to, flow.credits)] {
                match leg.account {
                    LedgerAccount::Available => free = free.plus(change),
                    LedgerAccount::Held => held = held.plus(change),
                    LedgerAccount::Owed => owed = owed.minus(change),
                    _ => {}
                }
            }
        });
        (self.free, self.held, self.owed) = (free, held, owed);
        self.entries.push(Entry {
            account: self.account.no,
            effective_at: self.context.now,
            recorded_at: self.context.recorded_at,
            by: self.context.by,
            unit: self.unit,
            event,
            after: Balance { settled: free.plus(held).minus(owed), held, owed },
        });
    }
}
