//! States are saved a few at a time, and with what a store need not look up.

use std::sync::Arc;

use account::{Command, Until};
use engine::{Options, Store};
use ledger::AccountNo;
use testkit::running::{TINY, block_on};
use testkit::story::{charge, grant};
use testkit::wait::until;
use testkit::{FaultyStore, MemoryStore, Running};

use crate::common::{HUGE, clean, no, start};

fn saved(store: &MemoryStore) -> usize {
    let mut count = 0;
    let mut visit = |_: AccountNo, _: &[u8]| {
        count += 1;
        Ok(true)
    };
    store.views_reader().unwrap().snapshots(&mut visit).unwrap();
    count
}

#[test]
fn the_commit_that_begins_to_save_does_not_save_all_that_changed_before() {
    // More than are sent to the projector together, so that what is saved is seen.
    const ACCOUNTS: usize = 6_000;
    let memory = MemoryStore::default();
    let (store, faults) = FaultyStore::over(Arc::new(memory.clone()));
    // Every entry is of another account: then saving begins at four times as many.
    let options = Options { snapshot_every: ACCOUNTS as u64 / 4, ..HUGE };
    let running = Running::start(store, options, true).unwrap();
    let open = |number: usize| {
        let host = engine::Target::Host(format!("a-{number}").into());
        running.op(host, Command::Open(Box::default()), None)
    };
    for part in (0..ACCOUNTS - 1).collect::<Vec<_>>().chunks(500) {
        let answers = block_on(running.engine.write_many(part.iter().map(|n| open(*n)).collect())).unwrap();
        assert!(answers.iter().flatten().all(Result::is_ok));
    }
    faults.hold_appends(true);
    let waits = || faults.append_waits().then_some(());
    let last = running.send(open(ACCOUNTS - 1));
    until("the append of the entry that begins to save", waits);
    let next = running.send(open(ACCOUNTS));
    faults.let_one_append_go();
    assert!(block_on(last).unwrap()[0].is_ok());
    until("the next append, when the lane has done all that goes with the one before", waits);
    running.engine.drain().unwrap();
    assert_eq!(saved(&memory), 0, "nothing at once");
    faults.hold_appends(false);
    assert!(block_on(next).unwrap()[0].is_ok());
    until("all of them, when there is nothing else to do", || (saved(&memory) >= ACCOUNTS).then_some(()));
    running.engine.stop();
    clean(Arc::new(memory));
}

/// The store in memory refuses a state of which it is said wrongly that what is due is as before.
#[test]
fn a_store_is_told_when_what_is_due_has_changed() {
    let store = MemoryStore::default();
    let mut running = start(&store, TINY);
    for account in 0..30 {
        running.open(&format!("a-{account}"));
    }
    for round in 0..12_i64 {
        for account in (0..30).map(AccountNo) {
            let ends = Until::At(testkit::running::START.plus_millis(1_000_000 * (round + 1)));
            let command = if round % 3 == 0 { grant(10, ends) } else { charge(1) };
            running.ask(no(account), command, None).unwrap();
        }
        running.advance_to(round * 400_000).unwrap();
        running.engine.drain().unwrap();
        assert!(running.engine.metrics().healthy);
        if round % 4 == 3 {
            running.engine.stop();
            running = start(&store, TINY);
        }
    }
    running.engine.stop();
    clean(Arc::new(store));
}
