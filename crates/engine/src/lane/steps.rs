//! Doing what is asked of one account.

use std::sync::Arc;

use account::{Account, Command, Context, Done, Facts, Outcome, Stop};
use ledger::{AccountNo, Entry, NameId, Position};
use moment::Instant;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::{Answers, Counters, Lane};
use crate::codec::Record;
use crate::{Failure, Idempotency, Op, Published, Step, StoreError, Target, Written};

/// Why a command was not done: for its own reasons, or for the store's.
pub(crate) enum Halt {
    Failed(Failure),
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Halt {
        Halt::Store(error)
    }
}

impl Halt {
    /// What it says.
    pub fn text(&self) -> String {
        match self {
            Halt::Store(error) => error.to_string(),
            Halt::Failed(failure) => format!("{failure:?}"),
        }
    }

    /// The same, where something was decided already: damage is then no reason to go on.
    fn fatal(self) -> Halt {
        match self {
            Halt::Store(error) => Halt::Store(StoreError::with("a decision can't be answered", error)),
            failed @ Halt::Failed(_) => failed,
        }
    }
}

/// An account that an op is about.
pub(super) enum Found {
    Slot(u32),
    /// It is to be opened.
    New(Box<str>),
}

impl Lane {
    /// Does an op, and puts what it came to into the answers, which are empty. `hint` says where its account is, if
    /// that is known. The error is the store's: then nothing can be answered.
    pub(super) fn op(&mut self, op: &Op, hint: Option<u32>, answers: &mut Answers) -> Result<(), StoreError> {
        Counters::add(&self.shared.counters.operations, op.steps.len() as u64);
        match self.try_op(op, hint, answers) {
            Ok(()) => {}
            Err((_, Halt::Store(error))) if error.is_damage() => {
                // Nothing was decided: only what needs the damaged thing has no answer.
                tracing::error!(%error, "a request can't be answered");
                *answers = op.steps.iter().map(|_| Err(Failure::Unavailable)).collect();
            }
            Err((_, Halt::Store(error))) => return Err(error),
            Err((number, Halt::Failed(failure))) => {
                Counters::add(&self.shared.counters.refusals, 1);
                self.top_up_after(op, &failure)?;
                let undone = |step: usize| {
                    if step == number { Err(failure.clone()) } else { Err(Failure::Undone { by: number }) }
                };
                *answers = (0..op.steps.len()).map(undone).collect();
            }
        }
        Ok(())
    }

    fn try_op(&mut self, op: &Op, hint: Option<u32>, answers: &mut Answers) -> Result<(), (usize, Halt)> {
        if let Some(replayed) = self.replay(op)? {
            *answers = replayed;
            return Ok(());
        }
        let slot = match self.locate(op, hint)? {
            Found::Slot(slot) => slot,
            Found::New(host_id) => return self.open_account(op, &host_id, answers),
        };
        if let [Step { command: Command::Open(_), .. }] = op.steps.as_slice() {
            let id = self.cache.slot(slot).map_or(Position::default(), |slot| slot.account.id);
            answers.push(Ok(self.already(slot, id).map_err(|halt| (0, halt))?));
            return Ok(());
        }
        let published = &op.published;
        let now = self.now_for(slot, published);
        let commands: SmallVec<[&Command; 1]> = op.steps.iter().map(|step| &step.command).collect();
        let outcome = self.execute_keyed(slot, published, op.by, &commands, now, &op.steps)?;
        self.answers(slot, outcome, answers)?;
        for (number, (answer, command)) in answers.iter_mut().zip(&commands).enumerate() {
            // A grant that was void before: what is told is how it ended.
            if let (Err(Failure::Unavailable), Command::Void { grant, .. }) = (&*answer, command) {
                let ended = self.voided_by(slot, *grant).map_err(|halt| (number, halt.fatal()))?;
                if let Some(position) = ended {
                    *answer = Ok(self.already(slot, position).map_err(|halt| (number, halt.fatal()))?);
                }
            }
        }
        Ok(())
    }

    /// The instant that a command counts from: the program's, but never before the account's latest entry.
    pub(super) fn now_for(&mut self, slot: u32, published: &Published) -> Instant {
        let now = published.test_now().unwrap_or(self.time);
        self.cache.slot(slot).map_or(now, |slot| now.max(slot.account.time))
    }

    pub(super) fn locate(&mut self, op: &Op, hint: Option<u32>) -> Result<Found, (usize, Halt)> {
        let program = op.published.name;
        let opens = matches!(op.steps.first(), Some(Step { command: Command::Open(_), .. }));
        let slot = match &op.target {
            Target::Number(no) => self.load(*no).map_err(|error| (0, error.into()))?,
            Target::Host(host_id) => {
                // It may have been moved since.
                let there = |slot: &u32| {
                    self.cache.peek(*slot).is_some_and(|kept| {
                        kept.account.program == program && *kept.account.host_id == **host_id
                    })
                };
                match hint.filter(there) {
                    Some(slot) => Some(slot),
                    None => self.find(program, host_id).map_err(|error| (0, error.into()))?,
                }
            }
            Target::New => None,
        };
        let ours =
            slot.filter(|slot| self.cache.slot(*slot).is_some_and(|slot| slot.account.program == program));
        match (ours, &op.target) {
            (Some(slot), _) => Ok(Found::Slot(slot)),
            (None, Target::Host(host_id)) if opens => Ok(Found::New(host_id.clone())),
            (None, Target::New) if opens => Ok(Found::New(Box::default())),
            _ => Err((0, Halt::Failed(Failure::NoAccount))),
        }
    }

