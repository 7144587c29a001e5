//! The projector: follows the journal with its own position, and makes what people read.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ledger::{AccountNo, Position};
use rustc_hash::FxHashMap;
use tokio::sync::{Notify, broadcast};

use crate::codec::Row;
use crate::handle::{Feed, Listed};
use crate::history::{self, RunList};
use crate::keys::{self, KeyFilter};
use crate::port::{JournalReader, RunKind, RunMeta, Snapshot, Store, Views};
use crate::tail::{Committed, Segment, Tail};
use crate::{Stopwatch, StoreError, sales, sealed};

/// What the lane's writer tells the projector.
pub(crate) enum ToProjector {
    /// A row is durable.
    Row(Committed),
    /// States to be saved.
    Snapshots(Vec<Snapshot>),
    /// All that was dirty when row `mark` was next has been sent.
    SnapshotsTo {
        mark: u64,
        epoch: u64,
    },
    /// Say when all before this is done.
    Drain(SyncSender<()>),
    /// Make runs of all that is there, and say when it is done.
    Flush(SyncSender<()>),
    Stop,
}

/// How far the projector is, as others see it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The runs hold the rows before this one.
    pub projected: AtomicU64,
    /// The last epoch of snapshots that is on disk.
    pub epoch: AtomicU64,
    /// The last epoch that was begun. A lane that is opened anew goes on behind it.
    pub begun: AtomicU64,
    /// Entries that were committed and are not in the tail yet.
    pub lag: AtomicU64,
    /// Set when the views can't be written.
    pub failed: std::sync::atomic::AtomicBool,
}

/// Who listens to which account.
#[derive(Default)]
pub(crate) struct Listeners {
    count: AtomicUsize,
    by_account: Mutex<FxHashMap<AccountNo, broadcast::Sender<Arc<Listed>>>>,
    /// What followers look for: a bit for each kind of event.
    pub wanted: AtomicU64,
    /// The last row that has any of it.
    pub loud: AtomicU64,
    /// The last row that was looked at for it.
    pub heard: AtomicU64,
    /// Told when a row has any of it.
    pub told: Notify,
}

impl Listeners {
    const BACKLOG: usize = 256;

    pub fn listen(&self, account: AccountNo) -> Feed {
        let mut listeners = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        let feed =
            listeners.entry(account).or_insert_with(|| broadcast::channel(Listeners::BACKLOG).0).subscribe();
        listeners.retain(|_, sender| sender.receiver_count() > 0);
        self.count.store(listeners.len(), Ordering::Release);
        feed
    }

    /// Notes whether a row has what followers look for, so that they need not read those that have not.
    fn hear(&self, row: &Row<'_>) {
        let wanted = self.wanted.load(Ordering::Acquire);
        if wanted == 0 {
            return;
        }
        let loud = row.raw_records().any(|raw| raw.is_of(wanted));
        if loud {
            self.loud.store(row.seq, Ordering::Release);
        }
        self.heard.store(row.seq, Ordering::Release);
        if loud {
            self.told.notify_waiters();
        }
    }

    fn tell(&self, row: &Row<'_>) -> Result<(), StoreError> {
        if self.count.load(Ordering::Acquire) == 0 {
            return Ok(());
        }
        let mut listeners = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        for raw in row.raw_records() {
            if let Some(sender) = listeners.get(&raw.account) {
                let listed = Listed { position: raw.position, entry: raw.decode()?.entry };
                // An error says that nobody listens any more: the next `listen` sweeps.
                let _ = sender.send(Arc::new(listed));
            }
        }
        listeners.retain(|_, sender| sender.receiver_count() > 0);
        self.count.store(listeners.len(), Ordering::Release);
        Ok(())
    }
}

/// What the projector works with.
pub(crate) struct Projector {
    pub views: Box<dyn Views>,
    pub journal: Box<dyn JournalReader>,
    pub tail: Arc<Tail>,
    pub runs: Arc<RunList>,
    pub filter: Arc<KeyFilter>,
    pub progress: Arc<Progress>,
    pub listeners: Arc<Listeners>,
    /// How many entries make a run.
    pub run_size: usize,
    next_run: u64,
    /// What is to be written to the views, in order. More than one while they can't be written.
    unwritten: VecDeque<Work>,
    /// Since when the first of it waits for another attempt.
    failed: Option<Stopwatch>,
}

