//! Publishing program files: checked against the version that runs, at once or at an instant that was set.
//!
//! What is scheduled is kept on a shelf, so it survives a restart. When its instant comes by the program's clock it is
//! checked again, as another version may have been published meanwhile; one that no longer fits is kept as failed, with
//! the reason. Whatever happens is in the audit log, with who had asked for it.

mod check;
mod publication;
mod schedule;
mod versions;

pub use check::{LONGEST, Unfit, check};
pub use publication::{Publication, State};
pub use schedule::{MOST, NotTaken, Schedule};
pub use versions::{Version, compare};
