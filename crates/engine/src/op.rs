use std::sync::Arc;

use account::Command;
use ledger::{AccountNo, Entry, NameId, Position};
use smallvec::SmallVec;

use crate::Published;

/// What is asked of one account: one step, or several that happen all or not at all.
#[derive(Clone, Debug)]
pub struct Op {
    /// Which account.
    pub target: Target,
    /// The program that it is an account of, in the version that decides.
    pub published: Arc<Published>,
    /// Who asks: the name of a key.
    pub by: NameId,
    /// What is asked, in order.
    pub steps: SmallVec<[Step; 1]>,
}

/// One thing that is asked.
#[derive(Clone, Debug)]
pub struct Step {
    /// What.
    pub command: Command,
    /// The key that makes a repeat of it harmless.
    pub idempotency: Option<Idempotency>,
}

/// An idempotency key, as it is kept: hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Of the program and the key.
    pub key: [u8; 16],
    /// Of the request that came with it.
    pub digest: [u8; 8],
}

/// How a request names an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// By its number, as Scrip's own ids carry it.
    Number(AccountNo),
    /// By the host's own id for it.
    Host(Box<str>),
    /// An account that is to be opened without an id of the host's.
    New,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The position of the entry: the id of what it made.
    pub position: Position,
    /// The entry.
    pub entry: Entry,
    /// The entry that opened the account: with the number, the account's id.
    pub account: Position,
    /// Whether this is the answer of an earlier request with the same idempotency key.
    pub replayed: bool,
    /// Whether it had been done before, by another request with the same meaning.
    pub already: bool,
}
