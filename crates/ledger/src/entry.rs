use moment::Instant;
use money::Amount;
use serde::{Deserialize, Serialize};

use crate::{AccountNo, Event, Flow, LedgerAccount, NameId, Position, Resolution, Resolved};

/// One movement of an account: never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose it is.
    pub account: AccountNo,
    /// When it counts.
    pub effective_at: Instant,
    /// When it was written.
    pub recorded_at: Instant,
    /// Who asked for it: the name of a key; none where time did it.
    pub by: NameId,
    /// Index into the program's units.
    pub unit: u8,
    /// What happened.
    pub event: Event,
    /// The unit's balance after it.
    pub after: Balance,
}

impl Entry {
    /// Every flow of the entry, in order. `id` is its position.
    pub fn flows(&self, id: Position, visit: &mut impl FnMut(Flow)) {
        self.event.flows(id, self.effective_at, visit);
    }

    /// Which hold the entry resolved, and how. `id` is its position.
    pub fn resolved(&self, id: Position) -> Option<Resolved> {
        let (hold, how, held) = match &self.event {
            Event::Captured(captured) => {
                (captured.hold, Resolution::Captured(captured.credits), captured.held())
            }
            Event::Released(released) if released.expired => {
                (released.hold, Resolution::Expired, released.credits)
            }
            Event::Released(released) => (released.hold, Resolution::Released, released.credits),
            _ => return None,
        };
        Some(Resolved { hold, by: id, how, held, at: self.effective_at })
    }

    /// How much `settled` changed by it.
    pub fn change(&self, id: Position) -> Amount {
        let counts = |account: LedgerAccount| {
            matches!(account, LedgerAccount::Available | LedgerAccount::Held | LedgerAccount::Owed)
        };
        let mut sum = Amount::ZERO;
        self.flows(id, &mut |flow| match (counts(flow.from.account), counts(flow.to.account)) {
            (true, false) => sum = sum.minus(flow.credits),
            (false, true) => sum = sum.plus(flow.credits),
            _ => {}
        });
        sum
    }
}

/// What an account has of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The remaining credits of live grants less what is owed.
    pub settled: Amount,
    /// What open holds have set aside.
    pub held: Amount,
    /// The debt.
    pub owed: Amount,
}

impl Balance {
    /// What can be spent: `settled − held`. Below zero only where an overdraft allows it.
    pub const fn available(&self) -> Amount {
        self.settled.minus(self.held)
    }
}
