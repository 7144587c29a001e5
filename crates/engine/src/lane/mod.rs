//! A lane: one writer thread that decides, appends and answers.

mod backlog;
mod batch;
mod lookup;
mod message;
mod open;
mod orders;
mod recent_keys;
mod save;
mod serve;
mod steps;
mod timers;
mod top_up;
mod touch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;

use ledger::AccountNo;
use moment::Instant;

use crate::cache::Cache;
use crate::handle::Options;
use crate::history::{History, RunList};
use crate::keys::{FilterView, KeyFilter};
use crate::names::Names;
use crate::port::{Journal, Store, ViewsReader};
use crate::programs::Programs;
use crate::projector::{Listeners, Progress, ToProjector};
use crate::tail::Tail;
use crate::{Clock, Failure, StoreError};

use backlog::Backlog;
use batch::Batch;
use message::Pending;
pub use message::{Answers, Delivery};
pub(crate) use message::{Look, Many, Message, One, Reply, Via};
use open::Orphans;
use recent_keys::RecentKeys;
pub(crate) use save::restore;
pub(crate) use serve::{run, steps_of};
use timers::Timers;

/// What a lane shares with the handle, the projector and the readers.
pub(crate) struct Shared {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub options: Options,
    pub programs: Programs,
    pub names: Names,
    pub tail: Arc<Tail>,
    pub runs: Arc<RunList>,
    pub history: History,
    pub filter: Arc<KeyFilter>,
    pub progress: Arc<Progress>,
    pub listeners: Arc<Listeners>,
    pub counters: Counters,
}

/// What is counted.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Steps that wait in the queue.
    pub queued: AtomicUsize,
    pub operations: AtomicU64,
    pub entries: AtomicU64,
    pub commits: AtomicU64,
    pub replays: AtomicU64,
    pub refusals: AtomicU64,
    pub cached: AtomicU64,
    /// Accounts that were opened.
    pub accounts: AtomicU64,
    /// The last row that is durable.
    pub head: AtomicU64,
    pub append_nanos: AtomicU64,
    pub longest_append_nanos: AtomicU64,
    /// Set while the lane can't make anything durable.
    pub failed: AtomicBool,
}

impl Counters {
    pub fn add(counter: &AtomicU64, more: u64) {
        // One thread writes each of these: a load and a store are cheaper than an atomic addition.
        counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Relaxed);
    }
}

/// The state of a lane's writer.
pub(crate) struct Lane {
    shared: Arc<Shared>,
    journal: Box<dyn Journal>,
    views: Box<dyn ViewsReader>,
    projector: SyncSender<ToProjector>,
    cache: Cache,
    batch: Batch,
    pending: Vec<Pending>,
    backlog: Backlog,
    /// It was told to stop: after a failure it is not opened anew.
    stopping: bool,
    keys: RecentKeys,
    filter: FilterView,
    timers: Timers,
    orphans: Orphans,
    saving: save::Saving,
    next_account: AccountNo,
    /// Time within a lane never runs back.
    time: Instant,
    /// What the clock said last.
    clock_said: Instant,
}

impl Lane {
    /// Looks at the clock. A jump is logged; time never runs back.
    fn tick(&mut self) {
        const BACK: i64 = 1_000;
        const FORTH: i64 = 3_600_000;
        const UNKNOWN: Instant = Instant::from_millis(i64::MIN);
        let now = self.shared.clock.now();
        let step = now.millis_since(self.clock_said);
        if self.clock_said == UNKNOWN {
            if now.millis_since(self.time) < -BACK {
                tracing::warn!(%now, was = %self.time, "the clock is behind the journal: time stands still until it has caught up");
            }
        } else if step < -BACK {
            tracing::warn!(%now, was = %self.clock_said, "the clock jumped back: time stands still until it has caught up");
        } else if step > FORTH {
            tracing::warn!(%now, was = %self.clock_said, "the clock jumped forward by more than an hour");
        }
        self.clock_said = now;
        self.time = self.time.max(now);
    }

    /// Makes what was decided durable, and answers.
    fn commit(&mut self) -> Result<(), StoreError> {
        self.shared.counters.accounts.store(self.next_account.0, Ordering::Relaxed);
        if !self.batch.is_empty() {
            let entries = self.batch.entries;
            let rows = self.batch.close();
            let started = crate::clock::Stopwatch::start();
            self.journal.append(&rows)?;
            let nanos = started.nanos();
            let counters = &self.shared.counters;
            Counters::add(&counters.append_nanos, nanos);
            counters.longest_append_nanos.fetch_max(nanos, Ordering::Relaxed);
            Counters::add(&counters.commits, 1);
            Counters::add(&counters.entries, entries);
            self.shared.progress.lag.fetch_add(entries, Ordering::Relaxed);
            if let Some((seq, _)) = rows.last() {
                counters.head.store(*seq, Ordering::Release);
            }
            for (seq, bytes) in rows {
                let row = crate::tail::Committed { seq, bytes: bytes.into() };
                self.batch.remember(row.clone());
                // A projector that has stopped says so itself; the journal is the truth.
                let _ = self.projector.send(ToProjector::Row(row));
            }
            self.saving.more(entries);
        }
        message::deliver(&mut self.pending);
        Ok(())
    }
}
