//! What was asked for: sums of some days.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use ledger::NameId;
use money::Amount;

use crate::keep::Head;
use crate::sheet::{Mark, Sheet};
use crate::{Day, Month, Sums, csv};

/// What an account spent on some days.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Whether all entries are counted. If not, there is more to count, mostly of older days.
    pub complete: bool,
    /// From which month on there is anything.
    pub since: Option<Month>,
    /// By day, unit, action, member and department.
    pub rows: Vec<Row>,
    /// Where the entries of each day stand.
    pub marks: BTreeMap<Day, Mark>,
    /// Where the entries of each month stand, of all of them.
    pub months: BTreeMap<Month, Mark>,
    ends: BTreeMap<u8, Vec<(Day, Amount)>>,
}

/// What was spent on one thing on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The day.
    pub day: Day,
    /// Index into the program's units.
    pub unit: u8,
    /// The action; none where the host named credits.
    pub action: NameId,
    /// Which person.
    pub member: Option<Arc<str>>,
    /// Which part of the organisation.
    pub department: Option<Arc<str>>,
    /// How much.
    pub sums: Sums,
}

impl Past {
    /// The sums of a unit by something, the largest first.
    pub fn by<K: Ord>(&self, unit: u8, what: impl Fn(&Row) -> K) -> Vec<(K, Sums)> {
        let mut found: BTreeMap<K, Sums> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.unit == unit && row.sums != Sums::default()) {
            let sums = found.entry(what(row)).or_default();
            *sums = sums.plus(row.sums);
        }
        let mut found: Vec<(K, Sums)> = found.into_iter().collect();
        found.sort_by_key(|(_, sums)| std::cmp::Reverse((sums.net(), sums.count)));
        found
    }

    /// All of a unit.
    pub fn total(&self, unit: u8) -> Sums {
        let rows = self.rows.iter().filter(|row| row.unit == unit);
        rows.fold(Sums::default(), |sum, row| sum.plus(row.sums))
    }

    /// What could be spent of a unit at the end of each day that was asked for; nothing where balances were not asked
    /// for, or the unit never moved.
    pub fn balances(&self, unit: u8) -> &[(Day, Amount)] {
        self.ends.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// What was spent of a unit on each of some days, less what came back.
    pub fn by_day(&self, unit: u8, days: RangeInclusive<Day>) -> Vec<(Day, Amount)> {
        let (first, last) = (*days.start(), *days.end());
        let count = last.since(first).clamp(-1, 400) + 1;
        let mut sums: Vec<(Day, Amount)> = (0..count).map(|day| (first.plus(day), Amount::ZERO)).collect();
        for row in self.rows.iter().filter(|row| row.unit == unit) {
            let place = usize::try_from(row.day.since(first)).ok();
            if let Some((_, sum)) = place.and_then(|place| sums.get_mut(place)) {
                *sum = sum.plus(row.sums.net());
            }
        }
        sums
    }

    /// The rows from a day on.
    #[must_use]
    pub fn rows_from(&self, day: Day) -> Past {
        let rows = self.rows.iter().filter(|row| row.day >= day).cloned().collect();
        Past { complete: self.complete, rows, ..Past::default() }
    }

    /// The units that something was spent of.
    pub fn units(&self) -> BTreeSet<u8> {
        self.rows.iter().filter(|row| row.sums != Sums::default()).map(|row| row.unit).collect()
    }

    /// All rows as CSV. `unit` says a unit's code and its decimals, `action` an action's code and its name.
    pub fn csv(
        &self,
        unit: impl Fn(u8) -> (String, u8),
        action: impl Fn(NameId) -> (String, String),
    ) -> String {
        const COLUMNS: [&str; 9] =
            ["date", "unit", "action", "action_name", "member", "department", "count", "spent", "returned"];
        // With a mark at the start, by which spreadsheets know that it is UTF-8.
        let mut text = String::from("\u{feff}");
        csv::row(&mut text, COLUMNS);
        for row in self.rows.iter().filter(|row| row.sums != Sums::default()) {
            let ((unit, decimals), (code, name)) = (unit(row.unit), action(row.action));
            let number = |amount: Amount| csv::number(amount.0, decimals);
            let (spent, returned) = (number(row.sums.spent), number(row.sums.returned));
            let (day, count) = (row.day.to_string(), row.sums.count.to_string());
            let (member, department) = (row.member.as_deref(), row.department.as_deref());
            let (member, department) = (member.unwrap_or_default(), department.unwrap_or_default());
            csv::row(&mut text, [&*day, &unit, &code, &name, member, department, &count, &spent, &returned]);
        }
        text
    }

    pub(crate) fn new(head: &Head) -> Past {
        let months = head.months.clone();
        Past { since: months.keys().next().copied(), months, ..Past::default() }
    }

    pub(crate) fn add(&mut self, month: Month, sheet: &Sheet, days: &RangeInclusive<Day>) {
        let first = month.first();
        let names: Vec<Arc<str>> = sheet.names.iter().map(|name| Arc::from(&**name)).collect();
        let name = |number: u32| names.get((number as usize).checked_sub(1)?).cloned();
        for (key, sums) in &sheet.rows {
            let day = first.plus(i32::from(key.day));
            if days.contains(&day) {
                self.rows.push(Row {
                    day,
                    unit: key.unit,
                    action: key.action,
                    member: name(key.member),
                    department: name(key.department),
                    sums: *sums,
                });
            }
        }
        let marks = sheet.marks.iter().map(|(place, mark)| (first.plus(i32::from(*place)), *mark));
        self.marks.extend(marks.filter(|(day, _)| days.contains(day)));
    }

    /// Works back from what there is now: a day ends with what it is now, less what moved on later days.
    pub(crate) fn end_days(
        &mut self,
        head: &Head,
        moved: &BTreeMap<(Day, u8), Amount>,
        days: &RangeInclusive<Day>,
    ) {
        for (unit, now) in &head.available {
            let mut moves: Vec<(Day, Amount)> =
                moved.iter().filter(|((_, of), _)| of == unit).map(|((day, _), by)| (*day, *by)).collect();
            let (mut end, mut ends) = (*now, Vec::new());
            let mut day = *days.end();
            while day >= *days.start() {
                while let Some((_, by)) = moves.pop_if(|(other, _)| *other > day) {
                    end = end.minus(by);
                }
                ends.push((day, end));
                day = day.plus(-1);
            }
            ends.reverse();
            self.ends.insert(*unit, ends);
        }
    }
}
