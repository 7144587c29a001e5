//! What a browser carries from the way out to the way back.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moment::Instant;
use subtle::ConstantTimeEq;

/// How long somebody may take to sign in at the provider, in milliseconds.
const LIFE: i64 = 10 * 60_000;
/// So many attempts that came back are remembered.
const MOST: usize = 10_000;
const SEED: usize = 24;
const TIME: usize = 8;
const SEAL: usize = 32;

/// An attempt to sign in, which began in one browser. All that is sent with it follows from its seed and a key of ours:
/// whoever learns the `state` from an address learns nothing of the others.
#[derive(Clone)]
pub struct Attempt {
    key: [u8; 32],
    seed: [u8; SEED],
    until: Instant,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing of it is shown.
        f.write_str("Attempt")
    }
}

/// Why somebody who came back is not let further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// The browser has no attempt: it began in another one, or is over.
    None,
    /// What the browser has was not made here.
    Changed,
    /// It took too long.
    Expired,
    /// It is not the attempt that the browser has.
    State,
    /// It came back before.
    Again,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Foreign::None => "no attempt was begun in this browser",
            Foreign::Changed => "the attempt was not begun here",
            Foreign::Expired => "the attempt has expired",
            Foreign::State => "the state is of another attempt",
            Foreign::Again => "the attempt came back before",
        })
    }
}

/// The attempts of a server: signed, so that it need not keep those that nobody comes back with.
pub struct Attempts {
    key: [u8; 32],
    /// Those that came back, and until when they would be taken.
    over: Mutex<BTreeMap<[u8; SEED], Instant>>,
}

impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempts")
    }
}

impl Attempts {
    /// Attempts that are signed with this key.
    pub const fn with(key: [u8; 32]) -> Attempts {
        Attempts { key, over: Mutex::new(BTreeMap::new()) }
    }

    /// Begins one. `None` if the machine has no random numbers.
    pub fn begin(&self, now: Instant) -> Option<Attempt> {
        let mut seed = [0; SEED];
        getrandom::fill(&mut seed).ok()?;
        Some(Attempt { key: self.key, seed, until: now.plus_millis(LIFE) })
    }

    /// The attempt that comes back, once: the browser's cookie and the provider's `state` belong together.
    pub fn take(&self, cookie: Option<&str>, state: &str, now: Instant) -> Result<Attempt, Foreign> {
        let cookie = cookie.filter(|cookie| !cookie.is_empty()).ok_or(Foreign::None)?;
        let attempt = self.read(cookie).ok_or(Foreign::Changed)?;
        if now >= attempt.until {
            return Err(Foreign::Expired);
        }
        if !bool::from(attempt.state().as_bytes().ct_eq(state.as_bytes())) {
            return Err(Foreign::State);
        }
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        if over.len() >= MOST {
            over.retain(|_, until| now < *until);
        }
        if over.len() >= MOST {
            // Even then each is taken once by the provider: its code is used up.
            let first = over.iter().min_by_key(|(_, until)| until.millis()).map(|(seed, _)| *seed);
            first.and_then(|seed| over.remove(&seed));
        }
        match over.insert(attempt.seed, attempt.until) {
            None => Ok(attempt),
            Some(_) => Err(Foreign::Again),
        }
    }

