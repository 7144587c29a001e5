//! Counting what came since the last look.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::outbox::Shelf;
use engine::{Engine, Failure, Listed, StoreError, Wanted};
use ledger::{AccountNo, Position};
use moment::Zone;
use money::Amount;

use crate::day::Calendar;
use crate::keep::{self, Head};
use crate::sheet::{Mark, Sheet};
use crate::{Day, Month, Past};

/// An account's sums are made by one at a time, whoever asks in this process.
static LOCKS: [Mutex<()>; 64] = [const { Mutex::new(()) }; 64];

/// The longest span of days that is answered at once.
const MOST_DAYS: i32 = 400;

/// Sums over histories. A clone is the same.
#[derive(Clone)]
pub struct Reports(Arc<Shared>);

struct Shared {
    engine: Engine,
    shelf: Arc<dyn Shelf>,
    /// The accounts whose older entries are being counted.
    busy: Mutex<BTreeSet<AccountNo>>,
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reports")
    }
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Whose.
    pub account: AccountNo,
    /// The name of the account's time zone.
    pub zone: String,
    /// Which days, the last among them.
    pub days: RangeInclusive<Day>,
    /// Whether the balances at the ends of the days are asked for.
    pub balances: bool,
    /// At most so many entries are counted for it.
    pub most: usize,
}

/// What is known of an account, on its way.
struct Work<'a> {
    shelf: &'a dyn Shelf,
    account: AccountNo,
    head: Head,
    /// The sheets that changed.
    sheets: BTreeMap<Month, Sheet>,
}

/// Something that is kept can't be read: all of it is made anew.
struct Damaged;

impl Reports {
    /// The reports of an engine's accounts.
    pub fn of(engine: &Engine) -> Result<Reports, StoreError> {
        let shelf = engine.store().shelf("reports", false)?;
        Ok(Reports(Arc::new(Shared { engine: engine.clone(), shelf, busy: Mutex::default() })))
    }

    /// Counts what came since the last look, as much of it as may be, and says what is asked. Blocks.
    pub fn look(&self, asked: &Asked) -> Result<Past, Failure> {
        let _one_at_a_time = lock(asked.account);
        for _ in 0..2 {
            let all = self.catch_up(asked)?;
            match self.answer(asked)? {
                Ok(mut past) => {
                    past.complete = all;
                    return Ok(past);
                }
                Err(Damaged) => keep::clear(self.shelf(), asked.account)?,
            }
        }
        Err(Failure::Unavailable)
    }

    /// Goes on until all is counted, in turns that let others look meanwhile. Nothing where somebody does so already.
    /// Blocks.
    pub fn go_on(&self, account: AccountNo, zone: &str) -> Result<(), Failure> {
        if !self.busy().insert(account) {
            return Ok(());
        }
        let epoch = Day::default();
        let asked =
            Asked { account, zone: zone.to_owned(), days: epoch..=epoch, balances: false, most: 20_000 };
        let done = loop {
            match self.look(&asked) {
                Ok(past) if past.complete => break Ok(()),
                Ok(_) => {}
                Err(failure) => break Err(failure),
            }
        };
        self.busy().remove(&account);
        done
    }

