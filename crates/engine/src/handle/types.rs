use std::sync::Arc;

use ledger::{Entry, EventKind, NameId, Position};
use moment::Instant;

/// How the engine is set up.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many accounts are kept in memory; about 500 bytes each.
    pub cached_accounts: usize,
    /// States are saved every so many entries: what a restart has to replay at most, twice.
    pub snapshot_every: u64,
    /// How many entries make a run of the history.
    pub run_size: usize,
    /// How many steps may wait before requests are told to come back later.
    pub queue: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { cached_accounts: 2_000_000, snapshot_every: 524_288, run_size: 262_144, queue: 65_536 }
    }
}

/// An entry as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Where it stands in the journal.
    pub position: Position,
    /// What it says.
    pub entry: Entry,
}

/// Which entries of an account are wanted. Newest first.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only entries before this position (the cursor).
    pub before: Option<Position>,
    /// At most so many.
    pub limit: usize,
    /// Only these kinds; none: all.
    pub kinds: Vec<EventKind>,
    /// Only spends of this action.
    pub action: Option<NameId>,
    /// Only spends of this person.
    pub member: Option<String>,
    /// Only spends of this part of the organisation.
    pub department: Option<String>,
    /// Only what counts from here on.
    pub from: Option<Instant>,
    /// Only what counts before this.
    pub to: Option<Instant>,
}

/// What those see who listen to an account: its entries, as they are committed.
pub type Feed = tokio::sync::broadcast::Receiver<Arc<Listed>>;

/// What is counted, as it is now.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Steps that were asked, since the start.
    pub operations: u64,
    /// Entries that were written.
    pub entries: u64,
    /// Durable appends.
    pub commits: u64,
    /// Steps that were answered with an earlier answer.
    pub replays: u64,
    /// Ops that were refused.
    pub refusals: u64,
    /// Accounts that were opened, of all programs.
    pub accounts: u64,
    /// Accounts in memory.
    pub cached_accounts: u64,
    /// Steps that wait.
    pub queued: u64,
    /// Entries that are durable and not yet in what is read.
    pub projector_lag: u64,
    /// Microseconds in durable appends.
    pub append_us: u64,
    /// The longest of them.
    pub longest_append_us: u64,
    /// Bytes on disk, all included.
    pub bytes_on_disk: u64,
    /// Whether requests can be answered.
    pub healthy: bool,
}

impl Wanted {
    pub(super) fn wants(&self, entry: &Entry) -> bool {
        let kind = entry.event.kind();
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return false;
        }
        if self.to.is_some_and(|to| entry.effective_at >= to) {
            return false;
        }
        if self.action.is_none() && self.member.is_none() && self.department.is_none() {
            return true;
        }
        let Some(work) = entry.event.work() else { return false };
        let tags = work.tags.as_deref();
        let is =
            |wanted: &Option<String>, has: Option<&str>| wanted.as_deref().is_none_or(|w| has == Some(w));
        self.action.is_none_or(|action| work.action == action)
            && is(&self.member, tags.and_then(|tags| tags.member.as_deref()))
            && is(&self.department, tags.and_then(|tags| tags.department.as_deref()))
    }
}
