use moment::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Kind;

/// Something that a host or a customer is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `msg_…`. Stable: the same on every attempt, so that a receiver can tell a second one from a second event.
    pub id: String,
    /// What happened.
    pub kind: Kind,
    /// In which program.
    pub program: String,
    /// Scrip's id of the account; empty where the message is of none (an endpoint's, say).
    pub account: String,
    /// The host's own id of the account, where it has one.
    pub host_id: Option<String>,
    /// When it happened.
    pub at: Instant,
    /// What the event says, by name: see [`Facts`](crate::Facts).
    pub facts: Map<String, Value>,
}
