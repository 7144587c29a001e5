use std::sync::{Arc, Mutex, PoisonError};

use engine::{Scopes, StoreError};
use ledger::NameId;
use rustc_hash::FxHashMap;

use crate::problem::{Code, Problem};
use crate::state::ApiState;

/// Who asks: a key that was found.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The program that it belongs to.
    pub program: Box<str>,
    /// What it may do.
    pub scopes: Scopes,
    /// The number that entries know it by.
    pub by: NameId,
}

/// Keys that were found lately, so that most requests ask no store. A key that is withdrawn is out after
/// [`KeyCache::LIFE_MILLIS`].
#[derive(Debug, Default)]
pub(crate) struct KeyCache(Mutex<Cached>);

#[derive(Debug, Default)]
struct Cached {
    callers: FxHashMap<[u8; 32], (Arc<Caller>, i64)>,
    /// The second in which look-ups of unknown keys are counted, and their count.
    misses: (i64, u32),
}

impl KeyCache {
    /// How long a key is taken as found.
    const LIFE_MILLIS: i64 = 3_000;
    /// How many keys are remembered.
    const MOST: usize = 10_000;
    /// How many keys that are not remembered are looked up in a second, so that guessing costs the store little.
    const MISSES_PER_SECOND: u32 = 200;

    /// The key of that hash, unless it was withdrawn.
    pub async fn find(&self, state: &ApiState, hash: [u8; 32]) -> Result<Option<Arc<Caller>>, Problem> {
        let now = state.clock.now().millis();
        match self.remembered(&hash, now) {
            Remembered::Fresh(caller) => return Ok(Some(caller)),
            Remembered::TooManyMisses => {
                return Err(Problem::new(
                    Code::RateLimited,
                    "Too many requests came with keys that are not known. Check the key, and try again in a second.",
                ));
            }
            Remembered::LookUp => {}
        }
        let looker = state.clone();
        let found = tokio::task::spawn_blocking(move || look_up(&looker, &hash)).await;
        let unavailable =
            || Problem::new(Code::Unavailable, "The key can't be looked up now. Try again in a second.");
        let found = found.map_err(|_| unavailable())?.map_err(|error| {
            tracing::error!(%error, "a key could not be looked up");
            unavailable()
        })?;
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &found {
            Some(caller) => {
                if cached.callers.len() >= KeyCache::MOST {
                    cached.callers.retain(|_, (_, until)| *until > now);
                    if cached.callers.len() >= KeyCache::MOST {
                        cached.callers.clear();
                    }
                }
                cached.callers.insert(hash, (Arc::clone(caller), now + KeyCache::LIFE_MILLIS));
            }
            None => {
                cached.callers.remove(&hash);
            }
        }
        Ok(found)
    }

    fn remembered(&self, hash: &[u8; 32], now: i64) -> Remembered {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match cached.callers.get(hash) {
            // The second bound is for a clock that jumps back.
            Some((caller, until)) if now < *until && *until <= now + KeyCache::LIFE_MILLIS => {
                Remembered::Fresh(Arc::clone(caller))
            }
            Some(_) => Remembered::LookUp,
            None => {
                let second = now / 1_000;
                if cached.misses.0 != second {
                    cached.misses = (second, 0);
                }
                cached.misses.1 += 1;
                if cached.misses.1 > KeyCache::MISSES_PER_SECOND {
                    Remembered::TooManyMisses
                } else {
                    Remembered::LookUp
                }
            }
        }
    }
}

enum Remembered {
    Fresh(Arc<Caller>),
    LookUp,
    TooManyMisses,
}

fn look_up(state: &ApiState, hash: &[u8; 32]) -> Result<Option<Arc<Caller>>, StoreError> {
    let Some(key) = state.engine.control().key_by_hash(hash)?.filter(|key| key.revoked_at.is_none()) else {
        return Ok(None);
    };
    let by = state.engine.name(&key.id).map_err(|_| StoreError::new("the key's name can't be kept"))?;
    Ok(Some(Arc::new(Caller { program: key.program.into(), scopes: key.scopes, by })))
}