/// Something that is to be written to the views.
enum Work {
    Snapshots(Vec<Snapshot>),
    SnapshotsTo { mark: u64, epoch: u64 },
    Runs { runs: Vec<(RunMeta, Vec<Vec<u8>>)>, dropped: Vec<u64>, to: u64, segment: Arc<Segment> },
}

impl Projector {
    pub fn new(
        store: &Arc<dyn Store>,
        tail: Arc<Tail>,
        runs: Arc<RunList>,
        filter: Arc<KeyFilter>,
        progress: Arc<Progress>,
        listeners: Arc<Listeners>,
        run_size: usize,
    ) -> Result<Projector, StoreError> {
        let next_run = runs.get().iter().map(|run| run.id + 1).max().unwrap_or(1);
        let (views, journal) = (store.views()?, store.journal_reader()?);
        let (unwritten, failed) = (VecDeque::new(), None);
        let projector = Projector {
            views,
            journal,
            tail,
            runs,
            filter,
            progress,
            listeners,
            run_size,
            next_run,
            unwritten,
            failed,
        };
        Ok(projector)
    }

    /// Follows until it is told to stop. When the views can't be written, what is to be written waits in memory, where
    /// reads find it, and is tried again. When the journal can't be read, reads that need what is missing fail.
    pub fn run(mut self, messages: &Receiver<ToProjector>) {
        let done = self.follow(messages);
        self.tail.stop();
        let Err(error) = done else { return };
        tracing::error!(%error, "the projector stopped: history and snapshots stand still until a restart");
        self.progress.failed.store(true, Ordering::SeqCst);
        // The writer must not block on a projector that has gone.
        while let Ok(message) = messages.recv() {
            if matches!(message, ToProjector::Stop) {
                break;
            }
        }
    }

    fn follow(&mut self, messages: &Receiver<ToProjector>) -> Result<(), StoreError> {
        self.catch_up(u64::MAX)?;
        loop {
            let message = match messages.recv_timeout(Duration::from_millis(RETRY_MILLIS)) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            match message {
                Some(ToProjector::Row(row)) => self.row(&row)?,
                Some(ToProjector::Snapshots(snapshots)) => {
                    self.unwritten.push_back(Work::Snapshots(snapshots));
                }
                Some(ToProjector::SnapshotsTo { mark, epoch }) => {
                    self.unwritten.push_back(Work::SnapshotsTo { mark, epoch });
                }
                Some(ToProjector::Drain(done)) => self.tell(&done),
                Some(ToProjector::Flush(done)) => {
                    self.make_runs();
                    self.write();
                    self.tell(&done);
                }
                Some(ToProjector::Stop) => {
                    self.failed = None;
                    // A tail of some size would be read and kept in memory again by the next start.
                    if self.tail.growing() >= self.run_size / 4 {
                        self.make_runs();
                    }
                    self.write();
                    return Ok(());
                }
                None => {}
            }
            self.write();
        }
    }

    /// Says that all before is done; if it is not, whoever waits sees that nothing comes.
    fn tell(&self, done: &SyncSender<()>) {
        if self.unwritten.is_empty() {
            let _ = done.send(());
        }
    }

    /// Writes what is to be written; after a failure only now and then, so that the rest goes on.
    fn write(&mut self) {
        let resting = |failed: &Stopwatch| failed.nanos() < RETRY_MILLIS * 1_000_000;
        if self.failed.as_ref().is_some_and(resting) {
            return;
        }
        while let Some(work) = self.unwritten.front() {
            let done = match work {
                Work::Snapshots(snapshots) => self.views.put_snapshots(snapshots),
                Work::SnapshotsTo { mark, .. } => self.views.set_snapshot_mark(*mark),
                Work::Runs { runs, dropped, to, .. } => self.views.add_runs(runs, dropped, *to),
            };
            if let Err(error) = done {
                tracing::error!(%error, "the views can't be written: trying again");
                self.failed = Some(Stopwatch::start());
                self.progress.failed.store(true, Ordering::SeqCst);
                return;
            }
            self.written();
        }
        if self.failed.take().is_some() {
            tracing::info!("the views are written again");
        }
        self.progress.failed.store(false, Ordering::SeqCst);
    }

