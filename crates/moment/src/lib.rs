//! Instants and periods, as arguments: nothing here asks what time it is.
//!
//! `1 month` and `30 days` are different periods. A calendar period is counted from its anchor in a time
//! zone and clamped to the month's last day and back (31 Jan, 28 Feb, 31 Mar); days are 24 hours each.

mod civil;
mod instant;
mod period;

pub use civil::Civil;
pub use instant::{Instant, InvalidInstant};
pub use period::{InvalidPeriod, Period, Zone};
