//! Tickets: what lets a browser act for one account, for a while.
//!
//! A host that knows its customer makes a [link](Links), which works once. Whoever follows it gets a [session](Pass) in a
//! cookie. A browser on the host's own pages gets a [client token](Use::Client), which may do very little. Sessions and
//! client tokens are signed, and kept nowhere: they end by themselves.
//!
//! The host itself has a [secret key](keys), of which a hash is kept.

pub mod keys;
mod links;
mod pass;

pub use links::{Link, Links};
pub use pass::{Pass, Tickets, Use};
