use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::outbox::{Outbox, Shelf, is_shelf_name};
use engine::port::{Journal, JournalReader, Marks, RunMeta, Snapshot, Store, Views, ViewsReader};
use engine::{Control, StoreError};
use ledger::{AccountNo, NameId};
use moment::Instant;

use super::disk::{Disk, Write};
use super::outbox::MemoryShelf;

/// A store in memory. It keeps every write, so that a test can go back to what was there between any two of them: a
/// crash. Clones are the same store.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    shared: Arc<Mutex<Shared>>,
    dead: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Shared {
    base: Disk,
    writes: Vec<Write>,
    now: Disk,
}

impl MemoryStore {
    fn over(base: Disk) -> MemoryStore {
        let shared = Shared { now: base.clone(), base, writes: Vec::new() };
        MemoryStore { shared: Arc::new(Mutex::new(shared)), dead: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many writes there were.
    pub fn writes(&self) -> usize {
        self.lock().writes.len()
    }

    /// What a crash after so many writes leaves, in a store of its own. Writes to the views are not durable at once:
    /// the last `views_lost` of them are lost too.
    ///
    /// # Panics
    /// Never: what was written once can be written again.
    #[must_use]
    pub fn crashed(&self, writes: usize, views_lost: usize) -> MemoryStore {
        let shared = self.lock();
        let kept = &shared.writes[..writes.min(shared.writes.len())];
        let views = kept.iter().filter(|write| write.is_view()).count().saturating_sub(views_lost);
        let mut disk = shared.base.clone();
        let mut seen = 0;
        for write in kept {
            seen += usize::from(write.is_view());
            if !write.is_view() || seen <= views {
                disk.apply(write).expect("what was written once can be written again");
            }
        }
        MemoryStore::over(disk)
    }

    /// A copy as it is now.
    #[must_use]
    pub fn copied(&self) -> MemoryStore {
        MemoryStore::over(self.lock().now.clone())
    }

    /// A copy as it is now, without what can be made again.
    #[must_use]
    pub fn without_views(&self) -> MemoryStore {
        let mut disk = self.lock().now.clone();
        disk.drop_views();
        MemoryStore::over(disk)
    }

    /// From here on every call fails: who still uses the store is a process that was killed.
    pub fn kill(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    /// Changes a row of the journal behind everybody's back; `None` takes it away.
    pub fn damage_row(&self, seq: u64, change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>) {
        let rows = &mut self.lock().now.rows;
        if let Some(row) = rows.remove(&seq).and_then(|row| change(row.to_vec())) {
            rows.insert(seq, row.into());
        }
    }

    /// Changes a snapshot; `None` takes it away.
    pub fn damage_snapshot(&self, account: AccountNo, change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>) {
        let snapshots = &mut self.lock().now.snapshots;
        if let Some(mut snapshot) = snapshots.remove(&account)
            && let Some(state) = change(std::mem::take(&mut snapshot.state))
        {
            snapshots.insert(account, Snapshot { state, ..snapshot });
        }
    }

    /// Changes every chunk of the runs; `None` takes it away.
    pub fn damage_chunks(&self, change: impl Fn(&RunMeta, Vec<u8>) -> Option<Vec<u8>>) {
        let mut shared = self.lock();
        let Disk { runs, chunks, .. } = &mut shared.now;
        let old = std::mem::take(chunks);
        chunks.extend(old.into_iter().filter_map(|(at, chunk)| Some((at, change(runs.get(&at.0)?, chunk)?))));
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&Disk) -> T) -> Result<T, StoreError> {
        let shared = self.lock();
        self.alive()?;
        Ok(read(&shared.now))
    }

    pub(super) fn write(&self, write: Write) -> Result<(), StoreError> {
        let mut shared = self.lock();
        self.alive()?;
        shared.now.apply(&write)?;
        shared.writes.push(write);
        Ok(())
    }

    fn alive(&self) -> Result<(), StoreError> {
        if self.dead.load(Ordering::SeqCst) { Err(StoreError::new("the process was killed")) } else { Ok(()) }
    }
}

impl Store for MemoryStore {
    fn journal(&self) -> Result<Box<dyn Journal>, StoreError> {
        self.alive().map(|()| Box::new(self.clone()) as Box<dyn Journal>)
    }

    fn journal_reader(&self) -> Result<Box<dyn JournalReader>, StoreError> {
        self.alive().map(|()| Box::new(self.clone()) as Box<dyn JournalReader>)
    }

    fn views(&self) -> Result<Box<dyn Views>, StoreError> {
        self.alive().map(|()| Box::new(self.clone()) as Box<dyn Views>)
    }

    fn views_reader(&self) -> Result<Box<dyn ViewsReader>, StoreError> {
        self.alive().map(|()| Box::new(self.clone()) as Box<dyn ViewsReader>)
    }

    fn control(&self) -> Arc<dyn Control> {
        Arc::new(self.clone())
    }

    fn outbox(&self) -> Result<Box<dyn Outbox>, StoreError> {
        self.alive().map(|()| Box::new(self.clone()) as Box<dyn Outbox>)
    }

    fn shelf(&self, name: &str, _durable: bool) -> Result<Arc<dyn Shelf>, StoreError> {
        self.alive()?;
        if !is_shelf_name(name) {
            return Err(StoreError::new(format!("{name:?} is no name of a shelf")));
        }
        Ok(Arc::new(MemoryShelf { store: self.clone(), name: name.to_owned() }))
    }

    fn bytes_on_disk(&self) -> u64 {
        self.lock().now.rows.values().map(|row| row.len() as u64).sum()
    }

    fn damaged(&self) -> Vec<String> {
        Vec::new()
    }
}

impl JournalReader for MemoryStore {
    fn last(&mut self) -> Result<Option<u64>, StoreError> {
        self.read(|disk| disk.rows.keys().next_back().copied())
    }

    fn row(&mut self, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|disk| disk.rows.get(&seq).map(|row| row.to_vec()))
    }

    fn scan(&mut self, from: u64, visit: &mut engine::port::VisitRow<'_>) -> Result<(), StoreError> {
        let rows =
            self.read(|disk| disk.rows.range(from..).map(|(seq, row)| (*seq, Arc::clone(row))).collect());
        let rows: Vec<(u64, Arc<[u8]>)> = rows?;
        for (seq, row) in rows {
            if !visit(seq, &row)? {
                break;
            }
        }
        Ok(())
    }

    fn names(&mut self) -> Result<Vec<(NameId, String)>, StoreError> {
        self.read(|disk| disk.names.iter().map(|(id, text)| (NameId(*id), text.clone())).collect())
    }
}

impl Journal for MemoryStore {
    fn append(&mut self, rows: &[(u64, Vec<u8>)]) -> Result<(), StoreError> {
        self.write(Write::Rows(rows.to_vec()))
    }

