//! A server process, and hosts that talk to it.

mod answer;
mod events;
mod folder;
mod host;
mod http;
mod provider;
mod sales;
mod scrip;
mod server;

pub use answer::Answer;
pub use events::Events;
pub use folder::Folder;
pub use host::{GOOD_CARD, Host, fresh_key, id};
pub use provider::paid;
pub use sales::{BAD_CARD, DISPUTED_CARD, DYING_CARD, LATE_CARD, SHORT_CARD, period};
pub use scrip::{Ran, scrip};
pub use server::Server;
