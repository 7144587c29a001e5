//! Random requests to an engine: holds, charges, sessions, returns, grants, repeats and time, on many accounts.

use account::{ActionWork, Change, Command, HowMuch, Issue, Spend, Until, What};
use engine::{Failure, Idempotency, Op, Step, Target, Written};
use ledger::{AccountNo, Class, Event, OverdraftTerms, Position, Scope};
use moment::Period;
use money::Amount;

use crate::Running;
use crate::running::key;

/// Random numbers that come again with the same seed.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    pub const fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`.
    pub const fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % sides
    }

    /// One of a list, mostly one of the last ones.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let window = if self.roll(4) > 0 { list.len().min(12) } else { list.len() };
        let from = list.len() - window;
        (window > 0).then(|| list[from + self.roll(window as u64) as usize])
    }
}

/// What was asked once.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of which account.
    pub target: Target,
    /// What.
    pub steps: Vec<Step>,
}

/// Makes requests, and knows what came of them.
#[derive(Clone, Debug)]
pub struct Story {
    /// Its chances.
    pub dice: Dice,
    accounts: u64,
    holds: Vec<(AccountNo, Position)>,
    charges: Vec<(AccountNo, Position)>,
    grants: Vec<(AccountNo, Position)>,
    asked: Vec<Asked>,
    keys: u64,
}

const HOUR: i64 = 3_600_000;

impl Story {
    /// A story of so many accounts.
    pub const fn new(seed: u64, accounts: u64) -> Story {
        Story {
            dice: Dice::new(seed),
            accounts,
            holds: Vec::new(),
            charges: Vec::new(),
            grants: Vec::new(),
            asked: Vec::new(),
            keys: 0,
        }
    }

    /// The host's id of an account of the story.
    pub fn host(&mut self) -> Target {
        Target::Host(format!("shop-{}", self.dice.roll(self.accounts)).into())
    }

    fn fresh(&mut self) -> Option<Idempotency> {
        self.keys += 1;
        // A digest of its own for each: what is asked with a key is never asked with another.
        (self.dice.roll(10) > 0).then(|| key(self.keys, self.keys))
    }

    /// The next request.
    pub fn next(&mut self, running: &Running) -> Asked {
        if self.dice.roll(10) == 0
            && let Some(place) = self.dice.pick(&(0..self.asked.len()).collect::<Vec<_>>())
        {
            return self.repeat(place);
        }
        let count = if self.dice.roll(8) == 0 { 2 + self.dice.roll(3) } else { 1 };
        let (target, first) = self.command(running);
        let mut steps = vec![Step { command: first, idempotency: self.fresh() }];
        for _ in 1..count {
            let (_, command) = self.command(running);
            // A group opens its account first or not at all.
            if !matches!(command, Command::Open(_)) {
                steps.push(Step { command, idempotency: self.fresh() });
            }
        }
        let asked = Asked { target, steps };
        self.asked.push(asked.clone());
        asked
    }

    /// What was asked before, again; now and then with another body.
    fn repeat(&mut self, place: usize) -> Asked {
        let mut asked = self.asked[place].clone();
        if self.dice.roll(6) == 0
            && let Some(Step { idempotency: Some(old), .. }) = asked.steps.first_mut()
        {
            old.digest = [0xff; 8];
        }
        asked
    }

    fn spend(&mut self, running: &Running) -> Spend {
        let index = self.dice.roll(running.shop.actions.len() as u64) as usize;
        let what = if self.dice.roll(5) == 0 {
            What::Credits { unit: 0, credits: Amount(self.dice.roll(20) as i64) }
        } else {
            What::Action(self.work(running, index))
        };
        let open_for =
            (self.dice.roll(2) == 0).then(|| Period::Exact(self.dice.roll(72) as i64 * HOUR + HOUR));
        Spend {
            what,
            open_for,
            reference: (self.dice.roll(3) == 0).then(|| "order 7".into()),
            member: None,
            department: None,
            metadata: Vec::new(),
        }
    }

    fn work(&mut self, running: &Running, index: usize) -> ActionWork {
        let quantity = 1 + self.dice.roll(2) as i64;
        ActionWork {
            index,
            name: running.shop.actions[index],
            quantity,
            attributes: Vec::new(),
            quoted: None,
        }
    }

