//! Secret keys as text: `sk_test_` or `sk_live_`, and 160 random bits.

use crate::base32;

const TEST: &str = "sk_test_";
const LIVE: &str = "sk_live_";
const DIGITS: usize = 32;

/// Whether the text could be a secret key.
pub(crate) fn is_secret(text: &str) -> bool {
    let digits = text.strip_prefix(TEST).or_else(|| text.strip_prefix(LIVE));
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| base32::value(digit).is_some())
    })
}

/// The secret of these random bits.
pub(crate) fn secret(test: bool, random: [u8; DIGITS * 5 / 8]) -> String {
    let mut text = if test { TEST } else { LIVE }.to_owned();
    base32::encode(&random, &mut text);
    text
}

/// What is kept of a secret, and what it is found by. As the secret has 160 random bits, neither a slow hash nor a
/// comparison in constant time would protect more: who knows a hash, or a part of one, is no nearer to the secret.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
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