    fn add_name(&mut self, id: NameId, text: &str) -> Result<(), StoreError> {
        self.write(Write::Name(id, text.to_owned()))
    }

    fn maintain(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl ViewsReader for MemoryStore {
    fn marks(&mut self) -> Result<Marks, StoreError> {
        self.read(Disk::marks)
    }

    fn last_account(&mut self) -> Result<Option<AccountNo>, StoreError> {
        self.read(|disk| disk.snapshots.keys().next_back().copied())
    }

    fn snapshot(&mut self, account: AccountNo) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|disk| disk.snapshots.get(&account).map(|snapshot| snapshot.state.clone()))
    }

    fn find(&mut self, program: NameId, host_id: &str) -> Result<Option<AccountNo>, StoreError> {
        let is = |snapshot: &&Snapshot| snapshot.program == program && *snapshot.host_id == *host_id;
        self.read(|disk| {
            disk.snapshots.values().find(is).map(|found| found.account).filter(|_| !host_id.is_empty())
        })
    }

    fn due(
        &mut self,
        program: NameId,
        after: (Instant, AccountNo),
        until: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, AccountNo)>, StoreError> {
        let mut due = self.read(|disk| {
            let of_program = disk.snapshots.values().filter(|snapshot| snapshot.program == program);
            let all = of_program.map(|snapshot| (snapshot.due, snapshot.account));
            all.filter(|due| !due.0.is_never() && *due > after && due.0 <= until).collect::<Vec<_>>()
        })?;
        due.sort_unstable();
        due.truncate(limit);
        Ok(due)
    }

    fn snapshots(&mut self, visit: &mut engine::port::VisitSnapshot<'_>) -> Result<(), StoreError> {
        for (account, snapshot) in self.read(|disk| disk.snapshots.clone())? {
            if !visit(account, &snapshot.state)? {
                break;
            }
        }
        Ok(())
    }

    fn runs(&mut self) -> Result<Vec<RunMeta>, StoreError> {
        self.read(|disk| disk.runs.values().cloned().collect())
    }

    fn chunk(&mut self, run: u64, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|disk| disk.chunks.get(&(run, number)).cloned())
    }
}

impl Views for MemoryStore {
    fn put_snapshots(&mut self, snapshots: &[Snapshot]) -> Result<(), StoreError> {
        self.write(Write::Snapshots(snapshots.to_vec()))
    }

    fn set_snapshot_mark(&mut self, seq: u64) -> Result<(), StoreError> {
        self.write(Write::SnapshotMark(seq))
    }

    fn add_runs(
        &mut self,
        runs: &[(RunMeta, Vec<Vec<u8>>)],
        dropped: &[u64],
        mark: u64,
    ) -> Result<(), StoreError> {
        self.write(Write::Runs(runs.to_vec(), dropped.to_vec(), mark))
    }
}
