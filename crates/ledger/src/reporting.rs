//! Reports of a month that are sent by themselves.

use std::fmt;

use moment::{Instant, Zone};
use serde::{Deserialize, Serialize};

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct YearMonth {
    /// Of the Gregorian calendar.
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
}

impl YearMonth {
    /// The month that an instant is in; `None` beyond the calendar.
    pub fn at(instant: Instant, zone: &Zone) -> Option<YearMonth> {
        zone.civil(instant).map(|civil| YearMonth { year: civil.year, month: civil.month })
    }

    /// The first instant after it: when it is over. [`Instant::NEVER`] beyond the calendar.
    pub fn end(self, zone: &Zone) -> Instant {
        let (year, month) =
            if self.month >= 12 { (self.year.saturating_add(1), 1) } else { (self.year, self.month + 1) };
        zone.day_start(year, month, 1).unwrap_or(Instant::NEVER)
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Whether an account's reports are sent by themselves, and what no report has told of yet. Kept from the first time that
/// this is switched on. Which month is next, and when it is over, is not kept: it follows from the account's time zone,
/// and what a zone does may be learnt anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporting {
    /// Whether they are.
    pub on: bool,
    /// When something was first spent, or given back, of which nobody was told.
    pub since: Option<Instant>,
    /// When that was last.
    pub last: Option<Instant>,
    /// The latest month that was told of. Neither it nor an earlier one is told of again, whatever becomes of the time zone.
    pub told: Option<YearMonth>,
}

impl Reporting {
    /// Switches it on or off. What was spent before in the month that it is counts: whether anything was is not known here.
    pub fn set(&mut self, on: bool, at: Instant) {
        self.on = on;
        (self.since, self.last) = if on { (Some(at), Some(at)) } else { (None, None) };
    }

    /// Something was spent or given back.
    pub fn spent(&mut self, at: Instant) {
        if self.on {
            self.since.get_or_insert(at);
            self.last = Some(at);
        }
    }

    /// A month was told of.
    pub fn tell(&mut self, month: YearMonth) {
        self.told = self.told.max(Some(month));
        // What was spent last may be of a later month, as another zone has it; if not, that is seen by its month.
        self.since = self.last;
    }

    /// The month that is told of next, and when it is over.
    pub fn due(&self, zone: &Zone) -> Option<(YearMonth, Instant)> {
        let months = [self.since, self.last].into_iter().flatten();
        let month = months.filter_map(|at| YearMonth::at(at, zone)).find(|month| self.told < Some(*month))?;
        Some((month, month.end(zone)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    #[test]
    fn a_month_ends_where_its_zone_says() {
        for (name, instant, month, end) in [
            ("UTC", "2026-01-31T23:59:59.999Z", "2026-01", "2026-02-01T00:00:00Z"),
            ("UTC", "2026-12-31T12:00:00Z", "2026-12", "2027-01-01T00:00:00Z"),
            ("UTC", "2028-02-29T12:00:00Z", "2028-02", "2028-03-01T00:00:00Z"),
            ("Europe/Vienna", "2026-01-31T23:00:00Z", "2026-02", "2026-02-28T23:00:00Z"),
            ("Europe/Vienna", "2026-03-10T00:00:00Z", "2026-03", "2026-03-31T22:00:00Z"),
            ("America/New_York", "2026-02-01T04:59:59Z", "2026-01", "2026-02-01T05:00:00Z"),
            ("Pacific/Kiritimati", "2026-01-31T10:00:00Z", "2026-02", "2026-02-28T10:00:00Z"),
            // The 30th of December 2011 was left out there.
            ("Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12", "2011-12-31T10:00:00Z"),
        ] {
            let zone = zone(name);
            let found = YearMonth::at(at(instant), &zone).unwrap();
            assert_eq!((found.to_string().as_str(), found.end(&zone)), (month, at(end)), "{name} {instant}");
        }
        let last = YearMonth { year: 9_999, month: 12 };
        assert!(last.end(&Zone::utc()).is_never());
        assert_eq!(YearMonth::at(Instant::NEVER, &Zone::utc()), None);
    }

    #[test]
    fn a_month_is_told_of_once_whatever_becomes_of_the_zone() {
        let (utc, east) = (Zone::utc(), zone("Pacific/Kiritimati"));
        let mut reporting = Reporting::default();
        reporting.set(true, at("2026-01-31T09:30:00Z"));
        let (january, over) = reporting.due(&utc).unwrap();
        assert_eq!((january.to_string().as_str(), over), ("2026-01", at("2026-02-01T00:00:00Z")));
        // East of the date line it is over sooner.
        assert_eq!(reporting.due(&east), Some((january, at("2026-01-31T10:00:00Z"))));
        reporting.tell(january);
        // Back in January, nothing makes it due again.
        for _ in 0..2 {
            reporting.spent(at("2026-01-31T11:00:00Z"));
            assert_eq!(reporting.due(&utc), None);
            reporting.set(false, at("2026-01-31T11:00:00Z"));
            reporting.set(true, at("2026-01-31T11:00:00Z"));
            assert_eq!((reporting.due(&utc), reporting.told), (None, Some(january)));
        }
        reporting.spent(at("2026-02-01T00:00:00Z"));
        let (february, over) = reporting.due(&utc).unwrap();
        assert_eq!((february.to_string().as_str(), over), ("2026-02", at("2026-03-01T00:00:00Z")));
        reporting.tell(february);
        assert_eq!(reporting.due(&utc), None);
    }

    #[test]
    fn what_was_spent_last_is_told_of_though_a_zone_makes_it_another_month() {
        let mut reporting = Reporting::default();
        reporting.set(true, at("2026-01-31T09:30:00Z"));
        reporting.spent(at("2026-01-31T12:00:00Z"));
        let east = zone("Pacific/Kiritimati");
        let (january, _) = reporting.due(&east).unwrap();
        reporting.tell(january);
        let (february, over) = reporting.due(&east).unwrap();
        assert_eq!((february.to_string().as_str(), over), ("2026-02", at("2026-02-28T10:00:00Z")));
    }

    #[test]
    fn nothing_is_due_where_it_is_off() {
        let mut reporting = Reporting::default();
        reporting.spent(at("2026-01-10T00:00:00Z"));
        assert_eq!(reporting, Reporting::default());
        reporting.set(true, at("2026-01-10T00:00:00Z"));
        reporting.set(false, at("2026-01-20T00:00:00Z"));
        assert_eq!(reporting, Reporting::default());
    }
}
