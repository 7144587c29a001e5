use moment::{Instant, Zone};

use crate::model::credits::Place;
use crate::model::world::{Below, World, later};

/// Something that falls due. At one instant: what arrives first, then what comes back, then what ends, then what
/// follows from being below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Start(usize),
    Deadline(usize),
    End(usize),
    Warning,
    Suspension,
}

impl World<'_> {
    /// Lets everything happen that falls due until then, each at its own instant.
    pub(super) fn roll(&mut self, until: Instant) {
        while let Some((at, unit, due)) = self.next_due().filter(|(at, ..)| *at <= until) {
            self.now = at;
            let before = self.available(unit);
            match due {
                Due::Start(lot) => self.start(lot),
                Due::Deadline(hold) => self.time_out(hold),
                Due::End(lot) => {
                    self.told(unit, format!("expired {lot}: {}", self.left_of(lot).0));
                    self.end_free(lot, Place::Expired);
                }
                Due::Warning => {
                    self.told(unit, "warned");
                    if let Some(below) = &mut self.units[unit].below {
                        below.warnings.remove(0);
                    }
                }
                Due::Suspension => {
                    self.told(unit, "suspended");
                    if let Some(below) = &mut self.units[unit].below {
                        below.suspended = true;
                    }
                }
            }
            self.tell(unit, before);
        }
        self.now = until;
    }

    fn next_due(&self) -> Option<(Instant, usize, Due)> {
        let mut all = Vec::new();
        let mut has_free = vec![false; self.lots.len()];
        for credit in self.units.iter().flat_map(|unit| &unit.credits) {
            has_free[credit.lot] |= credit.place == Place::Free;
        }
        for (number, lot) in self.lots.iter().enumerate() {
            if !lot.started && !lot.voided {
                all.push((lot.start, Due::Start(number), lot.unit));
            }
            if has_free[number] && !lot.end.is_never() {
                all.push((lot.end, Due::End(number), lot.unit));
            }
        }
        for (number, hold) in self.holds.iter().enumerate() {
            if hold.end.is_none() {
                all.push((hold.deadline, Due::Deadline(number), hold.unit));
            }
        }
        for (number, unit) in self.units.iter().enumerate() {
            if let Some(below) = unit.below.as_ref().filter(|below| !below.suspended) {
                all.extend(below.warnings.first().map(|at| (*at, Due::Warning, number)));
                all.push((below.deadline, Due::Suspension, number));
            }
        }
        all.into_iter().min().map(|(at, due, unit)| (at, unit, due))
    }

    /// Tells what a movement did to the standing of a unit, and which thresholds it crossed downwards.
    pub(super) fn tell(&mut self, unit: usize, before: i64) {
        let after = self.available(unit);
        if after == before {
            return;
        }
        if after < 0 && self.units[unit].below.is_none() {
            self.told(unit, "overdrawn");
            self.units[unit].below = Some(self.below());
        }
        if after >= 0
            && let Some(below) = self.units[unit].below.take()
        {
            self.told(unit, "recovered");
            if below.suspended {
                self.told(unit, "restored");
            }
        }
        let programs = self.shop.0.program.alerts[unit].thresholds.iter().map(|threshold| threshold.0);
        let thresholds = self.units[unit].thresholds.clone().unwrap_or_else(|| programs.collect());
        for threshold in thresholds {
            if before > threshold && after <= threshold {
                self.told(unit, format!("alert {threshold}"));
            }
        }
    }

    fn below(&self) -> Below {
        let rule = &self.shop.0.program.overdraft;
        let deadline = later(self.grace.unwrap_or(rule.grace), self.now);
        let mut warnings: Vec<Instant> = rule
            .warn_before
            .iter()
            .map(|before| before.after(deadline, -1, &Zone::utc()))
            .filter(|at| *at > self.now)
            .collect();
        warnings.sort_unstable();
        Below { since: self.now, deadline, warnings, suspended: false }
    }
}
