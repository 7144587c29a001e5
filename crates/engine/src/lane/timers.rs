//! What falls due by itself: alarms in memory for accounts in memory, and a look at the saved ones now and then.

use std::collections::BTreeSet;
use std::sync::Arc;

use account::Command;
use ledger::{AccountNo, Entry, Event, NameId};
use moment::Instant;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Lane;
use crate::cache::Slot;
use crate::{Failure, Published, StoreError};

/// Alarms by program, as each program may have a clock of its own.
#[derive(Default)]
pub(crate) struct Timers {
    by_program: FxHashMap<NameId, BTreeSet<(Instant, AccountNo)>>,
    /// Where the look at the saved accounts goes on.
    cursors: FxHashMap<NameId, (Instant, AccountNo)>,
    /// When the saved accounts were looked at last.
    polled: Instant,
    /// Accounts that wait for an answer from outside, while a test clock moves: they stand still.
    asking: FxHashSet<AccountNo>,
}

impl Timers {
    const START: (Instant, AccountNo) = (Instant::from_millis(i64::MIN), AccountNo(0));

    /// Sets the account's alarm, if something falls due before the one that is set.
    pub fn arm(&mut self, slot: &mut Slot) {
        let due = slot.account.due.0;
        if due < slot.armed {
            let alarms = self.by_program.entry(slot.account.program).or_default();
            if !slot.armed.is_never() {
                alarms.remove(&(slot.armed, slot.account.no));
            }
            alarms.insert((due, slot.account.no));
            slot.armed = due;
        }
    }

    fn pop(&mut self, program: NameId, until: Instant) -> Option<(Instant, AccountNo)> {
        let alarms = self.by_program.get_mut(&program)?;
        let first = *alarms.first().filter(|(due, _)| *due <= until)?;
        alarms.remove(&first);
        Some(first)
    }

    pub fn next(&self, program: NameId) -> Option<Instant> {
        self.by_program.get(&program)?.first().map(|(due, _)| *due)
    }
}

impl Lane {
    /// Books a bounded number of things that fell due.
    pub(super) fn fire_some(&mut self) -> Result<bool, StoreError> {
        const LOOKED_AT: usize = 256;
        let poll = self.time.millis_since(self.timers.polled) >= 1_000;
        let mut fired = false;
        let programs = self.shared.programs.all();
        // At the start no program runs yet; and what is left of a look is looked at in the next turn.
        let mut more = programs.is_empty();
        for published in programs {
            let now = published.test_now().unwrap_or(self.time);
            if poll {
                more |= self.poll_saved(&published, now, LOOKED_AT)?;
            }
            for _ in 0..Lane::BESIDE {
                let Some((_, no)) = self.timers.pop(published.name, now) else { break };
                self.roll_account(&published, no, now, &Command::Roll)?;
                fired = true;
            }
        }
        if poll && !more {
            self.timers.polled = self.time;
        }
        Ok(fired)
    }

    /// How long nothing falls due of what is in memory, in milliseconds; at most a second.
    pub(super) fn quiet_millis(&self) -> u64 {
        let mut quiet = 1_000;
        for published in self.shared.programs.all() {
            let now = published.test_now().unwrap_or(self.time);
            if let Some(due) = self.timers.next(published.name) {
                quiet = quiet.min(due.millis_since(now).max(0));
            }
        }
        quiet as u64
    }

    /// Sets alarms for saved accounts that have something due; says whether there may be more.
    fn poll_saved(
        &mut self,
        published: &Arc<Published>,
        until: Instant,
        limit: usize,
    ) -> Result<bool, StoreError> {
        let after = self.timers.cursors.get(&published.name).copied().unwrap_or(Timers::START);
        let found = self.views.due(published.name, after, until, limit)?;
        let more = found.len() == limit;
        let next = found.last().copied().filter(|_| more).unwrap_or(Timers::START);
        self.timers.cursors.insert(published.name, next);
        for (due, no) in found {
            // One in memory has its alarm there, or has been rolled forward since it was saved.
            if self.cache.by_no(no).is_none() {
                self.timers.by_program.entry(published.name).or_default().insert((due, no));
            }
        }
        Ok(more)
    }

    /// Books all that falls due in a program's accounts up to `to`, in the order in which it falls due. An account that
    /// asks somebody outside (for a payment) stands still there; `true`: there are such, and when they have their
    /// answers this is to be called again.
    pub(super) fn advance(&mut self, published: &Arc<Published>, to: Instant) -> Result<bool, StoreError> {
        const AT_ONCE: u64 = 4_096;
        self.adopt_all()?;
        self.timers.asking.clear();
        let mut aside: Vec<(Instant, AccountNo)> = Vec::new();
        self.timers.cursors.remove(&published.name);
        while self.poll_saved(published, to, 4_096)? {}
        while let Some((due, no)) = self.timers.pop(published.name, to) {
            if self.timers.asking.contains(&no) {
                aside.push((due, no));
                continue;
            }
            self.roll_account(published, no, due, &Command::RollToQuestion)?;
            if self.batch.entries >= AT_ONCE {
                self.commit()?;
                self.make_room(AT_ONCE as usize);
                self.save_some(false)?;
            }
        }
        self.timers.by_program.entry(published.name).or_default().extend(aside);
        self.commit()?;
        Ok(!self.timers.asking.is_empty())
    }

    fn roll_account(
        &mut self,
        published: &Arc<Published>,
        no: AccountNo,
        now: Instant,
        command: &Command,
    ) -> Result<(), StoreError> {
        let slot = match self.load(no) {
            Err(error) if error.is_damage() => {
                tracing::error!(%error, "what fell due can't be booked");
                return Ok(());
            }
            slot => slot?,
        };
        let Some(slot) = slot else { return Ok(()) };
        if let Some(slot) = self.cache.slot(slot) {
            slot.armed = Instant::NEVER;
            if slot.account.due.0 > now {
                self.timers.arm(slot);
                return Ok(());
            }
        }
        match self.execute(slot, published, NameId::NONE, &[command], now) {
            Ok(executed) => {
                let asks = |entry: &Entry| matches!(entry.event, Event::PaymentAsked(_));
                if *command == Command::RollToQuestion && executed.entries.iter().any(asks) {
                    self.timers.asking.insert(no);
                }
            }
            Err((_, super::steps::Halt::Store(error))) if error.is_damage() => {
                tracing::error!(account = no.0, %error, "what fell due can't be booked");
                return Ok(());
            }
            Err((_, super::steps::Halt::Store(error))) => return Err(error),
            Err((_, super::steps::Halt::Failed(failure))) => {
                debug_assert!(failure == Failure::Unavailable, "time was refused: {failure:?}");
                tracing::error!(account = no.0, ?failure, "what fell due can't be booked");
            }
        }
        if let Some(slot) = self.cache.slot(slot) {
            self.timers.arm(slot);
        }
        Ok(())
    }
}
