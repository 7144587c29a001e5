//! The test provider: money that does not move, by cards that always do the same.
//!
//! It is an outside party that happens to live in the same process. It keeps its own state on a [`Shelf`], is asked
//! through the port alone, and tells what happens by signed messages, which are to be sent to Scrip as another provider's
//! would come: whoever runs it takes [`TestProvider::due_events`], posts them, and marks them with
//! [`TestProvider::sent`].
//!
//! Its page is at `/test_checkout/{session}`: [`TestProvider::page`] for GET, [`TestProvider::submit`] for POST, with
//! [`style`] at `/test_checkout/style.css`, [`accent_style`] at `/test_checkout/accent/{accent}.css`, and [`HEADERS`] on
//! all of them.

mod cards;
mod events;
mod form;
mod html;
mod keep;
mod look;
mod misbehave;
mod moves;
mod payment;
mod signature;
#[cfg(test)]
mod tests;
mod visit;
mod waiting;

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use moment::Instant;

pub use cards::Card;
pub use events::Sent;
pub use form::{Form, LONGEST};
pub use look::{Accent, Look, accent_style, style};
pub use misbehave::Misbehaviour;
pub use signature::{HEADER, TOLERANCE, sign};
pub use visit::{HEADERS, Page};

use crate::{
    Answer, Capabilities, ChargeAsk, Checkout, CheckoutAsk, Driver, Headers, Outage, Outcome,
    PaymentProvider, ProviderEvent, RefundAsk, Rejected, Shelf, ShelfError,
};

/// The provider's name.
pub const ID: &str = "test";

/// The test provider. See [`Card`] for what each card does.
pub struct TestProvider {
    shelf: Box<dyn Shelf>,
    secret: [u8; 32],
    public_url: String,
    looks: Box<dyn Fn(&str) -> Look + Send + Sync>,
    // One request at a time: a record is read, changed and put back, and the shelf knows nothing of that.
    faults: Mutex<Misbehaviour>,
    // What of the shelf waits to be sent; `None`: not looked up yet. Locked for a moment, behind the lock above.
    waiting: Mutex<Option<waiting::Waiting>>,
    // What is kept back of charges that are made together; `None`: nothing is. Locked as the one above.
    held: Mutex<Option<Vec<events::Told>>>,
}

impl TestProvider {
    /// The provider with what it has on the shelf. The secret signs its messages and makes its names for things, so it is
    /// kept as long as the shelf is: with another one, keys that were used are forgotten.
    pub fn new(shelf: impl Shelf + 'static, secret: [u8; 32], public_url: impl Into<String>) -> TestProvider {
        let url: String = public_url.into();
        TestProvider {
            shelf: Box::new(shelf),
            secret,
            public_url: url.trim_end_matches('/').to_owned(),
            looks: Box::new(Look::of_program),
            faults: Mutex::default(),
            waiting: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// The same, with a look for each program; otherwise the page calls the merchant by the program's id.
    #[must_use]
    pub fn with_looks(self, looks: impl Fn(&str) -> Look + Send + Sync + 'static) -> TestProvider {
        TestProvider { looks: Box::new(looks), ..self }
    }

    /// Makes it fail in these ways from now on.
    pub fn misbehave(&self, how: Misbehaviour) {
        *self.lock() = how;
    }

    /// Begins the marking of many messages: all of it is kept at once by [`TestProvider::commit`].
    pub fn begin(&self) -> Result<(), ShelfError> {
        self.shelf.begin()
    }

    /// Keeps what was done since [`TestProvider::begin`]. Nobody must be told of it before.
    pub fn commit(&self) -> Result<(), ShelfError> {
        self.shelf.commit()
    }

    /// Begins many charges. They are kept at once by [`TestProvider::commit`], and what they were answered is told by
    /// itself only as [`TestProvider::end_charges`] says. Whoever is cut off before that asks again, as for any charge whose
    /// answer was lost.
    pub fn begin_charges(&self) -> Result<(), ShelfError> {
        self.shelf.begin()?;
        *self.held() = Some(Vec::new());
        Ok(())
    }

    /// Ends what [`TestProvider::begin_charges`] began, behind the commit: charges whose answers arrived need no message
    /// that says the same, all others have one from now on. They are named by their keys.
    pub fn end_charges<'a>(&self, arrived: impl IntoIterator<Item = &'a str>) -> Result<(), ShelfError> {
        let _alone = self.lock();
        let held = self.held().take().unwrap_or_default();
        if held.is_empty() {
            return Ok(());
        }
        let arrived: HashSet<String> = arrived.into_iter().map(|key| self.reference("charge", key)).collect();
        held.into_iter().filter(|told| !arrived.contains(told.payment())).try_for_each(|told| self.put(&told))
    }

    fn held(&self) -> MutexGuard<'_, Option<Vec<events::Told>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Misbehaviour> {
        // What is behind it are counters, whole at any time.
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn while_up<T>(&self, work: impl FnOnce(&mut Misbehaviour) -> Result<T, Outage>) -> Result<T, Outage> {
        let mut faults = self.lock();
        if Misbehaviour::happens(&mut faults.outage) {
            return Err(Outage::new("the test provider is down, as it was told to be"));
        }
        work(&mut faults)
    }

    fn url(&self, session: &str) -> String {
        format!("{}/test_checkout/{session}", self.public_url)
    }
}

impl PaymentProvider for TestProvider {
    fn id(&self) -> &str {
        ID
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { renewals: Driver::Scrip, hosted_checkout: true, stored_method: true, refunds: true }
    }

    fn open_checkout<'a>(&'a self, ask: &'a CheckoutAsk) -> Answer<'a, Checkout> {
        Box::pin(async move { self.while_up(|_| self.open(ask)) })
    }

    fn charge<'a>(&'a self, ask: &'a ChargeAsk) -> Answer<'a, Outcome> {
        Box::pin(async move {
            self.while_up(|faults| {
                let outcome = self.charge_stored(ask)?;
                if Misbehaviour::happens(&mut faults.lose_answers) {
                    return Err(Outage::new("the test provider's answer was lost, as it was told to be"));
                }
                Ok(outcome)
            })
        })
    }

    /// What became of the charge by now. What comes late is paid when its event falls due in
    /// [`TestProvider::due_events`], and not before.
    fn outcome<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Outcome>> {
        Box::pin(async move { self.while_up(|_| self.look_up(key)) })
    }

    fn refund<'a>(&'a self, ask: &'a RefundAsk) -> Answer<'a, ()> {
        Box::pin(async move { self.while_up(|_| self.give_back(ask)) })
    }

    fn cancel_checkout<'a>(&'a self, reference: &'a str) -> Answer<'a, ()> {
        Box::pin(async move { self.while_up(|_| self.cancel(reference)) })
    }

    fn read_event(
        &self,
        headers: &dyn Headers,
        body: &[u8],
        now: Instant,
    ) -> Result<Vec<ProviderEvent>, Rejected> {
        signature::verify(&self.secret, headers.get(HEADER), body, now)?;
        events::read(body).map(|event| vec![event])
    }
}
