//! Many at once: one account, one key, a full queue.

use std::sync::Arc;

use account::Until;
use engine::{Failure, Options, Written};
use ledger::Event as What;
use testkit::running::{TINY, block_on, key};
use testkit::story::{charge, grant};
use testkit::wait::until;
use testkit::{FaultyStore, MemoryStore, Running};

use crate::common::{HUGE, clean, no, start};

fn one(answers: Result<engine::Answers, Failure>) -> Result<Written, Failure> {
    answers.and_then(|answers| answers.into_iter().next().unwrap_or(Err(Failure::Unavailable)))
}

#[test]
fn one_key_acts_once_whoever_is_first() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    let account = running.open("a");
    running.ask(no(account), grant(1_000, Until::Never), None).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let running = running.clone();
            std::thread::spawn(move || {
                let ask = |number| running.ask(no(account), charge(1), Some(key(number, number))).unwrap();
                (0..50).map(ask).collect::<Vec<_>>()
            })
        })
        .collect();
    let all: Vec<Vec<Written>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    for number in 0..50 {
        let first = &all[0][number];
        assert!(all.iter().all(|answers| answers[number].position == first.position), "key {number}");
        assert!(all.iter().all(|answers| answers[number].entry == first.entry), "the first answer again");
        assert_eq!(
            all.iter().filter(|answers| !answers[number].replayed).count(),
            1,
            "key {number} acted once"
        );
    }
    assert_eq!(running.available(account), 950);
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn duplicates_in_one_batch_act_once() {
    let store = MemoryStore::default();
    let running = start(&store, HUGE);
    let account = running.open("a");
    running.ask(no(account), grant(10, Until::Never), None).unwrap();
    let op = |credits, number, request| running.op(no(account), charge(credits), Some(key(number, request)));
    let ops = vec![op(3, 1, 1), op(3, 1, 1), op(4, 1, 2), op(5, 2, 2), op(3, 3, 3), op(2, 3, 3)];
    let answers = block_on(running.engine.write_many(ops)).unwrap();
    let mut answers = answers.into_iter().map(|answers| one(Ok(answers)));
    let mut next = || answers.next().unwrap();
    let first = next().unwrap();
    let again = next().unwrap();
    assert_eq!((again.position, again.replayed), (first.position, true));
    assert_eq!(next(), Err(Failure::KeyReused), "another request with the same key");
    assert!(next().is_ok_and(|written| !written.replayed));
    assert!(matches!(next(), Err(Failure::Refused(_))), "there are 2 left");
    assert!(next().is_ok_and(|written| !written.replayed), "a refusal keeps no key");
    assert_eq!(running.available(account), 0);
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn an_account_is_opened_once() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    let sent: Vec<_> = (0..40)
        .map(|_| running.send(running.op(engine::Target::Host("a".into()), testkit::story::open(), None)))
        .collect();
    let opened: Vec<Written> = sent.into_iter().map(|sent| one(block_on(sent)).unwrap()).collect();
    assert!(opened.iter().all(|written| written.position == opened[0].position));
    assert_eq!(opened.iter().filter(|written| !written.already).count(), 1);
    running.engine.stop();
    assert_eq!(clean(Arc::new(store)).accounts, 1);
}

#[test]
fn a_full_queue_says_so_and_what_was_taken_is_done() {
    let memory = MemoryStore::default();
    let (store, faults) = FaultyStore::over(Arc::new(memory.clone()));
    let running = Running::start(store, Options { queue: 20, ..HUGE }, true).unwrap();
    let account = running.open("a");
    running.ask(no(account), grant(1_000, Until::Never), None).unwrap();
    faults.hold_appends(true);
    let mut sent = vec![running.send(running.op(no(account), charge(1), None))];
    until("the append", || faults.append_waits().then_some(()));
    sent.extend((0..100).map(|_| running.send(running.op(no(account), charge(1), None))));
    faults.hold_appends(false);
    let answers: Vec<_> = sent.into_iter().map(|sent| one(block_on(sent))).collect();
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    let overloaded = answers.iter().filter(|answer| **answer == Err(Failure::Overloaded)).count();
    assert_eq!(done + overloaded, 101);
    assert!((20..=24).contains(&done), "{done} of about 20 that may wait were done");
    assert_eq!(running.available(account), 1_000 - done as i64);
    assert_eq!(running.engine.metrics().queued, 0, "nothing waits any more");
    assert!(running.ask(no(account), charge(1), None).is_ok());
    running.engine.stop();
    clean(Arc::new(memory));
}

#[test]
fn who_listens_sees_each_entry_once_in_order() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    let account = running.open("a");
    let last = running.ask(no(account), grant(1_000, Until::Never), None).unwrap().position;
    block_on(running.engine.wait_for(last)).unwrap();
    let mut feed = running.engine.listen(account);
    let sent: Vec<_> = (0..200).map(|_| running.send(running.op(no(account), charge(1), None))).collect();
    let positions: Vec<_> = sent.into_iter().map(|sent| one(block_on(sent)).unwrap().position).collect();
    for position in positions {
        let seen = block_on(feed.recv()).unwrap();
        assert_eq!(seen.position, position);
        assert!(matches!(seen.entry.event, What::Charged(_)));
    }
    running.engine.stop();
}
