//! The outbox and the shelves of a store in memory.

use std::collections::BTreeMap;

use engine::StoreError;
use engine::outbox::{
    KEPT_ATTEMPTS, NewTask, Outbox, Outcome, PRUNED_AT_ONCE, Queue, Shelf, Task, TaskFilter, TaskState,
};
use moment::Instant;

use super::MemoryStore;
use super::disk::Write;

/// A write to the outbox.
#[derive(Clone, Debug)]
pub(super) enum TaskWrite {
    /// Tasks, and the row that is moved on to, if one is.
    Add(Vec<NewTask>, Option<u64>),
    Note(Vec<Outcome>),
    Again(u64, Instant),
    Drop(Vec<u64>),
}

/// The tasks of an outbox.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    by_id: BTreeMap<u64, Task>,
    /// The number of each key's task, which may have been dropped.
    keys: BTreeMap<String, u64>,
    /// `None`: nothing was done yet.
    next_row: Option<u64>,
}

impl Tasks {
    fn next_row(&self) -> u64 {
        self.next_row.unwrap_or(1)
    }

    fn find<'a>(&'a self, wanted: impl Fn(&Task) -> bool + 'a) -> impl DoubleEndedIterator<Item = &'a Task> {
        self.by_id.values().filter(move |task| wanted(task))
    }

    pub fn apply(&mut self, write: &TaskWrite) -> Result<(), StoreError> {
        match write {
            TaskWrite::Add(tasks, next_row) => {
                if let Some(row) = next_row.filter(|row| *row < self.next_row()) {
                    return Err(StoreError::new(format!("the outbox can't go back to row {row}")));
                }
                self.next_row = next_row.or(self.next_row);
                for task in tasks {
                    self.add(task);
                }
            }
            TaskWrite::Note(outcomes) => {
                for outcome in outcomes {
                    self.note(outcome);
                }
            }
            TaskWrite::Again(id, due) => {
                if let Some(task) = self.by_id.get_mut(id) {
                    task.state = TaskState::Waiting;
                    task.new.due = *due;
                }
            }
            TaskWrite::Drop(ids) => self.by_id.retain(|id, _| !ids.contains(id)),
        }
        Ok(())
    }

    fn add(&mut self, new: &NewTask) {
        let id = self.keys.len() as u64 + 1;
        if !self.keys.contains_key(&new.key) {
            self.keys.insert(new.key.clone(), id);
            let (new, log) = (new.clone(), Vec::new());
            self.by_id.insert(id, Task { id, new, state: TaskState::Waiting, attempts: 0, log });
        }
    }

    fn note(&mut self, outcome: &Outcome) {
        let Some(task) = self.by_id.get_mut(&outcome.id) else { return };
        task.state = outcome.state;
        if outcome.state == TaskState::Waiting {
            task.new.due = outcome.due;
        }
        task.attempts += 1;
        task.log.push(outcome.attempt.clone());
        task.log.drain(..task.log.len().saturating_sub(KEPT_ATTEMPTS));
    }
}

impl Outbox for MemoryStore {
    fn next_row(&mut self) -> Result<u64, StoreError> {
        self.read(|disk| disk.tasks.next_row())
    }

    fn add(&mut self, tasks: &[NewTask], next_row: u64) -> Result<(), StoreError> {
        self.write(Write::Tasks(TaskWrite::Add(tasks.to_vec(), Some(next_row))))
    }

    fn add_by_hand(&mut self, tasks: &[NewTask]) -> Result<(), StoreError> {
        self.write(Write::Tasks(TaskWrite::Add(tasks.to_vec(), None)))
    }

    fn due_but(
        &mut self,
        queue: Queue,
        now: Instant,
        limit: usize,
        but: &[String],
    ) -> Result<Vec<Task>, StoreError> {
        self.read(|disk| {
            let is_due =
                |task: &Task| waits(task, queue) && task.new.due <= now && !but.contains(&task.new.to);
            let mut due: Vec<&Task> = disk.tasks.find(is_due).collect();
            due.sort_by_key(|task| (task.new.due, task.id));
            due.into_iter().take(limit).cloned().collect()
        })
    }

    fn next_due(&mut self, queue: Queue) -> Result<Option<Instant>, StoreError> {
        self.read(|disk| disk.tasks.find(|task| waits(task, queue)).map(|task| task.new.due).min())
    }

    fn note(&mut self, outcomes: &[Outcome]) -> Result<(), StoreError> {
        self.write(Write::Tasks(TaskWrite::Note(outcomes.to_vec())))
    }

    fn list(&mut self, filter: &TaskFilter) -> Result<Vec<Task>, StoreError> {
        self.read(|disk| {
            let found = disk.tasks.find(|task| is_listed(task, filter)).rev();
            found.take(filter.limit).cloned().collect()
        })
    }

    fn by_key(&mut self, key: &str) -> Result<Option<Task>, StoreError> {
        self.read(|disk| disk.tasks.keys.get(key).and_then(|id| disk.tasks.by_id.get(id)).cloned())
    }

    fn again(&mut self, id: u64, due: Instant) -> Result<bool, StoreError> {
        let there = self.read(|disk| disk.tasks.by_id.contains_key(&id))?;
        self.write(Write::Tasks(TaskWrite::Again(id, due)))?;
        Ok(there)
    }

    fn prune(&mut self, before: Instant) -> Result<usize, StoreError> {
        let ids = self.read(|disk| {
            let ended = |task: &Task| task.state != TaskState::Waiting && task.new.at < before;
            let mut ended: Vec<&Task> = disk.tasks.find(ended).collect();
            ended.sort_by_key(|task| (task.new.at, task.id));
            ended.into_iter().take(PRUNED_AT_ONCE).map(|task| task.id).collect::<Vec<_>>()
        })?;
        let dropped = ids.len();
        self.write(Write::Tasks(TaskWrite::Drop(ids)))?;
        Ok(dropped)
    }
}

fn waits(task: &Task, queue: Queue) -> bool {
    task.state == TaskState::Waiting && task.new.queue == queue
}

fn is_listed(task: &Task, filter: &TaskFilter) -> bool {
    let text = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
    text(&filter.program, &task.new.program)
        && text(&filter.to, &task.new.to)
        && text(&filter.account, &task.new.account)
        && filter.queue.is_none_or(|queue| queue == task.new.queue)
        && filter.state.is_none_or(|state| state == task.state)
        && filter.before.is_none_or(|before| task.id < before)
}

/// A shelf of a store in memory.
pub(super) struct MemoryShelf {
    pub store: MemoryStore,
    pub name: String,
}

impl MemoryShelf {
    fn set(&self, key: &str, value: Option<Vec<u8>>) -> Result<(), StoreError> {
        self.store.write(Write::Shelf(self.name.clone(), key.to_owned(), value))
    }
}

impl Shelf for MemoryShelf {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.read(|disk| disk.shelves.get(&self.name)?.get(key).cloned())
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.set(key, Some(value.to_vec()))
    }

    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        let there = self.get(key)?.is_some();
        self.set(key, None)?;
        Ok(there)
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.store.read(|disk| {
            let values = disk.shelves.get(&self.name).into_iter().flatten();
            let wanted = values.filter(|(key, _)| key.starts_with(prefix));
            wanted.map(|(key, value)| (key.clone(), value.clone())).collect()
        })
    }
}
