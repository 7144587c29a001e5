//! Boundaries do not drift: each depends on anchor, period and count alone, and each instant is in one period.

use moment::{Instant, Period, Zone};
use proptest::prelude::*;
use proptest::sample::select;

/// Instants of the years 2000 to 2060, to the minute.
fn anchor() -> impl Strategy<Value = Instant> {
    (946_684_800..2_840_140_800_i64).prop_map(|seconds| Instant::from_millis(seconds / 60 * 60_000))
}

fn zone() -> impl Strategy<Value = &'static str> {
    select(vec![
        "UTC",
        "Europe/Vienna",
        "America/New_York",
        "Asia/Kolkata",
        "Pacific/Apia",
        "Australia/Lord_Howe",
    ])
}

/// Day of the month, hour and minute in coordinated universal time.
fn clock(at: Instant) -> (u32, String) {
    let text = at.to_string();
    (text[8..10].parse().unwrap(), text[11..16].to_owned())
}

proptest! {
    #[test]
    fn boundaries_only_grow(anchor in anchor(), months in 1..25_i32, count in 0..60_i32, zone in zone()) {
        let zone = Zone::named(zone).unwrap();
        let period = Period::Months(months);
        prop_assert_eq!(period.after(anchor, 0, &zone), anchor);
        prop_assert!(period.after(anchor, count, &zone) < period.after(anchor, count + 1, &zone));
        // So many months are so many months, however they are counted.
        prop_assert_eq!(period.after(anchor, count, &zone), Period::Months(1).after(anchor, months * count, &zone));
    }

    #[test]
    fn each_instant_is_in_one_period(anchor in anchor(), later in 0..40_000_000_i64, zone in zone()) {
        let zone = Zone::named(zone).unwrap();
        let at = anchor.plus_millis(later * 1_000);
        let month = Period::Months(1);
        let holds = (0..40).filter(|k| month.after(anchor, *k, &zone) <= at && at < month.after(anchor, k + 1, &zone));
        prop_assert_eq!(holds.count(), 1);
    }

    #[test]
    fn clamped_and_back(anchor in anchor(), count in 0..60_i32) {
        let (day, time) = clock(anchor);
        let boundary = Period::Months(1).after(anchor, count, &Zone::utc());
        let (its_day, its_time) = clock(boundary);
        prop_assert_eq!(its_time, time);
        let next_day = clock(boundary.plus_millis(86_400_000)).0;
        prop_assert!(its_day == day || its_day < day && next_day == 1, "{} has {} for {}", boundary, its_day, day);
    }

    #[test]
    fn exact_periods_are_exact(anchor in anchor(), days in 1..400_i64, count in 0..60_i32, zone in zone()) {
        let zone = Zone::named(zone).unwrap();
        let boundary = Period::days(days).after(anchor, count, &zone);
        prop_assert_eq!(boundary.millis_since(anchor), days * 86_400_000 * i64::from(count));
    }

    #[test]
    fn what_is_shown_is_read_again(millis in 1..3_000_000_000_000_i64, months in 1..1_200_i32) {
        for period in [Period::Exact(millis), Period::Months(months)] {
            prop_assert_eq!(period.to_string().parse(), Ok(period));
        }
    }
}
