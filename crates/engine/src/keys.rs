//! Idempotency keys that are no longer in the writer's memory: sorted runs behind a filter.
//!
//! A run holds the first eight bytes of each key and the position of the entry that answered it; the entry has the
//! whole key, so a chance likeness is seen. A chunk is items by key: `key Δ varint · position − first position
//! varint`. The fences of a run are each chunk's first key. A filter says for most new keys that no run has them,
//! without a look at the disk.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use ledger::Position;

use crate::codec::{put_varint, take_varint};
use crate::port::{RunKind, RunMeta, ViewsReader};
use crate::tail::Segment;
use crate::{StoreError, sealed};

const CHUNK_ITEMS: usize = 1024;

pub(crate) fn prefix(key: &[u8; 16]) -> u64 {
    let (first, _) = key.split_at(8);
    first.try_into().map_or(0, u64::from_be_bytes)
}

/// Makes a run of the segment's keys: its fences, its chunks, and how many keys there are.
pub(crate) fn make_run(segment: &Segment, first: Position) -> (Vec<u8>, Vec<Vec<u8>>, u64) {
    let mut items: Vec<(u64, Position)> =
        segment.keys.iter().map(|(key, position)| (prefix(&key.key), *position)).collect();
    items.sort_unstable();
    let mut fences = Vec::new();
    let chunks = items.chunks(CHUNK_ITEMS).map(|items| {
        let mut chunk = Vec::with_capacity(items.len() * 12);
        let mut last = 0;
        for (key, position) in items {
            put_varint(&mut chunk, key - last);
            put_varint(&mut chunk, position.0 - first.0);
            last = *key;
        }
        fences.extend_from_slice(&items.first().map_or(0, |(key, _)| *key).to_le_bytes());
        chunk
    });
    let chunks = chunks.collect();
    (fences, chunks, items.len() as u64)
}

fn visit_chunk(
    mut chunk: &[u8],
    first: Position,
    visit: &mut dyn FnMut(u64, Position) -> bool,
) -> Result<(), StoreError> {
    let bad = || StoreError::damage("a chunk of the keys is malformed: drop the views, they are made again");
    let mut key = 0_u64;
    while !chunk.is_empty() {
        key = key.wrapping_add(take_varint(&mut chunk).ok_or_else(bad)?);
        let position = first.0.wrapping_add(take_varint(&mut chunk).ok_or_else(bad)?);
        if !visit(key, Position(position)) {
            break;
        }
    }
    Ok(())
}

/// Where a key may be: the positions of entries whose key begins alike, newest run first.
pub(crate) fn find(
    reader: &mut dyn ViewsReader,
    runs: &[Arc<RunMeta>],
    key: u64,
    found: &mut Vec<Position>,
) -> Result<(), StoreError> {
    for run in runs.iter().rev().filter(|run| run.kind == RunKind::Keys) {
        let (fences, _) = run.fences.as_chunks::<8>();
        // Equal keys may go over a fence: begin one chunk earlier.
        let from = fences.partition_point(|first| u64::from_le_bytes(*first) < key).saturating_sub(1);
        let to = fences.partition_point(|first| u64::from_le_bytes(*first) <= key);
        for number in from..to {
            let chunk = sealed::chunk(reader, run, number as u32)?;
            visit_chunk(&chunk, Position::new(run.from, 0), &mut |other, position| {
                if other == key {
                    found.push(position);
                }
                other <= key
            })?;
        }
    }
    Ok(())
}

/// Goes over all keys of a run.
pub(crate) fn visit_run(
    reader: &mut dyn ViewsReader,
    run: &RunMeta,
    visit: &mut dyn FnMut(u64, Position),
) -> Result<(), StoreError> {
    for number in 0..run.fences.len() / 8 {
        let chunk = sealed::chunk(reader, run, number as u32)?;
        visit_chunk(&chunk, Position::new(run.from, 0), &mut |key, position| {
            visit(key, position);
            true
        })?;
    }
    Ok(())
}

/// Which keys the runs may have: filters of growing size, each filled before the next is begun.
#[derive(Debug, Default)]
pub(crate) struct KeyFilter {
    generations: RwLock<Arc<Vec<Arc<Generation>>>>,
}

