//! The accounts that a lane has in memory, by number and by the host's id.

use std::hash::{BuildHasher, RandomState};

use account::Account;
use hashbrown::HashTable;
use ledger::{AccountNo, NameId};
use moment::Instant;

/// An account in memory.
pub(crate) struct Slot {
    pub account: Account,
    /// Looked at since the hand last came by.
    used: bool,
    /// The epoch of snapshots that its state went into last. No process begins 2^32 of them.
    pub saved_in: u32,
    /// When something fell due in the state that was saved last; [`Slot::UNKNOWN`] if nothing was, or nobody knows.
    pub saved_due: Instant,
    /// The instant that a timer is set for.
    pub armed: Instant,
}

impl Slot {
    pub const UNKNOWN: Instant = Instant::from_millis(i64::MIN);
}

const PAGE: usize = 4096;
const NONE: u32 = u32::MAX;

/// Accounts in slots, in pages that do not move.
pub(crate) struct Cache {
    pages: Vec<Vec<Option<Slot>>>,
    free: Vec<u32>,
    /// The slot of each account number.
    by_no: Vec<u32>,
    by_host: HashTable<u32>,
    hasher: RandomState,
    hand: u32,
    count: usize,
}

impl Cache {
    pub fn new() -> Cache {
        Cache {
            pages: Vec::new(),
            free: Vec::new(),
            by_no: Vec::new(),
            by_host: HashTable::new(),
            hasher: RandomState::new(),
            hand: 0,
            count: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn by_no(&self, account: AccountNo) -> Option<u32> {
        self.by_no.get(account.0 as usize).copied().filter(|slot| *slot != NONE)
    }

    pub fn by_host(&self, program: NameId, host_id: &str) -> Option<u32> {
        let hash = self.hasher.hash_one((program.0, host_id));
        let same = |slot: &u32| {
            self.peek(*slot)
                .is_some_and(|slot| slot.account.program == program && *slot.account.host_id == *host_id)
        };
        self.by_host.find(hash, same).copied()
    }

    /// A slot, without a sign that it was used.
    pub fn peek(&self, slot: u32) -> Option<&Slot> {
        self.pages.get(slot as usize / PAGE)?.get(slot as usize % PAGE)?.as_ref()
    }

    /// A slot that is known to be filled.
    pub fn slot(&mut self, slot: u32) -> Option<&mut Slot> {
        let slot = self.pages.get_mut(slot as usize / PAGE)?.get_mut(slot as usize % PAGE)?.as_mut()?;
        slot.used = true;
        Some(slot)
    }

    pub fn insert(&mut self, account: Account) -> u32 {
        let place = self.free.pop().unwrap_or_else(|| {
            let last_full = self.pages.last().is_none_or(|page| page.len() == PAGE);
            if last_full {
                self.pages.push(Vec::with_capacity(PAGE));
            }
            let page = self.pages.len() - 1;
            self.pages[page].push(None);
            (page * PAGE + self.pages[page].len() - 1) as u32
        });
        let no = account.no.0 as usize;
        if self.by_no.len() <= no {
            self.by_no.resize((no + 1).max(self.by_no.len() * 5 / 4), NONE);
        }
        self.by_no[no] = place;
        let slot = Slot { account, used: true, saved_in: 0, saved_due: Slot::UNKNOWN, armed: Instant::NEVER };
        self.pages[place as usize / PAGE][place as usize % PAGE] = Some(slot);
        self.count += 1;
        self.index_host(place);
        place
    }

    /// Makes an account be found by the host's id, once it has one.
    pub fn index_host(&mut self, place: u32) {
        let (pages, hasher) = (&self.pages, &self.hasher);
        let hash_of = |slot: u32| {
            let slot = pages[slot as usize / PAGE][slot as usize % PAGE].as_ref();
            let slot = slot.filter(|slot| !slot.account.host_id.is_empty())?;
            Some(hasher.hash_one((slot.account.program.0, &*slot.account.host_id)))
        };
        if let Some(hash) = hash_of(place) {
            self.by_host.insert_unique(hash, place, |slot| hash_of(*slot).unwrap_or_default());
        }
    }

    pub fn remove(&mut self, place: u32) {
        let Some(slot) = self.pages[place as usize / PAGE][place as usize % PAGE].take() else { return };
        self.by_no[slot.account.no.0 as usize] = NONE;
        if !slot.account.host_id.is_empty() {
            let hash = self.hasher.hash_one((slot.account.program.0, &*slot.account.host_id));
            if let Ok(entry) = self.by_host.find_entry(hash, |other| *other == place) {
                entry.remove();
            }
        }
        self.free.push(place);
        self.count -= 1;
    }

    /// Goes round for an account that was not used lately and that `may_go`; drops it. Looks at a bounded number.
    pub fn evict(&mut self, may_go: impl Fn(&Slot) -> bool) -> bool {
        let slots = self.pages.last().map_or(0, |last| (self.pages.len() - 1) * PAGE + last.len()) as u32;
        for _ in 0..slots.min(512) {
            self.hand = if self.hand + 1 >= slots { 0 } else { self.hand + 1 };
            let hand = self.hand;
            let found = self.pages[hand as usize / PAGE][hand as usize % PAGE].as_mut();
            let Some(slot) = found else { continue };
            if std::mem::take(&mut slot.used) || !may_go(slot) {
                continue;
            }
            self.remove(hand);
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(no: u64, host: &str) -> Account {
        let mut account = Account::unopened(AccountNo(no));
        account.host_id = host.into();
        account.program = NameId(1);
        account
    }

    #[test]
    fn accounts_are_found_by_number_and_by_host_id_until_they_are_evicted() {
        let mut cache = Cache::new();
        for no in 0..10_000 {
            cache.insert(account(no, &format!("host-{no}")));
        }
        let slot = cache.by_host(NameId(1), "host-77").unwrap();
        assert_eq!(cache.by_no(AccountNo(77)), Some(slot));
        assert_eq!(cache.slot(slot).unwrap().account.no, AccountNo(77));
        assert_eq!(cache.by_host(NameId(2), "host-77"), None, "another program's");
        while cache.len() > 5_000 {
            cache.evict(|slot| slot.account.no.0 >= 5_000);
        }
        assert_eq!(cache.by_host(NameId(1), "host-9999"), None);
        assert!(cache.by_host(NameId(1), "host-77").is_some());
        cache.insert(account(20_000, ""));
        assert!(cache.by_no(AccountNo(20_000)).is_some());
    }
}
