//! What falls due happens by itself, in order, whatever the clock does.

use std::sync::Arc;

use account::{Standing, Until};
use engine::{ManualClock, Target};
use ledger::{AccountNo, Entry, EventKind, Position};
use moment::{Instant, Period};
use testkit::running::{START, TINY};
use testkit::story::{charge, grant, hold};
use testkit::wait::until;
use testkit::{MemoryStore, Running};

use crate::common::{HUGE, clean, no, start};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn on_a_machine(store: &MemoryStore, clock: &Arc<ManualClock>) -> Running {
    Running::start_at(Arc::new(store.clone()), TINY, false, Arc::clone(clock)).unwrap()
}

fn kinds(running: &Running, account: AccountNo) -> Vec<(EventKind, i64)> {
    let entries = running.history(account, Position(0)).unwrap();
    let since = |at: Instant| at.millis_since(START);
    entries
        .into_iter()
        .map(|(_, entry): (Position, Entry)| (entry.event.kind(), since(entry.effective_at)))
        .collect()
}

/// A hold, a grant that ends, and a debt: everything that falls due.
fn fill(running: &Running, name: &str) -> AccountNo {
    let account = running.open(name);
    running.ask(no(account), grant(10, Until::Never), None).unwrap();
    running.ask(no(account), grant(5, Until::After(Period::Exact(3 * HOUR))), None).unwrap();
    running.ask(no(account), hold(2, HOUR), None).unwrap();
    account
}

