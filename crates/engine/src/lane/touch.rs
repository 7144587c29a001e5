//! Looking at what messages will need before they are done one by one.
//!
//! An account, its book, its grants, its idempotency key: each is somewhere else in memory, and none is in the
//! processor's caches. One op after another would wait for each; looked at together, they are waited for together.

use std::hint::black_box;

use super::Lane;
use crate::cache::Slot;
use crate::{Op, Target, keys};

/// Where the accounts of some ops are in the cache, as far as they are.
pub(super) type Hints = Vec<Option<u32>>;

impl Lane {
    /// So many ops are looked at together: more would push the first out of the caches again.
    pub(super) const GROUP: usize = 64;

    /// Looks at what ops will need, and says where their accounts are. Changes nothing.
    pub(super) fn touch<'a>(&self, ops: impl Iterator<Item = Option<&'a Op>> + Clone, hints: &mut Hints) {
        hints.clear();
        hints.extend(ops.clone().map(|op| match &op?.target {
            Target::Number(no) => self.cache.by_no(*no),
            Target::Host(host_id) => self.cache.by_host(op?.published.name, host_id),
            Target::New => None,
        }));
        // Each of these goes over all before the next begins: within one, no look waits for another.
        for op in ops.flatten() {
            if let Some(key) = op.steps.first().and_then(|step| step.idempotency) {
                black_box(self.keys.find(&key.key));
                black_box(self.filter.may_have(keys::prefix(&key.key)));
            }
        }
        self.touch_slots(hints, |slot| {
            let account = &slot.account;
            black_box((account.program, account.time, account.last, account.head, account.due, slot.armed));
        });
        self.touch_slots(hints, |slot| {
            let book = slot.account.books.first();
            black_box(book.map(|book| (book.free, book.owed, book.holds.len(), book.thresholds.is_some())));
        });
        self.touch_slots(hints, |slot| {
            let grant = slot.account.books.first().and_then(|book| book.grants.first());
            black_box(grant.map(|grant| (grant.id, grant.free, grant.state)));
        });
    }

    fn touch_slots(&self, hints: &Hints, look: impl Fn(&Slot)) {
        hints.iter().flatten().filter_map(|slot| self.cache.peek(*slot)).for_each(look);
    }
}
