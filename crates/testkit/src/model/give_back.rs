use moment::Instant;

use crate::model::credits::{Place, Slot};
use crate::model::world::{Lot, World, later};

impl World<'_> {
    /// The slots of a spend come back, the last one first.
    ///
    /// A debt is undone; where it is settled by now, who settled it last gets a credit back. A credit goes back to
    /// its grant, if that lives, and settles what is still owed. What can't go back comes back as a reissue.
    pub(super) fn bring_back(&mut self, unit: usize, slots: Vec<Slot>) {
        let mut free = Vec::new();
        // In order: what can't go back to its grant, and how much of it.
        let mut late: Vec<(Option<usize>, i64)> = Vec::new();
        let mut credits = Vec::new();
        let mut debts = 0;
        for slot in slots.into_iter().rev() {
            match slot {
                Slot::Debt => debts += 1,
                Slot::Credit(credit) => credits.push(credit),
            }
        }
        let undone = debts.min(self.units[unit].owed);
        self.units[unit].owed -= undone;
        for _ in undone..debts {
            let Some(run) = self.units[unit].settled_by.last_mut() else {
                miss(&mut late, None);
                continue;
            };
            let lot = run.0;
            run.1 -= 1;
            if run.1 == 0 {
                self.units[unit].settled_by.pop();
            }
            let settled =
                |credit: &super::credits::Credit| credit.lot == lot && credit.place == Place::Settled;
            let credit = self.units[unit].credits.iter().position(settled).expect("it settled a debt");
            self.back_to_grant(unit, credit, &mut free, &mut late);
        }
        // What settled a debt and what was drawn of one grant come back apart.
        let mut late_parts = Vec::new();
        for credit in credits {
            self.back_to_grant(unit, credit, &mut free, &mut late_parts);
        }
        late.extend(late_parts);
        self.settle(unit, &free);
        for (lot, size) in late {
            self.reissue(unit, lot, size);
        }
    }

    fn back_to_grant(
        &mut self,
        unit: usize,
        credit: usize,
        free: &mut Vec<usize>,
        late: &mut Vec<(Option<usize>, i64)>,
    ) {
        let number = self.units[unit].credits[credit].lot;
        let lot = &self.lots[number];
        let place = if lot.voided {
            Place::Voided
        } else if self.now < lot.end {
            free.push(credit);
            Place::Free
        } else {
            miss(late, Some(number));
            Place::Expired
        };
        self.units[unit].credits[credit].place = place;
    }

    fn reissue(&mut self, unit: usize, lot: Option<usize>, size: i64) {
        let Some(number) = lot else {
            // Nobody knows any more what had settled the debt.
            let class = ledger::Class::Adjustment;
            let priority = self.shop.0.program.classes[class.index()].priority;
            return self.issue(Lot {
                unit,
                class,
                size,
                start: self.now,
                end: Instant::NEVER,
                priority,
                paid: 0,
                scope: None,
                reissue_of: None,
                started: false,
                voided: false,
            });
        };
        let Some(life) = self.late_life() else { return };
        let end = self.plan_end(unit).unwrap_or_else(|| later(life, self.now));
        let of = &self.lots[number];
        let lot = Lot {
            size,
            start: self.now,
            end,
            paid: of.paid * size / of.size,
            reissue_of: Some(number),
            started: false,
            ..of.clone()
        };
        self.issue(lot);
    }
}

fn miss(late: &mut Vec<(Option<usize>, i64)>, lot: Option<usize>) {
    match late.last_mut() {
        Some((last, count)) if *last == lot => *count += 1,
        _ => late.push((lot, 1)),
    }
}