    /// Opens an account: only an opening that is decided takes a number.
    fn open_account(&mut self, op: &Op, host_id: &str, answers: &mut Answers) -> Result<(), (usize, Halt)> {
        let mut account = Account::unopened(self.next_account);
        account.program = op.published.name;
        let host_ids: SmallVec<[Command; 1]> = op
            .steps
            .iter()
            .map(|step| match &step.command {
                Command::Open(open) => {
                    let mut open = open.clone();
                    open.host_id = host_id.into();
                    Command::Open(open)
                }
                other => other.clone(),
            })
            .collect();
        let now = op.published.test_now().unwrap_or(self.time);
        let slot = self.cache.insert(account);
        let commands: SmallVec<[&Command; 1]> = host_ids.iter().collect();
        // The cache finds accounts by what the state says, so the state has to say it from the start.
        match self.execute_keyed(slot, &op.published, op.by, &commands, now, &op.steps) {
            Ok(outcome) => {
                self.next_account = AccountNo(self.next_account.0 + 1);
                self.cache.index_host(slot);
                self.answers(slot, outcome, answers)
            }
            Err(halt) => {
                self.cache.remove(slot);
                Err(halt)
            }
        }
    }

    /// Executes without idempotency keys.
    pub(super) fn execute(
        &mut self,
        slot: u32,
        published: &Arc<Published>,
        by: NameId,
        commands: &[&Command],
        now: Instant,
    ) -> Result<Executed, (usize, Halt)> {
        self.execute_keyed(slot, published, by, commands, now, &[])
    }

    /// Decides and applies, looks up what the decision needs, and puts the entries into the batch.
    fn execute_keyed(
        &mut self,
        slot: u32,
        published: &Arc<Published>,
        by: NameId,
        commands: &[&Command],
        now: Instant,
        steps: &[Step],
    ) -> Result<Executed, (usize, Halt)> {
        let rules = published.rules();
        let recorded_at = published.test_now().unwrap_or(self.time).max(now);
        let mut facts = Facts::default();
        loop {
            let next = self.batch.next;
            let context = Context { now, recorded_at, by, next, facts: &facts };
            let Some(kept) = self.cache.slot(slot) else { return Err((0, Halt::Failed(Failure::NoAccount))) };
            match account::execute(&mut kept.account, &rules, commands, &context) {
                Ok(outcome) => {
                    return self.record(slot, next, outcome, steps).map_err(|error| (0, error.into()));
                }
                Err((number, Stop::Refused(refusal))) => {
                    return Err((number, Halt::Failed(Failure::Refused(refusal))));
                }
                // One command that was done before: `execute` tells that as an outcome.
                Err((number, Stop::Already(_))) => return Err((number, Halt::Failed(Failure::Unavailable))),
                Err((number, Stop::Need(need))) => {
                    self.look_up(slot, need, &mut facts).map_err(|halt| (number, halt))?;
                }
            }
        }
    }

    /// Puts the entries of an outcome into the batch, with the keys that they answer.
    fn record(
        &mut self,
        slot: u32,
        first: Position,
        outcome: Outcome,
        steps: &[Step],
    ) -> Result<Executed, StoreError> {
        let Outcome { entries, done } = outcome;
        let Lane { cache, batch, keys, timers, saving, time, .. } = self;
        let Some(kept) = cache.slot(slot) else { return Ok(Executed { first, entries, done }) };
        for (place, entry) in entries.iter().enumerate() {
            let is_step = |(_, what): &(usize, &Done)| **what == Done::Entry(place as u32);
            let step = done.iter().enumerate().find(is_step).and_then(|(number, _)| steps.get(number));
            let key = step.and_then(|step| step.idempotency);
            if let Some(Idempotency { key, .. }) = &key {
                keys.insert(key, batch.next);
            }
            kept.account.head = batch.push(*time, entry, kept.account.head, key)?;
        }
        if !entries.is_empty() {
            saving.changed(kept.account.no);
        }
        timers.arm(kept);
        Ok(Executed { first, entries, done })
    }

