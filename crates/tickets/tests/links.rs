//! Links that work once.

use std::sync::Arc;

use engine::{Engine, ManualClock, Options};
use ledger::AccountNo;
use moment::Instant;
use testkit::MemoryStore;
use tickets::{Link, Links};

const NOW: Instant = Instant::from_millis(1_000_000);

fn link(account: u64) -> Link {
    let until = NOW.plus_millis(60_000);
    Link { program: "shop".into(), account: AccountNo(account), member: None, page: None, until }
}

fn links() -> Links {
    let store = Arc::new(MemoryStore::default());
    let engine = Engine::start(store, Arc::new(ManualClock::at(NOW)), Options::default()).unwrap();
    Links::of(&engine).unwrap()
}

#[test]
fn a_link_is_followed_once() {
    let links = links();
    let code = links.make(&link(3), NOW).unwrap();
    assert_eq!(links.follow("shop", &code, NOW).unwrap(), Some(link(3)));
    assert_eq!(links.follow("shop", &code, NOW).unwrap(), None);
}

#[test]
fn of_two_that_follow_it_at_once_one_gets_in() {
    let links = links();
    let code = links.make(&link(3), NOW).unwrap();
    let followed = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| links.follow("shop", &code, NOW).unwrap().is_some())).collect();
        threads.into_iter().filter(|_| true).map(|thread| thread.join().unwrap()).filter(|in_| *in_).count()
    });
    assert_eq!(followed, 1);
}

#[test]
fn a_link_that_has_ended_or_is_of_another_program_leads_nowhere() {
    let links = links();
    let code = links.make(&link(3), NOW).unwrap();
    assert_eq!(links.follow("other", &code, NOW).unwrap(), None);
    assert_eq!(links.follow("shop", &code, NOW.plus_millis(60_000)).unwrap(), None, "too late");
    for wrong in ["", "x", &"x".repeat(1_000)] {
        assert_eq!(links.follow("shop", wrong, NOW).unwrap(), None);
    }
}
