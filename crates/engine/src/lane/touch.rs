//! Looking at what messages will need before they are done one by one.
//!
//! An account, its book, its grants, its idempotency key: each is somewhere else in memory, and none is in the
//! processor's caches. One message after another would wait for each; looked at together, they are waited for
//! together.

use std::hint::black_box;

use super::{Lane, Message};
use crate::{Op, Target, keys};

impl Lane {
    /// Looks at what the messages will need. Changes nothing.
    pub(super) fn touch(&self, messages: &[Message]) {
        if messages.len() < 2 && !matches!(messages.first(), Some(Message::Many(_))) {
            return;
        }
        for message in messages {
            match message {
                Message::One(one) => self.touch_op(&one.op),
                Message::Many(many) => many.ops.iter().for_each(|op| self.touch_op(op)),
                _ => {}
            }
        }
    }

    fn touch_op(&self, op: &Op) {
        let slot = match &op.target {
            Target::Number(no) => self.cache.by_no(*no),
            Target::Host(host_id) => self.cache.by_host(op.published.name, host_id),
            Target::New => None,
        };
        if let Some(slot) = slot.and_then(|slot| self.cache.peek(slot)) {
            // What lies on the account's cache lines, one after another, …
            let account = &slot.account;
            black_box((account.program, account.time, account.last, account.head, account.due, slot.armed));
            if let Some(book) = account.books.first() {
                // … on its book's, and on those of the grant that pays.
                black_box((book.free, book.owed, book.holds.len(), book.thresholds.is_some()));
                black_box(book.grants.first().map(|grant| (grant.id, grant.free, grant.state)));
            }
        }
        if let Some(key) = op.steps.first().and_then(|step| step.idempotency) {
            black_box(self.keys.find(&key.key));
            black_box(self.filter.may_have(keys::prefix(&key.key)));
        }
    }
}
