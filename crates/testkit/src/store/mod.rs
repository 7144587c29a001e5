//! Stores for tests: one in memory that can go back in time, and one that fails when it is told to.

mod control;
mod disk;
mod faults;
mod memory;
mod outbox;
mod outbox_faults;

pub use faults::{Fault, Faults, FaultyStore};
pub use memory::MemoryStore;
