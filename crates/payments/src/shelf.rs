use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a provider keeps what is its own: values by key, durable when `put` returns.
///
/// The test provider keeps all of its state on one; an adapter keeps which order each of the provider's references
/// belongs to. It is not Scrip's journal, and Scrip's journal knows nothing of it.
pub trait Shelf: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ShelfError>;

    /// Sets the value of a key.
    fn put(&self, key: &str, value: &[u8]) -> Result<(), ShelfError>;

    /// All keys that begin so, with their values, in the order of the keys.
    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, ShelfError>;

    /// Takes a key away. One that is not there is not an error.
    fn remove(&self, key: &str) -> Result<(), ShelfError>;

    /// From here on to [`Shelf::commit`], what is put may be durable only then: it costs less for many at a time.
    fn begin(&self) -> Result<(), ShelfError> {
        Ok(())
    }

    /// Makes what was put since [`Shelf::begin`] durable. Where several have begun, the last of them does.
    fn commit(&self) -> Result<(), ShelfError> {
        Ok(())
    }
}

impl<S: Shelf + ?Sized> Shelf for Arc<S> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ShelfError> {
        (**self).get(key)
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), ShelfError> {
        (**self).put(key, value)
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, ShelfError> {
        (**self).list(prefix)
    }

    fn remove(&self, key: &str) -> Result<(), ShelfError> {
        (**self).remove(key)
    }

    fn begin(&self) -> Result<(), ShelfError> {
        (**self).begin()
    }

    fn commit(&self) -> Result<(), ShelfError> {
        (**self).commit()
    }
}

/// A shelf that did not do what it should: opaque, with its source.
#[derive(Debug)]
pub struct ShelfError {
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ShelfError {
    /// An error that says what was found, and where.
    pub fn new(what: impl Into<String>) -> ShelfError {
        ShelfError { what: what.into(), source: None }
    }

    /// The same, with the error behind it.
    pub fn with(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> ShelfError {
        ShelfError { what: what.into(), source: Some(source.into()) }
    }
}

impl fmt::Display for ShelfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl Error for ShelfError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

/// A shelf that forgets when it is dropped, for tests.
#[derive(Debug, Default)]
pub struct MemoryShelf(Mutex<BTreeMap<String, Vec<u8>>>);

impl Shelf for MemoryShelf {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ShelfError> {
        Ok(self.all().get(key).cloned())
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), ShelfError> {
        self.all().insert(key.to_owned(), value.to_vec());
        Ok(())
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, ShelfError> {
        let all = self.all();
        let from = all.range(prefix.to_owned()..);
        let those = from.take_while(|(key, _)| key.starts_with(prefix));
        Ok(those.map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    fn remove(&self, key: &str) -> Result<(), ShelfError> {
        self.all().remove(key);
        Ok(())
    }
}

impl MemoryShelf {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        // Whoever panicked while holding it was in a test; a map is whole between two calls.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
