//! Saved states: overwritten many times, found by all readers, and still there when the place is opened again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::port::{Snapshot, ViewsReader};
use ledger::{AccountNo, NameId};
use moment::Instant;

use super::{Fresh, opened};
use crate::story::Dice;

/// Every case.
pub fn all(fresh: Fresh<'_>) {
    the_latest_state_counts(fresh);
    what_is_due_changes_only_where_it_is_said(fresh);
    nothing_is_lost_however_often_states_are_overwritten(fresh);
    readers_find_states_while_they_are_overwritten(fresh);
}

fn snapshot(no: u64, due: Option<i64>, state: Vec<u8>) -> Snapshot {
    Snapshot {
        account: AccountNo(no),
        program: NameId(1),
        host_id: format!("host-{no}").into(),
        due: due.map_or(Instant::NEVER, Instant::from_millis),
        due_changed: true,
        state,
    }
}

/// As it is put when what is due is as before.
fn same_due(snapshot: Snapshot) -> Snapshot {
    Snapshot { due_changed: false, ..snapshot }
}

/// A state that says whose it is, and which.
fn state(no: u64, version: u64, length: usize) -> Vec<u8> {
    let mut state = [no.to_le_bytes(), version.to_le_bytes()].concat();
    state.resize(16 + length, version as u8);
    state
}

fn visited(reader: &mut dyn ViewsReader) -> HashMap<u64, Vec<u8>> {
    let mut seen = HashMap::new();
    let mut visit = |no: AccountNo, state: &[u8]| {
        assert_eq!(seen.insert(no.0, state.to_vec()), None, "account {} was visited before", no.0);
        Ok(true)
    };
    reader.snapshots(&mut visit).unwrap();
    seen
}

fn the_latest_state_counts(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    let mut reader = store.views_reader().unwrap();
    views.put_snapshots(&[]).unwrap();
    assert_eq!(reader.last_account().unwrap(), None);
    let twice = [snapshot(3, None, b"old".to_vec()), snapshot(3, Some(5), b"new".to_vec())];
    views.put_snapshots(&twice).unwrap();
    views.put_snapshots(&[snapshot(1, None, Vec::new()), snapshot(9, None, vec![7; 100_000])]).unwrap();
    for views in [reader.as_mut(), views.as_mut() as &mut dyn ViewsReader] {
        let mut state = |no| views.snapshot(AccountNo(no)).unwrap();
        assert_eq!(state(3).as_deref(), Some(b"new".as_slice()), "the later of two in one put");
        assert_eq!(state(1).as_deref(), Some([].as_slice()), "an empty state is one");
        assert_eq!(state(9).map(|state| state.len()), Some(100_000));
        for nobody in [0, 2, 4, 10, u64::MAX] {
            assert_eq!(state(nobody), None);
        }
        assert_eq!(views.last_account().unwrap(), Some(AccountNo(9)));
        assert_eq!(visited(views).len(), 3);
    }
    let mut seen = 0;
    let mut first = |_: AccountNo, _: &[u8]| {
        seen += 1;
        Ok(false)
    };
    reader.snapshots(&mut first).unwrap();
    assert_eq!(seen, 1, "the visit ended when it was told to");
    let fails = reader.snapshots(&mut |_, _| Err(engine::StoreError::new("enough")));
    assert_eq!(fails.unwrap_err().to_string(), "enough");
}

fn what_is_due_changes_only_where_it_is_said(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    views.put_snapshots(&[snapshot(0, Some(7), state(0, 0, 9)), snapshot(1, None, state(1, 0, 9))]).unwrap();
    let again = [snapshot(0, Some(7), state(0, 1, 9)), snapshot(1, None, state(1, 1, 9))].map(same_due);
    views.put_snapshots(&again).unwrap();
    let due = |expected: &[(i64, u64)]| {
        let start = (Instant::from_millis(i64::MIN), AccountNo(0));
        let found = store.views_reader().unwrap().due(NameId(1), start, Instant::from_millis(99), 9).unwrap();
        let found: Vec<_> = found.into_iter().map(|(at, no)| (at.millis(), no.0)).collect();
        assert_eq!(found, expected);
    };
    due(&[(7, 0)]);
    for no in 0..2 {
        assert_eq!(views.snapshot(AccountNo(no)).unwrap(), Some(state(no, 1, 9)), "the state is the new one");
        assert_eq!(views.find(NameId(1), &format!("host-{no}")).unwrap(), Some(AccountNo(no)));
    }
    views.put_snapshots(&[snapshot(0, None, state(0, 2, 9)), snapshot(1, Some(3), state(1, 2, 9))]).unwrap();
    due(&[(3, 1)]);
    // It may also be said of one that has not changed.
    views.put_snapshots(&[snapshot(1, Some(3), state(1, 3, 9))]).unwrap();
    due(&[(3, 1)]);
    assert_eq!(views.find(NameId(1), "host-0").unwrap(), Some(AccountNo(0)));
}

