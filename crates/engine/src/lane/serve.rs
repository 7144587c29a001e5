//! The writer's loop.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::time::Duration;

use super::message::{self, Message, Pending};
use super::{Lane, Shared, open};
use crate::projector::ToProjector;
use crate::{Failure, StoreError};

/// Why the loop ended.
enum End {
    Stopped,
    Failed(StoreError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> End {
        End::Failed(error)
    }
}

/// Serves until it is told to stop. When the store fails, nothing more is answered from the state in memory, as it
/// may not be on disk: the lane is opened anew, and until that works every request is told so.
pub(crate) fn run(mut lane: Lane, messages: &Receiver<Message>, projector: &SyncSender<ToProjector>) {
    let shared = Arc::clone(&lane.shared);
    loop {
        let error = match lane.serve(messages) {
            End::Stopped => break,
            End::Failed(error) => error,
        };
        tracing::error!(%error, "the lane stopped: what was being decided is not answered as done");
        shared.counters.failed.store(true, Ordering::SeqCst);
        let mut pending = std::mem::take(&mut lane.pending).into_iter().map(Pending::failed).collect();
        message::deliver(&mut pending);
        if lane.stopping {
            break;
        }
        drop(lane);
        lane = match reopen(&shared, messages, projector) {
            Some(lane) => lane,
            None => break,
        };
        shared.counters.failed.store(false, Ordering::SeqCst);
        tracing::info!("the lane serves again");
    }
    let _ = projector.send(ToProjector::Stop);
}

/// Tries to open the lane anew, refusing requests meanwhile; `None`: told to stop.
fn reopen(
    shared: &Arc<Shared>,
    messages: &Receiver<Message>,
    projector: &SyncSender<ToProjector>,
) -> Option<Lane> {
    loop {
        match Lane::open(Arc::clone(shared), projector.clone()) {
            Ok(mut lane) => match open::tell_last_row(&mut lane) {
                Ok(()) => return Some(lane),
                Err(error) => tracing::error!(%error, "the lane can't be opened: trying again"),
            },
            Err(error) => tracing::error!(%error, "the lane can't be opened: trying again"),
        }
        let pause = crate::clock::Stopwatch::start();
        while pause.nanos() < 500_000_000 {
            match messages.recv_timeout(Duration::from_millis(100)) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
                Ok(message) => refuse(shared, message),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn refuse(shared: &Shared, message: Message) {
    let steps = steps_of(&message);
    shared.counters.queued.fetch_sub(steps, Ordering::Relaxed);
    let mut pending = match message {
        Message::One(one) => vec![Pending::One(one).failed()],
        Message::Many(many) => vec![Pending::Many(many).failed()],
        Message::Read { reply, .. } => vec![Pending::Read(reply, Err(Failure::Unavailable))],
        Message::Name { reply, .. } => {
            let _ = reply.to.send(Err(Failure::Unavailable));
            Vec::new()
        }
        Message::Advance { reply, .. } => {
            let _ = reply.to.send(Err(Failure::Unavailable));
            Vec::new()
        }
        Message::Stop => Vec::new(),
    };
    message::deliver(&mut pending);
}

/// How many steps of the queue's bound a message takes.
pub(crate) fn steps_of(message: &Message) -> usize {
    match message {
        Message::Many(many) => many.ops.iter().map(|op| op.steps.len()).sum(),
        Message::One(one) => one.op.steps.len(),
        _ => 1,
    }
}

impl Lane {
    /// A batch is closed when it has so many entries, …
    const FULL_ENTRIES: u64 = 4_096;
    /// … or so many bytes, …
    const FULL_BYTES: usize = 1 << 20;
    /// … or so many messages, reads among them.
    const FULL_MESSAGES: usize = 4_096;
    /// So many messages are looked at together before they are done.
    const GROUP: usize = 64;

    fn serve(&mut self, messages: &Receiver<Message>) -> End {
        loop {
            match self.turn(messages) {
                Ok(true) => {}
                Ok(false) => match self.finish() {
                    Ok(()) => return End::Stopped,
                    Err(error) => return End::Failed(error),
                },
                Err(error) => return End::Failed(error),
            }
        }
    }

    /// One batch: waits for the first message, takes what else is there, commits. `false`: told to stop.
    fn turn(&mut self, messages: &Receiver<Message>) -> Result<bool, StoreError> {
        let busy = !self.saving.is_idle() || !self.orphans.is_empty();
        let wait = if busy { 0 } else { self.quiet_millis() };
        let first = match messages.try_recv() {
            Ok(message) => Some(message),
            Err(TryRecvError::Disconnected) => return Ok(false),
            Err(TryRecvError::Empty) => match messages.recv_timeout(Duration::from_millis(wait)) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
            },
        };
        self.tick();
        let idle = first.is_none();
        let mut going = true;
        let mut taken = 0;
        let mut group: Vec<Message> = Vec::with_capacity(Lane::GROUP);
        group.extend(first);
        while going && !group.is_empty() {
            while group.len() < Lane::GROUP
                && let Ok(message) = messages.try_recv()
            {
                group.push(message);
            }
            taken += group.len();
            self.touch(&group);
            for message in group.drain(..) {
                self.shared.counters.queued.fetch_sub(steps_of(&message), Ordering::Relaxed);
                going &= self.take(message)?;
            }
            let full = self.batch.entries >= Lane::FULL_ENTRIES
                || taken >= Lane::FULL_MESSAGES
                || self.batch.len() >= Lane::FULL_BYTES;
            if going && !full {
                group.extend(messages.try_recv().ok());
            }
        }
        self.fire_some()?;
        self.commit()?;
        self.adopt_some(if idle { 512 } else { 32 })?;
        self.save_some(idle)?;
        self.make_room(256);
        self.keys.forget(self.shared.progress.projected.load(Ordering::Acquire));
        self.filter = self.shared.filter.view();
        self.journal.maintain()?;
        self.shared.counters.cached.store(self.cache.len() as u64, Ordering::Relaxed);
        Ok(going)
    }

    fn take(&mut self, message: Message) -> Result<bool, StoreError> {
        match message {
            Message::One(mut one) => match self.op(&one.op) {
                Ok(answers) => {
                    one.answers = answers;
                    self.pending.push(Pending::One(one));
                }
                Err(error) => {
                    self.pending.push(Pending::One(one).failed());
                    return Err(error);
                }
            },
            Message::Many(mut many) => {
                many.answers.reserve_exact(many.ops.len());
                for place in 0..many.ops.len() {
                    match self.op(&many.ops[place]) {
                        Ok(answers) => many.answers.push(answers),
                        Err(error) => {
                            self.pending.push(Pending::Many(many).failed());
                            return Err(error);
                        }
                    }
                }
                self.pending.push(Pending::Many(many));
            }
            Message::Read { target, published, look, reply } => {
                let seen = match self.read(&target, &published, look) {
                    Err(error) if error.is_damage() => Err(error.into()),
                    seen => seen?,
                };
                self.pending.push(Pending::Read(reply, seen));
            }
            Message::Name { text, reply } => {
                let name = self.shared.names.add(&text, self.journal.as_mut())?;
                let _ = reply.to.send(Ok(name));
            }
            Message::Advance { published, to, reply } => {
                self.advance(&published, to)?;
                let _ = reply.to.send(Ok(()));
            }
            Message::Stop => {
                self.stopping = true;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Shows an account as it is now: rolled forward, without a change.
    fn read(
        &mut self,
        target: &crate::Target,
        published: &crate::Published,
        look: message::Look,
    ) -> Result<Result<Box<dyn std::any::Any + Send>, Failure>, StoreError> {
        let slot = match target {
            crate::Target::Number(no) => self.load(*no)?,
            crate::Target::Host(host_id) => self.find(published.name, host_id)?,
            crate::Target::New => None,
        };
        let Some(slot) = slot else { return Ok(Err(Failure::NoAccount)) };
        let mut now = published.test_now().unwrap_or(self.time);
        let mut facts = account::Facts::default();
        loop {
            let Some(kept) = self.cache.slot(slot) else { return Ok(Err(Failure::NoAccount)) };
            if kept.account.program != published.name {
                return Ok(Err(Failure::NoAccount));
            }
            now = now.max(kept.account.time);
            if kept.account.due.0 > now {
                return Ok(Ok(look(&kept.account, now)));
            }
            match account::rolled(&kept.account, &published.rules(), now, &facts) {
                Ok(account) => return Ok(Ok(look(&account, now))),
                Err(need) => match self.look_up(slot, need, &mut facts) {
                    Ok(()) => {}
                    Err(super::steps::Halt::Store(error)) => return Err(error),
                    Err(super::steps::Halt::Failed(failure)) => return Ok(Err(failure)),
                },
            }
        }
    }

    /// Saves what changed, so that the next start has nothing to replay.
    fn finish(&mut self) -> Result<(), StoreError> {
        self.commit()?;
        self.save_all()?;
        let (done, wait) = std::sync::mpsc::sync_channel(1);
        if self.projector.send(ToProjector::Drain(done)).is_ok() {
            // A projector that has stopped has logged why; the journal has everything.
            let _ = wait.recv_timeout(Duration::from_secs(30));
        }
        self.journal.close()
    }
}
