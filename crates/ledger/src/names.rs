use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an entry stands in its lane's journal: the number of the journal row, and the place in the row.
///
/// It is the entry's identity, and that of the hold, charge or grant which the entry made. Positions of a lane
/// only grow.
///
/// ```
/// use ledger::Position;
/// let last = Position::new(7, Position::ROW - 1);
/// assert_eq!(last.next(), Position::new(8, 0), "a full row is followed by the next one");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    const BITS: u32 = 13;

    /// How many entries a journal row holds at most.
    pub const ROW: u64 = 1 << Position::BITS;

    /// One more than the greatest position there is: 2^53.
    pub const END: u64 = 1 << 53;

    /// The place `index` (below [`Position::ROW`]) of row `seq`.
    pub const fn new(seq: u64, index: u64) -> Position {
        Position(seq << Position::BITS | index)
    }

    /// The number of the journal row.
    pub const fn seq(self) -> u64 {
        self.0 >> Position::BITS
    }

    /// The place in the row, from 0.
    pub const fn index(self) -> u64 {
        self.0 & (Position::ROW - 1)
    }

    /// The position after this one, in this row or the next.
    #[must_use]
    pub const fn next(self) -> Position {
        Position(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq(), self.index())
    }
}

/// The number of an account in its database; the number modulo the count of lanes is its lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountNo(pub u64);

/// A name that many entries use (an action's code, a key's id, a program's), as its number in the lane's table
/// of names. 0 is no name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameId(pub u32);

impl NameId {
    /// No name.
    pub const NONE: NameId = NameId(0);

    /// Whether there is a name.
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }
}
