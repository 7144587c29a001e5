//! The port of the outbox: what is to be done outside, once it is in the journal.
//!
//! The journal is the truth: tasks are made from its entries, in order, together with the position up to which that
//! was done. So a task is neither lost nor made twice, and one is done at least once.

use moment::Instant;

use crate::StoreError;

/// What kind of thing is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Queue {
    /// A stored payment method is to be charged.
    Payment,
    /// A host's endpoint is to be told.
    Webhook,
    /// A customer is to be written to.
    Mail,
    /// A month is to be counted, so that it can be told what it came to.
    Report,
}

/// Of so many attempts it is kept what they said.
pub const KEPT_ATTEMPTS: usize = 12;

/// So many tasks are dropped at once, at most.
pub const PRUNED_AT_ONCE: usize = 1_000;

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// Unique for ever, also when the task was dropped: a second task of the same key is none.
    pub key: String,
    /// Who does it.
    pub queue: Queue,
    /// The program that it is for.
    pub program: String,
    /// Whose account it is about, as Scrip's id; empty: nobody's.
    pub account: String,
    /// The endpoint, the provider or the address that it goes to.
    pub to: String,
    /// What kind of message or payment it is.
    pub kind: String,
    /// All that is needed to do it.
    pub payload: Vec<u8>,
    /// When it was made, by the program's clock.
    pub at: Instant,
    /// Not before this, by the machine's clock.
    pub due: Instant,
}

/// A task, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number, which grows.
    pub id: u64,
    /// What is to be done.
    pub new: NewTask,
    /// Where it is.
    pub state: TaskState,
    /// How often it was tried.
    pub attempts: u32,
    /// What the last attempts said, newest last, at most [`KEPT_ATTEMPTS`]; each a text of at most some hundred bytes.
    pub log: Vec<Attempt>,
}

/// One attempt at a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When, by the machine's clock.
    pub at: Instant,
    /// What came of it.
    pub said: String,
}

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskState {
    /// It is to be done, at `due`.
    Waiting,
    /// It was done.
    Done,
    /// It was given up.
    Dead,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The task.
    pub id: u64,
    /// Where it is now.
    pub state: TaskState,
    /// When it is tried again, where it waits.
    pub due: Instant,
    /// What is noted.
    pub attempt: Attempt,
}

/// Which tasks are listed: newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Of this program.
    pub program: Option<String>,
    /// Of this queue.
    pub queue: Option<Queue>,
    /// To this endpoint, provider or address.
    pub to: Option<String>,
    /// About this account.
    pub account: Option<String>,
    /// In this state.
    pub state: Option<TaskState>,
    /// With a lower number than this.
    pub before: Option<u64>,
    /// So many.
    pub limit: usize,
}

/// Keeps tasks. Every change is durable when the call returns.
pub trait Outbox: Send {
    /// The journal's row behind the last one that tasks were made of; 1 at first.
    fn next_row(&mut self) -> Result<u64, StoreError>;
    /// Adds tasks, and moves on to a row: both or neither. To go back to a row before the one that was reached is an
    /// error: its tasks were made.
    fn add(&mut self, tasks: &[NewTask], next_row: u64) -> Result<(), StoreError>;
    /// Adds tasks that no journal entry made (a message sent again, a test message).
    fn add_by_hand(&mut self, tasks: &[NewTask]) -> Result<(), StoreError>;
    /// The waiting tasks of a queue that are due at `now`, by due instant and number.
    fn due(&mut self, queue: Queue, now: Instant, limit: usize) -> Result<Vec<Task>, StoreError> {
        self.due_but(queue, now, limit, &[])
    }
    /// The same, without those that go to one of these, which have their hands full: so that they hold up no others.
    fn due_but(
        &mut self,
        queue: Queue,
        now: Instant,
        limit: usize,
        but: &[String],
    ) -> Result<Vec<Task>, StoreError>;
    /// When the next waiting task of a queue is due.
    fn next_due(&mut self, queue: Queue) -> Result<Option<Instant>, StoreError>;
    /// Notes what came of attempts, in one transaction. A task that is no more is passed over.
    fn note(&mut self, outcomes: &[Outcome]) -> Result<(), StoreError>;
    /// Tasks, newest first.
    fn list(&mut self, filter: &TaskFilter) -> Result<Vec<Task>, StoreError>;
    /// The task of that key, if it was not dropped.
    fn by_key(&mut self, key: &str) -> Result<Option<Task>, StoreError>;
    /// Makes a task that has ended wait again, due now; `false` if there is none of that number. One that waits is due
    /// then too. It keeps its attempts.
    fn again(&mut self, id: u64, due: Instant) -> Result<bool, StoreError>;
    /// Drops tasks that have ended and were made before an instant (of `at`), the oldest [`PRUNED_AT_ONCE`]; says how
    /// many. What stays of each is its key and how it ended, so that no entry makes it a second time.
    fn prune(&mut self, before: Instant) -> Result<usize, StoreError>;
}

/// Whether a shelf may have that name, which is part of a file's: 1 to 32 small letters, digits, `_` or `-`.
pub fn is_shelf_name(name: &str) -> bool {
    let fits = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    (1..=32).contains(&name.len()) && name.bytes().all(fits)
}

/// Keeps values by key, for what is set rather than happens: webhook endpoints, operators, the test provider's own book.
/// Durable when a call returns.
pub trait Shelf: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// Sets it.
    fn put(&self, key: &str, value: &[u8]) -> Result<(), StoreError>;
    /// Removes it; `false` if there was none.
    fn remove(&self, key: &str) -> Result<bool, StoreError>;
    /// Every key that begins so, in order, with its value.
    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError>;
    /// From here on to [`Shelf::commit`], what is put may be durable only then: it costs less for many at a time.
    fn begin(&self) -> Result<(), StoreError> {
        Ok(())
    }
    /// Makes what was put since [`Shelf::begin`] durable. Where several have begun, the last of them does.
    fn commit(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
