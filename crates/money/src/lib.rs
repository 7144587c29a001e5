//! Amounts of credits and of money: whole numbers of a smallest part, every operation checked.
//!
//! This crate knows nothing of the others. No float touches an amount, here or anywhere.

mod amount;
mod paid;
mod split;
mod unit;

pub use amount::{Amount, OutOfRange};
pub use paid::{Currency, Money};
pub use split::split;
pub use unit::{Scale, Unit};
