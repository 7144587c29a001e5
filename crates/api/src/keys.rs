//! Making secret keys: for the command line, and for tests.

use engine::{Control, Scopes, StoreError, StoredKey};
use moment::Instant;

use crate::access::secret;
use crate::base32;

/// Makes a key and keeps it, without its secret, which is told here and never again.
///
/// A program on a test clock gets `sk_test_…`, any other `sk_live_…`.
pub fn create(
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
    let secret = secret::secret(test, bits);
    let mut name = "key_".to_owned();
    base32::encode(&id, &mut name);
    let key = StoredKey {
        id: name,
        program: program.to_owned(),
        hash: secret::hash(&secret),
        scopes,
        label: label.to_owned(),
        created_at: now,
        revoked_at: None,
    };
    control.add_key(&key)?;
    Ok((key, secret))
}
