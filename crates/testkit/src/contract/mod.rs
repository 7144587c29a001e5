//! What every store must do: one suite for each port, run on every adapter.
//!
//! An adapter's tests give a [`Place`], and call [`journal::all`], [`views::all`], [`control::all`], [`outbox::all`] and
//! [`shelf::all`].

pub mod control;
pub mod journal;
pub mod outbox;
pub mod shelf;
pub mod states;
pub mod views;

use std::sync::Arc;

use engine::{Store, StoreError};

/// A place where one database lives, that can be opened again and again.
pub trait Place {
    /// Opens it. What was opened before is closed by then.
    fn open(&self) -> Result<Arc<dyn Store>, StoreError>;
}

/// Makes a fresh place, for each case.
pub type Fresh<'a> = &'a dyn Fn() -> Box<dyn Place>;

fn opened(place: &dyn Place) -> Arc<dyn Store> {
    place.open().unwrap_or_else(|error| panic!("can't be opened: {error}"))
}
