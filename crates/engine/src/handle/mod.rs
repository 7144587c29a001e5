//! What the engine offers: a handle that can be cloned and used from any thread or runtime.

mod follow;
mod history;
mod orders;
mod programs;
mod types;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use account::Account;
use ledger::{AccountNo, Position};
use moment::Instant;
use tokio::sync::{mpsc, oneshot};

use crate::history::{History, RunList};
use crate::keys::KeyFilter;
use crate::lane::{self, Answers, Counters, Delivery, Lane, Many, Message, One, Reply, Shared, Via};
use crate::names::Names;
use crate::port::{JournalReader, Store};
use crate::programs::Programs;
use crate::projector::{Listeners, Progress, Projector, ToProjector};
use crate::tail::Tail;
use crate::{Clock, Failure, Op, Published, StoreError, Target, sealed};

pub use follow::Follower;
pub use programs::Outside;
pub use types::{Feed, Listed, Metrics, Options, Wanted};

struct Inner {
    shared: Arc<Shared>,
    lane: SyncSender<Message>,
    projector: SyncSender<ToProjector>,
    publishing: Mutex<()>,
    /// Connections for point reads, kept for the next one.
    readers: Mutex<Vec<Box<dyn JournalReader>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    outside: Mutex<Option<Arc<dyn Outside>>>,
}

/// The engine. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    via: Option<Via>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

/// How many rows may wait for the projector before the writer waits for it.
const PROJECTOR_QUEUE: usize = 1_024;
/// How many messages may wait for the writer.
const LANE_QUEUE: usize = 16_384;

