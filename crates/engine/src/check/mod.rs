//! `check`: replays everything, and compares. Says what it looked at, and names each place where something is off.

mod sales;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use account::{Account, apply};
use ledger::{AccountNo, Book, Entry, LedgerAccount, NameId, Position};
use moment::Instant;
use money::Amount;
use rustc_hash::FxHashMap;

use crate::codec::{RawRecord, Row};
use crate::kinds::Kinds;
use crate::lane::restore;
use crate::port::{RunKind, RunMeta, Store, ViewsReader};
use crate::projector::KEY_LIFE_MILLIS;
use crate::{Sale, StoreError, history, keys, sealed};

pub use sales::Sold;
use sales::Tills;

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Journal rows that were read.
    pub rows: u64,
    /// Entries that were replayed.
    pub entries: u64,
    /// Accounts that came out.
    pub accounts: u64,
    /// Snapshots that were compared.
    pub snapshots: u64,
    /// Runs that were compared.
    pub runs: u64,
    /// The books: for each program's name and unit, the balance of each ledger account. They sum to zero.
    pub books: BTreeMap<(NameId, u8), BTreeMap<LedgerAccount, i128>>,
    /// What was sold: orders, grants and receipts agree.
    pub sold: Sold,
    /// The places where something is off; empty: it is clean.
    pub places: Vec<String>,
    /// Places that were found beyond those.
    pub more: u64,
}

impl Checked {
    const TOLD: usize = 50;

    fn off(&mut self, place: impl Into<String>) {
        if self.places.len() < Checked::TOLD {
            self.places.push(place.into());
        } else {
            self.more += 1;
        }
    }
}

/// An order-free sum over what a run should hold.
#[derive(Clone, Copy, Default, PartialEq)]
struct Sum {
    items: u64,
    sum: u64,
}

impl Sum {
    fn add(&mut self, position: Position, bytes: &[u8]) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&position.0.to_le_bytes());
        hasher.update(bytes);
        let hash = hasher.finalize();
        let first = hash.as_bytes().first_chunk::<8>().copied().unwrap_or_default();
        self.items += 1;
        self.sum = self.sum.wrapping_add(u64::from_le_bytes(first));
    }
}

struct Replay<'a> {
    checked: Checked,
    accounts: FxHashMap<AccountNo, Account>,
    /// When each idempotency key was used last.
    keys: FxHashMap<[u8; 16], Instant>,
    /// For accounts with a snapshot that was not compared yet: the entry that it goes up to.
    snapshots: FxHashMap<AccountNo, Position>,
    /// The same for all accounts with a snapshot.
    saved: FxHashMap<AccountNo, Position>,
    /// Snapshots hold what is in the rows before this one.
    mark: u64,
    /// Accounts of which that is not so.
    unsaved: BTreeSet<AccountNo>,
    views: &'a mut dyn ViewsReader,
    runs: Vec<(RunMeta, Sum)>,
    tills: Tills,
}

/// Checks a database: the files, every row, every account's journal, the books, the snapshots and the runs.
///
/// The error is one that keeps it from looking at all; what is off is in the result.
pub fn check(store: &Arc<dyn Store>) -> Result<Checked, StoreError> {
    let mut views = store.views_reader()?;
    let mut replay = Replay {
        checked: Checked::default(),
        accounts: FxHashMap::default(),
        keys: FxHashMap::default(),
        snapshots: FxHashMap::default(),
        saved: FxHashMap::default(),
        mark: 0,
        unsaved: BTreeSet::new(),
        views: views.as_mut(),
        runs: Vec::new(),
        tills: Tills::default(),
    };
    for place in store.damaged() {
        replay.checked.off(place);
    }
    replay.note_views();
    replay.journal(store)?;
    replay.results();
    Ok(replay.checked)
}

