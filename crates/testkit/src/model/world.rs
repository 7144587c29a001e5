use catalog::LateReturn;
use ledger::Class;
use moment::{Instant, Period, Zone};

use crate::model::credits::{Credit, Place};
use crate::model::spend::{Charge, Hold, Session};
use crate::{Shop, Step};

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something happened.
    Done,
    /// It had been done before.
    Already,
    /// There was nothing to do.
    Nothing,
}

/// An account, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct World<'a> {
    pub(super) shop: Rules<'a>,
    /// The time.
    pub now: Instant,
    /// Whether it takes no requests.
    pub closed: bool,
    /// By unit.
    pub units: Vec<Unit>,
    /// All grants, in the order in which they were issued.
    pub lots: Vec<Lot>,
    pub(super) holds: Vec<Hold>,
    pub(super) charges: Vec<Charge>,
    pub(super) sessions: Vec<Session>,
    pub(super) grace: Option<Period>,
    pub(super) limit: Option<i64>,
    pub(super) reports: bool,
}

/// The program. Two worlds are compared by what happened in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a>(pub &'a Shop);

impl PartialEq for Rules<'_> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What there is of one unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    pub(super) credits: Vec<Credit>,
    /// The debt.
    pub owed: i64,
    /// Which grants settled debts, latest last: a run of credits each.
    pub(super) settled_by: Vec<(usize, i64)>,
    /// The time below zero.
    pub below: Option<Below>,
    /// The account's own alert thresholds.
    pub thresholds: Option<Vec<i64>>,
    /// What was told, in order.
    pub told: Vec<(Instant, String)>,
}

/// A time below zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Below {
    /// When it began.
    pub since: Instant,
    /// When it leads to suspension.
    pub deadline: Instant,
    pub(super) warnings: Vec<Instant>,
    /// Whether it has.
    pub suspended: bool,
}

/// A grant.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in `ledger::Terms`")]
pub struct Lot {
    pub unit: usize,
    pub class: Class,
    pub size: i64,
    pub start: Instant,
    pub end: Instant,
    pub priority: i16,
    pub paid: i64,
    pub scope: Option<Vec<usize>>,
    pub reissue_of: Option<usize>,
    pub started: bool,
    pub voided: bool,
}

impl<'a> World<'a> {
    pub(super) fn open(shop: &'a Shop, now: Instant) -> World<'a> {
        let units = shop.program.units.iter().map(|_| Unit::default()).collect();
        let mut world = World {
            shop: Rules(shop),
            now,
            closed: false,
            units,
            lots: Vec::new(),
            holds: Vec::new(),
            charges: Vec::new(),
            sessions: Vec::new(),
            grace: None,
            limit: None,
            reports: false,
        };
        for starter in &shop.program.starter {
            let class = &shop.program.classes[Class::Starter.index()];
            let end = starter.life.or(class.life).map_or(Instant::NEVER, |life| later(life, now));
            world.issue(Lot {
                unit: usize::from(starter.unit),
                class: Class::Starter,
                size: starter.credits.0,
                start: now,
                end,
                priority: class.priority,
                paid: 0,
                scope: None,
                reissue_of: None,
                started: false,
                voided: false,
            });
        }
        world
    }

    /// Steps, one after another, all or none.
    pub(super) fn request(&mut self, now: Instant, steps: &[Step]) -> Result<Vec<Verdict>, (usize, String)> {
        let mut done = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            self.roll(now);
            let before: Vec<i64> = (0..self.units.len()).map(|unit| self.available(unit)).collect();
            done.push(self.step(step).map_err(|refusal| (number, refusal))?);
            for (unit, before) in before.into_iter().enumerate() {
                self.tell(unit, before);
            }
        }
        Ok(done)
    }

    /// How many credits there are in a place.
    pub fn count(&self, unit: usize, place: impl Fn(&Credit) -> bool) -> i64 {
        self.units[unit].credits.iter().filter(|credit| place(credit)).count() as i64
    }

    /// What can be drawn, of all grants.
    pub fn free(&self, unit: usize) -> i64 {
        self.count(unit, |credit| credit.place == Place::Free)
    }

    /// What open holds have set aside, debts among it.
    pub fn held(&self, unit: usize) -> i64 {
        self.holds.iter().filter(|hold| hold.unit == unit && hold.end.is_none()).map(Hold::size).sum()
    }

    /// What can be spent.
    pub fn available(&self, unit: usize) -> i64 {
        self.free(unit) - self.units[unit].owed
    }

    /// Of a grant: what is free, and what is on hold.
    pub fn left_of(&self, lot: usize) -> (i64, i64) {
        let unit = self.lots[lot].unit;
        let free = self.count(unit, |credit| credit.lot == lot && credit.place == Place::Free);
        let held = self.count(unit, |credit| credit.lot == lot && matches!(credit.place, Place::Held));
        (free, held)
    }

    /// Whether a grant settles debts: it pays for every action that may make one.
    pub(super) fn settles(&self, lot: usize) -> bool {
        let actions = &self.shop.0.program.actions;
        self.lots[lot].scope.as_ref().is_none_or(|scope| {
            actions.iter().enumerate().all(|(place, action)| !action.may_overdraw || scope.contains(&place))
        })
    }

    pub(super) fn late_life(&self) -> Option<Period> {
        match self.shop.0.program.late_return {
            LateReturn::Reissue { life } => Some(life),
            LateReturn::Expire => None,
        }
    }

    pub(super) fn told(&mut self, unit: usize, what: impl Into<String>) {
        let now = self.now;
        self.units[unit].told.push((now, what.into()));
    }
}

pub(super) fn later(period: Period, from: Instant) -> Instant {
    period.after(from, 1, &Zone::utc())
}