/// A blocked Bloom filter: eight bits in one cache line for each key, 26 bits of memory a key. About one new key in
/// twenty thousand is taken for an old one, which costs a look into every run: with 16 bits a key and one in two thousand
/// that was a fifth of the lane's time behind ten million keys.
#[derive(Debug)]
struct Generation {
    lines: Box<[[AtomicU64; 8]]>,
    capacity: u64,
    keys: AtomicU64,
}

/// How many keys a line of 512 bits is for.
const KEYS_IN_LINE: u64 = 20;

impl Generation {
    fn new(capacity: u64) -> Generation {
        let lines = (capacity / KEYS_IN_LINE).max(1);
        Generation {
            lines: (0..lines).map(|_| std::array::from_fn(|_| AtomicU64::new(0))).collect(),
            capacity,
            keys: AtomicU64::new(0),
        }
    }

    fn place(&self, key: u64) -> (&[AtomicU64; 8], u64) {
        let line = (u128::from(key) * self.lines.len() as u128) >> 64;
        // The line took the key's high bits; the bits within it come from a mix of all.
        (&self.lines[line as usize], key.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn insert(&self, key: u64) {
        let (line, mut bits) = self.place(key);
        for word in line {
            let bit = 1_u64 << (bits & 63);
            word.store(word.load(Ordering::Relaxed) | bit, Ordering::Relaxed);
            bits >>= 6;
        }
    }

    fn may_have(&self, key: u64) -> bool {
        let (line, mut bits) = self.place(key);
        line.iter().all(|word| {
            let bit = 1_u64 << (bits & 63);
            bits >>= 6;
            word.load(Ordering::Relaxed) & bit != 0
        })
    }
}

impl KeyFilter {
    const FIRST: u64 = 1 << 18;
    const LARGEST: u64 = 1 << 23;

    fn generations(&self) -> Arc<Vec<Arc<Generation>>> {
        Arc::clone(&self.generations.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds the keys of a segment. One thread does.
    pub fn insert_all(&self, keys: impl Iterator<Item = u64>) {
        let mut generations = self.generations();
        for key in keys {
            let full =
                |generation: &Arc<Generation>| generation.keys.load(Ordering::Relaxed) >= generation.capacity;
            if generations.last().is_none_or(full) {
                let capacity = generations
                    .last()
                    .map_or(KeyFilter::FIRST, |last| (last.capacity * 4).min(KeyFilter::LARGEST));
                let mut more = (*generations).clone();
                more.push(Arc::new(Generation::new(capacity)));
                generations = Arc::new(more);
                *self.generations.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&generations);
            }
            if let Some(last) = generations.last() {
                last.insert(key);
                last.keys.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A view that the writer asks many times: taken once a batch.
    pub fn view(&self) -> FilterView {
        FilterView(self.generations())
    }

    /// Fills the filter from the runs there are.
    pub fn fill(&self, reader: &mut dyn ViewsReader, runs: &[Arc<RunMeta>]) -> Result<(), StoreError> {
        for run in runs.iter().filter(|run| run.kind == RunKind::Keys) {
            let mut keys = Vec::with_capacity(run.items as usize);
            visit_run(reader, run, &mut |key, _| keys.push(key))?;
            self.insert_all(keys.into_iter());
        }
        Ok(())
    }
}

/// The filter as it was a moment ago.
#[derive(Debug, Default, Clone)]
pub(crate) struct FilterView(Arc<Vec<Arc<Generation>>>);

impl FilterView {
    pub fn may_have(&self, key: u64) -> bool {
        self.0.iter().any(|generation| generation.may_have(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_has_what_was_put_in_and_little_else() {
        let filter = KeyFilter::default();
        let key =
            |n: u64| u64::from_be_bytes(blake3::hash(&n.to_le_bytes()).as_bytes()[..8].try_into().unwrap());
        filter.insert_all((0..300_000).map(key));
        let view = filter.view();
        assert!((0..300_000).all(|n| view.may_have(key(n))));
        let wrong = (1_000_000..1_100_000).filter(|n| view.may_have(key(*n))).count();
        assert!(wrong < 30, "{wrong} of 100 000 new keys were taken for old ones");
    }
}
