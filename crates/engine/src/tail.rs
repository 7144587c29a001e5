//! The newest part of the history, in memory: what is committed and not yet in a run.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use ledger::{AccountNo, Position};
use moment::Instant;
use rustc_hash::FxHashMap;

use crate::codec::{RawRecord, Row, decode_core};
use crate::handle::Listed;
use crate::history::Look;
use crate::kinds::Kinds;
use crate::sales::Sale;
use crate::{Idempotency, StoreError};

/// A committed row, as writer, projector and readers share it.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    pub seq: u64,
    pub bytes: Arc<[u8]>,
}

/// One entry of the tail: where it stands in its row, and the entry of the same account before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub account: AccountNo,
    pub position: Position,
    row: u32,
    core_at: u32,
    core_len: u32,
    before: u32,
}

const NONE: u32 = u32::MAX;

/// Committed rows by account.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    rows: Vec<(Committed, Instant)>,
    pub items: Vec<Item>,
    pub keys: Vec<(Idempotency, Position)>,
    pub sales: Vec<Sale>,
    latest: FxHashMap<AccountNo, u32>,
}

impl Segment {
    fn add(&mut self, row: &Committed) -> Result<(), StoreError> {
        let opened = Row::trusted(row.seq, &row.bytes)?;
        let number = self.rows.len() as u32;
        let start = row.bytes.as_ptr() as usize;
        for raw in opened.raw_records() {
            self.sales.extend(Sale::of(&raw));
            let RawRecord { position, account, key, core, .. } = raw;
            let place = self.items.len() as u32;
            let before = self.latest.insert(account, place).unwrap_or(NONE);
            let core_at = (core.as_ptr() as usize - start) as u32;
            self.items.push(Item {
                account,
                position,
                row: number,
                core_at,
                core_len: core.len() as u32,
                before,
            });
            if let Some(key) = key {
                self.keys.push((key, position));
            }
        }
        self.rows.push((row.clone(), opened.time));
        Ok(())
    }

    /// The row's time and the core of an item.
    pub fn core(&self, item: &Item) -> (Instant, &[u8]) {
        let (row, time) = &self.rows[item.row as usize];
        (*time, &row.bytes[item.core_at as usize..(item.core_at + item.core_len) as usize])
    }

    pub fn span(&self) -> Option<(u64, u64, Instant)> {
        let (first, _) = self.rows.first()?;
        let (last, time) = self.rows.last()?;
        Some((first.seq, last.seq + 1, *time))
    }

    /// What is looked for of an account, newest first, while `visit` says so.
    fn visit(&self, wanted: &Look, visit: &mut dyn FnMut(Listed) -> bool) -> Result<bool, StoreError> {
        let Look { account, before, after, kinds } = *wanted;
        let mut next = self.latest.get(&account).copied().unwrap_or(NONE);
        while let Some(item) = self.items.get(next as usize) {
            next = item.before;
            if item.position >= before {
                continue;
            }
            if item.position <= after {
                return Ok(false);
            }
            let (time, core) = self.core(item);
            if kinds != Kinds::ALL && !kinds.has_some_of(Kinds::of_core(core)) {
                continue;
            }
            let entry = decode_core(account, time, core)?;
            if !visit(Listed { position: item.position, entry }) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What readers and the projector share: the segment that grows, those that are being made into runs, and how far
/// they go.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    shared: Mutex<Shared>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct Shared {
    growing: Segment,
    frozen: Vec<Arc<Segment>>,
    /// The row behind the last one that is here.
    next: u64,
    stopped: bool,
}

impl Tail {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn start_at(&self, next: u64) {
        self.lock().next = next;
    }

    /// The row behind the last one that is here.
    pub fn next(&self) -> u64 {
        self.lock().next
    }

    /// Adds a row; says how many entries are growing now.
    pub fn add(&self, row: &Committed) -> Result<usize, StoreError> {
        let mut shared = self.lock();
        shared.growing.add(row)?;
        shared.next = row.seq + 1;
        self.grown.notify_all();
        Ok(shared.growing.items.len())
    }

    /// How many entries have grown.
    pub fn growing(&self) -> usize {
        self.lock().growing.items.len()
    }

    /// Freezes what has grown, so that a run can be made of it while readers still see it.
    pub fn freeze(&self) -> Arc<Segment> {
        let mut shared = self.lock();
        let segment = Arc::new(std::mem::take(&mut shared.growing));
        shared.frozen.push(Arc::clone(&segment));
        segment
    }

    /// Forgets a frozen segment: it can be read as a run from here on, which `publish` sees to.
    pub fn thaw(&self, segment: &Arc<Segment>, publish: impl FnOnce()) {
        let mut shared = self.lock();
        publish();
        shared.frozen.retain(|frozen| !Arc::ptr_eq(frozen, segment));
    }

    pub fn stop(&self) {
        self.lock().stopped = true;
        self.grown.notify_all();
    }

    /// Waits until row `seq` is here; `false` if it will not come.
    pub fn wait_for(&self, seq: u64) -> bool {
        let mut shared = self.lock();
        while shared.next <= seq && !shared.stopped {
            shared = self.grown.wait(shared).unwrap_or_else(PoisonError::into_inner);
        }
        shared.next > seq
    }

    /// Orders and quotes before a position, newest first, while `visit` says so; then, where it wants older ones, what
    /// `runs` returns, as in [`Tail::visit`].
    pub fn visit_sales<R>(
        &self,
        before: Position,
        visit: &mut dyn FnMut(Sale) -> bool,
        runs: impl FnOnce() -> R,
    ) -> Result<Option<R>, StoreError> {
        let shared = self.lock();
        if shared.stopped {
            return Err(StoreError::new("the history stands still: its maker has stopped"));
        }
        let mut all = |sales: &[Sale]| {
            sales.iter().rev().filter(|sale| sale.position < before).all(|sale| visit(*sale))
        };
        if !all(&shared.growing.sales) {
            return Ok(None);
        }
        let (frozen, runs) = (shared.frozen.clone(), runs());
        drop(shared);
        let wants_more = frozen.iter().rev().all(|segment| all(&segment.sales));
        Ok(wants_more.then_some(runs))
    }

    /// What is looked for of an account, newest first, while `visit` says so.
    ///
    /// `runs` is called under the lock, so that no segment becomes a run in between: what it returns, and what
    /// was visited, is all there is.
    pub fn visit<R>(
        &self,
        wanted: &Look,
        visit: &mut dyn FnMut(Listed) -> bool,
        runs: impl FnOnce() -> R,
    ) -> Result<Option<R>, StoreError> {
        let shared = self.lock();
        if shared.stopped {
            // What is here may not be all: no answer is better than an old one.
            return Err(StoreError::new("the history stands still: its maker has stopped"));
        }
        if !shared.growing.visit(wanted, visit)? {
            return Ok(None);
        }
        let frozen = shared.frozen.clone();
        let runs = runs();
        drop(shared);
        for segment in frozen.iter().rev() {
            if !segment.visit(wanted, visit)? {
                return Ok(None);
            }
        }
        Ok(Some(runs))
    }
}
