//! Ops that may wait: what was paid in a storm of renewals is booked a little at a time, between what others ask.

use std::collections::VecDeque;

use super::Lane;
use super::message::{Many, Pending};
use crate::StoreError;

/// Ops that wait, of which the first so many are done.
pub(crate) struct Waiting {
    many: Box<Many>,
    done: usize,
}

/// All that wait, in the order in which they came.
pub(crate) type Backlog = VecDeque<Waiting>;

impl Waiting {
    pub fn new(mut many: Box<Many>) -> Waiting {
        many.answers.resize_with(many.ops.len(), Default::default);
        Waiting { many, done: 0 }
    }

    /// Nothing of it can be said to be done: some of it may be.
    pub fn failed(self) -> Pending {
        Pending::Many(self.many).failed()
    }
}

impl Lane {
    /// So much of what can wait is done in a turn, and so many accounts are rolled forward: few enough for those who spend
    /// to wait no longer than a few commits take.
    pub(super) const BESIDE: usize = 8;

    /// Does a bounded number of the ops that wait.
    pub(super) fn work_off_some(&mut self) -> Result<(), StoreError> {
        for _ in 0..Lane::BESIDE {
            let Some(mut first) = self.backlog.pop_front() else { return Ok(()) };
            let Many { ops, answers, .. } = &mut *first.many;
            if let (Some(op), Some(answers)) = (ops.get(first.done), answers.get_mut(first.done)) {
                let done = self.op(op, None, answers);
                if done.is_err() {
                    self.backlog.push_front(first);
                    return done;
                }
                first.done += 1;
            }
            if first.done < first.many.ops.len() {
                self.backlog.push_front(first);
            } else {
                self.pending.push(Pending::Many(first.many));
            }
        }
        Ok(())
    }
}
