//! Runs as they are kept: each chunk, and what a run says of itself, with a checksum, so that damage is not served.

use crate::StoreError;
use crate::port::{RunMeta, ViewsReader};

const SUM: usize = 8;

/// Which run and which chunk it is, is in the sum: one that stands in another's place does not fit.
fn chunk_sum(run: u64, number: u32, chunk: &[u8]) -> [u8; SUM] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&run.to_le_bytes()).update(&number.to_le_bytes()).update(chunk);
    first(&hasher)
}

fn meta_sum(run: &RunMeta, fences: &[u8]) -> [u8; SUM] {
    let mut hasher = blake3::Hasher::new();
    for number in [run.id, run.kind as u64, run.from, run.to, run.items] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(&run.newest.millis().to_le_bytes()).update(fences);
    first(&hasher)
}

fn first(hasher: &blake3::Hasher) -> [u8; SUM] {
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

/// A run as it is written: with sums.
pub(crate) fn seal(run: &RunMeta, mut chunks: Vec<Vec<u8>>) -> (RunMeta, Vec<Vec<u8>>) {
    for (chunk, number) in chunks.iter_mut().zip(0..) {
        let sum = chunk_sum(run.id, number, chunk);
        chunk.extend_from_slice(&sum);
    }
    let mut sealed = run.clone();
    sealed.fences.extend_from_slice(&meta_sum(run, &run.fences));
    (sealed, chunks)
}

/// A run that is read: without its sum, which fits.
pub(crate) fn open(mut run: RunMeta) -> Result<RunMeta, StoreError> {
    let fits = run.fences.split_last_chunk().is_some_and(|(fences, sum)| meta_sum(&run, fences) == *sum);
    if !fits {
        let id = run.id;
        return Err(StoreError::damage(format!(
            "run {id} is damaged; delete the views, they are made again"
        )));
    }
    run.fences.truncate(run.fences.len() - SUM);
    Ok(run)
}

/// A chunk of a run, whose sum fits.
pub(crate) fn chunk(reader: &mut dyn ViewsReader, run: &RunMeta, number: u32) -> Result<Vec<u8>, StoreError> {
    let mut chunk = reader.chunk(run.id, number)?.unwrap_or_default();
    let fits = chunk.split_last_chunk().is_some_and(|(chunk, sum)| chunk_sum(run.id, number, chunk) == *sum);
    if !fits {
        return Err(StoreError::damage(format!(
            "chunk {number} of run {} is missing or damaged; delete the views, they are made again",
            run.id
        )));
    }
    chunk.truncate(chunk.len() - SUM);
    Ok(chunk)
}