impl Replay<'_> {
    fn note_views(&mut self) {
        // A server that runs saves states before it moves the mark, so the mark is read first.
        match self.views.marks() {
            Ok(marks) => self.mark = marks.snapshots,
            Err(error) => self.checked.off(error.to_string()),
        }
        let (snapshots, checked) = (&mut self.snapshots, &mut self.checked);
        let read = self.views.snapshots(&mut |no, state| {
            match restore(no, state) {
                Ok(account) => drop(snapshots.insert(no, account.last)),
                Err(error) => checked.off(error.to_string()),
            }
            Ok(true)
        });
        if let Err(error) = read {
            self.checked.off(error.to_string());
        }
        self.saved.clone_from(&self.snapshots);
        match self.views.runs() {
            Ok(runs) => {
                for run in runs {
                    match sealed::open(run) {
                        Ok(run) => self.runs.push((run, Sum::default())),
                        Err(error) => self.checked.off(error.to_string()),
                    }
                }
            }
            Err(error) => self.checked.off(error.to_string()),
        }
    }

    fn journal(&mut self, store: &Arc<dyn Store>) -> Result<(), StoreError> {
        let mut journal = store.journal_reader()?;
        let mut last: Option<(u64, Option<[u8; 16]>)> = None;
        let read = journal.scan(0, &mut |seq, bytes| {
            self.checked.rows += 1;
            let expected = last.map_or(1, |(before, _)| before + 1);
            if seq != expected {
                self.checked.off(format!("journal row {expected} is missing: row {seq} follows"));
            }
            match Row::open(seq, bytes) {
                Ok(row) => {
                    if let Some((before, Some(seal))) = last
                        && seq == before + 1
                        && seal != row.previous_seal
                    {
                        self.checked
                            .off(format!("journal row {seq} does not follow row {before}: its seal differs"));
                    }
                    last = Some((seq, Some(row.seal)));
                    self.row(&row);
                }
                Err(error) => {
                    last = Some((seq, None));
                    self.checked.off(error.to_string());
                }
            }
            Ok(true)
        });
        if let Err(error) = read {
            self.checked.off(error.to_string());
        }
        Ok(())
    }

    fn row(&mut self, row: &Row<'_>) {
        let mut seen = 0;
        for raw in row.raw_records() {
            seen += 1;
            for (run, sum) in &mut self.runs {
                if row.seq >= run.from && row.seq < run.to {
                    match (run.kind, raw.key) {
                        (RunKind::History, _) => sum.add(raw.position, raw.core),
                        (RunKind::Keys, Some(key)) => {
                            sum.add(raw.position, &keys::prefix(&key.key).to_le_bytes());
                        }
                        (RunKind::Keys, None) => {}
                        (RunKind::Sales, _) => {
                            if let Some(sale) = Sale::of(&raw) {
                                sum.add(raw.position, &sale.digest());
                            }
                        }
                    }
                }
            }
            match raw.decode() {
                Ok(record) => self.entry(&raw, &record.entry),
                Err(error) => self.checked.off(error.to_string()),
            }
        }
        if seen != row.count() {
            self.checked.off(format!(
                "journal row {} has {seen} entries that can be read, of {}",
                row.seq,
                row.count()
            ));
        }
    }

    fn entry(&mut self, raw: &RawRecord<'_>, entry: &Entry) {
        let (checked, at) = (&mut self.checked, raw.position);
        checked.entries += 1;
        if at.seq() < self.mark && self.saved.get(&entry.account).is_none_or(|saved| *saved < at) {
            self.unsaved.insert(entry.account);
        }
        if let Some(key) = raw.key
            && let Some(before) = self.keys.insert(key.key, entry.recorded_at)
            && entry.recorded_at.millis_since(before) < KEY_LIFE_MILLIS
        {
            checked.off(format!("journal entry {at}: its idempotency key was used before"));
        }
        let account = self.accounts.entry(entry.account).or_insert_with(|| Account::unopened(entry.account));
        let whose = format!("journal entry {at} of account {}", entry.account.0);
        if raw.previous != account.head {
            checked.off(format!(
                "{whose} does not follow the entry before it: an entry is missing, changed or out of order"
            ));
        }
        if entry.effective_at < account.time {
            checked.off(format!("{whose} counts from before the entry before it"));
        }
        let kind = entry.event.kind();
        let program = account.program;
        entry.flows(at, &mut |flow| {
            if !kind.allows(flow.from.account, flow.to.account) {
                checked.off(format!(
                    "{whose}: an event {} may not move credits from {:?} to {:?}",
                    kind.code(),
                    flow.from.account,
                    flow.to.account
                ));
            }
            let book = checked.books.entry((program, entry.unit)).or_default();
            for posting in flow.postings() {
                *book.entry(posting.account).or_default() += i128::from(posting.credits.0);
            }
        });
        self.tills.entry(program, at, entry, &mut |place| checked.off(place));
        apply(account, at, entry);
        account.head = raw.hash();
        let balance = account.book(entry.unit).map(Book::balance).unwrap_or_default();
        if balance != entry.after {
            checked.off(format!("{whose} says that it leaves {:?}, but it leaves {balance:?}", entry.after));
        }
        if self.snapshots.get(&entry.account) == Some(&at) {
            self.snapshots.remove(&entry.account);
            checked.snapshots += 1;
            let saved = self.views.snapshot(entry.account).and_then(|state| match state {
                Some(state) => restore(entry.account, &state).map(Some),
                None => Ok(None),
            });
            match saved {
                Ok(Some(saved)) if saved == *account => {}
                // A server that runs may have saved a later state meanwhile.
                Ok(Some(saved)) if saved.last > at => {}
                Ok(_) => checked
                    .off(format!("the snapshot of account {} differs from its journal", entry.account.0)),
                Err(error) => checked.off(error.to_string()),
            }
        }
    }

    fn results(&mut self) {
        self.checked.accounts = self.accounts.len() as u64;
        let checked = &mut self.checked;
        self.tills.end(&mut |place| checked.off(place));
        self.checked.sold = std::mem::take(&mut self.tills.sold);
        for account in self.accounts.values() {
            for (unit, book) in account.books.iter().enumerate() {
                if let Some(what) = unsound(book) {
                    self.checked.off(format!("account {}, unit {unit}: {what}", account.no.0));
                }
            }
        }
        let mut off = Vec::new();
        for ((program, unit), book) in &self.checked.books {
            let sum: i128 = book.values().sum();
            if sum != 0 {
                off.push(format!("program {}, unit {unit}: the trial balance is {sum}, not zero", program.0));
            }
        }
        for no in &self.unsaved {
            off.push(format!("the snapshot of account {} is missing, or older than the views say", no.0));
        }
        for (no, at) in &self.snapshots {
            off.push(format!(
                "the snapshot of account {} goes up to entry {at}, which the journal does not have",
                no.0
            ));
        }
        for place in off {
            self.checked.off(place);
        }
        for (run, expected) in std::mem::take(&mut self.runs) {
            self.checked.runs += 1;
            match run_sum(self.views, &run) {
                Ok(found) if found == expected => {}
                Ok(_) => {
                    self.checked.off(format!("run {} ({:?}) differs from the journal", run.id, run.kind));
                }
                Err(error) => self.checked.off(format!("run {} ({:?}): {error}", run.id, run.kind)),
            }
        }
    }
}

