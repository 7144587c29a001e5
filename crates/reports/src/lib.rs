//! What an account spent, by day and by what: sums over its history, kept up to date as they are asked for.
//!
//! The sums stand on a shelf, a value for each month of an account, with the positions up to which entries were counted.
//! Each look counts what came since, at most so many entries. They are made of the journal and nothing else: what can't be
//! read, or was counted in another time zone, is thrown away and counted anew.
//!
//! A spend counts on the day on which it is effective, in the account's time zone; a return on its own day, against what
//! it is a return of.

mod count;
pub mod csv;
mod day;
mod keep;
mod past;
mod sheet;

pub use count::{Asked, Reports};
pub use day::{Day, Month};
pub use past::{Past, Row};
pub use sheet::{Mark, Sums};
