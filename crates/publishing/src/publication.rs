use moment::Instant;
use serde::{Deserialize, Serialize};

/// A version of a program that is to be published, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Its id: `pub_…`. Later ones sort behind.
    pub id: String,
    /// Of which program.
    pub program: String,
    /// When it is published, by the program's clock.
    pub effective_at: Instant,
    /// When it was asked for, by the machine's clock.
    pub asked_at: Instant,
    /// Who asked for it: an operator's address, or the id of a key.
    pub by: String,
    /// Where it is.
    pub state: State,
}

/// Where a publication is. Each but the first is final; its instants are the machine's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Its instant is to come.
    Scheduled,
    /// It runs, or ran.
    Published {
        /// As which version.
        version: u32,
        /// When.
        at: Instant,
    },
    /// When its instant came, it did not fit any more.
    Failed {
        /// Why, as people read it.
        why: String,
        /// When.
        at: Instant,
    },
    /// It was called off.
    Canceled {
        /// Who did.
        by: String,
        /// When.
        at: Instant,
    },
}

impl State {
    /// What the API calls it.
    pub const fn code(&self) -> &'static str {
        match self {
            State::Scheduled => "scheduled",
            State::Published { .. } => "published",
            State::Failed { .. } => "failed",
            State::Canceled { .. } => "canceled",
        }
    }
}