    fn answers(&mut self, slot: u32, executed: Executed, answers: &mut Answers) -> Result<(), (usize, Halt)> {
        let Executed { first, entries, done } = executed;
        let account = self.cache.slot(slot).map_or(Position::default(), |slot| slot.account.id);
        if let [Done::Entry(place)] = done.as_slice() {
            // Nearly always: one command.
            let position = Position(first.0 + u64::from(*place));
            let entry = entries.into_iter().nth(*place as usize);
            let written =
                entry.map(|entry| Written { position, entry, account, replayed: false, already: false });
            answers.push(written.ok_or(Failure::Unavailable));
            return Ok(());
        }
        let mut entries: SmallVec<[Option<Entry>; 1]> = entries.into_iter().map(Some).collect();
        answers.reserve(done.len());
        for (number, done) in done.into_iter().enumerate() {
            let written = match done {
                Done::Entry(place) => {
                    let entry = entries.get_mut(place as usize).and_then(Option::take);
                    let position = Position(first.0 + u64::from(place));
                    entry.map(|entry| Written { position, entry, account, replayed: false, already: false })
                }
                Done::Already(position) => {
                    Some(self.already(slot, position).map_err(|halt| (number, halt.fatal()))?)
                }
                Done::Nothing => None,
            };
            answers.push(written.ok_or(Failure::Unavailable));
        }
        Ok(())
    }

    /// What was done before, by the entry at this position.
    fn already(&mut self, slot: u32, position: Position) -> Result<Written, Halt> {
        let account = self.cache.slot(slot).map_or(Position::default(), |slot| slot.account.id);
        let record = self.batch.record(position, self.journal.as_mut())?;
        let record = record.ok_or(Halt::Failed(Failure::Unavailable))?;
        Ok(Written { position, entry: record.entry, account, replayed: false, already: true })
    }

    /// The first answer again, where the steps' idempotency keys were used before.
    fn replay(&mut self, op: &Op) -> Result<Option<Answers>, (usize, Halt)> {
        let now = op.published.test_now().unwrap_or(self.time);
        let reused = |number| Err((number, Halt::Failed(Failure::KeyReused)));
        if op.steps.len() > 1 {
            let mut keys = FxHashSet::default();
            let twice =
                |step: &Step| step.idempotency.is_some_and(|idempotency| !keys.insert(idempotency.key));
            if let Some(number) = op.steps.iter().position(twice) {
                return reused(number);
            }
        }
        let mut records: SmallVec<[Option<(Position, Record)>; 1]> = SmallVec::new();
        for (number, step) in op.steps.iter().enumerate() {
            let Some(key) = &step.idempotency else {
                records.push(None);
                continue;
            };
            let found = self.find_key(key, now).map_err(|error| (number, error.into()))?;
            let same = |(_, record): &(Position, Record)| {
                record.idempotency.is_some_and(|old| old.digest == key.digest)
            };
            if found.as_ref().is_some_and(|found| !same(found)) {
                return reused(number);
            }
            records.push(found);
        }
        // The steps of an op are done all or not at all: where one key is known, the op was done.
        let known =
            records.iter().enumerate().find_map(|(n, found)| Some((n, found.as_ref()?.1.entry.account)));
        let Some((first, account)) = known else { return Ok(None) };
        let slot = self.load(account).map_err(|error| (first, error.into()))?;
        let Some(slot) = slot else { return Err((first, Halt::Failed(Failure::Unavailable))) };
        let account = self.cache.slot(slot).map_or(Position::default(), |slot| slot.account.id);
        let mut answers = Answers::new();
        for ((number, step), found) in op.steps.iter().enumerate().zip(records) {
            answers.push(Ok(match found {
                Some((position, record)) => {
                    Written { position, entry: record.entry, account, replayed: true, already: false }
                }
                // A step that left no entry has no key in the journal; or the op with that key was another one.
                None => match self.again(slot, op, &step.command).map_err(|halt| (number, halt))? {
                    Some(written) => written,
                    None => return reused(first),
                },
            }));
        }
        Counters::add(&self.shared.counters.replays, answers.len() as u64);
        Ok(Some(answers))
    }

    /// What a step says that had been done before, and still is; `None` where it would do something. Changes nothing.
    fn again(&mut self, slot: u32, op: &Op, command: &Command) -> Result<Option<Written>, Halt> {
        let now = self.now_for(slot, &op.published);
        let mut facts = Facts::default();
        loop {
            let context = Context { now, recorded_at: now, by: op.by, next: self.batch.next, facts: &facts };
            let Some(kept) = self.cache.slot(slot) else { return Ok(None) };
            let mut copy = kept.account.clone();
            match account::execute(&mut copy, &op.published.rules(), &[command], &context) {
                Ok(Outcome { done, .. }) => {
                    let position = match (done.as_slice(), command) {
                        ([Done::Already(position)], _) => Some(*position),
                        ([Done::Nothing], Command::Void { grant, .. }) => self.voided_by(slot, *grant)?,
                        _ => None,
                    };
                    return position.map(|position| self.already(slot, position)).transpose();
                }
                Err((_, Stop::Need(need))) => self.look_up(slot, need, &mut facts)?,
                Err(_) => return Ok(None),
            }
        }
    }
}

/// What was executed: the entries from a position on, and what each command did.
pub(crate) struct Executed {
    first: Position,
    pub(super) entries: SmallVec<[Entry; 1]>,
    done: SmallVec<[Done; 1]>,
}
