use std::future::{Future, ready};
use std::pin::Pin;

use moment::Instant;
use serde::{Deserialize, Serialize};

use crate::{ChargeAsk, Checkout, CheckoutAsk, Outage, Outcome, ProviderEvent, RefundAsk, Rejected};

/// What a provider answers, once it has.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Outage>> + Send + 'a>>;

/// Who moves the money: a company with an API, the test provider, the operator with a bank account.
///
/// What is asked twice with the same key is done once, and answered the same. So whatever is not known to have arrived
/// can be asked again, and that is the only way in which Scrip asks again. Keys are unique over all programs.
///
/// Money is certain when an event says so. An answer may say it first; whoever hears both books once, by the reference.
/// An adapter whose provider names only its own references in some messages (a dispute at Stripe, all of Shopify's)
/// keeps on a [`Shelf`](crate::Shelf) which order each belongs to, as messages are read without asking anyone.
pub trait PaymentProvider: Send + Sync + 'static {
    /// The name that orders and methods keep, such as `"test"` or `"invoice"`. It never changes.
    fn id(&self) -> &str;

    /// What it can do. What it can't is never asked of it.
    fn capabilities(&self) -> Capabilities;

    /// Makes a page on which the customer pays, or stores a method.
    fn open_checkout<'a>(&'a self, ask: &'a CheckoutAsk) -> Answer<'a, Checkout>;

    /// Takes money by a stored method, with nobody present.
    fn charge<'a>(&'a self, ask: &'a ChargeAsk) -> Answer<'a, Outcome>;

    /// What became of the charge with this key, for when its answer was lost. `None` says that it never arrived. A provider
    /// that can't yet tell answers with an outage, not with `None`.
    fn outcome<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Outcome>>;

    /// Gives back some of what was paid, or all. That it has been done is told by [`Fact::Refunded`](crate::Fact::Refunded).
    fn refund<'a>(&'a self, ask: &'a RefundAsk) -> Answer<'a, ()>;

    /// Closes a checkout that need not be paid any more. Whether it was in time is told by an event, `Abandoned` or `Paid`;
    /// one that is closed already is not an error.
    fn cancel_checkout<'a>(&'a self, reference: &'a str) -> Answer<'a, ()>;

    /// Ends the renewals that the provider drives. Where Scrip drives them there is nothing to end.
    fn end_subscription<'a>(&'a self, subscription: &'a str) -> Answer<'a, ()> {
        let _ = subscription;
        answer(Ok(()))
    }

    /// What a message from the provider says, after its signature is verified. A message of a kind that means nothing to
    /// Scrip is an empty list. Messages may come twice and in any order.
    fn read_event(
        &self,
        headers: &dyn Headers,
        body: &[u8],
        now: Instant,
    ) -> Result<Vec<ProviderEvent>, Rejected>;
}

/// An answer that is known already.
pub fn answer<'a, T: Send + 'a>(result: Result<T, Outage>) -> Answer<'a, T> {
    Box::pin(ready(result))
}

/// What a provider can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Who starts the next period of a plan.
    pub renewals: Driver,
    /// Whether a checkout is a page that the customer is sent to.
    pub hosted_checkout: bool,
    /// Whether a method can be stored, and charged later.
    pub stored_method: bool,
    /// Whether it gives money back when asked to.
    pub refunds: bool,
}

/// Who drives something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// Scrip charges the stored method when a period begins.
    Scrip,
    /// The provider takes the money by itself, and tells of it ([`Fact::Renewed`](crate::Fact::Renewed)).
    Provider,
}

/// The headers of a message, whoever has parsed them.
pub trait Headers {
    /// The value of a header, by its name in any case. `None` where it is missing, or no text.
    fn get(&self, name: &str) -> Option<&str>;
}

impl<N: AsRef<str>, V: AsRef<str>> Headers for Vec<(N, V)> {
    fn get(&self, name: &str) -> Option<&str> {
        find(self, name)
    }
}

impl<N: AsRef<str>, V: AsRef<str>, const LEN: usize> Headers for [(N, V); LEN] {
    fn get(&self, name: &str) -> Option<&str> {
        find(self, name)
    }
}

fn find<'a, N: AsRef<str>, V: AsRef<str>>(pairs: &'a [(N, V)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(own, _)| own.as_ref().eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
}
