//! What is logged, as whoever watches over a server finds it.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use engine::ManualClock;
use testkit::{MemoryStore, Running};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::common::HUGE;

/// Keeps the warnings of this process, as lines.
struct Log;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// How many lines have both of these texts.
fn logged(what: &str, when: &str) -> usize {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().filter(|line| line.contains(what) && line.contains(when)).count()
}

fn keep_a_log() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| tracing::subscriber::set_global_default(Log).unwrap());
}

/// An instant that no other test of this process uses.
const NOON: moment::Instant = moment::Instant::from_millis(1_900_000_000_123);
const HOUR: i64 = 3_600_000;

fn start(store: &MemoryStore, clock: &Arc<ManualClock>) -> Running {
    Running::start_at(Arc::new(store.clone()), HUGE, false, Arc::clone(clock)).unwrap()
}

#[test]
fn a_clock_that_jumps_is_logged_each_way_and_over_a_restart() {
    keep_a_log();
    let store = MemoryStore::default();
    let clock = Arc::new(ManualClock::at(NOON));
    let running = start(&store, &clock);
    running.open("anna");
    clock.set(NOON.plus_millis(-2 * HOUR));
    running.open("berta");
    let back = NOON.plus_millis(-2 * HOUR).to_string();
    assert_eq!(logged("jumped back", &back), 1);
    clock.set(NOON.plus_millis(5 * HOUR));
    running.open("carla");
    let forth = NOON.plus_millis(5 * HOUR).to_string();
    assert_eq!(logged("jumped forward", &forth), 1);
    running.engine.stop();
    // The next start finds the journal ahead of the clock. A server that was only off for a night says nothing.
    let yesterday = NOON.plus_millis(-24 * HOUR);
    clock.set(yesterday);
    let running = start(&store, &clock);
    running.open("dora");
    assert_eq!(logged("behind the journal", &yesterday.to_string()), 1);
    running.engine.stop();
    let tomorrow = NOON.plus_millis(48 * HOUR);
    clock.set(tomorrow);
    let running = start(&store, &clock);
    running.open("emma");
    running.engine.stop();
    assert_eq!(logged("jumped", &tomorrow.to_string()), 0);
}
