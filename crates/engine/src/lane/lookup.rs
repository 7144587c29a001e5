//! Prefetch: all the IO that a decision needs.

use account::{Facts, Need};
use ledger::{AccountNo, Event, EventKind, NameId, Position, Resolution, Resolved};
use moment::Instant;
use money::Amount;

use super::save::restore;
use super::steps::Halt;
use super::{Failure, Lane};
use crate::codec::Record;
use crate::history::Look;
use crate::keys;
use crate::kinds::Kinds;
use crate::projector::KEY_LIFE_MILLIS;
use crate::{Idempotency, StoreError};

const ENDS_OF_HOLDS: Kinds = Kinds::of(&[EventKind::Captured, EventKind::Released]);

impl Lane {
    /// The slot of an account, loaded if it is not in memory.
    pub(super) fn load(&mut self, no: AccountNo) -> Result<Option<u32>, StoreError> {
        if let Some(slot) = self.cache.by_no(no) {
            return Ok(Some(slot));
        }
        if no >= self.next_account {
            return Ok(None);
        }
        if self.orphans.damaged.contains(&no) {
            return Err(StoreError::damage(format!("account {} is damaged, as was told before", no.0)));
        }
        let saved = self.views.snapshot(no)?;
        let account = match saved {
            Some(state) => restore(no, &state)?,
            None => account::Account::unopened(no),
        };
        self.admit(account)
    }

    /// Takes an account into memory, with what the journal has of it behind its snapshot.
    fn admit(&mut self, mut account: account::Account) -> Result<Option<u32>, StoreError> {
        let adopted = self.orphans.adopt(&mut account)?;
        let no = account.no;
        if account.entries == 0 {
            // Every number below the next one is an account's.
            let what = "has no snapshot, though it was saved; delete the views, they are made again";
            return Err(StoreError::damage(format!("account {} {what}", no.0)));
        }
        account.refresh_due();
        self.make_room(4);
        let slot = self.cache.insert(account);
        if adopted {
            self.saving.changed(no);
        }
        if let Some(kept) = self.cache.slot(slot) {
            if !adopted {
                // It is as it was saved.
                kept.saved_due = kept.account.due.0;
            }
            self.timers.arm(kept);
        }
        Ok(Some(slot))
    }

    /// The slot of the account with the host's id.
    pub(super) fn find(&mut self, program: NameId, host_id: &str) -> Result<Option<u32>, StoreError> {
        if let Some(slot) = self.cache.by_host(program, host_id) {
            return Ok(Some(slot));
        }
        if let Some(no) = self.orphans.opened(program, host_id) {
            return self.load(no);
        }
        match self.views.find(program, host_id)? {
            Some(no) => self.load(no),
            None => Ok(None),
        }
    }

    /// The record that answered an idempotency key, if it is remembered at `now`, which is the program's time.
    pub(super) fn find_key(
        &mut self,
        key: &Idempotency,
        now: Instant,
    ) -> Result<Option<(Position, Record)>, StoreError> {
        let remembered = |record: &Record| now.millis_since(record.entry.recorded_at) < KEY_LIFE_MILLIS;
        if let Some(position) = self.keys.find(&key.key) {
            // Wherever a key is kept, it is remembered as long.
            return Ok(self.record_of(position, key)?.filter(|(_, record)| remembered(record)));
        }
        let prefix = keys::prefix(&key.key);
        if !self.filter.may_have(prefix) {
            return Ok(None);
        }
        let mut places = Vec::new();
        keys::find(self.views.as_mut(), &self.shared.runs.get(), prefix, &mut places)?;
        for position in places {
            if let Some((position, record)) = self.record_of(position, key)?
                && remembered(&record)
            {
                return Ok(Some((position, record)));
            }
        }
        Ok(None)
    }

    fn record_of(
        &mut self,
        at: Position,
        key: &Idempotency,
    ) -> Result<Option<(Position, Record)>, StoreError> {
        let record = self.batch.record(at, self.journal.as_mut())?;
        Ok(record.filter(|record| record.idempotency.is_some_and(|old| old.key == key.key)).map(|r| (at, r)))
    }

