//! Random requests, a disk that fails now and then, and a crash between any two writes, again and again.

use std::collections::HashMap;
use std::sync::Arc;

use engine::{Failure, Op, Written};
use testkit::running::{Running, TINY, block_on};
use testkit::story::Asked;
use testkit::wait::Span;
use testkit::{Fault, FaultyStore, MemoryStore, Story};

use crate::common::clean;

/// What was acknowledged, and after how many writes it was known to be.
struct Acknowledged {
    asked: Asked,
    answers: Vec<Written>,
    writes: usize,
}

struct World {
    story: Story,
    store: MemoryStore,
    acknowledged: Vec<Acknowledged>,
    /// Requests without an answer: they may have happened, and must not happen twice.
    unknown: Vec<Asked>,
    now: i64,
}

impl World {
    /// Lives for a while, then crashes.
    fn live(&mut self) {
        let (store, faults) = FaultyStore::over(Arc::new(self.store.clone()));
        let running = Running::start(store, TINY, true).unwrap();
        self.unknown.retain(|asked| asked.steps.iter().all(|step| step.idempotency.is_some()));
        for asked in std::mem::take(&mut self.unknown) {
            self.ask(&running, vec![asked]);
        }
        self.verify(&running);
        for _ in 0..20 + self.story.dice.roll(60) {
            match self.story.dice.roll(40) {
                0 => faults.appends([Some(Fault::Before)]),
                1 => faults.appends([None, Some(Fault::After)]),
                2 => {
                    self.now += self.story.dice.roll(40 * 3_600_000) as i64;
                    // A failure is a clock that was moved, and what fell due comes later.
                    drop(running.advance_to(self.now));
                }
                3 => drop(running.engine.make_runs()),
                _ => {}
            }
            let count = 1 + self.story.dice.roll(4) * self.story.dice.roll(3);
            let asked = (0..count).map(|_| self.story.next(&running)).collect();
            self.ask(&running, asked);
        }
        let writes = self.store.writes();
        let crash =
            writes.saturating_sub(self.story.dice.roll(12) as usize * self.story.dice.roll(2) as usize);
        let left = self.store.crashed(crash, self.story.dice.roll(5) as usize);
        self.store.kill();
        drop(running);
        self.store = left;
        let (known, lost): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.acknowledged).into_iter().partition(|known| known.writes <= crash);
        // Those were acknowledged after the moment that we went back to: in that world, they never were.
        self.unknown.extend(lost.into_iter().map(|lost| lost.asked));
        self.acknowledged = known.into_iter().map(|known| Acknowledged { writes: 0, ..known }).collect();
    }

    fn ask(&mut self, running: &Running, asked: Vec<Asked>) {
        let ops: Vec<Op> = asked.iter().map(|asked| asked.op(running)).collect();
        let all = block_on(running.engine.write_many(ops)).unwrap_or_default();
        let writes = self.store.writes();
        for (place, asked) in asked.into_iter().enumerate() {
            let answers = all.get(place).map(|answers| answers.to_vec()).unwrap_or_default();
            self.story.learn(&answers);
            let written: Vec<Written> = answers.iter().flatten().cloned().collect();
            if !answers.is_empty() && written.len() == answers.len() {
                self.acknowledged.push(Acknowledged { asked, answers: written, writes });
            } else if answers.is_empty() || answers.contains(&Err(Failure::Unavailable)) {
                self.unknown.push(asked);
            }
        }
    }

    /// Everything that was acknowledged is there, as it was acknowledged.
    fn verify(&self, running: &Running) {
        let mut histories: HashMap<_, HashMap<_, _>> = HashMap::new();
        for written in self.acknowledged.iter().flat_map(|known| &known.answers) {
            let account = written.entry.account;
            let history = histories
                .entry(account)
                .or_insert_with(|| running.history(account, written.position).unwrap().into_iter().collect());
            assert_eq!(
                history.get(&written.position),
                Some(&written.entry),
                "{} was acknowledged",
                written.position
            );
        }
        let few = self.acknowledged.len().saturating_sub(30);
        for known in &self.acknowledged[few..] {
            if known.asked.steps.iter().any(|step| step.idempotency.is_none()) {
                continue;
            }
            let again = running.write(known.asked.op(running)).unwrap();
            // An account that was open, and has been closed since: to open it again would be something new.
            let moved_on = known.answers.iter().any(|first| first.already);
            if moved_on && again.contains(&Err(Failure::KeyReused)) {
                continue;
            }
            for (again, first) in again.iter().zip(&known.answers) {
                let again = again
                    .as_ref()
                    .unwrap_or_else(|failure| panic!("{failure:?}: {known:#?}", known = known.asked));
                // What had been done before is told anew each time.
                if !first.already {
                    assert_eq!((again.position, &again.entry), (first.position, &first.entry), "a replay");
                }
            }
        }
    }
}

#[test]
fn crashes_between_any_two_writes_lose_nothing_and_repeat_nothing() {
    let span = Span::of_millis(8_000);
    let from: u64 = std::env::var("SCRIP_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut seed = from;
    while !span.is_over() || seed == from {
        println!("seed {seed}: SCRIP_SEED={seed} runs it first");
        let mut world = World {
            story: Story::new(seed, 40),
            store: MemoryStore::default(),
            acknowledged: Vec::new(),
            unknown: Vec::new(),
            now: 0,
        };
        for _ in 0..8 {
            world.live();
            clean(Arc::new(world.store.copied()));
        }
        seed += 1;
    }
}
