//! What tests are made with. No other crate uses it but in its tests.
//!
//! - [`Shop`] is a small program, and what decisions need of it; [`Step`] is a command that names grants, holds and
//!   charges by their number, so that the same step can be put to an account and to the model.
//! - [`Desk`] is one account with its journal and a clock that is moved by hand; it looks up what a decision needs.
//! - [`model`] is a second, naive implementation of the rules, credit by credit, to compare with.
//! - [`audit`] checks what must hold of every account and journal.
//! - [`MemoryStore`] is a store that goes back in time, [`FaultyStore`] one that fails; [`contract`] is what every store
//!   must do. [`Running`] is an engine on one of them, and a [`story`] what random hosts ask of it.
//! - [`wait`] waits for threads and processes.
//! - [`notation`] runs tables of cases in plain text; [`generate`] makes random histories.

pub mod audit;
mod clock;
pub mod contract;
mod desk;
pub mod generate;
mod journal;
pub mod model;
pub mod notation;
pub mod running;
mod shop;
mod step;
mod store;
pub mod story;
pub mod wait;
mod words;

pub use clock::ManualClock;
pub use desk::{Answer, Desk};
pub use journal::Journal;
pub use running::Running;
pub use shop::Shop;
pub use step::{Give, Pay, Step};
pub use store::{Fault, Faults, FaultyStore, MemoryStore};
pub use story::Story;
pub use words::{done_text, refusal_text};
