use moment::Instant;

use crate::model::world::{Lot, World};

/// One credit, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The grant that it came with.
    pub lot: usize,
    /// Where it is.
    pub place: Place,
}

/// Where a credit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It can be drawn.
    Free,
    /// An open hold has it.
    Held,
    /// A charge has it.
    Spent,
    /// It ended unspent.
    Expired,
    /// It was taken back.
    Voided,
    /// It settled a debt.
    Settled,
}

/// What a spend is made of: credits, by their number, and debts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Credit(usize),
    Debt,
}

impl World<'_> {
    /// Issues a grant; its credits arrive when it starts.
    pub(super) fn issue(&mut self, lot: Lot) {
        let number = self.lots.len();
        let starts = lot.start <= self.now;
        self.lots.push(lot);
        if starts {
            self.start(number);
        }
    }

    /// The credits of a grant arrive, and settle the debt first.
    pub(super) fn start(&mut self, number: usize) {
        self.lots[number].started = true;
        let (unit, size) = (self.lots[number].unit, self.lots[number].size);
        for _ in 0..size {
            self.units[unit].credits.push(Credit { lot: number, place: Place::Free });
        }
        let first = self.units[unit].credits.len() - size as usize;
        self.settle(unit, &(first..first + size as usize).collect::<Vec<_>>());
    }

    /// Credits that have just become free settle what is owed, where their grant settles debts.
    pub(super) fn settle(&mut self, unit: usize, credits: &[usize]) {
        for credit in credits {
            let lot = self.units[unit].credits[*credit].lot;
            if self.units[unit].owed > 0 && self.settles(lot) {
                self.units[unit].owed -= 1;
                self.units[unit].credits[*credit].place = Place::Settled;
                let runs = &mut self.units[unit].settled_by;
                match runs.last_mut() {
                    Some((last, count)) if *last == lot => *count += 1,
                    _ => runs.push((lot, 1)),
                }
                // The eight latest are remembered.
                if runs.len() > 8 {
                    runs.remove(0);
                }
            }
        }
    }

    /// The numbers of the free credits that may pay for an action, in draw order.
    pub(super) fn payable(&self, unit: usize, action: Option<usize>) -> Vec<usize> {
        let pays = |lot: &Lot| match (&lot.scope, action) {
            (None, _) => true,
            (Some(scope), Some(action)) => scope.contains(&action),
            (Some(_), None) => false,
        };
        let credits = &self.units[unit].credits;
        let mut order: Vec<usize> = (0..credits.len())
            .filter(|place| credits[*place].place == Place::Free && pays(&self.lots[credits[*place].lot]))
            .collect();
        order.sort_by_key(|place| self.draw_key(credits[*place].lot));
        order
    }

    /// What the draw order goes by: priority, end, paid or not, width of the scope, start, creation.
    pub(super) fn draw_key(&self, number: usize) -> (i16, Instant, bool, usize, Instant, usize) {
        let lot = &self.lots[number];
        let width = lot.scope.as_ref().map_or(usize::MAX, Vec::len);
        (lot.priority, lot.end, lot.paid > 0, width, lot.start, number)
    }

    /// Moves the credits of slots to a place.
    pub(super) fn move_to(&mut self, unit: usize, slots: &[Slot], place: Place) {
        for slot in slots {
            if let Slot::Credit(credit) = slot {
                self.units[unit].credits[*credit].place = place;
            }
        }
    }

    /// Moves what is free of a grant to a place.
    pub(super) fn end_free(&mut self, lot: usize, place: Place) {
        let unit = self.lots[lot].unit;
        for credit in &mut self.units[unit].credits {
            if credit.lot == lot && credit.place == Place::Free {
                credit.place = place;
            }
        }
    }
}
