//! What is saved between the journal and memory costs time, and means nothing.

use std::sync::Arc;

use engine::{Options, Target};
use ledger::Position;
use testkit::running::{START, TINY, block_on};
use testkit::story::{charge, grant};
use testkit::{MemoryStore, Running, Story};

use crate::common::{HUGE, clean, no, start};

/// What both engines say, in every way that they can be asked.
fn agree(story: &mut Story, tiny: &Running, huge: &Running, last: Position) {
    let target = story.host();
    let account = tiny.read(target.clone());
    assert_eq!(account, huge.read(target), "the account as it is now");
    let Ok(account) = account else { return };
    assert_eq!(tiny.history(account.no, last), huge.history(account.no, last), "its history");
    let at = START.plus_millis(story.dice.roll(3_000) as i64 * 3_600_000);
    let as_of = |running: &Running| running.engine.account_as_of(account.no, &running.shop, at);
    assert_eq!(as_of(tiny), as_of(huge), "the account as of {at}");
    assert_eq!(tiny.engine.account_after(account.no, last), huge.engine.account_after(account.no, last));
}

/// The same requests to an engine that has room for everything and never stops, and to one that has room for
/// nothing and is stopped, killed, or robbed of its views.
fn tell(seed: u64, requests: u64) {
    let mut story = Story::new(seed, 150);
    let huge_store = MemoryStore::default();
    let mut tiny_store = MemoryStore::default();
    let (huge, mut tiny) = (start(&huge_store, HUGE), start(&tiny_store, TINY));
    let (mut now, mut last) = (0, Position(0));
    for number in 0..requests {
        let asked = story.next(&huge);
        let answers = huge.write(asked.op(&huge)).unwrap();
        let again = tiny.write(asked.op(&tiny)).unwrap();
        assert_eq!(again, answers, "seed {seed}, request {number}: {asked:#?}");
        last = answers.iter().flatten().map(|written| written.position).max().unwrap_or(last).max(last);
        story.learn(&answers);
        match story.dice.roll(60) {
            0..4 => agree(&mut story, &tiny, &huge, last),
            4..6 => {
                now += 1 + story.dice.roll(30 * 3_600_000) as i64;
                assert_eq!(tiny.advance_to(now), huge.advance_to(now), "seed {seed}, request {number}");
            }
            6 => {
                // Killed: nothing is lost that was answered, but the views may be older.
                let lost = story.dice.roll(4) as usize;
                let left = tiny_store.crashed(tiny_store.writes(), lost);
                tiny_store.kill();
                tiny_store = left;
                tiny = start(&tiny_store, TINY);
            }
            7 if story.dice.roll(3) == 0 => {
                tiny.engine.stop();
                let closed = tiny_store.copied();
                tiny_store = if story.dice.roll(2) == 0 { closed } else { closed.without_views() };
                tiny = start(&tiny_store, TINY);
            }
            8 => tiny.engine.make_runs().unwrap(),
            _ => {}
        }
    }
    for _ in 0..40 {
        agree(&mut story, &tiny, &huge, last);
    }
    tiny.engine.stop();
    huge.engine.stop();
    let (tiny, huge) = (clean(Arc::new(tiny_store)), clean(Arc::new(huge_store)));
    assert_eq!((tiny.entries, tiny.accounts, &tiny.books), (huge.entries, huge.accounts, &huge.books));
    assert!(tiny.runs > 0, "the history was made into runs");
}

#[test]
fn an_engine_that_forgets_answers_as_one_that_does_not() {
    for seed in 1..=4 {
        tell(seed, 1_200);
    }
}

#[test]
fn memory_is_bounded_by_the_cache() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    for account in 0..300 {
        running.open(&format!("a-{account}"));
    }
    running.engine.drain().unwrap();
    let few = || {
        // Anything that makes the lane turn.
        running.read(Target::Host("a-0".into())).unwrap();
        (running.engine.metrics().cached_accounts <= 2 * TINY.cached_accounts as u64).then_some(())
    };
    testkit::wait::until("the cache to shrink", few);
    for account in (0..300).rev() {
        assert!(running.read(Target::Host(format!("a-{account}").into())).is_ok(), "a-{account}");
        assert!(running.read(no(ledger::AccountNo(account))).is_ok(), "account {account}");
    }
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn a_restart_replays_only_what_was_not_saved() {
    let store = MemoryStore::default();
    let running = start(&store, Options { snapshot_every: 1_000_000, ..HUGE });
    let account = running.open("a");
    running.ask(no(account), grant(100, account::Until::Never), None).unwrap();
    running.engine.stop();
    let running = start(&store, HUGE);
    running.ask(no(account), charge(30), None).unwrap();
    let killed = store.crashed(store.writes(), 0);
    let before = running.read(no(account)).unwrap();
    store.kill();
    let running = start(&killed, HUGE);
    assert_eq!(running.read(no(account)).unwrap(), before);
    assert_eq!(running.available(account), 70);
    block_on(running.engine.wait_for(before.last)).unwrap();
    running.engine.stop();
    clean(Arc::new(killed));
}
