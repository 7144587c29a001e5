use moment::Instant;
use serde::{Deserialize, Serialize};

/// A time below zero: from the moment that `available` went below zero until it is zero or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdraft {
    /// When it went below zero.
    pub since: Instant,
    /// When the account is suspended for what may overdraw.
    pub deadline: Instant,
    /// The warnings that are still to come, soonest first.
    pub warnings: Vec<Instant>,
    /// Whether the deadline has passed.
    pub suspended_at: Option<Instant>,
}
