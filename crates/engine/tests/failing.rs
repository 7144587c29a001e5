//! A disk that fails: no answer that isn't durable, nothing twice, and it serves again.

use std::sync::Arc;

use account::{Command, Until};
use engine::{Failure, Options, Written};
use ledger::{AccountNo, Position};
use testkit::running::{TINY, block_on, key};
use testkit::story::{charge, grant, hold};
use testkit::wait::until;
use testkit::{Fault, Faults, FaultyStore, MemoryStore, Running};

use crate::common::{HUGE, clean, no};

fn shop(options: Options) -> (MemoryStore, Faults, Running, AccountNo) {
    let memory = MemoryStore::default();
    let (store, faults) = FaultyStore::over(Arc::new(memory.clone()));
    let running = Running::start(store, options, true).unwrap();
    let account = running.open("a");
    running.ask(no(account), grant(1_000, Until::Never), None).unwrap();
    (memory, faults, running, account)
}

/// Asks until the lane serves again.
fn served(running: &Running, account: AccountNo, command: &Command, number: u64) -> Written {
    until("the lane to serve again", || {
        let answer = running.ask(no(account), command.clone(), Some(key(number, number)));
        if let Err(failure) = &answer {
            assert_eq!(*failure, Failure::Unavailable);
        }
        answer.ok()
    })
}

