//! Where orders were placed and quotes made, over all accounts: sorted runs of positions, so that they can be listed
//! newest first without a look at anything else.
//!
//! A chunk is items of `position Δ · account · what`; the fences of a run are the position of each chunk's first item.

use ledger::{AccountNo, EventKind, Position};

use crate::codec::{RawRecord, put_varint, take_varint};
use crate::port::{RunKind, RunMeta, ViewsReader};
use crate::{StoreError, sealed};

/// How many items a chunk has.
const CHUNK: usize = 2_048;
/// How long a fence is.
const FENCE: usize = 8;

/// What was placed or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaleKind {
    /// An order was placed.
    Order,
    /// A custom quote was made.
    Quote,
}

/// An order or a quote: the entry that made it, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The entry.
    pub position: Position,
    /// The account.
    pub account: AccountNo,
    /// Which of the two.
    pub kind: SaleKind,
}

impl Sale {
    /// What a record makes, if it makes one.
    pub(crate) fn of(raw: &RawRecord<'_>) -> Option<Sale> {
        let kind = match raw.kind()? {
            kind if kind == EventKind::OrderPlaced as u64 => SaleKind::Order,
            kind if kind == EventKind::QuoteMade as u64 => SaleKind::Quote,
            _ => return None,
        };
        Some(Sale { position: raw.position, account: raw.account, kind })
    }

    /// What a check sums up of it.
    pub(crate) fn digest(&self) -> Vec<u8> {
        let mut bytes = vec![self.kind as u8];
        put_varint(&mut bytes, self.account.0);
        bytes
    }
}

/// Makes a run of what a segment has, in order: its fences, and its chunks.
pub(crate) fn make_run(sales: &[Sale]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut fences = Vec::new();
    let chunks = sales.chunks(CHUNK).map(|items| {
        let mut chunk = Vec::new();
        let mut last = 0;
        for item in items {
            if last == 0 {
                fences.extend_from_slice(&item.position.0.to_le_bytes());
            }
            put_varint(&mut chunk, item.position.0 - last);
            put_varint(&mut chunk, item.account.0);
            chunk.push(item.kind as u8);
            last = item.position.0;
        }
        chunk
    });
    let chunks = chunks.collect();
    (fences, chunks)
}

fn read(mut chunk: &[u8]) -> Result<Vec<Sale>, StoreError> {
    let bad = || StoreError::damage("a chunk of the sales is malformed: drop the views, they are made again");
    let (mut items, mut last) = (Vec::new(), 0_u64);
    while !chunk.is_empty() {
        let step = take_varint(&mut chunk).ok_or_else(bad)?;
        last = last.checked_add(step).ok_or_else(bad)?;
        let account = AccountNo(take_varint(&mut chunk).ok_or_else(bad)?);
        let (kind, rest) = chunk.split_first().ok_or_else(bad)?;
        let kind = if *kind == SaleKind::Order as u8 { SaleKind::Order } else { SaleKind::Quote };
        items.push(Sale { position: Position(last), account, kind });
        chunk = rest;
    }
    Ok(items)
}

/// Every item of a run, in order.
pub(crate) fn visit_run(
    reader: &mut dyn ViewsReader,
    run: &RunMeta,
    visit: &mut dyn FnMut(&Sale),
) -> Result<(), StoreError> {
    for number in 0..run.fences.len() / FENCE {
        read(&sealed::chunk(reader, run, number as u32)?)?.iter().for_each(&mut *visit);
    }
    Ok(())
}

/// The items of the runs before a position, newest first, while `visit` says so.
pub(crate) fn visit_runs(
    reader: &mut dyn ViewsReader,
    runs: &[std::sync::Arc<RunMeta>],
    before: Position,
    visit: &mut dyn FnMut(Sale) -> bool,
) -> Result<(), StoreError> {
    for run in runs.iter().rev().filter(|run| run.kind == RunKind::Sales && run.from <= before.seq()) {
        let firsts = run.fences.chunks_exact(FENCE);
        let firsts: Vec<u64> = firsts.map(|fence| fence.try_into().map_or(0, u64::from_le_bytes)).collect();
        for (number, _) in firsts.iter().enumerate().rev().filter(|(_, first)| **first < before.0) {
            let items = read(&sealed::chunk(reader, run, number as u32)?)?;
            for item in items.into_iter().rev().filter(|item| item.position < before) {
                if !visit(item) {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_all_items_in_order() {
        let sales: Vec<Sale> = (1..5_000)
            .map(|number| Sale {
                position: Position::new(number, 3),
                account: AccountNo(number * 7),
                kind: if number % 5 == 0 { SaleKind::Quote } else { SaleKind::Order },
            })
            .collect();
        let (fences, chunks) = make_run(&sales);
        assert_eq!((fences.len(), chunks.len()), (3 * FENCE, 3));
        let found: Vec<Sale> = chunks.iter().flat_map(|chunk| read(chunk).unwrap()).collect();
        assert_eq!(found, sales);
        assert!(read(&[1]).is_err() && read(&[1, 1]).is_err());
    }
}
