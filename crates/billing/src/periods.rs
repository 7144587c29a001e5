use moment::{Instant, Period, Zone};

/// Boundary `number` of a subscription: that many periods after the anchor, in the account's time zone. It depends on
/// these alone, so boundaries do not drift: the 31st becomes the 28th and comes back (domain.md, "Time").
///
/// ```
/// use moment::{Instant, Period, Zone};
/// let anchor: Instant = "2026-01-31T09:00:00Z".parse().unwrap();
/// let day = |number| billing::boundary(anchor, Period::Months(1), number, &Zone::utc()).to_string();
/// assert_eq!(day(1), "2026-02-28T09:00:00Z");
/// assert_eq!(day(2), "2026-03-31T09:00:00Z");
/// ```
pub fn boundary(anchor: Instant, period: Period, number: u32, zone: &Zone) -> Instant {
    period.after(anchor, i32::try_from(number).unwrap_or(i32::MAX), zone)
}

/// When a trial that begins now ends.
pub fn trial_end(now: Instant, length: Period, zone: &Zone) -> Instant {
    length.after(now, 1, zone)
}

/// The first instant of the calendar month that `now` is in.
pub fn month_start(now: Instant, zone: &Zone) -> Instant {
    zone.month_start(now)
}

/// The first instant of the month behind the one that `now` is in.
pub fn next_month(now: Instant, zone: &Zone) -> Instant {
    Period::Months(1).after(zone.month_start(now), 1, zone)
}
