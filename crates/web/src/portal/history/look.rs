//! Looking for movements: newest first, a bounded number of entries at a time.

use engine::{Failure, Listed, Wanted};
use ledger::{AccountNo, Position};
use moment::Zone;
use reports::{Asked, Day, Month, Past, Reports};

use super::filter::Filter;
use super::words::{Teller, Told};

/// So many entries are read at once.
const PAGE: usize = 256;

/// So many months are looked through for a day that has something.
const MONTHS: usize = 36;

/// A movement that was found.
pub(super) struct Found {
    pub listed: Listed,
    pub told: Told,
}

/// What a look brought.
pub(super) struct Seen {
    pub found: Vec<Found>,
    /// Where the next look begins; `None`: there is nothing more.
    pub next: Option<Position>,
}

/// Looks for what a filter wants.
pub(super) struct Looker {
    pub teller: Teller,
    pub filter: Filter,
    pub account: AccountNo,
    pub reports: Reports,
    pub zone_name: String,
    pub zone: Zone,
}

impl Looker {
    /// At most so many movements before a position, of at most so many entries that are looked at. Blocks.
    pub fn look(
        &mut self,
        before: Option<Position>,
        limit: usize,
        looked_at: usize,
    ) -> Result<Seen, Failure> {
        let (mut found, mut looked) = (Vec::new(), 0);
        if self.filter.finds_nothing() {
            return Ok(Seen { found, next: None });
        }
        let mut before = match (before, self.filter.last) {
            (None, Some(last)) => self.behind(last)?,
            (before, _) => before,
        };
        // Few are read where few are wanted: pages are made often.
        let mut size = if self.filter.is_empty() { limit + limit / 2 } else { PAGE }.min(PAGE * 4);
        loop {
            let kinds = self.filter.kind.map_or_else(Vec::new, |kind| kind.entries().to_vec());
            let wanted = Wanted { before, limit: size, kinds, from: self.filter.from, ..Wanted::default() };
            let entries = self.teller.engine.entries(self.account, &wanted)?;
            let (full, last) = (entries.len() == size, entries.last().map(|listed| listed.position));
            let day = entries.last().and_then(|listed| Day::at(listed.entry.effective_at, &self.zone));
            let (count, some) = (entries.len(), found.len());
            looked += count;
            for listed in entries {
                let Some(told) = self.teller.tell(&listed) else { continue };
                if !self.filter.wants(&listed, &told) {
                    continue;
                }
                if let Some(class) = self.filter.class
                    && !self.teller.touches(&listed, class)?
                {
                    continue;
                }
                if found.len() == limit {
                    // There is one more: the next look begins behind the last that is shown.
                    let next = found.last().map(|found: &Found| found.listed.position);
                    return Ok(Seen { found, next });
                }
                found.push(Found { listed, told });
            }
            let Some(last) = last.filter(|_| full) else { return Ok(Seen { found, next: None }) };
            before = Some(last);
            if found.len() == some && self.filter.is_of_spends() {
                match self.earlier(day, last)? {
                    Earlier::At(position) => before = Some(position),
                    Earlier::Nothing => return Ok(Seen { found, next: None }),
                    Earlier::Unknown => {}
                }
            }
            if looked >= looked_at {
                return Ok(Seen { found, next: before });
            }
            size = (size * 2).min(2_048);
        }
    }

    fn past(&self, first: Day, last: Day) -> Result<Past, Failure> {
        self.reports.look(&Asked {
            account: self.account,
            zone: self.zone_name.clone(),
            days: first..=last,
            balances: false,
            most: 20_000,
        })
    }

    /// Where the entries of a day and of earlier ones end, as far as the sums know.
    fn behind(&self, last: Day) -> Result<Option<Position>, Failure> {
        let past = self.past(last.month().first(), last)?;
        if !past.complete {
            return Ok(None);
        }
        let months = past.months.iter().filter(|(month, _)| **month < last.month()).map(|(_, mark)| mark);
        let marks = months.chain(past.marks.values());
        // Nothing is that old: what is before the first position.
        Ok(Some(marks.map(|mark| mark.behind()).max().unwrap_or_default()))
    }

    /// Where the next day before this one that has something ends.
    fn earlier(&self, day: Option<Day>, at: Position) -> Result<Earlier, Failure> {
        let Some(day) = day else { return Ok(Earlier::Unknown) };
        let mut month: Month = day.month();
        let mut past = self.past(month.first(), month.last())?;
        if !past.complete {
            return Ok(Earlier::Unknown);
        }
        let since = past.since;
        for _ in 0..MONTHS {
            let days = past.rows.iter().filter(|row| self.filter.may_be_of(row)).map(|row| row.day);
            let marks = days.filter_map(|day| past.marks.get(&day));
            // A day may have entries on both sides of where we are: they are looked at one by one.
            let behind = marks.filter(|mark| mark.first < at).map(|mark| mark.behind().min(at)).max();
            if let Some(position) = behind {
                return Ok(Earlier::At(position));
            }
            month = month.previous();
            if since.is_none_or(|since| month < since) {
                return Ok(Earlier::Nothing);
            }
            past = self.past(month.first(), month.last())?;
        }
        Ok(Earlier::Unknown)
    }
}

enum Earlier {
    At(Position),
    Nothing,
    Unknown,
}
