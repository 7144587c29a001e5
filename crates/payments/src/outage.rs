use std::error::Error;
use std::fmt;

use crate::ShelfError;

/// A provider that gave no answer: what was asked may have been done or not, and is to be asked again with the same key.
/// It is never a decline.
#[derive(Debug)]
pub struct Outage {
    what: String,
    refused: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Outage {
    /// An outage that says what happened.
    pub fn new(what: impl Into<String>) -> Outage {
        Outage { what: what.into(), refused: false, source: None }
    }

    /// The same, with the error behind it.
    pub fn with(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Outage {
        Outage { what: what.into(), refused: false, source: Some(source.into()) }
    }

    /// A request that the provider will not do however often it is asked: a key used for another amount, a refund of more
    /// than was paid. Nothing was done.
    pub fn refused(what: impl Into<String>) -> Outage {
        Outage { what: what.into(), refused: true, source: None }
    }

    /// Whether asking again would be in vain.
    pub fn is_refusal(&self) -> bool {
        self.refused
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl Error for Outage {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl From<ShelfError> for Outage {
    fn from(error: ShelfError) -> Outage {
        Outage::with("the provider's own state", error)
    }
}
