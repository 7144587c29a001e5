//! The start of a lane: only the tail of the journal is read, and accounts get what it has of them when they are
//! loaded.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;

use account::{Account, apply};
use ledger::{AccountNo, Event, NameId, Position};
use moment::Instant;
use rustc_hash::{FxHashMap, FxHashSet};

use super::backlog::Backlog;
use super::batch::Batch;
use super::recent_keys::RecentKeys;
use super::save::Saving;
use super::timers::Timers;
use super::{Lane, Shared};
use crate::StoreError;
use crate::cache::Cache;
use crate::codec::{RawRecord, Row};
use crate::projector::ToProjector;
use crate::tail::Committed;

/// Entries behind their account's snapshot, until the account is loaded.
#[derive(Default)]
pub(crate) struct Orphans {
    rows: Vec<Arc<[u8]>>,
    /// By account and position, once the tail is read.
    items: Vec<Item>,
    ranges: FxHashMap<AccountNo, (u32, u32)>,
    opened: FxHashMap<(NameId, Box<str>), AccountNo>,
    cursor: usize,
    /// Accounts that can't be loaded, as something of them is damaged. While there are any, no snapshot mark may
    /// pass what the journal has of them.
    pub damaged: FxHashSet<AccountNo>,
}

#[derive(Clone, Copy)]
struct Item {
    account: AccountNo,
    position: Position,
    row: u32,
}

