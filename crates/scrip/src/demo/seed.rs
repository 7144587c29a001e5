//! Fills the demo's folder: plays stories day by day, through the same commands that hosts send.
//!
//! What is bought is paid at the test provider, in the way of customers: until then the clock stands still.
//!
//! A crash on the way does no harm. The program's test clock says which days are done, as it moves past a day only
//! when all of that day is durable; and within a day each act has an idempotency key that follows from its place.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use account::{Buy, Command, Wanted};
use dispatch::Dispatch;
use engine::{Engine, Failure, Idempotency, Op, Published, Step, Target, Written};
use ledger::NameId;
use moment::Instant;
use smallvec::smallvec;

use super::agenda::{Agenda, Made};
use super::diary::{DAY, Diary, MINUTE};
use super::errand::{Deal, Errand, Pays, Till};
use crate::Trouble;

/// How long the history is.
pub const DAYS: i64 = 152;

const DAY_MILLIS: i64 = DAY * MINUTE;

/// An account that something happens in. Asked for one day after another, from the first.
pub trait Story {
    /// The host's id for it.
    fn host_id(&self) -> &str;
    /// Writes down what happens on a day, counted from 0.
    fn day(&mut self, day: i64, diary: &mut Diary<'_>);
}

/// The span of time that is filled.
#[derive(Clone, Copy, Debug)]
pub struct History {
    start: Instant,
    end: Instant,
}

impl History {
    /// The history that ends at an instant.
    pub fn until(end: Instant) -> History {
        let midnight = end.millis() - end.millis().rem_euclid(DAY_MILLIS);
        History { start: Instant::from_millis(midnight - DAYS * DAY_MILLIS), end }
    }

    /// Midnight of the first day.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// What the test clocks say when all is told.
    pub fn end(&self) -> Instant {
        self.end
    }

    /// When a day begins.
    pub fn day(&self, day: i64) -> Instant {
        self.start.plus_millis(day * DAY_MILLIS)
    }

    /// Whether a program's history is there.
    pub fn is_told(&self, engine: &Engine, program: &str) -> bool {
        engine.program(program).and_then(|published| published.test_now()).is_some_and(|now| now >= self.end)
    }

    /// Makes a program's history, or what is missing of it.
    pub fn tell(
        &self,
        (engine, dispatch): (&Engine, &Dispatch),
        program: &str,
        key: &str,
        cast: Vec<Box<dyn Story>>,
    ) -> Result<(), Trouble> {
        let published =
            engine.program(program).ok_or_else(|| Trouble::new(format!("{program} does not run")))?;
        let by = super::folder::key_id(engine, key)?;
        let by =
            by.map_or(Ok(NameId::NONE), |id| engine.name(&id)).map_err(|failure| stuck(program, &failure))?;
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
        let till = Till { engine, dispatch, published: Arc::clone(&published) };
        let teller = Teller { engine, published, by, till };
        runtime.block_on(teller.tell(self, cast)).map_err(|failure| stuck(program, &failure))
    }
}

fn stuck(program: &str, failure: &Failure) -> Trouble {
    Trouble::new(format!(
        "the history of {program} can't be made ({failure:?}). Start the demo again: it goes on where it stopped"
    ))
}

struct Teller<'a> {
    engine: &'a Engine,
    published: Arc<Published>,
    by: NameId,
    till: Till<'a>,
}

