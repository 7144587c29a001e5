//! Messages: what hosts are told by webhook, and customers by e-mail.
//!
//! A [`Message`] is turned into bytes, and one attempt is made to deliver them. When that is, how often, and where
//! messages wait meanwhile is decided elsewhere (an outbox); nothing here asks what time it is.

mod facts;
mod kind;
pub mod mail;
mod message;
mod preview;
mod samples;
#[cfg(test)]
mod tls_server;
pub mod webhook;

pub use facts::Facts;
pub use kind::{Kind, UnknownKind};
pub use message::Message;
pub use preview::{preview, preview_index};
pub use samples::{letter_sample, sample, samples};
