//! Invoices: money that comes by bank transfer, of which the operator tells.
//!
//! Nothing is asked of anybody here. An order that is paid by invoice waits until the operator has seen the money and
//! says so, as a [`Fact::Paid`](crate::Fact::Paid). Giving back is the operator's too, and is told as
//! [`Fact::Refunded`](crate::Fact::Refunded).

use moment::Instant;

use crate::{
    Answer, Capabilities, ChargeAsk, Checkout, CheckoutAsk, Driver, Headers, Outage, Outcome,
    PaymentProvider, ProviderEvent, RefundAsk, Rejected, StoredMethod, answer,
};

/// The provider's name.
pub const ID: &str = "invoice";

/// Payment by invoice. It has no state: an invoice is known by its order.
#[derive(Clone, Copy, Debug, Default)]
pub struct InvoiceProvider;

impl InvoiceProvider {
    /// The reference of an order's invoice.
    pub fn reference(order: &str) -> String {
        format!("inv_{order}")
    }

    /// "Send an invoice", as a method that an account can have.
    pub fn method() -> StoredMethod {
        StoredMethod { token: ID.to_owned(), label: "Invoice".to_owned() }
    }
}

impl PaymentProvider for InvoiceProvider {
    fn id(&self) -> &str {
        ID
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { renewals: Driver::Scrip, hosted_checkout: false, stored_method: true, refunds: false }
    }

    fn open_checkout<'a>(&'a self, ask: &'a CheckoutAsk) -> Answer<'a, Checkout> {
        answer(Ok(Checkout { reference: InvoiceProvider::reference(&ask.order), url: None }))
    }

    fn charge<'a>(&'a self, ask: &'a ChargeAsk) -> Answer<'a, Outcome> {
        answer(Ok(Outcome::Pending { reference: InvoiceProvider::reference(&ask.order) }))
    }

    /// Always `None`: no answer of a provider in the same process, and without state, is ever lost.
    fn outcome<'a>(&'a self, _key: &'a str) -> Answer<'a, Option<Outcome>> {
        answer(Ok(None))
    }

    fn refund<'a>(&'a self, _ask: &'a RefundAsk) -> Answer<'a, ()> {
        answer(Err(Outage::refused("what was paid by invoice is given back by hand, and then told")))
    }

    fn cancel_checkout<'a>(&'a self, _reference: &'a str) -> Answer<'a, ()> {
        answer(Ok(()))
    }

    fn read_event(
        &self,
        _headers: &dyn Headers,
        _body: &[u8],
        _now: Instant,
    ) -> Result<Vec<ProviderEvent>, Rejected> {
        Err(Rejected::Unknown("nobody sends messages about invoices".to_owned()))
    }
}
