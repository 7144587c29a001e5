//! The ports to storage: the journal, which is the truth, and the views, which are made from it.

use std::sync::Arc;

use ledger::{AccountNo, NameId};
use moment::Instant;

use crate::outbox::{Outbox, Shelf};
use crate::{Control, StoreError};

/// A place where one database lives. Each thread opens what it needs.
pub trait Store: Send + Sync + 'static {
    /// The journal, to be appended to. There is one writer.
    fn journal(&self) -> Result<Box<dyn Journal>, StoreError>;
    /// The journal, to be read.
    fn journal_reader(&self) -> Result<Box<dyn JournalReader>, StoreError>;
    /// The views, to be written. There is one writer.
    fn views(&self) -> Result<Box<dyn Views>, StoreError>;
    /// The views, to be read.
    fn views_reader(&self) -> Result<Box<dyn ViewsReader>, StoreError>;
    /// Programs, keys, clocks.
    fn control(&self) -> Arc<dyn Control>;
    /// The outbox. There is one writer.
    fn outbox(&self) -> Result<Box<dyn Outbox>, StoreError>;
    /// The shelf of that name, which [is one](crate::outbox::is_shelf_name). Made when it is opened first. `durable`:
    /// each change outlives a loss of power, and not only of the process.
    fn shelf(&self, name: &str, durable: bool) -> Result<Arc<dyn Shelf>, StoreError>;
    /// How many bytes all of it takes on disk now.
    fn bytes_on_disk(&self) -> u64;
    /// What the store itself finds damaged: each a sentence that names the place.
    fn damaged(&self) -> Vec<String>;
}

/// What is done with a row and its number; `false` ends the visit.
pub type VisitRow<'a> = dyn FnMut(u64, &[u8]) -> Result<bool, StoreError> + 'a;

/// What is done with an account's saved state; `false` ends the visit.
pub type VisitSnapshot<'a> = dyn FnMut(AccountNo, &[u8]) -> Result<bool, StoreError> + 'a;

/// Reads a journal.
pub trait JournalReader: Send {
    /// The number of the last row.
    fn last(&mut self) -> Result<Option<u64>, StoreError>;
    /// One row.
    fn row(&mut self, seq: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// The rows from `from` on, in order, until `visit` says `false`.
    fn scan(&mut self, from: u64, visit: &mut VisitRow<'_>) -> Result<(), StoreError>;
    /// Every name, with its number.
    fn names(&mut self) -> Result<Vec<(NameId, String)>, StoreError>;
}

/// Appends to a journal.
pub trait Journal: JournalReader {
    /// Appends rows, all or none, and returns when they are durable. A row whose number is taken is an error: two
    /// writers can't both append it.
    fn append(&mut self, rows: &[(u64, Vec<u8>)]) -> Result<(), StoreError>;
    /// Keeps a name, durably.
    fn add_name(&mut self, id: NameId, text: &str) -> Result<(), StoreError>;
    /// Does upkeep that is due, if any, within a few milliseconds.
    fn maintain(&mut self) -> Result<(), StoreError>;
    /// Leaves the journal as it should be at rest. Nothing is appended afterwards.
    fn close(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// How far the views go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Every account's snapshot holds what it has in the rows before this one.
    pub snapshots: u64,
    /// The runs hold what is in the rows before this one.
    pub projected: u64,
}

/// A saved state of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Whose.
    pub account: AccountNo,
    /// Which program it is an account of.
    pub program: NameId,
    /// The host's id for it; empty where it has none.
    pub host_id: Box<str>,
    /// When something next falls due by itself.
    pub due: Instant,
    /// Whether `due` may differ from what was saved before, or nothing was. Else the state is all that is new.
    pub due_changed: bool,
    /// The state.
    pub state: Vec<u8>,
}

/// What a run holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunKind {
    /// Entries by account.
    History,
    /// Idempotency keys.
    Keys,
    /// Where orders were placed and quotes made.
    Sales,
}

/// A sorted run: what the projector made of a span of the journal. Never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunMeta {
    /// Its number, which grows.
    pub id: u64,
    /// What it holds.
    pub kind: RunKind,
    /// The first row it was made of.
    pub from: u64,
    /// The row behind the last one it was made of.
    pub to: u64,
    /// When its last row was written.
    pub newest: Instant,
    /// How many items it has.
    pub items: u64,
    /// Where each chunk begins, as its maker wrote it.
    pub fences: Vec<u8>,
}

/// Reads views.
pub trait ViewsReader: Send {
    /// How far they go.
    fn marks(&mut self) -> Result<Marks, StoreError>;
    /// The highest account number with a snapshot.
    fn last_account(&mut self) -> Result<Option<AccountNo>, StoreError>;
    /// An account's snapshot: its state.
    fn snapshot(&mut self, account: AccountNo) -> Result<Option<Vec<u8>>, StoreError>;
    /// The account with the host's id, if it has a snapshot.
    fn find(&mut self, program: NameId, host_id: &str) -> Result<Option<AccountNo>, StoreError>;
    /// Accounts with something due up to `until`, by instant and number, behind `after`.
    fn due(
        &mut self,
        program: NameId,
        after: (Instant, AccountNo),
        until: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, AccountNo)>, StoreError>;
    /// Every snapshot, in whatever order, until `visit` says `false`.
    fn snapshots(&mut self, visit: &mut VisitSnapshot<'_>) -> Result<(), StoreError>;
    /// Every run, oldest first.
    fn runs(&mut self) -> Result<Vec<RunMeta>, StoreError>;
    /// A chunk of a run.
    fn chunk(&mut self, run: u64, number: u32) -> Result<Option<Vec<u8>>, StoreError>;
}

/// Writes views. Each call is one transaction; none need be durable at once, as all can be made again.
pub trait Views: ViewsReader {
    /// Keeps snapshots. Of an account that is there twice, the later counts.
    fn put_snapshots(&mut self, snapshots: &[Snapshot]) -> Result<(), StoreError>;
    /// Says that every account's snapshot holds what it has in the rows before this one.
    fn set_snapshot_mark(&mut self, seq: u64) -> Result<(), StoreError>;
    /// Adds runs with their chunks, drops others, and moves the mark.
    fn add_runs(
        &mut self,
        runs: &[(RunMeta, Vec<Vec<u8>>)],
        dropped: &[u64],
        mark: u64,
    ) -> Result<(), StoreError>;
}
