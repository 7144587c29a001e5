//! History as sorted runs: entries by account and position, in compressed chunks.
//!
//! A chunk is LZ4 over items, and an item is `account Δ · position (Δ within an account) · time Δ · length · core`.
//! The fences of a run are the account and the position of each chunk's first item, and the kinds of entries that it has.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use ledger::{AccountNo, Position};
use moment::Instant;

use crate::codec::{decode_core, put_varint, take, take_varint, unzigzag, zigzag};
use crate::handle::Listed;
use crate::kinds::Kinds;
use crate::port::{RunKind, RunMeta, Store, ViewsReader};
use crate::sales::{self, Sale};
use crate::tail::{Segment, Tail};
use crate::{Failure, StoreError, sealed};

/// How long a chunk is before it is compressed.
const CHUNK: usize = 32 * 1024;

/// Makes a history run of a segment: its fences, and its chunks.
pub(crate) fn make_run(segment: &Segment) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut order: Vec<(AccountNo, u32)> =
        segment.items.iter().enumerate().map(|(place, item)| (item.account, place as u32)).collect();
    // Places grow with positions, so this is the order by account and position.
    order.sort_unstable();
    let mut writer = ChunkWriter {
        fences: Vec::new(),
        chunks: Vec::new(),
        raw: Vec::new(),
        kinds: Kinds::NONE,
        last: Default::default(),
    };
    for (_, place) in order {
        let item = &segment.items[place as usize];
        let (time, core) = segment.core(item);
        writer.push(item.account, item.position, time, core);
    }
    writer.finish()
}

struct ChunkWriter {
    fences: Vec<u8>,
    chunks: Vec<Vec<u8>>,
    raw: Vec<u8>,
    kinds: Kinds,
    last: (AccountNo, Position, Instant),
}

impl ChunkWriter {
    fn push(&mut self, account: AccountNo, position: Position, time: Instant, core: &[u8]) {
        if self.raw.is_empty() {
            self.fences.extend_from_slice(&account.0.to_le_bytes());
            self.fences.extend_from_slice(&position.0.to_le_bytes());
            self.last = Default::default();
        }
        let (last_account, last_position, last_time) = self.last;
        put_varint(&mut self.raw, account.0 - last_account.0);
        let since = if account == last_account { last_position.0 } else { 0 };
        put_varint(&mut self.raw, position.0 - since);
        put_varint(&mut self.raw, zigzag(time.millis().wrapping_sub(last_time.millis())));
        put_varint(&mut self.raw, core.len() as u64);
        self.raw.extend_from_slice(core);
        self.last = (account, position, time);
        self.kinds = self.kinds.and(Kinds::of_core(core));
        if self.raw.len() >= CHUNK {
            self.close();
        }
    }

    fn close(&mut self) {
        if !self.raw.is_empty() {
            self.chunks.push(lz4_flex::compress_prepend_size(&self.raw));
            let kinds = std::mem::replace(&mut self.kinds, Kinds::NONE);
            self.fences.extend_from_slice(&kinds.0.to_le_bytes());
            self.raw.clear();
        }
    }

    fn finish(mut self) -> (Vec<u8>, Vec<Vec<u8>>) {
        self.close();
        (self.fences, self.chunks)
    }
}

/// An item of a chunk, not decoded yet.
pub(crate) struct ChunkItem<'a> {
    pub account: AccountNo,
    pub position: Position,
    pub time: Instant,
    pub core: &'a [u8],
}

/// Goes over the items of a decompressed chunk, in order. `None` from `visit` ends it.
pub(crate) fn visit_chunk<'a>(
    mut raw: &'a [u8],
    visit: &mut dyn FnMut(ChunkItem<'a>) -> bool,
) -> Result<(), StoreError> {
    let bad =
        || StoreError::damage("a chunk of the history is malformed: drop the views, they are made again");
    let (mut account, mut position, mut time) = (0_u64, 0_u64, 0_i64);
    while !raw.is_empty() {
        let step = take_varint(&mut raw).ok_or_else(bad)?;
        if step > 0 {
            position = 0;
        }
        account = account.checked_add(step).ok_or_else(bad)?;
        position = position.checked_add(take_varint(&mut raw).ok_or_else(bad)?).ok_or_else(bad)?;
        time = time.wrapping_add(unzigzag(take_varint(&mut raw).ok_or_else(bad)?));
        let length = take_varint(&mut raw).ok_or_else(bad)?;
        let core = take(&mut raw, length as usize).ok_or_else(bad)?;
        let item = ChunkItem {
            account: AccountNo(account),
            position: Position(position),
            time: Instant::from_millis(time),
            core,
        };
        if !visit(item) {
            break;
        }
    }
    Ok(())
}

pub(crate) fn decompress(chunk: &[u8]) -> Result<Vec<u8>, StoreError> {
    lz4_flex::decompress_size_prepended(chunk)
        .map_err(|error| StoreError::damage(format!("a chunk of the history can't be decompressed: {error}")))
}

/// The runs there are, as readers see them.
#[derive(Debug, Default)]
pub(crate) struct RunList(RwLock<Arc<Vec<Arc<RunMeta>>>>);

impl RunList {
    pub fn new(runs: Vec<RunMeta>) -> RunList {
        RunList(RwLock::new(Arc::new(runs.into_iter().map(Arc::new).collect())))
    }

    pub fn get(&self) -> Arc<Vec<Arc<RunMeta>>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn replace(&self, added: Vec<RunMeta>, dropped: &[u64]) {
        let mut runs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let kept = runs.iter().filter(|run| !dropped.contains(&run.id)).cloned();
        *runs = Arc::new(kept.chain(added.into_iter().map(Arc::new)).collect());
    }
}

