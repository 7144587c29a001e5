//! The views: snapshots, what falls due, runs; each call one transaction.

use engine::port::{Marks, RunKind, RunMeta, Snapshot};
use ledger::{AccountNo, NameId};
use moment::Instant;

use super::{Fresh, opened};

/// Every case, those of the saved states with them.
pub fn all(fresh: Fresh<'_>) {
    they_begin_empty(fresh);
    snapshots_are_replaced(fresh);
    accounts_are_found_by_the_hosts_id(fresh);
    what_is_due_comes_in_order_and_in_parts(fresh);
    runs_come_with_their_chunks_and_the_mark(fresh);
    a_run_that_is_refused_changes_nothing(fresh);
    marks_are_kept(fresh);
    super::states::all(fresh);
}

fn snapshot(no: u64, program: u32, host: &str, due: i64, state: &[u8]) -> Snapshot {
    Snapshot {
        account: AccountNo(no),
        program: NameId(program),
        host_id: host.into(),
        due: if due < 0 { Instant::NEVER } else { Instant::from_millis(due) },
        due_changed: true,
        state: state.to_vec(),
    }
}

fn run(id: u64, kind: RunKind, from: u64, to: u64) -> RunMeta {
    RunMeta { id, kind, from, to, newest: Instant::from_millis(-5), items: 3, fences: vec![1, 2, 3] }
}

fn they_begin_empty(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views_reader().unwrap();
    assert_eq!(views.marks().unwrap(), Marks { snapshots: 1, projected: 1 }, "nothing before row 1");
    assert_eq!(views.last_account().unwrap(), None);
    assert_eq!(views.snapshot(AccountNo(0)).unwrap(), None);
    assert_eq!(views.find(NameId(1), "a").unwrap(), None);
    assert_eq!(views.runs().unwrap(), []);
    assert_eq!(views.chunk(1, 0).unwrap(), None);
}

fn snapshots_are_replaced(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    views.put_snapshots(&[snapshot(0, 1, "a", 7, b"one"), snapshot(5, 1, "", -1, b"five")]).unwrap();
    // With the same instant, and with another one.
    views.put_snapshots(&[snapshot(0, 1, "a", 7, b"two"), snapshot(5, 1, "", 9, b"six")]).unwrap();
    let mut reader = store.views_reader().unwrap();
    assert_eq!(reader.snapshot(AccountNo(0)).unwrap().as_deref(), Some(b"two".as_slice()));
    assert_eq!(reader.snapshot(AccountNo(5)).unwrap().as_deref(), Some(b"six".as_slice()));
    assert_eq!(reader.last_account().unwrap(), Some(AccountNo(5)));
    let mut seen = Vec::new();
    let mut visit = |no: AccountNo, state: &[u8]| {
        seen.push((no.0, state.to_vec()));
        Ok(true)
    };
    reader.snapshots(&mut visit).unwrap();
    seen.sort_unstable();
    assert_eq!(seen, [(0, b"two".to_vec()), (5, b"six".to_vec())]);
    let due = reader.due(NameId(1), start(), Instant::from_millis(100), 10).unwrap();
    assert_eq!(due, [(Instant::from_millis(7), AccountNo(0)), (Instant::from_millis(9), AccountNo(5))]);
}

fn accounts_are_found_by_the_hosts_id(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    let all = [snapshot(1, 1, "a", -1, b"x"), snapshot(2, 2, "a", -1, b"y"), snapshot(3, 1, "", -1, b"z")];
    views.put_snapshots(&all).unwrap();
    assert_eq!(views.find(NameId(1), "a").unwrap(), Some(AccountNo(1)));
    assert_eq!(views.find(NameId(2), "a").unwrap(), Some(AccountNo(2)), "another program's");
    assert_eq!(views.find(NameId(1), "A").unwrap(), None, "ids are told apart by every letter");
    assert_eq!(views.find(NameId(1), "").unwrap(), None, "no id is nobody's");
}

fn start() -> (Instant, AccountNo) {
    (Instant::from_millis(i64::MIN), AccountNo(0))
}