#[test]
fn what_could_not_be_written_has_not_happened() {
    let (memory, faults, running, account) = shop(HUGE);
    faults.appends([Some(Fault::Before)]);
    assert_eq!(running.ask(no(account), charge(7), Some(key(1, 1))), Err(Failure::Unavailable));
    let written = served(&running, account, &charge(7), 1);
    assert!(!written.replayed, "the first time had not happened");
    assert_eq!(running.available(account), 993);
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn what_was_written_without_an_answer_happened_once() {
    let (memory, faults, running, account) = shop(HUGE);
    faults.appends([Some(Fault::After)]);
    assert_eq!(running.ask(no(account), charge(7), Some(key(1, 1))), Err(Failure::Unavailable));
    let written = served(&running, account, &charge(7), 1);
    assert!(written.replayed, "it had happened, though nobody could know");
    assert_eq!(running.available(account), 993);
    assert_eq!(running.history(account, written.position).unwrap().len(), 3);
    running.engine.drain().unwrap();
    assert_eq!(running.engine.metrics().projector_lag, 0, "nothing is counted twice, or not at all");
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn everybody_in_a_batch_that_fails_is_told() {
    let (memory, faults, running, account) = shop(HUGE);
    faults.hold_appends(true);
    let first = running.send(running.op(no(account), charge(1), None));
    until("the append", || faults.append_waits().then_some(()));
    let one = running.send(running.op(no(account), charge(1), None));
    let op = || running.op(no(account), charge(1), None);
    let many = testkit::running::send({
        let (engine, ops) = (running.engine.clone(), vec![op(), op(), op()]);
        async move { engine.write_many(ops).await }
    });
    let read = testkit::running::send({
        let (engine, shop) = (running.engine.clone(), Arc::clone(&running.shop));
        async move { engine.read(no(account), shop, |account, _| account.entries).await }
    });
    faults.appends([None, Some(Fault::Before)]);
    faults.hold_appends(false);
    assert!(block_on(first).unwrap()[0].is_ok());
    assert_eq!(block_on(one).unwrap()[0], Err(Failure::Unavailable));
    let many = block_on(many).unwrap();
    assert_eq!(many.len(), 3, "an answer for each");
    assert!(many.iter().all(|answers| answers.as_slice() == [Err(Failure::Unavailable)]));
    assert_eq!(block_on(read), Err(Failure::Unavailable), "it had seen what is not on disk");
    served(&running, account, &charge(0), 1);
    assert_eq!(running.available(account), 999);
    assert_eq!(running.engine.metrics().queued, 0);
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn a_full_disk_is_told_until_there_is_room() {
    let (memory, faults, running, account) = shop(TINY);
    faults.disk_full(true);
    faults.views_fail(true);
    for number in 0..5 {
        assert_eq!(running.ask(no(account), charge(1), Some(key(number, 0))), Err(Failure::Unavailable));
    }
    assert_eq!(running.engine.name("somebody else"), Err(Failure::Unavailable));
    faults.disk_full(false);
    faults.views_fail(false);
    served(&running, account, &charge(1), 0);
    for number in 1..300 {
        assert!(served(&running, account, &charge(1), number).position > Position(0));
    }
    assert_eq!(running.available(account), 700);
    assert!(running.engine.name("somebody else").is_ok());
    until("the metrics", || running.engine.metrics().healthy.then_some(()));
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn a_name_that_was_kept_without_an_answer_is_known() {
    let (memory, faults, running, account) = shop(HUGE);
    faults.name(Fault::After);
    assert_eq!(running.engine.name("one"), Err(Failure::Unavailable));
    let other = until("another name", || running.engine.name("two").ok());
    let one = running.engine.name("one").unwrap();
    assert_ne!(one, other);
    assert_eq!((&*running.engine.text(one), &*running.engine.text(other)), ("one", "two"));
    served(&running, account, &charge(1), 1);
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn it_stops_though_the_last_append_fails() {
    for fault in [Fault::Before, Fault::After] {
        let (memory, faults, running, account) = shop(HUGE);
        faults.hold_appends(true);
        let first = running.send(running.op(no(account), charge(1), None));
        until("the append", || faults.append_waits().then_some(()));
        let second = running.send(running.op(no(account), charge(1), None));
        let stopping = std::thread::spawn({
            let engine = running.engine.clone();
            move || engine.stop()
        });
        faults.appends([None, Some(fault)]);
        faults.hold_appends(false);
        assert!(block_on(first).unwrap()[0].is_ok());
        // Whichever came first to the lane: the charge or the end.
        let second = block_on(second).map(|answers| answers[0].clone());
        assert!(second.is_err() || second.is_ok_and(|answer| answer == Err(Failure::Unavailable)));
        until("the end", || stopping.is_finished().then_some(()));
        clean(Arc::new(memory));
    }
}

#[test]
fn views_that_fail_give_no_wrong_answers() {
    let (memory, faults, running, account) = shop(TINY);
    let held = running.ask(no(account), hold(5, 3_600_000), None).unwrap().position;
    running.engine.drain().unwrap();
    faults.views_fail(true);
    let mut last = held;
    for number in 0..400 {
        last = running.ask(no(account), charge(1), Some(key(number, 0))).unwrap().position;
    }
    until("the metrics", || (!running.engine.metrics().healthy).then_some(()));
    // What is read is right, or it is not there.
    let entries = running.history(account, last);
    assert!(entries.as_ref().map_or(true, |entries| entries.len() == 403), "{:?}", entries.map(|e| e.len()));
    let now = running.engine.now(&running.shop);
    let as_of = running.engine.account_as_of(account, &running.shop, now);
    assert!(as_of.is_err() || as_of.is_ok_and(|account| account.book(0).unwrap().available().0 == 595));
    let repeated = running.ask(no(account), charge(1), Some(key(3, 0)));
    assert!(repeated == Err(Failure::Unavailable) || repeated.is_ok_and(|written| written.replayed));
    faults.views_fail(false);
    until("the views", || running.engine.metrics().healthy.then_some(()));
    assert_eq!(running.history(account, last).unwrap().len(), 403);
    running.ask(no(account), Command::Release { hold: held, reason: None }, None).unwrap();
    running.engine.stop();
    assert!(clean(Arc::new(memory)).snapshots > 0, "states are saved again");
}

#[test]
fn a_state_leaves_memory_only_when_it_is_on_disk() {
    let (memory, faults, running, account) = shop(TINY);
    for number in 0..40 {
        running.open(&format!("b-{number}"));
    }
    for number in 0..600 {
        running.ask(no(AccountNo(number % 40)), grant(1, Until::Never), None).unwrap();
    }
    running.engine.drain().unwrap();
    faults.appends([Some(Fault::Before)]);
    assert_eq!(running.ask(no(account), charge(1), None), Err(Failure::Unavailable));
    served(&running, account, &charge(1), 1);
    // What is sent to be saved from here on, does not arrive.
    faults.hold_views(true);
    let mut expected = running.available(account);
    for number in 0..400 {
        let other = no(AccountNo(1 + number % 39));
        running.ask(other, charge(0), None).unwrap();
        if number % 20 == 0 {
            running.ask(no(account), charge(1), None).unwrap();
            expected -= 1;
        }
        if number % 7 == 0 {
            assert_eq!(running.available(account), expected, "after {number} others");
        }
    }
    faults.hold_views(false);
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn an_advance_that_fails_is_booked_later() {
    let (memory, faults, running, account) = shop(TINY);
    for number in 0..30 {
        let other = running.open(&format!("b-{number}"));
        running.ask(no(other), grant(5, Until::Never), None).unwrap();
        running.ask(no(other), hold(5, 3_600_000 * (1 + number)), None).unwrap();
    }
    faults.appends([Some(Fault::Before)]);
    assert_eq!(running.advance_to(100 * 3_600_000), Err(Failure::Unavailable));
    until("the lane to serve again", || running.advance_to(100 * 3_600_000).ok());
    for number in 1..=30 {
        assert_eq!(running.available(AccountNo(number)), 5);
    }
    assert_eq!(running.available(account), 1_000);
    running.engine.stop();
    clean(Arc::new(memory));
}
