//! Following the journal: what is to be done elsewhere (payments asked, messages sent) is in it first.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use ledger::{Entry, EventKind, Position};
use moment::Instant;

use super::{Engine, PROJECTOR_QUEUE};
use crate::StoreError;
use crate::codec::Row;
use crate::kinds::Kinds;
use crate::port::JournalReader;
use crate::projector::Listeners;

/// Reads the journal from a row on, again and again, as it grows.
pub struct Follower {
    reader: Box<dyn JournalReader>,
    listeners: Arc<Listeners>,
    next: u64,
    /// Rows before this one were written before anybody listened: they are read.
    quiet_from: u64,
    /// A bit for each kind that is looked for.
    wanted: u64,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Follower({})", self.next)
    }
}

impl Engine {
    /// A follower that begins at a row, and looks for entries of some kinds. There is one at a time.
    pub fn follower(&self, from: u64, kinds: &[EventKind]) -> Result<Follower, StoreError> {
        let reader = self.shared().store.journal_reader()?;
        let wanted = Kinds::of(kinds).0;
        let listeners = Arc::clone(&self.shared().listeners);
        listeners.wanted.store(wanted, Ordering::Release);
        // What the projector is at now may have been looked at before.
        let quiet_from =
            self.head().max(listeners.heard.load(Ordering::Acquire)) + PROJECTOR_QUEUE as u64 + 2;
        Ok(Follower { reader, listeners, next: from.max(1), quiet_from, wanted })
    }

    /// The journal's last row that is durable.
    pub fn head(&self) -> u64 {
        self.shared().counters.head.load(Ordering::Acquire)
    }

    /// Returns when a row from `next` on has something that is looked for.
    pub async fn heard(&self, next: u64) {
        let listeners = &self.shared().listeners;
        loop {
            let told = listeners.told.notified();
            if listeners.loud.load(Ordering::Acquire) >= next {
                return;
            }
            told.await;
        }
    }
}

impl Follower {
    /// The row that is read next.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Goes back to a row that was read before: what was made of it could not be kept.
    pub fn back_to(&mut self, row: u64) {
        self.next = self.next.min(row.max(1));
    }

    /// Visits what was asked for in at most so many rows, in order, each with the machine's time when it was written; says
    /// whether there may be more. Rows that are known to
    /// have nothing of it are not read.
    pub fn read(
        &mut self,
        most_rows: u64,
        visit: &mut dyn FnMut(Position, &Entry, Instant) -> Result<(), StoreError>,
    ) -> Result<bool, StoreError> {
        let heard = self.listeners.heard.load(Ordering::Acquire);
        if self.quiet_from <= self.next
            && self.next <= heard
            && self.listeners.loud.load(Ordering::Acquire) < self.next
        {
            self.next = heard + 1;
        }
        let end = self.next + most_rows;
        let (mut next, wanted) = (self.next, self.wanted);
        self.reader.scan(self.next, &mut |seq, bytes| {
            if seq >= end {
                return Ok(false);
            }
            for raw in Row::open(seq, bytes)?.raw_records().filter(|raw| raw.is_of(wanted)) {
                visit(raw.position, &raw.decode()?.entry, raw.time)?;
            }
            next = seq + 1;
            Ok(true)
        })?;
        self.next = next;
        Ok(next >= end)
    }
}
