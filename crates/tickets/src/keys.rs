//! Secret keys of hosts: what they look like, and how one is made.

use engine::{Control, Scopes, StoreError, StoredKey};
use ids::base32;
use moment::Instant;

const TEST: &str = "sk_test_";
const LIVE: &str = "sk_live_";
const DIGITS: usize = 32;

/// Makes a key, and keeps nothing of it yet: what is to be kept, and the secret, which is told once and never again.
///
/// A program on a test clock gets `sk_test_…`, any other `sk_live_…`.
pub fn fresh(
    control: &dyn Control,
    program: &str,
    scopes: Scopes,
    label: &str,
    now: Instant,
) -> Result<(StoredKey, String), StoreError> {
    let (mut id, mut bits) = ([0; 10], [0; 20]);
    let random = getrandom::fill(&mut id).and_then(|()| getrandom::fill(&mut bits));
    random.map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
    let test = control.test_clock(program)?.is_some();
    let secret = secret(test, bits);
    let mut name = "key_".to_owned();
    base32::encode(&id, &mut name);
    let key = StoredKey {
        id: name,
        program: program.to_owned(),
        hash: hash(&secret),
        scopes,
        label: label.to_owned(),
        created_at: now,
        revoked_at: None,
    };
    Ok((key, secret))
}

/// Makes a key and keeps it, without its secret.
pub fn create(
    control: &dyn Control,
    program: &str,
    scopes: Scopes,
    label: &str,
    now: Instant,
) -> Result<(StoredKey, String), StoreError> {
    let (key, secret) = fresh(control, program, scopes, label, now)?;
    control.add_key(&key)?;
    Ok((key, secret))
}

/// Whether the text could be a secret key.
pub fn is_secret(text: &str) -> bool {
    let digits = text.strip_prefix(TEST).or_else(|| text.strip_prefix(LIVE));
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| base32::value(digit).is_some())
    })
}

/// The secret of these random bits: `sk_test_` or `sk_live_`, and 160 of them.
fn secret(test: bool, random: [u8; DIGITS * 5 / 8]) -> String {
    let mut text = if test { TEST } else { LIVE }.to_owned();
    base32::encode(&random, &mut text);
    text
}

/// What is kept of a secret, and what it is found by. As the secret has 160 random bits, neither a slow hash nor a
/// comparison in constant time would protect more: who knows a hash, or a part of one, is no nearer to the secret.
pub fn hash(secret: &str) -> [u8; 32] {
    *blake3::hash(secret.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_other_texts() {
        let made = secret(true, [0xa5; 20]);
        assert!(made.starts_with("sk_test_") && made.len() == 40 && is_secret(&made));
        assert!(is_secret(&secret(false, [0; 20])));
        for wrong in ["", "sk_test_", &made[1..], &made[..39], &made.to_uppercase(), &format!("{made}0")] {
            assert!(!is_secret(wrong), "{wrong}");
        }
    }
}
