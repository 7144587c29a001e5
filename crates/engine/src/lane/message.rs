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
    One(Box<One>),
    Many(Box<Many>),
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
        /// Whether somebody outside has been asked something.
        reply: Reply<Result<bool, Failure>>,
    },
    /// Saves every state and finishes.
    Stop,
}

impl Message {
    /// The op, if it is one.
    pub fn op(&self) -> Option<&Op> {
        match self {
            Message::One(one) => Some(&one.op),
            _ => None,
        }
    }
}

/// An op and its answers. It goes to the lane and back in one box: nothing large is moved, and what one thread
/// allocated that thread frees.
pub(crate) struct One {
    pub op: Op,
    pub reply: Reply<Answers>,
    pub answers: Answers,
}

/// Several ops and their answers.
pub(crate) struct Many {
    /// Whether they may wait for what others ask.
    pub patient: bool,
    pub ops: Vec<Op>,
    pub reply: Reply<Vec<Answers>>,
    pub answers: Vec<Answers>,
}

/// No answer for each step: what the op was about may not be on disk.
fn unavailable(op: &Op) -> Answers {
    op.steps.iter().map(|_| Err(Failure::Unavailable)).collect()
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
            Pending::One(one) => {
                let One { reply, answers, .. } = *one;
                drop(reply.to.send(answers));
            }
            Pending::Many(many) => {
                let Many { reply, answers, .. } = *many;
                drop(reply.to.send(answers));
            }
            Pending::Read(reply, answer) => drop(reply.to.send(answer)),
        }
    }
}

/// An answer that waits for the commit.
pub(crate) enum Pending {
    One(Box<One>),
    Many(Box<Many>),
    Read(Reply<Result<Box<dyn Any + Send>, Failure>>, Result<Box<dyn Any + Send>, Failure>),
}

impl Pending {
    fn via(&self) -> Option<&Via> {
        match self {
            Pending::One(one) => one.reply.via.as_ref(),
            Pending::Many(many) => many.reply.via.as_ref(),
            Pending::Read(reply, _) => reply.via.as_ref(),
        }
    }

    /// The same without an answer: what it was about may not be on disk.
    pub fn failed(self) -> Pending {
        match self {
            Pending::One(mut one) => {
                one.answers = unavailable(&one.op);
                Pending::One(one)
            }
            Pending::Many(mut many) => {
                many.answers = many.ops.iter().map(unavailable).collect();
                Pending::Many(many)
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
        match answer.via() {
            Some(via) => {
                if !group_via.as_ref().is_some_and(|other| other.same_channel(via)) {
                    let via = via.clone();
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
