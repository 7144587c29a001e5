//! The projector: follows the journal with its own position, and makes what people read.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use ledger::{AccountNo, Position};
use rustc_hash::FxHashMap;
use tokio::sync::broadcast;

use crate::codec::Row;
use crate::handle::{Feed, Listed};
use crate::history::{self, RunList};
use crate::keys::{self, KeyFilter};
use crate::port::{JournalReader, RunKind, RunMeta, Snapshot, Store, Views};
use crate::tail::{Committed, Tail};
use crate::StoreError;

/// What the lane's writer tells the projector.
pub(crate) enum ToProjector {
    /// A row is durable.
    Row(Committed),
    /// States to be saved.
    Snapshots(Vec<Snapshot>),
    /// All that was dirty when row `mark` was next has been sent.
    SnapshotsTo { mark: u64, epoch: u64 },
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
}

impl Listeners {
    const BACKLOG: usize = 256;

    pub fn listen(&self, account: AccountNo) -> Feed {
        let mut listeners = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = listeners.entry(account).or_insert_with(|| broadcast::channel(Listeners::BACKLOG).0).subscribe();
        listeners.retain(|_, sender| sender.receiver_count() > 0);
        self.count.store(listeners.len(), Ordering::Release);
        feed
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
        Ok(Projector { views, journal, tail, runs, filter, progress, listeners, run_size, next_run })
    }

    /// Follows until it is told to stop. A failure is kept, and reads that need what is missing fail.
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
        while let Ok(message) = messages.recv() {
            match message {
                ToProjector::Row(row) => self.row(&row)?,
                ToProjector::Snapshots(snapshots) => self.views.put_snapshots(&snapshots)?,
                ToProjector::SnapshotsTo { mark, epoch } => {
                    self.views.set_snapshot_mark(mark)?;
                    self.progress.epoch.store(epoch, Ordering::Release);
                }
                ToProjector::Drain(done) => {
                    let _ = done.send(());
                }
                ToProjector::Flush(done) => {
                    self.make_runs()?;
                    let _ = done.send(());
                }
                ToProjector::Stop => return Ok(()),
            }
        }
        Ok(())
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
            self.make_runs()?;
        }
    }

    fn row(&mut self, row: &Committed) -> Result<(), StoreError> {
        let next = self.tail.next();
        if row.seq < next {
            return Ok(());
        }
        if row.seq > next {
            self.catch_up(row.seq)?;
        }
        let growing = self.tail.add(row)?;
        let opened = Row::trusted(row.seq, &row.bytes)?;
        self.progress.lag.fetch_sub(opened.count(), Ordering::Relaxed);
        self.listeners.tell(&opened)?;
        if growing >= self.run_size {
            self.make_runs()?;
        }
        Ok(())
    }

    /// Makes runs of what has grown.
    fn make_runs(&mut self) -> Result<(), StoreError> {
        let segment = self.tail.freeze();
        let Some((from, to, newest)) = segment.span() else {
            self.tail.thaw(&segment, || {});
            return Ok(());
        };
        let (history_fences, history_chunks) = history::make_run(&segment);
        let (key_fences, key_chunks, keys) = keys::make_run(&segment, Position::new(from, 0));
        let mut meta = |kind, items, fences| {
            let id = self.next_run;
            self.next_run += 1;
            RunMeta { id, kind, from, to, newest, items, fences }
        };
        let runs = [
            (meta(RunKind::History, segment.items.len() as u64, history_fences), history_chunks),
            (meta(RunKind::Keys, keys, key_fences), key_chunks),
        ];
        // Keys are remembered for 30 days; a run whose newest is older is of no use.
        let forgotten = newest.plus_millis(-KEY_LIFE_MILLIS);
        let dropped: Vec<u64> = self
            .runs
            .get()
            .iter()
            .filter(|run| run.kind == RunKind::Keys && run.newest < forgotten)
            .map(|run| run.id)
            .collect();
        self.views.add_runs(&runs, &dropped, to)?;
        self.filter.insert_all(segment.keys.iter().map(|(key, _)| keys::prefix(&key.key)));
        let added = runs.into_iter().map(|(meta, _)| meta).collect();
        let list = &self.runs;
        self.tail.thaw(&segment, || list.replace(added, &dropped));
        self.progress.projected.store(to, Ordering::Release);
        Ok(())
    }
}

/// How long idempotency keys are remembered: 30 days (domain.md, "Idempotency").
pub(crate) const KEY_LIFE_MILLIS: i64 = 30 * 24 * 3_600 * 1_000;
