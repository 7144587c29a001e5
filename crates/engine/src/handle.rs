//! What the engine offers: a handle that can be cloned and used from any thread or runtime.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use account::{Account, Facts, apply};
use catalog::Program;
use ledger::{AccountNo, Entry, Event, EventKind, NameId, Position};
use moment::Instant;
use tokio::sync::{mpsc, oneshot};

use crate::codec::Row;
use crate::history::{History, RunList};
use crate::keys::KeyFilter;
use crate::lane::{self, Answers, Counters, Delivery, Lane, Message, Reply, Shared, Via};
use crate::names::Names;
use crate::port::Store;
use crate::programs::Programs;
use crate::projector::{Listeners, Progress, Projector, ToProjector};
use crate::tail::Tail;
use crate::{Clock, Control, Failure, Op, Published, StoreError, StoredProgram, Target};

/// How the engine is set up.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many accounts are kept in memory; about 500 bytes each.
    pub cached_accounts: usize,
    /// States are saved every so many entries: what a restart has to replay at most, twice.
    pub snapshot_every: u64,
    /// How many entries make a run of the history.
    pub run_size: usize,
    /// How many steps may wait before requests are told to come back later.
    pub queue: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { cached_accounts: 2_000_000, snapshot_every: 524_288, run_size: 262_144, queue: 65_536 }
    }
}

/// An entry as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Where it stands in the journal.
    pub position: Position,
    /// What it says.
    pub entry: Entry,
}

/// Which entries of an account are wanted. Newest first.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only entries before this position (the cursor).
    pub before: Option<Position>,
    /// At most so many.
    pub limit: usize,
    /// Only these kinds; none: all.
    pub kinds: Vec<EventKind>,
    /// Only spends of this action.
    pub action: Option<NameId>,
    /// Only spends of this person.
    pub member: Option<String>,
    /// Only spends of this part of the organisation.
    pub department: Option<String>,
    /// Only what counts from here on.
    pub from: Option<Instant>,
    /// Only what counts before this.
    pub to: Option<Instant>,
}

/// What those see who listen to an account: its entries, as they are committed.
pub type Feed = tokio::sync::broadcast::Receiver<Arc<Listed>>;

/// What is counted, as it is now.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Steps that were asked, since the start.
    pub operations: u64,
    /// Entries that were written.
    pub entries: u64,
    /// Durable appends.
    pub commits: u64,
    /// Steps that were answered with an earlier answer.
    pub replays: u64,
    /// Ops that were refused.
    pub refusals: u64,
    /// Accounts in memory.
    pub cached_accounts: u64,
    /// Steps that wait.
    pub queued: u64,
    /// Entries that are durable and not yet in what is read.
    pub projector_lag: u64,
    /// Microseconds in durable appends.
    pub append_us: u64,
    /// The longest of them.
    pub longest_append_us: u64,
    /// Bytes on disk, all included.
    pub bytes_on_disk: u64,
    /// Whether requests can be answered.
    pub healthy: bool,
}

