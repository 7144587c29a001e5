//! What is done outside, once it is in the journal: payments are asked for, hosts and customers are told.
//!
//! A thread of its own follows the journal and turns entries into tasks of the outbox, together with the position up to
//! which it did so; then it does the tasks, each at least once. What a provider answers or tells comes back as a command
//! to the account, which books it once.

mod by_hand;
mod checkout;
mod deliver;
mod derive;
mod endpoints;
mod incoming;
mod letter;
mod parties;
mod pay;
mod publish;
mod receipt;
mod report;
mod report_told;
mod tell;
mod thread;
mod webhook;
mod whose;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::outbox::{Outbox, Shelf};
use engine::{Engine, Published, StoreError};
use ledger::Position;
use messages::mail::Mailer;
use messages::webhook::WebhookSender;
use moment::Instant;
use payments::PaymentProvider;
use payments::test::TestProvider;
use publishing::Schedule;
use reports::Reports;
use tokio::sync::{mpsc, oneshot};

pub use by_hand::Delivery;
pub use checkout::NoCheckout;
pub use endpoints::{EndpointChange, Endpoints, StoredEndpoint};
pub use incoming::NotTaken;
pub use parties::Parties;
pub use receipt::{Payer, receipt};
pub use report::report;
pub use report_told::NotMailed;
use thread::Ask;

/// What may be set about it.
pub struct Options {
    /// Where customers reach this server: the address that checkout pages begin with.
    pub public_url: String,
    /// Whether webhooks may go to addresses of private networks, and without encryption.
    pub allow_private: bool,
    /// How mail is sent; `None`: it is not.
    pub mailer: Option<Mailer>,
    /// What webhooks are sent by.
    pub sender: WebhookSender,
}

/// The desk for what is outside. A clone is the same.
#[derive(Clone)]
pub struct Dispatch(Arc<Shared>);

/// What its parts share.
pub(crate) struct Shared {
    pub engine: Engine,
    pub parties: Parties,
    pub endpoints: Endpoints,
    pub schedule: Schedule,
    pub whose: whose::Whose,
    pub reports: Reports,
    pub options: Options,
    pub outbox: Mutex<Box<dyn Outbox>>,
    asks: mpsc::UnboundedSender<Ask>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl std::fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dispatch")
    }
}

impl Dispatch {
    /// Starts it behind an engine, which from then on moves test clocks with its answers.
    pub fn start(engine: &Engine, options: Options) -> Result<Dispatch, StoreError> {
        let store = engine.store();
        let endpoints = Endpoints::new(store.shelf("endpoints", true)?);
        let parties = Parties::new(engine, &options.public_url)?;
        let schedule = publish::overdue(engine)?;
        let (asks, asked) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            engine: engine.clone(),
            parties,
            endpoints,
            schedule,
            whose: whose::Whose::default(),
            reports: Reports::of(engine)?,
            options,
            outbox: Mutex::new(store.outbox()?),
            asks,
            thread: Mutex::default(),
        });
        let follower = thread::follower(&shared)?;
        let running = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("dispatch".into())
            .spawn(move || thread::run(&running, follower, asked))
            .map_err(|error| StoreError::with("can't start a thread", error))?;
        *shared.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        let dispatch = Dispatch(shared);
        engine.set_outside(Arc::new(dispatch.clone()));
        Ok(dispatch)
    }

    /// The payment provider of that name, as a program uses it.
    pub fn provider(&self, program: &str, name: &str) -> Option<Arc<dyn PaymentProvider>> {
        self.0.parties.provider(program, name)
    }

    /// The test provider of a program.
    pub fn test_provider(&self, program: &str) -> Option<Arc<TestProvider>> {
        self.0.parties.test(program)
    }

    /// The provider that orders go to where they name none.
    pub fn usual_provider(&self) -> &'static str {
        payments::test::ID
    }

    /// Where customers reach this server, without a slash at its end.
    pub fn public_url(&self) -> &str {
        self.0.options.public_url.trim_end_matches('/')
    }

    /// The providers that an order may name.
    pub fn providers(&self) -> &'static [&'static str] {
        parties::NAMES
    }

    /// Takes what the program's test provider has to tell by now: when it returns, that is booked.
    pub async fn hear(&self, published: &Published) {
        let now = self.0.engine.now(published);
        incoming::take_due(&self.0, &published.program.id, now).await;
        self.wake();
    }

    /// Asks for the payments that entries up to this position call for, and returns when the answers are booked, as far as
    /// there are any.
    pub async fn ask_for_payments(&self, up_to: Position) {
        engine::Outside::answer(self, up_to.seq()).await;
    }

    /// What programs are published when.
    pub fn schedule(&self) -> &Schedule {
        &self.0.schedule
    }

    /// The webhook endpoints.
    pub fn endpoints(&self) -> &Endpoints {
        &self.0.endpoints
    }

    /// Whether webhooks may go to private addresses.
    pub fn allows_private(&self) -> bool {
        self.0.options.allow_private
    }

    /// Works with the outbox. Blocks for a moment.
    pub fn with_outbox<T>(&self, work: impl FnOnce(&mut dyn Outbox) -> T) -> T {
        work(&mut **self.0.outbox())
    }

    /// Does what is due now, and returns when it is done: tasks are made of all that is in the journal, payments are
    /// asked for, and messages are tried once.
    pub async fn work_off(&self) {
        let (done, wait) = oneshot::channel();
        if self.0.asks.send(Ask::WorkOff(done)).is_ok() {
            // Where the thread has gone there is nothing to wait for.
            let _ = wait.await;
        }
    }

    /// Says that there may be something to do: an endpoint is new, a delivery is to be repeated.
    pub fn wake(&self) {
        self.0.look();
    }

    /// Stops, when what is being done is done.
    pub fn stop(&self) {
        let _ = self.0.asks.send(Ask::Stop);
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the dispatch thread had panicked");
        }
    }
}

