//! `scrip bench`: how fast it is, measured on the machine at hand.
#![expect(clippy::cast_precision_loss, reason = "figures for people; nothing is decided by them")]

pub mod engine;
pub mod figures;
pub mod http;
pub mod load;
pub mod pages;
pub mod renewals;
pub mod restart;
pub mod served;
