//! Snapshots: every so many entries, the states that changed are saved, a few with each commit.

use std::sync::atomic::Ordering;

use ledger::AccountNo;

use super::Lane;
use crate::codec;
use crate::dirty::DirtySet;
use crate::port::Snapshot;
use crate::projector::ToProjector;
use crate::{StoreError, cache::Slot};

/// Which states are to be saved, and how far that is.
#[derive(Default)]
pub(crate) struct Saving {
    /// Changed since the epoch began.
    dirty: DirtySet,
    /// To be saved in this epoch.
    flushing: DirtySet,
    epoch: u64,
    /// The row that was next when the epoch began.
    mark: u64,
    active: bool,
    /// Entries since the epoch began.
    since: u64,
    /// How many states the last commits allow to be saved.
    budget: usize,
    ready: Vec<Snapshot>,
    /// Where a state is put together, so that what is kept of it has its size.
    scratch: Vec<u8>,
}

impl Saving {
    pub fn changed(&mut self, account: AccountNo) {
        // One that is still to be saved in this epoch will be saved as it is then.
        if !self.flushing.contains(account) {
            self.dirty.insert(account);
        }
    }

    pub fn more(&mut self, entries: u64) {
        self.since += entries;
        self.budget += entries as usize + 32;
    }

    pub fn may_go(&self, slot: &Slot, saved: u64) -> bool {
        let no = slot.account.no;
        u64::from(slot.saved_in) <= saved && !self.dirty.contains(no) && !self.flushing.contains(no)
    }

    /// Whether there is nothing to do for the epoch that goes on.
    pub fn is_idle(&self) -> bool {
        !self.active
    }
}

impl Lane {
    const READY: usize = 4096;

    /// Begins an epoch when enough has changed, and saves a few states.
    pub(super) fn save_some(&mut self, idle: bool) -> Result<(), StoreError> {
        let crowded = self.cache.len() > self.shared.options.cached_accounts
            && self.saving.dirty.len() > self.shared.options.cached_accounts / 4;
        if !self.saving.active && (self.is_due() || crowded) {
            self.begin_epoch();
        }
        if self.saving.active {
            let budget = if idle { 2_048 } else { std::mem::take(&mut self.saving.budget) };
            self.save(budget)?;
        }
        Ok(())
    }

    /// Whether enough was journaled for states to be saved: a start then reads less of the journal. Where each entry
    /// is of another account, a state is saved for each of them, so it is done later: saving should cost little by
    /// the entries that it saves a start from.
    fn is_due(&self) -> bool {
        const LATER: u64 = 4;
        let Saving { since, dirty, .. } = &self.saving;
        let every = self.shared.options.snapshot_every;
        *since >= every && (dirty.len() as u64 <= since / 8 || *since >= every * LATER)
    }

    /// Saves every state that changed, and waits until it is on disk.
    pub(super) fn save_all(&mut self) -> Result<(), StoreError> {
        self.adopt_all()?;
        if self.saving.active {
            self.save(usize::MAX)?;
        }
        self.begin_epoch();
        if self.saving.active { self.save(usize::MAX) } else { Ok(()) }
    }

    fn begin_epoch(&mut self) {
        // What still waits in the journal for its account to be loaded is changed too; the mark stays before it.
        if !self.orphans.is_empty() || !self.orphans.damaged.is_empty() {
            return;
        }
        let saving = &mut self.saving;
        // A lane before this one may have sent states that are not on disk yet: their epochs are not used again.
        saving.epoch = self.shared.progress.begun.fetch_add(1, Ordering::AcqRel) + 1;
        saving.mark = self.batch.next.seq();
        saving.flushing = std::mem::take(&mut saving.dirty);
        saving.active = true;
        saving.since = 0;
        // What the commits before it allowed is gone: all at once would be a stall.
        saving.budget = 0;
    }

    fn save(&mut self, budget: usize) -> Result<(), StoreError> {
        for _ in 0..budget {
            let Some(no) = self.saving.flushing.pop() else {
                self.send_ready();
                let (mark, epoch) = (self.saving.mark, self.saving.epoch);
                let _ = self.projector.send(ToProjector::SnapshotsTo { mark, epoch });
                self.saving.active = false;
                return Ok(());
            };
            let Some(slot) = self.cache.by_no(no).and_then(|slot| self.cache.slot(slot)) else { continue };
            slot.saved_in = self.saving.epoch as u32;
            let snapshot = snapshot(slot, &mut self.saving.scratch)?;
            if self.saving.ready.capacity() == 0 {
                self.saving.ready.reserve_exact(Lane::READY.min(self.saving.flushing.len() + 1));
            }
            self.saving.ready.push(snapshot);
            if self.saving.ready.len() >= Lane::READY {
                self.send_ready();
            }
        }
        Ok(())
    }

    fn send_ready(&mut self) {
        let ready = std::mem::take(&mut self.saving.ready);
        if !ready.is_empty() {
            let _ = self.projector.send(ToProjector::Snapshots(ready));
        }
    }

    /// Drops accounts that were not used lately while there are too many; at most so many.
    pub(super) fn make_room(&mut self, most: usize) {
        let saved = self.shared.progress.epoch.load(Ordering::Acquire);
        for _ in 0..most {
            if self.cache.len() <= self.shared.options.cached_accounts {
                return;
            }
            let saving = &self.saving;
            if !self.cache.evict(|slot| saving.may_go(slot, saved)) {
                return;
            }
        }
    }
}

/// A state as it is saved: postcard behind a checksum. Nobody is to be kept from forging one (what is journaled has
/// hashes for that), so the sum need only find what a disk gets wrong.
fn snapshot(slot: &mut Slot, state: &mut Vec<u8>) -> Result<Snapshot, StoreError> {
    let account = &slot.account;
    state.clear();
    state.extend_from_slice(&[0; SUM]);
    codec::put(state, account)?;
    let sum = crc32fast::hash(&state[SUM..]).to_le_bytes();
    state[..SUM].copy_from_slice(&sum);
    let due = account.next_due();
    let due_changed = std::mem::replace(&mut slot.saved_due, due) != due;
    Ok(Snapshot {
        account: account.no,
        program: account.program,
        host_id: account.host_id.clone(),
        due,
        due_changed,
        state: state.as_slice().into(),
    })
}

const SUM: usize = 4;

/// The state that a snapshot holds.
pub(crate) fn restore(no: AccountNo, state: &[u8]) -> Result<account::Account, StoreError> {
    let damaged = || {
        StoreError::damage(format!(
            "the snapshot of account {} is damaged; delete the views, they are made again",
            no.0
        ))
    };
    let (sum, body) = state.split_first_chunk::<SUM>().ok_or_else(damaged)?;
    if crc32fast::hash(body).to_le_bytes() != *sum {
        return Err(damaged());
    }
    let mut account: account::Account = postcard::from_bytes(body).map_err(|_| damaged())?;
    if account.no != no {
        return Err(damaged());
    }
    account.refresh_due();
    Ok(account)
}