struct Inner {
    shared: Arc<Shared>,
    lane: SyncSender<Message>,
    projector: SyncSender<ToProjector>,
    publishing: Mutex<()>,
    threads: Mutex<Vec<JoinHandle<()>>>,
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
    pub fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>, options: Options) -> Result<Engine, StoreError> {
        let mut views = store.views_reader()?;
        let marks = views.marks()?;
        let names = Names::new(store.journal_reader()?.names()?);
        let tail = Arc::new(Tail::default());
        tail.start_at(marks.projected.max(1));
        let runs = Arc::new(RunList::new(views.runs()?));
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
                threads: Mutex::new(vec![writer_thread, projector_thread]),
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

    fn load_programs(&self) -> Result<(), StoreError> {
        for stored in self.control().programs()? {
            let file = format!("{} (version {})", stored.id, stored.version);
            let program = catalog::load(&file, &stored.text).map_err(|problems| {
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                StoreError::new(format!("the program that was published can't be read any more: {first}"))
            })?;
            self.run_program(program, stored.version, None)?;
        }
        Ok(())
    }

    /// The programs that run, in their latest versions, by id.
    pub fn programs(&self) -> Vec<Arc<Published>> {
        self.shared().programs.all()
    }

    /// The program of that id.
    pub fn program(&self, id: &str) -> Option<Arc<Published>> {
        self.shared().programs.get(id)
    }

    /// Publishes a program: as a new version, if its file differs from the latest one. With `test_clock` it runs on a
    /// test clock, which starts there or goes on from where it stood.
    pub fn publish(
        &self,
        program: Program,
        text: &str,
        test_clock: Option<Instant>,
    ) -> Result<Arc<Published>, StoreError> {
        let _one_at_a_time = self.inner.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = self.control().programs()?.into_iter().find(|stored| stored.id == program.id);
        let version = match stored {
            Some(stored) if stored.text == text => stored.version,
            stored => {
                let version = stored.map_or(1, |stored| stored.version + 1);
                let published_at = self.shared().clock.now();
                let text = text.to_owned();
                self.control().publish(&StoredProgram { id: program.id.clone(), version, text, published_at })?;
                version
            }
        };
        self.run_program(program, version, test_clock)
    }

    fn run_program(
        &self,
        program: Program,
        version: u32,
        test_clock: Option<Instant>,
    ) -> Result<Arc<Published>, StoreError> {
        let unavailable = |_| StoreError::new("the journal can't be written");
        let name = self.name(&program.id).map_err(unavailable)?;
        let actions = program.actions.iter().map(|action| self.name(&action.code));
        let actions = actions.collect::<Result<Vec<_>, _>>().map_err(unavailable)?;
        let running = self.program(&program.id).and_then(|running| running.test_clock.clone());
        let test_clock = match (running, self.control().test_clock(&program.id)?, test_clock) {
            (Some(running), ..) => Some(running),
            (None, Some(stood), _) => Some(Arc::new(AtomicI64::new(stood.millis()))),
            (None, None, Some(start)) => {
                self.control().set_test_clock(&program.id, start)?;
                Some(Arc::new(AtomicI64::new(start.millis())))
            }
            (None, None, None) => None,
        };
        let published = Arc::new(Published { name, version, program, actions, test_clock });
        self.shared().programs.put(Arc::clone(&published));
        Ok(published)
    }

    /// Programs, keys, test clocks, secrets.
    pub fn control(&self) -> Arc<dyn Control> {
        self.shared().store.control()
    }

    /// The number of a name, made durable when it is new. Blocks for it then.
    pub fn name(&self, text: &str) -> Result<NameId, Failure> {
        if let Some(id) = self.known_name(text) {
            return Ok(id);
        }
        let (to, answer) = oneshot::channel();
        self.send(Message::Name { text: text.to_owned(), reply: Reply { to, via: None } })?;
        answer.blocking_recv().unwrap_or(Err(Failure::Unavailable))
    }

    /// The number of a name, made durable when it is new.
    pub async fn name_async(&self, text: &str) -> Result<NameId, Failure> {
        if let Some(id) = self.known_name(text) {
            return Ok(id);
        }
        let (to, answer) = oneshot::channel();
        self.send(Message::Name { text: text.to_owned(), reply: Reply { to, via: None } })?;
        answer.await.unwrap_or(Err(Failure::Unavailable))
    }

    /// The number of a name, if it has one.
    pub fn known_name(&self, text: &str) -> Option<NameId> {
        self.shared().names.get(text)
    }

    /// The text of a name.
    pub fn text(&self, name: NameId) -> Arc<str> {
        self.shared().names.text(name)
    }

    /// The time that a program's requests count from: its test clock's, or the machine's.
    pub fn now(&self, published: &Published) -> Instant {
        published.test_now().unwrap_or_else(|| self.shared().clock.now())
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
        self.ask(|reply| Message::One { op, reply }).await
    }

    /// Does several ops, each on its own; answers in order, when all are durable.
    pub async fn write_many(&self, ops: Vec<Op>) -> Result<Vec<Answers>, Failure> {
        self.ask(|reply| Message::Many { ops, reply }).await
    }

    /// Shows an account as it is now: rolled forward to now, never changed. `look` runs on the lane's thread, so it
    /// should be short; what it returns arrives when all that it saw is durable.
    pub async fn read<R: Send + 'static>(
        &self,
        target: Target,
        published: Arc<Published>,
        look: impl FnOnce(&Account, Instant) -> R + Send + 'static,
    ) -> Result<R, Failure> {
        let look: Box<dyn FnOnce(&Account, Instant) -> Box<dyn std::any::Any + Send> + Send> =
            Box::new(move |account, now| Box::new(look(account, now)));
        let seen = self.ask(|reply| Message::Read { target, published, look, reply }).await??;
        seen.downcast::<R>().map(|seen| *seen).map_err(|_| Failure::Unavailable)
    }

    /// The account as it was at an instant: the fold of what counts up to then, rolled forward to it. Blocks.
    pub fn account_as_of(
        &self,
        account: AccountNo,
        published: &Published,
        at: Instant,
    ) -> Result<Account, Failure> {
        let mut state = self.fold(account, |listed| listed.entry.effective_at <= at)?;
        let mut facts = Facts::default();
        let next = state.last.next();
        loop {
            let mut copy = state.clone();
            match account::roll(&mut copy, &published.rules(), at, next, &facts) {
                Ok(_) => return Ok(copy),
                Err(account::Need::Grant(id)) => match self.entry(id)? {
                    Some(Entry { unit, event: Event::Issued(issued), .. }) => {
                        facts.grants.push((id, unit, issued.terms));
                    }
                    _ => return Err(Failure::Unavailable),
                },
                Err(_) => return Err(Failure::Unavailable),
            }
            state.refresh_due();
        }
    }

    /// The account as it was right after the entry at this position and those that were decided with it. Blocks.
    pub fn account_after(&self, account: AccountNo, position: Position) -> Result<Account, Failure> {
        self.shared().history.wait_for(position)?;
        let mut last = position;
        for listed in self.entries_after(account, position, 64)? {
            // What follows from an entry stands right behind it, and nobody asked for it.
            if listed.position != last.next() || !follows(&listed.entry.event) {
                break;
            }
            last = listed.position;
        }
        self.fold(account, |listed| listed.position <= last)
    }

    fn fold(&self, account: AccountNo, wanted: impl Fn(&Listed) -> bool) -> Result<Account, Failure> {
        let mut entries = Vec::new();
        self.shared().history.visit(account, Position(u64::MAX), &mut |listed| {
            if wanted(&listed) {
                entries.push(listed);
            }
            true
        })?;
        let mut state = Account::unopened(account);
        for listed in entries.iter().rev() {
            apply(&mut state, listed.position, &listed.entry);
        }
        state.refresh_due();
        Ok(state)
    }

    /// Entries of an account, newest first. Blocks, shortly.
    pub fn entries(&self, account: AccountNo, wanted: &Wanted) -> Result<Vec<Listed>, Failure> {
        let mut found = Vec::new();
        self.shared().history.visit(account, wanted.before.unwrap_or(Position(u64::MAX)), &mut |listed| {
            if wanted.from.is_some_and(|from| listed.entry.effective_at < from) {
                return false;
            }
            if wanted.wants(&listed.entry) {
                found.push(listed);
            }
            found.len() < wanted.limit
        })?;
        Ok(found)
    }

    /// Entries of an account after a position, oldest first. Blocks, shortly.
    pub fn entries_after(&self, account: AccountNo, after: Position, limit: usize) -> Result<Vec<Listed>, Failure> {
        Ok(self.shared().history.after(account, after, limit)?)
    }

    /// The entry at a position, if there is one. Blocks, shortly.
    pub fn entry(&self, position: Position) -> Result<Option<Entry>, Failure> {
        let Some(bytes) = self.shared().store.journal_reader()?.row(position.seq())? else { return Ok(None) };
        let row = Row::open(position.seq(), &bytes)?;
        let raw = row.raw_records().nth(position.index() as usize);
        Ok(raw.map(|raw| raw.decode()).transpose()?.map(|record| record.entry))
    }

    /// Waits until lists show everything up to the position.
    pub async fn wait_for(&self, position: Position) -> Result<(), Failure> {
        let shared = Arc::clone(&self.inner.shared);
        if shared.tail.next() > position.seq() {
            return Ok(());
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

    /// Moves a test clock forward to an instant; what falls due on the way is booked, in order, when it returns.
    /// Never back: an earlier instant changes nothing. Returns what the clock says then.
    pub async fn advance(&self, published: &Published, to: Instant) -> Result<Instant, Failure> {
        let Some(clock) = &published.test_clock else { return Err(Failure::Unavailable) };
        let id = published.program.id.as_str();
        let published = self.program(id).ok_or(Failure::Unavailable)?;
        if to > Instant::from_millis(clock.load(Ordering::SeqCst)) {
            // First what lasts: after a crash the clock stands there, and what fell due is booked by alarms.
            self.control().set_test_clock(id, to)?;
            clock.fetch_max(to.millis(), Ordering::SeqCst);
        }
        self.ask(|reply| Message::Advance { published, to, reply }).await??;
        Ok(Instant::from_millis(clock.load(Ordering::SeqCst)))
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
            cached_accounts: get(&counters.cached),
            queued: counters.queued.load(Ordering::Relaxed) as u64,
            projector_lag: get(&shared.progress.lag),
            append_us: get(&counters.append_nanos) / 1_000,
            longest_append_us: get(&counters.longest_append_nanos) / 1_000,
            bytes_on_disk: shared.store.bytes_on_disk(),
            healthy: !counters.failed.load(Ordering::SeqCst) && !shared.progress.failed.load(Ordering::SeqCst),
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

/// Whether an event follows from the one before it in the same decision.
fn follows(event: &Event) -> bool {
    match event {
        Event::Issued(issued) => !matches!(issued.terms.source, ledger::Source::Request),
        Event::Overdrawn(_) | Event::Recovered(_) | Event::Restored(_) | Event::AlertFired { .. } => true,
        _ => false,
    }
}

impl Wanted {
    fn wants(&self, entry: &Entry) -> bool {
        let kind = entry.event.kind();
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return false;
        }
        if self.to.is_some_and(|to| entry.effective_at >= to) {
            return false;
        }
        if self.action.is_none() && self.member.is_none() && self.department.is_none() {
            return true;
        }
        let Some(work) = entry.event.work() else { return false };
        let tags = work.tags.as_deref();
        let is = |wanted: &Option<String>, has: Option<&str>| wanted.as_deref().is_none_or(|w| has == Some(w));
        self.action.is_none_or(|action| work.action == action)
            && is(&self.member, tags.and_then(|tags| tags.member.as_deref()))
            && is(&self.department, tags.and_then(|tags| tags.department.as_deref()))
    }
}