fn run_sum(views: &mut dyn ViewsReader, run: &RunMeta) -> Result<Sum, StoreError> {
    let mut sum = Sum::default();
    match run.kind {
        RunKind::History => {
            for number in 0..history::chunks(run) {
                let chunk = sealed::chunk(views, run, number as u32)?;
                let mut kinds = Kinds::NONE;
                history::visit_chunk(&history::decompress(&chunk)?, &mut |item| {
                    sum.add(item.position, item.core);
                    kinds = kinds.and(Kinds::of_core(item.core));
                    true
                })?;
                if kinds != history::kinds_of_chunk(run, number) {
                    return Err(StoreError::new(format!(
                        "its chunk {number} has other kinds of entries than it says"
                    )));
                }
            }
        }
        RunKind::Keys => keys::visit_run(views, run, &mut |key, position| {
            sum.add(position, &key.to_le_bytes());
        })?,
        RunKind::Sales => {
            crate::sales::visit_run(views, run, &mut |sale| sum.add(sale.position, &sale.digest()))?;
        }
    }
    Ok(sum)
}

/// What a book may never be.
fn unsound(book: &Book) -> Option<String> {
    let free: Amount = book.grants.iter().fold(Amount::ZERO, |sum, grant| sum.plus(grant.free));
    let held = book.holds.iter().fold(Amount::ZERO, |sum, hold| sum.plus(hold.credits));
    if book.grants.iter().any(|grant| grant.free.is_negative() || grant.held.is_negative()) {
        return Some("a grant is below zero".into());
    }
    if free != book.free {
        return Some(format!("its grants have {free} free credits, its book {}", book.free));
    }
    if held != book.held {
        return Some(format!("its holds have {held} credits, its book {}", book.held));
    }
    if book.owed.is_negative() {
        return Some("its debt is below zero".into());
    }
    if book.available().is_negative() != book.overdraft.is_some() {
        return Some(format!(
            "{} are available, and it is {}overdrawn",
            book.available(),
            match book.overdraft {
                Some(_) => "",
                None => "not ",
            }
        ));
    }
    None
}