fn nothing_is_lost_however_often_states_are_overwritten(fresh: Fresh<'_>) {
    const ACCOUNTS: u64 = 700;
    let place = fresh();
    let mut store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    let mut kept: HashMap<u64, Vec<u8>> = HashMap::new();
    let mut dice = Dice::new(5);
    for round in 0..160 {
        // Now all of them, now a few; some accounts change often, and some hardly ever.
        let few = [1, 5, 60, 400][dice.roll(4) as usize];
        let below = [ACCOUNTS, ACCOUNTS, 90][dice.roll(3) as usize];
        let mut put = HashMap::new();
        for _ in 0..few {
            let no = dice.roll(below);
            put.insert(no, state(no, round, dice.roll(500) as usize));
        }
        let batch = put.iter().map(|(no, state)| {
            let new = snapshot(*no, Some(*no as i64), state.clone());
            if kept.contains_key(no) { same_due(new) } else { new }
        });
        views.put_snapshots(&batch.collect::<Vec<_>>()).unwrap();
        kept.extend(put);
        for _ in 0..20 {
            let no = dice.roll(ACCOUNTS);
            assert_eq!(views.snapshot(AccountNo(no)).unwrap(), kept.get(&no).cloned(), "round {round}");
        }
        if round % 16 == 0 {
            assert_eq!(visited(views.as_mut()), kept, "round {round}");
        }
        if round % 23 == 0 {
            drop((views, store));
            store = opened(place.as_ref());
            views = store.views().unwrap();
            assert_eq!(views.last_account().unwrap(), kept.keys().max().copied().map(AccountNo));
        }
    }
    let mut reader = store.views_reader().unwrap();
    assert_eq!(visited(reader.as_mut()), kept);
    for no in 0..ACCOUNTS {
        assert_eq!(reader.snapshot(AccountNo(no)).unwrap(), kept.get(&no).cloned(), "account {no}");
    }
}

fn readers_find_states_while_they_are_overwritten(fresh: Fresh<'_>) {
    const ACCOUNTS: u64 = 300;
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    let put = |no: u64, version: u64| snapshot(no, None, state(no, version, 200));
    views.put_snapshots(&(0..ACCOUNTS).map(|no| put(no, 0)).collect::<Vec<_>>()).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 0..2 {
            let mut reader = store.views_reader().unwrap();
            let done = &done;
            scope.spawn(move || {
                let mut dice = Dice::new(seed);
                let mut last = HashMap::new();
                while !done.load(Ordering::Relaxed) {
                    let no = dice.roll(ACCOUNTS);
                    let found = reader.snapshot(AccountNo(no)).unwrap().expect("every account has a state");
                    let version = u64::from(found[16]);
                    assert_eq!(found, state(no, version, 200));
                    let before = last.insert(no, version).unwrap_or_default();
                    assert!(before <= version, "account {no} went back from {before} to {version}");
                    if dice.roll(200) == 0 {
                        assert_eq!(visited(reader.as_mut()).len() as u64, ACCOUNTS);
                    }
                }
            });
        }
        let mut dice = Dice::new(9);
        for version in 1..200 {
            let some: Vec<_> = (0..ACCOUNTS).filter(|_| dice.roll(3) == 0).collect();
            let batch: Vec<_> = some.into_iter().map(|no| same_due(put(no, version))).collect();
            views.put_snapshots(&batch).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
}
