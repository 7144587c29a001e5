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

/// Whether an account's reports are sent by themselves, and which is next. Kept from the first time that this is
/// switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporting {
    /// Whether they are.
    pub on: bool,
    /// The month that is told of next; none before something is spent.
    pub next: Option<YearMonth>,
    /// When that month is over.
    pub due_at: Instant,
    /// The latest month that was told of. Neither it nor an earlier one is told of again, whatever becomes of the time zone.
    pub told: Option<YearMonth>,
}

impl Default for Reporting {
    fn default() -> Reporting {
        Reporting { on: false, next: None, due_at: Instant::NEVER, told: None }
    }
}

impl Reporting {
    /// Switches it on or off. What was spent before in the month that it is counts: whether anything was is not known here.
    pub fn set(&mut self, on: bool, at: Instant, zone: &Zone) {
        self.on = on;
        if on {
            self.spent(at, || zone.clone());
        } else {
            self.next = None;
            self.due_at = Instant::NEVER;
        }
    }

    /// Something was spent or given back.
    pub fn spent(&mut self, at: Instant, zone: impl FnOnce() -> Zone) {
        if !self.on || self.next.is_some() {
            return;
        }
        let zone = zone();
        let month = YearMonth::at(at, &zone).filter(|month| self.told.is_none_or(|told| told < *month));
        if let Some(month) = month {
            (self.next, self.due_at) = (Some(month), month.end(&zone));
        }
    }

    /// Months begin and end by another zone.
    pub fn moved(&mut self, zone: &Zone) {
        self.due_at = self.next.map_or(Instant::NEVER, |month| month.end(zone));
    }

    /// A month was told of.
    pub fn tell(&mut self, month: YearMonth) {
        self.told = self.told.max(Some(month));
        self.next = None;
        self.due_at = Instant::NEVER;
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
        let mut reporting = Reporting::default();
        reporting.set(true, at("2026-01-31T10:30:00Z"), &Zone::utc());
        assert_eq!(reporting.due_at, at("2026-02-01T00:00:00Z"));
        // East of the date line it is February: January is over.
        reporting.moved(&zone("Pacific/Kiritimati"));
        assert_eq!(reporting.due_at, at("2026-01-31T10:00:00Z"));
        let january = reporting.next.unwrap();
        reporting.tell(january);
        // Back in January, nothing makes it due again.
        for _ in 0..2 {
            reporting.spent(at("2026-01-31T11:00:00Z"), Zone::utc);
            assert!(reporting.due_at.is_never());
            reporting.set(false, at("2026-01-31T11:00:00Z"), &Zone::utc());
            reporting.set(true, at("2026-01-31T11:00:00Z"), &Zone::utc());
            assert_eq!((reporting.next, reporting.told), (None, Some(january)));
        }
        reporting.spent(at("2026-02-01T00:00:00Z"), Zone::utc);
        assert_eq!(reporting.due_at, at("2026-03-01T00:00:00Z"));
    }

    #[test]
    fn nothing_is_due_where_it_is_off() {
        let mut reporting = Reporting::default();
        reporting.spent(at("2026-01-10T00:00:00Z"), Zone::utc);
        assert_eq!(reporting, Reporting::default());
        reporting.set(true, at("2026-01-10T00:00:00Z"), &Zone::utc());
        reporting.set(false, at("2026-01-20T00:00:00Z"), &Zone::utc());
        reporting.moved(&zone("Europe/Vienna"));
        assert_eq!(reporting, Reporting::default());
    }
}
