//! The engine: lanes with a writer each, group commit, snapshots, timers, and the projector behind them.
//!
//! A request becomes a command; the writer of the account's lane decides it; what was decided is appended to the
//! journal together with everything else decided in that instant, durably; only then is it answered. What people
//! read as lists is projected from the journal.

mod cache;
mod check;
mod clock;
mod codec;
mod control;
mod dirty;
mod failure;
#[cfg(test)]
mod golden;
mod handle;
mod history;
mod keys;
mod kinds;
mod lane;
mod made_anew;
mod names;
mod op;
pub mod outbox;
pub mod port;
mod programs;
mod projector;
mod published;
mod sales;
mod sealed;
mod tail;

pub use check::{Checked, Sold, check};
pub use clock::{Clock, ManualClock, Stopwatch, SystemClock};
pub use codec::{Record, Row};
pub use control::{Control, Scopes, StoredKey, StoredProgram};
pub use failure::{Failure, StoreError};
pub use handle::{Engine, Feed, Follower, Listed, Metrics, Options, Outside, Wanted};
pub use lane::Answers;
pub use made_anew::{RowOf, rows_of};
pub use op::{Idempotency, Op, Step, Target, Written};
pub use port::Store;
pub use published::Published;
pub use sales::{Sale, SaleKind};
