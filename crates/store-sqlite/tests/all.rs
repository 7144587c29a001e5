//! The SQLite store: the contract of the ports, and what only files can show.

mod contract;
mod files;
mod outbox;
mod states;
