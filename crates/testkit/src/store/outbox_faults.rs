use std::sync::Arc;

use engine::StoreError;
use engine::outbox::{NewTask, Outbox, Outcome, Queue, Shelf, Task, TaskFilter};
use moment::Instant;

use super::faults::{Faults, failing};

/// An outbox that fails when the test says so.
pub(super) struct FaultyOutbox {
    pub inner: Box<dyn Outbox>,
    pub faults: Faults,
}

/// A shelf that can't be written when the disk is full.
pub(super) struct FaultyShelf {
    pub inner: Arc<dyn Shelf>,
    pub faults: Faults,
}

impl Outbox for FaultyOutbox {
    fn next_row(&mut self) -> Result<u64, StoreError> {
        self.inner.next_row()
    }

    fn add(&mut self, tasks: &[NewTask], next_row: u64) -> Result<(), StoreError> {
        failing(self.faults.outbox(), || self.inner.add(tasks, next_row))
    }

    fn add_by_hand(&mut self, tasks: &[NewTask]) -> Result<(), StoreError> {
        failing(self.faults.outbox(), || self.inner.add_by_hand(tasks))
    }

    fn due_but(
        &mut self,
        queue: Queue,
        now: Instant,
        limit: usize,
        but: &[String],
    ) -> Result<Vec<Task>, StoreError> {
        self.inner.due_but(queue, now, limit, but)
    }

    fn next_due(&mut self, queue: Queue) -> Result<Option<Instant>, StoreError> {
        self.inner.next_due(queue)
    }

    fn note(&mut self, outcomes: &[Outcome]) -> Result<(), StoreError> {
        failing(self.faults.outbox(), || self.inner.note(outcomes))
    }

    fn list(&mut self, filter: &TaskFilter) -> Result<Vec<Task>, StoreError> {
        self.inner.list(filter)
    }

    fn by_key(&mut self, key: &str) -> Result<Option<Task>, StoreError> {
        self.inner.by_key(key)
    }

    fn again(&mut self, id: u64, due: Instant) -> Result<bool, StoreError> {
        failing(self.faults.outbox(), || self.inner.again(id, due))
    }

    fn prune(&mut self, before: Instant) -> Result<usize, StoreError> {
        failing(self.faults.outbox(), || self.inner.prune(before))
    }
}

impl Shelf for FaultyShelf {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(key)
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        failing(self.faults.shelf(), || self.inner.put(key, value))
    }

    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        failing(self.faults.shelf(), || self.inner.remove(key))
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.inner.list(prefix)
    }
}
