use moment::Instant;
use money::Amount;
use serde::{Deserialize, Serialize};

use crate::{Parts, Position, Work};

/// Credits set aside for work under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The entry that made it.
    pub id: Position,
    /// Index into the program's units.
    pub unit: u8,
    /// How many credits.
    pub credits: Amount,
    /// Which grants were drawn on, in draw order.
    pub parts: Parts,
    /// What no grant covered: a debt made with the hold. `credits = parts + owed`.
    pub owed: Amount,
    /// When it was placed.
    pub placed_at: Instant,
    /// When it is released if nobody has resolved it.
    pub deadline: Instant,
    /// What it is for.
    pub work: Work,
}

/// How a hold ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resolution {
    /// So many of its credits were consumed.
    Captured(Amount),
    /// It was given up by request.
    Released,
    /// Its deadline came.
    Expired,
}

/// A hold that has ended: kept for a while, so that a repeated resolution is answered without a look at the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// The hold.
    pub hold: Position,
    /// The entry that resolved it.
    pub by: Position,
    /// How.
    pub how: Resolution,
    /// How many credits the hold had.
    pub held: Amount,
    /// When.
    pub at: Instant,
}
