//! The tests of the pure core: tables of cases, the worked figures of the documentation, and random histories.

#![allow(missing_docs, reason = "tests say what they are in their names")]

mod cases;
mod commands;
mod documentation;
mod histories;
mod properties;
mod reports;
mod selling;
