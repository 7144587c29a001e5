//! What all pages share.

use std::sync::{Arc, Mutex, OnceLock};

use dispatch::Dispatch;
use engine::{Engine, StoreError};
use moment::Instant;
use operators::{Audit, Lockout, Operators, People, Sessions};
use reports::Reports;
use tickets::{Links, Tickets};
use tokio::sync::{Semaphore, watch};

use crate::console::{Federation, LastCheck};
use crate::embeds::Examples;

/// How many live pages may be open at once.
const LIVE: usize = 1_000;

/// What all pages share. A clone is the same.
#[derive(Clone, Debug)]
pub struct Web(Arc<Shared>);

/// What is behind it.
#[derive(Debug)]
pub struct Shared {
    pub(crate) engine: Engine,
    pub(crate) dispatch: Dispatch,
    pub(crate) tickets: Tickets,
    pub(crate) links: Links,
    pub(crate) reports: Reports,
    /// Whether this server is reached by `https`.
    pub(crate) secure: bool,
    pub(crate) live: Arc<Semaphore>,
    pub(crate) staff: Staff,
    closing: watch::Sender<bool>,
    pub(crate) examples: OnceLock<Examples>,
}

/// What the console stands on.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    pub operators: Operators,
    pub sessions: Sessions,
    pub people: People,
    pub audit: Audit,
    pub lockout: Arc<Lockout>,
    /// Passwords are hashed one at a time.
    pub hashing: Arc<Semaphore>,
    /// Keys are made one at a time.
    pub making: Arc<Semaphore>,
    pub last_check: Arc<Mutex<LastCheck>>,
    /// The provider by which operators sign in, if there is one.
    pub federation: Arc<OnceLock<Federation>>,
}

impl Staff {
    fn of(engine: &Engine) -> Result<Staff, StoreError> {
        let (operators, sessions) = (Operators::of(engine)?, Sessions::of(engine)?);
        Ok(Staff {
            people: People::of(&operators, &sessions),
            operators,
            sessions,
            audit: Audit::of(engine)?,
            lockout: Arc::default(),
            hashing: Arc::new(Semaphore::new(1)),
            making: Arc::new(Semaphore::new(1)),
            last_check: Arc::default(),
            federation: Arc::default(),
        })
    }
}

impl Web {
    /// The pages in front of an engine. `public_url` is where customers reach this server. Blocks while it asks the store
    /// for what tickets are signed with.
    pub fn new(engine: Engine, dispatch: Dispatch, public_url: &str) -> Result<Web, StoreError> {
        let (tickets, links, staff) = (Tickets::of(&engine)?, Links::of(&engine)?, Staff::of(&engine)?);
        let reports = Reports::of(&engine)?;
        Ok(Web(Arc::new(Shared {
            engine,
            dispatch,
            tickets,
            links,
            reports,
            secure: public_url.starts_with("https://"),
            live: Arc::new(Semaphore::new(LIVE)),
            staff,
            closing: watch::Sender::new(false),
            examples: OnceLock::new(),
        })))
    }

    /// Makes the examples on `/embed` live. The first that is told counts.
    pub fn show(&self, examples: Examples) {
        let _ = self.0.examples.set(examples);
    }

    /// Lets operators sign in at a provider, which the button calls by this name. The first that is told counts.
    pub fn sign_in_by(&self, name: &str, provider: oidc::Provider) {
        let key = self.0.tickets.derived("oidc", "attempts");
        let _ = self.0.staff.federation.set(Federation::new(name, provider, key));
    }

    /// Where a provider sends operators back to, on a server that is reached here.
    pub fn oidc_return(public_url: &str) -> String {
        format!("{}{}", public_url.trim_end_matches('/'), crate::console::OIDC_RETURN)
    }

    /// Ends what is live: call it when the server is to stop, as that would not end by itself.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }
}

impl std::ops::Deref for Web {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// The machine's time: by it, tickets end.
    pub(crate) fn now(&self) -> Instant {
        self.engine.clock_now()
    }

    /// Turns to `true` when the server is to stop.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }
}
