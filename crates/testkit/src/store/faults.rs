use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use engine::outbox::{Outbox, Shelf};
use engine::port::{Journal, JournalReader, Marks, RunMeta, Snapshot, Store, Views, ViewsReader};
use engine::{Control, StoreError};
use ledger::{AccountNo, NameId};
use moment::Instant;

use super::outbox_faults::{FaultyOutbox, FaultyShelf};

/// How a write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has not happened.
    Before,
    /// It has happened, and the error came after: whoever asked can't know.
    After,
}

/// What fails, as the test says. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<(Mutex<Plan>, Condvar)>);

#[derive(Debug, Default)]
struct Plan {
    appends: VecDeque<Option<Fault>>,
    names: VecDeque<Fault>,
    outbox: VecDeque<Option<Fault>>,
    full: bool,
    views_fail: bool,
    appends_wait: bool,
    /// So many appends go on though appends wait.
    let_go: usize,
    views_wait: bool,
    /// Appends and view writes that wait at a gate now.
    waiting: (usize, usize),
}

impl Faults {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.plan());
        self.0.1.notify_all();
    }

    /// The next appends fail, or do not, in this order.
    pub fn appends(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.change(|plan| plan.appends.extend(faults));
    }

    /// The next new name fails.
    pub fn name(&self, fault: Fault) {
        self.change(|plan| plan.names.push_back(fault));
    }

    /// The next writes to the outbox fail, or do not, in this order.
    pub fn outbox_writes(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.change(|plan| plan.outbox.extend(faults));
    }

    /// Whether the disk is full: no append works, and no name, task or value is kept.
    pub fn disk_full(&self, full: bool) {
        self.change(|plan| plan.full = full);
    }

    /// Whether writes to the views fail.
    pub fn views_fail(&self, fail: bool) {
        self.change(|plan| plan.views_fail = fail);
    }

    /// Whether appends wait until they are let go.
    pub fn hold_appends(&self, hold: bool) {
        self.change(|plan| plan.appends_wait = hold);
    }

    /// Lets one append go on, of those that wait.
    pub fn let_one_append_go(&self) {
        self.change(|plan| plan.let_go += 1);
    }

    /// Whether writes to the views wait until they are let go.
    pub fn hold_views(&self, hold: bool) {
        self.change(|plan| plan.views_wait = hold);
    }

    /// Whether an append waits to be let go.
    pub fn append_waits(&self) -> bool {
        self.plan().waiting.0 > 0
    }

    /// Whether a write to the views waits to be let go.
    pub fn views_wait(&self) -> bool {
        self.plan().waiting.1 > 0
    }

    fn append(&self) -> Option<Fault> {
        let mut plan = self.plan();
        plan.waiting.0 += 1;
        while plan.appends_wait && plan.let_go == 0 {
            plan = self.0.1.wait(plan).unwrap_or_else(PoisonError::into_inner);
        }
        plan.let_go = plan.let_go.saturating_sub(1);
        plan.waiting.0 -= 1;
        if plan.full { Some(Fault::Before) } else { plan.appends.pop_front().flatten() }
    }

    pub(super) fn outbox(&self) -> Option<Fault> {
        let mut plan = self.plan();
        if plan.full { Some(Fault::Before) } else { plan.outbox.pop_front().flatten() }
    }

    pub(super) fn shelf(&self) -> Option<Fault> {
        self.plan().full.then_some(Fault::Before)
    }

    fn view(&self) -> Result<(), StoreError> {
        let mut plan = self.plan();
        plan.waiting.1 += 1;
        while plan.views_wait {
            plan = self.0.1.wait(plan).unwrap_or_else(PoisonError::into_inner);
        }
        plan.waiting.1 -= 1;
        if plan.views_fail { Err(StoreError::new("the views can't be written: a test")) } else { Ok(()) }
    }
}

/// A store that fails when the test says so.
pub struct FaultyStore {
    store: Arc<dyn Store>,
    faults: Faults,
}

impl FaultyStore {
    /// A store over another one, and what makes it fail.
    pub fn over(store: Arc<dyn Store>) -> (Arc<dyn Store>, Faults) {
        let faults = Faults::default();
        (Arc::new(FaultyStore { store, faults: faults.clone() }), faults)
    }
}

struct Faulty<T: ?Sized> {
    inner: Box<T>,
    faults: Faults,
}

pub(super) fn failing<T>(
    fault: Option<Fault>,
    write: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    match fault {
        None => write(),
        Some(Fault::Before) => Err(StoreError::new("no space left on the device: a test")),
        Some(Fault::After) => write().and_then(|_| Err(StoreError::new("no answer from the disk: a test"))),
    }
}

