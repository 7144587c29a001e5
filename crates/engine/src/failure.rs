use std::error::Error;
use std::fmt;

use account::Refusal;

/// Why a request has no answer. Nothing has changed by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The account's rules refuse it.
    Refused(Refusal),
    /// The program has no such account.
    NoAccount,
    /// The idempotency key was used for another request.
    KeyReused,
    /// Another step of the same atomic request was refused: its number, and nothing of the request has happened.
    Undone {
        /// The step that was refused.
        by: usize,
    },
    /// There is more to do than can be done now: ask again later.
    Overloaded,
    /// What was asked can't be made durable, or read, now.
    Unavailable,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

/// A store that did not do what it should: opaque, with its source.
#[derive(Debug)]
pub struct StoreError {
    what: String,
    damage: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// An error that says what was found, and where.
    pub fn new(what: impl Into<String>) -> StoreError {
        StoreError { what: what.into(), damage: false, source: None }
    }

    /// Something that is kept is damaged, and named: the store itself works, and what else it has can be served.
    pub fn damage(what: impl Into<String>) -> StoreError {
        StoreError { what: what.into(), damage: true, source: None }
    }

    /// Whether it is of one thing that is damaged, rather than of the store.
    pub fn is_damage(&self) -> bool {
        self.damage
    }

    /// The same, with the error behind it.
    pub fn with(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
        StoreError { what: what.into(), damage: false, source: Some(source.into()) }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
