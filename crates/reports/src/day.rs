//! Days and months of the calendar, by number.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use moment::{Civil, Instant, Zone};
use serde::{Deserialize, Serialize};

/// A day of the calendar: how many days it is after 1 January 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(i32);

/// A month of the calendar.
///
/// ```
/// use reports::{Day, Month};
/// let month: Month = "2028-02".parse().unwrap();
/// assert_eq!(month.days(), 29);
/// assert_eq!(month.first().to_string(), "2028-02-01");
/// assert_eq!(month.next().previous(), month);
/// assert!("2028-13".parse::<Month>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(i32);

/// A text that is no day or month between the years 1970 and 9998.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDay;

impl Day {
    /// The day of a date, which has to be one.
    fn of(year: i32, month: i32, day: i32) -> Day {
        // Years that begin in March, in cycles of 400: the leap day is the last of its year.
        let year = if month <= 2 { year - 1 } else { year };
        let (cycle, of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Day(cycle * 146_097 + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - 719_468)
    }

    /// The day that people see on a calendar.
    pub fn of_civil(civil: &Civil) -> Day {
        Day::of(i32::from(civil.year), i32::from(civil.month), i32::from(civil.day))
    }

    /// The day that an instant is on; `None` for [`Instant::NEVER`] and beyond the calendar.
    pub fn at(instant: Instant, zone: &Zone) -> Option<Day> {
        zone.civil(instant).as_ref().map(Day::of_civil)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    pub fn date(self) -> (i32, i32, i32) {
        let days = self.0 + 719_468;
        let (cycle, of_cycle) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
        let of_year = of_cycle - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (cycle * 400 + year + i32::from(month <= 2), month, day)
    }

    /// So many days later.
    #[must_use]
    pub const fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// How many days it is after an earlier one.
    pub const fn since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The month that it is in.
    pub fn month(self) -> Month {
        let (year, month, _) = self.date();
        Month(year * 12 + month - 1)
    }

    /// Its place in its month, from 0.
    pub(crate) fn place(self) -> u8 {
        (self.date().2 - 1) as u8
    }

    /// Its first instant in a zone; `None` beyond the calendar.
    pub fn start(self, zone: &Zone) -> Option<Instant> {
        let (year, month, day) = self.date();
        zone.day_start(i16::try_from(year).ok()?, month as u8, day as u8)
    }
}

impl Month {
    /// Its year.
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 to 12.
    pub const fn number(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    /// Its first day.
    pub fn first(self) -> Day {
        Day::of(self.year(), self.number(), 1)
    }

    /// Its last day.
    pub fn last(self) -> Day {
        self.next().first().plus(-1)
    }

    /// How many days it has.
    pub fn days(self) -> i32 {
        self.next().first().since(self.first())
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Month {
        Month(self.0 + 1)
    }

    /// The month before it.
    #[must_use]
    pub const fn previous(self) -> Month {
        Month(self.0 - 1)
    }
}

/// A number with so many digits, and nothing else.
fn digits(text: Option<&str>, count: usize) -> Result<i32, NoDay> {
    let text = text.filter(|text| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()));
    text.and_then(|text| text.parse().ok()).ok_or(NoDay)
}

impl FromStr for Month {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Month, NoDay> {
        let mut parts = text.split('-');
        let (year, month) = (digits(parts.next(), 4)?, digits(parts.next(), 2)?);
        let fits = (1970..9999).contains(&year) && (1..=12).contains(&month) && parts.next().is_none();
        if fits { Ok(Month(year * 12 + month - 1)) } else { Err(NoDay) }
    }
}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Day, NoDay> {
        let (month, day) = text.rsplit_once('-').ok_or(NoDay)?;
        let (month, day) = (month.parse::<Month>()?, digits(Some(day), 2)?);
        if (1..=month.days()).contains(&day) { Ok(month.first().plus(day - 1)) } else { Err(NoDay) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for NoDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a month such as 2027-03, or a day such as 2027-03-31")
    }
}

impl std::error::Error for NoDay {}

/// Which day instants are on, in one zone. Most are on the day of the one before, which takes no calendar.
pub(crate) struct Calendar<'a> {
    zone: &'a Zone,
    last: Option<(Range<Instant>, Day)>,
}

impl Calendar<'_> {
    pub fn of(zone: &Zone) -> Calendar<'_> {
        Calendar { zone, last: None }
    }

    pub fn day(&mut self, at: Instant) -> Option<Day> {
        if let Some((span, day)) = &self.last
            && span.contains(&at)
        {
            return Some(*day);
        }
        let day = Day::at(at, self.zone)?;
        self.last = day.start(self.zone).zip(day.plus(1).start(self.zone)).map(|(from, to)| (from..to, day));
        Some(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let mut day: Day = "1970-01-01".parse().unwrap();
        assert_eq!(day, Day(0));
        for _ in 0..150_000 {
            let (year, month, date) = day.date();
            assert_eq!(Day::of(year, month, date), day);
            assert_eq!(day.to_string().parse(), Ok(day));
            assert_eq!(day.month().first().plus(date - 1), day);
            assert_eq!(i32::from(day.place()), date - 1);
            day = day.plus(1);
        }
        for wrong in ["2027-02-29", "2027-2-28", "2027-02-00", "27-02-01", "2027-02", "2027-02-+1", "", "x"] {
            assert_eq!(wrong.parse::<Day>(), Err(NoDay), "{wrong}");
        }
        for wrong in ["2027-00", "2027-13", "2027", "2027-01-01", "+027-01", "1969-12", "9999-01"] {
            assert_eq!(wrong.parse::<Month>(), Err(NoDay), "{wrong}");
        }
    }

    #[test]
    fn an_instant_has_a_day_in_each_zone() {
        let zone = Zone::named("Europe/Vienna").unwrap();
        let mut calendar = Calendar::of(&zone);
        let start: Instant = "2027-03-27T20:00:00Z".parse().unwrap();
        for quarter in 0..400 {
            let at = start.plus_millis(quarter * 900_000);
            assert_eq!(calendar.day(at), Day::at(at, &zone), "{at}");
        }
        assert_eq!(calendar.day(Instant::NEVER), None);
    }
}
