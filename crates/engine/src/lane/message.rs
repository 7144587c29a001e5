use std::any::Any;
use std::sync::Arc;

use account::Account;
use ledger::NameId;
use moment::Instant;
use smallvec::SmallVec;
use tokio::sync::{mpsc, oneshot};

use crate::{Failure, Op, Published, Target, Written};

/// The answers to an op, one for each step.
pub type Answers = SmallVec<[Result<Written, Failure>; 1]>;

/// What a read does with the account; what it returns is sent when all that it saw is durable.
pub(crate) type Look = Box<dyn FnOnce(&Account, Instant) -> Box<dyn Any + Send> + Send>;

/// What is asked of a lane's writer.
pub(crate) enum Message {
    One {
        op: Op,
        reply: Reply<Answers>,
    },
    Many {
        ops: Vec<Op>,
        reply: Reply<Vec<Answers>>,
    },
    Read {
        target: Target,
        published: Arc<Published>,
        look: Look,
        reply: Reply<Result<Box<dyn Any + Send>, Failure>>,
    },
    Name {
        text: String,
        reply: Reply<Result<NameId, Failure>>,
    },
    /// Books all that fell due in a program's accounts up to `to`.
    Advance {
        published: Arc<Published>,
        to: Instant,
        reply: Reply<Result<(), Failure>>,
    },
    /// Saves every state and finishes.
    Stop,
}

/// Where an answer goes: to whoever waits, through the task that delivers answers on its runtime, if it has one.
pub(crate) struct Reply<T> {
    pub to: oneshot::Sender<T>,
    pub via: Option<Via>,
}

/// The way to a task that delivers answers: one wake-up for all the answers of a commit.
pub(crate) type Via = mpsc::UnboundedSender<Vec<Delivery>>;

/// An answer that is ready to be delivered.
pub struct Delivery(Pending);

impl Delivery {
    /// Gives it to whoever waits for it. Who does not wait any more has gone, and the answer with them.
    pub fn deliver(self) {
        match self.0 {
            Pending::One(reply, answers) => drop(reply.to.send(answers)),
            Pending::Many(reply, answers) => drop(reply.to.send(answers)),
            Pending::Read(reply, answer) => drop(reply.to.send(answer)),
        }
    }
}

/// An answer that waits for the commit.
pub(crate) enum Pending {
    One(Reply<Answers>, Answers),
    Many(Reply<Vec<Answers>>, Vec<Answers>),
    Read(Reply<Result<Box<dyn Any + Send>, Failure>>, Result<Box<dyn Any + Send>, Failure>),
}

impl Pending {
    fn via(&self) -> Option<&Via> {
        match self {
            Pending::One(reply, _) => reply.via.as_ref(),
            Pending::Many(reply, _) => reply.via.as_ref(),
            Pending::Read(reply, _) => reply.via.as_ref(),
        }
    }

    /// The same without an answer: what it was about may not be on disk.
    pub fn failed(self) -> Pending {
        match self {
            Pending::One(reply, answers) => {
                let failed = answers.iter().map(|_| Err(Failure::Unavailable)).collect();
                Pending::One(reply, failed)
            }
            Pending::Many(reply, all) => {
                let failed = |answers: &Answers| answers.iter().map(|_| Err(Failure::Unavailable)).collect();
                let failed = all.iter().map(failed).collect();
                Pending::Many(reply, failed)
            }
            Pending::Read(reply, _) => Pending::Read(reply, Err(Failure::Unavailable)),
        }
    }
}

/// Sends all the answers of a commit, those of one runtime together.
pub(crate) fn deliver(pending: &mut Vec<Pending>) {
    let mut group: Vec<Delivery> = Vec::with_capacity(pending.len());
    let mut group_via: Option<Via> = None;
    for answer in pending.drain(..) {
        match answer.via().cloned() {
            Some(via) => {
                if group_via.as_ref().is_none_or(|other| !other.same_channel(&via)) {
                    send_group(&mut group, group_via.replace(via));
                }
                group.push(Delivery(answer));
            }
            None => Delivery(answer).deliver(),
        }
    }
    send_group(&mut group, group_via);
}

fn send_group(group: &mut Vec<Delivery>, via: Option<Via>) {
    if let Some(via) = via.filter(|_| !group.is_empty()) {
        // If the task has gone, so has everyone who waited.
        let _ = via.send(std::mem::take(group));
    }
}
