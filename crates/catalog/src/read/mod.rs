//! Reads a program file: the typed walk over the TOML document, and what is wrong with it.

mod actions;
mod amounts;
mod attributes;
mod brand;
mod depth;
mod document;
pub(crate) mod keys;
mod node;
mod offers;
mod packages;
mod plans;
mod prices;
mod program;
mod rows;
mod rules;
mod scalars;
mod selling;
mod tiers;

pub use keys::keys;
pub use program::{VERSIONS, load};