impl Teller<'_> {
    async fn tell(&self, history: &History, mut cast: Vec<Box<dyn Story>>) -> Result<(), Failure> {
        for day in 0..=DAYS {
            let (start, end) = (history.day(day), history.end.min(history.day(day + 1)));
            let (mut agendas, mut errands) = (Vec::new(), Vec::new());
            for (whose, story) in cast.iter_mut().enumerate() {
                let mut diary = Diary::new(&self.published, start, history.end);
                story.day(day, &mut diary);
                agendas.push(Agenda::new(story.host_id(), diary.acts));
                errands.extend(diary.errands.into_iter().map(|errand| (whose, errand)));
            }
            errands.sort_by_key(|(whose, errand)| (errand.at, *whose, errand.place));
            if self.now() >= end {
                continue;
            }
            for (whose, errand) in errands {
                self.play(day, &mut agendas, errand.at).await?;
                if self.now() < errand.at {
                    self.engine.advance(&self.published, errand.at).await?;
                }
                self.run(day, &agendas[whose].host_id, errand).await?;
            }
            self.play(day, &mut agendas, Instant::NEVER).await?;
            self.engine.advance(&self.published, end).await?;
        }
        Ok(())
    }

    fn now(&self) -> Instant {
        self.published.test_now().unwrap_or_default()
    }

    /// Does what happens on a day before an instant. An act that refers to one before it waits until that has its answer.
    async fn play(&self, day: i64, agendas: &mut [Agenda], before: Instant) -> Result<(), Failure> {
        let mut at = BTreeMap::new();
        loop {
            let (mut asked, mut ops) = (Vec::new(), Vec::new());
            for (place, agenda) in agendas.iter_mut().enumerate() {
                while let Some((act, made)) = agenda.take(before) {
                    asked.push((place, act.place));
                    let published = at.entry(act.at).or_insert_with(|| self.published_at(act.at));
                    let which = format!("{}", act.place);
                    ops.push(self.op(day, &agenda.host_id, &which, act.deed.command(made), published));
                }
            }
            if ops.is_empty() {
                return Ok(());
            }
            let answers = self.engine.write_many(ops).await?;
            for ((place, act), answer) in asked.into_iter().zip(answers) {
                agendas[place].made[act] = match written(answer)? {
                    Some(written) => Made::Entry(written.position),
                    // In a story as in life, some are short of credits.
                    None => Made::Nothing,
                };
            }
        }
    }

    /// Does an errand, now.
    async fn run(&self, day: i64, host_id: &str, errand: Errand) -> Result<(), Failure> {
        let which = |step: &str| format!("errand {} {step}", errand.place);
        let write = async |step: &str, command: Command| {
            let op = self.op(day, host_id, &which(step), command, &self.published);
            written(self.engine.write(op).await?)
        };
        let buy = async |buy: Buy, pays: Pays| {
            let Some(order) = write("buy", Command::Buy(Box::new(buy))).await? else { return Ok(()) };
            if let Some(said) = self.till.pay(order.entry.account, order.position, pays).await? {
                write("paid", said).await?;
            }
            Ok(())
        };
        match errand.deal {
            Deal::Wait => Ok(()),
            Deal::Do(command) => {
                if let Some(written) = write("do", command).await? {
                    // A change of plan is an order that is charged to the stored card.
                    self.till.dispatch.ask_for_payments(written.position).await;
                }
                Ok(())
            }
            Deal::Buy(what, pays) => buy(what, pays).await,
            Deal::Quote(made, pays) => {
                let made = write("quote", Command::MakeQuote(Box::new(made))).await?;
                let (Some(quote), Some(pays)) = (made, pays) else { return Ok(()) };
                buy(pays.order(Wanted::Quote(quote.position), false), pays).await
            }
        }
    }

    /// The program as it is for an act: with a clock that says when it happens.
    fn published_at(&self, at: Instant) -> Arc<Published> {
        let Published { name, version, program, actions, .. } = &*self.published;
        Arc::new(Published {
            name: *name,
            version: *version,
            program: program.clone(),
            actions: actions.clone(),
            test_clock: Some(Arc::new(AtomicI64::new(at.millis()))),
        })
    }

    /// `which` names the step of the day, always the same: done again it is done once.
    fn op(&self, day: i64, host_id: &str, which: &str, command: Command, published: &Arc<Published>) -> Op {
        let key = format!("demo\0{}\0{host_id}\0{day}\0{which}", self.published.program.id);
        let hash = *blake3::hash(key.as_bytes()).as_bytes();
        let mut idempotency = Idempotency { key: [0; 16], digest: [0; 8] };
        idempotency.key.copy_from_slice(&hash[..16]);
        idempotency.digest.copy_from_slice(&hash[16..24]);
        Op {
            target: Target::Host(host_id.into()),
            published: Arc::clone(published),
            by: self.by,
            steps: smallvec![Step { command, idempotency: Some(idempotency) }],
        }
    }
}

