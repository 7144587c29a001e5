//! Damage is found, at the start or by `check`, and named; nothing is served from it.

use std::sync::Arc;

use account::Until;
use engine::{Failure, Store, check};
use ledger::{AccountNo, Position};
use testkit::running::{TINY, key};
use testkit::story::{charge, grant};
use testkit::{MemoryStore, Running};

use crate::common::{HUGE, clean, no, start};

/// Twenty accounts with some entries each, in many rows, stopped in order.
fn shop() -> (MemoryStore, u64) {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    for account in 0..20 {
        let account = running.open(&format!("a-{account}"));
        running.ask(no(account), grant(100, Until::Never), None).unwrap();
    }
    for number in 0..200 {
        running.ask(no(AccountNo(number % 20)), charge(1), Some(key(number, number))).unwrap();
    }
    running.engine.stop();
    clean(Arc::new(store.clone()));
    let last = store.journal_reader().unwrap().last().unwrap().unwrap();
    (store, last)
}

fn found(store: &MemoryStore, words: &[&str]) {
    let store: Arc<dyn Store> = Arc::new(store.clone());
    let places = check(&store).unwrap().places;
    for word in words {
        assert!(places.iter().any(|place| place.contains(word)), "{word} is not in {places:#?}");
    }
}

fn refused(store: &MemoryStore, words: &[&str]) {
    let error = Running::start(Arc::new(store.clone()), TINY, true).map(drop).unwrap_err().to_string();
    for word in words {
        assert!(error.contains(word), "{word} is not in: {error}");
    }
}

#[test]
fn a_flipped_bit_in_a_row_is_found() {
    for at in [0, 3, 30, 60, 100] {
        let (store, last) = shop();
        let flip = |mut row: Vec<u8>| {
            let at = at % row.len();
            row[at] ^= 0x10;
            Some(row)
        };
        store.damage_row(last / 2, flip);
        let row = format!("journal row {}", last / 2);
        found(&store, &[&row]);
        // The tail is read at the start: of a journal without views, that is all of it.
        refused(&store.without_views(), &[&row]);
    }
}

#[test]
fn a_row_cut_short_or_too_long_is_found() {
    let (store, last) = shop();
    for length in [0, 1, 15, 16, 17, 40] {
        let damaged = store.copied();
        damaged.damage_row(last, |mut row| {
            row.truncate(length);
            Some(row)
        });
        found(&damaged, &[&format!("journal row {last}")]);
        refused(&damaged.without_views(), &[&format!("journal row {last}")]);
    }
}

#[test]
fn a_missing_row_is_found() {
    let (store, last) = shop();
    for missing in [1, 2, last / 2, last - 1] {
        let damaged = store.copied();
        damaged.damage_row(missing, |_| None);
        found(&damaged, &[&format!("journal row {missing} is missing")]);
        refused(&damaged.without_views(), &[&format!("journal row {missing} is missing")]);
    }
}

#[test]
fn a_journal_that_ends_before_its_views_is_refused() {
    let (store, last) = shop();
    store.damage_row(last, |_| None);
    refused(&store, &["journal", "views"]);
    let (store, last) = shop();
    (1..=last).for_each(|seq| store.damage_row(seq, |_| None));
    refused(&store, &["journal", "views"]);
}

#[test]
fn the_first_row_of_the_tail_is_missed() {
    let store = MemoryStore::default();
    let running = start(&store, HUGE);
    let accounts: Vec<AccountNo> = (0..5).map(|number| running.open(&format!("a-{number}"))).collect();
    running.engine.make_runs().unwrap();
    running.engine.stop();
    let saved = store.journal_reader().unwrap().last().unwrap().unwrap();
    let running = start(&store, HUGE);
    for account in accounts {
        running.ask(no(account), grant(100, Until::Never), None).unwrap();
    }
    let killed = store.crashed(store.writes(), 0);
    store.kill();
    let whole = killed.copied();
    start(&whole, HUGE).engine.stop();
    killed.damage_row(saved + 1, |_| None);
    refused(&killed, &[&format!("journal row {} is missing", saved + 1)]);
}