/// How long a fence is.
const FENCE: usize = 24;

/// How many chunks a history run has.
pub(crate) fn chunks(run: &RunMeta) -> usize {
    run.fences.len() / FENCE
}

fn fence(fences: &[u8], place: usize) -> Option<(AccountNo, Position)> {
    let bytes = fences.get(place * FENCE..)?;
    let (account, bytes) = bytes.split_first_chunk()?;
    let (position, _) = bytes.split_first_chunk()?;
    Some((AccountNo(u64::from_le_bytes(*account)), Position(u64::from_le_bytes(*position))))
}

/// The kinds of entries that a chunk has.
pub(crate) fn kinds_of_chunk(run: &RunMeta, number: usize) -> Kinds {
    let bytes = run.fences.get(number * FENCE + 16..).and_then(|bytes| bytes.first_chunk());
    bytes.map_or(Kinds::ALL, |kinds| Kinds(u64::from_le_bytes(*kinds)))
}

/// What is looked for of an account's history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub account: AccountNo,
    /// Before this position …
    pub before: Position,
    /// … and behind this one.
    pub after: Position,
    /// Entries of these kinds.
    pub kinds: Kinds,
}

impl Look {
    /// All that an account has.
    pub const fn all(account: AccountNo) -> Look {
        Look { account, before: Position(u64::MAX), after: Position(0), kinds: Kinds::ALL }
    }
}

/// Reads entries by account: from the tail in memory, and from the runs behind it.
pub(crate) struct History {
    store: Arc<dyn Store>,
    tail: Arc<Tail>,
    runs: Arc<RunList>,
    readers: Mutex<Vec<Box<dyn ViewsReader>>>,
}

impl History {
    pub fn new(store: Arc<dyn Store>, tail: Arc<Tail>, runs: Arc<RunList>) -> History {
        History { store, tail, runs, readers: Mutex::default() }
    }

    /// Visits what is looked for, newest first, while `visit` says so.
    pub fn visit(&self, look: &Look, visit: &mut dyn FnMut(Listed) -> bool) -> Result<(), StoreError> {
        let Some(runs) = self.tail.visit(look, visit, || self.runs.get())? else { return Ok(()) };
        let mut reader = match self.pool().pop() {
            Some(reader) => reader,
            None => self.store.views_reader()?,
        };
        let done = visit_runs(reader.as_mut(), &runs, look, visit);
        self.pool().push(reader);
        done
    }

    /// Visits orders and quotes of all accounts before a position, newest first, while `visit` says so.
    pub fn visit_sales(
        &self,
        before: Position,
        visit: &mut dyn FnMut(Sale) -> bool,
    ) -> Result<(), StoreError> {
        let Some(runs) = self.tail.visit_sales(before, visit, || self.runs.get())? else { return Ok(()) };
        let mut reader = match self.pool().pop() {
            Some(reader) => reader,
            None => self.store.views_reader()?,
        };
        let done = sales::visit_runs(reader.as_mut(), &runs, before, visit);
        self.pool().push(reader);
        done
    }

    fn pool(&self) -> std::sync::MutexGuard<'_, Vec<Box<dyn ViewsReader>>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account's entries after a position, oldest first.
    pub fn after(
        &self,
        account: AccountNo,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Listed>, StoreError> {
        // Newest first is how they can be found; the oldest of them are what is wanted.
        let mut found = std::collections::VecDeque::new();
        self.visit(&Look { after, ..Look::all(account) }, &mut |listed| {
            found.push_front(listed);
            found.truncate(limit);
            true
        })?;
        Ok(found.into())
    }

    pub fn wait_for(&self, position: Position) -> Result<(), Failure> {
        if self.tail.wait_for(position.seq()) { Ok(()) } else { Err(Failure::Unavailable) }
    }
}

fn visit_runs(
    reader: &mut dyn ViewsReader,
    runs: &[Arc<RunMeta>],
    wanted: &Look,
    visit: &mut dyn FnMut(Listed) -> bool,
) -> Result<(), StoreError> {
    let Look { account, before, after, kinds } = *wanted;
    for run in runs.iter().rev().filter(|run| run.kind == RunKind::History && run.from <= before.seq()) {
        if run.to <= after.seq() {
            return Ok(());
        }
        let mut place = chunks_up_to(&run.fences, (account, before));
        while let Some(number) = place.checked_sub(1) {
            place = number;
            let first = fence(&run.fences, number).unwrap_or_default();
            if !kinds.has_some_of(kinds_of_chunk(run, number)) {
                if first <= (account, after) {
                    break;
                }
                continue;
            }
            let chunk = sealed::chunk(reader, run, number as u32)?;
            let raw = decompress(&chunk)?;
            let mut found = Vec::new();
            visit_chunk(&raw, &mut |item| {
                let within = after < item.position && item.position < before;
                if item.account == account
                    && within
                    && (kinds == Kinds::ALL || kinds.has_some_of(Kinds::of_core(item.core)))
                {
                    found.push((item.position, item.time, item.core));
                }
                item.account <= account
            })?;
            for (position, time, core) in found.into_iter().rev() {
                let entry = decode_core(account, time, core)?;
                if !visit(Listed { position, entry }) {
                    return Ok(());
                }
            }
            // An earlier chunk may hold more of the account only if this one begins with it.
            if first <= (account, after) {
                break;
            }
        }
    }
    Ok(())
}

/// How many chunks begin before the key.
fn chunks_up_to(fences: &[u8], key: (AccountNo, Position)) -> usize {
    let (mut low, mut high) = (0, fences.len() / FENCE);
    while low < high {
        let middle = usize::midpoint(low, high);
        if fence(fences, middle).is_some_and(|first| first < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
