use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::{Engine, StoreError};
use ledger::AccountNo;
use moment::Instant;
use serde::{Deserialize, Serialize};

/// What a ticket is for. One kind is never taken for another: each is signed with a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The customer portal, in a cookie.
    Portal,
    /// Calls from the browser of a customer, on the host's pages.
    Client,
    /// Calls from the browser of anybody who visits a customer's shop.
    Storefront,
}

impl Use {
    fn context(self) -> &'static str {
        match self {
            Use::Portal => "scrip 2026-11 ticket portal",
            Use::Client => "scrip 2026-11 ticket client",
            Use::Storefront => "scrip 2026-11 ticket storefront",
        }
    }

    /// What tokens of it begin with, so that they can be told from secret keys at a glance.
    pub const fn prefix(self) -> &'static str {
        match self {
            Use::Portal => "ps_",
            Use::Client => "ct_",
            Use::Storefront => "st_",
        }
    }
}

/// Who a ticket lets act, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The program's id.
    pub program: String,
    /// The account.
    pub account: AccountNo,
    /// Which person of it, if the host said.
    pub member: Option<String>,
    /// When it ends, by the machine's clock.
    pub until: Instant,
}

/// Signs tickets, and reads them.
#[derive(Clone)]
pub struct Tickets {
    secret: [u8; 32],
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret is not shown.
        f.write_str("Tickets")
    }
}

/// Longer than any that is ours.
const LONGEST: usize = 2_048;
const SIGNATURE: usize = 24;

impl Tickets {
    /// Tickets of this store, which keeps the secret that they are signed with. Blocks for a moment.
    pub fn of(engine: &Engine) -> Result<Tickets, StoreError> {
        Ok(Tickets { secret: engine.fresh_secret("tickets")? })
    }

    /// Tickets signed with this secret.
    pub const fn with(secret: [u8; 32]) -> Tickets {
        Tickets { secret }
    }

    /// A ticket.
    ///
    /// ```
    /// use tickets::{Pass, Tickets, Use};
    /// use moment::Instant;
    /// let tickets = Tickets::with([7; 32]);
    /// let until = Instant::from_millis(60_000);
    /// let pass = Pass { program: "shop".into(), account: ledger::AccountNo(3), member: None, until };
    /// let token = tickets.sign(Use::Client, &pass);
    /// assert!(token.starts_with("ct_"));
    /// assert_eq!(tickets.read(Use::Client, &token, Instant::from_millis(0)), Some(pass));
    /// assert_eq!(tickets.read(Use::Client, &token, until), None, "it has ended");
    /// assert_eq!(tickets.read(Use::Portal, &token, Instant::from_millis(0)), None, "it is of another kind");
    /// ```
    pub fn sign(&self, what: Use, pass: &Pass) -> String {
        // There is nothing in a pass that can't be written.
        let mut bytes = postcard::to_stdvec(pass).unwrap_or_default();
        let signature = self.signature(what, &bytes);
        bytes.extend_from_slice(&signature);
        format!("{}{}", what.prefix(), URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a ticket says; `None` if it is not ours, not of this kind, changed, or has ended.
    pub fn read(&self, what: Use, token: &str, now: Instant) -> Option<Pass> {
        let text = token.strip_prefix(what.prefix()).filter(|text| text.len() <= LONGEST)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (body, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        if !same(&self.signature(what, body), signature) {
            return None;
        }
        let pass: Pass = postcard::from_bytes(body).ok()?;
        (now < pass.until).then_some(pass)
    }

    /// What forms of a session carry, so that no other page can send them: bound to the session's ticket.
    pub fn form_token(&self, session: &str) -> String {
        let key = blake3::derive_key("scrip 2026-11 form token", &self.secret);
        let hash = blake3::keyed_hash(&key, session.as_bytes());
        URL_SAFE_NO_PAD.encode(hash.as_bytes().get(..18).unwrap_or_default())
    }

    /// Whether a form carries what it should.
    pub fn is_form_token(&self, session: &str, sent: &str) -> bool {
        same(self.form_token(session).as_bytes(), sent.as_bytes())
    }

    /// 32 bytes that follow from a text and what they are for, and that nobody else can tell.
    pub fn derived(&self, what: &str, of: &str) -> [u8; 32] {
        let key = blake3::derive_key("scrip 2026-11 derived", &self.secret);
        let mut hasher = blake3::Hasher::new_keyed(&key);
        hasher.update(&(what.len() as u64).to_be_bytes()).update(what.as_bytes()).update(of.as_bytes());
        *hasher.finalize().as_bytes()
    }

    fn signature(&self, what: Use, bytes: &[u8]) -> [u8; SIGNATURE] {
        let key = blake3::derive_key(what.context(), &self.secret);
        let mut signature = [0; SIGNATURE];
        blake3::Hasher::new_keyed(&key).update(bytes).finalize_xof().fill(&mut signature);
        signature
    }
}

/// Compares in a time that does not depend on where they differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass() -> Pass {
        let until = Instant::from_millis(1_000);
        Pass { program: "shop".into(), account: AccountNo(7), member: Some("ada".into()), until }
    }

    #[test]
    fn a_ticket_that_was_changed_anywhere_is_none() {
        let tickets = Tickets::with([1; 32]);
        let token = tickets.sign(Use::Portal, &pass());
        let now = Instant::from_millis(0);
        assert_eq!(tickets.read(Use::Portal, &token, now), Some(pass()));
        for place in 3..token.len() {
            let mut other = token.clone().into_bytes();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            // The last character has bits that mean nothing, and are refused.
            assert_eq!(tickets.read(Use::Portal, &other, now), None, "at {place}");
        }
        for wrong in ["", "ps_", "ps_!", "ct_", &token[3..], &format!("{token}A"), &"ps_".repeat(2_000)] {
            assert_eq!(tickets.read(Use::Portal, wrong, now), None, "{wrong}");
        }
        assert_eq!(Tickets::with([2; 32]).read(Use::Portal, &token, now), None, "of another store");
    }

    #[test]
    fn a_form_token_is_of_one_session() {
        let tickets = Tickets::with([1; 32]);
        let token = tickets.form_token("ps_a");
        assert!(tickets.is_form_token("ps_a", &token));
        assert!(!tickets.is_form_token("ps_b", &token));
        assert!(!tickets.is_form_token("ps_a", ""));
    }
}
