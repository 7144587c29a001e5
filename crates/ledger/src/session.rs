use std::collections::BTreeMap;

use moment::Instant;
use serde::{Deserialize, Serialize};

use crate::{NameId, Position};

/// A span in which an action counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The entry that counted it: its charge.
    pub charge: Position,
    /// The first call.
    pub started_at: Instant,
    /// The latest call.
    pub last_seen_at: Instant,
    /// When the same key counts anew: after so much idle time, or at the maximum (domain.md, "Sessions").
    pub ends_at: Instant,
}

/// The sessions of an account, by action and key; those that have ended are dropped now and then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    by_key: BTreeMap<(NameId, Box<str>), Session>,
    /// Ended sessions are swept when this many are kept.
    sweep_at: u32,
}

impl Sessions {
    const SWEEP_LEAST: u32 = 16;

    /// The session of that key, if it goes on at `now`.
    pub fn live(&self, action: NameId, key: &str, now: Instant) -> Option<&Session> {
        self.by_key.get(&(action, Box::from(key))).filter(|session| now < session.ends_at)
    }

    /// Keeps the session; sweeps what ended before `now` when that pays.
    pub fn put(&mut self, action: NameId, key: Box<str>, session: Session, now: Instant) {
        self.by_key.insert((action, key), session);
        if self.by_key.len() >= self.sweep_at.max(Sessions::SWEEP_LEAST) as usize {
            self.by_key.retain(|_, session| now < session.ends_at);
            self.sweep_at = (self.by_key.len() as u32).saturating_mul(2);
        }
    }

    /// How many are kept, ended ones among them.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}