/// What a step wrote; nothing, where it was refused.
fn written(answers: impl IntoIterator<Item = Result<Written, Failure>>) -> Result<Option<Written>, Failure> {
    match answers.into_iter().next() {
        Some(Ok(written)) => Ok(Some(written)),
        Some(Err(Failure::Refused(_))) => Ok(None),
        Some(Err(failure)) => Err(failure),
        None => Err(Failure::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::super::diary::Job;
    use super::super::errand::GOOD;
    use super::*;
    use crate::outside::OutsideArgs;
    use crate::server::{ProgramFile, publish, start_engine};

    /// An add-on on the first day, and two pictures of which one fails, on the first day and on the last.
    struct Someone;

    impl Story for Someone {
        fn host_id(&self) -> &'static str {
            "someone"
        }

        fn day(&mut self, day: i64, diary: &mut Diary<'_>) {
            let job = Job { action: "expand", ..Job::default() };
            if day == 0 {
                diary.open(1, "Someone", "someone@mail.example", "Europe/Vienna");
                diary.errand(diary.minute(2), GOOD.package("addon_100", false));
            }
            if day == 0 || day == DAYS {
                diary.succeed(3, 5, &job);
                diary.fail(4, 2, &job, "no");
            }
        }
    }

    #[test]
    fn a_history_that_was_cut_off_is_completed_and_nothing_is_done_twice() {
        let folder = std::env::temp_dir().join(format!("scrip-demo-test-{}", std::process::id()));
        let engine = start_engine(&folder).unwrap();
        let history = History::until("2026-06-01T12:00:00Z".parse().unwrap());
        let text = include_str!("../../../../programs/picsart.toml");
        let file = ProgramFile::parse("picsart.toml", text.to_owned()).unwrap();
        publish(&engine, file, Some(history.start())).unwrap();
        let published = engine.program("picsart").unwrap();

        // The first day is done, but the clock has not moved past it.
        let mut diary = Diary::new(&published, history.start(), history.end());
        Someone.day(0, &mut diary);
        let dispatch = OutsideArgs::default().start(&engine, "http://127.0.0.1").unwrap();
        let mut agendas = vec![Agenda::new("someone", diary.acts)];
        let till = Till { engine: &engine, dispatch: &dispatch, published: Arc::clone(&published) };
        let teller = Teller { engine: &engine, published: Arc::clone(&published), by: NameId::NONE, till };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let errand = diary.errands.pop().unwrap();
        let begin = async {
            teller.play(0, &mut agendas, errand.at).await?;
            engine.advance(&published, errand.at).await?;
            teller.run(0, "someone", errand).await?;
            teller.play(0, &mut agendas, Instant::NEVER).await
        };
        runtime.block_on(begin).unwrap();
        assert!(!history.is_told(&engine, "picsart"));

        for _ in 0..2 {
            history.tell((&engine, &dispatch), "picsart", "no key", vec![Box::new(Someone)]).unwrap();
            assert!(history.is_told(&engine, "picsart"));
        }
        let look = |account: &account::Account, _| (account.entries, account.books[0].balance());
        let seen = engine.read(Target::Host("someone".into()), published, look);
        let (entries, balance) = runtime.block_on(seen).unwrap();
        assert_eq!((entries, balance.settled.0, balance.held.0), (14, 94, 0));
        dispatch.stop();
        engine.stop();
        std::fs::remove_dir_all(folder).unwrap();
    }
}
