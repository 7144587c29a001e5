//! What a store in memory holds, and the writes that made it.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::port::{Marks, RunMeta, Snapshot};
use engine::{StoreError, StoredKey, StoredProgram};
use ledger::{AccountNo, NameId};
use moment::Instant;

use super::outbox::{TaskWrite, Tasks};

/// One write: all of it is there, or nothing.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Rows(Vec<(u64, Vec<u8>)>),
    Name(NameId, String),
    Snapshots(Vec<Snapshot>),
    SnapshotMark(u64),
    Runs(Vec<(RunMeta, Vec<Vec<u8>>)>, Vec<u64>, u64),
    Program(StoredProgram),
    Key(StoredKey),
    Revoke(String, Instant),
    Clock(String, Instant),
    Secret(String, [u8; 32]),
    Tasks(TaskWrite),
    /// A shelf's name, a key, and its value; `None` removes it.
    Shelf(String, String, Option<Vec<u8>>),
}

impl Write {
    /// Whether it may be lost in a crash, as it can be made again.
    pub fn is_view(&self) -> bool {
        matches!(self, Write::Snapshots(_) | Write::SnapshotMark(_) | Write::Runs(..))
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    pub rows: BTreeMap<u64, Arc<[u8]>>,
    pub names: BTreeMap<u32, String>,
    pub snapshots: BTreeMap<AccountNo, Snapshot>,
    pub runs: BTreeMap<u64, RunMeta>,
    pub chunks: BTreeMap<(u64, u32), Vec<u8>>,
    pub marks: Option<Marks>,
    pub programs: Vec<StoredProgram>,
    pub keys: Vec<StoredKey>,
    pub clocks: BTreeMap<String, Instant>,
    pub secrets: BTreeMap<String, [u8; 32]>,
    pub tasks: Tasks,
    pub shelves: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
}

impl Disk {
    pub fn marks(&self) -> Marks {
        self.marks.unwrap_or(Marks { snapshots: 1, projected: 1 })
    }

    /// Drops what can be made again.
    pub fn drop_views(&mut self) {
        self.snapshots.clear();
        self.runs.clear();
        self.chunks.clear();
        self.marks = None;
    }

    pub fn apply(&mut self, write: &Write) -> Result<(), StoreError> {
        match write {
            Write::Rows(rows) => {
                if let Some((taken, _)) = rows.iter().find(|(seq, _)| self.rows.contains_key(seq)) {
                    return Err(StoreError::new(format!("journal row {taken} is taken")));
                }
                self.rows.extend(rows.iter().map(|(seq, row)| (*seq, row.as_slice().into())));
            }
            Write::Name(id, text) => {
                if self.names.contains_key(&id.0) || self.names.values().any(|other| other == text) {
                    return Err(StoreError::new(format!("the name {text} is taken, or its number {}", id.0)));
                }
                self.names.insert(id.0, text.clone());
            }
            Write::Snapshots(snapshots) => {
                // What was said to be as before must have been so: a store need not look.
                let wrong = |new: &&Snapshot| {
                    !new.due_changed && self.snapshots.get(&new.account).is_none_or(|old| old.due != new.due)
                };
                if let Some(wrong) = snapshots.iter().find(wrong) {
                    let no = wrong.account.0;
                    return Err(StoreError::new(format!("account {no} was not saved as due then before")));
                }
                self.snapshots.extend(snapshots.iter().map(|snapshot| (snapshot.account, snapshot.clone())));
            }
            Write::SnapshotMark(seq) => self.marks = Some(Marks { snapshots: *seq, ..self.marks() }),
            Write::Runs(runs, dropped, mark) => {
                if let Some((taken, _)) = runs.iter().find(|(run, _)| self.runs.contains_key(&run.id)) {
                    return Err(StoreError::new(format!("run {} is taken", taken.id)));
                }
                for (run, chunks) in runs {
                    self.runs.insert(run.id, run.clone());
                    let numbered = chunks.iter().enumerate();
                    self.chunks
                        .extend(numbered.map(|(number, chunk)| ((run.id, number as u32), chunk.clone())));
                }
                self.runs.retain(|id, _| !dropped.contains(id));
                self.chunks.retain(|(run, _), _| !dropped.contains(run));
                self.marks = Some(Marks { projected: *mark, ..self.marks() });
            }
            Write::Program(program) => {
                let same = |other: &StoredProgram| other.id == program.id && other.version == program.version;
                if self.programs.iter().any(same) {
                    return Err(StoreError::new("that version exists"));
                }
                self.programs.push(program.clone());
            }
            Write::Key(key) => {
                if self.keys.iter().any(|other| other.id == key.id || other.hash == key.hash) {
                    return Err(StoreError::new("that key exists"));
                }
                self.keys.push(key.clone());
            }
            Write::Revoke(id, at) => {
                let of_id = self.keys.iter_mut().filter(|key| key.id == *id && key.revoked_at.is_none());
                of_id.for_each(|key| key.revoked_at = Some(*at));
            }
            Write::Clock(program, at) => drop(self.clocks.insert(program.clone(), *at)),
            Write::Secret(name, secret) => {
                self.secrets.entry(name.clone()).or_insert(*secret);
            }
            Write::Tasks(write) => self.tasks.apply(write)?,
            Write::Shelf(name, key, value) => {
                let shelf = self.shelves.entry(name.clone()).or_default();
                match value {
                    Some(value) => drop(shelf.insert(key.clone(), value.clone())),
                    None => drop(shelf.remove(key)),
                }
            }
        }
        Ok(())
    }
}
