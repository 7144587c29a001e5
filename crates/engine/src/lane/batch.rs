use std::collections::VecDeque;

use ledger::{Entry, Position};
use moment::Instant;

use crate::codec::{HASH, Record, Row, RowBuilder};
use crate::port::JournalReader;
use crate::tail::Committed;
use crate::{Idempotency, StoreError};

/// What is decided and not yet durable: rows in the making, and what came right before them.
pub(crate) struct Batch {
    /// The position that the next entry gets.
    pub next: Position,
    /// The seal of the last row.
    seal: [u8; HASH],
    /// Rows that are full.
    full: Vec<(u64, Vec<u8>)>,
    row: Option<RowBuilder>,
    /// Entries in it.
    pub entries: u64,
    /// The latest rows on disk, for what looks back a little.
    recent: VecDeque<Committed>,
    /// Rows that were read from disk last, their seals checked: who repeats many requests repeats them in their order.
    read: VecDeque<(u64, Vec<u8>)>,
}

impl Batch {
    const RECENT: usize = 64;
    const READ: usize = 4;

    /// Goes on behind row `last`.
    pub fn after(last: Option<(u64, [u8; HASH])>) -> Batch {
        let (next, seal) = last.map_or((1, [0; HASH]), |(seq, seal)| (seq + 1, seal));
        Batch {
            next: Position::new(next, 0),
            seal,
            full: Vec::new(),
            row: None,
            entries: 0,
            recent: VecDeque::new(),
            read: VecDeque::new(),
        }
    }

    /// Whether nothing is decided.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.full.iter().map(|(_, row)| row.len()).sum::<usize>()
            + self.row.as_ref().map_or(0, RowBuilder::len)
    }

    /// Adds an entry at `next`; returns its hash.
    pub fn push(
        &mut self,
        time: Instant,
        entry: &Entry,
        previous: [u8; HASH],
        key: Option<Idempotency>,
    ) -> Result<[u8; HASH], StoreError> {
        let row = self.row.get_or_insert_with(|| RowBuilder::new(self.next.seq(), time, self.seal));
        let hash = row.push(entry, previous, key)?;
        self.entries += 1;
        self.next = self.next.next();
        if row.count == Position::ROW {
            self.close_row();
        }
        Ok(hash)
    }

    fn close_row(&mut self) {
        if let Some(row) = self.row.take() {
            let seq = row.seq;
            let (bytes, seal) = row.seal();
            self.seal = seal;
            self.full.push((seq, bytes));
        }
    }

    /// Closes the batch: the rows to append.
    pub fn close(&mut self) -> Vec<(u64, Vec<u8>)> {
        self.close_row();
        let rows = std::mem::take(&mut self.full);
        if let Some((seq, _)) = rows.last() {
            self.next = Position::new(seq + 1, 0);
        }
        self.entries = 0;
        rows
    }

    /// Remembers a row that is on disk now.
    pub fn remember(&mut self, row: Committed) {
        if self.recent.len() == Batch::RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(row);
    }

    /// The record at a position: decided, or on disk.
    pub fn record(
        &mut self,
        at: Position,
        journal: &mut dyn JournalReader,
    ) -> Result<Option<Record>, StoreError> {
        let seq = at.seq();
        let index = at.index() as usize;
        if let Some(row) = self.row.as_ref().filter(|row| row.seq == seq) {
            return row.raw_records().nth(index).map(|raw| raw.decode()).transpose();
        }
        let held = self.full.iter().find(|(number, _)| *number == seq).map(|(_, bytes)| bytes.as_slice());
        let recent = || self.recent.iter().find(|row| row.seq == seq).map(|row| &*row.bytes);
        let read = || self.read.iter().find(|(number, _)| *number == seq).map(|(_, bytes)| bytes.as_slice());
        if let Some(bytes) = held.or_else(recent).or_else(read) {
            return Row::trusted(seq, bytes)?.raw_records().nth(index).map(|raw| raw.decode()).transpose();
        }
        if seq >= self.next.seq() {
            return Ok(None);
        }
        let Some(bytes) = journal.row(seq)? else { return Ok(None) };
        let record = Row::open(seq, &bytes)?.raw_records().nth(index).map(|raw| raw.decode()).transpose();
        if self.read.len() == Batch::READ {
            self.read.pop_front();
        }
        self.read.push_back((seq, bytes));
        record
    }
}
