//! Idempotency keys: remembered for 30 days, wherever they are kept.

use std::sync::Arc;

use account::Until;
use engine::{Failure, ManualClock};
use testkit::running::{START, TINY, key};
use testkit::story::{charge, grant};
use testkit::{MemoryStore, Running};

use crate::common::{HUGE, clean, no};

const DAY: i64 = 24 * 3_600_000;

/// A key is used; then days pass, and it is used again. Says whether that was a replay.
fn replayed(in_run: bool, restart: bool, days: i64, machine_ahead: i64) -> bool {
    let store = MemoryStore::default();
    let options = if in_run { TINY } else { HUGE };
    let clock = Arc::new(ManualClock::at(START.plus_millis(machine_ahead * DAY)));
    let start = || Running::start_at(Arc::new(store.clone()), options, true, Arc::clone(&clock)).unwrap();
    let mut running = start();
    let account = running.open("a");
    running.ask(no(account), grant(100, Until::Never), None).unwrap();
    let first = running.ask(no(account), charge(1), Some(key(7, 7))).unwrap();
    // Enough others for the key to leave the writer's memory.
    for number in 100..180 {
        running.ask(no(account), charge(0), Some(key(number, number))).unwrap();
    }
    if in_run {
        running.engine.make_runs().unwrap();
    }
    if restart {
        running.engine.stop();
        running = start();
    }
    running.advance_to(days * DAY).unwrap();
    let reused = running.ask(no(account), charge(1), Some(key(7, 8)));
    let again = running.ask(no(account), charge(1), Some(key(7, 7))).unwrap();
    assert_eq!(again.replayed, again.position == first.position);
    assert_eq!(reused == Err(Failure::KeyReused), again.replayed, "both say the same of the key");
    running.engine.stop();
    clean(Arc::new(store));
    again.replayed
}

#[test]
fn a_key_is_remembered_for_30_days_wherever_it_is_kept() {
    for (in_run, restart) in [(false, false), (false, true), (true, false), (true, true)] {
        for machine_ahead in [0, 400, -400] {
            let case =
                format!("in a run: {in_run}, restarted: {restart}, machine {machine_ahead} days ahead");
            assert!(replayed(in_run, restart, 0, machine_ahead), "at once; {case}");
            assert!(replayed(in_run, restart, 29, machine_ahead), "after 29 days; {case}");
        }
    }
}