    fn busy(&self) -> MutexGuard<'_, BTreeSet<AccountNo>> {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelf(&self) -> &dyn Shelf {
        &*self.0.shelf
    }

    /// Whether all is counted then.
    fn catch_up(&self, asked: &Asked) -> Result<bool, Failure> {
        for _ in 0..2 {
            if let Ok(all) = self.try_to_catch_up(asked)? {
                return Ok(all);
            }
            tracing::warn!(account = asked.account.0, "the sums of an account are counted anew");
            keep::clear(self.shelf(), asked.account)?;
        }
        Err(Failure::Unavailable)
    }

    fn try_to_catch_up(&self, asked: &Asked) -> Result<Result<bool, Damaged>, Failure> {
        let (engine, shelf, account) = (&self.0.engine, self.shelf(), asked.account);
        let zone = Zone::named(&asked.zone).unwrap_or_else(Zone::utc);
        let newest = engine.entries(account, &Wanted { limit: 1, ..Wanted::default() })?;
        let Some(newest) = newest.first().map(|listed| listed.position) else { return Ok(Ok(true)) };
        let kept = keep::head(shelf, account)?;
        // Days of another zone are others, and a journal that was put back is another one.
        let fits = |head: &Head| head.zone == asked.zone && head.seen.is_none_or(|seen| seen.last <= newest);
        let head = if let Some(head) = kept.filter(fits) {
            head
        } else {
            keep::clear(shelf, account)?;
            Head { zone: asked.zone.clone(), ..Head::default() }
        };
        if head.complete && head.seen.is_some_and(|seen| seen.last == newest) {
            return Ok(Ok(true));
        }
        let mut work = Work { shelf, account, head, sheets: BTreeMap::new() };
        let (mut calendar, mut left) = (Calendar::of(&zone), asked.most);
        if let Some(seen) = work.head.seen.filter(|seen| seen.last < newest) {
            let since = engine.entries_after(account, seen.last, left)?;
            left -= since.len();
            for listed in &since {
                if work.count(listed, &mut calendar, true)?.is_err() {
                    return Ok(Err(Damaged));
                }
            }
        }
        if !work.head.complete && left > 0 {
            let before = work.head.seen.map(|seen| seen.first);
            let older = engine.entries(account, &Wanted { before, limit: left, ..Wanted::default() })?;
            work.head.complete = older.len() < left;
            for listed in &older {
                if work.count(listed, &mut calendar, false)?.is_err() {
                    return Ok(Err(Damaged));
                }
            }
        }
        let all = work.head.complete && work.head.seen.is_some_and(|seen| seen.last >= newest);
        work.save()?;
        Ok(Ok(all))
    }

    fn answer(&self, asked: &Asked) -> Result<Result<Past, Damaged>, Failure> {
        let (shelf, account) = (self.shelf(), asked.account);
        let head = keep::head(shelf, account)?.unwrap_or_else(|| Head { complete: true, ..Head::default() });
        let (from, to) = (*asked.days.start(), *asked.days.end());
        let days = from.max(to.plus(-MOST_DAYS))..=to;
        let mut past = Past::new(&head);
        let mut moved: BTreeMap<(Day, u8), Amount> = BTreeMap::new();
        for month in head.months.keys().filter(|month| **month >= days.start().month()) {
            let wanted = *month <= to.month();
            if !wanted && !asked.balances {
                break;
            }
            let Some(sheet) = keep::sheet(shelf, account, *month)? else { return Ok(Err(Damaged)) };
            if wanted {
                past.add(*month, &sheet, &days);
            }
            let first = month.first();
            let of_days =
                sheet.moved.iter().map(|((place, unit), by)| ((first.plus(i32::from(*place)), *unit), *by));
            moved.extend(of_days);
        }
        if asked.balances {
            past.end_days(&head, &moved, &days);
        }
        Ok(Ok(past))
    }
}

impl Work<'_> {
    /// Counts an entry: one after all that were, or before them.
    fn count(
        &mut self,
        listed: &Listed,
        calendar: &mut Calendar<'_>,
        newer: bool,
    ) -> Result<Result<(), Damaged>, StoreError> {
        let (at, entry) = (listed.position, &listed.entry);
        Mark::widen(&mut self.head.seen, Mark { first: at, last: at });
        let available = entry.after.available();
        let known = self.head.available.entry(entry.unit).or_insert(available);
        if newer {
            *known = available;
        }
        // What is on no calendar's day has no day.
        let Some(day) = calendar.day(entry.effective_at) else { return Ok(Ok(())) };
        let month = day.month();
        if !self.sheets.contains_key(&month) {
            let kept = keep::sheet(self.shelf, self.account, month)?;
            if kept.is_none() && self.head.months.contains_key(&month) {
                return Ok(Err(Damaged));
            }
            self.sheets.insert(month, kept.unwrap_or_default());
        }
        let mut mark = self.head.months.get(&month).copied();
        Mark::widen(&mut mark, Mark { first: at, last: at });
        if let Some(mark) = mark {
            self.head.months.insert(month, mark);
        }
        if let Some(sheet) = self.sheets.get_mut(&month) {
            sheet.count(at, day, entry);
        }
        Ok(Ok(()))
    }

    fn save(mut self) -> Result<(), StoreError> {
        if let Some(seen) = self.head.seen {
            for sheet in self.sheets.values_mut() {
                Mark::widen(&mut sheet.seen, seen);
            }
        }
        keep::save(self.shelf, self.account, &self.head, &self.sheets)
    }
}

fn lock(account: AccountNo) -> MutexGuard<'static, ()> {
    let place = (account.0 % LOCKS.len() as u64) as usize;
    // The places are those of the array.
    #[expect(clippy::indexing_slicing, reason = "a remainder of the length")]
    LOCKS[place].lock().unwrap_or_else(PoisonError::into_inner)
}

/// So that positions can be walked back from a mark.
impl Mark {
    /// What a list of entries begins before, to have the last of them.
    pub const fn behind(self) -> Position {
        self.last.next()
    }
}
