use crate::{Instant, Zone};

/// A date and a time of day, as a calendar and a clock on the wall of some place show them: for people to read.
///
/// ```
/// use moment::{Instant, Zone};
/// let vienna = Zone::named("Europe/Vienna").unwrap();
/// let at: Instant = "2027-02-28T23:30:00Z".parse().unwrap();
/// let there = vienna.civil(at).unwrap();
/// assert_eq!((there.year, there.month, there.day, there.hour, there.minute), (2027, 3, 1, 0, 30));
/// assert_eq!(there.zone, "CET");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Civil {
    /// Of the Gregorian calendar.
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// What the zone is called at that time of the year: `CET`, `CEST`, `UTC`; `+03` where it has no name.
    pub zone: String,
}

impl Zone {
    /// What people in this zone call the instant; `None` for [`Instant::NEVER`] and beyond the calendar.
    pub fn civil(&self, instant: Instant) -> Option<Civil> {
        let timestamp = instant.timestamp()?;
        let there = self.0.to_datetime(timestamp);
        Some(Civil {
            year: there.year(),
            month: there.month().unsigned_abs(),
            day: there.day().unsigned_abs(),
            hour: there.hour().unsigned_abs(),
            minute: there.minute().unsigned_abs(),
            zone: self.0.to_offset_info(timestamp).abbreviation().to_owned(),
        })
    }

    /// The first instant of a day: midnight, or what comes first where a clock is set forward over it. `None` for a day
    /// that the calendar does not have.
    pub fn day_start(&self, year: i16, month: u8, day: u8) -> Option<Instant> {
        let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let start = date.to_zoned(self.0.clone()).ok()?;
        Some(Instant::from_millis(start.timestamp().as_millisecond()))
    }

    /// The instant at which a clock in this zone shows a date and a time: the first where it shows it twice; where it is
    /// set forward over it, as much later. `None` for what calendars and clocks do not have.
    pub fn instant_at(&self, (year, month, day): (i16, u8, u8), (hour, minute): (u8, u8)) -> Option<Instant> {
        let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let time = jiff::civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
        let there = date.to_datetime(time).to_zoned(self.0.clone()).ok()?;
        Some(Instant::from_millis(there.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_zone_has_its_own_date() {
        let at: Instant = "2027-07-01T03:05:59.999Z".parse().unwrap();
        for (zone, day, hour, minute, name) in [
            ("UTC", 1, 3, 5, "UTC"),
            ("Europe/Berlin", 1, 5, 5, "CEST"),
            ("America/New_York", 30, 23, 5, "EDT"),
            ("Asia/Kathmandu", 1, 8, 50, "+0545"),
        ] {
            let civil = Zone::named(zone).unwrap().civil(at).unwrap();
            assert_eq!(
                (civil.day, civil.hour, civil.minute, &*civil.zone),
                (day, hour, minute, name),
                "{zone}"
            );
        }
    }

    #[test]
    fn a_day_begins_where_its_zone_says() {
        let start = |zone: &str, year, month, day| Zone::named(zone).unwrap().day_start(year, month, day);
        let at = |text: &str| Some(text.parse::<Instant>().unwrap());
        assert_eq!(start("UTC", 2027, 3, 1), at("2027-03-01T00:00:00Z"));
        assert_eq!(start("Europe/Vienna", 2027, 7, 1), at("2027-06-30T22:00:00Z"));
        assert_eq!(
            start("America/Sao_Paulo", 2018, 11, 4),
            at("2018-11-04T03:00:00Z"),
            "there was no midnight"
        );
        assert_eq!(start("UTC", 2027, 2, 29), None);
    }

    #[test]
    fn a_time_on_the_wall_is_one_instant() {
        let vienna = Zone::named("Europe/Vienna").unwrap();
        let at = |text: &str| Some(text.parse::<Instant>().unwrap());
        assert_eq!(vienna.instant_at((2027, 1, 31), (9, 30)), at("2027-01-31T08:30:00Z"));
        assert_eq!(
            vienna.instant_at((2027, 3, 28), (2, 30)),
            at("2027-03-28T01:30:00Z"),
            "there is no half past two"
        );
        assert_eq!(vienna.instant_at((2027, 10, 31), (2, 30)), at("2027-10-31T00:30:00Z"), "there are two");
        for (date, time) in [((2027, 2, 29), (1, 0)), ((2027, 1, 1), (24, 0)), ((2027, 1, 1), (1, 60))] {
            assert_eq!(vienna.instant_at(date, time), None);
        }
    }

    #[test]
    fn never_has_no_date() {
        assert_eq!(Zone::utc().civil(Instant::NEVER), None);
        assert_eq!(Zone::utc().civil(Instant::from_millis(i64::MIN)), None);
    }
}
