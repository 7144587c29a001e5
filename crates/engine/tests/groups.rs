//! Several steps that happen all or not at all, and their repeats.

use std::sync::Arc;

use account::{Command, HowMuch, Until};
use engine::{Failure, Step};
use testkit::running::key;
use testkit::story::{charge, grant, hold};
use testkit::{MemoryStore, Running};

use crate::common::{HUGE, clean, no, start};

fn step(command: Command, number: u64) -> Step {
    Step { command, idempotency: Some(key(number, number)) }
}

fn shop() -> (MemoryStore, Running, ledger::AccountNo) {
    let store = MemoryStore::default();
    let running = start(&store, HUGE);
    let account = running.open("a");
    running.ask(no(account), grant(100, Until::Never), None).unwrap();
    (store, running, account)
}

#[test]
fn a_repeat_with_a_step_that_had_been_done_before_acts_once() {
    let (store, running, account) = shop();
    let held = running.ask(no(account), hold(10, 3_600_000), None).unwrap().position;
    let capture = || Command::Capture { hold: held, how_much: HowMuch::All };
    running.ask(no(account), capture(), None).unwrap();
    // The capture leaves no entry, as it had been done before; wherever it stands, the group acts once.
    for (first, steps) in [
        (10, vec![step(capture(), 10), step(charge(5), 11)]),
        (20, vec![step(charge(5), 20), step(capture(), 21)]),
        (30, vec![step(charge(5), 30), step(capture(), 31), step(charge(5), 32)]),
    ] {
        let before = running.available(account);
        let answers = running.write(running.group(no(account), steps.clone())).unwrap();
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        let spent = before - running.available(account);
        let again = running.write(running.group(no(account), steps)).unwrap();
        assert_eq!(before - running.available(account), spent, "group {first} acted once");
        for (answer, again) in answers.iter().zip(&again) {
            let (answer, again) = (answer.as_ref().unwrap(), again.as_ref().unwrap());
            assert_eq!((answer.position, &answer.entry), (again.position, &again.entry), "group {first}");
            assert!(again.replayed || again.already);
        }
    }
    let given = running.ask(no(account), grant(7, Until::Never), None).unwrap().position;
    let void = || Command::Void { grant: given, reason: "a test".into() };
    running.ask(no(account), void(), None).unwrap();
    let steps = vec![step(void(), 40), step(charge(5), 41)];
    let answers = running.write(running.group(no(account), steps.clone())).unwrap();
    let again = running.write(running.group(no(account), steps)).unwrap();
    let positions = |answers: &[Result<engine::Written, Failure>]| {
        answers.iter().map(|answer| answer.as_ref().unwrap().position).collect::<Vec<_>>()
    };
    assert_eq!(positions(&answers), positions(&again), "a second void has the first one's answer");
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn a_group_has_each_key_once() {
    let (store, running, account) = shop();
    let answers =
        running.write(running.group(no(account), vec![step(charge(5), 1), step(charge(5), 1)])).unwrap();
    assert_eq!(answers.as_slice(), [Err(Failure::Undone { by: 1 }), Err(Failure::KeyReused)]);
    assert_eq!(running.available(account), 100, "nothing of it has happened");
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn a_refused_group_leaves_nothing_behind() {
    let (store, running, account) = shop();
    let writes = store.writes();
    let steps = vec![step(charge(60), 1), step(charge(60), 2), step(charge(1), 3)];
    let answers = running.write(running.group(no(account), steps)).unwrap();
    assert!(matches!(answers[1], Err(Failure::Refused(_))), "{answers:?}");
    assert_eq!(answers[0], Err(Failure::Undone { by: 1 }));
    assert_eq!(answers[2], Err(Failure::Undone { by: 1 }));
    assert_eq!((running.available(account), store.writes()), (100, writes));
    let answers = running.write(running.group(no(account), vec![step(charge(60), 1)])).unwrap();
    assert!(answers[0].as_ref().is_ok_and(|written| !written.replayed), "a refusal keeps no key");
    running.engine.stop();
    clean(Arc::new(store));
}

#[test]
fn another_request_with_a_key_of_the_group_is_refused() {
    let (store, running, account) = shop();
    running.write(running.group(no(account), vec![step(charge(1), 1), step(charge(2), 2)])).unwrap();
    let other = Step { command: charge(3), idempotency: Some(key(2, 99)) };
    let answers = running.write(running.group(no(account), vec![step(charge(1), 1), other.clone()])).unwrap();
    assert!(answers.contains(&Err(Failure::KeyReused)), "{answers:?}");
    let answers = running.write(running.group(no(account), vec![step(charge(1), 7), other])).unwrap();
    assert!(answers.contains(&Err(Failure::KeyReused)), "{answers:?}");
    assert_eq!(running.available(account), 97);
    running.engine.stop();
    clean(Arc::new(store));
}
