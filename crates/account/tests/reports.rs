//! Months end where the account's time zone says, also when that changes.

use account::{Change, Command, Open};
use ledger::{Class, Event, Profile};
use moment::Instant;
use testkit::{Desk, Give, Pay, Shop, Step, audit};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn in_zone<'a>(shop: &'a Shop, zone: &str, start: &str) -> Desk<'a> {
    let profile = Profile { time_zone: Some(zone.into()), ..Profile::default() };
    let mut desk = Desk::open_with(shop, at(start), Open { profile, ..Open::default() });
    desk.ask(&[Step::Grant(Give::new(Class::Purchase, 100)), Step::SetReports(true)]);
    desk
}

fn moves_to(desk: &mut Desk<'_>, zone: &str) {
    let change = Change { time_zone: Some(zone.into()), ..Change::default() };
    desk.commands(&[Command::Change(Box::new(change))]);
    audit::check(desk);
}

fn spends(desk: &mut Desk<'_>) {
    desk.ask(&[Step::Charge(Pay::credits(1))]);
}

fn rolls_to(desk: &mut Desk<'_>, instant: &str) {
    desk.clock.set(at(instant));
    desk.ask(&[Step::Roll]);
    audit::check(desk);
}

/// Which months were told of, and when.
fn told(desk: &Desk<'_>) -> Vec<String> {
    let entries = desk.journal.entries().iter();
    let told = entries.filter_map(|(_, entry)| match &entry.event {
        Event::ReportDue(month) => Some(format!("{month} at {}", entry.effective_at)),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_month_is_over_when_it_is_there() {
    let shop = Shop::default();
    for (zone, expected) in [
        ("UTC", "2026-03 at 2026-04-01T00:00:00Z"),
        ("Europe/Vienna", "2026-03 at 2026-03-31T22:00:00Z"),
        ("America/Los_Angeles", "2026-03 at 2026-04-01T07:00:00Z"),
        ("Pacific/Kiritimati", "2026-03 at 2026-03-31T10:00:00Z"),
        ("", "2026-03 at 2026-04-01T00:00:00Z"),
        ("Nowhere/Land", "2026-03 at 2026-04-01T00:00:00Z"),
    ] {
        let mut desk = in_zone(&shop, zone, "2026-03-10T12:00:00Z");
        rolls_to(&mut desk, "2026-05-05T00:00:00Z");
        assert_eq!(told(&desk), [expected], "{zone}");
    }
}

#[test]
fn months_of_every_length_are_told_of_in_order() {
    let shop = Shop::default();
    let mut desk = in_zone(&shop, "Europe/Vienna", "2027-12-31T12:00:00Z");
    for day in
        ["2028-01-31T12:00:00Z", "2028-02-29T12:00:00Z", "2028-03-31T12:00:00Z", "2028-04-30T12:00:00Z"]
    {
        desk.clock.set(at(day));
        spends(&mut desk);
    }
    rolls_to(&mut desk, "2030-01-01T00:00:00Z");
    let expected = [
        "2027-12 at 2027-12-31T23:00:00Z",
        "2028-01 at 2028-01-31T23:00:00Z",
        "2028-02 at 2028-02-29T23:00:00Z",
        "2028-03 at 2028-03-31T22:00:00Z",
        "2028-04 at 2028-04-30T22:00:00Z",
    ];
    assert_eq!(told(&desk), expected);
}

#[test]
fn another_zone_moves_the_end_of_the_month() {
    let shop = Shop::default();
    let mut desk = in_zone(&shop, "UTC", "2026-01-10T00:00:00Z");
    moves_to(&mut desk, "America/Los_Angeles");
    rolls_to(&mut desk, "2026-02-01T07:59:59Z");
    assert_eq!(told(&desk).len(), 0);
    rolls_to(&mut desk, "2026-02-01T08:00:00Z");
    assert_eq!(told(&desk), ["2026-01 at 2026-02-01T08:00:00Z"]);
}

#[test]
fn no_month_is_told_of_twice_by_moving_to_and_fro() {
    let shop = Shop::default();
    let mut desk = in_zone(&shop, "UTC", "2026-01-31T11:00:00Z");
    for _ in 0..5 {
        for zone in ["Pacific/Kiritimati", "UTC", "America/Los_Angeles"] {
            moves_to(&mut desk, zone);
            desk.clock.advance_millis(60_000);
            desk.ask(&[Step::SetReports(false)]);
            desk.ask(&[Step::SetReports(true)]);
            spends(&mut desk);
        }
    }
    // Whether it is January still or February already is as the zone has it that the account is in at last.
    assert_eq!(told(&desk).len(), 0);
    rolls_to(&mut desk, "2026-06-01T00:00:00Z");
    assert_eq!(told(&desk), ["2026-01 at 2026-02-01T08:00:00Z"]);
}