fn what_is_due_comes_in_order_and_in_parts(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    let all = [
        snapshot(4, 1, "a", 10, b""),
        snapshot(2, 1, "b", 20, b""),
        snapshot(3, 1, "c", 10, b""),
        snapshot(1, 2, "d", 5, b""),
        snapshot(7, 1, "e", 31, b""),
        snapshot(9, 1, "f", -1, b""),
    ];
    views.put_snapshots(&all).unwrap();
    let mut due = |after, until, limit| {
        let found = views.due(NameId(1), after, Instant::from_millis(until), limit).unwrap();
        found.into_iter().map(|(at, no)| (at.millis(), no.0)).collect::<Vec<_>>()
    };
    assert_eq!(due(start(), 30, 10), [(10, 3), (10, 4), (20, 2)]);
    assert_eq!(due(start(), 31, 10).len(), 4, "up to and with the last instant");
    assert_eq!(due(start(), 30, 2), [(10, 3), (10, 4)]);
    assert_eq!(
        due((Instant::from_millis(10), AccountNo(3)), 30, 10),
        [(10, 4), (20, 2)],
        "goes on in an instant"
    );
    assert_eq!(due((Instant::from_millis(20), AccountNo(2)), 30, 10), []);
    assert_eq!(due(start(), i64::MAX, 10).len(), 4, "never is never due");
}

fn runs_come_with_their_chunks_and_the_mark(fresh: Fresh<'_>) {
    let place = fresh();
    {
        let store = opened(place.as_ref());
        let mut views = store.views().unwrap();
        let first = [
            (run(1, RunKind::History, 1, 9), vec![b"a".to_vec(), b"b".to_vec()]),
            (run(2, RunKind::Keys, 1, 9), vec![b"c".to_vec()]),
        ];
        views.add_runs(&first, &[], 9).unwrap();
        let second = [
            (run(3, RunKind::Keys, 9, 12), vec![b"d".to_vec()]),
            (run(4, RunKind::Sales, 9, 12), vec![b"e".to_vec()]),
        ];
        views.add_runs(&second, &[2], 12).unwrap();
    }
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    let kept = [run(1, RunKind::History, 1, 9), run(3, RunKind::Keys, 9, 12), run(4, RunKind::Sales, 9, 12)];
    assert_eq!(views.runs().unwrap(), kept);
    assert_eq!(views.chunk(4, 0).unwrap().as_deref(), Some(b"e".as_slice()));
    assert_eq!(views.chunk(1, 1).unwrap().as_deref(), Some(b"b".as_slice()));
    assert_eq!(views.chunk(1, 2).unwrap(), None);
    assert_eq!(views.chunk(2, 0).unwrap(), None, "dropped with its run");
    assert_eq!(views.chunk(3, 0).unwrap().as_deref(), Some(b"d".as_slice()));
    assert_eq!(views.marks().unwrap(), Marks { snapshots: 1, projected: 12 });
}

fn a_run_that_is_refused_changes_nothing(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut views = store.views().unwrap();
    views.add_runs(&[(run(1, RunKind::History, 1, 9), vec![b"a".to_vec()])], &[], 9).unwrap();
    let twice = [
        (run(2, RunKind::History, 9, 12), vec![b"b".to_vec()]),
        (run(1, RunKind::Keys, 9, 12), vec![b"c".to_vec()]),
    ];
    assert!(views.add_runs(&twice, &[], 12).is_err(), "run 1 is taken");
    assert_eq!(views.runs().unwrap(), [run(1, RunKind::History, 1, 9)]);
    assert_eq!(views.chunk(2, 0).unwrap(), None);
    assert_eq!(views.chunk(1, 0).unwrap().as_deref(), Some(b"a".as_slice()));
    assert_eq!(views.marks().unwrap().projected, 9);
}

fn marks_are_kept(fresh: Fresh<'_>) {
    let place = fresh();
    {
        let store = opened(place.as_ref());
        let mut views = store.views().unwrap();
        views.set_snapshot_mark(44).unwrap();
        views.add_runs(&[], &[], 40).unwrap();
    }
    let marks = opened(place.as_ref()).views_reader().unwrap().marks().unwrap();
    assert_eq!(marks, Marks { snapshots: 44, projected: 40 });
}