    /// Looks up what a decision needs. What is not there is refused.
    pub(super) fn look_up(&mut self, slot: u32, need: Need, facts: &mut Facts) -> Result<(), Halt> {
        let Some(no) = self.cache.slot(slot).map(|slot| slot.account.no) else {
            return Err(Halt::Failed(Failure::NoAccount));
        };
        let missing = |what| Halt::Failed(Failure::Refused(account::Refusal::NotFound(what)));
        match need {
            Need::Charge(at) => {
                let record = self.batch.record(at, self.journal.as_mut())?;
                let entry = record.map(|record| record.entry).filter(|entry| entry.account == no);
                let entry = entry.ok_or_else(|| missing("charge"))?;
                let unit = entry.unit;
                let charged = entry.event.charge().ok_or_else(|| missing("charge"))?;
                facts.charges.push((at, unit, charged));
            }
            Need::Grant(at) => {
                let record = self.batch.record(at, self.journal.as_mut())?;
                let entry = record.map(|record| record.entry).filter(|entry| entry.account == no);
                let entry = entry.ok_or_else(|| missing("grant"))?;
                let Event::Issued(issued) = entry.event else { return Err(missing("grant")) };
                facts.grants.push((at, entry.unit, issued.terms));
            }
            Need::Order(order) => facts.orders.push((order, self.order_of(no, order)?)),
            Need::Returned(charge) => {
                let mut total = Amount::ZERO;
                self.visit_after(no, charge, Kinds::of(&[EventKind::Returned]), &mut |_, event| {
                    if let Event::Returned(returned) = event
                        && returned.charge == charge
                    {
                        total = total.plus(returned.credits);
                    }
                })?;
                facts.returned.push((charge, total));
            }
            Need::Resolved(hold) => {
                let record = self.batch.record(hold, self.journal.as_mut())?;
                let entry = record.map(|record| record.entry).filter(|entry| entry.account == no);
                let mut resolved = None;
                if let Some(Event::Held(was)) = entry.map(|entry| entry.event) {
                    let held = was.credits;
                    self.visit_after(no, hold, ENDS_OF_HOLDS, &mut |(by, at), event| {
                        let how = match event {
                            Event::Captured(captured) if captured.hold == hold => {
                                Resolution::Captured(captured.credits)
                            }
                            Event::Released(released) if released.hold == hold && released.expired => {
                                Resolution::Expired
                            }
                            Event::Released(released) if released.hold == hold => Resolution::Released,
                            _ => return,
                        };
                        resolved = Some(Resolved { hold, by, how, held, at });
                    })?;
                }
                facts.resolved.push((hold, resolved));
            }
        }
        Ok(())
    }

    /// The entry that voided a grant.
    pub(super) fn voided_by(&mut self, slot: u32, grant: Position) -> Result<Option<Position>, Halt> {
        let Some(no) = self.cache.slot(slot).map(|slot| slot.account.no) else { return Ok(None) };
        let mut found = None;
        self.visit_after(no, grant, Kinds::of(&[EventKind::Voided]), &mut |(position, _), event| {
            if let Event::Voided(voided) = event
                && voided.grant == grant
            {
                found = Some(position);
            }
        })?;
        Ok(found)
    }

    /// Visits the account's entries of some kinds behind a position. They are read from the history, so what is decided is
    /// committed first, and the projector is waited for.
    pub(super) fn visit_after(
        &mut self,
        no: AccountNo,
        after: Position,
        kinds: Kinds,
        visit: &mut dyn FnMut((Position, moment::Instant), &Event),
    ) -> Result<(), Halt> {
        self.commit()?;
        let last = Position(self.batch.next.0 - 1);
        if last.seq() > 0 {
            self.shared.history.wait_for(last).map_err(Halt::Failed)?;
        }
        self.shared.history.visit(&Look { after, kinds, ..Look::all(no) }, &mut |listed| {
            visit((listed.position, listed.entry.effective_at), &listed.entry.event);
            true
        })?;
        Ok(())
    }
}
