//! What is said to people in their language: catalogues of texts, and numbers, money and dates as the language writes
//! them.
//!
//! Letters and papers say the same sum in the same form because both ask here. This is the only crate that knows the
//! library for texts.

mod catalogue;
mod format;
mod language;
mod line;

pub use catalogue::{Catalogue, Key};
pub use fluent_bundle::{FluentArgs, FluentValue};
pub use format::{credits, date, money, month, number};
pub use language::Language;
pub use line::one_line;