    /// Tells the others that the first of what was to be written is.
    fn written(&mut self) {
        match self.unwritten.pop_front() {
            Some(Work::SnapshotsTo { epoch, .. }) => self.progress.epoch.store(epoch, Ordering::Release),
            Some(Work::Runs { runs, dropped, to, segment }) => {
                self.filter.insert_all(segment.keys.iter().map(|(key, _)| keys::prefix(&key.key)));
                let opened = runs.into_iter().filter_map(|(run, _)| sealed::open(run).ok()).collect();
                self.tail.thaw(&segment, || self.runs.replace(opened, &dropped));
                self.progress.projected.store(to, Ordering::Release);
            }
            Some(Work::Snapshots(_)) | None => {}
        }
    }

    /// Reads rows from the journal that nobody told of: after a start, up to its end.
    fn catch_up(&mut self, before: u64) -> Result<(), StoreError> {
        loop {
            let from = self.tail.next();
            let mut full = false;
            let (tail, listeners, run_size) = (&self.tail, &self.listeners, self.run_size);
            self.journal.scan(from, &mut |seq, bytes| {
                if seq >= before {
                    return Ok(false);
                }
                let opened = Row::open(seq, bytes)?;
                listeners.tell(&opened)?;
                full = tail.add(&Committed { seq, bytes: bytes.into() })? >= run_size;
                Ok(!full)
            })?;
            if !full {
                return Ok(());
            }
            self.make_runs();
            self.write();
        }
    }

    fn row(&mut self, row: &Committed) -> Result<(), StoreError> {
        let opened = Row::trusted(row.seq, &row.bytes)?;
        self.progress.lag.fetch_sub(opened.count(), Ordering::Relaxed);
        let next = self.tail.next();
        if row.seq < next {
            // It was read from the journal before the writer told of it.
            return Ok(());
        }
        if row.seq > next {
            self.catch_up(row.seq)?;
        }
        let growing = self.tail.add(row)?;
        self.listeners.tell(&opened)?;
        self.listeners.hear(&opened);
        if growing >= self.run_size {
            self.make_runs();
        }
        Ok(())
    }

    /// Makes runs of what has grown, to be written.
    fn make_runs(&mut self) {
        let segment = self.tail.freeze();
        let Some((from, to, newest)) = segment.span() else {
            self.tail.thaw(&segment, || {});
            return;
        };
        let (history_fences, history_chunks) = history::make_run(&segment);
        let (key_fences, key_chunks, keys) = keys::make_run(&segment, Position::new(from, 0));
        let mut meta = |kind, items, fences| {
            let id = self.next_run;
            self.next_run += 1;
            RunMeta { id, kind, from, to, newest, items, fences }
        };
        let mut runs = vec![
            sealed::seal(&meta(RunKind::History, segment.items.len() as u64, history_fences), history_chunks),
            sealed::seal(&meta(RunKind::Keys, keys, key_fences), key_chunks),
        ];
        if !segment.sales.is_empty() {
            let (fences, chunks) = sales::make_run(&segment.sales);
            let meta = meta(RunKind::Sales, segment.sales.len() as u64, fences);
            runs.push(sealed::seal(&meta, chunks));
        }
        // Keys are remembered for 30 days; a run whose newest is older is of no use.
        let forgotten = newest.plus_millis(-KEY_LIFE_MILLIS);
        let dropped: Vec<u64> = self
            .runs
            .get()
            .iter()
            .filter(|run| run.kind == RunKind::Keys && run.newest < forgotten)
            .map(|run| run.id)
            .collect();
        self.unwritten.push_back(Work::Runs { runs, dropped, to, segment });
    }
}

/// How long what could not be written waits for another attempt.
const RETRY_MILLIS: u64 = 500;

/// How long idempotency keys are remembered: 30 days (domain.md, "Idempotency").
pub(crate) const KEY_LIFE_MILLIS: i64 = 30 * 24 * 3_600 * 1_000;
