//! Plans of purchases and periods: pure functions of facts and an instant.
//!
//! What an order brings, where a period ends, what rolls over, what a change costs, when a payment is tried again, how
//! much a top-up buys, what is taken back when money is. Nothing here does anything: `account` decides by it.

mod change;
mod clawback;
mod lots;
mod periods;
mod retry;
mod rollover;
mod top_up;

pub use change::{Change, Direction, Share, change, direction};
pub use clawback::{Left, Taken, lots_again, take_back, target};
pub use lots::{Priorities, for_package, for_period, for_quote, for_renewal};
pub use periods::{boundary, month_start, next_month, trial_end};
pub use retry::next_attempt;
pub use rollover::carry;
pub use top_up::{Rest, count};
