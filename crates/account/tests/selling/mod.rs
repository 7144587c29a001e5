//! Selling: packages, renewals, plans, top-ups, and money that goes back. Each test asks an account as a host and a payment
//! provider would, and says what a customer then sees; after every request the account is audited.

#![allow(clippy::needless_pass_by_value, reason = "commands and facts are written where they are put")]

mod acts;
mod boundaries;
mod checks;
mod till;
mod words;

mod changes;
mod disputes;
mod dunning;
mod facts;
mod histories;
mod late;
mod packages;
mod plans;
mod quotes;
mod refunds;
mod renewals;
mod top_ups;
