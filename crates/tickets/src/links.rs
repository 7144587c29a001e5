use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::outbox::Shelf;
use engine::{Engine, StoreError};
use ledger::AccountNo;
use moment::Instant;
use serde::{Deserialize, Serialize};

/// Where a link leads, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The program's id.
    pub program: String,
    /// The account.
    pub account: AccountNo,
    /// Which person of it, if the host said.
    pub member: Option<String>,
    /// Which page is shown first.
    pub page: Option<String>,
    /// Until when it can be followed, by the machine's clock.
    pub until: Instant,
}

/// Links that can be followed once. What is in their address is a code that means nothing afterwards; the shelf has its
/// hash only.
#[derive(Clone)]
pub struct Links(Arc<dyn Shelf>);

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links")
    }
}

const LENGTH: usize = 24;
/// How many old links may lie there before they are looked through.
const TIDY_EVERY: u8 = 64;

impl Links {
    /// The links of this store. Blocks for a moment.
    pub fn of(engine: &Engine) -> Result<Links, StoreError> {
        Ok(Links(engine.store().shelf("links", false)?))
    }

    /// Makes a link: its code. Blocks for a moment.
    pub fn make(&self, link: &Link, now: Instant) -> Result<String, StoreError> {
        let mut random = [0; LENGTH];
        getrandom::fill(&mut random)
            .map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
        if random[0].is_multiple_of(TIDY_EVERY) {
            self.tidy(now)?;
        }
        let code = URL_SAFE_NO_PAD.encode(random);
        let value = postcard::to_stdvec(link).map_err(|error| StoreError::new(error.to_string()))?;
        self.0.put(&key(&code), &value)?;
        Ok(code)
    }

    /// Follows a link: where it leads, the first time and before it has ended. Blocks for a moment.
    pub fn follow(&self, program: &str, code: &str, now: Instant) -> Result<Option<Link>, StoreError> {
        if code.len() > 2 * LENGTH {
            return Ok(None);
        }
        let key = key(code);
        let Some(value) = self.0.get(&key)? else { return Ok(None) };
        let Ok(link) = postcard::from_bytes::<Link>(&value) else { return Ok(None) };
        if link.program != program {
            return Ok(None);
        }
        // Of two that follow it at once, one has removed it.
        let first = self.0.remove(&key)?;
        Ok((first && now < link.until).then_some(link))
    }

    /// Throws away what has ended.
    fn tidy(&self, now: Instant) -> Result<(), StoreError> {
        for (key, value) in self.0.list("")? {
            if postcard::from_bytes::<Link>(&value).is_ok_and(|link| link.until <= now) {
                self.0.remove(&key)?;
            }
        }
        Ok(())
    }
}

fn key(code: &str) -> String {
    blake3::hash(code.as_bytes()).to_hex().to_string()
}
