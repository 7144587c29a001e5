//! The writer's loop.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::time::Duration;

use super::backlog::Waiting;
use super::message::{self, Answers, Many, Message, One, Pending};
use super::touch::Hints;
use super::{Lane, Shared, open};
use crate::projector::ToProjector;
use crate::{Failure, Op, StoreError};

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
        let waiting = std::mem::take(&mut lane.backlog).into_iter().map(Waiting::failed);
        let mut pending =
            std::mem::take(&mut lane.pending).into_iter().map(Pending::failed).chain(waiting).collect();
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
    /// A batch is closed when it has so many entries: enough for a commit to cost each of them little, and few
    /// enough for the answers of one batch to be written while the next is being decided, …
    const FULL_ENTRIES: u64 = 1_024;
    /// … or so many bytes, …
    const FULL_BYTES: usize = 1 << 20;
    /// … or so many messages, reads among them.
    const FULL_MESSAGES: usize = 4_096;

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
        let busy = !self.saving.is_idle() || !self.orphans.is_empty() || !self.backlog.is_empty();
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
        let mut yielded = false;
        let mut group: Vec<Message> = Vec::with_capacity(Lane::GROUP);
        group.extend(first);
        let mut hints = Hints::with_capacity(Lane::GROUP);
        while going && !group.is_empty() {
            let mut steps: usize = group.iter().map(steps_of).sum();
            while steps < Lane::GROUP
                && let Ok(message) = messages.try_recv()
            {
                steps += steps_of(&message);
                group.push(message);
            }
            taken += group.len();
            hints.clear();
            if group.len() > 1 {
                self.touch(group.iter().map(Message::op), &mut hints);
            }
            for (place, message) in group.drain(..).enumerate() {
                self.shared.counters.queued.fetch_sub(steps_of(&message), Ordering::Relaxed);
                going &= self.take(message, hints.get(place).copied().flatten())?;
            }
            let full = self.batch.entries >= Lane::FULL_ENTRIES
                || taken >= Lane::FULL_MESSAGES
                || self.batch.len() >= Lane::FULL_BYTES;
            if going && !full {
                group.extend(messages.try_recv().ok());
                if group.is_empty() && taken > 1 && !yielded {
                    // Several ask at once: those who are about to may share this commit, if they get to run. Where
                    // nobody waits for this processor, it costs nothing.
                    yielded = true;
                    std::thread::yield_now();
                    group.extend(messages.try_recv().ok());
                }
            }
        }
        self.work_off_some()?;
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

    /// Does what a message asks; `hint` says where its account is, if that is known. `false`: told to stop.
    fn take(&mut self, message: Message, hint: Option<u32>) -> Result<bool, StoreError> {
        match message {
            Message::One(mut one) => {
                let One { op, answers, .. } = &mut *one;
                let done = self.op(op, hint, answers);
                let one = Pending::One(one);
                self.pending.push(if done.is_ok() { one } else { one.failed() });
                done?;
            }
            Message::Many(many) if many.patient => self.backlog.push_back(Waiting::new(many)),
            Message::Many(mut many) => {
                let Many { ops, answers, .. } = &mut *many;
                let done = self.ops(ops, answers);
                let many = Pending::Many(many);
                self.pending.push(if done.is_ok() { many } else { many.failed() });
                done?;
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
                let asked = self.advance(&published, to)?;
                let _ = reply.to.send(Ok(asked));
            }
            Message::Stop => {
                self.stopping = true;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Does several ops, each on its own.
    fn ops(&mut self, ops: &[Op], all: &mut Vec<Answers>) -> Result<(), StoreError> {
        // They are filled where they stay: an answer is large.
        all.resize_with(ops.len(), Answers::new);
        let mut hints = Hints::with_capacity(Lane::GROUP);
        for (ops, all) in ops.chunks(Lane::GROUP).zip(all.chunks_mut(Lane::GROUP)) {
            self.touch(ops.iter().map(Some), &mut hints);
            for ((op, answers), hint) in ops.iter().zip(all).zip(&hints) {
                self.op(op, *hint, answers)?;
            }
        }
        Ok(())
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
        while !self.backlog.is_empty() {
            self.work_off_some()?;
        }
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