    fn read(&self, cookie: &str) -> Option<Attempt> {
        if cookie.len() > 2 * (SEED + TIME + SEAL) {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let (seed, rest) = bytes.split_first_chunk::<SEED>()?;
        let (until, seal) = rest.split_first_chunk::<TIME>()?;
        let attempt =
            Attempt { key: self.key, seed: *seed, until: Instant::from_millis(i64::from_be_bytes(*until)) };
        bool::from(attempt.seal().as_slice().ct_eq(seal)).then_some(attempt)
    }
}

impl Attempt {
    /// What the browser keeps.
    pub fn cookie(&self) -> String {
        let mut bytes = self.seed.to_vec();
        bytes.extend_from_slice(&self.until.millis().to_be_bytes());
        bytes.extend_from_slice(&self.seal());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// For how long the browser keeps it, in seconds.
    pub const fn seconds() -> i64 {
        LIFE / 1_000
    }

    fn seal(&self) -> [u8; SEAL] {
        let key = blake3::derive_key("scrip 2026-11 oidc attempt", &self.key);
        let mut hasher = blake3::Hasher::new_keyed(&key);
        hasher.update(&self.seed).update(&self.until.millis().to_be_bytes());
        *hasher.finalize().as_bytes()
    }

    fn derived(&self, context: &str) -> String {
        let key = blake3::derive_key(context, &self.key);
        URL_SAFE_NO_PAD.encode(blake3::keyed_hash(&key, &self.seed).as_bytes())
    }

    /// What the provider sends back in the address.
    pub fn state(&self) -> String {
        self.derived("scrip 2026-11 oidc state")
    }

    /// What the ID token has to have.
    pub fn nonce(&self) -> String {
        self.derived("scrip 2026-11 oidc nonce")
    }

    /// What shows to the provider that who has the code is who asked for it: 43 characters, as RFC 7636 has it.
    pub(crate) fn verifier(&self) -> String {
        self.derived("scrip 2026-11 oidc verifier")
    }

    /// The verifier's hash, which goes ahead of it.
    pub(crate) fn challenge(&self) -> String {
        challenge(&self.verifier())
    }
}

fn challenge(verifier: &str) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(1_800_000_000_000);

    #[test]
    fn an_attempt_comes_back_to_the_browser_in_which_it_began_and_once() {
        let attempts = Attempts::with([1; 32]);
        let (mine, other) = (attempts.begin(NOW).unwrap(), attempts.begin(NOW).unwrap());
        let (cookie, state) = (mine.cookie(), mine.state());
        let elsewhere = Attempts::with([2; 32]).begin(NOW).unwrap();
        let late = NOW.plus_millis(LIFE);
        for (cookie, state, now, expected) in [
            (None, &*state, NOW, Foreign::None),
            (Some(""), &state, NOW, Foreign::None),
            (Some("x"), &state, NOW, Foreign::Changed),
            (Some(&*"A".repeat(4_000)), &state, NOW, Foreign::Changed),
            (Some(&*elsewhere.cookie()), &*elsewhere.state(), NOW, Foreign::Changed),
            (Some(&*cookie), "", NOW, Foreign::State),
            (Some(&*cookie), &*other.state(), NOW, Foreign::State),
            (Some(&*other.cookie()), &*state, NOW, Foreign::State),
            (Some(&*cookie), &*state, late, Foreign::Expired),
        ] {
            assert_eq!(attempts.take(cookie, state, now).err(), Some(expected), "{cookie:?} {state}");
        }
        let back = attempts.take(Some(&cookie), &state, late.plus_millis(-1)).unwrap();
        assert_eq!((back.nonce(), back.verifier()), (mine.nonce(), mine.verifier()));
        assert_eq!(attempts.take(Some(&cookie), &state, NOW).err(), Some(Foreign::Again));
    }

    #[test]
    fn a_cookie_that_was_changed_anywhere_is_none() {
        let attempts = Attempts::with([1; 32]);
        let attempt = attempts.begin(NOW).unwrap();
        let cookie = attempt.cookie();
        for place in 0..cookie.len() {
            let mut other = cookie.clone().into_bytes();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            let found = attempts.take(Some(&other), &attempt.state(), NOW).err();
            assert_eq!(found, Some(Foreign::Changed), "at {place}");
        }
    }

    #[test]
    fn what_is_sent_of_an_attempt_tells_nothing_of_the_rest() {
        let attempt = Attempts::with([1; 32]).begin(NOW).unwrap();
        let all =
            [attempt.state(), attempt.nonce(), attempt.verifier(), attempt.challenge(), attempt.cookie()];
        for (place, one) in all.iter().enumerate() {
            assert!(all.iter().skip(place + 1).all(|other| !other.contains(one) && !one.contains(other)));
        }
        assert_eq!(attempt.verifier().len(), 43);
        assert_ne!(attempt.state(), Attempts::with([1; 32]).begin(NOW).unwrap().state());
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        let expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), expected);
    }

    #[test]
    fn a_flood_of_returns_is_forgotten() {
        let attempts = Attempts::with([1; 32]);
        for number in 0..MOST + 100 {
            let attempt = attempts.begin(NOW.plus_millis(number as i64)).unwrap();
            attempts.take(Some(&attempt.cookie()), &attempt.state(), NOW).unwrap();
        }
        assert!(attempts.over.lock().unwrap().len() <= MOST);
    }
}
