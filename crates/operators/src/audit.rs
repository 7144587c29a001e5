use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use engine::outbox::Shelf;
use engine::{Engine, StoreError};
use moment::Instant;
use serde::{Deserialize, Serialize};

/// Something that an operator did, or tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// When, by the machine's clock.
    pub at: Instant,
    /// Who: an operator's address, or what was given for one.
    pub who: String,
    /// What: a short name, such as `account.adjust`.
    pub what: String,
    /// On what: an account, an order, a program.
    pub on: String,
    /// With which values, and what came of it.
    pub detail: String,
}

/// What operators did, in order. Nothing is ever taken out.
#[derive(Clone)]
pub struct Audit {
    shelf: Arc<dyn Shelf>,
    number: Arc<AtomicU32>,
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Audit")
    }
}

const DAY: i64 = 86_400_000;

impl Audit {
    /// The log of this store.
    pub fn of(engine: &Engine) -> Result<Audit, StoreError> {
        let mut start = [0; 4];
        // Two that are noted in the same millisecond, by two processes, must not have one key.
        getrandom::fill(&mut start)
            .map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
        let number = Arc::new(AtomicU32::new(u32::from_le_bytes(start)));
        Ok(Audit { shelf: engine.store().shelf("audit", true)?, number })
    }

    /// Notes something, durably: before it is done, or with what came of it.
    pub fn note(&self, noted: &Noted) -> Result<(), StoreError> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let (day, of_day) = (noted.at.millis().div_euclid(DAY), noted.at.millis().rem_euclid(DAY));
        let value = postcard::to_stdvec(noted).map_err(|error| StoreError::new(error.to_string()))?;
        self.shelf.put(&format!("{day:08}/{of_day:08}/{number:08x}"), &value)
    }

    /// What was noted on the day of an instant (in UTC), newest first.
    pub fn day(&self, at: Instant) -> Result<Vec<Noted>, StoreError> {
        let day = at.millis().div_euclid(DAY);
        let all = self.shelf.list(&format!("{day:08}/"))?;
        let read = |(_, value): (String, Vec<u8>)| postcard::from_bytes(&value).ok();
        Ok(all.into_iter().rev().filter_map(read).collect())
    }
}
