use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use engine::StoreError;

use crate::NotDone;

/// The fewest characters of a password: what NIST SP 800-63B asks where a second factor is used as well is 8; where it may
/// be missing, 15. Between them this is hard to guess and still chosen gladly.
pub const MIN_PASSWORD: usize = 12;
/// More is not hashed: it would only cost time.
const MAX_PASSWORD: usize = 256;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPassword {
    /// It has fewer than [`MIN_PASSWORD`] characters.
    Short,
    /// It has more than 256 bytes.
    Long,
    /// It has too few different characters.
    Plain,
}

impl std::fmt::Display for WeakPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WeakPassword::Short => write!(f, "it has fewer than {MIN_PASSWORD} characters"),
            WeakPassword::Long => write!(f, "it has more than {MAX_PASSWORD} bytes"),
            WeakPassword::Plain => f.write_str("it has fewer than five different characters"),
        }
    }
}

/// Whether a password may be used.
pub fn check_password(password: &str) -> Result<(), WeakPassword> {
    if password.len() > MAX_PASSWORD {
        return Err(WeakPassword::Long);
    }
    if password.chars().count() < MIN_PASSWORD {
        return Err(WeakPassword::Short);
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 { Err(WeakPassword::Plain) } else { Ok(()) }
}

/// Hashes a password with argon2id and a salt of its own, as OWASP recommends it (19 MiB, two passes). Takes some hundredths
/// of a second on purpose.
pub fn hash_password(password: &str) -> Result<String, StoreError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| StoreError::new(format!("the password can't be hashed: {error}")))
}

/// A password that nobody guesses: 100 bits, in groups that can be read out.
pub fn fresh_password() -> Result<String, StoreError> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0; 20];
    getrandom::fill(&mut random).map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
    Ok(letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// The hash of a password that may be used.
pub(crate) fn hashed(password: &str) -> Result<String, NotDone> {
    check_password(password).map_err(NotDone::Weak)?;
    Ok(hash_password(password)?)
}

/// A hash of no password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$Gn7Nk1cPYBzXAQtaRbSNLwyOKrRN7UX7jYl8hXyhHhg";

/// Whether it is the password. Takes as long if there is no hash to compare with, so that nobody learns who is there.
pub(crate) fn is_password(hash: Option<&str>, password: &str) -> bool {
    if password.len() > MAX_PASSWORD {
        return false;
    }
    let known = hash.is_some();
    let Ok(hash) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let hash = hash_password("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hash_password("correct horse battery").unwrap(), "each has a salt of its own");
        assert!(is_password(Some(&hash), "correct horse battery"));
        for wrong in ["", "correct horse batterY", &"x".repeat(1_000)] {
            assert!(!is_password(Some(&hash), wrong));
        }
        assert!(!is_password(None, "correct horse battery"), "nobody has no password");
        assert!(!is_password(Some("not a hash"), "x"));
    }

    #[test]
    fn one_that_is_made_can_be_read_out_and_is_never_the_same() {
        let made = fresh_password().unwrap();
        assert_eq!(check_password(&made), Ok(()));
        assert_eq!(made.split('-').map(str::len).collect::<Vec<_>>(), [5; 4], "{made}");
        assert_ne!(made, fresh_password().unwrap());
    }

    #[test]
    fn nobodys_hash_is_one() {
        assert!(PasswordHash::new(NOBODY).is_ok());
    }

    #[test]
    fn what_is_too_easy() {
        for (password, expected) in [
            ("correct horse battery", Ok(())),
            ("elevenchars", Err(WeakPassword::Short)),
            ("aaaaaaaaaaaaaaaa", Err(WeakPassword::Plain)),
            ("zwölf Zeichen", Ok(())),
            (&*"long ".repeat(60), Err(WeakPassword::Long)),
        ] {
            assert_eq!(check_password(password), expected, "{password}");
        }
    }
}
