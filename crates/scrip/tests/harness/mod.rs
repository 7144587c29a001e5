//! A server process, and hosts that talk to it.

mod answer;
mod events;
mod folder;
mod host;
mod http;
mod scrip;
mod server;

pub use answer::Answer;
pub use events::Events;
pub use folder::Folder;
pub use host::{Host, fresh_key, id};
pub use scrip::{Ran, scrip};
pub use server::Server;