    fn issue(&mut self) -> Issue {
        let until = match self.dice.roll(4) {
            0 => Until::Never,
            1 => Until::Default,
            _ => Until::After(Period::Exact((1 + self.dice.roll(400) as i64) * HOUR)),
        };
        let starts = (self.dice.roll(6) == 0)
            .then(|| crate::running::START.plus_millis(self.dice.roll(2_000) as i64 * HOUR));
        Issue {
            unit: u8::from(self.dice.roll(6) == 0),
            class: Class::ALL[self.dice.roll(Class::ALL.len() as u64) as usize],
            credits: Amount(1 + self.dice.roll(60) as i64),
            effective_at: starts,
            until,
            priority: None,
            paid: None,
            scope: Scope::default(),
            reason: "a story".into(),
        }
    }

    fn command(&mut self, running: &Running) -> (Target, Command) {
        let host = self.host();
        let about = |of: Option<(AccountNo, Position)>| of.map(|(no, at)| (Target::Number(no), at));
        let kind = self.dice.roll(100);
        let found = match kind {
            0..15 => about(self.dice.pick(&self.holds)).map(|(target, hold)| {
                let how_much = match self.dice.roll(4) {
                    0 => HowMuch::Credits(Amount(self.dice.roll(12) as i64)),
                    _ => HowMuch::All,
                };
                (target, Command::Capture { hold, how_much })
            }),
            15..21 => about(self.dice.pick(&self.holds))
                .map(|(target, hold)| (target, Command::Release { hold, reason: None })),
            21..32 => about(self.dice.pick(&self.charges)).map(|(target, charge)| {
                let credits = (self.dice.roll(3) > 0).then(|| Amount(1 + self.dice.roll(4) as i64));
                (target, Command::Return { charge, credits, reason: "a story".into() })
            }),
            32..34 => about(self.dice.pick(&self.grants))
                .map(|(target, grant)| (target, Command::Void { grant, reason: "a story".into() })),
            _ => None,
        };
        if let Some(found) = found {
            return found;
        }
        let command = match kind {
            34..50 => Command::Hold(Box::new(self.spend(running))),
            50..70 => Command::Charge(Box::new(self.spend(running))),
            70..76 => {
                let index = 3 + self.dice.roll(2) as usize;
                let work = ActionWork { quantity: 1, ..self.work(running, index) };
                Command::Session { work, key: format!("visit-{}", self.dice.roll(3)).into() }
            }
            76 => Command::Adjust { unit: 0, credits: Amount(1), reason: "a story".into() },
            77 => Command::SetAlerts { unit: 0, thresholds: Some(vec![Amount(20), Amount(5)].into()) },
            78 => Command::Change(Box::new(Change {
                name: Some("Ada".into()),
                overdraft: Some(OverdraftTerms { grace_millis: Some(40 * HOUR), limit: None }),
                ..Change::default()
            })),
            79 if self.dice.roll(4) == 0 => Command::Close { reason: "a story".into() },
            80 => Command::Reopen { reason: "a story".into() },
            81..90 => Command::Open(Box::default()),
            _ => Command::Issue(Box::new(self.issue())),
        };
        (host, command)
    }

    /// Learns from an answer what there is to be captured, returned and voided.
    pub fn learn(&mut self, answers: &[Result<Written, Failure>]) {
        for written in answers.iter().flatten() {
            let at = (written.entry.account, written.position);
            match &written.entry.event {
                Event::Held(_) => self.holds.push(at),
                Event::Issued(_) => self.grants.push(at),
                event if event.charge().is_some() => self.charges.push(at),
                _ => {}
            }
        }
    }
}

impl Asked {
    /// The op for an engine.
    pub fn op(&self, running: &Running) -> Op {
        running.group(self.target.clone(), self.steps.clone())
    }
}

/// What opens an account.
pub fn open() -> Command {
    Command::Open(Box::default())
}

/// A charge of so many credits.
pub fn charge(credits: i64) -> Command {
    Command::Charge(Box::new(of_credits(credits)))
}

/// A hold of so many credits, for so long.
pub fn hold(credits: i64, millis: i64) -> Command {
    Command::Hold(Box::new(Spend { open_for: Some(Period::Exact(millis)), ..of_credits(credits) }))
}

fn of_credits(credits: i64) -> Spend {
    Spend {
        what: What::Credits { unit: 0, credits: Amount(credits) },
        open_for: None,
        reference: None,
        member: None,
        department: None,
        metadata: Vec::new(),
    }
}

/// Bought credits that end at an instant, or never.
pub fn grant(credits: i64, until: Until) -> Command {
    Command::Issue(Box::new(Issue {
        unit: 0,
        class: Class::Purchase,
        credits: Amount(credits),
        effective_at: None,
        until,
        priority: None,
        paid: None,
        scope: Scope::default(),
        reason: "a story".into(),
    }))
}
