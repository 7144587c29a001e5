//! Programs that are published at an instant: by the thread that looks, and at a start before anything else.

use std::sync::Arc;

use dispatch::{Dispatch, Options};
use engine::{Engine, ManualClock, Published, Store};
use messages::webhook::{self, WebhookSender};
use publishing::State;
use testkit::running::{START, TINY, block_on};
use testkit::{MemoryStore, Shop};

const HOUR: i64 = 3_600_000;

struct Desk {
    clock: Arc<ManualClock>,
    engine: Engine,
    dispatch: Dispatch,
}

impl Desk {
    fn on(store: &Arc<MemoryStore>, clock: &Arc<ManualClock>) -> Desk {
        let shared = Arc::clone(store) as Arc<dyn Store>;
        let engine = Engine::start(shared, Arc::clone(clock) as Arc<dyn engine::Clock>, TINY).unwrap();
        if engine.program("shop").is_none() {
            engine.publish(Shop::with("").program, &Shop::text(""), None).unwrap();
        }
        let sender = WebhookSender::new(webhook::Options::default(), || START).unwrap();
        let public_url = "http://localhost".to_owned();
        let options = Options { public_url, allow_private: false, mailer: None, sender };
        let dispatch = Dispatch::start(&engine, options).unwrap();
        Desk { clock: Arc::clone(clock), engine, dispatch }
    }

    fn shop(&self) -> Arc<Published> {
        self.engine.program("shop").unwrap()
    }

    /// Schedules the shop by another name, so many hours ahead.
    fn schedule(&self, name: &str, hours: i64) -> String {
        let text = Shop::text("").replacen("name = \"Shop\"", &format!("name = {name:?}"), 1);
        let at = Some(START.plus_millis(hours * HOUR));
        let (publication, _) = self.dispatch.schedule().publish(&self.shop(), &text, at, "ada").unwrap();
        publication.id
    }

    fn stop(self) {
        self.dispatch.stop();
        self.engine.stop();
    }
}

#[test]
fn the_thread_publishes_by_the_machines_clock() {
    let (store, clock) = (Arc::new(MemoryStore::default()), Arc::new(ManualClock::at(START)));
    let desk = Desk::on(&store, &clock);
    desk.schedule("Later", 2);
    desk.clock.set(START.plus_millis(2 * HOUR - 1));
    block_on(desk.dispatch.work_off());
    assert_eq!(desk.shop().version, 1, "never early");
    desk.clock.set(START.plus_millis(2 * HOUR));
    block_on(desk.dispatch.work_off());
    assert_eq!((desk.shop().version, desk.shop().program.name.as_str()), (2, "Later"));
    desk.stop();
}

#[test]
fn what_fell_due_while_nobody_served_is_published_before_anything_else() {
    let (store, clock) = (Arc::new(MemoryStore::default()), Arc::new(ManualClock::at(START)));
    let desk = Desk::on(&store, &clock);
    let (first, last) = (desk.schedule("First", 1), desk.schedule("Last", 3));
    desk.stop();
    clock.set(START.plus_millis(2 * HOUR));
    let desk = Desk::on(&store, &clock);
    assert_eq!(desk.shop().program.name, "First", "as soon as it has started");
    let state = |id: &str| desk.dispatch.schedule().get("shop", id).unwrap().unwrap().state;
    assert!(matches!(state(&first), State::Published { version: 2, .. }));
    assert_eq!(state(&last), State::Scheduled);
    desk.stop();
}