#[test]
fn deadlines_pass_though_nobody_asks() {
    let store = MemoryStore::default();
    let clock = Arc::new(ManualClock::at(START));
    let running = on_a_machine(&store, &clock);
    let accounts: Vec<AccountNo> = (0..60).map(|number| fill(&running, &format!("a-{number}"))).collect();
    clock.set(START.plus_millis(HOUR));
    let due = |kind: EventKind, at: i64| {
        until("what falls due", || {
            accounts.iter().all(|account| kinds(&running, *account).contains(&(kind, at))).then_some(())
        });
    };
    due(EventKind::Released, HOUR);
    clock.set(START.plus_millis(2 * DAY));
    due(EventKind::Expired, 3 * HOUR);
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn deadlines_survive_a_restart_and_a_crash() {
    for crash in [false, true] {
        let store = MemoryStore::default();
        let clock = Arc::new(ManualClock::at(START));
        let running = on_a_machine(&store, &clock);
        let accounts: Vec<AccountNo> = (0..60).map(|number| fill(&running, &format!("a-{number}"))).collect();
        let left = if crash {
            let left = store.crashed(store.writes(), 3);
            store.kill();
            left
        } else {
            running.engine.stop();
            store.copied()
        };
        clock.set(START.plus_millis(DAY));
        let running = on_a_machine(&left, &clock);
        until("what fell due meanwhile", || {
            let expected = [(EventKind::Released, HOUR), (EventKind::Expired, 3 * HOUR)];
            accounts.iter().all(|account| kinds(&running, *account).ends_with(&expected)).then_some(())
        });
        running.engine.stop();
        clean(Arc::new(left));
    }
}

#[test]
fn a_debt_suspends_at_its_deadline_and_credits_restore() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    let overdraw = account::Command::Charge(Box::new(account::Spend {
        what: account::What::Action(account::ActionWork {
            index: running.shop.program.action_index("scan").unwrap().into(),
            name: running.engine.known_name("scan").unwrap(),
            quantity: 2,
            attributes: Vec::new(),
            quoted: None,
        }),
        open_for: None,
        reference: None,
        member: None,
        department: None,
        metadata: Vec::new(),
    }));
    let accounts: Vec<AccountNo> = (0..40).map(|number| running.open(&format!("a-{number}"))).collect();
    for account in &accounts {
        running.ask(no(*account), overdraw.clone(), None).unwrap();
    }
    running.advance_to(9 * DAY).unwrap();
    let standing = |account: &AccountNo| running.read(no(*account)).unwrap().standing();
    assert!(accounts.iter().all(|account| standing(account) == Standing::Overdrawn));
    running.advance_to(10 * DAY).unwrap();
    for account in &accounts {
        assert_eq!(standing(account), Standing::Suspended);
        let kinds = kinds(&running, *account);
        assert_eq!(
            kinds.last(),
            Some(&(EventKind::Suspended, 10 * DAY)),
            "booked when it fell due: {kinds:?}"
        );
        running.ask(no(*account), grant(10, Until::Never), None).unwrap();
        assert_eq!(standing(account), Standing::Active);
    }
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn an_advance_over_months_books_everything_in_order() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    let mut accounts = Vec::new();
    for number in 0..200 {
        let account = running.open(&format!("a-{number}"));
        for month in 1..=3 {
            let until = Until::After(Period::Exact(month * 30 * DAY - (number % 7) * HOUR));
            running.ask(no(account), grant(month, until), None).unwrap();
        }
        running.ask(no(account), hold(1, DAY * (1 + number % 7)), None).unwrap();
        accounts.push(account);
    }
    let reached = running.advance_to(200 * DAY).unwrap();
    assert_eq!(reached, START.plus_millis(200 * DAY));
    let mut all: Vec<(Position, Instant)> = Vec::new();
    for account in &accounts {
        let account_entries = running.history(*account, Position(0)).unwrap();
        let booked: Vec<_> = account_entries.iter().filter(|(_, entry)| !entry.by.is_some()).collect();
        assert!(booked.len() >= 4, "a hold's end and three grants' ends: {booked:#?}");
        assert!(booked.is_sorted_by_key(|(_, entry)| entry.effective_at));
        all.extend(booked.iter().map(|(at, entry)| (*at, entry.effective_at)));
        assert_eq!(running.available(*account), 0);
    }
    all.sort_unstable();
    assert!(all.is_sorted_by_key(|(_, at)| *at), "over all accounts, in the order in which it fell due");
    assert_eq!(running.advance_to(100 * DAY), Ok(reached), "never back");
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn time_never_runs_back() {
    let store = MemoryStore::default();
    let clock = Arc::new(ManualClock::at(START));
    let mut running = on_a_machine(&store, &clock);
    let account = running.open("a");
    running.ask(no(account), grant(100, Until::Never), None).unwrap();
    // Back, far forward, back to before the start; and with a restart in between.
    for (step, restart) in
        [(-DAY, false), (HOUR, false), (-400 * DAY, true), (40 * 365 * DAY, false), (2 * HOUR, true)]
    {
        clock.set(START.plus_millis(step));
        if restart {
            running.engine.stop();
            running = on_a_machine(&store, &clock);
        }
        for _ in 0..5 {
            running.ask(no(account), charge(1), None).unwrap();
        }
    }
    let entries = running.history(account, Position(0)).unwrap();
    assert_eq!(entries.len(), 27);
    assert!(entries.is_sorted_by_key(|(_, entry)| entry.effective_at));
    assert!(entries.iter().all(|(_, entry)| entry.recorded_at >= entry.effective_at));
    assert_eq!(running.available(account), 75);
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn extremes_of_the_clock_do_no_harm() {
    for far in [i64::MIN, i64::MAX - 1, 253_402_300_799_999, -1] {
        let store = MemoryStore::default();
        let clock = Arc::new(ManualClock::at(START));
        let running = on_a_machine(&store, &clock);
        let account = fill(&running, "a");
        clock.set(Instant::from_millis(far));
        running.ask(no(account), charge(1), None).unwrap();
        running.ask(Target::Host("a".into()), grant(1, Until::Default), None).unwrap();
        running.engine.stop();
        let running = on_a_machine(&store, &clock);
        running.ask(no(account), charge(1), None).unwrap();
        running.engine.stop();
        clean(Arc::new(store));
    }
}

#[test]
fn a_clock_that_jumped_back_is_in_no_tests_way() {
    let store = MemoryStore::default();
    let running = start(&store, HUGE);
    let account = fill(&running, "a");
    running.clock.set(START.plus_millis(-400 * DAY));
    running.advance_to(2 * DAY).unwrap();
    assert_eq!(kinds(&running, account).last(), Some(&(EventKind::Expired, 3 * HOUR)));
    running.engine.stop();
    clean(Arc::new(store));
}