/// Makes a row anew with another one of its bytes changed, and a seal that fits.
fn forge(row: &mut [u8], at: usize) {
    row[at] ^= 1;
    let seal = row.len() - 16;
    let hash = blake3::hash(&row[..seal]);
    row[seal..].copy_from_slice(&hash.as_bytes()[..16]);
}

#[test]
fn a_changed_entry_is_found_though_its_seal_was_made_anew() {
    let (store, last) = shop();
    let mut forged = 0;
    for at in [30, 45, 50, 55, 60, 70] {
        let damaged = store.copied();
        damaged.damage_row(last / 2, |mut row| {
            let at = at.min(row.len() - 20);
            forge(&mut row, at);
            Some(row)
        });
        found(&damaged, &["does not follow"]);
        forged += 1;
    }
    assert_eq!(forged, 6);
}

#[test]
fn rows_in_another_order_are_found() {
    let (store, last) = shop();
    let (mut one, mut two) = (Vec::new(), Vec::new());
    store.damage_row(last / 2, |row| {
        one.clone_from(&row);
        Some(row)
    });
    store.damage_row(last / 2 + 1, |row| {
        two.clone_from(&row);
        Some(one)
    });
    store.damage_row(last / 2, |_| Some(two));
    found(&store, &["does not follow"]);
    refused(&store.without_views(), &["does not follow"]);
}

#[test]
fn a_damaged_snapshot_serves_nothing_and_stops_nobody_else() {
    let (store, _) = shop();
    for flip in [true, false] {
        let store = store.copied();
        let damage = |mut state: Vec<u8>| {
            let middle = state.len() / 2;
            state[middle] ^= 1;
            flip.then_some(state)
        };
        store.damage_snapshot(AccountNo(7), damage);
        found(&store, &["snapshot of account 7"]);
        let running = start(&store, TINY);
        for _ in 0..3 {
            assert_eq!(running.read(no(AccountNo(7))), Err(Failure::Unavailable), "flipped: {flip}");
            assert_eq!(running.ask(no(AccountNo(7)), charge(1), None), Err(Failure::Unavailable));
            assert_eq!(running.available(AccountNo(8)), 90, "another account is served");
        }
        assert!(running.engine.metrics().healthy);
        running.advance_to(1_000).unwrap();
        running.engine.stop();
        // All is in the journal.
        let again = store.without_views();
        let running = start(&again, TINY);
        assert_eq!(running.available(AccountNo(7)), 90);
        running.engine.stop();
        clean(Arc::new(again));
    }
}

#[test]
fn damaged_runs_serve_nothing() {
    let (store, last) = shop();
    type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;
    let damages: [Damage; 4] = [
        |_| None,
        |mut chunk| {
            chunk.pop();
            Some(chunk)
        },
        |mut chunk| {
            let middle = chunk.len() / 2;
            chunk[middle] ^= 1;
            Some(chunk)
        },
        |mut chunk| {
            let last = chunk.len() - 1;
            chunk[last] ^= 4;
            Some(chunk)
        },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let store = store.copied();
        store.damage_chunks(|_, chunk| damage(chunk));
        found(&store, &["run "]);
        // The filter is made of the keys at the start, so a server says it at once, or when it is asked.
        let Ok(running) = Running::start(Arc::new(store), TINY, true) else { continue };
        let history = running.history(AccountNo(3), Position(0));
        assert_eq!(history, Err(Failure::Unavailable), "damage {number}");
        let again = running.ask(no(AccountNo(3)), charge(1), Some(key(3, 3)));
        assert!(again == Err(Failure::Unavailable) || again.as_ref().is_ok_and(|w| w.replayed), "{again:?}");
        assert!(last > 0);
        running.engine.stop();
    }
}
