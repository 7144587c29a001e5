use account::{HowMuch, Until};
use ledger::Class;
use moment::{Instant, Period};
use money::Amount;

use crate::model::credits::{Place, Slot};
use crate::model::world::{Lot, Verdict, World, later};
use crate::{Give, Pay, Step};

/// Credits set aside.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hold {
    pub unit: usize,
    pub pay: Pay,
    /// In draw order; debts last.
    pub slots: Vec<Slot>,
    pub deadline: Instant,
    pub end: Option<End>,
}

/// How a hold ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Captured(i64),
    Released,
    TimedOut,
}

/// Credits consumed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Charge {
    pub unit: usize,
    /// In draw order; debts last.
    pub slots: Vec<Slot>,
    /// How many of them came back, from the end.
    pub returned: usize,
}

/// A span in which an action counts once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Session {
    pub action: usize,
    pub key: String,
    pub started: Instant,
    pub seen: Instant,
}

impl Hold {
    pub(super) fn size(&self) -> i64 {
        self.slots.len() as i64
    }
}

type Step1 = Result<Verdict, String>;

impl World<'_> {
    /// One step, at the time that it is.
    pub(super) fn step(&mut self, step: &Step) -> Step1 {
        let works_when_closed = matches!(
            step,
            Step::Void { .. }
                | Step::Capture { .. }
                | Step::Release { .. }
                | Step::Return { .. }
                | Step::Reopen
                | Step::Roll
        );
        if self.closed && !works_when_closed {
            return Err("closed".into());
        }
        match step {
            Step::Grant(give) => self.give(give),
            Step::Void { grant } => self.void(*grant),
            Step::Adjust { credits, .. } if *credits <= 0 => Err("out of range".into()),
            Step::Adjust { unit, credits } => {
                let slots = self.draw(usize::from(*unit), None, *credits)?;
                self.move_to(usize::from(*unit), &slots, Place::Voided);
                Ok(Verdict::Done)
            }
            Step::Hold { pay, open_for } => self.hold(pay, *open_for),
            Step::Capture { hold, how_much } => self.capture(*hold, *how_much),
            Step::Release { hold } => self.release(*hold),
            Step::Charge(pay) => {
                let (unit, credits) = self.price(pay)?;
                let slots = self.draw(unit, pay.action, credits)?;
                self.consume(unit, slots);
                Ok(Verdict::Done)
            }
            Step::Return { charge, credits } => self.give_back(*charge, *credits),
            Step::Visit { action, key } => self.visit(*action, key),
            Step::SetAlerts { unit, thresholds } => {
                self.units[usize::from(*unit)].thresholds.clone_from(thresholds);
                Ok(Verdict::Done)
            }
            Step::SetOverdraft { grace, limit } => {
                (self.grace, self.limit) = (*grace, *limit);
                Ok(Verdict::Done)
            }
            Step::SetReports(on) if self.reports == *on => Ok(Verdict::Already),
            Step::SetReports(on) => {
                self.reports = *on;
                Ok(Verdict::Done)
            }
            Step::Close => {
                self.closed = true;
                Ok(Verdict::Done)
            }
            Step::Reopen if !self.closed => Ok(Verdict::Already),
            Step::Reopen => {
                self.closed = false;
                Ok(Verdict::Done)
            }
            Step::Roll => Ok(Verdict::Nothing),
        }
    }

    fn give(&mut self, give: &Give) -> Step1 {
        let class = &self.shop.0.program.classes[give.class.index()];
        let start = self.now.plus_millis(give.starts_in);
        let end = match give.until {
            Until::Default => class.life.map_or(Instant::NEVER, |life| later(life, start)),
            Until::Never => Instant::NEVER,
            Until::At(at) => at,
            Until::After(life) => later(life, start),
        };
        if give.credits <= 0 {
            return Err("out of range".into());
        }
        if end <= start || end <= self.now {
            return Err("invalid /expires_at".into());
        }
        self.issue(Lot {
            unit: usize::from(give.unit),
            class: give.class,
            size: give.credits,
            start,
            end,
            priority: give.priority.unwrap_or(class.priority),
            paid: give.paid.unwrap_or(0),
            scope: give.scope.clone(),
            reissue_of: None,
            started: false,
            voided: false,
        });
        Ok(Verdict::Done)
    }

    fn void(&mut self, grant: usize) -> Step1 {
        match self.lots.get_mut(grant) {
            None => Err("not found grant".into()),
            Some(lot) if lot.voided => Ok(Verdict::Nothing),
            Some(lot) => {
                lot.voided = true;
                self.end_free(grant, Place::Voided);
                Ok(Verdict::Done)
            }
        }
    }

    /// Unit and credits of a spend. The shop's prices are flat.
    fn price(&self, pay: &Pay) -> Result<(usize, i64), String> {
        let Some(action) = pay.action else {
            return Ok((usize::from(pay.unit), pay.credits.unwrap_or(0)));
        };
        let (unit, each) = self.each(action);
        match pay.credits {
            Some(quoted) => Ok((unit, quoted)),
            None if pay.quantity < 1 => Err("no price: the quantity must be at least 1".into()),
            None => Ok((unit, each * pay.quantity)),
        }
    }

    fn each(&self, action: usize) -> (usize, i64) {
        let program = &self.shop.0.program;
        let action = &program.actions[action];
        let work = catalog::Work { quantity: 1, ..catalog::Work::default() };
        (usize::from(action.unit), program.price(action, &work).map_or(0, |credits| credits.0))
    }

    fn may_overdraw(&self, action: Option<usize>) -> bool {
        action.is_some_and(|action| self.shop.0.program.actions[action].may_overdraw)
    }

    fn suspended(&self, unit: usize) -> Result<(), String> {
        let unit = &self.units[unit];
        match &unit.below {
            Some(below) if below.suspended => Err(format!("suspended owed {}", unit.owed)),
            _ => Ok(()),
        }
    }

    /// Takes credits, all or none: those that may pay in draw order, and debts for the rest where that may be.
    fn draw(&mut self, unit: usize, action: Option<usize>, credits: i64) -> Result<Vec<Slot>, String> {
        if !(0..=Amount::MAX.0).contains(&credits) {
            return Err("out of range".into());
        }
        let overdraws = self.may_overdraw(action);
        if overdraws {
            self.suspended(unit)?;
        }
        let payable = self.payable(unit, action);
        let (covered, available) = (payable.len() as i64, self.available(unit));
        let limit = self.limit.or(self.shop.0.program.overdraft.limit.map(|limit| limit.0));
        let refused = |short: i64| {
            let available = available.min(covered);
            Err(format!("insufficient required {credits} available {available} short {}", short.max(1)))
        };
        if credits > 0 && (covered < credits || available < credits) {
            if !overdraws {
                return refused(credits - available.min(covered));
            }
            if let Some(limit) = limit
                && available - credits < -limit
            {
                return refused(credits - available - limit);
            }
        }
        let mut slots: Vec<Slot> = payable.into_iter().take(credits as usize).map(Slot::Credit).collect();
        while (slots.len() as i64) < credits {
            slots.push(Slot::Debt);
            self.units[unit].owed += 1;
        }
        // So that what is drawn next does not draw them again.
        self.move_to(unit, &slots, Place::Held);
        Ok(slots)
    }

    fn consume(&mut self, unit: usize, slots: Vec<Slot>) {
        self.move_to(unit, &slots, Place::Spent);
        self.charges.push(Charge { unit, slots, returned: 0 });
    }

    fn hold(&mut self, pay: &Pay, open_for: Option<Period>) -> Step1 {
        let rule = &self.shop.0.program.holds;
        let deadline = later(open_for.unwrap_or(rule.deadline), self.now);
        if deadline > later(rule.max_deadline, self.now) {
            return Err("invalid /expires_in".into());
        }
        let (unit, credits) = self.price(pay)?;
        let slots = self.draw(unit, pay.action, credits)?;
        self.holds.push(Hold { unit, pay: pay.clone(), slots, deadline, end: None });
        Ok(Verdict::Done)
    }

    fn capture(&mut self, number: usize, how_much: HowMuch) -> Step1 {
        let Some(hold) = self.holds.get(number).cloned() else { return Err("not found hold".into()) };
        match hold.end {
            Some(End::Released) if how_much == HowMuch::Credits(Amount::ZERO) => return Ok(Verdict::Already),
            Some(End::Released) => return Err("already released".into()),
            Some(End::TimedOut) => return Err("hold expired".into()),
            _ => {}
        }
        let asked = match (how_much, hold.pay.action) {
            (HowMuch::All, _) => hold.size(),
            (HowMuch::Credits(credits), _) => credits.0,
            (HowMuch::Quantity(quantity), Some(action)) => self.each(action).1 * quantity,
            (HowMuch::Quantity(_), None) => return Err("invalid /quantity".into()),
        };
        match hold.end {
            Some(End::Captured(credits)) if credits == asked => return Ok(Verdict::Already),
            Some(End::Captured(credits)) => return Err(format!("already captured {credits}")),
            _ => {}
        }
        if asked < 0 {
            return Err("out of range".into());
        }
        if asked == 0 && hold.size() > 0 {
            return self.release(number);
        }
        let exceeds = asked > hold.size();
        let may = hold.pay.action.is_some_and(|action| self.shop.0.program.actions[action].may_exceed_hold);
        if exceeds && !may {
            return Err(format!("exceeds hold {} asked {asked}", hold.size()));
        }
        let excess = asked - hold.size();
        let mut slots = hold.slots;
        if exceeds {
            slots.extend(self.draw(hold.unit, hold.pay.action, excess)?);
            // Debts last: they are undone first.
            slots.sort_by_key(|slot| *slot == Slot::Debt);
        }
        // What is undone first is at the end.
        let rest = if exceeds { Vec::new() } else { slots.split_off(asked as usize) };
        self.move_to(hold.unit, &slots, Place::Spent);
        self.holds[number].end = Some(End::Captured(asked));
        self.bring_back(hold.unit, rest);
        self.consume(hold.unit, slots);
        Ok(Verdict::Done)
    }

    fn release(&mut self, number: usize) -> Step1 {
        let Some(hold) = self.holds.get(number).cloned() else { return Err("not found hold".into()) };
        match hold.end {
            None => {}
            Some(End::Captured(credits)) => return Err(format!("already captured {credits}")),
            Some(End::Released) => return Ok(Verdict::Already),
            Some(End::TimedOut) => return Err("hold expired".into()),
        }
        self.holds[number].end = Some(End::Released);
        self.bring_back(hold.unit, hold.slots);
        Ok(Verdict::Done)
    }

    /// The deadline of a hold comes.
    pub(super) fn time_out(&mut self, number: usize) {
        let (unit, slots) = (self.holds[number].unit, self.holds[number].slots.clone());
        self.told(unit, format!("timed out {number}"));
        self.holds[number].end = Some(End::TimedOut);
        self.bring_back(unit, slots);
    }

    fn give_back(&mut self, number: usize, credits: Option<i64>) -> Step1 {
        let Some(charge) = self.charges.get(number).cloned() else { return Err("not found charge".into()) };
        let left = charge.slots.len() - charge.returned;
        let asked = match credits {
            Some(credits) if credits <= 0 => return Err("out of range".into()),
            Some(credits) => credits as usize,
            None => left,
        };
        if asked > left || (asked == 0 && !charge.slots.is_empty()) {
            return Err(format!("exceeds charge {left} asked {asked}"));
        }
        self.charges[number].returned += asked;
        self.bring_back(charge.unit, charge.slots[left - asked..left].to_vec());
        Ok(Verdict::Done)
    }

    fn visit(&mut self, action: usize, key: &str) -> Step1 {
        let (unit, credits) = self.each(action);
        let rule = &self.shop.0.program.sessions;
        let now = self.now;
        let live = self.sessions.iter().position(|session| {
            let end = later(rule.idle, session.seen).min(later(rule.max, session.started));
            session.action == action && session.key == key && now < end
        });
        if let Some(live) = live {
            if self.may_overdraw(Some(action)) {
                self.suspended(unit)?;
            }
            self.sessions[live].seen = now;
            return Ok(Verdict::Done);
        }
        let slots = self.draw(unit, Some(action), credits)?;
        self.consume(unit, slots);
        self.sessions.push(Session { action, key: key.to_owned(), started: now, seen: now });
        Ok(Verdict::Done)
    }

    /// The end of the current plan period: when the plan's credits that live now end, the latest of them.
    pub(super) fn plan_end(&self, unit: usize) -> Option<Instant> {
        let of_plan = |lot: &&Lot| lot.class == Class::Plan && lot.reissue_of.is_none() && lot.unit == unit;
        let now = self.now;
        let lives = |lot: &&Lot| lot.started && !lot.voided && now < lot.end && !lot.end.is_never();
        self.lots.iter().filter(of_plan).filter(lives).map(|lot| lot.end).max()
    }
}
