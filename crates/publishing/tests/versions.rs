//! Which versions of a program there were, and who published them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use engine::{Clock, Engine, Options, Store};
use moment::Instant;
use publishing::{Schedule, compare};
use testkit::running::{START, TINY};
use testkit::{MemoryStore, Running, Shop};

/// The shop's file, by another name.
fn named(name: &str) -> String {
    let text = Shop::text("overdraft.grace = \"10 days\"\noverdraft.limit = 1000\n");
    text.replacen("name = \"Shop\"", &format!("name = {name:?}"), 1)
}

#[test]
fn each_version_says_when_and_by_whom_it_was_published() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let running = Running::start(store, TINY, false).unwrap();
    let schedule = Schedule::of(&running.engine).unwrap();
    let first = running.engine.program("shop").unwrap().version;
    let publish = |name: &str, by: &str| {
        let (publication, _) = schedule.publish(&running.shop, &named(name), None, by).unwrap();
        publication
    };
    running.clock.set(START.plus_millis(3_600_000));
    publish("Second", "ada@ops.example");
    running.clock.set(START.plus_millis(7_200_000));
    // The same file again makes no version, and is nobody's.
    publish("Second", "bo@ops.example");
    publish("Third", "key_7");
    let all = schedule.versions("shop", None, 10).unwrap();
    let by: Vec<_> = all.iter().map(|version| (version.number - first, version.by.as_deref())).collect();
    assert_eq!(by, [(2, Some("key_7")), (1, Some("ada@ops.example")), (0, None)]);
    assert_eq!(all[1].published_at, START.plus_millis(3_600_000));
    assert_eq!(schedule.versions("shop", Some(first + 1), 10).unwrap(), all[2..]);
    assert_eq!(schedule.versions("shop", None, 1).unwrap(), all[..1]);
    let (second, text) = schedule.version("shop", first + 1).unwrap().unwrap();
    assert_eq!((&second, text), (&all[1], named("Second")));
    assert_eq!(schedule.version("shop", first + 3).unwrap(), None);
    assert_eq!(schedule.version("bar", first).unwrap(), None);
}

/// A clock that goes on each time that it is looked at.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.fetch_add(5, Ordering::Relaxed))
    }
}

#[test]
fn who_scheduled_a_version_is_known_though_time_goes_on_while_it_is_published() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let clock = Arc::new(Ticking(AtomicI64::new(START.millis())));
    let engine = Engine::start(store, clock, Options::default()).unwrap();
    let text = named("First");
    let running = engine.publish(catalog::load("shop.toml", &text).unwrap(), &text, None).unwrap();
    let schedule = Schedule::of(&engine).unwrap();
    let at = engine.clock_now().plus_millis(60_000);
    schedule.publish(&running, &named("Second"), Some(at), "ada@ops.example").unwrap();
    schedule.run_due("shop", at);
    let versions = schedule.versions("shop", None, 1).unwrap();
    assert_eq!(versions[0].by.as_deref(), Some("ada@ops.example"));
}

#[test]
fn two_versions_are_compared_both_ways() {
    let changes = |before: &str, after: &str| {
        let changes = compare("shop", before, after).unwrap();
        changes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let (one, two) = (named("One"), named("Two"));
    assert_eq!(changes(&one, &one), [""; 0]);
    assert!(changes(&one, &two)[0].starts_with("name: "));
    assert_ne!(changes(&one, &two), changes(&two, &one));
    let unreadable = compare("shop", "scrip = ", &two).unwrap_err();
    assert!(unreadable[0].starts_with("shop.toml:1:"), "{unreadable:?}");
}