impl Store for FaultyStore {
    fn journal(&self) -> Result<Box<dyn Journal>, StoreError> {
        Ok(Box::new(Faulty { inner: self.store.journal()?, faults: self.faults.clone() }))
    }

    fn journal_reader(&self) -> Result<Box<dyn JournalReader>, StoreError> {
        self.store.journal_reader()
    }

    fn views(&self) -> Result<Box<dyn Views>, StoreError> {
        Ok(Box::new(Faulty { inner: self.store.views()?, faults: self.faults.clone() }))
    }

    fn views_reader(&self) -> Result<Box<dyn ViewsReader>, StoreError> {
        self.store.views_reader()
    }

    fn control(&self) -> Arc<dyn Control> {
        self.store.control()
    }

    fn outbox(&self) -> Result<Box<dyn Outbox>, StoreError> {
        Ok(Box::new(FaultyOutbox { inner: self.store.outbox()?, faults: self.faults.clone() }))
    }

    fn shelf(&self, name: &str, durable: bool) -> Result<Arc<dyn Shelf>, StoreError> {
        let inner = self.store.shelf(name, durable)?;
        Ok(Arc::new(FaultyShelf { inner, faults: self.faults.clone() }))
    }

    fn bytes_on_disk(&self) -> u64 {
        self.store.bytes_on_disk()
    }

    fn damaged(&self) -> Vec<String> {
        self.store.damaged()
    }
}

impl JournalReader for Faulty<dyn Journal> {
    fn last(&mut self) -> Result<Option<u64>, StoreError> {
        self.inner.last()
    }

    fn row(&mut self, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.row(seq)
    }

    fn scan(&mut self, from: u64, visit: &mut engine::port::VisitRow<'_>) -> Result<(), StoreError> {
        self.inner.scan(from, visit)
    }

    fn names(&mut self) -> Result<Vec<(NameId, String)>, StoreError> {
        self.inner.names()
    }
}

impl Journal for Faulty<dyn Journal> {
    fn append(&mut self, rows: &[(u64, Vec<u8>)]) -> Result<(), StoreError> {
        failing(self.faults.append(), || self.inner.append(rows))
    }

    fn add_name(&mut self, id: NameId, text: &str) -> Result<(), StoreError> {
        let mut plan = self.faults.plan();
        let fault = if plan.full { Some(Fault::Before) } else { plan.names.pop_front() };
        drop(plan);
        failing(fault, || self.inner.add_name(id, text))
    }

    fn maintain(&mut self) -> Result<(), StoreError> {
        self.inner.maintain()
    }
}

impl ViewsReader for Faulty<dyn Views> {
    fn marks(&mut self) -> Result<Marks, StoreError> {
        self.inner.marks()
    }

    fn last_account(&mut self) -> Result<Option<AccountNo>, StoreError> {
        self.inner.last_account()
    }

    fn snapshot(&mut self, account: AccountNo) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.snapshot(account)
    }

    fn find(&mut self, program: NameId, host_id: &str) -> Result<Option<AccountNo>, StoreError> {
        self.inner.find(program, host_id)
    }

    fn due(
        &mut self,
        program: NameId,
        after: (Instant, AccountNo),
        until: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, AccountNo)>, StoreError> {
        self.inner.due(program, after, until, limit)
    }

    fn snapshots(&mut self, visit: &mut engine::port::VisitSnapshot<'_>) -> Result<(), StoreError> {
        self.inner.snapshots(visit)
    }

    fn runs(&mut self) -> Result<Vec<RunMeta>, StoreError> {
        self.inner.runs()
    }

    fn chunk(&mut self, run: u64, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.chunk(run, number)
    }
}

impl Views for Faulty<dyn Views> {
    fn put_snapshots(&mut self, snapshots: &[Snapshot]) -> Result<(), StoreError> {
        self.faults.view()?;
        self.inner.put_snapshots(snapshots)
    }

    fn set_snapshot_mark(&mut self, seq: u64) -> Result<(), StoreError> {
        self.faults.view()?;
        self.inner.set_snapshot_mark(seq)
    }

    fn add_runs(
        &mut self,
        runs: &[(RunMeta, Vec<Vec<u8>>)],
        dropped: &[u64],
        mark: u64,
    ) -> Result<(), StoreError> {
        self.faults.view()?;
        self.inner.add_runs(runs, dropped, mark)
    }
}
