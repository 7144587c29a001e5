//! How Scrip is paid: the port to payment providers, and the two that are built in.
//!
//! [`PaymentProvider`] is the port. Scrip asks by it for checkouts, charges and refunds, and is told by signed messages
//! what became of them. [`mod@test`] is a provider with which no money moves, for demos, tests and integrations under way;
//! [`invoice`] is money that comes by bank, of which the operator tells. `contract` is what every provider must keep.
//!
//! Nothing here asks what time it is, and nothing here opens a connection: instants are arguments, and what is to be
//! sent is handed to whoever sends it.

mod ask;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod event;
pub mod invoice;
mod outage;
mod port;
mod shelf;
pub mod test;

pub use ask::{ChargeAsk, Checkout, CheckoutAsk, Outcome, RefundAsk};
pub use event::{Fact, ProviderEvent, Rejected, StoredMethod};
pub use outage::Outage;
pub use port::{Answer, Capabilities, Driver, Headers, PaymentProvider, answer};
pub use shelf::{MemoryShelf, Shelf, ShelfError};
