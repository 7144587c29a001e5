//! How many streams browsers may have open.

use std::sync::{Arc, Mutex, PoisonError};

use ledger::AccountNo;
use rustc_hash::FxHashMap;

/// How many streams of one account browsers may have open at once: more than people have pages, and so few that one
/// account can't take those of the others.
const MOST: u32 = 50;

/// The streams that browsers have open, by account.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientStreams(Arc<Mutex<FxHashMap<AccountNo, u32>>>);

/// A stream that is open. It is counted until it is dropped.
#[derive(Debug)]
pub(crate) struct ClientStream {
    streams: ClientStreams,
    account: AccountNo,
}

impl ClientStreams {
    /// Counts one more of an account; `None`: it has as many as it may.
    pub fn open(&self, account: AccountNo) -> Option<ClientStream> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(account).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        Some(ClientStream { streams: self.clone(), account })
    }
}

impl Drop for ClientStream {
    fn drop(&mut self) {
        let mut counts = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_so_many_and_others_as_many() {
        let streams = ClientStreams::default();
        let mut open: Vec<ClientStream> = (0..MOST).map(|_| streams.open(AccountNo(1)).unwrap()).collect();
        assert!(streams.open(AccountNo(1)).is_none());
        assert!(streams.open(AccountNo(2)).is_some());
        open.pop();
        assert!(streams.open(AccountNo(1)).is_some());
        open.clear();
        assert!(streams.0.lock().unwrap().is_empty());
    }
}
