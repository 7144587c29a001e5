//! The port for what is administered rather than metered: programs, keys, test clocks, secrets.

use moment::Instant;

use crate::StoreError;

/// A version of a program's file, as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProgram {
    /// The program's id.
    pub id: String,
    /// 1 is the first.
    pub version: u32,
    /// The file.
    pub text: String,
    /// When it was published.
    pub published_at: Instant,
}

/// A secret key of a host, without the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id: `key_…`. What entries say it was done by.
    pub id: String,
    /// The program that it belongs to.
    pub program: String,
    /// BLAKE3 of the secret. The secret has 160 random bits, so a slow hash would protect nothing more.
    pub hash: [u8; 32],
    /// What it may do.
    pub scopes: Scopes,
    /// What people call it.
    pub label: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was withdrawn.
    pub revoked_at: Option<Instant>,
}

/// What a key may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// Holds, charges, returns, sessions, quotes.
    pub spend: bool,
    /// Everything that changes nothing.
    pub read: bool,
    /// Accounts, grants, corrections, the test clock.
    pub manage: bool,
}

impl Scopes {
    /// Every name, as files, commands and the API call them.
    pub const NAMES: [&str; 3] = ["spend", "read", "manage"];

    /// The scopes of these names; others say nothing.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Scopes {
        let mut scopes = Scopes::default();
        for name in names {
            match name {
                "spend" => scopes.spend = true,
                "read" => scopes.read = true,
                "manage" => scopes.manage = true,
                _ => {}
            }
        }
        scopes
    }

    /// Their names, in order.
    pub fn names(self) -> Vec<&'static str> {
        let has = [self.spend, self.read, self.manage];
        Scopes::NAMES.into_iter().zip(has).filter(|(_, has)| *has).map(|(name, _)| name).collect()
    }
}

/// Keeps programs, keys, test clocks and secrets. Several processes may use it at once: `scrip keys` works while
/// the server runs. Every change is durable when the call returns.
pub trait Control: Send + Sync {
    /// The latest version of each program, by id.
    fn programs(&self) -> Result<Vec<StoredProgram>, StoreError>;
    /// The versions of a program below one, or from the latest on, newest first, and when each was published.
    fn versions(
        &self,
        program: &str,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<(u32, Instant)>, StoreError>;
    /// A version of a program, if there was one of that number.
    fn version(&self, program: &str, version: u32) -> Result<Option<StoredProgram>, StoreError>;
    /// Keeps a new version. An error if that version exists.
    fn publish(&self, program: &StoredProgram) -> Result<(), StoreError>;
    /// Keeps a new key.
    fn add_key(&self, key: &StoredKey) -> Result<(), StoreError>;
    /// The key of that hash, withdrawn ones too.
    fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<StoredKey>, StoreError>;
    /// The keys of a program, oldest first.
    fn keys(&self, program: &str) -> Result<Vec<StoredKey>, StoreError>;
    /// Withdraws a key; `false` if there is none of that id.
    fn revoke_key(&self, id: &str, at: Instant) -> Result<bool, StoreError>;
    /// The instant of a program's test clock, if it runs on one.
    fn test_clock(&self, program: &str) -> Result<Option<Instant>, StoreError>;
    /// Sets a program's test clock.
    fn set_test_clock(&self, program: &str, at: Instant) -> Result<(), StoreError>;
    /// The secret of that name, made (32 bytes from `fresh`) when it is asked for first.
    fn secret(&self, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError>;
}

#[cfg(test)]
mod tests {
    use super::Scopes;

    #[test]
    fn scopes_are_told_by_name() {
        assert_eq!(Scopes::default().names(), [""; 0]);
        let scopes = Scopes::named(["manage", "spend", "everything"]);
        assert_eq!((scopes.spend, scopes.read, scopes.manage), (true, false, true));
        assert_eq!(scopes.names(), ["spend", "manage"]);
        assert_eq!(Scopes::named(Scopes::NAMES).names(), Scopes::NAMES);
    }
}
