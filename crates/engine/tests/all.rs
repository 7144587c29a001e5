//! The engine on a store in memory: what holds when things go wrong.

mod common;
mod contract;
mod damage;
mod failing;
mod groups;
mod keys;
mod kinds;
mod logged;
mod patient;
mod races;
mod restart;
mod saving;
mod simulation;
mod sold;
mod timers;
