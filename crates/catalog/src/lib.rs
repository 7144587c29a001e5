//! The program file: one product's units, actions, prices, packages, plans and rules.
//!
//! [`Program`] is what the rest of Scrip sees. It is made from a file only, so what it holds is consistent.

mod program;

pub use program::*;
