use account::{Account, Standing};
use ledger::{Event, GrantState};

use crate::Desk;
use crate::model::World;
use crate::model::credits::Place;

impl World<'_> {
    /// Compares an account with the model: balances, grants, holds, standing, and what was told.
    ///
    /// # Panics
    /// Where they differ, with what.
    pub fn assert_like(&self, desk: &Desk<'_>, account: &Account) {
        assert_eq!(self.closed, account.closed);
        let ids = desk.grants();
        assert_eq!(self.lots.len(), ids.len(), "grants issued");
        assert_eq!(self.standing(), account.standing(), "standing");
        for (number, unit) in self.units.iter().enumerate() {
            let book = account.book(number as u8);
            let balance = book.map(ledger::Book::balance).unwrap_or_default();
            let shown = (balance.available().0, balance.held.0, balance.owed.0);
            assert_eq!(
                shown,
                (self.available(number), self.held(number), unit.owed),
                "available, held, owed"
            );
            let below = book.and_then(|book| book.overdraft.as_deref());
            let below = below.map(|below| (below.since, below.deadline, below.suspended_at.is_some()));
            assert_eq!(
                below,
                unit.below.as_ref().map(|below| (below.since, below.deadline, below.suspended))
            );
            let open: Vec<_> =
                self.holds.iter().filter(|hold| hold.unit == number && hold.end.is_none()).collect();
            let holds = book.map(|book| &book.holds[..]).unwrap_or_default();
            assert_eq!(open.len(), holds.len(), "open holds");
            for (ours, theirs) in open.into_iter().zip(holds) {
                assert_eq!((ours.size(), ours.deadline), (theirs.credits.0, theirs.deadline));
            }
            let order: Vec<_> = self.order(number);
            let kept = book.map(|book| &book.grants[..]).unwrap_or_default();
            let theirs: Vec<_> =
                kept.iter().filter(|grant| grant.free.is_positive()).map(|grant| grant.id).collect();
            let ours: Vec<_> = order.iter().map(|lot| ids[*lot]).collect();
            assert_eq!(ours, theirs, "the order of the grants that can be drawn");
        }
        for (number, lot) in self.lots.iter().enumerate() {
            let id = ids[number];
            let (free, held) = self.left_of(number);
            let Some(grant) = account.book(lot.unit as u8).and_then(|book| book.grant(id)) else {
                assert_eq!((free, held), (0, 0), "grant {number} is not kept");
                continue;
            };
            assert_eq!((grant.free.0, grant.held.0), (free, held), "grant {number}: free, held");
            assert_eq!(grant.state == GrantState::Voided, lot.voided, "grant {number} is void");
            let terms = grant.terms();
            assert_eq!(
                (terms.class, terms.credits.0, terms.effective_at, terms.expires_at, terms.priority),
                (lot.class, lot.size, lot.start, lot.end, lot.priority),
                "grant {number}"
            );
            assert_eq!(terms.paid.map_or(0, |paid| paid.amount), lot.paid, "grant {number}: paid");
            assert_eq!(terms.scope.0.is_some(), lot.scope.is_some(), "grant {number}: scope");
        }
    }

    /// Compares what was told in order, unit by unit.
    ///
    /// # Panics
    /// Where it differs, with what.
    pub fn assert_told(&self, desk: &Desk<'_>) {
        for (number, unit) in self.units.iter().enumerate() {
            let entries =
                desk.journal.entries().iter().filter(|(_, entry)| usize::from(entry.unit) == number);
            let told: Vec<_> = entries
                .filter_map(|(_, entry)| {
                    let what = match &entry.event {
                        Event::Overdrawn(_) => "overdrawn".into(),
                        Event::Recovered(_) => "recovered".into(),
                        Event::Restored(_) => "restored".into(),
                        Event::Suspended(_) => "suspended".into(),
                        Event::SuspensionNear(_) => "warned".into(),
                        Event::AlertFired { threshold } => format!("alert {threshold}"),
                        Event::Expired(part) => {
                            let lot = desk.grants().iter().position(|id| *id == part.grant);
                            format!("expired {}: {}", lot.expect("a grant"), part.credits)
                        }
                        Event::Released(released) if released.expired => {
                            let hold = desk.holds().iter().position(|id| *id == released.hold);
                            format!("timed out {}", hold.expect("a hold"))
                        }
                        _ => return None,
                    };
                    Some((entry.effective_at, what))
                })
                .collect();
            assert_eq!(told, unit.told, "what was told of unit {number}");
        }
    }

    fn standing(&self) -> Standing {
        let mut below = self.units.iter().filter_map(|unit| unit.below.as_ref());
        if self.closed {
            Standing::Closed
        } else if below.clone().any(|below| below.suspended) {
            Standing::Suspended
        } else if below.next().is_some() {
            Standing::Overdrawn
        } else {
            Standing::Active
        }
    }

    fn order(&self, unit: usize) -> Vec<usize> {
        let credits = &self.units[unit].credits;
        let mut lots: Vec<usize> = (0..self.lots.len())
            .filter(|lot| credits.iter().any(|credit| credit.lot == *lot && credit.place == Place::Free))
            .collect();
        lots.sort_by_key(|lot| self.draw_key(*lot));
        lots
    }
}
