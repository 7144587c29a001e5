//! Sending messages: which are tried when, and what is noted of it.

use std::sync::Arc;

use engine::StoreError;
use engine::outbox::{Attempt, Outcome, Queue, Task, TaskState};
use moment::Instant;
use rustc_hash::FxHashMap;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{Id, JoinError, JoinSet};

use crate::Shared;
use crate::letter::letter;
use crate::report_told::count;
use crate::webhook::webhook;

/// So many webhooks are under way at a time.
const WEBHOOKS: usize = 32;
/// So many letters: they all go to one mail server, and many of those take no more connections from one client.
const LETTERS: usize = 8;
/// So many months are counted at a time: that is work for this machine.
const REPORTS: usize = 2;
/// So many to one endpoint: one that is slow must leave room for the others.
const TO_ONE: usize = 8;
/// So many tasks are looked at together: more than are under way, so that among them is one that is not.
const LOOKED_AT: usize = 64;

/// How long until an attempt that panicked is made again.
const AFTER_PANIC_MILLIS: i64 = 60_000;

/// Who asks for a queue's messages to be sent: nobody, or one who waits until all that is due was tried.
pub(crate) type Wake = Option<oneshot::Sender<()>>;

/// Sends the messages of a queue whenever it is woken, until nobody can wake it any more.
pub(crate) async fn serve(shared: Arc<Shared>, queue: Queue, mut woken: mpsc::Receiver<Wake>) {
    let mut desk = Desk::new(queue);
    let mut waiting: Vec<oneshot::Sender<()>> = Vec::new();
    loop {
        if let Err(error) = desk.go_on(&shared) {
            tracing::error!(%error, "the outbox: trying again");
        }
        // Where the disk fails nothing is begun, and who waits is not kept waiting for it.
        if desk.under_way.is_empty() {
            for done in waiting.drain(..) {
                // Whoever asked may have gone.
                let _ = done.send(());
            }
        }
        tokio::select! {
            wake = woken.recv() => match wake {
                Some(wake) => waiting.extend(wake),
                None => return,
            },
            Some(ended) = desk.under_way.join_next_with_id() => desk.take(ended, shared.now()),
        }
    }
}

/// A queue at work.
struct Desk {
    queue: Queue,
    under_way: JoinSet<Outcome>,
    /// The tasks that are not to be begun: what is under way, and what has ended and is not noted yet; with where it goes.
    busy: FxHashMap<u64, String>,
    by_run: FxHashMap<Id, u64>,
    /// What is to be noted.
    outcomes: Vec<Outcome>,
}

impl Desk {
    fn new(queue: Queue) -> Desk {
        let (busy, by_run) = (FxHashMap::default(), FxHashMap::default());
        Desk { queue, under_way: JoinSet::new(), busy, by_run, outcomes: Vec::new() }
    }

    /// Takes what came of an attempt, and of others that have ended meanwhile.
    fn take(&mut self, ended: Result<(Id, Outcome), JoinError>, now: Instant) {
        let mut next = Some(ended);
        while let Some(ended) = next {
            let run = match &ended {
                Ok((run, _)) => *run,
                Err(error) => error.id(),
            };
            let task = self.by_run.remove(&run);
            match ended {
                Ok((_, outcome)) => self.outcomes.push(outcome),
                Err(error) => {
                    tracing::error!(%error, "an attempt to send a message ended by itself");
                    let said = "the attempt ended by itself".to_owned();
                    let (state, due) = (TaskState::Waiting, now.plus_millis(AFTER_PANIC_MILLIS));
                    let attempt = Attempt { at: now, said };
                    self.outcomes.extend(task.map(|id| Outcome { id, state, due, attempt }));
                }
            }
            next = self.under_way.try_join_next_with_id();
        }
    }

    /// Notes what has ended, and begins what is due.
    fn go_on(&mut self, shared: &Arc<Shared>) -> Result<(), StoreError> {
        if !self.outcomes.is_empty() {
            shared.outbox().note(&self.outcomes)?;
            for outcome in self.outcomes.drain(..) {
                self.busy.remove(&outcome.id);
            }
        }
        let most = match self.queue {
            Queue::Mail => LETTERS,
            Queue::Report => REPORTS,
            Queue::Webhook | Queue::Payment => WEBHOOKS,
        };
        loop {
            let before = self.busy.len();
            if before >= most {
                return Ok(());
            }
            let due = shared.outbox().due_but(self.queue, shared.now(), LOOKED_AT, &self.full())?;
            for task in due {
                if self.busy.len() < most && !self.busy.contains_key(&task.id) && !self.is_full(&task.new.to)
                {
                    self.begin(shared, task);
                }
            }
            if self.busy.len() == before {
                return Ok(());
            }
        }
    }

    fn begin(&mut self, shared: &Arc<Shared>, task: Task) {
        let (id, to) = (task.id, task.new.to.clone());
        let (shared, queue) = (Arc::clone(shared), self.queue);
        let run = self.under_way.spawn(async move {
            match queue {
                Queue::Mail => letter(&shared, &task).await,
                Queue::Report => count(&shared, &task).await,
                _ => webhook(&shared, &task).await,
            }
        });
        self.busy.insert(id, to);
        self.by_run.insert(run.id(), id);
    }

    fn is_full(&self, to: &str) -> bool {
        self.busy.values().filter(|other| *other == to).count() >= TO_ONE
    }

    /// Where as much as may be is under way.
    fn full(&self) -> Vec<String> {
        let mut full: Vec<String> = self.busy.values().filter(|to| self.is_full(to)).cloned().collect();
        full.sort_unstable();
        full.dedup();
        full
    }
}

pub(crate) fn outcome(task: &Task, state: TaskState, at: Instant, due: Instant, said: String) -> Outcome {
    Outcome { id: task.id, state, due, attempt: Attempt { at, said } }
}

pub(crate) fn done(task: &Task, at: Instant, said: String) -> Outcome {
    outcome(task, TaskState::Done, at, at, said)
}

pub(crate) fn dead(task: &Task, at: Instant, said: String) -> Outcome {
    outcome(task, TaskState::Dead, at, at, said)
}

pub(crate) fn later_or_dead(task: &Task, at: Instant, wait: Option<i64>, said: String) -> Outcome {
    match wait {
        Some(wait) => outcome(task, TaskState::Waiting, at, at.plus_millis(wait), said),
        None => dead(task, at, format!("{said}; given up")),
    }
}
