//! What all handlers share.

use std::sync::{Arc, Mutex, PoisonError};

use dispatch::Dispatch;
use engine::{Clock, Engine, Published, SystemClock};
use ledger::NameId;
use reports::Reports;
use rustc_hash::FxHashMap;
use tickets::{Links, Tickets};
use tokio::sync::{Semaphore, watch};

use crate::access::KeyCache;
use crate::calls::{Advances, ClientStreams, Remembered};
use crate::known::Known;
use crate::request_id::RequestIds;

/// What may be set about a server.
#[derive(Clone)]
pub struct Options {
    /// How many event streams may be open at once.
    pub(crate) streams: usize,
    /// The machine's clock, by which keys are looked up again.
    pub(crate) clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Options {
        Options { streams: 1_000, clock: Arc::new(SystemClock) }
    }
}

/// What all handlers share. A clone is the same.
#[derive(Clone)]
pub struct ApiState(Arc<Shared>);

/// What is behind it. Public only as far as the rest of the crate.
pub struct Shared {
    pub(crate) engine: Engine,
    pub(crate) dispatch: Dispatch,
    pub(crate) keys: KeyCache,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) request_ids: RequestIds,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) client_streams: ClientStreams,
    pub(crate) advances: Advances,
    pub(crate) remembered: Remembered,
    closing: watch::Sender<bool>,
    programs: Mutex<FxHashMap<NameId, Arc<Known>>>,
    quote_key: [u8; 32],
    pub(crate) links: Links,
    pub(crate) reports: Reports,
    pub(crate) tickets: Tickets,
}

impl ApiState {
    /// The state of a server in front of the engine. Blocks while it asks the store for the key that signs quotes.
    pub fn new(engine: Engine, dispatch: Dispatch, options: Options) -> Result<ApiState, engine::StoreError> {
        let mut fresh = [0; 32];
        let mut start = [0; 8];
        let random = getrandom::fill(&mut fresh).and_then(|()| getrandom::fill(&mut start));
        random.map_err(|error| engine::StoreError::new(format!("no random numbers: {error}")))?;
        let quote_key = engine.control().secret("quote", fresh)?;
        let (links, tickets) = (Links::of(&engine)?, Tickets::of(&engine)?);
        let reports = Reports::of(&engine)?;
        Ok(ApiState(Arc::new(Shared {
            engine,
            dispatch,
            keys: KeyCache::default(),
            clock: options.clock,
            request_ids: RequestIds::starting_at(u64::from_le_bytes(start)),
            streams: Arc::new(Semaphore::new(options.streams)),
            client_streams: ClientStreams::default(),
            advances: Advances::default(),
            remembered: Remembered::default(),
            closing: watch::Sender::new(false),
            programs: Mutex::default(),
            quote_key,
            links,
            reports,
            tickets,
        })))
    }

    /// Ends the event streams: call it when the server is to stop, as they would not end by themselves.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }
}

impl std::ops::Deref for ApiState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// Turns to `true` when the server is to stop.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// What quotes are signed with.
    pub(crate) fn quote_key(&self) -> &[u8; 32] {
        &self.quote_key
    }

    /// The latest version of a program.
    pub(crate) fn known(&self, program: &str) -> Option<Arc<Known>> {
        let published = self.engine.program(program)?;
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = programs.get(&published.name)
            && Arc::ptr_eq(&known.published, &published)
        {
            return Some(Arc::clone(known));
        }
        let known = Arc::new(self.learn(published));
        programs.insert(known.published.name, Arc::clone(&known));
        Some(known)
    }

    fn learn(&self, published: Arc<Published>) -> Known {
        let engine = self.engine.clone();
        Known::new(published, Box::new(move |name| engine.text(name)))
    }
}
