use account::{ActionWork, Change, Command, HowMuch, Issue, Spend, Until, What};
use ledger::{Class, OverdraftTerms, Position, Scope};
use moment::{Instant, Period};
use money::{Amount, Money};

use crate::Shop;

/// A command that names grants, holds, charges and actions by their number, in the order in which they were made.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is told at the command of the same name")]
pub enum Step {
    Grant(Give),
    Void { grant: usize },
    Adjust { unit: u8, credits: i64 },
    Hold { pay: Pay, open_for: Option<Period> },
    Capture { hold: usize, how_much: HowMuch },
    Release { hold: usize },
    Charge(Pay),
    Return { charge: usize, credits: Option<i64> },
    Visit { action: usize, key: String },
    SetAlerts { unit: u8, thresholds: Option<Vec<i64>> },
    SetOverdraft { grace: Option<Period>, limit: Option<i64> },
    SetReports(bool),
    Close,
    Reopen,
    Roll,
}

/// A grant to be issued.
#[derive(Clone, Debug, PartialEq)]
pub struct Give {
    /// Index of the unit.
    pub unit: u8,
    /// Where the credits come from.
    pub class: Class,
    /// How many.
    pub credits: i64,
    /// The start, in milliseconds from now.
    pub starts_in: i64,
    /// The end.
    pub until: Until,
    /// As the program says, where it is `None`.
    pub priority: Option<i16>,
    /// Cents.
    pub paid: Option<i64>,
    /// Which actions it pays for, by their place; `None`: all.
    pub scope: Option<Vec<usize>>,
}

/// A spend: an action at its price, an action at the price of a quote, or credits.
#[derive(Clone, Debug, PartialEq)]
pub struct Pay {
    /// The action, by its place.
    pub action: Option<usize>,
    /// How many.
    pub quantity: i64,
    /// What a quote promised; without an action, what is spent.
    pub credits: Option<i64>,
    /// Index of the unit, where there is no action.
    pub unit: u8,
}

impl Give {
    /// Credits for anything, without an end.
    pub const fn new(class: Class, credits: i64) -> Give {
        Give {
            unit: 0,
            class,
            credits,
            starts_in: 0,
            until: Until::Never,
            priority: None,
            paid: None,
            scope: None,
        }
    }
}

impl Pay {
    /// Credits of the first unit, for no action.
    pub const fn credits(credits: i64) -> Pay {
        Pay { action: None, quantity: 1, credits: Some(credits), unit: 0 }
    }

    /// So many credits for an action, as a quote had promised.
    pub const fn quoted(action: usize, credits: i64) -> Pay {
        Pay { action: Some(action), quantity: 1, credits: Some(credits), unit: 0 }
    }

    /// So many of an action, at its price.
    pub const fn action(action: usize, quantity: i64) -> Pay {
        Pay { action: Some(action), quantity, credits: None, unit: 0 }
    }

    pub(crate) fn spend(&self, shop: &Shop, open_for: Option<Period>) -> Spend {
        let what = match self.action {
            Some(action) => What::Action(self.work(shop, action)),
            None => What::Credits { unit: self.unit, credits: Amount(self.credits.unwrap_or(0)) },
        };
        Spend { what, open_for, reference: None, member: None, department: None, metadata: Vec::new() }
    }

    fn work(&self, shop: &Shop, action: usize) -> ActionWork {
        ActionWork {
            index: action,
            name: shop.name(action),
            quantity: self.quantity,
            attributes: Vec::new(),
            quoted: self.credits.map(|credits| (Amount(credits), 1)),
        }
    }
}

/// The positions of what was made so far, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Made {
    pub grants: Vec<Position>,
    pub holds: Vec<Position>,
    pub charges: Vec<Position>,
}

/// Where nothing was ever made.
const NOWHERE: Position = Position(3);

impl Step {
    /// The command for an account.
    pub(crate) fn command(&self, shop: &Shop, made: &Made, now: Instant) -> Command {
        let of = |list: &[Position], number: usize| list.get(number).copied().unwrap_or(NOWHERE);
        match self {
            Step::Grant(give) => Command::Issue(Box::new(issue(give, shop, now))),
            Step::Void { grant } => {
                Command::Void { grant: of(&made.grants, *grant), reason: "a test".into() }
            }
            Step::Adjust { unit, credits } => {
                Command::Adjust { unit: *unit, credits: Amount(*credits), reason: "a test".into() }
            }
            Step::Hold { pay, open_for } => Command::Hold(Box::new(pay.spend(shop, *open_for))),
            Step::Capture { hold, how_much } => {
                Command::Capture { hold: of(&made.holds, *hold), how_much: *how_much }
            }
            Step::Release { hold } => Command::Release { hold: of(&made.holds, *hold), reason: None },
            Step::Charge(pay) => Command::Charge(Box::new(pay.spend(shop, None))),
            Step::Return { charge, credits } => Command::Return {
                charge: of(&made.charges, *charge),
                credits: credits.map(Amount),
                reason: "a test".into(),
            },
            Step::Visit { action, key } => Command::Session {
                work: Pay::action(*action, 1).work(shop, *action),
                key: key.as_str().into(),
            },
            Step::SetAlerts { unit, thresholds } => Command::SetAlerts {
                unit: *unit,
                thresholds: thresholds.as_ref().map(|list| list.iter().copied().map(Amount).collect()),
            },
            Step::SetOverdraft { grace, limit } => Command::Change(Box::new(Change {
                overdraft: Some(OverdraftTerms {
                    grace_millis: grace.and_then(Period::exact_millis),
                    limit: limit.map(Amount),
                }),
                ..Change::default()
            })),
            Step::SetReports(on) => Command::SetReports(*on),
            Step::Close => Command::Close { reason: "a test".into() },
            Step::Reopen => Command::Reopen { reason: "a test".into() },
            Step::Roll => Command::Roll,
        }
    }
}

fn issue(give: &Give, shop: &Shop, now: Instant) -> Issue {
    let scope = give.scope.as_ref().map(|actions| {
        let mut names: Vec<_> = actions.iter().map(|action| shop.name(*action)).collect();
        names.sort_unstable();
        names.dedup();
        names.into_boxed_slice()
    });
    Issue {
        unit: give.unit,
        class: give.class,
        credits: Amount(give.credits),
        effective_at: (give.starts_in != 0).then(|| now.plus_millis(give.starts_in)),
        until: give.until,
        priority: give.priority,
        paid: give.paid.and_then(|amount| Some(Money { amount, currency: "USD".parse().ok()? })),
        scope: Scope(scope),
        reason: "a test".into(),
    }
}
