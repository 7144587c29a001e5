use std::collections::VecDeque;

use ledger::Position;
use rustc_hash::FxHashMap;

use crate::keys::prefix;

/// The idempotency keys that no run has yet, and some that came before them.
#[derive(Default)]
pub(crate) struct RecentKeys {
    /// Oldest first, each with the last row that it has keys of.
    spans: VecDeque<(u64, FxHashMap<u64, Position>)>,
}

impl RecentKeys {
    /// How many keys a span has before the next one is begun.
    const SPAN: usize = 1 << 18;

    pub fn insert(&mut self, key: &[u8; 16], at: Position) {
        if self.spans.back().is_none_or(|(_, keys)| keys.len() >= RecentKeys::SPAN) {
            let mut keys = FxHashMap::default();
            keys.reserve(if self.spans.is_empty() { 0 } else { RecentKeys::SPAN });
            self.spans.push_back((0, keys));
        }
        if let Some((last, keys)) = self.spans.back_mut() {
            *last = at.seq();
            keys.insert(prefix(key), at);
        }
    }

    pub fn find(&self, key: &[u8; 16]) -> Option<Position> {
        let prefix = prefix(key);
        self.spans.iter().rev().find_map(|(_, keys)| keys.get(&prefix).copied())
    }

    /// Forgets spans whose keys are all in runs that hold the rows before `projected`.
    pub fn forget(&mut self, projected: u64) {
        while self.spans.len() > 1 && self.spans.front().is_some_and(|(last, _)| *last < projected) {
            self.spans.pop_front();
        }
    }
}
