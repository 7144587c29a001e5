//! Ops that may wait: others are answered before them, and each of them is done once, in its order.

use std::sync::Arc;

use account::Until;
use engine::{Answers, Failure, Op, Options};
use ledger::AccountNo;
use testkit::running::{block_on, key};
use testkit::story::{charge, grant};
use testkit::wait::until;
use testkit::{Fault, Faults, FaultyStore, MemoryStore, Running};

use crate::common::{HUGE, clean, no};

fn shop() -> (MemoryStore, Faults, Running, AccountNo) {
    let memory = MemoryStore::default();
    let (store, faults) = FaultyStore::over(Arc::new(memory.clone()));
    let running = Running::start(store, Options { queue: 1_000, ..HUGE }, true).unwrap();
    let account = running.open("a");
    running.ask(no(account), grant(1_000, Until::Never), None).unwrap();
    (memory, faults, running, account)
}

/// So many charges of one credit, each with a key.
fn charges(running: &Running, account: AccountNo, count: u64) -> Vec<Op> {
    (0..count).map(|number| running.op(no(account), charge(1), Some(key(number, 0)))).collect()
}

fn send(running: &Running, ops: Vec<Op>) -> impl Future<Output = Result<Vec<Answers>, Failure>> + use<> {
    let engine = running.engine.clone();
    testkit::running::send(async move { engine.write_patiently(ops).await })
}

#[test]
fn others_come_first_and_all_are_done_in_order() {
    let (memory, faults, running, account) = shop();
    faults.hold_appends(true);
    let first = running.send(running.op(no(account), charge(1), None));
    until("the append", || faults.append_waits().then_some(()));
    let patient = send(&running, charges(&running, account, 100));
    until("them to wait", || (running.engine.metrics().queued == 100).then_some(()));
    let other = running.send(running.op(no(account), charge(1), None));
    faults.hold_appends(false);
    let before = block_on(first).unwrap()[0].clone().unwrap().position;
    let other = block_on(other).unwrap()[0].clone().unwrap().position;
    let patient: Vec<_> =
        block_on(patient).unwrap().into_iter().map(|mut all| all.remove(0).unwrap().position).collect();
    assert_eq!(patient.len(), 100);
    assert!(before < patient[0] && patient.is_sorted());
    assert!(patient.iter().filter(|one| **one < other).count() < 20, "few were done before the other one");
    assert_eq!((running.available(account), running.engine.metrics().queued), (898, 0));
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn they_are_told_when_the_disk_fails_and_are_done_once_all_the_same() {
    for (fault, appends) in [(Fault::Before, 0), (Fault::After, 0), (Fault::Before, 3), (Fault::After, 3)] {
        let (memory, faults, running, account) = shop();
        faults.appends((0..appends).map(|_| None).chain([Some(fault)]));
        let told = block_on(send(&running, charges(&running, account, 100))).unwrap();
        assert_eq!(told.len(), 100);
        assert!(told.iter().all(|one| one.as_slice() == [Err(Failure::Unavailable)]), "some may be done");
        until("all to be done", || {
            let told = block_on(send(&running, charges(&running, account, 100))).ok()?;
            told.iter().all(|one| one[0].is_ok()).then_some(())
        });
        assert_eq!(running.available(account), 900, "{fault:?} behind {appends}");
        running.engine.stop();
        clean(Arc::new(memory));
    }
}

#[test]
fn what_was_taken_is_done_before_the_engine_stops() {
    let (memory, faults, running, account) = shop();
    faults.hold_appends(true);
    let first = running.send(running.op(no(account), charge(1), None));
    until("the append", || faults.append_waits().then_some(()));
    let patient = send(&running, charges(&running, account, 50));
    until("them to wait", || (running.engine.metrics().queued == 50).then_some(()));
    let engine = running.engine.clone();
    let stopping = std::thread::spawn(move || engine.stop());
    faults.hold_appends(false);
    stopping.join().unwrap();
    block_on(first).unwrap();
    assert!(block_on(patient).unwrap().iter().all(|one| one[0].is_ok()));
    assert_eq!(clean(Arc::new(memory)).entries, 53);
}
