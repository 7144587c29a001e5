//! The sums of one month.

use std::collections::BTreeMap;

use ledger::{Entry, Event, Flow, LedgerAccount, NameId, Position, Work};
use money::Amount;
use serde::{Deserialize, Serialize};

use crate::Day;

/// Of so many names, members and departments together, a month keeps sums of their own; the spends of others are counted
/// without a name.
const MOST_NAMES: usize = 20_000;

/// What was spent, and what came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// How many spends.
    pub count: u64,
    /// Their credits.
    pub spent: Amount,
    /// The credits that were given back.
    pub returned: Amount,
}

impl Sums {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Sums) -> Sums {
        Sums {
            count: self.count + other.count,
            spent: self.spent.plus(other.spent),
            returned: self.returned.plus(other.returned),
        }
    }

    /// Spent, less what came back.
    pub const fn net(self) -> Amount {
        self.spent.minus(self.returned)
    }
}

/// Where the entries of a day stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The first of them.
    pub first: Position,
    /// The last.
    pub last: Position,
}

impl Mark {
    pub(crate) fn widen(mark: &mut Option<Mark>, at: Mark) {
        *mark = Some(match *mark {
            Some(old) => Mark { first: old.first.min(at.first), last: old.last.max(at.last) },
            None => at,
        });
    }

    fn has(self, at: Position) -> bool {
        (self.first..=self.last).contains(&at)
    }
}

/// What sums are kept of. Names are numbered from 1; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    /// From 0.
    pub day: u8,
    pub unit: u8,
    pub action: NameId,
    pub member: u32,
    pub department: u32,
}

/// The sums of a month.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sheet {
    /// The entries that were looked at for it: one in there is counted, or is of another month.
    pub seen: Option<Mark>,
    pub names: Vec<Box<str>>,
    pub rows: BTreeMap<Key, Sums>,
    /// Where the entries of each day stand.
    pub marks: BTreeMap<u8, Mark>,
    /// How much `available` changed, by day and unit.
    pub moved: BTreeMap<(u8, u8), Amount>,
    #[serde(skip)]
    numbers: BTreeMap<Box<str>, u32>,
}

impl Sheet {
    /// Whether it is of one piece; makes ready what is not kept.
    pub fn is_sound(&mut self) -> bool {
        let names = self.names.len() as u32;
        let numbers = self.names.iter().cloned().zip(1..);
        self.numbers = numbers.collect();
        self.rows.keys().all(|key| key.day < 31 && key.member <= names && key.department <= names)
            && self.marks.keys().all(|day| *day < 31)
            && self.moved.keys().all(|(day, _)| *day < 31)
    }

    fn number(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return 0 };
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        if self.names.len() >= MOST_NAMES {
            return 0;
        }
        self.names.push(name.into());
        let number = self.names.len() as u32;
        self.numbers.insert(name.into(), number);
        number
    }

    /// Counts an entry of one of its days, once.
    pub fn count(&mut self, at: Position, day: Day, entry: &Entry) {
        if self.seen.is_some_and(|seen| seen.has(at)) {
            return;
        }
        let place = day.place();
        let mut mark = self.marks.get(&place).copied();
        Mark::widen(&mut mark, Mark { first: at, last: at });
        if let Some(mark) = mark {
            self.marks.insert(place, mark);
        }
        let moved = moved(at, entry);
        if !moved.is_zero() {
            let sum = self.moved.entry((place, entry.unit)).or_default();
            *sum = sum.plus(moved);
        }
        if let Some(work) = entry.event.work() {
            let key = self.key(place, entry.unit, work);
            // One that is set aside and comes back counts nothing, and leaves a row: there is something of it that day.
            let sums = self.rows.entry(key).or_default();
            *sums = sums.plus(sums_of(&entry.event));
        }
    }

    fn key(&mut self, day: u8, unit: u8, work: &Work) -> Key {
        let tags = work.tags.as_deref();
        let member = self.number(tags.and_then(|tags| tags.member.as_deref()));
        let department = self.number(tags.and_then(|tags| tags.department.as_deref()));
        Key { day, unit, action: work.action, member, department }
    }
}

/// What an entry spends, or gives back.
fn sums_of(event: &Event) -> Sums {
    let spent = |spent| Sums { count: 1, spent, returned: Amount::ZERO };
    match event {
        Event::Charged(charged) => spent(charged.credits),
        Event::SessionCounted(counted) => spent(counted.charged.credits),
        Event::Captured(captured) => spent(captured.credits),
        Event::Returned(returned) => Sums { returned: returned.credits, ..Sums::default() },
        _ => Sums::default(),
    }
}

/// By how much an entry changes what can be spent.
fn moved(at: Position, entry: &Entry) -> Amount {
    // A debt's ledger account is below zero by as much as is owed.
    let counts = |account| matches!(account, LedgerAccount::Available | LedgerAccount::Owed);
    let mut sum = Amount::ZERO;
    entry.flows(at, &mut |Flow { from, to, credits }| match (counts(from.account), counts(to.account)) {
        (true, false) => sum = sum.minus(credits),
        (false, true) => sum = sum.plus(credits),
        _ => {}
    });
    sum
}