/// Lets others go first who wait for a processor: a customer's request is for now, and what is made here is for later.
fn after_others() {
    std::thread::yield_now();
}

impl Shared {
    /// Has ops done, in order, an answer each; those who spend meanwhile come first. A failure is that of each op.
    pub async fn book(&self, ops: Vec<engine::Op>) -> Vec<Result<engine::Answers, engine::Failure>> {
        let count = ops.len();
        if count == 0 {
            return Vec::new();
        }
        match self.engine.write_patiently(ops).await {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            Err(failure) => (0..count).map(|_| Err(failure.clone())).collect(),
        }
    }

    pub fn outbox(&self) -> MutexGuard<'_, Box<dyn Outbox>> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that there may be something to do.
    pub fn look(&self) {
        // Where the thread has gone, it is found again at the next start.
        let _ = self.asks.send(Ask::Look);
    }

    /// The machine's time.
    pub fn now(&self) -> Instant {
        self.engine.clock_now()
    }

    /// The program of that id.
    pub fn program(&self, id: &str) -> Option<Arc<Published>> {
        self.engine.program(id)
    }
}

impl engine::Outside for Dispatch {
    fn answer(&self, row: u64) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let (done, wait) = oneshot::channel();
            if self.0.asks.send(Ask::Answer { row, done }).is_ok() {
                let _ = wait.await;
            }
        })
    }

    fn next_due(&self, program: &str) -> Option<Instant> {
        let told = self.test_provider(program).and_then(|provider| provider.next_due().ok().flatten());
        told.into_iter().chain(self.0.schedule.next_due(program)).min()
    }

    fn tick(&self, program: &str, now: Instant) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let program = program.to_owned();
        Box::pin(async move {
            incoming::take_due(&self.0, &program, now).await;
            publish::due(&self.0, &program, now).await;
        })
    }
}

/// A shelf of the store, as the payment providers know one.
pub(crate) struct ProviderShelf(pub Arc<dyn Shelf>);

impl payments::Shelf for ProviderShelf {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, payments::ShelfError> {
        self.0.get(key).map_err(shelf_error)
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), payments::ShelfError> {
        self.0.put(key, value).map_err(shelf_error)
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, payments::ShelfError> {
        self.0.list(prefix).map_err(shelf_error)
    }

    fn remove(&self, key: &str) -> Result<(), payments::ShelfError> {
        self.0.remove(key).map(drop).map_err(shelf_error)
    }

    fn begin(&self) -> Result<(), payments::ShelfError> {
        self.0.begin().map_err(shelf_error)
    }

    fn commit(&self) -> Result<(), payments::ShelfError> {
        self.0.commit().map_err(shelf_error)
    }
}

fn shelf_error(error: StoreError) -> payments::ShelfError {
    payments::ShelfError::with("the shelf", error)
}
