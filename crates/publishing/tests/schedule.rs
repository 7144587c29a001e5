//! What is published when, and what becomes of it when the file does not fit any more.

use std::sync::Arc;

use engine::Store;
use moment::Instant;
use operators::Audit;
use publishing::{MOST, NotTaken, Schedule, State};
use testkit::running::{START, TINY};
use testkit::{MemoryStore, Running, Shop};

const HOUR: i64 = 3_600_000;

fn start(store: &Arc<MemoryStore>) -> (Running, Schedule) {
    let running = Running::start(Arc::clone(store) as Arc<dyn Store>, TINY, false).unwrap();
    let schedule = Schedule::of(&running.engine).unwrap();
    (running, schedule)
}

/// The shop's file, by another name.
fn named(name: &str) -> String {
    let text = Shop::text("overdraft.grace = \"10 days\"\noverdraft.limit = 1000\n");
    text.replacen("name = \"Shop\"", &format!("name = {name:?}"), 1)
}

fn name(running: &Running) -> String {
    running.engine.program("shop").unwrap().program.name.clone()
}

fn noted(running: &Running) -> Vec<(String, String)> {
    let all = Audit::of(&running.engine).unwrap().day(running.engine.clock_now()).unwrap();
    all.into_iter().rev().map(|noted| (noted.who, noted.what)).collect()
}

fn at(hours: i64) -> Instant {
    START.plus_millis(hours * HOUR)
}

#[test]
fn what_is_scheduled_is_published_at_its_instant_and_survives_a_restart() {
    let store = Arc::new(MemoryStore::default());
    let (running, schedule) = start(&store);
    let (planned, changes) =
        schedule.publish(&running.shop, &named("Later"), Some(at(2)), "ada@ops.example").unwrap();
    assert_eq!(planned.state, State::Scheduled);
    assert!(changes[0].to_string().starts_with("name: "), "{changes:?}");
    assert_eq!(schedule.next_due("shop"), Some(at(2)));
    schedule.run_due("shop", at(2).plus_millis(-1));
    assert_ne!(name(&running), "Later", "never early");
    running.engine.stop();

    let (running, schedule) = start(&store);
    assert_eq!(schedule.next_due("shop"), Some(at(2)));
    running.clock.set(at(2));
    schedule.run_due("shop", at(2));
    assert_eq!(name(&running), "Later");
    let version = running.engine.program("shop").unwrap().version;
    let found = schedule.get("shop", &planned.id).unwrap().unwrap();
    assert_eq!(found.state, State::Published { version, at: at(2) });
    assert_eq!(schedule.next_due("shop"), None);
    schedule.run_due("shop", at(3));
    assert_eq!(running.engine.program("shop").unwrap().version, version, "once");
    let by_ada = |what: &str| ("ada@ops.example".to_owned(), what.to_owned());
    assert_eq!(noted(&running), [by_ada("program.schedule"), by_ada("program.publish")]);
    running.engine.stop();
}

#[test]
fn what_does_not_fit_any_more_is_kept_as_failed_with_the_reason() {
    let store = Arc::new(MemoryStore::default());
    let (running, schedule) = start(&store);
    let (planned, _) = schedule.publish(&running.shop, &named("Later"), Some(at(1)), "ada").unwrap();
    // Meanwhile somebody adds a unit, which no later file may be without.
    let more = named("Meanwhile") + "\n[units.extra]\nname = \"extras\"\n";
    running.clock.set(START.plus_millis(1));
    schedule.publish(&running.shop, &more, None, "berta").unwrap();
    assert!(schedule.changes(&planned).unwrap().is_err(), "it is seen before");
    running.clock.set(at(1));
    schedule.run_due("shop", at(1));
    assert_eq!(name(&running), "Meanwhile");
    let failed = schedule.failed("shop").unwrap();
    assert!(
        matches!(&failed[0].state, State::Failed { why, .. } if why.contains("units.extra")),
        "{failed:?}"
    );
    assert_eq!(schedule.file("shop", &planned.id).unwrap(), Some(named("Later")), "to be mended");
    assert!(noted(&running).contains(&("ada".into(), "program.publish.failed".into())));
    // Once another version is published nobody has to look at it any more.
    running.clock.set(at(2));
    schedule
        .publish(&running.shop, &(named("Mended") + "\n[units.extra]\nname = \"extras\"\n"), None, "ada")
        .unwrap();
    assert_eq!(schedule.failed("shop").unwrap(), []);
    running.engine.stop();
}

#[test]
fn what_is_called_off_does_not_happen() {
    let store = Arc::new(MemoryStore::default());
    let (running, schedule) = start(&store);
    let (planned, _) = schedule.publish(&running.shop, &named("Later"), Some(at(1)), "ada").unwrap();
    schedule.cancel("shop", &planned.id, "berta").unwrap();
    assert!(matches!(schedule.cancel("shop", &planned.id, "berta"), Err(NotTaken::Ended)));
    assert!(matches!(schedule.cancel("shop", "pub_0", "berta"), Err(NotTaken::Unknown)));
    schedule.run_due("shop", at(2));
    assert_ne!(name(&running), "Later");
    running.engine.stop();
}

#[test]
fn an_instant_is_in_the_future_and_within_a_year_and_there_are_not_too_many() {
    let store = Arc::new(MemoryStore::default());
    let (running, schedule) = start(&store);
    let ask = |text: &str, hours| schedule.publish(&running.shop, text, Some(at(hours)), "ada");
    assert!(matches!(ask(&named("Now"), 0), Err(NotTaken::Instant)));
    assert!(matches!(ask(&named("Far"), 24 * 367), Err(NotTaken::Instant)));
    assert!(matches!(ask("scrip = 1", 1), Err(NotTaken::Unfit(_))));
    for hour in 1..=MOST as i64 {
        ask(&named(&format!("Hour {hour}")), hour).unwrap();
    }
    assert!(matches!(ask(&named("More"), 30), Err(NotTaken::TooMany)));
    let listed = schedule.list("shop").unwrap();
    assert_eq!(listed.len(), MOST);
    // Each is compared with the one before it.
    let changes = schedule.changes(&listed[0]).unwrap().unwrap();
    assert_eq!(changes.len(), 1);
    assert!(changes[0].to_string().contains("Hour 19"), "{changes:?}");
    schedule.run_due("shop", at(100));
    assert_eq!(name(&running), "Hour 20", "in order");
    running.engine.stop();
}
