//! The webhook endpoints of each program, kept on a shelf.

use std::sync::{Arc, Mutex, PoisonError};

use engine::StoreError;
use engine::outbox::Shelf;
use messages::Kind;
use messages::webhook::{Endpoint, Secret};
use moment::Instant;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// An endpoint, with what only we need to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEndpoint {
    /// Where messages go, and which.
    pub endpoint: Endpoint,
    /// What the host says about it.
    pub description: String,
    /// When it was made, by the machine's clock.
    pub created_at: Instant,
    /// Since when nothing has arrived there, by the machine's clock.
    pub failing_since: Option<Instant>,
    /// Whether we have switched it off, as it failed for so long.
    pub disabled_by_us: bool,
}

/// What is changed of an endpoint; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct EndpointChange {
    /// Where messages go.
    pub url: Option<String>,
    /// Which; `Some(None)`: all.
    pub events: Option<Option<Vec<Kind>>>,
    /// Whether it is told anything.
    pub enabled: Option<bool>,
    /// What the host says about it.
    pub description: Option<String>,
    /// A new secret; the old one signs beside it until the next change.
    pub secret: Option<Secret>,
}

/// The endpoints. What is asked of them may read or write a file, and blocks for a moment.
pub struct Endpoints {
    shelf: Arc<dyn Shelf>,
    by_program: Mutex<FxHashMap<String, Arc<Vec<StoredEndpoint>>>>,
    /// One change at a time: each is made of what there is, and hosts and deliveries change the same endpoint.
    changing: Mutex<()>,
}

impl Endpoints {
    pub(crate) fn new(shelf: Arc<dyn Shelf>) -> Endpoints {
        Endpoints { shelf, by_program: Mutex::default(), changing: Mutex::default() }
    }

    /// The endpoints of a program, oldest first.
    pub fn of(&self, program: &str) -> Result<Arc<Vec<StoredEndpoint>>, StoreError> {
        let mut known = self.by_program.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(program) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(self.read(program)?);
        known.insert(program.to_owned(), Arc::clone(&read));
        Ok(read)
    }

    fn read(&self, program: &str) -> Result<Vec<StoredEndpoint>, StoreError> {
        let all = self.shelf.list(&format!("{program}/"))?;
        let read = all.into_iter().map(|(key, value)| {
            serde_json::from_slice(&value).map_err(|error| StoreError::with(format!("endpoint {key}"), error))
        });
        let mut read = read.collect::<Result<Vec<StoredEndpoint>, _>>()?;
        read.sort_by_key(|stored| stored.created_at);
        Ok(read)
    }

    /// The endpoint of that id.
    pub fn get(&self, program: &str, id: &str) -> Result<Option<StoredEndpoint>, StoreError> {
        Ok(self.of(program)?.iter().find(|stored| stored.endpoint.id == id).cloned())
    }

    /// Adds an endpoint, unless the program has `most` already; says whether it did.
    pub fn add(&self, program: &str, stored: &StoredEndpoint, most: usize) -> Result<bool, StoreError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.of(program)?.len() >= most {
            return Ok(false);
        }
        self.put(program, stored)?;
        Ok(true)
    }

    /// Changes an endpoint; `None`: there is none of that id.
    pub fn change(
        &self,
        program: &str,
        id: &str,
        change: EndpointChange,
    ) -> Result<Option<StoredEndpoint>, StoreError> {
        self.update(program, id, |stored| {
            let endpoint = &mut stored.endpoint;
            if let Some(url) = change.url {
                // What failed was the other address.
                stored.failing_since = stored.failing_since.filter(|_| url == endpoint.url);
                endpoint.url = url;
            }
            if let Some(events) = change.events {
                endpoint.events = events;
            }
            if let Some(enabled) = change.enabled {
                endpoint.enabled = enabled;
                (stored.disabled_by_us, stored.failing_since) = (false, None);
            }
            if let Some(description) = change.description {
                stored.description = description;
            }
            if let Some(secret) = change.secret {
                endpoint.old_secret = Some(std::mem::replace(&mut endpoint.secret, secret));
            }
            true
        })
    }

    /// Changes an endpoint as it is now, whatever it was when somebody looked; it is kept where `update` says that it
    /// has changed. `None`: there is none of that id.
    pub(crate) fn update(
        &self,
        program: &str,
        id: &str,
        update: impl FnOnce(&mut StoredEndpoint) -> bool,
    ) -> Result<Option<StoredEndpoint>, StoreError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut stored) = self.get(program, id)? else { return Ok(None) };
        if update(&mut stored) {
            self.put(program, &stored)?;
        }
        Ok(Some(stored))
    }

    /// Removes an endpoint, and tells what it was; `None`: there was none of that id.
    pub fn remove(&self, program: &str, id: &str) -> Result<Option<StoredEndpoint>, StoreError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = self.get(program, id)?;
        self.shelf.remove(&format!("{program}/{id}"))?;
        self.forget(program);
        Ok(stored)
    }

    fn put(&self, program: &str, stored: &StoredEndpoint) -> Result<(), StoreError> {
        let value = serde_json::to_vec(stored).map_err(|error| StoreError::with("can't encode", error))?;
        self.shelf.put(&format!("{program}/{}", stored.endpoint.id), &value)?;
        self.forget(program);
        Ok(())
    }

    fn forget(&self, program: &str) {
        self.by_program.lock().unwrap_or_else(PoisonError::into_inner).remove(program);
    }
}
