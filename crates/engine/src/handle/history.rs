//! What was: entries, and accounts as they were.

use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

use account::{Account, Facts, apply};
use ledger::{AccountNo, Entry, Event, Move, Position, Purpose, TopUpMove};
use moment::Instant;

use super::{Engine, Listed, Wanted};
use crate::codec::Row;
use crate::history::Look;
use crate::kinds::Kinds;
use crate::port::JournalReader;
use crate::{Failure, Published};

impl Engine {
    fn readers(&self) -> MutexGuard<'_, Vec<Box<dyn JournalReader>>> {
        self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the history shows all that was answered before: a read that follows a write sees it.
    pub(super) fn caught_up(&self) -> Result<(), Failure> {
        let head = self.shared().counters.head.load(Ordering::Acquire);
        if head == 0 { Ok(()) } else { self.shared().history.wait_for(Position::new(head, 0)) }
    }

    /// The account as it was at an instant: the fold of what counts up to then, rolled forward to it. Blocks.
    pub fn account_as_of(
        &self,
        account: AccountNo,
        published: &Published,
        at: Instant,
    ) -> Result<Account, Failure> {
        let mut state = self.fold(account, |listed| listed.entry.effective_at <= at)?;
        let mut facts = Facts::default();
        let next = state.last.next();
        loop {
            let mut copy = state.clone();
            match account::roll(&mut copy, &published.rules(), at, next, &facts) {
                Ok(_) => return Ok(copy),
                Err(account::Need::Grant(id)) => match self.entry(id)? {
                    Some(Entry { unit, event: Event::Issued(issued), .. }) => {
                        facts.grants.push((id, unit, issued.terms));
                    }
                    _ => return Err(Failure::Unavailable),
                },
                Err(_) => return Err(Failure::Unavailable),
            }
            state.refresh_due();
        }
    }

    /// The account as it was right after the entry at this position and those that were decided with it. Blocks.
    pub fn account_after(&self, account: AccountNo, position: Position) -> Result<Account, Failure> {
        self.shared().history.wait_for(position)?;
        let mut entries =
            self.entries_after(account, Position(position.0.saturating_sub(1)), 64)?.into_iter();
        let Some(mut last) = entries.next().filter(|listed| listed.position == position) else {
            return Err(Failure::Unavailable);
        };
        for listed in entries {
            // What follows from an entry stands right behind it, and nobody asked for it.
            if listed.position != last.position.next() || !follows(&last.entry.event, &listed.entry.event) {
                break;
            }
            last = listed;
        }
        let last = last.position;
        self.fold(account, |listed| listed.position <= last)
    }

    fn fold(&self, account: AccountNo, wanted: impl Fn(&Listed) -> bool) -> Result<Account, Failure> {
        self.caught_up()?;
        let mut entries = Vec::new();
        self.shared().history.visit(&Look::all(account), &mut |listed| {
            if wanted(&listed) {
                entries.push(listed);
            }
            true
        })?;
        let mut state = Account::unopened(account);
        for listed in entries.iter().rev() {
            apply(&mut state, listed.position, &listed.entry);
        }
        state.refresh_due();
        Ok(state)
    }

    /// Entries of an account, newest first. Blocks, shortly.
    pub fn entries(&self, account: AccountNo, wanted: &Wanted) -> Result<Vec<Listed>, Failure> {
        self.caught_up()?;
        let mut found = Vec::new();
        let look = Look {
            before: wanted.before.unwrap_or(Position(u64::MAX)),
            kinds: if wanted.kinds.is_empty() { Kinds::ALL } else { Kinds::of(&wanted.kinds) },
            ..Look::all(account)
        };
        self.shared().history.visit(&look, &mut |listed| {
            if wanted.from.is_some_and(|from| listed.entry.effective_at < from) {
                return false;
            }
            if wanted.wants(&listed.entry) {
                found.push(listed);
            }
            found.len() < wanted.limit
        })?;
        Ok(found)
    }

    /// Entries of an account after a position, oldest first. Blocks, shortly.
    pub fn entries_after(
        &self,
        account: AccountNo,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Listed>, Failure> {
        self.caught_up()?;
        Ok(self.shared().history.after(account, after, limit)?)
    }

    /// The entry at a position, if there is one. Blocks, shortly.
    pub fn entry(&self, position: Position) -> Result<Option<Entry>, Failure> {
        let kept = self.readers().pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => self.shared().store.journal_reader()?,
        };
        let bytes = reader.row(position.seq())?;
        self.readers().push(reader);
        let Some(bytes) = bytes else { return Ok(None) };
        let row = Row::open(position.seq(), &bytes)?;
        let raw = row.raw_records().nth(position.index() as usize);
        Ok(raw.map(|raw| raw.decode()).transpose()?.map(|record| record.entry))
    }
}

/// Whether an event follows from the one before it in the same decision.
fn follows(before: &Event, event: &Event) -> bool {
    match event {
        Event::Issued(issued) => !matches!(issued.terms.source, ledger::Source::Request),
        Event::Overdrawn(_)
        | Event::Recovered(_)
        | Event::Restored(_)
        | Event::AlertFired { .. }
        | Event::PaymentAsked(_)
        | Event::OrderCredited(_) => true,
        Event::OrderPlaced(ordered) => matches!(ordered.purpose, Purpose::Renewal | Purpose::TopUp),
        // What costs nothing is paid with the order.
        Event::OrderPaid(paid) => paid.amount.amount == 0,
        Event::TopUp(moved) => moved.how != TopUpMove::Set,
        Event::OrderCanceled(_) => matches!(before, Event::Closed(_)),
        Event::DisputeClosed(_) => matches!(before, Event::GivenAgain(_)),
        // What was taken back before the order was paid.
        Event::ClawedBack(_) | Event::OrderDisputed(_) => {
            matches!(
                before,
                Event::OrderCredited(_)
                    | Event::Subscription(_)
                    | Event::ClawedBack(_)
                    | Event::OrderRefunded(_)
            )
        }
        Event::Subscription(moved) => match moved.how {
            Move::Started | Move::PeriodEnded | Move::Renewed | Move::Changed => true,
            Move::Ended => matches!(before, Event::OrderCanceled(_) | Event::Closed(_)),
            Move::CancelPlanned => matches!(before, Event::Closed(_)),
            _ => false,
        },
        _ => false,
    }
}
