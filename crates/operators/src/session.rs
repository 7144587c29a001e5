use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::outbox::Shelf;
use engine::{Engine, StoreError};
use moment::Instant;
use serde::{Deserialize, Serialize};

use crate::{Era, Operator};

/// How long a session lasts, in milliseconds: twelve hours.
const LIFE: i64 = 12 * 3_600_000;

/// An operator who has signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who.
    pub email: String,
    /// Whether the code was right, or none is needed. Until then nothing but giving it is allowed.
    pub complete: bool,
    /// When it ends.
    pub until: Instant,
    /// The era of the operator that it was begun in.
    era: Era,
}

impl Session {
    /// Whether it still goes for who its operator is now.
    pub fn goes_for(&self, operator: &Operator) -> bool {
        self.email == operator.email && self.era == operator.era() && !operator.is_disabled()
    }
}

/// The sessions. The shelf has hashes of their tokens, so whoever reads it can't take one over.
#[derive(Clone)]
pub struct Sessions(Arc<dyn Shelf>);

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    /// The sessions of this store.
    pub fn of(engine: &Engine) -> Result<Sessions, StoreError> {
        Ok(Sessions::on(engine.store().shelf(Sessions::SHELF, false)?))
    }

    /// The name of the shelf that they are on. They need not outlive a loss of power.
    pub const SHELF: &str = "operator-sessions";

    /// The sessions on this shelf.
    pub fn on(shelf: Arc<dyn Shelf>) -> Sessions {
        Sessions(shelf)
    }

    /// Begins a session: its token. What has ended is thrown away.
    pub fn begin(&self, operator: &Operator, complete: bool, now: Instant) -> Result<String, StoreError> {
        for (key, value) in self.0.list("")? {
            if postcard::from_bytes::<Session>(&value).is_ok_and(|session| session.until <= now) {
                self.0.remove(&key)?;
            }
        }
        let mut random = [0; 24];
        getrandom::fill(&mut random)
            .map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
        let token = URL_SAFE_NO_PAD.encode(random);
        let until = now.plus_millis(LIFE);
        let session = Session { email: operator.email.clone(), complete, until, era: operator.era() };
        self.put(&token, &session)?;
        Ok(token)
    }

    fn put(&self, token: &str, session: &Session) -> Result<(), StoreError> {
        let value = postcard::to_stdvec(session).map_err(|error| StoreError::new(error.to_string()))?;
        self.0.put(&key(token), &value)
    }

    /// The session of a token, if it lasts.
    pub fn get(&self, token: &str, now: Instant) -> Result<Option<Session>, StoreError> {
        if token.is_empty() || token.len() > 64 {
            return Ok(None);
        }
        let Some(value) = self.0.get(&key(token))? else { return Ok(None) };
        Ok(postcard::from_bytes::<Session>(&value).ok().filter(|session| now < session.until))
    }

    /// Ends a session.
    pub fn end(&self, token: &str) -> Result<(), StoreError> {
        self.0.remove(&key(token)).map(drop)
    }

    /// Throws away what is left of an operator's sessions of another era, but for one, which goes on in this one.
    pub(crate) fn end_all(
        &self,
        email: &str,
        now: Option<&Operator>,
        but: Option<&str>,
    ) -> Result<(), StoreError> {
        let but = but.map(key);
        for (key, value) in self.0.list("")? {
            let Ok(mut session) = postcard::from_bytes::<Session>(&value) else { continue };
            if session.email != email {
                continue;
            }
            match now.filter(|_| but.as_ref() == Some(&key)) {
                Some(operator) => {
                    session.era = operator.era();
                    let value =
                        postcard::to_stdvec(&session).map_err(|error| StoreError::new(error.to_string()))?;
                    self.0.put(&key, &value)?;
                }
                None => drop(self.0.remove(&key)?),
            }
        }
        Ok(())
    }
}

fn key(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}