impl Engine {
    /// Starts the engine on a store: replays the tail of the journal, and serves.
    ///
    /// An error names what can't be read: a damaged row of the journal, or a store that is in use.
    pub fn start(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        options: Options,
    ) -> Result<Engine, StoreError> {
        let mut views = store.views_reader()?;
        let marks = views.marks()?;
        let names = Names::new(store.journal_reader()?.names()?);
        let tail = Arc::new(Tail::default());
        tail.start_at(marks.projected.max(1));
        let runs =
            Arc::new(RunList::new(views.runs()?.into_iter().map(sealed::open).collect::<Result<_, _>>()?));
        drop(views);
        let progress = Arc::new(Progress::default());
        progress.projected.store(marks.projected, Ordering::Release);
        let filter = Arc::new(KeyFilter::default());
        let listeners = Arc::new(Listeners::default());
        let (to_projector, for_projector) = sync_channel(PROJECTOR_QUEUE);
        let projector = Projector::new(
            &store,
            Arc::clone(&tail),
            Arc::clone(&runs),
            Arc::clone(&filter),
            Arc::clone(&progress),
            Arc::clone(&listeners),
            options.run_size,
        )?;
        let shared = Arc::new(Shared {
            history: History::new(Arc::clone(&store), Arc::clone(&tail), Arc::clone(&runs)),
            store,
            clock,
            options,
            programs: Programs::default(),
            names,
            tail,
            runs,
            filter,
            progress,
            listeners,
            counters: Counters::default(),
        });
        let (to_lane, for_lane) = sync_channel(LANE_QUEUE);
        let writer = Lane::start(Arc::clone(&shared), to_projector.clone())?;
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            let thread = std::thread::Builder::new().name(name.into());
            thread.spawn(run).map_err(|error| StoreError::with("can't start a thread", error))
        };
        let projector_thread = spawn("projector", Box::new(move || projector.run(&for_projector)))?;
        let for_writer = to_projector.clone();
        let writer_thread = spawn("lane", Box::new(move || lane::run(writer, &for_lane, &for_writer)))?;
        let engine = Engine {
            inner: Arc::new(Inner {
                shared,
                lane: to_lane,
                projector: to_projector,
                publishing: Mutex::default(),
                readers: Mutex::default(),
                threads: Mutex::new(vec![writer_thread, projector_thread]),
                outside: Mutex::default(),
            }),
            via: None,
        };
        engine.load_programs()?;
        Ok(engine)
    }

    /// A handle whose answers are delivered by one task on the caller's runtime, woken once a commit: the task is the
    /// future that is returned, to be spawned there. Without it each answer wakes the runtime by itself.
    pub fn on_this_runtime(&self) -> (Engine, impl Future<Output = ()> + Send + use<>) {
        let (via, mut deliveries) = mpsc::unbounded_channel::<Vec<Delivery>>();
        let task = async move {
            while let Some(group) = deliveries.recv().await {
                for delivery in group {
                    delivery.deliver();
                }
            }
        };
        (Engine { inner: Arc::clone(&self.inner), via: Some(via) }, task)
    }

    fn shared(&self) -> &Shared {
        &self.inner.shared
    }

    fn send(&self, message: Message) -> Result<(), Failure> {
        let counters = &self.shared().counters;
        let steps = lane::steps_of(&message);
        let queued = counters.queued.fetch_add(steps, Ordering::Relaxed);
        let refused = if queued > self.shared().options.queue {
            Err(Failure::Overloaded)
        } else {
            match self.inner.lane.try_send(message) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(_)) => Err(Failure::Overloaded),
                Err(TrySendError::Disconnected(_)) => Err(Failure::Unavailable),
            }
        };
        counters.queued.fetch_sub(steps, Ordering::Relaxed);
        refused
    }

    async fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> Message) -> Result<T, Failure> {
        let (to, answer) = oneshot::channel();
        self.send(message(Reply { to, via: self.via.clone() }))?;
        answer.await.map_err(|_| Failure::Unavailable)
    }

    /// Does what is asked of one account, all of it or nothing. Answered step by step, when it is durable.
    pub async fn write(&self, op: Op) -> Result<Answers, Failure> {
        self.ask(|reply| Message::One(Box::new(One { op, reply, answers: Answers::new() }))).await
    }

    /// Does several ops, each on its own; answers in order, when all are durable.
    pub async fn write_many(&self, ops: Vec<Op>) -> Result<Vec<Answers>, Failure> {
        self.ask(|reply| Message::Many(Box::new(Many { patient: false, ops, reply, answers: Vec::new() })))
            .await
    }

    /// The same for ops that may wait for what others ask meanwhile: they are done a few at a time, in their order.
    pub async fn write_patiently(&self, ops: Vec<Op>) -> Result<Vec<Answers>, Failure> {
        self.ask(|reply| Message::Many(Box::new(Many { patient: true, ops, reply, answers: Vec::new() })))
            .await
    }

    /// Shows an account as it is now: rolled forward to now, never changed. `look` runs on the lane's thread, so it
    /// should be short; what it returns arrives when all that it saw is durable.
    pub async fn read<R: Send + 'static>(
        &self,
        target: Target,
        published: Arc<Published>,
        look: impl FnOnce(&Account, Instant) -> R + Send + 'static,
    ) -> Result<R, Failure> {
        let look: lane::Look = Box::new(move |account, now| Box::new(look(account, now)));
        let seen = self.ask(|reply| Message::Read { target, published, look, reply }).await??;
        seen.downcast::<R>().map(|seen| *seen).map_err(|_| Failure::Unavailable)
    }

    /// Waits until lists show everything up to the position.
    pub async fn wait_for(&self, position: Position) -> Result<(), Failure> {
        let shared = Arc::clone(&self.inner.shared);
        if shared.tail.next() > position.seq() {
            return Ok(());
        }
        if position.seq() > shared.counters.head.load(Ordering::Acquire) {
            // Nobody was ever told this position: there is nothing to wait for.
            let message = "must be what an answer to a write said".to_owned();
            return Err(Failure::Refused(account::Refusal::Invalid { pointer: "?at_least", message }));
        }
        let (to, answer) = oneshot::channel();
        let wait = move || drop(to.send(shared.history.wait_for(position)));
        std::thread::Builder::new().spawn(wait).map_err(|_| Failure::Unavailable)?;
        answer.await.unwrap_or(Err(Failure::Unavailable))
    }

    /// Listens to an account.
    pub fn listen(&self, account: AccountNo) -> Feed {
        self.shared().listeners.listen(account)
    }

    /// What is counted.
    pub fn metrics(&self) -> Metrics {
        let shared = self.shared();
        let counters = &shared.counters;
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Metrics {
            operations: get(&counters.operations),
            entries: get(&counters.entries),
            commits: get(&counters.commits),
            replays: get(&counters.replays),
            refusals: get(&counters.refusals),
            accounts: get(&counters.accounts),
            cached_accounts: get(&counters.cached),
            queued: counters.queued.load(Ordering::Relaxed) as u64,
            projector_lag: get(&shared.progress.lag),
            append_us: get(&counters.append_nanos) / 1_000,
            longest_append_us: get(&counters.longest_append_nanos) / 1_000,
            bytes_on_disk: shared.store.bytes_on_disk(),
            healthy: !counters.failed.load(Ordering::SeqCst)
                && !shared.progress.failed.load(Ordering::SeqCst),
        }
    }

    /// Waits until the projector has done all that was committed before. Blocks. For measurements.
    pub fn drain(&self) -> Result<(), Failure> {
        let (done, wait) = sync_channel(1);
        self.inner.projector.send(ToProjector::Drain(done)).map_err(|_| Failure::Unavailable)?;
        wait.recv().map_err(|_| Failure::Unavailable)
    }

    /// Makes runs of the newest history, and waits for it. Blocks. For measurements and tests.
    pub fn make_runs(&self) -> Result<(), Failure> {
        let (done, wait) = sync_channel(1);
        self.inner.projector.send(ToProjector::Flush(done)).map_err(|_| Failure::Unavailable)?;
        wait.recv().map_err(|_| Failure::Unavailable)
    }

    /// Finishes what is under way, saves what changed, and stops. Blocks. Later requests are told that it is gone.
    pub fn stop(&self) {
        // Whoever is outside knows the engine, too.
        drop(self.inner.outside.lock().unwrap_or_else(PoisonError::into_inner).take());
        // Whether or not the lane is still there to hear it, its thread ends.
        let _ = self.inner.lane.send(Message::Stop);
        let threads = std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the engine had panicked");
            }
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        tracing::error!(%error, "the store failed");
        Failure::Unavailable
    }
}
