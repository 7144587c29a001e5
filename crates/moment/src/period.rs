use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Instant;

/// A length of time: exact, or counted in calendar months.
///
/// ```
/// use moment::{Instant, Period, Zone};
/// let anchor: Instant = "2026-01-31T12:00:00Z".parse().unwrap();
/// let month: Period = "1 month".parse().unwrap();
/// assert_eq!(month.after(anchor, 1, &Zone::utc()).to_string(), "2026-02-28T12:00:00Z");
/// assert_eq!(month.after(anchor, 2, &Zone::utc()).to_string(), "2026-03-31T12:00:00Z");
/// let days: Period = "30 days".parse().unwrap();
/// assert_eq!(days.after(anchor, 1, &Zone::utc()).to_string(), "2026-03-02T12:00:00Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// So many milliseconds. A day is 24 hours, a week seven days.
    Exact(i64),
    /// So many calendar months. A year is twelve.
    Months(i32),
}

/// A time zone of the IANA database, such as `Europe/Vienna`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(pub(crate) jiff::tz::TimeZone);

/// A text that is no period, negative, zero or longer than a hundred years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPeriod;

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

impl Period {
    /// So many seconds.
    pub const fn seconds(count: i64) -> Period {
        Period::Exact(count * SECOND)
    }

    /// So many hours.
    pub const fn hours(count: i64) -> Period {
        Period::Exact(count * HOUR)
    }

    /// So many days of 24 hours.
    pub const fn days(count: i64) -> Period {
        Period::Exact(count * DAY)
    }

    /// The instant `times` periods after the anchor. Boundary k depends on anchor, period and k alone.
    ///
    /// A result beyond the year 9999 is [`Instant::NEVER`].
    #[must_use]
    pub fn after(self, anchor: Instant, times: i32, zone: &Zone) -> Instant {
        match self {
            Period::Exact(millis) => anchor.plus_millis(millis.saturating_mul(i64::from(times))),
            Period::Months(months) => anchor
                .timestamp()
                .and_then(|timestamp| {
                    let count = months.checked_mul(times)?;
                    let span = jiff::Span::new().try_months(count).ok()?;
                    timestamp.to_zoned(zone.0.clone()).checked_add(span).ok()
                })
                .map_or(Instant::NEVER, |zoned| Instant::from_millis(zoned.timestamp().as_millisecond())),
        }
    }

    /// The exact length in milliseconds, where the period is no calendar one.
    pub const fn exact_millis(self) -> Option<i64> {
        match self {
            Period::Exact(millis) => Some(millis),
            Period::Months(_) => None,
        }
    }
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone(jiff::tz::TimeZone::UTC)
    }

    /// The first instant of the calendar month that an instant is in.
    pub fn month_start(&self, at: Instant) -> Instant {
        let start = at.timestamp().and_then(|timestamp| {
            let first = timestamp.to_zoned(self.0.clone()).first_of_month().ok()?;
            first.start_of_day().ok()
        });
        start.map_or(at, |start| Instant::from_millis(start.timestamp().as_millisecond()))
    }

    /// The zone of that name, if the database that is built in has it.
    pub fn named(name: &str) -> Option<Zone> {
        jiff::tz::TimeZone::get(name).ok().map(Zone)
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let span: jiff::Span = text.trim().parse().map_err(|_| InvalidPeriod)?;
        let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
        let exact = i64::from(span.get_weeks()) * 7 * DAY
            + i64::from(span.get_days()) * DAY
            + i64::from(span.get_hours()) * HOUR
            + span.get_minutes().checked_mul(60 * SECOND).ok_or(InvalidPeriod)?
            + span.get_seconds().checked_mul(SECOND).ok_or(InvalidPeriod)?
            + span.get_milliseconds();
        match (months, exact) {
            (1..=1_200, 0) => Ok(Period::Months(i32::try_from(months).map_err(|_| InvalidPeriod)?)),
            (0, exact) if exact > 0 && exact <= 36_525 * DAY => Ok(Period::Exact(exact)),
            _ => Err(InvalidPeriod),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plural =
            |count: i64, unit: &str| write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" });
        match *self {
            Period::Months(months) if months % 12 == 0 => plural(i64::from(months / 12), "year"),
            Period::Months(months) => plural(i64::from(months), "month"),
            Period::Exact(millis) if millis % DAY == 0 => plural(millis / DAY, "day"),
            Period::Exact(millis) if millis % HOUR == 0 => plural(millis / HOUR, "hour"),
            Period::Exact(millis) if millis % (60 * SECOND) == 0 => plural(millis / (60 * SECOND), "minute"),
            Period::Exact(millis) if millis % SECOND == 0 => plural(millis / SECOND, "second"),
            Period::Exact(millis) => plural(millis, "millisecond"),
        }
    }
}

impl TryFrom<String> for Period {
    type Error = InvalidPeriod;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

impl fmt::Display for InvalidPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a period is a count and a unit, such as \"30 days\", \"1 month\", \"90 min\" or \"P30D\", above zero")
    }
}

impl std::error::Error for InvalidPeriod {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn periods_are_read_as_people_write_them() {
        for (text, period, shown) in [
            ("30 days", Period::days(30), "30 days"),
            ("P30D", Period::days(30), "30 days"),
            ("1 week", Period::days(7), "7 days"),
            ("1 h", Period::hours(1), "1 hour"),
            ("90 min", Period::Exact(90 * 60 * SECOND), "90 minutes"),
            ("PT30M", Period::Exact(30 * 60 * SECOND), "30 minutes"),
            ("1 month", Period::Months(1), "1 month"),
            ("1 year", Period::Months(12), "1 year"),
            ("P1Y6M", Period::Months(18), "18 months"),
            ("45 s", Period::seconds(45), "45 seconds"),
        ] {
            assert_eq!(text.parse(), Ok(period), "{text}");
            assert_eq!(period.to_string(), shown);
            assert_eq!(period.to_string().parse(), Ok(period));
        }
        for text in ["", "0 days", "-1 day", "1 month 3 days", "soon", "30", "200 years"] {
            assert_eq!(text.parse::<Period>(), Err(InvalidPeriod), "{text}");
        }
    }

    #[test]
    fn boundaries_do_not_drift() {
        let vienna = Zone::named("Europe/Vienna").unwrap();
        let anchor = at("2026-01-31T23:30:00Z"); // 1 February, 00:30 in Vienna
        let month = Period::Months(1);
        assert_eq!(month.after(anchor, 1, &vienna), at("2026-02-28T23:30:00Z"));
        assert_eq!(month.after(anchor, 3, &vienna), at("2026-04-30T22:30:00Z"), "summer time");
        let leap = at("2024-02-29T00:00:00Z");
        assert_eq!(Period::Months(12).after(leap, 1, &Zone::utc()), at("2025-02-28T00:00:00Z"));
        assert_eq!(Period::Months(12).after(leap, 4, &Zone::utc()), at("2028-02-29T00:00:00Z"));
    }

    #[test]
    fn beyond_the_calendar_is_never() {
        assert!(Period::Months(1_200).after(at("9000-01-01T00:00:00Z"), 99, &Zone::utc()).is_never());
        assert!(Period::days(1).after(Instant::NEVER, 1, &Zone::utc()).is_never());
    }
}
