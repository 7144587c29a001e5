//! Sets of kinds of entries, so that who looks for a rare one passes over all others without decoding them.

use ledger::EventKind;

use crate::codec::core_kind;

/// A set of kinds: a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(pub u64);

impl Kinds {
    /// Every kind.
    pub const ALL: Kinds = Kinds(u64::MAX);
    /// None.
    pub const NONE: Kinds = Kinds(0);
    /// Those of entries that may speak of an order. Others are found by the same look.
    pub const OF_ORDERS: Kinds = Kinds::of(&[
        EventKind::OrderPlaced,
        EventKind::CheckoutOpened,
        EventKind::PaymentAsked,
        EventKind::PaymentPending,
        EventKind::PaymentDeclined,
        EventKind::OrderPaid,
        EventKind::OrderCredited,
        EventKind::OrderFailed,
        EventKind::OrderCanceled,
        EventKind::OrderRefunded,
        EventKind::OrderDisputed,
        EventKind::DisputeClosed,
        EventKind::ClawedBack,
        EventKind::GivenAgain,
        EventKind::Issued,
    ]);

    /// These.
    pub const fn of(kinds: &[EventKind]) -> Kinds {
        let (mut bits, mut place) = (0, 0);
        while place < kinds.len() {
            bits |= 1 << kinds[place] as u64;
            place += 1;
        }
        Kinds(bits)
    }

    /// Those of either.
    pub const fn and(self, others: Kinds) -> Kinds {
        Kinds(self.0 | others.0)
    }

    /// Whether there is one of these among them.
    pub const fn has_some_of(self, others: Kinds) -> bool {
        self.0 & others.0 != 0
    }

    /// The kind of an entry, by its core; all, if it can't be told.
    pub fn of_core(core: &[u8]) -> Kinds {
        core_kind(core).filter(|kind| *kind < 64).map_or(Kinds::ALL, |kind| Kinds(1 << kind))
    }
}

#[cfg(test)]
mod tests {
    use ledger::{Event, Position};

    use super::*;

    #[test]
    fn whatever_speaks_of_an_order_is_looked_at() {
        let mut seen = 0;
        for (name, event) in crate::golden::all() {
            if event.order(Position::new(9, 9)).is_some() {
                assert!(Kinds::of(&[event.kind()]).has_some_of(Kinds::OF_ORDERS), "{name}");
                seen += usize::from(!matches!(event, Event::Issued(_)));
            }
        }
        assert!(seen >= 14, "every kind of an order's life is among the golden entries: {seen}");
    }
}