impl Orphans {
    fn add(&mut self, row: &Row<'_>, bytes: &Arc<[u8]>, saved: Option<AccountNo>) -> Result<(), StoreError> {
        let number = self.rows.len() as u32;
        self.rows.push(Arc::clone(bytes));
        for raw in row.raw_records() {
            self.items.push(Item { account: raw.account, position: raw.position, row: number });
            // An account without a snapshot can only be found by the host's id if its opening is known.
            if saved.is_none_or(|saved| raw.account > saved) && raw.previous == [0; 16] {
                let entry = raw.decode()?.entry;
                if let Event::Opened(opened) = entry.event
                    && !opened.host_id.is_empty()
                {
                    self.opened.insert((opened.program, opened.host_id), raw.account);
                }
            }
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.items.sort_unstable_by_key(|item| (item.account, item.position));
        let mut start = 0;
        for group in self.items.chunk_by(|a, b| a.account == b.account) {
            if let Some(first) = group.first() {
                self.ranges.insert(first.account, (start, group.len() as u32));
            }
            start += group.len() as u32;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    pub fn opened(&self, program: NameId, host_id: &str) -> Option<AccountNo> {
        if self.opened.is_empty() {
            return None;
        }
        self.opened.get(&(program, Box::from(host_id))).copied()
    }

    /// Applies what is behind the account's snapshot; says whether there was anything.
    pub fn adopt(&mut self, account: &mut Account) -> Result<bool, StoreError> {
        let Some((start, count)) = self.ranges.get(&account.no).copied() else { return Ok(false) };
        let items = &self.items[start as usize..(start + count) as usize];
        for item in items {
            if account.entries > 0 && item.position <= account.last {
                continue;
            }
            let row = Row::trusted(item.position.seq(), &self.rows[item.row as usize])?;
            let raw: Option<RawRecord<'_>> = row.raw_records().nth(item.position.index() as usize);
            let raw = raw.ok_or_else(|| StoreError::new(format!("no journal entry {}", item.position)))?;
            if raw.previous != account.head {
                return Err(StoreError::damage(format!(
                    "journal entry {} of account {} does not follow the entry before it: \
                     an entry is missing, changed or out of order",
                    item.position, account.no.0
                )));
            }
            apply(account, item.position, &raw.decode()?.entry);
            account.head = raw.hash();
        }
        self.forget(account.no);
        Ok(true)
    }

    /// The account can't be loaded: it is not tried again before the next start.
    fn give_up(&mut self, account: AccountNo) {
        self.damaged.insert(account);
        self.forget(account);
    }

    fn forget(&mut self, account: AccountNo) {
        self.ranges.remove(&account);
        if self.ranges.is_empty() {
            *self = Orphans { damaged: std::mem::take(&mut self.damaged), ..Orphans::default() };
        }
    }

    /// An account that is still to be loaded.
    fn next(&mut self) -> Option<AccountNo> {
        while let Some(item) = self.items.get(self.cursor) {
            if self.ranges.contains_key(&item.account) {
                return Some(item.account);
            }
            self.cursor += 1;
        }
        None
    }
}

impl Shared {
    fn fill_filter(&self) -> Result<(), StoreError> {
        self.filter.fill(self.store.views_reader()?.as_mut(), &self.runs.get())
    }
}

impl Lane {
    /// Starts the lane: reads what the journal has behind the snapshots and the runs.
    pub(crate) fn start(shared: Arc<Shared>, projector: SyncSender<ToProjector>) -> Result<Lane, StoreError> {
        shared.fill_filter()?;
        Lane::open(shared, projector)
    }

    /// Opens it anew, after a failure too.
    pub(super) fn open(shared: Arc<Shared>, projector: SyncSender<ToProjector>) -> Result<Lane, StoreError> {
        let mut journal = shared.store.journal()?;
        shared.names.learn(journal.names()?);
        let mut views = shared.store.views_reader()?;
        let mut marks = views.marks()?;
        let saved = views.last_account()?;
        let last = journal.last()?;
        let behind = last.map_or(1, |last| last + 1);
        if let Some(mark) = [marks.snapshots, marks.projected].into_iter().find(|mark| *mark > behind) {
            return Err(StoreError::new(format!(
                "the journal ends before row {behind}, but the views were made of the rows before {mark}: \
                 rows of the journal are missing. Restore it; or delete the views, to go on with what it has"
            )));
        }
        // What the projector has on disk and has not told yet is not in the filter: it is read here.
        marks.projected = marks.projected.min(shared.progress.projected.load(Ordering::Acquire));
        let mut time = Instant::from_millis(i64::MIN);
        let mut keys = RecentKeys::default();
        let mut orphans = Orphans::default();
        let mut highest = saved;
        let mut last_seal: Option<(u64, [u8; 16])> = None;
        let from = marks.snapshots.min(marks.projected).min(last.unwrap_or(0)).max(1);
        journal.scan(from, &mut |seq, bytes| {
            let row = Row::open(seq, bytes)?;
            if last_seal.is_none() && seq != from {
                return Err(StoreError::new(format!("journal row {from} is missing: row {seq} follows")));
            }
            if let Some((before, _)) = last_seal
                && before + 1 != seq
            {
                return Err(StoreError::new(format!(
                    "journal row {} is missing: row {seq} follows",
                    before + 1
                )));
            }
            if let Some((before, seal)) = last_seal
                && seal != row.previous_seal
            {
                let what = "a row was changed or is out of order";
                return Err(StoreError::new(format!(
                    "journal row {seq} does not follow row {before}: {what}"
                )));
            }
            last_seal = Some((seq, row.seal));
            time = time.max(row.time);
            if seq >= marks.projected {
                for raw in row.raw_records() {
                    if let Some(key) = raw.key {
                        keys.insert(&key.key, raw.position);
                    }
                }
            }
            if seq >= marks.snapshots {
                for raw in row.raw_records() {
                    highest = highest.max(Some(raw.account));
                }
                orphans.add(&row, &bytes.into(), saved)?;
            }
            Ok(true)
        })?;
        orphans.sort();
        shared.counters.head.store(last.unwrap_or(0), Ordering::Release);
        let mut saving = Saving::default();
        saving.more(orphans.items.len() as u64);
        Ok(Lane {
            filter: shared.filter.view(),
            next_account: highest.map_or(AccountNo(0), |no| AccountNo(no.0 + 1)),
            batch: Batch::after(last_seal),
            journal,
            views,
            projector,
            cache: Cache::new(),
            pending: Vec::new(),
            backlog: Backlog::new(),
            stopping: false,
            keys,
            timers: Timers::default(),
            orphans,
            saving,
            time,
            clock_said: Instant::from_millis(i64::MIN),
            shared,
        })
    }

    /// Loads some of the accounts that have entries behind their snapshot, so that their alarms are set and they
    /// are saved; says whether there may be more.
    pub(super) fn adopt_some(&mut self, count: usize) -> Result<bool, StoreError> {
        for _ in 0..count {
            let Some(no) = self.orphans.next() else { return Ok(false) };
            match self.load(no) {
                Err(error) if error.is_damage() => {
                    tracing::error!(%error, "account {} is not served", no.0);
                    self.orphans.give_up(no);
                }
                other => drop(other?),
            }
        }
        Ok(!self.orphans.is_empty())
    }

    pub(super) fn adopt_all(&mut self) -> Result<(), StoreError> {
        while self.adopt_some(1_024)? {
            self.save_some(false)?;
        }
        Ok(())
    }
}

/// Rows that the projector has not been told of, as it may have missed them when the lane failed.
pub(super) fn tell_last_row(lane: &mut Lane) -> Result<(), StoreError> {
    if let Some(last) = lane.journal.last()?
        && let Some(bytes) = lane.journal.row(last)?
    {
        // One row is enough: the projector reads those before it from the journal.
        lane.shared.progress.lag.fetch_add(Row::open(last, &bytes)?.count(), Ordering::Relaxed);
        let _ = lane.projector.send(ToProjector::Row(Committed { seq: last, bytes: bytes.into() }));
    }
    Ok(())
}
